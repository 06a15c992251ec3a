//! The live board on a real socket, as a leader's page hears it, and as a page without script reads it.

mod common;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::account::{Holding, Role, Secret, SignIn, Within};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::ResponseId;
use pencilmark::store::{NewAccount, NewPerson, Store, TabletBeat, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, serve};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);

/// A server on a spare port, until it is told to stop.
async fn start(store: &Store) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
    let address = listener.local_addr().expect("an address");
    let app = App::new(store.clone(), format!("http://{address}")).expect("an app");
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(serve(listener, app, async {
        let _either_way = stopped.await;
    }));
    (address, stop, running)
}

/// A leader's page that listens.
struct Page {
    stream: TcpStream,
    heard: String,
}

impl Page {
    async fn open(address: SocketAddr, query: &str, last_heard: Option<&str>) -> Page {
        let last = last_heard.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        Page::with(address, query, &last).await
    }

    async fn with(address: SocketAddr, query: &str, headers: &str) -> Page {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let head = format!("GET /sessions/{SINGLE}/live{query} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.expect("asked");
        let mut page = Page { stream, heard: String::new() };
        while !page.heard.contains("\r\n\r\n") {
            assert!(page.read().await, "the answer begins");
        }
        page
    }

    fn status(&self) -> &str {
        self.heard.split(' ').nth(1).expect("a status")
    }

    /// Reads on; false at the end.
    async fn read(&mut self) -> bool {
        let mut some = vec![0; 65_536];
        let n = timeout(PATIENCE, self.stream.read(&mut some)).await.expect("in time").unwrap_or(0);
        self.heard.push_str(&String::from_utf8_lossy(&some[..n]));
        n > 0
    }

    /// Reads to the end of the stream: its last, empty chunk, or the connection's end.
    async fn ends(&mut self) {
        while !self.heard.ends_with("\r\n0\r\n\r\n") && self.read().await {}
    }

    /// The next update, with its id.
    async fn update(&mut self) -> (String, Value) {
        loop {
            if let Some(at) = self.heard.find("event: board\n")
                && let Some(length) = self.heard[at..].find("\n\n")
            {
                let event: String = self.heard.drain(..at + length + 2).skip(at).collect();
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
                return (line("id: ").to_owned(), serde_json::from_str(line("data: ")).expect("JSON"));
            }
            assert!(self.read().await, "the stream goes on: {}", self.heard);
        }
    }
}

async fn come(store: &Store, place: &common::Place, family: usize, animal: Animal) {
    let at = store.session(SINGLE).await.expect("the store answers").expect("the session");
    let card = place.cards[family].clone();
    let person = NewPerson { card, animal, school_year: None, session_id: at.session.id };
    store.register(vec![person], NOW).await.expect("known");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_hears_of_a_family_and_of_its_answer_by_itself() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let (address, _stop, _running) = start(&store).await;
        let mut page = Page::open(address, "", None).await;
        let (_, whole) = page.update().await;
        assert!(whole["parts"]["numbers"].as_str().expect("markup").contains("families in"));

        come(&store, &place, 0, Animal::Fox).await;
        let (_, update) = page.update().await;
        let family = update["families"][0].as_str().expect("a family").to_owned();
        assert!(update["parts"][&family].as_str().expect("markup").contains("still owed"), "{update}");

        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        let (_, update) = page.update().await;
        let line = update["parts"][&family].as_str().expect("markup");
        assert!(line.contains("is-done") && !line.contains("still owed"), "{line}");
        assert!(update["parts"].get("requests").is_none(), "only what changed is sent");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_comes_back_hears_what_it_missed_and_nothing_twice() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 3).await;
    let (address, _stop, _running) = start(&store).await;
    let (id, _) = Page::open(address, "", None).await.update().await;

    let mut same = Page::open(address, "", Some(&id)).await;
    let mut same_by_address = Page::open(address, &format!("?version={id}"), None).await;
    for page in [&mut same, &mut same_by_address] {
        assert!(timeout(Duration::from_millis(700), page.update()).await.is_err(), "it has everything already");
    }
    come(&store, &place, 1, Animal::Owl).await;
    let (newer, update) = same.update().await;
    assert_eq!(update["parts"]["numbers"].as_str().map(|part| part.contains(">1<")), Some(true));
    let (id_after, everything) = Page::open(address, "", Some(&id)).await.update().await;
    assert_eq!(id_after, newer, "the same board has the same name for everybody");
    assert!(everything["parts"].as_object().expect("parts").len() >= update["parts"].as_object().expect("parts").len());

