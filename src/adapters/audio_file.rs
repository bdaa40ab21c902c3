//! Sound files and standard input as streams of 16 kHz mono. Read in blocks: a session of three hours is never in
//! memory as a whole. What a file is, its content says; its name is not asked. Codecs that symphonia lacks, headers that
//! were never finished and the names of what is not read stand beside this file.

use crate::adapters::amr;
use crate::adapters::audio_header::{self, Mended};
use crate::adapters::audio_kind::{self, Kind};
use crate::adapters::audio_registry::{codecs, probe};
use crate::adapters::resampler::{RATES, ToMono16k};
use crate::adapters::strange_files::{contained, tables_fit};
use crate::ports::audio::{AudioError, Read, Sound};
use crate::speech::vad::{RATE, ms_of};
use crate::texts::{Message, msg, system, verbatim};
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use symphonia::core::audio::SampleBuffer;
use symphonia::core::codecs::{CODEC_TYPE_NULL, CodecParameters, Decoder, DecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::probe::Hint;

/// A file is called cut short when it holds this much less than it says, milliseconds: encoders round and pad.
const CUT_SHORT_BY_MS: u64 = 250;
/// So many packets in a row that bring no sound and the file is at its end: a damaged table can repeat one for ever.
const SILENT_IN_A_ROW: u32 = 20_000;
/// So many damaged packets in a row and the rest is given up.
const DAMAGED_IN_A_ROW: u32 = 200;
/// A writer that could not go back to fill in the length leaves the largest number there.
const LENGTH_NEVER_WRITTEN: u64 = 0xFFFF_0000;
/// Raw bytes per read of standard input: one second.
const RAW_BLOCK: usize = RATE as usize * 2;

/// Opens a sound file, or raw 16 kHz s16le mono on standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn Sound>, AudioError> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(Raw::new(std::io::stdin(), "standard input")));
    }
    Ok(Box::new(AudioFile::open(path)?))
}

/// A sound file that is being read.
pub struct AudioFile {
    path: String,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn Decoder>,
    track: u32,
    to_mono: Option<ToMono16k>,
    samples: Option<SampleBuffer<f32>>,
    promised_ms: Option<u64>,
    /// An MP4 file holds AMR, which its reader does not know: whether wide-band.
    amr: Option<bool>,
    interrupted: bool,
    ready: Vec<i16>,
    given: u64,
    good: u64,
    damaged: u64,
    damaged_in_a_row: u32,
    silent_in_a_row: u32,
    over: bool,
    cut_short: bool,
}

