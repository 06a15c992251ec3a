//! The technical appendix: results without some of their people, by dose, reliability, effect sizes, and who helped.

use pencilmark::pairing::{Circumstance, Doubt, ItemSums, Moment};
use pencilmark::person::{KeyStage, Role};
use pencilmark::report::input::{CircumstanceCount, ScaleSum};
use pencilmark::report::{Figure, Report, ReportInput, Run, Withheld};
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, programme, registered};

fn build(input: &ReportInput) -> Report {
    Report::build(input)
}

fn child(n: i64) -> Answerer {
    Answerer::child(1, KeyStage::Ks2).times(n)
}

/// Sixty children at five sessions: those that `doubts` names did otherwise than the rest.
fn sixty(doubts: &[(i64, &[Doubt])]) -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 60);
    let doubted: i64 = doubts.iter().map(|(n, _)| n).sum();
    for session in 1..=5 {
        child((60 - doubted) / 10).at(session).matched(&mut input, "AWR", 20, (8, 12));
        child((60 - doubted) / 10).at(session).matched(&mut input, "AWR", 20, (6, 12));
        for (n, doubts) in doubts {
            child(n / 5).at(session).doubted(doubts).matched(&mut input, "AWR", 20, (8, 8 + session));
        }
    }
    input
}

fn run(report: &Report, doubt: Doubt) -> &Run {
    report.sensitivity[0].runs.iter().find(|run| run.code == doubt.code()).expect("a run")
}

#[test]
fn a_run_without_some_people_is_the_result_of_those_who_are_left() {
    let mut input = sixty(&[(10, &[Doubt::ParentHelped]), (10, &[Doubt::FoilHit]), (10, &[])]);
    let report = build(&input);
    let helped = run(&report, Doubt::ParentHelped);
    assert_eq!((helped.left_out.clone(), helped.left.clone()), (Figure::Shown(10), Figure::Shown(50)));
    let change = helped.change.shown().expect("ten are enough").clone();
    input.counts.retain(|count| !count.doubts.hold(Doubt::ParentHelped));
    let left = build(&input);
    let alone = left.awareness().expect("measured").headline.change.shown().expect("fifty").headline().clone();
    assert_eq!(change.value, alone.value);
    let (run, alone) = (change.interval.shown().expect("limits"), alone.interval.shown().expect("limits"));
    assert_eq!((&run.low, &run.high, run.method), (&alone.low, &alone.high, alone.method));
    let nobody = &report.sensitivity[0].runs.iter().find(|run| run.code == "likely_link").expect("a run");
    assert_eq!(nobody.left_out, Figure::Shown(0));
    assert_eq!(nobody.change.shown().map(|_| ()), None, "there is nothing to compare");
}

#[test]
fn a_run_that_leaves_out_few_or_tells_of_few_is_withheld() {
    let report = build(&sixty(&[(5, &[Doubt::LateAfter]), (5, &[])]));
    let late = run(&report, Doubt::LateAfter);
    assert_eq!(late.left, Figure::Withheld(Withheld::FewerThanTen));
    assert!(late.left_out.shown().is_none() && late.change.shown().is_none());
    // Fifteen were helped, ten of whom tapped a job that does not exist: the two runs differ by five children.
    let report = build(&sixty(&[(10, &[Doubt::ParentHelped, Doubt::FoilHit]), (5, &[Doubt::ParentHelped]), (5, &[])]));
    assert!(run(&report, Doubt::ParentHelped).change.shown().is_some());
    assert_eq!(run(&report, Doubt::FoilHit).left, Figure::Withheld(Withheld::ProtectsAnother));
    // Left with few is as bad as leaving out few.
    let report = build(&sixty(&[(50, &[Doubt::LeftEarly]), (5, &[Doubt::LeftEarly])]));
    assert!(run(&report, Doubt::LeftEarly).change.shown().is_none());
}

