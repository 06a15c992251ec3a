//! How sure a reader may be: the level of evidence, and the caveats whose condition is true.

use serde::Serialize;

use crate::statistics::summary;
use crate::survey::{Rule, Wave};

use super::attrition::{Attrition, Loss};
use super::ceilings;
use super::circumstances::Circumstances;
use super::clusters::Standing;
use super::comparison::BesideOthers;
use super::estimate::share_of;
use super::finding::{Cut, Group};
use super::flow::Flow;
use super::groups::Groups;
use super::number::{self, Number};
use super::outcome::Outcome;
use super::print;
use super::suppression::{Figure, SMALLEST_GROUP, is_small};
use super::tally::{Scale, Tally};
use super::told::Told;
use super::wording::{self, say};

/// Matched children below which a project's own figures are shaky.
const SHAKY: i64 = 30;
/// Percent lost from before to after from which a reader is warned, and from which the evidence is very weak.
const LOSS_WARNING: f64 = 20.0;
const LOSS_WEAK: f64 = 50.0;
/// Points by which lost children's befores must differ to be worth a sentence.
const LOST_DIFFER: f64 = 2.0;

/// What supports the report, and what speaks against reading more into it.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Level of Nesta's standards of evidence: 0 without answers, 1 without a change that can be told, 2 or 3.
    pub nesta: u8,
    /// Level of the Maryland scale; 0 where no change is shown.
    pub maryland: u8,
    /// The level in a sentence.
    pub level: String,
    /// How many of the registered stand behind the changes.
    pub matched: Vec<String>,
    /// Caveats that are true of these data.
    pub caveats: Vec<String>,
    /// Those of them that a reader of one side must not miss: what compares, and results that lost more than half.
    pub gravest: Vec<String>,
    /// The numbers of those sentences that no table holds.
    pub told: Vec<Told>,
    /// How to read intervals of groups with few sessions.
    pub groups: String,
    /// How to read the table of who was lost.
    pub bounds: String,
    /// What the appendix of naive intervals is for.
    pub appendix: String,
}

/// Finds the counts of a main result.
type CountsOf<'f, 't> = dyn Fn(&Outcome) -> Option<&'t Tally<'t>> + 'f;

/// What the evidence is weighed by.
pub(super) struct Grounds<'r, 'i, 't> {
    pub groups: &'r Groups<'i>,
    pub flows: &'r [Flow],
    /// The main results,
    pub outcomes: &'r [Outcome],
    /// and the others.
    pub secondary: &'r [Outcome],
    /// The counts of awareness, or of what stands in for it.
    pub main: Option<&'r Tally<'t>>,
    /// Whether anybody has answered anything.
    pub any_answers: bool,
    /// What stands beside a comparison group.
    pub beside: Option<&'r BesideOthers>,
    pub attrition: &'r Attrition,
    /// Sessions that something got in the way of.
    pub disrupted: i64,
    pub circumstances: &'r Circumstances,
    pub counts_of: &'r CountsOf<'r, 't>,
}

impl Evidence {
    /// Weighs the evidence of a part by its own results. A comparison group's are what others are weighed by.
    pub(super) fn weigh(&mut self, part: Option<&Group>, primary: &[Outcome], beside: Option<&BesideOthers>) {
        (self.nesta, self.maryland) = levels(primary, self.nesta > 0, beside);
        self.level = match part.map(|part| part.cut) {
            Some(Cut::Group) => say("evidence", if self.maryland > 0 { "own_group" } else { "own_group_few" }, &[]),
            _ => level_in_words(self.nesta, self.maryland, primary, beside),
        };
        self.caveats = primary.iter().filter_map(lost_of_part).chain(ceilings::others(primary.iter(), None)).collect();
        self.caveats.extend(primary.iter().any(answers_together).then(|| say("caveats", "clusters", &[])));
    }

