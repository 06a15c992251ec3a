//! Into the database and out again, through the same doors as real data.

use thiserror::Error;

use crate::report::{Lesson, Quote, QuoteState};
use crate::response::ResponseId;
use crate::session::{Area, Declined, No, Organisation, Programme, Project, Session, SessionRole};
use crate::store::{NewPerson, Store, StoreError, TakenQuote};

use super::{Permission, Sample, written};

/// Responses handed to the store at a time: enough to commit in groups, few enough for a moving bar.
const AT_ONCE: usize = 512;

/// Sessions of the sample closed a few days after they were held, when what was answered at home was in.
const OPEN_DAYS: i64 = 4;

/// The one session that is open, today, to try a tablet with: spare cards of its project fit, `PEN-C4T` among them.
const TODAY: &str = "sampleday";

/// The project that holds it.
const TODAYS_PROJECT: &str = "Kitchen Table Careers";

/// Why the sample could not be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It is there already.
    #[error("The sample is loaded already. Take it away with `pencilmark demo --remove`.")]
    Loaded,
    /// A real card has one of the sample's codes; the two must never be mixed.
    #[error(
        "A card in this database has a code of the sample’s, so the sample cannot be loaded beside it. Load it into a data folder of its own."
    )]
    CodeInUse,
    /// A response could not be written down.
    #[error("A response of the sample could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// What its team wrote cannot be read.
    #[error("The sample’s own texts could not be read: {0}")]
    Texts(#[from] toml::de::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Loads a sample as a programme of its own. `step` hears how many of its responses are stored, and then
/// how many of them are scored. Returns the programme's key.
///
/// # Errors
/// Where a sample is loaded already or the database fails; then nothing of this one is left behind.
pub async fn load(store: &Store, sample: &Sample, now_us: i64, step: impl Fn(usize, i64)) -> Result<i64, LoadError> {
    if store.programmes().await?.iter().any(|programme| programme.sample) {
        return Err(LoadError::Loaded);
    }
    let programme_id = store.add_programme(programme_of(sample), now_us).await?;
    match fill(store, sample, programme_id, now_us, step).await {
        Ok(()) => Ok(programme_id),
        Err(error) => {
            store.remove_programme(programme_id).await?;
            Err(error)
        }
    }
}

/// Takes the sample away. Returns the number of responses it had, or `None` where there was no sample.
///
/// # Errors
/// Where the database fails; then it is still whole.
pub async fn unload(store: &Store) -> Result<Option<i64>, StoreError> {
    store.settle().await?;
    let mut removed = None;
    for programme in store.programmes().await?.into_iter().filter(|programme| programme.sample) {
        removed = Some(removed.unwrap_or(0) + store.remove_programme(programme.id).await?);
    }
    Ok(removed)
}

async fn fill(
    store: &Store,
    sample: &Sample,
    programme_id: i64,
    now_us: i64,
    step: impl Fn(usize, i64),
) -> Result<(), LoadError> {
    let projects = add_projects(store, sample, programme_id).await?;
    let sessions = add_sessions(store, sample, &projects).await?;
    write_down(store, sample, programme_id, &projects, &sessions, now_us).await?;
    add_todays_session(store, sample, &projects, now_us).await?;
    issue_cards(store, sample, &projects, now_us).await?;
    let people: Vec<NewPerson> = sample
        .attendances
        .iter()
        .map(|attendance| (attendance, &sample.people[attendance.person]))
        // Who said no is a count and nobody in particular.
        .filter(|(_, person)| person.permission == Permission::Yes)
        .map(|(attendance, person)| NewPerson {
            card: sample.cards[person.card].code.clone(),
            animal: person.animal,
            school_year: person.school_year,
            session_id: sessions[attendance.session],
        })
        .collect();
    store.register(people, now_us).await?;
    for refusal in &sample.refusals {
        let session_id = sessions[refusal.session];
        for (declined, n) in [(Declined::Children, refusal.adult_no), (Declined::Child, refusal.child_no)] {
            if n > 0 {
                store.add_noes(session_id, No { declined, known: false }, i64::from(n)).await?;
            }
        }
    }
    send(store, sample, step).await
}

fn programme_of(sample: &Sample) -> Programme {
    let record = &sample.programme;
    Programme {
        id: 0,
        name: record.name.to_owned(),
        funder: record.funder.to_owned(),
        grant_reference: record.grant_reference.to_owned(),
        starts_on: record.starts_on.to_string(),
        ends_on: record.ends_on.to_string(),
        awareness_target: record.awareness_target,
        awareness_reading: record.awareness_reading,
        sample: true,
        practice_of: None,
    }
}

async fn add_projects(store: &Store, sample: &Sample, programme_id: i64) -> Result<Vec<i64>, StoreError> {
    let mut areas = Vec::with_capacity(sample.areas.len());
    for name in &sample.areas {
        areas.push(store.add_area(Area { id: 0, programme_id, name: (*name).to_owned() }).await?);
    }
    let mut organisations = Vec::with_capacity(sample.organisations.len());
    for name in &sample.organisations {
        let organisation = Organisation { id: 0, programme_id, name: (*name).to_owned() };
        organisations.push(store.add_organisation(organisation).await?);
    }
    let mut projects = Vec::with_capacity(sample.projects.len());
    for record in &sample.projects {
        let project = Project {
            id: 0,
            programme_id,
            name: record.name.to_owned(),
            area_id: record.area.map(|area| areas[area]),
            organisation_id: Some(organisations[record.organisation]),
            delivery_model: record.delivery_model,
            design: record.design,
            target_children: record.target_children,
            awareness_target: None,
            award_pence: record.award_pence,
            established: Some(record.established),
        };
        projects.push(store.add_project(project).await?);
    }
    Ok(projects)
}

async fn add_sessions(store: &Store, sample: &Sample, projects: &[i64]) -> Result<Vec<i64>, StoreError> {
    let mut sessions = Vec::with_capacity(sample.sessions.len());
    for record in &sample.sessions {
        let closed = record.held_on.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |day| day.timestamp().as_microsecond());
        let session = Session {
            id: 0,
            key: record.key.clone(),
            project_id: projects[record.project],
            held_on: record.held_on.to_string(),
            place: record.place.to_owned(),
            role: record.role,
            closed_at_us: Some(closed + OPEN_DAYS * 86_400_000_000),
            afters_us: None,
        };
        sessions.push(store.add_session(session).await?);
    }
    Ok(sessions)
}

