//! Charts: the same SVG as on the web page, shape by shape.

use super::PdfError;
use super::letters::Letters;
use super::look;
use super::markup::Element;
use super::path::{Outline, Step, ellipse, from_svg, polyline, rectangle};
use super::sheet::{Mark, Piece, Placed};
use super::structure::PartId;

/// The finding and the numbers of a chart, for those who do not see it.
pub(super) fn alternative(chart: &Element) -> Result<String, PdfError> {
    let said = |name: &str| {
        let text = chart.elements().find(|child| child.name == name).map(Element::text).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (title, desc) = (said("title"), said("desc"));
    match (title.as_str(), desc.as_str()) {
        ("", _) | (_, "") => Err(PdfError::NoAlternative),
        (title, desc) if title.ends_with(['.', '?', '!']) => Ok(format!("{title} {desc}")),
        (title, desc) => Ok(format!("{title}. {desc}")),
    }
}

/// A chart as wide as there is room, all of it one part.
pub(super) fn draw(letters: &Letters, chart: &Element, width: f32, part: PartId) -> Result<Piece, PdfError> {
    let view: Vec<f32> =
        chart.get("viewBox").unwrap_or_default().split_whitespace().filter_map(|n| n.parse().ok()).collect();
    let &[left, top, wide, high] = view.as_slice() else { return Err(PdfError::Shape("svg".to_owned())) };
    let scale = width / wide.max(1.0);
    let pen =
        Pen { fill: look::INK, stroke: "none", line: 1.0, size: 14.0, bold: false, anchor: "start", at: (-left, -top) };
    let mut drawing = Drawing { letters, scale, part, patterns: Vec::new(), marks: Vec::new() };
    drawing.children(chart, pen)?;
    Ok(Piece::of(high * scale, drawing.marks))
}

/// What a shape inherits.
#[derive(Clone, Copy)]
struct Pen<'a> {
    fill: &'a str,
    stroke: &'a str,
    line: f32,
    size: f32,
    bold: bool,
    anchor: &'a str,
    at: (f32, f32),
}

struct Drawing<'a> {
    letters: &'a Letters,
    scale: f32,
    part: PartId,
    /// Patterns by name.
    patterns: Vec<(&'a str, Tile<'a>)>,
    marks: Vec<Placed>,
}

impl<'a> Drawing<'a> {
    fn children(&mut self, parent: &'a Element, pen: Pen<'a>) -> Result<(), PdfError> {
        parent.elements().try_for_each(|shape| self.shape(shape, pen))
    }

    fn shape(&mut self, shape: &'a Element, pen: Pen<'a>) -> Result<(), PdfError> {
        let pen = pen.over(shape);
        let number = |name: &str| number(shape, name).unwrap_or(0.0);
        match shape.name.as_str() {
            "title" | "desc" => {}
            "defs" => self.patterns.extend(shape.elements().filter_map(pattern)),
            "g" => self.children(shape, pen)?,
            "rect" => {
                let (x, y, width, height) = (number("x"), number("y"), number("width"), number("height"));
                if width > 0.0 && height > 0.0 {
                    let hatched = pen.fill.strip_prefix("url(#").and_then(|name| name.strip_suffix(')'));
                    match hatched.and_then(|name| self.patterns.iter().find(|(known, _)| *known == name)) {
                        Some(&(_, tile)) => self.pattern(pen, tile, [x, y, width, height]),
                        None => self.outline(pen, &rectangle(x, y, width, height, number("rx")), shape),
                    }
                }
            }
            "line" => {
                let ends = [(number("x1"), number("y1")), (number("x2"), number("y2"))];
                self.outline(Pen { fill: "none", ..pen }, &polyline(&ends, false), shape);
            }
            "circle" => self.outline(pen, &ellipse(number("cx"), number("cy"), number("r"), number("r")), shape),
            "ellipse" => self.outline(pen, &ellipse(number("cx"), number("cy"), number("rx"), number("ry")), shape),
            "polygon" | "polyline" => {
                let all: Vec<f32> = shape
                    .get("points")
                    .unwrap_or_default()
                    .split([' ', ','])
                    .filter_map(|number| number.parse().ok())
                    .collect();
                let points: Vec<(f32, f32)> = all.chunks_exact(2).map(|point| (point[0], point[1])).collect();
                self.outline(pen, &polyline(&points, shape.name == "polygon"), shape);
            }
            "path" => {
                let outline = from_svg(shape.get("d").unwrap_or_default());
                let outline = outline.ok_or_else(|| PdfError::Shape("path".to_owned()))?;
                self.outline(pen, &outline, shape);
            }
            "text" => self.text(pen, shape),
            other => return Err(PdfError::Shape(other.to_owned())),
        }
        Ok(())
    }

