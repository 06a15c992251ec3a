//! What the integration tests share: a database of their own, a small programme, a family to answer.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::future::Future;
use std::sync::LazyLock;

use pencilmark::person::{Animal, CardCode, Role, SchoolYear};
use pencilmark::response::{Answer, Answers, Envelope, GivenBy, Mode, ResponseId};
use pencilmark::session::{DeliveryModel, Design, Programme, Project, Session, SessionRole, TargetReading};
use pencilmark::store::{Store, Target};
use pencilmark::survey::{Library, Wave};
use sqlx::Connection;

pub mod confidence;
pub mod outside;
pub mod sums;
pub mod things;
pub mod turnout;
pub mod web;

/// The moment of every test, microseconds since 1970: 16 May 2026.
pub const NOW: i64 = 1_778_889_600_000_000;

/// Runs a test on a fresh SQLite file and, where `PENCILMARK_TEST_POSTGRES` names a server, on a fresh
/// PostgreSQL database.
pub async fn on_each_database<F, Fut>(test: F)
where
    F: Fn(Store) -> Fut,
    Fut: Future<Output = ()>,
{
    on_each_target(async |target| test(open(&target).await).await).await;
}

/// The same for a test that opens the database itself, or looks at it from outside.
pub async fn on_each_target(test: impl AsyncFn(Target)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    test(Target::in_folder(folder.path())).await;
    if let Ok(server) = std::env::var("PENCILMARK_TEST_POSTGRES") {
        let (name, target) = fresh_on(&server).await;
        DATABASE.scope(name, test(target)).await;
    }
}

/// Another empty database on the same PostgreSQL server.
pub async fn fresh_beside(target: &Target) -> Target {
    let Target::Postgres(url) = target else { panic!("a SQLite file has a folder of its own") };
    fresh_on(url).await.1
}

async fn fresh_on(server: &str) -> (String, Target) {
    let name = format!("t{}", random_hex(8));
    let mut admin = sqlx::PgConnection::connect(server).await.expect("the test server answers");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&mut admin).await.expect("a database of one's own");
    let (base, _) = server.rsplit_once('/').expect("an address with a database name");
    let target = Target::Postgres(format!("{base}/{name}"));
    (name, target)
}

tokio::task_local! {
    /// The PostgreSQL database of the test that runs.
    static DATABASE: String;
}

/// Ends every connection to the PostgreSQL database of this test, as a restart of the server would. A
/// SQLite file has none to end.
pub async fn cut_connections(store: &Store) {
    if matches!(store, Store::Sqlite(_)) {
        return;
    }
    let server = std::env::var("PENCILMARK_TEST_POSTGRES").expect("the test server");
    let mut admin = sqlx::PgConnection::connect(&server).await.expect("the test server answers");
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
        .bind(DATABASE.get())
        .execute(&mut admin)
        .await
        .expect("connections ended");
}

/// Opens a database with the embedded surveys.
pub async fn open(target: &Target) -> Store {
    Store::open(target, Library::embedded(), NOW).await.expect("the database opens")
}

