//! Who came is counted as people are made known and seen, and whatever happens to them later, the counts that
//! reports read are those of the people, families and visits that are there.

mod common;

use common::turnout::is_right;
use common::{LAST, NOW, Place, REUNION, SINGLE, a_place, a_project, ks2, on_each_database, open, send};
use pencilmark::pairing::links::{Confidence, Decision, Key};
use pencilmark::pairing::{Circumstance, Moment, Why};
use pencilmark::person::{Animal, CardCode, Role, SchoolYear};
use pencilmark::report::input::FlowCount;
use pencilmark::report::{DoseCount, SessionVisits};
use pencilmark::response::{Answer, Envelope, Helper, ResponseId};
use pencilmark::session::protection::ProtectionKind;
use pencilmark::session::retention::Clearing;
use pencilmark::session::{Session, SessionRole};
use pencilmark::store::{
    FlowStep, NewLink, NewPerson, NewPractice, NewProtection, Store, StoreError, Target, Withdrawal,
};
use pencilmark::survey::{Comparison, Library, Wave};
use proptest::prelude::*;
use sqlx::Connection;

const SESSIONS: [&str; 3] = [SINGLE, LAST, REUNION];

async fn come(store: &Store, card: &CardCode, animal: Animal, session: &str) {
    let session_id = store.session(session).await.expect("query").expect("a session").session.id;
    let school_year = SchoolYear::new(4).filter(|_| animal.role() == Role::Child);
    let person = NewPerson { card: card.clone(), animal, school_year, session_id };
    store.register(vec![person], NOW).await.expect("registered");
}

async fn hold(store: &Store, session: &str, role: SessionRole, held_on: &str) {
    let session = store.session(session).await.expect("query").expect("a session").session;
    store
        .change_session(pencilmark::session::Session { role, held_on: held_on.to_owned(), ..session })
        .await
        .expect("changed");
}

async fn decide(store: &Store, place: &Place, decision: Decision) -> Option<i64> {
    let link = NewLink {
        programme_id: place.programme_id,
        decision,
        confidence: Confidence::Sure,
        reason: String::new(),
        who: "Anna".to_owned(),
    };
    store.link(link, NOW).await.expect("no failure").ok()
}

/// What a count of main results is kept by: before, after, doubts and visits, and how many.
type ToldApart = (Option<i64>, Option<i64>, String, Option<i64>, i64);

/// Matched children of awareness: before, after, what is doubtful, visits, and how many.
async fn told_apart(store: &Store, place: &Place) -> Vec<ToldApart> {
    let counts = store.pair_counts(place.programme_id).await.expect("counts");
    let awareness = counts.into_iter().filter(|count| count.measure == "AWR" && count.comparison == Comparison::After);
    let mut cells: Vec<_> =
        awareness.map(|count| (count.pre, count.post, count.doubts.codes(), count.visits, count.n)).collect();
    cells.sort_unstable();
    cells
}

/// What is derived, and what comes of judging everything again: the same.
async fn is_what_a_rebuild_gives(store: &Store, when: &str) {
    let derived = store.derived().await.expect("derived");
    store.rebuild(|_| ()).await.expect("rebuilt");
    assert_eq!(store.derived().await.expect("derived"), derived, "{when}");
}

