//! What `pencilmark surveys check` says.

use std::fmt::Write;

use super::{SurveyVersion, Wave, check};

/// Checks survey files, each given as its file name and its text: what to print, and whether all are good.
///
/// A good file gets a line with its size, its planned time at each wave and the beginning of its
/// hash; a bad one a paragraph for each problem.
pub fn check_report<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (String, bool) {
    let (mut report, mut good) = (String::new(), true);
    for (name, text) in files {
        let told = match check(name, text) {
            Ok(survey) => summary(name, &survey.seal()),
            Err(problems) => {
                good = false;
                problems.iter().map(|problem| format!("{problem}\n")).collect()
            }
        };
        report.push_str(&told);
    }
    (report, good)
}

fn summary(name: &str, version: &SurveyVersion) -> String {
    let survey = &version.survey;
    let (items, measures) = (survey.items.len(), survey.measures.len());
    let mut line = format!("{name}: good. {items} questions, {measures} measures");
    for wave in Wave::ALL {
        let seconds: u32 = survey.items_at(wave).map(|item| u32::from(item.seconds)).sum();
        if seconds > 0 {
            // Writing to a String cannot fail.
            let _ = write!(line, ", {} {}:{:02}", wave.code(), seconds / 60, seconds % 60);
        }
    }
    format!("{line}. Version {} is {}….\n", survey.version, &version.hash[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_is_summed_up_and_a_bad_one_does_not_hide_it() {
        let example = include_str!("../../docs/examples/science-day.v1.toml");
        let (report, good) = check_report([("science-day.v1.toml", example), ("bad.v1.toml", "id = ")]);
        let lines: Vec<&str> = report.lines().collect();
        assert!(!good);
        assert!(lines[0].starts_with(
            "science-day.v1.toml: good. 7 questions, 3 measures, pre 0:51, post_same 1:16, post_prog 1:25, \
             post_home 1:16, follow_up 0:51. Version 1 is "
        ));
        assert!(lines[1].starts_with("bad.v1.toml, line 1, column 6: this is not TOML"), "{report}");
    }
}
