//! Escalation packets: where each stands and what is due, with what can be done about it.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST, NUMBERS};
use crate::app::command::{Command, Row, row};
use crate::app::effect::{Effect, PacketAct};
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{KeyPlace, Page};
use crate::app::pages::paper_out::{self, OutKind};
use crate::app::screen::Screen;
use crate::app::state::packet_forms::{ExportForm, ReceiptForm};
use crate::app::views::ListOf;
use crate::domain::crisis::course::Found;
use crate::domain::crisis::escalation::Word;
use crate::domain::governance::access::Capability;

const WAY: Row = row!(Command::Go(Screen::Packets), [Key::plain(KeyName::F(9))], "key-packets", "key-packets.short")
    .needing(Capability::ReadEscalation);

const COMMANDS: &[Row] = &[
    row!(
        Command::Open,
        [Key::plain(KeyName::Enter), Key::plain(KeyName::Right)],
        "key-packet-course",
        "key-packet-course.short"
    ),
    row!(Command::Accept, [Key::char('a')], "key-packet-approve", "key-packet-approve.short")
        .needing(Capability::ApproveEscalation),
    row!(Command::Export, [Key::char('x')], "key-packet-export", "key-packet-export.short"),
    row!(Command::Receipt, [Key::char('t')], "key-packet-receipt", "key-packet-receipt.short"),
    row!(Command::FollowUp, [Key::char('f')], "key-packet-follow-up", "key-packet-follow-up.short"),
    row!(Command::Close, [Key::char('c')], "key-packet-close", "key-packet-close.short"),
    row!(Command::AfterReview, [Key::char('r')], "key-packet-review", "key-packet-review.short")
        .needing(Capability::ReviewBreakGlass),
    row!(Command::Statistics, [Key::char('s')], "key-packet-statistics", "key-packet-statistics.short"),
];

/// The list.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, listing::GROUPS[1], LIST, NUMBERS, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| {
        model.pages.take::<Choosing>();
        listing::ask(model, ListOf::Packets)
    },
    found: |model| listing::found(model, ListOf::Packets),
    key_place: |model, command| match command {
        // Nothing is marked that they could be about.
        Command::Open
        | Command::Accept
        | Command::Export
        | Command::Receipt
        | Command::FollowUp
        | Command::Close
        | Command::AfterReview
            if marked(model).is_none() =>
        {
            KeyPlace::Left
        }
        _ => KeyPlace::InOrder,
    },
    step: command,
    ..Page::PLAIN
};

/// A code is being chosen by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choosing {
    /// What was done at the follow-up that is due next.
    Done,
    /// How it ended.
    Outcome,
    /// What the after-review found.
    Found,
}

/// The number of the packet that is marked, as the list shows it.
pub fn marked(model: &Model) -> Option<String> {
    listing::marked(model, ListOf::Packets).and_then(|row| row.cells.first().map(|cell| cell.text(model.lang)))
}

/// Something was done with a packet: the list is read again.
pub fn done(model: &mut Model) -> Vec<Effect> {
    model.pages.take::<ExportForm>();
    model.pages.take::<ReceiptForm>();
    model.say(Say::PacketDone);
    if matches!(model.screen, Screen::PacketExport | Screen::PacketReceipt) {
        model.back();
    }
    vec![Effect::List(ListOf::Packets)]
}

/// What can be chosen, in order.
pub fn choices(model: &Model, choosing: Choosing) -> Vec<String> {
    match choosing {
        Choosing::Done | Choosing::Outcome => codes(model, choosing).into_iter().map(|(_, label)| label).collect(),
        Choosing::Found => ["escalation-did-review-justified", "escalation-did-review-not"]
            .map(|id| model.lang.say(id).to_owned())
            .to_vec(),
    }
}

/// The codes to choose from.
fn codes(model: &Model, choosing: Choosing) -> Vec<(Word, String)> {
    let rules = &model.escalation;
    let list = match choosing {
        Choosing::Done => &rules.done,
        Choosing::Outcome => &rules.outcome,
        Choosing::Found => return Vec::new(),
    };
    list.iter().map(|c| (c.id.clone(), c.label(model.lang).to_owned())).collect()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let choosing = model.pages.take::<Choosing>();
    if command == Command::Statistics {
        paper_out::begin(model, OutKind::Statistics);
        return Vec::new();
    }
    let Some(number) = marked(model) else {
        return listing::command(model, ListOf::Packets, command);
    };
    let act = |act| vec![Effect::Packet(number.clone(), act)];
    match (command, choosing) {
        (Command::Answer(1), Some(Choosing::Found)) => act(PacketAct::Review(Found::Justified)),
        (Command::Answer(2), Some(Choosing::Found)) => act(PacketAct::Review(Found::NotJustified)),
        (Command::Answer(n), Some(choosing)) => {
            let code = usize::from(n).checked_sub(1).and_then(|n| codes(model, choosing).into_iter().nth(n));
            match (code, choosing) {
                (Some((code, _)), Choosing::Done) => act(PacketAct::FollowUp(code)),
                (Some((code, _)), Choosing::Outcome) => act(PacketAct::Close(code)),
                (_, Choosing::Found) | (None, _) => Vec::new(),
            }
        }
        (Command::Back, Some(_)) => Vec::new(),
        (Command::Accept, _) => act(PacketAct::Approve),
        (Command::AfterReview, _) => {
            model.pages.put(Choosing::Found);
            Vec::new()
        }
        (Command::Open, _) => {
            model.go(Screen::Course);
            Vec::new()
        }
        (Command::Receipt, _) => {
            model.go(Screen::PacketReceipt);
            Vec::new()
        }
        (Command::FollowUp, _) => {
            model.pages.put(Choosing::Done);
            Vec::new()
        }
        (Command::Close, _) => {
            model.pages.put(Choosing::Outcome);
            Vec::new()
        }
        (Command::Export, _) => {
            model.go(Screen::PacketExport);
            Vec::new()
        }
        (command, _) => listing::command(model, ListOf::Packets, command),
    }
}
