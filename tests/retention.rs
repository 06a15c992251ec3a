//! Answers are kept no longer than was said, and nothing goes in silence. The clock is a day that the test says.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::outside::Outside;
use common::turnout::is_right;
use common::web::{Browser, app, member};
use common::{
    LAST, NOW, SINGLE, a_place, a_programme, fresh_beside, ks2, on_each_database, on_each_target, open, send,
};
use pencilmark::account::{Holding, Role, Within};
use pencilmark::pairing::links::{Confidence, Decision};
use pencilmark::person::{Animal, CardCode};
use pencilmark::report::{Quote, QuoteState};
use pencilmark::response::{Answer, Envelope, ResponseId};
use pencilmark::session::Programme;
use pencilmark::session::protection::ProtectionKind;
use pencilmark::session::retention::{Clearing, Clock};
use pencilmark::store::{
    AuditVerdict, Clearable, NewLink, NewProtection, Sitting, Store, StoreError, TakenQuote, Target, Withdrawal,
    restore,
};
use pencilmark::survey::Wave;
use pencilmark::web::keep_clocks;

/// Two families and their befores and afters, a copy that came twice, and bytes cut off on the way.
async fn families_answer(store: &Store) -> common::Place {
    let place = a_place(store, "Riverside", 3).await;
    for (n, card) in (1..).step_by(4).zip(&place.cards[..2]) {
        send(store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(store, &ks2(n + 1, card, Animal::Fox, LAST, Wave::PostProg, 11, 3)).await;
        send(store, &ks2(n + 1, card, Animal::Fox, LAST, Wave::PostProg, 12, 3)).await;
        let cut = serde_json::to_vec(&ks2(n + 2, card, Animal::Owl, SINGLE, Wave::Pre, 4, 1)).expect("JSON");
        let id = ks2(n + 2, card, Animal::Owl, SINGLE, Wave::Pre, 4, 1).id;
        store.take_in(id, cut[..cut.len() - 5].to_vec(), NOW).await.expect("stored");
    }
    store.settle().await.expect("settled");
    place
}

/// Lets days pass up to and with `last`, looking at the clock on each. Each warning is shown on its day to somebody who
/// can act on it.
async fn pass_to(store: &Store, days: &[&str]) -> usize {
    let mut done = 0;
    for day in days {
        done += store.look_at_clocks(day, NOW).await.expect("looked at");
        for programme in store.programmes().await.expect("programmes") {
            store.note_warnings_seen(programme.id, (*day).to_owned()).await.expect("seen");
        }
        assert_eq!(store.look_at_clocks(day, NOW).await.expect("looked at"), 0, "once a day is enough");
    }
    done
}

/// What the log says, the oldest first.
async fn log(store: &Store) -> Vec<String> {
    let mut log = store.audit(None, 50).await.expect("log");
    log.reverse();
    log.into_iter().map(|entry| entry.deed.what).collect()
}

/// Everything derived but for what could not be read: that goes, because a code may stand in it.
async fn judged(store: &Store) -> Vec<String> {
    let derived = store.derived().await.expect("derived");
    derived.lines().filter(|line| !line.contains("\"invalid\"")).map(str::to_owned).collect()
}

const DUE: &str = "2027-06-30";
const DAYS: [&str; 4] = ["2027-05-30", "2027-05-31", "2027-06-23", "2027-06-30"];

#[tokio::test]
async fn codes_are_cut_on_their_day_after_two_warnings_and_with_a_receipt() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let before = judged(&store).await;
        let flow = store.flow(place.programme_id).await.expect("flow");
        store.set_clock(place.programme_id, Clearing::Cut, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS[..3]).await, 2, "nothing but warnings");
        assert_eq!(store.family(&place.cards[0]).await.expect("family").len(), 1);
        assert_eq!(pass_to(&store, &DAYS[3..]).await, 1);

        let clocks = store.clocks(place.programme_id).await.expect("clocks");
        assert_eq!(clocks[0].done_on, DUE);
        assert_eq!(
            clocks[0].receipt,
            "Codes of 3 cards were cut from 6 answers; 2 that could not be read were deleted"
        );
        for card in &place.cards {
            assert!(store.project_of_card(card).await.expect("read").is_none(), "the card is none any more");
            assert!(store.is_cut(card).await.expect("read") && !store.is_taken_out(card).await.expect("read"));
            assert!(store.held(card).await.expect("read").is_none());
        }
        assert_eq!(judged(&store).await, before, "no figure has changed");
        assert_eq!(store.flow(place.programme_id).await.expect("flow"), flow);
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(judged(&store).await, before, "nor when it is worked out again");

        let late = send(&store, &ks2(90, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        assert!(late.erased, "a late copy brings no code back");
        let again = store.issue_cards(place.project_id, vec![place.cards[0].clone()], NOW).await.expect("issued");
        assert!(again.is_empty(), "nor is it printed again");
        assert_eq!(
            log(&store).await,
            [
                "Warned for the first time that answers will be cleared",
                "Warned for the second time that answers will be cleared",
                "Cut the codes from answers"
            ]
        );
        assert!(matches!(store.verify_audit().await.expect("log"), AuditVerdict::Whole { .. }));
    })
    .await;
}

#[tokio::test]
async fn answers_are_deleted_on_their_day_and_what_is_not_of_families_stays() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let others = a_place(&store, "Hillside", 1).await;
        send(&store, &ks2(200, &others.cards[0], Animal::Bee, &format!("{SINGLE}Hillside"), Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        store.set_clock(place.programme_id, Clearing::Delete, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);
        assert_eq!(store.clearable(place.programme_id).await.expect("counts"), Clearable::default());
        assert_eq!(store.response_count().await.expect("count"), 1, "the others' answer");
        assert_eq!(store.clearable(others.programme_id).await.expect("counts").people, 1);
        assert_eq!(store.sessions(place.programme_id).await.expect("sessions").len(), 3);
        let receipt = store.clocks(place.programme_id).await.expect("clocks").remove(0).receipt;
        assert_eq!(receipt, "8 answers of 3 cards were deleted");
        let derived = store.derived().await.expect("derived");
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), derived);
    })
    .await;
}

