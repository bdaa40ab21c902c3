//! A transcript as a document: as it was corrected last, with speakers and times, and where nothing could be heard.

use super::{Heading, fact, notice, session_line};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::time::clock;
use crate::domain::record::{Body, Opened};
use crate::domain::transcript::{Transcript, gap_words};
use crate::formats::document::{Block, Document, Run, Style};

/// The document of a transcript. `records` are those of its session: they say when it was corrected.
pub fn document(heading: &Heading<'_>, session: &SessionRow, transcript: &Transcript, records: &[Opened]) -> Document {
    let lang = heading.lang;
    let mut doc = heading.document(lang.say("paper-transcript").to_owned());
    doc.facts.push(fact(lang, "paper-session", &session_line(session, lang)));
    if let Some(at) = corrected(records) {
        doc.facts.push(fact(lang, "paper-corrected", &at));
    }
    doc.blocks = body(transcript, lang);
    doc.ai_notice = transcript.model.as_ref().map(|model| notice::of_speech(model, lang));
    doc
}

/// When it was corrected last.
pub(super) fn corrected(records: &[Opened]) -> Option<String> {
    let mut whole = records.iter().filter_map(|o| match &o.body {
        Body::Transcript { reason, .. } => Some((o.header.at, reason.is_some())),
        _ => None,
    });
    // The first whole transcript is the one that was heard; a later one with a reason is a correction.
    whole.rfind(|(_, reason)| *reason).map(|(at, _)| at.shown())
}

/// Lines and gaps in order of time.
pub(super) fn body(transcript: &Transcript, lang: Lang) -> Vec<Block> {
    let mut lines: Vec<(u64, Vec<Run>)> = Vec::new();
    for u in &transcript.utterances {
        lines.push((
            u.start_ms,
            vec![
                Run::styled(u.place(), Style::Small),
                Run::styled(format!(" {}  ", u.speaker.label(lang)), Style::Strong),
                Run::plain(u.text.reveal()),
            ],
        ));
    }
    for gap in &transcript.gaps {
        let stretch = format!("{}–{}", clock(gap.start_ms), clock(gap.end_ms));
        let words = format!("{stretch}  [{}]", gap_words(&gap.reason, lang));
        lines.push((gap.start_ms, vec![Run::styled(words, Style::Small)]));
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, runs)| Block::Paragraph(runs)).collect()
}
