//! What a line of a session can be about (`prompts/note-content.toml`): kinds with example lines, and the constants of
//! the choice. Reads and checks the file, and chooses by vectors that an engine gave; asks no engine.

use crate::domain::advice::direction::{centred, likeness};
use crate::domain::advice::lines::{outside_quotes, sentences};
use crate::domain::advice::question::asks;
use crate::domain::note::unit::{Openings, Pieces, Unit};
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use crate::domain::transcript::Speaker;
use serde::Deserialize;
use toml::Spanned;

/// Fewer examples than this make one accident decide.
const FEWEST_EXAMPLES: usize = 3;
/// What a line counts for that its words settled: above what likeness gives, so that it is never the one left out.
const SURE: f32 = 1.0;
/// Stands for the client's words in a form.
const QUOTE: &str = "{quote}";

/// Whose lines a kind takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The client's, and those of a speaker not yet known.
    Client,
    /// The counsellor's.
    Counsellor,
    /// Anybody's.
    Any,
}

impl Who {
    /// Whether a line of this speaker may be of the kind.
    pub const fn takes(self, speaker: Speaker) -> bool {
        match self {
            Who::Client => matches!(speaker, Speaker::Client | Speaker::Unknown),
            Who::Counsellor => matches!(speaker, Speaker::Counsellor),
            Who::Any => true,
        }
    }
}

/// One kind of content.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Such as `complaint`; sections name it under `takes`.
    pub id: String,
    /// Whose lines.
    pub who: Who,
    /// Lines of this kind reach no note.
    #[serde(default)]
    pub skip: bool,
    /// Example lines in Korean.
    pub ko: Vec<String>,
    /// Example lines in English.
    pub en: Vec<String>,
    /// Words of which a line of this kind has at least one, Korean; none means that any line will do. Looked for in
    /// the folded, lower-case line together with the question it answers.
    #[serde(default)]
    pub needs_ko: Vec<String>,
    /// The same in English.
    #[serde(default)]
    pub needs_en: Vec<String>,
    /// Words that rule the kind out, Korean: looked for like `needs_ko`.
    #[serde(default)]
    pub unless_ko: Vec<String>,
    /// The same in English.
    #[serde(default)]
    pub unless_en: Vec<String>,
    /// Words that settle it, Korean: a line with one of them is of this kind whatever it is like. First kind of the file first.
    #[serde(default)]
    pub sure_ko: Vec<String>,
    /// The same in English.
    #[serde(default)]
    pub sure_en: Vec<String>,
    /// Words of which the line itself has one where its form may say more than that it was said, Korean; none means always.
    #[serde(default)]
    pub claims_ko: Vec<String>,
    /// The same in English.
    #[serde(default)]
    pub claims_en: Vec<String>,
    /// Words of which a sentence of the line opens with one where its form may say more, English; none means any. In Korean the
    /// ending says it.
    #[serde(default)]
    pub claims_open_en: Vec<String>,
    /// Words beside which it may not, Korean: a wish is no complaint although both name what is hard.
    #[serde(default)]
    pub claims_not_ko: Vec<String>,
    /// The same in English.
    #[serde(default)]
    pub claims_not_en: Vec<String>,
    /// Whether a line of this kind asks something; absent where both may be.
    #[serde(default)]
    pub asks: Option<bool>,
    /// How a statement of this kind is said in Korean, with `{quote}` once.
    pub say_ko: String,
    /// The same in English.
    pub say_en: String,
}

