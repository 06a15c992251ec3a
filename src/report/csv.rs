//! The report as a table: one line for each printed statistic.

use serde::Serialize;

use super::attrition::{Attrition, Bounds};
use super::change::Change;
use super::comparison::Beside;
use super::estimate::{Estimate, Interval, Share};
use super::finding::Finding;
use super::visits::Dose;
use super::{Figure, Number, Outcome, Report, Withheld};

/// One printed statistic.
#[derive(Debug, Default, Serialize)]
struct Line {
    id: String,
    measure: String,
    title: String,
    who: &'static str,
    comparison: &'static str,
    cut: &'static str,
    group: String,
    statistic: String,
    n: Option<i64>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    method: &'static str,
    shown: String,
}

impl Report {
    /// The report as UTF-8 CSV with a header line: every number of the pages, unrounded in `value`, `low`
    /// and `high`, as printed in `shown`; a figure that is withheld says so in `shown`.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn to_csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for line in self.lines() {
            writer.serialize(line)?;
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = if self.part.is_none() { self.outputs() } else { Vec::new() };
        for (outcome, finding) in self.findings() {
            finding_lines(finding, &mut lines);
            if finding.id == outcome.headline.id {
                test_lines(outcome, &mut lines);
                reading_lines(outcome, &mut lines);
            }
        }
        for outcome in self.primary.iter().chain(&self.secondary) {
            distribution_lines(outcome, &mut lines);
        }
        lines.extend(attrition_lines(&self.attrition));
        lines.extend(self.beside.iter().flat_map(|beside| &beside.results).flat_map(beside_lines));
        for described in &self.described {
            let line = Line {
                id: format!("{}.{}.described", described.measure, described.who.code()),
                measure: described.measure.clone(),
                title: text(&described.title),
                who: described.who.code(),
                statistic: "percent_positive".to_owned(),
                ..Line::default()
            };
            lines.push(line.share(&described.positive));
        }
        lines
    }

    /// Reach, flow, targets and money.
    fn outputs(&self) -> Vec<Line> {
        let reach = &self.reach;
        let named = |id: String, statistic: &str, group: &str| Line {
            id,
            group: text(group),
            statistic: statistic.to_owned(),
            ..Line::default()
        };
        let counts = [
            ("children", reach.children.clone()),
            ("adults", reach.adults.clone()),
            ("families", reach.families.clone()),
            ("sessions", Figure::Shown(reach.sessions)),
            ("attendances", reach.attendances.clone()),
            ("adult_attendances", reach.adult_attendances.clone()),
            ("areas", Figure::Shown(reach.areas)),
            ("projects", Figure::Shown(reach.projects)),
        ];
        let mut lines: Vec<Line> =
            counts.iter().map(|(name, n)| named(format!("reach.{name}"), name, "").count(n)).collect();
        for flow in &self.flows {
            let who = flow.who.code();
            for (place, step) in flow.steps.iter().enumerate() {
                let id = format!("flow.{who}.{}", place + 1);
                let line = Line { who, ..named(id.clone(), "people", &step.label) };
                lines.push(line.count(&step.people));
                lines.push(
                    Line { who, ..named(id.clone(), "percent_of_registered", &step.label) }.share(&step.of_registered),
                );
                let lost = step.lost.iter().map(|(why, n)| Line { who, ..named(id.clone(), "lost", why) }.count(n));
                lines.extend(lost);
            }
            lines.extend(flow.after_by_wave.iter().map(|(wave, n)| {
                Line { who, ..named(format!("flow.{who}.{}", wave.code()), "people", wave.code()) }.count(n)
            }));
        }
        let rows = std::iter::once(("programme".to_owned(), &self.targets.programme));
        let projects =
            self.targets.projects.iter().enumerate().map(|(place, row)| (format!("project.{}", place + 1), row));
        for (place, row) in rows.chain(projects) {
            let line = |statistic: &str| named(format!("target.{place}.{statistic}"), statistic, &row.name);
            lines.extend([
                line("children_target").count(&Figure::Shown(row.target)),
                line("children_reached").count(&row.reached),
                line("children_percent").number(&row.reached_percent),
                Line { shown: row.reached_status.word(), ..line("children_status") },
                line("awareness_target").count(&Figure::Shown(self.targets.awareness_target)),
                line("awareness_percent").estimate(&row.awareness),
                Line { shown: row.awareness_status.word(), ..line("awareness_status") },
            ]);
        }
        lines.extend(self.attendance_lines());
        if let Some(money) = &self.money {
            let figures = [
                ("awarded", Figure::Shown(money.awarded.clone())),
                ("per_child", money.per_child.clone()),
                ("per_attendance", money.per_attendance.clone()),
                ("per_matched_child", money.per_matched_child.clone()),
            ];
            lines.extend(figures.iter().map(|(name, figure)| named(format!("money.{name}"), name, "").number(figure)));
        }
        if let Some(costs) = &self.costs {
            let strands = costs.strands.iter().enumerate().map(|(place, strand)| ((place + 1).to_string(), strand));
            for (place, strand) in strands.chain([("all".to_owned(), &costs.all)]) {
                let line = |statistic: &str| named(format!("cost.{place}"), statistic, &strand.name);
                lines.extend([
                    line("budget").number(&Figure::Shown(strand.budget.clone())),
                    line("spent").number(&Figure::Shown(strand.spent.clone())),
                    line("share_of_spent").number(&strand.share),
                ]);
            }
            let heads = [
                ("spent_per_child", &costs.per_child),
                ("spent_per_attendance", &costs.per_attendance),
                ("spent_per_matched_child", &costs.per_matched_child),
            ];
            lines.extend(heads.map(|(name, figure)| named("cost.all".to_owned(), name, "").number(figure)));
        }
        lines
    }
}

