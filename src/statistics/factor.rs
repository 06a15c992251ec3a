//! One factor behind several items, by maximum likelihood.

/// R's `factanal` lets no item's own part fall lower.
const LOWEST_UNIQUENESS: f64 = 0.005;
/// Steps to a top are tens; far more go along a ridge where nothing changes that is printed.
const MOST_STEPS: usize = 1_000;
/// First steps are this part of the slope, which is steep where an item is nearly all of the factor.
const FIRST_STEP: f64 = 0.1;

/// A factor's share in each item, and what is the item's own.
pub(super) struct OneFactor {
    /// Correlation of item and factor.
    pub(super) loading: Vec<f64>,
    /// Variance that is not the factor's, 0.005 or more.
    pub(super) unique: Vec<f64>,
}

impl OneFactor {
    /// The factor that makes these correlations most likely; `None` where they are no numbers.
    ///
    /// Where an item is not of the scale, or people are few, the likelihood has several tops; so from several starts
    /// the highest counts, as for `factanal(control = list(nstart = ))`.
    pub(super) fn of(r: &[Vec<f64>]) -> Option<Self> {
        let alike = vec![0.7; r.len()];
        // where one item is all of the factor: if items have nothing in common, the fit is as flat as rounding from there on
        let most = (1.0 - LOWEST_UNIQUENESS).sqrt();
        let all_of = |item: usize| move |(i, r): (usize, &f64)| if i == item { most } else { r / most };
        let around_each = r.iter().enumerate().map(|(item, row)| row.iter().enumerate().map(all_of(item)).collect());
        let tops = std::iter::once(alike).chain(around_each).map(|start| Point::top(r, &start));
        let numbers = tops.filter(|top| top.misfit.is_finite());
        // the first of equals, so that a start that adds nothing changes no digit
        let best = numbers.reduce(|best, top| if top.misfit < best.misfit - 1e-9 { top } else { best })?;
        let (loading, own) = best.at.split_at(r.len());
        Some(Self { loading: loading.to_vec(), unique: own.iter().map(|u| u.exp()).collect() })
    }
}

/// Loadings, then the logarithms of the uniquenesses; how ill they fit; the slope of that.
struct Point {
    at: Vec<f64>,
    misfit: f64,
    slope: Vec<f64>,
}

impl Point {
    /// The end of the way up from these loadings, by BFGS (Nocedal & Wright 2006, 6.1) with uniquenesses held at their
    /// lowest while the slope leads below it, until no step makes the fit better than rounding does.
    fn top(r: &[Vec<f64>], start: &[f64]) -> Self {
        let own = start.iter().map(|l| (1.0 - l * l).max(LOWEST_UNIQUENESS).ln());
        let mut here = Self::new(r, start.iter().copied().chain(own).collect());
        let mut curve = Curve::unknown(&here);
        for _ in 0..MOST_STEPS {
            if curve.held != here.held() {
                curve = Curve::unknown(&here);
            }
            let Some(next) = here.lower(r, &curve.direction(&here.slope)) else {
                if curve.is_unknown {
                    break;
                }
                curve = Curve::unknown(&here);
                continue;
            };
            curve.learn(&here, &next);
            here = next;
        }
        here
    }

