//! Scripts of messages about instruments: giving them, the kiosk, schedules; and the effects they must have.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::msg::{Answer, Asked, Msg};
use gyeot::app::pages::schedule::ScheduleForm;
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::Question;
use gyeot::domain::assessment::instrument::Sex;
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::schedule::Every;
use gyeot::texts::verbatim;

#[test]
fn nine_answers_make_a_score_and_a_critical_answer_opens_its_screener_once_kept() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "phq-9");
    does(&mut m, &[Command::Open]);
    let items = m.library.get(&"phq-9".into()).unwrap().items.len();
    let mut effects = Vec::new();
    for n in 0..items {
        effects.extend(does(&mut m, &[Command::Answer(if n == 8 { 1 } else { 2 })]));
    }
    assert!(effects.is_empty(), "nothing is kept before a person says so");
    assert_eq!(m.screen, Screen::Score);
    let score = m.sheet.as_ref().unwrap().score.clone().unwrap();
    assert_eq!(score.score.unwrap().floor(), 17);
    let effects = does(&mut m, &[Command::Save]);
    assert!(matches!(&effects[..], [Effect::KeepAdministration { .. }]), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::AdministrationKept)]);
    assert_eq!(m.screen, Screen::Assessment);
    assert_eq!(m.sheet.as_ref().unwrap().instrument.as_str(), "cssrs-screener");
}

#[test]
fn an_answer_that_the_item_does_not_take_is_not_taken() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "phq-9");
    does(&mut m, &[Command::Open, Command::Answer(7)]);
    assert_eq!(m.sheet.as_ref().unwrap().answered(), 0);
}

#[test]
fn only_the_passphrase_leads_out_of_the_kiosk() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "gad-7");
    does(&mut m, &[Command::GiveKiosk]);
    assert_eq!(m.screen, Screen::Kiosk);
    let out =
        [Command::Quit, Command::Palette, Command::Help, Command::Lock, Command::Go(Screen::Settings), Command::Note];
    assert!(does(&mut m, &out).is_empty());
    assert_eq!((m.screen, m.overlay.is_none()), (Screen::Kiosk, true));
    while !m.sheet.as_ref().unwrap().ending {
        assert!(does(&mut m, &[Command::Answer(1)]).is_empty());
    }
    does(&mut m, &[Command::PrevQuestion]);
    assert!(!m.sheet.as_ref().unwrap().ending, "a slip on the last item can be mended");
    does(&mut m, &[Command::Answer(2)]);
    let effects = does(&mut m, &[Command::Open]);
    assert!(matches!(&effects[..], [Effect::KeepAdministration { .. }, Effect::Lock, Effect::LookForVault]));
    assert_eq!(m.screen, Screen::Unlock);
}

/// As the runtime answers when the counsellor unlocks again.
#[test]
fn a_critical_answer_in_the_kiosk_opens_the_screener_as_soon_as_its_counsellor_unlocks() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "phq-9");
    does(&mut m, &[Command::GiveKiosk]);
    while !m.sheet.as_ref().unwrap().ending {
        does(&mut m, &[Command::Answer(1)]);
    }
    does(&mut m, &[Command::Open]);
    assert!(m.sheet.is_none() && m.client.is_none(), "nothing of the client is on the screen");
    play(&mut m, [Msg::Answer(Answer::AdministrationKept)]);
    assert!(does(&mut m, &[Command::Quit]).is_empty() && m.overlay.is_none(), "the way to the shell is shut too");
    unlocked_again(&mut m, "박수퍼");
    assert!(m.sheet.is_none(), "another member sees nothing of it");
    does(&mut m, &[Command::Lock]);
    unlocked_again(&mut m, "이상담");
    assert_eq!(m.screen, Screen::Assessment);
    assert_eq!(m.sheet.as_ref().unwrap().instrument.as_str(), "cssrs-screener");
    assert!(m.handed.is_empty());
}

