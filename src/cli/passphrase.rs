//! How a passphrase comes in: the terminal, the first line of a file, or an open descriptor. Never an argument.

use crate::adapters::age_plugin::{Conversation, hardware_key};
use crate::config::Globals;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::governance::concern::Concern;
use crate::domain::practice::lang::Lang;
use crate::domain::record::SecretText;
use crate::ports::hardware_key::HardwareKey;
use crate::service::{UnlockedVault, VaultError};
use crate::texts::msg;
use secrecy::SecretString;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

/// No passphrase is longer; a wrong file is not read into memory.
const MOST_BYTES: u64 = 4096;

/// Reads the passphrase as the globals say.
pub fn read(globals: &Globals, prompt: &str) -> Result<SecretString, ErrorReport> {
    if let Some(path) = &globals.passphrase_file {
        return from_file(path);
    }
    #[cfg(unix)]
    if let Some(fd) = globals.passphrase_fd {
        return from_file(Path::new(&format!("/dev/fd/{fd}")));
    }
    if !std::io::stdin().is_terminal() {
        return Err(ErrorReport::with(
            Exit::Locked,
            msg("cli-passphrase-passphrase-needed-there-no-terminal-ask"),
            msg("cli-passphrase-passphrase-needed-there-no-terminal-ask.hint"),
        ));
    }
    ask(prompt)
}

/// As [`read`], asked twice on a terminal, for a passphrase that is new.
pub fn read_new(globals: &Globals, prompt: &str) -> Result<SecretString, ErrorReport> {
    let first = read(globals, prompt)?;
    if globals.passphrase_file.is_none() && globals.passphrase_fd.is_none() {
        again(&first, globals.lang())?;
    }
    Ok(first)
}

/// A new passphrase of someone else: from this file, else asked twice on the terminal.
pub fn read_other(file: Option<&Path>, prompt: &str, new: bool, lang: Lang) -> Result<SecretString, ErrorReport> {
    match file {
        Some(path) => from_file(path),
        None if std::io::stdin().is_terminal() => {
            let first = ask(prompt)?;
            if new {
                again(&first, lang)?;
            }
            Ok(first)
        }
        None if new => Err(ErrorReport::with(
            Exit::Locked,
            msg("cli-passphrase-new-passphrase-needed-there-no-terminal-ask"),
            msg("cli-passphrase-new-passphrase-needed-there-no-terminal-ask.hint"),
        )),
        None => Err(ErrorReport::with(
            Exit::Locked,
            msg("cli-passphrase-second-passphrase-needed-there-no-terminal-ask"),
            msg("cli-passphrase-second-passphrase-needed-there-no-terminal-ask.hint"),
        )),
    }
}

/// A line that is no secret, asked on the terminal; none without one, or when nothing was typed.
pub fn ask_line(prompt: &str) -> Option<String> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    crate::cli::print::status(&format!("{prompt}: "));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    Some(line.trim().to_owned()).filter(|l| !l.is_empty())
}

/// Waits on a terminal until Enter is pressed; without one it goes on.
pub fn wait_for_enter(prompt: &str) {
    if std::io::stdin().is_terminal() {
        crate::cli::print::status(&format!("{prompt} "));
        let _ = std::io::stdin().read_line(&mut String::new());
    }
}

fn ask(prompt: &str) -> Result<SecretString, ErrorReport> {
    rpassword::prompt_password(format!("{prompt}: ")).map(SecretString::from).map_err(|_| {
        ErrorReport::with(
            Exit::Locked,
            msg("cli-passphrase-no-passphrase-read"),
            msg("cli-passphrase-no-passphrase-read.hint"),
        )
    })
}

fn again(first: &SecretString, lang: Lang) -> Result<(), ErrorReport> {
    use secrecy::ExposeSecret;
    let second = ask(lang.say("passphrase-again"))?;
    if first.expose_secret() == second.expose_secret() {
        Ok(())
    } else {
        Err(ErrorReport::usage(msg("cli-passphrase-two-were-not-same"), msg("cli-passphrase-two-were-not-same.hint")))
    }
}

