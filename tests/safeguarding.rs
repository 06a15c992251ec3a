//! What families write in their own words: read by one person who is named, shown to nobody else, and read before
//! anything goes to a funder.

mod common;

use common::web::{self, Browser, WHY, app};
use common::{NOW, SINGLE, a_place, everything_is_read, ks2, on_each_database, send};
use pencilmark::account::{Holding, Role, Within};
use pencilmark::export::{Enclosed, Export, Packing, Reader};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::{Answer, Envelope};
use pencilmark::store::{Safeguarding, Store, Unread};
use pencilmark::survey::{Accepts, Library, Wave};
use pencilmark::web::{App, DOORS};

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
    web::member(store, app, name, role, holdings).await
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
        let link = [("label", "River Trust"), ("days", "7"), WHY];

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
        assert_eq!(log.matches("Opened what families wrote").count(), 1, "who saw no text opened none: {log}");
        store.rebuild(|_| {}).await.expect("rebuilt");
        assert_eq!(store.unread(id).await.expect("counts"), Unread::default(), "read is read");
    })
    .await;
}

/// The files of a pack, and those inside of its workbook, as bytes.
async fn packed(store: &Store, programme: i64, reader: Reader) -> Vec<(String, Vec<u8>)> {
    let found = store.programme(programme).await.expect("read").expect("there");
    let newest = store.newest_person(programme).await.expect("read");
    let export = Export::prepare(store, found, reader, [7; 32], newest).await.expect("prepared");
    let input = store.report_input(programme, "2026-05-16T10:00:00Z".to_owned()).await.expect("read").expect("there");
    let enclosed = Enclosed::of(&input, reader, "Eva").expect("a report");
    let mut packing = Packing::new(export, "pack".to_owned(), enclosed, jiff::Zoned::now());
    let mut bytes = Vec::new();
    while let Some(some) = packing.next().await.expect("packed") {
        bytes.extend(some);
    }
    let mut members = unzipped(bytes);
    let books: Vec<Vec<u8>> =
        members.iter().filter(|(name, _)| name.ends_with(".xlsx")).map(|(_, bytes)| bytes.clone()).collect();
    members.extend(books.into_iter().flat_map(unzipped));
    members
}

fn unzipped(bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut members = Vec::new();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).expect("a member");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).expect("whole");
        members.push((member.name().expect("a name").into_owned(), bytes));
    }
    members
}

