//! Who speaks: lines are grouped by voice, into two unless more people were announced, and the voices get their roles.
//! Owns the grouping and the roles; hears no sound (that is [`crate::speech::voice`]) and keeps nothing: all voice prints
//! live in the [`Diariser`], which cannot be written anywhere and wipes them when it is dropped (L19).
//!
//! Every answer is computed afresh from all that was heard, so it does not depend on the order of arrival, and a
//! wrong beginning does not last. How alike voices are is a matter of the encoder: [`Scale`] has its figures.

use crate::domain::advice::question::asks;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Speaker;
use crate::speech::listened::Listened;
use crate::speech::matrix::dot;
use crate::speech::scale::Scale;
use crate::speech::two_voices::voices_of;
use crate::speech::voice::VoicePrint;
use zeroize::Zeroizing;

/// Shorter lines do not shape the voices; they are given one, with less certainty and an ear to their neighbours.
const SHORT_MS: u64 = 1000;
/// No line without a clear voice of its own is more certain than this.
const MOST_CERTAIN_SHORT: f32 = 0.85;
/// No line without any print is more certain than this.
const MOST_CERTAIN_UNHEARD: f32 = 0.7;
/// Closer than this two lines are one stretch of speech that was cut for its length.
const CUT_MS: u64 = 150;
/// Weight of that cut, in units of the logistic scale.
const SAME_STRETCH: f32 = 1.5;
/// Weight of "after a question the other one answers".
const ANSWER: f32 = 0.8;
/// So many more lines set by hand must say one thing than the other before they decide whose voice is whose. One line alone
/// may just have been given the wrong voice; it must not turn all the others.
const VOTES_THAT_TURN: i32 = 2;
/// How many more questions the second voice must ask before it, and not the first to speak, is the counsellor.
const MORE_QUESTIONS: usize = 3;

pub(super) struct Heard {
    pub(super) id: UtteranceId,
    pub(super) span: Span,
    pub(super) print: Option<VoicePrint>,
    pub(super) asks: bool,
    pub(super) by_hand: Option<Pinned>,
    /// What it sounded like, as long as it may still be split.
    pub(super) listened: Option<Listened>,
    /// Two people speak in it: its two least alike windows.
    pub(super) unlike: Option<Box<[VoicePrint; 2]>>,
    /// It was split from a line because the voice changes.
    pub(super) piece: bool,
    /// At its beginning.
    pub(super) turns: bool,
}

pub(super) struct Pinned {
    speaker: Speaker,
    /// Made after the last flip, so that it says something about the roles.
    votes: bool,
}

impl Heard {
    /// A line with nothing but its words and its print.
    pub(super) fn of(id: UtteranceId, span: Span, print: Option<VoicePrint>, text: &str) -> Self {
        Heard {
            id,
            span,
            print,
            asks: asks(text),
            by_hand: None,
            listened: None,
            unlike: None,
            piece: false,
            turns: false,
        }
    }

    /// The prints of one voice each: of a line of one person its own, of a line of two its least alike windows.
    fn of_one_voice(&self) -> impl Iterator<Item = &VoicePrint> {
        let pair = self.unlike.as_ref().map_or(&[] as &[VoicePrint], |pair| &pair[..]);
        self.firm().filter(|_| self.unlike.is_none()).into_iter().chain(pair)
    }

    fn firm(&self) -> Option<&VoicePrint> {
        self.print.as_ref().filter(|p| p.heard_ms() >= SHORT_MS)
    }
}

/// People that a session has where nobody else was announced.
const TWO: usize = 2;
/// More voices than this are not told apart.
const MOST_VOICES: usize = 6;

/// Groups the lines of one session by voice. In memory only; wiped when dropped.
pub struct Diariser {
    /// In order of time.
    pub(super) heard: Vec<Heard>,
    /// A voice that the counsellor gave a role by [`Diariser::flip`], and whether it is the first name of `names`.
    held: Option<(Zeroizing<Vec<f32>>, bool)>,
    names: Names,
    most: usize,
}

impl Default for Diariser {
    fn default() -> Self {
        Diariser { heard: Vec::new(), held: None, names: Names::default(), most: TWO }
    }
}

impl std::fmt::Debug for Diariser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Diariser({} lines, voices withheld)", self.heard.len())
    }
}

struct Names {
    asking: Speaker,
    answering: Speaker,
}

