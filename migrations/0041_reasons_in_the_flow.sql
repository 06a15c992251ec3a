-- Why somebody is not in the next step of the flow hangs on answers and on visits, so it is kept person by person, as the
-- codes of `pairing::Why` with a blank between them; who has none is left out. How many they are stands in `flow_count`,
-- each code as a step. That somebody was at a last session and gave no after was the first such reason. What was derived
-- before is judged again from `intake` the next time the store is opened.
drop table gave_no_after;
create table flow_reason (
    person_id bigint primary key references person (id),
    reasons text not null
);

-- Whether somebody had been to such an activity before, where a questionnaire asks that: the question's id and the code of
-- the choice, with a point between them; empty where that was not asked or not said.
alter table response add column newcomer text;

delete from flow_count;
delete from circumstance_count;
delete from scale_sum;
delete from family_sum;
delete from family_answer;
delete from pair_count;
delete from person_pairs;
delete from response;