#[tokio::test]
async fn a_lost_card_that_nobody_ever_used_is_cut_and_its_family_stays_one() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let [lost, first, second] = [0, 1, 2].map(|n| place.cards[n].clone());
        for (n, spare) in [(1, &first), (2, &second)] {
            send(&store, &ks2(n, spare, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
            store.settle().await.expect("settled");
            let link = NewLink {
                programme_id: place.programme_id,
                decision: Decision::Tie { card: spare.clone(), to: lost.clone() },
                confidence: Confidence::Sure,
                reason: String::new(),
                who: "Anna".to_owned(),
            };
            store.link(link, NOW).await.expect("no failure").expect("made");
        }
        let flow = store.flow(place.programme_id).await.expect("flow");
        store.set_clock(place.programme_id, Clearing::Cut, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);
        assert_eq!(store.flow(place.programme_id).await.expect("flow"), flow);
        let derived = store.derived().await.expect("derived");
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), derived);
        assert_eq!(store.flow(place.programme_id).await.expect("flow"), flow);
        let links = format!("{:?}", store.links(place.programme_id).await.expect("links"));
        for card in [&lost, &first, &second] {
            assert!(!derived.contains(card.as_str()) && !links.contains(card.as_str()), "the code is nowhere");
        }
    })
    .await;
}

/// The files of a folder that hold this text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let holds = |path: &Path| std::fs::read(path).expect("bytes").windows(text.len()).any(|run| run == text.as_bytes());
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| holds(path))
        .map(|path| path.display().to_string())
        .collect()
}

#[tokio::test]
async fn no_file_holds_a_code_that_was_cut_nor_after_an_older_copy_is_put_back() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = families_answer(&store).await;
    store.set_clock(place.programme_id, Clearing::Cut, DUE.to_owned()).await.expect("set");
    pass_to(&store, &DAYS[..3]).await;
    let copies = tempfile::tempdir().expect("folder");
    let copy = copies.path().join("copy.db");
    store.copy_to(&copy).await.expect("copied");
    pass_to(&store, &DAYS[3..]).await;
    store.close().await.expect("closed");
    for card in &place.cards[..2] {
        assert_eq!(files_with(folder.path(), card.as_str()), [""; 0]);
    }
    let database = folder.path().join("pencilmark.db");
    pencilmark::store::restore(&copy, &database, pencilmark::survey::Library::embedded(), NOW).await.expect("restored");
    let store = open(&Target::in_folder(folder.path())).await;
    assert_eq!(store.family(&place.cards[0]).await.expect("family").len(), 1, "it came back");
    // Somebody may have kept it from deletion since the copy was made: both warnings come again.
    assert_eq!(pass_to(&store, &["2027-07-20", "2027-07-27"]).await, 2, "two warnings");
    assert_eq!(store.family(&place.cards[0]).await.expect("family").len(), 1, "and nothing goes");
    assert_eq!(pass_to(&store, &["2027-08-03"]).await, 1, "until a week after the second");
    store.close().await.expect("closed");
    assert_eq!(files_with(folder.path(), place.cards[0].as_str()), [""; 0]);
}

/// What a child writes. Nobody else's word, in no language.
const WORDS: &str = "Zwillingskakadu on the bus";

