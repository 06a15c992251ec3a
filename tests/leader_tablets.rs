//! A session's tablets, as a tablet in the hall and as the leader: pairing, and whose word is believed.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, on_each_database, open};
use pencilmark::session::pairing::COLOURS;
use pencilmark::store::{Ask, Asked, Store, Target};

const MINUTE_US: i64 = 60 * 1_000_000;

/// A tablet's token: 32 hexadecimal digits.
fn token(n: u8) -> String {
    format!("{n:02x}").repeat(16)
}

/// A tablet's own name: 16 hexadecimal digits.
fn device(n: u8) -> String {
    format!("{n:02x}").repeat(8)
}

/// What a tablet that asks is told.
async fn asks(tablet: &Browser, device: &str, token: &str) -> serde_json::Value {
    let body = serde_json::json!({ "device": device, "token": token }).to_string();
    let told = tablet.post_json(&format!("/s/{SINGLE}/pairing"), body).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    serde_json::from_str(&told.text).expect("JSON")
}

async fn beats(tablet: &Browser, device: &str, grant: &str, waiting: i64) -> StatusCode {
    let body = serde_json::json!({
        "device": device, "session": SINGLE, "sequence": 3, "waiting": waiting, "parked": 0, "drafts": 0,
        "storage": "database", "oldest_ms": 0, "shell": "00ff", "clock_ms": 0, "grant": grant, "cards": 5,
    });
    tablet.post_json("/beat", body.to_string()).await.status
}

/// The key of the request that shows these words.
async fn request_of(store: &Store, words: &str) -> i64 {
    let at = store.session(SINGLE).await.expect("the store answers").expect("the session");
    let all = store.pairings(at.session.id).await.expect("the store answers");
    all.iter().find(|one| one.words == words).expect("a request with these words").id
}

