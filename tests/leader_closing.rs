//! The end of a session: the leader's minute, and closing it while a tablet may still hold answers.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, WHY, app};
use common::{SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::person::{Animal, CardCode};
use pencilmark::session::closing::{Food, SameLeader, Topic};
use pencilmark::store::{Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::App;
use sqlx::Connection;

const HOME: &str = "/sessions/single22";

async fn session_id(store: &Store) -> i64 {
    store.session(SINGLE).await.expect("the store answers").expect("the session").session.id
}

/// What a tablet says of itself: that it stopped under a collecting, or nothing of the kind. Gives what it hears.
async fn says(
    application: &App,
    key: &str,
    device: &str,
    (sequence, waiting): (i64, i64),
    stopped: Option<i64>,
) -> Option<i64> {
    let body = serde_json::json!({
        "device": device, "session": key, "sequence": sequence, "waiting": waiting, "parked": 0, "drafts": 0,
        "storage": "database", "oldest_ms": 0, "shell": "00ff", "clock_ms": 0, "stopped": stopped,
    });
    let answered = Browser::of_tablet(application).post_json("/beat", body.to_string()).await;
    assert_eq!(answered.status, StatusCode::OK);
    serde_json::from_str::<serde_json::Value>(&answered.text).expect("JSON")["collecting"].as_i64()
}

/// The same of a tablet that nobody has in hand: it stops as soon as it hears that it is collected.
async fn beat(application: &App, key: &str, device: &str, sequence: i64, waiting: i64) {
    if let Some(since) = says(application, key, device, (sequence, waiting), None).await {
        says(application, key, device, (sequence, waiting), Some(since)).await;
    }
}

async fn collect(leader: &Browser, key: &str) {
    let answered = leader.post(&format!("/sessions/{key}/collecting"), &[]).await;
    assert_eq!(answered.location(), format!("/sessions/{key}/closure"));
}

#[tokio::test]
async fn the_day_is_noted_in_a_minute_and_can_be_mended() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let leader = Browser::of_staff(&app(&store));
        let notes = format!("{HOME}/notes");
        assert_eq!(leader.get(&notes).await.status, StatusCode::OK);
        let refused = leader.post(&notes, &[("children", "lots"), ("note", "kept")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("href=\"#children\"") && refused.text.contains("value=\"kept\""));
        let fields = [
            ("children", "23"),
            ("adults", "17"),
            ("food", "hot"),
            ("topic_strengths", "yes"),
            ("topic_employer", "yes"),
            ("visitors", "1"),
            ("visitors_who", "a nurse"),
            ("same_leader", "yes"),
            ("conversations", "4"),
            ("disruption", "fire alarm"),
            ("note", "tables of four work"),
        ];
        assert_eq!(leader.post(&notes, &fields).await.location(), format!("{HOME}/closure"));
        let kept = store.day_notes(session_id(&store).await).await.expect("answers").expect("notes");
        assert_eq!(
            (kept.children, kept.adults, kept.visitors, kept.conversations),
            (Some(23), Some(17), Some(1), Some(4))
        );
        assert_eq!((kept.food, kept.same_leader), (Some(Food::Hot), Some(SameLeader::Yes)));
        assert_eq!(kept.topics, [Topic::Strengths, Topic::Employer]);
        assert!(leader.get(&notes).await.text.contains("value=\"23\""), "what was noted stands in the form");
        leader.post(&notes, &[("children", "24")]).await.location();
        let kept = store.day_notes(session_id(&store).await).await.expect("answers").expect("notes");
        assert_eq!(
            (kept.children, kept.adults, kept.food),
            (Some(24), None, None),
            "what is left out is unknown again"
        );
    })
    .await;
}

