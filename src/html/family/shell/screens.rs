//! Every screen but the questions: those that the server draws, too, and those that only a tablet needs.

use maud::{Markup, html};

use super::ShellPage;
use crate::html::Pictures;
use crate::html::family::start::{self, StartPage};
use crate::html::family::who::{self, Leaving, Standing, WhoPage, YearPage};
use crate::html::family::withdrawal::{self, AskPage};
use crate::html::family::{Common, Place, Step, notice, pass_on, permission};
use crate::html::questionnaire::{calm_picture, say_button};
use crate::person::Animal;

impl ShellPage<'_> {
    /// The notice as a screen, so that it can be read without the server; its link leads to a page of its own.
    fn notice_read(&self) -> Markup {
        html! {
            (self.place.line())
            div.welcome.stack {
                (notice::privacy())
                (notice::law(self.programme, self.basis))
                button.button type="button" data-notice-read { "Back" }
            }
        }
    }

    /// Every screen but the questions: name, title, class, what stands on it.
    pub(super) fn screens(
        &self,
        start: &StartPage,
        step: &Step,
        pictures: &mut Pictures,
    ) -> Vec<(&'static str, &'static str, &'static str, Markup)> {
        let place = &self.place;
        let nobody = Animal::ALL.into_iter().map(|animal| (animal, Standing::Free)).collect();
        let who_page = WhoPage {
            place: place.clone(),
            people: nobody,
            step: step.clone(),
            leaving: Leaving::of(self.may_leave(), false),
            newcomers: !self.is_home(),
            made_up: self.made_up,
        };
        let year_page =
            YearPage { place: place.clone(), animal: Animal::Fox, step: step.clone(), made_up: self.made_up };
        let permission_page = permission::PermissionPage {
            place: place.clone(),
            step: step.clone(),
            notice: format!("/privacy?at={}", self.key),
            made_up: self.made_up,
        };
        let take_out = AskPage {
            place: place.clone(),
            action: format!("/s/{}/withdrawal", self.key),
            start: self.address(),
            ..AskPage::default()
        };
        let common = Common(Some(self.library.common_recordings()));
        let permission = permission::permission_main(&permission_page);
        let (declined, pass_on) =
            (pass_on::declined_template(place, pictures), pass_on::pass_on_template(place, pictures));
        vec![
            ("start", "Your card", "target-56", with_say(&start::main(start, pictures), None)),
            (
                "who",
                "Who is answering?",
                "target-56",
                with_say(&who::who_main(&who_page, pictures), common.audio("who")),
            ),
            ("year", "School year", "target-56", with_say(&who::year_main(&year_page, pictures), common.audio("year"))),
            ("permission", "For the grown-up", "target-48", with_say(&permission, common.audio("permission"))),
            ("notice", "What happens with the answers", "target-48", with_say(&self.notice_read(), None)),
            ("withdrawal", "Take our answers out", "target-48", with_say(&withdrawal::ask_main(&take_out), None)),
            ("ready", "Ready?", "", with_say(&permission::ready_template(place, step, &common, pictures), None)),
            ("declined", "Thank you", "target-56", with_say(&declined, common.audio("declined"))),
            ("pass-on", "Thank you", "target-56", with_say(&pass_on, common.audio("pass-on"))),
            ("closed", "No session is open", "target-56", with_say(&pass_on::no_session_main(place, pictures), None)),
            ("collected", "Thank you", "target-56", with_say(&collected(place, pictures), None)),
            ("saving", "Saving", "target-56", message(&whose(pictures), "One moment…", "", &html! {})),
            ("unsure", "Your card", "target-56", with_say(&unsure(place, pictures), None)),
            ("resume", "Who was answering?", "target-56", with_say(&resume(place, pictures), None)),
            ("trouble", "Something went wrong", "target-56", with_say(&trouble(place, pictures), None)),
            ("nothing-to-ask", "Nothing to ask", "target-56", with_say(&nothing_to_ask(place, pictures), None)),
        ]
    }
}

/// The loudspeaker at the end of the line that says where we are.
pub(super) fn with_say(main: &Markup, audio: Option<String>) -> Markup {
    html! { div.with-say data-audio=[audio] { (main) (say_button()) } }
}

