//! The pickle language as far as a checkpoint of PyTorch needs it to say "these numbers have this shape". Runs no code: it stops
//! at every other name.

use crate::formats::convert::ConvertError;
use crate::texts::{Message, msg};
use std::collections::HashMap;

/// Steps of one pickle: the largest that is read has about 27,000.
const MOST_STEPS: usize = 100_000;
/// Things a pickle may make: that one makes about 20,000.
const MOST_NODES: usize = 100_000;

/// The error of a checkpoint that is not what a speaker model is.
pub(super) fn refused(why: Message) -> ConvertError {
    ConvertError::NotWhatIsExpected { what: msg("convert-speaker-model"), why }
}

/// The numbers of a tensor of this shape that lies packed in its store; `None` where it is anything else.
pub(super) fn read_tensor(tensor: &Node, expected: &[usize], stores: &HashMap<String, &[u8]>) -> Option<Vec<f32>> {
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
pub(super) enum Node {
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
pub(super) enum Known {
    OrderedDict,
    RebuildTensor,
    FloatStorage,
    LongStorage,
}

impl Known {
    fn of(module: &[u8], name: &[u8]) -> Option<Self> {
        match (module, name) {
            (b"collections", b"OrderedDict") => Some(Known::OrderedDict),
            (b"torch._utils", b"_rebuild_tensor_v2") => Some(Known::RebuildTensor),
            (b"torch", b"FloatStorage") => Some(Known::FloatStorage),
            // Counters of the training, which nobody reads.
            (b"torch", b"LongStorage") => Some(Known::LongStorage),
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Heap {
    nodes: Vec<Node>,
    pub(super) root: usize,
}

impl Heap {
    pub(super) fn result(&self) -> &Node {
        self.nodes.get(self.root).unwrap_or(&Node::None)
    }

    pub(super) fn entry_at(&self, dict: usize, key: &str) -> Option<usize> {
        let Some(Node::Dict(entries)) = self.nodes.get(dict) else { return None };
        let named = |k: usize| matches!(self.nodes.get(k), Some(Node::Text(t)) if t == key);
        entries.iter().find(|(k, _)| named(*k)).map(|(_, v)| *v)
    }

    pub(super) fn entry(&self, dict: usize, key: &str) -> Option<&Node> {
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

pub(super) struct Pickle<'a> {
    bytes: &'a [u8],
    at: usize,
    heap: Heap,
}

impl Heap {
    /// The thing at a place.
    pub(super) fn at(&self, place: usize) -> Option<&Node> {
        self.nodes.get(place)
    }
}

impl<'a> Pickle<'a> {
    /// Walks one pickle to its end: what it made, and how many bytes it took.
    pub(super) fn read(bytes: &'a [u8]) -> Result<(Heap, usize), ConvertError> {
        let mut pickle = Pickle { bytes, at: 0, heap: Heap::default() };
        pickle.run()?;
        Ok((pickle.heap, pickle.at))
    }
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
                0x87 => {
                    let (c, b, a) = (stack.pop()?, stack.pop()?, stack.pop()?);
                    Node::Tuple(vec![a, b, c])
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
            (Node::Text(kind), Node::Name(Known::FloatStorage | Known::LongStorage), Node::Text(key))
                if kind == "storage" =>
            {
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
