//! A line in which two people speak becomes a line of each, once the times of its words are known.

use super::Core;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::record::Body;
use crate::domain::transcript::Utterance;
use crate::live::recognise::Timed;

impl Core {
    /// Splits lines where the voice changes. The pieces are sealed together, the first as a later record of the line; what a rule
    /// found in the line stays found, and the rules run over the pieces. A line whose label a person set stays whole.
    pub(super) fn timed(&mut self, timed: Timed) {
        let Some(voices) = self.with.voices.clone() else { return };
        let line = self.transcript.utterances.iter().find(|u| u.span() == timed.span);
        let Some(id) = line.map(|u| u.id).filter(|id| !self.by_hand.contains(id)) else { return };
        self.splitter.timed(id, timed.words);
        let split = self.splitter.split(&mut self.transcript, &mut self.diariser, &voices);
        for ids in &split {
            self.tell_pieces(ids);
        }
        if !split.is_empty() {
            self.relabel();
        }
    }

    fn tell_pieces(&mut self, ids: &[UtteranceId]) {
        let pieces: Vec<Utterance> = ids.iter().filter_map(|id| self.transcript.get(*id).cloned()).collect();
        let Some(at) = self.transcript.utterances.iter().position(|u| ids.contains(&u.id)) else { return };
        self.unkept.push(Body::Utterances { utterances: pieces.clone() });
        for piece in pieces {
            self.with.events.say(SessionEvent::Revised(piece));
        }
        // The line after them may be the yes to the last one.
        let again: Vec<UtteranceId> =
            self.transcript.utterances[at..].iter().take(ids.len() + 1).map(|u| u.id).collect();
        self.look_for_cues(&again);
    }
}
