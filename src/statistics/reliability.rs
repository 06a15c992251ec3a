//! Do the items of a scale hang together?

use super::columns::RowTable;
use super::distribution::f_quantile;
use super::estimate::Interval;
use super::factor::OneFactor;
use super::undefined::{Defined, Undefined};

/// Reliability of a sum of items, in real units.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// People who answered every item.
    pub n: u64,
    /// Cronbach's (1951) alpha.
    pub alpha: Defined<f64>,
    /// Feldt's (1987) 95 % interval.
    pub interval: Defined<Interval>,
    /// Alpha of the standardised items.
    pub alpha_standardised: Defined<f64>,
    /// Mean correlation between items.
    pub mean_correlation: Defined<f64>,
    /// McDonald's (1999) omega by one-factor maximum likelihood.
    pub omega: Defined<f64>,
    /// Mean of the sum.
    pub total_mean: Defined<f64>,
    /// SD of the sum.
    pub total_sd: Defined<f64>,
    /// Standard error of measurement, SD √(1 − alpha).
    pub measurement_error: Defined<f64>,
    /// Each item.
    pub items: Vec<ItemReliability>,
}

/// How well the items of a scale hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaleReliability {
    /// Cronbach's (1951) alpha.
    pub alpha: Defined<f64>,
    /// Feldt's (1987) 95 % interval.
    pub interval: Defined<Interval>,
    /// McDonald's (1999) omega by one-factor maximum likelihood.
    pub omega: Defined<f64>,
}

/// One item of a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemReliability {
    /// Mean.
    pub mean: Defined<f64>,
    /// SD.
    pub sd: Defined<f64>,
    /// Correlation with the sum of the other items; negative: an item that was not reversed.
    pub rest_correlation: Defined<f64>,
    /// Alpha without this item.
    pub alpha_dropped: Defined<f64>,
}

/// Reliability of the sum of the columns, from complete rows.
///
/// Agrees with R's `psych::alpha(check.keys = FALSE)`; omega with `factanal(factors = 1)`, whose lower bound
/// of 0.005 for a uniqueness is kept. Needs two items, two people and spread; omega three items and more
/// people than items.
pub fn reliability(table: &RowTable) -> Reliability {
    let (n, k, unit) = (table.n(), table.columns(), table.unit());
    let c = table.co_deviations();
    let all: Vec<usize> = (0..k).collect();
    let usable = if k < 2 {
        Err(Undefined::FewColumns(2))
    } else if n < 2 {
        Err(Undefined::FewerThan(2))
    } else {
        Ok(())
    };
    let alpha = usable.and_then(|()| alpha(&c, &all));
    let correlations = usable.and_then(|()| correlations(&c));
    let mean_correlation = correlations.as_ref().map_err(|e| *e).map(|r| {
        let sum: f64 = (0..k).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| r[i][j]).sum();
        sum / (k * (k - 1) / 2) as f64
    });
    let total_ss: f64 = c.iter().flatten().sum();
    let total_sd = if n < 2 { Err(Undefined::FewerThan(2)) } else { Ok((total_ss.max(0.0) / (n - 1) as f64).sqrt()) };
    let means: Defined<f64> =
        if n == 0 { Err(Undefined::NoValues) } else { Ok(all.iter().map(|&i| table.column(i).mean).sum()) };
    Reliability {
        n,
        alpha,
        interval: alpha.map(|a| feldt(a, n as f64, k as f64)),
        alpha_standardised: mean_correlation.map(|r| k as f64 * r / (1.0 + (k as f64 - 1.0) * r)),
        mean_correlation,
        omega: correlations.and_then(|r| omega(&r, &c, n)),
        total_mean: means.map(|m| unit.real(m)),
        total_sd: total_sd.map(|sd| unit.real(sd)),
        measurement_error: total_sd.and_then(|sd| alpha.map(|a| unit.real(sd * (1.0 - a).max(0.0).sqrt()))),
        items: all.iter().map(|&item| of_item(table, &c, item, usable)).collect(),
    }
}

