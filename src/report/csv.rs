//! The report as a table: one line for each printed statistic.

use serde::Serialize;

use super::estimate::{Estimate, Interval, Share};
use super::finding::Finding;
use super::wording::say;
use super::{Figure, Number, Report, Withheld};

mod appendix;
mod beside;
mod outputs;
mod results;
mod visits;

/// The columns of `results.csv`.
pub const RESULT_COLUMNS: [&str; 14] = [
    "id",
    "measure",
    "title",
    "who",
    "comparison",
    "cut",
    "group",
    "statistic",
    "n",
    "value",
    "low",
    "high",
    "method",
    "shown",
];

/// Those of them that hold numbers; the others hold words.
pub const RESULT_NUMBERS: [&str; 4] = ["n", "value", "low", "high"];

/// The day, how much of a programme’s time is gone by it, and what children are held against by that.
const OF_TODAY: [&str; 3] = ["judged_on", "children_due", "children_status"];

/// One printed statistic.
#[derive(Debug, Default, Serialize)]
struct Line {
    id: String,
    measure: String,
    title: String,
    who: &'static str,
    comparison: &'static str,
    cut: &'static str,
    group: String,
    statistic: String,
    n: Option<i64>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    method: &'static str,
    shown: String,
}

impl Report {
    /// The report as UTF-8 CSV with a header line: every number of the pages, unrounded in `value`, `low`
    /// and `high`, as printed in `shown`; a figure that is withheld says so in `shown`. Names stand as they were typed,
    /// as in the tables beside it; what a spreadsheet could run is made safe where a file is written for one.
    ///
    /// # Errors
    /// Only when memory runs out.
    pub fn to_csv(&self) -> Result<String, csv::Error> {
        written(self.lines())
    }

    /// The methods of its intervals, tests and coefficients in a sentence; nothing where there are none.
    pub fn methods_in_words(&self) -> Option<String> {
        let mut methods: Vec<&str> =
            self.lines().iter().map(|line| line.method).filter(|name| !name.is_empty()).collect();
        methods.sort_unstable();
        methods.dedup();
        (!methods.is_empty()).then(|| say("method", "all_methods", &[("methods", methods.join("; "))]))
    }

    /// The same without what another day changes by itself.
    pub(super) fn lasting_csv(&self) -> Result<String, csv::Error> {
        let moves_by_itself = |line: &Line| OF_TODAY.contains(&line.statistic.as_str());
        written(self.lines().into_iter().filter(|line| !moves_by_itself(line)))
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if self.part.is_none() {
            outputs::lines(self, &mut lines);
            visits::lines(self, &mut lines);
        } else {
            lines.extend(outputs::of_projects(&self.targets));
            visits::of_projects(self, &mut lines);
        }
        results::lines(self, &mut lines);
        beside::lines(self, &mut lines);
        appendix::lines(self, &mut lines);
        lines
    }
}

fn written(lines: impl IntoIterator<Item = Line>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.serialize(line)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Line {
    /// A statistic that belongs to no measure.
    fn plain(id: impl Into<String>, statistic: &str, group: &str) -> Line {
        Line { id: id.into(), group: group.to_owned(), statistic: statistic.to_owned(), ..Line::default() }
    }

    fn of(finding: &Finding, statistic: &str) -> Line {
        Line {
            id: finding.id.clone(),
            measure: finding.measure.clone(),
            title: finding.title.clone(),
            who: finding.who.code(),
            comparison: finding.comparison.code(),
            cut: finding.group.cut.code(),
            group: finding.group.name.clone(),
            statistic: statistic.to_owned(),
            n: finding.base.matched.shown().copied(),
            ..Line::default()
        }
    }

    fn count(self, n: &Figure<i64>) -> Line {
        let shown = n.shown().map_or_else(|| why(n), i64::to_string);
        Line { value: n.shown().map(|&n| n as f64), shown, ..self }
    }

    fn number(self, figure: &Figure<Number>) -> Line {
        let shown = figure.shown().map_or_else(|| why(figure), |number| number.text.clone());
        Line { value: figure.shown().map(|number| number.value), shown, ..self }
    }

    fn estimate(self, figure: &Figure<Estimate>) -> Line {
        let line = self.number(&figure.clone().map(|estimate| estimate.value));
        line.within(figure.shown().and_then(|estimate| estimate.interval.shown()))
    }

    /// The interval of the appendix.
    fn naive(self, estimate: &Estimate) -> Line {
        match &estimate.naive_interval {
            Figure::Shown(interval) => self.number(&Figure::Shown(estimate.value.clone())).within(Some(interval)),
            hidden => Line { shown: why(hidden), ..self },
        }
    }

    fn share(self, figure: &Figure<Share>) -> Line {
        let n = figure.shown().map_or(self.n, |share| Some(share.of));
        let line = Line { n, ..self }.number(&figure.clone().map(|share| share.percent));
        line.within(figure.shown().and_then(|share| share.interval.shown()))
    }

    fn within(self, interval: Option<&Interval>) -> Line {
        let Some(interval) = interval else { return self };
        Line { low: Some(interval.low.value), high: Some(interval.high.value), method: interval.method, ..self }
    }
}

/// Why there is no figure, in a cell.
fn why<T>(figure: &Figure<T>) -> String {
    match figure {
        Figure::Shown(_) => String::new(),
        Figure::Withheld(Withheld::FewerThanTen) => "withheld: fewer than 10".to_owned(),
        Figure::Withheld(Withheld::FewerThanFive) => "<5".to_owned(),
        Figure::Withheld(Withheld::ProtectsAnother) => "withheld: protects another".to_owned(),
        Figure::Undefined(reason) => format!("undefined: {reason}"),
    }
}

/// Whether a spreadsheet could run a text instead of showing it: OWASP ASVS 1.2.10, with the
/// full-width forms that some spreadsheets read alike.
pub fn reads_as_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_the_file_names_its_columns() {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.serialize(Line::plain("reach.children", "children", "=1+1").count(&Figure::Shown(12))).expect("a row");
        let text = String::from_utf8(writer.into_inner().expect("written")).expect("text");
        assert_eq!(text, format!("{}\nreach.children,,,,,,=1+1,children,,12.0,,,,12\n", RESULT_COLUMNS.join(",")));
    }
}
