//! Midranks of counted values, doubled so that they stay whole.

/// (value, people, twice the midrank) of sorted distinct values; `before` people rank below them.
///
/// Two values tied at ranks 3 and 4 both have midrank 3.5, here 7.
pub(crate) fn doubled_midranks<T: Copy>(sorted: &[(T, u64)], before: u64) -> Vec<(T, u64, i128)> {
    let mut below = i128::from(before);
    sorted
        .iter()
        .map(|&(value, n)| {
            let rank = 2 * below + i128::from(n) + 1;
            below += i128::from(n);
            (value, n, rank)
        })
        .collect()
}
