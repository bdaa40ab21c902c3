//! Technique cards: what a direction is, when it fits, the small questions that decide about one client line, and the
//! words the counsellor reads. Parses and checks card files; chooses nothing and asks no model.

use crate::domain::explain::Explain;
use crate::domain::practice::data_file::{Flaw, both_languages, is_kebab, line_of, read_toml, split};
use crate::domain::practice::ids::TechniqueId;
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Fewer example lines than this make the shortlist of candidates unreliable, measured on the demo sessions.
pub const MIN_EXAMPLES: usize = 8;
/// A question is asked of a very small model; a longer one is no longer a plain one.
pub const MAX_QUESTION_CHARS: usize = 110;

/// What a yes to a question means for the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The line speaks for the card.
    Supports,
    /// The line speaks against it, whatever else was said.
    Excludes,
}

/// A small plain question about one client line, answered yes or no.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique within the card.
    pub id: String,
    /// What a yes means.
    pub role: Role,
    /// Completes "Does the client say that …?".
    pub en: String,
    /// Completes "내담자가 …고 말하나요?".
    pub ko: String,
    /// How much a yes counts, above 0 and at most 2; 1 is ordinary.
    pub weight: f32,
}

impl Question {
    /// The words of this language, to be put into the sentence of the task prompt.
    pub fn words(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

/// A card in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardText {
    /// Name of the direction.
    pub title: String,
    /// When it fits.
    pub fits: String,
    /// When it does not.
    pub not_when: String,
    /// One concrete thing to do in the session.
    pub first_step: String,
    /// Client lines in the first person, at least [`MIN_EXAMPLES`]; for the shortlist, never shown as a quote.
    pub examples: Vec<String>,
    /// How to do it, Markdown, a few sentences to the counsellor.
    pub guidance: String,
}

/// A technique card in both languages.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// Unique in the library.
    pub id: TechniqueId,
    /// Counts up with every change of the words.
    pub version: String,
    /// The school or family, such as `CBT`.
    pub family: String,
    /// Published source, and what it supports.
    pub source: String,
    /// Korean.
    pub ko: CardText,
    /// English.
    pub en: CardText,
    /// At least one of them supports.
    pub questions: Vec<Question>,
}

impl Card {
    /// The text of this language.
    pub const fn text(&self, lang: Lang) -> &CardText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// The questions whose yes speaks for the card.
    pub fn supporting(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|q| q.role == Role::Supports)
    }

    /// The questions whose yes speaks against the card.
    pub fn excluding(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|q| q.role == Role::Excludes)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<String>,
    version: Spanned<String>,
    family: Spanned<String>,
    source: Spanned<String>,
    ko: HeadText,
    en: HeadText,
    question: Vec<Spanned<Question>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadText {
    title: Spanned<String>,
    fits: Spanned<String>,
    not_when: Spanned<String>,
    first_step: Spanned<String>,
    examples: Spanned<Vec<String>>,
}

