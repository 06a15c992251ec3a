//! The audit log, to read.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::partials::{Column, table};
use crate::store::{AuditEntry, Store, StoreError};

use super::frame::{crumbs, staff_page};
use super::words::{moment, weekday};
use super::{App, Error, reasons};

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
    let mut called = Called::default();
    for entry in &rows {
        called.look_up(app.store(), &entry.deed.about).await?;
    }
    staff_page(&app, log_page(&rows, &called, before.is_some())).await
}

/// What the addresses in the log are called today. The log keeps addresses, which stay as they are when a project is
/// given another name.
#[derive(Default)]
struct Called(BTreeMap<String, String>);

impl Called {
    async fn look_up(&mut self, store: &Store, about: &str) -> Result<(), StoreError> {
        for address in about.split(' ').filter_map(address_in) {
            if !self.0.contains_key(address) {
                let name = name_of(store, address).await?;
                self.0.insert(address.to_owned(), name);
            }
        }
        Ok(())
    }

    /// A text of the log with names in the place of addresses.
    fn in_words(&self, about: &str) -> String {
        let word = |word: &str| match address_in(word) {
            Some(address) => {
                let name = self.0.get(address).map(String::as_str).unwrap_or_default();
                format!("{name}{}", if name.is_empty() { "" } else { &word[address.len()..] })
            }
            None => word.to_owned(),
        };
        let words: Vec<String> = about.split(' ').map(word).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

/// The address that a word of the log is, without what follows it.
fn address_in(word: &str) -> Option<&str> {
    word.starts_with('/').then(|| word.trim_end_matches([':', ',', ';', '.']))
}

/// What stands at an address; empty where the deed says it all.
async fn name_of(store: &Store, address: &str) -> Result<String, StoreError> {
    let mut parts = address.split('/').skip(1);
    let (Some(first), Some(which)) = (parts.next(), parts.next()) else { return Ok(String::new()) };
    let number = which.parse::<i64>();
    Ok(match (first, number) {
        ("sessions", _) => match store.session(which).await? {
            Some(at) => format!("{}, {}", at.project.name, weekday(&at.session.held_on)),
            None => "a session that is gone".to_owned(),
        },
        ("projects", Ok(id)) => match store.project(id).await? {
            Some(project) => project.name,
            None => "a project that is gone".to_owned(),
        },
        ("programmes", Ok(id)) => match store.programme(id).await? {
            Some(programme) => programme.name,
            None => "a programme that is gone".to_owned(),
        },
        _ => String::new(),
    })
}

fn log_page(entries: &[AuditEntry], called: &Called, older: bool) -> Page {
    let columns = ["When", "What", "What about", "Who", "Why"].map(Column::words);
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .map(|entry| {
            let deed = &entry.deed;
            vec![
                html! { (moment(entry.at_us)) },
                html! { (deed.what) },
                html! { (called.in_words(&deed.about)) },
                html! { (deed.who) },
                html! { @if deed.reason.is_empty() { span.quiet { (reasons::in_words(&deed.what)) } } @else { (deed.reason) } },
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
    fn an_address_in_the_log_is_read_as_a_name() {
        let named = [("/sessions/abcd2346/notes", "Job Trail, Sunday 22 November 2026"), ("/projects/1", "Job Trail")];
        let called = Called([("/rescue", "")].into_iter().chain(named).map(|(a, b)| (a.into(), b.into())).collect());
        for (about, words) in [
            ("/sessions/abcd2346/notes", "Job Trail, Sunday 22 November 2026"),
            ("Red tablet, /sessions/abcd2346/notes", "Red tablet, Job Trail, Sunday 22 November 2026"),
            ("/projects/1: children to reach 80 → 90", "Job Trail: children to reach 80 → 90"),
            ("/rescue", ""),
            ("Bea, Administrator", "Bea, Administrator"),
        ] {
            assert_eq!(called.in_words(about), words);
        }
    }

    #[test]
    fn what_stands_in_the_log_cannot_become_markup() {
        let deed = Deed { who: "<b>x".into(), ..Deed::default() };
        let entry = AuditEntry { n: 1, at_us: 0, deed, link: String::new() };
        assert!(log_page(&[entry], &Called::default(), false).body.into_string().contains("&lt;b&gt;x"));
    }
}
