//! The paper twin: any questionnaire of a session on A4, with the code that belongs to each box, for a hall without
//! tablets or a person who would rather write.

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::{FieldError, error_summary};
use crate::session::{Design, Occasion, SessionRole};
use crate::store::{SecondKeying, SessionPlace};
use crate::survey::{Audience, Survey, SurveyVersion, Wave};

use super::form::Posted;
use super::frame::{Part, crumbs, programme_page, refused, staff_page};
use super::place::AtSession;
use super::words::{count, how_many, weekday};
use super::{App, Error};

mod sheets;
mod twin;

use sheets::{Sheet, Wanted};
use twin::Twin;
pub use twin::{is_ticked, on_paper};

/// `/sessions/{session}/paper`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sessions/{session}/paper", get(list))
        .route("/sessions/{session}/paper/{survey}/{wave}", get(sheet).post(sheets_for))
}

/// The questionnaires that a session of this kind may ask, wave by wave.
pub fn askable(app: &App, at: &SessionPlace) -> Vec<(SurveyVersion, Wave)> {
    let library = app.store().library();
    let waves = Occasion::Session { role: at.session.role, afters: true }.waves();
    let mut found = Vec::new();
    for version in library.newest_of_each() {
        let is_event = version.survey.audience == Audience::Event;
        for wave in waves.iter().filter(|wave| (**wave == Wave::Event) == is_event) {
            if version.survey.items_at(*wave).next().is_some() {
                found.push((version.clone(), *wave));
            }
        }
    }
    found
}

/// A questionnaire of a session, as `{survey}` and `{wave}` in the route name it.
pub struct AtPaper {
    /// The session.
    pub at: SessionPlace,
    /// The questionnaire.
    pub version: SurveyVersion,
    /// When in a person's story.
    pub wave: Wave,
}

impl FromRequestParts<App> for AtPaper {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<AtPaper, Error> {
        let AtSession(at) = AtSession::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let part = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
        let (survey, wave) = (part("survey"), part("wave"));
        let is_it = |(version, asked): &(SurveyVersion, Wave)| {
            Some(&version.survey.id) == survey.as_ref() && Some(asked.code()) == wave.as_deref()
        };
        let (version, wave) = askable(app, &at).into_iter().find(is_it).ok_or(Error::NotFound)?;
        Ok(AtPaper { at, version, wave })
    }
}

async fn list(State(app): State<App>, AtSession(at): AtSession) -> Result<Markup, Error> {
    let home = format!("/sessions/{}", at.session.key);
    let keyed_twice = app.store().second_keyings(at.session.id).await?;
    let (needed, others): (Vec<_>, Vec<_>) =
        askable(&app, &at).into_iter().partition(|(_, wave)| is_needed(at.session.role, at.project.design, *wave));
    let papers = |papers: &[(SurveyVersion, Wave)], wave: Wave| {
        html! { ul.papers { @for (version, _) in papers.iter().filter(|(_, asked)| *asked == wave) {
            (paper(&home, &version.survey, wave, &keyed_twice))
        } } }
    };
    let body = html! {
        (crumbs(&[("Programmes", "/"), (&weekday(&at.session.held_on), &home)]))
        h1 { "On paper" }
        p.lead { "Print what you may need. Afterwards key in what was written: it counts like any other answer, and the files say that it came on paper." }
        @for wave in waves_of(&needed) {
            section { h2 { (sentence_case(short_words(wave, &needed))) } (papers(&needed, wave)) }
        }
        @if !others.is_empty() {
            details.fold {
                summary { "For families who are at another point" }
                @for wave in waves_of(&others) { h2.small-heading { (sentence_case(wave_words(wave))) } (papers(&others, wave)) }
            }
        }
    };
    programme_page(&app, &at.programme, Part::Projects, Page::staff("On paper", body).class("leader")).await
}

/// Whether most people of a session answer at this wave.
fn is_needed(role: SessionRole, design: Design, wave: Wave) -> bool {
    match (role, wave) {
        (SessionRole::First | SessionRole::Middle | SessionRole::Single, Wave::Pre) => true,
        (SessionRole::Single, wave) => wave == Wave::PostSame,
        // How far the last session of a run is from the befores is not known here; a run of weeks is the likelier.
        (SessionRole::Last, Wave::PostProg) => design != Design::OneOff,
        (SessionRole::Last, Wave::PostSame) => design != Design::Programme,
        (SessionRole::Event | SessionRole::FollowUp, _) => true,
        _ => false,
    }
}

/// The waves of a list, each once, in its order.
fn waves_of(papers: &[(SurveyVersion, Wave)]) -> Vec<Wave> {
    let mut waves: Vec<Wave> = papers.iter().map(|(_, wave)| *wave).collect();
    waves.sort_by_key(|wave| Wave::ALL.iter().position(|known| known == wave));
    waves.dedup();
    waves
}

/// Its everyday name where only one wave has it.
fn short_words(wave: Wave, papers: &[(SurveyVersion, Wave)]) -> &'static str {
    let alone = waves_of(papers).iter().filter(|other| other.word() == wave.word()).count() == 1;
    if alone { wave.word() } else { wave_words(wave) }
}

