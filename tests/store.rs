//! What the store promises: nothing acknowledged is lost, nothing is counted twice, what is derived can
//! be built again. Every test runs on SQLite and on PostgreSQL.

mod common;

use common::{LAST, NOW, SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::pairing::PairCount;
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::{Answer, Envelope, ResponseId};
use pencilmark::session::SessionRole;
use pencilmark::store::{ResponseState, Store, StoreError, Target};
use pencilmark::survey::{Comparison, Library, Wave};
use proptest::prelude::*;

/// The count of children who have these two awareness scores.
async fn awareness(store: &Store, programme_id: i64) -> Vec<(Option<i64>, Option<i64>, i64)> {
    let counts: Vec<PairCount> = store.pair_counts(programme_id).await.expect("counts");
    let mut cells: Vec<_> = counts
        .into_iter()
        .filter(|count| count.measure == "AWR" && count.comparison == Comparison::After)
        .map(|count| (count.pre, count.post, count.n))
        .collect();
    cells.sort_unstable();
    cells
}

#[tokio::test]
async fn a_repeated_response_is_stored_once() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        let first = send(&store, &envelope).await;
        let again = send(&store, &envelope).await;
        assert!(!first.known && again.known && !again.variant);
        assert_eq!(first.sha256, again.sha256);
        store.settle().await.expect("settled");
        assert_eq!(store.response_count().await.expect("count"), 1);
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(8), None, 1)]);
    })
    .await;
}

#[tokio::test]
async fn the_same_id_with_other_content_keeps_both_and_counts_the_first() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        let other = send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 19, 4)).await;
        assert!(other.variant && !other.known);
        store.settle().await.expect("settled");
        assert_eq!(store.response_count().await.expect("count"), 2);
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(8), None, 1)]);
        let troubles = store.troubles().await.expect("troubles");
        assert_eq!(troubles.iter().map(|t| (t.state, t.n)).collect::<Vec<_>>(), [(ResponseState::Variant, 1)]);
    })
    .await;
}

#[tokio::test]
async fn content_that_is_no_response_is_kept_and_marked_with_a_reason() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let id = |n: u8| ResponseId::from_bytes([n; 16]);
        store.take_in(id(1), b"\xff\x00 not JSON".to_vec(), NOW).await.expect("stored");
        store.take_in(id(2), b"{\"schema\":1}".to_vec(), NOW).await.expect("stored");
        let mut outside = ks2(3, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        outside.answers.insert("K2-CF1".to_owned(), pencilmark::response::Answer::Value(77));
        send(&store, &outside).await;
        store.settle().await.expect("settled");
        let troubles = store.troubles().await.expect("troubles");
        assert_eq!(troubles.iter().map(|t| t.n).sum::<i64>(), 3);
        assert!(troubles.iter().all(|t| t.state == ResponseState::Invalid && !t.reason.is_empty()));
        assert!(troubles.iter().any(|t| t.reason.contains("K2-CF1")), "{troubles:?}");
        assert!(troubles.iter().all(|t| !t.reason.contains("77")), "an answer is in a reason: {troubles:?}");
        assert_eq!(awareness(&store, place.programme_id).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_session_card_or_version_and_a_card_of_another_programme_are_kept_apart() {
    on_each_database(|store| async move {
        let riverside = a_place(&store, "Riverside", 1).await;
        let hillside = a_place(&store, "Hillside", 1).await;
        let unissued = CardCode::parse("PENC4T").expect("a code");
        let mut no_version = ks2(4, &riverside.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        no_version.version = "0".repeat(64);
        for envelope in [
            ks2(1, &riverside.cards[0], Animal::Fox, "nowhere2", Wave::Pre, 8, 2),
            ks2(2, &unissued, Animal::Fox, SINGLE, Wave::Pre, 8, 2),
            ks2(3, &hillside.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2),
            no_version,
        ] {
            send(&store, &envelope).await;
        }
        store.settle().await.expect("settled");
        let troubles = store.troubles().await.expect("troubles");
        assert_eq!(troubles.len(), 4, "{troubles:?}");
        assert!(troubles.iter().all(|t| t.state == ResponseState::Unplaced));
        assert_eq!(awareness(&store, riverside.programme_id).await, []);
        assert_eq!(awareness(&store, hillside.programme_id).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_response_that_cannot_be_placed_makes_nobody_known() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Owl, "nowhere2", Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        assert!(store.family(&place.cards[0]).await.expect("family").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_session_no_database_can_hold_stops_nobody() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Owl, "ab\u{0}cd", Wave::Pre, 8, 2)).await;
        send(&store, &ks2(2, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(8), None, 1)]);
        assert!(store.session("%\u{0}").await.expect("no such session, and no error").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_restarted_postgres_is_found_again_by_the_writer() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        common::cut_connections(&store).await;
        let envelope = ks2(2, &place.cards[0], Animal::Owl, SINGLE, Wave::Pre, 5, 2);
        send(&store, &envelope).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(5), None, 1), (Some(8), None, 1)]);
    })
    .await;
}

