//! Rows of `intake` by their arrival: a walk over their bytes, those of a programme, and taking some away.

use crate::store::StoreError;

use super::Conn;
use super::list::run_for;

/// A stored row.
pub struct Stored {
    /// Its place in the order of arrival.
    pub arrival: i64,
    /// The id it was sent under.
    pub id: String,
    /// What was sent.
    pub bytes: Vec<u8>,
}

/// Goes through stored rows in the order of arrival, five hundred at a time: no database is too large for the memory.
pub struct Walk {
    of: &'static str,
    after: i64,
}

impl Walk {
    /// Through everything.
    pub fn through_everything() -> Walk {
        Walk { of: "select arrival, id, bytes from intake where arrival > $1 order by arrival limit 500", after: 0 }
    }

    /// Through what was given to nobody, or not yet: of the others the tables say whose they are.
    pub fn through_what_is_nobodys() -> Walk {
        let of = "select arrival, id, bytes from intake where arrival > $1
             and (arrival > (select coalesce(max(arrival), 0) from response)
                  or arrival in (select arrival from response where state in ('variant', 'invalid', 'unplaced')))
             order by arrival limit 500";
        Walk { of, after: 0 }
    }

    /// Through what was judged and could be placed at no session, and nothing else under its id was.
    pub fn through_what_is_placed_nowhere() -> Walk {
        let of = "select i.arrival, i.id, i.bytes from intake i join response r on r.arrival = i.arrival
             where r.session_id is null and i.arrival > $1
             and not exists (select 1 from response placed where placed.id = r.id and placed.session_id is not null)
             order by i.arrival limit 500";
        Walk { of, after: 0 }
    }

    /// The next rows; none at the end.
    pub async fn next(&mut self, conn: &mut Conn) -> Result<Option<Vec<Stored>>, StoreError> {
        let rows: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(self.of).bind(self.after).fetch_all(&mut *conn).await?;
        let Some((last, ..)) = rows.last() else { return Ok(None) };
        self.after = *last;
        Ok(Some(rows.into_iter().map(|(arrival, id, bytes)| Stored { arrival, id, bytes }).collect()))
    }

    /// Those of the rows whose bytes pass a test, with their ids.
    pub async fn all(mut self, conn: &mut Conn, passes: impl Fn(&[u8]) -> bool) -> Result<Vec<Stored>, StoreError> {
        let mut found = Vec::new();
        while let Some(rows) = self.next(conn).await? {
            found.extend(rows.into_iter().filter(|one| passes(&one.bytes)));
        }
        Ok(found)
    }
}

/// Everything stored that was placed at a session of a programme, and what else came under the same ids.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "select arrival from response where id in (select r.id from response r join session s on s.id = r.session_id
         join project p on p.id = s.project_id where p.programme_id = $1) order by arrival",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?)
}

/// How many those are.
pub async fn count_of_programme(conn: &mut Conn, programme_id: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(*) from response where id in (select r.id from response r join session s on s.id = r.session_id
         join project p on p.id = s.project_id where p.programme_id = $1)",
    )
    .bind(programme_id)
    .fetch_one(&mut *conn)
    .await?)
}

/// Takes rows away, and first what was read from them.
pub async fn forget(conn: &mut Conn, arrivals: &[i64]) -> Result<(), StoreError> {
    run_for(conn, "delete from response where arrival in (", arrivals).await?;
    run_for(conn, "delete from intake where arrival in (", arrivals).await
}
