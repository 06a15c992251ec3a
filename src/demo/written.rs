//! What the invented team of the sample wrote: texts of the report, lessons, costs, and the leaders' notes of each day.

use serde::Deserialize;

use crate::report::{Consent, CostLine, Lesson, LessonKind, Passage, Quote, QuoteState, Speaker};
use crate::session::SessionRole;
use crate::session::closing::{DayNotes, Food, SameLeader, Topic};

use super::Sample;
use super::plans::PLANS;
use super::projects;

/// The file that was written by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    texts: Vec<(String, String)>,
    lessons: Vec<LessonRecord>,
    costs: Vec<(String, String, i64, i64)>,
    quotes: Vec<QuoteRecord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuoteRecord {
    speaker: String,
    #[serde(default)]
    project: Option<usize>,
    consent: i64,
    state: String,
    said: String,
    #[serde(default)]
    words: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LessonRecord {
    kind: String,
    noted_on: String,
    #[serde(default)]
    project: Option<usize>,
    theme: String,
    note: String,
    #[serde(default)]
    action: String,
}

/// What there is to keep: texts, lessons and quotes with the place of their project, costs.
pub(super) struct Written {
    pub(super) texts: Vec<(Passage, String)>,
    pub(super) lessons: Vec<(Option<usize>, Lesson)>,
    pub(super) costs: Vec<CostLine>,
    /// Each as it stands in the end.
    pub(super) quotes: Vec<(Option<usize>, Quote)>,
}

/// Reads the file.
pub(super) fn written() -> Result<Written, toml::de::Error> {
    let file: File = toml::from_str(include_str!("written.toml"))?;
    let texts = file.texts.into_iter().filter_map(|(code, body)| Some((Passage::from_code(&code)?, body)));
    let lessons = file.lessons.into_iter().filter_map(|record| {
        let lesson = Lesson {
            id: 0,
            project_id: None,
            kind: LessonKind::from_code(&record.kind)?,
            noted_on: record.noted_on,
            theme: record.theme,
            note: record.note,
            action: record.action,
        };
        Some((record.project, lesson))
    });
    let pence = |pounds: i64| pounds * 100;
    let costs = file.costs.into_iter().map(|(strand, what, budget, spent)| CostLine {
        strand,
        what,
        budget_pence: pence(budget),
        spent_pence: pence(spent),
    });
    let quotes = file.quotes.into_iter().filter_map(|record| {
        let quote = Quote {
            id: 0,
            project_id: None,
            speaker: Speaker::from_code(&record.speaker)?,
            words: record.words.unwrap_or_else(|| record.said.clone()),
            said: record.said,
            consent: Consent::from_code(record.consent)?,
            state: QuoteState::from_code(&record.state)?,
        };
        Some((record.project, quote))
    });
    Ok(Written { texts: texts.collect(), lessons: lessons.collect(), costs: costs.collect(), quotes: quotes.collect() })
}

/// What the leader of a session noted, by its place in the sample: nothing of a follow-up, at which nobody closes a day.
pub(super) fn notes(sample: &Sample, place: usize) -> Option<DayNotes> {
    let session = &sample.sessions[place];
    if session.role == SessionRole::FollowUp {
        return None;
    }
    let plan = &PLANS[session.project];
    let nth = sample.sessions[..place].iter().filter(|before| before.project == session.project).count();
    let counted = sample.head_counts.iter().find(|count| count.session == place);
    let food = match plan.food {
        _ if plan.food.is_hot_at(nth) => Food::Hot,
        projects::Food::Cold => Food::Cold,
        _ => Food::None,
    };
    // The two that were new to their area changed hands in the first weeks, before anybody was a familiar face.
    let changed = !plan.established && nth < 3;
    let disruption = session.planned_on.map_or_else(String::new, |planned| {
        let verb = if session.rerun { "Cancelled" } else { "Moved" };
        format!("{verb}: it was planned for {}", planned.strftime("%-d %B"))
    });
    Some(DayNotes {
        children: counted.map(|count| i64::from(count.children)),
        adults: counted.map(|count| i64::from(count.adults)),
        food: Some(food),
        topics: vec![Topic::JobRoles, Topic::ALL[1 + nth % 5]],
        visitors: Some(i64::try_from(1 + nth % 3).unwrap_or(1)),
        same_leader: Some(match nth {
            0 => SameLeader::First,
            _ if changed => SameLeader::No,
            _ => SameLeader::Yes,
        }),
        disruption,
        conversations: Some(i64::try_from(2 + nth.div_ceil(2)).unwrap_or(3)),
        ..DayNotes::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_team_wrote_is_whole_and_its_costs_are_the_awards_and_more() {
        let written = written().expect("the file is sound");
        assert_eq!(written.texts.len(), Passage::ALL.len(), "every heading has its text");
        assert!(written.lessons.iter().all(|(project, _)| project.is_none_or(|place| place < PLANS.len())));
        for state in QuoteState::ALL {
            assert!(written.quotes.iter().any(|(_, quote)| quote.state == *state), "{state:?}");
        }
        for consent in Consent::ALL {
            assert!(written.quotes.iter().any(|(_, quote)| quote.consent == consent), "{consent:?}");
        }
        assert_eq!(written.quotes.len(), 8, "every record could be read");
        for kind in LessonKind::ALL {
            assert!(written.lessons.iter().any(|(_, lesson)| lesson.kind == *kind), "{kind:?}");
        }
        let awards: i64 = PLANS.iter().map(|plan| plan.award_pounds * 100).sum();
        let of = |strand: &str| -> i64 {
            written.costs.iter().filter(|line| line.strand == strand).map(|line| line.budget_pence).sum()
        };
        assert_eq!(of("Projects"), awards);
        assert!(of("Running the fund") > 0);
    }
}