/// Everything that a programme can hold of its families: answers with words of their own, some read by the lead, quotes
/// taken from them and one written down, a paper keyed in twice, and a child at a tablet who has sent nothing yet.
async fn everything_is_kept(store: &Store) -> common::Place {
    let place = a_place(store, "Riverside", 5).await;
    for (n, card) in (1..).zip(&place.cards[..2]) {
        let mut after = ks2(n, card, Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
        after.answers.insert("K2-FB3".to_owned(), Answer::Text(format!("{WORDS} {n}")));
        after.words = true;
        send(store, &after).await;
    }
    store.settle().await.expect("settled");
    let (programme, session) =
        (place.programme_id, store.session(SINGLE).await.expect("read").expect("there").session.id);
    store.mark_read(programme, vec!["01".repeat(16)], NOW).await.expect("read");
    let team = Browser::of_staff(&app(store));
    let quotes = format!("/programmes/{programme}/report/quotes");
    team.post(&format!("{quotes}/typed"), &[]).await.location();
    // What nobody has read is taken up by nobody now; a database from before may have such a one.
    let typed = TakenQuote {
        quote: Quote { id: 0, ..store.quotes(programme).await.expect("quotes")[0].clone() },
        card_code: place.cards[1].as_str().to_owned(),
        response_id: "02".repeat(16),
    };
    let typed =
        TakenQuote { quote: Quote { said: format!("{WORDS} 2"), words: format!("{WORDS} 2"), ..typed.quote }, ..typed };
    assert_eq!(store.take_quotes(programme, vec![typed], NOW).await.expect("taken"), 1);
    let heard = [("said", "Zwillingskakadu, he said"), ("speaker", "adult"), ("consent", "0")];
    team.post(&quotes, &heard).await.location();
    let (code, keying) = (place.cards[2].to_string(), format!("/sessions/{SINGLE}/keying/ks2/pre"));
    let paper = [("code", code.as_str()), ("animal", "owl"), ("school_year", "5"), ("K2-CF1", "3")];
    team.post(&keying, &paper).await.location();
    let again = [&paper[..3], &[("K2-CF1", "2"), ("pick.K2-CF1", "second"), ("keying.reason", "a slip")]].concat();
    team.post(&format!("{keying}/again"), &again).await.location();
    let device = "00000000000000aa".to_owned();
    let child = Sitting { device: device.clone(), card: place.cards[3].clone(), animal: Animal::Bee, wave: Wave::Pre };
    store.sit(session, device, vec![child]).await.expect("kept");
    store.settle().await.expect("settled");
    assert_eq!(held_beside(store, &place).await, (3, 1, 1, 1), "quotes, papers keyed twice, sitting, unread");
    place
}

/// Quotes, papers that were keyed in twice, people at tablets, and texts that wait to be read.
async fn held_beside(store: &Store, place: &common::Place) -> (usize, usize, usize, i64) {
    let session = store.session(SINGLE).await.expect("read").expect("there").session.id;
    (
        store.quotes(place.programme_id).await.expect("quotes").len(),
        store.second_keyings(session).await.expect("papers").len(),
        store.sitting(session).await.expect("sitting").len(),
        store.unread(place.programme_id).await.expect("counts").all,
    )
}

#[tokio::test]
async fn quotes_second_keyings_sittings_and_texts_go_on_their_day_and_no_trace_of_them_stays() {
    on_each_target(async |target| {
        for clearing in [Clearing::Cut, Clearing::Delete] {
            // Each starts from the beginning, in a place of its own.
            let spare = tempfile::tempdir().expect("folder");
            let target = match &target {
                Target::Sqlite(_) => Target::in_folder(spare.path()),
                Target::Postgres(_) if clearing == Clearing::Delete => target.clone(),
                Target::Postgres(_) => fresh_beside(&target).await,
            };
            let store = open(&target).await;
            let place = everything_is_kept(&store).await;
            let mut outside = Outside::of(&target).await;
            let before = outside.everything().await;
            let codes: Vec<&str> = place.cards[..4].iter().map(CardCode::as_str).collect();
            assert!(codes.iter().all(|code| before.contains(code)), "the codes are there to be found");
            store.set_clock(place.programme_id, clearing, DUE.to_owned()).await.expect("set");
            pass_to(&store, &DAYS).await;

            let left = outside.everything().await;
            for code in &codes {
                assert!(!left.contains(code), "{clearing:?}: a code is left");
            }
            let (quotes, papers, sitting, unread) = held_beside(&store, &place).await;
            assert_eq!(sitting, 0, "{clearing:?}");
            if clearing == Clearing::Cut {
                assert_eq!((quotes, papers, unread), (3, 1, 1), "without codes they stay");
            } else {
                assert_eq!((quotes, papers, unread), (0, 0, 0));
                for table in
                    ["quote", "second_keying", "sitting", "comment_read", "link", "person", "response", "intake"]
                {
                    assert!(!left.contains(&format!("\n{table}: ")), "{table} has rows");
                }
                assert!(!left.contains("Zwillingskakadu"), "words are left");
            }
            store.close().await.expect("closed");
            if let Target::Sqlite(path) = &target {
                let folder = path.parent().expect("a folder");
                for code in codes {
                    assert_eq!(files_with(folder, code), [""; 0], "{clearing:?}");
                }
                let words = files_with(folder, "Zwillingskakadu");
                assert_eq!(words.is_empty(), clearing == Clearing::Delete, "{words:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_families_wrote_goes_before_the_rest_once_it_was_read_and_does_not_come_back() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = everything_is_kept(&store).await;
        let programme = place.programme_id;
        // One was approved for print, in other words.
        let typed = format!("{WORDS} 1");
        let quotes = store.quotes(programme).await.expect("quotes");
        let quote = quotes.into_iter().find(|one| one.said == typed).expect("a quote");
        store.change_quote(quote.id, QuoteState::Approved, "A bird on the bus".to_owned()).await.expect("changed");
        let (before, flow) = (judged(&store).await, store.flow(programme).await.expect("flow"));
        // A tablet said the same again later without the text: of the two it is the first that counts, and stays.
        let mut mute = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
        mute.answers.insert("K2-FB3".to_owned(), Answer::Text(String::new()));
        mute.words = true;
        let mute = serde_json::to_value(&mute).expect("JSON");
        let id = ResponseId::from_bytes([1; 16]);
        store.take_in(id, serde_json::to_vec(&mute).expect("JSON"), NOW).await.expect("stored");
        store.set_clock(programme, Clearing::Texts, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);

        let clock = store.clocks(programme).await.expect("clocks")[0].clone();
        assert_eq!(clock.receipt, "Texts in 1 answers were deleted; 1 that nobody has read wait until they are");
        let text = |n: u8| format!("{WORDS} {n}");
        let mut outside = Outside::of(&target).await;
        let left = outside.everything().await;
        assert!(!left.contains(&text(1)), "what was read is gone");
        assert!(left.contains(&text(2)), "what nobody has read waits");
        let quotes = store.quotes(programme).await.expect("quotes");
        let said: BTreeSet<&str> = quotes.iter().map(|one| one.said.as_str()).collect();
        assert_eq!(said, BTreeSet::from(["A bird on the bus", text(2).as_str()]));
        let without = |lines: &[String]| lines.iter().map(|line| line.replace("\"said\"", "\"\"")).collect::<Vec<_>>();
        assert_eq!(without(&judged(&store).await), without(&before), "everything that was tapped counts as it did");
        assert_eq!(store.flow(programme).await.expect("flow"), flow);

        // Read at last, it goes at the next look; and so does a copy that a tablet sends once more.
        store.mark_read(programme, vec!["02".repeat(16)], NOW).await.expect("read");
        assert_eq!(pass_to(&store, &["2027-07-01"]).await, 1);
        let mut again = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
        again.answers.insert("K2-FB3".to_owned(), Answer::Text(text(1)));
        again.words = true;
        send(&store, &again).await;
        store.settle().await.expect("settled");
        assert!(outside.everything().await.contains(&text(1)), "it is kept until the next look");
        assert_eq!(pass_to(&store, &["2027-07-02"]).await, 1);
        assert!(!outside.everything().await.contains("Zwillingskakadu"), "no word is left");
        assert_eq!(store.unread(programme).await.expect("counts").all, 0);
        let now = judged(&store).await;
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(judged(&store).await, now, "nor does a rebuild find one");
        assert!(matches!(store.verify_audit().await.expect("log"), AuditVerdict::Whole { .. }));
        store.close().await.expect("closed");
        if let Target::Sqlite(path) = &target {
            assert_eq!(files_with(path.parent().expect("a folder"), "Zwillingskakadu"), [""; 0]);
        }
    })
    .await;
}

fn held(reason: &str) -> NewProtection {
    NewProtection { kind: ProtectionKind::Hold, reason: reason.to_owned(), who: "Anna".to_owned() }
}

#[tokio::test]
async fn what_is_kept_from_deletion_outlives_its_day_and_goes_after_two_warnings_once_that_ends() {
    on_each_database(|store| async move {
        for clearing in [Clearing::Cut, Clearing::Delete] {
            let name = if clearing == Clearing::Cut { "Riverside" } else { "Hillside" };
            let place = a_place(&store, name, 3).await;
            let session = if clearing == Clearing::Cut { SINGLE.to_owned() } else { format!("{SINGLE}{name}") };
            for (n, card) in (u8::from(clearing == Clearing::Delete) * 100 + 1..).zip(&place.cards) {
                send(&store, &ks2(n, card, Animal::Fox, &session, Wave::Pre, 8, 2)).await;
            }
            store.settle().await.expect("settled");
            let [kept, tied, other] = [0, 1, 2].map(|n| place.cards[n].clone());
            let decision = Decision::Tie { card: tied.clone(), to: kept.clone() };
            let link = NewLink {
                programme_id: place.programme_id,
                decision,
                confidence: Confidence::Sure,
                reason: String::new(),
                who: "Anna".to_owned(),
            };
            store.link(link, NOW).await.expect("no failure").expect("tied");
            assert!(store.protect_card(&tied, held("a complaint"), NOW).await.expect("kept"));
            assert!(!store.protect_card(&kept, held("twice"), NOW).await.expect("no failure"), "both are one family");
            assert!(matches!(store.take_out(&kept, NOW).await, Err(StoreError::Held)));
            let held_before = store.held(&kept).await.expect("read").expect("there").responses.len();

            store.set_clock(place.programme_id, clearing, DUE.to_owned()).await.expect("set");
            assert_eq!(pass_to(&store, &DAYS).await, 3);
            assert!(store.project_of_card(&other).await.expect("read").is_none(), "everybody else’s went on their day");
            for card in [&kept, &tied] {
                assert_eq!(store.held(card).await.expect("read").expect("there").responses.len(), held_before);
            }
            let clock = |clocks: Vec<Clock>| clocks.into_iter().find(|one| one.clearing == clearing).expect("set");
            let receipt = clock(store.clocks(place.programme_id).await.expect("clocks")).receipt;
            assert!(receipt.ends_with("; 2 cards are kept from being deleted"), "{receipt}");
            is_right(&store, place.programme_id, "with a family that is kept").await;
            let now = store.derived().await.expect("derived");
            store.rebuild(|_| {}).await.expect("rebuilt");
            assert_eq!(store.derived().await.expect("derived"), now);

            let standing = store.protections(place.programme_id).await.expect("read")[0].id;
            let (who, why) = ("Ben".to_owned(), "settled".to_owned());
            assert!(store.end_protection(place.programme_id, standing, who, why, NOW).await.expect("ended"));
            assert_eq!(pass_to(&store, &["2027-07-01"]).await, 1, "a warning, and nothing goes");
            assert!(store.held(&kept).await.expect("read").is_some());
            assert_eq!(pass_to(&store, &["2027-07-08", "2027-07-15"]).await, 2);
            assert!(store.held(&kept).await.expect("read").is_none() && store.is_cut(&tied).await.expect("read"));
        }
    })
    .await;
}

#[tokio::test]
async fn what_protects_a_family_ends_with_the_last_of_it() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        for (n, card) in (1..).zip(&place.cards) {
            send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        }
        let disputed = |reason: &str| NewProtection { kind: ProtectionKind::Restriction, ..held(reason) };
        for card in &place.cards[..2] {
            assert!(store.protect_card(card, disputed("disputed"), NOW).await.expect("kept"));
        }
        store.take_out(&place.cards[0], NOW + 5).await.expect("withdrawn").expect("a card");
        let [other, gone] = &store.protections(place.programme_id).await.expect("read")[..] else { panic!("two") };
        assert_eq!((gone.ended_us, gone.ended_by.as_str()), (Some(NOW + 5), "the family’s withdrawal"));
        assert!(!gone.ended_because.is_empty() && other.ended_us.is_none());
        assert_eq!(store.families_left_out(place.programme_id).await.expect("read"), 1);
        // Cutting leaves the family in the figures' shadow under another code; deleting leaves nothing of it.
        for (clearing, days) in
            [(Clearing::Cut, DAYS), (Clearing::Delete, ["2028-05-30", "2028-05-31", "2028-06-23", "2028-06-30"])]
        {
            store.set_clock(place.programme_id, clearing, days[3].to_owned()).await.expect("set");
            assert_eq!(pass_to(&store, &days).await, 3);
            let ended = store.protections(place.programme_id).await.expect("read")[0].ended_us;
            assert_eq!(ended.is_some(), clearing == Clearing::Delete, "{clearing:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn stopping_empties_nothing_that_is_kept_even_where_it_was_never_placed() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let [kept, other, third] = [0, 1, 2].map(|n| place.cards[n].clone());
        assert!(store.protect_card(&kept, held("evidence"), NOW).await.expect("kept"));
        let numbered = |n: u8, card: &CardCode, session: &str| {
            let mut envelope = ks2(n, card, Animal::Fox, session, Wave::Pre, 8, 2);
            (envelope.device, envelope.sequence) = (Some("device22".to_owned()), Some(u64::from(n)));
            envelope
        };
        for (n, card) in [(1, &kept), (2, &other)] {
            send(&store, &numbered(n, card, "nowhere2")).await;
        }
        store.settle().await.expect("settled");
        send(&store, &Envelope { animal: Animal::Owl, ..numbered(3, &kept, SINGLE) }).await;
        let bytes = async |n: u8, card: &CardCode| {
            let responses = store.held(card).await.expect("read").expect("there").responses;
            let id = ResponseId::from_bytes([n; 16]);
            responses.into_iter().find(|one| one.id == id.as_str()).map_or(0, |one| one.bytes.len())
        };
        let stop = async |n: u8, session: &str| {
            let (device, session) = ("device22".to_owned(), session.to_owned());
            let stop = Withdrawal { session, device, sequence: i64::from(n), at_home: false };
            store.withdraw(ResponseId::from_bytes([n; 16]), stop, NOW).await.expect("noted");
        };
        for (n, session) in [(3, SINGLE), (1, "nowhere2"), (2, "nowhere2")] {
            stop(n, session).await;
        }
        assert!(bytes(1, &kept).await > 0 && bytes(3, &kept).await > 0, "kept");
        assert_eq!(bytes(2, &other).await, 0, "nobody keeps this one");
        assert!(store.protect_programme(place.programme_id, held("the auditors come"), NOW).await.expect("kept"));
        send(&store, &numbered(4, &third, "nowhere2")).await;
        store.settle().await.expect("settled");
        stop(4, "nowhere2").await;
        assert!(bytes(4, &third).await > 0, "with the whole programme");
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_is_the_first_under_its_id_once_what_came_first_has_gone() {
    on_each_database(async |store| {
        let place = a_place(&store, "Riverside", 2).await;
        assert!(store.protect_card(&place.cards[0], held("evidence"), NOW).await.expect("kept"));
        send(&store, &ks2(1, &place.cards[1], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 5, 1)).await;
        store.settle().await.expect("settled");
        store.set_clock(place.programme_id, Clearing::Delete, "2027-06-30".to_owned()).await.expect("set");
        for day in ["2027-05-31", "2027-06-23", "2027-06-30"] {
            store.look_at_clocks(day, NOW).await.expect("looked at");
            store.note_warnings_seen(place.programme_id, day.to_owned()).await.expect("seen");
        }
        let derived = store.derived().await.expect("derived");
        assert!(derived.contains("\"counted\""), "{derived}");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(derived, store.derived().await.expect("derived"));
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_that_is_refused_stands_on_no_list() {
    let folder = tempfile::tempdir().expect("folder");
    let target = Target::in_folder(folder.path());
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 2).await;
    assert!(store.protect_card(&place.cards[0], held("evidence"), NOW).await.expect("kept"));
    assert!(matches!(store.take_out(&place.cards[0], NOW).await, Err(StoreError::Held)));
    let list = folder.path().join("pencilmark.erasures");
    let lines = || std::fs::read_to_string(&list).unwrap_or_default().lines().filter(|line| !line.is_empty()).count();
    assert_eq!(lines(), 0, "the next start would take it out");
    store.take_out(&place.cards[1], NOW).await.expect("withdrawn").expect("a card");
    assert_eq!(lines(), 1);
}

#[tokio::test]
async fn what_was_protected_after_a_copy_was_made_is_so_again_when_the_copy_is_put_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (target, copy) = (Target::in_folder(&folder.path().join("data")), folder.path().join("copy.db"));
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 4).await;
    for (n, card) in (1..).zip(&place.cards) {
        send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    }
    store.settle().await.expect("settled");
    let [kept, disputed, ended, since] = [0, 1, 2, 3].map(|n| place.cards[n].clone());
    assert!(store.protect_card(&ended, held("settled since"), NOW).await.expect("kept"));
    store.copy_to(&copy).await.expect("copied");
    nothing_is_kept_any_more(&store, place.programme_id).await;
    let restricted = NewProtection { kind: ProtectionKind::Restriction, ..held("the father disputes it") };
    assert!(store.protect_card(&kept, held("evidence"), NOW + 1).await.expect("kept"));
    assert!(store.protect_card(&disputed, restricted, NOW + 2).await.expect("restricted"));
    assert!(store.protect_programme(place.programme_id, held("the auditors come"), NOW + 3).await.expect("kept"));
    let later = vec![CardCode::parse("PEN-C4T").expect("a code")];
    store.issue_cards(place.project_id, later.clone(), NOW).await.expect("issued");
    assert!(store.protect_card(&later[0], held("of a card that the copy has not"), NOW + 4).await.expect("kept"));
    store.close().await.expect("closed");

    let (database, library) = (folder.path().join("data/pencilmark.db"), pencilmark::survey::Library::embedded);
    let restored = restore(&copy, &database, library(), NOW + 9).await.expect("restored");
    assert_eq!((restored.responses, restored.protected_again), (4, Some(3)));
    assert_eq!(restored.unprotected, 1, "of a card that the copy has not");
    let store = open(&target).await;
    let standing = store.protections(place.programme_id).await.expect("read");
    let mut told: Vec<(&str, i64, bool)> =
        standing.iter().map(|one| (one.reason.as_str(), one.begun_us, one.ended_us.is_none())).collect();
    told.sort_unstable();
    let all = [
        ("evidence", NOW + 1, true),
        ("settled since", NOW, true),
        ("the auditors come", NOW + 3, true),
        ("the father disputes it", NOW + 2, true),
    ];
    assert_eq!(told, all, "that one was ended is to be said once more");
    assert!(matches!(store.take_out(&kept, NOW).await, Err(StoreError::Held)));
    assert_eq!(store.families_left_out(place.programme_id).await.expect("read"), 1, "and in no figure");
    let figures = store.derived().await.expect("derived");
    store.rebuild(|_| {}).await.expect("rebuilt");
    assert_eq!(store.derived().await.expect("derived"), figures);
    assert!(store.is_held(&since).await.expect("read"), "with its programme");
    store.close().await.expect("closed");

    // What is no database says nothing, and keeps nobody from putting a copy in its place.
    std::fs::remove_file(&database).expect("gone");
    let restored = restore(&copy, &database, library(), NOW).await.expect("restored");
    assert_eq!(restored.protected_again, None);
}

/// The clock of one clearing.
async fn clock_of(store: &Store, programme: i64, clearing: Clearing) -> Clock {
    let clocks = store.clocks(programme).await.expect("clocks");
    clocks.into_iter().find(|one| one.clearing == clearing).expect("set")
}

/// Ends whatever protects a programme's answers.
async fn nothing_is_kept_any_more(store: &Store, programme: i64) {
    for one in store.protections(programme).await.expect("read").into_iter().filter(|one| one.ended_us.is_none()) {
        let (who, why) = ("Ben".to_owned(), "settled".to_owned());
        assert!(store.end_protection(programme, one.id, who, why, NOW).await.expect("ended"));
    }
}

#[tokio::test]
async fn a_hold_that_ends_brings_back_no_clearing_that_spared_nobody() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let programme = place.programme_id;
        store
            .set_clocks(programme, vec![(Clearing::Cut, DUE.to_owned()), (Clearing::Delete, "2028-06-30".to_owned())])
            .await
            .expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);
        let done = clock_of(&store, programme, Clearing::Cut).await;
        assert_eq!(done.done_on, DUE);
        let spare = vec![CardCode::parse("PEN-C4T").expect("a code")];
        let later = store.issue_cards(place.project_id, spare, NOW).await.expect("cards");
        assert!(store.protect_card(&later[0], held("a complaint"), NOW).await.expect("kept"));
        nothing_is_kept_any_more(&store, programme).await;
        assert_eq!(clock_of(&store, programme, Clearing::Cut).await, done, "it spared nobody, and stays done");
        assert_eq!(pass_to(&store, &["2027-07-06", "2027-07-13", "2027-07-20"]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_comes_once_more_keeps_the_receipt_of_the_first_time() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let programme = place.programme_id;
        assert!(store.protect_card(&place.cards[0], held("a complaint"), NOW).await.expect("kept"));
        store.set_clock(programme, Clearing::Cut, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);
        let first = clock_of(&store, programme, Clearing::Cut).await.receipt;
        assert!(first.ends_with("; 1 cards are kept from being deleted"), "{first}");
        nothing_is_kept_any_more(&store, programme).await;
        for day in ["2027-09-30", "", "2027-10-31"] {
            store.set_clock(programme, Clearing::Cut, day.to_owned()).await.expect("set");
            let clock = clock_of(&store, programme, Clearing::Cut).await;
            assert_eq!(
                (clock.due_on.as_str(), clock.done_on.as_str(), clock.receipt.as_str()),
                (day, "", first.as_str())
            );
            let page = Browser::of_staff(&app(&store)).get(&format!("/programmes/{programme}/retention")).await.text;
            assert!(page.contains(&format!("Done before: {first}")), "{page}");
        }
        assert_eq!(pass_to(&store, &["2027-10-01", "2027-10-24", "2027-10-31"]).await, 3);
        let again = clock_of(&store, programme, Clearing::Cut).await.receipt;
        assert!(again.starts_with(&format!("{first}. Later: Codes of ")), "{again}");
    })
    .await;
}

#[tokio::test]
async fn texts_that_were_kept_wait_for_their_warnings_and_late_ones_do_not() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 2).await;
        let programme = place.programme_id;
        let wrote = |n: u8| {
            let mut after = ks2(n, &place.cards[usize::from(n) - 1], Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
            after.answers.insert("K2-FB3".to_owned(), Answer::Text(format!("{WORDS} {n}")));
            after.words = true;
            after
        };
        send(&store, &wrote(1)).await;
        store.settle().await.expect("settled");
        store.mark_read(programme, vec!["01".repeat(16)], NOW).await.expect("read");
        assert!(store.protect_card(&place.cards[0], held("a complaint"), NOW).await.expect("kept"));
        store.set_clock(programme, Clearing::Texts, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);
        nothing_is_kept_any_more(&store, programme).await;
        store.take_in(wrote(2).id, serde_json::to_vec(&wrote(2)).expect("JSON"), NOW + 1).await.expect("stored");
        store.settle().await.expect("settled");
        store.mark_read(programme, vec!["02".repeat(16)], NOW + 2).await.expect("read");
        assert_eq!(pass_to(&store, &["2027-07-01"]).await, 2, "a warning for the one, and the other goes");
        let mut outside = Outside::of(&target).await;
        let left = outside.everything().await;
        assert!(left.contains(&format!("{WORDS} 1")) && !left.contains(&format!("{WORDS} 2")));
        assert_eq!(pass_to(&store, &["2027-07-08", "2027-07-15"]).await, 2);
        assert!(!outside.everything().await.contains(WORDS));
    })
    .await;
}

#[tokio::test]
async fn texts_of_answers_that_could_be_placed_nowhere_go_too() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let (place, elsewhere) = (a_place(&store, "Riverside", 2).await, a_place(&store, "Hillside", 1).await);
        let programme = place.programme_id;
        let unknown = CardCode::parse("PEN-C4T").expect("a code");
        let cards = [
            (&place.cards[0], "nowhere2"),
            (&unknown, SINGLE),
            (&place.cards[1], "nowhere2"),
            (&elsewhere.cards[0], "nowhere2"),
        ];
        for (n, (card, session)) in (1..).zip(cards) {
            let mut after = ks2(n, card, Animal::Fox, session, Wave::PostSame, 8, 2);
            after.answers.insert("K2-FB3".to_owned(), Answer::Text(format!("{WORDS} {n}")));
            send(&store, &after).await;
        }
        store.settle().await.expect("settled");
        assert!(store.protect_card(&place.cards[1], held("a complaint"), NOW).await.expect("kept"));
        store.set_clock(programme, Clearing::Texts, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 3);
        let left = Outside::of(&target).await.everything().await;
        let there = |n: u8| left.contains(&format!("{WORDS} {n}"));
        assert_eq!([1, 2, 3, 4].map(there), [false, false, true, true], "ours go; what is kept and others’ stay");
        let receipt = clock_of(&store, programme, Clearing::Texts).await.receipt;
        assert_eq!(receipt, "Texts in 2 answers were deleted; 1 cards are kept from being deleted");
    })
    .await;
}

