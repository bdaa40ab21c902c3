//! The transcript of a session: who said what, when, and where nothing could be heard.

pub mod correction;
pub mod likely_words;

use crate::domain::explain::Explain;
use crate::domain::practice::ids::{ModelId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::{Span, clock};
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// The schema name written into every transcript file.
pub const SCHEMA: &str = "gyeot.transcript/1";

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The counsellor.
    Counsellor,
    /// The client.
    Client,
    /// Someone else in the room.
    Other,
    /// Not known, or not decided yet.
    #[default]
    Unknown,
}

impl Speaker {
    /// The other of the two who usually speak: what a flip makes of a label. Whoever is not the counsellor becomes the
    /// counsellor.
    pub const fn flipped(self) -> Speaker {
        match self {
            Speaker::Counsellor => Speaker::Client,
            Speaker::Client | Speaker::Other | Speaker::Unknown => Speaker::Counsellor,
        }
    }

    /// The label of this speaker.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Speaker::Counsellor => lang.say("speaker-counsellor"),
            Speaker::Client => lang.say("speaker-client"),
            Speaker::Other => lang.say("speaker-other"),
            Speaker::Unknown => lang.say("speaker-unknown"),
        }
    }
}

/// A model as a record names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRef {
    /// Catalogue id.
    pub id: ModelId,
    /// SHA-256 of the file that was loaded, hexadecimal.
    pub sha256: String,
}

/// One stretch of speech by one speaker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// Counts from 1.
    pub id: UtteranceId,
    /// From the start of the session, milliseconds.
    #[serde(default)]
    pub start_ms: u64,
    /// From the start of the session, milliseconds.
    #[serde(default)]
    pub end_ms: u64,
    /// Who speaks.
    #[serde(default)]
    pub speaker: Speaker,
    /// The words.
    pub text: ClientText,
    /// Mean token probability, 0 to 1; absent when the engine gave none, never invented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Utterance {
    /// Where it lies in the session.
    pub const fn span(&self) -> Span {
        Span { start_ms: self.start_ms, end_ms: self.end_ms }
    }

    /// Where it stands, for people: when it was said, or its number where the transcript carries no times.
    pub fn place(&self) -> String {
        if self.end_ms > 0 { clock(self.start_ms) } else { numbered(self.id) }
    }
}

/// As [`Utterance::place`] where only the beginning is known, milliseconds. A line that begins with the session itself has its
/// number.
pub fn place(at_ms: u64, id: UtteranceId) -> String {
    if at_ms > 0 { clock(at_ms) } else { numbered(id) }
}

fn numbered(id: UtteranceId) -> String {
    format!("#{}", id.0)
}

/// A piece of a line that is split: it becomes an utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Within the span of the line.
    pub span: Span,
    /// The words.
    pub text: ClientText,
    /// Mean probability of its words.
    pub confidence: Option<f32>,
}

/// A stretch that could not be heard or transcribed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// From the start of the session, milliseconds.
    pub start_ms: u64,
    /// From the start of the session, milliseconds.
    pub end_ms: u64,
    /// Why, one word of the program: `overrun`, `worker`, `off-record`, `device`, `pause`, [`NO_WORDS`], [`NOT_KEPT`].
    pub reason: String,
}

/// The reason of a [`Gap`] in which somebody speaks and no words were understood: soft, far away, over one another.
pub const NO_WORDS: &str = "no-words";

/// The reason of a [`Gap`] of which a recovery found neither words nor sound.
pub const NOT_KEPT: &str = "not-kept";

/// What a reason of a [`Gap`] says to people.
pub fn gap_words(reason: &str, lang: Lang) -> &str {
    match reason {
        "overrun" => lang.say("transcript-machine-could-not-keep"),
        "worker" => lang.say("transcript-speech-worker-failed"),
        "off-record" => lang.say("transcript-off-record"),
        "pause" => lang.say("transcript-paused"),
        "device" => lang.say("transcript-microphone-lost"),
        NOT_KEPT => lang.say("transcript-sound-not-kept"),
        NO_WORDS => lang.say("transcript-voice-but-no-words"),
        other => other,
    }
}