    pub(super) fn of(grounds: &Grounds<'_, '_, '_>) -> Evidence {
        let &Grounds { groups, flows, outcomes, secondary, main, any_answers, beside, .. } = grounds;
        let &Grounds { attrition, disrupted, circumstances, counts_of, .. } = grounds;
        let beside_others = beside.is_some_and(BesideOthers::any);
        let (nesta, maryland) = levels(outcomes, any_answers, beside);
        let compared = maryland > 0;
        let matched = flows.iter().filter_map(|flow| {
            let (registered, matched) = (flow.steps.get(1)?, flow.steps.get(4)?);
            let fills = [
                ("who", wording::who(flow.who).to_owned()),
                ("n", number::count(*matched.people.shown().filter(|&&n| n > 0)?)),
                ("registered", number::count(*registered.people.shown()?)),
                ("percent", matched.of_registered.shown()?.percent.whole()),
            ];
            Some(say("evidence", "matched", &fills))
        });
        let mut gravest = Vec::new();
        let (mut caveats, mut told) =
            if compared { caveats(groups, flows, outcomes, main, beside_others) } else { Default::default() };
        if compared {
            let is_main =
                |loss: &&Loss| main.is_some_and(|tally| loss.id.split('.').nth(1) == Some(&tally.subject.measure));
            let half_lost = say("caveats", "loss_weak", &[]);
            gravest.extend(caveats.first().cloned());
            gravest.extend(caveats.contains(&half_lost).then_some(half_lost));
            let weak: Vec<String> = attrition.results.iter().filter(|loss| !is_main(loss)).filter_map(weak).collect();
            gravest.extend(weak.iter().cloned());
            caveats.extend(weak);
            let sessions = || print::counted(disrupted, "session", "sessions");
            for outcome in outcomes.iter().filter(|outcome| outcome.headline.change.shown().is_some()) {
                let tally = counts_of(outcome).filter(|tally| main.is_none_or(|main| main.subject != tally.subject));
                let Some(small) = tally.and_then(|tally| small_projects(groups, tally)) else { continue };
                let fills = [
                    ("title", outcome.title.clone()),
                    ("who", wording::who(outcome.who).to_owned()),
                    ("when", wording::when(outcome.comparison).to_owned()),
                    ("count", small.words()),
                    ("projects", groups.projects.len().to_string()),
                ];
                caveats.push(say("caveats", "small_projects_of", &fills));
                let of = [&outcome.measure, outcome.who.code(), outcome.comparison.code()].join(".");
                told.push(Told { id: format!("caveat.small_projects.{of}"), ..small });
            }
            caveats.extend(ceilings::others(outcomes.iter().chain(secondary), main));
            caveats.extend(circumstances.caveat.clone());
            caveats.extend((disrupted > 0).then(|| say("caveats", "disruption", &[("sessions", sessions())])));
        }
        Evidence {
            nesta,
            maryland,
            level: level_in_words(nesta, maryland, outcomes, beside),
            matched: matched.collect(),
            caveats,
            gravest,
            told,
            groups: say("clusters", "groups", &[]),
            bounds: say("attrition", "bounds", &[]),
            appendix: say("evidence", "appendix", &[]),
        }
    }
}

/// The levels of Nesta's standards and of the Maryland scale that some main results reach. The third of both takes a
/// result whose difference from a comparison group's has an interval, and of which at least half answered again: where
/// most are lost, a comparison says as little of those who came as no comparison.
fn levels(outcomes: &[Outcome], any_answers: bool, beside: Option<&BesideOthers>) -> (u8, u8) {
    let changes = || outcomes.iter().filter_map(|outcome| Some((outcome, outcome.headline.change.shown()?)));
    let tells = || changes().filter(|(_, change)| change.judgement.tells());
    let compares = |outcome: &Outcome| half_are_left(outcome) && beside.is_some_and(|beside| beside.weighs(outcome));
    let nesta = match (tells().any(|(outcome, _)| compares(outcome)), tells().next()) {
        (true, _) => 3,
        (_, Some(_)) => 2,
        _ => u8::from(any_answers),
    };
    let maryland =
        if changes().any(|(outcome, _)| compares(outcome)) { 3 } else { u8::from(changes().next().is_some()) };
    (nesta, maryland)
}

