//! Paragraphs broken into lines.

use super::block::Run;
use super::letters::Letters;
use super::look;
use super::sheet::{Mark, Placed};
use super::structure::PartId;

/// A word longer than this, in bytes, is no word: it may be broken there.
const LONGEST: usize = 80;

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Face {
    pub size: f32,
    pub bold: bool,
    pub ink: &'static str,
}

/// Where lines stand in their width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Words of one run on a line.
#[derive(Debug, Clone, PartialEq)]
struct Span {
    run: usize,
    text: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Line {
    spans: Vec<Span>,
    /// Without the blank at its end.
    pub width: f32,
}

/// What can stand on a line by itself: a word with the blank behind it.
struct Token {
    run: usize,
    word: String,
    blank: bool,
    feed: bool,
}

impl Token {
    /// Whether the next one, of another run, follows without a blank.
    fn goes_on_in(&self, next: &Token) -> bool {
        self.run != next.run && !self.blank && !self.feed && !next.feed && !next.word.is_empty()
    }
}

impl Face {
    fn of(self, run: &Run) -> Face {
        Face {
            // What is soft is smaller, but not where that could not be read any more.
            size: if run.soft { (self.size * 0.92).max(look::SMALLEST.min(self.size)) } else { self.size },
            bold: (self.bold || run.bold) && !run.soft,
            ink: run.colour.unwrap_or(if run.soft { look::SOFT } else { self.ink }),
        }
    }
}

/// Breaks words into lines no wider than `width`. A word that is wider by itself is broken where it must be.
pub(super) fn lines(letters: &Letters, words: &[Run], face: Face, width: f32) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut end = 0.0; // of the line with its last blank
    let tokens: Vec<Token> = tokens(words).collect();
    let wide_of = |token: &Token| {
        let own = face.of(&words[token.run]);
        letters.width(&token.word, own.bold, own.size)
    };
    for (place, token) in tokens.iter().enumerate() {
        if token.feed {
            lines.push(Line::default());
            end = 0.0;
            continue;
        }
        let own = face.of(&words[token.run]);
        let measure = |text: &str| letters.width(text, own.bold, own.size);
        // What is said in two kinds without a blank between them stays together: a bracket and its figure.
        let joined = 1 + tokens[place..].windows(2).take_while(|two| two[0].goes_on_in(&two[1])).count();
        let together: f32 = tokens[place..place + joined].iter().map(wide_of).sum();
        let needed = if together > width { wide_of(token) } else { together };
        if end > 0.0 && end + needed > width {
            lines.push(Line::default());
            end = 0.0;
        }
        let mut word = token.word.clone();
        while end == 0.0 && measure(&word) > width && word.chars().count() > 1 {
            let fits = fitting(&word, width, measure);
            let rest = word.split_off(fits);
            put(&mut lines, token.run, &word, measure(&word));
            lines.push(Line::default());
            word = rest;
        }
        let wide = measure(&word);
        put(&mut lines, token.run, &word, end + wide);
        end += wide;
        if token.blank {
            end += measure(" ");
            blank(&mut lines, token.run);
        }
    }
    lines.retain(|line| !line.spans.is_empty());
    lines
}

/// How many bytes of a word fit; at least one letter.
fn fitting(word: &str, width: f32, measure: impl Fn(&str) -> f32) -> usize {
    let ends: Vec<usize> = word.char_indices().skip(1).map(|(at, _)| at).collect();
    let fitting = ends.partition_point(|&end| measure(&word[..end]) <= width);
    ends.get(fitting.saturating_sub(1)).copied().unwrap_or(word.len())
}

fn put(lines: &mut [Line], run: usize, word: &str, end: f32) {
    let Some(line) = lines.last_mut() else { return };
    line.width = end;
    match line.spans.last_mut() {
        Some(span) if span.run == run => span.text.push_str(word),
        _ => line.spans.push(Span { run, text: word.to_owned() }),
    }
}

fn blank(lines: &mut [Line], run: usize) {
    let span = lines.last_mut().and_then(|line| line.spans.last_mut());
    if let Some(span) = span.filter(|span| span.run == run) {
        span.text.push(' ');
    }
}

