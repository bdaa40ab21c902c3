//! Performs what the program wants done, on a thread of its own, and answers with messages. The vault is reached only
//! here; a running session is started, told and listened to here.

use crate::texts::msg;

mod before;
mod centre;
mod clients;
mod crisis;
mod lists;
mod looking;
mod members;
mod models;
mod notes;
mod office;
mod reading;
mod recovering;
mod reports;
mod reviews;
mod safety;
mod session;
mod setup;
mod sheets;
mod shown;
mod supervision;
mod templates;
mod words;

use crate::adapters::loudspeaker::Playing;
use crate::adapters::settings;
use crate::app::effect::Effect;
use crate::app::msg::{Answer, Asked, Msg};
use crate::app::views::{PracticeData, SoundInput, VaultState};
use crate::crypto::slot::generated_phrase;
use crate::domain::assessment::administration::Sheet as Filled;
use crate::domain::assessment::instrument::Library;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::{ClientCode, ClientId, SessionId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::session_event::{Decision, SessionCommand};
use crate::ports::audio::Sound;
use crate::runtime::doctor;
use crate::runtime::effects::looking::{Listening, judged};
use crate::runtime::effects::shown::signed_in;
use crate::service::decisions::{self};
use crate::service::review_folder::ReceivedFile;
use crate::service::sound_index::SoundIndex;
use crate::service::{NewVault, UnlockedVault, VaultError};
use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// How often a locked screen looks whether the session behind it has ended, so that the keys can be forgotten.
const LOOK_BEHIND_THE_LOCK: Duration = Duration::from_secs(1);

/// Opens the sound of a session.
pub type OpenSound = Box<dyn FnMut(&SoundInput) -> Result<Box<dyn Sound>, ErrorReport> + Send>;

/// Where things are, and what is asked of every session.
pub struct Place {
    /// The vault's folder.
    pub vault: PathBuf,
    /// The models' folder.
    pub models: PathBuf,
    /// Where the choice of a language is kept; none where it lives as long as the program.
    pub settings: Option<PathBuf>,
    /// The language that is spoken, unless the screen says otherwise.
    pub lang: Lang,
    /// Reads the instruments and what else is read once; asked for after the first frame.
    pub practice_data: Box<dyn FnMut() -> Result<PracticeData, ErrorReport> + Send>,
    /// Opens microphone and files.
    pub sound: OpenSound,
}

/// Performs effects.
pub struct Performer {
    place: Place,
    inbox: Sender<Msg>,
    unlocked: Option<Arc<UnlockedVault>>,
    locked: bool,
    told: Option<Told>,
    /// The language of the screens.
    shown: Lang,
    /// The instruments, once they were read.
    pub(super) library: Arc<Library>,
    /// The centre's own file of crisis lines, once they were read.
    crisis_file: PathBuf,
    /// Notes that were begun and not signed, as far as they were read.
    drafts: BTreeSet<SessionId>,
    /// Which sessions have a note, as far as they were read.
    noted: BTreeMap<SessionId, bool>,
    /// Sessions whose sound is being written down now, on threads of their own.
    recovering: Arc<Mutex<BTreeSet<SessionId>>>,
    /// The kept sound that was played from last, and what plays.
    heard: Option<(SessionId, SoundIndex, Option<Playing>)>,
    /// The file of a review that a supervisor has before them.
    received: Option<ReceivedFile>,
    /// Interrupted sessions were offered since the vault was unlocked.
    offered: bool,
    /// Ended sessions that were not looked at for a note yet, oldest first; filled with the caseload.
    unlooked: Vec<SessionId>,
    /// Listens to the microphone before a session; given back before the session opens it.
    listening: Option<Listening>,
    /// Models that are being fetched.
    fetching: setup::Fetching,
}

/// The session that was begun last.
struct Told {
    session: SessionId,
    commands: SyncSender<SessionCommand>,
    /// Until its end was heard.
    runs: Arc<AtomicBool>,
    /// Its threads are done, the model's too.
    over: Arc<AtomicBool>,
}

impl Performer {
    /// A performer that answers into this inbox; `unlocked` is already unlocked when a demo opens the workstation.
    pub fn new(place: Place, inbox: Sender<Msg>, unlocked: Option<Arc<UnlockedVault>>) -> Self {
        Performer {
            shown: place.lang,
            place,
            inbox,
            unlocked,
            locked: false,
            told: None,
            library: Arc::default(),
            crisis_file: PathBuf::new(),
            drafts: BTreeSet::new(),
            noted: BTreeMap::new(),
            recovering: Arc::default(),
            heard: None,
            received: None,
            offered: false,
            unlooked: Vec::new(),
            listening: None,
            fetching: setup::Fetching::default(),
        }
    }

    /// The same with the file of a review before it.
    pub fn on_review(self, file: ReceivedFile) -> Self {
        Performer { received: Some(file), ..self }
    }

    /// The session that runs.
    fn running(&self) -> Option<SessionId> {
        self.told.as_ref().filter(|t| t.runs.load(Ordering::SeqCst)).map(|t| t.session)
    }

    /// A session runs, or the sound of one is being written down: the vault stays open behind a locked screen.
    fn at_work(&self) -> bool {
        self.running().is_some() || self.recovering.lock().is_ok_and(|at_work| !at_work.is_empty())
    }

    /// Performs until the loop is gone; then the vault is locked.
    pub fn run(mut self, effects: &Receiver<Effect>) {
        loop {
            match effects.recv_timeout(LOOK_BEHIND_THE_LOCK) {
                Ok(effect) => {
                    for msg in self.perform(effect) {
                        // Whoever is gone needs no answer.
                        let _ = self.inbox.blocking_send(msg);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if self.locked && self.unlocked.is_some() && !self.at_work() {
                        self.forget();
                        // While a session kept it open only its member could come back; now each may.
                        if let (None, Ok(answers)) = (&self.unlocked, self.look()) {
                            for answer in answers {
                                let _ = self.inbox.blocking_send(Msg::Answer(answer));
                            }
                        }
                    } else if let Some(answers) = self.look_for_notes() {
                        for answer in answers {
                            let _ = self.inbox.blocking_send(Msg::Answer(answer));
                        }
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.told = None;
                    self.forget();
                    return;
                }
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Vec<Msg> {
        let (asked, done) = match effect {
            Effect::LookForVault => (Asked::Vault, self.look()),
            Effect::Unlock { member, passphrase, words } => {
                (Asked::Vault, self.unlock(&member, &passphrase, words.as_deref()))
            }
            Effect::LoadLibrary => (Asked::Other, self.load_library()),
            Effect::MakeVault { centre, member, role, passphrase } => {
                (Asked::Vault, self.make(&centre, &member, role, &passphrase))
            }
            Effect::PhrasesTaken => (Asked::Other, self.phrases_taken()),
            Effect::Lock => {
                self.locked = true;
                self.noted.clear();
                self.drafts.clear();
                self.unlooked.clear();
                self.offered = false;
                self.heard = None;
                self.received = None;
                if !self.at_work() {
                    self.stop_model();
                    self.forget();
                }
                return Vec::new();
            }
            Effect::LoadCaseload => (Asked::Read, self.caseload()),
            Effect::LoadCentre => (Asked::Read, self.centre()),
            Effect::List(of) => (Asked::Read, self.list(of)),
            Effect::ReadCard(client) => (Asked::Read, self.card(client)),
            Effect::Merge(act) => (Asked::Other, self.merge(act)),
            Effect::KeepCard(client, entries) => (Asked::Other, self.keep_card(client, *entries)),
            Effect::AddClient(new) => (Asked::AddClient, self.add_client(*new)),
            Effect::OpenClient(id) => (Asked::Read, self.client(id)),
            Effect::SetConsent { client, scope, given: true, limits_explained, .. } => {
                (Asked::Consent, self.give_consent(client, scope, limits_explained))
            }
            Effect::SetConsent { client, scope, erase, .. } => {
                (Asked::Consent, self.withdraw_consent(client, scope, erase))
            }
            Effect::GiveByGuardian { client, guardian } => (Asked::Consent, self.give_by_guardian(client, guardian)),
            Effect::BeginSession { client, input, lang } => (Asked::Begin, self.begin(client, &input, lang)),
            Effect::Session(command) => (Asked::Other, self.tell(command)),
            Effect::KeepDecision { session, technique, decision } => {
                (Asked::Other, self.keep_decision(session, &technique, decision))
            }
            Effect::RecoverSession { client, session } => (Asked::Other, self.recover(client, session)),
            Effect::PlayLine { session, line } => (Asked::Other, self.play(session, line)),
            Effect::OpenSession { client, session } => (Asked::Read, self.session(client, session)),
            Effect::ReadMirrors(client) => (Asked::Read, self.mirrors(client)),
            Effect::KeepNote { session, draft, edits, .. } => (Asked::Note, self.keep_note(session, &draft, edits)),
            Effect::KeepTyping { session, draft, amending, edits } => {
                (Asked::Typing, self.keep_typing(session, draft, amending, edits))
            }
            Effect::DropTyping(session) => (Asked::Other, self.drop_typing(session)),
            Effect::SetAppointment { client, at, minutes, place } => {
                (Asked::Appointment, self.set_appointment(client, at, minutes, place))
            }
            Effect::DraftNote { session, format } => (Asked::Note, self.draft_note(session, &format)),
            Effect::FindWords { words, client, asked } => (Asked::Read, self.find_words(words, client, asked)),
            Effect::RedraftSection(wanted) => (Asked::Note, self.redraft_section(*wanted)),
            Effect::ChangeNote { session, act } => (Asked::Note, self.change_note(session, act)),
            Effect::AmendNote(amendment) => (Asked::Note, self.amend_note(*amendment)),
            Effect::ExportNote { session, reason, file } => (Asked::Other, self.export_note(session, &reason, &file)),
            Effect::ReviewFolder => (Asked::Review, self.review_folder()),
            Effect::OpenReview(session) => (Asked::Review, self.open_review(session)),
            Effect::Review { session, read, act } => (Asked::Review, self.review(session, read, act)),
            Effect::Supervision(act) => (Asked::Other, self.supervision(act)),
            Effect::Template(act) => (Asked::Other, self.template(act)),
            Effect::HandIn(session) => (Asked::Note, self.hand_in(session)),
            Effect::KeepAdministration { client, session, instrument, answers, total, lang, kiosk, talk } => {
                let filled = total.map_or(Filled::Answers(answers), Filled::Total);
                let mode = sheets::mode(kiosk, talk);
                let done = self.keep_administration(client, session, &instrument, filled, lang, mode);
                (Asked::Administration, done)
            }
            Effect::FindItems { session, instrument, lang } => {
                (Asked::Read, self.find_items(session, &instrument, lang))
            }
            Effect::KeepScreeningLeft { client, left } => {
                (Asked::ScreeningLeft, self.keep_screening_left(client, *left))
            }
            Effect::OpenSafetyPlan(client) => (Asked::Read, self.safety_plan(client)),
            Effect::KeepSafetyPlan { client, plan, edits } => {
                (Asked::SafetyPlan, self.keep_safety_plan(client, *plan, edits))
            }
            Effect::WritePlanPaper { client, file, reason, lang } => {
                (Asked::PlanPaper, self.write_plan_paper(client, &file, &reason, lang))
            }
            Effect::Report(client, act) => (Asked::Report, self.report(client, act)),
            Effect::LineChecked(id) => (Asked::Other, self.line_checked(&id)),
            Effect::SetSchedule { client, schedule } => (Asked::Schedule, self.set_schedule(client, schedule)),
            Effect::PrepareRaise(client) => (Asked::Read, self.prepare_raise(client)),
            Effect::Raise(client, asked) => (Asked::Other, self.raise(client, &asked)),
            Effect::Packet(number, act) => (Asked::Other, self.packet(&number, act)),
            Effect::Office(asked) => self.office(asked),
            Effect::Member(act) => self.member(act),
            Effect::LookForBackup => (Asked::Read, self.look_for_backup()),
            Effect::BackUp { file, passphrase } => (Asked::Backup, self.back_up(&file, &passphrase)),
            Effect::ListenFirst => {
                self.listen_first();
                return Vec::new();
            }
            Effect::StopListening => {
                self.listening.take();
                return Vec::new();
            }
            Effect::JudgePassphrase { passphrase, names } => (Asked::Other, Ok(vec![judged(&passphrase, &names)])),
            Effect::MakePhrase => (Asked::Other, Ok(vec![Answer::Phrase(generated_phrase())])),
            Effect::Setup(asked) => (Asked::Other, self.setup(asked)),
            Effect::Examine => return self.examine(),
            Effect::RememberLang(lang) => {
                self.shown = lang;
                (Asked::Other, self.remember(lang))
            }
            Effect::LookInFolder(folder) => (Asked::Other, Ok(self.look_in_folder(&folder))),
            Effect::FolderOfReviews(new) => (Asked::Other, self.folder_of_reviews(new)),
            Effect::UseModel(id) => return self.use_model(id),
            Effect::RememberLock(minutes) => (Asked::Other, self.remember_lock(minutes)),
            Effect::Quit => return Vec::new(),
        };
        match done {
            Ok(answers) => answers.into_iter().map(Msg::Answer).collect(),
            Err(fault) => vec![Msg::Answer(Answer::Failed { asked, fault })],
        }
    }

    /// On a thread of its own: workers are started and model files checked, which must not keep a session waiting.
    fn examine(&self) -> Vec<Msg> {
        let (models, lang) = (self.place.models.clone(), self.shown);
        let (vault, settings) = (self.place.vault.clone(), self.place.settings.clone());
        let inbox = self.inbox.clone();
        std::thread::spawn(move || {
            let found = doctor::look(&models, &vault, settings.as_ref(), lang);
            // Whoever is gone needs no answer.
            let _ = inbox.blocking_send(Msg::Answer(Answer::Examined(found)));
        });
        Vec::new()
    }

    /// A model that works on behind a session that has ended stops: nothing reads on for a locked vault or the next session.
    fn stop_model(&self) {
        if let Some(told) = self.told.as_ref().filter(|t| !t.runs.load(Ordering::SeqCst)) {
            // One that is done hears nothing more.
            let _ = told.commands.try_send(SessionCommand::Stop);
        }
    }

    fn remember(&self, lang: Lang) -> Result<Vec<Answer>, ErrorReport> {
        if let Some(path) = &self.place.settings {
            settings::keep_lang(path, lang)?;
        }
        Ok(Vec::new())
    }

    fn remember_lock(&self, minutes: u16) -> Result<Vec<Answer>, ErrorReport> {
        if let Some(path) = &self.place.settings {
            settings::keep_lock(path, minutes)?;
        }
        Ok(Vec::new())
    }

    fn unlocked(&self) -> Result<&Arc<UnlockedVault>, ErrorReport> {
        self.unlocked.as_ref().filter(|_| !self.locked).ok_or_else(|| {
            ErrorReport::with(
                Exit::Locked,
                msg("runtime-effects-vault-locked"),
                msg("runtime-effects-vault-locked.hint"),
            )
        })
    }

    fn forget(&mut self) {
        // A model that was told to stop a moment ago may still hold it.
        if self.told.as_ref().is_some_and(|t| !t.over.load(Ordering::SeqCst)) {
            return;
        }
        if let Some(unlocked) = self.unlocked.take()
            && let Ok(unlocked) = Arc::try_unwrap(unlocked)
        {
            // The keys are gone either way; what could not be logged is found by the next unlocking.
            let _ = unlocked.lock();
        }
    }

    fn look(&self) -> Result<Vec<Answer>, ErrorReport> {
        if let Some(unlocked) = &self.unlocked {
            if self.locked {
                let members = vec![unlocked.me().name.clone()];
                return Ok(vec![Answer::Vault(VaultState::Locked { members })]);
            }
            return Ok(vec![Answer::Unlocked(signed_in(unlocked))]);
        }
        let dir = &self.place.vault;
        if !dir.join("roster").exists() {
            return Ok(vec![Answer::Vault(VaultState::Missing)]);
        }
        Ok(vec![Answer::Vault(VaultState::Locked { members: UnlockedVault::members_here(dir)? })])
    }

    fn unlock(
        &mut self,
        member: &str,
        passphrase: &SecretString,
        words: Option<&str>,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = match &self.unlocked {
            // A session kept it open behind the lock.
            Some(unlocked) => {
                unlocked.confirm(passphrase)?;
                Arc::clone(unlocked)
            }
            None => {
                let member = (!member.is_empty()).then_some(member);
                match UnlockedVault::unlock_compared(&self.place.vault, member, passphrase, words) {
                    // Its words are not shown: nobody compares what they only have to copy.
                    Err(VaultError::FirstSight { .. }) => return Ok(vec![Answer::FirstSight]),
                    opened => Arc::new(opened?),
                }
            }
        };
        // Shown and never written down: a lock or a crash came between. First, for what it finds is told.
        let untaken = unlocked.untaken_phrases();
        let who = signed_in(&unlocked);
        self.unlocked = Some(unlocked);
        self.locked = false;
        if let Some(path) = &self.place.settings {
            // Who is marked first the next time is a comfort; unlocking does not fail for it.
            let _ = crate::adapters::settings::keep_member(path, &who.member);
        }
        Ok(vec![match untaken {
            Some(phrases) => Answer::Made(who, phrases),
            None => Answer::Unlocked(who),
        }])
    }

    fn make(
        &mut self,
        centre: &str,
        member: &str,
        role: Role,
        passphrase: &SecretString,
    ) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = UnlockedVault::init(&self.place.vault, &NewVault::new(centre, member, role), passphrase)?;
        let phrases = unlocked.take_recovery_phrases().ok_or_else(|| {
            ErrorReport::failed(
                msg("runtime-effects-new-vault-gave-no-recovery-phrases"),
                msg("runtime-effects-new-vault-gave-no-recovery-phrases.hint"),
            )
        })?;
        unlocked.keep_untaken_phrases(&phrases)?;
        let who = signed_in(&unlocked);
        self.unlocked = Some(Arc::new(unlocked));
        self.locked = false;
        Ok(vec![Answer::Made(who, phrases)])
    }

    fn phrases_taken(&self) -> Result<Vec<Answer>, ErrorReport> {
        self.unlocked()?.phrases_taken()?;
        Ok(Vec::new())
    }

    fn load_library(&mut self) -> Result<Vec<Answer>, ErrorReport> {
        let practice_data = (self.place.practice_data)()?;
        self.library = Arc::clone(&practice_data.library);
        self.crisis_file.clone_from(&practice_data.crisis_file);
        Ok(vec![Answer::Library(Box::new(practice_data))])
    }

    fn code(&self, client: ClientId) -> Result<ClientCode, ErrorReport> {
        let rows = self.unlocked()?.clients()?;
        rows.into_iter().find(|r| r.id == client).map(|r| r.code).ok_or_else(no_client)
    }

    fn tell(&self, command: SessionCommand) -> Result<Vec<Answer>, ErrorReport> {
        let Some(told) = &self.told else { return Ok(Vec::new()) };
        match command {
            // A session that has just ended hears nothing more; what was decided is kept all the same.
            SessionCommand::Decide { technique, decision } if self.running().is_none() => {
                self.keep_decision(told.session, &technique, decision)
            }
            command => {
                let _ = told.commands.try_send(command);
                Ok(Vec::new())
            }
        }
    }

    fn keep_decision(
        &self,
        session: SessionId,
        technique: &TechniqueId,
        decision: Decision,
    ) -> Result<Vec<Answer>, ErrorReport> {
        decisions::decide(self.unlocked()?, session, technique, decision)?;
        Ok(Vec::new())
    }
}

fn no_client() -> ErrorReport {
    ErrorReport::failed(msg("runtime-effects-you-no-client-code"), msg("runtime-effects-you-no-client-code.hint"))
}
