//! One of each thing that an address or a form names by its number.

use std::collections::BTreeMap;

use pencilmark::store::Store;
use pencilmark::web::App;
use serde_json::json;

use super::web::{Browser, WHY};
use super::{Place, SINGLE};

/// Makes one of each, as the team does while nobody has an account: about the family of card `nth`, whose answer is
/// `response`. Gives their numbers, by what an address calls them.
pub async fn one_of_each(
    store: &Store,
    app: &App,
    place: &Place,
    nth: usize,
    response: &str,
) -> BTreeMap<&'static str, i64> {
    let (team, tablet) = (Browser::of_staff(app), Browser::of_tablet(app));
    let (programme, code, name) = (place.programme_id, place.cards[nth].to_string(), format!("Harbour {nth}"));
    let home = format!("/programmes/{programme}");
    let forms: [(String, &[(&str, &str)]); 8] = [
        (format!("{home}/areas"), &[("area", &name)]),
        (format!("{home}/organisations"), &[("organisation", &name)]),
        (format!("{home}/report/learning"), &[("kind", "worked"), ("note", &name), ("noted_on", "2026-05-16")]),
        (format!("{home}/report/quotes"), &[("said", &name), ("speaker", "adult"), ("consent", "0")]),
        (format!("{home}/complaints"), &[("received_on", "2026-05-16"), ("about", &name)]),
        (format!("{home}/funder/links"), &[("label", &name), ("days", "7"), WHY]),
        (format!("/sessions/{SINGLE}/links"), &[("response", response), ("reason", "a trial")]),
        ("/rights/protection".to_owned(), &[("code", &code), ("kind", "hold"), ("why", "asked for")]),
    ];
    for (path, fields) in forms {
        let made = team.post(&path, fields).await;
        assert!(!made.status.is_client_error() && !made.status.is_server_error(), "{path}: {}", made.text);
    }
    let asks = json!({ "device": "0011223344556677", "token": format!("{nth:032x}") }).to_string();
    assert_eq!(tablet.post_json(&format!("/s/{SINGLE}/pairing"), asks).await.status, 200);
    let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
    let newest = |ids: Vec<i64>| ids.into_iter().max().expect("one");
    let areas = store.areas(programme).await.expect("read").into_iter().map(|one| one.id);
    let organisations = store.organisations(programme).await.expect("read").into_iter().map(|one| one.id);
    let lessons = store.written(programme).await.expect("read").lessons.into_iter().map(|one| one.id);
    let quotes = store.quotes(programme).await.expect("read").into_iter().map(|one| one.id);
    let complaints = store.complaints(programme).await.expect("read").into_iter().map(|one| one.id);
    let links = store.funder_links(programme).await.expect("read").into_iter().map(|one| one.id);
    let decisions = store.links(programme).await.expect("read").into_iter().map(|one| one.id);
    let protections = store.protections(programme).await.expect("read").into_iter().map(|one| one.id);
    let pairings = store.pairings(at).await.expect("read").into_iter().map(|one| one.id);
    let family = store.family(&place.cards[nth]).await.expect("read").into_iter().map(|one| one.id);
    BTreeMap::from([
        ("area", newest(areas.collect())),
        ("organisation", newest(organisations.collect())),
        ("lesson", newest(lessons.collect())),
        ("quote", newest(quotes.collect())),
        ("complaint", newest(complaints.collect())),
        ("link", newest(links.collect())),
        ("decision", newest(decisions.collect())),
        ("protection", newest(protections.collect())),
        ("pairing", newest(pairings.collect())),
        ("family", newest(family.collect())),
    ])
}
