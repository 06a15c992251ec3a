-- A follow-up within four weeks of the before is no longer counted, and what was counted before is told from what is
-- stored: everything derived from responses is judged again from `intake` the next time the store is opened.
delete from flow_count;
delete from circumstance_count;
delete from scale_sum;
delete from family_sum;
delete from family_answer;
delete from pair_count;
delete from person_pairs;
delete from response;
