//! The CAM++ speaker encoder as plain arithmetic: what a frame sounds like, and what a piece does. Owns the network only.
//!
//! Source: Wang and others, "CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware Masking" (2023); the
//! trained weights are 3D-Speaker's "zh-en common advanced" of 192 numbers (Apache-2.0). 80 mel bands every 10 ms, a small
//! two-dimensional network, three blocks of dense layers at 20 ms, mean and deviation over time, a linear layer.

use crate::domain::model::campplus_weights::{BANDS, BLOCKS, CHANNELS, FIRST, GROWTH, NARROW, Part, WIDTH, parts};
use crate::speech::fbank::Fbank;
use crate::speech::matrix::{Weights, sigmoid};
use zeroize::Zeroizing;

/// Frames over which the context of a frame is taken, in a dense layer.
const SEGMENT: usize = 100;
/// Numbers for each frame at the end.
pub(super) const LAST: usize = 512;
/// Heights of the two-dimensional layers: the bands, halved three times.
const LOW: usize = BANDS / 8;

/// Numbers that lie row after row.
type Rows = Zeroizing<Vec<f32>>;

struct Norm {
    factor: Vec<f32>,
    summand: Vec<f32>,
}

struct Residual {
    first: Weights,
    first_norm: Norm,
    second: Weights,
    second_norm: Norm,
    shortcut: Option<(Weights, Norm)>,
}

struct Dense {
    norm: Norm,
    narrow: Weights,
    narrow_norm: Norm,
    local: Weights,
    context: [Weights; 2],
    context_bias: [Vec<f32>; 2],
}

struct Block {
    layers: Vec<Dense>,
    dilation: usize,
    norm: Norm,
    out: Weights,
}

/// The network with its weights.
pub struct CamPlus {
    bank: Fbank,
    first: Weights,
    first_norm: Norm,
    residuals: Vec<Residual>,
    lower: Weights,
    lower_norm: Norm,
    frames: Weights,
    frames_norm: Norm,
    blocks: Vec<Block>,
    out_norm: Norm,
    dense: Weights,
    dense_norm: Norm,
}

/// Gives a tensor by its name and shape.
pub type ReadTensor<'r> = &'r mut dyn FnMut(&str, &[usize]) -> Option<Vec<f32>>;

/// Takes the tensors in their order.
struct Reader<'r> {
    read: ReadTensor<'r>,
    parts: std::vec::IntoIter<(String, Part)>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<(Part, Vec<f32>)> {
        let (name, part) = self.parts.next()?;
        Some((part, (self.read)(&name, &part.shape())?))
    }

    fn map(&mut self) -> Option<Weights> {
        match self.next()? {
            (Part::Map(outputs, inputs, taps), numbers) => Weights::new(&numbers, inputs * taps, outputs),
            _ => None,
        }
    }

    fn norm(&mut self) -> Option<Norm> {
        match self.next()? {
            (Part::Norm(n, _), numbers) => {
                let (factor, summand) = numbers.split_at_checked(n)?;
                Some(Norm { factor: factor.to_vec(), summand: summand.to_vec() })
            }
            _ => None,
        }
    }

    fn bias(&mut self) -> Option<Vec<f32>> {
        match self.next()? {
            (Part::Bias(_), numbers) => Some(numbers),
            _ => None,
        }
    }
}

impl Norm {
    /// Normalises rows, and cuts off what is below zero.
    fn relu(&self, rows: &mut [f32]) {
        self.apply(rows);
        rows.iter_mut().for_each(|x| *x = x.max(0.0));
    }

    fn apply(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.factor.len()) {
            row.iter_mut().zip(self.factor.iter().zip(&self.summand)).for_each(|(x, (f, s))| *x = *x * f + s);
        }
    }
}

impl CamPlus {
    /// The network of the tensors that `read` gives by name and shape; `None` as soon as it gives none.
    pub fn load(read: ReadTensor<'_>) -> Option<Self> {
        let mut r = Reader { read, parts: parts().into_iter() };
        let (first, first_norm) = (r.map()?, r.norm()?);
        let mut residuals = Vec::with_capacity(4);
        for n in 0..4 {
            let (first, first_norm, second, second_norm) = (r.map()?, r.norm()?, r.map()?, r.norm()?);
            let shortcut = if n % 2 == 0 { Some((r.map()?, r.norm()?)) } else { None };
            residuals.push(Residual { first, first_norm, second, second_norm, shortcut });
        }
        let (lower, lower_norm) = (r.map()?, r.norm()?);
        let (frames, frames_norm) = (r.map()?, r.norm()?);
        let mut blocks = Vec::with_capacity(BLOCKS.len());
        for (count, dilation) in BLOCKS {
            let mut layers = Vec::with_capacity(count);
            for _ in 0..count {
                let (norm, narrow, narrow_norm, local) = (r.norm()?, r.map()?, r.norm()?, r.map()?);
                let (one, one_bias, two, two_bias) = (r.map()?, r.bias()?, r.map()?, r.bias()?);
                let context = [one, two];
                layers.push(Dense { norm, narrow, narrow_norm, local, context, context_bias: [one_bias, two_bias] });
            }
            blocks.push(Block { layers, dilation, norm: r.norm()?, out: r.map()? });
        }
        let (out_norm, dense, dense_norm) = (r.norm()?, r.map()?, r.norm()?);
        let bank = Fbank::new(BANDS);
        Some(CamPlus {
            bank,
            first,
            first_norm,
            residuals,
            lower,
            lower_norm,
            frames,
            frames_norm,
            blocks,
            out_norm,
            dense,
            dense_norm,
        })
    }