#[tokio::test]
async fn matched_children_are_told_apart_by_what_is_doubtful_and_how_often_they_came() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 8).await;
        let card = |n: usize| place.cards[n].clone();
        let before = |n: u8| ks2(n, &card(usize::from(n)), Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        let after = |n: u8| ks2(n + 50, &card(usize::from(n)), Animal::Fox, LAST, Wave::PostProg, 12, 3);
        for n in 0..6 {
            let mut pre = before(n);
            pre.helper = Some(if n == 1 { Helper::Parent } else { Helper::Leader });
            send(&store, &pre).await;
        }
        for n in [0, 1] {
            send(&store, &after(n)).await;
        }
        // One left early; one tapped a job that does not exist; one was handed in when the session was closed.
        let early = Envelope { wave: Wave::PostExit, ..after(2) };
        send(&store, &early).await;
        let mut foiled = after(3);
        let library = Library::embedded();
        let survey = &library.newest("ks2").expect("embedded").survey;
        let list = survey.item("K2-AW1").expect("the list");
        let foil = list.jobs.iter().find(|job| survey.jobs[*job].foil).expect("a job that does not exist");
        foiled.answers.insert(format!("K2-AW1.{foil}"), Answer::Value(1));
        send(&store, &foiled).await;
        // A spare card of the fifth family, which a leader thinks is likely theirs.
        send(&store, &Envelope { card: card(6), ..after(4) }).await;
        store.settle().await.expect("settled");
        let session = store.session(LAST).await.expect("query").expect("a session").session;
        store.close_session(session.id, Some(NOW + 1)).await.expect("closed");
        let late = after(5);
        let bytes = serde_json::to_vec(&late).expect("JSON");
        store.take_in(late.id.clone(), bytes, NOW + 2).await.expect("stored");
        store.settle().await.expect("settled");
        let tie = |confidence| NewLink {
            programme_id: place.programme_id,
            decision: Decision::Tie { card: card(6), to: card(4) },
            confidence,
            reason: String::new(),
            who: "Anna".to_owned(),
        };
        let made = store.link(tie(Confidence::Likely), NOW).await.expect("no failure").expect("made");
        let told = |doubt: &str| (Some(8), Some(12), doubt.to_owned(), Some(2), 1);
        let all = ["", "foil_hit", "late_after", "left_early", "likely_link", "parent_helped"].map(told);
        assert_eq!(told_apart(&store, &place).await, all);
        is_what_a_rebuild_gives(&store, "with a likely link").await;
        store.unlink(place.programme_id, made, "Anna".to_owned(), NOW).await.expect("undone");
        let surely = store.link(tie(Confidence::Sure), NOW).await.expect("no failure").expect("made");
        let sure = told_apart(&store, &place).await;
        assert_eq!(sure[0], (Some(8), Some(12), String::new(), Some(2), 2), "who is sure is not likely");
        is_what_a_rebuild_gives(&store, "with a sure link").await;

        // The spare card leads surely to a card whose fox is likely the fifth family's.
        store.unlink(place.programme_id, surely, "Anna".to_owned(), NOW).await.expect("undone");
        let further = Decision::Tie { card: card(6), to: card(7) };
        let on = Decision::Same { person: (card(7), Animal::Fox), to: (card(4), Animal::Fox) };
        for (decision, confidence) in [(further, Confidence::Sure), (on, Confidence::Likely)] {
            let link = NewLink { decision, ..tie(confidence) };
            store.link(link, NOW).await.expect("no failure").expect("made");
        }
        assert_eq!(told_apart(&store, &place).await, all, "however far on it stands");
        is_what_a_rebuild_gives(&store, "with a likely link behind a sure one").await;
        for link in store.links(place.programme_id).await.expect("links").into_iter().filter(|l| l.undone_us.is_none())
        {
            store.unlink(place.programme_id, link.id, "Anna".to_owned(), NOW).await.expect("undone");
        }
        store.link(tie(Confidence::Sure), NOW).await.expect("no failure").expect("made");

        // Being seen is a visit without a word; at a session that only asks again it is none.
        hold(&store, REUNION, SessionRole::Middle, "2026-06-01").await;
        come(&store, &card(0), Animal::Fox, REUNION).await;
        let visits = |told: Vec<ToldApart>| -> Vec<Option<i64>> {
            told.into_iter().filter(|cell| cell.2.is_empty()).map(|cell| cell.3).collect()
        };
        assert_eq!(visits(told_apart(&store, &place).await), [Some(2), Some(3)]);
        is_what_a_rebuild_gives(&store, "with a third visit").await;
        hold(&store, REUNION, SessionRole::FollowUp, "2026-06-01").await;
        assert_eq!(visits(told_apart(&store, &place).await), [Some(2)]);
        is_what_a_rebuild_gives(&store, "with a visit that is none").await;
    })
    .await;
}

