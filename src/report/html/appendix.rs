//! The technical appendix: questions in full, results without some of their people, reliability, who did not move.

use maud::{Markup, html};

use super::super::{Figure, Instrument, Level, Outcome, Report, Sensitivity, number, print, who};
use super::{count, results, tables, traced};
use crate::html::partials::{Column, table};
use crate::report::{Estimate, wording};
use crate::survey::{Comparison, Rank};

/// All of it; what is told of everyone only is left out of a report of a part.
pub(super) fn appendix(report: &Report) -> Option<Markup> {
    let (any, whole) = (results::has_changes(report), report.part.is_none());
    (any || (whole && !report.instruments.is_empty())).then(|| {
        html! {
            @if !report.instruments.is_empty() { h3 { "Questions and scoring" } (instruments(report)) }
            @if any && whole { h3 { "The main results without some of the people" } (sensitivity(report)) }
            @if whole { h3 { "How well scales hang together" } (reliability(report)) }
            @if any {
                h3 { "If everybody were independent" }
                (results::naive(report))
                h3 { "Ties, ends of scales and effect sizes" }
                (sizes(report))
            }
        }
    })
}

/// Word for word, each with its codes and how it is scored.
fn instruments(report: &Report) -> Markup {
    html! {
        p.quiet { (report.in_words("appendix", "items")) }
        @for one in &report.instruments {
            details { summary { (one.title) ": " (one.survey) } (instrument(one)) }
        }
    }
}

fn instrument(one: &Instrument) -> Markup {
    let columns = [Column::words("Item"), Column::words("Wording"), Column::words("Codes")];
    let rows = one.items.iter().map(|item| {
        let codes: Vec<String> = item.codes.iter().map(|(code, label)| format!("{code} = {label}")).collect();
        vec![
            html! { code { (item.id) } },
            html! {
                (item.wording)
                @if let Some(after) = &item.after { span.cell-line { "Afterwards: " (after) } }
                @if !item.jobs.is_empty() { span.cell-line.small { "Jobs: " (item.jobs.join(", ")) "." } }
                @if !item.foils.is_empty() { span.cell-line.small { "That do not exist: " (item.foils.join(", ")) "." } }
            },
            html! { span.small { (codes.join(" · ")) } },
        ]
    });
    html! {
        p.small { "Score: " (one.scoring) @if let Some(cut) = &one.cut { " Cut: " (cut) } }
        (table(&format!("{}: the questions of {}", one.title, one.survey), &columns, &rows.collect::<Vec<_>>()))
    }
}

/// The main results beside themselves, each time without some of their people.
fn sensitivity(report: &Report) -> Markup {
    html! {
        p.quiet { (report.in_words("sensitivity", "note")) }
        @for one in &report.sensitivity { (runs(report, one)) }
    }
}

fn runs(report: &Report, one: &Sensitivity) -> Markup {
    let when = wording::when(one.comparison);
    let unit = if one.is_percent { "%" } else { "points" };
    let columns = [
        Column::words("Who stands behind it"),
        Column::figures("Left out"),
        Column::figures("Left (n)"),
        Column::figures(format!("Change, {unit} (95%)")),
        Column::words("Method"),
    ];
    let main_id = format!("{}.all", one.id.trim_start_matches("sensitivity."));
    let main = vec![
        html! { strong { (report.in_words("sensitivity", "main")) } },
        html! { "–" },
        traced(&main_id, "n_matched", count(&one.matched)),
        html! { strong { (traced(&main_id, if one.is_percent { "change_percent" } else { "change_points" }, print::estimate(&one.change))) } },
        html! { (method(&one.change)) },
    ];
    let others = one.runs.iter().map(|run| {
        let points = if one.is_percent && run.code == "everybody" { " points" } else { "" };
        let id = format!("{}.{}", one.id, run.code);
        let change = if one.is_percent && points.is_empty() { "change_percent" } else { "change_points" };
        vec![
            html! { (run.label) },
            traced(&id, "n_left_out", count(&run.left_out)),
            traced(&id, "n_left", count(&run.left)),
            match &run.change {
                Figure::Shown(estimate) => {
                    traced(&id, change, html! { (estimate.value.text) (points) " (" (print::interval(estimate)) ")" })
                }
                hidden => tables::hidden(hidden),
            },
            html! { @if let Figure::Shown(estimate) = &run.change { (method(estimate)) } },
        ]
    });
    let rows: Vec<Vec<Markup>> = std::iter::once(main).chain(others).collect();
    table(&format!("{} ({}{when}) without some of the people", one.title, who(one.who)), &columns, &rows)
}

fn method(estimate: &Estimate) -> &'static str {
    estimate.interval.shown().map_or("", |interval| interval.method)
}

fn reliability(report: &Report) -> Markup {
    let columns = [
        Column::words("Scale"),
        Column::words("Asked"),
        Column::figures("Items"),
        Column::figures("Answered all (n)"),
        Column::figures("Alpha (95%)"),
        Column::figures("Omega"),
    ];
    let rows = report.reliability.iter().map(|one| {
        let alpha = match &one.alpha {
            Figure::Shown(alpha) => traced(&one.id, "alpha", print::estimate(alpha)),
            hidden => tables::hidden(hidden),
        };
        vec![
            html! { (one.title) ", " (one.survey) },
            html! { @if one.moment == "pre" { "before" } @else { "after" } },
            traced(&one.id, "items", one.items),
            traced(&one.id, "n_complete", count(&one.n)),
            alpha,
            traced(&one.id, "omega", print::number(&one.omega)),
        ]
    });
    let title = "Reliability of the scales";
    html! {
        @if report.reliability.is_empty() { p { (report.in_words("appendix", "reliability_none")) } }
        @else {
            p.quiet { (report.in_words("appendix", "reliability")) }
            (table(title, &columns, &rows.collect::<Vec<_>>()))
        }
    }
}

