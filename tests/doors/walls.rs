//! Walls within a place: an address of ours with the number, or a form of ours with the card, of something that is the
//! neighbours'. Every door of the team with a part besides its place is tried with a part that there is.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use pencilmark::account::{Holding, Role, Within};
use pencilmark::pairing::links::{Confidence, Decision};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::{Answer, Envelope};
use pencilmark::session::protection::ProtectionKind;
use pencilmark::store::{FunderLink, NewLink, NewProtection, Store};
use pencilmark::survey::Wave;
use pencilmark::web::{App, DOORS, For};

use super::common::outside::Outside;
use super::common::web::{Browser, WHY, app};
use super::common::{NOW, SINGLE, ks2, on_each_target, open, send};
use super::{Town, a_town, enter, somebody};

/// What the neighbours have, each with its real number.
struct Theirs {
    cards: Vec<CardCode>,
    family: i64,
    response: String,
    /// Their decision on who is who.
    decision: i64,
    pairing: i64,
    device: String,
    issued_us: i64,
}

/// What those of another programme have.
struct Elsewhere {
    quote: i64,
    lesson: i64,
    link: i64,
    protection: i64,
    complaint: i64,
    card: String,
    response: String,
}

const THEIR_DEVICE: &str = "00000000000000dd";

fn wrote(envelope: Envelope) -> Envelope {
    let mut envelope = Envelope { words: true, device: Some(THEIR_DEVICE.to_owned()), ..envelope };
    envelope.answers.insert("K2-FB3".to_owned(), Answer::Text("We talk on the bus now".to_owned()));
    envelope
}

async fn neighbours(store: &Store, application: &App, town: &Town) -> Theirs {
    let (programme, project, session) = &town.neighbours;
    let codes = (0..60).filter_map(|n| CardCode::from_random([n, 7, 90, 130, 40])).take(3).collect();
    let issued_us = NOW + 7;
    let cards = store.issue_cards(*project, codes, issued_us).await.expect("cards");
    let sent = wrote(ks2(40, &cards[0], Animal::Fox, session, Wave::PostSame, 8, 2));
    send(store, &sent).await;
    send(store, &ks2(41, &cards[0], Animal::Owl, session, Wave::Pre, 8, 2)).await;
    store.settle().await.expect("settled");
    let tie = NewLink {
        programme_id: *programme,
        decision: Decision::Tie { card: cards[1].clone(), to: cards[0].clone() },
        confidence: Confidence::Sure,
        reason: "seen by their leader".to_owned(),
        who: "their leader".to_owned(),
    };
    let decision = store.link(tie, NOW).await.expect("decided").expect("a decision");
    let body = format!("{{\"device\":\"{THEIR_DEVICE}\",\"token\":\"{}\"}}", "7".repeat(32));
    let asked = Browser::of_tablet(application).post_json(&format!("/s/{session}/pairing"), body).await;
    assert_eq!(asked.status, StatusCode::OK);
    let at = store.session(session).await.expect("read").expect("there").session.id;
    Theirs {
        family: store.family(&cards[0]).await.expect("family")[0].id,
        response: sent.id.as_str().to_owned(),
        decision,
        pairing: store.pairings(at).await.expect("read")[0].id,
        device: THEIR_DEVICE.to_owned(),
        issued_us,
        cards,
    }
}

async fn elsewhere(store: &Store, application: &App, town: &Town) -> Elsewhere {
    let (programme, project, session) = &town.elsewhere;
    let card = store.cards(*project, None).await.expect("cards").remove(0).0;
    let sent = wrote(ks2(50, &card, Animal::Fox, session, Wave::PostSame, 8, 2));
    send(store, &sent).await;
    store.settle().await.expect("settled");
    let hold =
        NewProtection { kind: ProtectionKind::Hold, reason: "evidence".to_owned(), who: "their manager".to_owned() };
    assert!(store.protect_card(&card, hold, NOW).await.expect("kept"));
    let team = Browser::of_staff(application);
    let home = format!("/programmes/{programme}");
    let quote = [("said", "He asked me."), ("speaker", "adult"), ("consent", "0")];
    team.post(&format!("{home}/report/quotes"), &quote).await.location();
    let lesson = [("kind", "worked"), ("note", "Soup at six."), ("noted_on", "2026-05-16")];
    team.post(&format!("{home}/report/learning"), &lesson).await.location();
    let complaint = [("received_on", "2026-06-20"), ("about", "a photograph")];
    team.post(&format!("{home}/complaints"), &complaint).await.location();
    let link = FunderLink {
        id: 0,
        programme: *programme,
        label: "Trust".to_owned(),
        made_us: NOW,
        expires_us: i64::MAX,
        revoked_us: None,
        opened: 0,
        opened_us: None,
    };
    Elsewhere {
        quote: store.quotes(*programme).await.expect("read")[0].id,
        lesson: store.written(*programme).await.expect("read").lessons[0].id,
        link: store.add_funder_link(link, "digest".to_owned()).await.expect("a link"),
        protection: store.protections(*programme).await.expect("read")[0].id,
        complaint: store.complaints(*programme).await.expect("read")[0].id,
        card: card.as_str().to_owned(),
        response: sent.id.as_str().to_owned(),
    }
}

