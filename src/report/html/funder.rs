//! The funder's page: one screen, one side of A4.

use maud::{Markup, html};

use super::super::charts::mini_dumbbell;
use super::super::{Change, Figure, Level, Outcome, Passage, Report, Status, Text, number, print, who};
use super::evaluator::{MATCHED, warned};
use super::room::Room;
use super::written::cost_id;
use super::{
    CHANGE, TARGET, awareness_status, beside_others, beside_rows, colophon, count, figures, grade, heading, headline,
    held, rows_of, status, target_id, traced, withheld, written,
};
use crate::html::partials::{Column, table};
use crate::statistics::Grade;

/// The whole page, inside `<main>`.
pub fn funder(report: &Report) -> Markup {
    funder_within(report, Room::WHOLE)
}

/// The page with so much room for what is long.
pub fn funder_within(report: &Report, room: Room) -> Markup {
    html! {
        div.one-page {
            (heading(report, "For the funder", report.in_time()))
            (reached(report))
            section.changed aria-labelledby="changed" {
                h2 #changed { "What changed" span.kind { "outcomes: changes in people who answered both times" } }
                @if report.primary.is_empty() { p { "No answers yet." } }
                @for outcomes in by_measure(report) { (change(report, &outcomes)) }
                @if !report.primary.is_empty() { @for sentence in report.unmeasured() { p.small { (sentence) } } }
            }
            div.pair {
                (targets(report, room))
                div {
                    (areas(report, room))
                    (money(report))
                }
            }
            (legend(report))
            @if report.text(Passage::Learning).or(report.text(Passage::Recommendations)).is_some() || !report.voices.quotes.is_empty() {
                div.pair.words { (learnt(report, room)) (voices(report, room)) }
            }
            @if let Some(words) = untold(report) { p.small { (words) } }
            section.sure aria-labelledby="sure" {
                h2 #sure { "How sure are we?" }
                p data-rows=(MATCHED) { @for sentence in &report.evidence.matched { (sentence) " " } (report.evidence.level) }
                @if !report.evidence.gravest.is_empty() {
                    p { @for caveat in &report.evidence.gravest { span data-rows=(warned(report, caveat)) { (caveat) } " " } }
                }
            }
            (colophon(report))
        }
    }
}

fn reached(report: &Report) -> Markup {
    let reach = &report.reach;
    let counts = [
        ("children", "children", count(&reach.children)),
        ("grown-ups", "adults", count(&reach.adults)),
        ("families", "families", count(&reach.families)),
        (
            if reach.sessions == 1 { "session" } else { "sessions" },
            "sessions",
            html! { (number::count(reach.sessions)) },
        ),
        ("attendances of children", "attendances", count(&reach.attendances)),
        (
            if reach.projects == 1 { "project" } else { "projects" },
            "projects",
            html! { (number::count(reach.projects)) },
        ),
        (if reach.areas == 1 { "area" } else { "areas" }, "areas", html! { (number::count(reach.areas)) }),
    ];
    html! {
        section.reached aria-labelledby="reached" {
            h2 #reached { "Who we reached" span.kind { "outputs: what was done" } }
            dl.counts { @for (label, name, figure) in counts {
                div { dt { (label) } dd { (traced(&format!("reach.{name}"), name, figure)) } }
            } }
        }
    }
}

