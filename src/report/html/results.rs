//! The results of the evaluator's page: one section to a main result, then the secondary ones, then the groups.

use maud::{Markup, html};

use super::super::{Beside, Cut, Estimate, Figure, Outcome, Report, number, print, who};
use super::evaluator::Section;
use super::{CHANGE, TARGET, altered, dyads, figures, grade, headline, rows_of, standing, tables, traced};
use crate::html::partials::{Column, table};
use crate::survey::{Comparison, Rank};

/// One section to a measure; children and grown-ups stand in the same one.
///
/// A main result that nobody was asked about has its section too.
pub(super) fn main(report: &Report) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for aim in &report.aims.main {
        if done.contains(&aim.measure.as_str()) {
            continue;
        }
        done.push(&aim.measure);
        let outcomes: Vec<&Outcome> = report.primary.iter().filter(|outcome| outcome.measure == aim.measure).collect();
        let Some(first) = outcomes.first() else {
            let id = [aim.measure.as_str(), aim.who.code(), aim.comparison.code()].join("-").to_lowercase();
            let why = report.absent(if report.part.is_some() { "result_of_part" } else { "result" });
            sections.push(Section::new(id, aim.title.clone(), html! { p.quiet { (why) } }));
            continue;
        };
        let title = if outcomes.len() > 1 { first.title.clone() } else { first.question.clone() };
        let body = html! {
            @for outcome in &outcomes {
                @if outcomes.len() > 1 { h3 { (outcome.question) } }
                (main_result(outcome))
            }
            @for one in report.dyads.iter().filter(|one| one.measure == first.measure) { (dyads::beside_each_other(one)) }
        };
        sections.push(Section::new(figures::anchor(first), title, body));
    }
    sections
}

/// The secondary results together, then what was only asked once.
pub(super) fn secondary(report: &Report, secondary: &[&Outcome], described: &[&Outcome]) -> Option<Markup> {
    let nothing = secondary.is_empty() && described.is_empty() && report.described.is_empty();
    let measured = if report.part.is_some() {
        "No secondary result was measured here."
    } else {
        "No secondary result has been measured yet."
    };
    Some(html! {
        @if nothing { p.quiet { (measured) } }
        @if report.part.is_none() { @if let Some(missing) = report.unmeasured_secondary() { p.small { (missing) } } }
        @if !secondary.is_empty() {
            @let [levels, changes] = &report.secondary_findings;
            @let note = "Secondary results describe; they are not tested.";
            (figures::overview("secondary-levels", [levels, "Secondary results, before and after", note], secondary, report.part.is_some()))
            (figures::forest("secondary-changes", [changes, "How far each secondary result changed"], secondary))
            @for outcome in secondary.iter().filter(|outcome| in_full(outcome)) {
                h3 data-rows=(rows_of(&outcome.headline.id, CHANGE)) { (outcome.finding) }
                p data-rows=(rows_of(&outcome.headline.id, CHANGE)) { (outcome.sentence) }
                (answers(outcome))
            }
        }
        @let (jobs, others): (Vec<&Outcome>, Vec<&Outcome>) =
            described.iter().copied().partition(|outcome: &&Outcome| outcome.is_about_a_job());
        @if !jobs.is_empty() {
            h3 { "Job by job: for anyone, or not" }
            @let words = [report.jobs_finding.as_str(), "Children who call a job one for anyone", "They describe; they are not tested."];
            (figures::overview("jobs-for-anyone", words, &jobs, report.part.is_some()))
        }
        (described_only(report, &others))
        @if report.part.is_none() && report.asks_aspirations() { p.small { (report.in_words("secondary", "aspirations")) } }
    })
}

/// Main results beside those of people who took no part.
pub(super) fn beside(report: &Report) -> Markup {
    let Some(beside) = &report.beside else { return html! {} };
    let columns = [
        Column::words("Main result"),
        Column::figures("Took part (n)"),
        Column::figures("Change, points"),
        Column::figures("Took no part (n)"),
        Column::figures("Change, points"),
        Column::figures("Difference, points (95%)"),
    ];
    let rows = beside.results.iter().map(|one| {
        let difference = match &one.difference {
            Figure::Shown(estimate) => print::estimate(estimate),
            hidden => print::no_change(hidden).to_owned(),
        };
        vec![
            html! { (one.title) " (" (who(one.who)) ")" },
            traced(&took_part(one), "n_matched", print::count(&one.matched)),
            traced(&took_part(one), "change_points", print::number(&one.change)),
            traced(&one.id, "n_comparison", print::count(&one.others)),
            traced(&one.id, "change_points_comparison", print::number(&one.others_change)),
            traced(&one.id, "difference_in_differences", difference),
        ]
    });
    html! {
        h3 { "Beside families who took no part" }
        ul { @for one in &beside.results { li data-rows={ (one.id) " " (rows_of(&took_part(one), CHANGE)) } { (one.sentence) @if let Some(warning) = &one.warning { " " (warning) } } } }
        (table("Changes of those who took part and of the comparison group", &columns, &rows.collect::<Vec<_>>()))
        p.small { (beside.note) }
    }
}