    // Another start of the server on the same answers: the version means the same.
    let (again, _stop_again, _running_again) = start(&store).await;
    let mut page = Page::open(again, "", Some(&newer)).await;
    assert!(timeout(Duration::from_millis(700), page.update()).await.is_err(), "nothing has changed since");
}

/// Somebody of the team who is signed in: their account, and the secret of their sign-in.
async fn signed_in(store: &Store, name: &str, role: Role, place: &common::Place, digit: char) -> (i64, Secret) {
    let whole = Holding { programme: place.programme_id, within: Within::Whole };
    let holdings = if role == Role::Administrator { Vec::new() } else { vec![whole] };
    let new = NewAccount { name: name.to_owned(), role, holdings, password: "none".to_owned() };
    let account = store.add_account(new, NOW).await.expect("an account");
    let secret = Secret::parse(&digit.to_string().repeat(64)).expect("a secret");
    let now_us = app(store).now_us();
    let (digest, browser) = (secret.digest(), "a telephone".to_owned());
    let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
    store.begin_sign_in(sign_in).await.expect("signed in");
    (account, secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_out_or_loses_the_session_hears_nothing_more_of_it() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let (address, _stop, _running) = start(&store).await;
        let mut unguarded = Page::open(address, "", None).await;
        unguarded.update().await;
        let (_, anna) = signed_in(&store, "Anna", Role::Administrator, &place, 'a').await;
        unguarded.ends().await; // from now on everybody signs in
        let (_, ben) = signed_in(&store, "Ben", Role::Leader, &place, 'b').await;
        let (cleo_id, cleo) = signed_in(&store, "Cleo", Role::Leader, &place, 'c').await;
        let mut pages = Vec::new();
        for secret in [&anna, &ben, &cleo] {
            let mut page = Page::with(address, "", &format!("Cookie: pencilmark={}\r\n", secret.as_str())).await;
            page.update().await;
            pages.push(page);
        }
        let [mut anna_hears, mut ben_hears, mut cleo_hears] = <[Page; 3]>::try_from(pages).ok().expect("three");
        store.end_sign_in(ben.digest()).await.expect("signed out");
        ben_hears.ends().await;
        store.change_account(cleo_id, Role::Funder, Vec::new()).await.expect("changed");
        cleo_hears.ends().await;
        come(&store, &place, 0, Animal::Fox).await;
        let (_, update) = anna_hears.update().await;
        assert!(update["families"][0].is_string(), "who may look goes on");
        for page in [&ben_hears, &cleo_hears] {
            assert!(!page.heard.contains("family-"), "{}", page.heard);
        }
    })
    .await;
}

#[tokio::test]
async fn who_has_begun_is_on_the_board_until_they_have_finished_or_are_taken_out() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let device = "ab".repeat(8);
        let hash = |n: usize| -> String {
            let digest = Sha256::digest(format!("{SINGLE} {}", place.cards[n].as_str()));
            digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
        };
        let beat = async |sitting: Value| {
            let holds = serde_json::json!({
                "device": device, "session": SINGLE, "sequence": 1, "waiting": 0, "parked": 0, "drafts": 1,
                "storage": "local", "oldest_ms": 0, "shell": "00ff", "clock_ms": 0, "sitting": sitting,
            });
            assert_eq!(tablet.post_json("/beat", holds.to_string()).await.status, StatusCode::OK);
        };
        let board = async || leader.get(&format!("/sessions/{SINGLE}/board")).await.text;
        let fox = |n: usize| serde_json::json!({ "card": hash(n), "animal": "fox", "wave": "pre" });
        beat(serde_json::json!([fox(0), fox(1), { "card": "0123456789abcdef", "animal": "fox", "wave": "pre" }])).await;
        let page = board().await;
        assert_eq!(page.matches("answering on a tablet that is not paired").count(), 2, "{page}");
        assert!(page.contains(&place.cards[0].to_string()) && page.contains("2 still owed"), "{page}");
        assert!(!page.contains("/families/"), "no family is known yet");

        // The first finishes, on another tablet; the second takes its answers out; the rest goes with the session.
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("judged");
        assert_eq!(board().await.matches("answering on").count(), 1);
        beat(serde_json::json!([fox(1)])).await;
        assert_eq!(board().await.matches("answering on").count(), 1);
        store.take_out(&place.cards[1], NOW).await.expect("no failure").expect("a card");
        assert_eq!(board().await.matches("answering on").count(), 0);
        beat(serde_json::json!([fox(2)])).await;
        assert_eq!(board().await.matches("answering on").count(), 1);
        leader.post(&format!("/sessions/{SINGLE}/closure"), &[("reason", "the hall is locked")]).await.location();
        assert_eq!(board().await.matches("answering on").count(), 0);
        beat(serde_json::json!([fox(2)])).await;
        assert_eq!(board().await.matches("answering on").count(), 0, "nobody is kept of a session that is over");
    })
    .await;
}

