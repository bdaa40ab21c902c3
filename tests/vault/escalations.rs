//! Escalation packets with real keys: what each tier holds and does not, who opens them, the whole course on three accounts,
//! and everything that must be refused.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{self, consent, new_member, pass};
use gyeot::crypto::checkpoint::sign_note;
use gyeot::crypto::keys::{Keyring, SealKey};
use gyeot::crypto::seal;
use gyeot::domain::crisis::course::{Act, Form, Found, Receipt, State, Told};
use gyeot::domain::crisis::escalation::{Raising, Refusal, Tier, Word};
use gyeot::domain::crisis::packet_error::PacketError;
use gyeot::domain::crisis::safety_plan::SafetyPlan;
use gyeot::domain::explain::{ErrorReport, Exit, Explain};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::practice::ids::{ClientCode, MemberId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::service::escalation_statistics::statistics;
use gyeot::service::escalation_steps::receipt_name;
use gyeot::service::notes::NoteChange;
use gyeot::service::receivers::key_words;
use gyeot::service::{Body, Exported, NewClient, NewReceiver, Scope, Second, UnlockedVault, VaultError, Written};
use std::path::Path;

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

/// An admin, an assigned supervisor, a second admin and a counsellor; a client with a full card who agreed to all but research.
fn centre(dir: &Path) -> ClientCode {
    stage::centre_of(dir, &[("둘째관리", Role::Admin), ("상담", Role::Counsellor)]);
    let unlocked = unlock(dir, "상담");
    let code = client(&unlocked, "김하늘", &["수퍼"]);
    unlocked.lock().unwrap();
    code
}

/// A packet that 수퍼 raised and 관리 approved: the admin, unlocked, and its number.
fn approved(dir: &Path, code: &ClientCode) -> (UnlockedVault, String) {
    let supervisor = unlock(dir, "수퍼");
    let id = supervisor.raise_escalation(&stage::escalation_rules(), code, &stage::raising()).unwrap().to_string();
    supervisor.lock().unwrap();
    let admin = unlock(dir, "관리");
    admin.approve_escalation(&id).unwrap();
    (admin, id)
}

fn client(unlocked: &UnlockedVault, name: &str, supervisors: &[&str]) -> ClientCode {
    let new = NewClient {
        name: ClientText::new(name),
        birth_date: Some("1990-05-17".into()),
        contact: Some(ClientText::new("010-1234-5678")),
        address: Some(ClientText::new("서울시 마포구 1")),
        supervisors: supervisors.iter().map(|s| (*s).to_owned()).collect(),
        ..NewClient::default()
    };
    let code = unlocked.add_client(new).unwrap();
    let scopes = [Scope::Service, Scope::Recording, Scope::Supervision, Scope::CrisisContact];
    unlocked.set_consent(&code, consent(&scopes)).unwrap();
    code
}

/// Enters an office with this key and compares it.
fn receiver(unlocked: &UnlockedVault, id: &str, key: &SealKey, sign: Option<&Keyring>) {
    let new = NewReceiver {
        kind: Some("mental-health-centre".parse().unwrap()),
        name: Some("마포구정신건강복지센터".into()),
        recipient: Some(key.recipient().to_string().trim_start_matches("x25519:").to_owned()),
        verifying: sign.map(|k| k.verifier().to_string()),
        ..NewReceiver::default()
    };
    let entered = unlocked.add_receiver(&word(id), &new).unwrap();
    unlocked.confirm_receiver(&word(id), &key_words(&entered).unwrap()).unwrap();
}

fn written<'a>(form: Form, dir: &'a Path) -> Written<'a> {
    Written { form, dir, reason: "자살 위험, 기관 요청", lang: Lang::Ko, alone: None, again: false }
}

fn export(unlocked: &UnlockedVault, id: &str, asked: &Written<'_>) -> Result<Exported, ErrorReport> {
    unlocked.export_escalation(&stage::escalation_rules(), id, asked)
}

fn why(e: PacketError) -> ErrorReport {
    VaultError::from(e).into()
}

/// Names in a folder, hidden ones too.
fn names(dir: &Path) -> Vec<String> {
    let mut found: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    found
}

