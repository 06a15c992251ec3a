//! Several tests, one family.

/// Holm's (1979) adjusted p values, in the order given, for a family declared beforehand.
///
/// `None` is a test that could not be done: it stays `None` and does not count towards the family, as in R's
/// `p.adjust(p, "holm")`.
///
/// ```
/// use pencilmark::statistics::holm;
/// assert_eq!(holm(&[Some(0.01), None, Some(0.04)]), [Some(0.02), None, Some(0.04)]);
/// ```
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let order = ascending(p);
    let mut adjusted = vec![None; p.len()];
    let mut largest = 0.0_f64;
    for (rank, &(index, value)) in order.iter().enumerate() {
        largest = largest.max((order.len() - rank) as f64 * value).min(1.0);
        adjusted[index] = Some(largest);
    }
    adjusted
}

/// Benjamini & Hochberg's (1995) adjusted p values, for exploratory tables; `None` as in [`holm`].
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let order = ascending(p);
    let mut adjusted = vec![None; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(index, value)) in order.iter().enumerate().rev() {
        smallest = smallest.min(order.len() as f64 / (rank + 1) as f64 * value);
        adjusted[index] = Some(smallest);
    }
    adjusted
}

fn ascending(p: &[Option<f64>]) -> Vec<(usize, f64)> {
    let mut known: Vec<(usize, f64)> = p.iter().enumerate().filter_map(|(i, p)| p.map(|p| (i, p))).collect();
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    known
}
