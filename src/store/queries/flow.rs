//! The flow of participants: how far people came. Waves are counted as responses are judged, people and
//! visits when they are asked for.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::QueryBuilder;

use crate::person::{Role, SchoolYear};
use crate::store::{FlowStep, StoreError, StoredFlow};
use crate::survey::Wave;

use super::family::{role_of, year_of};
use super::responses::wave_of;
use super::{Conn, Db};

/// In place of the school year of someone who has none: nulls in a key do not conflict.
const NO_YEAR: i64 = -1;

const ANSWERED: &str = "answered";
const BEST_AFTER: &str = "best_after";

/// A person's waves that count, before and after a batch was judged.
pub struct Waves {
    /// The project of the family's card.
    pub project_id: i64,
    /// Child or grown-up.
    pub role: Role,
    /// A child's school year.
    pub school_year: Option<SchoolYear>,
    /// Waves counted so far.
    pub before: BTreeSet<Wave>,
    /// Waves that count now.
    pub now: BTreeSet<Wave>,
}

/// Moves the counts by what a batch changed.
pub async fn count(conn: &mut Conn, people: &[Waves]) -> Result<(), StoreError> {
    let mut moves: BTreeMap<(i64, &str, i64, &str, Wave), i64> = BTreeMap::new();
    for person in people.iter().filter(|person| person.before != person.now) {
        let year = person.school_year.map_or(NO_YEAR, |year| i64::from(year.number()));
        for (waves, by) in [(&person.before, -1), (&person.now, 1)] {
            let best = Wave::AFTERS.into_iter().find(|wave| waves.contains(wave));
            let steps = waves.iter().map(|wave| (ANSWERED, *wave)).chain(best.map(|wave| (BEST_AFTER, wave)));
            for (step, wave) in steps {
                *moves.entry((person.project_id, person.role.code(), year, step, wave)).or_default() += by;
            }
        }
    }
    moves.retain(|_, by| *by != 0);
    if moves.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Db>::new("insert into flow_count (project_id, role, school_year, step, wave, n) ");
    query.push_values(moves, |mut row, ((project_id, role, year, step, wave), by)| {
        row.push_bind(project_id).push_bind(role).push_bind(year).push_bind(step).push_bind(wave.code()).push_bind(by);
    });
    query.push(" on conflict (project_id, role, school_year, step, wave) do update set n = flow_count.n + excluded.n");
    query.build().execute(&mut *conn).await?;
    // A count that comes to nothing is taken away, so that rebuilt equals incremental.
    sqlx::query("delete from flow_count where n = 0").execute(&mut *conn).await?;
    Ok(())
}

type FlowRow = (i64, String, Option<i64>, String, String, i64);

/// The counts kept, and the steps that are cheap to count: people by project, role and year.
const STEPS: [&str; 5] = [
    "select f.project_id, f.role, case f.school_year when -1 then null else f.school_year end, f.step, f.wave, f.n
     from flow_count f join project on project.id = f.project_id where project.programme_id = $1
     order by f.project_id, f.role, f.school_year, f.step, f.wave",
    "select card.project_id, person.role, person.school_year, 'registered', '', count(*)
     from person join card on card.code = person.card_code join project on project.id = card.project_id
     where project.programme_id = $1 and person.counts_as is null
     group by card.project_id, person.role, person.school_year order by 1, 2, 3",
    "select card.project_id, 'child', cast(null as bigint), 'families', '', count(*)
     from card join project on project.id = card.project_id
     where project.programme_id = $1 and card.family is null
       and (exists (select 1 from person where person.card_code = card.code)
            or exists (select 1 from card spare join person on person.card_code = spare.code where spare.family = card.code))
     group by card.project_id order by 1",
    "select card.project_id, person.role, person.school_year, 'attendances', '', count(*)
     from attendance join person seen on seen.id = attendance.person_id
     join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
     join project on project.id = card.project_id join session on session.id = attendance.session_id
     where project.programme_id = $1 and session.role <> 'follow_up'
       and (seen.counts_as is null or not exists (
            select 1 from attendance other join person too on too.id = other.person_id
            where other.session_id = attendance.session_id and too.id <> seen.id
              and (too.id = seen.counts_as or (too.counts_as = seen.counts_as and too.id < seen.id))))
     group by card.project_id, person.role, person.school_year order by 1, 2, 3",
    "select session.project_id, refusal.role, cast(null as bigint), 'refused', '', cast(sum(refusal.n) as bigint)
     from refusal join session on session.id = refusal.session_id join project on project.id = session.project_id
     where project.programme_id = $1
     group by session.project_id, refusal.role order by 1, 2",
];

/// The flow of a programme's participants.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<StoredFlow>, StoreError> {
    let mut flow = Vec::new();
    for statement in STEPS {
        let rows: Vec<FlowRow> = sqlx::query_as(statement).bind(programme_id).fetch_all(&mut *conn).await?;
        for (project_id, role, year, step, wave, n) in rows {
            let step = match step.as_str() {
                "registered" => FlowStep::Registered,
                "families" => FlowStep::Families,
                "attendances" => FlowStep::Attendances,
                "refused" => FlowStep::Refused,
                BEST_AFTER => FlowStep::BestAfter(wave_of(&wave)?),
                _ => FlowStep::Answered(wave_of(&wave)?),
            };
            flow.push(StoredFlow { project_id, role: role_of(&role)?, school_year: year_of(year)?, step, n });
        }
    }
    Ok(flow)
}
