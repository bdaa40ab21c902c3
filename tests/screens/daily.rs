//! A day at the screen, by keys: what is typed is kept before it is saved, whatever cuts the program off; appointments are set,
//! moved and called off, and the day's stand at the start.

use crate::pictures::phq9;
use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Asked, Msg};
use gyeot::app::notice::Say;
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::Question;
use gyeot::app::views::{Draft, DraftLine, WorkingCopy};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::note::working_copy::SCHEMA;
use gyeot::domain::practice::appointment::{self, Appointment};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::NoteState;
use gyeot::texts::verbatim;
use gyeot::ui::keymap;

fn key(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn press(m: &mut Model, name: KeyName) -> Vec<Effect> {
    key(m, Key::plain(name))
}

/// The clock goes on so far.
fn pass(m: &mut Model, ms: i64) -> Vec<Effect> {
    let now = Timestamp(m.now.0 + ms);
    play(m, [Msg::Clock(now)])
}

/// At the empty note of a session that has ended.
fn writing(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    press(&mut m, KeyName::Char('n'));
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(lang))))]);
    assert_eq!(m.screen, Screen::Note);
    m
}

fn words(draft: &Draft) -> String {
    draft.sections.iter().flat_map(|(_, lines)| lines).map(|l| l.text.reveal()).collect()
}

#[test]
fn what_is_typed_is_kept_within_two_seconds_also_while_the_typing_goes_on() {
    let mut m = writing(Lang::Ko);
    assert_eq!(
        m.wakes_at().map(|at| at > Timestamp(NOW.0 + 60_000)),
        Some(true),
        "nothing is kept where nothing is typed"
    );
    let (mut kept, mut last) = (String::new(), m.now);
    for n in 0..40 {
        press(&mut m, KeyName::Char('가'));
        let due = m.note.as_ref().unwrap().guard_at.unwrap();
        assert!(due.0 - m.now.0 <= 1_000 && m.wakes_at().unwrap() <= due);
        for effect in pass(&mut m, 100) {
            let Effect::KeepTyping { draft, amending: false, edits, session } = effect else { panic!("{effect:?}") };
            kept = words(&draft);
            assert!(m.now.0 - last.0 <= 2_000, "at key {n}");
            last = m.now;
            play(&mut m, [Msg::Answer(Answer::TypingKept { session, edits })]);
        }
    }
    assert!(kept.chars().count() >= 30, "{}", kept.chars().count());
    pass(&mut m, 1_000);
    assert!(m.note.as_ref().unwrap().guard_at.is_none(), "and then the disk is left alone");
    assert!(picture(&m, 80, 24).text.contains("아직 저장하지 않음"));
    assert!(pass(&mut m, 60_000).is_empty());
}

#[test]
fn a_terminal_that_goes_away_takes_nothing_that_was_typed_with_it() {
    let mut m = writing(Lang::En);
    type_text(&mut m, "slept badly");
    let effects = play(&mut m, [Msg::Terminate]);
    let [Effect::KeepTyping { draft, .. }, Effect::Quit] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(words(draft), "slept badly");

    let mut m = writing(Lang::En);
    assert!(matches!(&play(&mut m, [Msg::Terminate])[..], [Effect::Quit]), "an empty note is not kept");

    let mut m = live(Lang::En);
    press(&mut m, KeyName::Char('n'));
    type_text(&mut m, "during the session");
    let effects = play(&mut m, [Msg::Terminate]);
    assert!(matches!(&effects[..], [Effect::KeepTyping { .. }, Effect::Session(_)]), "{effects:?}");
}

#[test]
fn an_amendment_is_there_again_after_the_screen_locked_by_itself() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    press(&mut m, KeyName::Char('n'));
    let mut file = past(Lang::Ko);
    let line = DraftLine { text: ClientText::new("처음"), ..DraftLine::default() };
    file.note =
        Some(Draft { format: "soap".into(), sections: vec![("plan".into(), vec![line])], state: NoteState::Signed });
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file)))]);
    key(&mut m, Key::ctrl('a'));
    type_text(&mut m, "고침 ");
    let effects = pass(&mut m, 20 * 60_000);
    let kept = effects
        .iter()
        .any(|e| matches!(e, Effect::KeepTyping { amending: true, draft, .. } if words(draft).contains("고침")));
    assert!(kept && effects.iter().any(|e| matches!(e, Effect::Lock)), "{effects:?}");
    assert!(!effects.iter().any(|e| matches!(e, Effect::KeepNote { .. })), "not sealed without its reason");
}

