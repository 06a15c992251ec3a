//! `pencilmark serve`

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use tracing_subscriber::filter::Targets;

use crate::web::{self, App, Listening, Reception, Tls, Told};

use super::{Place, address, now_us};

/// Starts the server.
#[derive(Args)]
pub struct Serve {
    /// Address to listen on; 0.0.0.0 lets the tablets in the hall reach the family's pages
    #[arg(long, env = "PENCILMARK_LISTEN", default_value = "0.0.0.0:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Address that tablets and cards use, where it differs from this machine's; begins with http:// or https://
    #[arg(long, env = "PENCILMARK_URL", value_name = "URL")]
    url: Option<String>,
    /// Encrypt, with a certificate under an authority that this machine makes for itself; tablets trust it once
    #[arg(long, env = "PENCILMARK_HTTPS", conflicts_with = "tls_certificate")]
    https: bool,
    /// Encrypt, with the certificate in this file, followed by what it is issued by (PEM)
    #[arg(long, env = "PENCILMARK_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(long, env = "PENCILMARK_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// A further name this server answers under, besides its address and names of this network; may be given again
    #[arg(long = "name", env = "PENCILMARK_NAMES", value_delimiter = ',', value_name = "NAME")]
    names: Vec<String>,
    /// Take the service worker, with which tablets on https begin offline, away from those that have it
    #[arg(long, env = "PENCILMARK_NO_SERVICE_WORKER")]
    no_service_worker: bool,
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
        log_to_stderr()?;
        let target = place.target()?;
        let store = place.open().await?;
        let listener = web::listen(self.listen).map_err(|error| cannot_listen(self.listen, &error))?;
        let here = listener.local_addr()?;
        let told = match &self.url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => self.address(here),
        };
        // An address that was given means a proxy, and behind one everybody seems to be on this machine.
        let app = match &self.url {
            Some(_) => App::behind_proxy(store, told.clone())?,
            None => App::new(store, told.clone())?,
        };
        let moved = address::keep(&place.data, &told, now_us());
        let flag = std::env::args().any(|argument| argument.starts_with("--listen"));
        let environment = !flag && std::env::var_os("PENCILMARK_LISTEN").is_some();
        let listening = Listening { on: here, told: if environment { Told::Environment } else { Told::Flag } };
        let app = app.moved(moved.clone()).under_names(self.names.clone()).listening_on(listening);
        let tls = self.tls(&place.data, reachable(here.ip()))?;
        let app = tls.iter().fold(app, |app, tls| app.encrypted_by(tls));
        let app = if self.no_service_worker { app.without_service_worker() } else { app };
        say!("Pencilmark is running.\n");
        let open = !app.has_accounts().await?;
        let key = format!("?token={}", app.token());
        let token = if app.is_behind_proxy() && open { format!("/{key}") } else { String::new() };
        say!("  On this machine   http://localhost:{}{token}", here.port());
        if here.ip().is_loopback() && self.url.is_none() {
            let (new, old) = listening.to_be_reached();
            say!("  For tablets       not reachable: it listens on this machine only. Stop it, and start it");
            say!("                    with {new} instead of {old}");
        } else {
            say!("  For tablets       {told}");
            if open {
                say!("  From elsewhere    {told}/{key}");
            } else {
                say!("  For the team      {told}/sign-in");
            }
        }
        if open {
            say!("  Set up sign-in    http://localhost:{}/people/first{key}", here.port());
        }
        if let Some(authority) = app.authority() {
            say!(
                "  Trusting it       http://{}/trust shows a tablet how; the figures there must be",
                told.trim_start_matches("https://")
            );
            say!("                    {}", authority.fingerprint);
            let address = reachable(here.ip());
            if !web::may_address(&address) {
                say!(
                    "  Not by tablets    {address} is no address of a private network, and no tablet will accept it: the authority"
                );
                say!(
                    "                    vouches for those alone. Use the laptop’s own hotspot, or a router of yours."
                );
            }
        }
        say!("  The data          {}\n", target.words());
        if let Some(moved) = moved {
            say!("Tablets knew another address, {}; what they have not sent waits under that one.", moved.from);
        }
        say!("Stop it with Ctrl-C.");
        let reception = Reception { tls, ..Reception::default() };
        let clocks = tokio::spawn(web::keep_clocks(app.clone()));
        web::receive(listener, app, reception, stopped()).await?;
        clocks.abort();
        say!("\nPencilmark has stopped; everything that was received is stored.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Serve {
    /// What cards, links and tablets are told. A certificate of one's own is for a name, and a browser that is led to a
    /// number instead is warned of it.
    fn address(&self, here: SocketAddr) -> String {
        match (&self.tls_certificate, self.names.first()) {
            (Some(_), Some(name)) if here.port() == 443 => format!("https://{name}"),
            (Some(_), Some(name)) => format!("https://{name}:{}", here.port()),
            _ => format!("{}://{}", self.scheme(), SocketAddr::new(reachable(here.ip()), here.port())),
        }
    }

    fn scheme(&self) -> &'static str {
        if self.https || self.tls_certificate.is_some() { "https" } else { "http" }
    }

    fn tls(&self, folder: &Path, reachable: IpAddr) -> anyhow::Result<Option<Tls>> {
        if let (Some(certificate), Some(key)) = (&self.tls_certificate, &self.tls_key) {
            return Ok(Some(Tls::from_files(certificate, key)?));
        }
        if !self.https {
            return Ok(None);
        }
        let mut names = self.names.clone();
        names.push("localhost".to_owned());
        let hostname = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let hostname = hostname.trim().to_lowercase();
        if !hostname.is_empty() && !hostname.contains('.') {
            names.push(format!("{hostname}.local"));
        }
        let here = [reachable, IpAddr::from([127, 0, 0, 1]), IpAddr::from(std::net::Ipv6Addr::LOCALHOST)];
        Ok(Some(Tls::with_authority(folder, &names, &here)?))
    }
}

