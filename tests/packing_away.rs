//! The light that says *safe to pack away*, held against simulated sessions: tablets that are off or alone, families
//! that sit down at any moment, beats, answers and replies that are lost, doubled and overtake each other, leaders who
//! collect the tablets and let families go on. It is never green while anything begun is not here, or could be begun.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{NOW, SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::person::Animal;
use pencilmark::session::pack_away::{LastWord, RECENT_US, TabletFacts, check, is_safe};
use pencilmark::store::{Ask, Asked, SessionTablet, Store, TabletBeat, Target, Withdrawal};
use pencilmark::survey::Wave;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TABLETS: usize = 4;

/// One tablet, as `static/tablet/` keeps it.
#[derive(Debug, Default, Clone)]
struct Tablet {
    /// Never switched on again.
    dead: bool,
    /// Reaches the server.
    online: bool,
    /// A family has it, and has begun nothing yet.
    held: bool,
    /// The number of the newest questionnaire begun on it.
    sequence: i64,
    /// Under way.
    drafts: BTreeSet<i64>,
    /// Waits to be sent.
    outbox: BTreeSet<i64>,
    /// The collecting under which nothing is begun.
    stopped: Option<i64>,
}

impl Tablet {
    fn says(&self) -> Said {
        let count = |set: &BTreeSet<i64>| i64::try_from(set.len()).expect("few");
        Said {
            sequence: self.sequence,
            waiting: count(&self.outbox),
            drafts: count(&self.drafts),
            stopped: self.stopped,
        }
    }

    /// `static/tablet/collecting.js`.
    fn hears(&mut self, since: Option<i64>, said: Option<i64>) {
        let is_free = !self.held && self.drafts.is_empty();
        match since {
            None if self.stopped == said => self.stopped = None,
            Some(_) if is_free => self.stopped = since,
            _ => {}
        }
    }
}

/// A tablet's word about itself.
#[derive(Debug, Clone, Copy)]
struct Said {
    sequence: i64,
    waiting: i64,
    drafts: i64,
    stopped: Option<i64>,
}

/// What is on its way.
#[derive(Debug, Clone)]
enum Message {
    Beat(usize, Said),
    Answer(usize, i64),
    HeardBeat(usize, Option<i64>, Option<i64>),
    Received(usize, i64),
}

/// What reached the server, in its order.
#[derive(Debug, Clone)]
enum Event {
    Beat(usize, Said),
    Answer(usize, i64),
    Collect(Option<i64>),
}

/// What the server knows.
#[derive(Debug, Default)]
struct Server {
    paired: BTreeSet<usize>,
    last: BTreeMap<usize, LastWord>,
    here: BTreeMap<usize, BTreeSet<i64>>,
    collecting: Option<i64>,
}

impl Server {
    fn facts(&self) -> Vec<TabletFacts> {
        let known: BTreeSet<usize> =
            self.paired.iter().chain(self.last.keys()).chain(self.here.keys()).copied().collect();
        let none = BTreeSet::new();
        let facts = |tablet: usize| {
            let (last, here) = (self.last.get(&tablet).copied(), self.here.get(&tablet).unwrap_or(&none));
            let accounted = here.iter().filter(|n| last.is_some_and(|last| **n <= last.sequence)).count();
            TabletFacts {
                last,
                accounted: i64::try_from(accounted).expect("few"),
                newest: here.last().copied().unwrap_or(0),
                gone_home: false,
            }
        };
        known.into_iter().map(facts).collect()
    }
}

/// A session as it runs.
struct Hall {
    random: ChaCha8Rng,
    tablets: Vec<Tablet>,
    server: Server,
    network: Vec<Message>,
    events: Vec<(Event, bool)>,
    now_us: i64,
    greens: usize,
}

impl Hall {
    fn new(seed: u64) -> Hall {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let paired = (0..TABLETS).filter(|_| random.random_bool(0.5)).collect();
        let server = Server { paired, ..Server::default() };
        let tablets = vec![Tablet { online: true, ..Tablet::default() }; TABLETS];
        Hall { random, tablets, server, network: Vec::new(), events: Vec::new(), now_us: NOW, greens: 0 }
    }

    fn is_green(&self) -> bool {
        is_safe(&self.server.facts(), self.server.collecting, self.now_us)
    }

    fn note(&mut self, event: Event) {
        let green = self.is_green();
        self.events.push((event, green));
    }

    /// Green means: whatever was begun on a tablet that was ever heard of is here, and nothing can be begun there.
    fn hold(&mut self, what: &str) {
        if !self.is_green() {
            return;
        }
        self.greens += 1;
        for (n, tablet) in self.tablets.iter().enumerate() {
            let is_known = self.server.last.contains_key(&n) || self.server.here.contains_key(&n);
            assert!(is_known || !self.server.paired.contains(&n), "{what}: {n} is paired and was never heard of");
            if is_known {
                let here = self.server.here.get(&n).map_or(0, BTreeSet::len);
                assert_eq!(
                    i64::try_from(here).expect("few"),
                    tablet.sequence,
                    "{what}: {n} holds something: {tablet:?}"
                );
                assert!(tablet.stopped.is_some(), "{what}: families can answer on {n}");
            }
        }
    }

