//! Reads the GE2E weights out of an old PyTorch file and writes them as ours. Its pickles are read by
//! `pickle`, which runs nothing.
//!
//! Such a file is five pickles (a magic number, a version, the machine, the objects, the keys of the stores) and
//! then each store: its length and its 32-bit numbers. Source: the layout that PyTorch before 1.6 wrote.

use crate::domain::model::voice_weights::{FORMAT, TENSORS};
use crate::formats::convert::ConvertError;
use crate::formats::convert::pickle::{Heap, Node, Pickle, read_tensor, refused};
use crate::formats::convert::weight_file;
use crate::texts::msg;
use std::collections::HashMap;

/// The file that is converted has 17,090,379 bytes.
const MOST_BYTES: usize = 64 << 20;
/// The first pickle of every such file.
const MAGIC: &[u8] = &[0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// The second one.
const VERSION: i64 = 1001;

/// The weights of `pt` as a file that `speech::voice::VoiceModel::load` reads. The same input gives the same bytes.
pub fn convert(pt: &[u8]) -> Result<Vec<u8>, ConvertError> {
    if pt.len() > MOST_BYTES {
        return Err(refused(msg("ge2e-larger-than-any-speaker-model")));
    }
    let mut at = 0;
    let mut next = || -> Result<Heap, ConvertError> {
        let (heap, length) = Pickle::read(pt.get(at..).unwrap_or_default())?;
        at += length;
        Ok(heap)
    };
    if !matches!(next()?.result(), Node::Long(n) if n == MAGIC) {
        return Err(refused(msg("ge2e-not-pytorch-file-old-layout")));
    }
    if !matches!(next()?.result(), Node::Int(VERSION)) {
        return Err(refused(msg("ge2e-pytorch-file-another-version")));
    }
    let machine = next()?;
    if !matches!(machine.entry(machine.root, "little_endian"), Some(Node::Bool(true))) {
        return Err(refused(msg("ge2e-numbers-not-little-endian")));
    }
    let objects = next()?;
    let keys = next()?;
    let stores = stores(&keys, pt.get(at..).unwrap_or_default())?;
    let state =
        objects.entry_at(objects.root, "model_state").ok_or_else(|| refused(msg("ge2e-holds-no-model-state")))?;
    let mut tensors: [Vec<f32>; TENSORS.len()] = Default::default();
    for ((name, shape), numbers) in TENSORS.iter().zip(&mut tensors) {
        let tensor = objects.entry(state, name).ok_or_else(|| refused(msg("ge2e-no").shown("name", name)))?;
        *numbers = read_tensor(tensor, shape, &stores)
            .ok_or_else(|| refused(msg("ge2e-another-shape-lies-outside-file").shown("name", name)))?;
    }
    let parts: Vec<_> = TENSORS
        .iter()
        .zip(&tensors)
        .map(|((name, shape), n)| ((*name).to_owned(), shape.to_vec(), n.as_slice()))
        .collect();
    weight_file::write(FORMAT, &parts).ok_or_else(|| refused(msg("ge2e-tensors-not-fit-together")))
}

/// The stores behind the pickles, by key: 32-bit numbers as bytes.
fn stores<'a>(keys: &Heap, mut rest: &'a [u8]) -> Result<HashMap<String, &'a [u8]>, ConvertError> {
    let Node::List(list) = keys.result() else { return Err(refused(msg("ge2e-not-list-stores"))) };
    let mut stores = HashMap::new();
    for key in list {
        let Some(Node::Text(key)) = keys.at(*key) else { return Err(refused(msg("ge2e-store-no-name"))) };
        let store = rest.split_first_chunk::<8>().and_then(|(count, after)| {
            let bytes = usize::try_from(i64::from_le_bytes(*count)).ok()?.checked_mul(4)?;
            after.split_at_checked(bytes)
        });
        let (store, after) = store.ok_or_else(|| refused(msg("ge2e-ends-middle-numbers")))?;
        stores.insert(key.clone(), store);
        rest = after;
    }
    if rest.is_empty() { Ok(stores) } else { Err(refused(msg("ge2e-something-follows-numbers"))) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use crate::speech::voice;
    use proptest::prelude::*;

    fn text(out: &mut Vec<u8>, s: &str) {
        out.push(b'X');
        out.extend((s.len() as u32).to_le_bytes());
        out.extend(s.as_bytes());
    }

    fn int(out: &mut Vec<u8>, n: usize) {
        out.push(b'J');
        out.extend((n as u32).to_le_bytes());
    }

    fn sizes(out: &mut Vec<u8>, sizes: &[usize]) {
        out.push(b'(');
        sizes.iter().for_each(|n| int(out, *n));
        out.push(b't');
    }

    /// A file of the old layout in which every tensor is a view of one store that counts 0, 1, 2 …
    pub(crate) fn counting_file(per_step: f32) -> Vec<u8> {
        let mut f =
            b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}X\x0d\0\0\0little_endian\x88s."
                .to_vec();
        f.extend(b"\x80\x02}");
        text(&mut f, "model_state");
        f.extend(b"ccollections\nOrderedDict\n)R(");
        let mut at = 0;
        for (name, shape) in TENSORS {
            text(&mut f, name);
            f.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
            text(&mut f, "storage");
            f.extend(b"ctorch\nFloatStorage\n");
            text(&mut f, "7");
            text(&mut f, "cpu");
            int(&mut f, 0);
            f.extend(b"NtQ");
            int(&mut f, at);
            sizes(&mut f, shape);
            let strides: Vec<usize> = (0..shape.len()).map(|i| shape[i + 1..].iter().product()).collect();
            sizes(&mut f, &strides);
            f.extend(b"\x89NtR");
            at += shape.iter().product::<usize>();
        }
        f.extend(b"us.\x80\x02](");
        text(&mut f, "7");
        f.extend(b"e.");
        f.extend((at as u64).to_le_bytes());
        (0..at).for_each(|i| f.extend(((i % 1000) as f32 * per_step).to_le_bytes()));
        f
    }

    #[test]
    fn a_file_of_the_old_layout_becomes_a_model_that_loads() {
        let ours = convert(&counting_file(1e-5)).unwrap();
        voice::VoiceModel::load(&ours).unwrap();
        let first = ours.len() - 4 * TENSORS.iter().map(|t| t.1.iter().product::<usize>()).sum::<usize>();
        assert_eq!(first % 8, 0, "numbers are aligned");
        assert_eq!(&ours[first + 8..first + 12], &2e-5f32.to_le_bytes());
    }

    #[test]
    fn a_file_that_asks_for_any_other_python_name_is_refused() {
        let file = counting_file(0.0);
        let at = file.windows(11).position(|w| w == b"OrderedDict").unwrap();
        let mut evil = file.clone();
        evil[at..at + 11].copy_from_slice(b"OrderedDicT");
        assert!(convert(&evil).is_err());
        assert!(convert(b"\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.").is_err());
    }

    #[test]
    fn a_file_cut_anywhere_in_its_pickles_or_at_its_end_is_refused() {
        let file = counting_file(0.0);
        let pickles = file.windows(2).rposition(|w| w == b"e.").unwrap() + 2;
        for cut in (0..pickles).chain([file.len() - 1]) {
            assert!(convert(&file[..cut]).is_err(), "{cut}");
        }
        let mut longer = file;
        longer.push(0);
        assert!(convert(&longer).is_err(), "something follows");
    }

    #[test]
    fn a_weight_that_is_not_a_number_does_not_load() {
        let ours = convert(&counting_file(f32::NAN)).unwrap();
        assert!(voice::VoiceModel::load(&ours).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn damaged_pickles_are_refused_or_read_but_never_more(
            changes in proptest::collection::vec((0usize..2600, any::<u8>()), 1..4),
        ) {
            let mut file = counting_file(0.0);
            for (at, byte) in changes {
                file[at] = byte;
            }
            let _ = convert(&file);
        }

        #[test]
        fn noise_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(convert(&bytes).is_err());
        }
    }
}
