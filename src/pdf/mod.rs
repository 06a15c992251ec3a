//! Reports on paper: the same pages, set in type by the server itself.
//!
//! A page is read back from its own markup (`markup`) into headings, paragraphs, tables and figures
//! (`block`); these are laid out (`layout`), broken into sheets (`sheet`) and written as PDF/UA-1 and
//! PDF/A-2a (`writing`). So paper says what the web page says, and a new section of a page comes along by
//! itself. `docs/pdf.md` tells why this and not a typesetting library.

mod block;
mod chart;
mod compose;
mod contents;
mod layout;
mod letters;
mod look;
mod markup;
mod path;
mod reading;
mod sheet;
mod structure;
mod table;
mod words;
mod writing;

use crate::report::{Report, html};

use block::Block;
use layout::{Press, Setting};
use letters::Letters;
use look::Size;
use sheet::Sheet;
use writing::Imprint;

/// Why a page could not be set.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The page's markup is not well formed; the text says where.
    #[error("the page cannot be read: {0}")]
    Markup(String),
    /// A chart has a shape that is not drawn on paper yet.
    #[error("a chart has <{0}>, which paper does not draw")]
    Shape(String),
    /// A chart without a text for those who do not see it.
    #[error("a chart has no title or description")]
    NoAlternative,
    /// A typeface of the program cannot be read.
    #[error("the typeface {0} cannot be read")]
    Typeface(&'static str),
    /// The file would break a rule of PDF/UA-1 or PDF/A-2a.
    #[error("the document breaks a rule: {0}")]
    Rule(String),
}

/// The evaluator's report: all sections with contents, and a number on every page.
///
/// # Errors
/// Where the page's markup or a chart cannot be set.
pub fn evaluator(report: &Report) -> Result<Vec<u8>, PdfError> {
    let blocks = reading::blocks(&html::evaluator(report).into_string())?;
    let letters = Letters::new()?;
    let sheets = numbered(&letters, &blocks)?;
    writing::write(&letters, &sheets, &imprint("What changed", report))
}

/// The funder's page on one side of A4. Where it holds too much for that even in small type, it is set in readable
/// type on as many sides as it takes.
///
/// # Errors
/// Where the page's markup or a chart cannot be set.
pub fn funder(report: &Report) -> Result<Vec<u8>, PdfError> {
    let blocks = reading::blocks(&html::funder(report).into_string())?;
    let letters = Letters::new()?;
    let sheets = on_one_side(&letters, &blocks)?;
    writing::write(&letters, &sheets, &imprint("At a glance", report))
}

/// Set twice: page numbers in the contents are known once everything stands.
fn numbered(letters: &Letters, blocks: &[Block]) -> Result<Setting, PdfError> {
    let set = |pages: &[usize]| Press::new(letters, Size::REPORT, pages).set(blocks, Sheet::REPORT);
    let first = set(&[])?;
    set(&first.pages_of_headings())
}

/// The largest type in which everything stands on one side.
fn on_one_side(letters: &Letters, blocks: &[Block]) -> Result<Setting, PdfError> {
    for size in Size::ONE_SIDE {
        let setting = Press::new(letters, size, &[]).set(blocks, Sheet::ONE_SIDE)?;
        if setting.sheets.len() == 1 && !setting.overflows {
            return Ok(setting);
        }
    }
    Press::new(letters, Size::SEVERAL_SIDES, &[]).one_column().set(blocks, Sheet::ONE_SIDE)
}

fn imprint(kind: &str, report: &Report) -> Imprint {
    let name = report.scope.iter().fold(report.programme.clone(), |name, scope| format!("{name}: {scope}"));
    Imprint {
        title: format!("{kind}: {name}"),
        running: if report.sample { format!("{name} · sample data: invented") } else { name },
        made_by: report.made_by,
        made_at: report.generated_at.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(page: &str) -> (Letters, Vec<Block>) {
        (Letters::new().expect("typefaces"), reading::blocks(page).expect("a page"))
    }

    #[test]
    fn the_contents_name_the_page_on_which_each_heading_stands() {
        let chapter = |name: &str| format!("<section><h2>{name}</h2>{}</section>", "<p>Some words.</p>".repeat(40));
        let chapters: String = ["One", "Two", "Three", "Four"].map(chapter).concat();
        let (letters, blocks) = set(&format!("<h1>All</h1><nav class=\"contents\"></nav>{chapters}"));
        let setting = numbered(&letters, &blocks).expect("set");
        let pages = setting.pages_of_headings();
        assert!(pages.windows(2).all(|two| two[0] <= two[1]) && pages[4] > 2, "{pages:?}");
        let jumps = setting.sheets[0].iter().flat_map(|standing| &standing.piece.jumps);
        let said: Vec<&str> = jumps.map(|jump| jump.words.as_str()).collect();
        let wanted: Vec<String> = ["One", "Two", "Three", "Four"]
            .iter()
            .zip(&pages[1..])
            .map(|(name, page)| format!("{name}, page {page}"))
            .collect();
        assert_eq!(said, wanted);
    }

    #[test]
    fn one_side_takes_the_largest_type_that_fits_and_more_sides_where_none_does() {
        let page = |rows: usize| {
            let row = "<tr><th>Job Trail</th><td>150 / 140</td></tr>".repeat(rows);
            let table = format!(
                "<table><caption>Targets</caption><thead><tr><th>Project</th><th>Children</th></tr></thead><tbody>{row}</tbody></table>"
            );
            format!(
                "<div class=\"one-page\"><h1>All</h1><div class=\"pair\"><section><h2>Targets</h2>{table}</section><div><h2>Money</h2></div></div></div>"
            )
        };
        let body = |rows: usize| {
            let (letters, blocks) = set(&page(rows));
            let setting = on_one_side(&letters, &blocks).expect("set");
            let sizes = setting.sheets[0].iter().flat_map(|standing| &standing.piece.clusters).flat_map(|c| &c.marks);
            let largest = sizes.filter_map(|placed| match placed.mark {
                sheet::Mark::Text { size, .. } => Some(size),
                _ => None,
            });
            (setting.sheets.len(), largest.fold(0.0, f32::max), setting.overflows)
        };
        let (few, many, crowd) = (body(5), body(55), body(200));
        assert_eq!((few.0, many.0), (1, 1));
        assert!(many.1 < few.1, "{many:?} {few:?}");
        assert!(crowd.0 > 1 && !crowd.2, "{crowd:?}");
    }
}
