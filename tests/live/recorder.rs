//! The recorder: what it writes, what never reaches the disk, and a session that goes on when it, the program or the disk
//! does not. With the real program, a vault, and an engine that says what the test wants.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{client, consent, made, pass, skipped, walk};
use gyeot::adapters::recorder::RecorderProgram;
use gyeot::adapters::{audio_file, paced::Paced, shipped};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::model::{Manifest, Task};
use gyeot::domain::practice::ids::{ClientCode, ModelId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::recording::{Refused, SoundAlarm, SoundState};
use gyeot::domain::practice::session::SessionState;
use gyeot::domain::practice::session_event::{SessionCommand, SessionEvent};
use gyeot::domain::record::{NoteRevision, NoteState};
use gyeot::domain::transcript::ModelRef;
use gyeot::live::session::{self, Advise};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, LanguageEngine, SpeechEngine, WorkerFound};
use gyeot::ports::engines::{Engines, Kind, Loaded};
use gyeot::ports::recorder::Recorders;
use gyeot::protocol::{Decode, Decoded, Load};
use gyeot::service::notes::NoteChange;
use gyeot::service::prepare_session::{self, Request};
use gyeot::service::recover_sound::{self, SecondEar};
use gyeot::service::sound_index::SoundIndex;
use gyeot::service::{Body, Scope, UnlockedVault, Withdrawal};
use gyeot::speech::voice::VoiceModel;
use gyeot::texts::verbatim;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Says the same of every segment, at once or after a while, or fails at all of them.
pub struct Says {
    speaks: bool,
    slow: bool,
}

/// How long a slow engine takes for a segment.
const SLOW: std::time::Duration = std::time::Duration::from_secs(3);

impl SpeechEngine for Says {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok("scripted".into())
    }
    fn decode(
        &mut self,
        _: Decode,
        pcm: &[i16],
        _: &mut dyn FnMut(&gyeot::domain::practice::text::ClientText),
    ) -> Result<Decoded, EngineError> {
        if self.slow {
            std::thread::sleep(SLOW);
        }
        if !self.speaks {
            return Err(EngineError::Absent { worker: "asr".into(), why: verbatim("killed") });
        }
        let text = format!("말 {}", pcm.len());
        Ok(Decoded {
            text: gyeot::domain::practice::text::ClientText::new(&text),
            confidence: Some(0.9),
            no_speech: Some(0.01),
            words: Vec::new(),
            decoded_twice: false,
            cpu_ms: 1,
        })
    }
}

/// A scripted speech engine, and the recorder of this build.
pub struct Scripted {
    pub speaks: bool,
    pub slow: bool,
    pub records: bool,
}

fn none(what: &str) -> ErrorReport {
    ErrorReport::failed(verbatim(what.to_owned()), verbatim("-"))
}

impl Engines for Scripted {
    fn folder(&self) -> Result<(), ErrorReport> {
        Ok(())
    }
    fn speech(&self, _: Option<&ModelId>) -> Result<Loaded<dyn SpeechEngine>, ErrorReport> {
        let text = std::fs::read_to_string(crate::stage::data("models/whisper-base.toml")).unwrap();
        let manifest: Manifest = toml::from_str(&text).unwrap();
        let model = ModelRef { id: "scripted".into(), sha256: String::new() };
        Ok(Loaded {
            engine: Box::new(Says { speaks: self.speaks, slow: self.slow }),
            model,
            manifest,
            stop: Arc::new(|| {}),
        })
    }
    fn language(&self, _: Option<&ModelId>) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        Err(none("no language model"))
    }
    fn embedding(&self) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        Err(none("no embedding model"))
    }
    fn voices(&self) -> Result<Arc<VoiceModel>, ErrorReport> {
        Err(none("no voices"))
    }
    fn recorders(&self) -> Option<Box<dyn Recorders>> {
        self.records.then(|| Box::new(recorder()) as Box<dyn Recorders>)
    }
    fn look_at_worker(&self, _: Kind) -> Result<WorkerFound, ErrorReport> {
        Err(none("not looked at"))
    }
    fn look_at_model(&self, _: Task) -> Result<ModelRef, ErrorReport> {
        Err(none("not looked at"))
    }
}

