-- Whoever has a before and no after either was at a last or only session, where the after is asked, or was not. That hangs
-- on answers and on visits, so it is kept person by person: those who were there and gave none. How many they are stands in
-- `flow_count` as the step 'gave_no_after'. What was derived before is judged again from `intake` the next time the store is
-- opened.
create table gave_no_after (
    person_id bigint primary key references person (id)
);

delete from flow_count;
delete from circumstance_count;
delete from scale_sum;
delete from family_sum;
delete from family_answer;
delete from pair_count;
delete from person_pairs;
delete from response;

-- A project may set out for another rise in awareness than its programme; null where the programme's holds.
alter table project add column awareness_target bigint;
