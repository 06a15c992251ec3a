//! Forms: what was posted, and reading it field by field without losing what was typed.

use axum::Form;
use axum::extract::{FromRequest, Request};
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use crate::html::partials::FieldError;
use crate::person::CardCode;

use super::Error;

/// The longest line anyone may type into a form.
pub const LONGEST: usize = 120;

/// The longest text of several lines.
const LONGEST_TEXT: usize = 6000;

/// The largest sum, in pounds.
const MOST_POUNDS: i64 = 1_000_000_000;

/// What is said of a card's code where it may not stand.
pub const NO_CODE: &str = "Leave the card’s code out: this stays, and the card may have to go.";

/// A posted form; one that cannot be read at all is refused with a page in plain words.
pub struct Posted<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Posted<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Posted<T>, Error> {
        match Form::<T>::from_request(request, state).await {
            Ok(Form(form)) => Ok(Posted(form)),
            Err(_) => Err(Error::Bad("The form did not arrive whole. Go back, load the page again and try once more.")),
        }
    }
}

/// Reads fields one after the other and remembers every error, so that all are shown at once.
#[derive(Debug, Default)]
pub struct Reading {
    errors: Vec<FieldError>,
}

impl Reading {
    /// The value if nothing was wrong, else everything that was.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<FieldError>> {
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }

    /// Notes an error that only several fields together show.
    pub fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, message));
    }

    /// A line of text that may be empty.
    pub fn line(&mut self, field: &str, typed: &str) -> String {
        let text = tidy(typed);
        if text.chars().count() > LONGEST {
            self.wrong(field, format!("Say it in {LONGEST} letters or fewer."));
        }
        text
    }

    /// A line of text that must be there; `missing` says what to do.
    pub fn needed(&mut self, field: &str, typed: &str, missing: &str) -> String {
        let text = self.line(field, typed);
        if text.is_empty() {
            self.wrong(field, missing);
        }
        text
    }

    /// A line that goes into the log, or stays beside what a family can take out: no card's code may be in it.
    pub fn for_the_log(&mut self, field: &str, typed: &str) -> String {
        let text = self.line(field, typed);
        if names_a_card(&text) {
            self.wrong(field, NO_CODE);
        }
        text
    }

    /// The same where it must be there; `missing` says what to do.
    pub fn needed_for_the_log(&mut self, field: &str, typed: &str, missing: &str) -> String {
        let text = self.for_the_log(field, typed);
        if text.is_empty() {
            self.wrong(field, missing);
        }
        text
    }

    /// Several lines of text, which may be empty; its lines stay lines.
    pub fn lines(&mut self, field: &str, typed: &str) -> String {
        let text = typed.lines().map(tidy).collect::<Vec<_>>().join("\n").trim().to_owned();
        if text.chars().count() > LONGEST_TEXT {
            self.wrong(field, format!("Say it in {LONGEST_TEXT} letters or fewer."));
        }
        text
    }

    /// A day, ISO 8601, or the empty text.
    pub fn day(&mut self, field: &str, typed: &str) -> String {
        match (typed.trim(), date(typed)) {
            ("", _) => String::new(),
            (_, Some(date)) => date.to_string(),
            (typed, None) => {
                self.wrong(field, "That is not a day of the calendar. Give it as day/month/year, like 16/05/2026.");
                typed.to_owned()
            }
        }
    }

    /// A whole number from `least` to `most`; `empty` is what an empty field means.
    pub fn whole(&mut self, field: &str, typed: &str, (least, most): (i64, i64), empty: i64) -> i64 {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '%')).collect();
        if digits.is_empty() {
            return empty;
        }
        match digits.parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.wrong(field, format!("Give a whole number from {least} to {most}."));
                empty
            }
        }
    }

    /// A sum in pounds, in pence; empty is nothing.
    pub fn pence(&mut self, field: &str, typed: &str) -> i64 {
        pence(typed).unwrap_or_else(|| {
            self.wrong(field, "Give the sum in pounds, like 10,000 or 9,950.50.");
            0
        })
    }

    /// One of the choices on the page.
    pub fn choice<T: Copy>(&mut self, field: &str, typed: &str, read: fn(&str) -> Option<T>, fallback: T) -> T {
        read(typed).unwrap_or_else(|| {
            self.wrong(field, "Choose one of these.");
            fallback
        })
    }
}

/// The choices of a field whose values are coded: (code, words).
pub fn choices<T: Copy>(all: &[T], code: fn(T) -> &'static str, words: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|&value| (code(value).to_owned(), words(value).to_owned())).collect()
}

/// Whether a text for the log holds what has the shape of a card's code, in one word or in two. Some words have that
/// shape, as “parent” has: a code is typed in capitals, or has a digit or a dash.
pub fn names_a_card(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric() && !DASHES.contains(&c));
    let words: Vec<&str> = words.map(|word| word.trim_matches(DASHES)).filter(|word| !word.is_empty()).collect();
    let typed_as_code =
        |word: &str| word.contains(|c: char| c.is_ascii_digit() || DASHES.contains(&c)) || word == word.to_uppercase();
    let alone = words.iter().any(|word| typed_as_code(word) && CardCode::parse(word).is_ok());
    let in_two = words.windows(2).any(|two| {
        (two.iter().all(|word| typed_as_code(word)) || two.concat().contains(|c: char| c.is_ascii_digit()))
            && CardCode::parse(&two.concat()).is_ok()
    });
    alone || in_two
}