    /// An outline filled, drawn, or both.
    fn outline(&mut self, pen: Pen<'_>, outline: &[Step], shape: &Element) {
        let outline: Outline = outline.iter().map(|step| self.placed(*step, pen.at)).collect();
        if pen.fill != "none" {
            let mark = Mark::Fill { outline: outline.clone(), ink: pen.fill.to_owned() };
            self.marks.push(Placed { mark, part: Some(self.part) });
        }
        if pen.stroke != "none" && pen.line > 0.0 {
            let dashes = shape.get("stroke-dasharray").unwrap_or_default().split([' ', ',']);
            let dash = dashes.filter_map(|length| length.parse::<f32>().ok()).map(|length| length * self.scale);
            let mark = Mark::Stroke {
                outline,
                ink: pen.stroke.to_owned(),
                width: pen.line * self.scale,
                dash: dash.collect(),
            };
            self.marks.push(Placed { mark, part: Some(self.part) });
        }
    }

    /// A bar with a pattern on its ground.
    fn pattern(&mut self, pen: Pen<'_>, tile: Tile<'_>, place: [f32; 4]) {
        let [x, y, width, height] = place;
        self.outline(Pen { fill: tile.ground, ..pen }, &rectangle(x, y, width, height, 0.0), &Element::default());
        match tile.over {
            Over::Lines(Slant::Ink(ink)) => self.hatch(pen, ink, place),
            Over::Lines(Slant::Light(colour)) => self.hatch(pen, &lighter(colour), place),
            Over::Dots(ink) => self.dots(pen, ink, place),
        }
    }

    /// Dots, those that lie within the bar.
    fn dots(&mut self, pen: Pen<'_>, ink: &str, [x, y, width, height]: [f32; 4]) {
        let (mut down, mut all) = (y + 3.5, Outline::new());
        while down + 1.3 < y + height {
            let mut right = x + 3.5;
            while right + 1.3 < x + width {
                all.extend(ellipse(right, down, 1.3, 1.3));
                right += 7.0;
            }
            down += 7.0;
        }
        self.outline(Pen { fill: ink, stroke: "none", ..pen }, &all, &Element::default());
    }

    /// Slanted lines, cut off at the edges of the bar.
    fn hatch(&mut self, pen: Pen<'_>, slant: &str, [x, y, width, height]: [f32; 4]) {
        let plain = Element::default();
        let (right, bottom) = (x + width - 0.8, y + height - 0.8);
        let (left, top) = (x + 0.8, y + 0.8);
        let mut sum = left + top + 5.0;
        while sum < right + bottom {
            let (from, to) = ((sum - bottom).max(left), (sum - top).min(right));
            if to > from {
                let line = polyline(&[(from, sum - from), (to, sum - to)], false);
                self.outline(Pen { fill: "none", stroke: slant, line: 1.7, ..pen }, &line, &plain);
            }
            sum += 9.9;
        }
    }

    fn text(&mut self, pen: Pen<'_>, shape: &Element) {
        let words = shape.text();
        let text = self.letters.shape(&words, pen.bold);
        let size = pen.size * self.scale;
        let width = text.width * size;
        let (x, y) = self.point((number(shape, "x").unwrap_or(0.0), number(shape, "y").unwrap_or(0.0)), pen.at);
        let x = match pen.anchor {
            "middle" => x - width / 2.0,
            "end" => x - width,
            _ => x,
        };
        if pen.stroke != "none" {
            // A halo on the screen; on paper a plain ground keeps the grid out of the words.
            let ground = rectangle(x - 2.0, y - size, width + 4.0, size * 1.35, 0.0);
            let mark = Mark::Fill { outline: ground, ink: look::WHITE.to_owned() };
            self.marks.push(Placed { mark, part: Some(self.part) });
        }
        let ink = ink(pen.fill);
        self.marks.push(Placed { mark: Mark::Text { x, y, size, ink, text }, part: Some(self.part) });
    }

    fn point(&self, (x, y): (f32, f32), (dx, dy): (f32, f32)) -> (f32, f32) {
        ((x + dx) * self.scale, (y + dy) * self.scale)
    }

    fn placed(&self, step: Step, at: (f32, f32)) -> Step {
        let point = |x, y| self.point((x, y), at);
        match step {
            Step::Move(x, y) => {
                let (x, y) = point(x, y);
                Step::Move(x, y)
            }
            Step::Line(x, y) => {
                let (x, y) = point(x, y);
                Step::Line(x, y)
            }
            Step::Curve([a, b, c, d, x, y]) => {
                let ((a, b), (c, d), (x, y)) = (point(a, b), point(c, d), point(x, y));
                Step::Curve([a, b, c, d, x, y])
            }
            Step::Close => Step::Close,
        }
    }
}

