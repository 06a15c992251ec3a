//! The team: who is on it, what each may do, and how somebody gets in.

use axum::Router;
use axum::extract::{FromRef, FromRequest, FromRequestParts, RawPathParams, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::account::{Account, Role};
use crate::html::Page;
use crate::html::partials::{Column, Field, FieldError, Input, button, button_link, error_summary, field, table};
use crate::store::{LogLine, NewAccount, StoreError};

use super::altered::{self, from_to};
use super::form::{Posted, Reading, choices};
use super::frame::{crumbs, refused, staff_page};
use super::sign_in::new_secret;
use super::{App, Error, why};

mod given;

use given::Given;

/// `/people…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(list).post(add))
        .route("/people/new", get(blank))
        .route("/people/{person}", get(show).post(change))
        .route("/people/{person}/link", post(link))
        .route("/people/{person}/closure", post(close))
        .route("/people/{person}/reopening", post(reopen))
}

/// How long somebody has to choose a password by a link.
const LINK_US: i64 = 3 * 24 * 3_600 * 1_000_000;

/// The account that `{person}` in the route names.
struct Somebody(Account);

impl<S: Send + Sync> FromRequestParts<S> for Somebody
where
    App: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Somebody, Error> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        let text = params.iter().find(|(name, _)| *name == "person").map(|(_, text)| text.to_owned());
        let id = text.and_then(|text| text.parse().ok()).ok_or(Error::NotFound)?;
        App::from_ref(state).store().account(id).await?.map(Somebody).ok_or(Error::NotFound)
    }
}

/// What was posted: a name, a role, and any number of things given.
#[derive(Debug, Clone, Default)]
struct Typed {
    name: String,
    role: String,
    given: Vec<String>,
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Error;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Typed, Error> {
        let Posted(pairs) = Posted::<Vec<(String, String)>>::from_request(request, state).await?;
        let one = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let given = pairs.iter().filter(|(key, _)| key == "given").map(|(_, value)| value.clone()).collect();
        Ok(Typed { name: one("name").unwrap_or_default(), role: one("role").unwrap_or_default(), given })
    }
}

async fn list(State(app): State<App>) -> Result<Markup, Error> {
    let accounts = app.store().accounts().await?;
    let all = Given::all(&app).await?;
    let columns = [Column::words("Who"), Column::words("Role"), Column::words("For"), Column::words("State")];
    let rows: Vec<Vec<Markup>> = accounts
        .iter()
        .map(|account| {
            vec![
                html! { a href={ "/people/" (account.id) } { (account.name) } },
                html! { (account.role.words()) },
                html! { (all.words(account)) },
                state(account),
            ]
        })
        .collect();
    let shown = Page::staff(
        "The team",
        html! {
            (crumbs(&[("Programmes", "/")]))
            h1 { "The team" }
            @if rows.is_empty() {
                p { "Nobody has an account yet: whoever is at this machine is the team." }
                p { (button_link("Set up sign-in", "/people/first")) }
            } @else {
                (table("Everybody who can sign in, or could", &columns, &rows))
                p { (button_link("Add somebody", "/people/new")) }
            }
        },
    );
    staff_page(&app, shown).await
}

fn state(account: &Account) -> Markup {
    html! {
        @if account.closed_us.is_some() { span.chip { "Off the team" } }
        @else if !account.has_password { span.chip { "Not been in yet" } }
        @else { span.chip.open { "Signs in" @if account.has_second_step { ", in two steps" } } }
    }
}

async fn blank(State(app): State<App>) -> Result<Response, Error> {
    if !app.has_accounts().await? {
        return Ok(Redirect::to("/people/first").into_response());
    }
    let typed = Typed { role: Role::Leader.code().to_owned(), ..Typed::default() };
    Ok(new_page(&app, &typed, &[]).await?.into_response())
}