impl Report {
    /// Doses, sessions project by project, and what went with how many came.
    fn attendance_lines(&self) -> Vec<Line> {
        let line = |id: String, group: &str, statistic: &str| Line {
            id,
            group: text(group),
            who: "child",
            statistic: statistic.to_owned(),
            ..Line::default()
        };
        let dose = |dose: &Dose| {
            let more = if dose.or_more { " or more" } else { "" };
            line(format!("dose.{}", dose.sessions), &format!("{}{more}", dose.sessions), "children_by_sessions")
                .share(&dose.children)
        };
        let mut lines: Vec<Line> = self.visits.doses.iter().map(dose).collect();
        for project in &self.visits.projects {
            let id = format!("visits.project.{}", project.id);
            match &project.sessions {
                Figure::Shown(points) => lines.extend(points.iter().enumerate().map(|(place, point)| {
                    let statistic = format!("children_at_session_{}", place + 1);
                    line(id.clone(), &project.name, &statistic).count(&Figure::Shown(point.children))
                })),
                hidden => {
                    lines.push(Line { shown: why(hidden), ..line(id.clone(), &project.name, "children_at_sessions") })
                }
            }
            if let Figure::Shown(trend) = &project.trend {
                lines.extend([
                    line(id.clone(), &project.name, "first_third").number(&Figure::Shown(trend.first.clone())),
                    line(id.clone(), &project.name, "last_third").number(&Figure::Shown(trend.last.clone())),
                    line(id, &project.name, "attendance_change").number(&trend.change),
                ]);
            }
        }
        for lever in &self.delivery.levers {
            for row in &lever.rows {
                let id = format!("lever.{}.{}", lever.key, row.key);
                let cells = lever.columns.iter().zip(&row.cells);
                lines.extend(cells.map(|((code, _), cell)| line(id.clone(), &row.name, code).number(cell)));
            }
        }
        lines.push(line("visits.newcomers".to_owned(), "", "first_visits").share(&self.delivery.newcomers));
        lines
    }
}

fn finding_lines(finding: &Finding, lines: &mut Vec<Line>) {
    let line = |statistic: &str| Line::of(finding, statistic);
    let base = &finding.base;
    lines.extend([
        line("n_registered").count(&base.registered),
        line("n_before").count(&base.before),
        line("n_after").count(&base.after),
        line("n_matched").count(&base.matched),
    ]);
    let Figure::Shown(change) = &finding.change else {
        lines.push(Line { shown: why(&finding.change), ..line("change") });
        return;
    };
    let Change { before, after, points, percent, jobs, direction, switch, clusters, judgement, .. } = change;
    lines.extend([
        line("level_before").number(&Figure::Shown(before.clone())),
        line("level_after").number(&Figure::Shown(after.clone())),
        line("change_points").estimate(&Figure::Shown(points.clone())),
        line("change_points_naive").naive(points),
    ]);
    if let Some(percent) = percent {
        lines.push(line("change_percent").estimate(percent));
        lines.extend(percent.shown().map(|percent| line("change_percent_naive").naive(percent)));
    }
    lines.extend([
        line("clusters").count(&clusters.count),
        Line { shown: judgement.name.clone(), ..line("grade") },
        line("smallest_detectable_points").number(&judgement.smallest),
    ]);
    lines.extend(jobs.iter().flat_map(|jobs| {
        [("jobs_before", &jobs.before), ("jobs_after", &jobs.after)]
            .map(|(name, mean)| line(name).number(&Figure::Shown(mean.clone())))
    }));
    lines.extend([
        line("improved").share(&direction.improved),
        line("same").share(&direction.same),
        line("lower").share(&direction.lower),
    ]);
    match switch {
        Some(Figure::Shown(switch)) => lines.extend([
            line("starters").share(&Figure::Shown(switch.starters.clone())),
            line("stoppers").share(&switch.stoppers),
        ]),
        Some(hidden) => lines.push(Line { shown: why(hidden), ..line("starters") }),
        None => {}
    }
}

