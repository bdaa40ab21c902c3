//! Documents on paper: what stands on them in every format, and that nothing of any document is lost or breaks its layout.

use crate::hostile::{harmless, hostile};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::formats::document::{Block, Chart, Document, Marker, Page, Run, Style};
use gyeot::formats::{DOCUMENTS, document_format};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Read;

fn ai(text: &str) -> Run {
    Run { ai: true, ..Run::plain(text) }
}

/// One of everything.
fn sample() -> Document {
    let cell = |text: &str| vec![Run::plain(text)];
    Document {
        title: "상담 기록".into(),
        lang: Lang::Ko,
        page: Page::A4,
        facts: vec![
            ("내담자".into(), ClientText::new("C-0417")),
            ("회기".into(), ClientText::new("3회기 (2026-11-28, 50분)")),
            ("작성자".into(), ClientText::new("이상담 (상담사)")),
        ],
        blocks: vec![
            Block::heading("주관적 정보"),
            Block::Paragraph(vec![
                Run::plain("요즘 잠을 거의 못 잔다고 말함. "),
                ai("새벽에 깨면 그냥 누워 있다고 함."),
                Run::plain(" 출근은 하고 있음."),
            ]),
            Block::Quote {
                runs: vec![Run::plain("거의 못 자요. 새벽에 깨면 그냥 누워 있어요.")],
                source: "3회기 23:07 내담자".into(),
            },
            Block::Heading { level: 2, text: "달라진 점".into() },
            Block::Paragraph(vec![
                Run::styled("매일 밤 맥주를 마심.", Style::Removed),
                Run::styled(" 지난달까지 마셨고 지금은 주말에만 마심.", Style::Added),
                Run::styled(" 중요", Style::Strong),
                Run::styled(" (12:01)", Style::Small),
            ]),
            Block::Item { marker: Marker::Bullet, runs: cell("# 제목처럼 보이는 말\n| 칸 | <b>굵게</b>") },
            Block::Item { marker: Marker::Number(12), runs: cell("열두 번째 약속") },
            Block::Item { marker: Marker::Box(true), runs: cell("수면 일지 쓰기") },
            Block::Item { marker: Marker::Box(false), runs: cell("아침 산책 20분") },
            Block::Table {
                head: vec!["날짜".into(), "검사".into(), "결과".into()],
                widths: vec![2, 2, 5],
                rows: vec![
                    vec![cell("2026-11-01"), cell("PHQ-9"), cell("18점, 중간 정도 심함")],
                    vec![
                        cell("2026-11-28"),
                        cell("PHQ-9"),
                        vec![Run::plain("12점"), Run::styled(" 나아짐", Style::Strong)],
                    ],
                ],
            },
            Block::Chart(Chart {
                title: "PHQ-9".into(),
                range: (0.0, 27.0),
                points: vec![("11-01".into(), 18.0), ("11-14".into(), 15.0), ("11-28".into(), 12.0)],
                levels: vec![
                    (5.0, "가벼움".into()),
                    (10.0, "중간".into()),
                    (15.0, "중간~심함".into()),
                    (20.0, "심함".into()),
                ],
            }),
            Block::Callout {
                title: "위급할 때".into(),
                lines: vec![cell("자살예방 상담전화 109 (24시간)"), cell("119 구급·구조")],
            },
            Block::Blank { label: "내 말로 적어 보기".into(), lines: 2 },
            Block::PageBreak,
            Block::text("둘째 쪽."),
        ],
        footer: "해솔 상담센터 · 비밀 · 판 2".into(),
        ai_notice: Some("이 표시가 있는 문장은 모델이 쓰고 상담사가 받아들였습니다: qwen2.5 (sha256 0123abcd)".into()),
    }
}

fn written(doc: &Document, id: &str) -> Vec<u8> {
    document_format(id).unwrap().write(doc, doc.lang).unwrap()
}

/// The text of each page of a PDF.
fn pages(bytes: &[u8]) -> Vec<String> {
    let pdf = lopdf::Document::load_mem(bytes).unwrap();
    pdf.get_pages().keys().map(|n| pdf.extract_text(&[*n]).unwrap()).collect()
}

fn part(docx: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx.to_vec())).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}').collect()
}

#[test]
fn every_document_format_has_an_id_of_its_own() {
    assert_eq!(DOCUMENTS.iter().map(|f| f.id()).collect::<Vec<_>>(), ["pdf", "docx", "md", "txt"]);
}

