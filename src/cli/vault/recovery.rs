//! `gyeot vault drill|renew-recovery|recover`: what two of the three recovery phrases do.

use crate::cli::member::{SecondArgs, second};
use crate::cli::{Globals, passphrase, print};
use crate::crypto::slot::generated_phrase;
use crate::domain::explain::ErrorReport;
use crate::service::{KeyCost, Phrases, UnlockedVault};
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
    pub fn read(&self) -> Result<Option<TwoPhrases>, ErrorReport> {
        let read = |i: usize, n: usize| {
            passphrase::read_other(self.phrase_file.get(i).map(PathBuf::as_path), &format!("phrase {n}"), false)
        };
        match self.phrase[..] {
            [] => Ok(None),
            [a, b] => Ok(Some([(a, read(0, a)?), (b, read(1, b)?)])),
            _ => Err(ErrorReport::usage("two of the three phrases are needed", "give --phrase N twice")),
        }
    }

    fn need(&self) -> Result<TwoPhrases, ErrorReport> {
        self.read()?.ok_or_else(|| ErrorReport::usage("two of the three phrases are needed", "give --phrase N twice"))
    }
}

/// As the unlocked takes them.
pub fn phrases(read: &TwoPhrases) -> Phrases<'_> {
    Phrases((read[0].0, &read[0].1), (read[1].0, &read[1].1))
}

/// Runs `vault drill`.
pub(super) fn drill(given: &PhraseArgs, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let two = given.need()?;
    let unlocked = passphrase::unlock(globals)?;
    unlocked.recovery_drill(phrases(&two))?;
    unlocked.lock()?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.drill/1", "opened": true}));
    }
    print::line(lang.pick(
        "두 문구로 복구 키와 내 복구 열쇠칸이 열립니다.",
        "The two phrases open the recovery key and your recovery slot.",
    ));
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
    let two = given.need()?;
    let other = who.read()?;
    let unlocked = passphrase::unlock(globals)?;
    unlocked.may_renew_recovery(other.as_ref().map(|(name, _)| name.as_str()), reason)?;
    let new = [generated_phrase(), generated_phrase(), generated_phrase()];
    let shown: Vec<&str> = new.iter().map(|p| p.expose_secret()).collect();
    if !globals.json {
        // Before anything is changed: a phrase that nobody has seen must not be the only one that opens.
        print::line(lang.pick(
            "새 복구 문구 세 개입니다. 지금만 보입니다. 서로 다른 세 사람이 하나씩 보관하세요. 바꾸었다는 말이 나온 뒤부터 쓰입니다.",
            "Three new recovery phrases, shown only now. Three people keep one each. They hold once it says below that they do.",
        ));
        for (phrase, n) in shown.iter().zip(1..) {
            print::line(format!("  {n}. {phrase}"));
        }
        let written = lang.pick("다 적었으면 Enter 를 누르세요", "press Enter when all three are written down");
        passphrase::wait_for_enter(written);
    }
    let wraps = unlocked.renew_recovery(phrases(&two), &new, second(&other), reason)?;
    unlocked.lock()?;
    if globals.json {
        return print::json(&serde_json::json!({
            "schema": "gyeot.recovery-renewed/1", "recovery_phrases": shown, "wraps": wraps,
        }));
    }
    print::line(lang.pick(
        "복구 문구를 바꾸었습니다. 이전 문구로는 이 금고의 아무것도 열리지 않습니다.",
        "The recovery phrases are changed. The old ones open nothing in this vault.",
    ));
    print::line(lang.pick(
        "예전 백업은 이전 문구로 여전히 열립니다. `gyeot backup create`로 새로 만들고 예전 것은 파기하세요.",
        "Backups made before still open with the old ones: make a new one with `gyeot backup create` and destroy those.",
    ));
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
    let two = given.need()?;
    let prompt = lang.pick("새 암호 문구", "new passphrase");
    let new = passphrase::read_other(new_passphrase_file, prompt, true)?;
    let dir = globals.vault_dir();
    let unlocked = UnlockedVault::recover(&dir, member, phrases(&two), &new, KeyCost::Production, reason)?;
    let me = unlocked.me().clone();
    unlocked.lock()?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.member-recovered/1", "member": me.name}));
    }
    print::line(format!("{}: {}", lang.pick("새 암호 문구로 열립니다", "opens with the new passphrase"), me.name));
    print::line(lang.pick(
        "지문과 열쇠는 그대로입니다. 접근 기록에 남았습니다.",
        "Keys and fingerprint are the same as before. The access log says so.",
    ));
    Ok(())
}
