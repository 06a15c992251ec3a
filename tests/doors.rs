//! Who may pass which door, and what is written down. The list of doors is held against the routes in
//! the source, and every door in it is tried.

mod common;
#[path = "doors/numbers.rs"]
mod numbers;
#[path = "doors/walls.rs"]
mod walls;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use common::outside::Outside;
use common::web::{Browser, WHY, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, on_each_target, open, send};
use pencilmark::account::{Holding, Role, Secret, SignIn, Within};
use pencilmark::person::{Animal, CardCode};
use pencilmark::session::{Because, Organisation, Project, Session};
use pencilmark::store::{AuditVerdict, Deed, NamedProject, NewAccount, Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, DOORS, Door, For};

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

/// An address that the route matches, in a place: its programme, its project, its session.
fn address_at(route: &str, (programme, project, session): (i64, i64, &str), card: &str) -> String {
    let part = |part: &str| match part.trim_matches(|c| matches!(c, '{' | '}' | '*')) {
        "project" => project.to_string(),
        "programme" => programme.to_string(),
        "session" | "key" => session.to_owned(),
        "id" => "0".repeat(32),
        "issued" => NOW.to_string(),
        "file" => "long.csv".to_owned(),
        "code" => card.to_owned(),
        other => other.to_owned(),
    };
    route
        .split('/')
        .map(|one| if one.starts_with('{') { part(one) } else { one.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

fn address(route: &str, place: &common::Place) -> String {
    address_at(route, (place.programme_id, place.project_id, SINGLE), place.cards[0].as_str())
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
        team.post(&format!("/sessions/{SINGLE}/reopening"), &[WHY]).await.location();
        let file = team.get(&format!("/programmes/{}/downloads/long.csv?why=asked", place.programme_id)).await;
        assert_eq!(file.status, StatusCode::OK);
        let code = place.cards[0].to_string();
        let refused = team.post("/rights", &[("code", "nonsense")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        team.post("/rights/answers", &[("code", &code), WHY]).await;
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
async fn the_database_itself_refuses_to_change_or_empty_the_log() {
    on_each_target(async |target| {
        let store = open(&target).await;
        for n in 0..3 {
            let deed = Deed { who: "anna".to_owned(), what: format!("did {n}"), ..Deed::default() };
            store.note(deed, NOW).await.expect("noted");
        }
        let log = store.audit(None, 10).await.expect("log");
        let mut outside = Outside::of(&target).await;
        let mut harms = vec![
            "update audit set who = 'nobody' where n = 2",
            "update audit set n = 9 where n = 3",
            "delete from audit where n = 2",
            "delete from audit",
        ];
        match target {
            Target::Sqlite(_) => harms.extend([
                "insert or replace into audit (n, at_us, who, what, about, reason, link) values (2, 0, '', '', '', '', '')",
                "insert into audit (n, at_us, who, what, about, reason, link) values (0, 0, '', '', '', '', '')",
            ]),
            Target::Postgres(_) => harms.push("truncate audit"),
        }
        for harm in &harms {
            let refused = outside.run_one(harm).await.expect_err(harm);
            assert!(refused.contains("the audit log is only added to"), "{harm}: {refused}");
        }
        assert_eq!(store.audit(None, 10).await.expect("log"), log);
        // Whoever takes the guards away finds them back after the next start.
        for guard in outside.guards_of_log().await {
            outside.drop_guard(&guard).await;
        }
        assert_eq!(outside.guards_of_log().await, Vec::<String>::new());
        store.close().await.expect("closed");
        let store = open(&target).await;
        for harm in &harms {
            outside.run_one(harm).await.expect_err(harm);
        }
        store.note(Deed { what: "went on".to_owned(), ..Deed::default() }, NOW).await.expect("noted");
        assert!(matches!(store.verify_audit().await.expect("log"), AuditVerdict::Whole { rows: 4, .. }));
        outside.close().await;
        store.close().await.expect("closed");
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
        let mut outside = Outside::of(&Target::in_folder(folder.path())).await;
        // Whoever has the file can take the guards off it, too.
        for guard in outside.guards_of_log().await {
            outside.drop_guard(&guard).await;
        }
        outside.run_one(harm).await.expect("done");
        outside.close().await;
        let store = open(&Target::in_folder(folder.path())).await;
        assert_eq!(store.verify_audit().await.expect("log"), AuditVerdict::Broken { at }, "{harm}");
    }
}

/// Signs somebody in without their password.
async fn enter(store: &Store, app: &App, account: i64) -> Browser {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("randomness");
    let secret = Secret::from_bytes(bytes);
    let now_us = app.now_us();
    let (digest, browser) = (secret.digest(), "a test".to_owned());
    let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
    store.begin_sign_in(sign_in).await.expect("signed in");
    Browser::signed_in(app, &secret)
}

async fn somebody(store: &Store, name: &str, role: Role, holdings: Vec<Holding>) -> i64 {
    let new = NewAccount { name: name.to_owned(), role, holdings, password: "none".to_owned() };
    store.add_account(new, NOW).await.expect("an account")
}

/// Programme, project and session of one place.
type Where = (i64, i64, String);

/// Two organisations in one programme, and a programme of others.
struct Town {
    ours: Where,
    neighbours: Where,
    elsewhere: Where,
    organisation: i64,
}

async fn a_town(store: &Store) -> Town {
    let here = a_place(store, "Riverside", 2).await;
    let there = a_place(store, "Hillside", 2).await;
    let organisation = |name: &str| Organisation { id: 0, programme_id: here.programme_id, name: name.to_owned() };
    let us = store.add_organisation(organisation("Us")).await.expect("an organisation");
    let them = store.add_organisation(organisation("Them")).await.expect("an organisation");
    let project = store.project(here.project_id).await.expect("read").expect("there");
    let nothing_said = Because { reason: String::new(), on: "2026-05-01".to_owned() };
    let ours = NamedProject { project: project.clone(), area: String::new(), organisation: "Us".to_owned() };
    store.keep_project(ours, Some(project.clone()), nothing_said).await.expect("changed");
    let other = Project { id: 0, name: "Theirs".to_owned(), organisation_id: Some(them), ..project };
    let other = store.add_project(other).await.expect("a project");
    let session = store.session(SINGLE).await.expect("read").expect("there").session;
    let key = "neighb22".to_owned();
    store.add_session(Session { id: 0, key: key.clone(), project_id: other, ..session }).await.expect("a session");
    Town {
        ours: (here.programme_id, here.project_id, SINGLE.to_owned()),
        neighbours: (here.programme_id, other, key),
        elsewhere: (there.programme_id, there.project_id, format!("{SINGLE}Hillside")),
        organisation: us,
    }
}

/// How much of a place each role reaches in this town, said here once more, without the rules of the program:
/// (of ours, of the neighbours', of those elsewhere), for an address of a project.
fn within(role: Role) -> (bool, bool, bool) {
    match role {
        Role::Administrator => (true, true, true),
        Role::Manager | Role::Leader => (true, false, false),
        Role::Evaluator | Role::Funder => (true, true, false),
    }
}

/// Loading and unloading the sample takes seconds; `tests/sample.rs` does it.
const SLOW: [&str; 2] = ["/sample", "/sample/removal"];

#[tokio::test]
async fn every_door_is_open_to_its_roles_in_their_own_place_and_to_nobody_else() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let town = a_town(&store).await;
    let application = app(&store);
    let holding = |within| vec![Holding { programme: town.ours.0, within }];
    somebody(&store, "another administrator", Role::Administrator, Vec::new()).await;
    let mut cells = 0;
    for role in Role::ALL {
        let given = match role {
            Role::Administrator => Vec::new(),
            Role::Manager => holding(Within::Organisation(town.organisation)),
            Role::Leader => holding(Within::Project(town.ours.1)),
            Role::Evaluator | Role::Funder => holding(Within::Whole),
        };
        let account = somebody(&store, role.code(), role, given).await;
        let (ours, neighbours, elsewhere) = within(role);
        for door in DOORS {
            let For::Team(roles) = door.whom else { continue };
            if SLOW.contains(&door.route) {
                continue;
            }
            let of_project = ["{project}", "{session}"].iter().any(|part| door.route.contains(part));
            let of_programme = door.route.contains("{programme}");
            for (place, reached) in [(&town.ours, ours), (&town.neighbours, neighbours), (&town.elsewhere, elsewhere)] {
                let at = address_at(door.route, (place.0, place.1, &place.2), "");
                let whole_programme = matches!(role, Role::Administrator | Role::Evaluator | Role::Funder);
                let reached = match (of_project, of_programme) {
                    (true, _) => reached,
                    // Ours and the neighbours' are one programme, of which an organisation or a project is a part.
                    (_, true) => (whole_programme || door.in_part) && (elsewhere || *place != town.elsewhere),
                    _ => true,
                };
                if roles.contains(&role) && reached && door.route.ends_with("/live") {
                    continue; // it never ends: tests/leader_board.rs listens
                }
                let browser = enter(&store, &application, account).await;
                let answered = browser.send_as(door.method, &at).await;
                let cell = format!("{} at {} {at}: {}", role.code(), door.method, answered.status);
                if !roles.contains(&role) {
                    assert_eq!(answered.status, StatusCode::FORBIDDEN, "{cell}");
                } else if !reached {
                    assert_eq!(answered.status, StatusCode::NOT_FOUND, "{cell}");
                    let nothing = browser.send_as(door.method, &address_at(door.route, (99, 99, "nothing2"), "")).await;
                    assert_eq!(nothing.text, answered.text, "{cell}: what is others' looks unlike what is nowhere");
                } else {
                    assert!(!answered.status.is_server_error(), "{cell}");
                    assert_ne!(answered.status, StatusCode::FORBIDDEN, "{cell}");
                    // A number of something within the place that is not there is not found, and that is all.
                    let known = ["{project}", "{session}", "{programme}", "{file}"];
                    let rest = known.iter().fold(door.route.to_owned(), |rest, part| rest.replace(part, ""));
                    if !rest.contains('{') && role != Role::Funder {
                        assert_ne!(answered.status, StatusCode::NOT_FOUND, "{cell}");
                    }
                }
                cells += 1;
            }
        }
    }
    assert!(cells > 700, "only {cells} cells were tried");
}

#[tokio::test]
async fn with_the_first_account_nobody_passes_a_door_of_the_team_without_signing_in() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let application = app(&store);
    let machine = Browser::of_staff(&application);
    assert_eq!(machine.get("/people/new").await.location(), "/people/first", "nothing but the first account");
    somebody(&store, "anna", Role::Administrator, Vec::new()).await;
    let token = format!("pencilmark_staff={}", application.token());
    for browser in [machine, Browser::of_tablet(&application).sending("cookie", &token)] {
        for door in DOORS.iter().filter(|door| door.is_for_team()) {
            let at = address(door.route, &place);
            let answered = browser.send_as(door.method, &at).await;
            if door.method == "GET" {
                assert!(answered.location().starts_with("/sign-in"), "{at}");
            } else {
                assert_eq!(answered.status, StatusCode::FORBIDDEN, "{at}");
            }
        }
    }
    assert_eq!(store.accounts().await.expect("accounts").len(), 1);
}

#[test]
fn the_roles_of_the_table_are_those_of_the_promises() {
    let routes = |role: Role, method: &str| -> Vec<&str> {
        let open =
            |door: &&Door| matches!(door.whom, For::Team(roles) if roles.contains(&role)) && door.method == method;
        DOORS.iter().filter(open).map(|door| door.route).filter(|route| !route.starts_with("/account")).collect()
    };
    let page = "/programmes/{programme}/funder";
    assert_eq!(routes(Role::Funder, "GET"), [page, "/programmes/{programme}/funder.pdf"], "one page, also on paper");
    assert_eq!(routes(Role::Funder, "POST"), ["/sign-out"]);
    let evaluators: Vec<_> = routes(Role::Evaluator, "POST");
    // Besides links for the funder they write what a report says beside its figures.
    let theirs = |route: &&str| route.contains("/funder/links") || route.contains("/report/") || *route == "/sign-out";
    assert!(evaluators.iter().all(theirs), "{evaluators:?}");
    let sees_answers =
        |route: &str| route.contains("/downloads") || route.starts_with("/rights/answers") || route == "/rights/copy";
    let leaders = [routes(Role::Leader, "GET"), routes(Role::Leader, "POST")].concat();
    assert!(
        !leaders.iter().any(|route| sees_answers(route) || route.starts_with("/people") || route.contains("/report")),
        "{leaders:?}"
    );
    for role in [Role::Manager, Role::Leader, Role::Evaluator, Role::Funder] {
        let all = [routes(role, "GET"), routes(role, "POST")].concat();
        assert!(
            !all.iter().any(|route| ["/people", "/audit", "/sample"].iter().any(|start| route.starts_with(start))),
            "{all:?}"
        );
    }
}

#[tokio::test]
async fn a_page_shows_each_member_their_own_projects_and_no_name_of_others() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let town = a_town(&store).await;
    let application = app(&store);
    let holding = |within| vec![Holding { programme: town.ours.0, within }];
    let manager = somebody(&store, "mara", Role::Manager, holding(Within::Organisation(town.organisation))).await;
    let leader = somebody(&store, "leo", Role::Leader, holding(Within::Project(town.ours.1))).await;
    let funder = somebody(&store, "fay", Role::Funder, holding(Within::Whole)).await;
    for account in [manager, leader] {
        let browser = enter(&store, &application, account).await;
        for page in ["/".to_owned(), format!("/programmes/{}", town.ours.0), format!("/projects/{}", town.ours.1)] {
            let shown = browser.get(&page).await;
            assert_eq!(shown.status, StatusCode::OK, "{page}");
            assert!(!shown.text.contains("Theirs") && !shown.text.contains("Hillside"), "{page}");
        }
        assert!(browser.get(&format!("/programmes/{}", town.ours.0)).await.text.contains("Job Trail"));
    }
    let shown = enter(&store, &application, funder).await.get("/").await.text;
    assert!(shown.contains("Riverside") && shown.contains("/funder") && !shown.contains("Hillside"));
    for hidden in ["/downloads", "/report\"", "/rights", "/audit", "/rescue", "/programmes/new"] {
        assert!(!shown.contains(hidden), "{hidden} is offered to a funder");
    }
    let rights = enter(&store, &application, manager).await;
    let theirs = store.issue_cards(town.elsewhere.1, vec![code("PEN-C4T")], NOW).await.expect("a card");
    let refused = rights.post("/rights", &[("code", &theirs[0].to_string())]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("No card has this code"));
}

fn code(text: &str) -> CardCode {
    CardCode::parse(text).expect("a code")
}