#[tokio::test]
async fn who_stopped_or_said_no_stands_on_the_board_until_the_session_is_closed() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let board = async || leader.get(&format!("/sessions/{SINGLE}/board")).await.text;
        let seat = |n: usize, animal: &str| {
            let digest = Sha256::digest(format!("{SINGLE} {}", place.cards[n].as_str()));
            let card: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            serde_json::json!({ "card": card, "animal": animal, "wave": "pre" })
        };
        // A fox stopped, and a bee said no; a brother of theirs answered. Sent twice, they are the same two.
        let stop = |to: &str, id: &str, more: Value| {
            let mut note = serde_json::json!({ "id": id, "session": SINGLE, "device": "ab".repeat(8), "sequence": 7 });
            note.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            (to.replace("{id}", id), note.to_string().into_bytes())
        };
        let notes = [
            stop("/r/{id}/withdrawal", &"0a".repeat(16), serde_json::json!({ "seat": seat(0, "fox") })),
            stop("/no/{id}", &"0b".repeat(16), serde_json::json!({ "role": "child", "seat": seat(1, "bee") })),
        ];
        for (to, note) in notes.iter().chain(&notes) {
            assert_eq!(tablet.put(to, note.clone()).await.status, StatusCode::OK);
        }
        send(&store, &ks2(1, &place.cards[1], Animal::Owl, SINGLE, Wave::Pre, 8, 2)).await;
        // Without script a no is said by a form.
        let said = [("code", place.cards[2].as_str()), ("animal", "cat"), ("school_year", "4"), ("permission", "no")];
        assert_eq!(tablet.post(&format!("/s/{SINGLE}"), &said).await.status, StatusCode::OK);
        store.settle().await.expect("judged");

        let page = board().await;
        for n in 0..3 {
            assert!(page.contains(&place.cards[n].to_string()), "family {n}: {page}");
        }
        assert_eq!(page.matches("before: stopped").count(), 1, "{page}");
        assert_eq!(page.matches("before: said no").count(), 2, "{page}");
        assert!(page.contains("nobody owes one; 3 stopped or said no"), "{page}");
        assert!(!page.contains("still owed"), "who did not want to owes nothing: {page}");
        assert!(!page.contains("family-line done"), "no family here is complete: {page}");
        let home = leader.get(&format!("/sessions/{SINGLE}")).await.text;
        assert!(home.contains("nothing of theirs is kept"), "who stopped is counted beside who said no: {home}");

        // Whoever thinks better of it is seen answering again, and has answered.
        send(&store, &ks2(2, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("judged");
        assert!(!board().await.contains("before: stopped"));

        // Who takes the family's answers out takes this along; what is left goes when the session is closed.
        store.take_out(&place.cards[1], NOW).await.expect("no failure").expect("a card");
        assert_eq!(board().await.matches("before: said no").count(), 1);
        leader.post(&format!("/sessions/{SINGLE}/closure"), &[("reason", "the hall is locked")]).await.location();
        assert_eq!(board().await.matches("before: said no").count(), 0);
        for page in [board().await, leader.get(&format!("/sessions/{SINGLE}")).await.text] {
            assert!(page.contains("Since the session was closed that is a number and nothing else"), "{page}");
        }
        let (to, note) =
            stop("/no/{id}", &"0c".repeat(16), serde_json::json!({ "role": "child", "seat": seat(3, "fox") }));
        assert_eq!(tablet.put(&to, note).await.status, StatusCode::OK, "the count is still kept");
        assert!(!board().await.contains(&place.cards[3].to_string()), "nobody is kept of a session that is over");
    })
    .await;
}

