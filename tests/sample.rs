//! The sample data, from the seed to the report, through the same doors as real answers.

mod common;
#[path = "sample/page.rs"]
mod page;
#[path = "sample/paper.rs"]
mod paper;
#[path = "sample/printed.rs"]
mod printed;
#[path = "sample/subtraction.rs"]
mod subtraction;
#[path = "sample/tracing.rs"]
mod tracing;

use std::process::Command;
use std::sync::LazyLock;

use common::web::{Browser, app};
use common::{NOW, SINGLE, a_place, ks2, on_each_database, open, run_program, send};
use pencilmark::demo;
use pencilmark::person::{Animal, Role};
use pencilmark::report::{Report, Status};
use pencilmark::store::{Store, Target};
use pencilmark::survey::{Library, Wave};

static SAMPLE: LazyLock<demo::Sample> =
    LazyLock::new(|| demo::sample(&Library::embedded(), demo::SEED).expect("a sample"));

async fn load(store: &Store) -> i64 {
    demo::load(store, &SAMPLE, NOW, |_, _| ()).await.expect("loaded")
}

async fn report(store: &Store, programme_id: i64) -> Report {
    let input = store.report_input(programme_id, "2026-05-16T12:00:00Z".to_owned()).await.expect("input");
    Report::build(&input.expect("the programme"))
}

#[tokio::test]
async fn the_sample_tells_its_awkward_truths() {
    on_each_database(|store| async move {
        let programme_id = load(&store).await;
        assert!(store.troubles().await.expect("troubles").is_empty(), "every response of the sample is good");
        let report = report(&store, programme_id).await;
        assert!(report.sample);
        assert_eq!(report.reach.sessions, 60, "the reunions only asked again, and today's has not begun");
        let awareness = report.awareness().expect("awareness");
        let change = awareness.headline.change.shown().expect("a change");
        let percent = change.percent.as_ref().and_then(|percent| percent.shown()).expect("a percentage");
        assert!((55.0..65.0).contains(&percent.value.value), "about +59 %: {:?}", percent.value);
        let interval = percent.interval.shown().expect("an interval");
        assert_eq!(interval.method, "Fieller with CR2 by session and family");
        let naive = percent.naive_interval.shown().expect("an interval");
        assert!(interval.low.value < naive.low.value && naive.high.value < interval.high.value, "sessions differ");
        assert!(interval.low.value > 50.0, "the lower limit is above 50: {:?}", interval.low);
        let ratings = report.primary.iter().find(|outcome| outcome.measure == "CNF-JOB").expect("confidence");
        let same =
            ratings.headline.change.shown().expect("a change").direction.same.shown().expect("a share").percent.value;
        assert!((43.0..53.0).contains(&same), "nearly half of the ratings do not move: {same}");
        let below: Vec<&str> = report
            .targets
            .projects
            .iter()
            .filter(|row| matches!(row.awareness_status, Status::Close | Status::Behind))
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(below, ["Street of Skills", "Big Skills Day"], "two projects are under their target");
        let talk = report.primary.iter().find(|outcome| outcome.measure == "TLK" && outcome.who == Role::Child);
        let hidden: Vec<&str> = talk
            .expect("talk at home")
            .by_area
            .iter()
            .filter(|finding| finding.change.shown().is_none())
            .map(|finding| finding.group.name.as_str())
            .collect();
        assert!(!hidden.is_empty(), "a small area is withheld");
    })
    .await;
}

#[tokio::test]
async fn the_sample_never_mixes_with_a_real_programme_and_leaves_no_trace() {
    on_each_database(|store| async move {
        let place = a_place(&store, "Riverside", 1).await;
        send(&store, &ks2(1, &place.cards[0], Animal::Fox, SINGLE, Wave::Pre, 8, 2)).await;
        store.settle().await.expect("settled");
        let alone = report(&store, place.programme_id).await.to_json().expect("JSON");
        let derived = store.derived().await.expect("derived");
        load(&store).await;
        assert_eq!(report(&store, place.programme_id).await.to_json().expect("JSON"), alone);
        assert!(matches!(demo::load(&store, &SAMPLE, NOW, |_, _| ()).await, Err(demo::LoadError::Loaded)));
        assert!(demo::unload(&store).await.expect("removed").is_some_and(|responses| responses > 3_000));
        assert_eq!(store.programmes().await.expect("list").len(), 1);
        assert_eq!(store.response_count().await.expect("count"), 1);
        assert_eq!(store.derived().await.expect("derived"), derived);
        assert_eq!(demo::unload(&store).await.expect("nothing to remove"), None);
    })
    .await;
}

#[tokio::test]
async fn the_sample_has_the_same_figures_wherever_it_is_loaded() {
    let mut results = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&Target::in_folder(folder.path())).await;
        let programme_id = load(&store).await;
        results.push(report(&store, programme_id).await.to_csv().expect("results"));
    }
    let apart = results[0].lines().zip(results[1].lines()).find(|(one, other)| one != other);
    assert!(results[0] == results[1], "{apart:?}");
}

