//! The evaluator's page, in the order in which evaluators' reports go: numbered sections, then appendices.

use maud::{Markup, html};

use super::super::{Block, Cut, Figure, Group, Outcome, Passage, Report, Told, print, who};
use super::{
    appendix, beside_others, beside_rows, colophon, count, delivery, figures, heading, losses, part, people, results,
    rows_of, tables, traced, written,
};
use crate::html::partials::button;
use crate::report::wording;
use crate::survey::Rank;

/// A numbered part of the page; without a body where there is nothing to tell, which a sentence says in its place.
pub(super) struct Section {
    id: String,
    title: String,
    body: Option<Markup>,
}

impl Section {
    pub(super) fn new(id: impl Into<String>, title: impl Into<String>, body: impl Into<Option<Markup>>) -> Section {
        Section { id: id.into(), title: title.into(), body: body.into() }
    }
}

/// The whole page, inside `<main>`.
pub fn evaluator(report: &Report) -> Markup {
    let sections = sections(report);
    let appendices = appendices(report);
    // Every section has its number in every report, so that “section 11” is the same one in two of them.
    let numbered = (1..).map(|n: i32| n.to_string()).zip(&sections);
    let lettered = ('A'..='Z').map(String::from).zip(&appendices);
    let all: Vec<(String, &Section)> = numbered.chain(lettered).collect();
    html! {
        (heading(report, "Evaluator’s report", None))
        (written::state(report))
        (filter(report))
        nav.contents aria-label="On this page" {
            ol.links.across { @for (mark, section) in &all { li { a href={ "#" (section.id) } { (mark) " " (section.title) } } } }
        }
        @for (mark, section) in &all {
            section id=(section.id) {
                h2 { span.mark-of { (mark) } " " (section.title) }
                @match &section.body { Some(body) => (body), None => p.quiet { (untold(report, &section.id)) } }
            }
        }
        (colophon(report))
    }
}

/// Why a section has nothing to tell.
fn untold(report: &Report, section: &str) -> String {
    if report.part.is_some() { part::untold(report, section) } else { report.absent("change") }
}

/// The sections in order. What tells of people is in a report of a part as far as the page of everyone shows it of that
/// part; what tells of nobody stands in every report.
fn sections(report: &Report) -> Vec<Section> {
    let whole = report.part.is_none();
    let told = |body: Markup| whole.then_some(body);
    let matched = || report.secondary.iter().filter(|outcome| outcome.headline.base.matched != Figure::Shown(0));
    let secondary: Vec<&Outcome> = matched().filter(|outcome| outcome.rank < Rank::Describe).collect();
    let described: Vec<&Outcome> = matched().filter(|outcome| outcome.rank == Rank::Describe).collect();
    let mut sections = vec![
        Section::new("summary", "In short", summary(report)),
        Section::new(
            "programme",
            "The programme and how it is meant to work",
            of_all(report, &written::programme(report)),
        ),
        Section::new("aims", "Questions and measures of success", of_all(report, &written::aims(report))),
        Section::new("method", "Design and methods", method(report)),
        Section::new("flow", "Who took part", if whole { Some(flow(report)) } else { part::flow(report) }),
        Section::new("lost", "Who was lost", told(attrition(report))),
        Section::new(
            "dose",
            "How often children came",
            told(html! { (delivery::doses(report)) (appendix::by_dose(report)) }),
        ),
    ];
    sections.extend(results::main(report));
    sections.extend([
        Section::new("secondary", "Secondary results", results::secondary(report, &secondary, &described)),
        Section::new("felt", "Felt change, looking back", html! { p.quiet { (report.felt()) } }),
        Section::new("groups", "Differences between groups", results::groups(report)),
        Section::new("delivery", "How delivery went", delivery::delivery(report)),
        Section::new("voices", "Voices", voices(report)),
        Section::new("money", "Money", told(written::money(report))),
        Section::new("evidence", "How sure are we?", evidence(report)),
        Section::new("learning", "What we learnt, and what we recommend", written::learning(report)),
    ]);
    sections
}

/// What is the same of every part, with a word that it is.
fn of_all(report: &Report, body: &Markup) -> Markup {
    html! { @if report.part.is_some() { p.quiet { (report.in_words("absent", "of_all")) } } (body) }
}

fn appendices(report: &Report) -> Vec<Section> {
    vec![
        Section::new("appendix", "Technical appendix", appendix::appendix(report)),
        Section::new(
            "codebook",
            "Codebook",
            html! {
                p { "Every variable with its full wording, codes and missing codes is in " code { "codebook.csv" }
                    ", beside the answers, " code { "results.csv" } " with every figure of the page of everyone, and "
                    code { "reproduce.R" } ", which computes them again: all in one pack under Downloads." }
            },
        ),
    ]
}

