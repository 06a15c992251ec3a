//! Numbers as people read them: rounded once, here, and carried beside the exact value.

use serde::Serialize;

/// A number together with the form in which every writer prints it.
///
/// Rounding is half away from zero, as funders do it. A minus is the sign `−`, never a hyphen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Number {
    /// The value, unrounded.
    pub value: f64,
    /// What a page prints.
    pub text: String,
}

impl Number {
    /// A percentage or a level out of 100, to one decimal: `42.0`.
    pub fn level(value: f64) -> Number {
        Number { value, text: decimals(value, 1) }
    }

    /// A change in points, with its sign, to one decimal: `+25.0`.
    pub fn points(value: f64) -> Number {
        Number { value, text: signed(value, 1) }
    }

    /// A percentage to one decimal, with its sign and `%`: `+58.7%`.
    pub fn percent_change(value: f64) -> Number {
        Number { value, text: format!("{}%", signed(value, 1)) }
    }

    /// A share to one decimal, with `%`: `57.3%`.
    pub fn percent(value: f64) -> Number {
        Number { value, text: format!("{}%", decimals(value, 1)) }
    }

    /// A probability: `0.012`, or `<0.001`.
    pub fn p_value(value: f64) -> Number {
        let text = if value < 0.001 { "<0.001".to_owned() } else { decimals(value, 3) };
        Number { value, text }
    }

    /// An effect size, with its sign, to two decimals: `+0.84`.
    pub fn effect(value: f64) -> Number {
        Number { value, text: signed(value, 2) }
    }

    /// A coefficient between 0 and 1, to two decimals: `0.76`.
    pub fn coefficient(value: f64) -> Number {
        Number { value, text: decimals(value, 2) }
    }

    /// Pounds from pence: `£104`, or `£38.74` below £100.
    pub fn pounds(pence: f64) -> Number {
        let value = pence / 100.0;
        let places = usize::from(value < 100.0 && (value - value.round()).abs() > 1e-9) * 2;
        Number { value, text: format!("£{}", grouped(&decimals(value, places))) }
    }

    /// The value rounded to a whole number, as sentences print it: `59`.
    pub fn whole(&self) -> String {
        decimals(self.value, 0)
    }

    /// The value rounded to a whole number with its sign: `+59`.
    pub fn whole_signed(&self) -> String {
        signed(self.value, 0)
    }
}

/// A count with thousands separated: `1,500`.
pub fn count(n: i64) -> String {
    let digits = grouped(&n.unsigned_abs().to_string());
    if n < 0 { format!("−{digits}") } else { digits }
}

/// Rounds half away from zero and prints that many decimals; nothing is ever `−0`.
pub fn decimals(value: f64, places: usize) -> String {
    let scale = [1.0, 10.0, 100.0, 1000.0][places.min(3)];
    let rounded = (value * scale).round() / scale;
    let text = format!("{:.places$}", rounded.abs());
    if rounded < 0.0 { format!("−{text}") } else { text }
}

/// The same with its sign; zero has none.
pub fn signed(value: f64, places: usize) -> String {
    let text = decimals(value, places);
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if nothing || text.starts_with('−') { text } else { format!("+{text}") }
}

fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    fraction.map_or(out.clone(), |fraction| format!("{out}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero_and_zero_has_no_sign() {
        let cases = [(12.5, "+13"), (-12.5, "−13"), (0.4, "0"), (-0.4, "0"), (58.73, "+59")];
        for (value, expected) in cases {
            assert_eq!(Number::points(value).whole_signed(), expected);
        }
        assert_eq!(Number::points(-0.04).text, "0.0");
        assert_eq!(Number::level(66.666).text, "66.7");
    }

    #[test]
    fn money_and_counts_are_grouped_and_pence_show_only_below_a_hundred_pounds() {
        assert_eq!(Number::pounds(15_650_000.0).text, "£156,500");
        assert_eq!(Number::pounds(3_873.7).text, "£38.74");
        assert_eq!(Number::pounds(3_900.0).text, "£39");
        assert_eq!(count(68_218), "68,218");
        assert_eq!(count(999), "999");
    }

    #[test]
    fn a_tiny_probability_is_never_printed_as_zero() {
        assert_eq!(Number::p_value(0.000_02).text, "<0.001");
        assert_eq!(Number::p_value(0.0349).text, "0.035");
    }
}
