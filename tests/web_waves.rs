//! When a person is asked what: start afters, leaving early, at home within two days, and weeks later, each
//! through the whole application.

mod common;

use axum::http::StatusCode;
use common::web::{Browser, app};
use common::{a_place, a_project, ks2, open};
use pencilmark::pairing::PairCount;
use pencilmark::person::{Animal, CardCode};
use pencilmark::session::{Session, SessionRole};
use pencilmark::store::{ResponseState, Store, Target};
use pencilmark::survey::{Comparison, Wave};

/// A hall today, a leader and a family's phone.
struct Hall {
    store: Store,
    leader: Browser,
    phone: Browser,
    card: CardCode,
    project_id: i64,
    next_id: std::cell::Cell<u8>,
    _folder: tempfile::TempDir,
}

fn day(from_today: i32) -> String {
    let days = jiff::Span::new().days(from_today);
    jiff::Zoned::now().date().checked_add(days).expect("a day near today").to_string()
}

impl Hall {
    async fn new() -> Hall {
        let folder = tempfile::tempdir().expect("folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let place = a_place(&store, "Riverside", 1).await;
        // A project of its own: the sessions of `a_place` are on fixed days.
        let project_id = store.add_project(a_project(place.programme_id, "Job Day")).await.expect("a project");
        let code = CardCode::parse("PENC4T").expect("a code");
        let card = store.issue_cards(project_id, vec![code], common::NOW).await.expect("issued").remove(0);
        let app = app(&store);
        let (leader, phone) = (Browser::of_staff(&app), Browser::of_tablet(&app));
        Hall { store, leader, phone, card, project_id, next_id: 1.into(), _folder: folder }
    }

    async fn session(&self, key: &str, from_today: i32, role: SessionRole) -> String {
        let session = Session {
            id: 0,
            key: key.to_owned(),
            project_id: self.project_id,
            held_on: day(from_today),
            place: "Hall".to_owned(),
            role,
            closed_at_us: None,
            afters_us: None,
        };
        self.store.add_session(session).await.expect("a session");
        key.to_owned()
    }

    async fn answered(&self, key: &str, animal: Animal, wave: Wave) {
        let id = self.next_id.replace(self.next_id.get() + 1);
        common::send(&self.store, &ks2(id, &self.card, animal, key, wave, 5, 2)).await;
        self.store.settle().await.expect("settled");
    }

    /// What the family reads at a session after it typed its card and tapped the fox.
    async fn fox_at(&self, key: &str) -> String {
        let said = [("code", self.card.as_str()), ("animal", "fox"), ("permission", "yes")];
        let asked = self.phone.post(&format!("/s/{key}"), &said).await;
        heading(&asked.text)
    }

    /// Matched pairs of a before and a later answer on the list of jobs; what became of the last response; and how many
    /// children the flow says answered later.
    async fn later(&self) -> (i64, ResponseState, i64) {
        let person = self.store.family(&self.card).await.expect("family")[0].id;
        let state = self.store.responses_of(&[person]).await.expect("responses").last().expect("one").state;
        let programme = self.store.programmes().await.expect("query")[0].id;
        let is_later = |cell: &PairCount| cell.comparison == Comparison::Later && cell.measure == "AWR";
        let cells = self.store.pair_counts(programme).await.expect("counts");
        let pairs = cells.iter().filter(|cell| is_later(cell) && cell.pre.is_some() && cell.post.is_some());
        let input = self.store.report_input(programme, String::new()).await.expect("read").expect("there");
        (pairs.map(|cell| cell.n).sum(), state, input.flow.iter().map(|row| row.follow_up).sum())
    }

    async fn card_says(&self, key: &str, home: bool) -> serde_json::Value {
        let body = serde_json::json!({ "code": self.card.as_str(), "home": home }).to_string();
        let reply = self.phone.post_json(&format!("/s/{key}/card"), body).await;
        serde_json::from_str(&reply.text).expect("JSON")
    }
}

/// The page's first heading, without its tags.
fn heading(page: &str) -> String {
    let start = page.find("<h1").expect("a heading");
    let text = page[start..].split_once('>').expect("a tag").1.split("</h1>").next().expect("its end");
    let mut plain = String::new();
    let mut inside = false;
    for letter in text.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => plain.push(letter),
            _ => {}
        }
    }
    plain
}

