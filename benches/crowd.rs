//! A crowd of made-up children for the benchmarks, through the library's own doors.
//!
//! ```text
//! cargo bench --bench crowd -- envelopes FOLDER CHILDREN   sets a programme up in the folder's database and
//!                                                          prints a before and an after of every child, one
//!                                                          a line: id, tab, the bytes a tablet would send
//! cargo bench --bench crowd -- answer FOLDER CHILDREN      sends them itself, and prints the seconds until all
//!                                                          are durable and until all are scored and paired
//! ```

use std::io::{self, Write};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use pencilmark::person::{Animal, CardCode, SchoolYear};
use pencilmark::response::{Answer, Answers, Envelope, GivenBy, Mode, ResponseId};
use pencilmark::session::{DeliveryModel, Design, Programme, Project, Session, SessionRole, TargetReading};
use pencilmark::store::{Store, Target};
use pencilmark::survey::{Accepts, Library, SurveyVersion, Wave};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const PROJECTS: usize = 10;

/// Responses handed over together, in `answer`.
const AT_ONCE: usize = 4096;

/// The children of a family, by their pictures.
const SIBLINGS: [Animal; 4] = [Animal::Fox, Animal::Owl, Animal::Frog, Animal::Bee];

/// Where a project's children answer.
struct Place {
    session: String,
    cards: Vec<CardCode>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench` of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [command, folder, children] = arguments.as_slice() else {
        bail!("crowd: say `envelopes FOLDER CHILDREN` or `answer FOLDER CHILDREN`");
    };
    let children: usize = children.parse().context("CHILDREN is a number")?;
    let store = Store::open(&Target::in_folder(Path::new(folder)), Library::embedded(), now_us()).await?;
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let places = set_up(&store, children, &mut random).await?;
    let survey = store.library().newest("ks2").context("the KS2 survey")?.clone();
    let envelopes = envelopes(survey, &places, children, random);
    match command.as_str() {
        "envelopes" => print(envelopes),
        "answer" => answer(&store, envelopes).await,
        other => bail!("crowd: there is no `{other}`"),
    }
}

/// A programme of ten projects, each with one session and as many cards as its share of the children needs.
async fn set_up(store: &Store, children: usize, random: &mut impl Rng) -> anyhow::Result<Vec<Place>> {
    let programme_id = store
        .add_programme(
            Programme {
                id: 0,
                name: "A crowd".to_owned(),
                funder: "Nobody".to_owned(),
                grant_reference: String::new(),
                starts_on: "2026-01-01".to_owned(),
                ends_on: "2026-12-31".to_owned(),
                awareness_target: 50,
                awareness_reading: TargetReading::Overall,
                sample: false,
                practice_of: None,
            },
            now_us(),
        )
        .await?;
    let families = children.div_ceil(PROJECTS * SIBLINGS.len());
    let mut places = Vec::new();
    for number in 1..=PROJECTS {
        let project = Project {
            id: 0,
            programme_id,
            name: format!("Project {number}"),
            area_id: None,
            organisation_id: None,
            delivery_model: DeliveryModel::Community,
            design: Design::OneOff,
            target_children: 100,
            awareness_target: None,
            award_pence: 1_000_000,
            established: Some(true),
        };
        let project_id = store.add_project(project).await?;
        let key = format!("crowd{number:03}");
        let session = Session {
            id: 0,
            key: key.clone(),
            project_id,
            held_on: "2026-06-13".to_owned(),
            place: "The hall".to_owned(),
            role: SessionRole::Single,
            closed_at_us: None,
            afters_us: None,
        };
        store.add_session(session).await?;
        let mut cards = Vec::new();
        while cards.len() < families {
            let codes: Vec<CardCode> =
                (cards.len()..families).filter_map(|_| CardCode::from_random(random.random())).collect();
            cards.extend(store.issue_cards(project_id, codes, now_us()).await?);
        }
        places.push(Place { session: key, cards });
    }
    Ok(places)
}

/// A before and a same-day after of every child, made one at a time as they are asked for.
fn envelopes(
    survey: SurveyVersion,
    places: &[Place],
    children: usize,
    mut random: ChaCha8Rng,
) -> impl Iterator<Item = (ResponseId, Vec<u8>)> {
    (0..children).flat_map(move |child| {
        let place = &places[child % PROJECTS];
        let card = &place.cards[child / PROJECTS / SIBLINGS.len()];
        let animal = SIBLINGS[child / PROJECTS % SIBLINGS.len()];
        [Wave::Pre, Wave::PostSame].map(|wave| {
            let id = ResponseId::from_bytes(random.random());
            let envelope = Envelope {
                schema: 1,
                id: id.clone(),
                session: place.session.clone(),
                card: card.clone(),
                animal,
                role: animal.role(),
                school_year: SchoolYear::new(5),
                wave,
                survey: survey.survey.id.clone(),
                version: survey.hash.clone(),
                language: "en".to_owned(),
                started_ms: 1_781_000_000_000,
                finished_ms: 1_781_000_240_000,
                device: None,
                sequence: None,
                mode: Mode::Screen,
                helper: None,
                about: None,
                notice: None,
                permission: Some(GivenBy::Family),
                assent: Some(Mode::Screen),
                words: false,
                answers: answers(&survey, wave, &mut random),
                seconds: std::collections::BTreeMap::new(),
            };
            let bytes = serde_json::to_vec(&envelope).expect("an envelope is JSON");
            (id, bytes)
        })
    })
}

/// Any allowed answer to everything the wave asks; texts are left out, foils are left alone.
fn answers(survey: &SurveyVersion, wave: Wave, random: &mut impl Rng) -> Answers {
    let foil = |part: &str| survey.survey.jobs.get(part).is_some_and(|job| job.foil);
    survey
        .survey
        .fields_at(wave)
        .filter(|field| !matches!(field.accepts, Accepts::Text { .. }))
        .filter_map(|field| {
            let values = field.accepts.values();
            let part = field.name.split('.').nth(1).unwrap_or_default();
            let choice = if foil(part) { 0 } else { random.random_range(0..values.len()) };
            Some((field.name, Answer::Value(values.get(choice)?.0)))
        })
        .collect()
}

fn print(envelopes: impl Iterator<Item = (ResponseId, Vec<u8>)>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (id, bytes) in envelopes {
        write!(out, "{id}\t")?;
        out.write_all(&bytes)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

async fn answer(store: &Store, mut envelopes: impl Iterator<Item = (ResponseId, Vec<u8>)>) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let sent: Vec<_> = envelopes.by_ref().take(AT_ONCE).map(|(id, bytes)| (id, bytes, now_us())).collect();
        if sent.is_empty() {
            break;
        }
        store.take_in_all(sent).await?;
    }
    let durable = began.elapsed();
    store.settle().await?;
    writeln!(io::stdout(), "{:.3} {:.3}", durable.as_secs_f64(), began.elapsed().as_secs_f64())?;
    Ok(())
}

fn now_us() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
