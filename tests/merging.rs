//! Sessions as they go: lost cards, spare cards, swapped pictures, answers sent twice, tablets that come back late,
//! and leaders who put people together and take it back. Whatever happens, nobody is counted twice, taking back
//! restores exactly, and neither the order of arrival nor the batches of judging change a figure.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use common::{LAST, NOW, Place, SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::pairing::links::{Confidence, Decision, Key, Links};
use pencilmark::pairing::{Doubts, Pair, Scored, counted, pairs_of};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::{Answer, Envelope, Missing};
use pencilmark::scoring::score;
use pencilmark::store::{LinkRefusal, NewLink, Store, Target};
use pencilmark::survey::{Comparison, Library, Wave};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a leader does during and after a session.
#[derive(Debug, Clone)]
enum Deed {
    Decide(Decision),
    /// Takes the decision of this number back, where it stands.
    TakeBack(usize),
}

/// A session: what tablets hold at its end, and what leaders decide.
struct Simulated {
    sent: Vec<Envelope>,
    deeds: Vec<Deed>,
}

const FAMILIES: usize = 4;
const ANIMALS: [Animal; 3] = [Animal::Fox, Animal::Owl, Animal::Sun];

fn simulate(random: &mut ChaCha8Rng, cards: &[CardCode]) -> Simulated {
    let mut sent: Vec<Envelope> = Vec::new();
    let mut keys: BTreeSet<Key> = BTreeSet::new();
    let tell = |random: &mut ChaCha8Rng, sent: &mut Vec<Envelope>, key: &Key, wave: Wave, from_ms: i64| {
        let id = u8::try_from(sent.len()).expect("few");
        let session = if wave == Wave::PostProg { LAST } else { SINGLE };
        let (jobs, sure) = (random.random_range(0..=20), random.random_range(1..=4));
        let mut envelope = ks2(id, &key.0, key.1, session, wave, jobs, sure);
        envelope.started_ms = from_ms + i64::from(random.next_u32() % 1000);
        if random.random_bool(0.1) {
            envelope.answers.insert("K2-CF1".to_owned(), Answer::Missing(Missing::NotReached));
        }
        sent.push(envelope);
    };
    for family in 0..FAMILIES {
        for animal in ANIMALS {
            if random.random_bool(0.3) {
                continue;
            }
            let mut key = (cards[family].clone(), animal);
            keys.insert(key.clone());
            if random.random_bool(0.9) {
                tell(random, &mut sent, &key, Wave::Pre, 0);
            }
            if random.random_bool(0.1) {
                tell(random, &mut sent, &key, Wave::Pre, 0); // on a second tablet
            }
            if random.random_bool(0.2) {
                key.0 = cards[FAMILIES + family % 2].clone(); // the card is lost, here is a spare one
            }
            if random.random_bool(0.1) {
                key.1 = *ANIMALS.choose(random).expect("some"); // the wrong picture
            }
            keys.insert(key.clone());
            for wave in [Wave::PostSame, Wave::PostExit, Wave::PostProg] {
                if random.random_bool(0.4) {
                    tell(random, &mut sent, &key, wave, 1000);
                }
            }
        }
    }
    let keys: Vec<Key> = keys.into_iter().collect();
    let deeds = (0..random.random_range(0..8)).map(|_| a_deed(random, &keys, cards, &sent)).collect();
    Simulated { sent, deeds }
}

fn a_deed(random: &mut ChaCha8Rng, keys: &[Key], cards: &[CardCode], sent: &[Envelope]) -> Deed {
    let a_key = |random: &mut ChaCha8Rng| match keys.choose(random) {
        Some(key) if random.random_bool(0.8) => key.clone(),
        _ => (cards.choose(random).expect("some").clone(), *ANIMALS.choose(random).expect("some")),
    };
    let response =
        |random: &mut ChaCha8Rng| sent.choose(random).map_or_else(String::new, |one| one.id.as_str().to_owned());
    Deed::Decide(match random.random_range(0..10) {
        0..=2 => Decision::Tie {
            card: cards[FAMILIES + random.random_range(0..2)].clone(),
            to: cards.choose(random).expect("some").clone(),
        },
        3..=4 => Decision::Same { person: a_key(random), to: a_key(random) },
        5 => Decision::Move { response: response(random), to: a_key(random) },
        6 => Decision::Aside { response: response(random) },
        _ => return Deed::TakeBack(random.random_range(0..6)),
    })
}

