//! The text of a Word file (ECMA-376, part 1, 17.3): Teams and ClovaNote give transcripts as DOCX. Paragraphs become
//! lines; nothing else of it is looked at.

use std::io::{Cursor, Read};

/// A transcript of a whole day is smaller than this when it is unpacked.
const LARGEST: u64 = 64 << 20;

/// The paragraphs, one a line; nothing when the file is no Word file.
pub(super) fn paragraphs(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut xml = String::new();
    archive.by_name("word/document.xml").ok()?.take(LARGEST).read_to_string(&mut xml).ok()?;
    let mut out = String::new();
    let mut rest = xml.as_str();
    let mut in_text = false;
    while let Some(open) = rest.find('<') {
        if in_text {
            out.push_str(&rest[..open]);
        }
        let Some(close) = rest[open..].find('>') else { break };
        let tag = &rest[open + 1..open + close];
        let name = tag.split([' ', '/']).find(|w| !w.is_empty()).unwrap_or_default();
        match (name, tag.starts_with('/')) {
            ("w:t", true) => in_text = false,
            ("w:t", false) => in_text = !tag.ends_with('/'),
            ("w:p", true) | ("w:br" | "w:cr", _) => out.push('\n'),
            ("w:tab", _) => out.push(' '),
            _ => {}
        }
        rest = &rest[open + close + 1..];
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    Some(out.replace("&amp;", "&"))
}
