//! Charts of a report with their captions and the tables behind them.

use maud::{Markup, html};

use super::super::charts::{self, DirectionRow, DumbbellRow, ForestRow, HistogramBar, Rung, Side};
use super::super::{Change, Distribution, Figure, Finding, Flow, Outcome, Range, Report, print};
use super::{CHANGE, rows_of, steps, tables, traced};
use crate::html::partials::{Column, table};
use crate::report::wording::say;
use crate::survey::Comparison;

/// A chart under the sentence it shows, over the numbers it is made of; with the rows of that sentence.
pub(super) fn figure(rows: &str, [finding, base]: [&str; 2], chart: &Markup, numbers: &Markup) -> Markup {
    html! {
        figure data-rows=(rows) {
            figcaption { (finding) @if !base.is_empty() { span.figure-base { (base) } } }
            (chart)
            details { summary { "The numbers" } (numbers) }
        }
    }
}

/// Before → after of everyone, by key stage and by project.
pub(super) fn levels(outcome: &Outcome) -> Markup {
    let several = |findings: &'_ [Finding]| findings.len() > 1;
    let groups = [
        std::slice::from_ref(&outcome.headline),
        if several(&outcome.by_key_stage) { &outcome.by_key_stage } else { &[] },
        if several(&outcome.by_project) { &outcome.by_project } else { &[] },
    ];
    let rows: Vec<DumbbellRow> = groups
        .iter()
        .flat_map(|group| {
            group.iter().enumerate().map(|(place, finding)| dumbbell_row(finding, &finding.group.name, place == 0))
        })
        .collect();
    let id = format!("levels-{}", anchor(outcome));
    let base = format!("{}. {}.", print::capital(&outcome.unit), print::base(&outcome.headline.base));
    let later = super::super::later(outcome.comparison);
    let findings: Vec<&Finding> = groups.iter().copied().flatten().collect();
    let relative: Vec<bool> = findings.iter().filter_map(|one| Some(one.change.shown()?.has_percent())).collect();
    let heading = match (relative.contains(&true), relative.contains(&false)) {
        (true, false) => "relative change",
        (true, true) => "change",
        _ => "change in points",
    };
    let chart = charts::dumbbell(&id, &outcome.finding, &spoken(&rows, later), [&outcome.unit, heading, later], &rows);
    let rows =
        rows_of(&outcome.headline.id, "n_matched,n_registered,level_before,level_after,change_points,change_percent");
    figure(&rows, [&outcome.finding, &base], &chart, &tables::findings(&tables::name(outcome), later, &findings))
}

/// Several outcomes of everyone on one scale.
///
/// `note` stands beside whom the chart is of.
pub(super) fn overview(id: &str, [title, caption, note]: [&str; 3], outcomes: &[&Outcome], of_part: bool) -> Markup {
    // Every row in points, as its heading says: a percent of jobs known would stand among them like one.
    let in_points = |change: &Change| [change.points.value.text.clone(), print::interval(&change.points)];
    let rows: Vec<DumbbellRow> = outcomes
        .iter()
        .map(|outcome| DumbbellRow {
            change: outcome.headline.change.shown().map_or_else(Default::default, in_points),
            ..dumbbell_row(&outcome.headline, &tables::name(outcome), false)
        })
        .collect();
    let chart = charts::dumbbell(
        id,
        title,
        &spoken(&rows, "after"),
        ["percent, or points of 100", "change in points", "after"],
        &rows,
    );
    let rows = if outcomes.iter().any(|one| one.is_about_a_job()) { "secondary.jobs" } else { "secondary.levels" };
    figure(
        rows,
        [title, &format!("{} {note}", if of_part { "Those matched here." } else { "Everyone matched." })],
        &chart,
        &tables::outcomes(caption, outcomes),
    )
}

