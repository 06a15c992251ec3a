-- Reports that somebody signed off as final: who, when, and the hash of the figures they had before them.
create table sign_off (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    who text not null,
    figures text not null,
    signed_us bigint not null
);
create index sign_off_of_programme on sign_off (programme_id);

-- On what ground of the law a programme holds what families gave, who decided it, and where that is written down.
create table lawful_basis (
    programme_id bigint primary key references programme (id),
    basis text not null,
    decided_by text not null,
    decided_on text not null,
    written_in text not null,
    -- Whom families write to about what is held of them; may be empty.
    contact text not null
);

-- Complaints about how what families gave is handled. No names: the organisation's letters hold them.
create table complaint (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    received_on text not null,
    about text not null,
    acknowledged_on text not null,
    done text not null,
    closed_on text not null
);
create index complaint_of_programme on complaint (programme_id);

-- What must stay although its day has come, or stay out of figures and files while it is disputed: a family's cards,
-- or a whole programme. It ends by a person's word, and its row stays.
create table protection (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    kind text not null,
    whole boolean not null,
    reason text not null,
    who text not null,
    begun_us bigint not null,
    ended_us bigint,
    ended_by text not null,
    ended_because text not null
);
create index protection_of_programme on protection (programme_id);

-- Which card somebody named, and, following from that and from who was decided to be who, which cards it is about.
alter table card add column kept_by bigint;
alter table card add column restricted_by bigint;
alter table card add column kept boolean not null default false;
alter table card add column restricted boolean not null default false;
create index card_restricted on card (code) where restricted;
