//! How a report is made of what the store counted: first the results, then what stands beside them.

use std::collections::BTreeMap;

use crate::person::Role;
use crate::survey::{Comparison, Rank};

use super::evidence::Grounds;
use super::flow::MatchedOn;
use super::groups::Groups;
use super::input::SurveyMeasure;
use super::judged::Goal;
use super::tally::{Subject, Tally};
use super::{
    AWARENESS, AWARENESS_CLEAN, Aims, Attrition, BesideOthers, Circumstances, Costs, Delivery, DoseChange, Dyads,
    Evidence, Figure, Flow, Instrument, Learning, Method, Money, Outcome, Reach, Report, ReportInput, Sensitivity,
    Visits, Voices, cuts, described, instruments, judgement, newcomers, part, scales, suppression, target, texts,
    titles, wording,
};

impl Report {
    /// Builds the report of a programme.
    pub fn build(input: &ReportInput) -> Report {
        let groups = Groups::of(input);
        let counts = Counts::of(input, &groups);
        let (mut primary, mut secondary) = results(&counts);
        let apart = Tally::all(input, |project_id| groups.comparison.contains(&project_id));
        let measured = primary.iter_mut().chain(&mut secondary).filter(|outcome| outcome.rank != Rank::Describe);
        for outcome in measured {
            let others = apart.get(&outcome.subject());
            outcome.comparison_group =
                others.map(|others| cuts::of_comparison_group(&outcome.headline, others, &groups));
        }
        let both: Vec<&Outcome> = primary.iter().chain(&secondary).collect();
        let aware = primary.iter().find(|outcome| outcome.measure == AWARENESS);

        let flows: Vec<Flow> =
            [Role::Child, Role::Adult].map(|who| Flow::of(who, &groups, counts.matched_on(who), &primary)).into();
        let newcomers = newcomers::newcomers(input, &groups, &flows);
        let reach = Reach::of(input, &groups);
        let attrition = Attrition::of(&groups, &primary, |outcome| counts.behind(outcome));
        let beside = BesideOthers::of(input, &groups, &primary);
        let circumstances = Circumstances::of(input, &groups);
        let judged = aware.map(|outcome| (&outcome.headline, outcome.by_project.as_slice()));
        let targets = target::Targets::of(input, &groups, judged);
        let visits = Visits::of(input, &groups, &targets);
        let delivery = Delivery::of(input, &groups, &visits, &targets);
        let evidence = Evidence::of(&Grounds {
            groups: &groups,
            flows: &flows,
            outcomes: &primary,
            secondary: &secondary,
            main: counts.main(),
            any_answers: counts.tallies.values().any(|tally| tally.before() + tally.after() > 0),
            beside: beside.as_ref(),
            attrition: &attrition,
            disrupted: i64::try_from(delivery.disruptions.len()).unwrap_or(i64::MAX),
            circumstances: &circumstances,
            counts_of: &|outcome| counts.behind(outcome),
        });

        let dyads = Dyads::all(input, &groups, &primary, |subject| counts.tallies.get(subject));
        let nobody = Figure::Shown(0);
        let matched = aware.map_or(&nobody, |outcome| &outcome.headline.base.matched);
        let awarded = groups.projects.iter().map(|project| project.award_pence).sum();
        let programme = &input.programme;
        Report {
            schema: 5,
            made_by: concat!("Pencilmark ", env!("CARGO_PKG_VERSION")),
            generated_at: input.generated_at.clone(),
            provenance: None,
            signed_off: input.signed_off.clone(),
            sample: programme.sample,
            programme: programme.name.clone(),
            scope: None,
            part: None,
            parts: part::parts(&both),
            funder: programme.funder.clone(),
            grant_reference: programme.grant_reference.clone(),
            starts_on: programme.starts_on.clone(),
            ends_on: programme.ends_on.clone(),
            texts: texts::texts(&input.written),
            aims: Aims::of(input, &groups),
            dyads,
            sensitivity: counts.of_each(&primary, |outcome, tally| Sensitivity::of(outcome, tally)),
            dose_changes: counts.of_each(&primary, |outcome, tally| DoseChange::of(outcome, tally, &groups)),
            reliability: scales::reliabilities(input, &groups),
            instruments: counts.instruments(),
            money: Money::of(&groups, &reach, matched),
            costs: Costs::of(&input.written.costs, awarded, &reach, matched),
            voices: Voices::of(input, &groups),
            learning: Learning::of(&input.written, &groups),
            method: Method::of(input, &groups, &flows, &both),
            described: described::of(&counts.tallies),
            secondary_findings: titles::of_secondary(&secondary),
            jobs_finding: titles::of_jobs(&secondary),
            reach,
            attrition,
            flows,
            newcomers,
            beside,
            circumstances,
            targets,
            visits,
            delivery,
            evidence,
            primary,
            secondary,
        }
    }
}

/// Every result in the order of the pages: the main ones, each with its headline comparison, and those that describe.
fn results(counts: &Counts<'_, '_>) -> (Vec<Outcome>, Vec<Outcome>) {
    let mut outcomes = counts.outcomes();
    outcomes.sort_by_key(|outcome| {
        (wording::place(&outcome.measure), outcome.measure.clone(), outcome.who.code() != "child", outcome.comparison)
    });
    let is_main = |outcome: &Outcome| {
        outcome.rank == Rank::Primary && counts.headline(&outcome.measure, outcome.who) == outcome.comparison
    };
    let (mut primary, mut secondary): (Vec<Outcome>, Vec<Outcome>) = outcomes.into_iter().partition(is_main);
    // A main measure with its other comparison describes, and so has no test either.
    for effects in secondary.iter_mut().filter_map(|outcome| outcome.effects.as_mut()) {
        effects.signed_rank_p = None;
    }
    for outcome in &mut primary {
        if counts.declared(&outcome.measure) != outcome.comparison {
            outcome.sentences.insert(0, wording::say("grade", "stand_in", &[]));
        }
    }
    judgement::test_all(&mut primary);
    (primary, secondary)
}