/// The steps of the standards of evidence, with the one these data stand on.
pub(super) fn ladder(report: &Report) -> Markup {
    let nesta = report.evidence.nesta;
    let reached = |level: u8| level <= nesta;
    let here = |level: u8| if level == nesta { say("ladder", "here", &[]) } else { String::new() };
    let words = |level: u8| say("ladder", &format!("step_{level}"), &[]);
    let rungs: Vec<Rung> =
        (1..=5).rev().map(|level| Rung { words: words(level), reached: reached(level), mark: here(level) }).collect();
    let fills = [("level", nesta.to_string()), ("maryland", report.evidence.maryland.to_string())];
    let key = match (nesta, report.evidence.maryland) {
        (0, _) => "title_0",
        (_, 0) => "title",
        _ => "title_maryland",
    };
    let title = say("ladder", key, &fills);
    let desc: Vec<String> = (1..=5)
        .map(|level| {
            format!("Step {level}: {} {}", words(level), if reached(level) { "Reached." } else { "Not reached." })
        })
        .collect();
    let columns = [Column::words("Step"), Column::words("What it takes"), Column::words("These data")];
    let rows: Vec<Vec<Markup>> = (1..=5)
        .map(|level| {
            vec![
                html! { span.scale { (level) } },
                html! { (words(level)) },
                html! { @if reached(level) { "reached" } @else { "not reached" } },
            ]
        })
        .collect();
    let chart = charts::ladder("evidence-ladder", &title, &desc.join(" "), &rungs);
    figure("evidence.*", [&title, ""], &chart, &table("Nesta’s standards of evidence, step by step", &columns, &rows))
}

/// The changes of everyone in several outcomes, with their intervals around a line of no change.
pub(super) fn forest(id: &str, [title, caption]: [&str; 2], outcomes: &[&Outcome]) -> Markup {
    let row = |outcome: &&Outcome| {
        let finding = &outcome.headline;
        let change = finding.change.shown().map(|change| &change.points);
        let limits = change.and_then(|points| points.interval.shown()).map(|i| (i.low.value, i.high.value));
        ForestRow {
            label: tables::name(outcome),
            base: format!("n {}", print::count(&finding.base.matched)),
            change: change
                .map(|points| (points.value.value, limits))
                .ok_or_else(|| print::no_change(&finding.change).to_owned()),
            words: change.map_or_else(Default::default, |points| [points.value.text.clone(), print::interval(points)]),
            rows: rows_of(&finding.id, "n_matched,change_points"),
        }
    };
    let rows: Vec<ForestRow> = outcomes.iter().map(row).collect();
    let spoken = rows.iter().map(|row| match &row.change {
        Ok(_) => format!("{} ({}): {} ({}).", row.label, row.base, row.words[0], row.words[1]),
        Err(why) => format!("{} ({}): {why}.", row.label, row.base),
    });
    let chart = charts::forest(id, title, &spoken.collect::<Vec<_>>().join(" "), &rows);
    let base = "Where a bar crosses the line, these answers cannot tell whether it changed.";
    // On paper the same table stands below the chart before this one.
    let named = outcomes.iter().filter(|outcome| title.contains(&outcome.title));
    let named: Vec<String> = named.map(|outcome| rows_of(&outcome.headline.id, "change_points")).collect();
    figure(&named.join(" "), [title, base], &chart, &html! { div.twice { (tables::outcomes(caption, outcomes)) } })
}

fn dumbbell_row(finding: &Finding, label: &str, starts_group: bool) -> DumbbellRow {
    let matched = print::count(&finding.base.matched);
    let jobs = finding.change.shown().and_then(|change| change.jobs.as_ref());
    let base = match jobs {
        Some(jobs) => format!("n {matched} · {} → {} of {} jobs", jobs.before.text, jobs.after.text, jobs.of),
        None => format!("n {matched}"),
    };
    let shown = finding.change.shown();
    let limits =
        shown.and_then(|change| change.points.interval.shown()).map(|limits| (limits.low.value, limits.high.value));
    DumbbellRow {
        label: label.to_owned(),
        base,
        levels: shown
            .map(|change| (change.before.value, change.after.value))
            .ok_or_else(|| print::why_no_change(&finding.change).to_owned()),
        limits,
        change: shown
            .map_or_else(Default::default, |change| [print::change(change), print::interval(change.headline())]),
        starts_group,
        rows: if jobs.is_some() {
            rows_of(&finding.id, &format!("{CHANGE},jobs_before,jobs_after,jobs_on_list"))
        } else {
            rows_of(&finding.id, CHANGE)
        },
    }
}

fn spoken(rows: &[DumbbellRow], later: &str) -> String {
    let row = |row: &DumbbellRow| match &row.levels {
        Ok((before, after)) => format!(
            "{} ({}): {before:.0} before, {after:.0} {later}, change {} ({}).",
            row.label, row.base, row.change[0], row.change[1]
        ),
        Err(why) => format!("{} ({}): {why}.", row.label, row.base),
    };
    rows.iter().map(row).collect::<Vec<_>>().join(" ")
}

