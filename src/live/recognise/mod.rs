//! From sound to utterances: one thread hears (voice, borders, level), the caller's thread writes down (engine,
//! filter), so that a meter moves and nothing is lost while the engine works. The same code runs through a file as
//! fast as it goes and follows a microphone. It stores nothing and knows no screen.

mod control;
mod heard;
mod hearing;
mod partial;
mod passed;
mod settings;
mod spoken;
mod writing;

pub use crate::live::recognise::control::{Control, Ear};
pub use crate::live::recognise::heard::{Heard, RecogniseError, Revised, Said, Tally, Timed};
pub use crate::live::recognise::settings::Settings;

use crate::live::recognise::hearing::Hearing;
use crate::live::recognise::partial::Partial;
use crate::live::recognise::writing::Writing;
use crate::ports::audio::Sound;
use crate::ports::engine::SpeechEngine;
use crate::ports::recorder::SoundSink;
use crate::speech::filter::SpeechFilter;
use crate::speech::leveller::Leveller;
use crate::speech::segment::Segmenter;
use crate::speech::vad::ms_of;
use crate::speech::window::Window;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

/// Segments that wait for the engine while a file is read. Full: reading waits.
const AHEAD_OF_A_FILE: usize = 6;
/// Segments that wait for the engine during a live session: twelve minutes of speech without a pause, 25 MB.
/// Full: the segment is given up and becomes a [`Gap`]; where the sound is kept, `session hear-again` has its words.
const AHEAD_OF_LIFE: usize = 64;

/// Listens until the sound ends or it is stopped. `on` is called from both threads and must be quick.
pub fn recognise(
    sound: &mut dyn Sound,
    engine: &mut dyn SpeechEngine,
    filter: &SpeechFilter,
    settings: &Settings,
    control: &Control,
    sink: Option<&mut dyn SoundSink>,
    on: &(dyn Fn(Heard) + Sync),
) -> Result<Tally, RecogniseError> {
    let spelled = |heard: Heard| on(heard.spelled(&settings.likely_words, settings.language));
    let on: &(dyn Fn(Heard) + Sync) = &spelled;
    let live = sound.is_live();
    let (to, from) = sync_channel(if live { AHEAD_OF_LIFE } else { AHEAD_OF_A_FILE });
    let spoken = Mutex::new(None);
    std::thread::scope(|scope| {
        let shared = &spoken;
        let hearing = scope.spawn(move || {
            let mut ear = Hearing {
                leveller: Leveller::default(),
                segmenter: Segmenter::new(settings.limits),
                live,
                share: settings.partials.then_some(shared),
                to,
                on,
                out: Vec::new(),
                closed: None,
                gone: false,
                reached: 0,
                ending: (0, 0),
                untold: Vec::new(),
            };
            let heard = ear.run(sound, control, sink);
            (heard, ms_of(ear.segmenter.position()), sound.warnings())
        });
        let mut writing = Writing {
            filter,
            settings,
            on,
            tally: Tally::default(),
            partial: Partial::default(),
            open: Window::default(),
            reached_ms: 0,
            full: VecDeque::new(),
            from,
            spoken: shared,
            taken: None,
            early: None,
        };
        let written = writing.run(engine);
        let Writing { tally, from, .. } = writing;
        // A hearing side that still wants to pass something on learns that nobody listens.
        drop(from);
        let mut tally = tally;
        match hearing.join() {
            Ok((heard, duration_ms, warnings)) => {
                written?;
                heard?;
                tally.duration_ms = duration_ms;
                tally.warnings = warnings;
                Ok(tally)
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
