//! Each kind of block as pieces that can stand on a sheet.

use super::PdfError;
use super::block::{Block, Run, Tone, Words};
use super::chart;
use super::layout::Press;
use super::look;
use super::path::{polyline, rectangle};
use super::sheet::{Cluster, Piece, Placed, stack};
use super::structure::{Kind, PartId};
use super::words::{Face, Side, lines, set};

/// Free space inside boxes.
const PADDING: f32 = 7.0;
/// Between columns.
const GUTTER: f32 = 14.0;
/// Width of the bar beside a notice or box.
const BAR: f32 = 3.0;

impl Press<'_> {
    /// Blocks as pieces `width` wide; their parts follow each other in `parent`.
    pub(super) fn pieces(&mut self, blocks: &[Block], width: f32, parent: PartId) -> Result<Vec<Piece>, PdfError> {
        let mut pieces = Vec::new();
        for (place, block) in blocks.iter().enumerate() {
            let mut more = self.block(block, width, parent)?;
            // What a figure that says it all is of stands right below it.
            let above = place.checked_sub(1).and_then(|above| blocks.get(above));
            if matches!(above, Some(Block::Paragraph { tone: Tone::Figure, .. }))
                && let Some(first) = more.first_mut()
            {
                first.space = first.space.min(self.size.gap * 0.3);
            }
            if pieces.is_empty()
                && let Some(first) = more.first_mut()
            {
                first.space = 0.0;
            }
            pieces.extend(more);
        }
        Ok(pieces)
    }

    fn block(&mut self, block: &Block, width: f32, parent: PartId) -> Result<Vec<Piece>, PdfError> {
        Ok(match block {
            Block::Heading { level, words } => self.heading(*level, words, width, parent),
            Block::Paragraph { words, tone } => self.paragraph(words, *tone, width, parent),
            Block::List(items) => self.list(items, width, parent),
            Block::Facts(facts) => self.facts(facts, width, parent),
            Block::Counts(counts) => vec![self.counts(counts, width, parent)],
            Block::Cards(cards) => self.cards(cards, width, parent)?,
            Block::Columns { columns, ruled } => self.columns(columns, *ruled, width, parent)?,
            Block::Figure { caption, base, chart } => {
                let mut pieces = Vec::new();
                if !caption.is_empty() {
                    pieces.extend(self.paragraph(caption, Tone::Label, width, parent));
                }
                if !base.is_empty() {
                    pieces.extend(self.keeping(|press| press.paragraph(base, Tone::Small, width, parent)));
                }
                let part = self.structure.add(parent, Kind::Figure(chart::alternative(chart)?));
                let drawn = chart::draw(self.letters, chart, width, part)?;
                pieces.push(Piece {
                    space: self.size.gap * 0.6,
                    figures: vec![(part, [0.0, 0.0, width, drawn.height])],
                    ..drawn
                });
                pieces
            }
            Block::Table(table) => self.table(table, width, parent),
            Block::Contents => self.contents(width, parent),
        })
    }

    /// Pieces that stay with what follows.
    fn keeping(&mut self, make: impl FnOnce(&mut Self) -> Vec<Piece>) -> Vec<Piece> {
        let mut pieces = make(self);
        pieces.iter_mut().for_each(|piece| piece.keep = true);
        pieces
    }

    fn heading(&mut self, level: u8, words: &[Run], width: f32, parent: PartId) -> Vec<Piece> {
        let place = self.set_so_far;
        self.set_so_far += 1;
        let title = self.titles.get(place).map(|title| title.words.clone()).unwrap_or_default();
        let part = self.structure.add(parent, Kind::Heading(level, title));
        let sizes = self.size.headings;
        let size = sizes[usize::from(level.clamp(1, 3)) - 1];
        let space = if level == 1 { 0.0 } else { self.size.gap * if level == 2 { 2.2 } else { 1.6 } };
        let face = Face { size, bold: true, ink: look::INK };
        let mut pieces = self.lines(words, face, width, part);
        if let Some(first) = pieces.first_mut() {
            first.space = space;
            first.headings.push((place, 0.0));
        }
        pieces.iter_mut().for_each(|piece| piece.keep = true);
        pieces
    }

    /// A paragraph's lines, never one of them alone on a sheet.
    pub(super) fn paragraph(&mut self, words: &[Run], tone: Tone, width: f32, parent: PartId) -> Vec<Piece> {
        let part = self.structure.add(parent, Kind::Paragraph);
        let face = self.face(tone);
        if tone == Tone::Notice {
            let inner = stack(self.lines(words, face, width - BAR - 2.0 * PADDING, part), 0.0);
            return vec![Piece { space: self.size.gap, ..boxed(inner, width, look::WASH) }];
        }
        let mut pieces = self.lines(words, face, width, part);
        let count = pieces.len();
        for (place, piece) in pieces.iter_mut().enumerate() {
            piece.keep = tone == Tone::Label || (count > 1 && (place == 0 || place + 2 == count));
        }
        if let Some(first) = pieces.first_mut() {
            first.space = self.size.gap * if tone == Tone::Label { 1.2 } else { 0.7 };
        }
        pieces
    }

    fn face(&self, tone: Tone) -> Face {
        let size = self.size;
        let (size, bold, ink) = match tone {
            Tone::Plain | Tone::Notice => (size.body, false, look::INK),
            Tone::Lead => (size.body * 1.12, false, look::INK),
            Tone::Small => (size.small, false, look::SOFT),
            Tone::Quiet => (size.body * 0.95, false, look::SOFT),
            Tone::Figure => (size.figure, true, look::INK),
            Tone::Label => (size.body, true, look::INK),
        };
        Face { size, bold, ink }
    }

    /// One piece for each line of words.
    pub(super) fn lines(&self, words: &[Run], face: Face, width: f32, part: PartId) -> Vec<Piece> {
        let height = self.size.leading(face.size);
        let baseline = (height + face.size * 0.66) / 2.0;
        let lines = lines(self.letters, words, face, width);
        let marks = |line| set(self.letters, words, face, line, (0.0, baseline, width), Side::Left, Some(part));
        lines.iter().map(|line| Piece::of(height, marks(line))).collect()
    }

    fn list(&mut self, items: &[Words], width: f32, parent: PartId) -> Vec<Piece> {
        let list = self.structure.add(parent, Kind::List { bullets: true });
        let face = self.face(Tone::Plain);
        let indent = face.size * 1.2;
        let bullet = [Run { text: "•".to_owned(), ..Run::default() }];
        let mut pieces = Vec::new();
        for item in items {
            let item_part = self.structure.add(list, Kind::Item);
            let label = self.structure.add(item_part, Kind::Label);
            let body = self.structure.add(item_part, Kind::Body);
            let mark = self.lines(&bullet, face, indent, label);
            let lines = self.lines(item, face, width - indent, body);
            let last = lines.len().saturating_sub(1);
            for (place, line) in lines.into_iter().enumerate() {
                let mut piece = stack(vec![line], indent);
                if place == 0 {
                    piece.clusters.splice(0..0, mark.iter().flat_map(|mark| mark.clusters.clone()));
                    piece.space = self.size.gap * 0.45;
                }
                piece.keep = last > 0 && (place == 0 || place + 1 == last);
                pieces.push(piece);
            }
        }
        pieces
    }

    fn facts(&mut self, facts: &[(Words, Words)], width: f32, parent: PartId) -> Vec<Piece> {
        let list = self.structure.add(parent, Kind::List { bullets: false });
        let (soft, face) = (self.face(Tone::Quiet), self.face(Tone::Plain));
        // As wide as the longest of them, up to a third: what is said of them needs the room.
        let longest = facts.iter().map(|(term, _)| super::words::extent(self.letters, term, soft).0);
        let left = (longest.fold(0.0, f32::max) + 1.0 + GUTTER).min(width * 0.3);
        let mut pieces = Vec::new();
        for (term, said) in facts {
            let item = self.structure.add(list, Kind::Item);
            let label = self.structure.add(item, Kind::Label);
            let body = self.structure.add(item, Kind::Body);
            let term = stack(self.lines(term, soft, left - GUTTER, label), 0.0);
            let said = stack(self.lines(said, face, width - left, body), left);
            pieces.push(Piece { space: self.size.gap * 0.4, ..beside(vec![term, said]) });
        }
        pieces
    }

    fn counts(&mut self, counts: &[(Words, Words)], width: f32, parent: PartId) -> Piece {
        let list = self.structure.add(parent, Kind::List { bullets: false });
        let figure = Face { size: self.size.body * 1.6, bold: true, ink: look::INK };
        let small = self.face(Tone::Small);
        let inner = width - BAR - 2.0 * PADDING;
        // As wide as their words, and what is left between them.
        let wide = |(label, said): &(Words, Words)| {
            let widest = |words: &[Run], face| super::words::extent(self.letters, words, face).0;
            widest(label, small).max(widest(said, figure)) + 1.0
        };
        let widths: Vec<f32> = counts.iter().map(wide).collect();
        let whole: f32 = widths.iter().sum();
        let gaps = f32::from(u8::try_from(counts.len().saturating_sub(1)).unwrap_or(u8::MAX)).max(1.0);
        let (shrink, gap) = if whole > inner { (inner / whole, 0.0) } else { (1.0, (inner - whole) / gaps) };
        let mut x = 0.0;
        let mut cells = Vec::new();
        for ((label, said), wide) in counts.iter().zip(widths) {
            let wide = wide * shrink;
            let item = self.structure.add(list, Kind::Item);
            let label_part = self.structure.add(item, Kind::Label);
            let body = self.structure.add(item, Kind::Body);
            let mut lines = self.lines(said, figure, wide, body);
            lines.extend(self.lines(label, small, wide, label_part));
            cells.push(stack(lines, x));
            x += wide + gap;
        }
        Piece { space: self.size.gap, ..boxed(beside(cells), width, look::WASH) }
    }

    fn cards(&mut self, cards: &[Vec<Block>], width: f32, parent: PartId) -> Result<Vec<Piece>, PdfError> {
        let wide = (width - GUTTER) / 2.0;
        let mut rows = Vec::new();
        for pair in cards.chunks(2) {
            let mut inner = Vec::new();
            for card in pair {
                let part = self.structure.add(parent, Kind::Group);
                inner.push(stack(self.pieces(card, wide - BAR - 2.0 * PADDING, part)?, 0.0));
            }
            let height = inner.iter().map(|piece| piece.height).fold(0.0, f32::max);
            let mut x = 0.0;
            let mut cells = Vec::new();
            for piece in inner {
                let cell = boxed(Piece { height, ..piece }, wide, look::WHITE);
                cells.push(stack(vec![cell], x));
                x += wide + GUTTER;
            }
            rows.push(Piece { space: self.size.gap, ..beside(cells) });
        }
        // As long as they take no more than a good half of a sheet they stand together.
        if rows.iter().map(|row: &Piece| row.height).sum::<f32>() < width {
            let last = rows.len().saturating_sub(1);
            rows.iter_mut().take(last).for_each(|row| row.keep = true);
        }
        Ok(rows)
    }

    fn columns(
        &mut self,
        columns: &[(f32, Vec<Block>)],
        ruled: bool,
        width: f32,
        parent: PartId,
    ) -> Result<Vec<Piece>, PdfError> {
        // A row of a number, its sentence and its chart is small enough to stay; other columns may have to run on.
        if !self.side_by_side && !ruled {
            let mut pieces = Vec::new();
            for (_, blocks) in columns {
                let mut column = self.pieces(blocks, width, parent)?;
                if let Some(first) = column.first_mut() {
                    first.space = self.size.gap * 2.0;
                }
                pieces.extend(column);
            }
            return Ok(pieces);
        }
        let mut x = 0.0;
        let mut cells = Vec::new();
        for (place, (share, blocks)) in columns.iter().enumerate() {
            let own = width * share - if place + 1 < columns.len() { GUTTER } else { 0.0 };
            cells.push(stack(self.pieces(blocks, own, parent)?, x));
            x += width * share;
        }
        let mut piece = beside(cells);
        if ruled {
            let down = self.size.gap * 0.8;
            piece = stack(vec![Piece { height: down, ..Piece::default() }, piece], 0.0);
            let rule = Placed::stroke(polyline(&[(0.0, 0.0), (width, 0.0)], false), look::FAINT, 0.6);
            piece.clusters.push(Cluster { x: 0.0, y: 0.0, marks: vec![rule] });
        }
        piece.space = self.size.gap * if ruled { 0.8 } else { 2.0 };
        Ok(vec![piece])
    }
}

