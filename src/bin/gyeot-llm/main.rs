//! The worker of the language models: embeddings, small yes/no questions read from logits, short texts under a
//! grammar. The only program that names llama_cpp_2. It knows nothing of the practice: prompts, cards and checks are
//! the program's; here are tokens, a key-value cache and its forks. It keeps nothing of a client after its end.

use gyeot::protocol::{Answer, Ask, Judge, Judged, Load};
use gyeot::texts::msg;
use gyeot::worker::language::token_tree::{Group, Node, TokenTree, call_size, groups};
use gyeot::worker::serve::RequestContext;
use gyeot::worker::{Engine, Fate, OFFLOADS, build, sandbox, serve};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{LlamaContextParams, LlamaPoolingType};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use llguidance::ParserFactory;
use std::num::NonZeroU32;

mod writing;

/// Tokens per call of the engine. There is no abort callback, so this is how long a Cancel waits: about 0.4 s with
/// a model of half a billion parameters on two cores, and speech gets its cores back as often.
const SLICE: usize = 64;
/// Forks that may stand beside the shared prefix at one time. With the prefix itself not above [`SLICE`]: llama.cpp
/// reserves one output per sequence within a batch and aborts when they do not fit.
const FORKS: u32 = 47;
/// Columns that the engine's matrix product takes at a time.
const TILE: usize = 4;
/// Texts embedded in one call of the engine.
const TEXTS: u32 = 32;
/// Tokens embedded in one call; attention without causality needs them all in one physical batch.
const EMBED_BATCH: u32 = 1024;
/// llama.cpp's `LLAMA_FLASH_ATTN_TYPE_DISABLED`. On a processor its fused attention is quick for whole slices of 64 only; of fewer
/// tokens it reads what is held once for each: a question to 10,000 held tokens took 4.7 times as long as one to 1,000 with it and 2.2
/// times without (`tests/bench/language.py`).
const PLAIN_ATTENTION: i32 = 0;
/// Below normal: recording and speech recognition have the right of way.
const NICE: i32 = 10;
/// Where the program puts the model that it opened and hashed, and its adapter; no other file can be opened.
const GIVEN: [&str; 2] = ["/dev/fd/3", "/dev/fd/4"];

fn main() -> std::process::ExitCode {
    #[cfg(unix)]
    {
        // An unchanged priority is slower for others, not wrong.
        let _ = rustix::process::nice(NICE);
    }
    let cage = sandbox::enter(&GIVEN.map(std::path::Path::new));
    let Ok(mut backend) = LlamaBackend::init() else {
        return std::process::ExitCode::FAILURE;
    };
    backend.void_logs();
    let mut engine = Llm { backend, loaded: None };
    match serve(std::io::stdin(), std::io::stdout(), &mut engine, &build("gyeot-llm"), cage.name()) {
        Ok(_) => std::process::ExitCode::SUCCESS,
        Err(_) => std::process::ExitCode::FAILURE,
    }
}

struct Llm {
    backend: LlamaBackend,
    loaded: Option<Loaded>,
}

/// Called with the number of a node and the logits after it, where a row ends with it.
type Seen<'a> = Option<&'a mut dyn FnMut(usize, &[f32])>;

/// A model with its one context. Field order matters: the context is dropped before the model it borrows.
struct Loaded {
    held_context: Context,
    _weights: Owned,
}

struct Context {
    context: LlamaContext<'static>,
    model: &'static LlamaModel,
    /// What sequence 0 holds.
    held: Vec<LlamaToken>,
    /// Texts that are written at one time.
    lanes: usize,
    /// Makes grammars over the vocabulary; built at the first one, which takes as long as some tenths of a second of writing.
    grammars: Option<ParserFactory>,
    embedding: bool,
}

/// A model on the heap that is given back when this is dropped.
struct Owned(*mut LlamaModel);

