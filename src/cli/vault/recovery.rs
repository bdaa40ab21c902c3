//! `gyeot vault drill|renew-recovery|recover`: what two of the three recovery phrases do.

use crate::cli::member::{SecondArgs, second};
use crate::cli::{Globals, passphrase, print};
use crate::crypto::slot::generated_phrase;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::service::{KeyCost, Phrases, UnlockedVault};
use crate::texts::msg;
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};

/// Two of the three recovery phrases.
#[derive(Debug, clap::Args)]
pub struct PhraseArgs {
    /// The number of a recovery phrase, 1 to 3; twice.
    #[arg(long, value_name = "N", num_args = 1)]
    phrase: Vec<usize>,
    /// A file with that phrase, in the same order; asked on the terminal when left out.
    #[arg(long, value_name = "F")]
    phrase_file: Vec<PathBuf>,
}

/// Two phrases that were read.
pub type TwoPhrases = [(usize, SecretString); 2];

impl PhraseArgs {
    /// Reads both; none when no number was given.
    pub fn read(&self, lang: Lang) -> Result<Option<TwoPhrases>, ErrorReport> {
        let read = |i: usize, n: usize| {
            let prompt = msg("cli-vault-recovery-phrase").with("n", n).text(lang);
            passphrase::read_other(self.phrase_file.get(i).map(PathBuf::as_path), &prompt, false, lang)
        };
        match self.phrase[..] {
            [] => Ok(None),
            [a, b] => Ok(Some([(a, read(0, a)?), (b, read(1, b)?)])),
            _ => Err(ErrorReport::usage(
                msg("cli-vault-recovery-two-three-phrases-needed"),
                msg("cli-vault-recovery-two-three-phrases-needed.hint"),
            )),
        }
    }

    fn need(&self, lang: Lang) -> Result<TwoPhrases, ErrorReport> {
        self.read(lang)?.ok_or_else(|| {
            ErrorReport::usage(
                msg("cli-vault-recovery-two-three-phrases-needed"),
                msg("cli-vault-recovery-two-three-phrases-needed.hint"),
            )
        })
    }
}

/// As the service takes them.
pub fn phrases(read: &TwoPhrases) -> Phrases<'_> {
    Phrases((read[0].0, &read[0].1), (read[1].0, &read[1].1))
}

/// Runs `vault drill`.
pub(super) fn drill(given: &PhraseArgs, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let two = given.need(globals.lang())?;
    let unlocked = passphrase::unlock(globals)?;
    unlocked.recovery_drill(phrases(&two))?;
    unlocked.lock()?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.drill/1", "opened": true}));
    }
    print::line(lang.say("vault-recovery-two-phrases-open-recovery"));
    Ok(())
}

/// Runs `vault renew-recovery`.
pub(super) fn renew(
    given: &PhraseArgs,
    reason: Option<&str>,
    who: &SecondArgs,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let two = given.need(globals.lang())?;
    let other = who.read(globals.lang())?;
    let unlocked = passphrase::unlock(globals)?;
    unlocked.may_renew_recovery(other.as_ref().map(|(name, _)| name.as_str()), reason)?;
    let new = [generated_phrase(), generated_phrase(), generated_phrase()];
    let shown: Vec<&str> = new.iter().map(|p| p.expose_secret()).collect();
    if !globals.json {
        // Before anything is changed: a phrase that nobody has seen must not be the only one that opens.
        print::line(lang.say("vault-recovery-three-new-recovery-phrases"));
        for (phrase, n) in shown.iter().zip(1..) {
            print::line(format!("  {n}. {phrase}"));
        }
        let written = lang.say("vault-recovery-press-enter-when-all");
        passphrase::wait_for_enter(written);
    }
    let wraps = unlocked.renew_recovery(phrases(&two), &new, second(&other), reason)?;
    unlocked.lock()?;
    if globals.json {
        return print::json(&serde_json::json!({
            "schema": "gyeot.recovery-renewed/1", "recovery_phrases": shown, "wraps": wraps,
        }));
    }
    print::line(lang.say("vault-recovery-recovery-phrases-changed-old"));
    print::line(lang.say("vault-recovery-backups-made-before-still"));
    Ok(())
}

/// Runs `vault recover`.
pub(super) fn recover(
    member: &str,
    given: &PhraseArgs,
    new_passphrase_file: Option<&Path>,
    reason: &str,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let two = given.need(globals.lang())?;
    let prompt = lang.say("vault-recovery-new-passphrase");
    let new = passphrase::read_other(new_passphrase_file, prompt, true, lang)?;
    let dir = globals.vault_dir();
    let unlocked = passphrase::with_words(globals, |words| {
        UnlockedVault::recover_compared(&dir, member, phrases(&two), &new, (KeyCost::Production, reason), words)
    })?;
    let me = unlocked.me().clone();
    unlocked.lock()?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.member-recovered/1", "member": me.name}));
    }
    print::line(format!("{}: {}", lang.say("vault-recovery-opens-new-passphrase"), me.name));
    print::line(lang.say("vault-recovery-keys-fingerprint-same-before"));
    Ok(())
}
