//! From a page's markup to its blocks. What is only for the screen is left out; what is folded there lies open.

use super::PdfError;
use super::block::{Block, Column, Run, Table, Tone, Words, plain};
use super::look;
use super::markup::{self, Element, Node};

/// The blocks of a page.
pub(super) fn blocks(page: &str) -> Result<Vec<Block>, PdfError> {
    let nodes = markup::read(page)?;
    let mut blocks = Reader { quiet_tables: false }.flow(&nodes);
    say_once(&mut blocks);
    Ok(blocks)
}

/// Two charts of the same numbers have the same table folded under them; on paper it stands under the first. Single
/// rows of two results can be alike by chance, where nothing is shown of either: those stay.
fn say_once(blocks: &mut [Block]) {
    let mut said: Vec<Table> = Vec::new();
    for block in blocks {
        let Block::Table(table) = block else { continue };
        let again = |known: &&Table| {
            let alike = known.columns == table.columns && known.rows == table.rows;
            alike && (table.rows.len() > 1 || known.caption == table.caption)
        };
        match said.iter().find(again) {
            Some(known) if !table.rows.is_empty() => {
                let text = format!("The numbers are in the table “{}”.", plain(&known.caption));
                *block = Block::Paragraph { words: vec![Run { text, ..Run::default() }], tone: Tone::Small };
            }
            _ => said.push(table.clone()),
        }
    }
}

/// Elements that stand within a line.
const INLINE: [&str; 10] = ["a", "abbr", "b", "br", "code", "em", "small", "span", "strong", "time"];
/// Elements that only a screen has a use for.
const SCREEN: [&str; 8] = ["button", "form", "input", "label", "nav", "script", "select", "textarea"];

/// Colours that say how something stands, as on the screen; a shape and a word say it too.
const MEANINGS: [(&str, &str); 7] = [
    ("met", look::GOOD),
    ("close", look::CLOSE),
    ("behind", look::BAD),
    ("clear_gain", look::GOOD),
    ("likely_gain", look::GOOD),
    ("clear_fall", look::BAD),
    ("likely_fall", look::BAD),
];

#[derive(Clone, Copy)]
struct Reader {
    /// On one side of paper a table's heading says what its caption would.
    quiet_tables: bool,
}

