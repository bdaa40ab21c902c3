//! `gyeot assess`: instruments, deterministic scores, change.

use crate::texts::msg;

mod imported;
mod kept;
mod report;
mod schedule;
mod triage;

use crate::adapters::instruments;
use crate::cli::assess::report::{report, scale_name};
use crate::cli::{Globals, passphrase, print};
use crate::domain::assessment::instrument::licence::Verdict;
use crate::domain::assessment::instrument::{Instrument, Library, Method, ProvenanceKind, ReliabilityKind, Sex};
use crate::domain::assessment::prevalence;
use crate::domain::assessment::score::{Answers, Context, Points};
use crate::domain::explain::{ErrorReport, Exit, Explain};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::schedule::Every;
use crate::formats::fhir;
use clap::Subcommand;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `gyeot assess`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All instruments with their licence and languages.
    List,
    /// One instrument: items where they may be shown, scoring, norms, sources.
    Show {
        /// The instrument, such as phq-9.
        id: String,
    },
    /// Score one answer sheet; nothing is stored.
    Score {
        /// The instrument, such as phq-9.
        id: String,
        /// Answers in order, with commas; a blank is -.
        #[arg(long, allow_hyphen_values = true, required_unless_present = "total", conflicts_with = "total")]
        answers: Option<String>,
        /// A total worked out elsewhere, for instruments whose items may not be held.
        #[arg(long, allow_negative_numbers = true)]
        total: Option<i32>,
        /// Sex, where norms or maxima depend on it.
        #[arg(long, value_name = "female|male")]
        sex: Option<Sex>,
        /// Age in years, for percentiles.
        #[arg(long)]
        age: Option<u16>,
        /// An earlier score to compare with.
        #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
        from: Option<f64>,
    },
    /// Score a sheet of a client and keep it sealed.
    Give(crate::cli::assess::kept::Give),
    /// What was given to a client: chart, change, alerts; or CSV, or a FHIR bundle.
    History(crate::cli::assess::kept::History),
    /// When an instrument is to be given again to a client: set it, stop it, or see it.
    Schedule(crate::cli::assess::schedule::Set),
    /// What is due or overdue, of one client or of all.
    Due {
        /// Whose; all clients when absent.
        #[arg(long, value_name = "CODE")]
        client: Option<String>,
    },
    /// An instrument as a FHIR R4 Questionnaire, on stdout.
    Export {
        /// The instrument.
        id: String,
    },
    /// Read a FHIR R4 Questionnaire, or with --answers-of a QuestionnaireResponse to be scored; nothing is stored.
    ImportFhir {
        /// A JSON file.
        file: PathBuf,
        /// The instrument that the response answers.
        #[arg(long, value_name = "ID")]
        answers_of: Option<String>,
        /// Keep the answers for this client, with the day that the file gives them.
        #[arg(long, value_name = "CODE", requires = "answers_of")]
        client: Option<String>,
    },
    /// Check the scoring of PHQ-9 against a NHANES file: weighted share with a total of 10 or more, age 20 and over.
    CheckNhanes {
        /// CSV with the columns RIAGENDR, RIDAGEYR, WTMEC2YR and DPQ010 to DPQ090.
        file: PathBuf,
    },
    /// Bring your centre's own licensed text of an instrument.
    ImportText {
        /// The instrument.
        id: String,
        /// A TOML file with the text and the licence.
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    match args.what {
        What::List => list(&instruments::library(&globals.assessments_dir())?, globals),
        What::Show { id } => show(instruments::library(&globals.assessments_dir())?.get(&id.as_str().into())?, globals),
        What::Score { id, answers, total, sex, age, from } => {
            let library = instruments::library(&globals.assessments_dir())?;
            let instrument = library.get(&id.as_str().into())?;
            let context = Context { sex, age, lang: globals.lang() };
            let mut answered = None;
            let mut scored = match (answers, total) {
                (Some(a), _) => instrument.score(answered.insert(Answers::read(&a)?), &context)?,
                (None, Some(t)) => instrument.score_total(t, &context)?,
                (None, None) => {
                    return Err(ErrorReport::usage(
                        msg("cli-assess-there-no-answers"),
                        msg("cli-assess-there-no-answers.hint"),
                    ));
                }
            };
            if let (Some(from), Some(now)) = (from, scored.score) {
                scored.change = instrument.change(None, earlier(instrument, from)?, now);
            }
            let screened = match &answered {
                Some(answers) => triage::screened(instrument, &library, answers, &[], globals)?,
                None => None,
            };
            report(instrument, &scored, screened.as_ref(), globals)
        }
        What::Give(args) => crate::cli::assess::kept::give(&args, &passphrase::unlock(globals)?, globals),
        What::History(args) => crate::cli::assess::kept::history(&args, &passphrase::unlock(globals)?, globals),
        What::Schedule(args) => crate::cli::assess::schedule::set(&args, &passphrase::unlock(globals)?, globals),
        What::Due { client } => {
            crate::cli::assess::schedule::due(client.as_deref(), &passphrase::unlock(globals)?, globals)
        }
        What::Export { id } => {
            let library = instruments::library(&globals.assessments_dir())?;
            print::json(&fhir::questionnaire(library.get(&id.as_str().into())?, globals.lang())?)
        }
        What::ImportFhir { file, answers_of: None, .. } => import_questionnaire(&file, globals),
        What::ImportFhir { file, answers_of: Some(id), client } => {
            crate::cli::assess::imported::run(&file, &id, client.as_deref(), globals)
        }
        What::CheckNhanes { file } => check_nhanes(&file, globals),
        What::ImportText { id, file } => {
            let (instrument, kept) = instruments::import_text(&globals.assessments_dir(), &InstrumentId(id), &file)?;
            print::line(format!("{} {}", instrument.id, kept.display()));
            Ok(())
        }
    }
}

