//! Do a child and their grown-up say the same?

use super::distribution::Z_975;
use super::estimate::Interval;
use super::moments::Moments;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// Agreement of two answers about the same thing at the same time; `pre` holds the first, `post` the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Dyads.
    pub n: u64,
    /// Share that agree exactly.
    pub exact: Defined<f64>,
    /// Cohen's (1960) kappa.
    pub kappa: Defined<Kappa>,
    /// Weights 1 − |i − j|/(k − 1).
    pub kappa_linear: Defined<Kappa>,
    /// Weights 1 − (i − j)²/(k − 1)².
    pub kappa_quadratic: Defined<Kappa>,
    /// ICC(1).
    pub icc_one_way: Defined<f64>,
    /// ICC(A,1), absolute agreement (McGraw & Wong 1996).
    pub icc_agreement: Defined<f64>,
    /// ICC(C,1), consistency.
    pub icc_consistency: Defined<f64>,
    /// Mean difference second − first (Bland & Altman 1986).
    pub bias: Defined<f64>,
    /// SD of the differences.
    pub difference_sd: Defined<f64>,
    /// bias ∓ 1.96 SD.
    pub limits: Defined<Interval>,
}

/// A kappa with its large-sample standard error (Fleiss, Cohen & Everitt 1969).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// Agreement beyond chance.
    pub kappa: f64,
    /// Standard error not assuming kappa is zero.
    pub se: f64,
}

/// Agreement of dyads over all `categories` of the scale, in order, in stored steps.
///
/// Categories nobody chose still set the distance of the weights. Kappa is undefined with one category or
/// where chance agreement is complete; ICCs where nothing varies.
pub fn agreement(table: &PairTable, categories: &[i64]) -> Agreement {
    let (n, unit) = (table.n(), table.unit());
    let any = if n == 0 { Err(Undefined::NoPairs) } else { Ok(()) };
    let same = table.count(|a, b| a == b) as f64;
    let changes = Moments::of_table(&table.changes());
    let weighted = |weight: &dyn Fn(f64) -> f64| any.and_then(|()| kappa(table, categories, weight));
    let difference_sd = changes.variance().map(|v| unit.real(v.sqrt()));
    let bias = any.map(|()| unit.real(changes.mean));
    let icc = IccParts::of(table);
    Agreement {
        n,
        exact: any.map(|()| same / n as f64),
        kappa: weighted(&|distance| if distance > 0.0 { 0.0 } else { 1.0 }),
        kappa_linear: weighted(&|distance| 1.0 - distance),
        kappa_quadratic: weighted(&|distance| 1.0 - distance * distance),
        icc_one_way: icc.and_then(|i| i.ratio(i.rows - i.within, i.rows + i.within)),
        icc_agreement: icc
            .and_then(|i| i.ratio(i.rows - i.error, i.rows + i.error + 2.0 / n as f64 * (i.columns - i.error))),
        icc_consistency: icc.and_then(|i| i.ratio(i.rows - i.error, i.rows + i.error)),
        bias,
        difference_sd,
        limits: difference_sd.and_then(|sd| bias.map(|bias| Interval::around(bias, Z_975 * sd))),
    }
}

/// `weight` of the distance between categories, 0 for the same and 1 for the two ends.
fn kappa(table: &PairTable, categories: &[i64], weight: &dyn Fn(f64) -> f64) -> Defined<Kappa> {
    let k = categories.len();
    if k < 2 {
        return Err(Undefined::OneCategory);
    }
    let n = table.n() as f64;
    let index = |value: i64| categories.iter().position(|&c| c == value);
    let mut p = vec![vec![0.0; k]; k];
    for cell in table.cells() {
        let (Some(i), Some(j)) = (index(cell.pre), index(cell.post)) else {
            return Err(Undefined::TooManyCategories(k as u64));
        };
        p[i][j] += cell.n as f64 / n;
    }
    let first: Vec<f64> = p.iter().map(|row| row.iter().sum()).collect();
    let second: Vec<f64> = (0..k).map(|j| p.iter().map(|row| row[j]).sum()).collect();
    let w = |i: usize, j: usize| weight(i.abs_diff(j) as f64 / (k - 1) as f64);
    let cells = || (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
    let observed: f64 = cells().map(|(i, j)| w(i, j) * p[i][j]).sum();
    let chance: f64 = cells().map(|(i, j)| w(i, j) * first[i] * second[j]).sum();
    if 1.0 - chance <= 0.0 {
        return Err(Undefined::AllValuesEqual);
    }
    let kappa = (observed - chance) / (1.0 - chance);
    let row: Vec<f64> = (0..k).map(|i| (0..k).map(|j| w(i, j) * second[j]).sum()).collect();
    let column: Vec<f64> = (0..k).map(|j| (0..k).map(|i| w(i, j) * first[i]).sum()).collect();
    // as squares about their mean, so that nothing cancels where nearly everybody agrees
    let mean = kappa - chance * (1.0 - kappa);
    let about = |i: usize, j: usize| w(i, j) - (row[i] + column[j]) * (1.0 - kappa) - mean;
    let variance = cells().map(|(i, j)| p[i][j] * about(i, j).powi(2)).sum::<f64>() / n;
    Ok(Kappa { kappa, se: variance.sqrt() / (1.0 - chance) })
}

/// Mean squares of a two-way layout of n dyads by two people.
#[derive(Clone, Copy)]
struct IccParts {
    rows: f64,
    columns: f64,
    error: f64,
    within: f64,
}

impl IccParts {
    fn of(table: &PairTable) -> Defined<Self> {
        if table.n() < 2 {
            return Err(Undefined::FewerThan(2));
        }
        let n = table.n() as f64;
        let sums = Moments::of(table.cells().iter().map(|c| (i128::from(c.pre) + i128::from(c.post), c.n)));
        let differences = Moments::of_table(&table.changes());
        let columns = n * differences.mean * differences.mean / 2.0;
        Ok(Self {
            rows: sums.ss / 2.0 / (n - 1.0),
            columns,
            error: differences.ss / 2.0 / (n - 1.0),
            within: (differences.ss / 2.0 + columns) / n,
        })
    }

    fn ratio(self, above: f64, below: f64) -> Defined<f64> {
        if below > 0.0 { Ok(above / below) } else { Err(Undefined::NoVariation) }
    }
}
