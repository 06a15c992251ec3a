//! Downloads: what was answered is what is in the files, and nobody can be recognised by a key in them.

mod common;
#[path = "export/reasons.rs"]
mod reasons;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::process::{Command, Output};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use calamine::Reader as _;
use common::web::{Browser, app};
use common::{LAST, REUNION, SINGLE, a_place, ks2, on_each_database, open, run_program, send};
use pencilmark::export::{Enclosed, Export, File, Packing, Reader, Script};
use pencilmark::person::{Animal, CardCode};
use pencilmark::report::{Consent, CostLine, Quote, QuoteState, Speaker};
use pencilmark::response::{Answer, Envelope, Helper, Missing, Mode};
use pencilmark::session::closing::{DayNotes, Food, SameLeader, Topic};
use pencilmark::session::{Declined, No};
use pencilmark::store::{NamedProject, Store, TakenQuote, Target};
use pencilmark::survey::{Library, Wave};
use pencilmark::web::{App, router, serve};
use sha2::Digest as _;
use sqlx::Connection;
use tower::ServiceExt;

/// A text that would be a formula in a spreadsheet, and that takes every pain to break a row.
const AWKWARD: &str = "=HYPERLINK(\"http://x\",\"a\"),\r\n\"vet\", 🦊; ż\n";

/// The same without its line breaks.
const ON_ONE_LINE: &str = "=HYPERLINK(\"http://x\",\"a\"), \"vet\", 🦊; ż";

/// The device of every response.
const DEVICE: &str = "d0d1d2d3d4d5d6d7";

/// Three families, five people who answer and one who never does; see each line.
async fn cohort(store: &Store) -> (i64, Vec<CardCode>, Vec<Envelope>) {
    let place = a_place(store, "Riverside", 3).await;
    let [a, b, c] = [0, 1, 2].map(|n| place.cards[n].clone());
    // The Fox of A has the whole story, with a same-day after that a programme's after outranks.
    let mut whole = ks2(1, &a, Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    whole.helper = Some(Helper::Parent);
    whole.words = true;
    whole.seconds = BTreeMap::from([("K2-AW1".to_owned(), 60), ("K2-CF1".to_owned(), 9)]);
    whole.answers.insert("K2-AS1".to_owned(), Answer::Text(AWKWARD.to_owned()));
    let same_day = ks2(2, &a, Animal::Fox, SINGLE, Wave::PostSame, 9, 1);
    let after = ks2(3, &a, Animal::Fox, LAST, Wave::PostProg, 13, 3);
    let later = ks2(4, &a, Animal::Fox, REUNION, Wave::FollowUp, 20, 4);
    // The Owl of A claims a job that does not exist, and has no after.
    let mut foiled = ks2(5, &a, Animal::Owl, SINGLE, Wave::Pre, 20, 4);
    foiled.answers.insert("K2-AW1.frelder".to_owned(), Answer::Value(1));
    // The Fox of B gives every reason there is, and answers the before twice.
    let mut missing = ks2(6, &b, Animal::Fox, SINGLE, Wave::Pre, 4, 1);
    for (item, reason) in [
        ("K2-CF1", Missing::DontKnow),
        ("K2-CF2", Missing::RatherNotSay),
        ("K2-CF3", Missing::Skipped),
        ("K2-AS1", Missing::Skipped),
        ("K2-CF4", Missing::NotAsked),
        ("K2-SK1", Missing::Lost),
    ] {
        missing.answers.insert(item.to_owned(), Answer::Missing(reason));
    }
    // Not asked at this wave, and so no row.
    missing.answers.insert("K2-TI1".to_owned(), Answer::Missing(Missing::NotAsked));
    let again = ks2(7, &b, Animal::Fox, SINGLE, Wave::Pre, 20, 4);
    // The Bee of C stops early and types its own code; the Sun of C is a grown-up.
    let mut stopped = ks2(8, &c, Animal::Bee, SINGLE, Wave::Pre, 2, 3);
    stopped.answers.insert("K2-SC1".to_owned(), Answer::Missing(Missing::NotReached));
    stopped.answers.insert("K2-AS1".to_owned(), Answer::Text(format!("I am {}", c.to_string().to_lowercase())));
    let mut grown_up = ks2(9, &c, Animal::Sun, SINGLE, Wave::Pre, 0, 0);
    let library = Library::embedded();
    let parent = library.newest("parent").expect("embedded");
    grown_up.survey = "parent".to_owned();
    grown_up.version = parent.hash.clone();
    grown_up.school_year = None;
    grown_up.answers = BTreeMap::from([
        ("PA-CF4".to_owned(), Answer::Value(2)),
        ("PA-WH1.food".to_owned(), Answer::Value(1)),
        ("PA-TK1".to_owned(), Answer::Value(4)),
    ]);
    let mut sent = vec![whole, same_day, after, later, foiled, missing, again, stopped, grown_up];
    for envelope in &mut sent {
        envelope.device = Some(DEVICE.to_owned());
        send(store, envelope).await;
    }
    store.settle().await.expect("settled");
    common::everything_is_read(store, place.programme_id).await;
    let session_id = store.session(SINGLE).await.expect("query").expect("session").session.id;
    let quiet = pencilmark::store::NewPerson { card: b, animal: Animal::Moon, school_year: None, session_id };
    store.register(vec![quiet], common::NOW).await.expect("registered");
    (place.programme_id, place.cards, sent)
}

/// Every file of an export, by its word.
async fn files(store: &Store, programme_id: i64, reader: Reader, seed: u8) -> BTreeMap<&'static str, Vec<u8>> {
    let programme = store.programme(programme_id).await.expect("query").expect("a programme");
    let newest = store.newest_person(programme_id).await.expect("query");
    let export = Export::prepare(store, programme, reader, [seed; 32], newest).await.expect("prepared");
    let mut files = BTreeMap::new();
    for file in File::ALL {
        let mut writing = export.write(file);
        let mut bytes = Vec::new();
        while let Some(some) = writing.next().await.expect("written") {
            bytes.extend(some);
        }
        assert_eq!(writing.rows(), rows(&bytes).len() as u64, "{file}");
        files.insert(file.word(), bytes);
    }
    files
}

type Row = BTreeMap<String, String>;

/// Reads a file through the csv crate; a heading is required to be of distinct names.
fn rows(bytes: &[u8]) -> Vec<Row> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::Reader::from_reader(bytes);
    let heading: Vec<String> = reader.headers().expect("a heading").iter().map(str::to_owned).collect();
    assert_eq!(heading.iter().collect::<BTreeSet<_>>().len(), heading.len());
    reader
        .records()
        .map(|record| heading.iter().cloned().zip(record.expect("a row").iter().map(str::to_owned)).collect())
        .collect()
}

/// The key of the person who answered a before with so many jobs known.
fn who(wide: &[Row], jobs_percent: &str) -> Row {
    wide.iter().find(|row| row["awr_idx_pre"] == jobs_percent).expect("someone with this score").clone()
}

#[tokio::test]
async fn every_stored_answer_is_one_row_with_a_value_a_text_or_a_reason() {
    on_each_database(|store| async move {
        let (programme_id, _, sent) = cohort(&store).await;
        let long = rows(&files(&store, programme_id, Reader::Statistics, 1).await["long"]);
        let stored: usize = sent.iter().map(|envelope| envelope.answers.len()).sum();
        assert_eq!(long.len(), stored - 1, "all but the one that its wave does not ask");
        for row in &long {
            let filled = ["value", "missing", "text"].iter().filter(|name| !row[**name].is_empty()).count();
            assert_eq!(filled, 1, "{row:?}");
        }
        let reasons: BTreeSet<&str> = long.iter().map(|row| row["missing"].as_str()).collect();
        assert_eq!(reasons, BTreeSet::from(["", "-1", "-2", "-3", "-4", "-8", "-9"]));
        let seconds: u32 = long.iter().filter_map(|row| row["seconds"].parse::<u32>().ok()).sum();
        assert_eq!(seconds, 69, "a list's time is written once");
    })
    .await;
}

#[tokio::test]
async fn a_text_arrives_exactly_as_it_was_typed_but_for_a_card_code() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let files = files(&store, programme_id, Reader::Statistics, 1).await;
        let texts = |rows: &[Row], column: &str| -> BTreeSet<String> {
            rows.iter().filter_map(|row| row.get(column)).filter(|text| !text.is_empty()).cloned().collect()
        };
        let expected = BTreeSet::from([AWKWARD.to_owned(), "I am [code]".to_owned()]);
        assert_eq!(texts(&rows(&files["long"]), "text"), expected);
        let quotable = |row: &&Row| row["quotable"] == "1";
        let of_long = rows(&files["long"]);
        assert_eq!(of_long.iter().filter(quotable).map(|row| &*row["text"]).collect::<Vec<_>>(), [AWKWARD]);
        let wide = rows(&files["wide"]);
        let on_one_line = BTreeSet::from([ON_ONE_LINE.to_owned(), "I am [code]".to_owned()]);
        assert_eq!(texts(&wide, "k2_as1_txt_pre"), on_one_line, "SPSS reads line by line");
        assert_eq!((&*who(&wide, "40")["words_pre"], &*who(&wide, "20")["words_pre"]), ("1", "0"));
        assert_eq!(who(&wide, "40")["k2_as1_pre"], "1", "a text was typed");
        assert_eq!(who(&wide, "20")["k2_as1_pre"], "-3", "it was skipped");
    })
    .await;
}