#[tokio::test]
async fn who_was_at_the_last_session_and_gave_no_after_follows_answers_visits_and_what_the_session_is() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        hold(&store, SINGLE, SessionRole::First, "2026-04-01").await;
        hold(&store, LAST, SessionRole::Last, "2026-05-01").await;
        let gave_none = async || -> i64 {
            let input = store.report_input(place.programme_id, String::new()).await.expect("read").expect("there");
            let there = |row: &FlowCount| -> i64 {
                [Why::NoAfterLast, Why::NoAfterOneOff].iter().filter_map(|why| row.why.get(why)).sum()
            };
            let row = |sum: (i64, i64), row: &FlowCount| (sum.0 + row.only_before, sum.1 + there(row));
            let (only_before, gave_none) = input.flow.iter().fold((0, 0), row);
            assert!(gave_none <= only_before);
            gave_none
        };
        let (owl, sun) = (Animal::Owl, Animal::Sun);
        for n in 0..3_u8 {
            let before = ks2(n, &place.cards[usize::from(n)], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
            send(&store, &before).await;
        }
        come(&store, &place.cards[0], owl, LAST).await;
        come(&store, &place.cards[0], sun, LAST).await;
        store.settle().await.expect("settled");
        assert_eq!(gave_none().await, 0, "who was there has no before");
        for card in &place.cards[..2] {
            come(&store, card, Animal::Fox, LAST).await;
        }
        assert_eq!(gave_none().await, 2);
        is_what_a_rebuild_gives(&store, "with two who gave none").await;
        send(&store, &ks2(10, &place.cards[0], Animal::Fox, LAST, Wave::PostProg, 12, 3)).await;
        store.settle().await.expect("settled");
        assert_eq!(gave_none().await, 1, "one of them did");
        hold(&store, LAST, SessionRole::Middle, "2026-05-01").await;
        assert_eq!(gave_none().await, 0, "it was not the last one");
        hold(&store, SINGLE, SessionRole::Single, "2026-04-01").await;
        assert_eq!(gave_none().await, 2, "at the only one all were");
        store.take_out(&place.cards[1], NOW).await.expect("taken out");
        assert_eq!(gave_none().await, 1);
        is_what_a_rebuild_gives(&store, "after one was taken out").await;
    })
    .await;
}