/// Reads one card file and checks it. The flaw names line and key; the caller knows the file.
pub fn parse(text: &str) -> Result<Card, Flaw> {
    let parts = split(text)?;
    let head: Head = read_toml(parts.head, parts.head_offset)?;
    let line = |span: std::ops::Range<usize>| line_of(parts.head, span.start) + parts.head_offset;

    if !is_kebab(head.id.get_ref()) {
        return Err(Flaw::new(line(head.id.span()), "id", "an id is lower-case words joined by hyphens"));
    }
    for (key, value) in [("version", &head.version), ("family", &head.family), ("source", &head.source)] {
        filled(key, value, &line)?;
    }
    let mut seen = std::collections::HashSet::new();
    for q in &head.question {
        let at = line(q.span());
        let q = q.get_ref();
        if !is_kebab(&q.id) || !seen.insert(q.id.as_str()) {
            return Err(Flaw::new(at, "question.id", "an id is lower-case words joined by hyphens, once in the card"));
        }
        for (key, words) in [("question.en", &q.en), ("question.ko", &q.ko)] {
            let length = words.trim().chars().count();
            if length == 0 || length > MAX_QUESTION_CHARS {
                let what = format!("must have 1 to {MAX_QUESTION_CHARS} characters");
                return Err(Flaw::new(at, key, what));
            }
        }
        if !(q.weight > 0.0 && q.weight <= 2.0) {
            return Err(Flaw::new(at, "question.weight", "must be above 0 and at most 2"));
        }
    }
    if !head.question.iter().any(|q| q.get_ref().role == Role::Supports) {
        return Err(Flaw::new(parts.body_offset, "question", "at least one question must have the role supports"));
    }
    let (ko_guidance, en_guidance) = both_languages(&parts)?;
    let ko = card_text("ko", head.ko, ko_guidance, &line)?;
    let en = card_text("en", head.en, en_guidance, &line)?;
    Ok(Card {
        id: TechniqueId(head.id.into_inner()),
        version: head.version.into_inner(),
        family: head.family.into_inner(),
        source: head.source.into_inner(),
        ko,
        en,
        questions: head.question.into_iter().map(Spanned::into_inner).collect(),
    })
}

fn filled(key: &str, value: &Spanned<String>, line: &dyn Fn(std::ops::Range<usize>) -> usize) -> Result<(), Flaw> {
    if value.get_ref().trim().is_empty() {
        return Err(Flaw::new(line(value.span()), key, "must not be empty"));
    }
    Ok(())
}

fn card_text(
    lang: &str,
    raw: HeadText,
    guidance: String,
    line: &dyn Fn(std::ops::Range<usize>) -> usize,
) -> Result<CardText, Flaw> {
    for (key, value) in
        [("title", &raw.title), ("fits", &raw.fits), ("not_when", &raw.not_when), ("first_step", &raw.first_step)]
    {
        filled(&format!("{lang}.{key}"), value, line)?;
    }
    let at = line(raw.examples.span());
    let key = format!("{lang}.examples");
    let examples = raw.examples.into_inner();
    if examples.len() < MIN_EXAMPLES {
        return Err(Flaw::new(at, key, format!("has {} lines and needs at least {MIN_EXAMPLES}", examples.len())));
    }
    let mut seen = std::collections::HashSet::new();
    if examples.iter().any(|e| e.trim().is_empty() || !seen.insert(e.trim())) {
        return Err(Flaw::new(at, key, "has an empty line or the same line twice"));
    }
    Ok(CardText {
        title: raw.title.into_inner(),
        fits: raw.fits.into_inner(),
        not_when: raw.not_when.into_inner(),
        first_step: raw.first_step.into_inner(),
        examples,
        guidance,
    })
}

/// Why cards do not make a library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum LibraryError {
    /// Two cards share an id.
    Twice(TechniqueId),
    /// Not one card.
    Empty,
}

impl Explain for LibraryError {
    fn message(&self) -> Message {
        match self {
            LibraryError::Twice(id) => msg("technique-library-twice").shown("id", id),
            LibraryError::Empty => msg("technique-library-empty"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            LibraryError::Twice(_) => msg("technique-library-twice.hint"),
            LibraryError::Empty => msg("technique-library-empty.hint"),
        }
    }
    fn exit(&self) -> crate::domain::explain::Exit {
        crate::domain::explain::Exit::Usage
    }
}

/// All cards, in order of id, so that two runs over the same files are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    cards: Vec<Card>,
}

