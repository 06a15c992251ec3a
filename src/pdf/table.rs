//! Tables: columns as wide as their words need, figures under each other, the head again on every sheet.

use std::rc::Rc;

use super::block::{Run, Table, Words, plain};
use super::layout::Press;
use super::letters::Letters;
use super::look;
use super::path::polyline;
use super::sheet::{Piece, Placed};
use super::structure::{Kind, PartId};
use super::words::{Face, Line, Side, extent, lines, set};

/// Between columns, for a size of type.
const GAP: f32 = 0.9;

/// Columns with the type that fits between them.
struct Grid {
    size: f32,
    widths: Vec<f32>,
}

impl Press<'_> {
    /// A table's caption, head and rows.
    pub(super) fn table(&mut self, table: &Table, width: f32, parent: PartId) -> Vec<Piece> {
        let grid = grid(self.letters, table, width, [self.size.table, self.size.crowded]);
        let caption = plain(&table.caption);
        let part =
            self.structure.add(parent, Kind::Table(Some(caption).filter(|words| table.quiet && !words.is_empty())));
        let mut pieces = Vec::new();
        if !table.quiet && !table.caption.is_empty() {
            let caption = self.structure.add(part, Kind::Caption);
            let face = Face { size: self.size.small, bold: true, ink: look::INK };
            pieces.extend(self.lines(&table.caption, face, width, caption));
        }
        let head_part = self.structure.add(part, Kind::TableHead);
        let row = self.structure.add(head_part, Kind::Row);
        let headings: Vec<Words> = table.columns.iter().map(|column| column.heading.clone()).collect();
        let parts = headings.iter().map(|_| self.structure.add(row, Kind::ColumnHead)).collect::<Vec<_>>();
        let head = Piece { keep: true, ..self.row(&grid, table, &headings, &parts, true) };
        pieces.push(head.clone());
        pieces.iter_mut().for_each(|piece| piece.keep = true);
        let head = Rc::new(head);
        let body = self.structure.add(part, Kind::TableBody);
        for cells in &table.rows {
            let row = self.structure.add(body, Kind::Row);
            let kind = |place| if place == 0 { Kind::RowHead } else { Kind::Cell };
            let parts: Vec<PartId> = (0..cells.len()).map(|place| self.structure.add(row, kind(place))).collect();
            pieces.push(Piece { head: Some(Rc::clone(&head)), ..self.row(&grid, table, cells, &parts, false) });
        }
        if let Some(first) = pieces.first_mut() {
            first.space = self.size.gap;
        }
        pieces
    }

    /// One row; the head's words are bold and stand at its foot.
    fn row(&self, grid: &Grid, table: &Table, cells: &[Words], parts: &[PartId], is_head: bool) -> Piece {
        let face = Face { size: grid.size, bold: is_head, ink: look::INK };
        let broken: Vec<Vec<Line>> =
            cells.iter().zip(&grid.widths).map(|(cell, wide)| lines(self.letters, cell, face, *wide)).collect();
        let step = self.size.leading(grid.size);
        let most = broken.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let count = |lines: usize| f32::from(u16::try_from(lines).unwrap_or(u16::MAX));
        let height = step * count(most) + 2.0 * self.size.row * grid.size;
        let mut marks = Vec::new();
        let mut x = 0.0;
        for (place, lines) in broken.iter().enumerate() {
            let wide = grid.widths[place];
            let side = if table.columns[place].figures { Side::Right } else { Side::Left };
            let first = if is_head { most - lines.len() } else { 0 };
            for (row, line) in lines.iter().enumerate() {
                let top = self.size.row * grid.size + step * count(first + row);
                let baseline = top + (step + grid.size * 0.66) / 2.0;
                let area = (x, baseline, wide);
                marks.extend(set(self.letters, &cells[place], face, line, area, side, parts.get(place).copied()));
            }
            x += wide + GAP * grid.size;
        }
        let (ink, thick) = if is_head { (look::INK, 0.9) } else { (look::FAINT, 0.5) };
        marks.push(Placed::stroke(polyline(&[(0.0, height), (x - GAP * grid.size, height)], false), ink, thick));
        Piece::of(height, marks)
    }
}

