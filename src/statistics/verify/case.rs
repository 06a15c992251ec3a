//! The file schema of reference cases, `pencilmark-oracle/1`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Number;

use super::CaseError;
use crate::statistics::Unit;

/// One reference case: data and what other programs make of it.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Short name.
    pub id: String,
    /// What the data are.
    pub kind: Kind,
    #[serde(default)]
    pub(super) measure: Option<Measure>,
    pub(super) input: Input,
    /// The reference value of each statistic.
    #[serde(default)]
    pub expected: BTreeMap<String, Expected>,
}

/// The eight kinds of data a case may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Before and after of the same people.
    Paired,
    /// One margin.
    Summary,
    /// Items of a scale.
    Scale,
    /// Two people's answers about the same thing.
    Agreement,
    /// Three or more occasions.
    Waves,
    /// Before, then and after.
    ThenTest,
    /// A list of p values.
    Multiplicity,
    /// Two groups that share nobody.
    Unpaired,
}

/// What is known about the scale.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Measure {
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub decimals: u8,
    pub min: Option<Number>,
    pub max: Option<Number>,
    pub top_min: Option<Number>,
    pub mid: Option<f64>,
    #[serde(default)]
    pub categories: Vec<Number>,
}

/// Rows of decimals, the last entry of each a count.
type Rows = Vec<Vec<Number>>;

/// The data; each kind uses its own part.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    pub pairs: Rows,
    pub pre_only: Rows,
    pub post_only: Rows,
    pub clusters: Vec<Input>,
    pub comparison: Option<Box<Input>>,
    pub values: Rows,
    pub items: Vec<String>,
    pub rows: Rows,
    pub waves: usize,
    pub p: Vec<Option<f64>>,
    pub pre: Rows,
    pub post: Rows,
}

/// A reference value: a number, a word, or nothing with a reason.
#[derive(Debug, Deserialize)]
pub struct Expected {
    /// `null` where the statistic is undefined.
    pub value: serde_json::Value,
    /// Relative tolerance.
    #[serde(default)]
    pub rel_tol: f64,
    /// Absolute tolerance; the larger of the two holds.
    #[serde(default)]
    pub abs_tol: f64,
}

/// Reads decimals as integers scaled by 10^decimals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimals(pub u8);

impl Decimals {
    pub(super) fn unit(self) -> Unit {
        Unit::decimals(self.0)
    }

    /// The exact scaled integer of a decimal as written, `0.1` one tenth.
    pub(super) fn stored(self, number: &Number) -> Result<i64, CaseError> {
        let bad = || CaseError::Value(number.to_string());
        if let Some(whole) = number.as_i64() {
            return whole.checked_mul(10_i64.pow(u32::from(self.0))).ok_or_else(bad);
        }
        let scaled = number.as_f64().ok_or_else(bad)? * 10_f64.powi(i32::from(self.0));
        // the nearest integer is the decimal that was written, as long as f64 can hold it
        if (scaled - scaled.round()).abs() > 1e-3 || scaled.abs() > 9e15 {
            return Err(bad());
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 9e15 and whole")]
        Ok(scaled.round() as i64)
    }

    /// A row split into its scores and its count.
    pub(super) fn row(self, row: &[Number]) -> Result<(Vec<i64>, u64), CaseError> {
        let bad = || CaseError::Value(format!("{row:?}"));
        let (count, scores) = row.split_last().ok_or_else(bad)?;
        let count = count.as_u64().or_else(|| whole(count)).ok_or_else(bad)?;
        Ok((scores.iter().map(|n| self.stored(n)).collect::<Result<_, _>>()?, count))
    }

    /// All rows, each with `columns` scores.
    pub(super) fn rows(self, rows: &Rows, columns: usize) -> Result<Vec<(Vec<i64>, u64)>, CaseError> {
        let read: Vec<_> = rows.iter().map(|row| self.row(row)).collect::<Result<_, _>>()?;
        match read.iter().find(|row| row.0.len() != columns) {
            Some(row) => Err(CaseError::Value(format!("{row:?}"))),
            None => Ok(read),
        }
    }
}

/// A count written as `3.0`.
fn whole(number: &Number) -> Option<u64> {
    let value = number.as_f64().filter(|v| (0.0..=9e15).contains(v) && v.fract().abs() < f64::MIN_POSITIVE)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
    Some(value as u64)
}
