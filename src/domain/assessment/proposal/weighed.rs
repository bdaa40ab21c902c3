//! Weighed words: what rows of letters and of words in a line, and in the question before it, add to each item, to each answer and
//! to whether the line goes on about the one before. The weights are data (`prompts/items/words-*.tsv`), learned from lines and
//! dialogues of many hands by `tests/bench/item_words.py`; adding them up needs no engine and is the same on every machine.

use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

/// Letters in a row that count.
const LETTERS: [std::ops::RangeInclusive<usize>; 2] = [2..=4, 3..=5];
/// Words in a row that count, up to this many.
const WORDS: usize = 3;
/// What the columns of answers mean: 0 to 3, nothing of these two weeks of this client, and not told how often.
const SCORES: usize = 6;
/// Answers among them.
pub const ANSWERS: usize = 4;

/// What a line says, as shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Likely {
    /// Of each item of the instrument, that the line is about it. Their sum is below 1: the rest is about none.
    pub items: Vec<f32>,
    /// Of each answer, that the line tells it.
    pub answers: [f32; ANSWERS],
    /// That the line says nothing of these two weeks of this client.
    pub elsewhere: f32,
    /// That the line tells the matter and not how often.
    pub untold: f32,
    /// That the line goes on about what the one before was about.
    pub follows: f32,
}

/// Columns of the weights of one instrument.
struct Columns {
    id: String,
    of: Range<usize>,
}

/// The weights of one language.
struct Table<'a> {
    instruments: Vec<Columns>,
    scores: Range<usize>,
    follows: usize,
    enough: f32,
    bias: Vec<f32>,
    step: Vec<f32>,
    /// By feature where its bytes begin, one for each column.
    weights: HashMap<&'a str, usize>,
    bytes: Vec<u8>,
}

impl<'a> Table<'a> {
    /// Reads `feature<TAB>bytes`, a line each, and `!NAME<TAB>COUNT` for groups of columns in order; `!enough`, `!bias` and `!step` are
    /// numbers. The error is the number of the first line of another shape, from 1; 0 where a group is missing.
    fn parse(text: &'a str) -> Result<Self, usize> {
        let mut groups: Vec<(&str, usize)> = Vec::new();
        let (mut enough, mut bias, mut step) = (0.0, Vec::new(), Vec::new());
        // A line has some 45 bytes.
        let mut weights = HashMap::with_capacity(text.len() / 40);
        let mut bytes = Vec::with_capacity(text.len() / 2);
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let at = n + 1;
            let (name, written) = line.split_once('\t').ok_or(at)?;
            let numbers = || -> Result<Vec<f32>, usize> {
                let all: Result<Vec<f32>, _> = written.split('\t').map(str::parse::<f32>).collect();
                all.ok().filter(|all| all.iter().all(|x| x.is_finite())).ok_or(at)
            };
            match name {
                "!enough" => enough = numbers()?.first().copied().unwrap_or_default(),
                "!bias" => bias = numbers()?,
                "!step" => step = numbers()?,
                _ if name.starts_with('!') => groups.push((&name[1..], written.parse().map_err(|_| at)?)),
                _ => {
                    weights.insert(name, bytes.len());
                    STANDARD.decode_vec(written, &mut bytes).map_err(|_| at)?;
                    if bytes.len() != weights.len() * bias.len() {
                        return Err(at);
                    }
                }
            }
        }
        let (mut from, mut instruments, mut scores, mut follows) = (0, Vec::new(), 0..0, 0..0);
        for (name, count) in groups {
            let of = from..from + count;
            from = of.end;
            match name {
                "score" => scores = of,
                "follows" => follows = of,
                _ => instruments.push(Columns { id: name.to_owned(), of }),
            }
        }
        let whole = scores.len() == SCORES && follows.len() == 1 && bias.len() == from && step.len() == from;
        let enough_is = (0.0..1.0).contains(&enough);
        let table = Table { instruments, scores, follows: follows.start, enough, bias, step, weights, bytes };
        (whole && enough_is).then_some(table).ok_or(0)
    }

    /// Sums of all columns.
    fn sums(&self, question: &str, line: &str, lang: Lang) -> Vec<f32> {
        let mut sums = self.bias.clone();
        for (part, text) in [("", line), ("?", question)] {
            for group in features(text, lang) {
                let length = (group.len().max(1) as f32).sqrt();
                for feature in &group {
                    let known = if part.is_empty() {
                        self.weights.get(feature.as_str())
                    } else {
                        self.weights.get(format!("{part}{feature}").as_str())
                    };
                    let Some(bytes) = known.and_then(|from| self.bytes.get(*from..)) else { continue };
                    for ((sum, byte), step) in sums.iter_mut().zip(bytes).zip(&self.step) {
                        *sum += f32::from(*byte as i8) * step / length;
                    }
                }
            }
        }
        sums
    }
}

/// Rows of letters, and rows of words.
fn features(text: &str, lang: Lang) -> [BTreeSet<String>; 2] {
    let text = fold(text).to_lowercase().replace('’', "'");
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Default::default();
    }
    let letters: Vec<char> = format!("_{}_", words.join("_")).chars().collect();
    let rows = LETTERS[usize::from(lang == Lang::En)].clone().flat_map(|n| letters.windows(n));
    let of_words = (1..=WORDS).flat_map(|n| words.windows(n));
    [rows.map(|row| row.iter().collect()).collect(), of_words.map(|row| format!("={}", row.join("_"))).collect()]
}

