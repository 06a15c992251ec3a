//! Scores worked by hand from the rules of docs/survey-format.md, and a second way of computing them.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::survey::Library;

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::embedded);

fn survey(id: &str) -> Survey {
    LIBRARY.newest(id).expect("an embedded survey").survey.clone()
}

/// Answers written as `K2-CF1=3 K2-AW1.vet=1 K2-CF2=-3`: negative numbers are missing codes.
fn answers(written: &str) -> Answers {
    let answer = |code: i32| Missing::from_code(code).map_or(Answer::Value(code), Answer::Missing);
    let pairs = written.split_whitespace().map(|pair| pair.split_once('=').expect("field=code"));
    pairs.map(|(field, code)| (field.to_owned(), answer(code.parse().expect("a number")))).collect()
}

fn score_of(id: &str, wave: Wave, measure: &str, written: &str) -> Option<(i64, i64)> {
    let scores = score(&survey(id), wave, &answers(written));
    scores.into_iter().find(|s| s.measure == measure).map(|s| (s.value, s.denominator))
}

#[test]
fn awareness_counts_the_real_jobs_tapped_out_of_the_whole_list() {
    let tapped = "K2-AW1.vet=1 K2-AW1.chef=1 K2-AW1.farmer=0 K2-AW1.frelder=0";
    assert_eq!(score_of("ks2", Wave::Pre, "AWR", tapped), Some((2, 20)));
    assert_eq!(score_of("ks2", Wave::Pre, "AWR~clean", tapped), Some((2, 20)));
}

#[test]
fn a_foil_is_never_counted_and_takes_the_response_out_of_the_clean_measure() {
    let tapped = "K2-AW1.vet=1 K2-AW1.frelder=1";
    assert_eq!(score_of("ks2", Wave::Pre, "AWR", tapped), Some((1, 20)));
    assert_eq!(score_of("ks2", Wave::Pre, "AWR~clean", tapped), None);
}

#[test]
fn ks1_needs_both_lists_and_scores_them_out_of_twelve() {
    assert_eq!(score_of("ks1", Wave::Pre, "AWR", "K1-AW1.vet=1 K1-AW1.chef=1"), None);
    assert_eq!(score_of("ks1", Wave::Pre, "AWR", "K1-AW1.vet=1 K1-AW2.doctor=0"), Some((1, 12)));
}

#[test]
fn ks3_counts_only_jobs_that_could_be_explained() {
    let rows = "K3-AW1.midwife=2 K3-AW1.surveyor=1 K3-AW1.solicitor=0 K3-AW1.engineer=-3 K3-AW1.tolmetrist=1";
    assert_eq!(score_of("ks3", Wave::Pre, "AWR", rows), Some((1, 16)));
    assert_eq!(
        score_of("ks3", Wave::Pre, "AWR~clean", rows),
        Some((1, 16)),
        "heard of a foil is not a claim to know it"
    );
}

#[test]
fn a_list_that_was_skipped_or_not_seen_to_its_end_has_no_score() {
    assert_eq!(score_of("ks2", Wave::Pre, "AWR", "K2-AW1.vet=-3 K2-AW1.chef=-3"), None);
    assert_eq!(score_of("ks3", Wave::Pre, "AWR", "K3-AW1.midwife=2 K3-AW1.surveyor=-4"), None);
    assert_eq!(score_of("ks2", Wave::Pre, "AWR", "K2-AW1.vet=0"), Some((0, 20)), "seen and nothing known is zero");
}

#[test]
fn one_item_scores_its_own_code_and_a_missing_code_is_no_score() {
    assert_eq!(score_of("ks2", Wave::Pre, "CNF-JOB", "K2-CF1=3"), Some((3, 1)));
    assert_eq!(score_of("ks2", Wave::Pre, "CNF-JOB", "K2-CF1=-1"), None);
    assert_eq!(score_of("ks2", Wave::Pre, "CNF-JOB", "K2-CF1=9"), None, "a value outside the scale is no answer");
}