#[tokio::test]
async fn a_newcomer_with_an_after_alone_is_never_called_complete() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let leader = Browser::of_staff(&app(&store));
        leader.post(&format!("/sessions/{SINGLE}/afters"), &[]).await.location();
        send(&store, &ks2(1, &place.cards[0], Animal::Owl, SINGLE, Wave::PostSame, 8, 2)).await;
        store.settle().await.expect("judged");
        let page = leader.get(&format!("/sessions/{SINGLE}/board")).await.text;
        assert!(page.contains("before: none"), "{page}");
        assert!(page.contains("1 without one"), "the head line says it of the befores: {page}");
        assert!(page.contains("1 after only"), "and of the afters: {page}");
        assert!(page.contains("family-line part") && !page.contains("family-line done"), "{page}");
        let home = leader.get(&format!("/sessions/{SINGLE}")).await.text;
        assert!(home.contains("1 after only"), "{home}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_pages_listen_to_a_session_and_the_next_one_asks_instead() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let (address, stop, running) = start(&store).await;
    let mut pages = Vec::new();
    for _ in 0..16 {
        pages.push(Page::open(address, "", None).await);
    }
    assert!(pages.iter().all(|page| page.status() == "200"));
    assert_eq!(Page::open(address, "", None).await.status(), "503");

    let leader = Browser::of_staff(&app(&store));
    let now = leader.get(&format!("/sessions/{SINGLE}/now")).await;
    let update: Value = serde_json::from_str(&now.text).expect("JSON");
    let version = update["version"].as_str().expect("a version");
    assert_eq!(leader.get(&format!("/sessions/{SINGLE}/now?version={version}")).await.status, StatusCode::NO_CONTENT);
    come(&store, &place, 0, Animal::Fox).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let now = leader.get(&format!("/sessions/{SINGLE}/now?version={version}")).await;
    assert!(now.status == StatusCode::OK && now.text.contains("family-"), "{}", now.text);

    drop(pages.pop());
    let began = Instant::now();
    stop.send(()).expect("still running");
    running.await.expect("no panic").expect("stopped in order");
    assert!(began.elapsed() < Duration::from_secs(3), "listeners do not hold a stop up: {:?}", began.elapsed());
}

