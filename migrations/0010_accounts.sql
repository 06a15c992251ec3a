-- The team. What opens something (a sign-in's cookie, a one-time link) is kept as a digest only.

create table account (
    id bigint primary key,
    -- What they sign in with, and the same in small letters.
    name text not null,
    handle text not null unique,
    role text not null,
    -- Argon2id with its salt and cost; empty until they have chosen one.
    password text not null,
    -- Key of the second step, empty where there is none, and the last step that was used: each counts once.
    second_step text not null,
    second_step_used bigint not null,
    made_us bigint not null,
    closed_us bigint
);

-- What somebody who is no administrator reaches: a programme, or of it an organisation's projects or one project.
create table holding (
    account_id bigint not null references account (id),
    programme_id bigint not null references programme (id),
    organisation_id bigint references organisation (id),
    project_id bigint references project (id)
);
create index holding_of_account on holding (account_id);

create table sign_in (
    digest text primary key,
    account_id bigint not null references account (id),
    half_way boolean not null,
    begun_us bigint not null,
    used_us bigint not null,
    browser text not null
);
create index sign_in_of_account on sign_in (account_id);

-- A link with which somebody chooses a password, once.
create table password_link (
    digest text primary key,
    account_id bigint not null references account (id),
    expires_us bigint not null
);

-- A link that shows a programme's page for the funder, without an account.
create table funder_link (
    id bigint primary key,
    digest text not null unique,
    programme_id bigint not null references programme (id),
    label text not null,
    made_us bigint not null,
    expires_us bigint not null,
    revoked_us bigint,
    opened bigint not null,
    opened_us bigint
);
