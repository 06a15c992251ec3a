//! Pieces of a document one below the other, and the sheets they are broken into.

use std::rc::Rc;

use super::letters::Shaped;
use super::path::Outline;
use super::structure::PartId;

/// Paper and what stays free around the words, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub left: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Sheet {
    /// A4, 210 by 297 mm.
    pub(super) const WIDTH: f32 = 595.28;
    pub(super) const HEIGHT: f32 = 841.89;
    pub(super) const REPORT: Sheet = Sheet { left: 51.0, top: 51.0, bottom: 57.0 };
    pub(super) const ONE_SIDE: Sheet = Sheet { left: 38.0, top: 34.0, bottom: 38.0 };

    /// How wide lines are.
    pub(super) fn measure(self) -> f32 {
        Sheet::WIDTH - 2.0 * self.left
    }

    /// How much stands one below the other.
    pub(super) fn depth(self) -> f32 {
        Sheet::HEIGHT - self.top - self.bottom
    }
}

/// Something that is printed.
#[derive(Clone)]
pub(super) enum Mark {
    /// Text with its baseline at `y`.
    Text { x: f32, y: f32, size: f32, ink: &'static str, text: Rc<Shaped> },
    /// A filled outline.
    Fill { outline: Outline, ink: String },
    /// A drawn outline, dashed where there are lengths of dashes.
    Stroke { outline: Outline, ink: String, width: f32, dash: Vec<f32> },
}

/// A mark with the part it belongs to; without one it is decoration.
#[derive(Clone)]
pub(super) struct Placed {
    pub mark: Mark,
    pub part: Option<PartId>,
}

impl Placed {
    /// Decoration: a filled outline.
    pub(super) fn fill(outline: Outline, ink: &str) -> Placed {
        Placed { mark: Mark::Fill { outline, ink: ink.to_owned() }, part: None }
    }

    /// Decoration: a drawn outline.
    pub(super) fn stroke(outline: Outline, ink: &str, width: f32) -> Placed {
        Placed { mark: Mark::Stroke { outline, ink: ink.to_owned(), width, dash: Vec::new() }, part: None }
    }
}

/// Marks that move together, from the corner of what holds them.
#[derive(Clone)]
pub(super) struct Cluster {
    pub x: f32,
    pub y: f32,
    pub marks: Vec<Placed>,
}

/// What a reader may press: an area that leads to a heading.
#[derive(Clone)]
pub(super) struct Jump {
    /// Left, top, width and height.
    pub area: [f32; 4],
    pub heading: usize,
    pub part: PartId,
    pub words: String,
}

/// A piece that is never broken: a line, a row, a chart.
#[derive(Clone, Default)]
pub(super) struct Piece {
    /// Free space above, not at the head of a sheet.
    pub space: f32,
    pub height: f32,
    /// Never the last on a sheet while another follows.
    pub keep: bool,
    pub clusters: Vec<Cluster>,
    pub jumps: Vec<Jump>,
    /// Headings in it, counted from nought, and how far down they stand.
    pub headings: Vec<(usize, f32)>,
    /// Figures in it, with left, top, width and height.
    pub figures: Vec<(PartId, [f32; 4])>,
    /// What is repeated above it at the head of a sheet.
    pub head: Option<Rc<Piece>>,
}

impl Piece {
    /// A piece of marks from its own corner.
    pub(super) fn of(height: f32, marks: Vec<Placed>) -> Piece {
        Piece { height, clusters: vec![Cluster { x: 0.0, y: 0.0, marks }], ..Piece::default() }
    }

