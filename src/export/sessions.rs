//! `sessions.csv`: one row for each session, with what its leader noted of the day as counts and codes.
//!
//! What a leader typed freely (another topic, who the visitors were, what got in the way, the one thing learnt) may
//! hold a name, and is in no file: only whether something was typed.

use super::cell::Cell;
use super::places::Places;
use crate::session::closing::{CONVERSATIONS, DayNotes, Food, SameLeader, Topic};
use crate::session::{Declined, DeliveryModel, Design, No, Session, SessionRole};

/// Its columns.
pub const HEADING: [&str; 29] = [
    "session",
    "project",
    "area",
    "delivery_model",
    "established",
    "design",
    "date",
    "role",
    "no_for_children",
    "no_by_child",
    "no_by_adult",
    "no_for_children_known",
    "no_by_child_known",
    "no_by_adult_known",
    "noted",
    "children_present",
    "adults_present",
    "food",
    "topic_job_roles",
    "topic_strengths",
    "topic_community",
    "topic_stereotypes",
    "topic_employer",
    "topic_school",
    "topic_other",
    "visitors",
    "same_leader",
    "disrupted",
    "conversations",
];

/// Those of its columns that hold whole numbers.
pub const WHOLE: [&str; 20] = [
    "established",
    "no_for_children",
    "no_by_child",
    "no_by_adult",
    "no_for_children_known",
    "no_by_child_known",
    "no_by_adult_known",
    "noted",
    "children_present",
    "adults_present",
    "topic_job_roles",
    "topic_strengths",
    "topic_community",
    "topic_stereotypes",
    "topic_employer",
    "topic_school",
    "topic_other",
    "visitors",
    "disrupted",
    "conversations",
];

/// What a column means, in words.
pub fn label(column: &str) -> &'static str {
    match column {
        "session" => "Session, numbered for these files",
        "project" => "Project",
        "area" => "Area the project serves; blank where it is city-wide",
        "delivery_model" => "Where the project finds its families",
        "established" => "Whether the provider was known in the area before",
        "design" => "How the project's sessions hang together; a comparison group takes no part",
        "date" => "Day of the session",
        "role" => "What the session is in its project's run",
        "no_for_children" => "How often a grown-up said no for their children, none of whom had answered before",
        "no_by_child" => "How often a child said no who had not answered before",
        "no_by_adult" => "How often a grown-up said no for themselves who had not answered before",
        "no_for_children_known" => "How often a grown-up said no for their children, some of whom had answered before",
        "no_by_child_known" => "How often a child said no who had answered before, and so is in the files",
        "no_by_adult_known" => {
            "How often a grown-up said no for themselves who had answered before, and so is in the files"
        }
        "noted" => "Whether the leader noted the day; where not, everything that follows is blank",
        "children_present" => "Children in the room, heads counted",
        "adults_present" => "Families' grown-ups in the room, heads counted",
        "food" => "What there was to eat",
        "topic_job_roles" => "It was about: exploring jobs",
        "topic_strengths" => "It was about: skills and strengths",
        "topic_community" => "It was about: future jobs in the community",
        "topic_stereotypes" => "It was about: jobs for anyone, gender stereotypes",
        "topic_employer" => "It was about: an employer's visit",
        "topic_school" => "It was about: links with school",
        "topic_other" => "It was about something else, which the leader typed",
        "visitors" => "Visitors who talked about their job",
        "same_leader" => "Whether families met the same leader as the last time",
        "disrupted" => "Whether the leader typed that something got in the way",
        "conversations" => "Talk about jobs heard between children and grown-ups, the leader's judgement",
        _ => "",
    }
}

