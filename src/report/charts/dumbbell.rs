//! Before → after on one scale: hollow to solid, with the interval of the change.

use maud::{Markup, html};

use super::{
    Anchor, Drawing, Face, LABEL, SMALL, SOFT, STRONG, WIDTH, bar, f, ink, line, lines_around, n, reason, scale, text,
    text_width, wrap,
};
use crate::report::number::decimals;

/// One line of a dumbbell chart.
#[derive(Debug, Clone)]
pub struct DumbbellRow {
    /// Whom it is about.
    pub label: String,
    /// Below the label: how many.
    pub base: String,
    /// Level before and after, 0 to 100; or why they are not shown.
    pub levels: Result<(f64, f64), String>,
    /// Limits of the change in points, where there are any.
    pub limits: Option<(f64, f64)>,
    /// The change and its interval in words, right of the scale.
    pub change: [String; 2],
    /// A rule above this row sets it apart from those before it.
    pub starts_group: bool,
    /// Which rows of `results.csv` its numbers are.
    pub rows: String,
}

const LABELS: f64 = 210.0;
const CHANGES: f64 = 165.0;
const ROW: f64 = 46.0;
const TALL_ROW: f64 = 60.0;
const TOP: f64 = 58.0;

/// Rows of before → after on a scale from 0 to 100; with the words for the axis, for changes and for *after*.
pub fn dumbbell(
    id: &str,
    title: &str,
    desc: &str,
    [axis, change_heading, later]: [&str; 3],
    rows: &[DumbbellRow],
) -> Markup {
    let (left, right) = (LABELS + 16.0, WIDTH - CHANGES - 20.0);
    let x = |level: f64| left + (right - left) * level.clamp(0.0, 100.0) / 100.0;
    let most = rows.iter().map(|row| lines_of(row).0.len()).max().unwrap_or(0);
    let step = if most > 1 { TALL_ROW + 16.0 * f(most.saturating_sub(3)) } else { ROW };
    let bottom = TOP + step * f(rows.len());
    let drawing = Drawing { id, title, desc, width: WIDTH, height: bottom + 48.0 };
    drawing.around(&html! {
        (legend(left, later))
        (text(right + 20.0, 20.0, Anchor::Start, STRONG, change_heading))
        @for level in [0.0, 25.0, 50.0, 75.0, 100.0] {
            (line(x(level), TOP - 10.0, x(level), bottom, ink::GRID, 1.0))
            (scale(x(level), bottom + 18.0, &n(level)))
        }
        (text(f64::midpoint(left, right), bottom + 40.0, Anchor::Middle, SOFT, axis))
        @for (place, row) in rows.iter().enumerate() {
            @let y = TOP + step * (f(place) + 0.5) + 2.0;
            @if row.starts_group && place > 0 { (line(0.0, y - step / 2.0 - 2.0, WIDTH, y - step / 2.0 - 2.0, ink::BRIDGE, 1.0)) }
            g data-rows=(row.rows) {
                (name(row, y))
                @match &row.levels {
                    Ok((before, after)) => {
                        @if let Some((low, high)) = row.limits { (whisker(x(before + low), x(before + high), y + 12.0)) }
                        (pair(x(*before), x(*after), y))
                        (values((x(*before), *before), (x(*after), *after), y - 11.0))
                        (text(right + 20.0, y - 1.0, Anchor::Start, STRONG, &row.change[0]))
                        (text(right + 20.0, y + 15.0, Anchor::Start, SMALL, &row.change[1]))
                    }
                    Err(why) => (reason(left + 8.0, y + 5.0, why)),
                }
            }
        }
    })
}

