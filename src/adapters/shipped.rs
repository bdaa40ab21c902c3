//! The data that is built into the program: prompts, instruments, model manifests. A folder of the centre's own
//! can add to it; nothing can take from it.

use crate::domain::crisis::crisis_line::{self, CrisisLines};
use crate::domain::crisis::escalation_rules::Rules as EscalationRules;
use crate::domain::crisis::plan_form::PlanForm;
use crate::domain::crisis::triage_data::TriageRules;
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::mirror;
use crate::domain::mirror::measures::Limits;
use crate::domain::mirror::reading::MirrorRules;
use crate::domain::note::format::{self, NoteFormat};
use crate::domain::note::headings::Headings;
use crate::domain::note::instruction::Instructions;
use crate::domain::practice::data_file::Flaw;
use crate::domain::practice::notice::{self, Notice};
use crate::domain::review::report_form::ReportForm;
use crate::ports::engines::SessionData;
use crate::speech::filter::SpeechFilter;
use crate::texts::msg;

use crate::domain::advice::heads::DirectionHeads;
use crate::domain::advice::plain_prompt::PlainPrompt;
use crate::domain::advice::risk_cue::Rules;
use crate::domain::advice::risk_weights::Weights;
use crate::domain::advice::task_prompt::{JudgeTask, WriteTask};
use crate::domain::advice::technique::{self, Library};
use crate::domain::assessment::proposal::weighed::ItemWords;
use crate::domain::assessment::proposal::wording::{Heard, ItemData, Reading};
use crate::domain::governance::retention::Table;
use crate::domain::practice::ids::InstrumentId;
use include_dir::{Dir, include_dir};
use std::sync::{Arc, OnceLock};

/// `prompts/`: task prompts, technique cards, risk rules, note formats.
pub static PROMPTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/prompts");
/// `assessments/`: one TOML per instrument.
pub static ASSESSMENTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assessments");
/// `models/`: one manifest per model.
pub static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");

/// Everything that a session is heard, judged and written by.
pub fn session_data() -> Result<SessionData, ErrorReport> {
    Ok(SessionData {
        filter: speech_filter()?,
        rules: risk_rules()?,
        techniques: technique_library()?,
        heads: direction_heads()?,
        judge: judge_task("directions")?,
        write: write_task("rationale")?,
        note: (note_kinds()?, retraction_rules()?),
    })
}

