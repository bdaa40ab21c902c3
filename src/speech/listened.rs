//! What a piece of speech sounded like, kept so that the voice of any stretch of it can be asked for later without its sound
//! and without the network: the sums of what the network said of each 20 ms, block by block. Like a print it never leaves memory and is
//! wiped when it is dropped (L19).

use crate::speech::campplus::LAST;
use zeroize::Zeroizing;

/// Rows of the network in a block: 0.2 s, so that a second takes 20 KB.
const BLOCK_ROWS: usize = 10;
/// Milliseconds of a block.
pub const BLOCK_MS: u64 = 200;
/// Numbers of a block: the sum of each of the network's numbers, then of its squares.
const WIDE: usize = 2 * LAST;

/// What a piece sounded like, in blocks of [`BLOCK_MS`]; the last one may be shorter.
pub struct Listened {
    sums: Zeroizing<Vec<f32>>,
    rows: usize,
}

impl Listened {
    /// Of the rows that the network made.
    pub(super) fn of(rows: &[f32]) -> Self {
        let mut sums = Zeroizing::new(Vec::with_capacity(rows.len().div_ceil(BLOCK_ROWS * LAST) * WIDE));
        for block in rows.chunks(BLOCK_ROWS * LAST) {
            sums.extend(add_up(block).iter().map(|x| *x as f32));
        }
        Listened { sums, rows: rows.len() / LAST }
    }

    /// How many blocks it has.
    pub fn blocks(&self) -> usize {
        self.rows.div_ceil(BLOCK_ROWS)
    }

    /// The sums over a stretch of blocks, and of how many rows they are; beyond the end there is nothing.
    pub(super) fn between(&self, from: usize, to: usize) -> (Zeroizing<Vec<f64>>, usize) {
        let mut sum = Zeroizing::new(vec![0f64; WIDE]);
        let to = to.min(self.blocks());
        for block in self.sums.chunks_exact(WIDE).take(to).skip(from) {
            sum.iter_mut().zip(block).for_each(|(s, x)| *s += f64::from(*x));
        }
        (sum, (to * BLOCK_ROWS).min(self.rows).saturating_sub(from * BLOCK_ROWS))
    }
}

impl std::fmt::Debug for Listened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listened({} blocks, withheld)", self.blocks())
    }
}

/// The sums of rows, then of their squares.
pub(super) fn add_up(rows: &[f32]) -> Zeroizing<Vec<f64>> {
    let mut sums = Zeroizing::new(vec![0f64; WIDE]);
    let (plain, squares) = sums.split_at_mut(LAST);
    for row in rows.chunks_exact(LAST) {
        for ((s, q), x) in plain.iter_mut().zip(squares.iter_mut()).zip(row) {
            let x = f64::from(*x);
            *s += x;
            *q += x * x;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_of_a_stretch_are_those_of_its_rows_and_the_last_block_may_be_shorter() {
        let rows: Vec<f32> = (0..27 * LAST).map(|n| (n % 13) as f32).collect();
        let listened = Listened::of(&rows);
        assert_eq!(listened.blocks(), 3);
        let (sums, count) = listened.between(1, 9);
        assert_eq!(count, 17);
        assert_eq!(*sums, *add_up(&rows[10 * LAST..]));
        assert_eq!(listened.between(3, 3).1, 0);
        assert_eq!(listened.between(0, 3).1, 27);
    }
}