impl AudioFile {
    /// Opens a file and reads its first sound, so that a file without any is refused here.
    pub fn open(path: &Path) -> Result<Self, AudioError> {
        let name = path.display().to_string();
        let unopened = |why: Message| AudioError::Unopened { path: name.clone(), why };
        let mut file = File::open(path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => AudioError::Missing(name.clone()),
            kind => unopened(system::reason(kind)),
        })?;
        let about = file.metadata().map_err(|e| unopened(system::reason(e.kind())))?;
        if about.is_dir() {
            return Err(unopened(msg("audio-file-folder")));
        }
        if about.is_file() && about.len() == 0 {
            return Err(AudioError::Empty(name));
        }
        if !about.is_file() {
            return Self::of(name, Box::new(file), Kind::default());
        }
        let broken = |e: std::io::Error| AudioError::Broken { path: name.clone(), why: system::reason(e.kind()) };
        let kind = audio_kind::look(&mut file).map_err(broken)?;
        if kind.unfinished {
            return Err(AudioError::Unfinished(name));
        }
        let mending = audio_header::look(&mut file).map_err(broken)?;
        let source = Mended::new(file, &mending).map_err(broken)?;
        let opened = Self::of(name.clone(), Box::new(source), kind);
        match (opened, kind.name) {
            // The index at the end is missing: read from the front, which needs none.
            (Err(AudioError::Destroyed(_) | AudioError::NotAudio(_)), Some(of)) if audio_kind::is_matroska(of) => {
                let again = File::open(path).map_err(broken)?;
                let opened = Self::of(name.clone(), Box::new(ReadOnlySource::new(again)), kind);
                let opened = opened.map_err(|e| match e {
                    AudioError::NotAudio(path) => AudioError::Destroyed(path),
                    e => e,
                })?;
                Ok(AudioFile { interrupted: true, ..opened })
            }
            (Err(AudioError::NotAudio(path)), Some(of)) if audio_kind::is_container(of) => {
                Err(AudioError::Destroyed(path))
            }
            (Err(fault @ AudioError::Unsupported { .. }), Some(of)) if audio_kind::is_container(of) => Err(fault),
            (Ok(opened), _) => Ok(AudioFile { interrupted: mending.interrupted, ..opened }),
            (Err(AudioError::Destroyed(path)), Some(kind)) if audio_kind::is_unread(kind) => {
                Err(AudioError::KnownKind { path, kind })
            }
            (Err(AudioError::NotAudio(path) | AudioError::Unsupported { path, .. }), Some(kind)) => {
                Err(AudioError::KnownKind { path, kind })
            }
            (Err(fault), _) => Err(fault),
        }
    }

    /// Opens sound that is already in memory, such as the shipped demo; `name` is what errors call it.
    pub fn from_memory(name: &str, bytes: &'static [u8]) -> Result<Self, AudioError> {
        Self::of(name.to_owned(), Box::new(std::io::Cursor::new(bytes)), Kind::default())
    }

    /// The readers of symphonia panic on some damaged files; that is the file's fault and ends nothing but its reading.
    fn of(name: String, source: Box<dyn MediaSource>, kind: Kind) -> Result<Self, AudioError> {
        let destroyed = AudioError::Destroyed(name.clone());
        contained(move || Self::probe(name, source, kind)).unwrap_or(Err(destroyed))
    }

    fn probe(name: String, mut source: Box<dyn MediaSource>, kind: Kind) -> Result<Self, AudioError> {
        if source.is_seekable() && !tables_fit(&mut *source) {
            return Err(AudioError::Destroyed(name));
        }
        let source = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let options = FormatOptions { enable_gapless: true, ..FormatOptions::default() };
        let probed =
            probe().format(&Hint::new(), source, &options, &MetadataOptions::default()).map_err(|e| match e {
                Error::IoError(e) if e.kind() != ErrorKind::UnexpectedEof => {
                    AudioError::Broken { path: name.clone(), why: system::reason(e.kind()) }
                }
                // The probe says Unsupported when no format knows the bytes, and its readers when one does but cannot.
                Error::Unsupported(why) if !why.contains("probe") => {
                    AudioError::Unsupported { path: name.clone(), why: verbatim(why) }
                }
                Error::DecodeError(_) => AudioError::Destroyed(name.clone()),
                _ => AudioError::NotAudio(name.clone()),
            })?;
        let (track, decoder, promised_ms) = choose(&*probed.format, &name, kind.amr)?;
        let mut opened = AudioFile {
            path: name,
            format: probed.format,
            decoder,
            track,
            to_mono: None,
            samples: None,
            promised_ms,
            amr: kind.amr,
            interrupted: false,
            ready: Vec::new(),
            given: 0,
            good: 0,
            damaged: 0,
            damaged_in_a_row: 0,
            silent_in_a_row: 0,
            over: false,
            cut_short: false,
        };
        while !opened.over && opened.ready.is_empty() {
            opened.advance()?;
        }
        if opened.ready.is_empty() {
            let name = opened.path;
            return Err(if opened.damaged > 0 { AudioError::Destroyed(name) } else { AudioError::Empty(name) });
        }
        Ok(opened)
    }

    /// Decodes one packet more. Where a reader panics the file ends, and what it held so far is kept.
    fn advance(&mut self) -> Result<(), AudioError> {
        let before = self.ready.len();
        let Some(done) = contained(|| self.decode_packet()) else {
            self.damaged += 1;
            return self.end();
        };
        done?;
        self.silent_in_a_row = if self.ready.len() > before { 0 } else { self.silent_in_a_row + 1 };
        if self.silent_in_a_row > SILENT_IN_A_ROW && !self.over {
            return self.end();
        }
        Ok(())
    }

    fn decode_packet(&mut self) -> Result<(), AudioError> {
        let packet = match self.format.next_packet() {
            Ok(packet) => packet,
            Err(Error::IoError(e)) if e.kind() == ErrorKind::UnexpectedEof => return self.end(),
            Err(Error::IoError(e)) => {
                return Err(AudioError::Broken { path: self.path.clone(), why: system::reason(e.kind()) });
            }
            Err(Error::ResetRequired) => {
                // A chained stream goes on with another track.
                let (track, decoder, _) = choose(&*self.format, &self.path, self.amr)?;
                (self.track, self.decoder, self.promised_ms) = (track, decoder, None);
                return Ok(());
            }
            Err(_) => return self.damage(0),
        };
        if packet.track_id() != self.track {
            return Ok(());
        }
        let frames = match self.decoder.decode(&packet) {
            Ok(decoded) => {
                let spec = *decoded.spec();
                let (channels, frames) = (spec.channels.count(), decoded.frames());
                let fits = |b: &SampleBuffer<f32>| b.capacity() >= decoded.capacity() * channels;
                let mut samples = match self.samples.take().filter(fits) {
                    Some(samples) => samples,
                    None => SampleBuffer::new(decoded.capacity() as u64, spec),
                };
                samples.copy_interleaved_ref(decoded);
                self.take(spec.rate, channels, samples.samples())?;
                self.samples = Some(samples);
                frames
            }
            Err(Error::IoError(e)) if e.kind() != ErrorKind::UnexpectedEof => {
                return Err(AudioError::Broken { path: self.path.clone(), why: system::reason(e.kind()) });
            }
            Err(_) => return self.damage(packet.dur()),
        };
        if frames > 0 {
            self.good += 1;
            self.damaged_in_a_row = 0;
        }
        Ok(())
    }

    fn take(&mut self, rate: u32, channels: usize, samples: &[f32]) -> Result<(), AudioError> {
        if self.to_mono.as_ref().is_none_or(|m| m.rate() != rate || m.channels() != channels) {
            if let Some(mut before) = self.to_mono.take() {
                before.finish(&mut self.ready);
            }
            self.to_mono = Some(ToMono16k::new(rate, channels).ok_or_else(|| {
                AudioError::Unsupported {
                    path: self.path.clone(),
                    why: msg("audio-file-samples-second-can-read")
                        .shown("rate", rate)
                        .shown("low", RATES.start())
                        .shown("high", RATES.end()),
                }
            })?);
        }
        if let Some(to_mono) = &mut self.to_mono {
            to_mono.push(samples, &mut self.ready);
        }
        Ok(())
    }

    /// A packet that cannot be decoded becomes silence of its length, so that what follows keeps its time.
    fn damage(&mut self, frames: u64) -> Result<(), AudioError> {
        self.damaged += 1;
        self.damaged_in_a_row += 1;
        if self.damaged_in_a_row > DAMAGED_IN_A_ROW {
            return self.end();
        }
        if let Some(to_mono) = &mut self.to_mono {
            // No codec has packets longer than a second; a larger number is itself damage.
            let frames = frames.min(u64::from(to_mono.rate())) as usize;
            to_mono.push(&vec![0.0; frames * to_mono.channels()], &mut self.ready);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), AudioError> {
        self.over = true;
        if let Some(to_mono) = &mut self.to_mono {
            to_mono.finish(&mut self.ready);
        }
        let had = ms_of(self.given + self.ready.len() as u64);
        self.cut_short = self.promised_ms.is_some_and(|promised| had + CUT_SHORT_BY_MS < promised);
        Ok(())
    }
}