#[test]
fn what_was_typed_before_a_crash_comes_back_unsaved_and_is_saved_or_put_away() {
    for (lang, said) in [(Lang::Ko, "되살렸습니다"), (Lang::En, "is here again")] {
        for save in [true, false] {
            let mut m = at_client(lang, &CONSENTED);
            press(&mut m, KeyName::Char('n'));
            let mut file = past(lang);
            let session = file.row.id;
            let line = DraftLine { text: ClientText::new("before the crash"), ..DraftLine::default() };
            let draft =
                Draft { format: "soap".into(), sections: vec![("plan".into(), vec![line])], ..Draft::default() };
            file.unsaved = Some(WorkingCopy { schema: SCHEMA.into(), session, at: NOW, amending: false, draft });
            play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file)))]);
            let text = picture(&m, 80, 24).text;
            assert!(text.contains("before the crash") && text.contains(said), "{text}");
            assert!(m.note.as_ref().unwrap().unsaved());
            if save {
                let effects = key(&mut m, Key::ctrl('s'));
                let [Effect::KeepNote { draft, edits, .. }] = &effects[..] else { panic!("{effects:?}") };
                assert_eq!(words(draft), "before the crash");
                play(&mut m, [Msg::Answer(Answer::NoteKept { session, edits: *edits })]);
                assert!(!m.note.as_ref().unwrap().unsaved());
            } else {
                press(&mut m, KeyName::Esc);
                assert_eq!(confirmed(&m), Some(&Question::LeaveNote));
                let effects = does(&mut m, &[Command::Discard]);
                assert!(matches!(&effects[..], [Effect::DropTyping(of)] if *of == session), "{effects:?}");
            }
        }
    }
}

#[test]
fn a_note_that_was_typed_and_never_saved_is_told_at_unlocking_and_marked_in_the_caseload() {
    let mut m = signed_in(Lang::Ko);
    let mut rows = std::mem::take(&mut m.caseload);
    rows[0].unsaved = 1;
    m.notice = None;
    play(&mut m, [Msg::Answer(Answer::Caseload(rows.clone()))]);
    assert_eq!(m.notice.as_ref().unwrap().say, Say::TypingWaits(1));
    assert!(picture(&m, 120, 40).text.contains("저장 안 한 글 1"));
    m.notice = None;
    play(&mut m, [Msg::Answer(Answer::Caseload(rows))]);
    assert!(m.notice.is_none(), "told once");
}

#[test]
fn a_disk_that_takes_no_typing_is_said_and_the_next_change_tries_again() {
    let mut m = writing(Lang::Ko);
    type_text(&mut m, "가");
    assert_eq!(pass(&mut m, 1_500).len(), 1);
    let fault = ErrorReport::failed(verbatim("no space"), verbatim("make room"));
    play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Typing, fault })]);
    assert!(picture(&m, 80, 24).text.contains("no space"));
    assert!(pass(&mut m, 5_000).is_empty(), "not again and again");
    type_text(&mut m, "나");
    assert_eq!(pass(&mut m, 1_500).len(), 1);
}

fn booked(at: Timestamp, place: &str) -> Appointment {
    let place = (!place.is_empty()).then(|| ClientText::new(place));
    Appointment { schema: appointment::SCHEMA.into(), at: Some(at), minutes: 50, place, set_at: NOW }
}

/// At the start with an appointment today and one in three days.
pub fn day(lang: Lang) -> Model {
    let mut m = signed_in(lang);
    let mut rows = m.caseload.clone();
    rows[0].next = Some(booked(Timestamp(NOW.0 + 3_600_000), lang.pick("2층 상담실", "Room 2")));
    rows[1].next = Some(booked(Timestamp(NOW.0 + 3 * 86_400_000), ""));
    play(&mut m, [Msg::Answer(Answer::Caseload(rows))]);
    m
}

#[test]
fn the_days_appointments_stand_at_the_start_in_the_order_of_time_without_a_whole_name() {
    let m = day(Lang::Ko);
    let text = picture(&m, 80, 24).text;
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
    assert!(at("오늘") < at("2026-11-24 (화)") && text.contains("10:30–11:20") && text.contains("2층 상담실"));
    assert!(!text.contains("김서연"));
    let mut later = m;
    (later.now, later.touched) = (Timestamp(NOW.0 + 86_400_000), Timestamp(NOW.0 + 86_400_000));
    assert!(!picture(&later, 80, 24).text.contains("2층 상담실"), "what was yesterday is gone by itself");
}

