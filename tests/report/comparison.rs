//! A comparison group: beside the main results, and in no other figure.

use pencilmark::person::KeyStage;
use pencilmark::report::{Figure, Report, ReportInput, Withheld, html};
use pencilmark::session::{Design, Project};
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, fifteen_children, registered};
use crate::pages::words;

/// The fifteen children, and so many who took no part: every second one knew two jobs more afterwards.
fn beside(others: i64) -> ReportInput {
    let mut input = fifteen_children();
    let apart = Project {
        id: 2,
        name: "Waiting list".to_owned(),
        design: Design::Comparison,
        award_pence: 0,
        ..input.projects[0].clone()
    };
    input.projects.push(apart);
    registered(&mut input, 2, others);
    for child in 0..others {
        let (jobs, sure) = (6 + child % 4, 2 + child % 2);
        Answerer::child(2, KeyStage::Ks2).matched(&mut input, "AWR", 20, (jobs, jobs + 2 * (child % 2)));
        Answerer::child(2, KeyStage::Ks2).matched(&mut input, "CNF-JOB", 1, (sure, sure));
    }
    input
}

#[test]
fn the_change_of_those_who_took_no_part_is_taken_off_that_of_those_who_did() {
    let report = Report::build(&beside(12));
    let found = report.beside.as_ref().expect("there is a comparison group");
    let awareness = found.results.iter().find(|one| one.measure == "AWR").expect("awareness");
    assert_eq!(awareness.others, Figure::Shown(12));
    // 18.33 points (the fifteen) less 5 (six of twelve rose by two of twenty jobs). R: t.test of the two lists of
    // changes gives 4.50 to 22.17 on 17.9 degrees of freedom.
    let difference = awareness.difference.shown().expect("twelve are enough");
    assert!((difference.value.value - 13.333_333).abs() < 1e-5, "{:?}", difference.value);
    let limits = difference.interval.shown().expect("an interval");
    assert!((limits.low.value - 4.5000).abs() < 5e-3 && (limits.high.value - 22.1667).abs() < 5e-3, "{limits:?}");
    assert!(awareness.sentence.contains("points more"), "{}", awareness.sentence);
    assert_eq!((report.evidence.nesta, report.evidence.maryland), (3, 3));
    assert!(!report.evidence.caveats.iter().any(|caveat| caveat.contains("no comparison group")));
    let page = html::evaluator(&report).into_string();
    assert!(page.contains("Beside families who took no part") && page.contains(&awareness.sentence));
    let csv = report.to_csv().expect("writes");
    assert!(csv.contains("did.AWR.child.after") && csv.contains("difference_in_differences"));
}

#[test]
fn a_comparison_is_no_third_step_of_evidence_where_most_of_those_who_took_part_were_lost() {
    let lose = |n: i64| {
        let mut input = beside(12);
        for (measure, denominator) in [("AWR", 20), ("CNF-JOB", 1)] {
            let befores = Answerer::child(1, KeyStage::Ks2).times(n);
            befores.counted(&mut input, measure, denominator, Comparison::After, (Some(3), None));
        }
        Report::build(&input)
    };
    // Fifteen are matched.
    let (half, more) = (lose(15), lose(16));
    assert_eq!((half.evidence.nesta, half.evidence.maryland), (3, 3));
    assert_eq!((more.evidence.nesta, more.evidence.maryland), (2, 1));
    assert!(more.beside.as_ref().is_some_and(|beside| beside.results[0].difference.shown().is_some()));
    assert!(more.evidence.level.contains("a comparison group beside them; but"), "{}", more.evidence.level);
    assert!(!half.evidence.level.contains("; but"), "{}", half.evidence.level);
}

/// The same programme with a second project, of whose children every second one knew two jobs more.
fn beside_two_projects() -> ReportInput {
    let mut input = beside(12);
    let second = Project { id: 3, name: "Job Trail".to_owned(), ..input.projects[0].clone() };
    input.projects.push(second);
    registered(&mut input, 3, 20);
    for rise in [0, 2] {
        Answerer::child(3, KeyStage::Ks2).times(10).matched(&mut input, "AWR", 20, (8, 8 + rise));
    }
    input
}

