//! From a drafted note to a signed one and on, by keys: what waits for a decision, the words behind a line and back, signing,
//! amending with a reason, handing out.

use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::{Amendment, Effect};
use gyeot::app::field::Edit;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::notice::Say;
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::Question;
use gyeot::app::views::{Draft, DraftLine, LineOrigin};
use gyeot::domain::advice::evidence::Evidence;
use gyeot::domain::note::statement::{LineCheck, Support};
use gyeot::domain::note::states::Act;
use gyeot::domain::practice::ids::RecordId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::NoteState;
use gyeot::ui::keymap;

fn press(m: &mut Model, key: KeyName) -> Vec<Effect> {
    keymap::of_pressed(m, Key::plain(key)).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn ctrl(m: &mut Model, c: char) -> Vec<Effect> {
    keymap::of_pressed(m, Key::ctrl(c)).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn letter(m: &mut Model, c: char) -> Vec<Effect> {
    press(m, KeyName::Char(c))
}

/// A drafted note of two lines in this state; the second was taken back by the client later on.
fn opened(lang: Lang, state: NoteState) -> Model {
    let mut file = past(lang);
    let said = &file.transcript.utterances[0];
    let evidence = vec![Evidence { utterance: said.id, quote: said.text.clone() }];
    let line = |index: u32, text: &str, support| DraftLine {
        text: ClientText::new(text),
        origin: LineOrigin::Drafted { record: RecordId([7; 16]), index, edited: false },
        evidence: evidence.clone(),
        check: Some(LineCheck { support, retracted_by: None, heard: None, supported: None, settled: false }),
        ..DraftLine::default()
    };
    let lines = vec![
        line(0, lang.pick("잠을 거의 못 잔다고 말함.", "Says that sleep is poor."), Support::Supported),
        line(1, lang.pick("매일 밤 맥주를 마신다고 말함.", "Says: beer every night."), Support::Retracted),
    ];
    file.note = Some(Draft { format: "soap".into(), sections: vec![("subjective".into(), lines)], state });
    let mut m = at_client(lang, &CONSENTED);
    does(&mut m, &[Command::Note]);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file)))]);
    assert_eq!(m.screen, Screen::Note);
    m
}

#[test]
fn a_line_that_was_taken_back_is_decided_about_before_the_note_can_be_signed() {
    let mut m = opened(Lang::Ko, NoteState::Draft);
    let session = m.note.as_ref().unwrap().session;
    assert!(ctrl(&mut m, 'y').is_empty());
    assert_eq!(confirmed(&m), None, "nothing is asked while a line waits");
    let text = picture(&m, 120, 40).text;
    assert!(text.contains("먼저 정해야 할 줄이 1개") && text.contains("맥주"), "{text}");
    assert_eq!(m.note.as_ref().unwrap().page.caret().line, 1, "the caret is on the line that waits");
    ctrl(&mut m, 'k');
    assert!(ctrl(&mut m, 'y').is_empty());
    assert_eq!(confirmed(&m), Some(&Question::SignNote));
    let effects = letter(&mut m, 'y');
    let [Effect::KeepNote { edits, draft, .. }] = &effects[..] else {
        panic!("what was decided is sealed first: {effects:?}")
    };
    assert!(draft.sections[0].1[1].check.as_ref().unwrap().settled);
    let effects = play(&mut m, [Msg::Answer(Answer::NoteKept { session, edits: *edits })]);
    assert!(matches!(&effects[..], [Effect::ChangeNote { act: Act::Sign, .. }]), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::NoteChanged { session, state: NoteState::Signed })]);
    assert!(picture(&m, 80, 24).text.contains("서명됨"));
    type_text(&mut m, "더");
    let note = m.note.as_ref().unwrap();
    assert!(!note.unsaved() && !note.open(), "a signed note takes no letters");
}

#[test]
fn a_line_is_dropped_and_comes_back_by_undo() {
    let mut m = opened(Lang::En, NoteState::Draft);
    press(&mut m, KeyName::Down);
    ctrl(&mut m, 'd');
    let lines = |m: &Model| m.note.as_ref().unwrap().page.draft().sections[0].1.len();
    assert_eq!((lines(&m), m.note.as_ref().unwrap().page.waiting()), (1, 0));
    does(&mut m, &[Command::Undo]);
    assert_eq!((lines(&m), m.note.as_ref().unwrap().page.waiting()), (2, 1));
}