#[tokio::test]
async fn who_helped_and_what_scales_add_up_to_are_counted_as_answers_come_and_go() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let response = |n: u8, wave, helper| Envelope {
            helper,
            language: "en-GB".to_owned(),
            ..ks2(n, &place.cards[usize::from(n % 3)], Animal::Fox, SINGLE, wave, 8, 2)
        };
        let confident = |mut envelope: Envelope, answers: [i32; 4]| {
            for (item, answer) in ["K2-CF1", "K2-CF2", "K2-CF3", "K2-CF4"].iter().zip(answers) {
                envelope.answers.insert((*item).to_owned(), Answer::Value(answer));
            }
            envelope
        };
        send(&store, &confident(response(0, Wave::Pre, Some(Helper::Parent)), [1, 2, 3, 4])).await;
        send(&store, &confident(response(1, Wave::Pre, Some(Helper::Parent)), [2, 2, 2, 2])).await;
        let mut unsaid = confident(response(2, Wave::Pre, None), [3, 3, 3, 3]);
        unsaid.answers.remove("K2-CF4");
        send(&store, &unsaid).await;
        // Of two befores the one begun first counts.
        let again =
            Envelope { started_ms: i64::MAX / 2, ..confident(response(3, Wave::Pre, Some(Helper::None)), [4; 4]) };
        send(&store, &again).await;
        // A grown-up says with the before that it is their first time, and answers afterwards, too.
        for (n, wave, answer) in [(4, Wave::Pre, Some(1)), (5, Wave::PostSame, None)] {
            let library = Library::embedded();
            let version = library.newest("parent").expect("embedded").hash.clone();
            let mut adult = ks2(n, &place.cards[0], Animal::Sun, SINGLE, wave, 0, 2);
            adult.answers = answer.map(|code| ("PA-NW1".to_owned(), Answer::Value(code))).into_iter().collect();
            send(&store, &Envelope { survey: "parent".to_owned(), version, school_year: None, ..adult }).await;
        }
        store.settle().await.expect("settled");
        let input = |store: Store| async move {
            store.report_input(place.programme_id, String::new()).await.expect("read").expect("a programme")
        };
        let read = input(store.clone()).await;
        let helped: Vec<_> = read
            .circumstances
            .iter()
            .filter(|count| (count.role, count.circumstance) == (Role::Child, Circumstance::Helper))
            .map(|count| (count.moment, count.value.as_str(), count.n))
            .collect();
        assert_eq!(helped, [(Moment::Before, "", 1), (Moment::Before, "parent", 2)]);
        let newcomers = read.circumstances.iter().filter(|count| count.circumstance == Circumstance::Newcomer);
        let newcomers: Vec<_> =
            newcomers.map(|count| (count.role, count.moment, count.value.as_str(), count.n)).collect();
        let first_time = |moment| (Role::Adult, moment, "PA-NW1.1", 1);
        assert_eq!(newcomers, [first_time(Moment::After), first_time(Moment::Before)]);
        let languages = read
            .circumstances
            .iter()
            .filter(|count| (count.role, count.circumstance) == (Role::Child, Circumstance::Language));
        assert_eq!(languages.map(|count| (count.value.as_str(), count.n)).collect::<Vec<_>>(), [("en-gb", 3)]);
        let scale = read.scales.iter().find(|scale| scale.measure == "CNF").expect("the scale");
        assert_eq!((scale.sums.n, &scale.sums.totals, scale.sums.products[0][3]), (2, &vec![3, 4, 5, 6], 8));
        is_what_a_rebuild_gives(&store, "with three families").await;
        store.take_out(&place.cards[0], NOW).await.expect("taken out");
        let left = input(store.clone()).await;
        let scale = left.scales.iter().find(|scale| scale.measure == "CNF").expect("the scale");
        assert_eq!((scale.sums.n, &scale.sums.totals), (1, &vec![2, 2, 2, 2]));
        is_what_a_rebuild_gives(&store, "after a family took its answers out").await;
    })
    .await;
}

/// Children and newcomers at each session, in the order of their days.
async fn children(store: &Store, place: &Place) -> Vec<(i64, i64)> {
    let attended = store.attended(place.programme_id).await.expect("visits");
    attended.sessions.into_iter().map(|SessionVisits { children, newcomers, .. }| (children, newcomers)).collect()
}

#[tokio::test]
async fn a_child_is_a_newcomer_at_the_first_session_by_day_whichever_was_noted_first() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        come(&store, &place.cards[0], Animal::Fox, LAST).await;
        come(&store, &place.cards[0], Animal::Sun, LAST).await;
        assert_eq!(children(&store, &place).await, [(1, 1)], "grown-ups are no children");
        come(&store, &place.cards[0], Animal::Fox, SINGLE).await;
        come(&store, &place.cards[0], Animal::Fox, REUNION).await;
        assert_eq!(children(&store, &place).await, [(1, 1), (1, 0)], "to be asked again later is no visit");
        hold(&store, SINGLE, SessionRole::Single, "2026-08-01").await;
        assert_eq!(children(&store, &place).await, [(1, 0), (1, 1)]);
        hold(&store, SINGLE, SessionRole::FollowUp, "2026-08-01").await;
        assert_eq!(children(&store, &place).await, [(1, 1)]);
        let doses = store.attended(place.programme_id).await.expect("visits").doses;
        assert_eq!(doses, [DoseCount { project_id: place.project_id, sessions: 1, children: 1 }]);
        is_right(&store, place.programme_id, "at the end").await;
    })
    .await;
}

