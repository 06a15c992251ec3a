//! Connections: hyper itself, because `axum::serve` never times out a client that sends its headers slowly.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::{App, router};

/// A client must have sent its headers by then.
const HEADER_TIME: Duration = Duration::from_secs(10);

/// Requests under way when the server is stopped may take this long.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready, then lets requests under way finish.
///
/// # Errors
/// Where the listener itself fails.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) -> io::Result<()> {
    let router = router(app.clone());
    let connections = GracefulShutdown::new();
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
        let _slower_but_works = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .serve_connection(TokioIo::new(stream), service);
        let watched = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    app.live().stop();
    let _whoever_is_left = tokio::time::timeout(LAST_WORDS, connections.shutdown()).await;
    Ok(())
}
