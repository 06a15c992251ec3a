//! Protecting what families gave: from being deleted while somebody may need it as evidence, and from being used while
//! somebody disputes it. It ends by a person's word, with a reason, and both are in the log.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use maud::{Markup, html};
use serde::Deserialize;

use crate::account::Spot;
use crate::html::partials::{Field, FieldError, Input, button, field};
use crate::session::Programme;
use crate::session::protection::ProtectionKind;
use crate::store::{Held, LogLine, NewProtection, Protection};

use super::asking::{self, may};
use super::form::{Posted, Reading, choices};
use super::place::InProgramme;
use super::words::moment;
use super::{App, Error, retention, rights};

/// `/rights/protection`, `/programmes/{programme}/hold` and `/programmes/{programme}/protections/…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rights/protection", post(protect_card))
        .route("/programmes/{programme}/hold", post(hold))
        .route("/programmes/{programme}/protections/{protection}/end", post(end))
}

/// What is to be protected, and why.
#[derive(Deserialize, Default)]
#[serde(default)]
struct ProtectionForm {
    code: String,
    kind: String,
    why: String,
}

const NO_NAME: &str = "No name and no code: it stands in the log.";

async fn protect_card(State(app): State<App>, Posted(form): Posted<ProtectionForm>) -> Result<Response, Error> {
    let held = match rights::held(&app, &form.code).await? {
        Ok(held) => held,
        Err(why) => return rights::not_found(&app, &form.code, &why).await,
    };
    let mut reading = Reading::default();
    let kind = reading.choice("kind", &form.kind, ProtectionKind::from_code, ProtectionKind::Hold);
    let why = reading.needed_for_the_log("why", &form.why, "Say why: whoever ends it has to know.");
    let new = match reading.finish(NewProtection { kind, reason: why, who: asking::name() }) {
        Ok(new) => new,
        Err(errors) => return rights::refused_page(&app, &held, &errors).await,
    };
    LogLine::remark(format!("{}: {}", held.project, kind.standing()), new.reason.as_str());
    if !app.store().protect_card(&held.code, new, app.now_us()).await? {
        return rights::refused_page(&app, &held, &[FieldError::new("kind", "That is so already.")]).await;
    }
    // The code stands in no address: the page is answered here.
    rights::found(&app, held.code.as_str()).await
}

async fn hold(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Posted(form): Posted<ProtectionForm>,
) -> Result<Response, Error> {
    let mut reading = Reading::default();
    let why = reading.needed_for_the_log("why", &form.why, "Say why: whoever ends it has to know.");
    if programme.sample {
        reading.wrong("why", "Sample data have no clock. Take them away whenever you like.");
    }
    let new = match reading.finish(NewProtection { kind: ProtectionKind::Hold, reason: why, who: asking::name() }) {
        Ok(new) => new,
        Err(errors) => return retention::refused_page(&app, &programme, &errors).await,
    };
    LogLine::remark(programme.name.as_str(), new.reason.as_str());
    if !app.store().protect_programme(programme.id, new, app.now_us()).await? {
        let already = [FieldError::new("why", "The programme is kept from being deleted already.")];
        return retention::refused_page(&app, &programme, &already).await;
    }
    Ok(back(&programme))
}

/// Why it ends.
#[derive(Deserialize, Default)]
#[serde(default)]
struct EndForm {
    because: String,
}

async fn end(
    State(app): State<App>,
    InProgramme(programme): InProgramme,
    Path((_, id)): Path<(String, String)>,
    Posted(form): Posted<EndForm>,
) -> Result<Response, Error> {
    let standing = app.store().protections(programme.id).await?;
    let one = standing.iter().find(|one| one.id.to_string() == id && one.ended_us.is_none()).ok_or(Error::NotFound)?;
    // Whoever may not keep a whole programme does not let it go either.
    if one.whole && !may_hold(&programme) {
        return Err(Error::OtherRole);
    }
    let field = format!("because-{}", one.id);
    let mut reading = Reading::default();
    let because = reading.needed_for_the_log(&field, &form.because, "Say why it ends.");
    let because = match reading.finish(because) {
        Ok(because) => because,
        Err(errors) => return retention::refused_page(&app, &programme, &errors).await,
    };
    LogLine::remark(format!("{}: {}", programme.name, one.kind.standing()), because.as_str());
    if !app.store().end_protection(programme.id, one.id, asking::name(), because, app.now_us()).await? {
        return Err(Error::NotFound);
    }
    Ok(back(&programme))
}

