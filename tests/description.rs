//! Somebody else's attacker, where `./test attack` has brought it: schemathesis makes requests of its own out of
//! docs/openapi.json, of which this program's own tests know nothing. `PENCILMARK_SEED` repeats a run.

mod common;
#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use common::{NOW, SINGLE, a_place, ks2, open, send};
use pencilmark::account::{Role, password};
use pencilmark::person::Animal;
use pencilmark::store::{NewAccount, Target};
use pencilmark::survey::Wave;
use program::Program;
use serde_json::{Value, json};

/// What is asked of each answer. Its other checks want wrong messages refused, and we keep them.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

/// Most memory of the server.
const MEMORY: u64 = 250 * 1024 * 1024;

/// The description, where half of what is made up fits: an address and a session that are there, and in a message the id
/// that it is sent under, which no description can say.
fn description(programme: i64) -> Value {
    let mut description: Value = serde_json::from_str(include_str!("../docs/openapi.json")).expect("JSON");
    let ids = json!({ "enum": ["0".repeat(30) + "aa", "0".repeat(30) + "bb"] });
    let sessions = json!({ "enum": [SINGLE, "nowhere2"] });
    for message in ["Response", "Note"] {
        for (field, known) in [("id", &ids), ("session", &sessions)] {
            let place = format!("/components/schemas/{message}/properties/{field}");
            description.pointer_mut(&place).expect("a field").clone_from(known);
        }
    }
    let paths = description["paths"].as_object_mut().expect("paths").values_mut();
    let operations = paths.flat_map(|path| path.as_object_mut().expect("operations").values_mut());
    let parameters = operations.filter_map(|one| one.get_mut("parameters")?.as_array_mut()).flatten();
    for parameter in parameters.filter(|one| one["in"] == "path") {
        match parameter["name"].as_str() {
            Some("id") => parameter["schema"].clone_from(&ids),
            Some("key") => parameter["schema"].clone_from(&sessions),
            Some("programme") => parameter["schema"] = json!({ "enum": [programme, 999] }),
            _ => {}
        }
    }
    description
}

fn attacked_by(attacker: &Path, folder: &Path, address: &str, seed: &str, headers: &[String]) -> String {
    let mut command = Command::new(attacker);
    command
        .current_dir(folder)
        .args(["run", "description.json", "-u", address, "--continue-on-failure", "-c", CHECKS, "--seed", seed])
        .args(headers.iter().flat_map(|header| ["-H", header]))
        .env("NO_COLOR", "1");
    let attack = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&attack.stdout).into_owned();
    assert!(attack.status.success(), "seed {seed}: {said}\n{}", String::from_utf8_lossy(&attack.stderr));
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_elses_attacker_makes_of_the_description_is_answered_as_it_says() {
    const PASSWORD: &str = "gull-tractor-sock";
    let Some(attacker) = std::env::var_os("PENCILMARK_SCHEMATHESIS") else { return };
    let seed = std::env::var("PENCILMARK_SEED").unwrap_or_else(|_| "20261122".to_owned());
    let folder = tempfile::tempdir().expect("folder");
    let folder = folder.path();
    fs::create_dir(folder.join("tmp")).expect("made");
    let store = open(&Target::in_folder(&folder.join("data"))).await;
    let place = a_place(&store, "Riverside", 12).await;
    for (n, card) in (1..).zip(&place.cards) {
        send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    }
    let hash = password::hash(PASSWORD, [7; 16]).expect("hashed");
    let new = NewAccount { name: "Anna".to_owned(), role: Role::Administrator, holdings: Vec::new(), password: hash };
    store.add_account(new, NOW).await.expect("an account");
    store.close().await.expect("closed");
    fs::write(folder.join("description.json"), description(place.programme_id).to_string()).expect("written");

    let program = Program::writing_down(folder, "info");
    let address = format!("http://{}", program.address);
    let cookie = format!("Cookie: pencilmark={}", program.signed_in("Anna", PASSWORD));
    let is_in = |cookie: &str| program.ask("GET /people", &format!("{cookie}\r\n"), "").starts_with("HTTP/1.1 200");
    assert!(is_in(&cookie) && !is_in("Accept: */*"), "the second one is an administrator");
    for (who, headers) in [("nobody", vec![]), ("an administrator", vec![cookie.clone()])] {
        let begun = Instant::now();
        let said = attacked_by(Path::new(&attacker), folder, &address, &seed, &headers);
        let cases = said.lines().find(|line| line.contains("generated")).unwrap_or("how many cases it does not say");
        eprintln!("As {who}, seed {seed}, {} s: {}", begun.elapsed().as_secs(), cases.trim());
    }
    assert!(is_in(&cookie), "and still is");
    let peak = program.peak();
    eprintln!("Most memory of the server: {} MB", peak.map_or(0, |bytes| bytes / 1024 / 1024));
    assert!(peak.is_none_or(|peak| peak < MEMORY), "it took {peak:?} bytes");
    program.stop();
    let log = fs::read_to_string(folder.join("log")).expect("a log");
    assert!(!log.contains("panicked"), "something panicked");
}
