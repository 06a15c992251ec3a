//! Outputs: whom the programme reached, and how far they came.

use serde::Serialize;

use crate::person::Role;
use crate::survey::{Comparison, Wave};

use super::estimate::{Share, defined, share_of};
use super::groups::Groups;
use super::input::ReportInput;
use super::number;
use super::suppression::{self, Figure, Withheld, lone_count};
use super::wording::{self, say};

/// Counts of people and sessions.
#[derive(Debug, Clone, Serialize)]
pub struct Reach {
    /// Children seen at least once.
    pub children: Figure<i64>,
    /// Grown-ups seen at least once.
    pub adults: Figure<i64>,
    /// Families with at least one person seen.
    pub families: Figure<i64>,
    /// Sessions held.
    pub sessions: i64,
    /// Children × sessions.
    pub attendances: Figure<i64>,
    /// Grown-ups × sessions.
    pub adult_attendances: Figure<i64>,
    /// Areas with a project that held a session.
    pub areas: i64,
    /// Projects.
    pub projects: i64,
}

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
    pub lost: Vec<(String, Figure<i64>)>,
}

impl Reach {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>) -> Reach {
        let people = |who| -> i64 { groups.projects.iter().map(|project| groups.registered(who, project.id)).sum() };
        let attendances = |who| -> i64 {
            let rows = input.attendances.iter().filter(|row| row.role == who && groups.includes(row.project_id));
            rows.map(|row| row.n).sum()
        };
        let families = input.families.iter().filter(|row| groups.includes(row.project_id)).map(|row| row.n).sum();
        let today = input.generated_at.get(..10).unwrap_or_default();
        let held = || {
            let sessions = input.sessions.iter().filter(|session| groups.includes(session.project_id));
            sessions.filter(|session| session.held_on.as_str() <= today)
        };
        let active = |project_id: i64| held().any(|session| session.project_id == project_id);
        let areas = input.areas.iter().filter(|area| {
            groups.projects.iter().any(|project| project.area_id == Some(area.id) && active(project.id))
        });
        Reach {
            children: lone_count(people(Role::Child)),
            adults: lone_count(people(Role::Adult)),
            families: lone_count(families),
            sessions: i64::try_from(held().count()).unwrap_or(i64::MAX),
            attendances: lone_count(attendances(Role::Child)),
            adult_attendances: lone_count(attendances(Role::Adult)),
            areas: i64::try_from(areas.count()).unwrap_or(i64::MAX),
            projects: i64::try_from(groups.projects.len()).unwrap_or(i64::MAX),
        }
    }
}

impl Flow {
    /// The flow of one role; `matched` people are those of the measure that most were matched on at the after, and
    /// `matched_later` those of the main result that rests on the follow-up.
    pub(super) fn of(
        who: Role,
        groups: &Groups<'_>,
        matched: Option<(&str, i64)>,
        matched_later: Option<(&str, i64)>,
    ) -> Flow {
        let rows = || groups.projects.iter().flat_map(|project| groups.flow(who, project.id));
        let sum = |count: fn(&super::input::FlowCount) -> i64| -> i64 { rows().map(count).sum() };
        let registered = sum(|row| row.registered);
        let (for_children, for_self) = (sum(|row| row.declined_for_children), sum(|row| row.declined_for_self));
        let wave = |wave: Wave| -> i64 {
            rows().flat_map(|row| &row.after).filter(|(counted, _)| *counted == wave).map(|(_, n)| n).sum()
        };
        let waves: Vec<(Wave, i64)> = Wave::AFTERS.map(|after| (after, wave(after))).into();
        let after_by_wave = suppression::counts(&waves.iter().map(|(_, n)| *n).collect::<Vec<_>>());
        let after = waves.iter().map(|(_, n)| n).sum();
        let (matched_on, matched) = matched.map_or((String::new(), 0), |(title, n)| (title.to_owned(), n));

        // How often somebody said no follows from who was asked and who is registered.
        let noes = for_children + for_self;
        let few = suppression::is_small(noes) || suppression::is_small(registered);
        let asked = if few { Figure::Withheld(Withheld::FewerThanFive) } else { lone_count(registered + noes) };
        let own_no = if who == Role::Child { "declined_by_child" } else { "declined_by_adult" };
        let reasons = [("declined_for_children", for_children), (own_no, for_self)];
        let shown = suppression::counts(&reasons.map(|(_, n)| n));
        let declined = reasons.into_iter().zip(shown).filter(|((_, n), _)| *n > 0);
        let declined = declined.map(|((key, _), figure)| (say("flow", key, &[]), figure)).collect();
        let step = |key: &str, n: i64, people: Figure<i64>| Step {
            label: say("flow", key, &[]),
            is_matched: key == "matched",
            of_registered: people.clone().and_then(|_| of_registered(n, registered)),
            people,
            lost: Vec::new(),
        };
        // Everybody is counted, so there is no interval to give.
        let everybody =
            |share: Share| Share { interval: Figure::Undefined("everybody is counted".to_owned()), ..share };
        let times = Figure::Undefined("whoever said no is counted by the time".to_owned());
        let before = sum(|row| row.before);
        let gave_no_after = sum(|row| row.gave_no_after);
        // Children seen at last sessions who are in none of the other numbers of those who were there.
        let there = (who == Role::Child).then(|| groups.children_at_the_last());
        let silent = there.map(|seen| seen - wave(Wave::PostProg) - wave(Wave::PostSame) - gave_no_after);
        // And those who were not there and are in no number either.
        let missed = there.map(|seen| registered - seen - (sum(|row| row.only_before) - gave_no_after));
        let reasons = Reasons {
            only_before: sum(|row| row.only_before),
            gave_no_after: groups.has_a_last().then_some(gave_no_after),
            beside: silent.into_iter().flat_map(|n| [n, n - wave(Wave::PostExit)]).chain(missed).collect(),
            only_after: sum(|row| row.only_after),
            before,
            matched,
        };
        let [not_before, not_after, not_matched] = reasons.said(lone_count(registered).shown().copied());
        let all = step("registered", registered, lone_count(registered));
        let mut steps = vec![
            Step { of_registered: times, ..step("asked", registered + noes, asked) },
            Step { of_registered: all.of_registered.map(everybody), lost: declined, ..all },
            Step { lost: not_before, ..step("before", before, lone_count(before)) },
            Step { lost: not_after, ..step("after", after, lone_count(after)) },
            Step { lost: not_matched, ..step("matched", matched, lone_count(matched)) },
        ];
        let later = sum(|row| row.follow_up);
        if later > 0 {
            steps.push(step("later", later, lone_count(later)));
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
            later_note: matched_later.and_then(|(title, matched)| later_note(who, later, title, matched)),
        }
    }
}

