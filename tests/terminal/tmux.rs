//! A terminal that a test types into and reads: one tmux server for each test, ended with it.

use crate::stage;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The slowest thing that is waited for: a key derived at its real cost by an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// False, said loudly, where there is no tmux; a failure where it must be there.
pub fn there() -> bool {
    let found = Command::new("tmux").arg("-V").output().is_ok_and(|out| out.status.success());
    if !found {
        assert!(std::env::var_os("GYEOT_REQUIRE_ENGINES").is_none(), "tmux is not installed; .ci/setup installs it");
        stage::skipped("there is no tmux");
    }
    found
}

/// A terminal with the program in it.
pub struct Terminal {
    socket: PathBuf,
    home: tempfile::TempDir,
}

impl Terminal {
    /// A terminal of this size with a shell in it, whose home is empty but for what the test puts there.
    pub fn new(cols: u16, rows: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        let terminal = Terminal { socket: home.path().join("tmux"), home };
        let (cols, rows) = (cols.to_string(), rows.to_string());
        let args = ["-f", "/dev/null", "new-session", "-d", "-x", &cols, "-y", &rows, "sh"];
        let out = terminal.tmux(&args);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        // A shell sets its own prompt over that of the environment.
        terminal.text("PS1='ready$ '; clear");
        terminal.key("Enter");
        terminal.ready();
        terminal
    }

    /// The vault of this terminal.
    pub fn vault(&self) -> PathBuf {
        self.home.path().join("vault")
    }

    /// The home of this terminal.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    fn tmux(&self, args: &[&str]) -> Output {
        let mut tmux = Command::new("tmux");
        tmux.arg("-S").arg(&self.socket).args(args).stdin(Stdio::null());
        // What this workstation saw of a vault that the test made itself.
        let state = std::env::var_os("GYEOT_STATE").unwrap_or_else(|| self.home.path().join("state").into());
        tmux.env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.home.path())
            .env("LANG", "C.UTF-8");
        tmux.env("TERM", "xterm-256color").env("GYEOT_STATE", state);
        tmux.output().unwrap()
    }

    /// Runs the program in it.
    pub fn run(&self, lang: &str, before: &str) {
        let program = env!("CARGO_BIN_EXE_gyeot");
        let (vault, models) = (self.vault(), self.home.path().join("models"));
        let command = format!(
            "clear; {before} GYEOT_LANG={lang} GYEOT_VAULT={} GYEOT_MODELS={} {program}",
            vault.display(),
            models.display()
        );
        self.text(&command);
        self.key("Enter");
    }

    /// Types this text.
    pub fn text(&self, text: &str) {
        self.tmux(&["send-keys", "-l", "--", text]);
    }

    /// Presses a key, by its name in tmux.
    pub fn key(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Presses keys one after the other.
    pub fn keys(&self, keys: &[&str]) {
        keys.iter().for_each(|key| self.key(key));
    }

    /// Pastes a file as a terminal pastes: in one piece.
    pub fn paste(&self, file: &Path) {
        self.tmux(&["load-buffer", &file.display().to_string()]);
        self.tmux(&["paste-buffer", "-p", "-r"]);
    }

    /// Gives the terminal another size.
    pub fn resize(&self, cols: u16, rows: u16) {
        self.tmux(&["resize-window", "-x", &cols.to_string(), "-y", &rows.to_string()]);
    }

    /// The screen as it is now.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.tmux(&["capture-pane", "-p"]).stdout).into_owned()
    }

    /// The screen once this text is on it.
    pub fn until(&self, text: &str) -> String {
        self.once(text, |screen| screen.contains(text))
    }

    /// This text still stands there half a second later.
    pub fn stays(&self, text: &str) {
        std::thread::sleep(Duration::from_millis(500));
        let screen = self.screen();
        assert!(screen.contains(text), "{text:?} is gone:\n{screen}");
    }

    /// The screen once this text is gone from it.
    pub fn without(&self, text: &str) -> String {
        self.once(text, |screen| !screen.contains(text))
    }

    fn once(&self, what: &str, good: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if good(&screen) {
                return screen;
            }
            assert!(begun.elapsed() < PATIENCE, "waited for {what:?}:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The process of the program.
    pub fn process(&self) -> i32 {
        let out = self.tmux(&["display-message", "-p", "#{pane_pid}"]);
        let shell = String::from_utf8_lossy(&out.stdout).trim().to_owned();
        let begun = Instant::now();
        loop {
            let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap_or_default();
            if let Some(child) = children.split_whitespace().next() {
                return child.parse().unwrap();
            }
            assert!(begun.elapsed() < PATIENCE, "no process below {shell}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.process()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// The shell waits for a command.
    pub fn ready(&self) {
        self.once("ready$", |screen| screen.lines().any(|line| line.starts_with("ready$")));
    }

    /// The shell is there again, its line is clean and what is typed is seen.
    pub fn left_clean(&self) {
        self.ready();
        self.text("echo cl''ean");
        self.key("Enter");
        self.once("clean", |screen| screen.lines().any(|line| line.trim() == "clean"));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
