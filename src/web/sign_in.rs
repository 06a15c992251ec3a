//! Signing in: a name and a password, then six digits where somebody wants a second step; and signing out.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::{SecondStep, Secret, SignIn, password};
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::html::{Page, page};
use crate::store::{Credentials, Deed, LogLine};

use super::form::Posted;
use super::words::count;
use super::{App, Error, asking, doors, guard};

/// `/sign-in…` and `/sign-out`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-in/second-step", get(ask_second).post(second_step))
        .route("/sign-out", post(sign_out))
}

/// Where somebody was going.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Going {
    next: String,
}

impl Going {
    /// One of our own pages, else the first.
    fn to(&self) -> &str {
        if doors::is_page(&self.next) { &self.next } else { "/" }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInForm {
    name: String,
    password: String,
    #[serde(flatten)]
    going: Going,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct DigitsForm {
    digits: String,
    #[serde(flatten)]
    going: Going,
}

async fn ask(State(app): State<App>, Query(going): Query<Going>, parts: Parts) -> Result<Response, Error> {
    if !app.has_accounts().await? {
        return Ok(Redirect::to("/").into_response());
    }
    Ok(ask_page(&app, &parts, "", &going, &[]).into_response())
}

async fn sign_in(State(app): State<App>, parts: Parts, Posted(form): Posted<SignInForm>) -> Result<Response, Error> {
    let refuse = |status: StatusCode, why: String| {
        let errors = [FieldError::new("name", why)];
        (status, ask_page(&app, &parts, &form.name, &form.going, &errors)).into_response()
    };
    // Noted before it is looked at, so that many tries at once are not free; a right one forgets it.
    if let Some(wait) = one_more_try(&app, &form.name) {
        return Ok(refuse(StatusCode::TOO_MANY_REQUESTS, wait_words(wait)));
    }
    let found = app.store().credentials(&form.name).await?;
    if !is_right(&app, found.as_ref(), form.password.clone()).await? {
        if let Some(found) = found {
            note_wrong_password(&app, found.account);
        }
        return Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, WRONG.to_owned()));
    }
    let Some(found) = found else { return Err(Error::NotFound) };
    if SecondStep::parse(&found.second_step).is_some() {
        let secret = begin(&app, &parts, found.account, None).await?;
        let next = format!("/sign-in/second-step?next={}", form.going.to());
        return Ok(guard::with_sign_in(&app, &parts, Some(&secret), Redirect::to(&next).into_response()));
    }
    app.slips().forget(&form.name);
    signed_in(&app, &parts, found.account, form.going.to()).await
}

const WRONG: &str = "The name or the password is not right. Look at both and try again.";

/// How long to wait, for whoever has to.
pub fn wait_words(wait_us: i64) -> String {
    let seconds = wait_us / 1_000_000 + 1;
    let time =
        if seconds < 90 { count(seconds, "second", "seconds") } else { format!("{} minutes", (seconds + 59) / 60) };
    format!("Too many wrong tries. Wait {time}, then try again. An administrator can give you a new password.")
}

/// Microseconds this name has to wait, or nothing, and then this is one more try.
pub fn one_more_try(app: &App, name: &str) -> Option<i64> {
    let (now_us, mut slips) = (app.now_us(), app.slips());
    let wait = slips.wait_us(name, now_us);
    if wait.is_none() {
        slips.note(name, now_us);
    }
    wait
}

/// Whether a password is right. A name that nobody has takes as long as one that somebody has.
///
/// # Errors
/// Where too many are waiting for the same.
pub async fn is_right(app: &App, found: Option<&Credentials>, typed: String) -> Result<bool, Error> {
    let known = found.map(|found| found.password.clone()).filter(|hash| !hash.is_empty());
    let is_known = known.is_some();
    let hash = known.unwrap_or_else(|| NOBODYS.to_owned());
    let _turn = app.hashing().acquire().await.map_err(|_| Error::NotFound)?;
    let fits = tokio::task::spawn_blocking(move || password::matches(&typed, &hash));
    Ok(fits.await.map_err(|_| Error::Bad("That could not be worked out. Try again."))? && is_known)
}

/// The hash of a password nobody knows, at the cost of all others.
const NOBODYS: &str =
    "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A hashed password.
///
/// # Errors
/// Where there is no randomness or no memory.
pub async fn hashed(app: &App, typed: String) -> Result<String, Error> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt)?;
    let _turn = app.hashing().acquire().await.map_err(|_| Error::NotFound)?;
    let made = tokio::task::spawn_blocking(move || password::hash(&typed, salt)).await;
    made.ok().and_then(Result::ok).ok_or(Error::Bad("That could not be worked out. Try again."))
}

