//! The team's accounts and what each was given.

use crate::account::{Account, Holding, Role, Within, handle_of};
use crate::store::step::step;
use crate::store::{Credentials, NewAccount, StoreError};

use super::{Conn, safeguarding, sign_ins};

type Row = (i64, String, String, bool, bool, Option<i64>);

fn account_of((id, name, role, has_password, has_second_step, closed_us): Row) -> Result<Account, StoreError> {
    let role = Role::from_code(&role).ok_or(StoreError::Unreadable("role"))?;
    Ok(Account { id, name, role, holdings: Vec::new(), has_password, has_second_step, closed_us })
}

type HoldingRow = (i64, i64, Option<i64>, Option<i64>);

fn holding_of((_, programme, organisation, project): HoldingRow) -> Holding {
    let within = match (organisation, project) {
        (_, Some(id)) => Within::Project(id),
        (Some(id), None) => Within::Organisation(id),
        (None, None) => Within::Whole,
    };
    Holding { programme, within }
}

/// Whether there is any account.
pub async fn any(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from account)").fetch_one(&mut *conn).await?)
}

/// All accounts by name, those that were closed last.
pub async fn all(conn: &mut Conn) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, name, role, password <> '', second_step <> '', closed_us from account
         order by case when closed_us is null then 0 else 1 end, handle",
    )
    .fetch_all(&mut *conn)
    .await?;
    let held: Vec<HoldingRow> = sqlx::query_as(
        "select account_id, programme_id, organisation_id, project_id from holding
         order by account_id, programme_id, organisation_id, project_id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut accounts = rows.into_iter().map(account_of).collect::<Result<Vec<_>, _>>()?;
    for account in &mut accounts {
        account.holdings = held.iter().filter(|row| row.0 == account.id).map(|row| holding_of(*row)).collect();
    }
    Ok(accounts)
}

/// One account.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Account>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "select id, name, role, password <> '', second_step <> '', closed_us from account where id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(mut account) = row.map(account_of).transpose()? else { return Ok(None) };
    let held: Vec<HoldingRow> = sqlx::query_as(
        "select account_id, programme_id, organisation_id, project_id from holding where account_id = $1
         order by programme_id, organisation_id, project_id",
    )
    .bind(id)
    .fetch_all(&mut *conn)
    .await?;
    account.holdings = held.into_iter().map(holding_of).collect();
    Ok(Some(account))
}

/// What an open account signs in with; nothing for a name that nobody has.
pub async fn credentials(conn: &mut Conn, name: &str) -> Result<Option<Credentials>, StoreError> {
    let row: Option<(i64, String, String)> = sqlx::query_as(
        "select id, password, second_step from account where handle = $1 and closed_us is null and password <> ''",
    )
    .bind(handle_of(name))
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|(account, password, second_step)| Credentials { account, password, second_step }))
}

/// The same by number.
pub async fn credentials_of(conn: &mut Conn, id: i64) -> Result<Option<Credentials>, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as("select password, second_step from account where id = $1 and closed_us is null")
            .bind(id)
            .fetch_optional(&mut *conn)
            .await?;
    Ok(row.map(|(password, second_step)| Credentials { account: id, password, second_step }))
}

/// Adds an account and returns its id. With `first` only where there is none yet.
pub async fn insert(conn: &mut Conn, new: &NewAccount, first: bool, now_us: i64) -> Result<i64, StoreError> {
    if first && any(conn).await? {
        return Err(StoreError::Taken);
    }
    let id: i64 = sqlx::query_scalar(
        "insert into account (id, name, handle, role, password, second_step, second_step_used, made_us, closed_us)
         select coalesce(max(id), 0) + $6, $1, $2, $3, $4, '', 0, $5, null from account returning id",
    )
    .bind(&new.name)
    .bind(handle_of(&new.name))
    .bind(new.role.code())
    .bind(&new.password)
    .bind(now_us)
    .bind(step()?)
    .fetch_one(&mut *conn)
    .await?;
    hold(conn, id, &new.holdings).await?;
    if first {
        safeguarding::hand_over(conn, id).await?;
    }
    Ok(id)
}