pub fn recorder() -> RecorderProgram {
    RecorderProgram { program: Some(PathBuf::from(env!("CARGO_BIN_EXE_gyeot-recorder"))) }
}

pub fn ear() -> SecondEar {
    let engines = Scripted { speaks: true, slow: false, records: false };
    SecondEar::of(&engines, shipped::speech_filter().unwrap()).unwrap()
}

pub fn request(code: &ClientCode, sound: Box<dyn Sound>, engines: Scripted) -> Request {
    Request {
        client: code.clone(),
        language: Lang::Ko,
        sound,
        made_up: false,
        advise: Advise::Never,
        with: Vec::new(),
        engines: Box::new(engines),
        data: shipped::session_data().unwrap(),
        speech_model: None,
        language_model: None,
    }
}

/// Half a minute in which two people speak.
pub fn two_speakers() -> Box<dyn Sound> {
    audio_file::open(&crate::stage::data("tests/data/speech/en-two-speakers.flac")).unwrap()
}

/// All samples of a sound.
pub fn samples(mut sound: Box<dyn Sound>) -> Vec<i16> {
    let mut all = Vec::new();
    while sound.read(&mut all).unwrap() != Read::End {}
    all
}

/// Runs a session to its end; `on` hears its events and may tell it something.
fn run(
    vault: &Arc<UnlockedVault>,
    request: Request,
    on: &mut dyn FnMut(&SessionEvent, &std::sync::mpsc::SyncSender<SessionCommand>),
) -> (SessionId, Vec<SessionEvent>) {
    let (parts, _) = prepare_session::prepare(vault, request).unwrap();
    let session = parts.session;
    let running = session::start(parts);
    let (mut seen, commands) = (Vec::new(), running.commands.clone());
    for event in &running.events {
        on(&event, &commands);
        seen.push(event);
    }
    running.join();
    (session, seen)
}

pub fn index(vault: &UnlockedVault, session: SessionId) -> Option<SoundIndex> {
    vault.open_sound(session).unwrap().map(SoundIndex::of)
}

fn vault(dir: &Path) -> (Arc<UnlockedVault>, ClientCode) {
    let vault = made(&dir.join("v"));
    let code = client(&vault, "김하늘");
    (Arc::new(vault), code)
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if dir.join("v/sound").exists() {
        walk(&dir.join("v/sound"), &mut |path| found.push(path.to_owned()));
    }
    found
}

fn sign(vault: &UnlockedVault, session: SessionId) {
    let text = gyeot::domain::practice::text::ClientText::new("들음");
    let line = gyeot::domain::record::NoteLine {
        id: gyeot::domain::practice::ids::StatementId::default(),
        text,
        origin: gyeot::domain::record::Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let section = gyeot::domain::record::NoteSection { key: "subjective".into(), lines: vec![line] };
    let note = NoteRevision { format: "soap".into(), sections: vec![section], state: NoteState::Draft, reason: None };
    vault.change_note(session, NoteChange::Write(note)).unwrap();
    vault.change_note(session, NoteChange::Sign).unwrap();
}

#[test]
fn the_sound_of_a_session_is_kept_whole_in_sealed_files_of_its_owner_and_opens_with_the_session() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let heard = samples(two_speakers());
    let (session, events) = run(
        &vault,
        request(&code, two_speakers(), Scripted { speaks: true, slow: false, records: true }),
        &mut |_, _| {},
    );
    let end_ms = heard.len() as u64 / 16;
    let last = events.iter().rev().find_map(|e| if let SessionEvent::Sound(s) = e { Some(*s) } else { None });
    assert_eq!(last, Some(SoundState::Saved(end_ms)), "the screen is told the truth");
    let index = index(&vault, session).unwrap();
    assert!(index.refused.is_empty(), "{:?}", index.refused);
    assert_eq!(index.between(0, end_ms + 1), heard, "every sample, in order");
    let (mut bytes, mut count) = (0, 0);
    for path in files(dir.path()) {
        use std::os::unix::fs::PermissionsExt;
        let meta = path.metadata().unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{}", path.display());
        assert!(path.extension().is_some_and(|e| e == "age"), "nothing is left over: {}", path.display());
        (bytes, count) = (bytes + meta.len(), count + 1);
    }
    let per_hour = bytes as f64 / (heard.len() as f64 / 16_000.0) * 3600.0 / 1e6;
    eprintln!("{count} files, {bytes} bytes for {end_ms} ms: {per_hour:.0} MB per hour");
    assert!(per_hour < 100.0, "{per_hour}");
    // The key is in no record that is shown or exported.
    let shown = vault.open_session(session).unwrap();
    assert!(shown.iter().all(|o| !matches!(o.body, Body::SoundKey { .. })));
}

