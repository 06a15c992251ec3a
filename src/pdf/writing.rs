//! Sheets as a file: PDF 1.7 that keeps to PDF/UA-1, for those who listen, and to PDF/A-2a, for those who keep it.

use std::num::NonZeroU16;

use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline as Bookmarks, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::PdfError;
use super::layout::Setting;
use super::letters::Letters;
use super::look;
use super::path::{Outline, Step, polyline};
use super::sheet::{Mark, Placed, Sheet, Standing};
use super::structure::{Kind, PartId, Structure};

/// What a document says of itself.
pub(super) struct Imprint {
    pub title: String,
    /// At the foot of every page.
    pub running: String,
    pub made_by: &'static str,
    /// ISO 8601, UTC.
    pub made_at: String,
}

/// What of the structure stands where: marks by part, and areas of figures.
struct Found {
    marks: Vec<Vec<Identifier>>,
    figures: Vec<Option<BBox>>,
}

/// The file.
pub(super) fn write(letters: &Letters, setting: &Setting, imprint: &Imprint) -> Result<Vec<u8>, PdfError> {
    let settings = SerializeSettings { configuration: standards()?, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(imprint));
    let parts = setting.structure.parts.len();
    let mut found = Found { marks: vec![Vec::new(); parts], figures: vec![None; parts] };
    let places = places(setting);
    for (number, sheet) in setting.sheets.iter().enumerate() {
        let size = PageSettings::from_wh(Sheet::WIDTH, Sheet::HEIGHT);
        let mut page = document.start_page_with(size.ok_or_else(|| PdfError::Rule("paper has a size".to_owned()))?);
        let mut surface = page.surface();
        for standing in sheet {
            draw(letters, &mut surface, setting.sheet, standing, &mut found.marks);
            note_figures(setting.sheet, standing, number, &mut found.figures);
        }
        foot(letters, &mut surface, setting.sheet, imprint, (number + 1, setting.sheets.len()));
        surface.finish();
        for standing in sheet {
            jumps(&mut page, setting.sheet, standing, &places, &mut found.marks);
        }
        page.finish();
    }
    document.set_outline(bookmarks(setting, &places));
    document.set_tag_tree(tags(&setting.structure, &found));
    document.finish().map_err(|error| PdfError::Rule(rule(&error)))
}

fn standards() -> Result<Configuration, PdfError> {
    ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|error| PdfError::Rule(format!("{error:?}")))
}

fn rule(error: &KrillaError) -> String {
    match error {
        KrillaError::Validation(broken) => {
            broken.iter().map(|(rule, _)| format!("{rule:?}")).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

fn metadata(imprint: &Imprint) -> Metadata {
    let metadata = Metadata::new()
        .title(imprint.title.clone())
        .language("en-GB".to_owned())
        .creator(imprint.made_by.to_owned())
        .producer(imprint.made_by.to_owned());
    match moment(&imprint.made_at) {
        Some(moment) => metadata.creation_date(moment),
        None => metadata,
    }
}

fn moment(text: &str) -> Option<DateTime> {
    let time = text.parse::<jiff::Timestamp>().ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |part: i8| u8::try_from(part).ok();
    let date = DateTime::new(u16::try_from(time.year()).ok()?).month(part(time.month())?).day(part(time.day())?);
    let date = date.hour(part(time.hour())?).minute(part(time.minute())?).second(part(time.second())?);
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}

/// Marks of one part that follow each other are one piece of content.
fn draw(
    letters: &Letters,
    surface: &mut Surface<'_>,
    sheet: Sheet,
    standing: &Standing,
    marks: &mut [Vec<Identifier>],
) {
    for cluster in &standing.piece.clusters {
        let (x, y) = (sheet.left + cluster.x, sheet.top + standing.y + cluster.y);
        surface.push_transform(&Transform::from_translate(x, y));
        for group in cluster.marks.chunk_by(|one, next| one.part == next.part) {
            let part = group[0].part;
            let tag = if part.is_some() { ContentTag::Other } else { decoration() };
            let id = surface.start_tagged(tag);
            group.iter().for_each(|placed| mark(letters, surface, &placed.mark));
            surface.end_tagged();
            if let Some(PartId(part)) = part {
                marks[part].push(id);
            }
        }
        surface.pop();
    }
}

fn decoration() -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout))
}

