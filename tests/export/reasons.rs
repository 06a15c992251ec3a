//! Every reason that the flow can give, from answers and visits to the report, and again in R from the download.

use pencilmark::pairing::links::{Confidence, Decision};
use pencilmark::person::{Animal, CardCode, SchoolYear};
use pencilmark::report::Report;
use pencilmark::response::{Answer, Envelope, ResponseId};
use pencilmark::session::{Session, SessionRole};
use pencilmark::store::{NewLink, NewPerson, Store, Target};
use pencilmark::survey::{Library, Wave};

use crate::common::{LAST, NOW, Place, REUNION, SINGLE, a_place, ks2, open, run_program, send};
use crate::{a_session, export};

/// What children of as many families did, by the days they came on.
struct Hall<'a> {
    store: &'a Store,
    place: &'a Place,
    cards: std::slice::Iter<'a, CardCode>,
    sent: u8,
}

impl Hall<'_> {
    fn next(&mut self) -> CardCode {
        self.cards.next().expect("cards enough").clone()
    }

    async fn answer(&mut self, card: &CardCode, session: &str, wave: Wave) -> ResponseId {
        let mut envelope = ks2(self.sent, card, Animal::Fox, session, wave, 5 + usize::from(self.sent % 9), 2);
        // Some of the befores came from a page of before.
        envelope.assent = envelope.assent.filter(|_| wave != Wave::Pre || self.sent >= 40);
        self.sent += 1;
        send(self.store, &envelope).await;
        envelope.id
    }

    async fn come(&self, card: &CardCode, session: &str) {
        let session_id = self.store.session(session).await.expect("query").expect("a session").session.id;
        let school_year = SchoolYear::new(4);
        let person = NewPerson { card: card.clone(), animal: Animal::Fox, school_year, session_id };
        self.store.register(vec![person], NOW).await.expect("registered");
    }

    async fn set_aside(&self, id: ResponseId) {
        self.store.settle().await.expect("settled");
        let link = NewLink {
            programme_id: self.place.programme_id,
            decision: Decision::Aside { response: id.as_str().to_owned() },
            confidence: Confidence::Sure,
            reason: "tried out".to_owned(),
            who: "Anna".to_owned(),
        };
        self.store.link(link, NOW).await.expect("query").expect("set aside");
    }
}

async fn hold(store: &Store, key: &str, role: SessionRole, held_on: &str) {
    let session = store.session(key).await.expect("query").expect("a session").session;
    store.change_session(Session { role, held_on: held_on.to_owned(), ..session }).await.expect("changed");
}

#[tokio::test]
async fn every_reason_in_the_flow_is_computed_again_in_r() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 94).await;
    let first = Session { project_id: place.project_id, ..a_session("first222") };
    store.add_session(first).await.expect("a session");
    hold(&store, "first222", SessionRole::First, "2024-05-02").await;
    hold(&store, SINGLE, SessionRole::Single, "2024-05-16").await;
    hold(&store, LAST, SessionRole::Last, "2024-06-20").await;
    hold(&store, REUNION, SessionRole::FollowUp, "2024-09-20").await;
    let mut hall = Hall { store: &store, place: &place, cards: place.cards.iter(), sent: 0 };
    for n in 0..24 {
        let card = hall.next();
        hall.answer(&card, SINGLE, Wave::Pre).await;
        hall.answer(&card, LAST, Wave::PostProg).await;
        if n < 9 {
            hall.answer(&card, REUNION, Wave::FollowUp).await;
        }
    }
    for (n, come_again) in [(8, None), (9, Some(LAST))] {
        for _ in 0..n {
            let card = hall.next();
            hall.answer(&card, SINGLE, Wave::Pre).await;
            if let Some(session) = come_again {
                hall.come(&card, session).await;
            }
        }
    }
    for _ in 0..5 {
        let away = hall.next();
        hall.answer(&away, "first222", Wave::Pre).await;
    }
    for _ in 0..6 {
        let card = hall.next();
        hall.answer(&card, SINGLE, Wave::Pre).await;
        let after = hall.answer(&card, LAST, Wave::PostProg).await;
        hall.set_aside(after).await;
    }
    for (n, earlier) in [(7, None), (8, Some("first222"))] {
        for _ in 0..n {
            let card = hall.next();
            if let Some(session) = earlier {
                hall.come(&card, session).await;
            }
            hall.answer(&card, LAST, Wave::PostProg).await;
        }
    }
    for _ in 0..5 {
        let card = hall.next();
        let before = hall.answer(&card, SINGLE, Wave::Pre).await;
        hall.set_aside(before).await;
        let nothing = hall.next();
        hall.come(&nothing, "first222").await;
        let again = hall.next();
        hall.answer(&again, REUNION, Wave::FollowUp).await;
    }
    let library = Library::embedded();
    let older = library.newest("ks3").expect("embedded");
    for form in [true, false] {
        for _ in 0..6 {
            let card = hall.next();
            hall.answer(&card, SINGLE, Wave::Pre).await;
            let mut after = ks2(hall.sent, &card, Animal::Fox, LAST, Wave::PostProg, 0, 2);
            hall.sent += 1;
            after.answers = [("K2-CF2".to_owned(), Answer::Value(2))].into();
            if form {
                let answers = [("K3-CF1".to_owned(), Answer::Value(2))].into();
                after = Envelope { survey: "ks3".to_owned(), version: older.hash.clone(), answers, ..after };
            }
            send(&store, &after).await;
        }
    }
    store.settle().await.expect("settled");
    assert_eq!(store.troubles().await.expect("troubles"), []);
    let input = store.report_input(place.programme_id, "2026-11-01T00:00:00Z".to_owned()).await.expect("input");
    let input = input.expect("there");
    assert_eq!(input.asked_later, [place.project_id], "a session that only asks again later is none of those held");
    let report = Report::build(&input);
    let flow = report.flows[0].clone();
    let reasons = flow.steps.iter().flat_map(|step| step.lost.iter().chain(&step.joined));
    let told: Vec<(&str, i64)> =
        reasons.map(|one| (one.words.as_str(), one.people.shown().copied().expect("shown"))).collect();
    assert_eq!(
        told,
        [
            ("after only, first seen where it is asked", 7),
            ("after only, though seen earlier", 8),
            ("answers set aside", 5),
            ("neither before nor after", 10),
            ("not at a last session so far, no after", 5),
            ("at a one-off session, gave no after", 8),
            ("at a last session, gave no after", 9),
            ("after set aside", 6),
            ("with an after only", 15),
            ("no before", 15),
            ("after on another form", 6),
            ("left the question out", 6),
            ("with a before, nothing later", 55),
            ("later, but no before", 5),
        ]
    );
    let own_yes = report.method.notes.iter().find(|note| note.contains("their own yes on the screen")).expect("a note");
    assert!(own_yes.contains("not recorded for 16 of 64 children’s befores:"), "{own_yes}");
    assert!(export(folder.path(), &["--out", "out"]).status.success());
    let out = folder.path().join("out");
    if let Some((said, passed)) = run_program(&out, "Rscript", &["reproduce.R", "--all"]) {
        assert!(passed && said.contains("FAIL 0, ") && said.contains("elsewhere 0"), "{said}");
        let passed = said.lines().filter(|line| line.starts_with("PASS") && line.contains(" flow.child."));
        let reasons = passed.filter(|line| line.contains(".lost.") || line.contains(".joined."));
        assert_eq!(reasons.count(), told.len(), "{said}");
    }
}
