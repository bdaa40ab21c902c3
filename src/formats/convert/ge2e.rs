//! Reads the GE2E weights out of an old PyTorch file and writes them as ours. Runs no code of the file: of the
//! pickle language it knows only what that file needs to say "these numbers have this shape", and stops at the rest.
//!
//! Such a file is five pickles (a magic number, a version, the machine, the objects, the keys of the stores) and
//! then each store: its length and its 32-bit numbers. Source: the layout that PyTorch before 1.6 wrote.

use crate::domain::model::voice_weights::{TENSORS, weight_file};
use crate::formats::convert::ConvertError;
use crate::texts::{Message, msg};
use std::collections::HashMap;

/// The file that is converted has 17,090,379 bytes.
const MOST_BYTES: usize = 64 << 20;
/// Steps of one pickle: the real one has about 1,800.
const MOST_STEPS: usize = 100_000;
/// Things a pickle may make: the real one makes about 900.
const MOST_NODES: usize = 100_000;
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
        let mut pickle = Pickle { bytes: pt.get(at..).unwrap_or_default(), at: 0, heap: Heap::default() };
        pickle.run()?;
        at += pickle.at;
        Ok(pickle.heap)
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
    weight_file(&tensors).ok_or_else(|| refused(msg("ge2e-tensors-not-fit-together")))
}

fn refused(why: Message) -> ConvertError {
    ConvertError::NotWhatIsExpected { what: msg("convert-speaker-model"), why }
}

