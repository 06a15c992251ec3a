//! Connections: hyper itself, because `axum::serve` never times out a client that sends its headers slowly.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;
use tower::ServiceExt;

use super::crowd::{Crowd, Seat};
use super::guard::Encrypted;
use super::stall::Impatient;
use super::tls::Tls;
use super::{App, router_within};

/// A client must have sent its headers by then, and have agreed on encryption.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// A request that takes longer is given up.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// A client that has taken nothing of its answer for so long is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Requests under way when the server is stopped may take this long.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Connections at once: four for each of a hundred tablets, and below the 1,024 files of a usual process.
const MOST: usize = 512;

/// How a server meets its clients.
#[derive(Clone)]
pub struct Reception {
    /// Connections at once.
    pub most: usize,
    /// https of our own; plain http without it.
    pub tls: Option<Tls>,
    /// How long a client may take nothing of its answer.
    pub patience: Duration,
    /// How long it may take to send its headers, to agree on encryption, and to ask again.
    pub header_time: Duration,
    /// How long a whole request may take.
    pub request_time: Duration,
}

impl Default for Reception {
    fn default() -> Reception {
        Reception { most: MOST, tls: None, patience: PATIENCE, header_time: HEADER_TIME, request_time: REQUEST_TIME }
    }
}

/// How many connections may wait to be met: a crowd that comes at once is not asked to come again a second later.
const QUEUE: u32 = 4_096;

/// Listens at an address.
///
/// # Errors
/// Where the address is in use, forbidden, or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As `TcpListener::bind` does: a server that was just stopped is started again at once.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// Serves plain http until `stop` is ready, then lets requests under way finish.
///
/// # Errors
/// Where the listener itself fails.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) -> io::Result<()> {
    receive(listener, app, Reception::default(), stop).await
}

/// The same, with a say in how clients are met.
///
/// # Errors
/// Where the listener itself fails.
pub async fn receive(
    listener: TcpListener,
    app: App,
    reception: Reception,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let router = router_within(app.clone(), reception.request_time);
    let connections = GracefulShutdown::new();
    let crowd = Crowd::of(reception.most);
    tokio::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    // Out of file handles, or a client that left at once: neither is a reason to stop.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let Some(seat) = crowd.enter(peer.ip()) else { continue };
        let _slower_but_works = stream.set_nodelay(true);
        let (router, reception, watcher) = (router.clone(), reception.clone(), connections.watcher());
        tokio::spawn(async move {
            let out = seat.out();
            tokio::select! {
                () = meet(stream, peer, router, reception, seat, watcher) => {}
                () = out.notified() => tracing::debug!("a connection made room for another"),
            }
        });
    }
    app.live().stop();
    let _whoever_is_left = timeout(LAST_WORDS, connections.shutdown()).await;
    Ok(())
}

/// Finds out whether a client speaks TLS, and talks with it.
async fn meet(stream: TcpStream, peer: SocketAddr, router: Router, reception: Reception, seat: Seat, watcher: Watcher) {
    let (patience, header_time) = (reception.patience, reception.header_time);
    let talk = Talk { peer, router, encrypted: false, seat, watcher, header_time };
    let Some(tls) = reception.tls else {
        return talk.over(Impatient::new(stream, patience)).await;
    };
    let mut first = [0];
    match timeout(header_time, stream.peek(&mut first)).await {
        // A TLS connection begins with a record of kind 22; no method of http does.
        Ok(Ok(1)) if first == [22] => match timeout(header_time, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => Talk { encrypted: true, ..talk }.over(Impatient::new(stream, patience)).await,
            _ => tracing::debug!("a client did not agree on encryption"),
        },
        Ok(Ok(1)) => talk.over(Impatient::new(stream, patience)).await,
        _ => {}
    }
}

/// A connection with a client, as it is met.
struct Talk {
    peer: SocketAddr,
    router: Router,
    encrypted: bool,
    seat: Seat,
    watcher: Watcher,
    header_time: Duration,
}

impl Talk {
    async fn over<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Talk { peer, router, encrypted, seat, watcher, header_time } = self;
        let seat = Arc::new(seat);
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            if encrypted {
                request.extensions_mut().insert(Encrypted);
            }
            // With its body still on the way it is not whole.
            seat.answers(request.body().is_end_stream());
            let (router, seat) = (router.clone(), Arc::clone(&seat));
            let request = request.map(|body| Arriving { body, seat: Arc::clone(&seat) });
            async move {
                let answer = router.oneshot(request).await;
                seat.answers(false);
                answer
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_time)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// A body on its way: once all of it is here, whoever sent it has asked for something whole.
struct Arriving {
    body: Incoming,
    seat: Arc<Seat>,
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.seat.answers(true);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