#[test]
fn signing_the_note_destroys_the_sound_unless_keeping_it_was_agreed_to_and_taking_that_back_destroys_it() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let kept = dir.path().join("copy");
    let engines = || Scripted { speaks: true, slow: false, records: true };
    let (first, _) = run(&vault, request(&code, two_speakers(), engines()), &mut |_, _| {});
    crate::stage::copy(&dir.path().join("v/sound"), &kept);
    let keys = vault.open_sound(first).unwrap().unwrap();
    assert!(!keys.keys.is_empty());
    sign(&vault, first);
    assert!(files(dir.path()).is_empty(), "{:?}", files(dir.path()));
    crate::stage::copy(&kept, &dir.path().join("v/sound"));
    let index = index(&vault, first).unwrap();
    assert_eq!(index.kept_ms(), 0, "a copy of the files opens with nothing that is left");
    assert_eq!(index.refused.keys().collect::<Vec<_>>(), [&Refused::NotOurs]);
    std::fs::remove_dir_all(dir.path().join("v/sound")).unwrap();

    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::KeepSound])).unwrap();
    let (second, _) = run(&vault, request(&code, two_speakers(), engines()), &mut |_, _| {});
    sign(&vault, second);
    assert!(vault.open_sound(second).unwrap().is_some(), "agreed to");
    vault.withdraw_consent(&code, [Scope::KeepSound].into(), Withdrawal::FromNow).unwrap();
    assert!(vault.open_sound(second).unwrap().is_some(), "from now on only");
    vault.withdraw_consent(&code, [Scope::KeepSound].into(), Withdrawal::All).unwrap();
    assert!(files(dir.path()).is_empty());
}

#[test]
fn sound_whose_folder_was_taken_away_while_the_note_was_signed_opens_with_nothing_when_it_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let engines = Scripted { speaks: true, slow: false, records: true };
    let (session, _) = run(&vault, request(&code, two_speakers(), engines), &mut |_, _| {});
    let (sound, away) = (dir.path().join("v/sound"), dir.path().join("away"));
    std::fs::rename(&sound, &away).unwrap();
    sign(&vault, session);
    let _ = std::fs::remove_dir_all(&sound);
    std::fs::rename(&away, &sound).unwrap();
    let kept = vault.open_sound(session).unwrap().unwrap();
    assert!(kept.keys.is_empty(), "its keys went with the signature");
    assert_eq!(SoundIndex::of(kept).kept_ms(), 0);
}

/// A sound in which every block is a number of its own, at the speed of life.
struct Numbered {
    next: i16,
    until: i16,
}

/// A tenth of a second.
const BLOCK: usize = 1600;

impl Sound for Numbered {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        if self.next > self.until {
            return Ok(Read::End);
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        into.extend(std::iter::repeat_n(self.next, BLOCK));
        self.next += 1;
        Ok(Read::Some)
    }
    fn is_live(&self) -> bool {
        true
    }
}

