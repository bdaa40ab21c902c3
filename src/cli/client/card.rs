//! `gyeot client show --full` and `gyeot client edit`: the card as it is kept, and its correction; the earlier card stays.

use crate::cli::asking::given_or_asked;
use crate::cli::{Globals, print};
use crate::domain::assessment::instrument::Sex;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::client::{ClientCard, age_in_years};
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::written_day;
use crate::service::UnlockedVault;
use crate::service::client_card::FullCard;
use crate::texts::msg;

/// Arguments of `gyeot client edit`: what is given changes, the rest stays. An empty text takes an entry away.
#[derive(Debug, clap::Args)]
pub(super) struct Edit {
    /// The code.
    code: String,
    /// The name; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    name: Option<String>,
    /// YYYY-MM-DD.
    #[arg(long)]
    birth: Option<String>,
    /// For norms and maxima of instruments that depend on it.
    #[arg(long, value_name = "female|male")]
    sex: Option<Sex>,
    /// Telephone or another contact; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    contact: Option<String>,
    /// Where the client lives; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    address: Option<String>,
    /// Whom to call in an emergency, with the telephone; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    emergency: Option<String>,
    /// Medicine and who prescribes it; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    medicine: Option<String>,
    /// Names, medicines and places that come up, separated by commas: what sounds the same is written so. `-` asks for them.
    #[arg(long, allow_hyphen_values = true)]
    words: Option<String>,
    /// Who referred the client; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    referred: Option<String>,
}

/// Corrects a card.
pub(super) fn edit(asked: Edit, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let code = ClientCode(asked.code);
    let name = given_or_asked(asked.name, lang.say("client-card-name"))?;
    let contact = given_or_asked(asked.contact, lang.say("client-card-contact"))?;
    let address = given_or_asked(asked.address, lang.say("client-card-address"))?;
    let emergency = given_or_asked(asked.emergency, lang.say("client-card-emergency-contact"))?;
    let medicine = given_or_asked(asked.medicine, lang.say("client-card-medicine"))?;
    let words = given_or_asked(asked.words, lang.say("client-card-words"))?;
    let referred = given_or_asked(asked.referred, lang.say("client-card-referred"))?;
    if name.as_deref().is_some_and(|n| n.trim().is_empty()) {
        return Err(ErrorReport::usage(
            msg("cli-client-card-client-needs-name"),
            msg("cli-client-card-client-needs-name.hint"),
        ));
    }
    let today = unlocked.now().date();
    let given_birth = asked.birth.clone();
    let birth = asked.birth.map(|text| match text.is_empty() {
        true => Some(text),
        false => written_day::birth(&text, &today),
    });
    if birth == Some(None) && given_birth.is_some_and(|text| written_day::to_come(&text, &today)) {
        return Err(ErrorReport::usage(
            msg("service-clients-birth-date-to-come"),
            msg("service-clients-birth-date-to-come.hint"),
        ));
    }
    if birth == Some(None) {
        return Err(ErrorReport::usage(
            msg("cli-assess-kept-day-written-yyyy-mm-dd"),
            msg("cli-client-card-birth-such-as"),
        ));
    }
    let changed = unlocked.change_client(&code, |card| {
        let put = |field: &mut Option<ClientText>, given: Option<String>| {
            if let Some(text) = given {
                *field = Some(ClientText::new(&text)).filter(|t| !t.is_blank());
            }
        };
        if let Some(name) = &name {
            card.name = ClientText::new(name);
        }
        if let Some(birth) = birth.flatten() {
            card.birth_date = Some(birth).filter(|d| !d.is_empty());
        }
        card.sex = asked.sex.or(card.sex);
        put(&mut card.contact, contact);
        put(&mut card.address, address);
        put(&mut card.emergency, emergency);
        put(&mut card.medicine, medicine);
        put(&mut card.words, words);
        put(&mut card.referred, referred);
    })?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.client-edited/1", "code": code, "changed": changed}));
    }
    if !changed {
        print::line(msg("client-card-nothing-changed").shown("code", code).text(lang));
        return Ok(());
    }
    print::line(msg("client-card-corrected-earlier-card-kept").shown("code", code).text(lang));
    Ok(())
}