#[tokio::test]
async fn the_address_of_the_evaluators_page_keeps_which_part_is_shown() {
    on_each_database(|store| async move {
        let programme_id = load(&store).await;
        let staff = Browser::of_staff(&app(&store));
        let page = |part: &'static str| {
            let staff = staff.clone();
            async move { staff.get(&format!("/programmes/{programme_id}/report{part}")).await }
        };
        let everyone = page("").await.text;
        let again = page("?part=").await.text;
        let whole = |page: &str| page.contains("<h1>Riverside Futures Fund</h1>") && page.contains("id=\"flow\"");
        assert!(whole(&everyone) && whole(&again), "a form sent with “Everyone” chosen is everyone's page");
        let stage = page("?part=key_stage.ks2").await.text;
        assert!(stage.contains("Fund: Key Stage 2</h1>") && !stage.contains("flow-child-title"));
        assert!(stage.contains("<option value=\"key_stage.ks2\" selected>Key Stage 2</option>"));
        assert_eq!(page("?part=project.nonsense").await.status, 404);
        let twice = page("?part=project.nonsense&part=key_stage.ks2").await.text;
        assert!(twice.contains("Fund: Key Stage 2</h1>"), "of several parts the last counts");
        let both = page("?part=project.1&stage=key_stage.ks2").await.text;
        assert!(both.contains(", Key Stage 2</h1>") && !both.contains("flow-child-title"));
        for chosen in ["project.1", "key_stage.ks2"] {
            assert!(both.contains(&format!("<option value=\"{chosen}\" selected>")), "{chosen}");
        }
        assert!(both.contains("/report.pdf?part=project.1&amp;stage=key_stage.ks2\""), "the PDF is of the same people");
        let once = page("?part=key_stage.ks2&stage=key_stage.ks2").await.text;
        assert!(once.contains("Fund: Key Stage 2</h1>"));
        assert_eq!(page("?part=key_stage.ks1&stage=key_stage.ks2").await.status, 400);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_the_report_is_computed_again_in_r_from_the_download() {
    let folder = tempfile::tempdir().expect("a folder");
    load(&open(&Target::in_folder(folder.path())).await).await;
    let pack = folder.path().join("pack");
    let export = Command::new(env!("CARGO_BIN_EXE_pencilmark"))
        .args(["export", "--data", &folder.path().display().to_string(), "--out", &pack.display().to_string()])
        .output()
        .expect("the program runs");
    assert!(export.status.success(), "{export:?}");
    let results = pack.join("results.csv");
    let printed = std::fs::read_to_string(&results).expect("results");
    let rows = printed.lines().count() - 1;
    let Some((said, passed)) = run_program(&pack, "Rscript", &["reproduce.R", "--all"]) else { return };
    let counts = said.lines().find(|line| line.contains(", FAIL ")).expect("a count of each verdict");
    let failed = || said.lines().filter(|line| line.starts_with("FAIL") || line.starts_with("elsewhere"));
    let failed = failed().collect::<Vec<_>>().join("\n");
    assert!(passed && counts.contains("FAIL 0, ") && counts.contains("elsewhere 0"), "{counts}\n{failed}");
    let passes: usize = counts.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse().ok()).expect("a count");
    assert!(passes > 5_000 && passes < rows, "{passes} of {rows}");

    // Only what people set or wrote down is taken as given.
    let given =
        said.lines().filter_map(|line| line.strip_prefix("given").and_then(|row| row.split_whitespace().nth(1)));
    let expected = [
        "awarded",
        "awareness_reading",
        "awareness_target",
        "budget",
        "children_target",
        "ends_on",
        "entries",
        "judged_on",
        "quotes",
        "spent",
        "starts_on",
        "version",
    ];
    assert_eq!(given.collect::<std::collections::BTreeSet<_>>(), expected.into());

    // A wrong digit is found in a value, in a limit and in a count.
    let wrong =
        [("59.81519665", "59.81519675"), ("53.641247", "53.641257"), ("n_matched,486,486.0", "n_matched,486,487.0")];
    let printed = printed.replacen(",,,,clear gain\n", ",,,,likely gain\n", 1);
    let tampered = wrong.iter().fold(printed, |text, (digits, other)| {
        assert!(text.contains(digits), "{digits} is in the results");
        text.replace(digits, other)
    });
    std::fs::write(&results, tampered).expect("written");
    let (said, passed) = run_program(&pack, "Rscript", &["reproduce.R"]).expect("R ran before");
    assert!(!passed, "{said}");
    for row in [
        "AWR.child.after.all change_percent",
        "AWR.child.after.all grade likely gain",
        "CNF-JOB.child.after.key_stage.ks2 n_matched",
    ] {
        assert!(said.contains(row), "{row}: {said}");
    }
}
