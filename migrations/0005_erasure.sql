-- What was taken out on request must stay out, without a list of who asked: keyed hashes of card codes and
-- response ids, and the key they are made with.

create table secret (
    name text primary key,
    value text not null
);

create table tombstone (
    digest text primary key,
    erased_us bigint not null
);
