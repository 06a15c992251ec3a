//! Before and after of one person: which scores stand beside which.

use std::collections::{BTreeMap, BTreeSet};

use crate::person::{KeyStage, Role};
use crate::response::Helper;
use crate::scoring::Score;
use crate::session::{FOUR_WEEKS, days_between};
use crate::survey::{Comparison, Wave};

pub use doubt::{Doubt, Doubts};
pub use families::{FamilyPairs, FamilyPart, FamilyScore, FamilySums, Products};
pub use family_answers::FamilyAnswers;
pub use standing::{Circumstance, ItemSums, Moment, ScaleOf, Standing, language_code};
pub use why::{Came, Why};

mod doubt;
mod families;
mod family_answers;
pub mod links;
pub mod seen;
mod standing;
mod why;

/// Where a score to stand beside the before is looked for; event feedback has no before and stands alone.
const AFTERS: &[Wave] = &[Wave::PostProg, Wave::PostSame, Wave::PostHome, Wave::PostExit, Wave::Event];

/// One scored response in a person's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Order of arrival. Nothing is decided by it: tablets come back from a hall in any order.
    pub arrival: i64,
    /// The response's id.
    pub id: String,
    /// When it was begun, on its tablet's clock: of two of one wave the first counts.
    pub started_ms: i64,
    /// Set aside by a person: kept, and never counted.
    pub aside: bool,
    /// When in the person's story.
    pub wave: Wave,
    /// The session it was answered at.
    pub session_id: i64,
    /// Its day; `None` of a follow-up at home, which the server opens by its own calendar, but where a session for follow-ups
    /// was the family's last.
    pub held_on: Option<String>,
    /// Short name of the survey; only scores of the same survey are compared.
    pub survey: String,
    /// Whether every question was reached; the first complete response of a wave counts.
    pub complete: bool,
    /// Its scores.
    pub scores: Vec<Score>,
    /// What may speak against relying on it.
    pub doubts: Doubts,
    /// Who helped, where that was said.
    pub helper: Option<Helper>,
    /// The language it was read in.
    pub language: String,
    /// Whether it is recorded that they said yes themselves before the first question.
    pub own_yes: bool,
    /// Whether they had been to such an activity before, as [`Circumstance::Newcomer`] tells it; empty where not said.
    pub newcomer: String,
}

#[cfg(test)]
impl Scored {
    /// A whole answer on the questionnaire of Key Stage 2, without a score: for tests to change.
    fn whole(arrival: i64, wave: Wave) -> Scored {
        Scored {
            arrival,
            id: arrival.to_string(),
            started_ms: arrival,
            aside: false,
            wave,
            session_id: 1,
            held_on: None,
            survey: "ks2".to_owned(),
            complete: true,
            scores: Vec::new(),
            doubts: Doubts::NONE,
            helper: None,
            language: "en".to_owned(),
            own_yes: true,
            newcomer: String::new(),
        }
    }
}

/// What one person has for one measure: a before, a later answer, or both.
///
/// `pre` and `post` are in units of one `denominator`-th (see [`Score`]). At least one is present;
/// both present make a matched pair; change is always post − pre.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The measure's id.
    pub measure: String,
    /// Which later answer stands in `post`.
    pub comparison: Comparison,
    /// The survey both were answered on.
    pub survey: String,
    /// The session of the before, or of the later answer where there is no before: the cluster.
    pub session_id: i64,
    /// Units in a whole.
    pub denominator: i64,
    /// Score before.
    pub pre: Option<i64>,
    /// Score after or later.
    pub post: Option<i64>,
    /// What may speak against relying on it; told of the matched of main results only.
    pub doubts: Doubts,
    /// Sessions the person came to, as [`told_apart`] counts them; of the matched of main results only.
    pub visits: Option<i64>,
}

/// Who a cell of counts is about: the finest group that reports roll up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The project whose card the family holds.
    pub project_id: i64,
    /// The session that clusters the pair.
    pub session_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// A child's key stage.
    pub key_stage: Option<KeyStage>,
}

/// How many people of a group have these two scores: what every statistic is computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairCount {
    /// Who.
    pub group: Group,
    /// The measure's id.
    pub measure: String,
    /// Which later answer stands in `post`.
    pub comparison: Comparison,
    /// The survey.
    pub survey: String,
    /// Units in a whole.
    pub denominator: i64,
    /// Score before, where there is one.
    pub pre: Option<i64>,
    /// Score after or later, where there is one.
    pub post: Option<i64>,
    /// What may speak against relying on them; of the matched of main results only.
    pub doubts: Doubts,
    /// Sessions each of them came to, where that is told.
    pub visits: Option<i64>,
    /// People.
    pub n: i64,
}

