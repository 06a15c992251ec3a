//! Signing in and what it opens, through the pages, on both databases where the database takes part.

mod common;
#[path = "sign_in/ending.rs"]
mod ending;
#[path = "sign_in/foreign.rs"]
mod foreign;

use axum::http::{StatusCode, header};
use common::outside::Outside;
use common::web::{Answered, Browser, WHY, app};
use common::{a_place, on_each_database, on_each_target, open, until};
use pencilmark::account::Secret;
use pencilmark::store::{Store, Target};
use pencilmark::web::{App, DOORS};

const PASSWORD: &str = "gull-tractor-sock";

async fn empty() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    (folder, store)
}

/// The first account, made on the machine itself. Gives its browser.
async fn first(app: &App) -> Browser {
    let fields = [("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)];
    let made = Browser::of_staff(app).post("/people/first", &fields).await;
    assert_eq!(made.location(), "/people");
    Browser::signed_in(app, &made.secret())
}

async fn try_in(app: &App, name: &str, password: &str) -> Answered {
    Browser::of_tablet(app).post("/sign-in", &[("name", name), ("password", password)]).await
}

fn link_in(page: &str, kind: &str) -> String {
    let secret = |rest: &str| Some(Secret::parse(rest.get(..64)?)?.as_str().to_owned());
    let found = page.split(&format!("/{kind}/")).skip(1).find_map(secret);
    format!("/{kind}/{}", found.unwrap_or_else(|| panic!("no link in {page}")))
}

#[tokio::test]
async fn nothing_is_set_up_before_it_is_needed_and_then_everybody_signs_in() {
    on_each_database(|store| async move {
        let app = app(&store);
        let machine = Browser::of_staff(&app);
        assert!(machine.get("/").await.text.contains("Look around with sample data"), "no account is asked for");
        assert_eq!(machine.get("/sign-in").await.location(), "/");
        let anna = first(&app).await;
        assert_eq!(machine.get("/").await.location(), "/sign-in");
        let shown = anna.get("/people").await.text;
        assert!(shown.contains("Anna") && shown.contains("Administrator") && shown.contains("Sign out"));
        let again = Browser::of_staff(&app).post("/people/first", &[("name", "Eve"), ("password", PASSWORD)]).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "there is one first account");
        let entered = try_in(&app, " anna ", PASSWORD).await;
        assert_eq!(entered.location(), "/");
        let whats: Vec<String> = store.audit(None, 9).await.expect("log").into_iter().map(|e| e.deed.what).collect();
        assert_eq!(whats, ["Signed in", "Signed in", "Set sign-in up"], "the newest first");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_is_kept_as_a_digest_changes_each_time_and_can_be_ended() {
    let (folder, store) = empty().await;
    let app = app(&store);
    let anna = first(&app).await;
    let one = try_in(&app, "Anna", PASSWORD).await.secret();
    let browser = Browser::signed_in(&app, &one);
    let again = browser.post("/sign-in", &[("name", "Anna"), ("password", PASSWORD)]).await.secret();
    assert!(again.as_str() != one.as_str(), "another secret each time");
    assert!(browser.get("/people").await.location().starts_with("/sign-in"), "the one before has ended");
    let browser = Browser::signed_in(&app, &again);
    assert_eq!(browser.get("/people").await.status, StatusCode::OK);
    assert!(browser.get("/account").await.text.contains("Sign out everywhere else"));
    assert_eq!(browser.post("/account/sign-ins/end", &[]).await.location(), "/account");
    assert!(anna.get("/people").await.location().starts_with("/sign-in"), "ended from elsewhere");
    let gone = browser.post("/sign-out", &[]).await;
    assert!(gone.headers[header::SET_COOKIE].to_str().expect("text").contains("Max-Age=0"));
    assert!(browser.get("/people").await.location().starts_with("/sign-in"), "ended on the server too");
    store.close().await.expect("closed");
    for file in std::fs::read_dir(folder.path()).expect("listed") {
        let bytes = std::fs::read(file.expect("an entry").path()).expect("read");
        for secret in [one.as_str(), again.as_str(), PASSWORD] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret is on disk");
        }
    }
}

#[tokio::test]
async fn a_cookie_is_for_this_server_alone_and_out_of_reach_of_scripts() {
    let (_folder, store) = empty().await;
    let plain = app(&store);
    first(&plain).await;
    let cookie = |answered: &Answered| answered.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    let text = cookie(&try_in(&plain, "Anna", PASSWORD).await);
    assert!(text.starts_with("pencilmark=") && text.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{text}");
    let hosted = App::behind_proxy(store.clone(), "https://pencilmark.example.org".to_owned()).expect("an app");
    let visitor =
        Browser::of_tablet(&hosted).under("pencilmark.example.org").sending("origin", "https://pencilmark.example.org");
    let text = cookie(&visitor.post("/sign-in", &[("name", "Anna"), ("password", PASSWORD)]).await);
    assert!(
        text.starts_with("__Host-pencilmark=") && text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{text}"
    );
}

/// The seconds that an answer tells to wait.
fn seconds_to_wait(answered: &Answered) -> Option<u64> {
    answered.text.split("Wait ").nth(1)?.split(' ').next()?.parse().ok()
}

#[tokio::test]
async fn wrong_passwords_slow_their_own_name_down_and_no_other_and_tell_nothing() {
    let (_folder, store) = empty().await;
    let app = app(&store);
    first(&app).await;
    let known = try_in(&app, "Anna", "not the password").await;
    let unknown = try_in(&app, "Nobody", "not the password").await;
    assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(known.text.replace("Anna", "Nobody"), unknown.text, "a name that nobody has looks like any other");
    // Looking at a password takes a machine that is busy longer than the first waits last. They double, so that one
    // comes that is longer.
    let mut wait = 0;
    until("a wait of four seconds", async || {
        wait = seconds_to_wait(&try_in(&app, "Anna", "not the password").await).unwrap_or(0);
        wait >= 4
    })
    .await;
    let waits = try_in(&app, "Anna", PASSWORD).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "not even the right one: it was not looked at");
    assert!(seconds_to_wait(&waits).is_some_and(|seconds| seconds <= wait), "{}", waits.text);
    let other = try_in(&app, "Somebody else", "not the password").await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "the whole hall has one address");
    let log = store.audit(None, 20).await.expect("log");
    assert!(log.iter().any(|entry| entry.deed.what == "Gave a wrong password" && entry.deed.who == "Anna"));
    assert!(!format!("{log:?}").contains("Nobody"), "what was typed as a name may be a password");
}

/// Somebody else writes to the database, and nothing can be written down meanwhile.
#[tokio::test]
async fn the_answer_to_a_wrong_password_waits_for_no_line_in_the_log_and_the_line_comes() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let app = app(&store);
        first(&app).await;
        let mut outside = Outside::of(&target).await;
        let held: &[&str] = match target {
            Target::Sqlite(_) => &["begin immediate"],
            Target::Postgres(_) => &["begin", "lock table audit in exclusive mode"],
        };
        for statement in held {
            outside.run_one(statement).await.expect("held");
        }
        let known = try_in(&app, "Anna", "not the password").await;
        let unknown = try_in(&app, "Nobody", "not the password").await;
        assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", known.text);
        assert_eq!(known.text.replace("Anna", "Nobody"), unknown.text);
        let lines = async || {
            let log = store.audit(None, 20).await.expect("log");
            log.iter().filter(|entry| entry.deed.what == "Gave a wrong password").count()
        };
        assert_eq!(lines().await, 0, "nothing could be written yet");
        outside.run_one("rollback").await.expect("let go");
        until("the line of a wrong password", async || lines().await > 0).await;
        assert_eq!(lines().await, 1, "of a name that nobody has nothing is written down");
        outside.close().await;
        store.close().await.expect("closed");
    })
    .await;
}

