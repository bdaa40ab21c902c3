//! Transcripts as files for other programs: one format per file, one line each in the list. Pure text in, text out;
//! where it is written is the caller's affair.

pub mod convert;
pub mod fhir;
pub mod import;
pub mod json;
pub mod score_csv;
pub mod srt;
pub mod text;
pub mod vtt;

use crate::domain::practice::lang::Lang;
use crate::domain::transcript::{Speaker, Transcript, Utterance};

/// How a transcript is written in one format.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// As it is chosen on the command line.
    pub id: &'static str,
    /// Of its files, without the dot.
    pub extension: &'static str,
    /// Writes it; labels are in the given language.
    pub write: fn(&Transcript, Lang) -> String,
}

/// All formats.
pub const FORMATS: &[Format] = &[
    crate::formats::text::FORMAT,
    crate::formats::json::FORMAT,
    crate::formats::srt::FORMAT,
    crate::formats::vtt::FORMAT,
];

/// The format of this id.
pub fn format(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.id == id)
}

/// `Label: words`, or the words alone while the speaker is not known. One line, for every format that has lines.
fn said(utterance: &Utterance, lang: Lang) -> String {
    let words = utterance.text.reveal().split_whitespace().collect::<Vec<_>>().join(" ");
    match utterance.speaker {
        Speaker::Unknown => words,
        speaker => format!("{}: {words}", speaker.label(lang)),
    }
}

/// `HH:MM:SS` and milliseconds after the given separator, as subtitles want it.
fn timecode(ms: u64, separator: char) -> String {
    let s = ms / 1000;
    format!("{:02}:{:02}:{:02}{separator}{:03}", s / 3600, s / 60 % 60, s % 60, ms % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;

    pub(super) fn sample() -> Transcript {
        let mut t = Transcript::empty(Lang::Ko);
        let span = |start_ms, end_ms| Span { start_ms, end_ms };
        t.add(span(230, 2_810), Speaker::Counsellor, ClientText::new("요즘 잠은 어떠세요?"), Some(0.91));
        t.add(span(3_661_007, 3_663_000), Speaker::Unknown, ClientText::new("a --> b\n\n<i>&"), None);
        t
    }

    #[test]
    fn every_format_has_an_id_of_its_own_and_is_found_by_it() {
        for f in FORMATS {
            assert_eq!(FORMATS.iter().filter(|g| g.id == f.id).count(), 1);
            assert!(format(f.id).is_some());
            assert!(!(f.write)(&Transcript::empty(Lang::Ko), Lang::Ko).is_empty() || f.id != "json");
        }
        assert!(format("pptx").is_none());
    }

    #[test]
    fn text_has_one_line_for_each_utterance() {
        let out = (text::FORMAT.write)(&sample(), Lang::Ko);
        assert_eq!(out, "상담사: 요즘 잠은 어떠세요?\na --> b <i>&\n");
    }

    #[test]
    fn srt_counts_from_one_and_has_commas_in_its_times() {
        let out = (srt::FORMAT.write)(&sample(), Lang::En);
        assert_eq!(
            out,
            "1\n00:00:00,230 --> 00:00:02,810\nCounsellor: 요즘 잠은 어떠세요?\n\n\
             2\n01:01:01,007 --> 01:01:03,000\na -- > b <i>&\n\n"
        );
    }

    #[test]
    fn vtt_names_the_voice_and_escapes_what_would_be_markup() {
        let out = (vtt::FORMAT.write)(&sample(), Lang::Ko);
        assert_eq!(
            out,
            "WEBVTT\n\n1\n00:00:00.230 --> 00:00:02.810\n<v 상담사>요즘 잠은 어떠세요?\n\n\
             2\n01:01:01.007 --> 01:01:03.000\na --&gt; b &lt;i&gt;&amp;\n\n"
        );
    }

    #[test]
    fn json_is_read_back_as_the_same_transcript() {
        let t = sample();
        assert_eq!(Transcript::parse(&(json::FORMAT.write)(&t, Lang::Ko)), Ok(t));
    }
}
