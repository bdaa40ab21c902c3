//! A microphone that is opened again after it was lost: a cable that is pulled out for a moment does not end a session.

use crate::ports::audio::{AudioError, Read, Sound};
use crate::speech::vad::RATE;
use crate::texts::Message;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

/// Opens the device; it may take its time.
pub type Open = Arc<dyn Fn() -> Result<Box<dyn Sound>, AudioError> + Send + Sync>;

/// Between two tries: a device needs about this long until the system knows it.
const TRY_EVERY: Duration = Duration::from_secs(1);
/// A read while the device is gone waits this long.
const WAIT: Duration = Duration::from_millis(100);

/// Sound of a device that may go and come back. While it is gone, [`Read::Away`] says how much time went by.
pub struct Reopening {
    open: Open,
    sound: Option<Box<dyn Sound>>,
    /// The last moment whose sound, or whose absence, was told.
    told: Instant,
    /// A try to open it that goes on.
    trying: Option<Receiver<Result<Box<dyn Sound>, AudioError>>>,
    next_try: Instant,
}

impl Reopening {
    /// Opens it for the first time.
    ///
    /// # Errors
    ///
    /// What opening says: a session does not begin without a device.
    pub fn new(open: Open) -> Result<Self, AudioError> {
        let sound = Some(open()?);
        Ok(Reopening { open, sound, told: Instant::now(), trying: None, next_try: Instant::now() })
    }

    /// Looks whether it is there again, and how much time went by meanwhile.
    fn away(&mut self) -> Read {
        std::thread::sleep(WAIT);
        match self.trying.as_ref().map(Receiver::try_recv) {
            Some(Ok(Ok(sound))) => (self.sound, self.trying) = (Some(sound), None),
            Some(Ok(Err(_)) | Err(TryRecvError::Disconnected)) => {
                (self.trying, self.next_try) = (None, Instant::now() + TRY_EVERY);
            }
            // One that waits for the system is not asked a second time beside it.
            Some(Err(TryRecvError::Empty)) => {}
            None if Instant::now() >= self.next_try => {
                let (open, (to, from)) = (Arc::clone(&self.open), channel());
                std::thread::spawn(move || {
                    // Nobody may wait for it any more.
                    let _ = to.send(open());
                });
                self.trying = Some(from);
            }
            None => {}
        }
        let samples = (self.told.elapsed().as_secs_f64() * f64::from(RATE)) as u64;
        self.told = Instant::now();
        Read::Away(samples)
    }
}

impl Sound for Reopening {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        let Some(sound) = &mut self.sound else { return Ok(self.away()) };
        let had = into.len();
        match sound.read(into) {
            Ok(read) => {
                if into.len() > had || matches!(read, Read::Lost(_)) {
                    self.told = Instant::now();
                }
                Ok(read)
            }
            Err(AudioError::Microphone(_)) if sound.is_live() => {
                (self.sound, self.next_try) = (None, Instant::now());
                Ok(self.away())
            }
            Err(fault) => Err(fault),
        }
    }

    fn in_short_pieces(&mut self, short: bool) {
        if let Some(sound) = &mut self.sound {
            sound.in_short_pieces(short);
        }
    }

    fn is_live(&self) -> bool {
        true
    }

    fn warnings(&self) -> Vec<Message> {
        self.sound.as_ref().map_or_else(Vec::new, |s| s.warnings())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::texts::msg;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Gives a block of samples twice, then is pulled out.
    struct Pulled(u32);

    /// Gives short blocks where they are wanted.
    struct Hinted(usize);

    impl Sound for Hinted {
        fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
            into.extend(vec![0; self.0]);
            Ok(Read::Some)
        }

        fn in_short_pieces(&mut self, short: bool) {
            self.0 = if short { 640 } else { 3200 };
        }
    }

    #[test]
    fn the_device_is_told_that_sound_is_wanted_soon() {
        let mut sound: Box<dyn Sound> =
            Box::new(Reopening::new(Arc::new(|| Ok(Box::new(Hinted(0)) as Box<dyn Sound>))).unwrap());
        for (short, samples) in [(true, 640), (false, 3200)] {
            let mut block = Vec::new();
            sound.in_short_pieces(short);
            sound.read(&mut block).unwrap();
            assert_eq!(block.len(), samples);
        }
    }

    impl Sound for Pulled {
        fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
            self.0 += 1;
            if self.0 > 2 {
                return Err(AudioError::Microphone(msg("microphone-not-there-unplugged")));
            }
            into.extend([7; 160]);
            Ok(Read::Some)
        }

        fn is_live(&self) -> bool {
            true
        }
    }

    /// A device that cannot be opened from the second time until `back`.
    fn device(back: u32) -> (Open, Arc<AtomicU32>) {
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let open: Open = Arc::new(move || match counted.fetch_add(1, Ordering::SeqCst) {
            n if n == 0 || n >= back => Ok(Box::new(Pulled(0)) as Box<dyn Sound>),
            _ => Err(AudioError::Microphone(msg("microphone-none-found"))),
        });
        (open, tries)
    }

    #[test]
    fn what_was_pulled_out_is_looked_for_and_heard_again_and_the_time_between_is_told() {
        let (open, tries) = device(2);
        let mut sound = Reopening::new(open).unwrap();
        let (mut pcm, mut away, begun) = (Vec::new(), 0, Instant::now());
        while pcm.len() < 4 * 160 && begun.elapsed() < Duration::from_secs(20) {
            if let Read::Away(samples) = sound.read(&mut pcm).unwrap() {
                away += samples;
            }
        }
        assert_eq!(pcm.len(), 4 * 160);
        assert_eq!(tries.load(Ordering::SeqCst), 3);
        // It was away for one try that failed and the second that did not: more than a second, and as long as it took.
        let took = begun.elapsed().as_secs_f64();
        assert!(away as f64 / f64::from(RATE) > 1.0 && away as f64 / f64::from(RATE) <= took, "{away} in {took}");
    }

    #[test]
    fn a_device_that_is_not_there_at_the_beginning_is_an_error_at_once() {
        let open: Open = Arc::new(|| Err(AudioError::Microphone(msg("microphone-none-found"))));
        assert!(Reopening::new(open).is_err());
    }
}
