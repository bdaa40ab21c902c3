//! What a worker can no longer do once it is in its cage. Each forbidden act is tried for real in a child process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::skipped;
use gyeot::worker::sandbox::{self, Level};
use std::io::Read;
use std::process::Command;

/// In the child: enters the cage and tries everything, one line each on stdout.
#[test]
fn child_in_the_cage() {
    let Some(model) = std::env::var_os("GYEOT_TEST_CAGE") else { return };
    let outside = std::env::var_os("GYEOT_TEST_OUTSIDE").unwrap();
    let level = sandbox::enter(Some(model.as_ref()));
    let tell = |what: &str, happened: bool| println!("cage: {what}={}", if happened { "done" } else { "blocked" });
    println!("cage: level={}", level.name());
    tell("read-the-model", std::fs::read(&model).is_ok());
    tell("read-processor-facts", std::fs::read("/proc/cpuinfo").is_ok());
    tell("start-a-thread", std::thread::Builder::new().spawn(|| 7).is_ok_and(|t| t.join().is_ok()));
    tell("read-another-file", std::fs::read(&outside).is_ok());
    tell("read-passwords", std::fs::read("/etc/passwd").is_ok());
    tell("list-a-folder", std::fs::read_dir("/").is_ok());
    tell("write-a-file", std::fs::write(outside.to_string_lossy().into_owned() + ".new", b"x").is_ok());
    tell("change-the-model", std::fs::OpenOptions::new().write(true).open(&model).is_ok());
    tell("remove-a-file", std::fs::remove_file(&outside).is_ok());
    tell("rename-a-file", std::fs::rename(&outside, outside.to_string_lossy().into_owned() + ".moved").is_ok());
    tell("make-a-link", std::os::unix::fs::symlink("/", outside.to_string_lossy().into_owned() + ".link").is_ok());
    tell("listen-on-tcp", std::net::TcpListener::bind("127.0.0.1:0").is_ok());
    tell(
        "connect-by-tcp",
        std::net::TcpStream::connect("127.0.0.1:9").is_err_and(|e| e.raw_os_error() == Some(libc::ECONNREFUSED)),
    );
    tell("open-udp", std::net::UdpSocket::bind("127.0.0.1:0").is_ok());
    tell("open-a-unix-socket", std::os::unix::net::UnixDatagram::unbound().is_ok());
    tell("run-a-program", Command::new("/bin/true").status().is_ok());
    let parent = rustix::process::getppid().unwrap();
    tell("signal-the-parent", rustix::process::test_kill_process(parent).is_ok());
    tell("read-the-parents-memory", std::fs::File::open(format!("/proc/{}/mem", parent.as_raw_nonzero())).is_ok());
}

#[test]
fn fifteen_forbidden_acts_are_blocked_and_the_three_needed_ones_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let (model, outside) = (dir.path().join("model"), dir.path().join("outside"));
    std::fs::write(&model, b"weights").unwrap();
    std::fs::write(&outside, b"not yours").unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::child_in_the_cage", "--nocapture", "--test-threads=1"])
        .env("GYEOT_TEST_CAGE", &model)
        .env("GYEOT_TEST_OUTSIDE", &outside)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    let facts: Vec<(&str, &str)> = said.lines().filter_map(|l| l.split_once("cage: ")?.1.split_once('=')).collect();
    let level =
        facts.iter().find(|(k, _)| *k == "level").unwrap_or_else(|| panic!("the child said nothing:\n{said}")).1;
    if level != Level::Full.name() {
        skipped(format_args!("this kernel gives a {level} cage only"));
        return;
    }
    let allowed = ["read-the-model", "read-processor-facts", "start-a-thread"];
    assert_eq!(facts.len(), 1 + 3 + 15, "{said}");
    for (act, result) in facts.into_iter().filter(|(k, _)| *k != "level") {
        let wanted = if allowed.contains(&act) { "done" } else { "blocked" };
        assert_eq!(result, wanted, "{act}");
    }
    assert!(outside.exists());
}
