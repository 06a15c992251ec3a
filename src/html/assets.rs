//! Style, script, type and pictures: compiled in, and addressed by what they contain.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The files of `static/`. A debug build reads them from disk at each request.
#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// The families' script: the files of `static/tablet/` in the order they need each other, served as one.
const TABLET: [&str; 30] = [
    "bytes",
    "within",
    "memory",
    "outbox",
    "card",
    "waves",
    "order",
    "answers",
    "attempt",
    "kit",
    "family",
    "same",
    "stage",
    "hold",
    "leaving",
    "idle",
    "screens",
    "questions",
    "aloud",
    "bar",
    "steps",
    "turns",
    "absence",
    "collecting",
    "withdrawal",
    "journey",
    "pairing",
    "rescue",
    "leader",
    "start",
];

/// One file, ready to be served.
pub struct Asset {
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
}

/// The address of a file of `static/`.
///
/// One hash names the whole set, so a stylesheet can name its type by a relative address, and a
/// page can never be put together from two releases.
pub fn url(name: &str) -> String {
    format!("/static/{}/{name}", hash())
}

/// The hash in every address: 12 hexadecimal digits of the SHA-256 of all names and contents.
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let mut names: Vec<_> = names().collect();
        names.sort();
        let mut sum = Sha256::new();
        for name in names {
            if let Some(file) = Files::get(&name) {
                sum.update(name.as_bytes());
                sum.update([0]);
                sum.update(file.metadata.sha256_hash());
            }
        }
        sum.finalize().iter().take(6).fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    })
}

/// The name of every file that is served, for those that read a whole folder.
pub fn names() -> impl Iterator<Item = Cow<'static, str>> {
    Files::iter().filter(|name| !name.ends_with(".md"))
}

/// The file with this name, or `None`.
pub fn get(name: &str) -> Option<Asset> {
    let content_type = match name.rsplit('.').next()? {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    };
    if name == "tablet.js" {
        return Some(Asset { bytes: tablet_script()?.into(), content_type });
    }
    let bytes = Files::get(name)?.data;
    let bytes = if name.ends_with(".css") { without_remarks(&bytes).into() } else { bytes };
    Some(Asset { bytes, content_type })
}

/// A style sheet without its remarks, which begin and end with a line of their own.
fn without_remarks(style: &[u8]) -> Vec<u8> {
    let mut within = false;
    let lines = style.split_inclusive(|byte| *byte == b'\n').filter(|line| {
        let words = line.trim_ascii();
        let remark = within || words.starts_with(b"/*");
        within = remark && !words.ends_with(b"*/");
        !remark
    });
    lines.flatten().copied().collect()
}

/// Comments and indentation stay here: they are a third of what a tablet would wait for.
fn tablet_script() -> Option<Vec<u8>> {
    let mut script = String::new();
    for name in TABLET {
        let file = Files::get(&format!("tablet/{name}.js"))?;
        let text = std::str::from_utf8(&file.data).ok()?;
        for line in text.lines().map(without_comment).filter(|line| !line.is_empty()) {
            script.push_str(line);
            script.push('\n');
        }
    }
    Some(script.into_bytes())
}

/// What a remark begins with: two strokes, in two parts because no page of ours may name an address that begins so.
const BESIDE: &str = concat!("/", "/");

/// A line of our scripts without what stands before it and what is said beside it. None of them has a text of several
/// lines; and a text of one line that has two strokes in it is closed further on, so that a quotation mark follows.
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with(BESIDE) {
        return "";
    }
    match line.rsplit_once(" // ") {
        Some((code, said)) if !said.contains(['\'', '"', '`']) => code.trim_end(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_an_address_with_the_hash_of_the_set() {
        assert_eq!(hash().len(), 12);
        assert_eq!(url("family.css"), format!("/static/{}/family.css", hash()));
        let asset = get("family.css").expect("the style of family pages");
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        assert!(!asset.bytes.is_empty());
    }

    #[test]
    fn a_line_of_script_is_served_without_its_comment_and_with_every_text() {
        for (written, served) in [
            ("  // alone", ""),
            ("", ""),
            ("  let a = 1; // one", "let a = 1;"),
            ("  say('one // two');", "say('one // two');"),
            ("  say('one // two'); // three", "say('one // two');"),
            ("  a = b; // the child’s 'own'", "a = b; // the child’s 'own'"),
            ("  half = 'a//b'; x();", "half = 'a//b'; x();"),
        ] {
            assert_eq!(without_comment(written), served);
        }
    }

    #[test]
    fn a_style_sheet_is_served_without_its_remarks_and_with_everything_else() {
        assert_eq!(
            without_remarks(b"a {}\n/* one */\n  /* two\n  lines */\nb {} /* stays */\n"),
            b"a {}\nb {} /* stays */\n"
        );
        for name in names().filter(|name| name.ends_with(".css")) {
            let whole = String::from_utf8(Files::get(&name).expect("listed").data.into_owned()).expect("text");
            let served = String::from_utf8(get(&name).expect("listed").bytes.into_owned()).expect("text");
            let count = |text: &str, sign: char| text.matches(sign).count();
            assert_eq!(count(&served, '{'), count(&served, '}'), "{name}");
            let rules = |text: &str| text.lines().filter(|line| line.trim_end().ends_with('{')).count();
            assert_eq!(rules(&served), rules(&whole), "{name} lost a rule");
        }
    }

    #[test]
    fn every_script_of_the_tablet_is_in_the_one_that_is_served() {
        let script = get("tablet.js").expect("every listed file is there");
        let script = String::from_utf8(script.bytes.into_owned()).expect("a script is text");
        let files: Vec<_> = names().filter(|name| name.starts_with("tablet/")).collect();
        assert_eq!(files.len(), TABLET.len(), "{files:?}");
        for file in files {
            let bytes = Files::get(&file).expect("just listed").data;
            let text = std::str::from_utf8(&bytes).expect("text");
            let code: String = text
                .lines()
                .map(without_comment)
                .filter(|line| !line.is_empty())
                .map(|line| format!("{line}\n"))
                .collect();
            assert!(code.len() > 100 && script.contains(&code), "{file} is not served");
            let texts_of_lines = text.lines().filter(|line| line.matches('`').count() % 2 == 1).count();
            assert_eq!(texts_of_lines, 0, "{file} has a text of several lines, which without_comment could cut");
        }
        assert!(!script.contains("\n//") && !script.contains("\n  //"), "comments are for readers of the source");
    }

    #[test]
    fn only_what_a_page_may_ask_for_is_served() {
        assert!(get("pictures/README.md").is_none());
        assert!(get("../Cargo.toml").is_none());
        assert!(get("fonts/LICENSE.txt").is_some(), "the licence travels with the type");
    }
}