#[test]
fn what_is_claimed_of_a_comparison_is_printed_where_it_is_claimed() {
    let input = beside_two_projects();
    let whole = Report::build(&input);
    let sentence = |report: &Report| {
        let found = report.beside.as_ref().expect("a comparison group");
        found.results.iter().find(|one| one.measure == "AWR").expect("awareness").sentence.clone()
    };
    let pages =
        |report: &Report| [html::evaluator(report), html::funder(report)].map(|page| words(&page.into_string()));
    let [page, funder] = pages(&whole);
    let said = sentence(&whole);
    assert_eq!((page.matches(&said).count(), funder.matches(&said).count()), (2, 1), "{said}");

    // Job Trail rose by 5 points on average, and so did those who took no part.
    let trail = whole.clone().narrowed(&whole.part_called("Job Trail").expect("a project"));
    let found = trail.beside.as_ref().expect("it is set beside them");
    let [awareness] = found.results.as_slice() else { panic!("{found:?}") };
    assert_eq!(awareness.id, "did.AWR.child.after.project.3");
    assert!(awareness.difference.shown().expect("enough").value.value.abs() < 1e-9);
    let page = &pages(&trail)[0];
    assert!(page.contains(&awareness.sentence) && page.contains("level 3 of Nesta"), "{page}");
    let rows = |report: &Report| -> Vec<String> {
        report.to_csv().expect("writes").lines().filter(|line| line.starts_with("did.AWR")).map(str::to_owned).collect()
    };
    assert!(!rows(&trail).is_empty() && rows(&trail).iter().all(|row| rows(&whole).contains(row)));

    // Children of one key stage are not set beside children of all ages, and claim no more than they show.
    let stage = whole.clone().narrowed(&whole.part_called("Key Stage 2").expect("a stage"));
    assert!(stage.beside.is_none());
    assert!(stage.evidence.nesta < 3 && stage.evidence.maryland < 3);
    assert!(!pages(&stage)[0].contains("level 3 of Nesta"));
    let parts = ["Story Jobs area", "Key Stage 2"].map(|name| whole.part_called(name).expect("a part"));
    assert!(whole.clone().told_of(&input, &parts).expect("crossed").beside.is_none());
}

#[test]
fn the_comparison_group_has_a_page_of_its_own_that_shows_what_the_figures_of_everyone_hold_of_it() {
    let input = beside_two_projects();
    let whole = Report::build(&input);
    let part = whole.part_called("group.comparison").expect("a choice");
    let report = whole.clone().narrowed(&part);
    // Six of twelve rose by two of twenty jobs: 5 points. R: t.test of the list of changes gives 1.68 to 8.32.
    let awareness = report.awareness().expect("measured");
    let change = awareness.headline.change.shown().expect("twelve are enough");
    assert!((change.points.value.value - 5.0).abs() < 1e-9, "{:?}", change.points);
    let limits = change.points.naive_interval.shown().expect("limits");
    assert!((limits.low.value - 1.68).abs() < 5e-3 && (limits.high.value - 8.32).abs() < 5e-3, "{limits:?}");
    let base = &awareness.headline.base;
    assert_eq!([&base.registered, &base.before, &base.matched], [&Figure::Shown(12); 3]);
    let rows = |report: &Report| -> Vec<String> {
        report.to_csv().expect("writes").lines().skip(1).map(str::to_owned).collect()
    };
    let known = rows(&whole);
    let more: Vec<String> = rows(&report).into_iter().filter(|row| !known.contains(row)).collect();
    assert_eq!(more, [""; 0]);
    let own = |row: &&String| row.starts_with("AWR.child.after.group.comparison,");
    let ours: Vec<String> = known.iter().filter(own).cloned().collect();
    assert!(ours.len() > 10 && ours.iter().all(|row| rows(&report).contains(row)), "{ours:#?}");
    let page = words(&html::evaluator(&report).into_string());
    assert!(page.contains("about the comparison group alone: people who took no part"), "{page}");
    assert!(report.beside.is_none() && report.evidence.nesta < 3);
    let form = html::evaluator(&whole).into_string();
    assert!(form.contains("<option value=\"\">Those who took part</option>"), "{form}");
    assert!(form.contains("<option value=\"group.comparison\">Comparison group</option>"), "{form}");

    // It stands by itself: no project, area or key stage has anybody of it.
    for other in ["Job Trail", "Key Stage 2"] {
        let parts = [part.clone(), whole.part_called(other).expect("a part")];
        assert!(whole.clone().told_of(&input, &parts).is_none(), "{other}");
    }
    let without = Report::build(&fifteen_children());
    assert!(without.part_called("group.comparison").is_none());
    assert!(!html::evaluator(&without).into_string().contains("Those who took part"));
}

