//! Find a family whose card is lost, by what a leader can see of it, and give it a spare card.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::extract::{Query, RawPathParams, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use crate::html::Page;
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::pairing::links::{Confidence, Decision};
use crate::pairing::seen::Seen;
use crate::person::{Animal, CardCode, SchoolYear};
use crate::store::{LinkRefusal, LogLine, NewLink, SessionPlace};
use crate::survey::Wave;

use super::form::{Posted, choices};
use super::frame::{Part, crumbs, programme_page, refused};
use super::links::is_card_of_theirs;
use super::place::AtSession;
use super::words::weekday;
use super::{App, Error, asking};

/// `/sessions/{session}/find` and the spare card of a family
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/find", get(find))
        .route("/sessions/{session}/families/{family}/spare", get(blank).post(tie))
}

/// What is known of the family that is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    year: String,
    animal: String,
    tablet: String,
    from: String,
    until: String,
}

impl Wanted {
    fn fits(&self, family: &[&Seen]) -> bool {
        let year = |seen: &Seen| seen.school_year.is_some_and(|year| year.number().to_string() == self.year);
        let tablet = |seen: &Seen| seen.told.iter().any(|told| told.device.as_deref() == Some(self.tablet.as_str()));
        let came = family.iter().filter_map(|seen| seen.came_ms()).min().map(clock);
        (self.year.is_empty() || family.iter().any(|seen| year(seen)))
            && (self.animal.is_empty() || family.iter().any(|seen| seen.animal.code() == self.animal))
            && (self.tablet.is_empty() || family.iter().any(|seen| tablet(seen)))
            && (self.from.is_empty() || came.as_ref().is_none_or(|came| *came >= self.from))
            && (self.until.is_empty() || came.as_ref().is_none_or(|came| *came <= self.until))
    }
}

/// The time of day on this machine, `14:05`.
pub fn clock(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|then| then.to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M").to_string())
        .unwrap_or_default()
}

/// People by family.
fn families(people: &[Seen]) -> BTreeMap<&CardCode, Vec<&Seen>> {
    let mut families: BTreeMap<&CardCode, Vec<&Seen>> = BTreeMap::new();
    for seen in people.iter().filter(|seen| seen.id.is_some()) {
        families.entry(&seen.family).or_default().push(seen);
    }
    families
}

async fn find(State(app): State<App>, AtSession(at): AtSession, Query(wanted): Query<Wanted>) -> Result<Markup, Error> {
    let people = app.store().seen_at(at.session.id, &at.session.key).await?;
    let tablets = app.store().session_tablets(at.session.id, &at.session.key).await?;
    let names: BTreeMap<String, String> =
        tablets.into_iter().filter_map(|tablet| Some((tablet.device, tablet.name?))).collect();
    programme_page(&app, &at.programme, Part::Projects, find_page(&at, &people, &names, &wanted)).await
}

fn find_page(at: &SessionPlace, people: &[Seen], names: &BTreeMap<String, String>, wanted: &Wanted) -> Page {
    let home = format!("/sessions/{}", at.session.key);
    let any = |words: &str| (String::new(), words.to_owned());
    let years: BTreeSet<SchoolYear> = people.iter().filter_map(|seen| seen.school_year).collect();
    let years = years.into_iter().map(|year| (year.number().to_string(), year.to_string()));
    let devices: BTreeSet<&String> =
        people.iter().flat_map(|seen| &seen.told).filter_map(|told| told.device.as_ref()).collect();
    let devices = devices.into_iter().map(|device| (device.clone(), tablet_name(device, names)));
    let animals = Animal::ALL.iter().map(|animal| (animal.code().to_owned(), animal.name().to_owned()));
    let fields = [
        Field::new("year", "A child’s school year", Input::Select([any("Any")].into_iter().chain(years).collect()))
            .value(wanted.year.as_str()),
        Field::new("animal", "A picture they have", Input::Select([any("Any")].into_iter().chain(animals).collect()))
            .value(wanted.animal.as_str()),
        Field::new("tablet", "The tablet they used", Input::Select([any("Any")].into_iter().chain(devices).collect()))
            .value(wanted.tablet.as_str()),
        Field::new("from", "Came at this time or later", Input::Line("time"))
            .value(wanted.from.as_str())
            .width("short"),
        Field::new("until", "Came at this time or earlier", Input::Line("time"))
            .value(wanted.until.as_str())
            .width("short"),
    ];
    let families = families(people);
    let found: Vec<_> = families.iter().filter(|(_, family)| wanted.fits(family)).collect();
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&weekday(&at.session.held_on), &home)]))
        h1 { "Find a family" }
        p.lead { "The card is lost? Say what you know of them. Compare the code with your stubs." }
        form.wide action={ (home) "/find" } method="get" {
            div.dates { @for one in &fields { (field(one, &[])) } }
            (button("Show them"))
        }
        h2 { @match found.len() { 0 => "No family fits", 1 => "One family", n => { (n) " families" } } }
        ul.found { @for (code, family) in found { (found_family(&home, code, family, names)) } }
    };
    Page::staff("Find a family", body).class("leader")
}

fn tablet_name(device: &str, names: &BTreeMap<String, String>) -> String {
    names.get(device).cloned().unwrap_or_else(|| device.chars().take(4).collect::<String>().to_uppercase())
}

