//! Revisions of a note that somebody signed who may not write them so: with their own key, past the program. The note goes on,
//! nothing of theirs is shown, and each is named.

use crate::attacks::{Centre, Planted, centre, unlock};
use crate::stage::pass;
use gyeot::domain::explain::Explain;
use gyeot::domain::note::states::StateError;
use gyeot::domain::practice::ids::{RecordId, StatementId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::service::notes::NoteChange;
use gyeot::service::{Body, HandOver, Second, VaultError};
use gyeot::texts::Lang;

fn text(words: &str, state: NoteState) -> NoteRevision {
    let line = NoteLine {
        id: StatementId(1),
        text: ClientText::new(words),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let sections = vec![NoteSection { key: "plan".into(), lines: vec![line] }];
    NoteRevision { format: "soap".into(), sections, state, reason: None }
}

/// The counsellor signs a note; gives its record with the hash that names it.
fn signed_note(c: &Centre) -> (RecordId, [u8; 32]) {
    let counsellor = unlock(&c.dir, "상담");
    counsellor.change_note(c.session, NoteChange::Write(text("서명할 글", NoteState::Draft))).unwrap();
    let id = counsellor.change_note(c.session, NoteChange::Sign).unwrap().record;
    counsellor.lock().unwrap();
    (id, c.signed(id))
}

fn planted(note: NoteRevision, revision: u32, replaces: Option<(RecordId, [u8; 32])>) -> Planted {
    Planted { revision, replaces, ..Planted::of(Body::Note { note }) }
}

fn words(note: &NoteRevision) -> &str {
    note.sections[0].lines[0].text.reveal()
}

#[test]
fn other_words_under_a_supervisors_states_are_skipped_named_and_block_nothing() {
    use NoteState::{CoSigned, InReview, NeedsRevision};
    let forged = |state| text("꾸며 낸 글", state);
    for (n, state) in [InReview, NeedsRevision, CoSigned].into_iter().enumerate() {
        for follows in [false, true] {
            let c = centre();
            let signed = signed_note(&c);
            let supervisor = c.member("수퍼");
            let one = if follows { planted(forged(state), 3, Some(signed)) } else { planted(forged(state), 1, None) };
            let (writer, made) = c.plant(&supervisor, &[one]);
            let counsellor = unlock(&c.dir, "상담");
            let history = counsellor.note_history(c.session).unwrap().unwrap();
            let shown: Vec<&str> = history.versions.iter().map(|v| words(&v.note)).collect();
            assert_eq!(shown, ["서명할 글", "서명할 글"], "{state:?} {follows}");
            assert_eq!(history.newest().unwrap().note.state, NoteState::Signed);
            let named: Vec<_> = history.refused.iter().map(|r| (r.record, r.author_name.as_str())).collect();
            assert_eq!(named, [(made[0].0, "수퍼")]);
            // Neither the session with all its records, nor the marks of the caseload, nor an export has the words.
            let opened = counsellor.open_session(c.session).unwrap();
            assert!(opened.iter().all(|o| !matches!(&o.body, Body::Note { note } if words(note) == "꾸며 낸 글")));
            assert_eq!(counsellor.note_state(c.session).unwrap(), Some(NoteState::Signed));
            let report = counsellor.check().unwrap();
            assert!(report.damaged.iter().any(|(who, ..)| *who == writer), "{report:?}");
            // The counsellor goes on from their own text.
            let why = ClientText::new("날짜");
            let amended = text("고친 글", NoteState::Draft);
            assert_eq!(counsellor.change_note(c.session, NoteChange::Amend(amended, why)).unwrap().revision, 3);
            counsellor.lock().unwrap();
            if n == 0 {
                let id = c.session.to_string();
                let (code, said) = c.gyeot("상담", &["note", "show", &id]);
                assert_eq!(code, 0, "{said}");
                assert!(said.contains("수퍼") && said.contains("gyeot vault check"), "{said}");
            }
        }
    }
}

#[test]
fn a_draft_that_was_forged_over_a_signed_text_does_not_take_its_place() {
    let c = centre();
    let signed = signed_note(&c);
    let counsellor = c.member("상담");
    // With the counsellor's own key: written on apart, as another workstation may have done before it knew.
    c.plant(&counsellor, &[planted(text("다른 글", NoteState::Draft), 1, None)]);
    let vault = unlock(&c.dir, "상담");
    let history = vault.note_history(c.session).unwrap().unwrap();
    assert_eq!((history.versions.len(), history.refused.len()), (3, 0));
    assert_eq!(history.newest().unwrap().record, signed.0);
    let refused = vault.change_note(c.session, NoteChange::Write(text("덮어쓰기", NoteState::Draft))).unwrap_err();
    assert_eq!(refused, VaultError::Note(StateError::Signed));
    assert!(vault.keep(c.session, &[Body::Note { note: text("덮어쓰기", NoteState::Draft) }]).is_err());
}

#[test]
fn whoever_wrote_a_text_of_the_note_does_not_co_sign_it_when_their_role_is_another() {
    let c = centre();
    let written = signed_note(&c);
    let phrase = pass();
    let supervisor = || Some(Second { name: "수퍼", passphrase: &phrase });
    // The client goes to 떠남, and 상담 becomes a supervisor who is assigned.
    let vault = unlock(&c.dir, "관리");
    let asked = HandOver { to: "떠남", reason: "휴직", process_notes: false, phrases: None };
    vault.hand_over(&c.code, &asked, supervisor()).unwrap();
    vault.lock().unwrap();
    unlock(&c.dir, "관리").change_role("상담", Role::Supervisor, supervisor(), None).unwrap();
    // Reads what the new role may hold.
    unlock(&c.dir, "상담").lock().unwrap();
    let vault = unlock(&c.dir, "떠남");
    vault.assign_supervisor(&c.code, "상담").unwrap();
    vault.lock().unwrap();
    let vault = unlock(&c.dir, "상담");
    let refused = vault.change_note(c.session, NoteChange::CoSign).unwrap_err();
    assert_eq!(refused, VaultError::Note(StateError::OwnText));
    for lang in [Lang::Ko, Lang::En] {
        assert!(!refused.message().text(lang).is_empty());
    }
    vault.lock().unwrap();
    let author = c.member("상담");
    c.plant(&author, &[planted(text("서명할 글", NoteState::CoSigned), 3, Some(written))]);
    let vault = unlock(&c.dir, "떠남");
    let history = vault.note_history(c.session).unwrap().unwrap();
    assert_eq!((history.newest().unwrap().note.state, history.refused.len()), (NoteState::Signed, 1));
}

#[test]
fn two_texts_at_once_and_a_text_beside_the_sessions_are_refused() {
    let c = centre();
    let vault = unlock(&c.dir, "상담");
    let one = || Body::Note { note: text("하나", NoteState::Draft) };
    assert!(vault.keep(c.session, &[one(), one()]).is_err(), "both would follow the same revision");
    assert!(vault.keep_for(&c.code, &[one()]).is_err(), "a note belongs to a session");
    vault.keep(c.session, &[one()]).unwrap();
    let history = vault.note_history(c.session).unwrap().unwrap();
    assert_eq!((history.versions.len(), history.refused.len()), (1, 0));
}