#[test]
fn the_whole_course_on_three_accounts_from_raising_to_statistics() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let rules = stage::escalation_rules();
    let (key, sign) = (SealKey::generate(), Keyring::generate());
    let admin = unlock(dir.path(), "관리");
    receiver(&admin, "mapo-centre", &key, Some(&sign));
    admin.lock().unwrap();

    let counsellor = unlock(dir.path(), "상담");
    let asked = Raising { to: word("mapo-centre"), ..stage::raising() };
    let id = counsellor.raise_escalation(&rules, &code, &asked).unwrap().to_string();
    let number = &id[..8];
    assert_eq!(counsellor.packet(number).unwrap().state(), State::Raised);
    assert_eq!(
        counsellor.approve_escalation(number).unwrap_err().exit(),
        Exit::Refused,
        "a counsellor approves nothing"
    );
    counsellor.lock().unwrap();

    let admin = unlock(dir.path(), "관리");
    let refused = export(&admin, number, &written(Form::Age, out.path())).unwrap_err();
    assert_eq!(refused, why(PacketError::NotApproved));
    assert!(names(out.path()).is_empty(), "nothing left");
    admin.lock().unwrap();

    let supervisor = unlock(dir.path(), "수퍼");
    assert_eq!(supervisor.approve_escalation(number).unwrap().state(), State::Approved);
    assert_eq!(supervisor.approve_escalation(number).unwrap_err(), PacketError::SamePerson.into());
    supervisor.lock().unwrap();

    let admin = unlock(dir.path(), "관리");
    let exported = export(&admin, number, &written(Form::Age, out.path())).unwrap();
    assert!(!exported.alone);
    let course = admin.packet(number).unwrap();
    assert_eq!((course.state(), course.review_due()), (State::Exported, false));
    assert_eq!(export(&admin, number, &written(Form::Age, out.path())).unwrap_err(), why(PacketError::Sent));
    // The receipt that the office signed names the manifest; another does not count.
    let other = sign_note("manifest 00ff\n", &receipt_name(&word("mapo-centre")), &sign);
    let wrong = admin.take_receipt(number, Receipt::Signed { note: other }).unwrap_err();
    assert_eq!(wrong, PacketError::Receipt.into());
    let text = format!("gyeot.receipt/1 {}\n", exported.manifest);
    let forged = sign_note(&text, &receipt_name(&word("mapo-centre")), &Keyring::generate());
    assert_eq!(admin.take_receipt(number, Receipt::Signed { note: forged }).unwrap_err(), PacketError::Receipt.into());
    // The program ends between export and receipt.
    drop(admin);
    let admin = unlock(dir.path(), "관리");
    let note = sign_note(&text, &receipt_name(&word("mapo-centre")), &sign);
    assert_eq!(admin.take_receipt(number, Receipt::Signed { note }).unwrap().state(), State::Received);
    admin.lock().unwrap();

    let counsellor = unlock(dir.path(), "상담");
    let due = counsellor.packet(number).unwrap().follow_ups(&rules.follow_up_hours);
    assert_eq!(due.iter().map(|f| f.hours).collect::<Vec<_>>(), [24, 72]);
    let (now, hour) = (due[0].due.0, 3_600_000);
    let told: Vec<Told> = [-1, 0, 4 * hour, 24 * hour].map(|late| due[0].told(Timestamp(now + late))).to_vec();
    assert_eq!(told, [Told::Nobody, Told::Counsellor, Told::Supervisor, Told::Admin]);
    counsellor.follow_up(&rules, number, 24, &word("reached"), Some(ClientText::new("통화함"))).unwrap();
    assert_eq!(counsellor.follow_up(&rules, number, 24, &word("reached"), None).unwrap_err(), PacketError::Done.into());
    assert_eq!(
        counsellor.follow_up(&rules, number, 25, &word("reached"), None).unwrap_err(),
        PacketError::NoFollowUp.into()
    );
    assert_eq!(counsellor.follow_up(&rules, number, 72, &word("danced"), None).unwrap_err(), PacketError::Code.into());
    let closed = counsellor.close_escalation(&rules, number, &word("in-care"), None).unwrap();
    assert_eq!((closed.state(), closed.outcome()), (State::Closed, Some(&word("in-care"))));
    assert!(closed.follow_ups(&rules.follow_up_hours).iter().all(|f| f.done.is_some()), "nothing is due any more");
    assert_eq!(
        counsellor.close_escalation(&rules, number, &word("safe"), None).unwrap_err(),
        PacketError::Closed.into()
    );
    counsellor.lock().unwrap();

    let admin = unlock(dir.path(), "관리");
    assert_eq!(export(&admin, number, &written(Form::Json, out.path())).unwrap_err(), why(PacketError::Closed));
    let day = admin.now().date();
    let counted = statistics(&admin, &day, &day).unwrap();
    assert_eq!(counted.tables[0].total, gyeot::domain::crisis::statistics::Shown::Withheld, "one is fewer than five");
    let log = admin.read_log().unwrap();
    let kept: Vec<_> = log
        .iter()
        .filter(|(_, e)| matches!(e.task, Task::Escalate | Task::Export))
        .map(|(_, e)| (e.task, e.detail.as_deref().unwrap_or("").split(' ').next().unwrap().to_owned(), e.break_glass))
        .collect();
    let said = |task, word: &str| (task, word.to_owned(), false);
    assert_eq!(
        kept,
        [
            said(Task::Escalate, "raise"),
            said(Task::Escalate, "approve"),
            said(Task::Export, "age"),
            said(Task::Escalate, "receipt"),
            said(Task::Escalate, "follow-up"),
            said(Task::Escalate, "close")
        ]
    );
    assert!(log.iter().any(|(_, e)| e.task == Task::Export && e.second.is_some()), "by two");
    // What left: sealed to the office alone, with a manifest that names no person.
    let folder = out.path().join(format!("packet-{number}-1"));
    let manifest = std::fs::read(folder.join("manifest.txt")).unwrap();
    let signed = UnlockedVault::read_signed(dir.path(), &manifest).unwrap();
    assert_eq!(signed.by, "관리");
    assert!(!signed.text.contains("김하늘") && !signed.text.contains("suicide"));
    for (name, hash) in &exported.files {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(hex::encode(gyeot::crypto::keys::sha256(&[&bytes])), *hash);
        assert!(signed.text.contains(hash.as_str()));
        let plain = seal::decrypt(&bytes, &key).unwrap();
        assert!(name == "packet.pdf.age" || String::from_utf8_lossy(&plain).contains("김하늘"), "{name}");
        assert!(seal::decrypt(&bytes, &SealKey::generate()).is_err());
    }
}

