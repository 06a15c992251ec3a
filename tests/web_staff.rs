//! The staff pages, as a leader on the machine itself, as a tablet in the hall, and as someone else.

use axum::http::{StatusCode, header};
use pencilmark::person::{Animal, CardCode};
use pencilmark::store::{NewPerson, Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, Listening, Told};

use common::web::{ADDRESS, Browser, WHY, app};
use common::{SINGLE, a_place, ks2, on_each_database, send};

mod common;

/// A browser on the machine itself, with an empty database.
async fn a_new_team() -> (tempfile::TempDir, Store, Browser) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = common::open(&Target::in_folder(folder.path())).await;
    let browser = Browser::of_staff(&app(&store));
    (folder, store, browser)
}

const PROGRAMME: [(&str, &str); 6] = [
    ("name", "Bright Futures"),
    ("funder", "Riverside Trust"),
    ("grant_reference", "RT/7"),
    ("starts_on", "2026-05-01"),
    ("ends_on", "2026-12-31"),
    ("awareness_target", "50"),
];

const PROJECT: [(&str, &str); 8] = [
    ("name", "Job Trail"),
    ("area", "Harbour"),
    ("organisation", "Quayside Trust"),
    ("delivery_model", "school_partnered"),
    ("design", "one_off"),
    ("target_children", "120"),
    ("award", "£9,950.50"),
    ("established", "no"),
];

/// A project with a session on 20 June 2026, made by its forms: the addresses of both.
async fn a_session(browser: &Browser) -> (String, String) {
    let programme = browser.post("/programmes", &PROGRAMME).await.location().to_owned();
    let project = browser.post(&format!("{programme}/projects"), &PROJECT).await.location().to_owned();
    let held = [("held_on", "2026-06-20"), ("place", ""), ("role", "single")];
    let session = browser.post(&format!("{project}/sessions"), &held).await.location().to_owned();
    (project, session)
}

/// The same fields with one of them changed.
fn with<'a, const N: usize>(fields: [(&'a str, &'a str); N], name: &str, value: &'a str) -> [(&'a str, &'a str); N] {
    fields.map(|(field, old)| (field, if field == name { value } else { old }))
}

/// The first address in a page that begins like this.
fn link<'a>(text: &'a str, begins: &str) -> &'a str {
    let marker = format!("href=\"{begins}");
    let at = text.find(&marker).unwrap_or_else(|| panic!("no link to {begins}… in {text}")) + "href=\"".len();
    text[at..].split('"').next().expect("a quoted address")
}

#[tokio::test]
async fn an_empty_database_offers_two_doors() {
    let (_folder, _store, browser) = a_new_team().await;
    let page = browser.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Set up my programme") && page.text.contains("href=\"/programmes/new\""));
    assert!(page.text.contains("Look around with sample data") && page.text.contains("action=\"/sample\""));
}

