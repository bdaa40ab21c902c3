//! The tasks of the engines run over a transcript and counted against its key, where there is one. Writes nothing and keeps no words.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::heads::DirectionHeads;
use crate::domain::advice::plain_prompt::{PlainPrompt, supported};
use crate::domain::advice::risk_cue::Rules as RiskRules;
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::Library;
use crate::domain::evaluation::{Figures, Key, QuoteFigures};
use crate::domain::note::check::Check;
use crate::domain::note::content::Kinds;
use crate::domain::note::figures::{NoteFigures, NoteKey};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::retraction::Rules;
use crate::domain::note::statement::Support;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{ModelRef, Speaker, Transcript};
use crate::live::ask::{self, Request};
use crate::live::note_draft::{Comparing, Drafter};
use crate::live::suggest::{Advisor, Engines, Respondent};
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::protocol::Write;
use crate::protocol::message::Part;
use std::time::Instant;

/// Directions shown; a card of the key has to be among them.
const FIRST: usize = 5;

/// What the tasks are run with.
pub struct Setting {
    /// Technique cards.
    pub library: Library,
    /// Which cards a line speaks for, and the embedding model that is there.
    pub heads: (DirectionHeads, ModelRef),
    /// How directions are judged.
    pub directions: JudgeTask,
    /// How their reasons are written.
    pub rationale: WriteTask,
    /// How a line is asked whether it answers.
    pub ask: JudgeTask,
    /// Finds cues by rule.
    pub risk: RiskRules,
    /// Kinds of note content.
    pub kinds: Kinds,
    /// How somebody takes back what was said.
    pub retraction: Rules,
    /// The form of the note.
    pub form: NoteFormat,
    /// Reads the sentences of a note against their lines.
    pub check: Check,
    /// The plain question for directions; none leaves the comparison out.
    pub plain: Option<PlainPrompt>,
    /// The plain question for a note; none leaves the comparison out.
    pub plain_note: Option<PlainPrompt>,
    /// The model that answers.
    pub respondent: Respondent,
}

/// Directions of one transcript.
pub fn directions(
    at: &Setting,
    t: &Transcript,
    key: Option<&Key>,
    engines: &mut Engines<'_>,
    into: &mut Figures,
) -> Result<(), EngineError> {
    let (library, judge, write) = (at.library.clone(), at.directions.clone(), at.rationale.clone());
    let mut advisor = Advisor::new(library, judge, write, t.language, at.respondent.clone())
        .with_heads(at.heads.0.clone(), &at.heads.1);
    let found = advisor.advise(t, at.risk.cues_in(t), engines, &mut |_| {})?;
    let figures = into.directions.get_or_insert_with(QuoteFigures::default);
    for s in &found.suggestions {
        figures.count(t, &s.evidence);
    }
    if let Some(key) = key.filter(|k| !k.directions.is_empty()) {
        figures.decided(found.suggestions.iter().take(FIRST).any(|s| key.directions.contains(&s.technique)));
    }
    Ok(())
}

/// The same model asked plainly: a statement with the client's words in quotation marks is supported, any other is not.
pub fn asked_plainly(
    at: &Setting,
    t: &Transcript,
    engine: &mut dyn LanguageEngine,
    into: &mut Figures,
) -> Result<(), EngineError> {
    let Some(plain) = &at.plain else { return Ok(()) };
    let written = plainly(at, plain, t, engine)?;
    let (statements, held) = supported(&written, t);
    let figures = into.directions_asked_plainly.get_or_insert_with(QuoteFigures::default);
    figures.statements += statements;
    figures.unsupported += statements - held;
    Ok(())
}

/// The same model asked plainly for the note, its sentences read by the same check.
pub fn note_asked_plainly(
    at: &Setting,
    t: &Transcript,
    engine: &mut dyn LanguageEngine,
    into: &mut Figures,
) -> Result<(), EngineError> {
    let Some(plain) = &at.plain_note else { return Ok(()) };
    let begun = Instant::now();
    let written = plainly(at, plain, t, engine)?;
    let figures = into.note_check_asked_plainly.get_or_insert_with(NoteFigures::default);
    figures.count_free(&written, t, &at.check, t.language);
    figures.seconds += begun.elapsed().as_secs_f64();
    Ok(())
}

/// What a model writes when it is asked plainly.
fn plainly(
    at: &Setting,
    plain: &PlainPrompt,
    t: &Transcript,
    engine: &mut dyn LanguageEngine,
) -> Result<String, EngineError> {
    let text = plain.text(t.language);
    let mut talk: Vec<char> = Vec::new();
    for u in t.utterances.iter().filter(|u| u.speaker != Speaker::Other) {
        talk.extend(format!("{}: {}\n", u.speaker.label(t.language), u.text.reveal()).chars());
    }
    let talk: String = talk[talk.len().saturating_sub(plain.letters)..].iter().collect();
    let chat = &at.respondent.chat;
    let part = |text: String, trusted: bool| Part { text: ClientText::new(&text), trusted };
    let parts = vec![
        part(format!("{}{}", chat.open(&text.system), text.before), true),
        part(talk, false),
        part(format!("{}{}", text.after, chat.close()), true),
    ];
    let written = engine.write(Write { parts, grammar: None, max_tokens: plain.max_tokens })?;
    Ok(written.text.reveal().to_owned())
}

/// The sentences of a drafted note.
pub fn notes(
    at: &Setting,
    t: &Transcript,
    key: Option<&Key>,
    engine: &mut dyn LanguageEngine,
    into: &mut Figures,
) -> Result<(), EngineError> {
    let begun = Instant::now();
    let drafter = Drafter::new(at.kinds.clone(), at.retraction.clone(), t.language);
    let comparing = Comparing { engine: Some(engine), model: &at.heads.1 };
    let statements = drafter.draft(t, &at.form, &[], Some(comparing))?;
    let checked = into.note_check.get_or_insert_with(NoteFigures::default);
    checked.seconds += begun.elapsed().as_secs_f64();
    let keyed = key.map(|k| NoteKey { facts: &k.facts, taken_back: &k.taken_back }).unwrap_or_default();
    checked.count(&statements, t, &at.check, t.language, keyed);
    let figures = into.notes.get_or_insert_with(QuoteFigures::default);
    for s in statements.iter().filter(|s| s.support != Support::Counsellor) {
        figures.count(t, &s.evidence);
    }
    Ok(())
}

/// The questions of the key.
pub fn questions(
    at: &Setting,
    t: &Transcript,
    key: &Key,
    engines: &mut Engines<'_>,
    into: &mut Figures,
) -> Result<(), EngineError> {
    for asked in &key.ask {
        let (task, respondent) = (at.ask.clone(), at.respondent.clone());
        let request = Request { question: asked.question.reveal(), task, lang: t.language, respondent };
        let found = ask::answer(t, request, engines, &mut |_| {})?;
        let quotes: Vec<Evidence> = found.answers.iter().map(|a| a.evidence.clone()).collect();
        let figures = into.ask.get_or_insert_with(QuoteFigures::default);
        for quote in &quotes {
            figures.count(t, std::slice::from_ref(quote));
        }
        let agrees = match asked.lines.is_empty() {
            true => quotes.is_empty(),
            false => quotes.iter().any(|q| asked.lines.contains(&q.utterance)),
        };
        figures.decided(agrees);
    }
    Ok(())
}