#[tokio::test]
async fn what_nobody_has_read_yet_is_on_no_page_and_in_no_file_or_quote_but_the_leads() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let said = |id: u8, card: &CardCode| Envelope { words: true, ..writes(id, card, GRAVE) };
        send(&store, &said(1, &place.cards[0])).await;
        // The same child's second answer counts for nothing, and one to a session nobody knows is placed nowhere.
        send(&store, &said(2, &place.cards[0])).await;
        send(&store, &Envelope { session: "nowhere2".to_owned(), ..said(3, &place.cards[0]) }).await;
        let mut after = ks2(4, &place.cards[1], Animal::Fox, SINGLE, Wave::PostSame, 8, 2);
        after.answers.insert("K2-FB3".to_owned(), Answer::Text(GRAVE.to_owned()));
        after.words = true;
        send(&store, &after).await;
        store.settle().await.expect("settled");
        let (id, application) = (place.programme_id, app(&store));
        let mut team = Vec::new();
        for role in Role::ALL {
            team.push((role, member(&store, &application, role.code(), role, id).await.1));
        }
        let (sam, lead) = member(&store, &application, "Sam", Role::Manager, id).await;
        store.set_safeguarding(id, Safeguarding { lead: Some(sam), contact: String::new() }).await.expect("named");
        let code = place.cards[0].as_str();
        let fox = store.family(&place.cards[0]).await.expect("family")[0].id;
        let evaluator = &team.iter().find(|(role, _)| *role == Role::Evaluator).expect("there").1;
        let quotes = format!("/programmes/{id}/report/quotes");
        evaluator.post(&format!("{quotes}/typed"), &[]).await.location();
        assert_eq!(store.quotes(id).await.expect("read").len(), 0, "what nobody has read is taken up by nobody");
        let mut seen = 0;
        for (role, browser) in &team {
            for door in DOORS.iter().filter(|door| door.method == "GET" && !door.route.ends_with("/live")) {
                let address = door
                    .route
                    .replace("{programme}", &id.to_string())
                    .replace("{project}", &place.project_id.to_string())
                    .replace("{session}", SINGLE)
                    .replace("{key}", SINGLE)
                    .replace("{family}", &fox.to_string())
                    .replace("{survey}/{wave}", "ks2/pre")
                    .replace("{issued}", &NOW.to_string())
                    .replace("{code}", code);
                let files = ["long.csv", "wide.csv", "codebook.csv", "pairs.csv", "measures.csv", "pack.zip"];
                let addresses: Vec<String> = match address.contains("{file}") {
                    true => files.iter().map(|file| address.replace("{file}", &format!("{file}?why=asked"))).collect(),
                    false => vec![address],
                };
                for address in addresses {
                    let shown = browser.get(&address).await;
                    seen += usize::from(shown.status == 200);
                    assert!(!shown.text.contains(GRAVE), "{} {address}", role.code());
                }
            }
            for address in ["/rights", "/rights/answers", "/rights/copy"] {
                let shown = browser.post(address, &[("code", code), WHY]).await;
                assert!(!shown.text.contains(GRAVE), "{} {address}", role.code());
                let told = shown.status == 200 && address != "/rights";
                assert_eq!(shown.text.contains("[not yet read]"), told, "{} {address}", role.code());
            }
        }
        assert!(seen > 100, "only {seen} pages were looked at");
        for reader in [Reader::Statistics, Reader::Excel] {
            let files = packed(&store, id, reader).await;
            assert!(files.len() > 12, "a whole pack");
            for (name, bytes) in &files {
                assert!(!bytes.windows(GRAVE.len()).any(|run| run == GRAVE.as_bytes()), "{name}");
            }
        }
        let long = evaluator.get(&format!("/programmes/{id}/downloads/long.csv?why=asked")).await.text;
        assert_eq!(long.matches("[not yet read]").count(), 3, "each stands there as not read yet");

        // The lead reads; from then on it is there for whoever may see answers.
        assert!(lead.get(&format!("/programmes/{id}/safeguarding")).await.text.contains(GRAVE));
        for address in ["/rights/answers", "/rights/copy"] {
            assert!(
                lead.post(address, &[("code", code), WHY]).await.text.contains(GRAVE),
                "the lead may see it at {address}"
            );
        }
        everything_is_read(&store, id).await;
        let long = evaluator.get(&format!("/programmes/{id}/downloads/long.csv?why=asked")).await.text;
        assert_eq!((long.matches(GRAVE).count(), long.contains("[not yet read]")), (3, false));
        evaluator.post(&format!("{quotes}/typed"), &[]).await.location();
        assert_eq!(store.quotes(id).await.expect("read").len(), 1);
    })
    .await;
}

/// The hash on the page that a report is signed off on.
fn figures(page: &str) -> &str {
    page.split("name=\"figures\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a hash")
}

#[tokio::test]
async fn a_report_is_not_signed_off_before_everything_was_read_and_a_session_is_closed_all_the_same() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        let id = place.programme_id;
        let application = app(&store);
        let (_, leader) = member(&store, &application, "Leo", Role::Leader, id).await;
        let (_, eva) = member(&store, &application, "Eva", Role::Evaluator, id).await;
        let (sam, lead) = member(&store, &application, "Sam", Role::Manager, id).await;
        member(&store, &application, "Anna", Role::Administrator, id).await;
        let (report, page) = (format!("/programmes/{id}/report"), format!("/programmes/{id}/report/sign-off"));
        let empty = eva.get(&page).await.text;
        let hash = figures(&empty).to_owned();

        send(&store, &writes(1, &place.cards[0], GRAVE)).await;
        let waits = eva.post(&page, &[("figures", &hash)]).await;
        assert_eq!(waits.status, 422, "a text that has only just arrived is looked at first");
        let shown = eva.get(&page).await.text;
        assert!(shown.contains("1 text that a family wrote has not been read") && !shown.contains("name=\"figures\""));
        assert!(
            shown.contains("Nobody who can sign in is named to read them") && shown.contains("sessions can be closed"),
            "{shown}"
        );
        assert!(!shown.contains(GRAVE));
        // Somebody who has kept the page from elsewhere knows the hash of the figures of now.
        let elsewhere = hash_on(&store, id, "2026-05-16").await;
        let refused = eva.post(&page, &[("figures", &elsewhere)]).await;
        assert!(refused.status == 422 && refused.text.contains("has not been read"), "{}", refused.text);
        assert_eq!(store.signed_off(id).await.expect("read"), None);

        let closing = format!("/sessions/{SINGLE}/closure");
        let away = leader.get(&closing).await.text;
        assert!(
            away.contains("1 text that a family wrote here has not been read yet") && !away.contains(GRAVE),
            "{away}"
        );
        assert_eq!(
            leader.post(&closing, &[]).await.location(),
            format!("/sessions/{SINGLE}"),
            "closing stays possible"
        );
        assert!(leader.get(&format!("/sessions/{SINGLE}")).await.text.contains("has not been read yet"));
        assert_eq!(leader.get(&page).await.status, 403);

        let safe = format!("/programmes/{id}/safeguarding");
        lead.post(&safe, &[("lead", &sam.to_string()), ("contact", "Sam")]).await.location();
        assert!(eva.get(&page).await.text.contains("Sam is named to read them"));
        assert!(lead.get(&page).await.text.contains(&safe), "the way to the texts");
        lead.post(&format!("{safe}/read"), &[("response", &"01".repeat(16))]).await.location();

        let stale = eva.post(&page, &[("figures", &hash)]).await;
        assert!(stale.status == 422 && stale.text.contains("figures have changed since this page was opened"));
        let shown = eva.get(&page).await.text;
        assert_eq!(eva.post(&page, &[("figures", figures(&shown))]).await.location(), report);
        assert!(eva.get(&report).await.text.contains("Signed off by Eva"));
        assert!(eva.get(&page).await.text.contains("have not changed since"));
        assert_eq!(figures(&shown), hash_on(&store, id, "2026-05-16").await);
        assert_eq!(figures(&shown), hash_on(&store, id, "2026-09-30").await, "more of the year is gone, and no more");
        let log = &store.audit(None, 1).await.expect("log")[0].deed;
        assert_eq!((log.what.as_str(), log.who.as_str()), ("Signed a report off", "Eva"));

        send(&store, &ks2(3, &place.cards[2], Animal::Bee, SINGLE, Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        assert!(eva.get(&report).await.text.contains("The figures have changed since it was signed off"));
    })
    .await;
}