    /// The same as decoration: it was read already.
    fn again(&self) -> Piece {
        let mut piece = self.clone();
        for placed in piece.clusters.iter_mut().flat_map(|cluster| &mut cluster.marks) {
            placed.part = None;
        }
        piece
    }
}

/// Puts pieces one below the other into one that is not broken, from `x`.
pub(super) fn stack(pieces: Vec<Piece>, x: f32) -> Piece {
    let mut whole = Piece::default();
    let mut y = 0.0;
    for (place, piece) in pieces.into_iter().enumerate() {
        if place > 0 {
            y += piece.space;
        }
        whole.clusters.extend(piece.clusters.into_iter().map(|c| Cluster { x: c.x + x, y: c.y + y, ..c }));
        let moved = |[left, top, width, height]: [f32; 4]| [left + x, top + y, width, height];
        whole.jumps.extend(piece.jumps.into_iter().map(|jump| Jump { area: moved(jump.area), ..jump }));
        whole.headings.extend(piece.headings.into_iter().map(|(heading, down)| (heading, down + y)));
        whole.figures.extend(piece.figures.into_iter().map(|(part, area)| (part, moved(area))));
        y += piece.height;
    }
    whole.height = y;
    whole
}

/// A piece at its place on a sheet.
pub(super) struct Standing {
    pub y: f32,
    pub piece: Piece,
}

/// Breaks pieces into sheets. The second result says whether one is deeper than a sheet.
pub(super) fn sheets(pieces: Vec<Piece>, depth: f32) -> (Vec<Vec<Standing>>, bool) {
    let mut sheets: Vec<Vec<Standing>> = vec![Vec::new()];
    let (mut y, mut overflows) = (0.0, false);
    let mut rest = pieces.into_iter().peekable();
    let mut together: Vec<Piece> = Vec::new();
    while let Some(piece) = rest.next() {
        let waits = piece.keep && rest.peek().is_some();
        together.push(piece);
        if waits {
            continue;
        }
        let needed: f32 = together.iter().map(|piece| piece.space + piece.height).sum();
        let fits_a_sheet = needed - together[0].space <= depth;
        if y > 0.0 && y + needed > depth && fits_a_sheet {
            sheets.push(Vec::new());
            y = 0.0;
        }
        for piece in together.drain(..) {
            if y > 0.0 && y + piece.space + piece.height > depth {
                sheets.push(Vec::new());
                y = 0.0;
            }
            let Some(sheet) = sheets.last_mut() else { continue };
            if y == 0.0 {
                if let Some(head) = &piece.head {
                    sheet.push(Standing { y: 0.0, piece: head.again() });
                    y = head.height;
                }
            } else {
                y += piece.space;
            }
            let height = piece.height;
            sheet.push(Standing { y, piece });
            y += height;
            overflows |= y > depth;
        }
    }
    (sheets, overflows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(height: f32, keep: bool) -> Piece {
        Piece { keep, ..Piece::of(height, Vec::new()) }
    }

    fn heights(sheets: &[Vec<Standing>]) -> Vec<Vec<f32>> {
        sheets.iter().map(|sheet| sheet.iter().map(|standing| standing.piece.height).collect()).collect()
    }

    #[test]
    fn a_heading_is_never_left_alone_at_the_foot_of_a_sheet() {
        let (sheets, overflows) = sheets(vec![piece(80.0, false), piece(15.0, true), piece(20.0, false)], 100.0);
        assert_eq!(heights(&sheets), [vec![80.0], vec![15.0, 20.0]]);
        assert!(!overflows);
    }

    #[test]
    fn a_table_that_runs_on_has_its_head_again() {
        let head = Rc::new(piece(10.0, true));
        let row = || Piece { head: Some(Rc::clone(&head)), ..piece(30.0, false) };
        let (sheets, _) = sheets(vec![(*head).clone(), row(), row(), row(), row()], 75.0);
        assert_eq!(heights(&sheets), [vec![10.0, 30.0, 30.0], vec![10.0, 30.0, 30.0]]);
    }

    #[test]
    fn what_is_deeper_than_a_sheet_is_told() {
        assert!(sheets(vec![piece(120.0, false)], 100.0).1);
        let space = Piece { space: 30.0, ..piece(90.0, false) };
        assert!(!sheets(vec![piece(50.0, false), space], 100.0).1, "no space at the head of a sheet");
    }
}
