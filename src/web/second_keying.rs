//! Keying a paper in once more, by somebody else or after a cup of tea: what differs is shown side by side, and a person
//! says which is on the paper, with a reason that is kept.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};

use crate::html::Page;
use crate::html::partials::{Field as Line, FieldError, Input, error_summary, field};
use crate::pairing::links::{Confidence, Decision};
use crate::response::{Answer, Answers, Envelope, Missing};
use crate::store::{LogLine, NewLink, SecondKeying, SessionPlace};
use crate::survey::{Survey, Wave};

use super::form::{NO_CODE, Posted, names_a_card};
use super::frame::{Part, crumbs, programme_page};
use super::keying::{self, Round, Typed};
use super::paper::AtPaper;
use super::words::{count, how_many, weekday};
use super::{App, Error, asking};

/// `/sessions/{session}/keying/…/again`
pub fn routes() -> Router<App> {
    Router::new().route("/sessions/{session}/keying/{survey}/{wave}/again", get(blank).post(key_in_again))
}

/// The field that says which keying of an answer is on the paper: `pick.K2-CF1`.
const PICK: &str = "pick.";

/// The reason's field, and the longest reason.
const REASON: &str = "keying.reason";
const LONGEST: usize = 120;

async fn blank(State(app): State<App>, AtPaper { at, version, wave }: AtPaper) -> Result<Markup, Error> {
    let page = keying::page(&at, &version.survey, wave, Round::Second, &Typed::new(), &[]);
    programme_page(&app, &at.programme, Part::Projects, page).await
}

async fn key_in_again(
    State(app): State<App>,
    AtPaper { at, version, wave }: AtPaper,
    Posted(posted): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let typed: Typed = posted.into_iter().collect();
    let mut errors = Vec::new();
    let answered_ms = keying::answered_ms(&at.session.held_on, &app);
    let read = keying::read(&at, &version, wave, &typed, answered_ms, &mut errors);
    let first = match &read {
        Some(second) if errors.is_empty() => app.store().keyed(at.session.id, second).await?,
        _ => None,
    };
    let (Some(second), Some(first)) = (read, first) else {
        if errors.is_empty() {
            errors.push(FieldError::new(
                "code",
                "No paper of this card and picture has been keyed in here. Look at the code once more, or key it in first.",
            ));
        }
        return keying::refuse(&app, &at, keying::page(&at, &version.survey, wave, Round::Second, &typed, &errors))
            .await;
    };
    let differing = differences(&version.survey, wave, &first, &second);
    let shown = Shown { at: &at, survey: &version.survey, wave, differing: &differing, typed: &typed };
    let settled = match Settled::read(&differing, &typed) {
        Ok(settled) => settled,
        // The first time nothing is chosen yet, and nothing is wrong.
        Err(_) if !typed.contains_key(REASON) => {
            return Ok(programme_page(&app, &at.programme, Part::Projects, shown.page(&[])).await?.into_response());
        }
        Err(errors) => return keying::refuse(&app, &at, shown.page(&errors)).await,
    };
    let about = format!(
        "/sessions/{}: {} {}, {}",
        at.session.key,
        version.survey.id,
        wave.code(),
        count(how_many(&differing), "difference", "differences")
    );
    LogLine::remark(about, settled.reason.as_str());
    if let Err(refusal) = settle(&app, &at, first, &second, &differing, settled).await? {
        let errors = [FieldError::new(REASON, refusal)];
        return keying::refuse(&app, &at, shown.page(&errors)).await;
    }
    let path = format!("/sessions/{}/keying/{}/{}/again", at.session.key, version.survey.id, wave.code());
    Ok(Redirect::to(&path).into_response())
}

