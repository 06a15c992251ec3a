-- Which of a tablet's numbers were begun at home, from a card's own address: a family's phone there is no tablet to
-- pack away, and what it sends after a session says nothing about the session's end.

alter table tablet_number add column at_home boolean not null default false;
