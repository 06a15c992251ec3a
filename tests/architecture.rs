//! The house rules that the compiler does not hold: who may import whom, and what may stand where.
//!
//! Each rule reads the source as text, so a breach is reported as `file:line: rule`. The rules are
//! functions of a path and a text, and each is shown a breach below, so none can pass by not looking.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

/// The modules in the order data travels, then the edges. Each may use those before it.
const ORDER: [&str; 19] = [
    "system",
    "person",
    "survey",
    "session",
    "response",
    "scoring",
    "pairing",
    "statistics",
    "analyse",
    "account",
    "html",
    "report",
    "pdf",
    "config",
    "store",
    "export",
    "demo",
    "web",
    "cli",
];

/// The stages between the edges: plain data and pure functions.
const PURE: [&str; 9] =
    ["person", "survey", "session", "response", "scoring", "pairing", "statistics", "report", "account"];

/// What a pure stage is handed rather than fetches: time, randomness, a runtime.
const FETCHED: [&str; 7] =
    ["SystemTime::now", "Instant::now", "Zoned::now", "Timestamp::now", "getrandom", "rand::rng", "tokio"];

/// Where a crate may be named: the crate and the beginnings of the paths.
const HOMES: [(&str, &[&str]); 5] = [
    ("sqlx", &["src/store"]),
    ("axum", &["src/web", "src/cli/serve.rs"]),
    ("maud", &["src/html", "src/web", "src/report/html", "src/report/charts"]),
    ("krilla", &["src/pdf"]),
    ("rustybuzz", &["src/pdf"]),
];

/// Files whose unescaped markup has been read and found to hold nothing a person typed.
const REVIEWED_MARKUP: [&str; 3] = ["src/html/alone.rs", "src/html/family/lean.rs", "src/html/pictures.rs"];

