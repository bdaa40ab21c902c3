//! Risk cues: words that may mean danger, found by rules that are data, and never by a model (L20): patterns, kinds of words
//! that stand together, and, where none of these speaks, a sum of weights of words. A cue says where to
//! look, of whom it speaks and which screener to open; it sets no level and decides nothing. Nothing outside this module
//! can lower one.
//!
//! The rule of hearing: every line can raise a cue, whoever a voice model takes the speaker for. A line is quiet only when
//! a person settled that the counsellor said it. Of a line that nobody settled, a screening question put to another ("Do you
//! ever think you would be better off dead?") is quiet, unless its speaker says something of themselves in the same line.
//! A denial ("자살 생각은 없어요") raises a cue too, marked `denied`, because a quiet rule hides more than a marked one. A bare
//! "yes" raises one right after the question.

use crate::domain::advice::risk_context::Aside;
use crate::domain::advice::risk_pattern::Pattern;
use crate::domain::advice::risk_slots::Found;
use crate::domain::advice::risk_text::Heard;
use crate::domain::advice::risk_weights::Features;
use crate::domain::advice::suggestion::{About, RiskCue};
use crate::domain::practice::ids::{RiskRuleId, UtteranceId};
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use std::collections::BTreeSet;

use crate::domain::advice::risk_patterns::Scripts;
pub use crate::domain::advice::risk_rules::{Rule, Rules};

/// A denial is looked for at most this many characters before or after the words, within the sentence.
const DENIAL_REACH: usize = 40;

/// Where the label of a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// From a voice model, a file, or nowhere. It has no say in what raises a cue.
    Guessed,
    /// A person set it.
    ByHand,
}

impl Label {
    fn of(said: &Utterance, by_hand: &BTreeSet<UtteranceId>) -> Label {
        if by_hand.contains(&said.id) { Label::ByHand } else { Label::Guessed }
    }
}

impl Rules {
    /// The cues in one utterance, at most one a rule, in order of the words.
    pub fn cues(&self, said: &Utterance, label: Label) -> Vec<RiskCue> {
        if label == Label::ByHand && said.speaker == Speaker::Counsellor {
            return Vec::new();
        }
        let heard = Heard::of(said.text.reveal(), &self.respellings);
        let scripts = Scripts::of(&heard.plain);
        let harmless = spans(self.harmless.of(scripts), &heard.plain);
        let may_ask = label == Label::Guessed || said.speaker == Speaker::Unknown;
        let may_ask = may_ask && !self.speaks_of_oneself(&heard.plain);
        let mut found: Vec<(usize, RiskCue)> = Vec::new();
        let mut slots = Found::new(&self.slots, &heard.plain);
        let aside = std::cell::OnceCell::new();
        for rule in &self.rules {
            let mut best: Option<(usize, usize, bool)> = None;
            let together = rule.together.iter().flat_map(|together| together.find(&mut slots));
            for (start, end) in spans(rule.patterns.of(scripts), &heard.plain).into_iter().chain(together) {
                // What is said before it ("the hero …") makes harmless what names danger outright only with all of it, and not
                // where its speaker has come in between ("… dies, and so do I want to").
                let covers = |(from, to): &(usize, usize)| {
                    let before = rule.screened && *from < start;
                    let far = before && (*to < end || self.speaks_of_oneself(&heard.plain[*from..start]));
                    *from < end && start < *to && !far
                };
                if harmless.iter().any(covers) {
                    continue;
                }
                if may_ask && rule.screened && self.is_question(&heard, start, end) {
                    continue;
                }
                let denied = self.denied(&heard.plain, start, end);
                // Of several places the one that was not denied is shown; among equals the first.
                if best.is_none_or(|(at, _, was)| (denied, start) < (was, at)) {
                    best = Some((start, end, denied));
                }
            }
            if let Some((start, end, denied)) = best
                && (denied
                    || !rule.screened
                    || *aside.get_or_init(|| self.contexts.of(&heard.plain)) != Some(Aside::Silent))
                && (denied || !self.words_around_are_against(&heard, &mut slots, (start, end), rule.screened))
            {
                let denied = denied || rule.screened && aside.get().is_some_and(|aside| *aside == Some(Aside::Denied));
                let about = self.about(&heard, start, end);
                found.push((start, cue(said, &heard, (start, end), &rule.id, &rule.opens, denied, about)));
            }
        }
        if found.is_empty() {
            found.extend(self.weighed(said, &heard, &mut slots, may_ask));
        }
        found.sort_by_key(|(start, _)| *start);
        found.into_iter().map(|(_, cue)| cue).collect()
    }

    /// Whether every stretch in which something was found adds up to the clear opposite of danger. What names suicide,
    /// self-harm or an attempt `outright` is taken for a look-alike only far below, and never with a sign that it is meant.
    fn words_around_are_against(
        &self,
        heard: &Heard,
        slots: &mut Found<'_>,
        (start, end): (usize, usize),
        outright: bool,
    ) -> bool {
        if outright && self.contexts.meant(&heard.plain) {
            return false;
        }
        let Some(weights) = self.weighed.as_ref().and_then(|weighed| weighed.weights.as_ref()) else { return false };
        let around: Vec<_> =
            stretches(&heard.plain).into_iter().filter(|(from, to)| *from <= start && end <= *to).collect();
        !around.is_empty()
            && around.iter().all(|(from, to)| {
                let kinds = slots.within(*from, *to);
                weights.speaks_against(&heard.plain[*from..*to], &kinds, outright)
            })
    }

