//! Fifty planted phrases go through a whole client: card, consent, session, assessment, notes, plan, escalation, backup.
//! Then everything that is left outside the seal is searched: files of every kind, core files, temporary files, what
//! the program wrote to stderr, its arguments and its environment; in UTF-8, decomposed, UTF-16, Base64 and hex.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::planted;
use crate::stage::{self, PASS, consent, new_vault, pass, walk};

use base64::Engine;
use gyeot::domain::advice::evidence::Evidence;
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::crisis::escalation::Raising;
use gyeot::domain::note::plan::{Plan, PlanKind, PlanPart};
use gyeot::domain::practice::consent::Guardian;
use gyeot::domain::practice::ids::{ClientCode, MemberId, RecordId, StatementId, UtteranceId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{Decided, NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::service::{Body, Consent, Scope, UnlockedVault};
use planted::{Needles, gyeot, phrases, seen_of};
use std::io::Write;
use std::process::Command;

fn note(line: &str) -> NoteRevision {
    let evidence = Evidence { utterance: UtteranceId(1), quote: ClientText::new(line) };
    let (text, origin) = (ClientText::new(line), Origin::Typed);
    let line = NoteLine { id: StatementId(1), text, origin, evidence: vec![evidence], check: None };
    let sections = vec![NoteSection { key: "subjective".into(), lines: vec![line] }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

#[test]
fn of_fifty_planted_phrases_none_is_found_outside_the_seal() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    for folder in ["cwd", "home", "tmp"] {
        std::fs::create_dir(root.join(folder)).unwrap();
    }
    std::fs::write(root.join("pass"), format!("{PASS}\n")).unwrap();
    let pass = pass();
    let planted = phrases();
    assert_eq!(planted.len(), 50);
    let needles = Needles::of(&planted);
    assert_eq!(needles.hits(&[b"xx ".as_slice(), planted[3].as_bytes(), b" yy"].concat()), 1, "the search finds");
    let inside = base64::engine::general_purpose::STANDARD.encode(format!("\"{}\"", planted[7]));
    assert_eq!(needles.hits(inside.as_bytes()), 1, "in Base64 as well");

    let new = new_vault("상담", Role::Counsellor);
    UnlockedVault::init(&root.join("v"), &new, &pass).unwrap().lock().unwrap();
    // The card by the command line, its words by lines of standard input.
    let mut add = gyeot(root, &["client", "add", "--contact", "-", "--address", "-"]);
    let lines: String = planted[..3].iter().map(|p| format!("{p}\n")).collect();
    add.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let mut seen = seen_of(&add);
    let out = add.wait_with_output().unwrap();
    assert!(out.status.success());
    let code = ClientCode(String::from_utf8(out.stdout).unwrap().trim().to_owned());

    let unlocked = UnlockedVault::unlock(&root.join("v"), None, &pass).unwrap();
    let guardian = Some(Guardian { name: ClientText::new(&planted[3]), relation: "mother".into() });
    unlocked.set_consent(&code, Consent { guardian, ..consent(&Scope::ALL) }).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    let mut bodies: Vec<Body> = planted[4..40]
        .iter()
        .zip(1..)
        .map(|(words, n)| Body::Utterances {
            utterances: vec![Utterance {
                id: UtteranceId(n),
                start_ms: 0,
                end_ms: 1,
                speaker: Speaker::Client,
                text: ClientText::new(words),
                confidence: None,
            }],
        })
        .collect();
    let on = RecordId([1; 16]);
    bodies.push(Body::Note { note: note(&planted[40]) });
    bodies.push(Body::ProcessNote { note: note(&planted[41]) });
    bodies.push(Body::Mark { at_ms: 1, label: Some(ClientText::new(&planted[42])) });
    bodies.push(Body::SuggestionDecision {
        of: on,
        index: 0,
        technique: "behavioural-activation".into(),
        decided: Decided::Edited,
        text: Some(ClientText::new(&planted[43])),
    });
    unlocked.keep(session, &bodies).unwrap();
    let sheet = |words: &str| {
        let library = gyeot::adapters::instruments::shipped().unwrap();
        let phq = library.get(&"phq-9".into()).unwrap();
        let occasion = Occasion { given_at: Timestamp(0), by: MemberId([1; 16]), mode: Mode::Paper, session: None };
        let answers = Sheet::Answers(Answers(vec![Some(0); phq.items.len()]));
        let mut made = Administration::new(phq, answers, &Context::default(), occasion).unwrap();
        made.version = words.to_owned();
        Box::new(made)
    };
    let plan = |words: &str| {
        let part = PlanPart { key: "x".into(), lines: vec![ClientText::new(words)] };
        Plan { kind: PlanKind::HandOut, parts: vec![part] }
    };
    let between = [Body::Administration { sheet: sheet(&planted[44]) }, Body::Plan { plan: plan(&planted[45]) }];
    unlocked.keep_for(&code, &between).unwrap();
    let form = gyeot::adapters::shipped::plan_form().unwrap();
    let mut safety = gyeot::domain::crisis::safety_plan::SafetyPlan::empty(&form);
    safety.add(&form, 1, &planted[46]).unwrap();
    unlocked.keep_safety_plan(&code, safety).unwrap();
    let raising = Raising { argument: Some(ClientText::new(&planted[47])), ..stage::raising() };
    unlocked.raise_escalation(&stage::escalation_rules(), &code, &raising).unwrap();
    unlocked.change_client(&code, |card| card.contact = Some(ClientText::new(&planted[48]))).unwrap();
    let debug =
        format!("{:?} {:?} {:?}", bodies, unlocked.open_session(session).unwrap(), unlocked.client(&code).unwrap());
    unlocked.end_session(session, Timestamp(1), "ended").unwrap();
    unlocked.lock().unwrap();

    let backup = root.join("b.age").to_string_lossy().into_owned();
    let unpacked = root.join("unpacked").to_string_lossy().into_owned();
    let id = session.to_string();
    // Good commands and refused ones; what they print for the person is not searched, everything else is.
    let commands: [&[&str]; 9] = [
        &["client", "show", code.as_str()],
        &["session", "show", &id],
        &["session", "list"],
        &["audit", "show"],
        &["vault", "check"],
        &["backup", "create", &backup],
        &["backup", "verify", &backup],
        &["vault", "unpack", &unpacked, "--reason", "moving"],
        &["client", "add", "--code", "not a code", "--name", "-"],
    ];
    for args in commands {
        let process = gyeot(root, args);
        seen.extend(seen_of(&process));
        process.wait_with_output().unwrap();
    }
    // Killed with keys and words in memory: no core file, although the shell allowed one.
    let mut dying =
        gyeot(root, &["client", "consent", code.as_str(), "--scope", "service", "--form", "1", "--guardian", "-"]);
    let waits = || std::fs::read_to_string(root.join("stderr")).unwrap().contains("guardian's name:");
    for _ in 0..600 {
        if waits() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(waits(), "it has unlocked and waits");
    seen.extend(seen_of(&dying));
    Command::new("kill").args(["-SEGV", &dying.id().to_string()]).status().unwrap();
    dying.wait().unwrap();

    assert_eq!(needles.hits(&seen), 0, "arguments and environment");
    assert_eq!(needles.hits(debug.as_bytes()), 0, "Debug");
    let (mut files, mut bytes) = (0, 0);
    walk(root, &mut |path| {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(!name.starts_with("core"), "a core file: {}", path.display());
        let content = std::fs::read(path).unwrap();
        assert_eq!(needles.hits(&content), 0, "{}", path.display());
        assert_eq!(needles.hits(path.to_string_lossy().as_bytes()), 0, "{}", path.display());
        (files, bytes) = (files + 1, bytes + content.len());
    });
    assert!(files > 60, "{files}");
    eprintln!("50 phrases in 8 forms: 0 hits in {files} files of {bytes} bytes, stderr, arguments, environment, Debug");
}
