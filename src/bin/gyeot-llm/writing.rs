//! Short texts under a grammar, several at a time: what each goes on with is chosen here, which tokens go into the next call of the engine
//! is `gyeot::worker::language::turns`.

use crate::{Context, SLICE, refused};
use gyeot::domain::practice::text::ClientText;
use gyeot::formats::convert::gguf_layout::Layout;
use gyeot::protocol::message::Part;
use gyeot::protocol::{Write, Written};
use gyeot::texts::msg;
use gyeot::worker::Fate;
use gyeot::worker::language::next_token::Repeats;
use gyeot::worker::language::turns::{self, Turns};
use gyeot::worker::serve::RequestContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use std::fs::File;

/// Texts that are written at one time, where that is worth it.
const LANES: usize = 4;
/// Threads from which it is with any weights. With two, the products bound a call and not the reading of the weights, and a first draft
/// waits for its first sentence (`tests/bench/README.md`).
const MANY_THREADS: u16 = 4;
/// Tokens of the written text among which a repetition is made less likely, and by how much. Greedy small models
/// loop in Korean without it.
const REPEAT_WINDOW: usize = 96;
const REPEAT_PENALTY: f32 = 1.1;

/// A text that is being written.
struct Text {
    prompt: Vec<i32>,
    /// Tokens that it may have.
    most: u32,
    matcher: Option<Matcher>,
    repeats: Repeats,
    bytes: Vec<u8>,
    tokens: u32,
    finished: bool,
}

/// How many texts are written at one time by a model in this file.
pub(super) fn lanes(threads: u16, offloaded: bool, path: &str) -> usize {
    // ggml lays blocks out anew for these processors only (`ggml_repack_get_optimal_repack_type`).
    let lays_out = cfg!(any(target_feature = "avx2", target_feature = "dotprod"));
    let layout = || Layout::read(File::open(path).ok()?).ok();
    let laid_out = || lays_out && layout().is_some_and(|l| l.four_columns_are_worth_it());
    let worth_it = offloaded || threads >= MANY_THREADS || laid_out();
    if worth_it { LANES } else { 1 }
}

impl Text {
    fn written(&self) -> Written {
        let text = ClientText::new(&String::from_utf8_lossy(&self.bytes));
        Written { text, prompt_tokens: self.prompt.len() as u32, tokens: self.tokens, finished: self.finished }
    }
}

impl Context {
    pub(super) fn write(&mut self, write: &Write, request: &RequestContext<'_>) -> Result<Written, Fate> {
        let text = self.text(write)?;
        let mut written = self.write_texts(vec![Some(text)], request, &mut |_, _| {})?;
        written.pop().flatten().ok_or_else(refused)
    }

    /// What cannot be asked for alone is left out.
    pub(super) fn write_together(
        &mut self,
        texts: &[Write],
        request: &RequestContext<'_>,
    ) -> Result<Vec<Option<Written>>, Fate> {
        let texts = texts.iter().map(|write| self.text(write).ok()).collect();
        self.write_texts(texts, request, &mut |place, text| request.wrote(place, text))
    }

    /// A text as it is before its first token.
    fn text(&mut self, write: &Write) -> Result<Text, Fate> {
        let part = |Part { text, trusted }: &Part| self.tokens(text.reveal(), *trusted);
        let prompt: Vec<i32> = write.parts.iter().flat_map(part).map(|token| token.0).collect();
        if prompt.is_empty() || prompt.len() + write.max_tokens as usize > self.context.n_ctx() as usize {
            return Err(Fate::failed(msg("llm-text-not-fit-into-context"), msg("llm-text-not-fit-into-context.hint")));
        }
        let matcher = write.grammar.as_deref().map(|grammar| self.matcher(grammar)).transpose()?;
        let repeats = Repeats::new(REPEAT_WINDOW, REPEAT_PENALTY);
        let (bytes, tokens, finished) = (Vec::new(), 0, false);
        Ok(Text { prompt, most: write.max_tokens, matcher, repeats, bytes, tokens, finished })
    }

    /// Writes texts in their turns, several at a time: each call of the engine goes on with all of them by a token, and reads on in
    /// the prompt of the next one. `wrote` gets each as soon as it ends.
    fn write_texts(
        &mut self,
        mut texts: Vec<Option<Text>>,
        request: &RequestContext<'_>,
        wrote: &mut dyn FnMut(usize, &Written),
    ) -> Result<Vec<Option<Written>>, Fate> {
        let prompts: Vec<&[i32]> = texts.iter().flatten().map(|text| text.prompt.as_slice()).collect();
        let mut shared = turns::shared(&prompts);
        if let [only] = prompts[..] {
            // What is not held and fits into one call is read in the call that says the first token.
            let held = self.held.iter().zip(only).take_while(|(held, token)| held.0 == **token).count();
            if only.len() - held <= SLICE {
                shared = shared.min(held);
            }
        }
        let begin: Vec<LlamaToken> =
            prompts.first().map_or(&[][..], |p| &p[..shared]).iter().map(|t| LlamaToken(*t)).collect();
        let asked = |(n, text): (usize, &Option<Text>)| text.as_ref().map(|t| (n, t.prompt.clone(), t.most as usize));
        let asked = texts.iter().enumerate().filter_map(asked).collect();
        let mut turns = Turns::new(shared, asked, self.lanes, self.context.n_ctx() as usize);
        let mut written: Vec<Option<Written>> = vec![None; texts.len()];
        self.settle(&begin, 0, request, None)?;
        let done = self.take_turns(&mut turns, &mut texts, request, &mut |place, text| {
            wrote(place, &text);
            written[place] = Some(text);
        });
        match done {
            Ok(()) => self.context.llama_kv_cache_seq_keep(0),
            Err(_) => self.forget(),
        }
        done.map(|()| written)
    }

