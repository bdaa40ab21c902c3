//! The worker of the language models: embeddings, small yes/no questions read from logits, short texts under a
//! grammar. The only file that names llama_cpp_2. It knows nothing of the practice: prompts, cards and checks are
//! the program's; here are tokens, a key-value cache and its forks. It keeps nothing of a client after its end.

use gyeot::protocol::message::Part;
use gyeot::protocol::{Answer, Ask, Judge, Judged, Load, Write, Written};
use gyeot::texts::msg;
use gyeot::worker::serve::RequestContext;
use gyeot::worker::{Engine, Fate, OFFLOADS, build, sandbox, serve};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{LlamaContextParams, LlamaPoolingType};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::TokEnv;
use llguidance::{Matcher, ParserFactory};
use std::num::NonZeroU32;

/// Tokens per call of the engine. There is no abort callback, so this is how long a Cancel waits: about 0.4 s with
/// a model of half a billion parameters on two cores, and speech gets its cores back as often.
const SLICE: usize = 64;
/// Forks that may stand beside the shared prefix at one time. With the prefix itself not above [`SLICE`]: llama.cpp
/// reserves one output per sequence within a batch and aborts when they do not fit.
const FORKS: u32 = 47;
/// Texts embedded in one call of the engine.
const TEXTS: u32 = 32;
/// Tokens embedded in one call; attention without causality needs them all in one physical batch.
const EMBED_BATCH: u32 = 1024;
/// Tokens of the written text among which a repetition is made less likely, and by how much. Greedy small models
/// loop in Korean without it.
const REPEAT_WINDOW: i32 = 96;
const REPEAT_PENALTY: f32 = 1.1;
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

/// Called with the number of a strand and the logits after its last token.
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
    /// Vocabulary as the grammar engine wants it; built at the first grammar.
    vocabulary: Option<TokEnv>,
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
            let params = params
                .with_n_batch(SLICE as u32)
                .with_n_ubatch(SLICE as u32)
                .with_n_seq_max(FORKS + 1)
                // Otherwise a fork is a real copy, and a partial copy aborts the process.
                .with_kv_unified(true)
                // Sliding-window models would forget the shared prefix.
                .with_swa_full(true);
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
        let held_context = Context { context, model, held: Vec::new(), vocabulary: None, embedding: load.embedding };
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
            Ask::Load(_) | Ask::Decode(_) | Ask::Cancel { .. } => {
                Err(Fate::failed(msg("llm-worker-not"), msg("llm-worker-not.hint")))
            }
        }
    }
}

/// Tokens that go onto a sequence from a position on.
struct Strand {
    sequence: i32,
    at: usize,
    tokens: Vec<LlamaToken>,
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