#[tokio::test]
async fn five_steps_lead_from_nothing_to_an_open_session() {
    on_each_database(|store| async move {
        let browser = Browser::of_staff(&app(&store));
        let form = browser.get("/programmes/new").await;
        assert!(form.text.contains("value=\"50\""), "the target has its default");
        let programme = browser.post("/programmes", &PROGRAMME).await.location().to_owned();

        let page = browser.get(&programme).await;
        let form = browser.get(link(&page.text, &format!("{programme}/projects/new"))).await;
        assert_eq!(form.status, StatusCode::OK);
        let project = browser.post(&format!("{programme}/projects"), &PROJECT).await.location().to_owned();
        let page = browser.get(&project).await;
        for shown in ["Harbour", "Quayside Trust (new to the area)", "£9,950.50", "120"] {
            assert!(page.text.contains(shown), "{shown} is not on the project's page");
        }

        let form = browser.get(link(&page.text, &format!("{project}/sessions/new"))).await;
        let today = jiff::Zoned::now().date().to_string();
        assert!(form.text.contains(&format!("value=\"{today}\"")), "the day is today");
        assert!(form.text.contains("value=\"single\" checked"), "a one-off project has one-off sessions");
        let session = browser
            .post(&format!("{project}/sessions"), &[("held_on", &today), ("place", "St Mark’s"), ("role", "single")])
            .await
            .location()
            .to_owned();

        let page = browser.get(&session).await;
        let cards = link(&page.text, &format!("{project}/cards")).to_owned();
        let sheet = browser.post(&cards, &[("cards", "16")]).await.location().to_owned();
        let page = browser.get(&sheet).await;
        assert_eq!(link(&page.text, "/sessions/"), session, "the sheet leads on to the session");

        let page = browser.get(&session).await;
        let key = session.strip_prefix("/sessions/").expect("a session's page");
        assert!(page.text.contains(&format!("{ADDRESS}/s/{key}")), "the families' address is there to read");
        assert!(page.text.contains("<svg viewBox=") && page.text.contains("QR code of"));
        let at = store.session(key).await.expect("the store answers").expect("the session is kept");
        assert!(at.session.is_open());
        assert_eq!((at.project.award_pence, at.project.established), (995_050, Some(false)));
    })
    .await;
}

#[tokio::test]
async fn a_session_key_is_eight_symbols_and_never_the_same() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 0).await;
    let mut keys = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let fields = [("held_on", "2026-05-16"), ("place", ""), ("role", "single")];
        let answered = browser.post(&format!("/projects/{}/sessions", place.project_id), &fields).await;
        let key = answered.location().strip_prefix("/sessions/").expect("a session").to_owned();
        assert!(key.len() == 8 && key.chars().all(|symbol| "234679acdefhjkmnprtvwxy".contains(symbol)), "{key}");
        keys.insert(key);
    }
    assert_eq!(keys.len(), 20);
}

