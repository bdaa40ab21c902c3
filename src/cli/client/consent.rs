//! `gyeot client consent`: what a client agrees to, its history, and what a withdrawal did and did not undo.

use crate::cli::asking::given_or_asked;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::{ConsentEvent, GUARDIAN_UNDER, Guardian};
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::service::{Agreed, ConsentState, Readers, Scope, UnlockedVault, Withdrawal, Withdrawn};
use crate::texts::{Message, msg, one_of};
use std::collections::BTreeSet;

/// Arguments of `gyeot client consent`.
#[derive(Debug, clap::Args)]
pub struct Asked {
    /// The code.
    code: String,
    /// service, recording, ai, supervision, research, crisis-contact; may be repeated. A new consent replaces the one
    /// before: name every scope that holds.
    #[arg(long)]
    scope: Vec<Scope>,
    /// Version of the form that was signed.
    #[arg(long)]
    form: Option<String>,
    /// Who agreed, as on the form.
    #[arg(long, default_value = "client")]
    by: String,
    /// The guardian's name; needed under 14; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    guardian: Option<String>,
    /// The guardian's relation, such as mother.
    #[arg(long, default_value = "guardian")]
    relation: String,
    /// You have made sure that the client is 14 or older. Needed once where the card has no birth date and no guardian
    /// signs.
    #[arg(long)]
    age_confirmed: bool,
    /// The limits of confidentiality were explained now.
    #[arg(long)]
    limits_explained: bool,
    /// Another participant who agreed, by role word; may be repeated. `session run --with WORD` begins only when WORD
    /// is among them.
    #[arg(long, value_name = "WORD")]
    participant: Vec<String>,
    /// Take the scopes back: from-now keeps what was said, all destroys the session that is open. Sessions that have
    /// ended stay; `vault shred --session` destroys one. Without supervision the supervisors' keys are destroyed.
    #[arg(long, value_name = "from-now|all", value_parser = withdrawal)]
    withdraw: Option<Withdrawal>,
    /// Every consent and withdrawal, oldest first.
    #[arg(long, conflicts_with_all = ["scope", "withdraw"])]
    history: bool,
}

fn withdrawal(text: &str) -> Result<Withdrawal, Message> {
    match text {
        "from-now" => Ok(Withdrawal::FromNow),
        "all" => Ok(Withdrawal::All),
        _ => Err(one_of(["from-now", "all"])),
    }
}

/// Shows, records or withdraws.
pub fn run(asked: Asked, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let code = ClientCode(asked.code.clone());
    if asked.history {
        return history(unlocked, &code, globals);
    }
    let mut done = Withdrawn::default();
    match (asked.withdraw, asked.scope.is_empty()) {
        (Some(_), true) => {
            return Err(ErrorReport::usage(
                msg("cli-client-consent-scopes-withdrawn"),
                msg("cli-client-consent-scopes-withdrawn.hint"),
            ));
        }
        (Some(how), false) => done = unlocked.withdraw_consent(&code, asked.scope.iter().copied().collect(), how)?,
        (None, true) => {}
        (None, false) => {
            let guardian = given_or_asked(asked.guardian, lang.say("client-consent-guardians-name"))?;
            let agreed = Agreed {
                scopes: asked.scope.into_iter().collect(),
                adds: false,
                form: asked.form,
                by: Some(asked.by),
                guardian: guardian.map(|g| Guardian { name: ClientText::new(&g), relation: asked.relation }),
                limits_explained: asked.limits_explained,
                participants: Some(asked.participant),
                age_confirmed: asked.age_confirmed,
            };
            done.readers = unlocked.agree(&code, agreed)?;
        }
    }
    let state = unlocked.consent(&code)?;
    if globals.json {
        return print::json(&serde_json::json!({
            "schema": "gyeot.consent/1", "code": code, "consent": state, "destroyed_sessions": done.destroyed,
            "kept_sessions": done.kept, "supervisors": done.readers,
        }));
    }
    print::line(line(&state, lang));
    if asked.withdraw == Some(Withdrawal::All) {
        say_withdrawn(&done, lang);
    }
    say_readers(&done.readers, lang);
    Ok(())
}