#[tokio::test]
async fn a_response_that_does_not_count_is_marked_in_long_and_absent_from_wide() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let files = files(&store, programme_id, Reader::Statistics, 1).await;
        let (long, wide) = (rows(&files["long"]), rows(&files["wide"]));
        let person = who(&wide, "20")["person"].clone();
        let confidence: Vec<(&str, &str, &str, &str)> = long
            .iter()
            .filter(|row| row["person"] == person && row["item"] == "K2-CF1")
            .map(|row| (&*row["response"], &*row["counted"], &*row["value"], &*row["missing"]))
            .collect();
        assert_eq!(confidence, [("1", "1", "", "-1"), ("2", "0", "4", "")]);
        assert_eq!(who(&wide, "20")["k2_cf1_pre"], "-1");
        assert_eq!(long.iter().filter(|row| row["counted"] == "0").count(), 23, "one response of 23 answers");
    })
    .await;
}

#[tokio::test]
async fn everyone_registered_has_one_row_with_what_counts_at_each_wave() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let wide = rows(&files(&store, programme_id, Reader::Statistics, 1).await["wide"]);
        assert_eq!(wide.len(), 6);
        let fox = who(&wide, "40");
        let cells =
            |row: &Row, names: &[&str]| -> Vec<String> { names.iter().map(|name| row[*name].clone()).collect() };
        let told = ["role", "school_year", "key_stage", "project", "sessions_attended", "post_wave", "helper_pre"];
        assert_eq!(cells(&fox, &told), ["child", "4", "ks2", "Job Trail", "3", "post_prog", "parent"]);
        assert_eq!(cells(&fox, &["k2_cf1_pre", "k2_cf1_post", "k2_cf1_fu"]), ["2", "3", "4"]);
        assert_eq!(cells(&fox, &["awr_idx_pre", "awr_idx_post", "awr_idx_fu"]), ["40", "65", "100"]);
        assert_eq!(cells(&fox, &["cnf_job_pre", "cnf_job_pos_pre", "cnf_job_pos_post"]), ["2", "0", "1"]);
        assert_eq!(cells(&fox, &["session_pre", "session_post", "session_fu"]), ["S01", "S02", "S03"]);
        // Asked before and, on another day, after; of nobody later than that.
        assert_eq!(cells(&fox, &["k2_aw1_vet_pre", "k2_ti1_post", "k2_sc1_pre"]), ["1", "-8", "-9"]);
        let foiled = who(&wide, "100");
        assert_eq!(cells(&foiled, &["q_foil_pre", "awr_clean_idx_pre", "post_wave"]), ["1", "-9", ""]);
        assert_eq!(cells(&foiled, &["k2_cf1_post", "awr_idx_post", "q_foil_post"]), ["-8", "-8", "-8"]);
        let grown_up = wide.iter().find(|row| row["survey_pre"] == "parent").expect("the Sun");
        assert_eq!(cells(grown_up, &["role", "school_year", "k2_cf1_pre", "pa_tk1_pre"]), ["adult", "-8", "-8", "4"]);
        assert_eq!(cells(grown_up, &["pa_cf4_pre", "pa_cf4_r_pre", "pa_wh1_food_pre"]), ["2", "4", "1"]);
        let quiet = wide.iter().find(|row| row["session_pre"].is_empty()).expect("the Moon");
        assert_eq!(cells(quiet, &["role", "sessions_attended", "pa_tk1_pre"]), ["adult", "1", "-8"]);
        let families = wide.iter().map(|row| row["family"].clone()).collect::<BTreeSet<_>>();
        assert_eq!(families, BTreeSet::from(["F0001".to_owned(), "F0002".to_owned(), "F0003".to_owned()]));
    })
    .await;
}

#[tokio::test]
async fn names_of_columns_are_ones_that_spss_takes() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let wide = rows(&files(&store, programme_id, Reader::Statistics, 1).await["wide"]);
        for name in wide[0].keys() {
            assert!(name.len() <= 32 && name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{name}");
        }
        for name in ["k2_cf1_pre", "k2_cf1_post", "k2_cf1_fu", "k2_aw1_vet_pre", "awr_idx_pre", "q_foil_pre"] {
            assert!(wide[0].contains_key(name), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_wide_scores_are_those_that_reports_are_counted_from() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let files = files(&store, programme_id, Reader::Statistics, 1).await;
        let wide: BTreeMap<String, Row> =
            rows(&files["wide"]).into_iter().map(|row| (row["person"].clone(), row)).collect();
        let names: BTreeMap<(String, String), String> = rows(&files["codebook"])
            .into_iter()
            .filter(|row| !row["item"].is_empty() && !row["label"].contains("at or above the cut"))
            .map(|row| ((row["item"].clone(), row["wave"].clone()), row["name"].clone()))
            .collect();
        let pairs = rows(&files["pairs"]);
        let counted: i64 = store.pair_counts(programme_id).await.expect("counts").iter().map(|cell| cell.n).sum();
        assert_eq!(i64::try_from(pairs.len()).expect("few"), counted);
        for pair in &pairs {
            let later = if pair["comparison"] == "later" { "fu" } else { "post" };
            for (side, wave) in [("pre", "pre"), ("post", later)] {
                if pair[side].is_empty() {
                    continue;
                }
                let name = &names[&(pair["measure"].clone(), wave.to_owned())];
                assert_eq!(wide[&pair["person"]][name], pair[side], "{name} of {pair:?}");
                let units: f64 = pair[&format!("{side}_units")].parse().expect("a number");
                let whole: f64 = pair["denominator"].parse().expect("a number");
                let factor = if name.contains("_idx_") { 100.0 } else { 1.0 };
                let score: f64 = pair[side].parse().expect("a number");
                assert!((factor * units / whole - score).abs() < 1e-6, "{pair:?}");
            }
        }
        let awareness: Vec<_> = pairs
            .iter()
            .filter(|pair| pair["measure"] == "AWR" && pair["comparison"] == "after" && !pair["post"].is_empty())
            .map(|pair| (&*pair["pre_units"], &*pair["post_units"], &*pair["denominator"], &*pair["session"]))
            .collect();
        assert_eq!(awareness, [("8", "13", "20", "S01")]);
    })
    .await;
}

#[tokio::test]
async fn the_codebook_describes_every_wide_column_and_its_counts_add_up() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let files = files(&store, programme_id, Reader::Statistics, 1).await;
        let (codebook, wide) = (rows(&files["codebook"]), rows(&files["wide"]));
        let text = String::from_utf8(files["wide"].clone()).expect("UTF-8");
        let heading: Vec<&str> = text.lines().next().expect("a heading").split(',').collect();
        assert_eq!(codebook.iter().map(|row| row["name"].as_str()).collect::<Vec<_>>(), heading);
        let number = |row: &Row, name: &str| row[name].parse::<usize>().unwrap_or(0);
        for row in codebook.iter().filter(|row| row["type"] == "number") {
            let lacks: usize = row
                .iter()
                .filter(|(name, _)| name.starts_with("n_") && *name != "n_valid")
                .map(|(name, _)| number(row, name))
                .sum();
            assert_eq!(number(row, "n_valid") + lacks, wide.len(), "{}", row["name"]);
            let valid: Vec<f64> = wide
                .iter()
                .filter_map(|person| person[&row["name"]].parse().ok())
                .filter(|value| *value >= 0.0)
                .collect();
            assert_eq!(number(row, "n_valid"), valid.len(), "{}", row["name"]);
            assert!(!row["label"].is_empty() && !row["level"].is_empty(), "{}", row["name"]);
        }
        let of = |name: &str| codebook.iter().find(|row| row["name"] == name).expect("a column").clone();
        let confidence = of("k2_cf1_pre");
        assert!(
            confidence["label"].contains("feel sure they will get a job") && confidence["label"].ends_with("(before)")
        );
        assert!(confidence["codes"].starts_with("1 = Second child, really like me; 2 = "), "{}", confidence["codes"]);
        assert!(confidence["missing_codes"].starts_with("-1 = Don't know; -2 = "), "{}", confidence["missing_codes"]);
        assert_eq!((&*confidence["form"], &*confidence["item"], &*confidence["wave"]), ("ks2", "K2-CF1", "pre"));
        assert_eq!(
            (&*confidence["n_valid"], &*confidence["n_dont_know"], &*confidence["n_not_asked"]),
            ("3", "1", "2")
        );
        assert_eq!((&*confidence["min"], &*confidence["max"], &*confidence["mean"]), ("2", "4", "3"));
        let vet = of("k2_aw1_vet_pre");
        assert!(
            vet["label"].ends_with("– Vet (before)") || vet["label"].ends_with("– vet (before)"),
            "{}",
            vet["label"]
        );
        assert_eq!(vet["percent"], "100");
        let awareness = of("awr_idx_pre");
        assert!(
            awareness["notes"].contains("ks2 version 1: 100 × real jobs known on K2-AW1 ÷ 20"),
            "{}",
            awareness["notes"]
        );
        let talk = of("tlk_pre");
        assert_eq!((&*talk["level"], &*talk["mean"]), ("nominal", ""), "two scales are not averaged together");
        assert!(
            talk["codes"].starts_with("0 = Never (parent) / Not at all (ks2); 1 = Once (ks2 parent)"),
            "{}",
            talk["codes"]
        );
        assert_eq!(of("cnf_job_pre")["level"], "ordinal");
        assert!(of("k2_sc1_pre")["n_not_reached"] == "1" && of("k2_sk1_pre")["n_lost"] == "4");
    })
    .await;
}

