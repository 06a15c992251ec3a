//! The contents: every main heading with its page; pressing one goes there.

use super::block::Run;
use super::compose::beside;
use super::layout::{Press, Title};
use super::look;
use super::path::polyline;
use super::sheet::{Jump, Piece, Placed, stack};
use super::structure::{Kind, PartId};
use super::words::{Face, Side, lines, set};

/// For a page's number at the right.
const NUMBER: f32 = 19.0;
/// Between the two columns.
const GUTTER: f32 = 18.0;

impl Press<'_> {
    /// One line or more for each heading of the second level, in two columns: there are twenty, and the summary is to
    /// begin on the same side.
    pub(super) fn contents(&mut self, width: f32, parent: PartId) -> Vec<Piece> {
        let contents = self.structure.add(parent, Kind::Contents);
        let main = self.titles.clone().into_iter().enumerate().filter(|(_, title)| title.level == 2);
        let column = (width - GUTTER) / 2.0;
        let mut left: Vec<Piece> = main.map(|(heading, title)| self.entry(heading, &title, column, contents)).collect();
        let right = left.split_off(left.len().div_ceil(2));
        let both = beside(vec![stack(left, 0.0), stack(right, column + GUTTER)]);
        vec![Piece { space: self.size.gap * 1.2, ..both }]
    }

    fn entry(&mut self, heading: usize, title: &Title, width: f32, contents: PartId) -> Piece {
        let item = self.structure.add(contents, Kind::ContentsItem);
        let reference = self.structure.add(item, Kind::Reference);
        let link = self.structure.add(reference, Kind::Link);
        let face = Face { size: self.size.body * 0.9, bold: false, ink: look::INK };
        let step = self.size.leading(face.size);
        let words = |text: String| [Run { text, ..Run::default() }];
        let named = words(title.words.clone());
        let broken = lines(self.letters, &named, face, width - NUMBER);
        let mut marks = Vec::new();
        let mut top = 0.0;
        for line in &broken {
            let baseline = top + (step + face.size * 0.66) / 2.0;
            marks.extend(set(self.letters, &named, face, line, (0.0, baseline, width), Side::Left, Some(link)));
            top += step;
        }
        let page = self.pages.get(heading).map_or_else(String::new, usize::to_string);
        let number = words(page.clone());
        let baseline = top - step + (step + face.size * 0.66) / 2.0;
        for line in lines(self.letters, &number, face, NUMBER) {
            marks.extend(set(self.letters, &number, face, &line, (0.0, baseline, width), Side::Right, Some(link)));
        }
        marks.push(Placed::stroke(polyline(&[(0.0, top), (width, top)], false), look::FAINT, 0.4));
        let jump =
            Jump { area: [0.0, 0.0, width, top], heading, part: link, words: format!("{}, page {page}", title.words) };
        Piece { jumps: vec![jump], ..Piece::of(top, marks) }
    }
}
