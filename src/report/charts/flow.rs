//! How far people came: boxes in a row with who was lost on the way.

use maud::{Markup, html};

use super::{Anchor, Drawing, Face, LABEL, SMALL, WIDTH, f, ink, lines_around, n, text, wrap};
use crate::report::{Flow, Reason, Step, print};

const GAP: f64 = 26.0;
const BOX: f64 = 112.0;

/// Between a box and the first reason below it, from edge to top of letters, and between two reasons.
const AIR: f64 = 10.0;

/// From one line of a reason to the next.
const LINE: f64 = 14.5;

/// How far above the boxes the way goes that passes some of them.
const OVER: f64 = 14.0;

/// Boxes from registration to follow-up, with the rows of `results.csv` of each.
pub fn flow(id: &str, desc: &str, rows: &[String], flow: &Flow) -> Markup {
    let steps = f(flow.steps.len());
    let width = (WIDTH - 2.0 - GAP * (steps - 1.0)) / steps;
    let passes = flow.steps.iter().any(|step| step.from_before);
    let top = if passes { OVER + 4.0 } else { 2.0 };
    let below = flow.steps.iter().map(|step| f(lines_of(step, width).count())).fold(0.0, f64::max);
    let between =
        flow.steps.iter().map(|step| f((step.lost.len() + step.joined.len()).saturating_sub(1))).fold(0.0, f64::max);
    let height = top + BOX + if below > 0.0 { AIR + LINE * below + AIR / 2.0 * between + 6.0 } else { 2.0 };
    let drawing = Drawing { id, title: &flow.finding, desc, width: WIDTH, height };
    let at = |place: usize| 1.0 + f(place) * (width + GAP);
    drawing.around(&html! {
        @for (place, step) in flow.steps.iter().enumerate() {
            @let x = at(place);
            @if step.from_before {
                (way_over(at(BEFORE) + width / 2.0, x + width / 2.0, top))
            } @else if place > 0 {
                (arrow(x - GAP, top + BOX / 2.0))
            }
            g data-rows=(rows[place]) { (step_box(step, x, top, width)) }
            (reasons(step, x, top + BOX + AIR, width, &rows[place]))
        }
    })
}

/// The place of “Answered before” among the steps.
const BEFORE: usize = 2;

/// What is said below a box.
fn reasons(step: &Step, x: f64, top: f64, width: f64, rows: &str) -> Markup {
    let kinds = [("lost", &step.lost), ("joined", &step.joined)];
    let mut y = top;
    let mut drawn = Vec::new();
    for (kind, reasons) in kinds {
        for (place, reason) in reasons.iter().enumerate() {
            let lines = wrapped(kind, reason, width);
            let middle = y + LINE * f(lines.len()) / 2.0;
            drawn.push(html! {
                g data-rows={ (rows) "." (kind) "." (place + 1) } {
                    (lines_around(x + width / 2.0, middle, Anchor::Middle, SMALL, &lines))
                }
            });
            y += LINE * f(lines.len()) + AIR / 2.0;
        }
    }
    html! { @for one in drawn { (one) } }
}

fn lines_of(step: &Step, width: f64) -> impl Iterator<Item = String> {
    let lost = step.lost.iter().flat_map(move |reason| wrapped("lost", reason, width));
    lost.chain(step.joined.iter().flat_map(move |reason| wrapped("joined", reason, width)))
}

/// A reason in lines that stay below its box.
fn wrapped(kind: &str, reason: &Reason, width: f64) -> Vec<String> {
    let sign = if kind == "lost" { "−" } else { "+" };
    wrap(&format!("{sign} {} {}", print::count(&reason.people), reason.words), width + GAP / 2.0, SMALL.size)
}

fn step_box(step: &Step, x: f64, top: f64, width: f64) -> Markup {
    let (fill, stroke, on) =
        if step.is_matched { (ink::TEXT, ink::TEXT, ink::CARD) } else { (ink::CARD, ink::BRIDGE, ink::TEXT) };
    let middle = x + width / 2.0;
    let share = step.of_registered.shown().map_or_else(String::new, |share| format!("{}%", share.percent.whole()));
    html! {
        rect x=(n(x)) y=(n(top)) width=(n(width)) height=(n(BOX)) rx="6" fill=(fill) stroke=(stroke) stroke-width="1.5" {}
        (text(middle, top + 32.0, Anchor::Middle, Face { fill: on, size: 24.0, weight: 750 }, &print::count(&step.people)))
        (text(middle, top + 51.0, Anchor::Middle, Face { fill: on, ..LABEL }, &share))
        (lines_around(middle, top + 82.0, Anchor::Middle, Face { fill: on, size: 13.0, weight: 400 }, &wrap(&step.label, width - 8.0, 13.0)))
    }
}

fn arrow(x: f64, y: f64) -> Markup {
    html! {
        path d=(format!("M{} {}h{}m-7 -5l7 5l-7 5", n(x + 3.0), n(y), n(GAP - 6.0))) fill="none" stroke=(ink::SOFT) stroke-width="2" {}
    }
}

/// The way from a box to one that is counted from it, over those between.
fn way_over(from: f64, to: f64, top: f64) -> Markup {
    let way = format!("M{} {}v{}H{}v{}m-5 -7l5 7l5 -7", n(from), n(top - 1.0), n(-OVER), n(to), n(OVER - 2.0));
    html! { path d=(way) fill="none" stroke=(ink::SOFT) stroke-width="2" {} }
}
