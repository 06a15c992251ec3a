//! Who came: people, families and visits, counted as they are made known and seen.
//!
//! What is counted is a sum over people and over families. So whoever changes who is known, who is one, or where
//! somebody was seen, first takes what those concerned count for ([`Before`]), and then moves the counts by the
//! difference. `recount` counts everything from the rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::QueryBuilder;

use crate::pairing::Came;
use crate::person::Role;
use crate::session::SessionRole;
use crate::store::StoreError;

use super::family::role_of;
use super::flow::NO_YEAR;
use super::list::list;
use super::{Conn, Db, counts};

const REGISTERED: &str = "registered";
const FAMILIES: &str = "families";
const ATTENDANCES: &str = "attendances";

const STEPS: counts::Table =
    counts::Table { name: "turnout_count", key: "project_id, role, school_year, step", beside: "", n: "n" };

const DOSES: counts::Table =
    counts::Table { name: "dose_count", key: "project_id, sessions", beside: "", n: "children" };

/// What a count is of: project, role, school year and step.
type Cell = (i64, &'static str, i64, &'static str);

/// Keys in one list of a statement.
const CHUNK: usize = 2_000;

/// What some people and families count for, before something about them is changed.
pub struct Before {
    people: BTreeSet<i64>,
    cards: BTreeSet<String>,
    had: Turnout,
}

impl Before {
    /// Looks at some people and at the families that these cards lead to.
    pub async fn of<S: AsRef<str> + Sync>(
        conn: &mut Conn,
        people: BTreeSet<i64>,
        cards: &[S],
    ) -> Result<Before, StoreError> {
        let cards = cards.iter().map(|card| card.as_ref().to_owned()).collect();
        let had = Turnout::of(conn, &people, &cards).await?;
        Ok(Before { people, cards, had })
    }

    /// Looks at some people.
    pub async fn of_people(conn: &mut Conn, people: BTreeSet<i64>) -> Result<Before, StoreError> {
        Before::of::<&str>(conn, people, &[]).await
    }

    /// Looks at the families that these cards lead to.
    pub async fn of_families<S: AsRef<str> + Sync>(conn: &mut Conn, cards: &[S]) -> Result<Before, StoreError> {
        Before::of(conn, BTreeSet::new(), cards).await
    }

    /// Adds people who were not there before.
    pub fn joined_by(&mut self, newcomers: impl IntoIterator<Item = i64>) {
        self.people.extend(newcomers);
    }

    /// Moves the counts to what these people and families count for now.
    pub async fn settle(self, conn: &mut Conn) -> Result<(), StoreError> {
        let mut moves = Turnout::of(conn, &self.people, &self.cards).await?;
        moves.take_away(&self.had);
        moves.shift(conn).await
    }
}

/// Whom some people count as.
pub async fn those_who_count(conn: &mut Conn, people: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
    let mut found = BTreeSet::new();
    for some in people.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("select distinct coalesce(counts_as, id) from person where id in (");
        list(&mut query, some.iter().copied());
        query.push(") order by 1");
        let ids: Vec<i64> = query.build_query_scalar().fetch_all(&mut *conn).await?;
        found.extend(ids);
    }
    Ok(found)
}

/// Notes that people were seen at sessions, each by session and person, and counts whoever was not seen there yet.
pub async fn see(conn: &mut Conn, seen: &BTreeSet<(i64, i64)>) -> Result<(), StoreError> {
    let seen: Vec<(i64, i64)> = seen.iter().copied().collect();
    for some in seen.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("insert into attendance (session_id, person_id) ");
        query.push_values(some, |mut row, (session_id, person_id)| {
            row.push_bind(*session_id).push_bind(*person_id);
        });
        query.push(" on conflict (session_id, person_id) do nothing returning session_id, person_id");
        let new: Vec<(i64, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
        if new.is_empty() {
            continue;
        }
        let people: Vec<i64> = new.iter().map(|(_, person)| *person).collect();
        let people = those_who_count(conn, &people).await?;
        let people = people_of(conn, &people).await?;
        let new: BTreeSet<(i64, i64)> = new.into_iter().collect();
        let (mut moves, mut had) = (Turnout::default(), Turnout::default());
        for person in people.values() {
            moves.count(person, |_| true);
            had.count(person, |visit| !new.contains(&(visit.session_id, visit.seen_as)));
        }
        moves.take_away(&had);
        moves.shift(conn).await?;
    }
    Ok(())
}

