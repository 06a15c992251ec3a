//! No answer is lost and none is doubled: tablets that send through a bad network, and a server killed
//! under load. The ledger knows what was finished and what was acknowledged; the database has the last word.
//!
//! `PENCILMARK_LONG=yes` runs the long forms.

#[path = "common/chaos.rs"]
mod chaos;
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chaos::{ask, bad_network};
use common::web::{Browser, app};
use common::{SINGLE, a_place, ks2, open};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::ResponseId;
use pencilmark::store::{ResponseState, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, serve};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use sqlx::Connection;
use tokio::net::TcpListener;

fn long() -> bool {
    std::env::var("PENCILMARK_LONG").is_ok_and(|long| long == "yes")
}

/// What a tablet has finished: an id and the bytes it froze.
#[derive(Clone)]
struct Finished {
    id: String,
    bytes: Vec<u8>,
    sha256: String,
}

impl Finished {
    fn new(n: u128, card: &CardCode) -> Finished {
        let mut envelope = ks2(0, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        envelope.id = ResponseId::from_bytes(n.to_be_bytes());
        let bytes = serde_json::to_vec(&envelope).expect("an envelope is JSON");
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Finished { id: envelope.id.to_string(), bytes, sha256 }
    }

    fn request(&self) -> Vec<u8> {
        let head = format!(
            "PUT /r/{} HTTP/1.1\r\nhost: hall\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            self.id,
            self.bytes.len()
        );
        [head.as_bytes(), &self.bytes].concat()
    }

    /// One try, held against the acknowledgement as the tablet holds it, and with its patience.
    async fn send(&self, server: SocketAddr) -> bool {
        self.send_within(Duration::from_secs(20), server).await
    }

    async fn send_within(&self, patience: Duration, server: SocketAddr) -> bool {
        let Ok(Ok(reply)) = tokio::time::timeout(patience, ask(server, &self.request())).await else {
            return false;
        };
        let reply = String::from_utf8_lossy(&reply);
        let Some((head, body)) = reply.split_once("\r\n\r\n") else { return false };
        let Ok(reply) = serde_json::from_str::<serde_json::Value>(body) else { return false };
        head.starts_with("HTTP/1.1 20")
            && reply["durable"] == true
            && reply["id"] == *self.id
            && reply["sha256"] == *self.sha256
    }
}

/// A tablet waits twenty seconds for a reply. So would this test, at every stall; a reply that only comes late here is
/// one lost reply more.
const IMPATIENT: Duration = Duration::from_secs(1);

/// Everything stored: by id the hash and the bytes, and how many rows each id has.
async fn stored(folder: &Path) -> BTreeMap<String, (Vec<String>, Vec<u8>)> {
    let file = folder.join("pencilmark.db");
    let mut conn =
        sqlx::SqliteConnection::connect(&format!("sqlite://{}?mode=ro", file.display())).await.expect("opens");
    let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as("select id, sha256, bytes from intake order by arrival")
        .fetch_all(&mut conn)
        .await
        .expect("rows");
    let mut stored: BTreeMap<String, (Vec<String>, Vec<u8>)> = BTreeMap::new();
    for (id, sha256, bytes) in rows {
        let entry = stored.entry(id).or_insert_with(|| (Vec::new(), bytes));
        entry.0.push(sha256);
    }
    stored
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_deliveries_through_a_bad_network_lose_and_double_nothing() {
    let deliveries = if long() { 100_000 } else { 5_000 };
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 4).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
    let server = listener.local_addr().expect("an address");
    let app = App::new(store.clone(), format!("http://{server}")).expect("an app");
    let serving = tokio::spawn(serve(listener, app, std::future::pending()));
    let dealt = Arc::new(AtomicU64::new(0));
    let network = bad_network(server, 2026, Arc::clone(&dealt)).await;

    // Every questionnaire is delivered three times over, in no order, by eight tablets.
    let finished: Vec<Finished> = (0..deliveries / 3_u128)
        .map(|n| Finished::new(n, &place.cards[usize::try_from(n % 4).expect("small")]))
        .collect();
    let mut turns: Vec<usize> = (0..finished.len()).flat_map(|i| [i; 3]).collect();
    turns.shuffle(&mut ChaCha8Rng::seed_from_u64(7));
    let finished = Arc::new(finished);
    let tablets: Vec<_> = turns
        .chunks(turns.len().div_ceil(8))
        .map(|turns| {
            let (finished, mut left) = (Arc::clone(&finished), turns.to_vec());
            tokio::spawn(async move {
                let mut acknowledged = BTreeSet::new();
                while !left.is_empty() {
                    let mut again = Vec::new();
                    for turn in left {
                        if finished[turn].send_within(IMPATIENT, network).await {
                            acknowledged.insert(finished[turn].id.clone());
                        } else {
                            again.push(turn);
                        }
                    }
                    left = again;
                }
                acknowledged
            })
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    for tablet in tablets {
        acknowledged.extend(tablet.await.expect("a tablet ends"));
    }
    store.settle().await.expect("settled");
    serving.abort();

    let stored = stored(folder.path()).await;
    assert_eq!(acknowledged.len(), finished.len());
    for one in finished.iter() {
        let (hashes, bytes) = stored.get(&one.id).expect("what was finished is on the server");
        assert_eq!((hashes.as_slice(), bytes), (&[one.sha256.clone()][..], &one.bytes), "one row, the same bytes");
    }
    assert_eq!(stored.len(), finished.len(), "nothing was made up by a request cut in two");
    assert!(dealt.load(Ordering::Relaxed) > u64::try_from(turns.len()).expect("small"), "faults were dealt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tablets_that_come_back_with_fifty_each_are_taken_in_within_a_minute() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 4).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
    let server = listener.local_addr().expect("an address");
    let app = App::new(store.clone(), format!("http://{server}")).expect("an app");
    let serving = tokio::spawn(serve(listener, app, std::future::pending()));
    let began = Instant::now();
    let tablets: Vec<_> = (0..100_u128)
        .map(|tablet| {
            let card = place.cards[usize::try_from(tablet % 4).expect("small")].clone();
            tokio::spawn(async move {
                for n in 0..50 {
                    assert!(Finished::new(tablet << 64 | n, &card).send(server).await, "no honest tablet is refused");
                }
            })
        })
        .collect();
    let mut pages = Vec::new();
    while tablets.iter().any(|tablet| !tablet.is_finished()) {
        let asked = Instant::now();
        let page =
            ask(server, b"GET /privacy HTTP/1.1\r\nhost: hall\r\nconnection: close\r\n\r\n").await.expect("a page");
        assert!(page.starts_with(b"HTTP/1.1 200"));
        pages.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for tablet in tablets {
        tablet.await.expect("every tablet was acknowledged");
    }
    let took = began.elapsed();
    serving.abort();
    assert_eq!(store.response_count().await.expect("a count"), 5_000);
    pages.sort();
    let slow = pages[pages.len() * 95 / 100];
    eprintln!("5,000 responses from 100 tablets in {took:?}; 95 of 100 pages within {slow:?} meanwhile");
    assert!(took < Duration::from_secs(60), "{took:?}");
    assert!(slow < Duration::from_millis(500), "pages took {slow:?} meanwhile");
}

/// The program itself, as a leader's laptop runs it.
struct Program(Child);

impl Program {
    fn start(folder: &Path, address: SocketAddr) -> Program {
        let child = Command::new(env!("CARGO_BIN_EXE_pencilmark"))
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        Program(child)
    }

    /// SIGKILL: nothing is flushed, nobody is told.
    fn kill(&mut self) {
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _gone_already = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_load_keeps_everything_it_acknowledged() {
    let kills: u32 = if long() { 1_000 } else { 50 };
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    drop(store);
    let address = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut acknowledged: Vec<Finished> = Vec::new();
    let mut waiting: Vec<Finished> = Vec::new();
    let mut slowest = Duration::ZERO;
    for kill in 0..kills {
        let began = Instant::now();
        let mut program = Program::start(folder.path(), address);
        let until = loop {
            let one = Finished::new(u128::from(kill) << 32, &place.cards[0]);
            if one.send(address).await {
                acknowledged.push(one);
                break Instant::now() + Duration::from_millis(random.random_range(1..60));
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it never came back");
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        slowest = slowest.max(began.elapsed());
        let tablets: Vec<_> = (1..=4_u128)
            .map(|tablet| {
                let card = place.cards[0].clone();
                tokio::spawn(async move {
                    let (mut kept, mut lost) = (Vec::new(), Vec::new());
                    for n in 0.. {
                        let one = Finished::new(u128::from(kill) << 32 | tablet << 16 | n, &card);
                        if one.send(address).await {
                            kept.push(one)
                        } else {
                            lost.push(one)
                        }
                        if !lost.is_empty() {
                            return (kept, lost);
                        }
                    }
                    (kept, lost)
                })
            })
            .collect();
        tokio::time::sleep_until(until.into()).await;
        program.kill();
        for tablet in tablets {
            let (kept, lost) = tablet.await.expect("a tablet ends");
            acknowledged.extend(kept);
            waiting.extend(lost);
        }
    }
    let _last = Program::start(folder.path(), address);
    for one in &waiting {
        let began = Instant::now();
        while !one.send(address).await {
            assert!(began.elapsed() < Duration::from_secs(20), "what was not acknowledged can be sent again");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let stored = stored(folder.path()).await;
    let lost = acknowledged.iter().chain(&waiting).filter(|one| {
        stored.get(&one.id).is_none_or(|(hashes, bytes)| *hashes != [one.sha256.clone()] || *bytes != one.bytes)
    });
    assert_eq!(lost.count(), 0, "of {} acknowledged and {} sent again", acknowledged.len(), waiting.len());
    assert!(acknowledged.len() > usize::try_from(kills).expect("small"), "there was load");
    assert!(slowest < Duration::from_secs(5), "{slowest:?} from start to first acknowledgement");
}

#[tokio::test]
async fn a_withdrawal_leaves_nothing_whether_it_comes_before_or_after_what_it_takes_back() {
    common::on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let withdrawal = |n| pencilmark::store::Withdrawal {
            session: SINGLE.to_owned(),
            device: "ab".to_owned(),
            sequence: n,
            at_home: false,
        };
        let mut envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        envelope.answers.insert("K2-AS1".to_owned(), pencilmark::response::Answer::Text("astronaut-canary".to_owned()));
        (envelope.device, envelope.sequence) = (Some("ab".to_owned()), Some(1));
        // It had been counted.
        common::send(&store, &envelope).await;
        store.settle().await.expect("settled");
        assert!(!store.pair_counts(place.programme_id).await.expect("counts").is_empty());
        store.withdraw(envelope.id.clone(), withdrawal(1), common::NOW).await.expect("withdrawn");
        assert!(store.pair_counts(place.programme_id).await.expect("counts").is_empty(), "nothing of it is counted");
        // It comes after its note, and once more.
        let mut late = envelope.clone();
        late.id = ResponseId::from_bytes([9; 16]);
        late.sequence = Some(2);
        store.withdraw(late.id.clone(), withdrawal(2), common::NOW).await.expect("withdrawn");
        for again in [false, true] {
            let bytes = serde_json::to_vec(&late).expect("JSON");
            let receipt = store.take_in(late.id.clone(), bytes, common::NOW).await.expect("taken in");
            assert_eq!(receipt.known, again, "the tablet is told, and lets go");
            store.settle().await.expect("settled");
        }
        assert!(store.pair_counts(place.programme_id).await.expect("counts").is_empty());
        assert_eq!(store.withdrawn_at(SINGLE).await.expect("a count"), 2);
        let incremental = store.derived().await.expect("derived");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), incremental);
    })
    .await;
}

#[tokio::test]
async fn what_has_not_come_yet_is_emptied_by_a_stop_of_its_own_tablet_and_session_alone() {
    common::on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        let tablet = Browser::of_tablet(&app(&store));
        let stop = async |n: u8, device: &str, sequence: u64, session: &str| {
            let id = ResponseId::from_bytes([n; 16]);
            let note = serde_json::json!({ "id": id, "session": session, "device": device, "sequence": sequence });
            tablet.put(&format!("/r/{id}/withdrawal"), note.to_string().into_bytes()).await.status
        };
        let send = async |n: u8| {
            let mut envelope = ks2(n, &place.cards[usize::from(n)], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
            if n < 3 {
                (envelope.device, envelope.sequence) = (Some("ab".to_owned()), Some(u64::from(n)));
            }
            common::send(&store, &envelope).await;
        };
        // Somebody has read the ids in a file that a tablet had saved. The second one's own tablet stopped as well.
        for (n, device, sequence, session) in [
            (1, "", 0, SINGLE),
            (1, "ff", 1, SINGLE),
            (1, "ab", 2, SINGLE),
            (1, "ab", 1, "last2222"),
            (2, "ff", 2, SINGLE),
            (2, "ab", 2, SINGLE),
            (3, "", 0, SINGLE),
        ] {
            assert_eq!(stop(n, device, sequence, session).await, 200, "{n} {device} {sequence} {session}");
        }
        assert_eq!(store.withdrawn_at(SINGLE).await.expect("a count"), 3, "one id is one who stopped");
        for n in [1, 2, 3] {
            send(n).await;
        }
        store.settle().await.expect("settled");
        let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
        let states = store.states_of_session(at).await.expect("states");
        let counted = states.iter().filter(|one| one.state == ResponseState::Counted).map(|one| one.n).sum::<i64>();
        assert_eq!(counted, 2, "one has stopped, and two have answered");
        let incremental = store.derived().await.expect("derived");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), incremental);
    })
    .await;
}

#[tokio::test]
async fn what_has_come_is_emptied_by_a_stop_of_its_own_tablet_and_session_alone_and_with_a_line_in_the_log() {
    common::on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 6).await;
        let tablet = Browser::of_tablet(&app(&store));
        let stop = async |n: u8, device: &str, sequence: u64, session: &str| {
            let id = ResponseId::from_bytes([n; 16]);
            let note = serde_json::json!({ "id": id, "session": session, "device": device, "sequence": sequence });
            let answered = tablet.put(&format!("/r/{id}/withdrawal"), note.to_string().into_bytes()).await;
            (answered.status.as_u16(), answered.text.contains("\"durable\":true"))
        };
        for n in 1..=5_u8 {
            let mut envelope = ks2(n, &place.cards[usize::from(n)], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
            if n < 5 {
                (envelope.device, envelope.sequence) = (Some("ab".to_owned()), Some(u64::from(n)));
            }
            common::send(&store, &envelope).await;
        }
        store.settle().await.expect("settled");
        let derived = store.derived().await.expect("derived");
        // Whoever has an id and no more is told that all is well, and nothing has happened.
        for (n, device, sequence, session) in [
            (1, "", 0, SINGLE),
            (1, "cd", 1, SINGLE),
            (1, "ab", 2, SINGLE),
            (1, "ab", 1, "last2222"),
            (5, "", 0, SINGLE),
        ] {
            assert_eq!(stop(n, device, sequence, session).await, (200, true), "{n} {device} {sequence} {session}");
        }
        assert_eq!(store.derived().await.expect("derived"), derived);
        assert_eq!(store.withdrawn_at(SINGLE).await.expect("a count"), 0);
        let log = async || store.audit(None, 20).await.expect("log");
        assert!(log().await.iter().all(|entry| !entry.deed.what.contains("stopped")));

        // The tablet itself may, though it finished: another page of it had stopped. Sent twice, it is once.
        assert_eq!((stop(1, "ab", 1, SINGLE).await, stop(1, "ab", 1, SINGLE).await), ((200, true), (200, true)));
        assert_eq!(store.withdrawn_at(SINGLE).await.expect("a count"), 1);
        let lines: Vec<_> = log().await.into_iter().filter(|entry| entry.deed.what.contains("stopped")).collect();
        assert_eq!(lines.len(), 1);
        let said = format!("{:?}", lines[0].deed);
        assert!(said.contains("Job Trail: at the session of 2026-05-16"), "{said}");
        assert!(!said.contains(&"01".repeat(16)) && !said.contains(place.cards[1].as_str()), "{said}");

        // Three in ten minutes; the next one is to be sent again later.
        assert_eq!((stop(2, "ab", 2, SINGLE).await, stop(3, "ab", 3, SINGLE).await), ((200, true), (200, true)));
        assert_eq!(stop(4, "ab", 4, SINGLE).await, (503, false));
        // Whoever stops before anything has come is not one of them.
        assert_eq!(stop(9, "ab", 9, SINGLE).await, (200, true));
        assert_eq!(store.withdrawn_at(SINGLE).await.expect("a count"), 4);
        let incremental = store.derived().await.expect("derived");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), incremental);
    })
    .await;
}
