//! What families and others said, from the words as they were written down to those that may be printed.

use serde::{Deserialize, Serialize};

use crate::person::{KeyStage, Role};
use crate::session::coded;

use super::groups::Groups;
use super::input::ReportInput;
use super::number;
use super::wording::say;

coded! {
    /// Who said it, as it is printed.
    Speaker {
        /// A child of a primary school.
        Child = "child", "Child";
        /// A child of Key Stage 1.
        Ks1 = "child_ks1", "Child, Key Stage 1";
        /// A child of Key Stage 2.
        Ks2 = "child_ks2", "Child, Key Stage 2";
        /// A child of Key Stage 3.
        Young = "young", "Young person, Key Stage 3";
        /// A parent or carer.
        Adult = "adult", "Parent or carer";
        /// Who ran a session.
        Leader = "leader", "Session leader";
        /// Somebody at a school.
        School = "school", "School staff";
        /// Somebody who talked about their job.
        Visitor = "visitor", "Visitor with a job to talk about";
    }
}

coded! {
    /// How far a quote has come.
    QuoteState {
        /// Written down as it was said.
        Captured = "captured", "To screen";
        /// Names, places and unusual facts are taken out.
        Screened = "screened", "To approve";
        /// May be printed.
        Approved = "approved", "Approved: the report prints it";
        /// Was printed outside the report too.
        Used = "used", "Used elsewhere too";
        /// Is not to be used again.
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

impl Speaker {
    /// A child of a key stage, where that is known.
    pub fn child(key_stage: Option<KeyStage>) -> Speaker {
        match key_stage {
            None => Speaker::Child,
            Some(KeyStage::Ks1) => Speaker::Ks1,
            Some(KeyStage::Ks2) => Speaker::Ks2,
            Some(KeyStage::Ks3) => Speaker::Young,
        }
    }

    fn key_stage(self) -> Option<KeyStage> {
        KeyStage::ALL.into_iter().find(|stage| Speaker::child(Some(*stage)) == self)
    }

    /// Who it was, without a key stage.
    fn role(self) -> &'static str {
        self.words().split(',').next().unwrap_or_default()
    }
}

/// How far its speaker let it go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// For the team alone.
    Private,
    /// Without a name.
    NoName,
    /// Without a name, with role and area.
    RoleAndArea,
}

impl Consent {
    /// Every level, from none.
    pub const ALL: [Consent; 3] = [Consent::Private, Consent::NoName, Consent::RoleAndArea];

    /// The code of the questionnaires: 0, 1 or 2.
    pub fn code(self) -> i64 {
        self as i64
    }

    /// Reads it.
    pub fn from_code(code: i64) -> Option<Consent> {
        Consent::ALL.into_iter().find(|consent| consent.code() == code)
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Consent::Private => "Private to the team",
            Consent::NoName => "May be shared with no name",
            Consent::RoleAndArea => "May be shared with no name, with role and area",
        }
    }
}

/// A quote as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Key in the store.
    pub id: i64,
    /// The project; `None` where it is about the programme.
    pub project_id: Option<i64>,
    /// Who said it.
    pub speaker: Speaker,
    /// What was said.
    pub said: String,
    /// What may be printed of it.
    pub words: String,
    /// How far its speaker let it go.
    pub consent: Consent,
    /// How far it has come.
    pub state: QuoteState,
}

impl Quote {
    /// Whether somebody approved it, so that it stands in the report or was used elsewhere.
    pub fn is_approved(&self) -> bool {
        matches!(self.state, QuoteState::Approved | QuoteState::Used)
    }

    /// Whether it may go on to `next`: one step at a time, never to print without consent, and from anywhere out.
    pub fn may_become(&self, next: QuoteState) -> bool {
        use QuoteState::{Approved, Captured, Screened, Used, Withdrawn};
        match (self.state, next) {
            (Withdrawn, _) => false,
            (_, Withdrawn) | (Captured | Screened | Approved, Screened) => true,
            (Screened, Approved) | (Approved, Used) => self.consent > Consent::Private && !self.words.is_empty(),
            _ => false,
        }
    }
}

/// The quotes that a report prints, and how many there are beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Voices {
    /// Those that may be printed.
    pub quotes: Vec<Voice>,
    /// How many stand where, in a sentence; empty where nobody wrote any down.
    pub note: String,
    /// The numbers of that sentence; none where nobody wrote any down.
    pub counts: Vec<(&'static str, i64)>,
}