/// The row of the same result among those who took part.
fn took_part(beside: &Beside) -> String {
    let id = beside.id.trim_start_matches("did.");
    // Of a part the id ends with it, as the part's own does.
    if id.matches('.').count() == 2 { format!("{id}.all") } else { id.to_owned() }
}

/// Projects and areas side by side, and each against its target; of a project by itself, its own line of that.
pub(super) fn groups(report: &Report) -> Option<Markup> {
    let any = !report.targets.projects.is_empty();
    if report.part.is_none() {
        return Some(html! { (side_by_side(report)) (beside(report)) @if any { (against_target(report)) } });
    }
    (any || report.beside.is_some()).then(|| html! { (beside(report)) @if any { (against_target(report)) } })
}

/// Each project against its target.
fn against_target(report: &Report) -> Markup {
    html! {
        h3 { "Against target" }
        div data-rows="target.*:awareness_target" { (standing::against_target(&report.targets, report.part.is_none())) }
        (altered(&report.targets_told()))
        (due(report))
        p.small { (report.targets.legend) }
    }
}

/// Why there is nothing to compare.
fn no_groups(report: &Report) -> String {
    report.absent(match report.targets.projects.len() {
        0 => "groups_of_none",
        1 => "groups_of_one",
        _ => "groups",
    })
}

fn side_by_side(report: &Report) -> Markup {
    let several = report.primary.iter().any(|outcome| outcome.by_project.len() > 1);
    html! {
        @if !several { p.quiet { (no_groups(report)) } }
        @if several {
            (tables::by_group("Main results by project, among the matched", Cut::Project, &report.primary))
            @for (cut, caption) in [
                (Cut::Area, "Main results by area, among the matched"),
                (Cut::Model, "Main results by delivery model, among the matched"),
                (Cut::Term, "Main results by when projects began, among the matched"),
            ] {
                @if report.primary.iter().any(|outcome| outcome.by(cut).len() > 1) {
                    (tables::by_group(caption, cut, &report.primary))
                }
            }
            p.small { (report.evidence.groups) }
        }
    }
}

pub(super) fn card(outcome: &Outcome) -> Markup {
    let base = print::base(&outcome.headline.base);
    match outcome.headline.change.shown() {
        Some(change) => {
            let base = format!("{}, {}. {base}.", print::change(change), interval(change.headline()));
            html! {
                div.stat data-rows=(rows_of(&outcome.headline.id, "level_before,level_after,change_points,change_percent,n_matched,n_registered")) {
                    p.stat-figure { (headline(outcome, change)) }
                    p.stat-label { (outcome.finding) }
                    p { (grade(&change.judgement)) }
                    p.stat-base { (base) }
                }
            }
        }
        None => {
            let why = print::capital(print::no_change(&outcome.headline.change));
            html! {
                div.stat data-rows=(rows_of(&outcome.headline.id, "n_matched,n_registered")) {
                    p.stat-figure { (why) }
                    p.stat-label { (outcome.question) }
                    p.stat-base { (base) "." }
                }
            }
        }
    }
}

fn interval(estimate: &Estimate) -> String {
    match &estimate.interval {
        Figure::Shown(interval) => format!("95% interval {} ({})", print::interval(estimate), interval.method),
        _ => format!("No interval: {}", print::interval(estimate)),
    }
}

fn main_result(outcome: &Outcome) -> Markup {
    html! {
            p.lead data-rows=(rows_of(&outcome.headline.id, CHANGE)) { (outcome.sentence) }
            @if let Some(change) = outcome.headline.change.shown() { p { (grade(&change.judgement)) } }
            @if !outcome.sentences.is_empty() { ul { @for sentence in &outcome.sentences { li data-rows=(said_of(outcome, sentence)) { (sentence) } } } }
            @if let Some(change) = outcome.headline.change.shown() {
                p.small data-rows=(rows_of(&outcome.headline.id, "change_points,change_percent")) {
                    (interval(change.headline())) "."
                    @if change.has_percent() { " In points: " (print::estimate(&change.points)) "." }
                }
            }
            (figures::levels(outcome))
            @if outcome.headline.change.shown().is_some() { (figures::direction(outcome)) }
            (figures::histogram(outcome))
            (answers(outcome))
    }
}