impl Kind {
    /// The examples of a language.
    pub fn examples(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// Whether a line may be of this kind by its speaker, its words and whether it asks.
    fn admits(&self, content: &str, own: &str, speaker: Speaker, lang: Lang) -> bool {
        let needs = either(lang, &self.needs_ko, &self.needs_en);
        let claims = !either(lang, &self.claims_ko, &self.claims_en).is_empty();
        // What is told of somebody's words ("I go, 'okay, I will stop'") is no plan and no wish of now.
        let content = if claims { outside_quotes(content) } else { content.to_owned() };
        let content = fold(&content).to_lowercase();
        self.who.takes(speaker)
            && self.asks.is_none_or(|wanted| asks(own) == wanted)
            && (needs.is_empty() || any_in(needs, &content))
            && !any_in(either(lang, &self.unless_ko, &self.unless_en), &content)
    }

    /// Whether the words alone say that a line is of this kind.
    fn is_sure(&self, content: &str, lang: Lang) -> bool {
        any_in(either(lang, &self.sure_ko, &self.sure_en), &fold(content).to_lowercase())
    }

    /// Whether the form of this kind may be used for these words: it says no more than they do. `fillers` open a sentence and
    /// say nothing.
    pub fn may_claim(&self, own: &str, lang: Lang, fillers: &Openings) -> bool {
        let claims = either(lang, &self.claims_ko, &self.claims_en);
        let own = outside_quotes(own);
        let opens = |s: &str| self.claims_open_en.iter().any(|w| fillers.past(s).starts_with(w.as_str()));
        let low = fold(&own).to_lowercase().replace('’', "'");
        (claims.is_empty() || any_in(claims, &low))
            && (lang == Lang::Ko || self.claims_open_en.is_empty() || sentences(&own).any(opens))
            && !any_in(either(lang, &self.claims_not_ko, &self.claims_not_en), &low)
    }

    /// The form of a statement in a language.
    pub fn form(&self, lang: Lang) -> &str {
        lang.pick(&self.say_ko, &self.say_en)
    }
}

fn either<'a>(lang: Lang, ko: &'a [String], en: &'a [String]) -> &'a [String] {
    match lang {
        Lang::Ko => ko,
        Lang::En => en,
    }
}

/// Whether the folded, lower-case text has one of the words.
fn any_in(words: &[String], text: &str) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

/// How a statement is said that claims nothing but that it was said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neutral {
    /// Ends that make no question of a line of the client, lower case.
    pub tags: Vec<String>,
    /// Open a sentence and say nothing of what it claims.
    pub fillers: Openings,
    /// By the client.
    pub client: Form,
    /// By the client, as a question.
    pub client_asked: Form,
    /// By the counsellor.
    pub counsellor: Form,
    /// By the counsellor, as a question.
    pub asked: Form,
}

/// A form of a sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Korean, with `{quote}` and where it applies `{question}`.
    pub say_ko: String,
    /// English.
    pub say_en: String,
}

/// The constants of the choice, with what they were chosen on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Example lines whose likeness is averaged; at least 1.
    pub examples_averaged: usize,
    /// How much nearer a line must be to its kind than to every skipped kind; cosines of centred vectors.
    pub over_skipped: f32,
    /// Statements of one section at most.
    pub most_statements: usize,
    /// What they were chosen on.
    pub source: String,
}

/// All kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds {
    /// Counts up with every change.
    pub version: String,
    /// The constants.
    pub choice: Choice,
    /// How speech is cut into pieces.
    pub pieces: Pieces,
    /// An answer with the question before it.
    pub answer: Form,
    /// A line of a speaker who is not settled.
    pub unsettled: Form,
    /// Where the form of a kind would say more than the words do.
    pub neutral: Neutral,
    /// In the order of the file; ids are unique.
    pub kinds: Vec<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[allow(dead_code, reason = "names the file to its reader")]
    id: String,
    version: String,
    choice: Choice,
    pieces: Pieces,
    answer: Form,
    unsettled: Form,
    neutral: Neutral,
    kind: Vec<Spanned<Kind>>,
}

/// A line with its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// Index into [`Kinds::kinds`].
    pub kind: usize,
    /// How much nearer it is to this kind than to the nearest skipped one; cosines, about 0 to 1.
    pub over: f32,
}

/// Vectors of the example lines of every kind, in the order of [`Kinds::kinds`], centred on `mean`.
#[derive(Debug, Clone)]
pub struct ExampleVectors {
    /// Per kind, per example.
    pub of: Vec<Vec<Vec<f32>>>,
    /// What was taken away from each.
    pub mean: Vec<f32>,
}