#[tokio::test]
async fn a_programme_that_is_kept_is_not_touched_by_its_clock_and_says_so() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let (programme, team) = (place.programme_id, Browser::of_staff(&app(&store)));
        let page = format!("/programmes/{programme}/retention");
        let named = team.post(&format!("/programmes/{programme}/hold"), &[("why", "the family of PEN-C4T sues")]).await;
        assert!(named.status == 422 && named.text.contains("Leave the card’s code out"), "{}", named.text);
        let hold = format!("/programmes/{programme}/hold");
        assert_eq!(team.post(&hold, &[("why", "")]).await.status, 422);
        team.post(&hold, &[("why", "the auditors come")]).await.location();
        assert_eq!(team.post(&hold, &[("why", "again")]).await.status, 422);
        store.set_clock(programme, Clearing::Delete, DUE.to_owned()).await.expect("set");
        assert_eq!(pass_to(&store, &DAYS).await, 2, "warnings alone");
        assert_eq!(pass_to(&store, &["2028-06-30"]).await, 0);
        assert_eq!(store.clearable(programme).await.expect("counts").responses, 6);
        let shown = team.get(&page).await.text;
        assert!(shown.contains("The whole programme: Kept from being deleted") && shown.contains("the auditors come"));
        assert!(team.get("/").await.text.contains("is kept from being deleted until somebody ends that"));
        let code = place.cards[0].to_string();
        let refused = team.post("/rights/withdrawal", &[("code", &code), ("reason", "asked")]).await;
        assert!(refused.status == 422 && refused.text.contains("kept from being deleted"), "{}", refused.text);

        let standing = store.protections(programme).await.expect("read")[0].id;
        let end = format!("/programmes/{programme}/protections/{standing}/end");
        assert_eq!(team.post(&end, &[("because", "")]).await.status, 422);
        team.post(&end, &[("because", "they went")]).await.location();
        assert_eq!(team.post(&end, &[("because", "they went")]).await.status, 404);
        assert!(team.get(&page).await.text.contains("Ended by"));
        assert_eq!(pass_to(&store, &["2028-07-01", "2028-07-08"]).await, 2, "both warnings come again");
        assert_eq!(store.clearable(programme).await.expect("counts").responses, 6);
        assert_eq!(pass_to(&store, &["2028-07-15"]).await, 1);
        assert_eq!(store.clearable(programme).await.expect("counts"), Clearable::default());
    })
    .await;
}

