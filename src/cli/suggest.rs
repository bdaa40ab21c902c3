//! `gyeot suggest`: model work on a transcript; nothing is stored. Every line it prints rests on a quote.

mod items;
mod note;

use crate::adapters::engines;
use crate::adapters::models::Store;
use crate::adapters::shipped;
use crate::cli::interrupt::Guard;
use crate::cli::transcript_file;
use crate::cli::usage::between;
use crate::cli::{Globals, print};
use crate::domain::advice::risk_figures;
use crate::domain::advice::suggestion::{About, RationaleFrom, Suggestions};
use crate::domain::advice::technique::Library;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Transcript;
use crate::live::ask::{self, Answers, Request};
use crate::live::suggest::{Advisor, Engines, Progress, Respondent};
use crate::service::record_questions::check_question;
use crate::texts::msg;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Progress is told this often on a terminal, and ten times less often elsewhere.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What to do with the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Task {
    /// Therapy directions, each with the client's words.
    Directions,
    /// The client's lines that answer a question.
    Ask,
    /// A drafted note, each sentence with the lines it rests on.
    Note,
    /// Scores of an instrument's items, each with the client's words; what was not spoken about stays blank.
    Items,
}

/// Arguments of `gyeot suggest`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A transcript: gyeot.transcript/1, SRT, VTT, DOCX, or text with speakers as Otter, Zoom, Teams and ClovaNote write
    /// it; `-` is standard input.
    #[arg(value_name = "TRANSCRIPT", required_unless_present = "check_risk")]
    file: Option<PathBuf>,
    #[command(flatten)]
    speakers: transcript_file::Speakers,
    /// Instead: run the risk rules over lines of `family<TAB>words` (`-` for words that must stay quiet) and print recall and
    /// precision by language and family. Reads no model.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    check_risk: Vec<PathBuf>,
    /// What to do.
    #[arg(long, value_enum, default_value = "directions")]
    task: Task,
    /// The question, for `--task ask`.
    #[arg(long, value_name = "TEXT", required_if_eq("task", "ask"))]
    question: Option<String>,
    /// The form of the note, for `--task note`: `soap`, `dap`, `birp`, `girp`, `session-journal`.
    #[arg(long, value_name = "ID", default_value = "soap")]
    format: String,
    /// The instrument, for `--task items`: `phq-9`, `gad-7`, `audit-c`.
    #[arg(long, value_name = "ID", required_if_eq("task", "items"))]
    instrument: Option<String>,
    /// For `--task items`: by rules and weighed words alone, no model.
    #[arg(long)]
    rules_only: bool,
    /// The language model; the best small one that is there unless chosen.
    #[arg(long, value_name = "ID")]
    model: Option<ModelId>,
    /// Threads of the engines; the cores of this machine unless chosen.
    #[arg(long, value_name = "N", value_parser = between(1u16, 256))]
    threads: Option<u16>,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    // First what costs nothing and fails most.
    let Some(file) = &args.file else { return check_risk(&args.check_risk, globals) };
    let transcript = transcript_file::read(file, &args.speakers, globals.lang, args.quiet)?;
    let lang = globals.lang.unwrap_or(transcript.language);
    if args.task == Task::Items {
        return items::run(&args, &transcript, globals);
    }
    if let (Task::Ask, Some(question)) = (args.task, &args.question) {
        check_question(question)?;
    }
    let rules = shipped::risk_rules()?;
    let cues = rules.cues_in(&transcript);
    let library = shipped::technique_library()?;
    let store = Store::open(globals.models_dir())?;
    let exit = Guard::new()?;

    let threads = args.threads.unwrap_or_else(engines::threads);
    let mut embedding = engines::embedding(&store, threads)?;
    if args.task == Task::Note {
        let found = note::draft(
            &transcript,
            &args.format,
            (&cues, &rules),
            lang,
            embedding.model.clone(),
            &mut embedding.worker,
        )?;
        let text = note::text(&found, &transcript, lang);
        return show(&exit, globals.json, &found, &text);
    }
    let mut language = engines::language(&store, globals.language_model(args.model.as_ref())?.as_ref(), threads)?;
    let respondent = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
        ErrorReport::with(
            Exit::Model,
            msg("cli-suggest-cannot-answer-questions-manifest-names").shown("model", &language.model.id),
            msg("cli-suggest-cannot-answer-questions-manifest-names.hint"),
        )
    })?;
    if !args.quiet && !language.manifest.languages.iter().any(|l| l == transcript.language.code()) {
        let spoken = msg("suggest-model-language").shown("model", &language.model.id);
        print::note(spoken.shown("language", transcript.language.endonym()).text(lang));
    }
    let mut both = Engines { embedding: &mut embedding.worker, language: &mut language.worker };
    let mut telling = Telling::new(args.quiet, lang);

    match args.task {
        Task::Directions => {
            let (judge, write) = (shipped::judge_task("directions")?, shipped::write_task("rationale")?);
            let mut advisor = Advisor::new(library, judge, write, lang, respondent)
                .with_heads(shipped::direction_heads()?, &embedding.model);
            let found = advisor.advise(&transcript, cues, &mut both, &mut |p| telling.tell(p))?;
            telling.end();
            let text = directions_text(&found, advisor.library(), &transcript, lang);
            show(&exit, globals.json, &found, &text)
        }
        Task::Note | Task::Items => Ok(()),
        Task::Ask => {
            let task = shipped::judge_task("ask")?;
            let question = args.question.unwrap_or_default();
            let request = Request { question: &question, task, lang, respondent };
            let found = ask::answer(&transcript, request, &mut both, &mut |p| telling.tell(p))?;
            telling.end();
            let text = answers_text(&found, &transcript, lang);
            show(&exit, globals.json, &found, &text)
        }
    }
}

