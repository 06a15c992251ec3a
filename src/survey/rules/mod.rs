//! What a survey must obey beyond its shape. Each rule is a few lines and reports every breach.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Head, Shelf};
use super::source::Source;
use super::{Item, Measure, ResponseOption, Scale};

mod item;
mod measure;

/// The longest item id: it becomes the beginning of a column name.
const LONGEST_ID: usize = 24;

/// What has been read of a file, with the path of each item and measure in it. An item or measure
/// whose shape is wrong is not among them; its id is still in `declared`.
pub(super) struct Parts {
    pub head: Option<Head>,
    pub own: Shelf,
    pub scales: BTreeMap<String, Scale>,
    pub items: Vec<(String, Item)>,
    pub measures: Vec<(String, Measure)>,
    pub declared: Vec<String>,
}

/// Reports every breach of every rule.
pub(super) fn check(source: &mut Source, parts: &Parts) {
    if let Some(head) = &parts.head {
        check_head(source, head);
    }
    check_shelf(source, &parts.own);
    if parts.declared.is_empty() {
        source.report("item", "the survey asks nothing.", "Add an [[item]].");
    }
    let mut seen = BTreeSet::new();
    for (n, id) in parts.declared.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
        if !seen.insert(id) {
            let what = format!("there are two items “{id}”.");
            source.report(&format!("item.{n}.id"), what, "Give one of them another id.");
        }
    }
    for (path, item) in &parts.items {
        item::check(source, parts, path, item);
    }
    let mut seen = BTreeSet::new();
    for (path, measure) in &parts.measures {
        if !seen.insert(&measure.id) {
            let what = format!("there are two measures “{}”.", measure.id);
            source.report(&format!("{path}.id"), what, "Give one of them another id.");
        }
        measure::check(source, parts, path, measure);
    }
}

impl Parts {
    fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().map(|(_, item)| item).find(|item| item.id == id)
    }

    fn options_of<'a>(&'a self, item: &'a Item) -> &'a [ResponseOption] {
        let own = Some(&item.options).filter(|options| !options.is_empty());
        own.or_else(|| self.scales.get(&item.scale).map(|scale| &scale.options)).map_or(&[], Vec::as_slice)
    }
}

fn check_head(source: &mut Source, head: &Head) {
    if !is_name(&head.id, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let what = format!("“{}” cannot be a survey's id.", head.id);
        source.report("id", what, "Use small letters, digits and hyphens, at most 24: my-survey.");
    }
    let name = format!("{}.v{}.toml", head.id, head.version);
    if head.version == 0 {
        source.report("version", "versions count from 1.", "Write `version = 1`.");
    } else if std::path::Path::new(source.file()).file_name().is_none_or(|file| file != name.as_str()) {
        let what = format!("the file holds version {} of “{}”, which its name does not say.", head.version, head.id);
        source.report("version", what, format!("Call the file {name}, or change id or version."));
    }
    for (path, text) in
        [("title", &head.title), ("words.opening", &head.words.opening), ("words.closing", &head.words.closing)]
    {
        required(source, path, text);
    }
    if !(44..=120).contains(&head.target_px) {
        let what = format!("a tap target {} pixels high does not suit a finger.", head.target_px);
        source.report("target_px", what, "Use 72 for the youngest, 56 for 7 to 11, 48 for older people.");
    }
}

fn check_shelf(source: &mut Source, own: &Shelf) {
    for (name, scale) in &own.scales {
        check_options(source, &format!("scales.{name}.options"), &scale.options);
    }
    for (id, job) in &own.jobs {
        if !is_name(id, is_key) {
            let what = format!("“{id}” cannot be a job's id.");
            source.report(&format!("jobs.{id}"), what, "Use small letters, digits and _, at most 24: wind_tech.");
        }
        required(source, &format!("jobs.{id}.label"), &job.label);
        if !job.foil {
            required(source, &format!("jobs.{id}.plain"), &job.plain);
        }
    }
}

/// Values are distinct and not negative, labels are there, keys can become part of a column name.
fn check_options(source: &mut Source, path: &str, options: &[ResponseOption]) {
    let (mut values, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for (n, option) in options.iter().enumerate() {
        let path = format!("{path}.{n}");
        required(source, &format!("{path}.label"), &option.label);
        if option.value < 0 {
            let what =
                format!("the value {} is negative, and negative numbers are kept for missing answers.", option.value);
            source.report(&format!("{path}.value"), what, "Use a number from 0 up.");
        }
        if !values.insert(option.value) {
            let what = format!("two options have the value {}.", option.value);
            source.report(&format!("{path}.value"), what, "Give each option a value of its own.");
        }
        let Some(key) = &option.key else { continue };
        if !is_name(key, is_key) {
            let mend = "Use small letters, digits and _, at most 24: close_to_home.";
            source.report(&format!("{path}.key"), format!("“{key}” cannot be a key."), mend);
        }
        if !keys.insert(key) {
            let what = format!("two options have the key “{key}”.");
            source.report(&format!("{path}.key"), what, "Give each option a key of its own.");
        }
    }
}

/// Reports a text that is missing or blank.
fn required(source: &mut Source, path: &str, text: &str) {
    if text.trim().is_empty() {
        let key = path.rsplit('.').next().unwrap_or_default();
        source.report(path, format!("the {key} is missing."), format!("Write `{key} = \"…\"`."));
    }
}

fn is_name(name: &str, allowed: impl Fn(char) -> bool) -> bool {
    (1..=LONGEST_ID).contains(&name.len()) && name.chars().all(allowed)
}

fn is_key(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

#[cfg(test)]
mod tests;