#[tokio::test]
async fn of_two_projects_on_one_day_a_child_was_first_seen_at_the_one_that_comes_first_in_the_download() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        // Its session is older than the first project's of that day, and comes after it in the download all the same.
        let second = store.add_project(a_project(place.programme_id, "Skills Day")).await.expect("a project");
        for (project_id, key, role) in
            [(second, "second22", SessionRole::Single), (place.project_id, "middle22", SessionRole::Middle)]
        {
            let single = store.session(SINGLE).await.expect("query").expect("a session").session;
            let key = key.to_owned();
            store.add_session(Session { id: 0, key, project_id, role, ..single }).await.expect("a session");
        }
        for session in ["second22", "middle22"] {
            come(&store, &place.cards[0], Animal::Fox, session).await;
        }
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, "second22", Wave::PostSame, 8, 2)).await;
        store.settle().await.expect("settled");
        let order: Vec<String> =
            store.sessions(place.programme_id).await.expect("sessions").into_iter().map(|one| one.key).collect();
        let at = |key: &str| order.iter().position(|one| one == key).expect("there");
        assert!(at("middle22") < at("second22"), "{order:?}");
        let visits = store.attended(place.programme_id).await.expect("visits").sessions;
        let first = visits.iter().find(|visits| visits.newcomers == 1).expect("a newcomer").session_id;
        assert_eq!(store.session("middle22").await.expect("query").expect("a session").session.id, first);
        let flow = store.flow(place.programme_id).await.expect("flow");
        assert!(!flow.iter().any(|row| row.step == FlowStep::Why(Why::CameLate)), "first seen in the middle of a run");
        is_right(&store, place.programme_id, "as it happened").await;
        is_what_a_rebuild_gives(&store, "counted anew").await;
    })
    .await;
}

#[tokio::test]
async fn a_database_of_before_counts_who_came_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("folder");
    let target = Target::in_folder(folder.path());
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 3).await;
    let [lost, spare, other] = [0, 1, 2].map(|n| place.cards[n].clone());
    send(&store, &ks2(1, &lost, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    send(&store, &ks2(2, &spare, Animal::Fox, LAST, Wave::PostProg, 12, 3)).await;
    send(&store, &ks2(3, &other, Animal::Owl, LAST, Wave::Pre, 12, 3)).await;
    store.settle().await.expect("settled");
    come(&store, &other, Animal::Sun, SINGLE).await;
    come(&store, &other, Animal::Owl, REUNION).await;
    decide(&store, &place, Decision::Tie { card: spare, to: lost }).await.expect("made");
    let derived = store.derived().await.expect("derived");
    store.close().await.expect("closed");

    // As the release before left it.
    let mut file = sqlx::SqliteConnection::connect(&folder.path().join("pencilmark.db").display().to_string())
        .await
        .expect("the file opens");
    for statement in [
        "drop table turnout_count",
        "drop table session_count",
        "drop table dose_count",
        "delete from _sqlx_migrations where version = 21",
    ] {
        sqlx::query(statement).execute(&mut file).await.expect(statement);
    }
    file.close().await.expect("closed");

    let store = open(&target).await;
    assert_eq!(store.derived().await.expect("derived"), derived);
    is_right(&store, place.programme_id, "after the upgrade").await;
}

#[tokio::test]
async fn a_report_is_read_at_one_moment_however_many_answer_meanwhile() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 40).await;
        let sending = tokio::spawn({
            let (store, cards) = (store.clone(), place.cards.clone());
            async move {
                for (n, card) in (0..).zip(&cards) {
                    send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
                    store.settle().await.expect("settled");
                }
            }
        });
        let mut done = false;
        while !done {
            done = sending.is_finished();
            let input = store.report_input(place.programme_id, String::new()).await.expect("read").expect("there");
            let registered: i64 = input.flow.iter().map(|row| row.registered).sum();
            let befores: i64 = input.flow.iter().map(|row| row.before).sum();
            let families: i64 = input.families.iter().map(|row| row.n).sum();
            let visits: i64 = input.attendances.iter().map(|row| row.n).sum();
            let children: i64 = input.attended.sessions.iter().map(|row| row.children).sum();
            let doses: i64 = input.attended.doses.iter().map(|row| row.children).sum();
            let of_awareness = input.counts.iter().filter(|count| count.measure == "AWR");
            let answers: i64 = of_awareness.filter(|count| count.pre.is_some()).map(|count| count.n).sum();
            assert!([befores, families, visits, children, doses].iter().all(|n| *n == registered));
            assert_eq!(answers % registered.max(1), 0, "as many as there are comparisons of each child");
        }
        sending.await.expect("all sent");
    })
    .await;
}

