//! The rules of an item.

use std::collections::BTreeSet;

use super::{LONGEST_ID, Parts, check_options, is_name, required};
use crate::survey::problem::did_you_mean;
use crate::survey::source::Source;
use crate::survey::{Item, Level, Look};

pub(super) fn check(source: &mut Source, parts: &Parts, path: &str, item: &Item) {
    check_id(source, path, item);
    required(source, &format!("{path}.text"), &item.text);
    check_waves(source, path, item);
    check_options(source, &format!("{path}.options"), &item.options);
    check_shape(source, parts, path, item);
    check_routes(source, parts, path, item);
    for word in item.glossary.keys() {
        let texts = [Some(&item.text), item.text_after.as_ref()];
        if !texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&word.to_lowercase())) {
            let what = format!("“{word}” is explained but does not stand in the text.");
            source.report(&format!("{path}.glossary"), what, "Take it out of the glossary, or use it in the text.");
        }
    }
}

fn check_id(source: &mut Source, path: &str, item: &Item) {
    let path = format!("{path}.id");
    if item.id.is_empty() {
        required(source, &path, &item.id);
    } else if item.id.len() > LONGEST_ID {
        let what = format!("the id “{}” is longer than {LONGEST_ID} letters, and it becomes a column name.", item.id);
        source.report(&path, what, "Shorten it.");
    } else if !is_name(&item.id, |c| c.is_ascii_alphanumeric() || c == '-') {
        let what = format!("“{}” cannot be an item's id, which becomes a column name.", item.id);
        source.report(&path, what, "Use letters, digits and hyphens: K2-CF1.");
    }
}

fn check_waves(source: &mut Source, path: &str, item: &Item) {
    let path = format!("{path}.waves");
    if item.waves.is_empty() {
        source.report(&path, "it is never asked.", "Write `waves = [\"pre\", \"post\", \"follow_up\"]` or fewer.");
    }
    let too_soon = item.waves.iter().filter(|wave| item.home_frequency && !wave.allows_home_frequency());
    let too_soon: Vec<&str> = too_soon.map(|wave| wave.code()).collect();
    if !too_soon.is_empty() {
        let what = format!(
            "it asks how often something happens at home, which cannot have changed by {}.",
            too_soon.join(", ")
        );
        source.report(&path, what, "Ask it at pre, post_prog and follow_up, and ask an intention at post_same.");
    }
}

/// What the look of the scale needs, and nothing it has no use for.
fn check_shape(source: &mut Source, parts: &Parts, path: &str, item: &Item) {
    let Some(scale) = parts.scales.get(&item.scale) else { return };
    let options = parts.options_of(item);
    let mut report = |key: &str, what: &str, mend: &str| source.report(&format!("{path}.{key}"), what, mend);

    match (&item.children, scale.look) {
        (None, Look::TwoChildren) => {
            report(
                "children",
                "the two children's statements are missing.",
                "Write `children = [\"Some children …\", \"Other children …\"]`.",
            );
        }
        (Some(children), Look::TwoChildren) if children.iter().any(|said| said.trim().is_empty()) => {
            report("children", "one child says nothing.", "Write what both children say.");
        }
        (Some(_), look) if look != Look::TwoChildren => {
            report(
                "children",
                "only a scale with two children has use for this.",
                "Take it out, or use the scale two4.",
            );
        }
        _ => {}
    }
    if scale.look.lists_jobs() && item.jobs.is_empty() {
        report("jobs", "the list of jobs is missing.", "Write `jobs = [\"vet\", …]` with ids of jobs.");
    }
    if !scale.look.lists_jobs() && !item.jobs.is_empty() {
        report(
            "jobs",
            "only a scale of job tiles or rows has use for this.",
            "Take it out, or use the scale tap or know3.",
        );
    }
    if !item.options.is_empty() && !scale.options.is_empty() {
        report("options", "the scale has options of its own.", "Take these out, or use the scale one or multi.");
    }
    if options.is_empty() && scale.look != Look::Text {
        report("options", "there is nothing to choose from.", "Write `options = [{ value = 1, label = \"…\" }, …]`.");
    }
    if scale.look == Look::Multi && options.iter().any(|option| option.key.is_none()) {
        report("options", "each option to tick is a column, and one has no key.", "Add `key = \"short_name\"` to it.");
    }
    if options.iter().filter(|option| option.write_in).count() > 1 {
        report("options", "two options open a text, and there is room for one.", "Leave `write_in` on one of them.");
    }
    if item.retrospective.is_some() && scale.level != Level::Ordinal {
        report("retrospective", "its scale has no order.", "Use an ordered scale, such as much5.");
    }
    if item.known_answer.is_some_and(|known| !options.iter().any(|option| option.value == known)) {
        report("known_answer", "it is not one of the options.", "Use the value of the right option.");
    }
    let distinct: BTreeSet<&String> = item.jobs.iter().collect();
    if distinct.len() < item.jobs.len() {
        report("jobs", "a job stands in the list twice.", "Take one out.");
    }
}

/// Conditions look back at an earlier item and at values it can have.
fn check_routes(source: &mut Source, parts: &Parts, path: &str, item: &Item) {
    let conditions =
        item.only_after.iter().enumerate().map(|(n, c)| (format!("{path}.only_after.{n}"), &c.item, &c.is));
    let wordings = item.text_when.iter().enumerate().map(|(n, w)| (format!("{path}.text_when.{n}"), &w.item, &w.is));
    for (path, id, values) in conditions.chain(wordings) {
        let earlier = parts.declared.iter().take_while(|declared| **declared != item.id).map(String::as_str);
        if !earlier.clone().any(|declared| declared == id) {
            let what = format!("there is no item “{id}” before this one.");
            let mend = did_you_mean(id, earlier, "Name an item that is asked earlier.");
            source.report(&format!("{path}.item"), what, mend);
        }
        let Some(asked) = parts.item(id) else { continue };
        for value in values {
            if !parts.options_of(asked).iter().any(|option| option.value == *value) {
                let what = format!("{value} is not an option of {id}.");
                source.report(&format!("{path}.is"), what, format!("Use the values of the options of {id}."));
            }
        }
    }
    for (n, wording) in item.text_when.iter().enumerate() {
        required(source, &format!("{path}.text_when.{n}.text"), &wording.text);
        if wording.is.is_empty() {
            source.report(&format!("{path}.text_when.{n}.is"), "no values are named.", "Write `is = [2]`.");
        }
    }
}
