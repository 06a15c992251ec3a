//! A practice session: begun with one button, marked everywhere, counted nowhere, and gone without a trace.

mod common;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, a_project, ks2, on_each_database, send};
use pencilmark::account::{Holding, Role, Secret, SignIn, Within};
use pencilmark::export::{Export, File, Reader};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::Envelope;
use pencilmark::store::{NewAccount, SessionPlace, Store};
use pencilmark::survey::Wave;
use pencilmark::web::App;

/// Begins a practice and gives its session and its cards.
async fn begun(store: &Store, leader: &Browser, project: i64) -> (SessionPlace, Vec<CardCode>) {
    let home = leader.post(&format!("/projects/{project}/practice"), &[]).await.location().to_owned();
    let key = home.strip_prefix("/sessions/").expect("the practice opens");
    let at = store.session(key).await.expect("the store answers").expect("a session");
    let cards = store.cards(at.project.id, None).await.expect("cards").into_iter().map(|(card, _)| card).collect();
    (at, cards)
}

/// Everything that is said about a programme to anybody: pages as they are, and every file byte for byte.
async fn said(store: &Store, team: &Browser, programme_id: i64) -> BTreeMap<String, Vec<u8>> {
    let mut said = BTreeMap::new();
    for page in ["", "/report", "/funder"] {
        let answered = team.get(&format!("/programmes/{programme_id}{page}")).await;
        assert_eq!(answered.status, StatusCode::OK);
        said.insert(format!("page {page}"), answered.text.into_bytes());
    }
    for page in ["/", "/troubles", &format!("/sessions/{SINGLE}/board")] {
        said.insert(page.to_owned(), team.get(page).await.text.into_bytes());
    }
    let programme = store.programme(programme_id).await.expect("query").expect("a programme");
    let newest = store.newest_person(programme_id).await.expect("query");
    let export = Export::prepare(store, programme, Reader::Statistics, [7; 32], newest).await.expect("prepared");
    for file in File::ALL {
        let (mut writing, mut bytes) = (export.write(file), Vec::new());
        while let Some(some) = writing.next().await.expect("written") {
            bytes.extend(some);
        }
        said.insert(file.name().to_owned(), bytes);
    }
    said
}

/// What is not as it was, but for the second it was made in, and the minute that is read of it.
fn differing(before: &BTreeMap<String, Vec<u8>>, now: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let timeless = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let parts = text.split("datetime=\"").map(|part| part.split_once('Z').filter(|(at, _)| at.len() == 19));
        text.split("datetime=\"")
            .zip(parts)
            .map(|(whole, timed)| {
                timed.map_or(whole, |(_, rest)| rest.split_once("</time>").map_or(rest, |(_, after)| after))
            })
            .collect::<String>()
    };
    before
        .iter()
        .filter(|(name, bytes)| timeless(bytes) != timeless(&now[*name]))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Signs somebody in without their password.
async fn enter(store: &Store, app: &App, account: i64) -> Browser {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("randomness");
    let (secret, now_us) = (Secret::from_bytes(bytes), app.now_us());
    let (digest, browser) = (secret.digest(), "a test".to_owned());
    let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
    store.begin_sign_in(sign_in).await.expect("signed in");
    Browser::signed_in(app, &secret)
}

/// A tablet's answer, with the tablet's number.
fn on_a_tablet(mut envelope: Envelope, sequence: u64) -> Envelope {
    (envelope.device, envelope.sequence) = (Some("ab".repeat(8)), Some(sequence));
    envelope
}

async fn put(tablet: &Browser, envelope: &Envelope) -> StatusCode {
    let bytes = serde_json::to_vec(envelope).expect("JSON");
    tablet.put(&format!("/r/{}", envelope.id.as_str()), bytes).await.status
}

