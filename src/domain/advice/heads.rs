//! Small heads over sentence vectors: how likely a client's line speaks for each technique card, and the ranking made of it. Pure
//! arithmetic over the vector that a line has anyway. The weights are data (`prompts/directions-heads.toml`, which says what they
//! were trained on and how good they are); `tests/bench/direction_heads.py` makes them again.

use crate::domain::advice::direction::Ranked;
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::advice::technique::Library;
use crate::domain::advice::vectors::centred;
use crate::domain::practice::data_file::{Flaw, is_kebab, read_toml};
use crate::domain::practice::ids::TechniqueId;
use crate::domain::transcript::ModelRef;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// Quotes shown with one suggestion.
const QUOTES: usize = 2;
/// Lines whose likeness is added up to tell whether anything is told at all.
const TELLING: usize = 3;

/// How the heads' answers become directions.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRanking {
    /// A line is evidence for a card above this likelihood. 0 to 1.
    pub evidence: f32,
    /// Best lines of a card whose likelihoods are added up to its score.
    pub lines_summed: usize,
    /// What the three most telling lines of a talk must have together before anything is proposed: a talk in which nothing is told
    /// has a line that resembles something too. 0 to 3.
    pub told: f32,
    /// A card with a lower score is doubtful: the language model is asked about it.
    pub sure: f32,
    /// Doubtful cards asked about at most.
    pub asked: usize,
    /// Smaller language models are not asked, millions of parameters: their answers do not tell right from wrong better than the heads.
    pub ask_from_m: u32,
}

/// What the heads were measured with, as the file says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOut {
    /// On what.
    pub on: String,
    /// Lines whose own card comes first, share of 1.
    pub first: f32,
    /// Lines whose own card is among the first three.
    pub first_three: f32,
    /// The same by the nearest example lines, without heads.
    pub first_by_nearness: f32,
    /// Lines that say nothing and are taken for nothing.
    pub nothing: f32,
}

/// A head: one row of a softmax regression.
#[derive(Debug, Clone, PartialEq)]
struct Head {
    bias: f32,
    weights: Vec<f32>,
}

/// The heads of every card, and of a line that says nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct DirectionHeads {
    /// Id and version, as records name them.
    pub prompt: PromptRef,
    /// SHA-256 of the embedding model they were made for.
    pub embedding_sha256: String,
    /// How they are used.
    pub ranking: HeadRanking,
    /// How good they are.
    pub held_out: HeldOut,
    mean: Vec<f32>,
    nothing: Head,
    cards: Vec<(TechniqueId, Head)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadText {
    card: String,
    bias: f32,
    step: f32,
    weights: String,
}

impl HeadText {
    fn head(&self, length: usize) -> Result<Head, Flaw> {
        let flaw = |what: &str| Flaw::new(1, format!("head.{}", self.card), what);
        let bytes = STANDARD.decode(&self.weights).map_err(|_| flaw("the weights must be base64"))?;
        if bytes.len() != length {
            return Err(flaw("as many weights as the mean has numbers"));
        }
        if !(self.bias.is_finite() && self.step > 0.0 && self.step.is_finite()) {
            return Err(flaw("bias and step must be numbers, step above 0"));
        }
        let weights = bytes.into_iter().map(|b| f32::from(b as i8) * self.step).collect();
        Ok(Head { bias: self.bias, weights })
    }
}

