//! Documents as PDF: laid out here, written by `krilla`. The same document gives the same bytes: no clock, no random id.

mod chart;
mod face;
mod flow;
mod lines;
mod page;
mod table;

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Document, Page};
use crate::formats::exporter::Exporter;
use face::{Faces, not_written};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document as Pdf, SerializeSettings};
use lines::{Look, Tone};
use page::Op;

/// PDF.
pub struct PdfDocument;

impl Exporter<Document> for PdfDocument {
    fn id(&self) -> &'static str {
        "pdf"
    }
    fn extension(&self) -> &'static str {
        "pdf"
    }
    fn write(&self, doc: &Document, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        write(&doc.cleaned())
    }
}

/// A sheet in points: width, height, margin at the sides and above, type.
struct Sheet {
    width: f32,
    height: f32,
    margin: f32,
    size: f32,
}

impl Sheet {
    fn of(page: Page) -> Sheet {
        match page {
            Page::A4 => Sheet { width: 595.28, height: 841.89, margin: 56.0, size: 10.5 },
            Page::A5Large => Sheet { width: 419.53, height: 595.28, margin: 36.0, size: 13.0 },
        }
    }

    /// Room for the footer, below the text and inside the margin.
    fn foot(&self) -> f32 {
        self.size * 2.2
    }
}

/// Type may shrink by this much where that saves the second page.
const SMALLER: [f32; 3] = [1.0, 0.95, 0.9];

fn write(doc: &Document) -> Result<Vec<u8>, ErrorReport> {
    let faces = Faces::read()?;
    let sheet = Sheet::of(doc.page);
    let (width, height) = (sheet.width - 2.0 * sheet.margin, sheet.height - 2.0 * sheet.margin - sheet.foot());
    let laid = |scale: f32| page::paginate(&flow::parts(doc, &faces, sheet.size * scale, width), height);
    let mut pages = laid(SMALLER[0]);
    if pages.len() == 2 {
        let one = SMALLER[1..].iter().map(|scale| laid(*scale)).find(|smaller| smaller.len() == 1);
        pages = one.unwrap_or(pages);
    }
    let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
    let mut pdf = Pdf::new_with(settings);
    let about = Metadata::new().title(doc.title.clone()).language(doc.lang.code().to_owned());
    pdf.set_metadata(about.producer("Gyeot".to_owned()));
    for (n, ops) in pages.iter().enumerate() {
        let mut page = pdf.start_page_with(PageSettings::from_wh(sheet.width, sheet.height).ok_or_else(not_written)?);
        let mut surface = page.surface();
        for op in ops {
            draw(&mut surface, &faces, &op.moved(sheet.margin, sheet.margin));
        }
        for op in foot(doc, &faces, &sheet, &format!("{} / {}", n + 1, pages.len())) {
            draw(&mut surface, &faces, &op);
        }
        surface.finish();
        page.finish();
    }
    pdf.finish().map_err(|_| not_written())
}

/// The footer at the left, two lines at most and smaller where it must be; the page number at the right.
fn foot(doc: &Document, faces: &Faces, sheet: &Sheet, number: &str) -> Vec<Op> {
    let mut look = Look::plain(sheet.size * 0.76).tone(Tone::Grey);
    let width = faces.of(false).width(number) * look.size;
    let room = sheet.width - 2.0 * sheet.margin - width - look.size * 2.0;
    let mut part = page::Part::default();
    let top = sheet.height - sheet.margin - sheet.size * 0.9;
    let count = lines::set(faces, &[(number.to_owned(), look)], f32::MAX);
    count.iter().for_each(|l| part.put(l, sheet.width - sheet.margin - width, top, look.size * 1.2));
    let mut words = lines::set(faces, &[(doc.footer.clone(), look)], room);
    while words.len() > 2 && look.size > 3.0 {
        look.size *= 0.9;
        words = lines::set(faces, &[(doc.footer.clone(), look)], room);
    }
    for (n, line) in words.iter().enumerate() {
        part.put(line, sheet.margin, top + look.size * 1.2 * n as f32, look.size * 1.2);
    }
    part.ops
}

fn colour(tone: Tone) -> rgb::Color {
    match tone {
        Tone::Black => rgb::Color::new(20, 20, 20),
        Tone::Grey => rgb::Color::new(95, 95, 95),
        Tone::Mark => rgb::Color::new(40, 80, 130),
        Tone::Light => rgb::Color::new(170, 170, 170),
        Tone::Faint => rgb::Color::new(238, 238, 238),
    }
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, op: &Op) {
    match op {
        Op::Text { x, y, width, text, look } => {
            write_words(surface, faces, (*x, *y), text, *look);
            for (drawn, height) in [(look.strike, y - look.size * 0.32), (look.underline, y + look.size * 0.14)] {
                if drawn {
                    stroke(surface, &[(*x, height), (x + width, height)], look.size * 0.06, look.tone, false);
                }
            }
        }
        Op::Path { points, weight, tone, dashed } => stroke(surface, points, *weight, *tone, *dashed),
        Op::Fill { x, y, w, h, tone } => {
            let mut path = PathBuilder::new();
            Rect::from_xywh(*x, *y, *w, *h).into_iter().for_each(|r| path.push_rect(r));
            surface.set_stroke(None);
            surface.set_fill(Some(Fill { paint: colour(*tone).into(), ..Fill::default() }));
            path.finish().into_iter().for_each(|p| surface.draw_path(&p));
        }
    }
}

fn write_words(surface: &mut Surface<'_>, faces: &Faces, at: (f32, f32), text: &str, look: Look) {
    let face = faces.of(look.bold);
    let glyphs: Vec<KrillaGlyph> = text
        .char_indices()
        .map(|(n, c)| {
            let (glyph, width) = face.glyph(c);
            KrillaGlyph::new(GlyphId::new(glyph), width, 0.0, 0.0, 0.0, n..n + c.len_utf8(), None)
        })
        .collect();
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint: colour(look.tone).into(), ..Fill::default() }));
    surface.draw_glyphs(Point::from_xy(at.0, at.1), &glyphs, face.font.clone(), text, look.size, false);
}

fn stroke(surface: &mut Surface<'_>, points: &[(f32, f32)], weight: f32, tone: Tone, dashed: bool) {
    let mut path = PathBuilder::new();
    for (n, (x, y)) in points.iter().enumerate() {
        if n == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    let dash = dashed.then(|| StrokeDash { array: vec![3.0, 3.0], offset: 0.0 });
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: colour(tone).into(), width: weight, dash, ..Stroke::default() }));
    path.finish().into_iter().for_each(|p| surface.draw_path(&p));
}