#[tokio::test]
async fn a_tablet_is_paired_by_the_leader_who_sees_the_same_two_words() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let told = asks(&tablet, &device(1), &token(1)).await;
        let words = told["words"].as_str().expect("two words").to_owned();
        assert_eq!((told["state"].as_str(), words.split(' ').count()), (Some("waits"), 2));
        assert_eq!(
            asks(&tablet, &device(1), &token(1)).await["words"],
            words.as_str(),
            "asking again is the same request"
        );

        let home = format!("/sessions/{SINGLE}");
        let page = leader.get(&home).await.text;
        assert!(page.contains(&words) && page.contains("Yes, it is the Red tablet"), "{page}");
        let request = format!("{home}/pairings/{}", request_of(&store, &words).await);
        assert_eq!(leader.post(&request, &[]).await.location(), format!("{home}#tablets"));
        let told = asks(&tablet, &device(1), &token(1)).await;
        assert_eq!((told["state"].as_str(), told["name"].as_str()), (Some("paired"), Some("Red")));
        assert!(!leader.get(&home).await.text.contains(&words), "the request is gone");

        // The server forgot nothing: another start, another router, the same answer.
        let again = Browser::of_tablet(&app(&store));
        assert_eq!(asks(&again, &device(1), &token(1)).await["name"], "Red");
        let log = store.audit(None, 10).await.expect("log");
        assert_eq!(
            (log[0].deed.what.as_str(), log[0].deed.about.as_str()),
            ("Paired a tablet", &*format!("Red tablet, {home}"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_sessions_home_leads_to_cards_then_to_tablets_then_to_the_board() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 0).await;
    let application = app(&store);
    let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
    let home = format!("/sessions/{SINGLE}");
    let first = async || {
        let page = leader.get(&home).await.text;
        let button = page.split("class=\"button to-board\"").nth(1).expect("one thing to do next").to_owned();
        button.split(['>', '<']).nth(1).expect("its words").to_owned()
    };
    assert_eq!(first().await, "Print family cards");
    let code = pencilmark::person::CardCode::parse("PENC4T").expect("a code");
    store.issue_cards(place.project_id, vec![code], NOW).await.expect("issued");
    assert_eq!(first().await, "Pair the tablets");
    let tablets = leader.get(&format!("{home}/tablets")).await.text;
    assert!(
        tablets.contains(&format!("/s/{SINGLE}</p>")) && tablets.contains("QR code of"),
        "their address: {tablets}"
    );
    let words = asks(&tablet, &device(1), &token(1)).await["words"].as_str().expect("two words").to_owned();
    leader.post(&format!("{home}/pairings/{}", request_of(&store, &words).await), &[]).await.location();
    assert_eq!(first().await, "Live board: who has answered");
}

#[tokio::test]
async fn tablets_get_different_words_and_different_colours_and_no_more_than_sixty_wait() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    a_place(&store, "Riverside", 0).await;
    let at = store.session(SINGLE).await.expect("the store answers").expect("the session").session.id;
    let ask = |n: u8| Ask { device: device(n), token_sha256: token(n) };
    let words = |n: u8| (0..8).map(|more| format!("words {}", (n / 2).saturating_add(more * 31))).collect::<Vec<_>>();
    let mut shown = std::collections::BTreeSet::new();
    for n in 0..60 {
        match store.ask_to_pair(at, ask(n), words(n), NOW).await.expect("the store answers") {
            Asked::Waits { words } => assert!(shown.insert(words), "words are shown by one tablet only"),
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_eq!(store.ask_to_pair(at, ask(60), words(60), NOW).await.expect("answers"), Asked::Full);
    let later = NOW + 16 * MINUTE_US;
    assert!(matches!(store.ask_to_pair(at, ask(61), words(61), later).await.expect("answers"), Asked::Waits { .. }));
    assert_eq!(store.pairings(at).await.expect("answers").len(), 1, "who has gone is forgotten");

    for n in 100..140 {
        store.ask_to_pair(at, ask(n), words(n), later).await.expect("the store answers");
    }
    let mut names = std::collections::BTreeSet::new();
    for one in store.pairings(at).await.expect("answers") {
        names.insert(store.pair_tablet(at, one.id, String::new(), later).await.expect("answers").expect("a name"));
    }
    assert_eq!(names.len(), 41);
    assert!(names.contains(COLOURS[13]) && names.contains("Red 3"));
}

#[tokio::test]
async fn tablets_that_wait_together_are_offered_different_colours_and_get_what_was_offered() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let mut requests = Vec::new();
        for n in 1..=3 {
            let words = asks(&tablet, &device(n), &token(n)).await["words"].as_str().expect("words").to_owned();
            requests.push(request_of(&store, &words).await);
        }
        let home = format!("/sessions/{SINGLE}");
        let page = leader.get(&home).await.text;
        for colour in ["Red", "Blue", "Green"] {
            assert_eq!(page.matches(&format!("Yes, it is the {colour} tablet")).count(), 1, "{page}");
        }
        // The last that asked is said yes to first: it is what its button said.
        for (n, colour) in [(3, "Green"), (1, "Red"), (2, "Blue")] {
            let request = requests[usize::from(n) - 1];
            leader.post(&format!("{home}/pairings/{request}"), &[("name", colour)]).await.location();
            assert_eq!(asks(&tablet, &device(n), &token(n)).await["name"], colour);
        }
        for (n, wished, given) in [(4, "Red", "Yellow"), (5, "<b>Mine</b>", "Orange")] {
            let words = asks(&tablet, &device(n), &token(n)).await["words"].as_str().expect("words").to_owned();
            let request = request_of(&store, &words).await;
            leader.post(&format!("{home}/pairings/{request}"), &[("name", wished)]).await.location();
            assert_eq!(asks(&tablet, &device(n), &token(n)).await["name"], given, "{wished} is taken or no name");
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_tablet_with_the_grant_is_believed_about_itself() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let at = store.session(SINGLE).await.expect("the store answers").expect("the session").session.id;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let waiting = || async { store.tablets(at).await.expect("answers")[0].0.waiting };
        assert_eq!(beats(&tablet, &device(1), "", 7).await, StatusCode::OK);
        assert_eq!(waiting().await, 7, "a device that is not paired is heard, too");

        let words = asks(&tablet, &device(1), &token(1)).await["words"].as_str().expect("words").to_owned();
        let request = request_of(&store, &words).await;
        leader.post(&format!("/sessions/{SINGLE}/pairings/{request}"), &[]).await.location();
        for grant in ["", &token(2)] {
            beats(&tablet, &device(1), grant, 0).await;
            assert_eq!(waiting().await, 7, "somebody else says that nothing waits on it");
        }
        beats(&tablet, &device(1), &token(1), 5).await;
        assert_eq!(waiting().await, 5);

        // Somebody who knows the tablet's name and asks for it does not get what it has.
        assert_eq!(asks(&tablet, &device(1), &token(9)).await["state"], "waits");
        beats(&tablet, &device(1), &token(9), 0).await;
        assert_eq!(waiting().await, 5);
        // Its memory was cleared, and the leader approves it anew: it is the same tablet.
        let lost = store.pairings(at).await.expect("answers").into_iter().find(|one| one.waits()).expect("a request");
        assert_eq!(store.pair_tablet(at, lost.id, String::new(), NOW).await.expect("answers").as_deref(), Some("Red"));
        beats(&tablet, &device(1), &token(1), 0).await;
        assert_eq!(waiting().await, 5, "the old token is worth nothing now");
        beats(&tablet, &device(1), &token(9), 4).await;
        assert_eq!(waiting().await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_refused_tablet_is_told_so_and_can_be_paired_after_all() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let at = store.session(SINGLE).await.expect("the store answers").expect("the session").session.id;
        let application = app(&store);
        let (tablet, leader) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let words = asks(&tablet, &device(1), &token(1)).await["words"].as_str().expect("words").to_owned();
        let request = format!("/sessions/{SINGLE}/pairings/{}", request_of(&store, &words).await);
        leader.post(&format!("{request}/refusal"), &[]).await.location();
        assert_eq!(asks(&tablet, &device(1), &token(1)).await["state"], "refused");
        leader.post(&request, &[]).await.location();
        assert_eq!(asks(&tablet, &device(1), &token(1)).await["state"], "paired");
        leader.post(&format!("{request}/end"), &[]).await.location();
        assert_eq!(asks(&tablet, &device(1), &token(1)).await["state"], "refused");
        let all = store.pairings(at).await.expect("answers");
        assert!(all[0].approved_us.is_some() && !all[0].holds(), "that it was paired once stays");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_request_of_a_tablet_is_not_kept() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    a_place(&store, "Riverside", 0).await;
    let tablet = Browser::of_tablet(&app(&store));
    for (device, token) in [("", token(1)), (&*device(1), "short".to_owned()), ("<script>alert(1)</scr", token(1))] {
        let body = serde_json::json!({ "device": device, "token": token }).to_string();
        assert_eq!(tablet.post_json(&format!("/s/{SINGLE}/pairing"), body).await.status, StatusCode::BAD_REQUEST);
    }
    let nowhere = serde_json::json!({ "device": device(1), "token": token(1) }).to_string();
    assert_eq!(tablet.post_json("/s/nowhere2/pairing", nowhere).await.status, StatusCode::NOT_FOUND);
    let at = store.session(SINGLE).await.expect("the store answers").expect("the session").session.id;
    assert!(store.pairings(at).await.expect("answers").is_empty());
}

#[tokio::test]
async fn a_token_that_another_tablet_has_pairs_nobody_and_shows_none_of_its_words() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let tablet = Browser::of_tablet(&app(&store));
        let first = asks(&tablet, &device(1), &token(7)).await;
        assert_eq!(first["state"], "waits");
        let copied = asks(&tablet, &device(2), &token(7)).await;
        assert_eq!(copied, serde_json::json!({ "state": "refused" }));
        assert_eq!(asks(&tablet, &device(1), &token(7)).await, first, "the first goes on");
        let at = store.session(SINGLE).await.expect("the store answers").expect("the session").session.id;
        assert_eq!(store.pairings(at).await.expect("answers").len(), 1);
    })
    .await;
}
