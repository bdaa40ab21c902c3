//! How the engine is steered while it decodes: what it may never write, where it looks ahead, and when it gives way to an utterance that
//! somebody waits for.

use gyeot::speech::ahead::{self, Vocabulary};
use gyeot::speech::characters::Allowed;
use gyeot::worker::serve::RequestContext;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};
use whisper_rs::WhisperTokenId;
use whisper_rs::whisper_rs_sys::{
    whisper_context, whisper_decode_with_state, whisper_full_get_segment_t1_from_state,
    whisper_full_n_segments_from_state, whisper_get_logits_from_state, whisper_state, whisper_token_data,
};

/// A rest of the sound that is shorter has no words, hundredths of a second: a segment keeps a quarter of a second of the pause that ends
/// it (`gyeot::speech::segment::Limits`), and one that was cut without a pause was cut where it is quietest.
const SHORTEST_REST: i64 = 30;

/// Whether a run still has to go on.
pub struct Watch<'a> {
    request: &'a RequestContext<'a>,
    /// Its encoder gives way to an utterance that waits.
    gives_way: bool,
    /// No token was chosen yet.
    encoding: AtomicBool,
    gave_way: AtomicBool,
}

impl<'a> Watch<'a> {
    pub fn new(request: &'a RequestContext<'a>, gives_way: bool) -> Self {
        Watch { request, gives_way, encoding: AtomicBool::new(true), gave_way: AtomicBool::new(false) }
    }

    pub fn cancelled(&self) -> bool {
        self.request.cancelled()
    }

    pub fn gave_way(&self) -> bool {
        self.gave_way.load(Ordering::SeqCst)
    }

    fn ends(&self) -> bool {
        if self.gives_way && self.encoding.load(Ordering::SeqCst) && self.request.urgent_waits() {
            self.gave_way.store(true, Ordering::SeqCst);
        }
        self.gave_way() || self.cancelled()
    }
}

/// What the engine is steered by while it decodes.
pub struct Steering<'a, 'u> {
    /// What may be written.
    pub allowed: Allowed<'a>,
    /// Tokens that are not looked at: where a sentence ends is not put off for the sake of words to come.
    pub marks: &'a [WhisperTokenId],
    /// How it looks ahead, where it does.
    pub ahead: Option<Ahead>,
    pub watch: &'a Watch<'a>,
    /// Where the engine stops before the end of the sound.
    pub rest: Rest,
    /// Answers the utterances that wait, between two tokens.
    pub urgent: Option<RefCell<&'u mut (dyn FnMut() + 'u)>>,
}

/// How to look ahead: what the vocabulary is, how many tokens stand before the text, how many threads decode.
#[derive(Clone, Copy)]
pub struct Ahead {
    pub vocabulary: Vocabulary,
    pub before: usize,
    pub threads: i32,
}

