//! The microphone: device frames go through a bounded ring and come out as 16 kHz mono. What nobody read in time is
//! dropped from the old end and counted. Without the feature `mic` there is none, and opening it says so. Only this
//! file and the loudspeaker's name cpal.

use crate::ports::audio::{AudioError, Sound};

/// A device that can record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// As the system calls it.
    pub name: String,
    /// It is the one that is used unless another is chosen.
    pub default: bool,
    /// Its usual rate, samples per second.
    pub rate: u32,
    /// Number of channels of its default format.
    pub channels: u16,
}

/// The devices that can record, for `doctor` and the settings. An empty list is no error.
pub fn devices() -> Result<Vec<Device>, AudioError> {
    #[cfg(feature = "mic")]
    return device::list();
    #[cfg(not(feature = "mic"))]
    Err(AudioError::NoMicrophoneSupport)
}

/// Starts to record from the named device, or from the system's default. `name` is as [`devices`] gave it. A device that
/// is lost later is opened again when it comes back.
pub fn open(name: Option<&str>) -> Result<Box<dyn Sound>, AudioError> {
    #[cfg(feature = "mic")]
    {
        use crate::adapters::reopening::Reopening;
        let name = name.map(str::to_owned);
        let open = move || Ok(Box::new(device::Microphone::open(name.as_deref())?) as Box<dyn Sound>);
        Ok(Box::new(Reopening::new(std::sync::Arc::new(open))?))
    }
    #[cfg(not(feature = "mic"))]
    {
        let _ = name;
        Err(AudioError::NoMicrophoneSupport)
    }
}

/// Keeps the system's sound library from writing over the screen.
#[cfg(feature = "mic")]
pub(super) fn quiet() {
    device::quiet();
}

/// The ring between a device and its reader. It is here without the feature too, so that it is always tested.
#[cfg_attr(not(feature = "mic"), allow(dead_code))]
mod ring {
    use crate::texts::{Message, msg};
    use std::collections::VecDeque;
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;

    /// What lies in the ring.
    #[derive(Default)]
    struct Held {
        samples: VecDeque<f32>,
        lost: u64,
        failed: Option<Message>,
        /// Samples that the reader waits for.
        wanted: usize,
    }

    /// Interleaved samples; whole frames only.
    pub struct Ring {
        held: Mutex<Held>,
        more: Condvar,
        channels: usize,
        capacity: usize,
    }

    /// What a reader got.
    pub enum Got {
        Samples(Vec<f32>),
        /// So many frames were lost before what comes next.
        Lost(u64),
        Failed(Message),
    }

    impl Ring {
        pub fn new(channels: usize, frames: usize) -> Self {
            Ring { held: Mutex::default(), more: Condvar::new(), channels, capacity: channels * frames }
        }

        /// From the device's thread: never waits for the reader's work, only for its short lock.
        pub fn put(&self, samples: impl Iterator<Item = f32>, lost_before: u64) {
            let mut enough = true;
            if let Ok(mut held) = self.held.lock() {
                held.lost += lost_before;
                held.samples.extend(samples);
                let over = held.samples.len().saturating_sub(self.capacity).next_multiple_of(self.channels);
                if over > 0 {
                    let over = over.min(held.samples.len());
                    held.samples.drain(..over);
                    held.lost += (over / self.channels) as u64;
                }
                enough = held.lost > 0 || held.samples.len() >= held.wanted;
            }
            if enough {
                self.more.notify_one();
            }
        }

        pub fn fail(&self, why: Message) {
            if let Ok(mut held) = self.held.lock() {
                held.failed.get_or_insert(why);
            }
            self.more.notify_one();
        }

