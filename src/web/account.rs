//! Somebody's own account: their password, their second step, where they are signed in.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::{Account, SecondStep, SignIn};
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::html::{Page, qr};
use crate::store::Credentials;

use super::form::Posted;
use super::frame::{crumbs, refused, staff_page};
use super::sign_in::{WRONG_PASSWORD, hashed, is_right, note_failure, now_s, one_more_try, wait_words};
use super::welcome::{Chosen, password_fields};
use super::words::moment;
use super::{App, Error, asking};

/// `/account…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(show))
        .route("/account/password", post(change_password))
        .route("/account/second-step", get(offer).post(turn_on))
        .route("/account/second-step/removal", post(turn_off))
        .route("/account/sign-ins/end", post(end_others))
}

/// Whoever asks, with what they sign in with.
async fn own(app: &App) -> Result<(Account, Credentials), Error> {
    let id = asking::member().and_then(|member| member.account).ok_or(Error::NotFound)?;
    let account = app.store().account(id).await?.ok_or(Error::NotFound)?;
    Ok((account, app.store().credentials_of(id).await?.ok_or(Error::NotFound)?))
}

#[derive(Deserialize)]
struct Current {
    #[serde(default)]
    current: String,
}

#[derive(Deserialize)]
struct Changed {
    #[serde(flatten)]
    current: Current,
    #[serde(flatten)]
    chosen: Chosen,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TurnedOn {
    key: String,
    digits: String,
    current: String,
}

async fn show(State(app): State<App>, _parts: Parts) -> Result<Response, Error> {
    if asking::member().is_some_and(|member| member.account.is_none()) {
        return Ok(Redirect::to("/people/first").into_response());
    }
    Ok(own_page(&app, &[]).await?.into_response())
}

async fn change_password(State(app): State<App>, Posted(form): Posted<Changed>) -> Result<Response, Error> {
    let (account, found) = own(&app).await?;
    let typed = match form.chosen.judged(&account.name) {
        Ok(typed) => typed.to_owned(),
        Err(errors) => return Ok(refused(own_page(&app, &errors).await?)),
    };
    if let Err((status, why)) = typed_again(&app, &account, &found, form.current.current).await? {
        return Ok((status, own_page(&app, &[FieldError::new("current", why)]).await?).into_response());
    }
    let password = hashed(&app, typed).await?;
    app.store().set_password(account.id, password, asking::sign_in().unwrap_or_default()).await?;
    Ok(Redirect::to("/account").into_response())
}

/// Whether somebody who has signed in knows the password, too: a screen may have been left open, or a cookie read. Each
/// time is a try, as at the door. Where not, what to say.
async fn typed_again(
    app: &App,
    account: &Account,
    found: &Credentials,
    typed: String,
) -> Result<Result<(), (StatusCode, String)>, Error> {
    if let Some(wait) = one_more_try(app, &account.name) {
        return Ok(Err((StatusCode::TOO_MANY_REQUESTS, wait_words(wait))));
    }
    if !is_right(app, Some(found), typed).await? {
        note_failure(app, account.id, WRONG_PASSWORD).await?;
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, "This is not your password.".to_owned())));
    }
    app.slips().forget(&account.name);
    Ok(Ok(()))
}

async fn end_others(State(app): State<App>) -> Result<Redirect, Error> {
    let (account, _) = own(&app).await?;
    app.store().sign_out_everywhere(account.id, asking::sign_in().unwrap_or_default()).await?;
    Ok(Redirect::to("/account"))
}

async fn offer(State(app): State<App>) -> Result<Response, Error> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes)?;
    let (account, _) = own(&app).await?;
    if account.has_second_step {
        return Ok(Redirect::to("/account").into_response());
    }
    Ok(second_step_page(&app, &account, &SecondStep::from_bytes(bytes), &[]).await?.into_response())
}

/// The key is kept only once the telephone has shown that it has it, and in the place of no other.
async fn turn_on(State(app): State<App>, Posted(form): Posted<TurnedOn>) -> Result<Response, Error> {
    let (account, found) = own(&app).await?;
    if account.has_second_step {
        return Err(ONE_STANDS);
    }
    let key = SecondStep::parse(&form.key).ok_or(Error::Bad("The form did not arrive whole. Begin again."))?;
    if let Err((status, why)) = typed_again(&app, &account, &found, form.current).await? {
        let errors = [FieldError::new("current", why)];
        return Ok((status, second_step_page(&app, &account, &key, &errors).await?).into_response());
    }
    let Some(step) = key.check(&form.digits, now_s(&app)) else {
        let errors = [FieldError::new("digits", "These are not the digits of now. Type those your telephone shows.")];
        return Ok(refused(second_step_page(&app, &account, &key, &errors).await?));
    };
    let here = asking::sign_in().unwrap_or_default();
    if !app.store().turn_second_step_on(account.id, key.as_str().to_owned(), step, here).await? {
        return Err(ONE_STANDS);
    }
    Ok(Redirect::to("/account").into_response())
}