#[tokio::test]
async fn without_script_the_board_is_a_page_whose_lines_open_a_familys_seat() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let leader = Browser::of_staff(&app(&store));
        let board = format!("/sessions/{SINGLE}/board");
        assert!(leader.get(&board).await.text.contains("No family has come in yet"));
        come(&store, &place, 0, Animal::Fox).await;
        come(&store, &place, 0, Animal::Sun).await;
        come(&store, &place, 1, Animal::Owl).await;
        send(&store, &ks2(1, &place.cards[1], Animal::Owl, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("judged");
        let page = leader.get(&board).await.text;
        let lines: Vec<&str> = page.split("<li class=\"family-line").skip(1).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains(&place.cards[0].to_string()), "who owes something comes first");
        assert!(lines[1].contains(&place.cards[1].to_string()));
        assert!(!page.contains("K2-CF1") && !page.contains("mean"), "no results during a session");

        let seat = lines[0].split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
        assert!(!seat.contains(place.cards[0].as_str()), "no code in an address");
        let page = leader.get(seat).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("QR code of") && page.text.contains("Fox") && page.text.contains("Sun"));
        let title = page.text.split("</title>").next().expect("a title");
        assert!(!title.contains(&place.cards[0].to_string()), "nor in a title, which a browser remembers");
        assert_eq!(leader.get(&format!("/sessions/{SINGLE}/families/999")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(leader.get(&format!("/sessions/{SINGLE}/families/x")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_board_says_of_each_tablet_what_it_holds_and_whether_it_may_be_packed_away() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let board = format!("/sessions/{SINGLE}/board");
        assert!(leader.get(&board).await.text.contains("✓ Safe to pack away"), "there is nothing to pack");
        let device = "ab".repeat(8);
        leader.post(&format!("/sessions/{SINGLE}/collecting"), &[]).await.location();
        let at = store.session(SINGLE).await.expect("answers").expect("the session").session.id;
        let stopped = store.collecting(at).await.expect("answers");
        let beat = |sequence: i64, waiting: i64, clock_off_ms: i64| {
            let clock_ms = application.now_us() / 1000 + clock_off_ms;
            serde_json::json!({
                "device": device, "session": SINGLE, "sequence": sequence, "waiting": waiting, "parked": 0, "drafts": 0,
                "storage": "local", "oldest_ms": 180_000, "shell": "00ff", "clock_ms": clock_ms, "stopped": stopped,
            })
            .to_string()
        };
        tablet.post_json("/beat", beat(2, 1, 630_000)).await;
        let page = leader.get(&board).await.text;
        for words in [
            "1 answer waits on it",
            "waited 3 minutes",
            "clock is 10 minutes fast",
            "with little room",
            "Not safe to pack away yet",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        tablet.post_json("/beat", beat(2, 0, 0)).await;
        assert!(leader.get(&board).await.text.contains("2 questionnaires were begun on it and never arrived"));
        for n in 1..=2 {
            let mut envelope = ks2(n, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
            (envelope.device, envelope.sequence) = (Some(device.clone()), Some(n.into()));
            send(&store, &envelope).await;
        }
        store.settle().await.expect("judged");
        let page = leader.get(&board).await.text;
        assert!(page.contains("✓ everything is here") && page.contains("✓ Safe to pack away"), "{page}");
        assert!(page.contains("2 answers came from tablets or telephones that are not paired"));

        // Heard an hour ago while families could answer: nobody knows what is on it. If it went home with its family,
        // its last word is enough.
        let (mut last, seen_us) = store.tablets(at).await.expect("answers").remove(0);
        last.stopped_under = None;
        store.beat(at, last, seen_us - 3_600_000_000).await.expect("kept");
        let silent = leader.get(&board).await.text;
        assert!(silent.contains("Silent for 60 minutes"));
        for said in ["bring it back to the wifi", "save its answers to a file", "href=\"/rescue\""] {
            assert!(silent.contains(said), "{said}: {silent}");
        }
        assert!(!silent.contains("It last spoke") && !silent.contains("Everything so far is here"), "{silent}");
        leader.post(&format!("/sessions/{SINGLE}/tablets/{device}/own"), &[]).await.location();
        assert!(leader.get(&board).await.text.contains("✓ Safe to pack away"));
        leader.post(&format!("/sessions/{SINGLE}/tablets/{device}/ours"), &[]).await.location();
        assert!(leader.get(&board).await.text.contains("Not safe to pack away yet"));
        let nobody = leader.post(&format!("/sessions/{SINGLE}/tablets/{}/own", "cd".repeat(8)), &[]).await;
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// How fast, `benches/run board` says.
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_families_and_forty_tablets_are_drawn_and_followed() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let mut place = a_place(&store, "Riverside", 0).await;
    let codes = (0..400_u16).filter_map(|n| {
        let symbol = |n: u16| u8::try_from(n % 23).expect("below 23");
        CardCode::from_random([symbol(n), symbol(n / 23), 7, 11, 13])
    });
    place.cards = store.issue_cards(place.project_id, codes.take(300).collect(), NOW).await.expect("cards");
    assert_eq!(place.cards.len(), 300);
    let at = store.session(SINGLE).await.expect("answers").expect("the session").session.id;
    let mut responses = Vec::new();
    let mut number = 0_u64;
    for (n, card) in place.cards.iter().enumerate() {
        for animal in [Animal::Fox, Animal::Owl, Animal::Frog] {
            number += 1;
            let mut envelope = ks2(1, card, animal, SINGLE, Wave::Pre, 8, 2);
            envelope.id = ResponseId::from_bytes(u128::from(number).to_be_bytes());
            envelope.device = Some(format!("{:016x}", n % 40));
            envelope.sequence = Some(number);
            responses.push((envelope.id.clone(), serde_json::to_vec(&envelope).expect("JSON"), NOW));
        }
    }
    store.take_in_all(responses).await.expect("stored");
    store.settle().await.expect("judged");
    for n in 0..40 {
        let beat = TabletBeat {
            device: format!("{n:016x}"),
            sequence: 900,
            waiting: 0,
            parked: 0,
            drafts: 0,
            storage: "database".to_owned(),
            oldest_ms: 0,
            shell: "00ff".to_owned(),
            clock_off_ms: 0,
            cards: 300,
            stopped_under: None,
        };
        store.beat(at, beat, NOW).await.expect("kept");
    }
    let leader = Browser::of_staff(&app(&store));
    for path in ["", "/board"] {
        let page = leader.get(&format!("/sessions/{SINGLE}{path}")).await;
        assert_eq!(page.status, StatusCode::OK);
    }

    let (address, _stop, _running) = start(&store).await;
    let mut page = Page::open(address, "", None).await;
    page.update().await;
    for n in 0..5 {
        let mut envelope = ks2(1, &place.cards[n], Animal::Fox, SINGLE, Wave::PostSame, 9, 3);
        envelope.id = ResponseId::from_bytes([200 + u8::try_from(n).expect("few"); 16]);
        send(&store, &envelope).await;
        page.update().await;
    }
}
