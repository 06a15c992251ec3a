//! A page a person can read.

use std::fmt::Write;

use super::{Analysis, GroupResult, Kind, Rows};
use crate::statistics::{Defined, Interval, summary};

/// Problem rows that the page lists; JSON lists more.
const LISTED: usize = 20;
/// Characters of a picture's line.
const WIDTH: usize = 48;

/// What was matched, the estimates with intervals, a picture, a sentence and the caveats.
pub fn to_text(analysis: &Analysis) -> String {
    let mut page = String::new();
    // writing to a string cannot fail
    let _ = write_rows(&mut page, analysis);
    for (index, result) in analysis.results.iter().enumerate() {
        if result.group.is_none() {
            let groups: Vec<&GroupResult> =
                analysis.results[index + 1..].iter().take_while(|other| other.group.is_some()).collect();
            let _ = write_measure(&mut page, result, &groups, analysis.clusters_cross);
        }
    }
    page
}

fn write_rows(page: &mut String, analysis: &Analysis) -> std::fmt::Result {
    let Rows { read, unanswered, blank, other_waves, superseded } = &analysis.rows;
    let problems = &analysis.problems;
    let shape = if analysis.wide { "one row a person" } else { "one row an answer" };
    writeln!(page, "{read} {} read ({shape}).", if *read == 1 { "row" } else { "rows" })?;
    for (n, what) in [
        (*unanswered, "without an answer"),
        (*blank, "blank"),
        (*superseded, "set aside: another answer of the same person and wave counts"),
        (problems.total, "could not be used"),
    ] {
        if n > 0 {
            writeln!(page, "  {n} {what}")?;
        }
    }
    for (wave, n) in other_waves {
        writeln!(page, "  {n} of wave “{wave}”, neither before nor after")?;
    }
    for problem in problems.listed.iter().take(LISTED) {
        writeln!(page, "    line {}: {}", problem.line, problem.reason)?;
    }
    if problems.total > LISTED as u64 {
        writeln!(page, "    and {} more; --format json lists them", problems.total - LISTED as u64)?;
    }
    Ok(())
}

fn write_measure(
    page: &mut String,
    result: &GroupResult,
    groups: &[&GroupResult],
    clusters_cross: bool,
) -> std::fmt::Result {
    let name = if result.measure.is_empty() { "Score" } else { &result.measure };
    writeln!(page, "\n{name}\n{}", "─".repeat(name.chars().count()))?;
    writeln!(page, "{}\n", result.caution.sentence)?;
    let counts = &result.counts;
    writeln!(
        page,
        "Matched     {} people; {} before only, {} after only ({} matched)",
        counts.pairs,
        counts.pre_only,
        counts.post_only,
        percent(counts.match_rate.percent)
    )?;
    let (before, after) = (summary(&result.pairs.pre()), summary(&result.pairs.post()));
    writeln!(page, "Mean        {} before, {} after", number(before.mean), number(after.mean))?;
    let by_cluster = result.clustered.as_ref().and_then(|c| c.cr2.ok());
    let interval = by_cluster.map_or(result.change.interval, |c| Ok(c.interval));
    let method = match &result.clustered {
        Some(c) if by_cluster.is_some() => format!("by cluster, {} of them", c.clusters),
        Some(_) => "one cluster: takes people as independent".to_owned(),
        None => "takes people as independent".to_owned(),
    };
    let independent = if by_cluster.is_some() { ", takes people as independent" } else { "" };
    writeln!(page, "Change      {}  95 % interval {} ({method})", signed(result.change.mean), limits(interval))?;
    if let Some(change) = &result.percent {
        let (set, method) = match result.percent_by_cluster {
            Some(set) => (set, "Fieller, by cluster"),
            None => (change.fieller.and_then(|fieller| fieller.interval()), "Fieller"),
        };
        let set = set.map_or_else(|reason| reason.to_string(), |i| format!("{:.1} % to {:.1} %", i.low, i.high));
        writeln!(
            page,
            "In percent  {}  95 % set {set} ({method})",
            change.value.map_or_else(|r| r.to_string(), |v| format!("{v:+.1} %"))
        )?;
    }
    if let Some(claim) = &result.claim {
        let p = claim.test.map(|test| test.p_greater);
        let least = claim.lower_percent.map_or_else(|r| r.to_string(), |v| format!("{v:+.1} %"));
        writeln!(
            page,
            "Target      p = {} for a rise above it; the rise is at least {least} (95 %, one-sided{independent})",
            p_value(p)
        )?;
    }
    if let Some(top) = &result.top {
        writeln!(
            page,
            "Top box     {} before, {} after; {} gained, {} lost; difference {} points, 95 % interval {} (Newcombe{independent})",
            percent(top.pre.percent),
            percent(top.post.percent),
            top.gained,
            top.lost,
            signed(top.difference),
            limits(top.interval)
        )?;
    }
    let direction = &result.direction;
    writeln!(
        page,
        "Direction   {} rose, {} stayed, {} fell",
        percent(direction.improved.percent),
        percent(direction.same.percent),
        percent(direction.declined.percent)
    )?;
    let test = match result.kind {
        Kind::Binary => "McNemar, mid-p",
        Kind::Ordinal => "signed ranks, Pratt",
        Kind::Count | Kind::Scale => "paired t",
    };
    if by_cluster.is_some() {
        writeln!(page, "p           {} (t by cluster)", p_value(result.p))?;
    }
    writeln!(page, "p           {} ({test}{independent})\n", p_value(result.p_independent))?;
    write_picture(page, result, interval)?;
    write_groups(page, groups)?;
    write_caveats(page, result, !groups.is_empty(), clusters_cross)
}

