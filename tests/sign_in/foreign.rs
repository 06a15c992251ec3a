//! Other sites: forms of theirs, frames of theirs, and what our answers tell a browser about itself.

use axum::http::{StatusCode, header};
use pencilmark::account::Secret;
use pencilmark::web::DOORS;

use super::common::outside::Outside;
use super::common::web::{Browser, app};
use super::common::{NOW, SINGLE, a_place, on_each_target, open};
use super::{empty, first};

#[tokio::test]
async fn no_form_passes_a_door_of_the_team_from_nowhere_or_without_its_own_token() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 2).await;
        let app = app(&store);
        let anna = first(&app).await;
        let mut outside = Outside::of(&target).await;
        let rows = async |outside: &mut Outside| -> String {
            let all = outside.everything().await;
            all.lines().filter(|row| !row.starts_with("sign_in:")).collect::<Vec<_>>().join("\n")
        };
        let (before, lines) = (rows(&mut outside).await, store.audit(None, 500).await.expect("log").len());
        let other = Secret::from_bytes([1; 32]).for_forms();
        let form = "application/x-www-form-urlencoded";
        let mut doors = 0;
        for door in DOORS.iter().filter(|door| door.is_for_team() && door.method == "POST") {
            let numbers = [
                ("{programme}", place.programme_id.to_string()),
                ("{project}", place.project_id.to_string()),
                ("{session}", SINGLE.to_owned()),
                ("{survey}", "ks2".to_owned()),
                ("{wave}", "pre".to_owned()),
            ];
            let known = numbers.iter().fold(door.route.to_owned(), |route, (part, number)| route.replace(part, number));
            let address: Vec<&str> =
                known.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            let address = address.join("/");
            for token in ["", other.as_str(), &app.form_token()] {
                let sent = anna.clone().with_form_token(token).post(&address, &[]).await;
                assert_eq!(sent.status, StatusCode::FORBIDDEN, "{address} with the token “{token}”");
            }
            let sent = anna.post_from_nowhere(&address, form).await;
            assert_eq!(sent.status, StatusCode::FORBIDDEN, "{address} without an origin");
            // The kinds of body that a form of another site can send, besides.
            for kind in ["text/plain", "multipart/form-data; boundary=x"] {
                let sent = anna.clone().sending("origin", "http://evil.example").post_as(&address, kind).await;
                assert_eq!(sent.status, StatusCode::FORBIDDEN, "{address} as {kind} from elsewhere");
                let sent = anna.clone().with_form_token("").post_as(&address, kind).await;
                assert!(sent.status.is_client_error(), "{address} as {kind}: {}", sent.status);
            }
            doors += 1;
        }
        assert!(doors > 60, "only {doors} doors");
        assert!(rows(&mut outside).await == before, "a foreign form changed something");
        assert_eq!(store.audit(None, 500).await.expect("log").len(), lines);
        outside.close().await;
        store.close().await.expect("closed");
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_answer_keeps_other_sites_out_and_pages_out_of_every_cache() {
    let (_folder, store) = empty().await;
    let place = a_place(&store, "Riverside", 2).await;
    let app = app(&store);
    let anna = first(&app).await;
    let tablet = Browser::of_tablet(&app);
    let programme = place.programme_id;
    let style = anna.get("/").await.text;
    let style = style.split("href=\"").find(|rest| rest.starts_with("/static/")).expect("a file of ours");
    let style = style.split('"').next().expect("an address").to_owned();
    let answers = [
        (true, anna.get("/").await),
        (true, anna.get(&format!("/programmes/{programme}/report")).await),
        (true, anna.get(&format!("/programmes/{programme}/report.pdf")).await),
        (true, anna.get(&format!("/programmes/{programme}/downloads/long.csv?why=asked")).await),
        (true, anna.get(&format!("/projects/{}/cards/{NOW}", place.project_id)).await),
        (true, anna.get("/no/such/page").await),
        (true, anna.post("/programmes", &[("name", "")]).await),
        (true, anna.clone().with_form_token("").post("/programmes", &[]).await),
        (true, tablet.get("/sign-in").await),
        (true, tablet.get("/people").await),
        (true, tablet.get(&format!("/funder/{}", "0".repeat(64))).await),
        (true, tablet.get("/card").await),
        (true, tablet.get(&format!("/c/{}", place.cards[0])).await),
        (true, tablet.get(&format!("/s/{SINGLE}/kit")).await),
        (true, tablet.get(&format!("/s/{SINGLE}/withdrawal")).await),
        (true, tablet.post_bytes("/beat", b"{".to_vec()).await),
        (true, tablet.put("/r/nothing", Vec::new()).await),
        // A tablet may keep the start page, which is the same for everybody, and files under a hashed name.
        (false, tablet.get(&format!("/s/{SINGLE}")).await),
        (false, tablet.get(&style).await),
    ];
    for (n, (no_store, answered)) in answers.iter().enumerate() {
        let told = |name: &str| answered.headers.get(name).map(|value| value.to_str().expect("text"));
        assert_eq!(
            told("content-security-policy"),
            Some(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                 media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "answer {n}"
        );
        assert_eq!(told("x-frame-options"), Some("DENY"), "answer {n}");
        assert_eq!(told("x-content-type-options"), Some("nosniff"), "answer {n}");
        assert_eq!(told("referrer-policy"), Some("same-origin"), "answer {n}");
        let nothing = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        assert_eq!(told("permissions-policy"), Some(nothing), "answer {n}");
        assert_eq!(told("cache-control") == Some("no-store"), *no_store, "answer {n}: {:?}", told("cache-control"));
        assert!(!answered.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), "answer {n}");
    }
}