/// What the log says of a wrong password, wherever it was typed.
pub const WRONG_PASSWORD: &str = "Gave a wrong password";

/// What the log says of wrong digits.
pub const WRONG_DIGITS: &str = "Gave wrong digits";

/// Writes down what somebody gave that was wrong, in a line of its own: what it was given for is not done.
///
/// # Errors
/// Where the database fails.
pub async fn note_failure(app: &App, account: i64, what: &str) -> Result<(), Error> {
    let who = app.store().account(account).await?.map(|account| account.name).unwrap_or_default();
    let line = LogLine::of(Deed { who, what: what.to_owned(), ..Deed::default() }, app.now_us());
    Ok(line.over(app.store().write_line()).await?)
}

/// Writes down that somebody gave a wrong password for a name of the team, beside the answer: for a name that nobody has
/// no line is written, and whoever waited for one would hear by the clock which names there are.
fn note_wrong_password(app: &App, account: i64) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = note_failure(&app, account, WRONG_PASSWORD).await {
            tracing::error!(?error, "a wrong password could not be written down");
        }
    });
}

/// Begins a sign-in under a new secret, half-way or, with a line in the log, whole. What the browser had before ends.
async fn begin(app: &App, parts: &Parts, account: i64, line: Option<LogLine>) -> Result<Secret, Error> {
    if let Some(old) = guard::secret_of(app, parts) {
        app.store().end_sign_in(old.digest()).await?;
    }
    let secret = new_secret()?;
    let now_us = app.now_us();
    let browser = parts.headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let sign_in = SignIn {
        digest: secret.digest(),
        account,
        half_way: line.is_none(),
        begun_us: now_us,
        used_us: now_us,
        browser: browser_words(browser),
    };
    let beginning = app.store().begin_sign_in(sign_in);
    match line {
        Some(line) => line.over(beginning).await?,
        None => beginning.await?,
    }
    Ok(secret)
}

/// A new secret.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn new_secret() -> Result<Secret, Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Secret::from_bytes(bytes))
}

/// `Firefox on Linux`, so that somebody knows their own again; nothing finer is kept.
fn browser_words(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)], otherwise| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map_or(otherwise, |(_, words)| *words)
    };
    let browsers = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "a Mac"),
        ("Linux", "Linux"),
    ];
    format!("{} on {}", first(&browsers, "A browser"), first(&systems, "another system"))
}

/// Signs somebody in for good, and leads them on.
///
/// # Errors
/// Where the database fails.
pub async fn signed_in(app: &App, parts: &Parts, account: i64, next: &str) -> Result<Response, Error> {
    let who = app.store().account(account).await?.map(|account| account.name).unwrap_or_default();
    let line = LogLine::of(Deed { who, what: "Signed in".to_owned(), ..Deed::default() }, app.now_us());
    let secret = begin(app, parts, account, Some(line)).await?;
    Ok(guard::with_sign_in(app, parts, Some(&secret), Redirect::to(next).into_response()))
}

