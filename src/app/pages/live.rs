//! The running session: what the counsellor wants is told to it.

use crate::app::command::groups::{EVERYWHERE, FIND, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::{client, finding, note, safety_plan, session, sheet};
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, KeyPlace, Page};
use crate::app::pages::raise;
use crate::app::script::other;
use crate::app::state::live::{Live, Pane, Phase};
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::governance::access::Capability;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::session_event::{Decision, SessionCommand};

const COMMANDS: &[Row] = &[
    row!(Command::Mark, [Key::char('m')], "key-mark-moment", "key-mark-moment.short"),
    row!(
        Command::OffRecord,
        [Key::char('o')],
        "key-off-record-nothing-heard-kept",
        "key-off-record-nothing-heard-kept.short"
    ),
    row!(
        Command::Flip,
        [Key::char('f')],
        "key-other-speaker-said-chosen-line",
        "key-other-speaker-said-chosen-line.short"
    ),
    row!(Command::Raise, [Key::char('e')], "key-raise", "key-raise.short").needing(Capability::RaiseEscalation),
    row!(Command::Follow, [Key::char('b')], "key-back-what-being-said"),
    row!(Command::Assess, [Key::char('s')], "key-screener-another-instrument", "key-screener-another-instrument.short"),
    row!(Command::Note, [Key::char('n')], "key-write-note", "key-write-note.short"),
    row!(Command::SafetyPlan, [Key::char('a')], "key-safety-plan"),
    row!(Command::Stop, [Key::char('q')], "key-end-session", "key-end-session.short"),
    row!(Command::NextPane, [Key::plain(KeyName::Tab)], "key-next-pane", "key-next-pane.short"),
    row!(
        Command::Accept,
        [Key::plain(KeyName::Enter)],
        "key-take-suggestion-into-note-open-risk-cue",
        "key-take-suggestion-into-note-open-risk-cue.short"
    ),
    row!(Command::Dismiss, [Key::char('x')], "key-put-suggestion-away", "key-put-suggestion-away.short"),
    row!(Command::GoToQuote, [Key::char('v')], "key-go-words-rests", "key-go-words-rests.short"),
    row!(Command::Pause, [Key::char('p')], "key-pause-go", "key-pause-go.short"),
    row!(Command::Consents, [Key::char('c')], "key-see-withdraw-consents"),
];

/// Out of the session while it is being finished and when it has ended; before that to what is being said.
const BACK: &[Row] = &[row!(Command::Back, [Key::plain(KeyName::Esc)], "key-back", "key-back.short")];

const NAMES_UNSEEN: &[Row] = &[row!(Command::Names, [Key::char('i')], "key-show-hide-names")];

const PANE_BEFORE: &[Row] = &[row!(Command::PrevPane, [Key::plain(KeyName::BackTab)], "key-pane-before")];

/// The running session.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, BACK, NAMES_UNSEEN, LIST, PANE_BEFORE, FIND, EVERYWHERE],
    entered: |model| {
        if let Some(live) = &mut model.live {
            live.left = false;
        }
        Vec::new()
    },
    key_place,
    step: command,
    found: |model| {
        if let (Some(live), Some(find)) = (&mut model.live, &model.find) {
            live.pane = Pane::Transcript;
            live.script.find(find.text(), 0);
        }
    },
    ..Page::PLAIN
};

