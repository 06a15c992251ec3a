//! Charts are called by what they show, and nothing that was promised is left out without a word.

use pencilmark::person::KeyStage;
use pencilmark::report::{Figure, Report, html};
use pencilmark::session::Design;
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, fifteen_children, programme, registered};
use crate::pages::{numbers, words};
use crate::riverside::riverside;

fn build(input: &pencilmark::report::ReportInput) -> (Report, [String; 2]) {
    let report = Report::build(input);
    let pages = [html::evaluator(&report), html::funder(&report)].map(|page| words(&page.into_string()));
    (report, pages)
}

#[test]
fn a_charts_title_is_its_finding_in_numbers_of_its_table() {
    let (report, [page, _]) = build(&fifteen_children());
    // Ten of fifteen knew more, none fewer; see `CHILDREN`.
    let awareness = report.awareness().expect("measured");
    assert_eq!(awareness.moved, "67% of the children knew more job roles after than before, 0% fewer");
    let confidence = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("measured");
    assert_eq!(confidence.moved, "33% of the children improved, 67% stayed the same and 0% got lower");
    for outcome in [awareness, confidence] {
        assert!(page.contains(&outcome.moved), "{page}");
    }
    let (report, [page, _]) = build(&riverside());
    let awareness = report.awareness().expect("measured");
    assert!(
        awareness.far.starts_with("The commonest change was ") && page.contains(&awareness.far),
        "{}",
        awareness.far
    );
    let Some(Figure::Shown(histogram)) = &awareness.histogram else { panic!("a histogram") };
    let most = histogram.ranges.iter().filter_map(|range| Some((range.people.shown()?.count, range.words()))).max();
    assert!(awareness.far.contains(&most.expect("ranges").1), "{}", awareness.far);
    let confidence = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("measured");
    for (shown, finding) in confidence.distributions.iter().zip(&confidence.by_key_stage) {
        let change = finding.change.shown().expect("many");
        let levels = [change.before.whole(), change.after.whole()];
        assert!(levels.iter().all(|level| numbers(&shown.finding).contains(level)), "{}", shown.finding);
        assert!(page.contains(&shown.finding));
    }
    assert!(
        report.secondary_findings.iter().all(|title| page.contains(title.as_str())),
        "{:?}",
        report.secondary_findings
    );
    assert!(!page.contains("How far each person moved Points") && !page.contains("how the same children answered “"));
}

#[test]
fn a_title_has_no_number_where_one_of_its_chart_is_withheld() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 30);
    for (n, (before, after)) in [(3, (12, 10)), (12, (8, 8)), (15, (8, 14))] {
        Answerer::child(1, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, (before, after));
    }
    let (report, [page, _]) = build(&input);
    let awareness = report.awareness().expect("measured");
    assert!(awareness.headline.change.shown().expect("thirty").direction.lower.shown().is_none(), "three got lower");
    assert_eq!(awareness.moved, "How each person’s own answer moved");
    assert_eq!(awareness.far, "How far each person moved");
    assert!(page.contains("How each person’s own answer moved"));
}

#[test]
fn a_histogram_of_which_everything_is_withheld_is_a_sentence() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 15);
    for (n, (before, after)) in [(12, (8, 12)), (3, (8, 8))] {
        Answerer::child(1, KeyStage::Ks2).times(n).matched(&mut input, "AWR", 20, (before, after));
    }
    let report = Report::build(&input);
    let page = html::evaluator(&report).into_string();
    assert!(page.contains("How far each person moved is withheld: few people stand behind a part of it."), "{page}");
    assert!(!page.contains("moved-far-awr"), "no empty axis is drawn");
}

