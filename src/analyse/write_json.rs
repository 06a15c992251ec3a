//! Everything, for programs.

use serde_json::{Map, Value, json};

use super::{Analysis, GroupResult, Rows};
use crate::statistics::{Claim, Defined, Stat};

/// The whole analysis; a statistic is a number, a word, or `{"undefined": reason}`.
pub fn to_json(analysis: &Analysis) -> Value {
    let delimiter = char::from(analysis.dialect.delimiter).to_string();
    json!({
        "schema": "pencilmark-analysis/1",
        "file": {
            "shape": if analysis.wide { "wide" } else { "long" },
            "delimiter": delimiter,
            "decimal": if analysis.decimal_comma { "," } else { "." },
            "encoding": if analysis.dialect.utf16 { "utf-16" } else { "utf-8" },
        },
        "rows": rows(&analysis.rows, analysis.problems.total),
        "problems": analysis.problems.listed.iter().map(|p| json!({"line": p.line, "reason": p.reason})).collect::<Vec<_>>(),
        "results": analysis.results.iter().map(result).collect::<Vec<_>>(),
    })
}

fn rows(rows: &Rows, problems: u64) -> Value {
    let waves: Map<String, Value> = rows.other_waves.iter().map(|(wave, n)| (wave.clone(), (*n).into())).collect();
    json!({
        "read": rows.read,
        "unanswered": rows.unanswered,
        "blank": rows.blank,
        "other_waves": waves,
        "superseded": rows.superseded,
        "problems": problems,
    })
}

fn result(result: &GroupResult) -> Value {
    let statistics: Map<String, Value> = result.named.iter().map(|(name, s)| (name.to_owned(), stat(s))).collect();
    json!({
        "measure": result.measure,
        "group": result.group,
        "kind": result.kind.name(),
        "kind_guessed": result.guessed,
        "grade": result.caution.name,
        "sentence": result.caution.sentence,
        "p": defined(result.p),
        "p_of_groups": result.p_of_groups,
        "target": result.claim.as_ref().map(target),
        "statistics": statistics,
    })
}

fn target(claim: &Claim) -> Value {
    json!({
        "p_greater": defined(claim.test.map(|test| test.p_greater)),
        "lower_percent": defined(claim.lower_percent),
        "reached": claim.reached.count,
    })
}

fn defined(value: Defined<f64>) -> Value {
    match value {
        Ok(number) => number.into(),
        Err(reason) => json!({"undefined": reason.to_string()}),
    }
}

fn stat(stat: Stat) -> Value {
    match stat {
        Stat::Number(number) => number.into(),
        Stat::Count(count) => count.into(),
        Stat::Word(word) => word.into(),
        Stat::Undefined(reason) => json!({"undefined": reason.to_string()}),
    }
}
