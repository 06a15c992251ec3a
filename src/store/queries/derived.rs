//! Which tables are derived, and forgetting what is in them: of one programme, or of all to build it again.

use sqlx::AssertSqlSafe;

use crate::store::StoreError;

use super::{Conn, circumstances, recount, relink};

/// Every table that is counted from responses and from who was seen, and the statement's end by which a row of it is a
/// programme's. What is read from each single response stands in `response`, which goes by its arrivals.
pub const COUNTED: [(&str, &str); 11] = [
    ("flow_count", OF_PROJECT),
    ("circumstance_count", OF_PROJECT),
    ("scale_sum", OF_PROJECT),
    ("turnout_count", OF_PROJECT),
    ("dose_count", OF_PROJECT),
    ("session_count", OF_SESSION),
    ("pair_count", OF_PROJECT),
    ("family_sum", OF_PROJECT),
    ("family_answer", OF_PROJECT),
    ("person_pairs", OF_PERSON),
    ("flow_reason", OF_PERSON),
];

const OF_PROJECT: &str = "project_id in (select id from project where programme_id = $1)";
const OF_SESSION: &str =
    "session_id in (select s.id from session s join project p on p.id = s.project_id where p.programme_id = $1)";
const OF_PERSON: &str = "person_id in (select person.id from person join card on card.code = person.card_code
     join project on project.id = card.project_id where project.programme_id = $1)";

/// Forgets what was counted for a programme. Responses stay.
pub async fn forget_counts_of(conn: &mut Conn, programme_id: i64) -> Result<(), StoreError> {
    for (table, of_programme) in COUNTED {
        let statement = format!("delete from {table} where {of_programme}");
        sqlx::query(AssertSqlSafe(statement)).bind(programme_id).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Forgets everything derived, and counts again what needs no response: who is known, and who was seen where.
pub async fn forget_everything(conn: &mut Conn) -> Result<(), StoreError> {
    for (table, _) in COUNTED {
        sqlx::query(AssertSqlSafe(format!("delete from {table}"))).execute(&mut *conn).await?;
    }
    sqlx::query("delete from response").execute(&mut *conn).await?;
    relink::relink_all(conn).await?;
    recount::everybody(conn).await
}

type ToldRow =
    (i64, String, Option<i64>, Option<String>, Option<String>, Option<String>, String, String, Option<String>, String);
type JudgedRow = (i64, String, String, Option<i64>, Option<i64>, bool, String, String);

/// Everything derived as one text, line by line in a fixed order.
pub async fn as_text(conn: &mut Conn) -> Result<String, StoreError> {
    let mut text = String::new();
    let responses: Vec<JudgedRow> = sqlx::query_as(
        "select arrival, state, reason, session_id, person_id, complete, flags, scores from response order by arrival",
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in responses {
        text.push_str(&format!("response {row:?}\n"));
    }
    let told: Vec<ToldRow> = sqlx::query_as(
        "select arrival, state, sent_as, version, permission, assent, helper, language, newcomer, comment from response order by arrival",
    )
    .fetch_all(&mut *conn)
    .await?;
    text.extend(told.into_iter().map(|row| format!("told {row:?}\n")));
    let pairs: Vec<(i64, String)> =
        sqlx::query_as("select person_id, pairs from person_pairs order by person_id").fetch_all(&mut *conn).await?;
    text.extend(pairs.into_iter().map(|row| format!("pairs {row:?}\n")));
    let counts: Vec<(String, i64)> =
        sqlx::query_as("select cell, n from pair_count order by cell").fetch_all(&mut *conn).await?;
    let mut counts: Vec<String> = counts.into_iter().map(|row| format!("count {row:?}\n")).collect();
    counts.sort();
    text.extend(counts);
    let families: Vec<(String, i64, String)> =
        sqlx::query_as("select cell, project_id, sums from family_sum").fetch_all(&mut *conn).await?;
    let mut families: Vec<String> = families.into_iter().map(|row| format!("families {row:?}\n")).collect();
    families.sort();
    text.extend(families);
    let answers: Vec<(String, i64, String, i64)> =
        sqlx::query_as("select cell, project_id, answers, n from family_answer").fetch_all(&mut *conn).await?;
    let mut answers: Vec<String> = answers.into_iter().map(|row| format!("answers {row:?}\n")).collect();
    answers.sort();
    text.extend(answers);
    let flow: Vec<(i64, String, i64, String, String, i64)> = sqlx::query_as(
        "select project_id, role, school_year, step, wave, n from flow_count
         order by project_id, role, school_year, step, wave",
    )
    .fetch_all(&mut *conn)
    .await?;
    text.extend(flow.into_iter().map(|row| format!("flow {row:?}\n")));
    let reasons: Vec<(i64, String)> =
        sqlx::query_as("select person_id, reasons from flow_reason order by person_id").fetch_all(&mut *conn).await?;
    text.extend(reasons.into_iter().map(|row| format!("reasons {row:?}\n")));
    text.extend(circumstances::derived(conn).await?);
    let turnout: Vec<(i64, String, i64, String, i64)> = sqlx::query_as(
        "select project_id, role, school_year, step, n from turnout_count order by project_id, role, school_year, step",
    )
    .fetch_all(&mut *conn)
    .await?;
    text.extend(turnout.into_iter().map(|row| format!("turnout {row:?}\n")));
    let sessions: Vec<(i64, i64, i64)> =
        sqlx::query_as("select session_id, children, newcomers from session_count order by session_id")
            .fetch_all(&mut *conn)
            .await?;
    text.extend(sessions.into_iter().map(|row| format!("children {row:?}\n")));
    let doses: Vec<(i64, i64, i64)> =
        sqlx::query_as("select project_id, sessions, children from dose_count order by project_id, sessions")
            .fetch_all(&mut *conn)
            .await?;
    text.extend(doses.into_iter().map(|row| format!("doses {row:?}\n")));
    let counts_as: Vec<(i64, i64)> =
        sqlx::query_as("select id, counts_as from person where counts_as is not null order by id")
            .fetch_all(&mut *conn)
            .await?;
    text.extend(counts_as.into_iter().map(|row| format!("counts as {row:?}\n")));
    let families: Vec<(String, String)> =
        sqlx::query_as("select code, family from card where family is not null order by code")
            .fetch_all(&mut *conn)
            .await?;
    text.extend(families.into_iter().map(|row| format!("family {row:?}\n")));
    Ok(text)
}
