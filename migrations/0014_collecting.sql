-- The end of a session: the leader collects the tablets, each tablet says that it takes no more families. That moment
-- names the collecting: what a tablet said under an earlier one says nothing about this one.

create table session_collecting (
    session_id bigint primary key references session (id),
    since_us bigint not null
);

-- The collecting, or the closing, under which the tablet last said that it takes no more families.
alter table tablet add column stopped_under bigint;