/// Pieces beside each other, from the same height.
pub(super) fn beside(pieces: Vec<Piece>) -> Piece {
    let height = pieces.iter().map(|piece| piece.height).fold(0.0, f32::max);
    let mut whole = Piece { height, ..Piece::default() };
    for piece in pieces {
        whole.clusters.extend(piece.clusters);
        whole.jumps.extend(piece.jumps);
        whole.headings.extend(piece.headings);
        whole.figures.extend(piece.figures);
    }
    whole
}

/// A piece on a ground, with a bar at its left.
fn boxed(inner: Piece, width: f32, ground: &str) -> Piece {
    let height = inner.height + 2.0 * PADDING;
    let mut whole = stack(vec![Piece { height: PADDING, ..Piece::default() }, inner], BAR + PADDING);
    let edge = if ground == look::WHITE { look::FAINT } else { ground };
    let marks = vec![
        Placed::fill(rectangle(0.0, 0.0, width, height, 0.0), ground),
        Placed::stroke(rectangle(0.0, 0.0, width, height, 0.0), edge, 0.6),
        Placed::fill(rectangle(0.0, 0.0, BAR, height, 0.0), look::WOOD),
    ];
    whole.clusters.insert(0, Cluster { x: 0.0, y: 0.0, marks });
    whole.height = height;
    whole
}
