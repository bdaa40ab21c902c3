//! A model words statements of a note, and is certified for it. Whatever it writes goes through the check of
//! [`crate::domain::note::check`]; what does not pass is thrown away and the verbatim form stands.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::note::check::Check;
use crate::domain::note::statement::{Statement, Support};
use crate::domain::note::wording::{Certificate, Outcome, Wording};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::practice::time::Span;
use crate::domain::transcript::{Speaker, Transcript};
use crate::live::suggest::Respondent;
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::ports::engines::Loaded;
use crate::protocol::message::Part;
use crate::protocol::{Write, Written};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// What a model words statements with.
#[derive(Debug, Clone)]
pub struct Wordings {
    /// The prompt and the cases.
    pub wording: Wording,
    /// What every sentence has to pass.
    pub check: Check,
}

impl Wordings {
    /// The prompt and the check as records name them.
    pub fn prompts(&self) -> (PromptRef, PromptRef) {
        let named = |id: &str, version: &str| PromptRef { id: id.to_owned(), version: version.to_owned() };
        (named(&self.wording.id, &self.wording.version), named("note-check", &self.check.version))
    }

    /// How a model is asked for a sentence for these words.
    fn request(&self, words: &ClientText, instruction: Option<&ClientText>, lang: Lang, by: &Respondent) -> Write {
        let text = self.wording.text(lang);
        let part = |text: String| Part { text: ClientText::new(&text), trusted: true };
        // Neither what a client said nor what a person typed is read as a mark of the chat.
        let typed = |words: &ClientText| Part { text: words.clone(), trusted: false };
        let mut parts = vec![part(text.opening(&by.chat)), typed(words)];
        match instruction.filter(|i| !i.is_blank()) {
            None => parts.push(part(text.closing(&by.chat))),
            Some(asked) => parts.extend([
                part(format!("{}\n{}", text.after, text.asked)),
                typed(asked),
                part(by.chat.close().to_owned()),
            ]),
        }
        Write { parts, grammar: None, max_tokens: self.wording.max_tokens }
    }

    /// The places of the statements that a model may word, each with its line.
    fn to_be_worded(&self, statements: &[Statement], transcript: &Transcript) -> Vec<(usize, Evidence)> {
        statements
            .iter()
            .enumerate()
            .filter(|(_, s)| s.support == Support::Supported && !self.wording.never.contains(&s.about))
            .filter_map(|(n, s)| match s.evidence.as_slice() {
                // One line of the client; an answer needs its question beside it and stays as it is.
                [only] => Some((n, only.clone())),
                _ => None,
            })
            .filter(|(_, only)| transcript.get(only.utterance).is_some_and(|u| u.speaker == Speaker::Client))
            .collect()
    }

    /// Words the supported statements of the client anew, as a person asked where they did, where what a certified model writes
    /// passes the check. Without such a wish only until the time of the file is over, from `begun` on: what is not there by then
    /// stays in the words that were said. The places of those that were worded, in their order.
    pub fn reword(
        &self,
        statements: &mut [Statement],
        transcript: &Transcript,
        instruction: Option<&ClientText>,
        by: &Respondent,
        loaded: Loaded<dyn LanguageEngine>,
        begun: Instant,
    ) -> Vec<u32> {
        let jobs = self.to_be_worded(statements, transcript);
        let limit = instruction.is_none().then(|| Duration::from_secs(self.wording.draft_seconds.into()));
        let Loaded { mut engine, stop, .. } = loaded;
        // Room for all: whoever waits no longer keeps nobody waiting.
        let (to, worded) = sync_channel::<(usize, String)>(jobs.len().max(1));
        let (me, by, asked, transcript) = (self.clone(), by.clone(), instruction.cloned(), transcript.clone());
        // On a thread of its own, which is left to itself: a model that is being loaded cannot be interrupted.
        std::thread::spawn(move || {
            // A model that fails leaves what it has worded so far; the words that were said are there.
            let _ = me.word(&jobs, asked.as_ref(), &transcript, &by, &mut *engine, &mut |n, sentence| {
                sentence.is_none_or(|sentence| to.send((n, sentence)).is_ok())
            });
        });
        let mut reworded = Vec::new();
        loop {
            let next = match limit {
                None => worded.recv().ok(),
                Some(limit) => worded.recv_timeout(limit.saturating_sub(begun.elapsed())).ok(),
            };
            let Some((n, sentence)) = next else { break };
            statements[n].text = ClientText::new(&sentence);
            reworded.push(u32::try_from(n).unwrap_or(u32::MAX));
        }
        // Ends what is still being written; where all is done there is nothing to end.
        stop();
        reworded
    }