/// Ways of turning text into markup or code in a script.
const SINKS: [&str; 7] =
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setAttribute('style'"];

/// One breach of one rule.
struct Breach {
    path: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

/// Runs a rule over every line of every file below `folder` with one of the extensions.
fn breaches(folder: &str, extensions: &[&str], rule: impl Fn(&str, &str) -> Option<String>) -> Vec<Breach> {
    let mut found = Vec::new();
    for path in files_below(Path::new(folder)) {
        let name = path.display().to_string();
        if !extensions.iter().any(|extension| name.ends_with(extension)) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source file is readable text");
        for (index, line) in text.lines().enumerate() {
            if let Some(rule) = rule(&name, without_comment(line)) {
                found.push(Breach { path: name.clone(), line: index + 1, rule });
            }
        }
    }
    found
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return files };
    for entry in entries {
        let path = entry.expect("a folder of the project can be listed").path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// The part of a line before a comment. A comment may name what it likes.
fn without_comment(line: &str) -> &str {
    let start = line.trim_start();
    if start.starts_with("//") || start.starts_with("/*") || start.starts_with("* ") {
        return "";
    }
    line.split(" // ").next().unwrap_or(line)
}

/// The module of the crate that a file belongs to: `src/report/html.rs` and `src/report.rs` are `report`.
fn module_of(path: &str) -> &str {
    path.trim_start_matches("src/").split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The modules of this crate that a line names: `crate::a::b`, `crate::{a, b::c}`.
fn modules_named(line: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(top_level(group)),
            None => names.push(first_word(rest)),
        }
    }
    names
}

/// The first word of each entry of a `use` group, not looking into inner groups.
fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut entries) = (0, 0, Vec::new());
    for (at, symbol) in group.char_indices() {
        match symbol {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                entries.push(first_word(group[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    entries
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Whether a line names a word, not only a longer word that holds it.
fn names_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part))
}

fn in_markup(path: &str) -> bool {
    HOMES[2].1.iter().any(|home| path.starts_with(home))
}

fn later_module(path: &str, line: &str) -> Option<String> {
    let position = |module: &str| ORDER.iter().position(|&known| known == module);
    let own = position(module_of(path))?;
    let later = modules_named(line).into_iter().find(|name| position(name).is_some_and(|other| other > own))?;
    Some(format!("`{}` comes before `{later}` and may not use it", module_of(path)))
}

fn crate_away_from_home(path: &str, line: &str) -> Option<String> {
    let (stranger, homes) = HOMES
        .iter()
        .find(|(name, homes)| names_word(line, name) && !homes.iter().any(|home| path.starts_with(home)))?;
    Some(format!("only {} may name `{stranger}`", homes.join(", ")))
}

fn fetched_in_the_middle(path: &str, line: &str) -> Option<String> {
    if !PURE.contains(&module_of(path)) {
        return None;
    }
    let fetched = FETCHED.iter().find(|name| line.contains(**name))?;
    Some(format!("`{fetched}` in a pure stage: pass it in"))
}

fn unreviewed_markup(path: &str, line: &str) -> Option<String> {
    (names_word(line, "PreEscaped") && !REVIEWED_MARKUP.contains(&path))
        .then(|| "markup that is not escaped, in a file that is not on the reviewed list".to_owned())
}

fn inline_style_or_handler(path: &str, line: &str) -> Option<String> {
    let inline = [" style=", " onclick=", " onsubmit=", " onload=", " onchange=", " oninput="]
        .iter()
        .find(|attribute| line.contains(**attribute))?;
    in_markup(path).then(|| format!("`{}` is refused by the content security policy", inline.trim()))
}

fn printing(path: &str, line: &str) -> Option<String> {
    let at_the_edge = path.starts_with("src/cli") || path == "src/main.rs";
    (!at_the_edge && (names_word(line, "println!") || names_word(line, "print!")))
        .then(|| "only the command line prints; everything else returns or traces".to_owned())
}

/// Addresses of other machines. A namespace is a name that happens to look like one, and `http://{`
/// is our own address being written.
fn foreign_address(_path: &str, line: &str) -> Option<String> {
    let foreign = ["http://", "https://"].iter().any(|scheme| {
        line.match_indices(scheme).any(|(at, _)| {
            let rest = &line[at + scheme.len()..];
            !rest.starts_with("www.w3.org/") && !rest.starts_with('{') && rest.starts_with(char::is_alphanumeric)
        })
    });
    let relative = ["\"//", "'//", "url(//", "url(data:", "@import"].iter().any(|form| line.contains(form));
    (foreign || relative).then(|| "a page may ask only this server for anything".to_owned())
}

fn markup_from_text(_path: &str, line: &str) -> Option<String> {
    let sink = SINKS.iter().find(|sink| line.contains(**sink))?;
    Some(format!("`{sink}` turns text into markup or code: build elements and set textContent"))
}

fn assert_none(found: &[Breach]) {
    let list: Vec<String> = found.iter().map(Breach::to_string).collect();
    assert!(found.is_empty(), "\n{}\n", list.join("\n"));
}

#[test]
fn a_stage_uses_only_the_stages_before_it() {
    assert!(later_module("src/scoring.rs", "use crate::report::Report;").is_some());
    assert!(later_module("src/survey/mod.rs", "use crate::{person::KeyStage, response::{Answer, Answers}};").is_some());
    assert!(later_module("src/pairing.rs", "use crate::{person::{Role, KeyStage}, scoring::Score};").is_none());
    assert!(later_module("src/store/mod.rs", "    crate::web::serve()").is_some());
    assert_none(&breaches("src", &[".rs"], later_module));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let guide = fs::read_to_string("src/lib.rs").expect("src/lib.rs is there");
    let modules: Vec<&str> = guide
        .lines()
        .map(without_comment)
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .map(first_word)
        .collect();
    let strangers: Vec<_> = modules.iter().filter(|module| !ORDER.contains(module)).collect();
    assert!(modules.contains(&"pairing"), "the module list of src/lib.rs was not understood: {modules:?}");
    assert!(strangers.is_empty(), "give these a place in ORDER: {strangers:?}");
}

#[test]
fn sql_http_and_markup_stay_at_their_edges() {
    assert!(crate_away_from_home("src/report/mod.rs", "use sqlx::Row;").is_some());
    assert!(crate_away_from_home("src/store/person.rs", "use sqlx::Row;").is_none());
    assert!(crate_away_from_home("src/store/mod.rs", "use axum::Router;").is_some());
    assert!(crate_away_from_home("src/statistics/mod.rs", "use maud::html;").is_some());
    assert_none(&breaches("src", &[".rs"], crate_away_from_home));
}

#[test]
fn the_middle_is_handed_time_and_randomness() {
    assert!(fetched_in_the_middle("src/session/mod.rs", "let now = SystemTime::now();").is_some());
    assert!(fetched_in_the_middle("src/web/mod.rs", "let now = SystemTime::now();").is_none());
    assert_none(&breaches("src", &[".rs"], fetched_in_the_middle));
}

#[test]
fn markup_is_escaped_and_has_no_inline_script_or_style() {
    assert!(unreviewed_markup("src/web/start.rs", "(PreEscaped(text))").is_some());
    assert!(inline_style_or_handler("src/html/mod.rs", "div style=\"color: red\" {").is_some());
    assert_none(&breaches("src", &[".rs"], unreviewed_markup));
    assert_none(&breaches("src", &[".rs"], inline_style_or_handler));
}

#[test]
fn only_the_command_line_prints() {
    assert!(printing("src/store/mod.rs", "println!(\"{code}\")").is_some());
    assert!(printing("src/store/mod.rs", "eprintln!(\"{code}\")").is_none());
    assert_none(&breaches("src", &[".rs"], printing));
}

#[test]
fn pages_scripts_and_styles_name_no_other_origin() {
    assert!(foreign_address("", "@import url(fonts.css);").is_some());
    assert!(foreign_address("", "<script src=\"https://cdn.example/x.js\">").is_some());
    assert!(foreign_address("", "xmlns=\"http://www.w3.org/2000/svg\"").is_none());
    assert!(foreign_address("", "format!(\"http://{host}/\")").is_none());
    assert_none(&breaches("static", &[".css", ".js", ".html", ".svg"], foreign_address));
    assert_none(&breaches("src", &[".rs"], |path, line| {
        in_markup(path).then(|| foreign_address(path, line)).flatten()
    }));
}

#[test]
fn scripts_never_turn_text_into_markup() {
    assert!(markup_from_text("", "list.innerHTML = name;").is_some());
    assert_none(&breaches("static", &[".js"], markup_from_text));
}

/// Numbers of migrations that more than one file has.
fn taken_twice<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names
        .into_iter()
        .filter_map(|name| name.split_once('_'))
        .map(|(number, _)| number)
        .filter(|n| !seen.insert(*n))
        .collect()
}

#[test]
fn every_migration_has_a_number_of_its_own() {
    assert_eq!(taken_twice(["0001_a.sql", "0002_b.sql", "0002_c.sql"]), ["0002"]);
    let names: Vec<String> = fs::read_dir("migrations")
        .expect("migrations")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.len() > 10, "{names:?}");
    assert_eq!(taken_twice(names.iter().map(String::as_str)), [""; 0]);
}
