-- Main results are counted apart by what may speak against an answer (the bits of `Doubts`) and by how many sessions
-- people came to, so that a report can look again without some of them and need not read anybody.
alter table response add column helper text not null default '';
alter table response add column language text not null default '';
alter table pair_count add column doubts bigint not null default 0;
alter table pair_count add column visits bigint;

-- Derived: questionnaires that count, by who helped and by the language they were read in. `moment` is pre, post or fu.
create table circumstance_count (
    project_id bigint not null references project (id),
    role text not null,
    moment text not null,
    circumstance text not null,
    value text not null,
    n bigint not null,
    primary key (project_id, role, moment, circumstance, value)
);

-- Derived: sums of answers to the items of scales, from which reliability follows. `cell` spells out project, survey,
-- measure, moment and the number of items; the sums are JSON, as they are only ever read and added to as a whole.
create table scale_sum (
    cell text primary key,
    project_id bigint not null references project (id),
    survey text not null,
    measure text not null,
    moment text not null,
    sums text not null
);
create index scale_sum_of_project on scale_sum (project_id);

-- Judged again from `intake` the next time the store is opened.
delete from flow_count;
delete from family_sum;
delete from family_answer;
delete from pair_count;
delete from person_pairs;
delete from response;
