//! The small parts that staff and family pages share.

use maud::{Markup, html};

/// One thing wrong with a form: the id of the field, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Id and name of the field.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl FieldError {
    /// An error of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), message: message.into() }
    }
}

/// The first thing on a page whose form was refused: each error leads to its field. Nothing is drawn
/// without errors.
pub fn error_summary(errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" tabindex="-1" autofocus {
                h2 { @if errors.len() == 1 { "One thing needs mending" } @else { (errors.len()) " things need mending" } }
                ul { @for error in errors { li { a href={ "#" (error.field) } { (error.message) } } } }
            }
        }
    }
}

/// What a field asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line of text; the type is that of HTML: `text`, `date`, `number`, `password`.
    Line(&'static str),
    /// A line of text with suggestions; anything else may be typed too.
    Suggested(Vec<String>),
    /// Several lines.
    Lines,
    /// One of a few, all shown: (value, label).
    Radios(Vec<(String, String)>),
    /// One of many: (value, label).
    Select(Vec<(String, String)>),
    /// Yes or no; the value is `yes` when ticked.
    Tick,
}

/// A labelled field of a form with its hint and, after a refusal, what was typed and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    name: String,
    label: String,
    input: Input,
    value: String,
    hint: Option<String>,
    required: bool,
    width: &'static str,
    mode: Option<&'static str>,
    remembered: &'static str,
    sent_as: Option<&'static str>,
    longest: Option<usize>,
}

impl Field {
    /// A field; its name is also its id.
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Field {
        Field {
            name: name.into(),
            label: label.into(),
            input,
            value: String::new(),
            hint: None,
            required: false,
            width: "",
            mode: None,
            remembered: "off",
            sent_as: None,
            longest: None,
        }
    }

    /// A line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::new(name, label, Input::Line("text"))
    }

    /// The same field under another id; it is sent under `name`. For two fields of one name on a page.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>, name: &'static str) -> Field {
        self.name = id.into();
        self.sent_as = Some(name);
        self
    }

    /// What stands in it, or which choice is taken.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Field {
        self.value = value.into();
        self
    }

    /// A sentence that helps to fill it in.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Field {
        self.hint = Some(hint.into());
        self
    }

    /// The form is refused without it. Fields that may stay empty say so on the page.
    #[must_use]
    pub fn required(mut self) -> Field {
        self.required = true;
        self
    }

    /// For short answers: `narrow`, or `short` for dates and sums.
    #[must_use]
    pub fn width(mut self, class: &'static str) -> Field {
        self.width = class;
        self
    }

    /// How many letters fit in; the hint should say so before somebody types.
    #[must_use]
    pub fn at_most(mut self, letters: usize) -> Field {
        self.longest = Some(letters);
        self
    }

    /// What a password manager may keep in it: `username`, `current-password`, `new-password`.
    #[must_use]
    pub fn remembered(mut self, what: &'static str) -> Field {
        self.remembered = what;
        self
    }

    /// Which keyboard a tablet shows: `numeric`, `decimal`, `email`.
    #[must_use]
    pub fn keyboard(mut self, mode: &'static str) -> Field {
        self.mode = Some(mode);
        self
    }
}

/// Draws a field, with its error where `errors` holds one.
pub fn field(field: &Field, errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|error| error.field == field.name);
    let described = described_by(field, error.is_some());
    let optional = html! { @if !field.required { span.optional { " (may stay empty)" } } };
    let notes = html! {
        @if let Some(hint) = &field.hint { p.hint id={ (field.name) "-hint" } { (hint) } }
        @if let Some(error) = error { p.error id={ (field.name) "-error" } { span.hidden { "Mend this: " } (error.message) } }
    };
    html! {
        div.field.refused[error.is_some()] {
            @match &field.input {
                Input::Radios(choices) => fieldset aria-describedby=[described.as_deref()] {
                    legend { (field.label) (optional) }
                    (notes)
                    @for (index, (value, label)) in choices.iter().enumerate() {
                        @let id = if index == 0 { field.name.clone() } else { format!("{}-{value}", field.name) };
                        div.choice {
                            input #(id) type="radio" name=(field.name) value=(value) checked[*value == field.value];
                            label for=(id) { (label) }
                        }
                    }
                },
                Input::Tick => {
                    div.choice {
                        input #(field.name) type="checkbox" name=(field.name) value="yes" checked[field.value == "yes"]
                            aria-describedby=[described.as_deref()];
                        label for=(field.name) { (field.label) }
                    }
                    (notes)
                },
                input => {
                    label for=(field.name) { (field.label) (optional) }
                    (notes)
                    (control(field, input, error.is_some(), described.as_deref()))
                }
            }
        }
    }
}

