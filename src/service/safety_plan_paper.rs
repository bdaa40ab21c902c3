//! A safety plan on paper for the client: large on A5, the steps in order with room where a step is empty, and the lines to
//! call in a frame. That a line was not checked, or not lately, is for the counsellor and stays off it. Neither the client's
//! name nor code stands on it unless the name is asked for: it is carried about.

use crate::domain::crisis::crisis_line::{CrisisLine, CrisisLines, Trust};
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::formats::document::{Block, Document, Marker, Page, Run, Style};
use crate::service::handing_out::Asked;
use crate::service::safety_plan::PlanVersion;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;

/// Lines to write on where a step is empty.
const ROOM: u8 = 2;

/// What the sheet needs besides the plan.
#[derive(Debug, Clone, Copy)]
pub struct Paper<'a> {
    /// The form.
    pub form: &'a PlanForm,
    /// The crisis lines.
    pub lines: &'a CrisisLines,
    /// The centre's name.
    pub centre: &'a str,
    /// Day of printing, `YYYY-MM-DD`.
    pub today: &'a str,
    /// Language of its labels.
    pub lang: Lang,
}

/// Takes the newest revision out of the vault, with its sheet. Refused without a reason, before anything is opened (L10).
pub fn hand_out(
    unlocked: &UnlockedVault,
    code: &ClientCode,
    asked: Asked<'_>,
    form: &PlanForm,
    lines: &CrisisLines,
) -> Result<(PlanVersion, Document), ErrorReport> {
    let newest = unlocked.export_safety_plans(code, asked.form, asked.reason)?.pop().ok_or_else(none_yet)?;
    let (centre, today) = (unlocked.roster().centre, unlocked.now().date());
    let mut sheet = document(&newest, &Paper { form, lines, centre: &centre, today: &today, lang: asked.lang });
    if asked.name {
        let name = unlocked.client(code)?.name;
        sheet.facts.insert(0, (asked.lang.say("safety-paper-name").to_owned(), name));
    }
    Ok((newest, sheet))
}

/// The client has no plan that could be shown or taken away.
pub fn none_yet() -> ErrorReport {
    ErrorReport::with(Exit::Refused, msg("safety-plan-none-yet"), msg("safety-plan-none-yet.hint"))
}

/// The sheet of a revision.
pub fn document(version: &PlanVersion, paper: &Paper<'_>) -> Document {
    let lang = paper.lang;
    let mut blocks = vec![Block::text(lang.say("safety-paper-how"))];
    for (n, step) in paper.form.steps.iter().enumerate() {
        let words = step.text(lang);
        blocks.push(Block::heading(format!("{}. {}", n + 1, words.title)));
        let lines = version.what.lines(&step.id);
        if lines.is_empty() {
            blocks.push(Block::Blank { label: words.guide.clone(), lines: ROOM });
        }
        for line in lines {
            let run = Run { text: line.text.clone(), style: Style::Plain, ai: false };
            blocks.push(Block::Item { marker: Marker::Bullet, runs: vec![run] });
        }
    }
    blocks.push(callout(paper));
    let fact = |id: &'static str, value: &str| (lang.say(id).to_owned(), ClientText::new(value));
    Document {
        title: lang.say("safety-paper-title").to_owned(),
        lang,
        page: Page::A5Large,
        facts: vec![fact("safety-paper-written", &version.at.date()), fact("safety-paper-with", &version.author_name)],
        blocks,
        footer: msg("safety-paper-footer").with("centre", paper.centre).with("revision", version.revision).text(lang),
        ai_notice: None,
    }
}

/// The lines one can call, the urgent ones first.
fn callout(paper: &Paper<'_>) -> Block {
    let lang = paper.lang;
    let mut lines: Vec<&CrisisLine> = paper.lines.lines.iter().filter(|l| l.number.is_some()).collect();
    lines.sort_by_key(|l| !l.urgent);
    let row = |line: &&CrisisLine| {
        let words = line.text(lang);
        let number = line.number.as_deref().unwrap_or_default();
        let name = words.name.strip_prefix(number).unwrap_or(&words.name).trim_start();
        let mut runs = vec![Run::styled(number, Style::Strong), Run::plain(format!(" {name} · {}", words.hours))];
        // A client is not told what the counsellor has still to check.
        let checked = line.standing(paper.today, paper.lines.check_every_days);
        if matches!(checked, Trust::Checked(_)) {
            runs.push(Run::styled(format!(" {}", checked.message().text(lang)), Style::Small));
        }
        runs
    };
    Block::Callout { title: lang.say("safety-paper-lines").to_owned(), lines: lines.iter().map(row).collect() }
}