/// How wide each column is, and the type for it. Figures stay on their lines if that is possible at all, then words
/// stay whole, and only where even the smallest type is too wide are words broken.
fn grid(letters: &Letters, table: &Table, width: f32, [wanted, least]: [f32; 2]) -> Grid {
    let mut size = wanted;
    loop {
        let extents = extents(letters, table, size);
        let count = f32::from(u16::try_from(extents.len().saturating_sub(1)).unwrap_or(u16::MAX));
        let free = width - count * GAP * size;
        let with_figures = |(place, &(whole, least)): (usize, &(f32, f32))| {
            (whole, if table.columns[place].figures { whole } else { least })
        };
        let whole_figures: Vec<(f32, f32)> = extents.iter().enumerate().map(with_figures).collect();
        if let Some(widths) = shared(&whole_figures, free) {
            return Grid { size, widths };
        }
        if size > (wanted * 0.85).max(least) {
            size = (size - 0.3).max(least);
            continue;
        }
        if let Some(widths) = shared(&extents, free) {
            return Grid { size, widths };
        }
        if size <= least {
            let shrink = free / extents.iter().map(|(_, least)| least).sum::<f32>();
            return Grid { size, widths: extents.iter().map(|(_, least)| least * shrink).collect() };
        }
        size = (size - 0.3).max(least);
    }
}

/// Widths between the widest and the least that columns can do with, if they fit.
fn shared(extents: &[(f32, f32)], free: f32) -> Option<Vec<f32>> {
    let whole: f32 = extents.iter().map(|(whole, _)| whole).sum();
    let least: f32 = extents.iter().map(|(_, least)| least).sum();
    if whole <= free {
        // What is left over makes all columns wider alike.
        let more = free / whole.max(1.0);
        return Some(extents.iter().map(|(whole, _)| whole * more).collect());
    }
    let share = (free - least) / (whole - least).max(0.1);
    (least <= free).then(|| extents.iter().map(|(whole, least)| least + (whole - least) * share).collect())
}

/// For each column the width of its longest line and of its longest word.
fn extents(letters: &Letters, table: &Table, size: f32) -> Vec<(f32, f32)> {
    let face = |bold| Face { size, bold, ink: look::INK };
    let measure = |words: &[Run], bold| {
        let (whole, least) = extent(letters, words, face(bold));
        (whole + 0.1, least + 0.1)
    };
    let columns = table.columns.iter().enumerate().map(|(place, column)| {
        let cells = table.rows.iter().filter_map(|row| row.get(place)).map(|cell| measure(cell, false));
        cells.fold(measure(&column.heading, true), |(whole, least), cell| (whole.max(cell.0), least.max(cell.1)))
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::super::block::Column;
    use super::*;

    fn words(text: &str) -> Words {
        vec![Run { text: text.to_owned(), ..Run::default() }]
    }

    fn table(headings: &[&str], row: &[&str]) -> Table {
        Table {
            caption: words("A table"),
            quiet: false,
            columns: headings.iter().map(|heading| Column { heading: words(heading), figures: false }).collect(),
            rows: vec![row.iter().map(|cell| words(cell)).collect()],
        }
    }

    #[test]
    fn an_interval_stays_on_its_line_while_words_make_room() {
        let letters = Letters::new().expect("typefaces");
        let name = "Kitchen Table Careers of the Northern Harbour and its Villages";
        let mut table = table(&["Project", "Change, % (95%)"], &[name, "+61.8% (+8.8 to +290.0)"]);
        table.columns[1].figures = true;
        let grid = grid(&letters, &table, 200.0, [8.0, 5.6]);
        let face = Face { size: grid.size, bold: false, ink: look::INK };
        let count = |place: usize| lines(&letters, &table.rows[0][place], face, grid.widths[place]).len();
        assert!(count(1) == 1 && count(0) > 1, "{:?}", grid.widths);
    }

    #[test]
    fn columns_fill_the_width_and_never_more() {
        let letters = Letters::new().expect("typefaces");
        let wide = "a long sentence that takes more than its share ".repeat(6);
        let name = "Wielkopolskie_Stowarzyszenie_Pszczelarzy_i_Ogrodnikow";
        for row in [["a", "b", "c"], ["a", wide.as_str(), "c"], [name, name, name]] {
            let grid = grid(&letters, &table(&["One", "Two", "Three"], &row), 300.0, [8.0, 5.6]);
            let whole = grid.widths.iter().sum::<f32>() + 2.0 * GAP * grid.size;
            assert!((whole - 300.0).abs() < 0.5 && grid.size >= 5.6, "{whole} {:?}", grid.widths);
        }
    }
}