    /// What each 20 ms of a piece sounds like: rows of `LAST` numbers; empty where it is too short.
    pub fn listen(&self, pcm: &[i16]) -> Rows {
        let bands = self.bank.bands(pcm);
        let count = bands.len() / BANDS;
        if count < 2 {
            return Zeroizing::new(Vec::new());
        }
        let flat = self.head(&bands, count);
        let wide = CHANNELS * LOW;
        let mut x = taps(&flat, count, wide, 5, 2, 1, &self.frames);
        self.frames_norm.relu(&mut x);
        let mut width = FIRST;
        for block in &self.blocks {
            (x, width) = block.run(&x, width);
        }
        self.out_norm.relu(&mut x);
        x
    }

    /// The direction of the voice in the sums of so many rows of [`CamPlus::listen`], not yet of unit length: their mean and
    /// deviation through the last layer. `None` where there are fewer than two.
    pub(super) fn pool(&self, sums: &[f64], count: usize) -> Option<Vec<f32>> {
        if count < 2 || sums.len() != 2 * LAST {
            return None;
        }
        let n = count as f64;
        let (plain, squares) = sums.split_at(LAST);
        let mean = plain.iter().map(|s| (s / n) as f32);
        let spread = plain.iter().zip(squares).map(|(s, q)| ((q - s * s / n).max(0.0) / (n - 1.0)).sqrt() as f32);
        let pooled: Rows = Zeroizing::new(mean.chain(spread).collect());
        let mut out = vec![0f32; WIDTH];
        self.dense.add_to(&pooled, &mut out);
        self.dense_norm.apply(&mut out);
        Some(out)
    }

    /// The two-dimensional layers; rows of frames, of each channel its heights.
    fn head(&self, bands: &[f32], count: usize) -> Rows {
        // Height by height, in each frame by frame, in each the channels.
        let mut x: Rows = Zeroizing::new(Vec::with_capacity(bands.len()));
        for band in 0..BANDS {
            x.extend(bands.iter().skip(band).step_by(BANDS));
        }
        let mut y = square(&x, BANDS, count, 1, 1, &self.first);
        self.first_norm.relu(&mut y);
        let mut height = BANDS;
        for (n, block) in self.residuals.iter().enumerate() {
            let step = if n % 2 == 0 { 2 } else { 1 };
            (y, height) = block.run(&y, height, count, step);
        }
        let mut low = square(&y, height, count, CHANNELS, 2, &self.lower);
        self.lower_norm.relu(&mut low);
        let mut flat = Zeroizing::new(vec![0f32; count * CHANNELS * LOW]);
        for (at, x) in low.iter().enumerate() {
            let (channel, frame, height) = (at % CHANNELS, at / CHANNELS % count, at / CHANNELS / count);
            flat[frame * CHANNELS * LOW + channel * LOW + height] = *x;
        }
        flat
    }
}

impl Residual {
    fn run(&self, x: &[f32], height: usize, count: usize, step: usize) -> (Rows, usize) {
        let mut y = square(x, height, count, CHANNELS, step, &self.first);
        self.first_norm.relu(&mut y);
        let lower = height / step;
        let mut z = square(&y, lower, count, CHANNELS, 1, &self.second);
        self.second_norm.apply(&mut z);
        match &self.shortcut {
            Some((map, norm)) => {
                let kept: Rows = Zeroizing::new(
                    x.chunks_exact(count * CHANNELS).step_by(step).flat_map(<[f32]>::iter).copied().collect(),
                );
                let mut past = Zeroizing::new(vec![0f32; z.len()]);
                map.add_to(&kept, &mut past);
                norm.apply(&mut past);
                z.iter_mut().zip(past.iter()).for_each(|(z, p)| *z += p);
            }
            None => z.iter_mut().zip(x).for_each(|(z, x)| *z += x),
        }
        z.iter_mut().for_each(|z| *z = z.max(0.0));
        (z, lower)
    }
}

