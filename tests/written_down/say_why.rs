//! Who is asked why, who never is, and that nothing typed is lost over it.

use pencilmark::person::Animal;
use pencilmark::session::{Session, SessionRole};
use pencilmark::store::Store;
use pencilmark::survey::Wave;
use pencilmark::web::App;

use super::PASSWORD;
use super::common::web::{Browser, WHY, app};
use super::common::{Place, SINGLE, a_place, everything_is_read, ks2, on_each_database, send};

const TODAY: &str = "/sessions/today222";

/// A place with a session on this very day, at which somebody answered.
async fn a_day_of_today(store: &Store) -> (Place, App) {
    let (place, app) = (a_place(store, "Riverside", 3).await, app(store));
    let today = Session {
        id: 0,
        key: "today222".to_owned(),
        project_id: place.project_id,
        held_on: app.today(),
        place: "Hall".to_owned(),
        role: SessionRole::Single,
        closed_at_us: None,
        afters_us: None,
    };
    store.add_session(today).await.expect("a session");
    send(store, &ks2(1, &place.cards[0], Animal::Fox, "today222", Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    (place, app)
}

/// A place with one answer whose report was signed off, its team, and where the report's texts are changed.
async fn a_signed_report(store: &Store) -> (Place, App, Browser, String) {
    let (place, app) = (a_place(store, "Riverside", 1).await, app(store));
    send(store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    everything_is_read(store, place.programme_id).await;
    let team = Browser::of_staff(&app);
    let report = format!("/programmes/{}/report", place.programme_id);
    let page = team.get(&format!("{report}/sign-off")).await.text;
    let figures = page.split("name=\"figures\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    team.post(&format!("{report}/sign-off"), &[("figures", figures.expect("a hash"))]).await.location();
    (place, app, team, format!("{report}/texts"))
}

/// Whether a form of a page has to be told why.
fn asks(page: &str) -> bool {
    page.split('<').any(|tag| tag.contains("name=\"log_why\"") && tag.contains(" required"))
}

async fn lines(store: &Store) -> usize {
    store.audit(None, 500).await.expect("log").len()
}

#[tokio::test]
async fn a_leader_is_asked_nothing_while_families_wait_and_the_log_says_so() {
    on_each_database(|store| async move {
        let (_, app) = a_day_of_today(&store).await;
        let team = Browser::of_staff(&app);
        let moved = [("held_on", &*app.today()), ("place", "Barn"), ("role", "single")];
        for page in ["/edit", "/permission", "/notes"] {
            assert!(!asks(&team.get(&format!("{TODAY}{page}")).await.text), "{page}");
        }
        team.post(TODAY, &moved).await.location();
        team.post(&format!("{TODAY}/permission"), &[("given", "school")]).await.location();
        team.post(&format!("{TODAY}/afters"), &[]).await.location();
        team.post(&format!("{TODAY}/notes"), &[("children", "24")]).await.location();
        let log = team.get("/audit").await.text;
        assert!(log.contains("not asked: families were waiting") && log.contains("nobody had to say"), "{log}");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_closed_by_mistake_opens_again_on_its_day_without_a_word_and_later_with_one() {
    on_each_database(|store| async move {
        let (_, app) = a_day_of_today(&store).await;
        let team = Browser::of_staff(&app);
        let is_open = async |key: &str| store.session(key).await.expect("read").expect("there").session.is_open();
        team.post(&format!("{TODAY}/closure"), &[("reason", "by mistake")]).await.location();
        assert!(!is_open("today222").await && !asks(&team.get(TODAY).await.text));
        team.post(&format!("{TODAY}/reopening"), &[]).await.location();
        assert!(is_open("today222").await, "a volunteer in the hall is not asked");

        // Another day, and nobody has answered at it.
        let home = format!("/sessions/{SINGLE}");
        team.post(&format!("{home}/closure"), &[]).await.location();
        assert!(asks(&team.get(&home).await.text));
        let asked = team.post(&format!("{home}/reopening"), &[]).await;
        assert!(asked.status == 422 && asked.text.contains("<h1>Say why</h1>"), "{}", asked.text);
        assert!(!is_open(SINGLE).await);
        team.post(&format!("{home}/reopening"), &[WHY]).await.location();
        assert!(is_open(SINGLE).await);
    })
    .await;
}

#[tokio::test]
async fn only_the_form_that_was_sent_keeps_why_it_was_sent() {
    on_each_database(|store| async move {
        let (place, app) = (a_place(&store, "Riverside", 1).await, app(&store));
        let team = Browser::of_staff(&app);
        let kept = |page: &str| {
            let fields =
                page.split("<form").filter(|form| form.contains(&format!("name=\"log_why\" value=\"{}\"", WHY.1)));
            fields
                .map(|form| {
                    form.split("action=\"")
                        .nth(1)
                        .and_then(|rest| rest.split('"').next())
                        .unwrap_or_default()
                        .to_owned()
                })
                .collect::<Vec<_>>()
        };
        let home = format!("/programmes/{}", place.programme_id);
        let page = format!("{home}/data-protection");
        let refused = team.post(&page, &[("ground", "public_task"), ("decided_by", ""), WHY]).await;
        assert_eq!((refused.status.as_u16(), kept(&refused.text)), (422, vec![page]));
        let complaints = format!("{home}/complaints");
        let refused = team.post(&complaints, &[("received_on", "2026-05-16"), ("about", ""), WHY]).await;
        assert_eq!((refused.status.as_u16(), kept(&refused.text)), (422, vec![complaints]));
        let permission = format!("/sessions/{SINGLE}/permission");
        let refused = team.post(&permission, &[("given", "nobody"), WHY]).await;
        assert_eq!((refused.status.as_u16(), kept(&refused.text)), (422, vec![permission]));
        let links = format!("{home}/funder/links");
        team.post(&links, &[("label", "Trust"), ("days", "7"), WHY]).await;
        let refused = team.post(&links, &[("label", ""), ("days", "7"), WHY]).await;
        assert_eq!((refused.status.as_u16(), kept(&refused.text)), (422, vec![links]));

        let own = [("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)];
        let anna = Browser::signed_in(&app, &team.post("/people/first", &own).await.secret());
        let id = store.accounts().await.expect("team")[0].id;
        let person = format!("/people/{id}");
        let refused = anna.post(&person, &[("role", "leader"), WHY]).await;
        assert_eq!((refused.status.as_u16(), kept(&refused.text)), (422, vec![person]), "{}", refused.text);
    })
    .await;
}

#[tokio::test]
async fn a_long_text_outlasts_the_question_why_and_what_is_no_form_of_fields_is_asked_too() {
    on_each_database(|store| async move {
        let (_, _, team, texts) = a_signed_report(&store).await;
        let long = "We met on Saturdays, \"all\" of us.\n".repeat(150).trim().to_owned();
        let asked = team.post(&texts, &[("about", &long)]).await;
        assert_eq!(asked.status.as_u16(), 422);
        assert!(asked.text.contains(&long.replace('"', "&quot;")), "{}", asked.text);
        let lines_before = lines(&store).await;
        assert_eq!(team.post_file(&texts, b"{}").await.status.as_u16(), 422, "a file opens no door either");
        assert_eq!(lines(&store).await, lines_before);
        team.post(&texts, &[("about", &long), WHY]).await.location();
        assert_eq!(lines(&store).await, lines_before + 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_said_as_a_card_was_looked_up_is_not_asked_for_again() {
    on_each_database(|store| async move {
        let (place, app) = (a_place(&store, "Riverside", 1).await, app(&store));
        let team = Browser::of_staff(&app);
        let code = place.cards[0].to_string();
        let found = team.post("/rights", &[("code", &code), ("log_why", "the mother wrote")]).await.text;
        for path in ["/rights/answers", "/rights/copy"] {
            let form = found.split("<form").find(|form| form.contains(&format!("action=\"{path}\""))).expect("a form");
            assert!(form.contains("name=\"log_why\" value=\"the mother wrote\""), "{form}");
        }
        let shown = team.post("/rights/answers", &[("code", &code), ("log_why", "the mother wrote")]).await.text;
        assert_eq!(
            shown.matches("name=\"log_why\" value=\"the mother wrote\"").count(),
            2,
            "the file, and the way back"
        );
        let withdrawal =
            found.split("<form").find(|form| form.contains("action=\"/rights/withdrawal\"")).expect("a form");
        assert!(!withdrawal.contains("the mother wrote"), "it asks in its own words: {withdrawal}");
    })
    .await;
}

#[tokio::test]
async fn a_signed_report_takes_a_reason_also_when_the_answers_have_gone() {
    on_each_database(|store| async move {
        let (place, app, team, texts) = a_signed_report(&store).await;
        store.take_out(&place.cards[0], app.now_us()).await.expect("taken out").expect("there was one");
        assert!(!store.answers_are_in(place.programme_id, None).await.expect("read"), "nothing is left");
        assert!(asks(&team.get(&texts).await.text));
        assert_eq!(team.post(&texts, &[("about", "Something else")]).await.status.as_u16(), 422);
        team.post(&texts, &[("about", "Something else"), WHY]).await.location();
    })
    .await;
}

#[tokio::test]
async fn what_was_approved_or_closed_is_known_however_its_number_is_spelt_and_whatever_comes_with_it() {
    on_each_database(|store| async move {
        let (place, app) = (a_place(&store, "Riverside", 1).await, app(&store));
        let team = Browser::of_staff(&app);
        let home = format!("/programmes/{}", place.programme_id);
        let quotes = format!("{home}/report/quotes");
        team.post(&quotes, &[("said", "We talk"), ("speaker", "adult"), ("consent", "1")]).await.location();
        let quote = store.quotes(place.programme_id).await.expect("read").remove(0).id;
        for state in ["screened", "approved"] {
            team.post(&format!("{quotes}/{quote}"), &[("state", state), ("words", "We talk")]).await.location();
        }
        let complaints = format!("{home}/complaints");
        let closed =
            [("received_on", "2026-05-16"), ("about", "a picture"), ("done", "down"), ("closed_on", "2026-05-20")];
        team.post(&complaints, &closed).await.location();
        let complaint = store.complaints(place.programme_id).await.expect("read").remove(0).id;
        team.post(&format!("{complaints}/{complaint}"), &closed).await;
        let spelt = |id: i64| id.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        for (path, fields) in [
            (format!("{complaints}/{}", spelt(complaint)), closed.to_vec()),
            (format!("{quotes}/{}", spelt(quote)), vec![("state", "withdrawn")]),
            (format!("{quotes}/{quote}"), vec![("state", "used"), ("words", "We never talk")]),
        ] {
            let asked = team.post(&path, &fields).await;
            assert!(
                asked.status == 422 && asked.text.contains("<h1>Say why</h1>"),
                "{path} {fields:?}: {}",
                asked.text
            );
        }
        team.post(&format!("{quotes}/{quote}"), &[("state", "used")]).await.location();
    })
    .await;
}

#[tokio::test]
async fn a_day_is_noted_without_a_word_and_changed_with_one_and_a_day_to_come_is_the_halls() {
    on_each_database(|store| async move {
        let (_, app) = a_day_of_today(&store).await;
        let team = Browser::of_staff(&app);
        let over = format!("/sessions/{SINGLE}");
        team.post(&format!("{over}/closure"), &[]).await.location();
        let notes = format!("{over}/notes");
        assert!(!asks(&team.get(&notes).await.text), "nothing was noted yet");
        team.post(&notes, &[("children", "24")]).await.location();
        assert!(asks(&team.get(&notes).await.text));
        assert_eq!(team.post(&notes, &[("children", "25")]).await.status.as_u16(), 422);

        // Its day was mistyped, and families are answering.
        let session = store.session("today222").await.expect("read").expect("there").session;
        store.change_session(Session { held_on: "2099-05-16".to_owned(), ..session }).await.expect("changed");
        let moved = [("held_on", &*app.today()), ("place", "Barn"), ("role", "single")];
        team.post(TODAY, &moved).await.location();
    })
    .await;
}

#[tokio::test]
async fn a_full_stop_is_no_reason() {
    on_each_database(|store| async move {
        let (_, app) = a_day_of_today(&store).await;
        let team = Browser::of_staff(&app);
        let home = format!("/sessions/{SINGLE}");
        team.post(&format!("{home}/closure"), &[]).await.location();
        let asked = team.post(&format!("{home}/reopening"), &[("log_why", " . ")]).await;
        assert!(asked.status == 422 && asked.text.contains("Say why, in a few words"), "{}", asked.text);
    })
    .await;
}
