-- Derived: how many people of a group have answered at a wave (step 'answered'), and how many have it as
-- the after that counts for them ('best_after'). Counted as responses are judged, so that a report need not
-- read every response. A person without a school year, as every grown-up, has -1: nulls do not conflict.
create table flow_count (
    project_id bigint not null references project (id),
    role text not null,
    school_year bigint not null,
    step text not null,
    wave text not null,
    n bigint not null,
    primary key (project_id, role, school_year, step, wave)
);

insert into flow_count (project_id, role, school_year, step, wave, n)
    select card.project_id, person.role, coalesce(person.school_year, -1), 'answered', r.wave, count(*)
    from response r join person on person.id = r.person_id join card on card.code = person.card_code
    where r.state = 'counted'
    group by card.project_id, person.role, coalesce(person.school_year, -1), r.wave;

insert into flow_count (project_id, role, school_year, step, wave, n)
    select project_id, role, school_year, 'best_after',
        case best when 1 then 'post_prog' when 2 then 'post_same' when 3 then 'post_home' else 'post_exit' end, count(*)
    from (
        select card.project_id, person.role, coalesce(person.school_year, -1) as school_year, person.id,
            min(case r.wave when 'post_prog' then 1 when 'post_same' then 2 when 'post_home' then 3 else 4 end) as best
        from response r join person on person.id = r.person_id join card on card.code = person.card_code
        where r.state = 'counted' and r.wave in ('post_same', 'post_prog', 'post_exit', 'post_home')
        group by card.project_id, person.role, coalesce(person.school_year, -1), person.id
    ) as afters
    group by project_id, role, school_year, best;
