//! A family takes its answers out: they are gone from every count and every file, late copies are
//! refused, and an older backup does not bring them back.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::outside::Outside;
use common::web::{Browser, app};
use common::{
    LAST, NOW, Place, SINGLE, a_place, everything_is_read, ks2, on_each_database, on_each_target, open, send, until,
};
use pencilmark::export::{bundle, quotable};
use pencilmark::pairing::links::{Confidence, Decision};
use pencilmark::person::{Animal, CardCode};
use pencilmark::report::{Quote, QuoteState};
use pencilmark::response::{Answer, Envelope, Rescued, ResponseId};
use pencilmark::session::protection::ProtectionKind;
use pencilmark::store::{FlowStep, NewLink, NewProtection, Sitting, Store, StoreError, TakenQuote, Target, restore};
use pencilmark::survey::Wave;
use rand::{RngExt, SeedableRng};

/// Words that stand in no other file than those this family fills.
const CANARY: &str = "Zwillingskakadu";

/// A child's before and after, and what came beside them: other content under the id, a session nobody
/// knows, bytes cut off on the way.
async fn a_family_answers(store: &Store, card: &CardCode) {
    let before = ks2(1, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    send(store, &before).await;
    send(store, &marked(ks2(2, card, Animal::Fox, LAST, Wave::PostProg, 13, 3))).await;
    send(store, &marked(ks2(1, card, Animal::Fox, SINGLE, Wave::Pre, 9, 2))).await;
    send(store, &marked(ks2(3, card, Animal::Owl, "nowhere2", Wave::Pre, 5, 2))).await;
    let whole = serde_json::to_vec(&marked(ks2(4, card, Animal::Fox, SINGLE, Wave::Pre, 4, 1))).expect("JSON");
    let cut = whole[..whole.len() - 5].to_vec();
    store.take_in(ResponseId::from_bytes([4; 16]), cut, NOW).await.expect("stored");
}

fn marked(mut envelope: Envelope) -> Envelope {
    envelope.device = Some(CANARY.to_owned());
    envelope
}

/// The files of a folder that hold this text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if std::fs::read(&path).expect("bytes").windows(text.len()).any(|run| run == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn a_withdrawn_family_is_in_no_count_and_the_others_stay() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        send(&store, &ks2(9, &place.cards[1], Animal::Bee, SINGLE, Wave::Pre, 7, 2)).await;
        store.settle().await.expect("settled");
        let alone = (store.derived().await.expect("derived"), store.flow(place.programme_id).await.expect("flow"));
        a_family_answers(&store, &place.cards[0]).await;
        store.settle().await.expect("settled");
        assert_ne!(store.flow(place.programme_id).await.expect("flow"), alone.1);

        let gone = store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        assert_eq!((gone.people, gone.responses), (1, 5));
        assert_eq!(store.derived().await.expect("derived"), alone.0);
        assert_eq!(store.flow(place.programme_id).await.expect("flow"), alone.1);
        assert!(alone.1.iter().any(|flow| flow.step == FlowStep::Families && flow.n == 1));
        assert_eq!(store.response_count().await.expect("count"), 1);
        assert!(store.project_of_card(&place.cards[0]).await.expect("query").is_none());
        assert!(store.is_taken_out(&place.cards[0]).await.expect("query"));
        assert!(!store.is_taken_out(&place.cards[1]).await.expect("query"));
        assert_eq!(store.take_out(&place.cards[0], NOW).await.expect("query"), None, "there is nothing left");
    })
    .await;
}

#[tokio::test]
async fn responses_nobody_has_judged_yet_go_too() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        a_family_answers(&store, &place.cards[0]).await;
        let gone = store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        assert_eq!(gone.responses, 5);
        store.settle().await.expect("settled");
        assert_eq!(store.derived().await.expect("derived"), "");
    })
    .await;
}

