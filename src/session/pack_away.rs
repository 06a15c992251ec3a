//! Whether the tablets of a session may be packed away: only when each of them has said that it takes no more
//! families and that nothing waits on it, and everything it ever began is accounted for here. What is not known is
//! never safe.
//!
//! A tablet hears that it is collected with the answer to a beat, stops at its start page, and says so in its next
//! beat, naming the collecting that it heard of. From then on nothing can be begun on it until it hears that families
//! go on; so its word does not grow old, and no answer can come to be on it that is not known of.

/// A beat older than this says nothing about now while families may still answer. Tablets beat every 15 seconds, and
/// at once when something is begun, sealed or sent: one lost beat is forgiven.
pub const RECENT_US: i64 = 35 * 1_000_000;

/// What a tablet last said of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastWord {
    /// When that arrived, microseconds since 1970.
    pub seen_us: i64,
    /// The number of the newest questionnaire begun on it.
    pub sequence: i64,
    /// Items that wait to be sent, those refused for good included.
    pub waiting: i64,
    /// Questionnaires under way, or left behind.
    pub drafts: i64,
    /// The collecting under which it takes no more families; `None` where it still does.
    pub stopped_under: Option<i64>,
}

/// Everything known of one tablet that was ever paired with a session, or heard of at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TabletFacts {
    /// What it last said at this session; `None` where it never said anything.
    pub last: Option<LastWord>,
    /// How many of the numbers up to [`LastWord::sequence`] are here: stored, taken back or taken out.
    pub accounted: i64,
    /// The highest of its numbers that is here.
    pub newest: i64,
    /// A leader has said that it is a family's own and has gone home with them. Then its last word is
    /// enough, however old it is; a tablet that is paired is never one.
    pub gone_home: bool,
}

/// Why a tablet may not be packed away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSafe {
    /// It has never said anything here.
    NeverHeard,
    /// This many items wait on it.
    Waiting(i64),
    /// This many questionnaires are not finished on it.
    Unfinished(i64),
    /// Answers arrived that are newer than its last word.
    SaidTooLittle,
    /// This many of its numbers have not arrived, though it says that nothing waits.
    Missing(i64),
    /// It has not been heard of for this long, in microseconds.
    Silent(i64),
    /// Everything begun on it is here, and families can still answer on it.
    Open,
}

impl NotSafe {
    /// Whether answers may be on it that reach us no other way than in a file, if it does not come back to the network.
    pub fn may_need_the_file(self) -> bool {
        matches!(self, NotSafe::Waiting(_) | NotSafe::Missing(_) | NotSafe::Silent(_))
    }
}

/// Whether a tablet may be packed away, or why not. `collecting` names what its word must have been given under;
/// `None` while families may still answer everywhere.
///
/// # Errors
/// The first reason against it, the most telling first.
pub fn check(tablet: &TabletFacts, collecting: Option<i64>, now_us: i64) -> Result<(), NotSafe> {
    let Some(last) = tablet.last else { return Err(NotSafe::NeverHeard) };
    let silent_us = now_us - last.seen_us;
    if last.waiting > 0 {
        return Err(NotSafe::Waiting(last.waiting));
    }
    if last.drafts > 0 {
        return Err(NotSafe::Unfinished(last.drafts));
    }
    if tablet.newest > last.sequence {
        return Err(NotSafe::SaidTooLittle);
    }
    if tablet.accounted < last.sequence {
        return Err(NotSafe::Missing(last.sequence - tablet.accounted));
    }
    if tablet.gone_home || (collecting.is_some() && last.stopped_under == collecting) {
        return Ok(());
    }
    Err(if silent_us > RECENT_US { NotSafe::Silent(silent_us) } else { NotSafe::Open })
}

