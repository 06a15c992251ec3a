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
