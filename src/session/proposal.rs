//! Which wave a person is due, proposed by the server, or by the tablet where nobody can be asked
//! (`static/tablet/waves.js`), and confirmed on the screen.

use crate::survey::Wave;

use super::SessionRole;

/// Days that must lie between a before and what asks how often something happens at home: the programme's after and
/// the follow-up. A window of four weeks would otherwise reach back before the before.
pub const FOUR_WEEKS: i64 = 28;

/// Attendances, this one included, after which a run's after may be answered before its last session.
const ENOUGH_ATTENDANCES: i64 = 3;

/// Earlier attendances with which a run has begun to work: a before would be no before any more.
const TOO_LATE_ATTENDANCES: i64 = 2;

/// Days after a person's newest answers in which they may be asked again at home: four weeks to half a year.
const LATER_DAYS: std::ops::RangeInclusive<i64> = FOUR_WEEKS..=182;

/// Afters on a whole questionnaire. The short one of a family that left early does not stand in for them
/// where they can still be asked.
const WHOLE_AFTERS: [Wave; 3] = [Wave::PostProg, Wave::PostSame, Wave::PostHome];

/// One questionnaire a person has already answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Its wave.
    pub wave: Wave,
    /// Whole days between it and today; 0 is today.
    pub days_ago: i64,
}

/// What is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past<'a> {
    /// What they have answered.
    pub visits: &'a [Visit],
    /// Earlier sessions they came to.
    pub attended: i64,
}

/// Where and when somebody is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// At a session.
    Session {
        /// What it is in its project's run.
        role: SessionRole,
        /// Whether the leader has started the afters.
        afters: bool,
    },
    /// At a session that the family leaves early.
    Leaving,
    /// At home, from the card's own address.
    Home {
        /// Whether the after of the last session may still be answered.
        afters: bool,
    },
}

impl Occasion {
    /// The same for a family that goes early; who is at an event, at home or asked again later is not leaving one.
    #[must_use]
    pub fn leaving(self) -> Occasion {
        match self {
            Occasion::Session { role: SessionRole::Event | SessionRole::FollowUp, .. } | Occasion::Home { .. } => self,
            Occasion::Session { .. } | Occasion::Leaving => Occasion::Leaving,
        }
    }

    /// Every wave that can be proposed.
    pub fn waves(self) -> &'static [Wave] {
        match self {
            Occasion::Session { role: SessionRole::Event, .. } => &[Wave::Event],
            Occasion::Session { role: SessionRole::FollowUp, .. } => &[Wave::FollowUp],
            Occasion::Session { .. } | Occasion::Leaving => {
                &[Wave::Pre, Wave::PostSame, Wave::PostProg, Wave::PostExit]
            }
            Occasion::Home { .. } => &[Wave::PostHome, Wave::FollowUp],
        }
    }
}

/// What the server proposes for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// This questionnaire is due.
    Due(Wave),
    /// Everything that is asked here has been answered; repeating this wave would be kept but not counted.
    Done(Wave),
    /// This questionnaire comes at the end, once the leader starts the afters.
    NotYet(Wave),
    /// There is nothing to ask.
    Nothing,
}

/// Proposes a wave from the occasion and the person's history, never from a clock alone.
pub fn propose_wave(occasion: Occasion, past: &Past<'_>) -> Proposal {
    match occasion {
        Occasion::Session { role: SessionRole::Event, .. } => past.once_today(Wave::Event),
        Occasion::Session { role: SessionRole::FollowUp, .. } => again(past),
        Occasion::Session { role, afters } => {
            let ends = role.asks_the_after();
            match past.days_since_before() {
                None => without_before(ends, afters, past),
                Some(days) => with_before(ends, afters, days, past),
            }
        }
        Occasion::Leaving => match past.whole_after() {
            Some(wave) => Proposal::Done(wave),
            None => past.once(Wave::PostExit),
        },
        Occasion::Home { afters } => at_home(afters, past),
    }
}

/// A follow-up is due once, and not within four weeks of the before: it would ask about days before it. Of somebody new
/// there may be a before on another tablet; whether it counts is decided when both are in (`pairing::counted`).
fn again(past: &Past<'_>) -> Proposal {
    match past.days_since_before() {
        Some(days) if days < FOUR_WEEKS => Proposal::Nothing,
        _ => past.once(Wave::FollowUp),
    }
}

/// A before is due, unless it is too late for one: after two sessions of a run, or while the others answer their
/// afters. Whoever is that late answers the after alone.
fn without_before(ends: bool, afters: bool, past: &Past<'_>) -> Proposal {
    if let Some(wave) = past.whole_after() {
        Proposal::Done(wave)
    } else if ends && afters {
        Proposal::Due(Wave::PostSame)
    } else if past.attended >= TOO_LATE_ATTENDANCES {
        Proposal::NotYet(Wave::PostSame)
    } else {
        Proposal::Due(Wave::Pre)
    }
}

