//! The records of a sample, shaped like what people type in and tablets send.

use jiff::civil::Date;

use crate::person::{Animal, CardCode, Role, SchoolYear};
use crate::response::Envelope;
use crate::session::{DeliveryModel, Design, SessionRole, TargetReading};

/// A whole invented programme. Fields named after a record hold its place in the list of that name.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The fund.
    pub programme: ProgrammeRecord,
    /// Names of the areas.
    pub areas: Vec<&'static str>,
    /// Names of those who run projects.
    pub organisations: Vec<&'static str>,
    /// The funded strands.
    pub projects: Vec<ProjectRecord>,
    /// Six sessions of each project, and a follow-up of each that ran for weeks.
    pub sessions: Vec<SessionRecord>,
    /// The tablets that were carried to sessions.
    pub tablets: Vec<TabletRecord>,
    /// Every printed card, given out or not.
    pub cards: Vec<CardRecord>,
    /// Everybody who was given an animal.
    pub people: Vec<PersonRecord>,
    /// How often a family or child said no, at each session where somebody did.
    pub refusals: Vec<RefusalRecord>,
    /// Who was at which session.
    pub attendances: Vec<AttendanceRecord>,
    /// What leaders counted when they closed a session.
    pub head_counts: Vec<HeadCountRecord>,
    /// The completed questionnaires in the order in which they arrived.
    pub responses: Vec<ResponseRecord>,
}

/// The fund, as set up in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeRecord {
    /// Its name.
    pub name: &'static str,
    /// Who pays.
    pub funder: &'static str,
    /// The funder's reference.
    pub grant_reference: &'static str,
    /// First day.
    pub starts_on: Date,
    /// Last day, follow-up included.
    pub ends_on: Date,
    /// Percent by which awareness is meant to rise.
    pub awareness_target: i64,
    /// How that is judged.
    pub awareness_reading: TargetReading,
}

/// A funded strand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRecord {
    /// Its name.
    pub name: &'static str,
    /// The area it serves; `None` for the whole city.
    pub area: Option<usize>,
    /// Who runs it.
    pub organisation: usize,
    /// Where it finds its families.
    pub delivery_model: DeliveryModel,
    /// How its sessions hang together.
    pub design: Design,
    /// Children it set out to reach.
    pub target_children: i64,
    /// Money awarded, in pence.
    pub award_pence: i64,
    /// Whether the provider was known in the area before.
    pub established: bool,
}

/// One community event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The project that held it.
    pub project: usize,
    /// Eight symbols of its address; the responses carry it.
    pub key: String,
    /// What it was in its project's run.
    pub role: SessionRole,
    /// The day it was held.
    pub held_on: Date,
    /// The day it was planned for, where that was another.
    pub planned_on: Option<Date>,
    /// Whether the planned one was cancelled and a new one held, rather than moved.
    pub rerun: bool,
    /// Where.
    pub place: &'static str,
}

/// A tablet, known by its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabletRecord {
    /// The colour on its case.
    pub name: &'static str,
    /// Its sixteen hexadecimal digits.
    pub device: String,
}

/// A printed card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRecord {
    /// The code on it.
    pub code: CardCode,
    /// The project it was printed for.
    pub project: usize,
    /// The session at which it was given to a family; `None` for a spare.
    pub issued_at: Option<usize>,
    /// The lost card it was given in place of.
    pub replaces: Option<usize>,
}

/// Somebody who was given an animal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// The family's card.
    pub card: usize,
    /// The picture.
    pub animal: Animal,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// Whether they may be asked.
    pub permission: Permission,
}

/// What was said on the permission screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// The grown-up said yes, and a child said yes too.
    Yes,
    /// The grown-up said no.
    AdultNo,
    /// The child said no.
    ChildNo,
}

/// How often somebody said no at one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalRecord {
    /// Where.
    pub session: usize,
    /// Children whose grown-up said no.
    pub adult_no: u32,
    /// Children who said no.
    pub child_no: u32,
}

/// Somebody was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttendanceRecord {
    /// Where.
    pub session: usize,
    /// Who.
    pub person: usize,
}

/// A leader's count of heads; at times one or two more than the cards say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadCountRecord {
    /// Where.
    pub session: usize,
    /// Children.
    pub children: u32,
    /// Grown-ups, without staff and visitors.
    pub adults: u32,
}

/// A completed questionnaire.
#[derive(Debug, Clone, PartialEq)]
pub struct ResponseRecord {
    /// Where it was answered.
    pub session: usize,
    /// Who answered.
    pub person: usize,
    /// Its place in the order of arrival, from 0.
    pub received_order: usize,
    /// What the tablet sent.
    pub envelope: Envelope,
}