#[test]
fn an_appointment_is_set_as_people_write_days_and_times_and_read_back_before_it_is_kept() {
    let mut m = signed_in(Lang::Ko);
    press(&mut m, KeyName::Char('o'));
    assert_eq!(m.screen, Screen::Appointment);
    type_text(&mut m, "다음주 화");
    press(&mut m, KeyName::Enter);
    type_text(&mut m, "오후 2시");
    press(&mut m, KeyName::Enter);
    press(&mut m, KeyName::Enter);
    type_text(&mut m, "2층");
    assert!(picture(&m, 80, 24).text.contains("→ 2026-11-24 (화) 14:00–14:50 · 2층"));
    let effects = press(&mut m, KeyName::Enter);
    let [Effect::SetAppointment { client: CLIENT, at: Some(at), minutes: Some(50), place: Some(place) }] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!((at.shown().as_str(), place.reveal()), ("2026-11-24 14:00", "2층"));
    assert!(press(&mut m, KeyName::Enter).is_empty(), "not twice");
    play(&mut m, [Msg::Answer(Answer::AppointmentKept(CLIENT))]);
    assert_eq!((m.screen, &m.notice.as_ref().unwrap().say), (Screen::Caseload, &Say::AppointmentSaved));
}

#[test]
fn what_is_no_day_or_no_time_goes_back_to_its_field() {
    for (fields, focus, said) in [
        (["어제", "14:00"], 0, Say::AppointmentDay),
        (["2026-11-20", "14:00"], 0, Say::AppointmentDay),
        (["내일", "언젠가"], 1, Say::AppointmentTime),
    ] {
        let mut m = signed_in(Lang::Ko);
        press(&mut m, KeyName::Char('o'));
        for text in fields {
            type_text(&mut m, text);
            press(&mut m, KeyName::Enter);
        }
        assert!(does(&mut m, &[Command::Open, Command::Open]).is_empty());
        let form = m.pages.get::<gyeot::app::pages::appointment::AppointmentForm>().unwrap();
        assert_eq!((form.focus, &m.notice.as_ref().unwrap().say), (focus, &said));
    }
}

#[test]
fn an_appointment_is_called_off_by_a_key_and_one_that_is_over_offers_the_same_time_a_week_later() {
    let mut m = day(Lang::Ko);
    press(&mut m, KeyName::Char('o'));
    let effects = key(&mut m, Key::ctrl('d'));
    assert!(matches!(&effects[..], [Effect::SetAppointment { at: None, .. }]), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::AppointmentKept(CLIENT))]);
    assert_eq!(m.notice.as_ref().unwrap().say, Say::AppointmentOff);

    let mut m = day(Lang::Ko);
    (m.now, m.touched) = (Timestamp(NOW.0 + 3 * 3_600_000), Timestamp(NOW.0 + 3 * 3_600_000));
    press(&mut m, KeyName::Char('o'));
    let text = picture(&m, 80, 24).text;
    assert!(text.contains("2026-11-28") && text.contains("10:30"), "{text}");
    assert!(key(&mut m, Key::ctrl('d')).is_empty(), "what is over is not called off");
}

#[test]
fn a_clients_page_shows_the_next_appointment_and_sets_it() {
    let mut m = at_client(Lang::En, &CONSENTED);
    let mut client = file(&CONSENTED);
    client.next = Some(booked(Timestamp(NOW.0 + 2 * 86_400_000), "Room 2"));
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(client)))]);
    assert!(picture(&m, 80, 24).text.contains("Next: 2026-11-23 (Mon) 09:30–10:20 · Room 2"));
    press(&mut m, KeyName::Char('o'));
    assert_eq!(m.screen, Screen::Appointment);
}

/// Draws the screen and presses the mouse where this text begins.
fn click(m: &mut Model, text: &str) -> Vec<Effect> {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    let mut terminal = Terminal::new(TestBackend::new(m.cols, m.rows)).unwrap();
    let mut view = gyeot::ui::View::new(true);
    terminal.draw(|frame| gyeot::ui::draw(frame, m, &mut view)).unwrap();
    let buffer = terminal.backend().buffer();
    let cells: Vec<&str> = text.chars().map(|c| c.to_string().leak() as &str).collect();
    let (cols, rows) = (m.cols, m.rows);
    let there = |x: u16, y: u16| {
        let mut at = x;
        cells.iter().all(|c| {
            let same = at < cols && buffer[(at, y)].symbol() == *c;
            at += gyeot::app::wrap::width(c).max(1);
            same
        })
    };
    let found = (0..rows).flat_map(|y| (0..cols).map(move |x| (x, y))).find(|(x, y)| there(*x, *y));
    let (column, row) = found.unwrap_or_else(|| panic!("{text} is not on {:?}", m.screen));
    let kind = crossterm::event::MouseEventKind::Down(crossterm::event::MouseButton::Left);
    let modifiers = crossterm::event::KeyModifiers::NONE;
    let event = crossterm::event::Event::Mouse(crossterm::event::MouseEvent { kind, column, row, modifiers });
    let messages = keymap::clicked(&view, &event);
    play(m, messages)
}

