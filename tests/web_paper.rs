//! The paper twin: printed with a box and a key for each answer, keyed in, and counted like any other answer.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{SINGLE, a_place, ks2, on_each_database, open, send};
use pencilmark::person::{Animal, CardCode, SchoolYear};
use pencilmark::response::{Answer, Envelope, Missing, Mode};
use pencilmark::store::{NewPerson, ResponseState, Target};
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
        assert!(!page.text.contains("not tapped"), "a list has one box for each thing: {path}");
        let words: Vec<&str> = page.text.split(|c: char| !c.is_alphanumeric()).collect();
        for word in ["Tap", "tap", "tapped", "tablet"] {
            assert!(!words.contains(&word), "nothing is tapped on paper: {path}");
        }
    }
    let youngest = leader.get(&format!("/sessions/{SINGLE}/paper/ks1/pre")).await.text;
    for picture in [
        "people-fox",
        "people-whale",
        "scale-thumb-1",
        "scale-thumb-3",
        "scale-pencil-1",
        "scale-who-3",
        "jobs-vet",
        "jobs-zibber",
        "jobs-other",
    ] {
        let (shown, drawn) = (format!("href=\"#p-{picture}\""), format!("<symbol id=\"p-{picture}\""));
        assert!(youngest.contains(&shown), "{picture} is seen on the paper of the youngest");
        assert_eq!(youngest.matches(&drawn).count(), 1, "{picture} travels once");
    }
    assert!(youngest.contains("Tick the jobs you know") && youngest.contains("Give this paper back to your grown-up"));
    assert!(
        !list.split("<details").next().expect("a page").contains("paper/ks1/post_prog"),
        "a one-off session needs none"
    );
    assert!(list.split("<details").next().expect("a page").contains("paper/ks1/post_same"));
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
    let next = leader.post(&path, &good).await.location().to_owned();
    assert_eq!(next, format!("{path}?kept=yes"), "ready for the next paper");
    let said = leader.get(&next).await.text;
    assert!(
        said.contains("✓ Kept.") && said.contains("Now the next paper") && !said.contains(&place.cards[0].to_string())
    );
    store.settle().await.expect("settled");
    let fox = store.newest_person(place.programme_id).await.expect("query");
    let stored = store.responses_of(&[fox]).await.expect("responses");
    assert_eq!((stored.len(), stored[0].state, stored[0].wave), (1, ResponseState::Counted, Wave::Pre));
    let envelope: Envelope = serde_json::from_slice(&stored[0].bytes).expect("an envelope");
    assert_eq!(envelope.mode, Mode::Paper);
    assert_eq!(envelope.answers["K2-AW1.farmer"], Answer::Value(0), "a box that was left empty in a list with ticks");
    assert_eq!(envelope.answers["K2-CF3"], Answer::Missing(Missing::Skipped));
    let awareness = stored[0].scores.iter().find(|score| score.measure == "AWR").expect("scored");
    assert_eq!(awareness.value, 2);
    let log = store.audit(None, 1).await.expect("log");
    assert_eq!(log[0].deed.what, "Keyed in a paper questionnaire");
    assert!(!format!("{log:?}").contains(place.cards[0].as_str()));
}