async fn beat(tablet: &Browser, session: &str, sequence: i64) {
    let body = serde_json::json!({
        "device": "ab".repeat(8), "session": session, "sequence": sequence, "waiting": 0, "parked": 0, "drafts": 0,
        "storage": "database", "oldest_ms": 0, "shell": "00ff", "clock_ms": 0,
    });
    assert_eq!(tablet.post_json("/beat", body.to_string()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_digit_of_a_report_a_file_or_a_page_changes_while_somebody_practises_or_after() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 14).await;
        for (n, card) in (1..).zip(&place.cards) {
            send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
            send(&store, &ks2(n + 20, card, Animal::Fox, SINGLE, Wave::PostSame, 11, 3)).await;
        }
        store.settle().await.expect("settled");
        let application = app(&store);
        let (team, tablet) = (Browser::of_staff(&application), Browser::of_tablet(&application));
        let before = said(&store, &team, place.programme_id).await;
        let stored = store.response_count().await.expect("count");
        assert!(
            String::from_utf8_lossy(&before["page /funder"]).contains("+83%"),
            "there are figures that could change"
        );

        let (at, cards) = begun(&store, &team, place.project_id).await;
        assert_eq!(cards.len(), 8, "enough families to practise with");
        let key = at.session.key.clone();
        assert_eq!(
            put(&tablet, &on_a_tablet(ks2(50, &cards[0], Animal::Fox, &key, Wave::Pre, 20, 4), 1)).await,
            StatusCode::CREATED
        );
        let stopped = on_a_tablet(ks2(51, &cards[0], Animal::Fox, &key, Wave::PostSame, 20, 4), 2);
        assert_eq!(put(&tablet, &stopped).await, StatusCode::CREATED);
        // A real card, on a tablet that was alone and could not know it; and the other way round.
        put(&tablet, &on_a_tablet(ks2(52, &place.cards[0], Animal::Owl, &key, Wave::Pre, 20, 4), 3)).await;
        store.settle().await.expect("settled");
        beat(&tablet, &key, 3).await;
        let home = format!("/sessions/{key}");
        team.post(&format!("{home}/afters"), &[]).await.location();
        team.post(&format!("{home}/notes"), &[("children", "40"), ("note", "tried")]).await.location();
        assert!(team.get(&format!("{home}/board")).await.text.contains(&cards[0].to_string()));
        let (mut during, mut without_troubles) = (said(&store, &team, place.programme_id).await, before.clone());
        // What a real card answers at a practice is kept until the practice ends, and nobody is deceived about it.
        assert!(String::from_utf8_lossy(&during["/troubles"]).contains("another programme"));
        for told in ["/troubles", "/"] {
            during.remove(told);
            without_troubles.remove(told);
        }
        assert!(differing(&without_troubles, &during).is_empty(), "{:?}", differing(&without_troubles, &during));

        team.post(&format!("{home}/collecting"), &[]).await.location();
        team.post(&format!("{home}/closure"), &[("reason", "it was a practice")]).await.location();
        let end = team.post(&format!("{home}/practice/end"), &[]).await;
        assert_eq!(end.location(), format!("/projects/{}", place.project_id));
        let after = said(&store, &team, place.programme_id).await;
        assert!(differing(&before, &after).is_empty(), "{:?}", differing(&before, &after));
        assert_eq!(store.response_count().await.expect("count"), stored, "nothing of it is kept");
        assert!(store.project_of_card(&cards[0]).await.expect("answers").is_none(), "its cards are no cards any more");

        // What was still on a tablet is let go, like what a family took out; the tablet is told so and forgets it.
        let late = on_a_tablet(ks2(53, &cards[1], Animal::Fox, &key, Wave::Pre, 20, 4), 4);
        assert_eq!(put(&tablet, &late).await, StatusCode::GONE);
        assert_eq!(store.response_count().await.expect("count"), stored);
        for page in [format!("/s/{key}"), home.clone()] {
            let gone = team.get(&page).await;
            assert!(gone.status == StatusCode::GONE && gone.text.contains("This practice is over"), "{page}");
            assert!(gone.text.contains("class=\"button plain\""), "there is a way on: {}", gone.text);
        }
        // The tablet goes on counting, and the next session does not wait for what it practised with.
        beat(&tablet, SINGLE, 4).await;
        let page = team.get(&format!("/sessions/{SINGLE}/closure")).await.text;
        assert!(page.contains("Everything so far is here"), "{page}");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert!(
            differing(&before, &said(&store, &team, place.programme_id).await)
                .iter()
                .all(|one| one.starts_with("/sessions"))
        );
    })
    .await;
}

#[tokio::test]
async fn every_screen_of_a_practice_says_that_it_is_one() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let application = app(&store);
        let (team, tablet) = (Browser::of_staff(&application), Browser::of_tablet(&application));
        let (at, cards) = begun(&store, &team, place.project_id).await;
        let key = &at.session.key;
        send(&store, &ks2(1, &cards[0], Animal::Fox, key, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        let family = store.family(&cards[0]).await.expect("answers")[0].id;
        let issued = store.cards(at.project.id, None).await.expect("cards")[0].1;
        const RIBBON: &str = "class=\"ribbon practice\"";
        let leaders = [
            "",
            "/edit",
            "/board",
            "/tablets",
            "/notes",
            "/closure",
            "/find",
            "/links",
            "/paper",
            "/paper/ks2/pre",
            "/keying/ks2/pre",
            "/afters",
        ];
        let mut pages: Vec<String> = leaders.iter().map(|page| format!("/sessions/{key}{page}")).collect();
        pages.extend([
            format!("/sessions/{key}/families/{family}"),
            format!("/projects/{}/cards", at.project.id),
            format!("/projects/{}/cards/{issued}", at.project.id),
        ]);
        for page in pages {
            let shown = team.get(&page).await;
            assert_eq!(shown.status, StatusCode::OK, "{page}");
            assert!(shown.text.contains(RIBBON), "{page}");
            assert!(!shown.text.contains(&format!("/programmes/{}", at.programme.id)), "{page} leads nowhere");
        }
        let code = cards[0].to_string();
        let families = [
            tablet.get(&format!("/s/{key}")).await,
            tablet.get(&format!("/s/{key}/home")).await,
            tablet.get(&format!("/s/{key}/pass")).await,
            tablet.get(&format!("/s/{key}/withdrawal")).await,
            tablet.get(&format!("/c/{}", cards[0].as_str())).await,
            tablet.post(&format!("/s/{key}"), &[("code", &code)]).await,
            tablet.post(&format!("/s/{key}"), &[("code", &code), ("animal", "owl")]).await,
        ];
        for (n, page) in families.iter().enumerate() {
            assert!(page.text.contains(RIBBON), "{n}: {}", page.text);
        }
        assert!(!team.get(&format!("/sessions/{SINGLE}")).await.text.contains(RIBBON), "a real one says nothing of it");
        assert!(team.get(&format!("/projects/{}", place.project_id)).await.text.contains("Open the practice session"));
        let log = store.audit(None, 5).await.expect("log");
        assert!(log.iter().any(|entry| entry.deed.what == "Began or opened a practice session"));
    })
    .await;
}