async fn add_todays_session(store: &Store, sample: &Sample, projects: &[i64], now_us: i64) -> Result<(), StoreError> {
    let place = sample.projects.iter().position(|project| project.name == TODAYS_PROJECT);
    let today = jiff::Timestamp::from_microsecond(now_us).map(|now| now.to_zoned(jiff::tz::TimeZone::system()).date());
    let (Some(place), Ok(today)) = (place, today) else { return Ok(()) };
    let session = Session {
        id: 0,
        key: TODAY.to_owned(),
        project_id: projects[place],
        held_on: today.to_string(),
        place: "Larkfield Hall".to_owned(),
        role: SessionRole::Single,
        closed_at_us: None,
        afters_us: None,
    };
    store.add_session(session).await.map(|_| ())
}

async fn issue_cards(store: &Store, sample: &Sample, projects: &[i64], now_us: i64) -> Result<(), LoadError> {
    for (place, &project_id) in projects.iter().enumerate() {
        let codes: Vec<_> =
            sample.cards.iter().filter(|card| card.project == place).map(|card| card.code.clone()).collect();
        let wanted = codes.len();
        if store.issue_cards(project_id, codes, now_us).await?.len() != wanted {
            return Err(LoadError::CodeInUse);
        }
    }
    Ok(())
}

/// What the team and the leaders wrote.
async fn write_down(
    store: &Store,
    sample: &Sample,
    programme_id: i64,
    projects: &[i64],
    sessions: &[i64],
    now_us: i64,
) -> Result<(), LoadError> {
    let written = written::written()?;
    store.keep_texts(programme_id, written.texts).await?;
    store.keep_costs(programme_id, written.costs).await?;
    for (place, lesson) in written.lessons {
        let lesson = Lesson { project_id: place.map(|place| projects[place]), ..lesson };
        store.add_lesson(programme_id, lesson).await?;
    }
    add_quotes(store, programme_id, projects, written.quotes, now_us).await?;
    for (place, &session_id) in sessions.iter().enumerate() {
        if let Some(notes) = written::notes(sample, place) {
            store.note_day(session_id, notes, now_us).await?;
        }
    }
    Ok(())
}

/// Takes quotes as they were said, and leads each from state to state as a member of the team would.
async fn add_quotes(
    store: &Store,
    programme_id: i64,
    projects: &[i64],
    quotes: Vec<(Option<usize>, Quote)>,
    now_us: i64,
) -> Result<(), StoreError> {
    let said = |(place, quote): &(Option<usize>, Quote)| TakenQuote {
        quote: Quote {
            project_id: place.map(|place| projects[place]),
            words: quote.said.clone(),
            state: QuoteState::Captured,
            ..quote.clone()
        },
        card_code: String::new(),
        response_id: String::new(),
    };
    store.take_quotes(programme_id, quotes.iter().map(said).collect(), now_us).await?;
    let taken = store.quotes(programme_id).await?;
    for (mut standing, (_, goal)) in taken.into_iter().zip(quotes) {
        standing.words = goal.words;
        while standing.state != goal.state {
            let next = [goal.state, QuoteState::Screened, QuoteState::Approved]
                .into_iter()
                .find(|next| *next != standing.state && standing.may_become(*next));
            let Some(next) = next else { break };
            store.change_quote(standing.id, next, standing.words.clone()).await?;
            standing.state = next;
        }
    }
    Ok(())
}

/// Sends the responses as tablets would, received when each was finished.
async fn send(store: &Store, sample: &Sample, step: impl Fn(usize, i64)) -> Result<(), LoadError> {
    let mut sent = 0;
    for some in sample.responses.chunks(AT_ONCE) {
        let some: Vec<(ResponseId, Vec<u8>, i64)> = some
            .iter()
            .map(|record| {
                let envelope = &record.envelope;
                Ok((envelope.id.clone(), serde_json::to_vec(envelope)?, envelope.finished_ms * 1000))
            })
            .collect::<Result<_, serde_json::Error>>()?;
        sent += some.len();
        store.take_in_all(some).await?;
        step(sent, 0);
    }
    let scored = store.settle().await?;
    step(sent, scored.responses);
    Ok(())
}