/// What was sent, with its scores and by whose card and picture.
fn scored(sent: &[Envelope]) -> Vec<(Key, Scored)> {
    static LIBRARY: LazyLock<Library> = LazyLock::new(Library::embedded);
    let survey = &LIBRARY.newest("ks2").expect("embedded").survey;
    let one = |(arrival, envelope): (i64, &Envelope)| {
        let scored = Scored {
            arrival,
            id: envelope.id.as_str().to_owned(),
            started_ms: envelope.started_ms,
            aside: false,
            wave: envelope.wave,
            session_id: if envelope.session == LAST { 2 } else { 1 },
            held_on: None,
            survey: "ks2".to_owned(),
            complete: !envelope.answers.values().any(|answer| *answer == Answer::Missing(Missing::NotReached)),
            scores: score(survey, envelope.wave, &envelope.answers),
            doubts: Doubts::NONE,
            helper: envelope.helper,
            language: envelope.language.clone(),
            own_yes: true,
            newcomer: String::new(),
        };
        ((envelope.card.clone(), envelope.animal), scored)
    };
    (1..).zip(sent).map(one).collect()
}

/// What counts, worked out from nothing but what was sent and the decisions that stand.
fn expected(sent: &[(Key, Scored)], links: &Links) -> BTreeMap<Figure, i64> {
    let mut histories: BTreeMap<Key, Vec<Scored>> = BTreeMap::new();
    for (sent_as, scored) in sent {
        let owner = links.end(links.sender(&scored.id, sent_as));
        histories.entry(owner).or_default().push(Scored { aside: links.is_aside(&scored.id), ..scored.clone() });
    }
    let mut figures = BTreeMap::new();
    for history in histories.values() {
        let best = counted(history);
        assert!(best.values().all(|one| !one.aside), "what was set aside counts");
        for pair in pairs_of(history) {
            *figures.entry(Figure::of(&pair)).or_default() += 1;
        }
    }
    figures
}

/// A cell of counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Figure {
    session_id: i64,
    measure: String,
    comparison: Comparison,
    pre: Option<i64>,
    post: Option<i64>,
}

impl Figure {
    fn of(pair: &Pair) -> Figure {
        let Pair { session_id, measure, comparison, pre, post, .. } = pair.clone();
        Figure { session_id, measure, comparison, pre, post }
    }
}

async fn figures(store: &Store, place: &Place) -> BTreeMap<Figure, i64> {
    let mut figures = BTreeMap::new();
    for count in store.pair_counts(place.programme_id).await.expect("counts") {
        let (session_id, measure) = (count.group.session_id, count.measure);
        let figure = Figure { session_id, measure, comparison: count.comparison, pre: count.pre, post: count.post };
        *figures.entry(figure).or_default() += count.n;
    }
    figures
}

fn link(place: &Place, decision: Decision) -> NewLink {
    NewLink {
        programme_id: place.programme_id,
        decision,
        confidence: Confidence::Sure,
        reason: "the stub says so".to_owned(),
        who: "Anna".to_owned(),
    }
}

