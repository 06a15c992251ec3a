//! The fifteen children, from counts to sentences, JSON and CSV.

use pencilmark::report::{Estimate, Figure, Number, Report, Status, Support, Withheld, html};
use pencilmark::statistics::Grade;
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, fifteen_children, programme, registered};
use crate::pages::words;
use pencilmark::person::KeyStage;

fn near(number: &Number, expected: f64) {
    assert!((number.value - expected).abs() < 1e-6, "{} is not {expected}", number.value);
}

fn shown<T: std::fmt::Debug>(figure: &Figure<T>) -> &T {
    figure.shown().unwrap_or_else(|| panic!("not shown: {figure:?}"))
}

fn within(estimate: &Estimate, value: f64, low: f64, high: f64) {
    near(&estimate.value, value);
    let interval = shown(&estimate.interval);
    near(&interval.low, low);
    near(&interval.high, high);
}

#[test]
fn awareness_is_the_relative_change_of_the_mean_with_every_other_reading_beside_it() {
    let report = Report::build(&fifteen_children());
    let outcome = report.awareness().expect("measured");
    let change = shown(&outcome.headline.change);
    near(&change.before, 100.0 * 350.0 / 900.0);
    near(&change.after, 100.0 * 515.0 / 900.0);
    within(shown(change.percent.as_ref().expect("a count")), 47.142_857_142_857, 23.714_359_241, 76.091_433_992_5);
    within(&change.points, 18.333_333_333_333, 9.917_450_165_2, 26.749_216_501_5);
    let directions = [&change.direction.improved, &change.direction.same, &change.direction.lower];
    assert_eq!(directions.map(|share| shown(share).count), [10, 5, 0]);
    let readings = shown(outcome.readings.as_ref().expect("a count"));
    near(shown(&readings.typical), 4.0);
    assert_eq!((shown(&readings.up_by_target).count, shown(&readings.up_by_target).of), (9, 15));
    assert_eq!(readings.claim.support, Support::None);
    assert_eq!(
        outcome.sentence,
        "Among 15 children who answered both before and after, the number of job roles they knew rose by 47% \
         (95% interval 24 to 76%): from 39 to 57 of every 100 roles shown."
    );
    for sentence in [
        "This is a relative change of the mean among matched children (reading R1). It is not 47 percentage points, and it does not mean that 47% of children changed.",
        "In points the same change is +18 of every 100 roles shown (R4).",
        "Half of the children recognised at least 4 more jobs after than before (R2, the median change).",
        "9 of 15 children (60%) knew at least 50% more jobs after than before (R3).",
        "The programme set out for a rise of at least 50%. The lower end of the 95% interval is 23.7%, so the answers do not support “at least 50%”. (R5)",
        "Of these 15 children, 67% improved, 33% stayed the same and 0% got lower.",
    ] {
        assert!(outcome.sentences.iter().any(|said| said == sentence), "{sentence}\nnot in {:#?}", outcome.sentences);
    }
}

#[test]
fn confidence_is_the_share_of_positive_answers_with_mcnemar() {
    let report = Report::build(&fifteen_children());
    let outcome = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("measured");
    let change = shown(&outcome.headline.change);
    near(&change.before, 100.0 / 3.0);
    near(&change.after, 200.0 / 3.0);
    // Newcombe's method 10 with phi (5 × 5 − 15/2) / 50 = 0.35.
    within(&change.points, 33.333_333_333, 4.882_400_345_7, 54.035_508_670_4);
    let switch = shown(change.switch.as_ref().expect("yes or no"));
    assert_eq!((switch.starters.count, switch.starters.of), (5, 10));
    // One session: no test by cluster, so McNemar's mid-p, 2 × (1/2)⁵ − (1/2)⁵, stands in its place. Holm's
    // family is awareness (p 0.0004) and this one: six grown-ups have no test.
    let test = outcome.test.as_ref().expect("a main result");
    near(shown(&test.p), 0.031_25);
    near(shown(&test.adjusted), 0.031_25);
    assert_eq!((test.family, test.significant, test.method), (2, true, "McNemar’s mid-p test"));
    assert_eq!(shown(&outcome.verdict), &Grade::LikelyGain);
    assert_eq!(
        outcome.sentence,
        "Among 15 children who answered both before and after, the share who are confident of getting a job they \
         like rose from 33% to 67%: by 33 percentage points (95% interval 5 to 54)."
    );
    assert_eq!(
        outcome.cuts,
        [
            "Child, Key Stage 1 (ages 5–7): “Yes”",
            "Child, Key Stage 2 (ages 7–11): “First child, a bit like me” or above"
        ]
    );
}