#[tokio::test]
async fn sample_data_and_programmes_without_a_day_are_never_touched() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let sample =
            store.add_programme(Programme { sample: true, ..a_programme("Sample") }, NOW).await.expect("added");
        store.set_clock(sample, Clearing::Delete, "2027-01-01".to_owned()).await.expect("set");
        for day in ["2027-05-31", "2027-06-23", "2027-06-30", "2029-06-30"] {
            assert_eq!(pass_to(&store, &[day]).await, 0);
        }
        assert_eq!(store.clearable(place.programme_id).await.expect("counts").people, 2);
    })
    .await;
}

#[tokio::test]
async fn the_team_sets_the_days_is_warned_on_the_first_page_and_sees_what_has_gone() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let team = Browser::of_staff(&app(&store));
        let page = format!("/programmes/{}/retention", place.programme_id);
        assert!(team.get(&page).await.text.contains("No day is set"));
        let wrong = team.post(&page, &[("cut", "2001-01-01"), ("delete", "")]).await;
        assert!(wrong.status == 422 && wrong.text.contains("Choose a day to come"), "{}", wrong.text);
        let wrong = team.post(&page, &[("cut", "2099-01-01"), ("delete", "2098-01-01")]).await;
        assert!(wrong.text.contains("Codes are cut first"));
        assert_eq!(team.post(&page, &[("cut", "2099-01-01"), ("delete", "2099-06-01")]).await.location(), page);
        assert!(team.get(&page).await.text.contains("1 January 2099"));
        assert!(!team.get("/").await.text.contains("Save what you need"), "it is far away");
        // The test's clock runs ahead of the machine's.
        pass_to(&store, &["2098-12-02"]).await;
        let home = team.get("/").await.text;
        assert!(home.contains("Codes are cut from answers on 1 January 2099") && home.contains("Riverside"), "{home}");
        pass_to(&store, &["2098-12-25", "2099-01-01"]).await;
        let home = team.get("/").await.text;
        assert!(home.contains("done on 1 January 2099") && home.contains("were cut from 6 answers"), "{home}");
        let code = place.cards[0].to_string();
        let asked = team.post("/rights", &[("code", &code)]).await;
        assert!(asked.text.contains("was cut from its answers"), "{}", asked.text);
        let log = store.audit(None, 20).await.expect("log");
        let set: Vec<&str> = log
            .iter()
            .filter(|entry| entry.deed.what == "Set how long answers are kept")
            .map(|entry| entry.deed.reason.as_str())
            .collect();
        assert_eq!(set, ["Codes are cut from answers: 1 January 2099; Answers are deleted: 1 June 2099"]);
        assert!(!format!("{log:?}").contains(place.cards[0].as_str()));
    })
    .await;
}

