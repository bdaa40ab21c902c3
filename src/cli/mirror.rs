//! `gyeot mirror`: the session mirror of a transcript file, and how well its rules do on dialogues that people have coded. Nothing is
//! stored.

use crate::adapters::shipped;
use crate::app::wrap::width;
use crate::cli::transcript_file;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::mirror::figures;
use crate::domain::mirror::measures::Measure;
use crate::domain::mirror::reading::{Counted, Mirror, Number, Value, read};
use crate::domain::mirror::saying;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::{Transcript, Utterance};
use crate::formats::coded_talk;
use crate::texts::msg;
use std::path::{Path, PathBuf};

/// Times of what counted in one line at most.
const MOST_TIMES: usize = 6;

/// Arguments of `gyeot mirror`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A transcript: gyeot.transcript/1, SRT, VTT, DOCX, or text with speakers; `-` is standard input.
    #[arg(value_name = "TRANSCRIPT", required_unless_present = "check")]
    file: Option<PathBuf>,
    #[command(flatten)]
    speakers: transcript_file::Speakers,
    /// Instead: measure the rules on dialogues that people have coded (AnnoMI as CSV, KMI as JSON) and print F1.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "show"])]
    check: Vec<PathBuf>,
    /// Show everything that counted for this measure, such as `questions`.
    #[arg(long, value_name = "MEASURE")]
    show: Option<String>,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let rules = shipped::mirror_rules()?;
    let Some(file) = &args.file else { return check(&args.check, &rules, globals) };
    let show = args.show.as_deref().map(measure).transpose()?;
    let transcript = transcript_file::read(file, &args.speakers, globals.lang, globals.json)?;
    let mirror = read(&transcript, &rules);
    if globals.json {
        return print::json(&mirror);
    }
    let lang = globals.lang.unwrap_or(transcript.language);
    text(&mirror, &transcript, show, lang).iter().for_each(print::line);
    Ok(())
}

/// The measure of this word.
pub fn measure(word: &str) -> Result<Measure, ErrorReport> {
    Measure::ALL.into_iter().find(|m| m.word() == word).ok_or_else(|| {
        let words = Measure::ALL.map(Measure::word).join(", ");
        ErrorReport::usage(
            msg("mirror-no-such-measure").shown("word", word),
            msg("mirror-no-such-measure.hint").shown("words", words),
        )
    })
}

/// The lines of a mirror: every number, or what counted for one.
pub fn text(mirror: &Mirror, transcript: &Transcript, show: Option<Measure>, lang: Lang) -> Vec<String> {
    if let Some(number) = show.and_then(|m| mirror.number(m)) {
        return counted(number, transcript, lang);
    }
    let wide = mirror.numbers.iter().map(|n| width(n.measure.label(lang))).max().unwrap_or(0);
    let mut lines = Vec::new();
    for number in &mirror.numbers {
        let label = number.measure.label(lang);
        let blanks = " ".repeat(usize::from(wide - width(label)));
        let kinds = saying::kinds(number, lang);
        let kinds = if kinds.is_empty() { kinds } else { format!("  ({kinds})") };
        lines.push(format!("{label}{blanks}  {}{kinds}", saying::value(number, lang)));
        let indent = " ".repeat(usize::from(wide) + 2);
        if let Value::NotScorable(why) = number.value {
            lines.push(format!("{indent}{}", saying::why(why, lang)));
        }
        if let Some(placed) = &number.placed {
            lines.push(format!("{indent}{}", saying::placed(placed, number.unit, lang)));
        }
        if !number.counted.is_empty() {
            lines.push(format!("{indent}{}", times(number, transcript, lang)));
        }
    }
    lines.push(String::new());
    lines.push(saying::reached(mirror, lang));
    lines.push(lang.say("mirror-caution").to_owned());
    lines
}

/// Where the first few of what counted are: times, or numbers of lines where there are no times.
fn times(number: &Number, transcript: &Transcript, lang: Lang) -> String {
    let at = |c: &Counted| {
        let first = c.utterances.first().and_then(|id| transcript.get(*id));
        first.map_or_else(String::new, Utterance::place)
    };
    let mut shown: Vec<String> = number.counted.iter().take(MOST_TIMES).map(at).collect();
    if number.counted.len() > MOST_TIMES {
        shown.push(msg("mirror-more").with("count", number.counted.len() - MOST_TIMES).text(lang));
    }
    shown.join("  ")
}

fn counted(number: &Number, transcript: &Transcript, lang: Lang) -> Vec<String> {
    let head = format!("{}  {}", number.measure.label(lang), saying::value(number, lang));
    let mut lines = vec![head];
    if let Value::NotScorable(why) = number.value {
        lines.push(saying::why(why, lang));
    }
    for c in &number.counted {
        let what = saying::counted(c, number.unit, lang);
        for (n, u) in c.utterances.iter().filter_map(|id| transcript.get(*id)).enumerate() {
            let place = u.place();
            let what = if n == 0 { what.as_str() } else { "" };
            let blanks = " ".repeat(usize::from(12_u16.saturating_sub(width(what))));
            lines.push(format!("{what}{blanks} {place} {}  {}", u.speaker.label(lang), u.text.reveal()));
        }
    }
    lines
}

fn check(
    files: &[PathBuf],
    rules: &crate::domain::mirror::reading::MirrorRules,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let mut all = Vec::new();
    for file in files {
        let talk = coded_talk::read(&words_of(file)?).map_err(|line| {
            ErrorReport::usage(
                msg("mirror-not-coded").shown("file", file.display()).with("line", line),
                msg("mirror-not-coded.hint"),
            )
        })?;
        let dialogues = talk.dialogues.iter().map(Vec::as_slice);
        all.push((talk.lang, figures::measure(rules.of(talk.lang), dialogues)));
    }
    if globals.json {
        let one = |(of, f): &(Lang, figures::Figures)| {
            let figures = |c: &figures::Counts| {
                serde_json::json!({ "f1": c.f1(), "precision": c.precision(), "recall": c.recall(),
                    "right_kind": c.right_kind(), "counts": c })
            };
            serde_json::json!({ "language": of, "rules": rules.of(*of).version, "labels": f.labels,
                "questions": figures(&f.questions), "reflections": figures(&f.reflections) })
        };
        let files: Vec<_> = all.iter().map(one).collect();
        return print::json(&serde_json::json!({ "schema": "gyeot.mirror-figures/1", "files": files }));
    }
    for (of, f) in &all {
        print::line(msg("mirror-figures-language").shown("lang", of.code()).with("labels", f.labels).text(lang));
        for (what, c) in [("mirror-figures-questions", &f.questions), ("mirror-figures-reflections", &f.reflections)] {
            let shown = |v: f64| format!("{v:.3}");
            let line = msg("mirror-figures-line")
                .shown("what", lang.say(what))
                .shown("f1", shown(c.f1()))
                .shown("precision", shown(c.precision()))
                .shown("recall", shown(c.recall()))
                .shown("kind", shown(c.right_kind()));
            print::line(line.text(lang));
        }
    }
    Ok(())
}

fn words_of(path: &Path) -> Result<String, ErrorReport> {
    String::from_utf8(transcript_file::bytes(path)?).map_err(|_| {
        ErrorReport::usage(
            msg("mirror-not-coded").shown("file", path.display()).with("line", 1),
            msg("mirror-not-coded.hint"),
        )
    })
}
