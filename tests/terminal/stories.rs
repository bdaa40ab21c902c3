//! Ten stories of a day, in Korean and English, by real keys on the real screen.

use crate::stage::{self, PASS, consent, made, pass};
use crate::tmux::{Terminal, there};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::{NewClient, Scope, UnlockedVault};

/// A terminal at the unlock screen of a counsellor with one client and one session that has ended.
fn practice(lang: &str) -> Terminal {
    let terminal = Terminal::new(100, 30);
    let vault = made(&terminal.vault());
    with_client(&vault);
    vault.lock().unwrap();
    terminal.run(lang, "");
    terminal
}

fn with_client(vault: &UnlockedVault) {
    let new = NewClient { name: ClientText::new("김하늘"), ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let session = vault.begin_session(&code, Timestamp(vault.now().0 - 3_600_000)).unwrap();
    vault.end_session(session, vault.now(), "ended").unwrap();
}

/// Unlocks by the passphrase.
fn unlock(terminal: &Terminal, lang: &str) {
    terminal.until(if lang == "ko" { "암호 문구" } else { "Passphrase" });
    terminal.text(PASS);
    terminal.key("Enter");
    terminal.until("C-0001");
}

#[test]
fn first_run_makes_a_vault_with_a_phrase_made_by_a_key_and_shows_the_recovery_phrases_until_they_are_taken() {
    if !there() {
        return;
    }
    let terminal = Terminal::new(100, 30);
    terminal.run("ko", "");
    terminal.until("센터 이름");
    terminal.text("마음결");
    terminal.key("Enter");
    terminal.text("이상담");
    terminal.keys(&["Enter", "Enter"]);
    terminal.text("짧음");
    terminal.until("! ");
    terminal.key("C-g");
    let phrase = terminal.until("종이에 적어 두세요:");
    assert!(phrase.lines().any(|l| l.contains("종이에") && l.matches('-').count() >= 5), "{phrase}");
    terminal.key("Enter");
    terminal.until("1. ");
    // No leaving without the phrases taken.
    terminal.key("C-c");
    terminal.stays("1. ");
    terminal.key("y");
    // Models that fit this computer, a practice client made by a key, and the tour through it and back.
    terminal.until("첫 준비");
    terminal.until("whisper");
    terminal.key("p");
    terminal.until("DEMO-1 · 연습");
    terminal.key("M-t");
    for (at, key) in [("1/8", "Enter"), ("2/8", "Enter"), ("3/8", "Enter"), ("4/8", "v"), ("5/8", "C-s"), ("6/8", "/")]
    {
        terminal.until(at);
        terminal.key(key);
    }
    terminal.until("7/8");
    terminal.key("Escape");
    terminal.without("7/8");
    terminal.key("x");
    terminal.until("지울까요?");
    terminal.key("y");
    terminal.until("아직 내담자가 없습니다");
    terminal.key("C-q");
    terminal.left_clean();
}

#[test]
fn of_two_members_each_is_chosen_by_an_arrow_and_unlocks_with_their_own_start() {
    if !there() {
        return;
    }
    let terminal = Terminal::new(100, 30);
    stage::centre_of(&terminal.vault(), &[("상담", Role::Counsellor)]);
    terminal.run("ko", "");
    for (name, start) in [("상담", "내담자 목록"), ("수퍼", "검토"), ("관리", "센터")] {
        terminal.until("암호 문구");
        while !terminal.screen().lines().any(|l| l.contains(&format!("● {name}"))) {
            terminal.key("Down");
            std::thread::sleep(std::time::Duration::from_millis(80));
            if terminal.screen().contains("● 상담") && name != "상담" {
                terminal.keys(&["Up", "Up"]);
                std::thread::sleep(std::time::Duration::from_millis(80));
                if name == "수퍼" {
                    terminal.key("Down");
                    std::thread::sleep(std::time::Duration::from_millis(80));
                }
            }
        }
        terminal.text(PASS);
        terminal.key("Enter");
        let screen = terminal.until(name);
        assert!(terminal.until(start).contains(start), "{screen}");
        terminal.key("C-l");
        terminal.until("○");
    }
}

#[test]
fn the_note_of_a_session_is_opened_from_its_client_written_and_saved() {
    if !there() {
        return;
    }
    for lang in ["ko", "en"] {
        let say = |ko: &'static str, en: &'static str| if lang == "ko" { ko } else { en };
        let terminal = practice(lang);
        unlock(&terminal, lang);
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        terminal.key("n");
        terminal.until(say("상담일지", "ournal"));
        terminal.text(say("잠을 설친다고 함", "sleeps badly"));
        terminal.until(say("잠을 설친다고 함", "sleeps badly"));
        terminal.key("C-s");
        terminal.until(say("초안 저장됨", "draft saved"));
        terminal.key("Escape");
        terminal.until(say("동의", "Consents"));
        terminal.key("C-q");
        terminal.left_clean();
        let vault = UnlockedVault::unlock(&terminal.vault(), None, &pass()).unwrap();
        let session = vault.sessions(None).unwrap()[0].id;
        assert_eq!(vault.note_history(session).unwrap().unwrap().versions.len(), 1);
    }
}

#[test]
fn what_was_typed_before_a_kill_is_there_again_and_lacks_no_more_than_two_seconds() {
    if !there() {
        return;
    }
    for lang in ["ko", "en"] {
        let say = |ko: &'static str, en: &'static str| if lang == "ko" { ko } else { en };
        let terminal = practice(lang);
        unlock(&terminal, lang);
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        terminal.key("n");
        terminal.until(say("상담일지", "ournal"));
        terminal.text("three good nights");
        terminal.until(say("꺼져도 남습니다", "survives a crash"));
        terminal.signal(rustix::process::Signal::KILL);
        // What was killed has not cleaned the screen: the prompt stands where the caret was.
        terminal.until("ready$");
        // The killed program left the terminal raw: only a line feed ends a line there.
        terminal.text("stty sane; tput rmcup; clear");
        terminal.key("C-j");
        terminal.ready();
        terminal.run(lang, "");
        unlock(&terminal, lang);
        terminal.until(say("저장 안 한 글", "unsaved text"));
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        terminal.key("n");
        terminal.until("three good nights");
        terminal.key("C-s");
        terminal.until(say("초안 저장됨", "draft saved"));
    }
}

#[test]
fn a_positive_ninth_item_opens_the_screener_with_the_answer_that_opened_it() {
    if !there() {
        return;
    }
    let terminal = practice("ko");
    unlock(&terminal, "ko");
    terminal.key("Enter");
    terminal.until("1회기");
    terminal.key("s");
    terminal.until("선별·검사 고르기");
    terminal.key("/");
    terminal.text("PHQ-9");
    terminal.until("(PHQ-9)");
    terminal.key("Enter");
    terminal.until("1 / 9");
    for answer in ["1", "1", "1", "1", "1", "1", "1", "1", "2"] {
        terminal.key(answer);
        std::thread::sleep(std::time::Duration::from_millis(80));
    }
    terminal.key("Enter");
    // The screener is the thing seen first, with the answer that opened it.
    let screen = terminal.until("▲ 이 선별을 연 답");
    assert!(!screen.contains("passive-ideation"), "no raw ids: {screen}");
}

#[test]
fn a_client_alone_with_the_questions_does_not_get_out_by_any_key() {
    if !there() {
        return;
    }
    let terminal = practice("ko");
    unlock(&terminal, "ko");
    terminal.key("Enter");
    terminal.until("1회기");
    terminal.key("s");
    terminal.until("선별·검사 고르기");
    terminal.key("C-k");
    terminal.until("문항 1 /");
    terminal.without("C-0001");
    for key in ["Escape", "q", "C-c", "C-z", "C-p", "F3", "F6", "?", ":", "C-q", "C-l"] {
        terminal.key(key);
        std::thread::sleep(std::time::Duration::from_millis(60));
        let screen = terminal.screen();
        assert!(
            !screen.contains("C-0001") && !screen.contains("ready$") && !screen.contains("하늘"),
            "{key}: {screen}"
        );
    }
}

#[test]
fn a_supervisor_starts_at_the_queue_and_an_admin_at_the_centre_and_neither_is_shown_a_clients_name() {
    if !there() {
        return;
    }
    let terminal = Terminal::new(100, 30);
    stage::centre_of(&terminal.vault(), &[("상담", Role::Counsellor)]);
    let vault = UnlockedVault::unlock(&terminal.vault(), Some("상담"), &pass()).unwrap();
    with_client(&vault);
    vault.lock().unwrap();
    for (name, start) in [("수퍼", "배정"), ("관리", "마음결")] {
        terminal.run("ko", &format!("GYEOT_MEMBER={name}"));
        terminal.until(&format!("● {name}"));
        terminal.text(PASS);
        terminal.key("Enter");
        let screen = terminal.until(start);
        assert!(!screen.contains("C-0001") && !screen.contains("하늘"), "{screen}");
        terminal.key("C-q");
        terminal.left_clean();
    }
}

#[test]
fn an_admin_makes_a_backup_on_its_screen() {
    if !there() {
        return;
    }
    let terminal = Terminal::new(100, 30);
    stage::centre_of(&terminal.vault(), &[]);
    terminal.run("en", "GYEOT_MEMBER=관리");
    terminal.until("● 관리");
    terminal.text(PASS);
    terminal.key("Enter");
    terminal.until("마음결");
    terminal.key("F11");
    terminal.until("gyeot-backup-");
    terminal.key("Enter");
    terminal.text(PASS);
    terminal.key("Enter");
    terminal.until("was read back");
    let files = std::fs::read_dir(terminal.home()).unwrap().flatten();
    assert!(files.map(|f| f.file_name().to_string_lossy().into_owned()).any(|f| f.starts_with("gyeot-backup-")));
}

#[test]
fn a_lock_hides_everything_and_sixty_columns_are_enough_and_forty_say_so() {
    if !there() {
        return;
    }
    let terminal = practice("ko");
    unlock(&terminal, "ko");
    terminal.key("Enter");
    terminal.until("1회기");
    terminal.resize(60, 20);
    let small = terminal.until("도움말");
    assert!(small.contains("1회기") && small.contains("상담"), "{small}");
    terminal.resize(40, 10);
    terminal.until("너무 작습니다");
    terminal.resize(200, 60);
    terminal.until("1회기");
    for n in 0..40u16 {
        terminal.resize(60 + (n * 37) % 140, 20 + (n * 13) % 40);
    }
    terminal.resize(100, 30);
    terminal.until("1회기");
    terminal.key("C-l");
    let locked = terminal.until("암호 문구");
    assert!(!locked.contains("C-0001") && !locked.contains("1회기"), "{locked}");
}

#[test]
fn korean_is_typed_with_the_hangul_key_on_and_a_paste_of_a_megabyte_keeps_its_lines() {
    if !there() {
        return;
    }
    let terminal = practice("ko");
    unlock(&terminal, "ko");
    terminal.key("Enter");
    terminal.until("1회기");
    // The command key n as it arrives while the keyboard writes Hangul.
    terminal.text("ㅜ");
    terminal.until("상담일지");
    terminal.text("한글로 적은 첫 줄");
    terminal.until("한글로 적은 첫 줄");
    let file = terminal.home().join("paste");
    let lines: String = (0..20_000).map(|n| format!("line {n} of a long paste with words in it\r")).collect();
    assert!(lines.len() > 800_000);
    std::fs::write(&file, &lines).unwrap();
    terminal.key("Enter");
    terminal.paste(&file);
    terminal.until("line 19999");
    terminal.key("C-s");
    terminal.until("저장했습니다");
}
