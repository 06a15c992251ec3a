//! Thousands of requests that nobody should send, made from a seed, over a real socket and at every door: none
//! makes the server fail, and afterwards it works as before. Ten thousand go to each database,
//! twenty with `PENCILMARK_LONG=yes`; `PENCILMARK_SEED` repeats a run.

mod common;

#[path = "attack/corpus.rs"]
mod corpus;
#[path = "attack/forms.rs"]
mod forms;
#[path = "attack/ground.rs"]
mod ground;
#[path = "attack/requests.rs"]
mod requests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{SINGLE, ks2, on_each_database, send};
use ground::{Ground, Sender, attacked};
use pencilmark::person::Animal;
use pencilmark::store::{AuditVerdict, Store};
use pencilmark::survey::Wave;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use requests::{Made, request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Who attack at once.
const WORKERS: usize = 4;

/// The team is signed in anew after so many requests of a worker: some of them sign out, or are taken off.
const ROUND: usize = 250;

/// Most memory of the whole process, server and attackers.
const MEMORY: u64 = 250 * 1024 * 1024;

fn wanted() -> usize {
    if std::env::var("PENCILMARK_LONG").is_ok_and(|long| long == "yes") { 20_000 } else { 10_000 }
}

fn seed() -> u64 {
    std::env::var("PENCILMARK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_122)
}

/// Sends it and reads what comes back, nothing where the connection was closed.
async fn answer(address: SocketAddr, made: &Made) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // Refused half-way, it cannot be sent to its end.
    let _refused_early = stream.write_all(&made.bytes).await;
    let mut got = Vec::new();
    if made.endless {
        let mut part = [0; 4_096];
        if let Ok(n) = stream.read(&mut part).await {
            got.extend_from_slice(&part[..n]);
        }
    } else if made.broken {
        // It may wait for the rest.
        let _half = tokio::time::timeout(Duration::from_millis(300), stream.read_to_end(&mut got)).await;
    } else {
        let _reset_after_the_answer = stream.read_to_end(&mut got).await;
    }
    // Whoever asked first whether to send the body was told to.
    got.strip_prefix(b"HTTP/1.1 100 Continue\r\n\r\n").map(<[u8]>::to_vec).unwrap_or(got)
}

/// What is wrong with an answer.
fn fault(made: &Made, got: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(got);
    let Some(status) = text.get(9..12).and_then(|status| status.parse::<u16>().ok()) else {
        return (!made.broken && !text.is_empty()).then(|| "no status".to_owned());
    };
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let head = head.to_lowercase();
    if status >= 500 && !(made.endless && status == 503) {
        return Some(format!("status {status}"));
    }
    // What hyper refuses by itself has no body.
    let ours = !body.is_empty();
    if ours && !(head.contains("content-security-policy: default-src 'none'") && head.contains("nosniff")) {
        return Some(format!("status {status} without the headers of every answer"));
    }
    let typed = ["<script>alert(1)", "<img src=x", "<svg/onload"].iter().find(|typed| body.contains(**typed));
    if head.contains("text/html") && typed.is_some() {
        return Some("what was sent became markup".to_owned());
    }
    head.contains("\nset-cookie: x=1").then(|| "what was sent became a header".to_owned())
}

/// One worker's share. Gives its faults, by what it asked.
async fn attack(
    ground: Arc<Ground>,
    worker: usize,
    share: usize,
    statuses: Arc<[AtomicUsize; 6]>,
) -> BTreeMap<String, String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed() + worker as u64);
    let doors: Vec<_> = attacked().collect();
    let mut faults = BTreeMap::new();
    // At first, as long as nobody has an account, whoever is here is the team.
    let mut team: Vec<Sender> = vec![ground.machine()];
    for n in 0..share {
        if n > share / 3 && n % ROUND == 0 {
            team = ground.team(worker * 1_000_000 + n).await;
        }
        let door = doors[random.random_range(0..doors.len())];
        let sender = &team[random.random_range(0..team.len())];
        let made = request(&ground, door, sender, &mut random);
        let got = answer(ground.address, &made).await;
        let class = got.get(9).map_or(0, |digit| usize::from(digit.saturating_sub(b'0')).min(5));
        statuses[class].fetch_add(1, Ordering::Relaxed);
        if let Some(fault) = fault(&made, &got) {
            faults.insert(format!("{} ({})", made.line.chars().take(200).collect::<String>(), door.route), fault);
        }
    }
    faults
}

/// Most memory this process has had, where the system says so.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

async fn survives(store: Store) {
    let ground = Arc::new(Ground::of(&store).await);
    assert!(ground.forms.len() > 30, "only {} forms were found to attack with", ground.forms.len());
    let statuses: Arc<[AtomicUsize; 6]> = Arc::default();
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| tokio::spawn(attack(Arc::clone(&ground), worker, wanted() / WORKERS, Arc::clone(&statuses))))
        .collect();
    let mut faults = BTreeMap::new();
    for worker in workers {
        faults.extend(worker.await.expect("an attacker finishes"));
    }
    let counts: Vec<usize> = statuses.iter().map(|count| count.load(Ordering::Relaxed)).collect();
    eprintln!("seed {}: answers by class (none, 1xx … 5xx): {counts:?}, peak memory {:?} bytes", seed(), peak());
    assert!(faults.is_empty(), "seed {}:\n{faults:#?}", seed());
    // An attack that is turned away at the first look tries nothing.
    let all: usize = counts.iter().sum();
    assert!(counts[2] + counts[3] > all / 5, "hardly a request came far: {counts:?}");
    // It works as before.
    store.settle().await.expect("everything that came is judged");
    assert!(matches!(store.verify_audit().await.expect("the log"), AuditVerdict::Whole { .. }));
    let session = store.session(SINGLE).await.expect("read").expect("there").session;
    let mine = ks2(77, &ground.place.cards[5], Animal::Bee, &session.key, Wave::Pre, 3, 1);
    let receipt = send(&store, &mine).await;
    assert!(receipt.erased || (!receipt.known && !receipt.variant));
    assert!(peak().is_none_or(|peak| peak < MEMORY), "it took {:?} bytes", peak());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sent_makes_the_server_fail() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let as_before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        as_before(panic);
    }));
    on_each_database(survives).await;
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "something panicked");
}