#[test]
fn markdown_and_plain_text_are_written_as_their_golden_files_say() {
    for id in ["md", "txt"] {
        insta::assert_snapshot!(format!("document.{id}"), String::from_utf8(written(&sample(), id)).unwrap());
    }
}

#[test]
fn what_stands_on_each_page_of_a_pdf_is_as_its_golden_file_says() {
    let pages = pages(&written(&sample(), "pdf"));
    assert_eq!(pages.len(), 3);
    insta::assert_snapshot!("document.pdf", pages.join("\n=== page ===\n"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    for format in DOCUMENTS {
        let write = || format.write(&sample(), Lang::Ko).unwrap();
        assert!(write() == write(), "{}", format.id());
    }
}

#[test]
fn a_short_note_is_one_page_and_one_that_is_a_little_too_long_is_made_to_fit() {
    let note = |lines: usize| {
        let blocks = (0..lines).map(|n| Block::text(format!("{n}번째 줄."))).collect();
        Document { blocks, ai_notice: None, ..sample() }
    };
    let count = |lines| pages(&written(&note(lines), "pdf")).len();
    assert_eq!(count(3), 1);
    let full = (3..80).find(|n| count(*n) > 1).unwrap();
    assert!(full > 29, "{full}");
    assert_eq!(count(full), 2);
}

#[test]
fn a_docx_has_headings_as_styles_a_repeated_head_page_numbers_and_a_korean_font() {
    let docx = written(&sample(), "docx");
    let document = part(&docx, "word/document.xml");
    assert!(
        document.contains(r#"<w:pStyle w:val="Heading1" />"#) && document.contains(r#"<w:pStyle w:val="Heading2" />"#)
    );
    assert_eq!(document.matches("<w:tblHeader />").count(), 2);
    assert!(document.contains("새벽에 깨면 그냥 누워 있다고 함.") && document.contains("[AI]"));
    assert!(document.contains("&lt;b&gt;굵게&lt;/b&gt;"), "words are escaped");
    let footer = part(&docx, "word/footer1.xml");
    assert!(footer.contains("PAGE") && footer.contains("NUMPAGES") && footer.contains("해솔 상담센터"));
    assert!(part(&docx, "word/styles.xml").contains("맑은 고딕"));
}

#[test]
fn characters_that_the_font_lacks_are_still_in_the_pdf_and_break_nothing() {
    let doc =
        Document { blocks: vec![Block::text("웃음 🙂 สวัสดี tiếng Việt 漢字 끝")], ..sample() };
    let text = squeezed(&pages(&written(&doc, "pdf")).concat());
    assert!(text.contains("웃음") && text.contains("漢字") && text.contains("끝"));
}

#[test]
fn odd_documents_are_written_too() {
    let empty = Document {
        title: String::new(),
        facts: vec![(String::new(), ClientText::new(""))],
        blocks: vec![
            Block::PageBreak,
            Block::Paragraph(vec![]),
            Block::Table { head: vec![], widths: vec![], rows: vec![vec![]] },
            Block::Table {
                head: vec!["가".into()],
                widths: vec![0],
                rows: vec![vec![], vec![vec![Run::plain("나")]; 3]],
            },
            Block::Chart(Chart { title: String::new(), range: (0.0, 0.0), points: vec![], levels: vec![] }),
            Block::Chart(Chart {
                title: "x".into(),
                range: (f64::NAN, f64::INFINITY),
                points: vec![("a".into(), f64::NAN), ("b".into(), 1e300)],
                levels: vec![(f64::NAN, "n".into())],
            }),
            Block::Callout { title: String::new(), lines: vec![] },
            Block::Blank { label: String::new(), lines: 255 },
            Block::PageBreak,
        ],
        footer: "가".repeat(2_000),
        ai_notice: Some(String::new()),
        ..sample()
    };
    for format in DOCUMENTS {
        assert!(!format.write(&empty, Lang::En).unwrap().is_empty(), "{}", format.id());
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[가-힣]{1,12}( [가-힣a-zA-Z0-9.,()]{1,9}){0,14}",
        2 => "[ -~\n]{0,60}",
        1 => "[가-힣]{60,200}",
        1 => "\\PC{0,30}",
    ]
}

fn run() -> impl Strategy<Value = Run> {
    let style = prop::sample::select(vec![Style::Plain, Style::Strong, Style::Small, Style::Removed, Style::Added]);
    (words(), style, any::<bool>()).prop_map(|(text, style, ai)| Run { ai, ..Run::styled(text, style) })
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    prop::collection::vec(run(), 0..4)
}

fn block() -> impl Strategy<Value = Block> {
    let marker =
        prop_oneof![Just(Marker::Bullet), any::<u32>().prop_map(Marker::Number), any::<bool>().prop_map(Marker::Box)];
    prop_oneof![
        (1u8..4, words()).prop_map(|(level, text)| Block::Heading { level, text }),
        runs().prop_map(Block::Paragraph),
        (marker, runs()).prop_map(|(marker, runs)| Block::Item { marker, runs }),
        (runs(), words()).prop_map(|(runs, source)| Block::Quote { runs, source }),
        (1usize..5, 0usize..9).prop_flat_map(|(columns, rows)| {
            let row = prop::collection::vec(runs(), columns);
            let head = prop::collection::vec(words(), columns);
            let widths = prop::collection::vec(0u8..9, columns);
            (head, widths, prop::collection::vec(row, rows)).prop_map(|(head, widths, rows)| Block::Table {
                head,
                widths,
                rows,
            })
        }),
        (words(), prop::collection::vec(runs(), 0..5)).prop_map(|(title, lines)| Block::Callout { title, lines }),
        (words(), 0u8..6).prop_map(|(label, lines)| Block::Blank { label, lines }),
        Just(Block::PageBreak),
    ]
}

fn document() -> impl Strategy<Value = Document> {
    let page = prop::sample::select(vec![Page::A4, Page::A5Large]);
    let facts = prop::collection::vec((words(), words().prop_map(|w| ClientText::new(&w))), 0..4);
    let notice = prop::option::of(words());
    (words(), page, facts, prop::collection::vec(block(), 0..14), words(), notice).prop_map(
        |(title, page, facts, blocks, footer, ai_notice)| Document {
            title,
            lang: Lang::Ko,
            page,
            facts,
            blocks,
            footer,
            ai_notice,
        },
    )
}

/// Every word that has to be found again.
fn all_words(doc: &Document) -> Vec<String> {
    let mut all = vec![doc.title.clone(), doc.footer.clone()];
    all.extend(doc.facts.iter().flat_map(|(name, value)| [name.clone(), value.reveal().to_owned()]));
    let mut take = |runs: &[Run]| all.extend(runs.iter().map(|r| r.text.reveal().to_owned()));
    for block in &doc.blocks {
        match block {
            Block::Paragraph(runs) | Block::Item { runs, .. } | Block::Quote { runs, .. } => take(runs),
            Block::Table { rows, .. } => rows.iter().flatten().for_each(|runs| take(runs)),
            Block::Callout { lines, .. } => lines.iter().for_each(|runs| take(runs)),
            _ => {}
        }
    }
    let words = all.iter().flat_map(|text| text.split_whitespace());
    words.filter(|w| w.chars().all(|c| ('가'..='힣').contains(&c))).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn any_document_is_written_and_every_word_of_it_is_found_again(doc in document()) {
        let words = all_words(&doc);
        let (pages, docx) = (pages(&written(&doc, "pdf")), written(&doc, "docx"));
        let pdf = squeezed(&pages.concat());
        let docx = squeezed(&(part(&docx, "word/document.xml") + &part(&docx, "word/footer1.xml")));
        for word in &words {
            prop_assert!(docx.contains(word));
        }
        // In a narrow cell a word is broken where its line is full, and the line of the next cell stands beside it.
        let tables = doc.blocks.iter().any(|b| matches!(b, Block::Table { .. }));
        // At the end of a page a long word is broken too, and after it stands the footer.
        let below = [squeezed(&doc.footer), squeezed(doc.ai_notice.as_deref().unwrap_or_default())];
        let body = pages.iter().map(|page| {
            below.iter().filter(|b| !b.is_empty()).fold(squeezed(page), |page, below| page.replace(below, ""))
        });
        let hangul: String = body.flat_map(|page| page.chars().filter(|c| ('가'..='힣').contains(c)).collect::<Vec<_>>()).collect();
        for word in words.iter().filter(|_| !tables) {
            let start: String = word.chars().take(3).collect();
            prop_assert!(pdf.contains(&start) || hangul.contains(&start));
        }
        let counted = |text: &str| {
            let mut counts = BTreeMap::<char, usize>::new();
            text.chars().filter(|c| ('가'..='힣').contains(c)).for_each(|c| *counts.entry(c).or_default() += 1);
            counts
        };
        let there = counted(&pdf);
        for (c, n) in counted(&words.concat()) {
            prop_assert!(there.get(&c).copied().unwrap_or_default() >= n, "{c}");
        }
        for id in ["md", "txt"] {
            let text = squeezed(&String::from_utf8(written(&doc, id)).unwrap());
            prop_assert!(words.iter().all(|w| text.contains(w.as_str())), "{id}");
        }
    }
}

/// A document with this text wherever a document has text.
fn everywhere(text: &str) -> Document {
    let (own, runs) = (text.to_owned(), vec![Run::plain(text), ai(text)]);
    let chart = Chart {
        title: own.clone(),
        range: (0.0, 27.0),
        points: vec![(own.clone(), 3.0), (own.clone(), 12.0)],
        levels: vec![(10.0, own.clone())],
    };
    Document {
        title: own.clone(),
        lang: Lang::Ko,
        page: Page::A4,
        facts: vec![(own.clone(), ClientText::new(text))],
        blocks: vec![
            Block::heading(own.clone()),
            Block::Heading { level: 2, text: own.clone() },
            Block::Paragraph(runs.clone()),
            Block::Quote { runs: runs.clone(), source: own.clone() },
            Block::Item { marker: Marker::Bullet, runs: runs.clone() },
            Block::Table {
                head: vec![own.clone(), own.clone()],
                widths: vec![1, 2],
                rows: vec![vec![runs.clone(), runs.clone()]],
            },
            Block::Chart(chart),
            Block::Callout { title: own.clone(), lines: vec![runs] },
            Block::Blank { label: own.clone(), lines: 2 },
        ],
        footer: own.clone(),
        ai_notice: Some(own),
    }
}

#[test]
fn five_hundred_hostile_strings_leave_no_control_byte_in_any_form_of_a_document_and_every_form_whole() {
    let blank = everywhere("가");
    let headings = |md: &str| md.lines().filter(|line| line.starts_with('#')).count();
    let expected = headings(&String::from_utf8(written(&blank, "md")).unwrap());
    for string in hostile() {
        let doc = everywhere(&string);
        for id in ["md", "txt"] {
            let text = String::from_utf8(written(&doc, id)).unwrap();
            assert!(harmless(&text.replace('\t', " ")), "{id} with {string:?}");
            if id == "md" {
                assert!(headings(&text) <= expected, "{string:?} makes headings of its own: {text}");
            }
        }
        let docx = written(&doc, "docx");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(docx.clone())).unwrap();
        let names: Vec<String> = (0..archive.len()).map(|n| archive.by_index(n).unwrap().name().to_owned()).collect();
        for name in names.iter().filter(|name| name.ends_with(".xml")) {
            let xml = part(&docx, name);
            assert!(harmless(&xml.replace(['\t', '\r'], " ")), "{name} with {string:?}");
            let open = xml.matches("<w:t ").count() + xml.matches("<w:t>").count();
            assert_eq!(open, xml.matches("</w:t>").count(), "{name} with {string:?}");
        }
    }
}

#[test]
fn a_pdf_of_hostile_strings_is_whole_and_its_text_and_title_hold_nothing_that_is_obeyed() {
    // Making a PDF is the slow part: many strings to a document, each in every place.
    for some in hostile().chunks(25) {
        let mut doc = everywhere("가");
        for string in some {
            let more = everywhere(string);
            doc.blocks.extend(more.blocks);
            doc.facts.extend(more.facts);
            (doc.title, doc.footer, doc.ai_notice) = (more.title, more.footer, more.ai_notice);
        }
        let bytes = written(&doc, "pdf");
        let text = pages(&bytes).concat();
        assert!(harmless(&text.replace(['\t', '\r'], " ")), "{some:?}");
        let pdf = lopdf::Document::load_mem(&bytes).unwrap();
        for object in pdf.objects.values() {
            if let Ok(dict) = object.as_dict() {
                for (key, value) in
                    dict.iter().filter(|(key, _)| [b"Title".as_slice(), b"Author"].contains(&key.as_slice()))
                {
                    let shown = lopdf::decode_text_string(value).unwrap_or_default();
                    assert!(harmless(&shown), "{key:?} {shown:?}");
                }
            }
        }
    }
}
