//! The transcript: who said what, when. Rows are wrapped once per entry, revision and width and kept with prefix
//! sums, so that a frame costs the same at the tenth thousand utterance as at the tenth.

use crate::app::script::{Entry, EntryKey, Script, What};
use crate::app::wrap::{width, wrap};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::clock;
use crate::domain::transcript::{Gap, Speaker};
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::put;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::HashMap;
use std::ops::Range;

/// Columns of the speaker's name: the widest, "상담사" and "Couns.".
const NAME: u16 = 6;

/// What a screen remembers of one transcript.
#[derive(Debug, Default)]
pub struct WrapCache {
    owner: Option<u128>,
    width: u16,
    epoch: usize,
    rows: Vec<Wrapped>,
    /// First row of each entry, and after the last the number of rows.
    starts: Vec<usize>,
    top: usize,
}

#[derive(Debug)]
struct Wrapped {
    key: EntryKey,
    revision: u32,
    rows: Vec<Range<usize>>,
}

impl WrapCache {
    /// Brings the cache up to date with a script at a text width; only entries that changed are wrapped again.
    pub fn update(&mut self, owner: Option<u128>, script: &Script, text_width: u16) {
        let anew = self.owner != owner || self.width != text_width || script.epoch() < self.epoch;
        let from = if anew { Some(0) } else { script.changed_since(self.epoch) };
        (self.owner, self.width, self.epoch) = (owner, text_width, script.epoch());
        let Some(from) = from else {
            if self.starts.is_empty() {
                self.starts.push(0);
            }
            return;
        };
        let from = from.min(self.rows.len());
        let mut old: HashMap<(EntryKey, u32), Vec<Range<usize>>> =
            self.rows.drain(from..).map(|w| ((w.key, w.revision), w.rows)).collect();
        if anew {
            old.clear();
        }
        self.starts.truncate(from + 1);
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        for entry in &script.entries()[from..] {
            let (key, revision) = (entry.key(), entry.revision);
            let rows = old.remove(&(key, revision)).unwrap_or_else(|| rows_of(entry, text_width));
            let start = self.starts.last().copied().unwrap_or(0);
            self.starts.push(start + rows.len());
            self.rows.push(Wrapped { key, revision, rows });
        }
    }

