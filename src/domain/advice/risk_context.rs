//! What a line is plainly about that names suicide, self-harm or violence and means nobody here: a film, the news of strangers,
//! prevention work, a form. The kinds and their words are data (`[[context]]` of `prompts/risk/rules.toml`), and so are the
//! signs that it is meant of the speaker or of somebody near after all: with one of those no context silences anything.

use crate::domain::advice::risk_patterns::{Patterns, Scripts, Words, by_language};
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of};
use serde::Deserialize;
use toml::Spanned;

/// A kind of context.
#[derive(Debug, Clone)]
struct Context {
    words: Patterns,
    /// A word for family or friends keeps the cue.
    near: bool,
    /// The cue is not silenced but marked as denied.
    denied: bool,
}

/// What a context makes of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// There is none.
    Silent,
    /// It is shown, as denied.
    Denied,
}

/// All contexts, and the signs that a line is meant.
#[derive(Debug, Clone)]
pub struct Contexts {
    all: Vec<Context>,
    own: Patterns,
    near: Patterns,
}

/// A context as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileContext {
    name: Spanned<String>,
    why: String,
    near: bool,
    #[serde(default)]
    denied: bool,
    ko: Vec<Spanned<String>>,
    en: Vec<Spanned<String>>,
}

/// The signs as they stand in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileMeant {
    own: Words,
    near: Words,
}

impl Contexts {
    /// Compiles those of a file.
    pub(super) fn compile(text: &str, contexts: Vec<FileContext>, meant: FileMeant) -> Result<Self, Flaw> {
        let mut all = Vec::with_capacity(contexts.len());
        for FileContext { name, why, near, denied, ko, en } in contexts {
            if !is_kebab(name.get_ref()) || why.trim().is_empty() {
                let line = line_of(text, name.span().start);
                return Err(Flaw::new(line, "context.name", "a context has a name and says why"));
            }
            all.push(Context { words: by_language(text, "context", Words { ko, en })?, near, denied });
        }
        let own = by_language(text, "meant.own", meant.own)?;
        Ok(Contexts { all, own, near: by_language(text, "meant.near", meant.near)? })
    }

    /// What becomes of cues in a folded line that is plainly about one of them, and holds no sign that it is meant.
    pub fn of(&self, plain: &str) -> Option<Aside> {
        let scripts = Scripts::of(plain);
        let has = |patterns: &Patterns| patterns.of(scripts).any(|r| r.is_match(plain));
        let mut about = self.all.iter().filter(|context| has(&context.words)).peekable();
        about.peek()?;
        if has(&self.own) {
            return None;
        }
        let near = has(&self.near);
        let kinds: Vec<_> = about.filter(|context| !(context.near && near)).map(|context| context.denied).collect();
        match kinds[..] {
            [] => None,
            _ if kinds.contains(&false) => Some(Aside::Silent),
            _ => Some(Aside::Denied),
        }
    }

    /// Whether a folded line holds a sign that it is meant of the speaker.
    pub fn meant(&self, plain: &str) -> bool {
        self.own.of(Scripts::of(plain)).any(|r| r.is_match(plain))
    }
}
