//! Which wave a person is due, proposed by the server and confirmed on the screen.

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

    fn visit(wave: Wave, days_ago: i64) -> Visit {
        Visit { wave, days_ago }
    }

    #[test]
    fn the_wave_follows_from_the_session_and_the_history() {
        use Proposal::{Done, Due};
        let cases: [(SessionRole, Vec<Visit>, Proposal); 11] = [
            (SessionRole::First, vec![], Due(Wave::Pre)),
            (SessionRole::Last, vec![], Due(Wave::Pre)),
            (SessionRole::Single, vec![], Due(Wave::Pre)),
            (SessionRole::Single, vec![visit(Wave::Pre, 0)], Due(Wave::PostSame)),
            (SessionRole::Single, vec![visit(Wave::Pre, 0), visit(Wave::PostSame, 0)], Done(Wave::PostSame)),
            (SessionRole::Middle, vec![visit(Wave::Pre, 7)], Done(Wave::Pre)),
            (SessionRole::Last, vec![visit(Wave::Pre, 27)], Due(Wave::PostSame)),
            (SessionRole::Last, vec![visit(Wave::Pre, 28)], Due(Wave::PostProg)),
            (SessionRole::Last, vec![visit(Wave::Pre, 35), visit(Wave::PostExit, 7)], Done(Wave::PostProg)),
            (SessionRole::FollowUp, vec![visit(Wave::Pre, 90)], Due(Wave::FollowUp)),
            (SessionRole::Event, vec![], Due(Wave::Event)),
        ];
        for (role, history, expected) in cases {
            assert_eq!(propose_wave(role, &history), expected, "{role:?} {history:?}");
        }
    }
}
