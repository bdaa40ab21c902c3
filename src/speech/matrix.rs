//! Products of matrices for the small networks that run inside the program, and the functions between them.
//! Owns the layout of the weights; the product is `ndarray`'s, which takes the widest registers that it finds when it runs.
//! Knows nothing of any network.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

/// Fewer rows than this are one pass over the weights each: the library would lay the weights out anew for them. Chosen, not measured.
const MANY: usize = 4;

/// Weights of a linear map from `inputs` to `outputs` numbers, one row per input.
pub struct Weights(Array2<f32>);

impl Weights {
    /// Lays out `rows`, one row of `inputs` numbers per output. `None` when the sizes do not fit together or one is zero.
    pub fn new(rows: &[f32], inputs: usize, outputs: usize) -> Option<Self> {
        if inputs == 0 || outputs == 0 {
            return None;
        }
        let rows = ArrayView2::from_shape((outputs, inputs), rows).ok().filter(|fit| fit.len() == rows.len())?;
        Some(Weights(rows.t().as_standard_layout().into_owned()))
    }

    /// How many numbers come out for each row that goes in.
    pub fn outputs(&self) -> usize {
        self.0.ncols()
    }

    /// Adds the map of each row of `from` (`inputs` wide) to the same row of `sums` (`outputs` wide).
    /// Rows without a partner on the other side are left alone.
    pub fn add_to(&self, from: &[f32], sums: &mut [f32]) {
        let (inputs, outputs) = self.0.dim();
        let count = (from.len() / inputs).min(sums.len() / outputs);
        let (from, sums) = (&from[..count * inputs], &mut sums[..count * outputs]);
        if count < MANY {
            for (from, sums) in from.chunks_exact(inputs).zip(sums.chunks_exact_mut(outputs)) {
                self.add_row(from, sums);
            }
            return;
        }
        let views = (ArrayView2::from_shape((count, inputs), from), ArrayViewMut2::from_shape((count, outputs), sums));
        if let (Ok(from), Ok(mut sums)) = views {
            general_mat_mul(1.0, &from, &self.0, 1.0, &mut sums);
        }
    }

    fn add_row(&self, from: &[f32], sums: &mut [f32]) {
        let weights = self.0.as_slice().unwrap_or_default();
        for (x, weights) in from.iter().zip(weights.chunks_exact(sums.len())) {
            for (s, w) in sums.iter_mut().zip(weights) {
                *s = multiply_add(*x, *w, *s);
            }
        }
    }
}

/// `a * b + c`, fused only where the processor does that in one instruction: elsewhere it is a slow library call.
#[inline(always)]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(target_feature = "fma") { a.mul_add(b, c) } else { a * b + c }
}

/// The sum of products of two rows; what one row has more than the other is left out.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Independent sums: a single one could not be turned into vectors without changing the result.
    const LANES: usize = 16;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for ((s, x), y) in sums.iter_mut().zip(a).zip(b) {
            *s = multiply_add(*x, *y, *s);
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}

/// e to the power of x within two units of the last place, in a form that the compiler turns into vectors.
/// Beyond ±87 it stays at the value there.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Adding and taking away 1.5·2^23 rounds to the nearest whole number, whose low bits are then the exponent.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 87.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    // The logarithm of two in two parts, so that the difference keeps its last bits.
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let series = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r / 720.0)))));
    let power = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    series * f32::from_bits(power)
}

/// 1 / (1 + e^-x).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The hyperbolic tangent, exact to about 1e-7 of its full range.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (1.0 + exp(2.0 * x))
}

/// One step of an LSTM cell of `cells.len()` units. `gates` holds four rows of that width: input, forget, candidate
/// and output, before their functions; `cells` is carried on and `out` is what the cell says.
pub fn lstm_cell(gates: &[f32], cells: &mut [f32], out: &mut [f32]) {
    let width = cells.len();
    let (input, rest) = gates.split_at(width);
    let (forget, rest) = rest.split_at(width);
    let (candidate, output) = rest.split_at(width);
    let rows = input.iter().zip(forget).zip(candidate).zip(output);
    for ((((i, f), g), o), (cell, out)) in rows.zip(cells.iter_mut().zip(out)) {
        *cell = sigmoid(*f) * *cell + sigmoid(*i) * tanh(*g);
        *out = sigmoid(*o) * tanh(*cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_product_is_what_the_definition_says(
            rows in 1usize..20, inputs in 1usize..40, outputs in 1usize..70, seed in any::<u32>(),
        ) {
            let number = |i: usize| ((i as u32).wrapping_mul(2_654_435_761).wrapping_add(seed) >> 16) as f32 / 65_536.0 - 0.5;
            let weights: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let from: Vec<f32> = (0..rows * inputs).map(|i| number(i + 7777)).collect();
            let mut sums = vec![0.25f32; rows * outputs];
            Weights::new(&weights, inputs, outputs).expect("sizes fit").add_to(&from, &mut sums);
            for r in 0..rows {
                for o in 0..outputs {
                    let want: f32 = 0.25 + (0..inputs).map(|i| from[r * inputs + i] * weights[o * inputs + i]).sum::<f32>();
                    prop_assert!((sums[r * outputs + o] - want).abs() < 1e-5);
                }
            }
        }

        #[test]
        fn the_fast_functions_agree_with_the_exact_ones(x in -90f32..90.0) {
            let x64 = f64::from(x);
            prop_assert!((f64::from(sigmoid(x)) - 1.0 / (1.0 + (-x64).exp())).abs() < 3e-7);
            prop_assert!((f64::from(tanh(x)) - x64.tanh()).abs() < 3e-7);
            if x.abs() < 86.0 {
                prop_assert!((f64::from(exp(x)) / x64.exp() - 1.0).abs() < 3e-7);
            }
        }
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        assert!(Weights::new(&[0.0; 32], 1, 32).is_some());
        assert!(Weights::new(&[0.0; 31], 1, 32).is_none());
        assert!(Weights::new(&[0.0; 33], 1, 32).is_none());
        assert!(Weights::new(&[], 0, 0).is_none());
        assert!(Weights::new(&[], usize::MAX, 32).is_none());
    }
}
