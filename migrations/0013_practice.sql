-- A practice is a programme of its own beside one project: nothing in it can be counted with anything real, and
-- all of it goes at once.
alter table programme add column practice_of bigint references project (id);

-- The sessions of practices that are over: what still comes from them is let go, and not kept as a puzzle.
create table practice_over (
    session text primary key
);

-- A paper that was keyed in twice, by the response that stands since: who keyed it the second time, how many answers
-- differed, and why those that stand were taken.
create table second_keying (
    response_id text primary key,
    session_id bigint not null references session (id),
    survey text not null,
    wave text not null,
    keyed_us bigint not null,
    who text not null,
    differences bigint not null,
    reason text not null
);
create index second_keying_of_session on second_keying (session_id);

-- Numbers of tablets are noted since 0007, and what was stored before has been judged again since. What somebody
-- stopped before was not: its number would look like a loss for ever.
insert into tablet_number (device, sequence, session)
    select device, sequence, session from withdrawal where sequence > 0 order by received_us
    on conflict (device, sequence) do nothing;
