//! `pencilmark export`

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use crate::export::{
    self, Enclosed, File, Packing, Reader, Script, WORKBOOK, WorkbookWriting, Writing, Written, readme, slug,
};
use crate::store::Store;

use super::{Place, audit, find_programme, progress};

/// Times that the people are gone through for a folder: wide, long, pairs, attendance, workbook.
const PASSES: usize = 5;

/// Writes a programme's data as files.
#[derive(Args)]
pub struct Export {
    /// The programme, by name or number; needed only where there are several
    #[arg(long, value_name = "NAME|ID")]
    programme: Option<String>,
    /// Folder for the files, new or empty, or a file that ends in .zip [default: pencilmark-PROGRAMME]
    #[arg(long, value_name = "FOLDER|FILE.zip")]
    out: Option<PathBuf>,
    /// The program that opens the files: in a spreadsheet missing values are blank and no text is a formula
    #[arg(long = "for", value_enum, default_value_t = For::Statistics, value_name = "PROGRAM")]
    reader: For,
    #[command(flatten)]
    why: audit::Why,
}

#[derive(Clone, Copy, ValueEnum)]
enum For {
    /// R, SPSS and the like
    Statistics,
    /// Excel and other spreadsheets
    Excel,
}

impl Export {
    /// Writes every file and, last, a README that says what they are.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open_existing().await?;
        store.settle().await?;
        let programme = find_programme(&store, self.programme.as_deref()).await?;
        let folder = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("pencilmark-{}", slug(&programme.name))));
        let is_zip = folder.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        if is_zip {
            new_file(&folder)?;
        } else {
            empty_folder(&folder)?;
        }
        let reader = match self.reader {
            For::Statistics => Reader::Statistics,
            For::Excel => Reader::Excel,
        };
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let programme_id = programme.id;
        let arrived = store.response_count().await?;
        let newest = store.newest_person(programme.id).await?;
        self.why.line("Wrote answers row by row to files", programme.name.as_str()).over(store.write_line()).await?;
        let export = export::Export::prepare(&store, programme, reader, seed, newest).await?;

        let now = jiff::Zoned::now();
        let input = store.report_input(programme_id, export::moment(&now)).await?.context("The programme is gone.")?;
        let enclosed = Enclosed::of(&input, reader, "the command line")?;
        if is_zip {
            pack(&export, &folder, enclosed, now).await?;
            eprintln!("{} holds everything about {} people.", folder.display(), export.people());
            return said_if_more_arrived(&store, arrived).await;
        }
        let passes = i64::try_from(export.people() * PASSES).unwrap_or(i64::MAX);
        let bar = progress::bar(passes, "Writing");
        let mut written = Vec::new();
        let mut wide = None;
        for file in File::ALL {
            let mut writing = match (file, wide.take()) {
                (File::Codebook, Some(wide)) => Writing::into_codebook(wide),
                _ => export.write(file),
            };
            write(&mut writing, &folder.join(file.name()), &bar).await?;
            written.push(Written { file, rows: writing.rows() });
            wide = (file == File::Wide).then_some(writing);
        }
        let has_workbook = workbook(&export, enclosed.results(), &folder, &bar).await?;
        bar.finish_and_clear();
        let rows = fs::read(folder.join(File::Codebook.name()))?;
        let programme = export.programme();
        let page = export::codebook_page(&rows, &programme.name, programme.sample, &export::words(&now))?;
        put(&folder.join(export::RESULTS), &enclosed.results_file()?)?;
        let mut texts = vec![(export::CODEBOOK_PAGE, page)];
        if reader == Reader::Statistics {
            let moment = export::moment(&now);
            texts.extend(Script::ALL.map(|script| (script.name(), script.text(&export, &moment))));
        }
        texts.push((export::CHANGES, export::changes(&export, &enclosed, &export::words(&now)).await?));
        texts.push(("README.txt", readme(&export, &written, &export::words(&now), env!("CARGO_PKG_VERSION"))));
        for (name, text) in &texts {
            put(&folder.join(name), text.as_bytes())?;
        }
        let about = enclosed.files()?;
        for (name, bytes) in &about {
            put(&folder.join(name), bytes)?;
        }

        let files = 1 + written.len() + texts.len() + about.len() + usize::from(has_workbook);
        eprintln!("{} holds {files} files about {} people.", folder.display(), export.people());
        said_if_more_arrived(&store, arrived).await
    }
}