/// Something that happens during a programme.
#[derive(Debug, Clone)]
enum Deed {
    Answer { id: u8, card: usize, animal: Animal, session: usize, wave: Wave, jobs: usize },
    Come { card: usize, animal: Animal, session: usize },
    Stop { id: u8 },
    Judge,
    TakeOut { card: usize },
    Decide(Link),
    TakeBack { nth: usize },
    Hold { session: usize, role: SessionRole, held_on: &'static str },
    Practise { ends: bool },
    Protect { card: usize, kind: ProtectionKind },
    LetGo { nth: usize },
    Close { session: usize, after_us: Option<i64> },
}

/// A decision, by places in the list of cards.
#[derive(Debug, Clone)]
enum Link {
    Tie(usize, usize),
    Same((usize, Animal), (usize, Animal)),
    Move(u8, (usize, Animal)),
    Aside(u8),
}

impl Link {
    fn of(&self, place: &Place) -> Decision {
        let card = |n: &usize| place.cards[*n].clone();
        let key = |(n, animal): &(usize, Animal)| -> Key { (card(n), *animal) };
        let response = |id: &u8| ResponseId::from_bytes([*id; 16]).as_str().to_owned();
        match self {
            Link::Tie(one, to) => Decision::Tie { card: card(one), to: card(to) },
            Link::Same(one, to) => Decision::Same { person: key(one), to: key(to) },
            Link::Move(id, to) => Decision::Move { response: response(id), to: key(to) },
            Link::Aside(id) => Decision::Aside { response: response(id) },
        }
    }
}

const CARDS: usize = 4;
const IDS: u8 = 16;

fn a_deed() -> impl Strategy<Value = Deed> {
    let animal = || prop::sample::select(vec![Animal::Fox, Animal::Owl, Animal::Sun]);
    let wave = prop::sample::select(vec![Wave::Pre, Wave::PostSame, Wave::PostProg, Wave::FollowUp]);
    let role =
        prop::sample::select(vec![SessionRole::Single, SessionRole::Last, SessionRole::FollowUp, SessionRole::Event]);
    let day = prop::sample::select(vec!["2026-04-01", "2026-06-01", "2026-08-01", "2026-10-01"]);
    let key = || (0..CARDS, animal());
    let link = prop_oneof![
        (0..CARDS, 0..CARDS).prop_map(|(one, to)| Link::Tie(one, to)),
        (key(), key()).prop_map(|(one, to)| Link::Same(one, to)),
        (0..IDS, key()).prop_map(|(id, to)| Link::Move(id, to)),
        (0..IDS).prop_map(Link::Aside),
    ];
    prop_oneof![
        8 => (0..IDS, key(), 0..SESSIONS.len(), wave, 0..=20_usize).prop_map(|(id, (card, animal), session, wave, jobs)| {
            Deed::Answer { id, card, animal, session, wave, jobs }
        }),
        4 => (key(), 0..SESSIONS.len()).prop_map(|((card, animal), session)| Deed::Come { card, animal, session }),
        1 => (0..IDS).prop_map(|id| Deed::Stop { id }),
        3 => Just(Deed::Judge),
        1 => (0..CARDS).prop_map(|card| Deed::TakeOut { card }),
        5 => link.prop_map(Deed::Decide),
        2 => (0..5_usize).prop_map(|nth| Deed::TakeBack { nth }),
        2 => (0..SESSIONS.len(), role, day).prop_map(|(session, role, held_on)| Deed::Hold { session, role, held_on }),
        1 => any::<bool>().prop_map(|ends| Deed::Practise { ends }),
        2 => (0..CARDS, prop::sample::select(ProtectionKind::ALL)).prop_map(|(card, kind)| Deed::Protect { card, kind }),
        1 => (0..3_usize).prop_map(|nth| Deed::LetGo { nth }),
        2 => (0..SESSIONS.len(), prop::sample::select(vec![None, Some(-1), Some(1)]))
            .prop_map(|(session, after_us)| Deed::Close { session, after_us }),
    ]
}

/// Plays what happens. Whoever has no card any more neither comes nor is decided about.
async fn play(store: &Store, place: &Place, deeds: &[Deed]) {
    let mut made = Vec::new();
    for (n, deed) in deeds.iter().enumerate() {
        match deed {
            Deed::Answer { id, card, animal, session, wave, jobs } => {
                let mut envelope = ks2(*id, &place.cards[*card], *animal, SESSIONS[*session], *wave, *jobs, 2);
                (envelope.device, envelope.sequence) = (Some("device22".to_owned()), Some(u64::from(*id) + 1));
                send(store, &envelope).await;
            }
            Deed::Come { card, animal, session } => {
                let card = &place.cards[*card];
                if store.project_of_card(card).await.expect("query").is_some() {
                    come(store, card, *animal, SESSIONS[*session]).await;
                }
            }
            Deed::Stop { id } => {
                let withdrawal = Withdrawal {
                    session: SINGLE.to_owned(),
                    device: "device22".to_owned(),
                    sequence: i64::from(*id) + 1,
                    at_home: false,
                };
                store.withdraw(ResponseId::from_bytes([*id; 16]), withdrawal, NOW).await.expect("noted");
            }
            Deed::Judge => drop(store.settle().await.expect("settled")),
            Deed::TakeOut { card } => match store.take_out(&place.cards[*card], NOW).await {
                Ok(_) => {}
                Err(StoreError::Held) => assert!(store.is_held(&place.cards[*card]).await.expect("query")),
                Err(error) => panic!("not taken out: {error}"),
            },
            Deed::Decide(link) => made.extend(decide(store, place, link.of(place)).await),
            Deed::TakeBack { nth } => {
                if *nth < made.len() {
                    let id = made.swap_remove(*nth);
                    store.unlink(place.programme_id, id, "Ben".to_owned(), NOW).await.expect("no failure");
                }
            }
            Deed::Hold { session, role, held_on } => hold(store, SESSIONS[*session], *role, held_on).await,
            Deed::Practise { ends } => practise(store, place, n, *ends).await,
            Deed::Protect { card, kind } => drop(protect(store, &place.cards[*card], *kind).await),
            Deed::LetGo { nth } => let_go(store, place, *nth).await,
            Deed::Close { session, after_us } => {
                let id = store.session(SESSIONS[*session]).await.expect("query").expect("there").session.id;
                store.close_session(id, after_us.map(|after| NOW + after)).await.expect("closed, or open again");
            }
        }
    }
}

#[tokio::test]
async fn a_move_that_made_somebody_is_taken_back_also_where_another_card_has_come_to_count_as_them() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", CARDS).await;
        let before = |id, card| Deed::Answer {
            id,
            card,
            animal: Animal::Sun,
            session: 2,
            wave: Wave::Pre,
            jobs: usize::from(id),
        };
        let deeds = [
            before(6, 3),
            Deed::Decide(Link::Tie(2, 0)),
            Deed::Decide(Link::Move(6, (0, Animal::Sun))),
            before(0, 2),
            Deed::Judge,
            Deed::TakeBack { nth: 1 },
        ];
        play(&store, &place, &deeds).await;
        counts_are_right(&store, &place, "after the move was taken back").await;
        let people = store.people_after(place.programme_id, 0, 100).await.expect("people");
        assert_eq!(people.len(), 2, "the two who answered, and nobody whom the move had made");
    })
    .await;
}

