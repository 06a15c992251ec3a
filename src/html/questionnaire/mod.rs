//! The questionnaire: one document for the whole survey.
//!
//! With script it is a template that knows nobody (`template.rs`): `static/tablet/questions.js` shows one
//! screen of a copy at a time and keeps every tap on the tablet. Without script the same screens are one
//! page that posts to `action`. Controls are named like the answer's field, their values are the stored
//! codes; what cannot be answered has the missing codes −1 and −2 (see [`crate::response::form`] for how
//! a posted form is read).

use maud::{Markup, html};

use crate::person::{Animal, KeyStage, Role};
use crate::response::Envelope;
use crate::session::MadeUp;
use crate::survey::{Audience, Recording, Recordings, Survey, Wave};

use super::{Page, Pictures, page};

mod choices;
mod jobs;
mod order;
mod screen;
mod template;
mod two_children;

pub use choices::pictures_of;
pub use order::Order;
pub use template::{Drawn, Heard, calm_picture, say_button, template};
pub use two_children::{QUESTION as WHICH_CHILD, how_much};

/// What the questionnaire of one person needs.
#[derive(Debug)]
pub struct QuestionnairePage<'a> {
    /// The version that is asked.
    pub survey: &'a Survey,
    /// Everything that is known before the first question; `answers` and `seconds` are empty. It is sent
    /// back as it is.
    pub envelope: &'a Envelope,
    /// Whether the extras of the survey are asked (see [`crate::survey::Item::optional`]).
    pub extras: bool,
    /// The children of the family a grown-up may think of. With two or more the first screen asks.
    pub children: &'a [Animal],
    /// Where the form goes.
    pub action: &'a str,
    /// Whether what is shown here is real.
    pub made_up: MadeUp,
}

/// The whole document, without script.
pub fn questionnaire(questions: &QuestionnairePage) -> Markup {
    let QuestionnairePage { survey, envelope, .. } = questions;
    let mut draw = Draw::new(survey, envelope.wave, Some(Order::of(&envelope.card, envelope.animal)));
    let me = draw.pictures.animal(envelope.animal);
    let opening = opening(questions, &mut draw);
    let screens = draw.screens(questions.extras);
    let body = html! {
        div.questionnaire {
            header.survey-head {
                h1.me { (me) span { (envelope.animal.name()) small { (envelope.wave.word()) } } }
            }
            form.screens method="post" action=(questions.action) autocomplete="off" {
                input type="hidden" name="envelope" value=(envelope_json(envelope));
                (opening)
                @for screen in &screens { (screen) }
                @if draw.asks_who_helped() { (helper(&mut draw)) }
                p { button.button type="submit" { "Finish" } }
            }
        }
        (draw.pictures.sheet())
    };
    let mut document = Page::family("Questions", body)
        .made_up(questions.made_up)
        .class(&format!("asking target-{}", survey.target_px));
    document.language.clone_from(&survey.language);
    page(&document)
}

/// What every part of the page draws with.
struct Draw<'a> {
    survey: &'a Survey,
    wave: Wave,
    /// The person's arrangement; `None` in a template, which the script arranges.
    order: Option<Order>,
    pictures: Pictures,
    /// What can be heard instead of the tablet's own voice.
    recordings: Option<&'a Recordings>,
    /// The same for what every survey says alike.
    common: Option<&'a Recordings>,
    /// Whether the words before the jobs have been said.
    jobs_begun: bool,
}

