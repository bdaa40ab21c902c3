//! Who speaks: lines are grouped by voice into two, and the two voices get their roles.
//! Owns the grouping and the roles; hears no sound (that is [`crate::speech::voice`]) and keeps nothing: all voice prints
//! live in the [`Diariser`], which cannot be written anywhere and wipes them when it is dropped (L19).
//!
//! Every answer is computed afresh from all that was heard, so it does not depend on the order of arrival, and a
//! wrong beginning does not last. Figures of likeness below were chosen on public read speech and synthetic voices
//! and hold for the GE2E encoder only.

use crate::domain::advice::question::asks;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Speaker;
use crate::speech::matrix::dot;
use crate::speech::two_voices::voices_of;
use crate::speech::voice::VoicePrint;
use zeroize::Zeroizing;

/// Shorter lines do not shape the voices; they are given one, with less certainty and an ear to their neighbours.
const SHORT_MS: u64 = 1000;
/// How much more one voice must be alike than the other for certainty of 73 %.
const MARGIN: f32 = 0.06;
/// The same for a short line, whose print is vague.
const MARGIN_SHORT: f32 = 0.12;
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

struct Heard {
    id: UtteranceId,
    span: Span,
    print: Option<VoicePrint>,
    asks: bool,
    by_hand: Option<Pinned>,
}

struct Pinned {
    speaker: Speaker,
    /// Made after the last flip, so that it says something about the roles.
    votes: bool,
}

impl Heard {
    fn firm(&self) -> Option<&VoicePrint> {
        self.print.as_ref().filter(|p| p.heard_ms() >= SHORT_MS)
    }
}

/// Groups the lines of one session by voice. In memory only; wiped when dropped.
#[derive(Default)]
pub struct Diariser {
    /// In order of time.
    heard: Vec<Heard>,
    /// A voice that the counsellor gave a role by [`Diariser::flip`], and whether it is the first name of `names`.
    held: Option<(Zeroizing<Vec<f32>>, bool)>,
    names: Names,
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

/// What was made of a line: which of the two voices, and how sure; `None` where nothing speaks for either.
type Side = Option<(bool, f32)>;

struct Grouping {
    /// One or two voices; the first is that of the earliest firm line.
    voices: Vec<Zeroizing<Vec<f32>>>,
    sides: Vec<Side>,
    /// Whether the first voice is the one that asks, that is the counsellor unless renamed.
    first_asks: bool,
}

impl Diariser {
    /// Nothing heard yet.
    pub fn new() -> Self {
        Diariser::default()
    }

    /// Takes a line and guesses who speaks. As long as one voice was heard it is taken for the counsellor's.
    /// Later lines can change what is thought of earlier ones: [`Diariser::settle`] tells. A line heard twice
    /// replaces itself. Without a print, and with nothing heard around it, the speaker is unknown.
    pub fn hear(&mut self, id: UtteranceId, span: Span, print: Option<VoicePrint>, text: &str) -> Speaker {
        let by_hand = self.take(id).and_then(|old| old.by_hand);
        let line = Heard { id, span, print, asks: asks(text), by_hand };
        let at = self.heard.partition_point(|h| (h.span.start_ms, h.id) <= (span.start_ms, id));
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
        self.held = Some((grouping.voices.swap_remove(0), !grouping.first_asks));
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
            Some(Some((first, certainty))) => {
                let asking = *first == grouping.first_asks;
                (if asking { self.names.asking } else { self.names.answering }, *certainty)
            }
            _ => (Speaker::Unknown, 0.0),
        }
    }

    /// The directions of the one or two voices known, that of the earliest firm line first.
    pub(super) fn voices(&self) -> Vec<Zeroizing<Vec<f32>>> {
        let firm: Vec<&VoicePrint> = self.heard.iter().filter_map(Heard::firm).collect();
        let prints = if firm.is_empty() { self.heard.iter().filter_map(|h| h.print.as_ref()).collect() } else { firm };
        voices_of(&prints)
    }

    fn group(&self) -> Grouping {
        let voices = self.voices();
        let odds: Vec<Option<f32>> = self.heard.iter().map(|h| own_odds(h, &voices)).collect();
        let sides: Vec<Side> = (0..self.heard.len()).map(|at| self.side(at, &odds, voices.len())).collect();
        let first_asks = self.first_asks(&voices, &sides);
        Grouping { voices, sides, first_asks }
    }