#[test]
fn a_questionnaire_left_half_way_waits_to_be_kept_gone_on_with_or_discarded() {
    let half = || {
        let mut m = at_client(Lang::Ko, &CONSENTED);
        at_instrument(&mut m, "phq-9");
        does(&mut m, &[Command::GiveKiosk, Command::Answer(2), Command::Answer(1)]);
        let effects = does(&mut m, &[Command::Back]);
        assert!(matches!(&effects[..], [Effect::Lock, Effect::LookForVault]), "nothing is kept unasked");
        unlocked_again(&mut m, "이상담");
        assert_eq!(m.screen, Screen::Score);
        m
    };
    let mut m = half();
    let effects = does(&mut m, &[Command::Save]);
    assert!(matches!(&effects[..], [Effect::KeepAdministration { kiosk: true, .. }]), "{effects:?}");
    let mut m = half();
    does(&mut m, &[Command::PrevQuestion]);
    assert_eq!((m.screen, m.sheet.as_ref().unwrap().at), (Screen::Assessment, 2));
    let mut m = half();
    does(&mut m, &[Command::Back, Command::Yes]);
    assert!(m.sheet.is_none() && m.handed.is_empty());
}

#[test]
fn a_sheet_of_the_kiosk_that_could_not_be_kept_is_still_there_after_unlocking() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "gad-7");
    does(&mut m, &[Command::GiveKiosk]);
    while !m.sheet.as_ref().unwrap().ending {
        does(&mut m, &[Command::Answer(1)]);
    }
    does(&mut m, &[Command::Open]);
    let fault = ErrorReport::failed(verbatim("the disk is full"), verbatim("make room"));
    play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Administration, fault })]);
    unlocked_again(&mut m, "이상담");
    assert_eq!(m.screen, Screen::Score);
    assert!(matches!(&does(&mut m, &[Command::Save])[..], [Effect::KeepAdministration { .. }]));
}

#[test]
fn only_what_the_rule_for_blanks_takes_may_be_skipped() {
    let mut m = at_client(Lang::En, &CONSENTED);
    at_instrument(&mut m, "psc-17");
    does(&mut m, &[Command::GiveKiosk]);
    does(&mut m, &[Command::NextQuestion; 5]);
    assert_eq!(m.sheet.as_ref().unwrap().at, 3, "three blanks and no more");
    let mut m = at_client(Lang::En, &CONSENTED);
    at_instrument(&mut m, "phq-9");
    does(&mut m, &[Command::GiveKiosk, Command::NextQuestion]);
    assert_eq!(m.sheet.as_ref().unwrap().at, 0);
}

#[test]
fn what_is_asked_and_the_maximum_follow_the_sex_on_the_card() {
    let mut m = at_client(Lang::En, &CONSENTED);
    m.client.as_mut().unwrap().file.sex = Some(Sex::Male);
    at_instrument(&mut m, "phq-15");
    does(&mut m, &[Command::Open]);
    for _ in 0..14 {
        assert_eq!(m.screen, Screen::Assessment);
        does(&mut m, &[Command::Answer(2)]);
    }
    let score = m.sheet.as_ref().unwrap().score.clone().unwrap();
    assert_eq!((score.score.unwrap().floor(), score.max, score.valid), (28, 28, true));
}

#[test]
fn a_schedule_is_written_down_checked_and_sealed() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "gad-7");
    does(&mut m, &[Command::Schedule]);
    let form = m.pages.get::<ScheduleForm>().unwrap();
    assert_eq!(form.fields[0].text(), "매회기", "the published interval is offered, in the words of the screen");
    does(&mut m, &[Command::Open, Command::Open]);
    type_text(&mut m, "2026");
    assert!(does(&mut m, &[Command::Open]).is_empty());
    assert_eq!(m.pages.get::<ScheduleForm>().unwrap().focus, 2, "the caret goes to what is wrong");
    m.pages.get_mut::<ScheduleForm>().unwrap().fields[2].clear();
    let effects = does(&mut m, &[Command::Open]);
    let [Effect::SetSchedule { schedule, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(schedule.every, Some(Every::Session));
    let effects = play(&mut m, [Msg::Answer(Answer::ScheduleKept)]);
    assert!(matches!(&effects[..], [Effect::OpenClient(_)]) && m.screen == Screen::Instruments);
}

fn half_given(m: &mut Model, id: &str) {
    at_instrument(m, id);
    does(m, &[Command::GiveKiosk, Command::Answer(2), Command::Answer(1), Command::Back]);
}

#[test]
fn a_sheet_that_waits_is_not_pushed_out_by_another_whoever_it_is_of() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    half_given(&mut m, "phq-9");
    unlocked_again(&mut m, "박수퍼");
    assert!(m.sheet.is_none());
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(file(&CONSENTED))))]);
    assert!(m.sheet.is_none(), "another member sees nothing of it, whose client it may be");
    half_given(&mut m, "gad-7");
    assert_eq!(m.handed.len(), 2);
    for (member, instrument) in [("이상담", "phq-9"), ("박수퍼", "gad-7")] {
        unlocked_again(&mut m, member);
        assert_eq!(m.sheet.as_ref().unwrap().instrument.as_str(), instrument);
        assert!(matches!(&does(&mut m, &[Command::Save])[..], [Effect::KeepAdministration { .. }]));
        play(&mut m, [Msg::Answer(Answer::AdministrationKept)]);
        does(&mut m, &[Command::Lock]);
    }
    assert!(m.handed.is_empty());
}

