//! Shapes that results share.

/// Two limits, low ≤ high, in the unit of the estimate they belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies within the limits, ends included.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// estimate ∓ margin.
    pub(crate) fn around(estimate: f64, margin: f64) -> Self {
        Self { low: estimate - margin, high: estimate + margin }
    }
}

/// A Student t test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// The statistic; positive when the second is larger than the first.
    pub t: f64,
    /// Degrees of freedom, whole or (Welch, Satterthwaite) not.
    pub df: f64,
    /// Two-sided p.
    pub p: f64,
    /// One-sided p for an increase.
    pub p_greater: f64,
    /// log₁₀ of the two-sided p, which keeps its digits where `p` underflows to 0.
    pub log10_p: f64,
}

impl TTest {
    pub(crate) fn new(t: f64, df: f64) -> Self {
        use super::distribution::{student_t_ln_two_sided, student_t_upper};
        let ln_p = student_t_ln_two_sided(t, df);
        Self { t, df, p: ln_p.exp(), p_greater: student_t_upper(t, df), log10_p: ln_p / std::f64::consts::LN_10 }
    }
}
