//! Reads the markup that our own pages are made of: well formed, with four entities and no scripts.

use super::PdfError;

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

/// An element with what is in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Element {
    /// What an attribute says.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split_whitespace().any(|one| one == class))
    }

    /// The elements directly in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        elements(&self.children)
    }

    /// The first element of a name, at any depth.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// All its text.
    pub(super) fn text(&self) -> String {
        let piece = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        };
        self.children.iter().map(piece).collect()
    }
}

/// The elements among nodes.
pub(super) fn elements(nodes: &[Node]) -> impl Iterator<Item = &Element> {
    nodes.iter().filter_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    })
}

/// Elements that end where they begin.
const VOID: [&str; 7] = ["br", "hr", "img", "input", "link", "meta", "wbr"];

/// The nodes of a piece of markup.
pub(super) fn read(markup: &str) -> Result<Vec<Node>, PdfError> {
    let mut open = vec![Element::default()];
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        text(&mut open, &rest[..at]);
        let (tag, after) = tag(&rest[at + 1..])?;
        rest = after;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            close(&mut open, name.trim())?;
            continue;
        }
        let element = element(tag.trim_end_matches('/'));
        let ends = VOID.contains(&element.name.as_str()) || tag.ends_with('/');
        if ends { put(&mut open, Node::Element(element)) } else { open.push(element) }
    }
    text(&mut open, rest);
    match (open.pop(), open.last()) {
        (Some(root), None) => Ok(root.children),
        (Some(left), _) => Err(PdfError::Markup(format!("<{}> is not closed", left.name))),
        (None, _) => Ok(Vec::new()),
    }
}

/// What stands before the `>` that ends a tag, and what comes after it. A `>` in an attribute is part of it.
fn tag(rest: &str) -> Result<(&str, &str), PdfError> {
    let mut quoted = false;
    for (at, letter) in rest.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return Ok((&rest[..at], &rest[at + 1..])),
            _ => {}
        }
    }
    Err(PdfError::Markup("a tag has no end".to_owned()))
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let quoted = after.strip_prefix("=\"").and_then(|value| value.split_once('"'));
        let (value, after) = quoted.unwrap_or(("", after));
        attributes.push((name.to_owned(), plain(value)));
        rest = after;
    }
    Element { name: name.to_owned(), attributes, children: Vec::new() }
}

fn text(open: &mut [Element], words: &str) {
    if !words.is_empty() {
        put(open, Node::Text(plain(words)));
    }
}

fn put(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn close(open: &mut Vec<Element>, name: &str) -> Result<(), PdfError> {
    match open.pop() {
        Some(element) if element.name == name && !open.is_empty() => {
            put(open, Node::Element(element));
            Ok(())
        }
        other => {
            let found = other.map(|element| element.name).unwrap_or_default();
            Err(PdfError::Markup(format!("</{name}> closes <{found}>")))
        }
    }
}

fn plain(escaped: &str) -> String {
    escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let page = "<p class=\"lead quiet\" title=\"5 > 3 &amp; &quot;so&quot;\">a &lt; b<br><strong>&amp;amp;</strong></p>\
                    <input disabled><p></p>";
        let nodes = read(page).expect("well formed");
        let all: Vec<&Element> = elements(&nodes).collect();
        assert_eq!(all.iter().map(|element| element.name.as_str()).collect::<Vec<_>>(), ["p", "input", "p"]);
        assert!(all[0].has_class("quiet") && !all[0].has_class("quie"));
        assert_eq!(all[0].get("title"), Some("5 > 3 & \"so\""));
        assert_eq!(all[0].text(), "a < b&amp;");
        assert_eq!(all[1].get("disabled"), Some(""));
    }

    #[test]
    fn markup_that_does_not_close_is_refused() {
        for broken in ["<p>", "<p></b>", "</p>", "<p", "<p class=\"a></p>"] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }
}
