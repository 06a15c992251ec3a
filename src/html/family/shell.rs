//! The start page of a session, with everything a tablet needs to go on without the server: each screen
//! and each questionnaire as a `<template>` that knows nobody. It holds nothing about a family, so a
//! browser may keep it.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::lean::lean;
use super::notice::{self, notice};
use super::start::{self, StartPage};
use super::who::{Leaving, Standing, WhoPage, YearPage};
use super::withdrawal::{self, AskPage};
use super::{Common, Place, Step, pass_on, permission, who};
use crate::html::questionnaire::{Drawn, Heard, say_button, template};
use crate::html::{Page, Pictures, assets, page};
use crate::person::{Animal, CardCode, KeyStage, Role, SchoolYear};
use crate::response::GivenBy;
use crate::session::lawful_basis::LawfulBasis;
use crate::session::{MadeUp, Occasion};
use crate::survey::{Audience, Library, SurveyVersion, Wave};

/// A session's start page as tablets get it.
#[derive(Debug)]
pub struct ShellPage<'a> {
    /// The session's key, as in its address.
    pub key: &'a str,
    /// Which waves it may ask.
    pub occasion: Occasion,
    /// Where we are.
    pub place: Place,
    /// The surveys.
    pub library: &'a Library,
    /// A card whose code came with the address; the page is then not to be kept by the browser.
    pub card: Option<&'a CardCode>,
    /// What stands on it without script where it is not the start: the next step of that card.
    pub instead: Option<Markup>,
    /// Whether the school has asked families beforehand.
    pub school_notice: bool,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
    /// The programme's name.
    pub programme: &'a str,
    /// On what ground of the law it keeps answers, where that was written down.
    pub basis: Option<&'a LawfulBasis>,
}

/// What the script has to know and cannot read off a template.
#[derive(Serialize)]
struct Facts {
    role: &'static str,
    /// `"4 pre"`, `"adult post_same"` → the survey that is offered.
    offers: BTreeMap<String, String>,
    /// What a wave is called on screens.
    words: BTreeMap<&'static str, &'static str>,
    /// Version of the words that people say yes to.
    notice: &'static str,
    /// How permission is given for children here: `family`, or `school`, which has asked beforehand.
    permission: &'static str,
}