#[tokio::test]
async fn no_file_holds_a_card_code_a_response_id_a_session_key_or_a_tablet() {
    on_each_database(|store| async move {
        let (programme_id, cards, sent) = cohort(&store).await;
        let mut secrets = vec![SINGLE.to_owned(), LAST.to_owned(), REUNION.to_owned(), DEVICE.to_owned()];
        secrets.extend(cards.iter().flat_map(|card| [card.as_str().to_lowercase(), card.to_string().to_lowercase()]));
        secrets.extend(sent.iter().map(|envelope| envelope.id.as_str().to_owned()));
        for reader in [Reader::Statistics, Reader::Excel] {
            for (file, bytes) in files(&store, programme_id, reader, 1).await {
                let text = String::from_utf8(bytes).expect("UTF-8").to_lowercase();
                for secret in &secrets {
                    assert!(!text.contains(secret), "{secret} is in {file}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn keys_hold_the_files_of_one_export_together_and_fit_no_other() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 30).await;
        for (n, card) in (0_u8..).zip(&place.cards) {
            send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, usize::from(n % 20), 2)).await;
        }
        store.settle().await.expect("settled");
        let people = |bytes: &[u8]| -> BTreeMap<String, String> {
            rows(bytes).into_iter().map(|row| (row["person"].clone(), row["family"].clone())).collect()
        };
        let first = files(&store, place.programme_id, Reader::Statistics, 1).await;
        assert_eq!(people(&first["wide"]).len(), 30);
        assert_eq!(people(&first["wide"]), people(&first["long"]));
        assert_eq!(people(&first["wide"]), people(&first["pairs"]));
        assert_eq!(first, files(&store, place.programme_id, Reader::Statistics, 1).await);
        assert_ne!(first["wide"], files(&store, place.programme_id, Reader::Statistics, 2).await["wide"]);
        // Rows stand in the order of the keys; the scores were sent in a rising order.
        let scores: Vec<f64> =
            rows(&first["wide"]).iter().map(|row| row["awr_idx_pre"].parse().expect("a score")).collect();
        assert!(!scores[..20].is_sorted(), "the order of arrival shows: {scores:?}");
    })
    .await;
}

#[tokio::test]
async fn a_spreadsheet_gets_blanks_for_missing_values_and_no_formula() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let files = files(&store, programme_id, Reader::Excel, 1).await;
        for (file, bytes) in &files {
            assert!(bytes.starts_with(b"\xef\xbb\xbf"), "{file} begins with the mark");
            for row in rows(bytes) {
                for (name, cell) in row {
                    let is_code = name == "missing" && cell.parse::<i32>().is_ok();
                    assert!(is_code || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{file} {name}: {cell}");
                }
            }
        }
        let wide = rows(&files["wide"]);
        assert_eq!(who(&wide, "20")["k2_cf1_pre"], "");
        assert_eq!(who(&wide, "40")["k2_as1_txt_pre"], format!("'{ON_ONE_LINE}"));
        assert_eq!(who(&wide, "100")["awr_clean_idx_pre"], "");
    })
    .await;
}

#[tokio::test]
async fn a_programme_without_people_has_files_with_a_heading_alone() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let files = files(&store, place.programme_id, Reader::Statistics, 1).await;
        assert_eq!(rows(&files["wide"]).len() + rows(&files["long"]).len() + rows(&files["pairs"]).len(), 0);
        assert_eq!(rows(&files["sessions"]).len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_day_s_notes_are_in_the_sessions_as_counts_and_codes_and_no_word_that_was_typed() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 0).await;
        let session = store.session(SINGLE).await.expect("query").expect("it").session.id;
        let notes = DayNotes {
            children: Some(23),
            adults: None,
            food: Some(Food::None),
            topics: vec![Topic::Strengths, Topic::School],
            other_topic: "Robots with Mr Jones".to_owned(),
            visitors: Some(2),
            visitors_who: "Priya, a nurse".to_owned(),
            same_leader: Some(SameLeader::First),
            disruption: "Sam was ill".to_owned(),
            conversations: Some(5),
            note: "Ask Leanne for the key".to_owned(),
        };
        store.note_day(session, notes, common::NOW).await.expect("noted");
        let files = files(&store, place.programme_id, Reader::Statistics, 1).await;
        let sessions = rows(&files["sessions"]);
        let noted: Vec<&Row> = sessions.iter().filter(|row| row["noted"] == "1").collect();
        assert_eq!((noted.len(), sessions.len()), (1, 3));
        let cells = |row: &Row, names: &[&str]| names.iter().map(|name| row[*name].clone()).collect::<Vec<_>>();
        let counts = ["children_present", "adults_present", "food", "visitors", "same_leader", "conversations"];
        assert_eq!(cells(noted[0], &counts), ["23", "", "none", "2", "first", "5"]);
        let signs = ["topic_strengths", "topic_school", "topic_employer", "topic_other", "disrupted"];
        assert_eq!(cells(noted[0], &signs), ["1", "1", "0", "1", "1"]);
        let silent = sessions.iter().find(|row| row["noted"] == "0").expect("two were not noted");
        assert!(cells(silent, &counts).iter().chain(&cells(silent, &signs)).all(String::is_empty), "unknown is not no");
        for (name, file) in &files {
            let text = String::from_utf8_lossy(file);
            for typed in ["Jones", "Priya", "Sam", "Leanne", "Robots"] {
                assert!(!text.contains(typed), "{typed} in {name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_wide_file_says_what_was_tapped_and_what_was_keyed_in_from_paper() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 1).await;
    let tapped = ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2);
    let mut on_paper = ks2(2, &place.cards[0], Animal::Fox, SINGLE, Wave::PostSame, 9, 2);
    on_paper.mode = Mode::Paper;
    let at_home = ks2(3, &place.cards[0], Animal::Owl, SINGLE, Wave::PostHome, 9, 2);
    for envelope in [&tapped, &on_paper, &at_home] {
        send(&store, envelope).await;
    }
    store.settle().await.expect("settled");
    let wide = rows(&files(&store, place.programme_id, Reader::Statistics, 1).await["wide"]);
    let told: BTreeSet<Vec<&str>> =
        wide.iter().map(|row| ["mode_pre", "mode_post", "post_wave"].map(|name| row[name].as_str()).to_vec()).collect();
    assert_eq!(told, BTreeSet::from([vec!["screen", "paper", "post_same"], vec!["", "screen", "post_home"]]));
}

#[tokio::test]
async fn another_programme_s_people_are_in_no_file() {
    on_each_database(|store| async move {
        let (programme_id, ..) = cohort(&store).await;
        let before = files(&store, programme_id, Reader::Statistics, 1).await;
        let other = a_place(&store, "Hillside", 1).await;
        send(&store, &ks2(90, &other.cards[0], Animal::Fox, "single22Hillside", Wave::Pre, 5, 2)).await;
        store.settle().await.expect("settled");
        assert_eq!(before, files(&store, programme_id, Reader::Statistics, 1).await);
    })
    .await;
}

/// Runs the command on a data folder, in a folder of its own.
fn export(data: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pencilmark"))
        .arg("export")
        .args(arguments)
        .env("PENCILMARK_DATA", data)
        .env_remove("PENCILMARK_DATABASE")
        .current_dir(data)
        .output()
        .expect("the program runs")
}

#[tokio::test]
async fn the_command_writes_a_folder_that_explains_itself_and_never_overwrites_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    cohort(&store).await;
    let done = export(folder.path(), &[]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    assert_eq!((done.stdout.len(), said.trim()), (0, "pencilmark-riverside holds 21 files about 6 people."));
    let out = folder.path().join("pencilmark-riverside");
    let readme = std::fs::read_to_string(out.join("README.txt")).expect("a README");
    for file in File::ALL {
        let bytes = std::fs::read(out.join(file.name())).expect("a file");
        let line = readme.lines().find(|line| line.starts_with(file.name())).expect("the README lists it");
        assert_eq!(line.split_whitespace().nth(1), Some(rows(&bytes).len().to_string().as_str()), "{line}");
    }
    let hash = &Library::embedded().newest("ks2").expect("embedded").hash.clone();
    assert!(readme.contains("Riverside") && readme.contains(hash) && readme.contains(env!("CARGO_PKG_VERSION")));
    for script in Script::ALL {
        assert!(readme.contains(script.name()) && out.join(script.name()).exists(), "{}", script.name());
    }
    assert_eq!(std::fs::read_dir(&out).expect("listed").count(), 21, "nothing unfinished is left");

    let again = export(folder.path(), &[]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("never overwrites"), "{again:?}");

    let excel = export(folder.path(), &["--programme", "riverside", "--out", "for-excel", "--for", "excel"]);
    assert!(excel.status.success(), "{excel:?}");
    let wide = std::fs::read(folder.path().join("for-excel/data_wide.csv")).expect("a file");
    assert!(wide.starts_with(b"\xef\xbb\xbf"));

    let unknown = export(folder.path(), &["--programme", "Hillside", "--out", "none"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(!folder.path().join("none").exists());
}

/// The cohort in a data folder, and the folder that the command wrote for it.
async fn exported_cohort() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    cohort(&store).await;
    assert!(export(folder.path(), &["--out", "out"]).status.success());
    let out = folder.path().join("out");
    (folder, out)
}

#[tokio::test]
async fn r_and_spss_read_the_same_numbers_as_the_file_holds() {
    let (_folder, out) = exported_cohort().await;
    let wide = rows(&std::fs::read(out.join("data_wide.csv")).expect("a file"));
    let column = |name: &str| wide.iter().map(|row| row[name].parse::<f64>().expect("a number")).collect::<Vec<_>>();
    let (valid, lost): (Vec<f64>, Vec<f64>) = column("awr_idx_pre").into_iter().partition(|value| *value >= 0.0);
    let mean = valid.iter().sum::<f64>() / f64::from(u16::try_from(valid.len()).expect("few"));
    assert!(valid.len() >= 3 && !lost.is_empty(), "the cohort has both");

    let script = "source('import.R', encoding = 'UTF-8');
        cat('n', sum(!is.na(wide$awr_idx_pre)), 'mean', format(mean(wide$awr_idx_pre, na.rm = TRUE), digits = 15), '\n');
        cat('reasons', sum(!is.na(reasons$awr_idx_pre)), '\n');
        cat('unsure', levels(as_labelled('k2_cf4_pre'))[1], '\n');
        cat('roles', levels(as_labelled('role')), '\n');
        ready <- as_haven(wide);
        stopifnot(inherits(ready$k2_cf4_pre, 'haven_labelled'), inherits(ready$role, 'haven_labelled'));
        stopifnot(all(sapply(names(codes), function(n) typeof(codes[[n]]) == typeof(ready[[n]]) || all(is.na(wide[[n]])))));
        if (requireNamespace('haven', quietly = TRUE))
          stopifnot(identical(as.character(haven::as_factor(ready$k2_cf4_pre)), as.character(as_labelled('k2_cf4_pre'))));
        ";
    if let Some((said, _)) = run_program(&out, "Rscript", &["-e", script]) {
        assert!(said.contains(&format!("n {} mean {mean}", valid.len())), "{said}");
        assert!(said.contains(&format!("reasons {}", lost.len())), "{said}");
        assert!(said.contains("roles Child or young person Parent, carer"), "{said}");
    }
    let mut syntax = std::fs::read_to_string(out.join("import.sps")).expect("a file");
    syntax.push_str("\nDESCRIPTIVES awr_idx_pre /STATISTICS=MEAN.\nFREQUENCIES role.\n");
    std::fs::write(out.join("check.sps"), syntax).expect("written");
    if let Some((said, _)) = run_program(&out, "pspp", &["check.sps", "-O", "format=csv"]) {
        assert!(!said.contains("error") && !said.contains("warning"), "{said}");
        assert!(said.contains(&format!(",{},{mean:.2}", valid.len())), "{said}");
        assert!(said.contains("Child or young person,"), "a word has its label too: {said}");
        assert!(out.join("data_wide.sav").exists() && out.join("sessions.sav").exists());
    }
}

/// As every project is while it runs: befores and no after yet, beside one that has both.
#[tokio::test]
async fn figures_are_computed_again_in_r_where_a_project_has_no_after_yet() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 40).await;
    // Every project is judged, each by what it set out for itself.
    let because = || pencilmark::session::Because { reason: String::new(), on: "2026-05-02".to_owned() };
    let mut programme = store.programme(place.programme_id).await.expect("query").expect("a programme");
    programme.awareness_reading = pencilmark::session::TargetReading::EveryProject;
    assert!(store.change_programme(programme, because()).await.expect("changed"));
    let old = store.project(place.project_id).await.expect("query").expect("a project");
    let project = pencilmark::session::Project { awareness_target: Some(200), ..old.clone() };
    let named = NamedProject { project, area: "Riverside".to_owned(), organisation: String::new() };
    store.keep_project(named, Some(old), because()).await.expect("changed");
    // A name that a spreadsheet could take for a formula is still that project's in each file.
    let begun = store.add_project(common::a_project(place.programme_id, "@Home")).await.expect("a project");
    let session = pencilmark::session::Session { project_id: begun, ..a_session("begun") };
    store.add_session(session).await.expect("a session");
    let codes = (0_u8..20).filter_map(|n| pencilmark::person::CardCode::from_random([n, 200 - n, 7, 2 * n, 90 + n]));
    let cards = store.issue_cards(begun, codes.take(12).collect(), common::NOW).await.expect("cards");
    for (n, card) in (0_u8..).zip(&place.cards[..24]) {
        send(&store, &ks2(2 * n, card, Animal::Fox, SINGLE, Wave::Pre, usize::from(n % 9), 2)).await;
        send(&store, &ks2(2 * n + 1, card, Animal::Fox, SINGLE, Wave::PostSame, usize::from(n % 12) + 3, 3)).await;
    }
    for (n, card) in (100_u8..).zip(&cards) {
        send(&store, &ks2(n, card, Animal::Owl, "begun", Wave::Pre, usize::from(n % 7), 2)).await;
    }
    // Who said no: of those who are new some times in the flow, of who is known none.
    let at = store.session(SINGLE).await.expect("read").expect("there").session.id;
    for (declined, known, n) in [
        (Declined::Children, false, 6),
        (Declined::Child, false, 7),
        (Declined::Child, true, 9),
        (Declined::Adult, false, 8),
    ] {
        store.add_noes(at, No { declined, known }, n).await.expect("counted");
    }
    store.settle().await.expect("settled");
    assert!(export(folder.path(), &["--out", "out"]).status.success());
    let out = folder.path().join("out");
    let results = std::fs::read_to_string(out.join("results.csv")).expect("results");
    let projects = store.projects(place.programme_id).await.expect("read");
    let number = projects.iter().position(|project| project.id == begun).expect("there") + 1;
    let of_begun = results.lines().filter(|line| line.contains(&format!(".project.{number},"))).count();
    assert!(of_begun > 3, "the project without afters has rows:\n{results}");
    for row in ["target.project.1.awareness_target,", "target.programme.awareness_held_target,"] {
        assert!(results.lines().any(|line| line.starts_with(row) && line.ends_with(",200")), "{row}\n{results}");
    }
    assert!(results.contains(",@Home,") && !results.contains("'@Home"), "its name is as it was typed:\n{results}");
    if let Some((said, passed)) = run_program(&out, "Rscript", &["reproduce.R"]) {
        assert!(passed && said.contains("FAIL 0, ") && said.contains("elsewhere 0"), "{said}");
    }
}