    /// Rows of the whole transcript.
    pub fn height(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The entry and its row at a row of the whole transcript.
    pub fn at(&self, row: usize) -> Option<(usize, usize)> {
        if row >= self.height() {
            return None;
        }
        let entry = self.starts.partition_point(|s| *s <= row) - 1;
        Some((entry, row - self.starts[entry]))
    }

    /// The byte range of a row of an entry's text.
    pub fn range(&self, entry: usize, row: usize) -> Option<Range<usize>> {
        self.rows.get(entry)?.rows.get(row).cloned()
    }
}

/// The rows of one entry; gaps and marks take one.
fn rows_of(entry: &Entry, text_width: u16) -> Vec<Range<usize>> {
    match &entry.what {
        What::Said(u) => wrap(u.text.reveal(), text_width),
        What::Gap(_) | What::Mark => std::iter::once(0..0).collect(),
    }
}

/// What the widget shows besides the script.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Whose cache this is.
    pub owner: Option<u128>,
    /// The entries.
    pub script: &'a Script,
    /// Words so far, and since when, while somebody speaks.
    pub partial: Option<(u64, &'a ClientText)>,
    /// The pane has the keys.
    pub focus: bool,
    /// The language of the labels.
    pub lang: Lang,
}

/// Columns before the text: a mark, the time, the name.
fn before_text(script: &Script) -> (u16, u16) {
    let long = script.entries().last().is_some_and(|e| e.at_ms >= 3_600_000);
    let time = if long { 7 } else { 5 };
    (time, 1 + time + 1 + NAME + 1)
}

/// Draws the transcript into an area.
pub fn draw(buf: &mut Buffer, area: Rect, shown: &Shown<'_>, cache: &mut WrapCache, theme: Theme) {
    if area.height == 0 || area.width < 20 {
        return;
    }
    let (time, before) = before_text(shown.script);
    let text_width = area.width.saturating_sub(before + 1);
    cache.update(shown.owner, shown.script, text_width);
    let partial = shown.partial.filter(|_| shown.script.chosen().is_none());
    let listening = partial.map(|(_, text)| format!("{} {}", text.reveal(), T::Listening.text(shown.lang)));
    let extra = listening.as_deref().map(|t| wrap(t, text_width)).unwrap_or_default();
    let height = usize::from(area.height);
    let total = cache.height() + extra.len();
    cache.top = match shown.script.chosen() {
        None => total.saturating_sub(height),
        Some(i) => {
            let (from, to) = (cache.starts[i], cache.starts[i + 1]);
            // The least scrolling that shows the chosen entry; its beginning when it is taller than the pane.
            let top = cache.top.max(to.saturating_sub(height)).min(from);
            top.min(total.saturating_sub(height.min(total)))
        }
    };
    for line in 0..area.height {
        let y = area.y + line;
        let row = cache.top + usize::from(line);
        if let Some((entry, part)) = cache.at(row) {
            let range = cache.range(entry, part).unwrap_or(0..0);
            let chosen = shown.script.chosen() == Some(entry);
            draw_row(buf, area, y, &shown.script.entries()[entry], part, range, chosen, shown, time, theme);
        } else if let (Some((since, _)), Some(text)) = (partial, listening.as_deref()) {
            let Some(range) = extra.get(row - cache.height()) else { break };
            let style = theme.of(Mean::Quiet);
            if row == cache.height() {
                put(buf, area.x + 1, y, area.right(), &clock(since), style);
            }
            put(buf, area.x + before, y, area.right(), &text[range.clone()], style);
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn draw_row(
    buf: &mut Buffer,
    area: Rect,
    y: u16,
    entry: &Entry,
    part: usize,
    range: Range<usize>,
    chosen: bool,
    shown: &Shown<'_>,
    time: u16,
    theme: Theme,
) {
    let right = area.right();
    let mark = match (entry.cue, chosen) {
        (true, _) => ("▲", Mean::Danger),
        (false, true) => ("▌", Mean::Focus),
        (false, false) => (" ", Mean::Plain),
    };
    put(buf, area.x, y, right, mark.0, theme.of(mark.1));
    let name_at = area.x + 1 + time + 1;
    let text_at = name_at + NAME + 1;
    if part == 0 {
        let at = match &entry.what {
            What::Said(u) => u.place(),
            What::Gap(_) | What::Mark => clock(entry.at_ms),
        };
        put(buf, area.x + 1, y, right, &format!("{at:>0$}", usize::from(time)), theme.of(Mean::Quiet));
    }
    match &entry.what {
        What::Said(u) => {
            let (name, mean) = name(u.speaker, shown.lang);
            if part == 0 {
                put(buf, name_at, y, text_at, name, theme.of(mean));
            }
            let mut style = theme.of(if entry.cue { Mean::Danger } else { Mean::Plain });
            if chosen && shown.focus {
                style = style.patch(theme.of(Mean::Marked));
            }
            put(buf, text_at, y, right, &u.text.reveal()[range], style);
        }
        What::Gap(gap) => {
            let text = format!("— {} ({}–{}) —", gap_reason(gap, shown.lang), clock(gap.start_ms), clock(gap.end_ms));
            put(buf, name_at, y, right, &text, theme.of(Mean::Warn));
        }
        What::Mark => {
            let text = format!("★ {}", T::Marked.text(shown.lang));
            put(buf, name_at, y, right, &text, theme.of(Mean::Focus));
        }
    }
}

/// A speaker's name, at most six columns.
pub fn name(speaker: Speaker, lang: Lang) -> (&'static str, Mean) {
    match speaker {
        Speaker::Counsellor => (lang.say("widgets-transcript-couns"), Mean::Counsellor),
        Speaker::Client => (lang.say("widgets-transcript-client"), Mean::Client),
        Speaker::Other => (lang.say("widgets-transcript-other"), Mean::Quiet),
        Speaker::Unknown => (lang.say("widgets-transcript-who"), Mean::Quiet),
    }
}

/// Why nothing is there.
pub fn gap_reason(gap: &Gap, lang: Lang) -> &'static str {
    match gap.reason.as_str() {
        "overrun" => T::GapOverrun,
        "worker" | "no-words" => T::GapWorker,
        "off-record" => T::GapOffRecord,
        "pause" => T::GapPaused,
        "device" => T::GapDevice,
        _ => T::GapOther,
    }
    .text(lang)
}

/// The names all fit their column.
pub fn names_fit() -> bool {
    [Speaker::Counsellor, Speaker::Client, Speaker::Other, Speaker::Unknown]
        .iter()
        .all(|s| [Lang::Ko, Lang::En].iter().all(|l| width(name(*s, *l).0) <= NAME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::UtteranceId;
    use crate::domain::transcript::Utterance;
    use proptest::prelude::*;

    #[test]
    fn every_speakers_name_fits_its_column() {
        assert!(names_fit());
    }

    #[derive(Debug, Clone)]
    enum Step {
        Hear(u32, u64, String),
        Flip(u32),
        Gap(u64),
        Width(u16),
        Look,
    }

    fn steps() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (1u32..30, 0u64..9000, "([가-힣]{1,4}|[a-z]{1,6}| ){1,12}").prop_map(|(i, s, t)| Step::Hear(i, s, t)),
            1 => (1u32..30).prop_map(Step::Flip),
            1 => (0u64..9000).prop_map(Step::Gap),
            1 => (4u16..30).prop_map(Step::Width),
            2 => Just(Step::Look),
        ]
    }

    proptest! {
        #[test]
        fn the_kept_rows_are_those_of_wrapping_everything_anew(all in prop::collection::vec(steps(), 0..60)) {
            let (mut script, mut cache, mut width) = (Script::default(), WrapCache::default(), 12);
            for step in all {
                match step {
                    Step::Hear(id, start_ms, text) => script.hear(Utterance {
                        id: UtteranceId(id), start_ms, end_ms: start_ms + 1, speaker: Speaker::Client,
                        text: ClientText::new(&text), confidence: None }),
                    Step::Flip(id) => script.relabel(UtteranceId(id), Speaker::Counsellor),
                    Step::Gap(start_ms) => script.gap(Gap { start_ms, end_ms: start_ms, reason: "worker".into() }),
                    Step::Width(w) => width = w,
                    Step::Look => {}
                }
                cache.update(None, &script, width);
                let naive: Vec<(usize, Range<usize>)> = script.entries().iter().enumerate()
                    .flat_map(|(i, e)| rows_of(e, width).into_iter().map(move |r| (i, r))).collect();
                prop_assert_eq!(cache.height(), naive.len());
                for (row, (entry, range)) in naive.iter().enumerate() {
                    let (e, part) = cache.at(row).unwrap_or((usize::MAX, 0));
                    prop_assert_eq!((e, cache.range(e, part)), (*entry, Some(range.clone())));
                }
            }
        }
    }
}