#[tokio::test]
async fn sheets_are_made_for_whoever_owes_a_questionnaire_for_new_families_and_for_cards_that_are_named() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 4).await;
    // Fox and Owl of the first card have answered a before; Fox an after too. The Sun of it is a grown-up who has come.
    for (id, animal, wave) in
        [(1, Animal::Fox, Wave::Pre), (2, Animal::Owl, Wave::Pre), (3, Animal::Fox, Wave::PostSame)]
    {
        send(&store, &ks2(id, &place.cards[0], animal, SINGLE, wave, 8, 2)).await;
    }
    store.settle().await.expect("settled");
    let session_id = store.session(SINGLE).await.expect("query").expect("it").session.id;
    let sun = NewPerson { card: place.cards[0].clone(), animal: Animal::Sun, school_year: None, session_id };
    store.register(vec![sun], common::NOW).await.expect("registered");
    let leader = Browser::of_staff(&app(&store));
    let made = async |survey: &str, fields: &[(&str, &str)]| {
        leader.post(&format!("/sessions/{SINGLE}/paper/{survey}"), fields).await
    };
    let boxes = |card: &CardCode| {
        let symbols = card.as_str().chars().map(|symbol| format!("<span class=\"box\">{symbol}</span>"));
        let symbols: Vec<String> = symbols.collect();
        format!("{} – {}", symbols[..3].concat(), symbols[3..].concat())
    };
    let sheets = |page: &str| page.matches("<article class=\"paper\">").count();

    let after = made("ks2/post_same", &[("whose", "owing")]).await;
    assert_eq!((after.status, sheets(&after.text)), (StatusCode::OK, 1), "the Owl alone owes an after");
    assert!(after.text.contains(&boxes(&place.cards[0])), "{}", after.text);
    assert!(
        after.text.contains("<span class=\"box\">✓</span>Owl") && after.text.contains("<span class=\"box\">✓</span>4")
    );
    assert!(!after.text.contains("<span class=\"box\">✓</span>Fox"));
    let grown_ups = made("parent/pre", &[("whose", "owing")]).await.text;
    assert!(sheets(&grown_ups) == 1 && grown_ups.contains("<span class=\"box\">✓</span>Sun"), "{grown_ups}");
    for (survey, whose) in [("ks1/post_same", "owing"), ("ks2/pre", "owing")] {
        let nobody = made(survey, &[("whose", whose)]).await;
        assert!(nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.text.contains("Nobody who is here owes"));
    }

    let fresh = made("ks2/pre", &[("whose", "fresh"), ("fresh", "2")]).await.text;
    assert_eq!(sheets(&fresh), 2);
    assert!(!fresh.contains(&boxes(&place.cards[0])), "a card that a family has is not new");
    let (one, other) = (place.cards[2].to_string(), place.cards[3].to_string().to_lowercase());
    let named = made("ks2/pre", &[("whose", "these"), ("cards", &format!("{one}, {other}"))]).await.text;
    assert!(sheets(&named) == 2 && named.contains(&boxes(&place.cards[2])) && named.contains(&boxes(&place.cards[3])));
    for (typed, says) in
        [("", "Type the codes"), ("PEN-C4T", "no card of this programme"), ("PEN-C4O", "Cards have no")]
    {
        let refused = made("ks2/pre", &[("whose", "these"), ("cards", typed)]).await;
        assert!(
            refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains(says),
            "{typed}: {}",
            refused.text
        );
    }
    let log = store.audit(None, 20).await.expect("log");
    assert!(log.iter().any(|entry| entry.deed.what == "Made sheets of paper for cards"));
    assert!(place.cards.iter().all(|card| !format!("{log:?}").contains(card.as_str())), "no code stands in the log");
}