fn control(field: &Field, input: &Input, refused: bool, described: Option<&str>) -> Markup {
    let invalid = refused.then_some("true");
    html! {
        @match input {
            Input::Lines => textarea #(field.name) name=(field.name) rows="4" aria-describedby=[described]
                aria-invalid=[invalid] required[field.required] { (field.value) },
            Input::Select(choices) => select #(field.name) name=(field.name) aria-describedby=[described]
                aria-invalid=[invalid] required[field.required] {
                @for (value, label) in choices { option value=(value) selected[*value == field.value] { (label) } }
            },
            Input::Suggested(suggestions) => {
                input #(field.name) class=(field.width) type="text" name=(field.name) value=(field.value)
                    autocomplete="off" inputmode=[field.mode] list={ (field.name) "-list" } aria-describedby=[described]
                    aria-invalid=[invalid] required[field.required];
                datalist id={ (field.name) "-list" } { @for suggestion in suggestions { option value=(suggestion) {} } }
            },
            Input::Line(kind) => input #(field.name) class=(field.width) type=(kind)
                name=(field.sent_as.unwrap_or(&field.name))
                value=(field.value) autocomplete=(field.remembered) inputmode=[field.mode] maxlength=[field.longest]
                aria-describedby=[described] aria-invalid=[invalid] required[field.required];,
            Input::Radios(_) | Input::Tick => {}
        }
    }
}

fn described_by(field: &Field, refused: bool) -> Option<String> {
    let hint = field.hint.as_ref().map(|_| format!("{}-hint", field.name));
    let error = refused.then(|| format!("{}-error", field.name));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => hint.or(error),
    }
}

/// The button that sends a form.
pub fn button(label: &str) -> Markup {
    html! { button.button type="submit" { (label) } }
}

/// A link that looks like a button, for the one thing most people do next.
pub fn button_link(label: &str, href: &str) -> Markup {
    html! { a.button href=(href) { (label) } }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Whether it holds figures, set to the right under each other.
    pub figures: bool,
}

impl Column {
    /// A column of words.
    pub fn words(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), figures: false }
    }

    /// A column of figures.
    pub fn figures(heading: impl Into<String>) -> Column {
        Column { heading: heading.into(), figures: true }
    }
}

/// A table with its caption; the first cell of each row names the row. It scrolls by itself where
/// the screen is narrow, and can be reached with the keyboard then.
pub fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr {
                    @for column in columns { th.figures[column.figures] scope="col" { (column.heading) } }
                } }
                tbody {
                    @for row in rows { tr {
                        @for (index, (cell, column)) in row.iter().zip(columns).enumerate() {
                            @if index == 0 { th scope="row" { (cell) } }
                            @else { td.figures[column.figures] { (cell) } }
                        }
                    } }
                }
            }
        }
    }
}

/// One big figure with what it counts and its base. Put several into a `div.stats`.
pub fn stat(figure: &str, label: &str, base: &str) -> Markup {
    html! {
        div.stat {
            p.stat-figure { (figure) }
            p.stat-label { (label) }
            @if !base.is_empty() { p.stat-base { (base) } }
        }
    }
}

/// How far something has come, as a bar and in words.
pub fn progress(label: &str, done: u64, of: u64) -> Markup {
    html! {
        p.progress {
            span.progress-label { (label) }
            progress value=(done.min(of)) max=(of.max(1)) aria-label=(label) { (done) " of " (of) }
            span.progress-words { (done) " of " (of) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_leads_to_its_field_and_is_read_with_it() {
        let errors = [FieldError::new("place", "Say where it is held.")];
        assert!(error_summary(&errors).into_string().contains(r##"<a href="#place">Say where it is held.</a>"##));
        let text = field(&Field::text("place", "Place").hint("The hall’s name").required(), &errors).into_string();
        assert!(text.contains(r#"aria-describedby="place-hint place-error""#));
        assert!(text.contains(r#"aria-invalid="true""#));
    }

    #[test]
    fn a_form_without_errors_has_no_summary() {
        assert_eq!(error_summary(&[]).into_string(), "");
    }

    #[test]
    fn every_kind_of_field_has_a_label_that_leads_to_a_control() {
        let choices = || vec![("a".to_owned(), "A".to_owned()), ("b".to_owned(), "B".to_owned())];
        let kinds = [
            Input::Line("date"),
            Input::Suggested(vec!["b".to_owned()]),
            Input::Lines,
            Input::Radios(choices()),
            Input::Select(choices()),
            Input::Tick,
        ];
        for kind in kinds {
            let text = field(&Field::new("f", "Label", kind.clone()).value("b"), &[]).into_string();
            assert!(text.contains(r#"for="f""#) && text.contains(r#"id="f""#), "{kind:?}: {text}");
        }
    }

    #[test]
    fn what_was_typed_is_kept_and_escaped() {
        let text = field(&Field::text("name", "Name").value("\"><script>"), &[]).into_string();
        assert!(text.contains("&quot;&gt;&lt;script&gt;"));
    }

    #[test]
    fn a_bar_never_runs_over() {
        let text = progress("Befores", 12, 10).into_string();
        assert!(text.contains(r#"value="10" max="10""#) && text.contains("12 of 10"));
    }
}
