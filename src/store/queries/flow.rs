//! The flow of participants: how far people came. Waves are counted here as responses are judged, people, families
//! and visits in `turnout` as they are made known and seen.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::QueryBuilder;

use crate::pairing::Why;
use crate::person::{Role, SchoolYear};
use crate::store::{FlowStep, StoreError, StoredFlow};
use crate::survey::Wave;

use super::family::{role_of, year_of};
use super::list::{list, run_for};
use super::responses::wave_of;
use super::sessions::declined_of;
use super::{Conn, Db, counts};

/// In place of the school year of someone who has none: nulls in a key do not conflict.
pub const NO_YEAR: i64 = -1;

const ANSWERED: &str = "answered";
const BEST_AFTER: &str = "best_after";
const ONLY_BEFORE: &str = "only_before";
const ONLY_AFTER: &str = "only_after";

/// People in one statement: SQLite allows 32,766 values.
const CHUNK: usize = 2_000;

const FLOW: counts::Table =
    counts::Table { name: "flow_count", key: "project_id, role, school_year, step, wave", beside: "", n: "n" };

/// A person's waves that count, before and after a batch was judged.
pub struct Waves {
    /// The person.
    pub person_id: i64,
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
    /// Why they are not in the next step.
    pub why: BTreeSet<Why>,
}

/// What a count is of: project, role, school year, step and wave.
type Cell = (i64, &'static str, i64, &'static str, Wave);

/// Moves the counts by what a batch changed.
pub async fn count(conn: &mut Conn, people: &[Waves]) -> Result<(), StoreError> {
    let mut moves: BTreeMap<Cell, i64> = BTreeMap::new();
    note_why(conn, people, &mut moves).await?;
    for person in people.iter().filter(|person| person.before != person.now) {
        let year = year_in_key(person);
        for (waves, by) in [(&person.before, -1), (&person.now, 1)] {
            let best = Wave::AFTERS.into_iter().find(|wave| waves.contains(wave));
            let alone = match (waves.contains(&Wave::Pre), best) {
                (true, None) => Some((ONLY_BEFORE, Wave::Pre)),
                (false, Some(after)) => Some((ONLY_AFTER, after)),
                _ => None,
            };
            let steps = waves.iter().map(|wave| (ANSWERED, *wave)).chain(best.map(|wave| (BEST_AFTER, wave)));
            for (step, wave) in steps.chain(alone) {
                *moves.entry((person.project_id, person.role.code(), year, step, wave)).or_default() += by;
            }
        }
    }
    moves.retain(|_, by| *by != 0);
    if moves.is_empty() {
        return Ok(());
    }
    let moves: Vec<_> = moves.into_iter().collect();
    counts::shift(conn, &FLOW, &moves, |row, (project_id, role, year, step, wave)| {
        row.push_bind(*project_id).push_bind(*role).push_bind(*year).push_bind(*step).push_bind(wave.code());
    })
    .await?;
    // A count that comes to nothing is taken away, so that rebuilt equals incremental.
    sqlx::query("delete from flow_count where n = 0").execute(&mut *conn).await?;
    Ok(())
}

/// Keeps why people are not in the next step: that changes with where somebody is seen, too, and not with their answers
/// alone.
async fn note_why(conn: &mut Conn, people: &[Waves], moves: &mut BTreeMap<Cell, i64>) -> Result<(), StoreError> {
    let mut kept: HashMap<i64, String> = HashMap::new();
    for some in people.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("select person_id, reasons from flow_reason where person_id in (");
        list(&mut query, some.iter().map(|person| person.person_id));
        query.push(") order by person_id");
        let rows: Vec<(i64, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
        kept.extend(rows);
    }
    let (mut now, mut gone): (Vec<(i64, String)>, Vec<i64>) = (Vec::new(), Vec::new());
    for person in people {
        let before = kept.get(&person.person_id).map_or("", String::as_str);
        let codes: Vec<&str> = person.why.iter().map(|why| why.code()).collect();
        let codes = codes.join(" ");
        if codes == before {
            continue;
        }
        for (codes, by) in [(before, -1), (codes.as_str(), 1)] {
            for why in codes.split_whitespace().filter_map(Why::from_code) {
                let cell = (person.project_id, person.role.code(), year_in_key(person), why.code(), Wave::Pre);
                *moves.entry(cell).or_default() += by;
            }
        }
        if codes.is_empty() { gone.push(person.person_id) } else { now.push((person.person_id, codes)) }
    }
    for some in now.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("insert into flow_reason (person_id, reasons) ");
        query.push_values(some, |mut row, (person_id, reasons)| {
            row.push_bind(*person_id).push_bind(reasons.as_str());
        });
        query.push(" on conflict (person_id) do update set reasons = excluded.reasons");
        query.build().execute(&mut *conn).await?;
    }
    run_for(conn, "delete from flow_reason where person_id in (", &gone).await
}

fn year_in_key(person: &Waves) -> i64 {
    person.school_year.map_or(NO_YEAR, |year| i64::from(year.number()))
}

type FlowRow = (i64, String, Option<i64>, String, String, i64);

/// The counts kept, and how often somebody said no who was not known yet: who is known is among the registered.
const STEPS: [&str; 3] = [
    "select f.project_id, f.role, case f.school_year when -1 then null else f.school_year end, f.step, f.wave, f.n
     from flow_count f join project on project.id = f.project_id where project.programme_id = $1
     order by f.project_id, f.role, f.school_year, f.step, f.wave",
    "select t.project_id, t.role, case t.school_year when -1 then null else t.school_year end, t.step, '', t.n
     from turnout_count t join project on project.id = t.project_id where project.programme_id = $1
     order by t.step, t.project_id, t.role, t.school_year",
    "select session.project_id, case c.declined when 'adult' then 'adult' else 'child' end, cast(null as bigint),
     'declined', c.declined, cast(sum(c.n) as bigint)
     from no_count c join session on session.id = c.session_id join project on project.id = session.project_id
     where project.programme_id = $1 and not c.known
     group by session.project_id, c.declined order by 1, 5",
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
                "declined" => FlowStep::Declined(declined_of(&wave)?),
                BEST_AFTER => FlowStep::BestAfter(wave_of(&wave)?),
                ONLY_BEFORE => FlowStep::OnlyBefore,
                ONLY_AFTER => FlowStep::OnlyAfter,
                ANSWERED => FlowStep::Answered(wave_of(&wave)?),
                code => FlowStep::Why(Why::from_code(code).ok_or(StoreError::Unreadable("step of the flow"))?),
            };
            flow.push(StoredFlow { project_id, role: role_of(&role)?, school_year: year_of(year)?, step, n });
        }
    }
    Ok(flow)
}
