//! What every key really opens, and what every way in asks of the policy. The first with the bytes of a real store and
//! every member's keys followed as far as they lead; the second read from the source and from the command line itself.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{self, consent, data, files, pass};
use clap::CommandFactory;
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::keys::SealKey;
use gyeot::crypto::seal;
use gyeot::crypto::slot;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{Class, NoteRevision, NoteState, SecretText};
use gyeot::ports::store::all_of;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn note() -> NoteRevision {
    NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None }
}

/// Members by name, and a record of every class. 상담 has the client, 수퍼 is assigned, the other two are not.
fn centre(dir: &Path) -> BTreeMap<String, String> {
    crate::stage::centre_of(dir, &crate::stage::FIVE);
    let unlocked = UnlockedVault::unlock(dir, Some("상담"), &pass()).unwrap();
    let supervisors = vec!["수퍼".to_owned()];
    let code = unlocked
        .add_client(NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() })
        .unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    unlocked
        .keep(
            session,
            &[Body::Mark { at_ms: 1, label: None }, Body::Note { note: note() }, Body::ProcessNote { note: note() }],
        )
        .unwrap();
    unlocked
        .keep_for(&code, &[Body::Administration { sheet: stage::sheet() }, Body::Plan { plan: stage::plan() }])
        .unwrap();
    stage::raise(&unlocked, &code);
    let members = unlocked.roster().members.iter().map(|m| (m.name.clone(), m.id.to_string())).collect();
    unlocked.lock().unwrap();
    members
}

/// Kind and body of a record, if this key opens it.
fn opened(bytes: &[u8], key: &SealKey) -> Option<(String, serde_json::Value)> {
    let plain = seal::decrypt(bytes, key).ok()?;
    let text = String::from_utf8(plain.to_vec()).unwrap();
    let mut lines = text.lines().skip(1);
    let header: serde_json::Value = serde_json::from_str(lines.next()?).unwrap();
    let body = serde_json::from_str(lines.next()?).unwrap();
    Some((header["kind"].as_str()?.to_owned(), body))
}

/// Every kind of record that a key leads to, key after key, and how many of all records it opens.
fn leads_to(records: &[Vec<u8>], first: SealKey) -> (BTreeSet<String>, usize) {
    let mut keys = vec![first];
    let (mut kinds, mut done) = (BTreeSet::new(), BTreeSet::new());
    while let Some(key) = keys.pop() {
        for (n, bytes) in records.iter().enumerate() {
            let Some((kind, body)) = opened(bytes, &key) else { continue };
            if done.insert(n) && kind == "key-wrap" {
                let secret = SecretText(body["secret"].as_str().unwrap().to_owned());
                keys.push(SealKey::from_secret(&secret).unwrap());
            }
            kinds.insert(kind);
        }
    }
    (kinds, done.len())
}

#[test]
fn followed_as_far_as_they_lead_each_members_keys_open_exactly_their_classes_of_record() {
    let dir = tempfile::tempdir().unwrap();
    let members = centre(dir.path());
    let store = SledStore::open(&dir.path().join("store")).unwrap();
    let records: Vec<Vec<u8>> = all_of(&store).filter_map(|record| record.unwrap().1).collect();
    let case = ["administration", "client", "consent", "key-index", "note", "plan", "session-start"];
    let all = |more: &[&str]| -> BTreeSet<String> {
        case.iter().chain(["mark", "key-wrap", "escalation"].iter()).chain(more).map(|s| (*s).to_owned()).collect()
    };
    for (name, expected) in [
        ("관리", ["escalation", "key-wrap"].iter().map(|s| (*s).to_owned()).collect()),
        ("수퍼", all(&[])),
        ("다른수퍼", ["key-wrap"].iter().map(|s| (*s).to_owned()).collect()),
        ("상담", all(&["process-note"])),
        ("다른상담", ["key-wrap"].iter().map(|s| (*s).to_owned()).collect()),
    ] {
        let file = dir.path().join("slots").join(format!("{}.age", members[name]));
        let keys = slot::unlock(&std::fs::read(file).unwrap(), &pass()).unwrap();
        let (kinds, opens) = leads_to(&records, keys.read().clone());
        assert_eq!(kinds, expected, "{name}: {opens} of {} records", records.len());
        eprintln!("{name}: opens {opens} of {} records, kinds {kinds:?}", records.len());
    }
    assert_eq!(Class::ALL.len(), 6, "a new class of record needs its column here");
}

