//! Opus (RFC 6716) as a decoder of symphonia: what browsers (WebM), messengers (Ogg) and some phones record. The only file
//! that names opus_decoder, which is Rust without `unsafe`.

use opus_decoder::{OpusDecoder as Single, OpusMultistreamDecoder as Multi};
use symphonia::core::audio::{AsAudioBufferRef, AudioBuffer, AudioBufferRef, Channels, Signal, SignalSpec};
use symphonia::core::codecs::{
    CODEC_TYPE_OPUS, CodecDescriptor, CodecParameters, Decoder, DecoderOptions, FinalizeResult,
};
use symphonia::core::errors::{Result, decode_error, unsupported_error};
use symphonia::core::formats::Packet;

/// Opus always has this clock, whatever rate went in (RFC 7845, section 4.2).
const RATE: u32 = 48_000;
/// The longest packet, 120 ms, in samples of one channel.
const LONGEST: usize = 5_760;
/// More channels than this are no recording of a talk.
const MOST_CHANNELS: usize = 8;

enum Streams {
    One(Box<Single>),
    Many(Box<Multi>),
}

/// The decoder of one track.
pub struct OpusDecoder {
    params: CodecParameters,
    streams: Streams,
    channels: usize,
    /// What the encoder asks to leave out at the start, samples of one channel.
    left_out: usize,
    gain: f32,
    pcm: Vec<f32>,
    out: AudioBuffer<f32>,
}

/// What the identification header says (RFC 7845, section 5.1).
struct Head {
    channels: usize,
    pre_skip: usize,
    gain: f32,
    streams: Option<(usize, usize, Vec<u8>)>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Head> {
        let [_, channels, skip_low, skip_high, _, _, _, _, gain_low, gain_high, family, rest @ ..] =
            bytes.strip_prefix(b"OpusHead")?
        else {
            return None;
        };
        let channels = usize::from(*channels);
        let streams = match (*family, rest) {
            (0, _) => None,
            (_, [streams, coupled, mapping @ ..]) => {
                Some((usize::from(*streams), usize::from(*coupled), mapping.get(..channels)?.to_vec()))
            }
            _ => return None,
        };
        // Q7.8 in dB.
        let db = f32::from(i16::from_le_bytes([*gain_low, *gain_high])) / 256.0;
        let pre_skip = usize::from(u16::from_le_bytes([*skip_low, *skip_high]));
        Some(Head { channels, pre_skip, gain: 10f32.powf(db / 20.0), streams })
    }
}

impl Decoder for OpusDecoder {
    fn try_new(params: &CodecParameters, _: &DecoderOptions) -> Result<Self> {
        let head = params.extra_data.as_deref().and_then(Head::parse);
        let channels = head.as_ref().map(|h| h.channels).or(params.channels.map(Channels::count)).unwrap_or(1);
        if !(1..=MOST_CHANNELS).contains(&channels) {
            return unsupported_error("opus: channels");
        }
        let made = match head.as_ref().and_then(|h| h.streams.as_ref()) {
            Some((streams, coupled, mapping)) => {
                Multi::new(RATE, channels, *streams, *coupled, mapping).map(|d| Streams::Many(Box::new(d)))
            }
            None => Single::new(RATE, channels).map(|d| Streams::One(Box::new(d))),
        };
        let (Ok(streams), Some(layout)) = (made, layout(channels)) else { return unsupported_error("opus: streams") };
        let out = AudioBuffer::new(LONGEST as u64, SignalSpec::new(RATE, layout));
        // The container may take the start off by itself; then it says so with a delay.
        let left_out = if params.delay.is_some() { 0 } else { head.as_ref().map_or(0, |h| h.pre_skip) };
        let gain = head.map_or(1.0, |h| h.gain);
        Ok(OpusDecoder {
            params: params.clone(),
            streams,
            channels,
            left_out,
            gain,
            pcm: vec![0.0; LONGEST * channels],
            out,
        })
    }

    fn supported_codecs() -> &'static [CodecDescriptor] {
        &[CodecDescriptor {
            codec: CODEC_TYPE_OPUS,
            short_name: "opus",
            long_name: "Opus",
            inst_func: |params, options| Ok(Box::new(OpusDecoder::try_new(params, options)?)),
        }]
    }

    fn reset(&mut self) {
        match &mut self.streams {
            Streams::One(d) => d.reset(),
            Streams::Many(d) => d.reset(),
        }
    }

    fn codec_params(&self) -> &CodecParameters {
        &self.params
    }

    fn decode(&mut self, packet: &Packet) -> Result<AudioBufferRef<'_>> {
        self.out.clear();
        let made = match &mut self.streams {
            Streams::One(d) => d.decode_float(packet.buf(), &mut self.pcm, false),
            Streams::Many(d) => d.decode_float(packet.buf(), &mut self.pcm, false),
        };
        let Ok(frames) = made else { return decode_error("opus: packet") };
        let frames = frames.min(LONGEST);
        let skip = self.left_out.min(frames);
        self.left_out -= skip;
        self.out.render_reserved(Some(frames - skip));
        for c in 0..self.channels {
            let from = self.pcm[skip * self.channels..frames * self.channels].iter().skip(c).step_by(self.channels);
            for (to, from) in self.out.chan_mut(c).iter_mut().zip(from) {
                *to = from * self.gain;
            }
        }
        Ok(self.out.as_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> AudioBufferRef<'_> {
        self.out.as_audio_buffer_ref()
    }
}

/// So many channels, wherever they stand: they are mixed afterwards.
fn layout(channels: usize) -> Option<Channels> {
    Channels::from_bits(((1u64 << channels) - 1) as u32)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_header_gives_channels_pre_skip_and_gain() {
        let head = Head::parse(b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\x06\0").unwrap();
        assert_eq!((head.channels, head.pre_skip), (2, 312));
        assert!((head.gain - 1.995).abs() < 0.01 && head.streams.is_none());
        assert!(Head::parse(b"OpusHead\x01").is_none());
        assert!(
            Head::parse(b"OpusHead\x01\x06\0\0\0\0\0\0\0\0\x01\x04\x02\0\x04\x01").is_none(),
            "a mapping cut short"
        );
    }
}
