//! `gyeot transcribe`: a recording becomes a transcript; nothing is stored. The result is printed once, whole.

use crate::adapters::audio_file;
use crate::adapters::engines;
use crate::adapters::models::{Store, Task, Tier};
use crate::adapters::shipped;
use crate::adapters::voice_file;
use crate::adapters::workers::{Process, Worker};
use crate::cli::usage::between;
use crate::cli::{Globals, asking, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::clock;
use crate::domain::transcript::likely_words::LikelyWords;
use crate::domain::transcript::{Speaker, Transcript, gap_words};
use crate::formats;
use crate::live::line_splitter::LineSplitter;
use crate::live::recognise::{Control, Heard, Settings, Tally, recognise};
use crate::ports::audio::Sound;
use crate::ports::engine::SpeechEngine;
use crate::ports::engines::Kind;
use crate::protocol::Load;
use crate::speech::speakers::Diariser;
use crate::speech::voice::VoiceModel;
use crate::texts::msg;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Progress is told this often on a terminal, and ten times less often elsewhere.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Arguments of `gyeot transcribe`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// WAV, FLAC, MP3, OGG, Opus, WebM, M4A, AIFF, CAF, AMR; `-` is raw 16 kHz s16le mono on standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How the transcript is written.
    #[arg(long, default_value = "text", value_parser = formats::TRANSCRIPTS.iter().map(|f| f.id()).collect::<Vec<_>>())]
    format: String,
    /// The language that is spoken; that of the messages unless given.
    #[arg(long, value_name = "ko|en")]
    spoken: Option<Lang>,
    /// The speech model; the best small one that is there unless chosen.
    #[arg(long, value_name = "ID")]
    model: Option<ModelId>,
    /// Of that model, another size of its weights.
    #[arg(long, value_name = "NAME", requires = "model")]
    variant: Option<String>,
    /// Threads of the engine; the cores of this machine unless chosen.
    #[arg(long, value_name = "N", value_parser = between(1u16, 256))]
    threads: Option<u16>,
    /// Tell counsellor and client apart by their voices, and fail where the speaker model is missing. Without this
    /// option it is done where the model is there.
    #[arg(long, conflicts_with = "no_speakers")]
    speakers: bool,
    /// Leave every speaker unknown.
    #[arg(long)]
    no_speakers: bool,
    /// A file with names and other words that come up, separated by commas or lines; `-` asks for them.
    #[arg(long, value_name = "FILE")]
    words: Option<String>,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    // First what costs nothing and fails most.
    let mut sound = audio_file::open(&args.file)?;
    let language = args.spoken.unwrap_or_else(|| globals.lang());
    let words = asking::words(args.words.as_deref(), globals.lang().say("client-card-words"))?;
    let likely_words = words.map(|words| LikelyWords::of(words.reveal())).unwrap_or_default();
    let store = Store::open(globals.models_dir())?;
    let id = match args.model {
        Some(id) => id,
        None => store.installed_for(Task::Asr, Tier::Small)?,
    };
    engines::room_for(&id, &[&store.find(&id, args.variant.as_deref())?.path])?;
    let (file, model, _) = store.open_verified_variant(&id, args.variant.as_deref())?;
    let filter = shipped::speech_filter()?;
    let voices = if args.no_speakers { None } else { voice_model(&store, args.speakers)? };
    let exit = crate::cli::interrupt::Guard::new()?;

    let mut worker = Worker::start(Box::new(Process::new(Kind::Asr, Some(file))?))?;
    let load = Load {
        path: Process::model_path(),
        threads: args.threads.unwrap_or_else(cores),
        context: 0,
        embedding: false,
        adapter: None,
        gpu_layers: engines::gpu_layers()?,
    };
    SpeechEngine::load(&mut worker, load)?;

    let progress = Progress::new(args.quiet, sound.total_ms());
    let written = Mutex::new((Transcript::empty(language), Diariser::new(), LineSplitter::default()));
    let on = |heard: Heard| {
        let Ok(mut written) = written.lock() else { return };
        let (transcript, diariser, splitter) = &mut *written;
        match heard {
            Heard::Final(said) => {
                let text = said.text.clone();
                let id = transcript.add(said.span, Speaker::Unknown, said.text, said.confidence);
                if let Some(model) = &voices {
                    diariser.listen(model, id, &said.segment, text.reveal());
                }
            }
            Heard::Timed(timed) => {
                let line = transcript.utterances.iter().find(|u| u.span() == timed.span);
                if let Some((model, id)) = voices.as_ref().zip(line.map(|u| u.id)) {
                    splitter.timed(id, timed.words);
                    splitter.split(transcript, diariser, model);
                }
            }
            Heard::Gap(gap) => transcript.gaps.push(gap),
            Heard::Reached { at_ms } => progress.tell(at_ms),
            _ => {}
        }
    };
    let settings = Settings { likely_words, ..Settings::file(language) };
    let tally = recognise(&mut *sound, &mut worker, &filter, &settings, &Control::default(), None, &on)?;
    progress.end(&tally);
    let (mut transcript, diariser, _) = written.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    transcript.name_speakers(&diariser.settle());
    transcript.duration_ms = tally.duration_ms;
    transcript.model = Some(model);
    for gap in &transcript.gaps {
        let (from, to) = (clock(gap.start_ms), clock(gap.end_ms));
        print::note(format!("… {from} – {to}: {}", gap_words(&gap.reason, language)));
    }

    let id = if globals.json { "json" } else { args.format.as_str() };
    let format = formats::transcript_format(id).ok_or_else(|| {
        ErrorReport::usage(
            msg("cli-transcribe-there-no-format").shown("id", id),
            msg("cli-transcribe-there-no-format.hint"),
        )
    })?;
    let bytes = format.write(&transcript, language)?;
    exit.unbroken(|| print::bytes(&bytes));
    Ok(())
}