    /// ln|Σ| + tr(Σ⁻¹R) and its slope Σ⁻¹ − Σ⁻¹RΣ⁻¹, which maximum likelihood makes least; Σ = λλ′ + Ψ by Sherman & Morrison.
    fn new(r: &[Vec<f64>], at: Vec<f64>) -> Self {
        let k = r.len();
        let (loading, own) = at.split_at(k);
        let unique: Vec<f64> = own.iter().map(|u| u.exp()).collect();
        let scaled: Vec<f64> = loading.iter().zip(&unique).map(|(l, u)| l / u).collect();
        let information = dot(loading, &scaled);
        // Σ⁻¹x = Ψ⁻¹x − Ψ⁻¹λ λ′Ψ⁻¹x/(1 + λ′Ψ⁻¹λ)
        let solve = |x: &[f64]| -> Vec<f64> {
            let common = dot(&scaled, x) / (1.0 + information);
            (0..k).map(|i| x[i] / unique[i] - scaled[i] * common).collect()
        };
        let columns: Vec<Vec<f64>> = r.iter().map(|column| solve(column)).collect(); // Σ⁻¹R, by columns
        let rows: Vec<Vec<f64>> = (0..k).map(|i| solve(&columns.iter().map(|c| c[i]).collect::<Vec<f64>>())).collect();
        let inverse =
            |i: usize, j: usize| f64::from(u8::from(i == j)) / unique[i] - scaled[i] * scaled[j] / (1.0 + information);
        let slope = |i: usize, j: usize| inverse(i, j) - rows[i][j];
        let of_loadings = (0..k).map(|i| 2.0 * (0..k).map(|j| slope(i, j) * loading[j]).sum::<f64>());
        let of_own = (0..k).map(|i| slope(i, i) * unique[i]);
        Self {
            misfit: own.iter().sum::<f64>() + information.ln_1p() + (0..k).map(|i| columns[i][i]).sum::<f64>(),
            slope: of_loadings.chain(of_own).collect(),
            at,
        }
    }

    /// Which uniquenesses would fall below their lowest.
    fn held(&self) -> Vec<bool> {
        let k = self.at.len() / 2;
        (0..2 * k).map(|i| i >= k && self.at[i] <= LOWEST_UNIQUENESS.ln() && self.slope[i] > 0.0).collect()
    }

    /// A point on the way there that fits better, as Armijo asks; `None` where none does.
    fn lower(&self, r: &[Vec<f64>], direction: &[f64]) -> Option<Self> {
        let mut far = 1.0;
        while far > 1e-12 {
            let to = |(i, (at, way)): (usize, (&f64, &f64))| {
                let lowest = if i < r.len() { f64::NEG_INFINITY } else { LOWEST_UNIQUENESS.ln() };
                (at + far * way).max(lowest)
            };
            let next = Self::new(r, self.at.iter().zip(direction).enumerate().map(to).collect());
            let promised = 1e-4 * dot(&self.slope, &between(&self.at, &next.at));
            if promised < 0.0 && next.misfit < self.misfit + promised {
                return Some(next);
            }
            far /= 2.0;
        }
        None
    }
}

/// What is known of how the slope bends: an inverse Hessian, of the places that are not held.
struct Curve {
    inverse: Vec<Vec<f64>>,
    held: Vec<bool>,
    is_unknown: bool,
}

impl Curve {
    fn unknown(here: &Point) -> Self {
        let k = here.at.len();
        let first = |i: usize, j: usize| if i == j { FIRST_STEP } else { 0.0 };
        let inverse = (0..k).map(|i| (0..k).map(|j| first(i, j)).collect()).collect();
        Self { inverse, held: here.held(), is_unknown: true }
    }

    fn free(&self, slope: &[f64]) -> Vec<f64> {
        slope.iter().zip(&self.held).map(|(s, &held)| if held { 0.0 } else { *s }).collect()
    }

    fn direction(&self, slope: &[f64]) -> Vec<f64> {
        let slope = self.free(slope);
        let way: Vec<f64> = self.inverse.iter().map(|row| -dot(row, &slope)).collect();
        self.free(&way)
    }

    fn learn(&mut self, here: &Point, next: &Point) {
        let step = between(&here.at, &next.at);
        let bend = self.free(&between(&here.slope, &next.slope));
        let along = dot(&step, &bend);
        if along <= 1e-14 {
            return;
        }
        let turned: Vec<f64> = self.inverse.iter().map(|row| dot(row, &bend)).collect();
        let weight = (1.0 + dot(&bend, &turned) / along) / along;
        for (i, row) in self.inverse.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell += weight * step[i] * step[j] - (turned[i] * step[j] + step[i] * turned[j]) / along;
            }
        }
        self.is_unknown = false;
    }
}

fn between(from: &[f64], to: &[f64]) -> Vec<f64> {
    from.iter().zip(to).map(|(from, to)| to - from).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
