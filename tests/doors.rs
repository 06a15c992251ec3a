//! Who may pass which door, and what is written down. The list of doors is held against the routes in
//! the source, and every door in it is tried.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::person::Animal;
use pencilmark::store::{AuditVerdict, Deed, Target};
use pencilmark::survey::Wave;
use pencilmark::web::DOORS;
use sqlx::Connection;

/// Every `METHOD route` that a text gives a router.
fn routes_in(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(".route(") {
        let rest = &text[at + ".route(".len()..];
        let mut depth = 1;
        let end = rest.find(|c| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let call = &rest[..end.expect("a closed bracket")];
        let route = call.split('"').nth(1).expect("a route is written out");
        for method in ["get", "post", "put", "delete", "patch", "any", "head", "options"] {
            let calls = [format!(" {method}("), format!(".{method}("), format!("\n{method}(")];
            if calls.iter().any(|words| call.contains(words.as_str())) {
                found.insert(format!("{} {route}", method.to_uppercase()));
            }
        }
    }
    found
}

fn routes_below(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(routes_below(&path));
        } else {
            found.extend(routes_in(&fs::read_to_string(&path).expect("source is text")));
        }
    }
    found
}

#[test]
fn the_table_of_doors_is_the_list_of_routes() {
    let sample = "Router::new().route(\"/a/{b}\", get(|| async { x() }).post(y)).route(\"/c\", put(z))";
    assert_eq!(routes_in(sample), ["GET /a/{b}", "POST /a/{b}", "PUT /c"].map(str::to_owned).into());
    let routes = routes_below(Path::new("src/web"));
    assert!(routes.len() > 40, "the routes were not understood: {routes:?}");
    let doors: BTreeSet<String> = DOORS.iter().map(|door| format!("{} {}", door.method, door.route)).collect();
    assert_eq!(doors.len(), DOORS.len(), "a door stands in the table twice");
    let missing: Vec<_> = routes.difference(&doors).collect();
    assert!(missing.is_empty(), "give these a line in src/web/doors.rs: {missing:?}");
    let gone: Vec<_> = doors.difference(&routes).collect();
    assert!(gone.is_empty(), "no route is behind these doors: {gone:?}");
}

#[test]
fn every_change_by_the_team_has_words_in_the_log() {
    let silent: Vec<_> =
        DOORS.iter().filter(|door| door.is_for_team() && door.method != "GET" && door.deed.is_none()).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// An address that the route matches.
fn address(route: &str, place: &common::Place) -> String {
    let project = place.project_id.to_string();
    let programme = place.programme_id.to_string();
    let part = |part: &str| match part.trim_matches(|c| matches!(c, '{' | '}' | '*')) {
        "project" => project.clone(),
        "programme" => programme.clone(),
        "session" | "key" => SINGLE.to_owned(),
        "id" => "0".repeat(32),
        "issued" => NOW.to_string(),
        "file" => "long.csv".to_owned(),
        "code" => place.cards[0].as_str().to_owned(),
        other => other.to_owned(),
    };
    route
        .split('/')
        .map(|one| if one.starts_with('{') { part(one) } else { one.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn a_tablet_passes_the_families_doors_and_none_of_the_teams() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let application = app(&store);
    let (tablet, team) = (Browser::of_tablet(&application), Browser::of_staff(&application));
    for door in DOORS {
        let address = address(door.route, &place);
        let answered = tablet.send_as(door.method, &address).await;
        assert_eq!(answered.status == StatusCode::FORBIDDEN, door.is_for_team(), "{} {address}", door.method);
        if door.is_for_team() && door.method != "GET" {
            let foreign =
                team.clone().sending("origin", "http://elsewhere.example").send_as(door.method, &address).await;
            assert_eq!(foreign.status, StatusCode::FORBIDDEN, "a foreign page at {address}");
        }
    }
    assert!(store.audit(None, 10).await.expect("log").is_empty(), "nothing was done");
    assert_eq!(team.get("/no/such/page").await.status, StatusCode::NOT_FOUND);
    assert_eq!(tablet.send_as("DELETE", "/sample").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_the_team_does_is_written_down_without_codes_or_answers() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        let team = Browser::of_staff(&app(&store));
        team.post(&format!("/sessions/{SINGLE}/closure"), &[]).await.location();
        team.post(&format!("/sessions/{SINGLE}/reopening"), &[]).await.location();
        let file = team.get(&format!("/programmes/{}/downloads/long.csv", place.programme_id)).await;
        assert_eq!(file.status, StatusCode::OK);
        let code = place.cards[0].to_string();
        let refused = team.post("/rights", &[("code", "nonsense")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        team.post("/rights/answers", &[("code", &code)]).await;
        team.post("/rights/withdrawal", &[("code", &code), ("reason", "asked")]).await;

        let log = store.audit(None, 10).await.expect("log");
        let whats: Vec<&str> = log.iter().rev().map(|entry| entry.deed.what.as_str()).collect();
        assert_eq!(
            whats,
            [
                "Closed a session",
                "Opened a session again",
                "Downloaded answers row by row",
                "Showed a family’s answers",
                "Took a family’s answers out"
            ]
        );
        assert_eq!(log[0].deed.reason, "The family asked for it");
        assert!(log.iter().all(|entry| entry.deed.who == "somebody at this machine" && entry.at_us > 0));
        let page = team.get("/audit").await.text;
        assert!(page.contains("Took a family’s answers out") && page.contains("The family asked for it"));
        for secret in [code.as_str(), place.cards[0].as_str()] {
            assert!(!format!("{log:?}{page}").contains(secret), "a card's code is in the log");
        }
        assert!(matches!(store.verify_audit().await.expect("log"), AuditVerdict::Whole { rows: 5, .. }));
    })
    .await;
}

#[tokio::test]
async fn a_line_that_was_changed_or_taken_out_from_outside_is_found() {
    for (harm, at) in [
        ("update audit set who = 'nobody' where n = 2", 2),
        ("delete from audit where n = 2", 2),
        ("update audit set n = 9 where n = 3", 3),
    ] {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        for n in 0..3 {
            let deed = Deed { who: "anna".to_owned(), what: format!("did {n}"), ..Deed::default() };
            store.note(deed, NOW).await.expect("noted");
        }
        store.close().await.expect("closed");
        let path = folder.path().join("pencilmark.db");
        let mut outside = sqlx::SqliteConnection::connect(&path.display().to_string()).await.expect("a way in");
        sqlx::query(harm).execute(&mut outside).await.expect("done");
        outside.close().await.expect("closed");
        let store = open(&Target::in_folder(folder.path())).await;
        assert_eq!(store.verify_audit().await.expect("log"), AuditVerdict::Broken { at }, "{harm}");
    }
}
