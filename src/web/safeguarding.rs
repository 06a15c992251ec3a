//! What families wrote in their own words, for the one person who is named to read it, and for nobody else.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::{Account, Spot};
use crate::export::bundle;
use crate::html::Page;
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::session::Programme;
use crate::store::{Comment, LogLine, Safeguarding, Unread};
use crate::survey::Library;

use super::asking;
use super::form::{Posted, Reading};
use super::frame::{Part, crumbs, programme_page, refused};
use super::place::InProgramme;
use super::reader::{Reader, leads, reader};
use super::reasons::{self, When};
use super::words::{count, day};
use super::{App, Error, why};

/// `/programmes/{programme}/safeguarding…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/programmes/{programme}/safeguarding", get(show).post(name))
        .route("/programmes/{programme}/safeguarding/read", post(mark_read))
}

/// Texts on one page.
const ROWS: i64 = 50;

/// Who is named.
#[derive(Deserialize, Default)]
#[serde(default)]
struct NameForm {
    lead: String,
    contact: String,
}

async fn show(State(app): State<App>, InProgramme(programme): InProgramme) -> Result<Markup, Error> {
    let named = app.store().safeguarding(programme.id).await?.unwrap_or_default();
    let form = NameForm { lead: named.lead.map(|id| id.to_string()).unwrap_or_default(), contact: named.contact };
    shown(&app, &programme, &form, &[]).await
}

async fn name(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<NameForm>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let contact = reading.line("contact", &form.contact);
    let leads = leads(&app, &programme).await?;
    let lead = leads.iter().find(|account| account.id.to_string() == form.lead).map(|account| account.id);
    if lead.is_none() && app.has_accounts().await? {
        reading.wrong("lead", "Choose who reads what families write.");
    }
    match reading.finish(Safeguarding { lead, contact }) {
        Ok(named) => {
            let called = leads.iter().find(|account| Some(account.id) == named.lead);
            let called = called.map_or("whoever is at this machine", |account| &account.name);
            LogLine::remark(format!("{}: {called}", programme.name), "");
            app.store().set_safeguarding(programme.id, named).await?;
            Ok(Redirect::to(&format!("/programmes/{}/safeguarding", programme.id)).into_response())
        }
        Err(errors) => Ok(refused(shown(&app, &programme, &form, &errors).await?)),
    }
}

async fn mark_read(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(posted): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    if !is_lead(&app, programme.id).await? {
        return Err(Error::Bad("Only whoever is named for it reads what families wrote. Nothing was changed."));
    }
    let ids = posted.into_iter().filter(|(name, _)| name == "response").map(|(_, id)| id);
    let ids = ids.filter(|id| crate::response::ResponseId::parse(id).is_ok()).collect();
    app.store().mark_read(programme.id, ids, app.now_us()).await?;
    Ok(Redirect::to(&format!("/programmes/{}/safeguarding", programme.id)).into_response())
}

/// Whether whoever asks is the one who was named. While nobody signs in, whoever is at the machine is.
///
/// # Errors
/// Where the database fails.
pub async fn is_lead(app: &App, programme: i64) -> Result<bool, Error> {
    let Some(named) = app.store().safeguarding(programme).await? else { return Ok(false) };
    Ok(asking::member().is_some_and(|member| member.account == named.lead))
}

async fn shown(app: &App, programme: &Programme, form: &NameForm, errors: &[FieldError]) -> Result<Markup, Error> {
    let leads = leads(app, programme).await?;
    let unread = app.store().unread(programme.id).await?;
    let comments = match is_lead(app, programme.id).await? {
        true => Some(app.store().comments(programme.id, ROWS).await?),
        false => None,
    };
    if comments.as_ref().is_none_or(Vec::is_empty) {
        LogLine::came_to_nothing(); // who saw no text opened none
    }
    let is_due = reasons::of_programme(app, programme.id, When::Reader).await?;
    let why = why::needed_if(is_due, "why-named", errors);
    let page = page(programme, &leads, unread, comments.as_deref(), &app.store().library(), (form, &why), errors);
    programme_page(app, programme, Part::Projects, page).await
}

