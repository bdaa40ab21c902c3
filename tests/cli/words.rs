//! The words of the command line where something is asked wrongly or the answer is no: two lines, in the reader's language,
//! with the documented exit code and nothing of what was typed as a value.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{PASS, consent, new_member, new_vault, pass, program, skipped};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

fn run(dir: &Path, who: &str, args: &[&str]) -> Output {
    let mut c = program();
    c.args(args).stdin(Stdio::null()).env_remove("GYEOT_LANG").env("GYEOT_MODELS", dir.join("models"));
    c.env("GYEOT_VAULT", dir.join("vault")).env("XDG_CONFIG_HOME", dir.join("config"));
    if !who.is_empty() {
        std::fs::write(dir.join("pass"), PASS).unwrap();
        c.args(["--as", who, "--passphrase-file"]).arg(dir.join("pass"));
    }
    c.output().unwrap()
}

/// The two lines, with the exit code.
fn refused(out: &Output) -> (i32, String, String) {
    let err = String::from_utf8_lossy(&out.stderr).into_owned();
    let lines: Vec<&str> = err.lines().filter(|l| !l.starts_with("! ")).collect();
    assert_eq!(lines.len(), 2, "{err}");
    let what = lines[0].strip_prefix("error: ").unwrap_or_else(|| panic!("{err}"));
    let hint = lines[1].strip_prefix("hint: ").unwrap_or_else(|| panic!("{err}"));
    (out.status.code().unwrap(), what.to_owned(), hint.to_owned())
}

fn hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

#[test]
fn a_command_line_that_cannot_be_read_is_two_lines_in_both_languages_and_repeats_no_value() {
    let dir = tempfile::tempdir().unwrap();
    for args in [
        &["member"][..],
        &["member", "ad"],
        &["nothing"],
        &["member", "role", "김비밀"],
        &["member", "add", "--name", "김비밀", "--role", "김비밀"],
        &["member", "list", "--colour", "김비밀"],
        &["member", "list", "김비밀"],
        &["audit", "inspect", "--month", "김비밀"],
        &["vault", "shred", "--client", "김비밀", "--session", "1", "--reason", "r"],
        &["client", "add", "--name"],
    ] {
        for lang in ["ko", "en"] {
            let (code, what, hint) = refused(&run(dir.path(), "", &[args, &["--lang", lang]].concat()));
            assert_eq!(code, 2, "{args:?}: {what}");
            assert_eq!((hangul(&what), hangul(&hint)), (lang == "ko", lang == "ko"), "{args:?}: {what} / {hint}");
            assert!(!format!("{what}{hint}").contains("김비밀"), "{args:?}: {what} / {hint}");
        }
    }
    let help = run(dir.path(), "", &["member", "--help"]);
    assert_eq!((help.status.code(), help.stderr.is_empty()), (Some(0), true));
}

/// A vault of an admin and a counsellor with one session that has ended.
fn centre(dir: &Path) -> String {
    let pass = pass();
    let new = new_vault("관리", Role::Admin);
    let unlocked = UnlockedVault::init(&dir.join("vault"), &new, &pass).unwrap();
    let one = new_member("상담", Role::Counsellor);
    unlocked.add_member(&one, &pass, None, Some("처음")).unwrap();
    unlocked.lock().unwrap();
    let unlocked = UnlockedVault::unlock(&dir.join("vault"), Some("상담"), &pass).unwrap();
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let session = unlocked.begin_session(&code, unlocked.now()).unwrap();
    unlocked.keep(session, &[Body::Mark { at_ms: 1, label: None }]).unwrap();
    unlocked.end_session(session, unlocked.now(), "ended").unwrap();
    unlocked.lock().unwrap();
    session.to_string()
}

#[test]
fn an_admin_who_sees_no_client_is_refused_and_not_told_that_there_are_none() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    for args in [&["session", "list"][..], &["client", "due"], &["client", "list"]] {
        let (code, what, _) = refused(&run(dir.path(), "관리", &[args, &["--lang", "ko"]].concat()));
        assert_eq!(code, 13, "{args:?}");
        assert!(what.contains("관리자의 권한") && !what.contains("see-caseload"), "{what}");
    }
}