/// Where the numbers of a sentence about a main result stand.
fn said_of(outcome: &Outcome, sentence: &String) -> String {
    let id = &outcome.headline.id;
    let is = |one: &Option<String>| one.as_ref() == Some(sentence);
    // The test comes last, where there is one, and how people moved before it.
    let from_end = outcome.sentences.iter().rev().position(|one| one == sentence);
    let tested = usize::from(outcome.test.is_some());
    match () {
        () if is(&outcome.certainty) => rows_of(id, "n_matched,n_before,n_after,clusters,smallest_detectable_points"),
        () if is(&outcome.warning) => rows_of(id, "clusters"),
        () if tested == 1 && from_end == Some(0) => format!("{} caveat.several", rows_of(id, "p,p_holm,p_naive")),
        () if from_end == Some(tested) => rows_of(id, "n_matched,improved,same,lower"),
        () if outcome.readings.is_none() => rows_of(id, "starters,stoppers"),
        () => {
            let projects = outcome.by_project.iter().map(|finding| rows_of(&finding.id, "change_percent"));
            let named = |row: &String| {
                outcome.by_project.iter().any(|one| sentence.contains(&one.group.name) && row.starts_with(&one.id))
            };
            [rows_of(id, read_as(sentence)), twice(id, sentence), TARGET.to_owned()]
                .into_iter()
                .chain(projects.filter(named))
                .filter(|rows| !rows.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        }
    }
}

/// The statistics of a reading of awareness, which its sentence names.
fn read_as(sentence: &str) -> &'static str {
    match () {
        () if sentence.contains("R1)") => "change_percent",
        () if sentence.contains("(R4)") => "change_points",
        () if sentence.contains("(R5)") => "change_percent",
        () if sentence.contains("(R2") => "median_change_jobs",
        () if sentence.contains("(R3)") => "n_matched,up_by_target",
        () => {
            "change_percent,none_before,projects_judged,projects_below_target,n_matched_without_overclaimers,\
             change_percent_without_overclaimers"
        }
    }
}

/// The relative change stands twice in the sentence that says what it is not.
fn twice(id: &str, sentence: &str) -> String {
    if sentence.contains("R1)") { rows_of(id, "change_percent") } else { String::new() }
}

/// What counts as positive, and the answers behind it.
fn answers(outcome: &Outcome) -> Markup {
    html! {
        @if !outcome.cuts.is_empty() {
            p.small { (outcome.cut_words) ": " @for (place, cut) in outcome.cuts.iter().enumerate() { @if place > 0 { "; " } (cut) } "." }
        }
        @for (place, distribution) in outcome.distributions.iter().enumerate() {
            (figures::distribution(outcome, place, distribution))
        }
    }
}

/// Secondary results of a single question, at the after, show their answers too.
fn in_full(outcome: &Outcome) -> bool {
    outcome.rank == Rank::Secondary && outcome.comparison == Comparison::After && !outcome.distributions.is_empty()
}

fn described_only(report: &Report, described: &[&Outcome]) -> Markup {
    let columns = [
        Column::words("Question"),
        Column::words("Asked of"),
        Column::words("Counted"),
        Column::figures("Of those who answered"),
    ];
    let rows = report.described.iter().map(|described| {
        let share = described.positive.shown().map_or_else(
            || print::not_shown(&described.positive),
            |share| format!("{} of {} ({})", number::count(share.count), number::count(share.of), share.percent.text),
        );
        vec![
            html! { (described.title) },
            html! { (who(described.who)) },
            html! { (described.positive_word) },
            traced(&format!("{}.{}.described", described.measure, described.who.code()), "percent_positive", share),
        ]
    });
    html! {
        @if !described.is_empty() || !report.described.is_empty() {
            h3 { "Also asked" }
                p.quiet { "Opinions and single questions. They describe and are not tested." }
                @if !report.described.is_empty() { (table("Asked afterwards only", &columns, &rows.collect::<Vec<_>>())) }
                @if !described.is_empty() {
                    details { summary { "Single questions before and after" } (tables::outcomes("Single questions before and after", described)) }
                }
        }
    }
}

fn due(report: &Report) -> Markup {
    html! { @if let Some(note) = &report.targets.note { p.small data-rows="target.programme.children_due" { (note) } } }
}

/// Whether any main result has a change to show.
pub(super) fn has_changes(report: &Report) -> bool {
    report.primary.iter().any(|outcome| outcome.headline.change.shown().is_some())
}

/// The intervals of someone who treats everybody as independent, for those who want to compare.
pub(super) fn naive(report: &Report) -> Markup {
    let tested =
        |outcome: &&Outcome| outcome.rank < Rank::Describe && outcome.headline.base.matched != Figure::Shown(0);
    let outcomes: Vec<&Outcome> = report.primary.iter().chain(report.secondary.iter().filter(tested)).collect();
    let title = "The same changes with and without sessions and families";
    html! {
        p.quiet { (report.evidence.appendix) }
        details { summary { (title) } (tables::naive(title, &outcomes)) }
    }
}
