-- Ending what kept a family from being deleted lets a clearing come again only where it had spared somebody: how many
-- cards it left, and when it was.

alter table retention add column spared bigint not null default 0;
alter table retention add column cleared_us bigint not null default 0;
update retention set spared = 1 where receipt like '%kept from being deleted%';

-- Whether somebody could say that a project's organisation was known in the area before.
alter table project add column established_known boolean not null default true;