async fn ask_second(State(app): State<App>, Query(going): Query<Going>, parts: Parts) -> Result<Response, Error> {
    match half_way(&app, &parts).await? {
        Some(_) => Ok(second_page(&going, &[]).into_response()),
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

async fn second_step(
    State(app): State<App>,
    parts: Parts,
    Posted(form): Posted<DigitsForm>,
) -> Result<Response, Error> {
    let Some(account) = half_way(&app, &parts).await? else { return Ok(Redirect::to("/sign-in").into_response()) };
    let name = app.store().account(account).await?.map(|account| account.name).unwrap_or_default();
    let refuse = |status: StatusCode, why: String| {
        (status, second_page(&form.going, &[FieldError::new("digits", why)])).into_response()
    };
    if let Some(wait) = one_more_try(&app, &name) {
        return Ok(refuse(StatusCode::TOO_MANY_REQUESTS, wait_words(wait)));
    }
    if !uses_up(&app, account, &form.digits).await? {
        note_failure(&app, account, WRONG_DIGITS).await?;
        return Ok(refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "These are not the digits of now. Type those that your telephone shows; each counts once.".to_owned(),
        ));
    }
    app.slips().forget(&name);
    signed_in(&app, &parts, account, form.going.to()).await
}

/// Whether digits are right for an account, and were not used before.
async fn uses_up(app: &App, account: i64, digits: &str) -> Result<bool, Error> {
    let key = app.store().credentials_of(account).await?.and_then(|found| SecondStep::parse(&found.second_step));
    match key.and_then(|key| key.check(digits, now_s(app))) {
        Some(step) => Ok(app.store().use_second_step(account, step).await?),
        None => Ok(false),
    }
}

/// Seconds since 1970, as the second step counts.
pub fn now_s(app: &App) -> u64 {
    u64::try_from(app.now_us() / 1_000_000).unwrap_or(0)
}

/// Whose password was right a moment ago.
async fn half_way(app: &App, parts: &Parts) -> Result<Option<i64>, Error> {
    let Some(secret) = guard::secret_of(app, parts) else { return Ok(None) };
    Ok(guard::standing(app, &secret).await?.filter(|found| found.half_way).map(|found| found.account))
}

async fn sign_out(State(app): State<App>, parts: Parts) -> Result<Response, Error> {
    if let Some(digest) = asking::sign_in() {
        app.store().end_sign_in(digest).await?;
    }
    Ok(guard::with_sign_in(&app, &parts, None, Redirect::to("/sign-in").into_response()))
}

fn ask_page(app: &App, parts: &Parts, name: &str, going: &Going, errors: &[FieldError]) -> Markup {
    let open = !guard::is_secure(app, parts) && !guard::from_this_machine(app, parts);
    let name = Field::text("name", "Name or e-mail address").value(name).remembered("username").required();
    let word = Field::new("password", "Password", Input::Line("password")).remembered("current-password").required();
    let body = html! {
        (error_summary(errors))
        h1 { "Sign in" }
        p.lead { "For the team. Families do not sign in: they need their card and nothing else." }
        @if open { (unencrypted()) }
        form action="/sign-in" method="post" novalidate {
            (field(&name, errors))
            (field(&word, &[]))
            @if going.to() != "/" { input type="hidden" name="next" value=(going.to()); }
            (button("Sign in"))
        }
        p.small { "Forgotten? An administrator can give you a link for a new password." }
    };
    page(&Page::staff("Sign in", body).class("entrance"))
}

/// Said wherever a password is typed that somebody on the way could read.
pub fn unencrypted() -> Markup {
    html! {
        p.notice {
            strong { "This connection is not encrypted. " }
            "Whoever listens in this network can read your password and see what you see. Sign in on the machine that runs Pencilmark, or over https."
        }
    }
}

fn second_page(going: &Going, errors: &[FieldError]) -> Markup {
    let digits = Field::text("digits", "The six digits on your telephone")
        .remembered("one-time-code")
        .keyboard("numeric")
        .width("narrow")
        .required();
    let body = html! {
        (error_summary(errors))
        h1 { "One more step" }
        form action="/sign-in/second-step" method="post" novalidate {
            (field(&digits, errors))
            @if going.to() != "/" { input type="hidden" name="next" value=(going.to()); }
            (button("Go on"))
        }
        p.small { "Telephone lost? An administrator can take the second step away with a link for a new password." }
    };
    page(&Page::staff("One more step", body).class("entrance"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_nobody_has_costs_as_much_as_any() {
        let real = password::hash("gull-tractor-sock", [7; 16]).expect("memory");
        let cost = |hash: &str| hash.split('$').nth(3).map(str::to_owned);
        assert_eq!(cost(NOBODYS), cost(&real));
        assert!(!password::matches("", NOBODYS));
    }

    #[test]
    fn a_browser_is_known_again_without_its_whole_name() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";
        assert_eq!(browser_words(chrome), "Chrome on Linux");
        assert_eq!(browser_words("curl/8"), "A browser on another system");
    }

    #[test]
    fn a_wait_is_told_in_words() {
        assert!(wait_words(1).contains("1 second,") && wait_words(899_000_000).contains("15 minutes"));
    }
}