#[test]
fn six_grown_ups_are_too_few_to_say_anything_about() {
    let report = Report::build(&fifteen_children());
    let outcome = report.primary.iter().find(|outcome| outcome.measure == "TLK").expect("measured");
    assert_eq!(outcome.comparison, Comparison::Later);
    assert_eq!(outcome.headline.change.shown().map(|change| &change.before.text), None);
    assert!(matches!(outcome.headline.change, Figure::Withheld(Withheld::FewerThanTen)));
    assert_eq!(outcome.headline.base.matched, Figure::Shown(6));
    assert!(outcome.sentence.starts_with("Too few to say: fewer than ten grown-ups"), "{}", outcome.sentence);
}

#[test]
fn outputs_targets_and_money_are_counts_of_people_seen() {
    let report = Report::build(&fifteen_children());
    assert_eq!((shown(&report.reach.children), shown(&report.reach.adults)), (&20, &6));
    assert_eq!((report.reach.sessions, report.reach.areas, report.reach.projects), (1, 1, 1));
    let money = report.money.as_ref().expect("an award");
    assert_eq!(shown(&money.per_child).text, "£500");
    assert_eq!(shown(&money.per_attendance).text, "£200");
    let row = &report.targets.projects[0];
    assert_eq!((row.reached_status, row.awareness_status), (Status::Met, Status::Close)); // 20 of 20; 47 of 50
    assert_eq!(report.flows[0].finding, "15 of 20 registered children answered both before and after (75%)");
}

#[test]
fn json_and_csv_carry_the_sentence_the_value_and_its_printed_form() {
    let report = Report::build(&fifteen_children());
    let json: serde_json::Value = serde_json::from_str(&report.to_json().expect("writes")).expect("reads");
    let headline = &json["primary"][0]["headline"]["change"]["shown"];
    assert_eq!(headline["percent"]["shown"]["value"]["text"], "+47.1%");
    assert_eq!(headline["percent"]["shown"]["interval"]["shown"]["method"], "Fieller, one session");
    assert_eq!(headline["percent"]["shown"]["naive_interval"]["shown"]["method"], "Fieller");
    assert_eq!(headline["clusters"]["standing"], "one");
    assert_eq!(headline["judgement"]["grade"], "likely_gain");
    assert_eq!(json["primary"][0]["sentence"], report.primary[0].sentence.as_str());
    assert_eq!(json["primary"][2]["headline"]["change"]["withheld"], "fewer_than_ten");
    let csv = report.to_csv().expect("writes");
    let line = csv.lines().find(|line| line.contains("change_percent,")).expect("R1 has a line");
    assert!(
        line.starts_with("AWR.child.after.all,AWR,Job roles known,child,after,all,Everyone,change_percent,15,47.14"),
        "{line}"
    );
    assert!(line.ends_with(",\"Fieller, one session\",+47.1%"), "{line}");
    assert!(
        csv.lines().any(|line| line.contains(",change_percent_naive,15,47.14") && line.ends_with(",Fieller,+47.1%"))
    );
}

#[test]
fn where_the_level_before_is_below_ten_points_are_said_and_no_percentage() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 20);
    // 20 children: 1 of 20 jobs before, 6 or 8 after: a rise of 600 % that says little.
    Answerer::child(1, KeyStage::Ks2).times(10).matched(&mut input, "AWR", 20, (1, 6));
    Answerer::child(1, KeyStage::Ks2).times(10).matched(&mut input, "AWR", 20, (1, 8));
    let report = Report::build(&input);
    let outcome = report.awareness().expect("measured");
    assert!(
        outcome.sentence.contains("rose by 30 of every 100 roles shown (95% interval 28 to 32): from 5 to 35."),
        "{}",
        outcome.sentence
    );
    assert!(
        outcome.sentences.iter().any(|said| said.contains("neither claimed nor denied")),
        "{:?}",
        outcome.sentences
    );
    assert!(!report.to_json().expect("writes").contains("600"), "no percentage anywhere");
}

