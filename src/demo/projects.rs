//! The invented fund, its areas, and what a project is to the generator.

use jiff::civil::{Date, date};

use crate::person::KeyStage;
use crate::session::{DeliveryModel, Design, TargetReading};

use super::dice::whole;
use super::{ProgrammeRecord, ProjectRecord};

/// The fund.
pub(super) fn programme() -> ProgrammeRecord {
    ProgrammeRecord {
        name: "Riverside Futures Fund",
        funder: "The Riverside Trust",
        grant_reference: "RFF-2023-07",
        starts_on: date(2023, 9, 4),
        ends_on: date(2024, 10, 31),
        awareness_target: 50,
        awareness_reading: TargetReading::Overall,
    }
}

/// The areas, all invented.
pub(super) const AREAS: [&str; 7] =
    ["Millbrook", "Larkfield", "Eastgate", "Harrow Lane", "Wherry Park", "Tannery Row", "Northmoor"];

/// What is on the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Food {
    None,
    Cold,
    Hot,
    /// Hot from the third session on.
    HotLater,
}

impl Food {
    /// Whether there is hot food at a session, counted from 0.
    pub(super) fn is_hot_at(self, session: usize) -> bool {
        self == Food::Hot || self == Food::HotLater && session >= 2
    }
}

/// A project as told to the generator.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) organisation: &'static str,
    pub(super) place: &'static str,
    /// Place in [`AREAS`]; `None` for the whole city.
    pub(super) area: Option<usize>,
    pub(super) model: DeliveryModel,
    pub(super) established: bool,
    pub(super) food: Food,
    pub(super) design: Design,
    pub(super) target: i64,
    pub(super) award_pounds: i64,
    pub(super) children: usize,
    pub(super) adults: usize,
    /// Share of children in Key Stage 1 and in Key Stage 3; the rest are in Key Stage 2.
    pub(super) youngest: f64,
    pub(super) oldest: f64,
    /// How much a child gains here, 1 being usual.
    pub(super) gain: f64,
    /// Share of families who come to the first and to the last session; for one-off events, which
    /// have other families each time, how the crowds compare.
    pub(super) turnout: [f64; 2],
    /// Days of the six sessions as held.
    pub(super) days: [Date; 6],
    /// The reunion in autumn, for those who met for weeks.
    pub(super) follow_up: Option<Date>,
    /// Sessions that were not held as planned.
    pub(super) changes: &'static [Change],
}

/// A session that was not held as planned.
#[derive(Debug)]
pub(super) struct Change {
    /// Place of the session in its project, from 0.
    pub(super) session: usize,
    pub(super) planned_on: Date,
    /// Cancelled and held anew, rather than moved beforehand.
    pub(super) rerun: bool,
}

impl Plan {
    /// How many children of each key stage it has.
    pub(super) fn children_by_stage(&self) -> [(KeyStage, usize); 3] {
        let share = |part: f64| whole(part * self.children as f64);
        let (youngest, oldest) = (share(self.youngest), share(self.oldest));
        [
            (KeyStage::Ks1, youngest),
            (KeyStage::Ks2, self.children.saturating_sub(youngest + oldest)),
            (KeyStage::Ks3, oldest),
        ]
    }

    /// The record that goes in by the front door.
    pub(super) fn record(&self, place: usize) -> ProjectRecord {
        ProjectRecord {
            name: self.name,
            area: self.area,
            organisation: place,
            delivery_model: self.model,
            design: self.design,
            target_children: self.target,
            award_pence: self.award_pounds * 100,
            established: self.established,
        }
    }

    /// How many come to each session: from first to last in even steps.
    pub(super) fn turnouts(&self) -> [f64; 6] {
        let [first, last] = self.turnout;
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0].map(|progress| first + (last - first) * progress)
    }

    /// Whether the same families come for weeks, and may be met again in autumn.
    pub(super) fn is_programme(&self) -> bool {
        self.design == Design::Programme
    }
}
