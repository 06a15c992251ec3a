//! A family's way from the card to the questions, as a value: what has been said so far gives the next screen.

use crate::person::{Animal, Role, SchoolYear};
use crate::survey::Wave;

use super::{Declined, Occasion, Past, Proposal, Visit, propose_wave};

/// What a family has said on the screens so far; the card itself is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// Who is about to answer.
    pub animal: Option<Animal>,
    /// A new child's school year.
    pub school_year: Option<SchoolYear>,
    /// What the grown-up said of the family's children.
    pub permission: Option<Permission>,
    /// What the person said themselves.
    pub assent: Option<Assent>,
    /// Whether the family is leaving early.
    pub leaving: bool,
}

/// A grown-up's answer for the children of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// They may be asked.
    Yes,
    /// They may not; only counted.
    No,
    /// Not now.
    Later,
}

/// A person's own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assent {
    /// I would like to.
    Yes,
    /// No thank you; only counted.
    No,
    /// It is somebody else's turn.
    SomebodyElse,
}

/// A member of the family who has been here before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Their picture.
    pub animal: Animal,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// What they have answered.
    pub visits: Vec<Visit>,
    /// Earlier sessions they came to.
    pub attended: i64,
}

impl Known {
    fn past(&self) -> Past<'_> {
        Past { visits: &self.visits, attended: self.attended }
    }
}

/// The next screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Whose turn is it?
    Who,
    /// Which school year is this new child in?
    Year(Animal),
    /// A grown-up is asked for the children.
    Permission,
    /// Is it you, is this the right questionnaire, would you like to?
    Ready(Animal, Option<SchoolYear>, Proposal),
    /// The questions.
    Questions(Animal, Option<SchoolYear>, Wave),
    /// Thanks for a *no* that is counted, for the children of a card or for oneself.
    Declined(Declined),
    /// Thanks for *ask me later*; nothing is counted.
    AskedLater,
}

/// How things stand with a picture of the card: `None` while nobody has taken it.
pub fn standing(animal: Animal, occasion: Occasion, family: &[Known]) -> Option<Proposal> {
    let known = family.iter().find(|known| known.animal == animal)?;
    Some(propose_wave(occasion, &known.past()))
}

/// The next screen of a family at a session, or at home.
///
/// A grown-up is asked before the first child of a card answers; a permission that was given at this
/// session, `permitted`, holds for brothers and sisters. Grown-ups answer for themselves.
pub fn next_screen(said: &Said, family: &[Known], occasion: Occasion, permitted: bool) -> Screen {
    let occasion = if said.leaving { occasion.leaving() } else { occasion };
    let Some(animal) = said.animal else { return Screen::Who };
    if said.assent == Some(Assent::SomebodyElse) {
        return Screen::Who;
    }
    let known = family.iter().find(|known| known.animal == animal);
    let is_child = animal.role() == Role::Child;
    let school_year = known.and_then(|known| known.school_year).or(said.school_year).filter(|_| is_child);
    if is_child && school_year.is_none() {
        return Screen::Year(animal);
    }
    if is_child && !permitted {
        match said.permission {
            None => return Screen::Permission,
            Some(Permission::No) => return Screen::Declined(Declined::Children),
            Some(Permission::Later) => return Screen::AskedLater,
            Some(Permission::Yes) => {}
        }
    }
    let proposal = propose_wave(occasion, &known.map_or(Past { visits: &[], attended: 0 }, Known::past));
    match (said.assent, proposal) {
        (Some(Assent::No), _) => Screen::Declined(Declined::own(animal.role())),
        // Whoever says yes to what is done, or comes later, is asked all the same: the leader may know better.
        (Some(Assent::Yes), Proposal::Due(wave) | Proposal::Done(wave) | Proposal::NotYet(wave)) => {
            Screen::Questions(animal, school_year, wave)
        }
        _ => Screen::Ready(animal, school_year, proposal),
    }
}

#[cfg(test)]
mod tests {
    use super::super::proposal::tests::At;
    use super::*;
    use crate::session::SessionRole;

    /// A one-off session while the leader has not started the afters, and once they have.
    const EARLY: Occasion = Occasion::Session { role: SessionRole::Single, afters: false };
    const LATE: Occasion = Occasion::Session { role: SessionRole::Single, afters: true };

    fn year(number: u8) -> Option<SchoolYear> {
        SchoolYear::new(number)
    }

    #[test]
    fn a_new_child_is_asked_year_permission_and_assent_in_turn() {
        let mut said = Said::default();
        let next = |said: &Said| next_screen(said, &[], EARLY, false);
        assert_eq!(next(&said), Screen::Who);
        said.animal = Some(Animal::Fox);
        assert_eq!(next(&said), Screen::Year(Animal::Fox));
        said.school_year = year(2);
        assert_eq!(next(&said), Screen::Permission);
        said.permission = Some(Permission::Yes);
        assert_eq!(next(&said), Screen::Ready(Animal::Fox, year(2), Proposal::Due(Wave::Pre)));
        said.assent = Some(Assent::Yes);
        assert_eq!(next(&said), Screen::Questions(Animal::Fox, year(2), Wave::Pre));
    }