impl Reader {
    fn flow(self, nodes: &[Node]) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        for node in nodes {
            match node {
                Node::Element(element) if !INLINE.contains(&element.name.as_str()) => {
                    paragraph(&mut blocks, &std::mem::take(&mut loose), Tone::Plain);
                    self.block(element, &mut blocks);
                }
                inline => loose.push(inline.clone()),
            }
        }
        paragraph(&mut blocks, &loose, Tone::Plain);
        blocks
    }

    fn block(self, element: &Element, blocks: &mut Vec<Block>) {
        if element.has_class("contents") {
            blocks.push(Block::Contents);
            return;
        }
        if element.has_class("no-print") || SCREEN.contains(&element.name.as_str()) {
            return;
        }
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = element.name.trim_start_matches('h').parse().unwrap_or(2);
                blocks.push(Block::Heading { level, words: words(&element.children) });
            }
            "p" => paragraph(blocks, &element.children, tone(element)),
            "summary" => paragraph(blocks, &element.children, Tone::Label),
            // Boxes beside each other, as on the screen; their titles are no headings of the report.
            "ol" if element.has_class("logic") => {
                let boxes =
                    element.elements().map(|item| self.flow(&item.children).into_iter().map(untitled).collect());
                blocks.push(Block::Cards(boxes.collect()));
            }
            "ul" | "ol" => {
                let items = element.elements().filter(|item| item.name == "li");
                blocks.push(Block::List(items.map(|item| words(&item.children)).collect()));
            }
            "dl" if element.has_class("counts") => blocks.push(Block::Counts(pairs(element))),
            "dl" => blocks.push(Block::Facts(pairs(element))),
            "figure" => self.figure(element, blocks),
            "details" => self.unfolded(element, blocks),
            "svg" => blocks.push(Block::Figure { caption: Vec::new(), base: Vec::new(), chart: element.clone() }),
            "table" => blocks.push(Block::Table(self.table(element))),
            "div" if element.has_class("stats") => {
                blocks.push(Block::Cards(element.elements().map(|card| self.flow(&card.children)).collect()));
            }
            "div" if element.has_class("change") => blocks.push(self.change(element)),
            "div" if element.has_class("pair") => {
                let parts: Vec<&Element> = element.elements().collect();
                blocks.push(self.columns(&parts, &[0.61, 0.39], false));
            }
            _ => {
                let quiet_tables = self.quiet_tables || element.has_class("one-page");
                blocks.extend(Reader { quiet_tables }.flow(&element.children));
            }
        }
    }

    /// A result: its figure beside its sentences and their chart, and remarks as wide as both.
    fn change(self, element: &Element) -> Block {
        let (remarks, parts): (Vec<&Element>, Vec<&Element>) =
            element.elements().partition(|part| part.has_class("remarks"));
        let (figure, said) = parts.split_at(parts.len().min(1));
        let mut beside = vec![self.columns(said, &[0.71, 0.29], false)];
        beside.extend(remarks.into_iter().flat_map(|part| self.flow(&part.children)));
        let figure = figure.iter().flat_map(|part| self.cell(part)).collect();
        Block::Columns { columns: vec![(0.18, figure), (0.82, beside)], ruled: true }
    }

    fn cell(self, part: &Element) -> Vec<Block> {
        match part.name.as_str() {
            "div" | "section" => self.flow(&part.children),
            _ => self.flow(std::slice::from_ref(&Node::Element(part.clone()))),
        }
    }

    /// Columns of these shares. Without the last, the one before takes its place.
    fn columns(self, parts: &[&Element], shares: &[f32], ruled: bool) -> Block {
        let cells: Vec<Vec<Block>> = parts.iter().map(|part| self.cell(part)).collect();
        let last = cells.len().saturating_sub(1);
        let share = |place: usize| if place == last { shares[place..].iter().sum() } else { shares[place] };
        let columns = cells.into_iter().take(shares.len()).enumerate();
        Block::Columns { columns: columns.map(|(place, blocks)| (share(place), blocks)).collect(), ruled }
    }

    /// What is folded on the screen lies open, under the words that open it unless its table says the same.
    fn unfolded(self, element: &Element, blocks: &mut Vec<Block>) {
        let mut inner = self.flow(&element.children);
        let repeated = match inner.as_slice() {
            [Block::Paragraph { words, tone: Tone::Label }, Block::Table(table), ..] => *words == table.caption,
            _ => false,
        };
        if repeated {
            inner.remove(0);
        }
        blocks.extend(inner);
    }

    fn figure(self, element: &Element, blocks: &mut Vec<Block>) {
        let caption = element.elements().find(|child| child.name == "figcaption");
        let is_base = |node: &&Node| matches!(node, Node::Element(part) if part.has_class("figure-base"));
        let all = caption.map(|caption| caption.children.as_slice()).unwrap_or_default();
        let base: Vec<Node> = all.iter().filter(is_base).cloned().collect();
        let finding: Vec<Node> = all.iter().filter(|node| !is_base(node)).cloned().collect();
        match element.find("svg") {
            Some(chart) => {
                let chart = chart.clone();
                blocks.push(Block::Figure { caption: words(&finding), base: words(&base), chart });
            }
            None => paragraph(blocks, &finding, Tone::Label),
        }
        // The table's own caption says what "The numbers" are.
        for folded in element.elements().filter(|child| !["figcaption", "svg"].contains(&child.name.as_str())) {
            let inner: Vec<Node> = folded
                .children
                .iter()
                .filter(|node| !matches!(node, Node::Element(part) if part.name == "summary"))
                .cloned()
                .collect();
            if folded.name == "details" { blocks.extend(self.flow(&inner)) } else { self.block(folded, blocks) }
        }
    }

    fn table(self, element: &Element) -> Table {
        let rows_of = |part: &str| {
            let part = element.elements().find(|child| child.name == part);
            part.map(|part| part.elements().collect::<Vec<_>>()).unwrap_or_default()
        };
        let heads: Vec<&Element> = rows_of("thead").into_iter().flat_map(Element::elements).collect();
        let columns = heads
            .iter()
            .map(|head| Column { heading: words(&head.children), figures: head.has_class("figures") })
            .collect();
        let rows = rows_of("tbody").into_iter();
        Table {
            caption: element.elements().find(|c| c.name == "caption").map(|c| words(&c.children)).unwrap_or_default(),
            quiet: self.quiet_tables,
            columns,
            rows: rows.map(|row| row.elements().map(|cell| words(&cell.children)).collect()).collect(),
        }
    }
}

/// A heading as the title of a box.
fn untitled(block: Block) -> Block {
    match block {
        Block::Heading { words, .. } => Block::Paragraph { words, tone: Tone::Label },
        other => other,
    }
}