/// The technique cards that are built in. A test loads them all, so a failure here means a damaged program.
pub fn technique_library() -> Result<Library, ErrorReport> {
    let mut cards = Vec::new();
    for (name, text) in markdown("techniques") {
        cards.push(technique::parse(text).map_err(|flaw| {
            ErrorReport::with(
                flaw.exit(),
                msg("shipped-prompts-techniques").shown("name", name).with("flaw", flaw.message()),
                flaw.hint(),
            )
        })?);
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
pub fn demo_session(lang: crate::domain::practice::lang::Lang) -> DemoSession {
    use crate::domain::practice::lang::Lang;
    match lang {
        Lang::Ko => DemoSession {
            sound: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/session-ko.flac")),
            reference: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/session-ko.reference.json")),
        },
        Lang::En => DemoSession {
            sound: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/session-en.flac")),
            reference: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/session-en.reference.json")),
        },
    }
}

/// The answer sheet that the client of the demo fills in, TOML.
pub const DEMO_ANSWERS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/answers.toml"));

/// The filter against words that nobody said. A test loads it, so a failure here means a damaged program.
pub fn speech_filter() -> Result<SpeechFilter, ErrorReport> {
    let text = PROMPTS.get_file("speech-filter.toml").and_then(|f| f.contents_utf8()).unwrap_or_default();
    Ok(SpeechFilter::parse(text)?)
}

/// The risk rules that are built in. A test runs them all, so a failure here means a damaged program.
pub fn risk_rules() -> Result<Rules, ErrorReport> {
    let rules = read("risk/rules.toml", Rules::parse)?;
    let words = |path: &str| PROMPTS.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    Ok(rules.weighing(Weights::of(words("risk/words-ko.tsv"), words("risk/words-en.tsv"))))
}

/// The note formats that are built in, in order of id.
pub fn note_formats() -> Result<Vec<NoteFormat>, ErrorReport> {
    let mut names: Vec<String> = PROMPTS
        .get_dir("notes")
        .map(Dir::files)
        .into_iter()
        .flatten()
        .filter_map(|file| Some(file.path().to_str()?.to_owned()))
        .filter(|path| path.ends_with(".toml"))
        .collect();
    names.sort_unstable();
    names.iter().map(|path| read(path, format::parse)).collect()
}

/// What a line of a session can be about, for drafting notes.
pub fn note_kinds() -> Result<crate::domain::note::content::Kinds, ErrorReport> {
    read("note-content.toml", crate::domain::note::content::Kinds::parse)
}

/// What belongs under the headings of a centre's own template.
pub fn note_headings() -> Result<Headings, ErrorReport> {
    let kinds = note_kinds()?;
    read("note-headings.toml", |text| Headings::parse(text, &kinds.ids()))
}

/// What may be asked for when a section of a note is drafted again.
pub fn note_instructions() -> Result<Instructions, ErrorReport> {
    let kinds = note_kinds()?;
    read("note-instructions.toml", |text| Instructions::parse(text, &kinds.ids()))
}

/// The note format of this id among those of `formats`; refused with the ids that there are.
pub fn note_format_of(formats: Vec<NoteFormat>, id: &str) -> Result<NoteFormat, ErrorReport> {
    let offered = formats.iter().filter(|f| !f.retired);
    let names = offered.map(|f| f.id.as_str()).collect::<Vec<_>>().join(", ");
    formats.into_iter().find(|f| f.id == id).ok_or_else(|| {
        ErrorReport::usage(
            msg("cli-note-there-no-note-form").shown("id", id),
            msg("cli-note-there-no-note-form.hint").shown("names", names),
        )
    })
}

/// The built-in note format of this id; refused with the ids that there are.
pub fn note_format(id: &str) -> Result<NoteFormat, ErrorReport> {
    note_format_of(note_formats()?, id)
}

/// What a statement of a note is checked with.
pub fn note_check() -> Result<crate::domain::note::check::Check, ErrorReport> {
    read("note-check.toml", crate::domain::note::check::Check::parse)
}

/// How a certified model words statements of a note.
pub fn note_wording() -> Result<crate::domain::note::wording::Wording, ErrorReport> {
    read("note-wording.toml", crate::domain::note::wording::Wording::parse)
}

/// What a model is asked plainly for a note, for comparison.
pub fn plain_note_prompt() -> Result<PlainPrompt, ErrorReport> {
    read("eval-plain-note.toml", PlainPrompt::parse)
}

/// How a speaker takes back what was said.
pub fn retraction_rules() -> Result<crate::domain::note::retraction::Rules, ErrorReport> {
    read("note-retraction.toml", crate::domain::note::retraction::Rules::parse)
}

/// What the session mirror is read with.
pub fn mirror_rules() -> Result<MirrorRules, ErrorReport> {
    Ok(MirrorRules {
        limits: read("mirror/measures.toml", Limits::parse)?,
        ko: read("mirror/ko.toml", mirror::rules::Rules::parse)?,
        en: read("mirror/en.toml", mirror::rules::Rules::parse)?,
    })
}

/// The crisis channels that are built in.
pub fn crisis_lines() -> Result<CrisisLines, ErrorReport> {
    read("crisis-lines.toml", crisis_line::parse)
}

/// What follows from the results of the screeners, as it is built in.
pub fn triage_rules() -> Result<TriageRules, ErrorReport> {
    read("triage.toml", TriageRules::parse)
}

/// The form of a safety plan.
pub fn plan_form() -> Result<PlanForm, ErrorReport> {
    read("safety-plan.toml", PlanForm::parse)
}

/// The form of a case report for supervision.
pub fn report_form() -> Result<ReportForm, ErrorReport> {
    read("case-report.toml", ReportForm::parse)
}

/// The client-facing notice about the use of AI (L4).
pub fn ai_notice() -> Result<Notice, ErrorReport> {
    read("ai-notice.md", notice::parse)
}

/// How long each class of record is kept (L13).
pub fn retention() -> Result<Table, ErrorReport> {
    read("retention.toml", Table::parse)
}

/// Whom to tell of a breach and by when (L15).
pub fn breach_duties() -> Result<crate::domain::governance::breach::Duties, ErrorReport> {
    read("breach.toml", crate::domain::governance::breach::Duties::parse)
}

/// The rules of the centre's office.
pub fn office_rules() -> Result<crate::domain::governance::office::OfficeRules, ErrorReport> {
    read("office.toml", crate::domain::governance::office::OfficeRules::parse)
}

/// Reasons, legal bases and receivers of escalations.
pub fn escalation_rules() -> Result<EscalationRules, ErrorReport> {
    read("escalation.toml", EscalationRules::parse)
}

/// The limits of confidentiality, shown at a first session (L2).
pub fn confidentiality() -> Result<Notice, ErrorReport> {
    read("confidentiality.md", notice::parse)
}

/// How talk is read for item scores, whatever the instrument.
pub fn item_reading() -> Result<Reading, ErrorReport> {
    read("items/reading.toml", Reading::parse)
}

/// How the items of an instrument are heard; `None` where nobody wrote that down.
pub fn item_wording(instrument: &InstrumentId) -> Result<Option<Heard>, ErrorReport> {
    for name in item_files() {
        let heard = read(&format!("items/{name}"), Heard::parse)?;
        if heard.items_of(instrument).is_some() {
            return Ok(Some(heard));
        }
    }
    Ok(None)
}

/// Everything that item scores of an instrument are found by; `None` where nobody wrote down how its items are heard.
pub fn item_data(instrument: &InstrumentId) -> Result<Option<ItemData>, ErrorReport> {
    let Some(heard) = item_wording(instrument)? else { return Ok(None) };
    let words = Some(item_words());
    Ok(Some(ItemData { reading: item_reading()?, heard, retraction: retraction_rules()?, words }))
}

/// Words of talk with what they say of items. A test checks them.
pub fn item_words() -> Arc<ItemWords> {
    static WORDS: OnceLock<Arc<ItemWords>> = OnceLock::new();
    let text = |path: &str| PROMPTS.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    let read = || Arc::new(ItemWords::of(text("items/words-ko.tsv"), text("items/words-en.tsv")));
    Arc::clone(WORDS.get_or_init(read))
}

/// What a model is asked plainly, for comparison.
pub fn plain_prompt() -> Result<PlainPrompt, ErrorReport> {
    read("eval-plain.toml", PlainPrompt::parse)
}

/// Names of the files in `prompts/items` that say how an instrument is heard, in order.
pub fn item_files() -> Vec<&'static str> {
    let files = PROMPTS.get_dir("items").map(Dir::files).into_iter().flatten();
    let mut names: Vec<&str> = files
        .filter_map(|file| file.path().file_name()?.to_str())
        .filter(|name| name.ends_with(".toml") && *name != "reading.toml")
        .collect();
    names.sort_unstable();
    names
}

fn read<T>(path: &str, parse: impl Fn(&str) -> Result<T, Flaw>) -> Result<T, ErrorReport> {
    let text = PROMPTS.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    parse(text).map_err(|flaw| {
        ErrorReport::with(
            flaw.exit(),
            msg("shipped-prompts").shown("path", path).with("flaw", flaw.message()),
            flaw.hint(),
        )
    })
}

/// The heads that say which technique card a line speaks for. A test loads them.
pub fn direction_heads() -> Result<DirectionHeads, ErrorReport> {
    read("directions-heads.toml", DirectionHeads::parse)
}

/// The small questions of a task, such as `directions`. A test loads all that are built in.
pub fn judge_task(id: &str) -> Result<JudgeTask, ErrorReport> {
    JudgeTask::parse(task_text(id)).map_err(|flaw| task_flaw(id, &flaw))
}

/// The short text of a task, such as `rationale`. A test loads all that are built in.
pub fn write_task(id: &str) -> Result<WriteTask, ErrorReport> {
    WriteTask::parse(task_text(id)).map_err(|flaw| task_flaw(id, &flaw))
}

fn task_text(id: &str) -> &'static str {
    PROMPTS.get_file(format!("{id}.md")).and_then(|file| file.contents_utf8()).unwrap_or_default()
}

fn task_flaw(id: &str, flaw: &crate::domain::practice::data_file::Flaw) -> ErrorReport {
    ErrorReport::with(flaw.exit(), msg("shipped-prompts-md").shown("id", id).with("flaw", flaw.message()), flaw.hint())
}