/// A note of one line, signed, in a session of this client with words, and answers, a plan and a process note.
fn fill(unlocked: &UnlockedVault, code: &ClientCode, n: usize, marker: &dyn Fn(&str) -> String) {
    let line = |text: &str| NoteLine {
        id: Default::default(),
        text: ClientText::new(text),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let note = |text: &str| NoteRevision {
        format: "soap".into(),
        sections: vec![NoteSection { key: "subjective".into(), lines: vec![line(text)] }],
        state: NoteState::Draft,
        reason: None,
    };
    let session = unlocked.begin_session(code, Timestamp(n as i64)).unwrap();
    let said = Body::Utterances {
        utterances: vec![gyeot::domain::transcript::Utterance {
            id: gyeot::domain::practice::ids::UtteranceId(1),
            start_ms: 0,
            end_ms: 1,
            speaker: gyeot::domain::transcript::Speaker::Client,
            text: ClientText::new(&marker("transcript")),
            confidence: None,
        }],
    };
    unlocked.keep(session, &[said, Body::ProcessNote { note: note(&marker("process")) }]).unwrap();
    unlocked.change_note(session, NoteChange::Write(note(&marker("note")))).unwrap();
    unlocked.change_note(session, NoteChange::MarkReady).unwrap();
    unlocked.change_note(session, NoteChange::Sign).unwrap();
    let form = gyeot::adapters::shipped::plan_form().unwrap();
    let mut plan = SafetyPlan::empty(&form);
    plan.add(&form, 1, &marker("plan")).unwrap();
    unlocked.keep_safety_plan(code, plan).unwrap();
    let mut sheet = stage::sheet();
    sheet.instrument = "cssrs-screener".into();
    sheet.version = marker("answers");
    unlocked.keep_for(code, &[Body::Administration { sheet }]).unwrap();
    unlocked
        .change_client(code, |card| {
            card.medicine = Some(ClientText::new(&marker("medicine")));
            card.emergency = Some(ClientText::new(&marker("emergency")));
            card.referred = Some(ClientText::new(&marker("referred")));
        })
        .unwrap();
}

/// What a tier holds, by the kinds of text that [`fill`] and the form plant.
const TABLE: [(Tier, &[&str]); 4] = [
    (Tier::Contact, &[]),
    (Tier::Screening, &["answers", "plan", "means", "location"]),
    (Tier::Summary, &["answers", "plan", "means", "location", "summary"]),
    (Tier::Full, &["answers", "plan", "means", "location", "summary", "note"]),
];
const KINDS: [&str; 12] = [
    "transcript",
    "process",
    "note",
    "answers",
    "plan",
    "medicine",
    "emergency",
    "referred",
    "means",
    "location",
    "summary",
    "argument",
];

#[test]
fn every_tier_holds_exactly_what_its_table_says_over_random_records() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    centre(dir.path());
    let rules = stage::escalation_rules();
    let key = SealKey::generate();
    let admin = unlock(dir.path(), "관리");
    receiver(&admin, "mapo-centre", &key, None);
    admin.lock().unwrap();
    let mut salt = stage::seed();
    let mut random = move || {
        salt = salt.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (salt >> 33) as u32
    };
    let rounds = stage::rounds(8);
    for n in 0..rounds {
        // Hangul, quotes, markup and control characters around a number that stands nowhere else.
        let frames = ["〔{}〕", "\"{}\"", "<b>{}</b>", "말{}\u{1b}[31m", "{}\n둘째 줄"];
        let (salt, frame) = (random(), frames[random() as usize % frames.len()]);
        let bare = move |kind: &str| format!("{kind}{n}x{salt}");
        let marker = move |kind: &str| frame.replace("{}", &bare(kind));
        let counsellor = unlock(dir.path(), "상담");
        let code = client(&counsellor, &format!("이름{n}"), &["수퍼"]);
        fill(&counsellor, &code, n, &marker);
        let mut raised = Vec::new();
        for (tier, holds) in TABLE {
            let said = |kind: &str| holds.contains(&kind).then(|| ClientText::new(&marker(kind)));
            let asked = Raising {
                tier,
                ground: gyeot::domain::crisis::escalation::Ground {
                    basis: word("consent"),
                    limb: word("recorded"),
                    statute: None,
                },
                argument: Some(ClientText::new(&marker("argument"))),
                to: word("mapo-centre"),
                means: said("means"),
                location: said("location"),
                summary: said("summary"),
                ..stage::raising()
            };
            raised.push((counsellor.raise_escalation(&rules, &code, &asked).unwrap().to_string(), holds));
        }
        counsellor.lock().unwrap();
        let supervisor = unlock(dir.path(), "수퍼");
        for (id, _) in &raised {
            supervisor.approve_escalation(id).unwrap();
        }
        supervisor.lock().unwrap();
        let admin = unlock(dir.path(), "관리");
        for ((id, holds), (tier, _)) in raised.iter().zip(TABLE) {
            let mut left = String::new();
            let forms = if tier == Tier::Full { vec![Form::Age] } else { vec![Form::Age, Form::Json, Form::Fhir] };
            for form in forms {
                let done = export(&admin, id, &written(form, out.path())).unwrap();
                for (name, _) in &done.files {
                    let bytes = std::fs::read(done.folder.join(name)).unwrap();
                    let plain =
                        if name.ends_with(".age") { seal::decrypt(&bytes, &key).unwrap().to_vec() } else { bytes };
                    left.push_str(&String::from_utf8_lossy(&plain));
                }
                left.push_str(&std::fs::read_to_string(done.folder.join("manifest.txt")).unwrap());
            }
            for kind in KINDS {
                assert_eq!(left.contains(&bare(kind)), holds.contains(&kind), "tier {tier:?}: {kind}");
            }
            assert!(left.contains(&format!("이름{n}")) && !left.contains(code.as_str()), "the name and not the code");
            let course = admin.packet(id).unwrap();
            let sealed = serde_json::to_string(&course.raised).unwrap();
            assert!(!sealed.contains(&bare("note")), "an admin reads no note, of any tier");
            assert!(!sealed.contains(&bare("transcript")) && !sealed.contains(&bare("process")));
        }
        admin.lock().unwrap();
    }
}