/// The response of each wave that counts: the one begun first of the complete ones, or else the one begun first.
/// The others are kept and marked `superseded`. In whatever order they arrived, the same one counts.
///
/// So is a follow-up that was answered at a session within four weeks of the before that counts: it asks how often
/// something happens, of a time that reaches back before the before.
pub fn counted(history: &[Scored]) -> BTreeMap<Wave, &Scored> {
    let mut by_wave = first_of_each(history.iter().filter(|response| !response.aside));
    let before = by_wave.get(&Wave::Pre).copied();
    if by_wave.get(&Wave::FollowUp).is_some_and(|again| is_too_soon(before, again)) {
        let others = history.iter().filter(|one| one.wave == Wave::FollowUp && !one.aside);
        by_wave.remove(&Wave::FollowUp);
        by_wave.extend(first_of_each(others.filter(|one| !is_too_soon(before, one))));
    }
    by_wave
}

fn first_of_each<'a>(responses: impl Iterator<Item = &'a Scored>) -> BTreeMap<Wave, &'a Scored> {
    let mut by_wave: BTreeMap<Wave, &Scored> = BTreeMap::new();
    for response in responses {
        let best = by_wave.entry(response.wave).or_insert(response);
        let order = |one: &Scored| (!one.complete, one.started_ms, one.id.clone());
        if order(response) < order(best) {
            *best = response;
        }
    }
    by_wave
}

fn is_too_soon(before: Option<&Scored>, again: &Scored) -> bool {
    let day = |one: &Scored| one.held_on.clone();
    let days = before.and_then(day).zip(day(again)).map(|(then, now)| days_between(&then, &now));
    days.is_some_and(|days| days < FOUR_WEEKS)
}

/// The responses that stand for something: those that are [`counted`], and feedback on every other event, of which
/// the first of each event stands. A person is in the results once: with the feedback they began first.
pub fn standing(history: &[Scored]) -> BTreeSet<i64> {
    let mut events: BTreeMap<i64, Vec<Scored>> = BTreeMap::new();
    for feedback in history.iter().filter(|response| response.wave == Wave::Event) {
        events.entry(feedback.session_id).or_default().push(feedback.clone());
    }
    let at_events = events.values().flat_map(|at_one| counted(at_one).into_values().map(|one| one.arrival));
    counted(history).into_values().map(|response| response.arrival).chain(at_events.collect::<Vec<_>>()).collect()
}

/// Sets a person's scores side by side, one [`Pair`] for each measure and comparison that has a score.
///
/// `history` may be in any order. The result depends only on its content, so that adding responses
/// one by one or all at once gives the same pairs. For [`Comparison::After`] the post is the first of
/// [`Wave::AFTERS`] that has a score for the measure; for [`Comparison::Later`] the follow-up, and
/// a before without a follow-up makes no `Later` pair. A before and an after answered on different
/// surveys, or scored over different denominators, are not compared: each stands alone.
pub fn pairs_of(history: &[Scored]) -> Vec<Pair> {
    let counted = counted(history);
    let find = |waves: &[Wave], measure: &str| {
        waves.iter().find_map(|wave| {
            let response = *counted.get(wave)?;
            let score = response.scores.iter().find(|score| score.measure == measure)?;
            Some((response, score))
        })
    };
    let mut measures: Vec<&str> =
        counted.values().flat_map(|response| response.scores.iter().map(|score| score.measure.as_str())).collect();
    measures.sort_unstable();
    measures.dedup();

    let mut pairs = Vec::new();
    for measure in measures {
        let before = find(&[Wave::Pre], measure);
        for (comparison, waves) in [(Comparison::After, AFTERS), (Comparison::Later, &[Wave::FollowUp])] {
            let after = find(waves, measure);
            if comparison == Comparison::Later && after.is_none() {
                continue;
            }
            let one = |(response, score): (&Scored, &Score), pre: Option<i64>, post: Option<i64>| Pair {
                measure: measure.to_owned(),
                comparison,
                survey: response.survey.clone(),
                session_id: response.session_id,
                denominator: score.denominator,
                pre,
                post,
                doubts: Doubts::NONE,
                visits: None,
            };
            match (before, after) {
                (Some(b), Some(a)) if b.0.survey == a.0.survey && b.1.denominator == a.1.denominator => {
                    let pair = one(b, Some(b.1.value), Some(a.1.value));
                    let doubts = if b.1.is_main { b.0.doubts.and(a.0.doubts) } else { Doubts::NONE };
                    pairs.push(Pair { doubts, visits: b.1.is_main.then_some(0), ..pair });
                }
                (b, a) => {
                    pairs.extend(b.map(|b| one(b, Some(b.1.value), None)));
                    pairs.extend(a.map(|a| one(a, None, Some(a.1.value))));
                }
            }
        }
    }
    pairs.sort();
    pairs
}

