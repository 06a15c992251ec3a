//! Published survey versions, kept for ever under their content hash.

use crate::store::StoreError;
use crate::survey::{Survey, SurveyVersion};

use super::Conn;

/// Keeps versions that are new.
pub async fn publish(conn: &mut Conn, versions: &[SurveyVersion], now_us: i64) -> Result<(), StoreError> {
    for version in versions {
        let content = serde_json::to_string(&version.survey).map_err(|_| StoreError::Unreadable("survey version"))?;
        sqlx::query(
            "insert into survey_version (hash, survey, version, content, published_us)
             values ($1, $2, $3, $4, $5) on conflict (hash) do nothing",
        )
        .bind(&version.hash)
        .bind(&version.survey.id)
        .bind(i64::from(version.survey.version))
        .bind(content)
        .bind(now_us)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Which versions of a survey were answered in a programme, by their hashes.
pub async fn answered(conn: &mut Conn, programme_id: i64, survey: &str) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select v.hash from survey_version v where v.survey = $2
         and exists (select 1 from session s join project p on p.id = s.project_id
                     join response r on r.session_id = s.id and r.version = v.hash where p.programme_id = $1)
         order by v.hash",
    )
    .bind(programme_id)
    .bind(survey)
    .fetch_all(&mut *conn)
    .await?)
}

/// Every version ever published here.
pub async fn all(conn: &mut Conn) -> Result<Vec<SurveyVersion>, StoreError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select hash, content from survey_version order by survey, version, hash")
            .fetch_all(&mut *conn)
            .await?;
    rows.into_iter()
        .map(|(hash, content)| {
            let survey: Survey =
                serde_json::from_str(&content).map_err(|_| StoreError::Unreadable("survey version"))?;
            Ok(SurveyVersion { hash, survey })
        })
        .collect()
}