#[tokio::test]
async fn a_warning_counts_from_the_day_on_which_somebody_who_can_act_was_shown_it() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let (programme, application) = (place.programme_id, app(&store));
        let whole = || vec![Holding { programme, within: Within::Whole }];
        let part = || vec![Holding { programme, within: Within::Project(place.project_id) }];
        member(&store, &application, "Anna", Role::Administrator, Vec::new()).await;
        let manager = member(&store, &application, "Mara", Role::Manager, whole()).await.1;
        let others = [
            member(&store, &application, "Leo", Role::Leader, part()).await.1,
            member(&store, &application, "Eva", Role::Evaluator, whole()).await.1,
            member(&store, &application, "Mo", Role::Manager, part()).await.1,
        ];
        store.set_clock(programme, Clearing::Delete, DUE.to_owned()).await.expect("set");
        let look = async |day: &str| store.look_at_clocks(day, NOW).await.expect("looked at");
        let clock = async || store.clocks(programme).await.expect("clocks").remove(0);
        assert_eq!(look("2027-05-31").await, 1, "the first warning");
        for other in &others {
            assert!(!other.get("/").await.text.contains("Save what you need before"));
        }
        assert_eq!(look("2027-06-23").await + look("2027-06-30").await + look("2029-01-01").await, 0, "nobody saw it");
        assert!(manager.get("/").await.text.contains("Save what you need before"));
        let seen = clock().await;
        assert_eq!(seen.first_seen_on, application.today());
        assert_eq!(look("2029-01-01").await, 1, "the second comes a week after somebody was shown the first");
        assert_eq!(look("2029-02-01").await + look("2030-01-01").await, 0, "and nobody was shown that");
        assert_eq!(store.clearable(programme).await.expect("counts").people, 2);
        assert!(manager.get(&format!("/programmes/{programme}/retention")).await.text.contains("Warned since"));
        assert_eq!(look("2030-01-02").await, 1, "now it goes");
        assert_eq!(store.clearable(programme).await.expect("counts"), Clearable::default());
    })
    .await;
}