    /// Where no rule speaks: the two sentences in a row, or the only one, whose words add up to most, if it is enough.
    fn weighed(
        &self,
        said: &Utterance,
        heard: &Heard,
        slots: &mut Found<'_>,
        may_ask: bool,
    ) -> Option<(usize, RiskCue)> {
        let weighed = self.weighed.as_ref()?;
        let weights = weighed.weights.as_ref()?;
        let mut best: Option<(f32, f32, (usize, usize))> = None;
        for (start, end) in stretches(&heard.plain) {
            let kinds = slots.within(start, end);
            if let Some((danger, violence)) = weights.speaks(&heard.plain[start..end], &kinds)
                && best.is_none_or(|(most, ..)| danger > most)
                && !(may_ask && self.is_question(heard, start, end))
            {
                best = Some((danger, violence, (start, end)));
            }
        }
        let (_, violence, (start, end)) = best?;
        let id = if violence > 0.0 { &weighed.violence } else { &weighed.danger };
        let opens = self.get(id).map_or("", |rule| rule.opens.as_str());
        let about = self.about(heard, start, end);
        Some((start, cue(said, heard, (start, end), id, opens, false, about)))
    }

    /// What is weighed in a text: two sentences in a row, with the kinds of words in them. For whoever learns weights.
    pub fn weighable(&self, text: &str) -> Vec<Features> {
        let heard = Heard::of(text, &self.respellings);
        let mut slots = Found::new(&self.slots, &heard.plain);
        let all = stretches(&heard.plain);
        all.into_iter().filter_map(|(from, to)| Features::of(&heard.plain[from..to], &slots.within(from, to))).collect()
    }

    /// As [`Rules::cues`], and a "yes" to a question about suicide raises a cue of its own. `before` is the utterance right
    /// before this one with the label that it has.
    pub fn cues_after(&self, before: Option<(&Utterance, Label)>, said: &Utterance, label: Label) -> Vec<RiskCue> {
        self.cues_where_asked(said, label, || before.is_some_and(|(b, label)| self.asks(b, label)))
    }

    fn cues_where_asked(&self, said: &Utterance, label: Label, asked: impl FnOnce() -> bool) -> Vec<RiskCue> {
        let mut cues = self.cues(said, label);
        if cues.is_empty() && !(label == Label::ByHand && said.speaker == Speaker::Counsellor) {
            let heard = Heard::of(said.text.reveal(), &self.respellings);
            if let Some(at) = spans(&self.asked.affirmations, &heard.plain).into_iter().min()
                && asked()
            {
                cues.push(cue(said, &heard, at, &self.asked.rule, &self.asked.opens, false, About::Oneself));
            }
        }
        cues
    }

    /// Whether a text holds a sign that it is meant of its speaker. For whoever learns weights.
    pub fn meant(&self, text: &str) -> bool {
        self.contexts.meant(&Heard::of(text, &self.respellings).plain)
    }

    /// The cues of a whole transcript whose labels nobody set by hand, in order of time.
    pub fn cues_in(&self, transcript: &Transcript) -> Vec<RiskCue> {
        self.cues_where(transcript, &BTreeSet::new())
    }

    /// The cues of a whole transcript, in order of time. `by_hand` are the lines whose label a person set.
    pub fn cues_where(&self, transcript: &Transcript, by_hand: &BTreeSet<UtteranceId>) -> Vec<RiskCue> {
        (0..transcript.utterances.len()).flat_map(|at| self.cues_of(&transcript.utterances, at, by_hand)).collect()
    }

    /// What the rules find in a transcript beside the cues that were kept of it: for one that a crash left without its end.
    pub fn missing(&self, transcript: &Transcript, kept: &[RiskCue]) -> Vec<RiskCue> {
        let is_kept = |cue: &RiskCue| kept.iter().any(|k| k.utterance == cue.utterance && k.rule == cue.rule);
        self.cues_in(transcript).into_iter().filter(|cue| !is_kept(cue)).collect()
    }

    /// The cues of one line of a transcript; none when it is not there.
    pub fn cues_at(&self, transcript: &Transcript, id: UtteranceId, by_hand: &BTreeSet<UtteranceId>) -> Vec<RiskCue> {
        let Some(at) = transcript.utterances.iter().position(|u| u.id == id) else { return Vec::new() };
        self.cues_of(&transcript.utterances, at, by_hand)
    }

    fn cues_of(&self, all: &[Utterance], at: usize, by_hand: &BTreeSet<UtteranceId>) -> Vec<RiskCue> {
        self.cues_where_asked(&all[at], Label::of(&all[at], by_hand), || self.was_asked(all, at, by_hand))
    }

