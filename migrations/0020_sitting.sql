-- Who has begun on which tablet just now, so that a leader sees a family before it has sent anything: a card, a picture
-- and the questionnaire, no answer. It is as old as the tablet's newest beat, and goes when the session is closed.

create table sitting (
    session_id bigint not null references session (id),
    device text not null,
    card_code text not null references card (code),
    animal text not null,
    wave text not null,
    primary key (session_id, device, card_code, animal, wave)
);
create index sitting_of_card on sitting (card_code);