/// The widest line that words would need, and the widest of them that cannot be broken.
pub(super) fn extent(letters: &Letters, words: &[Run], face: Face) -> (f32, f32) {
    let whole = lines(letters, words, face, f32::MAX).iter().map(|line| line.width).fold(0.0, f32::max);
    let narrowest = tokens(words)
        .filter(|token| !token.feed)
        .map(|token| {
            let run = &words[token.run];
            let own = face.of(run);
            let wide = letters.width(&token.word, own.bold, own.size);
            if run.breakable { wide.min(own.size * 9.0) } else { wide }
        })
        .fold(0.0, f32::max);
    (whole, narrowest)
}

fn tokens(words: &[Run]) -> impl Iterator<Item = Token> {
    words.iter().enumerate().flat_map(|(run, of)| {
        if of.text == "\n" {
            return vec![Token { run, word: String::new(), blank: false, feed: true }];
        }
        let mut tokens: Vec<Token> = Vec::new();
        let mut word = String::new();
        let mut letters = of.text.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == ' ' {
                tokens.push(Token { run, word: std::mem::take(&mut word), blank: true, feed: false });
                continue;
            }
            word.push(letter);
            let joins = matches!(letter, '-' | '/' | '–') && word.chars().count() > 2;
            if word.len() > LONGEST || (joins && letters.peek().is_some_and(|next| next.is_alphabetic())) {
                tokens.push(Token { run, word: std::mem::take(&mut word), blank: false, feed: false });
            }
        }
        if !word.is_empty() {
            tokens.push(Token { run, word, blank: false, feed: false });
        }
        tokens
    })
}

/// The marks of one line, its baseline at `y`, between `x` and `x + width`.
pub(super) fn set(
    letters: &Letters,
    words: &[Run],
    face: Face,
    line: &Line,
    (x, y, width): (f32, f32, f32),
    side: Side,
    part: Option<PartId>,
) -> Vec<Placed> {
    let mut at = if side == Side::Right { x + width - line.width } else { x };
    let mut marks = Vec::new();
    for span in &line.spans {
        let run = &words[span.run];
        let own = face.of(run);
        let text = letters.shape(&span.text, own.bold);
        let wide = text.width * own.size;
        let mark = Mark::Text { x: at, y, size: own.size, ink: own.ink, text };
        marks.push(Placed { mark, part: part.filter(|_| !run.ornament) });
        at += wide;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Face = Face { size: 10.0, bold: false, ink: look::INK };

    fn said(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect()
    }

    fn run(text: &str) -> Run {
        Run { text: text.to_owned(), ..Run::default() }
    }

    #[test]
    fn lines_are_broken_between_words_and_none_is_too_wide() {
        let letters = Letters::new().expect("typefaces");
        let words = [run("Children could name more "), Run { bold: true, ..run("jobs") }, run(" after than before.")];
        let lines = lines(&letters, &words, FACE, 90.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.width <= 90.0), "{lines:?}");
        assert_eq!(said(&lines).concat(), "Children could name more jobs after than before.");
    }

    #[test]
    fn a_bracket_stays_with_its_figure() {
        let letters = Letters::new().expect("typefaces");
        let words = [run("366 / 426 ("), Run { bold: true, ..run("86") }, run("%) of all")];
        let all: Vec<Vec<String>> = [40.0, 50.0, 60.0].map(|width| said(&lines(&letters, &words, FACE, width))).into();
        assert!(all.iter().all(|lines| lines.len() > 1 && lines.iter().any(|line| line.contains("(86%)"))), "{all:?}");
        let narrow = said(&lines(&letters, &words, FACE, 12.0));
        assert_eq!(narrow.concat(), "366 / 426 (86%) of all", "what is wider than a line is broken all the same");
    }

    #[test]
    fn a_word_without_a_break_is_broken_where_it_must_be_and_loses_nothing() {
        let letters = Letters::new().expect("typefaces");
        let hash = "0123456789abcdef".repeat(4);
        let lines = lines(&letters, &[run("SHA "), run(&hash)], FACE, 60.0);
        assert!(lines.len() > 4 && lines.iter().all(|line| line.width <= 60.0), "{lines:?}");
        assert_eq!(said(&lines).concat(), format!("SHA {hash}"));
    }

    #[test]
    fn a_line_feed_begins_a_line() {
        let letters = Letters::new().expect("typefaces");
        let lines = lines(&letters, &[run("31 → 50"), run("\n"), run("n 200 of 300")], FACE, 500.0);
        assert_eq!(said(&lines), ["31 → 50", "n 200 of 300"]);
    }
}
