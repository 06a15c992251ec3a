//! Who is answering: the animals of a card, and for a new child the school year.

use maud::{Markup, html};

use super::{Place, Step};
use crate::html::{Page, Pictures, page};
use crate::person::{Animal, Role, SchoolYear};
use crate::survey::Wave;

/// How things stand with one picture of the card at this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has taken this picture yet.
    Free,
    /// This questionnaire is due.
    Due(Wave),
    /// Everything this session asks is answered; the last wave that was.
    Done(Wave),
}

/// The animals of one card.
#[derive(Debug, Clone)]
pub struct WhoPage {
    /// Where we are.
    pub place: Place,
    /// The pictures and how things stand with each, in the order of [`Animal::ALL`].
    pub people: Vec<(Animal, Standing)>,
    /// Where the choice goes, in the field `animal`.
    pub step: Step,
    /// Whether sample data is loaded.
    pub sample: bool,
}

/// Draws the animals: those who came before first, free pictures below.
pub fn who(who: &WhoPage) -> Markup {
    let mut pictures = Pictures::default();
    let (free, known): (Vec<_>, Vec<_>) = who.people.iter().partition(|(_, standing)| *standing == Standing::Free);
    let body = html! {
        (who.place.line())
        (who.step.form(&html! {
            h1 { "Who is answering?" }
            @if !known.is_empty() {
                div.animals { @for (animal, standing) in &known { (choice(&mut pictures, *animal, *standing)) } }
                h2 { "Someone new? Pick a free picture" }
            } @else {
                p.lead { "Pick a picture each, and keep the same one next time." }
            }
            div.pair { @for (role, words) in [(Role::Child, "Children"), (Role::Adult, "Grown-ups")] {
                @let free: Vec<_> = free.iter().filter(|(animal, _)| animal.role() == role).collect();
                @if !free.is_empty() {
                    fieldset {
                        legend.hint { (words) }
                        div.animals { @for (animal, standing) in free { (choice(&mut pictures, *animal, *standing)) } }
                    }
                }
            } }
        }))
        (pictures.sheet())
    };
    page(&Page::family("Who is answering?", body).sample(who.sample).class("target-56"))
}

fn choice(pictures: &mut Pictures, animal: Animal, standing: Standing) -> Markup {
    let class = match standing {
        Standing::Free => "plate",
        Standing::Due(_) => "plate due",
        Standing::Done(_) => "plate done",
    };
    html! {
        button class=(class) type="submit" name="animal" value=(animal.code()) {
            (pictures.animal(animal))
            span { (animal.name()) }
            @match standing {
                Standing::Free => {}
                Standing::Due(wave) => small { span.state aria-hidden="true" { "●" } (wave.word()) " to do" },
                Standing::Done(wave) => small { span.state aria-hidden="true" { "✓" } (wave.word()) " done" },
            }
        }
    }
}

/// The school year of a child who is here for the first time.
#[derive(Debug, Clone)]
pub struct YearPage {
    /// Where we are.
    pub place: Place,
    /// The picture the child took.
    pub animal: Animal,
    /// Where the choice goes, in the field `school_year`: 0 for Reception to 13.
    pub step: Step,
    /// Whether sample data is loaded.
    pub sample: bool,
}

/// Draws the school years. Each is a button: one tap and on.
pub fn year(year: &YearPage) -> Markup {
    let mut pictures = Pictures::default();
    let name = year.animal.name();
    let groups = [("Infants", 0..=2), ("Juniors", 3..=6), ("Secondary", 7..=13)];
    let body = html! {
        (year.place.line())
        (year.step.form(&html! {
            div.row { div.big-animal { (pictures.animal(year.animal)) } h1 { "Hello " (name) "! Which school year are you in?" } }
            @for (words, numbers) in groups {
                fieldset {
                    legend.hint { (words) }
                    div.chips.row {
                        @for school_year in numbers.filter_map(SchoolYear::new) {
                            button.button.plain type="submit" name="school_year" value=(school_year.number()) { (school_year) }
                        }
                    }
                }
            }
            p.small { "We ask for the year, never for a name or a birthday." }
            button.button.quiet type="submit" name="assent" value="other" { "I am not " (name) }
        }))
        (pictures.sheet())
    };
    page(&Page::family("School year", body).sample(year.sample).class("target-56"))
}