#[tokio::test]
async fn a_late_copy_and_a_new_response_of_a_withdrawn_card_are_refused() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let first = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        send(&store, &first).await;
        store.settle().await.expect("settled");
        store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        let again = send(&store, &first).await;
        assert!(again.erased && !again.known, "the tablet's copy");
        assert!(send(&store, &ks2(2, &place.cards[0], Animal::Owl, SINGLE, Wave::Pre, 8, 2)).await.erased);
        let id = ResponseId::from_bytes([1; 16]);
        assert!(store.take_in(id, b"\xffunreadable".to_vec(), NOW).await.expect("answered").erased, "by its id alone");
        assert!(!send(&store, &ks2(3, &place.cards[1], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await.erased);
        store.settle().await.expect("settled");
        assert_eq!(store.response_count().await.expect("count"), 1);
        let file = vec![Rescued::Response(first.id.clone(), serde_json::to_vec(&first).expect("JSON"))];
        let receipt = store.take_in_rescued(file, NOW).await.expect("read");
        assert_eq!((receipt.new, receipt.erased), (0, 1), "nor does a tablet's file bring it back");
        let reissued = store.issue_cards(place.project_id, vec![place.cards[0].clone()], NOW).await.expect("issued");
        assert!(reissued.is_empty(), "a code that was withdrawn is never a card again");
    })
    .await;
}

#[tokio::test]
async fn another_family_keeps_what_a_withdrawn_card_was_sent_over() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let theirs = ks2(1, &place.cards[1], Animal::Bee, SINGLE, Wave::Pre, 7, 2);
        send(&store, &theirs).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        assert_eq!(store.response_count().await.expect("count"), 1);
        assert!(send(&store, &theirs).await.known, "the other family's tablet is told that its answers are here");
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_withdrawn_family_is_left_in_any_file() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 40).await;
    // Rows around and between, so that pages of the file split and are filled again.
    for round in 0..8_u8 {
        for (n, card) in place.cards.iter().enumerate().skip(1) {
            let n = u8::try_from(n).expect("forty");
            let mut other =
                ks2(0, card, Animal::ALL[usize::from(round) % 6], SINGLE, Wave::Pre, usize::from(n) % 20, 2);
            other.id = ResponseId::from_bytes([n ^ 0x5a, round, 3, 4, n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
            send(&store, &other).await;
        }
        if round == 4 {
            a_family_answers(&store, &place.cards[0]).await;
            store.settle().await.expect("settled");
        }
    }
    store.settle().await.expect("settled");
    let code = place.cards[0].as_str();
    assert!(!files_with(folder.path(), CANARY).is_empty() && !files_with(folder.path(), code).is_empty());
    store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
    for trace in [CANARY, code, &place.cards[0].to_string(), &"02".repeat(16)] {
        assert_eq!(files_with(folder.path(), trace), [""; 0], "while the server runs");
    }
    let copy = folder.path().join("copy.db");
    store.copy_to(&copy).await.expect("copied");
    drop(store);
    assert_eq!(files_with(folder.path(), CANARY), [""; 0]);
    assert_eq!(files_with(folder.path(), code), [""; 0]);
}

#[tokio::test]
async fn an_older_backup_in_the_place_of_the_database_does_not_bring_answers_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (target, copy) = (Target::in_folder(folder.path()), folder.path().join("before.db"));
    let place = {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 2).await;
        a_family_answers(&store, &place.cards[0]).await;
        send(&store, &ks2(9, &place.cards[1], Animal::Bee, SINGLE, Wave::Pre, 7, 2)).await;
        store.settle().await.expect("settled");
        store.copy_to(&copy).await.expect("copied");
        store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        place
    };
    let database = folder.path().join("pencilmark.db");
    for file in ["pencilmark.db-wal", "pencilmark.db-shm"] {
        let _there_or_not = std::fs::remove_file(folder.path().join(file));
    }
    std::fs::rename(&copy, &database).expect("put in its place");
    assert!(!files_with(folder.path(), CANARY).is_empty(), "the backup holds the answers");
    let store = open(&target).await;
    assert_eq!(files_with(folder.path(), CANARY), [""; 0]);
    assert_eq!(store.response_count().await.expect("count"), 1);
    assert!(store.is_taken_out(&place.cards[0]).await.expect("query"));
    assert!(send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await.erased);
    let derived = store.derived().await.expect("derived");
    store.rebuild(|_| ()).await.expect("rebuilt");
    assert_eq!(derived, store.derived().await.expect("derived"));
}