impl Drop for Owned {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        // SAFETY: the pointer comes from `Box::into_raw` in `Loaded::open` and is freed only here. `Loaded` declares
        // `held_context`, the only holder of the `'static` reference, before `_weights`, so that reference is gone by now.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

impl Loaded {
    #[allow(unsafe_code)]
    fn open(backend: &LlamaBackend, load: &Load) -> Result<(Self, u32), Fate> {
        let verify = || msg("llm-load.hint");
        if !std::path::Path::new(&load.path).exists() {
            return Err(Fate::failed(msg("llm-model-file-not-there"), verify()));
        }
        let layers = if OFFLOADS { load.gpu_layers.unwrap_or(u32::MAX) } else { 0 };
        let params = LlamaModelParams::default().with_n_gpu_layers(layers);
        let mut model = LlamaModel::load_from_file(backend, &load.path, &params)
            .map_err(|_| Fate::failed(msg("llm-file-not-model-can-loaded"), verify()))?;
        let unfit = || Fate::failed(msg("llm-adapter-cannot-be-applied"), msg("llm-adapter-cannot-be-applied.hint"));
        let adapter = load.adapter.as_ref().map(|path| model.lora_adapter_init(path)).transpose();
        let adapter = adapter.map_err(|_| unfit())?;
        let owned = Owned(Box::into_raw(Box::new(model)));
        // SAFETY: the box lives until `owned` is dropped, and everything that holds this reference is dropped before.
        let model: &'static LlamaModel = unsafe { &*owned.0 };
        let threads = i32::from(load.threads.max(1));
        let params = LlamaContextParams::default().with_n_threads(threads).with_n_threads_batch(threads);
        let trained = model.n_ctx_train().max(64);
        let (params, length) = if load.embedding {
            let params = params
                .with_embeddings(true)
                .with_pooling_type(LlamaPoolingType::Mean)
                .with_n_batch(EMBED_BATCH)
                .with_n_ubatch(EMBED_BATCH)
                .with_n_seq_max(TEXTS);
            // Unified, so that one long text may use what short ones leave.
            (params.with_kv_unified(true), EMBED_BATCH)
        } else {
            let length = load.context.clamp(256, trained);
            let attention = if layers == 0 { PLAIN_ATTENTION } else { params.flash_attention_policy() };
            let params = params
                .with_n_batch(SLICE as u32)
                .with_n_ubatch(SLICE as u32)
                .with_n_seq_max(FORKS + 1)
                // Otherwise a fork is a real copy, and a partial copy aborts the process.
                .with_kv_unified(true)
                // Sliding-window models would forget the shared prefix.
                .with_swa_full(true)
                .with_flash_attention_policy(attention);
            (params, length)
        };
        let mut context = model.new_context(backend, params.with_n_ctx(NonZeroU32::new(length))).map_err(|_| {
            Fate::failed(msg("llm-there-not-enough-memory-model"), msg("llm-there-not-enough-memory-model.hint"))
        })?;
        if let Some(mut adapter) = adapter {
            // It lives as long as the model; llama.cpp frees both together.
            context.lora_adapter_set(&mut adapter, 1.0).map_err(|_| unfit())?;
        }
        let used = context.n_ctx();
        let (held, lanes) = (Vec::new(), writing::lanes(load.threads, layers != 0, &load.path));
        let held_context = Context { context, model, held, lanes, grammars: None, embedding: load.embedding };
        Ok((Loaded { held_context, _weights: owned }, used))
    }

    fn about(&self) -> String {
        let model = self.held_context.model;
        let architecture = model.meta_val_str("general.architecture").unwrap_or_else(|_| "unknown".into());
        format!("{architecture}, {} M parameters, {} MiB", model.n_params() / 1_000_000, model.size() >> 20)
    }
}

impl Engine for Llm {
    fn name(&self) -> &'static str {
        "llm"
    }

    fn answer(&mut self, ask: Ask, _tail: Vec<u8>, request: &RequestContext<'_>) -> Result<Answer, Fate> {
        if let Ask::Load(load) = &ask {
            // The old weights go first: two models at a time may not fit.
            self.loaded = None;
            let (loaded, context) = Loaded::open(&self.backend, load)?;
            let about = loaded.about();
            self.loaded = Some(loaded);
            return Ok(Answer::Loaded { about, context, adapted: load.adapter.is_some() });
        }
        let Some(loaded) = &mut self.loaded else {
            return Err(Fate::failed(msg("llm-no-model-loaded"), msg("llm-no-model-loaded.hint")));
        };
        let context = &mut loaded.held_context;
        let wanted = matches!(ask, Ask::Embed { .. });
        if wanted != context.embedding {
            return Err(Fate::failed(msg("llm-model-cannot"), msg("llm-model-cannot.hint")));
        }
        match ask {
            Ask::Embed { texts } => {
                let texts: Vec<&str> = texts.iter().map(|t| t.reveal()).collect();
                Ok(Answer::Embedded { vectors: context.embed(&texts, request)? })
            }
            Ask::Judge(judge) => Ok(Answer::Judged(context.judge(&judge, request)?)),
            Ask::Write(write) => Ok(Answer::Written(context.write(&write, request)?)),
            Ask::WriteTogether { texts } => {
                Ok(Answer::WrittenTogether { texts: context.write_together(&texts, request)? })
            }
            Ask::Load(_) | Ask::Decode(_) | Ask::Cancel { .. } => {
                Err(Fate::failed(msg("llm-worker-not"), msg("llm-worker-not.hint")))
            }
        }
    }
}

