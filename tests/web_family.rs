//! A family with a card and a tablet, through the whole application: every screen, every mistake.

mod common;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use common::web::{Browser, app};
use common::{SINGLE, a_place, ks2, open};
use pencilmark::person::Animal;
use pencilmark::store::{Store, Target};
use pencilmark::survey::{Comparison, Wave};
use pencilmark::web::{App, Moved, router};
use tower::ServiceExt;

/// A tablet on the hall's network.
struct Tablet {
    app: Router,
    store: Store,
    _folder: tempfile::TempDir,
}

/// What a tablet got.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    text: String,
}

impl Tablet {
    async fn new() -> (Tablet, common::Place) {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let place = a_place(&store, "Riverside", 2).await;
        let app = router(App::new(store.clone(), "http://192.168.1.20:8080".to_owned()).expect("an app"));
        (Tablet { app, store, _folder: folder }, place)
    }

    async fn ask(&self, method: &str, path: &str, content_type: &str, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "192.168.1.20:8080")
            .header("content-type", content_type)
            .body(body.into())
            .expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 168, 1, 77], 50_000))));
        let response = self.app.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let location = response.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 22).await.expect("a body");
        Answer { status, location, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "text/plain", Body::empty()).await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        self.ask("POST", path, "application/x-www-form-urlencoded", form.to_owned()).await
    }

    async fn start_afters(&self) {
        let at = self.store.session(SINGLE).await.expect("query").expect("a session");
        self.store.start_afters(at.session.id, Some(common::NOW)).await.expect("started");
    }

    async fn step(&self, form: &str) -> Answer {
        self.post(&format!("/s/{SINGLE}"), form).await
    }
}

#[tokio::test]
async fn a_new_child_goes_from_card_to_questions_in_five_screens() {
    let (tablet, place) = Tablet::new().await;
    let code = place.cards[0].as_str().to_lowercase();
    let start = tablet.get(&format!("/s/{SINGLE}")).await;
    assert_eq!(start.status, StatusCode::OK);
    assert!(start.text.contains("name=\"code\""));
    let who = tablet.step(&format!("code={code}")).await;
    assert!(who.text.contains("Who is answering?"), "{}", who.text);
    let year = tablet.step(&format!("code={code}&animal=fox")).await;
    assert!(year.text.contains("school year"), "{}", year.text);
    let permission = tablet.step(&format!("code={code}&animal=fox&school_year=4")).await;
    assert!(permission.text.contains("For the grown-up"), "{}", permission.text);
    let ready = tablet.step(&format!("code={code}&animal=fox&school_year=4&permission=yes")).await;
    assert!(ready.text.contains("Fox’s"), "{}", ready.text);
    let questions = tablet.step(&format!("code={code}&animal=fox&school_year=4&permission=yes&assent=yes")).await;
    assert_eq!(questions.status, StatusCode::OK);
    assert!(questions.text.contains("K2-AW1.vet"), "the survey for Year 4 is Key Stage 2’s");
    assert!(questions.text.contains("K2-TK1"), "the before asks how often they talk at home");
    assert!(!questions.text.contains("style="), "nothing inline");
    assert_eq!(tablet.store.family(&place.cards[0]).await.expect("family").len(), 1);
}

