//! Signs that a response may say less than it seems to. They are kept beside it and nothing is deleted.

use super::Sheet;
use crate::response::Answers;
use crate::survey::{Item, Level, Look, Survey, Wave};

/// How many rating screens in a row with the same code make a straight line.
const STRAIGHT: usize = 6;

/// One sign of doubt about a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A practice question with a known answer was answered otherwise: saying yes to everything, or not following.
    PracticeFail,
    /// A job that does not exist was claimed to be known.
    FoilHit,
    /// Every tile was tapped (every row at its top code), foils and all.
    AllTapped,
    /// The same code on six or more rating screens in a row.
    Straight,
}

impl Flag {
    /// Every flag, in the order of reports.
    pub const ALL: [Flag; 4] = [Flag::PracticeFail, Flag::FoilHit, Flag::AllTapped, Flag::Straight];

    /// The stored and exported code: `foil_hit`.
    pub fn code(self) -> &'static str {
        match self {
            Flag::PracticeFail => "practice_fail",
            Flag::FoilHit => "foil_hit",
            Flag::AllTapped => "all_tapped",
            Flag::Straight => "straight",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<Flag> {
        Flag::ALL.into_iter().find(|flag| flag.code() == code)
    }
}

/// The flags of a response that can be told from its answers alone, in the order of [`Flag::ALL`].
///
/// A rating screen is a question with ordered choices and one answer. Screens of another kind
/// between two rating screens do not end a straight line; a skipped rating screen does. "Who can
/// be a …?" has no order, so answering "Anyone" throughout is not a straight line.
pub fn flags(survey: &Survey, wave: Wave, answers: &Answers) -> Vec<Flag> {
    let sheet = Sheet { survey, wave, answers };
    Flag::ALL
        .into_iter()
        .filter(|flag| match flag {
            Flag::PracticeFail => sheet.practice_fail(),
            Flag::FoilHit => sheet.foil_known(),
            Flag::AllTapped => sheet.all_tapped(),
            Flag::Straight => sheet.straight(),
        })
        .collect()
}

impl Sheet<'_> {
    fn practice_fail(&self) -> bool {
        let wrong = |item: &Item| item.known_answer.zip(self.value(item)).is_some_and(|(known, given)| known != given);
        self.survey.items_at(self.wave).any(wrong)
    }

    fn all_tapped(&self) -> bool {
        let full = |item: &Item| item.jobs.iter().all(|job| self.job_known(item, job));
        self.lists().next().is_some() && self.lists().all(full)
    }

    fn straight(&self) -> bool {
        let ratings: Vec<Option<i32>> =
            self.survey.items_at(self.wave).filter(|item| self.is_rating(item)).map(|item| self.value(item)).collect();
        ratings.windows(STRAIGHT).any(|run| run[0].is_some() && run.iter().all(|value| *value == run[0]))
    }

    fn is_rating(&self, item: &Item) -> bool {
        self.survey.scale_of(item).is_some_and(|scale| {
            scale.level == Level::Ordinal && !scale.look.lists_jobs() && !matches!(scale.look, Look::One | Look::Multi)
        })
    }
}
