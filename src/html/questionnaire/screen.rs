//! One item as one or more screens: the question, hard words, the controls, the ways round it.

use maud::{Markup, html};

use crate::survey::{Item, Look, ResponseOption, TEXT_LIMIT};

use super::{Draw, choices, jobs, two_children};

/// How the script reads the answers of a screen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One radio group.
    One,
    /// Boxes to tick, each a field of 0 or 1.
    Ticks,
    /// Several radio groups.
    Rows,
    /// A text.
    Text,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Kind::One => "one",
            Kind::Ticks => "ticks",
            Kind::Rows => "rows",
            Kind::Text => "text",
        }
    }
}

/// One screen before its frame is drawn.
pub struct Screen<'a> {
    pub item: &'a Item,
    pub kind: Kind,
    /// The fields it answers.
    pub fields: Vec<String>,
    /// The question as plain text; hard words are found in it.
    pub question: &'a str,
    /// A sentence said before it.
    pub say: Option<&'a str>,
    pub controls: Markup,
}

/// Draws an item, in the order its screens are shown.
pub fn screens(draw: &mut Draw, item: &Item) -> Vec<Markup> {
    let survey = draw.survey;
    let Some(scale) = survey.scale_of(item) else { return Vec::new() };
    let options = survey.options_of(item);
    if let Some(pair) = &item.retrospective {
        return [("then", &pair.then), ("now", &pair.now)]
            .into_iter()
            .map(|(part, question)| {
                let field = format!("{}.{part}", item.id);
                let controls = choices::radios(draw, scale.look, &field, options);
                frame(draw, &Screen { item, kind: Kind::One, fields: vec![field], question, say: None, controls })
            })
            .collect();
    }
    let question = item.text_at(draw.wave);
    match scale.look {
        Look::Tiles => vec![jobs::tiles(draw, item, question)],
        Look::JobRows => jobs::rows(draw, item, question, options),
        Look::TwoChildren => vec![two_children::screen(draw, item, options)],
        Look::Multi => {
            let (fields, controls) = choices::ticks(item, options);
            vec![frame(draw, &Screen { item, kind: Kind::Ticks, fields, question, say: None, controls })]
        }
        Look::Text => {
            let controls = html! {
                input.typed type="text" name=(item.id) maxlength=(TEXT_LIMIT) aria-label=(question)
                    autocomplete="off" autocorrect="off" spellcheck="false" enterkeyhint="done";
            };
            let fields = vec![item.id.clone()];
            vec![frame(draw, &Screen { item, kind: Kind::Text, fields, question, say: None, controls })]
        }
        look => {
            let controls = choices::radios(draw, look, &item.id, options);
            let fields = vec![item.id.clone()];
            vec![frame(draw, &Screen { item, kind: Kind::One, fields, question, say: None, controls })]
        }
    }
}

/// Puts the frame around a screen's controls.
pub fn frame(draw: &mut Draw, screen: &Screen) -> Markup {
    let Screen { item, kind, fields, question, say, controls } = screen;
    let options = draw.survey.options_of(item);
    let write_in = options.iter().find(|option| option.write_in);
    let id = fields.first().map_or(&*item.id, String::as_str);
    let only_after = (!item.only_after.is_empty()).then(|| serde_json::to_string(&item.only_after).unwrap_or_default());
    let unasked: Vec<&str> =
        item.glossary.keys().map(String::as_str).filter(|word| find(question, word).is_none()).collect();
    let said = if item.retrospective.is_some() { fields.first().cloned() } else { Some(item.recorded_at(draw.wave)) };
    let audio = said.and_then(|said| draw.audio(&said));
    html! {
        fieldset.screen data-item=(item.id) data-kind=(kind.code()) data-fields=(fields.join(" ")) data-only-after=[only_after] data-jobs[*kind == Kind::Ticks && !item.jobs.is_empty()] data-audio=[&audio] {
            legend { h2.question tabindex="-1" {
                @if item.text_when.is_empty() { (with_hard_words(question, item, id)) }
                @else {
                    span data-otherwise data-says=[&audio] { (with_hard_words(question, item, id)) }
                    @for (variant, said) in item.text_when.iter().zip(item.variants_recorded()) {
                        span data-item-is=(variant.item) data-values=(numbers(&variant.is)) data-says=[draw.audio(&said)] hidden { (variant.text) }
                    }
                }
            } }
            @if let Some(say) = say { p.say { (say) } }
            @if !unasked.is_empty() {
                p.small { "What does it mean? " @for word in &unasked { (word_button(word, word, id)) " " } }
            }
            @for (word, meaning) in &item.glossary {
                p.meaning id=(meaning_id(id, word)) role="note" { strong { (word) } ": " (meaning) }
            }
            (controls)
            @if let Some(option) = write_in {
                label.write-in data-write-in=(option.value) data-key=[option.key.as_deref()] {
                    span { (option.label) ":" }
                    input.typed type="text" name={ (item.id) ".typed" } maxlength=(TEXT_LIMIT)
                        autocomplete="off" autocorrect="off" spellcheck="false";
                }
            }
            (asides(draw, screen, options))
        }
    }
}

