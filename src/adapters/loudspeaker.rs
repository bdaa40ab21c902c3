//! The loudspeaker: plays a short piece of kept sound. Without the feature `mic` there is none, and playing says so.

use crate::ports::audio::AudioError;
use std::sync::mpsc::SyncSender;

/// A piece that is being played. Dropping it ends it.
pub struct Playing {
    /// Its thread ends with this.
    _hold: SyncSender<()>,
    over: std::sync::mpsc::Receiver<()>,
}

impl Playing {
    /// Waits until it was played.
    pub fn wait(self) {
        // An end that never came is one too.
        let _ = self.over.recv();
    }
}

/// Plays samples of 16 kHz mono on the system's usual device.
pub fn play(pcm: Vec<i16>) -> Result<Playing, AudioError> {
    #[cfg(feature = "mic")]
    return device::play(pcm);
    #[cfg(not(feature = "mic"))]
    {
        drop(pcm);
        Err(AudioError::NoLoudspeakerSupport)
    }
}

/// The samples at the rate and the channels of a device, a straight line between two of them. Is here without the feature
/// too, so that it is always tested.
#[cfg_attr(not(feature = "mic"), allow(dead_code))]
mod source {
    use crate::speech::vad::RATE;

    /// Samples on their way to a device.
    pub struct Source {
        pcm: Vec<i16>,
        at: f64,
        step: f64,
    }

    impl Source {
        pub fn new(pcm: Vec<i16>, rate: u32) -> Self {
            Source { pcm, at: 0.0, step: f64::from(RATE) / f64::from(rate.max(1)) }
        }

        /// The next sample, -1 to 1; none after the last.
        pub fn next(&mut self) -> Option<f32> {
            let (n, part) = (self.at as usize, self.at.fract() as f32);
            let (a, b) = (*self.pcm.get(n)?, self.pcm.get(n + 1).copied().unwrap_or(0));
            self.at += self.step;
            Some((f32::from(a) * (1.0 - part) + f32::from(b) * part) / 32_768.0)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_piece_is_as_long_at_every_rate_and_ends() {
            for rate in [8_000, 16_000, 44_100, 48_000, 192_000] {
                let mut source = Source::new(vec![1000; 16_000], rate);
                let mut count = 0u32;
                while source.next().is_some() {
                    count += 1;
                }
                assert!(count.abs_diff(rate) <= 2, "{rate}: {count}");
            }
        }
    }
}

#[cfg(feature = "mic")]
mod device {
    use super::Playing;
    use super::source::Source;
    use crate::ports::audio::AudioError;
    use crate::texts::{Message, msg, verbatim};
    use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
    use cpal::{FromSample, SampleFormat, SizedSample, Stream, StreamConfig};
    use std::sync::mpsc::{SyncSender, sync_channel};
    use std::time::Duration;

    /// What the device still holds when the last sample was given to it.
    const REST: Duration = Duration::from_millis(250);

    fn fault(what: Message) -> AudioError {
        AudioError::Loudspeaker(what)
    }

    fn why(e: &cpal::Error) -> Message {
        use cpal::ErrorKind;
        match e.kind() {
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => msg("loudspeaker-not-there"),
            ErrorKind::DeviceBusy => msg("microphone-another-program-uses"),
            kind => verbatim(format!("{kind:?}")),
        }
    }

    pub fn play(pcm: Vec<i16>) -> Result<Playing, AudioError> {
        crate::adapters::microphone::quiet();
        let (hold, held) = sync_channel::<()>(1);
        let (ended, over) = sync_channel(1);
        let (tell, told) = sync_channel(1);
        // Streams of some systems must stay on the thread that made them.
        std::thread::spawn(move || {
            let (last, given) = sync_channel(1);
            match start(pcm, last) {
                Ok(stream) => {
                    let _ = tell.send(Ok(()));
                    loop {
                        if given.recv_timeout(Duration::from_millis(50)).is_ok() {
                            std::thread::sleep(REST);
                            break;
                        }
                        if matches!(held.try_recv(), Err(std::sync::mpsc::TryRecvError::Disconnected)) {
                            break;
                        }
                    }
                    drop(stream);
                    let _ = ended.try_send(());
                }
                Err(e) => drop(tell.send(Err(e))),
            }
        });
        told.recv().map_err(|_| fault(msg("loudspeaker-not-there")))??;
        Ok(Playing { _hold: hold, over })
    }

    fn start(pcm: Vec<i16>, last: SyncSender<()>) -> Result<Stream, AudioError> {
        let device = cpal::default_host().default_output_device().ok_or_else(|| fault(msg("loudspeaker-not-there")))?;
        let config = device.default_output_config().map_err(|e| fault(why(&e)))?;
        let (format, source) = (config.sample_format(), Source::new(pcm, config.sample_rate()));
        let config: StreamConfig = config.into();
        let stream = match format {
            SampleFormat::F32 => give::<f32>(&device, config, source, last),
            SampleFormat::I16 => give::<i16>(&device, config, source, last),
            SampleFormat::I32 => give::<i32>(&device, config, source, last),
            SampleFormat::U8 => give::<u8>(&device, config, source, last),
            SampleFormat::U16 => give::<u16>(&device, config, source, last),
            other => return Err(fault(msg("microphone-samples-cannot-read").shown("kind", other))),
        }
        .map_err(|e| fault(why(&e)))?;
        stream.play().map_err(|e| fault(why(&e)))?;
        Ok(stream)
    }

    fn give<T>(
        device: &cpal::Device,
        config: StreamConfig,
        mut source: Source,
        last: SyncSender<()>,
    ) -> Result<Stream, cpal::Error>
    where
        T: SizedSample + FromSample<f32>,
    {
        let channels = usize::from(config.channels).max(1);
        let failed = last.clone();
        device.build_output_stream(
            config,
            move |out: &mut [T], _| {
                for frame in out.chunks_mut(channels) {
                    let sample = source.next();
                    if sample.is_none() {
                        let _ = last.try_send(());
                    }
                    frame.fill(T::from_sample(sample.unwrap_or(0.0)));
                }
            },
            move |_| {
                // One that is full has said so already.
                let _ = failed.try_send(());
            },
            None,
        )
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_a_device_playing_is_a_fault_with_a_hint() {
        use crate::domain::explain::Explain;
        use crate::texts::Lang;
        // Where there is a device it plays nothing.
        if let Err(fault) = super::play(Vec::new()) {
            assert!(fault.hint().text(Lang::Ko) != fault.hint().id(), "{fault}");
        }
    }
}