#[tokio::test]
async fn the_guessed_role_of_a_session_follows_the_run() {
    let (_folder, store, browser) = a_new_team().await;
    let programme = store.add_programme(common::a_programme("Runs"), common::NOW).await.expect("a programme");
    let mut project = common::a_project(programme, "Club");
    project.design = pencilmark::session::Design::Programme;
    let project = store.add_project(project).await.expect("a project");
    let new = format!("/projects/{project}/sessions/new");
    assert!(browser.get(&new).await.text.contains("value=\"first\" checked"));
    let fields = [("held_on", "2026-05-16"), ("place", "St Mark’s"), ("role", "first")];
    browser.post(&format!("/projects/{project}/sessions"), &fields).await;
    let form = browser.get(&new).await.text;
    assert!(form.contains("value=\"middle\" checked"));
    assert!(form.contains("value=\"St Mark’s\""), "the place of the last time is proposed");
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_leads_to_its_errors() {
    let (_folder, store, browser) = a_new_team().await;
    let refused = browser.post("/programmes", &with(with(PROGRAMME, "name", " "), "ends_on", "2026-01-01")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"Riverside Trust\"") && refused.text.contains("value=\"2026-01-01\""));
    assert!(refused.text.contains("href=\"#name\"") && refused.text.contains("href=\"#ends_on\""));
    let (summary, name) = (refused.text.find("error-summary"), refused.text.find("id=\"name\""));
    assert!(summary < name, "the errors come first");
    assert!(store.programmes().await.expect("the store answers").is_empty(), "nothing was kept");

    let place = a_place(&store, "Riverside", 0).await;
    let projects = format!("/programmes/{}/projects", place.programme_id);
    for (field, typed) in [("award", "ten thousand"), ("target_children", "-5"), ("design", "other")] {
        let refused = browser.post(&projects, &with(PROJECT, field, typed)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}");
        assert!(refused.text.contains("value=\"Quayside Trust\""), "{field}");
    }
    let sessions = format!("/projects/{}/sessions", place.project_id);
    let refused = browser.post(&sessions, &[("held_on", "2026-02-30"), ("place", "Hall"), ("role", "single")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("value=\"2026-02-30\"") && refused.text.contains("value=\"Hall\""));
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_in_a_sentence() {
    on_each_database(|store| async move {
        let browser = Browser::of_staff(&app(&store));
        let place = a_place(&store, "Riverside", 0).await;
        let home = format!("/programmes/{}", place.programme_id);
        let refused = browser.post(&format!("{home}/projects"), &with(PROJECT, "name", "Job Trail")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("has a project of this name already"));

        let refused = browser.post("/programmes", &with(PROGRAMME, "name", " riverside ")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("a programme of this name already"));
        let kept = browser.post(&home, &with(PROGRAMME, "name", "Riverside")).await;
        assert_eq!(kept.location(), home, "its own name is not taken");

        assert_eq!(
            browser.post(&format!("{home}/areas"), &[("area", "Docks")]).await.location(),
            format!("{home}#lists")
        );
        let refused = browser.post(&format!("{home}/areas"), &[("area", " Docks ")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("That name is on the list already.") && refused.text.contains("value=\" Docks \"")
        );
        assert_eq!(
            store.areas(place.programme_id).await.expect("areas").iter().filter(|a| a.name == "Docks").count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_known_area_is_used_again_whatever_its_case() {
    let (_folder, store, browser) = a_new_team().await;
    let programme = browser.post("/programmes", &PROGRAMME).await.location().to_owned();
    let projects = format!("{programme}/projects");
    browser.post(&projects, &PROJECT).await.location();
    browser.post(&projects, &with(with(PROJECT, "name", "Club"), "area", "harbour")).await.location();
    let id = programme.strip_prefix("/programmes/").expect("a programme").parse().expect("a number");
    assert_eq!(store.areas(id).await.expect("areas").len(), 1);
    assert_eq!(store.organisations(id).await.expect("organisations").len(), 1);
}

#[tokio::test]
async fn everything_can_be_changed_afterwards() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 0).await;
    let programme = format!("/programmes/{}", place.programme_id);
    let project = format!("/projects/{}", place.project_id);
    let session = format!("/sessions/{SINGLE}");
    for (page, holds) in
        [(&programme, "value=\"Riverside\""), (&project, "value=\"10000\""), (&session, "value=\"Hall\"")]
    {
        let form = browser.get(&format!("{page}/edit")).await;
        assert!(form.text.contains(holds), "{page}: {holds}");
    }
    assert_eq!(browser.post(&programme, &PROGRAMME).await.location(), programme);
    assert_eq!(browser.post(&project, &with(PROJECT, "area", "")).await.location(), project);
    let fields = [("held_on", "20/5/2026"), ("place", "Library"), ("role", "last")];
    assert_eq!(browser.post(&session, &fields).await.location(), session);

    let at = store.session(SINGLE).await.expect("the store answers").expect("the session");
    assert_eq!((at.programme.name.as_str(), at.programme.sample), ("Bright Futures", false));
    assert_eq!((at.project.area_id, at.project.target_children), (None, 120));
    assert_eq!((at.session.held_on.as_str(), at.session.place.as_str()), ("2026-05-20", "Library"));
    assert_eq!(at.session.key, SINGLE, "its address stays");
}

#[tokio::test]
async fn a_session_is_closed_and_opened_again() {
    let (_folder, store, browser) = a_new_team().await;
    a_place(&store, "Riverside", 0).await;
    let page = format!("/sessions/{SINGLE}");
    let open =
        || async { store.session(SINGLE).await.expect("the store answers").expect("the session").session.is_open() };
    assert_eq!(browser.post(&format!("{page}/closure"), &[]).await.location(), page);
    assert!(!open().await);
    assert!(browser.get(&page).await.text.contains("Open it again"));
    assert_eq!(browser.post(&format!("{page}/reopening"), &[WHY]).await.location(), page);
    assert!(open().await);
}

#[tokio::test]
async fn a_session_counts_who_came_and_answered_and_shows_no_results() {
    on_each_database(|store| async move {
        let browser = Browser::of_staff(&app(&store));
        let place = a_place(&store, "Riverside", 3).await;
        let at = store.session(SINGLE).await.expect("the store answers").expect("the session");
        let people = [(0, Animal::Fox), (0, Animal::Sun), (1, Animal::Owl)].map(|(card, animal)| NewPerson {
            card: place.cards[card].clone(),
            animal,
            school_year: None,
            session_id: at.session.id,
        });
        store.register(people.to_vec(), common::NOW).await.expect("people");
        let no = pencilmark::session::No { declined: pencilmark::session::Declined::Child, known: false };
        store.add_noes(at.session.id, no, 2).await.expect("counted");
        for (id, wave) in [(1, Wave::Pre), (2, Wave::PostSame), (3, Wave::PostSame)] {
            send(&store, &ks2(id, &place.cards[0], Animal::Fox, SINGLE, wave, 4, 3)).await;
        }
        store.settle().await.expect("judged");

        let page = browser.get(&format!("/sessions/{SINGLE}")).await.text;
        let figures: Vec<&str> =
            page.split("<p class=\"stat-figure\">").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(figures, ["2", "1", "1", "2"], "families, befores, afters, refusals");
        assert!(page.contains("1 response is kept but not counted (after)"), "{page}");
        assert!(page.contains("3 cards printed, 1 not used yet."));
    })
    .await;
}

/// The codes on a sheet, in the order they are printed.
fn codes(sheet: &str) -> Vec<CardCode> {
    let marker = "<p class=\"code\">";
    let shown = sheet.split(marker).skip(1).filter_map(|rest| rest.split('<').next());
    shown.map(|code| CardCode::parse(code).expect("a printed code is valid")).collect()
}

#[tokio::test]
async fn cards_are_valid_and_never_the_same() {
    on_each_database(|store| async move {
        let browser = Browser::of_staff(&app(&store));
        let place = a_place(&store, "Riverside", 0).await;
        let cards = format!("/projects/{}/cards", place.project_id);
        assert!(browser.get(&cards).await.text.contains("value=\"16\""), "sixteen are proposed");
        let mut all = std::collections::BTreeSet::new();
        for n in ["16", "40", "400"] {
            let sheet = browser.post(&cards, &[("cards", n)]).await.location().to_owned();
            let printed = codes(&browser.get(&sheet).await.text);
            assert_eq!(printed.len().to_string(), n);
            all.extend(printed);
        }
        assert_eq!(all.len(), 456);
        for code in all.iter().take(5) {
            let project = store.project_of_card(code).await.expect("the store answers").expect("the card is known");
            assert_eq!(project.id, place.project_id);
        }
    })
    .await;
}

#[tokio::test]
async fn a_sheet_is_printed_again_with_the_same_cards_in_both_sizes() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 0).await;
    let cards = format!("/projects/{}/cards", place.project_id);
    let sheet = browser.post(&cards, &[("cards", "10")]).await.location().to_owned();
    assert!(browser.get(&cards).await.text.contains(&format!("href=\"{sheet}\"")), "it is listed");
    let (four, eight) = (browser.get(&sheet).await.text, browser.get(&format!("{sheet}?each=8")).await.text);
    assert_eq!(codes(&four), codes(&eight));
    assert_eq!((four.matches("class=\"a4\"").count(), eight.matches("class=\"a4\"").count()), (3, 2));
    let code = &codes(&four)[0];
    let address = format!("{ADDRESS}/c/{}", code.as_str());
    assert!(four.contains(&format!("QR code of {address}")), "its square opens the card");
    assert!(four.contains("192.168.1.20:8080<wbr>/c/"), "and the address is there to type");
    assert_eq!(four.matches(&code.to_string()).count(), 3, "on the card, on its stub and for a screen reader");
    assert_eq!(four.matches("<symbol").count(), 8, "each picture travels once");
}

#[tokio::test]
async fn a_number_of_cards_that_makes_no_sense_is_refused() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 0).await;
    let cards = format!("/projects/{}/cards", place.project_id);
    for typed in ["0", "-8", "401", "lots", "1e9"] {
        let refused = browser.post(&cards, &[("cards", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(refused.text.contains(&format!("value=\"{typed}\"")), "{typed}");
    }
    assert_eq!(store.card_stock(place.project_id).await.expect("stock").issued, 0);
    for sheet in ["1", "x", "99999999999999999999"] {
        assert_eq!(browser.get(&format!("{cards}/{sheet}")).await.status, StatusCode::NOT_FOUND, "{sheet}");
    }
}

#[tokio::test]
async fn what_was_kept_but_not_counted_is_listed_in_words() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 1).await;
    assert!(!browser.get("/").await.text.contains("/troubles"), "no trouble, no link");
    send(&store, &ks2(1, &place.cards[0], Animal::Fox, "nowhere2", Wave::Pre, 4, 3)).await;
    store.settle().await.expect("judged");
    assert!(browser.get("/").await.text.contains("href=\"/troubles\""));
    let page = browser.get("/troubles").await;
    assert!(page.text.contains("its session is not known here"));
}

/// Every staff page and form, by method.
fn staff_routes(programme: i64, project: i64) -> (Vec<String>, Vec<String>) {
    let (programme, project, session) =
        (format!("/programmes/{programme}"), format!("/projects/{project}"), format!("/sessions/{SINGLE}"));
    let pages = vec![
        "/programmes/new".to_owned(),
        programme.clone(),
        format!("{programme}/edit"),
        format!("{programme}/projects/new"),
        project.clone(),
        format!("{project}/edit"),
        format!("{project}/sessions/new"),
        format!("{project}/cards"),
        format!("{project}/cards/{}", common::NOW),
        session.clone(),
        format!("{session}/edit"),
        "/troubles".to_owned(),
    ];
    let forms = vec![
        "/programmes".to_owned(),
        format!("{programme}/areas"),
        format!("{programme}/organisations"),
        format!("{programme}/projects"),
        format!("{project}/sessions"),
        format!("{project}/cards"),
        format!("{session}/closure"),
        format!("{session}/reopening"),
        programme,
        project,
        session,
    ];
    (pages, forms)
}

#[tokio::test]
async fn a_tablet_in_the_hall_reaches_no_staff_page() {
    let (_folder, store, _) = a_new_team().await;
    let app = app(&store);
    let place = a_place(&store, "Riverside", 1).await;
    let (pages, forms) = staff_routes(place.programme_id, place.project_id);
    let elsewhere = [
        ("a tablet", Browser::of_tablet(&app)),
        ("a proxy on this machine", Browser::of_staff(&app).sending("x-forwarded-for", "203.0.113.9")),
        ("a tablet with a made-up cookie", Browser::of_tablet(&app).sending("cookie", "pencilmark_staff=0")),
    ];
    for (who, browser) in elsewhere {
        for page in &pages {
            assert_eq!(browser.get(page).await.status, StatusCode::FORBIDDEN, "{who} opens {page}");
        }
        for form in &forms {
            assert_eq!(browser.post(form, &PROGRAMME).await.status, StatusCode::FORBIDDEN, "{who} posts to {form}");
        }
        let front = browser.get("/").await;
        assert_eq!(front.status, StatusCode::OK);
        assert!(!front.text.contains("Riverside") && !front.text.contains("/programmes"), "{who} sees a family's door");
    }
    let staff = Browser::of_staff(&app);
    for page in &pages {
        assert_eq!(staff.get(page).await.status, StatusCode::OK, "{page} is there for staff");
    }
}

#[tokio::test]
async fn the_token_opens_staff_pages_and_leaves_the_address() {
    let (_folder, store, _) = a_new_team().await;
    let app = app(&store);
    a_place(&store, "Riverside", 0).await;
    let laptop = Browser::of_tablet(&app);
    let answered = laptop.get(&format!("/?token={}", app.token())).await;
    assert_eq!(answered.location(), "/");
    let cookie = answered.headers[header::SET_COOKIE].to_str().expect("a cookie is text");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let laptop = laptop.sending("cookie", cookie.split(';').next().expect("name and value"));
    let laptop = laptop.with_form_token(&app.form_token()); // as every form of its pages carries it
    assert!(laptop.get("/").await.text.contains("Riverside"));
    assert_eq!(laptop.get(&format!("/sessions/{SINGLE}")).await.status, StatusCode::OK);
    assert_eq!(laptop.post("/programmes", &PROGRAMME).await.status, StatusCode::SEE_OTHER);

    let wrong = Browser::of_tablet(&app).get("/?token=yesterday").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN, "a token of an earlier start is said to be no good");
}

#[tokio::test]
async fn a_form_of_a_foreign_page_changes_nothing() {
    let (_folder, store, browser) = a_new_team().await;
    for origin in ["http://evil.example", "null", "https://localhost.evil.example"] {
        let refused = browser.clone().sending("origin", origin).post("/programmes", &PROGRAMME).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{origin}");
    }
    assert!(store.programmes().await.expect("the store answers").is_empty());
}

#[tokio::test]
async fn an_address_of_nothing_is_a_page_that_says_so() {
    let (_folder, store, browser) = a_new_team().await;
    a_place(&store, "Riverside", 0).await;
    for path in [
        "/programmes/99",
        "/programmes/one",
        "/programmes/99999999999999999999",
        "/projects/0",
        "/projects/-1/edit",
        "/sessions/nowhere2",
        "/sessions/%00",
        "/sessions/%FF",
        "/sessions/a%27%20or%201",
    ] {
        let answered = browser.get(path).await;
        assert_eq!(answered.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answered.text.contains("There is nothing here"), "{path}");
    }
    let closure = browser.post("/sessions/nowhere2/closure", &[]).await;
    assert_eq!(closure.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_of_a_real_programme_says_where_the_sample_is() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 0).await;
    let real = format!("/programmes/{}", place.programme_id);
    assert!(!browser.get(&real).await.text.contains("Sample data"));
    let mut sample = common::a_programme("Made up");
    sample.sample = true;
    let sample = store.add_programme(sample, common::NOW).await.expect("a programme");
    let made_up = browser.get(&format!("/programmes/{sample}")).await.text;
    assert!(made_up.contains("Sample data") && made_up.contains("made up"));
    let real = browser.get(&real).await.text;
    assert!(real.contains("Sample data") && real.contains("your own"));
    assert!(browser.get("/privacy").await.text.contains("Sample data"));
    let home = browser.get("/").await.text;
    assert!(home.contains("action=\"/sample/removal\""), "the sample can be taken away");
    assert!(home.find("Riverside") < home.find(">Made up<"), "real programmes come first");
}

#[tokio::test]
async fn both_pages_of_a_programme_can_be_taken_away_as_pdf() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 1).await;
    let home = format!("/programmes/{}", place.programme_id);
    for page in ["report", "funder"] {
        let shown = browser.get(&format!("{home}/{page}")).await;
        assert!(shown.text.contains(&format!("href=\"{home}/{page}.pdf\" download")), "{}", shown.text);
        let paper = browser.get(&format!("{home}/{page}.pdf")).await;
        assert_eq!(paper.status, StatusCode::OK);
        assert_eq!(paper.headers[header::CONTENT_TYPE], "application/pdf");
        let name = paper.headers[header::CONTENT_DISPOSITION].to_str().expect("text");
        assert!(name.starts_with("attachment; filename=\"pencilmark-") && name.ends_with(".pdf\""), "{name}");
        assert!(paper.text.starts_with("%PDF-1.7") && paper.text.trim_end().ends_with("%%EOF"));
    }
    assert_eq!(browser.get(&format!("{home}/report.pdf?part=project.77")).await.status, StatusCode::NOT_FOUND);
}