/// Who was lost: their befores, the bounds, and their groups.
fn attrition_lines(attrition: &Attrition) -> Vec<Line> {
    let mut lines = Vec::new();
    for loss in &attrition.results {
        let line = |statistic: &str| Line {
            id: loss.id.clone(),
            measure: loss.id.split('.').nth(1).unwrap_or_default().to_owned(),
            title: text(&loss.title),
            who: loss.who.code(),
            comparison: loss.comparison.code(),
            statistic: statistic.to_owned(),
            ..Line::default()
        };
        let bound = |of: fn(&Bounds) -> &Number| loss.bounds.clone().map(|bounds| of(&bounds).clone());
        lines.extend([
            line("n_with_before").count(&loss.before),
            line("lost").share(&loss.lost),
            line("level_before_matched").number(&loss.matched_before),
            line("level_before_lost").number(&loss.lost_before),
            line("standardised_difference").number(&loss.standardised),
            line("change_if_lost_lowest").number(&bound(|bounds| &bounds.lowest)),
            line("change_if_lost_unchanged").number(&bound(|bounds| &bounds.unchanged)),
            line("change_if_lost_highest").number(&bound(|bounds| &bounds.highest)),
        ]);
    }
    for group in &attrition.groups {
        let line = |statistic: &str| Line {
            id: format!("attrition.groups.{}", group.key),
            title: text(&attrition.measured_on),
            who: "child",
            group: text(&group.name),
            statistic: statistic.to_owned(),
            ..Line::default()
        };
        lines.extend([
            line("of_matched").share(&group.matched),
            line("of_lost").share(&group.lost),
            line("standardised_difference").number(&group.standardised),
        ]);
    }
    lines
}

/// A main result beside the comparison group's.
fn beside_lines(beside: &Beside) -> Vec<Line> {
    let line = |statistic: &str| Line {
        id: beside.id.clone(),
        measure: beside.measure.clone(),
        title: text(&beside.title),
        who: beside.who.code(),
        comparison: beside.comparison.code(),
        statistic: statistic.to_owned(),
        n: beside.others.shown().copied(),
        ..Line::default()
    };
    vec![
        line("n_comparison").count(&beside.others),
        line("level_before_comparison").number(&beside.others_before),
        line("level_after_comparison").number(&beside.others_after),
        line("change_points_comparison").number(&beside.others_change),
        line("difference_in_differences").estimate(&beside.difference),
    ]
}

/// Tests of the main results; the others have none.
fn test_lines(outcome: &Outcome, lines: &mut Vec<Line>) {
    let Some(test) = &outcome.test else { return };
    let line = |statistic: &str, method| Line { method, ..Line::of(&outcome.headline, statistic) };
    lines.extend([
        line("p", test.method).number(&test.p),
        line("p_holm", test.method).number(&test.adjusted),
        line("p_naive", test.naive_method).number(&test.naive_p),
    ]);
}

fn reading_lines(outcome: &Outcome, lines: &mut Vec<Line>) {
    let Some(Figure::Shown(readings)) = &outcome.readings else { return };
    let line = |statistic: &str| Line::of(&outcome.headline, statistic);
    let count = |n: usize| Figure::Shown(i64::try_from(n).unwrap_or(i64::MAX));
    lines.extend([
        line("median_change_jobs").number(&readings.typical),
        line("up_by_target").share(&readings.up_by_target),
        line("none_before").count(&readings.none_before),
        line("projects_judged").count(&count(readings.claim.projects)),
        line("projects_below_target").count(&count(readings.claim.below.len())),
    ]);
    if let Some(Figure::Shown(histogram)) = &outcome.histogram {
        lines.extend(histogram.ranges.iter().map(|range| line(&range.code()).share(&range.people)));
    }
    if let Some(check) = &readings.overclaim {
        lines.push(line("n_matched_without_overclaimers").count(&check.matched));
        lines.push(line("change_percent_without_overclaimers").estimate(&check.percent));
    }
}

