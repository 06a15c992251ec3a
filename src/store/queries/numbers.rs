//! Which numbers of which tablet are accounted for.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;

use crate::response::TabletNumber;
use crate::store::StoreError;

use super::{Conn, Db};

/// Rows in one statement.
const CHUNK: usize = 500;

/// Notes that these have arrived, as answers, as notes that somebody stopped, or as copies of what was taken out.
pub async fn note(conn: &mut Conn, numbers: impl Iterator<Item = TabletNumber>) -> Result<(), StoreError> {
    let numbers: BTreeMap<(String, i64), (String, bool)> = numbers
        .filter(TabletNumber::is_sound)
        .map(|number| ((number.device, number.sequence), (number.session, number.at_home)))
        .collect();
    let numbers: Vec<_> = numbers.into_iter().collect();
    for some in numbers.chunks(CHUNK) {
        let mut query = QueryBuilder::<Db>::new("insert into tablet_number (device, sequence, session, at_home) ");
        query.push_values(some, |mut row, ((device, sequence), (session, at_home))| {
            row.push_bind(device.as_str()).push_bind(*sequence).push_bind(session.as_str()).push_bind(*at_home);
        });
        query.push(" on conflict (device, sequence) do update set given_up_at = null, at_home = excluded.at_home");
        query.build().execute(&mut *conn).await?;
    }
    Ok(())
}
