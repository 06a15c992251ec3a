//! The steps of a flow as a table: who came how far, and why others did not.

use maud::{Markup, html};

use super::super::{Figure, Flow, Reason, print, wave_words};
use super::{count, traced};
use crate::html::partials::{Column, table};

/// The steps of a flow, and the afters by kind.
pub(super) fn of(flow: &Flow) -> Markup {
    let columns = [Column::words("Step"), Column::figures("People"), Column::figures("Of registered")];
    let step = |label: &str, people: Markup, share: Markup| vec![html! { (label) }, people, share];
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for (place, part) in flow.steps.iter().enumerate() {
        let id = format!("flow.{}.{}", flow.who.code(), place + 1);
        for (kind, sign, reasons) in [("lost", "− ", &part.lost), ("joined", "+ ", &part.joined)] {
            rows.extend((1..).zip(reasons).map(|(nth, one): (i32, &Reason)| {
                let people = traced(&format!("{id}.{kind}.{nth}"), kind, count(&one.people));
                step(&one.words, html! { (sign) (people) }, html! {})
            }));
        }
        let share = part
            .of_registered
            .shown()
            .map_or_else(|| print::not_shown(&part.of_registered), |s| s.percent.text.clone());
        rows.push(step(
            &part.label,
            traced(&id, "people", count(&part.people)),
            traced(&id, "percent_of_registered", share),
        ));
    }
    let kinds = flow.after_by_wave.iter().filter(|(_, n)| *n != Figure::Shown(0));
    rows.extend(kinds.map(|(wave, n)| {
        let id = format!("flow.{}.{}", flow.who.code(), wave.code());
        step(&format!("of the afters: {}", wave_words(*wave)), traced(&id, "people", count(n)), html! {})
    }));
    table(&flow.finding, &columns, &rows)
}
