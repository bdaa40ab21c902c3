//! Documents as DOCX (Office Open XML), written by `docx-rs`: headings are styles, table heads repeat, pages are numbered.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::clean;
use crate::formats::document::{Block, Document, Marker, Page, Run, Style};
use crate::formats::exporter::Exporter;
use crate::formats::plain::{chart_head, chart_rows};
use crate::texts::msg;
use docx_rs as w;
use std::io::Cursor;

/// DOCX.
pub struct DocxDocument;

/// Both are installed with the word processors that centres use; another stands in where they are missing.
const KOREAN_FONT: &str = "맑은 고딕";
const LATIN_FONT: &str = "Malgun Gothic";

/// Twentieths of a point.
const MARGIN: i32 = 1120;

impl Exporter<Document> for DocxDocument {
    fn id(&self) -> &'static str {
        "docx"
    }
    fn extension(&self) -> &'static str {
        "docx"
    }
    fn write(&self, doc: &Document, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        let mut parts = written(&doc.cleaned()).build();
        // `docx-rs` has no property for a repeated head. Rows of heads are the only ones that it marks `cantSplit`, and words
        // of a document are escaped: they can not hold this tag.
        let xml = String::from_utf8_lossy(&parts.document).into_owned();
        parts.document = xml.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />").into_bytes();
        // Nor for the style that paragraphs have when they name none.
        let normal = r#"<w:style w:type="paragraph" w:styleId="Normal">"#;
        let styles = String::from_utf8_lossy(&parts.styles).into_owned();
        parts.styles =
            styles.replace(normal, &normal.replace(" w:styleId", r#" w:default="1" w:styleId"#)).into_bytes();
        let mut bytes = Cursor::new(Vec::new());
        parts.pack(&mut bytes).map_err(|_| {
            let hint = msg("formats-document-could-not-be-written.hint");
            ErrorReport::failed(msg("formats-document-could-not-be-written"), hint)
        })?;
        Ok(bytes.into_inner())
    }
}

struct Writer {
    lang: Lang,
    /// Half points.
    size: usize,
    /// Twentieths of a point between the margins.
    width: usize,
}

fn written(doc: &Document) -> w::Docx {
    let (size, width, height) = match doc.page {
        Page::A4 => (21, 11_906u32, 16_838u32),
        Page::A5Large => (26, 8_391, 11_906),
    };
    let writer = Writer { lang: doc.lang, size, width: width as usize - 2 * MARGIN as usize };
    let fonts = w::RunFonts::new().ascii(LATIN_FONT).hi_ansi(LATIN_FONT).east_asia(KOREAN_FONT);
    let margin = w::PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN).header(560).footer(560);
    let spacing = w::LineSpacing::new().line(300).after(80);
    let heading = |id: &str, name: &str, level: usize, half_points: usize| {
        let space = w::LineSpacing::new().before(240).after(80);
        w::Style::new(id, w::StyleType::Paragraph)
            .name(name)
            .size(half_points)
            .bold()
            .outline_lvl(level)
            .line_spacing(space)
    };
    let mut out = w::Docx::new()
        .page_size(width, height)
        .page_margin(margin)
        .default_fonts(fonts)
        .default_size(size)
        .default_line_spacing(spacing)
        .add_style(w::Style::new("Title", w::StyleType::Paragraph).name("Title").size(size * 8 / 5).bold())
        .add_style(heading("Heading1", "heading 1", 0, size * 5 / 4))
        .add_style(heading("Heading2", "heading 2", 1, size * 11 / 10))
        // Numbers of pages are fields: they take their size from the style of their paragraph.
        .add_style(w::Style::new("Footer", w::StyleType::Paragraph).name("footer").size(size * 3 / 4).color("5F5F5F"))
        .footer(writer.footer(&doc.footer))
        .add_paragraph(w::Paragraph::new().style("Title").add_run(writer.words(&doc.title)));
    if !doc.facts.is_empty() {
        let label = |name: &str| w::Paragraph::new().add_run(writer.words(name).color("5F5F5F"));
        let value = |text: &str| w::Paragraph::new().add_run(writer.words(text));
        let rows = doc.facts.iter().map(|(name, text)| {
            w::TableRow::new(vec![
                writer.cell(writer.width * 2 / 10).add_paragraph(label(name)),
                writer.cell(writer.width * 8 / 10).add_paragraph(value(text.reveal())),
            ])
        });
        out = out.add_table(writer.sized(w::Table::without_borders(rows.collect())));
        // Two tables without a paragraph between them become one, with the borders of both.
        out = out.add_paragraph(w::Paragraph::new());
    }
    let mut breaks = false;
    for block in &doc.blocks {
        if *block == Block::PageBreak {
            breaks = true;
            continue;
        }
        if std::mem::take(&mut breaks) {
            out = out.add_paragraph(w::Paragraph::new().page_break_before(true));
        }
        out = writer.block(out, block);
    }
    if let Some(notice) = &doc.ai_notice {
        let text = format!("[{}] {notice}", doc.lang.say("formats-document-ai"));
        let above = w::ParagraphBorder::new(w::ParagraphBorderPosition::Top).color("5F5F5F");
        let run = writer.words(&text).size(size * 4 / 5).color("5F5F5F");
        out = out.add_paragraph(bordered(w::Paragraph::new().add_run(run), vec![above]));
    }
    out
}

