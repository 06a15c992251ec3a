//! The typefaces, and words as the glyphs of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Face, Feature, UnicodeBuffer, ttf_parser::Tag};

use super::PdfError;

/// Text, its bold, and what neither has: arrows, marks and other alphabets.
const FILES: [(&str, &[u8]); 3] = [
    ("Atkinson Hyperlegible Next", include_bytes!("../../reports/type/AtkinsonHyperlegibleNext-Regular.ttf")),
    ("Atkinson Hyperlegible Next Bold", include_bytes!("../../reports/type/AtkinsonHyperlegibleNext-Bold.ttf")),
    ("DejaVu Sans", include_bytes!("../../reports/type/DejaVuSans-Symbols.ttf")),
];
const SYMBOLS: usize = 2;

/// What stands for a letter that no typeface here has.
const UNKNOWN: char = '\u{fffd}';

/// The typefaces of a document.
pub(super) struct Letters {
    faces: Vec<Typeface>,
    known: RefCell<HashMap<(String, bool), Rc<Shaped>>>,
}

struct Typeface {
    font: Font,
    face: Face<'static>,
    /// Units of the typeface to one em.
    units: f32,
}

/// A piece of text in glyphs of one typeface.
pub(super) struct Chunk {
    pub face: usize,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub width: f32,
}

/// A text as glyphs.
pub(super) struct Shaped {
    pub chunks: Vec<Chunk>,
    /// In ems.
    pub width: f32,
}

impl Letters {
    pub(super) fn new() -> Result<Letters, PdfError> {
        let faces = FILES.iter().map(|&(name, bytes)| {
            let font = Font::new(bytes.into(), 0).ok_or(PdfError::Typeface(name))?;
            let face = Face::from_slice(bytes, 0).ok_or(PdfError::Typeface(name))?;
            let units = font.units_per_em();
            Ok(Typeface { font, face, units })
        });
        Ok(Letters { faces: faces.collect::<Result<_, PdfError>>()?, known: RefCell::default() })
    }

    /// The typeface of a chunk.
    pub(super) fn font(&self, face: usize) -> Font {
        self.faces[face].font.clone()
    }

    /// A text as glyphs, in the plain or the bold typeface.
    pub(super) fn shape(&self, text: &str, bold: bool) -> Rc<Shaped> {
        let key = (text.to_owned(), bold);
        if let Some(known) = self.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let shaped = Rc::new(self.shape_anew(text, bold));
        self.known.borrow_mut().insert(key, Rc::clone(&shaped));
        shaped
    }

    /// How wide a text is at a size.
    pub(super) fn width(&self, text: &str, bold: bool, size: f32) -> f32 {
        self.shape(text, bold).width * size
    }

    fn shape_anew(&self, text: &str, bold: bool) -> Shaped {
        let mut pieces: Vec<(usize, String)> = Vec::new();
        for letter in text.chars().filter_map(printed) {
            let (face, letter) = self.face_of(letter, bold);
            match pieces.last_mut() {
                Some((last, piece)) if *last == face || letter == ' ' => piece.push(letter),
                _ => pieces.push((face, letter.to_string())),
            }
        }
        let chunks: Vec<Chunk> = pieces.into_iter().map(|(face, text)| self.chunk(face, text)).collect();
        Shaped { width: chunks.iter().map(|chunk| chunk.width).sum(), chunks }
    }

    fn face_of(&self, letter: char, bold: bool) -> (usize, char) {
        let has = |face: usize, letter: char| self.faces[face].face.glyph_index(letter).is_some();
        let wanted = usize::from(bold);
        if has(wanted, letter) {
            (wanted, letter)
        } else if has(SYMBOLS, letter) {
            (SYMBOLS, letter)
        } else {
            (SYMBOLS, UNKNOWN)
        }
    }

    fn chunk(&self, face: usize, text: String) -> Chunk {
        let typeface = &self.faces[face];
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        // Figures of one width stand under each other.
        let tabular = Feature::new(Tag::from_bytes(b"tnum"), 1, ..);
        let output = rustybuzz::shape(&typeface.face, &[tabular], buffer);
        let (infos, places) = (output.glyph_infos(), output.glyph_positions());
        #[expect(clippy::cast_precision_loss, reason = "units of a typeface are small")]
        let ems = |units: i32| units as f32 / typeface.units;
        let glyphs = infos.iter().zip(places).enumerate().map(|(at, (info, place))| {
            let start = info.cluster as usize;
            let next = infos[at + 1..].iter().map(|next| next.cluster as usize).find(|&next| next > start);
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                ems(place.x_advance),
                ems(place.x_offset),
                ems(place.y_offset),
                ems(place.y_advance),
                start..next.unwrap_or(text.len()),
                None,
            )
        });
        let glyphs: Vec<KrillaGlyph> = glyphs.collect();
        Chunk { face, width: glyphs.iter().map(|glyph| glyph.x_advance).sum(), glyphs, text }
    }
}

/// A letter as it is printed: no controls, joiners or marks of direction, which have no shape; a private one, which
/// means something else to everybody, as unknown.
fn printed(letter: char) -> Option<char> {
    match letter {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' => None,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Some(UNKNOWN),
        '\u{202f}' | '\u{2009}' => Some('\u{a0}'),
        letter if letter.is_control() => None,
        letter => Some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(shaped: &Shaped) -> String {
        shaped.chunks.iter().map(|chunk| chunk.text.as_str()).collect()
    }

    #[test]
    fn every_letter_has_a_glyph_and_strange_ones_a_stand_in() {
        let letters = Letters::new().expect("typefaces");
        let all = "Zażółć gęślą jaźń ▲ ● ◐ ○ ✓ → − “” £ Ελλάδα Україна 👧 中\u{e000}\u{200b}";
        for bold in [false, true] {
            let shaped = letters.shape(all, bold);
            assert!(shaped.chunks.iter().flat_map(|chunk| &chunk.glyphs).all(|glyph| glyph.glyph_id.to_u32() != 0));
            let said = text(&shaped);
            assert!(said.starts_with("Zażółć gęślą jaźń ▲ ● ◐ ○ ✓ → − “” £ Ελλάδα Україна "), "{said}");
            assert!(said.ends_with("\u{fffd} \u{fffd}\u{fffd}"), "{said}");
        }
    }

    #[test]
    fn figures_have_one_width_and_bold_is_wider() {
        let letters = Letters::new().expect("typefaces");
        let widths: Vec<f32> = (0..10).map(|figure| letters.width(&figure.to_string(), false, 10.0)).collect();
        assert!(widths.iter().all(|width| (width - widths[0]).abs() < 0.001), "{widths:?}");
        assert!(letters.width("measure", true, 10.0) > letters.width("measure", false, 10.0));
    }
}
