//! Two records of one person by keys: the likely one first, both cards before anything is asked, a reason, a question; and the
//! same way back.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::notice::Say;
use gyeot::app::screen::Screen;
use gyeot::app::state::merge::{Joining, MergeAct, Same};
use gyeot::app::state::overlay::{Overlay, Question};
use gyeot::domain::practice::card_entries::CardEntries;
use gyeot::domain::practice::ids::{ClientCode, ClientId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::ui::keymap;

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn card(contact: Option<&str>, address: Option<&str>, emergency: Option<&str>) -> CardEntries {
    let texts = [contact, emergency, address, None, None, None].map(|text| text.map(ClientText::new));
    CardEntries { name: ClientText::new("김하늘"), birth_date: Some("1998-03-02".into()), sex: None, texts }
}

const OTHERS: [u8; 3] = [41, 42, 43];

fn other(n: u8) -> ClientId {
    ClientId([n; 16])
}

fn open(m: &Model) -> ClientId {
    m.client.as_ref().unwrap().file.client.id
}

/// A caseload of five: the open client, one more, a twin, one that was joined with the open one, one that went on elsewhere.
fn caseload(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    let here = m.client.as_ref().unwrap().file.client.clone();
    let names = ["김하늘", "박바다", "김하늘이"];
    let goes_on = [None, Some(here.code.clone()), Some(ClientCode::from("C-0001"))];
    let mut rows = m.caseload.clone();
    for ((n, name), goes_on_as) in OTHERS.into_iter().zip(names).zip(goes_on) {
        let mut row = rows[0].clone();
        row.client.id = other(n);
        row.client.code = ClientCode(format!("C-09{n}"));
        (row.client.name, row.client.goes_on_as) = (ClientText::new(name), goes_on_as);
        rows.push(row);
    }
    play(&mut m, [Msg::Answer(Answer::Caseload(rows))]);
    m
}

/// At the list of the other records.
pub fn merging(lang: Lang) -> Model {
    let mut m = caseload(lang);
    let asked = press(&mut m, Key::char('='));
    let here = open(&m);
    assert!(matches!(asked[..], [Effect::Merge(MergeAct::Twins(of))] if of == here), "{asked:?}");
    play(&mut m, [Msg::Answer(Answer::Twins(here, vec![other(OTHERS[0])]))]);
    m
}

/// Both cards side by side, with a reason.
pub fn compared(lang: Lang) -> Model {
    let mut m = merging(lang);
    let here = open(&m);
    let asked = press(&mut m, Key::plain(KeyName::Enter));
    let twin = other(OTHERS[0]);
    assert!(
        matches!(asked[..], [Effect::Merge(MergeAct::Cards { open, other })] if open == here && other == twin),
        "{asked:?}"
    );
    let mine = card(Some("010-0000-0000"), None, Some("언니 010-0000-0001"));
    let theirs = card(Some("010-2222-2222"), Some("서울시 마포구"), None);
    play(&mut m, [Msg::Answer(Answer::TwoCards(Box::new([(here, mine), (twin, theirs)])))]);
    type_text(&mut m, "접수가 두 번 됨");
    m
}

fn form(m: &Model) -> Joining {
    m.pages.read()
}

fn asked(m: &Model) -> MergeAct {
    match &m.overlay {
        Some(Overlay::Confirm(Question::Merge(act))) => act.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_twin_stands_first_and_a_record_that_went_on_elsewhere_is_not_offered() {
    for lang in [Lang::Ko, Lang::En] {
        let m = merging(lang);
        let rows = form(&m).rows.unwrap();
        let found: Vec<(Same, ClientId)> = rows.iter().map(|row| (row.same, row.client.id)).collect();
        assert_eq!(found[..2], [(Same::Twin, other(OTHERS[0])), (Same::Merged, other(OTHERS[1]))]);
        assert!(found[2..].iter().all(|(same, id)| *same == Same::Other && *id != other(OTHERS[2]) && *id != open(&m)));
        assert_eq!(found.len(), m.caseload.len() - 2, "{found:?}");
    }
}

#[test]
fn both_cards_a_reason_and_a_yes_join_two_records_and_nothing_less_does() {
    let mut m = compared(Lang::Ko);
    let here = open(&m);
    assert!(press(&mut m, Key::plain(KeyName::Enter)).is_empty());
    let MergeAct::Join { kept, closed, reason, back } = asked(&m) else { panic!() };
    assert_eq!((kept.id, closed.id, reason.reveal(), back), (here, other(OTHERS[0]), "접수가 두 번 됨", false));
    // No is no.
    assert!(press(&mut m, Key::char('n')).is_empty() && m.overlay.is_none() && m.screen == Screen::Merge);
    // The other way round.
    press(&mut m, Key::plain(KeyName::Tab));
    press(&mut m, Key::plain(KeyName::Enter));
    let MergeAct::Join { kept, closed, .. } = asked(&m) else { panic!() };
    assert_eq!((kept.id, closed.id), (other(OTHERS[0]), here));
    press(&mut m, Key::char('n'));
    press(&mut m, Key::plain(KeyName::Tab));
    press(&mut m, Key::plain(KeyName::Enter));
    let effects = press(&mut m, Key::char('y'));
    assert!(matches!(&effects[..], [Effect::Merge(MergeAct::Join { kept, .. })] if kept.id == here), "{effects:?}");
    let say = Say::Merged { kept: "C-0417".into(), closed: "C-0941".into(), filled: 1, differing: 1 };
    let after = play(&mut m, [Msg::Answer(Answer::Merged(here, say))]);
    assert!(after.iter().any(|e| matches!(e, Effect::OpenClient(of) if *of == here)), "{after:?}");
    assert_eq!(m.screen, Screen::Client);
    assert!(m.pages.get::<Joining>().is_none(), "the cards are gone from memory");
}

#[test]
fn without_a_reason_nothing_is_asked_and_esc_leads_back_step_by_step() {
    let mut m = merging(Lang::En);
    // Letters before the cards are seen are no reason.
    type_text(&mut m, "x");
    assert!(form(&m).reason.is_blank());
    let mut m = compared(Lang::En);
    for _ in 0..20 {
        press(&mut m, Key::plain(KeyName::Backspace));
    }
    assert!(press(&mut m, Key::plain(KeyName::Enter)).is_empty() && m.overlay.is_none());
    press(&mut m, Key::plain(KeyName::Esc));
    assert!(form(&m).cards.is_none() && m.screen == Screen::Merge);
    press(&mut m, Key::plain(KeyName::Esc));
    assert!(m.screen == Screen::Client && m.pages.get::<Joining>().is_none());
    // What was asked for arrives too late and is not shown.
    let here = open(&m);
    let late = Box::new([(here, card(None, None, None)), (other(OTHERS[0]), card(None, None, None))]);
    play(&mut m, [Msg::Answer(Answer::TwoCards(late)), Msg::Answer(Answer::Twins(here, vec![]))]);
    assert!(m.screen == Screen::Client && form(&m).cards.is_none());
}

#[test]
fn a_record_that_was_joined_is_taken_apart_in_the_same_place_from_either_side() {
    let mut m = merging(Lang::Ko);
    let here = open(&m);
    press(&mut m, Key::plain(KeyName::Down));
    press(&mut m, Key::plain(KeyName::Enter));
    let merged = other(OTHERS[1]);
    let cards = [(here, card(None, None, None)), (merged, card(None, None, None))];
    play(&mut m, [Msg::Answer(Answer::TwoCards(Box::new(cards)))]);
    type_text(&mut m, "다른 사람");
    // Which one goes on is settled.
    press(&mut m, Key::plain(KeyName::Tab));
    press(&mut m, Key::plain(KeyName::Enter));
    let MergeAct::Join { kept, closed, back, .. } = asked(&m) else { panic!() };
    assert_eq!((kept.id, closed.id, back), (here, merged, true));
    // From the closed one.
    let mut m = caseload(Lang::Ko);
    let here = open(&m);
    let code = m.caseload.last().unwrap().client.code.clone();
    m.client.as_mut().unwrap().file.client.goes_on_as = Some(code.clone());
    m.caseload.last_mut().unwrap().client.goes_on_as = None;
    press(&mut m, Key::char('='));
    play(&mut m, [Msg::Answer(Answer::Twins(here, vec![other(OTHERS[0])]))]);
    let rows = form(&m).rows.unwrap();
    let offered: Vec<(Same, &ClientCode)> = rows.iter().map(|r| (r.same, &r.client.code)).collect();
    assert_eq!(offered, [(Same::Merged, &ClientCode::from("C-0942")), (Same::GoesOn, &code)]);
}

#[test]
fn only_a_counsellor_has_the_key() {
    let mut m = at_client_as(Lang::Ko, Role::Supervisor, &CONSENTED);
    assert!(press(&mut m, Key::char('=')).is_empty() && m.screen == Screen::Client);
    assert!(play(&mut m, [Msg::Do(Command::Go(Screen::Merge))]).is_empty() && m.screen == Screen::Client);
}

#[test]
fn a_client_who_is_added_twice_is_told_at_once() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let here = open(&m);
    play(&mut m, [Msg::Answer(Answer::ClientAdded(here, vec![ClientCode::from("C-0001")]))]);
    let told = format!("{:?}", m.notice);
    assert!(told.contains("SamePerson") && told.contains("C-0001"), "{told}");
}
