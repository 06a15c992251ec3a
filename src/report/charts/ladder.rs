//! The steps of the standards of evidence, and how far up these data stand.

use maud::{Markup, html};

use super::{Anchor, Drawing, Face, LABEL, STRONG, WIDTH, bar, f, ink, line, text, wrap};

/// One step.
#[derive(Debug, Clone)]
pub struct Rung {
    /// What it takes.
    pub words: String,
    /// Whether the data stand on it or above.
    pub reached: bool,
    /// What stands beside it; empty where nothing does.
    pub mark: String,
}

const ROW: f64 = 34.0;
const STEP_IN: f64 = 22.0;
const WORDS: f64 = 560.0;

/// Steps from the highest, at the top, to the first.
pub fn ladder(id: &str, title: &str, desc: &str, rungs: &[Rung]) -> Markup {
    let drawing = Drawing { id, title, desc, width: WIDTH, height: 12.0 + ROW * f(rungs.len()) };
    drawing.around(&html! {
        @for (place, rung) in rungs.iter().enumerate() {
            @let level = rungs.len() - place;
            @let (x, y) = (10.0 + STEP_IN * f(level - 1), 6.0 + ROW * f(place));
            @let (fill, face) = if rung.reached { (ink::IMPROVED, ink::CARD) } else { (ink::GRID, ink::TEXT) };
            (bar(x, y, 34.0, ROW - 6.0, fill))
            g.scale { (text(x + 17.0, y + 19.0, Anchor::Middle, Face { fill: face, ..STRONG }, &level.to_string())) }
            @for (row, words) in wrap(&rung.words, WORDS, 13.0).iter().enumerate() {
                (text(x + 46.0, y + 19.0 + 14.0 * f(row), Anchor::Start, Face { size: 13.0, ..LABEL }, words))
            }
            @if !rung.mark.is_empty() {
                (text(WIDTH - 10.0, y + 19.0, Anchor::End, STRONG, &format!("◂ {}", rung.mark)))
                (line(x, y + ROW - 4.0, WIDTH - 10.0, y + ROW - 4.0, ink::BRIDGE, 1.0))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_up_and_those_that_are_reached_are_dark() {
        let rung = |reached, mark: &str| Rung { words: "so much".to_owned(), reached, mark: mark.to_owned() };
        let drawn = ladder("l", "t", "d", &[rung(false, ""), rung(true, "this report"), rung(true, "")]).into_string();
        assert_eq!(drawn.matches(ink::IMPROVED).count(), 2, "{drawn}");
        assert!(drawn.contains("◂ this report"));
        // The third step stands highest and furthest in.
        assert!(drawn.find(">3<") < drawn.find(">2<") && drawn.contains("x=\"54\" y=\"6\""), "{drawn}");
    }
}
