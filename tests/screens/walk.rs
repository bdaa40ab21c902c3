//! What a walk over every screen found: a microphone that goes, words of one screen that stayed on the next, keys that a
//! screen named and did not have.

use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Asked, Msg};
use gyeot::app::notice::Say;
use gyeot::app::pages::first_run::FirstRun;
use gyeot::app::pages::new_client::NewClientForm;
use gyeot::app::screen::Screen;
use gyeot::app::session_event::SessionEvent;
use gyeot::app::views::VaultState;
use gyeot::domain::practice::consent::Scope;
use gyeot::domain::practice::lang::Lang;
use gyeot::ui::keymap;
use secrecy::ExposeSecret;

/// Both languages, with a word of each.
const LANGS: [Lang; 2] = [Lang::Ko, Lang::En];

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn said(m: &Model) -> Option<&Say> {
    m.notice.as_ref().map(|n| &n.say)
}

#[test]
fn a_microphone_that_goes_is_said_in_place_of_recording_on_every_screen_until_it_is_back() {
    for lang in LANGS {
        let (gone, records) = (lang.pick("▲ 마이크 끊김", "▲ no microphone"), lang.pick("● 녹음", "● rec"));
        let mut m = talking(lang);
        let top = |m: &Model| picture(m, 80, 24).text.lines().next().unwrap().to_owned();
        assert!(top(&m).contains(records), "{}", top(&m));
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Device { there: false })]);
        assert!(top(&m).contains(gone) && !top(&m).contains(records), "{}", top(&m));
        let whole = picture(&m, 80, 24).text;
        assert!(whole.contains(lang.pick("기록되지 않습니다", "not recorded")), "{whole}");
        press(&mut m, Key::plain(KeyName::F(4)));
        assert_eq!(m.screen, Screen::Doctor);
        assert!(top(&m).contains(gone) && !top(&m).contains(records), "{}", top(&m));
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Device { there: true })]);
        assert!(top(&m).contains(records) && !top(&m).contains(gone), "{}", top(&m));
        assert_eq!(said(&m), Some(&Say::MicrophoneBack));
    }
}

#[test]
fn a_pause_says_so_and_its_end_too() {
    let mut m = talking(Lang::Ko);
    press(&mut m, Key::char('o'));
    press(&mut m, Key::char('o'));
    assert_eq!(said(&m), Some(&Say::OffRecordOff));
    press(&mut m, Key::char('p'));
    assert_eq!(said(&m), Some(&Say::PauseOn), "no older word stands under the sign of a pause");
    press(&mut m, Key::char('p'));
    assert_eq!(said(&m), Some(&Say::PauseOff));
}

#[test]
fn what_was_said_on_one_screen_is_not_read_on_the_next() {
    let mut m = at_client(Lang::Ko, &[Scope::Service]);
    press(&mut m, Key::char('b'));
    assert_eq!((m.screen, said(&m)), (Screen::Client, Some(&Say::NeedConsent)));
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!((m.screen, said(&m)), (Screen::Caseload, None));
}

#[test]
fn the_program_is_not_left_while_the_vault_and_its_recovery_phrases_are_made() {
    let mut m = started(Lang::Ko);
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Missing))]);
    assert_eq!(m.screen, Screen::FirstRun);
    for text in ["센터", "상담"] {
        type_text(&mut m, text);
        press(&mut m, Key::plain(KeyName::Enter));
    }
    press(&mut m, Key::plain(KeyName::Enter));
    for _ in 0..2 {
        type_text(&mut m, "푸른 고래 일곱 마리 산책");
        press(&mut m, Key::plain(KeyName::Enter));
    }
    assert!(m.busy, "{:?}", m.pages.read::<FirstRun>().focus);
    for key in [Key::ctrl('c'), Key::ctrl('q')] {
        let effects = press(&mut m, key);
        assert!(!effects.iter().any(|e| matches!(e, Effect::Quit)), "{effects:?}");
        assert_eq!(said(&m), Some(&Say::VaultBeingMade));
    }
}

#[test]
fn a_command_is_not_offered_by_a_word_of_a_screen_that_lacks_its_key() {
    // Words that name a key of the page where sound is chosen stand there and nowhere else.
    for lang in LANGS {
        let mut m = crate::pictures::setup(lang, gyeot::domain::practice::member::Role::Counsellor);
        press(&mut m, Key::char('m'));
        let fault = gyeot::domain::explain::ErrorReport::from(gyeot::ports::audio::AudioError::NoMicrophoneSupport);
        let check = gyeot::app::views::SoundCheck { over: true, fault: Some(fault), ..Default::default() };
        play(&mut m, [Msg::Answer(Answer::Listened(check.clone()))]);
        let arrow = lang.pick("화살표", "arrow");
        assert!(!picture(&m, 80, 24).text.contains(arrow));
        let mut m = at_client(lang, &CONSENTED);
        press(&mut m, Key::char('b'));
        play(&mut m, [Msg::Answer(Answer::Listened(check))]);
        assert!(picture(&m, 80, 24).text.contains(arrow));
    }
}

#[test]
fn a_new_client_without_consent_is_not_told_to_begin_a_session_that_is_refused() {
    for lang in LANGS {
        let mut m = at_client(lang, &[]);
        m.client.as_mut().unwrap().file.sessions.clear();
        let without = picture(&m, 80, 24).text;
        assert!(without.contains(lang.pick("먼저 상담과 녹음", "needs consent")), "{without}");
        let mut m = at_client(lang, &CONSENTED);
        m.client.as_mut().unwrap().file.sessions.clear();
        let with = picture(&m, 80, 24).text;
        assert!(with.contains(lang.pick("b를 눌러", "Press b")), "{with}");
    }
}