/// The codes of a column of words, with what they mean.
pub fn words_of(column: &str) -> Vec<(&'static str, &'static str)> {
    match column {
        "delivery_model" => DeliveryModel::ALL.iter().map(|one| (one.code(), one.words())).collect(),
        "design" => Design::ALL.iter().map(|one| (one.code(), one.words())).collect(),
        "role" => SessionRole::ALL.iter().map(|one| (one.code(), one.words())).collect(),
        "food" => Food::ALL.iter().map(|one| (one.code(), one.words())).collect(),
        "same_leader" => SameLeader::ALL.iter().map(|one| (one.code(), one.words())).collect(),
        _ => Vec::new(),
    }
}

/// The codes of a column of whole numbers, with what they mean; none where it counts.
pub fn codes_of(column: &str) -> Vec<(i64, &'static str)> {
    match column {
        "conversations" => (1..).zip(CONVERSATIONS).collect(),
        "established" | "noted" | "disrupted" => vec![(0, "No"), (1, "Yes")],
        topic if topic.starts_with("topic_") => vec![(0, "No"), (1, "Yes")],
        _ => Vec::new(),
    }
}

/// Its rows, in the order of the keys.
pub fn rows(places: &Places) -> impl Iterator<Item = Vec<Cell>> {
    places.sessions().map(|(session, key)| {
        let notes = places.notes(session.id);
        HEADING
            .iter()
            .map(|column| place(places, session, key, column).unwrap_or_else(|| noted(notes, column)))
            .collect()
    })
}

/// What is known of a session without its notes.
fn place(places: &Places, session: &Session, key: &str, column: &str) -> Option<Cell> {
    let noes = |declined, known| Cell::Integer(places.noes(session.id, No { declined, known }));
    Some(match column {
        "session" => Cell::Text(key.to_owned()),
        "project" => Cell::words(places.project(session.project_id)),
        "area" => Cell::words(places.area(session.project_id)),
        "delivery_model" => Cell::words(places.delivery_model(session.project_id)),
        "established" => places.established(session.project_id).map_or(Cell::Blank, |is| Cell::Integer(i64::from(is))),
        "design" => Cell::words(places.design(session.project_id)),
        "date" => Cell::Text(session.held_on.clone()),
        "role" => Cell::Text(session.role.code().to_owned()),
        "no_for_children" => noes(Declined::Children, false),
        "no_by_child" => noes(Declined::Child, false),
        "no_by_adult" => noes(Declined::Adult, false),
        "no_for_children_known" => noes(Declined::Children, true),
        "no_by_child_known" => noes(Declined::Child, true),
        "no_by_adult_known" => noes(Declined::Adult, true),
        "noted" => Cell::Integer(i64::from(places.notes(session.id).is_some())),
        _ => return None,
    })
}

/// What a leader noted, where they did.
fn noted(notes: Option<&DayNotes>, column: &str) -> Cell {
    let Some(notes) = notes else { return Cell::Blank };
    let count = |n: Option<i64>| n.map_or(Cell::Blank, Cell::Integer);
    let is = |is: bool| Cell::Integer(i64::from(is));
    match column {
        "children_present" => count(notes.children),
        "adults_present" => count(notes.adults),
        "food" => Cell::words(notes.food.map(Food::code)),
        "topic_other" => is(!notes.other_topic.is_empty()),
        "visitors" => count(notes.visitors),
        "same_leader" => Cell::words(notes.same_leader.map(SameLeader::code)),
        "disrupted" => is(!notes.disruption.is_empty()),
        "conversations" => count(notes.conversations),
        _ => is(notes.topics.iter().any(|topic| is_column_of(column, *topic))),
    }
}

fn is_column_of(column: &str, topic: Topic) -> bool {
    column.strip_prefix("topic_") == Some(topic.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_described_and_every_topic_has_one() {
        for column in HEADING {
            assert!(!label(column).is_empty(), "{column}");
        }
        for topic in Topic::ALL {
            assert_eq!(HEADING.iter().filter(|column| is_column_of(column, *topic)).count(), 1, "{}", topic.code());
        }
        assert!(WHOLE.iter().all(|column| HEADING.contains(column)));
        assert!(HEADING.iter().all(|column| words_of(column).is_empty() || !WHOLE.contains(column)));
    }
}
