//! The audit log, to read.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::partials::{Column, table};
use crate::store::AuditEntry;

use super::frame::{crumbs, staff_page};
use super::words::moment;
use super::{App, Error};

/// `GET /audit`
pub fn routes() -> Router<App> {
    Router::new().route("/audit", get(show))
}

/// Rows on a page.
const ROWS: i64 = 100;

/// From where on.
#[derive(Deserialize, Default)]
struct Wanted {
    before: Option<i64>,
}

async fn show(State(app): State<App>, wanted: Result<Query<Wanted>, QueryRejection>) -> Result<Markup, Error> {
    let before = wanted.ok().and_then(|Query(wanted)| wanted.before);
    let rows = app.store().audit(before, ROWS).await?;
    staff_page(&app, log_page(&rows, before.is_some())).await
}

fn log_page(entries: &[AuditEntry], older: bool) -> Page {
    let columns = ["When", "What", "What about", "Who", "Why"].map(Column::words);
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .map(|entry| {
            let deed = &entry.deed;
            vec![
                html! { (moment(entry.at_us)) },
                html! { (deed.what) },
                html! { (deed.about) },
                html! { (deed.who) },
                html! { (deed.reason) },
            ]
        })
        .collect();
    let last = entries.last().map_or(1, |entry| entry.n);
    Page::staff(
        "What was done",
        html! {
            (crumbs(&[("Programmes", "/")]))
            h1 { "What was done" }
            p.lead { "Every change, every sheet of cards and every file that was handed out. No answers, no card codes." }
            @if rows.is_empty() { p { @if older { "Nothing before that." } @else { "Nothing yet." } } }
            @else { (table("The log, newest first", &columns, &rows)) }
            div.row {
                @if last > 1 { a href={ "/audit?before=" (last) } { "Older" } }
                @if older { a href="/audit" { "Newest" } }
            }
            p.small { "Lines are only ever added, and each is bound to the one before it. " code { "pencilmark audit verify" } " says whether any was changed or taken out." }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Deed;

    #[test]
    fn what_stands_in_the_log_cannot_become_markup() {
        let deed = Deed { who: "<b>x".into(), ..Deed::default() };
        let entry = AuditEntry { n: 1, at_us: 0, deed, link: String::new() };
        assert!(log_page(&[entry], false).body.into_string().contains("&lt;b&gt;x"));
    }
}
