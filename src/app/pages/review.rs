//! Reading one note beside what it rests on: comments, returning it, co-signing it.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, FIND, LIST, NAMES, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::field::Field;
use crate::app::flow::{finding, review};
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::review::{CommentPage, Pane, ReviewAct, ReviewPage, Writing};
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::Comment, [Key::char('c')], "key-comment", "key-comment.short").needing(Capability::ReviewNote),
    row!(Command::Reply, [Key::char('a')], "key-reply", "key-reply.short").needing(Capability::AnswerComment),
    row!(Command::Resolve, [Key::char('x')], "key-resolve", "key-resolve.short").needing(Capability::AnswerComment),
    row!(Command::ReturnNote, [Key::char('r')], "key-return-note", "key-return-note.short")
        .needing(Capability::ReviewNote),
    row!(Command::Cosign, [Key::char('s')], "key-cosign", "key-cosign.short").needing(Capability::CosignNote),
    row!(Command::Note, [Key::char('n')], "key-mend-note", "key-mend-note.short").needing(Capability::WriteNote),
];

/// A review.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, NAMES, PANES, LIST, BACK_SHOWN, FIND, EVERYWHERE],
    step: command,
    found: |model| {
        if let (Some(page), Some(find)) = (model.pages.get_mut::<ReviewPage>(), &model.find) {
            look(page, find, 0);
        }
    },
    ..Page::PLAIN
};

/// Marks the next place of the note, or line of what it rests on, that holds what is looked for.
fn look(page: &mut ReviewPage, find: &Field, by: isize) {
    match page.pane {
        // Measures and earlier notes are only leafed through.
        Pane::Note | Pane::More => {
            page.pane = Pane::Note;
            let mut lines = vec![""];
            for section in page.file.newest().iter().flat_map(|v| &v.note.sections) {
                lines.push("");
                lines.extend(section.lines.iter().map(|line| line.text.reveal()));
            }
            finding::in_lines(find, &mut page.at, lines.into_iter(), by);
        }
        Pane::Extract => {
            let lines = page.file.extract.iter().map(|e| e.line.text.reveal());
            finding::in_lines(find, &mut page.line, lines, by);
        }
    }
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<ReviewPage>() else {
        model.back();
        return Vec::new();
    };
    if finding::in_page(&mut model.find, command, |find, by| look(page, find, by)) {
        return Vec::new();
    }
    if let Some(by) = steps(command) {
        match page.pane {
            Pane::Note => page.at = step(page.at, by, page.places().len()),
            Pane::Extract => page.line = step(page.line, by, page.file.extract.len()),
            Pane::More => page.top = page.top.saturating_add_signed(by),
        }
    }
    let write = |model: &mut Model, what: Writing| {
        // What was begun for the same place is gone on with.
        if model.pages.get::<CommentPage>().is_none_or(|p| p.what != what) {
            model.pages.put(CommentPage::new(what));
        }
        model.go(Screen::Comment);
        Vec::new()
    };
    match command {
        Command::NextPane => {
            page.pane = match page.pane {
                Pane::Note => Pane::Extract,
                Pane::Extract => Pane::More,
                Pane::More => Pane::Note,
            };
        }
        Command::PrevPane => {
            page.pane = match page.pane {
                Pane::Note => Pane::More,
                Pane::Extract => Pane::Note,
                Pane::More => Pane::Extract,
            };
        }
        Command::Comment => {
            let place = page.place();
            return write(model, Writing::Comment(place));
        }
        Command::Reply => match page.thread().map(|t| t.record) {
            Some(thread) => return write(model, Writing::Answer(thread)),
            None => model.say(Say::NoComment),
        },
        Command::Resolve => match page.thread().map(|t| (t.record, !t.resolved)) {
            Some((thread, resolved)) => return review::ask(model, ReviewAct::Answer(thread, None, Some(resolved))),
            None => model.say(Say::NoComment),
        },
        Command::ReturnNote => return write(model, Writing::Return),
        Command::Cosign => model.overlay = Some(Overlay::Confirm(Question::Cosign)),
        Command::Note => {
            let session = page.file.session;
            let row = model.pages.get::<crate::app::state::review::Reviews>();
            let client = row.and_then(|r| r.rows().find(|r| r.session == session)).map(|r| r.client.id);
            let client = client.or_else(|| model.client.as_ref().map(|c| c.file.client.id));
            if let Some(client) = client {
                model.note_wanted = Some(session);
                return vec![Effect::OpenSession { client, session }];
            }
            model.say(Say::NoSession);
        }
        Command::Back if model.on_one_review => return vec![Effect::Quit],
        Command::Back => {
            model.pages.take::<ReviewPage>();
            model.pages.take::<CommentPage>();
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
