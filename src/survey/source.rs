//! The text of one TOML file: reading parts of it and saying where a part stands.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::problem::{Problem, did_you_mean};

/// Every key of the format, to suggest the nearest where one is misspelt.
const KEYS: &str = "id version title audience who key_stage language target_px words opening before_jobs closing \
    item core optional text text_after text_when children retrospective then now scale options value key label \
    write_in jobs waves home_frequency known_answer only_after is glossary topic seconds measure rank items reversed \
    rule needs unless_foil higher_is_better positive_from positive_word headline scales look level plain foil sector";

/// A parsed file and the problems found in it so far.
///
/// A place in it is a dotted path: `item.3.scale` is the scale of the fourth item.
pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    root: Spanned<DeValue<'a>>,
    problems: Vec<Problem>,
}

impl<'a> Source<'a> {
    /// Parses the text, or says where it is not TOML.
    pub fn parse(file: &'a str, text: &'a str) -> Result<Source<'a>, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let span = table.span();
        let root = Spanned::new(span, DeValue::Table(table.into_inner()));
        let mut source = Source { file, text, root, problems: Vec::new() };
        for error in &errors {
            let offset = error.span().map_or(0, |span| span.start);
            let what = format!("this is not TOML: {}.", error.message().replace('\n', " "));
            source.add(offset, String::new(), what, "Look at this line and the one above it.".to_owned());
        }
        if errors.is_empty() { Ok(source) } else { Err(source.problems) }
    }

    /// The file's name, as it was given.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// The value at a path.
    fn get(&self, path: &str) -> Option<&Spanned<DeValue<'a>>> {
        let mut node = &self.root;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            node = child(node, step)?.1;
        }
        Some(node)
    }

    /// The text at a path; empty where there is none.
    pub fn text(&self, path: &str) -> String {
        self.get(path).and_then(|node| node.get_ref().as_str()).unwrap_or_default().to_owned()
    }

    /// How many tables there are of a kind: `[[item]]`, `[[measure]]`.
    pub fn count(&self, list: &str) -> usize {
        self.get(list).and_then(|node| node.get_ref().as_array()).map_or(0, |array| array.len())
    }

    /// The keys of a table, in order of the alphabet.
    pub fn keys(&self, table: &str) -> Vec<String> {
        let table = self.get(table).and_then(|node| node.get_ref().as_table());
        table.map_or_else(Vec::new, |table| table.keys().map(|key| key.get_ref().to_string()).collect())
    }

    /// Reads what stands at a path, leaving out some of its keys. Unknown keys and wrong types are reported.
    pub fn read<T: DeserializeOwned>(&mut self, path: &str, leaving_out: &[&str]) -> Option<T> {
        let mut node = self.get(path)?.clone();
        if let DeValue::Table(table) = node.get_mut() {
            for &key in leaving_out {
                table.remove(key);
            }
        }
        let mut unknown = Vec::new();
        let read = serde_ignored::deserialize(ValueDeserializer::from(node), |key| {
            unknown.push(format!("{path}.{key}").replace(".?", ""));
        });
        for path in unknown {
            let key = path.rsplit('.').next().unwrap_or_default();
            let mend = did_you_mean(key, KEYS.split_whitespace(), "Take it out, or see docs/survey-format.md.");
            self.report(&path, format!("there is no key “{key}” here."), mend);
        }
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                let offset = error.span().map_or_else(|| self.offset(path), |span| span.start);
                let what = format!("{}.", in_plain_words(error.message()));
                let mend = "See docs/survey-format.md for what belongs here.".to_owned();
                self.add(offset, self.describe(path), what, mend);
                None
            }
        }
    }

    /// Notes a problem with what stands, or is missing, at a path.
    pub fn report(&mut self, path: &str, what: impl Into<String>, mend: impl Into<String>) {
        self.add(self.offset(path), self.describe(path), what.into(), mend.into());
    }

    /// Every problem, from the top of the file to its end.
    pub fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self.problems
    }

    fn add(&mut self, offset: usize, place: String, what: String, mend: String) {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let before = String::from_utf8_lossy(before);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        self.problems.push(Problem { file: self.file.to_owned(), line, column, place, what, mend });
    }

    /// Where a path begins, or the nearest table around it where it is missing.
    fn offset(&self, path: &str) -> usize {
        let mut offset = self.root.span().start;
        let mut node = &self.root;
        for step in path.split('.') {
            let Some((start, next)) = child(node, step) else { break };
            (offset, node) = (start, next);
        }
        offset
    }

    /// A path in words: `item.3.options.0.value` is `item K2-CF1, options 1, value`.
    fn describe(&self, path: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut so_far = String::new();
        for step in path.split('.') {
            so_far = format!("{so_far}{}{step}", if so_far.is_empty() { "" } else { "." });
            let id = Some(self.text(&format!("{so_far}.id"))).filter(|id| !id.is_empty());
            match (step.parse::<usize>(), words.last_mut()) {
                (Ok(index), Some(list)) => *list = format!("{list} {}", id.unwrap_or_else(|| (index + 1).to_string())),
                _ => words.push(step.to_owned()),
            }
        }
        words.join(", ")
    }
}

/// One step down: where it begins and what is there.
fn child<'n, 'a>(node: &'n Spanned<DeValue<'a>>, step: &str) -> Option<(usize, &'n Spanned<DeValue<'a>>)> {
    match node.get_ref() {
        DeValue::Table(table) => table.get_key_value(step).map(|(key, value)| (key.span().start, value)),
        DeValue::Array(array) => array.get(step.parse::<usize>().ok()?).map(|value| (value.span().start, value)),
        _ => None,
    }
}

/// What serde says, for people who do not write Rust.
fn in_plain_words(message: &str) -> String {
    let mut words = message.replace("missing field", "missing key").replace(" `", " “").replace('`', "”");
    for number in ["u16", "u32", "i32"] {
        words = words.replace(number, "a whole number");
    }
    words
}
