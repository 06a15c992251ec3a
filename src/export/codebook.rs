//! `codebook.csv`: one row for each column of the wide file, with how often its values occur.

use crate::response::Missing;

use super::cell::Cell;
use super::column::Column;

/// Its columns.
pub const HEADING: [&str; 21] = [
    "name",
    "label",
    "form",
    "item",
    "wave",
    "type",
    "level",
    "codes",
    "missing_codes",
    "n_valid",
    "n_dont_know",
    "n_rather_not_say",
    "n_skipped",
    "n_not_reached",
    "n_not_asked",
    "n_lost",
    "min",
    "max",
    "mean",
    "percent",
    "notes",
];

/// What has been counted of a column.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    valid: i64,
    missing: [i64; Missing::ALL.len()],
    sum: f64,
    range: Option<(f64, f64)>,
}

impl Tally {
    /// Counts a cell.
    #[expect(clippy::cast_precision_loss, reason = "codes and seconds are far below 2^52")]
    pub fn count(&mut self, cell: &Cell) {
        let value = match cell {
            Cell::Blank => return,
            Cell::Missing(reason) => {
                let place = Missing::ALL.iter().position(|known| known == reason);
                place.into_iter().for_each(|place| self.missing[place] += 1);
                return;
            }
            Cell::Text(_) => {
                self.valid += 1;
                return;
            }
            Cell::Integer(value) => *value as f64,
            Cell::Decimal(value) => *value,
        };
        self.valid += 1;
        self.sum += value;
        self.range = Some(self.range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
    }

    /// The mean; where the column holds 0 and 1 only, this is the share of ones.
    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 participants")]
    fn mean(&self) -> Option<f64> {
        self.range.map(|_| self.sum / self.valid as f64)
    }
}

/// Counts a row of the wide file, column by column.
pub fn count(tallies: &mut [Tally], row: &[Cell]) {
    tallies.iter_mut().zip(row).for_each(|(tally, cell)| tally.count(cell));
}

/// A column's row.
pub fn row(column: &Column, tally: &Tally) -> Vec<Cell> {
    let number = |value: Option<f64>| value.map_or(Cell::Blank, Cell::Decimal);
    let is_yes_or_no = column.codes.iter().map(|(value, _)| *value).eq([0, 1]);
    let averages = column.level != "nominal";
    let lacks = column.lacks.codes();
    let codes = column.codes.iter().map(|(value, label)| format!("{value} = {label}"));
    let words = column.words.iter().map(|(word, label)| format!("{word} = {label}"));
    let codes: Vec<String> = codes.chain(words).collect();
    let missing: Vec<String> = lacks.iter().map(|(missing, label)| format!("{} = {label}", missing.code())).collect();
    let mut row = vec![
        Cell::Text(column.name.clone()),
        Cell::Text(column.label.clone()),
        Cell::Text(column.form.clone()),
        Cell::Text(column.item.clone()),
        Cell::words(column.slot().map(|slot| slot.suffix())),
        Cell::Text(if column.is_text() { "text" } else { "number" }.to_owned()),
        Cell::Text(column.level.to_owned()),
        Cell::Text(codes.join("; ")),
        Cell::Text(missing.join("; ")),
        Cell::Integer(tally.valid),
    ];
    for (reason, n) in Missing::ALL.iter().zip(tally.missing) {
        let can_be = lacks.iter().any(|(missing, _)| missing == reason);
        row.push(if can_be { Cell::Integer(n) } else { Cell::Blank });
    }
    row.extend([
        number(tally.range.map(|(low, _)| low)),
        number(tally.range.map(|(_, high)| high)),
        number(tally.mean().filter(|_| averages)),
        number(tally.mean().filter(|_| is_yes_or_no).map(|share| 100.0 * share)),
        Cell::Text(column.notes.clone()),
    ]);
    row
}
