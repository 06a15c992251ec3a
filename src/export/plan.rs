//! Which columns the wide file has: what the programme's people were asked, and no others.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::response::Missing;
use crate::scoring::Flag;
use crate::survey::{SurveyVersion, Wave};

use super::column::{Attribute, Column, Fact, Lacks, Shape, Source};
use super::naming::Names;
use super::reading::LATE_BEFORE;
use super::slot::Slot;

mod answers;
mod scores;
mod words;

pub use answers::wording;
use scores::has_shape;
pub use scores::is_asked;

/// The columns of the wide file, and which of them a response fills.
#[derive(Debug, Default)]
pub struct Plan {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// By the hash of a version and a wave: the columns of the answers it asks for, each with the reason
    /// to write where nothing was sent.
    pub asked: HashMap<(String, Wave), Vec<(usize, Missing)>>,
    /// By survey, the measures whose scores are percentages.
    percent: HashMap<String, HashSet<String>>,
}

/// The flags that are not told from answers: the response arrived after its session was closed.
const LATE: &str = "late";

impl Plan {
    /// Plans the columns for survey versions, the newest of each survey first.
    pub fn new(versions: &[&SurveyVersion]) -> Plan {
        let mut drawing = Drawing { names: Names::default(), plan: Plan::default(), versions };
        drawing.percentages();
        drawing.people();
        for slot in Slot::ALL {
            if drawing.is_used(slot) {
                drawing.facts(slot);
            }
        }
        drawing.scores();
        drawing.answers();
        drawing.plan
    }

    /// Whether a measure's scores are shares of a whole: everything but the code of a single item.
    pub fn is_percent(&self, survey: &str, measure: &str) -> bool {
        self.percent.get(survey).is_some_and(|measures| measures.contains(measure))
    }
}

/// A plan in the making: columns are added in their order.
struct Drawing<'a> {
    names: Names,
    plan: Plan,
    versions: &'a [&'a SurveyVersion],
}

impl<'a> Drawing<'a> {
    fn add(&mut self, stem: &str, ending: &str, column: Column) -> usize {
        let name = self.names.give(stem, ending, column.slot());
        let words = words::words(&column.source, self.versions);
        self.plan.columns.push(Column { name, words, ..column });
        self.plan.columns.len() - 1
    }

    fn percentages(&mut self) {
        for version in self.versions {
            let survey = &version.survey;
            let measures = survey.measures.iter().filter(|measure| has_shape(measure, Shape::Index));
            self.plan.percent.entry(survey.id.clone()).or_default().extend(measures.map(|m| m.id.clone()));
        }
    }

    fn people(&mut self) {
        use Attribute::{Area, Family, KeyStage, Person, Project, Role, SchoolYear, Sessions};
        for (base, attribute, label, level) in [
            ("person", Person, "The person, under a key of this export", "text"),
            ("family", Family, "The family, under a key of this export", "text"),
            ("role", Role, "Child or grown-up", "text"),
            ("school_year", SchoolYear, "School year; 0 is Reception", "ordinal"),
            ("key_stage", KeyStage, "Key stage that the school year belongs to", "text"),
            ("project", Project, "Project of the family's card", "text"),
            ("area", Area, "Area the project serves; empty where it serves the whole city", "text"),
            ("sessions_attended", Sessions, "Sessions come to, later ones that only ask again too", "scale"),
        ] {
            let lacks = if attribute == SchoolYear { Lacks::Fact } else { Lacks::Nothing };
            let notes =
                if attribute == SchoolYear { "-8 for grown-ups, -9 for children whose year is not known." } else { "" };
            self.add(base, "", blank(label, level, lacks, notes, Source::Person(attribute)));
        }
    }