#[test]
fn a_mean_is_percent_of_the_maximum_possible_over_the_answered_items() {
    // (4−1)/3, (3−1)/3, (2−1)/3 over three answered: 2/3. Units: lcm(3, 4) × range 3 = 36.
    assert_eq!(score_of("ks2", Wave::Pre, "CNF", "K2-CF1=4 K2-CF2=3 K2-CF3=2 K2-CF4=-3"), Some((24, 36)));
    assert_eq!(score_of("ks2", Wave::Pre, "CNF", "K2-CF1=4 K2-CF2=3"), None, "three of four are needed");
}

#[test]
fn a_reversed_item_is_turned_round() {
    // 5, 5, 5 and a reversed 1: all at the top. Units: lcm(3, 4) × range 4 = 48.
    assert_eq!(score_of("parent", Wave::Pre, "PCN", "PA-CF1=5 PA-CF2=5 PA-CF3=5 PA-CF4=1"), Some((48, 48)));
    assert_eq!(score_of("parent", Wave::Pre, "PCN", "PA-CF1=5 PA-CF2=5 PA-CF4=5"), Some((32, 48)));
    assert_eq!(score_of("ks3", Wave::Pre, "CNF-BAR", "K3-CF5=2"), Some((4, 1)));
}

#[test]
fn a_share_counts_the_answered_items_at_or_above_the_cut() {
    // Four of five answered "Anyone". Units: lcm(5, 6) = 30.
    let who = "K2-ST1=3 K2-ST2=3 K2-ST3=3 K2-ST4=3 K2-ST5=1 K2-ST6=-1";
    assert_eq!(score_of("ks2", Wave::Pre, "STE", who), Some((24, 30)));
    assert_eq!(score_of("ks2", Wave::Pre, "STE~builder", who), Some((0, 1)));
}

#[test]
fn a_frequency_at_home_has_no_score_on_the_day_of_the_before() {
    assert_eq!(score_of("ks2", Wave::PostSame, "TLK", "K2-TK1=3"), None);
    assert_eq!(score_of("ks2", Wave::PostProg, "TLK", "K2-TK1=3"), Some((3, 1)));
}

#[test]
fn flags_name_what_a_reader_should_doubt() {
    let flagged = |id: &str, wave, written: &str| flags(&survey(id), wave, &answers(written));
    assert_eq!(flagged("ks1", Wave::Pre, "K1-PR1=3 K1-PR2=3"), [Flag::PracticeFail]);
    assert_eq!(flagged("ks1", Wave::Pre, "K1-PR1=3 K1-PR2=1"), []);
    assert_eq!(flagged("ks1", Wave::Pre, "K1-PR1=-3"), [], "a skipped practice question is not a wrong one");
    assert_eq!(flagged("ks2", Wave::Pre, "K2-AW1.quostrist=1"), [Flag::FoilHit]);
    let ks2 = survey("ks2");
    let all: String = ks2.items[2].jobs.iter().map(|job| format!("K2-AW1.{job}=1 ")).collect();
    assert_eq!(flagged("ks2", Wave::Pre, &all), [Flag::FoilHit, Flag::AllTapped]);
}

#[test]
fn six_equal_rating_screens_in_a_row_are_a_straight_line_and_anyone_is_not() {
    let flagged = |written: &str| flags(&survey("ks3"), Wave::Pre, &answers(written));
    let six = "K3-AW2=4 K3-CF1=4 K3-CF2=4 K3-CF3=4 K3-CF4=4 K3-CF5=4";
    assert_eq!(flagged(six), [Flag::Straight]);
    assert_eq!(flagged(&six.replace("K3-CF3=4", "K3-CF3=-3")), []);
    let anyone = "K2-ST1=3 K2-ST2=3 K2-ST3=3 K2-ST4=3 K2-ST5=3 K2-ST6=3";
    assert_eq!(flags(&survey("ks2"), Wave::Pre, &answers(anyone)), []);
}

