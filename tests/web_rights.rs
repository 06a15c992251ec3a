//! What a family may ask for: at an open session itself, and of the team.

mod common;

use axum::http::StatusCode;
use common::outside::Outside;
use common::web::{Answered, Browser, WHY, app};
use common::{LAST, NOW, SINGLE, a_place, a_project, ks2, on_each_database, on_each_target, open, send};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::ResponseId;
use pencilmark::store::{Store, Target, Withdrawal};
use pencilmark::survey::Wave;

async fn a_family_has_answered(store: &Store) -> (common::Place, String) {
    let place = a_place(store, "Riverside", 2).await;
    let mut before = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    (before.device, before.sequence) = (Some("device22".to_owned()), Some(1));
    send(store, &before).await;
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
async fn a_family_that_takes_itself_out_is_in_the_log_and_nothing_goes_without_its_line() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let (_place, code) = a_family_has_answered(&store).await;
        let tablet = Browser::of_tablet(&app(&store));
        let mut outside = Outside::of(&target).await;
        outside.break_log().await;
        let failed = tablet.post(&withdrawal(), &[("code", &code), ("sure", "yes")]).await;
        outside.mend_log().await;
        outside.close().await;
        assert!(failed.status.is_server_error(), "{}", failed.status);
        assert_eq!(store.response_count().await.expect("count"), 1, "nothing went without its line");
        let gone = tablet.post(&withdrawal(), &[("code", &code), ("sure", "yes")]).await;
        assert_eq!(gone.status, StatusCode::OK);
        let log = store.audit(None, 10).await.expect("log");
        let line = &log.iter().find(|entry| entry.deed.who == "the family itself").expect("a line").deed;
        assert_eq!(line.what, "Took a family’s answers out");
        assert!(line.about.contains("2026-05-16"), "{}", line.about);
        let plain = code.replace('-', "");
        assert!(!format!("{log:?}").contains(&code) && !format!("{log:?}").contains(&plain), "no code");
        store.close().await.expect("closed");
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

/// Six families at one session, each with one answer.
async fn six_families(store: &Store) -> common::Place {
    let place = a_place(store, "Riverside", 8).await;
    for (n, card) in (1..).zip(&place.cards[..6]) {
        send(store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    }
    store.settle().await.expect("settled");
    place
}

#[tokio::test]
async fn a_list_of_right_codes_takes_out_three_families_and_the_leader_does_the_rest() {
    on_each_database(|store| async move {
        let place = six_families(&store).await;
        let application = app(&store);
        let stranger = Browser::of_tablet(&application);
        let mut statuses = Vec::new();
        for card in &place.cards[..6] {
            statuses.push(stranger.post(&withdrawal(), &[("code", card.as_str()), ("sure", "yes")]).await);
        }
        let gone = statuses.iter().filter(|answered| answered.status == StatusCode::OK).count();
        assert_eq!(gone, 3, "no more without the leader");
        assert_eq!(store.response_count().await.expect("count"), 3);
        let last = &statuses[5];
        assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(last.text.contains("ask the person who runs the session"), "{}", last.text);
        let other = stranger.post(&format!("/s/{LAST}/withdrawal"), &[("code", place.cards[5].as_str())]).await;
        assert!(other.text.contains("Shall we delete everything?"), "another session counts for itself");
        let leader = Browser::of_staff(&application);
        leader.post("/rights/withdrawal", &[("code", place.cards[5].as_str()), ("reason", "asked")]).await;
        assert_eq!(store.response_count().await.expect("count"), 2, "the leader takes the next one out");
    })
    .await;
}

#[tokio::test]
async fn a_family_at_home_takes_its_answers_out_where_no_session_is_open_and_codes_are_counted_there_too() {
    on_each_database(|store| async move {
        let place = six_families(&store).await;
        for key in [SINGLE, LAST, common::REUNION] {
            let id = store.session(key).await.expect("read").expect("there").session.id;
            store.close_session(id, Some(NOW)).await.expect("closed");
        }
        let (application, at_home) = (app(&store), "/card/withdrawal");
        let telephone = Browser::of_tablet(&application);
        let closed = telephone.get(&format!("/s/{SINGLE}")).await;
        assert!(closed.text.contains("href=\"/card/withdrawal\""), "{}", closed.text);
        assert!(telephone.get("/").await.text.contains("href=\"/card/withdrawal\""), "and the first page of a tablet");
        let code = place.cards[0].as_str();
        let sure = telephone.post(at_home, &[("code", code)]).await;
        assert!(sure.text.contains("Shall we delete everything?") && sure.text.contains("Fox"), "{}", sure.text);
        assert_eq!(store.response_count().await.expect("count"), 6, "nothing is gone before the yes");
        let mut statuses = Vec::new();
        for card in &place.cards[..4] {
            statuses.push(telephone.post(at_home, &[("code", card.as_str()), ("sure", "yes")]).await.status);
        }
        assert_eq!(statuses, [200, 200, 200, 429]);
        assert_eq!(store.response_count().await.expect("count"), 3, "three families, then somebody of the team");
        let log = store.audit(None, 10).await.expect("log");
        let line = &log.iter().find(|entry| entry.deed.who == "the family itself").expect("a line").deed;
        assert!(line.about.ends_with(": at home"), "{}", line.about);
    })
    .await;
}

#[tokio::test]
async fn codes_that_are_tried_at_home_close_the_way_out_there_and_at_no_session() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (place, application) = (six_families(&store).await, app(&store));
    let stranger = Browser::of_tablet(&application);
    for _ in 0..10 {
        assert_eq!(stranger.post("/card/withdrawal", &[("code", "A2A-2AW")]).await.status, 422);
    }
    let code = place.cards[0].as_str();
    let refused = stranger.post("/card/withdrawal", &[("code", code), ("sure", "yes")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text.contains("tell whoever gave you the card"), "{}", refused.text);
    assert_eq!(stranger.post(&withdrawal(), &[("code", code)]).await.status, StatusCode::OK, "a session goes on");
    assert_eq!(store.response_count().await.expect("count"), 6);
}

#[tokio::test]
async fn wrong_codes_at_every_door_of_a_session_close_its_own_way_out_and_no_others() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (place, application) = (six_families(&store).await, app(&store));
    let stranger = Browser::of_tablet(&application);
    stranger.post(&withdrawal(), &[("code", "A2A-2AW")]).await;
    for _ in 0..3 {
        let asked = stranger.post_json(&format!("/s/{SINGLE}/card"), "{\"code\":\"A2A-2AW\"}".to_owned()).await;
        assert!(asked.text.contains("\"unknown\""), "{}", asked.text);
        assert_eq!(stranger.post(&format!("/s/{SINGLE}"), &[("code", "A2A-2AW")]).await.status, 422);
        assert_eq!(stranger.post(&withdrawal(), &[("code", "A2A-2AW")]).await.status, 422);
    }
    let code = place.cards[0].as_str();
    assert_eq!(stranger.post(&withdrawal(), &[("code", code)]).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stranger.post(&format!("/s/{LAST}/withdrawal"), &[("code", code)]).await.status, StatusCode::OK);
    let here = stranger.post_json(&format!("/s/{SINGLE}/card"), format!("{{\"code\":\"{code}\"}}")).await;
    assert!(here.text.contains("\"here\""), "families go on answering: {}", here.text);
    assert_eq!(store.response_count().await.expect("count"), 6);
}

#[tokio::test]
async fn whoever_tries_codes_by_the_hundred_is_told_of_no_card_at_any_door() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (place, application) = (six_families(&store).await, app(&store));
    let stranger = Browser::of_tablet(&application);
    let (card, address) = (format!("/s/{SINGLE}/card"), format!("/s/{SINGLE}"));
    let as_json = |code: &str| format!("{{\"code\":\"{code}\"}}");
    for _ in 0..60 {
        stranger.post_json(&card, as_json("A2A-2AW")).await;
    }
    for _ in 0..80 {
        assert_eq!(stranger.post_json("/card/session", as_json("A2A-2AW")).await.status, StatusCode::OK);
        assert_eq!(stranger.post("/card", &[("code", "A2A-2AW")]).await.status, 422);
        assert_eq!(stranger.get("/c/A2A2AW").await.status, 422);
    }
    let code = place.cards[0].as_str();
    // A right one is answered as a wrong one is.
    for (right, wrong) in [
        (stranger.post_json(&card, as_json(code)).await, stranger.post_json(&card, as_json("A2A-2AW")).await),
        (
            stranger.post_json("/card/session", as_json(code)).await,
            stranger.post_json("/card/session", as_json("A2A-2AW")).await,
        ),
    ] {
        assert_eq!((right.status, &right.text), (StatusCode::TOO_MANY_REQUESTS, &wrong.text));
    }
    for (right, wrong) in [
        (stranger.post(&address, &[("code", code)]).await, stranger.post(&address, &[("code", "A2A2AW")]).await),
        (stranger.post("/card", &[("code", code)]).await, stranger.post("/card", &[("code", "A2A2AW")]).await),
        (stranger.get(&format!("/c/{code}")).await, stranger.get("/c/A2A2AW").await),
    ] {
        assert_eq!(right.status, 422);
        assert_eq!(right.text.replace(code, ""), wrong.text.replace("A2A2AW", ""), "{}", right.text);
    }
    let elsewhere = stranger.post_json(&format!("/s/{LAST}/card"), as_json(code)).await;
    assert!(elsewhere.text.contains("\"here\""), "the other sessions go on");
}