impl Default for Names {
    fn default() -> Self {
        Names { asking: Speaker::Counsellor, answering: Speaker::Client }
    }
}

/// What was made of a line: which of the voices, and how sure; `None` where nothing speaks for any.
type Side = Option<(usize, f32)>;

struct Grouping {
    /// The voices in the order in which they were first heard.
    voices: Vec<Zeroizing<Vec<f32>>>,
    sides: Vec<Side>,
    /// The voice that asks, that is the counsellor unless renamed; none of the voices where the only one answers.
    asking: usize,
    /// The voice that answers, where there is a second one.
    answering: Option<usize>,
}

impl Diariser {
    /// Nothing heard yet; two people.
    pub fn new() -> Self {
        Diariser::default()
    }

    /// So many people take part, two to six: from the third voice on everybody is [`Speaker::Other`].
    pub fn expecting(people: usize) -> Self {
        Diariser { most: people.clamp(TWO, MOST_VOICES), ..Diariser::default() }
    }

    /// Takes a line and guesses who speaks. As long as one voice was heard it is taken for the counsellor's.
    /// Later lines can change what is thought of earlier ones: [`Diariser::settle`] tells. A line heard twice
    /// replaces itself. Without a print, and with nothing heard around it, the speaker is unknown.
    pub fn hear(&mut self, id: UtteranceId, span: Span, print: Option<VoicePrint>, text: &str) -> Speaker {
        self.take_in(Heard::of(id, span, print, text))
    }

    pub(super) fn take_in(&mut self, mut line: Heard) -> Speaker {
        line.by_hand = self.take(line.id).and_then(|old| old.by_hand);
        let at = self.heard.partition_point(|h| (h.span.start_ms, h.id) <= (line.span.start_ms, line.id));
        self.heard.insert(at, line);
        let grouping = self.group();
        self.label(&grouping, at).0
    }

    /// What is now thought of every line, in order of time, with a certainty from 0 to 1 that the line belongs with
    /// the others of that speaker. While only one voice is known nobody is named: everything is unknown.
    pub fn settle(&self) -> Vec<(UtteranceId, Speaker, f32)> {
        let grouping = self.group();
        let alone = grouping.voices.len() < 2 && self.held.is_none();
        let named = |at: usize, line: &Heard| match (&line.by_hand, alone) {
            (None, true) => (line.id, Speaker::Unknown, 0.0),
            _ => {
                let (speaker, certainty) = self.label(&grouping, at);
                (line.id, speaker, certainty)
            }
        };
        self.heard.iter().enumerate().map(|(at, line)| named(at, line)).collect()
    }

    /// Exchanges counsellor and client, now and for what is still to come. Lines set by hand stay.
    pub fn flip(&mut self) {
        let mut grouping = self.group();
        if grouping.voices.is_empty() {
            return;
        }
        // The voice that answered asks now; a voice that is alone does what it did not.
        self.held = match grouping.answering {
            Some(answering) => Some((grouping.voices.swap_remove(answering), true)),
            None => Some((grouping.voices.swap_remove(0), grouping.asking != 0)),
        };
        self.heard.iter_mut().filter_map(|h| h.by_hand.as_mut()).for_each(|p| p.votes = false);
    }

    /// A line that was heard has other words now.
    pub fn reword(&mut self, id: UtteranceId, text: &str) {
        if let Some(line) = self.heard.iter_mut().find(|h| h.id == id) {
            line.asks = asks(text);
        }
    }

    /// Sets the speaker of one line. It stays and turns no other; `VOTES_THAT_TURN` lines that agree say whose the voices
    /// are.
    pub fn set(&mut self, id: UtteranceId, speaker: Speaker) {
        if let Some(line) = self.heard.iter_mut().find(|h| h.id == id) {
            line.by_hand = Some(Pinned { speaker, votes: true });
        }
    }

    /// From now on every line of `from` is one of `to`: another name for a voice, or, where `to` is the other one's
    /// name, two voices that are one person. Renaming back is not possible after such a merge.
    pub fn rename(&mut self, from: Speaker, to: Speaker) {
        for name in [&mut self.names.asking, &mut self.names.answering] {
            if *name == from {
                *name = to;
            }
        }
        for pinned in self.heard.iter_mut().filter_map(|h| h.by_hand.as_mut()).filter(|p| p.speaker == from) {
            pinned.speaker = to;
        }
    }

