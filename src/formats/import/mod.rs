//! Transcripts of other tools: subtitles (SRT, WebVTT), the notes of Otter, Zoom, Teams and 클로바노트, JSON of whisper
//! tools, and plain text with speakers and times. Pure: bytes in, lines out. Who is who is proposed, with the reason, and
//! decided by whoever calls.

use crate::texts::{Message, msg};

mod bytes;
mod cues;
mod docx;
mod line;
mod lines;
mod segments;
mod turns;

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Span;
use crate::domain::transcript::{SCHEMA, Speaker, Transcript, TranscriptError};
pub use crate::formats::import::line::{Line, moment};

/// A line without an end is taken to last this long for each letter, milliseconds: a slow talker's.
const PER_LETTER_MS: u64 = 90;
/// And at least this long.
const SHORTEST_MS: u64 = 800;

/// Why a speaker is taken for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The name says so: a role word.
    Name,
    /// Of two, this one asks more questions.
    Questions,
    /// Of two, the other one asks more questions.
    TheOther,
    /// Nothing speaks for anybody.
    Nothing,
}

/// One speaker of a file, for the question who is who.
#[derive(Clone, PartialEq, Eq)]
pub struct Voice {
    /// As the file has it.
    pub name: String,
    /// Lines.
    pub lines: usize,
    /// The first words, for whoever decides.
    pub first: String,
    /// Who it seems to be.
    pub guess: Speaker,
    /// Why.
    pub because: Because,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Voice({} lines, {:?}, {:?})", self.lines, self.guess, self.because)
    }
}

/// A transcript as it came.
#[derive(Debug, Clone, PartialEq)]
pub enum Import {
    /// A file of our own, complete.
    Own(Transcript),
    /// Lines of another tool.
    Other {
        /// What the file is, for people.
        kind: &'static str,
        /// In the order of the file.
        lines: Vec<Line>,
    },
}