#[test]
fn one_key_goes_to_the_words_behind_a_line_and_one_comes_back() {
    let mut m = opened(Lang::Ko, NoteState::Draft);
    ctrl(&mut m, 'g');
    assert_eq!(m.screen, Screen::Past);
    let chosen = m.past.as_ref().unwrap().script.chosen_utterance().unwrap().id;
    assert_eq!(chosen, past(Lang::Ko).transcript.utterances[0].id);
    press(&mut m, KeyName::Esc);
    assert_eq!(m.screen, Screen::Note);
    ctrl(&mut m, 'g');
    assert_eq!(m.screen, Screen::Past, "and there again");
}

#[test]
fn a_signed_note_says_so_when_it_is_opened_and_is_amended_with_a_reason_only() {
    for (lang, says) in [(Lang::Ko, "서명한 노트입니다"), (Lang::En, "The note is signed")] {
        let m = opened(lang, NoteState::Signed);
        for (cols, rows) in [(80, 24), (120, 40)] {
            assert!(picture(&m, cols, rows).text.contains(says));
        }
    }
    let mut m = opened(Lang::Ko, NoteState::Signed);
    let before = m.note.as_ref().unwrap().page.draft();
    type_text(&mut m, "몰래");
    for key in [KeyName::Enter, KeyName::Backspace, KeyName::Delete] {
        press(&mut m, key);
    }
    ctrl(&mut m, 'k');
    ctrl(&mut m, 'd');
    does(&mut m, &[Command::Format, Command::Undo]);
    assert_eq!(m.note.as_ref().unwrap().page.draft(), before);
    ctrl(&mut m, 'a');
    type_text(&mut m, "고침 ");
    assert!(does(&mut m, &[Command::Save]).is_empty(), "the reason is asked first");
    assert!(picture(&m, 80, 24).text.contains("정정하는 사유"));
    assert!(press(&mut m, KeyName::Enter).is_empty(), "an empty one is none");
    type_text(&mut m, "날짜가 틀림");
    let effects = press(&mut m, KeyName::Enter);
    let [Effect::AmendNote(amendment)] = &effects[..] else { panic!("{effects:?}") };
    let Amendment { session, draft, reason, edits } = &**amendment;
    assert_eq!(reason.reveal(), "날짜가 틀림");
    assert!(draft.sections[0].1[0].text.reveal().starts_with("고침"));
    let kept = [
        Msg::Answer(Answer::NoteKept { session: *session, edits: *edits }),
        Msg::Answer(Answer::NoteChanged { session: *session, state: NoteState::Amended }),
    ];
    play(&mut m, kept);
    let note = m.note.as_ref().unwrap();
    assert!(!note.open() && !note.unsaved() && note.state == NoteState::Amended);
}

