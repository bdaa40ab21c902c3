//! `gyeot assess give` and `gyeot assess history`: what is kept of a client, its change, alerts and chart.

use crate::adapters::instruments;
use crate::cli::assess::report::report;
use crate::cli::assess::triage::screened;
use crate::cli::usage::between;
use crate::cli::{Globals, print};
use crate::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use crate::domain::assessment::chart::{Chart, item_table};
use crate::domain::assessment::course::{Course, courses};
use crate::domain::assessment::instrument::Sex;
use crate::domain::assessment::score::{Answers, Context};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientCode, InstrumentId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Calendar;
use crate::domain::practice::written_day;
use crate::formats::{Exporter, SCORES, Scores};
use crate::service::UnlockedVault;
use crate::service::administrations;
use crate::texts::msg;

/// Columns of the chart in text, when nothing says otherwise.
const WIDTH: usize = 100;
/// Rows of the chart in text.
const HEIGHT: usize = 16;

/// Sheets whose answers fit that width.
const MOST_SHEETS: usize = 12;

/// Arguments of `gyeot assess give`.
#[derive(Debug, clap::Args)]
pub struct Give {
    /// The instrument, such as phq-9.
    id: String,
    /// Whose.
    #[arg(long, value_name = "CODE")]
    client: String,
    /// Answers in order, with commas; a blank is -.
    #[arg(long, allow_hyphen_values = true, required_unless_present = "total", conflicts_with = "total")]
    answers: Option<String>,
    /// A total worked out elsewhere, for instruments whose items may not be held.
    #[arg(long, allow_negative_numbers = true)]
    total: Option<i32>,
    /// Sex, where norms or maxima depend on it; as on the card when absent.
    #[arg(long, value_name = "female|male")]
    sex: Option<Sex>,
    /// Age in years, for percentiles; from the card when absent.
    #[arg(long)]
    age: Option<u16>,
    /// The day on which a sheet of paper was filled in; now when absent.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
    /// Number of the session, from 1; the alert rules use it.
    #[arg(long, value_name = "N", value_parser = between(1u32, 1_000_000))]
    session: Option<u32>,
}

/// How a history is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Chart, answers and alerts in text.
    Text,
    /// One line a sheet.
    Csv,
    /// A FHIR R4 Bundle.
    Fhir,
}

impl Format {
    /// What writes it; none for text on the screen. `--json` is an export too.
    fn exporter(self, json: bool) -> Option<&'static dyn for<'a> Exporter<Scores<'a>>> {
        let id = match (self, json) {
            (Format::Csv, _) => "csv",
            (Format::Fhir, _) => "fhir",
            (Format::Text, true) => "json",
            (Format::Text, false) => return None,
        };
        SCORES.iter().find(|e| e.id() == id).copied()
    }
}

/// Arguments of `gyeot assess history`.
#[derive(Debug, clap::Args)]
pub struct History {
    /// The instrument; all when absent.
    id: Option<String>,
    /// Whose.
    #[arg(long, value_name = "CODE")]
    client: String,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Why it is taken away; the monthly inspection lists it. csv, fhir and --json need one, and a text that is printed
    /// or given on takes one.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Plain text for a pipe or a screen reader; the text is plain either way.
    #[arg(long)]
    plain: bool,
}

/// Scores a sheet, compares it with the first one, seals it, and says "saved" only then.
pub fn give(args: &Give, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let library = instruments::library(&globals.assessments_dir())?;
    let instrument = library.get(&args.id.as_str().into())?;
    let client = ClientCode(args.client.clone());
    let sheet = match (&args.answers, args.total) {
        (Some(a), _) => Sheet::Answers(Answers::read(a)?),
        (None, Some(t)) => Sheet::Total(t),
        (None, None) => {
            return Err(ErrorReport::usage(
                msg("cli-assess-kept-there-no-answers"),
                msg("cli-assess-kept-there-no-answers.hint"),
            ));
        }
    };
    let card = unlocked.measures(&client)?;
    let context = Context { sex: args.sex.or(card.sex), age: args.age.or(card.age), lang: globals.lang() };
    let occasion = occasion(args.date.as_deref(), card.born, unlocked)?;
    let mut made = Administration::new(instrument, sheet, &context, occasion)?;
    made.session_number = args.session;
    // A sheet of an earlier day is compared with what came before that day.
    let before: Vec<_> = card.given.into_iter().filter(|a| a.given_at < made.given_at).collect();
    let made = administrations::give(unlocked, &client, instrument, made)?;
    print::note(globals.lang().say("assess-kept-saved"));
    let screened = match &made.sheet {
        Sheet::Answers(answers) => screened(instrument, &library, answers, &before, globals)?,
        Sheet::Total(_) => None,
    };
    report(instrument, &made.score, screened.as_ref(), globals)
}

