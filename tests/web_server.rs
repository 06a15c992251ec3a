//! The server on a real socket: a stop in the middle.

mod common;

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use common::{SINGLE, a_place, ks2, open};
use pencilmark::person::Animal;
use pencilmark::response::ResponseId;
use pencilmark::store::{Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, Reception, Tls, listen, receive};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
        Server::received(Reception::default()).await
    }

    async fn received(reception: Reception) -> Server {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let cards = a_place(&store, "Riverside", 60).await;
        let listener = listen("127.0.0.1:0".parse().expect("an address")).expect("a spare port");
        let address = listener.local_addr().expect("an address");
        let scheme = if reception.tls.is_some() { "https" } else { "http" };
        let app = App::new(store.clone(), format!("{scheme}://{address}")).expect("an app");
        let app = reception.tls.iter().fold(app, |app, tls| app.encrypted_by(tls));
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(receive(listener, app, reception, async {
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

fn put(address: SocketAddr, id: &str, body: &[u8]) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let head = format!("PUT /r/{id} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    Ok(stream)
}

/// Sends a response, and gives the beginning of the answer.
fn sent(address: SocketAddr, id: &str, body: &[u8]) -> io::Result<String> {
    let mut start = [0; 12];
    put(address, id, body)?.read_exact(&mut start)?;
    Ok(String::from_utf8_lossy(&start).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_finishes_what_it_has_begun() {
    let server = Server::start().await;
    let (id, body) = server.response(1);
    let address = server.address;
    let answer = tokio::task::spawn_blocking(move || sent(address, &id, &body)).await.expect("no panic");
    assert_eq!(answer.expect("an answer"), "HTTP/1.1 201");
    server.stop.send(()).expect("still running");
    server.running.await.expect("no panic").expect("stopped in order");
    assert!(TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err(), "it no longer listens");
    assert_eq!(server.store.response_count().await.expect("count"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_never_finishes_its_requests_keeps_no_tablet_out() {
    // `PENCILMARK_LONG=yes` lets a thousand come to as many seats as a hall has.
    let long = std::env::var("PENCILMARK_LONG").is_ok_and(|long| long == "yes");
    let (most, clients) = if long { (Reception::default().most, 1_000) } else { (64, 256) };
    let server = Server::received(Reception { most, ..Reception::default() }).await;
    let address = server.address;
    // More than there are seats: half in the middle of their headers, half in the middle of a body.
    let crowd: Vec<TcpStream> = tokio::task::spawn_blocking(move || {
        (0..clients)
            .map(|n| {
                let mut stream = TcpStream::connect(address).expect("a connection");
                let body = "PUT /r/00000000000000000000000000000000 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{";
                let start = if n % 2 == 0 { "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " } else { body };
                let _made_room_already = stream.write_all(start.as_bytes());
                stream
            })
            .collect()
    })
    .await
    .expect("no panic");
    let tablets: Vec<_> = (0..40)
        .map(|n| {
            let (id, body) = server.response(n);
            tokio::task::spawn_blocking(move || {
                let begun = std::time::Instant::now();
                // Whoever is sent away in the crush comes again, as the tablet's outbox does.
                loop {
                    let answer = sent(address, &id, &body);
                    if answer.is_ok() || begun.elapsed() > Duration::from_secs(2) {
                        return (answer, begun.elapsed());
                    }
                }
            })
        })
        .collect();
    for tablet in tablets {
        let (answer, took) = tablet.await.expect("no panic");
        assert_eq!(answer.expect("an answer"), "HTTP/1.1 201");
        assert!(took < Duration::from_secs(2), "it took {took:?}");
    }
    drop(crowd);
    assert_eq!(server.store.response_count().await.expect("count"), 40);
}

/// What comes back of a connection that sends this and then nothing more, until the server ends it, and how long that took.
fn left_alone(address: SocketAddr, sent: &str) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    let begun = std::time::Instant::now();
    stream.write_all(sent.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let _reset_is_an_end_too = match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(0),
        other => other,
    }
    .expect("the server ends it by itself");
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_in_the_middle_is_given_up_wherever_that_is() {
    let usual = Reception::default();
    assert_eq!((usual.header_time, usual.request_time), (Duration::from_secs(10), Duration::from_secs(30)));
    let folder = tempfile::tempdir().expect("folder");
    let names = ["laptop.local".to_owned()];
    let tls = Tls::with_authority(folder.path(), &names, &[]).expect("an authority");
    // One of the two lasts for ever, so that it is seen which one ended a connection.
    let (short, never) = (Duration::from_millis(900), Duration::from_secs(3_600));
    let headers = Reception { header_time: short, request_time: never, ..Reception::default() };
    let bodies = Reception { header_time: never, request_time: short, ..Reception::default() };
    let encrypted = Reception { tls: Some(tls), ..headers.clone() };
    let whole = "GET /privacy HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let body = "PUT /r/00000000000000000000000000000042 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{";
    for (reception, sent, comes) in [
        (&headers, "GET /privacy HTTP/1.1\r\nHost: local", ""),
        (&headers, whole, "HTTP/1.1 200"),
        (&bodies, body, "HTTP/1.1 503"),
        (&encrypted, "", ""),
        (&encrypted, "\u{16}\u{3}\u{1}", ""),
        (&encrypted, "GET /trust HTTP/1.1\r\nHost: local", ""),
    ] {
        let server = Server::received(reception.clone()).await;
        let address = server.address;
        let (answer, took) = tokio::task::spawn_blocking(move || left_alone(address, sent)).await.expect("no panic");
        assert!(answer.starts_with(comes) && (answer.is_empty() || !comes.is_empty()), "{sent:?}: {answer}");
        assert!(took >= Duration::from_millis(800), "{sent:?} had its time: {took:?}");
        server.stop.send(()).expect("still running");
        server.running.await.expect("no panic").expect("stopped in order");
    }
}

/// A client with a pocket of its own that holds next to nothing, so that what it does not read stays with the server.
async fn with_a_small_pocket(address: SocketAddr) -> tokio::net::TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(1_024).expect("a small buffer");
    socket.connect(address).await.expect("a connection")
}

/// Downloads one after the other on one connection: more than any buffer on the way holds.
const DOWNLOADS: usize = 400;

async fn reads_slowly(address: SocketAddr, programme: i64) -> tokio::net::TcpStream {
    let mut stream = with_a_small_pocket(address).await;
    let request = format!(
        "GET /programmes/{programme}/downloads/long.csv?why=asked HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: identity\r\n\r\n"
    );
    stream.write_all(request.repeat(DOWNLOADS).as_bytes()).await.expect("asked");
    let mut one = [0];
    for _ in 0..12 {
        stream.read_exact(&mut one).await.expect("an answer begins");
    }
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_an_answer_a_byte_at_a_time_keeps_nobody_waiting_and_is_given_up() {
    let server = Server::received(Reception { patience: Duration::from_secs(1), ..Reception::default() }).await;
    let address = server.address;
    for n in 0..60 {
        let (_, body) = server.response(n);
        let id = ResponseId::parse(&server.response(n).0).expect("an id");
        server.store.take_in(id, body, common::NOW).await.expect("stored");
    }
    server.store.settle().await.expect("settled");
    // Three times as many as there are connections to read the database with.
    let mut slow = Vec::new();
    for _ in 0..12 {
        slow.push(reads_slowly(address, server.cards.programme_id).await);
    }
    // While they hang, everything else goes on.
    for n in 100..110 {
        let (id, body) = server.response(n);
        let answer = tokio::task::spawn_blocking(move || sent(address, &id, &body)).await.expect("no panic");
        assert_eq!(answer.expect("an answer"), "HTTP/1.1 201");
        let shown = tokio::task::spawn_blocking(move || ask_plainly(address, "GET /privacy")).await.expect("no panic");
        assert!(shown.starts_with("HTTP/1.1 "), "{shown}");
        server.store.pair_counts(server.cards.programme_id).await.expect("a connection to read with is free");
    }
    // Each is cut off in the middle: what was on its way may still be read, and not all it asked for.
    for mut stream in slow {
        let mut waited = 0;
        // Nothing is read until the server has lost its patience, however slow this machine is.
        while waited < 1_200 {
            match stream.try_write(b"\r\n") {
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => break,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            waited += 1;
        }
        let mut got = Vec::new();
        let _reset_by_the_server = stream.read_to_end(&mut got).await;
        let answers = String::from_utf8_lossy(&got).matches("HTTP/1.1 200").count();
        assert!(answers < DOWNLOADS, "it had everything it asked for");
        assert!(waited < 1_200, "it was never given up");
    }
}

/// Asks for a page over TLS as a tablet that trusts these roots, under a name. The answer, or why there is none.
async fn ask_encrypted(address: SocketAddr, roots: &[u8], name: &str) -> Result<String, std::io::Error> {
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(rustls::pki_types::CertificateDer::from(roots.to_vec())).expect("a root");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(address).await?;
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let mut stream = connector.connect(name.to_owned().try_into().expect("a name"), stream).await?;
    let request = format!("GET /privacy HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    let _closed_without_goodbye = stream.read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn ask_plainly(address: SocketAddr, line: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!("{line} HTTP/1.1\r\nHost: laptop.local\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hall_without_a_certificate_has_https_under_its_own_authority() {
    let folder = tempfile::tempdir().expect("folder");
    let names = ["laptop.local", "localhost", "bank.example"].map(str::to_owned);
    let addresses = ["127.0.0.1", "8.8.8.8"].map(|address| address.parse().expect("an address"));
    let tls = Tls::with_authority(folder.path(), &names, &addresses).expect("an authority");
    let authority = tls.authority().expect("our own").clone();
    let again = Tls::with_authority(folder.path(), &names, &addresses).expect("the same authority");
    assert_eq!(again.authority().expect("our own").der, authority.der, "tablets trust it once, not at every start");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = std::fs::metadata(folder.path().join("authority.key")).expect("a key");
        assert_eq!(key.permissions().mode() & 0o077, 0, "nobody else reads the key");
    }
    let server = Server::received(Reception { tls: Some(again), ..Reception::default() }).await;
    let address = server.address;
    for name in ["laptop.local", "localhost", "127.0.0.1"] {
        let answer = ask_encrypted(address, &authority.der, name).await.expect("trusted");
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("What happens with the answers"),
            "{name}: {answer}"
        );
    }
    assert!(ask_encrypted(address, &authority.der, "bank.example").await.is_err(), "it vouches for no bank");
    let (plain, trust, certificate, page, sent) = tokio::task::spawn_blocking(move || {
        let ask = |line: &str| ask_plainly(address, line);
        (ask("GET /"), ask("GET /trust"), ask("GET /trust/authority.crt"), ask("GET /card?x=1"), ask("PUT /r/1"))
    })
    .await
    .expect("no panic");
    let head = |text: &str| text.to_lowercase();
    assert!(head(&plain).contains("location: /trust\r\n"), "{plain}");
    assert!(trust.starts_with("HTTP/1.1 200") && trust.contains(&authority.fingerprint), "{trust}");
    assert!(head(&certificate).contains("content-type: application/x-x509-ca-cert"));
    assert!(head(&page).contains(&format!("location: https://{address}/card?x=1\r\n")), "{page}");
    assert!(sent.starts_with("HTTP/1.1 400"), "{sent}");
}

/// A certificate for `laptop.local` that is its own authority, and its key: in two files.
fn own_certificate(folder: &std::path::Path) -> (Vec<u8>, std::path::PathBuf, std::path::PathBuf) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = ["laptop.local".to_owned(), "localhost".to_owned()];
    let certificate = rcgen::CertificateParams::new(names).expect("names").self_signed(&key).expect("a certificate");
    let (pem, key_file) = (folder.join("certificate.pem"), folder.join("key.pem"));
    std::fs::write(&pem, certificate.pem()).expect("written");
    std::fs::write(&key_file, key.serialize_pem()).expect("written");
    (certificate.der().to_vec(), pem, key_file)
}

fn serve_with(
    folder: &std::path::Path,
    listen: SocketAddr,
    certificate: &std::path::Path,
    key: &std::path::Path,
) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pencilmark"));
    command.env_clear().env("PENCILMARK_DATA", folder.join("data"));
    command.args(["serve", "--name", "laptop.local", "--listen"]).arg(listen.to_string());
    command.arg("--tls-certificate").arg(certificate).arg("--tls-key").arg(key);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_certificate_of_ones_own_https_works_and_one_that_does_not_fit_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let (root, certificate, key) = own_certificate(folder.path());
    let spare = std::net::TcpListener::bind("127.0.0.1:0").expect("a spare port");
    let address = spare.local_addr().expect("an address");
    drop(spare);
    let mut server = serve_with(folder.path(), address, &certificate, &key).spawn().expect("it starts");
    let begun = std::time::Instant::now();
    while TcpStream::connect(address).is_err() && begun.elapsed() < Duration::from_secs(120) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = ask_encrypted(address, &root, "laptop.local").await;
    let plain = tokio::task::spawn_blocking(move || ask_plainly(address, "GET /privacy")).await.expect("no panic");
    let elsewhere = ask_encrypted(address, &root, "bank.example").await;
    server.kill().expect("ended");
    server.wait().expect("ended");
    let answer = answer.expect("trusted");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("What happens with the answers"), "{answer}");
    assert!(answer.to_lowercase().contains("strict-transport-security: max-age=31536000"), "{answer}");
    let port = address.port();
    assert!(
        plain.to_lowercase().contains(&format!("location: https://laptop.local:{port}/privacy")),
        "by name: {plain}"
    );
    assert!(elsewhere.is_err(), "under no other name");

    let other = tempfile::tempdir().expect("folder");
    let (_, _, wrong) = own_certificate(other.path());
    for (certificate, key, says) in [
        (&certificate, &wrong, "The certificate cannot be used"),
        (&key, &certificate, "holds no certificate in PEM form"),
        (&folder.path().join("none.pem"), &key, "could not be read"),
    ] {
        let said = serve_with(folder.path(), address, certificate, key).output().expect("it ends by itself");
        let words = String::from_utf8_lossy(&said.stderr);
        assert!(!said.status.success() && words.contains(says), "{words}");
    }
}

/// One request on a connection of its own; head and body of the answer. Whoever is refused before their form was read may
/// find the connection reset before a byte of the answer: they ask again, as a browser does.
fn asked(address: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let mut answers = (0..20).map(|_| asked_once(address, line, headers, body));
    answers.find(|answer| !answer.is_empty()).expect("an answer")
}

fn asked_once(address: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: pencil.example.org\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    assert!(
        read.is_ok() || answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
        "{read:?} after {} bytes",
        answer.len()
    );
    String::from_utf8_lossy(&answer).into_owned()
}

/// The cookie that an answer sets, as it is sent back.
fn cookie_of(answer: &str) -> String {
    let set = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
    format!("Cookie: {}\r\n", set.split(';').next().expect("a pair"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_that_a_hosted_server_prints_makes_the_first_account_and_then_opens_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_pencilmark"))
        .env_clear()
        .env("PENCILMARK_DATA", folder.path().join("data"))
        .args(["serve", "--listen", "127.0.0.1:0", "--url", "https://pencil.example.org"])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let said = server.stderr.take().expect("its words");
    // Read to its end, so that there is always room for more.
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut lines = io::BufRead::lines(io::BufReader::new(said)).map(|line| line.expect("text"));
        let link = lines.find_map(|line| Some(line.split_once("Set up sign-in")?.1.trim().to_owned()));
        tell.send(link).expect("somebody waits for it");
        lines.for_each(drop);
    });
    let link = told.await.expect("no panic").expect("a link is printed");
    let rest = link.strip_prefix("http://localhost:").expect("at this machine");
    let (port, page) = rest.split_once('/').expect("a page");
    let address: SocketAddr = format!("127.0.0.1:{port}").parse().expect("an address");
    let with_token = format!("GET /{page}");
    let done = tokio::task::spawn_blocking(move || {
        // Behind a proxy everybody seems to be at the machine: without the token nothing opens.
        for door in ["GET /people/first", "GET /people", "GET /programmes/new"] {
            assert!(asked(address, door, "", "").starts_with("HTTP/1.1 403"), "{door}");
        }
        assert!(
            asked(address, "GET /people/first?token=00000000000000000000000000000000", "", "")
                .starts_with("HTTP/1.1 403")
        );
        let led = asked(address, &with_token, "", "");
        assert!(led.starts_with("HTTP/1.1 303") && led.contains("location: /people/first\r\n"), "{led}");
        let token = cookie_of(&led);
        assert!(led.contains("HttpOnly; SameSite=Strict; Secure"), "{led}");
        let form = asked(address, "GET /people/first", &token, "");
        let stamp = form.split("name=\"form-token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let fields = format!(
            "form-token={}&name=Anna&password=gull-tractor-sock&again=gull-tractor-sock",
            stamp.unwrap_or_else(|| panic!("no form: {form}"))
        );
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        let ours = format!("{token}{kind}Origin: https://pencil.example.org\r\n");
        let made = asked(address, "POST /people/first", &ours, &fields);
        assert!(made.starts_with("HTTP/1.1 303"), "{made}");
        let anna = cookie_of(&made);
        assert!(anna.starts_with("Cookie: __Host-pencilmark="), "{anna}");
        assert!(asked(address, "GET /people", &anna, "").starts_with("HTTP/1.1 200"));
        // From now on neither the link nor what it gave opens anything.
        let again = asked(address, &with_token, "", "");
        assert!(again.starts_with("HTTP/1.1 303") && !again.contains("set-cookie"), "{again}");
        let turned_away = asked(address, "GET /people", &token, "");
        assert!(turned_away.contains("location: /sign-in"), "{turned_away}");
        assert!(asked(address, "POST /people/first", &ours, &fields).starts_with("HTTP/1.1 403"));
    })
    .await;
    server.kill().expect("ended");
    server.wait().expect("ended");
    done.expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_terminal_was_closed_goes_on_answering() {
    let folder = tempfile::tempdir().expect("folder");
    let spare = std::net::TcpListener::bind("127.0.0.1:0").expect("a spare port");
    let address = spare.local_addr().expect("an address");
    drop(spare);
    let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_pencilmark"))
        .env_clear()
        .env("PENCILMARK_DATA", folder.path().join("data"))
        // So that it has something to say at each request, too.
        .env("PENCILMARK_LOG", "trace")
        .args(["serve", "--listen", &address.to_string(), "--url", "http://pencil.example.org"])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    drop((server.stdout.take(), server.stderr.take()));
    let answers = tokio::task::spawn_blocking(move || {
        while TcpStream::connect(address).is_err() {
            if let Some(ended) = server.try_wait().expect("a child") {
                return (vec![format!("it ended before it listened: {ended}")], Some(ended));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let answers = (0..3).map(|_| asked(address, "GET /privacy", "", "")).collect();
        let ended = server.try_wait().expect("a child");
        server.kill().expect("ended");
        server.wait().expect("ended");
        (answers, ended)
    });
    let (answers, ended) = answers.await.expect("no panic");
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("What happens with the answers"), "{answer}");
    }
    assert_eq!(ended, None);
}
