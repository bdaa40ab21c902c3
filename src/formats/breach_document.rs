//! The breach pack on paper: the clock, whom to tell, which keys, whose records.

use crate::domain::governance::breach::{BreachPack, Lost, left_ms};
use crate::domain::governance::roster::Roster;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::formats::document::{Block, Document, Marker, Page, Run, Style};
use crate::texts::{Message, msg};

/// Hours and minutes that are left, or by how much it is over.
pub fn clock(pack: &BreachPack, now: Timestamp) -> Message {
    let left = left_ms(pack, now);
    let (hours, minutes) = (left.abs() / 3_600_000, left.abs() / 60_000 % 60);
    let id = if left >= 0 { msg("breach-left") } else { msg("breach-over") };
    id.with("hours", hours).with("minutes", minutes).with("at", pack.deadline.shown())
}

/// What was lost, in words.
pub fn lost(pack: &BreachPack, roster: &Roster) -> Message {
    match &pack.lost {
        Lost::Member { id } => {
            msg("breach-lost-member").with("name", roster.member(*id).map_or("?", |m| m.name.as_str()))
        }
        Lost::Place { name } => msg("breach-lost-place").with("name", name),
    }
}

/// The document.
pub fn document(pack: &BreachPack, roster: &Roster, now: Timestamp, lang: Lang) -> Document {
    let say = |id: &'static str| lang.say(id);
    let fact = |label: &str, value: String| (label.to_owned(), Run::plain(value).text);
    let name = |id| roster.member(id).map_or_else(|| "?".to_owned(), |m| m.name.clone());
    let mut blocks = vec![Block::Callout {
        title: say("breach-clock").to_owned(),
        lines: vec![vec![Run::styled(clock(pack, now).text(lang), Style::Strong)]],
    }];
    blocks.push(Block::heading(say("breach-tell")));
    for tell in &pack.tell {
        let text = tell.text(lang);
        let source = if tell.unverified {
            format!("({} · {})", tell.source, say("law-unverified"))
        } else {
            format!("({})", tell.source)
        };
        blocks.push(Block::Item {
            marker: Marker::Box(false),
            runs: vec![
                Run::styled(format!("{} ", text.who), Style::Strong),
                Run::plain(format!("{} ", text.what)),
                Run::styled(source, Style::Small),
            ],
        });
    }
    blocks.push(Block::heading(say("breach-keys")));
    for key in &pack.keys {
        let roles: Vec<String> = key.roles.iter().map(|r| r.role.label(lang).to_owned()).collect();
        let used = key.last_used.map_or_else(|| "-".to_owned(), Timestamp::shown);
        let line = msg("breach-key")
            .with("name", &key.name)
            .with("roles", roles.join(", "))
            .with("since", key.since.shown())
            .with("used", used)
            .with("n", key.reach.len());
        blocks.push(Block::text(line.text(lang)));
        blocks.push(Block::Paragraph(vec![Run::styled(&key.fingerprint, Style::Small)]));
    }
    blocks.push(Block::heading(msg("breach-records").with("n", pack.clients.len()).text(lang)));
    let rows = pack.keys.iter().flat_map(|k| k.reach.iter().map(move |r| (k, r))).map(|(k, r)| {
        let cell = |text: String| vec![Run::plain(text)];
        let read = pack.opened_since.get(&r.code).copied().unwrap_or(0);
        let last = r.last.map_or_else(|| "-".to_owned(), Timestamp::shown);
        vec![
            cell(r.code.to_string()),
            cell(k.name.clone()),
            cell(r.since.date()),
            cell(r.opened.to_string()),
            cell(last),
            cell(read.to_string()),
        ]
    });
    let head =
        ["breach-client", "breach-by", "breach-key-since", "breach-opened", "breach-last", "breach-opened-since"];
    blocks.push(Block::Table {
        head: head.map(|id| say(id).to_owned()).to_vec(),
        widths: vec![3, 3, 3, 2, 4, 3],
        rows: rows.collect(),
    });
    blocks.push(Block::text(msg("breach-left-vault").with("n", pack.left_since).text(lang)));
    blocks.push(Block::heading(say("breach-do")));
    for step in ["breach-do-revoke", "breach-do-rekey", "breach-do-backups", "breach-do-write"] {
        blocks.push(Block::Item { marker: Marker::Box(false), runs: vec![Run::plain(say(step))] });
    }
    Document {
        title: say("breach-title").to_owned(),
        lang,
        page: Page::A4,
        facts: vec![
            fact(say("breach-lost"), lost(pack, roster).text(lang)),
            fact(say("breach-since"), pack.since.shown()),
            fact(say("breach-known"), pack.known.shown()),
            fact(say("breach-made"), format!("{} · {}", pack.at.shown(), name(pack.by))),
        ],
        blocks,
        footer: format!("{} · {}", roster.centre, say("breach-confidential")),
        ai_notice: None,
    }
}
