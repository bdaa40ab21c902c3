//! Clients: outside the seal only a code, inside the card with the name and what a crisis packet needs (L12).

use crate::domain::assessment::instrument::Sex;
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Who reads in the place of a supervisor for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deputy {
    /// The deputy, a supervisor too.
    pub member: MemberId,
    /// In whose place.
    pub instead_of: MemberId,
    /// From then on.
    pub from: Timestamp,
    /// Until then, not included.
    pub to: Timestamp,
    /// The client's keys are wrapped to the deputy.
    #[serde(default)]
    pub keys: bool,
}

impl Deputy {
    /// True within the time.
    pub fn holds(&self, now: Timestamp) -> bool {
        (self.from..self.to).contains(&now)
    }
}

/// What is known of a client; sealed to the case key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCard {
    /// Random id; never shown, people use [`ClientCode`].
    pub id: ClientId,
    /// What the client is called on screens that others may see.
    pub code: ClientCode,
    /// The client's name.
    pub name: ClientText,
    /// Birth date, `YYYY-MM-DD`; decides whether a guardian has to consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Sex, for the norms and maxima of instruments that depend on it; may be left open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Telephone or another contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ClientText>,
    /// Where the client lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<ClientText>,
    /// Whom to call in an emergency, with the telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<ClientText>,
    /// Medicine and who prescribes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medicine: Option<ClientText>,
    /// Names, medicines and places that come up, separated by commas: what sounds the same is written so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<ClientText>,
    /// Who referred the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referred: Option<ClientText>,
    /// Whose client it is.
    pub counsellor: MemberId,
    /// Supervisors on the case key.
    #[serde(default)]
    pub supervisors: Vec<MemberId>,
    /// Supervisors who were named before the client agreed to supervision: they have no key until that is recorded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaiting: Vec<MemberId>,
    /// Who reads in the place of a supervisor for a time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deputies: Vec<Deputy>,
    /// Made up, to practise on: sealed with the card, so that no code alone makes a real client one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made_up: bool,
    /// Since when.
    pub since: Timestamp,
    /// The counsellor has left and the case key of now is not wrapped to them: nobody has taken over yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// The same person has a second record, and goes on there: no session begins here any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goes_on_as: Option<ClientCode>,
    /// Records of the same person that were closed and go on in this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_records: Vec<ClientCode>,
}

/// What is asked to add a client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewClient {
    /// A wished code, such as `C-0417`; otherwise the next free one is given.
    pub code: Option<ClientCode>,
    /// The client's name.
    pub name: ClientText,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// For norms and maxima that depend on it.
    pub sex: Option<Sex>,
    /// Telephone or another contact.
    pub contact: Option<ClientText>,
    /// Where the client lives.
    pub address: Option<ClientText>,
    /// Names of supervisors who are to read this client, once the client agrees to supervision.
    pub supervisors: Vec<String>,
}

/// One row of the caseload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientRow {
    /// Random id; never shown, people use [`ClientCode`].
    #[serde(skip)]
    pub id: ClientId,
    /// Pseudonym that people use, such as `C-0001`.
    pub code: ClientCode,
    /// The client's name.
    pub name: ClientText,
    /// Whose client it is.
    pub counsellor: MemberId,
    /// True when it is the asking member's own client, false when assigned as supervisor.
    pub own: bool,
    /// Since when.
    pub since: Timestamp,
    /// The record in which the same person goes on, where this one was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goes_on_as: Option<ClientCode>,
    /// Closed records of the same person that go on in this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_records: Vec<ClientCode>,
}

/// True for a code of the form that may stand outside the seal: 1 to 16 of `A-Z 0-9 -`, so that nobody puts a name there.
pub fn code_is_well_formed(code: &str) -> bool {
    (1..=16).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
        && code.bytes().any(|b| b.is_ascii_digit())
}

impl ClientCard {
    /// True for a made-up client: its code says so and its sealed card as well.
    pub fn is_practice(&self) -> bool {
        self.made_up && self.code.is_practice()
    }
}

/// The code of a practice client begins so. No client of flesh and blood is given one: what is left out for practice clients
/// is not left out for anybody else.
const PRACTICE: &str = "DEMO-";

impl ClientCode {
    /// True for a practice client: made up, to learn the program on.
    pub fn is_practice(&self) -> bool {
        self.0.starts_with(PRACTICE)
    }

    /// The code of the `n`th practice client.
    pub fn of_practice(n: u32) -> Self {
        ClientCode(format!("{PRACTICE}{n}"))
    }
}

/// The code after the highest of the form `C-0001` in use.
pub fn next_code<'a>(used: impl Iterator<Item = &'a ClientCode>) -> ClientCode {
    let highest = used.filter_map(|c| c.as_str().strip_prefix("C-")?.parse::<u32>().ok()).max().unwrap_or(0);
    ClientCode(format!("C-{:04}", highest.saturating_add(1)))
}

impl ClientCard {
    /// The entries as they are kept: no spaces at the ends, none where nothing was written ([`ClientText::entry`]).
    pub fn tidy(&mut self) {
        self.name = ClientText::entry(self.name.reveal());
        let texts = [&mut self.contact, &mut self.address, &mut self.emergency];
        let more = [&mut self.medicine, &mut self.words, &mut self.referred];
        for text in texts.into_iter().chain(more) {
            *text = text.take().map(|text| ClientText::entry(text.reveal())).filter(|text| !text.is_blank());
        }
    }
}

/// Full years between a birth date `YYYY-MM-DD` and a day `YYYY-MM-DD`; `None` when either is not a date.
pub fn age_in_years(birth: &str, today: &str) -> Option<i32> {
    let (b, t): (jiff::civil::Date, jiff::civil::Date) = (birth.parse().ok()?, today.parse().ok()?);
    let had_birthday = (t.month(), t.day()) >= (b.month(), b.day());
    Some(i32::from(t.year()) - i32::from(b.year()) - i32::from(!had_birthday))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_a_code() {
        for bad in ["", "KIM", "김철수", "c-1", "C 1", "C-00000000000000001"] {
            assert!(!code_is_well_formed(bad), "{bad}");
        }
        assert!(code_is_well_formed("C-0417"));
    }

    #[test]
    fn the_day_before_the_fourteenth_birthday_is_thirteen() {
        assert_eq!(age_in_years("2012-11-22", "2026-11-21"), Some(13));
        assert_eq!(age_in_years("2012-11-22", "2026-11-22"), Some(14));
        assert_eq!(age_in_years("2012-13-40", "2026-11-22"), None);
    }

    #[test]
    fn codes_count_on_from_the_highest() {
        let used = [ClientCode("C-0009".into()), ClientCode("X-7".into()), ClientCode("C-0002".into())];
        assert_eq!(next_code(used.iter()).as_str(), "C-0010");
    }

    #[test]
    fn a_card_of_before_whose_code_looks_made_up_is_a_real_client() {
        let card = |made_up: &str| {
            let id = "00".repeat(16);
            let json = format!(r#"{{"id":"{id}","code":"DEMO-1","name":"김","counsellor":"{id}","since":0{made_up}}}"#);
            serde_json::from_str::<ClientCard>(&json)
        };
        assert!(card("").is_ok_and(|card| card.code.is_practice() && !card.is_practice()));
        assert!(card(r#","made_up":true"#).is_ok_and(|card| card.is_practice()));
    }
}
