-- Derived: a person's pairs in one row, as a JSON list in place of some twenty rows; and families at one-off
-- sessions summed up as their answers are judged, so that a report need not read every family.

drop table pair;

create table person_pairs (
    person_id bigint primary key references person (id),
    pairs text not null
);

-- `cell` spells out project, role, measure, comparison and the kinds of people in these families; the sums are
-- JSON, as they are only ever read and added to as a whole.
create table family_sum (
    cell text primary key,
    project_id bigint not null,
    sums text not null
);
create index family_sum_of_project on family_sum (project_id);

-- From which score a measure counts as positive, as it was when the sums were made.
create table cut (
    survey text not null,
    measure text not null,
    positive_from bigint not null,
    primary key (survey, measure)
);

-- Judged again from `intake` the next time the store is opened.
delete from flow_count;
delete from pair_count;
delete from response;
