//! `datapackage.json`: the files described for programs, as the Frictionless Data Package standard has it.

use serde_json::{Value, json};

use crate::export::column::Column;
use crate::export::{Export, File, attendance, codebook, enclosed, labels, links, long, measures, pairs, sessions};
use crate::pairing::links::Confidence;
use crate::response::Missing;

/// The description, indented. `made_at` is a moment, ISO 8601.
pub fn datapackage(export: &Export, made_at: &str) -> String {
    let programme = export.programme();
    let resources: Vec<Value> = File::ALL
        .into_iter()
        .map(|file| {
            json!({
                "name": file.word(),
                "path": file.name(),
                "description": file.words(),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "quoteChar": "\""},
                "schema": schema(export, file),
            })
        })
        .chain(enclosed())
        .collect();
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": crate::export::slug(&programme.name),
        "title": programme.name,
        "created": made_at,
        "description": "Before-and-after questionnaires. Row data: keep them as carefully as the answers themselves.",
        "resources": resources,
    });
    // A map of texts and numbers always spells out.
    serde_json::to_string_pretty(&package).unwrap_or_default() + "\n"
}

/// What stands with the rows in a folder and in a pack: the figures of the report, costs and quotes.
fn enclosed() -> [Value; 3] {
    let table = |name: &str, path: &str, fields: Vec<Value>| {
        let fields = titled(fields, labels::enclosed);
        let words = enclosed::FILES.iter().find(|(file, _)| *file == path).map_or("", |(_, words)| words);
        json!({
            "name": name,
            "path": path,
            "description": words,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "quoteChar": "\""},
            "schema": {"fields": fields, "missingValues": [""]},
        })
    };
    let figures = fields(&crate::report::RESULT_COLUMNS, &["n"], &["value", "low", "high"]);
    let costs = fields(&enclosed::COST_COLUMNS, &[], &["budget", "spent"]);
    let quotes = fields(&enclosed::QUOTE_COLUMNS, &[], &[]);
    [
        table("results", enclosed::RESULTS, figures),
        table("costs", enclosed::COSTS, costs),
        table("quotes", enclosed::QUOTES, quotes),
    ]
}

fn schema(export: &Export, file: File) -> Value {
    let columns = export.columns();
    let (fields, key): (Vec<Value>, Value) = match file {
        File::Wide => (columns.iter().map(wide_field).collect(), json!("person")),
        File::Long => (
            fields(&long::HEADING, &["response", "counted", "value", "missing", "quotable", "seconds"], &[]),
            Value::Null,
        ),
        File::Pairs => {
            (fields(&pairs::HEADING, &["pre_units", "post_units", "denominator"], &["pre", "post"]), Value::Null)
        }
        File::Sessions => (sessions_fields(), json!("session")),
        File::Attendance => (fields(&attendance::HEADING, &[], &[]), json!(["person", "session"])),
        File::Measures => {
            let whole = ["positive_from", "higher_is_better", "list_length"];
            (fields(&measures::HEADING, &whole, &[]), json!(["measure", "survey"]))
        }
        File::Codebook => {
            let counts =
                ["n_valid", "n_dont_know", "n_rather_not_say", "n_skipped", "n_not_reached", "n_not_asked", "n_lost"];
            (fields(&codebook::HEADING, &counts, &["min", "max", "mean", "percent"]), json!("name"))
        }
        File::Links => (fields(&links::HEADING, &[], &[]), Value::Null),
    };
    let fields = match file {
        File::Wide => fields,
        _ => titled(fields, |column| labels::label(file, column)),
    };
    let mut schema = json!({"fields": fields});
    if !key.is_null() {
        schema["primaryKey"] = key;
    }
    let person = json!({"fields": "person", "reference": {"resource": "wide", "fields": "person"}});
    let session = json!({"fields": "session", "reference": {"resource": "sessions", "fields": "session"}});
    match file {
        File::Long | File::Pairs | File::Attendance => schema["foreignKeys"] = json!([person, session]),
        File::Links => schema["foreignKeys"] = json!([person]),
        _ => {}
    }
    schema
}

/// A column of the wide file: its own missing codes, so that nobody averages a −9.
fn wide_field(column: &Column) -> Value {
    let kind = match column.level {
        "text" => "string",
        "scale" => "number",
        _ => "integer",
    };
    let mut missing = vec![json!({"value": "", "label": "Nothing"})];
    missing.extend(
        column.lacks.codes().into_iter().map(|(code, words)| json!({"value": code.code().to_string(), "label": words})),
    );
    let mut field = json!({"name": column.name, "type": kind, "title": column.label, "missingValues": missing});
    if !column.codes.is_empty() {
        field["categories"] = column
            .codes
            .iter()
            .map(|(value, label)| json!({"value": value, "label": label}))
            .collect::<Vec<_>>()
            .into();
        field["categoriesOrdered"] = json!(column.level == "ordinal");
    }
    if !column.words.is_empty() {
        let words = column.words.iter().map(|(value, label)| json!({"value": value, "label": label}));
        field["categories"] = words.collect::<Vec<_>>().into();
    }
    field
}

/// The columns of `sessions.csv`, each with its meaning and codes.
fn sessions_fields() -> Vec<Value> {
    let mut all = fields(&sessions::HEADING, &sessions::WHOLE, &[]);
    for (field, column) in all.iter_mut().zip(sessions::HEADING) {
        let words =
            sessions::words_of(column).into_iter().map(|(value, label)| json!({"value": value, "label": label}));
        let codes =
            sessions::codes_of(column).into_iter().map(|(value, label)| json!({"value": value, "label": label}));
        let categories: Vec<Value> = words.chain(codes).collect();
        if !categories.is_empty() {
            field["categories"] = json!(categories);
        }
    }
    all
}

/// Columns with what each means in words, and the codes of yes and no where a column holds these.
fn titled(mut fields: Vec<Value>, label: impl Fn(&str) -> &'static str) -> Vec<Value> {
    for field in &mut fields {
        let column = field["name"].as_str().unwrap_or_default().to_owned();
        field["title"] = json!(label(&column));
        let codes: Vec<Value> =
            codes(&column).into_iter().map(|(code, words)| json!({"value": code, "label": words})).collect();
        if !codes.is_empty() && field["categories"].is_null() {
            field["categories"] = json!(codes);
        }
    }
    fields
}

/// The codes of columns that are the same in every file.
fn codes(column: &str) -> Vec<(Value, &'static str)> {
    match column {
        "counted" | "higher_is_better" => vec![(json!(0), "No"), (json!(1), "Yes")],
        "comparison" => vec![(json!("after"), "After"), (json!("later"), "Later: the follow-up")],
        "confidence" => Confidence::ALL.iter().map(|one| (json!(one.code()), one.words())).collect(),
        _ => Vec::new(),
    }
}

/// The columns of another file by name: whole numbers, numbers, and words.
fn fields(names: &[&str], whole: &[&str], numbers: &[&str]) -> Vec<Value> {
    let kind = |name: &str| {
        if whole.contains(&name) {
            "integer"
        } else if numbers.contains(&name) {
            "number"
        } else if name == "date" {
            "date"
        } else {
            "string"
        }
    };
    let field = |name: &&str| {
        let mut field = json!({"name": name, "type": kind(name)});
        if *name == "missing" {
            let reasons = Missing::ALL.map(|missing| json!({"value": missing.code(), "label": missing.label()}));
            field["categories"] = json!(reasons);
        }
        field
    };
    names.iter().map(field).collect()
}