    /// Whether the line right before this one asks about suicide, or the one before that where a word was only put between
    /// ("Take your time."): a line between question and answer must not hide the answer.
    fn was_asked(&self, all: &[Utterance], at: usize, by_hand: &BTreeSet<UtteranceId>) -> bool {
        let back = |n: usize| at.checked_sub(n).map(|n| &all[n]);
        let asks = |n: usize| back(n).is_some_and(|line| self.asks(line, Label::of(line, by_hand)));
        asks(1) || (!back(1).is_some_and(|line| self.puts_a_question(line)) && asks(2))
    }

    fn puts_a_question(&self, line: &Utterance) -> bool {
        let text = line.text.reveal().trim_end();
        let heard = Heard::of(text, &self.respellings);
        text.ends_with(['?', '？']) || self.is_question(&heard, 0, 0)
    }

    /// Whether a line asks about suicide. What a client was settled to have said asks nothing; a line that raised a cue
    /// itself asks only when it is put as a question.
    fn asks(&self, before: &Utterance, label: Label) -> bool {
        if label == Label::ByHand && before.speaker == Speaker::Client {
            return false;
        }
        let text = before.text.reveal();
        let heard = Heard::of(text, &self.respellings);
        let about_it = spans(&self.asked.questions, &heard.plain);
        about_it.iter().any(|(start, end)| self.is_question(&heard, *start, *end))
            || !about_it.is_empty() && (text.trim_end().ends_with(['?', '？']) || self.cues(before, label).is_empty())
    }

    fn is_question(&self, heard: &Heard, start: usize, end: usize) -> bool {
        let (from, to) = heard.sentence(start, end);
        self.screening.questions.iter().any(|r| r.is_match(heard.plain[from..to].trim()))
    }

    fn speaks_of_oneself(&self, plain: &str) -> bool {
        plain.split('.').any(|sentence| {
            let mut rest = sentence.trim();
            while let Some(lead) = self.screening.lead_in.iter().filter_map(|r| r.find(rest)).find(|m| m.start() == 0) {
                if lead.is_empty() {
                    break;
                }
                rest = rest[lead.end()..].trim_start();
            }
            self.screening.first_person.iter().any(|r| r.is_match(rest))
        })
    }

    /// Of whom the words speak: the person named last in the sentence before their end.
    fn about(&self, heard: &Heard, start: usize, end: usize) -> About {
        let (from, to) = heard.sentence(start, end);
        let (sentence, until) = (&heard.plain[from..to], end - from);
        let last = |patterns: &[Pattern]| {
            spans(patterns, sentence).into_iter().filter(|(s, _)| *s < until).map(|(_, e)| e).max()
        };
        match (last(&self.about.oneself), last(&self.about.another)) {
            (None, None) => About::Unknown,
            (oneself, another) if oneself >= another => About::Oneself,
            (_, Some(named)) => {
                let between = sentence.get(named..until).unwrap_or_default();
                let unclear = self.about.unclear.iter().any(|r| r.is_match(between));
                if unclear { About::Unknown } else { About::Another }
            }
            _ => About::Unknown,
        }
    }

    fn denied(&self, plain: &str, start: usize, end: usize) -> bool {
        let after: String = plain[end..].chars().take_while(|c| *c != '.').take(DENIAL_REACH).collect();
        let before: Vec<char> = plain[..start].chars().rev().take_while(|c| *c != '.').take(DENIAL_REACH).collect();
        let before: String = before.into_iter().rev().collect();
        self.denied_after.iter().any(|r| r.is_match(after.trim_start()))
            || self.denied_before.iter().any(|r| r.is_match(before.trim_end()))
    }
}

fn cue(
    said: &Utterance,
    heard: &Heard,
    (start, end): (usize, usize),
    rule: &RiskRuleId,
    opens: &str,
    denied: bool,
    about: About,
) -> RiskCue {
    RiskCue {
        utterance: said.id,
        quote: ClientText::new(heard.verbatim(start, end)),
        rule: rule.clone(),
        opens: opens.to_owned(),
        denied,
        about,
    }
}

fn spans<'r>(patterns: impl IntoIterator<Item = &'r Pattern>, plain: &str) -> Vec<(usize, usize)> {
    let found = patterns.into_iter().flat_map(|r| r.find_iter(plain));
    found.filter(|m| !m.is_empty()).map(|m| (m.start(), m.end())).collect()
}

/// Every two sentences in a row of a folded text, or the one that it has, as bytes: the next sentence often says what the
/// one before was about.
fn stretches(plain: &str) -> Vec<(usize, usize)> {
    let mut sentences = Vec::new();
    let mut from = 0;
    for (at, _) in plain.match_indices('.').chain([(plain.len(), "")]) {
        let part = &plain[from..at];
        let (lead, words) = (part.len() - part.trim_start().len(), part.trim().len());
        if words > 0 {
            sentences.push((from + lead, from + lead + words));
        }
        from = at + 1;
    }
    match sentences[..] {
        [_, _, ..] => sentences.windows(2).map(|two| (two[0].0, two[1].1)).collect(),
        _ => sentences,
    }
}
