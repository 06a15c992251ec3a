//! The five surveys keep what was promised of them: length, waves, primary measures.

use std::collections::BTreeSet;
use std::process::Command;

use pencilmark::survey::{Comparison, Library, Rank, Survey, Wave};

fn survey(id: &str) -> Survey {
    Library::embedded().newest(id).expect("an embedded survey").survey.clone()
}

fn planned(survey: &Survey, wave: Wave) -> String {
    let seconds: u32 = survey.items_at(wave).map(|item| u32::from(item.seconds)).sum();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The planned times of each survey's standard flow; children get at most five minutes, the youngest three.
#[test]
fn each_survey_takes_the_time_it_was_planned_to_take() {
    let waves = [Wave::Pre, Wave::PostSame, Wave::PostProg, Wave::FollowUp];
    let times = |id: &str| waves.map(|wave| planned(&survey(id), wave));
    assert_eq!(times("ks1"), ["2:25", "2:23", "2:24", "1:51"]);
    assert_eq!(times("ks2"), ["4:09", "4:12", "4:22", "3:39"]);
    assert_eq!(times("ks3"), ["3:32", "3:45", "3:52", "3:32"]);
    assert_eq!(times("parent"), ["1:59", "1:51", "2:10", "1:31"]);
    assert_eq!(planned(&survey("event"), Wave::Event), "1:51");
}

#[test]
fn a_same_day_after_asks_intention_and_a_programme_after_asks_frequency() {
    for id in ["ks1", "ks2", "ks3", "parent"] {
        let survey = survey(id);
        let asks = |wave, topic: &str| {
            let measure = survey.measure(topic).expect("every survey measures talk");
            survey.items_at(wave).any(|item| measure.items.contains(&item.id))
        };
        for wave in [Wave::PostSame, Wave::PostHome] {
            assert!(asks(wave, "TLK-INT") && !asks(wave, "TLK"), "{id} {}", wave.code());
        }
        for wave in [Wave::Pre, Wave::PostProg, Wave::FollowUp] {
            assert!(asks(wave, "TLK") && !asks(wave, "TLK-INT"), "{id} {}", wave.code());
        }
        assert_eq!(survey.measure("TLK").expect("measured").headline, Comparison::Later);
    }
}

#[test]
fn a_family_that_leaves_early_is_asked_the_jobs_one_confidence_and_fun() {
    let asked = |id: &str| -> Vec<String> { survey(id).items_at(Wave::PostExit).map(|item| item.id.clone()).collect() };
    assert_eq!(asked("ks1"), ["K1-AW1", "K1-AW2", "K1-CF1", "K1-FB1"]);
    assert_eq!(asked("ks2"), ["K2-AW1", "K2-CF1", "K2-FB1"]);
    assert_eq!(asked("ks3"), ["K3-AW1", "K3-CF1"]);
    assert_eq!(asked("parent"), ["PA-CF1", "PA-FB1"], "parents have no list of jobs");
}

#[test]
fn only_three_measures_carry_the_promise() {
    let primaries: BTreeSet<String> = Library::embedded()
        .all()
        .iter()
        .flat_map(|version| version.survey.measures.clone())
        .filter(|measure| measure.rank == Rank::Primary)
        .map(|measure| measure.id)
        .collect();
    assert_eq!(primaries, BTreeSet::from(["AWR", "CNF-JOB", "TLK"].map(str::to_owned)));
}

#[test]
fn job_lists_have_their_length_and_their_foils() {
    for (id, real, foils) in [("ks1", 12, 1), ("ks2", 20, 2), ("ks3", 16, 2)] {
        let survey = survey(id);
        let jobs: Vec<bool> = survey.jobs.values().map(|job| job.foil).collect();
        let foil = jobs.iter().filter(|foil| **foil).count();
        assert_eq!((jobs.len() - foil, foil), (real, foils), "{id}");
    }
}

#[test]
fn no_question_contains_not_no_or_never() {
    for version in Library::embedded().all() {
        for item in &version.survey.items {
            for text in std::iter::once(&item.text).chain(&item.text_after).chain(item.children.iter().flatten()) {
                let negative = text
                    .split(|c: char| !c.is_alphabetic())
                    .find(|word| ["not", "no", "never"].contains(&word.to_lowercase().as_str()));
                assert_eq!(negative, None, "{}", item.id);
            }
        }
    }
}

/// The words around the questions are read where answers may still wait on the tablet, and by children whose answers a
/// leader has to act on where they worry.
#[test]
fn no_survey_says_that_answers_have_arrived_or_that_nobody_is_told() {
    for version in Library::embedded().all() {
        for words in [&version.survey.words.opening, &version.survey.words.closing] {
            for promise in ["are in", "arrived", "received", "not tell", "secret", "private"] {
                assert!(!words.to_lowercase().contains(promise), "{}: {words}", version.survey.id);
            }
        }
    }
}

#[test]
fn retrospective_pairs_stay_out_of_the_standard_flow() {
    let survey = survey("ks3");
    assert!(survey.items_at(Wave::PostSame).all(|item| item.retrospective.is_none()));
    let extras: Vec<&str> = survey.extras_at(Wave::PostSame).map(|item| item.id.as_str()).collect();
    assert_eq!(extras, ["K3-RT1"]);
}

#[test]
fn the_check_names_a_recording_that_says_nothing_of_the_survey() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ks1.v1.toml");
    std::fs::copy("surveys/ks1.v1.toml", &file).expect("a copy");
    let beside = folder.path().join("ks1.v1.audio");
    std::fs::create_dir(&beside).expect("a folder");
    std::fs::write(beside.join("K1-CF1.mp3"), b"one").expect("a recording");
    let check = || {
        let command = Command::new(env!("CARGO_BIN_EXE_pencilmark")).args(["surveys", "check"]).arg(&file).output();
        let said = command.expect("the program runs");
        (said.status.code(), String::from_utf8_lossy(&said.stderr).into_owned())
    };
    assert_eq!(check(), (Some(0), String::new()));
    std::fs::write(beside.join("K1-CF9.mp3"), b"stray").expect("a recording");
    let (code, said) = check();
    assert_eq!(code, Some(1));
    assert!(said.contains("K1-CF9.mp3") && said.contains("Did you mean “K1-"), "{said}");
}

#[test]
fn a_file_that_is_not_there_is_named_without_the_system_s_number() {
    let command = Command::new(env!("CARGO_BIN_EXE_pencilmark")).args(["surveys", "check", "nowhere.toml"]).output();
    let said = command.expect("the program runs");
    assert_eq!(said.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&said.stderr).trim(),
        "nowhere.toml cannot be read: there is nothing of that name."
    );
}