#[tokio::test]
async fn a_second_keying_shows_what_differs_and_what_is_on_the_paper_stands_with_a_reason() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let leader = Browser::of_staff(&app(&store));
        let path = format!("/sessions/{SINGLE}/keying/ks2/pre");
        let again = format!("{path}/again");
        let code = place.cards[0].to_string();
        let keyed = |cf1: &'static str, cf2: &'static str| {
            vec![
                ("code", code.as_str()),
                ("animal", "fox"),
                ("school_year", "4"),
                ("K2-AW1.vet", "1"),
                ("K2-CF1", cf1),
                ("K2-CF2", cf2),
            ]
        };
        let nothing = leader.post(&again, &keyed("3", "?")).await;
        assert!(nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.text.contains("No paper of this card"));
        leader.post(&path, &keyed("3", "?")).await.location();
        assert_eq!(
            leader.post(&again, &keyed("3", "?")).await.location(),
            again,
            "where nothing differs, nothing happens"
        );
        assert_eq!(store.response_count().await.expect("count"), 1);

        let differ = leader.post(&again, &keyed("2", "4")).await;
        assert_eq!(differ.status, StatusCode::OK);
        for words in ["In 2 answers", "First keying: 3", "Second keying: 2", "First keying: ? (don’t know)"] {
            assert!(differ.text.contains(words), "{words}: {}", differ.text);
        }
        let mut picked = keyed("2", "4");
        picked.extend([("pick.K2-CF1", "second"), ("keying.reason", "a slip of a key")]);
        let open = leader.post(&again, &picked).await;
        assert_eq!(open.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(open.text.contains("K2-CF2: look at the paper") && open.text.contains("value=\"a slip of a key\""));
        picked.push(("pick.K2-CF2", "first"));
        leader.post(&again, &picked).await.location();
        store.settle().await.expect("settled");
        let fox = store.newest_person(place.programme_id).await.expect("query");
        let stored = store.responses_of(&[fox]).await.expect("responses");
        let counted: Vec<_> = stored.iter().filter(|one| one.state == ResponseState::Counted).collect();
        assert_eq!((stored.len(), counted.len()), (2, 1), "the first keying is kept and set aside");
        let stands: Envelope = serde_json::from_slice(&counted[0].bytes).expect("an envelope");
        assert_eq!(stands.answers["K2-CF1"], Answer::Value(2));
        assert_eq!(stands.answers["K2-CF2"], Answer::Missing(Missing::DontKnow));
        assert_eq!(stands.mode, Mode::Paper);
        let log = store.audit(None, 1).await.expect("log");
        assert_eq!(
            (log[0].deed.what.as_str(), log[0].deed.reason.as_str()),
            ("Keyed in a paper questionnaire again", "a slip of a key")
        );
        let list = leader.get(&format!("/sessions/{SINGLE}/paper")).await.text;
        assert!(list.contains("1 paper was keyed in twice") && list.contains("in 1 of them"), "{list}");
        let who = leader.get(&format!("/sessions/{SINGLE}/links")).await.text;
        assert!(who.contains("An answer was set aside") && who.contains("a slip of a key"), "it can be taken back");

        // Keyed in a third time it is held against what stands; and what a family takes out takes the note with it.
        assert_eq!(leader.post(&again, &keyed("2", "?")).await.location(), again);
        store.take_out(&place.cards[0], common::NOW).await.expect("taken out");
        let at = store.session(SINGLE).await.expect("query").expect("it").session.id;
        assert_eq!(store.second_keyings(at).await.expect("query").len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_school_year_that_was_keyed_in_wrongly_is_found_and_put_right_with_its_counts() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let leader = Browser::of_staff(&app(&store));
        let path = format!("/sessions/{SINGLE}/keying/ks2/pre");
        let again = format!("{path}/again");
        let code = place.cards[0].to_string();
        let keyed = |year: &'static str| {
            vec![
                ("code", code.as_str()),
                ("animal", "fox"),
                ("school_year", year),
                ("K2-AW1.vet", "1"),
                ("K2-CF1", "3"),
            ]
        };
        leader.post(&path, &keyed("2")).await.location();
        let differ = leader.post(&again, &keyed("4")).await;
        for words in ["In 1 answer", "School year", "First keying: Year 2", "Second keying: Year 4"] {
            assert!(differ.text.contains(words), "{words}: {}", differ.text);
        }
        let mut picked = keyed("4");
        picked.push(("keying.reason", "a slip of a key"));
        let open = leader.post(&again, &picked).await;
        assert!(open.text.contains("School year: look at the paper and choose."), "{}", open.text);
        picked.push(("pick.school_year", "second"));
        leader.post(&again, &picked).await.location();
        store.settle().await.expect("settled");
        let family = store.family(&place.cards[0]).await.expect("query");
        assert_eq!(family[0].school_year, SchoolYear::new(4));
        let derived = store.derived().await.expect("derived");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), derived, "and counted as if it had always been so");

        // Who was known before their paper keeps the year that was said then.
        let mut owl = keyed("3");
        owl[1].1 = "owl";
        leader.post(&path, &owl).await.location();
        let after = format!("/sessions/{SINGLE}/keying/ks2/post_same");
        owl[2].1 = "5";
        leader.post(&after, &owl).await.location();
        owl[2].1 = "6";
        owl.extend([("pick.school_year", "second"), ("keying.reason", "a slip of a key")]);
        leader.post(&format!("{after}/again"), &owl).await.location();
        store.settle().await.expect("settled");
        let family = store.family(&place.cards[0]).await.expect("query");
        let owl = family.iter().find(|member| member.animal == Animal::Owl).expect("the owl");
        assert_eq!(owl.school_year, SchoolYear::new(3));
    })
    .await;
}
