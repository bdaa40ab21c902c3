//! Words that must not be found: fifty planted phrases, every form in which one could lie around, the search for them, and the
//! program run so that everything it writes stays under one folder.
#![allow(dead_code, clippy::unwrap_used)]

use crate::stage::program;
use base64::Engine;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use unicode_normalization::UnicodeNormalization;

/// Fifty, each with a number that stands nowhere else: names first, then sentences, Korean and English in turn.
pub fn phrases() -> Vec<String> {
    let korean = [
        "새벽마다 깨어 누워 있어요",
        "아버지가 돌아가신 뒤로",
        "칼을 서랍에 숨겼어요",
        "회사에서 쫓겨났어요",
        "김하늘빛나래",
    ];
    let english = [
        "I lie awake since the accident",
        "my brother never called back",
        "the pills are in the drawer",
        "nobody at work knows",
        "Wilhelmina Featherstone",
    ];
    (0..25)
        .flat_map(|n| {
            [format!("{} 칠{}번", korean[n % 5], 40_417 + n * 13), format!("{} q{}z", english[n % 5], 70_203 + n * 17)]
        })
        .collect()
}

/// Every form a phrase could lie around in.
pub fn forms(phrase: &str) -> Vec<Vec<u8>> {
    let utf16: Vec<u16> = phrase.encode_utf16().collect();
    let mut forms = vec![
        phrase.as_bytes().to_vec(),
        phrase.nfd().collect::<String>().into_bytes(),
        utf16.iter().flat_map(|u| u.to_le_bytes()).collect(),
        utf16.iter().flat_map(|u| u.to_be_bytes()).collect(),
        hex::encode(phrase).into_bytes(),
    ];
    for skip in 0..3 {
        // Base64 of the phrase at each of the three places where it can begin; its first and last letters depend on
        // what stands around it.
        let padded = [vec![b' '; skip], phrase.as_bytes().to_vec()].concat();
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(padded);
        forms.push(text.as_bytes()[4..text.len() - 3].to_vec());
    }
    forms
}

pub struct Needles(HashMap<[u8; 8], Vec<Vec<u8>>>);

impl Needles {
    pub fn of(phrases: &[String]) -> Self {
        let mut by_start: HashMap<[u8; 8], Vec<Vec<u8>>> = HashMap::new();
        let all: std::collections::BTreeSet<Vec<u8>> = phrases.iter().flat_map(|p| forms(p)).collect();
        for form in all {
            by_start.entry(form[..8].try_into().unwrap()).or_default().push(form);
        }
        Needles(by_start)
    }

    pub fn hits(&self, hay: &[u8]) -> usize {
        let starts = hay.windows(8).enumerate();
        starts
            .filter_map(|(at, start)| Some((at, self.0.get::<[u8; 8]>(start.try_into().ok()?)?)))
            .map(|(at, forms)| forms.iter().filter(|f| hay[at..].starts_with(f)).count())
            .sum()
    }
}

/// A program that writes and reads only under this folder, core files allowed.
pub fn gyeot(root: &Path, args: &[&str]) -> Child {
    gyeot_with(root, args, &[])
}

/// The same, with more in its environment.
pub fn gyeot_with(root: &Path, args: &[&str], env: &[(&str, PathBuf)]) -> Child {
    let stderr = std::fs::OpenOptions::new().create(true).append(true).open(root.join("stderr")).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -c unlimited 2>/dev/null; exec \"$0\" \"$@\""]).arg(program().get_program());
    command.args(args).arg("--passphrase-file").arg(root.join("pass")).current_dir(root.join("cwd"));
    command.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("GYEOT_VAULT", root.join("v"));
    command.env("HOME", root.join("home")).env("TMPDIR", root.join("tmp")).env("GYEOT_LANG", "en");
    for (name, value) in env {
        command.env(name, value);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap()
}

/// Arguments and environment of a running process; empty where the system does not show them.
pub fn seen_of(process: &Child) -> Vec<u8> {
    let read = |what| std::fs::read(format!("/proc/{}/{what}", process.id())).unwrap_or_default();
    [read("cmdline"), read("environ")].concat()
}