    /// Words these lines, several at a time. `done` gets the place of each as soon as it is written, with the sentence where it passes
    /// the check, and says whether more is wanted.
    fn word(
        &self,
        jobs: &[(usize, Evidence)],
        instruction: Option<&ClientText>,
        transcript: &Transcript,
        by: &Respondent,
        engine: &mut dyn LanguageEngine,
        done: &mut dyn FnMut(usize, Option<String>) -> bool,
    ) -> Result<(), EngineError> {
        let lang = transcript.language;
        let texts = jobs.iter().map(|(_, only)| self.request(&only.quote, instruction, lang, by)).collect();
        engine.write_together(texts, &mut |job, written| {
            let Some((n, only)) = jobs.get(job) else { return true };
            done(*n, sentence(&written).filter(|sentence| self.carried(sentence, only, transcript)))
        })
    }

    /// A sentence says no more than its line, and says it in other words.
    fn carried(&self, sentence: &str, only: &Evidence, transcript: &Transcript) -> bool {
        // The whole quote with something before it is no wording: the form of its kind says it better.
        let whole = fold(only.quote.reveal()).to_lowercase();
        let repeated = fold(sentence).to_lowercase().contains(whole.trim_end_matches('.'));
        !repeated && self.check.faults(sentence, &[only.utterance], transcript, transcript.language).is_empty()
    }

    /// Words the statements of a kept draft again, asked as they were then: a model that writes several texts at a time comes to the
    /// same sentence where the same ones stand beside it. The sentences at these places, as far as the model comes to one.
    pub fn again(
        &self,
        statements: &[Statement],
        places: &[u32],
        transcript: &Transcript,
        instruction: Option<&ClientText>,
        by: &Respondent,
        engine: &mut dyn LanguageEngine,
    ) -> Result<BTreeMap<usize, String>, EngineError> {
        let jobs = self.to_be_worded(statements, transcript);
        let mut wanted: BTreeSet<usize> = places.iter().map(|place| *place as usize).collect();
        wanted.retain(|place| jobs.iter().any(|(n, _)| n == place));
        let mut found = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let all = self.word(&jobs, instruction, transcript, by, engine, &mut |n, sentence| {
            if let (true, Some(sentence)) = (wanted.remove(&n), sentence) {
                found.insert(n, sentence);
            }
            !wanted.is_empty()
        });
        // What nobody asked for is not waited for.
        if matches!(all, Err(EngineError::Cancelled)) && wanted.is_empty() { Ok(found) } else { all.map(|()| found) }
    }

    /// Runs the cases of both languages. A sentence that a model does not end counts as unsupported.
    pub fn certify(
        &self,
        by: &Respondent,
        engine: &mut dyn LanguageEngine,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Certificate, EngineError> {
        let of = self.wording.ko.cases.len() + self.wording.en.cases.len();
        let mut ended = 0;
        let mut outcome = |lang: Lang| -> Result<Outcome, EngineError> {
            let cases: Vec<ClientText> = self.wording.text(lang).cases.iter().map(|c| ClientText::new(c)).collect();
            let mut carried = 0;
            let texts = cases.iter().map(|case| self.request(case, None, lang, by)).collect();
            engine.write_together(texts, &mut |place, written| {
                let mut t = Transcript::empty(lang);
                if let Some(case) = cases.get(place) {
                    t.add(Span { start_ms: 0, end_ms: 1 }, Speaker::Client, case.clone(), None);
                }
                let lines: Vec<UtteranceId> = t.utterances.iter().map(|u| u.id).collect();
                let held = sentence(&written).is_some_and(|s| self.check.faults(&s, &lines, &t, lang).is_empty());
                carried += usize::from(held);
                ended += 1;
                progress(ended, of);
                true
            })?;
            let mut found = Outcome { written: cases.len(), unsupported: cases.len() - carried, certified: false };
            found.certified = found.unsupported as f64 <= self.wording.most_unsupported * found.written as f64;
            Ok(found)
        };
        let (ko, en) = (outcome(Lang::Ko)?, outcome(Lang::En)?);
        let (version, check) = (self.wording.version.clone(), self.check.version.clone());
        Ok(Certificate { model: by.model.clone(), version, check, ko, en })
    }
}

/// The sentence of a text; none where the model did not come to an end.
fn sentence(written: &Written) -> Option<String> {
    let line = written.text.reveal().lines().next().unwrap_or_default().trim().to_owned();
    Some(line).filter(|line| written.finished && !line.is_empty())
}