/// Improved, same, lower: everyone and by key stage.
pub(super) fn direction(outcome: &Outcome) -> Markup {
    let findings: Vec<&Finding> = std::iter::once(&outcome.headline).chain(&outcome.by_key_stage).collect();
    let findings = if outcome.by_key_stage.len() > 1 { findings } else { vec![&outcome.headline] };
    let rows: Vec<DirectionRow> = findings
        .iter()
        .map(|finding| DirectionRow {
            label: finding.group.name.clone(),
            base: format!("n {}", print::count(&finding.base.matched)),
            direction: finding
                .change
                .shown()
                .map(|change| change.direction.clone())
                .ok_or_else(|| print::why_no_change(&finding.change).to_owned()),
            rows: rows_of(&finding.id, "n_matched,improved,same,lower"),
        })
        .collect();
    let title = outcome.moved.as_str();
    let table =
        tables::directions(&format!("How each person’s own answer moved: {}", tables::name(outcome)), &findings);
    let spoken = findings.iter().filter_map(|finding| {
        let moved = &finding.change.shown()?.direction;
        let [up, same, down] = [&moved.improved, &moved.same, &moved.lower].map(print::share);
        Some(format!("{}: {up} improved, {same} same, {down} lower.", finding.group.name))
    });
    let spoken: Vec<String> = spoken.collect();
    let chart = charts::direction(&format!("moved-{}", anchor(outcome)), title, &spoken.join(" "), &rows);
    figure(&rows_of(&outcome.headline.id, "n_matched,improved,same,lower"), [title, ""], &chart, &table)
}

/// How far everyone moved, in ranges around no change.
pub(super) fn histogram(outcome: &Outcome) -> Markup {
    let Some(Figure::Shown(histogram)) = &outcome.histogram else { return html! {} };
    let empty = |range: &Range| range.people.shown().is_none_or(|share| share.count == 0);
    if histogram.ranges.iter().all(empty) {
        return html! { p.suppressed { (say("direction", "far_hidden", &[])) } };
    }
    let side = |range: &Range| match (range.above, range.to) {
        (Some(0), Some(0)) => Side::Same,
        (Some(above), _) if above >= 0 => Side::Higher,
        _ => Side::Lower,
    };
    let bars: Vec<HistogramBar> = histogram
        .ranges
        .iter()
        .map(|range| HistogramBar {
            label: range.words(),
            share: range
                .people
                .shown()
                .map(|share| (share.percent.value, format!("{}%", share.percent.whole())))
                .ok_or_else(|| print::not_shown(&range.people)),
            side: side(range),
            rows: rows_of(&outcome.headline.id, &range.code()),
        })
        .collect();
    let spoken: Vec<String> =
        histogram.ranges.iter().map(|range| format!("{}: {}.", range.words(), print::share(&range.people))).collect();
    let title = outcome.far.as_str();
    let id = format!("moved-far-{}", anchor(outcome));
    let chart = charts::histogram(&id, title, &spoken.join(" "), &format!("change, in {}", outcome.unit), &bars);
    let columns = [Column::words("Change, points of 100"), Column::figures("People")];
    let rows = histogram.ranges.iter().map(|range| {
        let people = traced(&outcome.headline.id, &range.code(), print::share(&range.people));
        vec![html! { span.scale { (range.words()) } }, people]
    });
    let numbers =
        table(&format!("How far each person moved: {}", tables::name(outcome)), &columns, &rows.collect::<Vec<_>>());
    let far: Vec<String> =
        histogram.ranges.iter().filter(|range| title.contains(&range.words())).map(Range::code).collect();
    let named = rows_of(&outcome.headline.id, &format!("n_matched,n_registered,{}", far.join(",")));
    figure(&named, [title, &format!("{}.", print::base(&outcome.headline.base))], &chart, &numbers)
}

