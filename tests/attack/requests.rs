//! One request from a seed: nearly right, so that it comes far, and wrong somewhere.

use pencilmark::web::Door;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::corpus::{encoded, noise, spoilt, text};
use super::ground::{Ground, Sender, is_families};

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"];

/// Headers that somebody else's program may send.
const HEADERS: [(&str, &str); 20] = [
    ("Accept", "application/xml;q=1e9"),
    ("Accept-Encoding", "gzip;q=0,br,*;q=NaN"),
    ("Accept-Language", "xx-\u{202e}"),
    ("Authorization", "Basic ////"),
    ("Content-Encoding", "gzip"),
    ("Cookie", "pencilmark=; pencilmark=; ="),
    ("Expect", "100-continue"),
    ("Forwarded", "for=127.0.0.1"),
    ("If-Modified-Since", "never"),
    ("If-None-Match", "\"*\", W/\"\""),
    ("Last-Event-ID", "99999999999999999999"),
    ("Last-Event-ID", "\u{1f600}"),
    ("Origin", "null"),
    ("Range", "bytes=9-1,-0"),
    ("Referer", "javascript:alert(1)"),
    ("Upgrade", "h2c"),
    ("User-Agent", "=cmd|' /C calc'!A0"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-HTTP-Method-Override", "DELETE"),
];

/// A request's bytes, and whether the server may wait for more of it.
pub struct Made {
    pub bytes: Vec<u8>,
    /// It is not http, or says another length than it has: the server may close without an answer.
    pub broken: bool,
    /// Its answer never ends.
    pub endless: bool,
    pub line: String,
}

/// Makes one at a door.
pub fn request(ground: &Ground, door: &Door, sender: &Sender, random: &mut ChaCha8Rng) -> Made {
    let one_in = |n: u32, random: &mut ChaCha8Rng| random.random_range(0..n) == 0;
    let method = if one_in(8, random) { METHODS[random.random_range(0..METHODS.len())] } else { door.method };
    let (path, id) = path(ground, door, random);
    let (kind, body) = body(ground, door, sender, &id, random);
    let host = if one_in(40, random) { encoded(&text(random), random) } else { ground.address.to_string() };
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    if method != "GET" && !one_in(20, random) {
        head.push_str(&format!("Origin: http://{host}\r\n"));
    }
    if !sender.cookie.is_empty() {
        head.push_str(&format!("Cookie: {}\r\n", sender.cookie));
    }
    if !kind.is_empty() {
        head.push_str(&format!("Content-Type: {kind}\r\n"));
    }
    for _ in 0..random.random_range(0..3) {
        let (name, value) = HEADERS[random.random_range(0..HEADERS.len())];
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if one_in(60, random) {
        head.push_str(&format!("X-Long: {}\r\n", "a".repeat(random.random_range(1_000..500_000))));
    }
    if one_in(60, random) {
        head.push_str(&"X-Many: 1\r\n".repeat(random.random_range(50..400)));
    }
    let (framing, body, mut broken) = framed(body, random);
    head.push_str(&framing);
    let mut bytes = [head.as_bytes(), b"\r\n", &body].concat();
    if one_in(40, random) {
        let at = random.random_range(0..head.len());
        bytes[at] = random.random_range(0..=255);
        broken = true;
    }
    let endless = door.route.ends_with("/live");
    Made { bytes, broken, endless, line: format!("{method} {path}") }
}

/// The address, and the id in it.
fn path(ground: &Ground, door: &Door, random: &mut ChaCha8Rng) -> (String, String) {
    let id = format!("{:032x}", random.random_range(0..u128::from(u64::MAX)));
    let parts = door.route.split('/').map(|part| match part {
        plain if !plain.starts_with('{') => plain.to_owned(),
        "{id}" if random.random_range(0..5) > 0 => id.clone(),
        known if random.random_range(0..4) > 0 => ground.known(known),
        _ => encoded(&text(random), random),
    });
    let mut path = parts.collect::<Vec<_>>().join("/");
    if random.random_range(0..12) == 0 {
        path.push_str(&format!("?{}={}", encoded(&text(random), random), encoded(&text(random), random)));
    }
    (path, id)
}

fn body(ground: &Ground, door: &Door, sender: &Sender, id: &str, random: &mut ChaCha8Rng) -> (&'static str, Vec<u8>) {
    const KINDS: [&str; 6] =
        ["application/json", "application/x-www-form-urlencoded", "text/plain", "", "multipart/form-data", "x/\u{7f}"];
    if door.method == "GET" && random.random_range(0..10) > 0 {
        return ("", Vec::new());
    }
    if random.random_range(0..12) == 0 {
        return (KINDS[random.random_range(0..KINDS.len())], noise(random));
    }
    if is_families(door)
        && random.random_range(0..3) > 0
        && let Some(message) = ground.message(door.route, id)
    {
        return ("application/json", spoilt(&message, random));
    }
    if door.route == "/rescue" && random.random_range(0..2) == 0 {
        return ("multipart/form-data; boundary=x", rescue(sender, random));
    }
    ("application/x-www-form-urlencoded", form(ground, door, sender, random))
}

/// A form of ours with some fields changed, left out, or sent twice.
fn form(ground: &Ground, door: &Door, sender: &Sender, random: &mut ChaCha8Rng) -> Vec<u8> {
    let last = door.route.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
    let fitting: Vec<_> = ground.forms.iter().filter(|form| form.action.contains(last)).collect();
    let mut pairs = Vec::new();
    if !fitting.is_empty() {
        for (name, values) in &fitting[random.random_range(0..fitting.len())].fields {
            match random.random_range(0..10) {
                0 => {}
                1 | 2 => pairs.push((name.clone(), text(random))),
                3 => {
                    pairs.push((name.clone(), text(random)));
                    pairs.push((name.clone(), values[0].clone()));
                }
                _ => pairs.push((name.clone(), values[random.random_range(0..values.len())].clone())),
            }
        }
    }
    while random.random_range(0..6) == 0 {
        pairs.push((text(random), text(random)));
    }
    let mut body =
        if random.random_range(0..15) == 0 { String::new() } else { format!("form-token={}", sender.form_token) };
    for (name, value) in pairs {
        body.push_str(&format!("&{}={}", encoded(&name, random), encoded(&value, random)));
    }
    body.into_bytes()
}

/// A tablet's file, more or less.
fn rescue(sender: &Sender, random: &mut ChaCha8Rng) -> Vec<u8> {
    let file = serde_json::json!({ "pencilmark": "rescue", "version": 1, "sha256": "0", "items": [{ "id": "0", "to": "/r/0", "sha256": "0", "body": "" }] });
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"form-token\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
        sender.form_token,
        text(random).replace(['\r', '\n', '"'], "_")
    );
    [head.as_bytes(), &spoilt(&file, random), b"\r\n--x--\r\n"].concat()
}

/// How the body's length is said: mostly as it is.
fn framed(body: Vec<u8>, random: &mut ChaCha8Rng) -> (String, Vec<u8>, bool) {
    let length = body.len();
    match random.random_range(0..40) {
        0 => {
            let chunked = [format!("{length:x}\r\n").as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
            ("Transfer-Encoding: chunked\r\n".to_owned(), chunked, length == 0)
        }
        1 => (format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"), body, true),
        2 => (format!("Content-Length: {}\r\n", length + 10), body, true),
        3 => (format!("Content-Length: {length}\r\nContent-Length: {}\r\n", length + 1), body, true),
        4 => ("Transfer-Encoding: chunked\r\n".to_owned(), b"ffffffffffffffffffff\r\n".to_vec(), true),
        5 => ("Content-Length: -1\r\n".to_owned(), body, true),
        _ => (format!("Content-Length: {length}\r\n"), body, false),
    }
}
