//! The live board of a session: who has answered and who still owes what. Never what they answered.

use serde::{Deserialize, Serialize};

use crate::person::{Animal, CardCode};
use crate::survey::Wave;

use super::{Occasion, Past, Proposal, SessionRole, Visit, propose_wave};

/// So long after it fell due, what is owed is late.
pub const LATE_AFTER_US: i64 = 15 * 60 * 1_000_000;

/// Whoever was first seen longer ago was not first seen today: when they came today is not known.
const TODAY_US: i64 = 12 * 3600 * 1_000_000;

coded! {
    /// Why there is no answer of somebody who was asked.
    NoAnswer {
        /// They began, and stopped: nothing they had answered is kept.
        Stopped = "stopped", "stopped";
        /// They, or a grown-up for them, said no.
        SaidNo = "said_no", "said no";
    }
}

/// Someone who came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Key in the store; `None` for someone new who has sent nothing yet.
    pub id: Option<i64>,
    /// Their family's card.
    pub card: CardCode,
    /// Their picture.
    pub animal: Animal,
    /// The tablet at which they have begun and not finished.
    pub sits_at: Option<String>,
    /// When they were first seen anywhere, microseconds since 1970; 0 where that is not known.
    pub first_seen_us: i64,
    /// Earlier sessions they came to.
    pub attended: i64,
    /// What they have answered, here and before.
    pub visits: Vec<Visit>,
    /// What they were asked here and did not answer.
    pub unanswered: Vec<(Wave, NoAnswer)>,
}

/// How things stand with one questionnaire of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is not asked here.
    NotAsked,
    /// There is none, and none is asked any more: a before of somebody who came late, or whose paper is not keyed in yet.
    Missed,
    /// They were asked and there is none.
    Without(NoAnswer),
    /// Answered.
    Done,
    /// It comes later in this session.
    ToCome,
    /// It is due now.
    Owed,
    /// It fell due a quarter of an hour ago.
    Late,
}

impl Standing {
    /// Whether somebody should be asked now.
    pub fn is_owed(self) -> bool {
        matches!(self, Standing::Owed | Standing::Late)
    }
}

/// One person on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Their picture.
    pub animal: Animal,
    /// The tablet at which they have begun and not finished.
    pub sits_at: Option<String>,
    /// Their before.
    pub before: Standing,
    /// Their after; at an event its feedback, at a follow-up what is asked again.
    pub after: Standing,
}

/// One family on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyAtSession {
    /// Names it in addresses: the lowest key of its people, so that no code stands in any. `None` while none of them
    /// has sent anything.
    pub id: Option<i64>,
    /// Its card.
    pub card: CardCode,
    /// Who came, in the order of the card's pictures.
    pub seats: Vec<Seat>,
}

impl FamilyAtSession {
    /// The most pressing of what its people owe.
    pub fn worst(&self) -> Standing {
        self.standings().max().unwrap_or(Standing::NotAsked)
    }

    /// Whether something is missing of somebody that nobody asks for: a before, or what they did not want to answer.
    pub fn misses_something(&self) -> bool {
        self.standings().any(|standing| matches!(standing, Standing::Missed | Standing::Without(_)))
    }

    fn standings(&self) -> impl Iterator<Item = Standing> {
        self.seats.iter().flat_map(|seat| [seat.before, seat.after])
    }
}

/// Numbers of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Who have answered.
    pub done: i64,
    /// Who should be asked now.
    pub owed: i64,
    /// Of those, the late ones.
    pub late: i64,
    /// Whose turn comes later.
    pub to_come: i64,
    /// Who have none and are not asked for one any more.
    pub missed: i64,
    /// Who stopped or said no.
    pub without: i64,
}

impl Tally {
    fn add(&mut self, standing: Standing) {
        match standing {
            Standing::NotAsked => {}
            Standing::Missed => self.missed += 1,
            Standing::Without(_) => self.without += 1,
            Standing::Done => self.done += 1,
            Standing::ToCome => self.to_come += 1,
            Standing::Owed => self.owed += 1,
            Standing::Late => {
                self.owed += 1;
                self.late += 1;
            }
        }
    }
}

/// The whole board.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    /// The families, the most pressing first, then by card.
    pub families: Vec<FamilyAtSession>,
    /// Befores.
    pub befores: Tally,
    /// Afters, feedback or what is asked again.
    pub afters: Tally,
    /// Who have answered an after and no before: nothing can be compared.
    pub after_only: i64,
}

