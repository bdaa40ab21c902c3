//! The data that is built into the program: prompts, instruments, model manifests. A folder of the centre's own
//! can add to it; nothing can take from it.

use crate::domain::crisis_line::{self, CrisisLines};
use crate::domain::data_file::Flaw;
use crate::domain::fault::{Explain, Fault};
use crate::domain::note_format::{self, NoteFormat};
use crate::domain::notice::{self, Notice};
use crate::domain::speech_filter::SpeechFilter;

use crate::domain::retention::Table;
use crate::domain::risk::Rules;
use crate::domain::task_prompt::{JudgeTask, WriteTask};
use crate::domain::technique::{self, Library};
use include_dir::{Dir, include_dir};

/// `prompts/`: task prompts, technique cards, risk rules, note formats.
pub static PROMPTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/prompts");
/// `assessments/`: one TOML per instrument.
pub static ASSESSMENTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assessments");
/// `models/`: one manifest per model.
pub static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");

/// The technique cards that are built in. A test loads them all, so a failure here means a damaged program.
pub fn technique_library() -> Result<Library, Fault> {
    let mut cards = Vec::new();
    for (name, text) in markdown("techniques") {
        cards.push(
            technique::parse(text)
                .map_err(|flaw| Fault::with(flaw.exit(), format!("prompts/techniques/{name}: {flaw}"), flaw.hint()))?,
        );
    }
    Ok(Library::from_cards(cards)?)
}

/// File name and text of the Markdown files directly in a folder of `prompts/`, in order of name.
pub fn markdown(folder: &str) -> Vec<(&'static str, &'static str)> {
    let files = PROMPTS.get_dir(folder).map(Dir::files).into_iter().flatten();
    let mut found: Vec<_> = files
        .filter(|file| file.path().extension().is_some_and(|e| e == "md"))
        .filter_map(|file| Some((file.path().file_name()?.to_str()?, file.contents_utf8()?)))
        .collect();
    found.sort_unstable();
    found
}

/// The demo session of one language.
pub struct DemoSession {
    /// FLAC, 16 kHz mono.
    pub sound: &'static [u8],
    /// What is said, exactly, with speakers and times.
    pub reference: &'static str,
}

/// The demo session of a language.
pub fn demo_session(lang: crate::domain::lang::Lang) -> DemoSession {
    use crate::domain::lang::Lang;
    match lang {
        Lang::Ko => DemoSession {
            sound: include_bytes!("../demo/session-ko.flac"),
            reference: include_str!("../demo/session-ko.reference.json"),
        },
        Lang::En => DemoSession {
            sound: include_bytes!("../demo/session-en.flac"),
            reference: include_str!("../demo/session-en.reference.json"),
        },
    }
}

/// The answer sheet that the client of the demo fills in, TOML.
pub const DEMO_ANSWERS: &str = include_str!("../demo/answers.toml");

/// The filter against words that nobody said. A test loads it, so a failure here means a damaged program.
pub fn speech_filter() -> Result<SpeechFilter, Fault> {
    let text = PROMPTS.get_file("speech-filter.toml").and_then(|f| f.contents_utf8()).unwrap_or_default();
    Ok(SpeechFilter::parse(text)?)
}

/// The risk rules that are built in. A test runs them all, so a failure here means a damaged program.
pub fn risk_rules() -> Result<Rules, Fault> {
    read("risk/rules.toml", Rules::parse)
}

/// The note formats that are built in, in order of id.
pub fn note_formats() -> Result<Vec<NoteFormat>, Fault> {
    let mut names: Vec<String> = PROMPTS
        .get_dir("notes")
        .map(Dir::files)
        .into_iter()
        .flatten()
        .filter_map(|file| Some(file.path().to_str()?.to_owned()))
        .filter(|path| path.ends_with(".toml"))
        .collect();
    names.sort_unstable();
    names.iter().map(|path| read(path, note_format::parse)).collect()
}

/// The crisis channels that are built in.
pub fn crisis_lines() -> Result<CrisisLines, Fault> {
    read("crisis-lines.toml", crisis_line::parse)
}

/// The client-facing notice about the use of AI (L4).
pub fn ai_notice() -> Result<Notice, Fault> {
    read("ai-notice.md", notice::parse)
}

/// How long each class of record is kept (L13).
pub fn retention() -> Result<Table, Fault> {
    read("retention.toml", Table::parse)
}

/// The limits of confidentiality, shown at a first session (L2).
pub fn confidentiality() -> Result<Notice, Fault> {
    read("confidentiality.md", notice::parse)
}

fn read<T>(path: &str, parse: impl Fn(&str) -> Result<T, Flaw>) -> Result<T, Fault> {
    let text = PROMPTS.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    parse(text).map_err(|flaw| Fault::with(flaw.exit(), format!("prompts/{path}: {flaw}"), flaw.hint()))
}

/// The small questions of a task, such as `directions`. A test loads all that are built in.
pub fn judge_task(id: &str) -> Result<JudgeTask, Fault> {
    JudgeTask::parse(task_text(id)).map_err(|flaw| task_flaw(id, &flaw))
}

/// The short text of a task, such as `rationale`. A test loads all that are built in.
pub fn write_task(id: &str) -> Result<WriteTask, Fault> {
    WriteTask::parse(task_text(id)).map_err(|flaw| task_flaw(id, &flaw))
}

fn task_text(id: &str) -> &'static str {
    PROMPTS.get_file(format!("{id}.md")).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

fn task_flaw(id: &str, flaw: &crate::domain::data_file::Flaw) -> Fault {
    Fault::with(flaw.exit(), format!("prompts/{id}.md: {flaw}"), flaw.hint())
}
