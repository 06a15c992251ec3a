//! Whose card some bytes name, without judging the rest of them.

use serde::Deserialize;

use crate::person::CardCode;

/// The card that an envelope names; `None` where the bytes are no envelope.
pub fn card_in(bytes: &[u8]) -> Option<CardCode> {
    #[derive(Deserialize)]
    struct OnlyCard {
        card: CardCode,
    }
    serde_json::from_slice::<OnlyCard>(bytes).ok().map(|only| only.card)
}

/// Whether the bytes belong to this card: as its envelope, or, where they are no envelope, because its
/// code stands in them however it is spelt.
pub fn names_card(bytes: &[u8], code: &CardCode) -> bool {
    if let Some(card) = card_in(bytes) {
        return card == *code;
    }
    let symbols: Vec<u8> =
        bytes.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase).collect();
    symbols.windows(code.as_str().len()).any(|run| run == code.as_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_belongs_to_its_card_and_to_no_code_in_a_text() {
        let penc4t = CardCode::parse("PEN-C4T").expect("a code");
        let other = CardCode::parse("A2A-2AW").expect("a code");
        let bytes = br#"{"card":"a2a2aw","answers":{"T":"my friend has PEN-C4T"}}"#;
        assert!(names_card(bytes, &other) && !names_card(bytes, &penc4t));
    }

    #[test]
    fn bytes_that_cannot_be_read_belong_to_the_card_they_mention() {
        let penc4t = CardCode::parse("PEN-C4T").expect("a code");
        assert!(names_card(b"\xff{\"card\": \"pen-c4t\", \"answ", &penc4t));
        assert!(!names_card(b"{\"card\": \"pen-c4", &penc4t));
        assert!(!names_card(b"", &penc4t));
    }
}