impl Board {
    /// The board of a session. `afters_us` is when its leader started the afters.
    pub fn of(role: SessionRole, afters_us: Option<i64>, people: Vec<Present>, now_us: i64) -> Board {
        let mut board = Board::default();
        let mut people = people;
        people.sort_by(|a, b| (a.card.as_str(), a.animal).cmp(&(b.card.as_str(), b.animal)));
        for person in people {
            let occasion = Occasion::Session { role, afters: afters_us.is_some() };
            let proposal = propose_wave(occasion, &Past { visits: &person.visits, attended: person.attended });
            let seat = Seat {
                animal: person.animal,
                sits_at: person.sits_at.clone(),
                before: before(role, proposal, &person, now_us),
                after: after(role, afters_us, proposal, &person, now_us),
            };
            let alone = matches!(seat.before, Standing::Missed | Standing::Without(_)) && seat.after == Standing::Done;
            board.after_only += i64::from(alone);
            board.befores.add(seat.before);
            board.afters.add(seat.after);
            match board.families.last_mut() {
                Some(family) if family.card == person.card => {
                    family.id = family.id.into_iter().chain(person.id).min();
                    family.seats.push(seat);
                }
                _ => board.families.push(FamilyAtSession { id: person.id, card: person.card, seats: vec![seat] }),
            }
        }
        board.families.sort_by(|a, b| b.worst().cmp(&a.worst()).then_with(|| a.card.as_str().cmp(b.card.as_str())));
        board
    }
}

fn before(role: SessionRole, proposal: Proposal, person: &Present, now_us: i64) -> Standing {
    if matches!(role, SessionRole::Event | SessionRole::FollowUp) {
        return Standing::NotAsked;
    }
    if person.answered_before() {
        return Standing::Done;
    }
    if let Some(how) = person.without(|wave| wave == Wave::Pre) {
        return Standing::Without(how);
    }
    match proposal {
        Proposal::Due(Wave::Pre) if !person.left_early() => owed_since(person.came_us(now_us), now_us),
        _ => Standing::Missed,
    }
}

fn after(role: SessionRole, afters_us: Option<i64>, proposal: Proposal, person: &Present, now_us: i64) -> Standing {
    // Who left early today has answered what they could.
    if person.left_early() {
        return Standing::Done;
    }
    let ends = role.asks_the_after();
    let standing = match proposal {
        Proposal::Done(Wave::Pre) | Proposal::Nothing => Standing::NotAsked,
        Proposal::Done(_) => Standing::Done,
        Proposal::Due(Wave::Pre) if ends => Standing::ToCome,
        Proposal::Due(Wave::Pre) => Standing::NotAsked,
        Proposal::Due(Wave::Event | Wave::FollowUp) => owed_since(person.came_us(now_us), now_us),
        Proposal::Due(_) => owed_since(afters_us.unwrap_or(0), now_us),
        Proposal::NotYet(_) => Standing::ToCome,
    };
    if standing <= Standing::Done {
        return standing;
    }
    // Whoever did not want the before is not sent after for an after, which would have nothing to stand beside.
    let no_before = !person.answered_before() && person.without(|wave| wave == Wave::Pre).is_some();
    match person.without(|wave| wave != Wave::Pre) {
        Some(how) => Standing::Without(how),
        None if no_before => Standing::NotAsked,
        None => standing,
    }
}

impl Present {
    fn answered_before(&self) -> bool {
        self.visits.iter().any(|visit| visit.wave == Wave::Pre)
    }

    fn left_early(&self) -> bool {
        self.visits.iter().any(|visit| visit.wave == Wave::PostExit && visit.days_ago == 0)
    }

    /// Why there is no answer to one of these questionnaires, where they were asked it.
    fn without(&self, is_meant: fn(Wave) -> bool) -> Option<NoAnswer> {
        self.unanswered.iter().find(|(wave, _)| is_meant(*wave)).map(|(_, how)| *how)
    }

    /// When they came today; 0 where that is not known.
    fn came_us(&self, now_us: i64) -> i64 {
        if now_us - self.first_seen_us < TODAY_US { self.first_seen_us } else { 0 }
    }
}

