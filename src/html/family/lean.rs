//! A questionnaire without what the tablet's script knows by itself.

use maud::{Markup, PreEscaped};

/// What hundreds of pictures and controls say alike. A quotation mark in a text is escaped, so that only markup of ours is
/// like it.
const ALIKE: [&str; 2] = [r#" viewBox="0 0 32 32" aria-hidden="true" focusable="false""#, r#" autocomplete="off""#];

/// A questionnaire that does not send that a thousand times over: the script puts it back into the copy that is shown
/// (`wear` in static/tablet/stage.js).
pub(super) fn lean(questionnaire: &Markup) -> Markup {
    PreEscaped(ALIKE.iter().fold(questionnaire.0.clone(), |page, said| page.replace(said, "")))
}
