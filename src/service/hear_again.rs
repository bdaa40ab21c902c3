//! A second listening: another speech model hears the kept sound of a session again, and its words are proposed line by line
//! beside the first ones. Nothing changes before a person takes a proposal.

use crate::domain::advice::risk_cue::Rules;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::{SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::practice::time::Span;
use crate::domain::transcript::correction::Correction;
use crate::domain::transcript::{Transcript, Utterance};
use crate::service::corrections::{self, Corrected};
use crate::service::recover_sound::{SecondEar, hear_all};
use crate::service::sound_index::SoundIndex;
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;

/// Two lines are the same utterance where the shorter lies in the longer by at least this share.
const SAME: f64 = 0.7;

/// Other words for a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Which line.
    pub line: UtteranceId,
    /// Where it lies, milliseconds.
    pub start_ms: u64,
    /// The words that stand there.
    pub before: ClientText,
    /// The words that were heard now.
    pub after: ClientText,
    /// Mean token probability of the new words.
    pub confidence: Option<f32>,
}

/// A word of a proposal, for whoever compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the first hearing.
    Gone(&'a str),
    /// Only in the second.
    New(&'a str),
}

/// Hears the sound of a session again; what differs from its transcript, in order of time. Refused where no sound is kept.
pub fn propose(
    unlocked: &UnlockedVault,
    session: SessionId,
    lang: Lang,
    ear: &mut SecondEar,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Proposal>, ErrorReport> {
    unlocked.consent_of(session)?.allows_session()?;
    let opened = unlocked.open_session(session)?;
    let transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    let index = unlocked.open_sound(session)?.map(SoundIndex::of).filter(|i| i.kept_ms() > 0);
    let index = index.ok_or_else(no_sound)?;
    ear.likely_words = unlocked.likely_words_of(session)?;
    let language = index.language().unwrap_or(transcript.language);
    let heard = hear_all(&index, language, ear, progress)?;
    Ok(differences(&transcript, heard.into_iter().map(|s| (s.span, s.text, s.confidence))))
}

/// Takes proposals over as corrections of the transcript.
pub fn take(
    unlocked: &UnlockedVault,
    session: SessionId,
    taken: &[Proposal],
    with: (Lang, &Rules),
) -> Result<Corrected, ErrorReport> {
    let edit = |p: &Proposal| Correction::Edit(p.line, p.after.clone());
    corrections::apply(unlocked, session, &taken.iter().map(edit).collect::<Vec<_>>(), with)
}

/// No sound of this session is kept.
pub fn no_sound() -> ErrorReport {
    ErrorReport::with(Exit::Refused, msg("hear-again-no-sound"), msg("hear-again-no-sound.hint"))
}

fn differences(transcript: &Transcript, heard: impl Iterator<Item = (Span, ClientText, Option<f32>)>) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (span, after, confidence) in heard {
        let Some(line) = transcript.utterances.iter().find(|u| same(u, span)) else { continue };
        if fold(line.text.reveal()) != fold(after.reveal()) {
            let (before, start_ms) = (line.text.clone(), line.start_ms);
            found.push(Proposal { line: line.id, start_ms, before, after, confidence });
        }
    }
    found
}

fn same(line: &Utterance, span: Span) -> bool {
    let common = line.end_ms.min(span.end_ms).saturating_sub(line.start_ms.max(span.start_ms)) as f64;
    let longer = line.span().len_ms().max(span.len_ms()).max(1) as f64;
    common / longer >= SAME
}

impl Proposal {
    /// Both hearings word by word, by their longest common sequence.
    pub fn words(&self) -> Vec<Word<'_>> {
        let a: Vec<&str> = self.before.reveal().split_whitespace().collect();
        let b: Vec<&str> = self.after.reveal().split_whitespace().collect();
        let mut common = vec![vec![0u32; b.len() + 1]; a.len() + 1];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                common[i][j] = match a[i] == b[j] {
                    true => common[i + 1][j + 1] + 1,
                    false => common[i + 1][j].max(common[i][j + 1]),
                };
            }
        }
        let (mut i, mut j, mut out) = (0, 0, Vec::new());
        while i < a.len() || j < b.len() {
            if i < a.len() && j < b.len() && a[i] == b[j] {
                out.push(Word::Same(a[i]));
                (i, j) = (i + 1, j + 1);
            } else if j >= b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
                out.push(Word::Gone(a[i]));
                i += 1;
            } else {
                out.push(Word::New(b[j]));
                j += 1;
            }
        }
        out
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::transcript::Speaker;

    #[test]
    fn only_lines_at_the_same_place_with_other_words_are_proposed() {
        let mut t = Transcript::empty(Lang::Ko);
        let span = |a, b| Span { start_ms: a, end_ms: b };
        for (s, words) in [(span(0, 2000), "잠은 어때요"), (span(3000, 5000), "못 자요"), (span(6000, 7000), "네")]
        {
            t.add(s, Speaker::Client, ClientText::new(words), None);
        }
        let heard = [(span(100, 2100), "잠은 어떠세요"), (span(3000, 5000), "못  자요"), (span(9000, 9900), "새 말")];
        let heard = heard.map(|(s, words)| (s, ClientText::new(words), Some(0.9)));
        let found = differences(&t, heard.into_iter());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].after.reveal()), (UtteranceId(1), "잠은 어떠세요"));
        assert_eq!(found[0].words(), [Word::Same("잠은"), Word::Gone("어때요"), Word::New("어떠세요")]);
    }
}
