//! What the store hands out and takes that is not a noun of its own elsewhere.

use crate::pairing::{Pair, Why};
use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::Note;
use crate::scoring::Score;
use crate::session::lawful_basis::LawfulBasis;
use crate::session::{Declined, Programme, Project, Session};
use crate::survey::Wave;

/// What a sender is told after a response's bytes are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeReceipt {
    /// SHA-256 of the stored bytes, hexadecimal.
    pub sha256: String,
    /// The same bytes were stored before.
    pub known: bool,
    /// Other bytes are stored under the same id; both are kept.
    pub variant: bool,
    /// The family has taken its answers out: nothing was stored, and the sender can forget its copy.
    pub erased: bool,
}

/// What went when a family took its answers out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenOut {
    /// People who were known by the card.
    pub people: i64,
    /// Responses, counted or not.
    pub responses: i64,
}

/// What became of a response after it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResponseState {
    /// It counts for its person and wave.
    Counted,
    /// The person has another response of this wave that counts.
    Superseded,
    /// Other content came first under the same id.
    Variant,
    /// It could be read but breaks its questionnaire's rules, or is no response at all.
    Invalid,
    /// Its session, card or survey version is not known here.
    Unplaced,
    /// The person stopped and took it back; its content is gone.
    Withdrawn,
}

impl ResponseState {
    /// Every state.
    pub const ALL: [ResponseState; 6] = [
        ResponseState::Counted,
        ResponseState::Superseded,
        ResponseState::Variant,
        ResponseState::Invalid,
        ResponseState::Unplaced,
        ResponseState::Withdrawn,
    ];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            ResponseState::Counted => "counted",
            ResponseState::Superseded => "superseded",
            ResponseState::Variant => "variant",
            ResponseState::Invalid => "invalid",
            ResponseState::Unplaced => "unplaced",
            ResponseState::Withdrawn => "withdrawn",
        }
    }

    /// Reads a stored code; `None` for anything else.
    pub fn from_code(code: &str) -> Option<ResponseState> {
        ResponseState::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A number of responses in one state, with the reason where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: ResponseState,
    /// Wave, where it is known.
    pub wave: Option<Wave>,
    /// Why, in words without answers; may be empty.
    pub reason: String,
    /// Responses.
    pub n: i64,
}

/// How much processing has been done since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Processed {
    /// Responses judged.
    pub responses: i64,
}

/// What a tablet says it holds: numbers, and nothing about anybody who answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabletBeat {
    /// The tablet, 16 hexadecimal digits, made on its first use.
    pub device: String,
    /// The number of the newest questionnaire begun on it.
    pub sequence: i64,
    /// Items in its outbox.
    pub waiting: i64,
    /// Of those, the ones the server has refused.
    pub parked: i64,
    /// Questionnaires under way, or left behind.
    pub drafts: i64,
    /// Where it keeps them: `persistent`, `database`, `local` or `page`.
    pub storage: String,
    /// How long the oldest item has waited.
    pub oldest_ms: i64,
    /// The page it runs, by hash.
    pub shell: String,
    /// Its clock minus the server's.
    pub clock_off_ms: i64,
    /// How many cards its offline copy of the session knows; -1 where it has not said.
    pub cards: i64,
    /// The collecting under which it takes no more families; `None` where it still does.
    pub stopped_under: Option<i64>,
}

/// Somebody stopped: which questionnaire of which tablet it was, and no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Key of the session.
    pub session: String,
    /// The tablet.
    pub device: String,
    /// The questionnaire's number on it.
    pub sequence: i64,
    /// Whether it may have been answered at home.
    pub at_home: bool,
}

impl Withdrawal {
    /// What a tablet's note says.
    pub fn of(note: &Note) -> Withdrawal {
        let Note { session, device, sequence, at_home, .. } = note.clone();
        Withdrawal { session, device, sequence, at_home }
    }
}

