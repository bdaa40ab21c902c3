//! Who is at the workstation and whom they look for: keys pressed at the unlock screen, the first run, the lists.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::flow::cases::shown;
use gyeot::app::flow::sheet::choices;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::notice::Say;
use gyeot::app::screen::Screen;
use gyeot::app::state::setup::SetupAsk;
use gyeot::app::views::VaultState;
use gyeot::domain::practice::client::ClientRow;
use gyeot::domain::practice::ids::ClientId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::ui::keymap;
use secrecy::ExposeSecret;

/// Presses a key as the terminal reports it.
fn press(m: &mut Model, name: KeyName) -> Vec<Effect> {
    keymap::of_pressed(m, Key::plain(name)).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn types(m: &mut Model, text: &str) {
    for c in text.chars() {
        press(m, KeyName::Char(c));
    }
}

fn locked(prefer: Option<&str>) -> Model {
    let mut m = started(Lang::Ko);
    m.prefer = prefer.map(str::to_owned);
    let members = vec!["이상담".into(), "박수퍼".into(), "최관리".into()];
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Locked { members }))]);
    m
}

/// Types the passphrase and tells who is asked to be unlocked with it.
fn unlocks(m: &mut Model) -> String {
    types(m, "pass");
    match &press(m, KeyName::Enter)[..] {
        [Effect::Unlock { member, passphrase, words: None }] => {
            assert_eq!(passphrase.expose_secret(), "pass");
            member.clone()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_member_can_unlock_chosen_by_arrows_by_typing_by_name_at_the_start_or_as_the_last_one() {
    assert_eq!(unlocks(&mut locked(None)), "이상담");
    let mut m = locked(None);
    press(&mut m, KeyName::Down);
    assert_eq!(unlocks(&mut m), "박수퍼");
    let mut m = locked(None);
    types(&mut m, "x");
    press(&mut m, KeyName::Backspace);
    press(&mut m, KeyName::Down);
    press(&mut m, KeyName::Down);
    press(&mut m, KeyName::Down);
    assert_eq!(unlocks(&mut m), "최관리", "the arrows stop at the last");
    for typed in ["최", "관리", "ㅊㄱ"] {
        let mut m = locked(None);
        press(&mut m, KeyName::Tab);
        types(&mut m, typed);
        press(&mut m, KeyName::Enter);
        assert_eq!(unlocks(&mut m), "최관리", "{typed}");
    }
    assert_eq!(unlocks(&mut locked(Some("박수퍼"))), "박수퍼", "by --as");
    assert_eq!(unlocks(&mut locked(Some("누구"))), "이상담", "a name without a key here changes nothing");
    let mut m = signed_as(Lang::Ko, Role::Supervisor);
    does(&mut m, &[Command::Lock]);
    let members = vec!["이상담".into(), "박수퍼".into()];
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Locked { members }))]);
    assert_eq!(unlocks(&mut m), "박수퍼", "who was there last");
}

fn with_phrases() -> Model {
    let mut m = started(Lang::Ko);
    let phrases = ["amber river nine", "copper field two", "violet harbour six"].map(Into::into);
    play(&mut m, [Msg::Answer(Answer::Made(member(Role::Counsellor), phrases))]);
    assert_eq!(m.screen, Screen::Recovery);
    m
}

#[test]
fn nothing_leads_away_from_the_recovery_phrases_before_they_are_taken() {
    use gyeot::domain::practice::time::Timestamp;
    let mut m = with_phrases();
    assert_eq!(m.locks_at(), None, "idling does not lock");
    let late = Timestamp(NOW.0 + 24 * 3_600_000);
    assert!(play(&mut m, [Msg::Clock(late)]).is_empty());
    for key in ['c', 'q', 'l'] {
        let msg = keymap::of_pressed(&m, Key::ctrl(key));
        assert!(msg.map(|msg| play(&mut m, [msg])).unwrap_or_default().is_empty());
    }
    assert_eq!(m.notice.as_ref().unwrap().say, Say::PhrasesFirst);
    for key in [KeyName::Char('q'), KeyName::Esc, KeyName::Enter, KeyName::F(3), KeyName::F(4)] {
        assert!(press(&mut m, key).is_empty());
    }
    assert_eq!(m.screen, Screen::Recovery);
    let effects = press(&mut m, KeyName::Char('y'));
    // The first run goes on with what is set up, and Escape leads from there to the start page.
    assert!(matches!(&effects[..], [Effect::PhrasesTaken, Effect::Setup(SetupAsk::Look)]), "{effects:?}");
    assert_eq!(m.screen, Screen::Setup);
    let effects = press(&mut m, KeyName::Esc);
    assert!(matches!(&effects[..], [Effect::StopListening, Effect::LoadCaseload]), "{effects:?}");
    assert_eq!(m.screen, Screen::Caseload);
}

