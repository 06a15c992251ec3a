//! Bars of 100 %, side by side from nought: how a whole divides, row by row.

use maud::{Markup, html};

use super::{
    Anchor, Drawing, Face, LABEL, Pattern, SMALL, STRONG, WIDTH, bar, f, ink, line, n, plain, text, text_width,
};
use crate::report::number;

/// How a part looks.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Its colour.
    pub colour: &'static str,
    /// What runs over it, for those who see no colour.
    pub pattern: Pattern,
    /// Whether words on it are light.
    pub dark: bool,
}

/// A row of parts.
#[derive(Debug, Clone)]
pub struct StackedRow {
    /// What it is of, left of it.
    pub label: String,
    /// How many, below that.
    pub base: String,
    /// Percent of each part, in the order of the legend, or why they are not shown.
    pub parts: Result<Vec<f64>, String>,
    /// Which rows of `results.csv` its numbers are.
    pub rows: String,
}

const LEFT: f64 = 96.0;
const RIGHT: f64 = WIDTH - 20.0;
const BAR: f64 = 34.0;
const STEP: f64 = BAR + 14.0;

/// Rows of parts on one scale from 0 to 100 %.
pub fn stacked(id: &str, title: &str, desc: &str, legend: &[(String, Look)], rows: &[StackedRow]) -> Markup {
    let entries: Vec<&str> = legend.iter().map(|(words, _)| words.as_str()).collect();
    let lines = lines_of(&entries, LEFT);
    let top = 16.0 + 24.0 * f(lines.len());
    let bottom = top + STEP * f(rows.len());
    let scale = (RIGHT - LEFT) / 100.0;
    let fill = |place: usize| legend[place].1.pattern.fill(&format!("{id}-hatch-{place}"), legend[place].1.colour);
    let drawing = Drawing { id, title, desc, width: WIDTH, height: bottom + 26.0 };
    drawing.around(&html! {
        @for (place, (_, look)) in legend.iter().enumerate() {
            (look.pattern.define(&format!("{id}-hatch-{place}"), look.colour))
        }
        @for (row, entries) in lines.iter().enumerate() {
            @for &(place, x) in entries {
                @let y = 4.0 + 24.0 * f(row);
                (bar(x, y, 16.0, 16.0, &fill(place)))
                (text(x + 22.0, y + 13.0, Anchor::Start, LABEL, &legend[place].0))
            }
        }
        @for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
            (line(LEFT + percent * scale, top - 6.0, LEFT + percent * scale, bottom - 4.0, ink::GRID, 1.0))
            (super::scale(LEFT + percent * scale, bottom + 14.0, &format!("{}%", n(percent))))
        }
        @for (place, row) in rows.iter().enumerate() {
            @let y = top + STEP * f(place);
            g data-rows=(row.rows) {
                (text(LEFT - 10.0, y + 15.0, Anchor::End, STRONG, &row.label))
                (text(LEFT - 10.0, y + 30.0, Anchor::End, SMALL, &row.base))
                @match &row.parts {
                    Ok(parts) => @for (which, (start, percent)) in starts(parts).into_iter().enumerate() {
                        (part(LEFT + start * scale, y, percent, percent * scale, &fill(which), legend[which].1))
                    },
                    Err(why) => (super::reason(LEFT + 8.0, y + 21.0, why)),
                }
            }
        }
    })
}

fn part(x: f64, y: f64, percent: f64, width: f64, fill: &str, look: Look) -> Markup {
    let ink = if look.dark { ink::CARD } else { ink::TEXT };
    html! {
        @if width > 0.0 { (bar(x, y, width, BAR, fill)) }
        @if percent >= 6.0 {
            @let middle = x + width / 2.0;
            @if look.pattern != Pattern::Plain { (plain(middle, y + BAR / 2.0, look.pattern.ground(look.colour))) }
            (text(middle, y + BAR / 2.0 + 5.0, Anchor::Middle, Face { fill: ink, size: 14.0, weight: 650 }, &format!("{}%", number::decimals(percent, 0))))
        }
    }
}

/// Where each part begins, with its size.
fn starts(parts: &[f64]) -> Vec<(f64, f64)> {
    let mut start = 0.0;
    let each = parts.iter().map(|&percent| {
        start += percent;
        (start - percent, percent)
    });
    each.collect()
}

/// Which entries stand on each line of a legend, and where.
pub(super) fn lines_of(entries: &[&str], left: f64) -> Vec<Vec<(usize, f64)>> {
    let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new()];
    let mut x = left;
    for (place, words) in entries.iter().enumerate() {
        let width = 22.0 + text_width(words, 14.0) + 18.0;
        if x + width > WIDTH && x > left {
            rows.push(Vec::new());
            x = left;
        }
        if let Some(row) = rows.last_mut() {
            row.push((place, x));
        }
        x += width;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { colour: "#d9d6cb", pattern: Pattern::Plain, dark: false };

    #[test]
    fn parts_follow_one_another_and_small_ones_have_no_words() {
        let legend = ["yes", "maybe", "no"].map(|words| (words.to_owned(), PLAIN));
        let row = StackedRow {
            label: "Before".to_owned(),
            base: String::new(),
            parts: Ok(vec![50.0, 5.0, 45.0]),
            rows: String::new(),
        };
        let drawn = stacked("s", "t", "d", &legend, &[row]).into_string();
        // 764 units from 96: the second part begins at half of them, the third at 55 of 100.
        for place in ["x=\"96\"", "x=\"478\"", "x=\"516.2\"", ">50%<", ">45%<"] {
            assert!(drawn.contains(place), "{place}: {drawn}");
        }
        assert!(!drawn.contains(">5%<"), "{drawn}");
    }

    #[test]
    fn a_row_that_is_withheld_says_why_and_has_no_part() {
        let row = StackedRow {
            label: "Before".to_owned(),
            base: String::new(),
            parts: Err("withheld".to_owned()),
            rows: String::new(),
        };
        let drawn = stacked("s", "t", "d", &[("yes".to_owned(), PLAIN)], &[row]).into_string();
        assert!(drawn.contains("withheld") && drawn.matches("<rect").count() == 1, "the legend alone: {drawn}");
    }
}
