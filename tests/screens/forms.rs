//! Forms keep what was typed while a key leads elsewhere and back; a member is enrolled on the screen.

use crate::pictures::all;
use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::{Effect, MemberAct};
use gyeot::app::field::Edit;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Asked, Enrolled, Msg};
use gyeot::app::notice::Say;
use gyeot::app::pages::enrol::{EnrolForm, Stage};
use gyeot::app::pages::{context, of_key, page, rows, typing};
use gyeot::app::screen::{Context, Screen};
use gyeot::app::state::sound_input::{InputForm, spoken};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::ids::ClientId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::texts::verbatim;
use gyeot::ui::keymap;
use secrecy::{ExposeSecret, SecretString};

const LANGS: [Lang; 2] = [Lang::Ko, Lang::En];

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn enter(m: &mut Model) -> Vec<Effect> {
    press(m, Key::plain(KeyName::Enter))
}

/// At the form, with the members who may be the second person.
fn at_enrol(lang: Lang, role: Role, seconds: &[&str]) -> Model {
    let mut m = signed_as(lang, role);
    m.signed_in.as_mut().unwrap().nobody_before = role == Role::Counsellor;
    m.go(Screen::Members);
    let asked = press(&mut m, Key::char('a'));
    assert_eq!(m.screen, Screen::Enrol, "{role:?}");
    assert!(matches!(asked[..], [Effect::Member(MemberAct::Seconds)]), "{asked:?}");
    let names = seconds.iter().map(|name| (*name).to_owned()).collect();
    play(&mut m, [Msg::Answer(Answer::Seconds(names))]);
    m
}

/// A picture: who is to be enrolled, by an admin beside a supervisor.
pub fn enrolling(lang: Lang, role: Role) -> Model {
    let seconds: &[&str] = match role {
        Role::Counsellor => &[],
        Role::Supervisor => &["최관리"],
        Role::Admin => &["박수퍼", "정수퍼"],
    };
    let mut m = at_enrol(lang, role, seconds);
    type_text(&mut m, "새상담");
    m
}

/// A picture: the fingerprint of the new member.
pub fn enrolled(lang: Lang, role: Role) -> Model {
    let mut m = enrolling(lang, role);
    let words = "sikuv-kizat-tapaz-faput-ritaj-pizal-ranuf-tafap".to_owned();
    let who = m.signed_in.clone().unwrap();
    play(&mut m, [Msg::Answer(Answer::Enrolled(Box::new(Enrolled { name: "새상담".into(), words, who })))]);
    m
}

#[test]
fn whatever_form_a_key_leads_away_from_has_what_was_typed_when_one_comes_back() {
    let mut forms = 0;
    for lang in LANGS {
        for (name, mut m) in all(lang) {
            let Context::At(screen) = context(&m) else { continue };
            let away = Key::plain(KeyName::F(12));
            if !typing(&m) || screen == Screen::CrisisLines {
                continue;
            }
            play(&mut m, [Msg::Type(Edit::Insert("가나".into()))]);
            // Where one finds by typing, and before a client, no key leads elsewhere.
            if of_key(&m, away) != Some(Command::Go(Screen::CrisisLines)) {
                continue;
            }
            forms += 1;
            let secret = (page(screen).secret)(&m);
            m.notice = None;
            let before = picture(&m, 120, 40).text;
            press(&mut m, away);
            assert_eq!(m.screen, Screen::CrisisLines, "{name}");
            press(&mut m, Key::plain(KeyName::Esc));
            assert_eq!(m.screen, screen, "{name}: back");
            m.notice = None;
            let after = picture(&m, 120, 40).text;
            // A passphrase is not kept where nobody looks at it.
            assert!(secret || before == after, "{name} in {lang:?} lost what was typed:\n{before}\n{after}");
        }
    }
    assert!(forms > 20, "forms that a key leads away from: {forms}");
}

