//! Tables of who was lost between before and after.

use maud::{Markup, html};

use super::super::{Bounds, Figure, Loss, LossGroup, Number, print, who};
use super::{count, traced};
use crate::html::partials::{Column, table};
use crate::report::wording;

/// How the matched and the lost began, result by result, and the bounds.
pub(super) fn by_result(caption: &str, losses: &[Loss]) -> Markup {
    let columns = [
        Column::words("Result"),
        Column::figures("With a before"),
        Column::figures("Lost"),
        Column::figures("Matched, before"),
        Column::figures("Lost, before"),
        Column::figures("Standardised difference"),
        Column::figures("Change if lost: lowest"),
        Column::figures("unchanged"),
        Column::figures("highest"),
    ];
    let bound = |loss: &Loss, of: fn(&Bounds) -> &Number| {
        let figure = loss.bounds.clone().map(|bounds| of(&bounds).clone());
        html! { (print::number(&figure)) }
    };
    let rows = losses.iter().map(|loss| {
        let when = wording::when(loss.comparison);
        vec![
            html! { (loss.title) " (" (who(loss.who)) (when) ")" },
            traced(&loss.id, "n_with_before", count(&loss.before)),
            traced(&loss.id, "lost", print::share(&loss.lost)),
            traced(&loss.id, "level_before_matched", print::number(&loss.matched_before)),
            traced(&loss.id, "level_before_lost", print::number(&loss.lost_before)),
            traced(&loss.id, "standardised_difference", unlike(&loss.standardised, loss.unlike)),
            traced(&loss.id, "change_if_lost_lowest", bound(loss, |bounds| &bounds.lowest)),
            traced(&loss.id, "change_if_lost_unchanged", bound(loss, |bounds| &bounds.unchanged)),
            traced(&loss.id, "change_if_lost_highest", bound(loss, |bounds| &bounds.highest)),
        ]
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// Matched and lost children by group.
pub(super) fn by_group(caption: &str, groups: &[LossGroup]) -> Markup {
    let columns = [
        Column::words("Group"),
        Column::figures("Of the matched"),
        Column::figures("Of the lost"),
        Column::figures("Standardised difference"),
    ];
    let rows = groups.iter().map(|group| {
        let id = format!("attrition.groups.{}", group.key);
        vec![
            html! { span.small { (group.characteristic) ": " } (group.name) },
            traced(&id, "of_matched", print::share(&group.matched)),
            traced(&id, "of_lost", print::share(&group.lost)),
            traced(&id, "standardised_difference", unlike(&group.standardised, group.unlike)),
        ]
    });
    table(caption, &columns, &rows.collect::<Vec<_>>())
}

/// A standardised difference, with a mark where it is large.
fn unlike(standardised: &Figure<Number>, unlike: bool) -> Markup {
    html! { (print::number(standardised)) @if unlike { " " strong { "▲ unlike" } } }
}
