//! The same people's answers before and after as two stacked bars that part at "positive".

use maud::{Markup, html};

use super::stacked::{Look, StackedRow, lines_of, stacked};
use super::{Anchor, Drawing, Face, LABEL, Pattern, SOFT, STRONG, WIDTH, bar, f, ink, line, plain, text};
use crate::report::{Distribution, Figure, OptionShares, Share, Together, number};

/// From clearly negative over neutral to clearly positive.
const SCALE: [&str; 5] = ["#b2500f", "#e8a86b", "#d9d6cb", "#7fa5d6", "#1f5fa8"];
/// Withheld answers put together.
const TOGETHER: &str = "#8c93a8";

const LEFT: f64 = 70.0;
const RIGHT: f64 = WIDTH - 70.0;
const BAR: f64 = 34.0;
const STEP: f64 = BAR + 12.0;

/// One piece of a bar, left to right.
struct Piece {
    percent: f64,
    colour: &'static str,
    /// How much of it lies left of the parting: a neutral choice half and half.
    left: f64,
}

/// Two stacked bars, with the name of the chart and of its rows in `results.csv`. Withheld answers of a side are one piece at its outer end, so that no length tells them.
pub fn distribution(
    [id, rows]: [&str; 2],
    title: &str,
    desc: &str,
    afterwards: &str,
    options: &[OptionShares],
    shown: &Distribution,
) -> Markup {
    let colours = colours(options);
    let split = options.iter().filter(|o| o.neutral).all(|o| o.before.shown().is_some() && o.after.shown().is_some());
    let row = |share: fn(&OptionShares) -> &Figure<Share>, rest: fn(&Together) -> Option<&Share>| {
        let together = |positive: bool| {
            let side = shown.together.iter().find(|side| side.positive == positive).and_then(rest);
            side.map(|share| Piece {
                percent: share.percent.value,
                colour: TOGETHER,
                left: if positive { 0.0 } else { 1.0 },
            })
        };
        let pieces = options.iter().zip(&colours).filter_map(|(option, colour)| {
            let left = if option.neutral && split { 0.5 } else { f64::from(u8::from(!option.positive)) };
            Some(Piece { percent: share(option).shown()?.percent.value, colour, left })
        });
        together(false).into_iter().chain(pieces).chain(together(true)).collect::<Vec<Piece>>()
    };
    let before = row(|option| &option.before, |side| side.before.as_ref());
    let after = row(|option| &option.after, |side| side.after.as_ref());
    let left_of = |pieces: &[Piece]| -> f64 { pieces.iter().map(|piece| piece.percent * piece.left).sum() };
    let reach_left = left_of(&before).max(left_of(&after));
    let reach_right = 100.0 - left_of(&before).min(left_of(&after));
    let scale = (RIGHT - LEFT) / (reach_left + reach_right).max(1.0);
    let zero = LEFT + reach_left * scale;

    let mut entries: Vec<(&str, &'static str)> =
        options.iter().zip(&colours).map(|(option, &colour)| (option.label.as_str(), colour)).collect();
    if !shown.together.is_empty() {
        entries.push(("withheld answers together", TOGETHER));
    }
    let legend = lines_of(&entries.iter().map(|(words, _)| *words).collect::<Vec<_>>(), LEFT);
    let top = 14.0 + 24.0 * f(legend.len());
    let bottom = top + 2.0 * STEP;
    let patterned = [SCALE[0], SCALE[1], TOGETHER];
    let name = |colour: &str| {
        let place = patterned.iter().position(|one| *one == colour).unwrap_or(0);
        format!("{id}-hatch-{place}")
    };
    let fill = |colour: &str| pattern(colour).fill(&name(colour), colour);
    let people = shown.matched.shown().map_or_else(String::new, |&people| format!("n {}", number::count(people)));
    let parting = if options.iter().any(|option| option.neutral) && split {
        ["◂ negative", "positive ▸"]
    } else {
        ["◂ not positive", "positive ▸"]
    };
    let drawing = Drawing { id, title, desc, width: WIDTH, height: bottom + 26.0 };
    drawing.around(&html! {
        @for colour in patterned { (pattern(colour).define(&name(colour), colour)) }
        @for (line, row) in legend.iter().enumerate() {
            @for &(place, x) in row {
                @let y = 4.0 + 24.0 * f(line);
                (bar(x, y, 16.0, 16.0, &fill(entries[place].1)))
                (text(x + 22.0, y + 13.0, Anchor::Start, LABEL, entries[place].0))
            }
        }
        @for (row, (when, pieces)) in [("Before", &before), (afterwards, &after)].into_iter().enumerate() {
            @let y = top + f(row) * STEP;
            g data-rows={ (rows) ":" (["before*", "after*"][row]) } {
                (text(LEFT - 10.0, y + BAR / 2.0 + 5.0, Anchor::End, STRONG, when))
                @for (piece, x) in pieces.iter().zip(starts(zero - left_of(pieces) * scale, scale, pieces)) {
                    @let width = piece.percent * scale;
                    @if width > 0.0 { (bar(x, y, width, BAR, &fill(piece.colour))) }
                    @if piece.percent >= 6.0 && width > 30.0 { (percent(piece, x, y, width)) }
                }
                (text(RIGHT + 8.0, y + BAR / 2.0 + 5.0, Anchor::Start, SOFT, &people))
            }
        }
        (line(zero, top - 6.0, zero, bottom - 6.0, ink::TEXT, 2.0))
        (text(zero - 8.0, bottom + 14.0, Anchor::End, SOFT, parting[0]))
        (text(zero + 8.0, bottom + 14.0, Anchor::Start, SOFT, parting[1]))
    })
}

/// The same answers as bars of 100 % from nought, for those who compare the outer choices. Withheld answers of a side
/// are one part, where the side is.
pub fn whole_bars(
    [id, rows]: [&str; 2],
    title: &str,
    desc: &str,
    afterwards: &str,
    options: &[OptionShares],
    shown: &Distribution,
) -> Markup {
    let colours = colours(options);
    let look =
        |colour: &'static str| Look { colour, pattern: pattern(colour), dark: [SCALE[0], SCALE[4]].contains(&colour) };
    let together = |positive: bool| shown.together.iter().find(move |side| side.positive == positive);
    let hidden = |positive: bool| {
        let words = if positive { "withheld positive answers together" } else { "withheld other answers together" };
        together(positive).map(|_| (words.to_owned(), look(TOGETHER)))
    };
    let choices = options.iter().zip(&colours).map(|(option, colour)| (option.label.clone(), look(colour)));
    let legend: Vec<(String, Look)> = hidden(false).into_iter().chain(choices).chain(hidden(true)).collect();
    let row = |label: &str, share: fn(&OptionShares) -> &Figure<Share>, rest: fn(&Together) -> Option<&Share>| {
        let percent = |share: Option<&Share>| share.map_or(0.0, |share| share.percent.value);
        let side = |positive: bool| together(positive).map(|side| percent(rest(side)));
        let parts = options.iter().map(|option| percent(share(option).shown()));
        let parts = side(false).into_iter().chain(parts).chain(side(true));
        let people = shown.matched.shown().map_or_else(String::new, |&people| format!("n {}", number::count(people)));
        let rows = format!("{rows}:{}*", if label == "Before" { "before" } else { "after" });
        StackedRow { label: label.to_owned(), base: people, parts: Ok(parts.collect()), rows }
    };
    let rows = [
        row("Before", |option| &option.before, |side| side.before.as_ref()),
        row(afterwards, |option| &option.after, |side| side.after.as_ref()),
    ];
    stacked(id, title, desc, &legend, &rows)
}

/// A piece's percent: on plain ground where it is hatched, beside the parting where that runs through it.
fn percent(piece: &Piece, x: f64, y: f64, width: f64) -> Markup {
    let split = piece.left > 0.0 && piece.left < 1.0;
    let middle = x + width * if split { 0.25 } else { 0.5 };
    let fill = if [SCALE[0], SCALE[4]].contains(&piece.colour) { ink::CARD } else { ink::TEXT };
    html! {
        @if !split || width > 80.0 {
            @if pattern(piece.colour) != Pattern::Plain {
                (plain(middle, y + BAR / 2.0, pattern(piece.colour).ground(piece.colour)))
            }
            (text(middle, y + BAR / 2.0 + 5.0, Anchor::Middle, Face { fill, size: 14.0, weight: 650 }, &format!("{}%", number::decimals(piece.percent, 0))))
        }
    }
}

/// What tells a colour from its neighbours in grey.
fn pattern(colour: &str) -> Pattern {
    match colour {
        _ if colour == SCALE[0] => Pattern::Slanted,
        _ if colour == SCALE[1] => Pattern::Dotted,
        TOGETHER => Pattern::Outlined,
        _ => Pattern::Plain,
    }
}

/// The left edge of every piece.
fn starts(first: f64, scale: f64, pieces: &[Piece]) -> Vec<f64> {
    let mut x = first;
    let each = pieces.iter().map(|piece| {
        x += piece.percent * scale;
        x - piece.percent * scale
    });
    each.collect()
}

/// A colour for each choice: its side of the cut, and its distance from it.
fn colours(options: &[OptionShares]) -> Vec<&'static str> {
    let positive = options.iter().filter(|option| option.positive).count();
    let (mut below, mut above) = (0, 0);
    let colour = |option: &OptionShares| {
        if option.neutral {
            SCALE[2]
        } else if option.positive {
            above += 1;
            SCALE[if above == positive { 4 } else { 3 }]
        } else {
            below += 1;
            SCALE[(below - 1).min(2)]
        }
    };
    options.iter().map(colour).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lightness from 0 to 100 (CIE L*), as a grey printer sees it.
    fn lightness(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("hexadecimal")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        116.0 * (0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)).cbrt() - 16.0
    }

    #[test]
    fn choices_and_withheld_answers_are_told_apart_in_grey() {
        let fills = [SCALE.as_slice(), &[TOGETHER]].concat();
        for (place, one) in fills.iter().enumerate() {
            for other in &fills[place + 1..] {
                let gap = (lightness(one) - lightness(other)).abs();
                assert!(pattern(one) != pattern(other) || gap >= 10.0, "{one} and {other} are {gap:.1} apart");
            }
        }
    }
}
