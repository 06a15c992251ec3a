//! Pictures that travel inside the document, each once, however often it is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use maud::{Markup, PreEscaped, html};

use crate::person::Animal;

use super::assets;

/// The pictures one page shows: call [`Pictures::show`] where they stand, and put
/// [`Pictures::sheet`] on the page once, after everything that shows one.
#[derive(Debug, Default)]
pub struct Pictures {
    used: BTreeSet<&'static str>,
}

impl Pictures {
    /// Shows `static/pictures/NAME.svg`, for example `scale/thumb-3`. It is decoration: the words
    /// beside it carry the meaning, so a screen reader passes over it. An unknown name shows nothing.
    pub fn show(&mut self, name: &str) -> Markup {
        let Some((&name, _)) = drawings().get_key_value(name) else { return html! {} };
        self.used.insert(name);
        html! { svg.picture viewBox="0 0 32 32" aria-hidden="true" focusable="false" { use href={ "#" (anchor(name)) } {} } }
    }

    /// Shows a job's tile picture; a toolbox for a job that has none.
    pub fn job(&mut self, id: &str) -> Markup {
        let own = format!("jobs/{id}");
        self.show(if has(&own) { &own } else { "jobs/other" })
    }

    /// Shows the picture of a person on a family card.
    pub fn animal(&mut self, animal: Animal) -> Markup {
        self.show(&format!("people/{}", animal.code()))
    }

    /// The drawings themselves, out of sight.
    pub fn sheet(&self) -> Markup {
        html! {
            svg.sheet width="0" height="0" aria-hidden="true" focusable="false" {
                @for (name, drawing) in drawings().iter().filter(|(name, _)| self.used.contains(*name)) {
                    symbol id=(anchor(name)) viewBox="0 0 32 32" { (PreEscaped(drawing)) }
                }
            }
        }
    }
}

/// Whether there is a picture with this name.
pub fn has(name: &str) -> bool {
    drawings().contains_key(name)
}

fn anchor(name: &str) -> String {
    format!("p-{}", name.replace('/', "-"))
}

/// What stands between `<svg …>` and `</svg>` in each file, by name without folder and ending.
/// These files are ours and compiled in: nothing a person typed is ever among them.
fn drawings() -> &'static BTreeMap<&'static str, String> {
    static DRAWINGS: OnceLock<BTreeMap<&'static str, String>> = OnceLock::new();
    DRAWINGS.get_or_init(|| {
        assets::names()
            .filter_map(|file| {
                let name = file.strip_prefix("pictures/")?.strip_suffix(".svg")?.to_owned();
                let text = String::from_utf8(assets::get(&file)?.bytes.into_owned()).ok()?;
                let inner = text.trim().split_once('>')?.1.strip_suffix("</svg>")?;
                Some((&*Box::leak(name.into_boxed_str()), inner.to_owned()))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shown_twice_travels_once() {
        let mut pictures = Pictures::default();
        let shown = html! { (pictures.job("vet")) (pictures.job("vet")) }.into_string();
        assert_eq!(shown.matches("#p-jobs-vet").count(), 2);
        assert_eq!(pictures.sheet().into_string().matches("<symbol").count(), 1);
    }

    #[test]
    fn a_job_without_a_picture_gets_the_toolbox() {
        assert!(Pictures::default().job("lion_tamer").into_string().contains("#p-jobs-other"));
    }

    #[test]
    fn every_person_of_a_card_has_a_picture() {
        for animal in Animal::ALL {
            assert!(has(&format!("people/{}", animal.code())), "{}", animal.name());
        }
    }

    #[test]
    fn every_picture_stands_alone_on_the_same_field() {
        for (name, drawing) in drawings() {
            let file = assets::get(&format!("pictures/{name}.svg")).expect("it was just listed");
            let text = String::from_utf8(file.bytes.into_owned()).expect("a picture is text");
            assert!(text.contains(r#"viewBox="0 0 32 32""#), "{name} has another field");
            for forbidden in ["id=", "style=", "<style", "<script", "url(", "href", "<text"] {
                assert!(!drawing.contains(forbidden), "{name} holds {forbidden}");
            }
            assert!(drawing.len() < 3_000, "{name} is {} bytes", drawing.len());
        }
        assert!(drawings().len() >= 60);
    }
}
