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
use super::{Place, Step};
use crate::html::questionnaire::{Drawn, Heard, template};
use crate::html::{Page, Pictures, assets, page};
use crate::person::{Animal, CardCode, KeyStage, Role, SchoolYear};
use crate::response::GivenBy;
use crate::session::lawful_basis::LawfulBasis;
use crate::session::{MadeUp, Occasion};
use crate::survey::{Audience, Library, SurveyVersion, Wave};

mod leader;
mod screens;

use leader::{corner, pairing, panel};
use screens::{ease, still_there, with_say};

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
                (ease())
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
}

/// Whether a survey has anything for a wave at all.
fn asks(version: &SurveyVersion, wave: Wave) -> bool {
    (version.survey.audience == Audience::Event) == (wave == Wave::Event)
        && version.survey.items_at(wave).next().is_some()
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
