//! What a worker can no longer do once it is in its cage. Each forbidden act is tried for real in a child process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]
#![allow(unsafe_code)] // system calls by number, and a descriptor that leaks on purpose

use crate::stage::skipped;
use gyeot::worker::sandbox::{self, Level};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::Command;

/// In the child: enters the cage and tries everything, one line each on stdout.
#[test]
fn child_in_the_cage() {
    let Some(model) = std::env::var_os("GYEOT_TEST_CAGE") else { return };
    let outside = std::env::var_os("GYEOT_TEST_OUTSIDE").unwrap();
    // A worker names the places of a model and of an adapter, whether or not it was given them: what is opened next stands there.
    let free = std::fs::File::open("/dev/null").unwrap().as_raw_fd();
    let absent = PathBuf::from(format!("/dev/fd/{free}"));
    let given = std::env::var_os("GYEOT_TEST_MODEL").filter(|v| !v.is_empty()).map(|_| Path::new(&model));
    let given: Vec<&Path> = given.into_iter().chain([absent.as_path()]).collect();
    let level = sandbox::enter(&given);
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
    let pid = i64::from(parent.as_raw_nonzero().get());
    let path = std::ffi::CString::new(outside.as_encoded_bytes()).unwrap();
    for (what, done) in outward(pid, path.as_ptr() as i64) {
        tell(what, done);
    }
    tell("read-the-parents-memory", std::fs::File::open(format!("/proc/{}/mem", parent.as_raw_nonzero())).is_ok());
}

/// System calls that reach out of a process: other processes, other files' modes, shared memory, kernel interfaces. True where
/// the kernel did it, or refused for another reason than that it may not be asked.
fn outward(parent: i64, path: i64) -> Vec<(&'static str, bool)> {
    let mut limit = [0u64; 2];
    let limit = limit.as_mut_ptr() as i64;
    let mut area = [0u8; 256];
    let area = area.as_mut_ptr() as i64;
    let name = c"user.gyeot".as_ptr() as i64;
    let here = i64::from(libc::AT_FDCWD);
    let calls: [(&str, libc::c_long, [i64; 5]); 24] = [
        ("change-a-mode", libc::SYS_fchmodat, [here, path, 0o777, 0, 0]),
        ("change-a-mode-behind-a-descriptor", libc::SYS_fchmod, [0, 0o777, 0, 0, 0]),
        ("change-a-time", libc::SYS_utimensat, [here, path, 0, 0, 0]),
        ("set-an-attribute", libc::SYS_setxattr, [path, name, area, 1, 0]),
        ("limit-the-parent", libc::SYS_prlimit64, [parent, libc::RLIMIT_NOFILE as i64, 0, limit, 0]),
        ("limit-itself-anew", libc::SYS_prlimit64, [0, libc::RLIMIT_NOFILE as i64, limit, 0, 0]),
        ("signal-a-thread-of-the-parent", libc::SYS_tgkill, [parent, parent, 0, 0, 0]),
        ("signal-a-thread", libc::SYS_tkill, [parent, 0, 0, 0, 0]),
        ("queue-a-signal", libc::SYS_rt_sigqueueinfo, [parent, 0, area, 0, 0]),
        ("shared-memory", libc::SYS_shmget, [0, 4096, 0o1600, 0, 0]),
        ("message-queue", libc::SYS_msgget, [0, 0o1600, 0, 0, 0]),
        ("semaphore", libc::SYS_semget, [0, 1, 0o1600, 0, 0]),
        ("io-uring", libc::SYS_io_uring_setup, [1, area, 0, 0, 0]),
        ("bpf", libc::SYS_bpf, [0, area, 8, 0, 0]),
        ("trace-the-parent", libc::SYS_ptrace, [16, parent, 0, 0, 0]),
        ("read-memory-of-the-parent", libc::SYS_process_vm_readv, [parent, area, 1, area, 1]),
        ("keys", libc::SYS_keyctl, [0, -3, 0, 0, 0]),
        ("handle-on-the-parent", libc::SYS_pidfd_open, [parent, 0, 0, 0, 0]),
        ("priority-of-the-parent", libc::SYS_setpriority, [0, parent, 19, 0, 0]),
        ("affinity-of-the-parent", libc::SYS_sched_setaffinity, [parent, 8, area, 0, 0]),
        ("make-memory-a-file", libc::SYS_memfd_create, [name, 0, 0, 0, 0]),
        ("dumpable-again", libc::SYS_prctl, [libc::PR_SET_DUMPABLE as i64, 1, 0, 0, 0]),
        ("owner-of-signals", libc::SYS_fcntl, [0, libc::F_SETOWN as i64, parent, 0, 0]),
        ("executable-memory", libc::SYS_mmap, [0, 4096, (libc::PROT_READ | libc::PROT_EXEC) as i64, 0x22, -1]),
    ];
    let refused = |call: libc::c_long, [a, b, c, d, e]: [i64; 5]| {
        // SAFETY: every address is of memory that lives until here or of a C string; what the kernel writes fits into `area`.
        let answer = unsafe { libc::syscall(call, a, b, c, d, e, 0i64) };
        answer == -1 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EPERM)
    };
    calls.into_iter().map(|(what, call, with)| (what, !refused(call, with))).collect()
}

