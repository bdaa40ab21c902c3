//! Documents as Markdown (CommonMark with tables, struck-out text and task boxes of GitHub's flavour). Words are escaped: a
//! client's `#`, `|` or `<b>` stays what was said.

use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Document, Marker, Run, Style};
use crate::formats::exporter::Exporter;
use crate::formats::plain::{chart_head, chart_rows, one_line};

/// Markdown.
pub struct MarkdownDocument;

impl Exporter<Document> for MarkdownDocument {
    fn id(&self) -> &'static str {
        "md"
    }
    fn extension(&self) -> &'static str {
        "md"
    }
    fn write(&self, doc: &Document, _: Lang) -> Result<Vec<u8>, ErrorReport> {
        let doc = &doc.cleaned();
        let mut out = format!("# {}\n\n", line(&doc.title));
        for (name, value) in &doc.facts {
            out += &format!("- **{}**: {}\n", line(name), line(value.reveal()));
        }
        for (n, block) in doc.blocks.iter().enumerate() {
            let listed = |b: Option<&Block>| matches!(b, Some(Block::Item { .. }));
            // Between the lines of a list stands no empty line.
            if !(listed(Some(block)) && n > 0 && listed(doc.blocks.get(n - 1))) {
                out += "\n";
            }
            out += &written(block, doc.lang);
        }
        if let Some(notice) = &doc.ai_notice {
            out += &format!("\n---\n\n\\[{}\\] {}\n", doc.lang.say("formats-document-ai"), line(notice));
        }
        if !doc.footer.is_empty() {
            out += &format!("\n---\n\n{}\n", line(&doc.footer));
        }
        Ok(out.into_bytes())
    }
}

fn written(block: &Block, lang: Lang) -> String {
    match block {
        Block::Heading { level, text } => format!("{} {}\n", if *level <= 1 { "##" } else { "###" }, line(text)),
        Block::Paragraph(runs) => said(runs, lang, "\\\n") + "\n",
        Block::Item { marker, runs } => {
            let sign = match marker {
                Marker::Bullet => "- ".to_owned(),
                Marker::Number(n) => format!("{n}. "),
                Marker::Box(ticked) => if *ticked { "- [x] " } else { "- [ ] " }.to_owned(),
            };
            format!("{sign}{}\n", said(runs, lang, "<br>"))
        }
        Block::Quote { runs, source } => {
            let source = if source.is_empty() { String::new() } else { format!(">\n> — {}\n", line(source)) };
            format!("> {}\n{source}", said(runs, lang, "\\\n> "))
        }
        Block::Table { head, rows, .. } => {
            let head: Vec<String> = head.iter().map(|h| line(h)).collect();
            let cells = |row: &Vec<Vec<Run>>| row.iter().map(|c| said(c, lang, "<br>")).collect::<Vec<_>>();
            table(&head, &rows.iter().map(cells).collect::<Vec<_>>())
        }
        Block::Chart(chart) => {
            let head = chart_head(lang).map(str::to_owned);
            let rows: Vec<Vec<String>> =
                chart_rows(chart).iter().map(|r| r.iter().map(|c| line(c)).collect()).collect();
            format!("### {}\n\n{}", line(&chart.title), table(&head, &rows))
        }
        Block::Callout { title, lines } => {
            let lines: String = lines.iter().map(|l| format!(">\n> {}\n", said(l, lang, "\\\n> "))).collect();
            format!("> **{}**\n{lines}", line(title))
        }
        Block::Blank { label, lines } => {
            let title = if label.trim().is_empty() { String::new() } else { format!("**{}**\n", line(label)) };
            format!("{title}{}", format!("\n{}\n", "\\_".repeat(40)).repeat(usize::from(*lines)))
        }
        Block::PageBreak => "---\n".to_owned(),
    }
}

fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|{}\n", " --- |".repeat(head.len()));
    format!("{}{rule}{}", row(head), rows.iter().map(|r| row(r)).collect::<String>())
}

/// Runs in their styles, a line break in the words written as `break_line`.
fn said(runs: &[Run], lang: Lang, break_line: &str) -> String {
    let mut out = String::new();
    for (n, run) in runs.iter().enumerate() {
        // A blank beside a sign of emphasis would take its meaning.
        let words = run.text.reveal();
        let core = words.trim();
        let (before, after) = words.split_once(core).unwrap_or((words, ""));
        let (open, close) = match run.style {
            _ if core.is_empty() => ("", ""),
            Style::Plain | Style::Small => ("", ""),
            Style::Strong => ("<strong>", "</strong>"),
            Style::Removed => ("<del>", "</del>"),
            Style::Added => ("<ins>", "</ins>"),
        };
        let start = out.is_empty() || out.ends_with(break_line);
        let lines: Vec<String> = core.lines().enumerate().map(|(n, l)| escaped(l, n > 0 || start)).collect();
        let edge = |blank: &str| if blank.is_empty() { "" } else { " " };
        out += edge(if start { "" } else { before });
        out += &format!("{open}{}{close}{}", lines.join(break_line), edge(after));
        if run.ai && !runs.get(n + 1).is_some_and(|next| next.ai) {
            out += &format!(" \\[{}\\]", lang.say("formats-document-ai"));
        }
    }
    out.trim_end().to_owned()
}

fn line(text: &str) -> String {
    escaped(&one_line(text), true)
}

/// One line of words in which nothing means anything to Markdown; `start` where it begins a line.
fn escaped(words: &str, start: bool) -> String {
    let words = one_line(words);
    let mut out = String::with_capacity(words.len());
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    for (n, c) in words.chars().enumerate() {
        let marks_list =
            start && (n == 0 && matches!(c, '+' | '-' | '=' | ':') || n == digits && n > 0 && matches!(c, '.' | ')'));
        if marks_list || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_says_never_means_anything_to_markdown() {
        let said = said(&[Run::plain("# 제목\n1. 하나\n| a | <b>*굵게*</b> & `코드`\n- [x] ok")], Lang::Ko, "\\\n");
        assert_eq!(
            said,
            "\\# 제목\\\n1\\. 하나\\\n\\| a \\| \\<b\\>\\*굵게\\*\\</b\\> \\& \\`코드\\`\\\n\\- \\[x\\] ok"
        );
    }

    #[test]
    fn a_mark_stands_once_behind_each_stretch_that_a_model_worded() {
        let ai = |text: &str| Run { ai: true, ..Run::plain(text) };
        let runs = [Run::plain("가 "), ai("나 "), ai("다"), Run::plain(" 라"), ai("마")];
        assert_eq!(said(&runs, Lang::Ko, "<br>"), "가 나 다 \\[AI\\] 라마 \\[AI\\]");
    }
}
