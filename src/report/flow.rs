//! How far people came: from being asked to the follow-up, with why others did not.

use serde::Serialize;

use crate::pairing::Why;
use crate::person::Role;
use crate::survey::{Comparison, Wave};

use super::estimate::{Share, defined, share_of};
use super::groups::Groups;
use super::input::FlowCount;
use super::number;
use super::outcome::Outcome;
use super::suppression::{self, Figure, Withheld, is_small, lone_count};
use super::wording::{self, say};

mod elsewhere;
mod later;
mod reasons;
mod words;

use reasons::{Kind, Kinds};

/// How far children or grown-ups came, from being asked to the follow-up.
#[derive(Debug, Clone, Serialize)]
pub struct Flow {
    /// Children or grown-ups.
    pub who: Role,
    /// What the flow shows, for a chart's title.
    pub finding: String,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Afters by the wave that counts for a person.
    pub after_by_wave: Vec<(Wave, Figure<i64>)>,
    /// The measure whose matched people are counted as matched.
    pub matched_on: String,
    /// Why fewer are matched later than have answered later; absent where nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later_note: Option<String>,
    /// What the reasons do not tell apart, and what the last step is counted from.
    pub notes: Vec<String>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What it is called.
    pub label: String,
    /// People who came this far.
    pub people: Figure<i64>,
    /// In percent of the registered.
    pub of_registered: Figure<Share>,
    /// Whether these are the people that changes are about.
    pub is_matched: bool,
    /// Why people were lost before this step, with how many.
    pub lost: Vec<Reason>,
    /// Who is in this step and was not in the one before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<Reason>,
    /// Whether it is counted from “Answered before” and not from the step in front of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_before: bool,
}

/// Why somebody is not in a step, or is in it without the one before.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// Why.
    pub words: String,
    /// How many.
    pub people: Figure<i64>,
}

/// What people of a role are matched on, and how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct MatchedOn<'a> {
    /// The measure that most were matched on at the after.
    pub after: Option<(&'a str, i64)>,
    /// The main result that rests on the follow-up.
    pub later: Option<(&'a str, i64)>,
}

impl Flow {
    /// The flow of one role.
    pub(super) fn of(who: Role, groups: &Groups<'_>, on: MatchedOn<'_>, primary: &[Outcome]) -> Flow {
        let rows = || groups.projects.iter().flat_map(|project| groups.flow(who, project.id));
        let sum = |count: fn(&FlowCount) -> i64| -> i64 { rows().map(count).sum() };
        let registered = sum(|row| row.registered);
        let (for_children, for_self) = (sum(|row| row.declined_for_children), sum(|row| row.declined_for_self));
        let wave = |wave: Wave| -> i64 {
            rows().flat_map(|row| &row.after).filter(|(counted, _)| *counted == wave).map(|(_, n)| n).sum()
        };
        let waves: Vec<(Wave, i64)> = Wave::AFTERS.map(|after| (after, wave(after))).into();
        let after_by_wave = suppression::counts(&waves.iter().map(|(_, n)| *n).collect::<Vec<_>>());
        let after = waves.iter().map(|(_, n)| n).sum();
        let (matched_on, matched) = on.after.map_or((String::new(), 0), |(title, n)| (title.to_owned(), n));

        // How often somebody said no follows from who was asked and who is registered.
        let noes = for_children + for_self;
        let few = is_small(noes) || is_small(registered);
        let asked = if few { Figure::Withheld(Withheld::FewerThanFive) } else { lone_count(registered + noes) };
        let own_no = if who == Role::Child { "declined_by_child" } else { "declined_by_adult" };
        let reasons = [("declined_for_children", for_children), (own_no, for_self)];
        let shown = suppression::counts(&reasons.map(|(_, n)| n));
        let declined = reasons.into_iter().zip(shown).filter(|((_, n), _)| *n > 0);
        let declined = declined.map(|((key, _), people)| Reason { words: say("flow", key, &[]), people }).collect();
        let step = |key: &str, n: i64, people: Figure<i64>| Step {
            label: say("flow", key, &[]),
            is_matched: key == "matched",
            of_registered: people.clone().and_then(|_| of_registered(n, registered)),
            people,
            lost: Vec::new(),
            joined: Vec::new(),
            from_before: false,
        };
        // Everybody is counted, so there is no interval to give.
        let everybody =
            |share: Share| Share { interval: Figure::Undefined("everybody is counted".to_owned()), ..share };
        let times = Figure::Undefined("whoever said no is counted by the time".to_owned());
        let before = sum(|row| row.before);
        let kinds = kinds(rows, [registered, before, matched]);
        let hidden = elsewhere::leaving_few(who, groups, primary, &kinds);
        let told = kinds.told(groups.has_a_last(), hidden).unwrap_or_default();
        let [not_before, not_after, not_matched] = told.lost;
        let all = step("registered", registered, lone_count(registered));
        let mut steps = vec![
            Step { of_registered: times, ..step("asked", registered + noes, asked) },
            Step { of_registered: all.of_registered.map(everybody), lost: declined, ..all },
            Step { lost: not_before, ..step("before", before, lone_count(before)) },
            Step { lost: not_after, joined: told.joined, ..step("after", after, lone_count(after)) },
            Step { lost: not_matched, ..step("matched", matched, lone_count(matched)) },
        ];
        let later = sum(|row| row.follow_up);
        let mut notes = Vec::new();
        if later > 0 {
            let (lost, joined) = later::reasons(who, groups, primary, on.later.map(|(_, n)| n));
            if !lost.is_empty() {
                notes.push(say("flow", "from_before", &[]));
            }
            steps.push(Step { lost, joined, from_before: true, ..step("later", later, lone_count(later)) });
        }
        if steps[2..].iter().any(|step| !step.lost.is_empty()) {
            notes.push(say("flow", "untold", &[("who", wording::who(who).to_owned())]));
        }
        let fills = [
            ("who", wording::who(who).to_owned()),
            ("later", wording::later(Comparison::After).to_owned()),
            ("matched", number::count(matched)),
            ("registered", number::count(registered)),
            ("percent", steps[4].of_registered.shown().map_or_else(String::new, |share| share.percent.whole())),
        ];
        let enough = steps[4].of_registered.shown().is_some() && steps[1].people.shown().is_some();
        Flow {
            who,
            finding: say("flow", if enough { "title" } else { "title_few" }, &fills),
            steps,
            after_by_wave: waves.into_iter().map(|(wave, _)| wave).zip(after_by_wave).collect(),
            matched_on,
            later_note: on.later.and_then(|(title, matched)| later_note(who, later, title, matched)),
            notes,
        }
    }
}

/// How many of some people are of this kind, as answers and visits know it.
fn why<'a>(rows: impl Iterator<Item = &'a FlowCount>, why: Why) -> i64 {
    rows.map(|row| row.why.get(&why).copied().unwrap_or_default()).sum()
}

