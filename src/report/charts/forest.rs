//! Changes with their intervals around a line of no change.

use maud::{Markup, html};

use super::{
    Anchor, Drawing, Face, LABEL, SMALL, SOFT, STRONG, WIDTH, f, ink, line, lines_around, n, scale, text, wrap,
};

/// One line of a forest chart.
#[derive(Debug, Clone)]
pub struct ForestRow {
    /// Which result.
    pub label: String,
    /// How many people.
    pub base: String,
    /// The change in points and its limits, where there are any; or why it is not shown.
    pub change: Result<(f64, Option<(f64, f64)>), String>,
    /// The change and its interval in words, right of the scale.
    pub words: [String; 2],
    /// Which rows of `results.csv` its numbers are.
    pub rows: String,
}

const LABELS: f64 = 270.0;
const CHANGES: f64 = 165.0;
const ROW: f64 = 46.0;
const TOP: f64 = 34.0;

/// Rows of changes on one scale, with the line of no change.
pub fn forest(id: &str, title: &str, desc: &str, rows: &[ForestRow]) -> Markup {
    let (left, right) = (LABELS + 16.0, WIDTH - CHANGES - 20.0);
    let shown = rows.iter().filter_map(|row| row.change.as_ref().ok());
    let ends =
        shown.flat_map(|(change, limits)| [*change, limits.map_or(*change, |l| l.0), limits.map_or(*change, |l| l.1)]);
    let (low, high) = ends.fold((0.0_f64, 10.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    let step = if high - low > 60.0 { 20.0 } else { 10.0 };
    let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
    let x = |points: f64| left + (right - left) * (points - low) / (high - low);
    let ticks = std::iter::successors(Some(low), |tick| Some(tick + step)).take_while(|tick| *tick <= high);
    let most_lines = rows.iter().map(|row| wrap(&row.label, LABELS, 13.0).len()).max().unwrap_or(1);
    let step_down = ROW + 16.0 * f(most_lines.saturating_sub(2));
    let bottom = TOP + step_down * f(rows.len());
    let drawing = Drawing { id, title, desc, width: WIDTH, height: bottom + 48.0 };
    drawing.around(&html! {
        (text(x(0.0), 20.0, Anchor::Middle, SMALL, "no change"))
        (text(right + 20.0, 20.0, Anchor::Start, STRONG, "change in points"))
        @for tick in ticks {
            (line(x(tick), TOP - 6.0, x(tick), bottom, ink::GRID, 1.0))
            (scale(x(tick), bottom + 18.0, &n(tick).replace('-', "−")))
        }
        (line(x(0.0), TOP - 8.0, x(0.0), bottom + 4.0, ink::TEXT, 2.0))
        (text(f64::midpoint(left, right), bottom + 40.0, Anchor::Middle, SOFT, "points of 100, or percentage points; the bar is the 95% interval"))
        @for (place, row) in rows.iter().enumerate() {
            @let y = TOP + step_down * (f(place) + 0.5);
            @let lines = wrap(&row.label, LABELS, 13.0);
            g data-rows=(row.rows) {
                (lines_around(LABELS, y - 7.0, Anchor::End, Face { size: 13.0, ..LABEL }, &lines))
                (text(LABELS, y + 20.0 + 8.0 * f(lines.len().saturating_sub(2)), Anchor::End, SMALL, &row.base))
                @match &row.change {
                    Ok((change, limits)) => {
                        @if let Some((low, high)) = limits { (whisker(x(*low), x(*high), y)) }
                        rect x=(n(x(*change) - 6.0)) y=(n(y - 6.0)) width="12" height="12" fill=(ink::TEXT) {}
                        (text(right + 20.0, y - 1.0, Anchor::Start, STRONG, &row.words[0]))
                        (text(right + 20.0, y + 15.0, Anchor::Start, SMALL, &row.words[1]))
                    }
                    Err(why) => (text(right + 20.0, y + 4.0, Anchor::Start, SMALL, why)),
                }
            }
        }
    })
}

fn whisker(low: f64, high: f64, y: f64) -> Markup {
    html! {
        (line(low, y, high, y, ink::WHISKER, 3.0))
        (line(low, y - 6.0, low, y + 6.0, ink::WHISKER, 2.0))
        (line(high, y - 6.0, high, y + 6.0, ink::WHISKER, 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(change: Result<(f64, Option<(f64, f64)>), String>) -> ForestRow {
        ForestRow {
            label: "Skills".to_owned(),
            base: "n 40".to_owned(),
            change,
            words: ["+5.0".to_owned(), String::new()],
            rows: String::new(),
        }
    }

    #[test]
    fn an_interval_below_nought_stands_left_of_the_line_of_no_change() {
        let drawn = forest("f", "t", "d", &[row(Ok((-8.0, Some((-14.0, -2.0)))))]).into_string();
        // From −20 to 10 over 409 units that begin at 286: nought lies at 558.67, −14 at 367.8, −2 at 531.4.
        for place in ["x1=\"558.67\"", "x1=\"367.8\"", "x2=\"531.4\"", ">−20<"] {
            assert!(drawn.contains(place), "{place}: {drawn}");
        }
    }

    #[test]
    fn what_is_withheld_has_its_reason_and_no_mark() {
        let drawn = forest("f", "t", "d", &[row(Err("too few to say".to_owned()))]).into_string();
        assert!(drawn.contains("too few to say") && !drawn.contains("<rect"));
    }
}