#[test]
fn what_is_missing_or_does_not_fit_is_refused_and_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let rules = stage::escalation_rules();
    let counsellor = unlock(dir.path(), "상담");
    let base = || Raising { again: false, ..stage::raising() };
    let ground = |basis: &str, limb: &str, statute: Option<&str>| gyeot::domain::crisis::escalation::Ground {
        basis: word(basis),
        limb: word(limb),
        statute: statute.map(str::to_owned),
    };
    let refused = |asked: Raising| match counsellor.raise_escalation(&rules, &code, &asked) {
        Err(VaultError::Packet(PacketError::Raise(why))) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(Raising { reason: word("boredom"), ..base() }), Refusal::Reason);
    assert_eq!(refused(Raising { ground: ground("none", "own-life", None), ..base() }), Refusal::Basis);
    assert_eq!(refused(Raising { ground: ground("urgent-life-or-body", "recorded", None), ..base() }), Refusal::Limb);
    assert_eq!(refused(Raising { argument: None, ..base() }), Refusal::Argument);
    assert_eq!(refused(Raising { argument: Some(ClientText::new("   급함   ")), ..base() }), Refusal::Argument);
    assert_eq!(
        refused(Raising { argument: Some(ClientText::new(&"가".repeat(401))), ..base() }),
        Refusal::ArgumentLong
    );
    assert_eq!(refused(Raising { ground: ground("other-statute", "duty", None), ..base() }), Refusal::Statute);
    let sentence = "그 사람이 어제 나에게 한 말은 이 칸에 들어가지 않는다. 아무리 그래도 들어가지 않는다. 3번째로 말하지만 들어가지 않는다";
    assert_eq!(
        refused(Raising { ground: ground("other-statute", "duty", Some(sentence)), ..base() }),
        Refusal::Statute
    );
    let needless = ground("urgent-life-or-body", "own-life", Some("제44조"));
    assert_eq!(refused(Raising { ground: needless, ..base() }), Refusal::NoStatute);
    let full = Raising { tier: Tier::Full, summary: Some(ClientText::new("요약")), ..base() };
    assert_eq!(refused(full), Refusal::Tier(Tier::Summary));
    assert_eq!(refused(Raising { tier: Tier::Summary, ..base() }), Refusal::Summary);
    assert_eq!(refused(Raising { means: Some(ClientText::new("약")), ..base() }), Refusal::NoPlace);
    let abuse = ground("child-abuse-report", "duty-suspected", None);
    assert_eq!(refused(Raising { ground: abuse.clone(), ..base() }), Refusal::Kind, "not to the ambulance");
    assert_eq!(
        counsellor.raise_escalation(&rules, &code, &Raising { to: word("nobody"), ..base() }).unwrap_err(),
        PacketError::NoReceiver.into()
    );
    assert!(counsellor.packets(false).unwrap().is_empty(), "nothing was kept");
    // Without a consent, and without that of a guardian; the child's path asks for neither.
    let new =
        NewClient { name: ClientText::new("아이"), birth_date: Some("2020-01-01".into()), ..NewClient::default() };
    let child = counsellor.add_client(new).unwrap();
    let by_consent = Raising { ground: ground("consent", "recorded", None), argument: None, ..base() };
    let of_child = |asked: &Raising| counsellor.raise_escalation(&rules, &child, asked);
    assert_eq!(of_child(&by_consent).unwrap_err(), PacketError::Raise(Refusal::Consent).into());
    let report = Raising { ground: abuse, to: word("police-112"), argument: None, ..base() };
    let id = of_child(&report).unwrap();
    let course = counsellor.packet(&id.to_string()).unwrap();
    assert_eq!(course.raised.packet.contact.person.address, None, "no address is known, and it says so");
    // The same again while it is open.
    let again = of_child(&report).unwrap_err();
    assert_eq!(again, PacketError::Open(id.to_string()[..8].to_owned()).into());
    of_child(&Raising { again: true, ..report }).unwrap();
    counsellor.lock().unwrap();
    // Another's client: no packet, and the attempt stands in the log.
    let admin = unlock(dir.path(), "관리");
    assert!(admin.raise_escalation(&rules, &code, &base()).is_err());
    assert!(admin.read_log().unwrap().iter().any(|(_, e)| e.task == Task::Refused && e.whose == Some(code.clone())));
}