/// The hash of a programme's figures on a day.
async fn hash_on(store: &Store, id: i64, day: &str) -> String {
    store.settle().await.expect("settled");
    let input = store.report_input(id, format!("{day} 00:00 UTC")).await.expect("read").expect("there");
    assert!(input.programme.starts_on.as_str() < day && day < input.programme.ends_on.as_str());
    let report = pencilmark::report::Report::build(&input);
    report.run_by("x").expect("hashed").provenance.expect("there").lasting_sha256
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

#[tokio::test]
async fn a_leader_sees_that_answers_are_kept_and_not_why_and_ends_nothing() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let elsewhere = a_place(&store, "Hillside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        let (id, application) = (place.programme_id, app(&store));
        let (_, leader) = member(&store, &application, "Leo", Role::Leader, id).await;
        let (_, manager) = member(&store, &application, "Mara", Role::Manager, id).await;
        let (_, stranger) = member(&store, &application, "Stu", Role::Manager, elsewhere.programme_id).await;
        let (_, funder) = member(&store, &application, "Fay", Role::Funder, id).await;
        member(&store, &application, "Anna", Role::Administrator, id).await;
        let code = place.cards[0].to_string();
        let form = [("code", code.as_str()), ("kind", "hold"), ("why", "somebody is in danger")];
        for other in [&leader, &funder] {
            assert_eq!(other.post("/rights/protection", &form).await.status, 403);
        }
        let walled = stranger.post("/rights/protection", &form).await;
        assert!(walled.status == 422 && walled.text.contains("No card has this code"), "{}", walled.text);
        assert_eq!(manager.post("/rights/protection", &form).await.status, 200);
        let standing = store.protections(id).await.expect("read")[0].id;
        let end = format!("/programmes/{id}/protections/{standing}/end");
        let theirs = format!("/programmes/{}/protections/{standing}/end", elsewhere.programme_id);
        let because = [("because", "over")];
        assert_eq!(leader.post(&end, &because).await.status, 403);
        assert_eq!(stranger.post(&end, &because).await.status, 404);
        assert_eq!(stranger.post(&theirs, &because).await.status, 404, "another programme has no such one");
        let seen = leader.post("/rights", &[("code", &code)]).await.text;
        assert!(seen.contains("Kept from being deleted</strong> since") && !seen.contains("danger"), "{seen}");
        let page = format!("/programmes/{id}/retention");
        assert_eq!((leader.get(&page).await.status.as_u16(), stranger.get(&page).await.status.as_u16()), (403, 404));
        assert!(manager.get(&page).await.text.contains("somebody is in danger"));
    })
    .await;
}