/// What the sample has none of: a comparison group, people brought together by hand, a target judged by the lower limit,
/// and children who all changed by the same.
#[tokio::test]
async fn figures_are_computed_again_in_r_beside_a_comparison_group_and_with_links_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 60).await;
    let mut programme = store.programme(place.programme_id).await.expect("query").expect("a programme");
    programme.awareness_reading = pencilmark::session::TargetReading::LowerLimit;
    let because = pencilmark::session::Because { reason: "Agreed so".to_owned(), on: "2026-05-02".to_owned() };
    store.change_programme(programme, because).await.expect("changed");
    let alone = common::a_project(place.programme_id, "All alike");
    let alike = store.add_project(alone).await.expect("a project");
    let design = pencilmark::session::Design::Comparison;
    let apart = pencilmark::session::Project { design, ..common::a_project(place.programme_id, "Waiting list") };
    let apart = store.add_project(apart).await.expect("a project");
    for (project_id, key) in [(alike, "alike"), (apart, "apart"), (apart, "apart2")] {
        let session = pencilmark::session::Session { project_id, ..a_session(key) };
        store.add_session(session).await.expect("a session");
    }
    let codes = |from: u8| (0_u8..30).filter_map(move |n| CardCode::from_random([n, from, 7, 2 * n, 90 + n]));
    let of_alike = store.issue_cards(alike, codes(101).take(12).collect(), common::NOW).await.expect("cards");
    let of_apart = store.issue_cards(apart, codes(103).take(24).collect(), common::NOW).await.expect("cards");
    let mut id = 0;
    let mut next = || {
        id += 1;
        id
    };
    // Thirty before and after; of ten of the others the after was answered with another card.
    for (n, card) in (0_usize..).zip(&place.cards[..30]) {
        send(&store, &ks2(next(), card, Animal::Fox, SINGLE, Wave::Pre, 4 + n % 6, 1 + i32::from(n % 2 == 0))).await;
        send(&store, &ks2(next(), card, Animal::Fox, SINGLE, Wave::PostSame, 9 + n % 8, 3)).await;
    }
    for n in 0..12_usize {
        let (card, spare) = (&place.cards[30 + n], &place.cards[45 + n]);
        send(&store, &ks2(next(), card, Animal::Fox, SINGLE, Wave::Pre, 5 + n % 5, 2)).await;
        send(&store, &ks2(next(), spare, Animal::Fox, SINGLE, Wave::PostSame, 9 + n % 7, 3)).await;
        let link = pencilmark::store::NewLink {
            programme_id: place.programme_id,
            decision: pencilmark::pairing::links::Decision::Tie { card: spare.clone(), to: card.clone() },
            confidence: pencilmark::pairing::links::Confidence::Likely,
            reason: String::new(),
            who: "Robin".to_owned(),
        };
        store.settle().await.expect("settled");
        store.link(link, common::NOW).await.expect("query").expect("decided");
    }
    for card in &of_alike {
        send(&store, &ks2(next(), card, Animal::Owl, "alike", Wave::Pre, 8, 2)).await;
        send(&store, &ks2(next(), card, Animal::Owl, "alike", Wave::PostSame, 12, 3)).await;
    }
    for (n, card) in (0_usize..).zip(&of_apart) {
        let session = if n % 2 == 0 { "apart" } else { "apart2" };
        send(&store, &ks2(next(), card, Animal::Owl, session, Wave::Pre, 6 + n % 4, 2)).await;
        send(&store, &ks2(next(), card, Animal::Owl, session, Wave::PostSame, 6 + n % 5, 2 + i32::from(n % 3 == 0)))
            .await;
    }
    store.settle().await.expect("settled");
    assert!(export(folder.path(), &["--out", "out"]).status.success());
    let out = folder.path().join("out");
    let results = std::fs::read_to_string(out.join("results.csv")).expect("results");
    for there in [
        "did.AWR.child.after",
        "awareness_held",
        "people_linked_by_hand",
        "likely_link",
        "all changes equal",
        "AWR.child.after.group.comparison,",
    ] {
        assert!(results.contains(there), "{there} is among the figures:\n{results}");
    }
    // Its page is asked for by the filter, and not together with a part.
    let team = Browser::of_staff(&app(&store));
    let report = format!("/programmes/{}/report", place.programme_id);
    let page = team.get(&format!("{report}?group=group.comparison")).await;
    assert!(page.text.contains("about the <strong>comparison group</strong> alone"), "{}", page.text);
    assert!(page.text.contains("report.pdf?part=group.comparison"), "the PDF is of the same people");
    let ours = team.get(&format!("{report}?part=&stage=&term=&group=")).await.text;
    assert!(
        ours.contains("<option value=\"\">Those who took part</option>")
            && !ours.contains("This page is about the <strong>")
    );
    let both = team.get(&format!("{report}?part=project.1&group=group.comparison")).await;
    assert_eq!(both.status, StatusCode::BAD_REQUEST);
    if let Some((said, passed)) = run_program(&out, "Rscript", &["reproduce.R"]) {
        assert!(passed && said.contains("FAIL 0, ") && said.contains("elsewhere 0"), "{said}");
    }
}

