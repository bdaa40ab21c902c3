//! `gyeot init`: a new vault with its first member.

use crate::adapters::time_zone;
use crate::cli::{Globals, passphrase, print};
use crate::crypto::keys::fingerprint;
use crate::crypto::slot::generated_phrase;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::member::Role;
use crate::service::{NewVault, UnlockedVault};
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
            format!("there is no time zone {zone}"),
            "give its name in the IANA table, such as Asia/Seoul or America/New_York",
        ));
    }
    let zone = args.time_zone.or_else(time_zone::name_of_workstation);
    let pass = if args.generate {
        generated_phrase()
    } else {
        passphrase::read_new(globals, lang.pick("새 암호 문구", "new passphrase"))?
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
    print::line(lang.pick("금고를 만들었습니다.", "The vault is made."));
    print::line(format!("{}: {}", lang.pick("위치", "folder"), dir.display()));
    print::line(format!("{}: {} ({})", lang.pick("구성원", "member"), me.name, me.role.label(lang)));
    if let Some(zone) = &roster.time_zone {
        print::line(format!("{}: {zone}", lang.pick("시간대", "time zone")));
    }
    print::line(format!("{}: {words}", lang.pick("지문", "fingerprint")));
    if args.generate {
        let label = lang.pick("암호 문구(지금만 보입니다)", "passphrase (shown only now)");
        print::line(format!("{label}: {}", pass.expose_secret()));
    }
    print::line(lang.pick(
        "복구 문구 세 개입니다. 지금만 보입니다. 서로 다른 세 사람이 하나씩 보관하세요. 둘이 모이면 모든 것을 열 수 있습니다.",
        "Three recovery phrases, shown only now. Three people keep one each; any two open everything.",
    ));
    for (phrase, n) in recovery.iter().zip(1..) {
        print::line(format!("  {n}. {phrase}"));
    }
    print::line(lang.pick(
        "혼자 일하는 동안에는 두 사람이 필요한 일을 혼자 하게 되며, 그때마다 사유를 남기고 나중에 검토를 받습니다.",
        "While one person works alone, what needs two is done as break-glass: with a reason, and reviewed afterwards.",
    ));
    Ok(())
}
