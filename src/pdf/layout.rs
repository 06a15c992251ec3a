//! Sets a document: blocks into pieces, pieces onto sheets.

use super::PdfError;
use super::block::{Block, plain};
use super::letters::Letters;
use super::look::Size;
use super::sheet::{self, Sheet, Standing};
use super::structure::Structure;

/// What composes a document: it knows the type, and grows the structure as it goes.
pub(super) struct Press<'a> {
    pub(super) letters: &'a Letters,
    pub(super) size: Size,
    /// On which page each heading stands, where that is known.
    pub(super) pages: &'a [usize],
    /// Whether columns stand beside each other.
    pub(super) side_by_side: bool,
    pub(super) structure: Structure,
    /// Every heading of the document, for its contents.
    pub(super) titles: Vec<Title>,
    /// Headings set so far.
    pub(super) set_so_far: usize,
}

/// A heading as the contents name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Title {
    pub level: u8,
    pub words: String,
}

/// A document with everything in its place.
pub(super) struct Setting {
    pub sheet: Sheet,
    pub sheets: Vec<Vec<Standing>>,
    /// Something is deeper than a sheet.
    pub overflows: bool,
    pub structure: Structure,
    pub titles: Vec<Title>,
}

impl<'a> Press<'a> {
    pub(super) fn new(letters: &'a Letters, size: Size, pages: &'a [usize]) -> Press<'a> {
        Press {
            letters,
            size,
            pages,
            side_by_side: true,
            structure: Structure::new(),
            titles: Vec::new(),
            set_so_far: 0,
        }
    }

    /// Sets columns below each other, so that they can run on to the next sheet.
    pub(super) fn one_column(self) -> Press<'a> {
        Press { side_by_side: false, ..self }
    }

    /// Sets a document.
    pub(super) fn set(mut self, blocks: &[Block], sheet: Sheet) -> Result<Setting, PdfError> {
        titles(blocks, &mut self.titles);
        let pieces = self.pieces(blocks, sheet.measure(), Structure::DOCUMENT)?;
        let (sheets, overflows) = sheet::sheets(pieces, sheet.depth());
        Ok(Setting { sheet, sheets, overflows, structure: self.structure, titles: self.titles })
    }
}

impl Setting {
    /// The page of each heading, counted from one.
    pub(super) fn pages_of_headings(&self) -> Vec<usize> {
        let mut pages = vec![1; self.titles.len()];
        for (page, sheet) in self.sheets.iter().enumerate() {
            for &(heading, _) in sheet.iter().flat_map(|standing| &standing.piece.headings) {
                if let Some(place) = pages.get_mut(heading) {
                    *place = page + 1;
                }
            }
        }
        pages
    }
}

/// Headings in the order in which they are set.
fn titles(blocks: &[Block], found: &mut Vec<Title>) {
    for block in blocks {
        match block {
            Block::Heading { level, words } => {
                // What is said softly beside a heading explains it, and does not name it.
                let loud: Vec<_> = words.iter().filter(|run| !run.soft).cloned().collect();
                found.push(Title { level: *level, words: plain(&loud) });
            }
            Block::Cards(cards) => cards.iter().for_each(|card| titles(card, found)),
            Block::Columns { columns, .. } => columns.iter().for_each(|(_, column)| titles(column, found)),
            _ => {}
        }
    }
}