/// The first line of a file, without its line end.
fn from_file(path: &Path) -> Result<SecretString, ErrorReport> {
    let unreadable = |_: std::io::Error| {
        ErrorReport::with(
            Exit::Locked,
            msg("cli-passphrase-passphrase-could-not-read"),
            msg("cli-passphrase-passphrase-could-not-read.hint"),
        )
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = decoded(&bytes).ok_or_else(|| unreadable(std::io::ErrorKind::InvalidData.into()))?;
    // The mark of a file from another system stays for vaults that were made with it; sealing and opening leave it out.
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    if line.trim_start_matches('\u{feff}').is_empty() {
        return Err(ErrorReport::with(
            Exit::Locked,
            msg("cli-passphrase-passphrases-first-line-empty"),
            msg("cli-passphrase-passphrases-first-line-empty.hint"),
        ));
    }
    Ok(SecretString::from(line.to_owned()))
}

/// UTF-8, or UTF-16 as some editors of Windows save it, with its byte-order mark.
fn decoded(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].as_chunks::<2>().0.iter().map(|pair| of(*pair)).collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    text.map(Zeroizing::new)
}

/// A vault was opened that is not whole.
static NOT_WHOLE: AtomicBool = AtomicBool::new(false);

/// True when this command opened a vault that is not whole: what it printed may be less than there should be, and its
/// exit code says so.
pub fn opened_not_whole() -> bool {
    NOT_WHOLE.load(Ordering::Relaxed)
}

/// Opens the vault of the globals; says on stderr when it is not whole.
pub fn unlock(globals: &Globals) -> Result<UnlockedVault, ErrorReport> {
    let (dir, member) = (globals.vault_dir(), globals.member.as_deref());
    if !dir.exists() {
        // Nobody types a passphrase for a folder that is not there.
        return Err(VaultError::NoVault.into());
    }
    let unlocked = match &globals.hardware {
        Some(file) => {
            let key = hardware(file)?;
            with_words(globals, |words| UnlockedVault::unlock_by_hardware(&dir, member, &key, words))?
        }
        None => {
            let pass = read(globals, globals.lang().say("cli-backup-passphrase"))?;
            with_words(globals, |words| UnlockedVault::unlock_compared(&dir, member, &pass, words))?
        }
    };
    if !unlocked.integrity().whole() {
        NOT_WHOLE.store(true, Ordering::Relaxed);
    }
    tell(&unlocked, globals.lang());
    Ok(unlocked)
}

/// Opens a vault with the words of the globals, or with those that are typed when it is seen for the first time.
pub fn with_words(
    globals: &Globals,
    open: impl Fn(Option<&str>) -> Result<UnlockedVault, VaultError>,
) -> Result<UnlockedVault, VaultError> {
    match open(globals.words.as_deref()) {
        Err(VaultError::FirstSight { words }) => {
            first_sight(globals).ok_or(VaultError::FirstSight { words }).and_then(|said| open(Some(&said)))
        }
        other => other,
    }
}

/// A vault that this workstation sees for the first time: somebody who has it open reads its words, and they are typed as
/// that person reads them. They are not shown before: nobody compares what they only have to copy. None without a
/// terminal.
fn first_sight(globals: &Globals) -> Option<String> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    let lang = globals.lang();
    crate::cli::print::note(lang.say("cli-passphrase-workstation-sees-vault-first"));
    ask_line(lang.say("cli-passphrase-words-you-hear"))
}

/// Says on stderr what is to be told of an unlocked vault, a line each.
pub fn tell(unlocked: &UnlockedVault, lang: Lang) {
    for concern in unlocked.concerns() {
        say(&concern, lang);
    }
}

/// Says one of them.
pub fn say(concern: &Concern, lang: Lang) {
    crate::cli::print::note(format!("! {} → {}", concern.words(lang), concern.remedy(lang)));
}

/// How an age plugin talks to the person at this terminal.
#[derive(Clone)]
pub struct AtTerminal;

impl Conversation for AtTerminal {
    fn say(&self, words: &str) {
        crate::cli::print::note(words);
    }
    fn secret(&self, question: &str) -> Option<SecretString> {
        std::io::stdin().is_terminal().then(|| ask(question).ok()).flatten()
    }
}

fn hardware(file: &Path) -> Result<HardwareKey, ErrorReport> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        ErrorReport::usage(
            msg("cli-passphrase-identity-file-hardware-key-could").with("kind", e.kind()),
            msg("cli-passphrase-identity-file-hardware-key-could.hint"),
        )
    })?;
    Ok(hardware_key(&SecretText(text), AtTerminal)?)
}