    fn facts(&mut self, slot: Slot) {
        let word = slot.word();
        for (base, fact, label, level) in [
            ("session", Fact::Session, "Session at which it was answered; empty where there are no answers", "text"),
            (
                "wave",
                Fact::Wave,
                "Which after stands here: the first there is of post_prog, post_same, post_home, post_exit",
                "text",
            ),
            ("survey", Fact::Survey, "Questionnaire that was answered", "text"),
            ("language", Fact::Language, "Language it was read in, as ISO 639 has it", "text"),
            ("mode", Fact::Mode, "How it was answered: screen, or paper that was keyed in", "text"),
            (
                "own_yes",
                Fact::OwnYes,
                "Where the person said yes themselves before the first question; empty where that was not recorded",
                "text",
            ),
            ("helper", Fact::Helper, "Who helped; empty where that was not said", "text"),
            ("words", Fact::Words, "A grown-up allowed the family's words to be used without a name", "nominal"),
            ("seconds", Fact::Seconds, "Seconds from start to finish, on the tablet's clock", "scale"),
        ] {
            let lacks = if level == "text" { Lacks::Nothing } else { Lacks::Fact };
            let column = blank(&format!("{label} ({word})"), level, lacks, "", Source::About(slot, fact));
            match (fact, slot) {
                // The one name that is not `wave_post`: it says which wave, not when.
                (Fact::Wave, Slot::Post) => _ = self.add_named("post_wave", column),
                (Fact::Wave, _) => {}
                (Fact::Words, _) => _ = self.add(base, "", Column { codes: no_or_yes(), ..column }),
                _ => _ = self.add(base, "", column),
            }
        }
        for (base, code, label) in
            Flag::ALL.into_iter().map(flag_words).chain([("q_late", LATE, "Arrived after its session was closed")])
        {
            let column = blank(&format!("{label} ({word})"), "nominal", Lacks::Fact, "", Source::Flag(slot, code));
            self.add(base, "", Column { codes: no_or_yes(), ..column });
        }
        if slot == Slot::Pre {
            let label = "Begun more than 15 minutes after the first before of its session (before)";
            let notes = "By the tablets' clocks; 0 also on paper, and where a clock cannot be right.";
            let column = blank(label, "nominal", Lacks::Fact, notes, Source::Flag(slot, LATE_BEFORE));
            self.add("q_late_before", "", Column { codes: no_or_yes(), ..column });
        }
    }

    fn add_named(&mut self, name: &str, column: Column) -> usize {
        let name = self.names.give(name, "", None);
        let words = words::words(&column.source, self.versions);
        self.plan.columns.push(Column { name, words, ..column });
        self.plan.columns.len() - 1
    }

    fn is_used(&self, slot: Slot) -> bool {
        self.versions.iter().flat_map(|v| &v.survey.items).any(|i| slot.waves().iter().any(|w| i.waves.contains(w)))
    }
}

/// A column without a name, codes or origin yet.
fn blank(label: &str, level: &'static str, lacks: Lacks, notes: &str, source: Source) -> Column {
    Column {
        name: String::new(),
        label: label.to_owned(),
        form: String::new(),
        item: String::new(),
        level,
        codes: Vec::new(),
        words: Vec::new(),
        lacks,
        notes: notes.to_owned(),
        source,
    }
}

fn no_or_yes() -> Vec<(i32, String)> {
    vec![(0, "no".to_owned()), (1, "yes".to_owned())]
}

fn flag_words(flag: Flag) -> (&'static str, &'static str, &'static str) {
    let (base, words) = match flag {
        Flag::PracticeFail => ("q_practice", "A practice question with a known answer was answered otherwise"),
        Flag::FoilHit => ("q_foil", "Said to know a job that does not exist"),
        Flag::AllTapped => ("q_all", "Said to know every job on the list, those that do not exist too"),
        Flag::Straight => ("q_straight", "The same code on six or more rating screens in a row"),
    };
    (base, flag.code(), words)
}

/// `ks2 version 1`.
fn form_of(version: &SurveyVersion) -> String {
    format!("{} version {}", version.survey.id, version.survey.version)
}

/// Each once, in the order they first come.
fn in_order(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.clone())).collect()
}

fn joined(names: impl IntoIterator<Item = String>, with: &str) -> String {
    in_order(names.into_iter()).join(with)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    #[test]
    fn two_versions_of_a_survey_share_their_columns_and_the_older_wording_is_noted() {
        let library = Library::embedded();
        let first = library.newest("ks2").expect("embedded");
        let mut survey = first.survey.clone();
        survey.version = 2;
        let sure = survey.scales.get_mut("will4").expect("a scale of it");
        sure.options[3].label = "Yes, for sure".to_owned();
        survey.items.retain(|item| item.id != "K2-AW3");
        let second = survey.seal();
        let plan = Plan::new(&[&second, first]);
        let alone = Plan::new(&[first]);
        assert_eq!(plan.columns.len(), alone.columns.len());
        let find = |name: &str| plan.columns.iter().find(|column| column.name == name).expect("a column");
        let intends = find("k2_ti1_post");
        assert_eq!(intends.codes.last(), Some(&(4, "Yes, for sure".to_owned())));
        assert_eq!(intends.notes, "In ks2 version 1 4 was “Yes”.");
        assert_eq!(find("k2_aw3_pre").form, "ks2", "what only the older version asked still has its column");
        let asked = |version: &SurveyVersion| plan.asked[&(version.hash.clone(), Wave::Pre)].len();
        assert_eq!(asked(first), asked(&second) + 1);
    }

    #[test]
    fn a_place_that_no_survey_asks_at_has_no_columns() {
        let library = Library::embedded();
        let plan = Plan::new(&[library.newest("event").expect("embedded")]);
        assert!(plan.columns.iter().all(|column| column.slot().is_none_or(|slot| slot == Slot::Event)));
        assert!(plan.columns.iter().any(|column| column.name == "ev_01_event"));
    }
}