#[test]
fn escape_is_easily_pressed_and_loses_nothing_that_was_typed_about_the_same_client() {
    for (screen, key) in [(Screen::HoursEntry, 'a'), (Screen::Deputy, 'a')] {
        let mut m = signed_as(Lang::Ko, Role::Counsellor);
        m.go(if screen == Screen::Deputy { Screen::Deputies } else { Screen::Hours });
        press(&mut m, Key::char(key));
        assert_eq!(m.screen, screen);
        type_text(&mut m, "가나");
        let before = picture(&m, 120, 40).text;
        press(&mut m, Key::plain(KeyName::Esc));
        press(&mut m, Key::char(key));
        assert_eq!(picture(&m, 120, 40).text, before, "{screen:?}");
    }
}

#[test]
fn the_recording_and_the_language_of_one_client_are_not_those_of_the_next() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    press(&mut m, Key::char('b'));
    press(&mut m, Key::plain(KeyName::Down));
    type_text(&mut m, "/tmp/a.wav");
    press(&mut m, Key::ctrl('t'));
    assert_eq!((spoken(&m), m.pages.read::<InputForm>().path.text()), (Lang::En, "/tmp/a.wav"));
    press(&mut m, Key::plain(KeyName::F(12)));
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!((spoken(&m), m.pages.read::<InputForm>().path.text()), (Lang::En, "/tmp/a.wav"), "the same client");
    press(&mut m, Key::plain(KeyName::F(12)));
    let mut other = file(&CONSENTED);
    other.client.id = ClientId([8; 16]);
    m.restart();
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(other)))]);
    press(&mut m, Key::char('b'));
    assert_eq!(m.screen, Screen::Input);
    assert_eq!((spoken(&m), m.pages.read::<InputForm>().path.text()), (Lang::Ko, ""), "another client");
}

#[test]
fn an_admin_enrols_a_member_beside_a_supervisor_and_the_new_member_types_the_passphrase_twice() {
    for lang in LANGS {
        let mut m = at_enrol(lang, Role::Admin, &["박수퍼"]);
        assert!(enter(&mut m).is_empty());
        assert_eq!(m.notice.as_ref().map(|n| &n.say), Some(&Say::FieldMissing), "a name first");
        type_text(&mut m, "새상담");
        enter(&mut m);
        press(&mut m, Key::plain(KeyName::Right));
        assert_eq!(m.pages.get::<EnrolForm>().unwrap().role, Role::Supervisor);
        enter(&mut m);
        assert!((page(Screen::Enrol).secret)(&m), "the passphrase of the second person is not to be seen");
        type_text(&mut m, "silent-orchard-bridge-45");
        assert!(!picture(&m, 80, 24).text.contains("orchard"));
        enter(&mut m);
        let form = m.pages.get::<EnrolForm>().unwrap();
        assert_eq!(form.stage, Stage::Passphrase);
        assert!(picture(&m, 80, 24).text.contains("새상담"), "the new member is asked by name");
        type_text(&mut m, "copper-river-mountain-12");
        enter(&mut m);
        type_text(&mut m, "copper-river-mountain-13");
        assert!(enter(&mut m).is_empty());
        assert_eq!(m.notice.as_ref().map(|n| &n.say), Some(&Say::PassphrasesDiffer));
        type_text(&mut m, "copper-river-mountain-12");
        let asked = enter(&mut m);
        let [Effect::Member(MemberAct::Enrol(new))] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!((new.name.as_str(), new.role, new.reason.as_deref()), ("새상담", Role::Supervisor, None));
        assert_eq!(new.passphrase.expose_secret(), "copper-river-mountain-12");
        let (second, passphrase) = new.second.as_ref().unwrap();
        assert_eq!((second.as_str(), passphrase.expose_secret()), ("박수퍼", "silent-orchard-bridge-45"));
        assert!(!format!("{asked:?}").contains("copper"), "no passphrase is told");
        // A second Enter enrols nobody twice.
        assert!(enter(&mut m).is_empty());

        // The second person mistyped: nothing else is lost.
        let mut wrong = m.clone();
        let fault = ErrorReport::failed(verbatim("wrong"), verbatim("again"));
        play(&mut wrong, [Msg::Answer(Answer::Failed { asked: Asked::Member, fault })]);
        let form = wrong.pages.get::<EnrolForm>().unwrap();
        assert_eq!((&form.stage, form.name.text(), form.second.is_blank()), (&Stage::Who, "새상담", true));

        let who = m.signed_in.clone().unwrap();
        let words = "sikuv-kizat-tapaz".to_owned();
        play(&mut m, [Msg::Answer(Answer::Enrolled(Box::new(Enrolled { name: "새상담".into(), words, who })))]);
        assert!(picture(&m, 80, 24).text.contains("sikuv-kizat-tapaz"));
        let asked = press(&mut m, Key::ctrl('s'));
        let [Effect::Member(MemberAct::Compared { name, words })] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!((name.as_str(), words.as_str()), ("새상담", "sikuv-kizat-tapaz"));
        play(&mut m, [Msg::Answer(Answer::Compared)]);
        assert_eq!(m.screen, Screen::Members);
        assert!(m.pages.get::<EnrolForm>().is_none());
    }
}

