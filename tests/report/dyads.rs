//! A child and a grown-up of one family beside each other: worked by hand, and what it must not tell.

use pencilmark::pairing::FamilyAnswers;
use pencilmark::person::KeyStage;
use pencilmark::report::{Alike, Dyads, Figure, Report, ReportInput, Withheld, html};
use pencilmark::survey::Comparison;

use crate::cohort::{Answerer, programme, registered};

/// Whether a child and a grown-up talk regularly, before and later, and how many families answer so.
type Kind = ([bool; 4], i64);

/// Forty families. Before: both 10, only the grown-up 12, only the child 8, neither 10. Later: 20, 8, 6, 6.
const FORTY: [Kind; 7] = [
    ([true, true, true, true], 10),
    ([false, true, true, true], 10),
    ([false, false, true, true], 2),
    ([true, true, false, false], 6),
    ([true, false, false, true], 2),
    ([false, false, false, true], 4),
    ([false, false, false, false], 6),
];

fn answers(input: &mut ReportInput, who: Answerer, [before, later]: [bool; 2]) {
    let code = |regularly| Some(if regularly { 4 } else { 1 });
    who.counted(input, "TLK", 1, Comparison::Later, (code(before), code(later)));
}

fn families(kinds: &[Kind]) -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    registered(&mut input, 1, kinds.iter().map(|(_, n)| n).sum());
    for &([child, child_later, adult, adult_later], n) in kinds {
        answers(&mut input, Answerer::child(1, KeyStage::Ks2).times(n), [child, child_later]);
        answers(&mut input, Answerer::adult(1).times(n), [adult, adult_later]);
        let one = |place: usize| std::array::from_fn(|at| i64::from(at == place));
        input.family_answers.push(FamilyAnswers {
            project_id: 1,
            measure: "TLK".to_owned(),
            comparison: Comparison::Later,
            children: one(FamilyAnswers::place(child, child_later)),
            adults: one(FamilyAnswers::place(adult, adult_later)),
            families: n,
        });
    }
    input
}

fn dyads(input: &ReportInput) -> Dyads {
    Report::build(input).dyads.first().expect("both are asked about talk").clone()
}

fn counts(alike: &Figure<Alike>) -> [i64; 4] {
    let alike = alike.shown().expect("a table");
    [&alike.both, &alike.only_adult, &alike.only_child, &alike.neither].map(|share| share.count)
}

#[test]
fn forty_families_say_the_same_more_often_later() {
    let input = families(&FORTY);
    let found = dyads(&input);
    assert_eq!((&found.pairs, &found.families), (&Figure::Shown(40), &Figure::Shown(40)));
    assert_eq!([counts(&found.before), counts(&found.after)], [[10, 12, 8, 10], [20, 8, 6, 6]]);
    let agree = |alike: &Figure<Alike>| alike.shown().expect("a table").agree.value.text.clone();
    assert_eq!([agree(&found.before), agree(&found.after)], ["50.0%", "65.0%"]);
    assert!(found.finding.ends_with("say the same in 65% of 40 pairs later, in 50% before"), "{}", found.finding);
    assert!(found.sentences[0].contains("only the grown-up said so in 8 pairs and only the child in 6"));

    let report = Report::build(&input);
    let page = html::evaluator(&report).into_string();
    assert!(page.contains("id=\"pairs-tlk-desc\"") && page.contains(&found.finding));
    let csv = report.to_csv().expect("writes");
    assert!(csv.lines().any(|line| line.starts_with("dyads.TLK.later,") && line.contains("after_agree")));
    let part = report.parts.first().expect("a part").clone();
    assert!(report.narrowed(&part).dyads.is_empty(), "it is told of everyone only");
}

#[test]
fn a_table_is_withheld_where_a_cell_is_of_few_families() {
    let mut kinds = FORTY;
    // Two families fewer in which neither talked later: four are left in that cell, and eight in that of before.
    kinds[6].1 = 4;
    let found = dyads(&families(&kinds));
    assert_eq!(counts(&found.before), [10, 12, 8, 8]);
    assert!(matches!(found.after, Figure::Withheld(Withheld::FewerThanFive)), "{:?}", found.after);
    assert!(!found.finding.contains('%'), "{}", found.finding);
    let csv = Report::build(&families(&kinds)).to_csv().expect("writes");
    let later = csv.lines().filter(|line| line.starts_with("dyads.TLK.later,") && line.contains(",after_"));
    assert_eq!(later.count(), 1, "one line says why, none tells");
}

#[test]
fn nothing_follows_of_the_few_who_are_in_no_pair() {
    let with = |n: i64, regularly: i64| {
        let mut input = families(&FORTY);
        answers(&mut input, Answerer::child(1, KeyStage::Ks2).times(n - regularly), [false, false]);
        if regularly > 0 {
            answers(&mut input, Answerer::child(1, KeyStage::Ks2).times(regularly), [true, true]);
        }
        dyads(&input)
    };
    let few = with(3, 0);
    assert!(matches!(few.pairs, Figure::Withheld(Withheld::ProtectsAnother)), "43 children less 40 are three");
    assert!(few.before.shown().is_none() && few.after.shown().is_none());
    assert!(with(12, 0).after.shown().is_some(), "twelve who all say no tell nothing that a zero does not");
    let two = with(12, 2);
    assert!(two.pairs.shown().is_some() && two.before.shown().is_none() && two.after.shown().is_none());
}

#[test]
fn nine_families_are_too_few() {
    let found = dyads(&families(&[([true; 4], 9)]));
    assert!(matches!(found.pairs, Figure::Withheld(Withheld::FewerThanTen)));
    assert!(found.sentences[0].starts_with("Fewer than ten families"), "{:?}", found.sentences);
}