#[test]
fn a_vault_that_this_computer_never_saw_is_unlocked_by_the_words_that_somebody_reads() {
    let mut m = started(Lang::Ko);
    let members = vec!["이상담".into(), "최관리".into()];
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Locked { members }))]);
    type_text(&mut m, "암호 문구");
    press(&mut m, Key::plain(KeyName::Enter));
    play(&mut m, [Msg::Answer(Answer::FirstSight)]);
    let shown = picture(&m, 80, 24).text;
    assert!(shown.contains("암호 문구는 맞습니다") && shown.contains("들은 낱말"), "{shown}");
    type_text(&mut m, "niluj-varob");
    assert!(picture(&m, 80, 24).text.contains("niluj-varob"), "what is read aloud is seen");
    let effects = press(&mut m, Key::plain(KeyName::Enter));
    let [Effect::Unlock { member, passphrase, words }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((member.as_str(), words.as_deref()), ("이상담", Some("niluj-varob")));
    assert_eq!(passphrase.expose_secret(), "암호 문구");
    play(&mut m, [Msg::Answer(Answer::FirstSight)]);
    // Another member's passphrase is not the one that was typed.
    press(&mut m, Key::plain(KeyName::Down));
    assert!(!picture(&m, 80, 24).text.contains("들은 낱말"));
}

#[test]
fn what_was_found_on_the_computer_is_told_in_the_language_of_now_and_in_full() {
    for lang in LANGS {
        let mut m = crate::pictures::with(signed_in(lang), &[gyeot::app::command::Command::Go(Screen::Doctor)]);
        let effects = press(&mut m, Key::plain(KeyName::F(2)));
        assert!(effects.iter().any(|e| matches!(e, Effect::Examine)), "{effects:?}");
        let long = format!("/opt/{}/gyeot-asr · the end of it", "a-folder-with-a-long-name/".repeat(4));
        let finding = gyeot::app::msg::Finding::right(gyeot::app::msg::Looked::SpeechWorker, long);
        play(&mut m, [Msg::Answer(Answer::Examined(vec![finding]))]);
        assert!(picture(&m, 80, 24).text.contains("the end of it"));
    }
}

#[test]
fn an_admin_reads_the_ways_from_the_start_page_and_a_list_of_no_escalations_offers_nothing_for_one() {
    for lang in LANGS {
        let m = signed_as(lang, gyeot::domain::practice::member::Role::Admin);
        let shown = picture(&m, 80, 24).text;
        let last = shown.lines().last().unwrap();
        for way in
            [lang.pick("F5 구성원", "F5 members"), lang.pick("F6 기록", "F6 log"), lang.pick("F11 백업", "F11 backup")]
        {
            assert!(last.contains(way), "{way} in {last}");
        }
        let m = crate::pictures::with(m, &[gyeot::app::command::Command::Go(Screen::Packets)]);
        let shown = picture(&m, 80, 24).text;
        assert!(!shown.contains(lang.pick("a 승인", "a approve")), "{shown}");
    }
}

#[test]
fn a_session_that_could_not_begin_keeps_the_language_that_was_chosen_for_it() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    press(&mut m, Key::char('b'));
    press(&mut m, Key::ctrl('t'));
    for _ in 0..2 {
        let effects = press(&mut m, Key::plain(KeyName::Enter));
        let lang = effects.iter().find_map(|e| match e {
            Effect::BeginSession { lang, .. } => Some(*lang),
            _ => None,
        });
        assert_eq!(lang, Some(Lang::En));
        let fault = gyeot::domain::explain::ErrorReport::from(gyeot::ports::audio::AudioError::NoMicrophoneSupport);
        play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Begin, fault })]);
        assert_eq!(m.screen, Screen::Input);
    }
}

#[test]
fn the_consents_of_a_session_stand_in_its_first_row_before_the_delay() {
    for lang in LANGS {
        let mut m = talking(lang);
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Lag { ms: 7_300 })]);
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Position { at_ms: 13_000, total_ms: Some(130_000) })]);
        let (consent, lag) = (lang.pick("동의: 녹음", "consent: rec"), lang.pick("지연", "lag"));
        for cols in [60, 80, 120] {
            let shown = picture(&m, cols, 24).text;
            let top = shown.lines().next().unwrap();
            assert!(top.contains(consent) || !top.contains(lag), "{cols}: {top}");
            assert!(cols < 80 || top.contains(consent), "{cols}: {top}");
        }
    }
}

#[test]
fn what_was_typed_of_a_new_client_is_there_after_esc_and_gone_after_a_lock() {
    let mut m = signed_in(Lang::Ko);
    press(&mut m, Key::char('a'));
    assert_eq!(m.screen, Screen::NewClient);
    "김하늘".chars().for_each(|c| drop(press(&mut m, Key::char(c))));
    let name = |m: &Model| m.pages.read::<NewClientForm>().fields[0].text().to_owned();
    assert_eq!(name(&m), "김하늘");
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!(m.screen, Screen::Caseload);
    press(&mut m, Key::char('a'));
    assert_eq!((m.screen, name(&m).as_str()), (Screen::NewClient, "김하늘"));
    does(&mut m, &[Command::Lock]);
    assert_eq!(name(&m), "");
}
