//! Which wave a person is due, proposed by the server, or by the tablet where nobody can be asked
//! (`static/tablet/waves.js`), and confirmed on the screen.

use crate::survey::Wave;

use super::SessionRole;

/// Days that must lie between before and after for a frequency at home to be asked.
const PROGRAMME_DAYS: i64 = 28;

/// One questionnaire a person has already answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Its wave.
    pub wave: Wave,
    /// Whole days between it and today; 0 is today.
    pub days_ago: i64,
}

/// What the server proposes for a person at a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposal {
    /// This questionnaire is due.
    Due(Wave),
    /// Everything this session asks has been answered; repeating this wave would be kept but not counted.
    Done(Wave),
}

/// Proposes a wave from the session's role and the person's history, never from a clock alone.
///
/// A person without a before is due one, except at an event or a follow-up. An after is due at a
/// last or single session; it is a programme's after from 28 days on, a same-day after below that
/// (days 1 to 27 ask intention too, because a two- or four-week frequency would reach back before
/// the before). Between first and last sessions nothing more is due.
pub fn propose_wave(role: SessionRole, history: &[Visit]) -> Proposal {
    let before = history.iter().filter(|visit| visit.wave == Wave::Pre).map(|visit| visit.days_ago).max();
    let answered = |wave: Wave| history.iter().any(|visit| visit.wave == wave);
    let has_after = history.iter().any(|visit| Wave::AFTERS.contains(&visit.wave));
    let once = |wave: Wave| if answered(wave) { Proposal::Done(wave) } else { Proposal::Due(wave) };
    match (role, before) {
        (SessionRole::Event, _) => once(Wave::Event),
        (SessionRole::FollowUp, _) => once(Wave::FollowUp),
        (_, None) => Proposal::Due(Wave::Pre),
        (SessionRole::First | SessionRole::Middle, Some(_)) => Proposal::Done(Wave::Pre),
        (SessionRole::Last | SessionRole::Single, Some(days)) => {
            let wave = if days >= PROGRAMME_DAYS { Wave::PostProg } else { Wave::PostSame };
            if has_after { Proposal::Done(wave) } else { Proposal::Due(wave) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Table {
        proposals: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        role: SessionRole,
        visits: Vec<Visited>,
        due: Option<Wave>,
        done: Option<Wave>,
    }

    #[derive(serde::Deserialize)]
    struct Visited {
        wave: Wave,
        days_ago: i64,
    }

    /// The same table holds the tablet's own rule: tests/js/journey.test.cjs.
    #[test]
    fn the_wave_follows_from_the_session_and_the_history() {
        let table: Table =
            serde_json::from_str(include_str!("../../tests/tables/journeys.json")).expect("a table of cases");
        assert!(table.proposals.len() >= 20);
        for Case { role, visits, due, done } in table.proposals {
            let history: Vec<Visit> =
                visits.iter().map(|visit| Visit { wave: visit.wave, days_ago: visit.days_ago }).collect();
            let expected = due.map(Proposal::Due).or(done.map(Proposal::Done)).expect("each case says what is due");
            assert_eq!(propose_wave(role, &history), expected, "{role:?} {history:?}");
        }
    }
}
