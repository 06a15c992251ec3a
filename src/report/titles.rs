//! Titles of charts: what they show, in numbers that the tables below them show too.

use crate::statistics::Grade;
use crate::survey::{Comparison, Rank};

use super::change::{Change, Direction};
use super::histogram::Histogram;
use super::outcome::Outcome;
use super::print;
use super::wording::{self, Fills, say};

/// How people's own answers moved; without numbers where one of them is withheld.
pub(super) fn moved(measure: &str, direction: &Direction, fills: &Fills<'_>) -> String {
    let shares = [("improved", &direction.improved), ("same", &direction.same), ("lower", &direction.lower)];
    let shown: Vec<(&str, String)> =
        shares.iter().filter_map(|(name, share)| Some((*name, share.shown()?.percent.whole()))).collect();
    let key = match (shown.len() == shares.len(), measure) {
        (false, _) => "title_withheld",
        (true, "AWR") => "title_jobs",
        (true, _) => "title",
    };
    say("direction", key, &[fills, &shown].concat())
}

/// How far people came: the range that most of them are in; without numbers where one is withheld.
pub(super) fn far(histogram: &Histogram, fills: &Fills<'_>) -> String {
    let ranges = || histogram.ranges.iter();
    let all_shown = ranges().all(|range| range.people.shown().is_some());
    let most = ranges().filter_map(|range| Some((range, range.people.shown()?))).max_by_key(|(_, share)| share.count);
    match most.filter(|_| all_shown) {
        Some((range, share)) => {
            let own = [("range", range.words()), ("percent", share.percent.whole())];
            say(
                "direction",
                if range.to == Some(0) && range.above == Some(0) { "far_none" } else { "far" },
                &[fills, &own].concat(),
            )
        }
        None => say("direction", "far_withheld", &[]),
    }
}

/// How the same people answered one question before and after.
pub(super) fn answered(measure: &str, title: &str, change: Option<&Change>, fills: &Fills<'_>) -> String {
    let title = ("title", title.to_owned());
    match change {
        Some(change) => {
            let levels = [title, ("before", change.before.whole()), ("after", change.after.whole())];
            let key = if measure == "TLK" { "answers_regular" } else { "answers" };
            say("direction", key, &[fills, &levels].concat())
        }
        None => say("direction", "answers_withheld", &[fills, &[title]].concat()),
    }
}

/// Of how many jobs more children said afterwards that they are for anyone. Each job counts once, at the after.
pub(super) fn of_jobs(outcomes: &[Outcome]) -> String {
    let jobs = outcomes.iter().filter(|outcome| outcome.is_about_a_job() && outcome.comparison == Comparison::After);
    let shown: Vec<Grade> = jobs.filter_map(|job| Some(job.headline.change.shown()?.judgement.grade)).collect();
    if shown.is_empty() {
        return say("secondary", "jobs_none", &[]);
    }
    let graded = |wanted: [Grade; 2]| shown.iter().filter(|grade| wanted.contains(grade)).count();
    let more = graded([Grade::ClearGain, Grade::LikelyGain]);
    let fewer = graded([Grade::ClearFall, Grade::LikelyFall]);
    let counts = [
        ("all", print::counted(i64::try_from(shown.len()).unwrap_or(i64::MAX), "job", "jobs")),
        ("more", more.to_string()),
        ("fewer", fewer.to_string()),
        ("open", (shown.len() - more - fewer).to_string()),
    ];
    say("secondary", "jobs", &counts)
}

/// What the secondary results show together, and which of them changed most.
pub(super) fn of_secondary(secondary: &[Outcome]) -> [String; 2] {
    let shown: Vec<(&Outcome, &Change)> = secondary
        .iter()
        .filter(|outcome| outcome.rank < Rank::Describe)
        .filter_map(|outcome| Some((outcome, outcome.headline.change.shown()?)))
        .collect();
    let graded =
        |wanted: [Grade; 2]| shown.iter().filter(|(_, change)| wanted.contains(&change.judgement.grade)).count();
    let rose = graded([Grade::ClearGain, Grade::LikelyGain]);
    let fell = graded([Grade::ClearFall, Grade::LikelyFall]);
    let counts = [
        ("all", shown.len().to_string()),
        ("gained", rose.to_string()),
        ("fell", fell.to_string()),
        ("open", (shown.len() - rose - fell).to_string()),
    ];
    let together = say("secondary", if shown.is_empty() { "levels_none" } else { "levels" }, &counts);
    let told = shown.iter().filter(|(_, change)| change.judgement.tells());
    let most = told.max_by(|(_, a), (_, b)| a.points.value.value.abs().total_cmp(&b.points.value.value.abs()));
    let most = most.map(|(outcome, change)| {
        let later = if outcome.comparison == Comparison::Later { "later" } else { "most" };
        let fills = [
            ("title", outcome.title.clone()),
            ("who", wording::who(outcome.who).to_owned()),
            ("points_signed", change.points.value.text.clone()),
        ];
        say("secondary", later, &fills)
    });
    [together, most.unwrap_or_else(|| say("secondary", "changes_none", &[]))]
}