#[tokio::test]
async fn a_real_card_at_a_practice_and_a_practice_card_in_earnest_are_told_so() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let application = app(&store);
        let (team, tablet) = (Browser::of_staff(&application), Browser::of_tablet(&application));
        let (at, cards) = begun(&store, &team, place.project_id).await;
        let (real, practice) = (place.cards[0].to_string(), cards[0].to_string());
        let here = format!("/s/{}", at.session.key);
        for (door, card, words) in [
            (here.as_str(), &real, "Use one of the practice cards"),
            (&format!("/s/{SINGLE}"), &practice, "a card of a practice"),
        ] {
            let refused = tablet.post(door, &[("code", card)]).await;
            assert!(
                refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains(words),
                "{}",
                refused.text
            );
            let asked = serde_json::json!({ "code": card }).to_string();
            let known = tablet.post_json(&format!("{door}/card"), asked).await;
            assert!(known.text.contains("\"known\":\"elsewhere\""), "{}", known.text);
        }
        // A practice card in earnest, on a tablet that was alone: kept, never counted, and shown as what it is.
        send(&store, &ks2(9, &cards[0], Animal::Fox, SINGLE, Wave::Pre, 6, 2)).await;
        store.settle().await.expect("settled");
        assert!(!team.get(&format!("/sessions/{SINGLE}/board")).await.text.contains(&practice));
        assert!(team.get("/troubles").await.text.contains("another programme"));
    })
    .await;
}

#[tokio::test]
async fn a_practice_stands_inside_the_walls_of_its_project_and_has_no_report_and_no_files() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let other = store.add_project(a_project(place.programme_id, "Next Door")).await.expect("a project");
        let application = app(&store);
        let leader_of = |name: &'static str, project: i64| {
            let (store, application) = (store.clone(), application.clone());
            async move {
                let holding = Holding { programme: place.programme_id, within: Within::Project(project) };
                let (name, password) = (name.to_owned(), "none".to_owned());
                let account = NewAccount { name, role: Role::Leader, holdings: vec![holding], password };
                let id = store.add_account(account, NOW).await.expect("an account");
                enter(&store, &application, id).await
            }
        };
        let (ours, theirs) = (leader_of("anna", place.project_id).await, leader_of("bert", other).await);
        let begin = format!("/projects/{}/practice", place.project_id);
        assert_eq!(theirs.post(&begin, &[]).await.status, StatusCode::NOT_FOUND);
        let (at, _) = begun(&store, &ours, place.project_id).await;
        let (home, cards) = (format!("/sessions/{}", at.session.key), format!("/projects/{}/cards", at.project.id));
        for page in [&home, &format!("{home}/board"), &cards] {
            assert_eq!(ours.get(page).await.status, StatusCode::OK, "{page}");
            assert_eq!(theirs.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
        }
        let end = format!("{home}/practice/end");
        assert_eq!(theirs.post(&end, &[]).await.status, StatusCode::NOT_FOUND);

        let team = Browser::of_staff(&application);
        for nowhere in [
            format!("/programmes/{}", at.programme.id),
            format!("/programmes/{}/report", at.programme.id),
            format!("/programmes/{}/funder", at.programme.id),
            format!("/programmes/{}/downloads", at.programme.id),
            format!("/projects/{}", at.project.id),
            format!("/projects/{}/sessions/new", at.project.id),
        ] {
            for whoever in [&ours, &team] {
                let answered = whoever.get(&nowhere).await.status;
                assert!(answered.is_client_error() || answered == StatusCode::SEE_OTHER, "{nowhere}: {answered}");
            }
        }
        let again = ours.post(&begin, &[]).await;
        assert_eq!(again.location(), home, "the same button opens the one that is under way");
        let real = format!("/sessions/{SINGLE}/practice/end");
        assert_eq!(
            ours.post(&real, &[]).await.status,
            StatusCode::BAD_REQUEST,
            "a real session does not end like that"
        );
        assert!(store.session(SINGLE).await.expect("answers").is_some());
        ours.post(&end, &[]).await.location();
    })
    .await;
}

#[tokio::test]
async fn a_programme_that_is_removed_takes_its_practices_with_it() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let (at, _) = begun(&store, &team, place.project_id).await;
        store.remove_programme(place.programme_id).await.expect("removed");
        assert!(store.session(&at.session.key).await.expect("answers").is_none());
        assert!(store.programme(at.programme.id).await.expect("answers").is_none());
    })
    .await;
}