/// Everyone, or a part. The form keeps what it asks for in the address.
fn filter(report: &Report) -> Markup {
    let chosen = report.part.as_ref().map(Group::codes).unwrap_or_default();
    let of = |cut: Cut| report.parts.iter().filter(move |part| part.cut == cut);
    let options = |cut: Cut| {
        html! { @for part in of(cut) { option value=(part.code()) selected[chosen.contains(&part.code())] { (part.name) } } }
    };
    let places = [("Projects", Cut::Project), ("Areas", Cut::Area), ("Delivery models", Cut::Model)];
    let further =
        [("stage", "Questionnaire or key stage", Cut::KeyStage), ("term", "Projects that began in", Cut::Term)];
    html! {
        @if let Some(part) = &report.part {
            p.notice {
                @if part.cut == Cut::Group { "This page is about the " strong { "comparison group" } " alone: people who took no part. " }
                @else { "This page is about " strong { (part.name) } " alone. " }
                @if part.cut == Cut::Several {
                    "What is left out would tell of few people, beside the page of everyone and of other parts: who took part, how often children came and who was lost are told "
                } @else {
                    "It shows what the page of everyone shows of it and no more, "
                    "so that nobody can be worked out from the two: who was lost, how many sessions each child came to and money are told "
                }
                a href="?" { "of everyone" } "."
            }
        }
        @if report.parts.len() > 1 {
            @if report.part.is_none() && report.beside.is_some() {
                p.small.no-print { (report.in_words("comparison", "no_part")) }
            }
            details.filter.no-print open[report.part.is_some()] {
                summary { "Show one project, area, delivery model, term or key stage, or what they have in common" @if of(Cut::Group).next().is_some() { "; or the comparison group" } }
                form method="get" {
                    div.field {
                        label for="part" { "Show" }
                        select #part name="part" {
                            option value="" { "Everyone" }
                            @for (kind, cut) in places {
                                @if of(cut).next().is_some() { optgroup label=(kind) { (options(cut)) } }
                            }
                        }
                    }
                    @for (name, label, cut) in further {
                        @if of(cut).next().is_some() {
                            div.field {
                                label for=(name) { (label) }
                                select id=(name) name=(name) { option value="" { "All" } (options(cut)) }
                            }
                        }
                    }
                    @if of(Cut::Group).next().is_some() {
                        div.field {
                            label for="group" { "Group" }
                            select #group name="group" { option value="" { "Those who took part" } (options(Cut::Group)) }
                        }
                    }
                    (button("Show"))
                }
            }
        }
    }
}

fn summary(report: &Report) -> Markup {
    let asked = report.text(Passage::Questions).and_then(|text| match text.blocks.first()? {
        Block::Paragraph(words) => Some(words.as_str()),
        Block::List(lines) => lines.first().map(String::as_str),
    });
    html! {
            @if let Some(asked) = asked { p.lead { (asked) } }
            @if let Some(design) = report.method.design.first() { p data-rows=(designed(report, 0)) { (design) } }
            @if report.primary.is_empty() && report.part.is_some() { p.notice { "None of the main results was measured here." } }
            @else if report.primary.is_empty() { p.notice { "No answers yet. Results appear here as soon as families have answered." } }
            div.stats.wide {
                @for outcome in &report.primary { (results::card(outcome)) }
            }
            @let beside: Vec<(&Outcome, String)> =
                report.primary.iter().filter_map(|outcome| Some((outcome, beside_others(report, outcome)?))).collect();
            @if !beside.is_empty() {
                ul { @for (outcome, sentence) in &beside { li data-rows=(beside_rows(outcome)) { (sentence) } } }
            }
            p.notice data-rows=(MATCHED) { (report.evidence.level) @for sentence in &report.evidence.matched { " " (sentence) } }
            @if report.part.is_none() { dl.facts {
                dt { "Reached" }
                dd {
                    (traced("reach.children", "children", count(&report.reach.children))) " children and "
                    (traced("reach.adults", "adults", count(&report.reach.adults))) " grown-ups; "
                    (traced("reach.families", "families", count(&report.reach.families))) " families; "
                    (traced("reach.sessions", "sessions", print::counted(report.reach.sessions, "session", "sessions"))) " of "
                    (traced("reach.projects", "projects", print::counted(report.reach.projects, "project", "projects"))) " in "
                    (traced("reach.areas", "areas", print::counted(report.reach.areas, "area", "areas"))) "; "
                    (traced("reach.attendances", "attendances", count(&report.reach.attendances))) " attendances of children and "
                    (traced("reach.adult_attendances", "adult_attendances", count(&report.reach.adult_attendances))) " of grown-ups"
                }
            } } @else { (part::reached(report)) }
    }
}

fn voices(report: &Report) -> Option<Markup> {
    let told = report.part.as_ref().is_none_or(|part| part.cut == Cut::Project);
    told.then(|| written::voices(report))
}

fn flow(report: &Report) -> Markup {
    let seen = || report.flows.iter().filter(|flow| flow.steps[0].people != Figure::Shown(0));
    html! {
        @if seen().next().is_none() { p.quiet { "Nobody has been seen at a session yet." } }
        @for flow in seen() { (figures::flow(report, flow)) }
        (people::tables(report))
    }
}