#[tokio::test]
async fn the_after_on_the_day_asks_intention_and_never_frequency() {
    let (tablet, place) = Tablet::new().await;
    common::send(&tablet.store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    tablet.store.settle().await.expect("settled");
    let code = place.cards[0].as_str();
    let early = tablet.step(&format!("code={code}&animal=fox")).await;
    assert!(early.text.contains("comes at the end"), "the leader has not started the afters: {}", early.text);
    tablet.start_afters().await;
    let ready = tablet.step(&format!("code={code}&animal=fox")).await;
    assert!(
        ready.text.contains("after"),
        "permission of this session holds, so the confirmation comes: {}",
        ready.text
    );
    let questions = tablet.step(&format!("code={code}&animal=fox&assent=yes")).await;
    assert!(questions.text.contains("K2-TI1"), "an intention");
    assert!(!questions.text.contains("K2-TK1"), "no frequency on the same day");
    assert!(!questions.text.contains("K2-PR1"), "practice only before");
}

#[tokio::test]
async fn a_card_opens_a_blank_questionnaire_never_earlier_answers() {
    let (tablet, place) = Tablet::new().await;
    let mut envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    envelope.answers.insert("K2-AS1".to_owned(), pencilmark::response::Answer::Text("astronaut-canary".to_owned()));
    common::send(&tablet.store, &envelope).await;
    tablet.store.settle().await.expect("settled");
    let code = place.cards[0].as_str();
    for form in
        [format!("code={code}"), format!("code={code}&animal=fox"), format!("code={code}&animal=fox&assent=yes")]
    {
        let answer = tablet.step(&form).await;
        assert!(!answer.text.contains("astronaut-canary"));
        assert!(!answer.text.contains("checked"), "nothing is ticked beforehand");
    }
}

#[tokio::test]
async fn a_form_posted_without_script_is_stored_scored_and_leads_on() {
    let (tablet, place) = Tablet::new().await;
    let code = place.cards[0].as_str();
    let questions = tablet.step(&format!("code={code}&animal=fox&school_year=4&permission=yes&assent=yes")).await.text;
    let between = |text: &str, from: &str, to: &str| {
        let start = text.find(from).expect(from) + from.len();
        text[start..].split(to).next().expect(to).to_owned()
    };
    let action = between(&questions, "action=\"/r/", "\"");
    let envelope =
        between(&questions, "name=\"envelope\" value=\"", "\"").replace("&quot;", "\"").replace("&amp;", "&");
    let form: Vec<(&str, &str)> =
        vec![("envelope", &envelope), ("K2-AW1.vet", "1"), ("K2-AW1.chef", "1"), ("K2-CF1", "3")];
    let body = serde_urlencoded(&form);
    for _pressed_twice in 0..2 {
        let sent = tablet.post(&format!("/r/{action}"), &body).await;
        assert_eq!((sent.status, sent.location.as_deref()), (StatusCode::SEE_OTHER, Some("/s/single22/pass")));
    }
    tablet.store.settle().await.expect("settled");
    assert_eq!(tablet.store.response_count().await.expect("count"), 1, "pressed twice, stored once");
    let counts = tablet.store.pair_counts(place.programme_id).await.expect("counts");
    let jobs: Vec<_> = counts
        .iter()
        .filter(|c| c.measure == "AWR" && c.comparison == Comparison::After)
        .map(|c| (c.pre, c.n))
        .collect();
    assert_eq!(jobs, [(Some(2), 1)]);
    let pass = tablet.get("/s/single22/pass").await;
    assert!(pass.text.contains("Pass to the next person"));
}

/// Writes a form as a browser does.
fn serde_urlencoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    form.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn a_misspelt_code_is_refused_kindly_with_what_was_typed() {
    let (tablet, place) = Tablet::new().await;
    let answer = tablet.step("code=PEN-C4O").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("“O”") && answer.text.contains("PEN-C4O"), "{}", answer.text);
    let unknown = tablet.step("code=PENC4T").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains("No card has this code"), "{}", unknown.text);
    let hillside = a_place(&tablet.store, "Hillside", 1).await;
    let foreign = tablet.step(&format!("code={}", hillside.cards[0].as_str())).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(foreign.text.contains("another programme"), "{}", foreign.text);
    assert!(tablet.store.family(&place.cards[0]).await.expect("family").is_empty(), "nobody was made up");
}

#[tokio::test]
async fn a_no_is_a_count_and_nobody_becomes_known() {
    let (tablet, place) = Tablet::new().await;
    let code = place.cards[0].as_str();
    let turn = "a1".repeat(16);
    let no = tablet.step(&format!("code={code}&animal=fox&school_year=4&permission=no&turn={turn}")).await;
    tablet.step(&format!("code={code}&animal=fox&school_year=4&permission=no&turn={turn}")).await;
    assert!(no.text.contains("That is fine"), "{}", no.text);
    let child_no = tablet.step(&format!("code={code}&animal=fox&school_year=4&permission=yes&assent=no")).await;
    assert!(child_no.text.contains("That is fine"), "{}", child_no.text);
    assert!(tablet.store.family(&place.cards[0]).await.expect("family").is_empty());
    let input = tablet.store.report_input(place.programme_id, String::new()).await.expect("input").expect("programme");
    let declined: Vec<_> = input.flow.iter().map(|f| (f.declined_for_children, f.declined_for_self)).collect();
    assert_eq!(declined, [(1, 1)], "a reload of the thanks does not count again");
    assert_eq!(input.flow[0].registered, 0, "a no makes nobody registered");
}

