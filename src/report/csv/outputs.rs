//! What was done and what it cost: reach, flow, targets, money; and what sentences count beside results.

use super::Line;
use crate::report::told::Told;
use crate::report::{Costs, Figure, Flow, Money, Newcomers, Reach, Reason, Report, TargetRow, Targets};

/// All of it.
pub(super) fn lines(report: &Report, lines: &mut Vec<Line>) {
    lines.extend(reach_lines(&report.reach));
    lines.extend(day_lines(report));
    lines.extend(report.flows.iter().flat_map(flow_lines));
    lines.extend(report.newcomers.iter().flat_map(newcomer_lines));
    lines.extend(target_lines(&report.targets));
    lines.extend(report.money.iter().flat_map(money_lines));
    lines.extend(report.costs.iter().flat_map(cost_lines));
    lines.extend(report.told().map(told_line));
    lines.extend(written_lines(report));
}

/// The days that the part of the target due by now is worked out from, where they are known.
fn day_lines(report: &Report) -> impl Iterator<Item = Line> {
    let days = [("starts_on", &report.starts_on), ("ends_on", &report.ends_on), ("judged_on", &report.targets.due_on)];
    let line = |(name, day): (&str, &String)| Line {
        shown: day.clone(),
        ..Line::plain(format!("programme.{name}"), name, "")
    };
    days.into_iter().filter(|(_, day)| !day.is_empty()).map(line)
}

fn reach_lines(reach: &Reach) -> Vec<Line> {
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
    counts.iter().map(|(name, n)| Line::plain(format!("reach.{name}"), name, "").count(n)).collect()
}

fn flow_lines(flow: &Flow) -> Vec<Line> {
    let who = flow.who.code();
    // The first step is who was asked; whoever is registered is the base of the others.
    let registered = flow.steps.get(1).and_then(|step| step.people.shown().copied());
    let line =
        |id: &str, statistic: &str, group: &str| Line { who, n: registered, ..Line::plain(id, statistic, group) };
    let mut lines = Vec::new();
    for (place, step) in flow.steps.iter().enumerate() {
        let id = format!("flow.{who}.{}", place + 1);
        let base = registered.filter(|_| place > 0);
        lines.push(Line { n: base, ..line(&id, "people", &step.label) }.count(&step.people));
        lines.push(line(&id, "percent_of_registered", &step.label).share(&step.of_registered));
        let of = |kind: &'static str, reasons: &[Reason]| -> Vec<Line> {
            let each = (1..).zip(reasons);
            each.map(|(nth, one): (i32, &Reason)| {
                line(&format!("{id}.{kind}.{nth}"), kind, &one.words).count(&one.people)
            })
            .collect()
        };
        lines.extend(of("lost", &step.lost).into_iter().chain(of("joined", &step.joined)));
    }
    lines.extend(
        flow.after_by_wave
            .iter()
            .map(|(wave, n)| line(&format!("flow.{who}.{}", wave.code()), "people", wave.code()).count(n)),
    );
    lines
}

fn newcomer_lines(one: &Newcomers) -> [Line; 2] {
    let line = |statistic: &str| Line {
        measure: one.item.clone(),
        who: one.who.code(),
        ..Line::plain(one.id.as_str(), statistic, &one.label)
    };
    [line("n_with_before").count(&one.before), line("n_with_both").count(&one.both)]
}

fn target_lines(targets: &Targets) -> Vec<Line> {
    let mut lines = against_target(std::iter::once(("programme".to_owned(), &targets.programme)));
    lines.extend(of_projects(targets));
    let judged = Line::plain("target.programme.awareness_reading", "awareness_reading", &targets.programme.name);
    lines.push(Line { shown: targets.awareness_reading.code().to_owned(), ..judged });
    if targets.note.is_some() {
        let due = Figure::Shown(targets.due.clone());
        lines.push(Line::plain("target.programme.children_due", "children_due", "").number(&due));
    }
    let unsure = targets.projects.iter().filter(|row| row.awareness_unsure).count();
    let unsure = Figure::Shown(i64::try_from(unsure).unwrap_or(i64::MAX));
    lines.push(Line::plain("target.tally.unsure", "projects_unsure", "").count(&unsure));
    lines.extend(targets.awareness_tally.iter().map(|(status, n)| {
        let n = Figure::Shown(i64::try_from(*n).unwrap_or(i64::MAX));
        Line::plain(format!("target.tally.{}", status.code()), "projects_by_status", &status.word()).count(&n)
    }));
    lines
}

