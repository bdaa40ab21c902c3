//! The two faces of the font that is embedded in documents, and how wide their characters are.
//!
//! Nanum Gothic, SIL Open Font License 1.1 (`fonts/OFL.txt`): all 11,172 syllables of Hangul. Only the characters that a
//! document uses go into its file.

use crate::domain::explain::ErrorReport;
use crate::texts::msg;
use krilla::text::Font;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

static REGULAR: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/NanumGothic.ttf"));
static BOLD: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/NanumGothicBold.ttf"));

/// Regular and bold.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

/// One face.
pub(super) struct Face {
    /// For the file.
    pub font: Font,
    map: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    units: f32,
}

impl Faces {
    /// Reads both.
    pub fn read() -> Result<Faces, ErrorReport> {
        Face::read(REGULAR).zip(Face::read(BOLD)).map(|(regular, bold)| Faces { regular, bold }).ok_or_else(not_written)
    }

    /// The face of this weight.
    pub fn of(&self, bold: bool) -> &Face {
        if bold { &self.bold } else { &self.regular }
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Face> {
        let font = Font::new(bytes.into(), 0)?;
        let table = FontRef::new(bytes).ok()?;
        let units = font.units_per_em();
        Some(Face {
            font,
            map: table.charmap(),
            widths: table.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units,
        })
    }

    /// The glyph of a character and its width at one point of type; glyph 0, a box, for one that the font lacks.
    pub fn glyph(&self, c: char) -> (u32, f32) {
        let c = if c == '\u{a0}' || c == '\t' { ' ' } else { c };
        let glyph = self.map.map(c).unwrap_or_default();
        (glyph.to_u32(), self.widths.advance_width(glyph).unwrap_or(self.units / 2.0) / self.units)
    }

    /// Width of a text at one point of type.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.glyph(c).1).sum()
    }
}

/// What is said when a document can not be written.
pub(super) fn not_written() -> ErrorReport {
    ErrorReport::failed(msg("formats-document-could-not-be-written"), msg("formats-document-could-not-be-written.hint"))
}
