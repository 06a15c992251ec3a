//! Before against after where people cannot be matched: valid, and conservative.

use super::distribution::{normal_two_sided, student_t_quantile};
use super::effect::hedges_j;
use super::estimate::{Interval, TTest};
use super::moments::Moments;
use super::ranks::doubled_midranks;
use super::signed_rank::NormalTest;
use super::table::CountTable;
use super::undefined::{Defined, Undefined};

/// Difference of two independent means, in real units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// second − first.
    pub difference: Defined<f64>,
    /// Standard error without pooling.
    pub se: Defined<f64>,
    /// Welch's t with Satterthwaite degrees of freedom.
    pub test: Defined<TTest>,
    /// 95 % interval of the difference.
    pub interval: Defined<Interval>,
}

/// Welch's (1947) t for two groups that share nobody, or whose people cannot be matched.
///
/// No pretest of variances. Equal to R's `t.test(second, first)`. Needs two people a side for the test, and
/// spread on one side at least. For people who *were* asked twice it ignores their correlation and so is
/// conservative: label it "unmatched". Both tables are read in the unit of `second`.
pub fn welch(first: &CountTable, second: &CountTable) -> Welch {
    let (a, b, unit) = (Moments::of_table(first), Moments::of_table(second), second.unit());
    let difference = if a.n == 0 || b.n == 0 { Err(Undefined::NoValues) } else { Ok(unit.real(b.mean_above(&a))) };
    let variances = a
        .variance()
        .and_then(|va| b.variance().map(|vb| (unit.real_squared(va) / a.n as f64, unit.real_squared(vb) / b.n as f64)));
    let se = variances.map(|(va, vb)| (va + vb).sqrt());
    let df = variances.and_then(|(va, vb)| {
        if va + vb > 0.0 { Ok(satterthwaite(va, a.n, vb, b.n)) } else { Err(Undefined::SidesConstant) }
    });
    let both = difference.and_then(|d| se.and_then(|se| df.map(|df| (d, se, df))));
    Welch {
        difference,
        se,
        test: both.map(|(d, se, df)| TTest::new(d / se, df)),
        interval: both.map(|(d, se, df)| Interval::around(d, student_t_quantile(0.975, df) * se)),
    }
}

/// Degrees of freedom for squared standard errors `va` and `vb` of means of `na` and `nb` people.
pub(crate) fn satterthwaite(va: f64, na: u64, vb: f64, nb: u64) -> f64 {
    // in shares of the total, so that tiny variances do not underflow when squared
    let (a, b) = (va / (va + vb), vb / (va + vb));
    1.0 / (a * a / (na - 1) as f64 + b * b / (nb - 1) as f64)
}

/// Mann–Whitney's test of two independent groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// Pairs of (second, first) people with second > first, ties counted half.
    pub u: f64,
    /// U / (n₁n₂): chance that a random person of the second group is higher.
    pub superiority: f64,
    /// Cliff's delta, 2·superiority − 1.
    pub cliff: f64,
    /// Normal approximation with tie correction, no continuity correction.
    pub approximate: Defined<NormalTest>,
    /// Two-sided p with continuity correction, as R's `wilcox.test`.
    pub p_corrected: Defined<f64>,
}

/// Mann–Whitney U of `second` against `first`. Undefined where a side is empty; the test also where all
/// values are tied.
pub fn mann_whitney(first: &CountTable, second: &CountTable) -> Defined<MannWhitney> {
    if first.is_empty() || second.is_empty() {
        return Err(Undefined::NoValues);
    }
    let twice_u: i128 = twice_u(first, second);
    let (n1, n2) = (first.n() as f64, second.n() as f64);
    let pairs = i128::from(first.n()) * i128::from(second.n());
    let all = pooled(first, second);
    let n = n1 + n2;
    let ties: f64 = all.iter().map(|&(_, t)| (t as f64).powi(3) - t as f64).sum();
    let sd = (n1 * n2 / 12.0 * ((n + 1.0) - ties / (n * (n - 1.0)))).max(0.0).sqrt();
    let gap = (twice_u - pairs) as f64 / 2.0;
    let correction = 0.5 * f64::from(u8::from(twice_u != pairs)) * gap.signum();
    let spread = if all.len() > 1 { Ok(()) } else { Err(Undefined::AllValuesEqual) };
    let superiority = twice_u as f64 / 2.0 / (n1 * n2);
    Ok(MannWhitney {
        u: twice_u as f64 / 2.0,
        superiority,
        cliff: (twice_u - pairs) as f64 / pairs as f64,
        approximate: spread.map(|()| NormalTest::new(gap / sd)),
        p_corrected: spread.map(|()| normal_two_sided((gap - correction) / sd)),
    })
}

