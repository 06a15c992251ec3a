//! What was to be found out, and what would count as success, as it was fixed before the first session.

use serde::Serialize;

use crate::person::Role;
use crate::survey::{Audience, Comparison, Rank, Rule};

use super::groups::Groups;
use super::input::ReportInput;
use super::wording::{self, say};

/// Results and what each was to reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aims {
    /// The main results, in the order of the pages.
    pub main: Vec<Aim>,
    /// Titles of the results that describe only.
    pub secondary: Vec<String>,
    /// Children the projects set out to reach together; 0 for none set.
    pub children: i64,
}

/// A main result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aim {
    /// The measure's id.
    pub measure: String,
    /// What people call it.
    pub title: String,
    /// Children or grown-ups.
    pub who: Role,
    /// What the before is compared with.
    pub comparison: Comparison,
    /// What was to be reached.
    pub target: String,
}

impl Aims {
    /// From the questionnaires and the programme's own targets: they stand before anybody answers.
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>) -> Aims {
        let percent = input.programme.awareness_target;
        let mut main: Vec<Aim> = Vec::new();
        let mut secondary: Vec<(usize, String)> = Vec::new();
        for spec in &input.measures {
            let measure = &spec.measure;
            let who = if matches!(spec.audience, Audience::Child { .. }) { Role::Child } else { Role::Adult };
            let key = if measure.rule == Rule::CountJobs { "target_percent" } else { "target_clear" };
            let judged = input.programme.awareness_reading.words();
            match measure.rank {
                Rank::Primary if !main.iter().any(|aim| aim.measure == measure.id && aim.who == who) => {
                    main.push(Aim {
                        measure: measure.id.clone(),
                        title: measure.title.clone(),
                        who,
                        comparison: measure.headline,
                        target: say("aims", key, &[("percent", percent.to_string()), ("reading", judged.to_owned())]),
                    })
                }
                Rank::Secondary if !secondary.iter().any(|(_, title)| *title == measure.title) => {
                    secondary.push((wording::place(&measure.id), measure.title.clone()));
                }
                _ => {}
            }
        }
        main.sort_by_key(|aim| (wording::place(&aim.measure), aim.who.code() != "child"));
        secondary.sort();
        Aims {
            main,
            secondary: secondary.into_iter().map(|(_, title)| title).collect(),
            children: groups.projects.iter().map(|project| project.target_children).sum(),
        }
    }
}
