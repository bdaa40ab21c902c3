//! An interrupted session whose sound is there: what was not written down when the program died is heard now, before the
//! session is finished from its records. Safe to be interrupted itself: what was kept is not heard again.

use crate::domain::advice::risk_cue::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ModelId, SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::recording::{Refused, Skipped};
use crate::domain::practice::time::Span;
use crate::domain::record::Body;
use crate::domain::transcript::likely_words::LikelyWords;
use crate::domain::transcript::{Gap, NOT_KEPT, Speaker, Transcript, Utterance};
use crate::live::recognise::{Control, Heard, Said, Settings, recognise};
use crate::ports::engine::SpeechEngine;
use crate::ports::engines::{Engines, Loaded};
use crate::service::sound_index::SoundIndex;
use crate::service::transcripts::{self, Recovered, transcript_of};
use crate::service::unlocked_vault::UnlockedVault;
use crate::speech::filter::SpeechFilter;
use crate::speech::speakers::Diariser;
use crate::speech::voice::VoiceModel;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Sound after the last sealed word that is not worth hearing: the rest of a breath, milliseconds.
const TOO_SHORT_MS: u64 = 300;
/// Of the lines before the interruption so many at the most teach the voices.
const LINES_BEFORE: usize = 60;

/// What hears the sound a second time.
pub struct SecondEar {
    /// Speech to text, loaded.
    pub speech: Loaded<dyn SpeechEngine>,
    /// Drops what nobody said.
    pub filter: SpeechFilter,
    /// Tells voices apart.
    pub voices: Option<Arc<VoiceModel>>,
    /// Words of the client that come up; taken from the card when a session is heard.
    pub likely_words: LikelyWords,
}

impl SecondEar {
    /// From the engines of this computer.
    pub fn of(engines: &dyn Engines, filter: SpeechFilter) -> Result<Self, ErrorReport> {
        Self::with_model(engines, None, filter)
    }

    /// With a chosen speech model.
    pub fn with_model(
        engines: &dyn Engines,
        model: Option<&ModelId>,
        filter: SpeechFilter,
    ) -> Result<Self, ErrorReport> {
        Ok(SecondEar {
            speech: engines.speech(model)?,
            filter,
            voices: engines.voices().ok(),
            likely_words: LikelyWords::default(),
        })
    }
}

/// What became of an interrupted session and its sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecoveredSound {
    /// As without sound.
    pub recovered: Recovered,
    /// Utterances that were only in the sound.
    pub from_sound: usize,
    /// Sound that was there, milliseconds.
    pub sound_ms: u64,
    /// Files that were left out, by reason.
    pub refused: BTreeMap<Refused, u32>,
}

/// Sound of a session that no record has words of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unheard {
    /// So much of it, milliseconds.
    pub sound_ms: u64,
}

/// A stretch of a session, milliseconds.
type Stretch = (u64, u64);

/// The session as far as it is known, with the sound of it that was not heard.
struct Found {
    transcript: Transcript,
    index: Option<SoundIndex>,
    unheard: Vec<Stretch>,
}

/// What the engine was not there for, as a gap says it.
fn engine_missed(gap: &Gap) -> bool {
    gap.reason == "worker" || gap.reason == Skipped::Overrun.reason()
}

fn found(unlocked: &UnlockedVault, session: SessionId, lang: Lang) -> Result<Found, ErrorReport> {
    let opened = unlocked.open_session(session)?;
    let mut transcript = transcript_of(opened.iter().map(|o| &o.body), lang);
    let Some(index) = unlocked.open_sound(session)?.map(SoundIndex::of) else {
        return Ok(Found { transcript, index: None, unheard: Vec::new() });
    };
    if let Some(language) = index.language() {
        transcript.language = language;
    }
    let unheard = unheard_in(&transcript, &index);
    Ok(Found { transcript, index: Some(index), unheard })
}

