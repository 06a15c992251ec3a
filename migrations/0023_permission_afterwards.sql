-- Children's answers that came without a word on how permission was given: what somebody of the team noted of them
-- afterwards, and why. A note is about what had arrived by then, and never says who a child is.

create table permission_note (
    id bigint primary key,
    session_id bigint not null references session (id),
    given text not null,
    reason text not null,
    who text not null,
    noted_us bigint not null
);
create index permission_note_of_session on permission_note (session_id);

-- Nothing where nobody has to give it, as for a grown-up; empty where it should be there and is not.
update response set permission = '' where permission is null and person_id in (select id from person where role = 'child');
create index response_without_permission on response (session_id) where permission = '';
