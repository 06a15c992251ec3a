//! The codebook as a page of its own: a file to open beside the data, without a server.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::alone::document;

/// A row of the codebook by the names of its columns.
pub type Entry = BTreeMap<String, String>;

/// What the page is about.
pub struct About<'a> {
    /// The programme.
    pub programme: &'a str,
    /// When the files were made, in words.
    pub made: &'a str,
    /// Made of invented data.
    pub sample: bool,
}

/// Looks of a page that has no server to bring them.
const STYLE: &str = "body{font:16px/1.45 Verdana,sans-serif;color:#1b2f5b;background:#fffdf7;max-width:75rem;margin:0 auto;padding:1.5rem}\
    h1,h2{line-height:1.2}.quiet{color:#4a587a}nav ul{columns:3 14rem;padding-left:1.2rem}\
    table{border-collapse:collapse;width:100%;font-size:.85rem}caption{text-align:left;font-weight:700;padding:.4rem 0}\
    th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #e4e2da}\
    thead th{border-bottom:2px solid #1b2f5b}tbody th{font-family:ui-monospace,monospace;font-weight:700}\
    .figures{text-align:right;white-space:nowrap}.codes{list-style:none;margin:0;padding:0}\
    @media print{body{max-width:none;padding:0}thead{display:table-header-group}tr{break-inside:avoid}}";

/// The whole page: a table for each questionnaire.
pub fn codebook(about: &About<'_>, entries: &[Entry]) -> Markup {
    let mut forms: Vec<(&str, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        let form = said(entry, "form");
        match forms.iter_mut().find(|(known, _)| *known == form) {
            Some((_, rows)) => rows.push(entry),
            None => forms.push((form, vec![entry])),
        }
    }
    let body = html! {
        h1 { "Codebook: " (about.programme) }
        p.quiet { "The columns of data_wide.csv, with how often their values occur. Made " (about.made) "." @if about.sample { " Sample data: invented." } }
        p { "The same as codebook.csv, to read. A missing answer is a negative code; declare it missing before computing anything." }
        nav aria-label="On this page" {
            ul { @for (place, (form, rows)) in forms.iter().enumerate() { li { a href={ "#form-" (place) } { (name(form)) } " (" (rows.len()) ")" } } }
        }
        @for (place, (form, rows)) in forms.iter().enumerate() { (table(place, form, rows)) }
    };
    document(&format!("Codebook – {}", about.programme), STYLE, None, &body)
}

fn table(place: usize, form: &str, rows: &[&Entry]) -> Markup {
    let headings = ["Column", "What it holds", "Wave", "Values", "Missing", "Valid", "Mean", "Range"];
    html! {
        section {
            h2 id={ "form-" (place) } { (name(form)) }
            table {
                caption { "Columns of " (name(form)) }
                thead { tr { @for (n, heading) in headings.iter().enumerate() { th.figures[n > 4] scope="col" { (heading) } } } }
                tbody { @for row in rows { (line(row)) } }
            }
        }
    }
}

fn line(row: &Entry) -> Markup {
    let codes = |column: &str| {
        let codes: Vec<&str> = said(row, column).split("; ").filter(|code| !code.is_empty()).collect();
        html! { @if !codes.is_empty() { ul.codes { @for code in codes { li { (code) } } } } }
    };
    let missing = MISSING.iter().filter_map(|(column, words)| match said(row, column) {
        "" | "0" => None,
        count => Some(format!("{count} {words}")),
    });
    let missing: Vec<String> = missing.collect();
    html! {
        tr {
            th scope="row" { (said(row, "name")) }
            td {
                (said(row, "label"))
                @if !said(row, "item").is_empty() { br; span.quiet { (said(row, "item")) } }
                @if !said(row, "notes").is_empty() { br; span.quiet { (said(row, "notes")) } }
            }
            td { (said(row, "wave")) }
            td { (codes("codes")) }
            td { (codes("missing_codes")) @if !missing.is_empty() { p.quiet { (missing.join(", ")) } } }
            td.figures { (said(row, "n_valid")) }
            td.figures { (short(said(row, "mean"))) @if !said(row, "percent").is_empty() { br; (short(said(row, "percent"))) "%" } }
            td.figures { @if !said(row, "min").is_empty() { (short(said(row, "min"))) " to " (short(said(row, "max"))) } }
        }
    }
}

/// Counts of what is missing, in words.
const MISSING: [(&str, &str); 6] = [
    ("n_dont_know", "don’t know"),
    ("n_rather_not_say", "rather not say"),
    ("n_skipped", "skipped"),
    ("n_not_reached", "not reached"),
    ("n_not_asked", "not asked"),
    ("n_lost", "lost"),
];

fn said<'a>(row: &'a Entry, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

fn name(form: &str) -> &str {
    if form.is_empty() { "every person" } else { form }
}

/// At most three decimals.
fn short(number: &str) -> String {
    match number.split_once('.') {
        Some((whole, part)) if part.len() > 3 => {
            number.parse::<f64>().map_or_else(|_| format!("{whole}.{part}"), |value| format!("{value:.3}"))
        }
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fields: &[(&str, &str)]) -> Entry {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_column_stands_under_its_questionnaire_with_its_codes_and_what_is_missing() {
        let rows = [
            entry(&[("name", "person"), ("label", "Key of a person"), ("form", ""), ("n_valid", "3")]),
            entry(&[
                ("name", "k2_cf1_pre"),
                ("label", "I could get a job <I like>"),
                ("form", "ks2"),
                ("codes", "1 = No; 2 = Yes"),
                ("missing_codes", "-1 = don't know"),
                ("n_valid", "2"),
                ("n_dont_know", "1"),
                ("n_lost", "0"),
                ("mean", "1.66666666"),
                ("min", "1"),
                ("max", "2"),
            ]),
        ];
        let page = codebook(&About { programme: "A & B", made: "today", sample: true }, &rows).into_string();
        for words in [
            "Codebook: A &amp; B",
            "<li>2 = Yes</li>",
            "1 don’t know",
            "1.667",
            "1 to 2",
            "I could get a job &lt;I like&gt;",
            "href=\"#form-1\"",
            "Sample data: invented.",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("0 lost") && !page.contains("&quot;") && !page.contains("src="), "{page}");
    }
}
