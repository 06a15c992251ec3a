//! The tables of a report.

use maud::{Markup, html};

use super::super::{
    Change, Cluster, Clusters, Cut, Figure, Finding, Interval, Level, OptionShares, Outcome, Questionnaire, Share,
    Standing, Together, later, print, who,
};
use super::{count, grade, rows_of, traced, withheld};
use crate::html::partials::{Column, table};
use crate::survey::Comparison;

/// Findings line by line: whom, how many, before, after, change.
pub(super) fn findings(caption: &str, later: &str, findings: &[&Finding]) -> Markup {
    let percent = findings.iter().any(|finding| finding.change.shown().is_some_and(Change::has_percent));
    let mut columns = vec![
        Column::words("Group"),
        Column::figures("Registered"),
        Column::figures("Before (n)"),
        Column::figures(format!("{} (n)", print::capital(later))),
        Column::figures("Matched"),
        Column::figures("Level before"),
        Column::figures(format!("Level {later}")),
        Column::figures("Change, points (95%)"),
    ];
    if percent {
        columns.push(Column::figures("Change, % (95%)"));
    }
    let rows: Vec<Vec<Markup>> = findings.iter().map(|finding| finding_row(finding, percent)).collect();
    table(caption, &columns, &rows)
}

fn finding_row(finding: &Finding, percent: bool) -> Vec<Markup> {
    let of = |statistic: &str, figure: Markup| traced(&finding.id, statistic, figure);
    let mut cells = vec![html! { (finding.group.name) }];
    cells.extend(people(finding));
    match &finding.change {
        Figure::Shown(change) => {
            cells.push(of("level_before", html! { (change.before.text) }));
            cells.push(of("level_after", html! { (change.after.text) }));
            cells.push(of("change_points", html! { (print::estimate(&change.points)) }));
            if percent {
                cells.push(match &change.percent {
                    Some(Figure::Shown(estimate)) => of("change_percent", html! { (print::estimate(estimate)) }),
                    _ => withheld("–"),
                });
            }
        }
        hidden => cells.extend((0..3 + usize::from(percent)).map(|_| withheld(print::no_change(hidden)))),
    }
    cells
}

/// Registered, before, after and matched: how many people stand behind a finding.
pub(super) fn people(finding: &Finding) -> [Markup; 4] {
    let base = &finding.base;
    [
        ("n_registered", &base.registered),
        ("n_before", &base.before),
        ("n_after", &base.after),
        ("n_matched", &base.matched),
    ]
    .map(|(statistic, figure)| traced(&finding.id, statistic, count(figure)))
}

