//! The words of reports, read from `reports/wording.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::person::Role;
use crate::survey::{Comparison, Wave};

use super::print;
use super::suppression::{Figure, Withheld};

/// Every sentence a report can say. Field names are the file's keys, explained there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    words: Words,
    withheld: BTreeMap<String, String>,
    order: Order,
    outcome: BTreeMap<String, OutcomeWords>,
    interval: BTreeMap<String, String>,
    direction: BTreeMap<String, String>,
    awareness: BTreeMap<String, String>,
    switch: BTreeMap<String, String>,
    cut: BTreeMap<String, String>,
    flow: BTreeMap<String, String>,
    evidence: BTreeMap<String, String>,
    caveats: BTreeMap<String, String>,
    method: BTreeMap<String, String>,
    wave: BTreeMap<String, String>,
    attrition: BTreeMap<String, String>,
    status: BTreeMap<String, String>,
    grade: BTreeMap<String, String>,
    test: BTreeMap<String, String>,
    clusters: BTreeMap<String, String>,
    aims: BTreeMap<String, String>,
    costs: BTreeMap<String, String>,
    absent: BTreeMap<String, String>,
    delivery: BTreeMap<String, String>,
    voices: BTreeMap<String, String>,
    comparison: BTreeMap<String, String>,
    dyads: BTreeMap<String, String>,
    secondary: BTreeMap<String, String>,
    ladder: BTreeMap<String, String>,
    ties: BTreeMap<String, String>,
    sensitivity: BTreeMap<String, String>,
    circumstances: BTreeMap<String, String>,
    languages: BTreeMap<String, String>,
    appendix: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    child: String,
    adult: String,
    after: String,
    later: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    measures: Vec<String>,
}

/// The sentences about one measure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomeWords {
    pub question: String,
    pub unit: String,
    pub rose: String,
    pub fell: String,
    pub unclear: String,
    pub title_rose: String,
    pub title_fell: String,
    pub title_unclear: String,
}

static WORDING: LazyLock<Wording> = LazyLock::new(|| {
    toml::from_str(include_str!("../../reports/wording.toml")).expect("a test reads reports/wording.toml")
});

/// What is filled into a sentence, by name.
pub(super) type Fills<'a> = [(&'a str, String)];

/// A sentence of a section with its braces filled: `say("caveats", "lists", …)`.
///
/// A missing sentence or brace shows as itself rather than stopping a report; tests refuse both.
pub(super) fn say(section: &str, key: &str, fills: &Fills<'_>) -> String {
    let sections = match section {
        "withheld" => &WORDING.withheld,
        "interval" => &WORDING.interval,
        "direction" => &WORDING.direction,
        "awareness" => &WORDING.awareness,
        "switch" => &WORDING.switch,
        "flow" => &WORDING.flow,
        "evidence" => &WORDING.evidence,
        "caveats" => &WORDING.caveats,
        "method" => &WORDING.method,
        "wave" => &WORDING.wave,
        "attrition" => &WORDING.attrition,
        "grade" => &WORDING.grade,
        "test" => &WORDING.test,
        "clusters" => &WORDING.clusters,
        "aims" => &WORDING.aims,
        "costs" => &WORDING.costs,
        "absent" => &WORDING.absent,
        "delivery" => &WORDING.delivery,
        "voices" => &WORDING.voices,
        "comparison" => &WORDING.comparison,
        "dyads" => &WORDING.dyads,
        "ladder" => &WORDING.ladder,
        "secondary" => &WORDING.secondary,
        "ties" => &WORDING.ties,
        "sensitivity" => &WORDING.sensitivity,
        "circumstances" => &WORDING.circumstances,
        "appendix" => &WORDING.appendix,
        _ => &WORDING.status,
    };
    sections.get(key).map_or_else(|| format!("{{{section}.{key}}}"), |sentence| fill(sentence, fills))
}

/// Fills `{name}` with its value, everywhere.
pub(super) fn fill(sentence: &str, fills: &Fills<'_>) -> String {
    fills.iter().fold(sentence.to_owned(), |so_far, (name, value)| so_far.replace(&format!("{{{name}}}"), value))
}

/// Whether a sentence is this one of a section, whatever its braces were filled with.
pub(super) fn is(sentence: &str, section: &str, key: &str) -> bool {
    let template = say(section, key, &[]);
    let mut parts = template.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    let rest = parts.next().and_then(|first| sentence.strip_prefix(first));
    parts.try_fold(rest.unwrap_or_default(), |rest, part| Some(&rest[rest.find(part)? + part.len()..])).is_some()
        && rest.is_some()
}

