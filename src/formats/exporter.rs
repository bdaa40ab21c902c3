//! What an exporter is, what it can be given, and what several of them share.

use crate::domain::assessment::course::Course;
use crate::domain::crisis::escalation::EscalationPacket;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::Capability;
use crate::domain::practice::ids::{ClientCode, RecordId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::record::Opened;
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use crate::texts::msg;

/// Writes `T` in one format.
pub trait Exporter<T: ?Sized>: Sync {
    /// As it is chosen on the command line, and as the access log names it.
    fn id(&self) -> &'static str;
    /// Of its files, without the dot.
    fn extension(&self) -> &'static str;
    /// What whoever takes it out of the vault must be allowed; with it goes a reason (L10).
    fn capability(&self) -> Capability {
        Capability::ExportContent
    }
    /// The whole file; labels are in the given language.
    fn write(&self, what: &T, lang: Lang) -> Result<Vec<u8>, ErrorReport>;
}

/// The scores of one client that are written together.
pub struct Scores<'a> {
    /// Whose, by code.
    pub client: &'a ClientCode,
    /// One for each instrument that was given.
    pub courses: Vec<Course<'a>>,
}

/// What is kept of one session.
pub struct SessionRecords<'a> {
    /// Which.
    pub session: SessionId,
    /// As its records tell it.
    pub transcript: &'a Transcript,
    /// Every record that opened, oldest first.
    pub records: &'a [Opened],
}

/// A packet with what its labels are made from.
#[derive(Debug, Clone, Copy)]
pub struct PacketFile<'a> {
    /// What goes out.
    pub packet: &'a EscalationPacket,
    /// Its number.
    pub id: RecordId,
    /// For the labels of codes.
    pub rules: &'a Rules,
}

/// Refuses subtitles of a transcript that carries no times: every line would stand at its beginning.
pub(super) fn needs_times(transcript: &Transcript) -> Result<(), ErrorReport> {
    if transcript.timed() {
        return Ok(());
    }
    Err(ErrorReport::usage(msg("transcript-no-times"), msg("transcript-no-times.hint")))
}

/// JSON as every command prints it: indented, a line break at its end.
pub(super) fn json_bytes(value: &serde_json::Value) -> Result<Vec<u8>, ErrorReport> {
    let text = serde_json::to_string_pretty(value).map_err(|_| {
        ErrorReport::failed(
            msg("formats-exporter-result-could-not-written-json"),
            msg("formats-exporter-result-could-not-written-json.hint"),
        )
    })?;
    Ok((text + "\n").into_bytes())
}

/// `Label: words`, or the words alone while the speaker is not known. One line, for every format that has lines.
pub(super) fn said(utterance: &Utterance, lang: Lang) -> String {
    let words = utterance.text.reveal().split_whitespace().collect::<Vec<_>>().join(" ");
    match utterance.speaker {
        Speaker::Unknown => words,
        speaker => format!("{}: {words}", speaker.label(lang)),
    }
}

/// `HH:MM:SS` and milliseconds after the given separator, as subtitles want it.
pub(super) fn timecode(ms: u64, separator: char) -> String {
    let s = ms / 1000;
    format!("{:02}:{:02}:{:02}{separator}{:03}", s / 3600, s / 60 % 60, s % 60, ms % 1000)
}