fn import_questionnaire(file: &Path, globals: &Globals) -> Result<(), ErrorReport> {
    let library = instruments::library(&globals.assessments_dir())?;
    let read = fhir::read::questionnaire(&instruments::read(file)?)?;
    let known = read.instrument(&library).map(|i| i.id.clone());
    if globals.json {
        let items: Vec<_> = read
            .items
            .iter()
            .map(|i| {
                serde_json::json!({"link_id": i.link_id, "loinc": i.loinc,
            "text": i.text, "type": i.kind, "required": i.required, "options": i.options.iter().map(|o|
                serde_json::json!({"display": o.display, "score": o.score, "code": o.code.as_ref().map(|c| &c.1)}))
                .collect::<Vec<_>>()})
            })
            .collect();
        return print::json(&serde_json::json!({"schema": "gyeot.fhir-questionnaire/1", "title": read.title,
            "panel": read.panel, "instrument": known, "items": items}));
    }
    print::line(format!("{} · {}", read.title, read.panel.as_deref().unwrap_or("–")));
    for i in &read.items {
        let options: Vec<String> = i
            .options
            .iter()
            .map(|o| o.score.map_or_else(|| o.display.clone(), |s| format!("{s} {}", o.display)))
            .collect();
        print::line(format!("  {} {} [{}]", i.link_id, i.text, options.join(" · ")));
    }
    let lang = globals.lang();
    let unknown = lang.say("cli-assess-none-instruments-here");
    let same = lang.say("cli-assess-same-instrument");
    print::line(known.map_or_else(|| unknown.to_owned(), |id| format!("{same}: {id}")));
    Ok(())
}

/// Cut and age of the published figure that the check compares with.
const NHANES_CUT: f64 = 10.0;
const NHANES_AGE: u16 = 20;