/// What some people came to; who came to nothing is left out. Of several sessions on a day the first is the one that comes
/// first in the download, by project: so it is where R takes it.
pub async fn visits(conn: &mut Conn, people: &[i64]) -> Result<HashMap<i64, Came>, StoreError> {
    let mut visits: HashMap<i64, Came> = HashMap::with_capacity(people.len());
    for some in people.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(
            "select a.person_id, s.held_on, s.project_id, s.id, s.role
             from attendance a join session s on s.id = a.session_id where s.role <> 'follow_up' and a.person_id in (",
        );
        list(&mut query, some.iter().copied());
        // With two cards somebody may have been seen twice at a session, which is one visit.
        query.push(
            ") union select n.counts_as, s.held_on, s.project_id, s.id, s.role
              from person n join attendance a on a.person_id = n.id join session s on s.id = a.session_id where s.role <> 'follow_up' and n.counts_as in (",
        );
        list(&mut query, some.iter().copied());
        query.push(") order by 1, 2, 3, 4");
        let rows: Vec<(i64, String, i64, i64, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
        for (person_id, _, _, _, role) in rows {
            let role = SessionRole::from_code(&role).ok_or(StoreError::Unreadable("role of a session"))?;
            let came = visits.entry(person_id).or_default();
            came.first_where_the_after_is_asked |= came.sessions == 0 && role.asks_the_after();
            came.sessions += 1;
            came.to_a_last |= role == SessionRole::Last;
            came.to_a_one_off |= role == SessionRole::Single;
        }
    }
    Ok(visits)
}

/// Somebody who counts as themselves.
struct Person {
    project_id: i64,
    role: Role,
    school_year: i64,
    visits: Vec<Visit>,
}

/// Somebody at a session. With two cards they may have been seen there twice.
struct Visit {
    held_on: String,
    project_id: i64,
    session_id: i64,
    seen_as: i64,
}

/// Those of some people who count as themselves, with every visit that counts for them.
async fn people_of(conn: &mut Conn, ids: &BTreeSet<i64>) -> Result<BTreeMap<i64, Person>, StoreError> {
    let ids: Vec<i64> = ids.iter().copied().collect();
    let mut people: BTreeMap<i64, Person> = BTreeMap::new();
    for some in ids.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(
            "select person.id, card.project_id, person.role, person.school_year
             from person join card on card.code = person.card_code where coalesce(person.counts_as, 0) = 0
             and not card.restricted and person.id in (",
        );
        list(&mut query, some.iter().copied());
        query.push(") order by person.id");
        let rows: Vec<(i64, i64, String, Option<i64>)> = query.build_query_as().fetch_all(&mut *conn).await?;
        for (id, project_id, role, year) in rows {
            let (role, school_year) = (role_of(&role)?, year.unwrap_or(NO_YEAR));
            people.insert(id, Person { project_id, role, school_year, visits: Vec::new() });
        }
        let mut query = QueryBuilder::<Db>::new(
            "select a.person_id, a.session_id, s.held_on, s.project_id, a.person_id
             from attendance a join session s on s.id = a.session_id where s.role <> 'follow_up' and a.person_id in (",
        );
        list(&mut query, some.iter().copied());
        query.push(
            ") union all select n.counts_as, a.session_id, s.held_on, s.project_id, a.person_id
             from person n join attendance a on a.person_id = n.id join session s on s.id = a.session_id
             where s.role <> 'follow_up' and n.counts_as in (",
        );
        list(&mut query, some.iter().copied());
        query.push(") order by 1, 2, 5");
        let rows: Vec<(i64, i64, String, i64, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
        for (id, session_id, held_on, project_id, seen_as) in rows {
            if let Some(person) = people.get_mut(&id) {
                person.visits.push(Visit { held_on, project_id, session_id, seen_as });
            }
        }
    }
    Ok(people)
}

/// The families in use that these cards lead to, by the card that names them, with its project.
async fn families_of(conn: &mut Conn, cards: &BTreeSet<String>) -> Result<BTreeMap<String, i64>, StoreError> {
    let cards: Vec<&str> = cards.iter().map(String::as_str).collect();
    let mut families = BTreeMap::new();
    for some in cards.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new(
            "select distinct root.code, root.project_id from card c join card root on root.code = coalesce(c.family, c.code)
             where c.code in (",
        );
        list(&mut query, some.iter().copied());
        // Not `is null`: SQLite would look that up in its index, where nearly every card is.
        query.push(
            ") and coalesce(root.family, '') = '' and not root.restricted
             and (exists (select 1 from person where person.card_code = root.code)
               or exists (select 1 from card spare join person on person.card_code = spare.code where spare.family = root.code))
             order by root.code",
        );
        let rows: Vec<(String, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
        families.extend(rows);
    }
    Ok(families)
}

/// What people and families count for.
#[derive(Default)]
struct Turnout {
    steps: BTreeMap<Cell, i64>,
    /// Children and newcomers, by session.
    sessions: BTreeMap<i64, (i64, i64)>,
    /// Children, by the project of their card and the sessions they came to.
    doses: BTreeMap<(i64, i64), i64>,
}

impl Turnout {
    async fn of(conn: &mut Conn, people: &BTreeSet<i64>, cards: &BTreeSet<String>) -> Result<Turnout, StoreError> {
        let mut turnout = Turnout::default();
        for project_id in families_of(conn, cards).await?.into_values() {
            *turnout.steps.entry((project_id, Role::Child.code(), NO_YEAR, FAMILIES)).or_default() += 1;
        }
        for person in people_of(conn, people).await?.values() {
            turnout.count(person, |_| true);
        }
        Ok(turnout)
    }

    /// Counts a person with some of their visits.
    fn count(&mut self, person: &Person, counts: impl Fn(&Visit) -> bool) {
        let visits: BTreeSet<(&str, i64, i64)> = person
            .visits
            .iter()
            .filter(|visit| counts(visit))
            .map(|visit| (visit.held_on.as_str(), visit.project_id, visit.session_id))
            .collect();
        let sessions = i64::try_from(visits.len()).unwrap_or(i64::MAX);
        let step = |step| (person.project_id, person.role.code(), person.school_year, step);
        *self.steps.entry(step(REGISTERED)).or_default() += 1;
        *self.steps.entry(step(ATTENDANCES)).or_default() += sessions;
        if person.role != Role::Child || visits.is_empty() {
            return;
        }
        *self.doses.entry((person.project_id, sessions)).or_default() += 1;
        for (nth, (_, _, session_id)) in visits.into_iter().enumerate() {
            let (children, newcomers) = self.sessions.entry(session_id).or_default();
            *children += 1;
            *newcomers += i64::from(nth == 0);
        }
    }

    fn take_away(&mut self, other: &Turnout) {
        for (cell, n) in &other.steps {
            *self.steps.entry(*cell).or_default() -= n;
        }
        for (session_id, (children, newcomers)) in &other.sessions {
            let session = self.sessions.entry(*session_id).or_default();
            *session = (session.0 - children, session.1 - newcomers);
        }
        for (dose, n) in &other.doses {
            *self.doses.entry(*dose).or_default() -= n;
        }
    }

    /// Adds this to the counts kept; a count that comes to nothing is taken away, so that rebuilt equals incremental.
    async fn shift(mut self, conn: &mut Conn) -> Result<(), StoreError> {
        self.steps.retain(|_, by| *by != 0);
        self.sessions.retain(|_, by| *by != (0, 0));
        self.doses.retain(|_, by| *by != 0);
        let fallen = self.sessions.values().any(|by| by.0 < 0)
            || self.steps.values().chain(self.doses.values()).any(|by| *by < 0);
        let (steps, doses): (Vec<_>, Vec<_>) = (self.steps.into_iter().collect(), self.doses.into_iter().collect());
        counts::shift(conn, &STEPS, &steps, |row, (project_id, role, year, step)| {
            row.push_bind(*project_id).push_bind(*role).push_bind(*year).push_bind(*step);
        })
        .await?;
        counts::shift(conn, &DOSES, &doses, |row, (project_id, sessions)| {
            row.push_bind(*project_id).push_bind(*sessions);
        })
        .await?;
        if !self.sessions.is_empty() {
            let mut query = QueryBuilder::<Db>::new("insert into session_count (session_id, children, newcomers) ");
            query.push_values(self.sessions, |mut row, (session_id, (children, newcomers))| {
                row.push_bind(session_id).push_bind(children).push_bind(newcomers);
            });
            query.push(
                " on conflict (session_id) do update set children = session_count.children + excluded.children,
                 newcomers = session_count.newcomers + excluded.newcomers",
            );
            query.build().execute(&mut *conn).await?;
        }
        if fallen {
            sqlx::query("delete from turnout_count where n = 0").execute(&mut *conn).await?;
            sqlx::query("delete from session_count where children = 0").execute(&mut *conn).await?;
            sqlx::query("delete from dose_count where children = 0").execute(&mut *conn).await?;
        }
        Ok(())
    }
}