#[tokio::test]
async fn the_after_of_today_is_asked_once_the_leader_starts_the_afters() {
    let hall = Hall::new().await;
    let key = hall.session("today222", 0, SessionRole::Single).await;
    hall.answered(&key, Animal::Fox, Wave::Pre).await;
    assert_eq!(hall.fox_at(&key).await, "Fox’s after comes at the end");
    assert_eq!(hall.card_says(&key, false).await["afters"], false);

    let page = hall.leader.get(&format!("/sessions/{key}/afters")).await;
    assert_eq!(heading(&page.text), "Start the afters");
    let started = hall.leader.post(&format!("/sessions/{key}/afters"), &[]).await;
    assert_eq!(started.location(), format!("/sessions/{key}/afters"));
    assert_eq!(hall.fox_at(&key).await, "This is Fox’s after");
    assert_eq!(hall.card_says(&key, false).await["afters"], true, "tablets with script hear of it with a card");
    let kit = hall.phone.get(&format!("/s/{key}/kit")).await;
    assert!(kit.text.contains("\"afters\":true"), "and with the kit they take along");

    hall.leader.post(&format!("/sessions/{key}/afters/pause"), &[]).await;
    assert_eq!(hall.fox_at(&key).await, "Fox’s after comes at the end");
    let log = hall.store.audit(None, 10).await.expect("log");
    let what: Vec<&str> = log.iter().map(|entry| entry.deed.what.as_str()).collect();
    assert_eq!(what, ["Took the start of the afters back", "Started the afters"]);
}

#[tokio::test]
async fn a_beat_tells_a_tablet_that_the_afters_have_started() {
    let hall = Hall::new().await;
    let key = hall.session("today222", 0, SessionRole::Single).await;
    let beat = serde_json::json!({ "device": "0123456789abcdef", "session": key, "sequence": 0, "waiting": 0, "parked": 0,
        "drafts": 0, "storage": "database", "oldest_ms": 0, "shell": "00", "clock_ms": 0 });
    assert!(hall.phone.post_json("/beat", beat.to_string()).await.text.contains("\"afters\":false"));
    hall.leader.post(&format!("/sessions/{key}/afters"), &[]).await;
    assert!(hall.phone.post_json("/beat", beat.to_string()).await.text.contains("\"afters\":true"));
}

