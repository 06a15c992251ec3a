//! What sessions were about, and how much talk about jobs their leaders heard.

use maud::{Markup, html};

use super::super::charts::{self, HistogramBar, Side};
use super::super::talk::{Noted, Talk};
use super::super::{Report, print};
use super::{figures, traced};
use crate::html::partials::{Column, table};

/// Both, of everyone: a part of a programme has too few sessions.
pub(super) fn talk(report: &Report) -> Markup {
    let Talk { heard, topics, .. } = &report.delivery.talk;
    html! {
        h3 { "Talk about jobs" }
        (noted("heard", heard, ["talk.often", "how much talk about jobs the leader heard"], "sessions_by_talk"))
        h3 { "What sessions were about" }
        (noted("topic", topics, ["talk.topic.*", "what a session was about"], "sessions_by_topic"))
    }
}

/// A chart of sessions over its table; where too few were noted, that in a sentence.
fn noted(key: &str, noted: &Noted, [rows, axis]: [&str; 2], statistic: &str) -> Markup {
    if noted.rows.is_empty() {
        return html! { p.quiet { (noted.finding) } };
    }
    let id = |row: &str| format!("talk.{key}.{row}");
    let bars: Vec<HistogramBar> = noted
        .rows
        .iter()
        .map(|row| HistogramBar {
            label: row.name.clone(),
            share: row
                .sessions
                .shown()
                .map(|share| (share.percent.value, format!("{}%", share.percent.whole())))
                .ok_or_else(|| print::not_shown(&row.sessions)),
            side: Side::Higher,
            rows: id(&row.key),
        })
        .collect();
    let spoken: Vec<String> =
        noted.rows.iter().map(|row| format!("{}: {}.", row.name, print::share(&row.sessions))).collect();
    let chart = charts::histogram(&format!("talk-{key}"), &noted.finding, &spoken.join(" "), axis, &bars);
    let columns = [Column::words(if key == "heard" { "Heard" } else { "Topic" }), Column::figures("Sessions")];
    let lines = noted
        .rows
        .iter()
        .map(|row| vec![html! { (row.name) }, traced(&id(&row.key), statistic, print::share(&row.sessions))]);
    let caption = if key == "heard" { "Sessions by how much talk about jobs was heard" } else { "Sessions by topic" };
    let numbers = table(caption, &columns, &lines.collect::<Vec<_>>());
    figures::figure(rows, [&noted.finding, &noted.base], &chart, &numbers)
}