impl Writer {
    /// Words in which a line break is one and a tab a blank.
    fn words(&self, text: &str) -> w::Run {
        let text = clean(text).replace('\t', " ");
        let mut run = w::Run::new();
        for (n, line) in text.split('\n').enumerate() {
            run = if n > 0 { run.add_break(w::BreakType::TextWrapping) } else { run };
            run = run.add_text(line);
        }
        run
    }

    fn said(&self, mut paragraph: w::Paragraph, runs: &[Run]) -> w::Paragraph {
        for (n, run) in runs.iter().enumerate() {
            let words = self.words(run.text.reveal());
            paragraph = paragraph.add_run(match run.style {
                Style::Plain => words,
                Style::Strong => words.bold(),
                Style::Small => words.size(self.size * 4 / 5).color("5F5F5F"),
                Style::Removed => words.strike().color("5F5F5F"),
                Style::Added => words.underline("single"),
            });
            if run.ai && !runs.get(n + 1).is_some_and(|next| next.ai) {
                let mark = format!("\u{a0}[{}]", self.lang.say("formats-document-ai"));
                paragraph =
                    paragraph.add_run(w::Run::new().add_text(mark).size(self.size * 3 / 4).bold().color("285082"));
            }
        }
        paragraph
    }

    fn cell(&self, width: usize) -> w::TableCell {
        w::TableCell::new().width(width, w::WidthType::Dxa)
    }

    fn sized(&self, table: w::Table) -> w::Table {
        table.width(self.width, w::WidthType::Dxa).layout(w::TableLayoutType::Fixed)
    }

