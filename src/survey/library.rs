//! Every survey there is: the ones in the binary, and a project's own folder.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use super::draft::check;
use super::problem::Problem;
use super::recording::{self, Recording, Recordings};
use super::{Audience, Survey, SurveyVersion, Watchwords, Wave};
use crate::person::{KeyStage, Role};
use crate::system;

/// The surveys that come with the program.
const EMBEDDED: [(&str, &str); 5] = [
    ("ks1.v1.toml", include_str!("../../surveys/ks1.v1.toml")),
    ("ks2.v1.toml", include_str!("../../surveys/ks2.v1.toml")),
    ("ks3.v1.toml", include_str!("../../surveys/ks3.v1.toml")),
    ("parent.v1.toml", include_str!("../../surveys/parent.v1.toml")),
    ("event.v1.toml", include_str!("../../surveys/event.v1.toml")),
];

/// The same folder, for the recordings beside them.
#[derive(rust_embed::RustEmbed)]
#[folder = "surveys/"]
struct SurveyFolder;

/// The surveys that can be answered, and the files that were refused.
#[derive(Debug, Clone)]
pub struct Library {
    versions: Vec<SurveyVersion>,
    /// Versions that were published once and are no longer in any file.
    remembered: Vec<SurveyVersion>,
    /// What is read aloud, by survey and version.
    recordings: BTreeMap<(String, u32), Recordings>,
    /// The same for the screens that every survey shares.
    common: Recordings,
    refused: Vec<Refused>,
    /// What puts a text at the top of the list of whoever reads it.
    watchwords: Watchwords,
}

