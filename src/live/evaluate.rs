//! The tasks of the engines run over a transcript and counted against its key, where there is one. Writes nothing and keeps no words.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::heads::DirectionHeads;
use crate::domain::advice::plain_prompt::{PlainPrompt, supported};
use crate::domain::advice::risk_cue::Rules as RiskRules;
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::Library;
use crate::domain::evaluation::{Figures, Key, QuoteFigures};
use crate::domain::note::content::Kinds;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::retraction::Rules;
use crate::domain::note::statement::Support;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{ModelRef, Speaker, Transcript};
use crate::live::ask::{self, Request};
use crate::live::note_draft::Drafter;
use crate::live::suggest::{Advisor, Engines, Respondent};
use crate::ports::engine::{EngineError, LanguageEngine};
use crate::protocol::Write;
use crate::protocol::message::Part;

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
    /// The plain question; none leaves the comparison out.
    pub plain: Option<PlainPrompt>,
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
    let (statements, held) = supported(written.text.reveal(), t);
    let figures = into.directions_asked_plainly.get_or_insert_with(QuoteFigures::default);
    figures.statements += statements;
    figures.unsupported += statements - held;
    Ok(())
}

/// The sentences of a drafted note.
pub fn notes(
    at: &Setting,
    t: &Transcript,
    engine: &mut dyn LanguageEngine,
    into: &mut Figures,
) -> Result<(), EngineError> {
    let mut drafter = Drafter::new(at.kinds.clone(), at.retraction.clone(), t.language);
    let statements = drafter.draft(t, &at.form, &[], Some(engine))?;
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