#[tokio::test]
async fn before_and_after_are_paired_whichever_arrives_first() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let pre = |id, card, jobs| ks2(id, card, Animal::Fox, SINGLE, Wave::Pre, jobs, 2);
        let post = |id, card, jobs| ks2(id, card, Animal::Fox, LAST, Wave::PostProg, jobs, 3);
        send(&store, &pre(1, &place.cards[0], 8)).await;
        store.settle().await.expect("settled");
        send(&store, &post(2, &place.cards[0], 13)).await;
        send(&store, &post(3, &place.cards[1], 10)).await;
        store.settle().await.expect("settled");
        send(&store, &pre(4, &place.cards[1], 6)).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(6), Some(10), 1), (Some(8), Some(13), 1)]);
        let family = store.family(&place.cards[0]).await.expect("family");
        assert_eq!(family.len(), 1);
        assert_eq!(family[0].visits.iter().map(|v| v.wave).collect::<Vec<_>>(), [Wave::Pre, Wave::PostProg]);
    })
    .await;
}

/// The first version of a survey in a library, and a second that lists one job fewer.
fn two_versions() -> (Library, String) {
    let folder = tempfile::tempdir().expect("folder");
    let first = include_str!("../surveys/ks2.v1.toml");
    let second = first.replacen("version = 1", "version = 2", 1).replacen("\"chef\", ", "", 1);
    std::fs::write(folder.path().join("ks2.v2.toml"), second).expect("written");
    let library = Library::embedded().with_folder(folder.path()).expect("readable");
    let hash = library.newest("ks2").expect("there").hash.clone();
    assert_ne!(hash, Library::embedded().newest("ks2").expect("embedded").hash, "{:?}", library.refused());
    (library, hash)
}