    /// Forgets lines with their prints, as when something is taken off the record.
    pub fn forget(&mut self, ids: &[UtteranceId]) {
        self.heard.retain(|h| !ids.contains(&h.id));
    }

    fn take(&mut self, id: UtteranceId) -> Option<Heard> {
        let at = self.heard.iter().position(|h| h.id == id)?;
        Some(self.heard.remove(at))
    }

    fn label(&self, grouping: &Grouping, at: usize) -> (Speaker, f32) {
        if let Some(pinned) = self.heard.get(at).and_then(|h| h.by_hand.as_ref()) {
            return (pinned.speaker, 1.0);
        }
        match grouping.sides.get(at) {
            Some(Some((voice, certainty))) => (self.name(grouping, *voice), *certainty),
            _ => (Speaker::Unknown, 0.0),
        }
    }

    fn name(&self, grouping: &Grouping, voice: usize) -> Speaker {
        match voice {
            v if v == grouping.asking => self.names.asking,
            v if Some(v) == grouping.answering || grouping.voices.len() < TWO => self.names.answering,
            _ => Speaker::Other,
        }
    }

    /// Which voice each line is, in order of time, counted by first appearance; none where nothing speaks for any. For whoever
    /// measures.
    pub fn voice_numbers(&self) -> Vec<(UtteranceId, Option<usize>)> {
        let sides = self.group().sides;
        self.heard.iter().zip(sides).map(|(h, side)| (h.id, side.map(|(voice, _)| voice))).collect()
    }

    /// The directions of the voices known, in the order in which they were first heard.
    pub(super) fn voices(&self) -> Vec<Zeroizing<Vec<f32>>> {
        // A line in which two people speak is nobody's voice.
        let firm = |h: &&Heard| h.firm().is_some() && h.unlike.is_none() && !h.piece;
        let alone: Vec<&VoicePrint> = self.heard.iter().filter(firm).filter_map(|h| h.print.as_ref()).collect();
        let voices = voices_of(&alone, self.most);
        if voices.len() >= self.most {
            return voices;
        }
        // Somebody may never have had a line alone; and where all are short they must do.
        let firm: Vec<&VoicePrint> = self.heard.iter().flat_map(Heard::of_one_voice).collect();
        let prints = if firm.is_empty() { self.heard.iter().filter_map(|h| h.print.as_ref()).collect() } else { firm };
        let all = voices_of(&prints, self.most);
        if all.len() > voices.len() { all } else { voices }
    }

