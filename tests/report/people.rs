//! Who took part: registered and matched by group, and who had been to such an activity before.

use pencilmark::pairing::{Circumstance, Moment};
use pencilmark::person::{KeyStage, Role};
use pencilmark::report::input::CircumstanceCount;
use pencilmark::report::{Figure, Report, ReportInput, html};

use crate::cohort::{Answerer, programme, registered};
use crate::pages::words;

fn newcomers(answers: [[i64; 2]; 3]) -> ReportInput {
    let mut input = programme(&["Story Jobs"]);
    for (code, both) in (1..).zip(answers) {
        for (moment, n) in [Moment::Before, Moment::After].into_iter().zip(both) {
            let value = format!("PA-NW1.{code}");
            let (role, circumstance) = (Role::Adult, Circumstance::Newcomer);
            input.circumstances.push(CircumstanceCount { project_id: 1, role, moment, circumstance, value, n });
        }
    }
    input
}

fn told(input: &ReportInput) -> Vec<(String, Option<i64>, Option<i64>)> {
    let of = |figure: &Figure<i64>| figure.shown().copied();
    let report = Report::build(input);
    report.newcomers.iter().map(|one| (one.label.clone(), of(&one.before), of(&one.both))).collect()
}

#[test]
fn first_timers_are_counted_with_a_before_and_with_both_and_few_are_not_told() {
    let row = |label: &str, before, both| (label.to_owned(), before, both);
    assert_eq!(
        told(&newcomers([[40, 22], [20, 11], [15, 9]])),
        [
            row("Everybody who said", Some(75), Some(42)),
            row("First time", Some(40), Some(22)),
            row("Once or twice", Some(20), Some(11)),
            row("Often", Some(15), Some(9)),
        ]
    );
    // Two who had often been there did not answer afterwards: neither they nor the others follow.
    let few = told(&newcomers([[40, 22], [20, 11], [15, 13]]));
    let [_, first, second, often] = few.as_slice() else { panic!("{few:?}") };
    assert!(often.1.is_none() || often.2.is_none(), "{few:?}");
    let hidden = |one: &(String, Option<i64>, Option<i64>)| one.1.is_none() || one.2.is_none();
    assert!(hidden(first) || hidden(second), "15 - 13 follows from the others and everybody: {few:?}");
    assert_eq!(told(&newcomers([[4, 2], [3, 1], [2, 2]])), [], "nine said");
    assert_eq!(told(&newcomers([[40, 38], [20, 19], [15, 15]])), [], "three have no after");
    // Three of those with both left the main result out: matched and both are told, and must not tell them apart.
    let mut left_out = newcomers([[40, 22], [20, 11], [15, 9]]);
    Answerer::adult(1).times(39).matched(&mut left_out, "TLK", 4, (1, 2));
    assert_eq!(told(&left_out), []);
}

#[test]
fn children_registered_and_matched_stand_by_key_stage_area_and_model_in_the_rows_of_the_groups() {
    let mut input = programme(&["Story Jobs", "Job Trail"]);
    for (project, n, matched) in [(1, 60, 40), (2, 30, 20)] {
        registered(&mut input, project, n);
        let child = || Answerer::child(project, KeyStage::Ks2);
        child().times(matched).matched(&mut input, "AWR", 20, (8, 14));
    }
    let page = words(&html::evaluator(&Report::build(&input)).into_string());
    let table = page.split("Who they are: children registered and matched").nth(1).expect("the table");
    let table = table.split("6 Who was lost").next().expect("the section");
    let flat: Vec<&str> = table.split_whitespace().collect();
    let flat = flat.join(" ");
    assert!(flat.contains("Area: Story Jobs area 60 40 40 Area: Job Trail area 30 20 20"), "{flat}");
}

#[test]
fn answers_without_a_record_of_the_childs_own_yes_are_counted_where_there_are_some() {
    let note = |without: i64, all: i64| -> Option<String> {
        let mut input = programme(&["Story Jobs"]);
        for (circumstance, value, n) in [(Circumstance::Language, "en", all), (Circumstance::NoOwnYes, "", without)] {
            let (role, moment, value) = (Role::Child, Moment::Before, value.to_owned());
            input.circumstances.push(CircumstanceCount { project_id: 1, role, moment, circumstance, value, n });
        }
        let report = Report::build(&input);
        let told = report.method.told.iter().any(|told| told.id == "method.own_yes.pre");
        let note = report.method.notes.into_iter().find(|note| note.contains("their own yes on the screen"));
        assert_eq!(told, note.as_ref().is_some_and(|note| note.contains("children’s befores:")), "{note:?}");
        note
    };
    assert_eq!(note(0, 60), None, "everybody said yes");
    assert!(
        note(7, 60).expect("seven").contains("It is not recorded for 7 of 60 children’s befores: they came on paper")
    );
    for (few, all) in [(3, 60), (58, 60)] {
        let said = note(few, all).expect("some");
        assert!(said.contains("for some of the children’s befores (how many would tell of few)"), "{said}");
        assert!(!said.contains(|letter: char| letter.is_ascii_digit()), "{said}");
    }
    assert!(note(60, 60).expect("all").contains("60 of 60 children’s befores"));
}
