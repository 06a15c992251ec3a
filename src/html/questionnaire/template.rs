//! A questionnaire drawn for nobody: what the tablet copies, arranges for a person and asks.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use maud::{Markup, html};

use crate::person::{Animal, Role};
use crate::survey::{Recordings, SurveyVersion, Wave};

use super::{Draw, helper, which_child};
use crate::html::Pictures;

/// What can be heard in the place of the tablet's own voice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heard<'a> {
    /// The recordings beside the survey.
    pub own: Option<&'a Recordings>,
    /// Those of what every survey says alike.
    pub common: Option<&'a Recordings>,
}

/// The screens of one survey that stand whole in a page, with the wave and the place they stand at there.
pub type Drawn = HashMap<String, (Wave, usize)>;

/// One wave of a survey as a `<template>`. The script fills in who answers (`data-animal-name`,
/// `data-animal-picture`), keeps one of the openings and shares out what has an order of its own
/// (`data-swap`, `data-shuffle`). Its pictures go to the page's sheet.
///
/// A screen that an earlier wave of the survey has drawn alike is only pointed at (`data-same`, see
/// `static/tablet/same.js`): gzip looks back 32 kB, which is less than one wave.
pub fn template(
    version: &SurveyVersion,
    wave: Wave,
    heard: Heard,
    drawn: &mut Drawn,
    pictures: &mut Pictures,
) -> Markup {
    let survey = &version.survey;
    let mut draw = Draw { recordings: heard.own, common: heard.common, ..Draw::new(survey, wave, None) };
    draw.pictures = std::mem::take(pictures);
    let me = draw.pictures.animal(Animal::Fox);
    let opening = opening(&mut draw);
    let mut screens = draw.screens(false);
    screens.extend(draw.asks_who_helped().then(|| helper(&mut draw)));
    let screens = screens.into_iter().enumerate().map(|(place, screen)| once(screen, wave, place, drawn));
    let stop = stop(&mut draw.pictures);
    let closing = draw.audio("closing");
    *pictures = draw.pictures;
    html! {
        template data-survey=(survey.id) data-wave=(wave.code()) data-version=(version.hash)
            data-language=(survey.language) data-target=(survey.target_px) data-closing=(survey.words.closing) data-closing-audio=[closing]
            data-title="Questions" data-class={ "asking target-" (survey.target_px) } {
            div.questionnaire data-questionnaire {
                header.survey-head {
                    h1.me data-animal-picture { (me) span { span data-animal-name {} small { (wave.word()) } } }
                    ol.family-bar data-bar aria-label="Your family" hidden {}
                    p.count data-count {}
                    (calm_button())
                    (say_button())
                    button.button.quiet type="button" data-stop { "Stop" }
                }
                form.screens autocomplete="off" { (opening) @for screen in screens { (screen) } }
                (stop)
                div.moves data-moves {
                    p.nudge role="status" data-nudge {}
                    div.move {
                        button.button.plain type="button" data-back { "Back" }
                        button.more type="button" data-more aria-label="Show what is further down" hidden {}
                        button.button type="button" data-next data-words="Next" data-start="Start" data-finish="Finish" { "Start" }
                    }
                }
            }
        }
    }
}

/// A screen, or where the same one stands.
fn once(screen: Markup, wave: Wave, place: usize, drawn: &mut Drawn) -> Markup {
    match drawn.entry(screen.0.clone()) {
        Entry::Occupied(same) => {
            let (wave, place) = same.get();
            html! { section.screen data-same={ (wave.code()) " " (place) } {} }
        }
        Entry::Vacant(new) => {
            new.insert((wave, place));
            screen
        }
    }
}

/// A loudspeaker: reads the screen, and every screen after it.
pub fn say_button() -> Markup {
    html! {
        button.say-button type="button" data-say aria-label="Read this to me" {
            svg.picture viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
                path fill="currentColor" d="M4 12h6l8-7v22l-8-7H4z" {}
                path fill="none" stroke="currentColor" stroke-width="2.600" stroke-linecap="round" d="M22 11.500a7 7 0 0 1 0 9M25.500 8a12 12 0 0 1 0 16" {}
            }
        }
    }
}

