//! What is attacked: a whole server on a socket, with a programme, families, answers and a team.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};

use pencilmark::account::{Holding, Role, Secret, SignIn, Within};
use pencilmark::person::Animal;
use pencilmark::store::{NewAccount, Store};
use pencilmark::survey::Wave;
use pencilmark::web::{App, DOORS, Door, For, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::common::things::one_of_each;
use super::common::web::Browser;
use super::common::{NOW, Place, SINGLE, a_place, ks2, send};
use super::forms::{Form, forms_of};

/// The server and what is known about it.
pub struct Ground {
    pub address: SocketAddr,
    pub store: Store,
    pub place: Place,
    /// Forms of its pages, and where each was found.
    pub forms: Vec<Form>,
    /// The numbers of things that addresses name.
    things: BTreeMap<&'static str, i64>,
    /// Somebody of the team, once there is anybody.
    somebody: AtomicI64,
    app: App,
}

/// Who sends a request: a cookie, and what forms made for it carry.
#[derive(Clone, Default)]
pub struct Sender {
    pub cookie: String,
    pub form_token: String,
}

/// Everything but loading the sample, which takes seconds and reads nothing of what is sent.
pub fn attacked() -> impl Iterator<Item = &'static Door> {
    DOORS.iter().filter(|door| !door.route.starts_with("/sample"))
}

impl Ground {
    pub async fn of(store: &Store) -> Ground {
        let place = a_place(store, "Riverside", 6).await;
        for (n, card) in (1..).zip(&place.cards[..4]) {
            send(store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        }
        store.settle().await.expect("settled");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a spare port");
        let address = listener.local_addr().expect("an address");
        let app = App::new(store.clone(), format!("http://{address}")).expect("an app");
        tokio::spawn(serve(listener, app.clone(), std::future::pending()));
        let (store, things, somebody) = (store.clone(), BTreeMap::new(), AtomicI64::new(0));
        let mut ground = Ground { address, store, place, forms: Vec::new(), things, somebody, app };
        ground.things = one_of_each(&ground.store, &ground.app, &ground.place, 3, &"04".repeat(16)).await;
        ground.forms = ground.look_around().await;
        ground
    }

    /// What a sensible request has in the place of a part of an address.
    pub fn known(&self, part: &str) -> String {
        match part {
            "{programme}" => self.place.programme_id.to_string(),
            "{project}" => self.place.project_id.to_string(),
            "{session}" | "{key}" => SINGLE.to_owned(),
            "{code}" => self.place.cards[0].to_string(),
            "{id}" => "0".repeat(31) + "9",
            "{device}" => "0011223344556677".to_owned(),
            "{issued}" => NOW.to_string(),
            "{person}" => self.somebody.load(Ordering::Relaxed).to_string(),
            "{file}" => "long.csv".to_owned(),
            "{survey}" => "ks2".to_owned(),
            "{wave}" => "pre".to_owned(),
            other => self.things.get(other.trim_matches(['{', '}'])).copied().unwrap_or(1).to_string(),
        }
    }

    /// Opens every page that shows something, as the team and as a tablet, and keeps the forms on it.
    async fn look_around(&self) -> Vec<Form> {
        let mut found = Vec::new();
        for browser in [Browser::of_staff(&self.app), Browser::of_tablet(&self.app)] {
            let mut addresses: BTreeSet<String> = attacked()
                .filter(|door| door.method == "GET" && !door.route.ends_with("/live"))
                .map(|door| {
                    let parts = door.route.split('/');
                    let filled =
                        parts.map(|part| if part.starts_with('{') { self.known(part) } else { part.to_owned() });
                    filled.collect::<Vec<_>>().join("/")
                })
                .collect();
            // The steps of a family follow from one another, each on the page before.
            let code = self.place.cards[0].to_string();
            let card = browser.post("/card", &[("code", &code)]).await.text;
            found.extend(forms_of(&card, "/card"));
            while let Some(address) = addresses.pop_first() {
                let page = browser.get(&address).await.text;
                found.extend(forms_of(&page, &address));
            }
        }
        found
    }

    /// Messages of tablets that would be taken, for a route.
    pub fn message(&self, route: &str, id: &str) -> Option<Value> {
        let card = self.place.cards[1].to_string();
        let note = json!({ "id": id, "session": SINGLE, "device": "0011223344556677", "sequence": 3, "role": "child" });
        Some(match route {
            "/r/{id}" => {
                let envelope = ks2(9, &self.place.cards[1], Animal::Owl, SINGLE, Wave::Pre, 5, 3);
                let mut message = serde_json::to_value(envelope).expect("JSON");
                message["id"] = json!(id);
                message["device"] = json!("0011223344556677");
                message["sequence"] = json!(4);
                message
            }
            "/r/{id}/withdrawal" | "/no/{id}" => note,
            "/beat" => {
                json!({ "device": "0011223344556677", "session": SINGLE, "sequence": 1, "waiting": 0, "parked": 0,
                "drafts": 0, "storage": "database", "oldest_ms": 0, "shell": "abcdef", "clock_ms": 1, "cards": 2,
                "stopped": 1, "sitting": [{ "card": "0123456789abcdef", "animal": "fox", "wave": "pre" }] })
            }
            "/s/{key}/card" | "/card/session" => json!({ "code": card, "home": false }),
            "/s/{key}/pairing" => json!({ "device": "0011223344556677", "token": "0".repeat(32) }),
            _ => return None,
        })
    }

    /// Somebody of each role, newly signed in, somebody whose cookie opens nothing, and nobody.
    pub async fn team(&self, round: usize) -> Vec<Sender> {
        let mut team = vec![
            Sender::default(),
            Sender { cookie: format!("pencilmark={}", "f".repeat(64)), form_token: "0".repeat(32) },
        ];
        for role in Role::ALL {
            let whole = Holding { programme: self.place.programme_id, within: Within::Whole };
            let holdings = if role == Role::Administrator { Vec::new() } else { vec![whole] };
            let (name, password) = (format!("{} {round}", role.code()), "none".to_owned());
            let account = self.store.add_account(NewAccount { name, role, holdings, password }, NOW).await;
            let account = account.expect("an account");
            self.somebody.store(account, Ordering::Relaxed);
            team.push(self.signed_in(account).await);
        }
        team
    }

    async fn signed_in(&self, account: i64) -> Sender {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("randomness");
        let (secret, now_us) = (Secret::from_bytes(bytes), self.app.now_us());
        let (digest, browser) = (secret.digest(), "a test".to_owned());
        let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
        self.store.begin_sign_in(sign_in).await.expect("signed in");
        Sender { cookie: format!("pencilmark={}", secret.as_str()), form_token: secret.for_forms() }
    }

    /// Whoever is at the machine, while nobody has an account.
    pub fn machine(&self) -> Sender {
        Sender { cookie: String::new(), form_token: self.app.form_token() }
    }
}

/// Whether a door is walked through by tablets.
pub fn is_families(door: &Door) -> bool {
    matches!(door.whom, For::Everybody | For::Both)
}