#[test]
fn a_click_chooses_a_row_a_second_one_opens_it_and_the_keys_below_can_be_clicked() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = signed_in(lang);
        assert!(click(&mut m, "C-0418").is_empty());
        assert_eq!(m.case_at, 1);
        assert!(matches!(&click(&mut m, "C-0418")[..], [Effect::OpenClient(_)]));
        click(&mut m, lang.pick("a 내담자 추가", "a add"));
        assert_eq!(m.screen, Screen::NewClient);
    }
}

#[test]
fn a_click_goes_to_its_pane_and_a_question_is_answered_by_it_and_nothing_beneath() {
    use gyeot::app::state::client::Pane;
    let mut m = at_client(Lang::Ko, &[]);
    assert!(click(&mut m, "[ ] 녹음").is_empty());
    let page = m.client.as_ref().unwrap();
    assert_eq!((page.pane, page.consent), (Pane::Consents, 1));
    assert!(click(&mut m, "[ ] 녹음").is_empty());
    assert!(matches!(confirmed(&m), Some(Question::GiveConsent(_))));
    assert!(click(&mut m, "2회기").is_empty(), "what lies beneath a question is not clicked");
    assert!(confirmed(&m).is_some() && m.screen == Screen::Client);
    assert!(matches!(&click(&mut m, "y: 예")[..], [Effect::SetConsent { .. }]));
}

#[test]
fn a_client_alone_answers_by_clicks_and_no_click_leads_out_of_the_questions() {
    let mut m = phq9(Lang::Ko);
    does(&mut m, &[Command::GiveKiosk]);
    for (x, y) in (0..m.cols).flat_map(|x| (0..m.rows).map(move |y| (x, y))).step_by(3) {
        let mut one = m.clone();
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(one.cols, one.rows)).unwrap();
        let mut view = gyeot::ui::View::new(true);
        terminal.draw(|frame| gyeot::ui::draw(frame, &one, &mut view)).unwrap();
        let effects = play(&mut one, view.hits.at(x, y));
        assert!(effects.is_empty() && one.screen == Screen::Kiosk && one.with_client, "at {x},{y}: {effects:?}");
    }
    click(&mut m, "2  ○");
    assert_eq!(m.sheet.as_ref().unwrap().answers.0[0], Some(2));
}

#[test]
fn every_screen_is_drawn_on_sixty_columns_and_twenty_rows_with_its_help_in_reach() {
    for lang in [Lang::Ko, Lang::En] {
        for (name, model) in crate::pictures::all(lang) {
            let text = picture(&model, 60, 20).text;
            assert!(!text.contains(lang.pick("너무 작습니다", "too small")), "{name}");
            let bare = matches!(model.screen, Screen::Kiosk | Screen::Recovery | Screen::FirstRun | Screen::Unlock);
            if !bare && model.overlay.is_none() && model.find.is_none() {
                assert!(text.contains(lang.pick("도움말", "help")), "{name}: {text}");
            }
        }
    }
}

#[test]
fn before_a_session_the_microphone_is_heard_and_what_is_missing_is_said() {
    use gyeot::app::views::SoundCheck;
    use gyeot::ports::audio::AudioError;
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = press(&mut m, KeyName::Char('b'));
    assert!(matches!(&effects[..], [Effect::Examine, Effect::ListenFirst]), "{effects:?}");
    let shown = |m: &mut Model, levels: &[f32], over: bool, fault: Option<ErrorReport>| {
        play(m, [Msg::Answer(Answer::Listened(SoundCheck { levels: levels.to_vec(), over, fault }))]);
        picture(m, 80, 24).text
    };
    assert!(shown(&mut m, &[-90.0], false, None).contains("한마디 해 보세요"));
    assert!(shown(&mut m, &[-90.0, -30.0], false, None).contains("소리가 들립니다"));
    assert!(shown(&mut m, &[-90.0; 15], true, None).contains("음소거"));
    let fault = Some(AudioError::NoMicrophoneSupport.into());
    assert!(shown(&mut m, &[], true, fault).contains("녹음 파일을 고를"));
    let effects = press(&mut m, KeyName::Esc);
    assert!(matches!(&effects[..], [Effect::StopListening]), "the device is given back: {effects:?}");
}