impl<'a> Draw<'a> {
    fn new(survey: &'a Survey, wave: Wave, order: Option<Order>) -> Draw<'a> {
        Draw { survey, wave, order, pictures: Pictures::default(), recordings: None, common: None, jobs_begun: false }
    }

    /// The screens of every item of the wave.
    fn screens(&mut self, extras: bool) -> Vec<Markup> {
        let survey = self.survey;
        let extras = survey.extras_at(self.wave).filter(|_| extras);
        survey.items_at(self.wave).chain(extras).flat_map(|item| screen::screens(self, item)).collect()
    }

    /// The address of a recording.
    fn audio(&self, said: &str) -> Option<String> {
        self.recordings?.get(said).map(Recording::address)
    }

    /// The address of a recording of what every survey says alike.
    fn common_audio(&self, said: &str) -> Option<String> {
        self.common?.get(said).map(Recording::address)
    }

    fn key_stage(&self) -> Option<KeyStage> {
        match self.survey.audience {
            Audience::Child { key_stage } => Some(key_stage),
            Audience::Adult | Audience::Event => None,
        }
    }

    /// Children under 11 are not offered "I would rather not say".
    fn offers_rather_not(&self) -> bool {
        !matches!(self.key_stage(), Some(KeyStage::Ks1 | KeyStage::Ks2))
    }

    /// The youngest know where their tiles are; from Key Stage 2 on each person has an order.
    fn shuffles_jobs(&self) -> bool {
        self.key_stage() != Some(KeyStage::Ks1)
    }

    /// A family that goes early is asked three questions and no more.
    fn asks_who_helped(&self) -> bool {
        self.wave != Wave::PostExit && matches!(self.key_stage(), Some(KeyStage::Ks1 | KeyStage::Ks2))
    }
}

fn opening(questions: &QuestionnairePage, draw: &mut Draw) -> Markup {
    let envelope = questions.envelope;
    let children = if envelope.role == Role::Adult { questions.children } else { &[] };
    let asks = envelope.about.is_none() && children.len() > 1;
    let child = envelope.about.or_else(|| children.first().copied().filter(|_| !asks));
    let whom = match child {
        Some(child) => child.name(),
        None if asks => "the one you tap below",
        None => "the one on your card",
    };
    let words = questions.survey.words.opening.replace("[animal]", whom);
    if asks {
        return which_child(draw, &words, children);
    }
    let picture = draw.pictures.animal(child.unwrap_or(envelope.animal));
    html! {
        section.screen data-kind="say" data-opening="says" {
            div.hero { (picture) h2.question tabindex="-1" { (words) } }
        }
    }
}

/// Which of their children a grown-up answers about.
fn which_child(draw: &mut Draw, words: &str, children: &[Animal]) -> Markup {
    html! {
        fieldset.screen data-kind="envelope" data-field="about" data-opening="asks" {
            legend { h2.question tabindex="-1" { (words) } }
            div.animals {
                @for &animal in children {
                    label.option {
                        input.pick type="radio" name="about" value=(animal.code()) autocomplete="off";
                        span.plate { (draw.pictures.animal(animal)) (animal.name()) }
                    }
                }
            }
            div.asides.with-script { button.button type="button" data-skip { "Skip" } }
        }
    }
}

/// Asked of whoever sat beside a young child, after the last question.
fn helper(draw: &mut Draw) -> Markup {
    let choices = [
        ("none", "Nobody"),
        ("parent", "A parent or carer"),
        ("leader", "A leader or volunteer"),
        ("sibling", "A brother or sister"),
        ("other_child", "Another child"),
    ];
    html! {
        fieldset.screen data-kind="envelope" data-field="helper" data-audio=[draw.common_audio("helper")] {
            legend { h2.question tabindex="-1" { "For the grown-up: who helped with the answers?" } }
            div.options.drawn.of-5 {
                @for (value, label) in choices {
                    label.option {
                        input.pick type="radio" name="helper" value=(value) autocomplete="off";
                        span.plate { (draw.pictures.show(&format!("scale/helper-{value}"))) span { (label) } }
                    }
                }
            }
            div.asides.with-script { button.button type="button" data-skip { "Skip" } }
        }
    }
}

fn envelope_json(envelope: &Envelope) -> String {
    serde_json::to_string(envelope).expect("an envelope is plain data with text keys, as JSON has them")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::survey::{Item, Library, Look, SurveyVersion, Wave};

    fn envelope(version: &SurveyVersion, animal: Animal, wave: Wave) -> Envelope {
        let known = serde_json::json!({
            "schema": 1, "id": "07".repeat(16), "session": "AB12CD34", "card": "PENC4T", "animal": animal,
            "role": animal.role(), "school_year": 4, "wave": wave, "survey": version.survey.id,
            "version": version.hash, "started_ms": 0, "finished_ms": 0, "answers": {},
        });
        serde_json::from_value(known).expect("an envelope with nothing left out")
    }

    fn drawn(version: &SurveyVersion, animal: Animal, wave: Wave) -> String {
        questionnaire(&QuestionnairePage {
            survey: &version.survey,
            envelope: &envelope(version, animal, wave),
            extras: true,
            children: &[Animal::Fox, Animal::Bee],
            action: "/s/AB12CD34/answers",
            made_up: MadeUp::No,
        })
        .into_string()
    }

    fn every_page(check: impl Fn(&SurveyVersion, Wave, &str)) {
        for version in Library::embedded().all() {
            let animal = if version.survey.audience == Audience::Adult { Animal::Sun } else { Animal::Fox };
            for wave in Wave::ALL {
                check(version, wave, &drawn(version, animal, wave));
            }
        }
    }

    /// The values of an attribute, wherever it stands.
    fn attributes(page: &str, name: &str) -> Vec<String> {
        let start = format!(" {name}=\"");
        page.match_indices(&start)
            .filter_map(|(at, _)| page[at + start.len()..].split('"').next())
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_field_of_every_survey_and_wave_has_a_control_and_a_place_in_the_script() {
        every_page(|version, wave, page| {
            let names: BTreeSet<String> = attributes(page, "name").into_iter().collect();
            let listed = attributes(page, "data-fields").join(" ");
            for field in version.survey.fields_at(wave) {
                assert!(names.contains(&field.name), "{} {} has no control", field.name, wave.code());
                let write_in = field.name.ends_with(".typed");
                assert!(write_in || listed.split(' ').any(|name| name == field.name), "{} is not listed", field.name);
            }
        });
    }

    #[test]
    fn every_look_is_drawn_somewhere() {
        let library = Library::embedded();
        let looks: Vec<Look> =
            library.all().iter().flat_map(|version| version.survey.scales.values().map(|scale| scale.look)).collect();
        for look in [
            Look::Tiles,
            Look::Thumbs,
            Look::Pencils,
            Look::Faces,
            Look::TwoChildren,
            Look::Who,
            Look::Calendar,
            Look::Buttons,
            Look::JobRows,
            Look::One,
            Look::Multi,
            Look::Text,
        ] {
            assert!(looks.contains(&look), "{look:?} is in no survey, so no test draws it");
        }
    }

    #[test]
    fn nothing_is_inline_and_ids_are_unique() {
        every_page(|version, wave, page| {
            for attribute in ["style", "onclick", "oninput", "onchange"] {
                assert!(attributes(page, attribute).is_empty(), "{} {}: {attribute}", version.survey.id, wave.code());
            }
            assert!(!page.contains("<style") && !page.contains("javascript:"));
            assert!(!page.replace("></script>", "").contains("</script>"), "a script has text inside");
            let ids = attributes(page, "id");
            let unique: BTreeSet<&String> = ids.iter().collect();
            assert_eq!(ids.len(), unique.len(), "{} {}: {ids:?}", version.survey.id, wave.code());
        });
    }

    #[test]
    fn every_control_stands_in_a_label_or_names_itself_and_forgets_what_was_typed() {
        every_page(|version, wave, page| {
            for (at, _) in page.match_indices("<input ") {
                let tag = page[at..].split('>').next().unwrap_or_default();
                if tag.contains("type=\"hidden\"") {
                    continue;
                }
                let before = &page[..at];
                let in_label = before.matches("<label").count() > before.matches("</label").count();
                let place = format!("{} {}: {tag}", version.survey.id, wave.code());
                assert!(in_label || tag.contains("aria-label"), "no label: {place}");
                assert!(tag.contains("autocomplete=\"off\""), "the browser would offer it again: {place}");
            }
        });
    }

    #[test]
    fn only_older_people_are_offered_to_rather_not_say() {
        let library = Library::embedded();
        let offers = |id: &str, animal| {
            let version = library.newest(id).expect("an embedded survey");
            attributes(&drawn(version, animal, Wave::Pre), "value").iter().any(|value| value == "-2")
        };
        assert!(!offers("ks1", Animal::Fox) && !offers("ks2", Animal::Fox));
        assert!(offers("ks3", Animal::Fox) && offers("parent", Animal::Sun));
    }

    #[test]
    fn tiles_keep_their_file_order_for_the_youngest_and_each_older_child_has_an_own_one() {
        let library = Library::embedded();
        let tiles = |id: &str, animal| -> Vec<String> {
            let version = library.newest(id).expect("an embedded survey");
            let item = version.survey.items.iter().find(|item| !item.jobs.is_empty()).expect("a list of jobs");
            let start = format!("{}.", item.id);
            attributes(&drawn(version, animal, Wave::Pre), "name")
                .into_iter()
                .filter_map(|name| name.strip_prefix(&start).map(str::to_owned))
                .collect()
        };
        let ks1 = library.newest("ks1").expect("an embedded survey");
        let first = ks1.survey.items.iter().find(|item| !item.jobs.is_empty()).expect("a list of jobs");
        assert_eq!(tiles("ks1", Animal::Owl), first.jobs);
        assert_ne!(tiles("ks2", Animal::Owl), tiles("ks2", Animal::Bee));
        assert_eq!(tiles("ks2", Animal::Owl), tiles("ks2", Animal::Owl));
    }

    #[test]
    fn a_grown_up_with_two_children_is_asked_which_one() {
        let library = Library::embedded();
        let parent = library.newest("parent").expect("an embedded survey");
        assert!(drawn(parent, Animal::Sun, Wave::Pre).contains("name=\"about\" value=\"bee\""));
        let mut known = envelope(parent, Animal::Sun, Wave::Pre);
        known.about = Some(Animal::Owl);
        let page = questionnaire(&QuestionnairePage {
            survey: &parent.survey,
            envelope: &known,
            extras: false,
            children: &[Animal::Fox, Animal::Bee],
            action: "/",
            made_up: MadeUp::No,
        })
        .into_string();
        assert!(!page.contains("name=\"about\"") && page.contains("picture: Owl"));
    }

    #[test]
    fn whoever_leaves_early_is_asked_three_questions_at_most() {
        let is_list = |version: &SurveyVersion, item: &Item| {
            version.survey.scale_of(item).is_some_and(|scale| scale.look == Look::Tiles)
        };
        every_page(|version, wave, page| {
            if wave != Wave::PostExit {
                return;
            }
            let items: Vec<&Item> = version.survey.items_at(wave).collect();
            // A list of jobs on two screens is one question.
            let goes_on =
                items.windows(2).filter(|pair| is_list(version, pair[0]) && is_list(version, pair[1])).count();
            assert!(items.len() - goes_on <= 3, "{} asks {} questions", version.survey.id, items.len());
            assert!(!page.contains("name=\"helper\""), "{}: nor who helped", version.survey.id);
        });
    }

    #[test]
    fn the_largest_document_stays_small() {
        every_page(|version, wave, page| {
            assert!(page.len() < 110_000, "{} {} is {} bytes", version.survey.id, wave.code(), page.len());
        });
    }
}
