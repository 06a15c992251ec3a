//! Children's answers without a record that they said yes themselves before the first question.

use crate::pairing::{Circumstance, Moment};
use crate::person::Role;

use super::estimate::Share;
use super::groups::Groups;
use super::input::ReportInput;
use super::number;
use super::print;
use super::suppression::is_small;
use super::told::Told;
use super::wording::say;

/// How the ids of its numbers begin.
pub(super) const OWN_YES: &str = "method.own_yes.";

/// The sentence, where there are such answers, and its numbers. How many there are of a time is not said where they, or
/// those that have a record, are few.
pub(super) fn missing(input: &ReportInput, groups: &Groups<'_>) -> (Option<String>, Vec<Told>) {
    let of = |moment: Moment, circumstance: Circumstance| -> i64 {
        let here = input.circumstances.iter().filter(|count| groups.includes(count.project_id));
        let fits =
            here.filter(|count| (count.role, count.moment, count.circumstance) == (Role::Child, moment, circumstance));
        fits.map(|count| count.n).sum()
    };
    let (mut each, mut told) = (Vec::new(), Vec::new());
    for moment in Moment::ALL {
        // Of every questionnaire that counts a language is noted, if only that it was not said.
        let (without, all) = (of(moment, Circumstance::NoOwnYes), of(moment, Circumstance::Language));
        let when = say("circumstances", moment.code(), &[]);
        let few = is_small(without) || is_small(all - without);
        match Share::counted(without, all).shown().filter(|_| !few) {
            _ if without == 0 => {}
            None => each.push(say("method", "own_yes_some", &[("when", when)])),
            Some(share) => {
                let fills = [("without", number::count(without)), ("all", number::count(all)), ("when", when)];
                each.push(say("method", "own_yes_of", &fills));
                told.push(Told::share(format!("{OWN_YES}{}", moment.code()), "answers_without_own_yes", share));
            }
        }
    }
    let sentence = (!each.is_empty()).then(|| say("method", "own_yes", &[("each", print::listed(&each))]));
    (sentence, told)
}
