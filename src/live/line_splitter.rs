//! Lines in which the voice changes, split as soon as the times of their words are known and there are voices to tell apart. For
//! whoever holds a transcript and a [`Diariser`]: the core of a session, and the command that writes a file down.

use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::time::Span;
use crate::domain::transcript::{Speaker, Transcript};
use crate::speech::line_cut::cut_line;
use crate::speech::speakers::Diariser;
use crate::speech::voice::VoiceModel;
use crate::speech::window::Word;

/// Lines that were not looked at yet, with their words. Each is looked at once.
#[derive(Debug, Default)]
pub struct LineSplitter {
    waiting: Vec<(UtteranceId, Vec<Word>)>,
}

impl LineSplitter {
    /// The words of a line and when they were said, from its beginning.
    pub fn timed(&mut self, id: UtteranceId, words: Vec<Word>) {
        self.waiting.push((id, words));
    }

    /// Splits what can be split now, in the transcript and for the diariser, and labels the pieces. The ids of the pieces of each
    /// line that was split. A line whose speaker a person set stays whole.
    pub fn split(
        &mut self,
        transcript: &mut Transcript,
        diariser: &mut Diariser,
        voices: &VoiceModel,
    ) -> Vec<Vec<UtteranceId>> {
        let mut split = Vec::new();
        for (id, words) in std::mem::take(&mut self.waiting) {
            let Some(changes) = diariser.changes(voices, id) else {
                self.waiting.push((id, words));
                continue;
            };
            let pieces = transcript
                .get(id)
                .filter(|_| !changes.is_empty())
                .map(|line| cut_line(line.span(), &line.text, &words, &changes))
                .unwrap_or_default();
            let ids = transcript.split(id, pieces);
            if ids.is_empty() {
                diariser.leave_whole(id);
                continue;
            }
            let lines: Vec<(UtteranceId, Span, &str)> =
                ids.iter().filter_map(|id| transcript.get(*id).map(|u| (*id, u.span(), u.text.reveal()))).collect();
            diariser.split(voices, id, &lines);
            split.push(ids);
        }
        if !split.is_empty() {
            let mut settled = diariser.settle();
            settled.retain(|(id, speaker, _)| *speaker != Speaker::Unknown && split.iter().flatten().any(|p| p == id));
            transcript.name_speakers(&settled);
        }
        split
    }
}