/// One before → after in little, for beside a sentence.
pub fn mini_dumbbell(id: &str, title: &str, desc: &str, before: (f64, &str), after: (f64, &str)) -> Markup {
    let (left, right, y) = (12.0, 228.0, 28.0);
    let x = |level: f64| left + (right - left) * level.clamp(0.0, 100.0) / 100.0;
    let rises = before.0 <= after.0;
    let (towards, away, push) =
        if rises { (Anchor::End, Anchor::Start, 5.0) } else { (Anchor::Start, Anchor::End, -5.0) };
    // A level at an end of the scale has its figure within the drawing all the same.
    let beside = |x: f64, anchor: Anchor, words: &str| match anchor {
        Anchor::Start => x.min(238.0 - text_width(words, 16.0)),
        _ => x.max(2.0 + text_width(words, 16.0)),
    };
    let drawing = Drawing { id, title, desc, width: 240.0, height: 56.0 };
    drawing.around(&html! {
        (bar(left, y - 1.5, right - left, 3.0, ink::GRID))
        @for (level, anchor) in [(0.0, "start"), (50.0, "middle"), (100.0, "end")] {
            (line(x(level), y - 6.0, x(level), y + 6.0, ink::BRIDGE, 1.0))
            text.scale x=(n(x(level))) y=(n(y + 25.0)) text-anchor=(anchor) fill=(ink::SOFT) font-size="15" font-weight="400" { (n(level)) }
        }
        (pair(x(before.0), x(after.0), y))
        (text(beside(x(before.0) + push, towards, before.1), y - 12.0, towards, Face { size: 16.0, ..SOFT }, before.1))
        (text(beside(x(after.0) - push, away, after.1), y - 12.0, away, Face { size: 16.0, ..STRONG }, after.1))
    })
}

fn name(row: &DumbbellRow, y: f64) -> Markup {
    let (lines, size) = lines_of(row);
    let below = 14.0 + 6.0 * f(lines.len().min(3).saturating_sub(1)) + 7.2 * f(lines.len().saturating_sub(3));
    html! {
        @if lines.len() > 1 { (lines_around(LABELS, y - 8.0, Anchor::End, Face { size, ..LABEL }, &lines)) }
        @else { (text(LABELS, y - 1.0, Anchor::End, LABEL, &row.label)) }
        (text(LABELS, y + below, Anchor::End, SMALL, &row.base))
    }
}

/// A label in lines, and their size: the largest of three in which it has as many lines as there is room for.
fn lines_of(row: &DumbbellRow) -> (Vec<String>, f64) {
    let sizes = [(14.0, 1), (13.0, 2), (12.0, usize::MAX)];
    let broken = sizes.map(|(size, most)| (wrap(&row.label, LABELS, size), size, most));
    let fits = broken.into_iter().find(|(lines, _, most)| lines.len() <= *most);
    fits.map_or_else(|| (vec![row.label.clone()], 14.0), |(lines, size, _)| (lines, size))
}

fn legend(left: f64, later: &str) -> Markup {
    html! {
        (hollow(left + 7.0, 15.0))
        (text(left + 20.0, 20.0, Anchor::Start, LABEL, "before"))
        (solid(left + 85.0, 15.0))
        (text(left + 98.0, 20.0, Anchor::Start, LABEL, later))
        (whisker(left + 152.0, left + 182.0, 15.0))
        (text(left + 190.0, 20.0, Anchor::Start, LABEL, "95% interval of the change"))
    }
}

fn pair(before: f64, after: f64, y: f64) -> Markup {
    html! {
        (line(before, y, after, y, ink::BRIDGE, 4.0))
        (hollow(before, y))
        (solid(after, y))
    }
}

fn hollow(x: f64, y: f64) -> Markup {
    html! { circle cx=(n(x)) cy=(n(y)) r="6" fill=(ink::CARD) stroke=(ink::SOFT) stroke-width="2.5" {} }
}

fn solid(x: f64, y: f64) -> Markup {
    html! { circle cx=(n(x)) cy=(n(y)) r="7" fill=(ink::TEXT) {} }
}

fn whisker(low: f64, high: f64, y: f64) -> Markup {
    html! {
        (line(low, y, high, y, ink::WHISKER, 2.0))
        (line(low, y - 4.0, low, y + 4.0, ink::WHISKER, 2.0))
        (line(high, y - 4.0, high, y + 4.0, ink::WHISKER, 2.0))
    }
}

/// The two levels above their marks, pushed apart where they would touch.
fn values((before, level_before): (f64, f64), (after, level_after): (f64, f64), y: f64) -> Markup {
    let (first, second) = (decimals(level_before, 0), decimals(level_after, 0));
    let needed = f64::midpoint(text_width(&first, 12.0), text_width(&second, 12.0)) + 6.0;
    let push = ((needed - (after - before).abs()) / 2.0).max(0.0) * if after >= before { 1.0 } else { -1.0 };
    html! {
        (text(before - push, y, Anchor::Middle, SMALL, &first))
        (text(after + push, y, Anchor::Middle, Face { size: 12.0, ..STRONG }, &second))
    }
}
