-- A before and an after on versions of one survey whose lists differ in length are not compared: each
-- stands alone, over its own denominator, and the key must tell them apart.

create table pair_by_denominator (
    person_id bigint not null references person (id),
    measure text not null,
    comparison text not null,
    survey text not null,
    session_id bigint not null,
    denominator bigint not null,
    pre bigint,
    post bigint,
    primary key (person_id, measure, comparison, survey, denominator)
);
insert into pair_by_denominator (person_id, measure, comparison, survey, session_id, denominator, pre, post)
    select person_id, measure, comparison, survey, session_id, denominator, pre, post from pair;
drop table pair;
alter table pair_by_denominator rename to pair;