#[test]
fn what_is_said_off_the_record_and_in_a_pause_never_reaches_the_disk_and_its_time_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let sound = Box::new(Numbered { next: 1, until: 120 });
    let engines = Scripted { speaks: true, slow: false, records: true };
    let (mut closed, mut at) = (0, 0);
    let (session, _) = run(&vault, request(&code, sound, engines), &mut |event, commands| {
        let SessionEvent::Position { at_ms, .. } = event else { return };
        at = *at_ms;
        let command = match (closed, at / 1000) {
            (0, 3..) => SessionCommand::OffRecord(true),
            (1, 5..) => SessionCommand::OffRecord(false),
            (2, 7..) => SessionCommand::Pause(true),
            (3, 9..) => SessionCommand::Pause(false),
            _ => return,
        };
        closed += 1;
        commands.send(command).unwrap();
    });
    assert_eq!(closed, 4);
    let index = index(&vault, session).unwrap();
    let stretches = index.stretches();
    assert_eq!(stretches.len(), 3, "{stretches:?}");
    let opened = vault.open_session(session).unwrap();
    let gaps: Vec<_> = opened
        .iter()
        .filter_map(|o| {
            if let Body::Gap { gap } = &o.body { Some((gap.reason.clone(), gap.start_ms, gap.end_ms)) } else { None }
        })
        .collect();
    let told: Vec<_> = stretches.windows(2).map(|w| (w[0].1 / 16, w[1].0 / 16)).collect();
    assert_eq!(
        gaps.iter().map(|g| (g.1, g.2)).collect::<Vec<_>>(),
        told,
        "what the transcript says is what is missing"
    );
    assert_eq!(gaps.iter().map(|g| g.0.as_str()).collect::<Vec<_>>(), ["off-record", "pause"]);
    let why = [1, 2].map(|n| index.missing_before_ms(stretches[n].0 / 16).unwrap().reason());
    assert_eq!(why, ["off-record", "pause"]);
    // Each block is its number: what is there is what was said on the record.
    let kept = index.between(0, 60_000);
    let on_record: Vec<i16> = (1..=120i16)
        .filter(|n| stretches.iter().any(|(a, b)| (*a..*b).contains(&((*n as u64 - 1) * BLOCK as u64))))
        .flat_map(|n| std::iter::repeat_n(n, BLOCK))
        .collect();
    assert!(kept == on_record, "{} samples, {} expected", kept.len(), on_record.len());
}

#[test]
fn taking_back_the_recording_ends_it_at_once_and_with_all_of_it_nothing_opens_any_more() {
    for how in [Withdrawal::FromNow, Withdrawal::All] {
        let dir = tempfile::tempdir().unwrap();
        let (vault, code) = vault(dir.path());
        let sound = Box::new(Numbered { next: 1, until: 300 });
        let engines = Scripted { speaks: true, slow: false, records: true };
        let (other, mut done) = (Arc::clone(&vault), false);
        let (session, _) = run(&vault, request(&code, sound, engines), &mut |event, commands| {
            if let SessionEvent::Sound(SoundState::Saved(4_000..)) = event
                && !done
            {
                done = true;
                other.withdraw_consent(&code, [Scope::Recording].into(), how).unwrap();
                commands.send(SessionCommand::ConsentChanged).unwrap();
            }
        });
        assert!(done);
        std::thread::sleep(std::time::Duration::from_millis(700));
        match how {
            Withdrawal::FromNow => {
                let index = index(&vault, session).unwrap();
                assert!((4_000..20_000).contains(&index.end_ms()), "{}", index.end_ms());
            }
            Withdrawal::All => assert!(files(dir.path()).is_empty(), "{:?}", files(dir.path())),
        }
    }
}

/// The processes of this name whose parent is this one.
pub fn children(parent: u32, name: &str) -> Vec<i32> {
    let status = |pid: i32| std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|e| e.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            let status = status(*pid);
            let of = |key: &str| status.lines().find_map(|l| l.strip_prefix(key)).map(str::trim);
            of("Name:") == Some(name) && of("PPid:") == Some(&parent.to_string())
        })
        .collect()
}