/// The results of one measure: the number, a sentence for each of children and grown-ups, the little chart.
fn change(report: &Report, outcomes: &[&Outcome]) -> Markup {
    let mut all = outcomes.iter().filter_map(|outcome| Some((*outcome, outcome.headline.change.shown()?)));
    let shown = all.next();
    let others: Vec<(&Outcome, &Change)> = all.collect();
    let remarks: Vec<_> = outcomes.iter().flat_map(|&outcome| remarks(report, outcome)).collect();
    html! {
        div.change {
            @match shown {
                Some((outcome, change)) => div {
                    p.big-number data-rows=(rows_of(&outcome.headline.id, CHANGE)) { (headline(outcome, change)) }
                    p { (grade(&change.judgement)) }
                },
                None => p.big-number { "–" },
            }
            div {
                @for outcome in outcomes {
                    p data-rows=(rows_of(&outcome.headline.id, &format!("{CHANGE},n_registered"))) {
                        @if let Some((_, change)) = others.iter().find(|(other, _)| std::ptr::eq(*other, *outcome)) {
                            strong { (print::capital(who(outcome.who))) " " (headline(outcome, change)) } ", " (grade(&change.judgement)) ". "
                        }
                        (outcome.sentence) " " span.small { "(" (print::base(&outcome.headline.base)) ")" }
                    }
                }
            }
            @if let Some((outcome, change)) = shown {
                div {
                    (little(outcome, change))
                    p.small { (outcome.unit) }
                    @for (outcome, change) in &others { (little(outcome, change)) }
                }
            }
            @if !remarks.is_empty() {
                div.remarks { @for (outcome, rows, words) in &remarks {
                    p.small data-rows=(rows) { @if outcomes.len() > 1 { strong { (print::capital(who(outcome.who))) ":" } " " } (words) }
                } }
            }
        }
    }
}

/// What stands below a result: beside the comparison group's, whether it was reached, and how far it is to be trusted.
/// Each with the rows of its numbers.
fn remarks<'a>(report: &Report, outcome: &'a Outcome) -> Vec<(&'a Outcome, String, String)> {
    let of = |statistics: &str| rows_of(&outcome.headline.id, statistics);
    let claim = || format!("{} {TARGET}", of("change_percent,change_points"));
    let bases = "n_matched,n_before,n_after,clusters,smallest_detectable_points";
    let all = [
        beside_others(report, outcome).map(|words| (beside_rows(outcome), words)),
        outcome.claim.clone().map(|words| (claim(), words)),
        certainty(outcome).cloned().map(|words| (of(bases), words)),
        outcome.warning.clone().map(|words| (of("clusters"), words)),
    ];
    all.into_iter().flatten().map(|(rows, words)| (outcome, rows, words)).collect()
}

/// What speaks against a surer word; nothing where the grade is clear.
fn certainty(outcome: &Outcome) -> Option<&String> {
    let clear = matches!(outcome.verdict, Figure::Shown(Grade::ClearGain | Grade::ClearFall));
    outcome.certainty.as_ref().filter(|_| !clear)
}

fn little(outcome: &Outcome, change: &Change) -> Markup {
    let unit = if outcome.headline.unit == Level::PercentOfPeople { "%" } else { "" };
    let (before, after) = (format!("{}{unit}", change.before.whole()), format!("{}{unit}", change.after.whole()));
    let desc = format!("{before} before, {after} after. {}.", print::capital(&outcome.unit));
    let id = format!("mini-{}", figures::anchor(outcome));
    let chart =
        mini_dumbbell(&id, &outcome.finding, &desc, (change.before.value, &before), (change.after.value, &after));
    html! { div data-rows=(rows_of(&outcome.headline.id, CHANGE)) { (chart) } }
}

/// The main results, those of one measure together.
fn by_measure(report: &Report) -> Vec<Vec<&Outcome>> {
    let mut measures: Vec<Vec<&Outcome>> = Vec::new();
    for outcome in &report.primary {
        match measures.last_mut().filter(|last| last[0].measure == outcome.measure) {
            Some(last) => last.push(outcome),
            None => measures.push(vec![outcome]),
        }
    }
    measures
}

