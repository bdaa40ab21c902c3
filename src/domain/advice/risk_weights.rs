//! Weighed words: which words and kinds of words, together, speak of danger where no rule does. Each has a weight in a data
//! file, learned from the development lines of `tests/data/risk` (`tests/bench/risk_weights.rs`); a line whose weights add up
//! to enough raises a cue. Where a rule speaks and the words around add up to the clear opposite, it is the rule that is
//! mistaken: a look-alike (a game, a film, a dish, a move). A plain sum over words that can be read in the file: no engine, the
//! same on every machine.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A weight smaller than this is left out of the file; so many and so small ones only blur the sum.
pub const LEAST: f32 = 0.05;
/// Shorter lines say too little for a sum.
const LEAST_WORDS: usize = 4;
/// In fewer words, or syllables of Korean, a rule is overruled only as one that names danger outright: there is little around
/// them that could say what they are about.
const FEW_WORDS: usize = 9;
const FEW_SYLLABLES: usize = 16;
/// Of an English word longer than this its beginning counts too: "stabbed" and "stabbing" are one.
const STEM: usize = 5;
/// Words up to this many apart make a pair.
const APART: usize = 4;
/// Korean syllables in a row that count: two to four of them.
const ROW: std::ops::RangeInclusive<usize> = 2..=4;

/// English letters in a row that count, with the borders of the word.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=5;

/// So many words at the end of a stretch count once more as its end: that is where a line says what it was about ("the
/// lease I mean", "이사 가거든요").
const END: usize = 8;
/// So many at its beginning count as that.
const BEGINNING: usize = 3;

/// English letters in a row that count over the border of words.
const ACROSS: usize = 6;

/// What stands in one stretch of folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Words, their parts and pairs, and kinds of words.
    pub words: Vec<String>,
    /// What stands at the end and at the beginning.
    pub edges: Vec<String>,
    /// What reaches over the border of words: rows of letters, in Korean pairs of words, and the endings of words.
    pub across: Vec<String>,
}

impl Features {
    /// The three groups; each is weighed by its own length.
    pub fn groups(&self) -> [&[String]; 3] {
        [&self.words, &self.edges, &self.across]
    }

    /// Of one or more sentences, with the kinds of words (slots) that are in them, sorted. None where there is too little.
    pub fn of(plain: &str, kinds: &[&str]) -> Option<Features> {
        let words: Vec<&str> = plain.split([' ', '.']).filter(|word| !word.is_empty()).collect();
        let hangul = hangul(plain);
        let letters = plain.chars().filter(|c| ('가'..='힣').contains(c)).count();
        if (hangul && letters < 2 * LEAST_WORDS) || (!hangul && words.len() < LEAST_WORDS) {
            return None;
        }
        let mut all = if hangul { korean(&words) } else { english(&words) };
        all.extend(kinds.iter().map(|kind| format!("@{kind}")));
        for (n, one) in kinds.iter().enumerate() {
            all.extend(kinds[n + 1..].iter().map(|other| format!("@{one}&{other}")));
        }
        let mut edges = edges(&words, hangul);
        let mut across = if hangul { across_korean(&words) } else { across_english(&words) };
        for features in [&mut all, &mut edges, &mut across] {
            features.sort_unstable();
            features.dedup();
        }
        Some(Features { words: all, edges, across })
    }
}

/// Whether a text is weighed as Korean.
pub fn hangul(plain: &str) -> bool {
    plain.chars().any(|c| ('가'..='힣').contains(&c))
}

/// Whether a stretch of folded text is too short for a rule to be overruled by what stands around its words.
pub fn is_short(plain: &str) -> bool {
    if hangul(plain) {
        plain.chars().filter(|c| ('가'..='힣').contains(c)).count() < FEW_SYLLABLES
    } else {
        plain.split([' ', '.']).filter(|word| !word.is_empty()).count() < FEW_WORDS
    }
}

/// The beginnings of the words, and rows of syllables whatever the spaces between them.
fn korean(words: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for word in words {
        let syllables: Vec<char> = word.chars().collect();
        all.extend((1..=*ROW.end()).filter(|n| *n <= syllables.len()).map(|n| {
            let beginning: String = syllables[..n].iter().collect();
            format!("^{beginning}")
        }));
    }
    let row: Vec<char> = words.iter().flat_map(|word| word.chars()).filter(|c| ('가'..='힣').contains(c)).collect();
    for n in ROW {
        all.extend(row.windows(n).map(|part| part.iter().collect::<String>()));
    }
    all
}