/// What the guide quotes of the tablet when families are welcomed, in its order.
const WELCOME: [&str; 5] = ["Which card is yours?", "Who is answering?", "hool year", "For the grown-up", "I am not "];

#[tokio::test]
async fn the_guide_and_the_tablet_say_the_same_words_of_the_welcome_in_the_same_order() {
    let (_folder, store, browser) = a_new_team().await;
    let place = a_place(&store, "Riverside", 1).await;
    let guide = browser.get("/guide").await.text;
    let welcome =
        guide.split("Welcome: thirty seconds").nth(1).expect("a section").split("While it runs").next().expect("it");
    let mut from = 0;
    for words in WELCOME {
        from += welcome[from..].find(words).unwrap_or_else(|| panic!("the guide says “{words}” in turn: {welcome}"));
    }
    let (address, code) = (format!("/s/{SINGLE}"), place.cards[0].as_str());
    let said: [&[(&str, &str)]; 4] = [
        &[],
        &[("animal", "fox")],
        &[("animal", "fox"), ("school_year", "1")],
        &[("animal", "fox"), ("school_year", "1"), ("permission", "yes")],
    ];
    let start = browser.get(&address).await.text;
    assert!(start.contains(WELCOME[0]), "{start}");
    for (words, said) in WELCOME[1..].iter().zip(said) {
        let page = browser.post(&address, &[&[("code", code)][..], said].concat()).await.text;
        assert!(page.contains(words), "the tablet says “{words}”: {page}");
    }
}

