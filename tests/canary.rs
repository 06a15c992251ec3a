//! Marked answers, codes, passwords, cookies and tokens go through the whole program, which writes down everything it
//! can. They turn up nowhere that they have no business to be; and after a withdrawal nowhere at all.

mod common;
#[path = "common/program.rs"]
mod program;
#[path = "canary/searched.rs"]
mod searched;

use std::fs;
use std::path::Path;

use common::{NOW, SINGLE, a_place, ks2, open};
use pencilmark::account::{Role, password};
use pencilmark::person::{Animal, CardCode};
use pencilmark::response::Answer;
use pencilmark::store::{NewAccount, Safeguarding, Target};
use pencilmark::survey::Wave;
use program::{Program, pencilmark};

/// What a child writes. Nobody else's word, in no language.
const TEXT: &str = "Quibblefanter Zorg";
/// Somebody's password.
const PASSWORD: &str = "Wimperdachs gull tractor";
/// What a tablet proves itself with.
const TOKEN: &str = "c0ffee00c0ffee00c0ffee00c0ffee77";

/// The files of a folder that hold one of these texts.
fn files_with(folder: &Path, texts: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, texts));
            continue;
        }
        let bytes = fs::read(&path).expect("bytes");
        for text in texts.iter().filter(|text| bytes.windows(text.len()).any(|run| run == text.as_bytes())) {
            found.push(format!("{} holds {text}", path.display()));
        }
    }
    found
}

fn codes(card: &CardCode) -> [String; 3] {
    [card.to_string(), card.as_str().to_owned(), card.as_str().to_lowercase()]
}

fn location(answer: &str) -> Option<&str> {
    answer.lines().find_map(|line| line.strip_prefix("location: "))
}