/// A quote that may be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// The words.
    pub words: String,
    /// Who said them, and where its speaker allowed that the area: `Parent or carer, Millbrook`, `Child, Key Stage 2,
    /// Larkfield`.
    pub speaker: String,
    /// How far its speaker let it go.
    #[serde(skip)]
    pub consent: Consent,
    /// Key of the project, to leave out what is not of a part.
    #[serde(skip)]
    pub(super) project_id: Option<i64>,
}

/// People in a project from which its area may stand beside somebody's words, and children of one key stage from which
/// that may.
const ENOUGH_PEOPLE: i64 = 20;

impl Voices {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>) -> Voices {
        let mine = || {
            let quotes = input.written.quotes.iter();
            quotes.filter(|quote| quote.project_id.is_none_or(|id| groups.includes(id)))
        };
        let printed = |quote: &&Quote| {
            matches!(quote.state, QuoteState::Approved | QuoteState::Used) && quote.consent > Consent::Private
        };
        let quotes: Vec<Voice> = mine()
            .filter(printed)
            .map(|quote| Voice {
                words: quote.words.clone(),
                speaker: match area(quote, input, groups) {
                    Some(area) if many_of_that_stage(quote, groups) => format!("{}, {area}", quote.speaker.words()),
                    Some(area) => format!("{}, {area}", quote.speaker.role()),
                    None => quote.speaker.role().to_owned(),
                },
                consent: quote.consent,
                project_id: quote.project_id,
            })
            .collect();
        let counted = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let of = |state| counted(mine().filter(|quote| quote.state == state).count());
        let counts = [
            ("all", counted(mine().count())),
            ("printed", counted(quotes.len())),
            ("captured", of(QuoteState::Captured)),
            ("screened", of(QuoteState::Screened)),
            ("withdrawn", of(QuoteState::Withdrawn)),
        ];
        if mine().next().is_none() {
            return Voices::default();
        }
        let note = say("voices", "note", &counts.map(|(name, n)| (name, number::count(n))));
        Voices { quotes, note, counts: counts.into() }
    }

    /// The same with the words of one project alone.
    #[must_use]
    pub(super) fn only(mut self, project_id: i64) -> Voices {
        self.quotes.retain(|voice| voice.project_id == Some(project_id));
        self.note.clear();
        self.counts.clear();
        self
    }
}

/// The area of a quote's project, where its speaker allowed that and enough people were there to be one of.
fn area(quote: &Quote, input: &ReportInput, groups: &Groups<'_>) -> Option<String> {
    let project = groups.projects.iter().find(|project| Some(project.id) == quote.project_id)?;
    let people: i64 = groups.registered(Role::Child, project.id) + groups.registered(Role::Adult, project.id);
    let named = input.areas.iter().find(|area| Some(area.id) == project.area_id)?;
    (quote.consent == Consent::RoleAndArea && people >= ENOUGH_PEOPLE).then(|| named.name.clone())
}

/// Whether enough children of the speaker's key stage were in the quote's project: a page about the project alone prints it,
/// too, so that as many in its area would not do.
fn many_of_that_stage(quote: &Quote, groups: &Groups<'_>) -> bool {
    let stage = quote.speaker.key_stage();
    stage
        .zip(quote.project_id)
        .is_some_and(|(stage, project_id)| groups.registered_at(Role::Child, project_id, Some(stage)) >= ENOUGH_PEOPLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_one_step_at_a_time_and_never_to_print_without_consent() {
        use QuoteState::{Approved, Captured, Screened, Used, Withdrawn};
        let quote = |state, consent| Quote {
            id: 1,
            project_id: None,
            speaker: Speaker::Adult,
            said: "said".to_owned(),
            words: "words".to_owned(),
            consent,
            state,
        };
        let all = [Captured, Screened, Approved, Used, Withdrawn];
        let next = |state, consent| -> Vec<QuoteState> {
            all.into_iter().filter(|next| quote(state, consent).may_become(*next)).collect()
        };
        assert_eq!(next(Captured, Consent::NoName), [Screened, Withdrawn]);
        assert_eq!(next(Screened, Consent::NoName), [Screened, Approved, Withdrawn]);
        assert_eq!(next(Screened, Consent::Private), [Screened, Withdrawn]);
        assert_eq!(next(Approved, Consent::RoleAndArea), [Screened, Used, Withdrawn]);
        assert_eq!(next(Withdrawn, Consent::NoName), []);
    }
}
