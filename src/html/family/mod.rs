//! The screens a family sees before and after the questions. Each is a pure function of its input;
//! who calls it with what is the web's business.
//!
//! Nothing about a family stands in an address: a step is a form that carries what it needs in
//! [`Step::carry`], so a shared tablet's history holds session pages only.

use maud::{Markup, html};

use crate::survey::{Recording, Recordings, Wave};

use super::layout::mark;

mod lean;
pub mod notice;
pub mod pass_on;
pub mod permission;
pub mod shell;
pub mod start;
pub mod who;
pub mod withdrawal;

/// Where a screen's form goes, and what it carries along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// The address.
    pub action: String,
    /// Hidden fields: (name, value).
    pub carry: Vec<(String, String)>,
}

impl Step {
    /// A step that carries nothing yet.
    pub fn to(action: impl Into<String>) -> Step {
        Step { action: action.into(), carry: Vec::new() }
    }

    /// The same step with one more hidden field.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Step {
        self.carry.push((name.into(), value.into()));
        self
    }

    fn hidden(&self) -> Markup {
        html! { @for (name, value) in &self.carry { input type="hidden" name=(name) value=(value); } }
    }

    /// A form of this step around some controls.
    fn form(&self, controls: &Markup) -> Markup {
        html! { form.stack method="post" action=(self.action) autocomplete="off" { (self.hidden()) (controls) } }
    }
}

/// Where we are: on every family screen, so that a tablet in the wrong room is noticed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The project's name.
    pub project: String,
    /// The hall, and the day if that helps; may be empty.
    pub place: String,
}

impl Place {
    fn line(&self) -> Markup {
        html! {
            header.brand-line {
                (mark()) span { "Pencilmark" }
                @if !self.project.is_empty() {
                    small { (self.project) @if !self.place.is_empty() { br; (self.place) } }
                }
            }
        }
    }
}

/// The recordings of the screens that every survey shares, by the name of the screen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Common<'a>(pub Option<&'a Recordings>);

impl Common<'_> {
    /// The address of one.
    pub fn audio(&self, said: &str) -> Option<String> {
        self.0?.get(said).map(Recording::address)
    }
}

/// The wave in the middle of a sentence: "Fox’s *before*".
fn wave_word(wave: Wave) -> Markup {
    html! { strong { (wave.word()) } }
}