#[test]
fn a_member_role_fingerprint_and_reach_are_said_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    for (lang, compared, own) in
        [("ko", "지문을 맞춰 보지 않음", "담당"), ("en", "fingerprint not compared", "their own client")]
    {
        let said = |args: &[&str]| {
            let out = run(dir.path(), "관리", &[args, &["--lang", lang]].concat());
            assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
            String::from_utf8(out.stdout).unwrap()
        };
        let list = said(&["member", "list"]);
        assert_eq!(list.lines().filter(|l| l.contains(compared)).count(), 1, "{list}");
        let reach = said(&["audit", "reach", "상담"]);
        assert!(reach.contains(own) && !reach.contains("hand-over"), "{reach}");
        assert!(said(&["member", "review"]).contains("gyeot member review 1"));
        let (code, what, hint) = refused(&run(
            dir.path(),
            "관리",
            &["member", "role", "상담", "--role", "admin", "--reason", "r", "--lang", lang],
        ));
        assert_eq!((code, hangul(&what), hint.contains("hand-over")), (13, lang == "ko", true), "{what}");
    }
    let ended = run(dir.path(), "관리", &["audit", "inspect", "--month", "2099-01", "--lang", "en"]);
    assert_eq!(refused(&ended).0, 2);
}

#[test]
fn a_session_is_destroyed_by_the_digits_that_the_list_shows() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let list = run(dir.path(), "상담", &["session", "list"]);
    let row = String::from_utf8(list.stdout).unwrap();
    let mut words = row.split_whitespace().map(str::to_owned);
    let (shown, code) = (words.next().unwrap(), words.next().unwrap());
    assert_eq!(shown, session[..8]);
    std::fs::write(dir.path().join("second"), PASS).unwrap();
    let second: PathBuf = dir.path().join("second");
    let second = second.to_string_lossy().into_owned();
    let args = ["vault", "shred", "--session", &shown, "--reason", "r", "--second", "관리", "--second-passphrase-file"];
    let whole = [&args[..], &[second.as_str()]].concat();
    let unasked = refused(&run(dir.path(), "상담", &whole));
    assert_eq!(unasked.0, 2, "nothing is destroyed unless the code is typed: {unasked:?}");
    let other = run(dir.path(), "상담", &[&whole[..], &["--yes-destroy", "C-9999"]].concat());
    assert_eq!(refused(&other).0, 2);
    let out = run(dir.path(), "상담", &[&whole[..], &["--yes-destroy", &code]].concat());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn someone_elses_slot_and_a_vault_without_its_mark_are_called_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let slots = dir.path().join("vault/slots");
    let roster = UnlockedVault::unlock(&dir.path().join("vault"), Some("관리"), &pass()).unwrap().roster();
    let file = |name: &str, ending: &str| slots.join(format!("{}{ending}", roster.named(name).unwrap().id));
    for ending in [".age", ".sum"] {
        std::fs::copy(file("상담", ending), file("관리", ending)).unwrap();
    }
    for lang in ["ko", "en"] {
        let (code, what, _) = refused(&run(dir.path(), "관리", &["member", "list", "--lang", lang]));
        let words = if lang == "ko" { "다른 사람의 열쇠" } else { "someone else's keys" };
        assert!(code == 12 && what.contains(words), "{code} {what}");
    }
    std::fs::remove_dir_all(dir.path().join("vault/checkpoints")).unwrap();
    let out = run(dir.path(), "상담", &["vault", "check", "--lang", "ko"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout);
    assert_eq!(out.status.code(), Some(12), "{said}");
    assert!(!said.contains("high-water") && said.contains("검사점"), "{said}");
}