/// Whether whoever asks may keep a whole programme from being deleted.
fn may_hold(programme: &Programme) -> bool {
    let spot = Spot { programme: programme.id, project: None, organisation: None };
    may("POST", "/programmes/{programme}/hold", Some(&spot))
}

fn back(programme: &Programme) -> Response {
    Redirect::to(&format!("/programmes/{}/retention#protected", programme.id)).into_response()
}

/// What the page of a card says: what stands, and the form for more, out of sight until somebody needs it.
pub fn of_card(held: &Held, errors: &[FieldError]) -> Markup {
    let open = errors.iter().any(|error| error.field == "kind" || error.field == "why");
    let kinds = Input::Radios(choices(ProtectionKind::ALL, ProtectionKind::code, ProtectionKind::words));
    html! {
        @for one in &held.protections {
            p.notice {
                strong { (one.kind.standing()) } " since " (moment(one.begun_us)) @if one.whole { ", with the whole programme" }
                // Why may be about somebody in danger: it is for those who decide.
                @if may("POST", "/rights/protection", None) { ": " (one.reason) } @else { "." }
            }
        }
        @if may("POST", "/rights/protection", None) {
            details open[open] {
                summary { "While something is disputed, or needed as evidence" }
                p { "Both stand on the programme’s page " em { "How long answers are kept" } " until somebody ends them there. The family’s figures come back exactly as they were." }
                form.wide action="/rights/protection" method="post" novalidate {
                    input type="hidden" name="code" value=(held.code.as_str());
                    (field(&Field::new("kind", "What is to be done", kinds).required(), errors))
                    (field(&Field::text("why", "Why").hint(NO_NAME).required(), errors))
                    button.button.plain type="submit" { "Do it" }
                }
            }
        }
    }
}

/// What the page on how long answers are kept says: what stands, how it ends, and what has ended.
pub fn of_programme(programme: &Programme, all: &[Protection], errors: &[FieldError]) -> Markup {
    let home = format!("/programmes/{}", programme.id);
    let (standing, over): (Vec<&Protection>, Vec<&Protection>) = all.iter().partition(|one| one.ended_us.is_none());
    let about = |one: &Protection| if one.whole { "The whole programme" } else { "One family" };
    let may_hold = may_hold(programme);
    let open = errors.iter().any(|error| error.field == "why");
    html! {
        section aria-labelledby="protected" {
            h2 #protected { "Protected for now" }
            @if standing.is_empty() { p.quiet { "Nothing. One family’s answers are protected on " a href="/rights" { "A family’s rights" } ", by its card." } }
            ul.found {
                @for one in &standing {
                    li.card {
                        p { strong { (about(one)) ": " (one.kind.standing()) } " since " (moment(one.begun_us)) ", by " (one.who) "." }
                        p { "Why: " (one.reason) }
                        @if may_hold || !one.whole {
                            form action={ (home) "/protections/" (one.id) "/end" } method="post" novalidate {
                                (field(&Field::text("because", "Why it ends").named(format!("because-{}", one.id), "because").required(), errors))
                                button.button.plain type="submit" { "End it" span.hidden { ": " (one.reason) } }
                            }
                        } @else { p.small { "An administrator can end it." } }
                    }
                }
            }
            @if may_hold && !standing.iter().any(|one| one.whole) {
                details open[open] {
                    summary { "Keep the whole programme from being deleted" }
                    p { "Where somebody may need it as evidence. The days above do nothing until it ends, and no family’s answers can be taken out. When it ends, both warnings come again first." }
                    form.wide action={ (home) "/hold" } method="post" novalidate {
                        (field(&Field::text("why", "Why").hint(NO_NAME).required(), errors))
                        (button("Keep it"))
                    }
                }
            }
            @if !over.is_empty() {
                details {
                    summary { "Over" }
                    ul { @for one in over {
                        li { (about(one)) ": " (one.kind.standing()) ", " (moment(one.begun_us)) " to " (one.ended_us.map(moment).unwrap_or_default()) ". " (one.reason) " Ended by " (one.ended_by) ": " (one.ended_because) }
                    } }
                }
            }
        }
    }
}
