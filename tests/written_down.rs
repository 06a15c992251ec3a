//! No deed without its line in the log: with a log that takes no line, whatever the team does fails and changes nothing;
//! with the log as it was, the same is done, and has one line. Every door that has words for the log is tried.

mod common;
#[path = "written_down/copies.rs"]
mod copies;
#[path = "written_down/own_words.rs"]
mod own_words;
#[path = "written_down/reasons.rs"]
mod reasons;
#[path = "written_down/say_why.rs"]
mod say_why;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::outside::Outside;
use common::web::{Answered, Browser, WHY, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_target, open, send};
use pencilmark::account::{Role, Secret, SignIn, password};
use pencilmark::person::Animal;
use pencilmark::response::Answer;
use pencilmark::store::{AuditVerdict, Deed, NewAccount, Store, Target};
use pencilmark::survey::Wave;
use pencilmark::web::{App, DOORS};
use sha2::{Digest, Sha256};

const PASSWORD: &str = "gull-tractor-sock";

/// What is posted and only shows or hands something out, as every `GET` does: nothing in the database changes.
const SHOWN: [&str; 4] = ["/sessions/{session}/paper/{survey}/{wave}", "/rights", "/rights/answers", "/rights/copy"];

/// The sample takes seconds to load; its line goes in with its programme, as that of `/programmes` does. Nobody is asked
/// why it is loaded.
const SLOW: [&str; 2] = ["/sample", "/sample/removal"];

/// Deeds that nobody is asked to explain. What asks in words of its own; one's own sign-in; what is only added; and what
/// is pressed while families wait, as everything a tablet does.
const NOT_ASKED: [&str; 39] = [
    "/programmes/{programme}/hold",
    "/programmes/{programme}/protections/{protection}/end",
    "/rights/protection",
    "/sessions/{session}/closure",
    "/sessions/{session}/permission/unrecorded",
    "/sessions/{session}/links",
    "/sessions/{session}/families/{family}/spare",
    "/sessions/{session}/keying/{survey}/{wave}/again",
    "/sign-out",
    "/account/password",
    "/account/second-step",
    "/account/second-step/removal",
    "/account/sign-ins/end",
    "/people/first",
    "/programmes",
    "/programmes/{programme}/areas",
    "/programmes/{programme}/organisations",
    "/programmes/{programme}/projects",
    "/projects/{project}/sessions",
    "/projects/{project}/cards",
    "/programmes/{programme}/report/learning/{lesson}/removal",
    "/programmes/{programme}/report/quotes",
    "/programmes/{programme}/report/quotes/typed",
    "/programmes/{programme}/safeguarding/read",
    "/projects/{project}/practice",
    "/sessions/{session}/practice/end",
    "/sessions/{session}/tablets/{device}/own",
    "/sessions/{session}/tablets/{device}/ours",
    "/sessions/{session}/pairings/{pairing}",
    "/sessions/{session}/pairings/{pairing}/refusal",
    "/sessions/{session}/pairings/{pairing}/end",
    "/sessions/{session}/afters",
    "/sessions/{session}/afters/pause",
    "/sessions/{session}/notes",
    "/sessions/{session}/collecting",
    "/sessions/{session}/collecting/pause",
    "/sessions/{session}/paper/{survey}/{wave}",
    "/sessions/{session}/keying/{survey}/{wave}",
    "/rescue",
];