    fn take_turns(
        &mut self,
        turns: &mut Turns,
        texts: &mut [Option<Text>],
        request: &RequestContext<'_>,
        wrote: &mut dyn FnMut(usize, Written),
    ) -> Result<(), Fate> {
        let mut batch = LlamaBatch::new(SLICE, 1);
        loop {
            if request.cancelled() {
                return Err(Fate::Cancelled);
            }
            for sequence in turns.begin() {
                self.context.kv_cache_seq_cp(0, sequence, None, None).map_err(|_| refused())?;
            }
            let entries = turns.next(SLICE);
            if entries.is_empty() {
                return Ok(());
            }
            batch.clear();
            for e in &entries {
                batch.add(LlamaToken(e.token), e.position as i32, &[e.sequence], e.last).map_err(|_| refused())?;
            }
            self.context.decode(&mut batch).map_err(|_| refused())?;
            for (place, e) in entries.iter().enumerate().filter(|(_, e)| e.last) {
                let Some(text) = &mut texts[e.text] else { continue };
                match self.goes_on(text, place as i32)? {
                    Some(token) => turns.said(e.sequence, token.0),
                    None => {
                        turns.ended(e.sequence);
                        self.context.kv_cache_seq_rm(e.sequence, None, None).map_err(|_| refused())?;
                        wrote(e.text, text.written());
                    }
                }
            }
        }
    }

    /// The next token of a text after the one at this place of the last call; none where the text is written.
    fn goes_on(&self, text: &mut Text, place: i32) -> Result<Option<LlamaToken>, Fate> {
        if text.most == 0 {
            return Ok(None);
        }
        let token = self.next(&text.repeats, text.matcher.as_mut(), self.context.get_logits_ith(place))?;
        if self.model.vocab().is_eog(token) {
            text.finished = true;
            return Ok(None);
        }
        text.repeats.said(token.0);
        if let Some(matcher) = &mut text.matcher {
            matcher.consume_token(token.0 as u32).map_err(|_| refused())?;
        }
        self.model.vocab().token_to_piece_into(token, &mut text.bytes, false, None);
        text.tokens += 1;
        // Nothing can come after it: what would be computed with it is asked by nobody.
        text.finished = text.matcher.as_ref().is_some_and(Matcher::is_stopped);
        Ok(Some(token).filter(|_| !text.finished && text.tokens < text.most))
    }

    /// The likeliest token by these logits, of those that the grammar allows. The likeliest of all is mostly allowed, and one token is
    /// quicker to try than the whole vocabulary.
    fn next(&self, repeats: &Repeats, matcher: Option<&mut Matcher>, logits: &[f32]) -> Result<LlamaToken, Fate> {
        let first = repeats.best(logits, |_| true).map(LlamaToken).ok_or_else(refused)?;
        let Some(matcher) = matcher else { return Ok(first) };
        let allowed = if self.model.vocab().is_eog(first) {
            matcher.is_accepting().map_err(|_| refused())?
        } else {
            matcher.validate_tokens(&[first.0 as u32]).map_err(|_| refused())? == 1
        };
        if allowed {
            return Ok(first);
        }
        let mask = matcher.compute_mask_or_eos().map_err(|_| refused())?;
        repeats.best(logits, |token| mask.is_allowed(token as u32)).map(LlamaToken).ok_or_else(refused)
    }

    fn matcher(&mut self, grammar: &str) -> Result<Matcher, Fate> {
        let wrong = || Fate::failed(msg("llm-grammar-cannot-read"), msg("llm-grammar-cannot-read.hint"));
        if self.grammars.is_none() {
            let vocabulary = LlamaSampler::llguidance_tok_env(self.model);
            let mut factory = ParserFactory::new_simple(&vocabulary).map_err(|_| wrong())?;
            factory.quiet();
            self.grammars = Some(factory);
        }
        let factory = self.grammars.as_ref().ok_or_else(wrong)?;
        let parser = factory.create_parser(TopLevelGrammar::from_lark(grammar.to_owned())).map_err(|_| wrong())?;
        Ok(Matcher::new(Ok(parser)))
    }
}
