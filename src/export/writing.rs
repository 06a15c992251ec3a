//! From the database to bytes, some people at a time.

use std::sync::Arc;

use crate::report::input::SurveyMeasure;
use crate::session::Programme;
use crate::session::late_before::late_befores;
use crate::store::{Store, StoreError};
use crate::survey::{Library, SurveyVersion};

use super::cell::{Cell, Page, Reader};
use super::codebook::{self, Tally};
use super::column::Column;
use super::places::Places;
use super::plan::Plan;
use super::rekey::{Person, Rekeying};
use super::{ExportError, File, attendance, links, long, measures, pairs, rows, sessions};

/// People fetched and written together. A page of their wide rows is about 200 kB.
const TOGETHER: usize = 100;

/// People whose keys are read together.
const PAGE: i64 = 5_000;

/// An export: whose data, under which keys, for which program. Every file of it agrees with the others.
pub struct Export {
    pub(super) store: Store,
    pub(super) library: Arc<Library>,
    programme: Programme,
    reader: Reader,
    people: Vec<Person>,
    pub(super) places: Places,
    pub(super) plan: Plan,
    /// The versions answered, the newest of each survey first, with the number of responses.
    versions: Vec<(String, i64)>,
}

impl Export {
    /// Prepares an export of a programme's people up to the one whose key in the store is `newest`. The
    /// same `seed` and `newest` give the same keys, so that files fetched one after another fit together.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn prepare(
        store: &Store,
        programme: Programme,
        reader: Reader,
        seed: [u8; 32],
        newest: i64,
    ) -> Result<Arc<Export>, ExportError> {
        let id = programme.id;
        let library = store.library();
        // What takes longest is read side by side.
        let (befores, mut versions, rekeying) = tokio::try_join!(
            store.befores_begun(id),
            store.versions_answered(id),
            rekeyed(store, id, Rekeying::new(seed), newest),
        )?;
        let places = Places::new(
            store.projects(id).await?,
            &store.areas(id).await?,
            store.sessions(id).await?,
            store.noes(id).await?,
            store.noted(id).await?,
        )
        .with_late_befores(late_befores(&befores));
        versions.sort_by_key(|(hash, _)| library.by_hash(hash).map(|v| order_of(&library, v)));
        let plan = Plan::new(&known(&library, &versions));
        let people = rekeying.finish();
        Ok(Arc::new(Export { store: store.clone(), library, programme, reader, people, places, plan, versions }))
    }

    /// The programme.
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// The program it is made for.
    pub fn reader(&self) -> Reader {
        self.reader
    }

    /// How many people are in it.
    pub fn people(&self) -> usize {
        self.people.len()
    }

    /// The columns of the wide file.
    pub(super) fn columns(&self) -> &[Column] {
        &self.plan.columns
    }

    /// Some people from a place on; nothing where all have been taken.
    pub(super) fn some_people(&self, place: usize, together: usize) -> Option<&[Person]> {
        self.people.get(place..)?.chunks(together).next()
    }

    /// The versions answered with the number of responses to each.
    pub fn versions(&self) -> impl Iterator<Item = (&SurveyVersion, i64)> {
        self.versions.iter().filter_map(|(hash, n)| Some((self.library.by_hash(hash)?, *n)))
    }

    /// Begins to write a file.
    pub fn write(self: &Arc<Export>, file: File) -> Writing {
        let tallies = vec![Tally::default(); self.plan.columns.len()];
        Writing { export: Arc::clone(self), file, stage: Stage::Heading, place: 0, rows: 0, tallies }
    }

    /// The codebook of a wide file that has been counted, without reading everything again.
    #[must_use]
    pub(super) fn codebook(self: &Arc<Export>, tallies: Vec<Tally>) -> Writing {
        Writing { place: self.people.len(), tallies, ..self.write(File::Codebook) }
    }

    /// Writes the heading of a file that has rows for people.
    pub(super) fn heading(&self, file: File, page: &mut Page) {
        match file {
            File::Wide => page.heading(self.plan.columns.iter().map(|column| column.name.as_str())),
            File::Pairs => page.heading(pairs::HEADING),
            File::Attendance => page.heading(attendance::HEADING),
            _ => page.heading(long::HEADING),
        }
    }
}

/// Gives new keys to a programme's people up to the one whose key in the store is `newest`.
async fn rekeyed(store: &Store, programme_id: i64, mut keys: Rekeying, newest: i64) -> Result<Rekeying, StoreError> {
    let mut after = 0;
    loop {
        let page = store.people_after(programme_id, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(keys) };
        after = last.id;
        page.into_iter().filter(|person| person.id <= newest).for_each(|person| keys.add(person));
    }
}

