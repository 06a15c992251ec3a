//! The rules of a measure.

use super::{Parts, required};
use crate::survey::problem::did_you_mean;
use crate::survey::source::Source;
use crate::survey::{Item, Level, Look, Measure, Rule};

/// The longest measure id: it is a column name too.
const LONGEST_ID: usize = 32;

/// More items than this would need a denominator that is hard to read.
const MOST_ITEMS: usize = 20;

pub(super) fn check(source: &mut Source, parts: &Parts, path: &str, measure: &Measure) {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '~');
    if !(1..=LONGEST_ID).contains(&measure.id.len()) || !measure.id.chars().all(letters) {
        let what = format!("“{}” cannot be a measure's id.", measure.id);
        source.report(&format!("{path}.id"), what, "Use letters, digits, -, _ and ~, at most 32: CNF-JOB.");
    }
    required(source, &format!("{path}.title"), &measure.title);
    check_items(source, parts, path, measure);
    check_reversed(source, parts, path, measure);
    check_needs(source, path, measure);
    check_cut(source, parts, path, measure);
}

fn check_items(source: &mut Source, parts: &Parts, path: &str, measure: &Measure) {
    let path = format!("{path}.items");
    let number = measure.items.len();
    if number == 0 {
        source.report(&path, "it is made of no items.", "Write `items = [\"K2-CF1\"]`.");
    }
    if measure.rule == Rule::Value && number > 1 {
        source.report(&path, "the rule value takes one item.", "Name one, or use the rule mean_pomp.");
    }
    if number > MOST_ITEMS {
        let what = format!("{number} items are more than one measure can hold.");
        source.report(&path, what, format!("Use at most {MOST_ITEMS}."));
    }
    for (n, id) in measure.items.iter().enumerate() {
        let path = format!("{path}.{n}");
        if measure.items[..n].contains(id) {
            source.report(&path, format!("{id} is named twice."), "Name it once.");
        }
        if !parts.declared.contains(id) {
            let mend = did_you_mean(id, parts.declared.iter().map(String::as_str), "Name an item of this file.");
            source.report(&path, format!("there is no item “{id}”."), mend);
        }
        if let Some(item) = parts.item(id) {
            check_fit(source, parts, &path, measure.rule, item);
        }
    }
}

/// Whether a rule can make a number of an item.
fn check_fit(source: &mut Source, parts: &Parts, path: &str, rule: Rule, item: &Item) {
    let Some(scale) = parts.scales.get(&item.scale) else { return };
    let id = &item.id;
    let lists = scale.look.lists_jobs();
    let (what, mend) = match rule {
        Rule::CountJobs if lists => return,
        Rule::CountJobs => {
            (format!("{id} is not a list of jobs, so there is nothing to count."), "Use the rule value.")
        }
        _ if lists => (format!("{id} is a list of jobs, not one answer."), "Use the rule count_jobs."),
        _ if item.retrospective.is_some() => {
            (format!("{id} is a retrospective pair, which is felt change and never a score."), "Take it out.")
        }
        _ if matches!(scale.look, Look::Multi | Look::Text) => {
            (format!("{id} has no single value."), "Take it out; such answers are counted, not scored.")
        }
        Rule::Value | Rule::MeanPomp if scale.level != Level::Ordinal => {
            (format!("the answers of {id} have no order, so they make no score."), "Use the rule share_at_least.")
        }
        Rule::MeanPomp if parts.options_of(item).len() < 2 => {
            (format!("{id} has fewer than two options, so it has no range."), "Give it two or more.")
        }
        _ => return,
    };
    source.report(path, what, mend);
}

fn check_reversed(source: &mut Source, parts: &Parts, path: &str, measure: &Measure) {
    for (n, id) in measure.reversed.iter().enumerate() {
        let path = format!("{path}.reversed.{n}");
        if !measure.items.contains(id) {
            let what = format!("{id} is turned round but is not one of the items.");
            source.report(&path, what, "Add it to `items`, or take it out here.");
        }
        let scale = parts.item(id).and_then(|item| parts.scales.get(&item.scale));
        if scale.is_some_and(|scale| scale.level != Level::Ordinal) {
            let what = format!("{id} cannot be turned round: the options of its scale have no order.");
            source.report(&path, what, "Take it out, or give the item an ordered scale.");
        }
    }
}

fn check_needs(source: &mut Source, path: &str, measure: &Measure) {
    if usize::from(measure.needs) > measure.items.len() {
        let what = format!("it needs {} answers and has {} items.", measure.needs, measure.items.len());
        source.report(&format!("{path}.needs"), what, "Need at most as many as there are items.");
    }
}

/// The cut of what is positive lies on the scale of every item, where the rule has use for one.
fn check_cut(source: &mut Source, parts: &Parts, path: &str, measure: &Measure) {
    let path = format!("{path}.positive_from");
    let Some(cut) = measure.positive_from else {
        if measure.rule == Rule::ShareAtLeast {
            source.report(&path, "a share needs the value it counts from.", "Write `positive_from = 3`.");
        }
        return;
    };
    if !matches!(measure.rule, Rule::Value | Rule::ShareAtLeast) {
        source.report(&path, "only the rules value and share_at_least have use for this.", "Take it out.");
        return;
    }
    for item in measure.items.iter().filter_map(|id| parts.item(id)) {
        let values = parts.options_of(item).iter().map(|option| option.value);
        let Some((min, max)) = values.clone().min().zip(values.max()) else { continue };
        if !(min..=max).contains(&cut) {
            let what = format!("{cut} lies outside the scale of {}, which runs from {min} to {max}.", item.id);
            source.report(&path, what, "Use a value of the scale.");
        }
    }
}
