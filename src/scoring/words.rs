//! Scoring rules in words, for people who want to make the scores again.

use crate::survey::{Measure, Rule, Survey};

use super::denominator;

/// How a survey's answers become the score of a measure, in a sentence or two.
pub fn in_words(survey: &Survey, measure: &Measure) -> String {
    let units = denominator(survey, measure);
    let needs = measure.needs.max(1);
    let items = measure.items.join(", ");
    let of = measure.items.len();
    let mut words = match measure.rule {
        Rule::CountJobs => format!(
            "100 × real jobs known on {items} ÷ {units}: tiles tapped, or rows at the highest code. Jobs that do not exist are never counted. Needs {needs} of {of} lists seen to the end; a tile left alone is not known."
        ),
        Rule::Value => format!("The code of {items} as answered."),
        Rule::MeanPomp => format!(
            "Mean over the answered items of {items}, each as 100 × (value − lowest) ÷ (highest − lowest). Needs {needs} of {of}. Exact in units of 1/{units}."
        ),
        Rule::ShareAtLeast => format!(
            "100 × items of {items} answered at {} or more ÷ items answered. Needs {needs} of {of}. Exact in units of 1/{units}.",
            measure.positive_from.unwrap_or_default()
        ),
    };
    if !measure.reversed.is_empty() {
        words.push_str(&format!(" First turned round (lowest + highest − value): {}.", measure.reversed.join(", ")));
    }
    if measure.unless_foil {
        words.push_str(" No score for anyone who said they knew a job that does not exist.");
    }
    words
}

/// What reaches the cut of a measure, in words.
pub fn cut_in_words(measure: &Measure, from: i32) -> String {
    let word = measure.positive_word.as_deref().map_or_else(String::new, |word| format!(" ({word})"));
    format!("1 where {} is {from} or more{word}, else 0.", measure.items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    fn words(survey: &str, measure: &str) -> String {
        let library = Library::embedded();
        let survey = &library.newest(survey).expect("an embedded survey").survey;
        in_words(survey, survey.measure(measure).expect("a measure of it"))
    }

    #[test]
    fn each_rule_names_its_items_its_denominator_and_what_it_needs() {
        let counted = words("ks2", "AWR");
        assert!(counted.contains("K2-AW1") && counted.contains("÷ 20") && counted.contains("1 of 1"), "{counted}");
        let mean = words("ks3", "CNF");
        assert!(mean.contains("Needs 4 of 5") && mean.contains("turned round") && mean.ends_with("K3-CF5."), "{mean}");
        assert!(words("ks2", "STE").contains("at 3 or more"));
        assert!(words("ks2", "AWR~clean").contains("No score for anyone"));
    }
}