/// The answers of one questionnaire before and after.
pub(super) fn distribution(outcome: &Outcome, place: usize, shown: &Distribution) -> Markup {
    let title = shown.finding.as_str();
    let asked = format!("{}: how the same {} answered", shown.title, super::super::who(outcome.who));
    let base = format!("“{}” {} matched.", shown.question, print::count(&shown.matched));
    let Figure::Shown(options) = &shown.answers else {
        let finding = [&outcome.measure, outcome.who.code(), outcome.comparison.code(), "*"].join(".");
        return html! { p.suppressed data-rows=(rows_of(&finding, "n_matched")) { (shown.title) ": " (print::why_no_change(&shown.answers)) " (" (print::count(&shown.matched)) " matched)." } };
    };
    let later = super::super::later(outcome.comparison);
    let afterwards = print::capital(later);
    let rows = [&outcome.measure, outcome.who.code(), outcome.comparison.code(), "all", &shown.survey].join(".");
    let numbers = tables::answers(
        &rows,
        &format!("{}. {asked} (✓ counts as positive)", tables::name(outcome)),
        &afterwards,
        options,
        &shown.together,
    );
    let spoken = options.iter().map(|option| {
        format!("{}: {} before, {} {later}.", option.label, print::share(&option.before), print::share(&option.after))
    });
    let id = format!("answers-{}-{place}", anchor(outcome));
    let spoken: Vec<String> = spoken.collect();
    let parted = charts::distribution([&id, &rows], title, &spoken.join(" "), &afterwards, options, shown);
    let whole =
        charts::whole_bars([&format!("{id}-whole"), &rows], title, &spoken.join(" "), &afterwards, options, shown);
    // A finding of everyone of this questionnaire, which stands beside the others by key stage.
    let finding =
        [&outcome.measure, outcome.who.code(), outcome.comparison.code(), "key_stage", &shown.survey].join(".");
    let alone = outcome.by_key_stage.iter().any(|one| one.id == finding);
    let finding = if alone { finding } else { outcome.headline.id.clone() };
    two_ways(
        &rows_of(&finding, CHANGE),
        [title, &base, &id],
        [("Parted at “positive”", &parted), ("From 0 to 100%", &whole)],
        &numbers,
    )
}

/// The same answers drawn in two ways, of which a reader chooses one; paper shows the first. The choice is two radio
/// buttons and a rule of the stylesheet, so that it works without script.
fn two_ways(rows: &str, [finding, base, id]: [&str; 3], ways: [(&str, &Markup); 2], numbers: &Markup) -> Markup {
    html! {
        figure.two-ways data-rows=(rows) {
            figcaption { (finding) @if !base.is_empty() { span.figure-base { (base) } } }
            @for (place, (words, _)) in ways.iter().enumerate() {
                input.no-print type="radio" name={ (id) "-way" } id={ (id) "-way-" (place) } checked[place == 0];
                label.no-print for={ (id) "-way-" (place) } { (words) }
            }
            (ways[0].1)
            div.second-way.no-print { (ways[1].1) }
            details { summary { "The numbers" } (numbers) }
        }
    }
}

/// How far people came.
pub(super) fn flow(report: &Report, flow: &Flow) -> Markup {
    let spoken = flow.steps.iter().map(|step| format!("{}: {}.", step.label, print::count(&step.people)));
    let spoken: Vec<String> = spoken.collect();
    let rows: Vec<String> = (1..=flow.steps.len()).map(|place| format!("flow.{}.{place}", flow.who.code())).collect();
    let chart = charts::flow(&format!("flow-{}", flow.who.code()), &spoken.join(" "), &rows, flow);
    let base = if flow.matched_on.is_empty() {
        String::new()
    } else {
        format!("Percent of the registered. Matched on: {}.", flow.matched_on)
    };
    html! {
        @let rows = format!("flow.{}.*:people,percent_of_registered", flow.who.code());
        (figure(&rows, [&flow.finding, &base], &chart, &steps::of(flow)))
        @for note in &flow.notes { p.small { (note) } }
        @if let Some(note) = &flow.later_note { p.small data-rows={ (rows) " " (matched_later(report, flow, note)) } { (note) } }
    }
}

/// The rows of the result that a note on those who answered later names.
fn matched_later(report: &Report, flow: &Flow, note: &str) -> String {
    let later = |outcome: &&Outcome| outcome.who == flow.who && outcome.comparison == Comparison::Later;
    let named = |outcome: &&Outcome| note.contains(&format!("“{}”", outcome.title.to_lowercase()));
    let mut all = report.primary.iter().chain(&report.secondary).filter(later).filter(named);
    all.next().map_or_else(String::new, |outcome| rows_of(&outcome.headline.id, "n_matched"))
}

/// Part of an id: measure, who and comparison.
pub(super) fn anchor(outcome: &Outcome) -> String {
    [outcome.measure.as_str(), outcome.who.code(), outcome.comparison.code()].join("-").to_lowercase().replace('~', "-")
}
