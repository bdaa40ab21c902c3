//! The answer sheet being filled in, and sheets that wait behind the lock.

use crate::app::field::Field;
use crate::domain::assessment::instrument::{Instrument, Item};
use crate::domain::assessment::proposal::outcome::Proposal;
use crate::domain::assessment::score::{Answers, Context as Person, Score};
use crate::domain::crisis::screening_left::OpenedBy;
use crate::domain::practice::ids::{ClientId, InstrumentId, SessionId};
use crate::domain::practice::lang::Lang;

/// One answer sheet being filled in.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Whose; none when it is only tried out.
    pub client: Option<ClientId>,
    /// In which session.
    pub session: Option<SessionId>,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// One per item.
    pub answers: Answers,
    /// Which item is asked, from 0.
    pub at: usize,
    /// Which of its answers is marked.
    pub choice: usize,
    /// The total, where only that may be entered.
    pub total: Option<Field>,
    /// What it scores.
    pub score: Option<Score>,
    /// Of whom; the norms, the maxima and some items depend on it.
    pub person: Person,
    /// In which language it was asked.
    pub lang: Lang,
    /// It is being sealed.
    pub keeping: bool,
    /// The client answered alone.
    pub kiosk: bool,
    /// Every item was answered; the client may still go back.
    pub ending: bool,
    /// What was found in talk; some once it was looked for. The sheet is no self-report then.
    pub talk: Option<Vec<Proposal>>,
    /// What opened it by itself; none when it was chosen by hand.
    pub opened: Option<OpenedBy>,
    /// Once it is kept, the safety plan is opened.
    pub then_plan: bool,
    /// First row of the result that is shown.
    pub top: usize,
}

impl Sheet {
    /// True when digits are text: a total is entered.
    pub const fn typing(&self) -> bool {
        self.total.is_some()
    }

    /// What was found in talk of the item that is asked.
    pub fn found(&self) -> Option<&Proposal> {
        self.talk.as_ref()?.iter().find(|p| p.item == self.at + 1)
    }

    /// Marks the answer that was given, else the one that was found in talk.
    pub fn mark(&mut self, instrument: &Instrument) {
        let given = self.answers.0.get(self.at).copied().flatten();
        let proposed = self.found().and_then(|p| p.score);
        let values = instrument.items.get(self.at).map_or(&[][..], |item| values(instrument, item));
        self.choice = given.or(proposed).and_then(|v| values.iter().position(|x| *x == v)).unwrap_or(0);
    }

    /// How many of the questions are answered.
    pub fn answered(&self) -> usize {
        self.answers.0.iter().flatten().count()
    }

    /// True when something was answered, or a total typed.
    pub fn begun(&self) -> bool {
        self.answered() > 0 || self.total.as_ref().is_some_and(|t| !t.is_blank())
    }
}

/// The language in which an instrument is asked: that of the screen where its words are at hand, else the other;
/// none when there are no words, and the answers are taken over from paper.
pub fn language_of(instrument: &Instrument, screen: Lang) -> Option<Lang> {
    let there = instrument.languages();
    if there.contains(&screen) { Some(screen) } else { there.first().copied() }
}

/// Whether an item is asked in this language, given the answers before it. What may be left blank and has no verified
/// words in the language is not asked.
pub fn asked(item: &Item, sheet: &Sheet, instrument: &Instrument) -> bool {
    let worded = !item.optional || item.has_words(sheet.lang) || !instrument.languages().contains(&sheet.lang);
    let meant = item.only_sex.is_none_or(|sex| sheet.person.sex.is_none_or(|s| s == sex));
    worded && meant && item.ask_if.as_ref().is_none_or(|c| c.holds(&sheet.answers.0))
}

/// Whether the marked item may be skipped: it is optional, or the instrument's rule for blanks takes one more.
pub fn skippable(sheet: &Sheet, instrument: &Instrument) -> bool {
    let Some(item) = instrument.items.get(sheet.at) else { return false };
    let blank = |n: usize| instrument.items[n].scored && sheet.answers.0.get(n).is_none_or(Option::is_none);
    // What was not spoken about stays blank in a sheet made from talk.
    item.optional || sheet.talk.is_some() || (0..sheet.at).filter(|n| blank(*n)).count() < instrument.scoring.max_blank
}

/// The values an item takes.
pub fn values<'a>(instrument: &'a Instrument, item: &Item) -> &'a [i32] {
    instrument.options.iter().find(|o| o.id == item.options).map_or(&[], |o| &o.values)
}

/// A sheet that was handed back or locked away. It waits behind the lock, in memory only, and no other takes its place.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The sheet.
    pub sheet: Sheet,
    /// Whose.
    pub client: ClientId,
    /// The member whose screen it was.
    pub by: String,
    /// It is sealed and synced.
    pub kept: bool,
}