#[tokio::test]
async fn a_withdrawal_that_the_power_cut_short_is_finished_at_the_next_start() {
    let folder = tempfile::tempdir().expect("folder");
    let target = Target::in_folder(folder.path());
    let place = {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 1).await;
        a_family_answers(&store, &place.cards[0]).await;
        store.settle().await.expect("settled");
        store.copy_to(&folder.path().join("then.db")).await.expect("copied");
        store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        place
    };
    // As the power left it: the list's first line is there, the transaction is not.
    let list = folder.path().join("pencilmark.erasures");
    let first = std::fs::read_to_string(&list).expect("a list").lines().next().expect("a line").to_owned();
    std::fs::write(&list, format!("{first}\n")).expect("written");
    let then = folder.path().join("then.db");
    std::fs::rename(&list, folder.path().join("then.erasures")).expect("moved");
    let store = open(&Target::Sqlite(then)).await;
    assert_eq!(store.response_count().await.expect("count"), 0);
    assert!(store.is_taken_out(&place.cards[0]).await.expect("query"));
}

#[tokio::test]
async fn a_reader_who_holds_the_scrub_up_is_no_failure_and_nothing_lingers_once_they_have_finished() {
    let folder = tempfile::tempdir().expect("folder");
    let target = Target::in_folder(folder.path());
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 1).await;
    a_family_answers(&store, &place.cards[0]).await;
    store.settle().await.expect("settled");
    assert!(store.tidy().await.expect("emptied"));
    let mut reader = Outside::of(&target).await;
    for statement in ["begin", "select count(*) from intake"] {
        reader.run_one(statement).await.expect("read");
    }
    store.take_out(&place.cards[0], NOW).await.expect("no failure").expect("a card");
    assert_eq!(store.response_count().await.expect("count"), 0);
    assert!(!store.tidy().await.expect("looked at"), "somebody still reads");
    assert_ne!(files_with(folder.path(), CANARY), [""; 0], "the reader still has it");
    reader.run_one("rollback").await.expect("finished");
    assert!(store.tidy().await.expect("emptied"));
    assert_eq!(files_with(folder.path(), CANARY), [""; 0]);
    reader.close().await;
    store.close().await.expect("closed");
}

/// Room for what the database holds already, and not for a second copy of it beside the first.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_too_full_to_write_the_files_anew_is_no_failure_and_they_are_written_later() {
    let folder = tempfile::tempdir().expect("folder");
    let target = Target::in_folder(folder.path());
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 2).await;
    a_family_answers(&store, &place.cards[0]).await;
    for n in 20..220 {
        send(&store, &ks2(n, &place.cards[usize::from(n > 100)], Animal::Bee, SINGLE, Wave::Pre, 8, 2)).await;
    }
    store.settle().await.expect("settled");
    assert!(store.tidy().await.expect("nothing is due"));
    store.close().await.expect("closed");
    let size = std::fs::metadata(folder.path().join("pencilmark.db")).expect("a file").len();

    let room = "trap '' XFSZ; exec prlimit --fsize=\"$1\" \"$2\" --data \"$3\" withdraw \"$4\" --yes";
    let said = std::process::Command::new("sh")
        .args(["-c", room, "sh", &size.to_string(), env!("CARGO_BIN_EXE_pencilmark")])
        .args([folder.path().as_os_str(), place.cards[0].to_string().as_ref()])
        .output()
        .expect("it runs");
    let words = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{words}");

    let mut outside = Outside::of(&target).await;
    let (due, unused) = ("select count(*) from rewrite_due", "select freelist_count from pragma_freelist_count");
    assert!(outside.number(due).await == 1 && outside.number(unused).await > 0, "it waits, over a restart");
    let store = open(&target).await;
    assert!(store.is_taken_out(&place.cards[0]).await.expect("query"));
    assert!(store.tidy().await.expect("written anew"));
    assert_eq!((outside.number(due).await, outside.number(unused).await), (0, 0));
    outside.close().await;
    for trace in [CANARY, place.cards[0].as_str()] {
        assert_eq!(files_with(folder.path(), trace), [""; 0]);
    }
    store.close().await.expect("closed");
}

