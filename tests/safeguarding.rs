//! What families write in their own words: read by one person who is named, shown to nobody else, and read before
//! anything goes to a funder.

mod common;

use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, send};
use pencilmark::account::{Holding, Role, Secret, SignIn, Within};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::{Answer, Envelope};
use pencilmark::store::{NewAccount, Safeguarding, Store, Unread};
use pencilmark::survey::{Accepts, Library, Wave};
use pencilmark::web::App;

const GRAVE: &str = "my uncle hits me at home";
const LIGHT: &str = "a vet for whales";

/// A child who writes something.
fn writes(id: u8, card: &CardCode, text: &str) -> Envelope {
    let mut envelope = ks2(id, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    let library = Library::embedded();
    let survey = &library.newest("ks2").expect("embedded").survey;
    let field = survey.fields_at(Wave::Pre).find(|field| matches!(field.accepts, Accepts::Text { .. }));
    envelope.answers.insert(field.expect("a question for a text").name, Answer::Text(text.to_owned()));
    envelope
}

async fn member(store: &Store, app: &App, name: &str, role: Role, programme: i64) -> (i64, Browser) {
    let whole = Holding { programme, within: Within::Whole };
    let holdings = if role == Role::Administrator { Vec::new() } else { vec![whole] };
    let new = NewAccount { name: name.to_owned(), role, holdings, password: "none".to_owned() };
    let account = store.add_account(new, NOW).await.expect("an account");
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("randomness");
    let (secret, now_us) = (Secret::from_bytes(bytes), app.now_us());
    let (digest, browser) = (secret.digest(), "a test".to_owned());
    let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
    store.begin_sign_in(sign_in).await.expect("signed in");
    (account, Browser::signed_in(app, &secret))
}

#[tokio::test]
async fn only_the_named_lead_reads_what_families_wrote_and_no_link_is_made_before() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        send(&store, &writes(1, &place.cards[0], LIGHT)).await;
        send(&store, &writes(2, &place.cards[1], GRAVE)).await;
        send(&store, &ks2(3, &place.cards[2], Animal::Bee, SINGLE, Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        let application = app(&store);
        let id = place.programme_id;
        let (_, anna) = member(&store, &application, "Anna", Role::Administrator, id).await;
        let (sam, lead) = member(&store, &application, "Sam", Role::Manager, id).await;
        let (page, read) = (format!("/programmes/{id}/safeguarding"), format!("/programmes/{id}/safeguarding/read"));
        let links = format!("/programmes/{id}/funder/links");
        let link = [("label", "River Trust"), ("days", "7")];

        let shown = anna.get(&page).await.text;
        assert!(shown.contains("2 texts have not been read") && !shown.contains(GRAVE), "nobody is named yet");
        let (who, contact) = (sam.to_string(), "Sam Hill, 01632 960123");
        assert_eq!(anna.post(&page, &[("lead", "999"), ("contact", contact)]).await.status, 422);
        anna.post(&page, &[("lead", &who), ("contact", contact)]).await.location();
        let session = anna.get(&format!("/sessions/{SINGLE}")).await.text;
        assert!(session.contains("Worried about a child?") && session.contains(contact));
        assert!(!session.contains(GRAVE) && !session.contains(LIGHT), "no text is shown live");

        let home = lead.get("/").await.text;
        assert!(home.contains("2 texts to read") && home.contains("1 needs you soon"), "{home}");
        for other in [anna.get("/").await.text, anna.get(&page).await.text] {
            assert!(!other.contains("texts to read") && !other.contains(GRAVE) && !other.contains(LIGHT));
        }
        let waits = anna.post(&links, &link).await;
        assert!(
            waits.status == 422 && waits.text.contains("2 texts that families wrote have not been read"),
            "{}",
            waits.text
        );

        let texts = lead.get(&page).await.text;
        let (grave, light) = (texts.find(GRAVE).expect("there"), texts.find(LIGHT).expect("there"));
        assert!(grave < light, "what has a word of the list comes first");
        assert!(!texts.contains(&place.cards[1].to_string()) && !texts.contains(place.cards[1].as_str()), "no code");
        let ids = [format!("{:032x}", 0x0101_0101_0101_0101_0101_0101_0101_0101_u128), "02".repeat(16)];
        let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("response", id.as_str())).collect();
        assert_eq!(anna.post(&read, &fields).await.status, 400, "reading is the lead's");
        assert_eq!(store.unread(id).await.expect("counts"), Unread { all: 2, raised: 1 });
        assert_eq!(lead.post(&read, &fields).await.location(), page);
        assert_eq!(store.unread(id).await.expect("counts"), Unread::default());
        assert!(lead.get(&page).await.text.contains("Everything has been read"));
        assert_eq!(anna.post(&links, &link).await.status, 200, "now a link is made");

        let log = format!("{:?}", store.audit(None, 50).await.expect("log"));
        assert!(log.contains("Marked what families wrote as read") && !log.contains("uncle"), "{log}");
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(store.unread(id).await.expect("counts"), Unread::default(), "read is read");
    })
    .await;
}

#[tokio::test]
async fn while_nobody_signs_in_whoever_is_at_the_machine_reads_and_a_withdrawal_takes_the_text_along() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &writes(1, &place.cards[0], GRAVE)).await;
        store.settle().await.expect("settled");
        let id = place.programme_id;
        let machine = Browser::of_staff(&app(&store));
        let page = format!("/programmes/{id}/safeguarding");
        assert!(!machine.get(&page).await.text.contains(GRAVE));
        machine.post(&page, &[("contact", "Sam")]).await.location();
        assert_eq!(
            store.safeguarding(id).await.expect("read"),
            Some(Safeguarding { lead: None, contact: "Sam".to_owned() })
        );
        assert!(machine.get(&page).await.text.contains(GRAVE));
        store.take_out(&place.cards[0], NOW).await.expect("out").expect("a card");
        assert_eq!(store.unread(id).await.expect("counts"), Unread::default());
        assert!(!machine.get(&page).await.text.contains(GRAVE));
    })
    .await;
}