const ONE_STANDS: Error = Error::Bad("You have a second step already. Turn it off first: this one was not taken.");

async fn turn_off(State(app): State<App>, Posted(form): Posted<Current>) -> Result<Response, Error> {
    let (account, found) = own(&app).await?;
    if let Err((status, why)) = typed_again(&app, &account, &found, form.current).await? {
        return Ok((status, own_page(&app, &[FieldError::new("current-2", why)]).await?).into_response());
    }
    app.store().turn_second_step_off(account.id, asking::sign_in().unwrap_or_default()).await?;
    Ok(Redirect::to("/account").into_response())
}

async fn own_page(app: &App, errors: &[FieldError]) -> Result<Markup, Error> {
    let (account, _) = own(app).await?;
    let sign_ins = app.store().sign_ins(account.id).await?;
    let here = asking::sign_in().unwrap_or_default();
    let current =
        Field::new("current", "Your password now", Input::Line("password")).remembered("current-password").required();
    let shown = Page::staff(
        "Your account",
        html! {
            (crumbs(&[("Programmes", "/")]))
            (error_summary(errors))
            h1 { (account.name) }
            p.lead { (account.role.words()) ". " (account.role.explained()) "." }
            section aria-labelledby="new-password" {
                h2 #new-password { "Another password" }
                form.wide action="/account/password" method="post" novalidate {
                    (field(&current, errors))
                    (password_fields(errors))
                    button.button.plain type="submit" { "Change it" }
                }
            }
            section aria-labelledby="second-step" { h2 #second-step { "A second step" } (second_step_part(&account, errors)) }
            section aria-labelledby="sign-ins" {
                h2 #sign-ins { "Where you are signed in" }
                ul { @for one in &sign_ins { li { (sign_in_words(one, &here)) } } }
                @if sign_ins.len() > 1 {
                    form action="/account/sign-ins/end" method="post" {
                        button.button.plain type="submit" { "Sign out everywhere else" }
                    }
                }
                p.small { "A sign-in ends two hours after it was last used, and twelve hours after it began." }
            }
        },
    );
    staff_page(app, shown).await
}

fn second_step_part(account: &Account, errors: &[FieldError]) -> Markup {
    let current =
        Field::new("current", "Your password", Input::Line("password")).remembered("current-password").required();
    html! {
        @if account.has_second_step {
            p { "You sign in with your password and six digits from your telephone." }
            details open[errors.iter().any(|error| error.field == "current-2")] {
                summary { "Turn it off" }
                form.wide action="/account/second-step/removal" method="post" novalidate {
                    (field(&current.named("current-2", "current"), errors))
                    button.button.plain type="submit" { "Turn it off" }
                }
            }
        } @else {
            p { "Six digits from a telephone, besides your password. Worth it for whoever may see answers." }
            p { a href="/account/second-step" { "Turn it on" } }
        }
    }
}

fn sign_in_words(one: &SignIn, here: &str) -> Markup {
    html! {
        (one.browser) ", since " (moment(one.begun_us))
        @if one.digest == here { " " span.chip.open { "here" } } @else { ", last used " (moment(one.used_us)) }
    }
}

async fn second_step_page(
    app: &App,
    account: &Account,
    key: &SecondStep,
    errors: &[FieldError],
) -> Result<Markup, Error> {
    let current =
        Field::new("current", "Your password", Input::Line("password")).remembered("current-password").required();
    let digits = Field::text("digits", "The six digits it shows now")
        .remembered("one-time-code")
        .keyboard("numeric")
        .width("narrow")
        .required();
    let grouped: Vec<String> =
        key.as_str().as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let shown = Page::staff(
        "A second step",
        html! {
            (crumbs(&[("Programmes", "/"), ("Your account", "/account")]))
            (error_summary(errors))
            h1 { "A second step" }
            ol.how {
                li { "Open an authenticator on your telephone: FreeOTP, Aegis, Google Authenticator or any other." }
                li { "Let it look at the picture, or type the key below it." }
                li { "Type the six digits it shows." }
            }
            div.second-step {
                div.code-picture { (qr(&key.address(&account.name))) }
                p.one-line { code { (grouped.join(" ")) } }
            }
            form.wide action="/account/second-step" method="post" novalidate {
                input type="hidden" name="key" value=(key.as_str());
                (field(&digits, errors))
                (field(&current, errors))
                (button("Turn it on"))
            }
        },
    );
    staff_page(app, shown).await
}