impl Kinds {
    /// Reads and checks the file; a flaw names line and key.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let mut file: File = read_toml(text, 0)?;
        let mut kinds: Vec<Kind> = Vec::new();
        for kind in std::mem::take(&mut file.kind) {
            let line = line_of(text, kind.span().start);
            let kind = kind.into_inner();
            if !is_kebab(&kind.id) || kinds.iter().any(|k| k.id == kind.id) {
                return Err(Flaw::new(
                    line,
                    "kind.id",
                    "an id is lower-case words joined by hyphens, once in the file",
                ));
            }
            for (key, lines) in [("kind.ko", &kind.ko), ("kind.en", &kind.en)] {
                if lines.len() < FEWEST_EXAMPLES || lines.iter().any(|l| l.trim().is_empty()) {
                    return Err(Flaw::new(line, key, format!("needs at least {FEWEST_EXAMPLES} example lines")));
                }
            }
            for (key, form) in [("kind.say_ko", &kind.say_ko), ("kind.say_en", &kind.say_en)] {
                if form.matches(QUOTE).count() != 1 {
                    return Err(Flaw::new(line, key, "names {quote} once"));
                }
            }
            kinds.push(kind);
        }
        if file.choice.examples_averaged == 0 || file.choice.most_statements == 0 {
            return Err(Flaw::new(1, "choice", "counts are 1 or more"));
        }
        let Neutral { client, client_asked, counsellor, asked, .. } = &file.neutral;
        let forms = [
            ("answer", &file.answer),
            ("unsettled", &file.unsettled),
            ("neutral.client", client),
            ("neutral.client_asked", client_asked),
            ("neutral.counsellor", counsellor),
            ("neutral.asked", asked),
        ];
        for (key, form) in forms {
            if [&form.say_ko, &form.say_en].iter().any(|f| f.matches(QUOTE).count() != 1) {
                return Err(Flaw::new(1, key, "names {quote} once"));
            }
        }
        if !kinds.iter().any(|k| k.skip) {
            return Err(Flaw::new(1, "kind", "one kind at least is skipped: what is no content of a note"));
        }
        let File { version, choice, pieces, answer, unsettled, neutral, .. } = file;
        Ok(Kinds { version, choice, pieces, answer, unsettled, neutral, kinds })
    }

    /// Whether a line of the client asks something and says nothing else: it ends so, and not in a tag, and what stands before
    /// it asks too or is a word like "okay".
    pub fn client_asks(&self, own: &str) -> bool {
        let end = own.trim_end().to_lowercase();
        let asks = |s: &str| s.ends_with(['?', '？']);
        asks(&end)
            && sentences(own).all(|s| asks(s) || self.pieces.says_little(s))
            && !self.neutral.tags.iter().any(|tag| end.ends_with(tag.as_str()))
    }

    /// The ids of all kinds.
    pub fn ids(&self) -> Vec<&str> {
        self.kinds.iter().map(|k| k.id.as_str()).collect()
    }

    /// The kind of this id.
    pub fn of_id(&self, id: &str) -> Option<usize> {
        self.kinds.iter().position(|k| k.id == id)
    }

    /// What a piece of speech is about: the kind whose examples it is nearest to among those that admit it, when that
    /// is nearer than every skipped kind. `vector` is that of its content, as the engine gave it.
    pub fn choose(&self, vector: &[f32], unit: &Unit, lang: Lang, examples: &ExampleVectors) -> Option<Chosen> {
        let (content, own, speaker) = (unit.content(), unit.text.reveal(), unit.speaker);
        let admits = |k: usize| self.kinds[k].admits(content.reveal(), own, speaker, lang);
        if own.trim_end().ends_with(['-', '—']) {
            // Broken off: the rest of it was not heard.
            return None;
        }
        let settled = |k: &usize| admits(*k) && self.kinds[*k].is_sure(content.reveal(), lang);
        if let Some(kind) = (0..self.kinds.len()).find(settled) {
            return (!self.kinds[kind].skip).then_some(Chosen { kind, over: SURE });
        }
        let here = centred(vector, &examples.mean);
        let near = |kind: usize| -> f32 {
            let mut all: Vec<f32> =
                examples.of[kind].iter().map(|e| likeness(&here, std::slice::from_ref(e))).collect();
            all.sort_by(|a, b| b.total_cmp(a));
            all.truncate(self.choice.examples_averaged);
            all.iter().sum::<f32>() / all.len().max(1) as f32
        };
        let of = |skip: bool| (0..self.kinds.len()).filter(move |&k| self.kinds[k].skip == skip);
        let skipped = of(true).filter(|&k| admits(k)).map(near).fold(f32::MIN, f32::max);
        let (kind, at) = of(false).filter(|&k| admits(k)).map(|k| (k, near(k))).max_by(|a, b| a.1.total_cmp(&b.1))?;
        (at - skipped > self.choice.over_skipped).then_some(Chosen { kind, over: at - skipped })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::UtteranceId;
    use crate::domain::practice::text::ClientText;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));

    fn axis(n: usize, of: usize) -> Vec<f32> {
        (0..of).map(|i| if i == n { 1.0 } else { 0.0 }).collect()
    }

    /// Every kind's examples on an axis of its own.
    fn apart(kinds: &Kinds) -> ExampleVectors {
        let n = kinds.kinds.len();
        ExampleVectors { of: (0..n).map(|k| vec![axis(k, n); 3]).collect(), mean: vec![0.0; n] }
    }

    fn unit(speaker: Speaker, text: &str) -> Unit {
        Unit { utterance: UtteranceId(1), speaker, text: ClientText::new(text), asked: None }
    }

    #[test]
    fn every_example_line_may_be_of_its_own_kind() {
        let kinds = Kinds::parse(SHIPPED).unwrap();
        for kind in &kinds.kinds {
            let speaker = if kind.who == Who::Counsellor { Speaker::Counsellor } else { Speaker::Client };
            for lang in [Lang::Ko, Lang::En] {
                for (n, line) in kind.examples(lang).iter().enumerate() {
                    assert!(kind.admits(line, line, speaker, lang), "{} {lang} {n}", kind.id);
                }
            }
        }
    }

    #[test]
    fn a_line_without_a_word_of_danger_is_no_line_about_safety() {
        let kinds = Kinds::parse(SHIPPED).unwrap();
        let safety = kinds.of_id("safety-question").unwrap();
        let said = unit(Speaker::Counsellor, "How sure are you, from zero to ten?");
        let chosen = kinds.choose(&axis(safety, kinds.kinds.len()), &said, Lang::En, &apart(&kinds));
        assert_ne!(chosen.map(|c| c.kind), Some(safety));
    }

    #[test]
    fn the_shipped_file_reads_and_every_kind_has_examples_in_both_languages() {
        let kinds = Kinds::parse(SHIPPED).unwrap();
        for kind in &kinds.kinds {
            assert!(kind.ko.len() >= FEWEST_EXAMPLES && kind.en.len() >= FEWEST_EXAMPLES, "{}", kind.id);
        }
    }

    #[test]
    fn a_line_on_the_axis_of_a_kind_is_of_that_kind_when_its_speaker_may_say_it() {
        let kinds = Kinds::parse(SHIPPED).unwrap();
        let examples = apart(&kinds);
        for (n, kind) in kinds.kinds.iter().enumerate() {
            let speaker = if kind.who == Who::Counsellor { Speaker::Counsellor } else { Speaker::Client };
            let chosen = kinds.choose(&axis(n, kinds.kinds.len()), &unit(speaker, &kind.en[0]), Lang::En, &examples);
            assert_eq!(chosen.map(|c| c.kind), (!kind.skip).then_some(n), "{}", kind.id);
        }
        let question = kinds.of_id("question").unwrap();
        let said = unit(Speaker::Client, "Since when has it been like this?");
        let by_client = kinds.choose(&axis(question, kinds.kinds.len()), &said, Lang::En, &examples);
        assert_ne!(by_client.map(|c| c.kind), Some(question), "a client's line is no counsellor's question");
    }

    #[test]
    fn a_kind_without_examples_is_a_flaw_that_names_its_line() {
        let text = SHIPPED.replace("ko = [\"안녕하세요\"", "ko = [\"\"");
        assert_eq!(Kinds::parse(&text).unwrap_err().key, "kind.ko");
    }
}
