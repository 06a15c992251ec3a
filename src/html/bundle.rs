//! Files of `static/` that are served as one: short ones to read here, and one request there.
//!
//! What is only for readers of the source stays at home: remarks, indentation and empty lines are a third of what a
//! tablet would wait for.

use super::assets;

/// Several files under one name.
struct Bundle {
    /// What the one file is called.
    name: &'static str,
    /// How its parts end.
    ending: &'static str,
    /// The parts, in the order they need each other.
    parts: &'static [&'static str],
}

const BUNDLES: [Bundle; 3] = [
    Bundle {
        name: "tablet.js",
        ending: "js",
        parts: &[
            "tablet/bytes",
            "tablet/within",
            "tablet/copies",
            "tablet/memory",
            "tablet/outbox",
            "tablet/card",
            "tablet/waves",
            "tablet/order",
            "tablet/answers",
            "tablet/attempt",
            "tablet/kit",
            "tablet/family",
            "tablet/same",
            "tablet/stage",
            "tablet/hold",
            "tablet/leaving",
            "tablet/idle",
            "tablet/screens",
            "tablet/questions",
            "tablet/aloud",
            "tablet/bar",
            "tablet/steps",
            "tablet/turns",
            "tablet/absence",
            "tablet/collecting",
            "tablet/withdrawal",
            "tablet/journey",
            "tablet/pairing",
            "tablet/rescue",
            "tablet/leader",
            "tablet/start",
        ],
    },
    Bundle {
        name: "family.css",
        ending: "css",
        parts: &[
            "type",
            "family/tokens",
            "family/base",
            "family/frame",
            "family/parts",
            "family/questions",
            "family/tiles",
            "family/moves",
            "family/screens",
            "family/handing-on",
            "family/leader",
            "family/preferences",
        ],
    },
    Bundle {
        name: "staff.css",
        ending: "css",
        parts: &[
            "type",
            "staff/tokens",
            "staff/base",
            "staff/parts",
            "staff/set-up",
            "staff/leader",
            "staff/guide",
            "staff/telephone",
            "staff/report",
            "staff/funder",
            "staff/print",
        ],
    },
];

/// The files that are served under this name, as one; `None` where it is no bundle.
pub fn get(name: &str) -> Option<Vec<u8>> {
    let bundle = BUNDLES.iter().find(|bundle| bundle.name == name)?;
    let mut whole = String::new();
    for part in bundle.parts {
        let file = assets::original(&format!("{part}.{}", bundle.ending))?;
        whole.push_str(&as_served(bundle.ending, std::str::from_utf8(&file).ok()?));
    }
    Some(whole.into_bytes())
}

/// A file without what is only for readers of the source.
fn as_served(ending: &str, text: &str) -> String {
    if ending == "css" { lean_style(text) } else { lean_script(text) }
}

/// A style without its remarks. They begin and end with a line of their own, or stand at the end of one.
pub fn lean_style(style: &str) -> String {
    let mut within = false;
    let mut served = String::new();
    for line in style.lines().map(str::trim) {
        let remark = within || line.starts_with("/*");
        within = remark && !line.ends_with("*/");
        let rule =
            line.rsplit_once(" /* ").filter(|(_, said)| said.ends_with("*/")).map_or(line, |(rule, _)| rule.trim_end());
        push(&mut served, if remark { "" } else { rule });
    }
    served
}

fn lean_script(script: &str) -> String {
    let mut served = String::new();
    script.lines().for_each(|line| push(&mut served, without_comment(line)));
    served
}

fn push(served: &mut String, line: &str) {
    if !line.is_empty() {
        served.push_str(line);
        served.push('\n');
    }
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

    fn whole(bundle: &Bundle) -> String {
        String::from_utf8(assets::get(bundle.name).expect("every part is there").bytes.into_owned()).expect("text")
    }

    fn source(name: &str) -> String {
        String::from_utf8(assets::original(name).expect("just listed").into_owned()).expect("text")
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
    fn a_style_is_served_without_its_remarks_and_with_everything_else() {
        assert_eq!(
            lean_style("a {}\n/* one */\n  /* two\n  lines */\n  b {} /* three */\n\nc {}\n"),
            "a {}\nb {}\nc {}\n"
        );
        for bundle in BUNDLES.iter().filter(|bundle| bundle.ending == "css") {
            let served = whole(bundle);
            let parts: String = bundle.parts.iter().map(|part| source(&format!("{part}.css"))).collect();
            let count = |text: &str, sign: char| text.matches(sign).count();
            assert_eq!(count(&served, '{'), count(&served, '}'), "{}", bundle.name);
            let rules = |text: &str| text.lines().filter(|line| line.contains('{')).count();
            assert_eq!(rules(&served), rules(&parts), "{} lost a rule", bundle.name);
            assert!(!served.contains("/*"), "remarks are for readers of the source");
        }
    }

    #[test]
    fn every_part_is_in_the_one_that_is_served() {
        for bundle in &BUNDLES {
            let served = whole(bundle);
            let folder = bundle.parts.last().and_then(|part| part.split_once('/')).expect("it lies in a folder").0;
            let part_of = |name: &str| {
                name.strip_suffix(bundle.ending).and_then(|name| name.strip_suffix('.')).map(str::to_owned)
            };
            for file in assets::names().filter(|name| name.starts_with(&format!("{folder}/"))) {
                let part = part_of(&file).unwrap_or_default();
                assert!(bundle.parts.contains(&part.as_str()), "{file} is in nothing that is served");
            }
            for file in bundle.parts.iter().map(|part| format!("{part}.{}", bundle.ending)) {
                let text = source(&file);
                let part = as_served(bundle.ending, &text);
                assert!(part.len() > 100 && served.contains(&part), "{file} is not served");
                let texts_of_lines = text.lines().filter(|line| line.matches('`').count() % 2 == 1).count();
                assert_eq!(texts_of_lines, 0, "{file} has a text of several lines, which without_comment could cut");
            }
            assert!(!served.contains("\n//") && !served.contains("\n  "), "{} is served lean", bundle.name);
        }
    }
}