#[tokio::test]
async fn brothers_and_sisters_at_a_one_off_session_are_known_to_belong_together() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        // Two children of one family on the day, one of another, and a family that came to the last of a run.
        let children = [(0, Animal::Fox, SINGLE), (0, Animal::Owl, SINGLE), (1, Animal::Fox, SINGLE)];
        let later = [(2, Animal::Fox, LAST), (2, Animal::Owl, LAST)];
        for (n, (card, animal, session)) in (0_u8..).zip(children.into_iter().chain(later)) {
            let card = &place.cards[card];
            let jobs = usize::from(n) + 4;
            send(&store, &ks2(2 * n + 1, card, animal, session, Wave::Pre, jobs, 2)).await;
            send(&store, &ks2(2 * n + 2, card, animal, session, Wave::PostSame, jobs + 3, 3)).await;
        }
        store.settle().await.expect("settled");
        let families = store.family_sums(place.programme_id).await.expect("read");
        let awareness: Vec<_> = families.iter().filter(|family| family.measure == "AWR").collect();
        let [pair] = awareness.as_slice() else { panic!("{awareness:?}") };
        assert_eq!((pair.families, pair.parts.len(), pair.parts[0].people), (1, 1, 2));
        // 4 and 5 before, 7 and 8 after.
        assert_eq!(pair.scores.totals, [9, 15]);
        assert_eq!(pair.scores.products, [[81, 135], [135, 225]]);
        assert_eq!(pair.scores.people, [[41, 68, 113]]);
        assert!(families.iter().all(|family| family.parts.len() == 1 && family.parts[0].people == 2));

        // The last of a run becomes a single session, and the other family with it.
        let mut run = store.sessions(place.programme_id).await.expect("sessions");
        let last = run.iter_mut().find(|session| session.role == SessionRole::Last).expect("the last");
        last.role = SessionRole::Single;
        store.change_session(last.clone()).await.expect("changed");
        let families = store.family_sums(place.programme_id).await.expect("read");
        assert_eq!(families.iter().filter(|family| family.measure == "AWR").count(), 2);
        last.role = SessionRole::Last;
        store.change_session(last.clone()).await.expect("changed back");
        let families = store.family_sums(place.programme_id).await.expect("read");
        assert_eq!(families.iter().filter(|family| family.measure == "AWR").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_cut_that_a_new_version_moves_is_the_cut_of_every_family() {
    let data = tempfile::tempdir().expect("folder");
    let at_or_above = |library: Library| {
        let target = Target::in_folder(data.path());
        async move {
            let store = Store::open(&target, library, NOW).await.expect("opened");
            if store.programmes().await.expect("read").is_empty() {
                let place = a_place(&store, "Riverside", 1).await;
                for (n, animal) in (0_u8..).zip([Animal::Fox, Animal::Owl]) {
                    send(&store, &ks2(2 * n + 1, &place.cards[0], animal, SINGLE, Wave::Pre, 8, 2)).await;
                    send(&store, &ks2(2 * n + 2, &place.cards[0], animal, SINGLE, Wave::PostSame, 9, 3)).await;
                }
            }
            store.settle().await.expect("settled");
            let programme = store.programmes().await.expect("read")[0].id;
            let families = store.family_sums(programme).await.expect("read");
            let confidence = families.iter().find(|family| family.measure == "CNF-JOB").expect("asked");
            assert_eq!(confidence.scores.totals, [4, 6]);
            confidence.positives.totals.clone()
        }
    };
    assert_eq!(at_or_above(Library::embedded()).await, [0, 2], "3 is sure, 2 is not");

    let surveys = tempfile::tempdir().expect("folder");
    let moved = include_str!("../surveys/ks2.v1.toml").replacen("version = 1", "version = 2", 1);
    let moved = moved.replacen("positive_from = 3", "positive_from = 2", 1);
    std::fs::write(surveys.path().join("ks2.v2.toml"), moved).expect("written");
    let library = Library::embedded().with_folder(surveys.path()).expect("readable");
    assert_eq!(at_or_above(library).await, [2, 2], "now 2 is sure enough");
}

#[tokio::test]
async fn scores_of_two_versions_with_other_lists_stand_alone_and_hold_nothing_up() {
    let folder = tempfile::tempdir().expect("folder");
    let (library, second) = two_versions();
    let store = Store::open(&Target::in_folder(folder.path()), library, NOW).await.expect("opened");
    let place = a_place(&store, "Riverside", 1).await;
    send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    let mut after = ks2(2, &place.cards[0], Animal::Fox, LAST, Wave::PostProg, 13, 3);
    after.version = second;
    after.answers.remove("K2-AW1.chef");
    send(&store, &after).await;
    store.settle().await.expect("settled");
    let counts = store.pair_counts(place.programme_id).await.expect("counts");
    let of = |measure: &str| {
        let after = |c: &&PairCount| c.measure == measure && c.comparison == Comparison::After;
        let mut cells: Vec<_> = counts.iter().filter(after).map(|c| (c.denominator, c.pre, c.post)).collect();
        cells.sort_unstable();
        cells
    };
    assert_eq!(of("AWR"), [(19, None, Some(12)), (20, Some(8), None)]);
    assert_eq!(of("CNF-JOB"), [(1, Some(2), Some(3))], "what is asked alike is compared");
}

#[tokio::test]
async fn a_second_response_of_a_wave_is_kept_and_not_counted() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(&store, &ks2(2, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 20, 4)).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(8), None, 1)]);
        let id = store.session(SINGLE).await.expect("query").expect("session").session.id;
        let states = store.states_of_session(id).await.expect("states");
        assert_eq!(
            states.iter().map(|s| (s.state, s.n)).collect::<Vec<_>>(),
            [(ResponseState::Counted, 1), (ResponseState::Superseded, 1)]
        );
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_a_closed_session_still_counts_and_is_flagged_late() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let id = store.session(SINGLE).await.expect("query").expect("session").session.id;
        store.close_session(id, Some(NOW - 1)).await.expect("closed");
        // The second has other content under the same id, and is kept beside the first.
        for jobs in [8, 9] {
            send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, jobs, 2)).await;
        }
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, place.programme_id).await, [(Some(8), None, 1)]);
        let fox = store.newest_person(place.programme_id).await.expect("query");
        let page = store.responses_of(&[fox]).await.expect("page");
        assert!(page[0].flags.split(' ').any(|flag| flag == "late"), "{}", page[0].flags);
        for (closed, is_late) in [(None, false), (Some(NOW + 1), false), (Some(NOW - 1), true)] {
            store.close_session(id, closed).await.expect("opened, and closed again");
            let flags = &store.responses_of(&[fox]).await.expect("page")[0].flags;
            assert_eq!(flags.split(' ').any(|flag| flag == "late"), is_late, "closed at {closed:?}: {flags}");
            let judged = store.derived().await.expect("derived");
            store.rebuild(|_| ()).await.expect("rebuilt");
            assert_eq!(judged, store.derived().await.expect("derived"), "closed at {closed:?}, built again");
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_that_is_drawn_twice_is_issued_to_one_family() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 0).await;
        let code = CardCode::parse("PENC4T").expect("a code");
        let issued = store.issue_cards(place.project_id, vec![code.clone(), code.clone()], NOW).await.expect("issued");
        assert_eq!(issued, std::slice::from_ref(&code));
        assert!(store.issue_cards(place.project_id, vec![code], NOW).await.expect("issued").is_empty());
    })
    .await;
}