        /// Everything there is, once there are so many frames or so long has passed. What was recorded before a failure still comes.
        pub fn take(&self, frames: usize, within: Duration) -> Got {
            let wanted = self.channels * frames;
            let Ok(mut held) = self.held.lock() else { return Got::Failed(msg("microphone-ring-broken")) };
            held.wanted = wanted;
            let waited = self
                .more
                .wait_timeout_while(held, within, |h| h.samples.len() < wanted && h.lost == 0 && h.failed.is_none());
            let Ok((mut held, _)) = waited else { return Got::Failed(msg("microphone-ring-broken")) };
            if held.lost > 0 {
                return Got::Lost(std::mem::take(&mut held.lost));
            }
            match (held.samples.is_empty(), held.failed.take()) {
                (true, Some(why)) => Got::Failed(why),
                (_, failed) => {
                    held.failed = failed;
                    Got::Samples(held.samples.drain(..).collect())
                }
            }
        }
    }

    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    mod tests {
        use super::*;

        fn all(ring: &Ring) -> (Vec<f32>, u64) {
            let (mut out, mut lost) = (Vec::new(), 0);
            loop {
                match ring.take(1, Duration::ZERO) {
                    Got::Samples(s) if s.is_empty() => return (out, lost),
                    Got::Samples(s) => out.extend(s),
                    Got::Lost(n) => lost += n,
                    Got::Failed(_) => return (out, lost),
                }
            }
        }

        #[test]
        fn what_is_read_in_time_comes_whole_and_in_order() {
            let ring = Ring::new(2, 100);
            ring.put((0..60).map(|n| n as f32), 0);
            ring.put((60..120).map(|n| n as f32), 0);
            assert_eq!(all(&ring), ((0..120).map(|n| n as f32).collect(), 0));
        }

        #[test]
        fn a_full_ring_drops_the_oldest_whole_frames_and_counts_them() {
            let ring = Ring::new(2, 10);
            ring.put((0..26).map(|n| n as f32), 0);
            let (samples, lost) = all(&ring);
            assert_eq!(lost, 3);
            assert_eq!(samples, (6..26).map(|n| n as f32).collect::<Vec<_>>());
        }

        #[test]
        fn what_came_before_a_failure_is_still_read_and_then_the_failure_is_told() {
            let ring = Ring::new(1, 10);
            ring.put([1.0, 2.0].into_iter(), 0);
            ring.fail(msg("microphone-not-there-unplugged"));
            assert!(matches!(ring.take(100, Duration::from_secs(60)), Got::Samples(s) if s == [1.0, 2.0]));
            let failed = ring.take(100, Duration::from_secs(60));
            assert!(matches!(failed, Got::Failed(why) if why == msg("microphone-not-there-unplugged")));
        }

        #[test]
        fn a_reader_gets_as_many_frames_as_it_waits_for_and_after_its_time_what_there_is() {
            let ring = Ring::new(2, 100);
            let count = |got| if let Got::Samples(s) = got { s.len() } else { 0 };
            std::thread::scope(|scope| {
                let waits = scope.spawn(|| count(ring.take(5, Duration::from_secs(60))));
                for _ in 0..5 {
                    std::thread::sleep(Duration::from_millis(2));
                    ring.put([0.5; 2].into_iter(), 0);
                }
                assert_eq!(waits.join().unwrap(), 10);
            });
            ring.put([0.5; 6].into_iter(), 0);
            assert_eq!(count(ring.take(5, Duration::from_millis(5))), 6);
        }
    }
}

