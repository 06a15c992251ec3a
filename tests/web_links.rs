//! A lost card, a swapped picture, two people under one: what a leader does about it, through the whole application.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, WHY, app};
use common::{NOW, Place, SINGLE, a_place, ks2, open, send};
use pencilmark::person::{Animal, SchoolYear};
use pencilmark::store::{Store, Target};
use pencilmark::survey::{Comparison, Wave};

struct Desk {
    store: Store,
    place: Place,
    leader: Browser,
    tablet: Browser,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Desk {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let place = a_place(&store, "Riverside", 4).await;
        let app = app(&store);
        Desk { leader: Browser::of_staff(&app), tablet: Browser::of_tablet(&app), store, place, _folder: folder }
    }

    /// What `animal` of a family sends, begun `minutes` after the session's.
    async fn told(&self, id: u8, card: usize, animal: Animal, wave: Wave, year: u8, minutes: i64) {
        let mut envelope = ks2(id, &self.place.cards[card], animal, SINGLE, wave, usize::from(id), 2);
        envelope.school_year = SchoolYear::new(year);
        envelope.started_ms = NOW / 1000 + minutes * 60_000;
        envelope.finished_ms = envelope.started_ms + 240_000;
        envelope.device = Some(format!("{:016x}", card + 1));
        send(&self.store, &envelope).await;
        self.store.settle().await.expect("settled");
    }

