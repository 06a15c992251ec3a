//! What families said, from the tablet to the report and out again.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, WHY, app};
use common::{NOW, Place, SINGLE, a_place, everything_is_read, ks2, on_each_database, send};
use pencilmark::person::Animal;
use pencilmark::report::{Consent, QuoteState, Report};
use pencilmark::response::Answer;
use pencilmark::store::Store;
use pencilmark::survey::Wave;

/// A child's after with these words, and whether a grown-up let the family's words be used.
async fn said(store: &Store, place: &Place, id: u8, card: usize, words: &str, allowed: bool) {
    let mut response = ks2(id, &place.cards[card], Animal::Fox, SINGLE, Wave::PostSame, 9, 3);
    response.answers.insert("K2-FB3".to_owned(), Answer::Text(words.to_owned()));
    response.words = allowed;
    send(store, &response).await;
}

#[tokio::test]
async fn words_reach_the_report_in_three_steps_and_only_those_that_were_let_go() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        said(&store, &place, 1, 0, "Making bread with Mr Baker", true).await;
        said(&store, &place, 2, 1, "A secret for the team", false).await;
        said(&store, &place, 3, 2, "pizza", true).await;
        everything_is_read(&store, place.programme_id).await;
        let team = Browser::of_staff(&app(&store));
        let report = format!("/programmes/{}/report", place.programme_id);
        let quotes = format!("{report}/quotes");
        assert!(team.get(&report).await.text.contains("No words have been written down"));

        for _ in 0..2 {
            team.post(&format!("{quotes}/typed"), &[]).await.location();
        }
        let kept = store.quotes(place.programme_id).await.expect("read");
        assert_eq!(kept.len(), 1, "once, without the private one and a single word: {kept:?}");
        assert_eq!((kept[0].consent, kept[0].state), (Consent::NoName, QuoteState::Captured));
        assert!(!team.get(&report).await.text.contains("Making bread"), "not screened");

        let one = format!("{quotes}/{}", kept[0].id);
        let early = team.post(&one, &[("state", "approved")]).await;
        assert_eq!(early.status, StatusCode::BAD_REQUEST, "screening comes first");
        team.post(&one, &[("state", "screened"), ("words", "Making bread with [a baker]")]).await.location();
        team.post(&one, &[("state", "approved")]).await.location();
        let page = team.get(&report).await.text;
        assert!(page.contains("Making bread with [a baker]") && !page.contains("Mr Baker"));
        let input = store.report_input(place.programme_id, String::new()).await.expect("read").expect("there");
        let json = Report::build(&input).to_json().expect("JSON");
        assert!(!json.contains("Mr Baker") && !json.contains(place.cards[0].as_str()));

        let other = a_place(&store, "Away", 1).await;
        let foreign = format!("/programmes/{}/report/quotes/{}", other.programme_id, kept[0].id);
        assert_eq!(team.post(&foreign, &[("state", "withdrawn")]).await.status, StatusCode::NOT_FOUND);
        team.post(&one, &[("state", "withdrawn"), WHY]).await.location();
        assert!(!team.get(&report).await.text.contains("Making bread"));
        team.post(&format!("{quotes}/typed"), &[]).await.location();
        assert_eq!(
            store.quotes(place.programme_id).await.expect("read").len(),
            1,
            "withdrawn words are not taken again"
        );
    })
    .await;
}

#[tokio::test]
async fn a_family_that_takes_its_answers_out_takes_its_words_out_of_the_report() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        said(&store, &place, 1, 0, "We talk on the bus now", true).await;
        said(&store, &place, 2, 1, "I will be a vet", true).await;
        everything_is_read(&store, place.programme_id).await;
        let team = Browser::of_staff(&app(&store));
        let quotes = format!("/programmes/{}/report/quotes", place.programme_id);
        team.post(&format!("{quotes}/typed"), &[]).await.location();
        for quote in store.quotes(place.programme_id).await.expect("read") {
            team.post(&format!("{quotes}/{}", quote.id), &[("state", "screened")]).await.location();
            team.post(&format!("{quotes}/{}", quote.id), &[("state", "approved")]).await.location();
        }
        let code = place.cards[0].to_string();
        team.post("/rights/withdrawal", &[("code", &code), ("reason", "asked")]).await;
        let left: Vec<String> =
            store.quotes(place.programme_id).await.expect("read").into_iter().map(|quote| quote.words).collect();
        assert_eq!(left, ["I will be a vet"]);
        let page = team.get(&format!("/programmes/{}/report", place.programme_id)).await.text;
        assert!(page.contains("I will be a vet") && !page.contains("on the bus"));
    })
    .await;
}

#[tokio::test]
async fn what_somebody_wrote_down_needs_consent_before_it_is_printed() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let quotes = format!("/programmes/{}/report/quotes", place.programme_id);
        let refused = team.post(&quotes, &[("said", ""), ("speaker", "adult"), ("consent", "7")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        team.post(&quotes, &[("said", "He asked me what I do."), ("speaker", "adult"), ("consent", "0")])
            .await
            .location();
        let id = store.quotes(place.programme_id).await.expect("read")[0].id;
        team.post(&format!("{quotes}/{id}"), &[("state", "screened")]).await.location();
        let approval = team.post(&format!("{quotes}/{id}"), &[("state", "approved")]).await;
        assert_eq!(approval.status, StatusCode::BAD_REQUEST);
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!(log[0].deed.what, "Moved a quote on, or out", "{NOW}");
    })
    .await;
}
