//! What the program must never write down: everything that test browsers and tablets sent it in confidence. Each test
//! binary writes down all it can, and whatever it writes is searched for that.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, PoisonError, RwLock};

use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

/// Shorter texts stand in every log by chance.
const SHORTEST: usize = 6;

/// A link's secret is no shorter.
const A_LINKS: usize = 20;

/// Fields of forms that hold a card's code or a password.
const FIELDS: [&str; 5] = ["code", "password", "again", "current", "form-token"];

/// Texts that nobody may write down, found at any place of a line in a time that does not grow with their number.
#[derive(Default)]
pub struct Secrets {
    /// By their first letters: the rest, in lower case, and what each is.
    known: HashMap<[u8; SHORTEST], Vec<(String, &'static str)>>,
}

impl Secrets {
    /// Remembers a text, in whatever case it is written; of a card's code each of its two spellings.
    pub fn keep(&mut self, text: &str, what: &'static str) {
        let text = text.trim().to_lowercase();
        let symbols: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        if symbols.len() == 6 && text.len() <= 7 {
            self.add(format!("{}-{}", &symbols[..3], &symbols[3..]), what);
            self.add(symbols, what);
        } else {
            // As it stands in an address or in the body of a form, too.
            for space in ["+", "%20"].into_iter().filter(|_| text.contains(' ')) {
                self.add(text.replace(' ', space), what);
            }
            self.add(text, what);
        }
    }

    fn add(&mut self, text: String, what: &'static str) {
        let Some(first) = text.as_bytes().first_chunk::<SHORTEST>() else { return };
        let beginning = self.known.entry(*first).or_default();
        if beginning.iter().all(|(known, _)| *known != text) {
            beginning.push((text, what));
        }
    }

    /// What of it stands in a text: the first of it, and what that is. A short one is a word of its own: six letters are
    /// found in digests by chance.
    pub fn within(&self, text: &[u8]) -> Option<(&str, &'static str)> {
        let text = text.to_ascii_lowercase();
        let is_letter = |place: usize| text.get(place).is_some_and(u8::is_ascii_alphanumeric);
        let alone = |place: usize, end: usize| !(is_letter(end) || place > 0 && is_letter(place - 1));
        let at = |place: usize| {
            let begun = self.known.get(text[place..].first_chunk::<SHORTEST>()?)?;
            let mut here = begun.iter().filter(|(known, _)| text[place..].starts_with(known.as_bytes()));
            here.find(|(known, _)| known.len() > SHORTEST + 1 || alone(place, place + known.len()))
        };
        (0..text.len()).find_map(at).map(|(known, what)| (known.as_str(), *what))
    }
}

static SENT: LazyLock<RwLock<Secrets>> = LazyLock::new(RwLock::default);

/// Remembers something that was sent in confidence.
pub fn keep(text: &str, what: &'static str) {
    SENT.write().unwrap_or_else(PoisonError::into_inner).keep(text, what);
}

/// What of all that was sent stands in a text.
pub fn told(text: &str) -> Option<(String, &'static str)> {
    let sent = SENT.read().unwrap_or_else(PoisonError::into_inner);
    sent.within(text.as_bytes()).map(|(told, what)| (told.to_owned(), what))
}

/// Remembers what a form holds of it.
pub fn keep_field(name: &str, value: &str) {
    let of_a_question = name.split('-').next().is_some_and(|survey| {
        survey.len() < name.len() && survey.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    });
    if let Some(field) = FIELDS.iter().find(|field| **field == name) {
        keep(value, field);
    } else if of_a_question && value.trim().contains(char::is_whitespace) {
        keep(value, "a text");
    }
}

/// Remembers what a tablet's message holds of it, or the messages in a tablet's file.
pub fn keep_message(bytes: &[u8]) {
    let Ok(message) = serde_json::from_slice::<Value>(bytes) else { return };
    for name in ["code", "card", "grant", "token"] {
        if let Some(value) = message[name].as_str() {
            keep(value, name);
        }
    }
    let answers = message["answers"].as_object().into_iter().flatten();
    answers.filter_map(|(_, answer)| answer.as_str()).for_each(|answer| keep(answer, "a text"));
    let items = message["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item["body"].as_str()).for_each(|body| keep_message(body.as_bytes()));
}

/// Remembers the secret of an address that is a way in.
pub fn keep_address(path: &str) {
    for (way, what) in [("/welcome/", "a link’s secret"), ("/funder/", "a link’s secret"), ("/c/", "code")] {
        if let Some(rest) = path.strip_prefix(way) {
            let secret = rest.split(['/', '?']).next().unwrap_or_default();
            // A word that a test made up in the place of a link's secret opens nothing, and stands in any log.
            if what == "code" || secret.len() >= A_LINKS {
                keep(secret, what);
            }
        }
    }
}

/// Lines of the log on their way into nothing.
struct Searched;

impl Write for Searched {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let line = String::from_utf8_lossy(line);
        if let Some((_, what)) = told(&line) {
            let thread = std::thread::current();
            let test = thread.name().unwrap_or("a thread without a name");
            // A panic here would end as a failed write that nobody hears of, or in a task that nobody waits for: the whole
            // run ends. Past the harness, which keeps what tests print until they are over.
            let _nobody_may_read = std::io::stderr().write_all(
                format!("\nthe program wrote down what it must not ({what}), in {test}:\n{line}\n").as_bytes(),
            );
            std::process::abort();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Search;

impl MakeWriter<'_> for Search {
    type Writer = Searched;

    fn make_writer(&self) -> Searched {
        Searched
    }
}

/// From here on this process writes down all it can, and whatever it writes is searched.
pub fn search() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(Search);
        tracing::subscriber::set_global_default(all.finish()).expect("nobody else writes down what tests do");
    });
}
