//! Small multiples: children at each session, one little chart to a project, all on one scale.

use maud::{Markup, html};

use super::{Anchor, Drawing, Face, LABEL, SMALL, STRONG, WIDTH, f, ink, line, n, text, wrap};

/// One project.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Its name.
    pub name: String,
    /// Children at each session in order, and whether there was hot food; or why they are not shown.
    pub sessions: Result<Vec<(i64, bool)>, String>,
    /// The change from the first third to the last, in words; may be empty.
    pub change: String,
    /// Which rows of `results.csv` its numbers are.
    pub rows: String,
}

const ACROSS: usize = 5;
const PANEL: f64 = WIDTH / 5.0;
const TALL: f64 = 150.0;
const GROUND: f64 = 124.0;
const CEILING: f64 = 56.0;
/// Size of a name, and of the step from one of its lines to the next.
const NAME: f64 = 12.5;
const LINE: f64 = 14.0;

/// A chart to a project, five in a row.
pub fn multiples(id: &str, title: &str, desc: &str, panels: &[Panel]) -> Markup {
    let counts = || panels.iter().filter_map(|panel| panel.sessions.as_ref().ok()).flatten();
    let most = counts().map(|(children, _)| *children).max().unwrap_or(0).max(1);
    let has_food = counts().any(|(_, hot)| *hot);
    let legend = if has_food { 26.0 } else { 0.0 };
    let rows = panels.len().div_ceil(ACROSS);
    let name = |panel: &Panel| wrap(&panel.name, PANEL - 16.0, NAME);
    // All are as tall as the longest name needs, so that heights can be compared along a row.
    let lines = panels.iter().map(|panel| name(panel).len()).max().unwrap_or(0);
    let shift = LINE * f(lines.saturating_sub(2));
    let tall = TALL + shift;
    let drawing = Drawing { id, title, desc, width: WIDTH, height: legend + tall * f(rows) };
    let height = |children: i64| {
        let share =
            f64::from(i32::try_from(children).unwrap_or(i32::MAX)) / f64::from(i32::try_from(most).unwrap_or(i32::MAX));
        GROUND - (GROUND - CEILING) * share
    };
    drawing.around(&html! {
        @if has_food {
            (mark(10.0, 12.0, true)) (text(22.0, 17.0, Anchor::Start, LABEL, "with hot food"))
            (mark(140.0, 12.0, false)) (text(152.0, 17.0, Anchor::Start, LABEL, "without, or not noted"))
        }
        @for (place, panel) in panels.iter().enumerate() {
            @let (left, top) = (PANEL * f(place % ACROSS), legend + tall * f(place / ACROSS));
            @for (row, words) in name(panel).iter().enumerate() {
                (text(left + 4.0, top + 14.0 + LINE * f(row), Anchor::Start, Face { size: NAME, ..STRONG }, words))
            }
            g data-rows=(panel.rows) {
                @match &panel.sessions {
                    Ok(sessions) => (line_of(sessions, left, top + shift, &height)),
                    Err(why) => @for (row, words) in wrap(why, PANEL - 20.0, 12.0).iter().enumerate() {
                        (text(left + 4.0, top + shift + 70.0 + LINE * f(row), Anchor::Start, SMALL, words))
                    },
                }
                (text(left + 4.0, top + tall - 8.0, Anchor::Start, SMALL, &panel.change))
            }
        }
    })
}

fn line_of(sessions: &[(i64, bool)], left: f64, top: f64, height: &dyn Fn(i64) -> f64) -> Markup {
    let step = (PANEL - 44.0) / (f(sessions.len()) - 1.0).max(1.0);
    let points: Vec<(f64, f64)> = sessions
        .iter()
        .enumerate()
        .map(|(place, (children, _))| (left + 14.0 + step * f(place), top + height(*children)))
        .collect();
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", n(*x), n(*y))).collect();
    let ends = [0, sessions.len().saturating_sub(1)];
    html! {
        (line(left + 4.0, top + GROUND, left + PANEL - 20.0, top + GROUND, ink::GRID, 1.0))
        polyline points=(path.join(" ")) fill="none" stroke=(ink::BRIDGE) stroke-width="2.5" {}
        @for (place, ((x, y), (children, hot))) in points.iter().zip(sessions).enumerate() {
            (mark(*x, *y, *hot))
            @if ends.contains(&place) { (text(*x, y - 9.0, Anchor::Middle, Face { size: 12.0, ..STRONG }, &children.to_string())) }
        }
    }
}

fn mark(x: f64, y: f64, hot: bool) -> Markup {
    let fill = if hot { ink::WHISKER } else { ink::CARD };
    html! { circle cx=(n(x)) cy=(n(y)) r="4.5" fill=(fill) stroke=(ink::TEXT) stroke-width="1.5" {} }
}