#[tokio::test]
async fn closing_while_a_tablet_may_hold_answers_needs_a_reason_that_is_written_down() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let closure = format!("{HOME}/closure");
        let (red, gone) = ("ab".repeat(8), "cd".repeat(8));
        collect(&leader, SINGLE).await;
        beat(&application, SINGLE, &red, 0, 0).await;
        beat(&application, SINGLE, &gone, 3, 2).await;
        let page = leader.get(&closure).await.text;
        assert!(page.contains("Not safe to pack away yet") && page.contains("2 answers wait on it"), "{page}");
        for reason in ["", "   "] {
            let refused = leader.post(&closure, &[("reason", reason)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert!(store.session(SINGLE).await.expect("answers").expect("it").session.is_open());
        leader.post(&closure, &[("reason", "One tablet was stolen")]).await.location();
        let page = leader.get(HOME).await.text;
        assert!(
            page.contains("1 tablet was not known to be empty") && page.contains("One tablet was stolen"),
            "{page}"
        );
        assert!(page.contains("Not safe to pack away yet"), "a reason makes nothing safe");
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!(
            (log[0].deed.what.as_str(), log[0].deed.reason.as_str()),
            ("Closed a session", "One tablet was stolen")
        );

        // It turns up: what was on it is late, and counts.
        let mut envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        (envelope.device, envelope.sequence) = (Some(gone.clone()), Some(3));
        let bytes = serde_json::to_vec(&envelope).expect("JSON");
        let ninety_days = 90 * 24 * 3_600_000_000_i64;
        store.take_in(envelope.id.clone(), bytes, application.now_us() + ninety_days).await.expect("stored");
        store.settle().await.expect("judged");
        let page = leader.get(HOME).await.text;
        assert!(page.contains("1 answer arrived after the session was closed"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn the_light_is_green_once_each_tablet_has_said_that_it_takes_no_more_families_under_this_collecting() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let closure = async || leader.get(&format!("{HOME}/closure")).await.text;
        let green = async || closure().await.contains("✓ Safe to pack away");
        let (red, blue) = ("ab".repeat(8), "cd".repeat(8));
        let tell = async |device: &str, stopped| says(&application, SINGLE, device, (0, 0), stopped).await;
        assert_eq!((tell(&red, None).await, tell(&blue, None).await), (None, None));
        let page = closure().await;
        assert!(page.contains("Collect the tablets") && page.contains("Families can still answer"), "{page}");
        assert!(!green().await, "a family could begin on one that loses its connection now");

        collect(&leader, SINGLE).await;
        let first = tell(&red, None).await.expect("it hears of it");
        assert!(!green().await, "it has heard, and has not said that it stopped");
        tell(&red, Some(first)).await;
        assert!(closure().await.contains("a family may still have it"), "the blue one has not heard");
        tell(&blue, None).await;
        assert!(!green().await, "a family has it");
        tell(&blue, Some(first)).await;
        assert!(green().await);
        collect(&leader, SINGLE).await;
        assert!(green().await, "a second tap asks for nothing new");

        // A family comes back: they go on, and what was said before says nothing about the next time.
        leader.post(&format!("{HOME}/collecting/pause"), &[]).await.location();
        assert!(!green().await);
        assert_eq!(tell(&red, Some(first)).await, None, "it hears that families go on");
        collect(&leader, SINGLE).await;
        tell(&red, Some(first)).await; // on its way since then
        let second = tell(&blue, Some(first)).await.expect("it hears of it");
        assert_ne!(first, second);
        assert!(!green().await);
        tell(&red, Some(second)).await;
        tell(&blue, Some(second)).await;
        assert!(green().await);
        leader.post(&format!("{HOME}/closure"), &[]).await.location();
        assert!(leader.get(HOME).await.text.contains("Every tablet was known to be empty then"));
        let log = store.audit(None, 9).await.expect("log");
        let deeds: Vec<&str> = log.iter().map(|one| one.deed.what.as_str()).collect();
        assert!(
            deeds.contains(&"Collected the tablets of a session") && deeds.contains(&"Let families of a session go on")
        );
        leader.post(&format!("{HOME}/reopening"), &[WHY]).await.location();
        assert!(!green().await, "families may answer again");
    })
    .await;
}

#[tokio::test]
async fn what_was_given_up_at_one_session_does_not_hold_up_the_next_and_never_turns_its_own_green() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let device = "ab".repeat(8);
        beat(&application, SINGLE, &device, 2, 0).await;
        assert!(
            leader
                .get(&format!("{HOME}/closure"))
                .await
                .text
                .contains("2 questionnaires were begun on it and never arrived")
        );
        leader.post(&format!("{HOME}/closure"), &[("reason", "Its memory was wiped")]).await.location();
        assert!(leader.get(HOME).await.text.contains("Not safe to pack away yet"), "they are still missing here");

        let next = format!("/sessions/{}/closure", common::LAST);
        collect(&leader, common::LAST).await;
        beat(&application, common::LAST, &device, 2, 0).await;
        assert!(leader.get(&next).await.text.contains("✓ Safe to pack away"), "the next session starts afresh");
        beat(&application, common::LAST, &device, 3, 0).await;
        assert!(leader.get(&next).await.text.contains("1 questionnaire was begun on it and never arrived"));

        let mut envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        for (id, sequence) in [(1, 1), (2, 2)] {
            envelope.id = pencilmark::response::ResponseId::from_bytes([id; 16]);
            (envelope.device, envelope.sequence) = (Some(device.clone()), Some(sequence));
            send(&store, &envelope).await;
        }
        store.settle().await.expect("judged");
        beat(&application, SINGLE, &device, 2, 0).await;
        assert!(leader.get(HOME).await.text.contains("✓ Safe to pack away"), "they arrived after all");
    })
    .await;
}