#[test]
fn points_among_percentages_are_called_points() {
    let mut input = programme(&["Job Trail", "Story Jobs"]);
    for (project, before) in [(1, 8), (2, 1)] {
        registered(&mut input, project, 40);
        for (n, rise) in [(20, 4), (20, 6)] {
            let child = Answerer::child(project, KeyStage::Ks2).times(n);
            child.matched(&mut input, "AWR", 20, (before, before + rise));
        }
    }
    let whole = Report::build(&input);
    assert!(whole.awareness().expect("measured").headline.change.shown().expect("eighty").has_percent());
    let pages = [html::evaluator(&whole), html::funder(&whole)].map(|page| words(&page.into_string()));
    // The second project knew 5 of every 100 before and rose by 25.
    let printed = pages.each_ref().map(|page| page.matches("+25.0 points").count());
    // The chart in its drawing and its words, the table of projects and that of areas; on the funder's page the areas.
    assert_eq!(printed, [4, 1], "{}", pages[0]);
    assert!(!pages[0].contains("relative change +"), "a column of both is of neither alone");
    let alone = whole.clone().narrowed(&whole.part_called("Story Jobs").expect("a project"));
    let page = html::evaluator(&alone).into_string();
    let (_, chart) = page.split_once("id=\"levels-awr").expect("a chart");
    let chart = chart.split("</svg>").next().expect("it ends");
    assert!(chart.contains("change in points") && !chart.contains("relative change"), "{chart}");
    assert!(words(&page).contains("+25.0 points, ") && !page.contains("In points: "), "said once, with its unit");
}

#[test]
fn the_programmes_own_target_is_the_one_that_is_judged() {
    let mut input = fifteen_children();
    input.programme.awareness_target = 20;
    let report = Report::build(&input);
    let readings = shown(report.awareness().expect("measured").readings.as_ref().expect("a count"));
    assert_eq!(readings.claim.support, Support::LowerLimit); // 23.7 % ≥ 20 %
    assert_eq!(report.targets.projects[0].awareness_status, Status::Met);
}

#[test]
fn what_only_describes_is_said_of_everyone_and_not_cut() {
    let mut input = fifteen_children();
    for (n, pair) in [(10, (1, 3)), (10, (3, 3))] {
        Answerer::child(1, KeyStage::Ks2).times(n).matched(&mut input, "CNF-LRN", 1, pair);
        Answerer::child(1, KeyStage::Ks2).times(n).matched(&mut input, "AWR-SELF", 1, pair);
    }
    let report = Report::build(&input);
    let described: Vec<_> = report.secondary.iter().map(|outcome| outcome.measure.as_str()).collect();
    assert_eq!(described, ["CNF-LRN"], "codes without a cut for a positive answer have no share and no common mean");
    assert_eq!(report.secondary[0].by_project.len() + report.secondary[0].by_key_stage.len(), 0);
    assert_eq!(shown(&report.secondary[0].headline.change).points.value.text, "+50.0");
}

#[test]
fn an_empty_programme_and_one_with_befores_only_have_reports_that_say_so() {
    let empty = Report::build(&programme(&[]));
    assert!(empty.primary.is_empty() && empty.money.is_none());
    assert_eq!(empty.evidence.nesta, 0);
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 30);
    let child = || Answerer::child(1, KeyStage::Ks2).times(30);
    child().counted(&mut input, "AWR", 20, Comparison::After, (Some(8), None));
    let befores = Report::build(&input);
    let outcome = befores.awareness().expect("measured");
    assert!(outcome.verdict.shown().is_none());
    assert_eq!(outcome.sentence, "Nobody has answered both before and after yet, so there is no change to report.");
    assert_eq!(outcome.headline.base.before, Figure::Shown(30));
    assert_eq!(befores.evidence.nesta, 1);
    assert!(befores.to_csv().expect("writes").contains("undefined: nobody has answered both"));
}

#[test]
fn every_sentence_of_a_report_is_filled() {
    let json = Report::build(&fifteen_children()).to_json().expect("writes");
    let words: serde_json::Value = serde_json::from_str(&json).expect("reads");
    fn braces(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('{') || text.contains("?"),
            serde_json::Value::Array(values) => values.iter().any(braces),
            serde_json::Value::Object(values) => values.iter().any(|(key, value)| key != "question" && braces(value)),
            _ => false,
        }
    }
    assert!(!braces(&words["primary"]) && !braces(&words["evidence"]) && !braces(&words["flows"]));
}
