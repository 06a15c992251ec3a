//! What sessions were about, and how much talk about jobs their leaders heard: as leaders noted it right after each.
//!
//! Counted are sessions, not people, and none is named. What a leader typed is in none of it.

use serde::Serialize;

use crate::session::closing::{CONVERSATIONS, DayNotes, Topic};

use super::Figure;
use super::estimate::Share;
use super::groups::Groups;
use super::input::ReportInput;
use super::number;
use super::suppression::SMALLEST_GROUP;
use super::told::Told;
use super::wording::say;

/// From here on a rating says that there was a lot of talk.
const A_LOT: i64 = 4;

/// What leaders noted of talk and topics.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Talk {
    /// How much talk about jobs was heard between children and grown-ups, the least first.
    pub heard: Noted,
    /// What sessions were about; a session can be about several things.
    pub topics: Noted,
    /// The numbers of the sentences that no row holds.
    #[serde(skip)]
    pub(super) told: Vec<Told>,
}

/// Sessions by what was noted of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Noted {
    /// What they show, in a sentence, or why they show nothing.
    pub finding: String,
    /// How many sessions these are, and whose judgement it is.
    pub base: String,
    /// Its lines; none where too few sessions were noted.
    pub rows: Vec<NotedRow>,
}

/// Sessions of which the same was noted.
#[derive(Debug, Clone, Serialize)]
pub struct NotedRow {
    /// Its name in ids: `4`, `job_roles`.
    pub key: String,
    /// What was noted.
    pub name: String,
    /// Of all sessions of which anything was.
    pub sessions: Figure<Share>,
}

impl Talk {
    pub(super) fn of(input: &ReportInput, groups: &Groups<'_>) -> Talk {
        let takes_part = |id: i64| {
            let session = input.sessions.iter().find(|session| session.id == id);
            session.is_some_and(|session| groups.projects.iter().any(|project| project.id == session.project_id))
        };
        let notes: Vec<&DayNotes> =
            input.attended.notes.iter().filter(|(id, _)| takes_part(*id)).map(|(_, notes)| notes).collect();
        let (heard, told) = heard(&notes);
        Talk { heard, topics: topics(&notes), told }
    }
}

/// How much talk was heard, rating by rating.
fn heard(notes: &[&DayNotes]) -> (Noted, Vec<Told>) {
    let ratings: Vec<i64> = notes.iter().filter_map(|notes| notes.conversations).collect();
    let all = whole(ratings.len());
    if all < SMALLEST_GROUP {
        return (Noted { finding: say("delivery", "heard_few", &[]), ..Noted::default() }, Vec::new());
    }
    let row = |(rating, words): (i64, &str)| NotedRow {
        key: rating.to_string(),
        name: words.to_owned(),
        sessions: Share::counted(whole(ratings.iter().filter(|one| **one == rating).count()), all),
    };
    let often = Share::counted(whole(ratings.iter().filter(|one| **one >= A_LOT).count()), all);
    let told: Vec<Told> =
        often.shown().map(|share| Told::share("talk.often", "sessions_a_lot_or_more", share)).into_iter().collect();
    let n = [("n", number::count(all))];
    let percent = told.first().map_or_else(String::new, Told::words);
    let noted = Noted {
        finding: say("delivery", "heard", &[("percent", percent), n[0].clone()]),
        base: say("delivery", "heard_base", &n),
        rows: (1..).zip(CONVERSATIONS).map(row).collect(),
    };
    (noted, told)
}

/// What sessions were about, of those of which that was noted.
fn topics(notes: &[&DayNotes]) -> Noted {
    let has_other = |notes: &DayNotes| !notes.other_topic.is_empty();
    let notes: Vec<&DayNotes> =
        notes.iter().copied().filter(|notes| !notes.topics.is_empty() || has_other(notes)).collect();
    let all = whole(notes.len());
    if all < SMALLEST_GROUP {
        return Noted { finding: say("delivery", "topics_few", &[]), ..Noted::default() };
    }
    let row = |key: &str, name: &str, is: &dyn Fn(&DayNotes) -> bool| NotedRow {
        key: key.to_owned(),
        name: name.to_owned(),
        sessions: Share::counted(whole(notes.iter().filter(|notes| is(notes)).count()), all),
    };
    let mut rows: Vec<NotedRow> = Topic::ALL
        .iter()
        .map(|topic| row(topic.code(), topic.words(), &|notes| notes.topics.contains(topic)))
        .collect();
    rows.push(row("other", &say("delivery", "topic_other", &[]), &has_other));
    let count = |row: &NotedRow| row.sessions.shown().map_or(0, |share| share.count);
    let most = rows.iter().rev().max_by_key(|row| count(row)); // of several as many the first
    let (name, times) = most.map_or((String::new(), 0), |row| (row.name.clone(), count(row)));
    let n = [("n", number::count(all))];
    Noted {
        finding: say("delivery", "topics", &[("most", name), ("count", number::count(times)), n[0].clone()]),
        base: say("delivery", "topics_base", &n),
        rows,
    }
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
