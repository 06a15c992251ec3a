//! What is said of people who are not in the next box of a flow.

use crate::report::wording::say;

use super::reasons::Kind::{
    AfterAside, AllAside, AnotherForm, Away, CameEarlier, CameLate, Last, LeftOut, Matched, Nothing, OneOff,
};
use super::reasons::{AFTER_ONLY, GAVE_NONE, Kind, Kinds, LOST, UNMATCHED};

/// Between two reasons that are told together; `reproduce.R` parts them by it.
const OR: &str = "; or ";

pub(super) fn listed(words: &[String]) -> String {
    words.iter().filter(|words| !words.is_empty()).cloned().collect::<Vec<_>>().join(OR)
}

pub(super) fn unmatched_words(block: &[Kind]) -> String {
    if UNMATCHED.iter().any(|kind| block.contains(kind)) { say("flow", "or_unmatched", &[]) } else { String::new() }
}

/// What is said of some kinds at an arrow.
pub(super) fn words(sizes: &Kinds, arrow: usize, block: &[Kind]) -> String {
    let mut kinds: Vec<Kind> = block.iter().copied().filter(|kind| arrow == 2 || !UNMATCHED.contains(kind)).collect();
    kinds.sort();
    let holds_all_of =
        |all: &[Kind]| kinds.len() > 1 && all.iter().all(|kind| kinds.contains(kind) || sizes.sum(&[*kind]) == 0);
    let each = |kinds: &[Kind]| listed(&kinds.iter().map(|kind| say("flow", key(*kind), &[])).collect::<Vec<_>>());
    match arrow {
        0 if holds_all_of(LOST[0]) => say("flow", "not_before", &[]),
        0 if kinds == AFTER_ONLY => say("flow", "after_only", &[]),
        1 => {
            let said = match kinds.as_slice() {
                _ if holds_all_of(LOST[1]) => say("flow", "no_after", &[]),
                [OneOff, Last] => say("flow", "there", &[]),
                kinds if holds_all_of(&GAVE_NONE) && !kinds.contains(&AfterAside) => say("flow", "none_given", &[]),
                kinds => each(kinds),
            };
            listed(&[said, unmatched_words(block)])
        }
        2 => {
            let no_before = AFTER_ONLY.iter().any(|kind| kinds.contains(kind));
            let unmatched: Vec<Kind> = kinds.into_iter().filter(|kind| UNMATCHED.contains(kind)).collect();
            let said = match unmatched.as_slice() {
                [] => String::new(),
                [one] if !no_before => say("flow", key(*one), &[]),
                _ => say("flow", "or_unmatched", &[]),
            };
            listed(&[if no_before { say("flow", "no_before", &[]) } else { String::new() }, said])
        }
        _ => each(&kinds),
    }
}

fn key(kind: Kind) -> &'static str {
    match kind {
        Matched => "matched",
        AnotherForm => "another_form",
        LeftOut => "left_out",
        Away => "away",
        OneOff => "one_off",
        Last => "last",
        AfterAside => "after_aside",
        CameLate => "came_late",
        CameEarlier => "came_earlier",
        AllAside => "all_aside",
        Nothing => "nothing",
    }
}
