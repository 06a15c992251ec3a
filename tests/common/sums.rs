//! What can be worked out with a pencil from sums over parts, apart from the program's own arithmetic.

/// Whether the sum over a set of parts is a sum and difference of sums over others, by elimination over the rationals in
/// small numbers.
pub fn follows(secret: &[bool], known: &[Vec<bool>]) -> bool {
    let row = |set: &[bool]| set.iter().map(|&is| f64::from(u8::from(is))).collect::<Vec<f64>>();
    let mut basis: Vec<(usize, Vec<f64>)> = Vec::new();
    let reduce = |mut row: Vec<f64>, basis: &[(usize, Vec<f64>)]| {
        for (pivot, known) in basis {
            let factor = row[*pivot];
            row.iter_mut().zip(known).for_each(|(x, k)| *x -= factor * k);
        }
        row
    };
    for set in known {
        let rest = reduce(row(set), &basis);
        if let Some(pivot) = rest.iter().position(|x| x.abs() > 1e-9) {
            let by = rest[pivot];
            basis.push((pivot, rest.into_iter().map(|x| x / by).collect()));
        }
    }
    reduce(row(secret), &basis).iter().all(|x| x.abs() < 1e-9)
}