    /// Puts strands through the model in slices; the logits of the last token of each strand are shown to `seen`
    /// with the strand's index.
    fn run(&mut self, strands: &[Strand], request: &RequestContext<'_>, mut seen: Seen<'_>) -> Result<(), Fate> {
        let mut batch = LlamaBatch::new(SLICE, 1);
        let mut ends: Vec<(usize, usize)> = Vec::new();
        let all = strands.iter().enumerate().flat_map(|(i, s)| (0..s.tokens.len()).map(move |t| (i, t)));
        let total: usize = strands.iter().map(|s| s.tokens.len()).sum();
        for (n, (i, t)) in all.enumerate() {
            let strand = &strands[i];
            let last = t + 1 == strand.tokens.len();
            let want = last && seen.is_some();
            if want {
                ends.push((i, batch.n_tokens() as usize));
            }
            batch.add(strand.tokens[t], (strand.at + t) as i32, &[strand.sequence], want).map_err(|_| refused())?;
            if batch.n_tokens() as usize == SLICE || n + 1 == total {
                if request.cancelled() {
                    return Err(Fate::Cancelled);
                }
                self.context.decode(&mut batch).map_err(|_| refused())?;
                if let Some(seen) = seen.as_mut() {
                    for (strand, at) in ends.drain(..) {
                        seen(strand, self.context.get_logits_ith(at as i32));
                    }
                }
                batch.clear();
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
        let strand = Strand { sequence: 0, at: common, tokens: tokens[common..].to_vec() };
        let done = self.run(&[strand], request, seen);
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

        let mut margins = vec![0.0f32; judge.questions.len()];
        // Questions by line, so that a line is computed once however the questions are ordered.
        let mut order: Vec<usize> = (0..judge.questions.len()).collect();
        order.sort_by_key(|&q| judge.questions[q].line);
        let mut group = Group::default();
        for q in order {
            let question = &judge.questions[q];
            let line = judge.lines.get(question.line).ok_or_else(refused)?;
            let after = self.tokens(&question.after, true);
            let new_line = group.lines.last().is_none_or(|(index, _)| *index != question.line);
            let mut said = if new_line { self.tokens(line.reveal(), false) } else { Vec::new() };
            said.truncate(room / 4);
            if after.is_empty() || after.len() > room / 4 {
                return Err(Fate::failed(msg("llm-question-too-long"), msg("llm-question-too-long.hint")));
            }
            let seqs = group.lines.len() + group.questions.len() + 2;
            if group.size + said.len() + after.len() > room || seqs > FORKS as usize {
                self.judge_group(std::mem::take(&mut group), before.len(), yes, no, &mut margins, request)?;
                if said.is_empty() {
                    said = self.tokens(line.reveal(), false);
                    said.truncate(room / 4);
                }
            }
            group.size += said.len() + after.len();
            if group.lines.last().is_none_or(|(index, _)| *index != question.line) {
                group.lines.push((question.line, said));
            }
            group.questions.push((q, group.lines.len() - 1, after));
        }
        self.judge_group(group, before.len(), yes, no, &mut margins, request)?;
        Ok(Judged { margins })
    }

    fn judge_group(
        &mut self,
        group: Group,
        before: usize,
        yes: LlamaToken,
        no: LlamaToken,
        margins: &mut [f32],
        request: &RequestContext<'_>,
    ) -> Result<(), Fate> {
        if group.questions.is_empty() {
            return Ok(());
        }
        let lengths: Vec<usize> = group.lines.iter().map(|(_, said)| said.len()).collect();
        let mut lines = Vec::new();
        for (k, (_, tokens)) in group.lines.into_iter().enumerate() {
            let sequence = 1 + k as i32;
            self.context.kv_cache_seq_cp(0, sequence, None, None).map_err(|_| refused())?;
            lines.push(Strand { sequence, at: before, tokens });
        }
        let done = self.run(&lines, request, None).and_then(|()| {
            let first = 1 + lines.len() as i32;
            let mut forks = Vec::new();
            let mut which = Vec::new();
            for (n, (q, line, after)) in group.questions.into_iter().enumerate() {
                let sequence = first + n as i32;
                self.context.kv_cache_seq_cp(1 + line as i32, sequence, None, None).map_err(|_| refused())?;
                forks.push(Strand { sequence, at: before + lengths[line], tokens: after });
                which.push(q);
            }
            self.run(
                &forks,
                request,
                Some(&mut |fork, logits| {
                    margins[which[fork]] = logits[yes.0 as usize] - logits[no.0 as usize];
                }),
            )
        });
        match done {
            Ok(()) => self.context.llama_kv_cache_seq_keep(0),
            Err(_) => self.forget(),
        }
        done
    }

    fn write(&mut self, write: &Write, request: &RequestContext<'_>) -> Result<Written, Fate> {
        let prompt: Vec<LlamaToken> =
            write.parts.iter().flat_map(|Part { text, trusted }| self.tokens(text.reveal(), *trusted)).collect();
        if prompt.is_empty() || prompt.len() + write.max_tokens as usize > self.context.n_ctx() as usize {
            return Err(Fate::failed(msg("llm-text-not-fit-into-context"), msg("llm-text-not-fit-into-context.hint")));
        }
        let mut samplers =
            vec![LlamaSampler::penalties(self.model.vocab().n_tokens(), REPEAT_WINDOW, REPEAT_PENALTY, 0.0, 0.0)];
        if let Some(grammar) = &write.grammar {
            samplers.push(self.matcher(grammar)?.into());
        }
        samplers.push(LlamaSampler::greedy());
        let mut sampler = LlamaSampler::chain_simple(samplers);

        self.settle(&prompt, 1, request, Some(&mut |_, _| {}))?;
        let mut bytes = Vec::new();
        let mut tokens = 0;
        let mut finished = false;
        let mut batch = LlamaBatch::new(1, 1);
        while tokens < write.max_tokens {
            // Sampling accepts the token too.
            let token = sampler.sample(&self.context, -1);
            if self.model.vocab().is_eog(token) {
                finished = true;
                break;
            }
            self.model.vocab().token_to_piece_into(token, &mut bytes, false, None);
            tokens += 1;
            if request.cancelled() {
                self.forget();
                return Err(Fate::Cancelled);
            }
            batch.clear();
            batch.add(token, self.held.len() as i32, &[0], true).map_err(|_| refused())?;
            if self.context.decode(&mut batch).is_err() {
                self.forget();
                return Err(refused());
            }
            self.held.push(token);
        }
        let text = String::from_utf8_lossy(&bytes);
        Ok(Written {
            text: gyeot::domain::practice::text::ClientText::new(&text),
            prompt_tokens: prompt.len() as u32,
            tokens,
            finished,
        })
    }

    fn matcher(&mut self, grammar: &str) -> Result<Matcher, Fate> {
        let wrong = || Fate::failed(msg("llm-grammar-cannot-read"), msg("llm-grammar-cannot-read.hint"));
        let vocabulary = self.vocabulary.get_or_insert_with(|| LlamaSampler::llguidance_tok_env(self.model)).clone();
        let mut factory = ParserFactory::new_simple(&vocabulary).map_err(|_| wrong())?;
        factory.quiet();
        let parser = factory.create_parser(TopLevelGrammar::from_lark(grammar.to_owned())).map_err(|_| wrong())?;
        Ok(Matcher::new(Ok(parser)))
    }
}

/// Lines and their questions that go through the model together.
#[derive(Default)]
struct Group {
    /// Index of the line and its tokens.
    lines: Vec<(usize, Vec<LlamaToken>)>,
    /// Index of the question, place in `lines`, tokens.
    questions: Vec<(usize, usize, Vec<LlamaToken>)>,
    size: usize,
}

fn refused() -> Fate {
    Fate::failed(msg("llm-engine-refused-request"), msg("llm-engine-refused-request.hint"))
}
