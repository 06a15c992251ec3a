-- What tablets say of themselves, and the two things they send beside responses.

-- The newest word of each tablet at each session: nothing about anybody who answered.
create table tablet (
    device text not null,
    session_id bigint not null references session (id),
    sequence bigint not null,
    waiting bigint not null,
    parked bigint not null,
    drafts bigint not null,
    storage text not null,
    oldest_ms bigint not null,
    shell text not null,
    clock_off_ms bigint not null,
    seen_us bigint not null,
    primary key (device, session_id)
);

-- A "No" is sent until it is acknowledged and counted once; only that it was is kept here.
create table refusal_seen (
    id text primary key,
    session_id bigint not null references session (id)
);

-- Somebody stopped: no answer, only which number of which tablet it was, so that no gap looks like a loss.
create table withdrawal (
    id text primary key,
    session text not null,
    device text not null,
    sequence bigint not null,
    received_us bigint not null
);