/// What to do when the port cannot be had.
fn cannot_listen(wanted: SocketAddr, error: &io::Error) -> anyhow::Error {
    let another = SocketAddr::new(wanted.ip(), wanted.port().checked_add(1).unwrap_or(8080));
    let (ip, port) = (wanted.ip(), wanted.port());
    match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "Port {port} is in use: Pencilmark or another program is running already. Stop it, or choose another port, for example --listen {another}."
        ),
        io::ErrorKind::PermissionDenied => anyhow::anyhow!(
            "This user may not listen on port {port}: those below 1024 are for administrators. Choose another, for example --listen {ip}:8080."
        ),
        io::ErrorKind::AddrNotAvailable => anyhow::anyhow!(
            "This machine has no address {ip}. Use --listen 0.0.0.0:{port} for every address it has, or 127.0.0.1:{port} for itself alone."
        ),
        _ => anyhow::anyhow!("Pencilmark cannot listen on {wanted}: {error}."),
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

/// How much is logged where `PENCILMARK_LOG` says nothing.
const LOGGED: &str = "pencilmark=info,warn";

fn log_to_stderr() -> anyhow::Result<()> {
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let wanted = std::env::var("PENCILMARK_LOG").unwrap_or_else(|_| LOGGED.to_owned());
    // Where standard error is closed, saying so there would be a panic.
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
    tracing_subscriber::registry().with(lines).with(log_filter(&wanted)?).init();
    Ok(())
}

/// Reads how much to log: levels, or modules with levels, between commas.
fn log_filter(wanted: &str) -> anyhow::Result<Targets> {
    wanted.parse().with_context(|| {
        format!("PENCILMARK_LOG cannot be `{wanted}`. Write a level (error, warn, info, debug or trace), or modules with levels, like `{LOGGED}`.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_logged_is_a_level_or_modules_with_levels() {
        for wanted in [LOGGED, "trace", "pencilmark::web=debug", "off"] {
            assert!(log_filter(wanted).is_ok(), "{wanted}");
        }
        let refused = log_filter("pencilmark=loud").expect_err("no such level").to_string();
        assert!(refused.contains("PENCILMARK_LOG") && refused.contains("pencilmark=loud"), "{refused}");
    }

    #[test]
    fn a_port_that_cannot_be_had_says_why_and_what_to_do() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a spare port");
        let address = taken.local_addr().expect("an address");
        let in_use = std::net::TcpListener::bind(address).expect_err("it is taken");
        let words = cannot_listen(address, &in_use).to_string();
        assert!(words.contains(&format!("Port {} is in use", address.port())) && words.contains("--listen 127.0.0.1:"));

        let elsewhere: SocketAddr = "192.0.2.1:8080".parse().expect("an address");
        let not_here = std::net::TcpListener::bind(elsewhere).expect_err("a documentation address");
        assert!(cannot_listen(elsewhere, &not_here).to_string().contains("has no address 192.0.2.1"));
    }
}