/// Whether at least half of those with a before answered again, where both numbers are shown.
fn half_are_left(outcome: &Outcome) -> bool {
    let base = &outcome.headline.base;
    base.before.shown().zip(base.matched.shown()).is_some_and(|(before, matched)| 2 * matched >= *before)
}

/// Of a part, whose losses have no table: how many of those with a before answered again, where more than a fifth did
/// not.
fn lost_of_part(outcome: &Outcome) -> Option<String> {
    outcome.headline.change.shown()?;
    let base = &outcome.headline.base;
    let (before, matched) = (*base.before.shown()?, *base.matched.shown()?);
    let percent = share_of(before - matched, before).percent.ok()?;
    let key = match percent {
        percent if percent > LOSS_WEAK => "part_loss_weak",
        percent if percent > LOSS_WARNING => "part_loss_warning",
        _ => return None,
    };
    let fills = [
        ("title", outcome.title.clone()),
        ("who", wording::who(outcome.who).to_owned()),
        ("later", wording::later(outcome.comparison).to_owned()),
        ("matched", number::count(matched)),
        ("before", number::count(before)),
    ];
    Some(say("caveats", key, &fills))
}

/// The level in a sentence. The second of Nesta's levels takes data that show a change: without one it is said why not.
fn level_in_words(nesta: u8, maryland: u8, outcomes: &[Outcome], beside: Option<&BesideOthers>) -> String {
    let compared = maryland > 0;
    let few = outcomes.iter().any(|outcome| outcome.headline.base.matched != Figure::Shown(0));
    let key = match nesta {
        1 if compared => "level_1_open",
        1 if few => "level_1_few",
        0 => "level_0",
        1 => "level_1",
        2 if beside.is_some_and(BesideOthers::any) => "level_2_beside",
        2 => "level_2",
        _ => "level_3",
    };
    say("evidence", key, &[("maryland", maryland.to_string())])
}

/// Each caveat whose condition is true of these data, and no other. `main` is awareness, or else what most
/// children are matched on.
fn caveats(
    groups: &Groups<'_>,
    flows: &[Flow],
    outcomes: &[Outcome],
    main: Option<&Tally<'_>>,
    beside_others: bool,
) -> (Vec<String>, Vec<Told>) {
    let plain = |key: &str| say("caveats", key, &[]);
    let mut told = Vec::new();
    let mut said = vec![plain(if beside_others { "comparison_unlike" } else { "no_comparison" }), plain("pleasing")];
    let on_the_day =
        |flow: &Flow| flow.after_by_wave.iter().any(|(wave, n)| *wave == Wave::PostSame && *n != Figure::Shown(0));
    if flows.iter().any(on_the_day) {
        said.push(plain("same_day"));
    }
    if let Some(tally) = main {
        let is_awareness = tally.rule() == Some(Rule::CountJobs);
        said.extend(loss(tally));
        if let Some(small) = small_projects(groups, tally) {
            let fills = [("count", small.words()), ("projects", groups.projects.len().to_string())];
            said.push(say("caveats", "small_projects", &fills));
            told.push(small);
        }
        let (whole_list, top) = ceilings::whole_list(tally).unzip();
        said.extend(whole_list);
        told.extend(top);
        let lengths = if is_awareness { lengths(tally) } else { Vec::new() };
        if let Some((last, first)) = lengths.split_last().filter(|(_, first)| !first.is_empty()) {
            let texts: Vec<String> = first.iter().map(Told::words).collect();
            said.push(say("caveats", "lists", &[("lists", format!("{} or {}", texts.join(", "), last.words()))]));
            told.extend(lengths);
        }
    }
    let main = outcomes.iter().filter(|outcome| outcome.headline.change.shown().is_some()).count();
    if main > 1 {
        let several = Told::count("caveat.several", "main_results", i64::try_from(main).unwrap_or(i64::MAX));
        said.push(say("caveats", "several", &[("count", several.words())]));
        told.push(several);
    }
    if outcomes.iter().any(answers_together) {
        said.push(plain("clusters"));
    }
    (said, told)
}

