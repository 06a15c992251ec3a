-- What people write for a report: its texts, what was learnt, what it cost, and what families said.
create table report_text (
    programme_id bigint not null references programme (id),
    passage text not null,
    body text not null,
    primary key (programme_id, passage)
);

create table lesson (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    project_id bigint references project (id),
    kind text not null,
    noted_on text not null,
    theme text not null,
    note text not null,
    action text not null
);
create index lesson_of_programme on lesson (programme_id);

create table cost_line (
    programme_id bigint not null references programme (id),
    place bigint not null,
    strand text not null,
    what text not null,
    budget_pence bigint not null,
    spent_pence bigint not null,
    primary key (programme_id, place)
);

-- `said` is what was said or typed, `words` what may be printed of it. A card is kept only so that its family can
-- take the words back; `response_id` only so that an answer is taken up once.
create table quote (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    project_id bigint references project (id),
    card_code text not null,
    response_id text not null,
    speaker text not null,
    said text not null,
    words text not null,
    consent bigint not null,
    state text not null,
    taken_us bigint not null
);
create index quote_of_programme on quote (programme_id);
create index quote_of_card on quote (card_code);