/// Now and asked by the counsellor, or a sheet of paper of an earlier day, written as people write days.
fn occasion(date: Option<&str>, born: Option<u16>, unlocked: &UnlockedVault) -> Result<Occasion, ErrorReport> {
    let (now, by) = (unlocked.now(), unlocked.me().id);
    let Some(date) = date else {
        return Ok(Occasion { given_at: now, by, mode: Mode::Counsellor, session: None });
    };
    let day = written_day::written(date, &now.date());
    let at = day.as_deref().and_then(|day| Calendar::current().noon(day)).ok_or_else(|| {
        ErrorReport::usage(
            msg("cli-assess-kept-day-written-yyyy-mm-dd"),
            msg("cli-assess-kept-day-written-yyyy-mm-dd.hint"),
        )
    })?;
    if born.zip(day).is_some_and(|(born, day)| day < format!("{born:04}")) {
        return Err(ErrorReport::usage(
            msg("cli-assess-kept-before-birth"),
            msg("cli-assess-kept-day-written-yyyy-mm-dd.hint"),
        ));
    }
    let today = at.date() == now.date();
    if at > now && !today {
        return Err(ErrorReport::usage(
            msg("cli-assess-kept-day-not-come-yet"),
            msg("cli-assess-kept-day-not-come-yet.hint"),
        ));
    }
    Ok(Occasion { given_at: if today { now } else { at }, by, mode: Mode::Paper, session: None })
}

/// Prints what is kept of a client.
pub fn history(args: &History, unlocked: &UnlockedVault, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let library = instruments::library(&globals.assessments_dir())?;
    let only = args.id.as_deref().map(InstrumentId::from);
    if let Some(id) = &only {
        library.get(id)?;
    }
    let client = ClientCode(args.client.clone());
    let exporter = args.format.exporter(globals.json);
    let all = match (exporter, &args.reason) {
        (None, None) => administrations::kept(unlocked, &client)?,
        (exporter, reason) => {
            let form = exporter.map_or("text", |e| e.id());
            administrations::exported(unlocked, &client, form, reason.as_deref().unwrap_or_default())?
        }
    };
    let courses = courses(&library, &all, only.as_ref(), lang);
    match exporter {
        Some(exporter) => print::bytes(&exporter.write(&Scores { client: &client, courses }, lang)?),
        None if courses.is_empty() => print::note(lang.say("assess-kept-nothing-given-yet")),
        None => courses.iter().for_each(|c| as_text(c, lang)),
    }
    Ok(())
}

fn as_text(c: &Course<'_>, lang: Lang) {
    let sex = c.sheets.last().and_then(|a| a.sex);
    let scored = c.sheets.iter().filter(|a| a.mode.is_self_report()).filter_map(|a| a.point()).collect();
    let chart = Chart::new(c.instrument, scored, c.alert.clone(), sex, lang);
    for line in chart.draw(WIDTH, HEIGHT).into_iter().chain([String::new()]).chain(item_table(
        c.instrument,
        &c.sheets,
        MOST_SHEETS,
        lang,
    )) {
        print::line(line);
    }
    for a in c.sheets.iter().filter(|a| !a.mode.is_self_report()) {
        let score = a.score.score.map_or_else(|| "–".to_owned(), |s| s.to_string());
        print::line(msg("assess-from-talk").shown("day", a.given_at.shown()).shown("score", score).text(lang));
    }
    print::line("");
}
