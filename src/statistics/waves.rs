//! Three or more occasions of the same people.

use super::columns::RowTable;
use super::distribution::f_upper;
use super::marginal::ChiSquaredTest;
use super::mean_change::{MeanChange, mean_of};
use super::ranks::doubled_midranks;
use super::table::CountTable;
use super::undefined::{Defined, Undefined};
use super::unit::Unit;

/// Friedman's test and Kendall's W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Friedman {
    /// The test, corrected for ties.
    pub test: ChiSquaredTest,
    /// Kendall's W = χ²/(n(k − 1)).
    pub kendall_w: f64,
}

/// Friedman's (1937) test of complete rows, one column a wave; agrees with R's `friedman.test`.
/// With 0/1 columns it is Cochran's Q. Undefined without people, below two waves, or where every person
/// answered the same throughout.
pub fn friedman(table: &RowTable) -> Defined<Friedman> {
    let k = table.columns();
    usable(table)?;
    let (mut sums, mut ties) = (vec![0_i128; k], 0.0);
    for (scores, n) in table.rows() {
        let margin = CountTable::from_counts(table.unit(), scores.iter().map(|&s| (s, 1)));
        for (value, tied, rank) in doubled_midranks(margin.cells(), 0) {
            let t = tied as f64;
            ties += *n as f64 * (t * t * t - t);
            for (sum, _) in sums.iter_mut().zip(scores).filter(|(_, score)| **score == value) {
                *sum += rank * i128::from(*n);
            }
        }
    }
    let (n, waves) = (table.n() as f64, k as f64);
    let expected = i128::from(table.n()) * (k as i128 + 1); // twice n(k+1)/2
    let spread: f64 = sums.iter().map(|&sum| ((sum - expected) as f64 / 2.0).powi(2)).sum();
    let correction = 1.0 - ties / (n * waves * (waves * waves - 1.0));
    if correction <= 0.0 {
        return Err(Undefined::AllValuesEqual);
    }
    let chi2 = 12.0 * spread / (n * waves * (waves + 1.0)) / correction;
    Ok(Friedman { test: ChiSquaredTest::new(chi2, k as u64 - 1), kendall_w: chi2 / (n * (waves - 1.0)) })
}

/// Mean of each person's least-squares slope per wave, with t interval and test, in real units per wave.
pub fn trend(table: &RowTable) -> Defined<MeanChange> {
    usable(table)?;
    let k = table.columns() as i64;
    // slope = Σ(2j − k − 1)·score / (k(k² − 1)/6)
    let steps = k * (k * k - 1) / 6;
    let per_wave = i64::try_from(table.unit().numerator())
        .ok()
        .zip(i64::try_from(table.unit().denominator()).ok().and_then(|d| d.checked_mul(steps)))
        .and_then(|(numerator, denominator)| Unit::new(numerator, denominator))
        .ok_or(Undefined::OutOfRange)?;
    let slopes = table.rows().iter().map(|(scores, n)| {
        let contrasts = scores.iter().zip((1 - k..=k - 1).step_by(2));
        (contrasts.fold(0_i64, |sum, (&score, weight)| sum.saturating_add(score.saturating_mul(weight))), *n)
    });
    Ok(mean_of(&CountTable::from_counts(per_wave, slopes)))
}

/// One-way repeated-measures analysis of variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepeatedMeasures {
    /// F of waves.
    pub f: f64,
    /// k − 1.
    pub df1: u64,
    /// (k − 1)(n − 1).
    pub df2: u64,
    /// p if sphericity holds.
    pub p: f64,
    /// Greenhouse & Geisser's epsilon.
    pub epsilon: f64,
    /// p with degrees of freedom times epsilon.
    pub p_corrected: f64,
}

/// Repeated-measures analysis of variance with Greenhouse–Geisser correction.
/// Undefined below two people or two waves, and where people's profiles are exactly parallel.
pub fn repeated_measures(table: &RowTable) -> Defined<RepeatedMeasures> {
    usable(table)?;
    let k = table.columns();
    if table.n() < 2 {
        return Err(Undefined::FewerThan(2));
    }
    let (n, waves) = (table.n() as f64, k as f64);
    let first = table.column(0);
    let means: Vec<f64> = (0..k).map(|j| table.column(j).mean_above(&first)).collect();
    let grand = means.iter().sum::<f64>() / waves;
    let between = n * means.iter().map(|m| (m - grand) * (m - grand)).sum::<f64>();
    let centred = double_centred(&table.co_deviations());
    let error: f64 = (0..k).map(|j| centred[j][j]).sum();
    let squares: f64 = centred.iter().flatten().map(|v| v * v).sum();
    if error <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let (df1, df2) = (waves - 1.0, (waves - 1.0) * (n - 1.0));
    let f = between / df1 / (error / df2);
    let epsilon = error * error / (df1 * squares);
    Ok(RepeatedMeasures {
        f,
        df1: k as u64 - 1,
        df2: (k as u64 - 1) * (table.n() - 1),
        p: f_upper(f, df1, df2),
        epsilon,
        p_corrected: f_upper(f, df1 * epsilon, df2 * epsilon),
    })
}

fn double_centred(c: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = c.len() as f64;
    let rows: Vec<f64> = c.iter().map(|row| row.iter().sum::<f64>() / k).collect();
    let grand = rows.iter().sum::<f64>() / k;
    (0..c.len()).map(|i| (0..c.len()).map(|j| c[i][j] - rows[i] - rows[j] + grand).collect()).collect()
}

fn usable(table: &RowTable) -> Defined<()> {
    if table.columns() < 2 {
        Err(Undefined::FewColumns(2))
    } else if table.n() == 0 {
        Err(Undefined::NoValues)
    } else {
        Ok(())
    }
}
