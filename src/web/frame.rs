//! The frame of staff pages: where one is, where one can go, and whether the data are made up.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::account::Spot;
use crate::html::partials::{FieldError, button, error_summary};
use crate::html::{Nav, Page, Viewer, page};
use crate::session::{Programme, Project};

use super::asking::{self, may};
use super::words::count;
use super::{App, Error};

/// The parts of a programme that its navigation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its projects, their sessions and cards.
    Projects,
    /// The evaluator's page.
    Report,
    /// The funder's page.
    Funder,
    /// Files to work with elsewhere.
    Downloads,
}

/// The navigation of a programme's pages; a practice has no others.
pub fn programme_nav(programme: &Programme, here: Part) -> Vec<Nav> {
    if programme.practice_of.is_some() {
        return Vec::new();
    }
    let home = format!("/programmes/{}", programme.id);
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    [
        ("Projects", "", Part::Projects),
        ("What changed", "/report", Part::Report),
        ("For the funder", "/funder", Part::Funder),
        ("Downloads", "/downloads", Part::Downloads),
    ]
    .into_iter()
    .filter(|(_, path, _)| may("GET", &format!("/programmes/{{programme}}{path}"), Some(&spot)))
    .map(|(label, path, part)| Nav::new(label, format!("{home}{path}"), part == here))
    .collect()
}

/// A page of a programme, with its navigation and the ribbon it needs.
///
/// # Errors
/// Where the database fails.
pub async fn programme_page(app: &App, programme: &Programme, here: Part, shown: Page) -> Result<Markup, Error> {
    let mut shown = shown.nav(programme_nav(programme, here)).made_up(programme.made_up());
    let above = match here {
        Part::Projects => left_behind(app).await?,
        _ => not_yet_counted(app.store().unjudged().await?),
    };
    shown.body = html! { (above) (shown.body) };
    staff_page(app, shown).await
}

/// Where the address has changed and tablets held answers under the one before.
///
/// # Errors
/// Where the database fails.
pub async fn left_behind(app: &App) -> Result<Markup, Error> {
    let Some(moved) = app.moved_from() else { return Ok(html! {}) };
    let tablets = app.store().tablets_silent_since(moved.since_us).await?;
    Ok(html! {
        @if tablets > 0 {
            div.notice role="status" {
                p { strong { (count(tablets, "tablet holds", "tablets hold")) " answers under this machine’s address of last time, " (moved.from) "." } }
                p { "Its address is now " (app.address()) ", and a tablet keeps what it holds for each address apart. "
                    "Either give this machine the old address again, and they send by themselves; or open the old address on the tablet, "
                    "hold the corner, choose “Save to a file”, and " a href="/rescue" { "take the file in" } "." }
            }
        }
    })
}

/// Figures that are about to change say so: answers that have just arrived, or all of them while
/// `pencilmark rebuild` works them out again.
fn not_yet_counted(waiting: i64) -> Markup {
    html! {
        @if waiting > 0 {
            p.notice role="status" {
                (count(waiting, "answer has", "answers have")) " arrived and not been worked in yet. The figures below are without them: load the page again in a moment."
            }
        }
    }
}

/// A staff page; the ribbon says where there are sample data beside what it shows.
///
/// # Errors
/// Where the database fails.
pub async fn staff_page(app: &App, shown: Page) -> Result<Markup, Error> {
    let loaded = app.store().programmes().await?.iter().any(|programme| programme.sample);
    Ok(page(&shown.beside_sample(loaded).viewer(viewer())))
}

/// Whoever of the team asks, and what they are offered on every page.
fn viewer() -> Viewer {
    let Some(member) = asking::member() else { return Viewer::default() };
    let foot = [("A family’s rights", "/rights"), ("What was done", "/audit"), ("The team", "/people")];
    let mut foot: Vec<_> = foot.into_iter().filter(|(_, path)| may("GET", path, None)).collect();
    if member.account.is_none() {
        foot.retain(|(_, path)| *path != "/people");
        foot.push(("Set up sign-in", "/people/first"));
    }
    Viewer { name: member.account.map(|_| member.name), foot }
}

/// The pages above a project's own, and its own. Above a practice stands the project that people practise for.
pub fn way_up<'a>(programme: &'a Programme, project: &'a Project) -> Vec<(&'a str, String)> {
    let mut way = vec![("Programmes", "/".to_owned())];
    if programme.practice_of.is_none() {
        way.push((&programme.name, format!("/programmes/{}", programme.id)));
    }
    way.push((&project.name, format!("/projects/{}", programme.practice_of.unwrap_or(project.id))));
    way
}

/// The way back up, as [`way_up`] gives it.
pub fn crumbs_up(way: &[(&str, String)]) -> Markup {
    crumbs(&way.iter().map(|(label, href)| (*label, href.as_str())).collect::<Vec<_>>())
}

/// The way back up: (label, address) of every page above this one.
pub fn crumbs(above: &[(&str, &str)]) -> Markup {
    html! {
        nav.crumbs aria-label="Where you are" {
            ol { @for (label, href) in above { li { a href=(href) { (label) } } } }
        }
    }
}

/// A form on a page of its own, the same whether it is new or was refused.
pub struct FormPage<'a> {
    /// What the page is called.
    pub title: &'a str,
    /// The pages above it.
    pub above: &'a [(&'a str, &'a str)],
    /// Where the form is sent.
    pub action: &'a str,
    /// What its button says.
    pub button: &'a str,
    /// What was wrong with it, if it was sent before.
    pub errors: &'a [FieldError],
    /// Its fields, drawn with those errors.
    pub fields: Markup,
}

impl FormPage<'_> {
    /// The page as a value. Fields are judged by the server alone, so that every browser, and every
    /// screen reader, is told the same.
    pub fn page(self) -> Page {
        let title = if self.errors.is_empty() { self.title.to_owned() } else { format!("Mend this: {}", self.title) };
        Page::staff(
            title,
            html! {
                (crumbs(self.above))
                (error_summary(self.errors))
                h1 { (self.title) }
                form.wide action=(self.action) method="post" novalidate {
                    (self.fields)
                    (button(self.button))
                }
            },
        )
    }
}

/// A refused form: the same page, with the status that says so.
pub fn refused(page: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_without_the_newest_answers_say_so_and_others_say_nothing() {
        assert_eq!(not_yet_counted(0).into_string(), "");
        assert!(not_yet_counted(1).into_string().contains("1 answer has arrived"));
        assert!(not_yet_counted(1_200).into_string().contains("1,200 answers have arrived"));
    }
}