/// An after is due at a last or single session: once the leader starts them, or at once where the before is of an
/// earlier day, which also catches up on one that was missed. In between it may be answered after four weeks or
/// three attendances, where the leader starts afters at all. It is a programme's after from 28 days on, a same-day
/// after below that (days 1 to 27 ask intention too, because a two- or four-week frequency would reach back before
/// the before).
fn with_before(ends: bool, afters: bool, days: i64, past: &Past<'_>) -> Proposal {
    let wave = if days >= FOUR_WEEKS { Wave::PostProg } else { Wave::PostSame };
    let enough = days >= FOUR_WEEKS || past.attended + 1 >= ENOUGH_ATTENDANCES;
    match (ends, past.whole_after()) {
        (_, Some(_)) => Proposal::Done(wave),
        (true, None) if afters || days > 0 => Proposal::Due(wave),
        (true, None) => Proposal::NotYet(wave),
        (false, None) if afters && enough => Proposal::Due(wave),
        (false, None) => Proposal::Done(Wave::Pre),
    }
}

/// The after for two days, then from four weeks on the follow-up; only for who has answered a before.
fn at_home(afters: bool, past: &Past<'_>) -> Proposal {
    let newest = past.visits.iter().map(|visit| visit.days_ago).min();
    match (past.days_since_before(), past.whole_after()) {
        (None, _) => Proposal::Nothing,
        (Some(_), None) if afters => Proposal::Due(Wave::PostHome),
        _ if past.answered(Wave::FollowUp) => Proposal::Done(Wave::FollowUp),
        _ if newest.is_some_and(|days| LATER_DAYS.contains(&days)) => Proposal::Due(Wave::FollowUp),
        (Some(_), Some(wave)) => Proposal::Done(wave),
        (Some(_), None) => Proposal::Nothing,
    }
}

impl Past<'_> {
    fn answered(&self, wave: Wave) -> bool {
        self.visits.iter().any(|visit| visit.wave == wave)
    }

    fn once(&self, wave: Wave) -> Proposal {
        if self.answered(wave) { Proposal::Done(wave) } else { Proposal::Due(wave) }
    }

    /// Feedback is about one event: whoever comes to another one is asked again.
    fn once_today(&self, wave: Wave) -> Proposal {
        let today = self.visits.iter().any(|visit| visit.wave == wave && visit.days_ago <= 0);
        if today { Proposal::Done(wave) } else { Proposal::Due(wave) }
    }

    fn days_since_before(&self) -> Option<i64> {
        self.visits.iter().filter(|visit| visit.wave == Wave::Pre).map(|visit| visit.days_ago).max()
    }

    fn whole_after(&self) -> Option<Wave> {
        WHOLE_AFTERS.into_iter().find(|wave| self.answered(*wave))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Table {
        proposals: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        rule: String,
        at: At,
        visits: Vec<Visited>,
        #[serde(default)]
        attended: i64,
        due: Option<Wave>,
        done: Option<Wave>,
        not_yet: Option<Wave>,
        #[serde(default)]
        nothing: bool,
    }

    /// As the tablet has it: `role` is a session's, `leaving` or `home`.
    #[derive(serde::Deserialize)]
    pub struct At {
        role: String,
        #[serde(default)]
        afters: bool,
    }

    impl At {
        pub fn occasion(&self) -> Occasion {
            match self.role.as_str() {
                "leaving" => Occasion::Leaving,
                "home" => Occasion::Home { afters: self.afters },
                role => {
                    let role = SessionRole::from_code(role).expect("a session's role");
                    Occasion::Session { role, afters: self.afters }
                }
            }
        }
    }

    #[derive(serde::Deserialize)]
    struct Visited {
        wave: Wave,
        days_ago: i64,
    }

    /// The same table holds the tablet's own rule: tests/js/journey.test.cjs.
    #[test]
    fn the_wave_follows_from_the_occasion_and_the_history() {
        let table: Table =
            serde_json::from_str(include_str!("../../tests/tables/journeys.json")).expect("a table of cases");
        assert!(table.proposals.len() >= 40);
        for case in table.proposals {
            let visits: Vec<Visit> =
                case.visits.iter().map(|visit| Visit { wave: visit.wave, days_ago: visit.days_ago }).collect();
            let expected = case.due.map(Proposal::Due).or(case.done.map(Proposal::Done));
            let expected = expected.or(case.not_yet.map(Proposal::NotYet));
            let expected = expected.or(case.nothing.then_some(Proposal::Nothing)).expect("each case says what is due");
            let past = Past { visits: &visits, attended: case.attended };
            let found = propose_wave(case.at.occasion(), &past);
            assert_eq!(found, expected, "{}", case.rule);
            if let Proposal::Due(wave) | Proposal::NotYet(wave) = found {
                assert!(case.at.occasion().waves().contains(&wave), "{}", case.rule);
            }
        }
    }
}
