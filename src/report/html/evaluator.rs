//! The evaluator's page: the main results with their charts, the flow, every cut, methods and caveats.

use maud::{Markup, html};

use super::super::{Cut, Estimate, Figure, Group, Outcome, Report, number, print, who};
use super::{colophon, count, figures, grade, heading, headline, tables};
use crate::html::partials::{Column, button, stat, table};
use crate::survey::{Comparison, Rank};

/// The whole page, inside `<main>`.
pub fn evaluator(report: &Report) -> Markup {
    let matched = || report.secondary.iter().filter(|outcome| outcome.headline.base.matched != Figure::Shown(0));
    let secondary: Vec<&Outcome> = matched().filter(|outcome| outcome.rank < Rank::Describe).collect();
    let described: Vec<&Outcome> = matched().filter(|outcome| outcome.rank == Rank::Describe).collect();
    html! {
        (heading(report, "Evaluator’s report"))
        (filter(report))
        (contents(report, !secondary.is_empty(), !described.is_empty() || !report.described.is_empty()))
        (summary(report))
        (method(report))
        @if report.part.is_none() { section #flow {
            h2 { "Who took part" }
            @for flow in &report.flows { @if flow.steps[0].people != Figure::Shown(0) { (figures::flow(flow)) } }
        } (attrition(report)) }
        @for outcome in &report.primary { (main_result(outcome)) }
        @if !secondary.is_empty() {
            section #secondary {
                h2 { "Secondary results" }
                (figures::overview("secondary-levels", "Secondary results, before and after", &secondary))
                (figures::forest("secondary-changes", "How far each secondary result changed", &secondary))
                @for outcome in secondary.iter().filter(|outcome| in_full(outcome)) {
                    h3 { (outcome.finding) }
                    p { (outcome.sentence) }
                    (answers(outcome))
                }
            }
        }
        @if report.primary.iter().any(|outcome| outcome.by_project.len() > 1) {
            section #projects {
                h2 { "By project and area" }
                (tables::by_group("Main results by project, among the matched", Cut::Project, &report.primary))
                @if report.primary.iter().any(|outcome| outcome.by_area.len() > 1) {
                    (tables::by_group("Main results by area, among the matched", Cut::Area, &report.primary))
                }
                p.small { (report.evidence.groups) }
            }
        }
        @if !report.targets.projects.is_empty() {
            section #targets {
                h2 { "Against target" }
                (tables::targets(&report.targets))
                (due(report))
                p.small { (report.targets.legend) }
            }
        }
        (described_only(report, &described))
        (money(report))
        (evidence(report))
        (appendix(report, &secondary))
        (colophon(report))
    }
}

/// Everyone, or one part by itself. The form keeps what it asks for in the address.
fn filter(report: &Report) -> Markup {
    let chosen = report.part.as_ref().map(Group::code).unwrap_or_default();
    let of = |cut: Cut| report.parts.iter().filter(move |part| part.cut == cut);
    let kinds = [("Projects", Cut::Project), ("Areas", Cut::Area), ("Questionnaires and key stages", Cut::KeyStage)];
    html! {
        @if let Some(part) = &report.part {
            p.notice {
                "This page is about " strong { (part.name) } " alone. It shows what the page of everyone shows of it and no more, "
                "so that nobody can be worked out from the two: who took part, who was lost and money are told "
                a href="?" { "of everyone" } "."
            }
        }
        @if report.parts.len() > 1 {
            details.filter.no-print open[report.part.is_some()] {
                summary { "Show one project, area or key stage" }
                form method="get" {
                    div.field {
                        label for="part" { "Show" }
                        select #part name="part" {
                            option value="" { "Everyone" }
                            @for (kind, cut) in kinds {
                                @if of(cut).next().is_some() {
                                    optgroup label=(kind) {
                                        @for part in of(cut) { option value=(part.code()) selected[part.code() == chosen] { (part.name) } }
                                    }
                                }
                            }
                        }
                    }
                    (button("Show"))
                }
            }
        }
    }
}

