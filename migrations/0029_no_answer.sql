-- Who stopped or said no at a session that is open, so that its leader sees them and nobody is asked twice: a card, a
-- picture and the questionnaire, nothing that was answered. It goes when the session is closed; what stays is a count.

create table no_answer (
    session_id bigint not null references session (id),
    card_code text not null references card (code),
    animal text not null,
    wave text not null,
    how text not null,
    primary key (session_id, card_code, animal, wave)
);
create index no_answer_of_card on no_answer (card_code);
