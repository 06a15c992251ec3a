-- What people decided about who is who: a spare card for a lost one, two people who are one, an answer that is
-- somebody else's or is set aside. A row is never changed but for its end; what follows from those that stand
-- (family, counts_as, sent_as) is derived.

create table link (
    id bigint primary key,
    programme_id bigint not null references programme (id),
    kind text not null,
    card_code text not null,
    animal text not null,
    response_id text not null,
    to_code text not null,
    to_animal text not null,
    confidence text not null,
    reason text not null,
    who text not null,
    made_us bigint not null,
    undone_us bigint,
    undone_by text not null,
    made_person bigint,
    made_attendance bigint
);
create index link_of_programme on link (programme_id);
create index link_of_response on link (response_id);

-- The card whose family this one leads to, where it is not its own.
alter table card add column family text;
create index card_by_family on card (family);

-- The person that somebody counts as, where it is not themselves.
alter table person add column counts_as bigint;
create index person_by_counts_as on person (counts_as);

-- Whose card and picture a response was sent with, and when it was begun: of two of one wave the first counts,
-- whichever arrived first.
alter table response add column sent_as bigint;
alter table response add column started_ms bigint not null default 0;
create index response_by_sent_as on response (sent_as);

-- Everything derived is judged again at the next start.
delete from flow_count;
delete from pair_count;
delete from pair;
delete from response;
