//! `gyeot client show --full` and `gyeot client edit`: the card as it is kept, and its correction; the earlier card stays.

use crate::cli::asking::given_or_asked;
use crate::cli::{Globals, print};
use crate::domain::assessment::instrument::Sex;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::client::{ClientCard, age_in_years};
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::service::UnlockedVault;
use crate::service::client_card::FullCard;

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
    /// Who referred the client; `-` asks for it.
    #[arg(long, allow_hyphen_values = true)]
    referred: Option<String>,
}

/// Corrects a card.
pub(super) fn edit(asked: Edit, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let code = ClientCode(asked.code);
    let name = given_or_asked(asked.name, lang.pick("이름", "name"))?;
    let contact = given_or_asked(asked.contact, lang.pick("연락처", "contact"))?;
    let address = given_or_asked(asked.address, lang.pick("주소", "address"))?;
    let emergency = given_or_asked(asked.emergency, lang.pick("비상 연락처", "emergency contact"))?;
    let medicine = given_or_asked(asked.medicine, lang.pick("복용 약", "medicine"))?;
    let referred = given_or_asked(asked.referred, lang.pick("의뢰한 곳", "referred by"))?;
    if name.as_deref().is_some_and(|n| n.trim().is_empty()) {
        return Err(ErrorReport::usage("a client needs a name", "give --name, or leave it out to keep the one of now"));
    }
    if asked.birth.as_deref().is_some_and(|d| !d.is_empty() && age_in_years(d, d).is_none()) {
        return Err(ErrorReport::usage("a day is written YYYY-MM-DD", "such as --birth 1990-03-02"));
    }
    unlocked.change_client(&code, |card| {
        let put = |field: &mut Option<ClientText>, given: Option<String>| {
            if let Some(text) = given {
                *field = Some(ClientText::new(&text)).filter(|t| !t.is_blank());
            }
        };
        if let Some(name) = &name {
            card.name = ClientText::new(name);
        }
        if let Some(birth) = asked.birth {
            card.birth_date = Some(birth).filter(|d| !d.is_empty());
        }
        card.sex = asked.sex.or(card.sex);
        put(&mut card.contact, contact);
        put(&mut card.address, address);
        put(&mut card.emergency, emergency);
        put(&mut card.medicine, medicine);
        put(&mut card.referred, referred);
    })?;
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.client-edited/1", "code": code}));
    }
    print::line(match lang {
        Lang::Ko => format!("{code}: 고쳤습니다. 이전 내용은 남아 있습니다 (client show {code} --full --history)"),
        Lang::En => format!("{code}: corrected; the earlier card is kept (client show {code} --full --history)"),
    });
    Ok(())
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
        print::line(format!("  {}: {} ({})", lang.pick("법정대리인", "guardian"), g.name.reveal(), g.relation));
    }
    for (at, card) in earlier {
        print::line(format!("{} {}  {}", lang.pick("이전 카드", "earlier card"), at.shown(), card.name.reveal()));
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
            |years| match lang {
                Lang::Ko => format!("{birth} (만 {years}세)"),
                Lang::En => format!("{birth} ({years} years)"),
            },
        )
    };
    let text = |t: &Option<ClientText>| t.as_ref().map(|t| t.reveal().to_owned());
    let sex = card.sex.map(|s| match s {
        Sex::Female => lang.pick("여성", "female").to_owned(),
        Sex::Male => lang.pick("남성", "male").to_owned(),
    });
    [
        (lang.pick("연락처", "contact"), text(&card.contact)),
        (lang.pick("비상 연락처", "emergency contact"), text(&card.emergency)),
        (lang.pick("주소", "address"), text(&card.address)),
        (lang.pick("생년월일", "birth date"), card.birth_date.as_deref().map(age)),
        (lang.pick("성별", "sex"), sex),
        (lang.pick("복용 약", "medicine"), text(&card.medicine)),
        (lang.pick("의뢰한 곳", "referred by"), text(&card.referred)),
    ]
    .into_iter()
    .filter_map(|(label, text)| Some((label, text?)))
    .collect()
}

/// A line about what is on the card and not shown, so that nobody looks for it elsewhere.
pub(super) fn withheld(card: &ClientCard, lang: Lang) -> Option<String> {
    let there: Vec<&str> = entries(card, "", lang).into_iter().map(|(label, _)| label).collect();
    let what = there.join(", ");
    (!there.is_empty()).then(|| match lang {
        Lang::Ko => format!("카드에 있음: {what} (--full --reason 으로 봅니다)"),
        Lang::En => format!("on the card: {what} (shown by --full --reason)"),
    })
}