async fn protect(store: &Store, card: &CardCode, kind: ProtectionKind) -> bool {
    let new = NewProtection { kind, reason: "a dispute".to_owned(), who: "Anna".to_owned() };
    store.protect_card(card, new, NOW).await.expect("no failure")
}

/// Ends one of the protections that stand.
async fn let_go(store: &Store, place: &Place, nth: usize) {
    let mut standing = store.protections(place.programme_id).await.expect("protections");
    standing.retain(|one| one.ended_us.is_none());
    if let Some(one) = standing.get(nth) {
        let (who, because) = ("Ben".to_owned(), "settled".to_owned());
        assert!(store.end_protection(place.programme_id, one.id, who, because, NOW).await.expect("no failure"));
    }
}

/// What is derived from answers, and the counts of who came.
async fn everything_counted(store: &Store, place: &Place) -> (String, String) {
    let derived = store.derived().await.expect("derived");
    let input = store.report_input(place.programme_id, String::new()).await.expect("read").expect("there");
    (derived, format!("{:?} {:?}", store.flow(place.programme_id).await.expect("flow"), input.attended.doses))
}

/// A practice with a family of its own, left open or ended.
async fn practise(store: &Store, place: &Place, n: usize, ends: bool) {
    let card = CardCode::parse("PENC4T").expect("a code");
    let session = format!("practi{n:02}");
    let new = NewPractice { session: session.clone(), held_on: "2026-05-16".to_owned(), cards: vec![card.clone()] };
    assert!(store.begin_practice(place.project_id, new, NOW).await.expect("begun"));
    come(store, &card, Animal::Bee, &session).await;
    let id = 100 + u8::try_from(n).expect("few");
    send(store, &ks2(id, &card, Animal::Bee, &session, Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    let practice = store.practice(place.project_id).await.expect("query").expect("under way").programme_id;
    is_right(store, practice, "in a practice").await;
    if ends {
        store.end_practice(practice).await.expect("ended");
    }
}

/// What is kept, what a rebuild makes of it, and what the people come to one by one.
async fn counts_are_right(store: &Store, place: &Place, when: &str) {
    is_right(store, place.programme_id, when).await;
    let incremental = store.derived().await.expect("derived");
    store.rebuild(|_| ()).await.expect("rebuilt");
    assert_eq!(incremental, store.derived().await.expect("derived"), "{when}, built again");
    is_right(store, place.programme_id, when).await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Answers in any order, visits without an answer, spare cards, people put together and parted again, families
    /// that take their answers out, sessions that get another role or day, practices, and at the end the clock:
    /// what was counted step by step is what is there.
    #[test]
    fn whatever_happens_the_counts_are_those_of_who_came(
        deeds in prop::collection::vec(a_deed(), 1..30),
        ending in prop::option::of(prop::sample::select(Clearing::ALL)),
    ) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(on_each_database(|store| {
            let deeds = deeds.clone();
            async move {
                let place = a_place(&store, "Riverside", CARDS).await;
                play(&store, &place, &deeds).await;
                store.settle().await.expect("settled");
                counts_are_right(&store, &place, "at the end").await;
                let before = everything_counted(&store, &place).await;
                if protect(&store, &place.cards[0], ProtectionKind::Restriction).await {
                    counts_are_right(&store, &place, "with a family left out").await;
                    let_go(&store, &place, 0).await;
                    assert!(everything_counted(&store, &place).await == before, "a family that counts again counts as before");
                }
                if let Some(clearing) = ending {
                    store.set_clock(place.programme_id, clearing, "2027-06-30".to_owned()).await.expect("set");
                    for day in ["2027-05-31", "2027-06-23", "2027-06-30"] {
                        store.look_at_clocks(day, NOW).await.expect("looked at");
                        store.note_warnings_seen(place.programme_id, day.to_owned()).await.expect("seen");
                    }
                    counts_are_right(&store, &place, "when its time was over").await;
                }
            }
        }));
    }
}
