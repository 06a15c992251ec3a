//! What opens something does so for its time alone: a sign-in, a link, a password before the next one.

use axum::http::StatusCode;
use pencilmark::account::{Role, Secret, SignIn};
use pencilmark::store::{FunderLink, NewAccount, Store};
use pencilmark::web::App;

use super::common::web::{Answered, Browser, WHY, app};
use super::common::{NOW, a_place, on_each_database};
use super::{PASSWORD, digits, first, link_in, try_in};

const MINUTE: i64 = 60 * 1_000_000;
const HOUR: i64 = 60 * MINUTE;
const NEW_PASSWORD: &str = "wind-barley-glove";

fn secret(byte: u8) -> Secret {
    Secret::from_bytes([byte; 32])
}

/// A browser that signed in so long ago and was used last so long ago.
async fn signed_in(store: &Store, app: &App, account: i64, n: u8, (begun, used): (i64, i64), half: bool) -> Browser {
    let now = app.now_us();
    let sign_in = SignIn {
        digest: secret(n).digest(),
        account,
        half_way: half,
        begun_us: now - begun,
        used_us: now - used,
        browser: "a test".to_owned(),
    };
    store.begin_sign_in(sign_in).await.expect("signed in");
    Browser::signed_in(app, &secret(n))
}

#[tokio::test]
async fn a_sign_in_that_was_left_alone_or_began_half_a_day_ago_opens_no_door() {
    on_each_database(|store| async move {
        let app = app(&store);
        let new = NewAccount {
            name: "Anna".to_owned(),
            role: Role::Administrator,
            holdings: Vec::new(),
            password: "none".to_owned(),
        };
        let anna = store.add_account(new, NOW).await.expect("an account");
        let times = [
            ((HOUR, HOUR), true),
            ((11 * HOUR + 50 * MINUTE, 110 * MINUTE), true),
            ((3 * HOUR, 2 * HOUR + MINUTE), false),
            ((12 * HOUR + MINUTE, MINUTE), false),
        ];
        for (n, (ago, stands)) in (1..).zip(times) {
            let browser = signed_in(&store, &app, anna, n, ago, false).await;
            let page = browser.get("/people").await;
            let added = browser.post("/programmes", &[("name", &*format!("Bright {n}"))]).await;
            if stands {
                assert_eq!((page.status, added.status), (StatusCode::OK, StatusCode::SEE_OTHER), "{ago:?}");
            } else {
                assert!(page.location().starts_with("/sign-in"), "{ago:?}");
                assert_eq!(added.status, StatusCode::FORBIDDEN, "{ago:?}");
            }
        }
        assert_eq!(store.programmes().await.expect("programmes").len(), 2);
        // Half-way, between password and digits, there are five minutes.
        let early = signed_in(&store, &app, anna, 21, (4 * MINUTE, 4 * MINUTE), true).await;
        assert_eq!(early.get("/sign-in/second-step").await.status, StatusCode::OK);
        let late = signed_in(&store, &app, anna, 22, (6 * MINUTE, MINUTE), true).await;
        assert_eq!(late.get("/sign-in/second-step").await.location(), "/sign-in");
        for half in [early, late] {
            assert!(half.get("/people").await.location().starts_with("/sign-in"), "half-way opens nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn links_for_passwords_and_for_funders_end_on_their_day() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let place = a_place(&store, "Riverside", 1).await;
        let account = store.accounts().await.expect("accounts")[0].id;
        let now = app.now_us();

        let made = anna.post(&format!("/people/{account}/link"), &[WHY]).await;
        let link = link_in(&made.text, "welcome");
        let digest = Secret::parse(&link["/welcome/".len()..]).expect("a secret").digest();
        let three_days = 3 * 24 * HOUR;
        assert!(store.password_link(&digest, now + three_days - MINUTE).await.expect("read").is_some());
        assert!(store.password_link(&digest, app.now_us() + three_days + MINUTE).await.expect("read").is_none());
        store.add_password_link(secret(30).digest(), account, app.now_us() - 1).await.expect("a link of yesterday");
        let old = format!("/welcome/{}", secret(30).as_str());
        let guest = Browser::of_tablet(&app);
        assert_eq!(guest.get(&old).await.status, StatusCode::GONE);
        let chosen = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        assert_eq!(guest.post(&old, &chosen).await.status, StatusCode::GONE);
        assert_eq!(try_in(&app, "Anna", PASSWORD).await.location(), "/", "the password is what it was");

        let page = format!("/programmes/{}/funder/links", place.programme_id);
        let made = anna.post(&page, &[("label", "River Trust"), ("days", "7"), WHY]).await;
        let link = link_in(&made.text, "funder");
        let digest = Secret::parse(&link["/funder/".len()..]).expect("a secret").digest();
        let kept = store.funder_links(place.programme_id).await.expect("links").remove(0);
        assert!((kept.expires_us - kept.made_us - 7 * 24 * HOUR).abs() < 2 * MINUTE, "seven days");
        let opened = async |at: i64| store.open_funder_link(digest.clone(), at).await.expect("read").is_some();
        assert!(opened(kept.expires_us - MINUTE).await && !opened(kept.expires_us + MINUTE).await);
        let past = FunderLink { expires_us: app.now_us() - 1, ..kept };
        store.add_funder_link(past, secret(31).digest()).await.expect("a link of yesterday");
        for path in ["", "/page.pdf"] {
            let shown = guest.get(&format!("/funder/{}{path}", secret(31).as_str())).await;
            assert_eq!(shown.status, StatusCode::GONE, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_password_by_link_ends_the_old_one_every_sign_in_and_the_second_step() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let new = [("name", "Bea"), ("role", "administrator")];
        let link = link_in(&anna.post("/people", &new).await.text, "welcome");
        let chosen = [("password", PASSWORD), ("again", PASSWORD)];
        let bea = Browser::signed_in(&app, &Browser::of_tablet(&app).post(&link, &chosen).await.secret());
        let page = bea.get("/account/second-step").await.text;
        let key = page.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
        let shown = digits(key, u64::try_from(app.now_us() / 1_000_000).expect("after 1970"));
        bea.post("/account/second-step", &[("key", key), ("digits", &shown), ("current", PASSWORD)]).await.location();
        assert!(try_in(&app, "Bea", PASSWORD).await.location().starts_with("/sign-in/second-step"));

        let person = store.accounts().await.expect("team").into_iter().find(|one| one.name == "Bea").expect("Bea").id;
        let before = link_in(&anna.post(&format!("/people/{person}/link"), &[WHY]).await.text, "welcome");
        let link = link_in(&anna.post(&format!("/people/{person}/link"), &[WHY]).await.text, "welcome");
        assert_eq!(Browser::of_tablet(&app).get(&before).await.status, StatusCode::GONE, "another link ends this one");
        assert_eq!(bea.get("/people").await.status, StatusCode::OK, "a link that nobody used changes nothing");
        let chosen = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        let entered = Browser::of_tablet(&app).post(&link, &chosen).await;
        assert!(bea.get("/people").await.location().starts_with("/sign-in"), "what stood before has ended");
        assert_eq!(Browser::signed_in(&app, &entered.secret()).get("/people").await.status, StatusCode::OK);
        assert_eq!(try_in(&app, "Bea", NEW_PASSWORD).await.location(), "/", "and no digits are asked for");
        assert_eq!(try_in(&app, "Bea", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn whoever_changes_their_password_is_signed_out_everywhere_else() {
    on_each_database(|store| async move {
        let app = app(&store);
        let here = first(&app).await;
        let elsewhere = Browser::signed_in(&app, &try_in(&app, "Anna", PASSWORD).await.secret());
        let wrong = [("current", "not the password"), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        assert_eq!(here.post("/account/password", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(elsewhere.get("/people").await.status, StatusCode::OK, "nothing has changed");
        let changed = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        assert_eq!(here.post("/account/password", &changed).await.location(), "/account");
        assert_eq!(here.get("/people").await.status, StatusCode::OK);
        assert!(elsewhere.get("/people").await.location().starts_with("/sign-in"));
        assert_eq!(try_in(&app, "Anna", NEW_PASSWORD).await.location(), "/");
        assert_eq!(try_in(&app, "Anna", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

/// Posts a second step from the page that offers one, with the digits of its key.
async fn turn_on(app: &App, browser: &Browser, key: &str, password: &str) -> Answered {
    let shown = digits(key, u64::try_from(app.now_us() / 1_000_000).expect("after 1970"));
    browser.post("/account/second-step", &[("key", key), ("digits", &shown), ("current", password)]).await
}

#[tokio::test]
async fn a_screen_that_was_left_open_changes_no_second_step_and_guesses_no_password() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let elsewhere = Browser::signed_in(&app, &try_in(&app, "Anna", PASSWORD).await.secret());
        let (own, theirs) = ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        assert_eq!(turn_on(&app, &anna, own, "not the password").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(turn_on(&app, &anna, own, PASSWORD).await.location(), "/account");
        assert!(elsewhere.get("/people").await.location().starts_with("/sign-in"), "with it every other sign-in ended");
        for password in ["not the password", PASSWORD] {
            let over = turn_on(&app, &anna, theirs, password).await;
            assert_eq!(over.status, StatusCode::BAD_REQUEST, "over one that stands");
        }
        assert_eq!(anna.get("/account/second-step").await.location(), "/account", "nor is another one offered");
        let account = store.accounts().await.expect("team")[0].id;
        let kept = store.credentials_of(account).await.expect("read").expect("open");
        assert_eq!(kept.second_step, own);

        let wrong = async |door: &str| {
            let fields = [("current", "a guess"), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
            anna.post(door, &fields).await.status
        };
        let mut waits = false;
        for _ in 0..12 {
            waits |= wrong("/account/password").await == StatusCode::TOO_MANY_REQUESTS;
            waits |= wrong("/account/second-step/removal").await == StatusCode::TOO_MANY_REQUESTS;
        }
        assert!(waits, "both doors wait like the one in front");
        let log = store.audit(None, 99).await.expect("log");
        assert!(log.iter().filter(|entry| entry.deed.what == "Gave a wrong password").count() >= 4);
        assert!(!log.iter().any(|entry| entry.deed.what.starts_with("Changed their password")), "nothing was changed");
    })
    .await;
}

#[tokio::test]
async fn turning_the_second_step_off_ends_every_other_sign_in() {
    on_each_database(|store| async move {
        let app = app(&store);
        let anna = first(&app).await;
        let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        turn_on(&app, &anna, key, PASSWORD).await.location();
        let account = store.accounts().await.expect("team")[0].id;
        let elsewhere = signed_in(&store, &app, account, 41, (HOUR, MINUTE), false).await;
        assert_eq!(elsewhere.get("/people").await.status, StatusCode::OK);
        let off = anna.post("/account/second-step/removal", &[("current", PASSWORD)]).await;
        assert_eq!(off.location(), "/account");
        assert!(elsewhere.get("/people").await.location().starts_with("/sign-in"));
        assert_eq!(anna.get("/people").await.status, StatusCode::OK);
    })
    .await;
}