    fn step(&mut self) {
        self.now_us += self.random.random_range(0..RECENT_US / 2);
        let n = self.random.random_range(0..TABLETS);
        match self.random.random_range(0..100) {
            0..=14 => self.sit_down(n),
            15..=34 => self.begin(n),
            35..=49 => self.finish(n),
            50..=52 => self.tablets[n].online = !self.tablets[n].online,
            53 if self.random.random_bool(0.1) => self.tablets[n].dead = true,
            53..=54 => self.tablets[n].held = false, // they walk away
            55..=66 => self.beat(n),
            67..=76 => self.send(n),
            77..=97 => self.travel(),
            _ => {
                let since = self.server.collecting.is_none().then_some(self.now_us);
                self.collect(since);
            }
        }
    }

    fn sit_down(&mut self, n: usize) {
        let tablet = &mut self.tablets[n];
        if !tablet.dead && tablet.stopped.is_none() && tablet.drafts.is_empty() {
            tablet.held = true;
        }
    }

    /// Two tabs may be open: one begins although the other has stopped meanwhile, and is refused.
    fn begin(&mut self, n: usize) {
        let tablet = &mut self.tablets[n];
        if !tablet.dead && tablet.held && tablet.stopped.is_none() {
            tablet.held = false;
            tablet.sequence += 1;
            tablet.drafts.insert(tablet.sequence);
            self.beat(n);
        }
    }

    /// Finished, stopped, or sealed as it was left: each is sent under its number.
    fn finish(&mut self, n: usize) {
        let tablet = &mut self.tablets[n];
        if tablet.dead {
            return;
        }
        if let Some(number) = tablet.drafts.pop_first() {
            tablet.outbox.insert(number);
            tablet.held = self.random.random_bool(0.3); // the next of the family
            self.beat(n);
            self.send(n);
        }
    }

    fn beat(&mut self, n: usize) {
        let tablet = &self.tablets[n];
        if !tablet.dead && tablet.online {
            self.network.push(Message::Beat(n, tablet.says()));
        }
    }

    fn send(&mut self, n: usize) {
        let tablet = &self.tablets[n];
        if !tablet.dead && tablet.online {
            self.network.extend(tablet.outbox.iter().map(|number| Message::Answer(n, *number)));
        }
    }

    fn collect(&mut self, since: Option<i64>) {
        self.server.collecting = since;
        self.note(Event::Collect(since));
    }

    /// Something arrives, whatever was sent first; some of it is lost, some arrives twice.
    fn travel(&mut self) {
        if self.network.is_empty() {
            return;
        }
        let at = self.random.random_range(0..self.network.len());
        let message =
            if self.random.random_bool(0.1) { self.network[at].clone() } else { self.network.swap_remove(at) };
        if !self.random.random_bool(0.1) {
            self.arrive(&message);
        }
    }

    fn arrive(&mut self, message: &Message) {
        match *message {
            Message::Beat(n, said) => {
                let Said { sequence, waiting, drafts, stopped } = said;
                let word = LastWord { seen_us: self.now_us, sequence, waiting, drafts, stopped_under: stopped };
                self.server.last.insert(n, word);
                self.network.push(Message::HeardBeat(n, self.server.collecting, stopped));
                self.note(Event::Beat(n, said));
            }
            Message::Answer(n, number) => {
                self.server.here.entry(n).or_default().insert(number);
                self.network.push(Message::Received(n, number));
                self.note(Event::Answer(n, number));
            }
            Message::HeardBeat(n, since, said) if !self.tablets[n].dead => self.tablets[n].hears(since, said),
            Message::Received(n, number) if !self.tablets[n].dead => {
                self.tablets[n].outbox.remove(&number);
            }
            _ => {}
        }
    }

    fn run(&mut self, steps: usize) {
        for step in 0..steps {
            self.step();
            self.hold(&format!("step {step}"));
        }
    }

    /// The last family goes, tablets are collected and on the network. Gives whether any of them is dead.
    fn end(&mut self) -> bool {
        if self.server.collecting.is_none() {
            self.collect(Some(self.now_us));
        }
        for n in 0..TABLETS {
            (self.tablets[n].online, self.tablets[n].held) = (true, false);
        }
        for round in 0..8 {
            for n in 0..TABLETS {
                self.finish(n);
                self.tablets[n].held = false;
                self.send(n);
                self.beat(n);
            }
            while let Some(message) = self.network.pop() {
                self.arrive(&message);
                self.hold(&format!("end {round}"));
            }
        }
        self.tablets.iter().any(|tablet| tablet.dead)
    }
}

