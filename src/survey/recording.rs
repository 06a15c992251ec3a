//! Recordings of what a survey asks: audio files in a folder beside its file, named like what they say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::problem::{Problem, did_you_mean};
use super::{Item, Refused, Survey, Wave};

/// The ending of a recording and its media type, first those that every tablet plays.
const KINDS: [(&str, &str); 3] = [("mp3", "audio/mpeg"), ("m4a", "audio/mp4"), ("ogg", "audio/ogg")];

/// A minute of speech is a tenth of it; tablets take every recording along.
const LARGEST: usize = 2_000_000;

/// The words before the first question, and those after the last.
const OF_EVERY_SURVEY: [&str; 2] = ["opening", "closing"];

/// The folder of what every survey says alike.
pub(super) const COMMON: &str = "common.audio";

/// The screens that every survey shares, as their recordings are called (docs/survey-format.md).
const SHARED: [&str; 10] =
    ["who", "year", "permission", "ready", "ready-adult", "done", "not-yet", "declined", "pass-on", "helper"];

/// One recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Named by what it holds, so that a tablet can keep it for ever: `3f09…c1.mp3`.
    pub file: String,
    /// Its media type.
    pub content_type: &'static str,
    /// What it holds.
    pub bytes: Arc<[u8]>,
}

impl Recording {
    /// Where a page gets it.
    pub fn address(&self) -> String {
        format!("/audio/{}", self.file)
    }
}

/// The recordings of one version, by the name of what is said: `opening`, `K1-CF1`, `K1-CF1.after`.
pub type Recordings = BTreeMap<String, Recording>;

impl Item {
    /// What a recording of this question is called at a wave. A retrospective pair has two, `ID.then` and
    /// `ID.now`, and wordings for some people have their own: [`Item::variants_recorded`].
    pub fn recorded_at(&self, wave: Wave) -> String {
        let own_words = self.text_after.is_some() && wave != Wave::Pre;
        if own_words { format!("{}.after", self.id) } else { self.id.clone() }
    }

    /// What the recordings of the wordings in `text_when` are called, in their order: `ID.when-1`.
    pub fn variants_recorded(&self) -> impl Iterator<Item = String> + '_ {
        (1..=self.text_when.len()).map(|number| format!("{}.when-{number}", self.id))
    }

    fn recordings(&self) -> Vec<String> {
        if self.retrospective.is_some() {
            return ["then", "now"].map(|part| format!("{}.{part}", self.id)).into();
        }
        let mut names: Vec<String> = self.waves.iter().map(|wave| self.recorded_at(*wave)).collect();
        names.dedup();
        names.extend(self.variants_recorded());
        names
    }
}

/// Takes the files of a folder for a survey's recordings, and says which cannot be used. `folder` is what
/// people call it.
pub(super) fn sort(
    survey: &Survey,
    folder: &str,
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> (Recordings, Vec<Refused>) {
    let mut known: Vec<String> = OF_EVERY_SURVEY.map(str::to_owned).into();
    known.extend(survey.items.iter().flat_map(Item::recordings));
    sort_known(&survey.id, &known, folder, files)
}

/// The same for the screens that every survey shares.
pub(super) fn sort_common(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> (Recordings, Vec<Refused>) {
    sort_known("common", &SHARED.map(str::to_owned), COMMON, files)
}

fn sort_known(
    id: &str,
    known: &[String],
    folder: &str,
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> (Recordings, Vec<Refused>) {
    let (mut recordings, mut refused) = (Recordings::new(), Vec::new());
    for (name, bytes) in files {
        let (said, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let kind = KINDS.iter().position(|(known, _)| ending.eq_ignore_ascii_case(known));
        let notes = said.is_empty() || ["txt", "md"].iter().any(|known| ending.eq_ignore_ascii_case(known));
        let trouble = match kind {
            None if notes => continue,
            None => {
                Some(("tablets cannot play this kind of file.".to_owned(), "Save it as mp3, m4a or ogg.".to_owned()))
            }
            Some(_) if !known.iter().any(|one| one == said) => {
                let mend = "Name it like a question’s id: see docs/survey-format.md, Recordings.";
                let mend = did_you_mean(said, known.iter().map(String::as_str), mend);
                Some((format!("“{id}” says nothing that is called “{said}”."), mend))
            }
            Some(_) if bytes.len() > LARGEST => {
                Some(("it is larger than 2 MB.".to_owned(), "Save it in mono, at 48 kbit a second.".to_owned()))
            }
            Some(_) => None,
        };
        match (trouble, kind) {
            (Some((what, mend)), _) => refused.push(refuse(&format!("{folder}/{name}"), what, mend)),
            (None, Some(kind)) => {
                let made = recording(kind, bytes);
                let better = |other: &Recording| rank(other) <= rank(&made);
                if !recordings.get(said).is_some_and(better) {
                    recordings.insert(said.to_owned(), made);
                }
            }
            (None, None) => {}
        }
    }
    (recordings, refused)
}

/// What is wrong with the recordings beside a survey's file.
pub fn check_recordings(file: &Path, survey: &Survey) -> Vec<Refused> {
    let folder = file.with_extension("audio");
    let name = folder.display().to_string();
    if !folder.is_dir() {
        return Vec::new();
    }
    match files_of(&folder) {
        Ok(files) => sort(survey, &name, files).1,
        Err(error) => vec![unreadable(&name, &error)],
    }
}

/// Every file of a folder.
pub(super) fn files_of(folder: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}

pub(super) fn unreadable(name: &str, error: &std::io::Error) -> Refused {
    refuse(name, format!("it cannot be read: {}.", crate::system::why(error)), "Let this program read it.".to_owned())
}

pub(super) fn refuse(name: &str, what: String, mend: String) -> Refused {
    let problem = Problem { file: name.to_owned(), line: 0, column: 0, place: String::new(), what, mend };
    Refused { file: name.to_owned(), problems: vec![problem] }
}

fn recording(kind: usize, bytes: Vec<u8>) -> Recording {
    let (ending, content_type) = KINDS[kind];
    let hash = crate::system::hex(&Sha256::digest(&bytes)[..12]);
    Recording { file: format!("{hash}.{ending}"), content_type, bytes: bytes.into() }
}

fn rank(recording: &Recording) -> usize {
    KINDS.iter().position(|(_, kind)| *kind == recording.content_type).unwrap_or(KINDS.len())
}
