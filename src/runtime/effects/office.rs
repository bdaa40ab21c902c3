//! Reads and writes for the office: a month of the access log, the course of a packet, papers.

use crate::adapters::escalation;
use crate::adapters::outgoing_file::{OutgoingFile, SignedFile};
use crate::app::effect::{OfficeAsk, PaperOut};
use crate::app::msg::{Answer, Asked};
use crate::app::views::{CourseView, ListOf, Listing, ListingRow, MonthView};
use crate::config::escalation_file;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access_log::{Entry, Month};
use crate::domain::governance::inspection::Inspection;
use crate::domain::governance::roster::Roster;
use crate::domain::practice::lang::Lang;
use crate::formats::inspection_document::{entry_why, lists, role_words, to_look_at};
use crate::runtime::effects::Performer;
use crate::runtime::effects::supervision::day;
use crate::runtime::{in_home, typed};
use crate::service::escalation_course::{course_facts, course_page};
use crate::service::escalation_statistics::{statistics, statistics_file};
use crate::service::escalation_words::{due_lines, step_lines};
use crate::service::escalations::short;
use crate::service::inspection::signed_inspection;
use crate::service::supervision_hours::hours_file;
use crate::texts::{msg, verbatim};

impl Performer {
    pub(super) fn office(&self, asked: OfficeAsk) -> (Asked, Result<Vec<Answer>, ErrorReport>) {
        match asked {
            OfficeAsk::Month(month) => (Asked::Read, self.month(month)),
            OfficeAsk::Course(number) => (Asked::Read, self.course(&number)),
            OfficeAsk::Paper(out, lang) => (Asked::PaperOut, self.paper_out(out, lang)),
            OfficeAsk::ReviewEntry(number) => (Asked::Other, self.review_entry(number)),
        }
    }

    fn review_entry(&self, number: u64) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        unlocked.review_entry(number)?;
        Ok(vec![Answer::EntryReviewed(self.duties()?)])
    }

    fn month(&self, month: Option<Month>) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let (this, overdue) = (Month::of(unlocked.now()), unlocked.overdue_inspections()?);
        let month = month.or_else(|| overdue.first().cloned()).unwrap_or_else(|| this.clone());
        let report = unlocked.look_at_month(&month)?;
        let rules = escalation::rules(&escalation_file()).unwrap_or_default();
        let mut listing = listed(&report, &unlocked.roster(), &rules, self.shown);
        if overdue.contains(&month) {
            listing.told.insert(1, (msg("inspection-overdue"), true));
        }
        if !overdue.is_empty() {
            let months = overdue.iter().map(Month::to_string).collect::<Vec<_>>().join(", ");
            listing.told.insert(1, (msg("inspection-months-overdue").with("months", months), true));
        }
        let running = month >= this;
        Ok(vec![Answer::Month(Box::new(MonthView { month, running, listing }))])
    }

    fn course(&self, number: &str) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let rules = escalation::rules(&escalation_file())?;
        let course = unlocked.packet(number)?;
        let line = |s: crate::service::escalation_words::StepLine| {
            (msg("escalation-line").with("at", s.at.shown()).with("who", s.who).with("what", s.what), s.remark, false)
        };
        let done = step_lines(&course, &rules, &unlocked.roster(), self.shown).into_iter().map(line);
        let due = due_lines(&course, &rules, unlocked.now()).into_iter().map(|due| (due, None, true));
        Ok(vec![Answer::Course(Box::new(CourseView {
            number: short(course.id),
            facts: course_facts(&course, &rules, self.shown),
            lines: done.chain(due).collect(),
        }))])
    }

    /// The place is taken before anything is read or counts as done.
    fn paper_out(&self, out: PaperOut, lang: Lang) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let file = match out {
            PaperOut::Inspection { month, file } => {
                let file = in_home(&file);
                let place = SignedFile::begin(&typed(&file))?;
                let made = signed_inspection(
                    unlocked,
                    &month,
                    &escalation::rules(&escalation_file()).unwrap_or_default(),
                    lang,
                )?;
                place.finish(&made.pdf, &made.pdf_note)?;
                file
            }
            PaperOut::Course { number, reason, file } => {
                let file = in_home(&file);
                let rules = escalation::rules(&escalation_file())?;
                let place = OutgoingFile::begin(&typed(&file))?;
                place.finish(&course_page(unlocked, &rules, &number, &reason, lang)?)?;
                file
            }
            PaperOut::Hours { file } => {
                let file = in_home(&file);
                let place = OutgoingFile::begin(&typed(&file))?;
                place.finish(hours_file(unlocked)?.as_bytes())?;
                file
            }
            PaperOut::Statistics { from, to, file } => {
                let file = in_home(&file);
                let csv = typed(&file).extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
                let place = OutgoingFile::begin(&typed(&file))?;
                let rules = escalation::rules(&escalation_file())?;
                let now = unlocked.now();
                let found = statistics(unlocked, &day(&from, now), &day(&to, now))?;
                place.finish(&statistics_file(&found, &rules, &unlocked.roster().centre, csv, lang)?)?;
                file
            }
        };
        Ok(vec![Answer::PaperWritten(file)])
    }
}