/// The stores behind the pickles, by key: 32-bit numbers as bytes.
fn stores<'a>(keys: &Heap, mut rest: &'a [u8]) -> Result<HashMap<String, &'a [u8]>, ConvertError> {
    let Node::List(list) = keys.result() else { return Err(refused(msg("ge2e-not-list-stores"))) };
    let mut stores = HashMap::new();
    for key in list {
        let Some(Node::Text(key)) = keys.nodes.get(*key) else { return Err(refused(msg("ge2e-store-no-name"))) };
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

fn read_tensor(tensor: &Node, expected: &[usize], stores: &HashMap<String, &[u8]>) -> Option<Vec<f32>> {
    let Node::Tensor { store, offset, shape, strides } = tensor else { return None };
    let mut step = 1;
    let packed = shape.iter().zip(strides).rev().all(|(size, stride)| {
        let fits = *stride == step;
        step = step.saturating_mul(*size);
        fits
    });
    if shape != expected || shape.len() != strides.len() || !packed {
        return None;
    }
    let from = offset.checked_mul(4)?;
    let bytes = stores.get(store)?.get(from..from.checked_add(step.checked_mul(4)?)?)?;
    Some(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
}

/// A thing that a pickle makes. Things name each other by their place in the heap, as a pickle may share them.
#[derive(Debug, Clone)]
enum Node {
    Mark,
    None,
    Bool(bool),
    Int(i64),
    Long(Vec<u8>),
    Float,
    Text(String),
    Tuple(Vec<usize>),
    List(Vec<usize>),
    Dict(Vec<(usize, usize)>),
    Name(Known),
    Store(String),
    Tensor { store: String, offset: usize, shape: Vec<usize>, strides: Vec<usize> },
}

/// The only names of Python that a file may speak; none of them is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    OrderedDict,
    RebuildTensor,
    FloatStorage,
}

impl Known {
    fn of(module: &[u8], name: &[u8]) -> Option<Self> {
        match (module, name) {
            (b"collections", b"OrderedDict") => Some(Known::OrderedDict),
            (b"torch._utils", b"_rebuild_tensor_v2") => Some(Known::RebuildTensor),
            (b"torch", b"FloatStorage") => Some(Known::FloatStorage),
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
struct Heap {
    nodes: Vec<Node>,
    root: usize,
}

impl Heap {
    fn result(&self) -> &Node {
        self.nodes.get(self.root).unwrap_or(&Node::None)
    }

    fn entry_at(&self, dict: usize, key: &str) -> Option<usize> {
        let Some(Node::Dict(entries)) = self.nodes.get(dict) else { return None };
        let named = |k: usize| matches!(self.nodes.get(k), Some(Node::Text(t)) if t == key);
        entries.iter().find(|(k, _)| named(*k)).map(|(_, v)| *v)
    }

    fn entry(&self, dict: usize, key: &str) -> Option<&Node> {
        self.nodes.get(self.entry_at(dict, key)?)
    }

    fn size(&self, at: usize) -> Option<usize> {
        match self.nodes.get(at) {
            Some(Node::Int(n)) => usize::try_from(*n).ok(),
            _ => None,
        }
    }

    fn sizes(&self, at: usize) -> Option<Vec<usize>> {
        match self.nodes.get(at) {
            Some(Node::Tuple(items)) => items.iter().map(|i| self.size(*i)).collect(),
            _ => None,
        }
    }
}

struct Pickle<'a> {
    bytes: &'a [u8],
    at: usize,
    heap: Heap,
}

impl Pickle<'_> {
    /// Walks to the end of one pickle; its result is then the root of the heap.
    fn run(&mut self) -> Result<(), ConvertError> {
        self.walk().ok_or_else(|| refused(msg("ge2e-says-something-speaker-model-no")))
    }

    fn take(&mut self, count: usize) -> Option<Vec<u8>> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?.to_vec();
        self.at = end;
        Some(taken)
    }

    fn number<const N: usize>(&mut self) -> Option<i64> {
        let taken = self.take(N)?;
        let mut wide = [0u8; 8];
        wide[..N].copy_from_slice(&taken);
        Some(i64::from_le_bytes(wide))
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        let length = self.bytes.get(self.at..)?.iter().take(128).position(|b| *b == b'\n')?;
        let mut line = self.take(length + 1)?;
        line.pop();
        Some(line)
    }

    fn make(&mut self, node: Node) -> Option<usize> {
        if self.heap.nodes.len() >= MOST_NODES {
            return None;
        }
        self.heap.nodes.push(node);
        Some(self.heap.nodes.len() - 1)
    }

    fn is_mark(&self, at: usize) -> bool {
        matches!(self.heap.nodes.get(at), Some(Node::Mark))
    }

    fn items_after_mark(&self, stack: &mut Vec<usize>) -> Option<Vec<usize>> {
        let mark = stack.iter().rposition(|i| self.is_mark(*i))?;
        let items = stack.split_off(mark + 1);
        stack.pop();
        Some(items)
    }

    fn put_items(&mut self, dict: usize, items: &[usize]) -> Option<()> {
        let (pairs, odd) = items.as_chunks::<2>();
        let Node::Dict(entries) = self.heap.nodes.get_mut(dict)? else { return None };
        entries.extend(pairs.iter().map(|[k, v]| (*k, *v)));
        odd.is_empty().then_some(())
    }

    fn append(&mut self, list: usize, items: &[usize]) -> Option<()> {
        let Node::List(entries) = self.heap.nodes.get_mut(list)? else { return None };
        entries.extend_from_slice(items);
        Some(())
    }

    fn walk(&mut self) -> Option<()> {
        let mut stack: Vec<usize> = Vec::new();
        let mut memo: HashMap<i64, usize> = HashMap::new();
        for _ in 0..MOST_STEPS {
            let op = *self.bytes.get(self.at)?;
            self.at += 1;
            let made = match op {
                0x80 => {
                    if self.number::<1>()? != 2 {
                        return None;
                    }
                    continue;
                }
                b'.' => {
                    self.heap.root = stack.pop()?;
                    return stack.is_empty().then_some(());
                }
                b'q' | b'r' => {
                    let slot = if op == b'q' { self.number::<1>()? } else { self.number::<4>()? };
                    memo.insert(slot, *stack.last()?);
                    continue;
                }
                b'h' | b'j' => {
                    let slot = if op == b'h' { self.number::<1>()? } else { self.number::<4>()? };
                    stack.push(*memo.get(&slot)?);
                    continue;
                }
                b's' => {
                    let (value, key) = (stack.pop()?, stack.pop()?);
                    self.put_items(*stack.last()?, &[key, value])?;
                    continue;
                }
                b'u' => {
                    let items = self.items_after_mark(&mut stack)?;
                    self.put_items(*stack.last()?, &items)?;
                    continue;
                }
                b'a' => {
                    let item = stack.pop()?;
                    self.append(*stack.last()?, &[item])?;
                    continue;
                }
                b'e' => {
                    let items = self.items_after_mark(&mut stack)?;
                    self.append(*stack.last()?, &items)?;
                    continue;
                }
                // The attributes of an OrderedDict: versions of layers, of no use here.
                b'b' => {
                    stack.pop()?;
                    if !matches!(self.heap.nodes.get(*stack.last()?)?, Node::Dict(_)) {
                        return None;
                    }
                    continue;
                }
                b'(' => Node::Mark,
                b'N' => Node::None,
                0x88 => Node::Bool(true),
                0x89 => Node::Bool(false),
                b'}' => Node::Dict(Vec::new()),
                b']' => Node::List(Vec::new()),
                b')' => Node::Tuple(Vec::new()),
                b'K' => Node::Int(self.number::<1>()?),
                b'M' => Node::Int(self.number::<2>()?),
                b'J' => Node::Int(i64::from(self.number::<4>()? as i32)),
                b'G' => self.take(8).map(|_| Node::Float)?,
                0x8a => {
                    let length = self.number::<1>()?;
                    Node::Long(self.take(usize::try_from(length).ok()?)?)
                }
                b'X' => {
                    let length = usize::try_from(self.number::<4>()?).ok()?;
                    Node::Text(String::from_utf8(self.take(length)?).ok()?)
                }
                b't' => Node::Tuple(self.items_after_mark(&mut stack)?),
                0x85 => Node::Tuple(vec![stack.pop()?]),
                0x86 => {
                    let (b, a) = (stack.pop()?, stack.pop()?);
                    Node::Tuple(vec![a, b])
                }
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    Node::Name(Known::of(&module, &name)?)
                }
                b'Q' => {
                    let id = stack.pop()?;
                    self.store(id)?
                }
                b'R' => {
                    let (arguments, function) = (stack.pop()?, stack.pop()?);
                    self.call(function, arguments)?
                }
                _ => return None,
            };
            let at = self.make(made)?;
            stack.push(at);
        }
        None
    }

    /// `("storage", FloatStorage, key, device, length, view)` names a store.
    fn store(&self, id: usize) -> Option<Node> {
        let Node::Tuple(parts) = self.heap.nodes.get(id)? else { return None };
        let part = |n: usize| self.heap.nodes.get(*parts.get(n)?);
        match (part(0)?, part(1)?, part(2)?) {
            (Node::Text(kind), Node::Name(Known::FloatStorage), Node::Text(key)) if kind == "storage" => {
                Some(Node::Store(key.clone()))
            }
            _ => None,
        }
    }

    /// The two calls that are understood: an empty OrderedDict, and a tensor as a view of a store.
    fn call(&self, function: usize, arguments: usize) -> Option<Node> {
        let Node::Tuple(parts) = self.heap.nodes.get(arguments)? else { return None };
        match self.heap.nodes.get(function)? {
            Node::Name(Known::OrderedDict) if parts.is_empty() => Some(Node::Dict(Vec::new())),
            Node::Name(Known::RebuildTensor) => {
                let &[store, offset, shape, strides, ..] = parts.as_slice() else { return None };
                let Node::Store(store) = self.heap.nodes.get(store)? else { return None };
                Some(Node::Tensor {
                    store: store.clone(),
                    offset: self.heap.size(offset)?,
                    shape: self.heap.sizes(shape)?,
                    strides: self.heap.sizes(strides)?,
                })
            }
            _ => None,
        }
    }
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
