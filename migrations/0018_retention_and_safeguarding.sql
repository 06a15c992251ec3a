-- When what is to go goes: for each programme a day on which codes are cut from answers, and one on which answers are
-- deleted. Each is warned of twice, and leaves a receipt.

create table retention (
    programme_id bigint not null references programme (id),
    clearing text not null,
    due_on text not null,
    first_on text not null,
    second_on text not null,
    done_on text not null,
    receipt text not null,
    primary key (programme_id, clearing)
);

-- Cards whose codes were cut from their answers, as keyed hashes: late copies are refused, and none is printed again.
-- They are no tombstones: an older backup is cleared by its own clock, not emptied at once.
create table cut_card (
    digest text primary key,
    cut_us bigint not null
);

-- Who reads what families write in their own words, and whom a leader turns to.
create table safeguarding (
    programme_id bigint primary key references programme (id),
    -- Nothing while nobody signs in: then whoever runs this machine reads.
    lead_id bigint references account (id),
    contact text not null
);

-- Free texts that the lead has read.
create table comment_read (
    response_id text primary key,
    programme_id bigint not null references programme (id),
    read_us bigint not null
);
create index comment_read_of_programme on comment_read (programme_id);

-- Derived: nothing, 'said' where somebody wrote in their own words, 'raised' where a word of the list is among them.
alter table response add column comment text not null default '';
create index response_with_comment on response (session_id) where comment <> '';

-- Everything derived is judged again at the next start.
delete from flow_count;
delete from family_sum;
delete from pair_count;
delete from person_pairs;
delete from response;
