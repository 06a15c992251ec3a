//! Charts as SVG, drawn on the server from a report's figures: nothing is computed but places.
//!
//! Every chart says its finding in `<title>` and its numbers in `<desc>`, tells before from after by shape
//! as well as colour, and reads in grey. Only presentation attributes are used: the pages' security policy
//! forbids styles inside the markup, and the same text can be set into a document.

mod direction;
mod distribution;
mod dumbbell;
mod flow;
mod forest;
mod histogram;
mod ladder;
mod multiples;
mod stacked;

use maud::{Markup, html};

pub use direction::{DirectionRow, direction};
pub use distribution::{distribution, whole_bars};
pub use dumbbell::{DumbbellRow, dumbbell, mini_dumbbell};
pub use flow::flow;
pub use forest::{ForestRow, forest};
pub use histogram::{HistogramBar, Side, histogram};
pub use ladder::{Rung, ladder};
pub use multiples::{Panel, multiples};
pub use stacked::{Look, StackedRow, stacked};

/// Width of a chart's coordinate system; pages scale it.
const WIDTH: f64 = 880.0;

/// Colours, the same as in `static/staff/tokens.css`; lightness alone tells them apart.
mod ink {
    pub const TEXT: &str = "#1b2f5b";
    pub const SOFT: &str = "#4a587a";
    pub const GRID: &str = "#e4e2da";
    pub const BRIDGE: &str = "#8fa0c2";
    pub const WHISKER: &str = "#c2641a";
    pub const IMPROVED: &str = "#1f5fa8";
    pub const SAME: &str = "#d9d6cb";
    pub const LOWER: &str = "#e0a061";
    pub const CARD: &str = "#ffffff";
    pub const PAPER: &str = "#fffdf7";
}

/// A drawing with its name for those who listen.
struct Drawing<'a> {
    /// Unique on its page.
    id: &'a str,
    title: &'a str,
    desc: &'a str,
    width: f64,
    height: f64,
}

impl Drawing<'_> {
    fn around(&self, inside: &Markup) -> Markup {
        let (title, desc) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        html! {
            svg.chart xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {} {}", n(self.width), n(self.height)))
                width=(n(self.width)) height=(n(self.height)) role="img" aria-labelledby=(format!("{title} {desc}"))
                font-family="Atkinson Hyperlegible Next, Atkinson Hyperlegible, Verdana, sans-serif" font-size="14" {
                title id=(title) { (self.title) }
                desc id=(desc) { (self.desc) }
                (inside)
            }
        }
    }
}

/// A coordinate with at most two decimals.
fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number of lines, rows or letters as a coordinate.
fn f(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
struct Face {
    fill: &'static str,
    size: f64,
    weight: u16,
}

const LABEL: Face = Face { fill: ink::TEXT, size: 14.0, weight: 400 };
const STRONG: Face = Face { fill: ink::TEXT, size: 14.0, weight: 700 };
const SOFT: Face = Face { fill: ink::SOFT, size: 13.0, weight: 400 };
const SMALL: Face = Face { fill: ink::SOFT, size: 12.0, weight: 400 };

/// Text with its baseline at `y`.
fn text(x: f64, y: f64, anchor: Anchor, face: Face, words: &str) -> Markup {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    html! {
        text x=(n(x)) y=(n(y)) text-anchor=(anchor) fill=(face.fill) font-size=(n(face.size)) font-weight=(face.weight) { (words) }
    }
}

/// A mark of a scale, which is no figure.
fn scale(x: f64, y: f64, words: &str) -> Markup {
    html! {
        text.scale x=(n(x)) y=(n(y)) text-anchor="middle" fill=(ink::SOFT) font-size="13" font-weight="400" { (words) }
    }
}

/// Why there is no figure, with a halo that keeps the grid out of the words.
fn reason(x: f64, y: f64, words: &str) -> Markup {
    html! {
        text x=(n(x)) y=(n(y)) fill=(ink::SOFT) font-size="13" stroke=(ink::PAPER) stroke-width="5" paint-order="stroke" { (words) }
    }
}

/// Lines of text around a middle height.
fn lines_around(x: f64, middle: f64, anchor: Anchor, face: Face, lines: &[String]) -> Markup {
    let step = face.size * 1.2;
    let top = middle - step * (f(lines.len()) - 1.0) / 2.0 + face.size * 0.35;
    html! {
        @for (place, words) in lines.iter().enumerate() { (text(x, top + step * f(place), anchor, face, words)) }
    }
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64, stroke: &str, width: f64) -> Markup {
    html! { line x1=(n(x1)) y1=(n(y1)) x2=(n(x2)) y2=(n(y2)) stroke=(stroke) stroke-width=(n(width)) {} }
}

fn bar(x: f64, y: f64, width: f64, height: f64, fill: &str) -> Markup {
    html! {
        rect x=(n(x)) y=(n(y)) width=(n(width.max(0.0))) height=(n(height)) fill=(fill) stroke=(ink::CARD) stroke-width="1" {}
    }
}

/// What runs over a colour, so that it can be told from another of the same lightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Nothing.
    Plain,
    /// Light slanted lines.
    Slanted,
    /// Dark dots.
    Dotted,
    /// Slanted lines of the colour on the ground of the page.
    Outlined,
}

