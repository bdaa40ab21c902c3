//! What of a client's card a person writes and corrects: everything but who works with the client and since when.

use crate::domain::assessment::instrument::Sex;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::text::ClientText;

/// The entries of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardEntries {
    /// The name; never blank.
    pub name: ClientText,
    /// Birth date, `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// In the order of [`CardEntries::TEXTS`].
    pub texts: [Option<ClientText>; 6],
}

impl CardEntries {
    /// What the texts are: ids of messages.
    pub const TEXTS: [&str; 6] = [
        "client-card-contact",
        "client-card-emergency-contact",
        "client-card-address",
        "client-card-medicine",
        "client-card-referred",
        "client-card-words",
    ];

    /// Those of a card.
    pub fn of(card: &ClientCard) -> Self {
        let ClientCard { name, birth_date, sex, contact, emergency, address, medicine, referred, words, .. } = card;
        let texts = [contact, emergency, address, medicine, referred, words].map(Clone::clone);
        CardEntries { name: name.clone(), birth_date: birth_date.clone(), sex: *sex, texts }
    }

    /// Writes them into a card.
    pub fn put(self, card: &mut ClientCard) {
        let [contact, emergency, address, medicine, referred, words] = self.texts;
        (card.name, card.birth_date, card.sex) = (self.name, self.birth_date, self.sex);
        (card.contact, card.emergency, card.address) = (contact, emergency, address);
        (card.medicine, card.referred, card.words) = (medicine, referred, words);
    }
}