#[tokio::test]
async fn a_tablet_takes_along_the_cards_of_its_project_and_none_of_a_closed_session() {
    on_each_database(|store| async move {
        let place = six_families(&store).await;
        let other = store.add_project(a_project(place.programme_id, "Harbour")).await.expect("a project");
        let codes = (0..60).filter_map(|n| CardCode::from_random([n, 7, 90, 130, 40])).take(2).collect();
        let theirs = store.issue_cards(other, codes, NOW).await.expect("cards");
        let kit = async || -> serde_json::Value {
            let kit = Browser::of_tablet(&app(&store)).get(&format!("/s/{SINGLE}/kit")).await;
            assert_eq!(kit.status, StatusCode::OK);
            serde_json::from_str(&kit.text).expect("JSON")
        };
        let known = |kit: &serde_json::Value| kit["cards"].as_object().expect("cards").len();
        assert_eq!(known(&kit().await), place.cards.len(), "those of the session's project");
        send(&store, &ks2(9, &theirs[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        let now = kit().await;
        assert_eq!(known(&now), place.cards.len() + 1, "and a family of another project that came to it");
        let session = store.session(SINGLE).await.expect("read").expect("there").session.id;
        store.close_session(session, Some(NOW)).await.expect("closed");
        let closed = kit().await;
        assert_eq!((known(&closed), &closed["open"]), (0, &false.into()));
    })
    .await;
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
async fn where_no_session_is_open_a_family_is_told_whom_to_ask_for_its_answers() {
    on_each_database(|store| async move {
        let (place, code) = a_family_has_answered(&store).await;
        let application = app(&store);
        let (tablet, team) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        for key in [SINGLE, LAST, common::REUNION] {
            let id = store.session(key).await.expect("read").expect("there").session.id;
            store.close_session(id, Some(NOW)).await.expect("closed");
        }
        let ask = async || [tablet.post("/card", &[("code", &code)]).await, tablet.get(&format!("/s/{SINGLE}")).await];
        for shown in ask().await {
            assert!(shown.status == 404 || shown.status == 410, "{}", shown.status);
            assert!(shown.text.contains("ask whoever gave you the card"), "{}", shown.text);
        }
        let page = format!("/programmes/{}/data-protection", place.programme_id);
        let form = [("ground", "public_task"), ("decided_by", "Data lead"), ("contact", "Quay House, 1 Quay")];
        team.post(&page, &form).await.location();
        for shown in ask().await {
            assert!(
                shown.text.contains("take your answers out") && shown.text.contains("write to Quay House, 1 Quay.")
            );
        }
    })
    .await;
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

        let answers = team.post("/rights/answers", &[("code", &code), WHY]).await;
        assert!(answers.text.contains("Fox, before"), "{}", answers.text);
        let file = team.post("/rights/copy", &[("code", &code), WHY]).await;
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

/// What the evaluator's files and the report say of a programme, without the moment they were made.
async fn figures(store: &Store, programme: i64) -> String {
    let input = store.report_input(programme, String::new()).await.expect("read").expect("there");
    let report = pencilmark::report::Report::build(&input);
    let people = store.people_after(programme, 0, 1_000).await.expect("people");
    format!("{}{}", report.to_csv().expect("CSV"), people.len())
}

#[tokio::test]
async fn a_disputed_family_is_in_no_figure_and_no_file_until_it_is_settled_and_then_exactly_as_before() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        for (n, card) in (1..).step_by(2).zip(&place.cards) {
            send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
            send(&store, &ks2(n + 1, card, Animal::Fox, SINGLE, Wave::PostSame, 12, 3)).await;
        }
        store.settle().await.expect("settled");
        let (programme, code) = (place.programme_id, place.cards[0].to_string());
        let (all, derived) = (figures(&store, programme).await, store.derived().await.expect("derived"));
        let team = Browser::of_staff(&app(&store));
        let rows = format!("/programmes/{programme}/downloads/long.csv?why=asked");
        let lines = |text: &str| text.lines().count();
        let everybody = lines(&team.get(&rows).await.text);

        let form = [("code", code.as_str()), ("kind", "restriction"), ("why", "the father says it is not theirs")];
        let shown = team.post("/rights/protection", &form).await;
        assert!(
            shown.status == StatusCode::OK && shown.text.contains("Left out of every figure and file"),
            "{}",
            shown.text
        );
        assert_eq!(
            team.post("/rights/protection", &form).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "it is so already"
        );
        let visits = store.family(&place.cards[0]).await.expect("family")[0].visits.len();
        assert_eq!(visits, 2, "what it answered is not asked again meanwhile");
        let signing = team.get(&format!("/programmes/{programme}/report/sign-off")).await.text;
        assert!(signing.contains("The figures leave out 1 family"), "{signing}");
        let without = figures(&store, programme).await;
        assert_ne!(without, all);
        assert!(without.ends_with('2'), "two people are left");
        let left = lines(&team.get(&rows).await.text);
        assert!((left - 1) * 3 == (everybody - 1) * 2, "{left} of {everybody} lines");
        let theirs = team.post("/rights/answers", &[("code", &code), WHY]).await.text;
        assert!(theirs.contains("Everything kept under"), "the family may still see it");
        let copy: serde_json::Value =
            serde_json::from_str(&team.post("/rights/copy", &[("code", &code), WHY]).await.text).expect("JSON");
        assert!(copy["left_out_of_figures_since"].is_string() && !copy.to_string().contains("the father"), "{copy}");
        let id = store.protections(programme).await.expect("read")[0].id;
        let end = format!("/programmes/{programme}/protections/{id}/end");
        team.post(&end, &[("because", "a mistake")]).await.location();
        assert_eq!((figures(&store, programme).await, store.derived().await.expect("derived")), (all, derived));
        team.post("/rights/protection", &form).await;
        // What a tablet sends in the meantime is kept and counts nowhere either, also when all is worked out again.
        send(&store, &ks2(60, &place.cards[0], Animal::Owl, SINGLE, Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        assert_eq!(figures(&store, programme).await, without);
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(figures(&store, programme).await, without);

        let id = store.protections(programme).await.expect("read")[0].id;
        let end = format!("/programmes/{programme}/protections/{id}/end");
        team.post(&end, &[("because", "it was theirs")]).await.location();
        let with_owl = figures(&store, programme).await;
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(figures(&store, programme).await, with_owl);
        assert!(with_owl.ends_with('4'), "everybody, and the owl who came meanwhile");
        let log = format!("{:?}", store.audit(None, 20).await.expect("log"));
        assert!(log.contains("the father says") && log.contains("it was theirs"));
        assert!(!log.contains(&code) && !log.contains(place.cards[0].as_str()));
    })
    .await;
}

#[tokio::test]
async fn a_family_whose_answers_are_kept_as_evidence_is_told_whom_to_ask_and_nothing_of_why() {
    on_each_database(|store| async move {
        let (place, code) = a_family_has_answered(&store).await;
        let team = Browser::of_staff(&app(&store));
        let form = [("code", code.as_str()), ("kind", "hold"), ("why", "a child in danger")];
        assert!(team.post("/rights/protection", &form).await.text.contains("Not now: it is kept from being deleted"));
        let tablet = Browser::of_tablet(&app(&store));
        for step in [&[("code", code.as_str())][..], &[("code", code.as_str()), ("sure", "yes")]] {
            let told = tablet.post(&withdrawal(), step).await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                told.text.contains("ask the person who runs the session") && !told.text.contains("danger"),
                "{}",
                told.text
            );
        }
        assert!(store.take_out(&place.cards[0], NOW).await.is_err(), "nor by any other way in");
        let stop =
            Withdrawal { session: SINGLE.to_owned(), device: "device22".to_owned(), sequence: 1, at_home: false };
        store.withdraw(ResponseId::from_bytes([1; 16]), stop, NOW).await.expect("noted");
        let kept = store.held(&place.cards[0]).await.expect("read").expect("there").responses;
        assert!(!kept[0].bytes.is_empty(), "nor by stopping what was finished");
        assert_eq!(store.response_count().await.expect("count"), 1);
        let copy = team.post("/rights/copy", &[("code", &code), WHY]).await.text;
        assert!(!copy.contains("danger"), "{copy}");
    })
    .await;
}

#[tokio::test]
async fn the_ground_of_the_law_is_written_down_once_and_told_to_families_of_that_programme_alone() {
    on_each_database(|store| async move {
        let (place, code) = a_family_has_answered(&store).await;
        let team = Browser::of_staff(&app(&store));
        let (page, tablet) =
            (format!("/programmes/{}/data-protection", place.programme_id), Browser::of_tablet(&app(&store)));
        let notice = format!("/privacy?at={SINGLE}");
        assert!(!tablet.get(&notice).await.text.contains("What the law says"), "nobody has said it yet");
        assert_eq!(team.post(&page, &[("ground", "because"), ("decided_by", "")]).await.status, 422);
        let form = [("ground", "public_task"), ("decided_by", "Data lead"), ("contact", "Quay House, 1 Quay")];
        assert_eq!(team.post(&page, &form).await.location(), page);
        assert!(team.get(&page).await.text.contains("Data lead"));
        let told = tablet.get(&notice).await.text;
        assert!(
            told.contains("public body’s task") && told.contains("Quay House, 1 Quay") && !told.contains("Data lead")
        );
        for elsewhere in ["/privacy", "/privacy?at=nowhere2", "/privacy?at=%00", "/privacy?at=a&at=b"] {
            let shown = tablet.get(elsewhere).await;
            assert!(shown.status == StatusCode::OK && !shown.text.contains("Quay House"), "{elsewhere}");
        }
        let copy: serde_json::Value =
            serde_json::from_str(&team.post("/rights/copy", &[("code", &code), WHY]).await.text).expect("JSON");
        assert_eq!(copy["lawful_basis"]["ground"], "public_task");
        assert_eq!(
            store
                .audit(None, 50)
                .await
                .expect("log")
                .iter()
                .filter(|one| one.deed.what == "Wrote down the lawful basis")
                .count(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn tablets_carry_the_ground_of_the_law_and_whom_to_complain_to() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let page = format!("/programmes/{}/data-protection", place.programme_id);
        let tablet = Browser::of_tablet(&app(&store));
        let start = format!("/s/{SINGLE}");
        let without = tablet.get(&start).await;
        assert!(!without.text.contains("What the law says"), "nobody has said it yet");
        let form = [("ground", "public_task"), ("decided_by", "Data lead"), ("contact", "Quay House, 1 Quay")];
        team.post(&page, &form).await.location();
        let shell = tablet.get(&start).await;
        let notice = shell.text.split("data-screen=\"notice\"").nth(1).expect("the notice");
        let notice = notice.split("</template>").next().expect("its end");
        for said in ["public body’s task", "Quay House, 1 Quay", "ico.org.uk", "data-notice-read"] {
            assert!(notice.contains(said), "{said}: {notice}");
        }
        let hash = |page: &common::web::Answered| page.headers["pencilmark-shell"].clone();
        assert_ne!(hash(&without), hash(&shell), "tablets take up the new words");
        team.post(&page, &[("ground", "public_task"), ("decided_by", "Data lead"), ("contact", "")]).await.location();
        let told = tablet.get(&format!("/privacy?at={SINGLE}")).await.text;
        assert!(told.contains("ico.org.uk") && !told.contains("Quay House"), "whoever complains has somebody: {told}");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_has_to_be_mended_stands_open_and_the_other_shut() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let home = format!("/programmes/{}", place.programme_id);
        let page = format!("{home}/data-protection");
        let refused = team.post(&page, &[("ground", ""), ("decided_by", "")]).await;
        assert!(refused.status == 422 && !refused.text.contains("<details open"), "{}", refused.text);
        team.post(&page, &[("ground", "public_task"), ("decided_by", "Data lead")]).await.location();
        let refused = team.post(&format!("{home}/complaints"), &[("received_on", "2026-06-19"), ("about", "")]).await;
        assert!(refused.status == 422 && refused.text.contains("<details open"), "{}", refused.text);
    })
    .await;
}

#[tokio::test]
async fn a_complaint_is_noted_without_names_and_warns_until_it_is_acknowledged() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let (home, page) = (
            format!("/programmes/{}", place.programme_id),
            format!("/programmes/{}/data-protection", place.programme_id),
        );
        let came = [("received_on", "2026-06-19"), ("about", "a photograph in the hall")];
        assert_eq!(
            team.post(&format!("{home}/complaints"), &[("received_on", "2199-01-01"), ("about", "x")]).await.status,
            422
        );
        assert_eq!(team.post(&format!("{home}/complaints"), &came).await.location(), page);
        let warned = team.get("/").await.text;
        assert!(warned.contains("A complaint is to be acknowledged by 19 July 2026"), "{warned}");
        let one = format!("{home}/complaints/{}", store.complaints(place.programme_id).await.expect("read")[0].id);
        assert_eq!(team.get(&format!("{home}/complaints/99")).await.status, StatusCode::NOT_FOUND);
        let closed = [&came[..], &[("acknowledged_on", "2026-06-20"), ("closed_on", "2026-07-01")]].concat();
        let early = team.post(&one, &closed).await;
        assert!(early.status == 422 && early.text.contains("Say what was done"), "{}", early.text);
        let done = [&closed[..], &[("done", "the photograph was taken down")]].concat();
        assert_eq!(team.post(&one, &done).await.location(), page);
        let shown = team.get(&page).await.text;
        assert!(shown.contains("Acknowledged on 20 June 2026") && shown.contains("the photograph was taken down"));
        assert!(!team.get("/").await.text.contains("A complaint is to be"));
        // Nobody else’s programme has it.
        let other = a_place(&store, "Hillside", 1).await;
        let elsewhere = one.replacen(&format!("/{}/", place.programme_id), &format!("/{}/", other.programme_id), 1);
        assert_eq!(team.post(&elsewhere, &done).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
