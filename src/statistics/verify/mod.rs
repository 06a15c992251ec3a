//! Checks the engine against reference cases: values from R, SciPy and 40-digit arithmetic, or your own.

mod case;
mod compute;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

pub use case::{Case, Expected, Kind};

use super::named::{Named, Stat};
use super::undefined::Undefined;

/// A folder or case that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The folder or a file in it.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is not a case.
    #[error("{path}: not a reference case: {source}")]
    Schema {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A value that does not fit the declared decimals, or a row of the wrong length.
    #[error("cannot read the value or row {0}")]
    Value(String),
}

/// How one case went.
#[derive(Debug)]
pub struct CaseOutcome {
    /// The case's id.
    pub id: String,
    /// Statistics within tolerance.
    pub passed: usize,
    /// Statistics that are not.
    pub failed: Vec<Mismatch>,
    /// Expected statistics this engine does not compute, or not at this size.
    pub not_implemented: Vec<String>,
    /// Everything that was computed, or why the case could not be read.
    pub computed: Result<Named, CaseError>,
}

/// A statistic outside its tolerance.
#[derive(Debug)]
pub struct Mismatch {
    /// Its name.
    pub name: String,
    /// The reference.
    pub expected: Value,
    /// Ours.
    pub got: Stat,
}

/// Computes every case in a folder of `*.json` files, in order of file name, and compares.
///
/// A file that is not a case, or a case with unreadable values, is an error: nothing is skipped silently.
pub fn run(folder: &Path) -> Result<Vec<CaseOutcome>, CaseError> {
    let read = |source| CaseError::Read { path: folder.to_owned(), source };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| load(path).map(|case| check(&case))).collect()
}

fn load(path: &Path) -> Result<Case, CaseError> {
    let text = fs::read_to_string(path).map_err(|source| CaseError::Read { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| CaseError::Schema { path: path.to_owned(), source })
}

/// Computes and compares one case.
pub fn check(case: &Case) -> CaseOutcome {
    let computed = compute::compute(case);
    let mut outcome = CaseOutcome {
        id: case.id.clone(),
        passed: 0,
        failed: Vec::new(),
        not_implemented: Vec::new(),
        computed: Ok(Named::default()),
    };
    let found: BTreeMap<String, Stat> =
        computed.iter().flat_map(Named::iter).map(|(name, stat)| (name.to_owned(), stat)).collect();
    for (name, expected) in &case.expected {
        match found.get(name) {
            Some(got) if known(*got) => {
                if within(expected, *got) {
                    outcome.passed += 1;
                } else {
                    outcome.failed.push(Mismatch { name: name.clone(), expected: expected.value.clone(), got: *got });
                }
            }
            _ => outcome.not_implemented.push(name.clone()),
        }
    }
    outcome.computed = computed;
    outcome
}

/// Exact tests that would take too long are not a value.
fn known(stat: Stat) -> bool {
    !matches!(stat, Stat::Undefined(Undefined::TooManyForExact(_) | Undefined::TooManyCategories(_)))
}

/// |got − value| ≤ max(absolute, relative × |value|); a word must be the same, `null` must be undefined.
fn within(expected: &Expected, got: Stat) -> bool {
    let number = match got {
        Stat::Number(number) => number,
        Stat::Count(count) => count as f64,
        Stat::Word(word) => return expected.value.as_str() == Some(word),
        Stat::Undefined(_) => return expected.value.is_null(),
    };
    expected
        .value
        .as_f64()
        .is_some_and(|value| (number - value).abs() <= expected.abs_tol.max(expected.rel_tol * value.abs()))
}

/// `{case: {statistic: number | null | "text"}}`, the form other checkers read.
pub fn to_json(outcomes: &[CaseOutcome]) -> Value {
    let stats = |named: &Named| -> Value {
        named
            .iter()
            .filter(|(_, stat)| known(*stat))
            .map(|(name, stat)| (name.to_owned(), json(stat)))
            .collect::<Map<_, _>>()
            .into()
    };
    let cases = outcomes.iter().map(|outcome| {
        (outcome.id.clone(), outcome.computed.as_ref().map_or_else(|_| Value::Object(Map::new()), stats))
    });
    cases.collect::<Map<_, _>>().into()
}

fn json(stat: Stat) -> Value {
    match stat {
        Stat::Number(number) => number.into(),
        Stat::Count(count) => count.into(),
        Stat::Word(word) => word.into(),
        Stat::Undefined(_) => Value::Null,
    }
}
