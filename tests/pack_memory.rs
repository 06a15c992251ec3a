//! A pack takes no more memory the more people there are: their rows leave as they are made.

#![cfg(target_os = "linux")] // which tells what a process has held

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::{SINGLE, a_place, ks2, open, send};
use pencilmark::person::{Animal, CardCode};
use pencilmark::store::Target;
use pencilmark::survey::Wave;
use sqlx::{Connection, SqliteConnection};

/// Several batches of those that are fetched together.
const FEWER: usize = 1_600;
const MORE: usize = 6_400;

/// Each of the people between has some thirty kilobytes of rows, 140 megabytes together; what allocators hold on to
/// differs by some twenty.
const MOST_MEGABYTES: u64 = 40;

/// A database of so many children with a before and an after: one who answered, and copies of its rows.
async fn crowd(folder: &Path, people: usize) {
    let store = open(&Target::in_folder(folder)).await;
    let place = a_place(&store, "Riverside", 1).await;
    let first = &place.cards[0];
    // A byte chooses one of 23 letters and digits.
    let codes = (0_u16..12_167).filter_map(|n| {
        let symbol = |place: u16| u8::try_from(n / place % 23).expect("below 23");
        CardCode::from_random([symbol(1), symbol(23), symbol(529), 7, 11]).filter(|code| code != first)
    });
    let others =
        store.issue_cards(place.project_id, codes.take(people - 1).collect(), common::NOW).await.expect("cards");
    assert_eq!(others.len(), people - 1);
    for (id, wave, jobs) in [(1, Wave::Pre, 8), (2, Wave::PostSame, 13)] {
        send(&store, &ks2(id, first, Animal::Fox, SINGLE, wave, jobs, 2)).await;
    }
    store.settle().await.expect("settled");
    let url = format!("sqlite://{}", folder.join("pencilmark.db").display());
    let mut outside = SqliteConnection::connect(&url).await.expect("a second connection");
    let codes: Vec<String> = others.iter().map(|card| card.as_str().to_owned()).collect();
    sqlx::query("create temp table copies as select key + 1 as n, value as code from json_each($1)")
        .bind(serde_json::to_string(&codes).expect("JSON"))
        .execute(&mut outside)
        .await
        .expect("copies");
    for statement in [
        "insert into person (id, card_code, animal, role, school_year, created_us)
         select id + n, code, animal, role, school_year, created_us from person, copies",
        "insert into attendance (session_id, person_id) select session_id, person_id + n from attendance, copies",
        "insert into person_pairs (person_id, pairs) select person_id + n, pairs from person_pairs, copies",
        "insert into intake (arrival, id, sha256, bytes, received_us)
         select arrival + 2 * n, id || '-' || n, sha256, bytes, received_us from intake, copies",
        "create temp table copied as select response.*, n from response, copies",
        "update copied set arrival = arrival + 2 * n, id = id || '-' || n, person_id = person_id + n",
        "alter table copied drop column n",
        "insert into response select * from copied",
    ] {
        sqlx::query(statement).execute(&mut outside).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    outside.close().await.expect("closed");
}

/// The most memory that making a pack took, in megabytes, and how many people it says are in it.
fn packed(folder: &Path) -> (u64, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pencilmark"))
        .args(["export", "--out", "all.zip", "--data"])
        .arg(folder)
        .current_dir(folder)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        most = peak(child.id()).unwrap_or(most);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(ended.status.success(), "{said}");
    (most, said)
}

/// Most memory that a process has had so far; nothing once it has ended.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

#[tokio::test]
async fn four_times_as_many_people_take_no_more_memory() {
    let mut peaks = Vec::new();
    for people in [FEWER, MORE] {
        let folder = tempfile::tempdir().expect("a folder");
        crowd(folder.path(), people).await;
        let (most, said) = packed(folder.path());
        assert!(said.contains(&format!("everything about {people} people")), "{said}");
        peaks.push(most);
    }
    let [fewer, more] = peaks[..] else { panic!("two packs") };
    assert!(fewer > 0, "this system tells what a process has held");
    eprintln!("{fewer} MiB for {FEWER} people, {more} MiB for {MORE}");
    assert!(more <= fewer + MOST_MEGABYTES, "{fewer} MiB for {FEWER} people, {more} MiB for {MORE}");
}
