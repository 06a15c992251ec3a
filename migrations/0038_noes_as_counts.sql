-- A "No" is a count and nothing else. It says what was declined: by a grown-up for their children, by a child for
-- themselves, or by a grown-up for themselves; and whether they were known already, having answered before: who is known
-- is among the people of the programme, and their "No" makes nobody new. Counts from before say neither: a grown-up's is
-- taken for one for their children, and everybody for new.

create table no_count (
    session_id bigint not null references session (id),
    declined text not null,
    known boolean not null,
    n bigint not null,
    primary key (session_id, declined, known)
);
insert into no_count (session_id, declined, known, n)
    select session_id, case role when 'adult' then 'children' else 'child' end, false, n from refusal;
drop table refusal;

-- Who stopped or said no was kept here by card and picture until the session was closed. It is kept nowhere now.
drop table no_answer;
