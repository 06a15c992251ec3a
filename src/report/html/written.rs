//! What people wrote, with what the report adds to it: theory of change, aims, money, learning.

use maud::{Markup, html};

use super::super::{Block, Costs, LessonKind, Money, Passage, Report, number, print, who};
use super::{altered, traced, withheld};
use crate::html::partials::{Column, table};
use crate::report::Figure;
use crate::survey::Comparison;

/// Which data and which program the page rests on.
pub(super) fn state(report: &Report) -> Markup {
    let made = report.generated_at.get(..16).unwrap_or(&report.generated_at).replace('T', ", ");
    let (day, time) = made.split_once(", ").unwrap_or((&made, ""));
    let asked: Vec<String> =
        report.method.questionnaires.iter().map(|one| format!("{} version {}", one.title, one.version)).collect();
    html! {
        dl.facts.state {
            dt { "Data as they stood" } dd { (print::day(day)) @if !time.is_empty() { ", " (time) " UTC" } }
            @if !asked.is_empty() { dt { "Questionnaires" } dd data-rows="questionnaire.*" { (print::listed(&asked)) } }
            dt { "Made by" }
            dd { (report.made_by) @if let Some(provenance) = &report.provenance { ", run by " (provenance.run_by) } }
            @if let Some(provenance) = &report.provenance {
                dt { "Figures" } dd { "results.csv of these answers has the SHA-256 " code.hash { (provenance.results_sha256) } }
                @if let Some(signed) = &provenance.signed_off { dt { "Signed off" } dd { (signed.words()) } }
            }
        }
    }
}

/// A text under its own heading; nothing where nobody wrote it.
pub(super) fn text(report: &Report, passage: Passage) -> Markup {
    html! { @if let Some(text) = report.text(passage) { h3 { (text.title) } (blocks(&text.blocks)) } }
}

/// Paragraphs and lists.
pub(super) fn blocks(blocks: &[Block]) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Paragraph(words) => p { (words) },
                Block::List(entries) => ul { @for entry in entries { li { (entry) } } },
            }
        }
    }
}

/// What the programme is, and the boxes of its theory of change.
pub(super) fn programme(report: &Report) -> Markup {
    let boxes: Vec<_> = Passage::BOXES.iter().filter_map(|passage| report.text(*passage)).collect();
    let about = report.text(Passage::About);
    html! {
        @if boxes.is_empty() && about.is_none() { p.quiet { (report.absent("about")) } }
        @if let Some(about) = about { (blocks(&about.blocks)) }
        @if !boxes.is_empty() {
            ol.logic { @for text in boxes { li { h3 { (text.title) } (blocks(&text.blocks)) } } }
        }
    }
}

/// Questions, main results with what each was to reach, and when that was fixed.
pub(super) fn aims(report: &Report) -> Markup {
    let columns = [
        Column::words("Main result"),
        Column::words("Asked of"),
        Column::words("Before is compared with"),
        Column::words("What was to be reached"),
    ];
    let when = |comparison| match comparison {
        Comparison::After => "the after, at the end or on the day",
        Comparison::Later => "the follow-up, weeks or months later",
    };
    let rows = report.aims.main.iter().map(|aim| {
        vec![
            html! { (aim.title) },
            html! { (who(aim.who)) },
            html! { (when(aim.comparison)) },
            html! { span data-rows="target.programme.awareness_target" { (aim.target) } },
        ]
    });
    html! {
        @if let Some(questions) = report.text(Passage::Questions) { (blocks(&questions.blocks)) }
        @let fixed = report.targets.fixed_in_advance();
        (table(if fixed { "Main results, fixed in advance" } else { "Main results, with targets as they stand now" }, &columns, &rows.collect::<Vec<_>>()))
        (altered(&report.targets_told()))
        @if report.aims.children > 0 { p { "Children to reach: " (traced("target.programme.children_target", "children_target", number::count(report.aims.children))) "." } }
        @if !report.aims.secondary.is_empty() {
            p.small { "Secondary results, which describe and are not tested: " (print::listed(&report.aims.secondary)) "." }
        }
        @match report.text(Passage::FixedOn) {
            Some(when) => { h3 { @if fixed { "Fixed" } @else { "Fixed at first" } } (blocks(&when.blocks)) },
            None => p.quiet { (report.absent("aims")) },
        }
    }
}