/// A month as rows: what has to be looked at above, then readings, exports, refusals, what was done alone and its reviews,
/// destructions, roles.
fn listed(report: &Inspection, roster: &Roster, rules: &Rules, lang: Lang) -> Listing {
    let name = |id| roster.member(id).map_or_else(|| "?".to_owned(), |m| m.name.clone());
    let title = msg("inspection-told").with("month", report.month.to_string()).with("n", report.entries);
    let (grave, quiet): (Vec<_>, Vec<_>) = to_look_at(report).into_iter().partition(|(_, grave)| *grave);
    let mut told = vec![(title, false)];
    told.extend(grave);
    let quiet: Vec<String> = quiet.into_iter().map(|(line, _)| line.text(lang)).collect();
    told.push((verbatim(quiet.join(" · ")), false));
    if report.early() {
        told.push((msg("inspection-early"), false));
    }
    let row = |cells: [String; 5], detail: Vec<crate::texts::Message>, grave: bool| ListingRow {
        cells: cells.into_iter().map(verbatim).collect(),
        detail,
        grave,
        waits: None,
    };
    let say = |id: &'static str| lang.say(id).to_owned();
    let mut rows: Vec<ListingRow> = Vec::new();
    for read in &report.reads {
        let counts = msg("inspection-read-line")
            .with("times", read.times)
            .with("records", read.records)
            .with("clients", read.clients);
        rows.push(row(
            [say("inspection-reads"), String::new(), name(read.by), String::new(), counts.text(lang)],
            Vec::new(),
            false,
        ));
    }
    for (of, entries) in lists(report) {
        let grave = matches!(of, "inspection-alone");
        let why = |e: &Entry| entry_why(e, rules, lang);
        let entry = |e: &Entry| {
            let whose = e.whose.as_ref().map_or_else(String::new, ToString::to_string);
            let beside = e.second.map(|id| msg("list-log-second").with("name", name(id)));
            let place = msg("inspection-place").with("place", &e.place).with("records", e.records);
            // Why was said for it, and what it was.
            let what = e.reason.as_ref().map(|_| msg("inspection-did").with("what", e.task.label()));
            let detail = what.into_iter().chain(beside).chain([place]).collect();
            row([say(of), e.at.shown(), name(e.by), whose, why(e)], detail, grave)
        };
        rows.extend(entries.iter().map(entry));
    }
    rows.extend(report.roles.iter().map(|r| {
        row(
            [say("inspection-roles-short"), r.at.shown(), name(r.member), String::new(), role_words(r, lang)],
            Vec::new(),
            false,
        )
    }));
    Listing {
        of: ListOf::Inspection,
        told,
        head: ["inspection-what", "list-when", "list-who", "list-whose", "list-reason"].map(msg).to_vec(),
        rows,
    }
}
