//! How people said yes is kept with each answer, with the words they said it to; a *no* is a number and nothing else.

mod common;

use common::web::{Browser, WHY, app};
use common::{SINGLE, a_place, ks2, on_each_database, send};
use pencilmark::html::family::notice::notice;
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::{Envelope, GivenBy, Mode};
use pencilmark::session::{Declined, No};
use pencilmark::store::{PermissionCount, ResponseState, Store};
use pencilmark::survey::Wave;

/// What the server wrote into a questionnaire of a browser without script.
fn envelope_on(page: &str) -> Envelope {
    let (_, rest) = page.split_once("name=\"envelope\" value=\"").expect("a questionnaire");
    let json = rest.split('"').next().expect("a value").replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&json).expect("an envelope")
}

/// A child's way to the questions, with what its family says.
async fn begins(tablet: &Browser, card: &CardCode, animal: &str, said: &[(&str, &str)]) -> String {
    let code = card.to_string();
    let fields = [&[("code", code.as_str()), ("animal", animal), ("school_year", "4")], said].concat();
    tablet.post(&format!("/s/{SINGLE}"), &fields).await.text
}

/// A child's answer that does not say how permission was given.
fn without_record(id: u8, card: &CardCode) -> Envelope {
    Envelope { permission: None, assent: None, ..ks2(id, card, Animal::Bee, SINGLE, Wave::Pre, 3, 1) }
}

async fn counts(store: &Store) -> Vec<PermissionCount> {
    store.settle().await.expect("settled");
    let at = store.session(SINGLE).await.expect("read").expect("there");
    store.permissions(at.session.id).await.expect("counts")
}

#[tokio::test]
async fn who_said_yes_how_and_to_which_words_is_kept_with_the_answer_and_goes_with_it() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let application = app(&store);
        let (tablet, team) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let page = begins(&tablet, &place.cards[0], "fox", &[("permission", "yes"), ("assent", "yes")]).await;
        let asked = envelope_on(&page);
        assert_eq!((asked.permission, asked.notice.as_ref()), (Some(GivenBy::Family), Some(&notice().version)));
        let json = serde_json::to_string(&asked).expect("JSON");
        tablet.post(&format!("/r/{}", asked.id), &[("envelope", &json), ("K2-CF1", "3")]).await;
        let paper = [("code", place.cards[1].to_string()), ("animal", "owl".into()), ("school_year", "5".into())];
        let paper: Vec<(&str, &str)> = paper.iter().map(|(name, value)| (*name, value.as_str())).collect();
        team.post(&format!("/sessions/{SINGLE}/keying/ks2/pre"), &paper).await.location();
        // One of an earlier release, which noted nothing.
        send(&store, &without_record(7, &place.cards[2])).await;

        let row = |by, notice: Option<&String>| PermissionCount {
            wave: Wave::Pre,
            by,
            notice: notice.cloned(),
            noted: false,
            n: 1,
        };
        let shown = Some(&notice().version);
        let mut found = counts(&store).await;
        found.sort_by_key(|count| count.by);
        assert_eq!(found, [row(None, None), row(Some(GivenBy::Family), shown), row(Some(GivenBy::Paper), shown)]);

        let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
        let own = store.assents(at).await.expect("counts");
        let mut own: Vec<_> = own.into_iter().map(|one| (one.said, one.notice, one.n)).collect();
        own.sort();
        let expected = [(None, None, 1), (None, shown.cloned(), 1), (Some(Mode::Screen), shown.cloned(), 1)];
        assert_eq!(own, expected);

        let page = team.get(&format!("/sessions/{SINGLE}/permission")).await.text;
        for said in ["on the tablet, before the first question", "no record of the yes"] {
            assert!(page.contains(&format!(">{said}<")), "{said} in {page}");
        }
        assert!(
            page.contains("a grown-up of the family, on the tablet") && page.contains("not recorded with the answer")
        );
        assert!(page.contains("Is it OK for your children to answer a few questions?"), "the words themselves");

        let code = place.cards[0].to_string();
        let bundle = team.post("/rights/copy", &[("code", &code), WHY]).await.text;
        let bundle: serde_json::Value = serde_json::from_str(&bundle).expect("JSON");
        let kept = &bundle["responses"][0];
        assert_eq!(kept["notice_shown"].as_str(), Some(notice().words.as_str()));
        let said = kept["how_they_said_yes"].as_str().expect("how");
        assert!(said.contains("said yes on the tablet") && said.contains("a grown-up of the family"), "{said}");

        let [_, paper, older] = [0, 1, 2].map(|n| place.cards[n].to_string());
        for (code, words) in [
            (paper, "They answered on paper; that they said yes before was not recorded"),
            (older, "They answered on a screen; that they said yes before was not recorded"),
        ] {
            let told = team.post("/rights/answers", &[("code", &code), WHY]).await.text;
            assert!(told.contains(words), "{words} in {told}");
        }

        store.take_out(&place.cards[0], common::NOW).await.expect("out").expect("a card");
        assert!(counts(&store).await.iter().all(|count| count.by != Some(GivenBy::Family)), "it went with the answer");
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(counts(&store).await.len(), 2, "and is worked out from the answers alone");
    })
    .await;
}

