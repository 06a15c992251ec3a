//! The bytes of responses as they arrived: stored first, judged later, never changed.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::QueryBuilder;

use crate::response::{ResponseId, TabletNumber};
use crate::store::erasure::ErasureKey;
use crate::store::{IntakeReceipt, StoreError};

use super::list::list;
use super::{Conn, Db, erasure, numbers, practice};

/// A response's bytes on their way in.
pub struct Arrived {
    id: ResponseId,
    sha256: String,
    bytes: Vec<u8>,
    received_us: i64,
}

impl Arrived {
    /// Hashes the bytes.
    pub fn new(id: ResponseId, bytes: Vec<u8>, received_us: i64) -> Arrived {
        let sha256 = digest(&bytes);
        Arrived { id, sha256, bytes, received_us }
    }

    /// The response's id.
    pub fn id(&self) -> &ResponseId {
        &self.id
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts bytes in the place of those that arrived, because something in them has to go on its day. Where nothing but that
/// told two arrivals of one id apart, the first stays: the others never counted.
pub async fn replace(conn: &mut Conn, arrival: i64, bytes: &[u8]) -> Result<(), StoreError> {
    let sha256 = digest(bytes);
    let alike: Vec<i64> = sqlx::query_scalar(
        "select arrival from intake where id = (select id from intake where arrival = $1)
         and (arrival = $1 or sha256 = $2) order by arrival",
    )
    .bind(arrival)
    .bind(&sha256)
    .fetch_all(&mut *conn)
    .await?;
    for later in alike.iter().skip(1) {
        for statement in ["delete from response where arrival = $1", "delete from intake where arrival = $1"] {
            sqlx::query(statement).bind(later).execute(&mut *conn).await?;
        }
    }
    sqlx::query("update intake set bytes = $2, sha256 = $3 where arrival = $1")
        .bind(alike.first().copied().unwrap_or(arrival))
        .bind(bytes)
        .bind(&sha256)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// Stores arrivals in one statement and says of each whether it was known. Unique (id, content) is the
/// only thing that tells repeats from new responses. What was taken out on request is not stored
/// again, and what comes from a practice that is over not at all.
pub async fn insert(conn: &mut Conn, key: &ErasureKey, arrived: &[Arrived]) -> Result<Vec<IntakeReceipt>, StoreError> {
    let mut erased = erasure::refused(conn, key, arrived).await?;
    erased.extend(practice::over(conn, arrived).await?);
    // What is not stored is not judged either, and its number would look like a loss.
    numbers::note(conn, erased.iter().filter_map(|place| TabletNumber::read(&arrived[*place].bytes))).await?;
    let mut contents = contents_of(conn, arrived).await?;
    let mut arrival: i64 =
        sqlx::query_scalar("select coalesce(max(arrival), 0) from intake").fetch_one(&mut *conn).await?;
    let mut receipts = Vec::with_capacity(arrived.len());
    let mut new = Vec::new();
    for (place, one) in arrived.iter().enumerate() {
        if erased.contains(&place) {
            let sha256 = one.sha256.clone();
            receipts.push(IntakeReceipt { sha256, known: false, variant: false, erased: true });
            continue;
        }
        let stored = contents.entry(one.id.as_str()).or_default();
        let known = stored.contains(&one.sha256);
        if !known {
            stored.push(one.sha256.clone());
            arrival += 1;
            new.push((arrival, one));
        }
        let variant = stored.first() != Some(&one.sha256);
        receipts.push(IntakeReceipt { sha256: one.sha256.clone(), known, variant, erased: false });
    }
    if !new.is_empty() {
        let mut query = QueryBuilder::<Db>::new("insert into intake (arrival, id, sha256, bytes, received_us) ");
        query.push_values(new, |mut row, (arrival, one)| {
            row.push_bind(arrival)
                .push_bind(one.id.as_str())
                .push_bind(one.sha256.as_str())
                .push_bind(one.bytes.as_slice())
                .push_bind(one.received_us);
        });
        query.build().execute(&mut *conn).await?;
    }
    Ok(receipts)
}

/// The contents already stored under these ids, first one first.
async fn contents_of<'a>(conn: &mut Conn, arrived: &'a [Arrived]) -> Result<HashMap<&'a str, Vec<String>>, StoreError> {
    let mut query = QueryBuilder::<Db>::new("select id, sha256 from intake where id in (");
    list(&mut query, arrived.iter().map(|one| one.id.as_str()));
    query.push(") order by arrival");
    let rows: Vec<(String, String)> = query.build_query_as().fetch_all(&mut *conn).await?;
    let mut contents: HashMap<&str, Vec<String>> = HashMap::new();
    for (id, sha256) in rows {
        if let Some(one) = arrived.iter().find(|one| one.id.as_str() == id) {
            contents.entry(one.id.as_str()).or_default().push(sha256);
        }
    }
    Ok(contents)
}

/// Responses stored.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select count(*) from intake").fetch_one(&mut *conn).await?)
}

/// Responses stored and not judged yet.
pub async fn unjudged(conn: &mut Conn) -> Result<i64, StoreError> {
    let after = "select count(*) from intake where arrival > (select coalesce(max(arrival), 0) from response)";
    Ok(sqlx::query_scalar(after).fetch_one(&mut *conn).await?)
}