/// `./test` says where the files of its server are; elsewhere nobody can look into them.
#[tokio::test]
async fn on_postgresql_too_no_file_of_a_table_holds_what_was_taken_out() {
    let Some(files) = std::env::var_os("PENCILMARK_TEST_POSTGRES_FILES") else { return };
    on_each_target(async |target| {
        if !matches!(target, Target::Postgres(_)) {
            return;
        }
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 40).await;
        a_family_answers(&store, &place.cards[0]).await;
        for (n, card) in (20..).zip(&place.cards[1..]) {
            send(&store, &ks2(n, card, Animal::Bee, SINGLE, Wave::Pre, 8, 2)).await;
        }
        store.settle().await.expect("settled");
        let mut outside = Outside::of(&target).await;
        // What the server notes of a table's contents for itself names cards, too.
        for statement in ["analyze", "checkpoint"] {
            outside.run_one(statement).await.expect("done");
        }
        let number = outside.number("select oid::bigint from pg_database where datname = current_database()").await;
        let files = Path::new(&files).join("base").join(number.to_string());
        let code = place.cards[0].as_str();
        let kept = place.cards[1].as_str();
        assert!(!files_with(&files, CANARY).is_empty() && !files_with(&files, code).is_empty());

        // A reader who began before sees it for as long as they read.
        let mut reader = Outside::of(&target).await;
        for statement in ["begin isolation level repeatable read", "select count(*) from intake"] {
            reader.run_one(statement).await.expect("read");
        }
        // And so does a writer who has not ended what they began, though they look at nothing just now.
        let mut writer = Outside::of(&target).await;
        for statement in ["begin", "select pg_current_xact_id()"] {
            writer.run_one(statement).await.expect("begun");
        }
        store.take_out(&place.cards[0], NOW).await.expect("no failure").expect("a card");
        for one in [&mut reader, &mut writer] {
            assert!(!store.tidy().await.expect("looked at"), "somebody still reads or writes");
            one.run_one("rollback").await.expect("finished");
        }
        // The server looks at tables by itself now and then, and is waited for like anybody.
        until("a moment in which nobody looks", async || store.tidy().await.expect("looked at")).await;
        outside.run_one("checkpoint").await.expect("done");
        for trace in [CANARY, code, &place.cards[0].to_string(), &"02".repeat(16)] {
            assert_eq!(files_with(&files, trace), [""; 0], "{trace}");
        }
        assert!(!files_with(&files, kept).is_empty(), "the others’ answers stay");
        for one in [reader, writer, outside] {
            one.close().await;
        }
        store.close().await.expect("closed");
    })
    .await;
}