#[tokio::test]
async fn where_no_tablet_can_open_the_address_the_pages_say_what_to_type_instead() {
    let (_folder, store, browser) = a_new_team().await;
    let (project, session) = a_session(&browser).await;
    let cards = browser.post(&format!("{project}/cards"), &[("cards", "4")]).await.location().to_owned();
    let started = |address: &str, on: &str, told| {
        let app = App::new(store.clone(), address.to_owned()).expect("randomness");
        Browser::of_staff(&app.listening_on(Listening { on: on.parse().expect("an address"), told }))
    };
    let alone = "http://127.0.0.1:19090";
    for (browser, said) in [
        (
            started(alone, "127.0.0.1:19090", Told::Flag),
            "type <code>--listen 0.0.0.0:19090</code> instead of <code>--listen 127.0.0.1:19090</code>",
        ),
        (
            started(alone, "127.0.0.1:19090", Told::Environment),
            "type <code>PENCILMARK_LISTEN=0.0.0.0:19090</code> instead of <code>PENCILMARK_LISTEN=127.0.0.1:19090</code>",
        ),
        (started(alone, "0.0.0.0:19090", Told::Flag), "This machine is on no network now"),
    ] {
        for page in [session.clone(), format!("{session}/tablets"), cards.clone()] {
            let shown = browser.get(&page).await.text;
            assert!(shown.contains(said), "{said} on {page}: {shown}");
        }
    }
    let reached = started("http://192.168.1.20:19090", "0.0.0.0:19090", Told::Flag);
    for page in [&session, &cards] {
        let shown = reached.get(page).await.text;
        assert!(!shown.contains("--listen") && !shown.contains("no network now"), "{page}");
    }
    // The square on a card leads to the hall: nobody is promised that it opens at home.
    browser.post(&format!("{session}/afters"), &[]).await.location();
    let afters = format!("{session}/afters");
    assert!(!reached.get(&afters).await.text.contains("at home"));
    assert!(reached.get(&afters).await.text.contains("while it is on this wifi"));
    let public = started("https://pencil.example.org", "0.0.0.0:443", Told::Flag);
    assert!(public.get(&afters).await.text.contains("at home for two days"));
}