impl Pattern {
    /// What a shape is filled with; `id` is where [`Pattern::define`] put the pattern.
    fn fill(self, id: &str, colour: &str) -> String {
        if self == Pattern::Plain { colour.to_owned() } else { format!("url(#{id})") }
    }

    /// The colour behind a number on it.
    fn ground(self, colour: &'static str) -> &'static str {
        if self == Pattern::Outlined { ink::CARD } else { colour }
    }

    /// The pattern under a name; nothing where there is none.
    fn define(self, id: &str, colour: &str) -> Markup {
        let tile = |turn: Option<&str>, ground: &str, inside: Markup| {
            html! {
                defs {
                    pattern id=(id) width="7" height="7" patternUnits="userSpaceOnUse" patternTransform=[turn] {
                        rect width="7" height="7" fill=(ground) {}
                        (inside)
                    }
                }
            }
        };
        let slant = |stroke: &str, opacity: &str| {
            html! { line x1="0" y1="0" x2="0" y2="7" stroke=(stroke) stroke-width="2" stroke-opacity=(opacity) {} }
        };
        match self {
            Pattern::Plain => html! {},
            Pattern::Slanted => tile(Some("rotate(45)"), colour, slant(ink::CARD, "0.55")),
            Pattern::Outlined => tile(Some("rotate(45)"), ink::CARD, slant(colour, "1")),
            Pattern::Dotted => tile(None, colour, html! { circle cx="3.5" cy="3.5" r="1.3" fill=(ink::TEXT) {} }),
        }
    }
}

/// A pattern of slanted lines.
fn hatch(id: &str, colour: &str) -> Markup {
    Pattern::Slanted.define(id, colour)
}

/// Plain ground for a percentage on hatching.
fn plain(middle: f64, y: f64, colour: &str) -> Markup {
    html! { rect x=(n(middle - 19.0)) y=(n(y - 10.0)) width="38" height="20" rx="3" fill=(colour) {} }
}

/// About how wide a text is: letters are estimated at 0.54 of their size.
fn text_width(words: &str, size: f64) -> f64 {
    f(words.chars().count()) * size * 0.54
}

/// Breaks words into lines of at most about `width`; a single longer word stays whole.
fn wrap(words: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(line, size) + text_width(word, size) + size * 0.54 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_have_two_decimals_at_most() {
        assert_eq!([n(1.0), n(0.333_333), n(12.5), n(120.0)], ["1", "0.33", "12.5", "120"]);
    }

    #[test]
    fn long_names_are_broken_between_words() {
        assert_eq!(wrap("Kitchen Table Careers", 90.0, 14.0), ["Kitchen", "Table", "Careers"]);
        assert_eq!(wrap("Kitchen Table Careers", 130.0, 14.0), ["Kitchen Table", "Careers"]);
    }

    #[test]
    fn a_drawing_is_well_formed_and_named_for_those_who_listen() {
        let drawing = Drawing { id: "c1", title: "A < B", desc: "numbers", width: 10.0, height: 10.0 };
        let text = drawing.around(&line(0.0, 0.0, 1.0, 1.0, ink::TEXT, 1.0)).into_string();
        assert!(text.contains(r#"role="img" aria-labelledby="c1-title c1-desc""#));
        assert!(text.contains("A &lt; B") && text.contains("</line></svg>"));
        assert!(!text.contains("style="));
    }
}