#[test]
fn a_comparison_groups_own_page_says_what_it_is_and_not_that_there_is_none() {
    // Its children rose as clearly as those who took part: without a word of its own it would be a programme without one.
    let mut input = beside_two_projects();
    let apart = Report::build(&input).parts.iter().any(|part| part.code() == "group.comparison");
    assert!(apart, "a choice");
    for (session, before) in (1..=12).zip([4, 5, 6].into_iter().cycle()) {
        let child = Answerer::child(2, KeyStage::Ks2).at(100 + session).times(4);
        child.matched(&mut input, "AWR", 20, (before, before + 5 + i64::from(session % 3 == 0)));
    }
    registered(&mut input, 2, 48);
    let whole = Report::build(&input);
    let part = whole.part_called("group.comparison").expect("a choice");
    let report = whole.narrowed(&part);
    assert_eq!(report.evidence.nesta, 2, "its own answers show a change");
    let pages = [html::evaluator(&report), html::funder(&report)].map(|page| words(&page.into_string()));
    for page in &pages {
        assert!(!page.contains("without a comparison group") && !page.contains("no comparison group"), "{page}");
    }
    assert!(pages[0].contains("This is the comparison group itself"), "{}", report.evidence.level);
}

#[test]
fn a_comparison_group_of_few_is_withheld_on_its_own_page_too() {
    let of = |input: &ReportInput| {
        let whole = Report::build(input);
        let part = whole.part_called("Comparison group").expect("a choice");
        whole.narrowed(&part)
    };
    let nine = of(&beside(9));
    assert!(nine.primary.iter().all(|outcome| outcome.headline.change.shown().is_none()));
    assert!(!nine.to_csv().expect("writes").contains("group.comparison,AWR,change_points"));
    // Of twenty, three were not sure before and all are afterwards: the level alone would tell of three.
    let mut input = beside(0);
    registered(&mut input, 2, 20);
    Answerer::child(2, KeyStage::Ks2).times(3).matched(&mut input, "CNF-JOB", 1, (2, 3));
    Answerer::child(2, KeyStage::Ks2).times(17).matched(&mut input, "CNF-JOB", 1, (3, 3));
    let three = of(&input);
    let sure = three.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("confidence");
    assert_eq!(sure.headline.change.shown().map(|_| ()), None, "{:?}", sure.headline.change);
    // Eight on each side before, of whom two changed sides: how many did is not said, nor an interval that tells it.
    let mut input = beside(0);
    registered(&mut input, 2, 20);
    for (n, pair) in [(8, (2, 2)), (2, (2, 3)), (10, (3, 3))] {
        Answerer::child(2, KeyStage::Ks2).times(n).matched(&mut input, "CNF-JOB", 1, pair);
    }
    let two = of(&input);
    let sure = two.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("confidence");
    let change = sure.headline.change.shown().expect("ten on each side");
    assert!(change.switch.as_ref().is_none_or(|switch| switch.shown().is_none()));
    assert!(change.points.naive_interval.shown().is_none());
}

