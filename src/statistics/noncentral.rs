//! An interval for d_z, by the non-central t distribution.

use super::distribution::{Z_975, normal_quantile, normal_upper};
use super::effect::effect_sizes;
use super::estimate::Interval;
use super::table::PairTable;
use super::undefined::{Defined, Undefined};

/// 95 % interval of d_z = mean change / SD: the non-centralities whose tails beyond the observed t are 2.5 %,
/// divided by √n. Undefined where d_z is. Accurate to about 1e-9; agrees with R's `pt(ncp =)` where that works.
pub fn d_z_interval(table: &PairTable) -> Defined<Interval> {
    let d = effect_sizes(table).d_z?;
    let root_n = (table.n() as f64).sqrt();
    let (t, df) = (d * root_n, table.n() as f64 - 1.0);
    let curve = ChiCurve::new(t, df);
    Ok(Interval { low: curve.solve(Z_975)? / root_n, high: curve.solve(-Z_975)? / root_n })
}

/// Points and weights of the distribution of s = χ/√df, over which P(T ≤ t) = E Φ(t·s − δ).
struct ChiCurve {
    t: f64,
    df: f64,
    points: Vec<(f64, f64)>,
}

impl ChiCurve {
    /// Trapezoid in ln s, which converges exponentially: with two and a half steps to the narrower of the
    /// density and Φ, its error is about exp(−(2π·2.5)²/2), far below a double's last digit.
    fn new(t: f64, df: f64) -> Self {
        let width = 1.0 / (2.0 * df).sqrt();
        let step = width.min(1.0 / (1.0 + t.abs())).min(0.25) / 2.5;
        let log_density = |u: f64| df * u - df * ((2.0 * u).exp_m1()) / 2.0;
        let mut points = Vec::new();
        for direction in [-1.0, 1.0] {
            let mut k = if direction < 0.0 { 1_u32 } else { 0 };
            loop {
                let u = direction * f64::from(k) * step;
                let weight = log_density(u).exp();
                if weight < 1e-22 || points.len() > 200_000 {
                    break;
                }
                points.push((u.exp(), weight));
                k += 1;
            }
        }
        let total: f64 = points.iter().map(|p| p.1).sum();
        points.iter_mut().for_each(|p| p.1 /= total);
        Self { t, df, points }
    }

    /// Normal quantile of P(T ≤ t | δ), nearly linear in δ.
    fn score(&self, delta: f64) -> f64 {
        let below: f64 = self.points.iter().map(|&(s, w)| w * normal_upper(delta - self.t * s)).sum();
        if below <= 0.5 {
            normal_quantile(below)
        } else {
            -normal_quantile(self.points.iter().map(|&(s, w)| w * normal_upper(self.t * s - delta)).sum())
        }
    }

    /// δ whose score is `target`, by secants.
    fn solve(&self, target: f64) -> Defined<f64> {
        let slope = (1.0 + self.t * self.t / (2.0 * self.df)).sqrt();
        let (mut a, mut b) = (self.t - target * slope, self.t - target * slope * 0.9 + 0.01);
        let (mut fa, mut fb) = (self.score(a) - target, self.score(b) - target);
        for _ in 0..60 {
            if (b - a).abs() <= 1e-12 * (1.0 + b.abs()) || (fb - fa).abs() < f64::MIN_POSITIVE {
                return Ok(b);
            }
            let next = b - fb * (b - a) / (fb - fa);
            (a, fa) = (b, fb);
            b = next;
            fb = self.score(b) - target;
        }
        if fb.abs() < 1e-9 { Ok(b) } else { Err(Undefined::NotConverged) }
    }
}