fn check_nhanes(file: &Path, globals: &Globals) -> Result<(), ErrorReport> {
    let library = instruments::shipped()?;
    let phq9 = library.get(&"phq-9".into())?;
    let people = prevalence::read_nhanes(&instruments::read(file)?).map_err(|(line, column)| {
        let what =
            msg("cli-assess-nhanes-value").with("path", file.display()).with("line", line).shown("column", column);
        ErrorReport::with(Exit::Damaged, what, msg("cli-assess-give-nhanes-file-demographics-weights.hint"))
    })?;
    let of = |sex| prevalence::share(phq9, &people, NHANES_AGE, sex, NHANES_CUT);
    let (all, men, women) = (of(None), of(Some(Sex::Male)), of(Some(Sex::Female)));
    if globals.json {
        let one = |s: prevalence::Share| serde_json::json!({"n": s.counted, "percent": (s.percent() * 100.0).round() / 100.0});
        return print::json(
            &serde_json::json!({"schema": "gyeot.nhanes/1", "instrument": "phq-9", "cut": NHANES_CUT as i64,
            "age_from": NHANES_AGE, "all": one(all), "men": one(men), "women": one(women)}),
        );
    }
    let lang = globals.lang();
    print::line(lang.say("cli-assess-weighted-share-phq-9"));
    for (ko, en, s) in [("전체", "all", all), ("남성", "men", men), ("여성", "women", women)] {
        print::line(format!("  {} {:.2} %  (n = {})", lang.pick(ko, en), s.percent(), s.counted));
    }
    Ok(())
}

fn earlier(instrument: &Instrument, from: f64) -> Result<Points, ErrorReport> {
    let (min, max) = (instrument.scoring.min, instrument.scoring.max);
    if !(f64::from(min)..=f64::from(max)).contains(&from) {
        let what = msg("cli-assess-earlier-score").shown("id", &instrument.id).with("min", min).with("max", max);
        return Err(ErrorReport::usage(what, msg("cli-assess-check-earlier-score.hint")));
    }
    Ok(Points::ratio((from * 100.0).round() as i64, 100))
}

#[derive(Serialize)]
struct ListedInstrument<'a> {
    id: &'a InstrumentId,
    version: &'a str,
    title: &'a str,
    verdict: Verdict,
    owner: &'a str,
    licence_source: &'a str,
    licence_quoted: bool,
    languages: Vec<Lang>,
    wording_missing: Vec<String>,
    unverified: Vec<&'a str>,
    items: usize,
    min: i32,
    max: i32,
}

fn list(library: &Library, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let listed: Vec<_> = library
        .iter()
        .map(|i| ListedInstrument {
            id: &i.id,
            version: &i.version,
            title: i.title.pick(lang),
            verdict: i.licence.verdict,
            owner: &i.licence.owner,
            licence_source: &i.licence.source,
            licence_quoted: !i.licence.quote.is_empty(),
            languages: i.languages(),
            wording_missing: i.wording_missing.iter().map(|m| m.said(lang)).collect(),
            unverified: i.unverified.iter().map(|u| u.pick(lang)).collect(),
            items: i.items.len(),
            min: i.scoring.min,
            max: i.scoring.max,
        })
        .collect();
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.instruments/1", "instruments": listed}));
    }
    for i in listed {
        let languages: Vec<&str> = i.languages.iter().map(|l| l.code()).collect();
        let words = if languages.is_empty() { "–".to_owned() } else { languages.join(" ") };
        print::line(format!("{:<15} {:<6} {}  {}", i.id.as_str(), words, i.title, verdict(i.verdict, lang)));
        match i.licence_quoted {
            true => print::line(format!("{:<22} {}: {}", "", lang.say("cli-assess-quoted"), i.licence_source)),
            false => print::line(format!("{:<22} {}", "", lang.say("cli-assess-quoted-2"))),
        }
        for missing in i.wording_missing {
            print::line(format!("{:<22} {}: {missing}", "", lang.say("cli-assess-wording-missing")));
        }
        for what in i.unverified {
            print::line(format!("{:<22} {}: {what}", "", lang.say("cli-assess-unverified")));
        }
    }
    Ok(())
}