/// Keeps what came of it. Where an answer of the second keying is on the paper, the first response is set aside and
/// another with the answers that were picked stands in its place; the inner error says why that cannot be.
async fn settle(
    app: &App,
    at: &SessionPlace,
    first: Envelope,
    second: &Envelope,
    differing: &[Difference<'_>],
    settled: Settled,
) -> Result<Result<(), String>, Error> {
    let who = asking::name();
    let mut stands = first.id.clone();
    if settled.seconds.values().any(|second| *second) {
        let link = NewLink {
            programme_id: at.programme.id,
            decision: Decision::Aside { response: first.id.as_str().to_owned() },
            confidence: Confidence::Card,
            reason: settled.reason.clone(),
            who: who.clone(),
        };
        if let Err(refusal) = app.store().link(link, app.now_us()).await? {
            return Ok(Err(refusal.to_string()));
        }
        stands = keying::new_id()?;
        let taken: Answers = differing
            .iter()
            .filter(|one| settled.seconds.get(one.field) == Some(&true))
            .filter_map(|one| Some((one.field.to_owned(), second.answers.get(one.field)?.clone())))
            .collect();
        let mut answers = first.answers.clone();
        answers.extend(taken);
        let another_year = settled.seconds.get(YEAR) == Some(&true);
        let school_year = if another_year { second.school_year } else { first.school_year };
        let corrected = Envelope { id: stands.clone(), answers, school_year, ..first.clone() };
        keying::keep(app, &corrected).await?;
        if let Some(year) = school_year.filter(|_| another_year) {
            app.store().correct_school_year(first, year).await?;
        }
    }
    let keying = SecondKeying {
        response: stands,
        session_id: at.session.id,
        survey: second.survey.clone(),
        wave: second.wave,
        who,
        differences: how_many(differing),
        reason: settled.reason,
    };
    app.store().note_second_keying(keying, app.now_us()).await?;
    Ok(Ok(()))
}

/// The field of the school year: the one thing on a paper that is no answer and does not name whose it is.
const YEAR: &str = "school_year";

/// What was keyed in otherwise the second time.
struct Difference<'a> {
    item: &'a str,
    text: &'a str,
    part: Option<&'a str>,
    field: &'a str,
    first: String,
    second: String,
}

impl Difference<'_> {
    /// What it is called where there is little room.
    fn name(&self) -> &str {
        if self.item.is_empty() { self.text } else { self.field }
    }
}

fn differences<'a>(survey: &'a Survey, wave: Wave, first: &Envelope, second: &'a Envelope) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    if first.school_year != second.school_year {
        let year = |envelope: &Envelope| envelope.school_year.map_or("nothing".to_owned(), |year| year.to_string());
        let (first, second) = (year(first), year(second));
        found.push(Difference { item: "", text: "School year", part: None, field: YEAR, first, second });
    }
    for item in survey.items_at(wave) {
        for one in survey.fields_of(item) {
            let Some((name, again)) = second.answers.get_key_value(&one.name) else { continue };
            let once = first.answers.get(&one.name);
            if once != Some(again) {
                found.push(Difference {
                    item: &item.id,
                    text: item.text_at(wave),
                    part: one.part,
                    field: name,
                    first: keyed(once),
                    second: keyed(Some(again)),
                });
            }
        }
    }
    found
}

/// An answer as it is keyed.
fn keyed(answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer::Value(value)) => value.to_string(),
        Some(Answer::Text(text)) => format!("“{text}”"),
        Some(Answer::Missing(Missing::DontKnow)) => "? (don’t know)".to_owned(),
        Some(Answer::Missing(Missing::RatherNotSay)) => "- (rather not say)".to_owned(),
        Some(Answer::Missing(_)) | None => "nothing".to_owned(),
    }
}

/// What somebody decided: for each difference whether the second keying is on the paper, and why.
#[derive(Default)]
struct Settled {
    seconds: BTreeMap<String, bool>,
    reason: String,
}

impl Settled {
    fn read(differing: &[Difference<'_>], typed: &Typed) -> Result<Settled, Vec<FieldError>> {
        let of = |name: &str| typed.get(name).map_or("", |text| text.trim());
        let (mut seconds, mut errors) = (BTreeMap::new(), Vec::new());
        for one in differing {
            let name = format!("{PICK}{}", one.field);
            match of(&name) {
                "first" => drop(seconds.insert(one.field.to_owned(), false)),
                "second" => drop(seconds.insert(one.field.to_owned(), true)),
                _ => errors.push(FieldError::new(name, format!("{}: look at the paper and choose.", one.name()))),
            }
        }
        let reason: String = of(REASON).chars().take(LONGEST).collect();
        if names_a_card(&reason) {
            errors.push(FieldError::new(REASON, NO_CODE));
        }
        if !differing.is_empty() && reason.is_empty() {
            errors.push(FieldError::new(REASON, "Say in a few words how it came: it is kept beside the answers."));
        }
        if errors.is_empty() { Ok(Settled { seconds, reason }) } else { Err(errors) }
    }
}

/// The list of differences.
struct Shown<'a> {
    at: &'a SessionPlace,
    survey: &'a Survey,
    wave: Wave,
    differing: &'a [Difference<'a>],
    typed: &'a Typed,
}