/// Surveys in the order of the library, the newest version of each first.
fn order_of(library: &Library, version: &SurveyVersion) -> (usize, std::cmp::Reverse<u32>, String) {
    let survey = &version.survey;
    let place = library.all().iter().position(|known| known.survey.id == survey.id).unwrap_or(usize::MAX);
    (place, std::cmp::Reverse(survey.version), format!("{}{}", survey.id, version.hash))
}

fn known<'l>(library: &'l Library, versions: &[(String, i64)]) -> Vec<&'l SurveyVersion> {
    versions.iter().filter_map(|(hash, _)| library.by_hash(hash)).collect()
}

/// A file on its way out. Ask for bytes until there are none; no connection is held in between.
pub struct Writing {
    export: Arc<Export>,
    file: File,
    stage: Stage,
    /// People written.
    place: usize,
    rows: u64,
    /// What has been counted of each wide column so far.
    tallies: Vec<Tally>,
}

/// How far a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Heading,
    People,
    Written,
}

impl Writing {
    /// The next bytes, or nothing where the file is complete. Bytes may be empty where some people have
    /// no rows.
    ///
    /// # Errors
    /// Where the database fails; what was handed out is then not a whole file.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let export = Arc::clone(&self.export);
        let mut page = Page::new(export.reader, self.stage == Stage::Heading);
        match (self.file, self.stage) {
            (_, Stage::Written) => return Ok(None),
            (File::Sessions, _) => {
                page.heading(sessions::HEADING);
                for row in sessions::rows(&export.places) {
                    self.add(&mut page, &row);
                }
                self.stage = Stage::Written;
            }
            (File::Measures, _) => {
                page.heading(measures::HEADING);
                for version in export.library.newest_of_each() {
                    for spec in SurveyMeasure::all_of(&version.survey) {
                        self.add(&mut page, &measures::row(&spec));
                    }
                }
                self.stage = Stage::Written;
            }
            (File::Links, _) => {
                page.heading(links::HEADING);
                let linked = export.store.linked_people_one_by_one(export.programme.id).await?;
                // In the order of the keys in these files, which says nothing of when anybody came.
                for person in &export.people {
                    for link in linked.iter().filter(|link| link.person_id == person.id) {
                        self.add(&mut page, &links::row(person, link, &export.places));
                    }
                }
                self.stage = Stage::Written;
            }
            (File::Codebook, _) => {
                while let Some(people) = self.next_people(&export) {
                    let told = rows::told(&export, export.store.responses_of(&ids(people)).await?)?;
                    rows::wide(&export, people, &told)?.iter().for_each(|row| codebook::count(&mut self.tallies, row));
                }
                page.heading(codebook::HEADING);
                for (column, tally) in export.plan.columns.iter().zip(std::mem::take(&mut self.tallies)) {
                    self.add(&mut page, &codebook::row(column, &tally));
                }
                self.stage = Stage::Written;
            }
            (file, Stage::Heading) => {
                export.heading(file, &mut page);
                self.stage = Stage::People;
            }
            (file, Stage::People) => {
                let Some(people) = self.next_people(&export) else {
                    self.stage = Stage::Written;
                    return Ok(None);
                };
                let (store, ids) = (&export.store, ids(people));
                self.rows += match file {
                    File::Pairs => rows::pairs(&export, people, store.pairs_of(&ids).await?, &mut page),
                    File::Attendance => rows::attendance(&export, people, store.attendance_of(&ids).await?, &mut page),
                    _ => {
                        let told = rows::told(&export, store.responses_of(&ids).await?)?;
                        if file == File::Wide {
                            let rows = rows::wide(&export, people, &told)?;
                            rows.iter().for_each(|row| codebook::count(&mut self.tallies, row));
                            rows.iter().for_each(|row| page.row(row));
                            rows.len() as u64
                        } else {
                            rows::long(&export, people, &told, &mut page)
                        }
                    }
                };
            }
        }
        Ok(Some(page.finish()))
    }

    /// Rows written so far, without the heading.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// People written so far.
    pub fn people(&self) -> usize {
        self.place
    }

    /// The codebook of a wide file that has been written, without reading everything again.
    #[must_use]
    pub fn into_codebook(self) -> Writing {
        Writing { file: File::Codebook, stage: Stage::Heading, rows: 0, ..self }
    }

    fn next_people<'e>(&mut self, export: &'e Export) -> Option<&'e [Person]> {
        let some = export.people[self.place..].chunks(TOGETHER).next()?;
        self.place += some.len();
        Some(some)
    }

    fn add(&mut self, page: &mut Page, row: &[Cell]) {
        self.rows += 1;
        page.row(row);
    }
}

/// The keys of some people in the store.
pub(super) fn ids(people: &[Person]) -> Vec<i64> {
    people.iter().map(|person| person.id).collect()
}
