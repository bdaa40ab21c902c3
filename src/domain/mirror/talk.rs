//! Turns, silences and pauses of a transcript: what the clock says, without a look at the words.

use crate::domain::practice::ids::UtteranceId;
use crate::domain::transcript::{Gap, Speaker, Transcript, Utterance};

/// What one speaker says until somebody else does.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn<'t> {
    /// Who speaks.
    pub speaker: Speaker,
    /// Its utterances in order, at least one.
    pub said: Vec<&'t Utterance>,
}

impl Turn<'_> {
    /// What is spoken, without the pauses between, milliseconds.
    pub fn spoken_ms(&self) -> u64 {
        self.said.iter().map(|u| length(u)).sum()
    }

    /// Its words as one text.
    pub fn text(&self) -> String {
        self.said.iter().map(|u| u.text.reveal()).collect::<Vec<_>>().join(" ")
    }

    /// Its utterances.
    pub fn ids(&self) -> Vec<UtteranceId> {
        self.said.iter().map(|u| u.id).collect()
    }

    /// First millisecond.
    pub fn start_ms(&self) -> u64 {
        self.said.iter().map(|u| u.start_ms).min().unwrap_or_default()
    }

    /// Last millisecond.
    pub fn end_ms(&self) -> u64 {
        self.said.iter().map(|u| u.end_ms).max().unwrap_or_default()
    }
}

/// A stretch in which nobody speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The last utterance before and the first after.
    pub between: [UtteranceId; 2],
    /// Milliseconds.
    pub ms: u64,
}

/// How long an utterance is, milliseconds; one whose end lies before its start has none.
pub const fn length(u: &Utterance) -> u64 {
    u.end_ms.saturating_sub(u.start_ms)
}

/// True when the transcript has times at all: a file of another tool may have none.
pub fn has_times(t: &Transcript) -> bool {
    t.utterances.iter().any(|u| length(u) > 0)
}

/// The turns of a transcript, in its order.
pub fn turns(t: &Transcript) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for u in t.utterances.iter().filter(|u| !u.text.is_blank()) {
        match turns.last_mut() {
            Some(turn) if turn.speaker == u.speaker => turn.said.push(u),
            _ => turns.push(Turn { speaker: u.speaker, said: vec![u] }),
        }
    }
    turns
}

/// Pauses from `from_ms` on between utterances, in order of time. One that touches a [`Gap`] is left out: nobody knows what
/// was said in it.
pub fn silences(t: &Transcript, from_ms: u64) -> Vec<Pause> {
    let mut found = Vec::new();
    let mut last: Option<(UtteranceId, u64)> = None;
    for u in &t.utterances {
        if let Some((before, end)) = last
            && u.start_ms >= end + from_ms
            && !unheard(&t.gaps, end, u.start_ms)
        {
            found.push(Pause { between: [before, u.id], ms: u.start_ms - end });
        }
        if last.is_none_or(|(_, end)| u.end_ms >= end) {
            last = Some((u.id, u.end_ms));
        }
    }
    found
}

/// From the end of each turn of the client to the answer of the counsellor; 0 where one speaks into the other. Longer ones
/// than `most_ms` are silence.
pub fn answers(t: &Transcript, turns: &[Turn<'_>], most_ms: u64) -> Vec<Pause> {
    let pair = |pair: &[Turn<'_>]| {
        let [before, after] = pair else { return None };
        let (from, to) = (before.end_ms(), after.start_ms());
        let answered = before.speaker == Speaker::Client && after.speaker == Speaker::Counsellor;
        let ms = to.saturating_sub(from);
        (answered && ms <= most_ms && !unheard(&t.gaps, from, to))
            .then(|| Some(Pause { between: [before.said.last()?.id, after.said.first()?.id], ms }))?
    };
    turns.windows(2).filter_map(pair).collect()
}

fn unheard(gaps: &[Gap], from: u64, to: u64) -> bool {
    gaps.iter().any(|g| g.start_ms < to && g.end_ms > from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;
    use Speaker::{Client, Counsellor, Unknown};

    fn talk(lines: &[(Speaker, u64, u64)]) -> Transcript {
        let mut t = Transcript::empty(Lang::En);
        for (speaker, start_ms, end_ms) in lines {
            t.add(Span { start_ms: *start_ms, end_ms: *end_ms }, *speaker, ClientText::new("words"), None);
        }
        t
    }

    #[test]
    fn a_turn_goes_on_until_somebody_else_speaks() {
        let t = talk(&[(Client, 0, 1000), (Client, 1200, 2000), (Counsellor, 2500, 3000), (Unknown, 3000, 3500)]);
        let found: Vec<(Speaker, usize, u64)> =
            turns(&t).iter().map(|t| (t.speaker, t.said.len(), t.spoken_ms())).collect();
        assert_eq!(found, [(Client, 2, 1800), (Counsellor, 1, 500), (Unknown, 1, 500)]);
    }

    #[test]
    fn what_was_not_heard_is_no_silence() {
        let mut t = talk(&[(Client, 0, 1000), (Counsellor, 5000, 6000), (Client, 20_000, 21_000)]);
        assert_eq!(silences(&t, 3000).iter().map(|p| p.ms).collect::<Vec<_>>(), [4000, 14_000]);
        t.gaps.push(Gap { start_ms: 7000, end_ms: 19_000, reason: "off-record".into() });
        assert_eq!(silences(&t, 3000).iter().map(|p| p.ms).collect::<Vec<_>>(), [4000]);
    }

    #[test]
    fn somebody_who_speaks_through_a_pause_ends_it() {
        let t = talk(&[(Client, 0, 9000), (Counsellor, 1000, 1500), (Counsellor, 9500, 9900)]);
        assert!(silences(&t, 3000).is_empty());
    }

    #[test]
    fn an_answer_into_the_clients_words_has_no_pause_and_a_late_one_is_silence() {
        let t =
            talk(&[(Client, 0, 2000), (Counsellor, 1800, 3000), (Client, 3000, 4000), (Counsellor, 30_000, 31_000)]);
        let found = answers(&t, &turns(&t), 10_000);
        assert_eq!(found.iter().map(|p| p.ms).collect::<Vec<_>>(), [0]);
    }
}
