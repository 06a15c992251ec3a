//! A histogram: how many people stand in each of a row of ranges, with a line where there is no change.

use maud::{Markup, html};

use super::{Anchor, Drawing, LABEL, SMALL, SOFT, STRONG, WIDTH, bar, f, hatch, ink, line, lines_around, text, wrap};

/// One range.
#[derive(Debug, Clone)]
pub struct HistogramBar {
    /// The range, below the bar.
    pub label: String,
    /// Its share in percent and what is printed over it; or what is printed in its place.
    pub share: Result<(f64, String), String>,
    /// Which side of no change it lies on.
    pub side: Side,
    /// Which rows of `results.csv` its numbers are.
    pub rows: String,
}

/// Which side of no change a range lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Below it.
    Lower,
    /// On it.
    Same,
    /// Above it, or there is no such line.
    Higher,
}

const TALL: f64 = 170.0;
const TOP: f64 = 44.0;

/// The range below a bar: the ends of a class, which are no figures.
fn ranges(x: f64, y: f64, lines: &[String]) -> Markup {
    html! { g.scale { (lines_around(x, y, Anchor::Middle, super::Face { size: 12.0, ..LABEL }, lines)) } }
}

/// Bars from left to right, with a line between the lower and the higher.
pub fn histogram(id: &str, title: &str, desc: &str, axis: &str, bars: &[HistogramBar]) -> Markup {
    let pattern = format!("{id}-hatch");
    let lower = format!("url(#{pattern})");
    let (left, right) = (20.0, WIDTH - 20.0);
    let step = (right - left) / f(bars.len()).max(1.0);
    let tallest = bars.iter().filter_map(|one| one.share.as_ref().ok()).map(|(share, _)| *share).fold(1.0, f64::max);
    let bottom = TOP + TALL;
    let x = |place: usize| left + step * f(place);
    let same = bars.iter().position(|one| one.side == Side::Same);
    let drawing = Drawing { id, title, desc, width: WIDTH, height: bottom + 62.0 };
    drawing.around(&html! {
        (hatch(&pattern, ink::LOWER))
        @if let Some(same) = same {
            @let middle = x(same) + step / 2.0;
            (line(middle, TOP - 22.0, middle, bottom, ink::TEXT, 2.0))
            (text(middle - 10.0, TOP - 18.0, Anchor::End, SOFT, "◂ lower"))
            (text(middle + 10.0, TOP - 18.0, Anchor::Start, SOFT, "higher ▸"))
        }
        @for (place, one) in bars.iter().enumerate() {
            @let middle = x(place) + step / 2.0;
            g data-rows=(one.rows) { @match &one.share {
                Ok((share, words)) => {
                    @let height = TALL * share / tallest;
                    @let fill = match one.side { Side::Lower => lower.as_str(), Side::Same => ink::SAME, Side::Higher => ink::IMPROVED };
                    (bar(x(place) + step * 0.08, bottom - height, step * 0.84, height, fill))
                    rect x=(super::n(middle - 16.0)) y=(super::n(bottom - height - 19.0)) width="32" height="16" fill=(ink::PAPER) {}
                    (text(middle, bottom - height - 6.0, Anchor::Middle, STRONG, words))
                }
                Err(why) => (text(middle, bottom - 8.0, Anchor::Middle, SMALL, why)),
            } }
            (ranges(middle, bottom + 18.0, &wrap(&one.label, step, 12.0)))
        }
        (line(left, bottom, right, bottom, ink::TEXT, 1.0))
        (text(f64::midpoint(left, right), bottom + 54.0, Anchor::Middle, SOFT, axis))
    })
}