fn verdict(v: Verdict, lang: Lang) -> &'static str {
    match v {
        Verdict::Embed => lang.say("cli-assess-free-use"),
        Verdict::Conditions => lang.say("cli-assess-conditions"),
        Verdict::TotalsOnly => lang.say("cli-assess-totals-only"),
        Verdict::CentreLicensed => lang.say("cli-assess-licensed-centre"),
    }
}

/// What a reliable change rests on.
fn kind(kind: ReliabilityKind, lang: Lang) -> &'static str {
    match kind {
        ReliabilityKind::Alpha => lang.say("cli-assess-rci-alpha"),
        ReliabilityKind::Retest => lang.say("cli-assess-rci-retest"),
        ReliabilityKind::Icc => lang.say("cli-assess-rci-icc"),
        ReliabilityKind::Published => lang.say("cli-assess-rci-published"),
    }
}

fn provenance(kind: ProvenanceKind, lang: Lang) -> &'static str {
    match kind {
        ProvenanceKind::Official => lang.say("cli-assess-published-owner"),
        ProvenanceKind::Published => lang.say("cli-assess-published-others"),
        ProvenanceKind::OwnTranslation => lang.say("cli-assess-translated-here"),
        ProvenanceKind::Centre => lang.say("cli-assess-brought-centre"),
    }
}

