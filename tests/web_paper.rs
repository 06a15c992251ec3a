//! The paper twin: printed with a box and a key for each answer, keyed in, and counted like any other answer.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{SINGLE, a_place, open};
use pencilmark::response::{Envelope, Mode};
use pencilmark::store::{ResponseState, Target};
use pencilmark::survey::{Library, Wave};

#[tokio::test]
async fn every_questionnaire_of_a_session_is_printed_with_its_items_and_keys() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    a_place(&store, "Riverside", 1).await;
    let leader = Browser::of_staff(&app(&store));
    let list = leader.get(&format!("/sessions/{SINGLE}/paper")).await.text;
    let library = Library::embedded();
    for (survey, wave) in
        [("ks1", Wave::Pre), ("ks2", Wave::PostSame), ("parent", Wave::PostProg), ("ks3", Wave::PostExit)]
    {
        let path = format!("/sessions/{SINGLE}/paper/{survey}/{}", wave.code());
        assert!(list.contains(&path), "{path}");
        let page = leader.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        let survey = &library.newest(survey).expect("embedded").survey;
        for item in survey.items_at(wave) {
            assert!(page.text.contains(&format!("<span class=\"item-id\">{}</span>", item.id)), "{path}: {}", item.id);
        }
        assert!(!page.text.contains("style=") && page.text.contains("Code on your card"));
    }
    assert!(!list.contains("paper/event"), "a session asks no feedback on an event");
    let no = leader.get(&format!("/sessions/{SINGLE}/paper/event/event")).await;
    assert_eq!(no.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_keyed_in_is_stored_as_paper_and_counts() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let leader = Browser::of_staff(&app(&store));
    let path = format!("/sessions/{SINGLE}/keying/ks2/pre");
    let code = place.cards[0].to_string();
    let good = [
        ("code", code.as_str()),
        ("animal", "fox"),
        ("school_year", "4"),
        ("K2-AW1.vet", "1"),
        ("K2-AW1.chef", "1"),
        ("K2-CF1", "3"),
        ("K2-CF2", "?"),
        ("K2-AS1", "vet"),
    ];
    let grid = leader.get(&path).await.text;
    assert!(grid.contains("name=\"K2-CF1\"") && grid.contains("data-keys=\"1 2 3 4\""), "each cell knows its keys");

    let with = |name: &'static str, value: &'static str| {
        let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(other, _)| *other != name).collect();
        fields.push((name, value));
        fields
    };
    for (name, value, says) in [
        ("code", "PEN-C4T", "No card of this programme"),
        ("code", "PEN-C4O", "Cards have no"),
        ("animal", "sun", "Choose the picture"),
        ("school_year", "", "Choose the school year"),
        ("K2-CF1", "5", "K2-CF1: key 1, 2, 3, 4"),
        ("K2-AW1.vet", "x", "K2-AW1.vet: key"),
    ] {
        let refused = leader.post(&path, &with(name, value)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}");
        assert!(refused.text.contains(says), "{name} {value}: {}", refused.text);
        assert!(refused.text.contains("value=\"vet\""), "what was typed is still there");
    }
    assert_eq!(store.response_count().await.expect("count"), 0);
    assert_eq!(leader.post(&path, &good).await.location(), path, "ready for the next paper");
    store.settle().await.expect("settled");
    let fox = store.newest_person(place.programme_id).await.expect("query");
    let stored = store.responses_of(&[fox]).await.expect("responses");
    assert_eq!((stored.len(), stored[0].state, stored[0].wave), (1, ResponseState::Counted, Wave::Pre));
    let envelope: Envelope = serde_json::from_slice(&stored[0].bytes).expect("an envelope");
    assert_eq!(envelope.mode, Mode::Paper);
    let awareness = stored[0].scores.iter().find(|score| score.measure == "AWR").expect("scored");
    assert_eq!(awareness.value, 2);
    let log = store.audit(None, 1).await.expect("log");
    assert_eq!(log[0].deed.what, "Keyed in a paper questionnaire");
    assert!(!format!("{log:?}").contains(place.cards[0].as_str()));
}