/// People who are not among the matched, by how far they came.
struct Reasons {
    only_before: i64,
    /// Of those with a before only, who was at a last session; nothing where there was none.
    gave_no_after: Option<i64>,
    /// What else would follow from how many gave no after.
    beside: Vec<i64>,
    only_after: i64,
    before: i64,
    matched: i64,
}

impl Reasons {
    /// Why people are not in the next step: before the first answer, before the after and before the matched. Each
    /// number follows from the others and the steps, so where one is small the steps' own differences stand in their
    /// place, or nothing.
    fn said(&self, registered: Option<i64>) -> [Vec<(String, Figure<i64>)>; 3] {
        let Some(registered) = registered else { return Default::default() };
        let after = self.before - self.only_before + self.only_after;
        let neither = registered - self.before - self.only_after;
        let unmatched = self.before - self.only_before - self.matched;
        let apart = |no_after: Vec<(&'static str, i64)>| {
            [
                vec![("no_before", self.only_after), ("neither", neither)],
                no_after,
                vec![("after_alone", self.only_after), ("unmatched", unmatched)],
            ]
        };
        // Who stayed away and who gave none follow from one another and their sum, which is said where they are not.
        let told = self.gave_no_after.filter(|_| !self.beside.iter().any(|n| suppression::is_small(*n)));
        let finest = told.map(|there| apart(vec![("stayed_away", self.only_before - there), ("gave_no_after", there)]));
        let together = |no_after, before_unmatched| {
            let alone = [before_unmatched, ("after_unmatched", after - self.matched)];
            [vec![("not_before", registered - self.before)], no_after, alone.into()]
        };
        let lost = self.before - self.matched;
        let may_be_said = |reasons: &[Vec<(&str, i64)>; 3]| {
            let all = reasons.iter().flatten().map(|(_, n)| *n).chain([self.before, after, self.matched]);
            all.into_iter().all(|n| n >= 0 && !suppression::is_small(n))
        };
        // Who stayed away gave no after for certain, and is told of even where who gave none is not: but not where the
        // others are nobody, from whom everything would follow, or those without any answer a few at the most.
        let away = told.map(|there| self.only_before - there).filter(|away| {
            lost - away >= suppression::SMALLEST_COUNT && !suppression::is_small(registered - after - away)
        });
        let away = away.map(|away| together(vec![("stayed_away", away)], ("there_unmatched", lost - away)));
        let said = finest
            .into_iter()
            .chain([apart(vec![("no_after", self.only_before)])])
            .chain(away)
            .chain([together(Vec::new(), ("before_unmatched", lost))])
            .find(may_be_said)
            .unwrap_or_default();
        said.map(|reasons| {
            let there = reasons.into_iter().filter(|(_, n)| *n > 0);
            there.map(|(key, n)| (say("flow", key, &[]), Figure::Shown(n))).collect()
        })
    }
}

/// Why fewer are matched later than have answered later. A difference of few people stays unsaid.
fn later_note(who: Role, later: i64, title: &str, matched: i64) -> Option<String> {
    let fills = [
        ("who", wording::who(who).to_owned()),
        ("later", number::count(later)),
        ("matched", number::count(matched)),
        ("title", title.to_lowercase()),
    ];
    let few = suppression::is_small(matched) || later - matched < suppression::SMALLEST_COUNT;
    (!few).then(|| say("flow", "later_note", &fills))
}

/// People at a step as a share of the registered: a count, not an answer, so only its own size matters.
fn of_registered(n: i64, registered: i64) -> Figure<Share> {
    let share = share_of(n, registered);
    defined(share.percent.map(|_| ())).and_then(|()| Share::any(share))
}