fn a_session(key: &str) -> pencilmark::session::Session {
    pencilmark::session::Session {
        id: 0,
        key: key.to_owned(),
        project_id: 0,
        held_on: "2026-05-16".to_owned(),
        place: "Hall".to_owned(),
        role: pencilmark::session::SessionRole::Single,
        closed_at_us: None,
        afters_us: None,
    }
}

#[tokio::test]
async fn the_codebook_page_has_every_column_and_asks_nobody_for_anything() {
    let (_folder, out) = exported_cohort().await;
    let page = std::fs::read_to_string(out.join("codebook.html")).expect("a page");
    let rows = rows(&std::fs::read(out.join("codebook.csv")).expect("a file"));
    assert!(rows.len() > 100);
    for row in &rows {
        assert!(page.contains(&format!("<th scope=\"row\">{}</th>", row["name"])), "{}", row["name"]);
    }
    let confidence = rows.iter().find(|row| row["name"] == "k2_cf1_pre").expect("asked");
    let line = page.split("<tr>").find(|line| line.contains(">k2_cf1_pre<")).expect("a line");
    assert!(line.contains(&format!("<td class=\"figures\">{}</td>", confidence["n_valid"])), "{line}");
    assert!(
        !confidence["codes"].is_empty() && confidence["codes"].split("; ").all(|code| line.contains(code)),
        "{line}"
    );
    assert!(!page.contains("src=") && !page.contains("http"), "nothing is asked of anybody");
}

/// Reads every file as `datapackage.json` describes it, and says rows, a mean and what kind the columns are of.
const PANDAS: &str = r#"
import json, pandas as pd
package = json.load(open("datapackage.json", encoding="utf-8"))
kinds = {"integer": "Int64", "number": "float64", "string": "string", "date": "string"}
tables = {}
for resource in package["resources"]:
    fields = resource["schema"]["fields"]
    missing = {f["name"]: [one["value"] for one in f.get("missingValues", [{"value": ""}])] for f in fields}
    table = pd.read_csv(resource["path"], encoding="utf-8", keep_default_na=False, na_values=missing,
                        dtype={f["name"]: kinds[f["type"]] for f in fields})
    assert list(table.columns) == [f["name"] for f in fields], resource["name"]
    for f in fields:
        known = {one["value"] for one in f.get("categories", [])}
        if known:
            assert set(table[f["name"]].dropna()) <= known, (resource["name"], f["name"])
    key = resource["schema"].get("primaryKey")
    if key:
        assert not table.duplicated(key).any(), resource["name"]
    tables[resource["name"]] = table
    print("rows", resource["name"], len(table))
for resource in package["resources"]:
    for key in resource["schema"].get("foreignKeys", []):
        there = set(tables[key["reference"]["resource"]][key["reference"]["fields"]])
        assert set(tables[resource["name"]][key["fields"]].dropna()) <= there, resource["name"]
awareness = tables["wide"]["awr_idx_pre"]
print("n", awareness.count(), "mean", repr(float(awareness.mean())))
"#;

#[tokio::test]
async fn pandas_reads_every_file_as_the_description_says() {
    let (_folder, out) = exported_cohort().await;
    let wide = rows(&std::fs::read(out.join("data_wide.csv")).expect("a file"));
    let scores = wide.iter().map(|row| row["awr_idx_pre"].parse::<f64>().expect("a number"));
    let valid: Vec<f64> = scores.filter(|value| *value >= 0.0).collect();
    let mean = valid.iter().sum::<f64>() / f64::from(u16::try_from(valid.len()).expect("few"));
    let Some((said, passed)) = run_program(&out, "/usr/bin/python3", &["-c", PANDAS]) else { return };
    assert!(passed, "{said}");
    for file in File::ALL {
        let count = rows(&std::fs::read(out.join(file.name())).expect("a file")).len();
        assert!(said.contains(&format!("rows {} {count}\n", file.word())), "{}: {said}", file.word());
    }
    let line = said.lines().find_map(|line| line.strip_prefix(&format!("n {} mean ", valid.len()))).expect("counted");
    assert!((line.parse::<f64>().expect("a number") - mean).abs() < 1e-9, "{line} {mean}");
}

#[tokio::test]
async fn the_workbook_has_words_codes_and_reasons_and_no_formula() {
    let (_folder, out) = exported_cohort().await;
    let wide = rows(&std::fs::read(out.join("data_wide.csv")).expect("a file"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(out.join("workbook.xlsx")).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Labels", "Codes", "Reasons", "Codebook", "Flow", "Results"]);
    // Sizes of 64 bits where they are not needed make a strict reader refuse the file (APPNOTE 4.5.3).
    let bytes = std::fs::read(out.join("workbook.xlsx")).expect("a file");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).expect("a zip");
    for place in 0..zip.len() {
        let entry = zip.by_index_raw(place).expect("an entry");
        let at = usize::try_from(entry.header_start()).expect("an offset");
        assert_eq!(bytes[at + 28..at + 30], [0, 0], "{} has extra fields", entry.name().expect("a name"));
    }
    let mut sheet = |name: &str| {
        assert!(book.worksheet_formula(name).expect("a sheet").is_empty(), "{name} has no formula");
        book.worksheet_range(name).expect("a sheet")
    };
    let (labels, codes, reasons) = (sheet("Labels"), sheet("Codes"), sheet("Reasons"));
    let text = |range: &calamine::Range<calamine::Data>, line: usize, name: &str| {
        let at = range.rows().next().expect("a heading").iter().position(|cell| *cell == name);
        range.get((line, at.expect("a column"))).map(ToString::to_string).unwrap_or_default()
    };
    let mut told = BTreeSet::new();
    for (row, line) in wide.iter().zip(1..) {
        for name in row.keys().filter(|name| !name.starts_with("q_")) {
            let (code, reason) = (text(&codes, line, name), text(&reasons, line, name));
            match row[name].parse::<f64>() {
                // What was not asked of somebody is blank on both sheets: it is most of the file.
                Ok(-8.0) => assert_eq!((&*code, &*reason), ("", ""), "{name} {line}"),
                Ok(missing) if missing < 0.0 => {
                    assert!(code.is_empty() && !reason.is_empty(), "{name} {line}");
                    told.insert(reason);
                }
                _ => assert_eq!((&code, &*reason), (&row[name], ""), "{name} {line}"),
            }
        }
    }
    assert!(told.len() > 2, "{told:?}");
    let awkward = wide.iter().zip(1..).find(|(row, _)| row["k2_as1_txt_pre"] == ON_ONE_LINE).expect("the Fox").1;
    assert_eq!(text(&labels, awkward, "k2_as1_txt_pre"), ON_ONE_LINE, "a text is a text");
    assert_eq!(text(&labels, awkward, "words_pre"), "yes");
    assert_eq!(sheet("Codebook").height(), rows(&std::fs::read(out.join("codebook.csv")).expect("a file")).len() + 1);
    let results = rows(&std::fs::read(out.join("results.csv")).expect("a file"));
    let printed = sheet("Results");
    assert_eq!(printed.height(), results.len() + 1);
    // Numbers are numbers, not texts that look like them; the flow is the rows of the flow and of reach.
    let column =
        |name: &str| printed.rows().next().expect("a heading").iter().position(|cell| *cell == name).expect("there");
    let mut numbers = 0;
    for (row, line) in results.iter().zip(1..) {
        for name in ["n", "value", "low", "high"] {
            let Ok(number) = row[name].parse::<f64>() else { continue };
            let cell = printed.get((line, column(name))).expect("a cell");
            let same = matches!(cell, calamine::Data::Float(value) if (value - number).abs() < 1e-9)
                || matches!(cell, calamine::Data::Int(value) if (*value as f64 - number).abs() < 1e-9);
            assert!(same, "{name} of line {line}: {cell:?} is not {number}");
            numbers += 1;
        }
    }
    assert!(numbers > 50, "{numbers}");
    let score = wide
        .iter()
        .zip(1..)
        .find_map(|(row, line)| Some((row["awr_idx_pre"].parse::<f64>().ok().filter(|n| *n >= 0.0)?, line)));
    let (score, line) = score.expect("a score");
    let at = codes.rows().next().expect("a heading").iter().position(|cell| *cell == "awr_idx_pre").expect("a column");
    let cell = codes.get((line, at)).expect("a cell");
    assert!(matches!(cell, calamine::Data::Float(_) | calamine::Data::Int(_)), "{cell:?} of {score}");
    let of_flow = results.iter().filter(|row| row["id"].starts_with("flow.") || row["id"].starts_with("reach."));
    assert_eq!(sheet("Flow").height(), of_flow.count() + 1);
}

#[tokio::test]
async fn the_pack_is_one_zip_of_every_file_and_script() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (id, cards, _) = cohort(&store).await;
    let page = String::from_utf8(body(get(&store, &format!("/programmes/{id}/downloads"), HERE).await).await);
    assert!(page.expect("UTF-8").contains(&format!("/programmes/{id}/downloads/pack.zip?export=")));
    let pack = get(&store, &format!("/programmes/{id}/downloads/pack.zip?why=asked"), HERE).await;
    assert_eq!(pack.headers()[header::CONTENT_TYPE], "application/zip");
    assert_eq!(pack.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"pencilmark-riverside.zip\"");
    let from_web = body(pack).await;

    let zipped = export(folder.path(), &["--out", "riverside.zip"]);
    assert!(zipped.status.success(), "{zipped:?}");
    let from_command = std::fs::read(folder.path().join("riverside.zip")).expect("a zip");
    assert!(!export(folder.path(), &["--out", "riverside.zip"]).status.success(), "it never overwrites");
    for (bytes, inside) in [(from_web, "pencilmark-riverside"), (from_command, "riverside")] {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
        let names = File::ALL.map(File::name).into_iter().chain(Script::ALL.map(Script::name)).chain([
            "README.txt",
            "codebook.html",
            "results.csv",
            "workbook.xlsx",
            "report.pdf",
            "report.html",
            "costs.csv",
            "quotes_screened.csv",
            "CHANGES.txt",
        ]);
        let expected: BTreeSet<String> = names.map(|name| format!("{inside}/{name}")).collect();
        assert_eq!(zip.file_names().map(|name| name.expect("a name").into_owned()).collect::<BTreeSet<_>>(), expected);
        let mut text = String::new();
        for name in expected.iter().filter(|name| !name.ends_with(".xlsx") && !name.ends_with(".pdf")) {
            let mut file = zip.by_name(name).expect("in the zip");
            std::io::Read::read_to_string(&mut file, &mut text).expect("whole, and text");
        }
        assert!(text.contains("k2_cf1_pre") && !cards.iter().any(|card| text.contains(&card.to_string())));
    }
}

