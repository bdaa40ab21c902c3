//! Engines without native code: what they answer is written beforehand. For tests and `--scripted` only; nothing a
//! user starts without that word comes here.

use crate::domain::practice::text::ClientText;
use crate::protocol::{Answer, Ask, Decoded, Judged, Pass, Written};
use crate::texts::msg;
use crate::worker::serve::{Engine, Fate, RequestContext};
use std::collections::VecDeque;

/// Length of the vectors of [`ScriptedLanguage`].
const DIMENSIONS: usize = 256;

/// A speech engine that says the next line of a script for each segment. Of a window it hears nothing, so that each
/// segment in it is decoded alone.
#[derive(Debug, Clone, Default)]
pub struct ScriptedSpeech {
    lines: VecDeque<String>,
}

impl ScriptedSpeech {
    /// One line per segment; after the last one the segments are empty.
    pub fn new<S: Into<String>>(lines: impl IntoIterator<Item = S>) -> Self {
        ScriptedSpeech { lines: lines.into_iter().map(Into::into).collect() }
    }
}

impl Engine for ScriptedSpeech {
    fn name(&self) -> &'static str {
        "asr"
    }

    fn answer(&mut self, ask: Ask, _tail: Vec<u8>, context: &RequestContext<'_>) -> Result<Answer, Fate> {
        match ask {
            Ask::Load(_) => Ok(Answer::Loaded { about: "scripted".into(), context: 0, adapted: false }),
            Ask::Decode(how) => {
                let line = if how.pass == Pass::Window { None } else { self.lines.pop_front() }.unwrap_or_default();
                if let Some(first) = line.split_whitespace().next() {
                    context.partial(first);
                }
                Ok(Answer::Decoded(Decoded {
                    text: ClientText::new(&line),
                    confidence: None,
                    no_speech: None,
                    words: Vec::new(),
                    decoded_twice: false,
                    cpu_ms: 0,
                }))
            }
            _ => Err(foreign()),
        }
    }
}

/// A language engine that finds words: vectors count character pairs, and a question is answered yes when its line
/// shares a word of three or more letters with it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScriptedLanguage;

impl Engine for ScriptedLanguage {
    fn name(&self) -> &'static str {
        "llm"
    }

    fn answer(&mut self, ask: Ask, _tail: Vec<u8>, context: &RequestContext<'_>) -> Result<Answer, Fate> {
        match ask {
            Ask::Load(load) => {
                Ok(Answer::Loaded { about: "scripted".into(), context: load.context, adapted: load.adapter.is_some() })
            }
            Ask::Embed { texts } => {
                Ok(Answer::Embedded { vectors: texts.iter().map(|t| pair_counts(t.reveal())).collect() })
            }
            Ask::Judge(judge) => {
                let mut margins = Vec::with_capacity(judge.questions.len());
                for q in &judge.questions {
                    if context.cancelled() {
                        return Err(Fate::Cancelled);
                    }
                    let line = judge.lines.get(q.line).map(ClientText::reveal).unwrap_or_default();
                    let shared = line
                        .split_whitespace()
                        .filter(|w| w.chars().count() >= 3 && q.after.contains(w.trim_matches(['.', ',', '?'])))
                        .count();
                    margins.push(shared as f32 - 0.5);
                }
                Ok(Answer::Judged(Judged { margins }))
            }
            Ask::Write(write) => {
                let prompt_tokens = write.parts.iter().map(|p| p.text.reveal().len() as u32 / 4).sum();
                Ok(Answer::Written(Written { text: ClientText::new(""), prompt_tokens, tokens: 0, finished: true }))
            }
            Ask::WriteTogether { texts } => {
                let mut written = Vec::with_capacity(texts.len());
                for (place, text) in texts.into_iter().enumerate() {
                    let Answer::Written(text) = self.answer(Ask::Write(text), Vec::new(), context)? else { continue };
                    context.wrote(place, &text);
                    written.push(Some(text));
                }
                Ok(Answer::WrittenTogether { texts: written })
            }
            _ => Err(foreign()),
        }
    }
}

fn foreign() -> Fate {
    Fate::failed(msg("worker-scripted-worker-not"), msg("worker-scripted-worker-not.hint"))
}

fn pair_counts(text: &str) -> Vec<f32> {
    let chars: Vec<char> = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let mut v = vec![0f32; DIMENSIONS];
    for pair in chars.windows(2) {
        let h = (pair[0] as usize).wrapping_mul(31).wrapping_add(pair[1] as usize);
        v[h % DIMENSIONS] += 1.0;
    }
    let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        v.iter_mut().for_each(|x| *x /= norm);
    }
    v
}
