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
use crate::protocol::Write;
use crate::protocol::message::Part;
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

    /// One sentence for these words; none where the model refused or did not come to an end.
    fn sentence(
        &self,
        (words, instruction): (&ClientText, Option<&ClientText>),
        lang: Lang,
        by: &Respondent,
        engine: &mut dyn LanguageEngine,
    ) -> Result<Option<String>, EngineError> {
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
        match engine.write(Write { parts, grammar: None, max_tokens: self.wording.max_tokens }) {
            Ok(written) => {
                let line = written.text.reveal().lines().next().unwrap_or_default().trim().to_owned();
                Ok(Some(line).filter(|l| written.finished && !l.is_empty()))
            }
            // Prose is dispensable; the verbatim form is there.
            Err(EngineError::Failed { .. }) => Ok(None),
            Err(other) => Err(other),
        }
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
        let jobs: Vec<(usize, Evidence)> = statements
            .iter()
            .enumerate()
            .filter(|(_, s)| s.support == Support::Supported && !self.wording.never.contains(&s.about))
            .filter_map(|(n, s)| match s.evidence.as_slice() {
                // One line of the client; an answer needs its question beside it and stays as it is.
                [only] => Some((n, only.clone())),
                _ => None,
            })
            .filter(|(_, only)| transcript.get(only.utterance).is_some_and(|u| u.speaker == Speaker::Client))
            .collect();
        let limit = instruction.is_none().then(|| Duration::from_secs(self.wording.draft_seconds.into()));
        let Loaded { mut engine, stop, .. } = loaded;
        // Room for all: whoever waits no longer keeps nobody waiting.
        let (to, worded) = sync_channel::<(usize, String)>(jobs.len().max(1));
        let (me, by, asked, transcript) = (self.clone(), by.clone(), instruction.cloned(), transcript.clone());
        // On a thread of its own, which is left to itself: a model that is being loaded cannot be interrupted.
        std::thread::spawn(move || {
            for (n, only) in jobs {
                let sentence = me.carried(&only, asked.as_ref(), &transcript, &by, &mut *engine);
                let Ok(sentence) = sentence else { return };
                if sentence.is_some_and(|sentence| to.send((n, sentence)).is_err()) {
                    return;
                }
            }
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

    /// A wording of one line that passes the check; none where the model wrote none.
    pub fn carried(
        &self,
        only: &Evidence,
        instruction: Option<&ClientText>,
        transcript: &Transcript,
        by: &Respondent,
        engine: &mut dyn LanguageEngine,
    ) -> Result<Option<String>, EngineError> {
        let lang = transcript.language;
        let Some(sentence) = self.sentence((&only.quote, instruction), lang, by, engine)? else { return Ok(None) };
        // The whole quote with something before it is no wording: the form of its kind says it better.
        let whole = fold(only.quote.reveal()).to_lowercase();
        if fold(&sentence).to_lowercase().contains(whole.trim_end_matches('.')) {
            return Ok(None);
        }
        let faults = self.check.faults(&sentence, &[only.utterance], transcript, lang);
        Ok(Some(sentence).filter(|_| faults.is_empty()))
    }

    /// Runs the cases of both languages. A sentence that a model does not end counts as unsupported.
    pub fn certify(
        &self,
        by: &Respondent,
        engine: &mut dyn LanguageEngine,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Certificate, EngineError> {
        let of = self.wording.ko.cases.len() + self.wording.en.cases.len();
        let mut done = 0;
        let mut outcome = |lang: Lang| -> Result<Outcome, EngineError> {
            let mut found = Outcome::default();
            for case in &self.wording.text(lang).cases {
                let mut t = Transcript::empty(lang);
                t.add(Span { start_ms: 0, end_ms: 1 }, Speaker::Client, ClientText::new(case), None);
                let lines: Vec<UtteranceId> = t.utterances.iter().map(|u| u.id).collect();
                let sentence = self.sentence((&ClientText::new(case), None), lang, by, engine)?;
                let carried = sentence.is_some_and(|s| self.check.faults(&s, &lines, &t, lang).is_empty());
                found.written += 1;
                found.unsupported += usize::from(!carried);
                done += 1;
                progress(done, of);
            }
            found.certified = found.unsupported as f64 <= self.wording.most_unsupported * found.written as f64;
            Ok(found)
        };
        let (ko, en) = (outcome(Lang::Ko)?, outcome(Lang::En)?);
        let (version, check) = (self.wording.version.clone(), self.check.version.clone());
        Ok(Certificate { model: by.model.clone(), version, check, ko, en })
    }
}
