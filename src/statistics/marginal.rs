//! Did the whole distribution of categories shift, and is movement symmetric?

use super::distribution::chi_squared_upper;
use super::table::{Cell, PairTable};
use super::undefined::{Defined, Undefined};

/// A chi-squared test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquaredTest {
    /// The statistic.
    pub chi2: f64,
    /// Degrees of freedom.
    pub df: u64,
    /// P of a larger statistic.
    pub p: f64,
}

impl ChiSquaredTest {
    pub(crate) fn new(chi2: f64, df: u64) -> Self {
        Self { chi2, df, p: chi_squared_upper(chi2, df as f64) }
    }
}

/// Tests of a square table of categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarginalTests {
    /// Stuart (1955)–Maxwell (1970): same margins before and after.
    pub stuart_maxwell: Defined<ChiSquaredTest>,
    /// Bhapkar (1966): S/(1 − S/n), more powerful in large samples.
    pub bhapkar: Defined<ChiSquaredTest>,
    /// Bowker (1948): as many from a to b as from b to a. Empty pairs of cells are not counted.
    pub bowker: Defined<ChiSquaredTest>,
}

/// The tests are meant for answer categories, and their cost grows with the cube of how many there are.
pub const MAX_CATEGORIES: usize = 60;

/// Compares the distributions of categories before and after.
///
/// Categories are those seen. The covariance is singular when a category exchanges with no other; then a
/// generalised inverse has rank K less the number of connected groups, which are the degrees of freedom
/// (statsmodels returns NaN or keeps K − 1; its `shift_zeros=True` adds 0.5 to every cell). Bowker counts
/// non-empty pairs only (Hoenig, Morgan & Brown 1995); statsmodels counts all, R gives NaN.
///
/// ```
/// use pencilmark::statistics::{PairTable, Undefined, Unit, marginal_tests};
/// let all_up = marginal_tests(&PairTable::from_counts(Unit::ONE, [(0, 1, 6), (1, 1, 9)]));
/// assert_eq!(all_up.stuart_maxwell.unwrap().df, 1);
/// assert!((all_up.stuart_maxwell.unwrap().chi2 - 6.0).abs() < 1e-12);
/// ```
pub fn marginal_tests(table: &PairTable) -> MarginalTests {
    let moved: Vec<Cell> = table.cells().iter().filter(|c| c.pre != c.post).copied().collect();
    let categories = table.categories();
    let usable = if table.is_empty() {
        Err(Undefined::NoPairs)
    } else if categories.len() < 2 {
        Err(Undefined::OneCategory)
    } else if categories.len() > MAX_CATEGORIES {
        Err(Undefined::TooManyCategories(MAX_CATEGORIES as u64))
    } else if moved.is_empty() {
        Err(Undefined::NoChange)
    } else {
        Ok(())
    };
    let stuart = usable.and_then(|()| stuart_maxwell(&moved, &categories));
    let n = table.n() as f64;
    MarginalTests {
        stuart_maxwell: stuart,
        bhapkar: stuart.and_then(|s| {
            // equal to n when everyone moved one way; the solver leaves a last-digit gap
            let rest = 1.0 - s.chi2 / n;
            if rest > 1e-12 { Ok(ChiSquaredTest::new(s.chi2 / rest, s.df)) } else { Err(Undefined::OneDirection) }
        }),
        bowker: usable.map(|()| bowker(&moved)),
    }
}

fn bowker(moved: &[Cell]) -> ChiSquaredTest {
    let count = |pre, post| moved.iter().find(|c| (c.pre, c.post) == (pre, post)).map_or(0, |c| c.n);
    let mut pairs: Vec<(i64, i64)> = moved.iter().map(|c| (c.pre.min(c.post), c.pre.max(c.post))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let chi2 = pairs
        .iter()
        .map(|&(low, high)| {
            let (up, down) = (count(low, high) as f64, count(high, low) as f64);
            (up - down) * (up - down) / (up + down)
        })
        .sum();
    ChiSquaredTest::new(chi2, pairs.len() as u64)
}

/// d′V⁻d by connected groups of categories: leaving one out of each makes the rest of V regular.
fn stuart_maxwell(moved: &[Cell], categories: &[i64]) -> Defined<ChiSquaredTest> {
    let index = |value: i64| categories.binary_search(&value).unwrap_or(0);
    let k = categories.len();
    let mut exchange = vec![vec![0.0; k]; k];
    let mut difference = vec![0.0; k];
    for cell in moved {
        let (i, j, n) = (index(cell.pre), index(cell.post), cell.n as f64);
        exchange[i][j] += n;
        exchange[j][i] += n;
        difference[i] -= n;
        difference[j] += n;
    }
    let mut chi2 = 0.0;
    let mut df = 0;
    for group in connected(&exchange) {
        let kept = &group[1..];
        let matrix: Vec<Vec<f64>> = kept
            .iter()
            .map(|&i| {
                let out: f64 = exchange[i].iter().sum();
                kept.iter().map(|&j| if i == j { out } else { -exchange[i][j] }).collect()
            })
            .collect();
        let right: Vec<f64> = kept.iter().map(|&i| difference[i]).collect();
        chi2 += quadratic_form(matrix, &right)?;
        df += kept.len() as u64;
    }
    Ok(ChiSquaredTest::new(chi2, df))
}

fn connected(exchange: &[Vec<f64>]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; exchange.len()];
    let mut groups = Vec::new();
    for start in 0..exchange.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut group = vec![start];
        let mut next = 0;
        while let Some(&i) = group.get(next) {
            for (j, &n) in exchange[i].iter().enumerate() {
                if n > 0.0 && !seen[j] {
                    seen[j] = true;
                    group.push(j);
                }
            }
            next += 1;
        }
        groups.push(group);
    }
    groups
}

/// x′A⁻¹x for a symmetric positive definite A, by Cholesky: |L⁻¹x|².
fn quadratic_form(mut a: Vec<Vec<f64>>, x: &[f64]) -> Defined<f64> {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|m| a[i][m] * a[j][m]).sum();
            let rest = a[i][j] - dot;
            if i == j {
                if rest <= 0.0 {
                    return Err(Undefined::NotConverged);
                }
                a[i][i] = rest.sqrt();
            } else {
                a[i][j] = rest / a[j][j];
            }
        }
        let dot: f64 = (0..i).map(|m| a[i][m] * y[m]).sum();
        y[i] = (x[i] - dot) / a[i][i];
    }
    Ok(y.iter().map(|v| v * v).sum())
}