/// The disk was full: the list had its line, the database took nothing, and the family was told so. What was kept from
/// deletion since is nobody's to erase at a start; what was kept before is, as it has been let go before it was taken out.
#[tokio::test]
async fn what_was_put_on_hold_after_a_withdrawal_that_failed_is_not_erased_at_the_next_start() {
    for begun_us in [NOW + 1, NOW - 1] {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let place = a_place(&store, "Riverside", 1).await;
        let card = &place.cards[0];
        a_family_answers(&store, card).await;
        store.settle().await.expect("settled");
        let answers = store.response_count().await.expect("count");
        let then = folder.path().join("then.db");
        store.copy_to(&then).await.expect("copied");
        store.take_out(card, NOW).await.expect("withdrawn").expect("a card");
        let list = std::fs::read_to_string(folder.path().join("pencilmark.erasures")).expect("a list");

        let store = open(&Target::Sqlite(then.clone())).await;
        let hold = NewProtection { kind: ProtectionKind::Hold, reason: "the police asked".into(), who: "Anna".into() };
        assert!(store.protect_card(card, hold, begun_us).await.expect("protected"));
        store.close().await.expect("closed");
        let first = list.lines().next().expect("a line");
        std::fs::write(folder.path().join("then.erasures"), format!("{first}\n")).expect("written");
        for _ in 0..2 {
            let store = open(&Target::Sqlite(then.clone())).await;
            let kept = begun_us > NOW;
            assert_eq!(store.response_count().await.expect("count"), if kept { answers } else { 0 });
            assert_eq!(store.is_taken_out(card).await.expect("query"), !kept);
            store.close().await.expect("closed");
        }
    }
}

/// Random codes and ids scatter over every page of every index, and pages split while they fill: each
/// split is a chance for an old copy of a row to stay behind.
#[tokio::test]
async fn withdrawing_some_of_many_leaves_no_trace_of_any() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 0).await;
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut cards = Vec::new();
    while cards.len() < 600 {
        cards.extend(CardCode::from_random(random.random()));
    }
    for some in cards.chunks(16) {
        store.issue_cards(place.project_id, some.to_vec(), NOW).await.expect("cards");
    }
    for some in cards.chunks(5) {
        let responses = some.iter().map(|card| {
            let mut envelope = ks2(0, card, Animal::Fox, SINGLE, Wave::Pre, 5, 2);
            envelope.id = ResponseId::from_bytes(random.random());
            envelope.device = Some(format!("{CANARY}{card}"));
            (envelope.id.clone(), serde_json::to_vec(&envelope).expect("JSON"), NOW)
        });
        store.take_in_all(responses.collect()).await.expect("stored");
        store.settle().await.expect("settled");
    }
    let withdrawn: Vec<&CardCode> = cards.iter().step_by(20).collect();
    for card in &withdrawn {
        store.take_out(card, NOW).await.expect("withdrawn").expect("a card");
    }
    for card in withdrawn {
        assert_eq!(files_with(folder.path(), card.as_str()), [""; 0]);
        assert_eq!(files_with(folder.path(), &format!("{CANARY}{card}")), [""; 0]);
    }
}

#[tokio::test]
async fn a_restored_backup_holds_no_withdrawn_answers_and_replaces_nothing_that_is_in_use() {
    let folder = tempfile::tempdir().expect("folder");
    let (target, copy) = (Target::in_folder(&folder.path().join("data")), folder.path().join("before.db"));
    let database = folder.path().join("data/pencilmark.db");
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 2).await;
    a_family_answers(&store, &place.cards[0]).await;
    send(&store, &ks2(9, &place.cards[1], Animal::Bee, SINGLE, Wave::Pre, 7, 2)).await;
    store.copy_to(&copy).await.expect("copied");
    store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
    let library = pencilmark::survey::Library::embedded;
    let in_use = restore(&copy, &database, library(), NOW).await;
    assert!(matches!(in_use, Err(StoreError::InUse(_))), "{in_use:?}");
    assert_eq!(store.response_count().await.expect("still there"), 1);
    store.close().await.expect("closed");

    std::fs::write(folder.path().join("diary.db"), "Dear diary, this is no database. ".repeat(40)).expect("written");
    let diary = restore(&folder.path().join("diary.db"), &database, library(), NOW).await;
    assert!(matches!(diary, Err(StoreError::NotADatabase(_))), "{diary:?}");
    assert_eq!(restore(&copy, &database, library(), NOW).await.expect("restored").responses, 1);
    assert_eq!(files_with(&folder.path().join("data"), CANARY), [""; 0]);
    let names: Vec<_> = std::fs::read_dir(folder.path().join("data"))
        .expect("folder")
        .map(|entry| entry.expect("entry").file_name())
        .collect();
    assert_eq!(names.len(), 2, "the database and its list: {names:?}");
    let store = open(&target).await;
    assert!(store.is_taken_out(&place.cards[0]).await.expect("query"));
    assert_eq!(store.family(&place.cards[1]).await.expect("family").len(), 1);
}

