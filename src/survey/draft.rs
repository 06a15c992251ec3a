//! From a survey file to a [`Survey`]: names of scales, jobs, words and waves become what they stand for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::{Problem, did_you_mean};
use super::rules::{self, Parts};
use super::source::Source;
use super::{
    Audience, Condition, Item, Job, Measure, ResponseOption, Retrospective, Scale, Survey, TextWhen, Wave, Words,
};

/// The shared scales, jobs and hard words.
pub(super) static COMMON: LazyLock<Result<Shelf, Vec<Problem>>> = LazyLock::new(|| {
    let mut source = Source::parse("common.toml", include_str!("../../surveys/common.toml"))?;
    let shelf = Shelf::read(&mut source);
    let problems = source.into_problems();
    if problems.is_empty() { Ok(shelf) } else { Err(problems) }
});

/// What a file may name: shared by all surveys in `common.toml`, or a survey's own.
#[derive(Default)]
pub(super) struct Shelf {
    pub scales: BTreeMap<String, Scale>,
    pub jobs: BTreeMap<String, Job>,
    pub glossary: BTreeMap<String, String>,
}

impl Shelf {
    fn read(source: &mut Source) -> Shelf {
        Shelf {
            scales: read_map(source, "scales"),
            jobs: read_map(source, "jobs"),
            glossary: read_map(source, "glossary"),
        }
    }
}

/// Reads a table entry by entry, so that one bad entry does not hide the others.
fn read_map<T: DeserializeOwned>(source: &mut Source, table: &str) -> BTreeMap<String, T> {
    let keys = source.keys(table);
    keys.into_iter().filter_map(|key| source.read(&format!("{table}.{key}"), &[]).map(|value| (key, value))).collect()
}

/// The keys at the top of a file.
#[derive(Deserialize)]
pub(super) struct Head {
    pub id: String,
    pub version: u32,
    pub title: String,
    pub audience: Audience,
    #[serde(default = "english")]
    pub language: String,
    pub target_px: u16,
    pub words: Words,
}

fn english() -> String {
    "en".to_owned()
}

/// An item as it is written: names, not yet what they stand for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ItemDraft {
    id: String,
    core: bool,
    optional: bool,
    text: String,
    text_after: Option<String>,
    text_when: Vec<TextWhen>,
    children: Vec<String>,
    retrospective: Option<Retrospective>,
    scale: String,
    options: Vec<ResponseOption>,
    jobs: Vec<String>,
    waves: Vec<String>,
    home_frequency: bool,
    known_answer: Option<i32>,
    only_after: Vec<Condition>,
    glossary: Vec<String>,
    topic: Option<String>,
    #[serde(default = "eight")]
    seconds: u16,
}

fn eight() -> u16 {
    8
}

/// Reads and checks one survey file. `name` is its file name: `<id>.v<version>.toml`.
///
/// # Errors
/// Every problem found, from the top of the file to its end.
pub fn check(name: &str, text: &str) -> Result<Survey, Vec<Problem>> {
    let common = COMMON.as_ref().map_err(Clone::clone)?;
    let mut source = Source::parse(name, text)?;
    let survey = read_survey(&mut source, common);
    match (survey, source.into_problems()) {
        (Some(survey), problems) if problems.is_empty() => Ok(survey),
        (_, problems) => Err(problems),
    }
}

fn read_survey(source: &mut Source, common: &Shelf) -> Option<Survey> {
    let head = source.read("", &["item", "measure", "scales", "jobs", "glossary"]);
    let own = Shelf::read(source);
    let mut used = Shelf::default();
    let declared = (0..source.count("item")).map(|n| source.text(&format!("item.{n}.id"))).collect();
    let items = read_list(source, "item", |source, path, draft| resolve(source, path, draft, &own, common, &mut used));
    let measures = read_list(source, "measure", |_, _, mut measure: Measure| {
        if measure.needs == 0 {
            measure.needs = u16::try_from(measure.items.len()).unwrap_or(u16::MAX);
        }
        measure
    });
    let parts = Parts { head, own, scales: used.scales, items, measures, declared };
    rules::check(source, &parts);
    let head = parts.head?;
    Some(Survey {
        id: head.id,
        version: head.version,
        title: head.title,
        audience: head.audience,
        language: head.language,
        target_px: head.target_px,
        words: head.words,
        scales: parts.scales,
        jobs: used.jobs,
        items: parts.items.into_iter().map(|(_, item)| item).collect(),
        measures: parts.measures.into_iter().map(|(_, measure)| measure).collect(),
    })
}