#[test]
fn a_descriptor_that_the_program_inherited_does_not_reach_a_worker_and_the_model_does() {
    use gyeot::adapters::workers::{Kind, Launch, Process};
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("lists-descriptors");
    std::fs::write(
        &program,
        "#!/bin/sh\nfor fd in /proc/self/fd/*; do echo \"${fd##*/}\"; done\nread -r l <&3; echo \"model $l\"\n",
    )
    .unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (secret, model) = (dir.path().join("passphrase"), dir.path().join("model"));
    std::fs::write(&secret, "correct horse").unwrap();
    std::fs::write(&model, "weights\n").unwrap();
    let secret = std::fs::File::open(&secret).unwrap();
    // SAFETY: dup2 takes integers; the copy has no close-on-exec, as a descriptor that a shell hands over.
    let leak = unsafe { libc::dup2(secret.as_raw_fd(), 57) };
    assert_eq!(leak, 57);
    let mut process = Process::with_program(Kind::Asr, program, Some(std::fs::File::open(&model).unwrap()));
    let mut said = String::new();
    process.launch().unwrap().from.read_to_string(&mut said).unwrap();
    assert!(said.contains("model weights"), "{said}");
    assert!(!said.lines().any(|l| l == "57"), "{said}");
    // SAFETY: closes what dup2 opened above.
    unsafe { libc::close(leak) };
}

#[test]
fn what_is_forbidden_is_tried_from_inside_and_the_level_is_what_came_of_it() {
    // Outside the sandbox at least some of the acts succeed: the test of the sandbox can fail.
    assert!(sandbox::forbidden_acts().iter().any(|(_, refused)| !refused));
    assert_eq!(Level::named("full"), Level::Full);
    assert_eq!(Level::named("\u{1b}[31mfull"), Level::None, "a word that is not known is no sandbox");
    assert!(Level::None < Level::Partial && Level::Partial < Level::Full);
}

#[test]
fn every_forbidden_act_is_blocked_and_the_three_needed_ones_are_not() {
    for with_model in [true, false] {
        acts_in_the_cage(with_model);
    }
}

/// With a model as the speech worker enters, and without one as `doctor` starts both.
fn acts_in_the_cage(with_model: bool) {
    let dir = tempfile::tempdir().unwrap();
    let (model, outside) = (dir.path().join("model"), dir.path().join("outside"));
    std::fs::write(&model, b"weights").unwrap();
    std::fs::write(&outside, b"not yours").unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::child_in_the_cage", "--nocapture", "--test-threads=1"])
        .env("GYEOT_TEST_CAGE", &model)
        .env("GYEOT_TEST_OUTSIDE", &outside)
        .env("GYEOT_TEST_MODEL", if with_model { "1" } else { "" })
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
        assert_ne!(sandbox::available(), Level::Full, "this kernel can do more than {level}");
        skipped(format_args!("this kernel gives a {level} cage only"));
        return;
    }
    let mut allowed = vec!["read-processor-facts", "start-a-thread"];
    if with_model {
        allowed.push("read-the-model");
    }
    assert_eq!(facts.len(), 1 + 3 + 15 + 24, "{said}");
    for (act, result) in facts.into_iter().filter(|(k, _)| *k != "level") {
        let wanted = if allowed.contains(&act) { "done" } else { "blocked" };
        assert_eq!(result, wanted, "{act}");
    }
    assert!(outside.exists());
}
