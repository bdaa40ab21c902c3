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

/// Both languages, each with what picks a text of it.
fn both(mut story: impl FnMut(&'static str, &dyn Fn(&'static str, &'static str) -> &'static str)) {
    story("ko", &|ko, _| ko);
    story("en", &|_, en| en);
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
    both(|lang, say| {
        let terminal = Terminal::new(100, 30);
        terminal.run(lang, "");
        terminal.until(say("센터 이름", "Your name"));
        terminal.text("마음결");
        terminal.key("Enter");
        terminal.text("이상담");
        terminal.keys(&["Enter", "Enter"]);
        terminal.text("짧음");
        terminal.until("! ");
        terminal.key("C-g");
        let on_paper = say("종이에 적어 두세요:", "Write it down on paper:");
        let phrase = terminal.until(on_paper);
        assert!(phrase.lines().any(|l| l.contains(on_paper) && l.matches('-').count() >= 5), "{phrase}");
        terminal.key("Enter");
        terminal.until("1. ");
        // No leaving without the phrases taken.
        terminal.key("C-c");
        terminal.stays("1. ");
        terminal.key("y");
        // Models that fit this computer, a practice client made by a key, and the tour through it and back.
        terminal.until(say("첫 준비", "Setting up"));
        terminal.until("whisper");
        terminal.key("p");
        terminal.until(say("DEMO-1 · 연습", "DEMO-1 · practice"));
        terminal.key("M-t");
        let steps = [("1/8", "Enter"), ("2/8", "Enter"), ("3/8", "Enter"), ("4/8", "v"), ("5/8", "C-s"), ("6/8", "/")];
        for (at, key) in steps {
            terminal.until(at);
            terminal.key(key);
        }
        terminal.until("7/8");
        terminal.key("Escape");
        terminal.without("7/8");
        terminal.key("x");
        terminal.until(say("지울까요?", "Remove the practice client"));
        terminal.key("y");
        terminal.until(say("아직 내담자가 없습니다", "No clients yet"));
        terminal.key("C-q");
        terminal.left_clean();
    });
}

#[test]
fn of_two_members_each_is_chosen_by_an_arrow_and_unlocks_with_their_own_start() {
    if !there() {
        return;
    }
    both(|lang, say| {
        let terminal = Terminal::new(100, 30);
        stage::centre_of(&terminal.vault(), &[("상담", Role::Counsellor)]);
        terminal.run(lang, "");
        for (name, start) in [
            ("상담", say("내담자 목록", "Caseload")),
            ("수퍼", say("검토", "To review")),
            ("관리", say("센터", "The centre")),
        ] {
            terminal.until(say("암호 문구", "Passphrase"));
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
    });
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
    both(|lang, say| {
        let terminal = practice(lang);
        unlock(&terminal, lang);
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        terminal.key("s");
        terminal.until(say("선별·검사 고르기", "Choose an instrument"));
        terminal.key("/");
        terminal.text("PHQ-9");
        terminal.until("(PHQ-9)");
        terminal.key("Enter");
        // The English sheet asks at its end how difficult it has been.
        terminal.until(say("1 / 9", "1 / 10"));
        let difficulty = say("", "0");
        for answer in ["1", "1", "1", "1", "1", "1", "1", "1", "2", difficulty].into_iter().filter(|a| !a.is_empty()) {
            terminal.key(answer);
            std::thread::sleep(std::time::Duration::from_millis(80));
        }
        terminal.key("Enter");
        // The screener is the thing seen first, with the answer that opened it.
        let screen = terminal.until(say("▲ 이 선별을 연 답", "▲ The answer that opened this"));
        assert!(!screen.contains("passive-ideation"), "no raw ids: {screen}");
    });
}

#[test]
fn a_client_alone_with_the_questions_does_not_get_out_by_any_key() {
    if !there() {
        return;
    }
    both(|lang, say| {
        let terminal = practice(lang);
        unlock(&terminal, lang);
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        terminal.key("s");
        terminal.until(say("선별·검사 고르기", "Choose an instrument"));
        terminal.key("C-k");
        terminal.until(say("문항 1 /", "Item 1 /"));
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
    });
}

#[test]
fn a_supervisor_starts_at_the_queue_and_an_admin_at_the_centre_and_neither_is_shown_a_clients_name() {
    if !there() {
        return;
    }
    both(|lang, say| {
        let terminal = Terminal::new(100, 30);
        stage::centre_of(&terminal.vault(), &[("상담", Role::Counsellor)]);
        let vault = UnlockedVault::unlock(&terminal.vault(), Some("상담"), &pass()).unwrap();
        with_client(&vault);
        vault.lock().unwrap();
        for (name, start) in [("수퍼", say("배정", "Assigned")), ("관리", "마음결")] {
            terminal.run(lang, &format!("GYEOT_MEMBER={name}"));
            terminal.until(&format!("● {name}"));
            terminal.text(PASS);
            terminal.key("Enter");
            let screen = terminal.until(start);
            assert!(!screen.contains("C-0001") && !screen.contains("하늘"), "{screen}");
            terminal.key("C-q");
            terminal.left_clean();
        }
    });
}

#[test]
fn an_admin_makes_a_backup_on_its_screen() {
    if !there() {
        return;
    }
    both(|lang, say| {
        let terminal = Terminal::new(100, 30);
        stage::centre_of(&terminal.vault(), &[]);
        terminal.run(lang, "GYEOT_MEMBER=관리");
        terminal.until("● 관리");
        terminal.text(PASS);
        terminal.key("Enter");
        terminal.until("마음결");
        terminal.key("F11");
        terminal.until("gyeot-backup-");
        terminal.key("Enter");
        terminal.text(PASS);
        terminal.key("Enter");
        terminal.until(say("다시 읽어 확인했습니다", "was read back"));
        let files = std::fs::read_dir(terminal.home()).unwrap().flatten();
        assert!(files.map(|f| f.file_name().to_string_lossy().into_owned()).any(|f| f.starts_with("gyeot-backup-")));
    });
}

#[test]
fn a_lock_hides_everything_and_sixty_columns_are_enough_and_forty_say_so() {
    if !there() {
        return;
    }
    both(|lang, say| {
        let terminal = practice(lang);
        unlock(&terminal, lang);
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        terminal.resize(60, 20);
        let small = terminal.until(say("도움말", "help"));
        assert!(small.contains(say("1회기", "No. 1")) && small.contains(say("상담", "Service")), "{small}");
        terminal.resize(40, 10);
        terminal.until(say("너무 작습니다", "too small"));
        terminal.resize(200, 60);
        terminal.until(say("1회기", "No. 1"));
        for n in 0..40u16 {
            terminal.resize(60 + (n * 37) % 140, 20 + (n * 13) % 40);
        }
        terminal.resize(100, 30);
        terminal.until(say("1회기", "No. 1"));
        terminal.key("C-l");
        let locked = terminal.until(say("암호 문구", "Passphrase"));
        assert!(!locked.contains("C-0001") && !locked.contains(say("1회기", "No. 1")), "{locked}");
    });
}

#[test]
fn korean_is_typed_with_the_hangul_key_on_and_a_paste_of_a_megabyte_keeps_its_lines() {
    if !there() {
        return;
    }
    both(|lang, say| {
        let terminal = practice(lang);
        unlock(&terminal, lang);
        terminal.key("Enter");
        terminal.until(say("1회기", "No. 1"));
        // The command key n as it arrives while the keyboard writes Hangul.
        terminal.text("ㅜ");
        terminal.until(say("상담일지", "ournal"));
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
        terminal.until(say("저장했습니다", "is saved"));
    });
}
