//! AMR and AMR-WB (3GPP TS 26.071, TS 26.171): what phones record of calls, in their own files (RFC 4867, section 5) and
//! in 3GP. A reader and a decoder of symphonia. The only file that names codec_core (the crate rvoip-codec-core).

use codec_core::codecs::amr::AmrCodec;
use codec_core::types::{CodecConfig, CodedFrame, FrameKind, VariableRateCodec};
use symphonia::core::audio::{AsAudioBufferRef, AudioBuffer, AudioBufferRef, Channels, Signal, SignalSpec};
use symphonia::core::codecs::{
    CodecDescriptor, CodecParameters, CodecType, Decoder, DecoderOptions, FinalizeResult, decl_codec_type,
};
use symphonia::core::errors::{Error, Result, SeekErrorKind, decode_error, seek_error, unsupported_error};
use symphonia::core::formats::{Cue, FormatOptions, FormatReader, Packet, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::{MediaSourceStream, ReadBytes};
use symphonia::core::meta::{Metadata, MetadataLog};
use symphonia::core::probe::{Descriptor, Instantiate, QueryDescriptor};
use symphonia::core::units::TimeBase;

/// AMR, 8 kHz.
pub const NARROW: CodecType = decl_codec_type(b"amrn");
/// AMR-WB, 16 kHz.
pub const WIDE: CodecType = decl_codec_type(b"amrw");
/// Frames of one second: a frame is 20 ms.
const FRAMES_PER_SECOND: u32 = 50;
/// Octets of a frame after its header, by frame type; nothing for types that do not exist (RFC 4867, section 5.3 with
/// TS 26.101 table 1a and TS 26.201 table 1a).
const NARROW_OCTETS: [Option<usize>; 16] = [
    Some(12),
    Some(13),
    Some(15),
    Some(17),
    Some(19),
    Some(20),
    Some(26),
    Some(31),
    Some(5),
    None,
    None,
    None,
    None,
    None,
    None,
    Some(0),
];
const WIDE_OCTETS: [Option<usize>; 16] = [
    Some(17),
    Some(23),
    Some(32),
    Some(36),
    Some(40),
    Some(46),
    Some(50),
    Some(58),
    Some(60),
    Some(5),
    None,
    None,
    None,
    None,
    Some(0),
    Some(0),
];

fn octets(wide: bool, kind: u8) -> Option<usize> {
    let table = if wide { &WIDE_OCTETS } else { &NARROW_OCTETS };
    table.get(usize::from(kind)).copied().flatten()
}

fn rate(wide: bool) -> u32 {
    if wide { 16_000 } else { 8_000 }
}

/// The parameters of a track of this kind.
pub fn params(wide: bool) -> CodecParameters {
    let mut params = CodecParameters::new();
    params
        .for_codec(if wide { WIDE } else { NARROW })
        .with_sample_rate(rate(wide))
        .with_time_base(TimeBase::new(1, rate(wide)))
        .with_channels(Channels::FRONT_LEFT);
    params
}

/// Reads `.amr` and `.awb` files: a magic line, then frame after frame.
pub struct AmrReader {
    source: MediaSourceStream,
    tracks: Vec<Track>,
    metadata: MetadataLog,
    wide: bool,
    frame: u64,
}

impl QueryDescriptor for AmrReader {
    fn query() -> &'static [Descriptor] {
        &[Descriptor {
            short_name: "amr",
            long_name: "Adaptive Multi-Rate",
            extensions: &["amr", "awb"],
            mime_types: &["audio/amr", "audio/amr-wb"],
            markers: &[b"#!AMR"],
            score: AmrReader::score,
            inst: Instantiate::Format(|source, options| Ok(Box::new(AmrReader::try_new(source, options)?))),
        }]
    }

    fn score(_: &[u8]) -> u8 {
        255
    }
}

impl FormatReader for AmrReader {
    fn try_new(mut source: MediaSourceStream, _: &FormatOptions) -> Result<Self> {
        let mut magic = Vec::new();
        while magic.len() < 16 {
            let byte = source.read_u8()?;
            magic.push(byte);
            if byte == b'\n' {
                break;
            }
        }
        let wide = match magic.as_slice() {
            b"#!AMR\n" => false,
            b"#!AMR-WB\n" => true,
            _ => return unsupported_error("AMR of several channels"),
        };
        let tracks = vec![Track::new(0, params(wide))];
        Ok(AmrReader { source, tracks, metadata: MetadataLog::default(), wide, frame: 0 })
    }

    fn cues(&self) -> &[Cue] {
        &[]
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.metadata.metadata()
    }