#[tokio::test]
async fn the_report_in_a_pack_says_who_had_it_made_and_of_which_figures() {
    let place = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(place.path())).await;
    let (id, ..) = cohort(&store).await;
    let pack = packed(&store, id, Reader::Statistics, 3).await;
    let digest = sha2::Sha256::digest(&pack["results.csv"]);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(String::from_utf8_lossy(&pack["report.html"]).contains(&hash));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("report.pdf"), &pack["report.pdf"]).expect("written");
    let Some((said, passed)) = run_program(folder.path(), "pdftotext", &["-raw", "report.pdf", "-"]) else { return };
    assert!(passed, "{said}");
    // A hash of 64 letters is parted over two lines of paper.
    let paper: String = said.split_whitespace().collect();
    assert!(paper.contains(&hash), "{hash} is the hash of the figures beside it");
    assert!(said.contains("run by") && said.contains("Robin"), "{said}");
}

#[tokio::test]
async fn every_table_of_a_pack_for_a_spreadsheet_is_safe_to_open_in_one() {
    on_each_database(|store| async move {
        let (id, ..) = cohort(&store).await;
        let pack = packed(&store, id, Reader::Excel, 1).await;
        let tables: Vec<&String> = pack.keys().filter(|name| name.ends_with(".csv")).collect();
        assert!(tables.len() == File::ALL.len() + 3, "{tables:?}");
        for name in tables {
            let bytes = &pack[name];
            assert!(bytes.starts_with(b"\xef\xbb\xbf"), "{name} begins with the mark");
            for row in rows(bytes) {
                for (column, cell) in row {
                    let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
                    assert!(!starts || cell.parse::<f64>().is_ok(), "{name} {column}: {cell}");
                }
            }
        }
        let figures = |bytes: &[u8]| -> Vec<Row> { rows(bytes) };
        let (excel, plain) = (figures(&pack["results.csv"]), packed(&store, id, Reader::Statistics, 1).await);
        let plain = figures(&plain["results.csv"]);
        assert_eq!(excel.len(), plain.len());
        for (excel, plain) in excel.iter().zip(&plain) {
            for (column, cell) in plain {
                assert_eq!(excel[column].trim_start_matches('\''), cell.trim_start_matches('\''), "{column}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_description_says_in_words_what_every_column_means() {
    let (_folder, out) = exported_cohort().await;
    let text = std::fs::read_to_string(out.join("datapackage.json")).expect("a file");
    let package: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for resource in package["resources"].as_array().expect("a list") {
        for field in resource["schema"]["fields"].as_array().expect("a list") {
            let title = field["title"].as_str().unwrap_or_default();
            assert!(title.len() > 1, "{} {}", resource["name"], field["name"]);
        }
    }
}

#[tokio::test]
async fn people_brought_together_by_hand_are_in_a_file_of_their_own() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 3).await;
        for (n, card) in (1_u8..).zip(&place.cards) {
            send(&store, &ks2(n, card, Animal::Fox, SINGLE, if n == 2 { Wave::PostSame } else { Wave::Pre }, 8, 2))
                .await;
        }
        store.settle().await.expect("settled");
        let link = pencilmark::store::NewLink {
            programme_id: place.programme_id,
            decision: pencilmark::pairing::links::Decision::Tie {
                card: place.cards[1].clone(),
                to: place.cards[0].clone(),
            },
            confidence: pencilmark::pairing::links::Confidence::Likely,
            reason: "The card was lost".to_owned(),
            who: "Robin".to_owned(),
        };
        store.link(link, common::NOW).await.expect("query").expect("decided");
        store.settle().await.expect("settled");
        let files = files(&store, place.programme_id, Reader::Statistics, 5).await;
        let links = rows(&files["links"]);
        assert_eq!(links.len(), 1, "{links:?}");
        let matched = rows(&files["pairs"]).into_iter().find(|row| row["doubts"].contains("likely_link"));
        assert_eq!(links[0]["person"], matched.expect("matched by the decision")["person"]);
        assert_eq!((&*links[0]["decision"], &*links[0]["confidence"]), ("card", "likely"));
        let said = String::from_utf8(files["links"].clone()).expect("text");
        assert!(
            !said.contains("Robin")
                && !said.contains("lost")
                && !place.cards.iter().any(|card| said.contains(card.as_str()))
        );
    })
    .await;
}

/// The report and what belongs to it.
async fn enclosed(store: &Store, programme_id: i64, reader: Reader) -> Enclosed {
    let input = store.report_input(programme_id, "2026-05-01T10:00:00Z".to_owned()).await;
    Enclosed::of(&input.expect("query").expect("a programme"), reader, "Robin").expect("a report")
}

/// The members of a pack, by name.
async fn packed(store: &Store, programme_id: i64, reader: Reader, seed: u8) -> BTreeMap<String, Vec<u8>> {
    let programme = store.programme(programme_id).await.expect("query").expect("a programme");
    let newest = store.newest_person(programme_id).await.expect("query");
    let export = Export::prepare(store, programme, reader, [seed; 32], newest).await.expect("prepared");
    let enclosed = enclosed(store, programme_id, reader).await;
    let mut packing = Packing::new(export, "żółw".to_owned(), enclosed, jiff::Zoned::now());
    let mut bytes = Vec::new();
    while let Some(some) = packing.next().await.expect("packed") {
        bytes.extend(some);
    }
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut members = BTreeMap::new();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).expect("a member");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).expect("whole");
        let name = member.name().expect("a name").strip_prefix("żółw/").expect("in the folder").to_owned();
        members.insert(name, bytes);
    }
    members
}