fn owed_since(from_us: i64, now_us: i64) -> Standing {
    if from_us > 0 && now_us - from_us >= LATE_AFTER_US { Standing::Late } else { Standing::Owed }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 10_000 * LATE_AFTER_US;
    const MINUTE: i64 = 60 * 1_000_000;

    fn card(n: usize) -> CardCode {
        CardCode::parse(["A2A-2AW", "K7F-3MR", "PEN-C4T"][n]).expect("a code of the brief")
    }

    fn present(id: i64, family: usize, animal: Animal, waves: &[Wave]) -> Present {
        let visits = waves.iter().map(|&wave| Visit { wave, days_ago: 0 }).collect();
        let sits_at = None;
        let first_seen_us = NOW - MINUTE;
        Present {
            id: Some(id),
            card: card(family),
            animal,
            sits_at,
            first_seen_us,
            attended: 0,
            visits,
            unanswered: vec![],
        }
    }

    /// A session's role, when afters started, what somebody answered; how their before and after stand.
    type Case = (SessionRole, Option<i64>, &'static [Wave], Standing, Standing);

    #[test]
    fn each_person_owes_what_their_session_asks() {
        use SessionRole::{Event, First, FollowUp, Last, Middle, Single};
        use Standing::{Done, Late, Missed, NotAsked, Owed, ToCome};
        let started = Some(NOW - MINUTE);
        let long_ago = Some(NOW - LATE_AFTER_US);
        let cases: [Case; 21] = [
            (First, None, &[], Owed, NotAsked),
            (First, None, &[Wave::Pre], Done, NotAsked),
            (Middle, None, &[Wave::Pre], Done, NotAsked),
            (Single, None, &[], Owed, ToCome),
            (Single, None, &[Wave::Pre], Done, ToCome),
            (Single, started, &[Wave::Pre], Done, Owed),
            (Single, long_ago, &[Wave::Pre], Done, Late),
            (Single, long_ago, &[Wave::Pre, Wave::PostSame], Done, Done),
            // Who comes while the others answer their afters answers the after alone; who left early is done.
            (Single, started, &[], Missed, Owed),
            (Single, long_ago, &[], Missed, Late),
            (Single, long_ago, &[Wave::PostSame], Missed, Done),
            (Single, None, &[Wave::PostExit], Missed, Done),
            (Single, None, &[Wave::Pre, Wave::PostExit], Done, Done),
            (Single, long_ago, &[Wave::Pre, Wave::PostExit], Done, Done),
            (Last, None, &[Wave::Pre], Done, ToCome),
            (Last, started, &[Wave::Pre], Done, Owed),
            (Last, started, &[Wave::Pre, Wave::PostProg], Done, Done),
            (Event, None, &[], NotAsked, Owed),
            (Event, None, &[Wave::Event], NotAsked, Done),
            (FollowUp, None, &[], NotAsked, Owed),
            (FollowUp, None, &[Wave::FollowUp], NotAsked, Done),
        ];
        for (role, afters, waves, before, after) in cases {
            let board = Board::of(role, afters, vec![present(1, 0, Animal::Fox, waves)], NOW);
            let seat = &board.families[0].seats[0];
            assert_eq!((seat.before, seat.after), (before, after), "{role:?} {afters:?} {waves:?}");
        }
    }

    #[test]
    fn a_follow_up_is_owed_from_four_weeks_after_the_before() {
        for (days_ago, expected) in [(0, Standing::NotAsked), (27, Standing::NotAsked), (28, Standing::Owed)] {
            let mut person = present(1, 0, Animal::Fox, &[]);
            person.visits.push(Visit { wave: Wave::Pre, days_ago });
            let seats = |person| Board::of(SessionRole::FollowUp, None, vec![person], NOW).families.remove(0).seats;
            assert_eq!(seats(person.clone())[0].after, expected, "{days_ago}");
            person.visits.push(Visit { wave: Wave::FollowUp, days_ago: 0 });
            let answered = if expected == Standing::Owed { Standing::Done } else { expected };
            assert_eq!(seats(person)[0].after, answered, "{days_ago}");
        }
    }

    #[test]
    fn a_before_is_late_a_quarter_of_an_hour_after_somebody_came() {
        let cases = [(0, Standing::Owed), (14, Standing::Owed), (15, Standing::Late), (7 * 24 * 60, Standing::Owed)];
        for (minutes, expected) in cases {
            let mut person = present(1, 0, Animal::Fox, &[]);
            person.first_seen_us = NOW - minutes * MINUTE;
            let board = Board::of(SessionRole::Single, None, vec![person], NOW);
            assert_eq!(board.families[0].seats[0].before, expected, "{minutes}");
        }
        let mut person = present(1, 0, Animal::Fox, &[]);
        person.first_seen_us = 0;
        let board = Board::of(SessionRole::Single, None, vec![person], NOW);
        assert_eq!(board.befores, Tally { owed: 1, ..Tally::default() }, "nobody is late whose arrival is not known");
    }

    #[test]
    fn the_most_pressing_families_come_first_and_everybody_is_counted_once() {
        let people = vec![
            present(7, 0, Animal::Fox, &[Wave::Pre, Wave::PostSame]),
            present(5, 1, Animal::Sun, &[Wave::Pre]),
            present(3, 1, Animal::Owl, &[Wave::Pre, Wave::PostSame]),
            present(9, 2, Animal::Fox, &[]),
        ];
        let board = Board::of(SessionRole::Single, Some(NOW - LATE_AFTER_US), people, NOW);
        let order: Vec<_> = board.families.iter().map(|family| (family.id, family.worst())).collect();
        assert_eq!(order, [(Some(3), Standing::Late), (Some(9), Standing::Late), (Some(7), Standing::Done)]);
        let animals: Vec<Animal> = board.families[0].seats.iter().map(|seat| seat.animal).collect();
        assert_eq!(animals, [Animal::Owl, Animal::Sun], "in the order of the card's pictures");
        // While the others answer their afters it is too late for a before: the after alone is owed.
        assert_eq!(board.befores, Tally { done: 3, missed: 1, ..Tally::default() });
        assert_eq!(board.afters, Tally { done: 2, owed: 2, late: 2, ..Tally::default() });
        assert_eq!(board.after_only, 0, "nobody has answered an after alone yet");
    }

    #[test]
    fn an_after_alone_is_counted_as_one() {
        let people = vec![
            present(1, 0, Animal::Fox, &[Wave::PostSame]),
            present(2, 1, Animal::Fox, &[Wave::Pre, Wave::PostSame]),
        ];
        let board = Board::of(SessionRole::Single, Some(NOW), people, NOW);
        assert_eq!((board.afters.done, board.befores.done, board.befores.missed, board.after_only), (2, 1, 1, 1));
        let misses: Vec<bool> = board.families.iter().map(FamilyAtSession::misses_something).collect();
        assert_eq!(misses, [true, false]);
    }

    #[test]
    fn who_stopped_or_said_no_stands_there_and_owes_nothing() {
        use NoAnswer::{SaidNo, Stopped};
        use Standing::{Done, NotAsked, Owed, ToCome, Without};
        let started = Some(NOW - MINUTE);
        type Case = (Option<i64>, &'static [Wave], &'static [(Wave, NoAnswer)], Standing, Standing);
        let cases: [Case; 8] = [
            (None, &[], &[(Wave::Pre, Stopped)], Without(Stopped), NotAsked),
            (started, &[], &[(Wave::Pre, SaidNo)], Without(SaidNo), NotAsked),
            (started, &[Wave::Pre], &[(Wave::PostSame, SaidNo)], Done, Without(SaidNo)),
            (None, &[Wave::Pre], &[(Wave::PostExit, Stopped)], Done, Without(Stopped)),
            (started, &[], &[(Wave::PostSame, Stopped)], Standing::Missed, Without(Stopped)),
            // Whoever thought better of it has answered.
            (None, &[Wave::Pre], &[(Wave::Pre, Stopped)], Done, ToCome),
            (started, &[Wave::Pre], &[(Wave::Pre, SaidNo)], Done, Owed),
            (started, &[Wave::Pre, Wave::PostSame], &[(Wave::PostSame, Stopped)], Done, Done),
        ];
        for (afters, waves, unanswered, before, after) in cases {
            let person = Present { unanswered: unanswered.to_vec(), ..present(1, 0, Animal::Fox, waves) };
            let board = Board::of(SessionRole::Single, afters, vec![person], NOW);
            let seat = &board.families[0].seats[0];
            assert_eq!((seat.before, seat.after), (before, after), "{afters:?} {waves:?} {unanswered:?}");
            let owing = [before, after].into_iter().filter(|standing| standing.is_owed()).count();
            assert_eq!(board.befores.owed + board.afters.owed, i64::try_from(owing).expect("few"));
            let without = [before, after].into_iter().filter(|standing| matches!(standing, Without(_))).count();
            assert_eq!(board.befores.without + board.afters.without, i64::try_from(without).expect("few"));
        }
    }

    #[test]
    fn who_has_begun_is_on_the_board_before_anything_was_sent() {
        let sits = |mut person: Present, tablet: &str| {
            person.sits_at = Some(tablet.to_owned());
            person
        };
        let new = |family, animal| Present { id: None, ..present(0, family, animal, &[]) };
        let people = vec![
            sits(new(0, Animal::Fox), "Red"),
            present(4, 1, Animal::Owl, &[Wave::Pre]),
            sits(new(1, Animal::Fox), "Blue"),
        ];
        let board = Board::of(SessionRole::Single, None, people, NOW);
        assert_eq!(board.befores, Tally { done: 1, owed: 2, ..Tally::default() });
        let ids: Vec<Option<i64>> = board.families.iter().map(|family| family.id).collect();
        assert_eq!(ids, [None, Some(4)], "a family is named by who is known of it");
        let sit: Vec<Option<&str>> =
            board.families.iter().flat_map(|family| &family.seats).map(|seat| seat.sits_at.as_deref()).collect();
        assert_eq!(sit, [Some("Red"), Some("Blue"), None]);
    }
}
