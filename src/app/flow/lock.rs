//! Locking and unlocking: what is taken off the screen, and what a member comes back to.

use crate::app::effect::Effect;
use crate::app::flow::{case_report, handed, note, review, safety_plan};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::pages::{card, process_text};
use crate::app::screen::Screen;
use crate::app::state::overlay::Overlay;
use crate::app::views::SignedIn;

/// A member has unlocked.
pub fn unlocked(model: &mut Model, who: SignedIn) -> Vec<Effect> {
    model.busy = false;
    model.with_client = false;
    model.notice = None;
    model.vault = None;
    model.pages.clear();
    model.prefer = Some(who.member.clone());
    model.signed_in = Some(who);
    model.restart();
    // A session that went on behind the lock is what matters now.
    if model.recording() {
        model.go(Screen::Live);
    }
    let effects = handed::resume(model).into_iter().collect();
    if !model.whole() {
        model.overlay = Some(Overlay::Told);
    }
    effects
}

/// Locks, asked or because nobody is there: an unsaved note is sealed first, so that nothing is lost.
pub fn unattended(model: &mut Model) -> Vec<Effect> {
    if model.screen == Screen::Kiosk {
        return hand_back(model);
    }
    if model.on_one_review {
        return vec![Effect::Quit];
    }
    // The note of a running session stays with it behind the lock.
    let amending = model.note.as_ref().is_some_and(|n| n.amending);
    let mut effects = match (note_of_session(model), amending) {
        (true, _) => Vec::new(),
        // An amendment is not sealed without its reason: it is there again when the note is opened.
        (false, true) => note::keep_typing(model),
        (false, false) => note::save_silently(model),
    };
    effects.extend(safety_plan::save_silently(model));
    effects.extend(case_report::save_silently(model));
    effects.extend(card::save_silently(model));
    effects.extend(process_text::save_silently(model));
    effects.extend(now(model));
    effects
}

/// True when the open note is that of the session that is being recorded.
fn note_of_session(model: &Model) -> bool {
    let session = model.live.as_ref().filter(|l| l.running()).and_then(|l| l.session);
    session.is_some() && model.note.as_ref().map(|n| n.session) == session
}

/// Locks and clears the screen: the client is done with it.
pub fn hand_back(model: &mut Model) -> Vec<Effect> {
    let effects = now(model);
    model.say(Say::HandBack);
    effects
}

/// Takes everything that was opened off the model; only a running session and answers that are not sealed stay, behind
/// the lock.
pub fn now(model: &mut Model) -> Vec<Effect> {
    handed::set_aside(model);
    review::set_aside(model);
    model.signed_in = None;
    model.caseload.clear();
    model.client = None;
    model.past = None;
    if !note_of_session(model) {
        model.note = None;
    }
    // What was typed in it was kept when it made room; while the session runs it stays with it.
    if !model.recording() {
        model.live_note = None;
    }
    model.instrument = None;
    model.find = None;
    model.names_shown = false;
    model.behind = None;
    model.pages.clear();
    model.trail.clear();
    model.overlay = None;
    model.notice = None;
    model.screen = Screen::Unlock;
    model.busy = true;
    if model.recording() {
        model.say(Say::LockedWhileRecording);
    } else {
        model.live = None;
    }
    vec![Effect::Lock, Effect::LookForVault]
}