/// The sentences about a measure: its own under one of `keys`, first come.
pub(super) fn outcome(keys: &[&str]) -> &'static OutcomeWords {
    let found = keys.iter().find_map(|key| WORDING.outcome.get(*key));
    found.or_else(|| WORDING.outcome.get("mean")).expect("a test finds outcome.mean in reports/wording.toml")
}

/// What a measure's cut is called: "Regularly means".
pub(super) fn cut(measure: &str) -> String {
    WORDING.cut.get(measure).or_else(|| WORDING.cut.get("other")).cloned().unwrap_or_default()
}

/// Where a measure stands on the pages; unnamed ones after all that are named.
pub(super) fn place(measure: &str) -> usize {
    let order = &WORDING.order.measures;
    order.iter().position(|named| named == measure).unwrap_or(order.len())
}

/// Children or grown-ups.
pub fn who(role: Role) -> &'static str {
    match role {
        Role::Child => &WORDING.words.child,
        Role::Adult => &WORDING.words.adult,
    }
}

/// What is added to a title where the result is of the follow-up.
pub fn when(comparison: Comparison) -> &'static str {
    if comparison == Comparison::Later { ", later" } else { "" }
}

/// After or later.
pub fn later(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::After => &WORDING.words.after,
        Comparison::Later => &WORDING.words.later,
    }
}

/// A language by its tag: "Polish", "English (en-gb)"; the tag of one that has no name here.
pub(super) fn language(tag: &str) -> String {
    let name = WORDING.languages.get(tag.split('-').next().unwrap_or(tag));
    match name {
        Some(name) if tag.contains('-') => format!("{name} ({tag})"),
        Some(name) => name.clone(),
        None => tag.to_owned(),
    }
}

/// When an after was answered.
pub fn wave_words(wave: Wave) -> String {
    say("wave", wave.code(), &[])
}

/// Why a change is not shown, in a sentence; `None` where it is.
pub(super) fn why_not<T>(figure: &Figure<T>, who: &str, later: &str, matched: i64) -> Option<String> {
    let fills = [("who", who.to_owned()), ("later", later.to_owned())];
    match figure {
        Figure::Shown(_) => None,
        Figure::Withheld(Withheld::FewerThanTen) => Some(say("withheld", "fewer_than_ten", &fills)),
        Figure::Withheld(Withheld::FewerThanFive) => Some(say("withheld", "fewer_than_five", &fills)),
        Figure::Withheld(Withheld::ProtectsAnother) => Some(say("withheld", "protects_another", &fills)),
        Figure::Undefined(_) if matched == 0 => Some(say("withheld", "nobody", &fills)),
        Figure::Undefined(reason) => Some(format!("{}.", print::capital(reason))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../reports/wording.toml");

    #[test]
    fn no_sentence_claims_a_cause_or_certainty() {
        let sentences: String = TEXT.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        let words: Vec<&str> = sentences.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let said = words.join(" ").to_lowercase();
        for claim in ["caused", "causes", "proved", "proves", "proof", "impact", "due to", "thanks to", "led to"] {
            assert!(
                !format!(" {said} ").contains(&format!(" {claim} ")),
                "“{claim}” claims more than a before and after can"
            );
        }
    }

    #[test]
    fn every_measure_in_the_order_and_both_fallbacks_have_sentences() {
        for key in ["AWR", "AWR-points", "CNF-JOB", "TLK", "share", "mean"] {
            assert!(WORDING.outcome.contains_key(key), "{key}");
        }
        assert_eq!(place("AWR"), 0);
        assert!(place("AWR") < place("TLK") && place("TLK") < place("something else"));
    }

    #[test]
    fn a_sentence_is_known_by_what_stands_between_its_braces() {
        let fills = [("lost", "446".to_owned()), ("before", "1,337".to_owned()), ("percent", "33".to_owned())];
        let said = say("caveats", "matched_only", &fills);
        assert!(is(&said, "caveats", "matched_only"), "{said}");
        for other in ["matched_differ", "several", "lists", "disruption", "ceiling"] {
            assert!(!is(&said, "caveats", other), "{other}");
        }
    }

    #[test]
    fn a_missing_sentence_is_visible_and_stops_nothing() {
        assert_eq!(say("caveats", "nonsense", &[]), "{caveats.nonsense}");
    }
}