impl Block {
    fn run(&self, x: &[f32], width: usize) -> (Rows, usize) {
        let count = x.len() / width;
        let wide = width + GROWTH * self.layers.len();
        let mut all = Zeroizing::new(vec![0f32; count * wide]);
        for (to, from) in all.chunks_exact_mut(wide).zip(x.chunks_exact(width)) {
            to[..width].copy_from_slice(from);
        }
        let mut filled = width;
        for layer in &self.layers {
            let mut rows: Rows =
                Zeroizing::new(all.chunks_exact(wide).flat_map(|row| &row[..filled]).copied().collect());
            layer.norm.relu(&mut rows);
            let mut narrow = Zeroizing::new(vec![0f32; count * NARROW]);
            layer.narrow.add_to(&rows, &mut narrow);
            layer.narrow_norm.relu(&mut narrow);
            let added = layer.masked(&narrow, count, self.dilation);
            for (row, new) in all.chunks_exact_mut(wide).zip(added.chunks_exact(GROWTH)) {
                row[filled..filled + GROWTH].copy_from_slice(new);
            }
            filled += GROWTH;
        }
        self.norm.relu(&mut all);
        let half = wide / 2;
        let mut out = Zeroizing::new(vec![0f32; count * half]);
        self.out.add_to(&all, &mut out);
        (out, half)
    }
}

impl Dense {
    /// The local map of each frame, each number weighed by what the whole and the segment sound like.
    fn masked(&self, x: &[f32], count: usize, dilation: usize) -> Rows {
        let mut local = taps(x, count, NARROW, 3, 1, dilation, &self.local);
        let mean = |rows: &[f32]| {
            let mut sum = vec![0f32; NARROW];
            for row in rows.chunks_exact(NARROW) {
                sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
            }
            let n = (rows.len() / NARROW) as f32;
            sum.iter_mut().for_each(|s| *s /= n);
            sum
        };
        let whole = mean(x);
        for (rows, out) in x.chunks(SEGMENT * NARROW).zip(local.chunks_mut(SEGMENT * GROWTH)) {
            let mut context = mean(rows);
            context.iter_mut().zip(&whole).for_each(|(c, w)| *c += w);
            let mut middle = self.context_bias[0].clone();
            self.context[0].add_to(&context, &mut middle);
            middle.iter_mut().for_each(|x| *x = x.max(0.0));
            let mut mask = self.context_bias[1].clone();
            self.context[1].add_to(&middle, &mut mask);
            mask.iter_mut().for_each(|m| *m = sigmoid(*m));
            for row in out.chunks_exact_mut(GROWTH) {
                row.iter_mut().zip(&mask).for_each(|(x, m)| *x *= m);
            }
        }
        local
    }
}

/// A map of three by three taps, padded with zeros: `height` rows of `count` frames of `channels` numbers, every `step`th height kept.
fn square(x: &[f32], height: usize, count: usize, channels: usize, step: usize, map: &Weights) -> Rows {
    let (row, line) = (9 * channels, count * channels);
    let heights = height.div_ceil(step);
    let mut out = Zeroizing::new(vec![0f32; heights * count * map.outputs()]);
    let mut near = Zeroizing::new(vec![0f32; count * row]);
    for (h, to) in out.chunks_exact_mut(count * map.outputs()).enumerate() {
        near.fill(0.0);
        for up in 0..3 {
            let Some(from) = (h * step + up).checked_sub(1).filter(|f| *f < height) else { continue };
            let source = &x[from * line..(from + 1) * line];
            for side in 0..3 {
                let at = (up * 3 + side) * channels;
                for frame in 0..count {
                    let Some(s) = (frame + side).checked_sub(1).filter(|s| *s < count) else { continue };
                    near[frame * row + at..frame * row + at + channels]
                        .copy_from_slice(&source[s * channels..(s + 1) * channels]);
                }
            }
        }
        map.add_to(&near, to);
    }
    out
}

/// A map of `count_taps` taps in time, `dilation` frames apart and padded with zeros, every `step`th frame kept.
fn taps(x: &[f32], count: usize, width: usize, count_taps: usize, step: usize, dilation: usize, map: &Weights) -> Rows {
    let pad = (count_taps - 1) / 2 * dilation;
    let kept = (count - 1) / step + 1;
    let row = count_taps * width;
    let mut near = Zeroizing::new(vec![0f32; kept * row]);
    for (frame, to) in near.chunks_exact_mut(row).enumerate() {
        for (tap, to) in to.chunks_exact_mut(width).enumerate() {
            let from = (frame * step + tap * dilation).checked_sub(pad).filter(|f| *f < count);
            if let Some(from) = from {
                to.copy_from_slice(&x[from * width..(from + 1) * width]);
            }
        }
    }
    let mut out = Zeroizing::new(vec![0f32; kept * map.outputs()]);
    map.add_to(&near, &mut out);
    out
}