#[tokio::test]
async fn many_tablets_at_once_lose_nothing() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let mut sending = Vec::new();
        for n in 0..200_u8 {
            let envelope = ks2(n, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
            let store = store.clone();
            sending.push(tokio::spawn(async move { send(&store, &envelope).await }));
        }
        for one in sending {
            assert!(!one.await.expect("no panic").known);
        }
        assert_eq!(store.response_count().await.expect("count"), 200);
        assert!(store.unjudged().await.expect("count") <= 200);
        store.settle().await.expect("settled");
        assert_eq!(store.unjudged().await.expect("count"), 0, "every one is in the figures");
    })
    .await;
}

#[tokio::test]
async fn removing_a_programme_leaves_the_others_whole() {
    on_each_database(|store| async move {
        let riverside = a_place(&store, "Riverside", 1).await;
        let hillside = a_place(&store, "Hillside", 1).await;
        send(&store, &ks2(1, &riverside.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        let key = format!("{SINGLE}Hillside");
        send(&store, &ks2(2, &hillside.cards[0], Animal::Fox, &key, Wave::Pre, 5, 2)).await;
        // Other content under a used id belongs to the same person, and goes with them.
        send(&store, &ks2(1, &riverside.cards[0], Animal::Fox, SINGLE, Wave::Pre, 19, 4)).await;
        store.settle().await.expect("settled");
        assert_eq!(store.remove_programme(riverside.programme_id).await.expect("removed"), 2);
        assert_eq!(store.response_count().await.expect("count"), 1);
        assert_eq!(store.programmes().await.expect("list").len(), 1);
        assert_eq!(awareness(&store, hillside.programme_id).await, [(Some(5), None, 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_copy_holds_what_was_acknowledged_and_never_overwrites() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    let copy = folder.path().join("copy.db");
    store.copy_to(&copy).await.expect("copied");
    assert!(matches!(store.copy_to(&copy).await, Err(StoreError::BackupExists(_))));
    let restored = open(&Target::Sqlite(copy)).await;
    assert_eq!(restored.response_count().await.expect("count"), 1);
}

#[tokio::test]
async fn an_edition_ends_with_whatever_is_written_and_by_whichever_program() {
    on_each_database(|store| async move {
        let mut editions = vec![store.edition().await.expect("edition")];
        let place = a_place(&store, "Riverside", 1).await;
        editions.push(store.edition().await.expect("edition"));
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        editions.push(store.edition().await.expect("edition"));
        store.settle().await.expect("settled");
        editions.push(store.edition().await.expect("edition"));
        store.take_out(&place.cards[0], NOW).await.expect("taken out");
        editions.push(store.edition().await.expect("edition"));
        for (n, edition) in editions.iter().enumerate() {
            assert!(!editions[..n].contains(edition), "{editions:?}");
        }
    })
    .await;
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let other = open(&Target::in_folder(folder.path())).await;
    let before = store.edition().await.expect("edition");
    other.report_input(place.programme_id, String::new()).await.expect("read");
    assert_eq!(store.edition().await.expect("edition"), before, "nothing was written");
    send(&other, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    assert_ne!(store.edition().await.expect("edition"), before);
    store.close().await.expect("closed");
    assert!(store.edition().await.is_err());
}

#[tokio::test]
async fn a_file_in_the_place_of_the_data_folder_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "notes").expect("written");
    for data in [file.clone(), file.join("below")] {
        let result = Store::open(&Target::in_folder(&data), pencilmark::survey::Library::embedded(), NOW).await;
        let error = result.err().expect("refused");
        assert!(matches!(&error, StoreError::NotAFolder(found) if *found == file), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&file).expect("readable"), "notes");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("pencilmark.db");
    std::fs::write(&path, "Dear diary, this is not a database. ".repeat(40)).expect("written");
    let result = Store::open(&Target::Sqlite(path.clone()), pencilmark::survey::Library::embedded(), NOW).await;
    assert!(matches!(result.err(), Some(StoreError::NotADatabase(p)) if p == path));
    assert!(std::fs::read_to_string(&path).expect("readable").starts_with("Dear diary"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("a-file");
    std::fs::write(&file, "in the way").expect("written");
    let path = file.join("pencilmark.db");
    let result = Store::open(&Target::Sqlite(path.clone()), pencilmark::survey::Library::embedded(), NOW).await;
    let error = result.err().expect("refused").to_string();
    assert!(error.contains("a-file"), "{error}");
}

/// One step of a random history: who sends what, and whether the server gets round to judging.
#[derive(Debug, Clone)]
struct Step {
    id: u8,
    family: usize,
    animal: Animal,
    wave: Wave,
    jobs: usize,
    unfinished: bool,
    judged: bool,
    withdrawn: bool,
}

fn a_step() -> impl Strategy<Value = Step> {
    let waves = prop::sample::select(vec![Wave::Pre, Wave::PostSame, Wave::PostProg, Wave::PostExit, Wave::FollowUp]);
    let animals = prop::sample::select(vec![Animal::Fox, Animal::Owl, Animal::Sun]);
    (0..12_u8, 0..2_usize, animals, waves, 0..=20_usize, any::<bool>(), any::<bool>(), prop::bool::weighted(0.1))
        .prop_map(|(id, family, animal, wave, jobs, unfinished, judged, withdrawn)| Step {
            id,
            family,
            animal,
            wave,
            jobs,
            unfinished,
            judged,
            withdrawn,
        })
}

/// Lets a grown-up answer their own questionnaire, and everybody how often they talk at home, where that is asked.
fn asked_about_talk(envelope: &mut Envelope, library: &Library, often: usize) {
    let question = if envelope.animal == Animal::Sun { "PA-TK1" } else { "K2-TK1" };
    if envelope.animal == Animal::Sun {
        envelope.survey = "parent".to_owned();
        envelope.version = library.newest("parent").expect("embedded").hash.clone();
        envelope.school_year = None;
        envelope.answers.clear();
    }
    if matches!(envelope.wave, Wave::Pre | Wave::PostProg | Wave::FollowUp) {
        envelope.answers.insert(question.to_owned(), Answer::Value(i32::try_from(often % 5).expect("small")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Duplicates, other content under a used id, second responses of a wave, unfinished ones, families that
    /// take their answers out and send again, in any order
    /// and judged in any batches: what was built step by step is what a rebuild builds.
    #[test]
    fn rebuilt_equals_incremental(steps in prop::collection::vec(a_step(), 1..25)) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(on_each_database(|store| {
            let steps = steps.clone();
            async move {
                let place = a_place(&store, "Riverside", 2).await;
                for step in steps {
                    let mut envelope = ks2(step.id, &place.cards[step.family], step.animal, SINGLE, step.wave, step.jobs, 2);
                    asked_about_talk(&mut envelope, &store.library(), step.jobs);
                    if step.unfinished {
                        let missing = pencilmark::response::Answer::Missing(pencilmark::response::Missing::NotReached);
                        envelope.answers.insert("K2-CF1".to_owned(), missing);
                    }
                    send(&store, &envelope).await;
                    if step.withdrawn {
                        store.take_out(&place.cards[step.family], NOW).await.expect("withdrawn");
                    }
                    if step.judged {
                        store.settle().await.expect("settled");
                    }
                }
                store.settle().await.expect("settled");
                let incremental = store.derived().await.expect("derived");
                store.rebuild(|_| ()).await.expect("rebuilt");
                assert_eq!(incremental, store.derived().await.expect("derived"));
            }
        }));
    }
}
