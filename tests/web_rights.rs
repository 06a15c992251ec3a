//! What a family may ask for: at an open session itself, and of the team.

mod common;

use axum::http::StatusCode;
use common::web::{Answered, Browser, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::person::Animal;
use pencilmark::store::{Store, Target};
use pencilmark::survey::Wave;

async fn a_family_has_answered(store: &Store) -> (common::Place, String) {
    let place = a_place(store, "Riverside", 2).await;
    send(store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    let code = place.cards[0].to_string();
    (place, code)
}

fn withdrawal() -> String {
    format!("/s/{SINGLE}/withdrawal")
}

#[tokio::test]
async fn a_family_takes_its_answers_out_at_a_session_after_being_asked_twice() {
    on_each_database(|store| async move {
        let (_place, code) = a_family_has_answered(&store).await;
        let tablet = Browser::of_tablet(&app(&store));
        let start = tablet.get(&format!("/s/{SINGLE}")).await;
        assert!(start.text.contains(&format!("href=\"{}\"", withdrawal())), "the start page leads there");
        let sure = tablet.post(&withdrawal(), &[("code", &code)]).await;
        assert!(sure.text.contains("Shall we delete everything?") && sure.text.contains("Fox"));
        assert_eq!(store.response_count().await.expect("count"), 1, "nothing is gone before the yes");
        let gone = tablet.post(&withdrawal(), &[("code", &code), ("sure", "yes")]).await;
        assert!(gone.text.contains("Your answers are gone"), "{}", gone.text);
        assert_eq!(store.response_count().await.expect("count"), 0);
        let again = tablet.post(&withdrawal(), &[("code", &code), ("sure", "yes")]).await;
        assert!(again.text.contains("Your answers are gone"), "asked again, the same is said");
        let card = tablet.post(&format!("/s/{SINGLE}"), &[("code", &code)]).await;
        assert_eq!(card.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(card.text.contains("no longer a card"), "{}", card.text);
    })
    .await;
}

#[tokio::test]
async fn a_late_copy_is_answered_so_that_the_tablet_lets_go_of_it() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (place, _) = a_family_has_answered(&store).await;
    store.take_out(&place.cards[0], NOW).await.expect("withdrawn").expect("a card");
    let envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    let body = serde_json::to_vec(&envelope).expect("JSON");
    let answered = Browser::of_tablet(&app(&store)).put(&format!("/r/{}", envelope.id), body.clone()).await;
    assert_eq!(answered.status, StatusCode::GONE);
    let reply: serde_json::Value = serde_json::from_str(&answered.text).expect("JSON");
    assert_eq!((&reply["id"], &reply["erased"]), (&envelope.id.as_str().into(), &true.into()));
    assert_eq!(reply["sha256"].as_str().map(str::len), Some(64));
    assert!(reply.get("durable").is_none(), "nothing was stored, and nothing says so");
    assert_eq!(store.response_count().await.expect("count"), 0);
}

#[tokio::test]
async fn guessing_codes_ends_after_ten_and_leads_to_the_leader() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (_place, code) = a_family_has_answered(&store).await;
    let tablet = Browser::of_tablet(&app(&store));
    for _ in 0..10 {
        assert_eq!(tablet.post(&withdrawal(), &[("code", "A2A-2AW")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let refused = tablet.post(&withdrawal(), &[("code", &code), ("sure", "yes")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text.contains("ask the person who runs the session"));
    assert_eq!(store.response_count().await.expect("count"), 1);
}

#[tokio::test]
async fn a_closed_session_and_a_card_of_another_programme_open_no_way_to_delete() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (_place, code) = a_family_has_answered(&store).await;
    let _elsewhere = a_place(&store, "Hillside", 1).await;
    let tablet = Browser::of_tablet(&app(&store));
    let elsewhere = tablet.post(&format!("/s/{SINGLE}Hillside/withdrawal"), &[("code", &code), ("sure", "yes")]).await;
    assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    let id = store.session(SINGLE).await.expect("query").expect("session").session.id;
    store.close_session(id, Some(NOW)).await.expect("closed");
    assert_eq!(tablet.post(&withdrawal(), &[("code", &code), ("sure", "yes")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(store.response_count().await.expect("count"), 1);
}

#[tokio::test]
async fn the_team_sees_what_is_kept_without_answers_then_everything_then_takes_it_out() {
    on_each_database(|store| async move {
        let (place, code) = a_family_has_answered(&store).await;
        let team = Browser::of_staff(&app(&store));
        let found = team.post("/rights", &[("code", &code)]).await;
        assert_eq!(found.status, StatusCode::OK);
        assert!(found.text.contains("1 person") && found.text.contains("1 questionnaire"));
        assert!(!found.text.contains("Quite sure"), "no answer is shown before it is asked for");

        let answers = team.post("/rights/answers", &[("code", &code)]).await;
        assert!(answers.text.contains("Fox, before"), "{}", answers.text);
        let file = team.post("/rights/copy", &[("code", &code)]).await;
        assert!(file.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
        let bundle: serde_json::Value = serde_json::from_str(&file.text).expect("JSON");
        assert_eq!(bundle["people"][0]["picture"], "Fox");
        assert_eq!(bundle["responses"][0]["as_it_was_sent"]["card"], place.cards[0].as_str());
        let sure = &bundle["responses"][0]["answers"].as_array().expect("answers").iter().find(|told| {
            told["question"].as_str().is_some_and(|question| question.contains("sure") || question.contains("could"))
        });
        assert!(sure.is_some(), "the questions are in words: {bundle}");

        let unsaid = team.post("/rights/withdrawal", &[("code", &code)]).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is wanted");
        assert_eq!(store.response_count().await.expect("count"), 1);
        let gone = team.post("/rights/withdrawal", &[("code", &code), ("reason", "asked")]).await;
        assert!(gone.text.contains("The answers are out"), "{}", gone.text);
        assert_eq!(store.response_count().await.expect("count"), 0);
        let again = team.post("/rights", &[("code", &code)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("were taken out"));
    })
    .await;
}

#[tokio::test]
async fn a_tablet_reaches_none_of_the_teams_pages_about_a_family() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (_place, code) = a_family_has_answered(&store).await;
    let tablet = Browser::of_tablet(&app(&store));
    let refused = |answered: Answered| assert_eq!(answered.status, StatusCode::FORBIDDEN);
    refused(tablet.get("/rights").await);
    for path in ["/rights", "/rights/answers", "/rights/copy", "/rights/withdrawal"] {
        refused(tablet.post(path, &[("code", &code)]).await);
    }
    assert_eq!(store.response_count().await.expect("count"), 1);
}