fn sentence_case(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// One questionnaire of one wave: print it, key it in.
fn paper(home: &str, survey: &Survey, wave: Wave, keyed_twice: &[SecondKeying]) -> Markup {
    let name = format!("{}: {}", survey.title, wave_words(wave));
    let part = format!("{}/{}", survey.id, wave.code());
    let twice: Vec<_> = keyed_twice.iter().filter(|one| one.survey == survey.id && one.wave == wave).collect();
    html! {
        li {
            strong { (survey.title) }
            span.row {
                a.button.plain href={ (home) "/paper/" (part) } { "Print" span.hidden { " " (name) } }
                a.button.plain href={ (home) "/keying/" (part) } { "Key in" span.hidden { " " (name) } }
                a href={ (home) "/keying/" (part) "/again" } { "Key in again, to check" span.hidden { " " (name) } }
            }
            @if !twice.is_empty() {
                p.small {
                    (count(how_many(&twice), "paper was", "papers were")) " keyed in twice; in "
                    (twice.iter().filter(|one| one.differences > 0).count()) " of them something differed and was put right."
                }
            }
        }
    }
}

/// Which of the afters it is, for whoever chooses the sheet.
pub fn wave_words(wave: Wave) -> &'static str {
    match wave {
        Wave::PostSame => "after, on the same day or within four weeks",
        Wave::PostProg => "after, four weeks or more after the before",
        Wave::PostExit => "short after of a family that leaves early",
        other => other.word(),
    }
}

async fn sheet(State(app): State<App>, AtPaper { at, version, wave }: AtPaper) -> Result<Markup, Error> {
    let page = sheets_page(&at, &version.survey, wave, &[Sheet::default()], &Wanted::default(), &[]);
    staff_page(&app, page.made_up(at.programme.made_up())).await
}

/// Sheets for the cards that were chosen. The codes come in a form and stand in no address.
async fn sheets_for(
    State(app): State<App>,
    AtPaper { at, version, wave }: AtPaper,
    Posted(wanted): Posted<Wanted>,
) -> Result<Response, Error> {
    let survey = &version.survey;
    let drawn = |sheets: &[Sheet], errors: &[FieldError]| {
        sheets_page(&at, survey, wave, sheets, &wanted, errors).made_up(at.programme.made_up())
    };
    Ok(match wanted.sheets(&app, &at, survey, wave).await? {
        Ok(sheets) => staff_page(&app, drawn(&sheets, &[])).await?.into_response(),
        Err(errors) => refused(staff_page(&app, drawn(&[Sheet::default()], &errors)).await?),
    })
}

/// The page with the sheets. What draws one stands in `paper/twin.rs`.
fn sheets_page(
    at: &SessionPlace,
    survey: &Survey,
    wave: Wave,
    sheets: &[Sheet],
    wanted: &Wanted,
    errors: &[FieldError],
) -> Page {
    let action = format!("/sessions/{}/paper/{}/{}", at.session.key, survey.id, wave.code());
    let mut twin = Twin::new(at, survey, wave);
    let body = html! {
        div.no-print.stack {
            (error_summary(errors))
            p { a href={ "/sessions/" (at.session.key) "/paper" } { "Back" } }
            h1 { "Print: " (survey.title) }
            p.row {
                button.button type="button" data-print hidden { "Print" }
                span { (count(how_many(sheets), "sheet", "sheets")) ", on A4 with your browser." }
            }
            details open[!errors.is_empty()] {
                summary { "Whose sheets" }
                form.wide action=(action) method="post" novalidate {
                    (wanted.fields(errors))
                    button.button.plain type="submit" { "Make these sheets" }
                }
            }
        }
        @for sheet in sheets { (twin.article(sheet)) }
        (twin.pictures())
    };
    let class = if twin.is_for_the_youngest() { "paper-sheet youngest" } else { "paper-sheet" };
    Page::staff(format!("{} on paper", survey.title), body).class(class).style("paper.css").script("print.js")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_needs_what_its_people_are_asked_and_little_else() {
        use SessionRole::{Event, First, FollowUp, Last, Middle, Single};
        let cases: [(SessionRole, Design, &[Wave]); 8] = [
            (First, Design::Programme, &[Wave::Pre]),
            (Middle, Design::Programme, &[Wave::Pre]),
            (Single, Design::OneOff, &[Wave::Pre, Wave::PostSame]),
            (Last, Design::Programme, &[Wave::PostProg]),
            (Last, Design::OneOff, &[Wave::PostSame]),
            (Last, Design::Comparison, &[Wave::PostSame, Wave::PostProg]),
            (Event, Design::Event, &[Wave::Event]),
            (FollowUp, Design::Programme, &[Wave::FollowUp]),
        ];
        for (role, design, expected) in cases {
            let asked = Occasion::Session { role, afters: true }.waves();
            let needed: Vec<Wave> = asked.iter().copied().filter(|wave| is_needed(role, design, *wave)).collect();
            assert_eq!(needed, expected, "{role:?} {design:?}");
        }
    }
}