#[cfg(feature = "mic")]
mod device {
    use super::Device;
    use super::ring::{Got, Ring};
    use crate::adapters::resampler::ToMono16k;
    use crate::ports::audio::{AudioError, PIECES_A_SECOND, Read, SHORT_PIECES_A_SECOND, Sound};
    use crate::speech::vad::RATE;
    use crate::texts::{Message, msg, verbatim};
    use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
    use cpal::{ErrorKind, FromSample, Sample, SampleFormat, SizedSample, Stream, StreamConfig};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Sender, channel};
    use std::time::{Duration, Instant};

    /// The ring holds this many seconds: as long as a slow machine may be busy with one segment.
    const RING_SECONDS: usize = 20;
    /// A read waits this long for the device.
    const WAIT: Duration = Duration::from_millis(200);
    /// A device that gives nothing for this long is gone, whatever it says of itself.
    const SILENT_DEVICE: Duration = Duration::from_secs(2);
    /// And for this long after it was opened: a wireless one needs its time.
    const FIRST_SOUND: Duration = Duration::from_secs(6);
    /// After an overrun the clock gives how much was lost; less than this is jitter, seconds.
    const JITTER: f64 = 0.05;

    fn fault(what: Message) -> AudioError {
        AudioError::Microphone(what)
    }

    /// The kind of an error in words of our own: the system's messages differ in language and length.
    fn why(e: &cpal::Error) -> Message {
        match e.kind() {
            ErrorKind::DeviceNotAvailable => msg("microphone-not-there-unplugged"),
            ErrorKind::DeviceBusy => msg("microphone-another-program-uses"),
            ErrorKind::PermissionDenied => msg("microphone-system-not-allow"),
            ErrorKind::HostUnavailable => msg("microphone-sound-system-machine-not-run"),
            kind => verbatim(format!("{kind:?}")),
        }
    }

    pub fn list() -> Result<Vec<Device>, AudioError> {
        quiet();
        let host = cpal::default_host();
        let default = host.default_input_device().and_then(|d| d.description().ok()).map(|d| d.name().to_owned());
        let found = match host.input_devices() {
            Ok(found) => found,
            Err(e) if e.kind() == ErrorKind::HostUnavailable => return Ok(Vec::new()),
            Err(e) => return Err(fault(why(&e))),
        };
        let mut devices: Vec<Device> = found
            .filter_map(|device| {
                let config = device.default_input_config().ok()?;
                let name = device.description().ok()?.name().to_owned();
                if is_null(&name) {
                    return None;
                }
                let is_default = default.as_deref() == Some(name.as_str());
                Some(Device { name, default: is_default, rate: config.sample_rate(), channels: config.channels() })
            })
            .collect();
        devices.dedup_by(|a, b| a.name == b.name);
        Ok(devices)
    }

    /// ALSA's device that gives silence for ever is no microphone.
    fn is_null(name: &str) -> bool {
        name == "null" || name.starts_with("Discard all samples")
    }

    /// A device that records into its ring until it is dropped.
    pub struct Microphone {
        ring: Arc<Ring>,
        to_mono: ToMono16k,
        heard: Instant,
        /// It has given sound.
        began: bool,
        /// In short pieces.
        short: bool,
        /// Dropping it ends the thread that holds the stream.
        _hold: Sender<()>,
    }

    impl Microphone {
        pub fn open(name: Option<&str>) -> Result<Self, AudioError> {
            quiet();
            let (hold, held) = channel::<()>();
            let (tell, told) = channel();
            let name = name.map(str::to_owned);
            // Streams of some systems must stay on the thread that made them.
            std::thread::spawn(move || {
                match start(name.as_deref()) {
                    Ok((stream, ring, to_mono)) => {
                        if tell.send(Ok((ring, to_mono))).is_ok() {
                            // Returns when the sending end is dropped.
                            let _ = held.recv();
                        }
                        drop(stream);
                    }
                    Err(e) => {
                        let _ = tell.send(Err(e));
                    }
                }
            });
            let (ring, to_mono) = told.recv().map_err(|_| fault(msg("microphone-thread-ended")))??;
            Ok(Microphone { ring, to_mono, heard: Instant::now(), began: false, short: false, _hold: hold })
        }
    }

    impl Sound for Microphone {
        fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
            let pieces = if self.short { SHORT_PIECES_A_SECOND } else { PIECES_A_SECOND };
            match self.ring.take((self.to_mono.rate() / pieces) as usize, WAIT) {
                Got::Samples(samples) => {
                    let within = if self.began { SILENT_DEVICE } else { FIRST_SOUND };
                    if !samples.is_empty() {
                        (self.heard, self.began) = (Instant::now(), true);
                        self.to_mono.push(&samples, into);
                    } else if self.heard.elapsed() > within {
                        return Err(fault(msg("microphone-gives-no-sound-any-more")));
                    }
                    Ok(Read::Some)
                }
                Got::Lost(frames) => Ok(Read::Lost(frames * u64::from(RATE) / u64::from(self.to_mono.rate()))),
                Got::Failed(why) => Err(fault(why)),
            }
        }

        fn in_short_pieces(&mut self, short: bool) {
            self.short = short;
        }

        fn is_live(&self) -> bool {
            true
        }
    }

    type Started = (Stream, Arc<Ring>, ToMono16k);

    fn start(name: Option<&str>) -> Result<Started, AudioError> {
        let host = cpal::default_host();
        let device = match name {
            None => host.default_input_device().ok_or_else(|| fault(msg("microphone-none-found")))?,
            Some(name) => host
                .input_devices()
                .map_err(|e| fault(why(&e)))?
                .find(|d| d.description().is_ok_and(|d| d.name() == name))
                .ok_or_else(|| fault(msg("microphone-none-called").with("name", name)))?,
        };
        let config = device.default_input_config().map_err(|e| fault(why(&e)))?;
        let (rate, channels, format) = (config.sample_rate(), usize::from(config.channels()), config.sample_format());
        let to_mono = ToMono16k::new(rate, channels).ok_or_else(|| fault(msg("microphone-rate").with("rate", rate)))?;
        let ring = Arc::new(Ring::new(channels, rate as usize * RING_SECONDS));
        let config: StreamConfig = config.into();
        let stream = match format {
            SampleFormat::F32 => record::<f32>(&device, config, &ring),
            SampleFormat::I16 => record::<i16>(&device, config, &ring),
            SampleFormat::I32 => record::<i32>(&device, config, &ring),
            SampleFormat::U8 => record::<u8>(&device, config, &ring),
            SampleFormat::I8 => record::<i8>(&device, config, &ring),
            SampleFormat::U16 => record::<u16>(&device, config, &ring),
            other => return Err(fault(msg("microphone-samples-cannot-read").shown("kind", other))),
        }
        .map_err(|e| fault(why(&e)))?;
        stream.play().map_err(|e| fault(why(&e)))?;
        Ok((stream, ring, to_mono))
    }

    fn record<T>(device: &cpal::Device, config: StreamConfig, ring: &Arc<Ring>) -> Result<Stream, cpal::Error>
    where
        T: SizedSample,
        f32: FromSample<T>,
    {
        let (channels, rate) = (usize::from(config.channels), f64::from(config.sample_rate));
        let overrun = Arc::new(AtomicBool::new(false));
        let (to, failing, flagged) = (Arc::clone(ring), Arc::clone(ring), Arc::clone(&overrun));
        let mut began: Option<Instant> = None;
        let mut had = 0u64;
        device.build_input_stream(
            config,
            move |data: &[T], _| {
                let began = *began.get_or_insert_with(Instant::now);
                let mut lost = 0;
                if overrun.swap(false, Ordering::Relaxed) {
                    let missing = began.elapsed().as_secs_f64() - had as f64 / rate;
                    if missing > JITTER {
                        lost = (missing * rate) as u64;
                    }
                }
                had += (data.len() / channels) as u64 + lost;
                to.put(data.iter().map(|s| f32::from_sample(*s)), lost);
            },
            move |e| match e.kind() {
                ErrorKind::Xrun => flagged.store(true, Ordering::Relaxed),
                // The sound goes on.
                ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
                _ => failing.fail(why(&e)),
            },
            None,
        )
    }

    /// libasound prints to stderr, over the screen, whenever a configured device is missing. That is turned off.
    #[cfg(target_os = "linux")]
    #[allow(unsafe_code)]
    pub fn quiet() {
        use std::ffi::{c_char, c_int};
        // SAFETY: the declaration is libasound's own, less the handler's variadic end. The handler touches none of its
        // arguments; on every Linux ABI the caller of a variadic function owns and removes them.
        type Handler = unsafe extern "C" fn(*const c_char, c_int, *const c_char, c_int, *const c_char);
        #[link(name = "asound")]
        unsafe extern "C" {
            fn snd_lib_error_set_handler(handler: Option<Handler>) -> c_int;
        }
        // SAFETY: it touches none of its arguments.
        unsafe extern "C" fn say_nothing(_: *const c_char, _: c_int, _: *const c_char, _: c_int, _: *const c_char) {}
        // SAFETY: as above; setting a handler has no other precondition.
        unsafe { snd_lib_error_set_handler(Some(say_nothing)) };
    }

    #[cfg(not(target_os = "linux"))]
    pub fn quiet() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_there_is_a_fault_with_a_hint() {
        use crate::domain::explain::Explain;
        use crate::texts::Lang;
        let fault = open(Some("no such device 7f3a")).err().map(|f| (f.to_string(), f.hint()));
        assert!(fault.is_some_and(|(what, hint)| what.contains("microphone") && hint.text(Lang::Ko) != hint.id()));
    }
}