/// Improved, same and lower line by line.
pub(super) fn directions(caption: &str, findings: &[&Finding]) -> Markup {
    let columns = [
        Column::words("Group"),
        Column::figures("Matched"),
        Column::figures("Improved"),
        Column::figures("Same"),
        Column::figures("Lower"),
    ];
    let rows = findings.iter().map(|finding| {
        let of = |statistic: &str, figure: Markup| traced(&finding.id, statistic, figure);
        let mut cells = vec![html! { (finding.group.name) }, of("n_matched", count(&finding.base.matched))];
        match &finding.change {
            Figure::Shown(change) => {
                let moved = &change.direction;
                let shares = [("improved", &moved.improved), ("same", &moved.same), ("lower", &moved.lower)];
                cells.extend(shares.map(|(statistic, share)| of(statistic, html! { (print::share(share)) })));
            }
            hidden => cells.extend((0..3).map(|_| withheld(print::no_change(hidden)))),
        }
        cells
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// Outcomes of everyone line by line.
pub(super) fn outcomes(caption: &str, outcomes: &[&Outcome]) -> Markup {
    let columns = [
        Column::words("Result"),
        Column::words("Measured in"),
        Column::figures("Matched"),
        Column::figures("Before"),
        Column::figures("After"),
        Column::figures("Change, points (95%)"),
        Column::figures("Improved"),
        Column::figures("Lower"),
    ];
    let rows = outcomes.iter().map(|outcome| {
        let finding = &outcome.headline;
        let of = |statistic: &str, figure: Markup| traced(&finding.id, statistic, figure);
        let matched = of("n_matched", count(&finding.base.matched));
        let mut cells = vec![html! { (name(outcome)) }, html! { (unit(finding.unit)) }, matched];
        match &finding.change {
            Figure::Shown(change) => cells.extend([
                of("level_before", html! { (change.before.text) }),
                of("level_after", html! { (change.after.text) }),
                of("change_points", html! { (print::estimate(&change.points)) }),
                of("improved", html! { (print::share(&change.direction.improved)) }),
                of("lower", html! { (print::share(&change.direction.lower)) }),
            ]),
            hidden => cells.extend((0..5).map(|_| withheld(print::no_change(hidden)))),
        }
        cells
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// In place of a figure that is not shown: why there is none, where there is a reason to print.
pub(super) fn hidden<T>(figure: &Figure<T>) -> Markup {
    match figure {
        Figure::Undefined(reason) => html! { (reason) },
        hidden => withheld(print::no_change(hidden)),
    }
}

/// How many stayed the same, and how many stood at an end of the scale.
pub(super) fn ties(caption: &str, outcomes: &[&Outcome]) -> Markup {
    let columns = [
        Column::words("Result"),
        Column::figures("Matched"),
        Column::figures("Same (ties)"),
        Column::figures("At the bottom before"),
        Column::figures("after"),
        Column::figures("At the top before"),
        Column::figures("after"),
    ];
    let rows = outcomes.iter().map(|outcome| {
        let of = |statistic: &str, figure: String| traced(&outcome.headline.id, statistic, figure);
        let same = outcome.headline.change.shown().map(|change| print::share(&change.direction.same));
        let ends = outcome
            .at_top
            .as_ref()
            .zip(outcome.ends.as_ref())
            .map(|(top, ends)| [&ends.bottom_before, &ends.bottom_after, top, &ends.top_after].map(print::share));
        let has_ends = ends.is_some();
        let [bottom_before, bottom_after, top_before, top_after] =
            ends.unwrap_or_else(|| ["", "", "see its answers", ""].map(str::to_owned));
        vec![
            html! { (name(outcome)) },
            of("n_matched", print::count(&outcome.headline.base.matched)),
            of("same", same.unwrap_or_default()),
            if has_ends {
                of("at_bottom_before", bottom_before)
            } else {
                html! {}
            },
            if has_ends {
                of("at_bottom_after", bottom_after)
            } else {
                html! {}
            },
            if has_ends {
                of("at_top_before", top_before)
            } else {
                html! { (top_before) }
            },
            if has_ends {
                of("at_top_after", top_after)
            } else {
                html! {}
            },
        ]
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// Changes of everyone with the printed interval and the naive one, and both tests where there is one.
pub(super) fn naive(caption: &str, outcomes: &[&Outcome]) -> Markup {
    let columns = [
        Column::words("Result"),
        Column::figures("Change"),
        Column::figures("By session or family (95%)"),
        Column::words("Method"),
        Column::figures("As if independent (95%)"),
        Column::words("Method"),
    ];
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for outcome in outcomes {
        let Some(change) = outcome.headline.change.shown() else { continue };
        let percent = change.percent.as_ref().and_then(Figure::shown);
        for estimate in percent.into_iter().chain([&change.points]) {
            let points = if percent.is_some_and(|percent| std::ptr::eq(percent, estimate)) { "" } else { ", points" };
            let method = |interval: &Figure<Interval>| interval.shown().map_or("", |interval| interval.method);
            let id = &outcome.headline.id;
            let [own, naive] = if points.is_empty() && percent.is_some() {
                ["change_percent", "change_percent_naive"]
            } else {
                ["change_points", "change_points_naive"]
            };
            rows.push(vec![
                html! { (name(outcome)) (points) },
                traced(id, own, &estimate.value.text),
                in_rows(id, own, &print::limits(&estimate.interval)),
                html! { (method(&estimate.interval)) },
                in_rows(id, naive, &print::limits(&estimate.naive_interval)),
                html! { (method(&estimate.naive_interval)) },
            ]);
        }
        if let Some(test) = &outcome.test {
            rows.push(vec![
                html! { (name(outcome)) ", test" },
                html! {},
                html! {
                    "p " (traced(&outcome.headline.id, "p", print::number(&test.p)))
                    ", Holm " (traced(&outcome.headline.id, "p_holm", print::number(&test.adjusted)))
                },
                html! { (test.method) },
                html! { "p " (traced(&outcome.headline.id, "p_naive", print::number(&test.naive_p))) },
                html! { (test.naive_method) },
            ]);
        }
    }
    table(caption, &columns, &rows)
}

/// The main results project by project (or area by area), side by side.
pub(super) fn by_group(caption: &str, cut: Cut, outcomes: &[Outcome]) -> Markup {
    let of = |outcome: &'_ Outcome| outcome.by(cut).to_vec();
    let all: Vec<Vec<Finding>> = outcomes.iter().map(of).collect();
    let Some(first) = all.first() else { return html! {} };
    let heading = match cut {
        Cut::Area => "Area",
        Cut::Model => "Delivery model",
        Cut::Term => "Projects that began in",
        _ => "Project",
    };
    let mut columns = vec![Column::words(heading)];
    columns.extend(outcomes.iter().map(|outcome| Column::figures(name(outcome))));
    let rows = first.iter().enumerate().map(|(place, finding)| {
        let results = all.iter().filter_map(|findings| findings.get(place)).map(group_cell);
        std::iter::once(html! { (finding.group.name) }).chain(results).collect::<Vec<_>>()
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// Before → after, the change with its interval, and how many.
fn group_cell(finding: &Finding) -> Markup {
    html! {
        @match &finding.change {
            Figure::Shown(change) => {
                span.cell-line {
                    (traced(&finding.id, "level_before", &change.before.text)) " → " (traced(&finding.id, "level_after", &change.after.text))
                }
                span.cell-line.small {
                    strong { (traced(&finding.id, if change.has_percent() { "change_percent" } else { "change_points" }, print::change(change))) }
                    " (" (in_rows(&finding.id, "change_percent,change_points", &print::interval(change.headline()))) ")"
                }
                span.cell-line.small data-rows=(rows_of(&finding.id, "clusters")) { (grade(&change.judgement)) (few(&change.clusters)) }
            }
            hidden => span.cell-line { (withheld(print::no_change(hidden))) },
        }
        span.cell-line.small {
            "n " (traced(&finding.id, "n_matched", count(&finding.base.matched)))
            " of " (traced(&finding.id, "n_registered", count(&finding.base.registered)))
        }
    }
}

/// Figures that are a part of their rows: limits without the value between them.
fn in_rows(id: &str, statistics: &str, figures: &str) -> Markup {
    html! { span data-rows=(rows_of(id, statistics)) { (figures) } }
}

/// How few sessions or families there are, where they are few.
fn few(clusters: &Clusters) -> String {
    match (clusters.standing, clusters.unit, clusters.count.shown()) {
        (Standing::Enough, ..) => String::new(),
        (_, Cluster::Session, Some(&count)) => format!(", {}", print::counted(count, "session", "sessions")),
        _ => ", few families".to_owned(),
    }
}

/// The answers to one question by choice, before and after, with the id of their rows.
pub(super) fn answers(
    id: &str,
    caption: &str,
    afterwards: &str,
    options: &[OptionShares],
    together: &[Together],
) -> Markup {
    let of = |when: &str, answer: &str, share: String| traced(id, &format!("{when}: {answer}"), share);
    let columns = [Column::words("Answer"), Column::figures("Before"), Column::figures(afterwards)];
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for option in options {
        let mark = if option.positive { " ✓" } else { "" };
        rows.push(vec![
            html! { (option.label) (mark) },
            of("before", &option.label, print::share(&option.before)),
            of("after", &option.label, print::share(&option.after)),
        ]);
    }
    for side in together {
        let share =
            |share: &Option<Share>| share.clone().map_or_else(String::new, |share| print::share(&Figure::Shown(share)));
        let mark = if side.positive { " ✓" } else { "" };
        let words = format!("withheld {} answers together", if side.positive { "positive" } else { "other" });
        rows.push(vec![
            html! { "withheld ones together" (mark) },
            if side.before.is_some() {
                of("before", &words, share(&side.before))
            } else {
                html! {}
            },
            if side.after.is_some() {
                of("after", &words, share(&side.after))
            } else {
                html! {}
            },
        ]);
    }
    table(caption, &columns, &rows)
}

/// Which wording was answered, at which waves.
pub(super) fn questionnaires(caption: &str, answered: &[Questionnaire]) -> Markup {
    let columns = [
        Column::words("Questionnaire"),
        Column::figures("Version"),
        Column::words("Asks"),
        Column::words("Hash of its content (SHA-256)"),
    ];
    let rows = answered.iter().map(|one| {
        let mut asks: Vec<&str> = one.waves.iter().map(|wave| wave.word()).collect();
        asks.dedup();
        vec![
            html! { (one.title) },
            traced(&format!("questionnaire.{}", one.survey), "version", one.version),
            html! { (asks.join(", ")) },
            html! { code.hash { (one.hash) } },
        ]
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// A result's name with whom and when, where that is not the usual.
pub(super) fn name(outcome: &Outcome) -> String {
    let who = who(outcome.who);
    match outcome.comparison {
        Comparison::After => format!("{} ({who})", outcome.title),
        Comparison::Later => format!("{} ({who}, {})", outcome.title, later(outcome.comparison)),
    }
}

fn unit(level: Level) -> &'static str {
    match level {
        Level::JobsOf100 => "jobs of 100",
        Level::PercentOfPeople => "% of people",
        Level::PercentOfAnswers => "% of answers",
        Level::Points => "points of 100",
    }
}