    fn seek(&mut self, _: SeekMode, _: SeekTo) -> Result<SeekedTo> {
        seek_error(SeekErrorKind::Unseekable)
    }

    fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    fn next_packet(&mut self) -> Result<Packet> {
        let header = self.source.read_u8()?;
        let samples = u64::from(rate(self.wide) / FRAMES_PER_SECOND);
        let at = self.frame * samples;
        // A frame of a type that does not exist is passed over octet by octet, until one fits again.
        let Some(n) = octets(self.wide, header >> 3 & 0x0F) else { return decode_error("amr: frame type") };
        let mut bytes = vec![header; n + 1];
        self.source.read_buf_exact(&mut bytes[1..])?;
        self.frame += 1;
        Ok(Packet::new_from_boxed_slice(0, at, samples, bytes.into_boxed_slice()))
    }

    fn into_inner(self: Box<Self>) -> MediaSourceStream {
        self.source
    }
}

/// Decodes frames of storage format, one or several in a packet.
pub struct AmrDecoder {
    params: CodecParameters,
    codec: AmrCodec,
    wide: bool,
    /// Of the last speech frame: what a frame without speech goes on from.
    mode: u8,
    out: AudioBuffer<i16>,
}

/// A packet of 3GP holds at most this many frames (TS 26.244, 6.7: the field is an octet).
const MOST_FRAMES: u32 = 255;

impl AmrDecoder {
    fn codec(wide: bool) -> Result<AmrCodec> {
        let config = if wide { CodecConfig::amr_wb() } else { CodecConfig::amr_nb() };
        AmrCodec::new(&config).map_err(|_| Error::Unsupported("amr"))
    }

    fn frame(&mut self, header: u8, body: &[u8]) -> Option<Vec<i16>> {
        let kind = header >> 3 & 0x0F;
        let silence = if self.wide { 9 } else { 8 };
        let of = |kind, mode| CodedFrame { kind, mode, quality_ok: header >> 2 & 1 == 1, data: body.to_vec() };
        let frame = match kind {
            k if k < silence => {
                self.mode = k;
                of(FrameKind::Speech, k)
            }
            k if k == silence => of(FrameKind::ComfortNoise, self.mode),
            14 => of(FrameKind::Lost, self.mode),
            _ => of(FrameKind::NoData, self.mode),
        };
        self.codec.decode_frame(&frame).ok()
    }
}

impl Decoder for AmrDecoder {
    fn try_new(params: &CodecParameters, _: &DecoderOptions) -> Result<Self> {
        let wide = params.codec == WIDE;
        let spec = SignalSpec::new(rate(wide), Channels::FRONT_LEFT);
        let longest = u64::from(rate(wide) / FRAMES_PER_SECOND * MOST_FRAMES);
        Ok(AmrDecoder {
            params: params.clone(),
            codec: Self::codec(wide)?,
            wide,
            mode: 0,
            out: AudioBuffer::new(longest, spec),
        })
    }

    fn supported_codecs() -> &'static [CodecDescriptor] {
        const fn descriptor(codec: CodecType, short_name: &'static str, long_name: &'static str) -> CodecDescriptor {
            CodecDescriptor {
                codec,
                short_name,
                long_name,
                inst_func: |params, options| Ok(Box::new(AmrDecoder::try_new(params, options)?)),
            }
        }
        const KINDS: [CodecDescriptor; 2] = [
            descriptor(NARROW, "amr", "Adaptive Multi-Rate"),
            descriptor(WIDE, "amr-wb", "Adaptive Multi-Rate Wideband"),
        ];
        &KINDS
    }

    fn reset(&mut self) {
        if let Ok(codec) = Self::codec(self.wide) {
            self.codec = codec;
        }
    }

    fn codec_params(&self) -> &CodecParameters {
        &self.params
    }

    fn decode(&mut self, packet: &Packet) -> Result<AudioBufferRef<'_>> {
        self.out.clear();
        let mut rest = packet.buf();
        for _ in 0..MOST_FRAMES {
            let Some((header, tail)) = rest.split_first() else { break };
            let Some((body, tail)) = octets(self.wide, header >> 3 & 0x0F).and_then(|n| tail.split_at_checked(n))
            else {
                break;
            };
            let Some(samples) = self.frame(*header, body) else { break };
            let from = self.out.frames();
            self.out.render_reserved(Some(samples.len()));
            self.out.chan_mut(0)[from..].copy_from_slice(&samples);
            rest = tail;
        }
        if self.out.frames() == 0 {
            return decode_error("amr: frame");
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
