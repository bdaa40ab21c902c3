//! Scripts of keys: from a cue to the screener, its result and the safety plan; leaving a screener; the plan's own screen.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::Question;
use gyeot::app::state::plan::PlanPage;
use gyeot::app::views::PlanRevision;
use gyeot::domain::crisis::safety_plan::WordsFrom;
use gyeot::domain::crisis::screening_left::OpenedBy;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::ui::keymap;

/// Presses keys as they are written, and gives what is to be done outside.
fn press(m: &mut Model, keys: &[Key]) -> Vec<Effect> {
    keys.iter()
        .flat_map(|key| {
            let msg = keymap::of_pressed(m, *key).unwrap_or_else(|| panic!("{key:?} does nothing on {:?}", m.screen));
            play(m, [msg])
        })
        .collect()
}

const ENTER: Key = Key::plain(KeyName::Enter);
const TAB: Key = Key::plain(KeyName::Tab);
const ESC: Key = Key::plain(KeyName::Esc);

fn c(c: char) -> Key {
    Key::char(c)
}

/// In a session with a cue, the plan of the client on its way.
fn plan_answered(m: &mut Model) {
    play(m, [Msg::Answer(Answer::SafetyPlan(Box::new(safety_plan(Lang::Ko))))]);
}

#[test]
fn from_the_cue_to_the_first_words_of_the_plan_in_eleven_keys() {
    let mut m = talking(Lang::Ko);
    let mut keys = 0;
    let mut do_ = |m: &mut Model, all: &[Key]| {
        keys += all.len();
        press(m, all)
    };
    // The cue opens its screener; 1 and 2 yes, 3 to 5 no, 6 no: the branch of 6 is not asked.
    do_(&mut m, &[c('s')]);
    assert_eq!((m.screen, m.sheet.as_ref().unwrap().instrument.as_str()), (Screen::Assessment, "cssrs-screener"));
    do_(&mut m, &[c('1'), c('1'), c('1'), c('0'), c('0'), c('0')]);
    assert_eq!(m.screen, Screen::Score);
    let effects = do_(&mut m, &[c('a')]);
    assert!(matches!(&effects[..], [Effect::KeepAdministration { .. }]), "the result is sealed first: {effects:?}");
    let effects = play(&mut m, [Msg::Answer(Answer::AdministrationKept)]);
    assert!(matches!(&effects[..], [Effect::OpenClient(_), Effect::OpenSafetyPlan(CLIENT)]), "{effects:?}");
    assert_eq!(m.screen, Screen::Live);
    plan_answered(&mut m);
    assert_eq!(m.screen, Screen::SafetyPlan);
    do_(&mut m, &[TAB, ENTER]);
    let effects = do_(&mut m, &[Key::ctrl('s')]);
    let [Effect::KeepSafetyPlan { client: CLIENT, plan, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(plan.session, Some(SESSION), "it is told in which session it was written");
    let said = plan.lines("warning-signs").last().unwrap();
    assert!(matches!(&said.from, WordsFrom::Said { number: 2, edited: false, quote, .. } if *quote == said.text));
    assert_eq!(keys, 11);
}

#[test]
fn a_screener_that_opened_by_itself_is_left_with_a_reason_and_what_was_answered_stays() {
    let mut m = talking(Lang::Ko);
    press(&mut m, &[c('s'), c('1'), ESC]);
    assert_eq!(m.screen, Screen::ScreeningLeft);
    // Back to the questions: nothing is lost.
    press(&mut m, &[ESC]);
    assert_eq!((m.screen, m.sheet.as_ref().unwrap().answered()), (Screen::Assessment, 1));
    press(&mut m, &[ESC, Key::plain(KeyName::Down)]);
    let effects = press(&mut m, &[ENTER]);
    let [Effect::KeepScreeningLeft { client: CLIENT, left }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((left.reason.as_str(), &left.words), ("about-another", &None));
    assert_eq!(left.answers.0[0], Some(1));
    assert!(matches!(&left.opened, OpenedBy::Cue { rule, .. } if rule.as_str() == "passive-ideation"));
    assert_eq!(m.screen, Screen::ScreeningLeft, "it goes only when the reason is on disk");
    assert!(press(&mut m, &[ENTER]).is_empty(), "and is asked for once");
    play(&mut m, [Msg::Answer(Answer::ScreeningLeftKept)]);
    assert!(m.sheet.is_none() && m.screen == Screen::Live);
}

#[test]
fn a_reason_that_says_nothing_without_words_wants_words() {
    let mut m = talking(Lang::Ko);
    press(&mut m, &[c('s'), ESC]);
    for _ in 0..10 {
        press(&mut m, &[Key::plain(KeyName::Down)]);
    }
    assert!(press(&mut m, &[ENTER]).is_empty());
    type_text(&mut m, "전화가 왔음");
    let effects = press(&mut m, &[ENTER]);
    let [Effect::KeepScreeningLeft { left, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((left.reason.as_str(), left.words.as_ref().unwrap().reveal()), ("other", "전화가 왔음"));
}

#[test]
fn a_result_that_was_not_kept_of_a_screener_that_opened_by_itself_asks_why_too() {
    let mut m = talking(Lang::Ko);
    press(&mut m, &[c('s'), c('0'), c('0'), c('0')]);
    assert_eq!(m.screen, Screen::Score);
    press(&mut m, &[ESC]);
    assert_eq!(m.screen, Screen::ScreeningLeft);
    let mut m = at_client(Lang::Ko, &CONSENTED);
    at_instrument(&mut m, "cssrs-screener");
    does(&mut m, &[Command::Open, Command::Answer(1), Command::Back]);
    assert!(matches!(confirmed(&m), Some(Question::LeaveSheet)), "one chosen by hand is left by a yes");
}

fn planned() -> Model {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = press(&mut m, &[c('a')]);
    assert!(matches!(&effects[..], [Effect::OpenSafetyPlan(CLIENT)]), "{effects:?}");
    plan_answered(&mut m);
    m
}

#[test]
fn nothing_gets_into_a_plan_that_a_person_did_not_type_or_take_and_each_change_can_be_taken_back() {
    let mut m = planned();
    let before = m.pages.get::<PlanPage>().unwrap().text.draft();
    // Looking at the words, step after step, takes nothing.
    press(&mut m, &[TAB, Key::plain(KeyName::Down), TAB, Key::plain(KeyName::PageDown), Key::plain(KeyName::PageDown)]);
    assert_eq!(m.pages.get::<PlanPage>().unwrap().text.draft(), before);
    assert!(press(&mut m, &[Key::ctrl('s')]).is_empty(), "there is nothing to save");
    press(&mut m, &[Key::plain(KeyName::PageDown), TAB, ENTER]);
    assert_ne!(m.pages.get::<PlanPage>().unwrap().text.draft(), before);
    // Taken once; a second time it says so.
    press(&mut m, &[ENTER]);
    let page = m.pages.get::<PlanPage>().unwrap();
    assert_eq!(page.text.sections()[3].lines.len(), 1);
    press(&mut m, &[Key::ctrl('u')]);
    assert_eq!(m.pages.get::<PlanPage>().unwrap().text.draft(), before);
}

#[test]
fn words_that_were_changed_after_taking_say_so_and_a_crisis_line_is_taken_as_text() {
    let mut m = planned();
    press(&mut m, &[TAB, ENTER, TAB]);
    type_text(&mut m, " (밤 11시 이후)");
    let down = Key::plain(KeyName::PageDown);
    press(&mut m, &[down, down, down, down, TAB, ENTER]);
    let effects = press(&mut m, &[Key::ctrl('s')]);
    let [Effect::KeepSafetyPlan { plan, edits, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(matches!(plan.lines("warning-signs").last().unwrap().from, WordsFrom::Said { edited: true, .. }));
    let line = plan.lines("professionals").last().unwrap();
    assert_eq!((line.text.reveal(), &line.from), ("109 자살예방 상담전화 (24시간)", &WordsFrom::Typed));
    let revision = PlanRevision { revision: 3, at: NOW, author: "이상담".into(), plan: (**plan).clone() };
    let kept = Answer::SafetyPlanKept { client: CLIENT, revision: Box::new(revision), edits: *edits };
    play(&mut m, [Msg::Answer(kept)]);
    let page = m.pages.get::<PlanPage>().unwrap();
    assert!(!page.unsaved());
    assert_eq!(page.revisions.len(), 3, "the revisions before stay");
}

#[test]
fn what_is_not_saved_is_asked_about_and_the_lock_seals_it_first() {
    let mut m = planned();
    type_text(&mut m, "새 신호");
    press(&mut m, &[ESC]);
    assert!(matches!(confirmed(&m), Some(Question::LeavePlan { program: false })));
    let effects = press(&mut m, &[c('s')]);
    assert!(matches!(&effects[..], [Effect::KeepSafetyPlan { .. }]), "{effects:?}");
    let mut m = planned();
    type_text(&mut m, "새 신호");
    press(&mut m, &[Key::ctrl('q')]);
    assert!(matches!(confirmed(&m), Some(Question::LeavePlan { program: true })));
    let mut m = planned();
    type_text(&mut m, "새 신호");
    let effects = press(&mut m, &[Key::ctrl('l')]);
    assert!(
        matches!(&effects[..], [Effect::KeepSafetyPlan { .. }, Effect::Lock, Effect::LookForVault]),
        "sealed before the keys go: {effects:?}"
    );
    assert!(m.pages.get::<PlanPage>().is_none());
}

#[test]
fn a_sheet_is_made_of_what_is_saved_with_a_reason_and_stays_asked_for_where_it_could_not_be_written() {
    let mut m = planned();
    type_text(&mut m, "새 신호");
    press(&mut m, &[Key::ctrl('e')]);
    assert_eq!(m.screen, Screen::SafetyPlan, "what is not saved is not on a sheet");
    let mut m = planned();
    press(&mut m, &[Key::ctrl('e')]);
    assert_eq!(m.screen, Screen::PlanPaper);
    let effects = press(&mut m, &[ENTER, ENTER]);
    let [Effect::WritePlanPaper { client: CLIENT, file, reason, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((file.as_str(), reason.as_str()), ("safety-plan-2026-11-21.pdf", "내담자에게 줌"));
    assert!(press(&mut m, &[ENTER]).is_empty(), "once");
    let file = file.clone();
    play(&mut m, [Msg::Answer(Answer::PlanPaperWritten(file))]);
    assert_eq!(m.screen, Screen::SafetyPlan);
}

#[test]
fn a_supervisor_sees_the_revisions_and_is_offered_no_way_to_write() {
    let mut m = at_client_as(Lang::Ko, Role::Supervisor, &CONSENTED);
    press(&mut m, &[c('a')]);
    let mut file = safety_plan(Lang::Ko);
    file.client.own = false;
    play(&mut m, [Msg::Answer(Answer::SafetyPlan(Box::new(file)))]);
    assert_eq!(m.screen, Screen::PlanHistory);
    assert!(does(&mut m, &[Command::Save, Command::Open]).is_empty());
    press(&mut m, &[ESC]);
    assert!(m.screen == Screen::Client && m.pages.get::<PlanPage>().is_none());
}

#[test]
fn a_crisis_line_is_marked_as_checked_only_after_a_yes() {
    let mut m = signed_as(Lang::Ko, Role::Admin);
    press(&mut m, &[Key::plain(KeyName::F(12)), Key::plain(KeyName::Down), c('c')]);
    assert!(matches!(confirmed(&m), Some(Question::LineChecked(id)) if id == "mental-health-crisis"));
    assert!(press(&mut m, &[c('n')]).is_empty());
    let effects = press(&mut m, &[c('c'), c('y')]);
    assert!(matches!(&effects[..], [Effect::LineChecked(id)] if id == "mental-health-crisis"), "{effects:?}");
}