/// Whether a process has a folder below this one open. One that is not dumpable is not looked into but by root.
pub fn writes_into(pid: i32, sound: &Path) -> bool {
    // The folder is the recorder's descriptor 3 or 4.
    let link = |fd: i32| std::fs::read_link(format!("/proc/{pid}/fd/{fd}"));
    (3..8).any(|fd| link(fd).is_ok_and(|folder| folder.starts_with(sound)))
}

pub fn kill(pid: i32) {
    if let Some(pid) = rustix::process::Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
}

#[test]
fn a_recorder_that_is_killed_again_and_again_loses_not_one_sample() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let heard = samples(two_speakers());
    let sound = Box::new(Paced::new(two_speakers()));
    let engines = Scripted { speaks: true, slow: false, records: true };
    let mut killed = 0;
    // Other sessions of this test program have recorders too, so only this session's is looked for.
    let mine = |dir: &Path| {
        let sound = dir.join("v/sound").canonicalize().ok()?;
        // The one that records was started before the one that stands by.
        children(std::process::id(), "gyeot-recorder").into_iter().filter(|pid| writes_into(*pid, &sound)).min()
    };
    if mine(Path::new("/")).is_some() {
        panic!("no recorder yet");
    }
    let (session, _) = run(&vault, request(&code, sound, engines), &mut |event, _| {
        if let SessionEvent::Position { at_ms, .. } = event
            && *at_ms > 3_000 * (killed + 1)
            && let Some(pid) = mine(dir.path())
        {
            kill(pid);
            killed += 1;
        }
    });
    if killed == 0 {
        return skipped("the recorder's folder cannot be seen in /proc by this user");
    }
    let index = index(&vault, session).unwrap();
    assert!(killed >= 3, "{killed}");
    assert_eq!(index.between(0, heard.len() as u64 / 16 + 1), heard, "{killed} kills; {:?}", index.stretches());
    eprintln!("{killed} recorders killed, {} runs, nothing lost", killed + 1);
}

#[test]
fn a_session_whose_engine_is_dead_is_written_down_afterwards_from_its_sound() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let engines = Scripted { speaks: false, slow: false, records: true };
    let (parts, _) = prepare_session::prepare(&vault, request(&code, two_speakers(), engines)).unwrap();
    let session = parts.session;
    let running = session::start(parts);
    // Nobody listens; the session is left open, as when the program dies before its end.
    let mut gaps = 0;
    for event in &running.events {
        gaps += u32::from(matches!(event, SessionEvent::Gap(_)));
        if matches!(event, SessionEvent::Ended { .. }) {
            break;
        }
    }
    running.join();
    assert!(gaps > 3, "{gaps}");
    let row = |v: &UnlockedVault| v.sessions(None).unwrap().into_iter().find(|r| r.id == session).unwrap();
    assert_eq!(row(&vault).state, SessionState::Ended);
    let opened = vault.open_session(session).unwrap();
    assert!(!opened.iter().any(|o| matches!(o.body, Body::Utterances { .. })));
    let unheard = recover_sound::unheard(&vault, session).unwrap().unwrap();
    assert!(unheard.sound_ms > 10_000, "{unheard:?}");
}

