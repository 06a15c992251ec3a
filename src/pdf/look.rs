//! Sizes and colours on paper, in points.

/// The colours of `static/staff/tokens.css`, on white.
pub(super) const INK: &str = "#1b2f5b";
pub(super) const SOFT: &str = "#4a587a";
pub(super) const FAINT: &str = "#d8d5ca";
pub(super) const WASH: &str = "#f6f3e9";
pub(super) const WOOD: &str = "#c99a5b";
pub(super) const WHITE: &str = "#ffffff";
pub(super) const GOOD: &str = "#17603b";
pub(super) const CLOSE: &str = "#85500a";
pub(super) const BAD: &str = "#a3211b";

/// Running text on the funder's side is never smaller,
const SMALLEST_TEXT: f32 = 8.5;
/// and nothing on it is smaller than this: remarks, tables, what is soft in them, scales of charts.
pub(super) const SMALLEST: f32 = 7.4;

/// How large the type is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    /// Running text.
    pub body: f32,
    /// Remarks and captions.
    pub small: f32,
    /// Tables,
    pub table: f32,
    /// and what a crowded one may shrink to.
    pub crowded: f32,
    /// Headings of the first three levels.
    pub headings: [f32; 3],
    /// A figure that says it all.
    pub figure: f32,
    /// Between blocks.
    pub gap: f32,
    /// Between baselines, for a size of type: lines of a side with little room stand closer,
    pub line: f32,
    /// and so do rows of a table: above and below their words.
    pub row: f32,
}

impl Size {
    /// For reading at a desk.
    pub(super) const REPORT: Size = Size {
        body: 10.0,
        small: 8.6,
        table: 8.0,
        crowded: 5.6,
        headings: [21.0, 14.5, 11.5],
        figure: 20.0,
        gap: 7.0,
        line: 1.34,
        row: 0.28,
    };

    /// One side of A4, from the largest to the smallest that a funder reads forty of without a glass.
    pub(super) const ONE_SIDE: [Size; 6] = [
        Size::one_side(10.4),
        Size::one_side(10.0),
        Size::one_side(9.6),
        Size::one_side(9.2),
        Size::one_side(8.8),
        Size::one_side(SMALLEST_TEXT),
    ];

    /// Where one side is not enough anyway.
    pub(super) const SEVERAL_SIDES: Size = Size::one_side(9.2);

    /// Space between baselines for a size of type.
    pub(super) fn leading(self, type_size: f32) -> f32 {
        type_size * self.line
    }

    const fn one_side(body: f32) -> Size {
        Size {
            body,
            small: body * 0.88,
            table: body * 0.88,
            crowded: SMALLEST,
            headings: [body * 1.75, body * 1.28, body * 1.1],
            figure: body * 1.7,
            gap: body * 0.44,
            line: 1.23,
            row: 0.15,
        }
    }
}