/// The counts of a report by what they are about, and what is asked of them.
struct Counts<'a, 'g> {
    input: &'a ReportInput,
    groups: &'g Groups<'a>,
    tallies: BTreeMap<Subject, Tally<'a>>,
}

impl<'a, 'g> Counts<'a, 'g> {
    fn of(input: &'a ReportInput, groups: &'g Groups<'a>) -> Counts<'a, 'g> {
        Counts { input, groups, tallies: Tally::all(input, |project_id| groups.includes(project_id)) }
    }

    /// The result of every measure that somebody has a before of.
    fn outcomes(&self) -> Vec<Outcome> {
        let goal = Goal::of(&self.input.programme, self.groups);
        let is_checked = |subject: &Subject| {
            let clean = Subject { measure: AWARENESS_CLEAN.to_owned(), ..subject.clone() };
            subject.measure == AWARENESS && self.tallies.contains_key(&clean)
        };
        let comparable = |tally: &&Tally<'_>| tally.before() > 0 && tally.subject.measure != AWARENESS_CLEAN;
        let of = |tally| Outcome::of(tally, is_checked(&tally.subject), self.groups, &goal);
        self.tallies.values().filter(comparable).filter_map(of).collect()
    }

    /// What a result was made of.
    fn behind(&self, outcome: &Outcome) -> Option<&Tally<'a>> {
        self.tallies.get(&outcome.subject())
    }

    /// What is made of some results and their counts.
    fn of_each<T>(&self, outcomes: &[Outcome], of: impl Fn(&Outcome, &Tally<'a>) -> Option<T>) -> Vec<T> {
        outcomes.iter().filter_map(|outcome| of(outcome, self.behind(outcome)?)).collect()
    }

    /// The counts that caveats look at: of awareness, or else of the main result of children that most are matched on.
    fn main(&self) -> Option<&Tally<'a>> {
        let awareness = Subject { measure: AWARENESS.to_owned(), who: Role::Child, comparison: Comparison::After };
        self.tallies.get(&awareness).filter(|tally| tally.matched() > 0).or_else(|| {
            let of_children = |tally: &&Tally<'_>| tally.subject.who == Role::Child && tally.matched() > 0;
            self.tallies
                .values()
                .filter(of_children)
                .filter(|tally| is_primary(tally))
                .max_by_key(|tally| tally.matched())
        })
    }

    /// What people of a role are matched on.
    fn matched_on(&self, who: Role) -> MatchedOn<'a> {
        MatchedOn { after: self.best_matched(who), later: self.matched_later(who) }
    }

    /// The measure that most people of a role are matched on at the after, with its title.
    fn best_matched(&self, who: Role) -> Option<(&'a str, i64)> {
        let is_after = |tally: &&Tally<'_>| tally.subject.who == who && tally.subject.comparison == Comparison::After;
        let place = |tally: &Tally<'_>| std::cmp::Reverse(wording::place(&tally.subject.measure));
        let best = self.tallies.values().filter(is_after).max_by_key(|tally| (tally.matched(), place(tally)))?;
        Some((best.specs.first()?.measure.title.as_str(), best.matched()))
    }

    /// The main result of a role that rests on the follow-up, with its matched.
    fn matched_later(&self, who: Role) -> Option<(&'a str, i64)> {
        let rests_on_later = |tally: &&Tally<'_>| {
            let subject = &tally.subject;
            let both = [subject.comparison, self.declared(&subject.measure)];
            subject.who == who && both == [Comparison::Later; 2] && is_primary(tally)
        };
        let tally = self.tallies.values().find(rests_on_later)?;
        Some((tally.specs.first()?.measure.title.as_str(), tally.matched()))
    }

    /// The questions behind what was answered.
    fn instruments(&self) -> Vec<Instrument> {
        let is_answered = |spec: &SurveyMeasure| {
            let of_measure = self.tallies.values().filter(|tally| tally.subject.measure == spec.measure.id);
            of_measure.flat_map(|tally| &tally.specs).any(|known| known.survey == spec.survey)
        };
        instruments::instruments(self.input, is_answered)
    }

    /// The comparison that a measure's main result rests on. Where that is the follow-up and fewer than ten have
    /// answered it, the after stands in its place: for talk at home that is the end of a programme, because no survey
    /// asks a frequency on the day of the before.
    fn headline(&self, measure: &str, who: Role) -> Comparison {
        let declared = self.declared(measure);
        let matched = |comparison: Comparison| {
            let subject = Subject { measure: measure.to_owned(), who, comparison };
            self.tallies.get(&subject).map_or(0, Tally::matched)
        };
        let (after, later) = (matched(Comparison::After), matched(Comparison::Later));
        let stands_in = later < suppression::SMALLEST_GROUP && (after >= suppression::SMALLEST_GROUP || later == 0);
        if declared == Comparison::Later && stands_in && after > 0 { Comparison::After } else { declared }
    }

    /// The comparison that its questionnaire says.
    fn declared(&self, measure: &str) -> Comparison {
        let spec = self.input.measures.iter().find(|spec| spec.measure.id == measure);
        spec.map_or(Comparison::After, |spec| spec.measure.headline)
    }
}

fn is_primary(tally: &Tally<'_>) -> bool {
    tally.specs.first().is_some_and(|spec| spec.measure.rank == Rank::Primary)
}