fn tone(element: &Element) -> Tone {
    let tones = [
        ("lead", Tone::Lead),
        ("notice", Tone::Notice),
        ("big-number", Tone::Figure),
        ("stat-figure", Tone::Figure),
        ("stat-label", Tone::Label),
        ("stat-base", Tone::Small),
        ("small", Tone::Small),
        ("crumbs", Tone::Quiet),
        ("quiet", Tone::Quiet),
        ("suppressed", Tone::Quiet),
    ];
    tones.into_iter().find(|(class, _)| element.has_class(class)).map_or(Tone::Plain, |(_, tone)| tone)
}

/// A paragraph, unless there is nothing to say.
fn paragraph(blocks: &mut Vec<Block>, nodes: &[Node], tone: Tone) {
    let words = words(nodes);
    if !words.is_empty() {
        blocks.push(Block::Paragraph { words, tone });
    }
}

/// Terms with what is said of them, whether or not each pair has a `div` of its own.
fn pairs(element: &Element) -> Vec<(Words, Words)> {
    let mut flat: Vec<&Element> = Vec::new();
    for child in element.elements() {
        if child.name == "div" { flat.extend(child.elements()) } else { flat.push(child) }
    }
    let mut pairs: Vec<(Words, Words)> = Vec::new();
    for part in flat {
        match (part.name.as_str(), pairs.last_mut()) {
            ("dd", Some((_, said))) => said.extend(words(&part.children)),
            _ => pairs.push((words(&part.children), Vec::new())),
        }
    }
    pairs
}

/// The runs of a line, with single spaces and none at the ends.
fn words(nodes: &[Node]) -> Words {
    let mut runs = Vec::new();
    gather(nodes, &Run::default(), &mut runs);
    let mut tidy: Words = Vec::new();
    let mut at_start = true;
    for mut run in runs {
        let mut text = String::new();
        for letter in run.text.chars() {
            let blank = letter != '\u{a0}' && letter.is_whitespace();
            match letter {
                '\n' if run.text == "\n" => {
                    text.push('\n');
                    at_start = true;
                }
                _ if blank && at_start => {}
                _ if blank => {
                    text.push(' ');
                    at_start = true;
                }
                _ => {
                    text.push(letter);
                    at_start = false;
                }
            }
        }
        run.text = text;
        if !run.text.is_empty() {
            tidy.push(run);
        }
    }
    while let Some(last) = tidy.last_mut() {
        last.text.truncate(last.text.trim_end_matches([' ', '\n']).len());
        if !last.text.is_empty() {
            break;
        }
        tidy.pop();
    }
    while tidy.first().is_some_and(|run| run.text == "\n") {
        tidy.remove(0);
    }
    tidy
}

fn gather(nodes: &[Node], dress: &Run, runs: &mut Words) {
    for node in nodes {
        match node {
            // A line feed in the source is a blank; only an element begins a line.
            Node::Text(text) => runs.push(Run { text: text.replace('\n', " "), ..dress.clone() }),
            Node::Element(element) => inline(element, dress, runs),
        }
    }
}

fn inline(element: &Element, dress: &Run, runs: &mut Words) {
    // What is read aloud but not seen has its shape beside it; on paper the shape and its word are enough.
    if element.has_class("hidden") || element.has_class("no-print") || SCREEN.contains(&element.name.as_str()) {
        return;
    }
    let mut dress = dress.clone();
    match element.name.as_str() {
        "br" => runs.push(line_feed()),
        "strong" | "b" => dress.bold = true,
        "code" => dress.breakable = true,
        _ => {}
    }
    dress.soft |= ["small", "kind", "suppressed", "figure-base"].iter().any(|class| element.has_class(class));
    dress.colour = MEANINGS.iter().find(|(class, _)| element.has_class(class)).map(|(_, ink)| *ink).or(dress.colour);
    dress.bold |= dress.colour.is_some();
    // Where there is no colour there is no word beside the shape either.
    dress.ornament |= element.get("aria-hidden") == Some("true") && dress.colour.is_some();
    let own_line = element.has_class("cell-line") || !INLINE.contains(&element.name.as_str());
    if own_line && runs.last().is_some_and(|last| last.text != "\n") {
        runs.push(line_feed());
    }
    if element.has_class("kind") {
        runs.push(Run { text: "  ".to_owned(), ..dress.clone() });
    }
    gather(&element.children, &dress, runs);
    if own_line {
        runs.push(line_feed());
    }
}