fn found_family(home: &str, code: &CardCode, family: &[&Seen], names: &BTreeMap<String, String>) -> Markup {
    let id = family.iter().filter_map(|seen| seen.id).min().unwrap_or_default();
    let came = family.iter().filter_map(|seen| seen.came_ms()).min();
    let tablets: BTreeSet<String> = family
        .iter()
        .flat_map(|seen| &seen.told)
        .filter_map(|told| Some(tablet_name(told.device.as_ref()?, names)))
        .collect();
    html! {
        li.card {
            h3 { (code) }
            p { @for seen in family { span.chip { (described(seen)) } " " } }
            p.small {
                @if let Some(came) = came { "Came at " (clock(came)) ". " }
                @if !tablets.is_empty() { "Tablet: " (tablets.into_iter().collect::<Vec<_>>().join(", ")) "." }
            }
            p { a.button.plain href={ (home) "/families/" (id) "/spare" } { "This is the family" span.hidden { " of " (code) } } }
        }
    }
}

/// Somebody as a leader sees them: `Fox, Year 4: before ✓`.
pub fn described(seen: &Seen) -> String {
    let year = seen.school_year.map(|year| format!(", {year}")).unwrap_or_default();
    let after = Wave::AFTERS.iter().any(|wave| seen.waves.contains(wave));
    let has = match (seen.waves.contains(&Wave::Pre), after) {
        (true, true) => "before and after",
        (true, false) => "before",
        (false, true) => "after only",
        (false, false) => "nothing yet",
    };
    format!("{}{year}: {has}", seen.animal.name())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SpareForm {
    code: String,
    confidence: String,
}

/// The family that the address names, by the lowest key of its people: no code stands in an address.
async fn family_in(app: &App, at: &SessionPlace, params: &RawPathParams) -> Result<(i64, CardCode, Vec<Seen>), Error> {
    let wanted = params.iter().find(|(name, _)| *name == "family").and_then(|(_, id)| id.parse::<i64>().ok());
    let people = app.store().seen_at(at.session.id, &at.session.key).await?;
    let one = people.iter().find(|seen| seen.id.is_some() && seen.id == wanted).ok_or(Error::NotFound)?;
    let code = one.family.clone();
    let family = people.iter().filter(|seen| seen.family == code).cloned().collect();
    Ok((wanted.unwrap_or_default(), code, family))
}

async fn blank(State(app): State<App>, AtSession(at): AtSession, params: RawPathParams) -> Result<Markup, Error> {
    let (id, code, family) = family_in(&app, &at, &params).await?;
    let page = spare_page(&at, id, &code, &family, &SpareForm::default(), &[]);
    programme_page(&app, &at.programme, Part::Projects, page).await
}

async fn tie(
    State(app): State<App>,
    AtSession(at): AtSession,
    params: RawPathParams,
    Posted(form): Posted<SpareForm>,
) -> Result<Response, Error> {
    let (id, code, family) = family_in(&app, &at, &params).await?;
    let again = async |field: &str, why: String| -> Result<Response, Error> {
        let page = spare_page(&at, id, &code, &family, &form, &[FieldError::new(field, why)]);
        Ok(refused(programme_page(&app, &at.programme, Part::Projects, page).await?))
    };
    let spare = match CardCode::parse(&form.code) {
        Ok(spare) => spare,
        Err(error) => return again("code", error.to_string()).await,
    };
    // A card behind a wall is as unknown as one that was never printed.
    if !is_card_of_theirs(&app, &spare).await? {
        return again("code", LinkRefusal::NoSuchCard.to_string()).await;
    }
    let Some(confidence) = Confidence::from_code(&form.confidence) else {
        return again("confidence", "Say how sure you are.".to_owned()).await;
    };
    let link = NewLink {
        programme_id: at.programme.id,
        decision: Decision::Tie { card: spare, to: code.clone() },
        confidence,
        reason: String::new(),
        who: asking::name(),
    };
    let key = at.session.key.clone();
    LogLine::remark_on(move |link| format!("/sessions/{key}: decision {link}"), confidence.words());
    match app.store().link(link, app.now_us()).await? {
        Ok(_) => Ok(Redirect::to(&format!("/sessions/{}/links", at.session.key)).into_response()),
        Err(refusal) => again("code", refusal.to_string()).await,
    }
}

fn spare_page(
    at: &SessionPlace,
    id: i64,
    code: &CardCode,
    family: &[Seen],
    form: &SpareForm,
    errors: &[FieldError],
) -> Page {
    let home = format!("/sessions/{}", at.session.key);
    let sure = choices(&Confidence::ALL, Confidence::code, Confidence::words);
    let fields = [
        Field::text("code", "The code on the spare card")
            .hint("Take one that nobody has used. From now on both cards lead to the same family.")
            .value(form.code.as_str())
            .width("short")
            .required(),
        Field::new("confidence", "How do you know that it is them?", Input::Radios(sure))
            .value(form.confidence.as_str())
            .required(),
    ];
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&weekday(&at.session.held_on), &home), ("Find a family", &format!("{home}/find"))]))
        (error_summary(errors))
        h1 { "A spare card for " (code) }
        p { @for seen in family { span.chip { (described(seen)) } " " } }
        form.wide action={ (home) "/families/" (id) "/spare" } method="post" novalidate {
            @for one in &fields { (field(one, errors)) }
            button.button.huge type="submit" { "Give them this card" }
        }
        p.small { "It can be taken back at any time, and then everything is as it was." }
    };
    Page::staff("A spare card", body).class("leader")
}
