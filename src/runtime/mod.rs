//! The workstation: a screen, a loop, a thread that performs what the loop wants done.

use crate::runtime::outbox::{OUTBOX, Outbox};
use crate::texts::msg;

pub mod doctor;
pub mod effects;
pub mod event_loop;
mod outbox;
pub mod plain;
pub mod terminal;

use crate::adapters::pasted_path;
use crate::adapters::{crisis_data, instruments};

use crate::adapters::shipped;
use crate::app::msg::{Answer, Msg};
use crate::app::views::{PracticeData, SignedIn, SoundInput};
use crate::app::{Effect, Model, update};
use crate::domain::advice::risk_cue::Rule;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;
use crate::domain::practice::typed_path::typed_path;
use crate::ports::audio::Sound;
use crate::runtime::effects::{OpenSound, Performer, Place};
use crate::service::UnlockedVault;
use crate::service::review_folder::ReceivedFile;
use crate::ui::View;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the workstation finds things, as arguments, environment and settings say.
pub struct Start {
    /// Language of the screens.
    pub lang: Lang,
    /// The vault's folder.
    pub vault: PathBuf,
    /// The models' folder.
    pub models: PathBuf,
    /// The folder of instruments that the centre has licensed itself.
    pub assessments: PathBuf,
    /// The centre's own file of what follows from a screener.
    pub triage: PathBuf,
    /// The centre's own file of crisis lines.
    pub crisis_lines: PathBuf,
    /// Who is marked first at the unlock screen.
    pub member: Option<String>,
    /// The words of a vault that is seen here for the first time.
    pub words: Option<String>,
    /// As lines and numbered choices in place of a drawn screen.
    pub plain: bool,
    /// Says an error where the screen was given back: after a panic.
    pub report: fn(&ErrorReport, Lang),
}

/// A workstation that opens on a session at once, in a vault that is already unlocked.
pub struct Stage {
    /// Its folder.
    pub vault: std::path::PathBuf,
    /// The vault.
    pub unlocked: Arc<UnlockedVault>,
    /// Whose session.
    pub client: ClientCode,
    /// Its sound; asked for once.
    pub sound: Box<dyn FnMut() -> Result<Box<dyn Sound>, ErrorReport> + Send>,
}

/// Opens the workstation on a vault.
pub fn workstation(start: &Start) -> Result<(), ErrorReport> {
    open(start, None)
}

/// Opens the workstation, on a session at once when a stage is given.
pub fn open(start: &Start, stage: Option<Stage>) -> Result<(), ErrorReport> {
    // A demo leaves nothing behind.
    let settings = if stage.is_none() { crate::adapters::settings::path() } else { None };
    let mut model = begun(start, settings.as_deref())?;
    let mut first = vec![Effect::LookForVault, Effect::LoadLibrary];
    let (mut unlocked, mut sound): (Option<Arc<UnlockedVault>>, OpenSound) = (None, Box::new(sound_of));
    let mut vault = start.vault.clone();
    if let Some(mut stage) = stage {
        vault = stage.vault;
        let row = stage
            .unlocked
            .clients()?
            .into_iter()
            .find(|r| r.code == stage.client)
            .ok_or(crate::service::VaultError::NoClient)?;
        first.push(Effect::OpenClient(row.id));
        model.opens_on = Some((row.id, SoundInput::File(String::new())));
        unlocked = Some(stage.unlocked);
        sound = Box::new(move |_| (stage.sound)());
    }
    let place = place(start, vault, settings, sound);
    run(start, model, first, |inbox| Performer::new(place, inbox, unlocked))
}

/// Opens the workstation on the file of one review, with the vault that it was opened with or none but the keys of a slot; it
/// ends when that review is left or decided.
pub fn on_review(start: &Start, file: ReceivedFile, unlocked: Option<Arc<UnlockedVault>>) -> Result<(), ErrorReport> {
    let settings = crate::adapters::settings::path();
    let mut model = begun(start, settings.as_deref())?;
    let (name, centre) = file.reader();
    model.signed_in = Some(SignedIn {
        member: name.to_owned(),
        role: Role::Supervisor,
        nobody_before: false,
        centre: centre.to_owned(),
        standing: msg("review-one-file"),
        concerns: Vec::new(),
    });
    (model.on_one_review, model.busy) = (true, false);
    let shown = Answer::Review(Box::new(file.shown(model.now)?));
    update(&mut model, Msg::Answer(shown));
    let place = place(start, start.vault.clone(), settings, Box::new(sound_of));
    run(start, model, vec![Effect::LoadLibrary], |inbox| Performer::new(place, inbox, unlocked).on_review(file))
}

/// The program as it starts, with what the settings say of it. The data files are read behind the first frame.
fn begun(start: &Start, settings: Option<&Path>) -> Result<Model, ErrorReport> {
    let now = Timestamp(jiff::Timestamp::now().as_millisecond());
    let mut model = Model::new(start.lang, now, Arc::default(), Arc::default());
    if let Some(path) = settings {
        let kept = crate::adapters::settings::read(path)?;
        model.lock_after_minutes = kept.lock_after_minutes.unwrap_or(model.lock_after_minutes);
        model.prefer = kept.member;
    }
    model.prefer = start.member.clone().or(model.prefer);
    model.vault_words.clone_from(&start.words);
    Ok(model)
}