#[tokio::test]
async fn thirty_spellings_of_a_name_are_as_many_tries_as_one() {
    let (_folder, store) = empty().await;
    let app = app(&store);
    first(&app).await;
    // From the fourth on each has to wait longer than the one before: a machine that is slow lets through what its own
    // slowness was worth, and no more.
    let begun = std::time::Instant::now();
    let mut looked_at = 0;
    for n in 0..30 {
        let spelling =
            format!("{}{}{}", " ".repeat(n % 6), if n % 2 == 0 { "anna" } else { "ANNA" }, "\u{a0}".repeat(n / 6));
        let tried = try_in(&app, &spelling, "not the password").await;
        looked_at += usize::from(tried.status == StatusCode::UNPROCESSABLE_ENTITY);
    }
    let waits = (0..).take_while(|n| (1_u64 << n) - 1 <= begun.elapsed().as_secs()).count();
    assert!(looked_at <= 3 + waits, "{looked_at} tries");
}

#[tokio::test]
async fn somebody_new_comes_in_by_a_link_that_works_once() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let place = a_place(&store, "Riverside", 1).await;
        let refused = anna.post("/people", &[("name", "Leo"), ("role", "leader")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a leader is given something");
        let given = format!("{}.project.{}", place.programme_id, place.project_id);
        let made = anna.post("/people", &[("name", "Leo"), ("role", "leader"), ("given", &given)]).await;
        assert_eq!(made.status, StatusCode::OK);
        assert!(made.text.contains("http://192.168.1.20:8080/welcome/"), "built from the configured address");
        let link = link_in(&made.text, "welcome");
        let leo = Browser::of_tablet(&app);
        assert!(leo.get(&link).await.text.contains("Welcome, Leo"), "looking does not use it up");
        for (password, again, why) in [
            ("Password1234", "Password1234", "tried first"),
            ("gull-sock", "gull-sock", "twelve letters"),
            (PASSWORD, "gull-tractor-sick", "not the same"),
        ] {
            let refused = leo.post(&link, &[("password", password), ("again", again)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text.contains(why) && !refused.text.contains(password), "{why}");
        }
        let entered = leo.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        let leo = Browser::signed_in(&app, &entered.secret());
        assert!(leo.get("/").await.text.contains("Riverside"));
        assert_eq!(Browser::of_tablet(&app).get(&link).await.status, StatusCode::GONE, "once");
        let log = format!("{:?}", store.audit(None, 20).await.expect("log"));
        assert!(log.contains("Leo, Session leader") && !log.contains(&link[9..]));

        let person = store.accounts().await.expect("accounts").into_iter().find(|a| a.name == "Leo").expect("Leo").id;
        assert_eq!(anna.post(&format!("/people/{person}/closure"), &[WHY]).await.location(), "/people");
        assert!(leo.get("/people").await.location().starts_with("/sign-in"), "out at once");
        assert_eq!(try_in(&app, "Leo", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let own = store.accounts().await.expect("accounts").into_iter().find(|a| a.name == "Anna").expect("Anna").id;
        assert_eq!(anna.post(&format!("/people/{own}/closure"), &[WHY]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(anna.get("/people").await.status, StatusCode::OK, "the last administrator stays");
    })
    .await;
}

#[tokio::test]
async fn a_second_step_is_asked_for_and_its_digits_count_once() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let page = anna.get("/account/second-step").await.text;
        let key = page.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
        let now_s = u64::try_from(app.now_us() / 1_000_000).expect("after 1970");
        let shown = digits(key, now_s);
        assert_eq!(
            anna.post("/account/second-step", &[("key", key), ("digits", "000000"), ("current", PASSWORD)])
                .await
                .status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let right = [("key", key), ("digits", &*shown), ("current", PASSWORD)];
        assert_eq!(anna.post("/account/second-step", &right).await.location(), "/account");

        let half = try_in(&app, "Anna", PASSWORD).await;
        assert!(half.location().starts_with("/sign-in/second-step"));
        let browser = Browser::signed_in(&app, &half.secret());
        assert!(browser.get("/people").await.location().starts_with("/sign-in"), "half-way opens nothing");
        let used = browser.post("/sign-in/second-step", &[("digits", &shown)]).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "these digits were used when it was turned on");
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!((&*log[0].deed.who, &*log[0].deed.what), ("Anna", "Gave wrong digits"));
        let entered = browser.post("/sign-in/second-step", &[("digits", &digits(key, now_s + 30))]).await;
        assert_eq!(entered.location(), "/");
        assert!(entered.secret().as_str() != half.secret().as_str(), "another secret after the second step");
        assert_eq!(Browser::signed_in(&app, &entered.secret()).get("/people").await.status, StatusCode::OK);
    })
    .await;
}

/// The digits a telephone shows.
fn digits(key: &str, now_s: u64) -> String {
    let key = totp_rs::Secret::try_from_base32(key).expect("a key");
    totp_rs::Builder::new().with_secret(key).build().expect("a generator").generate(now_s).to_string()
}

#[tokio::test]
async fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    let (_folder, store) = empty().await;
    let app = app(&store);
    let anna = first(&app).await;
    let fields = [("name", "Bright Futures")];
    let other = Secret::from_bytes([1; 32]).for_forms();
    for browser in [
        anna.clone().with_form_token(""),
        anna.clone().with_form_token(&other),
        anna.clone().with_form_token(&app.form_token()),
        anna.clone().sending("origin", "http://evil.example"),
        anna.clone().sending("origin", "null"),
        anna.clone().sending("origin", "http://192.168.1.20:8081"),
    ] {
        assert_eq!(browser.post("/programmes", &fields).await.status, StatusCode::FORBIDDEN);
    }
    assert!(store.programmes().await.expect("programmes").is_empty());
    anna.post("/programmes", &fields).await.location();
    let foreign = Browser::of_tablet(&app).sending("origin", "http://evil.example");
    let signed = foreign.post("/sign-in", &[("name", "Anna"), ("password", PASSWORD)]).await;
    assert_eq!(signed.status, StatusCode::FORBIDDEN, "nobody is signed in by another site");
}