#[test]
fn the_role_of_the_first_member_is_chosen_with_the_arrows() {
    for (presses, role) in [(0, Role::Counsellor), (1, Role::Supervisor), (2, Role::Admin), (5, Role::Admin)] {
        let mut m = started(Lang::Ko);
        play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Missing))]);
        for text in ["센터", "이름"] {
            types(&mut m, text);
            press(&mut m, KeyName::Enter);
        }
        for _ in 0..presses {
            press(&mut m, KeyName::Right);
        }
        press(&mut m, KeyName::Enter);
        for _ in 0..2 {
            types(&mut m, "same words");
            if let [Effect::MakeVault { role: made, .. }] = &press(&mut m, KeyName::Enter)[..] {
                assert_eq!(*made, role);
            }
        }
        assert!(m.busy, "the vault is asked for");
    }
}

/// Three clients of one family name.
fn three_kims() -> Model {
    let mut m = signed_in(Lang::Ko);
    let row = m.caseload[0].clone();
    let names = [("김서연", 1990), ("김서윤", 1984), ("김민준", 2001)];
    m.caseload = names
        .iter()
        .enumerate()
        .map(|(n, (name, born))| {
            let client = ClientRow {
                id: ClientId([n as u8 + 20; 16]),
                code: format!("C-000{}", n + 1).as_str().into(),
                name: ClientText::new(name),
                ..row.client.clone()
            };
            gyeot::app::views::CaseRow { client, born: Some(*born), ..row.clone() }
        })
        .collect();
    m
}

#[test]
fn a_client_is_found_by_code_name_and_first_consonants_and_opened_from_there() {
    for (typed, code) in
        [("0003", "C-0003"), ("김서윤", "C-0002"), ("ㄱㅅㅇ", "C-0001"), ("민준", "C-0003"), ("ㅁㅈ", "C-0003")]
    {
        let mut m = three_kims();
        press(&mut m, KeyName::Char('/'));
        types(&mut m, typed);
        assert_eq!(shown(&m)[0].client.code.as_str(), code, "{typed}");
        let wanted = shown(&m)[0].client.id;
        let effects = press(&mut m, KeyName::Enter);
        assert!(matches!(&effects[..], [Effect::OpenClient(id)] if *id == wanted), "{effects:?}");
        assert_eq!(m.caseload[m.case_at].client.id, wanted, "the mark stays on who was opened");
    }
    let mut m = three_kims();
    press(&mut m, KeyName::Char('/'));
    types(&mut m, "q");
    assert!(shown(&m).is_empty() && press(&mut m, KeyName::Enter).is_empty());
    press(&mut m, KeyName::Esc);
    assert_eq!((shown(&m).len(), m.screen), (3, Screen::Caseload));
}

#[test]
fn whole_names_are_shown_at_one_key_and_masked_again_by_the_lock() {
    let mut m = three_kims();
    press(&mut m, KeyName::Char('i'));
    assert!(m.names_shown);
    does(&mut m, &[Command::Lock]);
    assert!(!m.names_shown);
}

#[test]
fn instruments_are_narrowed_by_typing_and_the_clients_own_and_due_ones_come_first() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    does(&mut m, &[Command::Assess]);
    let all = choices(&m);
    assert_eq!(all.len(), m.library.len());
    assert_eq!((all[0].as_str(), all[1].as_str()), ("phq-9", "gad-7"), "overdue, then at the next session");
    for (typed, id) in [("불면", "isi"), ("gad-2", "gad-2"), ("ㅂㅁㅈ", "isi")] {
        let mut m = m.clone();
        press(&mut m, KeyName::Char('/'));
        types(&mut m, typed);
        assert_eq!(choices(&m)[0].as_str(), id, "{typed}");
        press(&mut m, KeyName::Enter);
        assert_eq!((m.screen, m.sheet.as_ref().unwrap().instrument.as_str()), (Screen::Assessment, id));
    }
}