/// Methods that ask the policy nothing, each with the reason.
const ASK_NOTHING: [(&str, &str); 35] = [
    ("init_on", "there is no vault yet"),
    ("unlock_on", "the keys decide"),
    ("unlock_by_hardware_on", "the keys decide"),
    ("recover_on", "two recovery phrases decide"),
    ("salvage_on", "the keys decide; it saves what is there and shows nothing"),
    ("restore_on", "the passphrase of the backup decides"),
    ("verify_backup_on", "the passphrase of the backup decides"),
    ("words", "a fingerprint of public keys"),
    ("held", "says only whether a program has the vault open"),
    ("members_here", "names for the unlock screen; no key is open yet"),
    ("confirm", "the passphrase decides"),
    ("read_signed", "a note that whoever asks already has; only its signature is judged"),
    ("me", "who unlocked"),
    ("role", "who unlocked"),
    ("dir", "the folder"),
    ("guess_took", "a duration, no record"),
    ("now", "the clock"),
    ("read_only", "whether the vault can be written"),
    ("roster", "every member may see who else is one"),
    ("concerns", "whether the vault is whole; what waits in the log is asked for in `waiting`"),
    ("integrity", "whether the vault is whole"),
    ("standing_words", "whether the vault is whole"),
    ("take_recovery_phrases", "given once to who made the vault"),
    ("keep_note_draft", "asks through `keep` and `change_note`"),
    ("keep_untaken_phrases", "of the vault that was just made, sealed to who made it"),
    ("untaken_phrases", "sealed to who made the vault"),
    ("phrases_taken", "removes what was sealed to who made the vault"),
    ("relabel", "asks through `keep`"),
    ("write_process_note", "asks through `keep`"),
    ("keep_sound_key", "asks through `keep`"),
    ("time_zone_here", "how the days of this vault are counted; no key is open yet"),
    ("lock", "everybody may end"),
    ("rekey", "one's own passphrase"),
    ("add_hardware_slot", "one's own slot"),
    ("recovery_drill", "two recovery phrases decide; nothing is shown"),
];

/// Every public method of the unlocked vault with the capabilities that its body asks for, read from the source.
fn methods() -> BTreeMap<String, BTreeSet<String>> {
    let folder = data("src/service");
    let sources = files(&folder).into_iter().map(|file| folder.join(file));
    // Shared ways to ask, by the name of the helper.
    let asked_by = [
        ("roster_grant(", "ChangeRoster"),
        ("destroy_grant(", "Destroy"),
        ("self.may_keep(", "by the kind of record"),
        ("begin_session_with(", "RunSession"),
    ];
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut of_the_vault = false;
        let mut current: Option<String> = None;
        for line in text.lines() {
            if line.starts_with("impl") {
                of_the_vault = line.starts_with("impl UnlockedVault ");
            }
            let begins = line.starts_with("    pub fn ") || line.starts_with("    pub const fn ");
            let inner = ["    fn ", "    pub(crate) fn ", "}"].iter().any(|b| line.starts_with(b));
            if begins || inner {
                current = None;
            }
            if begins && of_the_vault {
                let name = line.split("fn ").nth(1).unwrap().split(['(', '<']).next().unwrap().to_owned();
                found.entry(name.clone()).or_default();
                current = Some(name);
            }
            let Some(asks) = current.as_ref().and_then(|c| found.get_mut(c)) else { continue };
            for piece in line.split("permit::").skip(1) {
                asks.insert(piece.chars().take_while(|c| c.is_alphanumeric()).collect());
            }
            asks.extend(asked_by.iter().filter(|(call, _)| line.contains(call)).map(|(_, word)| (*word).to_owned()));
        }
    }
    found
}

#[test]
fn every_method_of_the_unlocked_vault_asks_the_policy_or_says_why_it_need_not() {
    let found = methods();
    let named = |name: &str| ASK_NOTHING.iter().any(|(n, _)| *n == name) || name == "could_have_read";
    for (name, asks) in &found {
        assert_eq!(asks.is_empty(), named(name), "{name} asks {asks:?}");
    }
    for (name, why) in ASK_NOTHING {
        assert!(found.contains_key(name), "{name} ({why}) is not a method any more");
    }
    assert!(found.len() > 50, "{} methods were read", found.len());
}