impl ShellPage<'_> {
    /// Names this page's content: a tablet with another one takes up the new page when nobody is on it.
    pub fn hash(&self) -> String {
        let mut sum = Sha256::new();
        sum.update(assets::hash());
        sum.update(format!("{} {}", notice().version, self.school_notice));
        sum.update(format!("{} {} {} {:?}", self.role(), self.place.project, self.place.place, self.made_up));
        sum.update(notice::law(self.programme, self.basis).into_string());
        let mut heard = vec![self.library.common_recordings()];
        for version in self.asked() {
            sum.update(&version.hash);
            heard.extend(self.library.recordings_of(&version.survey));
        }
        for (said, recording) in heard.into_iter().flatten() {
            sum.update(format!("{said} {}", recording.file));
        }
        sum.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Draws it.
    pub fn page(&self) -> Markup {
        let mut pictures = Pictures::default();
        let address = self.address();
        let step = Step::to(address.clone());
        let start = StartPage {
            place: self.place.clone(),
            step: step.clone(),
            typed: String::new(),
            error: None,
            made_up: self.made_up,
        };
        let first = self.instead.clone().unwrap_or_else(|| with_say(&start::main(&start, &mut pictures), None));
        let screens = self.screens(&start, &step, &mut pictures);
        let mut questionnaires = Vec::new();
        for version in self.asked() {
            let (own, common) = (self.library.recordings_of(&version.survey), self.library.common_recordings());
            let heard = Heard { own, common: Some(common) };
            let mut drawn = Drawn::new();
            for wave in self.occasion.waves().iter().filter(|wave| asks(version, **wave)) {
                questionnaires.push(template(version, *wave, heard, &mut drawn, &mut pictures));
            }
        }
        for animal in Animal::ALL {
            let _shown_by_the_script = pictures.animal(animal);
        }
        let body = html! {
            div data-tablet data-session=(self.key) data-address=(address) data-shell=(self.hash()) data-facts=(self.facts())
                data-card=[self.card.map(CardCode::as_str)] {
                p.unsafe data-unsafe role="alert" hidden {
                    strong { "Do not close this page. " } "This tablet cannot keep answers by itself: they are safe only once they are sent."
                }
                div data-stage data-shows=(if self.instead.is_some() { "left" } else { "start" }) { (first) }
                (still_there(&mut pictures))
                @if !self.is_home() {
                    (pairing())
                    (corner())
                    (panel(self.key, self.may_leave()))
                }
            }
            @for (name, title, class, main) in &screens {
                template data-screen=(name) data-title=(title) data-class=(class) { (main) }
            }
            @for questionnaire in &questionnaires { (lean(questionnaire)) }
            (pictures.sheet())
        };
        page(&Page::family("Your card", body).made_up(self.made_up).class("target-56").script("tablet.js"))
    }

    /// As the tablet calls it: a session's role, or `home`.
    fn role(&self) -> &'static str {
        match self.occasion {
            Occasion::Session { role, .. } => role.code(),
            Occasion::Leaving => "leaving",
            Occasion::Home { .. } => "home",
        }
    }

    fn is_home(&self) -> bool {
        matches!(self.occasion, Occasion::Home { .. })
    }

    /// Whether families may leave it early: it has afters of its own, which a leader starts.
    fn may_leave(&self) -> bool {
        self.occasion.leaving() == Occasion::Leaving
    }

    /// The page's own address, without a card.
    fn address(&self) -> String {
        format!("/s/{}{}", self.key, if self.is_home() { "/home" } else { "" })
    }

    /// The versions that an occasion of this kind may ask.
    fn asked(&self) -> impl Iterator<Item = &SurveyVersion> {
        self.library.newest_of_each().filter(|version| self.occasion.waves().iter().any(|wave| asks(version, *wave)))
    }

    fn facts(&self) -> String {
        let years = SchoolYear::all().map(|year| (year.number().to_string(), Role::Child, Some(year.key_stage())));
        let people: Vec<(String, Role, Option<KeyStage>)> =
            years.chain([("adult".to_owned(), Role::Adult, None)]).collect();
        let mut offers = BTreeMap::new();
        for wave in self.occasion.waves() {
            for (who, role, key_stage) in &people {
                if let Some(version) = self.library.offered(*role, *key_stage, *wave) {
                    offers.insert(format!("{who} {}", wave.code()), version.survey.id.clone());
                }
            }
        }
        let facts = Facts {
            role: self.role(),
            offers,
            words: Wave::ALL.into_iter().map(|wave| (wave.code(), wave.word())).collect(),
            notice: &notice().version,
            permission: if self.school_notice { GivenBy::School } else { GivenBy::Family }.code(),
        };
        serde_json::to_string(&facts).expect("texts and maps of texts are JSON")
    }

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
    fn screens(
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

/// Whether a survey has anything for a wave at all.
fn asks(version: &SurveyVersion, wave: Wave) -> bool {
    (version.survey.audience == Audience::Event) == (wave == Wave::Event)
        && version.survey.items_at(wave).next().is_some()
}

/// The loudspeaker at the end of the line that says where we are.
fn with_say(main: &Markup, audio: Option<String>) -> Markup {
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
            p.lead { "Some questions are not finished. Hold the right picture for two seconds to go on." }
            p.error data-nobody hidden role="alert" { "Those questions were somebody else’s." }
            div.animals {
                @for animal in Animal::ALL {
                    button.plate.hold type="button" data-resume=(animal.code()) data-hold { (pictures.animal(animal)) span { (animal.name()) } }
                }
            }
            form.stack data-card-again autocomplete="off" hidden {
                label.lead for="card-again" { "Somebody else may have come since. Type the code on your card to go on" }
                p.error data-card-error role="alert" {}
                input.code #card-again type="text" name="card_again" maxlength="16"
                    autocomplete="off" autocorrect="off" autocapitalize="characters" spellcheck="false" enterkeyhint="go";
                button.button type="submit" { "Go on" }
                p.small { "No card at hand? The person who runs the session can open them." }
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

/// Stands over whatever is shown; any tap answers it.
fn still_there(pictures: &mut Pictures) -> Markup {
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

/// Under the start page: the words that the leader looks for, and once it is paired the tablet's name.
fn pairing() -> Markup {
    html! {
        p.pairing data-pairing role="status" hidden {
            span data-pairing-says {} " " strong data-pairing-words {}
        }
    }
}

/// How many answers wait on this tablet: a number in the corner, for whoever looks after it.
fn corner() -> Markup {
    html! {
        button.corner type="button" data-corner data-hold {
            span aria-hidden="true" data-waiting { "✓" }
            span.hidden data-corner-words { "For the leader: hold." }
        }
    }
}

fn panel(session: &str, has_afters: bool) -> Markup {
    html! {
        section.cover data-panel data-session=(session) data-afters=(if has_afters { "yes" } else { "no" }) role="dialog" aria-labelledby="panel-heading" hidden {
            div.card.stack {
                h2 #panel-heading tabindex="-1" { "For the leader" }
                p.lead data-panel-waiting role="status" {}
                p.error data-panel-parked {}
                p data-panel-erased {}
                p data-panel-drafts {}
                p data-panel-storage {}
                p data-panel-voice hidden { "This tablet has no voice: read along with the youngest, or add a voice in its settings." }
                p data-panel-afters {}
                p.small data-panel-name {}
                p.panel-said data-panel-said role="status" {}
                div.row {
                    button.button type="button" data-send-now { "Send now" }
                    button.button.plain type="button" data-save-file { "Save to a file" }
                    button.button.plain type="button" data-open-draft hidden {}
                    button.button.plain type="button" data-start-afters hidden { "Start the afters on this tablet" }
                    button.button.plain type="button" data-calm aria-pressed="false" { "Calm colours" }
                    button.button.quiet type="button" data-close { "Close" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionRole;

    fn shell(library: &Library, occasion: Occasion) -> String {
        let place = Place { project: "Job Trail".to_owned(), place: "Hall".to_owned() };
        ShellPage {
            key: "abcd2346",
            occasion,
            place,
            library,
            card: None,
            instead: None,
            school_notice: false,
            made_up: MadeUp::No,
            programme: "Riverside",
            basis: None,
        }
        .page()
        .into_string()
    }

    fn occasions() -> impl Iterator<Item = Occasion> {
        let sessions = SessionRole::ALL.iter().map(|&role| Occasion::Session { role, afters: false });
        sessions.chain([Occasion::Home { afters: true }])
    }

    #[test]
    fn the_page_has_a_questionnaire_for_every_offer() {
        let library = Library::embedded();
        for occasion in occasions() {
            let page = shell(&library, occasion);
            for wave in occasion.waves() {
                let offered = library.offered(Role::Adult, None, *wave).expect("an embedded survey");
                let wanted = format!("data-survey=\"{}\" data-wave=\"{}\"", offered.survey.id, wave.code());
                assert!(page.contains(&wanted), "{occasion:?}: {wanted}");
            }
        }
    }

    #[test]
    fn a_page_for_home_has_nothing_for_leaders_and_takes_nobody_new() {
        let page = shell(&Library::embedded(), Occasion::Home { afters: true });
        assert!(!page.contains("data-corner") && !page.contains("data-panel"), "it is no tablet of a session");
        assert!(!page.contains("name=\"leaving\"") && page.contains("data-address=\"/s/abcd2346/home\""));
    }

    #[test]
    fn the_short_after_of_an_early_leaver_is_a_few_questions() {
        let library = Library::embedded();
        for (survey, items) in [("ks1", 4), ("ks2", 3), ("ks3", 2), ("parent", 2)] {
            let survey = &library.newest(survey).expect("embedded").survey;
            assert_eq!(
                survey.items_at(Wave::PostExit).count(),
                items,
                "{}: the youngest have two lists of jobs",
                survey.id
            );
        }
    }

    #[test]
    fn what_a_browser_may_keep_holds_no_card_and_nothing_inline() {
        let occasion = Occasion::Session { role: SessionRole::Single, afters: false };
        let page = shell(&Library::embedded(), occasion);
        assert!(!page.contains("data-card=") && !page.contains("style="));
        assert!(page.len() < 900_000, "{} bytes", page.len());
    }
}