impl Context {
    /// Client words are never trusted: special tokens in them stay plain text.
    fn tokens(&self, text: &str, trusted: bool) -> Vec<LlamaToken> {
        self.model.vocab().tokenize(text.as_bytes(), false, trusted)
    }

    fn embed(&mut self, texts: &[&str], request: &RequestContext<'_>) -> Result<Vec<Vec<f32>>, Fate> {
        let longest = (self.model.n_ctx_train() as usize).min(EMBED_BATCH as usize);
        let mut vectors = Vec::with_capacity(texts.len());
        let mut pending: Vec<Vec<LlamaToken>> = Vec::new();
        let mut size = 0;
        for text in texts {
            let mut tokens = self.model.vocab().tokenize(text.as_bytes(), true, false);
            if tokens.is_empty() {
                return Err(Fate::failed(msg("llm-empty-text"), msg("llm-empty-text.hint")));
            }
            if tokens.len() > longest {
                let last = tokens[tokens.len() - 1];
                tokens.truncate(longest - 1);
                tokens.push(last);
            }
            if size + tokens.len() > EMBED_BATCH as usize || pending.len() == TEXTS as usize {
                self.embed_batch(&mut pending, &mut vectors, request)?;
                size = 0;
            }
            size += tokens.len();
            pending.push(tokens);
        }
        self.embed_batch(&mut pending, &mut vectors, request)?;
        Ok(vectors)
    }

    fn embed_batch(
        &mut self,
        pending: &mut Vec<Vec<LlamaToken>>,
        vectors: &mut Vec<Vec<f32>>,
        request: &RequestContext<'_>,
    ) -> Result<(), Fate> {
        if pending.is_empty() {
            return Ok(());
        }
        if request.cancelled() {
            return Err(Fate::Cancelled);
        }
        let mut batch = LlamaBatch::new(EMBED_BATCH as usize, 1);
        for (sequence, tokens) in pending.iter().enumerate() {
            for (at, token) in tokens.iter().enumerate() {
                batch.add(*token, at as i32, &[sequence as i32], true).map_err(|_| refused())?;
            }
        }
        self.context.encode(&mut batch).map_err(|_| refused())?;
        for sequence in 0..pending.len() {
            let raw = self.context.embeddings_seq_ith(sequence as i32).map_err(|_| refused())?;
            let length = raw.iter().map(|x| x * x).sum::<f32>().sqrt();
            if !length.is_finite() || length == 0.0 {
                return Err(refused());
            }
            vectors.push(raw.iter().map(|x| x / length).collect());
        }
        pending.clear();
        Ok(())
    }

    /// Puts nodes through the model in slices, from position `at` on; their rows are sequences, the first of which is `first`.
    /// The logits of nodes with which a row ends are shown to `seen`.
    fn run(
        &mut self,
        nodes: &[Node],
        (at, first): (usize, i32),
        request: &RequestContext<'_>,
        mut seen: Seen<'_>,
    ) -> Result<(), Fate> {
        let mut batch = LlamaBatch::new(SLICE, FORKS as i32);
        let size = call_size(nodes.len(), SLICE, TILE);
        let mut sequences: Vec<i32> = Vec::with_capacity(FORKS as usize);
        for (n, slice) in nodes.chunks(size).enumerate() {
            if request.cancelled() {
                return Err(Fate::Cancelled);
            }
            batch.clear();
            for node in slice {
                sequences.clear();
                sequences.extend(node.rows.clone().map(|row| first + row as i32));
                let want = node.ends && seen.is_some();
                batch.add(LlamaToken(node.token), (at + node.depth) as i32, &sequences, want).map_err(|_| refused())?;
            }
            self.context.decode(&mut batch).map_err(|_| refused())?;
            if let Some(seen) = seen.as_mut() {
                for (place, _) in slice.iter().enumerate().filter(|(_, node)| node.ends) {
                    seen(n * size + place, self.context.get_logits_ith(place as i32));
                }
            }
        }
        Ok(())
    }

