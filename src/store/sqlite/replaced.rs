//! What is read from a database that a copy is about to replace.

use std::path::Path;

use sqlx::Connection;

use crate::store::{Shut, ShutAccount, StoreError};

use super::connection::open_copy;

/// The number and link of the newest line of a log; none where there is no line.
pub async fn last_line(path: &Path) -> Result<Option<(i64, String)>, StoreError> {
    let mut old = open_copy(path).await?;
    let last = sqlx::query_as("select n, link from audit order by n desc limit 1").fetch_optional(&mut old).await;
    old.close().await?;
    Ok(last?)
}

/// What was shut there since a copy was made whose newest line is `copied`; none where the copy was not made from it.
pub async fn shut_since(path: &Path, copied: Option<&(i64, String)>) -> Result<Option<Shut>, StoreError> {
    let mut old = open_copy(path).await?;
    if let Some((n, link)) = copied {
        let held: bool = sqlx::query_scalar("select exists (select 1 from audit where n = $1 and link = $2)")
            .bind(n)
            .bind(link)
            .fetch_one(&mut old)
            .await?;
        if !held {
            return Ok(None);
        }
    }
    let accounts: Vec<(String, String, String, i64, Option<i64>)> =
        sqlx::query_as("select handle, password, second_step, second_step_used, closed_us from account order by id")
            .fetch_all(&mut old)
            .await?;
    let links = sqlx::query_as("select digest, revoked_us from funder_link where revoked_us is not null order by id")
        .fetch_all(&mut old)
        .await?;
    old.close().await?;
    let shut = |(handle, password, second_step, second_step_used, closed_us)| ShutAccount {
        handle,
        password,
        second_step,
        second_step_used,
        closed_us,
    };
    Ok(Some(Shut { accounts: accounts.into_iter().map(shut).collect(), links }))
}
