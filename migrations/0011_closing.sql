-- What a leader notes of the day when the session ends, and how it was closed: with every tablet known to be empty,
-- or with a reason. Counts and words about the session, nobody's answers.

create table session_notes (
    session_id bigint primary key references session (id),
    noted_us bigint not null,
    children bigint,
    adults bigint,
    food text not null,
    topics text not null,
    other_topic text not null,
    visitors bigint,
    visitors_who text not null,
    same_leader text not null,
    disruption text not null,
    conversations bigint,
    note text not null
);

create table session_closing (
    session_id bigint primary key references session (id),
    closed_us bigint not null,
    unsafe_tablets bigint not null,
    reason text not null
);
