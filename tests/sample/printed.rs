//! The numbers that a text prints, and the figures of rows that they may be.

use std::collections::BTreeMap;

/// A line of `results.csv` by its columns.
pub type Row = BTreeMap<String, String>;

/// A number of a text, with where its digits stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    pub at: std::ops::Range<usize>,
    value: f64,
    places: usize,
    /// What stands before it: a sign, or that it is less.
    sign: Option<char>,
    is_percent: bool,
    /// One end of a range: `15 to 30`, but not `from 31 to 53`.
    pub is_limit: bool,
}

/// All numbers of a text. Digits at the end of a name, like those of CR2, are part of it.
pub fn numbers(text: &str) -> Vec<Printed> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find(|c: char| c.is_ascii_digit()).map(|at| rest + at) {
        let end = text[start..].find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).map(|at| start + at);
        let word = &text[start..end.unwrap_or(text.len())];
        let word = word.trim_end_matches(['.', ',']);
        rest = start + word.len();
        let before = text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let digits = word.replace(',', "");
        let places = digits.split_once('.').map_or(0, |(_, part)| part.len());
        let value = digits.parse().unwrap_or_else(|_| panic!("{word} of {text}"));
        let sign = before.filter(|c| matches!(c, '+' | '−' | '<'));
        let is_percent = text[rest..].starts_with('%');
        found.push(Printed { at: start..rest, value, places, sign, is_percent, is_limit: false });
    }
    for place in 1..found.len() {
        let (low, high) = (&found[place - 1], &found[place]);
        let between = text[low.at.end..high.at.start].trim_start_matches('%').trim_end_matches(['+', '−']);
        let is_range = between == " to " && low.places == high.places && !text[..low.at.start].ends_with("from ");
        if is_range {
            (found[place - 1].is_limit, found[place].is_limit) = (true, true);
        }
    }
    found
}

impl Printed {
    /// Whether a figure is printed like this. Halves are rounded away from nought.
    pub fn is(&self, figure: &Held) -> bool {
        let scale = 10_f64.powi(i32::try_from(self.places).expect("few places"));
        let rounds = |value: f64| (self.value - (value * scale + 1e-9).round() / scale).abs() < 1e-9;
        let fits = match figure.column {
            Column::People | Column::Of => !self.is_percent && !self.is_limit,
            Column::Value => !self.is_limit,
            Column::Limit => true,
        };
        fits && match self.sign {
            // Of probabilities there is one such form.
            Some('<') => (self.value - 0.001).abs() < 1e-9 && figure.value.abs() < 0.001,
            Some('+') => rounds(figure.value),
            Some('−') => rounds(-figure.value),
            _ => rounds(figure.value.abs()),
        }
    }

    /// The text with this number one unit of its last place higher, or lower.
    pub fn moved(&self, text: &str, up: bool) -> String {
        let unit = 10_f64.powi(-i32::try_from(self.places).expect("few places"));
        let moved = if up { self.value + unit } else { self.value - unit };
        format!("{}{moved:.*}{}", &text[..self.at.start], self.places, &text[self.at.end..])
    }
}

/// A figure of a row.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub column: Column,
    value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column {
    /// As how many people a share is.
    People,
    Of,
    Value,
    Limit,
}

/// What a row may be printed as: its value, of how many, a share as how many of them it is, and its limits.
pub fn figures(row: &Row) -> Vec<Held> {
    let value = |column: &str| row[column].parse::<f64>().ok();
    let columns = [("n", Column::Of), ("value", Column::Value), ("low", Column::Limit), ("high", Column::Limit)];
    let mut figures: Vec<Held> =
        columns.iter().filter_map(|(name, column)| Some(Held { column: *column, value: value(name)? })).collect();
    if let (Some(n), Some(percent), true) = (value("n"), value("value"), row["shown"].ends_with('%')) {
        let people = n * percent / 100.0;
        let whole = Some(people.round()).filter(|whole| (whole - people).abs() < 1e-6);
        figures.extend(whole.map(|value| Held { column: Column::People, value }));
    }
    figures
}

/// Who is left where each number takes a figure of its own, of those it may be.
pub fn unpaired(may: &[Vec<usize>], figures: usize) -> Vec<usize> {
    fn finds(number: usize, may: &[Vec<usize>], taken: &mut [Option<usize>], asked: &mut [bool]) -> bool {
        may[number].iter().any(|&figure| {
            if std::mem::replace(&mut asked[figure], true) {
                return false;
            }
            let free = taken[figure].is_none_or(|other| finds(other, may, taken, asked));
            if free {
                taken[figure] = Some(number);
            }
            free
        })
    }
    let mut taken = vec![None; figures];
    (0..may.len()).filter(|&number| !finds(number, may, &mut taken, &mut vec![false; figures])).collect()
}
