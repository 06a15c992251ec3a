//! A *No* is a count and nothing else: what was declined, and whether they were known. Nobody is named by what is kept.

mod common;

use common::outside::Outside;
use common::web::{Browser, WHY, app};
use common::{SINGLE, a_place, ks2, on_each_database, on_each_target, open, send};
use pencilmark::person::{Animal, CardCode, Role};
use pencilmark::report::Report;
use pencilmark::session::{Declined, No};
use pencilmark::store::Store;
use pencilmark::survey::Wave;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody's place at a tablet, as it tells it.
fn seat(card: &CardCode, animal: &str, wave: &str) -> Value {
    let digest = Sha256::digest(format!("{SINGLE} {}", card.as_str()));
    let card: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    json!({ "card": card, "animal": animal, "wave": wave })
}

/// Sends a *No* under the id of this number.
async fn says_no(tablet: &Browser, n: u8, more: Value) {
    let id = format!("{n:02x}").repeat(16);
    let mut note = json!({ "schema": 1, "id": id, "session": SINGLE });
    note.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let answered = tablet.put(&format!("/no/{id}"), note.to_string().into_bytes()).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
}

/// How often each *No* was counted.
async fn counted(store: &Store, programme_id: i64) -> Vec<(Declined, bool, i64)> {
    let noes = store.noes(programme_id).await.expect("counts");
    noes.into_iter().map(|(_, No { declined, known }, n)| (declined, known, n)).collect()
}

#[tokio::test]
async fn a_no_says_what_was_declined_and_the_same_person_is_counted_once_at_a_session() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        let [one, other, known, old] = [0, 1, 2, 3].map(|n| &place.cards[n]);
        send(&store, &ks2(1, known, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        let tablet = Browser::of_tablet(&app(&store));
        // A grown-up says no for their children, on two tablets, and for another picture; and then for themselves.
        let children = |animal| json!({ "declined": "children", "known": false, "seat": seat(one, animal, "pre") });
        for (n, animal) in [(0x10, "fox"), (0x10, "fox"), (0x11, "fox"), (0x12, "bee")] {
            says_no(&tablet, n, children(animal)).await;
        }
        let own = json!({ "declined": "adult", "known": false, "seat": seat(one, "sun", "pre") });
        says_no(&tablet, 0x13, own.clone()).await;
        // The same without script.
        let code = one.to_string();
        let form = [("code", code.as_str()), ("animal", "sun"), ("assent", "no")];
        assert_eq!(tablet.post(&format!("/s/{SINGLE}"), &form).await.status, 200);
        let expected = [(Declined::Adult, false, 1), (Declined::Children, false, 1)];
        assert_eq!(counted(&store, place.programme_id).await, expected);

        // A child who has answered before, whether the tablet knew it or not, and one whom the tablet alone knew.
        says_no(&tablet, 0x14, json!({ "declined": "child", "known": false, "seat": seat(known, "fox", "post_same") }))
            .await;
        says_no(&tablet, 0x15, json!({ "declined": "child", "known": true, "seat": seat(other, "owl", "post_same") }))
            .await;
        says_no(&tablet, 0x16, json!({ "declined": "children", "known": false, "seat": seat(known, "bee", "pre") }))
            .await;
        // What older tablets tell: a role, with whose turn it was or without.
        says_no(&tablet, 0x17, json!({ "role": "adult", "seat": seat(old, "moon", "pre") })).await;
        says_no(&tablet, 0x18, json!({ "role": "adult" })).await;
        says_no(&tablet, 0x19, json!({ "role": "child" })).await;
        let expected = [
            (Declined::Adult, false, 2),
            (Declined::Child, false, 1),
            (Declined::Child, true, 2),
            (Declined::Children, false, 2),
            (Declined::Children, true, 1),
        ];
        assert_eq!(counted(&store, place.programme_id).await, expected);

        // Of the report: nobody is registered by a no, a grown-up's own is of the grown-ups, who is known is not asked anew.
        let input = store.report_input(place.programme_id, String::new()).await.expect("read").expect("there");
        let of = |role: Role| {
            let rows = input.flow.iter().filter(move |row| row.role == role);
            rows.fold((0, 0, 0), |sum, row| {
                (sum.0 + row.registered, sum.1 + row.declined_for_children, sum.2 + row.declined_for_self)
            })
        };
        assert_eq!((of(Role::Child), of(Role::Adult)), ((1, 2, 1), (0, 0, 2)));
    })
    .await;
}

