//! `gyeot vault check|lock|rekey|drill|renew-recovery|recover|hardware|unpack|join|words|accept-older|shred`.

use crate::adapters::age_plugin::seal_slot;
use crate::texts::msg;

mod recovery;

pub use crate::cli::vault::recovery::{PhraseArgs, TwoPhrases, phrases};

use crate::adapters::clock::SystemClock;
use crate::cli::member::{SecondArgs, second};
use crate::cli::{Globals, passphrase, print};
use crate::crypto::slot::generated_phrase;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::governance::concern::Concern;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::service::{KeyCost, UnlockedVault};
use clap::Subcommand;
use secrecy::ExposeSecret;
use std::path::PathBuf;

/// Arguments of `gyeot vault`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Keep,
}

#[derive(Debug, Subcommand)]
enum Keep {
    /// Read every byte: hashes, links, signatures.
    Check {
        /// Save every intact record into a new store and go on without what is lost.
        #[arg(long)]
        salvage: bool,
    },
    /// Say whether a program holds the vault open.
    Lock,
    /// Change your passphrase.
    Rekey {
        /// Make one of six words and show it once.
        #[arg(long)]
        generate: bool,
        /// The new passphrase; asked on the terminal when left out.
        #[arg(long, value_name = "F")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// A recovery drill: two of the three phrases must open the recovery key and your recovery slot. Changes nothing.
    Drill {
        #[command(flatten)]
        phrases: PhraseArgs,
    },
    /// Make three new recovery phrases, by two of the old ones and two persons. The old phrases then open nothing in this
    /// vault; backups made before go on opening with them.
    RenewRecovery {
        #[command(flatten)]
        phrases: PhraseArgs,
        /// Why one person does it alone.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        second: SecondArgs,
    },
    /// A new passphrase for a member who lost it, by two of the three recovery phrases. Nobody needs to be unlocked.
    Recover {
        /// Who lost the passphrase.
        #[arg(long = "member", id = "lost", value_name = "NAME")]
        member: String,
        #[command(flatten)]
        phrases: PhraseArgs,
        /// The new passphrase; asked on the terminal when left out.
        #[arg(long, value_name = "F")]
        new_passphrase_file: Option<PathBuf>,
        /// Why; the monthly inspection lists it.
        #[arg(long)]
        reason: String,
    },
    /// Add a slot for a hardware key with an age plugin. Unlock with --hardware; the passphrase keeps working.
    Hardware {
        /// The recipient that the plugin's tool shows, age1NAME1….
        #[arg(long, value_name = "age1…")]
        recipient: String,
    },
    /// Write every record, still sealed, as one age file each, for stock `age -d`.
    Unpack {
        /// An empty or absent folder.
        dir: PathBuf,
        /// Why; the monthly inspection lists it with the exports.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Take in what another copy of this vault has and this one has not. The copy stays as it is.
    Join {
        /// The folder of the other copy.
        dir: PathBuf,
    },
    /// The words by which this vault is known, for somebody who sees it for the first time on another workstation.
    Words,
    /// Go on with an older state that a backup or a copy brought back on purpose.
    AcceptOlder {
        /// Why; the access log keeps it.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        second: SecondArgs,
    },
    /// Destroy a client or a session for good.
    Shred {
        /// The client's code.
        #[arg(long, required_unless_present = "session")]
        client: Option<String>,
        /// One session only: its id, or the beginning of it that `session list` shows.
        #[arg(long, conflicts_with = "client")]
        session: Option<String>,
        /// Why.
        #[arg(long)]
        reason: String,
        /// The client's code once more, for scripts: without it the code is asked for on a terminal.
        #[arg(long, value_name = "CODE")]
        yes_destroy: Option<String>,
        /// Write the signed certificate here.
        #[arg(long, value_name = "F")]
        certificate: Option<PathBuf>,
        #[command(flatten)]
        second: SecondArgs,
    },
}

/// The code that whoever destroys types once more, before anything is opened.
fn typed_code(given: Option<String>, lang: Lang) -> Result<String, ErrorReport> {
    let asked = || passphrase::ask_line(lang.say("cli-vault-cannot-undone-type-clients"));
    given.or_else(asked).ok_or_else(|| {
        ErrorReport::usage(
            msg("cli-vault-nothing-destroyed-clients-code-not"),
            msg("cli-vault-nothing-destroyed-clients-code-not.hint"),
        )
    })
}

fn same_code(typed: &str, code: &str) -> Result<(), ErrorReport> {
    if typed.trim() == code {
        return Ok(());
    }
    Err(ErrorReport::usage(
        msg("cli-vault-nothing-destroyed-code-typed-another"),
        msg("cli-vault-nothing-destroyed-code-typed-another.hint"),
    ))
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    match args.command {
        Keep::Check { salvage: false } => {
            let unlocked = passphrase::unlock(globals)?;
            let report = unlocked.check()?;
            let words = unlocked.standing_words(lang);
            if globals.json {
                print::json(
                    &serde_json::json!({"schema": "gyeot.check/1", "sound": report.sound(), "report": report}),
                )?;
            } else {
                print::line(words);
                print::line(format!(
                    "{} {} · {} {} · {} {} · {} {}",
                    lang.say("cli-vault-records"),
                    report.records,
                    lang.say("cli-vault-opened"),
                    report.opened,
                    lang.say("cli-vault-sealed-others"),
                    report.sealed_to_others,
                    lang.say("cli-vault-destroyed"),
                    report.destroyed
                ));
                for file in &report.mended {
                    let words = lang.say("cli-vault-damaged-put-right");
                    print::line(format!("  {file}: {words}"));
                }
                for (writer, n, why) in &report.damaged {
                    print::line(format!("  #{n}: {why} ({writer})"));
                }
                for (file, why) in &report.files {
                    print::line(format!("  {file}: {why}"));
                }
            }
            unlocked.lock()?;
            if report.sound() {
                Ok(())
            } else {
                let hint = msg("cli-vault-restore-backup-keep-what-intact");
                let n = report.damaged.len() + report.files.len();
                Err(if n == 0 {
                    let integrity = report.integrity.words(Lang::En);
                    ErrorReport::with(
                        Exit::Damaged,
                        msg("cli-vault-vault-not-sound").shown("integrity", integrity),
                        hint,
                    )
                } else {
                    ErrorReport::with(
                        Exit::Damaged,
                        msg("cli-vault-vault-not-sound-places-files-damaged").shown("n", n),
                        hint,
                    )
                })
            }
        }
        Keep::Check { salvage: true } => {
            let pass = passphrase::read(globals, lang.say("cli-backup-passphrase"))?;
            let dir = globals.vault_dir();
            let (unlocked, saved) =
                UnlockedVault::salvage(&dir, globals.member.as_deref(), &pass, Box::new(SystemClock))?;
            unlocked.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.salvage/1", "salvage": saved}));
            }
            print::line(format!("{}: {}", lang.say("cli-vault-records-saved"), saved.saved));
            print::line(format!(
                "{}: {:?}",
                lang.say("cli-vault-records-lost"),
                saved.lost.iter().map(|(_, n)| n).collect::<Vec<_>>()
            ));
            print::line(format!("{}: {}", lang.say("cli-vault-damaged-store-put-aside"), saved.aside));
            Ok(())
        }
        Keep::Lock => {
            let held = UnlockedVault::held(&globals.vault_dir())?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.lock/1", "held": held}));
            }
            if held {
                return Err(ErrorReport::with(
                    Exit::Locked,
                    msg("cli-vault-another-program-vault-open"),
                    msg("cli-vault-another-program-vault-open.hint"),
                ));
            }
            print::line(lang.say("cli-vault-locked"));
            Ok(())
        }
        Keep::Rekey { generate, new_passphrase_file } => {
            let unlocked = passphrase::unlock(globals)?;
            let new = if generate {
                generated_phrase()
            } else {
                let prompt = lang.say("cli-init-new-passphrase");
                passphrase::read_other(new_passphrase_file.as_deref(), prompt, true, lang)?
            };
            unlocked.rekey(&new, KeyCost::Production)?;
            unlocked.lock()?;
            let shown = generate.then(|| new.expose_secret().to_owned());
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.rekey/1", "passphrase": shown}));
            }
            print::line(lang.say("cli-vault-passphrase-changed"));
            if let Some(phrase) = shown {
                print::line(phrase);
            }
            Ok(())
        }
        Keep::Drill { phrases: given } => crate::cli::vault::recovery::drill(&given, globals),
        Keep::RenewRecovery { phrases: given, reason, second: who } => {
            crate::cli::vault::recovery::renew(&given, reason.as_deref(), &who, globals)
        }
        Keep::Recover { member, phrases: given, new_passphrase_file, reason } => {
            crate::cli::vault::recovery::recover(&member, &given, new_passphrase_file.as_deref(), &reason, globals)
        }
        Keep::Hardware { recipient } => {
            let unlocked = passphrase::unlock(globals)?;
            unlocked.add_hardware_slot(|keys| seal_slot(keys, &recipient, passphrase::AtTerminal))?;
            unlocked.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.hardware/1", "recipient": recipient}));
            }
            print::line(lang.say("cli-vault-slot-hardware-key-added"));
            Ok(())
        }
        Keep::Unpack { dir, reason } => {
            let unlocked = passphrase::unlock(globals)?;
            let records = unlocked.unpack_sealed(&dir, reason.as_deref().unwrap_or_default())?;
            unlocked.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.unpacked/1", "records": records, "dir": dir}));
            }
            let told = lang.say("cli-vault-records-written-still-sealed");
            print::line(format!("{told}: {records} · {}", dir.display()));
            Ok(())
        }
        Keep::Join { dir } => {
            let unlocked = passphrase::unlock(globals)?;
            let joined = unlocked.join(&dir)?;
            // Who was enrolled or blocked there is known here from now on.
            for concern in unlocked.concerns().iter().filter(|concern| matches!(concern, Concern::Roster(_))) {
                passphrase::say(concern, lang);
            }
            unlocked.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.joined/1", "joined": joined}));
            }
            print::line(format!("{}: {}", lang.say("cli-vault-records-taken"), joined.records));
            print::line(format!("{}: {}", lang.say("cli-vault-entries-access-log"), joined.entries));
            print::line(format!("{}: {}", lang.say("cli-vault-records-destroyed-there"), joined.destroyed));
            for (given, shown) in &joined.codes {
                let told = lang.say("cli-vault-two-clients-one-code");
                print::line(format!("{told}: {given} → {shown}"));
            }
            Ok(())
        }
        Keep::Words => {
            let unlocked = passphrase::unlock(globals)?;
            let words = unlocked.words();
            unlocked.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.words/1", "words": words}));
            }
            print::line(words);
            Ok(())
        }
        Keep::AcceptOlder { reason, second: who } => {
            let unlocked = passphrase::unlock(globals)?;
            let other = who.read(globals.lang())?;
            unlocked.accept_older(second(&other), &reason)?;
            unlocked.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.older-accepted/1", "accepted": true}));
            }
            print::line(lang.say("cli-vault-going-state-access-log"));
            Ok(())
        }
        Keep::Shred { client, session, reason, yes_destroy, certificate, second: who } => {
            let typed = typed_code(yes_destroy, lang)?;
            let other = who.read(globals.lang())?;
            // Before anything is destroyed: afterwards there is nothing to make a second certificate from.
            let file = certificate.as_deref().map(certificate_file).transpose()?;
            let done = passphrase::unlock(globals).and_then(|unlocked| {
                let done = match (client, session) {
                    (_, Some(session)) => {
                        let rows = unlocked.sessions(None)?;
                        let session = crate::cli::session::find(&rows, &session)?;
                        let whose = rows.iter().find(|r| r.id == session).map_or("", |r| r.code.as_str());
                        same_code(&typed, whose)?;
                        unlocked.destroy_session(session, &reason, second(&other))?
                    }
                    (Some(code), None) => {
                        same_code(&typed, &code)?;
                        unlocked.destroy_client(&ClientCode(code), &reason, second(&other))?
                    }
                    (None, None) => {
                        return Err(ErrorReport::usage(
                            msg("cli-vault-what-destroyed"),
                            msg("cli-vault-what-destroyed.hint"),
                        ));
                    }
                };
                Ok((unlocked, done))
            });
            let (unlocked, (done, signed)) = match (done, &certificate) {
                (Ok(done), _) => done,
                (Err(refused), Some(path)) => {
                    // An empty file certifies nothing; it may stay where it cannot be removed.
                    let _ = std::fs::remove_file(path);
                    return Err(refused);
                }
                (Err(refused), None) => return Err(refused),
            };
            if let Some(mut file) = file
                && let Err(e) = std::io::Write::write_all(&mut file, signed.as_bytes()).and_then(|()| file.sync_all())
            {
                print::raw(&signed);
                return Err(ErrorReport::failed(
                    msg("cli-vault-destroyed-but-certificate-could-not-written").with("why", e.kind()),
                    msg("cli-vault-destroyed-but-certificate-could-not-written.hint"),
                ));
            }
            if !done.rewritten {
                print::note(lang.say("cli-vault-keys-records-destroyed-but"));
            }
            let locked = unlocked.lock();
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.shredded/1", "certificate": done, "signed": signed}))?;
                return Ok(locked?);
            }
            if let Some(path) = &certificate {
                let told = lang.say("cli-vault-destroyed-certificate");
                print::line(format!("{told}: {}", path.display()));
            } else {
                print::raw(&signed);
            }
            Ok(locked?)
        }
    }
}

/// Makes the file of a certificate, which must not be there yet.
fn certificate_file(path: &std::path::Path) -> Result<std::fs::File, ErrorReport> {
    std::fs::File::create_new(path).map_err(|e| {
        ErrorReport::failed(
            msg("cli-vault-nothing-destroyed-certificates-file-cannot")
                .with("path", path.display())
                .with("why", e.kind()),
            msg("cli-vault-nothing-destroyed-certificates-file-cannot.hint"),
        )
    })
}
