//! What one step of a stored score is worth.

/// The worth of one stored step: real value = stored × numerator / denominator.
///
/// Scores are stored as integers so that differences, ties and zeros are exact; a unit only enters when a
/// result is turned into a real number. `Unit::decimals(1)` reads 17 as 1.7, `Unit::new(100, 240)` reads a
/// score of 60 out of 240 as 25 percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unit {
    numerator: u64,
    denominator: u64,
}

impl Unit {
    /// The stored integer is the value itself.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// A step worth `numerator / denominator`; `None` unless both are positive.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        let (numerator, denominator) = (u64::try_from(numerator).ok()?, u64::try_from(denominator).ok()?);
        (numerator > 0 && denominator > 0).then_some(Self { numerator, denominator })
    }

    /// Values with this many decimals, stored × 10^decimals; at most 15 are kept, as in an f64.
    pub fn decimals(decimals: u8) -> Self {
        Self { numerator: 1, denominator: 10_u64.pow(u32::from(decimals.min(15))) }
    }

    /// Steps in the numerator of the fraction.
    pub fn numerator(self) -> u64 {
        self.numerator
    }

    /// Steps in the denominator of the fraction.
    pub fn denominator(self) -> u64 {
        self.denominator
    }

    /// A number of stored steps, whole or averaged, as a real value.
    pub fn real(self, stored: f64) -> f64 {
        stored * self.numerator as f64 / self.denominator as f64
    }

    /// The square of [`Unit::real`], for variances and covariances.
    pub fn real_squared(self, stored: f64) -> f64 {
        self.real(self.real(stored))
    }

    /// A real value in stored steps, not rounded.
    pub fn stored(self, real: f64) -> f64 {
        real * self.denominator as f64 / self.numerator as f64
    }
}