#[test]
fn a_receivers_key_is_refused_with_a_typo_until_it_is_compared_and_again_when_it_changes() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let rules = stage::escalation_rules();
    let key = SealKey::generate();
    let admin = unlock(dir.path(), "관리");
    let good = key.recipient().to_string().trim_start_matches("x25519:").to_owned();
    let typo = good.replacen(['q', 'p', 'z', 'r', '9'], "y", 1);
    assert_ne!(typo, good);
    let id = word("mapo-centre");
    let entered = |recipient: &str| NewReceiver {
        kind: Some("police".parse().unwrap()),
        name: Some("마포서".into()),
        recipient: Some(recipient.to_owned()),
        ..NewReceiver::default()
    };
    assert_eq!(admin.add_receiver(&id, &entered(&typo)).unwrap_err(), PacketError::Recipient.into());
    assert!(admin.receivers().unwrap().is_empty());
    let first = admin.add_receiver(&id, &entered(&good)).unwrap();
    assert_eq!(admin.add_receiver(&id, &entered(&good)).unwrap_err(), PacketError::ReceiverTaken.into());
    assert_eq!(admin.confirm_receiver(&id, "babab dadad").unwrap_err(), PacketError::OtherWords.into());
    admin.lock().unwrap();
    let counsellor = unlock(dir.path(), "상담");
    let asked = Raising { to: id.clone(), ..stage::raising() };
    let packet = counsellor.raise_escalation(&rules, &code, &asked).unwrap().to_string();
    assert!(counsellor.change_receiver(&id, &NewReceiver::default()).is_err(), "the directory is the admin's");
    counsellor.lock().unwrap();
    let supervisor = unlock(dir.path(), "수퍼");
    supervisor.approve_escalation(&packet).unwrap();
    supervisor.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    let age = written(Form::Age, out.path());
    assert_eq!(export(&admin, &packet, &age).unwrap_err(), why(PacketError::NotCompared));
    admin.confirm_receiver(&id, &key_words(&first).unwrap()).unwrap();
    let changed =
        NewReceiver { recipient: Some(SealKey::generate().recipient().to_string()), ..NewReceiver::default() };
    let second = admin.change_receiver(&id, &changed).unwrap();
    assert_eq!(second.compared, None);
    assert_eq!(export(&admin, &packet, &age).unwrap_err(), why(PacketError::NotCompared), "changed since");
    assert_eq!(admin.confirm_receiver(&id, &key_words(&first).unwrap()).unwrap_err(), PacketError::OtherWords.into());
    admin.confirm_receiver(&id, &key_words(&second).unwrap()).unwrap();
    export(&admin, &packet, &age).unwrap();
    admin.retire_receiver(&id).unwrap();
    let again = Written { again: true, ..age };
    assert_eq!(
        export(&admin, &packet, &again).unwrap_err(),
        why(PacketError::NoReceiver),
        "nothing goes there any more"
    );
    admin.lock().unwrap();
    // Every member reads the directory, one who comes later too.
    let admin = unlock(dir.path(), "관리");
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    admin.add_member(&new_member("새상담", Role::Counsellor), &pass(), with, None).unwrap();
    admin.lock().unwrap();
    assert_eq!(unlock(dir.path(), "새상담").receivers().unwrap().len(), 1);
}