#[tokio::test]
async fn answers_that_were_taken_back_or_taken_out_are_accounted_for() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let device = "ab".repeat(8);
        let away = || async { leader.get(&format!("{HOME}/closure")).await.text.contains("✓ Safe to pack away") };
        let numbered = |id: u8, card: usize, sequence: u64| {
            let mut envelope = ks2(id, &place.cards[card], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
            (envelope.device, envelope.sequence) = (Some(device.clone()), Some(sequence));
            envelope
        };
        collect(&leader, SINGLE).await;
        beat(&application, SINGLE, &device, 4, 0).await;
        send(&store, &numbered(1, 0, 1)).await;
        // Somebody stopped: only a note comes.
        let id = "02".repeat(16);
        let note = serde_json::json!({ "schema": 1, "id": id, "session": SINGLE, "device": device, "sequence": 2, "withdrawn": true });
        Browser::of_tablet(&application).put(&format!("/r/{id}/withdrawal"), note.to_string().into_bytes()).await;
        // An answer off its scale is kept, marked, and here.
        let mut broken = numbered(3, 0, 3);
        broken.version = "nobody knows it".to_owned();
        send(&store, &broken).await;
        store.settle().await.expect("judged");
        assert!(!away().await, "one is missing");
        // The family of the last one has taken its answers out before it arrived.
        let taken = leader.post("/rights/withdrawal", &[("code", &place.cards[1].to_string()), ("reason", "asked")]).await;
        assert!(taken.status.is_success() || taken.status.is_redirection(), "{}", taken.text);
        assert!(send(&store, &numbered(4, 1, 4)).await.erased);
        assert!(away().await, "everything begun on it is known");
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert!(away().await, "and stays so");
    })
    .await;
}

