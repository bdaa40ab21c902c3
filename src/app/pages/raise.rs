//! Raising an escalation: who, why, on which ground, how much, to whom, with what goes and what stays behind beside it. A few
//! keys from the cue to the sealed packet.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, NUMBERS, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::screen::Screen;
use crate::app::views::RaiseView;
use crate::domain::crisis::escalation::{Ground, Raising, Refusal, Tier, Word, check};
use crate::domain::crisis::escalation_rules::{Basis, Coded};
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;

const CHOICES: &[Row] = &[
    row!(Command::PrevQuestion, [Key::plain(KeyName::Left)], "key-choice-before", "key-choice-before.short"),
    row!(Command::NextQuestion, [Key::plain(KeyName::Right)], "key-choice-after"),
];

/// The form.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[GO_ON, CHOICES, ARROWS, NUMBERS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    leads_on: false,
    scrolls: false,
    step: command,
    typing: |model| model.pages.get::<RaiseForm>().is_some_and(|form| form.line().is_text()),
    typed,
    ..Page::PLAIN
};

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The reason code.
    Reason,
    /// The basis with its limb.
    Ground,
    /// The receiver.
    To,
    /// How much.
    Tier,
    /// Why the basis applies, from the sentences to choose from.
    Why,
    /// Why, typed.
    Argument,
    /// The article.
    Statute,
    /// Whereabouts, for tier 2.
    Location,
    /// Means, for tier 2.
    Means,
    /// The summary, for tier 3.
    Summary,
    /// A second person, or alone.
    Second,
    /// Sealing it.
    Seal,
}

impl Line {
    /// It is typed.
    pub const fn is_text(self) -> bool {
        matches!(self, Line::Argument | Line::Statute | Line::Location | Line::Means | Line::Summary)
    }
}

/// What is chosen and typed.
#[derive(Debug, Clone)]
pub struct RaiseForm {
    /// What is chosen from.
    pub view: RaiseView,
    /// Which reason.
    pub reason: usize,
    /// Which basis and limb, counted through.
    pub ground: usize,
    /// Which receiver.
    pub to: usize,
    /// How much, 1 to 3.
    pub tier: u8,
    /// Which sentence: 0 none yet, then the proposals, the last is typed.
    pub why: usize,
    /// It goes without a second person.
    pub alone: bool,
    /// Argument, statute, whereabouts, means, summary.
    pub texts: [Field; 5],
    /// Which line has the mark.
    pub focus: usize,
}

impl RaiseForm {
    /// The form with what is likeliest chosen; why it applies is never chosen beforehand.
    pub fn new(view: RaiseView) -> Self {
        let texts = Default::default();
        RaiseForm { view, reason: 0, ground: 0, to: 0, tier: 1, why: 0, alone: false, texts, focus: 0 }
    }

    /// Every basis with every limb.
    pub fn grounds(&self) -> Vec<(&Basis, &Coded)> {
        self.view.rules.basis.iter().flat_map(|b| b.limb.iter().map(move |l| (b, l))).collect()
    }

    /// The basis and limb that are chosen.
    pub fn chosen_ground(&self) -> Option<(&Basis, &Coded)> {
        self.grounds().get(self.ground).copied()
    }

    fn typed_why(&self) -> bool {
        self.why == self.view.rules.proposal.len() + 1
    }

    /// The lines of the form as it stands.
    pub fn lines(&self) -> Vec<Line> {
        let basis = self.chosen_ground().map(|(b, _)| b);
        let mut lines = vec![Line::Reason, Line::Ground, Line::To, Line::Tier];
        if basis.is_some_and(|b| b.statute) {
            lines.push(Line::Statute);
        }
        if basis.is_some_and(|b| b.argue) {
            lines.push(Line::Why);
            if self.typed_why() {
                lines.push(Line::Argument);
            }
        }
        if self.tier >= 2 {
            lines.extend([Line::Location, Line::Means]);
        }
        if self.tier >= 3 {
            lines.push(Line::Summary);
        }
        lines.extend([Line::Second, Line::Seal]);
        lines
    }

    /// The line with the mark.
    pub fn line(&self) -> Line {
        self.lines().get(self.focus).copied().unwrap_or(Line::Seal)
    }

    /// The field of a typed line.
    pub const fn field(&self, line: Line) -> Option<&Field> {
        Some(match line {
            Line::Argument => &self.texts[0],
            Line::Statute => &self.texts[1],
            Line::Location => &self.texts[2],
            Line::Means => &self.texts[3],
            Line::Summary => &self.texts[4],
            _ => return None,
        })
    }

    /// How many choices a line has, and which is chosen.
    fn choice(&mut self, line: Line) -> Option<(&mut usize, usize)> {
        let count = match line {
            Line::Reason => self.view.rules.reason.len(),
            Line::Ground => self.grounds().len(),
            Line::To => self.view.receivers.len(),
            Line::Why => self.view.rules.proposal.len() + 2,
            _ => return None,
        };
        Some(match line {
            Line::Reason => (&mut self.reason, count),
            Line::Ground => (&mut self.ground, count),
            Line::To => (&mut self.to, count),
            _ => (&mut self.why, count),
        })
    }

    fn choose(&mut self, by: isize) {
        match self.line() {
            Line::Tier => self.tier = self.tier.saturating_add_signed(by as i8).clamp(1, 3),
            Line::Second => self.alone = !self.alone,
            line => {
                if let Some((at, count)) = self.choice(line) {
                    // Round about: the last is one key from the first.
                    *at = (*at + count).saturating_add_signed(by) % count.max(1);
                }
            }
        }
    }