fn softmax(sums: &[f32]) -> Vec<f32> {
    let most = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let all: Vec<f32> = sums.iter().map(|x| (x - most).exp()).collect();
    let sum: f32 = all.iter().sum();
    all.into_iter().map(|x| x / sum).collect()
}

/// The weights of both languages, each read when it is first needed.
pub struct ItemWords {
    texts: [&'static str; 2],
    tables: [OnceLock<Option<Table<'static>>>; 2],
}

impl std::fmt::Debug for ItemWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ItemWords").finish_non_exhaustive()
    }
}

impl ItemWords {
    /// Of the texts of both languages, Korean first.
    pub fn of(ko: &'static str, en: &'static str) -> Self {
        ItemWords { texts: [ko, en], tables: Default::default() }
    }

    /// Whether both texts are what this reads; else the number of the first line of another shape, 0 where a group is missing.
    pub fn check(&self) -> Result<(), usize> {
        self.texts.iter().try_for_each(|text| Table::parse(text).map(drop))
    }

    fn table(&self, lang: Lang) -> Option<&Table<'static>> {
        let n = usize::from(lang == Lang::En);
        self.tables[n].get_or_init(|| Table::parse(self.texts[n]).ok()).as_ref()
    }

    /// Likelihood above which a line is taken for one about an item; `None` of an instrument that was not learned.
    pub fn enough(&self, instrument: &InstrumentId, lang: Lang) -> Option<f32> {
        let table = self.table(lang)?;
        table.instruments.iter().any(|i| i.id == instrument.0).then_some(table.enough)
    }

    /// What a line says, with what was asked just before it (empty where nothing was).
    pub fn likely(&self, instrument: &InstrumentId, lang: Lang, question: &str, line: &str) -> Option<Likely> {
        let table = self.table(lang)?;
        let columns = table.instruments.iter().find(|i| i.id == instrument.0)?.of.clone();
        let sums = table.sums(question, line, lang);
        let mut items = softmax(&sums[columns]);
        items.pop();
        let scores = softmax(&sums[table.scores.clone()]);
        let mut answers = [0.0; ANSWERS];
        answers.copy_from_slice(scores.get(..ANSWERS)?);
        let follows = 1.0 / (1.0 + (-sums[table.follows]).exp());
        Some(Likely { items, answers, elsewhere: scores[ANSWERS], untold: scores[ANSWERS + 1], follows })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Two items and none, six answers, one for going on: ten columns.
    fn text() -> String {
        let bytes = |of: [i8; 10]| STANDARD.encode(of.map(|b| b as u8));
        format!(
            "# head\n!two\t3\n!score\t6\n!follows\t1\n!enough\t0.2\n!bias\t0\t0\t1\t0\t0\t0\t0\t0\t0\t0\n!step\t{}\n=sleep\t{}\n?=sleep\t{}\n=every_night\t{}\n",
            ["0.5"; 10].join("\t"),
            bytes([40, 0, -40, 0, 0, 0, 0, 0, 0, 0]),
            bytes([0, 30, 0, 0, 0, 0, 0, 0, 0, 20]),
            bytes([0, 0, 0, 0, 0, 0, 60, 0, 0, 0]),
        )
    }

    #[test]
    fn a_line_and_its_question_add_up_each_by_its_own_length() {
        let text = text();
        let table = Table::parse(&text).unwrap();
        assert_eq!(table.enough, 0.2);
        // Three words make six rows of words.
        let sums = table.sums("", "no sleep every night", Lang::En);
        let length = 9.0_f32.sqrt();
        assert!((sums[0] - 20.0 / length).abs() < 1e-5, "{sums:?}");
        assert!((sums[6] - 30.0 / length).abs() < 1e-5, "{sums:?}");
        let asked = table.sums("Sleep?", "yes", Lang::En);
        assert!((asked[1] - 15.0).abs() < 1e-5 && (asked[9] - 10.0).abs() < 1e-5 && asked[0] == 0.0, "{asked:?}");
    }

    #[test]
    fn a_table_of_another_shape_is_refused_by_its_line() {
        for (there, instead, line) in [
            ("!enough\t0.2", "!enough\tmuch", 5),
            ("!enough\t0.2", "!enough\t2", 0),
            ("!score\t6", "!score\t5", 0),
            ("!follows\t1", "!follows", 4),
            ("=sleep\t", "=sleep ", 8),
            ("=every_night\t", "=every_night\tAAAA", 10),
            ("=every_night\t", "=every_night\t!", 10),
        ] {
            assert_eq!(Table::parse(&text().replacen(there, instead, 1)).err(), Some(line), "{instead}");
        }
    }

    #[test]
    fn features_are_rows_of_letters_and_of_words_without_punctuation() {
        let [letters, words] = features("I can’t, 잠!", Lang::En);
        assert!(
            words.contains("=can't") && words.contains("=i_can't_잠") && letters.contains("_i_c"),
            "{words:?} {letters:?}"
        );
        assert_eq!(features(" …", Lang::Ko), [BTreeSet::new(), BTreeSet::new()]);
    }
}
