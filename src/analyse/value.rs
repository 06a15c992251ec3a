//! Decimals as they stand in a cell, kept exact.

use std::collections::HashMap;

use foldhash::fast::FixedState;

/// A decimal: mantissa × 10^−decimals, without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    pub mantissa: i64,
    pub decimals: u8,
}

impl Decimal {
    /// The integer scaled by 10^`decimals`, for `decimals` at least this one's.
    pub fn scaled(self, decimals: u8) -> i64 {
        self.mantissa.saturating_mul(10_i64.pow(u32::from(decimals.saturating_sub(self.decimals).min(18))))
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing, or a word for nothing.
    Missing,
    /// A value by its number in [`Values`], from 1.
    Value(u32),
    /// Something else.
    NotANumber,
}

/// Distinct values by number. Each spelling is parsed once; small whole numbers need no look-up.
pub(super) struct Values {
    comma: bool,
    yes_no: bool,
    missing: Vec<Decimal>,
    small: [u32; 100],
    spelled: HashMap<Box<[u8]>, Cell, FixedState>,
    numbers: HashMap<Decimal, u32, FixedState>,
    list: Vec<Decimal>,
}

impl Values {
    /// `comma`: decimals are written 3,5. `yes_no`: yes and true are 1, no and false are 0. `missing`: scores
    /// that stand for "no answer".
    pub fn new(comma: bool, yes_no: bool, missing: &[String]) -> Self {
        Self {
            comma,
            yes_no,
            missing: missing.iter().filter_map(|code| parse(code.trim().as_bytes(), code.contains(','))).collect(),
            small: [0; 100],
            spelled: HashMap::default(),
            numbers: HashMap::default(),
            list: Vec::new(),
        }
    }

    /// Reads a cell.
    pub fn read(&mut self, cell: &[u8]) -> Cell {
        let small = match *cell {
            [a @ b'0'..=b'9'] => usize::from(a - b'0'),
            [a @ b'1'..=b'9', b @ b'0'..=b'9'] => usize::from((a - b'0') * 10 + b - b'0'),
            [] => return Cell::Missing,
            _ => return self.read_spelled(cell),
        };
        if self.small[small] == 0 {
            if !self.missing.is_empty() {
                return self.read_spelled(cell);
            }
            self.small[small] = self.number(Decimal { mantissa: i64::try_from(small).unwrap_or(0), decimals: 0 });
        }
        Cell::Value(self.small[small])
    }

    fn read_spelled(&mut self, cell: &[u8]) -> Cell {
        if let Some(&known) = self.spelled.get(cell) {
            return known;
        }
        let text = unwrapped(cell);
        let read = if is_missing(text) {
            Cell::Missing
        } else if let Some(decimal) = parse(text, self.comma).or_else(|| self.yes_no.then(|| yes_or_no(text)).flatten())
        {
            if self.missing.contains(&decimal) { Cell::Missing } else { Cell::Value(self.number(decimal)) }
        } else {
            Cell::NotANumber
        };
        // spellings repeat; should a broken file bring a new one in every row, memory stays bounded
        if self.spelled.len() < 100_000 {
            self.spelled.insert(cell.into(), read);
        }
        read
    }

    fn number(&mut self, decimal: Decimal) -> u32 {
        *self.numbers.entry(decimal).or_insert_with(|| {
            self.list.push(decimal);
            u32::try_from(self.list.len()).unwrap_or(u32::MAX)
        })
    }

    /// The value with this number.
    pub fn get(&self, number: u32) -> Option<Decimal> {
        self.list.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
    }
}

/// Trimmed, and freed of Excel's ="…" around text that looks like a number.
fn unwrapped(cell: &[u8]) -> &[u8] {
    let trimmed = cell.trim_ascii();
    let inner = trimmed.strip_prefix(b"=\"").and_then(|rest| rest.strip_suffix(b"\""));
    inner.unwrap_or(trimmed).trim_ascii()
}

/// What spreadsheets and statistics programs write for "no answer".
fn is_missing(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 9] = [b"na", b"n/a", b"#n/a", b"nan", b"null", b"none", b"missing", b".", b"-"];
    text.is_empty() || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn yes_or_no(text: &[u8]) -> Option<Decimal> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()));
    let mantissa = if is(["yes", "y", "true"]) {
        1
    } else if is(["no", "n", "false"]) {
        0
    } else {
        return None;
    };
    Some(Decimal { mantissa, decimals: 0 })
}

/// At most 15 digits, of which at most 9 decimals; no thousands separators, no exponents.
fn parse(text: &[u8], comma: bool) -> Option<Decimal> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let mark = if comma { b',' } else { b'.' };
    let (mut mantissa, mut decimals, mut seen, mut after) = (0_i64, 0_u8, 0_u8, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen += 1;
                decimals += u8::from(after);
                if seen > 15 {
                    return None;
                }
                mantissa = mantissa * 10 + i64::from(byte - b'0');
            }
            _ if byte == mark && !after => after = true,
            _ => return None,
        }
    }
    while decimals > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        decimals -= 1;
    }
    (seen > 0 && decimals <= 9).then_some(Decimal { mantissa: if negative { -mantissa } else { mantissa }, decimals })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, comma: bool) -> Option<(i64, u8)> {
        let mut values = Values::new(comma, false, &[]);
        match values.read(cell.as_bytes()) {
            Cell::Value(number) => values.get(number).map(|d| (d.mantissa, d.decimals)),
            Cell::Missing | Cell::NotANumber => None,
        }
    }

    #[test]
    fn decimals_are_exact_however_they_are_written() {
        assert_eq!(read("7", false), Some((7, 0)));
        assert_eq!(read(" 3.50 ", false), Some((35, 1)));
        assert_eq!(read("-0,1", true), Some((-1, 1)));
        assert_eq!(read("=\"012\"", false), Some((12, 0)));
        assert_eq!(read("4.0", false), Some((4, 0)));
    }

    #[test]
    fn the_same_number_in_two_spellings_is_one_value() {
        let mut values = Values::new(false, false, &[]);
        assert_eq!(values.read(b"3"), values.read(b"3.0"));
    }

    #[test]
    fn thousands_dates_and_words_are_not_guessed_at() {
        for cell in ["1,234", "05-Jan", "1e3", "five", "3.1.2", "--1", "1234567890123456"] {
            assert_eq!(Values::new(false, false, &[]).read(cell.as_bytes()), Cell::NotANumber, "{cell}");
        }
    }

    #[test]
    fn blanks_and_words_for_nothing_are_missing() {
        for cell in ["", "  ", "NA", "#N/A", ".", "-"] {
            assert_eq!(Values::new(false, false, &[]).read(cell.as_bytes()), Cell::Missing, "{cell}");
        }
    }

    #[test]
    fn codes_said_to_stand_for_no_answer_are_missing_however_they_are_written() {
        let mut values = Values::new(false, false, &["-9".to_owned(), "99".to_owned()]);
        for cell in ["-9", "-9.0", "99", " 99 "] {
            assert_eq!(values.read(cell.as_bytes()), Cell::Missing, "{cell}");
        }
        assert!(matches!(values.read(b"9"), Cell::Value(_)));
    }

    #[test]
    fn yes_and_no_are_numbers_only_where_asked_for() {
        assert_eq!(Values::new(false, false, &[]).read(b"Yes"), Cell::NotANumber);
        let mut values = Values::new(false, true, &[]);
        assert_eq!(values.read(b"Yes"), values.read(b"1"));
    }
}
