//! Choices that share a shape: pictures with words, plain buttons, lists.

use maud::{Markup, html};

use crate::survey::{Item, Look, ResponseOption};

use super::{Draw, order::Order};
use crate::html::pictures;

/// One of the options, as a group of radio buttons.
pub fn radios(draw: &mut Draw, look: Look, field: &str, options: &[ResponseOption]) -> Markup {
    let drawn: Vec<(Option<String>, &ResponseOption)> = pictures_of(look, options).into_iter().zip(options).collect();
    let class = class(look, &drawn);
    let swaps = look == Look::Who && drawn.len() == 3;
    let drawn = if swaps { anyone_in_the_middle(draw.order, drawn) } else { drawn };
    html! {
        div class=(class) data-swap[swaps && draw.order.is_none()] {
            @for (picture, option) in drawn {
                label.option {
                    input.pick type="radio" name=(field) value=(option.value) autocomplete="off";
                    span.plate {
                        @if let Some(picture) = picture { (draw.pictures.show(&picture)) }
                        span { (option.label) }
                    }
                }
            }
        }
    }
}

/// Any of the options, each a field of its own. Also gives the names of the fields.
pub fn ticks(item: &Item, options: &[ResponseOption]) -> (Vec<String>, Markup) {
    let named: Vec<(String, &ResponseOption)> =
        options.iter().filter_map(|option| Some((format!("{}.{}", item.id, option.key.as_deref()?), option))).collect();
    let controls = html! {
        div class=(list(named.len())) {
            @for (field, option) in &named {
                label.option {
                    input.pick type="checkbox" name=(field) value="1" autocomplete="off";
                    span.plate { span { (option.label) } }
                }
            }
        }
    };
    (named.into_iter().map(|(field, _)| field).collect(), controls)
}

/// The pictures of a question's options, on a screen as on paper.
pub fn pictures_of(look: Look, options: &[ResponseOption]) -> Vec<Option<String>> {
    let has_pictures = look != Look::One || are_jobs(options);
    let count = options.len();
    let drawn = options.iter().enumerate().map(|(index, option)| picture(look, index, count, option));
    drawn.map(|picture| picture.filter(|_| has_pictures)).collect()
}

/// The picture of an option: the scales' own art, spread over however many options there are, or the
/// tile of the job that the option's key names.
fn picture(look: Look, index: usize, count: usize, option: &ResponseOption) -> Option<String> {
    let of = |art: &str, steps: usize| {
        let step = if count < 2 { steps } else { 1 + (index * (steps - 1) + (count - 1) / 2) / (count - 1) };
        Some(format!("scale/{art}-{step}"))
    };
    match look {
        Look::Thumbs => of("thumb", 3),
        Look::Pencils => of("pencil", 4),
        Look::Faces => of("face", 5),
        Look::Calendar => of("calendar", 4),
        Look::Who => of("who", 3),
        Look::One => option.key.as_ref().map(|key| format!("jobs/{key}")).filter(|name| pictures::has(name)),
        _ => None,
    }
}

/// A long list stands in more columns where there is room.
fn list(count: usize) -> &'static str {
    if count > 9 { "options list many" } else { "options list" }
}

/// Whether a list to pick from is one of jobs. "Something else" alone, whose picture is a toolbox, makes none:
/// languages have it, too.
fn are_jobs(options: &[ResponseOption]) -> bool {
    let is_job = |option: &ResponseOption| option.key.as_ref().is_some_and(|key| pictures::has(&format!("jobs/{key}")));
    options.iter().any(|option| !option.write_in && is_job(option))
}

fn class(look: Look, drawn: &[(Option<String>, &ResponseOption)]) -> String {
    let count = drawn.len();
    match look {
        Look::One if drawn.iter().any(|(picture, _)| picture.is_some()) => "tiles many".to_owned(),
        Look::One => list(count).to_owned(),
        _ if drawn.iter().any(|(picture, _)| picture.is_some()) => format!("options drawn of-{count}"),
        _ => format!("options words of-{count}"),
    }
}

/// The last option of a who scale is "Anyone": it stands between the other two.
fn anyone_in_the_middle<T>(order: Option<Order>, mut options: Vec<T>) -> Vec<T> {
    options.swap(1, 2);
    if order.is_some_and(|order| order.swapped) {
        options.swap(0, 2);
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_of_jobs_shows_the_toolbox_of_something_else() {
        let option = |value, key: &str, write_in| ResponseOption {
            value,
            key: Some(key.to_owned()),
            label: key.to_owned(),
            write_in,
        };
        let languages = [option(1, "en", false), option(2, "pl", false), option(90, "other", true)];
        assert!(!are_jobs(&languages));
        assert!(are_jobs(&[option(1, "vet", false), option(90, "other", true)]));
    }

    #[test]
    fn art_is_spread_over_the_options() {
        let option = ResponseOption { value: 1, key: None, label: String::new(), write_in: false };
        let art = |look, count| -> Vec<String> {
            (0..count).filter_map(|index| picture(look, index, count, &option)).collect()
        };
        assert_eq!(art(Look::Pencils, 3), ["scale/pencil-1", "scale/pencil-3", "scale/pencil-4"]);
        assert_eq!(art(Look::Faces, 5).last().map(String::as_str), Some("scale/face-5"));
        assert_eq!(
            art(Look::Calendar, 4),
            ["scale/calendar-1", "scale/calendar-2", "scale/calendar-3", "scale/calendar-4"]
        );
    }
}