#[tokio::test]
async fn what_a_family_is_shown_is_what_a_withdrawal_takes_out() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        a_family_answers(&store, &place.cards[0]).await;
        send(&store, &ks2(9, &place.cards[1], Animal::Bee, SINGLE, Wave::Pre, 7, 2)).await;
        store.settle().await.expect("settled");
        let held = store.held(&place.cards[0]).await.expect("query").expect("a card");
        assert_eq!(held.people.iter().map(|person| person.animal).collect::<Vec<_>>(), [Animal::Fox]);
        assert_eq!(held.people[0].sessions.len(), 2);
        assert!(held.people[0].pairs.iter().any(|pair| (pair.pre, pair.post) == (Some(8), Some(13))));
        let gone = store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
        assert_eq!(i64::try_from(held.responses.len()).expect("few"), gone.responses);
        assert!(store.held(&place.cards[0]).await.expect("query").is_none());
    })
    .await;
}

/// Everything that can be kept of a family, each with a word of its own: its answers, one of them with words that were
/// read and printed, decisions of who is who, a paper keyed in twice, and a child at a tablet.
async fn everything_names_a_family(store: &Store, place: &Place) -> Vec<&'static str> {
    let [card, spare, paper] = [0, 1, 2].map(|n| place.cards[n].clone());
    let mut after = ks2(1, &card, Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
    after.answers.insert("K2-FB3".to_owned(), Answer::Text("canary typed on the bus".to_owned()));
    after.words = true;
    send(store, &after).await;
    send(store, &ks2(2, &spare, Animal::Owl, SINGLE, Wave::Pre, 5, 2)).await;
    everything_is_read(store, place.programme_id).await;
    let quote = quotable(store, place.programme_id).await.expect("read").remove(0);
    let quote = TakenQuote { quote: Quote { words: "canary as printed".to_owned(), ..quote.quote }, ..quote };
    store.take_quotes(place.programme_id, vec![quote], NOW).await.expect("taken");
    let decide = async |decision: Decision, reason: &str| {
        let link = NewLink {
            programme_id: place.programme_id,
            decision,
            confidence: Confidence::Sure,
            reason: reason.to_owned(),
            who: "canary of the team".to_owned(),
        };
        store.link(link, NOW).await.expect("no failure").expect("decided")
    };
    decide(Decision::Tie { card: spare.clone(), to: card.clone() }, "canary of a tie").await;
    decide(Decision::Tie { card: paper.clone(), to: card.clone() }, "canary of a paper").await;
    let aside = decide(Decision::Aside { response: "02".repeat(16) }, "canary set aside").await;
    assert!(store.unlink(place.programme_id, aside, "canary undone".to_owned(), NOW).await.expect("undone"));
    let team = Browser::of_staff(&app(store));
    let (code, keying) = (paper.to_string(), format!("/sessions/{SINGLE}/keying/ks2/pre"));
    let first = [("code", code.as_str()), ("animal", "owl"), ("school_year", "5"), ("K2-CF1", "3")];
    team.post(&keying, &first).await.location();
    let again = [&first[..3], &[("K2-CF1", "2"), ("pick.K2-CF1", "second"), ("keying.reason", "canary slip")]].concat();
    team.post(&format!("{keying}/again"), &again).await.location();
    let session = store.session(SINGLE).await.expect("read").expect("there").session.id;
    let device = "00000000000000aa".to_owned();
    let child = Sitting { device: device.clone(), card: spare, animal: Animal::Bee, wave: Wave::Pre };
    store.sit(session, device, vec![child]).await.expect("kept");
    store.settle().await.expect("settled");
    vec![
        "canary typed on the bus",
        "canary as printed",
        "canary of a tie",
        "canary of a paper",
        "canary set aside",
        "canary undone",
        "canary of the team",
        "canary slip",
        "has begun on a tablet",
        "Bee",
        "Fox",
        "Owl",
    ]
}