/// Words, their beginnings, rows of their letters, two and three words in a row, and pairs with words between.
fn english(words: &[&str]) -> Vec<String> {
    let stems: Vec<String> = words
        .iter()
        .map(|word| match word.char_indices().nth(STEM) {
            Some((at, _)) => format!("{}*", &word[..at]),
            None => (*word).to_owned(),
        })
        .collect();
    let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    all.extend(stems.iter().cloned());
    for word in words {
        let letters: Vec<char> = format!("<{word}>").chars().collect();
        for n in LETTERS {
            all.extend(letters.windows(n).map(|part| part.iter().collect::<String>()));
        }
    }
    all.extend(words.windows(2).map(|two| two.join("_")));
    all.extend(words.windows(3).map(|three| three.join("_")));
    for (n, stem) in stems.iter().enumerate() {
        all.extend(stems.iter().skip(n + 2).take(APART - 1).map(|other| format!("{stem}~{other}")));
    }
    all
}

/// The last words with their beginnings and, in Korean, their endings; the first words.
fn edges(words: &[&str], hangul: bool) -> Vec<String> {
    let last = &words[words.len().saturating_sub(END)..];
    let first = &words[..words.len().min(BEGINNING)];
    let beginning = |word: &str, n: usize| word.chars().take(n).collect::<String>();
    let mut all = Vec::new();
    for word in last {
        all.extend([format!("${word}"), format!("${}*", beginning(word, STEM))]);
        if hangul {
            let count = word.chars().count();
            all.extend([2, 3].map(|n| format!("${}", beginning(word, n))));
            all.extend((1..=3.min(count)).map(|n| format!("$-{}", word.chars().skip(count - n).collect::<String>())));
        }
    }
    all.extend(first.iter().map(|word| format!(">{word}")));
    all.push(format!("$${}", words[words.len().saturating_sub(2)..].join("_")));
    all.push(format!(">>{}", words[..words.len().min(2)].join("_")));
    all
}

/// Rows of letters in which a word ends and the next begins.
fn across_english(words: &[&str]) -> Vec<String> {
    let letters: Vec<char> = words.join("_").chars().collect();
    let rows = letters.windows(ACROSS).filter(|row| row[1..ACROSS - 1].contains(&'_'));
    rows.map(|row| format!("={}", row.iter().collect::<String>())).collect()
}

/// Endings of words, and two words in a row, whole and by their beginnings.
fn across_korean(words: &[&str]) -> Vec<String> {
    let beginning = |word: &str| word.chars().take(2).collect::<String>();
    let mut all = Vec::new();
    for word in words {
        let count = word.chars().count();
        all.extend((1..=3.min(count)).map(|n| format!("=-{}", word.chars().skip(count - n).collect::<String>())));
    }
    for two in words.windows(2) {
        all.extend([format!("={}", two.join("_")), format!("=^{}_{}", beginning(two[0]), beginning(two[1]))]);
    }
    all
}

/// The weights of one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<'a> {
    /// What is added to every sum, for danger and for violence.
    pub bias: (f32, f32),
    /// A sum of danger above this raises a cue.
    pub enough: f32,
    /// A sum of danger below this is no danger, whatever a rule found in it.
    pub against: f32,
    /// As `against`, where a rule names suicide, self-harm or an attempt outright: far lower.
    pub outright: f32,
    /// By feature: what it adds to danger and, within danger, to violence, as it is written. Hundreds of thousands stand there, and a line
    /// asks for a few hundred: only those become numbers.
    pub weights: HashMap<&'a str, &'a str>,
}

impl Default for Table<'_> {
    fn default() -> Self {
        let never = f32::NEG_INFINITY;
        Table { bias: (0.0, 0.0), enough: 0.0, against: never, outright: never, weights: HashMap::new() }
    }
}

/// One or two numbers, the second nothing where it is left out.
fn pair(written: &str) -> Option<(f32, f32)> {
    let mut parts = written.split('\t');
    let mut number = || parts.next()?.parse::<f32>().ok().filter(|number| number.is_finite());
    Some((number()?, number().unwrap_or_default()))
}

impl<'a> Table<'a> {
    /// How much these features speak of danger, and, if they do, of violence or abuse (above 0) rather than of danger to
    /// oneself.
    pub fn sum(&self, features: &Features) -> (f32, f32) {
        let part = |of: &[String]| {
            let known = of.iter().filter_map(|feature| pair(self.weights.get(feature.as_str())?));
            let (danger, violence) = known.fold((0.0, 0.0), |sum, w| (sum.0 + w.0, sum.1 + w.1));
            let length = (of.len().max(1) as f32).sqrt();
            (danger / length, violence / length)
        };
        let parts = features.groups().map(part);
        parts.iter().fold(self.bias, |sum, part| (sum.0 + part.0, sum.1 + part.1))
    }