fn twice_u(first: &CountTable, second: &CountTable) -> i128 {
    let mut below = 0_i128;
    let mut lower = first.cells().iter().peekable();
    let mut sum = 0_i128;
    for &(value, n) in second.cells() {
        while let Some(&&(_, count)) = lower.peek().filter(|c| c.0 < value) {
            below += i128::from(count);
            lower.next();
        }
        let tied = lower.peek().filter(|c| c.0 == value).map_or(0, |c| i128::from(c.1));
        sum += i128::from(n) * (2 * below + tied);
    }
    sum
}

fn pooled(first: &CountTable, second: &CountTable) -> Vec<(i64, u64)> {
    let both = first.cells().iter().chain(second.cells()).copied();
    CountTable::from_counts(first.unit(), both).cells().to_vec()
}

/// Exact two-sided p of Mann–Whitney under permutation, ties included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactMannWhitney {
    /// Twice the smaller tail, at most 1.
    pub p_doubled: f64,
    /// P(|U − E| ≥ |u − E|), as coin and exactRankTests; differs from `p_doubled` where ties make U asymmetric.
    pub p_deviation: f64,
}

/// The exact test counts at most this many steps, about a second.
const MAX_STEPS: usize = 400_000_000;

/// Exact Mann–Whitney by counting rank sums over all choices of who is in the second group.
/// Undefined where a side is empty or the count would take more than about a second (some 200 people).
pub fn mann_whitney_exact(first: &CountTable, second: &CountTable) -> Defined<ExactMannWhitney> {
    if first.is_empty() || second.is_empty() {
        return Err(Undefined::NoValues);
    }
    let too_many = Undefined::TooManyForExact(200);
    let people = first.n().saturating_add(second.n());
    let size = |n: u64| usize::try_from(n).map_err(|_| too_many);
    let (n, chosen) = (size(people)?, size(first.n().min(second.n()))?);
    let steps = n.checked_pow(3).and_then(|cube| cube.checked_mul(chosen)).ok_or(too_many)?;
    if steps > MAX_STEPS {
        return Err(too_many);
    }
    // count for the smaller group; its rank sum is the total less that of the other
    let smaller = if first.n() <= second.n() { first } else { second };
    let ranked = doubled_midranks(&pooled(first, second), 0);
    let weights =
        ranked.iter().flat_map(|&(_, count, rank)| (0..count).map(move |_| usize::try_from(rank).unwrap_or(0)));
    let observed: usize = smaller
        .cells()
        .iter()
        .map(|&(value, count)| {
            let rank = ranked.iter().find(|r| r.0 == value).map_or(0, |r| r.2);
            usize::try_from(rank * i128::from(count)).unwrap_or(0)
        })
        .sum();
    let ways = rank_sum_ways(weights, chosen, n * (n + 1));
    let total: f64 = ways.iter().sum();
    let share = |holds: &dyn Fn(usize) -> bool| {
        ways.iter().enumerate().filter(|(sum, _)| holds(*sum)).map(|(_, w)| w).sum::<f64>() / total
    };
    let (lower, upper) = (share(&|sum| sum <= observed), share(&|sum| sum >= observed));
    let expected = chosen * (n + 1);
    let deviation = share(&|sum| sum.abs_diff(expected) >= observed.abs_diff(expected));
    Ok(ExactMannWhitney { p_doubled: (2.0 * lower.min(upper)).min(1.0), p_deviation: deviation.min(1.0) })
}

/// Ways to choose `chosen` of the weights with each sum, scaled to stay finite.
fn rank_sum_ways(weights: impl Iterator<Item = usize>, chosen: usize, limit: usize) -> Vec<f64> {
    let width = limit + 1;
    let mut ways = vec![0.0; (chosen + 1) * width];
    ways[0] = 1.0;
    for (seen, weight) in weights.enumerate() {
        for k in (1..=chosen.min(seen + 1)).rev() {
            let (fewer, more) = ways.split_at_mut(k * width);
            let fewer = &fewer[(k - 1) * width..];
            for (to, from) in more[weight..width].iter_mut().zip(fewer) {
                *to += from;
            }
        }
    }
    ways.split_off(chosen * width)
}

/// Standardised difference of two independent groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndependentEffect {
    /// (second − first) / pooled SD.
    pub d: f64,
    /// Hedges' exact J with n₁ + n₂ − 2 degrees of freedom times `d`.
    pub g: f64,
}

/// Cohen's d and Hedges' g of two groups. Undefined below two people a side or without spread.
pub fn independent_effect(first: &CountTable, second: &CountTable) -> Defined<IndependentEffect> {
    let (a, b) = (Moments::of_table(first), Moments::of_table(second));
    a.variance().and(b.variance())?;
    let df = (a.n + b.n - 2) as f64;
    let pooled = ((a.ss + b.ss) / df).sqrt();
    if pooled <= 0.0 {
        return Err(Undefined::SidesConstant);
    }
    let d = b.mean_above(&a) / pooled;
    Ok(IndependentEffect { d, g: d * hedges_j(df) })
}
