//! Old spreadsheets: what is found out, what is refused, and the same figures as R at a hundred thousand rows.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use pencilmark::analyse::{
    AnalyseError, Analysis, ColumnNames, Duplicates, Kind, Options, analyse, to_csv, to_json, to_text,
};
use pencilmark::statistics::{Grade, Stat, Threshold};

fn run(text: impl Into<Vec<u8>>, options: &Options) -> Result<Analysis, AnalyseError> {
    analyse(Box::new(Cursor::new(text.into())), options, &mut |_| {})
}

fn number(analysis: &Analysis, name: &str) -> f64 {
    match analysis.results[0].named.get(name) {
        Some(Stat::Number(number)) => number,
        Some(Stat::Count(count)) => count as f64,
        other => panic!("{name} is {other:?}"),
    }
}

const LONG: &str = "person,wave,value,group,cluster\nann,pre,3,east,a\nann,post,5,east,a\nbob,pre,2,west,b\nbob,post,2,west,b\ncat,pre,4,east,a\ndan,post,1,west,c\n";

#[test]
fn a_wide_file_and_the_long_one_say_the_same() {
    let long = run(LONG, &Options::default()).expect("readable");
    let wide =
        run("before,after,group\n3,5,east\n2,2,west\n4,,east\n,1,west\n", &Options::default()).expect("readable");
    for name in ["n.pairs", "n.pre_only", "n.post_only", "change.mean", "pre_all.mean", "wilcoxon.w_plus"] {
        assert!((number(&long, name) - number(&wide, name)).abs() < 1e-12, "{name}");
    }
    let groups: Vec<Option<&str>> = wide.results.iter().map(|r| r.group.as_deref()).collect();
    assert_eq!(groups, [None, Some("east"), Some("west")]);
}

#[test]
fn a_line_of_a_count_table_stands_for_its_people() {
    let analysis = run("pre,post,count\n1,2,400000000000\n2,1,100000000000\n", &Options::default()).expect("readable");
    assert!((number(&analysis, "n.pairs") - 5e11).abs() < 1.0);
    assert!((number(&analysis, "change.mean") - 0.6).abs() < 1e-12);
}

