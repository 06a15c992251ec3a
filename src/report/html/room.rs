//! How much of what can be long stands on one side of paper, and what gives way first.
//!
//! What was reached and changed, with every base, caveat and remark on what is withheld, always stands there. Lines of
//! projects and of areas, the team's own words and a second quote give way, each as far as it must. That is said where it
//! is, and the page on the web has all of it.

use super::super::{Block, Finding, Report, Status, TargetRow};

/// Room for what can be long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Lines of projects.
    pub projects: usize,
    /// Lines of areas.
    pub areas: usize,
    /// What people said.
    pub quotes: usize,
    /// Words of what was learnt, and of what is recommended.
    pub words: usize,
}

impl Room {
    /// For all of it, as on the web.
    pub const WHOLE: Room = Room { projects: usize::MAX, areas: usize::MAX, quotes: 2, words: usize::MAX };

    /// For one side of paper, from a little of it to none: what is begun with where all of it is too much.
    pub const LITTLE: [Room; 4] = [
        Room { projects: 3, areas: 3, quotes: 1, words: 20 },
        Room { projects: 3, areas: 3, quotes: 0, words: 0 },
        Room { projects: 1, areas: 1, quotes: 0, words: 0 },
        Room { projects: 0, areas: 0, quotes: 0, words: 0 },
    ];

    /// How many kinds of it there are, each with its turn.
    pub const TURNS: usize = 4;

    /// The same with a little more, in turn: a project, an area, words of the team, a quote. None is more than there is.
    pub fn with_more(self, report: &Report, turn: usize) -> Room {
        let areas = report.awareness().map_or(0, |awareness| awareness.by_area.len());
        match turn % Room::TURNS {
            0 => Room { projects: (self.projects + 1).min(report.targets.projects.len()), ..self },
            1 => Room { areas: (self.areas + 1).min(areas), ..self },
            2 => Room { words: (self.words + 10).min(80), ..self },
            _ => Room { quotes: (self.quotes + 1).min(Room::WHOLE.quotes), ..self },
        }
    }

    /// As many projects as there is room for, in their order: those that stand furthest from a target.
    pub(super) fn furthest(self, projects: &[TargetRow]) -> Vec<&TargetRow> {
        let far = |status: Status| match status {
            Status::Behind => 0,
            Status::Close => 1,
            Status::NotGiven | Status::TooFew => 2,
            Status::Met => 3,
            Status::NoTarget => 4,
        };
        first(projects, self.projects, |row| far(row.reached_status).min(far(row.awareness_status)))
    }

    /// As many areas as there is room for, in their order: those with most children.
    pub(super) fn largest(self, areas: &[Finding]) -> Vec<&Finding> {
        let children = |area: &Finding| area.base.registered.shown().copied().unwrap_or_default();
        first(areas, self.areas, |area| std::cmp::Reverse(children(area)))
    }

    /// The beginning of a text, whole sentences and whole entries as far as there is room, and whether that is all of it.
    pub(super) fn beginning(self, blocks: &[Block]) -> (Vec<Block>, bool) {
        let mut left = self.words;
        let mut kept = Vec::new();
        for block in blocks {
            let (whole, rest) = match block {
                Block::Paragraph(words) => {
                    let sentences = sentences(words);
                    let fitting = fitting(&sentences, &mut left);
                    let words = sentences[..fitting].join(" ");
                    ((fitting > 0).then_some(Block::Paragraph(words)), sentences.len() - fitting)
                }
                Block::List(entries) => {
                    let fitting = fitting(entries, &mut left);
                    ((fitting > 0).then(|| Block::List(entries[..fitting].to_vec())), entries.len() - fitting)
                }
            };
            kept.extend(whole);
            if rest > 0 {
                return (kept, false);
            }
        }
        (kept, true)
    }
}

/// The first of some by an order, as they stood.
fn first<T, K: Ord>(all: &[T], room: usize, order: impl Fn(&T) -> K) -> Vec<&T> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by_key(|&place| order(&all[place]));
    places.truncate(room);
    places.sort_unstable();
    places.into_iter().map(|place| &all[place]).collect()
}

/// The sentences of a paragraph: a stop within a figure ends none.
fn sentences(words: &str) -> Vec<&str> {
    let ends = words.match_indices(' ').filter(|(at, _)| words[..*at].ends_with(['.', '!', '?', '…', '”', '"']));
    let mut begin = 0;
    let mut sentences: Vec<&str> = Vec::new();
    for (at, _) in ends {
        sentences.push(&words[begin..at]);
        begin = at + 1;
    }
    sentences.push(&words[begin..]);
    sentences
}

/// How many texts fit, one after the other; what they take of the room is gone.
fn fitting<T: AsRef<str>>(texts: &[T], left: &mut usize) -> usize {
    let fits = |text: &&T| {
        let room = left.checked_sub(text.as_ref().split_whitespace().count());
        *left = room.unwrap_or(*left);
        room.is_some()
    };
    texts.iter().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_sentences_and_between_entries() {
        let paragraph = |words: &str| Block::Paragraph(words.to_owned());
        let list = |entries: &[&str]| Block::List(entries.iter().map(|&entry| entry.to_owned()).collect());
        let text = [
            paragraph("Families came back 2.5 times. It took three sessions."),
            list(&["Pay for evenings", "Budget food"]),
        ];
        let begins = |words| Room { words, ..Room::WHOLE }.beginning(&text);
        assert_eq!(begins(9), (vec![text[0].clone()], false));
        assert_eq!(begins(8), (vec![paragraph("Families came back 2.5 times.")], false));
        assert_eq!(begins(12), (vec![text[0].clone(), list(&["Pay for evenings"])], false));
        assert_eq!(begins(14), (text.to_vec(), true));
        assert_eq!(begins(0), (Vec::new(), false));
        assert_eq!(Room::WHOLE.beginning(&text), (text.to_vec(), true));
    }
}
