-- The moment a leader started the afters of a session: from then on tablets propose them.

alter table session add column afters_us bigint;
