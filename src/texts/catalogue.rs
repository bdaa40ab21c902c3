//! The Fluent files of both languages, and messages made into text.

use crate::texts::josa::with_particle;
use crate::texts::lang::Lang;
use crate::texts::message::{Arg, Message, msg};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Pattern, PatternElement};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

macro_rules! topics {
    ($($topic:literal),* $(,)?) => {
        /// The files of a language: topic and content.
        pub const fn files(lang: Lang) -> &'static [(&'static str, &'static str)] {
            match lang {
                Lang::Ko => &[$(($topic, include_str!(concat!("ko/", $topic, ".ftl")))),*],
                Lang::En => &[$(($topic, include_str!(concat!("en/", $topic, ".ftl")))),*],
            }
        }
    };
}

topics! { "screens", "cli", "practice", "errors", "help", "lists", "trust", "documents", "review", "escalation", "mirror", "items", "sound", "safety", "supervision", "office", "daily", "drafting", "setup", "templates", "replay", "models" }

type Bundle = FluentBundle<FluentResource>;

static KOREAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::Ko));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En));

fn bundle(lang: Lang) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(lang.code().parse().into_iter().collect());
    // Isolating marks are for text of mixed direction; a terminal shows them as boxes.
    bundle.set_use_isolating(false);
    // Only fails for a name that is taken, and nothing was added yet.
    let _ = bundle.add_function("JOSA", josa);
    for (_, text) in files(lang) {
        // What Fluent cannot read is left out; the test of these files fails then.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(partial, _)| partial);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn josa<'a>(positional: &[FluentValue<'a>], _named: &FluentArgs<'_>) -> FluentValue<'a> {
    let word = match positional.first() {
        Some(FluentValue::String(word)) => word.to_string(),
        Some(FluentValue::Number(n)) => n.as_string().into_owned(),
        _ => return FluentValue::Error,
    };
    match positional.get(1) {
        Some(FluentValue::String(pair)) => FluentValue::from(with_particle(&word, pair)),
        _ => FluentValue::Error,
    }
}

fn of(lang: Lang) -> &'static Bundle {
    match lang {
        Lang::Ko => &KOREAN,
        Lang::En => &ENGLISH,
    }
}

/// The pattern of `name`, or of `name.attribute`.
fn pattern(id: &str, lang: Lang) -> Option<&'static Pattern<&'static str>> {
    match id.split_once('.') {
        Some((id, attribute)) => Some(of(lang).get_message(id)?.get_attribute(attribute)?.value()),
        None => of(lang).get_message(id)?.value(),
    }
}

/// The text of a message in a language. An id that is not there is shown as it is: a word too many beats none.
fn render(message: &Message, lang: Lang) -> String {
    let Some(pattern) = pattern(message.id(), lang) else { return message.id().to_owned() };
    let mut args = FluentArgs::with_capacity(message.args().len());
    for (name, arg) in message.args() {
        args.set(name.as_ref(), value(arg, lang));
    }
    // A missing argument shows its name in braces; the test of the ids compares arguments too.
    of(lang).format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

fn value(arg: &Arg, lang: Lang) -> FluentValue<'_> {
    match arg {
        Arg::Text(text) => FluentValue::from(text.as_str()),
        Arg::Number(n) => FluentValue::from(*n),
        Arg::Message(message) => FluentValue::from(render(message, lang)),
        Arg::List(messages) => {
            let said: Vec<String> = messages.iter().map(|m| render(m, lang)).collect();
            FluentValue::from(said.join(", "))
        }
    }
}

/// The text of an id that is put together at run time, such as the help of a command; none when there is no such id.
pub fn find(id: &str, lang: Lang) -> Option<String> {
    Some(of(lang).format_pattern(pattern(id, lang)?, None, &mut Vec::new()).into_owned())
}

/// A plain text, without arguments, in a language. An id that is not there is shown as it is.
fn plain(id: &'static str, lang: Lang) -> &'static str {
    let Some(pattern) = pattern(id, lang) else { return id };
    if let [PatternElement::TextElement { value }] = pattern.elements.as_slice() {
        return value;
    }
    /// Texts that begin or end with a blank are several elements to Fluent. Each is put together once; there are few.
    static JOINED: Mutex<BTreeMap<(Lang, &str), &'static str>> = Mutex::new(BTreeMap::new());
    let mut joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
    joined.entry((lang, id)).or_insert_with(|| String::leak(msg(id).text(lang)))
}

impl Lang {
    /// The plain text of this id in this language: one without arguments.
    pub fn say(self, id: &'static str) -> &'static str {
        plain(id, self)
    }
}

impl Message {
    /// The text in a language.
    pub fn text(&self, lang: Lang) -> String {
        render(self, lang)
    }
}

/// English: for logs, tests and debugging. What is shown to a person goes through [`Message::text`].
impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

/// So that a parser of the command line can refuse a value with a sentence.
impl std::error::Error for Message {}

/// The English of a message where data for programs has always held that.
pub fn english<S: serde::Serializer>(message: &Message, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&message.text(Lang::En))
}
