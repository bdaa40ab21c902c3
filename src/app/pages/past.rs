//! Reading a session that has been.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, FIND, LIST, NAMES, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::{finding, note, sheet, supervision};
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::pages::mirror;
use crate::app::screen::Screen;
use crate::app::script::Script;
use crate::app::state::live::Pane;
use crate::app::state::past::{PastPage, quoted};
use crate::app::views::SessionFile;
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::Assess, [Key::char('s')], "key-screener-another-instrument", "key-screener-another-instrument.short")
        .needing(Capability::GiveAssessment),
    row!(Command::Note, [Key::char('n')], "key-write-note", "key-write-note.short").needing(Capability::WriteNote),
    row!(Command::Mirror, [Key::char('m')], "key-session-mirror", "key-session-mirror.short"),
    row!(Command::Play, [Key::char('p')], "key-play-line", "key-play-line.short").needing(Capability::ReadContent),
    row!(Command::Process, [Key::char('o')], "key-process-note").needing(Capability::ReadProcess),
    row!(Command::GoToQuote, [Key::char('v')], "key-go-words-rests", "key-go-words-rests.short"),
];

/// A past session.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, NAMES, LIST, PANES, FIND, BACK_SHOWN, EVERYWHERE],
    step: command,
    found: |model| {
        if let (Some(page), Some(find)) = (&mut model.past, &model.find) {
            page.pane = Pane::Transcript;
            page.script.find(find.text(), 0);
        }
    },
    ..Page::PLAIN
};

/// A past session was read: it is shown, or its note is opened.
pub fn opened(model: &mut Model, file: SessionFile) -> Vec<Effect> {
    let mut script = Script::of(&file.transcript);
    for cue in &file.cues {
        script.cue(cue.utterance);
    }
    for at in &file.marks {
        script.mark(*at);
    }
    script.choose_first();
    if let Some((_, line)) = model.line_wanted.take().filter(|(session, _)| *session == file.row.id) {
        script.choose(line);
    }
    let for_note = model.note_wanted.take() == Some(file.row.id);
    let anew = model.read_anew.take() == Some(file.row.id);
    if let Some(page) = model.past.as_mut().filter(|page| anew && page.file.row.id == file.row.id) {
        // It was read once more by itself: the marks stay where they are, and so does the screen, whoever is before it.
        if let Some(line) = page.script.chosen_utterance().map(|u| u.id) {
            script.choose(line);
        }
        (page.file, page.script) = (file, script);
        page.suggestion = step(page.suggestion, 0, page.file.suggestions.len());
        page.cue = step(page.cue, 0, page.file.cues.len());
        return Vec::new();
    }
    if model.screen == Screen::Kiosk {
        return Vec::new();
    }
    model.past = Some(PastPage { file, script, pane: Pane::Transcript, suggestion: 0, cue: 0 });
    if for_note {
        return note::open_from_past(model);
    }
    model.go(Screen::Past);
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = &mut model.past else {
        model.back();
        return Vec::new();
    };
    if finding::given(&mut model.find, &mut page.script, command) {
        return Vec::new();
    }
    if let Some(by) = steps(command) {
        match page.pane {
            Pane::Suggestions => page.suggestion = step(page.suggestion, by, page.file.suggestions.len()),
            Pane::Cues => page.cue = step(page.cue, by, page.file.cues.len()),
            Pane::Transcript => page.script.step(by, false),
        }
    }
    match command {
        Command::NextPane => {
            page.pane = match page.pane {
                Pane::Transcript => Pane::Suggestions,
                Pane::Suggestions => Pane::Cues,
                Pane::Cues => Pane::Transcript,
            };
        }
        Command::PrevPane => {
            page.pane = match page.pane {
                Pane::Transcript => Pane::Cues,
                Pane::Suggestions => Pane::Transcript,
                Pane::Cues => Pane::Suggestions,
            };
        }
        Command::GoToQuote => {
            if let Some(id) = quoted(page) {
                page.script.choose(id);
            }
        }
        Command::Play => match page.script.chosen_utterance() {
            Some(line) => return vec![Effect::PlayLine { session: page.file.row.id, line: line.span() }],
            None => model.say(Say::NothingChosen),
        },
        Command::Note => return note::open_from_past(model),
        Command::Process => return supervision::open(page.file.row.id),
        Command::Mirror => mirror::open_of_past(model),
        Command::Assess if page.file.cues.is_empty() => sheet::open(model),
        Command::Assess => {
            // In the transcript it is the cue of the marked line, where it has one.
            if page.pane == Pane::Transcript {
                let line = page.script.chosen_utterance().map(|u| u.id);
                let of_line = page.file.cues.iter().position(|cue| Some(cue.utterance) == line);
                page.cue = of_line.unwrap_or(page.cue);
            }
            sheet::open_for_cue(model);
        }
        Command::Back => {
            // Its note may be open behind it, and shows when its words were said.
            let behind = model.note.as_ref().is_some_and(|n| n.session == page.file.row.id);
            if !behind {
                model.past = None;
            }
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
