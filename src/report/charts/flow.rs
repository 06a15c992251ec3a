//! How far people came: boxes in a row with who was lost on the way.

use maud::{Markup, html};

use super::{Anchor, Drawing, Face, LABEL, SMALL, WIDTH, f, ink, lines_around, n, text, wrap};
use crate::report::{Flow, Step, print};

const GAP: f64 = 26.0;
const BOX: f64 = 112.0;

/// Boxes from registration to follow-up, with the rows of `results.csv` of each.
pub fn flow(id: &str, desc: &str, rows: &[String], flow: &Flow) -> Markup {
    let steps = f(flow.steps.len());
    let width = (WIDTH - 2.0 - GAP * (steps - 1.0)) / steps;
    let below = flow.steps.iter().map(|step| step.lost.len()).max().unwrap_or(0);
    let height = 4.0 + BOX + if below > 0 { 10.0 + 34.0 * f(below) } else { 2.0 };
    let drawing = Drawing { id, title: &flow.finding, desc, width: WIDTH, height };
    drawing.around(&html! {
        @for (place, step) in flow.steps.iter().enumerate() {
            @let x = 1.0 + f(place) * (width + GAP);
            @if place > 0 { (arrow(x - GAP, 2.0 + BOX / 2.0)) }
            g data-rows=(rows[place]) { (step_box(step, x, width)) }
            @for (row, (why, lost)) in step.lost.iter().enumerate() {
                @let words = format!("− {} {why}", print::count(lost));
                g data-rows={ (rows[place]) ".lost." (row + 1) } {
                    (lines_around(x + width / 2.0, BOX + 24.0 + 34.0 * f(row), Anchor::Middle, SMALL, &wrap(&words, width + GAP, 12.0)))
                }
            }
        }
    })
}

fn step_box(step: &Step, x: f64, width: f64) -> Markup {
    let (fill, stroke, on) =
        if step.is_matched { (ink::TEXT, ink::TEXT, ink::CARD) } else { (ink::CARD, ink::BRIDGE, ink::TEXT) };
    let middle = x + width / 2.0;
    let share = step.of_registered.shown().map_or_else(String::new, |share| format!("{}%", share.percent.whole()));
    html! {
        rect x=(n(x)) y="2" width=(n(width)) height=(n(BOX)) rx="6" fill=(fill) stroke=(stroke) stroke-width="1.5" {}
        (text(middle, 34.0, Anchor::Middle, Face { fill: on, size: 24.0, weight: 750 }, &print::count(&step.people)))
        (text(middle, 53.0, Anchor::Middle, Face { fill: on, ..LABEL }, &share))
        (lines_around(middle, 84.0, Anchor::Middle, Face { fill: on, size: 13.0, weight: 400 }, &wrap(&step.label, width - 8.0, 13.0)))
    }
}

fn arrow(x: f64, y: f64) -> Markup {
    html! {
        path d=(format!("M{} {}h{}m-7 -5l7 5l-7 5", n(x + 3.0), n(y), n(GAP - 6.0))) fill="none" stroke=(ink::SOFT) stroke-width="2" {}
    }
}
