//! What the recorder says, and the end of the recording: with the session, or at once when the client takes it back.

use super::Core;
use crate::domain::practice::recording::SoundState;
use crate::domain::practice::session_event::SessionEvent;
use crate::live::recognise::Ear;
use crate::live::recorder_feed::RecorderSaid;
use crate::ports::keeper::Released;

impl Core {
    pub(super) fn recorder_said(&mut self, recorder_said: RecorderSaid) {
        let through = match self.sound {
            SoundState::Off => 0,
            SoundState::Saved(ms) | SoundState::Alarm(_, ms) => ms,
        };
        match (recorder_said, self.sound) {
            (RecorderSaid::Saved(ms), SoundState::Alarm(alarm, _)) => {
                self.sound = SoundState::Alarm(alarm, ms.max(through))
            }
            (RecorderSaid::Saved(ms), _) => self.sound = SoundState::Saved(ms.max(through)),
            (RecorderSaid::Mended, _) => self.sound = SoundState::Saved(through),
            (RecorderSaid::Alarm(alarm), _) => {
                self.sound = SoundState::Alarm(alarm, through);
                self.trouble(alarm.report());
            }
        }
        self.with.events.say(SessionEvent::Sound(self.sound));
    }

    /// Ends the recording, and forgets what is not on disk, once it may not be kept any more.
    pub(super) fn heed_sound(&mut self) {
        if self.with.recorder_feed.is_some() && !self.with.keeper.sound_released() {
            self.discard_sound();
        }
    }

    fn discard_sound(&mut self) {
        if let Some(recorder_feed) = self.with.recorder_feed.take() {
            recorder_feed.discard();
            self.sound = SoundState::Off;
            self.with.events.say(SessionEvent::Sound(self.sound));
        }
    }

    /// The sound is over: waits until it is on disk.
    pub(super) fn finish_sound(&mut self) {
        if let Some(recorder_feed) = self.with.recorder_feed.take() {
            let through = recorder_feed.finish();
            self.sound = match self.sound {
                SoundState::Alarm(alarm, _) => SoundState::Alarm(alarm, through),
                SoundState::Off | SoundState::Saved(_) => SoundState::Saved(through),
            };
            self.with.events.say(SessionEvent::Sound(self.sound));
        }
    }

    /// Both may be asked for at once: going on after a pause does not end what is off the record, nor the other way round.
    pub(super) fn set_ear(&mut self) {
        let ear = match (self.off_record, self.paused) {
            (true, _) => Ear::OffRecord,
            (false, true) => Ear::Paused,
            (false, false) => Ear::Open,
        };
        self.with.control.ear(ear);
    }

    /// The client took the session back. What was said before stays where only the future was taken back.
    pub(super) fn end_sound(&mut self, why: Released) {
        if why == Released::Destroyed || !self.with.keeper.sound_released() {
            self.discard_sound();
        }
        // The recorder writes the rest by itself; the hearing side may wait for this thread and must not be waited for.
        self.with.recorder_feed = None;
    }

    /// The client took the session back. What was sealed before stays and the session is closed, so that nothing later
    /// finds it open; of a destroyed one there is nothing to close.
    pub(super) fn end_revoked(&mut self, why: Released) {
        self.end_sound(why);
        // Only words that an earlier fault held back are missing; later ones were not to be kept.
        let mut saved = why == Released::Nothing && self.again.is_none();
        if why == Released::Nothing
            && let Err(fault) = self.with.keeper.end("withdrawn", self.final_ms)
        {
            saved = false;
            self.trouble(fault);
        }
        self.with.events.say(SessionEvent::Ended { saved });
    }
}