#[test]
fn answers_survive_the_lock_and_leaving_the_program_asks_about_them() {
    let answering = || {
        let mut m = at_client(Lang::Ko, &CONSENTED);
        at_instrument(&mut m, "phq-9");
        does(&mut m, &[Command::Open, Command::Answer(2), Command::Answer(1)]);
        assert_eq!(m.screen, Screen::Assessment);
        m
    };
    let mut m = answering();
    assert!(does(&mut m, &[Command::Quit]).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::QuitWithAnswers));
    assert!(matches!(&does(&mut m, &[Command::Yes])[..], [Effect::Quit]));
    let mut m = answering();
    does(&mut m, &[Command::Lock]);
    assert!(m.sheet.is_none() && m.screen == Screen::Unlock);
    unlocked_again(&mut m, "이상담");
    assert_eq!((m.screen, m.sheet.as_ref().unwrap().at), (Screen::Assessment, 2), "it goes on where it was");
    let mut m = answering();
    let later = gyeot::domain::practice::time::Timestamp(NOW.0 + 24 * 3_600_000_000);
    play(&mut m, [Msg::Clock(later)]);
    assert_eq!(m.screen, Screen::Unlock, "nobody was there");
    unlocked_again(&mut m, "이상담");
    assert_eq!(m.sheet.as_ref().unwrap().answered(), 2);
}

#[test]
fn what_was_found_in_talk_is_marked_and_answers_nothing_before_a_person_takes_it() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "phq-9");
    does(&mut m, &[Command::Open]);
    let asked = does(&mut m, &[Command::FindInTalk]);
    assert!(matches!(&asked[..], [Effect::FindItems { .. }]), "{asked:?}");
    let Effect::FindItems { session, .. } = asked[0] else { return };
    play(&mut m, [Msg::Answer(Answer::ItemsFound { session, found: Box::new(demo_proposals(Lang::Ko)) })]);
    let sheet = m.sheet.as_ref().unwrap();
    assert_eq!((sheet.answered(), sheet.choice, sheet.session), (0, 2, Some(session)), "marked, not answered");
    // Enter takes what is marked: 흥미 2, 기분 3, 잠 2, 피로 2, 입맛 2; what was only mentioned or not spoken about stays blank.
    does(&mut m, &[Command::Open; 5]);
    assert_eq!(m.sheet.as_ref().unwrap().at, 5);
    does(&mut m, &[Command::NextQuestion, Command::NextQuestion, Command::NextQuestion, Command::Open]);
    let sheet = m.sheet.as_ref().unwrap();
    assert_eq!(&sheet.answers.0[..9], [Some(2), Some(3), Some(2), Some(2), Some(2), None, None, None, Some(1)]);
    while m.screen == Screen::Assessment {
        does(&mut m, &[Command::NextQuestion]);
    }
    assert!(m.sheet.as_ref().unwrap().score.as_ref().unwrap().score.is_none(), "three blanks: no total");
    let kept = does(&mut m, &[Command::Save]);
    assert!(matches!(&kept[..], [Effect::KeepAdministration { talk: true, kiosk: false, .. }]), "{kept:?}");
}

#[test]
fn what_was_found_for_another_instrument_and_in_the_kiosk_is_not_shown() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "gad-7");
    does(&mut m, &[Command::Open]);
    play(&mut m, [Msg::Answer(Answer::ItemsFound { session: SESSION, found: Box::new(demo_proposals(Lang::Ko)) })]);
    assert!(m.sheet.as_ref().unwrap().talk.is_none());
}