/// Quieter colours, beside the loudspeaker.
fn calm_button() -> Markup {
    html! { button.say-button.calm-button type="button" data-calm aria-pressed="false" aria-label="Calm colours" { (calm_picture()) } }
}

/// Still water.
pub fn calm_picture() -> Markup {
    html! {
        svg.picture viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
            path fill="none" stroke="currentColor" stroke-width="2.600" stroke-linecap="round" d="M4 12c4-4 8 4 12 0s8-4 12 0M4 21c4-4 8 4 12 0s8-4 12 0" {}
        }
    }
}

/// Whoever cannot read yet, on a tablet that cannot either: the script shows it nowhere else.
fn read_by_somebody(pictures: &mut Pictures) -> Markup {
    html! { p.read-by { (pictures.show("scale/helper-parent")) "Ask somebody to read the questions to you." } }
}

/// A grown-up with several children is asked which one; the script keeps one of the two.
fn opening(draw: &mut Draw) -> Markup {
    let words = &draw.survey.words.opening;
    let children: Vec<Animal> = Animal::ALL.into_iter().filter(|animal| animal.role() == Role::Child).collect();
    let picture = draw.pictures.animal(Animal::Fox);
    let about_a_child = words.contains("[animal]");
    // A recording knows no animal.
    let audio = draw.audio("opening").filter(|_| !about_a_child);
    html! {
        section.screen data-kind="say" data-opening="says" data-audio=[audio] {
            div.hero {
                @if about_a_child { div.picture-box data-animal-picture data-about-picture { (picture) } }
                @else { div.picture-box data-animal-picture { (picture) } }
                div {
                    h2.question tabindex="-1" { (words) }
                    @if draw.survey.target_px == 72 { (read_by_somebody(&mut draw.pictures)) }
                }
            }
        }
        @if about_a_child { (which_child(draw, words, &children)) }
    }
}

fn stop(pictures: &mut Pictures) -> Markup {
    html! {
        section.card.stack data-stopping hidden {
            h2 tabindex="-1" { "Stop here?" }
            p.lead { "That is fine. Nothing you tapped is kept, and nothing more is asked." }
            div.row {
                button.button.pictured type="button" data-stop-now { (pictures.show("scale/hand")) span { "Yes, stop" } }
                button.button.plain type="button" data-go-on { "Go on" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    #[test]
    fn a_template_knows_nobody_and_says_what_the_script_has_to_arrange() {
        let library = Library::embedded();
        let drawn = |id: &str, wave| {
            let version = library.newest(id).expect("an embedded survey");
            template(version, wave, Heard::default(), &mut Drawn::new(), &mut Pictures::default()).into_string()
        };
        let ks2 = drawn("ks2", Wave::Pre);
        assert!(ks2.contains("data-shuffle=\"K2-AW1\"") && ks2.contains("data-swap"));
        assert!(!drawn("ks1", Wave::Pre).contains("data-shuffle"), "the youngest know where their tiles are");
        assert!(!ks2.contains("data-opening=\"asks\"") && drawn("parent", Wave::Pre).contains("data-opening=\"asks\""));
        assert!(!ks2.contains("name=\"envelope\"") && !ks2.contains("PENC4T"));
    }
    #[test]
    fn a_question_that_two_waves_ask_alike_is_sent_once() {
        let library = Library::embedded();
        let version = library.newest("ks2").expect("an embedded survey");
        let mut drawn = Drawn::new();
        let mut at =
            |wave| template(version, wave, Heard::default(), &mut drawn, &mut Pictures::default()).into_string();
        let (before, after) = (at(Wave::Pre), at(Wave::PostSame));
        assert!(before.contains("data-item=\"K2-CF1\"") && !before.contains("data-same"));
        assert!(!after.contains("data-item=\"K2-CF1\"") && after.contains("data-same=\"pre "));
        assert!(after.contains("data-item=\"K2-FB1\""), "what only the after asks stands in it");
    }
}