impl<'a> Pen<'a> {
    /// This pen with what a shape says of itself.
    fn over(self, shape: &'a Element) -> Pen<'a> {
        let mut pen = self;
        pen.fill = shape.get("fill").unwrap_or(pen.fill);
        pen.stroke = shape.get("stroke").unwrap_or(pen.stroke);
        pen.line = number(shape, "stroke-width").unwrap_or(pen.line);
        pen.size = number(shape, "font-size").unwrap_or(pen.size);
        pen.bold = number(shape, "font-weight").map_or(pen.bold, |weight| weight >= 600.0);
        pen.anchor = shape.get("text-anchor").unwrap_or(pen.anchor);
        let moved = shape.get("transform").and_then(|transform| {
            let (x, y) = transform.strip_prefix("translate(")?.strip_suffix(')')?.split_once([' ', ','])?;
            Some((x.trim().parse::<f32>().ok()?, y.trim().parse::<f32>().ok()?))
        });
        if let Some((x, y)) = moved {
            pen.at = (pen.at.0 + x, pen.at.1 + y);
        }
        pen
    }
}

fn number(shape: &Element, name: &str) -> Option<f32> {
    shape.get(name)?.parse().ok()
}

/// A piece of a pattern.
#[derive(Clone, Copy)]
struct Tile<'a> {
    ground: &'a str,
    over: Over<'a>,
}

/// What runs over its ground.
#[derive(Clone, Copy)]
enum Over<'a> {
    Lines(Slant<'a>),
    Dots(&'a str),
}

/// Colour of slanted lines.
#[derive(Clone, Copy)]
enum Slant<'a> {
    /// This one.
    Ink(&'a str),
    /// Halfway from this one to white.
    Light(&'a str),
}

/// A pattern's name and look.
fn pattern(element: &Element) -> Option<(&str, Tile<'_>)> {
    let drawn = |name: &str| element.elements().find(|shape| shape.name == name);
    let ground = drawn("rect")?.get("fill")?;
    let full = drawn("line").filter(|line| number(line, "stroke-opacity").is_some_and(|opacity| opacity >= 1.0));
    let over = match (drawn("circle").and_then(|dot| dot.get("fill")), full.and_then(|line| line.get("stroke"))) {
        (Some(ink), _) => Over::Dots(ink),
        (None, Some(ink)) => Over::Lines(Slant::Ink(ink)),
        (None, None) => Over::Lines(Slant::Light(ground)),
    };
    Some((element.get("id")?, Tile { ground, over }))
}

/// A colour halfway to white, as hatching is on the screen.
fn lighter(colour: &str) -> String {
    let part = |at: usize| colour.get(at..at + 2).and_then(|hex| u16::from_str_radix(hex, 16).ok()).unwrap_or(0);
    let halfway = |part: u16| (part * 9 + 255 * 11) / 20;
    format!("#{:02x}{:02x}{:02x}", halfway(part(1)), halfway(part(3)), halfway(part(5)))
}

/// The colours of words, which live as long as the program.
fn ink(colour: &str) -> &'static str {
    [look::INK, look::SOFT, look::WHITE, look::GOOD, look::BAD, look::CLOSE]
        .into_iter()
        .find(|known| *known == colour)
        .unwrap_or(look::INK)
}

#[cfg(test)]
mod tests {
    use super::super::markup::{elements, read};
    use super::*;

    fn drawn(chart: &str) -> Result<Piece, PdfError> {
        let nodes = read(chart).expect("well formed");
        let chart = elements(&nodes).next().expect("a chart");
        draw(&Letters::new().expect("typefaces"), chart, 440.0, PartId(0))
    }

    #[test]
    fn a_chart_is_drawn_to_scale_and_a_new_shape_is_refused() {
        let chart = "<svg viewBox=\"0 0 880 100\">\
             <defs><pattern id=\"h\"><rect width=\"7\" height=\"7\" fill=\"#e0a061\"></rect></pattern></defs>\
             <rect x=\"100\" y=\"0\" width=\"200\" height=\"20\" fill=\"url(#h)\"></rect>\
             <text x=\"880\" y=\"50\" text-anchor=\"end\" font-size=\"14\">n 12</text></svg>";
        let piece = drawn(chart).expect("drawn");
        assert!((piece.height - 50.0).abs() < 0.01);
        let marks = &piece.clusters[0].marks;
        let first = matches!(&marks[0].mark, Mark::Fill { outline, ink } if ink == "#e0a061" && outline[0] == Step::Move(50.0, 0.0));
        assert!(first && marks.len() > 10, "the bar and its hatching");
        let Some(Mark::Text { x, text, size, .. }) = marks.last().map(|placed| &placed.mark) else { panic!("words") };
        assert!((x + text.width * size - 440.0).abs() < 0.01);
        let strange = "<svg viewBox=\"0 0 10 10\"><image></image></svg>";
        assert!(matches!(drawn(strange), Err(PdfError::Shape(name)) if name == "image"));
    }

    #[test]
    fn a_chart_without_words_for_those_who_do_not_see_it_is_refused() {
        let page = |chart: &str| read(chart).expect("well formed");
        let silent = page("<svg viewBox=\"0 0 1 1\"><title>More jobs</title></svg>");
        assert!(matches!(alternative(elements(&silent).next().expect("a chart")), Err(PdfError::NoAlternative)));
        let said = page("<svg><title>More jobs</title><desc>31 before, 50 after.</desc></svg>");
        let words = alternative(elements(&said).next().expect("a chart")).expect("said");
        assert_eq!(words, "More jobs. 31 before, 50 after.");
    }
}