fn mark(letters: &Letters, surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, y, size, ink, text } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(ink)));
            let mut x = *x;
            for chunk in &text.chunks {
                let font = letters.font(chunk.face);
                surface.draw_glyphs(Point::from_xy(x, *y), &chunk.glyphs, font, &chunk.text, *size, false);
                x += chunk.width * size;
            }
        }
        Mark::Fill { outline, ink } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(ink)));
            if let Some(path) = path(outline) {
                surface.draw_path(&path);
            }
        }
        Mark::Stroke { outline, ink, width, dash } => {
            surface.set_fill(None);
            let dash = (!dash.is_empty()).then(|| StrokeDash { array: dash.clone(), offset: 0.0 });
            surface.set_stroke(Some(Stroke { paint: colour(ink).into(), width: *width, dash, ..Stroke::default() }));
            if let Some(path) = path(outline) {
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(ink: &str) -> Fill {
    Fill { paint: colour(ink).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

/// `#rrggbb`; anything else is ink.
fn colour(hex: &str) -> rgb::Color {
    let part = |text: &str, at: usize| text.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let read = |text: &str| Some(rgb::Color::new(part(text, 1)?, part(text, 3)?, part(text, 5)?));
    read(hex).or_else(|| read(look::INK)).unwrap_or_else(rgb::Color::black)
}

fn path(outline: &Outline) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for step in outline {
        match *step {
            Step::Move(x, y) => builder.move_to(x, y),
            Step::Line(x, y) => builder.line_to(x, y),
            Step::Curve([a, b, c, d, x, y]) => builder.cubic_to(a, b, c, d, x, y),
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}

/// What and which page this is; not part of what is read aloud.
fn foot(letters: &Letters, surface: &mut Surface<'_>, sheet: Sheet, imprint: &Imprint, (page, pages): (usize, usize)) {
    let size = 7.6;
    let (left, right) = (sheet.left, Sheet::WIDTH - sheet.left);
    let y = Sheet::HEIGHT - sheet.bottom * 0.5;
    let number = letters.shape(&format!("Page {page} of {pages}"), false);
    let mut running = imprint.running.clone();
    while letters.width(&running, false, size) > right - left - 80.0 && running.chars().count() > 1 {
        running.pop();
    }
    if running != imprint.running {
        running.push('…');
    }
    let marks = [
        Placed::stroke(polyline(&[(left, y - 11.0), (right, y - 11.0)], false), look::FAINT, 0.5).mark,
        Mark::Text { x: left, y, size, ink: look::SOFT, text: letters.shape(&running, false) },
        Mark::Text { x: right - number.width * size, y, size, ink: look::SOFT, text: number },
    ];
    let _not_part_of_the_text = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    marks.iter().for_each(|one| mark(letters, surface, one));
    surface.end_tagged();
}

fn note_figures(sheet: Sheet, standing: &Standing, page: usize, figures: &mut [Option<BBox>]) {
    for &(PartId(part), [left, top, width, height]) in &standing.piece.figures {
        let area = Rect::from_xywh(sheet.left + left, sheet.top + standing.y + top, width, height);
        figures[part] = area.map(|area| BBox::new(page, area));
    }
}

/// Page and place of each heading.
fn places(setting: &Setting) -> Vec<XyzDestination> {
    let mut places = vec![XyzDestination::new(0, Point::from_xy(0.0, 0.0)); setting.titles.len()];
    for (page, sheet) in setting.sheets.iter().enumerate() {
        for standing in sheet {
            for &(heading, down) in &standing.piece.headings {
                let top = (setting.sheet.top + standing.y + down - 6.0).max(0.0);
                places[heading] = XyzDestination::new(page, Point::from_xy(setting.sheet.left, top));
            }
        }
    }
    places
}

fn jumps(
    page: &mut Page<'_>,
    sheet: Sheet,
    standing: &Standing,
    places: &[XyzDestination],
    marks: &mut [Vec<Identifier>],
) {
    for jump in &standing.piece.jumps {
        let [left, top, width, height] = jump.area;
        let area = Rect::from_xywh(sheet.left + left, sheet.top + standing.y + top, width, height);
        let (Some(area), Some(place)) = (area, places.get(jump.heading)) else { continue };
        let link = LinkAnnotation::new(area, Target::Destination(place.clone().into()));
        let id = page.add_tagged_annotation(Annotation::new_link(link, Some(jump.words.clone())));
        marks[jump.part.0].push(id);
    }
}

/// Headings of the first two levels, for the panel beside the pages.
fn bookmarks(setting: &Setting, places: &[XyzDestination]) -> Bookmarks {
    let mut bookmarks = Bookmarks::new();
    for (title, place) in setting.titles.iter().zip(places).filter(|(title, _)| title.level <= 2) {
        bookmarks.push_child(OutlineNode::new(title.words.clone(), place.clone()));
    }
    bookmarks
}

fn tags(structure: &Structure, found: &Found) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some("en-GB".to_owned()));
    for child in &structure.parts[Structure::DOCUMENT.0].parts {
        if let Some(group) = group(structure, found, *child) {
            tree.push(group);
        }
    }
    tree
}

/// A part with everything in it. What is empty is left out, but for cells, which keep their column.
fn group(structure: &Structure, found: &Found, PartId(id): PartId) -> Option<TagGroup> {
    let part = &structure.parts[id];
    let mut children: Vec<Node> = found.marks[id].iter().map(|mark| Node::Leaf(*mark)).collect();
    children.extend(part.parts.iter().filter_map(|child| group(structure, found, *child)).map(Node::Group));
    let cell = matches!(part.kind, Kind::Cell | Kind::RowHead | Kind::ColumnHead);
    (cell || !children.is_empty()).then(|| TagGroup::with_children(kind(&part.kind, found.figures[id]), children))
}

fn kind(kind: &Kind, area: Option<BBox>) -> TagKind {
    match kind {
        Kind::Heading(level, title) => {
            let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(title.clone())).into()
        }
        Kind::Paragraph => Tag::P.into(),
        Kind::List { bullets: true } => Tag::L(ListNumbering::Disc).into(),
        Kind::List { bullets: false } => Tag::L(ListNumbering::None).into(),
        Kind::Item => Tag::LI.into(),
        Kind::Label => Tag::Lbl.into(),
        Kind::Body => Tag::LBody.into(),
        Kind::Table(summary) => Tag::Table.with_summary(summary.clone()).into(),
        Kind::Caption => Tag::Caption.into(),
        Kind::TableHead => Tag::THead.into(),
        Kind::TableBody => Tag::TBody.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Figure(words) => Tag::Figure(Some(words.clone())).with_bbox(area).into(),
        Kind::Contents => Tag::TOC.into(),
        Kind::ContentsItem => Tag::TOCI.into(),
        Kind::Reference => Tag::Reference.into(),
        Kind::Link => Tag::Link.into(),
        Kind::Group => Tag::Div.into(),
    }
}