impl Shown<'_> {
    fn page(&self, errors: &[FieldError]) -> Page {
        let home = format!("/sessions/{}", self.at.session.key);
        let action = format!("{home}/keying/{}/{}/again", self.survey.id, self.wave.code());
        let decided = |name: &str| name.starts_with(PICK) || name == REASON || name == "form-token";
        let reason = Line::text(REASON, "How it came")
            .hint("A slip of a key, a cross between two boxes: no names. It is kept beside the answers.")
            .required();
        let body = html! {
            (crumbs(&[("Programmes", "/"), (&weekday(&self.at.session.held_on), &home), ("On paper", &format!("{home}/paper"))]))
            (error_summary(errors))
            h1 { "The two keyings differ" }
            p.lead { "In " (count(how_many(self.differing), "answer", "answers")) ". Look at the paper and choose what is on it." }
            form.wide action=(action) method="post" autocomplete="off" novalidate {
                @for (name, value) in self.typed.iter().filter(|(name, _)| !decided(name)) {
                    input type="hidden" name=(name) value=(value);
                }
                @for one in self.differing { (self.choice(one, errors)) }
                (field(&reason.value(self.of(REASON)), errors))
                button.button.huge type="submit" { "Keep what is on the paper" }
            }
        };
        Page::staff("The two keyings differ", body).class("leader").style("paper.css")
    }

    fn choice(&self, one: &Difference<'_>, errors: &[FieldError]) -> Markup {
        let name = format!("{PICK}{}", one.field);
        let part = one.part.map(|part| format!(" – {part}")).unwrap_or_default();
        let keyings = [("first", "First", &one.first), ("second", "Second", &one.second)];
        let keyings = keyings.iter().map(|(value, which, key)| ((*value).to_owned(), format!("{which} keying: {key}")));
        let line = Line::new(
            name.as_str(),
            format!("{} {}{part}", one.item, one.text).trim(),
            Input::Radios(keyings.collect()),
        );
        field(&line.value(self.of(&name)).required(), errors)
    }

    fn of(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Library;

    #[test]
    fn what_differs_is_found_field_by_field_and_needs_a_choice_and_a_reason() {
        let library = Library::embedded();
        let survey = &library.newest("ks2").expect("embedded").survey;
        let paper = serde_json::json!({
            "schema": 1, "id": "00000000000000000000000000000000", "session": "single22", "card": "PENC4T", "animal": "fox",
            "role": "child", "school_year": 4, "wave": "pre", "survey": "ks2", "version": "", "started_ms": 0,
            "finished_ms": 0, "mode": "paper", "answers": { "K2-CF1": 2, "K2-CF2": -1, "K2-AW1.vet": 1 },
        });
        let first: Envelope = serde_json::from_value(paper).expect("an envelope");
        let mut second = first.clone();
        assert!(differences(survey, Wave::Pre, &first, &second).is_empty());
        second.school_year = crate::person::SchoolYear::new(5);
        let found = differences(survey, Wave::Pre, &first, &second);
        let told: Vec<_> = found.iter().map(|one| (one.field, one.first.as_str(), one.second.as_str())).collect();
        assert_eq!(told, [(YEAR, "Year 4", "Year 5")]);
        second.school_year = first.school_year;
        second.answers.insert("K2-CF1".to_owned(), Answer::Value(3));
        second.answers.insert("K2-CF2".to_owned(), Answer::Missing(Missing::Skipped));
        let found = differences(survey, Wave::Pre, &first, &second);
        let told: Vec<_> = found.iter().map(|one| (one.field, one.first.as_str(), one.second.as_str())).collect();
        assert_eq!(told, [("K2-CF1", "2", "3"), ("K2-CF2", "? (don’t know)", "nothing")]);
        let typed = |fields: &[(&str, &str)]| -> Typed {
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let picks = [("pick.K2-CF1", "second"), ("pick.K2-CF2", "first")];
        for wrong in [&picks[..1], &picks[..]] {
            assert!(Settled::read(&found, &typed(wrong)).is_err(), "{wrong:?}");
        }
        let mut all = picks.to_vec();
        all.push((REASON, "a slip"));
        let settled = Settled::read(&found, &typed(&all)).unwrap_or_default();
        assert_eq!(settled.seconds, BTreeMap::from([("K2-CF1".to_owned(), true), ("K2-CF2".to_owned(), false)]));
    }
}