/// Entries that are shown with a reason only, as machines name them.
const NEEDS_A_REASON: [&str; 7] = ["birth_date", "contact", "address", "emergency", "medicine", "words", "referred"];

/// The card for machines without them, and the names of those that it has.
pub(super) fn without_what_needs_a_reason(card: &ClientCard) -> (serde_json::Value, Vec<&'static str>) {
    let mut shown = serde_json::to_value(card).unwrap_or_default();
    let Some(fields) = shown.as_object_mut() else { return (serde_json::Value::Null, Vec::new()) };
    let there = |name: &&str| fields.remove(*name).is_some_and(|value| !value.is_null());
    let withheld = NEEDS_A_REASON.into_iter().filter(there).collect();
    (shown, withheld)
}

/// Prints the whole card.
pub(super) fn full(
    code: &ClientCode,
    reason: &str,
    history: bool,
    unlocked: &UnlockedVault,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let FullCard { card, guardian, earlier } = unlocked.full_card(code, reason, history)?;
    let lang = globals.lang();
    if globals.json {
        let before: Vec<_> = earlier.iter().map(|(at, card)| serde_json::json!({"until": at, "card": card})).collect();
        return print::json(&serde_json::json!({"schema": "gyeot.card/1", "code": code, "card": card,
            "guardian": guardian, "earlier": before}));
    }
    print::line(format!("{code}  {}", card.name.reveal()));
    for (label, text) in entries(&card, &unlocked.now().date(), lang) {
        print::line(format!("  {label}: {text}"));
    }
    if let Some(g) = guardian {
        print::line(format!("  {}: {} ({})", lang.say("client-card-guardian"), g.name.reveal(), g.relation));
    }
    for (at, card) in earlier {
        print::line(format!("{} {}  {}", lang.say("client-card-earlier-card"), at.shown(), card.name.reveal()));
        for (label, text) in entries(&card, &at.date(), lang) {
            print::line(format!("  {label}: {text}"));
        }
    }
    Ok(())
}

fn entries(card: &ClientCard, today: &str, lang: Lang) -> Vec<(&'static str, String)> {
    let age = |birth: &str| {
        age_in_years(birth, today).map_or_else(
            || birth.to_owned(),
            |years| msg("client-card-years").shown("birth", birth).shown("years", years).text(lang),
        )
    };
    let text = |t: &Option<ClientText>| t.as_ref().map(|t| t.reveal().to_owned());
    let sex = card.sex.map(|s| match s {
        Sex::Female => lang.say("client-card-female").to_owned(),
        Sex::Male => lang.say("client-card-male").to_owned(),
    });
    [
        (lang.say("client-card-contact"), text(&card.contact)),
        (lang.say("client-card-emergency-contact"), text(&card.emergency)),
        (lang.say("client-card-address"), text(&card.address)),
        (lang.say("client-card-birth-date"), card.birth_date.as_deref().map(age)),
        (lang.say("client-card-sex"), sex),
        (lang.say("client-card-medicine"), text(&card.medicine)),
        (lang.say("client-card-words"), text(&card.words)),
        (lang.say("client-card-referred"), text(&card.referred)),
    ]
    .into_iter()
    .filter_map(|(label, text)| Some((label, text?)))
    .collect()
}

/// A line about what is on the card and not shown, so that nobody looks for it elsewhere.
pub(super) fn withheld(card: &ClientCard, lang: Lang) -> Option<String> {
    let there: Vec<&str> = entries(card, "", lang).into_iter().map(|(label, _)| label).collect();
    let what = there.join(", ");
    (!there.is_empty()).then(|| msg("client-card-card-shown-full-reason").shown("what", what).text(lang))
}