#[test]
fn what_goes_alone_is_reviewed_by_another_person_and_stays_due_until_then() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let rules = stage::escalation_rules();
    let counsellor = unlock(dir.path(), "상담");
    let id = counsellor.raise_escalation(&rules, &code, &stage::raising()).unwrap().to_string();
    assert_eq!(counsellor.escalate_alone(&id, "  ").unwrap_err().exit(), Exit::Refused, "a reason");
    let json = written(Form::Json, out.path());
    assert_eq!(export(&counsellor, &id, &json).unwrap_err(), why(PacketError::NotApproved));
    let alone = Written { alone: Some("새벽 두 시, 아무도 없음"), ..json.clone() };
    let done = export(&counsellor, &id, &alone).unwrap();
    assert!(done.alone && counsellor.packet(&id).unwrap().review_due());
    let closed = counsellor.close_escalation(&rules, &id, &word("safe"), None).unwrap();
    assert!(closed.review_due(), "closing skips no review");
    let refused = counsellor.review_escalation(&id, Found::Justified, None).unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused);
    counsellor.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    let waits = |v: &UnlockedVault| {
        v.unreviewed().unwrap().iter().filter(|(_, e)| matches!(e.task, Task::Escalate | Task::Export)).count()
    };
    assert_eq!(waits(&admin), 1, "the log has it too");
    let reviewed = admin.review_escalation(&id, Found::Justified, Some(ClientText::new("불가피"))).unwrap();
    assert!(!reviewed.review_due());
    assert_eq!(waits(&admin), 0, "and is done with it");
    assert_eq!(admin.review_escalation(&id, Found::Justified, None).unwrap_err(), PacketError::NothingToReview.into());
}

#[test]
fn whoever_raised_it_is_no_second_person_in_whatever_role_and_one_admin_alone_is_not_two() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let rules = stage::escalation_rules();
    let supervisor = unlock(dir.path(), "수퍼");
    let id = supervisor.raise_escalation(&rules, &code, &stage::raising()).unwrap().to_string();
    assert_eq!(supervisor.approve_escalation(&id).unwrap_err(), PacketError::SamePerson.into());
    supervisor.lock().unwrap();
    // An admin approves what a counsellor raised: where there is a supervisor, the admin alone does not send it.
    let counsellor = unlock(dir.path(), "상담");
    let other = Raising { reason: word("self-harm"), ..stage::raising() };
    let by_counsellor = counsellor.raise_escalation(&rules, &code, &other).unwrap().to_string();
    counsellor.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    admin.approve_escalation(&by_counsellor).unwrap();
    let refused = export(&admin, &by_counsellor, &written(Form::Json, out.path())).unwrap_err();
    assert_eq!(refused.exit, Exit::Refused);
    assert!(names(out.path()).is_empty());
    // What the supervisor raised and the admin approves and sends was two persons.
    admin.approve_escalation(&id).unwrap();
    assert!(!export(&admin, &id, &written(Form::Json, out.path())).unwrap().alone);
    admin.lock().unwrap();
}

#[test]
fn a_practice_of_one_sends_alone_and_the_review_waits_for_somebody() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let unlocked = stage::made(dir.path());
    let code = client(&unlocked, "김하늘", &[]);
    let rules = stage::escalation_rules();
    let asked = Raising { alone: Some("혼자 하는 상담실".into()), ..stage::raising() };
    let id = unlocked.raise_escalation(&rules, &code, &asked).unwrap().to_string();
    assert_eq!(unlocked.packet(&id).unwrap().state(), State::Approved);
    assert!(export(&unlocked, &id, &written(Form::Fhir, out.path())).unwrap().alone);
    unlocked.lock().unwrap();
    let unlocked = stage::unlock_only(dir.path());
    assert!(unlocked.packet(&id).unwrap().review_due(), "it waits for a supervisor who comes later");
}