#[test]
fn who_has_nobody_beside_them_enrols_alone_with_a_reason_and_a_made_passphrase_stands_in_both_fields() {
    let mut m = at_enrol(Lang::Ko, Role::Counsellor, &[]);
    type_text(&mut m, "새수퍼");
    enter(&mut m);
    enter(&mut m);
    assert!(enter(&mut m).is_empty(), "a reason is needed");
    assert_eq!(m.pages.get::<EnrolForm>().unwrap().stage, Stage::Who);
    type_text(&mut m, "혼자 개업함");
    enter(&mut m);
    let asked = press(&mut m, Key::ctrl('g'));
    assert!(matches!(asked[..], [Effect::MakePhrase]), "{asked:?}");
    let asked = play(&mut m, [Msg::Answer(Answer::Phrase(SecretString::from("fulig-muvot-hasab")))]);
    assert!(matches!(asked[..], [Effect::JudgePassphrase { .. }]), "{asked:?}");
    assert!(picture(&m, 80, 24).text.contains("fulig-muvot-hasab"), "it is shown to be written down");
    // One that is not good enough does not go.
    let mut weak = m.clone();
    play(&mut weak, [Msg::Answer(Answer::Judged(Err(verbatim("weak"))))]);
    assert!(enter(&mut weak).is_empty());
    play(&mut m, [Msg::Answer(Answer::Judged(Ok(())))]);
    let asked = enter(&mut m);
    let [Effect::Member(MemberAct::Enrol(new))] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((new.reason.as_deref(), new.second.is_none()), (Some("혼자 개업함"), true));
}

#[test]
fn a_counsellor_of_a_centre_with_an_admin_is_not_offered_to_enrol_and_no_passphrase_stays_behind_escape() {
    let mut m = signed_as(Lang::Ko, Role::Counsellor);
    m.signed_in.as_mut().unwrap().nobody_before = false;
    m.go(Screen::Members);
    assert!(!rows(&m).any(|row| row.command == Command::NewEntry));
    let mut m = at_enrol(Lang::Ko, Role::Admin, &["박수퍼", "정수퍼"]);
    type_text(&mut m, "새상담");
    for _ in 0..3 {
        press(&mut m, Key::plain(KeyName::Down));
    }
    type_text(&mut m, "silent-orchard-bridge-45");
    press(&mut m, Key::plain(KeyName::Up));
    press(&mut m, Key::plain(KeyName::Right));
    assert_eq!(m.pages.get::<EnrolForm>().unwrap().second_name().map(String::as_str), Some("정수퍼"));
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!(m.screen, Screen::Members);
    let form = m.pages.get::<EnrolForm>().unwrap();
    assert_eq!((form.name.text(), form.second.is_blank()), ("새상담", true), "the name is there again");
    // Other keys lead nowhere while passphrases stand in the form.
    assert!(of_key(&at_enrol(Lang::Ko, Role::Admin, &["박수퍼"]), Key::plain(KeyName::F(5))).is_none());
}