/// Visits from which it no longer matters how many more there were: whoever came more often is counted with them.
pub const MOST_VISITS: i64 = 8;

/// Notes in a person's pairs how many sessions they came to, where people are told apart by that: in the matched pairs
/// of main results. More than eight count as eight; of a person whose visits are not told, nothing is noted.
pub fn told_apart(pairs: &mut [Pair], visits: Option<i64>) {
    for pair in pairs.iter_mut().filter(|pair| pair.visits.is_some()) {
        pair.visits = visits.map(|visits| visits.min(MOST_VISITS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wave, session, begun, complete; the arrivals that stand, by place; the one in the results.
    type Case = (&'static str, &'static [(Wave, i64, i64, bool)], &'static [i64], Option<i64>);

    fn answered(arrival: i64, wave: Wave, held_on: Option<&str>, value: i64) -> Scored {
        Scored {
            session_id: arrival,
            held_on: held_on.map(str::to_owned),
            scores: vec![Score::new("TLK", value, 1)],
            ..Scored::whole(arrival, wave)
        }
    }

    #[test]
    fn a_follow_up_within_four_weeks_of_the_before_is_nothing_later() {
        let before = answered(1, Wave::Pre, Some("2024-03-01"), 0);
        let cases = [
            (Some("2024-02-28"), false),
            (Some("2024-03-01"), false),
            (Some("2024-03-28"), false),
            (Some("2024-03-29"), true),
            (None, true),
        ];
        for (held_on, is_later) in cases {
            let history = [before.clone(), answered(2, Wave::FollowUp, held_on, 3)];
            let later = pairs_of(&history).into_iter().filter(|pair| pair.comparison == Comparison::Later);
            let later: Vec<_> = later.map(|pair| (pair.pre, pair.post)).collect();
            let expected: &[_] = if is_later { &[(Some(0), Some(3))] } else { &[] };
            assert_eq!(later, expected, "{held_on:?}");
            assert_eq!(standing(&history).contains(&2), is_later, "{held_on:?}");
            assert_eq!(Standing::of(&history).waves.contains(&Wave::FollowUp), is_later, "{held_on:?}");
        }
    }

    #[test]
    fn of_two_follow_ups_the_one_that_is_late_enough_counts() {
        let history = [
            answered(1, Wave::FollowUp, Some("2024-03-08"), 1),
            answered(2, Wave::FollowUp, Some("2024-06-01"), 2),
            answered(3, Wave::Pre, Some("2024-03-01"), 0),
        ];
        assert_eq!(standing(&history), [2, 3].into());
        assert_eq!(standing(&history[..2]), [1].into(), "nobody knows of a before");
    }

    #[test]
    fn feedback_counts_once_at_each_event_and_a_person_once_in_the_results() {
        use Wave::{Event, FollowUp, Pre};
        let cases: [Case; 6] = [
            ("one event", &[(Event, 1, 10, true)], &[0], Some(0)),
            ("twice at one event", &[(Event, 1, 20, true), (Event, 1, 10, true)], &[1], Some(1)),
            ("at two events", &[(Event, 2, 20, true), (Event, 1, 10, true)], &[0, 1], Some(1)),
            ("the whole one is in the results", &[(Event, 1, 10, false), (Event, 2, 20, true)], &[0, 1], Some(1)),
            (
                "twice at the second of two",
                &[(Event, 1, 10, true), (Event, 2, 30, true), (Event, 2, 20, true)],
                &[0, 2],
                Some(0),
            ),
            (
                "befores and follow-ups count once, wherever",
                &[(Pre, 1, 1, true), (Pre, 2, 2, true), (FollowUp, 3, 3, true), (FollowUp, 4, 4, true)],
                &[0, 2],
                None,
            ),
        ];
        for (what, answered, stands, in_results) in cases {
            let history: Vec<Scored> = (0..)
                .zip(answered)
                .map(|(arrival, &(wave, session_id, started_ms, complete))| Scored {
                    started_ms,
                    session_id,
                    survey: "event".to_owned(),
                    complete,
                    ..Scored::whole(arrival, wave)
                })
                .collect();
            assert_eq!(standing(&history), stands.iter().copied().collect(), "{what}");
            assert_eq!(counted(&history).get(&Event).map(|one| one.arrival), in_results, "{what}");
        }
    }
}
