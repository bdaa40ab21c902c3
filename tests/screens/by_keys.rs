//! What a walk as admin and supervisor found: a screen names keys and not commands of a shell, every key that it names does
//! what it says, in lines as well, and a list that is narrowed by typing takes every letter.

use crate::pictures::{all, inspected};
use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::effect::{Effect, OfficeAsk};
use gyeot::app::field::Edit;
use gyeot::app::flow::listing::Listings;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Asked, Msg};
use gyeot::app::notice::Say;
use gyeot::app::pages::rows;
use gyeot::app::screen::{Context, Screen};
use gyeot::app::session_event::SessionEvent;
use gyeot::app::state::overlay::{Overlay, Question};
use gyeot::app::state::sound_input::InputForm;
use gyeot::app::views::{FolderEntry, FolderView, ListOf, Listing, ListingRow};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::governance::concern::Concern;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::schedule::Every;
use gyeot::texts::{msg, verbatim};
use gyeot::ui::keyed::keyed;
use gyeot::ui::plain::{entered, offered};
use gyeot::ui::{View, keymap, plain};

const LANGS: [Lang; 2] = [Lang::Ko, Lang::En];

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

/// Three entries, of which the second waits for an after-review by whoever reads it.
fn log() -> Listing {
    let row = |n: u64, waits: bool| ListingRow {
        cells: ["2026-11-28 21:08", "최관리", "roster changed", "", ""].map(verbatim).to_vec(),
        detail: vec![msg("list-log-place").with("n", n).with("place", "vm").with("records", 1)],
        grave: waits,
        waits: waits.then_some(n),
    };
    Listing {
        of: ListOf::AccessLog,
        told: vec![(msg("inspection-unreviewed").with("n", 1), true)],
        head: ["list-when", "list-who", "list-what", "list-whose", "list-reason"].map(msg).to_vec(),
        rows: vec![row(9, false), row(3, true), row(1, false)],
    }
}

fn at_log(lang: Lang, role: Role) -> Model {
    let mut m = signed_as(lang, role);
    press(&mut m, Key::plain(KeyName::F(6)));
    assert_eq!(m.screen, Screen::AccessLog, "{role:?}");
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(log())))]);
    m
}

#[test]
fn what_one_person_did_alone_is_found_by_a_key_read_and_reviewed_by_it() {
    for lang in LANGS {
        for role in [Role::Supervisor, Role::Admin] {
            let mut m = at_log(lang, role);
            let asked = press(&mut m, Key::char('r'));
            // It is read first: the mark goes there and nothing is asked yet.
            assert!(asked.is_empty() && m.overlay.is_none());
            assert_eq!(m.pages.get::<Listings>().unwrap().at(ListOf::AccessLog), 1);
            press(&mut m, Key::char('r'));
            assert!(matches!(m.overlay, Some(Overlay::Confirm(Question::ReviewEntry(3)))));
            let asked = press(&mut m, Key::char('y'));
            assert!(matches!(asked[..], [Effect::Office(OfficeAsk::ReviewEntry(3))]), "{asked:?}");
            m.signed_in.as_mut().unwrap().concerns = vec![Concern::Waiting { to_review: 1, by_others: 0 }];
            let asked = play(&mut m, [Msg::Answer(Answer::EntryReviewed(Vec::new()))]);
            assert!(matches!(asked[..], [Effect::List(ListOf::AccessLog)]) && m.concerns().is_empty());
            let mut done = log();
            done.rows[1].waits = None;
            play(&mut m, [Msg::Answer(Answer::Listing(Box::new(done)))]);
            press(&mut m, Key::char('r'));
            assert_eq!(m.notice.as_ref().map(|n| &n.say), Some(&Say::NothingToReview));
        }
    }
}

#[test]
fn a_command_in_a_text_is_the_key_of_its_screen_for_whoever_has_it_with_the_particle_of_the_key() {
    let said = |lang, role, text: &str| {
        let mut m = signed_as(lang, role);
        // The centre has an admin.
        m.signed_in.as_mut().unwrap().nobody_before = role == Role::Admin;
        keyed(&m, text)
    };
    let admin = |text: &str| said(Lang::Ko, Role::Admin, text);
    assert_eq!(admin("`gyeot backup create`로 백업을 만드세요"), "F11 (백업 만들기)로 백업을 만드세요");
    assert_eq!(admin("`gyeot audit review`로 검토하세요"), "F6 (접근 기록)으로 검토하세요");
    assert_eq!(admin("`gyeot vault check`가 보여 줍니다"), "F8 (금고 점검)이 보여 줍니다");
    let english = said(Lang::En, Role::Admin, "look with `gyeot vault check`, then `gyeot backup restore`");
    assert_eq!(english, "look with F8 (Check the vault), then `gyeot backup restore`");
    // Not what the screen does, no screen of this member, no command at all.
    for (role, text) in [
        (Role::Admin, "`gyeot vault check --salvage`"),
        (Role::Supervisor, "`gyeot audit inspect --month`"),
        (Role::Admin, "a ` alone, and `gyeot without an end"),
        (Role::Admin, ""),
    ] {
        assert_eq!(said(Lang::Ko, role, text), text);
    }
}