/// As the kernel tells of a process, kibibytes.
fn locked_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmLck:")).map(str::to_owned).unwrap_or_default();
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[test]
fn no_page_of_a_running_gyeot_that_holds_keys_reaches_the_swap_where_the_limit_allows() {
    use gyeot::adapters::own_process::{ENOUGH, limit};
    let held = std::fs::read_to_string("/proc/self/status").unwrap();
    let caps = held.lines().find_map(|l| l.strip_prefix("CapEff:")).unwrap().trim().to_owned();
    let may = u64::from_str_radix(&caps, 16).unwrap() & 1 << 14 != 0;
    if !may && limit().is_some_and(|most| most < ENOUGH) {
        skipped(format_args!("the limit on locked memory is {:?} bytes, and there is no CAP_IPC_LOCK", limit()));
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    // It waits for a passphrase that does not come.
    let fifo = dir.path().join("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let mut child = program()
        .args(["--vault", &dir.path().join("vault").to_string_lossy(), "--as", "관리", "member", "list"])
        .args(["--passphrase-file", &fifo.to_string_lossy()])
        .spawn()
        .unwrap();
    let mut locked = 0;
    for _ in 0..200 {
        locked = locked_kib(child.id());
        if locked > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(locked > 0, "VmLck is 0");
    eprintln!("VmLck {locked} KiB");
}

#[test]
fn the_access_log_and_the_inspection_of_a_month_read_as_text_in_the_words_of_the_screens() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let said = |args: &[&str]| {
        let out = run(dir.path(), "관리", args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let log = said(&["audit", "show", "--lang", "ko"]);
    assert!(log.contains("잠금 해제") && log.contains("구성원 변경"), "{log}");
    for raw in ["unlock", "break-glass", "roster", "T0", "Z  "] {
        assert!(!log.contains(raw), "{raw} in {log}");
    }
    let log: serde_json::Value = serde_json::from_str(&said(&["audit", "show", "--json"])).unwrap();
    let at = log["entries"][0]["entry"]["at"].as_i64().unwrap();
    let month = gyeot::domain::governance::access_log::Month::of(gyeot::domain::practice::time::Timestamp(at));
    for (lang, words) in [("ko", ["접근 기록 점검", "혼자 한 일"]), ("en", ["inspection", "lone"])] {
        let month = month.to_string();
        let read = said(&["audit", "inspect", "--month", &month, "--lang", lang]);
        assert!(!read.contains('{') && !read.contains("break_glass"), "{read}");
        assert!(lang == "en" || words.iter().all(|word| read.contains(word)), "{read}");
        let json = said(&["audit", "inspect", "--month", &month, "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(
            json["signed"].as_str().unwrap().contains("gyeot.inspection/1"),
            "the signed note is there for programs"
        );
    }
}

#[test]
fn what_is_missing_of_an_instrument_is_said_in_korean_and_an_interval_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let said = |args: &[&str]| String::from_utf8(run(dir.path(), "관리", args).stdout).unwrap();
    let list = said(&["assess", "list", "--lang", "ko"]);
    for english in ["was not seen", "not quoted", "no official"] {
        assert!(!list.contains(english), "{english} in {list}");
    }
    let show = said(&["assess", "show", "phq-9", "--lang", "ko"]);
    assert!(!show.contains("간격: session") && !show.contains("Alpha") && !show.contains("Retest"), "{show}");
    assert!(show.contains("간격: 회기마다"), "{show}");
}

#[test]
fn a_transcript_without_times_has_numbers_in_their_place_and_makes_no_subtitles() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let talk = dir.path().join("talk.txt");
    std::fs::write(&talk, "상담사: 잠은 어떠세요?\n내담자: 거의 못 자요.\n").unwrap();
    let ran = |args: &[&str]| run(dir.path(), "상담", args);
    let code = String::from_utf8(ran(&["client", "list"]).stdout).unwrap();
    let code = code.split_whitespace().next().unwrap().to_owned();
    let out = ran(&[
        "session",
        "run",
        "--client",
        &code,
        "--transcript",
        talk.to_str().unwrap(),
        "--no-advice",
        "--lang",
        "ko",
    ]);
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success() && told.contains("이름이 있는 글") && !told.contains("text with"), "{told}");
    let listed: serde_json::Value = serde_json::from_slice(&ran(&["session", "list", "--json"]).stdout).unwrap();
    let sessions = listed["sessions"].as_array().unwrap();
    let id = sessions
        .iter()
        .filter_map(|s| s["id"].as_str())
        .find(|id| String::from_utf8_lossy(&ran(&["session", "show", id]).stdout).contains("거의 못 자요"));
    let id = id.unwrap().to_owned();
    let shown = String::from_utf8(ran(&["session", "show", &id]).stdout).unwrap();
    assert!(shown.contains("#2") && !shown.contains("00:00"), "{shown}");
    let srt = dir.path().join("talk.srt");
    let out = ran(&["session", "export", &id, "--output", srt.to_str().unwrap(), "--reason", "r", "--lang", "ko"]);
    let (exit, what, _) = refused(&out);
    assert_eq!((exit, what.contains("시각이 없어")), (2, true), "{what}");
    assert!(!srt.exists(), "nothing is left behind");
}

#[test]
fn help_of_unpack_fits_into_eighty_columns() {
    let dir = tempfile::tempdir().unwrap();
    for lang in ["ko", "en"] {
        let help =
            String::from_utf8(run(dir.path(), "관리", &["vault", "unpack", "--help", "--lang", lang]).stdout).unwrap();
        let after = help.split("age -d slots").next().unwrap().rsplit("\n\n").next().unwrap().to_owned();
        let commands = help.split("age -d slots").nth(1).unwrap();
        for line in after.lines().chain(commands.lines()) {
            let wide = line.chars().filter(|c| ('가'..='힣').contains(c)).count();
            assert!(line.chars().count() + wide <= 80, "{line}");
        }
        assert!(commands.contains("2>/dev/null |\n"), "the long command goes on after its pipe");
    }
}