/// Whether all of them may be packed away.
pub fn is_safe<'a>(tablets: impl IntoIterator<Item = &'a TabletFacts>, collecting: Option<i64>, now_us: i64) -> bool {
    tablets.into_iter().all(|tablet| check(tablet, collecting, now_us).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000 * RECENT_US;
    const COLLECTING: i64 = NOW - 60_000_000;

    /// A tablet on which five questionnaires were begun, that takes no more families, says all is sent, and of which
    /// all are here.
    const SAFE: TabletFacts = TabletFacts {
        last: Some(LastWord {
            seen_us: NOW - 15_000_000,
            sequence: 5,
            waiting: 0,
            drafts: 0,
            stopped_under: Some(COLLECTING),
        }),
        accounted: 5,
        newest: 5,
        gone_home: false,
    };

    fn said(change: impl FnOnce(&mut LastWord)) -> TabletFacts {
        let mut last = SAFE.last.expect("it said something");
        change(&mut last);
        TabletFacts { last: Some(last), ..SAFE }
    }

    #[test]
    fn only_what_is_known_to_be_safe_is_safe() {
        let home = |change: fn(&mut LastWord)| TabletFacts { gone_home: true, ..said(change) };
        let cases: [(&str, TabletFacts, Result<(), NotSafe>); 22] = [
            ("all sent, all here, no more families", SAFE, Ok(())),
            (
                "nothing was ever begun on it",
                TabletFacts { accounted: 0, newest: 0, ..said(|s| s.sequence = 0) },
                Ok(()),
            ),
            ("it never spoke", TabletFacts { last: None, ..SAFE }, Err(NotSafe::NeverHeard)),
            (
                "paired, never spoke, nothing here",
                TabletFacts { last: None, accounted: 0, newest: 0, gone_home: false },
                Err(NotSafe::NeverHeard),
            ),
            ("one waits", said(|s| s.waiting = 1), Err(NotSafe::Waiting(1))),
            (
                "one waits, and the beat is old",
                said(|s| {
                    s.waiting = 1;
                    s.seen_us = 0;
                }),
                Err(NotSafe::Waiting(1)),
            ),
            ("a child is still answering", said(|s| s.drafts = 1), Err(NotSafe::Unfinished(1))),
            ("it stopped, and was switched off", said(|s| s.seen_us = 0), Ok(())),
            ("families can still answer on it", said(|s| s.stopped_under = None), Err(NotSafe::Open)),
            (
                "it stopped when it was collected the last time, and has gone on since",
                said(|s| s.stopped_under = Some(COLLECTING - 1)),
                Err(NotSafe::Open),
            ),
            (
                "it has not heard that it is collected",
                said(|s| {
                    s.stopped_under = None;
                    s.seen_us = NOW - RECENT_US - 1;
                }),
                Err(NotSafe::Silent(RECENT_US + 1)),
            ),
            (
                "heard only now, on a clock that was set back",
                said(|s| {
                    s.stopped_under = None;
                    s.seen_us = NOW + RECENT_US;
                }),
                Err(NotSafe::Open),
            ),
            ("one number is missing", TabletFacts { accounted: 4, ..SAFE }, Err(NotSafe::Missing(1))),
            ("the last number is missing", TabletFacts { accounted: 4, newest: 4, ..SAFE }, Err(NotSafe::Missing(1))),
            ("none is here", TabletFacts { accounted: 0, newest: 0, ..SAFE }, Err(NotSafe::Missing(5))),
            ("an answer is newer than its last word", TabletFacts { newest: 6, ..SAFE }, Err(NotSafe::SaidTooLittle)),
            (
                "its memory was cleared, name and all numbers",
                TabletFacts { accounted: 0, newest: 5, ..said(|s| s.sequence = 0) },
                Err(NotSafe::SaidTooLittle),
            ),
            ("a family's phone that is home", home(|s| (s.seen_us, s.stopped_under) = (0, None)), Ok(())),
            (
                "a family's phone with an answer on it",
                home(|s| (s.seen_us, s.waiting) = (0, 1)),
                Err(NotSafe::Waiting(1)),
            ),
            (
                "a family's phone with a gap",
                TabletFacts { gone_home: true, accounted: 4, ..SAFE },
                Err(NotSafe::Missing(1)),
            ),
            (
                "a family's phone that never spoke",
                TabletFacts { gone_home: true, last: None, ..SAFE },
                Err(NotSafe::NeverHeard),
            ),
            ("a tablet that still answers, and all is here", said(|s| s.stopped_under = Some(0)), Err(NotSafe::Open)),
        ];
        for (what, tablet, expected) in cases {
            assert_eq!(check(&tablet, Some(COLLECTING), NOW), expected, "{what}");
        }
    }

    #[test]
    fn nothing_is_safe_while_families_may_still_answer() {
        assert_eq!(check(&SAFE, None, NOW), Err(NotSafe::Open));
        assert_eq!(check(&said(|s| s.stopped_under = None), None, NOW), Err(NotSafe::Open));
        assert_eq!(check(&said(|s| s.seen_us = 0), None, NOW), Err(NotSafe::Silent(NOW)));
        assert!(is_safe(&[], None, NOW), "there is nothing to pack away");
    }

    #[test]
    fn one_tablet_that_is_not_safe_keeps_all_of_them_here() {
        let safe = |tablets: &[TabletFacts]| is_safe(tablets, Some(COLLECTING), NOW);
        assert!(safe(&[]) && safe(&[SAFE, SAFE]));
        for bad in [said(|s| s.waiting = 1), TabletFacts { last: None, ..SAFE }, TabletFacts { accounted: 4, ..SAFE }] {
            assert!(!safe(&[SAFE, bad, SAFE]));
        }
    }

    #[test]
    fn whatever_is_waiting_missing_or_unknown_is_never_safe() {
        for sequence in 0..4 {
            for accounted in 0..=sequence {
                for waiting in 0..2 {
                    for drafts in 0..2 {
                        for stopped_under in [None, Some(COLLECTING - 1), Some(COLLECTING)] {
                            let last = LastWord { seen_us: NOW, sequence, waiting, drafts, stopped_under };
                            let tablet =
                                TabletFacts { last: Some(last), accounted, newest: accounted, gone_home: false };
                            let safe = waiting == 0
                                && drafts == 0
                                && accounted == sequence
                                && stopped_under == Some(COLLECTING);
                            assert_eq!(check(&tablet, Some(COLLECTING), NOW).is_ok(), safe, "{tablet:?}");
                        }
                    }
                }
            }
        }
    }
}