impl DirectionHeads {
    /// Reads a file of heads and checks it.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            id: String,
            version: String,
            embedding_sha256: String,
            mean: String,
            ranking: HeadRanking,
            held_out: HeldOut,
            nothing: HeadText,
            head: Vec<HeadText>,
        }
        let file: File = read_toml(text, 0)?;
        let flaw = |key: &str, what: &str| Err(Flaw::new(1, key, what));
        if !is_kebab(&file.id) || file.version.trim().is_empty() {
            return flaw("id", "an id is lower-case words joined by hyphens, and a version is needed");
        }
        let by = &file.ranking;
        if !(0.0..1.0).contains(&by.evidence) || by.lines_summed == 0 || !by.told.is_finite() || !by.sure.is_finite() {
            return flaw("ranking", "evidence is 0 to 1, at least one line is added up, and the bars are numbers");
        }
        let Ok(bytes) = STANDARD.decode(&file.mean) else { return flaw("mean", "must be base64") };
        let mean: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if mean.is_empty() || bytes.len() % 4 != 0 || mean.iter().any(|m| !m.is_finite()) {
            return flaw("mean", "must be numbers of four bytes");
        }
        let nothing = file.nothing.head(mean.len())?;
        let mut cards = Vec::with_capacity(file.head.len());
        for head in &file.head {
            cards.push((TechniqueId::from(head.card.as_str()), head.head(mean.len())?));
        }
        let prompt = PromptRef { id: file.id, version: file.version };
        let (embedding_sha256, ranking, held_out) = (file.embedding_sha256, file.ranking, file.held_out);
        Ok(DirectionHeads { prompt, embedding_sha256, ranking, held_out, mean, nothing, cards })
    }

    /// The heads in the order of the library's cards; `None` where they were made for another embedding model or a card has none,
    /// for a card that can never be found would be hidden silently.
    pub fn lookup(self, library: &Library, embedding: &ModelRef) -> Option<Lookup> {
        if self.embedding_sha256 != embedding.sha256 {
            return None;
        }
        let of_card = |id: &TechniqueId| self.cards.iter().find(|(card, _)| card == id).map(|(_, head)| head.clone());
        let heads: Option<Vec<Head>> = library.cards().iter().map(|card| of_card(&card.id)).collect();
        Some(Lookup { heads: heads?, embedding: embedding.clone(), all: self })
    }
}

/// Heads by index of card in a library.
#[derive(Debug, Clone)]
pub struct Lookup {
    heads: Vec<Head>,
    embedding: ModelRef,
    all: DirectionHeads,
}

impl Lookup {
    /// How they are used.
    pub fn by(&self) -> &HeadRanking {
        &self.all.ranking
    }

    /// Id and version.
    pub fn prompt(&self) -> &PromptRef {
        &self.all.prompt
    }

    /// The embedding model they read.
    pub fn embedding(&self) -> &ModelRef {
        &self.embedding
    }

    /// How likely each card is meant by a sentence with this vector; with the share of a sentence that says nothing they make 1.
    /// Zeros for a vector of another length.
    pub fn likely(&self, vector: &[f32]) -> Vec<f32> {
        if vector.len() != self.all.mean.len() {
            return vec![0.0; self.heads.len()];
        }
        let vector = centred(vector, &self.all.mean);
        let says = |head: &Head| head.bias + head.weights.iter().zip(&vector).map(|(w, x)| w * x).sum::<f32>();
        let said: Vec<f32> = self.heads.iter().map(says).collect();
        let nothing = says(&self.all.nothing);
        let most = said.iter().copied().fold(nothing, f32::max);
        let powers: Vec<f32> = said.iter().map(|s| (s - most).exp()).collect();
        let sum = powers.iter().sum::<f32>() + (nothing - most).exp();
        powers.into_iter().map(|p| p / sum).collect()
    }

