//! `docs/openapi.json` is what the machine-facing addresses do: each it names is a door, none is missing, and
//! whatever is sent there is answered as it says.

mod common;

#[path = "attack/corpus.rs"]
#[allow(dead_code, reason = "a part of what attackers use")]
mod corpus;
#[path = "attack/forms.rs"]
#[allow(dead_code, reason = "a part of what attackers use")]
mod forms;
#[path = "attack/ground.rs"]
#[allow(dead_code, reason = "a part of what attackers use")]
mod ground;

use std::collections::BTreeSet;

use common::web::{Answered, Browser, app};
use common::{SINGLE, on_each_database};
use corpus::spoilt;
use ground::{Ground, is_families};
use pencilmark::web::DOORS;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

fn description() -> Value {
    let text = std::fs::read_to_string("docs/openapi.json").expect("the description is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Every `METHOD route` that is described, with what is said of it.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().expect("paths");
    let mut found = Vec::new();
    for (route, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            found.push((method.to_uppercase(), route.clone(), operation.clone()));
        }
    }
    found
}

fn is_page_or_file(answered: &Answered) -> bool {
    let kind = answered.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    ["text/html", "text/css", "image/", "font/", "audio/", "text/javascript", "application/x-x509-ca-cert"]
        .iter()
        .any(|page| kind.starts_with(page))
        || (kind.is_empty() && answered.status.is_redirection())
}

async fn ask(browser: &Browser, method: &str, route: &str, ground: &Ground, body: &[u8], id: &str) -> Answered {
    let path = route.replace("{id}", id);
    let path: Vec<String> =
        path.split('/').map(|part| if part.starts_with('{') { ground.known(part) } else { part.to_owned() }).collect();
    // Answers leave with a reason alone; every other address takes none.
    let path = path.join("/") + if route.ends_with("/downloads/{file}") { "?why=asked" } else { "" };
    match method {
        "PUT" => browser.put(&path, body.to_vec()).await,
        "POST" => browser.post_bytes(&path, body.to_vec()).await,
        _ => browser.get(&path).await,
    }
}

/// What is wrong with an answer, by the description.
fn undescribed(description: &Value, operation: &Value, answered: &Answered) -> Option<String> {
    let status = answered.status.as_u16().to_string();
    let Some(response) = operation["responses"].get(&status) else { return Some(format!("status {status}")) };
    let kind = answered.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let described = response["content"].as_object()?;
    let kind = kind.split(';').next().unwrap_or_default();
    let Some(media) = described.get(kind) else { return Some(format!("{status} as “{kind}”")) };
    let schema = media["schema"]["$ref"].as_str()?.rsplit('/').next()?;
    let body: Value = serde_json::from_str(&answered.text).ok()?;
    let required = description["components"]["schemas"][schema]["required"].as_array().cloned().unwrap_or_default();
    let missing: Vec<&Value> =
        required.iter().filter(|name| body.get(name.as_str().unwrap_or_default()).is_none()).collect();
    (!missing.is_empty()).then(|| format!("{status} without {missing:?}"))
}

#[tokio::test]
async fn the_description_names_every_address_that_programs_speak_with() {
    let description = description();
    let described: BTreeSet<(String, String)> =
        operations(&description).into_iter().map(|(method, route, _)| (method, route)).collect();
    for (method, route) in &described {
        assert!(DOORS.iter().any(|door| door.method == method && door.route == route), "{method} {route} is no door");
    }
    on_each_database(|store| {
        let described = described.clone();
        async move {
            let ground = Ground::of(&store).await;
            let tablet = Browser::of_tablet(&app(&store));
            for door in DOORS.iter().filter(|door| is_families(door)) {
                let id = "00000000000000000000000000000abc";
                let message = ground.message(door.route, id).map(|message| message.to_string()).unwrap_or_default();
                let answered = ask(&tablet, door.method, door.route, &ground, message.as_bytes(), id).await;
                let is_described = described.contains(&(door.method.to_owned(), door.route.to_owned()));
                assert!(
                    is_described || is_page_or_file(&answered) || answered.status.is_client_error(),
                    "{} {} speaks with programs and is not described",
                    door.method,
                    door.route
                );
                assert!(
                    !(is_described && answered.status.is_client_error()),
                    "{} {}: {}",
                    door.method,
                    door.route,
                    answered.text
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn whatever_is_sent_is_answered_as_the_description_says() {
    on_each_database(|store| async move {
        let description = description();
        let ground = Ground::of(&store).await;
        let (tablet, staff) = (Browser::of_tablet(&app(&store)), Browser::of_staff(&app(&store)));
        let mut random = ChaCha8Rng::seed_from_u64(9);
        let mut kept = 0;
        for (method, route, operation) in operations(&description) {
            let browser = if route.starts_with("/programmes") { &staff } else { &tablet };
            for n in 0..if method == "GET" { 1 } else { 150_u32 } {
                let id = format!("{n:032x}");
                let message = ground.message(&route, &id).unwrap_or_default();
                let body = if n == 0 { message.to_string().into_bytes() } else { spoilt(&message, &mut random) };
                let answered = ask(browser, &method, &route, &ground, &body, &id).await;
                let sent = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
                let wrong = undescribed(&description, &operation, &answered);
                assert_eq!(wrong, None, "{method} {route} {}: sent {sent}", answered.text);
                if n == 0 {
                    assert!(answered.status.is_success(), "{method} {route}: {}", answered.text);
                }
                kept += u32::from(answered.status.is_success());
            }
        }
        assert!(kept > 100, "hardly a message was taken: {kept}");
        assert!(store.session(SINGLE).await.expect("read").is_some());
    })
    .await;
}