#[test]
fn strange_files_beside_kept_sound_are_left_out_each_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, code) = vault(dir.path());
    let engines = || Scripted { speaks: true, slow: false, records: true };
    let (session, _) = run(&vault, request(&code, two_speakers(), engines()), &mut |_, _| {});
    let whole = index(&vault, session).unwrap().kept_ms();
    let mine = files(dir.path());
    let folder = mine[0].parent().unwrap().to_owned();
    let (other, _) = run(&vault, request(&code, two_speakers(), engines()), &mut |_, _| {});
    let theirs = files(dir.path()).into_iter().find(|p| p.parent() != Some(&folder)).unwrap();
    assert!(other != session);
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put("a.age", b"");
    put("b.age", b"age-encryption.org/v1\nnonsense");
    put("c.age", &std::fs::read(&theirs).unwrap());
    put("d.age", &std::fs::read(&mine[1]).unwrap());
    let cut = std::fs::read(&mine[2]).unwrap();
    put("e.age", &cut[..cut.len() / 2]);
    std::os::unix::fs::symlink("/etc/passwd", folder.join("f.age")).unwrap();
    std::fs::create_dir(folder.join("g.age")).unwrap();
    put("h.age.new", &cut);
    let index = index(&vault, session).unwrap();
    assert_eq!(index.kept_ms(), whole, "what is whole is there all the same");
    let why: Vec<_> = index.refused.iter().map(|(why, n)| (*why, *n)).collect();
    assert_eq!(why, [(Refused::NotOurs, 1), (Refused::Damaged, 3), (Refused::Twice, 1), (Refused::Unread, 2)]);
    std::fs::remove_file(&mine[3]).unwrap();
    assert!(self::index(&vault, session).unwrap().kept_ms() < whole);
    let _ = pass();
}

/// Runs the recorder on a file system of so many kilobytes, in a name space of its own; `None` where this user may not.
fn on_a_small_disk(kilobytes: u32, script: &str) -> Option<std::process::Output> {
    let dir = tempfile::tempdir().unwrap();
    let command = format!(
        "mount -t tmpfs -o size={kilobytes}k none {0} && cd {0} && exec 3<{0} && {script}",
        dir.path().display()
    );
    let out = std::process::Command::new("unshare").args(["-rm", "sh", "-c", &command]).output().ok()?;
    let may = !String::from_utf8_lossy(&out.stderr).contains("unshare")
        && !String::from_utf8_lossy(&out.stderr).contains("mount:");
    may.then_some(out)
}

#[test]
fn a_full_disk_is_an_alarm_and_the_sound_waits_for_room() {
    use gyeot::protocol::frame;
    use gyeot::protocol::recording::{Feed, Tells};
    let key = gyeot::crypto::SealKey::generate();
    let feeds = tempfile::tempdir().unwrap();
    let path = feeds.path().join("feeds");
    let mut out = std::fs::File::create(&path).unwrap();
    let begin = Feed::Begin { vault: "v".into(), session: SessionId([1; 16]), recipient: key.recipient().to_string() };
    frame::write(&mut out, &begin, &[]).unwrap();
    // Noise does not get smaller: twenty pieces of 64 kB on a disk of 640 kB.
    let mut noise = 1u32;
    for block in 0..200u64 {
        let mut tail = Vec::with_capacity(2 * 3200);
        for _ in 0..3200 {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            tail.extend_from_slice(&((noise >> 16) as i16).to_le_bytes());
        }
        frame::write(&mut out, &Feed::Sound { at: block * 3200 }, &tail).unwrap();
    }
    drop(out);
    let program = env!("CARGO_BIN_EXE_gyeot-recorder");
    let script = format!(
        "head -c 200000 /dev/zero > filler; (sleep 3; rm filler) & {program} < {}; ls -l >&2; wait",
        path.display()
    );
    let Some(out) = on_a_small_disk(640, &script) else {
        return skipped("no name space of its own for a small disk");
    };
    let (mut from, mut alarms, mut segments) = (out.stdout.as_slice(), Vec::new(), 0);
    while let Ok(Some((tells, _))) = frame::read::<Tells>(&mut from) {
        match tells {
            Tells::Alarm { alarm } => alarms.push(alarm),
            Tells::Saved { segments: n, .. } => segments = n,
            Tells::Hello { .. } | Tells::Mended => {}
        }
    }
    let listing = String::from_utf8_lossy(&out.stderr);
    assert_eq!(alarms.first(), Some(&SoundAlarm::LittleRoom), "{listing}");
    assert!(alarms.contains(&SoundAlarm::NoSpace), "{alarms:?} {listing}");
    assert!((6..20).contains(&segments), "as many as there was room for: {segments} {listing}");
    assert!(!listing.contains(".new"), "no half file takes room: {listing}");
}