    /// The same of a line with several sentences: of each card the sentence that speaks most for it.
    pub fn most_likely<'a>(&self, parts: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
        let mut most = vec![0.0f32; self.heads.len()];
        for part in parts {
            for (most, likely) in most.iter_mut().zip(self.likely(part)) {
                *most = most.max(likely);
            }
        }
        most
    }

    /// Cards with evidence, best first. `likely[line][card]`.
    pub fn rank(&self, likely: &[Vec<f32>]) -> Vec<Ranked> {
        let by = self.by();
        let mut telling: Vec<f32> = likely.iter().map(|line| line.iter().copied().fold(0.0, f32::max)).collect();
        telling.sort_by(|a, b| b.total_cmp(a));
        if telling.iter().take(TELLING).sum::<f32>() < by.told {
            return Vec::new();
        }
        let mut ranked: Vec<Ranked> = (0..self.heads.len())
            .filter_map(|card| {
                let mut lines: Vec<(usize, f32)> = likely.iter().map(|line| line[card]).enumerate().collect();
                lines.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                let score = lines.iter().take(by.lines_summed).map(|l| l.1).sum::<f32>();
                let evidence: Vec<usize> =
                    lines.iter().take_while(|l| l.1 > by.evidence).take(QUOTES).map(|l| l.0).collect();
                let confidence = (score / by.lines_summed as f32).clamp(0.0, 1.0);
                (!evidence.is_empty()).then_some(Ranked { card, evidence, score, confidence })
            })
            .collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.card.cmp(&b.card)));
        ranked
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two cards and nothing over vectors of three numbers; the mean is zero.
    fn lookup(told: f32) -> Lookup {
        let ranking = HeadRanking { evidence: 0.3, lines_summed: 2, told, sure: 1.2, asked: 4, ask_from_m: 1000 };
        let held_out =
            HeldOut { on: String::new(), first: 1.0, first_three: 1.0, first_by_nearness: 0.5, nothing: 1.0 };
        let head = |at: usize| Head { bias: 0.0, weights: (0..3).map(|n| if n == at { 9.0 } else { 0.0 }).collect() };
        let embedding = ModelRef { id: "e".into(), sha256: "0".repeat(64) };
        let all = DirectionHeads {
            prompt: PromptRef { id: "directions-heads".into(), version: "1".into() },
            embedding_sha256: embedding.sha256.clone(),
            ranking,
            held_out,
            mean: vec![0.0; 3],
            nothing: head(2),
            cards: Vec::new(),
        };
        Lookup { heads: vec![head(0), head(1)], embedding, all }
    }

    #[test]
    fn a_line_speaks_for_the_card_of_its_head_and_a_line_that_says_nothing_for_none() {
        let heads = lookup(0.0);
        assert!(heads.likely(&[1.0, 0.0, 0.0])[0] > 0.99);
        assert!(heads.likely(&[0.0, 0.0, 1.0]).iter().all(|p| *p < 0.01));
        assert_eq!(heads.likely(&[1.0]), [0.0, 0.0], "a vector of another model");
    }

    #[test]
    fn of_a_line_with_several_sentences_the_one_that_says_most_counts() {
        let heads = lookup(0.0);
        let parts: [&[f32]; 2] = [&[0.0, 0.0, 1.0], &[0.0, 1.0, 0.0]];
        assert!(heads.most_likely(parts.into_iter())[1] > 0.99);
    }

    #[test]
    fn cards_come_in_order_of_their_two_best_lines_with_those_as_evidence() {
        let likely = vec![vec![0.9, 0.0], vec![0.1, 0.8], vec![0.0, 0.7], vec![0.0, 0.6]];
        let ranked = lookup(1.2).rank(&likely);
        let order: Vec<(usize, &[usize])> = ranked.iter().map(|r| (r.card, r.evidence.as_slice())).collect();
        assert_eq!(order, [(1, [1, 2].as_slice()), (0, [0].as_slice())]);
    }

    #[test]
    fn where_next_to_nothing_is_told_nothing_is_proposed() {
        let likely = vec![vec![0.8, 0.0], vec![0.1, 0.1], vec![0.0, 0.1]];
        assert!(lookup(1.2).rank(&likely).is_empty());
        assert_eq!(lookup(0.9).rank(&likely).len(), 1);
        assert!(lookup(0.0).rank(&[]).is_empty());
    }

    #[test]
    fn a_damaged_file_of_heads_is_refused_by_key() {
        let shipped = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/directions-heads.toml"));
        assert!(DirectionHeads::parse(shipped).is_ok());
        for (from, to, key) in [
            ("mean = \"", "mean = \"!", "mean"),
            ("mean = \"", "mean = \"AAAAAAAAAAAAAAAA", "head.nothing"),
            ("evidence = 0.3", "evidence = 3.0", "ranking"),
            ("card = \"act-values\"\nbias = ", "card = \"act-values\"\nbias = nan # ", "head.act-values"),
            ("id = \"directions-heads\"", "id = \"Heads\"", "id"),
        ] {
            assert_eq!(DirectionHeads::parse(&shipped.replacen(from, to, 1)).unwrap_err().key, key);
        }
    }

    proptest! {
        #[test]
        fn likelihoods_are_shares_of_one(v in proptest::collection::vec(-1f32..1.0, 3)) {
            let likely = lookup(0.0).likely(&v);
            prop_assert!(likely.iter().all(|p| (0.0..=1.0).contains(p)) && likely.iter().sum::<f32>() <= 1.0001);
        }
    }
}