#[tokio::test]
async fn a_closed_session_starts_nothing_new() {
    let (tablet, place) = Tablet::new().await;
    let id = tablet.store.session(SINGLE).await.expect("query").expect("session").session.id;
    tablet.store.close_session(id, Some(common::NOW)).await.expect("closed");
    assert_eq!(tablet.get(&format!("/s/{SINGLE}")).await.status, StatusCode::GONE);
    assert_eq!(tablet.step(&format!("code={}", place.cards[0].as_str())).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn nonsense_gets_a_sentence_and_never_a_500() {
    let (tablet, _place) = Tablet::new().await;
    let id = "00112233445566778899aabbccddeeff";
    let json = "application/json";
    let cases = [
        tablet.ask("PUT", "/r/not-an-id", json, "{}").await,
        tablet.ask("PUT", &format!("/r/{id}"), json, "").await,
        tablet.ask("PUT", &format!("/r/{id}"), json, vec![b'x'; 10_000_000]).await,
        tablet.post(&format!("/r/{id}"), "K2-CF1=3").await,
        tablet.post("/r/nothing", "envelope=%7B%7D").await,
        tablet.step("").await,
        tablet.step("code=PENC4T&animal=dragon").await,
        tablet.step("code=PENC4T&school_year=999").await,
        tablet.get("/s/nowhere9").await,
        tablet.get("/c/%00%ff").await,
        tablet.get("/c/PENC4T").await,
        tablet.get("/static/000000000000/family.css").await,
    ];
    let statuses: Vec<u16> = cases.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [400, 400, 413, 400, 400, 400, 422, 400, 404, 400, 422, 404]);
    assert!(cases.iter().all(|answer| !answer.text.is_empty()));
}

#[tokio::test]
async fn content_that_is_not_a_response_is_kept_and_acknowledged() {
    let (tablet, _place) = Tablet::new().await;
    let id = "00112233445566778899aabbccddeeff";
    let sent = tablet.ask("PUT", &format!("/r/{id}"), "application/json", "this is not JSON").await;
    assert_eq!(sent.status, StatusCode::CREATED);
    assert!(sent.text.contains("\"durable\":true"), "{}", sent.text);
    tablet.store.settle().await.expect("settled");
    assert_eq!(tablet.store.troubles().await.expect("troubles").len(), 1);
}

#[tokio::test]
async fn a_card_scanned_with_the_tablets_camera_opens_todays_session() {
    let (tablet, place) = Tablet::new().await;
    let scanned = tablet.get(&format!("/c/{}", place.cards[0].as_str())).await;
    assert_eq!(scanned.status, StatusCode::OK);
    assert!(scanned.text.contains("Who is answering?"), "{}", scanned.text);
}

#[tokio::test]
async fn a_survey_of_ones_own_is_asked_and_an_after_stays_on_the_survey_of_its_before() {
    let folder = tempfile::tempdir().expect("folder");
    let surveys = folder.path().join("surveys");
    std::fs::create_dir(&surveys).expect("a folder for surveys");
    let text = std::fs::read_to_string("surveys/ks2.v1.toml").expect("the standard survey");
    std::fs::write(surveys.join("ours.v1.toml"), text.replace("id = \"ks2\"", "id = \"ours\""))
        .expect("a survey of our own");
    std::fs::write(surveys.join("broken.v1.toml"), "id = \n").expect("a broken one");
    let library = pencilmark::survey::Library::embedded().with_folder(&surveys).expect("readable");
    assert_eq!(library.refused().len(), 1, "the broken one is refused by name and the rest work");
    let store = Store::open(&Target::in_folder(folder.path()), library, common::NOW).await.expect("opens");
    let place = a_place(&store, "Riverside", 2).await;
    common::send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    let app = router(App::new(store.clone(), "http://192.168.1.20:8080".to_owned()).expect("an app"));
    let tablet = Tablet { app, store, _folder: folder };
    let begun_before = tablet.step(&format!("code={}&animal=fox&assent=yes", place.cards[0].as_str())).await;
    assert!(begun_before.text.contains("&quot;survey&quot;:&quot;ks2&quot;"), "the after of a before on ks2");
    let newcomer = format!("code={}&animal=fox&school_year=4&permission=yes&assent=yes", place.cards[1].as_str());
    let begun = tablet.step(&newcomer).await;
    assert!(begun.text.contains("&quot;survey&quot;:&quot;ours&quot;"), "a newcomer gets our own");
}

#[tokio::test]
async fn a_tablet_takes_along_who_has_answered_and_no_code_of_a_card() {
    let (tablet, place) = Tablet::new().await;
    common::send(&tablet.store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    tablet.store.settle().await.expect("settled");
    let kit = tablet.get(&format!("/s/{SINGLE}/kit")).await;
    assert_eq!(kit.status, StatusCode::OK);
    for card in &place.cards {
        assert!(!kit.text.contains(card.as_str()), "no code in the clear");
    }
    let kit: serde_json::Value = serde_json::from_str(&kit.text).expect("JSON");
    let families: Vec<_> = kit["cards"].as_object().expect("cards").values().collect();
    assert_eq!(families.len(), place.cards.len(), "every card of the project");
    let known: Vec<_> =
        families.iter().filter(|family| !family["people"].as_array().expect("people").is_empty()).collect();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0]["permitted"], true);
    let expected = serde_json::json!([{ "wave": "pre", "days_ago": 0, "survey": "ks2" }]);
    assert_eq!(known[0]["people"][0]["visits"], expected, "which questionnaires, and no answer");
}