#[tokio::test]
async fn what_the_leader_asks_before_its_time_is_nobodys_own_yes() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let tablet = Browser::of_tablet(&app(&store));
        let yes = [("permission", "yes"), ("assent", "yes")];
        let own = envelope_on(&begins(&tablet, &place.cards[0], "fox", &yes).await);
        assert_eq!((own.wave, own.assent), (Wave::Pre, Some(Mode::Screen)));
        send(&store, &Envelope { id: own.id, ..ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2) }).await;
        store.settle().await.expect("settled");
        let early = envelope_on(&begins(&tablet, &place.cards[0], "fox", &yes).await);
        assert_eq!((early.wave, early.assent), (Wave::PostSame, None), "its after comes at the end");
        send(&store, &Envelope { id: early.id, ..ks2(2, &place.cards[0], Animal::Fox, SINGLE, Wave::PostSame, 9, 2) })
            .await;
        store.settle().await.expect("settled");
        let again = envelope_on(&begins(&tablet, &place.cards[0], "fox", &yes).await);
        assert_eq!((again.wave, again.assent), (Wave::PostSame, None), "once more, which no screen asked for");
    })
    .await;
}

#[tokio::test]
async fn where_the_school_has_asked_no_family_is_asked_on_the_tablet_and_each_child_is() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let application = app(&store);
        let (tablet, team) = (Browser::of_tablet(&application), Browser::of_staff(&application));
        let (way, shell) = (format!("/sessions/{SINGLE}/permission"), format!("/s/{SINGLE}"));
        assert!(begins(&tablet, &place.cards[0], "fox", &[]).await.contains("For the grown-up"));
        let before = tablet.get(&shell).await;
        assert!(before.text.contains("&quot;permission&quot;:&quot;family&quot;"));
        assert_eq!(team.post(&way, &[("given", "nobody")]).await.status, 422);
        assert_eq!(team.post(&way, &[("given", "school")]).await.location(), way);
        let after = tablet.get(&shell).await;
        assert!(after.text.contains("&quot;permission&quot;:&quot;school&quot;"), "a tablet with script knows too");
        assert_ne!(before.headers["pencilmark-shell"], after.headers["pencilmark-shell"], "and takes the new page up");

        let ready = begins(&tablet, &place.cards[0], "fox", &[]).await;
        assert!(ready.contains("Would you like to?") && !ready.contains("For the grown-up"), "{ready}");
        let page = begins(&tablet, &place.cards[0], "fox", &[("assent", "yes")]).await;
        assert_eq!(envelope_on(&page).permission, Some(GivenBy::School));

        team.post(&way, &[("given", "family")]).await.location();
        assert!(begins(&tablet, &place.cards[0], "owl", &[]).await.contains("For the grown-up"));
        let log = store.audit(None, 5).await.expect("log");
        let said = log.iter().find(|entry| entry.deed.what == "Said how permission is given").expect("a line");
        assert!(
            said.deed.about.contains("by the school beforehand") || said.deed.about.contains("each family is asked")
        );
    })
    .await;
}

