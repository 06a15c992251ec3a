//! What has been derived: counts for reports, rows for downloads.

use crate::pairing::{FamilyAnswers, FamilySums, PairCount};

use super::{PairRow, RawResponse, RegisteredPerson, StateCount, Store, StoreError, StoredFlow, postgres, sqlite};

impl Store {
    /// Responses that could not be counted, by state and reason.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn troubles(&self) -> Result<Vec<StateCount>, StoreError> {
        read!(self, responses::troubles())
    }

    /// The counts of a programme that every statistic is computed from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pair_counts(&self, programme_id: i64) -> Result<Vec<PairCount>, StoreError> {
        read!(self, pairs::counts(programme_id))
    }

    /// A programme's families at one-off sessions, where families and not sessions are alike.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn family_sums(&self, programme_id: i64) -> Result<Vec<FamilySums>, StoreError> {
        read!(self, family_sums::of_programme(programme_id))
    }

    /// What children and grown-ups of a programme's families answered to the same questions.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn family_answers(&self, programme_id: i64) -> Result<Vec<FamilyAnswers>, StoreError> {
        read!(self, family_answers::of_programme(programme_id))
    }

    /// Who took part in a programme, step by step, by project, role and school year.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn flow(&self, programme_id: i64) -> Result<Vec<StoredFlow>, StoreError> {
        read!(self, flow::of_programme(programme_id))
    }

    /// A programme's people by key, `limit` at a time from after `after`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn people_after(
        &self,
        programme_id: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RegisteredPerson>, StoreError> {
        read!(self, export::people(programme_id, after, limit))
    }

    /// The key of the newest of a programme's people; 0 where there is nobody.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn newest_person(&self, programme_id: i64) -> Result<i64, StoreError> {
        read!(self, export::newest_person(programme_id))
    }

    /// The placed responses of some people with their stored bytes, by person and arrival.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn responses_of(&self, people: &[i64]) -> Result<Vec<RawResponse>, StoreError> {
        read!(self, export::responses(people))
    }

    /// The sessions that some people came to: (person, session).
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn attendance_of(&self, people: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
        read!(self, export::attendance(people))
    }

    /// The stored pairs of some people: what every reported figure is counted from.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pairs_of(&self, people: &[i64]) -> Result<Vec<PairRow>, StoreError> {
        read!(self, export::pairs(people))
    }

    /// The survey versions a programme's placed responses were answered on, by hash, with how many each has.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn versions_answered(&self, programme_id: i64) -> Result<Vec<(String, i64)>, StoreError> {
        read!(self, export::versions(programme_id))
    }

    /// Everything that is derived, in one comparable text: what [`Store::rebuild`] must reproduce.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn derived(&self) -> Result<String, StoreError> {
        read!(self, derived::as_text())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::Connection;

    use crate::store::{migrations, sqlite};

    /// What somebody sent, typed or decided, and what the program must remember of it: never forgotten to be built again.
    const KEPT: [&str; 49] = [
        "account",
        "area",
        "attendance",
        "audit",
        "card",
        "comment_read",
        "complaint",
        "cost_line",
        "cut",
        "cut_card",
        "funder_link",
        "holding",
        "intake",
        "lawful_basis",
        "lesson",
        "link",
        "no_count",
        "notice",
        "organisation",
        "pairing",
        "password_link",
        "permission_note",
        "person",
        "practice_over",
        "programme",
        "project",
        "protection",
        "quote",
        "refusal_seen",
        "report_text",
        "retention",
        "rewrite_due",
        "safeguarding",
        "school_notice",
        "second_keying",
        "secret",
        "session",
        "session_closing",
        "session_collecting",
        "session_notes",
        "sign_in",
        "sign_off",
        "sitting",
        "survey_version",
        "tablet",
        "tablet_number",
        "target_change",
        "tombstone",
        "withdrawal",
    ];

    #[tokio::test]
    async fn every_table_is_either_kept_or_can_be_forgotten_and_built_again() {
        let mut conn = sqlx::SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        let migrator = migrations::migrator().expect("the migrations");
        migrator.run_direct(None, &mut conn, false).await.expect("the tables");
        let tables: Vec<String> = sqlx::query_scalar(
            "select name from sqlite_master where type = 'table' and name not like '%sql%' order by name",
        )
        .fetch_all(&mut conn)
        .await
        .expect("the tables' names");
        let tables: BTreeSet<&str> = tables.iter().map(String::as_str).collect();
        let derived = sqlite::derived::COUNTED.map(|(table, _)| table);
        let listed: BTreeSet<&str> = KEPT.into_iter().chain(derived).chain(["response"]).collect();
        assert_eq!(tables, listed, "a new table is one or the other: say which in derived.rs or here");
        assert_eq!(listed.len(), KEPT.len() + derived.len() + 1, "none is both");
        sqlite::derived::forget_counts_of(&mut conn, 1).await.expect("each names a programme's rows");
        sqlite::derived::forget_everything(&mut conn).await.expect("each can be emptied");
    }
}