/// Where to find what on a long page.
fn contents(report: &Report, secondary: bool, described: bool) -> Markup {
    let main = report.primary.iter().map(|outcome| (figures::anchor(outcome), outcome.question.clone()));
    let rest = [
        ("secondary", "Secondary results", secondary),
        ("projects", "By project and area", report.primary.iter().any(|outcome| outcome.by_project.len() > 1)),
        ("targets", "Against target", !report.targets.projects.is_empty()),
        ("described", "Also asked", described),
        ("money", "Money", report.money.is_some()),
        ("evidence", "How sure are we?", true),
        ("appendix", "Appendix: if everybody were independent", has_appendix(report)),
    ];
    let rest = rest.into_iter().filter(|(.., there)| *there);
    let first = [
        ("summary", "In short"),
        ("method", "Design and methods"),
        ("flow", "Who took part"),
        ("lost", "Who was lost"),
    ];
    let first = first.into_iter().filter(|(id, _)| report.part.is_none() || !["flow", "lost"].contains(id));
    let named = |(id, title): (&str, &str)| (id.to_owned(), title.to_owned());
    let all = first.map(named).chain(main).chain(rest.map(|(id, title, _)| named((id, title))));
    html! {
        nav.contents aria-label="On this page" {
            ul.links.across { @for (id, title) in all { li { a href={ "#" (id) } { (title) } } } }
        }
    }
}

fn summary(report: &Report) -> Markup {
    html! {
        section #summary {
            h2 { "In short" }
            @if report.primary.is_empty() && report.part.is_some() { p.notice { "None of the main results was measured here." } }
            @else if report.primary.is_empty() { p.notice { "No answers yet. Results appear here as soon as families have answered." } }
            div.stats.wide {
                @for outcome in &report.primary { (card(outcome)) }
            }
            p.notice { (report.evidence.level) @for sentence in &report.evidence.matched { " " (sentence) } }
            @if report.part.is_none() { dl.facts {
                dt { "Reached" }
                dd {
                    (count(&report.reach.children)) " children and " (count(&report.reach.adults)) " grown-ups; "
                    (count(&report.reach.families)) " families; "
                    (print::counted(report.reach.sessions, "session", "sessions")) " of "
                    (print::counted(report.reach.projects, "project", "projects")) " in "
                    (print::counted(report.reach.areas, "area", "areas")) "; "
                    (count(&report.reach.attendances)) " attendances of children and "
                    (count(&report.reach.adult_attendances)) " of grown-ups"
                }
            } }
        }
    }
}

fn card(outcome: &Outcome) -> Markup {
    let base = print::base(&outcome.headline.base);
    match outcome.headline.change.shown() {
        Some(change) => {
            let points = if change.percent.is_some() { "" } else { " points" };
            let base = format!("{}{points}, {}. {base}.", change.headline().value.text, interval(change.headline()));
            html! {
                div.stat {
                    p.stat-figure { (headline(outcome, change)) }
                    p.stat-label { (outcome.finding) }
                    p { (grade(&change.judgement)) }
                    p.stat-base { (base) }
                }
            }
        }
        None => {
            stat(&print::capital(print::no_change(&outcome.headline.change)), &outcome.question, &format!("{base}."))
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
        section id=(figures::anchor(outcome)) {
            h2 { (outcome.question) }
            p.lead { (outcome.sentence) }
            @if let Some(change) = outcome.headline.change.shown() { p { (grade(&change.judgement)) } }
            @if !outcome.sentences.is_empty() { ul { @for sentence in &outcome.sentences { li { (sentence) } } } }
            @if let Some(change) = outcome.headline.change.shown() {
                p.small {
                    (interval(change.headline())) "."
                    @if change.percent.is_some() { " In points: " (print::estimate(&change.points)) "." }
                }
            }
            (figures::levels(outcome))
            @if outcome.headline.change.shown().is_some() { (figures::direction(outcome)) }
            (answers(outcome))
        }
    }
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
            html! { (share) },
        ]
    });
    html! {
        @if !described.is_empty() || !report.described.is_empty() {
            section #described {
                h2 { "Also asked" }
                p.quiet { "Opinions and single questions. They describe and are not tested." }
                @if !report.described.is_empty() { (table("Asked afterwards only", &columns, &rows.collect::<Vec<_>>())) }
                @if !described.is_empty() {
                    details { summary { "Single questions before and after" } (tables::outcomes("Single questions before and after", described)) }
                }
            }
        }
    }
}