fn random_hex(bytes: usize) -> String {
    let mut random = vec![0_u8; bytes];
    getrandom::fill(&mut random).expect("randomness");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A programme with one project, three sessions and cards that have been issued.
pub struct Place {
    pub programme_id: i64,
    pub project_id: i64,
    pub cards: Vec<CardCode>,
}

/// Session keys of [`a_place`]: a one-off day, the last of a run five weeks later, and a follow-up.
pub const SINGLE: &str = "single22";
pub const LAST: &str = "last2222";
pub const REUNION: &str = "reunion2";

/// Makes a programme called `name` with `families` cards. Keys and codes differ from those of other names.
pub async fn a_place(store: &Store, name: &str, families: usize) -> Place {
    let programme_id = store.add_programme(a_programme(name), NOW).await.expect("a programme");
    let project_id = store.add_project(a_project(programme_id, "Job Trail")).await.expect("a project");
    for (key, held_on, role) in [
        (SINGLE, "2026-05-16", SessionRole::Single),
        (LAST, "2026-06-20", SessionRole::Last),
        (REUNION, "2026-09-20", SessionRole::FollowUp),
    ] {
        let session = Session {
            id: 0,
            key: format!("{key}{}", if name == "Riverside" { "" } else { name }),
            project_id,
            held_on: held_on.to_owned(),
            place: "Hall".to_owned(),
            role,
            closed_at_us: None,
            afters_us: None,
        };
        store.add_session(session).await.expect("a session");
    }
    let offset = name.len();
    let codes: Vec<CardCode> = (0..families * 3)
        .filter_map(|n| {
            let byte = |shift: usize| u8::try_from((n * 37 + offset * 11 + shift * 53) % 253).expect("below 253");
            let again = u8::try_from(n / 23 % 23).expect("below 23");
            CardCode::from_random([byte(1), byte(2), byte(3), byte(n), byte(5).wrapping_add(again) % 253])
        })
        .take(families)
        .collect();
    let cards = store.issue_cards(project_id, codes, NOW).await.expect("cards");
    assert_eq!(cards.len(), families, "the codes of a test are all different");
    cards.iter().for_each(|card| confidence::keep(card.as_str(), "code"));
    Place { programme_id, project_id, cards }
}

pub fn a_programme(name: &str) -> Programme {
    Programme {
        id: 0,
        name: name.to_owned(),
        funder: "Riverside Trust".to_owned(),
        grant_reference: String::new(),
        starts_on: "2026-05-01".to_owned(),
        ends_on: "2026-12-31".to_owned(),
        awareness_target: 50,
        awareness_reading: TargetReading::Overall,
        sample: false,
        practice_of: None,
    }
}

pub fn a_project(programme_id: i64, name: &str) -> Project {
    Project {
        id: 0,
        programme_id,
        name: name.to_owned(),
        area_id: None,
        organisation_id: None,
        delivery_model: DeliveryModel::School,
        design: Design::OneOff,
        target_children: 20,
        awareness_target: None,
        award_pence: 1_000_000,
        established: Some(true),
    }
}

/// A Year 4 child's questionnaire: the first `jobs` real jobs tapped, `sure` on the confidence question.
pub fn ks2(id: u8, card: &CardCode, animal: Animal, session: &str, wave: Wave, jobs: usize, sure: i32) -> Envelope {
    static LIBRARY: LazyLock<Library> = LazyLock::new(Library::embedded);
    let version = LIBRARY.newest("ks2").expect("ks2 is embedded");
    let mut answers = Answers::new();
    for (place, field) in version.survey.fields_at(wave).filter(|field| field.name.starts_with("K2-AW1.")).enumerate() {
        answers.insert(field.name.clone(), Answer::Value(i32::from(place < jobs)));
    }
    answers.insert("K2-CF1".to_owned(), Answer::Value(sure));
    Envelope {
        schema: 1,
        id: ResponseId::from_bytes([id; 16]),
        session: session.to_owned(),
        card: card.clone(),
        animal,
        role: animal.role(),
        school_year: SchoolYear::new(4),
        wave,
        survey: "ks2".to_owned(),
        version: version.hash.clone(),
        language: "en".to_owned(),
        started_ms: 0,
        finished_ms: 240_000,
        device: None,
        sequence: None,
        mode: Mode::Screen,
        helper: None,
        about: None,
        notice: None,
        permission: (animal.role() == Role::Child).then_some(GivenBy::Family),
        assent: Some(Mode::Screen),
        words: false,
        answers,
        seconds: std::collections::BTreeMap::new(),
    }
}

/// Waits for what comes sooner or later, and fails where it never does: after so many looks that a busy machine has
/// long been there.
pub async fn until(what: &str, mut has_come: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if has_come().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{what} never came");
}

/// Sends an envelope as a tablet would.
pub async fn send(store: &Store, envelope: &Envelope) -> pencilmark::store::IntakeReceipt {
    let bytes = serde_json::to_vec(envelope).expect("an envelope is JSON");
    confidence::keep_message(&bytes);
    store.take_in(envelope.id.clone(), bytes, NOW).await.expect("stored")
}

/// Whoever is named to read what families wrote has read all of it.
pub async fn everything_is_read(store: &Store, programme_id: i64) {
    store.settle().await.expect("settled");
    let unread = store.comments(programme_id, 500).await.expect("read");
    store.mark_read(programme_id, unread.into_iter().map(|one| one.response).collect(), NOW).await.expect("noted");
}

/// Runs a statistics program in a folder: what it printed, and whether it ended well. `None` where `./test`
/// has not installed such programs.
pub fn run_program(folder: &std::path::Path, program: &str, arguments: &[&str]) -> Option<(String, bool)> {
    std::env::var("PENCILMARK_TEST_PROGRAMS").ok()?;
    let run = std::process::Command::new(program).args(arguments).current_dir(folder).output();
    let run = run.expect("the program is installed");
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    Some((format!("{out}\n{err}"), run.status.success()))
}