/// Every command with the methods of the unlocked vault it goes through, or why it goes through none.
const COMMANDS: &[(&str, &str)] = &[
    ("appointment cancel", "keep_for"),
    ("appointment export", "export_appointments"),
    ("appointment import", "appointments, clients, keep_for"),
    ("appointment list", "appointments"),
    ("appointment set", "appointments, keep_for"),
    ("assess check-nhanes", "-: a public file, no vault"),
    ("assess due", "clients, measures"),
    ("assess export", "-: an instrument, no vault"),
    ("assess give", "keep_for"),
    ("assess history", "open_client, export_client"),
    ("assess import-fhir", "measures, keep_for"),
    ("assess import-text", "-: an instrument, no vault"),
    ("assess list", "-: no client, no vault"),
    ("assess schedule", "measures, clients, keep_for"),
    ("assess score", "-: no client, no vault"),
    ("assess show", "-: no client, no vault"),
    ("audit inspect", "inspect_log"),
    ("audit reach", "reach_of"),
    ("audit review", "unreviewed, review_entry"),
    ("audit show", "look_through_log"),
    ("audit signed", "read_signed"),
    ("audit verify", "verify_log"),
    ("backup create", "back_up"),
    ("backup restore", "restore_on"),
    ("backup verify", "verify_backup_on"),
    ("breach pack", "breach_pack"),
    ("case-report edit", "case_reports, keep_case_report"),
    ("case-report export", "export_case_reports, export_client, export_note"),
    ("case-report fill", "case_reports, open_client, sessions, note_history, keep_case_report"),
    ("case-report replace", "case_reports, client, keep_case_report"),
    ("case-report show", "case_reports"),
    ("case-report verbatim", "case_reports, sessions, open_session, keep_case_report"),
    ("client add", "same_person, add_client"),
    ("client assign", "assign_supervisor"),
    ("client unassign", "unassign_supervisor"),
    ("client consent", "agree, withdraw_consent, consent, consents"),
    ("client due", "retention_due, destroy_due"),
    ("client edit", "change_client"),
    ("client export", "export_client, export_session, export_note"),
    ("client hand-over", "hand_over"),
    ("client list", "clients"),
    ("client merge", "merge_clients, separate_clients"),
    ("client show", "client_file, full_card"),
    ("completions", "-: no vault"),
    ("crisis checked", "-: public numbers, no vault"),
    ("crisis lines", "-: public numbers, no vault"),
    ("demo", "its own throw-away vault"),
    ("doctor", "-: no vault is opened"),
    ("escalate alone", "escalate_alone"),
    ("escalate approve", "approve_escalation"),
    ("escalate choices", "-: the rules, no vault"),
    ("escalate close", "close_escalation"),
    ("escalate delete", "delete_escalation"),
    ("escalate export", "export_escalation"),
    ("escalate follow-up", "follow_up"),
    ("escalate list", "packets"),
    ("escalate raise", "raise_escalation, packet"),
    ("escalate receipt", "take_receipt"),
    ("escalate receivers", "receivers, add_receiver, change_receiver, confirm_receiver, retire_receiver"),
    ("escalate review", "review_escalation"),
    ("escalate share", "share_packets"),
    ("escalate show", "packet, take_course_out"),
    ("escalate stats", "packets"),
    ("eval", "-: nothing is stored, no vault"),
    ("find", "clients, sessions, open_session"),
    ("init", "init_on"),
    ("man", "-: no vault"),
    ("member add", "add_member"),
    ("member confirm", "confirm_fingerprint"),
    ("member list", "roster"),
    ("member review", "review_break_glass"),
    ("member revoke", "revoke_member"),
    ("member role", "change_role"),
    ("member show", "roster"),
    ("mirror", "-: nothing is stored, no vault"),
    ("note amend", "sessions, note_history, change_note"),
    ("note decide", "sessions, note_history, change_note"),
    ("note diff", "sessions, note_history"),
    ("note draft", "note_templates, sessions, measures, note_history, open_session, consent_of, keep, keep_note_draft"),
    ("note edit", "sessions, note_history, change_note"),
    ("note export", "export_note"),
    ("note handout", "export_note"),
    ("note list", "sessions, note_history"),
    ("note ready", "sessions, change_note"),
    ("note reopen", "sessions, change_note"),
    ("note show", "sessions, note_history"),
    ("note sign", "sessions, change_note"),
    ("note template", "clients, note_templates, add_note_template, retire_note_template"),
    ("replay", "sessions, session_of, consent_of, open_session"),
    ("review comment", "sessions, note_history, review_threads, comment, answer_comment"),
    ("review cosign", "sessions, note_history, decide_review"),
    ("review export", "clients, sessions, waiting_review, send_review"),
    ("review folder", "review_queue, unsent_review, send_review, take_review_in, read_review_file"),
    ("review import", "take_review_in"),
    ("review open", "sessions, open_review, read_review_file"),
    ("review queue", "review_queue"),
    ("review return", "sessions, note_history, decide_review"),
    ("session ask", "sessions, open_session, export_session, consent_of"),
    ("session correct", "sessions, open_session, keep"),
    ("session export", "export_session"),
    ("session hear-again", "sessions, consent_of, open_session, open_sound, keep"),
    ("safety-plan edit", "safety_plans, sessions, open_session, keep_safety_plan"),
    ("safety-plan export", "export_safety_plans"),
    ("safety-plan history", "safety_plans"),
    ("safety-plan show", "safety_plans"),
    ("safety-plan words", "sessions, open_session"),
    ("session list", "sessions"),
    ("session mirror", "sessions, open_session, export_session"),
    ("session play", "sessions, open_session, open_sound"),
    ("session recover", "sessions, consent_of, open_session, open_sound, keep, end_session, drop_sound"),
    ("session run", "consent, begin_session_with, make_sound_folder, keep, end_session"),
    ("session show", "sessions, open_session, export_session"),
    ("session speaker", "sessions, open_session, keep"),
    ("suggest", "-: nothing is stored, no vault"),
    ("supervision deputies", "deputies"),
    ("supervision deputy", "clients, name_deputy, deputies"),
    ("supervision end-deputy", "deputies, end_deputy"),
    ("supervision hours", "supervision_hours, forget_supervision"),
    ("supervision log", "log_supervision"),
    ("supervision process-note", "sessions, process_note, write_process_note"),
    ("supervision release", "sessions, release_extract"),
    ("supervision released", "sessions, released_extracts"),
    ("supervision supervisees", "review_queue"),
    ("supervision take-back", "sessions, released_extracts, take_back_extract"),
    ("transcribe", "-: nothing is stored, no vault"),
    ("vault accept-older", "accept_older"),
    ("vault check", "check, salvage_on"),
    ("vault drill", "recovery_drill"),
    ("vault hardware", "add_hardware_slot"),
    ("vault join", "join"),
    ("vault lock", "held"),
    ("vault recover", "recover_on"),
    ("vault rekey", "rekey"),
    ("vault renew-recovery", "renew_recovery"),
    ("vault shred", "destroy_session, destroy_client"),
    ("vault unpack", "unpack_sealed"),
    ("vault words", "words"),
];

#[test]
fn every_command_of_the_command_line_goes_through_methods_that_ask_the_policy_or_needs_no_vault() {
    let mut found: Vec<String> = Vec::new();
    let cli = gyeot::cli::Cli::command();
    for command in cli.get_subcommands() {
        let name = command.get_name();
        let mut inner = command.get_subcommands().map(|s| format!("{name} {}", s.get_name())).peekable();
        if inner.peek().is_none() {
            found.push(name.to_owned());
        }
        found.extend(inner);
    }
    found.retain(|c| !c.starts_with("models"));
    let methods = methods();
    for command in &found {
        let row = COMMANDS.iter().find(|(c, _)| c == command);
        let (_, through) = row.unwrap_or_else(|| panic!("`{command}` is not in the list of commands"));
        if through.starts_with("-: ") || through.starts_with("its own") {
            continue;
        }
        for method in through.split(", ") {
            let known = methods.get(method).unwrap_or_else(|| panic!("{command}: no method {method}"));
            let excused = ASK_NOTHING.iter().any(|(n, _)| *n == method);
            assert!(!known.is_empty() || excused, "{command}: {method} asks nothing");
        }
    }
}