impl Sound for AudioFile {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        while !self.over && self.ready.len() < RATE as usize / 2 {
            self.advance()?;
        }
        if self.ready.is_empty() {
            return Ok(Read::End);
        }
        self.given += self.ready.len() as u64;
        into.append(&mut self.ready);
        Ok(Read::Some)
    }

    fn total_ms(&self) -> Option<u64> {
        self.promised_ms
    }

    fn warnings(&self) -> Vec<Message> {
        let mut out = Vec::new();
        if self.interrupted {
            out.push(msg("audio-file-recorder-interrupted-before-wrote-length"));
        }
        if self.cut_short {
            let had = ms_of(self.given) as f64 / 1000.0;
            let promised = self.promised_ms.unwrap_or_default() as f64 / 1000.0;
            out.push(
                msg("audio-file-file-cut-short-holds-s")
                    .with("had", format!("{:.1}", had))
                    .with("promised", format!("{:.1}", promised)),
            );
        }
        if self.damaged > 0 {
            out.push(msg("audio-file-damaged-pieces-file-were-taken").shown("n", self.damaged));
        }
        let bad = self.to_mono.as_ref().map_or(0, ToMono16k::not_a_number);
        if bad > 0 {
            out.push(msg("audio-file-samples-no-numbers-were-taken-silence").shown("n", bad));
        }
        out
    }
}