/// The ways round a question, and the buttons beside a text.
fn asides(draw: &Draw, screen: &Screen, options: &[ResponseOption]) -> Markup {
    // A radio takes the place of the other answers of its group; beside boxes and texts a box does.
    let (control, name) = match (screen.kind, screen.fields.first()) {
        (Kind::One, Some(field)) => ("radio", field.as_str()),
        _ => ("checkbox", &*screen.item.id),
    };
    let beside: &[ResponseOption] = if screen.kind == Kind::Text { options } else { &[] };
    html! {
        div.asides {
            @for option in beside {
                (aside(control, name, option.value, &html! { (option.label) }))
            }
            (aside(control, name, -1, &html! { b aria-hidden="true" { "?" } "I don’t know" }))
            @if draw.offers_rather_not() && !says_so(options) { (aside(control, name, -2, &html! { "I would rather not say" })) }
            button.button.with-script type="button" data-skip { "Skip" }
        }
    }
}

/// Whether one of a question's own options is the rather not say already.
fn says_so(options: &[ResponseOption]) -> bool {
    options.iter().any(|option| option.label.to_lowercase().contains("rather not say"))
}

fn aside(control: &str, name: &str, value: i32, label: &Markup) -> Markup {
    html! {
        label.option {
            input.pick type=(control) name=(name) value=(value) data-aside autocomplete="off";
            span.plate { span { (label) } }
        }
    }
}

fn numbers(values: &[i32]) -> String {
    values.iter().map(i32::to_string).collect::<Vec<_>>().join(" ")
}

// ---- hard words ----

fn with_hard_words(text: &str, item: &Item, id: &str) -> Markup {
    let first = item.glossary.keys().filter_map(|word| find(text, word).map(|(from, to)| (from, to, word))).min();
    html! {
        @match first {
            Some((from, to, word)) => {
                (text[..from]) (word_button(&text[from..to], word, id)) (with_hard_words(&text[to..], item, id))
            }
            None => (text),
        }
    }
}

fn word_button(shown: &str, word: &str, id: &str) -> Markup {
    html! { button.word type="button" data-word aria-expanded="false" aria-controls=(meaning_id(id, word)) { (shown) } }
}

fn meaning_id(id: &str, word: &str) -> String {
    format!("m-{}-{}", id.replace('.', "-"), word.replace(' ', "-"))
}

/// Where a hard word stands in a text, whatever its case and with its ending: `apprenticeships`.
fn find(text: &str, word: &str) -> Option<(usize, usize)> {
    let starts = text.char_indices().map(|(at, _)| at);
    let from = starts.into_iter().find(|&at| {
        let inside = text[..at].chars().next_back().is_some_and(char::is_alphabetic);
        !inside && text.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    })?;
    let rest = &text[from + word.len()..];
    let ending = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    Some((from, from + word.len() + ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_word_is_found_in_any_case_and_with_its_ending() {
        assert_eq!(find("I know about Apprenticeships now", "apprenticeship"), Some((13, 28)));
        assert_eq!(find("A misuniversity", "university"), None);
        assert_eq!(find("Café or university?", "university"), Some((9, 19)));
    }
}
