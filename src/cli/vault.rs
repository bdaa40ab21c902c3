//! `gyeot vault check|lock|rekey|drill|shred`.

use super::member::{SecondArgs, second};
use super::{Globals, passphrase, print};
use crate::adapters::clock::SystemClock;
use crate::domain::fault::{Exit, Fault};
use crate::domain::ids::{ClientCode, SessionId};
use crate::runtime::desk::{Desk, KeyCost};
use crate::vault::slot::generated_phrase;
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
    /// A recovery drill: two of the three phrases must open the recovery key. Changes nothing.
    Drill {
        /// The number of a phrase, 1 to 3; twice.
        #[arg(long, required = true, num_args = 1)]
        phrase: Vec<usize>,
        /// A file with that phrase, in the same order; asked on the terminal when left out.
        #[arg(long, value_name = "F")]
        phrase_file: Vec<PathBuf>,
    },
    /// Destroy a client or a session for good.
    Shred {
        /// The client's code.
        #[arg(long, required_unless_present = "session")]
        client: Option<String>,
        /// One session only.
        #[arg(long, conflicts_with = "client")]
        session: Option<SessionId>,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Write the signed certificate here.
        #[arg(long, value_name = "F")]
        certificate: Option<PathBuf>,
        #[command(flatten)]
        second: SecondArgs,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), Fault> {
    let lang = globals.lang();
    match args.command {
        Keep::Check { salvage: false } => {
            let desk = passphrase::unlock(globals)?;
            let report = desk.check()?;
            let words = desk.standing_words(lang);
            if globals.json {
                print::json(&serde_json::json!({"schema": "gyeot.check/1", "sound": report.sound(), "report": report}))?;
            } else {
                print::line(words);
                print::line(format!(
                    "{} {} · {} {} · {} {} · {} {}",
                    lang.pick("기록", "records"),
                    report.records,
                    lang.pick("열어 확인", "opened"),
                    report.opened,
                    lang.pick("다른 사람에게 봉인", "sealed to others"),
                    report.sealed_to_others,
                    lang.pick("파기", "destroyed"),
                    report.destroyed
                ));
                for (n, why) in &report.damaged {
                    print::line(format!("  #{n}: {why}"));
                }
                for (file, why) in &report.files {
                    print::line(format!("  {file}: {why}"));
                }
            }
            desk.lock()?;
            if report.sound() {
                Ok(())
            } else {
                let n = report.damaged.len() + report.files.len();
                Err(Fault::with(
                    Exit::Damaged,
                    format!("the vault is not sound ({n} places or files damaged)"),
                    "restore a backup, or keep what is intact with `gyeot vault check --salvage`",
                ))
            }
        }
        Keep::Check { salvage: true } => {
            let pass = passphrase::read(globals, lang.pick("암호 문구", "passphrase"))?;
            let dir = globals.vault_dir();
            let (desk, saved) = Desk::salvage(&dir, globals.member.as_deref(), &pass, Box::new(SystemClock))?;
            desk.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.salvage/1", "salvage": saved}));
            }
            print::line(format!("{}: {}", lang.pick("살린 기록", "records saved"), saved.saved));
            print::line(format!("{}: {:?}", lang.pick("잃은 자리", "places lost"), saved.lost));
            print::line(format!("{}: {}", lang.pick("손상된 저장소", "damaged store put aside"), saved.aside));
            Ok(())
        }
        Keep::Lock => {
            let held = Desk::held(&globals.vault_dir())?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.lock/1", "held": held}));
            }
            if held {
                return Err(Fault::with(
                    Exit::Locked,
                    "another program has this vault open",
                    "lock it there: in the workstation with the lock key, or by ending it",
                ));
            }
            print::line(lang.pick("잠겨 있습니다.", "locked"));
            Ok(())
        }
        Keep::Rekey { generate, new_passphrase_file } => {
            let desk = passphrase::unlock(globals)?;
            let new = if generate {
                generated_phrase()
            } else {
                let prompt = lang.pick("새 암호 문구", "new passphrase");
                passphrase::read_other(new_passphrase_file.as_deref(), prompt, true)?
            };
            desk.rekey(&new, KeyCost::Production)?;
            desk.lock()?;
            let shown = generate.then(|| new.expose_secret().to_owned());
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.rekey/1", "passphrase": shown}));
            }
            print::line(lang.pick("암호 문구를 바꾸었습니다.", "The passphrase is changed."));
            if let Some(phrase) = shown {
                print::line(phrase);
            }
            Ok(())
        }
        Keep::Drill { phrase, phrase_file } => {
            let [a, b] = phrase[..] else {
                return Err(Fault::usage("a drill takes two phrases", "give --phrase N twice"));
            };
            let read = |i: usize, n: usize| {
                passphrase::read_other(phrase_file.get(i).map(PathBuf::as_path), &format!("phrase {n}"), false)
            };
            let (first, other) = (read(0, a)?, read(1, b)?);
            let desk = passphrase::unlock(globals)?;
            desk.recovery_drill((a, &first), (b, &other))?;
            desk.lock()?;
            if globals.json {
                return print::json(&serde_json::json!({"schema": "gyeot.drill/1", "opened": true}));
            }
            print::line(lang.pick("두 문구로 복구 키가 열립니다.", "The two phrases open the recovery key."));
            Ok(())
        }
        Keep::Shred { client, session, reason, certificate, second: who } => {
            let other = who.read()?;
            let desk = passphrase::unlock(globals)?;
            let (done, signed) = match (client, session) {
                (_, Some(session)) => desk.destroy_session(session, &reason, second(&other))?,
                (Some(code), None) => desk.destroy_client(&ClientCode(code), &reason, second(&other))?,
                (None, None) => return Err(Fault::usage("what is to be destroyed?", "give --client or --session")),
            };
            desk.lock()?;
            if let Some(path) = &certificate {
                std::fs::write(path, &signed).map_err(|e| {
                    Fault::failed(
                        format!("destroyed, but the certificate could not be written ({})", e.kind()),
                        "the access log holds the same facts",
                    )
                })?;
            }
            if globals.json {
                return print::json(&serde_json::json!({"certificate": done, "signed": signed}));
            }
            if certificate.is_none() {
                print::raw(&signed);
            }
            Ok(())
        }
    }
}