/// What is posted, or nothing where a page is opened.
enum Sent<'a> {
    Nothing,
    Form(&'a [(&'a str, &'a str)]),
    File(&'a [u8]),
}

/// The database, those who look at it, and the doors that were tried.
struct Trial {
    store: Store,
    app: App,
    outside: Outside,
    tried: BTreeSet<(&'static str, &'static str)>,
    /// What was answered last: some forms stand on the answer to another.
    shown: String,
}

impl Trial {
    async fn new(target: &Target) -> Trial {
        let store = open(target).await;
        let application = app(&store);
        Trial {
            store,
            app: application,
            outside: Outside::of(target).await,
            tried: BTreeSet::new(),
            shown: String::new(),
        }
    }

    async fn send(browser: &Browser, path: &str, sent: &Sent<'_>) -> Answered {
        match sent {
            Sent::Nothing => browser.get(path).await,
            Sent::Form(fields) => browser.post(path, fields).await,
            Sent::File(bytes) => browser.post_file(path, bytes).await,
        }
    }

    /// Whether the form that posts to this address has the field for why, on a page above it or beside.
    async fn is_asked_why(&self, browser: &Browser, path: &str) -> bool {
        let has_field = |page: &str| {
            let mut forms = page.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
            forms.any(|form| form.contains(&format!("action=\"{path}\"")) && form.contains("name=\"log_why\""))
        };
        if has_field(&self.shown) {
            return true;
        }
        let mut above = path;
        while !above.is_empty() {
            for beside in ["", "/edit", "/new", "/closure", "/data-protection"] {
                if has_field(&browser.get(&format!("{above}{beside}")).await.text) {
                    return true;
                }
            }
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
        }
        false
    }

    async fn lines(&self) -> Vec<String> {
        self.store.audit(None, 500).await.expect("log").into_iter().map(|entry| entry.deed.what).collect()
    }

    /// Tries a door twice: it fails without a log, and works with one.
    async fn door(&mut self, browser: &Browser, route: &'static str, path: &str, sent: Sent<'_>) -> Answered {
        let method = if matches!(sent, Sent::Nothing) { "GET" } else { "POST" };
        let door = DOORS.iter().find(|door| door.route == route && door.method == method).expect("a door");
        let deed = door.deed.expect("a deed");
        let asked = method == "GET" || !NOT_ASKED.contains(&route);
        if asked && method == "POST" {
            assert!(self.is_asked_why(browser, path).await, "no form for {route} asks why");
        }
        let with_why =
            |path: &str| if method == "GET" { format!("{path}?why=the%20trust+asked") } else { path.to_owned() };
        self.store.settle().await.expect("settled");
        let (before, lines) = (self.outside.everything().await, self.lines().await.len());
        let explained = match &sent {
            Sent::Form(fields) if asked && fields.iter().all(|(name, _)| *name != "log_why") => {
                [*fields, &[WHY]].concat()
            }
            Sent::Form(fields) => fields.to_vec(),
            _ => Vec::new(),
        };
        let sent = if matches!(sent, Sent::Form(_)) { Sent::Form(&explained) } else { sent };
        self.outside.break_log().await;
        let failed = Trial::send(browser, &with_why(path), &sent).await;
        self.outside.mend_log().await;
        self.store.settle().await.expect("settled");
        assert!(failed.status.is_server_error(), "{method} {route}: {} without a log: {}", failed.status, failed.text);
        assert!(self.outside.everything().await == before, "{method} {route} was done without its line");
        assert_eq!(self.lines().await.len(), lines, "{method} {route}");

        let done = Trial::send(browser, &with_why(path), &sent).await;
        assert!(!done.status.is_client_error() && !done.status.is_server_error(), "{method} {route}: {}", done.text);
        self.store.settle().await.expect("settled");
        let newest = self.store.audit(None, 500).await.expect("log");
        let said = explained.iter().find(|(name, _)| *name == "log_why").map_or(WHY.1, |(_, why)| why);
        let line = newest.iter().find(|entry| entry.deed.what == deed).expect("a line");
        assert_eq!(line.deed.reason.ends_with(said), asked, "{method} {route}: {:?}", line.deed);
        let whats = self.lines().await;
        assert_eq!(
            whats[..whats.len() - lines].iter().filter(|what| *what == deed).count(),
            1,
            "{method} {route}: {whats:?}"
        );
        let changed = self.outside.everything().await != before;
        assert_eq!(changed, method == "POST" && !SHOWN.contains(&route), "{method} {route}");
        self.tried.insert((method, route));
        if done.text.contains("<form") {
            self.shown.clone_from(&done.text);
        }
        done
    }

    async fn post(&mut self, browser: &Browser, route: &'static str, path: &str, fields: &[(&str, &str)]) -> Answered {
        self.door(browser, route, path, Sent::Form(fields)).await
    }

    /// Somebody's browser, signed in without a password.
    async fn enter(&self, account: i64) -> Browser {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("randomness");
        let (secret, now_us) = (Secret::from_bytes(bytes), self.app.now_us());
        let (digest, browser) = (secret.digest(), "a test".to_owned());
        let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
        self.store.begin_sign_in(sign_in).await.expect("signed in");
        Browser::signed_in(&self.app, &secret)
    }
}

#[tokio::test]
async fn nothing_that_the_team_does_is_done_without_its_line_in_the_log() {
    on_each_target(async |target| {
        let mut trial = Trial::new(&target).await;
        let team = Browser::of_staff(&trial.app);
        set_up(&mut trial, &team).await;
        a_day(&mut trial, &team).await;
        families(&mut trial, &team).await;
        reports(&mut trial, &team).await;
        accounts(&mut trial, &team).await;
        let missing: Vec<&str> = DOORS
            .iter()
            .filter(|door| door.deed.is_some() && !SLOW.contains(&door.route))
            .filter(|door| !trial.tried.contains(&(door.method, door.route)))
            .map(|door| door.route)
            .collect();
        assert!(missing.is_empty(), "these have words for the log, and were not tried: {missing:?}");
        let gone: Vec<_> = NOT_ASKED.iter().filter(|route| !trial.tried.contains(&("POST", **route))).collect();
        assert!(gone.is_empty(), "these are no deeds: {gone:?}");
        assert!(matches!(trial.store.verify_audit().await.expect("log"), AuditVerdict::Whole { .. }));
    })
    .await;
}

/// The newest line of the log: what it is about, and why.
async fn last_line(store: &Store) -> (String, String) {
    let deed = store.audit(None, 1).await.expect("log").remove(0).deed;
    (deed.about, deed.reason)
}

#[tokio::test]
async fn the_log_says_which_fields_were_changed_and_why_and_nothing_that_a_family_said() {
    on_each_target(async |target| {
        let (store, place) = {
            let store = open(&target).await;
            let place = a_place(&store, "Riverside", 3).await;
            (store, place)
        };
        let team = Browser::of_staff(&app(&store));
        let (programme, project) =
            (format!("/programmes/{}", place.programme_id), format!("/projects/{}", place.project_id));
        let why = ("log_why", "the funder asked for it");
        let known = store.programme(place.programme_id).await.expect("read").expect("there");
        let fields = [
            ("name", known.name.as_str()),
            ("funder", "A trust"),
            ("starts_on", known.starts_on.as_str()),
            ("ends_on", "2026-12-30"),
            ("awareness_target", "70"),
            why,
        ];
        team.post(&programme, &fields).await.location();
        let (about, reason) = last_line(&store).await;
        assert!(about.starts_with(&format!("{programme}: awareness is to rise by 50% → 70%; ")), "{about}");
        assert!(
            about.contains("who pays for it") && about.contains("last day") && about.contains(" → 2026-12-30"),
            "{about}"
        );
        assert!(!about.contains("A trust") && !about.contains("name") && !about.contains("first day"), "{about}");
        assert_eq!(reason, why.1);

        let session = format!("/sessions/{SINGLE}");
        let fields = [("held_on", "2026-05-17"), ("place", "The barn of Mrs Gull"), ("role", "single"), why];
        team.post(&session, &fields).await.location();
        let (about, reason) = last_line(&store).await;
        assert!(about.contains(" → 2026-05-17; place") && !about.contains("Gull"), "{about}");
        assert_eq!(reason, why.1);

        let costs = [("strand_0", "Staff"), ("budget_0", "5"), ("total", "5"), why];
        team.post(&format!("{programme}/report/costs"), &costs).await.location();
        assert_eq!(
            last_line(&store).await,
            (format!("{programme}: lines of costs; planned £0 → £5"), why.1.to_owned())
        );
        let texts = [("about", "Families meet."), why];
        team.post(&format!("{programme}/report/texts"), &texts).await.location();
        let (about, reason) = last_line(&store).await;
        assert!(about.starts_with(&format!("{programme}: ")) && !about.contains("Families meet"), "{about}");
        assert_eq!(reason, why.1);

        let days = [("cut", "2099-01-01"), ("delete", "2099-06-01"), why];
        team.post(&format!("{programme}/retention"), &days).await.location();
        assert_eq!(
            last_line(&store).await.1,
            format!("Codes are cut from answers: 1 January 2099; Answers are deleted: 1 June 2099. {}", why.1)
        );

        team.post(&format!("{session}/closure"), &[]).await.location();
        team.post(&format!("{session}/reopening"), &[("log_why", "one family came late")]).await.location();
        assert_eq!(last_line(&store).await.1, "one family came late");

        // What cannot stand in the log for good is refused, and nothing is done.
        let lines = store.audit(None, 500).await.expect("log").len();
        let code = place.cards[0].to_string();
        let spaced = code.replace('-', " ");
        for why in [code.as_str(), spaced.as_str(), "x".repeat(121).as_str()] {
            let refused =
                team.post(&format!("{programme}/retention"), &[("cut", ""), ("delete", ""), ("log_why", why)]).await;
            assert_eq!(refused.status.as_u16(), 422, "{why}");
        }
        assert_eq!(store.clocks(place.programme_id).await.expect("clocks").len(), 2);
        assert_eq!(store.audit(None, 500).await.expect("log").len(), lines);
        let unchanged = [
            ("name", "Job Trail of Riverside"),
            ("delivery_model", "school"),
            ("design", "one_off"),
            ("target_children", "20"),
            ("award", "7"),
            ("established", "yes"),
        ];
        team.post(&project, &unchanged).await.location();
        let (about, reason) = last_line(&store).await;
        assert!(about.starts_with(&format!("{project}: ")) && about.contains(" → £7"), "{about}");
        assert_eq!(reason, "", "nobody has to say why");

        let own = [("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)];
        let application = app(&store);
        let anna = Browser::signed_in(
            &application,
            &Browser::of_staff(&application).post("/people/first", &own).await.secret(),
        );
        anna.post("/people", &[("name", "Bea"), ("role", "administrator")]).await;
        let bea = store.accounts().await.expect("team").into_iter().find(|one| one.name == "Bea").expect("Bea").id;
        let given = place.programme_id.to_string();
        let role = [("role", "evaluator"), ("given", given.as_str()), ("log_why", "she evaluates now")];
        anna.post(&format!("/people/{bea}"), &role).await.location();
        let (about, reason) = last_line(&store).await;
        assert_eq!(about, "Bea: role Administrator → Evaluator; what they reach");
        assert_eq!(reason, "she evaluates now");
        anna.post(&format!("/people/{bea}/closure"), &[("log_why", "left in May")]).await.location();
        assert_eq!(last_line(&store).await, ("Bea, Evaluator".to_owned(), "left in May".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn why_is_said_once_and_goes_along_with_each_file_that_is_taken() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 1).await;
        let team = Browser::of_staff(&app(&store));
        let page = format!("/programmes/{}/downloads", place.programme_id);
        let links = |text: &str| {
            let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            links.filter(|link| link.contains("/downloads/")).map(|link| link.replace("&amp;", "&")).collect::<Vec<_>>()
        };
        let plain = team.get(&page).await.text;
        assert!(links(&plain).iter().all(|link| !link.contains("why=")));
        let ticket =
            plain.split("name=\"export\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("one");
        let said =
            team.get(&format!("{page}?export={ticket}&why=Lena+%26+the+trust+%E2%80%9Casked%E2%80%9D")).await.text;
        let explained = links(&said);
        assert_eq!(explained.len(), links(&plain).len());
        assert!(explained.iter().all(|link| link.contains(ticket)), "files that were taken before still fit");
        for link in &explained {
            team.get(link).await;
            assert_eq!(last_line(&store).await.1, "Lena & the trust “asked”", "{link}");
        }

        // What cannot stand in the log is refused on the page, and by the file.
        let lines = store.audit(None, 500).await.expect("log").len();
        let (code, long) = (place.cards[0].to_string(), "a".repeat(121));
        for why in [code, long] {
            let refused = team.get(&format!("{page}?why={why}")).await;
            assert_eq!(refused.status.as_u16(), 422);
            assert!(links(&refused.text).iter().all(|link| !link.contains("why=")));
            let refused = team.get(&format!("{page}/long.csv?why={why}")).await;
            assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        }
        assert_eq!(store.audit(None, 500).await.expect("log").len(), lines);
    })
    .await;
}

#[tokio::test]
async fn no_reason_that_is_kept_for_good_names_a_card() {
    on_each_target(async |target| {
        let store = open(&target).await;
        let place = a_place(&store, "Riverside", 2).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        let team = Browser::of_staff(&app(&store));
        let (programme, session) = (format!("/programmes/{}", place.programme_id), format!("/sessions/{SINGLE}"));
        let complaint = [("received_on", "2026-05-01"), ("about", "a photograph")];
        team.post(&format!("{programme}/complaints"), &complaint).await.location();
        let known = store.complaints(place.programme_id).await.expect("read")[0].id;
        let lines = store.audit(None, 500).await.expect("log").len();
        let (code, response) = (place.cards[0].to_string(), "01".repeat(16));
        for typed in [format!("{code} asked"), format!("the mother of {}", code.replace('-', " "))] {
            let typed = typed.as_str();
            let forms: [(String, Vec<(&str, &str)>); 6] = [
                (programme.clone(), vec![("name", "Riverside"), ("awareness_target", "70"), ("target_reason", typed)]),
                (format!("{programme}/complaints"), vec![("received_on", "2026-05-01"), ("about", typed)]),
                (format!("{programme}/complaints/{known}"), [&complaint[..], &[("done", typed)]].concat()),
                (format!("{programme}/hold"), vec![("why", typed)]),
                (format!("{session}/links"), vec![("response", response.as_str()), ("reason", typed)]),
                (format!("{session}/permission/unrecorded"), vec![("known", "paper"), ("reason", typed)]),
            ];
            for (path, fields) in forms {
                let refused = team.post(&path, &fields).await;
                assert_eq!(refused.status.as_u16(), 422, "{path}");
                assert!(refused.text.contains("Leave the card’s code out"), "{path}: {}", refused.text);
            }
        }
        assert_eq!(store.audit(None, 500).await.expect("log").len(), lines, "and none is in the log");
    })
    .await;
}

/// Programmes, projects, sessions, cards.
async fn set_up(trial: &mut Trial, team: &Browser) {
    let fields =
        [("name", "Bright"), ("starts_on", "2026-05-01"), ("ends_on", "2026-12-31"), ("awareness_target", "50")];
    let programme = trial.post(team, "/programmes", "/programmes", &fields).await.location().to_owned();
    let renamed = [fields.as_slice(), &[("name", "Brighter")]].concat();
    trial.post(team, "/programmes/{programme}", &programme, &renamed[1..]).await;
    let areas = format!("{programme}/areas");
    trial.post(team, "/programmes/{programme}/areas", &areas, &[("area", "Harbour")]).await;
    let organisations = format!("{programme}/organisations");
    trial.post(team, "/programmes/{programme}/organisations", &organisations, &[("organisation", "Quay")]).await;
    let mut fields = [
        ("name", "Job Trail"),
        ("area", "Hill"),
        ("organisation", "Trust"),
        ("delivery_model", "school"),
        ("design", "one_off"),
        ("target_children", "20"),
        ("award", "10"),
        ("established", "yes"),
    ];
    let projects = format!("{programme}/projects");
    let project = trial.post(team, "/programmes/{programme}/projects", &projects, &fields).await.location().to_owned();
    fields[0].1 = "Job Path";
    trial.post(team, "/projects/{project}", &project, &fields).await;
    let mut fields = [("held_on", "2026-05-16"), ("place", "Hall"), ("role", "single")];
    let sessions = format!("{project}/sessions");
    let session = trial.post(team, "/projects/{project}/sessions", &sessions, &fields).await.location().to_owned();
    fields[1].1 = "Barn";
    trial.post(team, "/sessions/{session}", &session, &fields).await;
    let cards = format!("{project}/cards");
    let sheet = trial.post(team, "/projects/{project}/cards", &cards, &[("cards", "8")]).await.location().to_owned();
    let sheet = sheet.split(['?', '#']).next().expect("an address").to_owned();
    trial.door(team, "/projects/{project}/cards/{issued}", &sheet, Sent::Nothing).await;
    let practice = format!("{project}/practice");
    let practice = trial.post(team, "/projects/{project}/practice", &practice, &[]).await.location().to_owned();
    trial.post(team, "/sessions/{session}/practice/end", &format!("{practice}/practice/end"), &[]).await;
}

/// A session's day: tablets, afters, notes, closing.
async fn a_day(trial: &mut Trial, team: &Browser) {
    a_place(&trial.store, "Riverside", 6).await;
    let home = format!("/sessions/{SINGLE}");
    let tablet = Browser::of_tablet(&trial.app);
    let at = trial.store.session(SINGLE).await.expect("read").expect("there").session.id;
    for n in 1..=2_u8 {
        let body = format!("{{\"device\":\"{:016x}\",\"token\":\"{}\"}}", n, format!("{n:x}").repeat(32));
        assert_eq!(tablet.post_json(&format!("/s/{SINGLE}/pairing"), body).await.status, 200);
    }
    let asked: Vec<i64> = trial.store.pairings(at).await.expect("read").into_iter().map(|pairing| pairing.id).collect();
    let (one, other) = (format!("{home}/pairings/{}", asked[0]), format!("{home}/pairings/{}/refusal", asked[1]));
    trial.post(team, "/sessions/{session}/pairings/{pairing}", &one, &[("name", "Red")]).await;
    assert_eq!(trial.store.audit(None, 1).await.expect("log")[0].deed.about, format!("Red tablet, {home}"));
    trial.post(team, "/sessions/{session}/pairings/{pairing}/refusal", &other, &[]).await;
    trial.post(team, "/sessions/{session}/pairings/{pairing}/end", &format!("{one}/end"), &[]).await;
    let beat = serde_json::json!({ "device": "00000000000000aa", "session": SINGLE, "sequence": 1, "waiting": 0,
        "parked": 0, "drafts": 0, "storage": "database", "oldest_ms": 0, "shell": "00ff", "clock_ms": 0, "cards": 5 });
    assert_eq!(tablet.post_json("/beat", beat.to_string()).await.status, 200);
    let device = format!("{home}/tablets/00000000000000aa");
    trial.post(team, "/sessions/{session}/tablets/{device}/own", &format!("{device}/own"), &[]).await;
    trial.post(team, "/sessions/{session}/tablets/{device}/ours", &format!("{device}/ours"), &[]).await;
    let permission = format!("{home}/permission");
    trial.post(team, "/sessions/{session}/permission", &permission, &[("given", "school")]).await;
    let afterwards = [("known", "paper"), ("reason", "slips in the folder")];
    let unrecorded = format!("{permission}/unrecorded");
    trial.post(team, "/sessions/{session}/permission/unrecorded", &unrecorded, &afterwards).await;
    trial.post(team, "/sessions/{session}/afters", &format!("{home}/afters"), &[]).await;
    trial.post(team, "/sessions/{session}/afters/pause", &format!("{home}/afters/pause"), &[]).await;
    trial.post(team, "/sessions/{session}/notes", &format!("{home}/notes"), &[("children", "24")]).await;
    trial.post(team, "/sessions/{session}/collecting", &format!("{home}/collecting"), &[]).await;
    trial.post(team, "/sessions/{session}/collecting/pause", &format!("{home}/collecting/pause"), &[]).await;
    let why = [("reason", "the hall is locked")];
    trial.post(team, "/sessions/{session}/closure", &format!("{home}/closure"), &why).await;
    trial.post(team, "/sessions/{session}/reopening", &format!("{home}/reopening"), &[]).await;
}

/// Who is who, paper, a tablet's file, and a family's rights.
async fn families(trial: &mut Trial, team: &Browser) {
    let at = trial.store.session(SINGLE).await.expect("read").expect("there");
    let cards: Vec<_> =
        trial.store.cards(at.project.id, None).await.expect("cards").into_iter().map(|card| card.0).collect();
    let home = format!("/sessions/{SINGLE}");
    for (n, card) in (1..).zip(&cards[..2]) {
        let mut envelope = ks2(n, card, Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
        envelope.answers.insert("K2-FB3".to_owned(), Answer::Text("Making bread on the bus".to_owned()));
        envelope.words = true;
        send(&trial.store, &envelope).await;
    }
    trial.store.settle().await.expect("settled");
    let family = trial.store.family(&cards[0]).await.expect("family")[0].id;
    let (spare, code) = (format!("{home}/families/{family}/spare"), cards[2].to_string());
    let tied = [("code", code.as_str()), ("confidence", "card")];
    trial.post(team, "/sessions/{session}/families/{family}/spare", &spare, &tied).await;
    let decision = trial.store.links(at.programme.id).await.expect("read")[0].id.to_string();
    assert_eq!(newest(trial).await.about, format!("{home}: decision {decision}"));
    trial.post(team, "/sessions/{session}/links/undo", &format!("{home}/links/undo"), &[("id", &decision)]).await;
    let (response, links) = ("01".repeat(16), format!("{home}/links"));
    let aside = [("response", response.as_str()), ("reason", "a trial")];
    trial.post(team, "/sessions/{session}/links", &links, &aside).await;
    let sheets = format!("{home}/paper/ks2/pre");
    let fresh = [("whose", "fresh"), ("fresh", "1")];
    trial.post(team, "/sessions/{session}/paper/{survey}/{wave}", &sheets, &fresh).await;
    let (code, keying) = (cards[3].to_string(), format!("{home}/keying/ks2/pre"));
    let paper = [("code", code.as_str()), ("animal", "owl"), ("school_year", "5"), ("K2-CF1", "3")];
    trial.post(team, "/sessions/{session}/keying/{survey}/{wave}", &keying, &paper).await;
    let again = [&paper[..3], &[("K2-CF1", "2"), ("pick.K2-CF1", "second"), ("keying.reason", "a slip")]].concat();
    trial.post(team, "/sessions/{session}/keying/{survey}/{wave}/again", &format!("{keying}/again"), &again).await;
    let body = serde_json::to_string(&ks2(9, &cards[4], Animal::Bee, SINGLE, Wave::Pre, 5, 2)).expect("JSON");
    trial.door(team, "/rescue", "/rescue", Sent::File(rescue(&"09".repeat(16), &body).as_bytes())).await;
    let code = cards[1].to_string();
    for route in ["/rights", "/rights/answers", "/rights/copy"] {
        trial.post(team, route, route, &[("code", &code)]).await;
    }
    let disputed = [("code", code.as_str()), ("kind", "restriction"), ("why", "the family disputes it")];
    trial.post(team, "/rights/protection", "/rights/protection", &disputed).await;
    let id = trial.store.protections(at.programme.id).await.expect("read")[0].id;
    let end = format!("/programmes/{}/protections/{id}/end", at.programme.id);
    trial.post(team, "/programmes/{programme}/protections/{protection}/end", &end, &[("because", "settled")]).await;
    trial.post(team, "/rights/withdrawal", "/rights/withdrawal", &[("code", &code), ("reason", "asked")]).await;
}

/// A tablet's file with one questionnaire in it.
fn rescue(id: &str, body: &str) -> String {
    let sum = |text: &str| Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let item = serde_json::json!({ "id": id, "to": format!("/r/{id}"), "sha256": sum(body), "body": body });
    serde_json::json!({ "pencilmark": "rescue", "version": 1, "sha256": sum(&sum(body)), "items": [item] }).to_string()
}

/// Texts, quotes, links and downloads, retention, and what families wrote.
async fn reports(trial: &mut Trial, team: &Browser) {
    let at = trial.store.session(SINGLE).await.expect("read").expect("there");
    let programme = at.programme.id;
    let home = format!("/programmes/{programme}");
    let report = format!("{home}/report");
    let texts = [("about", "Families meet.")];
    trial.post(team, "/programmes/{programme}/report/texts", &format!("{report}/texts"), &texts).await;
    let lesson = [("kind", "worked"), ("note", "Soup at six."), ("noted_on", "2026-05-16")];
    let learning = format!("{report}/learning");
    trial.post(team, "/programmes/{programme}/report/learning", &learning, &lesson).await;
    let kept = trial.store.written(programme).await.expect("read").lessons[0].id;
    let removal = format!("{learning}/{kept}/removal");
    trial.post(team, "/programmes/{programme}/report/learning/{lesson}/removal", &removal, &[]).await;
    let costs = [("strand_0", "Staff"), ("budget_0", "5"), ("total", "5")];
    trial.post(team, "/programmes/{programme}/report/costs", &format!("{report}/costs"), &costs).await;
    let (quotes, said) =
        (format!("{report}/quotes"), [("said", "He asked me."), ("speaker", "adult"), ("consent", "0")]);
    trial.post(team, "/programmes/{programme}/report/quotes", &quotes, &said).await;
    let mut typed = ks2(20, &some_card(trial).await, Animal::Cat, SINGLE, Wave::PostSame, 8, 2);
    typed.answers.insert("K2-FB3".to_owned(), Answer::Text("We talk on the bus now".to_owned()));
    typed.words = true;
    send(&trial.store, &typed).await;
    trial.store.settle().await.expect("settled");
    let named = [("contact", "Sam")];
    let safe = format!("{home}/safeguarding");
    trial.post(team, "/programmes/{programme}/safeguarding", &safe, &named).await;
    trial.door(team, "/programmes/{programme}/safeguarding", &safe, Sent::Nothing).await;
    let response = "14".repeat(16);
    let read = [("response", response.as_str())];
    trial.post(team, "/programmes/{programme}/safeguarding/read", &format!("{safe}/read"), &read).await;
    let rest: Vec<String> = (1..=2_u8).map(|n| format!("{n:02x}").repeat(16)).collect();
    let rest: Vec<(&str, &str)> = rest.iter().map(|id| ("response", id.as_str())).collect();
    team.post(&format!("{safe}/read"), &rest).await.location();
    trial.post(team, "/programmes/{programme}/report/quotes/typed", &format!("{quotes}/typed"), &[]).await;
    let quote = trial.store.quotes(programme).await.expect("read")[0].id;
    let screened = [("state", "screened"), ("words", "He asked")];
    trial.post(team, "/programmes/{programme}/report/quotes/{quote}", &format!("{quotes}/{quote}"), &screened).await;
    let links = format!("{home}/funder/links");
    let link = [("label", "River Trust"), ("days", "7")];
    trial.post(team, "/programmes/{programme}/funder/links", &links, &link).await;
    let with_code = team.post(&links, &[("label", "River Trust PEN-C4T"), ("days", "7"), WHY]).await;
    assert_eq!(with_code.status.as_u16(), 422, "a label stands in the log: no card's code is in it");
    let page = team.get(&format!("{report}/sign-off")).await.text;
    let figures =
        page.split("name=\"figures\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a hash");
    let signed = format!("{report}/sign-off");
    let final_word = [("figures", figures), ("log_why", "agreed with the trust")];
    trial.post(team, "/programmes/{programme}/report/sign-off", &signed, &final_word).await;
    assert_eq!(newest(trial).await.reason, format!("figures {figures}. agreed with the trust"));
    let made = trial.store.funder_links(programme).await.expect("links")[0].id;
    let back = format!("{links}/{made}/revocation");
    let why = [("log_why", "sent to the wrong address")];
    trial.post(team, "/programmes/{programme}/funder/links/{link}/revocation", &back, &why).await;
    let deed = newest(trial).await;
    assert!(deed.about.ends_with(": River Trust") && deed.reason == "sent to the wrong address", "{deed:?}");
    for (route, file) in
        [("/programmes/{programme}/report.pdf", "report.pdf"), ("/programmes/{programme}/funder.pdf", "funder.pdf")]
    {
        trial.door(team, route, &format!("{home}/{file}"), Sent::Nothing).await;
    }
    let file = format!("{home}/downloads/long.csv");
    trial.door(team, "/programmes/{programme}/downloads/{file}", &file, Sent::Nothing).await;
    let ground = [("ground", "public_task"), ("decided_by", "Anna")];
    let protection = format!("{home}/data-protection");
    trial.post(team, "/programmes/{programme}/data-protection", &protection, &ground).await;
    let complaint = [("received_on", "2026-06-20"), ("about", "a photograph")];
    trial.post(team, "/programmes/{programme}/complaints", &format!("{home}/complaints"), &complaint).await;
    let noted = trial.store.complaints(programme).await.expect("read")[0].id;
    let answered = [&complaint[..], &[("acknowledged_on", "2026-06-21")]].concat();
    let one = format!("{home}/complaints/{noted}");
    trial.post(team, "/programmes/{programme}/complaints/{complaint}", &one, &answered).await;
    trial.post(team, "/programmes/{programme}/hold", &format!("{home}/hold"), &[("why", "the auditors come")]).await;
    let days = [("cut", "2099-01-01"), ("delete", "2099-06-01")];
    trial.post(team, "/programmes/{programme}/retention", &format!("{home}/retention"), &days).await;
}

async fn newest(trial: &Trial) -> Deed {
    trial.store.audit(None, 1).await.expect("log").remove(0).deed
}

async fn some_card(trial: &Trial) -> pencilmark::person::CardCode {
    let at = trial.store.session(SINGLE).await.expect("read").expect("there");
    trial.store.cards(at.project.id, None).await.expect("cards")[0].0.clone()
}

/// The team and their own accounts.
async fn accounts(trial: &mut Trial, machine: &Browser) {
    let own = [("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)];
    let made = trial.post(machine, "/people/first", "/people/first", &own).await;
    let anna = Browser::signed_in(&trial.app, &made.secret());
    let new = [("name", "Bea"), ("role", "administrator")];
    trial.post(&anna, "/people", "/people", &new).await;
    assert_eq!(trial.store.audit(None, 1).await.expect("log")[0].deed.about, "Bea, Administrator");
    let bea = trial.store.accounts().await.expect("team").into_iter().find(|one| one.name == "Bea").expect("Bea").id;
    let page = format!("/people/{bea}");
    let whole = trial.store.session(SINGLE).await.expect("read").expect("there").programme.id.to_string();
    let evaluator = [("role", "evaluator"), ("given", whole.as_str())];
    trial.post(&anna, "/people/{person}", &page, &evaluator).await;
    trial.post(&anna, "/people/{person}/link", &format!("{page}/link"), &[]).await;
    trial.post(&anna, "/people/{person}/closure", &format!("{page}/closure"), &[]).await;
    trial.post(&anna, "/people/{person}/reopening", &format!("{page}/reopening"), &[]).await;

    let hash = password::hash(PASSWORD, [7; 16]).expect("hashed");
    let new = NewAccount { name: "Cleo".to_owned(), role: Role::Administrator, holdings: Vec::new(), password: hash };
    let cleo = trial.store.add_account(new, NOW).await.expect("an account");
    let (here, _elsewhere) = (trial.enter(cleo).await, trial.enter(cleo).await);
    trial.post(&here, "/account/sign-ins/end", "/account/sign-ins/end", &[]).await;
    let changed = [("current", PASSWORD), ("password", "wind-barley-glove"), ("again", "wind-barley-glove")];
    trial.post(&here, "/account/password", "/account/password", &changed).await;
    let page = here.get("/account/second-step").await.text;
    let key = page.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
    let now_s = u64::try_from(trial.app.now_us() / 1_000_000).expect("after 1970");
    let secret = totp_rs::Secret::try_from_base32(key).expect("a key");
    let digits = totp_rs::Builder::new().with_secret(secret).build().expect("a generator").generate(now_s).to_string();
    trial
        .post(
            &here,
            "/account/second-step",
            "/account/second-step",
            &[("key", key), ("digits", &digits), ("current", "wind-barley-glove")],
        )
        .await;
    let removal = "/account/second-step/removal";
    trial.post(&here, removal, removal, &[("current", "wind-barley-glove")]).await;
    trial.post(&here, "/sign-out", "/sign-out", &[]).await;
}

/// Runs the program on a data folder. Whether it ended well, and what it said. What fails has handed nothing out.
fn command(data: &Path, arguments: &[&str]) -> (bool, String) {
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_pencilmark"))
        .env_clear()
        .env("PENCILMARK_DATA", data)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program runs");
    assert!(run.status.success() || run.stdout.is_empty(), "{arguments:?} failed and printed something");
    (run.status.success(), format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr)))
}

/// The files below a folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn no_command_does_anything_without_its_line_in_the_log() {
    let folder = tempfile::tempdir().expect("folder");
    let (data, made) = (folder.path().join("data"), folder.path().join("made"));
    std::fs::create_dir(&made).expect("made");
    let target = Target::in_folder(&data);
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 3).await;
    for (n, card) in (1..).zip(&place.cards) {
        send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
    }
    store.settle().await.expect("settled");
    let new =
        NewAccount { name: "Anna".into(), role: Role::Administrator, holdings: Vec::new(), password: "none".into() };
    store.add_account(new, NOW).await.expect("an account");
    store.close().await.expect("closed");
    let body = serde_json::to_string(&ks2(9, &place.cards[2], Animal::Bee, SINGLE, Wave::Pre, 5, 2)).expect("JSON");
    std::fs::write(folder.path().join("tablet.json"), rescue(&"09".repeat(16), &body)).expect("written");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (tablet, copy, rows, older) = (path("tablet.json"), path("made/copy.db"), path("made/rows"), path("older.db"));
    let code = place.cards[1].to_string();
    let commands: [(&[&str], &str); 11] = [
        (&["team", "link", "Anna"], "Made a link for a new password"),
        (&["rebuild"], "Worked everything derived out again"),
        (&["export", "--out", &rows], "Wrote answers row by row to files"),
        (&["report"], "Wrote the report’s figures out"),
        (&["report", "--format", "csv"], "Wrote the report’s figures out"),
        (&["report", "--format", "pdf"], "Wrote the report out as a PDF"),
        (&["report", "--format", "pdf", "--page", "funder"], "Wrote the funder’s page out as a PDF"),
        (&["backup", &copy], "Copied the database"),
        (&["import", &tablet], "Took in a tablet’s file"),
        (&["restore", "--overwrite", &older], "Put a copy in the place of the database"),
        // What could not be finished stands on the list beside the database, and the next start finishes it.
        (&["withdraw", &code, "--yes"], "Took a family’s answers out again"),
    ];
    for (arguments, what) in commands {
        let mut outside = Outside::of(&target).await;
        let before = outside.everything().await;
        outside.break_log().await;
        // An older copy for the one command that takes one: its log takes no line either.
        let _one_is_there = std::fs::remove_file(&older);
        outside.copy_to(&older).await;
        outside.close().await;
        let (well, said) = command(&data, arguments);
        assert!(!well, "{arguments:?} without a log: {said}");
        assert_eq!(files_in(&made), Vec::<PathBuf>::new(), "{arguments:?} left a file");
        let mut outside = Outside::of(&target).await;
        assert!(outside.everything().await == before, "{arguments:?} was done without its line");
        outside.mend_log().await;
        std::fs::remove_file(&older).expect("there");
        outside.copy_to(&older).await;
        outside.close().await;

        // Neither of these two is asked why.
        let is_asked = !matches!(arguments[0], "rebuild" | "import");
        if is_asked {
            let (well, said) = command(&data, &[arguments, &["--why", &format!("for {code}")]].concat());
            assert!(!well && said.contains("Leave the card’s code out of why"), "{arguments:?}: {said}");
        }
        let why: &[&str] = if is_asked { &["--why", "the trust  asked"] } else { &[] };
        let (well, said) = command(&data, &[arguments, why].concat());
        assert!(well, "{arguments:?}: {said}");
        for file in files_in(&made) {
            std::fs::remove_file(file).expect("removed");
        }
        let store = open(&target).await;
        let mut lines = store.audit(None, 2).await.expect("log");
        assert_eq!(lines[0].deed.what, what, "{arguments:?}");
        // What the next start finished has its own reason; the command's line is that of its own try.
        let because = if arguments[0] == "withdraw" { "The database still had them" } else { "the trust asked" };
        let deed = lines.remove(0).deed;
        assert_eq!(deed.reason.starts_with(because), is_asked, "{arguments:?}: {deed:?}");
        store.close().await.expect("closed");
    }
}

#[tokio::test]
async fn a_command_without_why_is_done_and_the_log_says_that_none_was_given() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let target = Target::in_folder(&data);
    let store = open(&target).await;
    let place = a_place(&store, "Riverside", 2).await;
    store.close().await.expect("closed");
    let code = place.cards[0].to_string();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (copy, rows) = (path("copy.db"), path("rows"));
    for (arguments, reason) in [
        (vec!["withdraw", &code, "--yes"], "from the command line, no reason given"),
        (vec!["export", "--out", &rows], "from the command line, no reason given"),
        (vec!["backup", &copy], "from the command line, no reason given"),
        (vec!["restore", "--overwrite", &copy], "from the command line, no reason given"),
        (vec!["restore", "--overwrite", &copy, "--why", "the disk broke"], "the disk broke"),
        (vec!["rebuild"], ""),
    ] {
        let (well, said) = command(&data, &arguments);
        assert!(well, "{arguments:?}: {said}");
        let store = open(&target).await;
        assert_eq!(last_line(&store).await.1, reason, "{arguments:?}");
        store.close().await.expect("closed");
    }
}
