-- When a warning was shown to somebody who can act on it: only from then on does it count.

alter table retention add column first_seen_on text not null default '';
alter table retention add column second_seen_on text not null default '';
