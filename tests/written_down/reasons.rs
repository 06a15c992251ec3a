//! What already counts, or who may see it, is changed with a reason alone; before anybody answered nobody is asked.

use std::collections::BTreeSet;

use pencilmark::person::Animal;
use pencilmark::store::{Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, DOORS, Reason, reason_of};

use super::PASSWORD;
use super::common::outside::Outside;
use super::common::things::one_of_each;
use super::common::web::{Browser, WHY, app};
use super::common::{Place, SINGLE, a_place, everything_is_read, ks2, on_each_target, open, send};

/// What asks in its own form what the gate asks elsewhere.
pub const OWN_FORM: [&str; 2] = ["/programmes/{programme}", "/projects/{project}"];

/// A door, its address, the page with its form, and what is posted.
type Deed<'a> = (&'static str, String, String, Vec<(&'static str, &'a str)>);

/// A place, and who looks at it from beside.
pub struct Desk {
    pub store: Store,
    pub app: App,
    pub place: Place,
    pub outside: Outside,
    pub tried: BTreeSet<(&'static str, &'static str)>,
}

impl Desk {
    pub async fn of(target: &Target) -> Desk {
        let store = open(target).await;
        let (place, app) = (a_place(&store, "Riverside", 5).await, app(&store));
        Desk { store, app, place, outside: Outside::of(target).await, tried: BTreeSet::new() }
    }

    pub fn home(&self) -> String {
        format!("/programmes/{}", self.place.programme_id)
    }

