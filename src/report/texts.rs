//! What people write for a report, beside what the answers say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::session::coded;

use super::costs::CostLine;
use super::learning::Lesson;
use super::quotes::Quote;

coded! {
    /// A text of the report that people write.
    Passage {
        /// What the programme is.
        About = "about", "What the programme is, and why it was needed";
        /// First box of the theory of change.
        Inputs = "inputs", "What goes in";
        /// Second box.
        Activities = "activities", "What is done";
        /// Third box.
        Outputs = "outputs", "What that makes";
        /// Fourth box.
        Outcomes = "outcomes", "What is meant to change";
        /// Fifth box.
        Hopes = "hopes", "What may follow later";
        /// What the report is to answer.
        Questions = "questions", "Questions this report answers";
        /// The day on which they were fixed, with who agreed.
        FixedOn = "fixed_on", "When questions and targets were fixed, and by whom";
        /// How it was done, beyond what the report writes by itself.
        Methods = "methods", "Notes on methods";
        /// Permission, safeguarding, data protection.
        Ethics = "ethics", "Permission and ethics";
        /// How delivery went.
        Delivery = "delivery", "How delivery went";
        /// What was learnt.
        Learning = "learning", "What we learnt";
        /// What should be done now.
        Recommendations = "recommendations", "What we recommend";
    }
}

impl Passage {
    /// The boxes of the theory of change, first to last.
    pub const BOXES: [Passage; 5] =
        [Passage::Inputs, Passage::Activities, Passage::Outputs, Passage::Outcomes, Passage::Hopes];
}

/// Everything that was written for a programme's report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Its texts; what is empty is not there.
    pub texts: BTreeMap<Passage, String>,
    /// The learning log, oldest first.
    pub lessons: Vec<Lesson>,
    /// What it was to cost and did.
    pub costs: Vec<CostLine>,
    /// What families and others said.
    pub quotes: Vec<Quote>,
}

/// A text as writers print it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Which.
    pub passage: Passage,
    /// What it is called.
    pub title: &'static str,
    /// Its paragraphs and lists.
    pub blocks: Vec<Block>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// Lines that were typed with a dash or a dot before them.
    List(Vec<String>),
}

/// The texts in the order of the report.
pub(super) fn texts(written: &Written) -> Vec<Text> {
    let text =
        |(passage, body): (&Passage, &String)| Text { passage: *passage, title: passage.words(), blocks: blocks(body) };
    written.texts.iter().map(text).filter(|text| !text.blocks.is_empty()).collect()
}

/// A line is a paragraph; lines that begin with `-`, `*` or `•` one after the other are a list.
fn blocks(body: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some(entry) = line.strip_prefix(['-', '*', '•']).map(str::trim).filter(|entry| !entry.is_empty()) else {
            blocks.push(Block::Paragraph(line.to_owned()));
            continue;
        };
        match blocks.last_mut() {
            Some(Block::List(entries)) => entries.push(entry.to_owned()),
            _ => blocks.push(Block::List(vec![entry.to_owned()])),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_paragraphs_and_dashes_are_a_list() {
        let typed = "Families meet.\r\n\r\n- a hall\n• a leader\n\n-\nMore.";
        let paragraph = |text: &str| Block::Paragraph(text.to_owned());
        let list = Block::List(vec!["a hall".to_owned(), "a leader".to_owned()]);
        assert_eq!(blocks(typed), [paragraph("Families meet."), list, paragraph("-"), paragraph("More.")]);
    }
}
