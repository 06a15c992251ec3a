-- A tablet asks to be paired with a session, shows two words, and is paired when the leader approves the
-- request with the same words. What it then proves itself with is its own random token, kept here as a hash.

create table pairing (
    id bigint primary key,
    session_id bigint not null references session (id),
    device text not null,
    token_sha256 text not null,
    words text not null,
    asked_us bigint not null,
    seen_us bigint not null,
    name text,
    approved_us bigint,
    refused_us bigint,
    ended_us bigint,
    unique (session_id, token_sha256)
);

-- Which numbers of which tablet are accounted for: everything begun on a tablet has the next number, and a
-- gap is an answer that may be lost. Nothing about anybody who answered. A number that was given up when a
-- session was closed with a reason names that session, until it arrives after all.
create table tablet_number (
    device text not null,
    sequence bigint not null,
    session text not null,
    given_up_at bigint references session (id),
    primary key (device, sequence)
);
create index tablet_number_of_session on tablet_number (session);

-- How many cards the tablet's offline copy of the session knows; -1 where it has not said.
alter table tablet add column cards bigint not null default -1;

-- Somebody said that this is a family's own device and not one to pack away.
alter table tablet add column own_us bigint;
