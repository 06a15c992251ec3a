//! Who is answering: the animals of a card, and for a new child the school year.

use maud::{Markup, html};

use super::{Place, Step};
use crate::html::{Page, Pictures, page};
use crate::person::{Animal, Role, SchoolYear};
use crate::session::MadeUp;
use crate::survey::Wave;

/// How things stand with one picture of the card at this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has taken this picture yet.
    Free,
    /// This questionnaire is due.
    Due(Wave),
    /// Everything that is asked here is answered; the last wave that was.
    Done(Wave),
    /// This questionnaire comes later on.
    NotYet(Wave),
    /// Known, and there is nothing to ask.
    Nothing,
}

/// Whether a family may say that it goes early, and whether it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// It is not asked: at an event, at home.
    NotAsked,
    /// It may say so.
    Staying,
    /// It has said so, and answers a few questions.
    Going,
}

impl Leaving {
    /// What is offered where a family has said this of itself.
    pub fn of(asked: bool, going: bool) -> Leaving {
        match (asked, going) {
            (false, _) => Leaving::NotAsked,
            (true, false) => Leaving::Staying,
            (true, true) => Leaving::Going,
        }
    }
}

/// The animals of one card.
#[derive(Debug, Clone)]
pub struct WhoPage {
    /// Where we are.
    pub place: Place,
    /// The pictures and how things stand with each, in the order of [`Animal::ALL`].
    pub people: Vec<(Animal, Standing)>,
    /// Where the choice goes, in the field `animal`; `leaving` is `yes` or `no`.
    pub step: Step,
    /// Whether the family is leaving early.
    pub leaving: Leaving,
    /// Whether a new picture may be taken; not at home.
    pub newcomers: bool,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws the animals: those who came before first, free pictures below.
pub fn who(who: &WhoPage) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! { (who_main(who, &mut pictures)) (pictures.sheet()) };
    page(&Page::family("Who is answering?", body).made_up(who.made_up).class("target-56"))
}

/// What stands on it. Everything is there at once, hidden where it does not apply: the tablet's copy of
/// this screen knows nobody and shows what does.
pub fn who_main(who: &WhoPage, pictures: &mut Pictures) -> Markup {
    let (free, known): (Vec<_>, Vec<_>) = who.people.iter().partition(|(_, standing)| *standing == Standing::Free);
    html! {
        (who.place.line())
        (who.step.form(&html! {
            h1 { "Who is answering?" }
            @if who.leaving != Leaving::NotAsked {
                p.lead data-leaving="yes" hidden[who.leaving != Leaving::Going] { "Three quick questions each, at the most, before you go." }
            }
            div.card data-refused hidden {
                p.lead { "A grown-up said no for the children today: no child of this card is asked." }
                button.button.quiet.hold type="button" data-ask-after-all data-hold { span { "They may be asked after all" small { "hold for two seconds" } } }
            }
            div.animals data-known { @for (animal, standing) in &known { (choice(pictures, *animal, *standing)) } }
            h2 data-someone-new hidden[known.is_empty() || !who.newcomers] { "Someone new? Pick a free picture" }
            p.lead data-nobody-yet hidden[!known.is_empty()] {
                @if who.newcomers { "Pick a picture each, and keep the same one next time." }
                @else { "Nobody of your family has answered a before, so there is nothing to ask at home." }
            }
            @if who.newcomers { div.pair { @for (role, words) in [(Role::Child, "Children"), (Role::Adult, "Grown-ups")] {
                @let free: Vec<_> = free.iter().filter(|(animal, _)| animal.role() == role).collect();
                @if !free.is_empty() {
                    fieldset {
                        legend.hint { (words) }
                        div.animals { @for (animal, standing) in free { (choice(pictures, *animal, *standing)) } }
                    }
                }
            } } }
            @if who.leaving != Leaving::NotAsked {
                button.button.quiet type="submit" name="leaving" value="yes" data-leaving="no" hidden[who.leaving == Leaving::Going] { "Leaving now? Three quick questions at most" }
                button.button.quiet type="submit" name="leaving" value="no" data-leaving="yes" hidden[who.leaving != Leaving::Going] { "We are staying after all" }
            }
            button.button.quiet.with-script type="button" data-all-done { "Another card" }
        }))
    }
}

fn choice(pictures: &mut Pictures, animal: Animal, standing: Standing) -> Markup {
    let class = match standing {
        Standing::Free | Standing::Nothing => "plate",
        Standing::NotYet(_) => "plate not-yet",
        Standing::Due(_) => "plate due",
        Standing::Done(_) => "plate done",
    };
    html! {
        button class=(class) type="submit" name="animal" value=(animal.code()) {
            (pictures.animal(animal))
            span { (animal.name()) }
            @let (due, done, not_yet) = match standing {
                Standing::Free | Standing::Nothing => (None, None, None),
                Standing::Due(wave) => (Some(wave), None, None),
                Standing::Done(wave) => (None, Some(wave), None),
                Standing::NotYet(wave) => (None, None, Some(wave)),
            };
            small data-due hidden[due.is_none()] { span.state aria-hidden="true" { "●" } span data-wave-word { (due.map_or("", Wave::word)) } " to do" }
            small data-done hidden[done.is_none()] { span.state aria-hidden="true" { "✓" } span data-wave-word { (done.map_or("", Wave::word)) } " done" }
            small data-not-yet hidden[not_yet.is_none()] { span.state aria-hidden="true" { "✓" } span data-wave-word { (not_yet.map_or("", Wave::word)) } " comes later" }
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
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// Draws the school years. Each is a button: one tap and on.
pub fn year(year: &YearPage) -> Markup {
    let mut pictures = Pictures::default();
    let body = html! { (year_main(year, &mut pictures)) (pictures.sheet()) };
    page(&Page::family("School year", body).made_up(year.made_up).class("target-56"))
}

/// What stands on it.
pub fn year_main(year: &YearPage, pictures: &mut Pictures) -> Markup {
    let name = html! { span data-animal-name { (year.animal.name()) } };
    let groups = [("Infants", 0..=2), ("Juniors", 3..=6), ("Secondary", 7..=13)];
    html! {
        (year.place.line())
        (year.step.form(&html! {
            div.row { div.big-animal data-animal-picture { (pictures.animal(year.animal)) } h1 { "Hello " (name) "! Which school year are you in?" } }
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
    }
}
