//! The stages of the demo, one after the other, each checked before it is called done.

use crate::adapters::audio_file::AudioFile;
use crate::adapters::engines::Installed;
use crate::adapters::instruments;
use crate::adapters::models::Store;
use crate::adapters::shipped::{self, DemoSession};
use crate::cli::demo::show::Show;
use crate::cli::meter::Meter;
use crate::cli::{Globals, print, start};
use crate::domain::advice::evidence;
use crate::domain::advice::suggestion::Suggestions;
use crate::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use crate::domain::assessment::score::{Answers, Context};
use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::domain::model::{Task, Tier};
use crate::domain::practice::client::NewClient;
use crate::domain::practice::consent::{Consent, Scope};
use crate::domain::practice::ids::{ClientCode, RecordId, SessionId, StatementId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::record::{Body, NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use crate::domain::transcript::Transcript;
use crate::live::session::follow;
use crate::live::session::{self, Advise};
use crate::runtime;
use crate::service::prepare_session;
use crate::service::transcripts::transcript_of;
use crate::service::{NewVault, UnlockedVault};
use crate::speech::error_rate;
use crate::texts::{Message, msg, verbatim};
use secrecy::SecretString;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a folder that is being written to is taken away before the program ends all the same.
const REMOVALS: u32 = 20;
/// Phrases of the transcript that are looked for in the vault's files; none may be there.
const PHRASES: usize = 10;
/// Shorter ones could stand in a file by chance.
const PHRASE_BYTES: usize = 12;
/// The English session must come out at least this well.
const MOST_WORD_ERRORS: f64 = 0.05;
/// The Korean one at least this well. Measured with whisper-base: 11 %; its voice is not a Korean speaker's.
const MOST_CHARACTER_ERRORS: f64 = 0.15;

/// A vault made for the demo, with its one client.
pub struct Set {
    /// Removed when dropped.
    folder: tempfile::TempDir,
    dir: PathBuf,
    passphrase: SecretString,
    plain: String,
    client: ClientCode,
    unlocked: Arc<UnlockedVault>,
}

/// Makes the vault, the client and the consents.
pub fn set(keep: Option<&Path>, lang: Lang) -> Result<Set, ErrorReport> {
    let folder = tempfile::Builder::new().prefix("gyeot-demo-").tempdir().map_err(|e| {
        ErrorReport::failed(
            msg("cli-demo-stages-no-throw-away-folder-could-made").with("why", e.kind()),
            msg("cli-demo-stages-no-throw-away-folder-could-made.hint"),
        )
    })?;
    let dir = keep.map_or_else(|| folder.path().join("vault"), Path::to_path_buf);
    let plain = format!("demo-{}", hex::encode(rand::random::<[u8; 12]>()));
    let passphrase = SecretString::from(plain.clone());
    let names = NewVault::new(
        lang.say("demo-stages-gyeot-demo-centre"),
        lang.say("demo-stages-demo-counsellor"),
        Role::Counsellor,
    );
    let unlocked = UnlockedVault::init(&dir, &names, &passphrase)?;
    let client = unlocked.add_client(NewClient {
        code: None,
        name: ClientText::new(lang.say("demo-stages-pseudonym")),
        birth_date: None,
        sex: None,
        contact: None,
        address: None,
        supervisors: Vec::new(),
    })?;
    let consent = Consent {
        scopes: [Scope::Service, Scope::Recording, Scope::Ai].into(),
        version: "demo-1".to_owned(),
        by: "client".to_owned(),
        limits_explained: Some(unlocked.now()),
        age_confirmed: true,
        ..Consent::default()
    };
    unlocked.set_consent(&client, consent)?;
    Ok(Set { folder, dir, passphrase, plain, client, unlocked: Arc::new(unlocked) })
}

/// Opens the workstation on the session, at the pace it was spoken.
pub fn open(keep: Option<&Path>, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let stage = set(keep, lang)?;
    let sound = move || -> Result<Box<dyn crate::ports::audio::Sound>, ErrorReport> {
        let sound = AudioFile::from_memory("the demo session", shipped::demo_session(lang).sound)?;
        Ok(Box::new(crate::adapters::paced::Paced::new(sound)))
    };
    let opened = runtime::Stage {
        vault: stage.dir.clone(),
        unlocked: stage.unlocked,
        client: stage.client,
        sound: Box::new(sound),
    };
    runtime::open(&start(globals, false), Some(opened))?;
    if keep.is_some() {
        print::note(
            msg("demo-stages-vault-passphrase")
                .shown("path", stage.dir.display())
                .shown("plain", stage.plain)
                .text(lang),
        );
    }
    Ok(())
}

/// Plays the session through the whole job.
pub fn run(keep: Option<PathBuf>, globals: &Globals) -> Result<(), ErrorReport> {
    let began = Instant::now();
    let lang = globals.lang();
    let mut show = Show::new(lang, globals.json);

    let stage = set(keep.as_deref(), lang)?;
    // What a throw-away vault holds is not left behind by an interrupted demo.
    let folder = stage.folder.path().to_path_buf();
    crate::cli::interrupt::end_on_first(move || remove(&folder))?;
    show.stage("vault", format!("{} · {}", stage.client, lang.say("demo-stages-consent-service-recording-ai")))?;

    models(globals, &mut show)?;

    let (session, heard, suggestions) = listen(&stage, globals, &mut show)?;
    suggest(&heard, &suggestions, &mut show)?;
    let sheet = assess(&stage, session, &mut show)?;
    note(&stage, session, &suggestions, sheet, &mut show)?;
    let stage = stage.reopen()?;
    verify(&stage, session, &heard, &mut show)?;
    let plain = stage.plain.clone();
    sealed_shut(stage, &heard, &mut show)?;

    let seconds = began.elapsed().as_secs_f64();
    if globals.json {
        print::json(&serde_json::json!({ "schema": "gyeot.demo/1", "stages": show.done(), "seconds": seconds }))?;
    } else {
        print::line("");
        print::line(msg("demo-stages-all-worked-s-see").shown("seconds", format!("{:.0}", seconds)).text(lang));
        if let Some(dir) = keep {
            print::line(format!("{}: {} · {}", lang.say("demo-show-vault"), dir.display(), plain));
        }
    }
    Ok(())
}

/// The store may still be writing: what it puts back is taken away again.
fn remove(folder: &Path) {
    for _ in 0..REMOVALS {
        // Nothing more can be done by a program that is about to end.
        let _ = std::fs::remove_dir_all(folder);
        if !folder.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn not_done(what: Message) -> ErrorReport {
    ErrorReport::with(Exit::Failed, what, msg("cli-demo-stages-gyeot-doctor-shows-what-wrong.hint"))
}

fn models(globals: &Globals, show: &mut Show) -> Result<(), ErrorReport> {
    let store = Store::open(globals.models_dir())?;
    let mut names = Vec::new();
    for task in [Task::Asr, Task::Embedding, Task::Llm] {
        let id = store.installed_for(task, Tier::Small)?;
        let (_, model, _) = store.open_verified(&id)?;
        names.push(format!("{} {}…", model.id, &model.sha256[..8.min(model.sha256.len())]));
    }
    show.stage("models", names.join(" · "))
}

fn listen(
    stage: &Set,
    globals: &Globals,
    show: &mut Show,
) -> Result<(SessionId, Transcript, Suggestions), ErrorReport> {
    let lang = globals.lang();
    let (parts, without) = prepare_session::prepare(
        &stage.unlocked,
        prepare_session::Request {
            client: stage.client.clone(),
            language: lang,
            sound: Box::new(AudioFile::from_memory("the demo session", shipped::demo_session(lang).sound)?),
            made_up: true,
            advise: Advise::AtTheEnd,
            with: Vec::new(),
            engines: Box::new(Installed::at(globals.models_dir())),
            data: shipped::session_data()?,
            speech_model: None,
            language_model: None,
        },
    )?;
    for fault in &without {
        show.detail(print::in_passing(fault, lang));
    }
    let session = parts.session;
    let mut meter = Meter::default();
    let outcome = follow::follow(session::start(parts), &mut |event| meter.follow(event, lang));
    meter.clear();
    for fault in &outcome.troubles {
        show.detail(print::in_passing(fault, lang));
    }
    if !outcome.saved {
        return Err(not_done(msg("cli-demo-stages-session-not-written-end")));
    }
    let mut heard = Transcript::empty(lang);
    heard.utterances = outcome.utterances;
    let DemoSession { reference, .. } = shipped::demo_session(lang);
    let said = words(&Transcript::parse(reference)?);
    let (errors, what) = match lang {
        Lang::En => (error_rate::words(&said, &words(&heard)).rate(), "WER"),
        Lang::Ko => (error_rate::characters(&said, &words(&heard)).rate(), "CER"),
    };
    show.stage(
        "transcript",
        format!(
            "{} {}, {what} {:.1} %, {} {}",
            heard.utterances.len(),
            lang.say("demo-stages-utterances"),
            errors * 100.0,
            outcome.records,
            lang.say("demo-stages-sealed-records"),
        ),
    )?;
    for cue in &outcome.cues {
        show.detail(format!("▲ “{}” → {}", cue.quote.reveal(), cue.opens));
    }
    let (most, wrong) = match lang {
        Lang::En => (MOST_WORD_ERRORS, msg("demo-too-many-wrong-words")),
        Lang::Ko => (MOST_CHARACTER_ERRORS, msg("demo-too-many-wrong-characters")),
    };
    if errors > most {
        return Err(not_done(
            wrong.with("wrong", format!("{:.1}", errors * 100.0)).with("most", format!("{:.0}", most * 100.0)),
        ));
    }
    if lang == Lang::Ko {
        show.detail(
            "데모 음성은 한국어 화자가 아닌 합성음이라 인식률을 재는 자료가 아닙니다. 한국어 인식률은 README를 보세요.",
        );
    }
    // The words that matter must be found: in what was heard, or, where the voice is to blame, in the script.
    if outcome.cues.is_empty() {
        let scripted = shipped::risk_rules()?.cues_in(&Transcript::parse(reference)?);
        if lang == Lang::En || scripted.is_empty() {
            return Err(not_done(msg("cli-demo-stages-no-risk-cue-found-though")));
        }
        for cue in scripted {
            show.detail(format!("▲ 대본에서는: “{}” → {}", cue.quote.reveal(), cue.opens));
        }
    }
    let advice = outcome.advice.ok_or_else(|| not_done(msg("cli-demo-stages-no-directions-were-worked-out")))?;
    Ok((session, heard, advice))
}

fn words(t: &Transcript) -> String {
    t.utterances.iter().map(|u| u.text.reveal()).collect::<Vec<_>>().join(" ")
}

fn suggest(heard: &Transcript, advice: &Suggestions, show: &mut Show) -> Result<(), ErrorReport> {
    let quotes: Vec<_> = advice.suggestions.iter().flat_map(|s| &s.evidence).collect();
    let unfounded = quotes.iter().filter(|e| evidence::check_client(heard, e).is_err()).count();
    if advice.suggestions.len() < 3 || unfounded > 0 {
        let n = advice.suggestions.len();
        return Err(not_done(
            msg("cli-demo-stages-directions-quotes-not-found-what").shown("n", n).shown("unfounded", unfounded),
        ));
    }
    let (n, q, d) = (advice.suggestions.len(), quotes.len(), advice.dropped);
    let dropped = d.no_evidence + d.quote_not_found;
    show.stage(
        "directions",
        msg("demo-directions")
            .with("n", n)
            .with("quotes", q)
            .with("dropped", dropped)
            .shown("model", &advice.model.id)
            .text(show.lang),
    )?;
    for s in advice.suggestions.iter().take(5) {
        let quote = s.evidence.first().map_or("", |e| e.quote.reveal());
        show.detail(format!("{} {}  “{quote}”", show.lang.say("demo-stages-ai-draft"), s.title));
    }
    Ok(())
}

#[derive(Deserialize)]
struct DemoAnswers {
    instrument: String,
    answers: Vec<i32>,
}

fn assess(stage: &Set, session: SessionId, show: &mut Show) -> Result<Administration, ErrorReport> {
    let lang = show.lang;
    let broken =
        |what: Message| ErrorReport::failed(what, msg("cli-demo-stages-build-broken-build-whole-package.hint"));
    let given: DemoAnswers = toml::from_str(shipped::DEMO_ANSWERS).map_err(|e| broken(verbatim(e.to_string())))?;
    let library = instruments::shipped()?;
    let instrument = library.get(&given.instrument.as_str().into())?;
    let answers = Answers(given.answers.iter().copied().map(Some).collect());
    let score = instrument.score(&answers, &Context { lang, ..Context::default() })?;
    let value = serde_json::to_value(&score).map_err(|e| broken(verbatim(e.to_string())))?;
    let total = value.get("score").map_or_else(|| "?".to_owned(), ToString::to_string);
    let band = value.pointer("/band/label").and_then(|l| l.as_str()).unwrap_or_default().to_owned();
    let source = value.pointer("/band/source").and_then(|l| l.as_str()).unwrap_or_default().to_owned();
    show.stage("assessment", format!("{} {total} · {band} ({source})", given.instrument.to_uppercase()))?;
    if !score.critical.is_empty() {
        show.detail(lang.say("demo-stages-item-9-answered-safety"));
    }
    let occasion = Occasion {
        given_at: stage.unlocked.now(),
        by: stage.unlocked.me().id,
        mode: Mode::Counsellor,
        session: Some((session, 1)),
    };
    let context = Context { lang, ..Context::default() };
    Ok(Administration::new(instrument, Sheet::Answers(answers), &context, occasion)?)
}

fn note(
    stage: &Set,
    session: SessionId,
    advice: &Suggestions,
    sheet: Administration,
    show: &mut Show,
) -> Result<(), ErrorReport> {
    let opened = stage.unlocked.open_session(session)?;
    let of: RecordId = opened
        .iter()
        .rev()
        .find(|o| matches!(o.body, Body::Suggestions { .. }))
        .map(|o| o.header.id)
        .ok_or_else(|| not_done(msg("cli-demo-stages-directions-not-vault")))?;
    let first = advice.suggestions.first().ok_or_else(|| not_done(msg("cli-demo-stages-no-direction-accept")))?;
    let typed = show.lang.say("demo-line-typed");
    let section = |key: &str, text: &str, origin, evidence| NoteSection {
        key: key.to_owned(),
        lines: vec![NoteLine {
            id: StatementId::default(),
            text: ClientText::new(text),
            origin,
            evidence,
            check: None,
        }],
    };
    let mut note = NoteRevision {
        format: "soap".to_owned(),
        sections: vec![
            section("subjective", typed, Origin::Typed, Vec::new()),
            section(
                "plan",
                &first.title,
                Origin::Accepted { record: of, index: 0, edited: false },
                first.evidence.clone(),
            ),
        ],
        state: NoteState::Draft,
        reason: None,
    };
    note.number_statements();
    let saved =
        stage.unlocked.keep(session, &[Body::Administration { sheet: Box::new(sheet) }, Body::Note { note }])?;
    show.stage("note", msg("demo-draft-sealed").with("records", saved.records.len()).text(show.lang))
}

impl Set {
    /// Locks the vault and unlocks it again with its passphrase.
    fn reopen(self) -> Result<Set, ErrorReport> {
        let Set { unlocked, dir, passphrase, .. } = self;
        // The folder belongs to one unlocked at a time.
        drop(unlocked);
        let unlocked = Arc::new(UnlockedVault::unlock(&dir, None, &passphrase)?);
        Ok(Set { unlocked, dir, passphrase, ..self })
    }
}

fn verify(stage: &Set, session: SessionId, heard: &Transcript, show: &mut Show) -> Result<(), ErrorReport> {
    let integrity = stage.unlocked.integrity();
    if !integrity.whole() {
        return Err(ErrorReport::with(
            Exit::Damaged,
            integrity.message(),
            msg("cli-demo-stages-keep-folder-report.hint"),
        ));
    }
    let opened = stage.unlocked.open_session(session)?;
    let kept = transcript_of(opened.iter().map(|o| &o.body), show.lang);
    if kept.utterances != heard.utterances {
        return Err(not_done(msg("cli-demo-stages-transcript-sealed-not-one-heard")));
    }
    let notes = opened.iter().filter(|o| matches!(o.body, Body::Note { .. })).count();
    let sheets = opened.iter().filter(|o| matches!(o.body, Body::Administration { .. })).count();
    if notes == 0 || sheets == 0 {
        return Err(not_done(
            msg("cli-demo-stages-notes-answer-sheets-were-read").shown("notes", notes).shown("sheets", sheets),
        ));
    }
    show.stage(
        "verification",
        msg("demo-unlocked-again").with("records", opened.len()).with("integrity", integrity.message()).text(show.lang),
    )
}

/// Looks for phrases of the transcript in every file of the vault, and tries a wrong passphrase.
fn sealed_shut(stage: Set, heard: &Transcript, show: &mut Show) -> Result<(), ErrorReport> {
    let mut phrases: Vec<&str> = heard.utterances.iter().map(|u| u.text.reveal()).collect();
    phrases.retain(|p| p.len() >= PHRASE_BYTES);
    phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
    phrases.truncate(PHRASES);
    let unread = |e: std::io::Error| {
        ErrorReport::failed(
            msg("cli-demo-stages-vaults-files-could-not-read").with("why", e.kind()),
            msg("cli-demo-stages-vaults-files-could-not-read.hint"),
        )
    };
    let (mut files, mut hits) = (0, 0);
    let mut folders = vec![stage.dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(unread)? {
            let path = entry.map_err(unread)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).map_err(unread)?;
            files += 1;
            hits += phrases.iter().filter(|p| bytes.windows(p.len()).any(|w| w == p.as_bytes())).count();
        }
    }
    if hits > 0 || phrases.len() < PHRASES {
        return Err(not_done(msg("demo-phrases-in-clear").with("hits", hits).with("n", phrases.len())));
    }
    let Set { unlocked, dir, plain, .. } = stage;
    drop(unlocked);
    match UnlockedVault::unlock(&dir, None, &SecretString::from(format!("{plain}x"))) {
        Err(e) if e.exit() == Exit::WrongPassphrase => {}
        Err(e) => return Err(e.into()),
        Ok(_) => return Err(not_done(msg("cli-demo-stages-wrong-passphrase-opened-vault"))),
    }
    show.stage("seal", msg("demo-sealed-shut").with("files", files).with("phrases", PHRASES).text(show.lang))
}
