//! What people write for a report.

use crate::report::{CostLine, Lesson, LessonKind, Passage, Written};
use crate::store::StoreError;
use crate::store::step::step;

use super::{Conn, quotes};

/// Everything that was written for a programme's report. A text under a heading that is no longer known is left out.
pub async fn written(conn: &mut Conn, programme_id: i64) -> Result<Written, StoreError> {
    let texts: Vec<(String, String)> =
        sqlx::query_as("select passage, body from report_text where programme_id = $1 order by passage")
            .bind(programme_id)
            .fetch_all(&mut *conn)
            .await?;
    let costs: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "select strand, what, budget_pence, spent_pence from cost_line where programme_id = $1 order by place",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    Ok(Written {
        texts: texts.into_iter().filter_map(|(code, body)| Some((Passage::from_code(&code)?, body))).collect(),
        lessons: lessons(conn, programme_id).await?,
        costs: costs
            .into_iter()
            .map(|(strand, what, budget_pence, spent_pence)| CostLine { strand, what, budget_pence, spent_pence })
            .collect(),
        quotes: quotes::of_programme(conn, programme_id).await?,
    })
}

/// Keeps texts in the place of those before; one that is empty is taken away.
pub async fn keep(conn: &mut Conn, programme_id: i64, texts: &[(Passage, String)]) -> Result<(), StoreError> {
    for (passage, body) in texts {
        let statement = if body.is_empty() {
            sqlx::query("delete from report_text where programme_id = $1 and passage = $2")
                .bind(programme_id)
                .bind(passage.code())
        } else {
            sqlx::query(
                "insert into report_text (programme_id, passage, body) values ($1, $2, $3)
                 on conflict (programme_id, passage) do update set body = excluded.body",
            )
            .bind(programme_id)
            .bind(passage.code())
            .bind(body)
        };
        statement.execute(&mut *conn).await?;
    }
    Ok(())
}

type LessonRow = (i64, Option<i64>, String, String, String, String, String);

async fn lessons(conn: &mut Conn, programme_id: i64) -> Result<Vec<Lesson>, StoreError> {
    let rows: Vec<LessonRow> = sqlx::query_as(
        "select id, project_id, kind, noted_on, theme, note, action from lesson where programme_id = $1
         order by noted_on, id",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(id, project_id, kind, noted_on, theme, note, action)| {
            let kind = LessonKind::from_code(&kind).ok_or(StoreError::Unreadable("lesson"))?;
            Ok(Lesson { id, project_id, kind, noted_on, theme, note, action })
        })
        .collect()
}

/// Adds an entry to the learning log.
pub async fn add_lesson(conn: &mut Conn, programme_id: i64, lesson: &Lesson) -> Result<(), StoreError> {
    sqlx::query(
        "insert into lesson (id, programme_id, project_id, kind, noted_on, theme, note, action)
         select coalesce(max(id), 0) + $8, $1, $2, $3, $4, $5, $6, $7 from lesson",
    )
    .bind(programme_id)
    .bind(lesson.project_id)
    .bind(lesson.kind.code())
    .bind(&lesson.noted_on)
    .bind(&lesson.theme)
    .bind(&lesson.note)
    .bind(&lesson.action)
    .bind(step()?)
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Takes an entry out of a programme's learning log. Says whether it was there.
pub async fn remove_lesson(conn: &mut Conn, programme_id: i64, lesson: i64) -> Result<bool, StoreError> {
    let removed = sqlx::query("delete from lesson where programme_id = $1 and id = $2")
        .bind(programme_id)
        .bind(lesson)
        .execute(&mut *conn)
        .await?;
    Ok(removed.rows_affected() > 0)
}

/// Keeps cost lines in the place of all those before.
pub async fn keep_costs(conn: &mut Conn, programme_id: i64, lines: &[CostLine]) -> Result<(), StoreError> {
    sqlx::query("delete from cost_line where programme_id = $1").bind(programme_id).execute(&mut *conn).await?;
    for (place, line) in (0_i64..).zip(lines) {
        sqlx::query(
            "insert into cost_line (programme_id, place, strand, what, budget_pence, spent_pence)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(programme_id)
        .bind(place)
        .bind(&line.strand)
        .bind(&line.what)
        .bind(line.budget_pence)
        .bind(line.spent_pence)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Takes everything that was written away, before its programme goes.
pub async fn remove(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    for statement in [
        "delete from report_text where programme_id = $1",
        "delete from lesson where programme_id = $1",
        "delete from cost_line where programme_id = $1",
        "delete from quote where programme_id = $1",
    ] {
        sqlx::query(statement).bind(programme_id).execute(&mut *conn).await?;
    }
    Ok(())
}