    fn block(&self, out: w::Docx, block: &Block) -> w::Docx {
        match block {
            Block::Heading { level, text } => out.add_paragraph(self.heading(*level, text)),
            Block::Paragraph(runs) => out.add_paragraph(self.said(w::Paragraph::new(), runs)),
            Block::Item { marker, runs } => {
                let sign = match marker {
                    Marker::Bullet => "•".to_owned(),
                    Marker::Number(n) => format!("{n}."),
                    Marker::Box(ticked) => if *ticked { "☑" } else { "☐" }.to_owned(),
                };
                let hanging = Some(w::SpecialIndentType::Hanging(360));
                let item = w::Paragraph::new().indent(Some(360), hanging, None, None);
                let stop = w::Tab::new().val(w::TabValueType::Left).pos(360);
                out.add_paragraph(self.said(item.add_tab(stop).add_run(w::Run::new().add_text(sign).add_tab()), runs))
            }
            Block::Quote { runs, source } => {
                let bar = || {
                    vec![w::ParagraphBorder::new(w::ParagraphBorderPosition::Left).size(12).color("AAAAAA").space(8)]
                };
                let indented = || w::Paragraph::new().indent(Some(420), None, Some(420), None);
                let out = out.add_paragraph(bordered(self.said(indented(), runs), bar()));
                let small = self.words(source).size(self.size * 4 / 5).color("5F5F5F");
                if source.is_empty() { out } else { out.add_paragraph(bordered(indented().add_run(small), bar())) }
            }
            Block::Table { head, widths, rows } => {
                let table = self.table(head, widths, rows);
                out.add_table(table).add_paragraph(w::Paragraph::new())
            }
            Block::Chart(chart) => {
                let head = chart_head(self.lang).map(str::to_owned);
                let rows = chart_rows(chart);
                let rows: Vec<Vec<Vec<Run>>> =
                    rows.iter().map(|r| r.iter().map(|c| vec![Run::plain(c)]).collect()).collect();
                let table = self.table(&head, &[1, 1, 1], &rows);
                out.add_paragraph(self.heading(2, &chart.title)).add_table(table).add_paragraph(w::Paragraph::new())
            }
            Block::Callout { title, lines } => {
                let mut cell =
                    self.cell(self.width).add_paragraph(w::Paragraph::new().add_run(self.words(title).bold()));
                for line in lines {
                    cell = cell.add_paragraph(self.said(w::Paragraph::new(), line));
                }
                let table = self.sized(w::Table::new(vec![w::TableRow::new(vec![cell])]));
                out.add_table(table).add_paragraph(w::Paragraph::new())
            }
            Block::Blank { label, lines } => {
                let label = w::Paragraph::new().keep_next(true).add_run(self.words(label).bold());
                (0..*lines).fold(out.add_paragraph(label), |out, _| {
                    let below = w::ParagraphBorder::new(w::ParagraphBorderPosition::Bottom).color("5F5F5F");
                    out.add_paragraph(bordered(w::Paragraph::new().add_run(w::Run::new().add_text(" ")), vec![below]))
                })
            }
            Block::PageBreak => out,
        }
    }

    fn heading(&self, level: u8, text: &str) -> w::Paragraph {
        let style = if level <= 1 { "Heading1" } else { "Heading2" };
        w::Paragraph::new().style(style).keep_next(true).add_run(self.words(text))
    }

    fn table(&self, head: &[String], widths: &[u8], rows: &[Vec<Vec<Run>>]) -> w::Table {
        let weight = |n: usize| usize::from(widths.get(n).copied().unwrap_or(1).max(1));
        let whole = (0..head.len()).map(weight).sum::<usize>().max(1);
        let columns: Vec<usize> = (0..head.len()).map(|n| self.width * weight(n) / whole).collect();
        let width = |n: usize| columns.get(n).copied().unwrap_or(self.width / 8);
        let top = head.iter().enumerate().map(|(n, text)| {
            let shade = w::Shading::new().shd_type(w::ShdType::Clear).fill("EEEEEE");
            self.cell(width(n)).shading(shade).add_paragraph(w::Paragraph::new().add_run(self.words(text).bold()))
        });
        let mut all = vec![w::TableRow::new(top.collect()).cant_split()];
        for row in rows {
            let cells = row
                .iter()
                .enumerate()
                .map(|(n, runs)| self.cell(width(n)).add_paragraph(self.said(w::Paragraph::new(), runs)));
            all.push(w::TableRow::new(cells.collect()));
        }
        self.sized(w::Table::new(all).set_grid(columns.clone()))
    }

    fn footer(&self, text: &str) -> w::Footer {
        let stop = w::Tab::new().val(w::TabValueType::Right).pos(self.width);
        let line = w::Paragraph::new()
            .style("Footer")
            .add_tab(stop)
            .add_run(self.words(text).add_tab())
            .add_page_num(w::PageNum::new())
            .add_run(w::Run::new().add_text(" / "))
            .add_num_pages(w::NumPages::new());
        w::Footer::new().add_paragraph(line)
    }
}

fn bordered(paragraph: w::Paragraph, borders: Vec<w::ParagraphBorder>) -> w::Paragraph {
    let all = borders.into_iter().fold(w::ParagraphBorders::with_empty(), w::ParagraphBorders::set);
    paragraph.set_borders(all)
}