/// The keys of the pane that has the focus come first; what is for a running session goes with its end.
fn key_place(model: &Model, command: Command) -> KeyPlace {
    let Some(live) = &model.live else { return KeyPlace::InOrder };
    match command {
        Command::Accept | Command::Dismiss | Command::GoToQuote if live.pane == Pane::Transcript => KeyPlace::Left,
        // A cue found by rule is never put away.
        Command::Dismiss if live.pane == Pane::Cues => KeyPlace::Left,
        Command::Accept | Command::Dismiss | Command::GoToQuote => KeyPlace::First,
        Command::Mark | Command::OffRecord | Command::Flip | Command::Pause if live.phase != Phase::Running => {
            KeyPlace::Left
        }
        Command::Stop if live.phase == Phase::Ending => KeyPlace::Left,
        Command::Back if matches!(live.phase, Phase::Starting | Phase::Running) => KeyPlace::Left,
        _ => KeyPlace::InOrder,
    }
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(live) = &mut model.live else {
        model.back();
        return Vec::new();
    };
    if finding::given(&mut model.find, &mut live.script, command) {
        return Vec::new();
    }
    if let Some(by) = steps(command) {
        match live.pane {
            Pane::Transcript if command == Command::First => live.script.choose_first(),
            Pane::Transcript => live.script.step(by, live.running()),
            Pane::Suggestions => {
                let count = live.open_suggestions().count();
                live.suggestion_at = step(live.suggestion_at, by, count);
            }
            Pane::Cues => live.cue_at = step(live.cue_at, by, live.cues.len()),
        }
        return Vec::new();
    }
    let running = live.phase == Phase::Running;
    match command {
        Command::NextPane => {
            live.pane = match live.pane {
                Pane::Transcript => Pane::Suggestions,
                Pane::Suggestions => Pane::Cues,
                Pane::Cues => Pane::Transcript,
            };
        }
        Command::PrevPane => {
            live.pane = match live.pane {
                Pane::Transcript => Pane::Cues,
                Pane::Suggestions => Pane::Transcript,
                Pane::Cues => Pane::Suggestions,
            };
        }
        Command::Follow => {
            live.pane = Pane::Transcript;
            live.script.follow();
        }
        Command::Mark if running => {
            let at = live.at_ms;
            live.script.mark(at);
            model.say(Say::Marked);
            return vec![Effect::Session(SessionCommand::Mark)];
        }
        Command::OffRecord if running => {
            live.off_record = !live.off_record;
            let on = live.off_record;
            if on {
                live.partial = None;
            }
            model.say(if on { Say::OffRecordOn } else { Say::OffRecordOff });
            return vec![Effect::Session(SessionCommand::OffRecord(on))];
        }
        Command::Pause if running => {
            live.paused = !live.paused;
            let on = live.paused;
            model.say(if on { Say::PauseOn } else { Say::PauseOff });
            return vec![Effect::Session(SessionCommand::Pause(on))];
        }
        Command::Flip if running => {
            let Some((id, speaker)) = live.script.chosen_utterance().map(|u| (u.id, u.speaker)) else {
                model.say(Say::NothingChosen);
                return Vec::new();
            };
            live.script.relabel(id, other(speaker));
            model.say(Say::Flipped);
            return vec![Effect::Session(SessionCommand::Flip(id))];
        }
        Command::Accept => match live.pane {
            Pane::Cues => sheet::open_for_cue(model),
            Pane::Suggestions => return session::decide(model, Decision::Accepted),
            Pane::Transcript => model.say(Say::NothingChosen),
        },
        Command::Dismiss => match live.pane {
            // A cue found by rule is never put away (invariant 12).
            Pane::Suggestions => return session::decide(model, Decision::Dismissed),
            Pane::Transcript | Pane::Cues => model.say(Say::NothingChosen),
        },
        Command::GoToQuote => {
            if let Some(id) = quoted(live) {
                live.script.choose(id);
            }
        }
        Command::Assess => {
            if live.cues.is_empty() {
                sheet::open(model);
            } else {
                sheet::open_for_cue(model);
            }
        }
        Command::Raise => return raise::open(Some(live.client.id)),
        Command::Note => return note::open_from_live(model),
        Command::SafetyPlan => return safety_plan::open(model),
        Command::Consents => return client::consents_of_session(model),
        Command::Stop => match live.phase {
            Phase::Ended { .. } => return session::leave(model),
            Phase::Ending => leave_ending(model),
            Phase::Starting | Phase::Running => model.overlay = Some(Overlay::Confirm(Question::EndSession)),
        },
        Command::Back if live.phase == Phase::Ending => leave_ending(model),
        Command::Back => {
            if live.running() {
                live.pane = Pane::Transcript;
                live.script.follow();
            } else {
                return session::leave(model);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// The last words are still being written down: nobody has to wait for them here.
fn leave_ending(model: &mut Model) {
    if let Some(live) = &mut model.live {
        live.left = true;
    }
    model.back();
}

/// The utterance that the marked suggestion or cue points at.
fn quoted(live: &Live) -> Option<UtteranceId> {
    match live.pane {
        Pane::Suggestions => live.marked_suggestion().and_then(|s| s.evidence.first()).map(|e| e.utterance),
        Pane::Cues => live.cues.get(live.cue_at).map(|c| c.utterance),
        Pane::Transcript => None,
    }
}