#[test]
fn nothing_is_left_where_it_was_to_go_when_it_cannot_all_be_written() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let (admin, id) = approved(dir.path(), &code);
    // A place that is not there, a file, a link, and a name that is taken.
    let missing = out.path().join("no");
    let file = out.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let target = out.path().join("target");
    std::fs::create_dir(&target).unwrap();
    let link = out.path().join("link");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    for place in [&missing, &file, &link] {
        let refused = export(&admin, &id, &written(Form::Json, place)).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage, "{}", place.display());
    }
    std::fs::create_dir(target.join(format!("packet-{}-1", &id[..8]))).unwrap();
    assert_eq!(export(&admin, &id, &written(Form::Json, &target)).unwrap_err().exit, Exit::Usage);
    // What an export left that was killed is removed by the next one.
    let good = out.path().join("good");
    std::fs::create_dir_all(good.join(".gyeot-packet-0-1.part")).unwrap();
    std::fs::write(good.join(".gyeot-packet-0-1.part").join("packet.json"), "half").unwrap();
    // A folder that takes no file.
    let read_only = out.path().join("read-only");
    std::fs::create_dir(&read_only).unwrap();
    std::fs::set_permissions(&read_only, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    match export(&admin, &id, &written(Form::Json, &read_only)) {
        Err(refused) => {
            assert_eq!(refused.exit, Exit::Failed);
            assert_eq!(admin.packet(&id).unwrap().state(), State::Approved, "what was not written was not sent");
        }
        Ok(_) => stage::skipped("this user writes where nobody may"),
    }
    let done = export(&admin, &id, &Written { again: true, ..written(Form::Json, &good) }).unwrap();
    assert_eq!(names(&good), [done.folder.file_name().unwrap().to_string_lossy().into_owned()]);
    assert_eq!(names(&done.folder), ["manifest.txt", "packet.json"]);
    let mode = |path: &Path| std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions());
    assert_eq!((mode(&done.folder) & 0o777, mode(&done.folder.join("packet.json")) & 0o777), (0o700, 0o600));
}

#[test]
fn of_two_who_export_at_the_same_moment_one_does_it_and_the_other_is_told() {
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let (admin, id) = approved(dir.path(), &code);
    let both: Vec<Result<Exported, ErrorReport>> = std::thread::scope(|scope| {
        let ways: Vec<_> =
            (0..2).map(|_| scope.spawn(|| export(&admin, &id, &written(Form::Json, out.path())))).collect();
        ways.into_iter().map(|way| way.join().unwrap()).collect()
    });
    assert_eq!(both.iter().filter(|r| r.is_ok()).count(), 1);
    assert!(both.contains(&Err(why(PacketError::Sent))));
    assert_eq!(names(out.path()).len(), 1);
    assert_eq!(admin.packet(&id).unwrap().exports().len(), 1);
}

#[test]
fn an_admins_keys_open_packets_and_logs_and_no_note_among_many() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let counsellor = unlock(dir.path(), "상담");
    let notes = stage::rounds(40);
    for n in 0..notes {
        fill(&counsellor, &code, n, &|kind| format!("{kind}{n}"));
    }
    let id = stage::raise(&counsellor, &code).to_string();
    let log = counsellor.roster().log;
    counsellor.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    let me = admin.me().id;
    admin.approve_escalation(&id).unwrap();
    admin.lock().unwrap();
    let store = gyeot::adapters::store_sled::SledStore::open(&dir.path().join("store")).unwrap();
    let records: Vec<Vec<u8>> = gyeot::ports::store::all_of(&store).filter_map(|record| record.unwrap().1).collect();
    assert!(records.len() > notes * 6, "{} records", records.len());
    let kinds = kinds_opened(&records, dir.path(), me);
    let packets: Vec<&str> = kinds.keys().map(String::as_str).collect();
    assert_eq!(packets, ["escalation", "escalation-step", "key-wrap"], "{log}");
    assert_eq!((kinds["escalation"], kinds["escalation-step"]), (1, 1));
}

/// Kinds of every record that a member's keys lead to, with how many.
fn kinds_opened(records: &[Vec<u8>], dir: &Path, member: MemberId) -> std::collections::BTreeMap<String, usize> {
    let slot = std::fs::read(dir.join("slots").join(format!("{member}.age"))).unwrap();
    let mut keys = vec![gyeot::crypto::slot::unlock(&slot, &pass()).unwrap().read().clone()];
    let (mut kinds, mut done) = (std::collections::BTreeMap::new(), std::collections::BTreeSet::new());
    while let Some(key) = keys.pop() {
        for (n, bytes) in records.iter().enumerate().filter(|(n, _)| !done.contains(n)).collect::<Vec<_>>() {
            let Ok(plain) = seal::decrypt(bytes, &key) else { continue };
            done.insert(n);
            let text = String::from_utf8(plain.to_vec()).unwrap();
            let mut lines = text.lines().skip(1);
            let header: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
            let kind = header["kind"].as_str().unwrap().to_owned();
            if kind == "key-wrap" {
                let body: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
                let secret = gyeot::domain::record::SecretText(body["secret"].as_str().unwrap().to_owned());
                keys.push(SealKey::from_secret(&secret).unwrap());
            }
            *kinds.entry(kind).or_insert(0) += 1;
        }
    }
    kinds
}