/// The same coefficients from sums over people alone: how many, Σ score by item, Σ score × score by two items. Scores are
/// whole numbers; nothing is known of any one item. Below two people everything is undefined.
///
/// ```
/// use pencilmark::statistics::{RowTable, Unit, reliability, reliability_of_sums};
/// let rows = [(vec![1, 2, 1], 1), (vec![2, 2, 3], 1), (vec![3, 4, 3], 1), (vec![4, 3, 4], 1)];
/// let products = [vec![30, 30, 32], vec![30, 33, 32], vec![32, 32, 35]];
/// let of_sums = reliability_of_sums(4, &[10, 11, 11], &products);
/// let of_rows = reliability(&RowTable::from_counts(Unit::ONE, 3, rows));
/// assert!((of_sums.alpha? - of_rows.alpha?).abs() < 1e-12);
/// # Ok::<(), pencilmark::statistics::Undefined>(())
/// ```
pub fn reliability_of_sums(people: i64, totals: &[i64], products: &[Vec<i64>]) -> ScaleReliability {
    let (k, n) = (totals.len(), u64::try_from(people).unwrap_or(0));
    let usable = if k < 2 {
        Err(Undefined::FewColumns(2))
    } else if n < 2 {
        Err(Undefined::FewerThan(2))
    } else {
        Ok(())
    };
    let deviation = |i: usize, j: usize| {
        let whole = i128::from(people) * i128::from(products[i][j]) - i128::from(totals[i]) * i128::from(totals[j]);
        whole as f64 / n as f64
    };
    let c: Vec<Vec<f64>> = (0..k).map(|i| (0..k).map(|j| deviation(i, j)).collect()).collect();
    let all: Vec<usize> = (0..k).collect();
    let alpha = usable.and_then(|()| alpha(&c, &all));
    ScaleReliability {
        alpha,
        interval: alpha.map(|alpha| feldt(alpha, n as f64, k as f64)),
        omega: usable.and_then(|()| correlations(&c)).and_then(|r| omega(&r, &c, n)),
    }
}

fn of_item(table: &RowTable, c: &[Vec<f64>], item: usize, usable: Defined<()>) -> ItemReliability {
    let (moments, unit, k) = (table.column(item), table.unit(), c.len());
    let others: Vec<usize> = (0..k).filter(|&i| i != item).collect();
    let rest: f64 = others.iter().flat_map(|&i| others.iter().map(move |&j| c[i][j])).sum();
    let with_rest: f64 = others.iter().map(|&i| c[item][i]).sum();
    ItemReliability {
        mean: if moments.n == 0 { Err(Undefined::NoValues) } else { Ok(unit.real(moments.mean)) },
        sd: moments.variance().map(|v| unit.real(v.sqrt())),
        rest_correlation: usable.and_then(|()| {
            let spread = c[item][item].sqrt() * rest.sqrt();
            if spread > 0.0 { Ok(with_rest / spread) } else { Err(Undefined::NoVariation) }
        }),
        alpha_dropped: usable.and_then(|()| alpha(c, &others)),
    }
}

fn alpha(c: &[Vec<f64>], items: &[usize]) -> Defined<f64> {
    let k = items.len() as f64;
    if items.len() < 2 {
        return Err(Undefined::FewColumns(2));
    }
    let own: f64 = items.iter().map(|&i| c[i][i]).sum();
    let total: f64 = items.iter().flat_map(|&i| items.iter().map(move |&j| c[i][j])).sum();
    if total > 0.0 { Ok(k / (k - 1.0) * (1.0 - own / total)) } else { Err(Undefined::NoVariation) }
}

/// Feldt, Woodruff & Salih (1987).
fn feldt(alpha: f64, n: f64, k: f64) -> Interval {
    let limit = |p: f64| 1.0 - (1.0 - alpha) * f_quantile(p, n - 1.0, (n - 1.0) * (k - 1.0));
    Interval { low: limit(0.975), high: limit(0.025) }
}

fn correlations(c: &[Vec<f64>]) -> Defined<Vec<Vec<f64>>> {
    if (0..c.len()).any(|i| c[i][i] <= 0.0) {
        return Err(Undefined::NoVariation);
    }
    let r = |i: usize, j: usize| c[i][j] / c[i][i].sqrt() / c[j][j].sqrt();
    Ok((0..c.len()).map(|i| (0..c.len()).map(|j| r(i, j)).collect()).collect())
}

/// One-factor maximum likelihood on the correlations, in the metric of the covariances.
fn omega(r: &[Vec<f64>], c: &[Vec<f64>], n: u64) -> Defined<f64> {
    let k = r.len();
    if k < 3 {
        return Err(Undefined::FewColumns(3));
    }
    if n <= k as u64 {
        return Err(Undefined::FewerThan(k as u64 + 1));
    }
    let factor = OneFactor::of(r).ok_or(Undefined::NotConverged)?;
    let common: f64 = factor.loading.iter().enumerate().map(|(i, l)| l * c[i][i].sqrt()).sum();
    let own: f64 = factor.unique.iter().enumerate().map(|(i, u)| u * c[i][i]).sum();
    Ok(common * common / (common * common + own))
}
