//! People, families and visits counted from the rows, all of them: what the moves of `turnout` must come to.

use crate::store::StoreError;

use super::Conn;

/// Counts everybody from the rows. Whoever is left out for now is in none of them. The
/// statements stand once more in the migration that brought these counts, from before anybody could be, and before of two
/// sessions on a day the one of the earlier project was the first.
pub async fn everybody(conn: &mut Conn) -> Result<(), StoreError> {
    for statement in STATEMENTS {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}

/// A visit is somebody at a session, once with however many cards.
const STATEMENTS: [&str; 8] = [
    "delete from turnout_count",
    "delete from session_count",
    "delete from dose_count",
    "insert into turnout_count (project_id, role, school_year, step, n)
     select card.project_id, person.role, coalesce(person.school_year, -1), 'registered', count(*)
     from person join card on card.code = person.card_code where person.counts_as is null
       and not card.restricted
     group by card.project_id, person.role, coalesce(person.school_year, -1)",
    "insert into turnout_count (project_id, role, school_year, step, n)
     select card.project_id, 'child', -1, 'families', count(*)
     from card where card.family is null and not card.restricted
       and (exists (select 1 from person where person.card_code = card.code)
            or exists (select 1 from card spare join person on person.card_code = spare.code where spare.family = card.code))
     group by card.project_id",
    "insert into turnout_count (project_id, role, school_year, step, n)
     select visit.project_id, visit.role, visit.school_year, 'attendances', count(*)
     from (select distinct attendance.session_id, person.id, card.project_id, person.role,
                  coalesce(person.school_year, -1) as school_year
           from attendance join person seen on seen.id = attendance.person_id
           join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
           join session on session.id = attendance.session_id
           where session.role <> 'follow_up' and not card.restricted) visit
     group by visit.project_id, visit.role, visit.school_year",
    "insert into session_count (session_id, children, newcomers)
     select ranked.session_id, count(*), cast(sum(case when ranked.nth = 1 then 1 else 0 end) as bigint)
     from (select visit.session_id,
                  row_number() over (partition by visit.person_id
                                     order by visit.held_on, visit.project_id, visit.session_id) as nth
           from (select distinct attendance.session_id, person.id as person_id, session.held_on, session.project_id
                 from attendance join person seen on seen.id = attendance.person_id
                 join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
                 join session on session.id = attendance.session_id
                 where session.role <> 'follow_up' and person.role = 'child' and not card.restricted) visit) ranked
     group by ranked.session_id",
    "insert into dose_count (project_id, sessions, children)
     select dose.project_id, dose.sessions, count(*)
     from (select visit.project_id, visit.person_id, count(*) as sessions
           from (select distinct attendance.session_id, person.id as person_id, card.project_id
                 from attendance join person seen on seen.id = attendance.person_id
                 join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
                 join session on session.id = attendance.session_id
                 where session.role <> 'follow_up' and person.role = 'child' and not card.restricted) visit
           group by visit.project_id, visit.person_id) dose
     group by dose.project_id, dose.sessions",
];