/// Everybody registered, each once.
fn kinds<'a, R: Iterator<Item = &'a FlowCount>>(
    rows: impl Fn() -> R,
    [registered, before, matched]: [i64; 3],
) -> Kinds {
    let of = |one: Why| why(rows(), one);
    let only_before: i64 = rows().map(|row| row.only_before).sum();
    let only_after: i64 = rows().map(|row| row.only_after).sum();
    let there = of(Why::NoAfterOneOff) + of(Why::NoAfterLast) + of(Why::AfterAside);
    let unmatched = before - only_before - matched;
    // Somebody whose after is on another form may be matched all the same, by a second after: then none is told apart.
    let another_form = Some(of(Why::AnotherForm)).filter(|n| *n <= unmatched).unwrap_or_default();
    Kinds::of(|kind| match kind {
        Kind::Matched => matched,
        Kind::AnotherForm => another_form,
        Kind::LeftOut => unmatched - another_form,
        Kind::Away => only_before - there,
        Kind::OneOff => of(Why::NoAfterOneOff),
        Kind::Last => of(Why::NoAfterLast),
        Kind::AfterAside => of(Why::AfterAside),
        Kind::CameLate => of(Why::CameLate),
        Kind::CameEarlier => only_after - of(Why::CameLate),
        Kind::AllAside => of(Why::AllAside),
        Kind::Nothing => registered - before - only_after - of(Why::AllAside),
    })
}

/// Why fewer are matched later than have answered later. A difference of few people stays unsaid.
fn later_note(who: Role, later: i64, title: &str, matched: i64) -> Option<String> {
    let fills = [
        ("who", wording::who(who).to_owned()),
        ("later", number::count(later)),
        ("matched", number::count(matched)),
        ("title", title.to_lowercase()),
    ];
    let few = is_small(matched) || later - matched < suppression::SMALLEST_COUNT;
    (!few).then(|| say("flow", "later_note", &fills))
}

/// People at a step as a share of the registered: a count, not an answer, so only its own size matters.
fn of_registered(n: i64, registered: i64) -> Figure<Share> {
    let share = share_of(n, registered);
    defined(share.percent.map(|_| ())).and_then(|()| Share::any(share))
}