#[tokio::test]
async fn the_server_looks_at_the_clocks_by_itself() {
    on_each_database(|store| async move {
        let place = families_answer(&store).await;
        let application = app(&store);
        store.set_clock(place.programme_id, Clearing::Delete, "2026-01-01".to_owned()).await.expect("set");
        let keeping = tokio::spawn(keep_clocks(application.clone()));
        let mut warned = String::new();
        for _ in 0..600 {
            warned = store.clocks(place.programme_id).await.expect("clocks").remove(0).first_on;
            if !warned.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        keeping.abort();
        assert_eq!(warned, application.today(), "warned at once, though the day is long over");
        assert_eq!(log(&store).await, ["Warned for the first time that answers will be cleared"]);
        assert_eq!(store.clearable(place.programme_id).await.expect("counts").people, 2, "and nothing has gone");
    })
    .await;
}

#[tokio::test]
async fn a_copy_holds_nobody_of_the_running_day_and_warns_anew_where_it_is_put_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (target, copy) = (Target::in_folder(&folder.path().join("data")), folder.path().join("copy.db"));
    let store = open(&target).await;
    let place = everything_is_kept(&store).await;
    let mut now = Outside::of(&target).await;
    let here = now.everything().await;
    now.close().await;
    assert!(here.contains("\nsitting: "), "there is something to leave out");
    store.copy_to(&copy).await.expect("copied");
    let mut beside = Outside::of(&Target::Sqlite(copy.clone())).await;
    let copied = beside.everything().await;
    beside.close().await;
    let of_the_day = |row: &&str| row.starts_with("sitting: ");
    assert_eq!(copied.lines().filter(of_the_day).collect::<Vec<_>>(), [""; 0]);
    let kept: Vec<&str> = here.lines().filter(|row| !of_the_day(row)).collect();
    assert!(copied.lines().eq(kept), "everything else is as it was");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        for file in ["pencilmark.db", "pencilmark.db-wal", "pencilmark.db-shm"] {
            assert_eq!(mode(&folder.path().join("data").join(file)), 0o600, "{file}");
        }
        assert_eq!((mode(&folder.path().join("data")), mode(&copy)), (0o700, 0o600));
        // One that is there from before does not stay open to others either.
        std::fs::set_permissions(folder.path().join("data/pencilmark.db"), PermissionsExt::from_mode(0o644))
            .expect("set");
    }
    store.set_clock(place.programme_id, Clearing::Delete, DUE.to_owned()).await.expect("set");
    assert_eq!(pass_to(&store, &DAYS[..3]).await, 2, "both warnings");
    let warned = folder.path().join("warned.db");
    store.copy_to(&warned).await.expect("copied");
    store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
    store.close().await.expect("closed");
    let database = folder.path().join("data/pencilmark.db");
    restore(&warned, &database, pencilmark::survey::Library::embedded(), NOW).await.expect("restored");
    let store = open(&target).await;
    let clock = store.clocks(place.programme_id).await.expect("clocks").remove(0);
    assert_eq!((clock.due_on.as_str(), clock.first_on.as_str(), clock.second_seen_on.as_str()), (DUE, "", ""));
    assert_eq!(store.look_at_clocks(DUE, NOW).await.expect("looked at"), 1, "a warning, and nothing goes");
    assert!(store.clearable(place.programme_id).await.expect("counts").people > 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for file in ["pencilmark.db", "pencilmark.erasures"] {
            let found = std::fs::metadata(folder.path().join("data").join(file)).expect("there");
            assert_eq!(found.permissions().mode() & 0o777, 0o600, "{file}");
        }
    }
}