fn distribution_lines(outcome: &Outcome, lines: &mut Vec<Line>) {
    for distribution in &outcome.distributions {
        let line = |statistic: String| Line {
            // The same in a report of everyone and in one of this questionnaire's people alone.
            id: [&outcome.measure, outcome.who.code(), outcome.comparison.code(), "all", &distribution.survey]
                .join("."),
            n: distribution.matched.shown().copied(),
            cut: "key_stage",
            group: text(&distribution.title),
            ..Line::of(&outcome.headline, &statistic)
        };
        let Figure::Shown(options) = &distribution.answers else {
            lines.push(Line { shown: why(&distribution.answers), ..line("answers".to_owned()) });
            continue;
        };
        lines.extend(options.iter().flat_map(|option| {
            [("before", &option.before), ("after", &option.after)]
                .map(|(when, share)| line(format!("{when}: {}", option.label)).share(share))
        }));
        lines.extend(distribution.together.iter().flat_map(|side| {
            let side_of = if side.positive { "positive" } else { "other" };
            let waves = [("before", &side.before), ("after", &side.after)];
            let shown = waves.into_iter().filter_map(|(when, share)| Some((when, share.clone()?)));
            let shown = shown.map(|(when, share)| (format!("{when}: withheld {side_of} answers together"), share));
            shown.map(|(statistic, share)| line(statistic).share(&Figure::Shown(share))).collect::<Vec<_>>()
        }));
    }
}

impl Line {
    fn of(finding: &Finding, statistic: &str) -> Line {
        Line {
            id: finding.id.clone(),
            measure: finding.measure.clone(),
            title: text(&finding.title),
            who: finding.who.code(),
            comparison: finding.comparison.code(),
            cut: finding.group.cut.code(),
            group: text(&finding.group.name),
            statistic: statistic.to_owned(),
            n: finding.base.matched.shown().copied(),
            ..Line::default()
        }
    }

    fn count(self, n: &Figure<i64>) -> Line {
        let shown = n.shown().map_or_else(|| why(n), i64::to_string);
        Line { value: n.shown().map(|&n| n as f64), shown, ..self }
    }

    fn number(self, figure: &Figure<Number>) -> Line {
        let shown = figure.shown().map_or_else(|| why(figure), |number| number.text.clone());
        Line { value: figure.shown().map(|number| number.value), shown, ..self }
    }

    fn estimate(self, figure: &Figure<Estimate>) -> Line {
        let line = self.number(&figure.clone().map(|estimate| estimate.value));
        line.within(figure.shown().and_then(|estimate| estimate.interval.shown()))
    }

    /// The interval of the appendix.
    fn naive(self, estimate: &Estimate) -> Line {
        match &estimate.naive_interval {
            Figure::Shown(interval) => self.number(&Figure::Shown(estimate.value.clone())).within(Some(interval)),
            hidden => Line { shown: why(hidden), ..self },
        }
    }

    fn share(self, figure: &Figure<Share>) -> Line {
        let n = figure.shown().map_or(self.n, |share| Some(share.of));
        let line = Line { n, ..self }.number(&figure.clone().map(|share| share.percent));
        line.within(figure.shown().and_then(|share| share.interval.shown()))
    }

    fn within(self, interval: Option<&Interval>) -> Line {
        let Some(interval) = interval else { return self };
        Line { low: Some(interval.low.value), high: Some(interval.high.value), method: interval.method, ..self }
    }
}

/// Why there is no figure, in a cell.
fn why<T>(figure: &Figure<T>) -> String {
    match figure {
        Figure::Shown(_) => String::new(),
        Figure::Withheld(Withheld::FewerThanTen) => "withheld: fewer than 10".to_owned(),
        Figure::Withheld(Withheld::FewerThanFive) => "<5".to_owned(),
        Figure::Withheld(Withheld::ProtectsAnother) => "withheld: protects another".to_owned(),
        Figure::Undefined(reason) => format!("undefined: {reason}"),
    }
}

/// A name that people typed, safe to open in a spreadsheet: what starts like a formula is quoted.
fn text(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { name.to_owned() }
}