fn evidence(report: &Report) -> Markup {
    html! {
            p data-rows=(MATCHED) { (report.evidence.level) }
            @if report.part.is_none() && report.evidence.nesta > 0 { (figures::ladder(report)) }
            @if report.part.is_some() { p { "These are this part’s own, and a part has fewer people to rest on. Who was helped with the answers, what got in the way of sessions and which projects are small is weighed on the page of everyone." } }
            @if !report.evidence.caveats.is_empty() { ul { @for caveat in &report.evidence.caveats { li data-rows=(warned(report, caveat)) { (caveat) } } } }
    }
}

/// Where the level of evidence and the matched of the registered stand.
pub(super) const MATCHED: &str = "flow.child.5:people,percent_of_registered flow.adult.5:people,percent_of_registered \
                       flow.child.2:people flow.adult.2:people evidence.*";

/// Where the numbers of a caveat stand: those of the result it names, or of all of them.
pub(super) fn warned(report: &Report, caveat: &str) -> String {
    let named = |outcome: &&Outcome| {
        let begins = caveat.strip_prefix(outcome.title.as_str()).is_some_and(|rest| rest.starts_with([':', ' ']));
        begins && caveat.contains(who(outcome.who))
    };
    let of_result = |outcome: &Outcome| {
        let of = [outcome.measure.as_str(), outcome.who.code(), outcome.comparison.code()].join(".");
        let own = rows_of(&outcome.headline.id, "level_before,at_top_before,n_before,n_matched");
        format!("{own} attrition.{of}:lost,never_asked caveat.small_projects.{of} reach.projects")
    };
    let named: Vec<String> = report.primary.iter().chain(&report.secondary).filter(named).map(of_result).collect();
    let other = CAVEATS.iter().find(|(key, _)| wording::is(caveat, "caveats", key));
    if named.is_empty() { other.map_or_else(String::new, |(_, rows)| (*rows).to_owned()) } else { named.join(" ") }
}

/// Where the numbers of the other caveats stand, by the names of their sentences.
const CAVEATS: [(&str, &str); 9] = [
    ("matched_only", "attrition.*.after:lost"),
    ("matched_differ", "attrition.*.after:level_before_matched,level_before_lost"),
    ("small_projects", "caveat.small_projects reach.projects"),
    ("helped", "circumstance.*.helped"),
    ("several", "caveat.several"),
    ("disruption", "delivery.disruptions"),
    ("ceiling", "caveat.ceiling"),
    ("lists", "caveat.lists.*"),
    ("ceiling_of_scales", "*.all:at_top_before"),
];

/// Where the numbers of a sentence about the design stand: projects of one design first, then who came how far.
fn designed(report: &Report, place: usize) -> String {
    let designs: Vec<&Told> = report.method.told.iter().filter(|told| told.statistic == "projects_by_design").collect();
    match designs.get(place) {
        Some(told) => rows_of(&told.id, told.statistic),
        None => "flow.*:people".to_owned(),
    }
}

/// Section 4: who was asked what, when, and how that became figures.
fn method(report: &Report) -> Markup {
    let method = &report.method;
    html! {
            @if report.part.is_some() { p { "The design is that of the whole programme, and so are the notes on how figures were made; a part has no tests of its own." } }
            @else if method.design.is_empty() { p { "No project has been set up, so there is no design to describe." } }
            @else { ul {
                @for (place, sentence) in method.design.iter().enumerate() { li data-rows=(designed(report, place)) { (sentence) } }
                @for sentence in &report.circumstances.sentences { li data-rows="circumstance.*" { (sentence) } }
            } }
            (appendix::circumstances(report))
            @if method.questionnaires.is_empty() { p { "No questionnaire has been answered yet." } }
            @else {
                details {
                    summary { "Questionnaires answered, with version and hash" }
                    (tables::questionnaires("Questionnaires answered", &method.questionnaires))
                }
            }
            @for passage in [Passage::Methods, Passage::Ethics] { (written::text(report, passage)) }
            details { summary { "How the figures were made" } ul data-rows="method.linking.* method.own_yes.*" {
                @for note in method.notes.iter().cloned().chain(report.methods_in_words()) { li { (note) } }
            } }
    }
}

/// Section 6: how the lost began, who they were, and what they could hide.
fn attrition(report: &Report) -> Markup {
    let attrition = &report.attrition;
    html! {
            @if attrition.results.is_empty() { p { "Nobody has answered a before yet, so nobody can have been lost." } }
            @else {
                ul { @for loss in &attrition.results { li data-rows=(loss.id) { (loss.sentence) } } }
                details open[attrition.results.iter().any(|loss| loss.unlike)] {
                    summary { "Matched and lost at the before, and what the lost could hide" }
                    (losses::by_result("Matched and lost at the before, levels out of 100", &attrition.results))
                    p.small { (report.evidence.bounds) }
                }
                @if report.delivery.newcomers.shown().is_some() { p data-rows="visits.newcomers" { (report.delivery.newcomers_sentence) } }
                @if !attrition.groups.is_empty() {
                    details {
                        summary { "Which children were lost" }
                        (losses::by_group(&format!("Matched and lost children ({})", attrition.measured_on), &attrition.groups))
                    }
                }
            }
    }
}