#[tokio::test]
async fn every_form_on_every_page_of_the_team_carries_the_token() {
    let (_folder, store) = empty().await;
    let app = app(&store);
    let anna = first(&app).await;
    let place = a_place(&store, "Riverside", 1).await;
    let mut forms = 0;
    for door in DOORS.iter().filter(|door| door.method == "GET" && door.is_for_team() && !door.route.ends_with("/live"))
    {
        let address = door
            .route
            .replace("{programme}", &place.programme_id.to_string())
            .replace("{project}", &place.project_id.to_string())
            .replace("{session}", common::SINGLE)
            .replace("{survey}/{wave}", "ks2/pre")
            .replace("{issued}", &common::NOW.to_string())
            .replace("{person}", "1");
        let shown = anna.get(&address).await;
        let kind = shown.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if shown.status == StatusCode::OK && kind.starts_with("text/html") {
            let here = shown.text.matches("method=\"post\"").count();
            assert!(here > 0, "{address}: not even the one to sign out");
            assert_eq!(here, shown.text.matches("name=\"form-token\"").count(), "{address}");
            forms += here;
        }
    }
    assert!(forms > 80, "only {forms} forms");
    let page = Browser::of_tablet(&app).get(&format!("/s/{}", common::SINGLE)).await.text;
    assert!(!page.contains("form-token"), "families have none");
}

