//! `gyeot init`: a new vault with its first member.

use crate::adapters::time_zone;
use crate::cli::{Globals, passphrase, print};
use crate::crypto::keys::fingerprint;
use crate::crypto::slot::generated_phrase;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::member::Role;
use crate::service::{NewVault, UnlockedVault};
use crate::texts::msg;
use secrecy::ExposeSecret;

/// Arguments of `gyeot init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The centre's name.
    #[arg(long, value_name = "NAME")]
    centre: String,
    /// The first member's name.
    #[arg(long = "member", id = "first_member", value_name = "NAME")]
    member: String,
    /// counsellor, supervisor or admin.
    #[arg(long)]
    role: Role,
    /// The centre's time zone, such as Asia/Seoul: every date is a day there. That of this workstation unless given.
    #[arg(long, value_name = "AREA/CITY")]
    time_zone: Option<String>,
    /// Make a passphrase of six words and show it once.
    #[arg(long)]
    generate: bool,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    if let Some(zone) = args.time_zone.as_deref().filter(|z| time_zone::named(z).is_none()) {
        return Err(ErrorReport::usage(
            msg("cli-init-there-no-time-zone").shown("zone", zone),
            msg("cli-init-there-no-time-zone.hint"),
        ));
    }
    let zone = args.time_zone.or_else(time_zone::name_of_workstation);
    let pass = if args.generate {
        generated_phrase()
    } else {
        passphrase::read_new(globals, lang.say("cli-init-new-passphrase"))?
    };
    let dir = globals.vault_dir();
    let unlocked = UnlockedVault::init(
        &dir,
        &NewVault { time_zone: zone, ..NewVault::new(&args.centre, &args.member, args.role) },
        &pass,
    )?;
    let me = unlocked.me().clone();
    let words = fingerprint(&me.recipient, &me.verifying);
    let phrases = unlocked.take_recovery_phrases();
    let roster = unlocked.roster();
    unlocked.lock()?;
    let recovery: Vec<&str> = phrases.iter().flatten().map(|p| p.expose_secret()).collect();
    if globals.json {
        return print::json(&serde_json::json!({
            "schema": "gyeot.init/1", "vault": roster.vault, "dir": dir, "centre": roster.centre,
            "time_zone": roster.time_zone, "member": me.name, "role": me.role.word(), "fingerprint": words, "single_handed": true,
            "passphrase": args.generate.then(|| pass.expose_secret().to_owned()), "recovery_phrases": recovery,
        }));
    }
    print::line(lang.say("cli-init-vault-made"));
    print::line(format!("{}: {}", lang.say("cli-init-folder"), dir.display()));
    print::line(format!("{}: {} ({})", lang.say("cli-init-member"), me.name, me.role.label(lang)));
    if let Some(zone) = &roster.time_zone {
        print::line(format!("{}: {zone}", lang.say("cli-init-time-zone")));
    }
    print::line(format!("{}: {words}", lang.say("cli-init-fingerprint")));
    if args.generate {
        let label = lang.say("cli-init-passphrase-shown-only-now");
        print::line(format!("{label}: {}", pass.expose_secret()));
    }
    print::line(lang.say("cli-init-three-recovery-phrases-shown"));
    for (phrase, n) in recovery.iter().zip(1..) {
        print::line(format!("  {n}. {phrase}"));
    }
    print::line(lang.say("cli-init-while-one-person-works"));
    Ok(())
}