async fn hold(conn: &mut Conn, id: i64, holdings: &[Holding]) -> Result<(), StoreError> {
    sqlx::query("delete from holding where account_id = $1").bind(id).execute(&mut *conn).await?;
    for holding in holdings {
        let (organisation, project) = match holding.within {
            Within::Whole => (None, None),
            Within::Organisation(id) => (Some(id), None),
            Within::Project(id) => (None, Some(id)),
        };
        sqlx::query(
            "insert into holding (account_id, programme_id, organisation_id, project_id) values ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(holding.programme)
        .bind(organisation)
        .bind(project)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Gives an account another role and other holdings, and ends its sign-ins.
pub async fn change(conn: &mut Conn, id: i64, role: Role, holdings: &[Holding]) -> Result<(), StoreError> {
    sqlx::query("update account set role = $2 where id = $1").bind(id).bind(role.code()).execute(&mut *conn).await?;
    hold(conn, id, holdings).await?;
    sign_out(conn, id, "").await?;
    an_administrator_is_left(conn).await
}

/// Takes somebody off the team, or back on: with `closed_us` their sign-ins and links end.
pub async fn close(conn: &mut Conn, id: i64, closed_us: Option<i64>) -> Result<(), StoreError> {
    sqlx::query("update account set closed_us = $2 where id = $1").bind(id).bind(closed_us).execute(&mut *conn).await?;
    sign_out(conn, id, "").await?;
    sqlx::query("delete from password_link where account_id = $1").bind(id).execute(&mut *conn).await?;
    an_administrator_is_left(conn).await
}

/// Without one, nobody could let anybody in again.
async fn an_administrator_is_left(conn: &mut Conn) -> Result<(), StoreError> {
    let left: bool = sqlx::query_scalar(
        "select exists (select 1 from account where role = $1 and closed_us is null and password <> '')",
    )
    .bind(Role::Administrator.code())
    .fetch_one(&mut *conn)
    .await?;
    if left { Ok(()) } else { Err(StoreError::LastAdministrator) }
}

/// Keeps another password. Every other sign-in of the account ends, and so does every link.
pub async fn set_password(conn: &mut Conn, id: i64, password: &str, but: &str) -> Result<(), StoreError> {
    sqlx::query("update account set password = $2 where id = $1").bind(id).bind(password).execute(&mut *conn).await?;
    sign_out(conn, id, but).await?;
    sqlx::query("delete from password_link where account_id = $1").bind(id).execute(&mut *conn).await?;
    Ok(())
}

/// Uses a link up for a password, all at once: a link that is spent has always set one. Whose it was, if it still stood.
pub async fn choose_password(
    conn: &mut Conn,
    digest: &str,
    password: &str,
    now_us: i64,
) -> Result<Option<i64>, StoreError> {
    let Some(id) = sign_ins::linked(conn, digest, now_us).await? else { return Ok(None) };
    turn_second_step_off(conn, id, "").await?;
    set_password(conn, id, password, "").await?;
    Ok(Some(id))
}

/// Turns a second step on where there is none. Every other sign-in of the account ends.
pub async fn turn_second_step_on(
    conn: &mut Conn,
    id: i64,
    key: &str,
    used: i64,
    but: &str,
) -> Result<bool, StoreError> {
    let taken =
        sqlx::query("update account set second_step = $2, second_step_used = $3 where id = $1 and second_step = ''")
            .bind(id)
            .bind(key)
            .bind(used)
            .execute(&mut *conn)
            .await?;
    if taken.rows_affected() == 1 {
        sign_out(conn, id, but).await?;
    }
    Ok(taken.rows_affected() == 1)
}

/// Turns the second step off. Every other sign-in of the account ends.
pub async fn turn_second_step_off(conn: &mut Conn, id: i64, but: &str) -> Result<(), StoreError> {
    sqlx::query("update account set second_step = '', second_step_used = 0 where id = $1")
        .bind(id)
        .execute(&mut *conn)
        .await?;
    sign_out(conn, id, but).await
}

/// Uses a step up. Whether it was still to be used: the same digits never count twice.
pub async fn use_second_step(conn: &mut Conn, id: i64, step: i64) -> Result<bool, StoreError> {
    let fresh = sqlx::query("update account set second_step_used = $2 where id = $1 and second_step_used < $2")
        .bind(id)
        .bind(step)
        .execute(&mut *conn)
        .await?;
    Ok(fresh.rows_affected() == 1)
}

/// Ends every sign-in of an account but one.
pub async fn sign_out(conn: &mut Conn, id: i64, but: &str) -> Result<(), StoreError> {
    sqlx::query("delete from sign_in where account_id = $1 and digest <> $2")
        .bind(id)
        .bind(but)
        .execute(&mut *conn)
        .await?;
    Ok(())
}
