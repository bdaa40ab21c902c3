//! All that the program knows at one moment. Changed by the step alone, read by the screens.

use crate::app::field::Field;
use crate::app::notice::{Notice, STAYS_MS, Say};
use crate::app::screen::{Screen, start};
use crate::app::state::client::ClientPage;
use crate::app::state::live::{Live, SoundShown};
use crate::app::state::note::NotePage;
use crate::app::state::overlay::Overlay;
use crate::app::state::past::PastPage;
use crate::app::state::review::Unsent;
use crate::app::state::sheet::{Handed, Sheet};
use crate::app::state::store::{PageStates, Subject};
use crate::app::views::{CaseRow, SignedIn, SoundInput, VaultState};
use crate::domain::assessment::instrument::Library;
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::triage_data::TriageRules;
use crate::domain::governance::access::{Capability, Decision, decide};
use crate::domain::governance::concern::Concern;
use crate::domain::governance::reading::reads;
use crate::domain::mirror::reading::MirrorRules;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::ids::{ClientId, InstrumentId, RiskRuleId, SessionId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;
use crate::domain::review::report_form::ReportForm;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An unattended screen locks after ten minutes (L17) unless the settings say otherwise.
pub const IDLE_LOCK_MINUTES: u16 = 10;

/// The program at one moment.
#[derive(Debug, Clone)]
pub struct Model {
    /// Language of the screens.
    pub lang: Lang,
    /// As last told.
    pub now: Timestamp,
    /// When a person last did something.
    pub touched: Timestamp,
    /// After how many minutes an unattended screen locks (L17).
    pub lock_after_minutes: u16,
    /// Columns of the terminal.
    pub cols: u16,
    /// Rows of the terminal.
    pub rows: u16,
    /// What is shown.
    pub screen: Screen,
    /// Where Back leads, nearest last.
    pub trail: Vec<Screen>,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// What is said in passing.
    pub notice: Option<Notice>,
    /// Something slow was asked and not yet answered.
    pub busy: bool,
    /// Whether there is a vault; none until the runtime answered.
    pub vault: Option<VaultState>,
    /// Who is at the workstation.
    pub signed_in: Option<SignedIn>,
    /// The clients.
    pub caseload: Vec<CaseRow>,
    /// Which of them is marked.
    pub case_at: usize,
    /// The open client.
    pub client: Option<ClientPage>,
    /// The running session, or the one that just ended.
    pub live: Option<Live>,
    /// The open past session.
    pub past: Option<PastPage>,
    /// The note being written.
    pub note: Option<NotePage>,
    /// The note of the session that is on the live screen, while another note is open.
    pub live_note: Option<NotePage>,
    /// This session was read once more for what changed in it: the screen stays where it is.
    pub read_anew: Option<SessionId>,
    /// The note of this session was asked for; its transcript is on the way.
    pub note_wanted: Option<SessionId>,
    /// The line at which a session is opened that was asked for.
    pub line_wanted: Option<(SessionId, UtteranceId)>,
    /// The consents of the running session's client were asked for; the client is being read.
    pub consents_wanted: bool,
    /// Which instrument is marked.
    pub instrument_at: usize,
    /// The answer sheet being filled in.
    pub sheet: Option<Sheet>,
    /// Sheets with answers that the lock took off the screen, oldest first, until they are kept or their counsellor has
    /// seen to them.
    pub handed: Vec<Handed>,
    /// The client has the terminal: from handing it over until a member unlocks, the program cannot be left.
    pub with_client: bool,
    /// What is being typed to find in the list of the screen.
    pub find: Option<Field>,
    /// Whole names are shown; masked otherwise.
    pub names_shown: bool,
    /// A session that was left while a model still works on its last directions: questions answered and in all.
    pub behind: Option<(SessionId, u32, u32)>,
    /// The sound of the session that is asked for, while a question about it is open.
    pub input: Option<SoundInput>,
    /// Who is marked at the unlock screen first: as told at the start, else who unlocked last.
    pub prefer: Option<String>,
    /// The words of a vault that is seen here for the first time, where the start gave them.
    pub vault_words: Option<String>,
    /// Crisis channels, the urgent ones first.
    pub crisis: Arc<Vec<CrisisLine>>,
    /// Reasons, outcomes and receivers of escalations.
    pub escalation: Arc<Rules>,
    /// Days for which a check of a channel holds.
    pub crisis_days: u16,
    /// What follows from the results of the screeners.
    pub triage: Arc<TriageRules>,
    /// The form of a safety plan.
    pub plan_form: Arc<PlanForm>,
    /// The form of a case report.
    pub report_form: Arc<ReportForm>,
    /// Which instrument the next screen is about.
    pub instrument: Option<InstrumentId>,
    /// What single screens remember.
    pub pages: PageStates,
    /// A session with this client begins as soon as it is opened: the demo.
    pub opens_on: Option<(ClientId, SoundInput)>,
    /// A comment that was not sent when the screen locked.
    pub unsent: Option<Unsent>,
    /// The program was opened on the file of one review: leaving that leaves the program, and so does locking it, for there may
    /// be no vault to unlock.
    pub on_one_review: bool,
    /// The program ends as soon as the session has.
    pub quitting: bool,
    /// The instruments.
    pub library: Arc<Library>,
    /// The forms of notes, the first is the default.
    pub formats: Arc<Vec<NoteFormat>>,
    /// What the rules of risk cues are called, Korean and English.
    pub cue_labels: Arc<BTreeMap<RiskRuleId, [String; 2]>>,
    /// What the session mirror is read with; none until it was read.
    pub mirror_rules: Option<Arc<MirrorRules>>,
}

impl Model {
    /// The program as it starts.
    pub fn new(lang: Lang, now: Timestamp, library: Arc<Library>, formats: Arc<Vec<NoteFormat>>) -> Self {
        Model {
            lang,
            now,
            touched: now,
            lock_after_minutes: IDLE_LOCK_MINUTES,
            cols: 80,
            rows: 24,
            screen: Screen::Unlock,
            trail: Vec::new(),
            overlay: None,
            notice: None,
            busy: true,
            vault: None,
            signed_in: None,
            caseload: Vec::new(),
            case_at: 0,
            client: None,
            live: None,
            past: None,
            note: None,
            live_note: None,
            read_anew: None,
            note_wanted: None,
            line_wanted: None,
            consents_wanted: false,
            instrument_at: 0,
            sheet: None,
            handed: Vec::new(),
            with_client: false,
            find: None,
            names_shown: false,
            behind: None,
            input: None,
            prefer: None,
            vault_words: None,
            crisis: Arc::default(),
            escalation: Arc::default(),
            crisis_days: 0,
            triage: Arc::default(),
            plan_form: Arc::default(),
            report_form: Arc::default(),
            instrument: None,
            pages: PageStates::default(),
            opens_on: None,
            unsent: None,
            on_one_review: false,
            quitting: false,
            library,
            formats,
            cue_labels: Arc::default(),
            mirror_rules: None,
        }
    }

    /// What a rule of risk cues is called; its id where it is of a vault older or newer than the rules.
    pub fn cue_label<'a>(&'a self, rule: &'a RiskRuleId) -> &'a str {
        match self.cue_labels.get(rule) {
            Some([ko, en]) => self.lang.pick(ko, en),
            None => rule.as_str(),
        }
    }

    /// The role of the member at the screen.
    pub fn role(&self) -> Option<Role> {
        self.signed_in.as_ref().map(|who| who.role)
    }

    /// True when the policy does not say no to the role of the member at the screen, and the vault takes it. Whose client it
    /// is, and who else must be there, is asked by the use case.
    pub fn may(&self, capability: Capability) -> bool {
        (reads(capability) || !self.only_read())
            && self.signed_in.as_ref().is_some_and(|who| match decide(capability, who.role) {
                Decision::No => false,
                // What is an admin's or a supervisor's as long as the centre has one.
                Decision::Sole => who.nobody_before,
                _ => true,
            })
    }

    /// True where nothing can be written into the vault.
    pub fn only_read(&self) -> bool {
        self.concerns().iter().any(|concern| matches!(concern, Concern::ReadOnly(_)))
    }

    /// What is to be told for as long as somebody is at the workstation.
    pub fn concerns(&self) -> &[Concern] {
        self.signed_in.as_ref().map_or(&[], |who| &who.concerns)
    }

    /// True unless records are missing: where they are, no list is called empty.
    pub fn whole(&self) -> bool {
        !self.concerns().iter().any(Concern::grave)
    }

    /// What a form of the open client is about.
    pub fn of_client(&self) -> Subject {
        Subject { client: self.client.as_ref().map(|page| page.file.client.id), ..Subject::default() }
    }

    /// True while a session runs.
    pub fn recording(&self) -> bool {
        self.live.as_ref().is_some_and(Live::running)
    }

    /// What is shown of the sound that comes in, while there is a session.
    pub fn sound_shown(&self) -> Option<SoundShown> {
        self.live.as_ref().map(Live::sound_shown)
    }

    /// Questions answered and in all of a model that works on behind a session that has ended.
    pub fn model_at_work(&self) -> Option<(u32, u32)> {
        let ended = self.live.as_ref().filter(|l| !l.running());
        ended.and_then(|l| l.advising).or(self.behind.map(|(_, done, of)| (done, of)))
    }

    /// When the passing of time alone will change something, so that the loop has to wake; none while nothing will.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        let notice = self.notice.as_ref().map(|n| Timestamp(n.since.0.saturating_add(STAYS_MS)));
        let guard = self.note.as_ref().and_then(|n| n.guard_at);
        notice.into_iter().chain(self.locks_at()).chain(guard).min()
    }

    /// When an unattended screen locks (L17). Not during a session: there hands are still because somebody listens.
    pub fn locks_at(&self) -> Option<Timestamp> {
        // The recovery phrases are shown once: a lock would take them away for ever.
        let unattended = self.signed_in.is_some() && !self.recording() && self.screen != Screen::Recovery;
        let after = i64::from(self.lock_after_minutes) * 60_000;
        unattended.then(|| Timestamp(self.touched.0.saturating_add(after)))
    }

    /// Says something in passing.
    pub fn say(&mut self, say: Say) {
        self.notice = Some(Notice { say, since: self.now });
    }

    /// Takes the time, and takes away a notice that was read.
    pub fn clock(&mut self, now: Timestamp) {
        self.now = now;
        if self.notice.as_ref().is_some_and(|n| now.0.saturating_sub(n.since.0) >= STAYS_MS) {
            self.notice = None;
        }
    }

    /// Goes to a screen; Back leads here again.
    pub fn go(&mut self, screen: Screen) {
        if self.screen != screen {
            self.trail.push(self.screen);
            self.screen = screen;
            self.find = None;
        }
        self.overlay = None;
    }

    /// Goes to a screen in the place of this one: Back does not lead here.
    pub fn turn(&mut self, screen: Screen) {
        self.screen = screen;
        self.find = None;
        self.trail.retain(|s| *s != screen);
        self.overlay = None;
    }

    /// Goes back where the trail leads, at the latest to the start page of the member's role.
    pub fn back(&mut self) {
        self.screen = self.trail.pop().unwrap_or_else(|| self.start());
        self.find = None;
    }

    /// The start page of the member's role; the unlock screen where nobody has unlocked.
    pub fn start(&self) -> Screen {
        self.role().map_or(Screen::Unlock, start)
    }

    /// Goes to the start page, with nothing behind it.
    pub fn restart(&mut self) {
        self.screen = self.start();
        self.find = None;
        self.trail.clear();
        self.overlay = None;
    }
}

/// Moves a mark within a list of `len`.
pub fn step(at: usize, by: isize, len: usize) -> usize {
    at.saturating_add_signed(by).min(len.saturating_sub(1))
}
