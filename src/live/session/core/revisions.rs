//! A line that is heard again or gets another label, and the rules that run over lines again: a cue that was raised is never taken back.

use super::Core;
use crate::domain::advice::suggestion::RiskCue;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::record::Body;
use crate::domain::transcript::Speaker;
use crate::live::recognise::Revised;

impl Core {
    /// Other words for a line that was told: the same id, sealed as a later record of it. What a rule found in the
    /// earlier words stays found; the new words, and the answer that follows them, can only add to it.
    pub(super) fn revise(&mut self, revised: Revised) {
        let Some(at) = self.transcript.utterances.iter().position(|u| u.span() == revised.span) else { return };
        let line = &mut self.transcript.utterances[at];
        line.text = revised.text;
        line.confidence = revised.confidence;
        let line = line.clone();
        if self.with.voices.is_some() {
            self.diariser.reword(line.id, line.text.reveal());
            self.relabel();
        }
        let line = self.transcript.utterances[at].clone();
        self.unkept.push(Body::Utterances { utterances: vec![line.clone()] });
        self.with.events.say(SessionEvent::Revised(line));
        let heard_again: Vec<UtteranceId> = self.transcript.utterances[at..].iter().take(3).map(|u| u.id).collect();
        self.look_for_cues(&heard_again);
    }

    /// Takes over what is now thought of who said what, and tells what changed.
    pub(super) fn relabel(&mut self) {
        if self.with.voices.is_none() {
            return;
        }
        let mut changed: Vec<(UtteranceId, Speaker)> = Vec::new();
        for (id, speaker, _) in self.diariser.settle() {
            let line = self.transcript.utterances.iter_mut().find(|u| u.id == id);
            if let Some(line) = line.filter(|u| u.speaker != speaker && speaker != Speaker::Unknown) {
                line.speaker = speaker;
                changed.push((id, speaker));
            }
        }
        if !changed.is_empty() {
            let lines: Vec<UtteranceId> = changed.iter().map(|(id, _)| *id).collect();
            self.with.events.say(SessionEvent::Relabelled(changed));
            self.look_for_cues(&lines);
        }
    }

    /// Runs the rules over these lines again and raises what is new. A cue once raised stays, whatever a label becomes.
    pub(super) fn look_for_cues(&mut self, lines: &[UtteranceId]) {
        for id in lines {
            for cue in self.with.rules.cues_at(&self.transcript, *id, &self.by_hand) {
                let told = |c: &RiskCue| (c.utterance, &c.rule, c.denied) == (cue.utterance, &cue.rule, cue.denied);
                if self.cues.iter().any(told) {
                    continue;
                }
                self.cues.push(cue.clone());
                self.unkept.push(Body::RiskCue { cue: cue.clone() });
                self.with.events.say(SessionEvent::Risk(cue));
            }
        }
    }
}