#[tokio::test]
async fn the_guide_is_one_page_for_whoever_runs_a_session() {
    on_each_database(|store| async move {
        a_place(&store, "Riverside", 0).await;
        let leader = Browser::of_staff(&app(&store));
        assert!(leader.get(HOME).await.text.contains("href=\"/guide\""));
        let guide = leader.get("/guide").await;
        assert_eq!(guide.status, StatusCode::OK);
        for step in [
            "two words",
            "practice session",
            "Start the afters",
            "Safe to pack away",
            "Find a family",
            "On paper",
            "safeguarding",
        ] {
            assert!(guide.text.contains(step), "{step}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_programme_whose_sessions_were_run_to_their_end_can_be_removed_and_no_tablet_is_waited_for() {
    on_each_database(|store| async move {
        let riverside = a_place(&store, "Riverside", 1).await;
        a_place(&store, "Hillside", 1).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let red = "ab".repeat(8);
        let asking = serde_json::json!({ "device": red, "token": "cd".repeat(16) }).to_string();
        Browser::of_tablet(&application).post_json(&format!("/s/{SINGLE}/pairing"), asking).await;
        let request = store.pairings(session_id(&store).await).await.expect("answers")[0].id;
        leader.post(&format!("{HOME}/pairings/{request}"), &[("name", "Red")]).await.location();
        // Paired, it is believed with its grant alone; so this is another, with a number that never arrives.
        let blue = "ef".repeat(8);
        beat(&application, SINGLE, &blue, 3, 0).await;
        leader.post(&format!("{HOME}/notes"), &[("children", "23")]).await.location();
        leader.post(&format!("{HOME}/collecting"), &[]).await.location();
        leader.post(&format!("{HOME}/closure"), &[("reason", "It fell into the river")]).await.location();
        store.remove_programme(riverside.programme_id).await.expect("removed");
        assert!(store.session(SINGLE).await.expect("answers").is_none());
        beat(&application, &format!("{SINGLE}Hillside"), &blue, 3, 0).await;
        let page = leader.get(&format!("/sessions/{SINGLE}Hillside/closure")).await.text;
        assert!(page.contains("Everything so far is here"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_database_from_before_numbers_were_noted_can_be_packed_away_without_a_rebuild() {
    let folder = tempfile::tempdir().expect("folder");
    let old = folder.path().join("migrations");
    std::fs::create_dir(&old).expect("a folder");
    for file in std::fs::read_dir("migrations").expect("migrations") {
        let file = file.expect("an entry");
        let name = file.file_name().into_string().expect("text");
        if name.as_str() < "0007" {
            std::fs::copy(file.path(), old.join(name)).expect("copied");
        }
    }
    let target = Target::in_folder(folder.path());
    let path = folder.path().join("pencilmark.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut then = sqlx::SqliteConnection::connect_with(&options).await.expect("a database");
    sqlx::migrate::Migrator::new(old).await.expect("migrations").run(&mut then).await.expect("an old database");
    let device = "ab".repeat(8);
    let card = CardCode::parse("PEN-C4T").expect("a code");
    let mut answered = ks2(7, &card, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    (answered.device, answered.sequence) = (Some(device.clone()), Some(1));
    sqlx::query("insert into intake (arrival, id, sha256, bytes, received_us) values (1, $1, 'x', $2, 5)")
        .bind(answered.id.as_str())
        .bind(serde_json::to_vec(&answered).expect("JSON"))
        .execute(&mut then)
        .await
        .expect("an answer of then");
    sqlx::query("insert into withdrawal (id, session, device, sequence, received_us) values ($1, $2, $3, 2, 6)")
        .bind("0f".repeat(16))
        .bind(SINGLE)
        .bind(&device)
        .execute(&mut then)
        .await
        .expect("somebody stopped then");
    then.close().await.expect("closed");

    let store = open(&target).await;
    a_place(&store, "Riverside", 0).await;
    store.settle().await.expect("judged");
    let application = app(&store);
    beat(&application, SINGLE, &device, 2, 0).await;
    let page = Browser::of_staff(&application).get(&format!("{HOME}/closure")).await.text;
    assert!(page.contains("Everything so far is here"), "{page}");
}

#[tokio::test]
async fn a_phone_that_answers_at_home_is_no_tablet_to_pack_away_and_leaves_the_light_as_it_was() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let numbered = |id: u8, card: usize, wave: Wave, device: &str, sequence: u64| {
            let mut envelope = ks2(id, &place.cards[card], Animal::Fox, SINGLE, wave, 8, 2);
            (envelope.device, envelope.sequence) = (Some(device.to_owned()), Some(sequence));
            envelope
        };
        let (red, phone, own, stopped) = ("ab".repeat(8), "cd".repeat(8), "ef".repeat(8), "01".repeat(8));
        send(&store, &numbered(1, 0, Wave::Pre, &red, 1)).await;
        send(&store, &numbered(2, 1, Wave::Pre, &own, 1)).await;
        // A family's own phone has answered in the hall, too, and went home.
        beat(&application, SINGLE, &own, 1, 0).await;
        leader.post(&format!("{HOME}/tablets/{own}/own"), &[]).await.location();
        collect(&leader, SINGLE).await;
        beat(&application, SINGLE, &red, 1, 0).await;
        leader.post(&format!("{HOME}/closure"), &[]).await.location();
        let tablets = || async { store.session_tablets(session_id(&store).await, SINGLE).await.expect("answers") };
        let is_green = || async {
            let page = leader.get(HOME).await.text;
            assert_eq!(page.contains("✓ Safe to pack away"), !page.contains("Not safe to pack away"), "{page}");
            page.contains("✓ Safe to pack away")
        };
        assert!(is_green().await);

        send(&store, &numbered(3, 0, Wave::PostHome, &phone, 1)).await;
        send(&store, &numbered(4, 1, Wave::PostHome, &own, 2)).await;
        let id = "05".repeat(16);
        let note = serde_json::json!({
            "schema": 1, "id": id, "session": SINGLE, "device": stopped, "sequence": 1, "wave": "post_home", "withdrawn": true,
        });
        Browser::of_tablet(&application).put(&format!("/r/{id}/withdrawal"), note.to_string().into_bytes()).await;
        store.settle().await.expect("judged");
        let named: Vec<String> = tablets().await.into_iter().map(|tablet| tablet.device).collect();
        assert_eq!(named, [red.clone(), own.clone()], "phones at home are none of them");
        assert!(is_green().await, "what comes from home changes nothing");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert!(is_green().await);

        // What was answered in the hall and arrives late is another matter.
        send(&store, &numbered(6, 2, Wave::PostSame, &red, 2)).await;
        store.settle().await.expect("judged");
        assert!(!is_green().await);
    })
    .await;
}

#[tokio::test]
async fn a_tablet_that_went_on_at_the_next_session_does_not_unsettle_the_one_before() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        let application = app(&store);
        let leader = Browser::of_staff(&application);
        let red = "ab".repeat(8);
        let numbered = |id: u8, card: usize, session: &str, sequence: u64| {
            let mut envelope = ks2(id, &place.cards[card], Animal::Fox, session, Wave::Pre, 8, 2);
            (envelope.device, envelope.sequence) = (Some(red.clone()), Some(sequence));
            envelope
        };
        let is_green = || async { leader.get(&format!("{HOME}/closure")).await.text.contains("✓ Safe to pack away") };
        send(&store, &numbered(1, 0, SINGLE, 1)).await;
        store.settle().await.expect("judged");
        collect(&leader, SINGLE).await;
        beat(&application, SINGLE, &red, 1, 0).await;
        assert!(is_green().await);

        // An answer of the next session arrives before the tablet has said there that it began one.
        send(&store, &numbered(2, 1, common::LAST, 2)).await;
        store.settle().await.expect("judged");
        assert!(!is_green().await, "nobody has told of it yet: it may be of a tablet that forgot its numbers");
        says(&application, common::LAST, &red, (2, 0), None).await;
        assert!(is_green().await, "it went on counting elsewhere");

        // One that was begun here after its last word here is still missed.
        send(&store, &numbered(3, 2, SINGLE, 3)).await;
        store.settle().await.expect("judged");
        assert!(!is_green().await);
    })
    .await;
}