/// How many did not move, how many stood at an end, and how large changes are free of their unit.
fn sizes(report: &Report) -> Markup {
    let shown = |outcome: &&Outcome| outcome.rank < Rank::Describe && outcome.headline.change.shown().is_some();
    let outcomes: Vec<&Outcome> = report.primary.iter().chain(&report.secondary).filter(shown).collect();
    let (moved, large) = ("Who did not move, and who stood at an end of the scale", "Effect sizes");
    html! {
        p.quiet { (report.in_words("ties", "note")) }
        details { summary { (moved) } (tables::ties(moved, &outcomes)) }
        @if outcomes.iter().any(|outcome| outcome.effects.is_some()) {
            p.quiet { (report.in_words("ties", "effects")) }
            details { summary { (large) } (effects(large, &outcomes)) }
        }
    }
}

fn effects(caption: &str, outcomes: &[&Outcome]) -> Markup {
    let columns = [
        Column::words("Result"),
        Column::figures("Matched"),
        Column::words("SDs in"),
        Column::figures("SD before"),
        Column::figures("SD after"),
        Column::figures("SD change"),
        Column::figures("d_av"),
        Column::figures("d_z"),
        Column::figures("g_z"),
        Column::figures("r_rb"),
        Column::figures("p"),
        Column::figures("PS"),
    ];
    let rows = outcomes.iter().filter_map(|outcome| {
        let effects = outcome.effects.as_ref()?;
        let [sd_before, sd_after, sd_change] = &effects.sd;
        let figures = [
            ("sd_before", sd_before),
            ("sd_after", sd_after),
            ("sd_change", sd_change),
            ("d_av", &effects.d_av),
            ("d_z", &effects.d_z),
            ("hedges_g", &effects.hedges_g),
            ("rank_biserial", &effects.rank_biserial),
        ];
        let id = &outcome.headline.id;
        let unit =
            if outcome.headline.unit == Level::PercentOfPeople { "steps of the answer" } else { "points of 100" };
        let mut cells = vec![
            html! { (tables::name(outcome)) },
            traced(id, "n_matched", count(&outcome.headline.base.matched)),
            html! { (unit) },
        ];
        cells.extend(figures.map(|(statistic, figure)| traced(id, statistic, print::number(figure))));
        cells.push(
            html! { @if let Some(p) = &effects.signed_rank_p { (traced(id, "p_signed_rank", print::number(p))) } },
        );
        cells.push(traced(id, "improvement", print::number(&effects.improvement)));
        Some(cells)
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// Who helped, and the languages that were read.
pub(super) fn circumstances(report: &Report) -> Markup {
    let rows = &report.circumstances.rows;
    let columns = [
        Column::words("Questionnaires"),
        Column::words("Answered with"),
        Column::figures("People"),
        Column::figures("Of"),
    ];
    let when = |code: &str| match code {
        "pre" => "before",
        "post" => "after",
        _ => "later",
    };
    let lines = rows.iter().map(|row| {
        let of = row.people.shown().map_or_else(String::new, |share| number::count(share.of));
        vec![
            html! { (who(row.who)) ", " (when(row.moment)) },
            html! { @if row.circumstance == "helper" { "help: " } @else { "language: " } (row.label) },
            traced(&row.id, "answered_with", print::share(&row.people)),
            html! { span data-rows=(row.id) { (of) } },
        ]
    });
    html! {
        @if !rows.is_empty() {
            details {
                summary { "Who helped, and in which languages" }
                (table("How questionnaires were answered", &columns, &lines.collect::<Vec<_>>()))
            }
        }
    }
}

/// Main results by how many sessions children came to.
pub(super) fn by_dose(report: &Report) -> Markup {
    html! {
        @if !report.dose_changes.is_empty() {
            h3 { "Main results by how many sessions children came to" }
            p.quiet { (report.in_words("appendix", "dose")) }
            @for one in &report.dose_changes {
                @let later = if one.comparison == Comparison::Later { "later" } else { "after" };
                @let columns = [
                    Column::words("Sessions come to"),
                    Column::figures("Matched"),
                    Column::figures("Level before"),
                    Column::figures(format!("Level {later}")),
                    Column::figures(if one.is_percent { "Change, % (95%)" } else { "Change, points (95%)" }),
                ];
                @let rows: Vec<Vec<Markup>> = one.bands.iter().map(|band| {
                    let id = format!("{}.{}", one.id, band.code());
                    let change = if one.is_percent { "change_percent" } else { "change_points" };
                    let mut cells = vec![html! { span.scale { (band.words()) } }, traced(&id, "n_matched", number::count(band.matched))];
                    match &band.change {
                        Figure::Shown(found) => cells.extend([
                            traced(&id, "level_before", &found.before.text),
                            traced(&id, "level_after", &found.after.text),
                            traced(&id, change, print::estimate(&found.change)),
                        ]),
                        hidden => cells.extend((0..3).map(|_| tables::hidden(hidden))),
                    }
                    cells
                }).collect();
                (table(&format!("{} by sessions come to", one.title), &columns, &rows))
            }
        }
    }
}