/// A whole transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// Always [`SCHEMA`] when written; absent or another name is refused by [`Transcript::parse`].
    pub schema: String,
    /// Language of the session.
    #[serde(default)]
    pub language: Lang,
    /// Length of the audio, milliseconds.
    #[serde(default)]
    pub duration_ms: u64,
    /// The speech model, when one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// In order of time.
    pub utterances: Vec<Utterance>,
    /// In order of time.
    #[serde(default)]
    pub gaps: Vec<Gap>,
}

/// Why a transcript file was refused. Carries no words of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum TranscriptError {
    /// Not JSON of this shape.
    Shape {
        /// Line of the JSON error.
        line: usize,
        /// Column of the JSON error.
        column: usize,
    },
    /// Another schema.
    Schema,
    /// Two utterances share an id.
    Twice(u32),
}

impl Explain for TranscriptError {
    fn message(&self) -> Message {
        match self {
            TranscriptError::Shape { line, column } => {
                msg("transcript-shape").with("line", line).with("column", column)
            }
            TranscriptError::Schema => msg("transcript-schema").shown("schema", SCHEMA),
            TranscriptError::Twice(id) => msg("transcript-twice").with("id", id),
        }
    }
    fn hint(&self) -> Message {
        msg("transcript-2.hint").shown("schema", SCHEMA)
    }
    fn exit(&self) -> crate::domain::explain::Exit {
        crate::domain::explain::Exit::Usage
    }
}

impl Transcript {
    /// True where times are known: a transcript of another tool may carry none.
    pub fn timed(&self) -> bool {
        self.utterances.is_empty() || self.utterances.iter().any(|u| u.end_ms > 0)
    }

    /// Where an utterance stands, for people.
    pub fn place(&self, id: UtteranceId) -> String {
        self.get(id).map_or_else(|| numbered(id), Utterance::place)
    }