fn show(i: &Instrument, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let wording = i.wording(lang);
    if globals.json {
        let norms: Vec<_> = i
            .norms
            .iter()
            .map(|n| {
                serde_json::json!({"id": n.id, "cut": n.cut, "side": n.side,
            "scale": n.scale, "sex": n.sex, "population": n.population.pick(lang), "country": n.country,
            "sensitivity": n.sensitivity, "specificity": n.specificity, "n": n.n, "source": n.source})
            })
            .collect();
        let bands: Vec<_> = i
            .bands
            .iter()
            .map(|b| {
                serde_json::json!({"scale": b.scale, "sex": b.sex, "source": b.source,
            "list": b.list.iter().map(|b| serde_json::json!({"id": b.id, "from": b.from, "to": b.to,
                "label": lang.pick(&b.ko, &b.en)})).collect::<Vec<_>>()})
            })
            .collect();
        let changes: Vec<_> = i
            .changes
            .iter()
            .map(|c| {
                serde_json::json!({"id": c.id, "scale": c.scale, "rci": c.points(),
            "sd": c.sd, "reliability": c.reliability, "kind": c.kind, "source": c.source, "default": c.default})
            })
            .collect();
        return print::json(&serde_json::json!({
            "schema": "gyeot.instrument/1", "id": i.id, "version": i.version, "title": i.title.pick(lang),
            "measures": i.measures.pick(lang), "direction": i.direction, "respondent": i.respondent,
            "licence": {"verdict": i.licence.verdict, "owner": i.licence.owner, "quote": i.licence.quote,
                "basis": i.licence.basis.as_ref().map(|b| b.pick(lang)), "source": i.licence.source,
                "conditions": i.licence.conditions, "attribution": i.licence.attribution},
            "provenance": i.wording.iter().map(|(l, p)| serde_json::json!({"lang": l, "kind": p.kind, "source": p.source,
                "note": p.note})).collect::<Vec<_>>(),
            "unverified": i.unverified.iter().map(|u| u.pick(lang)).collect::<Vec<_>>(),
            "languages": i.languages(), "wording": wording.as_ref().ok(),
            "withheld": wording.as_ref().err().map(ToString::to_string), "wording_missing": i.wording_missing.iter().map(|m| m.said(lang)).collect::<Vec<_>>(),
            "fewest_answers": i.fewest_answers(), "items": i.items.len(),
            "min": i.scoring.min, "max": i.scoring.max, "max_male": i.scoring.max_male,
            "scoring_source": i.scoring.source, "bands": bands, "norms": norms, "change": changes,
            "interval": i.interval.as_ref().map(|v| serde_json::json!({"every": v.every, "source": v.source})),
            "loinc": {"panel": i.loinc.panel, "total": i.loinc.total, "note": i.loinc.note},
        }));
    }
    print::line(format!("{} · {} · v{}", i.title.pick(lang), i.measures.pick(lang), i.version));
    print::line(format!("{} {}", verdict(i.licence.verdict, lang), i.licence.owner));
    if !i.licence.quote.is_empty() {
        print::line(format!("“{}”", i.licence.quote));
    }
    if let Some(basis) = &i.licence.basis {
        print::line(basis.pick(lang));
    }
    print::line(format!("  — {}", i.licence.source));
    for condition in &i.licence.conditions {
        print::line(format!("  {}: {condition}", lang.say("cli-assess-condition")));
    }
    match &wording {
        Ok(w) => {
            print::line("");
            print::line(w.instruction);
            for q in &w.questions {
                print::line(format!("{:>3}. {}", q.number, q.text));
                let options: Vec<String> = q.options.iter().map(|(v, l)| format!("{v} {l}")).collect();
                print::line(format!("     {}", options.join(" · ")));
            }
            let kind = i.wording.get(&lang).map(|p| provenance(p.kind, lang)).unwrap_or_default();
            print::line(format!("{} ({kind}): {}", lang.say("cli-assess-wording"), w.source));
            if let Some(note) = i.wording.get(&lang).map(|p| p.note.as_str()).filter(|n| !n.is_empty()) {
                print::line(format!("  {note}"));
            }
        }
        Err(why) => {
            print::line(format!("{}: {}", lang.say("cli-assess-items-not-shown"), why.message().text(lang)));
        }
    }
    for missing in &i.wording_missing {
        print::line(format!("{}: {}", lang.say("cli-assess-wording-missing"), missing.said(lang)));
    }
    for what in &i.unverified {
        print::line(format!("{}: {}", lang.say("cli-assess-unverified"), what.pick(lang)));
    }
    print::line("");
    let how = match i.scoring.method {
        Method::Sum => lang.say("cli-assess-sum"),
        Method::Outcome => lang.say("cli-assess-level"),
        Method::Total => lang.say("cli-assess-total-entered"),
    };
    print::line(format!("{how} {}–{}  ({})", i.scoring.min, i.scoring.max, i.scoring.source));
    for set in &i.bands {
        let names: Vec<String> =
            set.list.iter().map(|b| format!("{}–{} {}", b.from, b.to, lang.pick(&b.ko, &b.en))).collect();
        let scale = scale_name(i, set.scale.as_deref(), lang);
        print::line(format!("  {scale}{}  ({})", names.join(" · "), set.source));
    }
    for n in &i.norms {
        let side = if n.side == crate::domain::assessment::instrument::Side::AtLeast { "≥" } else { "≤" };
        let scale = scale_name(i, n.scale.as_deref(), lang);
        print::line(format!(
            "  {scale}{side} {} {} · {} ({})",
            n.cut,
            n.points_at.pick(lang),
            n.population.pick(lang),
            n.source
        ));
    }
    for c in &i.changes {
        print::line(format!("  RCI {} · {} ({})", c.points(), kind(c.kind, lang), c.source));
    }
    if let Some(usual) = &i.interval {
        let word = lang.say("cli-assess-usual-interval");
        let every = usual.every.parse::<Every>().map_or_else(|_| usual.every.clone(), |every| every.say(lang));
        print::line(format!("  {word}: {every} ({})", usual.source));
    }
    for note in &i.notes {
        print::line(format!("  {}", note.pick(lang)));
    }
    Ok(())
}
