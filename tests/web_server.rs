//! The server on a real socket: a stop in the middle.

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use common::{SINGLE, a_place, ks2, open};
use pencilmark::person::Animal;
use pencilmark::response::ResponseId;
use pencilmark::store::{Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server on a spare port.
struct Server {
    address: SocketAddr,
    store: Store,
    cards: common::Place,
    stop: oneshot::Sender<()>,
    running: tokio::task::JoinHandle<std::io::Result<()>>,
    _folder: tempfile::TempDir,
}

impl Server {
    async fn start() -> Server {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let cards = a_place(&store, "Riverside", 60).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
        let address = listener.local_addr().expect("an address");
        let app = App::new(store.clone(), format!("http://{address}")).expect("an app");
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(serve(listener, app, async {
            let _either_way = stopped.await;
        }));
        Server { address, store, cards, stop, running, _folder: folder }
    }

    fn response(&self, n: u16) -> (String, Vec<u8>) {
        let card = &self.cards.cards[usize::from(n) % 60];
        let mut envelope = ks2(1, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        envelope.id = ResponseId::from_bytes(bytes);
        (envelope.id.as_str().to_owned(), serde_json::to_vec(&envelope).expect("JSON"))
    }
}

fn put(address: SocketAddr, id: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    let head = format!("PUT /r/{id} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(body).expect("sent");
    stream
}

fn first_line(mut stream: TcpStream) -> String {
    let mut start = [0; 12];
    stream.read_exact(&mut start).expect("an answer");
    String::from_utf8_lossy(&start).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_finishes_what_it_has_begun() {
    let server = Server::start().await;
    let (id, body) = server.response(1);
    let address = server.address;
    let answer = tokio::task::spawn_blocking(move || first_line(put(address, &id, &body))).await.expect("no panic");
    assert_eq!(answer, "HTTP/1.1 201");
    server.stop.send(()).expect("still running");
    server.running.await.expect("no panic").expect("stopped in order");
    assert!(TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err(), "it no longer listens");
    assert_eq!(server.store.response_count().await.expect("count"), 1);
}