    /// Makes sequence 0 hold exactly these tokens, keeping what it has in common with what it held, and drops every
    /// fork. At least the last `redo` tokens are computed again.
    fn settle(
        &mut self,
        tokens: &[LlamaToken],
        redo: usize,
        request: &RequestContext<'_>,
        seen: Seen<'_>,
    ) -> Result<(), Fate> {
        let mut common = self.held.iter().zip(tokens).take_while(|(a, b)| a == b).count();
        common = common.min(tokens.len().saturating_sub(redo));
        self.context.llama_kv_cache_seq_keep(0);
        // Models with a recurrent state cannot forget a part: then all is forgotten.
        if self.context.kv_cache_seq_rm(0, Some(common as u32), None).is_err() {
            self.context.clear_kv_cache();
            common = 0;
        }
        self.held.truncate(common);
        let rest: Vec<i32> = tokens[common..].iter().map(|token| token.0).collect();
        let done = self.run(&TokenTree::row(&rest).nodes, (common, 0), request, seen);
        match done {
            Ok(()) => self.held = tokens.to_vec(),
            // Nobody knows how far it came.
            Err(_) => self.forget(),
        }
        done
    }

    fn forget(&mut self) {
        self.context.clear_kv_cache();
        self.held.clear();
    }

    fn judge(&mut self, judge: &Judge, request: &RequestContext<'_>) -> Result<Judged, Fate> {
        let yes = self.tokens(&judge.answers.0, false).first().copied();
        let no = self.tokens(&judge.answers.1, false).first().copied();
        let (Some(yes), Some(no)) = (yes, no) else {
            return Err(Fate::failed(msg("llm-no-token-for-answer"), msg("llm-no-token-for-answer.hint")));
        };
        if yes == no {
            return Err(Fate::failed(msg("llm-same-token"), msg("llm-same-token.hint")));
        }
        let before = self.tokens(&judge.before, true);
        self.settle(&before, 0, request, None)?;
        let room = self.context.n_ctx() as usize - before.len().min(self.context.n_ctx() as usize);

        let plain = |tokens: Vec<LlamaToken>| tokens.iter().map(|t| t.0).take(room / 4 + 1).collect::<Vec<i32>>();
        let mut lines: Vec<Vec<i32>> = judge.lines.iter().map(|l| plain(self.tokens(l.reveal(), false))).collect();
        lines.iter_mut().for_each(|said| said.truncate(room / 4));
        let asked: Vec<(usize, Vec<i32>)> =
            judge.questions.iter().map(|q| (q.line, plain(self.tokens(&q.after, true)))).collect();
        if asked.iter().any(|(_, after)| after.is_empty() || after.len() > room / 4) {
            return Err(Fate::failed(msg("llm-question-too-long"), msg("llm-question-too-long.hint")));
        }
        if asked.iter().any(|(line, _)| *line >= lines.len()) {
            return Err(refused());
        }
        let mut margins = vec![0.0f32; asked.len()];
        for group in groups(&lines, &asked, room, FORKS as usize) {
            self.judge_group(&group, before.len(), (yes, no), &mut margins, request)?;
        }
        Ok(Judged { margins })
    }

    /// All rows of a group in as few calls of the engine as they need: what rows begin with, a line and often the first words of its
    /// questions, is one token for several sequences.
    fn judge_group(
        &mut self,
        group: &Group,
        before: usize,
        (yes, no): (LlamaToken, LlamaToken),
        margins: &mut [f32],
        request: &RequestContext<'_>,
    ) -> Result<(), Fate> {
        for row in 0..group.rows.len() {
            self.context.kv_cache_seq_cp(0, 1 + row as i32, None, None).map_err(|_| refused())?;
        }
        // A recurrent state takes each token for one sequence.
        let tree = TokenTree::of(&group.rows, !(self.model.is_recurrent() || self.model.is_hybrid()));
        let mut found = vec![0.0f32; tree.nodes.len()];
        let mut see = |node: usize, logits: &[f32]| found[node] = logits[yes.0 as usize] - logits[no.0 as usize];
        let done = self.run(&tree.nodes, (before, 1), request, Some(&mut see));
        for (q, end) in group.questions.iter().zip(&tree.ends) {
            margins[*q] = end.map_or(0.0, |end| found[end]);
        }
        match done {
            Ok(()) => self.context.llama_kv_cache_seq_keep(0),
            Err(_) => self.forget(),
        }
        done
    }
}

fn refused() -> Fate {
    Fate::failed(msg("llm-engine-refused-request"), msg("llm-engine-refused-request.hint"))
}
