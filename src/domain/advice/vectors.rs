//! Arithmetic over the vectors of sentences: what they have in common taken away, and how near two are.

/// Example lines whose likeness is averaged: one may be near by accident.
const EXAMPLES_AVERAGED: usize = 2;

/// The middle of all example vectors: what all sentences have in common, which distinguishes no card.
pub fn mean(vectors: &[Vec<f32>]) -> Vec<f32> {
    let mut mean = vec![0.0; vectors.first().map_or(0, Vec::len)];
    for v in vectors {
        for (m, x) in mean.iter_mut().zip(v) {
            *m += x / vectors.len() as f32;
        }
    }
    mean
}

/// A vector less the mean, of length one; zeros stay zeros.
pub fn centred(vector: &[f32], mean: &[f32]) -> Vec<f32> {
    let v: Vec<f32> = vector.iter().zip(mean).map(|(x, m)| x - m).collect();
    let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 { v.iter().map(|x| x / length).collect() } else { v }
}

/// How near a line is to a card: the mean cosine of its nearest example lines. All vectors centred.
pub fn likeness(line: &[f32], examples: &[Vec<f32>]) -> f32 {
    let mut cosines: Vec<f32> = examples.iter().map(|e| e.iter().zip(line).map(|(a, b)| a * b).sum()).collect();
    cosines.sort_by(|a, b| b.total_cmp(a));
    cosines.truncate(EXAMPLES_AVERAGED);
    if cosines.is_empty() { 0.0 } else { cosines.iter().sum::<f32>() / cosines.len() as f32 }
}
