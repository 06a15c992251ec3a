//! What people wrote in their own words.

use crate::survey::{Accepts, Field, Survey};

use super::{Answer, Envelope};

/// Each text that somebody typed, with the field it is the answer of, in the order they are asked.
pub fn own_words<'s>(survey: &'s Survey, envelope: &Envelope) -> Vec<(Field<'s>, String)> {
    let texts = survey.fields_at(envelope.wave).filter(|field| matches!(field.accepts, Accepts::Text { .. }));
    texts
        .filter_map(|field| match envelope.answers.get(&field.name) {
            Some(Answer::Text(text)) if !text.trim().is_empty() => Some((field, text.clone())),
            _ => None,
        })
        .collect()
}
