//! A child and a grown-up of one family beside each other.

use maud::{Markup, html};

use super::super::charts::{self, Look, Pattern, StackedRow};
use super::super::{Alike, Dyads, Figure, Share, later, number, print};
use super::figures::figure;
use super::{traced, withheld};
use crate::html::partials::{Column, table};

/// What a child and a grown-up of one family said, before and later.
pub(super) fn beside_each_other(dyads: &Dyads) -> Markup {
    let id = format!("pairs-{}", dyads.measure.to_lowercase());
    let afterwards = print::capital(later(dyads.comparison));
    let pairs = dyads.pairs.shown().map_or_else(String::new, |n| format!("{} pairs", number::count(*n)));
    let times = [("Before", &dyads.before), (afterwards.as_str(), &dyads.after)];
    let row = |(label, alike): &(&str, &Figure<Alike>)| {
        let parts = alike.shown().map(|alike| {
            let cells = [&alike.both, &alike.only_adult, &alike.only_child, &alike.neither];
            cells.iter().map(|share| share.percent.value).collect()
        });
        let why = || print::no_change(alike).to_owned();
        let rows = format!("{}:{}* {}:pairs", dyads.id, when(label), dyads.id);
        StackedRow { label: (*label).to_owned(), base: pairs.clone(), parts: parts.ok_or_else(why), rows }
    };
    let rows = times.iter().map(row).collect::<Vec<_>>();
    let look = |colour, hatched, dark| {
        let pattern = if hatched { Pattern::Slanted } else { Pattern::Plain };
        Look { colour, pattern, dark }
    };
    let legend = [
        ("both say regularly", look("#1f5fa8", false, true)),
        ("only the grown-up", look("#7fa5d6", true, false)),
        ("only the child", look("#e8a86b", false, false)),
        ("neither", look("#d9d6cb", false, false)),
    ]
    .map(|(words, look)| (words.to_owned(), look));
    let spoken = times.iter().map(|(label, alike)| match alike.shown() {
        Some(alike) => format!(
            "{label}: both {}, only the grown-up {}, only the child {}, neither {}; the same {}.",
            share(&alike.both),
            share(&alike.only_adult),
            share(&alike.only_child),
            share(&alike.neither),
            print::estimate(&alike.agree)
        ),
        None => format!("{label}: {}.", print::no_change(alike)),
    });
    let chart = charts::stacked(&id, &dyads.finding, &spoken.collect::<Vec<_>>().join(" "), &legend, &rows);
    let columns = [
        Column::words("When"),
        Column::figures("Both regularly"),
        Column::figures("Only the grown-up"),
        Column::figures("Only the child"),
        Column::figures("Neither"),
        Column::figures("The same (95%)"),
        Column::figures("Kappa (95%)"),
    ];
    let cells = times.iter().map(|(label, alike)| {
        let mut cells = vec![html! { (label) }];
        match alike.shown() {
            Some(alike) => {
                let of = |statistic: &str, figure: String| {
                    traced(&dyads.id, &format!("{}_{statistic}", when(label)), figure)
                };
                let counts = [
                    ("both", &alike.both),
                    ("only_adult", &alike.only_adult),
                    ("only_child", &alike.only_child),
                    ("neither", &alike.neither),
                ];
                cells.extend(counts.map(|(statistic, one)| of(statistic, share(one))));
                cells.push(of("agree", print::estimate(&alike.agree)));
                cells.push(match &alike.kappa {
                    Figure::Shown(kappa) => of("kappa", print::estimate(kappa)),
                    _ => withheld("–"),
                });
            }
            None => cells.extend((0..6).map(|_| withheld(print::no_change(alike)))),
        }
        cells
    });
    let numbers = table("A child and a grown-up of one family, pairs", &columns, &cells.collect::<Vec<_>>());
    html! {
        h3 { "Do a child and a grown-up of one family say the same?" }
        @if dyads.pairs.shown().is_none() { @for sentence in &dyads.sentences { p.quiet data-rows=(dyads.id) { (sentence) } } }
        @else {
            @for sentence in &dyads.sentences { p data-rows=(dyads.id) { (sentence) } }
            (figure(&dyads.id, [&dyads.finding, ""], &chart, &numbers))
            p.small data-rows=(dyads.id) { (dyads.note) }
        }
    }
}

/// How the statistics of a time begin.
fn when(label: &str) -> &'static str {
    if label == "Before" { "before" } else { "after" }
}

fn share(share: &Share) -> String {
    print::share(&Figure::Shown(share.clone()))
}