/// Every row there is, but for those of signing in, which change with every request.
async fn rows(outside: &mut Outside) -> String {
    let everything = outside.everything().await;
    everything.lines().filter(|row| !row.starts_with("sign_in:")).collect::<Vec<_>>().join("\n")
}

/// What has to come of it, where it is sent, and what is filled in.
type Form<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);

#[tokio::test]
async fn what_is_the_neighbours_is_nowhere_in_an_address_or_a_form_of_ours() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let (town, application) = (a_town(&store).await, app(&store));
        let theirs = neighbours(&store, &application, &town).await;
        let far = elsewhere(&store, &application, &town).await;
        let ours = store.cards(town.ours.1, None).await.expect("cards").remove(0).0;
        send(&store, &ks2(1, &ours, Animal::Fox, SINGLE, Wave::PostSame, 8, 2)).await;
        store.settle().await.expect("settled");
        let our_fox = store.family(&ours).await.expect("family")[0].id;

        somebody(&store, "anna", Role::Administrator, Vec::new()).await;
        let holding = |within| vec![Holding { programme: town.ours.0, within }];
        let leader = somebody(&store, "leo", Role::Leader, holding(Within::Project(town.ours.1))).await;
        let part = Within::Organisation(town.organisation);
        let manager = somebody(&store, "mara", Role::Manager, holding(part)).await;
        let whole = somebody(&store, "mo", Role::Manager, holding(Within::Whole)).await;
        let evaluator = somebody(&store, "eva", Role::Evaluator, holding(Within::Whole)).await;
        let of_part = [enter(&store, &application, leader).await, enter(&store, &application, manager).await];
        let of_whole = [enter(&store, &application, whole).await, enter(&store, &application, evaluator).await];
        let mut outside = Outside::of(&target).await;
        let before = rows(&mut outside).await;

        // Addresses: the place is ours, the rest is theirs.
        let mut tried = BTreeSet::new();
        let known = ["{programme}", "{project}", "{session}", "{file}", "{survey}", "{wave}"];
        for door in DOORS.iter().filter(|door| matches!(door.whom, For::Team(_))) {
            let parts: Vec<&str> =
                door.route.split('/').filter(|part| part.starts_with('{') && !known.contains(part)).collect();
            // Only administrators see people, and they see all of them.
            let [part] = parts[..] else { continue };
            if part == "{person}" {
                continue;
            }
            let number = match part {
                "{family}" => theirs.family.to_string(),
                "{pairing}" => theirs.pairing.to_string(),
                "{device}" => theirs.device.clone(),
                "{issued}" => theirs.issued_us.to_string(),
                "{quote}" => far.quote.to_string(),
                "{lesson}" => far.lesson.to_string(),
                "{link}" => far.link.to_string(),
                "{protection}" => far.protection.to_string(),
                "{complaint}" => far.complaint.to_string(),
                other => panic!("{}: give {other} a number of the neighbours'", door.route),
            };
            let address = door
                .route
                .replace("{programme}", &town.ours.0.to_string())
                .replace("{project}", &town.ours.1.to_string())
                .replace("{session}", SINGLE)
                .replace(part, &number);
            let browsers = if door.route.starts_with("/programmes") { &of_whole } else { &of_part };
            let mut passed = 0;
            for browser in browsers {
                // What any of these doors asks for, so that only the number can be wrong.
                let fields = [
                    ("state", "screened"),
                    ("words", "x"),
                    ("because", "over"),
                    ("name", "Red"),
                    ("code", theirs.cards[2].as_str()),
                    ("confidence", "card"),
                    ("received_on", "2026-06-20"),
                    ("about", "x"),
                    WHY,
                ];
                let answered = match door.method {
                    "GET" => browser.get(&address).await,
                    _ => browser.post(&address, &fields).await,
                };
                if answered.status == StatusCode::FORBIDDEN {
                    continue; // another role's
                }
                passed += 1;
                assert_eq!(answered.status, StatusCode::NOT_FOUND, "{} {address}: {}", door.method, answered.text);
            }
            assert!(passed > 0, "{} {address} was tried by nobody", door.method);
            tried.insert(part);
        }
        assert_eq!(tried.len(), 9, "{tried:?}");
        assert!(rows(&mut outside).await == before, "an address changed something of the neighbours'");

        // Forms: the address is ours, what is filled in is theirs.
        let session = format!("/sessions/{SINGLE}");
        let links = format!("{session}/links");
        let (family, our_family) = (theirs.family.to_string(), our_fox.to_string());
        let (decision, spare) = (theirs.decision.to_string(), format!("{session}/families/{our_fox}/spare"));
        let card = theirs.cards[2].to_string();
        let their_card = theirs.cards[0].as_str();
        let forms: [Form<'_>; 12] = [
            ("404", &*format!("{links}/undo"), vec![("id", &decision), WHY]),
            ("422", &links, vec![("one", &our_family), ("is", &family), ("confidence", "sure")]),
            ("422", &links, vec![("one", &family), ("is", &our_family), ("confidence", "sure")]),
            ("422", &links, vec![("response", &theirs.response), ("reason", "a trial")]),
            ("422", &spare, vec![("code", &card), ("confidence", "card")]),
            ("422", &spare, vec![("code", their_card), ("confidence", "card")]),
            ("422", "/rights", vec![("code", their_card)]),
            ("422", "/rights", vec![("code", &far.card)]),
            ("422", "/rights/answers", vec![("code", their_card), WHY]),
            ("422", "/rights/copy", vec![("code", their_card), WHY]),
            ("422", "/rights/protection", vec![("code", their_card), ("kind", "restriction"), ("why", "x")]),
            ("422", "/rights/withdrawal", vec![("code", their_card), ("reason", "asked")]),
        ];
        for (status, address, fields) in &forms {
            let mut passed = 0;
            for browser in &of_part {
                let answered = browser.post(address, fields).await;
                if answered.status == StatusCode::FORBIDDEN {
                    continue;
                }
                passed += 1;
                assert_eq!(answered.status.as_str(), *status, "{address} {fields:?}: {}", answered.text);
            }
            assert!(passed > 0, "{address} was tried by nobody");
        }
        let read = format!("/programmes/{}/safeguarding/read", town.ours.0);
        of_whole[0].post(&read, &[("response", &far.response)]).await;
        assert!(rows(&mut outside).await == before, "a form changed something of the neighbours'");

        // Pages: no card of theirs is on any of ours.
        let mut pages = 0;
        for door in DOORS.iter().filter(|door| door.method == "GET" && matches!(door.whom, For::Team(_))) {
            let address = super::address_at(door.route, (town.ours.0, town.ours.1, SINGLE), "");
            let address = address.replace("/family", &format!("/{our_fox}")).replace("survey/wave", "ks2/pre");
            if door.route.ends_with("/live") {
                continue; // it never ends
            }
            for browser in &of_part {
                let shown = browser.get(&address).await;
                pages += usize::from(shown.status == StatusCode::OK);
                for code in &theirs.cards {
                    let told = [code.to_string(), code.as_str().to_owned()];
                    assert!(!told.iter().any(|code| shown.text.contains(code)), "{address} shows a card of theirs");
                }
                assert!(!shown.text.contains("their leader") && !shown.text.contains("Them"), "{address}");
            }
        }
        assert!(pages > 40, "only {pages} pages were looked at");

        // Whoever has both sees what was decided, and their own leader takes it back.
        let both = enter(&store, &application, whole).await;
        assert!(both.get(&links).await.text.contains("seen by their leader"));
        let own = somebody(&store, "tom", Role::Leader, holding(Within::Project(town.neighbours.1))).await;
        let own = enter(&store, &application, own).await;
        let home = format!("/sessions/{}/links", town.neighbours.2);
        assert!(own.get(&home).await.text.contains("seen by their leader"));
        own.post(&format!("{home}/undo"), &[("id", &decision), WHY]).await.location();
        outside.close().await;
        store.close().await.expect("closed");
    })
    .await;
}
