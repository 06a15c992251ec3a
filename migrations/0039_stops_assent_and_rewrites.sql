-- Several tablets may say of one id that somebody stopped, one of them truly: each is kept, and empties what comes of
-- that tablet under that number and for that session, and nothing else.
create table stop (
    id text not null,
    session text not null,
    device text not null,
    sequence bigint not null,
    received_us bigint not null,
    primary key (id, session, device, sequence)
);
insert into stop (id, session, device, sequence, received_us)
    select id, session, device, sequence, received_us from withdrawal;
drop table withdrawal;
alter table stop rename to withdrawal;

-- Where a person said yes themselves before the first question, as the answer says it; empty where it does not say so,
-- which is all that came before.
alter table response add column assent text;
update response set assent = '' where wave is not null;

-- Since when the files wait to be written anew, because what was deleted may linger in them.
create table rewrite_due (
    since_us bigint not null
);