fn line_feed() -> Run {
    Run { text: "\n".to_owned(), ..Run::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(blocks: &[Block]) -> Vec<String> {
        let one = |block: &Block| match block {
            Block::Heading { level, words } => format!("h{level} {}", plain(words)),
            Block::Paragraph { words, tone } => format!("{tone:?} {}", plain(words)),
            Block::List(items) => items.iter().map(|item| plain(item)).collect::<Vec<_>>().join(" | "),
            Block::Facts(pairs) | Block::Counts(pairs) => pairs
                .iter()
                .map(|(term, said)| format!("{}: {}", plain(term), plain(said)))
                .collect::<Vec<_>>()
                .join(" | "),
            Block::Table(table) => format!("table {} of {}", plain(&table.caption), table.rows.len()),
            Block::Contents => "contents".to_owned(),
            Block::Figure { caption, base, .. } => format!("figure {} ({})", plain(caption), plain(base)),
            Block::Cards(cards) => format!("{} cards", cards.len()),
            Block::Columns { columns, .. } => format!("{} columns", columns.len()),
        };
        blocks.iter().map(one).collect()
    }

    const TABLE: &str = "<table><caption>Change</caption><thead><tr><th>Group</th><th class=\"figures\">n</th></tr></thead>\
         <tbody><tr><th>All</th><td>12</td></tr></tbody></table>";

    #[test]
    fn what_is_for_the_screen_stays_there_and_what_is_folded_lies_open() {
        let page = format!(
            "<header><p class=\"crumbs\">For you</p><h1>A &amp; B</h1></header>\
             <p class=\"no-print\"><a href=\"/x\">Download</a></p><nav class=\"contents\"><ul><li>x</li></ul></nav>\
             <details class=\"no-print\"><summary>Show</summary><form><button>Show</button></form></details>\
             <section><h2>In short</h2>Loose words <strong>too</strong>.\
             <dl class=\"facts\"><dt>Reached</dt><dd>12 children</dd></dl>\
             <details><summary>More</summary>{TABLE}</details></section>"
        );
        let wanted = [
            "Quiet For you",
            "h1 A & B",
            "contents",
            "h2 In short",
            "Plain Loose words too.",
            "Reached: 12 children",
            "Label More",
            "table Change of 1",
        ];
        assert_eq!(said(&blocks(&page).expect("a page")), wanted);
    }

    #[test]
    fn a_theory_of_change_stands_in_boxes() {
        let page = "<ol class=\"logic\"><li><h3>What we put in</h3><ul><li>Money</li><li>Time</li></ul></li>\
             <li><h3>What we do</h3><p>Sessions</p></li></ol><ol><li>One</li><li>Two</li></ol>";
        let read = blocks(page).expect("a page");
        assert_eq!(said(&read), ["2 cards", "One | Two"]);
        let Block::Cards(cards) = &read[0] else { panic!("cards") };
        assert_eq!(said(&cards[0]), ["Label What we put in", "Money | Time"]);
    }

    #[test]
    fn the_same_numbers_stand_once() {
        let page = format!("{TABLE}<details><summary>Change</summary>{TABLE}</details>");
        assert_eq!(
            said(&blocks(&page).expect("a page")),
            ["table Change of 1", "Small The numbers are in the table “Change”."]
        );
    }

    #[test]
    fn a_figure_keeps_its_finding_its_base_and_its_table() {
        let page = format!(
            "<figure><figcaption>It rose<span class=\"figure-base\">n 12</span></figcaption><svg></svg>\
             <details><summary>The numbers</summary>{TABLE}</details></figure>"
        );
        assert_eq!(said(&blocks(&page).expect("a page")), ["figure It rose (n 12)", "table Change of 1"]);
    }

    #[test]
    fn a_shape_beside_its_word_is_an_ornament_and_lines_of_a_cell_are_lines() {
        let cell = markup::read(
            "<span class=\"cell-line\">31 → 50</span><span class=\"cell-line small\"><span class=\"status met\">\
             <span aria-hidden=\"true\">●</span> Met</span></span>",
        );
        let words = words(&cell.expect("markup"));
        let texts: Vec<&str> = words.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(texts, ["31 → 50", "\n", "●", " Met"]);
        assert!(words[2].ornament && !words[3].ornament && words[3].colour == Some(look::GOOD));
        let dash = markup::read("<span class=\"status no_target\"><span aria-hidden=\"true\">–</span></span>");
        assert!(!super::words(&dash.expect("markup"))[0].ornament, "where there is no word the dash is read");
    }
}