/// Who fell, stayed and rose as one bar, and the interval on a line with zero.
fn write_picture(page: &mut String, result: &GroupResult, interval: Defined<Interval>) -> std::fmt::Result {
    let direction = &result.direction;
    let n = direction.improved.n;
    if n == 0 {
        return Ok(());
    }
    let length = |count: u64| {
        let cells = u128::from(count) * WIDTH as u128 + u128::from(n) / 2;
        usize::try_from(cells / u128::from(n)).unwrap_or(WIDTH)
    };
    let (fell, rose) = (length(direction.declined.count), length(direction.improved.count));
    let same = WIDTH.saturating_sub(fell + rose);
    writeln!(page, "  fell │{}{}{}│ rose", "▒".repeat(fell), "·".repeat(same), "█".repeat(rose))?;
    let (Ok(mean), Ok(interval)) = (result.change.mean, interval) else { return Ok(()) };
    let reach = interval.low.abs().max(interval.high.abs());
    if reach <= 0.0 {
        return Ok(());
    }
    let mut line = vec![' '; WIDTH + 1];
    let at = |value: f64| {
        let place = (value / reach + 1.0) / 2.0 * WIDTH as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the line")]
        let place = place.round().clamp(0.0, WIDTH as f64) as usize;
        place
    };
    line[at(interval.low)..=at(interval.high)].fill('─');
    line[at(0.0)] = '┼';
    (line[at(interval.low)], line[at(interval.high)]) = ('├', '┤');
    line[at(mean)] = '●';
    writeln!(page, "change  {}", line.into_iter().collect::<String>())?;
    writeln!(page, "        {:<half$}0{:>half$}\n", format!("{:.2}", -reach), format!("{reach:.2}"), half = WIDTH / 2)
}

fn write_groups(page: &mut String, groups: &[&GroupResult]) -> std::fmt::Result {
    if groups.is_empty() {
        return Ok(());
    }
    let width =
        groups.iter().filter_map(|g| g.group.as_ref()).map(|name| name.chars().count()).max().unwrap_or(0).max(5);
    writeln!(page, "{:<width$}  {:>8}  {:>8}  {:<22}  p (all groups)", "Group", "Matched", "Change", "95 % interval")?;
    for group in groups {
        let name = group.group.as_deref().unwrap_or_default();
        let clustered = group.clustered.as_ref().and_then(|c| c.cr2.ok());
        let interval = clustered.map_or(group.change.interval, |c| Ok(c.interval));
        let p = group.p_of_groups.map_or_else(|| p_value(group.p), |p| p_value(Ok(p)));
        writeln!(
            page,
            "{:<width$}  {:>8}  {:>8}  {:<22}  {p}",
            if name.is_empty() { "(none)" } else { name },
            group.counts.pairs,
            signed(group.change.mean),
            limits(interval)
        )?;
    }
    writeln!(page)
}

fn write_caveats(page: &mut String, result: &GroupResult, grouped: bool, clusters_cross: bool) -> std::fmt::Result {
    let mut caveats = vec!["A before and an after without a comparison group show a change, not its cause.".to_owned()];
    if result.guessed {
        caveats.push(format!(
            "The scores were taken to be {}; say --measure count, ordinal, binary or scale.",
            result.kind.name()
        ));
    }
    // such codes stand for "no answer" in most questionnaires, and would drag every mean down
    let lowest = summary(&result.pairs.pre()).min.ok().into_iter().chain(summary(&result.pairs.post()).min.ok());
    if let Some(lowest) = lowest.reduce(f64::min).filter(|lowest| (-99.0..0.0).contains(lowest)) {
        caveats.push(format!(
            "Some scores are below zero, down to {lowest}. Codes for no answer are named with --missing."
        ));
    }
    if result.clustered.as_ref().is_some_and(|c| c.few) {
        caveats.push(
            "Few clusters: with fewer than 10 the interval may be too short, with fewer than 4 do not rely on it."
                .to_owned(),
        );
    }
    if clusters_cross {
        caveats.push(
            "Some clusters have people of several groups and count as one; name clusters apart where they are not one."
                .to_owned(),
        );
    }
    if result.counts.pre_only > 0 {
        caveats.push("People seen only before may differ from those who came back.".to_owned());
    }
    if grouped {
        caveats.push("The p of groups are corrected for looking at all of them (Benjamini & Hochberg).".to_owned());
    }
    for caveat in caveats {
        writeln!(page, "* {caveat}")?;
    }
    Ok(())
}

fn number(value: Defined<f64>) -> String {
    value.map_or_else(|reason| reason.to_string(), |v| format!("{v:.2}"))
}

fn signed(value: Defined<f64>) -> String {
    value.map_or_else(|reason| reason.to_string(), |v| format!("{v:+.2}"))
}

fn percent(value: Defined<f64>) -> String {
    value.map_or_else(|reason| reason.to_string(), |v| format!("{v:.1} %"))
}

fn limits(interval: Defined<Interval>) -> String {
    interval.map_or_else(|reason| reason.to_string(), |i| format!("{:+.2} to {:+.2}", i.low, i.high))
}

fn p_value(p: Defined<f64>) -> String {
    match p {
        Ok(p) if p < 0.001 => "< 0.001".to_owned(),
        Ok(p) => format!("{p:.3}"),
        Err(reason) => reason.to_string(),
    }
}
