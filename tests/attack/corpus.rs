//! What is put where a person or a tablet would have put something sensible.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

/// Texts that have broken something somewhere.
const TEXTS: [&str; 44] = [
    "",
    " ",
    "\0",
    "a\0b",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "=1+1",
    "@SUM(A1:A9)",
    "+1",
    "-1",
    "\t=1+1",
    "\u{ff1d}1+1",
    "\u{202e}gnp.exe",
    "\u{feff}",
    "\u{2028}\u{2029}",
    "\u{1b}[2J\u{7f}\u{85}",
    "👩‍👩‍👧‍👦🏽e\u{301}\u{301}\u{301}\u{301}",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "C:\\con\\aux.csv",
    "' or 1=1 --",
    "'; drop table person; --",
    "$1",
    "%",
    "_",
    "\r\nSet-Cookie: x=1",
    "99999999999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "2147483648",
    "1e999",
    "NaN",
    "0x10",
    "٣",
    "2026-02-30",
    "9999-12-31",
    "-9999-01-01",
    "null",
];

/// Any of them, or a very long one.
pub fn text(random: &mut ChaCha8Rng) -> String {
    match random.random_range(0..20) {
        0 => "a".repeat(random.random_range(200..3_000)),
        1 => "<".repeat(300),
        2 => "\u{10ffff}".repeat(150),
        _ => TEXTS[random.random_range(0..TEXTS.len())].to_owned(),
    }
}

/// Any JSON value that does not belong there.
pub fn value(random: &mut ChaCha8Rng) -> Value {
    match random.random_range(0..14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!([]),
        3 => json!({}),
        4 => json!({ "__proto__": { "x": 1 }, "constructor": null }),
        5 => json!(i64::MAX),
        6 => json!(i64::MIN),
        7 => json!(u64::MAX),
        8 => json!(-1),
        9 => json!(1.5e300),
        10 => json!(vec![0; 5_000]),
        _ => Value::String(text(random)),
    }
}

/// A message with something wrong in it, as bytes: a value, a key, its depth, or its very bytes.
pub fn spoilt(message: &Value, random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut message = message.clone();
    for _ in 0..random.random_range(0..3) {
        let wrong = value(random);
        let inner = ["", "answers", "seconds"][random.random_range(0..3)];
        let at = if inner.is_empty() { Some(&mut message) } else { message.get_mut(inner) };
        if let Some(Value::Object(fields)) = at {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let key = keys.get(random.random_range(0..=keys.len())).cloned().unwrap_or_else(|| text(random));
            match random.random_range(0..4) {
                0 => drop(fields.remove(&key)),
                1 => drop(fields.insert(text(random), wrong)),
                _ => drop(fields.insert(key, wrong)),
            }
        }
    }
    let mut bytes = serde_json::to_vec(&message).expect("a value is JSON");
    match random.random_range(0..16) {
        0 => bytes.truncate(random.random_range(0..=bytes.len())),
        1 => bytes = "[".repeat(100_000).into_bytes(),
        2 => bytes = [b"{\"a\":".repeat(40_000), b"1".to_vec()].concat(),
        3 => bytes = b"1e99999".to_vec(),
        4 => bytes.extend_from_slice(b"\xff\xfe\xc0\x80"),
        5 => {
            let at = random.random_range(0..bytes.len());
            bytes[at] = random.random_range(0..=255);
        }
        6 => bytes = String::from_utf8_lossy(&bytes).replacen("\"id\"", "\"id\":\"x\",\"id\"", 1).into_bytes(),
        7 => bytes = String::from_utf8_lossy(&bytes).replacen(":\"", ":\"\\ud800", 1).into_bytes(),
        8 => bytes = String::from_utf8_lossy(&bytes).replacen(":\"", ":\"\\u0000", 1).into_bytes(),
        _ => {}
    }
    bytes
}

/// Random bytes.
pub fn noise(random: &mut ChaCha8Rng) -> Vec<u8> {
    (0..random.random_range(0..400)).map(|_| random.random_range(0..=255)).collect()
}

/// As an address or a form encodes it, sometimes not quite.
pub fn encoded(text: &str, random: &mut ChaCha8Rng) -> String {
    let plain = random.random_range(0..30) == 0;
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            b'!'..=b'~' if plain => char::from(byte).to_string(),
            other => format!("%{other:02x}"),
        })
        .collect()
}