#[tokio::test]
async fn a_name_that_is_not_ours_is_answered_by_nothing() {
    let (_folder, store) = empty().await;
    let app = app(&store).under_names(vec!["hall.test".to_owned()]);
    for ours in [
        "localhost:8080",
        "192.168.1.20:8080",
        "[::1]:8080",
        "10.1.2.3",
        "laptop:8080",
        "laptop.local",
        "hall.test",
        "HALL.test.",
    ] {
        assert_eq!(Browser::of_tablet(&app).under(ours).get("/privacy").await.status, StatusCode::OK, "{ours}");
    }
    for foreign in [
        "evil.example",
        "evil.example:8080",
        "192.168.1.20.evil.example",
        "localhost.evil.example",
        "hall.test.evil.example",
        "",
    ] {
        for path in ["/privacy", "/", "/static/x", "/no/such/page"] {
            let answered = Browser::of_staff(&app).under(foreign).get(path).await;
            assert_eq!(answered.status, StatusCode::MISDIRECTED_REQUEST, "{foreign}{path}");
        }
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_site_after_signing_in() {
    let (_folder, store) = empty().await;
    let app = app(&store);
    first(&app).await;
    let machine = Browser::of_staff(&app);
    assert_eq!(machine.get("/programmes/1/report").await.location(), "/sign-in?next=/programmes/1/report");
    for (next, to) in
        [("/audit", "/audit"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/")]
    {
        let fields = [("name", "Anna"), ("password", PASSWORD), ("next", next)];
        assert_eq!(machine.post("/sign-in", &fields).await.location(), to, "{next}");
    }
}

#[tokio::test]
async fn a_funders_link_shows_one_page_is_counted_and_can_be_taken_back() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let place = a_place(&store, "Riverside", 1).await;
        let home = format!("/programmes/{}/funder/links", place.programme_id);
        let made = anna.post(&home, &[("label", "River Trust"), ("days", "30"), WHY]).await;
        assert_eq!(made.status, StatusCode::OK);
        let link = link_in(&made.text, "funder");
        let funder = Browser::of_tablet(&app);
        let shown = funder.get(&link).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(
            shown.text.contains("Riverside") && !shown.text.contains("/downloads") && !shown.text.contains("/people")
        );
        assert!(!shown.headers.contains_key(header::SET_COOKIE), "it opens nothing else");
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!(log[0].deed.who, "whoever has the link of River Trust");
        assert!(shown.text.contains(&format!("href=\"{link}/page.pdf\"")), "the page leads to itself on paper");
        let paper = funder.get(&format!("{link}/page.pdf")).await;
        assert_eq!(
            (paper.status, &paper.headers[header::CONTENT_TYPE]),
            (StatusCode::OK, &"application/pdf".parse().expect("a value"))
        );
        assert!(!paper.headers.contains_key(header::SET_COOKIE) && paper.headers["x-robots-tag"] == "noindex");
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!(log[0].deed.what, "Downloaded the funder’s page as a PDF by a link");
        let listed = anna.get(&home).await.text;
        assert!(listed.contains("2 times") && !listed.contains(&link[8..]), "it is shown once");
        let id = store.funder_links(place.programme_id).await.expect("links")[0].id;
        assert_eq!(anna.post(&format!("{home}/{id}/revocation"), &[WHY]).await.location(), home);
        assert_eq!(funder.get(&link).await.status, StatusCode::GONE);
        assert_eq!(funder.get(&format!("{link}/page.pdf")).await.status, StatusCode::GONE);
        assert_eq!(funder.get(&format!("/funder/{}", "0".repeat(64))).await.status, StatusCode::GONE);
        let other = a_place(&store, "Hillside", 1).await;
        let wrong = format!("/programmes/{}/funder/links/{id}/revocation", other.programme_id);
        assert_eq!(anna.post(&wrong, &[WHY]).await.status, StatusCode::NOT_FOUND, "a link of another programme");
        assert_eq!(store.open_funder_link("x".to_owned(), 0).await.expect("read"), None);
    })
    .await;
}