    #[test]
    fn a_no_ends_the_journey_and_says_whose_it_was() {
        let said = Said { animal: Some(Animal::Fox), school_year: year(2), ..Said::default() };
        let next = |said: &Said| next_screen(said, &[], EARLY, false);
        let refused = Said { permission: Some(Permission::No), ..said };
        assert_eq!(next(&refused), Screen::Declined(Declined::Children));
        let unwilling = Said { permission: Some(Permission::Yes), assent: Some(Assent::No), ..said };
        assert_eq!(next(&unwilling), Screen::Declined(Declined::Child));
        let own = Said { animal: Some(Animal::Sun), assent: Some(Assent::No), ..Said::default() };
        assert_eq!(next(&own), Screen::Declined(Declined::Adult), "their own questionnaire, and nobody else's");
        assert_eq!(next(&Said { permission: Some(Permission::Later), ..said }), Screen::AskedLater);
    }

    #[test]
    fn a_grown_up_is_asked_for_themselves_only() {
        let said = Said { animal: Some(Animal::Sun), ..Said::default() };
        let next = next_screen(&said, &[], EARLY, false);
        assert_eq!(next, Screen::Ready(Animal::Sun, None, Proposal::Due(Wave::Pre)));
    }

    #[test]
    fn a_known_child_keeps_their_year_and_is_due_the_after() {
        let before = Visit { wave: Wave::Pre, days_ago: 0 };
        let family = [Known { animal: Animal::Owl, school_year: year(5), visits: vec![before], attended: 0 }];
        let said = Said { animal: Some(Animal::Owl), school_year: year(9), ..Said::default() };
        let next = next_screen(&said, &family, LATE, true);
        assert_eq!(next, Screen::Ready(Animal::Owl, year(5), Proposal::Due(Wave::PostSame)));
        assert_eq!(standing(Animal::Owl, LATE, &family), Some(Proposal::Due(Wave::PostSame)));
        assert_eq!(standing(Animal::Owl, EARLY, &family), Some(Proposal::NotYet(Wave::PostSame)));
        assert_eq!(standing(Animal::Fox, LATE, &family), None);
    }

    #[test]
    fn somebody_elses_turn_goes_back_to_the_pictures() {
        let said = Said { animal: Some(Animal::Sun), assent: Some(Assent::SomebodyElse), ..Said::default() };
        assert_eq!(next_screen(&said, &[], LATE, true), Screen::Who);
    }

    #[derive(serde::Deserialize)]
    struct Table {
        steps: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        said: SaidThere,
        family: Vec<Person>,
        at: At,
        permitted: bool,
        next: serde_json::Value,
    }

    #[derive(serde::Deserialize)]
    struct SaidThere {
        animal: Option<Animal>,
        school_year: Option<u8>,
        permission: Option<String>,
        assent: Option<String>,
        #[serde(default)]
        leaving: bool,
    }

    #[derive(serde::Deserialize)]
    struct Person {
        animal: Animal,
        school_year: Option<u8>,
        visits: Vec<Visited>,
        #[serde(default)]
        attended: i64,
    }

    #[derive(serde::Deserialize)]
    struct Visited {
        wave: Wave,
        days_ago: i64,
    }

    fn as_the_tablet_writes_it(screen: Screen) -> serde_json::Value {
        use serde_json::json;
        let mut written = match screen {
            Screen::Who => json!({ "screen": "who" }),
            Screen::Year(animal) => json!({ "screen": "year", "animal": animal }),
            Screen::Permission => json!({ "screen": "permission" }),
            Screen::Declined(what) => json!({ "screen": "declined", "what": what }),
            Screen::AskedLater => json!({ "screen": "later" }),
            Screen::Ready(animal, school_year, Proposal::Due(wave)) => {
                json!({ "screen": "ready", "animal": animal, "school_year": school_year, "due": wave })
            }
            Screen::Ready(animal, school_year, Proposal::Done(wave)) => {
                json!({ "screen": "ready", "animal": animal, "school_year": school_year, "done": wave })
            }
            Screen::Ready(animal, school_year, Proposal::NotYet(wave)) => {
                json!({ "screen": "ready", "animal": animal, "school_year": school_year, "not_yet": wave })
            }
            Screen::Ready(animal, school_year, Proposal::Nothing) => {
                json!({ "screen": "ready", "animal": animal, "school_year": school_year, "nothing": true })
            }
            Screen::Questions(animal, school_year, wave) => {
                json!({ "screen": "questions", "animal": animal, "school_year": school_year, "wave": wave })
            }
        };
        if let Some(fields) = written.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        written
    }

    /// The same table holds the tablet's own steps: tests/js/journey.test.cjs.
    #[test]
    fn the_table_of_steps_holds_here_as_on_the_tablet() {
        let table: Table =
            serde_json::from_str(include_str!("../../tests/tables/journeys.json")).expect("a table of cases");
        assert!(table.steps.len() >= 20);
        for case in table.steps {
            let family: Vec<Known> = case
                .family
                .iter()
                .map(|person| Known {
                    animal: person.animal,
                    school_year: person.school_year.and_then(SchoolYear::new),
                    visits: person.visits.iter().map(|v| Visit { wave: v.wave, days_ago: v.days_ago }).collect(),
                    attended: person.attended,
                })
                .collect();
            let said = Said {
                animal: case.said.animal,
                school_year: case.said.school_year.and_then(SchoolYear::new),
                permission: case.said.permission.as_deref().map(|word| match word {
                    "yes" => Permission::Yes,
                    "no" => Permission::No,
                    _ => Permission::Later,
                }),
                assent: case.said.assent.as_deref().map(|word| match word {
                    "yes" => Assent::Yes,
                    "no" => Assent::No,
                    _ => Assent::SomebodyElse,
                }),
                leaving: case.said.leaving,
            };
            let next = next_screen(&said, &family, case.at.occasion(), case.permitted);
            assert_eq!(as_the_tablet_writes_it(next), case.next, "{said:?}");
        }
    }
}