    /// Which voice a line is: by its own print, and where that is short or missing by its neighbours too.
    fn side(&self, at: usize, odds: &[Option<f32>], voices: usize) -> Side {
        let line = &self.heard[at];
        if voices < 2 {
            return (voices == 1 && line.print.is_some()).then_some((true, 0.5));
        }
        let own = odds[at];
        if line.firm().is_some() {
            return own.map(|odds| (odds >= 0.0, certainty(odds)));
        }
        let before = at.checked_sub(1).and_then(|b| Some((&self.heard[b], odds[b]?.signum())));
        let after = self.heard.get(at + 1).and_then(|a| Some((a, odds[at + 1]?.signum())));
        let mut hints = None;
        let mut hint = |weight: f32| *hints.get_or_insert(0.0) += weight;
        if let Some((before, side)) = before {
            if line.span.start_ms.saturating_sub(before.span.end_ms) < CUT_MS {
                hint(SAME_STRETCH * side);
            } else if before.asks {
                hint(-ANSWER * side);
            }
        }
        if let Some((after, side)) = after {
            if after.span.start_ms.saturating_sub(line.span.end_ms) < CUT_MS {
                hint(SAME_STRETCH * side);
            } else if line.asks {
                hint(-ANSWER * side);
            }
        }
        let most = if own.is_some() { MOST_CERTAIN_SHORT } else { MOST_CERTAIN_UNHEARD };
        let odds = match (own, hints) {
            (None, None) => return None,
            (own, hints) => own.unwrap_or(0.0) + hints.unwrap_or(0.0),
        };
        Some((odds >= 0.0, certainty(odds).min(most)))
    }

    /// Whether the first voice is the counsellor's: by several lines that were set by hand, else by a flip, else by who asks.
    fn first_asks(&self, voices: &[Zeroizing<Vec<f32>>], sides: &[Side]) -> bool {
        let lines = || self.heard.iter().zip(sides).filter_map(|(h, side)| side.map(|(first, _)| (h, first)));
        let votes: i32 = lines()
            .filter_map(|(h, first)| h.by_hand.as_ref().filter(|p| p.votes && h.print.is_some()).map(|p| (p, first)))
            .map(|(pinned, first)| {
                let asking = i32::from(pinned.speaker == self.names.asking);
                let answering = i32::from(pinned.speaker == self.names.answering);
                if first { asking - answering } else { answering - asking }
            })
            .sum();
        if votes.abs() >= VOTES_THAT_TURN {
            return votes > 0;
        }
        if let (Some((held, asks)), Some(first)) = (&self.held, voices.first()) {
            let is_first = voices.get(1).is_none_or(|second| dot(first, held) >= dot(second, held));
            return is_first == *asks;
        }
        let questions = |of_first: bool| lines().filter(|(h, first)| h.asks && *first == of_first).count();
        let (by_first, by_second) = (questions(true), questions(false));
        by_second < by_first + MORE_QUESTIONS || by_second < 2 * by_first
    }
}

/// The logistic function of evidence, as certainty of the side that the evidence favours: 0.5 to 1.
fn certainty(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds.abs()).exp())
}