#[test]
fn a_packet_is_destroyed_on_demand_by_two_with_a_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let counsellor = unlock(dir.path(), "상담");
    let id = stage::raise(&counsellor, &code).to_string();
    let phrase = pass();
    let admin = Some(Second { name: "관리", passphrase: &phrase });
    assert_eq!(counsellor.delete_escalation(&id, "요청", None).unwrap_err().exit(), Exit::Refused, "two persons");
    assert_eq!(counsellor.delete_escalation(&id, " ", admin).unwrap_err().exit(), Exit::Refused, "a reason");
    let (certificate, signed) = counsellor.delete_escalation(&id, "본인 요청", admin).unwrap();
    // To the recovery key, the counsellor, the supervisor and both admins.
    assert_eq!((certificate.keys, certificate.records, certificate.break_glass), (5, 1, false));
    assert_eq!(UnlockedVault::read_signed(dir.path(), signed.as_bytes()).unwrap().by, "상담");
    assert_eq!(counsellor.packet(&id).unwrap_err(), PacketError::NoPacket.into());
    assert!(counsellor.check().unwrap().sound());
    counsellor.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    assert!(admin.packets(true).unwrap().is_empty());
}

#[test]
fn a_clock_that_went_back_changes_no_order_and_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let counsellor = unlock(dir.path(), "상담");
    let id = stage::raise(&counsellor, &code).to_string();
    let course = counsellor.packet(&id).unwrap();
    let step = |after, at, act| gyeot::domain::crisis::course::Done {
        by: MemberId([9; 16]),
        role: Some(Role::Admin),
        at: Timestamp(at),
        step: gyeot::domain::crisis::course::Step { packet: course.id, after, act },
    };
    let back = course.at.0 - 86_400_000;
    let steps = vec![
        step(1, back - 5, Act::Received { receipt: Receipt::Typed { who: ClientText::new("당직") } }),
        step(0, back, Act::Approved),
    ];
    let made =
        gyeot::domain::crisis::course::Course::new(course.id, course.raised.clone(), course.by, course.at, steps);
    assert!(matches!(made.steps[0].step.act, Act::Approved) && made.clock_back() && !course.clock_back());
}

#[test]
fn a_hundred_packets_are_opened_by_the_receivers_key_with_the_age_library_and_with_stock_age() {
    use age::secrecy::ExposeSecret;
    let (dir, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = centre(dir.path());
    let rules = stage::escalation_rules();
    let key = SealKey::generate();
    // What the office holds: an identity file of stock age.
    let identity: age::x25519::Identity = key.secret().0.parse().unwrap();
    assert!(identity.to_string().expose_secret().starts_with("AGE-SECRET-KEY-1"));
    let held = out.path().with_extension("key");
    std::fs::write(&held, key.secret().0.as_bytes()).unwrap();
    let stock = std::process::Command::new("age").arg("--version").output().is_ok();
    if !stock {
        stage::skipped("stock age is not installed; the age library alone opens the packets");
    }
    let admin = unlock(dir.path(), "관리");
    receiver(&admin, "mapo-centre", &key, None);
    admin.lock().unwrap();
    let supervisor = unlock(dir.path(), "수퍼");
    let asked = Raising { to: word("mapo-centre"), ..stage::raising() };
    let ids: Vec<String> =
        (0..100).map(|_| supervisor.raise_escalation(&rules, &code, &asked).unwrap().to_string()).collect();
    supervisor.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    for id in &ids {
        admin.approve_escalation(id).unwrap();
        let done = export(&admin, id, &written(Form::Age, out.path())).unwrap();
        for (name, _) in &done.files {
            let bytes = std::fs::read(done.folder.join(name)).unwrap();
            let plain = age::decrypt(&identity, &bytes).unwrap();
            if stock {
                let file = done.folder.join(name);
                let opened = std::process::Command::new("age").arg("-d").arg("-i").arg(&held).arg(file).output();
                assert!(opened.unwrap().stdout == plain, "{name} by stock age");
            }
            if name == "packet.json.age" {
                let json: serde_json::Value = serde_json::from_slice(&plain).unwrap();
                assert_eq!((json["schema"].as_str(), json["id"].as_str()), (Some("gyeot.packet/1"), Some(id.as_str())));
            }
        }
    }
    assert_eq!(names(out.path()).len(), 100);
    assert_eq!(admin.packets(true).unwrap().len(), 100);
    std::fs::remove_file(held).unwrap();
}