#[test]
fn no_screen_names_a_command_for_which_its_member_has_a_key() {
    for lang in LANGS {
        for (name, model) in all(lang) {
            let drawn = picture(&model, 160, 60).text;
            let cells: String = drawn.lines().collect::<Vec<_>>().join(" ");
            let words = cells.replace(['│', '┃'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(keyed(&model, &words), words, "{name}");
        }
    }
}

#[test]
fn every_key_beside_a_choice_does_in_lines_what_its_number_does() {
    for lang in LANGS {
        for (name, model) in all(lang) {
            let dot = if gyeot::app::pages::typing(&model) { "." } else { "" };
            for row in rows(&model) {
                let key = row.keys[0].to_string();
                if !offered(&model).iter().any(|line| line.ends_with(&format!("[{key}]"))) {
                    continue;
                }
                let by_key = entered(&model, &format!("{dot}{key}")).unwrap_or_default();
                // Whatever has this key first: what the key does in a drawn terminal too.
                let first = rows(&model).find(|r| r.keys.contains(&row.keys[0])).unwrap();
                assert!(
                    matches!(&by_key[..], [Msg::Do(command)] if *command == first.command),
                    "{name}: {key} gives {by_key:?}"
                );
            }
        }
    }
}

#[test]
fn every_letter_narrows_the_instruments_and_the_client_gets_what_is_marked_and_no_way_out() {
    for letter in ('a'..='z').chain('A'..='Z').chain('ㄱ'..='ㅎ') {
        let mut m = at_client(Lang::Ko, &CONSENTED);
        press(&mut m, Key::char('s'));
        assert_eq!(m.screen, Screen::Instruments);
        press(&mut m, Key::char(letter));
        assert_eq!(m.find.as_ref().map(|f| f.text().to_owned()), Some(letter.to_string()));
        assert_eq!(m.screen, Screen::Instruments, "{letter} did something else");
    }
    for narrowed in [false, true] {
        let mut m = at_client(Lang::Ko, &CONSENTED);
        press(&mut m, Key::char('s'));
        if narrowed {
            type_text(&mut m, "gad-7");
            assert!(picture(&m, 80, 24).text.contains("Ctrl-K"));
        }
        press(&mut m, Key::ctrl('k'));
        assert_eq!(m.screen, Screen::Kiosk);
        assert_eq!(m.sheet.as_ref().unwrap().instrument.as_str(), if narrowed { "gad-7" } else { "phq-9" });
        assert_eq!(gyeot::app::pages::context(&m), Context::At(Screen::Kiosk));
        press(&mut m, Key::char('1'));
        assert_eq!(m.sheet.as_ref().unwrap().at, 1, "the digit is an answer");
        for key in [Key::ctrl('q'), Key::ctrl('c'), Key::ctrl('p'), Key::plain(KeyName::F(1))] {
            let effects = press(&mut m, key);
            assert!(m.with_client && m.screen == Screen::Kiosk, "{key}");
            assert!(!effects.iter().any(|e| matches!(e, Effect::Quit)), "{key}");
        }
    }
}

#[test]
fn the_minutes_of_the_lock_are_changed_on_the_screen_and_kept() {
    for role in Role::ALL {
        let mut m = signed_as(Lang::En, role);
        press(&mut m, Key::plain(KeyName::F(3)));
        press(&mut m, Key::plain(KeyName::Down));
        let mut seen = Vec::new();
        for _ in 0..8 {
            let asked = press(&mut m, Key::plain(KeyName::Enter));
            let [Effect::RememberLock(minutes)] = asked[..] else { panic!("{asked:?}") };
            assert_eq!(m.lock_after_minutes, minutes);
            assert!(gyeot::adapters::settings::LOCK_MINUTES.contains(&minutes));
            seen.push(minutes);
        }
        seen.sort_unstable();
        assert_eq!(seen, [1, 2, 3, 5, 10, 15, 20, 30]);
        press(&mut m, Key::plain(KeyName::Up));
        press(&mut m, Key::plain(KeyName::Enter));
        assert_eq!(m.lang, Lang::Ko);
    }
}

#[test]
fn a_list_in_which_nothing_is_found_says_so() {
    for lang in LANGS {
        let mut m = inspected(lang, Role::Admin);
        press(&mut m, Key::char('/'));
        type_text(&mut m, "qqqq");
        let drawn = picture(&m, 80, 24).text;
        assert!(drawn.contains(gyeot::ui::i18n::T::NothingFound.text(lang)), "{drawn}");
        let said = plain::lines(&m, &mut View::new(false)).join("\n");
        assert!(said.contains(gyeot::ui::i18n::T::NothingFound.text(lang)), "{said}");
    }
}

#[test]
fn what_is_an_admins_in_a_centre_that_has_one_is_offered_to_no_other_and_a_list_that_is_refused_says_why() {
    for lang in LANGS {
        for (role, nobody_before, months) in [
            (Role::Counsellor, true, true),
            (Role::Counsellor, false, false),
            (Role::Supervisor, true, true),
            (Role::Supervisor, false, false),
            (Role::Admin, true, true),
        ] {
            let mut m = signed_as(lang, role);
            m.signed_in.as_mut().unwrap().nobody_before = nobody_before;
            press(&mut m, Key::plain(KeyName::F(10)));
            assert_eq!(m.screen == Screen::Inspection, months, "{role:?} {nobody_before}");
        }
        let mut m = at_log(lang, Role::Admin);
        press(&mut m, Key::plain(KeyName::Enter));
        let fault = ErrorReport::failed(msg("list-log-alone"), msg("list-members-how"));
        play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Read, fault })]);
        m.notice = None;
        let drawn = picture(&m, 120, 24).text;
        assert!(!drawn.contains(gyeot::ui::i18n::T::Looks.text(lang)), "{drawn}");
        assert!(drawn.contains(lang.say("list-log-alone")), "{drawn}");
    }
}