#[tokio::test]
async fn a_no_that_was_not_counted_again_is_not_counted_after_a_restart_either() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let said = json!({ "declined": "child", "known": false, "seat": seat(&place.cards[0], "owl", "pre") });
        let before = Browser::of_tablet(&app(&store));
        says_no(&before, 0x10, said.clone()).await;
        says_no(&before, 0x11, said.clone()).await;
        // The second tablet never heard that it had come, and the server has nobody in mind any more.
        let restarted = Browser::of_tablet(&app(&store));
        says_no(&restarted, 0x11, said).await;
        assert_eq!(counted(&store, place.programme_id).await, [(Declined::Child, false, 1)]);
    })
    .await;
}

#[tokio::test]
async fn what_a_no_leaves_behind_names_no_card_picture_or_person() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 3).await;
        let tablet = Browser::of_tablet(&app(&store));
        let mut outside = Outside::of(&target).await;
        let before = outside.everything().await;
        for (n, declined, animal) in [(0x10, "children", "cat"), (0x11, "child", "owl"), (0x12, "adult", "moon")] {
            let said = json!({ "declined": declined, "known": false, "seat": seat(&place.cards[0], animal, "pre") });
            says_no(&tablet, n, said).await;
        }
        let id = "1f".repeat(16);
        let stop = json!({ "id": id, "session": SINGLE, "device": "ab".repeat(8), "sequence": 7, "withdrawn": true,
            "seat": seat(&place.cards[0], "bee", "pre") });
        let stopped = tablet.put(&format!("/r/{id}/withdrawal"), stop.to_string().into_bytes()).await;
        assert_eq!(stopped.status, 200);
        let code = place.cards[1].to_string();
        let form = [("code", code.as_str()), ("animal", "fox"), ("school_year", "4"), ("permission", "no")];
        assert_eq!(tablet.post(&format!("/s/{SINGLE}"), &form).await.status, 200);
        let after = outside.everything().await;
        let new: Vec<&str> = after.lines().filter(|row| !before.lines().any(|known| known == *row)).collect();
        assert!(new.iter().any(|row| row.starts_with("no_count: ")), "the counts are there: {new:?}");
        for row in new {
            let hash = seat(&place.cards[0], "", "")["card"].as_str().expect("a hash").to_owned();
            let names = [place.cards[0].as_str(), place.cards[1].as_str(), hash.as_str()];
            let pictures = ["cat", "owl", "moon", "bee", "fox"];
            assert!(!names.iter().chain(&pictures).any(|name| row.contains(name)), "{row}");
        }
        outside.close().await;
        store.close().await.expect("closed");
    })
    .await;
}

#[tokio::test]
async fn who_said_no_is_in_the_copy_of_what_is_kept_and_on_the_board_until_the_server_ends() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let application = app(&store);
        let (tablet, team) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let said = json!({ "declined": "child", "known": false, "seat": seat(&place.cards[0], "owl", "pre") });
        says_no(&tablet, 0x10, said.clone()).await;
        let code = place.cards[0].to_string();
        let copy = async |team: &Browser| team.post("/rights/copy", &[("code", &code), WHY]).await.text;
        let board = async |team: &Browser| team.get(&format!("/sessions/{SINGLE}/board")).await.text;
        assert!(copy(&team).await.contains("said no") && board(&team).await.contains("before: said no"));
        // Another server, or the same one after a restart, knows of nobody, and counts whoever says it again.
        let restarted = app(&store);
        let (tablet, team) = (Browser::of_tablet(&restarted), Browser::of_staff(&restarted));
        assert!(!copy(&team).await.contains("said no") && !board(&team).await.contains("before: said no"));
        says_no(&tablet, 0x11, said.clone()).await;
        assert_eq!(counted(&store, place.programme_id).await, [(Declined::Child, false, 2)]);
        says_no(&tablet, 0x10, said).await;
        assert_eq!(
            counted(&store, place.programme_id).await,
            [(Declined::Child, false, 2)],
            "an old press, sent again"
        );
        team.post("/rights/withdrawal", &[("code", &code), ("reason", "asked")]).await;
        assert!(!board(&team).await.contains("before: said no"), "it went with the family");
    })
    .await;
}