fn page(
    programme: &Programme,
    leads: &[Account],
    unread: Unread,
    comments: Option<&[Comment]>,
    library: &Library,
    (form, why): (&NameForm, &Markup),
    errors: &[FieldError],
) -> Page {
    let home = format!("/programmes/{}", programme.id);
    let choices = leads.iter().map(|account| (account.id.to_string(), account.name.clone())).collect();
    let lead = Field::new("lead", "Who reads", Input::Radios(choices)).value(form.lead.as_str()).required();
    let contact = Field::text("contact", "Whom a leader turns to on the day")
        .value(form.contact.as_str())
        .hint("A name and a number, as it stands on the page of each session: Sam Hill, 01632 960123. Say 999 where a child is in danger now.");
    Page::staff(
        format!("In their own words – {}", programme.name),
        html! {
            (crumbs(&[("Programmes", "/"), (&programme.name, &home)]))
            (error_summary(errors))
            h1 { "In their own words" }
            p.lead { "A child may write that it is in danger, and nobody is told by a tablet. Somebody you name reads every text, and no link goes to a funder before." }
            @match comments {
                Some(comments) => (to_read(programme, comments, unread, library)),
                None => p { (count(unread.all, "text has", "texts have")) " not been read. Only whoever is named reads them." },
            }
            section aria-labelledby="who" {
                h2 #who { "Who reads, and whom to turn to" }
                form.wide action={ (home) "/safeguarding" } method="post" novalidate {
                    @if leads.is_empty() { p { "Nobody signs in here yet: whoever is at this machine reads." } }
                    @else { (field(&lead, errors)) }
                    (field(&contact, errors))
                    (why)
                    (button("Save"))
                }
            }
        },
    )
}

fn to_read(programme: &Programme, comments: &[Comment], unread: Unread, library: &Library) -> Markup {
    html! {
        section aria-labelledby="unread" {
            h2 #unread { "Not read yet" }
            @if comments.is_empty() { p { "Everything has been read." } }
            @else {
                p { (count(unread.all, "text", "texts")) ". Those with a word of the list come first: " (unread.raised) ". The list helps with the order and finds not everything." }
                form.wide action={ "/programmes/" (programme.id) "/safeguarding/read" } method="post" {
                    @for (index, comment) in comments.iter().enumerate() {
                        section.titled aria-labelledby={ "comment-" (index) } {
                            h3 id={ "comment-" (index) } { (day(&comment.held_on)) ", " (comment.project) @if !comment.place.is_empty() { ", " (comment.place) } }
                            @if comment.raised { p { strong { "Read this first." } } }
                            @for told in bundle::in_own_words(&comment.bytes, library) {
                                p.small { (told.question) }
                                blockquote { (told.answer) }
                            }
                            input type="hidden" name="response" value=(comment.response);
                        }
                    }
                    (button("I have read these"))
                }
            }
        }
    }
}

/// The lead's private note on the programmes' page; nothing for anybody else.
///
/// # Errors
/// Where the database fails.
pub async fn note(app: &App, programme: &Programme) -> Result<Markup, Error> {
    if programme.sample || !is_lead(app, programme.id).await? {
        return Ok(html! {});
    }
    let unread = app.store().unread(programme.id).await?;
    let address = format!("/programmes/{}/safeguarding", programme.id);
    Ok(html! {
        @if unread.all > 0 {
            p.notice role="status" {
                strong { (count(unread.all, "text", "texts")) " to read: " (programme.name) "." }
                @if unread.raised > 0 { " " (count(unread.raised, "needs", "need")) " you soon." }
                " " a href=(address) { "In their own words" }
            }
        }
    })
}

/// Whether texts wait to be read before anything is passed on, and what a page says about it.
pub struct ToRead {
    /// Whether they do.
    pub blocks: bool,
    /// How many, who reads them and where; nothing where all is read.
    pub words: Markup,
}

/// What a page says on which something waits until everything is read.
///
/// # Errors
/// Where the database fails.
pub async fn still_to_read(app: &App, programme: &Programme) -> Result<ToRead, Error> {
    if programme.sample {
        let words = html! {
            p.small { "In the sample nothing waits until it is read: a program made its texts up. In a programme of your own, links for the funder and the report’s sign-off wait until every text has been." }
        };
        return Ok(ToRead { blocks: false, words });
    }
    let Some(unread) = unread_words(app, programme).await? else {
        return Ok(ToRead { blocks: false, words: html! {} });
    };
    let reader = reader(app, programme).await?;
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    let words = html! {
        div.notice role="status" {
            p { strong { (unread) } }
            p {
                @match reader {
                    Reader::Named(name) => { (name) " is named to read them." },
                    Reader::Machine => "Whoever is at this machine reads them.",
                    Reader::Nobody => "Nobody who can sign in is named to read them.",
                }
                @if asking::may("GET", "/programmes/{programme}/safeguarding", Some(&spot)) {
                    " " a href={ "/programmes/" (programme.id) "/safeguarding" } { "In their own words" }
                } @else { " A project manager or an administrator can see to it." }
            }
        }
    };
    Ok(ToRead { blocks: true, words })
}

/// What keeps a programme from being passed on, in words; nothing where all is read.
///
/// # Errors
/// Where the database fails.
pub async fn unread_words(app: &App, programme: &Programme) -> Result<Option<String>, Error> {
    // What has only just arrived is looked at before anything is said of it.
    app.store().settle().await?;
    let unread = if programme.sample { Unread::default() } else { app.store().unread(programme.id).await? };
    Ok((unread.all > 0).then(|| {
        let texts = count(unread.all, "text that a family wrote has", "texts that families wrote have");
        format!("{texts} not been read. Whoever is named under “In their own words” reads them first.")
    }))
}