    /// What is set up before anybody answers, and changed later on. `n` makes each time another change of it.
    fn set_up(&self, n: &'static str) -> Vec<Deed<'static>> {
        let (home, session) = (self.home(), format!("/sessions/{SINGLE}"));
        let project = format!("/projects/{}", self.place.project_id);
        let of_project = vec![
            ("name", n),
            ("delivery_model", "school"),
            ("design", "one_off"),
            ("target_children", "20"),
            ("established", "yes"),
        ];
        let deed = |route, path: &str, page: &str, fields| (route, path.to_owned(), format!("{path}{page}"), fields);
        let held = vec![("held_on", "2026-05-17"), ("place", n), ("role", "single")];
        let lesson = vec![("kind", "worked"), ("note", n), ("noted_on", "2026-05-16")];
        let costs = vec![("strand_0", n), ("budget_0", "5"), ("total", "5")];
        let of_programme = vec![
            ("", "/edit", vec![("name", n), ("awareness_target", "50")]),
            ("/retention", "", vec![("cut", n), ("delete", "2099-12-01")]),
            ("/data-protection", "", vec![("ground", "public_task"), ("decided_by", n)]),
            ("/safeguarding", "", vec![("contact", n)]),
            ("/report/texts", "", vec![("about", n)]),
            ("/report/learning", "", lesson),
            ("/report/costs", "", costs),
        ];
        let of_programme = of_programme.into_iter().map(|(part, page, fields)| {
            let route = format!("/programmes/{{programme}}{part}");
            let door = DOORS.iter().find(|door| door.route == route && door.method == "POST").expect("a door");
            deed(door.route, &format!("{home}{part}"), page, fields)
        });
        let rest = [
            deed("/projects/{project}", &project, "/edit", of_project),
            deed("/sessions/{session}", &session, "/edit", held),
            deed("/sessions/{session}/permission", &format!("{session}/permission"), "", vec![("given", "school")]),
        ];
        of_programme.chain(rest).collect()
    }

    pub async fn lines(&self) -> usize {
        self.store.audit(None, 500).await.expect("log").len()
    }

    /// The newest line of the log is that of this door.
    pub async fn is_written(&self, method: &str, route: &str, why: &str) {
        let line = self.store.audit(None, 1).await.expect("log").remove(0).deed;
        let deed = DOORS.iter().find(|door| door.route == route && door.method == method).expect("a door").deed;
        assert_eq!(Some(line.what.as_str()), deed, "{route}");
        assert!(line.reason.ends_with(why), "{route}: {line:?}");
        assert!(!why.is_empty() || !line.reason.contains(WHY.1), "{route}: {line:?}");
    }

    /// Does something without a word of why.
    async fn unasked(&self, browser: &Browser, (route, path, _, fields): Deed<'_>) {
        browser.post(&path, &fields).await.location();
        self.is_written("POST", route, "").await;
    }

    /// Tries to do something without a reason or with one that cannot stand in the log, which is refused, keeps what was
    /// typed and changes nothing; then with one.
    async fn only_with_a_reason(&mut self, browser: &Browser, (route, path, page, fields): Deed<'_>) {
        let shown = match page.as_str() {
            "/rights" => browser.post(&page, &fields).await.text,
            page => browser.get(page).await.text,
        };
        let mut forms = shown.split("<form").filter(|form| form.contains(&format!("action=\"{path}\"")));
        let is_due =
            |form: &str| form.split('<').any(|tag| tag.contains("name=\"log_why\"") && tag.contains(" required"));
        assert!(forms.any(is_due), "no form for {route} says that it has to be told why: {shown}");
        self.store.settle().await.expect("settled");
        let (before, lines) = (self.outside.everything().await, self.lines().await);
        let (code, long) = (self.place.cards[0].to_string(), "x".repeat(121));
        for (said, wrong) in [
            (vec![], "Say why, in a few words"),
            (vec![("log_why", "")], "Say why, in a few words"),
            (vec![("log_why", "   ")], "Say why, in a few words"),
            // What another form asks for opens no door.
            (vec![("target_reason", "the funder asked")], "Say why, in a few words"),
            (vec![("log_why", code.as_str())], "Leave the card’s code out of why"),
            (vec![("log_why", long.as_str())], "Why is too long for the log"),
        ] {
            let sent = [fields.clone(), said.clone()].concat();
            let refused = browser.post(&path, &sent).await;
            assert_eq!(refused.status.as_u16(), 422, "{route} with {said:?}: {}", refused.text);
            let mut forms = refused.text.split("<form");
            let again = forms.find(|form| form.contains(&format!("action=\"{path}\""))).expect("the form");
            assert!(again.contains(wrong), "{route} with {said:?}: {again}");
            for (name, value) in sent.iter().filter(|(_, value)| !value.trim().is_empty()) {
                assert!(again.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name} is kept: {again}");
            }
            assert_eq!(again.matches("name=\"form-token\"").count(), 1);
            assert_eq!(again.matches("name=\"log_why\"").count(), 1);
        }
        self.store.settle().await.expect("settled");
        assert!(self.outside.everything().await == before, "{route} was done without a reason");
        assert_eq!(self.lines().await, lines, "{route}");
        let done = browser.post(&path, &[fields, vec![WHY]].concat()).await;
        assert!(!done.status.is_client_error() && !done.status.is_server_error(), "{route}: {}", done.text);
        self.is_written("POST", route, WHY.1).await;
        self.tried.insert(("POST", route));
    }
}

#[tokio::test]
async fn what_already_counts_is_changed_with_a_reason_alone() {
    on_each_target(async |target| {
        let mut desk = Desk::of(&target).await;
        let team = Browser::of_staff(&desk.app);
        let (home, session) = (desk.home(), format!("/sessions/{SINGLE}"));
        // A volunteer sets up, and changes it as often as they like.
        for n in ["2099-01-01", "2099-02-01"] {
            for deed in desk.set_up(n) {
                desk.unasked(&team, deed).await;
            }
        }
        for (n, card) in (1..).zip(&desk.place.cards[..3]) {
            send(&desk.store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        }
        everything_is_read(&desk.store, desk.place.programme_id).await;
        let things = one_of_each(&desk.store, &desk.app, &desk.place, 0, &"01".repeat(16)).await;
        let said = [("said", "We talk on the bus"), ("speaker", "adult"), ("consent", "2")];
        let quotes = format!("{home}/report/quotes");
        team.post(&quotes, &said).await.location();
        let quote = desk.store.quotes(desk.place.programme_id).await.expect("read").last().expect("one").id;
        let quote = format!("{quotes}/{quote}");
        for state in ["screened", "approved"] {
            team.post(&quote, &[("state", state), ("words", "We talk on the bus")]).await.location();
        }
        let signing = format!("{home}/report/sign-off");
        let page = team.get(&signing).await.text;
        let figures = page.split("name=\"figures\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        team.post(&signing, &[("figures", figures.expect("a hash"))]).await.location();
        for deed in desk.set_up("2099-03-01") {
            desk.only_with_a_reason(&team, deed).await;
        }
        let complaint = format!("{home}/complaints/{}", things["complaint"]);
        let closed =
            [("received_on", "2026-05-16"), ("about", "a picture"), ("done", "down"), ("closed_on", "2026-05-20")];
        team.post(&complaint, &closed).await.location();
        team.post(&format!("{session}/notes"), &[("children", "24")]).await.location();
        team.post(&format!("{session}/closure"), &[("reason", "the hall is locked")]).await.location();
        let (decision, learning) = (things["decision"].to_string(), format!("{home}/report/learning"));
        let (links, card) = (format!("{home}/funder/links"), desk.place.cards[1].to_string());
        let deeds: [Deed<'_>; 10] = [
            (
                "/sessions/{session}/notes",
                format!("{session}/notes"),
                format!("{session}/notes"),
                vec![("children", "25")],
            ),
            ("/sessions/{session}/reopening", format!("{session}/reopening"), session.clone(), vec![]),
            (
                "/sessions/{session}/links/undo",
                format!("{session}/links/undo"),
                format!("{session}/links"),
                vec![("id", &decision)],
            ),
            (
                "/programmes/{programme}/report/learning/{lesson}/removal",
                format!("{learning}/{}/removal", things["lesson"]),
                learning,
                vec![],
            ),
            ("/programmes/{programme}/report/quotes/{quote}", quote, quotes, vec![("state", "withdrawn")]),
            (
                "/programmes/{programme}/funder/links",
                links.clone(),
                links.clone(),
                vec![("label", "Trust"), ("days", "7")],
            ),
            (
                "/programmes/{programme}/funder/links/{link}/revocation",
                format!("{links}/{}/revocation", things["link"]),
                links,
                vec![],
            ),
            ("/programmes/{programme}/complaints/{complaint}", complaint.clone(), complaint, closed.to_vec()),
            ("/rights/answers", "/rights/answers".to_owned(), "/rights".to_owned(), vec![("code", &card)]),
            ("/rights/copy", "/rights/copy".to_owned(), "/rights".to_owned(), vec![("code", &card)]),
        ];
        for deed in deeds {
            desk.only_with_a_reason(&team, deed).await;
        }
        files_leave_with_a_reason(&mut desk, &team).await;

        let own = [("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)];
        let anna = Browser::signed_in(&desk.app, &team.post("/people/first", &own).await.secret());
        anna.post("/people", &[("name", "Bea"), ("role", "administrator")]).await;
        let bea = desk.store.accounts().await.expect("team").into_iter().find(|one| one.name == "Bea").expect("Bea").id;
        let (page, whole) = (format!("/people/{bea}"), desk.place.programme_id.to_string());
        let deeds: [Deed<'_>; 4] = [
            ("/people/{person}", page.clone(), page.clone(), vec![("role", "evaluator"), ("given", &whole)]),
            ("/people/{person}/link", format!("{page}/link"), page.clone(), vec![]),
            ("/people/{person}/closure", format!("{page}/closure"), page.clone(), vec![]),
            ("/people/{person}/reopening", format!("{page}/reopening"), page, vec![]),
        ];
        for deed in deeds {
            desk.only_with_a_reason(&anna, deed).await;
        }
        let must = DOORS.iter().filter(|door| matches!(reason_of(door), Some(Reason::Must(_))));
        let all: BTreeSet<_> =
            must.map(|door| (door.method, door.route)).chain(OWN_FORM.map(|own| ("POST", own))).collect();
        assert_eq!(desk.tried, all);
    })
    .await;
}

/// Answers leave row by row with a reason alone.
async fn files_leave_with_a_reason(desk: &mut Desk, team: &Browser) {
    let downloads = format!("{}/downloads", desk.home());
    let page = team.get(&downloads).await.text;
    let field = page.split('<').find(|tag| tag.contains("name=\"why\"")).expect("the field");
    assert!(field.contains(" required"), "{field}");
    for file in ["long.csv", "pack.zip"] {
        let path = format!("{downloads}/{file}");
        let lines = desk.lines().await;
        for why in ["", "?why=", "?why=+&for=excel", &*format!("?why={}", desk.place.cards[0])] {
            let refused = team.get(&format!("{path}{why}")).await;
            assert_eq!(refused.status.as_u16(), 422, "{file}{why}");
            let mut forms = refused.text.split("<form");
            let form =
                forms.find(|form| form.contains(&format!("action=\"{path}\" method=\"get\""))).expect("the form");
            assert_eq!(form.contains("name=\"for\" value=\"excel\""), why.contains("excel"), "{form}");
            assert!(!form.contains("form-token"), "no token goes into an address: {form}");
        }
        assert_eq!(desk.lines().await, lines, "{file}");
        assert_eq!(team.get(&format!("{path}?why=the+trust%20asked")).await.status.as_u16(), 200, "{file}");
        desk.is_written("GET", "/programmes/{programme}/downloads/{file}", WHY.1).await;
    }
    desk.tried.insert(("GET", "/programmes/{programme}/downloads/{file}"));
}