/// Folders and files as they are read from a disk.
fn entries(names: &[&str]) -> Vec<FolderEntry> {
    names.iter().map(|n| FolderEntry { name: n.trim_end_matches('/').to_owned(), folder: n.ends_with('/') }).collect()
}

fn path(m: &Model) -> String {
    m.pages.read::<InputForm>().path.text().to_owned()
}

#[test]
fn a_recording_is_chosen_from_its_folder_by_arrows_and_its_path_completed_by_tab() {
    for lang in LANGS {
        let mut m = at_client(lang, &CONSENTED);
        press(&mut m, Key::char('b'));
        let asked = press(&mut m, Key::plain(KeyName::Down));
        assert!(matches!(&asked[..], [Effect::LookInFolder(folder)] if folder.is_empty()), "{asked:?}");
        let here = entries(&["녹음/", "상담-1.m4a", "상담-2.m4a", "zoom.wav"]);
        play(&mut m, [Msg::Answer(Answer::Folder(FolderView { folder: String::new(), entries: here }))]);
        let drawn = picture(&m, 80, 24).text;
        assert!(drawn.contains("녹음/") && drawn.contains("zoom.wav"), "{drawn}");
        // What is typed narrows; Tab goes on as far as it is clear.
        type_text(&mut m, "상");
        assert!(!picture(&m, 80, 24).text.contains("zoom.wav"));
        press(&mut m, Key::plain(KeyName::Tab));
        assert_eq!(path(&m), "~/상담-");
        // It is that of the own folder now, which is asked for by its sign.
        let entries_of = |folder: &str, names: &[&str]| {
            Msg::Answer(Answer::Folder(FolderView { folder: folder.into(), entries: entries(names) }))
        };
        play(&mut m, [entries_of("~/", &["녹음/", "상담-1.m4a", "상담-2.m4a"])]);
        press(&mut m, Key::plain(KeyName::Down));
        press(&mut m, Key::plain(KeyName::Down));
        let begun = press(&mut m, Key::plain(KeyName::Enter));
        assert!(begun.iter().all(|e| !matches!(e, Effect::BeginSession { .. })), "choosing begins nothing");
        assert_eq!(path(&m), "~/상담-2.m4a");
        // A folder opens, an answer for another one is dropped, up leads back to the microphone.
        play(&mut m, [Msg::Type(Edit::Clear)]);
        type_text(&mut m, "/data/no");
        play(&mut m, [entries_of("~/", &["wrong.wav"]), entries_of("/data/", &["notes/", "x.wav"])]);
        assert!(!picture(&m, 80, 24).text.contains("wrong.wav"));
        let asked = press(&mut m, Key::plain(KeyName::Tab));
        assert_eq!(path(&m), "/data/notes/");
        assert!(matches!(&asked[..], [Effect::LookInFolder(folder)] if folder == "/data/notes/"), "{asked:?}");
        press(&mut m, Key::plain(KeyName::Up));
        assert!(!m.pages.read::<InputForm>().file);
    }
}