/// Nobody is counted twice: of each person and wave one response counts, and people add up.
async fn nobody_is_counted_twice(store: &Store, place: &Place, sent: usize) {
    let newest = store.newest_person(place.programme_id).await.expect("query");
    let people = store.people_after(place.programme_id, 0, 1_000).await.expect("people");
    let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
    assert!(ids.iter().all(|id| *id <= newest));
    let responses = store.responses_of(&ids).await.expect("responses");
    assert_eq!(responses.len(), sent, "each response is somebody's, and one person's");
    let mut seen = BTreeSet::new();
    for response in &responses {
        if response.state == pencilmark::store::ResponseState::Counted {
            assert!(seen.insert((response.person_id, response.wave)), "somebody counts twice");
        }
    }
    let flow = store.flow(place.programme_id).await.expect("flow");
    let of = |step: fn(&pencilmark::store::FlowStep) -> bool| -> i64 {
        flow.iter().filter(|one| step(&one.step)).map(|one| one.n).sum()
    };
    use pencilmark::store::FlowStep;
    assert_eq!(of(|step| *step == FlowStep::Registered), i64::try_from(people.len()).expect("few"));
    let befores = of(|step| *step == FlowStep::Answered(Wave::Pre));
    assert_eq!(befores, i64::try_from(seen.iter().filter(|(_, wave)| *wave == Wave::Pre).count()).expect("few"));
    let visits = store.attendance_of(&ids).await.expect("visits");
    let distinct: BTreeSet<&(i64, i64)> = visits.iter().collect();
    assert_eq!(distinct.len(), visits.len(), "somebody was at one session twice");
    assert_eq!(of(|step| *step == FlowStep::Attendances), i64::try_from(visits.len()).expect("few"));
}

/// Plays a session in an order of arrival; gives the decisions that stand at its end.
async fn play(
    store: &Store,
    place: &Place,
    simulated: &Simulated,
    order: &[usize],
    random: &mut ChaCha8Rng,
) -> Vec<Decision> {
    for at in order {
        send(store, &simulated.sent[*at]).await;
        if random.random_bool(0.2) {
            store.settle().await.expect("settled");
        }
        if random.random_bool(0.1) {
            send(store, &simulated.sent[*at]).await; // the reply was lost
        }
    }
    store.settle().await.expect("settled");
    let mut made: Vec<Option<(i64, Decision)>> = Vec::new();
    for deed in &simulated.deeds {
        match deed {
            Deed::Decide(decision) => {
                let before = store.derived().await.expect("derived");
                match store.link(link(place, decision.clone()), NOW).await.expect("no failure") {
                    Ok(id) => {
                        // Taken back at once, everything is as it was; then it is made again.
                        assert!(store.unlink(place.programme_id, id, "Ben".to_owned(), NOW).await.expect("undone"));
                        assert_eq!(before, store.derived().await.expect("derived"), "after taking back {decision:?}");
                        let id = store.link(link(place, decision.clone()), NOW).await.expect("no failure");
                        made.push(Some((id.expect("as before"), decision.clone())));
                    }
                    Err(_refused) => assert_eq!(before, store.derived().await.expect("derived")),
                }
            }
            Deed::TakeBack(n) => {
                if let Some((id, _)) = made.get_mut(*n).and_then(Option::take) {
                    assert!(store.unlink(place.programme_id, id, "Ben".to_owned(), NOW).await.expect("undone"));
                }
            }
        }
    }
    made.into_iter().flatten().map(|(_, decision)| decision).collect()
}

async fn one_session(store: &Store, seed: u64) -> BTreeMap<Figure, i64> {
    let place = a_place(store, "Riverside", FAMILIES + 2).await;
    let simulated = simulate(&mut ChaCha8Rng::seed_from_u64(seed), &place.cards);
    let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(31));
    let mut order: Vec<usize> = (0..simulated.sent.len()).collect();
    order.shuffle(&mut random);
    let standing = play(store, &place, &simulated, &order, &mut random).await;
    let found = figures(store, &place).await;
    assert_eq!(found, expected(&scored(&simulated.sent), &Links::of(standing)), "session {seed}");
    nobody_is_counted_twice(store, &place, simulated.sent.len()).await;
    let incremental = store.derived().await.expect("derived");
    store.rebuild(|_| ()).await.expect("rebuilt");
    assert_eq!(incremental, store.derived().await.expect("derived"), "session {seed} built again");
    found
}