/// What of a questionnaire has come when a tablet says that somebody stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Come {
    /// Nothing, or what has come is empty.
    Nothing,
    /// It is of the tablet, number and session that the tablet names.
    Theirs,
    /// It is of another, and stays.
    OfAnother,
}

/// A session with where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPlace {
    /// The session.
    pub session: Session,
    /// Its project.
    pub project: Project,
    /// Its programme.
    pub programme: Programme,
    /// Whether the school told families beforehand, so that none is asked for permission on the tablet.
    pub school_notice: bool,
    /// On what ground of the law its programme keeps answers, where that was written down.
    pub basis: Option<LawfulBasis>,
}

/// Who came to a session and who said no: counts, nobody in particular.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Presence {
    /// Cards that someone came with.
    pub families: i64,
    /// People known to have come.
    pub people: i64,
    /// How often a child said no.
    pub children_refused: i64,
    /// How often a grown-up did, for their children or for themselves.
    pub adults_refused: i64,
}

/// The cards of a project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CardStock {
    /// Issued so far.
    pub issued: i64,
    /// Issued, and nobody has used them yet.
    pub unused: i64,
}

/// Someone to make known at a session.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The family.
    pub card: CardCode,
    /// The person.
    pub animal: Animal,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// The session they came to.
    pub session_id: i64,
}

/// A person of a family, and which questionnaires count for them.
#[derive(Debug, Clone)]
pub struct FamilyMember {
    /// Key in the store.
    pub id: i64,
    /// Their picture.
    pub animal: Animal,
    /// Their role.
    pub role: Role,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// What they have answered.
    pub visits: Vec<PriorVisit>,
    /// Keys of the sessions they came to.
    pub sessions: Vec<i64>,
}

/// A questionnaire someone has answered: when and which, not what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorVisit {
    /// Its wave.
    pub wave: Wave,
    /// Short name of the survey; a later one is asked on the same, or nothing can be compared.
    pub survey: String,
    /// Day of the session, ISO 8601.
    pub held_on: String,
}

/// One step in the flow of participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowStep {
    /// Known by card and picture.
    Registered,
    /// How often somebody who was not known yet said no.
    Declined(Declined),
    /// Sessions come to, summed over people.
    Attendances,
    /// Families, each card in use once; the role means nothing here.
    Families,
    /// Answered this wave with a response that counts.
    Answered(Wave),
    /// The *after* that counts for them is of this wave.
    BestAfter(Wave),
    /// Answered before and at no after.
    OnlyBefore,
    /// Answered at an after and not before.
    OnlyAfter,
    /// Why somebody is not in the next step.
    Why(Why),
}

/// A number of people at one step, in the finest group that is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFlow {
    /// The project whose card the family holds; for every *No* the session's project.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year, where known.
    pub school_year: Option<SchoolYear>,
    /// The step.
    pub step: FlowStep,
    /// People, or attendances.
    pub n: i64,
}

/// Someone known by card and picture, for exports.
#[derive(Debug, Clone)]
pub struct RegisteredPerson {
    /// Key in the store; exports re-key it.
    pub id: i64,
    /// The family, only for re-keying; it never leaves in a file.
    pub card: CardCode,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// The project of the card.
    pub project_id: i64,
    /// Sessions come to.
    pub sessions: i64,
}

/// A placed response with its stored bytes, for exports.
#[derive(Clone)]
pub struct RawResponse {
    /// Whose it is: their key in the store.
    pub person_id: i64,
    /// The session.
    pub session_id: i64,
    /// Its state: counted or superseded.
    pub state: ResponseState,
    /// Its wave.
    pub wave: Wave,
    /// Quality flags, space-separated.
    pub flags: String,
    /// Its scores, as reports use them.
    pub scores: Vec<Score>,
    /// The bytes as they arrived.
    pub bytes: Vec<u8>,
    /// Whether words are in it that whoever is named to read them has not read.
    pub unread: bool,
}

/// A stored pair, for exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairRow {
    /// The person's key in the store.
    pub person_id: i64,
    /// The pair.
    pub pair: Pair,
}