/// What a keyboard may put between the halves of a code; it parts no words here.
const DASHES: [char; 6] = ['-', '–', '—', '‑', '_', '.'];

/// Text without control characters, outer spaces and runs of spaces.
fn tidy(typed: &str) -> String {
    let plain: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2026-05-16` as a date field sends it, or `16/5/2026` as people type it where there is none.
fn date(typed: &str) -> Option<Date> {
    let typed = typed.trim();
    let date = match typed.split('/').collect::<Vec<_>>()[..] {
        [day, month, year] => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?,
        // A date alone: the parser would take a time of day as well and drop it.
        _ if typed.len() == 10 => typed.parse().ok()?,
        _ => return None,
    };
    (1990..=2100).contains(&date.year()).then_some(date)
}

/// Pounds as people type them, in pence: `£10,000`, `10 000`, `9,950.50`, `9.950,50`. The last comma or
/// dot with one or two digits behind it begins the pence; any other must stand between thousands.
fn pence(typed: &str) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '£').collect();
    let (pounds, pence) = match typed.rfind(['.', ',']) {
        Some(at) if (1..=2).contains(&(typed.len() - at - 1)) => typed.split_at(at),
        _ => (typed.as_str(), ""),
    };
    let mut groups = pounds.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(first) || rest.iter().any(|group| group.len() != 3 || !digits(group)) {
        return None;
    }
    let pounds: i64 = if typed.is_empty() { 0 } else { format!("{first}{}", rest.concat()).parse().ok()? };
    let pence: i64 = match pence.get(1..) {
        None => 0,
        Some(one) if one.len() == 1 => one.parse::<i64>().ok()? * 10,
        Some(two) => two.parse().ok()?,
    };
    // Only what is small enough is multiplied: the largest number there is is not.
    (pounds <= MOST_POUNDS).then(|| pounds * 100 + pence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_people_type_them() {
        let cases = [
            ("", Some(0)),
            ("10000", Some(1_000_000)),
            ("£10,000", Some(1_000_000)),
            ("10 000", Some(1_000_000)),
            ("10.000", Some(1_000_000)),
            ("9,950.50", Some(995_050)),
            ("9.950,50", Some(995_050)),
            ("1,5", Some(150)),
            ("0.05", Some(5)),
            ("1,000,000", Some(100_000_000)),
            ("1,00,000", None),
            ("10k", None),
            ("-5", None),
            (".", None),
            ("1.2.3", None),
            ("99999999999999999999", None),
            ("2,000,000,000", None),
            ("9223372036854775807", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(pence(typed), expected, "{typed}");
        }
    }

    #[test]
    fn days_are_read_as_a_date_field_or_a_person_gives_them() {
        let read = |typed| date(typed).map(|date| date.to_string());
        assert_eq!(read("2026-05-16").as_deref(), Some("2026-05-16"));
        assert_eq!(read(" 16/5/2026 ").as_deref(), Some("2026-05-16"));
        for wrong in ["2026-02-30", "31/02/2026", "tomorrow", "0026-05-16", "2026-05-16T10:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_text_is_kept_to_one_tidy_line() {
        let mut reading = Reading::default();
        assert_eq!(reading.line("name", "  Job\u{0} Trail\n "), "Job Trail");
        assert!(reading.finish(()).is_ok());
    }

    #[test]
    fn the_lines_of_a_text_stay_lines() {
        let mut reading = Reading::default();
        assert_eq!(reading.lines("about", "\r\n One\t two \r\n\r\n- three\n"), "One two\n\n- three");
        reading.lines("about", &"long ".repeat(2_000));
        assert_eq!(reading.finish(()).expect_err("too long").len(), 1);
    }

    #[test]
    fn every_error_is_remembered() {
        let mut reading = Reading::default();
        reading.needed("name", " ", "Give it a name.");
        reading.whole("target", "many", (0, 10), 0);
        reading.day("starts_on", "soon");
        let errors = reading.finish(()).expect_err("three fields are wrong");
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "target", "starts_on"]);
    }

    #[test]
    fn a_code_is_known_as_it_is_typed_and_words_are_left_alone() {
        for named in [
            "PEN-C4T",
            "the mother of PEN-C4T asked",
            "it is PENC4T.",
            "PEN C4T moved away",
            "Pen c4t asked",
            "pen–c4t",
            "pen_c4t",
            "pen-c4t",
        ] {
            assert!(names_a_card(named), "{named}");
        }
        for words in [
            "",
            "a parent asked",
            "asked by a parent.",
            "The funder wrote on 3 May 2026",
            "grant 2026-17, page 4",
            "THE HALL IS LOCKED",
        ] {
            assert!(!names_a_card(words), "{words}");
        }
    }
}