#[test]
fn thousands_of_sessions_in_any_order_give_the_same_figures() {
    let cards: Vec<CardCode> =
        (0..20_u8).filter_map(|n| CardCode::from_random([n * 7 + 1, 3, 5, n, 9])).take(FAMILIES + 2).collect();
    assert_eq!(cards.len(), FAMILIES + 2);
    for seed in 0..3_000 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let simulated = simulate(&mut random, &cards);
        let decisions: Vec<Decision> = simulated
            .deeds
            .iter()
            .filter_map(|deed| if let Deed::Decide(decision) = deed { Some(decision.clone()) } else { None })
            .collect();
        let links = Links::of(decisions);
        let mut sent = scored(&simulated.sent);
        let in_order = expected(&sent, &links);
        sent.shuffle(&mut random);
        let renumbered: Vec<(Key, Scored)> =
            (1..).zip(sent).map(|(arrival, (key, one))| (key, Scored { arrival, ..one })).collect();
        assert_eq!(in_order, expected(&renumbered, &links), "session {seed}");
    }
}

#[tokio::test]
async fn sessions_with_losses_and_merges_come_to_what_was_sent_and_decided() {
    for seed in 0..40 {
        let folder = tempfile::tempdir().expect("folder");
        one_session(&open(&Target::in_folder(folder.path())).await, seed).await;
    }
}

#[tokio::test]
async fn the_same_session_comes_to_the_same_on_each_database() {
    let folder = tempfile::tempdir().expect("folder");
    let alone = one_session(&open(&Target::in_folder(folder.path())).await, 7).await;
    on_each_database(|store| {
        let alone = alone.clone();
        async move {
            assert_eq!(one_session(&store, 7).await, alone);
        }
    })
    .await;
}

/// Awareness of the children: before, after, people.
async fn awareness(store: &Store, place: &Place) -> Vec<(Option<i64>, Option<i64>, i64)> {
    let all = figures(store, place).await;
    let after = all.into_iter().filter(|(figure, _)| figure.measure == "AWR" && figure.comparison == Comparison::After);
    after.map(|(figure, n)| (figure.pre, figure.post, n)).collect()
}

#[tokio::test]
async fn a_spare_card_leads_to_the_family_of_the_lost_one_and_back() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let (lost, spare) = (place.cards[0].clone(), place.cards[1].clone());
        send(&store, &ks2(1, &lost, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(&store, &ks2(2, &spare, Animal::Fox, SINGLE, Wave::PostSame, 12, 3)).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, &place).await, [(None, Some(12), 1), (Some(8), None, 1)]);
        let tie = Decision::Tie { card: spare.clone(), to: lost.clone() };
        let id = store.link(link(&place, tie.clone()), NOW).await.expect("no failure").expect("made");
        assert_eq!(awareness(&store, &place).await, [(Some(8), Some(12), 1)]);
        for card in [&lost, &spare] {
            let family = store.family(card).await.expect("family");
            let waves: Vec<Wave> = family[0].visits.iter().map(|visit| visit.wave).collect();
            assert_eq!((family.len(), waves), (1, vec![Wave::Pre, Wave::PostSame]), "both cards lead to one family");
        }
        // A sister who is new with the spare card is one of the family, and one person whichever card comes next.
        send(&store, &ks2(3, &spare, Animal::Owl, SINGLE, Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        send(&store, &ks2(4, &lost, Animal::Owl, SINGLE, Wave::PostSame, 6, 2)).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, &place).await, [(Some(5), Some(6), 1), (Some(8), Some(12), 1)]);
        let session = store.session(SINGLE).await.expect("query").expect("there").session.id;
        let presence = store.presence(session).await.expect("presence");
        assert_eq!((presence.families, presence.people), (1, 2));
        assert_eq!(store.link(link(&place, tie), NOW).await.expect("no failure"), Err(LinkRefusal::Decided));

        assert!(store.unlink(place.programme_id, id, "Ben".to_owned(), NOW).await.expect("undone"));
        assert!(!store.unlink(place.programme_id, id, "Ben".to_owned(), NOW).await.expect("once"), "it is over");
        assert_eq!(store.family(&lost).await.expect("family").len(), 2);
        let told = store.links(place.programme_id).await.expect("links");
        assert_eq!((told.len(), told[0].undone_by.as_str(), told[0].who.as_str()), (1, "Ben", "Anna"));
    })
    .await;
}

