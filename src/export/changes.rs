//! `CHANGES.txt`: what was altered after answers had come in, for whoever holds older files of the same programme.
//!
//! It counts by month and says on which day something was decided: never who asked for it, who did it, or about whom.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::pairing::links::Decision;
use crate::store::StoredLink;

use super::{Enclosed, Export, ExportError};

/// Its name.
pub const CHANGES: &str = "CHANGES.txt";

/// What it holds, in a few words.
pub const CHANGES_WORDS: &str =
    "what was altered after answers had come in: targets, questionnaires, who is who, answers taken out";

/// The text. `made_at` is a moment in words.
///
/// # Errors
/// Where the database fails.
pub async fn changes(export: &Export, enclosed: &Enclosed, made_at: &str) -> Result<String, ExportError> {
    let (store, programme) = (&export.store, export.programme());
    let links = store.links(programme.id).await?;
    let signed = enclosed.signed_off().map(|signed| {
        let same = match signed.same_figures {
            true => "The figures in these files are those that were signed off",
            false => "The figures in these files are others than those that were signed off",
        };
        vec![format!("{same} on {}.", signed.on)]
    });
    let cleared = store.clocks(programme.id).await?.into_iter().filter(|clock| !clock.done_on.is_empty());
    let cleared = cleared.map(|clock| format!("{}: {} ({})", clock.done_on, clock.clearing.words(), clock.receipt));
    let withdrawn = store.withdrawn_from(programme.id).await?;
    let withdrawn = months(withdrawn.into_iter().map(|at_us| (at_us, "families’ answers")));
    let parts: [(&str, &str, Vec<String>); 6] = [
        ("TARGETS", "None was altered after the first answer.", enclosed.altered()),
        ("QUESTIONNAIRES", "Each was answered in one version.", versions(export)),
        ("WHO IS WHO, DECIDED BY HAND", "Nothing was decided.", decided(&links)),
        ("TAKEN OUT BECAUSE A FAMILY WISHED IT", "Nothing that is known to be of this programme.", withdrawn),
        ("DELETED ON A DAY THAT WAS SET", "Nothing was deleted.", cleared.collect()),
        ("SIGNED OFF", "The report has not been signed off.", signed.unwrap_or_default()),
    ];
    let mut text = format!(
        "{}
Changes up to {made_at}.

What was altered after answers had come in, so that whoever holds older files knows why these differ. It counts: who
asked for something, who did it, and about whom, is in no file; only the report names who signed it off.
",
        programme.name
    );
    for (title, nothing, lines) in parts {
        let _never_fails = write!(text, "\n{title}\n");
        let lines = if lines.is_empty() { vec![nothing.to_owned()] } else { lines };
        lines.iter().for_each(|line| text.extend([line, "\n"]));
    }
    Ok(text)
}

/// Questionnaires that were answered in more than one version.
fn versions(export: &Export) -> Vec<String> {
    let mut surveys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (version, n) in export.versions() {
        let survey = &version.survey;
        let hash = version.hash.get(..12).unwrap_or(&version.hash);
        surveys.entry(&survey.id).or_default().push(format!("version {} ({hash}, {n} responses)", survey.version));
    }
    let several = surveys.into_iter().filter(|(_, versions)| versions.len() > 1);
    let told =
        |(survey, versions): (&str, Vec<String>)| format!("{survey} was answered in {}.", versions.join(" and "));
    let mut told: Vec<String> = several.map(told).collect();
    if !told.is_empty() {
        told.push("Where their wordings differ, the notes of codebook.csv say how.".to_owned());
    }
    told
}

/// What was decided about who is who, and what of that was taken back.
fn decided(links: &[StoredLink]) -> Vec<String> {
    let what = |decision: &Decision| match decision {
        Decision::Tie { .. } => "cards led to another card's family",
        Decision::Same { .. } => "people counted as somebody else",
        Decision::Move { .. } => "responses given to somebody else",
        Decision::Aside { .. } => "responses set aside",
    };
    let mut decided = months(links.iter().map(|link| (link.made_us, what(&link.decision))));
    decided.extend(months(links.iter().filter_map(|link| Some((link.undone_us?, "decisions taken back")))));
    decided
}

/// How often each of some things happened, month by month.
fn months(times: impl Iterator<Item = (i64, &'static str)>) -> Vec<String> {
    let mut counts: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (moment_us, what) in times {
        *counts.entry((day(moment_us).chars().take(7).collect(), what)).or_default() += 1;
    }
    counts.iter().map(|((month, what), n)| format!("{month}: {what}: {n}")).collect()
}

/// A moment's day in UTC.
fn day(moment_us: i64) -> String {
    jiff::Timestamp::from_microsecond(moment_us)
        .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d").to_string())
}