#[test]
fn the_documentation_works_its_examples_right() {
    let example = include_str!("../../docs/examples/science-day.v1.toml");
    let survey = crate::survey::check("science-day.v1.toml", example).expect("the example is sound");
    let scored = |written: &str| -> Vec<(String, i64, i64)> {
        score(&survey, Wave::Pre, &answers(written)).into_iter().map(|s| (s.measure, s.value, s.denominator)).collect()
    };
    let all = scored("SD-AW1.scientist=1 SD-AW1.vet=1 SD-AW1.frelder=1 SD-TK1=2 SD-CF1=4 SD-CF2=2");
    let expected = [("SD-AWR", 2, 3), ("SD-CNF", 4, 6), ("SD-TLK", 2, 1)].map(|(id, v, d)| (id.to_owned(), v, d));
    assert_eq!(all, expected);
    assert_eq!(scored("SD-CF1=4 SD-CF2=-3"), [("SD-CNF".to_owned(), 6, 6)]);
}

/// Any response to a survey: each field answered with one of its values or a missing code.
fn any_answers(survey: &Survey) -> impl Strategy<Value = Answers> + use<> {
    let fields: Vec<(String, Vec<i32>)> = survey
        .fields()
        .map(|field| (field.name.clone(), field.accepts.values().iter().map(|(value, _)| *value).collect::<Vec<_>>()))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    proptest::collection::vec(0_usize..8, fields.len()).prop_map(move |picks| {
        let missing = [Missing::DontKnow, Missing::Skipped, Missing::NotReached];
        let answer = |values: &[i32], pick: usize| match pick {
            5.. => Answer::Missing(missing[pick - 5]),
            _ => Answer::Value(values[pick % values.len()]),
        };
        fields.iter().zip(picks).map(|((name, values), pick)| (name.clone(), answer(values, pick))).collect()
    })
}

/// A mean or share in plain floating point, straight from its definition.
fn plainly(survey: &Survey, measure: &Measure, answers: &Answers) -> Option<f64> {
    let mut parts = Vec::new();
    for id in &measure.items {
        let Some(Answer::Value(value)) = answers.get(id) else { continue };
        let values = || survey.options_of(survey.item(id).expect("checked")).iter().map(|option| option.value);
        let (min, max) = (values().min().expect("options"), values().max().expect("options"));
        let turned = if measure.reversed.contains(id) { min + max - value } else { *value };
        parts.push(match measure.rule {
            Rule::MeanPomp => f64::from(turned - min) / f64::from(max - min),
            _ => f64::from(u8::from(Some(turned) >= measure.positive_from)),
        });
    }
    let n = u16::try_from(parts.len()).expect("few items");
    (n >= measure.needs).then(|| 100.0 * parts.iter().sum::<f64>() / f64::from(n))
}

proptest! {
    #[test]
    fn means_and_shares_equal_their_definition(
        (survey, answers) in proptest::sample::select(vec!["ks1", "ks2", "ks3", "parent"])
            .prop_flat_map(|id| { let s = survey(id); any_answers(&s).prop_map(move |a| (s.clone(), a)) })
    ) {
        let scores = score(&survey, Wave::Pre, &answers);
        for measure in survey.measures.iter().filter(|m| matches!(m.rule, Rule::MeanPomp | Rule::ShareAtLeast)) {
            let exact = scores.iter().find(|s| s.measure == measure.id).map(|s| {
                #[expect(clippy::cast_precision_loss, reason = "denominators are small")]
                let percent = 100.0 * s.value as f64 / s.denominator as f64;
                percent
            });
            match (exact, plainly(&survey, measure, &answers)) {
                (Some(exact), Some(plain)) => prop_assert!((exact - plain).abs() < 1e-9, "{}", measure.id),
                (exact, plain) => prop_assert_eq!(exact, plain, "{}", &measure.id),
            }
        }
    }

    #[test]
    fn counts_and_shares_stay_within_their_whole(
        answers in any_answers(&survey("ks2"))
    ) {
        let ks2 = survey("ks2");
        for s in score(&ks2, Wave::Pre, &answers) {
            let rule = ks2.measure(&s.measure).expect("scored").rule;
            prop_assert!(s.value >= 0 && (rule == Rule::Value || s.value <= s.denominator));
        }
    }
}
