//! What asks why in its own words is not done without them.

use std::collections::BTreeSet;

use pencilmark::person::Animal;
use pencilmark::survey::Wave;
use pencilmark::web::{DOORS, Reason, reason_of};

use super::common::things::one_of_each;
use super::common::web::Browser;
use super::common::{SINGLE, everything_is_read, ks2, on_each_target, send};
use super::reasons::{Desk, OWN_FORM};

/// A door, its address, what is posted, and the field with its reason.
type Deed<'a> = (&'static str, String, Vec<(&'static str, &'a str)>, (&'static str, &'static str));

#[tokio::test]
async fn what_asks_in_its_own_words_is_not_done_without_them() {
    on_each_target(async |target| {
        let mut desk = Desk::of(&target).await;
        let (team, tablet) = (Browser::of_staff(&desk.app), Browser::of_tablet(&desk.app));
        let cards: Vec<String> = desk.place.cards.iter().map(ToString::to_string).collect();
        for (n, card) in (1..).zip(&desk.place.cards[..3]) {
            send(&desk.store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        }
        everything_is_read(&desk.store, desk.place.programme_id).await;
        let things = one_of_each(&desk.store, &desk.app, &desk.place, 0, &"01".repeat(16)).await;
        let (home, session) = (desk.home(), format!("/sessions/{SINGLE}"));
        let keying = format!("{session}/keying/ks2/pre");
        let paper = [("code", cards[3].as_str()), ("animal", "owl"), ("school_year", "5"), ("K2-CF1", "3")];
        team.post(&keying, &paper).await.location();
        let again = [&paper[..3], &[("K2-CF1", "2"), ("pick.K2-CF1", "second")]].concat();
        let beat = serde_json::json!({ "device": "00000000000000aa", "session": SINGLE, "sequence": 2, "waiting": 2,
            "parked": 0, "drafts": 0, "storage": "database", "oldest_ms": 0, "shell": "00ff", "clock_ms": 0, "cards": 5 });
        assert_eq!(tablet.post_json("/beat", beat.to_string()).await.status, 200);
        let (second, protection) = ("02".repeat(16), things["protection"]);
        let deeds: [Deed<'_>; 9] = [
            (
                "/sessions/{session}/keying/{survey}/{wave}/again",
                format!("{keying}/again"),
                again,
                ("keying.reason", "a slip"),
            ),
            (
                "/sessions/{session}/families/{family}/spare",
                format!("{session}/families/{}/spare", things["family"]),
                vec![("code", &cards[4])],
                ("confidence", "card"),
            ),
            ("/sessions/{session}/links", format!("{session}/links"), vec![("response", &second)], ("reason", "a trial")),
            (
                "/sessions/{session}/permission/unrecorded",
                format!("{session}/permission/unrecorded"),
                vec![("known", "paper")],
                ("reason", "slips in the folder"),
            ),
            (
                "/programmes/{programme}/protections/{protection}/end",
                format!("{home}/protections/{protection}/end"),
                vec![],
                ("because", "they went"),
            ),
            (
                "/rights/protection",
                "/rights/protection".to_owned(),
                vec![("code", &cards[1]), ("kind", "restriction")],
                ("why", "disputed"),
            ),
            ("/rights/withdrawal", "/rights/withdrawal".to_owned(), vec![("code", &cards[2])], ("reason", "asked")),
            ("/programmes/{programme}/hold", format!("{home}/hold"), vec![], ("why", "the auditors come")),
            ("/sessions/{session}/closure", format!("{session}/closure"), vec![], ("reason", "the hall is locked")),
        ];
        let mut tried = BTreeSet::from(OWN_FORM);
        for (route, path, fields, why) in deeds {
            desk.store.settle().await.expect("settled");
            let (before, lines) = (desk.outside.everything().await, desk.lines().await);
            // The second keying shows first what differs: a look at answers, with a line of its own.
            let first = if route.ends_with("/again") { 1 } else { 0 };
            for nothing in &[vec![], vec![(why.0, "")], vec![(why.0, "  ")]][first..] {
                let refused = team.post(&path, &[&fields[..], nothing].concat()).await;
                assert_eq!(refused.status.as_u16(), 422, "{route}: {}", refused.text);
            }
            desk.store.settle().await.expect("settled");
            assert!(desk.outside.everything().await == before, "{route} was done without a reason");
            assert_eq!(desk.lines().await, lines, "{route}");
            let done = team.post(&path, &[fields, vec![why]].concat()).await;
            assert!(!done.status.is_client_error() && !done.status.is_server_error(), "{route}: {}", done.text);
            // A choice stands in the log in its words.
            let words = match why.1 {
                "card" => "I have seen the card or its stub",
                "asked" => "The family asked for it",
                typed => typed,
            };
            desk.is_written("POST", route, words).await;
            tried.insert(route);
        }
        let own = DOORS.iter().filter(|door| matches!(reason_of(door), Some(Reason::Own(_))));
        assert_eq!(tried, own.map(|door| door.route).collect::<BTreeSet<_>>());
    })
    .await;
}