/// What lies after the last words, and the gaps in which the engine failed or was behind, where there is sound of them.
fn unheard_in(transcript: &Transcript, index: &SoundIndex) -> Vec<Stretch> {
    let heard = |gap: &Gap| transcript.utterances.iter().any(|u| u.start_ms < gap.end_ms && u.end_ms > gap.start_ms);
    let missed = transcript.gaps.iter().filter(|gap| engine_missed(gap) && !heard(gap));
    let mut wanted: Vec<Stretch> = missed.map(|gap| (gap.start_ms, gap.end_ms)).collect();
    let ends = transcript.utterances.iter().map(|u| u.end_ms).chain(transcript.gaps.iter().map(|g| g.end_ms));
    // A whole transcript is as long as the sound that was heard.
    wanted.push((ends.max().unwrap_or(0).max(transcript.duration_ms), index.end_ms()));
    wanted.sort_unstable();
    let mut joined: Vec<Stretch> = Vec::new();
    for (from, to) in wanted.into_iter().filter(|(from, to)| index.kept_between(*from, *to) > TOO_SHORT_MS) {
        match joined.last_mut() {
            Some((_, end)) if from <= *end + TOO_SHORT_MS => *end = to.max(*end),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What of a session's sound was not heard; `None` where nothing is to be recovered from it.
pub fn unheard(unlocked: &UnlockedVault, session: SessionId) -> Result<Option<Unheard>, ErrorReport> {
    let Found { index, unheard, .. } = found(unlocked, session, Lang::default())?;
    let sound_ms = index.map_or(0, |index| unheard.iter().map(|(from, to)| index.kept_between(*from, *to)).sum());
    Ok((sound_ms > 0).then_some(Unheard { sound_ms }))
}

/// As [`transcripts::recover`], after the sound that was not heard has become utterances and gaps. Where the client has taken
/// back the consent meanwhile, the sound is not heard and is destroyed. `progress` gets milliseconds of session time and how
/// many there are.
pub fn recover(
    unlocked: &UnlockedVault,
    session: SessionId,
    rules: &Rules,
    lang: Lang,
    ear: &mut SecondEar,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<RecoveredSound, ErrorReport> {
    if unlocked.consent_of(session)?.allows_session().is_err() {
        return close_withdrawn(unlocked, session, rules, lang);
    }
    ear.likely_words = unlocked.likely_words_of(session)?;
    let Found { mut transcript, index, unheard } = found(unlocked, session, lang)?;
    let Some(index) = index else {
        let recovered = transcripts::recover(unlocked, session, rules, lang)?;
        return Ok(RecoveredSound { recovered, ..RecoveredSound::default() });
    };
    let mut done =
        RecoveredSound { sound_ms: index.kept_ms(), refused: index.refused.clone(), ..RecoveredSound::default() };
    for stretch in &unheard {
        let (said, gaps) = hear(&index, *stretch, transcript.language, ear, progress)?;
        let lines = with_speakers(&index, &transcript, said, ear.voices.as_deref());
        done.from_sound += lines.len();
        lines.iter().for_each(|line| transcript.restore(line.clone()));
        let mut bodies: Vec<Body> = gaps.into_iter().map(|gap| Body::Gap { gap }).collect();
        if !lines.is_empty() {
            bodies.push(Body::Utterances { utterances: lines });
        }
        unlocked.keep(session, &bodies)?;
    }
    let heard_since =
        |gap: &Gap| engine_missed(gap) && unheard.iter().any(|(from, to)| *from <= gap.start_ms && gap.end_ms <= *to);
    let heard = (index.end_ms(), &heard_since as &dyn Fn(&Gap) -> bool);
    done.recovered = transcripts::recover_heard(unlocked, session, rules, transcript.language, heard)?;
    Ok(done)
}

/// Finishes a session whose client has taken back the consent: from its records alone, and its sound is destroyed.
pub fn close_withdrawn(
    unlocked: &UnlockedVault,
    session: SessionId,
    rules: &Rules,
    lang: Lang,
) -> Result<RecoveredSound, ErrorReport> {
    let recovered = transcripts::recover(unlocked, session, rules, lang)?;
    unlocked.drop_sound(session)?;
    Ok(RecoveredSound { recovered, ..RecoveredSound::default() })
}

/// The utterances of a stretch of the sound, and what could not be heard in it.
fn hear(
    index: &SoundIndex,
    (from_ms, to_ms): Stretch,
    language: Lang,
    ear: &mut SecondEar,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(Vec<Said>, Vec<Gap>), ErrorReport> {
    let (said, gaps, total) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()), index.end_ms());
    let on = |heard: Heard| match heard {
        Heard::Final(one) => {
            progress(one.span.end_ms, total);
            if let Ok(mut said) = said.lock() {
                said.push(*one);
            }
        }
        Heard::Gap(gap) => {
            if let Ok(mut gaps) = gaps.lock() {
                gaps.push(gap);
            }
        }
        Heard::Reached { at_ms } => progress(at_ms, total),
        _ => {}
    };
    let mut sound = index.sound_between(from_ms, to_ms);
    let (settings, control) =
        (Settings { likely_words: ear.likely_words.clone(), ..Settings::file(language) }, Control::default());
    recognise(&mut sound, &mut *ear.speech.engine, &ear.filter, &settings, &control, None, &on)?;
    let gaps: Vec<Gap> = gaps.into_inner().unwrap_or_default();
    let gaps = gaps.into_iter().filter_map(|gap| told(index, from_ms, gap)).collect();
    Ok((said.into_inner().unwrap_or_default(), gaps))
}

/// Every utterance of the sound.
pub(crate) fn hear_all(
    index: &SoundIndex,
    language: Lang,
    ear: &mut SecondEar,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Said>, ErrorReport> {
    Ok(hear(index, (0, index.end_ms() + 1), language, ear, progress)?.0)
}

/// A gap in the words of the transcript: a hole in the sound says why it is there. What lies before the stretch is no gap.
fn told(index: &SoundIndex, from_ms: u64, gap: Gap) -> Option<Gap> {
    let start_ms = gap.start_ms.max(from_ms);
    if gap.end_ms <= start_ms {
        return None;
    }
    if gap.reason != Skipped::Overrun.reason() {
        return Some(Gap { start_ms, ..gap });
    }
    let reason = match index.missing_before_ms(gap.end_ms) {
        Some(why @ (Skipped::OffRecord | Skipped::Pause | Skipped::Device)) => why.reason(),
        Some(Skipped::Overrun) | None => NOT_KEPT,
    };
    Some(Gap { start_ms, end_ms: gap.end_ms, reason: reason.to_owned() })
}

/// Numbers the new lines after the ones before and names who speaks, by the voices of the lines before.
fn with_speakers(
    index: &SoundIndex,
    before: &Transcript,
    said: Vec<Said>,
    voices: Option<&VoiceModel>,
) -> Vec<Utterance> {
    let last = before.utterances.iter().map(|u| u.id.0).max().unwrap_or(0);
    let mut lines = Vec::with_capacity(said.len());
    let mut diariser = Diariser::new();
    if let Some(voices) = voices {
        let known: Vec<&Utterance> = before.utterances.iter().filter(|u| u.speaker != Speaker::Unknown).collect();
        for u in &known[known.len().saturating_sub(LINES_BEFORE)..] {
            let pcm = index.between(u.start_ms, u.end_ms);
            diariser.hear(u.id, u.span(), voices.embed(&pcm), u.text.reveal());
            diariser.set(u.id, u.speaker);
        }
    }
    for (id, one) in (last + 1..).map(UtteranceId).zip(said) {
        let Span { start_ms, end_ms } = one.span;
        let speaker = match voices {
            Some(voices) => diariser.hear(id, one.span, voices.embed(&one.segment.pcm), one.text.reveal()),
            None => Speaker::Unknown,
        };
        lines.push(Utterance { id, start_ms, end_ms, speaker, text: one.text, confidence: one.confidence });
    }
    if voices.is_some() {
        for (id, speaker, _) in diariser.settle() {
            if let Some(line) = lines.iter_mut().find(|l| l.id == id && speaker != Speaker::Unknown) {
                line.speaker = speaker;
            }
        }
    }
    lines
}