fn show(exit: &Guard, json: bool, found: &impl serde::Serialize, text: &str) -> Result<(), ErrorReport> {
    let mut done = Ok(());
    exit.unbroken(|| {
        if json {
            done = print::json(found);
        } else {
            print::raw(text);
        }
    });
    done
}

/// A file of lines, or standard input, as text.
fn read(path: &Path) -> Result<String, ErrorReport> {
    String::from_utf8(transcript_file::bytes(path)?).map_err(|_| {
        let why = std::io::ErrorKind::InvalidData;
        ErrorReport::failed(
            msg("cli-suggest-could-not-read").shown("path", path.display()).with("why", why),
            msg("cli-suggest-could-not-read.hint"),
        )
    })
}

/// Prints how well the risk rules hear the lines of these files.
fn check_risk(files: &[PathBuf], globals: &Globals) -> Result<(), ErrorReport> {
    let mut lines = Vec::new();
    for file in files {
        lines.extend(risk_figures::parse(&read(file)?).map_err(|line| {
            ErrorReport::usage(
                msg("cli-suggest-line-no-tab").with("file", file.display()).shown("line", line),
                msg("cli-suggest-line-no-tab.hint"),
            )
        })?);
    }
    let rules = shipped::risk_rules()?;
    let figures = [Lang::Ko, Lang::En].map(|lang| {
        let of = lines.iter().filter(|line| risk_figures::language(&line.text) == lang);
        (lang, risk_figures::measure(&rules, of))
    });
    if globals.json {
        let figures = figures.map(|(lang, f)| serde_json::json!({ "language": lang, "recall": f.recall(), "precision": f.precision(), "figures": f }));
        return print::json(
            &serde_json::json!({ "schema": "gyeot.risk-figures/1", "rules": rules.version, "languages": figures }),
        );
    }
    for (lang, figures) in figures {
        print::line(format!("{}\n{figures}\n", lang.code()));
    }
    Ok(())
}

fn head(model: &ModelId, prompt: &str, version: &str, lang: Lang) -> String {
    let draft = lang.say("cli-suggest-ai-draft-counsellor-decides");
    format!("{draft} ({model}, {prompt} {version})\n")
}