    /// Reads `feature<TAB>danger<TAB>violence`, a line each; `!bias`, `!enough`,
    /// `!against` and `!outright` are the numbers of the table. The error is
    /// the number of the first line of another shape, from 1.
    pub fn parse(text: &'a str) -> Result<Table<'a>, usize> {
        let shaped = |raw: &str| raw.split_once('\t').is_some_and(|(_, written)| pair(written).is_some());
        let counted = |raw: &str| !raw.starts_with('#') && !raw.trim().is_empty();
        match text.lines().position(|raw| counted(raw) && !shaped(raw)) {
            Some(n) => Err(n + 1),
            None => Ok(Table::read(text)),
        }
    }

    /// As [`Table::parse`], of a text that is known to have that shape: a line of another one weighs nothing.
    fn read(text: &'a str) -> Table<'a> {
        // A line has some 18 bytes.
        let mut table = Table { weights: HashMap::with_capacity(text.len() / 16), ..Table::default() };
        for (name, written) in text.lines().filter(|raw| !raw.starts_with('#')).filter_map(|raw| raw.split_once('\t')) {
            let number = || pair(written).unwrap_or_default();
            match name {
                "!bias" => table.bias = number(),
                "!enough" => table.enough = number().0,
                "!against" => table.against = number().0,
                "!outright" => table.outright = number().0,
                _ => drop(table.weights.insert(name, written)),
            }
        }
        table
    }
}

/// The weights of both languages. Each is read when a line of its language is first weighed: whoever only wants the
/// names of the rules does not wait for it.
#[derive(Debug, Clone)]
pub struct Weights {
    texts: [&'static str; 2],
    tables: [OnceLock<Table<'static>>; 2],
}

impl Weights {
    /// Of the texts of both languages, Korean first, in the shape that [`Table::parse`] holds them to.
    pub fn of(ko: &'static str, en: &'static str) -> Self {
        Weights { texts: [ko, en], tables: Default::default() }
    }

    fn table(&self, plain: &str) -> &Table<'static> {
        let n = usize::from(!hangul(plain));
        self.tables[n].get_or_init(|| Table::read(self.texts[n]))
    }

    /// What a stretch of folded text adds up to, above what is enough, and its share of violence; none where it is not.
    pub fn speaks(&self, plain: &str, kinds: &[&str]) -> Option<(f32, f32)> {
        let table = self.table(plain);
        let (danger, violence) = table.sum(&Features::of(plain, kinds)?);
        (danger > table.enough).then_some((danger - table.enough, violence))
    }

    /// Whether a stretch of folded text adds up to the clear opposite of danger; to more of it where a rule names danger
    /// `outright`. What is too short to be weighed does not.
    pub fn speaks_against(&self, plain: &str, kinds: &[&str], outright: bool) -> bool {
        let table = self.table(plain);
        let limit = if outright || is_short(plain) { table.outright } else { table.against };
        // Without spaces the beginnings of words are not known, and the sum says less than it seems to.
        plain.contains(' ') && Features::of(plain, kinds).is_some_and(|features| table.sum(&features).0 < limit)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn words_their_beginnings_rows_and_pairs_of_kinds_count_and_a_short_line_does_not() {
        let features = Features::of("he stabbed me twice", &["blade", "harm"]).unwrap().words;
        for wanted in ["stabbed", "stabb*", "he_stabbed", "he_stabbed_me", "he~me", "@blade", "@blade&harm"] {
            assert!(features.iter().any(|f| f == wanted), "{wanted}: {features:?}");
        }
        let features = Features::of("칼을 들고 왔다고 해요", &[]).unwrap().words;
        for wanted in ["^칼을", "칼을", "을들", "들고왔다"] {
            assert!(features.iter().any(|f| f == wanted), "{wanted}: {features:?}");
        }
        assert!(Features::of("네 있어요", &[]).is_none() && Features::of("yes sometimes", &[]).is_none());
    }

    #[test]
    fn a_sum_is_what_the_table_says_and_a_line_of_another_shape_is_named() {
        let table = Table::parse("# head\n!bias\t-1\t0.5\n!enough\t0.5\nrope\t8\t-1\n").unwrap();
        let (danger, violence) = table.sum(&Features {
            words: vec!["rope".into(), "a".into(), "b".into(), "c".into()],
            edges: Vec::new(),
            across: Vec::new(),
        });
        assert_eq!((danger, violence), (3.0, 0.0));
        assert_eq!(table.enough, 0.5);
        assert_eq!(Table::parse("rope\tmuch\n"), Err(1));
        assert_eq!(Table::parse("rope\t1\nNaN\tNaN\t1\n"), Err(2));
    }
}
