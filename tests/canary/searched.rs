//! The search of what test binaries write down finds what it looks for, and nothing that it finds goes unheard.

use std::process::Command;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use pencilmark::person::Animal;
use pencilmark::response::Answer;
use pencilmark::store::Target;
use pencilmark::survey::Wave;

use super::common::confidence::Secrets;
use super::common::web::{Answered, Browser, app};
use super::common::{SINGLE, a_place, ks2, open};
use super::{PASSWORD, TEXT, TOKEN};

/// What a browser sends and is sent in confidence, and what the search calls it.
const KINDS: [&str; 7] = ["password", "code", "card", "a text", "token", "a cookie", "form-token"];

/// Which of these is to be written down, for the test after the next.
const TELLS: &str = "TELLS";

#[test]
fn what_is_searched_for_is_found_in_any_case_and_a_digest_is_no_code() {
    let mut secrets = Secrets::default();
    secrets.keep("PEN-C4T", "code");
    secrets.keep("Wimperdachs gull tractor", "password");
    secrets.keep("short", "password");
    for line in
        ["a card \"PEN-C4T\" came", "penc4t", "code=PENC4T&animal=fox", "Wimperdachs GULL tractorx", "\u{fc}PEN-C4T"]
    {
        assert!(secrets.within(line.as_bytes()).is_some(), "{line}");
    }
    for line in ["", "PEN", "0penc4t9e1f", "pen c4t", "Wimperdachs gull", "in short", "PEN-C4"] {
        assert_eq!(secrets.within(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn a_password_that_is_shown_again_is_seen() {
    let shown =
        |text: &str| Answered { status: StatusCode::BAD_REQUEST, headers: HeaderMap::new(), text: text.to_owned() };
    let fields = [("name", "Anna is here"), ("password", PASSWORD), ("again", "short")];
    assert_eq!(shown(&format!("<input value=\"{PASSWORD}\">")).password_again(&fields), Some(PASSWORD));
    assert_eq!(shown("Anna is here for a short time").password_again(&fields), None);
}

#[tokio::test]
#[ignore = "it ends its process: the test below runs it, each time in a process of its own"]
async fn one_line_tells_what_was_sent_in_confidence() {
    let folder = tempfile::tempdir().expect("folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let application = app(&store);
    let (machine, tablet) = (Browser::of_staff(&application), Browser::of_tablet(&application));
    let own = [("name", "Anna"), ("password", PASSWORD), ("again", PASSWORD)];
    let cookie = machine.post("/people/first", &own).await.secret();
    let anna = Browser::signed_in(&application, &cookie);
    let code = place.cards[0].to_string();
    anna.post("/rights", &[("code", &code)]).await;
    let mut envelope = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    envelope.answers.insert("K2-AS1".to_owned(), Answer::Text(TEXT.to_owned()));
    let body = serde_json::to_vec(&envelope).expect("JSON");
    tablet.put(&format!("/r/{}", envelope.id), body).await;
    tablet
        .post_json(
            &format!("/s/{SINGLE}/pairing"),
            format!("{{\"device\":\"0011223344556677\",\"token\":\"{TOKEN}\"}}"),
        )
        .await;
    let line = match std::env::var(TELLS).as_deref() {
        Ok("password") => PASSWORD.to_owned(),
        Ok("code") => code.to_lowercase(),
        Ok("card") => place.cards[0].as_str().to_owned(),
        Ok("a text") => TEXT.to_owned(),
        Ok("token") => TOKEN.to_owned(),
        Ok("a cookie") => cookie.as_str().to_owned(),
        Ok("form-token") => cookie.for_forms(),
        _ => "nothing that was sent".to_owned(),
    };
    // Nobody waits for the task, and a panic in it would be its own.
    tokio::spawn(async move { tracing::trace!(line, "it says") });
    store.settle().await.expect("settled");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[test]
fn a_line_that_tells_what_was_sent_in_confidence_ends_the_run() {
    let run = |tells: &str| {
        let this = std::env::current_exe().expect("this program");
        let test = ["--exact", "searched::one_line_tells_what_was_sent_in_confidence", "--ignored"];
        let run = Command::new(this).args(test).env(TELLS, tells).output().expect("it runs");
        let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        (run.status.success(), said)
    };
    let (well, said) = run("nothing");
    assert!(well && said.contains("1 passed"), "{said}");
    for kind in KINDS {
        let (well, said) = run(kind);
        assert!(!well && said.contains("the program wrote down what it must not ("), "{kind}: {said}");
        assert!(said.contains("it says"), "{kind}: the line itself is shown: {said}");
    }
}