#[tokio::test]
async fn the_page_for_a_tablets_file_has_one_name_and_is_linked_where_it_is_needed() {
    let (_folder, _store, browser) = a_new_team().await;
    let (_, session) = a_session(&browser).await;
    let named = "<a href=\"/rescue\">Answers from a tablet’s file</a>";
    let pages = [
        "/".to_owned(),
        "/guide".to_owned(),
        session.clone(),
        format!("{session}/tablets"),
        format!("{session}/closure"),
    ];
    for page in pages {
        assert!(browser.get(&page).await.text.contains(named), "{page}");
    }
    assert!(browser.get("/rescue").await.text.contains("<h1>Answers from a tablet’s file</h1>"));
}

#[tokio::test]
async fn the_log_is_read_in_names_and_not_in_addresses() {
    let (_folder, store, browser) = a_new_team().await;
    let (_, session) = a_session(&browser).await;
    browser.post(&format!("{session}/notes"), &[("children", "4")]).await.location();
    let deeds = store.audit(None, 20).await.expect("log");
    assert!(deeds.iter().any(|entry| entry.deed.about.contains("/sessions/")), "the log itself keeps addresses");
    let shown = browser.get("/audit").await.text;
    assert!(shown.contains("Job Trail, Saturday 20 June 2026"), "{shown}");
    let cells = shown.split("<td").skip(1).filter_map(|cell| cell.split('>').nth(1));
    for cell in cells {
        assert!(!cell.starts_with('/') && !cell.contains(" /"), "{cell}");
    }
}

