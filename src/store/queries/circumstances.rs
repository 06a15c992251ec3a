//! What is kept of how questionnaires were answered: who helped, in which language, and the sums of scales. Counted as
//! answers are judged, so that a report reads nobody.

use std::collections::BTreeMap;

use crate::pairing::{Circumstance, ItemSums, Moment, ScaleOf, Standing};
use crate::report::input::{CircumstanceCount, ScaleSum};
use crate::store::StoreError;

use super::family::role_of;
use super::sums::{self, Table};
use super::{Conn, counts};

const CIRCUMSTANCES: counts::Table = counts::Table {
    name: "circumstance_count",
    key: "project_id, role, moment, circumstance, value",
    beside: "",
    n: "n",
};

const SCALES: Table<4> = Table { name: "scale_sum", beside: ["project_id", "survey", "measure", "moment"] };

/// Somebody, and what their responses came to and come to now.
pub struct Moved<'a> {
    /// The project of the family's card.
    pub project_id: i64,
    /// The code of the person's role.
    pub role: &'static str,
    /// So far.
    pub before: &'a Standing,
    /// Now.
    pub now: &'a Standing,
}

/// Moves the counts and sums by what people's responses come to now.
pub async fn count(conn: &mut Conn, people: &[Moved<'_>]) -> Result<(), StoreError> {
    let mut counts: BTreeMap<(i64, &'static str, Moment, Circumstance, &str), i64> = BTreeMap::new();
    let mut sums: BTreeMap<(i64, &ScaleOf, usize), ItemSums> = BTreeMap::new();
    for person in people {
        for (standing, by) in [(person.before, -1), (person.now, 1)] {
            for (moment, circumstance, value) in &standing.circumstances {
                let cell = (person.project_id, person.role, *moment, *circumstance, value.as_str());
                *counts.entry(cell).or_default() += by;
            }
            for (scale, answers) in &standing.scales {
                let cell = (person.project_id, scale, answers.len());
                sums.entry(cell).or_insert_with(|| ItemSums::none(answers.len())).add(answers, by);
            }
        }
    }
    counts.retain(|_, by| *by != 0);
    let counts = counts
        .into_iter()
        .map(|((project, role, moment, what, value), by)| ((project, role, moment, what, value.to_owned()), by));
    shift_counts(conn, counts.collect()).await?;
    shift_sums(conn, sums).await
}

type Count = ((i64, &'static str, Moment, Circumstance, String), i64);

async fn shift_counts(conn: &mut Conn, moves: Vec<Count>) -> Result<(), StoreError> {
    counts::shift(conn, &CIRCUMSTANCES, &moves, |row, (project_id, role, moment, circumstance, value)| {
        row.push_bind(*project_id)
            .push_bind(*role)
            .push_bind(moment.code())
            .push_bind(circumstance.code())
            .push_bind(value.clone());
    })
    .await?;
    if moves.iter().any(|(_, by)| *by < 0) {
        // A count that comes to nothing is taken away, so that rebuilt equals incremental.
        sqlx::query("delete from circumstance_count where n = 0").execute(&mut *conn).await?;
    }
    Ok(())
}

async fn shift_sums(conn: &mut Conn, moves: BTreeMap<(i64, &ScaleOf, usize), ItemSums>) -> Result<(), StoreError> {
    let moves = moves.into_iter().map(|((project_id, scale, items), sums)| {
        let (survey, measure, moment) = scale;
        (format!("{project_id}/{survey}/{measure}/{}/{items}", moment.code()), (project_id, scale), sums)
    });
    sums::shift(conn, &SCALES, moves.collect(), |row, (project_id, (survey, measure, moment))| {
        row.push_bind(*project_id).push_bind(survey.clone()).push_bind(measure.clone()).push_bind(moment.code());
    })
    .await
}

/// How the questionnaires of a programme that count were answered.
pub async fn circumstances(conn: &mut Conn, programme_id: i64) -> Result<Vec<CircumstanceCount>, StoreError> {
    let rows: Vec<(i64, String, String, String, String, i64)> = sqlx::query_as(
        "select c.project_id, c.role, c.moment, c.circumstance, c.value, c.n
         from circumstance_count c join project p on p.id = c.project_id where p.programme_id = $1
         order by c.project_id, c.role, c.moment, c.circumstance, c.value",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(project_id, role, moment, circumstance, value, n)| {
            let circumstance = Circumstance::from_code(&circumstance).ok_or(StoreError::Unreadable("circumstance"))?;
            Ok(CircumstanceCount {
                project_id,
                role: role_of(&role)?,
                moment: moment_of(&moment)?,
                circumstance,
                value,
                n,
            })
        })
        .collect()
}

/// The sums of a programme's scales.
pub async fn scales(conn: &mut Conn, programme_id: i64) -> Result<Vec<ScaleSum>, StoreError> {
    let rows: Vec<(i64, String, String, String, String)> = sqlx::query_as(
        "select s.project_id, s.survey, s.measure, s.moment, s.sums
         from scale_sum s join project p on p.id = s.project_id where p.programme_id = $1
         order by s.project_id, s.cell",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(project_id, survey, measure, moment, sums)| {
            Ok(ScaleSum { project_id, survey, measure, moment: moment_of(&moment)?, sums: sums::read(&sums)? })
        })
        .collect()
}

fn moment_of(code: &str) -> Result<Moment, StoreError> {
    Moment::from_code(code).ok_or(StoreError::Unreadable("moment"))
}

/// All of it as text, line by line in a fixed order.
pub async fn derived(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let counts: Vec<(i64, String, String, String, String, i64)> = sqlx::query_as(
        "select project_id, role, moment, circumstance, value, n from circumstance_count order by 1, 2, 3, 4, 5",
    )
    .fetch_all(&mut *conn)
    .await?;
    let sums: Vec<(String, String)> =
        sqlx::query_as("select cell, sums from scale_sum order by cell").fetch_all(&mut *conn).await?;
    let counts = counts.into_iter().map(|row| format!("circumstance {row:?}\n"));
    let mut lines: Vec<String> = counts.chain(sums.into_iter().map(|row| format!("scale {row:?}\n"))).collect();
    lines.sort();
    Ok(lines)
}
