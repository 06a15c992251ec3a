//! Which column holds what.

use super::AnalyseError;
use super::problems::printable;

/// Names of columns as the user gives them; what is not given is looked for under usual headings.
#[derive(Debug, Clone, Default)]
pub struct ColumnNames {
    /// Score before (wide).
    pub pre: Option<String>,
    /// Score after (wide).
    pub post: Option<String>,
    /// Rows a line stands for (wide).
    pub count: Option<String>,
    /// Who (long); several columns together make one person.
    pub person: Vec<String>,
    /// When (long).
    pub wave: Option<String>,
    /// Score (long).
    pub value: Option<String>,
    /// Report each group as well as everybody.
    pub group: Option<String>,
    /// Session, family or class.
    pub cluster: Option<String>,
    /// What is measured, where a file holds several measures.
    pub measure: Option<String>,
    /// A number or ISO date that says which of two answers came later (long).
    pub order: Option<String>,
}

/// Column numbers.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub shape: Shape,
    pub group: Option<usize>,
    pub cluster: Option<usize>,
    pub measure: Option<usize>,
    /// Headings, for messages.
    pub width: usize,
}

/// One row a person, or one row an answer.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Wide { pre: usize, post: usize, count: Option<usize> },
    Long { person: Vec<usize>, wave: usize, value: usize, order: Option<usize> },
}

const PRE: &[&str] = &["pre", "before", "baseline"];
const POST: &[&str] = &["post", "after", "endline"];
const COUNT: &[&str] = &["count", "freq", "frequency"];
const PERSON: &[&str] = &["person", "code", "id", "participant", "respondent", "pupil", "student", "child"];
const WAVE: &[&str] = &["wave", "time", "timepoint", "phase", "occasion"];
const VALUE: &[&str] = &["value", "score", "answer", "response"];
const GROUP: &[&str] = &["group", "site", "school", "project"];
const CLUSTER: &[&str] = &["cluster", "session", "class", "family"];
const MEASURE: &[&str] = &["measure", "item", "question", "variable"];

impl Columns {
    /// Finds every column by the name given or a usual one. Headings match whatever their case.
    pub fn find<'a>(headings: impl Iterator<Item = &'a [u8]>, names: &ColumnNames) -> Result<Self, AnalyseError> {
        let headings: Vec<String> = headings.map(|h| printable(h).trim().to_lowercase()).collect();
        let at = |name: &str| headings.iter().position(|h| *h == name.trim().to_lowercase());
        let find = |given: &Option<String>, usual: &[&str]| {
            let found = match given {
                Some(name) => Some(
                    at(name)
                        .ok_or_else(|| AnalyseError::NoColumn { name: name.clone(), headings: headings.join(", ") })?,
                ),
                None => usual.iter().find_map(|name| at(name)),
            };
            match found.filter(|&column| headings[column + 1..].contains(&headings[column])) {
                Some(column) => Err(AnalyseError::TwoColumns { name: headings[column].clone() }),
                None => Ok(found),
            }
        };
        let (pre, post) = (find(&names.pre, PRE)?, find(&names.post, POST)?);
        let person = if names.person.is_empty() {
            find(&None, PERSON)?.into_iter().collect()
        } else {
            let each = names.person.iter().map(|name| find(&Some(name.clone()), &[]));
            each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect::<Vec<usize>>()
        };
        let (wave, value) = (find(&names.wave, WAVE)?, find(&names.value, VALUE)?);
        let shape = if let (Some(pre), Some(post)) = (pre, post) {
            Shape::Wide { pre, post, count: find(&names.count, COUNT)? }
        } else if let (false, Some(wave), Some(value)) = (person.is_empty(), wave, value) {
            Shape::Long { person, wave, value, order: find(&names.order, &[])? }
        } else {
            return Err(AnalyseError::NoShape { headings: headings.join(", ") });
        };
        Ok(Self {
            shape,
            group: find(&names.group, GROUP)?,
            cluster: find(&names.cluster, CLUSTER)?,
            measure: find(&names.measure, MEASURE)?,
            width: headings.len(),
        })
    }

    /// Columns that hold scores.
    pub fn scores(&self) -> Vec<usize> {
        match self.shape {
            Shape::Wide { pre, post, .. } => vec![pre, post],
            Shape::Long { value, .. } => vec![value],
        }
    }
}