    async fn page(&self, path: &str) -> String {
        let page = self.leader.get(&format!("/sessions/{SINGLE}/{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.text
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> StatusCode {
        self.leader.post(&format!("/sessions/{SINGLE}/{path}"), fields).await.status
    }

    async fn awareness(&self) -> Vec<(Option<i64>, Option<i64>, i64)> {
        let counts = self.store.pair_counts(self.place.programme_id).await.expect("counts");
        let after = counts.into_iter().filter(|c| c.measure == "AWR" && c.comparison == Comparison::After);
        let mut cells: Vec<_> = after.map(|c| (c.pre, c.post, c.n)).collect();
        cells.sort_unstable();
        cells
    }

    /// The key of a card's only person.
    async fn fox_of(&self, card: usize) -> String {
        self.store.family(&self.place.cards[card]).await.expect("family")[0].id.to_string()
    }

    /// The number of the decision that was made last.
    async fn newest_decision(&self) -> String {
        self.store.links(self.place.programme_id).await.expect("decisions")[0].id.to_string()
    }

    fn code(&self, card: usize) -> String {
        self.place.cards[card].to_string()
    }
}

#[tokio::test]
async fn a_family_is_found_by_what_can_be_seen_of_it_and_given_a_spare_card() {
    let desk = Desk::new().await;
    desk.told(3, 0, Animal::Fox, Wave::Pre, 4, 0).await;
    desk.told(5, 1, Animal::Owl, Wave::Pre, 2, 30).await;
    let all = desk.page("find").await;
    assert!(all.contains("2 families") && all.contains(&desk.code(0)) && all.contains(&desk.code(1)));
    for (query, families) in [
        ("year=4", [true, false]),
        ("year=2&animal=owl", [false, true]),
        ("animal=fox", [true, false]),
        ("year=4&animal=owl", [false, false]),
        ("tablet=0000000000000002", [false, true]),
    ] {
        let page = desk.page(&format!("find?{query}")).await;
        assert_eq!([0, 1].map(|card| page.contains(&desk.code(card))), families, "{query}");
    }
    let id = desk.store.family(&desk.place.cards[0]).await.expect("family")[0].id;
    let spare = format!("families/{id}/spare");
    assert!(desk.page(&spare).await.contains(&format!("A spare card for {}", desk.code(0))));
    let code = desk.code(2);
    assert_eq!(desk.post(&spare, &[("code", &code)]).await, StatusCode::UNPROCESSABLE_ENTITY, "how sure?");
    let wrong = [("code", "PEN-C4O"), ("confidence", "card")];
    assert_eq!(desk.post(&spare, &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.post(&spare, &[("code", &code), ("confidence", "card")]).await, StatusCode::SEE_OTHER);
    // With the spare card the fox is due the after, on a tablet.
    desk.told(8, 2, Animal::Fox, Wave::PostSame, 4, 70).await;
    assert_eq!(desk.awareness().await, [(Some(3), Some(8), 1), (Some(5), None, 1)]);
    let page = desk.page("links").await;
    assert!(page.contains("leads to the family of") && page.contains("I have seen the card or its stub"));
    // Who, what and where are in the log, and no code.
    let log = desk.store.audit(None, 10).await.expect("log");
    assert_eq!(log[0].deed.what, "Tied a spare card to a family");
    let text = format!("{log:?}");
    assert!(!text.contains(desk.place.cards[0].as_str()) && !text.contains(&code), "{text}");
    let decision = desk.newest_decision().await;
    let undone = desk.post("links/undo", &[("id", &decision), WHY]).await;
    assert_eq!(undone, StatusCode::SEE_OTHER);
    assert_eq!(desk.awareness().await, [(None, Some(8), 1), (Some(3), None, 1), (Some(5), None, 1)]);
    assert_eq!(desk.post("links/undo", &[("id", &decision), WHY]).await, StatusCode::NOT_FOUND, "once");
}

#[tokio::test]
async fn an_after_without_a_before_is_shown_up_to_three_people_and_linked_to_none_by_itself() {
    let desk = Desk::new().await;
    desk.told(3, 0, Animal::Fox, Wave::Pre, 4, 0).await;
    desk.told(9, 1, Animal::Fox, Wave::PostSame, 4, 70).await;
    assert_eq!(desk.awareness().await, [(None, Some(9), 1), (Some(3), None, 1)], "never automatic");
    let ids = [desk.fox_of(0).await, desk.fox_of(1).await];
    let page = desk.page("links").await;
    assert!(page.contains("May be the after of") && page.contains("They are the same person"));
    let (before, after) = (ids[0].as_str(), ids[1].as_str());
    let unsure = [("one", after), ("is", before)];
    assert_eq!(desk.post("links", &unsure).await, StatusCode::UNPROCESSABLE_ENTITY, "how sure?");
    let likely = [unsure[0], unsure[1], ("confidence", "likely")];
    assert_eq!(desk.post("links", &likely).await, StatusCode::SEE_OTHER);
    assert_eq!(desk.awareness().await, [(Some(3), Some(9), 1)]);
    let input = desk.store.report_input(desk.place.programme_id, String::new()).await.expect("read").expect("there");
    let told: Vec<(&str, i64)> = input.linked.iter().map(|one| (one.confidence.code(), one.n)).collect();
    assert_eq!(told, [("likely", 1)]);
    let report = desk.leader.get(&format!("/programmes/{}/report", desk.place.programme_id)).await;
    assert!(report.text.contains("fewer than 10 because it was likely"), "the method note says so");
}

#[tokio::test]
async fn two_people_under_one_picture_are_kept_and_parted_by_a_person_with_a_reason() {
    let desk = Desk::new().await;
    desk.told(3, 0, Animal::Fox, Wave::Pre, 4, 0).await;
    desk.told(7, 0, Animal::Fox, Wave::Pre, 1, 5).await;
    assert_eq!(desk.awareness().await, [(Some(3), None, 1)], "both are kept, the first counts");
    let page = desk.page("links").await;
    assert!(page.contains("two befores") && page.contains("different school years"));
    let second = "07".repeat(16);
    let owl = [("response", second.as_str()), ("animal", "owl")];
    assert_eq!(desk.post("links", &owl).await, StatusCode::UNPROCESSABLE_ENTITY, "why?");
    let owl = [owl[0], owl[1], ("reason", "His sister took the wrong picture")];
    assert_eq!(desk.post("links", &owl).await, StatusCode::SEE_OTHER);
    assert_eq!(desk.awareness().await, [(Some(3), None, 1), (Some(7), None, 1)]);
    let page = desk.page("links").await;
    assert!(page.contains("His sister took the wrong picture") && page.contains("No picture has answered twice"));
    let log = desk.store.audit(None, 1).await.expect("log");
    assert_eq!(log[0].deed.reason, "His sister took the wrong picture");
    desk.post("links/undo", &[("id", &desk.newest_decision().await), WHY]).await;
    assert_eq!(desk.store.family(&desk.place.cards[0]).await.expect("family").len(), 1, "the owl was never there");
    // Or it was the same child twice.
    let aside = [("response", second.as_str()), ("animal", ""), ("reason", "She did it twice")];
    assert_eq!(desk.post("links", &aside).await, StatusCode::SEE_OTHER);
    assert!(desk.page("links").await.contains("No picture has answered twice"), "settled");
    assert_eq!(desk.awareness().await, [(Some(3), None, 1)]);
}

#[tokio::test]
async fn answers_on_a_card_nobody_knows_are_shown_to_the_leader() {
    let desk = Desk::new().await;
    desk.told(3, 0, Animal::Fox, Wave::Pre, 4, 0).await;
    let unknown = pencilmark::person::CardCode::parse("PENC4T").expect("a code");
    let mut stray = ks2(9, &unknown, Animal::Fox, SINGLE, Wave::PostSame, 9, 3);
    stray.started_ms = NOW / 1000;
    send(&desk.store, &stray).await;
    desk.store.settle().await.expect("settled");
    let page = desk.page("links").await;
    assert!(page.contains("which is not known here"));
    let fox = desk.fox_of(0).await;
    let stray = "09".repeat(16);
    let sure = [("one", stray.as_str()), ("is", fox.as_str()), ("confidence", "sure")];
    assert_eq!(desk.post("links", &sure).await, StatusCode::SEE_OTHER);
    assert_eq!(desk.awareness().await, [(Some(3), Some(9), 1)]);
}

#[tokio::test]
async fn a_tablet_sees_nobody() {
    let desk = Desk::new().await;
    desk.told(3, 0, Animal::Fox, Wave::Pre, 4, 0).await;
    for path in ["find", "links", "families/1/spare"] {
        let page = desk.tablet.get(&format!("/sessions/{SINGLE}/{path}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
}
