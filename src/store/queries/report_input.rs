//! Everything that is counted of a programme, read at one moment: a report never mixes what was before an answer with
//! what is after it.

use std::collections::BTreeSet;

use sqlx::Connection;

use crate::store::StoreError;
use crate::store::report_input::Gathered;
use crate::survey::Library;

use super::{
    AT_ONE_MOMENT, Conn, areas, attended, circumstances, family_answers, family_sums, flow, linked, pairs, permission,
    programme, project, sessions, sign_off, surveys, targets, texts,
};

/// What a report on a programme is made of; `None` where there is no such programme.
pub async fn of_programme(conn: &mut Conn, id: i64, library: &Library) -> Result<Option<Gathered>, StoreError> {
    let mut moment = conn.begin().await?;
    for statement in AT_ONE_MOMENT {
        sqlx::query(*statement).execute(&mut *moment).await?;
    }
    let gathered = gather(&mut moment, id, library).await?;
    moment.commit().await?;
    Ok(gathered)
}

async fn gather(conn: &mut Conn, id: i64, library: &Library) -> Result<Option<Gathered>, StoreError> {
    let Some(programme) = programme::by_id(conn, id).await? else { return Ok(None) };
    let counts = pairs::counts(conn, id).await?;
    let surveys: BTreeSet<&str> = counts.iter().map(|count| count.survey.as_str()).collect();
    let mut answered = Vec::new();
    for survey in surveys {
        let mut versions: Vec<&str> = library.versions_of(survey).map(|version| version.hash.as_str()).collect();
        // Only where a questionnaire was ever changed do the responses have to be asked which of it they answered.
        if versions.len() > 1 {
            let ours = surveys::answered(conn, id, survey).await?;
            versions.retain(|hash| ours.iter().any(|one| one == hash));
        }
        answered.extend(versions.into_iter().map(str::to_owned));
    }
    Ok(Some(Gathered {
        programme,
        areas: areas::of_programme(conn, id).await?,
        organisations: areas::organisations(conn, id).await?,
        projects: project::of_programme(conn, id).await?,
        sessions: sessions::held(conn, id).await?,
        asked_later: sessions::asked_later(conn, id).await?,
        answered,
        counts,
        family_sums: family_sums::of_programme(conn, id).await?,
        family_answers: family_answers::of_programme(conn, id).await?,
        flow: flow::of_programme(conn, id).await?,
        linked: linked::people_by_confidence(conn, id).await?,
        unpermitted: permission::gaps(conn, id).await?,
        attended: attended::of_programme(conn, id).await?,
        circumstances: circumstances::circumstances(conn, id).await?,
        scales: circumstances::scales(conn, id).await?,
        written: texts::written(conn, id).await?,
        target_changes: targets::changes(conn, id).await?,
        signed_off: sign_off::newest(conn, id).await?,
    }))
}
