//! A sentence as data: which one, and what is filled in. It becomes text where it is shown.

use crate::texts::lang::Lang;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;

/// A sentence of another program holds sentences in sentences down to here.
const DEEPEST: u8 = 3;
/// And so many arguments, or entries of a list.
const MOST_ARGS: usize = 16;

/// What is filled into a sentence. Never client words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arg {
    /// A name, a path, or a text that comes from outside of the program.
    Text(String),
    /// A count. Fluent can choose a form by it.
    Number(i64),
    /// A sentence inside of a sentence, shown in the same language.
    Message(Box<Message>),
    /// Several, joined by a comma.
    List(Vec<Message>),
}

/// Which sentence of the `.ftl` files, with its arguments. A worker sends its failures in this form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    id: Cow<'static, str>,
    args: Vec<(Cow<'static, str>, Arg)>,
}

/// The sentence of this id: `name` for the value of a Fluent message, `name.attribute` for one of its attributes.
pub const fn msg(id: &'static str) -> Message {
    Message { id: Cow::Borrowed(id), args: Vec::new() }
}

/// The sentence of an id that is data, such as a reason in a signed report. One that is not there shows as it is.
pub fn named(id: Cow<'static, str>) -> Message {
    Message { id, args: Vec::new() }
}

/// A text that comes from outside of the program (a library, a worker of another version): shown as it is.
pub fn verbatim(text: impl Into<String>) -> Message {
    msg("verbatim").with("text", text.into())
}

/// That a value is one of these words.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Message {
    msg("written-one-of").with("all", words.into_iter().collect::<Vec<_>>().join(", "))
}

impl Message {
    /// Fills in one argument.
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.args.push((Cow::Borrowed(name), arg.into()));
        self
    }

    /// Fills in one argument by its `Display`: an id, a path, a word of a library.
    pub fn shown(self, name: &'static str, arg: impl std::fmt::Display) -> Self {
        self.with(name, arg.to_string())
    }

    /// The id in the `.ftl` files.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The same with its id and every text in it as `clean` gives them: for one that another program sent. Sentences
    /// deeper than `DEEPEST` and arguments past `MOST_ARGS` are left out.
    pub fn cleaned(&self, clean: &dyn Fn(&str) -> String) -> Message {
        self.cleaned_at(clean, 0)
    }

    fn cleaned_at(&self, clean: &dyn Fn(&str) -> String, depth: u8) -> Message {
        let inner = |m: &Message| if depth < DEEPEST { m.cleaned_at(clean, depth + 1) } else { msg("left-out") };
        let arg = |arg: &Arg| match arg {
            Arg::Text(text) => Arg::Text(clean(text)),
            Arg::Number(n) => Arg::Number(*n),
            Arg::Message(message) => Arg::Message(Box::new(inner(message))),
            Arg::List(messages) => Arg::List(messages.iter().take(MOST_ARGS).map(inner).collect()),
        };
        let args = self.args.iter().take(MOST_ARGS).map(|(name, a)| (Cow::Owned(clean(name)), arg(a))).collect();
        Message { id: Cow::Owned(clean(&self.id)), args }
    }

    /// The arguments, in the order they were given.
    pub fn args(&self) -> &[(Cow<'static, str>, Arg)] {
        &self.args
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Arg::Message(Box::new(message))
    }
}

impl From<&Message> for Arg {
    fn from(message: &Message) -> Self {
        message.clone().into()
    }
}

impl From<Vec<Message>> for Arg {
    fn from(messages: Vec<Message>) -> Self {
        Arg::List(messages)
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Arg::Text(text.clone())
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}

impl From<&&str> for Arg {
    fn from(text: &&str) -> Self {
        Arg::Text((*text).to_owned())
    }
}

impl From<std::path::Display<'_>> for Arg {
    fn from(path: std::path::Display<'_>) -> Self {
        Arg::Text(path.to_string())
    }
}

impl From<Lang> for Arg {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Ko => msg("lang-ko").into(),
            Lang::En => msg("lang-en").into(),
        }
    }
}

impl From<&Lang> for Arg {
    fn from(lang: &Lang) -> Self {
        (*lang).into()
    }
}

macro_rules! numbers {
    ($($of:ty),*) => {
        $(
            impl From<$of> for Arg {
                fn from(n: $of) -> Self {
                    // A count past 2^63 cannot be told apart from 2^63 by a reader.
                    Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
                }
            }
            impl From<&$of> for Arg {
                fn from(n: &$of) -> Self {
                    (*n).into()
                }
            }
        )*
    };
}

numbers!(u8, u16, u32, u64, usize, i32, i64);

impl FromStr for Lang {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "ko" | "kr" | "ko-KR" => Ok(Lang::Ko),
            "en" | "en-US" | "en-GB" => Ok(Lang::En),
            _ => Err(msg("lang-must-be")),
        }
    }
}