#[test]
fn sides_of_few_children_among_those_left_out_withhold_the_run() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 60);
    for session in 1..=5 {
        let at = |n| child(n).at(session);
        at(4).matched(&mut input, "CNF-JOB", 1, (2, 3));
        at(2).matched(&mut input, "CNF-JOB", 1, (3, 3));
        at(2).matched(&mut input, "CNF-JOB", 1, (3, 2));
        at(2).matched(&mut input, "CNF-JOB", 1, (2, 2));
    }
    let helped = |n| child(n).at(1).doubted(&[Doubt::ParentHelped]);
    helped(8).matched(&mut input, "CNF-JOB", 1, (2, 3));
    helped(2).matched(&mut input, "CNF-JOB", 1, (3, 3));
    let report = build(&input);
    assert_eq!(
        run(&report, Doubt::ParentHelped).change.clone().map(|_| ()),
        Figure::Withheld(Withheld::FewerThanFive),
        "two of the ten were confident before"
    );
}

#[test]
fn everybody_who_answered_at_either_time_is_a_run_too() {
    let mut input = sixty(&[(10, &[])]);
    child(12).counted(&mut input, "AWR", 20, Comparison::After, (Some(4), None));
    let report = build(&input);
    let everybody = report.sensitivity[0].runs.last().expect("the last run");
    assert_eq!((everybody.code, &everybody.left), ("everybody", &Figure::Shown(72)));
    let change = everybody.change.shown().expect("twelve are enough");
    // Before (25 × 8 + 25 × 6 + 10 × 8 + 12 × 4)/72 of 20, after (50 × 12 + 10 × 11)/60.
    let points = 5.0 * (710.0 / 60.0 - 478.0 / 72.0);
    assert!((change.value.value - points).abs() < 1e-9, "{:?}", change.value);
    assert_eq!(change.interval.shown().expect("limits").method, "partially overlapping t");
    child(3).counted(&mut input, "AWR", 20, Comparison::After, (None, Some(9)));
    let report = build(&input);
    assert!(report.sensitivity[0].runs.last().expect("the last run").change.shown().is_none(), "three came afterwards");
}

#[test]
fn main_results_stand_by_how_often_children_came_where_ten_came_as_often() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 60);
    for (visits, n, after) in [(1, 12, 9), (2, 6, 10), (3, 20, 12), (5, 22, 14)] {
        for session in [1, 2] {
            child(n / 2).at(session).who_came(visits).matched(&mut input, "AWR", 20, (8, after + session));
        }
    }
    let report = build(&input);
    let told = &report.dose_changes[0];
    let bands: Vec<(String, i64)> = told.bands.iter().map(|band| (band.words(), band.matched)).collect();
    let expected = [("1", 12), ("2 to 3", 26), ("4 or more", 22)];
    assert_eq!(bands, expected.map(|(words, n)| (words.to_owned(), n)));
    let change = |place: usize| told.bands[place].change.shown().expect("ten are enough").change.value.text.clone();
    // From 8 to 10.5 and to 15.5 of 20.
    assert_eq!((change(0), change(2)), ("+31.3%".to_owned(), "+93.8%".to_owned()));
    input.projects[0].design = pencilmark::session::Design::OneOff;
    assert!(build(&input).dose_changes.is_empty(), "one-off projects have no dose");
}

#[test]
fn children_of_repeating_projects_together_do_not_tell_of_a_withheld_one() {
    let mut input = programme(&["Story Jobs", "Job Trail", "Big Skills Day"]);
    input.projects[2].design = pencilmark::session::Design::OneOff;
    for (project, n) in [(1, 6), (2, 40), (3, 12)] {
        registered(&mut input, project, n);
        for visits in [1, 2] {
            let half = Answerer::child(project, KeyStage::Ks2).times(n / 2).who_came(visits);
            half.matched(&mut input, "AWR", 20, (8, 10 + visits));
        }
    }
    let report = build(&input);
    let hidden: Vec<bool> =
        report.awareness().expect("measured").by_project.iter().map(|one| one.change.shown().is_none()).collect();
    assert_eq!(hidden, [true, false, true], "the one-off project hides the small one");
    assert!(report.dose_changes.is_empty(), "forty-six less forty would be the six");
}