#[tokio::test]
async fn children_reached_are_people_and_every_no_stands_beside_them_in_the_flow() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 20).await;
        for (n, card) in (1..).zip(&place.cards[..12]) {
            send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        }
        store.settle().await.expect("settled");
        let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
        let noes = [
            (Declined::Children, false, 7),
            (Declined::Child, false, 6),
            (Declined::Child, true, 9),
            (Declined::Adult, false, 5),
        ];
        for (declined, known, n) in noes {
            store.add_noes(at, No { declined, known }, n).await.expect("counted");
        }
        let input = store
            .report_input(place.programme_id, "2026-07-01T00:00:00Z".to_owned())
            .await
            .expect("read")
            .expect("there");
        let report = Report::build(&input);
        assert_eq!(report.reach.children.shown(), Some(&12), "a no reaches nobody");
        let steps: Vec<_> = report.flows[0].steps.iter().take(3).map(|step| step.people.shown().copied()).collect();
        assert_eq!(steps, [Some(25), Some(12), Some(12)], "asked, registered, answered before");
        let lost: Vec<_> =
            report.flows[0].steps[1].lost.iter().map(|one| (one.words.as_str(), one.people.shown().copied())).collect();
        assert_eq!(
            lost,
            [("times a grown-up said no for their children", Some(7)), ("times a child said no", Some(6))]
        );
        assert_eq!(report.flows[0].steps[0].of_registered.shown().map(|_| ()), None, "times are no share of people");
        let adults: Vec<_> =
            report.flows[1].steps[1].lost.iter().map(|one| (one.words.as_str(), one.people.shown().copied())).collect();
        assert_eq!(adults, [("times a grown-up said no", Some(5))]);
        let own =
            report.method.notes.iter().find(|note| note.contains("counted by the time")).expect("the method note");
        assert!(own.contains("in no number of people reached"), "{own}");

        // Few who said no are not told by who was asked and who is registered.
        store.add_noes(at, No { declined: Declined::Adult, known: false }, -3).await.expect("counted");
        let few = store
            .report_input(place.programme_id, "2026-07-01T00:00:00Z".to_owned())
            .await
            .expect("read")
            .expect("there");
        let steps = &Report::build(&few).flows[1].steps;
        assert!(steps[0].people.shown().is_none() && steps[1].lost[0].people.shown().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_database_of_the_release_before_keeps_its_counts_and_forgets_who_said_no() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 1).await;
        let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
        store.close().await.expect("closed");
        let mut outside = Outside::of(&target).await;
        let code = place.cards[0].as_str();
        for statement in [
            "drop table no_count",
            "create table refusal (session_id bigint not null, role text not null, n bigint not null, primary key (session_id, role))",
            "create table no_answer (session_id bigint not null, card_code text not null, animal text not null,
             wave text not null, how text not null)",
            &format!("insert into refusal values ({at}, 'adult', 4)"),
            &format!("insert into refusal values ({at}, 'child', 3)"),
            &format!("insert into no_answer values ({at}, '{code}', 'kestrel-canary', 'pre', 'said_no')"),
            "delete from _sqlx_migrations where version = 38",
        ] {
            outside.run_one(statement).await.expect(statement);
        }
        outside.close().await;

        let store = open(&target).await;
        let expected = [(Declined::Child, false, 3), (Declined::Children, false, 4)];
        assert_eq!(counted(&store, place.programme_id).await, expected);
        let mut outside = Outside::of(&target).await;
        assert!(!outside.everything().await.contains("kestrel-canary"));
        outside.close().await;
        store.close().await.expect("closed");
        if let pencilmark::store::Target::Sqlite(path) = &target {
            for file in std::fs::read_dir(path.parent().expect("a folder")).expect("a folder") {
                let file = file.expect("a file").path();
                let bytes = std::fs::read(&file).expect("readable");
                assert!(!bytes.windows(14).any(|part| part == b"kestrel-canary"), "{}", file.display());
            }
        }
    })
    .await;
}