/// Whether people of one session or family stand behind a change, and its interval takes those as the units.
fn answers_together(outcome: &Outcome) -> bool {
    let Some(change) = outcome.headline.change.shown() else { return false };
    let clusters = &change.clusters;
    clusters.standing != Standing::One
        && !clusters.alike
        && clusters.count.shown() != outcome.headline.base.matched.shown()
}

/// That more than half of those with a before are lost to a main result, where that may be said.
fn weak(loss: &Loss) -> Option<String> {
    let lost = loss.lost.shown().filter(|lost| lost.percent.value > LOSS_WEAK)?;
    let fills = [
        ("title", loss.title.clone()),
        ("who", wording::who(loss.who).to_owned()),
        ("later", wording::later(loss.comparison).to_owned()),
        ("lost", number::count(lost.count)),
        ("before", number::count(lost.of)),
        ("percent", lost.percent.whole()),
        ("never", loss.never_asked_in_words().map_or_else(String::new, |never| format!(", {never}"))),
    ];
    Some(say("caveats", "loss_of", &fills))
}

/// Who was lost between before and after, and how they differed.
fn loss(tally: &Tally<'_>) -> Vec<String> {
    let (before, matched) = (tally.before(), tally.matched());
    let lost = before - matched;
    if lost == 0 || is_small(lost) || is_small(before) || matched < SMALLEST_GROUP {
        return Vec::new();
    }
    let Ok(percent) = share_of(lost, before).percent else { return Vec::new() };
    let fills = [
        ("lost", number::count(lost)),
        ("before", number::count(before)),
        ("percent", Number::percent(percent).whole()),
    ];
    let mut said = vec![say("caveats", "matched_only", &fills)];
    if percent > LOSS_WEAK {
        said.push(say("caveats", "loss_weak", &[]));
    } else if percent > LOSS_WARNING {
        said.push(say("caveats", "loss_warning", &[]));
    }
    if tally.rule() != Some(Rule::CountJobs) {
        return said;
    }
    let (gone, stayed) = (summary(&tally.lost_on(Scale::Percents)).mean, summary(&tally.percents().pre()).mean);
    if let (Ok(gone), Ok(stayed)) = (gone, stayed)
        && lost >= SMALLEST_GROUP
        && (gone - stayed).abs() >= LOST_DIFFER
    {
        let fills = [
            ("lost", number::count(lost)),
            ("lost_before", Number::level(gone).whole()),
            ("matched", number::count(matched)),
            ("matched_before", Number::level(stayed).whole()),
        ];
        said.push(say("caveats", "matched_differ", &fills));
    }
    said
}

fn small_projects(groups: &Groups<'_>, tally: &Tally<'_>) -> Option<Told> {
    let small = |id: i64| (1..SHAKY).contains(&tally.only(|project, _| project == id).matched());
    let count = groups.projects.iter().filter(|project| small(project.id)).count();
    let told = Told::count("caveat.small_projects", "projects_below_30", i64::try_from(count).unwrap_or(i64::MAX));
    (count > 0).then(|| told.of_measure(&tally.subject.measure))
}

/// The lengths of the lists that children of different ages saw.
fn lengths(tally: &Tally<'_>) -> Vec<Told> {
    let mut lengths: Vec<i64> = tally.specs.iter().filter_map(|spec| spec.list_length).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let told = lengths.into_iter().map(|length| Told::count(format!("caveat.lists.{length}"), "jobs_on_list", length));
    told.map(|told| told.of_measure(&tally.subject.measure)).collect()
}