/// The token of the forms of a page.
fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"form-token\" value=\"").expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_code_password_or_token_leaves_its_place_and_a_withdrawal_leaves_none() {
    let folder = tempfile::tempdir().expect("folder");
    let folder = folder.path();
    fs::create_dir(folder.join("tmp")).expect("made");
    let store = open(&Target::in_folder(&folder.join("data"))).await;
    let place = a_place(&store, "Riverside", 3).await;
    let (mine, theirs) = (&place.cards[0], &place.cards[1]);
    let hash = password::hash(PASSWORD, [7; 16]).expect("hashed");
    let new = NewAccount { name: "Anna".to_owned(), role: Role::Administrator, holdings: Vec::new(), password: hash };
    let anna = store.add_account(new, NOW).await.expect("an account");
    // Whoever is named to read what families write is shown it before anybody else.
    let named = Safeguarding { lead: Some(anna), contact: String::new() };
    store.set_safeguarding(place.programme_id, named).await.expect("named");
    store.close().await.expect("closed");
    drop(store);

    let program = Program::start(folder);
    // Signing in, wrongly and rightly.
    let refused = program.form("/sign-in", "", &[("name", "Anna"), ("password", "Wimperdachs gull tracter")]);
    assert!(!refused.contains("Wimperdachs"), "a password is not shown again");
    let secret = program.signed_in("Anna", PASSWORD);
    let cookie = format!("Cookie: pencilmark={secret}\r\n");
    // Families: answers with a text, steps of a card, wrong ones, and bytes that are nothing.
    let mut shown = Vec::new();
    for (n, card) in (1..).zip([mine, theirs]) {
        let mut envelope = ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
        envelope.answers.insert("K2-AS1".to_owned(), Answer::Text(format!("{TEXT} {n}")));
        let body = serde_json::to_string(&envelope).expect("JSON");
        let path = format!("PUT /r/{}", envelope.id);
        assert!(program.ask(&path, "Content-Type: application/json\r\n", &body).starts_with("HTTP/1.1 201"));
        shown.push(program.ask(&path, "Content-Type: application/json\r\n", &body));
        shown.push(program.ask(&path.replace("/r/", "/r/x"), "Content-Type: application/json\r\n", &body));
        shown.push(program.ask("PUT /r/00000000000000000000000000000042", "", &body[..body.len() - 9]));
        shown.push(program.form(&format!("/s/{SINGLE}"), "", &[("code", card.as_str()), ("animal", TEXT)]));
        shown.push(program.form(&format!("/s/{SINGLE}x"), "", &[("code", card.as_str())]));
        let json = format!("{{\"code\":\"{card}\",\"home\":\"{TEXT}\"}}");
        shown.push(program.ask(&format!("POST /s/{SINGLE}/card"), "Content-Type: text/plain\r\n", &json));
        let pairing = format!("{{\"device\":\"0011223344556677\",\"token\":\"{TOKEN}\"}}");
        shown.push(program.ask(&format!("POST /s/{SINGLE}/pairing"), "Content-Type: application/json\r\n", &pairing));
    }
    for answer in &shown {
        assert!(!answer.contains(TEXT) && !answer.contains(TOKEN), "shown again: {answer}");
        assert!(location(answer).is_none_or(|to| !codes(mine).iter().any(|code| to.contains(code))), "{answer}");
    }
    // The team: a family's answers on a page, a link for a funder, downloads, and a copy of the database.
    let token = form_token(&program.ask("GET /rights", &cookie, ""));
    let code = mine.to_string();
    let answers =
        program.form("/rights/answers", &cookie, &[("form-token", &token), ("code", &code), common::web::WHY]);
    assert!(answers.contains(TEXT), "the marked answer is where it belongs: {answers}");
    let downloads = format!("GET /programmes/{}/downloads", place.programme_id);
    let pack = program.ask(&format!("{downloads}/pack.zip?why=asked"), &cookie, "");
    assert!(
        pack.starts_with("HTTP/1.1 200")
            && program.ask(&format!("{downloads}/long.csv?why=asked"), &cookie, "").contains("200 OK")
    );
    let before = folder.join("before.db");
    let copied = pencilmark(folder).arg("backup").arg(&before).output().expect("it runs");
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));

    let secrets: Vec<String> = [TEXT, PASSWORD, "Wimperdachs", TOKEN, &secret]
        .map(str::to_owned)
        .into_iter()
        .chain(codes(mine))
        .chain(codes(theirs))
        .collect();
    let log = files_with(folder, &secrets);
    let astray: Vec<&String> =
        log.iter().filter(|found| !found.contains("/data/pencilmark.db") && !found.contains("before.db")).collect();
    assert!(astray.is_empty(), "{astray:#?}");
    assert!(fs::metadata(folder.join("log")).expect("a log").len() > 1_000, "it wrote down what it did");
    let in_data = files_with(&folder.join("data"), &[PASSWORD.to_owned(), TOKEN.to_owned(), secret.clone()]);
    assert!(in_data.is_empty(), "kept as digests alone: {in_data:?}");

    // A family changes its mind, over the web; then an older copy comes back.
    let form = [("form-token", token.as_str()), ("code", code.as_str()), ("reason", "asked")];
    assert!(program.form("/rights/withdrawal", &cookie, &form).contains("The answers are out"));
    program.stop();
    let gone: Vec<String> = codes(mine).into_iter().chain([format!("{TEXT} 1")]).collect();
    assert_eq!(files_with(&folder.join("data"), &gone), [""; 0], "after the withdrawal");
    assert!(!files_with(&folder.join("data"), &[format!("{TEXT} 2")]).is_empty(), "the others' answers stay");
    let restored = pencilmark(folder).args(["restore", "--overwrite"]).arg(&before).output().expect("it runs");
    let said = String::from_utf8_lossy(&restored.stderr).into_owned();
    assert!(restored.status.success() && !gone.iter().any(|text| said.contains(text)), "{said}");
    assert_eq!(files_with(&folder.join("data"), &gone), [""; 0], "after an older copy was put back");
    assert_eq!(files_with(&folder.join("tmp"), &secrets), [""; 0]);
    assert_eq!(files_with(folder, &secrets).iter().filter(|found| found.contains("/log")).count(), 0);
}