/// Reads the tables of a list whose shape is right, each with its path.
fn read_list<'a, T: DeserializeOwned, U>(
    source: &mut Source<'a>,
    list: &str,
    mut made_of: impl FnMut(&mut Source<'a>, &str, T) -> U,
) -> Vec<(String, U)> {
    let paths = (0..source.count(list)).map(|n| format!("{list}.{n}"));
    let read =
        |path: String| source.read(&path, &[]).map(|value| made_of(source, &path, value)).map(|made| (path, made));
    paths.filter_map(read).collect()
}

/// Puts in place of each name what it stands for: the survey's own first, then the shared one.
fn resolve(
    source: &mut Source,
    path: &str,
    mut draft: ItemDraft,
    own: &Shelf,
    common: &Shelf,
    used: &mut Shelf,
) -> Item {
    if let Some(scale) = own.scales.get(&draft.scale).or_else(|| common.scales.get(&draft.scale)) {
        used.scales.insert(draft.scale.clone(), scale.clone());
    } else if draft.scale.is_empty() {
        source.report(&format!("{path}.scale"), "the scale is missing.", "Write `scale = \"agree5\"`, or another.");
    } else {
        let known = own.scales.keys().chain(common.scales.keys()).map(String::as_str);
        let add = format!("Use one of surveys/common.toml, or describe it in a table [scales.{}].", draft.scale);
        let mend = did_you_mean(&draft.scale, known, add);
        source.report(&format!("{path}.scale"), format!("there is no scale “{}”.", draft.scale), mend);
    }

    for (position, id) in draft.jobs.iter().enumerate() {
        if let Some(job) = own.jobs.get(id).or_else(|| common.jobs.get(id)) {
            used.jobs.insert(id.clone(), job.clone());
        } else {
            let known = own.jobs.keys().chain(common.jobs.keys()).map(String::as_str);
            let add = format!("Use one of surveys/common.toml, or describe it in a table [jobs.{id}].");
            let mend = did_you_mean(id, known, add);
            source.report(&format!("{path}.jobs.{position}"), format!("there is no job “{id}”."), mend);
        }
    }

    let mut glossary = BTreeMap::new();
    for (position, word) in draft.glossary.iter().enumerate() {
        if let Some(meaning) = own.glossary.get(word).or_else(|| common.glossary.get(word)) {
            glossary.insert(word.clone(), meaning.clone());
        } else {
            let what = format!("the glossary has no word “{word}”.");
            let mend = format!("Add it with its plain meaning to a table [glossary]: {word} = \"…\".");
            source.report(&format!("{path}.glossary.{position}"), what, mend);
        }
    }

    let mut waves: Vec<Wave> = Vec::new();
    for (position, word) in draft.waves.iter().enumerate() {
        if let Some(meant) = waves_of(word) {
            waves.extend(meant);
        } else {
            let mend = format!("The waves are: {}.", WAVE_WORDS.join(", "));
            let mend = did_you_mean(word, WAVE_WORDS, mend);
            source.report(&format!("{path}.waves.{position}"), format!("there is no wave “{word}”."), mend);
        }
    }
    waves.sort_unstable();
    waves.dedup();

    let said = draft.children.join(" ");
    if draft.children.len() > 2 {
        source.report(&format!("{path}.children"), "more than two children speak.", "Write two statements.");
    }
    if !draft.children.is_empty() {
        draft.children.resize(2, String::new());
    }
    Item {
        id: draft.id,
        core: draft.core,
        optional: draft.optional,
        text: if draft.text.is_empty() { said } else { draft.text },
        text_after: draft.text_after,
        text_when: draft.text_when,
        children: draft.children.try_into().ok(),
        retrospective: draft.retrospective,
        scale: draft.scale,
        options: draft.options,
        jobs: draft.jobs,
        waves,
        home_frequency: draft.home_frequency,
        known_answer: draft.known_answer,
        only_after: draft.only_after,
        glossary,
        topic: draft.topic,
        seconds: draft.seconds,
    }
}

/// The wave words a file may use.
const WAVE_WORDS: [&str; 7] = ["pre", "post", "post_same", "post_prog", "post_exit", "follow_up", "event"];

/// The waves a word stands for. What is answered at home within two days is asked like a same-day
/// after; the short exit after asks only what names it.
fn waves_of(word: &str) -> Option<&'static [Wave]> {
    Some(match word {
        "pre" => &[Wave::Pre],
        "post" => &[Wave::PostSame, Wave::PostProg, Wave::PostHome],
        "post_same" => &[Wave::PostSame, Wave::PostHome],
        "post_prog" => &[Wave::PostProg],
        "post_exit" => &[Wave::PostExit],
        "follow_up" => &[Wave::FollowUp],
        "event" => &[Wave::Event],
        _ => return None,
    })
}