#[tokio::test]
async fn a_no_is_a_number_and_says_of_nobody_that_they_said_it() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let tablet = Browser::of_tablet(&app(&store));
        begins(&tablet, &place.cards[0], "fox", &[("permission", "no")]).await;
        begins(&tablet, &place.cards[0], "fox", &[("permission", "yes"), ("assent", "no")]).await;
        let at = store.session(SINGLE).await.expect("read").expect("there");
        let presence = store.presence(at.session.id).await.expect("counts");
        assert_eq!((presence.adults_refused, presence.children_refused, presence.people), (1, 1, 0));
        assert_eq!(
            store.noes(place.programme_id).await.expect("counts"),
            [Declined::Child, Declined::Children].map(|declined| (at.session.id, No { declined, known: false }, 1))
        );
        assert_eq!(counts(&store).await, []);
        let held = store.held(&place.cards[0]).await.expect("read").expect("a card");
        assert!(held.people.is_empty() && held.responses.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_a_record_counts_is_pointed_at_and_waits_for_somebody_to_say() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        for (n, card) in (2..).zip(&place.cards[1..3]) {
            send(&store, &without_record(n, card)).await;
        }
        store.settle().await.expect("settled");
        let team = Browser::of_staff(&app(&store));
        let (home, report) = (format!("/sessions/{SINGLE}"), format!("/programmes/{}/report", place.programme_id));
        let (page, way) = (format!("{home}/permission"), format!("{home}/permission/unrecorded"));
        let counted = async || -> i64 {
            let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
            let states = store.states_of_session(at).await.expect("states");
            states.iter().filter(|one| one.state == ResponseState::Counted).map(|one| one.n).sum()
        };
        let said = async |address: &str, words: &str| team.get(address).await.text.contains(words);
        assert!(said(&home, "2 children’s answers came without a record of permission").await);
        assert!(said(&page, "2 children’s answers without a record").await);
        let untold = "came without a record of how permission was given: fewer than 10";
        assert!(said(&report, untold).await, "the method note says so");
        assert_eq!(counted().await, 3, "they count, and nothing is lost");

        for wrong in [[("known", ""), ("reason", "slips")], [("known", "paper"), ("reason", " ")]] {
            assert_eq!(team.post(&way, &wrong).await.status, 422, "{wrong:?}");
        }
        let slips = [("known", "paper"), ("reason", "The slips are in the folder")];
        assert_eq!(team.post(&way, &slips).await.location(), page);
        assert!(!said(&home, "without a record of permission").await && !said(&report, untold).await);
        assert!(said(&report, "noted afterwards how it was given, and why: fewer than 10").await);
        assert!(said(&page, "a grown-up of the family, on paper. “The slips are in the folder”").await);
        let code = place.cards[1].to_string();
        let told = team.post("/rights/answers", &[("code", &code), WHY]).await.text;
        assert!(told.contains("permission, noted afterwards: a grown-up of the family, on paper"), "{told}");
        let noted: i64 = counts(&store).await.iter().filter(|count| count.noted).map(|count| count.n).sum();
        assert_eq!(noted, 2);

        // A note is about what was there; what comes later waits again, and can be left out and taken in.
        store
            .take_in(without_record(9, &place.cards[3]).id, bytes_of(&without_record(9, &place.cards[3])), LATER_US)
            .await
            .expect("stored");
        store.settle().await.expect("settled");
        assert!(said(&home, "1 child’s answer came without a record").await);
        team.post(&way, &[("known", "nobody"), ("reason", "Nobody remembers")]).await.location();
        assert_eq!(counted().await, 3, "left out");
        assert!(!said(&home, "without a record of permission").await);
        assert!(said(&format!("{home}/links"), "Nobody remembers").await);
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(counted().await, 3, "and when it is worked out again");
        let left_out = store.links(place.programme_id).await.expect("read")[0].id.to_string();
        team.post(&format!("{home}/links/undo"), &[("id", &left_out), WHY]).await.location();
        assert_eq!(counted().await, 4, "taken in again");
        assert!(said(&home, "1 child’s answer came without a record").await);
        let log = store.audit(None, 9).await.expect("log");
        for reason in ["The slips are in the folder", "Nobody remembers"] {
            assert!(log.iter().any(|entry| entry.deed.reason == reason), "{log:?}");
        }
    })
    .await;
}

fn bytes_of(envelope: &Envelope) -> Vec<u8> {
    serde_json::to_vec(envelope).expect("JSON")
}

/// After every moment at which somebody at a test notes anything.
const LATER_US: i64 = 7_000_000_000_000_000;
