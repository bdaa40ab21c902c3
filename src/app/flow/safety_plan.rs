//! The safety plan: opening it from the client or the session, taking words into it, sealing it. Nothing gets in that a person
//! did not type or take.

use crate::app::editor::NoteText;
use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::plan::{Offer, PlanPage, evidence, line_text, to_draft, to_plan};
use crate::app::views::{LineOrigin, PlanRevision, SafetyPlanFile};
use crate::domain::governance::access::Capability;
use crate::domain::practice::ids::ClientId;

/// Asks for the plan of the running session's client, else of the open one.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let live = model.live.as_ref().filter(|_| model.screen == Screen::Live).map(|l| l.client.id);
    let client = live.or_else(|| model.client.as_ref().map(|page| page.file.client.id));
    match client {
        Some(client) => vec![Effect::OpenSafetyPlan(client)],
        None => {
            model.say(Say::NoSession);
            Vec::new()
        }
    }
}

/// It was read: whoever may write goes to the plan, a supervisor to its revisions.
pub fn opened(model: &mut Model, file: SafetyPlanFile) -> Vec<Effect> {
    let SafetyPlanFile { client, revisions, words, unread } = file;
    let form = model.plan_form.clone();
    let live = model.live.as_ref().filter(|l| l.running() && l.client.id == client.id);
    let session = live.and_then(|l| l.session);
    let may_write = model.may(Capability::WriteNote) && client.own;
    match model.pages.get_mut::<PlanPage>() {
        // What was typed and is not saved yet stays.
        Some(page) if page.client.id == client.id && page.unsaved() => {
            (page.revisions, page.words, page.unread) = (revisions, words, unread);
        }
        _ => {
            let sections = form.as_sections();
            let newest = revisions.last().map(|r| to_draft(&r.plan, &form));
            let text = newest.map_or_else(|| NoteText::empty(&sections), |d| NoteText::open(&sections, &d));
            model.pages.put(PlanPage {
                client,
                session,
                text,
                revisions,
                words,
                unread,
                at: 0,
                side: false,
                saving: None,
                saved: 0,
                leaving: None,
            });
        }
    }
    if may_write {
        model.go(Screen::SafetyPlan);
    } else {
        model.go(Screen::PlanHistory);
    }
    Vec::new()
}

/// Takes what is marked into the step under the caret.
pub fn take(model: &mut Model) -> Vec<Effect> {
    let (form, lines, lang) = (model.plan_form.clone(), model.crisis.clone(), model.lang);
    let Some(page) = model.pages.get_mut::<PlanPage>() else { return Vec::new() };
    let offers = page.offers(&form, &lines);
    let Some(offer) = offers.get(page.at).copied() else {
        model.say(Say::NothingChosen);
        return Vec::new();
    };
    if page.has(&offer, lang) {
        model.say(Say::AlreadyInPlan);
        return Vec::new();
    }
    let section = page.text.caret().section;
    let (origin, text, rests_on) = match offer {
        Offer::Words(p) => {
            let origin = LineOrigin::Said { session: p.session, number: p.number, at_ms: p.at_ms, edited: false };
            (origin, p.quote.reveal().to_owned(), evidence(p))
        }
        Offer::Line(line) => (LineOrigin::Typed, line_text(line, lang), Vec::new()),
    };
    page.text.take_line(section, origin, &text, rests_on);
    model.say(Say::TakenIntoPlan);
    Vec::new()
}

/// Moves the mark among what the step is offered.
pub fn mark(model: &mut Model, by: isize) {
    let (form, lines) = (model.plan_form.clone(), model.crisis.clone());
    if let Some(page) = model.pages.get_mut::<PlanPage>() {
        let count = page.offers(&form, &lines).len();
        page.at = step(page.at, by, count);
    }
}

/// True when a plan is open and something of it is not on disk.
pub fn unsaved(model: &Model) -> bool {
    model.pages.get::<PlanPage>().is_some_and(PlanPage::unsaved)
}

/// Asks for the plan to be sealed.
pub fn save(model: &mut Model) -> Vec<Effect> {
    let form = model.plan_form.clone();
    let Some(page) = model.pages.get_mut::<PlanPage>() else { return Vec::new() };
    if page.saving.is_some() {
        return Vec::new();
    }
    if !page.unsaved() {
        model.say(Say::NothingToSave);
        return Vec::new();
    }
    let edits = page.text.edits();
    page.saving = Some(edits);
    let plan = Box::new(to_plan(&page.text.draft(), &form, page.session));
    vec![Effect::KeepSafetyPlan { client: page.client.id, plan, edits }]
}

/// Seals what is unsaved without a word, before the screen locks by itself.
pub fn save_silently(model: &Model) -> Vec<Effect> {
    let Some(page) = model.pages.get::<PlanPage>().filter(|p| p.unsaved() && p.saving.is_none()) else {
        return Vec::new();
    };
    let plan = Box::new(to_plan(&page.text.draft(), &model.plan_form, page.session));
    vec![Effect::KeepSafetyPlan { client: page.client.id, plan, edits: page.text.edits() }]
}

/// It is on disk.
pub fn kept(model: &mut Model, client: ClientId, revision: PlanRevision, edits: u64) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<PlanPage>().filter(|p| p.client.id == client) else { return Vec::new() };
    (page.saving, page.saved) = (None, edits);
    page.revisions.push(revision);
    let leaving = page.leaving.take();
    model.say(Say::PlanSaved);
    match leaving {
        Some(true) => vec![Effect::Quit],
        Some(false) if model.screen == Screen::SafetyPlan => leave(model),
        Some(false) | None => Vec::new(),
    }
}

/// It could not be sealed.
pub fn not_kept(model: &mut Model) {
    if let Some(page) = model.pages.get_mut::<PlanPage>() {
        (page.saving, page.leaving) = (None, None);
    }
}

/// Seals the plan and then leaves its screen, or the program; stays where it cannot be sealed.
pub fn keep_and_leave(model: &mut Model, program: bool) -> Vec<Effect> {
    if let Some(page) = model.pages.get_mut::<PlanPage>() {
        page.leaving = Some(program);
    }
    save(model)
}

/// Leaves the plan without what is not saved.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    model.pages.take::<PlanPage>();
    model.back();
    Vec::new()
}