#[test]
fn secondary_results_are_drawn_in_points_as_their_column_says() {
    let mut input = fifteen_children();
    for (n, (before, after)) in [(12, (6, 12)), (8, (8, 10))] {
        Answerer::child(1, KeyStage::Ks2).times(n).counted(
            &mut input,
            "AWR",
            20,
            Comparison::Later,
            (Some(before), Some(after)),
        );
    }
    let report = Report::build(&input);
    let page = html::evaluator(&report).into_string();
    let chart =
        page.split("aria-labelledby=\"secondary-levels-title").nth(1).and_then(|rest| rest.split("</svg>").next());
    let chart = chart.expect("the overview");
    let later = report.secondary.iter().find(|outcome| outcome.measure == "AWR").expect("jobs known, later");
    let change = later.headline.change.shown().expect("many");
    assert!(chart.contains(&change.points.value.text), "{chart}");
    let percent = change.percent.as_ref().and_then(Figure::shown).expect("a percentage").value.text.clone();
    assert!(!chart.contains(&percent), "a percent stands among points: {chart}");
}

#[test]
fn an_outcome_that_nobody_was_asked_about_is_named_on_the_funders_page() {
    let mut input = fifteen_children();
    input.counts.retain(|count| count.measure != "TLK");
    let (report, [_, funder]) = build(&input);
    let talk = report.aims.main.iter().find(|aim| aim.measure == "TLK").expect("promised");
    let says = format!("{}: nobody has answered both times yet, so there is no change to report.", talk.title);
    assert_eq!(funder.matches(&says).count(), 1, "{funder}");
    let (_, [_, empty]) = build(&programme(&["Story Jobs"]));
    assert!(empty.contains("No answers yet.") && !empty.contains(&says));
}

#[test]
fn each_job_is_counted_once_where_it_clearly_changed_and_printed_once() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 60);
    let child = |n| Answerer::child(1, KeyStage::Ks1).times(n);
    for comparison in [Comparison::After, Comparison::Later] {
        // Twenty more say so of nurses, none fewer; of pilots six more and five fewer, which tells nothing.
        for (measure, up, down) in [("STE~nurse", 20, 0), ("STE~pilot", 6, 5)] {
            child(up).counted(&mut input, measure, 1, comparison, (Some(0), Some(1)));
            child(down).counted(&mut input, measure, 1, comparison, (Some(1), Some(0)));
            child(30).counted(&mut input, measure, 1, comparison, (Some(0), Some(0)));
            child(30).counted(&mut input, measure, 1, comparison, (Some(1), Some(1)));
        }
    }
    let (report, [page, _]) = build(&input);
    assert_eq!(
        report.jobs_finding,
        "Called a job for anyone more often afterwards: 1 of 2 jobs; less often: 0; no clear change: 1"
    );
    assert!(!page.contains("Single questions before and after"), "jobs stand in their own table");
}

#[test]
fn one_word_is_printed_where_a_project_is_too_small_to_be_judged() {
    let mut input = programme(&["One", "Two", "Three", "Four"]);
    for (project, n) in [(1, 40), (2, 9), (3, 12)] {
        registered(&mut input, project, n);
        Answerer::child(project, KeyStage::Ks2).times(n / 2).matched(&mut input, "AWR", 20, (8, 12));
        Answerer::child(project, KeyStage::Ks2).times(n - n / 2).matched(&mut input, "AWR", 20, (8, 9));
    }
    let report = Report::build(&input);
    let funder = html::funder(&report).into_string();
    let table = funder.split("by project</caption>").nth(1).and_then(|rest| rest.split("</table>").next()).expect("it");
    let said = words(table);
    // Nine, the twelve that would tell of them, and nobody yet.
    assert_eq!(said.matches("too few to say").count(), 3, "{said}");
    assert!(words(&funder).contains("3 Too few to say"), "as the heading counts them");
    assert!(words(&funder).contains("Too few to say: fewer than ten answered both times, or"));
}

#[test]
fn families_who_differ_from_time_to_time_have_no_trend_and_are_not_counted_in_one() {
    let mut input = riverside();
    let (report, _) = build(&input);
    let trends = |report: &Report| report.visits.projects.iter().filter(|one| one.trend.shown().is_some()).count();
    let before = trends(&report);
    for project in &mut input.projects {
        project.design = Design::OneOff;
    }
    let (report, [page, _]) = build(&input);
    assert_eq!(trends(&report), 0, "{before} before");
    assert!(
        report
            .visits
            .projects
            .iter()
            .all(|one| matches!(&one.trend, Figure::Undefined(why) if why == "other families each time"))
    );
    assert!(!page.contains("Attendance rose in"), "{page}");
}
