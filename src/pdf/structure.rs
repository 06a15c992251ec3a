//! The document as those hear it who do not see it: headings, lists, tables and figures in reading order.

/// What a part of the document is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Heading(u8, String),
    Paragraph,
    List {
        bullets: bool,
    },
    Item,
    Label,
    Body,
    /// With what a quiet caption would say.
    Table(Option<String>),
    Caption,
    TableHead,
    TableBody,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    /// With the text for those who do not see it.
    Figure(String),
    Contents,
    ContentsItem,
    Reference,
    Link,
    Group,
}

/// A part, by its place in the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PartId(pub usize);

/// A part with what it is made of.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub kind: Kind,
    pub parts: Vec<PartId>,
}

/// All parts; the first is the document.
#[derive(Debug, Clone)]
pub(super) struct Structure {
    pub parts: Vec<Part>,
}

impl Structure {
    pub(super) const DOCUMENT: PartId = PartId(0);

    pub(super) fn new() -> Structure {
        Structure { parts: vec![Part { kind: Kind::Group, parts: Vec::new() }] }
    }

    /// A new part at the end of another.
    pub(super) fn add(&mut self, parent: PartId, kind: Kind) -> PartId {
        let id = PartId(self.parts.len());
        self.parts.push(Part { kind, parts: Vec::new() });
        self.parts[parent.0].parts.push(id);
        id
    }
}
