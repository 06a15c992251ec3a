//! Two children in speech bubbles. With script: tap the one who is more like you, then *a bit* or
//! *really*. Without: the four answers are plain to see.

use maud::{Markup, html};

use crate::survey::{Item, ResponseOption};

use super::Draw;
use super::screen::{Kind, Screen, frame};

/// The question above the two, whose own words are the statements.
pub const QUESTION: &str = "Which child is more like you?";

/// The four values run from "second child, really" to "first child, really" (docs/survey-format.md, `two4`).
pub fn screen(draw: &mut Draw, item: &Item, options: &[ResponseOption]) -> Markup {
    let (Some([first, second]), [second_really, second_bit, first_bit, first_really]) = (&item.children, options)
    else {
        // The survey check refuses any other shape, so this is never published.
        return html! {};
    };
    let (left, right) =
        (("scale/child-1", first, [first_bit, first_really]), ("scale/child-2", second, [second_bit, second_really]));
    let order = draw.order.filter(|_| !leans_on_the_first(second));
    let children = order.map_or([left, right], |order| order.pair(left, right));
    let controls = html! {
        div.two-children data-swap[draw.order.is_none() && !leans_on_the_first(second)] {
            @for (index, (picture, statement, answers)) in children.into_iter().enumerate() {
                @let id = format!("{}-child-{index}", item.id);
                div.child data-child {
                    button.bubble type="button" id=(id) data-choose aria-pressed="false" { (statement) }
                    div.speaker {
                        (draw.pictures.show(picture))
                        div.how role="group" aria-labelledby=(id) data-how {
                            @for option in answers {
                                label.option {
                                    input.pick type="radio" name=(item.id) value=(option.value) autocomplete="off";
                                    span.plate { span { (how_much(&option.label)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    let fields = vec![item.id.clone()];
    frame(draw, &Screen { item, kind: Kind::One, fields, question: QUESTION, say: None, controls })
}

/// “Other children …” is said of others than “Some children …”, and read after it: such a pair keeps its sides.
fn leans_on_the_first(second: &str) -> bool {
    second.starts_with("Other ")
}

/// "First child, a bit like me" → "A bit like me": which child is plain from where it stands.
pub fn how_much(label: &str) -> String {
    let words = label.split_once(", ").map_or(label, |(_, words)| words);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::*;
    use crate::person::{Animal, CardCode};
    use crate::survey::{Library, Wave};

    #[test]
    fn nobody_reads_of_other_children_first() {
        let library = Library::embedded();
        let survey = &library.newest("ks2").expect("embedded").survey;
        let cards = (0..=252_u8).filter_map(|byte| CardCode::from_random([byte, 7, 11, 13, 17])).take(20);
        let orders = cards.map(|card| Some(Order::of(&card, Animal::Fox)));
        let mut seen = 0;
        for order in orders.chain([None]) {
            let mut draw = Draw::new(survey, Wave::Pre, order);
            for item in survey.items_at(Wave::Pre).filter(|item| item.children.is_some()) {
                let drawn = screen(&mut draw, item, survey.options_of(item)).into_string();
                let (some, other) = (drawn.find("Some children"), drawn.find("Other children"));
                assert!(some.is_some() && some < other && !drawn.contains("data-swap"), "{}: {drawn}", item.id);
                seen += 1;
            }
        }
        assert!(seen > 40, "{seen}");
        assert!(!leans_on_the_first("I like the rain"), "two statements of which each stands alone change sides");
    }

    #[test]
    fn the_answer_below_a_child_says_only_how_much() {
        assert_eq!(how_much("First child, really like me"), "Really like me");
        assert_eq!(how_much("Me"), "Me");
    }
}