#[tokio::test]
async fn a_programme_that_an_administrator_keeps_is_let_go_by_no_manager() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let (id, application) = (place.programme_id, app(&store));
        let (_, anna) = member(&store, &application, "Anna", Role::Administrator, id).await;
        let (_, manager) = member(&store, &application, "Mara", Role::Manager, id).await;
        let (hold, page) = (format!("/programmes/{id}/hold"), format!("/programmes/{id}/retention"));
        assert_eq!(manager.post(&hold, &[("why", "mine")]).await.status, 403);
        anna.post(&hold, &[("why", "the auditors come")]).await.location();
        let standing = store.protections(id).await.expect("read")[0].id;
        let end = format!("/programmes/{id}/protections/{standing}/end");
        let shown = manager.get(&page).await.text;
        assert!(shown.contains("the auditors come") && !shown.contains(&end), "{shown}");
        assert_eq!(manager.post(&end, &[("because", "a claim about me")]).await.status, 403);
        assert!(store.is_programme_held(id).await.expect("read"));
        assert!(anna.get(&page).await.text.contains(&end));
        anna.post(&end, &[("because", "they went")]).await.location();
        assert!(!store.is_programme_held(id).await.expect("read"));
    })
    .await;
}

const NOBODY: &str = "nobody who can sign in is named to read";

#[tokio::test]
async fn what_nobody_is_there_to_read_is_told_to_whoever_can_name_somebody() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 2).await;
        let (id, application) = (place.programme_id, app(&store));
        let (_, anna) = member(&store, &application, "Anna", Role::Administrator, id).await;
        let (sam, _) = member(&store, &application, "Sam", Role::Manager, id).await;
        let (_, leader) = member(&store, &application, "Leo", Role::Leader, id).await;
        let (page, home, session) = (format!("/programmes/{id}/safeguarding"), "/", format!("/sessions/{SINGLE}"));
        let says = async |who: &Browser, path: &str| who.get(path).await.text;
        // Before anybody writes.
        assert!(says(&anna, home).await.contains(NOBODY));
        for (who, mend) in [(&anna, "Name somebody"), (&leader, "Tell a project manager")] {
            let text = says(who, &session).await;
            assert!(text.contains("Nobody is named to read what families write") && text.contains(mend), "{text}");
        }
        send(&store, &writes(1, &place.cards[0], GRAVE)).await;
        send(&store, &writes(2, &place.cards[1], LIGHT)).await;
        store.settle().await.expect("settled");
        let told = says(&anna, home).await;
        assert!(told.contains("2 texts that families wrote wait, 1 with a word of the list") && told.contains(NOBODY));
        assert!(!says(&leader, home).await.contains(NOBODY), "a leader cannot mend it there");

        anna.post(&page, &[("lead", &*sam.to_string()), ("contact", "Sam")]).await.location();
        for (who, path) in [(&anna, home), (&anna, &*session), (&leader, &*session)] {
            let text = says(who, path).await;
            assert!(!text.contains(NOBODY) && !text.contains("Nobody is named"), "{path}");
        }
        // Whoever was named goes, or is given something else: each time it is said.
        let person = format!("/people/{sam}");
        assert!(says(&anna, &person).await.contains("Named to read what families write: Riverside"));
        anna.post(&format!("{person}/closure"), &[WHY]).await.location();
        let deed = store.audit(None, 1).await.expect("log").remove(0).deed;
        assert!(deed.about.ends_with("was named to read what families write: Riverside"), "{}", deed.about);
        assert!(says(&anna, home).await.contains(NOBODY) && says(&leader, &session).await.contains("Nobody is named"));
        anna.post(&format!("{person}/reopening"), &[WHY]).await.location();
        assert!(!says(&anna, home).await.contains(NOBODY));
        let given = format!("{id}.project.{}", place.project_id);
        anna.post(&person, &[("role", "leader"), ("given", &given), WHY]).await.location();
        assert!(says(&anna, home).await.contains(NOBODY));
    })
    .await;
}

#[tokio::test]
async fn whoever_read_at_the_machine_goes_on_reading_with_the_first_account() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &writes(1, &place.cards[0], GRAVE)).await;
        store.settle().await.expect("settled");
        let application = app(&store);
        let machine = Browser::of_staff(&application);
        let page = format!("/programmes/{}/safeguarding", place.programme_id);
        machine.post(&page, &[("contact", "Sam")]).await.location();
        assert!(machine.get("/").await.text.contains("1 text to read"));
        let own = [("name", "Anna"), ("password", "gull-tractor-sock"), ("again", "gull-tractor-sock")];
        let anna = Browser::signed_in(&application, &machine.post("/people/first", &own).await.secret());
        assert!(anna.get("/").await.text.contains("1 text to read") && anna.get(&page).await.text.contains(GRAVE));
    })
    .await;
}
