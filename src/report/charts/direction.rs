//! How people moved: improved, same, lower, as bars of 100 %.

use maud::{Markup, html};

use super::{Anchor, Drawing, Face, LABEL, SMALL, SOFT, WIDTH, bar, f, hatch, ink, plain, text, wrap};
use crate::report::{Direction, Figure, Share, Withheld};

/// One bar.
#[derive(Debug, Clone)]
pub struct DirectionRow {
    /// Whom it is about.
    pub label: String,
    /// How many.
    pub base: String,
    /// How they moved, or why it is not shown.
    pub direction: Result<Direction, String>,
    /// Which rows of `results.csv` its numbers are.
    pub rows: String,
}

const LEFT: f64 = 226.0;
const RIGHT: f64 = WIDTH - 10.0;
const BAR: f64 = 26.0;
const ROW: f64 = 42.0;
/// From one line of a label to the next.
const LINE: f64 = 15.0;

/// Bars of 100 %: improved, same, lower.
pub fn direction(id: &str, title: &str, desc: &str, rows: &[DirectionRow]) -> Markup {
    let pattern = format!("{id}-hatch");
    let lower = format!("url(#{pattern})");
    let entries = [
        ("▲ improved", ink::IMPROVED, LEFT),
        ("■ same", ink::SAME, LEFT + 130.0),
        ("▼ lower", lower.as_str(), LEFT + 225.0),
    ];
    let name = |row: &DirectionRow| wrap(&row.label, LEFT - 16.0, 14.0);
    let most = rows.iter().map(|row| name(row).len()).max().unwrap_or(0);
    let step = ROW + LINE * f(most.saturating_sub(1));
    let drawing = Drawing { id, title, desc, width: WIDTH, height: 34.0 + step * f(rows.len()) };
    drawing.around(&html! {
        (hatch(&pattern, ink::LOWER))
        @for (words, fill, x) in entries {
            (bar(x, 4.0, 16.0, 16.0, fill))
            (text(x + 22.0, 17.0, Anchor::Start, LABEL, words))
        }
        @for (place, row) in rows.iter().enumerate() {
            @let (y, lines) = (32.0 + step * f(place), name(row));
            g data-rows=(row.rows) {
                @for (line, words) in lines.iter().enumerate() {
                    (text(LEFT - 16.0, y + 12.0 + LINE * f(line), Anchor::End, LABEL, words))
                }
                (text(LEFT - 16.0, y + 12.0 + LINE * f(lines.len().max(1)), Anchor::End, SMALL, &row.base))
                @match row.direction.as_ref().map_err(String::as_str).and_then(|moved| parts(moved, &lower)) {
                    Ok(parts) => @for part in parts { (part.draw(y)) },
                    Err(why) => (text(LEFT + 8.0, y + 18.0, Anchor::Start, SOFT, why)),
                }
            }
        }
    })
}

/// One part of a bar.
struct Part<'a> {
    share: &'a Share,
    fill: &'a str,
    ink: &'static str,
    start: f64,
}

impl Part<'_> {
    fn draw(&self, y: f64) -> Markup {
        let scale = (RIGHT - LEFT) / 100.0;
        let (x, width) = (LEFT + self.start * scale, self.share.percent.value * scale);
        let middle = x + width / 2.0;
        html! {
            @if width > 0.0 { (bar(x, y, width, BAR, self.fill)) }
            @if self.share.percent.value >= 6.0 {
                @if self.fill.starts_with("url") { (plain(middle, y + BAR / 2.0, ink::LOWER)) }
                (text(middle, y + 18.0, Anchor::Middle, Face { fill: self.ink, size: 14.0, weight: 650 }, &format!("{}%", self.share.percent.whole())))
            }
        }
    }
}

/// The parts in order; `Err` where one is withheld, because the rest would tell it.
fn parts<'a>(moved: &'a Direction, lower: &'a str) -> Result<Vec<Part<'a>>, &'static str> {
    let figures: [(&Figure<Share>, &str, &str); 3] = [
        (&moved.improved, ink::IMPROVED, ink::CARD),
        (&moved.same, ink::SAME, ink::TEXT),
        (&moved.lower, lower, ink::TEXT),
    ];
    let few = |(figure, ..): &(&Figure<Share>, &str, &str)| matches!(figure, Figure::Withheld(Withheld::FewerThanFive));
    let why = if figures.iter().any(few) {
        "withheld: fewer than five moved one way"
    } else {
        "withheld: it would tell of a smaller group"
    };
    let mut start = 0.0;
    let mut parts = Vec::new();
    for (figure, fill, ink) in figures {
        let share = figure.shown().ok_or(why)?;
        parts.push(Part { share, fill, ink, start });
        start += share.percent.value;
    }
    Ok(parts)
}