#[tokio::test]
async fn whatever_table_names_a_family_is_in_its_copy_and_in_no_table_after_a_withdrawal() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 4).await;
        let canaries = everything_names_a_family(&store, &place).await;
        let held = store.held(&place.cards[0]).await.expect("read").expect("a card");
        assert_eq!(held.responses.len(), 4, "two from tablets, and a paper as it was keyed in first and second");
        let codes = place.cards[..3].iter().map(|card| card.as_str().to_owned());
        let names: Vec<String> = codes.chain(held.responses.iter().map(|response| response.id.clone())).collect();
        let mut outside = Outside::of(&target).await;
        let rows = outside.everything().await;
        // A table that names a card or an answer and is not in this list is not in the copy either.
        let tables: BTreeSet<&str> = rows
            .lines()
            .filter(|row| names.iter().any(|name| row.contains(name.as_str())))
            .filter_map(|row| row.split(": ").next())
            .collect();
        let told =
            ["card", "comment_read", "intake", "link", "person", "quote", "response", "second_keying", "sitting"];
        assert_eq!(tables, BTreeSet::from(told));
        let copy = bundle::json(&held, &store.library(), &[]).to_string();
        for canary in &canaries {
            assert!(copy.contains(canary), "{canary} is kept and not in the copy: {copy}");
        }
        let read = format!("\"own_words_read\":\"{}", "2026-05-16");
        assert!(copy.contains(&read), "and that somebody read it: {copy}");
        assert!(!copy.contains(place.cards[3].as_str()) && !copy.contains(&place.cards[3].to_string()));
        store.take_out(&place.cards[1], NOW).await.expect("withdrawn").expect("a card");
        let left = outside.everything().await;
        for trace in
            names.iter().map(String::as_str).chain(canaries.iter().copied().filter(|one| one.starts_with("canary")))
        {
            let found: Vec<&str> = left.lines().filter(|row| row.contains(trace)).collect();
            assert_eq!(found, [""; 0], "{trace} is left");
        }
        outside.close().await;
        store.close().await.expect("closed");
    })
    .await;
}

#[tokio::test]
async fn words_of_an_answer_that_counts_for_another_familys_person_go_with_the_card_it_was_sent_with() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let [theirs, other] = [0, 1].map(|n| place.cards[n].clone());
        send(&store, &ks2(1, &other, Animal::Fox, SINGLE, Wave::Pre, 5, 2)).await;
        let mut after = ks2(2, &theirs, Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
        after.answers.insert("K2-FB3".to_owned(), Answer::Text("We talk on the bus now".to_owned()));
        after.words = true;
        send(&store, &after).await;
        store.settle().await.expect("settled");
        let same = Decision::Same { person: (theirs.clone(), Animal::Fox), to: (other.clone(), Animal::Fox) };
        let link = NewLink {
            programme_id: place.programme_id,
            decision: same,
            confidence: Confidence::Sure,
            reason: String::new(),
            who: "a leader".to_owned(),
        };
        store.link(link, NOW).await.expect("no failure").expect("decided");
        everything_is_read(&store, place.programme_id).await;
        let taken = quotable(&store, place.programme_id).await.expect("read");
        store.take_quotes(place.programme_id, taken, NOW).await.expect("taken");
        let quote = store.quotes(place.programme_id).await.expect("read").remove(0);
        store.change_quote(quote.id, QuoteState::Approved, quote.words).await.expect("approved");
        store.take_out(&theirs, NOW).await.expect("withdrawn").expect("a card");
        assert_eq!(store.quotes(place.programme_id).await.expect("read").len(), 0, "their words are printed nowhere");
    })
    .await;
}