/// The speaker model, if it is there; missing is a fault only where it was asked for.
fn voice_model(store: &Store, wanted: bool) -> Result<Option<VoiceModel>, ErrorReport> {
    let id = match store.installed_for(Task::Speaker, Tier::Small) {
        Ok(id) => id,
        Err(fault) if wanted => return Err(fault.into()),
        Err(_) => return Ok(None),
    };
    let (file, ..) = store.open_verified(&id)?;
    Ok(Some(voice_file::load(file)?))
}

fn cores() -> u16 {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(16) as u16)
}

/// Percent, speed and remaining time on stderr; no words of anybody.
struct Progress {
    quiet: bool,
    terminal: bool,
    total_ms: Option<u64>,
    begun: Instant,
    told: Mutex<Option<Instant>>,
}

impl Progress {
    fn new(quiet: bool, total_ms: Option<u64>) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Progress { quiet, terminal, total_ms, begun: Instant::now(), told: Mutex::new(None) }
    }

    fn tell(&self, at_ms: u64) {
        let every = if self.terminal { TELL_EVERY } else { TELL_EVERY * 10 };
        let Ok(mut told) = self.told.lock() else { return };
        if self.quiet || at_ms == 0 || told.is_some_and(|t| t.elapsed() < every) {
            return;
        }
        *told = Some(Instant::now());
        let took = self.begun.elapsed().as_secs_f64();
        let speed = took / (at_ms as f64 / 1000.0);
        let line = match self.total_ms.filter(|total| *total > 0) {
            Some(total) => {
                let left = total.saturating_sub(at_ms) as f64 * speed;
                let percent = (at_ms * 100 / total).min(100);
                format!(
                    "{percent:3} %  {} of {}  RTF {speed:.2}  ETA {}",
                    clock(at_ms),
                    clock(total),
                    clock(left as u64)
                )
            }
            None => format!("{}  RTF {speed:.2}", clock(at_ms)),
        };
        if self.terminal { print::status(&line) } else { print::note(line) }
    }

    fn end(&self, tally: &Tally) {
        if self.terminal && !self.quiet {
            print::status("");
        }
        for warning in &tally.warnings {
            print::note(format!("warning: {warning}"));
        }
        if self.quiet || tally.duration_ms == 0 {
            return;
        }
        let speed = self.begun.elapsed().as_millis() as f64 / tally.duration_ms as f64;
        print::note(format!(
            "{} of sound, {} utterances, {} stretches without words, RTF {speed:.2}",
            clock(tally.duration_ms),
            tally.utterances,
            tally.dropped
        ));
    }
}