    fn choose_nth(&mut self, n: u8) {
        let n = usize::from(n);
        match self.line() {
            Line::Tier => self.tier = (n as u8).clamp(1, 3),
            Line::Why => {
                if let Some((at, count)) = self.choice(Line::Why) {
                    *at = n.min(count - 1);
                }
            }
            line => {
                if let Some((at, count)) = self.choice(line)
                    && (1..=count).contains(&n)
                {
                    *at = n - 1;
                }
            }
        }
    }

    /// Why it applies, in the words that are chosen or typed.
    pub fn argument(&self, lang: Lang) -> Option<ClientText> {
        let chosen = self.why.checked_sub(1).and_then(|n| self.view.rules.proposal.get(n));
        match chosen {
            Some(sentence) => Some(ClientText::new(sentence.label(lang))),
            None if self.typed_why() => Some(ClientText::new(self.texts[0].text().trim())),
            None => None,
        }
        .filter(|t| !t.is_blank())
    }

    /// What is asked for as the form stands; none where a list is empty.
    pub fn raising(&self, lang: Lang) -> Option<Raising> {
        let (basis, limb) = self.chosen_ground()?;
        let word = |list: &[Coded], n: usize| -> Option<Word> { Some(list.get(n)?.id.clone()) };
        let text = |n: usize, wanted: bool| {
            Some(ClientText::new(self.texts[n].text().trim())).filter(|t| wanted && !t.is_blank())
        };
        let statute = Some(self.texts[1].text().trim().to_owned()).filter(|s| basis.statute && !s.is_empty());
        Some(Raising {
            tier: Tier::try_from(self.tier).unwrap_or_default(),
            reason: word(&self.view.rules.reason, self.reason)?,
            ground: Ground { basis: basis.id.clone(), limb: limb.id.clone(), statute },
            argument: self.argument(lang).filter(|_| basis.argue),
            to: self.view.receivers.get(self.to)?.id.clone(),
            means: text(3, self.tier >= 2),
            location: text(2, self.tier >= 2),
            summary: text(4, self.tier >= 3),
            alone: self.alone.then(|| lang.say("raise-alone-reason").to_owned()),
            again: false,
        })
    }

    /// What still stands in the way, by the rules.
    pub fn refusal(&self, today: &str, lang: Lang) -> Option<Refusal> {
        let asked = self.raising(lang)?;
        let kind = self.view.receivers.get(self.to)?.kind;
        let birth = self.view.person.birth_date.as_deref();
        check(&asked, &self.view.rules, kind, &self.view.consent, birth, today).err()
    }
}

/// Asks for what the form is made from.
pub fn open(client: Option<ClientId>) -> Vec<Effect> {
    client.map(Effect::PrepareRaise).into_iter().collect()
}

/// It was read: the form comes up.
pub fn ready(model: &mut Model, view: RaiseView) -> Vec<Effect> {
    let begun = |form: &RaiseForm| form.view.client == view.client && form.texts.iter().any(|text| !text.is_blank());
    if !model.pages.get::<RaiseForm>().is_some_and(begun) {
        model.pages.put(RaiseForm::new(view));
    }
    model.go(Screen::Raise);
    Vec::new()
}

/// The packet is sealed.
pub fn raised(model: &mut Model, number: String, alone: bool) -> Vec<Effect> {
    model.pages.take::<RaiseForm>();
    if model.screen == Screen::Raise {
        model.back();
    }
    model.say(if alone { Say::PacketAlone(number) } else { Say::PacketSealed(number) });
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<RaiseForm>() {
        let at = match form.line() {
            Line::Argument => 0,
            Line::Statute => 1,
            Line::Location => 2,
            Line::Means => 3,
            Line::Summary => 4,
            _ => return Vec::new(),
        };
        form.texts[at].edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let (today, lang) = (model.now.date(), model.lang);
    let Some(mut form) = model.pages.take::<RaiseForm>() else {
        model.back();
        return Vec::new();
    };
    let last = form.lines().len() - 1;
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(last),
        Command::PrevQuestion => form.choose(-1),
        Command::NextQuestion => form.choose(1),
        Command::Answer(n) => form.choose_nth(n),
        Command::Open if form.line() != Line::Seal => form.focus = (form.focus + 1).min(last),
        Command::Open => match (form.refusal(&today, lang), form.raising(lang)) {
            (Some(why), _) => {
                let wanted = |line: &Line| match why {
                    Refusal::Argument | Refusal::ArgumentLong => matches!(line, Line::Why),
                    Refusal::Statute => *line == Line::Statute,
                    Refusal::Kind => *line == Line::To,
                    Refusal::Tier(_) => *line == Line::Tier,
                    Refusal::Summary => *line == Line::Summary,
                    _ => *line == Line::Ground,
                };
                form.focus = form.lines().iter().position(wanted).unwrap_or(0);
                model.say(Say::ErrorReport(ErrorReport::from(PacketError::Raise(why))));
            }
            (None, Some(asked)) => effects = vec![Effect::Raise(form.view.client, Box::new(asked))],
            (None, None) => model.say(Say::NothingChosen),
        },
        // What was written stays until the packet is sealed or the screen is locked: Esc is easily pressed.
        Command::Back => model.back(),
        _ => {}
    }
    form.focus = form.focus.min(form.lines().len() - 1);
    model.pages.put(form);
    effects
}