#[test]
fn a_schedule_is_typed_over_what_is_usual_as_people_write_it() {
    for (lang, every, first, last) in
        [(Lang::Ko, "격주", "내일", "12/20"), (Lang::En, "every 2 weeks", "tomorrow", "12/20")]
    {
        let mut m = at_client(lang, &CONSENTED);
        press(&mut m, Key::char('s'));
        type_text(&mut m, "isi");
        press(&mut m, Key::ctrl('t'));
        assert_eq!(m.screen, Screen::Schedule);
        type_text(&mut m, every);
        press(&mut m, Key::plain(KeyName::Enter));
        type_text(&mut m, first);
        press(&mut m, Key::plain(KeyName::Enter));
        type_text(&mut m, last);
        let asked = press(&mut m, Key::plain(KeyName::Enter));
        let [Effect::SetSchedule { schedule, .. }] = &asked[..] else { panic!("{asked:?} {:?}", m.notice) };
        assert_eq!(schedule.every, Some(Every::Weeks { weeks: 2 }));
        let tomorrow = NOW.day().unwrap().tomorrow().unwrap();
        assert_eq!((schedule.from, schedule.until.map(|d| (d.month(), d.day()))), (tomorrow, Some((12, 20))));
    }
}

#[test]
fn whom_to_call_in_a_crisis_is_never_cut_on_any_screen_that_is_large_enough() {
    for lang in LANGS {
        for (cols, height) in [(60, 20), (80, 24), (120, 40)] {
            let mut m = signed_as(lang, Role::Counsellor);
            press(&mut m, Key::plain(KeyName::F(12)));
            let lines = m.crisis.clone();
            for line in lines.iter() {
                let drawn = picture(&m, cols, height).text;
                let words = drawn.replace(['│', '┃'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
                let shown = line.text(lang);
                for part in [&shown.name, &shown.use_for] {
                    let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
                    assert!(words.contains(&part), "{cols}: {part}\n{drawn}");
                }
                press(&mut m, Key::plain(KeyName::Down));
            }
        }
    }
}

#[test]
fn a_session_that_is_being_finished_is_left_and_goes_by_itself_when_it_has_ended() {
    for lang in LANGS {
        for key in [Key::plain(KeyName::Esc), Key::char('q')] {
            let mut m = talking(lang);
            press(&mut m, Key::char('q'));
            press(&mut m, Key::char('y'));
            let drawn = picture(&m, 80, 24).text;
            let keys = drawn.lines().last().unwrap();
            assert!(keys.contains(lang.pick("Esc 뒤로", "Esc back")) && !keys.contains("q "), "{keys}");
            press(&mut m, key);
            assert_ne!(m.screen, Screen::Live);
            let top = picture(&m, 80, 24).text.lines().next().unwrap().to_owned();
            assert!(top.contains(lang.say("ending")) && !top.contains(lang.say("recording-elsewhere")), "{top}");
            let left = m.screen;
            let asked = play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
            assert!(m.live.is_none() && m.screen == left && !m.recording());
            assert_eq!(m.notice.as_ref().map(|n| &n.say), Some(&Say::SessionSaved));
            assert!(asked.iter().any(|e| matches!(e, Effect::LoadCaseload)));
        }
        // Whoever comes back before it has ended sees how it ends.
        let mut m = talking(lang);
        press(&mut m, Key::char('q'));
        press(&mut m, Key::char('y'));
        press(&mut m, Key::plain(KeyName::Esc));
        // The way back from the start page.
        m.restart();
        press(&mut m, Key::plain(KeyName::Esc));
        assert_eq!(m.screen, Screen::Live);
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
        assert!(m.live.is_some() && m.screen == Screen::Live);
    }
}

#[test]
fn the_folder_of_review_files_is_set_on_the_screen_by_whoever_writes_or_reviews() {
    for role in [Role::Counsellor, Role::Supervisor] {
        let mut m = signed_as(Lang::Ko, role);
        let asked = press(&mut m, Key::plain(KeyName::F(3)));
        assert!(asked.iter().any(|e| matches!(e, Effect::FolderOfReviews(None))), "{asked:?}");
        press(&mut m, Key::plain(KeyName::Down));
        press(&mut m, Key::plain(KeyName::Down));
        press(&mut m, Key::plain(KeyName::Enter));
        // Letters are text now, also those that are commands elsewhere.
        type_text(&mut m, "/shared/q");
        let asked = press(&mut m, Key::plain(KeyName::Enter));
        assert!(matches!(&asked[..], [Effect::FolderOfReviews(Some(text))] if text == "/shared/q"), "{asked:?}");
        play(&mut m, [Msg::Answer(Answer::FolderOfReviews(Some("/shared/q".into()), true))]);
        assert!(picture(&m, 80, 24).text.contains("검토 파일 폴더: /shared/q"));
    }
    let mut m = signed_as(Lang::Ko, Role::Admin);
    assert!(press(&mut m, Key::plain(KeyName::F(3))).is_empty());
    assert!(!picture(&m, 80, 24).text.contains("검토 파일 폴더"));
}