/// A file that is not used, and why: a survey, or a recording beside one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The file's name.
    pub file: String,
    /// What is wrong with it; never empty.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "The file {} is not used:", self.file)?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Library {
    /// The surveys that come with the program.
    pub fn embedded() -> Library {
        let mut library = Library {
            versions: Vec::new(),
            remembered: Vec::new(),
            recordings: BTreeMap::new(),
            common: Recordings::new(),
            refused: Vec::new(),
            watchwords: Watchwords::embedded(),
        };
        for (name, text) in EMBEDDED {
            library.add(name, text);
        }
        let mut folders: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
        for path in SurveyFolder::iter() {
            let Some((folder, name)) = path.split_once('/').filter(|(folder, _)| folder.ends_with(".audio")) else {
                continue;
            };
            if let Some(file) = SurveyFolder::get(&path) {
                folders.entry(folder.to_owned()).or_default().push((name.to_owned(), file.data.into_owned()));
            }
        }
        folders.into_iter().for_each(|(folder, files)| library.add_recordings(&folder, files));
        library
    }

    /// The same with every `*.toml` file of a folder added, in order of their names, and the recordings in
    /// its `*.audio` folders. A broken file is [refused](Library::refused) by name; the rest work.
    ///
    /// # Errors
    /// Where the folder itself cannot be read.
    pub fn with_folder(mut self, folder: &Path) -> io::Result<Library> {
        let mut all = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
        all.sort();
        let ending =
            |ending: &'static str| move |path: &&std::path::PathBuf| path.extension().is_some_and(|e| e == ending);
        let name_of = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for path in all.iter().filter(ending("toml")) {
            let name = name_of(path);
            match fs::read_to_string(path) {
                Ok(text) => self.add(&name, &text),
                Err(error) => self.refuse(&name, format!("the file cannot be read: {}.", system::why(&error))),
            }
        }
        for path in all.iter().filter(ending("audio")).filter(|path| path.is_dir()) {
            let name = name_of(path);
            match recording::files_of(path) {
                Ok(files) => self.add_recordings(&name, files),
                Err(error) => self.refused.push(recording::unreadable(&name, &error)),
            }
        }
        Ok(self)
    }

    /// The same with another list of words that are read first.
    #[must_use]
    pub fn with_watchwords(mut self, watchwords: Watchwords) -> Library {
        self.watchwords = watchwords;
        self
    }

    /// Whether a text has one of the words that are read first.
    pub fn raises(&self, text: &str) -> bool {
        self.watchwords.are_in(text)
    }

    /// Every version, the program's own first.
    pub fn all(&self) -> &[SurveyVersion] {
        &self.versions
    }

    /// The files that are not used, and why.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The version with this content hash, offered today or only remembered.
    pub fn by_hash(&self, hash: &str) -> Option<&SurveyVersion> {
        self.versions.iter().chain(&self.remembered).find(|version| version.hash == hash)
    }

    /// Every version of a survey that was ever published here, offered today or only remembered.
    pub fn versions_of(&self, id: &str) -> impl Iterator<Item = &SurveyVersion> {
        self.versions.iter().chain(&self.remembered).filter(move |version| version.survey.id == id)
    }

    /// Keeps a version that was published once, so that answers to it can always be scored. It is
    /// never offered to anyone.
    pub fn remember(&mut self, version: SurveyVersion) {
        if self.by_hash(&version.hash).is_none() {
            self.remembered.push(version);
        }
    }

    /// The newest version of a survey.
    pub fn newest(&self, id: &str) -> Option<&SurveyVersion> {
        self.versions.iter().filter(|v| v.survey.id == id).max_by_key(|v| v.survey.version)
    }

    /// The newest version of every survey, in the order of [`Library::all`].
    pub fn newest_of_each(&self) -> impl Iterator<Item = &SurveyVersion> {
        self.versions.iter().filter(|v| self.newest(&v.survey.id).is_some_and(|newest| newest.hash == v.hash))
    }

    /// The survey a person is offered at a wave: the event's at an event, else the one for their role
    /// and key stage. A survey from a folder of one's own comes before the program's; of one id the newest
    /// version. An *after* is asked on the survey of the before: see [`Library::newest`].
    pub fn offered(&self, role: Role, key_stage: Option<KeyStage>, wave: Wave) -> Option<&SurveyVersion> {
        let audience = match (wave, role, key_stage) {
            (Wave::Event, ..) => Audience::Event,
            (_, Role::Adult, _) => Audience::Adult,
            (_, Role::Child, Some(key_stage)) => Audience::Child { key_stage },
            (_, Role::Child, None) => return None,
        };
        let last_added = self.versions.iter().rfind(|version| version.survey.audience == audience)?;
        self.newest(&last_added.survey.id)
    }

    /// The recordings of a version.
    pub fn recordings_of(&self, survey: &Survey) -> Option<&Recordings> {
        self.recordings.get(&(survey.id.clone(), survey.version))
    }

    /// The recordings of the screens that every survey shares, by the name of the screen.
    pub fn common_recordings(&self) -> &Recordings {
        &self.common
    }

    /// The recording with this file name, of whichever survey.
    pub fn recording(&self, file: &str) -> Option<&Recording> {
        self.recordings
            .values()
            .chain([&self.common])
            .flat_map(BTreeMap::values)
            .find(|recording| recording.file == file)
    }

    /// Takes the recordings of a folder that is named like a survey's file: `ks1.v1.audio`.
    fn add_recordings(&mut self, folder: &str, files: Vec<(String, Vec<u8>)>) {
        if folder == recording::COMMON {
            let (recordings, refused) = recording::sort_common(files);
            self.common.extend(recordings);
            self.refused.extend(refused);
            return;
        }
        let file = folder.strip_suffix(".audio").unwrap_or(folder);
        let survey = self.versions.iter().map(|v| &v.survey).find(|s| format!("{}.v{}", s.id, s.version) == file);
        let Some(survey) = survey else {
            let mend = "Name the folder like the survey: ks1.v1.audio beside ks1.v1.toml.".to_owned();
            self.refused.push(recording::refuse(folder, format!("there is no survey {file}.toml."), mend));
            return;
        };
        let (recordings, refused) = recording::sort(survey, folder, files);
        self.recordings.entry((survey.id.clone(), survey.version)).or_default().extend(recordings);
        self.refused.extend(refused);
    }

    fn add(&mut self, name: &str, text: &str) {
        match check(name, text) {
            Ok(survey) => {
                let version = survey.seal();
                let (id, number) = (&version.survey.id, version.survey.version);
                match self.versions.iter().find(|v| v.survey.id == *id && v.survey.version == number) {
                    Some(published) if published.hash == version.hash => {}
                    Some(_) => {
                        let next = number + 1;
                        let what = format!("version {number} of “{id}” is already published with other content.");
                        let mend = format!("Write `version = {next}` and call the file {id}.v{next}.toml.");
                        self.refuse_with(name, what, mend);
                    }
                    None => self.versions.push(version),
                }
            }
            Err(problems) => self.refused.push(Refused { file: name.to_owned(), problems }),
        }
    }

    fn refuse(&mut self, name: &str, what: String) {
        self.refuse_with(name, what, "Save it as plain text in UTF-8, readable for this program.".to_owned());
    }

    fn refuse_with(&mut self, name: &str, what: String, mend: String) {
        let problem = Problem { file: name.to_owned(), line: 1, column: 1, place: String::new(), what, mend };
        self.refused.push(Refused { file: name.to_owned(), problems: vec![problem] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_surveys_are_sound() {
        let library = Library::embedded();
        let refused: Vec<String> = library.refused().iter().map(ToString::to_string).collect();
        assert_eq!(refused, Vec::<String>::new());
        let items: Vec<(&str, usize)> =
            library.all().iter().map(|v| (v.survey.id.as_str(), v.survey.items.len())).collect();
        assert_eq!(items, [("ks1", 17), ("ks2", 26), ("ks3", 22), ("parent", 21), ("event", 14)]);
    }

    #[test]
    fn a_version_read_back_from_its_json_has_the_same_hash() {
        for version in Library::embedded().all() {
            let json = serde_json::to_string(&version.survey).expect("a survey is plain data");
            let again: crate::survey::Survey = serde_json::from_str(&json).expect("what was written can be read");
            assert_eq!(again.seal(), *version);
        }
    }

    const EXAMPLE: &str = include_str!("../../docs/examples/science-day.v1.toml");

    /// The embedded surveys with a folder of these files.
    fn with_files(files: &[(&str, &str)]) -> Library {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        Library::embedded().with_folder(folder.path()).expect("a readable folder")
    }

    #[test]
    fn a_broken_file_of_a_folder_is_refused_by_name_and_the_rest_work() {
        let library = with_files(&[
            ("broken.v1.toml", "id = \"broken\"\n[["),
            ("science-day.v1.toml", EXAMPLE),
            ("README.md", "not a survey"),
        ]);
        assert!(library.newest("science-day").is_some());
        let refused: Vec<&str> = library.refused().iter().map(|refused| refused.file.as_str()).collect();
        assert_eq!(refused, ["broken.v1.toml"]);
        assert!(library.refused()[0].to_string().contains("line 2"));
    }

    #[test]
    fn a_recording_is_taken_for_the_question_it_is_named_like_and_a_stray_one_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ks1, nobodys) = (folder.path().join("ks1.v1.audio"), folder.path().join("ks9.v1.audio"));
        for dir in [&ks1, &nobodys] {
            fs::create_dir(dir).expect("a folder");
        }
        let large = vec![0; 2_000_001];
        let files: [(&str, &[u8]); 8] = [
            ("opening.ogg", b"hello"),
            ("K1-CF1.mp3", b"one"),
            ("K1-CF1.ogg", b"the same for others"),
            ("K1-CF2.m4a", &large),
            ("K1-CF22.mp3", b"stray"),
            ("K1-CF3.wav", b"not played everywhere"),
            ("who-spoke.txt", b"Anna, in May"),
            (".DS_Store", b""),
        ];
        for (name, bytes) in files {
            fs::write(ks1.join(name), bytes).expect("a file");
        }
        let library = Library::embedded().with_folder(folder.path()).expect("a readable folder");
        let survey = &library.newest("ks1").expect("embedded").survey;
        let recordings = library.recordings_of(survey).expect("some");
        assert_eq!(recordings.keys().collect::<Vec<_>>(), ["K1-CF1", "opening"]);
        assert_eq!(&*recordings["K1-CF1"].bytes, b"one", "mp3 plays on more tablets");
        assert_eq!(library.recording(&recordings["opening"].file).map(|r| r.content_type), Some("audio/ogg"));
        let refused: Vec<String> = library.refused().iter().map(ToString::to_string).collect();
        assert_eq!(refused.len(), 4, "{refused:#?}");
        assert!(refused[0].contains("K1-CF2.m4a") && refused[0].contains("larger than 2 MB"), "{refused:#?}");
        assert!(refused[1].contains("ks1.v1.audio/K1-CF22.mp3") && refused[1].contains("Did you mean “K1-CF2”?"));
        assert!(refused[2].contains("K1-CF3.wav") && refused[2].contains("mp3"));
        assert!(refused[3].contains("ks9.v1.audio") && refused[3].contains("no survey ks9.v1.toml"));
    }

    #[test]
    fn what_every_survey_says_alike_has_a_folder_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let common = folder.path().join("common.audio");
        fs::create_dir(&common).expect("a folder");
        for name in ["who.mp3", "pass-on.ogg", "helper.m4a", "whoo.mp3"] {
            fs::write(common.join(name), name).expect("a file");
        }
        let library = Library::embedded().with_folder(folder.path()).expect("a readable folder");
        let recordings = library.common_recordings();
        assert_eq!(recordings.keys().collect::<Vec<_>>(), ["helper", "pass-on", "who"]);
        assert_eq!(library.recording(&recordings["who"].file).map(|r| &*r.bytes), Some(b"who.mp3".as_slice()));
        let refused: Vec<String> = library.refused().iter().map(ToString::to_string).collect();
        assert_eq!(refused.len(), 1, "{refused:#?}");
        assert!(refused[0].contains("common.audio/whoo.mp3") && refused[0].contains("Did you mean “who”?"));
    }

    #[test]
    fn every_wording_of_a_question_has_a_recording_of_its_own_name() {
        let library = Library::embedded();
        let named = |survey: &str, item: &str, wave| {
            library.newest(survey).and_then(|v| v.survey.item(item)).expect("an item").recorded_at(wave)
        };
        for version in library.all() {
            for item in version.survey.items.iter().filter(|item| item.text_after.is_some()) {
                let (before, after) = (item.recorded_at(Wave::Pre), item.recorded_at(Wave::PostSame));
                assert_ne!(before, after, "{}", item.id);
            }
        }
        assert_eq!(named("ks1", "K1-CF1", Wave::PostSame), "K1-CF1");
        let event = &library.newest("event").expect("embedded").survey;
        let variants = event.item("EV-04").expect("an item").variants_recorded().collect::<Vec<_>>();
        assert_eq!(variants, ["EV-04.when-1"], "one for each wording, in their order");
    }

    #[test]
    fn a_published_version_cannot_change_its_content() {
        let parent = EMBEDDED[3].1;
        let changed = parent.replace("Thank you.", "Thanks.");
        let library = with_files(&[("parent.v1.toml", &changed)]);
        let refused = library.refused()[0].to_string();
        assert!(refused.contains("Write `version = 2` and call the file parent.v2.toml."), "{refused}");
        assert_eq!(with_files(&[("parent.v1.toml", parent)]).refused(), [], "the same content is the same version");
    }

    #[test]
    fn people_are_offered_the_newest_version_of_the_survey_for_them() {
        let library = with_files(&[
            ("parent.v2.toml", &EMBEDDED[3].1.replace("version = 1", "version = 2")),
            ("science-day.v1.toml", EXAMPLE),
        ]);
        let offered = |role, key_stage, wave| {
            let version = library.offered(role, key_stage, wave)?;
            Some((version.survey.id.as_str(), version.survey.version))
        };
        assert_eq!(offered(Role::Adult, None, Wave::Pre), Some(("parent", 2)));
        let own = Some(("science-day", 1));
        assert_eq!(offered(Role::Child, Some(KeyStage::Ks2), Wave::FollowUp), own, "a survey of one's own comes first");
        assert_eq!(offered(Role::Child, Some(KeyStage::Ks3), Wave::Pre), Some(("ks3", 1)));
        assert_eq!(offered(Role::Child, Some(KeyStage::Ks1), Wave::Event), Some(("event", 1)));
        assert_eq!(offered(Role::Child, None, Wave::Pre), None, "a child without a school year");
        let old = &library.all()[3];
        assert_eq!(library.by_hash(&old.hash), Some(old), "what was answered on version 1 still finds it");
    }

    #[test]
    fn the_layout_of_a_file_does_not_enter_its_hash() {
        let seal = |text: &str| check("science-day.v1.toml", text).expect("sound").seal().hash;
        assert_eq!(seal(EXAMPLE), seal(&format!("# another comment\n{}", EXAMPLE.replace("[\"", "[ \""))));
        assert_ne!(seal(EXAMPLE), seal(&EXAMPLE.replace("astronomer\"\nplain", "star-gazer\"\nplain")));
    }
}
