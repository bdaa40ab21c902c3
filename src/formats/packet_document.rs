//! An escalation packet as one page of paper for the office that receives it.

use crate::domain::crisis::escalation::{EscalationPacket, Tier};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::formats::document::{Block, Document, Marker, Page, Run, Style};
use crate::formats::exporter::PacketFile;
use crate::texts::msg;

/// The page.
pub fn document(file: &PacketFile<'_>, lang: Lang) -> Document {
    let EscalationPacket { contact, .. } = file.packet;
    let rules = file.rules;
    let say = |id: &'static str| lang.say(id);
    let unknown = || ClientText::new(say("paper-not-known"));
    let person = &contact.person;
    let text = |t: &Option<ClientText>| t.clone().filter(|t| !t.is_blank()).unwrap_or_else(unknown);
    let facts = vec![
        (say("paper-name").to_owned(), person.name.clone()),
        (say("paper-birth").to_owned(), person.birth_date.as_deref().map_or_else(unknown, ClientText::new)),
        (say("paper-address").to_owned(), text(&person.address)),
        (say("paper-contact").to_owned(), text(&person.contact)),
    ];
    let basis = rules.basis(&contact.ground.basis);
    let limb = basis.and_then(|b| b.limb.iter().find(|l| l.id == contact.ground.limb));
    let basis = basis.map_or(contact.ground.basis.as_str(), |b| b.label(lang));
    let limb = limb.map_or(contact.ground.limb.as_str(), |l| l.label(lang));
    let statute = contact.ground.statute.as_ref().map_or_else(String::new, |s| format!(" · {s}"));
    let by = msg("paper-by-line")
        .with("name", &contact.by.name)
        .with("role", contact.by.role.message())
        .with("centre", &contact.by.centre)
        .text(lang);
    let row = |label: &str, value: String| vec![vec![Run::styled(label, Style::Strong)], vec![Run::plain(value)]];
    let reason = Rules::label(&rules.reason, &contact.reason, lang).to_owned();
    let mut blocks = vec![Block::Table {
        head: vec![say("paper-field").to_owned(), say("paper-content").to_owned()],
        widths: vec![1, 4],
        rows: vec![
            row(say("packet-paper-reason"), reason),
            row(say("paper-basis"), format!("{basis}: {limb}{statute}")),
            row(say("paper-to"), contact.to.name.clone()),
            row(say("paper-by"), by),
            row(say("paper-at"), contact.at.shown()),
        ],
    }];
    higher_tiers(file.packet, &mut blocks, lang);
    blocks.push(Block::Callout {
        title: say("paper-limits-title").to_owned(),
        lines: vec![
            vec![Run::plain(say("paper-limits-purpose"))],
            vec![Run::plain(say("paper-limits-destroy"))],
            vec![Run::plain(say("paper-limits-not-all"))],
        ],
    });
    blocks.push(Block::Blank { label: say("paper-receipt").to_owned(), lines: 2 });
    let id: String = file.id.to_string().chars().take(8).collect();
    Document {
        title: say("paper-packet-title").to_owned(),
        lang,
        page: Page::A4,
        facts,
        blocks,
        footer: msg("paper-packet-footer").with("centre", &contact.by.centre).with("id", id).text(lang),
        ai_notice: None,
    }
}

/// What tiers 2 to 4 add.
fn higher_tiers(packet: &EscalationPacket, blocks: &mut Vec<Block>, lang: Lang) {
    let say = |id: &'static str| lang.say(id);
    if let Some(screening) = packet.screening() {
        for (title, text) in [("paper-location", &screening.location), ("paper-means", &screening.means)] {
            if let Some(text) = text {
                blocks.push(Block::heading(say(title)));
                blocks.push(Block::Paragraph(vec![Run { text: text.clone(), style: Style::Plain, ai: false }]));
            }
        }
        for screener in &screening.screeners {
            blocks.push(Block::heading(format!("{} · {}", screener.instrument, screener.at.shown())));
            let answers: Vec<String> = screener.answers.iter().map(|a| format!("{}: {}", a.item, a.value)).collect();
            let band = screener.band.as_ref().map_or_else(String::new, |b| format!("{b} · "));
            blocks.push(Block::text(format!("{band}{}", answers.join("  "))));
        }
        if !screening.safety_plan.is_empty() {
            blocks.push(Block::heading(say("paper-safety-plan")));
            for (n, step) in (1u32..).zip(&screening.safety_plan) {
                let joined = step.lines.iter().map(ClientText::reveal).collect::<Vec<_>>().join("; ");
                blocks.push(Block::Item { marker: Marker::Number(n), runs: vec![Run::plain(joined)] });
            }
        }
    }
    if let Some(summary) = packet.summary() {
        let title = msg("paper-summary").with("at", summary.contact_at.shown()).text(lang);
        blocks.push(Block::heading(title));
        blocks.push(Block::Paragraph(vec![Run { text: summary.text.clone(), style: Style::Plain, ai: false }]));
    }
    if packet.tier() == Tier::Full {
        let records = packet.record().map_or(0, |r| r.records);
        blocks.push(Block::text(msg("packet-paper-record").with("n", records).text(lang)));
    }
}
