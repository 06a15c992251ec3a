//! A tablet that loses its connection while it sends is an ordinary day in a hall.

mod common;

use std::time::{Duration, Instant};

use common::{SINGLE, a_place, ks2, on_each_database};
use pencilmark::person::Animal;
use pencilmark::response::{Envelope, ResponseId};
use pencilmark::survey::Wave;
use pencilmark::web::{App, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A tablet's whole request, as bytes.
fn request(envelope: &Envelope) -> Vec<u8> {
    let body = serde_json::to_vec(envelope).expect("an envelope is JSON");
    let head = format!(
        "PUT /r/{} HTTP/1.1\r\nhost: hall\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        envelope.id,
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_tablets_that_vanish_leave_the_next_one_answered_at_once() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
        let address = listener.local_addr().expect("it has an address");
        let app = App::new(store.clone(), format!("http://{address}")).expect("an app");
        let server = tokio::spawn(serve(listener, app, std::future::pending()));
        let mut envelope = ks2(0, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        for n in 0..500_u128 {
            envelope.id = ResponseId::from_bytes(n.to_be_bytes());
            let mut tablet = TcpStream::connect(address).await.expect("the server listens");
            tablet.write_all(&request(&envelope)).await.expect("sent whole");
        }
        // The last of them has reached the server by then.
        tokio::time::sleep(Duration::from_secs(1)).await;

        envelope.id = ResponseId::from_bytes([255; 16]);
        let began = Instant::now();
        let mut tablet = TcpStream::connect(address).await.expect("the server listens");
        tablet.write_all(&request(&envelope)).await.expect("sent whole");
        let mut status = [0; 12];
        tablet.read_exact(&mut status).await.expect("an answer");
        let waited = began.elapsed();

        assert_eq!(&status, b"HTTP/1.1 201");
        // A wedged pool would never answer. How fast it is, `benches/run vanish` measures: some milliseconds.
        assert!(waited < Duration::from_secs(1), "the next tablet waited {waited:?}");
        // Whoever vanished was not told, so sends again: that is stored once, whether it had been or not.
        assert!(store.response_count().await.expect("a count") <= 501);
        server.abort();
    })
    .await;
}
