//! Whose sheet of paper it is: nobody's yet, everybody's here who owes it, or that of cards which were chosen.

use maud::{Markup, html};
use serde::Deserialize;

use crate::html::partials::{Field as Line, FieldError, Input, field};
use crate::person::{Animal, CardCode, SchoolYear};
use crate::session::board::{Seat, Standing};
use crate::store::{FamilyMember, SessionPlace};
use crate::survey::{Audience, Survey, Wave};
use crate::web::form::Reading;
use crate::web::session::Scene;
use crate::web::{App, Error};

/// The most sheets that are made at once.
const MOST: usize = 200;

/// What is known of a sheet's person before anything is written on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The family's card.
    pub card: Option<CardCode>,
    /// The person's picture.
    pub animal: Option<Animal>,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
}

/// Whose sheets are wanted, as typed.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub struct Wanted {
    whose: String,
    fresh: String,
    cards: String,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted { whose: "owing".to_owned(), fresh: "4".to_owned(), cards: String::new() }
    }
}

impl Wanted {
    /// The sheets, or what was wrong.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sheets(
        &self,
        app: &App,
        at: &SessionPlace,
        survey: &Survey,
        wave: Wave,
    ) -> Result<Result<Vec<Sheet>, Vec<FieldError>>, Error> {
        let families = app.store().families(at.programme.id).await?;
        let mut reading = Reading::default();
        let mut sheets = Vec::new();
        match self.whose.as_str() {
            "owing" => {
                sheets = owing(app, at, survey, wave, &families).await?;
                if sheets.is_empty() {
                    reading.wrong("whose", "Nobody who is here owes this one.");
                }
            }
            "fresh" => {
                let n = reading.whole("fresh", &self.fresh, (1, 200), 4);
                let ours = app.store().cards(at.project.id, None).await?;
                let unused = ours
                    .into_iter()
                    .map(|(card, _)| card)
                    .filter(|card| families.iter().any(|(known, members)| known == card && members.is_empty()));
                sheets.extend(unused.take(usize::try_from(n).unwrap_or(MOST)).map(of_card));
                if sheets.is_empty() {
                    reading.wrong("whose", "No card is left that nobody uses. Print some more cards first.");
                }
            }
            "these" => {
                for typed in self.cards.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
                    match CardCode::parse(typed) {
                        _ if typed.is_empty() => {}
                        Ok(card) if families.iter().any(|(known, _)| *known == card) => sheets.push(of_card(card)),
                        Ok(card) => reading.wrong("cards", format!("{card}: no card of this programme has this code.")),
                        Err(error) => reading.wrong("cards", format!("{typed}: {error}")),
                    }
                }
                if sheets.is_empty() {
                    reading.wrong("cards", "Type the codes of one card or more.");
                }
            }
            _ => sheets.push(Sheet::default()),
        }
        sheets.truncate(MOST);
        Ok(reading.finish(sheets))
    }

    /// The fields to choose with.
    pub fn fields(&self, errors: &[FieldError]) -> Markup {
        let whose = [
            ("owing", "everybody here who owes it, with card and picture"),
            ("fresh", "new families, with cards that nobody uses yet"),
            ("these", "these cards"),
            ("nobody", "one blank sheet, to copy"),
        ];
        let whose = whose.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
        let fields = [
            Line::new("whose", "Sheets for", Input::Radios(whose)).value(self.whose.as_str()),
            Line::text("fresh", "How many new families").value(self.fresh.as_str()).width("narrow").keyboard("numeric"),
            Line::text("cards", "Codes of these cards")
                .value(self.cards.as_str())
                .hint("With spaces between: PEN-C4T K7F-3MR"),
        ];
        html! { @for one in &fields { (field(one, errors)) } }
    }
}

fn of_card(card: CardCode) -> Sheet {
    Sheet { card: Some(card), ..Sheet::default() }
}

/// A sheet for each person on the board who owes this questionnaire, now or at the end.
async fn owing(
    app: &App,
    at: &SessionPlace,
    survey: &Survey,
    wave: Wave,
    families: &[(CardCode, Vec<FamilyMember>)],
) -> Result<Vec<Sheet>, Error> {
    let scene = Scene::of(app, at.clone()).await?;
    let mut sheets = Vec::new();
    for family in &scene.board.families {
        let members = families.iter().find(|(card, _)| *card == family.card).map_or(&[][..], |(_, members)| members);
        for seat in family.seats.iter().filter(|seat| owes(seat, wave)) {
            let known = members.iter().find(|member| member.animal == seat.animal);
            let school_year = known.and_then(|member| member.school_year);
            if is_for(survey, seat.animal, school_year) {
                sheets.push(Sheet { card: Some(family.card.clone()), animal: Some(seat.animal), school_year });
            }
        }
    }
    Ok(sheets)
}

fn owes(seat: &Seat, wave: Wave) -> bool {
    let standing = if wave == Wave::Pre { seat.before } else { seat.after };
    matches!(standing, Standing::Owed | Standing::Late | Standing::ToCome)
}

/// Whether a questionnaire is a person's. A child whose year is not known gets those of every age.
fn is_for(survey: &Survey, animal: Animal, school_year: Option<SchoolYear>) -> bool {
    match survey.audience {
        Audience::Event => true,
        Audience::Adult => animal.role() == crate::person::Role::Adult,
        Audience::Child { key_stage } => {
            animal.role() == crate::person::Role::Child && school_year.is_none_or(|year| year.key_stage() == key_stage)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    #[test]
    fn a_person_gets_the_questionnaire_of_their_age() {
        let library = Library::embedded();
        let survey = |id: &str| &library.newest(id).expect("embedded").survey;
        let year = SchoolYear::new;
        assert!(is_for(survey("ks2"), Animal::Fox, year(4)) && !is_for(survey("ks1"), Animal::Fox, year(4)));
        assert!(is_for(survey("ks1"), Animal::Fox, None) && !is_for(survey("ks2"), Animal::Sun, None));
        assert!(is_for(survey("parent"), Animal::Sun, None) && !is_for(survey("parent"), Animal::Fox, year(4)));
        assert!(is_for(survey("event"), Animal::Sun, None) && is_for(survey("event"), Animal::Fox, year(9)));
    }

    #[test]
    fn whoever_is_done_or_not_asked_owes_nothing() {
        let seat = Seat { animal: Animal::Fox, before: Standing::Done, after: Standing::ToCome, sits_at: None };
        assert!(!owes(&seat, Wave::Pre) && owes(&seat, Wave::PostSame));
        let seat = Seat { animal: Animal::Fox, before: Standing::Late, after: Standing::NotAsked, sits_at: None };
        assert!(owes(&seat, Wave::Pre) && !owes(&seat, Wave::PostSame));
    }
}