#[test]
fn scales_have_alpha_and_omega_where_thirty_answered_every_item() {
    let mut input = sixty(&[]);
    let mut sums = ItemSums::none(4);
    for n in 0..40 {
        let base = 1 + n % 4;
        sums.add(&[base, (base + n / 8 % 2).min(4), base, (base + n / 4 % 3).min(4)], 1);
    }
    let scale = |sums: &ItemSums, moment| ScaleSum {
        project_id: 1,
        survey: "ks2".to_owned(),
        measure: "CNF".to_owned(),
        moment,
        sums: sums.clone(),
    };
    input.scales.push(scale(&sums, Moment::Before));
    let mut few = ItemSums::none(4);
    (0..29).for_each(|_| few.add(&[1, 2, 3, 4], 1));
    input.scales.push(scale(&few, Moment::After));
    let report = build(&input);
    assert_eq!(report.reliability.len(), 1, "twenty-nine are too few");
    let found = &report.reliability[0];
    assert_eq!((found.id.as_str(), found.items, &found.n), ("reliability.CNF.ks2.pre", 4, &Figure::Shown(40)));
    let alpha = found.alpha.shown().expect("alpha");
    let limits = alpha.interval.shown().expect("Feldt's interval");
    assert!(limits.low.value < alpha.value.value && alpha.value.value < limits.high.value);
    assert!((0.8..1.0).contains(&found.omega.shown().expect("omega").value));
}

#[test]
fn effect_sizes_and_ends_of_the_scale_stand_where_who_moved_is_shown() {
    let report = build(&sixty(&[(5, &[]), (5, &[])]));
    let outcome = report.awareness().expect("measured");
    let effects = outcome.effects.as_ref().expect("sizes");
    assert_eq!(effects.rank_biserial.shown().expect("all rose").text, "+1.00");
    assert_eq!(effects.improvement.shown().expect("all rose").text, "1.00");
    assert!(effects.d_av.shown().is_some() && effects.signed_rank_p.is_some());
    let ends = outcome.ends.as_ref().expect("a list has ends");
    assert_eq!(ends.bottom_before.shown().map(|share| share.count), Some(0));
    let mut input = sixty(&[]);
    child(3).at(1).matched(&mut input, "AWR", 20, (12, 8));
    let report = build(&input);
    let effects = report.awareness().expect("measured").effects.as_ref().expect("sizes").clone();
    assert_eq!(effects.rank_biserial, Figure::Withheld(Withheld::ProtectsAnother), "three got lower");
}

#[test]
fn questions_are_told_word_for_word_with_codes_and_scoring() {
    let mut input = sixty(&[]);
    child(20).matched(&mut input, "CNF-JOB", 1, (2, 3));
    let report = build(&input);
    let told = |measure: &str| report.instruments.iter().find(|one| one.measure == measure).expect("it is told");
    let list = told("AWR");
    assert_eq!(list.items[0].jobs.len(), 20);
    assert!(!list.items[0].foils.is_empty() && list.scoring.contains("÷ 20"), "{list:?}");
    let question = told("CNF-JOB");
    assert_eq!(question.items[0].codes.len(), 4);
    assert!(question.cut.as_ref().is_some_and(|cut| cut.contains("3 or more")));
    assert!(report.instruments.iter().all(|one| one.measure != "TLK"), "nobody answered it");
}