/// What a withdrawal of all destroyed, and what it left.
fn say_withdrawn(done: &Withdrawn, lang: Lang) {
    let (gone, kept) = (done.destroyed.len(), done.kept.len());
    print::line(match gone {
        0 => lang.say("client-consent-none-open").to_owned(),
        n => msg("client-consent-open-destroyed").with("n", n).text(lang),
    });
    if kept > 0 {
        print::line(msg("client-consent-sessions-had-ended-stay").shown("kept", kept).text(lang));
        for session in &done.kept {
            print::line(format!("  gyeot vault shred --session {session} --reason …"));
        }
    }
}

/// What became of the supervisors, and what cannot be undone.
pub fn say_readers(readers: &Readers, lang: Lang) {
    for name in &readers.given {
        print::line(msg("client-consent-supervisor-reads-client-now").shown("name", name).text(lang));
    }
    for taken in readers.taken.iter().filter(|t| t.keys > 0) {
        let (name, keys) = (&taken.name, taken.keys);
        print::line(
            msg("client-consent-wrapped-keys-destroyed-what").shown("name", name).shown("keys", keys).text(lang),
        );
        print::line(msg("client-consent-what-already-read-copied").shown("name", name).text(lang));
    }
    for taken in readers.taken.iter().filter(|t| t.keys == 0) {
        print::line(msg("client-consent-there-no-key-destroy").shown("taken", &taken.name).text(lang));
    }
    if readers.unmarked {
        print::line(lang.say("client-consent-keys-older-version-program"));
    }
}

fn words(scopes: &BTreeSet<Scope>, lang: Lang) -> String {
    let labels: Vec<&str> = scopes.iter().map(|s| s.label(lang)).collect();
    if labels.is_empty() { lang.say("client-consent-none").to_owned() } else { labels.join(", ") }
}

fn others(participants: &[String], lang: Lang) -> String {
    if participants.is_empty() {
        return String::new();
    }
    format!(" · {}: {}", lang.say("client-consent-participants-who-agreed"), participants.join(", "))
}

/// One line of what is agreed to.
pub fn line(state: &ConsentState, lang: Lang) -> String {
    let form = if state.version.is_empty() { String::new() } else { format!(" ({})", state.version) };
    let (scopes, others) = (words(&state.scopes, lang), others(&state.participants, lang));
    format!("{}: {scopes}{form}{others}", lang.say("client-consent-consent"))
}

fn history(unlocked: &UnlockedVault, code: &ClientCode, globals: &Globals) -> Result<(), ErrorReport> {
    let events = unlocked.consents(code)?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.consent-history/1", "code": code, "events": events}));
    }
    let lang = globals.lang();
    if events.is_empty() {
        print::note(lang.say("client-consent-no-consent-recorded-yet"));
    }
    for event in &events {
        print::line(event_line(event, lang));
    }
    Ok(())
}

fn event_line(event: &ConsentEvent, lang: Lang) -> String {
    match event {
        ConsentEvent::Given { consent: c, at } => {
            let guardian = c.guardian.as_ref().map_or(String::new(), |g| {
                format!(" · {}: {} ({})", lang.say("client-consent-guardian"), g.name.reveal(), g.relation)
            });
            let limits = c.limits_explained.map_or("", |_| lang.say("client-consent-limits-explained"));
            let age = match c.age_confirmed {
                false => String::new(),
                true => format!(" · {}", msg("client-consent-age-confirmed").with("years", GUARDIAN_UNDER).text(lang)),
            };
            let (scopes, others) = (words(&c.scopes, lang), others(&c.participants, lang));
            let given = lang.say("client-consent-given");
            format!("{}  {given}  {scopes}  ({}, {}){guardian}{others}{limits}{age}", at.to_rfc3339(), c.version, c.by)
        }
        ConsentEvent::Withdrawn { scopes, how, at } => {
            let how = match how {
                Withdrawal::FromNow => lang.say("client-consent-now"),
                Withdrawal::All => lang.say("client-consent-all"),
            };
            let taken = lang.say("client-consent-withdrawn");
            format!("{}  {taken}  {}  ({how})", at.to_rfc3339(), words(scopes, lang))
        }
    }
}
