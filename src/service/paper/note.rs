//! A note as a document: one revision with its state, its author, when it was signed, what was amended, and its marks.

use super::{Heading, fact, notice, session_line};
use crate::domain::note::chain;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::states;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::record::{NoteLine, NoteState, Origin};
use crate::formats::document::{Block, Document, Marker, Run, Style};
use crate::service::notes::{NoteHistory, NoteVersion};
use crate::texts::msg;

/// The revision of this number, or the one that holds.
pub fn chosen(history: &NoteHistory, revision: Option<u32>) -> Option<&NoteVersion> {
    match revision {
        Some(n) => history.versions.iter().find(|v| v.revision == n),
        None => history.newest(),
    }
}

/// The document of one revision.
pub fn document(
    heading: &Heading<'_>,
    session: &SessionRow,
    history: &NoteHistory,
    version: &NoteVersion,
    formats: &[NoteFormat],
) -> Document {
    let lang = heading.lang;
    let format = formats.iter().find(|f| f.id == version.note.format);
    let title = format.map_or(version.note.format.as_str(), |f| f.title(lang));
    let mut doc = heading.document(title.to_owned());
    doc.facts.push(fact(lang, "paper-session", &session_line(session, lang)));
    doc.facts.extend(facts(history, version, lang));
    doc.footer += &format!(" · {}", revision_line(version, lang));
    doc.blocks = body(version, format, lang);
    doc.blocks.extend(amendments(history, version, lang));
    doc.ai_notice = notice::of_notes([(&version.note, history.drafts.as_slice())], lang);
    doc
}

fn revision_line(version: &NoteVersion, lang: Lang) -> String {
    let state = states::message(version.note.state).text(lang);
    msg("paper-revision").shown("revision", version.revision).with("state", state).text(lang)
}

/// Author, state and signatures up to this revision.
pub(super) fn facts(
    history: &NoteHistory,
    version: &NoteVersion,
    lang: Lang,
) -> Vec<(String, crate::domain::practice::text::ClientText)> {
    // A supervisor's revision carries the counsellor's words: their author is who wrote them last.
    let wrote = |v: &&NoteVersion| v.revision <= version.revision && !chain::is_review(v.note.state);
    let author = history.versions.iter().rev().find(wrote).unwrap_or(version);
    let mut facts =
        vec![fact(lang, "paper-author", &author.author_name), fact(lang, "paper-state", &revision_line(version, lang))];
    for v in history.versions.iter().filter(|v| v.revision <= version.revision) {
        let id = match v.note.state {
            NoteState::Signed => "paper-signed",
            NoteState::CoSigned => "paper-co-signed",
            _ => continue,
        };
        facts.push(fact(lang, id, &format!("{} ({})", v.author_name, v.at.shown())));
    }
    facts
}

/// Sections and lines; above them that it is not signed, where it is not.
pub(super) fn body(version: &NoteVersion, format: Option<&NoteFormat>, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !states::is_signed(version.note.state) {
        let lines = vec![vec![Run::plain(lang.say("paper-not-signed.hint"))]];
        blocks.push(Block::Callout { title: lang.say("paper-not-signed").to_owned(), lines });
    }
    for section in version.note.sections.iter().filter(|s| !s.lines.is_empty()) {
        let title = format.and_then(|f| f.section(&section.key)).map(|s| s.text(lang).title.clone());
        blocks.push(Block::heading(title.unwrap_or_else(|| section.key.clone())));
        blocks.extend(section.lines.iter().map(|line| item(line, lang)));
    }
    blocks
}

/// A line with what nobody has decided about it yet.
fn item(line: &NoteLine, lang: Lang) -> Block {
    let ai = matches!(line.origin, Origin::Accepted { .. });
    // A line of a list that was drafted has its mark already.
    let text = line.text.reveal();
    let mut runs = vec![Run { ai, ..Run::plain(text.strip_prefix("• ").unwrap_or(text)) }];
    let open = line.check.as_ref().filter(|check| !check.settled && check.support.blocks_signing());
    if open.is_some() {
        runs.push(Run::styled(format!(" ({})", lang.say("paper-undecided")), Style::Small));
    }
    Block::Item { marker: Marker::Bullet, runs }
}

/// What was amended up to this revision, and why.
pub(super) fn amendments(history: &NoteHistory, version: &NoteVersion, lang: Lang) -> Vec<Block> {
    let amended = |v: &&NoteVersion| v.note.state == NoteState::Amended && v.revision <= version.revision;
    let mut blocks: Vec<Block> = Vec::new();
    for v in history.versions.iter().filter(amended) {
        if blocks.is_empty() {
            blocks.push(Block::heading(lang.say("paper-amendments")));
        }
        let when = format!("{} {} ", v.at.shown(), v.author_name);
        let reason = v.note.reason.as_ref().map_or("", |r| r.reveal());
        let runs = vec![Run::styled(when, Style::Small), Run::plain(reason)];
        blocks.push(Block::Item { marker: Marker::Bullet, runs });
    }
    blocks
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::{MemberId, RecordId};
    use crate::domain::practice::time::Timestamp;
    use crate::domain::record::NoteRevision;

    fn version(revision: u32, name: &str, state: NoteState) -> NoteVersion {
        NoteVersion {
            record: RecordId([revision as u8; 16]),
            revision,
            replaces: None,
            author: MemberId([1; 16]),
            author_name: name.to_owned(),
            at: Timestamp(0),
            note: NoteRevision { format: "soap".into(), sections: Vec::new(), state, reason: None },
        }
    }

    #[test]
    fn the_author_on_paper_is_who_wrote_the_words_and_not_who_reviewed_them() {
        use NoteState::{Amended, CoSigned, Draft, InReview, Ready};
        let versions = vec![
            version(1, "이상담", Draft),
            version(2, "이상담", Ready),
            version(3, "박수퍼", InReview),
            version(4, "박수퍼", CoSigned),
            version(5, "한상담", Amended),
        ];
        let history = NoteHistory { versions: versions.clone(), drafts: Vec::new(), refused: Vec::new() };
        for (at, author) in [(0, "이상담"), (2, "이상담"), (3, "이상담"), (4, "한상담")] {
            let facts = facts(&history, &versions[at], Lang::Ko);
            assert_eq!(facts[0].1.reveal(), author, "revision {}", at + 1);
        }
    }
}
