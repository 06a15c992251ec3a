-- Derived: the one child of a family who answered and its grown-ups beside each other, counted as answers are judged,
-- for questions that both are asked. `cell` spells out project, measure, comparison and answers; `answers` is a JSON list of two lists:
-- children and grown-ups at or above the cut never, only after, only before, both times. `n` is families.
create table family_answer (
    cell text primary key,
    project_id bigint not null,
    measure text not null,
    comparison text not null,
    answers text not null,
    n bigint not null
);
create index family_answer_of_project on family_answer (project_id);

-- Judged again from `intake` the next time the store is opened.
delete from flow_count;
delete from family_sum;
delete from pair_count;
delete from person_pairs;
delete from response;