/// Awards, strands, and what that is for each head.
pub(super) fn money(report: &Report) -> Markup {
    html! {
        @match &report.money { Some(money) => (awards(money)), None => p.quiet { (report.absent("awards")) } }
        @if let Some(costs) = &report.costs {
            @let columns = [
                Column::words("Strand"), Column::words("What for"), Column::figures("Planned"), Column::figures("Spent"),
                Column::figures("Of all spent"),
            ];
            @let rows: Vec<Vec<Markup>> = costs.strands.iter().chain([&costs.all]).enumerate().map(|(place, strand)| {
                let id = cost_id(costs, place);
                vec![
                    html! { (strand.name) },
                    html! { (strand.what.join("; ")) },
                    traced(&id, "budget", &strand.budget.text),
                    traced(&id, "spent", &strand.spent.text),
                    traced(&id, "share_of_spent", print::number(&strand.share)),
                ]
            }).collect();
            (table("What it cost, strand by strand", &columns, &rows))
            @if let Some(awards) = &costs.awards { p data-rows="cost.all:budget money.awarded" { (awards) } }
            dl.facts {
                dt { "Spent per child reached" } dd { (per("cost.all", "spent_per_child", &costs.per_child)) }
                dt { "Spent per attendance" } dd { (per("cost.all", "spent_per_attendance", &costs.per_attendance)) }
                dt { "Spent per matched child" } dd { (per("cost.all", "spent_per_matched_child", &costs.per_matched_child)) }
            }
            p.small { (costs.basis) }
        } @else { p.quiet { (report.absent("costs")) } }
    }
}

fn awards(money: &Money) -> Markup {
    html! {
        dl.facts {
            dt { "Awarded to projects" } dd { (traced("money.awarded", "awarded", &money.awarded.text)) }
            dt { "Award per child reached" } dd { (per("money.per_child", "per_child", &money.per_child)) }
            dt { "Award per attendance" } dd { (per("money.per_attendance", "per_attendance", &money.per_attendance)) }
            dt { "Award per matched child" } dd { (per("money.per_matched_child", "per_matched_child", &money.per_matched_child)) }
        }
    }
}

/// A cost by head with its row, or why there is none.
fn per(id: &str, statistic: &str, figure: &Figure<number::Number>) -> Markup {
    match figure {
        Figure::Undefined(why) => withheld(why),
        // A count's `<5` would read as pounds.
        Figure::Withheld(_) => withheld("withheld: few people"),
        shown => traced(id, statistic, print::number(shown)),
    }
}

/// The row of a strand, or of all of them, which come last.
pub(super) fn cost_id(costs: &Costs, place: usize) -> String {
    if place < costs.strands.len() { format!("cost.{}", place + 1) } else { "cost.all".to_owned() }
}

/// The log by kind, and the texts around it.
pub(super) fn learning(report: &Report) -> Markup {
    let log = &report.learning;
    let texts = [Passage::Learning, Passage::Recommendations];
    let nothing = log.lessons.is_empty() && texts.iter().all(|passage| report.text(*passage).is_none());
    html! {
        @if nothing { p.quiet { (report.absent("learning")) } }
        @if let Some(text) = report.text(Passage::Learning) { (blocks(&text.blocks)) }
        @if !log.lessons.is_empty() {
            div.columns.lessons {
                @for kind in LessonKind::ALL {
                    @if log.of_kind(*kind).next().is_some() {
                        div {
                            h3 { (kind.words()) }
                            ul {
                                @for lesson in log.of_kind(*kind) {
                                    li {
                                        (lesson.note)
                                        @if !lesson.action.is_empty() { " " em { "Done about it: " (lesson.action) } }
                                        @if !lesson.project.is_empty() { " " span.small { "(" (lesson.project) ")" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if !log.themes.is_empty() {
                p.small { "Themes, by how many entries have them: "
                    @for (place, (theme, n)) in log.themes.iter().enumerate() { @if place > 0 { ", " } (theme) " " (traced(&format!("learning.themes.{}", place + 1), "entries", n)) } "." }
            }
        }
        (text(report, Passage::Recommendations))
    }
}

/// What families and others said, as far as it may be printed.
pub(super) fn voices(report: &Report) -> Markup {
    let voices = &report.voices;
    html! {
        @if voices.quotes.is_empty() { p.quiet { (report.absent("voices")) } }
        @else {
            div.voices {
                @for voice in &voices.quotes {
                    div.voice { blockquote { p { "“" (voice.words) "”" } } p.small { (voice.speaker) } }
                }
            }
        }
        @if !voices.note.is_empty() { p.small data-rows="voices.*" { (voices.note) } }
    }
}