#[tokio::test]
async fn a_file_of_the_pack_is_byte_for_byte_the_file_by_itself() {
    on_each_database(|store| async move {
        let (id, ..) = cohort(&store).await;
        for reader in [Reader::Statistics, Reader::Excel] {
            let (alone, pack) = (files(&store, id, reader, 3).await, packed(&store, id, reader, 3).await);
            for file in File::ALL {
                assert!(pack[file.name()] == alone[file.word()], "{file}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_pack_has_the_report_its_costs_and_the_quotes_that_were_approved() {
    on_each_database(|store| async move {
        let (id, cards, sent) = cohort(&store).await;
        let line = CostLine {
            strand: "Staff".to_owned(),
            what: "=cost".to_owned(),
            budget_pence: 125_050,
            spent_pence: 99_900,
        };
        store.keep_costs(id, vec![line]).await.expect("kept");
        let quote = |response: usize, said: &str| TakenQuote {
            quote: Quote {
                id: 0,
                project_id: None,
                speaker: Speaker::Child,
                said: said.to_owned(),
                words: said.to_owned(),
                consent: Consent::NoName,
                state: QuoteState::Captured,
            },
            card_code: cards[0].as_str().to_owned(),
            response_id: sent[response].id.as_str().to_owned(),
        };
        let taken = vec![quote(0, "I want to be a vet, and a pilot"), quote(1, "Nobody has read this yet")];
        store.take_quotes(id, taken, common::NOW).await.expect("taken");
        let first = store.quotes(id).await.expect("query").into_iter().find(|quote| quote.said.contains("vet"));
        let (first, words) = (first.expect("taken").id, "I want to be a vet".to_owned());
        for state in [QuoteState::Screened, QuoteState::Approved] {
            store.change_quote(first, state, words.clone()).await.expect("changed");
        }
        for (reader, what) in [(Reader::Statistics, "=cost"), (Reader::Excel, "'=cost")] {
            let pack = packed(&store, id, reader, 3).await;
            let read = |name: &str| String::from_utf8(pack[name].clone()).expect("text");
            // What the speaker let go is the words alone.
            assert_eq!(
                read("quotes_screened.csv").trim_start_matches('\u{feff}').lines().next(),
                Some("speaker,words,consent")
            );
            let page = read("report.html");
            for said in ["Riverside", "Robin", "<svg", "--paper:", words.as_str()] {
                assert!(page.contains(said), "{said}");
            }
            for asks in ["url(", "src=", "href=\"/", "href=\"http", "<form", "<script"] {
                assert!(!page.contains(asks), "the page asks somebody: {asks}");
            }
            assert!(pack["report.pdf"].starts_with(b"%PDF-") && pack["report.pdf"].len() > 20_000);
            let costs = rows(&pack["costs.csv"]);
            assert_eq!((costs.len(), &*costs[0]["spent"], &*costs[0]["budget"]), (1, "999", "1250.5"));
            assert_eq!(costs[0]["what"], what);
            let quotes = rows(&pack["quotes_screened.csv"]);
            assert_eq!((quotes.len(), &*quotes[0]["words"]), (1, &*words));
        }
    })
    .await;
}

#[tokio::test]
async fn a_pack_of_more_people_than_are_fetched_together_has_everybody_once_in_the_order_of_their_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 150).await;
    let session_id = store.session(SINGLE).await.expect("query").expect("session").session.id;
    let everybody = |animal| {
        let person = |card: &CardCode| pencilmark::store::NewPerson {
            card: card.clone(),
            animal,
            school_year: None,
            session_id,
        };
        place.cards.iter().map(person).collect::<Vec<_>>()
    };
    for animal in Animal::ALL.into_iter().take(6) {
        store.register(everybody(animal), common::NOW).await.expect("registered");
    }
    for (n, card) in (0_u8..40).zip(place.cards.iter().step_by(3)) {
        send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, usize::from(n % 20), 2)).await;
    }
    store.settle().await.expect("settled");
    let pack = packed(&store, place.programme_id, Reader::Statistics, 5).await;
    let keys: Vec<String> = rows(&pack["data_wide.csv"]).iter().map(|row| row["person"].clone()).collect();
    assert_eq!(keys, (1..=900).map(|number| format!("P{number:04}")).collect::<Vec<_>>());
    let alone = files(&store, place.programme_id, Reader::Statistics, 5).await;
    for file in File::ALL {
        assert!(pack[file.name()] == alone[file.word()], "{file}");
    }
    let book = std::io::Cursor::new(pack["workbook.xlsx"].clone());
    let mut book: calamine::Xlsx<_> = calamine::Reader::new(book).expect("a workbook");
    let codes = book.worksheet_range("Codes").expect("a sheet");
    let column: Vec<String> = codes.rows().skip(1).map(|row| row[0].to_string()).collect();
    assert_eq!(column, keys);
}

#[tokio::test]
async fn a_pack_whose_reader_has_left_leaves_the_database_alone() {
    on_each_database(|store| async move {
        let (id, ..) = cohort(&store).await;
        let programme = store.programme(id).await.expect("query").expect("a programme");
        let export = Export::prepare(&store, programme, Reader::Statistics, [1; 32], i64::MAX).await.expect("prepared");
        let enclosed = enclosed(&store, id, Reader::Statistics).await;
        let mut packing = Packing::new(std::sync::Arc::clone(&export), "x".to_owned(), enclosed, jiff::Zoned::now());
        for _ in 0..3 {
            packing.next().await.expect("packed").expect("more");
        }
        drop(packing);
        // Every task of it lets go of what it exports.
        while std::sync::Arc::strong_count(&export) > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn changes_say_what_was_altered_since_answers_came_in_and_never_who() {
    on_each_database(|store| async move {
        let (id, cards, sent) = cohort(&store).await;
        let changes = |pack: BTreeMap<String, Vec<u8>>| String::from_utf8(pack["CHANGES.txt"].clone()).expect("text");
        let untouched = changes(packed(&store, id, Reader::Statistics, 1).await);
        for nothing in [
            "TARGETS\nNone was altered after the first answer.\n",
            "QUESTIONNAIRES\nEach was answered in one version.\n",
            "WHO IS WHO, DECIDED BY HAND\nNothing was decided.\n",
            "TAKEN OUT BECAUSE A FAMILY WISHED IT\nNothing that is known to be of this programme.\n",
            "DELETED ON A DAY THAT WAS SET\nNothing was deleted.\n",
            "SIGNED OFF\nThe report has not been signed off.\n",
        ] {
            assert!(untouched.contains(nothing), "{nothing}: {untouched}");
        }

        let aside = pencilmark::store::NewLink {
            programme_id: id,
            decision: pencilmark::pairing::links::Decision::Aside { response: sent[4].id.to_string() },
            confidence: pencilmark::pairing::links::Confidence::Sure,
            reason: "Robin’s neighbour".to_owned(),
            who: "Robin".to_owned(),
        };
        store.link(aside, common::NOW).await.expect("query").expect("decided");
        for (about, n) in [("Job Trail: 1 questionnaire of 1 person", 2), ("Job Trailers: at home", 1)] {
            for _ in 0..n {
                let (who, what) = ("the family itself".to_owned(), pencilmark::store::WITHDRAWN.to_owned());
                let deed = pencilmark::store::Deed { who, what, about: about.to_owned(), reason: "Robin".to_owned() };
                store.note(deed, common::NOW).await.expect("noted");
            }
        }
        let figures = "0".repeat(64);
        common::everything_is_read(&store, id).await;
        let word = pencilmark::store::SignOff { who: "Robin".to_owned(), figures, signed_us: common::NOW };
        assert!(store.sign_off(id, word).await.expect("query"));
        let said = changes(packed(&store, id, Reader::Statistics, 2).await);
        let day = jiff::Timestamp::from_microsecond(common::NOW).expect("a moment").strftime("%Y-%m-%d").to_string();
        let month = &day[..7];
        assert!(said.contains(&format!("{month}: responses set aside: 1\n")), "{said}");
        assert!(said.contains(&format!("{month}: families’ answers: 2\n")), "not those of another project: {said}");
        assert!(said.contains(&format!("others than those that were signed off on {day}.")), "{said}");
        assert!(!said.contains("Robin") && !cards.iter().any(|card| said.contains(card.as_str())), "{said}");

        // Of a name that another programme has for a project, too, the log does not say whose it was.
        a_place(&store, "Northern Hills", 1).await;
        let said = changes(packed(&store, id, Reader::Statistics, 3).await);
        assert!(
            said.contains("TAKEN OUT BECAUSE A FAMILY WISHED IT\nNothing that is known to be of this programme.\n"),
            "{said}"
        );
    })
    .await;
}

/// Asks the app for a page as a browser on this machine, or on another one.
async fn get(store: &Store, address: &str, from: [u8; 4]) -> Response {
    let app = App::new(store.clone(), "http://hall.test".to_owned()).expect("an app");
    let mut request = Request::get(address).header(header::HOST, "localhost").body(Body::empty()).expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 4000))));
    router(app).oneshot(request).await.expect("an answer")
}

async fn body(response: Response) -> Vec<u8> {
    axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a whole body").to_vec()
}

const HERE: [u8; 4] = [127, 0, 0, 1];

#[tokio::test]
async fn the_downloads_page_offers_each_file_and_each_file_has_a_plain_name() {
    on_each_database(|store| async move {
        let (id, ..) = cohort(&store).await;
        let page = get(&store, &format!("/programmes/{id}/downloads"), HERE).await;
        assert_eq!(page.status(), StatusCode::OK);
        let page = String::from_utf8(body(page).await).expect("UTF-8");
        for file in File::ALL {
            assert!(page.contains(&format!("/programmes/{id}/downloads/{}.csv?export=", file.word())), "{file}");
        }
        for script in Script::ALL {
            let address = format!("/programmes/{id}/downloads/{}", script.name());
            assert!(page.contains(&format!("{address}?export=")), "{}", script.name());
            let text =
                String::from_utf8(body(get(&store, &format!("{address}?why=asked"), HERE).await).await).expect("UTF-8");
            assert!(text.contains("data_wide.csv"), "{}", script.name());
        }
        let file = get(&store, &format!("/programmes/{id}/downloads/long.csv?why=asked"), HERE).await;
        assert_eq!(file.headers()[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        assert_eq!(
            file.headers()[header::CONTENT_DISPOSITION],
            "attachment; filename=\"data_long.csv\"",
            "the name that scripts open"
        );
        assert_eq!(file.headers()[header::CACHE_CONTROL], "no-store");
        let long = rows(&files(&store, id, Reader::Statistics, 1).await["long"]);
        assert_eq!(rows(&body(file).await).len(), long.len());
        let excel = get(&store, &format!("/programmes/{id}/downloads/wide.csv?for=excel&why=asked"), HERE).await;
        assert!(body(excel).await.starts_with(b"\xef\xbb\xbf"));
    })
    .await;
}

/// As a browser asks: it takes compressed answers.
#[tokio::test]
async fn a_download_that_is_compressed_on_its_way_arrives_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let (id, ..) = cohort(&store).await;
    let ticket = format!("{}-{}", "0".repeat(32), store.newest_person(id).await.expect("a key"));
    let app = App::new(store.clone(), "http://hall.test".to_owned()).expect("an app");
    let ask = async |file: &str, takes: &str| {
        let address = format!("/programmes/{id}/downloads/{file}?export={ticket}&why=asked");
        let request = Request::get(address).header(header::HOST, "localhost").header(header::ACCEPT_ENCODING, takes);
        let mut request = request.body(Body::empty()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((HERE, 4000))));
        router(app.clone()).oneshot(request).await.expect("an answer")
    };
    for file in File::ALL {
        let name = format!("{}.csv", file.word());
        let plain = body(ask(&name, "identity").await).await;
        let response = ask(&name, "gzip").await;
        assert_eq!(response.headers().get(header::CONTENT_ENCODING).expect("compressed"), "gzip", "{name}");
        let packed = body(response).await;
        // RFC 1952: it ends with the length of what was compressed.
        let length: [u8; 4] = packed[packed.len() - 4..].try_into().expect("four bytes");
        assert_eq!(u32::from_le_bytes(length) as usize, plain.len(), "{name}");
    }
    let pack = ask("pack.zip", "gzip").await;
    assert!(!pack.headers().contains_key(header::CONTENT_ENCODING), "a zip is not packed again");
    zip::ZipArchive::new(std::io::Cursor::new(body(pack).await)).expect("a whole zip");
}

