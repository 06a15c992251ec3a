//! `pencilmark serve`

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use crate::web::{self, App};

use super::Place;

/// Starts the server.
#[derive(Args)]
pub struct Serve {
    /// Address to listen on; 0.0.0.0 lets the tablets in the hall reach the family's pages
    #[arg(long, env = "PENCILMARK_LISTEN", default_value = "0.0.0.0:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Address that tablets and cards use, where it differs from this machine's; begins with http:// or https://
    #[arg(long, env = "PENCILMARK_URL", value_name = "URL")]
    url: Option<String>,
}

impl Serve {
    /// What `serve` means without flags.
    pub fn default_from_env() -> Serve {
        #[derive(clap::Parser)]
        struct Bare {
            #[command(flatten)]
            serve: Serve,
        }
        <Bare as clap::Parser>::parse_from(["pencilmark"]).serve
    }

    /// Opens the database, prints where everything is and serves until told to stop.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        log_to_stderr();
        let target = place.target()?;
        let store = place.open().await?;
        let listener = TcpListener::bind(self.listen).await.with_context(|| {
            format!(
                "Pencilmark cannot listen on {}. Another program may be using the port: stop it, or choose another with --listen 0.0.0.0:8081.",
                self.listen
            )
        })?;
        let here = listener.local_addr()?;
        let address = match &self.url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", SocketAddr::new(reachable(here.ip()), here.port())),
        };
        // An address that was given means a proxy, and behind one everybody seems to be on this machine.
        let app = match &self.url {
            Some(_) => App::behind_proxy(store, address.clone())?,
            None => App::new(store, address.clone())?,
        };
        eprintln!("Pencilmark is running.\n");
        let token = if app.is_behind_proxy() { format!("/?token={}", app.token()) } else { String::new() };
        eprintln!("  On this machine   http://localhost:{}{token}", here.port());
        eprintln!("  For tablets       {address}");
        eprintln!("  From elsewhere    {address}/?token={}", app.token());
        eprintln!("  The data          {}\n", target.words());
        eprintln!("Stop it with Ctrl-C.");
        web::serve(listener, app, stopped()).await?;
        eprintln!("\nPencilmark has stopped; everything that was received is stored.");
        Ok(ExitCode::SUCCESS)
    }
}

/// The address by which other machines reach this one. Asking the routing table sends nothing.
fn reachable(listening: IpAddr) -> IpAddr {
    if !listening.is_unspecified() {
        return listening;
    }
    let route = || -> std::io::Result<IpAddr> {
        let socket = UdpSocket::bind("0.0.0.0:0")?;
        socket.connect("192.0.2.1:9")?;
        Ok(socket.local_addr()?.ip())
    };
    route().unwrap_or(IpAddr::from([127, 0, 0, 1]))
}

/// Waits for Ctrl-C or a request to terminate.
async fn stopped() {
    let interrupt = async {
        let _either_way = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => (), () = terminate => () }
}

fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("PENCILMARK_LOG").unwrap_or_else(|_| EnvFilter::new("pencilmark=info,warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