/// Why a transcript was not taken. Carries no words of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum ImportError {
    /// It says that it is ours and is not whole.
    Own(#[from] TranscriptError),
    /// The letters cannot be made out.
    Letters,
    /// Something else.
    Kind(&'static str),
    /// A kind that is known, with nothing said in it.
    Empty(&'static str),
}

impl Explain for ImportError {
    fn message(&self) -> Message {
        match self {
            ImportError::Own(e) => e.message(),
            ImportError::Letters => msg("import-letters"),
            ImportError::Kind(kind) => msg("import-kind").with("kind", kind),
            ImportError::Empty(kind) => msg("import-empty").with("kind", kind),
        }
    }
    fn hint(&self) -> Message {
        match self {
            ImportError::Own(fault) => fault.hint(),
            ImportError::Letters => msg("import-letters.hint"),
            ImportError::Kind(_) | ImportError::Empty(_) => msg("import-kind.hint"),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// Reads a transcript of any kind by its content.
pub fn read(bytes: &[u8]) -> Result<Import, ImportError> {
    if let Some(kind) = bytes::foreign(bytes) {
        return Err(ImportError::Kind(kind));
    }
    let (text, docx) = match docx::paragraphs(bytes) {
        Some(text) => (text, true),
        None => (bytes::letters(bytes).ok_or(ImportError::Letters)?, false),
    };
    let start = text.trim_start();
    if start.starts_with('{') || start.starts_with('[') && serde_json::from_str::<serde_json::Value>(start).is_ok() {
        return json(&text);
    }
    let (kind, lines) = if start.starts_with("WEBVTT") {
        ("WebVTT", cues::read(&text))
    } else if cues::is_srt(&text) {
        (if docx { "Teams" } else { "SRT" }, cues::read(&text))
    } else {
        lines::read(&text)
    };
    let lines = turns::unnumbered(lines);
    if lines.is_empty() { Err(ImportError::Empty(kind)) } else { Ok(Import::Other { kind, lines }) }
}

fn json(text: &str) -> Result<Import, ImportError> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|e| TranscriptError::Shape { line: e.line(), column: e.column() })?;
    if value.get("schema").is_some() {
        return Ok(Import::Own(Transcript::parse(text)?));
    }
    match segments::read(&value) {
        Some((kind, lines)) if lines.is_empty() => Err(ImportError::Empty(kind)),
        Some((kind, lines)) => Ok(Import::Other { kind, lines }),
        None => Err(ImportError::Own(TranscriptError::Schema)),
    }
}

/// Who speaks in these lines, in order of appearance, with a proposal.
pub fn voices(lines: &[Line]) -> Vec<Voice> {
    let mut found: Vec<(Voice, usize)> = Vec::new();
    for line in lines {
        let Some(name) = &line.speaker else { continue };
        let asks = usize::from(is_question(&line.text));
        match found.iter_mut().find(|(v, _)| &v.name == name) {
            Some((voice, questions)) => {
                voice.lines += 1;
                *questions += asks;
            }
            None => {
                let first = line.text.chars().take(60).collect();
                let (guess, because) = match by_name(name) {
                    Some(who) => (who, Because::Name),
                    None => (Speaker::Unknown, Because::Nothing),
                };
                found.push((Voice { name: name.clone(), lines: 1, first, guess, because }, asks));
            }
        }
    }
    complete(&mut found);
    found.into_iter().map(|(voice, _)| voice).collect()
}

/// With two speakers of whom one or none has a role word in the name the other follows, or the one who asks more leads.
fn complete(found: &mut [(Voice, usize)]) {
    let [(a, asks_a), (b, asks_b)] = found else { return };
    let partner = |who| match who {
        Speaker::Counsellor => Some(Speaker::Client),
        Speaker::Client => Some(Speaker::Counsellor),
        _ => None,
    };
    let (of_a, of_b) = (partner(b.guess), partner(a.guess));
    for (voice, role) in [(&mut *a, of_a), (&mut *b, of_b)] {
        if let (Speaker::Unknown, Some(role)) = (voice.guess, role) {
            (voice.guess, voice.because) = (role, Because::Name);
        }
    }
    if a.guess != Speaker::Unknown || b.guess != Speaker::Unknown {
        return;
    }
    // Share of lines that ask, compared without division.
    let (share_a, share_b) = (*asks_a * b.lines, *asks_b * a.lines);
    let (counsellor, client) = match share_a.cmp(&share_b) {
        std::cmp::Ordering::Greater => (a, b),
        std::cmp::Ordering::Less => (b, a),
        std::cmp::Ordering::Equal => return,
    };
    (counsellor.guess, counsellor.because) = (Speaker::Counsellor, Because::Questions);
    (client.guess, client.because) = (Speaker::Client, Because::TheOther);
}

fn is_question(text: &str) -> bool {
    text.split_inclusive(['.', '?', '!', '？', '\n']).any(|s| s.trim_end().ends_with(['?', '？']))
}

/// Words in a name that say a role, lower case, both languages; ours of the exports among them.
const COUNSELLOR: &[&str] = &[
    "counsel",
    "therap",
    "clinician",
    "psycholog",
    "interviewer",
    "상담사",
    "상담자",
    "상담원",
    "상담가",
    "한상담",
    "선생님",
    "치료사",
    "면담자",
];
const CLIENT: &[&str] = &["client", "patient", "interviewee", "내담자", "환자", "피면담자"];
const OTHER: &[&str] = &["other", "다른 분", "동석자", "보호자", "guardian", "interpreter", "통역"];

fn by_name(name: &str) -> Option<Speaker> {
    let lower = name.to_lowercase();
    if let Some(who) = turns::role(&lower) {
        return Some(who);
    }
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    match (has(CLIENT), has(COUNSELLOR), has(OTHER)) {
        (true, false, _) => Some(Speaker::Client),
        (false, true, _) => Some(Speaker::Counsellor),
        (false, false, true) => Some(Speaker::Other),
        _ => None,
    }
}

/// The role that a word of the command line names: `client`, `counsellor`, `other`, `unknown`, in Korean too.
pub fn role(word: &str) -> Option<Speaker> {
    match word.trim().to_lowercase().as_str() {
        "client" | "c" | "내담자" => Some(Speaker::Client),
        "counsellor" | "counselor" | "상담사" | "상담자" => Some(Speaker::Counsellor),
        "other" | "o" | "다른 분" | "동석자" => Some(Speaker::Other),
        "unknown" | "u" | "?" => Some(Speaker::Unknown),
        _ => None,
    }
}

/// The language that was spoken: Korean where half of the lines and more have a syllable of Hangul.
pub fn spoken(lines: &[Line]) -> Lang {
    let hangul = |line: &&Line| line.text.chars().any(|c| ('가'..='힣').contains(&c));
    let korean = lines.iter().filter(hangul).count();
    if korean > 0 && korean * 2 >= lines.len() { Lang::Ko } else { Lang::En }
}

/// The transcript, with who each name is. Names that are not among `roles` stay unknown; ids follow the file.
pub fn transcript(lines: &[Line], roles: &[(String, Speaker)], lang: Lang) -> Transcript {
    let mut out = Transcript { schema: SCHEMA.to_owned(), ..Transcript::empty(lang) };
    let mut last = 0;
    for (n, line) in lines.iter().enumerate() {
        // A line without a time stands where the one before it ended; a file that goes back keeps its order.
        let start = line.start_ms.unwrap_or(last);
        let next = lines[n + 1..].iter().find_map(|l| l.start_ms).filter(|s| *s > start);
        let timed = line.start_ms.is_some();
        let guessed = start + (line.text.chars().count() as u64 * PER_LETTER_MS).max(SHORTEST_MS);
        let end = line.end_ms.unwrap_or(match (timed, next) {
            (true, Some(next)) => guessed.min(next),
            (true, None) => guessed,
            (false, _) => start,
        });
        let end = end.max(start);
        last = if timed { end.min(next.unwrap_or(end)) } else { last };
        let named = line.speaker.as_ref().and_then(|name| roles.iter().find(|(n, _)| n == name));
        let who = named.map_or(Speaker::Unknown, |(_, who)| *who);
        let text = ClientText::new(&line.text);
        if !text.is_blank() {
            out.add(Span { start_ms: start, end_ms: end }, who, text, None);
        }
    }
    out
}