    /// An empty transcript of a language.
    pub fn empty(language: Lang) -> Self {
        Transcript {
            schema: SCHEMA.to_owned(),
            language,
            duration_ms: 0,
            model: None,
            utterances: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// Reads a transcript file and cleans every text in it.
    pub fn parse(json: &str) -> Result<Self, TranscriptError> {
        let mut t: Transcript =
            serde_json::from_str(json).map_err(|e| TranscriptError::Shape { line: e.line(), column: e.column() })?;
        if t.schema != SCHEMA {
            return Err(TranscriptError::Schema);
        }
        let mut seen = std::collections::HashSet::new();
        for u in &mut t.utterances {
            if !seen.insert(u.id) {
                return Err(TranscriptError::Twice(u.id.0));
            }
            u.text = ClientText::new(u.text.reveal());
        }
        Ok(t)
    }

    /// The utterance of this id.
    pub fn get(&self, id: UtteranceId) -> Option<&Utterance> {
        self.utterances.iter().find(|u| u.id == id)
    }

    /// Writes the speakers that a [`crate::speech::speakers::Diariser`] settled on; lines it says nothing of stay.
    pub fn name_speakers(&mut self, settled: &[(UtteranceId, Speaker, f32)]) {
        let speakers: std::collections::HashMap<_, _> = settled.iter().map(|(id, s, _)| (*id, *s)).collect();
        for u in &mut self.utterances {
            if let Some(speaker) = speakers.get(&u.id) {
                u.speaker = *speaker;
            }
        }
    }

    /// Takes a sealed utterance: in order of its start, or in the place of an earlier record of the same id.
    pub fn restore(&mut self, utterance: Utterance) {
        self.utterances.retain(|u| u.id != utterance.id);
        let at = self.utterances.partition_point(|u| u.start_ms <= utterance.start_ms);
        self.duration_ms = self.duration_ms.max(utterance.end_ms);
        self.utterances.insert(at, utterance);
    }

    /// Makes several utterances of one: the first piece has its id, the others the next free ones; all have its speaker. The ids in
    /// order of the pieces; empty, and nothing done, where there is no such utterance or fewer than two pieces.
    pub fn split(&mut self, id: UtteranceId, pieces: Vec<Piece>) -> Vec<UtteranceId> {
        let Some(line) = self.utterances.iter_mut().find(|u| u.id == id).filter(|_| pieces.len() > 1) else {
            return Vec::new();
        };
        let speaker = line.speaker;
        let mut pieces = pieces.into_iter();
        let mut ids = vec![id];
        if let Some(Piece { span, text, confidence }) = pieces.next() {
            (line.start_ms, line.end_ms, line.text, line.confidence) = (span.start_ms, span.end_ms, text, confidence);
        }
        ids.extend(pieces.map(|p| self.add(p.span, speaker, p.text, p.confidence)));
        ids
    }

    /// Adds an utterance in order of its start; the id is the next free one.
    pub fn add(&mut self, span: Span, speaker: Speaker, text: ClientText, confidence: Option<f32>) -> UtteranceId {
        let id = UtteranceId(self.utterances.iter().map(|u| u.id.0).max().unwrap_or(0) + 1);
        let at = self.utterances.partition_point(|u| u.start_ms <= span.start_ms);
        let u = Utterance { id, start_ms: span.start_ms, end_ms: span.end_ms, speaker, text, confidence };
        self.utterances.insert(at, u);
        self.duration_ms = self.duration_ms.max(span.end_ms);
        id
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn utterances_stay_in_order_of_time_whatever_order_they_arrive_in() {
        let mut t = Transcript::empty(Lang::En);
        for start in [3000, 1000, 2000] {
            t.add(Span { start_ms: start, end_ms: start + 500 }, Speaker::Client, ClientText::new("x"), None);
        }
        let starts: Vec<u64> = t.utterances.iter().map(|u| u.start_ms).collect();
        assert_eq!(starts, [1000, 2000, 3000]);
        assert_eq!(t.utterances[0].id, UtteranceId(2), "ids follow arrival, not time");
    }

    #[test]
    fn of_two_records_of_an_utterance_the_later_one_counts() {
        let mut t = Transcript::empty(Lang::Ko);
        for (id, start_ms, text) in [(1, 0, "가"), (2, 2000, "나"), (1, 0, "다")] {
            let text = ClientText::new(text);
            let (id, speaker) = (UtteranceId(id), Speaker::Client);
            t.restore(Utterance { id, start_ms, end_ms: start_ms + 900, speaker, text, confidence: None });
        }
        let words: Vec<&str> = t.utterances.iter().map(|u| u.text.reveal()).collect();
        assert_eq!(words, ["다", "나"]);
    }

    #[test]
    fn a_line_that_is_split_keeps_its_id_for_the_first_piece_and_the_others_come_after_it() {
        let mut t = Transcript::empty(Lang::Ko);
        for start_ms in [0, 4_000] {
            t.add(Span { start_ms, end_ms: start_ms + 4_000 }, Speaker::Client, ClientText::new("가 나"), None);
        }
        let piece = |start_ms, text: &str| Piece {
            span: Span { start_ms, end_ms: start_ms + 2_000 },
            text: ClientText::new(text),
            confidence: Some(0.5),
        };
        assert_eq!(t.split(UtteranceId(1), vec![piece(0, "가")]), []);
        assert_eq!(t.split(UtteranceId(9), vec![piece(0, "가"), piece(2_000, "나")]), []);
        let ids = t.split(UtteranceId(1), vec![piece(0, "가"), piece(2_000, "나")]);
        assert_eq!(ids, [UtteranceId(1), UtteranceId(3)]);
        let order: Vec<(u32, &str)> = t.utterances.iter().map(|u| (u.id.0, u.text.reveal())).collect();
        assert_eq!(order, [(1, "가"), (3, "나"), (2, "가 나")]);
        assert_eq!(t.utterances[0].end_ms, 2_000);
    }

    #[test]
    fn a_minimal_file_with_id_speaker_and_text_is_enough() {
        let t = Transcript::parse(
            r#"{"schema":"gyeot.transcript/1","utterances":[{"id":1,"speaker":"client","text":"네"}]}"#,
        );
        assert_eq!(t.map(|t| t.utterances.len()), Ok(1));
    }

    #[test]
    fn a_shape_error_names_the_place_and_none_of_the_words() {
        let e = Transcript::parse("{\"schema\":\"gyeot.transcript/1\",\n\"utterances\":[{\"text\":\"비밀\"}]}")
            .unwrap_err();
        assert!(!e.to_string().contains("비밀"), "{e}");
        assert!(e.to_string().contains("line 2"), "{e}");
    }
}
