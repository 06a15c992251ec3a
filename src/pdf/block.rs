//! What a page is made of when its markup is taken away.

use super::markup::Element;

/// Words of one kind in a paragraph.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Run {
    pub text: String,
    pub bold: bool,
    /// In soft ink, and a little smaller.
    pub soft: bool,
    /// May be broken anywhere: hashes.
    pub breakable: bool,
    /// A shape beside a word that says the same: not read aloud.
    pub ornament: bool,
    /// Its own colour, where that carries meaning.
    pub colour: Option<&'static str>,
}

/// A paragraph's words; a line feed begins a new line.
pub(super) type Words = Vec<Run>;

/// Words without their dress.
pub(super) fn plain(words: &[Run]) -> String {
    words.iter().map(|run| run.text.as_str()).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a paragraph looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Lead,
    Small,
    Quiet,
    /// Set apart by a bar and a ground.
    Notice,
    /// One figure that says it all.
    Figure,
    /// Names a figure or a table.
    Label,
}

/// A piece of a page that is set by itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Heading {
        level: u8,
        words: Words,
    },
    Paragraph {
        words: Words,
        tone: Tone,
    },
    List(Vec<Words>),
    /// What is named, and what is said of it.
    Facts(Vec<(Words, Words)>),
    /// Figures side by side over what they count.
    Counts(Vec<(Words, Words)>),
    /// Boxes, two beside each other.
    Cards(Vec<Vec<Block>>),
    /// Columns with their shares of the width; a rule above where rows follow each other.
    Columns {
        columns: Vec<(f32, Vec<Block>)>,
        ruled: bool,
    },
    /// A chart under what it shows.
    Figure {
        caption: Words,
        base: Words,
        chart: Element,
    },
    Table(Table),
    /// Where the contents stand.
    Contents,
}

/// A table whose first column names its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub caption: Words,
    /// Whether the caption is printed or only read aloud.
    pub quiet: bool,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Words>>,
}

/// A column's heading, and whether it holds figures, which stand to the right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub heading: Words,
    pub figures: bool,
}