#[test]
fn a_passphrase_is_judged_while_it_is_typed_and_one_can_be_made_by_a_key() {
    use gyeot::app::views::VaultState;
    use secrecy::ExposeSecret;
    let mut m = started(Lang::Ko);
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Missing))]);
    for text in ["마음결", "이상담", ""] {
        type_text(&mut m, text);
        press(&mut m, KeyName::Enter);
    }
    let effects = press(&mut m, KeyName::Char('a'));
    let [Effect::JudgePassphrase { passphrase, names }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((passphrase.expose_secret(), names.each_ref().map(String::as_str)), ("a", ["마음결", "이상담"]));
    play(&mut m, [Msg::Answer(Answer::Judged(Err(verbatim("너무 짧음"))))]);
    assert!(picture(&m, 80, 24).text.contains("! 너무 짧음"));
    assert!(matches!(&key(&mut m, Key::ctrl('g'))[..], [Effect::MakePhrase]));
    let made = "fulig-muvot-hasab-zopih-sidih-novup";
    play(&mut m, [Msg::Answer(Answer::Phrase(made.to_owned().into())), Msg::Answer(Answer::Judged(Ok(())))]);
    assert!(picture(&m, 80, 24).text.contains(made), "it is shown to be written down");
    let effects = press(&mut m, KeyName::Enter);
    let [Effect::MakeVault { passphrase, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(passphrase.expose_secret(), made);
}

#[test]
fn a_backup_is_made_from_its_screen_by_every_role_with_the_passphrase_never_shown() {
    use gyeot::app::views::{BackupMade, BackupView};
    use gyeot::domain::practice::member::Role;
    for role in Role::ALL {
        let mut m = signed_as(Lang::Ko, role);
        let effects = press(&mut m, KeyName::F(11));
        assert!(matches!(&effects[..], [Effect::LookForBackup]), "{role}: {effects:?}");
        let view = BackupView { last: None, folder: "/media/usb".into() };
        // Whoever is quicker than the answer gets the same folder.
        press(&mut m, KeyName::Enter);
        play(&mut m, [Msg::Answer(Answer::Backup(view))]);
        assert!(press(&mut m, KeyName::Enter).is_empty(), "the passphrase is wanted");
        type_text(&mut m, "비밀 문구");
        assert!(!picture(&m, 80, 24).text.contains("비밀"));
        let effects = press(&mut m, KeyName::Enter);
        let [Effect::BackUp { file, .. }] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(file, "/media/usb/gyeot-backup-2026-11-21.age");
        assert!(picture(&m, 80, 24).text.contains("만들고 다시 읽는 중"));
        assert!(press(&mut m, KeyName::Enter).is_empty(), "not twice");
        let made = BackupMade { file: file.clone(), records: 3, files: 4, bytes: 1_000_000 };
        play(&mut m, [Msg::Answer(Answer::BackedUp(made))]);
        let text = picture(&m, 120, 40).text;
        assert!(text.contains("기록 3건") && text.contains("1.0 MB"), "{text}");
    }
}

#[test]
fn for_a_client_under_fourteen_the_guardian_consents_and_nobody_is_asked_whether_the_client_is_older() {
    for (age, asks) in [(13, true), (14, false)] {
        let mut m = at_client(Lang::Ko, &[]);
        m.client.as_mut().unwrap().file.age = Some(age);
        does(&mut m, &[Command::ToggleConsent]);
        assert_eq!(m.screen == Screen::Guardian, asks, "{age}");
        assert_eq!(confirmed(&m).is_some(), !asks, "{age}");
        if asks {
            assert!(press(&mut m, KeyName::Enter).is_empty(), "a name is wanted");
            type_text(&mut m, "박어머니");
            press(&mut m, KeyName::Enter);
            type_text(&mut m, "어머니");
            let effects = press(&mut m, KeyName::Enter);
            let [Effect::GiveByGuardian { client: CLIENT, guardian }] = &effects[..] else { panic!("{effects:?}") };
            assert_eq!(
                (guardian.name.reveal(), guardian.relation.as_str(), m.screen),
                ("박어머니", "어머니", Screen::Client)
            );
        }
    }
}
