//! A list that is read again while something is marked: the mark stays on it, wherever it stands now, so that the next key is for
//! what was meant.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::screen::Screen;
use gyeot::app::session_event::SessionEvent;
use gyeot::app::state::live::Pane;
use gyeot::app::state::review::Reviews;
use gyeot::app::views::{CaseRow, Measure};
use gyeot::domain::practice::client::ClientRow;
use gyeot::domain::practice::ids::{ClientId, InstrumentId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session::SessionState;
use gyeot::ui::keymap;

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn opened(effects: &[Effect]) -> Option<ClientId> {
    effects.iter().find_map(|e| match e {
        Effect::OpenClient(id) => Some(*id),
        _ => None,
    })
}

#[test]
fn a_client_who_comes_before_the_marked_one_does_not_take_its_key() {
    for looking in [false, true] {
        let mut m = signed_in(Lang::Ko);
        if looking {
            press(&mut m, Key::char('/'));
            type_text(&mut m, "C-0418");
        } else {
            press(&mut m, Key::char('j'));
        }
        let mut rows: Vec<CaseRow> = m.caseload.clone();
        let marked = rows[1].client.id;
        let first = ClientRow { id: ClientId([5; 16]), code: "C-04180".into(), ..rows[0].client.clone() };
        rows.insert(0, CaseRow { client: first, ..rows[0].clone() });
        play(&mut m, [Msg::Answer(Answer::Caseload(rows.clone()))]);
        assert_eq!(opened(&press(&mut m, Key::plain(KeyName::Enter))), Some(marked), "looking: {looking}");
        // Gone altogether: the mark stays in the list.
        rows.retain(|row| row.client.id != marked);
        play(&mut m, [Msg::Answer(Answer::Caseload(rows[..1].to_vec()))]);
        assert_eq!(m.case_at, 0);
    }
}

#[test]
fn a_new_session_and_a_new_measure_of_the_open_client_do_not_move_the_marks() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    press(&mut m, Key::char('j'));
    let marked = m.client.as_ref().unwrap().file.sessions[1].id;
    let mut newer = file(&CONSENTED);
    newer.sessions.insert(0, session_row(SessionId([3; 16]), 3, 0, SessionState::Ended));
    let old = newer.measures[0].clone();
    newer.measures.insert(0, Measure { instrument: InstrumentId::from("gad-7"), at: NOW, ..old.clone() });
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(newer)))]);
    let asked = press(&mut m, Key::plain(KeyName::Enter));
    assert!(matches!(&asked[..], [Effect::OpenSession { session, .. }] if *session == marked), "{asked:?}");
    let page = m.client.as_ref().unwrap();
    assert_eq!(page.file.measures[page.measure], old);
}

#[test]
fn a_note_that_comes_before_the_marked_one_in_the_queue_does_not_take_its_key() {
    let mut m = with_queue(Lang::Ko);
    let mut queue = m.pages.get::<Reviews>().unwrap().queue.clone();
    let marked = queue.waiting[0].session;
    let mut first = queue.waiting[0].clone();
    first.session = SessionId([44; 16]);
    queue.waiting.insert(0, first);
    play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(queue)))]);
    let asked = press(&mut m, Key::plain(KeyName::Enter));
    assert!(matches!(&asked[..], [Effect::OpenReview(session)] if *session == marked), "{asked:?}");
}

#[test]
fn a_cue_that_comes_while_another_is_read_does_not_take_its_key_and_otherwise_the_newest_is_marked() {
    let mut m = talking(Lang::Ko);
    let session = m.live.as_ref().unwrap().session.unwrap();
    let cue = m.live.as_ref().unwrap().cues[0].clone();
    let came = |m: &mut Model| play(m, [Msg::Session(session, SessionEvent::Risk(cue.clone()))]);
    came(&mut m);
    let live = m.live.as_ref().unwrap();
    assert_eq!(live.cue_at, live.cues.len() - 1);
    m.live.as_mut().unwrap().pane = Pane::Cues;
    m.live.as_mut().unwrap().cue_at = 0;
    came(&mut m);
    assert_eq!(m.live.as_ref().unwrap().cue_at, 0);
}

#[test]
fn a_sheet_begun_on_the_page_of_another_client_is_not_for_the_client_of_the_running_session() {
    let mut m = talking(Lang::Ko);
    let running = m.live.as_ref().unwrap().client.id;
    let other = ClientId([8; 16]);
    let mut of_other = file(&CONSENTED);
    of_other.client = ClientRow { id: other, code: "C-0418".into(), ..row() };
    m.restart();
    m.client = None;
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(of_other.clone())))]);
    assert_eq!(m.screen, Screen::Client);
    press(&mut m, Key::char('s'));
    press(&mut m, Key::plain(KeyName::Enter));
    let sheet = m.sheet.as_ref().unwrap();
    assert_eq!((sheet.client, sheet.session), (Some(other), None));
    // In a past session of the other client the sheet is of that session.
    let mut m = talking(Lang::Ko);
    m.restart();
    m.client = None;
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(of_other.clone())))]);
    let mut session = past(Lang::Ko);
    session.client = of_other.client.clone();
    let id = session.row.id;
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(session)))]);
    press(&mut m, Key::char('s'));
    let sheet = m.sheet.as_ref().unwrap();
    assert_eq!((sheet.client, sheet.session), (Some(other), Some(id)));
    assert_ne!(running, other);
}

#[test]
fn the_members_of_the_unlock_screen_are_known_by_name() {
    let mut m = started(Lang::Ko);
    let members = |names: &[&str]| {
        let members = names.iter().map(|n| (*n).to_owned()).collect();
        Msg::Answer(Answer::Vault(gyeot::app::views::VaultState::Locked { members }))
    };
    play(&mut m, [members(&["가", "나"])]);
    press(&mut m, Key::plain(KeyName::Down));
    play(&mut m, [members(&["다", "가", "나"])]);
    type_text(&mut m, "pass");
    let asked = press(&mut m, Key::plain(KeyName::Enter));
    assert!(matches!(&asked[..], [Effect::Unlock { member, .. }] if member == "나"), "{asked:?}");
}