fn targets(report: &Report, room: Room) -> Markup {
    let targets = &report.targets;
    let shown = room.furthest(&targets.projects);
    let columns = [
        Column::words("Project"),
        Column::words("Children, of target"),
        Column::words(format!("Job roles known, target +{}%", targets.awareness_target)),
    ];
    let rows = shown.iter().copied().chain([&targets.programme]).map(|row| {
        let of = |statistic: &str, figure: Markup| traced(&format!("{}.{statistic}", target_id(row)), statistic, figure);
        let awareness = match &row.awareness {
            Figure::Shown(estimate) => {
                html! { (of("awareness_percent", html! { (estimate.value.text) })) span.small { ", n " (of("awareness_matched", count(&row.matched))) } (held(row, targets.awareness_target)) }
            }
            _ if row.awareness_status == Status::NotGiven => html! {},
            _ => withheld("too few to say"),
        };
        let reached = html! {
            (of("children_reached", count(&row.reached))) " / " (of("children_target", html! { (number::count(row.target)) }))
            // Of all together: in the lines of projects there is no room for it on one side.
            @if let (0, Some(percent)) = (row.number, row.reached_percent.shown()) { " (" (of("children_percent", html! { (percent.whole()) })) "%)" }
        };
        vec![
            // The programme's name stands over the page, and may be long.
            html! { @if row.number == 0 { "All together" } @else { (row.name) } },
            standing(&reached, row.reached_status, &status(row.reached_status)),
            standing(&awareness, row.awareness_status, &awareness_status(row)),
        ]
    });
    let tally = targets.awareness_tally.iter().filter(|(status, _)| *status != Status::NoTarget);
    let mut tally: Vec<String> = tally.map(|(status, n)| format!("{n} {}", status.word())).collect();
    let unsure = targets.projects.iter().filter(|row| row.awareness_unsure).count();
    if unsure > 0 {
        tally.push(format!("{unsure} of them unsure"));
    }
    html! {
        section.targets aria-labelledby="against-target" {
            h2 #against-target { "Against target" @if !tally.is_empty() { span.kind data-rows="target.tally.*" { "awareness by project: " (tally.join(", ")) } } }
            @if targets.projects.is_empty() { p { "No projects yet." } }
            @else {
                div data-rows="target.programme.awareness_target" {
                    (table("Children reached and job roles known, by project", &columns, &rows.collect::<Vec<_>>()))
                }
            }
            @if shown.len() < targets.projects.len() {
                p.small data-rows="reach.projects" {
                    @if !shown.is_empty() { "Those behind a target are shown before others. " }
                    "All " (number::count(report.reach.projects)) " projects are on this page on the web"
                    @if tally.is_empty() { "." } @else { ", and counted in the heading above." }
                }
            }
            // Small, for the one side of paper, and strong, for the reader.
            @for words in targets.altered_words() { p.small { strong { (words) } } }
        }
    }
}

/// What the words of both tables mean, below them: in one of two columns it would take twice the lines.
fn legend(report: &Report) -> Markup {
    let targets = &report.targets;
    html! { @if !targets.projects.is_empty() {
        p.small data-rows="target.programme.children_due" { @if let Some(note) = &targets.note { (note) " " } (targets.legend) }
    } }
}

/// A figure with how it stands; a dash alone where nothing was set out, one remark where there is no figure.
fn standing(figure: &Markup, stands: Status, words: &Markup) -> Markup {
    match stands {
        Status::NoTarget => html! { (words) },
        Status::TooFew => html! { (figure) },
        _ => html! { span.figure-of { (figure) } " " (words) },
    }
}

fn areas(report: &Report, room: Room) -> Markup {
    let Some(awareness) = report.awareness().filter(|outcome| !outcome.by_area.is_empty()) else { return html! {} };
    let shown = room.largest(&awareness.by_area);
    let columns = [
        Column::words("Area"),
        Column::figures("Children"),
        Column::figures("Matched"),
        Column::figures("Job roles known"),
    ];
    let rows = shown.iter().map(|area| {
        let change = match &area.change {
            Figure::Shown(change) => {
                let statistic = if change.has_percent() { "change_percent" } else { "change_points" };
                html! { (traced(&area.id, statistic, print::change(change))) " " span.small { (grade(&change.judgement)) } }
            }
            hidden => withheld(print::no_change(hidden)),
        };
        vec![
            html! { (area.group.name) },
            traced(&area.id, "n_registered", count(&area.base.registered)),
            traced(&area.id, "n_matched", count(&area.base.matched)),
            change,
        ]
    });
    html! {
        section.areas aria-labelledby="by-area" {
            h2 #by-area { "By area" }
            @if !shown.is_empty() { (table("Children, and change in job roles known, by area", &columns, &rows.collect::<Vec<_>>())) }
            @if shown.len() < awareness.by_area.len() {
                p.small { @if !shown.is_empty() { "These have most children. " } "Every area is on this page on the web." }
            }
        }
    }
}

