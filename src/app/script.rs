//! The transcript as a screen needs it: entries in order of time, each with a revision, and a log of what changed,
//! so that a screen redoes only the part that did.

use crate::domain::practice::find::next_row;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::fold;
use crate::domain::transcript::{Gap, Speaker, Transcript, Utterance};

/// What an entry is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Somebody spoke.
    Said(Utterance),
    /// Nothing could be heard, or was meant to be.
    Gap(Gap),
    /// The counsellor marked the moment.
    Mark,
}

/// Names an entry for a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKey {
    /// An utterance.
    Said(UtteranceId),
    /// A gap that starts here, in milliseconds.
    Gap(u64),
    /// A mark at this millisecond.
    Mark(u64),
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Session time in milliseconds.
    pub at_ms: u64,
    /// What.
    pub what: What,
    /// Counts the changes of this entry.
    pub revision: u32,
    /// A risk cue was found in it.
    pub cue: bool,
}

impl Entry {
    /// Its name in a cache.
    pub fn key(&self) -> EntryKey {
        match &self.what {
            What::Said(u) => EntryKey::Said(u.id),
            What::Gap(g) => EntryKey::Gap(g.start_ms),
            What::Mark => EntryKey::Mark(self.at_ms),
        }
    }

    /// The utterance, when it is one.
    pub fn said(&self) -> Option<&Utterance> {
        match &self.what {
            What::Said(u) => Some(u),
            _ => None,
        }
    }
}

/// The entries, and which is chosen.
#[derive(Debug, Clone, Default)]
pub struct Script {
    entries: Vec<Entry>,
    changes: Vec<usize>,
    chosen: Option<usize>,
}

impl Script {
    /// The script of a finished transcript.
    pub fn of(transcript: &Transcript) -> Self {
        let mut s = Script::default();
        for u in &transcript.utterances {
            s.hear(u.clone());
        }
        for g in &transcript.gaps {
            s.gap(g.clone());
        }
        s
    }

    /// In order of time.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How often anything changed.
    pub fn epoch(&self) -> usize {
        self.changes.len()
    }

    /// The first entry that changed since an epoch; `None` when nothing did.
    pub fn changed_since(&self, epoch: usize) -> Option<usize> {
        self.changes.get(epoch..).and_then(|c| c.iter().min().copied())
    }

    /// Position of the chosen entry; `None` means the screen follows the end.
    pub fn chosen(&self) -> Option<usize> {
        self.chosen.filter(|i| *i < self.entries.len())
    }

    /// The chosen utterance, or the last one when following.
    pub fn chosen_utterance(&self) -> Option<&Utterance> {
        match self.chosen() {
            Some(i) => self.entries.get(i).and_then(Entry::said),
            None => self.entries.iter().rev().find_map(Entry::said),
        }
    }

    /// The utterance of an id.
    pub fn get(&self, id: UtteranceId) -> Option<&Utterance> {
        self.position(id).and_then(|i| self.entries.get(i)).and_then(Entry::said)
    }

    /// Follow the end again.
    pub fn follow(&mut self) {
        self.chosen = None;
    }

    /// Moves the choice by so many entries; beyond the last it follows again when `live`.
    pub fn step(&mut self, by: isize, live: bool) {
        let count = self.entries.len();
        if count == 0 {
            return;
        }
        let from = self.chosen().unwrap_or(if live { count } else { 0 });
        let to = from.saturating_add_signed(by);
        self.chosen = if to >= count { if live { None } else { Some(count - 1) } } else { Some(to) };
    }

    /// Chooses the utterance of an id.
    pub fn choose(&mut self, id: UtteranceId) {
        if let Some(i) = self.position(id) {
            self.chosen = Some(i);
        }
    }

    /// Chooses the next line that holds these words: with 0 from the chosen line on, else after it or, backwards, before it; past
    /// the end it begins again. False where no line holds them.
    pub fn find(&mut self, words: &str, by: isize) -> bool {
        let wanted = fold(words).to_lowercase();
        let count = self.entries.len();
        if wanted.is_empty() || count == 0 {
            return false;
        }
        let holds = |i: &usize| {
            let said = self.entries.get(*i).and_then(Entry::said);
            said.is_some_and(|u| fold(u.text.reveal()).to_lowercase().contains(&wanted))
        };
        let from = self.chosen().unwrap_or(count - 1);
        let found = next_row(from, count, by, holds);
        self.chosen = found.or(self.chosen);
        found.is_some()
    }

    /// Chooses the first entry.
    pub fn choose_first(&mut self) {
        self.chosen = (!self.entries.is_empty()).then_some(0);
    }