fn place(start: &Start, vault: PathBuf, settings: Option<PathBuf>, sound: OpenSound) -> Place {
    let (assessments, triage, lines) = (start.assessments.clone(), start.triage.clone(), start.crisis_lines.clone());
    let practice_data = Box::new(move || practice_data(&assessments, &triage, &lines));
    Place { vault, models: start.models.clone(), settings, lang: start.lang, practice_data, sound }
}

/// Takes the screen and runs until the person or the system ends it.
fn run(
    start: &Start,
    model: Model,
    first: Vec<Effect>,
    performer: impl FnOnce(tokio::sync::mpsc::Sender<Msg>) -> Performer,
) -> Result<(), ErrorReport> {
    // Anything that can be refused is refused before the screen is taken.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| {
        ErrorReport::failed(
            msg("runtime-program-could-not-start").with("why", e.kind()),
            msg("runtime-program-could-not-start.hint"),
        )
    })?;
    let mut screen = match start.plain {
        true => None,
        false => Some(crate::runtime::terminal::Screen::take(start.lang, start.report)?),
    };
    let (to_loop, mut inbox) = tokio::sync::mpsc::channel(crate::runtime::event_loop::INBOX);
    let (to_performer, effects) = std::sync::mpsc::sync_channel(OUTBOX);
    let outbox = Outbox::new(to_performer);
    let performer = performer(to_loop);
    let performing = std::thread::spawn(move || performer.run(&effects));
    // https://no-color.org: set and not empty.
    let view = View::new(std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()));
    let done = match &mut screen {
        Some(screen) => runtime.block_on(event_loop::run(screen, model, view, &mut inbox, outbox, first)),
        None => runtime.block_on(plain::run(model, view, &mut inbox, outbox, first)),
    };
    drop(screen);
    // The performer ends when nobody can ask it any more; nobody hears its answers from here on.
    drop(inbox);
    let _ = performing.join();
    done
}

/// What is read once from data files.
fn practice_data(assessments: &Path, triage: &Path, crisis_file: &Path) -> Result<PracticeData, ErrorReport> {
    let named = |r: &Rule| (r.id.clone(), [r.label_ko.clone(), r.label_en.clone()]);
    let library = instruments::library(assessments)?;
    let lines = crisis_data::crisis_lines(crisis_file)?;
    let rules = crisis_data::triage_rules(triage, &library, &lines)?;
    let (crisis_days, mut crisis) = (lines.check_every_days, lines.lines);
    crisis.sort_by_key(|line| !line.urgent);
    Ok(PracticeData {
        crisis_days,
        crisis_file: crisis_file.to_owned(),
        triage: Arc::new(rules),
        plan_form: Arc::new(shipped::plan_form()?),
        report_form: Arc::new(shipped::report_form()?),
        library: Arc::new(library),
        formats: Arc::new(formats()?),
        cue_labels: Arc::new(shipped::risk_rules()?.rules().iter().map(named).collect()),
        crisis: Arc::new(crisis),
        escalation: Arc::new(crate::adapters::escalation::rules(&crate::config::escalation_file())?),
        mirror_rules: Some(Arc::new(shipped::mirror_rules()?)),
    })
}

/// The forms of notes, the journal of a session first: it is what most centres here keep.
fn formats() -> Result<Vec<crate::domain::note::format::NoteFormat>, ErrorReport> {
    const FIRST: &str = "session-journal";
    let mut formats = shipped::note_formats()?;
    formats.sort_by_key(|f| (f.id != FIRST, f.id.clone()));
    Ok(formats)
}

/// What was typed for a new file: a name without a folder goes into the person's own files, not where the program was started.
fn in_home(file: &str) -> String {
    let home = std::env::var("HOME").unwrap_or_else(|_| ".".to_owned());
    if file.contains('/') { file.to_owned() } else { format!("{}/{file}", home.trim_end_matches('/')) }
}

/// The file that a person meant by what they typed or dropped into a field.
fn typed(path: &str) -> PathBuf {
    typed_path(path, std::env::var("HOME").ok().as_deref()).into()
}

fn sound_of(input: &SoundInput) -> Result<Box<dyn Sound>, ErrorReport> {
    match input {
        SoundInput::Microphone => Ok(crate::adapters::microphone::open(None)?),
        SoundInput::File(path) => {
            let home = std::env::var("HOME").ok();
            let file = crate::adapters::audio_file::open(&pasted_path::file(path, home.as_deref()))?;
            Ok(Box::new(crate::adapters::paced::Paced::new(file)))
        }
        SoundInput::Practice(lang) => {
            let sound = shipped::demo_session(*lang).sound;
            let file = crate::adapters::audio_file::AudioFile::from_memory("the demo session", sound)?;
            Ok(Box::new(crate::adapters::paced::Paced::new(file)))
        }
    }
}