#[tokio::test]
async fn who_does_not_know_whether_an_organisation_was_known_says_so() {
    let (_folder, store, browser) = a_new_team().await;
    let programme = browser.post("/programmes", &PROGRAMME).await.location().to_owned();
    let asked = browser.post(&format!("{programme}/projects"), &with(PROJECT, "established", "unknown")).await;
    let project = asked.location().to_owned();
    let id = store.programmes().await.expect("the store answers")[0].id;
    assert_eq!(store.projects(id).await.expect("the store answers")[0].established, None);
    let form = browser.get(&format!("{project}/edit")).await.text;
    assert!(form.contains("value=\"unknown\" checked"), "{form}");
    browser.post(&project, &with(PROJECT, "established", "yes")).await.location();
    assert_eq!(store.projects(id).await.expect("the store answers")[0].established, Some(true));
}

#[tokio::test]
async fn a_new_programme_is_asked_its_name_and_days_first_and_its_target_out_of_sight() {
    let (_folder, _store, browser) = a_new_team().await;
    let form = browser.get("/programmes/new").await.text;
    let at = |what: &str| form.find(what).unwrap_or_else(|| panic!("no {what} in {form}"));
    assert!(at("name=\"name\"") < at("name=\"starts_on\"") && at("name=\"ends_on\"") < at("name=\"funder\""));
    assert!(at("<details>") < at("name=\"awareness_target\"") && at("name=\"awareness_target\"") < at("</details>"));
    let refused = browser.post("/programmes", &with(PROGRAMME, "awareness_target", "lots")).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("<details open"));
}

#[tokio::test]
async fn nobody_is_said_to_be_a_school_or_known_in_the_area_who_did_not_say_so() {
    let (_folder, store, browser) = a_new_team().await;
    let programme = browser.post("/programmes", &PROGRAMME).await.location().to_owned();
    let blank = browser.get(&format!("{programme}/projects/new")).await.text;
    for field in ["delivery_model", "established"] {
        let inputs: Vec<&str> =
            blank.split("<input ").filter(|input| input.contains(&format!("name=\"{field}\""))).collect();
        assert!(
            inputs.len() >= 2
                && inputs.iter().all(|input| !input.split('>').next().expect("a tag").contains("checked"))
        );
        let refused = browser.post(&format!("{programme}/projects"), &with(PROJECT, field, "")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{}", refused.text);
    }
    let id = store.programmes().await.expect("the store answers")[0].id;
    assert!(store.projects(id).await.expect("the store answers").is_empty(), "nothing was added");
}