    /// Adds an utterance, or replaces the one of the same id.
    pub fn hear(&mut self, utterance: Utterance) {
        if let Some(i) = self.position(utterance.id) {
            let e = &mut self.entries[i];
            e.what = What::Said(utterance);
            e.revision += 1;
            self.changes.push(i);
            return;
        }
        self.insert(utterance.start_ms, What::Said(utterance));
    }

    /// Adds a gap.
    pub fn gap(&mut self, gap: Gap) {
        self.insert(gap.start_ms, What::Gap(gap));
    }

    /// Adds a mark.
    pub fn mark(&mut self, at_ms: u64) {
        self.insert(at_ms, What::Mark);
    }

    /// Sets who speaks in an utterance.
    pub fn relabel(&mut self, id: UtteranceId, speaker: Speaker) {
        if let Some(i) = self.position(id)
            && let What::Said(u) = &mut self.entries[i].what
            && u.speaker != speaker
        {
            u.speaker = speaker;
            self.entries[i].revision += 1;
            self.changes.push(i);
        }
    }

    /// A risk cue was found in this utterance.
    pub fn cue(&mut self, id: UtteranceId) {
        if let Some(i) = self.position(id)
            && !self.entries[i].cue
        {
            self.entries[i].cue = true;
            self.entries[i].revision += 1;
            self.changes.push(i);
        }
    }

    fn position(&self, id: UtteranceId) -> Option<usize> {
        // What is asked for is nearly always near the end.
        self.entries.iter().rposition(|e| e.said().is_some_and(|u| u.id == id))
    }

    fn insert(&mut self, at_ms: u64, what: What) {
        let at = self.entries.partition_point(|e| e.at_ms <= at_ms);
        self.entries.insert(at, Entry { at_ms, what, revision: 0, cue: false });
        self.chosen = self.chosen.map(|c| if c >= at { c + 1 } else { c });
        self.changes.push(at);
    }
}

/// The other of the two people in the room.
pub const fn other(speaker: Speaker) -> Speaker {
    speaker.flipped()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;

    fn said(id: u32, start_ms: u64) -> Utterance {
        Utterance {
            id: UtteranceId(id),
            start_ms,
            end_ms: start_ms + 500,
            speaker: Speaker::Client,
            text: ClientText::new("네"),
            confidence: None,
        }
    }

    #[test]
    fn words_are_found_forwards_and_backwards_and_around_the_end_however_they_are_composed() {
        let mut t = Transcript::empty(Lang::Ko);
        for (n, words) in ["잠을 못 자요", "요즘 Sleep은요", "잠이  안 와요", "네"].iter().enumerate() {
            let at = n as u64 * 1_000;
            t.add(Span { start_ms: at, end_ms: at + 900 }, Speaker::Client, ClientText::new(words), None);
        }
        let mut script = Script::of(&t);
        script.choose_first();
        let at = |s: &Script| s.chosen().unwrap();
        assert!(script.find("잠", 0));
        assert_eq!(at(&script), 0, "the line that is chosen holds it");
        assert!(script.find("잠", 1));
        assert_eq!(at(&script), 2);
        assert!(script.find("잠", 1));
        assert_eq!(at(&script), 0, "past the end it begins again");
        assert!(script.find("잠", -1));
        assert_eq!(at(&script), 2);
        assert!(script.find("sleep", 0));
        assert_eq!(at(&script), 1);
        let decomposed: String = unicode_normalization::UnicodeNormalization::nfd("잠이 안").collect();
        assert!(script.find(&decomposed, 0));
        assert_eq!(at(&script), 2);
        assert!(!script.find("없는 말", 0) && !script.find("  ", 1));
        assert_eq!(at(&script), 2, "the mark stays");
    }

    #[test]
    fn a_late_utterance_goes_to_its_place_and_the_choice_stays_on_the_same_words() {
        let mut s = Script::default();
        s.hear(said(1, 1000));
        s.hear(said(2, 3000));
        s.choose(UtteranceId(2));
        s.hear(said(3, 2000));
        assert_eq!(s.chosen_utterance().unwrap().id, UtteranceId(2));
        assert_eq!(s.changed_since(2), Some(1));
        assert_eq!(s.changed_since(3), None);
    }

    #[test]
    fn stepping_past_the_end_of_a_live_session_follows_again_and_stepping_up_starts_at_the_last() {
        let mut s = Script::default();
        s.hear(said(1, 0));
        s.hear(said(2, 1000));
        s.step(-1, true);
        assert_eq!(s.chosen(), Some(1));
        s.step(1, true);
        assert_eq!(s.chosen(), None);
    }
}
