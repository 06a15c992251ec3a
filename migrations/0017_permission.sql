-- How people said yes: kept with each answer, and the words they said it to kept for good. A "No" stays a count.

create table notice (
    version text primary key,
    words text not null,
    first_us bigint not null
);

-- Sessions for which the school told families beforehand and keeps the list of those who said no.
create table school_notice (
    session_id bigint primary key references session (id),
    said_us bigint not null
);

-- Derived, as the answer says it: the words that were shown, and how permission was given for a child.
alter table response add column notice text;
alter table response add column permission text;

-- Everything derived is judged again at the next start.
delete from flow_count;
delete from family_sum;
delete from pair_count;
delete from person_pairs;
delete from response;
