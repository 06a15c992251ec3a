//! The first account, and a link with which somebody chooses a password.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::{Account, Role, Secret, password};
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::html::{Page, page};
use crate::store::{Deed, LogLine, NewAccount, StoreError};

use super::form::{Posted, Reading};
use super::frame::{crumbs, refused, staff_page};
use super::sign_in::{hashed, signed_in, unencrypted};
use super::{App, Error, guard};

/// `/people/first` and `/welcome/{secret}`
pub fn routes() -> Router<App> {
    Router::new().route("/people/first", get(ask_first).post(first)).route("/welcome/{secret}", get(ask).post(choose))
}

/// A new password, typed twice.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    name: String,
    password: String,
    again: String,
}

impl Chosen {
    /// The password, if it is to be taken for somebody of this name.
    ///
    /// # Errors
    /// What is wrong with it, at its field.
    pub fn judged(&self, name: &str) -> Result<&str, Vec<FieldError>> {
        let mut own: Vec<&str> = name.split(['@', '.', ' ', '-']).collect();
        own.push(name);
        if let Err(weak) = password::judge(&self.password, &own) {
            return Err(vec![FieldError::new("password", weak.to_string())]);
        }
        if self.password != self.again {
            return Err(vec![FieldError::new("again", "This is not the same as above. Type it once more.")]);
        }
        Ok(&self.password)
    }
}

/// The two fields of a new password.
pub fn password_fields(errors: &[FieldError]) -> Markup {
    let word = Field::new("password", "Password", Input::Line("password"))
        .hint("Twelve letters or more. Three or four words that do not belong together are easy to keep in mind.")
        .remembered("new-password")
        .required();
    let again =
        Field::new("again", "The same once more", Input::Line("password")).remembered("new-password").required();
    html! { (field(&word, errors)) (field(&again, errors)) }
}

async fn ask_first(State(app): State<App>, parts: Parts) -> Result<Response, Error> {
    if app.has_accounts().await? {
        return Ok(Redirect::to("/people").into_response());
    }
    Ok(first_page(&app, &parts, &Chosen::default(), &[]).await?.into_response())
}

async fn first(State(app): State<App>, parts: Parts, Posted(form): Posted<Chosen>) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let name = reading.needed("name", &form.name, "Say what you sign in with: your name or e-mail address.");
    let judged = form.judged(&name);
    let mut errors = reading.finish(()).err().unwrap_or_default();
    errors.extend(judged.as_ref().err().cloned().unwrap_or_default());
    let (Ok(typed), true) = (judged, errors.is_empty()) else {
        return Ok(refused(first_page(&app, &parts, &form, &errors).await?));
    };
    let password = hashed(&app, typed.to_owned()).await?;
    let new = NewAccount { name, role: Role::Administrator, holdings: Vec::new(), password };
    match app.store().add_first_account(new, app.now_us()).await {
        Ok(account) => signed_in(&app, &parts, account, "/people").await,
        Err(StoreError::Taken) => Ok(Redirect::to("/sign-in").into_response()),
        Err(error) => Err(error.into()),
    }
}

async fn first_page(app: &App, parts: &Parts, form: &Chosen, errors: &[FieldError]) -> Result<Markup, Error> {
    let open = !guard::is_secure(app, parts) && !guard::from_this_machine(app, parts);
    let name = Field::text("name", "Your name or e-mail address")
        .value(form.name.as_str())
        .hint("You sign in with it, and the log of what was done calls you by it.")
        .remembered("username")
        .required();
    let shown = Page::staff(
        "Set up sign-in",
        html! {
            (crumbs(&[("Programmes", "/")]))
            (error_summary(errors))
            h1 { "Set up sign-in" }
            p.lead { "So far whoever is at this machine is the team. From your account on, everybody signs in, here too. Families still do not." }
            @if open { (unencrypted()) }
            form.wide action="/people/first" method="post" novalidate {
                (field(&name, errors))
                (password_fields(errors))
                (button("Make my account"))
            }
            p.small { "You will be an administrator, and can then add others. Keep the password where you keep others: without e-mail there is no other way back than " code { "pencilmark team link" } " on this machine." }
        },
    );
    staff_page(app, shown).await
}

/// Whoever a link was made for, while it stands.
async fn account_of(app: &App, secret: &str) -> Result<(Secret, Account), Error> {
    let secret = Secret::parse(secret).ok_or(Error::NotFound)?;
    let id = app.store().password_link(&secret.digest(), app.now_us()).await?.ok_or(Error::SpentLink)?;
    Ok((secret, app.store().account(id).await?.ok_or(Error::NotFound)?))
}

/// Looking does not use the link up: some programs look at every link in a message.
async fn ask(State(app): State<App>, Path(secret): Path<String>, parts: Parts) -> Result<Markup, Error> {
    let (secret, account) = account_of(&app, &secret).await?;
    Ok(choose_page(&app, &parts, &secret, &account, &[]))
}

async fn choose(
    State(app): State<App>,
    Path(secret): Path<String>,
    parts: Parts,
    Posted(form): Posted<Chosen>,
) -> Result<Response, Error> {
    let (secret, account) = account_of(&app, &secret).await?;
    let typed = match form.judged(&account.name) {
        Ok(typed) => typed.to_owned(),
        Err(errors) => return Ok(refused(choose_page(&app, &parts, &secret, &account, &errors))),
    };
    let password = hashed(&app, typed).await?;
    let deed = Deed { who: account.name.clone(), what: "Chose a password by a link".to_owned(), ..Deed::default() };
    let line = LogLine::of(deed, app.now_us());
    let chosen = line.over(app.store().choose_password(secret.digest(), password, app.now_us())).await?;
    let id = chosen.ok_or(Error::SpentLink)?;
    app.slips().forget(&account.name);
    signed_in(&app, &parts, id, "/").await
}

fn choose_page(app: &App, parts: &Parts, secret: &Secret, account: &Account, errors: &[FieldError]) -> Markup {
    let open = !guard::is_secure(app, parts) && !guard::from_this_machine(app, parts);
    let body = html! {
        (error_summary(errors))
        h1 { "Choose your password" }
        p.lead { "Welcome, " (account.name) ". " (account.role.explained()) "." }
        @if open { (unencrypted()) }
        form action={ "/welcome/" (secret.as_str()) } method="post" novalidate {
            input type="hidden" name="name" value=(account.name) autocomplete="username";
            (password_fields(errors))
            (button("Sign in with it"))
        }
    };
    page(&Page::staff("Choose your password", body).class("entrance"))
}