#[tokio::test]
async fn a_family_that_goes_takes_its_spare_card_and_every_decision_with_it() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let [lost, spare, other] = [0, 1, 2].map(|n| place.cards[n].clone());
        send(&store, &ks2(1, &lost, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(&store, &ks2(2, &spare, Animal::Fox, SINGLE, Wave::PostSame, 12, 3)).await;
        send(&store, &ks2(3, &other, Animal::Fox, SINGLE, Wave::Pre, 4, 2)).await;
        store.settle().await.expect("settled");
        let tie = Decision::Tie { card: spare.clone(), to: lost.clone() };
        store.link(link(&place, tie), NOW).await.expect("no failure").expect("made");
        // Somebody else’s answer was given to the family, and is not the family’s to take out.
        let moved = Decision::Move { response: "03".repeat(16), to: (lost.clone(), Animal::Owl) };
        store.link(link(&place, moved), NOW).await.expect("no failure").expect("made");
        let held = store.held(&spare).await.expect("query").expect("a card");
        assert_eq!(held.responses.len(), 2, "what is shown is what goes");
        let gone = store.take_out(&spare, NOW).await.expect("no failure").expect("a card");
        assert_eq!((gone.people, gone.responses), (2, 2));
        for card in [&lost, &spare] {
            assert!(store.is_taken_out(card).await.expect("query"));
        }
        assert_eq!(store.links(place.programme_id).await.expect("links"), [], "no code stays in a decision");
        assert_eq!(awareness(&store, &place).await, [(Some(4), None, 1)]);
        let incremental = store.derived().await.expect("derived");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(incremental, store.derived().await.expect("derived"));
    })
    .await;
}

#[tokio::test]
async fn answers_on_a_card_nobody_knows_are_given_to_somebody_by_a_person_only() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let unknown = CardCode::parse("PENC4T").expect("a code");
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        send(&store, &ks2(2, &unknown, Animal::Fox, SINGLE, Wave::PostSame, 12, 3)).await;
        store.settle().await.expect("settled");
        assert_eq!(awareness(&store, &place).await, [(Some(8), None, 1)]);
        let moved = Decision::Move { response: "02".repeat(16), to: (place.cards[0].clone(), Animal::Fox) };
        let id = store.link(link(&place, moved), NOW).await.expect("no failure").expect("made");
        assert_eq!(awareness(&store, &place).await, [(Some(8), Some(12), 1)]);
        let told = store.linked_people(place.programme_id).await.expect("counts");
        assert_eq!(told, [(place.project_id, Confidence::Sure, 1)]);
        assert!(store.unlink(place.programme_id, id, "Ben".to_owned(), NOW).await.expect("undone"));
        assert_eq!(awareness(&store, &place).await, [(Some(8), None, 1)]);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_linked_with_a_grown_up_or_across_programmes() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let hillside = a_place(&store, "Hillside", 1).await;
        let fox = (place.cards[0].clone(), Animal::Fox);
        let refused = async |decision| store.link(link(&place, decision), NOW).await.expect("no failure").err();
        let sun = (place.cards[0].clone(), Animal::Sun);
        assert_eq!(refused(Decision::Same { person: fox.clone(), to: sun }).await, Some(LinkRefusal::Roles));
        let theirs = (hillside.cards[0].clone(), Animal::Fox);
        assert_eq!(refused(Decision::Same { person: fox.clone(), to: theirs }).await, Some(LinkRefusal::NoSuchCard));
        let nowhere = Decision::Aside { response: "77".repeat(16) };
        assert_eq!(refused(nowhere).await, Some(LinkRefusal::NoSuchResponse));
        assert_eq!(refused(Decision::Same { person: fox.clone(), to: fox }).await, Some(LinkRefusal::Already));
    })
    .await;
}
