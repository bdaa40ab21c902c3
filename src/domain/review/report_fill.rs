//! What of the record goes into a case report by itself: each line with its source. What a person wrote is left as it is, and
//! nothing is worded here that the record does not say.

use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::instrument::{Library, Sex};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::plan::{Plan, PlanKind};
use crate::domain::note::statement::DraftedNote;
use crate::domain::practice::client::{ClientCard, age_in_years};
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{NoteLine, NoteRevision, Origin};
use crate::domain::review::report::{CaseReport, ReportLine, ReportSource};
use crate::domain::review::report_form::{Fill, ReportForm, ReportPart};
use crate::domain::transcript::Utterance;
use crate::texts::msg;

/// A signed note as it holds now.
#[derive(Debug, Clone)]
pub struct SignedText {
    /// Which session.
    pub session: SessionId,
    /// Its number within the client, from 1.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// The revision that holds.
    pub revision: u32,
    /// Its text.
    pub note: NoteRevision,
    /// The drafts it was made from: they say what a drafted line is about.
    pub drafts: Vec<(RecordId, DraftedNote)>,
}

/// What a report is filled from.
#[derive(Debug)]
pub struct Material<'a> {
    /// The card.
    pub card: &'a ClientCard,
    /// Today, `YYYY-MM-DD`.
    pub today: &'a str,
    /// Sessions that were held.
    pub sessions: usize,
    /// Signed notes, oldest first.
    pub notes: &'a [SignedText],
    /// Every sheet, oldest first.
    pub given: &'a [Administration],
    /// The newest treatment plan.
    pub plan: Option<&'a (Timestamp, Plan)>,
    /// Names of the instruments.
    pub library: &'a Library,
    /// The forms of notes.
    pub formats: &'a [NoteFormat],
    /// The language of labels.
    pub lang: Lang,
}

/// The first letter of a name, the rest withheld: `김○○`, `J. S.`.
pub fn initial(name: &str) -> String {
    let hangul = |c: &char| ('가'..='힣').contains(c);
    let joined: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    match joined.first() {
        Some(first) if hangul(first) => std::iter::once(*first)
            .chain(std::iter::repeat_n('○', joined.len().saturating_sub(1).clamp(1, 3)))
            .collect(),
        _ => {
            let letters = name.split_whitespace().filter_map(|w| w.chars().next());
            letters.map(|c| format!("{}.", c.to_uppercase())).collect::<Vec<_>>().join(" ")
        }
    }
}

/// Fills the sections in which nothing stands, and adds the summaries of sessions that are not there yet. Gives how many lines
/// came.
pub fn fill(report: &mut CaseReport, form: &ReportForm, material: &Material<'_>) -> usize {
    let mut added = 0;
    report.form.clone_from(&form.version);
    for part in &form.parts {
        let lines = report.lines_mut(&part.id);
        let grows = part.fills.contains(&Fill::Sessions);
        if !grows && lines.iter().any(|l| !l.text.is_blank()) {
            continue;
        }
        let there: Vec<SessionId> = lines.iter().filter_map(|l| session_of(&l.source)).collect();
        let mut new: Vec<ReportLine> = part.fills.iter().flat_map(|f| lines_of(*f, part, form, material)).collect();
        new.retain(|l| session_of(&l.source).is_none_or(|s| !grows || !there.contains(&s)));
        added += new.len();
        lines.extend(new);
    }
    added
}

const fn session_of(source: &ReportSource) -> Option<SessionId> {
    match source {
        ReportSource::Note { session, .. } | ReportSource::Said { session, .. } => Some(*session),
        _ => None,
    }
}

fn lines_of(fill: Fill, part: &ReportPart, form: &ReportForm, m: &Material<'_>) -> Vec<ReportLine> {
    match fill {
        Fill::Basics => basics(m),
        Fill::Referral => {
            let referred = m.card.referred.iter().filter(|r| !r.is_blank());
            referred.map(|r| of_card(r.reveal())).collect()
        }
        Fill::FirstNote => m.notes.first().map(|n| about(n, &part.takes, m)).unwrap_or_default(),
        Fill::Notes => m.notes.iter().flat_map(|n| about(n, &part.takes, m)).collect(),
        Fill::Measures => m.given.iter().map(|sheet| measure(sheet, m)).collect(),
        Fill::Plan => plan(m),
        Fill::Sessions => m.notes.iter().flat_map(|n| summary(n, form.limits.per_session, m)).collect(),
        Fill::Verbatim => Vec::new(),
    }
}

fn of_card(text: &str) -> ReportLine {
    ReportLine { text: ClientText::new(text), source: ReportSource::Card, ..ReportLine::default() }
}

fn basics(m: &Material<'_>) -> Vec<ReportLine> {
    let lang = m.lang;
    let mut lines = vec![of_card(&msg("report-basics-who").with("who", initial(m.card.name.reveal())).text(lang))];
    if let Some(age) = m.card.birth_date.as_deref().and_then(|b| age_in_years(b, m.today)) {
        let band =
            if age < 10 { msg("report-age-child") } else { msg("report-age-band").with("decade", age / 10 * 10) };
        lines.push(of_card(&band.text(lang)));
    }
    if let Some(sex) = m.card.sex {
        let id = match sex {
            Sex::Female => "report-sex-female",
            Sex::Male => "report-sex-male",
        };
        lines.push(of_card(lang.say(id)));
    }
    let course = msg("report-basics-course").with("since", m.card.since.date()).with("sessions", m.sessions);
    lines.push(of_card(&course.text(lang)));
    lines
}