#[tokio::test]
async fn files_of_one_visit_fit_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&Target::in_folder(folder.path())).await;
    let place = a_place(&store, "Riverside", 40).await;
    for (n, card) in (0_u8..).zip(&place.cards) {
        send(&store, &ks2(n, card, Animal::Fox, SINGLE, Wave::Pre, usize::from(n % 20), 2)).await;
    }
    store.settle().await.expect("settled");
    let app = App::new(store.clone(), "http://hall.test".to_owned()).expect("an app");
    let id = place.programme_id;
    let newest = store.newest_person(id).await.expect("query");
    let scores = async |file: &str, ticket: &str, column: &'static str| {
        let address = format!("/programmes/{id}/downloads/{file}.csv?export={ticket}-{newest}&why=asked");
        let mut request = Request::get(address).header(header::HOST, "localhost").body(Body::empty()).expect("valid");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((HERE, 4000))));
        let bytes = body(router(app.clone()).oneshot(request).await.expect("an answer")).await;
        rows(&bytes)
            .into_iter()
            .filter(|row| row.get("measure").is_none_or(|measure| measure == "AWR"))
            .map(|row| (row["person"].clone(), row[column].clone()))
            .collect::<BTreeMap<String, String>>()
    };
    let ticket = "0123456789abcdef".repeat(2);
    let wide = scores("wide", &ticket, "awr_idx_pre").await;
    assert_eq!(wide.len(), 40);
    assert_eq!(wide, scores("pairs", &ticket, "pre").await);
    assert_ne!(wide, scores("pairs", &"f".repeat(32), "pre").await);
}

#[tokio::test]
async fn only_the_team_may_download_and_only_what_there_is() {
    on_each_database(|store| async move {
        let (id, ..) = cohort(&store).await;
        for address in [format!("/programmes/{id}/downloads"), format!("/programmes/{id}/downloads/long.csv")] {
            assert_eq!(get(&store, &address, [10, 0, 0, 7]).await.status(), StatusCode::FORBIDDEN);
        }
        for address in [
            "/programmes/999/downloads".to_owned(),
            "/programmes/999/downloads/long.csv?why=asked".to_owned(),
            format!("/programmes/{id}/downloads/everything.csv?why=asked"),
            format!("/programmes/{id}/downloads/long.xlsx?why=asked"),
        ] {
            assert_eq!(get(&store, &address, HERE).await.status(), StatusCode::NOT_FOUND, "{address}");
        }
        for query in ["export=abc", "for=word"] {
            let address = format!("/programmes/{id}/downloads/long.csv?{query}&why=asked");
            assert_eq!(get(&store, &address, HERE).await.status(), StatusCode::BAD_REQUEST, "{address}");
        }
    })
    .await;
}

/// Fetches a file over a real connection and returns every byte until the server closes it.
async fn raw(address: SocketAddr, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("connected");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("asked");
    let mut bytes = Vec::new();
    // A reset counts as an end: the bytes before it are what a browser has.
    let _until_the_end = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_file_that_fails_half_way_breaks_the_connection() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::in_folder(folder.path());
    let store = open(&target).await;
    let (id, ..) = cohort(&store).await;
    let app = App::new(store.clone(), "http://hall.test".to_owned()).expect("an app");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(serve(listener, app, std::future::pending()));

    let [long, pack] = ["long.csv", "pack.zip"].map(|file| format!("/programmes/{id}/downloads/{file}"));
    let mut whole = Vec::new();
    for path in [&long, &pack] {
        whole.push(raw(address, &format!("{path}?why=asked")).await);
    }
    for whole in &whole {
        assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("0\r\n\r\n"), "a whole file has a last piece");
    }
    // The page asks how far a pack is by the ticket that it is downloaded with.
    let newest = store.newest_person(id).await.expect("people");
    let ticket = format!("{}-{newest}", "0123456789abcdef".repeat(2));
    let progress = format!("{pack}/progress?export={ticket}");
    assert!(raw(address, &progress).await.contains(r#""state":"not_begun""#), "none was asked for");
    assert!(raw(address, &format!("{pack}?export={ticket}&why=asked")).await.ends_with("0\r\n\r\n"));
    let people = store.people_after(id, 0, 100).await.expect("people").len();
    let said = format!(r#"{{"people":{people},"of":{people},"state":"whole"}}"#);
    assert!(raw(address, &progress).await.ends_with(&said), "{}", raw(address, &progress).await);
    let of_long = format!("{long}/progress?export={ticket}");
    for other in [format!("{progress}&for=excel"), format!("{pack}/progress"), of_long] {
        assert!(raw(address, &other).await.contains(r#""state":"not_begun""#), "{other}");
    }

    let Target::Sqlite(file) = &target else { panic!("a folder holds a SQLite file") };
    let url = format!("sqlite:{}", file.display());
    let mut outside = sqlx::SqliteConnection::connect(&url).await.expect("a second connection");
    sqlx::query("update response set wave = 'nonsense' where wave = 'follow_up'")
        .execute(&mut outside)
        .await
        .expect("damaged");
    for (path, whole) in [&long, &pack].into_iter().zip(&whole) {
        let half = raw(address, &format!("{path}?why=asked")).await;
        // The heading may be on its way or may not: the end comes as soon as the damage is met.
        assert!(half.len() < whole.len(), "{path} went on");
        assert!(!half.ends_with("0\r\n\r\n"), "half of {path} looks whole");
    }
    raw(address, &format!("{pack}?export={ticket}&why=asked")).await;
    assert!(raw(address, &progress).await.contains(r#""state":"broken_off""#));
}

#[tokio::test]
async fn a_before_that_was_begun_once_the_activity_was_under_way_is_marked_and_counts() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 4).await;
        let beginning = common::NOW / 1000 - 3 * 3_600_000;
        for (id, card, minutes, mode, jobs) in [
            (1, 0, 0, Mode::Screen, 1),
            (2, 1, 14, Mode::Screen, 2),
            (3, 2, 16, Mode::Screen, 3),
            (4, 3, 90, Mode::Paper, 4),
        ] {
            let mut before = ks2(id, &place.cards[card], Animal::Fox, SINGLE, Wave::Pre, jobs, 2);
            before.started_ms = beginning + minutes * 60_000;
            before.finished_ms = before.started_ms + 240_000;
            before.mode = mode;
            send(&store, &before).await;
        }
        store.settle().await.expect("settled");
        let wide = rows(&files(&store, place.programme_id, Reader::Statistics, 7).await["wide"]);
        let told = ["5", "10", "15", "20"].map(|jobs| who(&wide, jobs)["q_late_before_pre"].clone());
        assert_eq!(told, ["0", "0", "1", "0"], "a paper says no moment");
    })
    .await;
}

#[tokio::test]
async fn feedback_on_two_events_counts_at_each_and_has_a_person_once_in_the_wide_file() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        let library = Library::embedded();
        let event = library.newest("event").expect("embedded");
        for (id, session, started_ms, good) in [(1, LAST, 2_000, 5), (2, SINGLE, 1_000, 3), (3, SINGLE, 3_000, 1)] {
            let mut feedback = ks2(id, &place.cards[0], Animal::Sun, session, Wave::Event, 0, 0);
            (feedback.survey, feedback.version) = ("event".to_owned(), event.hash.clone());
            (feedback.school_year, feedback.started_ms) = (None, started_ms);
            feedback.answers = BTreeMap::from([("EV-01".to_owned(), Answer::Value(good))]);
            send(&store, &feedback).await;
        }
        store.settle().await.expect("settled");
        let files = files(&store, place.programme_id, Reader::Statistics, 7).await;
        let counted: Vec<(String, String)> = rows(&files["long"])
            .iter()
            .filter(|row| row["item"] == "EV-01")
            .map(|row| (row["value"].clone(), row["counted"].clone()))
            .collect();
        let expected =
            [("5", "1"), ("3", "1"), ("1", "0")].map(|(value, counted)| (value.to_owned(), counted.to_owned()));
        assert_eq!(counted, expected, "the second feedback on one event is a repeat, that on another is not");
        let wide = rows(&files["wide"]);
        assert_eq!(wide.iter().map(|row| row["ev_01_event"].as_str()).collect::<Vec<_>>(), ["3"]);
        let derived = store.derived().await.expect("derived");
        store.rebuild(|_| ()).await.expect("rebuilt");
        assert_eq!(store.derived().await.expect("derived"), derived);
    })
    .await;
}
