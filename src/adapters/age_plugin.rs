//! A hardware key behind the age plugin protocol: `age-plugin-NAME` from the PATH is run as a child process by the age
//! crate. Owns that child and what it says to the person; what it opens is the vault's.
//! Source: C2SP age-plugin, <https://c2sp.org/age-plugin>.

use crate::crypto::CryptoError;
use crate::crypto::keys::Keyring;
use crate::crypto::slot;
use crate::domain::record::SecretText;
use crate::ports::hardware_key::HardwareKey;
use age::plugin::{Identity, IdentityPluginV1, Recipient, RecipientPluginV1};

/// How a plugin talks to the person: touches to wait for, a PIN.
pub trait Conversation: Clone + Send + Sync + 'static {
    /// Says something, such as that the key waits for a touch.
    fn say(&self, words: &str);
    /// Asks for a PIN; `None` when nobody can be asked.
    fn secret(&self, question: &str) -> Option<secrecy::SecretString>;
}

#[derive(Clone)]
struct Spoken<C>(C);

impl<C: Conversation> age::Callbacks for Spoken<C> {
    fn display_message(&self, message: &str) {
        self.0.say(&crate::domain::practice::text::clean(message));
    }
    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }
    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }
    fn request_passphrase(&self, description: &str) -> Option<secrecy::SecretString> {
        self.0.secret(&crate::domain::practice::text::clean(description))
    }
}

/// Reads the identity of a plugin, `AGE-PLUGIN-NAME-1…`, as its own tool wrote it: comments, then one identity. The plugin
/// runs when a slot is opened.
pub fn hardware_key<C: Conversation>(text: &SecretText, person: C) -> Result<HardwareKey, CryptoError> {
    let line = text.0.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
    let identity: Identity = line.and_then(|l| l.parse().ok()).ok_or(CryptoError::Key)?;
    Ok(HardwareKey::new(move |sealed| {
        let plugin = IdentityPluginV1::new(identity.plugin(), std::slice::from_ref(&identity), Spoken(person.clone()))
            .map_err(|_| CryptoError::Device)?;
        slot::unlock_with(sealed, &plugin)
    }))
}

/// Seals a keyring to a plugin's recipient, `age1NAME1…`; the plugin runs now.
pub fn seal_slot<C: Conversation>(keys: &Keyring, recipient: &str, person: C) -> Result<Vec<u8>, CryptoError> {
    let recipient: Recipient = recipient.trim().parse().map_err(|_| CryptoError::Key)?;
    let plugin = RecipientPluginV1::new(recipient.plugin(), std::slice::from_ref(&recipient), &[], Spoken(person))
        .map_err(|_| CryptoError::Device)?;
    slot::lock_to(keys, &plugin)
}