/// What a line is about: as it was drafted, else what its section takes first.
fn kind<'a>(line: &NoteLine, key: &str, note: &'a SignedText, formats: &'a [NoteFormat]) -> Option<&'a str> {
    if let Origin::Accepted { record, index, .. } = &line.origin {
        let draft = note.drafts.iter().find(|(id, _)| id == record).map(|(_, d)| d);
        if let Some(statement) = draft.and_then(|d| d.statements.get(*index as usize)) {
            return Some(&statement.about);
        }
    }
    let format = formats.iter().find(|f| f.id == note.note.format)?;
    format.section(key)?.takes.first().map(String::as_str)
}

fn about(note: &SignedText, takes: &[String], m: &Material<'_>) -> Vec<ReportLine> {
    let sections = note.note.sections.iter();
    let lines = sections.flat_map(|s| s.lines.iter().map(move |line| (s.key.as_str(), line)));
    let wanted = lines
        .filter(|(key, line)| kind(line, key, note, m.formats).is_some_and(|kind| takes.iter().any(|t| t == kind)));
    wanted.map(|(_, line)| of_note(note, line, line.text.reveal())).collect()
}

fn of_note(note: &SignedText, line: &NoteLine, text: &str) -> ReportLine {
    ReportLine {
        text: ClientText::new(text),
        source: ReportSource::Note {
            session: note.session,
            number: note.number,
            revision: note.revision,
            statement: line.id,
        },
        edited: false,
        ai: matches!(line.origin, Origin::Accepted { .. }),
    }
}

/// The first lines of each section in turn, until there are enough.
fn summary(note: &SignedText, most: usize, m: &Material<'_>) -> Vec<ReportLine> {
    let longest = note.note.sections.iter().map(|s| s.lines.len()).max().unwrap_or(0);
    let turns = (0..longest)
        .flat_map(|n| note.note.sections.iter().enumerate().filter_map(move |(at, s)| Some((at, n, s.lines.get(n)?))));
    let mut chosen: Vec<(usize, usize, &NoteLine)> = turns.take(most).collect();
    chosen.sort_by_key(|(section, line, _)| (*section, *line));
    let mut lines = Vec::new();
    for (n, (.., line)) in chosen.into_iter().enumerate() {
        let head = msg("report-session-head").with("number", note.number).with("on", note.started.date()).text(m.lang);
        let text = line.text.reveal();
        lines.push(of_note(note, line, &if n == 0 { format!("{head} {text}") } else { text.to_owned() }));
    }
    lines
}

fn measure(sheet: &Administration, m: &Material<'_>) -> ReportLine {
    let title = m.library.get(&sheet.instrument).map(|i| i.title.pick(m.lang).to_owned());
    let title = title.unwrap_or_else(|_| sheet.instrument.to_string());
    let score = &sheet.score;
    let total = match score.score {
        Some(points) => format!("{points} ({}–{})", score.min, score.max),
        None => m.lang.say("paper-not-scored").to_owned(),
    };
    let band = score.band.as_ref().map_or(String::new(), |b| format!(" · {}", b.label));
    let text = format!("{title} {}: {total}{band}", sheet.given_at.date());
    let source = ReportSource::Sheet { instrument: sheet.instrument.clone(), given_at: sheet.given_at };
    ReportLine { text: ClientText::new(&text), source, ..ReportLine::default() }
}

fn plan(m: &Material<'_>) -> Vec<ReportLine> {
    let Some((written, plan)) = m.plan.filter(|(_, plan)| plan.kind == PlanKind::Treatment) else { return Vec::new() };
    let lines = plan.parts.iter().flat_map(|p| &p.lines).filter(|l| !l.is_blank());
    let source = ReportSource::Plan { written: *written };
    lines.map(|l| ReportLine { text: l.clone(), source: source.clone(), ..ReportLine::default() }).collect()
}

/// The chosen stretch of a transcript, a line for each utterance, time and speaker before the words. `None` where no line of it
/// is there, or it is longer than a report takes.
pub fn stretch(
    said: &[Utterance],
    (session, number): (SessionId, u32),
    (from, to): (u32, u32),
    form: &ReportForm,
    lang: Lang,
) -> Option<Vec<ReportLine>> {
    let chosen = said.iter().filter(|u| (from..=to).contains(&u.id.0));
    let line = |u: &Utterance| ReportLine {
        text: ClientText::new(&format!("{} {}: {}", u.place(), u.speaker.label(lang), u.text.reveal())),
        source: ReportSource::Said { session, number, utterance: u.id, at_ms: u.start_ms },
        ..ReportLine::default()
    };
    let lines: Vec<ReportLine> = chosen.map(line).collect();
    (1..=form.limits.verbatim).contains(&lines.len()).then_some(lines)
}

/// Whether a section has this line already, whatever was done to it since.
pub fn has(report: &CaseReport, section: &str, line: &ReportLine) -> bool {
    let same = |l: &ReportLine| fold(l.text.reveal()) == fold(line.text.reveal()) && l.source == line.source;
    report.lines(section).iter().any(same)
}