#[tokio::test]
async fn a_tablet_cannot_start_the_afters_of_a_session() {
    let hall = Hall::new().await;
    let key = hall.session("today222", 0, SessionRole::Single).await;
    assert_eq!(hall.phone.post(&format!("/sessions/{key}/afters"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hall.store.session(&key).await.expect("query").expect("there").session.afters_us, None);
}

#[tokio::test]
async fn a_family_that_leaves_early_is_asked_the_short_after_and_the_whole_one_next_time() {
    let hall = Hall::new().await;
    let last_week = hall.session("lastweek", -7, SessionRole::Single).await;
    hall.answered(&last_week, Animal::Fox, Wave::Pre).await;
    let path = format!("/s/{last_week}");
    let who = hall.phone.post(&path, &[("code", hall.card.as_str())]).await;
    assert!(who.text.contains("Leaving now? Three quick questions at most"));
    let leaving = [("code", hall.card.as_str()), ("leaving", "yes")];
    let who = hall.phone.post(&path, &leaving).await;
    assert!(who.text.contains("after</span> to do") && who.text.contains("We are staying after all"));
    let fox = [leaving[0], leaving[1], ("animal", "fox")];
    assert_eq!(heading(&hall.phone.post(&path, &fox).await.text), "This is Fox’s after");
    let asked = hall.phone.post(&path, &[fox[0], fox[1], fox[2], ("assent", "yes")]).await;
    for (item, is) in [("K2-AW1", true), ("K2-CF1", true), ("K2-FB1", true), ("K2-CF2", false), ("K2-TI1", false)] {
        assert_eq!(asked.text.contains(&format!("data-item=\"{item}\"")), is, "{item}");
    }
    assert!(asked.text.contains("&quot;post_exit&quot;"), "it is stored as what it is");
    hall.answered(&last_week, Animal::Fox, Wave::PostExit).await;
    let today = hall.session("today222", 0, SessionRole::Single).await;
    assert_eq!(hall.fox_at(&today).await, "This is Fox’s after", "caught up on at the next session");
}

#[tokio::test]
async fn an_after_that_was_missed_is_caught_up_on_before_anything_starts() {
    let hall = Hall::new().await;
    let earlier = hall.session("fiveweek", -35, SessionRole::First).await;
    hall.answered(&earlier, Animal::Fox, Wave::Pre).await;
    let last = hall.session("lastweek", 0, SessionRole::Last).await;
    assert_eq!(hall.fox_at(&last).await, "This is Fox’s after");
}

#[tokio::test]
async fn the_card_opens_the_after_at_home_for_two_days_and_no_longer() {
    let hall = Hall::new().await;
    let yesterday = hall.session("yestrday", -1, SessionRole::Single).await;
    let next_month = hall.session("nextmnth", 30, SessionRole::Single).await;
    hall.answered(&yesterday, Animal::Fox, Wave::Pre).await;
    let id = hall.store.session(&yesterday).await.expect("query").expect("there").session.id;
    let hours_ago = |hours: i64| Some(now_us() - hours * 3_600_000_000);
    let scan = format!("/c/{}", hall.card.as_str());

    hall.store.start_afters(id, hours_ago(47)).await.expect("started");
    hall.store.close_session(id, hours_ago(47)).await.expect("closed");
    let page = hall.phone.get(&scan).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(&format!("data-address=\"/s/{yesterday}/home\"")), "not next month’s session");
    let shown = page.text.split("<template").next().expect("what stands on it");
    assert!(shown.contains("after</span> to do") && !shown.contains("value=\"owl\""), "nobody new");
    let home = format!("/s/{yesterday}/home");
    let fox = [("code", hall.card.as_str()), ("animal", "fox")];
    let asked = hall.phone.post(&home, &[fox[0], fox[1], ("permission", "yes"), ("assent", "yes")]).await;
    assert!(asked.text.contains("&quot;post_home&quot;") && asked.text.contains("K2-TI1"), "{}", asked.text);
    assert!(!asked.text.contains("K2-TK1"), "no frequency within two days");
    assert_eq!(hall.card_says(&yesterday, true).await["open"], true);
    let door = hall.phone.post_json("/card/session", format!("{{\"code\":\"{}\"}}", hall.card.as_str())).await;
    assert!(door.text.contains(&home), "a card typed on the family’s phone leads there, too");

    // Answered at home it pairs with the before, and arriving after the close is no lateness.
    hall.answered(&yesterday, Animal::Fox, Wave::PostHome).await;
    let again = hall.phone.post(&home, &fox).await;
    assert_eq!(heading(&again.text), "Fox’s after is done");

    hall.store.start_afters(id, hours_ago(49)).await.expect("started");
    hall.store.close_session(id, hours_ago(49)).await.expect("closed");
    let page = hall.phone.get(&scan).await;
    assert!(page.text.contains(&format!("data-address=\"/s/{next_month}\"")), "the next session is what is left");
    assert_eq!(hall.phone.post(&home, &fox).await.status, StatusCode::GONE);
    assert_eq!(hall.card_says(&yesterday, true).await["open"], false);
}

#[tokio::test]
async fn today_the_card_leads_into_the_hall() {
    let hall = Hall::new().await;
    let today = hall.session("today222", 0, SessionRole::Single).await;
    hall.answered(&today, Animal::Fox, Wave::Pre).await;
    hall.leader.post(&format!("/sessions/{today}/afters"), &[]).await;
    let page = hall.phone.get(&format!("/c/{}", hall.card.as_str())).await;
    assert!(
        page.text.contains(&format!("data-address=\"/s/{today}\"")),
        "a grown-up on their own phone at the session"
    );
}

#[tokio::test]
async fn weeks_later_the_card_opens_the_follow_up_once_a_grown_up_says_yes_again() {
    let hall = Hall::new().await;
    let then = hall.session("weeksago", -40, SessionRole::Single).await;
    hall.answered(&then, Animal::Fox, Wave::Pre).await;
    hall.answered(&then, Animal::Fox, Wave::PostSame).await;
    let id = hall.store.session(&then).await.expect("query").expect("there").session.id;
    hall.store.close_session(id, Some(now_us() - 40 * 86_400_000_000)).await.expect("closed");
    let page = hall.phone.get(&format!("/c/{}", hall.card.as_str())).await;
    assert!(page.text.contains("later</span> to do"), "{}", page.text);
    let home = format!("/s/{then}/home");
    let fox = [("code", hall.card.as_str()), ("animal", "fox")];
    assert_eq!(heading(&hall.phone.post(&home, &fox).await.text), "For the grown-up");
    let asked = hall.phone.post(&home, &[fox[0], fox[1], ("permission", "yes"), ("assent", "yes")]).await;
    assert!(asked.text.contains("&quot;follow_up&quot;") && asked.text.contains("K2-TK1"), "how often they talk now");
    hall.answered(&then, Animal::Fox, Wave::FollowUp).await;
    let person = hall.store.family(&hall.card).await.expect("family")[0].id;
    let responses = hall.store.responses_of(&[person]).await.expect("responses");
    assert_eq!(responses.last().expect("the follow-up").flags, "", "nobody is late at home");
}

#[tokio::test]
async fn within_four_weeks_of_the_before_nobody_is_asked_later_and_no_answer_is() {
    let hall = Hall::new().await;
    let then = hall.session("threeago", -21, SessionRole::Single).await;
    let reunion = hall.session("backhere", 0, SessionRole::FollowUp).await;
    hall.answered(&then, Animal::Fox, Wave::Pre).await;
    assert_eq!(hall.fox_at(&reunion).await, "There is nothing to answer for Fox");
    // A tablet without a network knows of no before.
    hall.answered(&reunion, Animal::Fox, Wave::FollowUp).await;
    assert_eq!(hall.later().await, (0, ResponseState::Superseded, 0), "kept, and no later in any figure");
    assert_eq!(hall.fox_at(&reunion).await, "There is nothing to answer for Fox");

    // The day of the first session was typed wrongly: it was five weeks ago.
    let session = hall.store.session(&then).await.expect("query").expect("there").session;
    let moved = |from_today| Session { held_on: day(from_today), ..session.clone() };
    hall.store.change_session(moved(-35)).await.expect("changed");
    assert_eq!(hall.later().await, (1, ResponseState::Counted, 1));
    hall.store.change_session(moved(-27)).await.expect("changed");
    assert_eq!(hall.later().await, (0, ResponseState::Superseded, 0));
    hall.store.change_session(moved(-28)).await.expect("changed");
    assert_eq!(hall.later().await, (1, ResponseState::Counted, 1));
    hall.store.rebuild(|_| {}).await.expect("rebuilt");
    assert_eq!(hall.later().await, (1, ResponseState::Counted, 1), "and so from the raw answers");
}

fn now_us() -> i64 {
    i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_micros()).expect("before 292278")
}