#[test]
fn a_note_is_handed_out_with_a_reason_into_a_file_that_names_nobody() {
    let mut m = opened(Lang::Ko, NoteState::Signed);
    ctrl(&mut m, 'o');
    type_text(&mut m, "법원 제출");
    assert!(press(&mut m, KeyName::Enter).is_empty());
    let text = picture(&m, 80, 24).text;
    assert!(text.contains(".pdf") && text.contains("만들 파일"), "{text}");
    let effects = press(&mut m, KeyName::Enter);
    let [Effect::ExportNote { reason, file, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((reason.as_str(), file.as_str()), ("법원 제출", "C-0417-2.pdf"));
    let mut stops = opened(Lang::Ko, NoteState::Signed);
    ctrl(&mut stops, 'o');
    assert!(press(&mut stops, KeyName::Esc).is_empty());
    assert_eq!((stops.screen, stops.note.as_ref().unwrap().asking.is_none()), (Screen::Note, true));
}

#[test]
fn shift_and_arrows_select_in_the_note_and_only_then_are_ctrl_x_and_ctrl_c_those_of_the_selection() {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
    let mut m = opened(Lang::Ko, NoteState::Draft);
    let words = |m: &Model| m.note.as_ref().unwrap().page.line().unwrap().text().to_owned();
    let send = |m: &mut Model, code: KeyCode, with: KeyModifiers| {
        let msg = keymap::message(m, &Event::Key(KeyEvent::new(code, with))).unwrap();
        play(m, [msg])
    };
    play(&mut m, [Msg::Type(Edit::End), Msg::Type(Edit::Insert(" 끝말".into()))]);
    let whole = words(&m);
    send(&mut m, KeyCode::Left, KeyModifiers::SHIFT | KeyModifiers::CONTROL);
    assert!(gyeot::app::pages::is_selected(&m));
    assert!(
        send(&mut m, KeyCode::Char('c'), KeyModifiers::CONTROL).is_empty() && m.overlay.is_none(),
        "copied, not left"
    );
    send(&mut m, KeyCode::Char('x'), KeyModifiers::CONTROL);
    assert_eq!(format!("{}끝말", words(&m)), whole);
    send(&mut m, KeyCode::Char('v'), KeyModifiers::CONTROL);
    assert_eq!(words(&m), whole);
    // The rows of the table do the same, and say so where nothing is selected.
    ctrl(&mut m, 'w');
    assert_eq!((words(&m), m.notice.clone().map(|n| n.say)), (whole.clone(), Some(Say::NothingSelected)));
    send(&mut m, KeyCode::Home, KeyModifiers::SHIFT);
    ctrl(&mut m, 'w');
    assert_eq!(words(&m), "");
    ctrl(&mut m, 'u');
    assert_eq!(words(&m), whole);
    // Without anything selected Ctrl-C asks whether to leave.
    send(&mut m, KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert!(m.overlay.is_some());
}

#[test]
fn words_of_the_note_are_found_by_typing_and_enter_goes_on_to_the_next_place() {
    let mut m = opened(Lang::Ko, NoteState::Draft);
    play(&mut m, [Msg::Type(Edit::End), Msg::Type(Edit::Insert(" 물고기 물고기".into()))]);
    let text = m.note.as_ref().unwrap().page.clone();
    ctrl(&mut m, 'f');
    play(&mut m, [Msg::Type(Edit::Insert("물고기".into()))]);
    press(&mut m, KeyName::Enter);
    let first = m.note.as_ref().unwrap().page.selected().unwrap();
    press(&mut m, KeyName::Enter);
    let second = m.note.as_ref().unwrap().page.selected().unwrap();
    assert!(first != second);
    press(&mut m, KeyName::Enter);
    assert_eq!(m.note.as_ref().unwrap().page.selected().unwrap(), first, "round again");
    press(&mut m, KeyName::Esc);
    let note = m.note.as_ref().unwrap();
    assert!(note.asking.is_none() && note.page.edits() == text.edits() && note.page.selected() == Some(first));
}

fn alt(m: &mut Model, c: char) -> Vec<Effect> {
    keymap::of_pressed(m, Key::alt(c)).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn all_lines(m: &Model) -> Vec<String> {
    let sections = m.note.as_ref().unwrap().page.sections();
    let lines = sections.iter().flat_map(|s| &s.lines).map(|l| l.text().to_owned());
    lines.filter(|l| !l.is_empty()).collect()
}

#[test]
fn a_section_is_drafted_again_as_asked_own_sentences_stay_and_one_undo_takes_it_back() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = opened(lang, NoteState::Draft);
        let session = m.note.as_ref().unwrap().session;
        // A sentence of the counsellor's own, below the drafted ones.
        play(
            &mut m,
            [
                Msg::Do(Command::Down),
                Msg::Type(Edit::End),
                Msg::Do(Command::Open),
                Msg::Type(Edit::Insert("mine".into())),
            ],
        );
        let before = all_lines(&m);
        assert_eq!(before.len(), 3, "{before:?}");
        assert!(alt(&mut m, 'r').is_empty());
        picture(&m, 120, 40);
        insta::assert_snapshot!(format!("redraft_asked_{lang}"), picture(&m, 80, 24).text);
        play(&mut m, [Msg::Type(Edit::Insert(lang.pick("더 짧게", "shorter").into()))]);
        let effects = press(&mut m, KeyName::Enter);
        let [Effect::RedraftSection(wanted)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!((wanted.section.as_str(), wanted.present.len()), ("subjective", 2));
        // Nothing is typed meanwhile.
        play(&mut m, [Msg::Type(Edit::Insert("x".into()))]);
        assert_eq!(all_lines(&m), before);
        let line = DraftLine {
            text: ClientText::new("anew"),
            origin: LineOrigin::Drafted { record: RecordId([8; 16]), index: 0, edited: false },
            ..DraftLine::default()
        };
        let edits = m.note.as_ref().unwrap().page.edits();
        play(
            &mut m,
            [Msg::Answer(Answer::SectionDrafted { session, section: "subjective".into(), lines: vec![line] })],
        );
        assert_eq!(all_lines(&m), ["mine", "anew"]);
        assert!(m.note.as_ref().unwrap().page.edits() > edits, "it is unsaved like any other change");
        ctrl(&mut m, 'u');
        assert_eq!(all_lines(&m), before);
        ctrl(&mut m, 'e');
        assert_eq!(all_lines(&m), ["mine", "anew"]);
    }
}

#[test]
fn a_blank_instruction_asks_for_the_section_as_before_and_a_fault_leaves_the_text_as_it_was() {
    let mut m = opened(Lang::En, NoteState::Draft);
    let before = all_lines(&m);
    alt(&mut m, 'r');
    let effects = press(&mut m, KeyName::Enter);
    assert!(matches!(&effects[..], [Effect::RedraftSection(w)] if w.instruction.is_blank()), "{effects:?}");
    let fault = gyeot::domain::explain::ErrorReport::failed(
        gyeot::texts::msg("note-redraft-nothing"),
        gyeot::texts::msg("note-redraft-nothing.hint"),
    );
    play(&mut m, [Msg::Answer(Answer::Failed { asked: gyeot::app::msg::Asked::Note, fault })]);
    assert_eq!(all_lines(&m), before);
    play(&mut m, [Msg::Type(Edit::Insert("x".into()))]);
    assert_ne!(all_lines(&m), before, "one writes on");
}

#[test]
fn a_signed_note_is_not_drafted_again() {
    let mut m = opened(Lang::En, NoteState::Signed);
    assert!(alt(&mut m, 'r').is_empty());
    assert!(m.note.as_ref().unwrap().asking.is_none());
}

#[test]
fn a_centres_own_template_is_chosen_like_any_form_and_one_taken_away_is_only_read() {
    let mut m = opened(Lang::Ko, NoteState::Draft);
    let headings = gyeot::adapters::shipped::note_headings().unwrap();
    let own = |id: &str, retired| {
        let lines = ["주호소", "몸의 감각", "차기 계획"].map(str::to_owned);
        let form = gyeot::domain::note::template::of_headings(id, "우리 센터 기록", &lines, &headings).unwrap();
        gyeot::domain::note::format::NoteFormat { retired, ..form }
    };
    let there = m.formats.len();
    play(&mut m, [Msg::Answer(Answer::NoteTemplates(vec![own("ours", false), own("old", true)]))]);
    // The same again changes nothing.
    play(&mut m, [Msg::Answer(Answer::NoteTemplates(vec![own("ours", false), own("old", true)]))]);
    assert_eq!(m.formats.len(), there + 2);
    let mut seen = Vec::new();
    for _ in 0..there + 2 {
        ctrl(&mut m, 't');
        seen.push(m.note.as_ref().unwrap().page.format().to_owned());
    }
    assert!(seen.contains(&"ours".to_owned()) && !seen.contains(&"old".to_owned()), "{seen:?}");
    while m.note.as_ref().unwrap().page.format() != "ours" {
        ctrl(&mut m, 't');
    }
    let text = picture(&m, 120, 40).text;
    assert!(text.contains("우리 센터 기록") && text.contains("몸의 감각") && text.contains("맥주"), "{text}");
    insta::assert_snapshot!("own_template_ko", picture(&m, 80, 24).text);
}
