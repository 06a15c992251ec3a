//! `codebook.html`: the codebook to read, from the rows of `codebook.csv` and nothing else.

use crate::html::codebook::{About, Entry, codebook};

use super::ExportError;

/// Its name in a folder.
pub const CODEBOOK_PAGE: &str = "codebook.html";

/// What it holds, in a sentence.
pub const CODEBOOK_PAGE_WORDS: &str = "the codebook to read, in any browser";

/// The page of a codebook that was written before.
///
/// # Errors
/// Where the rows are not CSV.
pub fn codebook_page(csv: &[u8], programme: &str, sample: bool, made: &str) -> Result<String, ExportError> {
    let bytes = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::Reader::from_reader(bytes);
    let entries: Vec<Entry> = reader.deserialize().collect::<Result<_, csv::Error>>()?;
    Ok(codebook(&About { programme, made, sample }, &entries).into_string())
}
