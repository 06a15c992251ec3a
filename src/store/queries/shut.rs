//! What was shut stays shut in a copy that is put in place.

use crate::account::Role;
use crate::store::{Shut, ShutAccount, StoreError};

use super::Conn;

/// Ends every sign-in and every link for a password, and shuts what was shut since.
pub async fn again(conn: &mut Conn, shut: &Shut) -> Result<(), StoreError> {
    for statement in ["delete from sign_in", "delete from password_link"] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    for account in &shut.accounts {
        as_it_was(conn, account).await?;
    }
    for (digest, revoked_us) in &shut.links {
        sqlx::query("update funder_link set revoked_us = $2 where digest = $1 and revoked_us is null")
            .bind(digest)
            .bind(revoked_us)
            .execute(&mut *conn)
            .await?;
    }
    // Whoever became an administrator since is not here: then those who were come in by `pencilmark team link` alone.
    sqlx::query(
        "update account set closed_us = null, password = '' where role = $1
         and not exists (select 1 from account a where a.role = $1 and a.closed_us is null)",
    )
    .bind(Role::Administrator.code())
    .execute(&mut *conn)
    .await?;
    Ok(())
}

async fn as_it_was(conn: &mut Conn, account: &ShutAccount) -> Result<(), StoreError> {
    sqlx::query(
        "update account set password = $2, second_step = $3, second_step_used = $4, closed_us = coalesce(closed_us, $5)
         where handle = $1",
    )
    .bind(&account.handle)
    .bind(&account.password)
    .bind(&account.second_step)
    .bind(account.second_step_used)
    .bind(account.closed_us)
    .execute(&mut *conn)
    .await?;
    Ok(())
}