#[test]
fn who_helped_is_said_in_words_a_table_and_a_caveat_and_nothing_where_nobody_did() {
    let mut input = sixty(&[]);
    let mut helped = |moment, value: &str, n| {
        input.circumstances.push(CircumstanceCount {
            project_id: 1,
            role: Role::Child,
            moment,
            circumstance: Circumstance::Helper,
            value: value.to_owned(),
            n,
        });
    };
    helped(Moment::Before, "none", 40);
    helped(Moment::Before, "parent", 15);
    helped(Moment::Before, "leader", 5);
    helped(Moment::After, "none", 60);
    let report = build(&input);
    let said = report.circumstances.sentences.join(" ");
    assert!(said.contains("helped children with 20 of 60 befores (33%): a parent or carer 15, the leader"), "{said}");
    let caveat = report.circumstances.caveat.clone().expect("somebody helped");
    assert!(caveat.contains("33% of 60 befores") && !caveat.contains("afters"), "{caveat}");
    assert!(report.evidence.caveats.contains(&caveat));
    // A sister who helped three children is not told, nor is what would tell it.
    input.circumstances[2].n = 3;
    let report = build(&input);
    assert!(report.circumstances.caveat.is_none() && report.circumstances.helped.is_empty());
    let shown = report.circumstances.rows.iter().filter(|row| row.people.shown().is_some()).count();
    assert_eq!(shown, 2, "those whom nobody helped before, and afterwards");
    input.circumstances.retain(|count| count.value == "none");
    assert!(build(&input).circumstances.caveat.is_none());
}

#[test]
fn the_check_for_over_claiming_tells_no_run_that_is_withheld() {
    let doubted: &[(i64, &[Doubt])] =
        &[(10, &[Doubt::ParentHelped, Doubt::FoilHit]), (5, &[Doubt::ParentHelped]), (5, &[])];
    let mut input = sixty(doubted);
    // Everybody but those who tapped a foil has the score that the check asks for.
    let clean = input.counts.clone().into_iter().filter(|count| !count.doubts.hold(Doubt::FoilHit));
    let clean: Vec<_> = clean.map(|mut count| (count.measure = "AWR~clean".to_owned(), count).1).collect();
    input.counts.extend(clean);
    let report = build(&input);
    assert_eq!(run(&report, Doubt::FoilHit).left, Figure::Withheld(Withheld::ProtectsAnother));
    let readings = report.awareness().expect("measured").readings.clone().expect("of a list");
    let check = readings.shown().expect("shown").overclaim.clone().expect("the list holds foils");
    assert_eq!(check.matched, Figure::Withheld(Withheld::ProtectsAnother), "the same people as the run");
    assert!(check.percent.shown().is_none());
}

#[test]
fn a_run_has_no_interval_beside_the_one_that_is_printed() {
    let mut input = sixty(&[(10, &[Doubt::ParentHelped]), (10, &[])]);
    child(12).counted(&mut input, "AWR", 20, Comparison::After, (Some(4), None));
    for session in 1..=5 {
        child(4).at(session).matched(&mut input, "CNF-JOB", 1, (2, 3));
        child(4).at(session).matched(&mut input, "CNF-JOB", 1, (3, 3));
        child(2).at(session).doubted(&[Doubt::ParentHelped]).matched(&mut input, "CNF-JOB", 1, (2, 3));
        child(2).at(session).doubted(&[Doubt::ParentHelped]).matched(&mut input, "CNF-JOB", 1, (3, 2));
    }
    let report = build(&input);
    let in_points = report.sensitivity.iter().filter(|one| !one.is_percent).flat_map(|one| &one.runs);
    let everybody = report.sensitivity.iter().flat_map(|one| &one.runs).filter(|run| run.code == "everybody");
    let shown: Vec<_> = in_points.chain(everybody).filter_map(|run| run.change.shown()).collect();
    assert!(shown.len() >= 2, "{:?}", report.sensitivity);
    assert!(shown.iter().all(|change| change.naive_interval.shown().is_none()), "files carry what pages print");
}