fn money(report: &Report) -> Markup {
    let (awarded, spent) = (&report.money, &report.costs);
    html! {
        @if awarded.is_some() || spent.is_some() {
            section.money aria-labelledby="money" {
                h2 #money { "Money" span.kind { "inputs, divided by outputs: not what a child costs" } }
                @if let Some(money) = awarded {
                    p {
                        strong { (traced("money.awarded", "awarded", &money.awarded.text)) } " awarded to projects" (per_head(&[
                            ("money.per_child:per_child", &money.per_child, "for each child reached"),
                            ("money.per_attendance:per_attendance", &money.per_attendance, "for each attendance of a child"),
                        ])) "."
                    }
                }
                @if let Some(costs) = spent {
                    p {
                        strong { (traced("cost.all", "spent", &costs.all.spent.text)) } " spent ("
                        @for (place, strand) in costs.strands.iter().enumerate() {
                            @if place > 0 { "; " } (strand.name) " " (traced(&cost_id(costs, place), "spent", &strand.spent.text))
                        }
                        ")" (per_head(&[("cost.all:spent_per_child", &costs.per_child, "for each child reached, all strands")])) "."
                    }
                }
            }
        }
    }
}

/// What a page of this kind tells and nobody has written down, in a sentence.
fn untold(report: &Report) -> Option<String> {
    let learnt = [Passage::Learning, Passage::Recommendations].iter().any(|passage| report.text(*passage).is_some());
    let parts = [
        ("money", report.money.is_some() || report.costs.is_some()),
        ("what was learnt", learnt),
        ("what people said", !report.voices.quotes.is_empty()),
    ];
    let missing: Vec<&str> = parts.iter().filter(|(_, there)| !there).map(|(words, _)| *words).collect();
    (!missing.is_empty()).then(|| {
        format!(
            "Nothing stands here of {}: the team has not written it down, or not for print.",
            print::listed(&missing)
        )
    })
}

/// Costs by head, those that are shown: a count's `<5` would read as pounds.
fn per_head(figures: &[(&str, &Figure<number::Number>, &str)]) -> Markup {
    let shown: Vec<(&str, &str, &str)> =
        figures.iter().filter_map(|(row, figure, words)| Some((*row, figure.shown()?.text.as_str(), *words))).collect();
    html! {
        @for (place, (row, figure, words)) in shown.iter().enumerate() {
            @if place == 0 { ": " } @else { ", " } strong { span data-figure=(row) { (figure) } } " " (words)
        }
    }
}

/// What was learnt and is recommended, in the team's own words.
fn learnt(report: &Report, room: Room) -> Markup {
    let passages = [Passage::Learning, Passage::Recommendations];
    let texts: Vec<&Text> = passages.iter().filter_map(|passage| report.text(*passage)).collect();
    let begun: Vec<_> = texts.iter().map(|text| room.beginning(&text.blocks)).collect();
    html! {
        @if !texts.is_empty() {
            section.learnt aria-labelledby="learnt" {
                h2 #learnt { (learnt_what(report)) }
                @for (blocks, _) in &begun { (written::blocks(blocks)) }
                @if begun.iter().any(|(_, is_all)| !is_all) { p.small { "All that the team wrote is on this page on the web." } }
            }
        }
    }
}

/// The heading over what was learnt, over what is recommended, or over both.
fn learnt_what(report: &Report) -> &'static str {
    match [Passage::Learning, Passage::Recommendations].map(|passage| report.text(passage).is_some()) {
        [true, true] => "What we learnt, and what next",
        [false, true] => "What next",
        _ => "What we learnt",
    }
}

/// Two of the quotes that may be printed, where there is room.
fn voices(report: &Report, room: Room) -> Markup {
    let quotes = report.voices.quotes.iter().take(Room::WHOLE.quotes);
    let left_out = quotes.len() > room.quotes;
    html! {
        @if !report.voices.quotes.is_empty() {
            section.said aria-labelledby="said" {
                h2 #said { "What people said" }
                @for voice in quotes.take(room.quotes) {
                    p { "“" (voice.words) "” " span.small { (voice.speaker) } }
                }
                @if left_out { p.small { @if room.quotes > 0 { "More" } @else { "That" } " is on this page on the web." } }
            }
        }
    }
}