fn directions_text(found: &Suggestions, library: &Library, transcript: &Transcript, lang: Lang) -> String {
    let mut out = head(&found.model.id, &found.prompt.id, &found.prompt.version, lang);
    for (n, s) in found.suggestions.iter().enumerate() {
        out.push_str(&format!("\n{}. {}\n", n + 1, s.title));
        for e in &s.evidence {
            out.push_str(&format!("   “{}” {}\n", e.quote.reveal(), transcript.place(e.utterance)));
        }
        let from = match s.rationale_from {
            RationaleFrom::Card => lang.say("cli-suggest-card"),
            RationaleFrom::Rule => lang.say("cli-suggest-risk-rule"),
            RationaleFrom::Model => lang.say("cli-suggest-written-ai"),
        };
        out.push_str(&format!("   {} ({from})\n", s.rationale));
        if let Some(card) = library.get(&s.technique) {
            let step = lang.say("cli-suggest-first-step");
            out.push_str(&format!("   {step}: {}\n", card.text(lang).first_step));
        }
    }
    if found.suggestions.is_empty() {
        out.push_str(&format!("\n{}\n", lang.say("cli-suggest-no-direction-rests-clients-words")));
    }
    if !found.risk_cues.is_empty() {
        out.push_str(&format!("\n{}\n", lang.say("cli-suggest-risk-cues-rule")));
        for cue in &found.risk_cues {
            let denied = if cue.denied { lang.say("cli-suggest-denied") } else { "" };
            let another = if cue.about == About::Another { lang.say("cli-suggest-about-another-person") } else { "" };
            let at = transcript.place(cue.utterance);
            out.push_str(&format!("   ▲ “{}” {at}{denied}{another} → {}\n", cue.quote.reveal(), cue.opens));
        }
    }
    let d = found.dropped;
    if d.no_evidence + d.quote_not_found > 0 {
        let text = msg("cli-suggest-shown-evidence-quote-found")
            .shown("no-evidence", d.no_evidence)
            .shown("quote-not-found", d.quote_not_found)
            .text(lang);
        out.push_str(&format!("\n{text}\n"));
    }
    out
}

fn answers_text(found: &Answers, transcript: &Transcript, lang: Lang) -> String {
    let mut out = head(&found.model.id, &found.prompt.id, &found.prompt.version, lang);
    for a in &found.answers {
        let at = transcript.place(a.evidence.utterance);
        out.push_str(&format!("   “{}” {at}\n", a.evidence.quote.reveal()));
    }
    if found.answers.is_empty() {
        out.push_str(&format!("   {}\n", lang.say("cli-suggest-no-line-found-answers")));
    }
    out
}

/// How many of the questions are answered and how long it will take; no words of anybody.
pub(super) struct Telling {
    quiet: bool,
    every: Duration,
    lang: Lang,
    begun: Instant,
    told: Option<Instant>,
}

impl Telling {
    pub(super) fn new(quiet: bool, lang: Lang) -> Self {
        let every = if std::io::stderr().is_terminal() { TELL_EVERY } else { TELL_EVERY * 10 };
        Telling { quiet, every, lang, begun: Instant::now(), told: None }
    }

    pub(super) fn tell(&mut self, p: Progress) {
        if self.quiet || p.done == 0 || self.told.is_some_and(|t| t.elapsed() < self.every) {
            return;
        }
        self.told = Some(Instant::now());
        let left = self.begun.elapsed().as_secs_f64() / p.done as f64 * p.of.saturating_sub(p.done) as f64;
        let text = msg("cli-suggest-question-about-s-left")
            .shown("done", p.done)
            .shown("of", p.of)
            .shown("left", format!("{:.0}", left))
            .text(self.lang);
        print::note(text);
    }

    pub(super) fn end(&self) {
        if !self.quiet {
            let seconds = self.begun.elapsed().as_secs_f64();
            print::note(msg("cli-suggest-took-s").shown("seconds", format!("{:.1}", seconds)).text(self.lang));
        }
    }
}
