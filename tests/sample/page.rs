//! A page taken apart: every text with the elements around it, and the rows of `results.csv` that they name.

/// An element of a page, or a text in it.
#[derive(Debug, Clone)]
pub enum Node {
    Element { name: String, attributes: Vec<(String, String)>, children: Vec<Node> },
    Text(String),
}

/// Elements that end where they begin.
const VOID: [&str; 7] = ["br", "hr", "img", "input", "link", "meta", "wbr"];

impl Node {
    /// A whole page under one root.
    pub fn read(page: &str) -> Node {
        let root = Node::Element { name: "main".to_owned(), attributes: Vec::new(), children: Vec::new() };
        let mut open = vec![root];
        for (place, part) in page.split('<').enumerate() {
            let (tag, words) = if place == 0 { ("", part) } else { part.split_once('>').expect("a tag ends") };
            if let Some(closed) = tag.strip_prefix('/') {
                let done = open.pop().expect("something is open");
                assert_eq!(done.name(), closed);
                open.last_mut().expect("a root").put(done);
            } else if place > 0 {
                let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
                let element =
                    Node::Element { name: name.to_owned(), attributes: attributes(rest), children: Vec::new() };
                if VOID.contains(&name) { open.last_mut().expect("a root").put(element) } else { open.push(element) }
            }
            if !words.is_empty() {
                open.last_mut().expect("a root").put(Node::Text(plain(words)));
            }
        }
        assert_eq!(open.len(), 1, "all is closed");
        open.remove(0)
    }

    fn put(&mut self, node: Node) {
        if let Node::Element { children, .. } = self {
            children.push(node);
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Node::Element { name, .. } => name,
            Node::Text(_) => "",
        }
    }

    pub fn children(&self) -> &[Node] {
        match self {
            Node::Element { children, .. } => children,
            Node::Text(_) => &[],
        }
    }

    pub fn get(&self, wanted: &str) -> Option<&str> {
        let Node::Element { attributes, .. } = self else { return None };
        attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    pub fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    /// All its text, as it is seen.
    pub fn text(&self) -> String {
        match self {
            Node::Text(words) => words.clone(),
            element => element.children().iter().map(Node::text).collect(),
        }
    }
}

/// Values stand in quotation marks; what has none is a switch.
fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let quoted = after.strip_prefix("=\"").and_then(|value| value.split_once('"'));
        let (value, after) = quoted.unwrap_or(("", after));
        found.push((name.to_owned(), plain(value)));
        rest = after;
    }
    found
}

fn plain(words: &str) -> String {
    words.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A text with what is around it.
#[derive(Debug, Clone)]
pub struct Piece {
    pub words: String,
    /// What it is, for messages: `#summary div.stat p`.
    pub place: String,
    /// What the nearest element around it says of its rows; empty where none does.
    pub rows: Vec<String>,
    /// What is only heard names the rows of a chart sentence by sentence: any of these.
    pub heard: bool,
    /// Classes of the chart it belongs to, as “10 to 20”: what they are, not how many.
    pub classes: Vec<String>,
}

/// Elements whose numbers are no figures: what is chosen from, marks of sections and scales, days, variables and hashes.
fn holds_no_figure(node: &Node) -> bool {
    let marks = ["mark-of", "contents", "scale"].iter().any(|class| node.has_class(class));
    marks || ["option", "time", "code", "form", "defs"].contains(&node.name())
}

/// Every text of a page that may hold figures, in order.
pub fn pieces(page: &Node) -> Vec<Piece> {
    let mut found = Vec::new();
    gather(page, "", (&[], &[]), &mut found);
    found
}

fn gather(node: &Node, place: &str, (rows, classes): (&[String], &[String]), found: &mut Vec<Piece>) {
    if holds_no_figure(node) {
        return;
    }
    let mut own_classes = Vec::new();
    if ["figure", "svg"].contains(&node.name()) {
        labels(node, &mut own_classes);
    }
    let classes = if own_classes.is_empty() { classes } else { &own_classes };
    let own = ["data-figure", "data-rows"].iter().find_map(|name| node.get(name));
    let own: Option<Vec<String>> = own.map(|rows| {
        let one = node.get("data-figure").is_some();
        if one { vec![rows.to_owned()] } else { rows.split(' ').map(str::to_owned).collect() }
    });
    let rows = own.as_deref().unwrap_or(rows);
    let id = node.get("id").filter(|_| node.name() == "section").map(|id| format!("#{id} "));
    let class = node.get("class").map(|class| format!(".{}", class.replace(' ', "."))).unwrap_or_default();
    let place = format!("{place}{}{}{class} ", id.unwrap_or_default(), node.name());
    let heard = node.name() == "svg";
    for child in node.children() {
        match child {
            Node::Text(words) => {
                found.push(Piece {
                    words: words.clone(),
                    place: place.clone(),
                    rows: rows.to_vec(),
                    heard: false,
                    classes: classes.to_vec(),
                });
            }
            desc if heard && desc.name() == "desc" => {
                let mut each = vec![rows.join(" ")];
                scopes(node, &mut each);
                each.retain(|rows| !rows.is_empty());
                found.push(Piece {
                    words: desc.text(),
                    place: format!("{place}desc "),
                    rows: each,
                    heard: true,
                    classes: classes.to_vec(),
                });
            }
            element => gather(element, &place, (rows, classes), found),
        }
    }
}

/// The rows that any element in a drawing names.
fn scopes(node: &Node, found: &mut Vec<String>) {
    for child in node.children() {
        found.extend(child.get("data-rows").map(str::to_owned));
        scopes(child, found);
    }
}

/// The words of classes in a chart; marks of its scale are numbers alone, and no name of anything.
fn labels(node: &Node, found: &mut Vec<String>) {
    for child in node.children() {
        if child.has_class("scale") {
            let lines = child.children().iter().map(Node::text).collect::<Vec<_>>().join(" ");
            let is_name = lines.chars().any(char::is_alphabetic) && lines.chars().any(|c| c.is_ascii_digit());
            found.extend(is_name.then_some(lines));
        } else {
            labels(child, found);
        }
    }
    found.sort_by_key(|label| std::cmp::Reverse(label.len()));
    found.dedup();
}