#[test]
fn in_thousands_of_sessions_the_light_is_never_green_while_something_waits_and_turns_green_in_the_end() {
    let (mut greens, mut lit) = (0, 0);
    for seed in 0..2_000 {
        let mut hall = Hall::new(seed);
        hall.run(250);
        greens += hall.greens;
        if !hall.end() {
            assert!(hall.is_green(), "session {seed}: {:?}", hall.server.facts());
            lit += 1;
        }
    }
    assert!(greens > 1_000 && lit > 1_000, "it was green {greens} times on the way, and in the end of {lit} sessions");
}

#[test]
fn a_tablet_that_loses_its_connection_right_after_its_beat_keeps_the_light_from_green() {
    let mut hall = Hall::new(1);
    hall.server.paired.clear();
    hall.beat(0);
    let beat = hall.network.pop().expect("sent");
    hall.arrive(&beat);
    let told = hall.network.pop().expect("answered");
    hall.arrive(&told);
    hall.tablets[0].online = false;
    hall.collect(Some(hall.now_us));
    hall.sit_down(0);
    hall.begin(0);
    hall.finish(0);
    assert_eq!(hall.tablets[0].outbox.len(), 1, "a family answered there");
    assert!(!hall.is_green(), "its last word is a moment old, and it does not know that it is collected");
    assert!(check(&hall.server.facts()[0], hall.server.collecting, hall.now_us).is_err());
}

fn device(n: usize) -> String {
    format!("{n:016x}")
}

/// Tells a store what reached the server, and holds its light against the simulated one after every step.
async fn replay(store: &Store, hall: &Hall) {
    let place = a_place(store, "Riverside", 2).await;
    let session_id = store.session(SINGLE).await.expect("answers").expect("the session").session.id;
    for n in &hall.server.paired {
        let ask = Ask { device: device(*n), token_sha256: device(*n) };
        let words = vec![format!("amber kettle {n}")];
        let asked = store.ask_to_pair(session_id, ask, words, NOW).await.expect("asked");
        assert!(matches!(asked, Asked::Waits { .. }));
        let request = store.pairings(session_id).await.expect("requests").pop().expect("it");
        store.pair_tablet(session_id, request.id, String::new(), NOW).await.expect("no failure").expect("paired");
    }
    for (at, (event, green)) in hall.events.iter().enumerate() {
        match event {
            Event::Beat(n, said) => {
                let beat = TabletBeat {
                    device: device(*n),
                    sequence: said.sequence,
                    waiting: said.waiting,
                    parked: 0,
                    drafts: said.drafts,
                    storage: "database".to_owned(),
                    oldest_ms: 0,
                    shell: "00ff".to_owned(),
                    clock_off_ms: 0,
                    cards: -1,
                    stopped_under: said.stopped,
                };
                store.beat(session_id, beat, NOW).await.expect("kept");
            }
            Event::Answer(n, number) => answer(store, &place, *n, *number).await,
            Event::Collect(since) => store.collect(session_id, *since).await.expect("kept"),
        }
        let tablets = store.session_tablets(session_id, SINGLE).await.expect("tablets");
        let facts: Vec<TabletFacts> = tablets.iter().map(SessionTablet::facts).collect();
        let collecting = store.collecting(session_id).await.expect("answers");
        assert_eq!(is_safe(&facts, collecting, NOW), *green, "step {at}: {event:?}: {facts:?}");
    }
}

/// Every third number is a note that somebody stopped.
async fn answer(store: &Store, place: &common::Place, n: usize, number: i64) {
    let small = |number: i64| u8::try_from(number).expect("few");
    let mut envelope = ks2(1, &place.cards[n % 2], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    envelope.id = pencilmark::response::ResponseId::from_bytes([
        small(number) + 1,
        u8::try_from(n).expect("few"),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        7,
    ]);
    if number % 3 == 0 {
        let withdrawal = Withdrawal { session: SINGLE.to_owned(), device: device(n), sequence: number, at_home: false };
        store.withdraw(envelope.id.clone(), withdrawal, NOW).await.expect("noted");
        return;
    }
    (envelope.device, envelope.sequence) = (Some(device(n)), Some(number.unsigned_abs()));
    send(store, &envelope).await;
    store.settle().await.expect("judged");
}

#[tokio::test]
async fn on_a_real_store_the_light_is_what_the_simulated_sessions_say() {
    for seed in 0..15 {
        let mut hall = Hall::new(seed);
        hall.run(150);
        hall.end();
        let folder = tempfile::tempdir().expect("folder");
        replay(&open(&Target::in_folder(folder.path())).await, &hall).await;
    }
}

#[tokio::test]
async fn the_light_is_the_same_on_each_database() {
    on_each_database(|store| async move {
        let mut hall = Hall::new(5);
        hall.run(200);
        hall.end();
        replay(&store, &hall).await;
    })
    .await;
}
