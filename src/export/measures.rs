//! `measures.csv`: one row for each measure of each questionnaire, with the rule its scores are made by.

use crate::export::cell::Cell;
use crate::report::input::SurveyMeasure;

/// Its columns.
pub const HEADING: [&str; 12] = [
    "measure",
    "survey",
    "title",
    "rank",
    "rule",
    "positive_from",
    "higher_is_better",
    "list_length",
    "codes",
    "items",
    "reversed",
    "headline",
];

/// A measure as a row.
pub fn row(spec: &SurveyMeasure) -> [Cell; 12] {
    let measure = &spec.measure;
    [
        Cell::Text(measure.id.clone()),
        Cell::Text(spec.survey.clone()),
        Cell::Text(measure.title.clone()),
        Cell::Text(measure.rank.code().to_owned()),
        Cell::Text(measure.rule.code().to_owned()),
        measure.positive_from.map_or(Cell::Blank, |from| Cell::Integer(i64::from(from))),
        Cell::Integer(i64::from(measure.higher_is_better)),
        spec.list_length.map_or(Cell::Blank, Cell::Integer),
        Cell::Text(spec.options.iter().map(|option| option.value.to_string()).collect::<Vec<_>>().join(" ")),
        Cell::Text(measure.items.join(" ")),
        Cell::Text(measure.reversed.join(" ")),
        Cell::Text(measure.headline.code().to_owned()),
    ]
}
