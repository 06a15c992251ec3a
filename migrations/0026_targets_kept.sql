-- How the target for awareness is judged: 'overall', 'every_project' or 'lower_limit', chosen before the first session.
alter table programme add column awareness_reading text not null default 'overall';

-- Targets that were changed after answers were in: what a report must say of them. `was` and `became` are as stored:
-- a number, or the code of a reading. A change of a project's own target names the project.
create table target_change (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    project_id bigint references project (id),
    target text not null,
    was text not null,
    became text not null,
    reason text not null,
    changed_on text not null
);
create index target_change_of_programme on target_change (programme_id);
