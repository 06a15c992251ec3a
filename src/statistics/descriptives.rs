//! Mean, spread and quartiles of one margin.

use super::moments::Moments;
use super::table::CountTable;
use super::undefined::{Defined, Undefined};

/// Description of one margin or of the changes, in real units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// People.
    pub n: u64,
    /// Arithmetic mean.
    pub mean: Defined<f64>,
    /// Standard deviation with n − 1.
    pub sd: Defined<f64>,
    /// First quartile.
    pub q1: Defined<f64>,
    /// Median.
    pub median: Defined<f64>,
    /// Third quartile.
    pub q3: Defined<f64>,
    /// Smallest.
    pub min: Defined<f64>,
    /// Largest.
    pub max: Defined<f64>,
}

/// Describes a margin, or `table.changes()`.
///
/// Quartiles are type 7 (Hyndman & Fan 1996), the default of R and NumPy: they interpolate, so the median
/// of two people at 1 and 4 is 2.5. Nobody: everything is undefined (`no values`) and the SD needs two.
///
/// ```
/// use pencilmark::statistics::{CountTable, Undefined, Unit, summary};
/// let one = summary(&CountTable::from_counts(Unit::decimals(1), [(25, 1)]));
/// assert_eq!(one.mean, Ok(2.5));
/// assert_eq!(one.sd, Err(Undefined::FewerThan(2)));
/// ```
pub fn summary(table: &CountTable) -> Summary {
    let moments = Moments::of_table(table);
    let unit = table.unit();
    let quantile = |quarters| quantile(table, quarters);
    let end = |cell: Option<&(i64, u64)>| cell.map(|c| unit.real(c.0 as f64)).ok_or(Undefined::NoValues);
    Summary {
        n: table.n(),
        mean: if table.is_empty() { Err(Undefined::NoValues) } else { Ok(unit.real(moments.mean)) },
        sd: moments.variance().map(|v| unit.real(v.sqrt())),
        q1: quantile(1),
        median: quantile(2),
        q3: quantile(3),
        min: end(table.cells().first()),
        max: end(table.cells().last()),
    }
}

/// Type 7 quantile at a number of quarters, exact until the division by four.
fn quantile(table: &CountTable, quarters: u64) -> Defined<f64> {
    let last = table.n().checked_sub(1).ok_or(Undefined::NoValues)?;
    let position = u128::from(last) * u128::from(quarters);
    let (index, rest) = (position / 4, i128::try_from(position % 4).unwrap_or(0));
    let at = |wanted: u128| {
        let mut below = 0_u128;
        let found = table.cells().iter().find(|&&(_, n)| {
            below += u128::from(n);
            below > wanted
        });
        found.or(table.cells().last()).map(|c| i128::from(c.0)).ok_or(Undefined::NoValues)
    };
    let low = at(index)?;
    let high = if rest == 0 { low } else { at(index + 1)? };
    Ok(table.unit().real((4 * low + rest * (high - low)) as f64 / 4.0))
}