fn message(picture: &Markup, heading: &str, words: &str, more: &Markup) -> Markup {
    html! {
        div.hero { (picture) div.welcome.stack {
            h1 { (heading) }
            @if !words.is_empty() { p.lead { (words) } }
            (more)
        } }
    }
}

/// The picture of whose turn it is: the script puts it in the fox's place.
fn whose(pictures: &mut Pictures) -> Markup {
    html! { div.picture-box data-animal-picture { (pictures.animal(Animal::Fox)) } }
}

/// The leader collects the tablets: nothing is begun on this one until they say that families go on.
fn collected(place: &Place, pictures: &mut Pictures) -> Markup {
    let waits = pass_on::saved("Answers saved on this tablet. Sending…", "Nothing waits on this tablet");
    let words = "If this tablet is ours, please give it to the person who runs the session.";
    html! { (place.line()) (message(&pictures.animal(Animal::Bee), "That is all for today. Thank you!", words, &waits)) }
}

/// The code is right and nobody can be asked whether the card is ours.
fn unsure(place: &Place, pictures: &mut Pictures) -> Markup {
    let buttons = html! {
        div.row {
            button.button type="button" data-again { "Type it again" }
            button.button.plain.hold type="button" data-go-on data-hold { span { "Leader: go on with it" small { "hold for two seconds" } } }
        }
        p.small { "A card printed today may not be known here yet. The answers are kept either way, and placed when the tablet is connected." }
    };
    html! { (place.line()) (message(&pictures.animal(Animal::Owl), "We do not know this card yet", "Show it to the person who runs the session.", &buttons)) }
}

/// A page that was lost, or left alone: only who says whose questions these were may go on. After a while the
/// card has to say so, too, or after two wrong pictures: another family has a fox as well.
fn resume(place: &Place, pictures: &mut Pictures) -> Markup {
    html! {
        (place.line())
        div.stack {
            h1 { "Who was answering here?" }
            p.lead { "Some questions are not finished. " span data-hold-words { "Hold the right picture for two seconds to go on." } }
            p.error data-nobody hidden role="alert" { "Those questions were somebody else’s." }
            form.stack data-card-again autocomplete="off" hidden {
                label.lead for="card-again" { "Somebody else may have come since. Type the code on your card to go on" }
                p.error data-card-error role="alert" {}
                input.code #card-again type="text" name="card_again" maxlength="16"
                    autocomplete="off" autocorrect="off" autocapitalize="characters" spellcheck="false" enterkeyhint="go";
                button.button type="submit" { "Go on" }
                p.small { "No card at hand? The person who runs the session can let you go on: they hold the round button in the corner." }
            }
            div.animals {
                @for animal in Animal::ALL {
                    button.plate.hold type="button" data-resume=(animal.code()) data-hold { (pictures.animal(animal)) span { (animal.name()) } }
                }
            }
            button.button.plain type="button" data-fresh { "None of us. Start fresh" }
        }
    }
}

fn trouble(place: &Place, pictures: &mut Pictures) -> Markup {
    let buttons = html! { button.button type="button" data-open-again { "Go on" } };
    let words = "Your answers are safe on this tablet.";
    html! { (place.line()) (message(&pictures.animal(Animal::Frog), "Something went wrong here", words, &buttons)) }
}

fn nothing_to_ask(place: &Place, pictures: &mut Pictures) -> Markup {
    let buttons = html! { button.button type="button" data-all-done { "Back to the beginning" } };
    let words = "Tell the person who runs the session.";
    html! { (place.line()) (message(&pictures.animal(Animal::Cat), "There are no questions for you", words, &buttons)) }
}

/// Under every screen but the questions, which have it in their head: quieter colours, and what to do where nothing can
/// read aloud.
pub(super) fn ease() -> Markup {
    html! {
        div.ease.with-script {
            button.ease-button type="button" data-calm aria-pressed="false" { (calm_picture()) "Calm colours" }
            p.no-voice { "This tablet cannot read aloud. Ask somebody to read it to you." }
        }
    }
}

/// Stands over whatever is shown; any tap answers it.
pub(super) fn still_there(pictures: &mut Pictures) -> Markup {
    html! {
        div.cover data-still-there role="alertdialog" aria-label="Are you still there?" hidden {
            div.card.stack {
                (pictures.animal(Animal::Owl))
                p.question { "Are you still there?" }
                button.button type="button" { "Yes" }
            }
        }
    }
}