#[test]
fn excels_ways_are_found_out() {
    let semicolons = "\u{FEFF}sep=;\r\nPerson;Wave;Value\r\n\"=\"\"007\"\"\";pre;3,5\r\n\"=\"\"007\"\"\";post;4,0\r\nx;pre;1,5\r\nx;post;1,5\r\n;;\r\n";
    let plain = run(semicolons, &Options::default()).expect("readable");
    assert!(plain.decimal_comma);
    assert_eq!((plain.dialect.delimiter, plain.rows.blank), (b';', 1));
    assert!((number(&plain, "change.mean") - 0.25).abs() < 1e-12);
    let tabs = "pre\tpost\r\n1\t2\r\n2\t2\r\n";
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(tabs.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let unicode = run(utf16, &Options::default()).expect("readable");
    assert!(unicode.dialect.utf16);
    assert!((number(&unicode, "change.mean") - 0.5).abs() < 1e-12);
}

#[test]
fn every_row_is_accounted_for() {
    let text = "person,wave,value\nann,pre,3\nann,post,five\n,pre,2\nbob,pre,\nbob,later,4\ncat,pre\n\"dan\nx\",pre,1\ndan,post,1,2\n";
    let analysis = run(text, &Options::default()).expect("readable");
    let problems: Vec<(u64, &str)> = analysis.problems.listed.iter().map(|p| (p.line, p.reason.as_str())).collect();
    assert_eq!(
        problems,
        [
            (3, "not a number: five"),
            (4, "no person"),
            (7, "has 2 cells where the headings have 3"),
            (10, "has 4 cells where the headings have 3"),
        ]
    );
    let rows = &analysis.rows;
    assert_eq!((rows.read, rows.unanswered, analysis.problems.total), (8, 1, 4));
    assert_eq!(rows.other_waves, [("later".to_owned(), 1)]);
    let page = to_text(&analysis);
    assert!(page.contains("line 3: not a number: five") && page.contains("4 could not be used"), "{page}");
}

#[test]
fn a_second_answer_is_refused_with_both_lines_unless_it_is_said_which_counts() {
    let text = "person,wave,value,when\nann,pre,3,2024-05-02\nann,post,5,2024-05-03\nann,pre,1,2024-05-01\n";
    let refused = run(text, &Options::default()).expect_err("two befores").to_string();
    assert!(refused.contains("2 and 4") && refused.contains("--duplicates"), "{refused}");
    let change = |duplicates, order: Option<&str>| {
        let columns = ColumnNames { order: order.map(str::to_owned), ..ColumnNames::default() };
        let analysis = run(text, &Options { duplicates, columns, ..Options::default() }).expect("readable");
        assert_eq!(analysis.rows.superseded, 1);
        number(&analysis, "change.mean")
    };
    assert!((change(Duplicates::First, None) - 2.0).abs() < 1e-12, "the first line");
    assert!((change(Duplicates::Last, None) - 4.0).abs() < 1e-12, "the last line");
    assert!((change(Duplicates::First, Some("when")) - 4.0).abs() < 1e-12, "the earliest date");
    assert!((change(Duplicates::Last, Some("when")) - 2.0).abs() < 1e-12, "the latest date");
}

#[test]
fn a_file_that_cannot_be_understood_says_what_is_missing() {
    let no_shape = run("name,score\nann,3\n", &Options::default()).expect_err("no wave").to_string();
    assert!(no_shape.contains("--person") && no_shape.contains("name, score"), "{no_shape}");
    let options = Options {
        columns: ColumnNames { pre: Some("vorher".to_owned()), ..ColumnNames::default() },
        ..Options::default()
    };
    let no_column = run("pre,post\n1,2\n", &options).expect_err("no such heading").to_string();
    assert!(no_column.contains("“vorher”"), "{no_column}");
    let waves =
        run("person,wave,value\nann,t1,3\nann,t2,4\n", &Options::default()).expect_err("other waves").to_string();
    assert!(waves.contains("“t1”") && waves.contains("--pre-wave"), "{waves}");
}

#[test]
fn a_page_shows_sentence_interval_picture_and_caveats() {
    let rows: String = (0..40).map(|i| format!("{},{}\n", i % 5 + 1, i % 5 + 1 + i32::from(i % 3 != 0) * 2)).collect();
    let options = Options {
        kinds: BTreeMap::from([(String::new(), Kind::Count)]),
        target: Threshold::percent_more(20),
        top_boxes: BTreeMap::from([(String::new(), 4.0)]),
        ..Options::default()
    };
    let analysis = run(format!("pre,post\n{rows}"), &options).expect("readable");
    assert_eq!(analysis.results[0].caution.grade, Grade::ClearGain);
    let page = to_text(&analysis);
    for part in ["rose by 1.30", "95 % interval", "Fieller", "Target", "Top box", "█", "●", "not its cause"] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn json_and_csv_say_why_where_there_is_no_number() {
    let analysis = run("pre,post\n2,5\n", &Options::default()).expect("readable");
    let json = to_json(&analysis);
    assert_eq!(json["results"][0]["statistics"]["change.mean"], 3.0);
    assert_eq!(json["results"][0]["statistics"]["change.sd"]["undefined"], "n < 2");
    let table = to_csv(&analysis).expect("memory");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let at = reader.headers().expect("headings").iter().position(|h| h == "change.sd").expect("a column");
    let row = reader.records().next().expect("a row").expect("readable");
    assert_eq!(row.get(at), Some("undefined: n < 2"));
    assert!(row.iter().skip(1).all(|cell| !cell.is_empty()), "an empty cell says nothing");
}

#[test]
fn kinds_are_guessed_and_the_page_says_so() {
    for (text, kind) in [
        ("pre,post\n0,1\n1,1\n", Kind::Binary),
        ("pre,post\n1,5\n4,3\n", Kind::Ordinal),
        ("pre,post\n0,12\n14,3\n", Kind::Count),
        ("pre,post\n0.5,1\n1,2\n", Kind::Scale),
        ("pre,post\n-3,1\n1,2\n", Kind::Scale),
    ] {
        let analysis = run(text, &Options::default()).expect("readable");
        assert_eq!((analysis.results[0].kind, analysis.results[0].guessed), (kind, true), "{text}");
        assert!(to_text(&analysis).contains("were taken to be"));
    }
}

#[test]
fn utf16_without_a_mark_and_workbooks_are_recognised() {
    let utf16: Vec<u8> = "pre,post\n1,2\n2,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let analysis = run(utf16, &Options::default()).expect("readable");
    assert!(analysis.dialect.utf16);
    assert!((number(&analysis, "change.mean") - 0.5).abs() < 1e-12);
    let workbook = run(&b"PK\x03\x04\x14\x00"[..], &Options::default()).expect_err("not a table").to_string();
    assert!(workbook.contains("workbook"), "{workbook}");
    assert_eq!(run("", &Options::default()).expect_err("nothing").to_string(), "the file is empty");
}

#[test]
fn two_columns_of_one_heading_are_an_error_only_where_they_are_used() {
    let error = run("pre,pre,post\n1,2,3\n", &Options::default()).expect_err("which?").to_string();
    assert!(error.contains("“pre”"), "{error}");
    run("note,note,pre,post\na,b,1,2\n", &Options::default()).expect("notes are not used");
}

#[test]
fn what_is_said_of_a_measure_that_is_not_there_is_an_error() {
    let text = "person,wave,measure,value\nann,pre,jobs,3\nann,post,jobs,4\n";
    let options = Options { top_boxes: BTreeMap::from([("job".to_owned(), 4.0)]), ..Options::default() };
    let error = run(text, &options).expect_err("no measure of that name").to_string();
    assert!(error.contains("“job”") && error.contains("jobs"), "{error}");
}

#[test]
fn codes_for_no_answer_are_left_out_where_they_are_named_and_asked_about_where_not() {
    let text = "pre,post\n-9,2\n3,-9\n4,5\n-9,-9\n";
    let unsaid = to_text(&run(text, &Options::default()).expect("readable"));
    assert!(unsaid.contains("down to -9") && unsaid.contains("--missing"), "{unsaid}");
    let said = run(text, &Options { missing: vec!["-9".to_owned()], ..Options::default() }).expect("readable");
    for (name, n) in [("n.pairs", 1.0), ("n.pre_only", 1.0), ("n.post_only", 1.0)] {
        assert!((number(&said, name) - n).abs() < 1e-12, "{name}");
    }
    assert_eq!(said.rows.unanswered, 1);
    assert!(!to_text(&said).contains("--missing"));
}

#[test]
fn counts_of_people_are_whole_and_not_more_than_there_are() {
    let text = "pre,post,count\n1,2,-3\n1,2,0\n2,3,5.0\n1,1,2.5\n1,2,18446744073709551615\n2,2,1000000000000\n";
    let analysis = run(text, &Options::default()).expect("readable");
    let problems: Vec<u64> = analysis.problems.listed.iter().map(|p| p.line).collect();
    assert_eq!(problems, [2, 5, 6]);
    assert!((number(&analysis, "n.pairs") - 1_000_000_000_005.0).abs() < 0.5);
    let nobody = run("pre,post,count\n1,2,0\n", &Options::default()).expect_err("nobody").to_string();
    assert!(nobody.contains("no row could be used"), "{nobody}");
}

#[test]
fn nothing_in_a_file_can_steer_the_terminal() {
    let text = "person,wave,value,group\nann,pre,\u{1b}[2J,east\nann,pre,3,\u{1b}]0;x\u{7}\nann,post,4,e\n";
    let page = to_text(&run(text, &Options::default()).expect("readable"));
    assert!(page.contains("[2J") && !page.contains(|c: char| c.is_control() && c != '\n'), "{page:?}");
}

#[test]
fn a_column_of_codes_taken_for_the_measure_is_refused() {
    let rows: String = (0..2000).map(|i| format!("p{i},pre,3,item {i}\n")).collect();
    let error = run(format!("person,wave,value,measure\n{rows}"), &Options::default()).expect_err("too many");
    assert!(error.to_string().contains("--measure-column"), "{error}");
}

/// 33 rows by 38 statistics and Holm's p, computed by R from the same generated file.
#[test]
fn a_hundred_thousand_answers_give_the_figures_that_r_gives() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answers.csv");
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let made = Command::new("python3").arg(peers.join("gen.py")).arg("100000").arg(&file).output();
    let Ok(made) = made else {
        eprintln!("skipped: needs python3 to make the file");
        return;
    };
    assert!(made.status.success(), "the generator failed");
    let named =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>();
    let kinds = [("jobs", Kind::Count), ("confidence", Kind::Ordinal), ("talk", Kind::Ordinal)];
    let tops = [("jobs", 8.0), ("confidence", 4.0), ("talk", 3.0)];
    let options = Options {
        columns: ColumnNames {
            person: vec!["site".to_owned(), "code".to_owned()],
            group: Some("site".to_owned()),
            cluster: Some("session".to_owned()),
            order: Some("submitted_at".to_owned()),
            ..ColumnNames::default()
        },
        kinds: kinds.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect(),
        top_boxes: tops.into_iter().map(|(name, code)| (name.to_owned(), code)).collect(),
        duplicates: Duplicates::Last,
        ..Options::default()
    };
    let input = std::fs::File::open(&file).expect("just made");
    let analysis = analyse(Box::new(input), &options, &mut |_| {}).expect("readable");
    let names: BTreeMap<String, String> = named(&[
        ("n_pairs", "n.pairs"),
        ("n_pre_only", "n.pre_only"),
        ("n_post_only", "n.post_only"),
        ("ci_lo", "change.ci_lo"),
        ("ci_hi", "change.ci_hi"),
        ("t", "t.stat"),
        ("t_p", "t.p"),
        ("pct", "pct.value"),
        ("fieller_lo", "pct.fieller_lo"),
        ("fieller_hi", "pct.fieller_hi"),
        ("improved", "improved.n"),
        ("same", "same.n"),
        ("declined", "declined.n"),
        ("imp_lo", "improved.wilson_lo"),
        ("imp_hi", "improved.wilson_hi"),
        ("w_plus", "wilcoxon.w_plus"),
        ("w_p", "wilcoxon.p"),
        ("sign_p", "sign.p"),
        ("mc_b", "top.b"),
        ("mc_c", "top.c"),
        ("mc_p", "mcnemar.p_exact"),
        ("mc_mid", "mcnemar.p_mid"),
        ("cr1_se", "cluster.se_cr1"),
    ])
    .into_iter()
    .collect();
    let mut expected = csv::Reader::from_path(peers.join("expected_100000.csv")).expect("R's figures");
    let headings = expected.headers().expect("headings").clone();
    let mut compared = 0;
    let mut families: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for row in expected.records() {
        let row = row.expect("readable");
        let (site, measure) = (&row[0], &row[1]);
        let group = (site != "ALL").then_some(site);
        let result = analysis.results.iter().find(|r| r.measure == measure && r.group.as_deref() == group);
        let result = result.expect("every site and measure");
        let mut p = 1.0;
        for (heading, want) in headings.iter().zip(row.iter()).skip(2) {
            let want: f64 = want.parse().expect("a number");
            if heading == "holm" {
                families.entry(measure.to_owned()).or_default().push((p, want));
                continue;
            }
            let name = names.get(heading).cloned().unwrap_or_else(|| heading.replacen('_', ".", 1));
            let got = match result.named.get(&name) {
                Some(Stat::Number(number)) => number,
                Some(Stat::Count(count)) => count as f64,
                other => panic!("{site} {measure} {name}: {other:?}"),
            };
            if heading == "w_p" {
                p = got;
            }
            // R printed 15 digits
            assert!(
                (got - want).abs() <= 1e-300_f64.max(1e-9 * want.abs()),
                "{site} {measure} {name}: {got}, R {want}"
            );
            compared += 1;
        }
    }
    for family in families.values() {
        let p: Vec<Option<f64>> = family.iter().map(|(p, _)| Some(*p)).collect();
        for (got, (_, want)) in pencilmark::statistics::holm(&p).into_iter().zip(family) {
            assert!((got.expect("given") - want).abs() <= 1e-300_f64.max(1e-9 * want), "Holm: {got:?}, R {want}");
            compared += 1;
        }
    }
    assert_eq!(compared, 33 * 39);
}

/// Twelve sessions of ten people; what a session does to everybody in it is most of what differs.
fn sessions_of_boys_and_girls(group: bool) -> String {
    let mut text = String::from(if group { "pre,post,group,cluster\n" } else { "pre,post,cluster\n" });
    for session in 0..12 {
        for person in 0..10 {
            let before = 10 + person % 3;
            let after = before + [4, -2, 3, 0, 1, -3, 5, 2, -1, 3, 0, 1][session] + i32::from(person % 4 == 0);
            let sex = if person % 2 == 0 { "girl," } else { "boy," };
            text += &format!("{before},{after},{}s{session}\n", if group { sex } else { "" });
        }
    }
    text
}

#[test]
fn a_session_of_boys_and_girls_is_one_cluster() {
    let options = Options::default();
    let alone = run(sessions_of_boys_and_girls(false), &options).expect("readable");
    let grouped = run(sessions_of_boys_and_girls(true), &options).expect("readable");
    for analysis in [&alone, &grouped] {
        assert_eq!(analysis.results[0].clustered.expect("clusters").clusters, 12);
        assert_eq!(analysis.results[0].caution.grade, Grade::CannotTell, "{}", analysis.results[0].caution.sentence);
    }
    let low =
        |analysis: &Analysis| analysis.results[0].clustered.and_then(|c| c.cr2.ok()).expect("clusters").interval.low;
    assert!((low(&alone) - low(&grouped)).abs() < 1e-12);
    assert!(to_text(&grouped).contains("Some clusters have people of several groups and count as one"));
    assert!(!to_text(&alone).contains("several groups"));
}

#[test]
fn what_is_printed_beside_a_clustered_interval_is_clustered_too_or_says_that_it_is_not() {
    let options = Options { kinds: BTreeMap::from([(String::new(), Kind::Count)]), ..Options::default() };
    let analysis = run(sessions_of_boys_and_girls(false), &options).expect("readable");
    let result = &analysis.results[0];
    let by_cluster = result.clustered.and_then(|c| c.cr2.ok()).expect("twelve clusters");
    assert_eq!(result.p, by_cluster.test.map(|test| test.p));
    assert!(result.p.expect("a test") > 0.05 && result.p_independent.expect("a test") < 0.001);
    let percent = result.percent_by_cluster.expect("by cluster").expect("bounded");
    assert!(percent.low < 0.0 && 0.0 < percent.high, "{percent:?}");
    let page = to_text(&analysis);
    assert!(page.contains("(Fieller, by cluster)") && page.contains("(t by cluster)"), "{page}");
    assert!(page.contains("(paired t, takes people as independent)"), "{page}");
}
