//! The monthly inspection of the access log on paper: counts, readings, exports with their reasons, refusals, what was done
//! alone and its reviews, roles, and by whose key it is signed.

use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::governance::access::Capability;
use crate::domain::governance::access_log::{Entry, Task};
use crate::domain::governance::inspection::{Inspection, RoleChange};
use crate::domain::governance::roster::Roster;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::lang::Lang;
use crate::formats::document::{Block, Document, Page, Run, Style};
use crate::texts::{Message, msg};

/// What the page says of the signature that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Fingerprint of the inspector's key, in words.
    pub words: String,
    /// SHA-256 of the signed note, 64 hexadecimal digits.
    pub note: String,
}

/// A list of entries with its title.
type Listed<'a> = (&'static str, &'a [Entry]);

/// The lists of a report with the ids of their titles, in the order in which they are read.
pub fn lists(report: &Inspection) -> [Listed<'_>; 6] {
    [
        ("inspection-exports", &report.exports),
        ("inspection-refused", &report.refused),
        ("inspection-alone", &report.break_glass),
        ("inspection-reviews", &report.reviews),
        ("inspection-destroyed", &report.destroyed),
        ("inspection-handed-on", &report.handed_on),
    ]
}

/// Why an entry was made: its reason, else what was done. Of an escalation the reason was written in codes, which the rules
/// put into words.
pub fn entry_why(entry: &Entry, rules: &Rules, lang: Lang) -> String {
    let word = entry.detail.as_deref().and_then(|d| d.split(' ').next());
    if let (Task::Refused, Some(word)) = (entry.task, word)
        && let Some(capability) = Capability::ALL.iter().find(|c| c.word() == word)
    {
        return msg("inspection-not-allowed").with("what", capability.phrase()).text(lang);
    }
    match &entry.reason {
        Some(reason) if entry.task == Task::Escalate => rules.worded(reason, lang),
        Some(reason) => reason.clone(),
        None => entry.task.label().text(lang),
    }
}

/// A change of a role in words.
pub fn role_words(change: &RoleChange, lang: Lang) -> String {
    match (change.from, change.to) {
        (None, Some(to)) => msg("inspection-role-came").with("role", to.message()).text(lang),
        (Some(from), Some(to)) => {
            msg("inspection-role-changed").with("from", from.message()).with("to", to.message()).text(lang)
        }
        (from, None) => {
            let role = from.map_or_else(String::new, |r| r.label(lang).to_owned());
            msg("inspection-role-left").with("role", role).text(lang)
        }
    }
}

/// What the inspector has to look at: sentence, and whether there is something.
pub fn to_look_at(report: &Inspection) -> Vec<(Message, bool)> {
    let (open, back, breaks) = (report.unreviewed.len(), report.clock_back.len(), report.breaks.len());
    let practice = (report.practice > 0).then(|| (msg("inspection-practice").with("n", report.practice), false));
    let found = [
        (msg("inspection-unreviewed").with("n", open), open > 0),
        (msg("inspection-night").with("n", report.at_night), false),
        (msg("inspection-clock-back").with("n", back), back > 0),
        (msg("inspection-breaks").with("n", breaks), breaks > 0),
    ];
    found.into_iter().chain(practice).collect()
}

/// The report.
pub fn document(report: &Inspection, roster: &Roster, rules: &Rules, signature: &Signature, lang: Lang) -> Document {
    let say = |id: &'static str| lang.say(id);
    let name = |id: MemberId| roster.member(id).map_or_else(|| "?".to_owned(), |m| m.name.clone());
    let fact = |label: &str, value: String| (label.to_owned(), Run::plain(value).text);
    let cell = |text: String| vec![Run::plain(text)];
    let mut blocks = Vec::new();
    let tasks = report.tasks.iter().map(|(task, n)| vec![cell(task.label().text(lang)), cell(n.to_string())]);
    blocks.push(Block::heading(say("inspection-tasks")));
    blocks.push(table(&["inspection-task", "inspection-count"], vec![4, 1], tasks.collect(), lang));
    let accounts = report.accounts.iter().map(|(id, n)| vec![cell(name(*id)), cell(n.to_string())]);
    blocks.push(Block::heading(say("inspection-accounts")));
    blocks.push(table(&["inspection-account", "inspection-count"], vec![4, 1], accounts.collect(), lang));
    let reads = report.reads.iter().map(|r| {
        let numbers = [r.times, r.records, r.clients].map(|n| cell(n.to_string()));
        std::iter::once(cell(name(r.by))).chain(numbers).collect()
    });
    blocks.push(Block::heading(say("inspection-reads")));
    let head = ["inspection-account", "inspection-times", "inspection-records", "inspection-clients"];
    blocks.push(table(&head, vec![4, 1, 1, 1], reads.collect(), lang));
    for (title, entries) in lists(report) {
        blocks.push(Block::heading(format!("{} ({})", say(title), entries.len())));
        if entries.is_empty() {
            continue;
        }
        let rows = entries.iter().map(|e| {
            let by = e.second.map_or_else(|| name(e.by), |second| format!("{}, {}", name(e.by), name(second)));
            let whose = e.whose.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            vec![cell(e.at.shown()), cell(by), cell(whose), cell(entry_why(e, rules, lang))]
        });
        let head = ["inspection-when", "inspection-account", "inspection-whose", "inspection-why"];
        blocks.push(table(&head, vec![3, 3, 2, 5], rows.collect(), lang));
    }
    let roles: Vec<Vec<Vec<Run>>> = report
        .roles
        .iter()
        .map(|r| vec![cell(r.at.shown()), cell(name(r.member)), cell(role_words(r, lang))])
        .collect();
    blocks.push(Block::heading(format!("{} ({})", say("inspection-roles"), roles.len())));
    if !roles.is_empty() {
        let head = ["inspection-when", "inspection-account", "inspection-role"];
        blocks.push(table(&head, vec![3, 3, 5], roles, lang));
    }
    let mut lines: Vec<Vec<Run>> =
        to_look_at(report).into_iter().map(|(line, _)| vec![Run::plain(line.text(lang))]).collect();
    if report.early() {
        lines.push(vec![Run::plain(say("inspection-early"))]);
    }
    blocks.push(Block::Callout { title: say("inspection-look").to_owned(), lines });
    let small = |text: String| Block::Paragraph(vec![Run::styled(text, Style::Small)]);
    let by = msg("inspection-signed-by").with("name", name(report.by)).with("at", report.at.shown()).text(lang);
    blocks.push(Block::heading(say("inspection-signature")));
    blocks.push(Block::text(by));
    blocks.push(small(msg("inspection-signed-words").with("words", &signature.words).text(lang)));
    blocks.push(small(msg("inspection-signed-note").with("hash", &signature.note).text(lang)));
    blocks.push(small(say("inspection-signed-how").to_owned()));
    blocks.push(Block::Blank { label: say("inspection-signed").to_owned(), lines: 2 });
    Document {
        title: msg("inspection-title").with("month", report.month.to_string()).text(lang),
        lang,
        page: Page::A4,
        facts: vec![
            fact(say("inspection-entries"), report.entries.to_string()),
            fact(say("inspection-by"), name(report.by)),
            fact(say("inspection-at"), report.at.shown()),
        ],
        blocks,
        footer: format!("{} · {}", roster.centre, say("breach-confidential")),
        ai_notice: None,
    }
}

fn table(head: &[&'static str], widths: Vec<u8>, rows: Vec<Vec<Vec<Run>>>, lang: Lang) -> Block {
    Block::Table { head: head.iter().map(|id| lang.say(id).to_owned()).collect(), widths, rows }
}