/// How each project stands against target: of a project by itself, its own line.
pub(super) fn of_projects(targets: &Targets) -> Vec<Line> {
    against_target(targets.projects.iter().map(|row| (format!("project.{}", row.number), row)))
}

fn against_target<'a>(rows: impl Iterator<Item = (String, &'a TargetRow)>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (place, row) in rows {
        let line = |statistic: &str| Line::plain(format!("target.{place}.{statistic}"), statistic, &row.name);
        lines.extend([
            line("children_target").count(&Figure::Shown(row.target)),
            line("children_reached").count(&row.reached),
            Line { n: Some(row.target), ..line("children_percent") }.number(&row.reached_percent),
            Line { shown: row.reached_status.word(), ..line("children_status") },
            line("awareness_target").count(&Figure::Shown(row.awareness_target)),
            Line { n: row.matched.shown().copied(), ..line("awareness_percent") }.estimate(&row.awareness),
            line("awareness_matched").count(&row.matched),
            Line { shown: row.awareness_status.word(), ..line("awareness_status") },
        ]);
        let own = row.held_apart().map(|held| held.target).filter(|target| *target != row.awareness_target);
        lines.extend(own.map(|target| line("awareness_held_target").count(&Figure::Shown(target))));
        let held = row.held_apart().map(|held| Figure::Shown(held.percent.clone()));
        let matched = row.matched.shown().copied();
        lines.extend(held.map(|percent| Line { n: matched, ..line("awareness_held") }.number(&percent)));
    }
    lines
}

fn money_lines(money: &Money) -> Vec<Line> {
    let figures = [
        ("awarded", Figure::Shown(money.awarded.clone())),
        ("per_child", money.per_child.clone()),
        ("per_attendance", money.per_attendance.clone()),
        ("per_matched_child", money.per_matched_child.clone()),
    ];
    figures.iter().map(|(name, figure)| Line::plain(format!("money.{name}"), name, "").number(figure)).collect()
}

fn cost_lines(costs: &Costs) -> Vec<Line> {
    let mut lines = Vec::new();
    let strands = costs.strands.iter().enumerate().map(|(place, strand)| ((place + 1).to_string(), strand));
    for (place, strand) in strands.chain([("all".to_owned(), &costs.all)]) {
        let line = |statistic: &str| Line::plain(format!("cost.{place}"), statistic, &strand.name);
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
    lines.extend(heads.map(|(name, figure)| Line::plain("cost.all", name, "").number(figure)));
    lines
}

fn told_line(told: &Told) -> Line {
    let line = Line { measure: told.measure.clone(), ..Line::plain(told.id.as_str(), told.statistic, "") };
    match &told.share {
        Some(share) => line.share(&Figure::Shown(share.clone())),
        None => line.count(&Figure::Shown(told.count)),
    }
}

/// What people wrote down, counted: no statistic, but a number of the page.
fn written_lines(report: &Report) -> Vec<Line> {
    let voices = report.voices.counts.iter();
    let mut lines: Vec<Line> = voices
        .map(|(state, n)| Line::plain(format!("voices.{state}"), "quotes", state).count(&Figure::Shown(*n)))
        .collect();
    lines.extend(report.learning.themes.iter().enumerate().map(|(place, (theme, n))| {
        let n = i64::try_from(*n).unwrap_or(i64::MAX);
        Line::plain(format!("learning.themes.{}", place + 1), "entries", theme).count(&Figure::Shown(n))
    }));
    let levels =
        [("nesta", "nesta_level", report.evidence.nesta), ("maryland", "maryland_level", report.evidence.maryland)];
    lines.extend(levels.map(|(standard, name, level)| {
        Line::plain(format!("evidence.{standard}"), name, "").count(&Figure::Shown(i64::from(level)))
    }));
    lines.extend(report.method.questionnaires.iter().map(|one| Line {
        title: one.title.clone(),
        value: Some(f64::from(one.version)),
        shown: one.version.to_string(),
        ..Line::plain(format!("questionnaire.{}", one.survey), "version", &one.hash)
    }));
    lines
}