async fn said_if_more_arrived(store: &Store, arrived: i64) -> anyhow::Result<ExitCode> {
    if store.response_count().await? != arrived {
        eprintln!(
            "Responses arrived meanwhile, and some files may hold them while others do not. Export again when nobody is answering."
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the workbook into the folder, unless there are more people than a sheet has rows.
async fn workbook(
    export: &Arc<export::Export>,
    results: &str,
    folder: &Path,
    bar: &ProgressBar,
) -> anyhow::Result<bool> {
    let Some(mut book) = WorkbookWriting::begin(Arc::clone(export), results.to_owned())? else { return Ok(false) };
    let mut people = 0;
    while book.next().await? {
        bar.inc(u64::try_from(book.people() - people).unwrap_or(0));
        people = book.people();
    }
    let path = folder.join(WORKBOOK);
    let unfinished = path.with_extension("xlsx.unfinished");
    let cannot = || format!("{} cannot be written.", unfinished.display());
    let mut file = BufWriter::new(fs::File::create(&unfinished).with_context(cannot)?);
    std::io::copy(&mut book.finish()?, &mut file).with_context(cannot)?;
    finish(file, &unfinished, &path)?;
    Ok(true)
}

/// Writes everything into one zip.
async fn pack(export: &Arc<export::Export>, path: &Path, enclosed: Enclosed, now: jiff::Zoned) -> anyhow::Result<()> {
    let mut packing = Packing::new(Arc::clone(export), folder_in(path), enclosed, now);
    let bar = progress::bar(i64::try_from(export.people()).unwrap_or(i64::MAX), "Packing");
    let unfinished = path.with_extension("zip.unfinished");
    let cannot = || format!("{} cannot be written.", unfinished.display());
    let mut file = BufWriter::new(fs::File::create(&unfinished).with_context(cannot)?);
    while let Some(bytes) = packing.next().await? {
        file.write_all(&bytes).with_context(cannot)?;
        bar.set_position(u64::try_from(packing.people()).unwrap_or(0));
    }
    finish(file, &unfinished, path)?;
    bar.finish_and_clear();
    Ok(())
}

/// The folder that a zip of this name unpacks into: its name without what parts folders or drives on some system.
fn folder_in(zip: &Path) -> String {
    let name = zip.file_stem().map(|stem| stem.to_string_lossy().replace(['/', '\\', ':'], "-")).unwrap_or_default();
    if name.chars().all(|letter| letter == '.') { "pencilmark".to_owned() } else { name }
}

/// A file that is not there yet.
fn new_file(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        bail!(
            "{} exists, and an export never overwrites. Name another with --out; nothing was written.",
            path.display()
        );
    }
    Ok(())
}

/// Makes the folder, or accepts an empty one. Data that are there are never overwritten.
fn empty_folder(folder: &Path) -> anyhow::Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "The folder {} is not empty, and an export never overwrites. Name another with --out; nothing was written.",
            folder.display()
        );
    }
    fs::create_dir_all(folder).with_context(|| format!("The folder {} cannot be made.", folder.display()))
}

/// Writes a file under a name that says it is unfinished, and gives it its own when it is whole.
async fn write(writing: &mut Writing, path: &Path, bar: &ProgressBar) -> anyhow::Result<()> {
    let unfinished = path.with_extension("csv.unfinished");
    let cannot = || format!("{} cannot be written.", unfinished.display());
    let mut file = BufWriter::new(fs::File::create(&unfinished).with_context(cannot)?);
    let mut people = writing.people();
    while let Some(bytes) = writing.next().await? {
        file.write_all(&bytes).with_context(cannot)?;
        bar.inc(u64::try_from(writing.people() - people).unwrap_or(0));
        people = writing.people();
    }
    finish(file, &unfinished, path)
}

/// Makes a file durable and gives it its own name.
fn finish(file: BufWriter<fs::File>, unfinished: &Path, path: &Path) -> anyhow::Result<()> {
    file.into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all())
        .with_context(|| format!("{} cannot be written.", unfinished.display()))?;
    fs::rename(unfinished, path).with_context(|| format!("{} cannot be written.", path.display()))
}

fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} cannot be written.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_unpacks_into_one_folder_whatever_it_is_called() {
        for (zip, folder) in [
            ("out/riverside-may.zip", "riverside-may"),
            ("Łąka.zip", "Łąka"),
            ("May 12:30.zip", "May 12-30"),
            ("x\\y.zip", "x-y"),
            ("...zip", "pencilmark"),
        ] {
            assert_eq!(folder_in(Path::new(zip)), folder);
        }
    }
}
