//! What came back from outside, handed to whoever asked for it.

use crate::app::effect::Effect;
use crate::app::flow::{
    case_report, client, consents, handed, listing, lock, note, review, safety_plan, session, sheet, signing,
    supervision,
};
use crate::app::model::Model;
use crate::app::msg::{Answer, Asked, ReportAnswer};
use crate::app::notice::Say;
use crate::app::pages;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};

/// True for what shows something of a client.
const fn shows_content(answer: &Answer) -> bool {
    matches!(
        answer,
        Answer::Caseload(_)
            | Answer::Client(_)
            | Answer::Card(..)
            | Answer::Twins(..)
            | Answer::TwoCards(_)
            | Answer::Opened(_)
            | Answer::Mirrors(..)
            | Answer::WordsFound(..)
            | Answer::SafetyPlan(_)
            | Answer::Report(_)
            | Answer::RaiseReady(_)
            | Answer::Course(_)
            | Answer::Month(_)
    )
}

/// Puts an answer in its place.
pub fn answered(model: &mut Model, answer: Answer) -> Vec<Effect> {
    if model.signed_in.is_none() && shows_content(&answer) {
        // Asked for before the lock: it is not there for whoever unlocks next.
        return Vec::new();
    }
    match answer {
        Answer::Vault(state) => pages::unlock::found(model, state),
        Answer::FirstSight => pages::unlock::first_sight(model),
        Answer::Unlocked(who) => lock::unlocked(model, who),
        Answer::Made(who, phrases) => pages::recovery::made(model, who, phrases),
        Answer::Caseload(rows) => pages::caseload::loaded(model, rows),
        Answer::Centre(centre) => pages::centre::loaded(model, *centre),
        Answer::Listing(listing) => listing::loaded(model, *listing),
        Answer::ClientAdded(id, twins) => pages::new_client::added(model, id, twins),
        Answer::Card(client, entries) => pages::card::read(model, client, &entries),
        Answer::Twins(of, twins) => pages::merge::twins(model, of, &twins),
        Answer::TwoCards(cards) => pages::merge::cards(model, *cards),
        Answer::Merged(kept, say) => pages::merge::done(model, kept, say),
        Answer::CardKept(client) => pages::card::kept(model, client),
        Answer::Client(file) => client::opened(model, *file),
        Answer::Recovered { session, withdrawn, from_sound, .. } => {
            client::recovered(model, session, withdrawn, from_sound)
        }
        Answer::Interrupted(sessions) => {
            // A question that is open is not talked over; the client's page recovers too.
            model.overlay.get_or_insert(Overlay::Confirm(Question::RecoverSessions(sessions)));
            Vec::new()
        }
        Answer::Recovering => {
            model.say(Say::Recovering);
            Vec::new()
        }
        Answer::Opened(file) => pages::past::opened(model, *file),
        Answer::Mirrors(client, sessions) => pages::mirror::read(model, client, sessions),
        Answer::NoteKept { session, edits } => note::kept(model, session, edits),
        Answer::TypingKept { .. } => Vec::new(),
        Answer::AppointmentKept(client) => pages::appointment::kept(model, client),
        Answer::NoteDrafted { session, without } => note::drafted(model, session, without),
        Answer::SectionDrafted { session, section, lines } => note::section_drafted(model, session, &section, &lines),
        Answer::WordsProgress(asked, done, of) => {
            pages::words::progress(model, asked, done, of);
            Vec::new()
        }
        Answer::WordsFound(asked, rows) => pages::words::found(model, asked, rows),
        Answer::NoteTemplates(own) => note::with_templates(model, own),
        Answer::TemplateFound { title, headings, named } => pages::templates::ask(model, title, headings, named),
        Answer::TemplatesChanged(own, came) => pages::templates::changed(model, own, came),
        Answer::NoteChanged { session, state } => signing::changed(model, session, state),
        Answer::NoteExported(file) => {
            model.say(Say::NoteExported(file));
            Vec::new()
        }
        Answer::Reviews(queue) => review::loaded(model, *queue),
        Answer::Review(file) => review::opened(model, *file),
        Answer::Decided { cosigned } => review::decided(model, cosigned),
        Answer::Exchanged(sent, taken, refused) => {
            model.say(Say::Exchanged(sent, taken, refused));
            Vec::new()
        }
        Answer::Process(file) => supervision::process(model, *file),
        Answer::SupervisionDone(done) => supervision::done(model, done),
        Answer::HandedIn(session) => review::handed_in(model, session),
        Answer::AdministrationKept if handed::kept(model) => Vec::new(),
        Answer::AdministrationKept => sheet::kept(model),
        Answer::ItemsFound { session, found } => sheet::found(model, session, *found),
        Answer::ScreeningLeftKept => pages::screening_left::kept(model),
        Answer::SafetyPlan(file) => safety_plan::opened(model, *file),
        Answer::SafetyPlanKept { client, revision, edits } => safety_plan::kept(model, client, *revision, edits),
        Answer::PlanPaperWritten(file) => pages::plan_paper::written(model, file),
        Answer::Report(answer) => {
            if let ReportAnswer::Written(file) = &*answer {
                pages::report_paper::written(model, file.clone());
            }
            case_report::answered(model, *answer)
        }
        Answer::CrisisLines(lines) => {
            model.crisis = lines.into();
            Vec::new()
        }
        Answer::ScheduleKept => pages::schedule::kept(model),
        Answer::RaiseReady(view) => pages::raise::ready(model, *view),
        Answer::Raised { number, alone } => pages::raise::raised(model, number, alone),
        Answer::PacketDone => pages::packets::done(model),
        Answer::EntryReviewed(now) => pages::access_log::reviewed(model, now),
        Answer::Month(view) => pages::inspection::loaded(model, *view),
        Answer::Course(view) => pages::course::loaded(model, *view),
        Answer::PaperWritten(file) => pages::paper_out::written(model, file),
        Answer::Library(practice_data) => {
            let data = *practice_data;
            (model.library, model.formats, model.cue_labels) = (data.library, data.formats, data.cue_labels);
            (model.crisis, model.crisis_days) = (data.crisis, data.crisis_days);
            (model.triage, model.plan_form) = (data.triage, data.plan_form);
            model.report_form = data.report_form;
            (model.escalation, model.mirror_rules) = (data.escalation, data.mirror_rules);
            Vec::new()
        }
        Answer::Backup(view) => pages::backup::looked(model, view),
        Answer::BackedUp(made) => pages::backup::made(model, made),
        Answer::Setup(answer) => pages::setup::answered(model, answer),
        Answer::FolderOfReviews(folder, kept) => pages::settings::folder(model, folder, kept),
        Answer::ModelUsed(id) => pages::models::used(model, id),
        Answer::Folder(view) => pages::input::looked_in(model, view),
        Answer::Listened(check) => pages::input::listened(model, check),
        Answer::Judged(judged) if model.screen == Screen::Enrol => pages::enrol::judged(model, judged),
        Answer::Judged(judged) => pages::first_run::judged(model, judged),
        Answer::Phrase(phrase) if model.screen == Screen::Enrol => pages::enrol::phrase(model, &phrase),
        Answer::Phrase(phrase) => pages::first_run::phrase(model, &phrase),
        Answer::Seconds(names) => pages::enrol::seconds(model, names),
        Answer::Enrolled(enrolled) => pages::enrol::enrolled(model, *enrolled),
        Answer::Compared => pages::enrol::compared(model),
        Answer::Examined(findings) => pages::doctor::examined(model, findings),
        Answer::Failed { asked, fault } => {
            let mut effects = Vec::new();
            match asked {
                Asked::Vault => pages::unlock::failed(model),
                Asked::Begin => effects = session::not_begun(model),
                Asked::Consent => consents::not_set(model),
                Asked::Note => note::not_kept(model),
                Asked::Typing => note::not_guarded(model),
                Asked::Appointment => pages::appointment::not_kept(model),
                Asked::Review => review::failed(model),
                Asked::SafetyPlan => safety_plan::not_kept(model),
                Asked::Report => {
                    case_report::failed(model);
                    pages::report_paper::not_written(model);
                }
                Asked::Administration if handed::not_kept(model) => {}
                Asked::Administration => sheet::not_kept(model),
                Asked::Read => listing::not_read(model, &fault),
                Asked::Backup => pages::backup::not_made(model),
                Asked::Member => pages::enrol::not_enrolled(model),
                Asked::PlanPaper => pages::plan_paper::not_written(model),
                Asked::PaperOut => pages::paper_out::not_written(model),
                Asked::ScreeningLeft => pages::screening_left::not_kept(model),
                Asked::AddClient | Asked::Schedule | Asked::Other => {}
            }
            pages::new_client::not_added(model);
            pages::hours_entry::not_kept(model);
            model.busy = false;
            model.say(Say::ErrorReport(fault));
            effects
        }
    }
}
