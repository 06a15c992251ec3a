//! One row a measure and group, one column a statistic.

use super::Analysis;
use crate::statistics::Stat;

/// Every statistic under its short name; what is undefined says why, `undefined: n < 2`.
///
/// # Errors
/// None in practice: the writer writes to memory.
pub fn to_csv(analysis: &Analysis) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let Some(first) = analysis.results.first() else { return Ok(String::new()) };
    // measures may differ in what applies to them, so columns are collected from all
    let mut columns: Vec<&str> = first.named.iter().map(|(name, _)| name).collect();
    for result in &analysis.results {
        for (name, _) in result.named.iter() {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    writer.write_record(["measure", "group", "kind", "grade"].into_iter().chain(columns.iter().copied()))?;
    for result in &analysis.results {
        let mut row = vec![
            result.measure.clone(),
            result.group.clone().unwrap_or_else(|| "ALL".to_owned()),
            result.kind.name().to_owned(),
            result.caution.name.clone(),
        ];
        let found: std::collections::BTreeMap<&str, Stat> = result.named.iter().collect();
        row.extend(
            columns.iter().map(|name| found.get(name).map_or_else(|| "does not apply".to_owned(), |s| text(*s))),
        );
        writer.write_record(&row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn text(stat: Stat) -> String {
    match stat {
        Stat::Number(number) => number.to_string(),
        Stat::Count(count) => count.to_string(),
        Stat::Word(word) => word.to_owned(),
        Stat::Undefined(reason) => format!("undefined: {reason}"),
    }
}