impl Library {
    /// Makes a library of cards with different ids.
    pub fn from_cards(mut cards: Vec<Card>) -> Result<Self, LibraryError> {
        if cards.is_empty() {
            return Err(LibraryError::Empty);
        }
        cards.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = cards.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(LibraryError::Twice(pair[0].id.clone()));
        }
        Ok(Library { cards })
    }

    /// The cards, in order of id.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The card of this id.
    pub fn get(&self, id: &TechniqueId) -> Option<&Card> {
        self.cards.binary_search_by(|card| card.id.cmp(id)).ok().map(|at| &self.cards[at])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn card(id: &str) -> String {
        let lines = |word: &str| (0..MIN_EXAMPLES).map(|n| format!("\"{word} {n}\"")).collect::<Vec<_>>().join(", ");
        let text = |lang: &str| {
            format!(
                "[{lang}]\ntitle = \"t\"\nfits = \"f\"\nnot_when = \"n\"\nfirst_step = \"s\"\nexamples = [{}]\n",
                lines(lang)
            )
        };
        format!(
            "+++\nid = \"{id}\"\nversion = \"1\"\nfamily = \"CBT\"\nsource = \"Beck 1979\"\n{}{}[[question]]\n\
             id = \"q\"\nrole = \"supports\"\nen = \"they worry\"\nko = \"걱정한다\"\nweight = 1.0\n+++\n\
             # ko\n이렇게 합니다.\n# en\nDo it so.\n",
            text("ko"),
            text("en")
        )
    }

    #[test]
    fn a_whole_card_is_read_in_both_languages() {
        let card = parse(&card("worry-time")).unwrap();
        assert_eq!(card.id.as_str(), "worry-time");
        assert_eq!(card.text(Lang::Ko).guidance, "이렇게 합니다.");
        assert_eq!(card.text(Lang::En).examples.len(), MIN_EXAMPLES);
        assert_eq!(card.supporting().count(), 1);
        assert_eq!(card.questions[0].words(Lang::Ko), "걱정한다");
    }

    #[test]
    fn a_flaw_names_the_line_and_the_key() {
        let whole = card("worry-time");
        let missing = whole.replacen("family = \"CBT\"\n", "", 1);
        assert_eq!(parse(&missing).unwrap_err().key, "family");
        let unknown = whole.replacen("family", "famly", 1);
        let flaw = parse(&unknown).unwrap_err();
        assert_eq!((flaw.line, flaw.key.as_str()), (4, "famly"));
        let id = parse(&whole.replacen("worry-time", "Worry Time", 1)).unwrap_err();
        assert_eq!((id.line, id.key.as_str()), (2, "id"));
        let few = parse(&whole.replacen("\"ko 0\", ", "", 1)).unwrap_err();
        assert_eq!((few.line, few.key.as_str()), (11, "ko.examples"));
    }

    #[test]
    fn each_rule_of_a_card_can_fail() {
        let whole = card("worry-time");
        for (from, to, key) in [
            ("version = \"1\"", "version = \" \"", "version"),
            ("\"en 1\"", "\"en 0\"", "en.examples"),
            ("\"supports\"", "\"excludes\"", "question"),
            ("weight = 1.0", "weight = 0.0", "question.weight"),
            ("weight = 1.0", "weight = nan", "question.weight"),
            ("\"they worry\"", "\"\"", "question.en"),
            ("# en\n", "# english\n", "en"),
            ("title = \"t\"", "title = \"\"", "ko.title"),
        ] {
            assert_eq!(parse(&whole.replacen(from, to, 1)).unwrap_err().key, key, "{from} -> {to}");
        }
    }

    #[test]
    fn a_library_is_sorted_finds_by_id_and_refuses_the_same_id_twice() {
        let cards = ["b", "a", "c"].map(|id| parse(&card(id)).unwrap());
        let library = Library::from_cards(cards.to_vec()).unwrap();
        assert_eq!(library.cards()[0].id.as_str(), "a");
        assert_eq!(library.get(&"c".into()).map(|c| c.id.as_str()), Some("c"));
        assert_eq!(library.get(&"d".into()), None);
        let twice = vec![cards[0].clone(), cards[1].clone(), cards[0].clone()];
        assert_eq!(Library::from_cards(twice), Err(LibraryError::Twice("b".into())));
        assert_eq!(Library::from_cards(vec![]), Err(LibraryError::Empty));
    }
}