#[test]
fn a_part_without_a_change_reaches_no_more_than_the_first_step() {
    let mut input = beside_two_projects();
    input.counts.retain(|count| count.group.project_id != 3 || count.post == Some(10));
    input.counts.iter_mut().filter(|count| count.group.project_id == 3).for_each(|count| count.n = 9);
    let whole = Report::build(&input);
    let nine = whole.clone().narrowed(&whole.part_called("Job Trail").expect("a project"));
    assert_eq!((nine.evidence.nesta, nine.evidence.maryland), (1, 0));
    assert!(nine.evidence.level.starts_with("No change of a main result can be shown"), "{}", nine.evidence.level);
}

#[test]
fn a_comparison_group_changes_no_other_figure() {
    let (alone, with) = (Report::build(&fifteen_children()), Report::build(&beside(12)));
    let lines = |report: &Report| -> Vec<String> {
        let csv = report.to_csv().expect("writes");
        // What it does change is the level of evidence; its own rows are beside the others.
        let own = |line: &&str| line.split(',').next().is_some_and(|id| id.contains(".group.comparison"));
        let others =
            csv.lines().filter(|line| !line.starts_with("did.") && !line.starts_with("evidence.") && !own(line));
        others.map(str::to_owned).collect()
    };
    assert_eq!(lines(&alone), lines(&with));
    assert!(with.parts.iter().all(|part| part.name != "Waiting list"));
}

#[test]
fn a_comparison_group_of_nine_is_withheld_and_the_evidence_stays_what_it_was() {
    let report = Report::build(&beside(9));
    let found = report.beside.as_ref().expect("there is a comparison group");
    assert!(
        found
            .results
            .iter()
            .all(|one| matches!(one.difference, Figure::Withheld(Withheld::FewerThanTen) | Figure::Undefined(_)))
    );
    assert!(found.results[0].sentence.contains("fewer than ten"), "{}", found.results[0].sentence);
    assert_eq!(report.evidence.nesta, 2);
    assert!(Report::build(&fifteen_children()).beside.is_none());
}

#[test]
fn sessions_are_the_units_of_the_difference_where_both_groups_have_several() {
    let mut input = beside(12);
    // Three sessions of four of those who took no part; the fifteen are of one session, and then of five.
    let mut nth = [0, 0];
    for count in input.counts.iter_mut().filter(|count| count.measure == "AWR" && count.post.is_some()) {
        let apart = count.group.project_id == 2;
        let place = &mut nth[usize::from(apart)];
        *place += 1;
        if apart {
            count.group.session_id = 21 + (*place - 1) / 4;
        }
    }
    let of = |input: &ReportInput| {
        let report = Report::build(input);
        let results = report.beside.expect("a comparison group").results;
        results.into_iter().find(|one| one.measure == "AWR").expect("awareness")
    };
    let one_session = of(&input);
    let limits = one_session.difference.shown().expect("a difference").interval.shown().expect("an interval").clone();
    assert_eq!(limits.method, "Welch’s t on changes, one session");
    assert!(one_session.warning.expect("a warning").contains("one session only"));
    for (place, count) in input.counts.iter_mut().filter(|count| count.group.project_id == 1).enumerate() {
        count.group.session_id = 11 + i64::try_from(place % 5).expect("small");
    }
    let several = of(&input);
    let difference = several.difference.shown().expect("a difference");
    let limits = difference.interval.shown().expect("an interval");
    assert_eq!(limits.method, "CR2 by session, each group");
    // R 4.2, by the full matrices of Bell & McCaffrey (2002) in each group: 4.909091 degrees of freedom.
    assert!((limits.low.value - 1.378_350_539).abs() < 1e-6, "{limits:?}");
    assert!((limits.high.value - 25.288_316_127).abs() < 1e-6, "{limits:?}");
    assert_eq!(difference.naive_interval.shown().expect("an interval").method, "Welch’s t on changes");
    assert!(several.warning.expect("a warning").contains("fewer than four"));
}