async fn add(State(app): State<App>, typed: Typed) -> Result<Response, Error> {
    if !app.has_accounts().await? {
        return Ok(Redirect::to("/people/first").into_response());
    }
    let all = Given::all(&app).await?;
    let mut reading = Reading::default();
    let name = reading.needed("name", &typed.name, "Say what they will sign in with: a name or an e-mail address.");
    let (role, holdings) = all.read(&mut reading, &typed.role, &typed.given);
    let new = match reading.finish(NewAccount { name, role, holdings, password: String::new() }) {
        Ok(new) => new,
        Err(errors) => return Ok(refused(new_page(&app, &typed, &errors).await?)),
    };
    remark(&new.name, new.role);
    match app.store().add_account(new, app.now_us()).await {
        Ok(id) => {
            let account = app.store().account(id).await?.ok_or(Error::NotFound)?;
            Ok(link_page(&app, &account).await?.into_response())
        }
        Err(StoreError::Taken) => {
            let errors = [FieldError::new("name", "Somebody has this name already. Choose another.")];
            Ok(refused(new_page(&app, &typed, &errors).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whom the log names.
fn remark(name: &str, role: Role) {
    LogLine::remark(format!("{name}, {}", role.words()), "");
}

async fn show(State(app): State<App>, Somebody(account): Somebody) -> Result<Markup, Error> {
    let typed = Typed { role: account.role.code().to_owned(), given: given::codes(&account), name: String::new() };
    one_page(&app, &account, &typed, &[]).await
}

async fn change(State(app): State<App>, Somebody(account): Somebody, typed: Typed) -> Result<Response, Error> {
    let all = Given::all(&app).await?;
    let mut reading = Reading::default();
    let (role, holdings) = all.read(&mut reading, &typed.role, &typed.given);
    if let Err(errors) = reading.finish(()) {
        return Ok(refused(one_page(&app, &account, &typed, &errors).await?));
    }
    let mut changed: Vec<String> = from_to("role", account.role.words(), role.words()).into_iter().collect();
    if holdings.iter().any(|one| !account.holdings.contains(one)) || holdings.len() != account.holdings.len() {
        changed.push("what they reach".to_owned());
    }
    remark(&account.name, role);
    altered::remark(&account.name, &changed, "");
    match app.store().change_account(account.id, role, holdings).await {
        Err(StoreError::LastAdministrator) => {
            let errors = [FieldError::new("role", "Somebody must be an administrator who can sign in.")];
            Ok(refused(one_page(&app, &account, &typed, &errors).await?))
        }
        changed => {
            changed?;
            Ok(Redirect::to("/people").into_response())
        }
    }
}

async fn link(State(app): State<App>, Somebody(account): Somebody) -> Result<Response, Error> {
    remark(&account.name, account.role);
    Ok(link_page(&app, &account).await?.into_response())
}

async fn close(State(app): State<App>, Somebody(account): Somebody) -> Result<Response, Error> {
    let read = app.store().named_to_read(account.id).await?;
    let beside = if read.is_empty() {
        String::new()
    } else {
        format!("; was named to read what families write: {}", read.join(", "))
    };
    LogLine::remark(format!("{}, {}{beside}", account.name, account.role.words()), "");
    match app.store().close_account(account.id, Some(app.now_us())).await {
        Err(StoreError::LastAdministrator) => {
            Err(Error::Bad("This is the last administrator who can sign in. Make somebody else one first."))
        }
        closed => {
            closed?;
            Ok(Redirect::to("/people").into_response())
        }
    }
}

async fn reopen(State(app): State<App>, Somebody(account): Somebody) -> Result<Response, Error> {
    remark(&account.name, account.role);
    app.store().close_account(account.id, None).await?;
    Ok(Redirect::to("/people").into_response())
}

/// The only page that ever shows a link: what is kept of it opens nothing.
async fn link_page(app: &App, account: &Account) -> Result<Markup, Error> {
    if account.closed_us.is_some() {
        return Err(Error::Bad("They are off the team. Take them back on first."));
    }
    let secret = new_secret()?;
    app.store().add_password_link(secret.digest(), account.id, app.now_us() + LINK_US).await?;
    let shown = Page::staff(
        "A link to hand over",
        html! {
            (crumbs(&[("Programmes", "/"), ("The team", "/people")]))
            h1 { "A link for " (account.name) }
            p.lead { "Give it to them and to nobody else, by a way you trust. With it they choose a password, once, within three days." }
            p.one-line { code { (app.address()) "/welcome/" (secret.as_str()) } }
            p.small { "It is shown this one time. If it is lost, make another: that ends this one." }
            p { (button_link("Back to the team", "/people")) }
        },
    );
    staff_page(app, shown).await
}

async fn new_page(app: &App, typed: &Typed, errors: &[FieldError]) -> Result<Markup, Error> {
    let name = Field::text("name", "Their name or e-mail address")
        .value(typed.name.as_str())
        .hint("They sign in with it, and the log of what was done calls them by it.")
        .required();
    let shown = Page::staff(
        "Add somebody",
        html! {
            (crumbs(&[("Programmes", "/"), ("The team", "/people")]))
            (error_summary(errors))
            h1 { "Add somebody" }
            form.wide action="/people" method="post" novalidate {
                (field(&name, errors))
                (role_fields(app, typed, errors).await?)
                (why::folded("why-added", errors))
                (button("Add them"))
            }
        },
    );
    staff_page(app, shown).await
}

async fn role_fields(app: &App, typed: &Typed, errors: &[FieldError]) -> Result<Markup, Error> {
    let all = Given::all(app).await?;
    let roles = choices(&Role::ALL, Role::code, Role::words);
    let role = Field::new("role", "What they do", Input::Radios(roles)).value(typed.role.as_str()).required();
    Ok(html! {
        (field(&role, errors))
        details.small {
            summary { "What each may do" }
            dl.facts { @for role in Role::ALL { dt { (role.words()) } dd { (role.explained()) } } }
        }
        (all.fields(&typed.given, errors))
    })
}

async fn one_page(app: &App, account: &Account, typed: &Typed, errors: &[FieldError]) -> Result<Markup, Error> {
    let home = format!("/people/{}", account.id);
    let read = app.store().named_to_read(account.id).await?;
    let shown = Page::staff(
        account.name.as_str(),
        html! {
            (crumbs(&[("Programmes", "/"), ("The team", "/people")]))
            (error_summary(errors))
            div.heading { h1 { (account.name) } (state(account)) }
            @if !read.is_empty() {
                p.notice {
                    strong { "Named to read what families write: " (read.join(", ")) ". " }
                    @if account.closed_us.is_some() { "Nobody reads it until somebody else is named there." }
                    @else { "Name somebody else there before you take them off the team or give them less." }
                }
            }
            @if account.closed_us.is_none() {
                form.wide action=(home) method="post" novalidate {
                    (role_fields(app, typed, errors).await?)
                    (why::needed("why-changed", errors))
                    (button("Save"))
                    p.small { "They are signed out, and sign in again with what they may do from now on." }
                }
                section aria-labelledby="link" {
                    h2 #link { "A new password" }
                    p { "For somebody who has forgotten theirs, lost their telephone, or not been in yet." }
                    form action={ (home) "/link" } method="post" { (why::needed("why-link", &[])) button.button.plain type="submit" { "Make a link to hand over" } }
                }
                section aria-labelledby="off" {
                    h2 #off { "Off the team" }
                    p { "They are signed out at once and cannot come in. What they did stays in the log." }
                    form action={ (home) "/closure" } method="post" { (why::needed("why-off", &[])) button.button.danger type="submit" { "Take off the team" } }
                }
            } @else {
                p { "Off the team. What they did stays in the log." }
                form action={ (home) "/reopening" } method="post" { (why::needed("why-back", &[])) button.button.plain type="submit" { "Take back on the team" } }
            }
        },
    );
    staff_page(app, shown).await
}