/// Asked by the engine between slices of work.
///
/// SAFETY: to be called only while `Work::run` waits in `full`, with the `&Watch` it was given.
pub unsafe extern "C" fn abandoned(watch: *mut c_void) -> bool {
    // SAFETY: the pointer is the `&Watch` of `Work::run`, which outlives the call.
    let watch = unsafe { &*watch.cast::<Watch<'_>>() };
    watch.ends()
}

/// What the engine has not heard when it comes to an end in the middle of its window; hundredths of a second.
pub struct Rest {
    /// Length of the sound.
    pub long: i64,
    /// A rest that is shorter is left to a run of its own, which takes no whole window; with 0 the engine goes on as it comes.
    pub apart_below: i64,
    /// Where a rest begins that was not gone on with and may have words.
    pub from: Cell<Option<i64>>,
}

/// Asked by the engine before it encodes what comes after the segments so far: whether that is worth it.
///
/// SAFETY: to be called only while `Work::run` waits in `full`, with the `&Steering` it was given and the state of that run.
pub unsafe extern "C" fn goes_on(_: *mut whisper_context, state: *mut whisper_state, steering: *mut c_void) -> bool {
    // SAFETY: the pointer is the `&Steering` of `Work::run`, which outlives the call.
    let Steering { rest, .. } = unsafe { &*steering.cast::<Steering<'_, '_>>() };
    // SAFETY: the state is that of the running decode, which waits for this call to return.
    let segments = unsafe { whisper_full_n_segments_from_state(state) };
    if segments == 0 || rest.apart_below == 0 {
        return true;
    }
    // SAFETY: the same, and there is such a segment.
    let reached = unsafe { whisper_full_get_segment_t1_from_state(state, segments - 1) };
    let left = rest.long - reached;
    if left < SHORTEST_REST {
        return false;
    }
    let apart = left < rest.apart_below;
    rest.from.set(apart.then_some(reached));
    !apart
}

/// Takes out of what the engine may choose next foreign letters and what would break a character and, where it is unsure, looks ahead:
/// the better token gets the likelihood of the likeliest, and that one its.
///
/// SAFETY: to be called only while `Work::run` waits in `full`, with the `&Steering` it was given, the tokens so far and the logits
/// of a whole vocabulary of the model that the tokens are of; where it looks ahead by one thread at a time.
pub unsafe extern "C" fn steer(
    context: *mut whisper_context,
    state: *mut whisper_state,
    tokens: *const whisper_token_data,
    count: std::ffi::c_int,
    logits: *mut f32,
    steering: *mut c_void,
) {
    // SAFETY: the pointer is the `&Steering` of `Work::run`, which outlives the call.
    let Steering { allowed, marks, ahead, watch, urgent, .. } = unsafe { &*steering.cast::<Steering<'_, '_>>() };
    watch.encoding.store(false, Ordering::SeqCst);
    // SAFETY: the context is that of the running decode.
    let size = unsafe { whisper_rs::whisper_rs_sys::whisper_n_vocab(context) }.max(0) as usize;
    // SAFETY: the engine hands over one number for each token of its vocabulary and looks at them after this call only.
    let logits = unsafe { std::slice::from_raw_parts_mut(logits, size) };
    let chosen = match usize::try_from(count) {
        // SAFETY: so many tokens were chosen so far.
        Ok(count) if count > 0 => unsafe { std::slice::from_raw_parts(tokens, count) },
        _ => &[],
    };
    let lacked = allowed.characters.after_all(chosen.iter().map(|token| token.id as usize));
    allowed.keep(lacked, logits);
    let (Some(ahead), Some(before)) = (ahead, chosen.last()) else { return };
    // Here the engine does nothing else: where it looks ahead it has one sequence, and its threads have gone.
    if let Some(mut urgent) = urgent.as_ref().and_then(|urgent| urgent.try_borrow_mut().ok()) {
        urgent();
    }
    let is_time = |token: &whisper_token_data| token.id as usize >= ahead.vocabulary.times;
    let after_time = is_time(before);
    let count = chosen.len();
    // After the time at which a segment ends comes another one or the end; within a character what is likeliest to end it.
    if lacked > 0 || (after_time && count > 1 && !is_time(&chosen[count - 2])) {
        return;
    }
    let decode = |token: WhisperTokenId, at: usize| -> Option<Vec<f32>> {
        let at = i32::try_from(ahead.before + at).ok()?;
        // SAFETY: context and state are those of the running decode, which has one sequence, has copied its logits, and waits for
        // this call to return. The engine forgets what it held from this position on.
        let done = unsafe { whisper_decode_with_state(context, state, &raw const token, 1, at, ahead.threads) };
        // SAFETY: after a decode of one token the state holds the logits of one position.
        (done == 0).then(|| unsafe { std::slice::from_raw_parts(whisper_get_logits_from_state(state), size) }.to_vec())
    };
    let likeliest = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(token, _)| token);
    if likeliest == ahead.vocabulary.end || marks.iter().any(|mark| *mark as usize == likeliest) {
        return;
    }
    let mut words = logits.to_vec();
    marks.iter().for_each(|mark| words[*mark as usize] = f32::NEG_INFINITY);
    let followed = std::cell::Cell::new(false);
    let better = ahead::better(&words, ahead.vocabulary, after_time, *allowed, &mut |token, step| {
        followed.set(true);
        decode(WhisperTokenId::try_from(token).ok()?, count + step)
    });
    // What was decoded ahead is forgotten: the last token stands at the end again.
    if followed.get()
        && decode(before.id, count - 1).is_some()
        && let Some((first, token)) = better
    {
        logits.swap(first, token);
    }
}