/// A track's id, its decoder, and the length in milliseconds that it promises.
type Chosen = (u32, Box<dyn Decoder>, Option<u64>);

/// The first track that can be decoded.
fn choose(format: &dyn FormatReader, path: &str, amr: Option<bool>) -> Result<Chosen, AudioError> {
    let mut why = None;
    if let (Some(wide), Some(track)) = (amr, format.tracks().iter().find(|t| t.codec_params.codec == CODEC_TYPE_NULL))
        && let Ok(decoder) = codecs().make(&amr::params(wide), &DecoderOptions::default())
    {
        return Ok((track.id, decoder, promised_ms(&track.codec_params)));
    }
    for track in format.tracks().iter().filter(|t| t.codec_params.codec != CODEC_TYPE_NULL) {
        if track.codec_params.sample_rate == Some(0) {
            why = Some(track.codec_params.codec);
            continue;
        }
        match codecs().make(&unwrapped(&track.codec_params), &DecoderOptions::default()) {
            Ok(decoder) => return Ok((track.id, decoder, promised_ms(&track.codec_params))),
            Err(_) => why = Some(track.codec_params.codec),
        }
    }
    Err(AudioError::Unsupported {
        path: path.to_owned(),
        why: why
            .map_or(msg("audio-file-no-sound-track"), |codec| msg("audio-file-no-decoder-codec").shown("codec", codec)),
    })
}

/// In a CAF file what Apple Lossless was encoded with stands inside two atoms, `frma` of 12 bytes and the head of `alac`, of 12
/// too; the decoder wants it bare. Source: Apple Lossless Format, ALACMagicCookieDescription.
fn unwrapped(params: &CodecParameters) -> CodecParameters {
    let mut bare = params.clone();
    if let Some(cookie) = params.extra_data.as_deref().filter(|c| c.len() >= 48 && c.get(4..12) == Some(b"frmaalac")) {
        bare.extra_data = Some(cookie[24..48].into());
    }
    bare
}

fn promised_ms(params: &CodecParameters) -> Option<u64> {
    let frames = params.n_frames?;
    let bytes = u64::from(params.bits_per_coded_sample.or(params.bits_per_sample).unwrap_or(0) / 8)
        * params.channels.map_or(1, |c| c.count() as u64);
    if frames == 0 || frames >= LENGTH_NEVER_WRITTEN || frames.saturating_mul(bytes) >= LENGTH_NEVER_WRITTEN {
        return None;
    }
    let seconds = match (params.time_base, params.sample_rate) {
        (Some(base), _) => {
            let time = base.calc_time(frames);
            time.seconds as f64 + time.frac
        }
        (None, Some(rate)) if rate > 0 => frames as f64 / f64::from(rate),
        _ => return None,
    };
    Some((seconds * 1000.0) as u64)
}

/// Raw 16 kHz mono, 16 bit little endian, from a pipe.
pub struct Raw<R> {
    from: R,
    name: &'static str,
    odd: Option<u8>,
    given: u64,
    over: bool,
}

impl<R: std::io::Read + Send> Raw<R> {
    /// Reads from `from`; `name` is what errors call it.
    pub fn new(from: R, name: &'static str) -> Self {
        Raw { from, name, odd: None, given: 0, over: false }
    }
}

impl<R: std::io::Read + Send> Sound for Raw<R> {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        let mut bytes = vec![0u8; RAW_BLOCK];
        let n = loop {
            match self.from.read(&mut bytes) {
                Ok(n) => break n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(AudioError::Broken { path: self.name.to_owned(), why: system::reason(e.kind()) }),
            }
        };
        if n == 0 {
            self.over = true;
            return if self.given == 0 { Err(AudioError::Empty(self.name.to_owned())) } else { Ok(Read::End) };
        }
        let bytes: Vec<u8> = self.odd.take().into_iter().chain(bytes[..n].iter().copied()).collect();
        let (pairs, rest) = bytes.as_chunks::<2>();
        self.odd = rest.first().copied();
        into.extend(pairs.iter().map(|b| i16::from_le_bytes(*b)));
        self.given += pairs.len() as u64;
        Ok(Read::Some)
    }

    fn warnings(&self) -> Vec<Message> {
        if self.over && self.odd.is_some() {
            return vec![msg("audio-file-sound-ends-middle-sample-16")];
        }
        Vec::new()
    }
}