fn due(report: &Report) -> Markup {
    html! { @if let Some(note) = &report.targets.note { p.small { (note) } } }
}

fn money(report: &Report) -> Markup {
    html! {
        @if let Some(money) = &report.money {
            section #money {
                h2 { "Money" }
                dl.facts {
                    dt { "Awarded" } dd { (money.awarded.text) }
                    dt { "Award per child reached" } dd { (print::number(&money.per_child)) }
                    dt { "Award per attendance" } dd { (print::number(&money.per_attendance)) }
                    dt { "Award per matched child" } dd { (print::number(&money.per_matched_child)) }
                }
            }
        }
    }
}

fn evidence(report: &Report) -> Markup {
    html! {
        section #evidence {
            h2 { "How sure are we?" }
            p { (report.evidence.level) }
            @if report.part.is_some() { p { "The caveats of the whole programme hold here too, and a part has fewer people to rest on." } }
            @if !report.evidence.caveats.is_empty() { ul { @for caveat in &report.evidence.caveats { li { (caveat) } } } }
        }
    }
}

/// Section 4: who was asked what, when, and how that became figures.
fn method(report: &Report) -> Markup {
    let method = &report.method;
    html! {
        section #method {
            h2 { "Design and methods" }
            @if report.part.is_some() { p { "The design is that of the whole programme." } }
            @else if method.design.is_empty() { p { "No project has been set up, so there is no design to describe." } }
            @else { ul { @for sentence in &method.design { li { (sentence) } } } }
            @if method.questionnaires.is_empty() { p { "No questionnaire has been answered yet." } }
            @else {
                details {
                    summary { "Questionnaires answered, with version and hash" }
                    (tables::questionnaires("Questionnaires answered", &method.questionnaires))
                }
            }
            details { summary { "How the figures were made" } ul { @for note in &method.notes { li { (note) } } } }
        }
    }
}

/// Section 6: how the lost began, who they were, and what they could hide.
fn attrition(report: &Report) -> Markup {
    let attrition = &report.attrition;
    html! {
        section #lost {
            h2 { "Who was lost" }
            @if attrition.results.is_empty() { p { "Nobody has answered a before yet, so nobody can have been lost." } }
            @else {
                ul { @for loss in &attrition.results { li { (loss.sentence) } } }
                details open[attrition.results.iter().any(|loss| loss.unlike)] {
                    summary { "Matched and lost at the before, and what the lost could hide" }
                    (tables::losses("Matched and lost at the before, levels out of 100", &attrition.results))
                    p.small { (report.evidence.bounds) }
                }
                @if !attrition.groups.is_empty() {
                    details {
                        summary { "Which children were lost" }
                        (tables::loss_groups(&format!("Matched and lost children ({})", attrition.measured_on), &attrition.groups))
                    }
                }
            }
        }
    }
}

fn has_appendix(report: &Report) -> bool {
    report.primary.iter().any(|outcome| outcome.headline.change.shown().is_some())
}

/// The intervals of someone who treats everybody as independent, for those who want to compare.
fn appendix(report: &Report, secondary: &[&Outcome]) -> Markup {
    let outcomes: Vec<&Outcome> = report.primary.iter().chain(secondary.iter().copied()).collect();
    let title = "The same changes with and without sessions and families";
    html! {
        @if has_appendix(report) {
            section #appendix {
                h2 { "Appendix: if everybody were independent" }
                p.quiet { (report.evidence.appendix) }
                details { summary { (title) } (tables::naive(title, &outcomes)) }
            }
        }
    }
}
