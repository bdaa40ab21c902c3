//! Reading a session that has been.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::pages::steps;
use crate::app::script::Script;
use crate::app::views::SessionFile;
use crate::domain::advice::evidence::Evidence;

/// The screen of a past session.
#[derive(Debug, Clone)]
pub struct PastPage {
    /// What was kept.
    pub file: SessionFile,
    /// The transcript as it is shown.
    pub script: Script,
    /// The right pane has the keys.
    pub side: bool,
    /// Which suggestion is marked.
    pub suggestion: usize,
}

pub(super) fn opened(model: &mut Model, file: SessionFile) -> Vec<Effect> {
    let mut script = Script::of(&file.transcript);
    for cue in &file.cues {
        script.cue(cue.utterance);
    }
    for at in &file.marks {
        script.mark(*at);
    }
    script.choose_first();
    let for_note = model.note_wanted.take() == Some(file.row.id);
    model.past = Some(PastPage { file, script, side: false, suggestion: 0 });
    if for_note {
        return crate::app::pages::note::open_from_past(model);
    }
    model.go(Context::Past);
    Vec::new()
}

/// The evidence that is marked, when the right pane has the keys.
pub fn evidence(page: &PastPage) -> Option<&Evidence> {
    page.file.suggestions.get(page.suggestion).and_then(|s| s.evidence.first())
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = &mut model.past else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        if page.side {
            page.suggestion = step(page.suggestion, by, page.file.suggestions.len());
        } else {
            page.script.step(by, false);
        }
    }
    match command {
        Command::NextPane | Command::PrevPane => page.side = !page.side && !page.file.suggestions.is_empty(),
        Command::GoToQuote => {
            if let Some(id) = evidence(page).map(|e| e.utterance) {
                page.script.choose(id);
            }
        }
        Command::Note => return crate::app::pages::note::open_from_past(model),
        Command::Assess => crate::app::pages::assess::open(model),
        Command::Back => {
            model.past = None;
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
