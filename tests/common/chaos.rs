//! A bad network between tablets and the server: each connection is dealt its fault from a seed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to one connection, which carries one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Pass,
    /// The request arrives, the reply is lost.
    SwallowReply,
    /// The request is cut after so many bytes.
    CutRequest(usize),
    /// The request arrives, the reply is cut after so many bytes.
    CutReply(usize),
    /// The connection is taken and the request read, and nothing ever comes back.
    Stall,
    /// The request arrives twice, at the same time.
    Twice,
    /// It arrives late, after requests sent later.
    Late(u64),
    /// A hotel's welcome page in its place.
    Portal,
    /// A proxy's 502.
    BadGateway,
}

/// Longer than any tablet waits for a reply.
const STALL: Duration = Duration::from_secs(60);

/// Deals 30 % swallowed replies, 30 % cut requests and some of everything else; few stalls, for each is waited for.
fn deal(random: &mut ChaCha8Rng) -> Fault {
    match random.random_range(0..1_000) {
        0..300 => Fault::SwallowReply,
        300..600 => Fault::CutRequest(random.random_range(0..2_000)),
        600..660 => Fault::CutReply(random.random_range(0..400)),
        660..720 => Fault::Twice,
        720..780 => Fault::Late(random.random_range(1..30)),
        780..818 => Fault::Portal,
        818..858 => Fault::BadGateway,
        858..860 => Fault::Stall,
        _ => Fault::Pass,
    }
}

/// A proxy in front of `server`. Gives its address; `dealt` counts connections.
pub async fn bad_network(server: SocketAddr, seed: u64, dealt: Arc<AtomicU64>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
    let address = listener.local_addr().expect("an address");
    let random = Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed)));
    tokio::spawn(async move {
        while let Ok((tablet, _)) = listener.accept().await {
            let fault = deal(&mut random.lock().expect("nobody panics while dealing"));
            dealt.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let _either_end_may_vanish = carry(tablet, server, fault).await;
            });
        }
    });
    address
}

async fn carry(mut tablet: TcpStream, server: SocketAddr, fault: Fault) -> std::io::Result<()> {
    let request = whole_request(&mut tablet).await?;
    match fault {
        Fault::Pass => tablet.write_all(&ask(server, &request).await?).await?,
        Fault::SwallowReply => drop(ask(server, &request).await?),
        Fault::CutRequest(at) => {
            let mut cut = TcpStream::connect(server).await?;
            cut.write_all(&request[..at.min(request.len() - 1)]).await?;
        }
        Fault::CutReply(at) => {
            let reply = ask(server, &request).await?;
            tablet.write_all(&reply[..at.min(reply.len() - 1)]).await?;
        }
        Fault::Stall => tokio::time::sleep(STALL).await,
        Fault::Twice => {
            let (first, _second) = tokio::join!(ask(server, &request), ask(server, &request));
            tablet.write_all(&first?).await?;
        }
        Fault::Late(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            tablet.write_all(&ask(server, &request).await?).await?;
        }
        Fault::Portal => {
            tablet.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 7\r\nconnection: close\r\n\r\nWelcome").await?;
        }
        Fault::BadGateway => {
            tablet.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?;
        }
    }
    Ok(())
}

/// Sends a request on a connection of its own and reads the reply to its end.
pub async fn ask(server: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut connection = TcpStream::connect(server).await?;
    connection.write_all(request).await?;
    let mut reply = Vec::new();
    connection.read_to_end(&mut reply).await?;
    Ok(reply)
}

async fn whole_request(tablet: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        let mut part = [0; 4096];
        let n = tablet.read(&mut part).await?;
        request.extend_from_slice(&part[..n]);
        let head = request.windows(4).position(|four| four == b"\r\n\r\n");
        let length = head.and_then(|head| {
            let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length = text.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
            Some(head + 4 + length)
        });
        if n == 0 || length.is_some_and(|length| request.len() >= length) {
            return Ok(request);
        }
    }
}