/// Evidence of a line's own print: above zero for the first voice.
fn own_odds(line: &Heard, voices: &[Zeroizing<Vec<f32>>]) -> Option<f32> {
    let print = line.print.as_ref()?;
    let [first, second] = voices else { return Some(1.0) };
    let margin = if line.firm().is_some() { MARGIN } else { MARGIN_SHORT };
    Some((print.along(first) - print.along(second)) / margin)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEN: usize = 64;

    /// A direction of a person with some noise, both from a seed; `noise` 0.6 gives a likeness of about 0.9
    /// between two lines of one person, as real prints have.
    fn print(person: u32, line: u32, noise: f32, ms: u64) -> VoicePrint {
        let number = |seed: u32, i: usize| {
            let mut x = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ (i as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (x >> 40) as f32 / (1u64 << 24) as f32 - 0.5
        };
        // As real prints do, two persons share half of their direction.
        let own = |i: usize| number(person, i) + number(999, i) + noise * number(7000 + line, i);
        VoicePrint::new((0..LEN).map(own).collect(), ms).unwrap()
    }

    fn span(n: u32) -> Span {
        Span { start_ms: u64::from(n) * 5000, end_ms: u64::from(n) * 5000 + 4000 }
    }

    fn id(n: u32) -> UtteranceId {
        UtteranceId(n)
    }

    /// Who speaks line `n` of a made-up session in which the first speaker asks.
    fn session(lines: &[bool], noise: f32) -> Vec<(UtteranceId, Span, VoicePrint, &'static str)> {
        let line = |(n, first): (usize, &bool)| {
            let n = n as u32;
            let text = if *first { "어떻게 지내셨어요?" } else { "잠을 못 자요." };
            (id(n), span(n), print(if *first { 1 } else { 2 }, n, noise, 4000), text)
        };
        lines.iter().enumerate().map(line).collect()
    }

    fn all_heard(lines: Vec<(UtteranceId, Span, VoicePrint, &'static str)>) -> Diariser {
        let mut d = Diariser::new();
        for (id, span, print, text) in lines {
            d.hear(id, span, Some(print), text);
        }
        d
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_changes_nothing(
            order in Just((0..14usize).collect::<Vec<_>>()).prop_shuffle(), noise in 0f32..1.5,
        ) {
            let who: Vec<bool> = (0..14).map(|n| n % 3 != 1).collect();
            let in_time = all_heard(session(&who, noise)).settle();
            let mut lines: Vec<_> = session(&who, noise).into_iter().map(Some).collect();
            let shuffled = order.iter().filter_map(|n| lines[*n].take()).collect();
            prop_assert_eq!(all_heard(shuffled).settle(), in_time);
        }

        #[test]
        fn two_voices_are_told_apart_in_spite_of_noise(
            who in proptest::collection::vec(any::<bool>(), 6..40), noise in 0f32..0.7,
        ) {
            prop_assume!(who.iter().any(|w| *w) && who.iter().any(|w| !*w));
            let settled = all_heard(session(&who, noise)).settle();
            // Only the first speaker asks, so the roles are certain when the first voice is the asking one.
            prop_assume!(who[0]);
            for ((_, speaker, certainty), asks) in settled.iter().zip(&who) {
                prop_assert_eq!(*speaker, if *asks { Speaker::Counsellor } else { Speaker::Client });
                prop_assert!((0.5..=1.0).contains(certainty));
            }
        }

        #[test]
        fn flipping_twice_changes_nothing(
            who in proptest::collection::vec(any::<bool>(), 2..20), noise in 0f32..2.0,
        ) {
            let mut d = all_heard(session(&who, noise));
            d.flip();
            let once = d.settle();
            d.flip();
            d.flip();
            prop_assert_eq!(d.settle(), once);
        }

        #[test]
        fn one_voice_is_never_split_in_two(count in 2u32..40, noise in 0f32..0.5) {
            let mut d = Diariser::new();
            for n in 0..count {
                prop_assert_eq!(d.hear(id(n), span(n), Some(print(1, n, noise, 4000)), "네."), Speaker::Counsellor);
            }
            prop_assert!(d.settle().iter().all(|(_, speaker, _)| *speaker == Speaker::Unknown));
        }
    }

    const TALK: [bool; 8] = [true, false, true, false, true, true, false, false];

    fn speakers(d: &Diariser) -> Vec<Speaker> {
        d.settle().into_iter().map(|(_, speaker, _)| speaker).collect()
    }

    #[test]
    fn the_one_who_asks_is_the_counsellor_even_when_the_client_speaks_first() {
        let mut d = Diariser::new();
        d.hear(id(100), Span { start_ms: 0, end_ms: 4000 }, Some(print(2, 100, 0.3, 4000)), "안녕하세요.");
        for (n, span, print, text) in session(&TALK, 0.3) {
            let span = Span { start_ms: span.start_ms + 5000, end_ms: span.end_ms + 5000 };
            d.hear(n, span, Some(print), text);
        }
        assert_eq!(speakers(&d)[..3], [Speaker::Client, Speaker::Counsellor, Speaker::Client]);
    }

    #[test]
    fn a_flip_holds_for_what_is_still_to_come_whatever_is_asked() {
        let lines = session(&TALK, 0.3);
        let mut d = Diariser::new();
        for (n, (id, span, print, text)) in lines.into_iter().enumerate() {
            let guess = d.hear(id, span, Some(print), text);
            if n == 1 {
                d.flip();
            }
            if n > 1 {
                assert_eq!(guess, if TALK[n] { Speaker::Client } else { Speaker::Counsellor }, "line {n}");
            }
        }
    }

    #[test]
    fn a_flip_while_one_voice_is_known_names_that_voice() {
        let mut d = Diariser::new();
        let mut lines = session(&TALK, 0.3).into_iter();
        let (first, span, print, text) = lines.next().unwrap();
        assert_eq!(d.hear(first, span, Some(print), text), Speaker::Counsellor);
        d.flip();
        assert_eq!(speakers(&d), [Speaker::Client]);
        lines.for_each(|(id, span, print, text)| {
            d.hear(id, span, Some(print), text);
        });
        assert_eq!(speakers(&d)[..3], [Speaker::Client, Speaker::Counsellor, Speaker::Client]);
    }

    #[test]
    fn one_line_set_by_hand_stays_and_turns_no_other_and_two_teach_the_roles() {
        let mut d = all_heard(session(&TALK, 0.3));
        let mut expected = speakers(&d);
        d.set(id(1), Speaker::Counsellor);
        expected[1] = Speaker::Counsellor;
        assert_eq!(speakers(&d), expected);
        assert_eq!(d.settle()[1].2, 1.0, "what a person set is certain");
        d.set(id(3), Speaker::Counsellor);
        assert_eq!(
            speakers(&d)[..5],
            [Speaker::Client, Speaker::Counsellor, Speaker::Client, Speaker::Counsellor, Speaker::Client]
        );
        d.flip();
        assert_eq!(
            speakers(&d)[..4],
            [Speaker::Counsellor, Speaker::Counsellor, Speaker::Counsellor, Speaker::Counsellor]
        );
    }

    #[test]
    fn a_voice_can_be_renamed_and_two_can_be_merged() {
        let mut d = all_heard(session(&TALK, 0.3));
        d.rename(Speaker::Client, Speaker::Other);
        assert_eq!(speakers(&d)[..2], [Speaker::Counsellor, Speaker::Other]);
        d.rename(Speaker::Other, Speaker::Counsellor);
        assert!(speakers(&d).iter().all(|s| *s == Speaker::Counsellor));
    }

    #[test]
    fn a_short_answer_without_a_print_goes_to_the_one_who_was_asked() {
        let mut d = all_heard(session(&TALK, 0.3));
        let answer = Span { start_ms: 20_000 + 4300, end_ms: 20_000 + 4700 };
        assert_eq!(d.hear(id(50), answer, None, "네."), Speaker::Client, "line 4 asked");
        let certainty = d.settle().into_iter().find(|l| l.0 == id(50)).unwrap().2;
        assert!(certainty <= MOST_CERTAIN_UNHEARD, "{certainty}");
    }

    #[test]
    fn a_stretch_that_was_cut_for_its_length_keeps_its_speaker() {
        let mut d = all_heard(session(&TALK, 0.3));
        let rest = Span { start_ms: 35_000 + 4000, end_ms: 35_000 + 4400 };
        assert_eq!(d.hear(id(51), rest, None, "그래서요"), Speaker::Client, "line 7 is the client's");
    }

    #[test]
    fn a_short_line_is_less_certain_than_a_long_one_and_does_not_shape_the_voices() {
        let mut d = all_heard(session(&TALK, 0.3));
        let before = d.settle();
        d.hear(id(52), span(90), Some(print(3, 52, 0.0, 600)), "음");
        let after = d.settle();
        assert_eq!(after[..TALK.len()], before[..]);
        assert!(after[TALK.len()].2 <= MOST_CERTAIN_SHORT);
    }

    #[test]
    fn without_any_print_nobody_is_named() {
        let mut d = Diariser::new();
        assert_eq!(d.hear(id(1), span(1), None, "어떻게 지내셨어요?"), Speaker::Unknown);
        d.flip();
        assert_eq!(d.settle(), [(id(1), Speaker::Unknown, 0.0)]);
    }

    #[test]
    fn what_is_forgotten_leaves_no_line_and_no_voice() {
        let mut d = all_heard(session(&TALK, 0.3));
        d.forget(&(0..8).map(id).collect::<Vec<_>>());
        assert!(d.settle().is_empty());
        assert_eq!(d.hear(id(9), span(9), Some(print(2, 9, 0.3, 4000)), "네."), Speaker::Counsellor);
    }

    #[test]
    fn debug_shows_no_voice() {
        let d = all_heard(session(&TALK, 0.3));
        assert_eq!(format!("{d:?}"), "Diariser(8 lines, voices withheld)");
        assert_eq!(format!("{:?}", print(1, 1, 0.0, 900)), "VoicePrint(900 ms, withheld)");
    }
}
