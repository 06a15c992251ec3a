//! The leader's minute: what is noted of the day before a session is closed.

use std::collections::HashMap;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::{Field, FieldError, Input, button, error_summary, field};
use crate::session::closing::{CONVERSATIONS, DayNotes, Food, SameLeader, Topic};
use crate::store::SessionPlace;
use crate::web::form::{LONGEST, Posted, Reading, choices};
use crate::web::frame::{Part, programme_page, refused};
use crate::web::place::AtSession;
use crate::web::reasons::{self, When};
use crate::web::{App, Error, why};

use super::crumbs_to;

pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/notes", get(show).post(keep))
}

/// The fields as they stand on the page.
type Typed = HashMap<String, String>;

async fn show(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let typed = app.store().day_notes(at.session.id).await?.map(|notes| typed_of(&notes)).unwrap_or_default();
    let is_due = reasons::of_session(&app, &at, When::Noted).await?;
    programme_page(&app, &at.programme, Part::Projects, page(&at, &typed, is_due, &[])).await
}

async fn keep(
    State(app): State<App>,
    AtSession(at): AtSession,
    Posted(typed): Posted<Typed>,
) -> Result<Response, Error> {
    match read(&typed) {
        Ok(notes) => {
            app.store().note_day(at.session.id, notes, app.now_us()).await?;
            Ok(Redirect::to(&format!("/sessions/{}/closure", at.session.key)).into_response())
        }
        Err(errors) => {
            let is_due = reasons::of_session(&app, &at, When::Noted).await?;
            let page = page(&at, &typed, is_due, &errors);
            Ok(refused(programme_page(&app, &at.programme, Part::Projects, page).await?))
        }
    }
}

fn of<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map(String::as_str).unwrap_or_default()
}

fn read(typed: &Typed) -> Result<DayNotes, Vec<FieldError>> {
    let mut reading = Reading::default();
    let mut heads = |field: &str, range| {
        let n = reading.whole(field, of(typed, field), range, -1);
        (n >= 0).then_some(n)
    };
    let (children, adults) = (heads("children", (0, 2000)), heads("adults", (0, 2000)));
    let (visitors, conversations) = (heads("visitors", (0, 200)), heads("conversations", (1, 5)));
    let notes = DayNotes {
        children,
        adults,
        food: Food::from_code(of(typed, "food")),
        topics: Topic::ALL.iter().copied().filter(|topic| !of(typed, &topic_field(*topic)).is_empty()).collect(),
        other_topic: reading.line("other_topic", of(typed, "other_topic")),
        visitors,
        visitors_who: reading.line("visitors_who", of(typed, "visitors_who")),
        same_leader: SameLeader::from_code(of(typed, "same_leader")),
        disruption: reading.line("disruption", of(typed, "disruption")),
        conversations,
        note: reading.line("note", of(typed, "note")),
    };
    reading.finish(notes)
}

fn topic_field(topic: Topic) -> String {
    format!("topic_{}", topic.code())
}

fn typed_of(notes: &DayNotes) -> Typed {
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let mut typed: Typed = [
        ("children", number(notes.children)),
        ("adults", number(notes.adults)),
        ("food", notes.food.map_or("", Food::code).to_owned()),
        ("other_topic", notes.other_topic.clone()),
        ("visitors", number(notes.visitors)),
        ("visitors_who", notes.visitors_who.clone()),
        ("same_leader", notes.same_leader.map_or("", SameLeader::code).to_owned()),
        ("disruption", notes.disruption.clone()),
        ("conversations", number(notes.conversations)),
        ("note", notes.note.clone()),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into();
    typed.extend(notes.topics.iter().map(|topic| (topic_field(*topic), "yes".to_owned())));
    typed
}

fn page(at: &SessionPlace, typed: &Typed, is_due: bool, errors: &[FieldError]) -> Page {
    let number =
        |name: &str, label: &str| Field::new(name, label, Input::Line("text")).keyboard("numeric").width("narrow");
    let line = |name: &str, label: &str| Field::text(name, label).at_most(LONGEST);
    let radios = |name: &str, label: &str, list| Field::new(name, label, Input::Radios(list));
    let talk = CONVERSATIONS.iter().zip(1..).map(|(words, n)| (n.to_string(), format!("{n} – {words}"))).collect();
    let draw = |one: Field, name: &str| field(&one.value(of(typed, name)), errors);
    let body = html! {
        (crumbs_to(at, true))
        (error_summary(errors))
        h1 { "The day in a minute" }
        p.lead { "Step 1 of 2 to close the session. Leave out what you do not know. A line holds " (LONGEST) " letters." }
        form.wide.leader action={ "/sessions/" (at.session.key) "/notes" } method="post" novalidate {
            div.dates {
                (draw(number("children", "Children in the room"), "children"))
                (draw(number("adults", "Grown-ups in the room").hint("Families’ grown-ups, without the team"), "adults"))
            }
            (draw(radios("food", "Food", choices(Food::ALL, Food::code, Food::words)), "food"))
            fieldset.field {
                legend { "What it was about " span.optional { "(tick any)" } }
                @for topic in Topic::ALL { (draw(Field::new(topic_field(*topic), topic.words(), Input::Tick), &topic_field(*topic))) }
            }
            (draw(line("other_topic", "Something else it was about"), "other_topic"))
            div.dates {
                (draw(number("visitors", "Visitors who talked about their job"), "visitors"))
                (draw(line("visitors_who", "What they do").hint("Jobs, no names: nurse, bus driver"), "visitors_who"))
            }
            (draw(radios("same_leader", "Same leader as last time?", choices(SameLeader::ALL, SameLeader::code, SameLeader::words)), "same_leader"))
            (draw(radios("conversations", "Talk about jobs you heard between children and grown-ups", talk), "conversations"))
            (draw(line("disruption", "Anything that got in the way").hint("Fire alarm, no network, half the group ill"), "disruption"))
            (draw(line("note", "One thing you learnt"), "note"))
            @if is_due { (why::needed("why-noted", errors)) }
            (button("Save and go on"))
        }
        p { a href={ "/sessions/" (at.session.key) "/closure" } { "Skip this for now" } }
    };
    let title = if errors.is_empty() { "The day in a minute" } else { "Mend this: The day in a minute" };
    Page::staff(title, body).class("leader")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_comes_back_into_its_fields() {
        let notes = DayNotes {
            children: Some(23),
            adults: Some(0),
            food: Some(Food::Hot),
            topics: vec![Topic::JobRoles, Topic::Employer],
            other_topic: "Robots".to_owned(),
            visitors: Some(2),
            visitors_who: "nurse, baker".to_owned(),
            same_leader: Some(SameLeader::No),
            disruption: "Fire alarm".to_owned(),
            conversations: Some(4),
            note: "Tables of four work".to_owned(),
        };
        assert_eq!(read(&typed_of(&notes)).expect("all sound"), notes);
        assert_eq!(read(&Typed::new()).expect("nothing is needed"), DayNotes::default());
        let wrong =
            Typed::from([("children".to_owned(), "many".to_owned()), ("conversations".to_owned(), "6".to_owned())]);
        let fields: Vec<String> = read(&wrong).expect_err("two are wrong").into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["children", "conversations"]);
    }
}
