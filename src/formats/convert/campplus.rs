//! Reads the CAM++ weights out of a PyTorch file and writes them as ours. Runs no code of the file: its pickle is read by
//! `pickle`, its numbers are taken out of the zip as they are.
//!
//! Such a file is a zip of one folder: `data.pkl`, which says which numbers have which shape, and each store under `data/`.
//! Source: the layout that PyTorch writes since 1.6.

use crate::domain::model::campplus_weights::{FORMAT, Part, parts};
use crate::formats::convert::ConvertError;
use crate::formats::convert::pickle::{Node, Pickle, read_tensor, refused};
use crate::formats::convert::weight_file;
use crate::texts::msg;
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// The file that is converted has 28,044,640 bytes.
const MOST_BYTES: usize = 64 << 20;
/// Added to a variance before its root is taken, as PyTorch does.
const EPSILON: f64 = 1e-5;

/// The weights of `pt` as a file that `speech::voice::VoiceModel::load` reads. The same input gives the same bytes.
pub fn convert(pt: &[u8]) -> Result<Vec<u8>, ConvertError> {
    if pt.len() > MOST_BYTES {
        return Err(refused(msg("ge2e-larger-than-any-speaker-model")));
    }
    let mut zip = zip::ZipArchive::new(Cursor::new(pt)).map_err(|_| refused(msg("campplus-no-zip")))?;
    let root = zip.file_names().find_map(|n| n.strip_suffix("/data.pkl")).map(str::to_owned);
    let root = root.ok_or_else(|| refused(msg("campplus-no-zip")))?;
    let mut member = |name: &str| -> Option<Vec<u8>> {
        let file = zip.by_name(&format!("{root}/{name}")).ok()?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let pickle = member("data.pkl").ok_or_else(|| refused(msg("campplus-no-zip")))?;
    let (objects, _) = Pickle::read(&pickle)?;
    let mut tensor = |name: &str, shape: &[usize]| -> Result<Vec<f32>, ConvertError> {
        let found = objects.entry(objects.root, name).ok_or_else(|| refused(msg("ge2e-no").shown("name", name)))?;
        let other = || refused(msg("ge2e-another-shape-lies-outside-file").shown("name", name));
        let Node::Tensor { store, .. } = found else { return Err(other()) };
        // A key is digits; anything else could name another member.
        let digits = store.bytes().all(|b| b.is_ascii_digit());
        let bytes = if digits { member(&format!("data/{store}")) } else { None }.ok_or_else(other)?;
        let stores: HashMap<String, &[u8]> = [(store.clone(), bytes.as_slice())].into();
        read_tensor(found, shape, &stores).ok_or_else(other)
    };
    let mut numbers = Vec::new();
    for (name, part) in parts() {
        let found = match part {
            Part::Bias(n) => tensor(&name, &[n])?,
            Part::Map(outputs, inputs, taps) => {
                let shape: &[usize] = match taps {
                    9 => &[outputs, inputs, 3, 3],
                    1 if name.contains("shortcut") => &[outputs, inputs, 1, 1],
                    _ => &[outputs, inputs, taps],
                };
                tap_by_tap(&tensor(&name, shape)?, inputs, taps)
            }
            Part::Norm(n, learned) => {
                let mut of = |what: &str| tensor(&format!("{name}.{what}"), &[n]);
                let (mean, variance) = (of("running_mean")?, of("running_var")?);
                let (weight, bias) = if learned { (of("weight")?, of("bias")?) } else { (vec![1.0; n], vec![0.0; n]) };
                let factor: Vec<f64> = weight
                    .iter()
                    .zip(&variance)
                    .map(|(w, v)| f64::from(*w) / (f64::from(*v) + EPSILON).sqrt())
                    .collect();
                let summand = bias.iter().zip(&mean).zip(&factor).map(|((b, m), f)| f64::from(*b) - f64::from(*m) * f);
                factor.iter().copied().chain(summand).map(|x| x as f32).collect()
            }
        };
        numbers.push(found);
    }
    let named = parts();
    let tensors: Vec<_> =
        named.iter().zip(&numbers).map(|((name, part), n)| (name.clone(), part.shape(), n.as_slice())).collect();
    weight_file::write(FORMAT, &tensors).ok_or_else(|| refused(msg("ge2e-tensors-not-fit-together")))
}

/// Rows of `inputs` by `taps` turned so that each row lies tap after tap.
fn tap_by_tap(numbers: &[f32], inputs: usize, taps: usize) -> Vec<f32> {
    let turned = |row: &[f32]| -> Vec<f32> {
        (0..taps).flat_map(|t| (0..inputs).map(move |i| (i, t))).map(|(i, t)| row[i * taps + t]).collect()
    };
    numbers.chunks_exact(inputs * taps).flat_map(turned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_turned_tap_after_tap() {
        // Two outputs of three inputs with two taps each.
        let numbers: Vec<f32> = (0..12u8).map(f32::from).collect();
        assert_eq!(tap_by_tap(&numbers, 3, 2), [0., 2., 4., 1., 3., 5., 6., 8., 10., 7., 9., 11.]);
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"\x80\x02}."] {
            assert!(convert(bytes).is_err());
        }
    }
}
