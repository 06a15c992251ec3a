//! The technical appendix: results without some of their people, by sessions come to, reliability, who helped.

use super::{Line, why};
use crate::report::dose_change::DoseChange;
use crate::report::effects::{Effects, Ends};
use crate::report::scales::Reliability;
use crate::report::sensitivity::Sensitivity;
use crate::report::{Figure, Outcome, Report};

/// All of it but what belongs to one finding.
pub(super) fn lines(report: &Report, lines: &mut Vec<Line>) {
    lines.extend(report.sensitivity.iter().flat_map(sensitivity_lines));
    lines.extend(report.dose_changes.iter().flat_map(dose_lines));
    lines.extend(report.reliability.iter().flat_map(reliability_lines));
    let circumstances = &report.circumstances;
    lines.extend(circumstances.rows.iter().chain(&circumstances.helped).map(|row| {
        let line = Line::plain(row.id.as_str(), "answered_with", &row.label);
        Line { who: row.who.code(), ..line }.share(&row.people)
    }));
}

/// What belongs to everyone's finding of an outcome.
pub(super) fn of_outcome(outcome: &Outcome, lines: &mut Vec<Line>) {
    let line = |statistic: &str| Line::of(&outcome.headline, statistic);
    if let Some(Ends { bottom_before, bottom_after, top_after }) = &outcome.ends {
        let ends =
            [("at_bottom_before", bottom_before), ("at_bottom_after", bottom_after), ("at_top_after", top_after)];
        lines.extend(ends.map(|(name, share)| line(name).share(share)));
    }
    if let Some(Effects {
        sd: [sd_before, sd_after, sd_change],
        d_av,
        d_z,
        hedges_g,
        rank_biserial,
        signed_rank_p,
        improvement,
    }) = &outcome.effects
    {
        let sizes = [
            ("sd_before", sd_before),
            ("sd_after", sd_after),
            ("sd_change", sd_change),
            ("d_av", d_av),
            ("d_z", d_z),
            ("hedges_g", hedges_g),
            ("rank_biserial", rank_biserial),
            ("improvement", improvement),
        ];
        lines.extend(sizes.map(|(name, figure)| line(name).number(figure)));
        lines.extend(signed_rank_p.iter().map(|p| {
            let method = "Pratt’s signed-rank test";
            Line { method, ..line("p_signed_rank") }.number(p)
        }));
    }
}

fn change(is_percent: bool) -> &'static str {
    if is_percent { "change_percent" } else { "change_points" }
}

fn sensitivity_lines(one: &Sensitivity) -> Vec<Line> {
    let runs = one.runs.iter().flat_map(|run| {
        let line = |statistic: &str| Line {
            id: format!("{}.{}", one.id, run.code),
            measure: one.measure.clone(),
            title: one.title.clone(),
            who: one.who.code(),
            comparison: one.comparison.code(),
            group: run.code.to_owned(),
            statistic: statistic.to_owned(),
            n: run.left.shown().copied(),
            ..Line::default()
        };
        let in_percent = one.is_percent && run.code != "everybody";
        [
            line("n_left_out").count(&run.left_out),
            line("n_left").count(&run.left),
            line(change(in_percent)).estimate(&run.change),
        ]
    });
    runs.collect()
}

fn dose_lines(one: &DoseChange) -> Vec<Line> {
    let bands = one.bands.iter().flat_map(|band| {
        let line = |statistic: &str| Line {
            id: format!("{}.{}", one.id, band.code()),
            measure: one.measure.clone(),
            title: one.title.clone(),
            who: "child",
            comparison: one.comparison.code(),
            group: band.words(),
            statistic: statistic.to_owned(),
            n: Some(band.matched),
            ..Line::default()
        };
        let mut lines = vec![line("n_matched").count(&Figure::Shown(band.matched))];
        match &band.change {
            Figure::Shown(found) => lines.extend([
                line("level_before").number(&Figure::Shown(found.before.clone())),
                line("level_after").number(&Figure::Shown(found.after.clone())),
                line(change(one.is_percent)).estimate(&Figure::Shown(found.change.clone())),
            ]),
            hidden => lines.push(Line { shown: why(hidden), ..line(change(one.is_percent)) }),
        }
        lines
    });
    bands.collect()
}

fn reliability_lines(one: &Reliability) -> [Line; 4] {
    let line = |statistic: &str| Line {
        id: one.id.clone(),
        measure: one.measure.clone(),
        title: one.title.clone(),
        group: one.survey.clone(),
        statistic: statistic.to_owned(),
        n: one.n.shown().copied(),
        ..Line::default()
    };
    let items = Figure::Shown(i64::try_from(one.items).unwrap_or(i64::MAX));
    [
        line("items").count(&items),
        line("n_complete").count(&one.n),
        line("alpha").estimate(&one.alpha),
        Line { method: "one factor, maximum likelihood", ..line("omega") }.number(&one.omega),
    ]
}