    /// The figures of the encoder that the prints are of.
    pub(super) fn scale(&self) -> &'static Scale {
        Scale::of(self.heard.iter().find_map(|h| h.print.as_ref()).map(VoicePrint::encoder))
    }

    fn group(&self) -> Grouping {
        let (voices, scale) = (self.voices(), self.scale());
        let own: Vec<Option<Vec<f32>>> = self.heard.iter().map(|h| own_evidence(h, &voices, scale)).collect();
        let sides: Vec<Side> = (0..self.heard.len()).map(|at| self.side(at, &own, voices.len(), scale)).collect();
        let (asking, answering) = self.roles(&voices, &sides);
        Grouping { voices, sides, asking, answering }
    }

    /// Which voice a line is: by its own print, and where that is short or missing by its neighbours too.
    fn side(&self, at: usize, own: &[Option<Vec<f32>>], voices: usize, scale: &Scale) -> Side {
        let line = &self.heard[at];
        if voices < 2 {
            return (voices == 1 && line.print.is_some()).then_some((0, 0.5));
        }
        let mut evidence = own[at].clone();
        if line.firm().is_some() {
            return best(&evidence?).filter(|(_, certainty)| *certainty >= scale.least_certain);
        }
        let before = at.checked_sub(1).and_then(|b| Some((&self.heard[b], best(own[b].as_ref()?)?.0)));
        let after = self.heard.get(at + 1).and_then(|a| Some((a, best(own[at + 1].as_ref()?)?.0)));
        let mut hint = |weight: f32, voice: usize| {
            if let Some(e) = evidence.get_or_insert_with(|| vec![0.0; voices]).get_mut(voice) {
                *e += weight;
            }
        };
        // Who answers is plain only where there are two.
        let other = |voice: usize| (voices == TWO).then_some(1 - voice.min(1));
        if let Some((before, voice)) = before {
            if line.span.start_ms.saturating_sub(before.span.end_ms) < CUT_MS && !line.turns {
                hint(SAME_STRETCH, voice);
            } else if let Some(other) = other(voice).filter(|_| before.asks) {
                hint(ANSWER, other);
            }
        }
        if let Some((after, voice)) = after {
            if after.span.start_ms.saturating_sub(line.span.end_ms) < CUT_MS && !after.turns {
                hint(SAME_STRETCH, voice);
            } else if let Some(other) = other(voice).filter(|_| line.asks) {
                hint(ANSWER, other);
            }
        }
        let most = if own[at].is_some() { MOST_CERTAIN_SHORT } else { MOST_CERTAIN_UNHEARD };
        let (voice, certainty) = best(&evidence?)?;
        Some((voice, certainty.min(most)))
    }

    /// The voice of the counsellor and that of the client: by several lines that were set by hand, else by a flip, else by who
    /// asks; the client is whoever else speaks most.
    fn roles(&self, voices: &[Zeroizing<Vec<f32>>], sides: &[Side]) -> (usize, Option<usize>) {
        let lines = || self.heard.iter().zip(sides).filter_map(|(h, side)| side.map(|(voice, _)| (h, voice)));
        let spoken = |voice: usize| {
            lines()
                .filter(|(_, v)| *v == voice)
                .map(|(h, _)| h.span.end_ms.saturating_sub(h.span.start_ms))
                .sum::<u64>()
        };
        let questions = |voice: usize| lines().filter(|(h, v)| h.asks && *v == voice).count();
        // Of equal ones the first heard.
        let most = |of: &dyn Fn(usize) -> u64, but: Option<usize>| {
            (0..voices.len()).rev().filter(|v| Some(*v) != but).max_by_key(|v| of(*v))
        };
        let votes = |voice: usize| -> i32 {
            lines()
                .filter(|(h, v)| *v == voice && h.print.is_some())
                .filter_map(|(h, _)| h.by_hand.as_ref().filter(|p| p.votes))
                .map(|p| i32::from(p.speaker == self.names.asking) - i32::from(p.speaker == self.names.answering))
                .sum()
        };
        if voices.len() < TWO {
            // Alone it asks, unless lines set by hand or a flip say otherwise.
            let by_hand = votes(0);
            let held = self.held.as_ref().is_none_or(|(_, asks)| *asks);
            let asks = if by_hand.abs() >= VOTES_THAT_TURN { by_hand > 0 } else { held };
            return (usize::from(!asks), None);
        }
        let all: i32 = (0..voices.len()).map(votes).sum();
        let voted = (0..voices.len()).find(|v| 2 * votes(*v) - all >= VOTES_THAT_TURN);
        let held = || {
            let (direction, asks) = self.held.as_ref()?;
            let near = (0..voices.len())
                .rev()
                .max_by(|a, b| dot(&voices[*a], direction).total_cmp(&dot(&voices[*b], direction)))?;
            if *asks { Some(near) } else { most(&|v| questions(v) as u64, Some(near)) }
        };
        let by_questions = || {
            let second = most(&|v| questions(v) as u64, Some(0))?;
            let turned = questions(second) >= questions(0) + MORE_QUESTIONS && questions(second) >= 2 * questions(0);
            Some(if turned { second } else { 0 })
        };
        let asking = voted.or_else(held).or_else(by_questions).unwrap_or(0);
        (asking, most(&spoken, Some(asking)))
    }
}

/// The voice with most evidence, and the certainty that it is that one and none of the others: 0.5 to 1 between two.
fn best(evidence: &[f32]) -> Option<(usize, f32)> {
    let (voice, most) = evidence.iter().copied().enumerate().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let all: f32 = evidence.iter().map(|e| (e - most).exp()).sum();
    Some((voice, 1.0 / all))
}

/// Evidence of a line's own print for each voice; `None` where it has no print, or one that is like no voice at all.
fn own_evidence(line: &Heard, voices: &[Zeroizing<Vec<f32>>], scale: &Scale) -> Option<Vec<f32>> {
    let print = line.print.as_ref()?;
    let firm = line.firm().is_some();
    let margin = if firm { scale.margin } else { scale.margin_short };
    let alike: Vec<f32> = voices.iter().map(|v| print.along(v)).collect();
    if firm && voices.len() > 1 && alike.iter().all(|a| *a < scale.stranger) {
        return None;
    }
    Some(alike.iter().map(|a| a / margin).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
