//! Why somebody is not in the next step of the flow, as far as their answers and visits know it.

use std::collections::BTreeSet;

use crate::survey::Wave;

use super::{Scored, counted};

/// What is known of somebody who is not in every step. All but the last leave one another out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Gave an after and no before, and was first seen where the after is asked.
    CameLate,
    /// Gave a before and no after, and was at a one-off session.
    NoAfterOneOff,
    /// Gave a before and no after, and was at the last session of a run.
    NoAfterLast,
    /// Gave a before, and the after is one that somebody of the team has set aside.
    AfterAside,
    /// Has neither before nor after, because what they gave was set aside.
    AllAside,
    /// Gave both, but the after that counts is not on the questionnaire of the before.
    AnotherForm,
    /// Gave a before and answered later.
    BeforeAndLater,
}

/// Where somebody was seen, as far as it matters for what they were asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Came {
    /// Sessions come to; those that only ask again later are no visits.
    pub sessions: i64,
    /// Whether one of them was the last of a run.
    pub to_a_last: bool,
    /// Whether one of them was one-off.
    pub to_a_one_off: bool,
    /// Whether the first of them was one or the other: there the after is asked.
    pub first_where_the_after_is_asked: bool,
}

impl Why {
    /// Every one.
    pub const ALL: [Why; 7] = [
        Why::CameLate,
        Why::NoAfterOneOff,
        Why::NoAfterLast,
        Why::AfterAside,
        Why::AllAside,
        Why::AnotherForm,
        Why::BeforeAndLater,
    ];

    /// The stored code: `came_late`.
    pub fn code(self) -> &'static str {
        match self {
            Why::CameLate => "came_late",
            Why::NoAfterOneOff => "no_after_one_off",
            Why::NoAfterLast => "no_after_last",
            Why::AfterAside => "after_aside",
            Why::AllAside => "all_aside",
            Why::AnotherForm => "another_form",
            Why::BeforeAndLater => "before_and_later",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.code() == code)
    }

    /// All that is known of somebody.
    pub fn of(history: &[Scored], came: Came) -> BTreeSet<Why> {
        let counted = counted(history);
        let is_aside = |wave: &Wave| history.iter().any(|response| response.aside && response.wave == *wave);
        let before = counted.get(&Wave::Pre);
        let afters: Vec<_> = Wave::AFTERS.iter().filter_map(|wave| counted.get(wave)).collect();
        let after_aside = Wave::AFTERS.iter().any(is_aside);
        let first = match (before, afters.is_empty()) {
            (Some(_), true) if after_aside => Some(Why::AfterAside),
            (Some(_), true) if came.to_a_last => Some(Why::NoAfterLast),
            (Some(_), true) if came.to_a_one_off => Some(Why::NoAfterOneOff),
            (Some(before), false) if afters.first().is_some_and(|after| after.survey != before.survey) => {
                Some(Why::AnotherForm)
            }
            (None, false) if came.first_where_the_after_is_asked => Some(Why::CameLate),
            (None, true) if after_aside || is_aside(&Wave::Pre) => Some(Why::AllAside),
            _ => None,
        };
        let again = before.and(counted.get(&Wave::FollowUp)).map(|_| Why::BeforeAndLater);
        first.into_iter().chain(again).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(wave: Wave, survey: &str, aside: bool) -> Scored {
        Scored { id: wave.code().to_owned(), aside, survey: survey.to_owned(), ..Scored::whole(1, wave) }
    }

    #[test]
    fn what_somebody_gave_and_where_they_were_seen_tell_why_they_are_not_in_the_next_step() {
        use Wave::{FollowUp, PostExit, PostProg, Pre};
        let nowhere = Came::default();
        let late = Came { first_where_the_after_is_asked: true, to_a_last: true, ..nowhere };
        let one_off = Came { to_a_one_off: true, ..nowhere };
        let both = Came { to_a_last: true, ..one_off };
        let of = |answers: &[(Wave, &str, bool)], came: Came| -> Vec<Why> {
            let history: Vec<Scored> =
                answers.iter().map(|(wave, survey, aside)| answered(*wave, survey, *aside)).collect();
            Why::of(&history, came).into_iter().collect()
        };
        let (before, after) = ((Pre, "ks2", false), (PostProg, "ks2", false));
        let aside = |(wave, survey, _): (Wave, &'static str, bool)| (wave, survey, true);
        assert_eq!(of(&[before, after], late), []);
        assert_eq!(of(&[after], late), [Why::CameLate]);
        assert_eq!(of(&[after], nowhere), [], "seen before, and nobody asked or they would rather not");
        assert_eq!(of(&[before], nowhere), [], "they stayed away");
        assert_eq!(of(&[before], one_off), [Why::NoAfterOneOff]);
        assert_eq!(of(&[before], both), [Why::NoAfterLast]);
        assert_eq!(of(&[before, aside(after)], both), [Why::AfterAside]);
        assert_eq!(of(&[aside(before), after], late), [Why::CameLate]);
        assert_eq!(of(&[aside(before)], one_off), [Why::AllAside]);
        assert_eq!(of(&[], one_off), []);
        assert_eq!(of(&[before, (PostProg, "ks3", false)], late), [Why::AnotherForm]);
        assert_eq!(of(&[before, (PostProg, "ks3", false), (PostExit, "ks2", false)], late), [Why::AnotherForm]);
        assert_eq!(
            of(&[before, after, (PostExit, "ks3", false)], late),
            [],
            "the after that counts is on the same form"
        );
        assert_eq!(of(&[before, (FollowUp, "ks2", false)], one_off), [Why::NoAfterOneOff, Why::BeforeAndLater]);
        assert_eq!(of(&[(FollowUp, "ks2", false)], nowhere), []);
    }
}
