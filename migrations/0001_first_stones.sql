-- The first tables. See migrations/README.md for the subset of SQL that both databases read alike.

create table programme (
    id bigint primary key,
    name text not null,
    funder text not null,
    grant_reference text not null,
    starts_on text not null,
    ends_on text not null,
    awareness_target bigint not null,
    sample boolean not null,
    created_us bigint not null
);

create table area (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    name text not null,
    unique (programme_id, name)
);

create table organisation (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    name text not null,
    unique (programme_id, name)
);

create table project (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    name text not null,
    area_id bigint references area (id),
    organisation_id bigint references organisation (id),
    delivery_model text not null,
    design text not null,
    target_children bigint not null,
    award_pence bigint not null,
    established boolean not null,
    unique (programme_id, name)
);

-- A session's key is its address: unguessable, eight symbols.
create table session (
    id bigint primary key,
    key text not null unique,
    project_id bigint not null references project (id),
    held_on text not null,
    place text not null,
    role text not null,
    closed_at_us bigint
);
create index session_of_project on session (project_id);

create table card (
    code text primary key,
    project_id bigint not null references project (id),
    issued_us bigint not null
);
create index card_of_project on card (project_id);

create table person (
    id bigint primary key,
    card_code text not null references card (code),
    animal text not null,
    role text not null,
    school_year bigint,
    created_us bigint not null,
    unique (card_code, animal)
);

create table attendance (
    session_id bigint not null references session (id),
    person_id bigint not null references person (id),
    primary key (session_id, person_id)
);
create index attendance_of_person on attendance (person_id);

-- A "No" is only a count: who said it is not kept.
create table refusal (
    session_id bigint not null references session (id),
    role text not null,
    n bigint not null,
    primary key (session_id, role)
);

-- Every version ever published or answered on, by content hash.
create table survey_version (
    hash text primary key,
    survey text not null,
    version bigint not null,
    content text not null,
    published_us bigint not null
);

-- The bytes as they arrived. Append-only; everything below is derived from it.
create table intake (
    arrival bigint primary key,
    id text not null,
    sha256 text not null,
    bytes bytea not null,
    received_us bigint not null,
    unique (id, sha256)
);

-- Derived: what reading and judging the bytes gave. One row for each intake row.
create table response (
    arrival bigint primary key references intake (arrival),
    id text not null,
    state text not null,
    reason text not null,
    session_id bigint references session (id),
    person_id bigint references person (id),
    wave text,
    survey text,
    version text,
    complete boolean not null,
    flags text not null,
    scores text not null
);
create index response_by_id on response (id);
create index response_of_person on response (person_id);
create index response_of_session on response (session_id);

-- Derived: before and after of one person and measure, in units of one denominator-th.
create table pair (
    person_id bigint not null references person (id),
    measure text not null,
    comparison text not null,
    survey text not null,
    session_id bigint not null,
    denominator bigint not null,
    pre bigint,
    post bigint,
    primary key (person_id, measure, comparison, survey)
);

-- Derived: how many people of a group have these two scores. `cell` spells the other columns out,
-- because a key with nulls in it does not conflict with itself.
create table pair_count (
    cell text primary key,
    project_id bigint not null,
    session_id bigint not null,
    role text not null,
    key_stage text,
    measure text not null,
    comparison text not null,
    survey text not null,
    denominator bigint not null,
    pre bigint,
    post bigint,
    n bigint not null
);
create index pair_count_of_project on pair_count (project_id);
