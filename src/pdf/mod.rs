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

use crate::report::html::Room;
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

/// The funder's page on one side of A4, with as much of what is long as stands there in readable type. Where even the
/// rest is too much it is set with everything, on as many sides as it takes.
///
/// # Errors
/// Where the page's markup or a chart cannot be set.
pub fn funder(report: &Report) -> Result<Vec<u8>, PdfError> {
    let letters = Letters::new()?;
    let (_, setting) = within_one_side(&letters, report)?;
    writing::write(&letters, &setting, &imprint("At a glance", report))
}

/// How much of what is long stands on the funder's side of paper.
///
/// # Errors
/// Where the page's markup or a chart cannot be set.
pub fn room_of_funder(report: &Report) -> Result<Room, PdfError> {
    Ok(within_one_side(&Letters::new()?, report)?.0)
}

/// The most that stands on one side: all of it, or else a little and then more in turn, until no turn fits.
fn within_one_side(letters: &Letters, report: &Report) -> Result<(Room, Setting), PdfError> {
    let blocks = |room| reading::blocks(&html::funder_within(report, room).into_string());
    if let Some(setting) = on_one_side(letters, &blocks(Room::WHOLE)?)? {
        return Ok((Room::WHOLE, setting));
    }
    for mut room in Room::LITTLE {
        let Some(mut setting) = on_one_side(letters, &blocks(room)?)? else { continue };
        let (mut turn, mut in_vain) = (0, 0);
        while in_vain < Room::TURNS {
            let more = room.with_more(report, turn);
            let fits = if more == room { None } else { on_one_side(letters, &blocks(more)?)? };
            turn += 1;
            in_vain += 1;
            if let Some(larger) = fits {
                (room, setting, in_vain) = (more, larger, 0);
            }
        }
        return Ok((room, setting));
    }
    Ok((Room::WHOLE, on_several(letters, &blocks(Room::WHOLE)?)?))
}

/// Set twice: page numbers in the contents are known once everything stands.
fn numbered(letters: &Letters, blocks: &[Block]) -> Result<Setting, PdfError> {
    let set = |pages: &[usize]| Press::new(letters, Size::REPORT, pages).set(blocks, Sheet::REPORT);
    let first = set(&[])?;
    set(&first.pages_of_headings())
}

/// Everything on one side, in the largest type in which it stands there; nothing where it does in none.
fn on_one_side(letters: &Letters, blocks: &[Block]) -> Result<Option<Setting>, PdfError> {
    let set = |size: Size| {
        let setting = Press::new(letters, size, &[]).set(blocks, Sheet::ONE_SIDE)?;
        Ok((setting.sheets.len() == 1 && !setting.overflows).then_some(setting))
    };
    // Most of what does not stand there in the smallest type does in none, and need not be tried.
    let [larger @ .., smallest] = Size::ONE_SIDE;
    let Some(least) = set(smallest)? else { return Ok(None) };
    for size in larger {
        if let Some(setting) = set(size)? {
            return Ok(Some(setting));
        }
    }
    Ok(Some(least))
}

fn on_several(letters: &Letters, blocks: &[Block]) -> Result<Setting, PdfError> {
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
    fn one_side_takes_the_largest_type_that_fits_if_one_does() {
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
            let setting = on_one_side(&letters, &blocks).expect("set")?;
            let sizes = setting.sheets[0].iter().flat_map(|standing| &standing.piece.clusters).flat_map(|c| &c.marks);
            let largest = sizes.filter_map(|placed| match placed.mark {
                sheet::Mark::Text { size, .. } => Some(size),
                _ => None,
            });
            Some(largest.fold(0.0, f32::max))
        };
        let (few, many) = (body(5).expect("one side"), body(56).expect("one side"));
        assert!(many < few, "{many:?} {few:?}");
        assert_eq!(body(200), None);
        let (letters, blocks) = set(&page(200));
        let crowd = on_several(&letters, &blocks).expect("set");
        assert!(crowd.sheets.len() > 1 && !crowd.overflows);
    }
}
