-- People, families and visits are counted as they are made known and seen, so that a report need not count them one by
-- one. Judging answers again does not make these counts again. Sessions that only ask again later are no visits.

-- Steps are 'registered', 'families' (of the project that issued the card, as children without a school year) and
-- 'attendances'. A person without a school year has -1: nulls do not conflict.
create table turnout_count (
    project_id bigint not null references project (id),
    role text not null,
    school_year bigint not null,
    step text not null,
    n bigint not null,
    primary key (project_id, role, school_year, step)
);

-- Children at a session, and those of them who were at none before it.
create table session_count (
    session_id bigint primary key references session (id),
    children bigint not null,
    newcomers bigint not null
);

-- Children of a project's cards by the number of sessions they came to.
create table dose_count (
    project_id bigint not null references project (id),
    sessions bigint not null,
    children bigint not null,
    primary key (project_id, sessions)
);

insert into turnout_count (project_id, role, school_year, step, n)
    select card.project_id, person.role, coalesce(person.school_year, -1), 'registered', count(*)
    from person join card on card.code = person.card_code where person.counts_as is null
    group by card.project_id, person.role, coalesce(person.school_year, -1);

insert into turnout_count (project_id, role, school_year, step, n)
    select card.project_id, 'child', -1, 'families', count(*)
    from card where card.family is null
      and (exists (select 1 from person where person.card_code = card.code)
           or exists (select 1 from card spare join person on person.card_code = spare.code where spare.family = card.code))
    group by card.project_id;

insert into turnout_count (project_id, role, school_year, step, n)
    select visit.project_id, visit.role, visit.school_year, 'attendances', count(*)
    from (select distinct attendance.session_id, person.id, card.project_id, person.role,
                 coalesce(person.school_year, -1) as school_year
          from attendance join person seen on seen.id = attendance.person_id
          join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
          join session on session.id = attendance.session_id where session.role <> 'follow_up') visit
    group by visit.project_id, visit.role, visit.school_year;

insert into session_count (session_id, children, newcomers)
    select ranked.session_id, count(*), cast(sum(case when ranked.nth = 1 then 1 else 0 end) as bigint)
    from (select visit.session_id,
                 row_number() over (partition by visit.person_id order by visit.held_on, visit.session_id) as nth
          from (select distinct attendance.session_id, person.id as person_id, session.held_on
                from attendance join person seen on seen.id = attendance.person_id
                join person on person.id = coalesce(seen.counts_as, seen.id)
                join session on session.id = attendance.session_id
                where session.role <> 'follow_up' and person.role = 'child') visit) ranked
    group by ranked.session_id;

insert into dose_count (project_id, sessions, children)
    select dose.project_id, dose.sessions, count(*)
    from (select visit.project_id, visit.person_id, count(*) as sessions
          from (select distinct attendance.session_id, person.id as person_id, card.project_id
                from attendance join person seen on seen.id = attendance.person_id
                join person on person.id = coalesce(seen.counts_as, seen.id) join card on card.code = person.card_code
                join session on session.id = attendance.session_id
                where session.role <> 'follow_up' and person.role = 'child') visit
          group by visit.project_id, visit.person_id) dose
    group by dose.project_id, dose.sessions;

-- Which versions of a questionnaire were answered at a session is found in the index alone.
drop index response_of_session;
create index response_of_session on response (session_id, version);
