-- Who did what, when and why: appended to and never changed. Each link is a hash over the one before it and
-- the row, so that a row that was changed, taken out or put in between breaks the chain. Never an answer,
-- never a card's code.

create table audit (
    n bigint primary key,
    at_us bigint not null,
    who text not null,
    what text not null,
    about text not null,
    reason text not null,
    link text not null
);