#[tokio::test]
async fn a_beat_is_kept_and_nonsense_is_not() {
    let (tablet, _place) = Tablet::new().await;
    let beat = |waiting: i64| {
        serde_json::json!({
            "device": "0123456789abcdef", "session": SINGLE, "sequence": 7, "waiting": waiting, "parked": 0, "drafts": 1,
            "storage": "database", "oldest_ms": 40, "shell": "0123456789ab", "clock_ms": 1,
        })
    };
    for waiting in [2, 3] {
        let heard = tablet.ask("POST", "/beat", "application/json", beat(waiting).to_string()).await;
        assert_eq!(heard.status, StatusCode::OK, "{}", heard.text);
    }
    let mut odd = beat(-1);
    assert_eq!(tablet.ask("POST", "/beat", "application/json", odd.to_string()).await.status, StatusCode::BAD_REQUEST);
    odd = beat(1);
    odd["session"] = "nowhere9".into();
    assert_eq!(tablet.ask("POST", "/beat", "application/json", odd.to_string()).await.status, StatusCode::BAD_REQUEST);
    let at = tablet.store.session(SINGLE).await.expect("query").expect("session");
    let tablets = tablet.store.tablets(at.session.id).await.expect("tablets");
    assert_eq!(tablets.len(), 1, "the newest word of each tablet");
    assert_eq!((tablets[0].0.waiting, tablets[0].0.sequence, tablets[0].0.drafts), (3, 7, 1));
}

#[tokio::test]
async fn a_recording_beside_a_survey_is_served_for_ever_and_in_parts() {
    let surveys = tempfile::tempdir().expect("folder");
    let beside = surveys.path().join("ks1.v1.audio");
    std::fs::create_dir(&beside).expect("a folder");
    std::fs::write(beside.join("K1-CF1.mp3"), b"0123456789").expect("a recording");
    let folder = tempfile::tempdir().expect("folder");
    let library = pencilmark::survey::Library::embedded().with_folder(surveys.path()).expect("a readable folder");
    let store = Store::open(&Target::in_folder(folder.path()), library, common::NOW).await.expect("a store");
    a_place(&store, "Riverside", 1).await;
    let tablet = Browser::of_tablet(&app(&store));
    let page = tablet.get(&format!("/s/{SINGLE}")).await.text;
    let (_, rest) = page.split_once("data-audio=\"").expect("the question names its recording");
    let address = rest.split('"').next().unwrap_or_default();
    let whole = tablet.get(address).await;
    assert_eq!((whole.status, whole.text.as_str()), (StatusCode::OK, "0123456789"), "{address}");
    assert_eq!(whole.headers["content-type"], "audio/mpeg");
    assert!(whole.headers["cache-control"].to_str().expect("text").contains("immutable"));
    let part = tablet.clone().sending("range", "bytes=2-4").get(address).await;
    assert_eq!((part.status, part.text.as_str()), (StatusCode::PARTIAL_CONTENT, "234"));
    assert_eq!(part.headers["content-range"], "bytes 2-4/10");
    assert_eq!(tablet.get("/audio/..%2Fks1.v1.toml").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_machine_with_a_new_address_says_which_tablets_hold_answers_under_the_old_one() {
    common::on_each_database(|store| async move {
        a_place(&store, "Riverside", 1).await;
        let at = store.session(SINGLE).await.expect("query").expect("session");
        let beat = |device: &str, waiting| pencilmark::store::TabletBeat {
            device: device.to_owned(),
            sequence: 3,
            waiting,
            parked: 0,
            drafts: 0,
            storage: "database".to_owned(),
            oldest_ms: 0,
            cards: -1,
            shell: "0".to_owned(),
            clock_off_ms: 0,
            stopped_under: None,
        };
        store.beat(at.session.id, beat("aa", 2), 1_000).await.expect("kept");
        store.beat(at.session.id, beat("bb", 0), 1_000).await.expect("kept");
        let moved = Moved { from: "http://10.0.0.4:8080".to_owned(), since_us: 2_000 };
        let application = app(&store).moved(Some(moved));
        let team = Browser::of_staff(&application);
        for page in ["/", &format!("/sessions/{SINGLE}")] {
            let text = team.get(page).await.text;
            assert!(text.contains("1 tablet holds") && text.contains("http://10.0.0.4:8080"), "{page}");
        }
        store.beat(at.session.id, beat("aa", 0), 3_000).await.expect("kept");
        assert!(!team.get("/").await.text.contains("10.0.0.4"), "it was heard of again");
        assert!(!Browser::of_staff(&app(&store)).get("/").await.text.contains("tablet holds"), "nothing has changed");
    })
    .await;
}