#[test]
fn bands_and_projects_laid_together_tell_of_no_few_children() {
    // Thirty of Job Trail came once, which is shown; of Story Jobs three did.
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    for (project, visits, n) in [(1, 1, 3), (1, 5, 37), (2, 1, 30)] {
        registered(&mut input, project, n);
        let some = |n| Answerer::child(project, KeyStage::Ks2).times(n).who_came(visits);
        some(n / 2).matched(&mut input, "AWR", 20, (8, 11));
        some(n - n / 2).matched(&mut input, "AWR", 20, (8, 14));
    }
    let shown = |input: &ReportInput| {
        let report = build(input);
        assert!(report.awareness().expect("measured").by_project.iter().all(|one| one.change.shown().is_some()));
        report.dose_changes.len()
    };
    assert_eq!(shown(&input), 0, "thirty-three less thirty would be the three");
    // Where some of Job Trail came more often too, nobody can tell whose the three are.
    Answerer::child(2, KeyStage::Ks2).times(12).who_came(5).matched(&mut input, "AWR", 20, (8, 12));
    assert_eq!(shown(&input), 1);
}

#[test]
fn a_percentage_of_next_to_nothing_is_in_no_run_either() {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, 60);
    for session in 1..=5 {
        child(8).at(session).matched(&mut input, "AWR", 20, (1, 4));
        child(4).at(session).doubted(&[Doubt::ParentHelped]).matched(&mut input, "AWR", 20, (6, 9));
    }
    let report = build(&input);
    assert!(report.sensitivity[0].is_percent);
    let left = &run(&report, Doubt::ParentHelped).change;
    assert!(matches!(left, Figure::Undefined(why) if why.contains("would mislead")), "{left:?}");
}

#[test]
fn languages_of_few_people_are_not_named() {
    let mut input = sixty(&[]);
    for (value, n) in [("en-gb", 48), ("pl", 7), ("so", 2), ("ti", 3)] {
        input.circumstances.push(CircumstanceCount {
            project_id: 1,
            role: Role::Child,
            moment: Moment::Before,
            circumstance: Circumstance::Language,
            value: value.to_owned(),
            n,
        });
    }
    let report = build(&input);
    let labels: Vec<&str> = report.circumstances.rows.iter().map(|row| row.label.as_str()).collect();
    assert_eq!(labels, ["English (en-gb)", "Polish", "other languages"]);
    assert_eq!(report.circumstances.rows[2].people.shown().map(|share| share.count), Some(5));
    let everything = format!("{}{}", report.to_csv().expect("writes"), report.to_json().expect("writes"));
    assert!(!everything.contains(".language.so") && !everything.contains("\"ti\""));
}

#[test]
fn where_those_who_claim_too_much_make_a_difference_both_figures_are_to_be_read() {
    let said = |foiled_after: i64| {
        let mut input = programme(&["Story Jobs"]);
        registered(&mut input, 1, 60);
        for session in 1..=5 {
            child(4).at(session).matched(&mut input, "AWR", 20, (8, 12));
            child(4).at(session).matched(&mut input, "AWR", 20, (8, 13));
            child(4).at(session).doubted(&[Doubt::FoilHit]).matched(&mut input, "AWR", 20, (8, foiled_after));
            child(8).at(session).matched(&mut input, "AWR~clean", 20, (8, 12));
        }
        let report = build(&input);
        let check = report.awareness().expect("measured").readings.clone().expect("of a list");
        let check = check.shown().expect("shown").overclaim.clone().expect("the list holds foils");
        assert_eq!(check.matched, Figure::Shown(40));
        // Without them from 8 to 12.5 of twenty.
        assert_eq!(check.percent.shown().map(|percent| percent.value.text.as_str()), Some("+56.3%"));
        (check.differs, report.awareness().expect("measured").sentences.join(" "))
    };
    let (differs, words) = said(20);
    assert!(differs && words.contains("more than 5 points from the headline, so read both"), "{words}");
    let (differs, words) = said(12);
    assert!(!differs && !words.contains("read both"), "{words}");
}
