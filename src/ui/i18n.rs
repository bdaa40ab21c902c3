//! Every text of the screens in Korean and English. A key cannot exist without both: the table makes the enum.

use crate::app::notice::Say;
use crate::app::session_event::EngineState;
use crate::app::state::merge::MergeAct;
use crate::app::state::overlay::Question;
use crate::app::state::supervision::{SupervisionAct, SupervisionDone};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use std::sync::LazyLock;

macro_rules! texts {
    ($($key:ident),* $(,)?) => {
        /// A text of the screens; the name says which. `NoSuggestionsAi` is `no-suggestions-ai` in the `.ftl` files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum T { $($key,)* }

        impl T {
            /// Every text.
            pub const ALL: &'static [T] = &[$(T::$key,)*];
            const NAMES: &'static [&'static str] = &[$(stringify!($key),)*];
        }
    };
}

static IDS: LazyLock<Vec<String>> = LazyLock::new(|| T::NAMES.iter().map(|name| kebab(name)).collect());

/// `NoSuggestionsAi` as `no-suggestions-ai`.
fn kebab(name: &str) -> String {
    name.char_indices().fold(String::new(), |mut id, (at, c)| {
        if c.is_ascii_uppercase() && at > 0 {
            id.push('-');
        }
        id.push(c.to_ascii_lowercase());
        id
    })
}

impl T {
    /// Its id in the `.ftl` files.
    pub fn id(self) -> &'static str {
        // The table is made of the same list as the enum.
        IDS.get(self as usize).map_or("", String::as_str)
    }

    /// The text of a language.
    pub fn text(self, lang: Lang) -> &'static str {
        lang.say(self.id())
    }
}

texts! {
    WordsTitle, WordsLabel, WordsHow, WordsNone, WordsInNote, FindSessions, FindInTranscript, FindInLines, SetupTitle, SetupHow, SetupModels, SetupMeasures, SetupHere, SetupMissing, SetupSlow, SetupDone, SetupStopped,
    SetupMicrophone, SetupMicrophoneHow, SetupPractice, SetupPracticeHow, SetupTour, SetupTourHow, PracticeMark,
    PracticeSound, TourTitle,
    AppointmentTitle, AppointmentDayField, AppointmentTimeField, AppointmentLengthField, AppointmentPlaceField,
    AppointmentHow, AppointmentNext, AppointmentToday, AppointmentsTitle, UnsavedMark, NoteGuarded,
    BackupTitle, BackupHow, BackupFile, BackupMaking, BackupWhere, BackupLastUnknown, PassphraseStrong, PassphraseHow,
    PassphraseMade, MicListens, MicHeard, MicSilent, MicNone, DiskLow,
    EnrolTitle, EnrolMaking, EnrolCompare, EnrolPhrases,
    GuardianTitle, GuardianHow, GuardianName, GuardianRelation,
    FoundInTalk, FoundNotTold, FoundNothing, FoundMentioned, FoundAsked,
    Product, ProductLine, TooSmall, Wait, UnlockTitle, Member, Passphrase, PassphraseAgain, Opening, SessionGoesOn,
    FirstRunTitle, FirstRunWhy, CentreName, YourName, Making, RecoveryTitle, RecoveryWhy, RecoveryDone, Caseload,
    ColumnCode, ColumnName, ColumnBorn, ColumnSessions, ColumnLast, ColumnTodo, NoClients, NotAllClients,
    NotAllSessions, NotAllMeasures, NotWholeTitle, Alert, Unwritten, Interrupted, SupervisedMark, Assigned,
    NoneAssigned, CentreTitle, CentreMembers, CentreFormer, CentreKeyHere, CentreBackup, CentreNoBackup, CentreDuties,
    CentreNoDuties, NewClientTitle, CardTitle, CardHow, Name, BirthDate, Contact, Code, OnlyName, Sessions, SessionNth, NoSessions, NoSessionsNorConsent,
    Consents, ConsentSince, LimitsExplained, Given, NotGiven, Measures, NoMeasures, NoSessionsToRead, NoMeasuresToRead, StateOpen, StateEnded,
    StateDestroyed, HasNote, NoNote, ListMembers, ListAccessLog, ListModels, ListVaultCheck, RaiseTitle, RaiseGoes, RaiseReason, RaiseGround, RaiseTo, RaiseTier, RaiseWhy, RaiseArgument, RaiseStatute, RaiseLocation, RaiseMeans, RaiseSummary, RaiseSecond, RaiseSeal, RaiseTier1, RaiseTier2, RaiseTier3, RaiseWhyNone, RaiseWhyTyped, RaiseAlone, RaiseWaits, RaiseUnknown, RaiseBirth, RaiseAddress, RaiseCodes, RaiseAdds2, RaiseAdds3, RaiseStays, RaiseStaysRecord, RaiseStaysWords, RaiseStaysWhy, RaiseReady, ListPackets, ListInspection, ListReaders, ListSupervisees, ListDeputies, ListHours, ListTemplates, OfficeFilePdf, OfficeFileTable, OfficeFileCsv, LawUnverified, InspectionSign, InspectionSignHow, CourseTitle, CoursePaperHow, StatisticsTitle, StatisticsHow, StatisticsFrom, StatisticsTo, ReceiptTitle, ReceiptHow, ReceiptWho, ReceiptFile, PacketWhatDone, PacketOutcome, PacketFound, ExportTitle, ExportHow, ExportForm, ExportFolder, ExportReason, ExportAlone, InputTitle, Microphone, File, FilePath, FileKinds, FilesNone, Spoken, PlainTyping, PlainChoosing, PressEnter, Recording,
    NotWriting, NoMicrophone, RecordingElsewhere, Paused, OffRecord, Starting, Ending, Ended, ConsentShort, NoAiConsent, Mic,
    FromFile, Lag, SilentInput, Transcript, Following, Looking, Listening, NothingSaid, Suggestions, SuggestionsShort,
    NoSuggestions, NoSuggestionsWhy, NoSuggestionsAi, NoSuggestionsModel, AllDecided, Advising, Cues, NoCues, Denied,
    AboutAnother, OpensScreener, Saved, NotSavedYet, Speech, Language, Marked, GapOverrun, GapWorker, GapPaused, GapOffRecord,
    GapDevice, GapOther, NoteTitle, NoteUnsaved, NoteSaving, NoteSaved, NoteNew, NoteDraft, NoteForm, LineEvidence,
    LineTyped, LineTaken, LineEdited, LineDrafted, LineDraftedEdited, LineRetracted, LineUnsupported, TakeHere,
    InNote, Instruments, WordsThere, WordsOther, WordsPaper, TotalOnly, Question, OnPaper, EnterTotal, Score,
    ScoreInvalid, Prorated, Norms, AtOrAbove, Below, Critical, ScoreNoDiagnosis, Keeping, EnterKeeps, KioskDone,
    KioskDoneHow, MaySkip, Partial, History, HistoryNone, HistoryItems, SexField, ScheduleTitle, ScheduleEvery,
    ScheduleFrom, ScheduleUntil, ScheduleUsual, DueMark, OverdueMark, KioskTitle, KioskHow, KioskEnd, Settings,
    SettingLanguage, SettingThis, SettingChange, SettingLock, SettingLockHow, SettingFolder, SettingNoFolder, SettingFolderHow, DoctorTitle, VaultIs,
    DoctorHow, SoundKept, StaleWords, SoundNotKept, SoundAlarm,
    Looks, HelpTitle, HelpClose, PaletteTitle, PaletteEmpty, ConfirmTitle, LeaveKeys, FindTitle, FindNames,
    FindInstruments, NothingFound, FindMember, ChooseMember, FirstSight, FirstSightWords, RoleField, RoleCounsellorHow, RoleSupervisorHow,
    RoleAdminHow, Drafts, ModelBehind, ModelBehindHow, SpeechReady, SpeechMissing, DirectionsReady, DirectionsMissing,
    NoSuggestionsLoading, CrisisFirst, CrisisOpens, CrisisLines, ConfirmKeys,
    // Screening, the safety plan and the crisis lines.
    TriageTell, TriageDo, TriageLines, TriageAsked, TriageOpen, TriageSkipped, TriageIncomplete, TriageRule,
    TriageSource, OpenedByCue, OpenedByAnswer, LeftTitle, LeftWhy, LeftWords, PlanTitle, PlanNew, PlanUnsaved,
    PlanSaving, PlanSaved, PlanWords, PlanNoWords, PlanTake, PlanInPlan, PlanAnswer, PlanSaid, PlanSaidEdited,
    PlanRevisions, PlanNoRevisions, LinesTitle, PaperTitle, PaperReason, PaperFile, PaperHow,
}

/// What is asked.
pub fn question(question: &Question, lang: Lang) -> String {
    match question {
        Question::EndSession => lang.say("say-end-session-last-words").to_owned(),
        Question::QuitWhileRecording => lang.say("say-session-being-recorded-end").to_owned(),
        Question::QuitWithAnswers => lang.say("say-there-answers-not-saved").to_owned(),
        Question::QuitUnsaved => lang.say("say-note-not-saved-what").to_owned(),
        Question::BeginDeaf => lang.say("say-there-no-speech-model").to_owned(),
        Question::LeaveNote => lang.say("say-note-not-saved").to_owned(),
        Question::SignNote => lang.say("say-sign-note").to_owned(),
        Question::GiveConsent(Scope::Service) => lang.say("say-were-limits-confidentiality-explained").to_owned(),
        Question::GiveConsent(scope) => {
            let what = scope.label(lang);
            msg("say-did-client-agree").shown("what", what).text(lang)
        }
        Question::WithdrawConsent(Scope::Supervision) => {
            lang.say("say-client-withdraw-supervision-supervisors").to_owned()
        }
        Question::WithdrawConsent(scope) => {
            let what = scope.label(lang);
            msg("say-client-withdraw-holds-now").shown("what", what).text(lang)
        }
        Question::EraseOpenSession(scope) => {
            let what = scope.label(lang);
            msg("say-withdrawal-also-destroy-all").shown("what", what).text(lang)
        }
        Question::RecoverSessions(which) => msg("say-recover-sessions").with("n", which.len()).text(lang),
        Question::RemovePractice(_) => lang.say("say-remove-practice").to_owned(),
        Question::LeavePlan { .. } => lang.say("say-plan-not-saved").to_owned(),
        Question::LeaveReport { .. } => lang.say("say-report-not-saved").to_owned(),
        Question::LeaveCard { .. } => lang.say("say-card-not-saved").to_owned(),
        Question::Merge(MergeAct::Join { kept, closed, back, .. }) => {
            let id = if *back { "say-separate-records" } else { "say-merge-records" };
            msg(id).shown("kept", &kept.code).shown("closed", &closed.code).text(lang)
        }
        // Only to join is asked about.
        Question::Merge(_) => String::new(),
        Question::ReviewEntry(_) => lang.say("say-review-entry").to_owned(),
        Question::LineChecked(_) => lang.say("say-line-was-checked").to_owned(),
        Question::KeepTemplate(title, headings, named) => {
            let all: Vec<String> =
                (1..).zip(headings).map(|(n, heading): (usize, _)| format!("{n}. {heading}")).collect();
            let asked = msg("say-keep-template").shown("title", title).shown("headings", all.join("  ")).text(lang);
            match named {
                0 => asked,
                n => format!("{asked} {}", msg("note-template-with-names").shown("n", n).text(lang)),
            }
        }
        Question::RemoveTemplate(_, title) => msg("say-remove-template").shown("title", title).text(lang),
        Question::LeaveSheet => lang.say("say-leave-without-keeping-answers").to_owned(),
        Question::Cosign => lang.say("say-cosign-this-revision").to_owned(),
        Question::LeaveComment => lang.say("say-leave-without-comment").to_owned(),
        Question::LeaveProcess => lang.say("say-leave-without-process").to_owned(),
        Question::QuitUnsent => lang.say("say-quit-unsent").to_owned(),
        Question::Supervision(act) => supervision_question(act, lang),
    }
}

fn supervision_question(act: &SupervisionAct, lang: Lang) -> String {
    let message = match act {
        SupervisionAct::EndDeputy { client, name } => {
            msg("say-end-deputy").with("name", name).with("code", client.as_str())
        }
        SupervisionAct::Assign { client, name } => msg("say-assign").with("name", name).with("code", client.as_str()),
        SupervisionAct::Unassign { client, name } => {
            msg("say-unassign").with("name", name).with("code", client.as_str())
        }
        SupervisionAct::ForgetHours(_) => msg("say-forget-hours"),
        SupervisionAct::Release(_, lines) => msg("say-release-lines").with("n", lines.len()),
        SupervisionAct::TakeBack(..) => msg("say-take-back-extract"),
        // These ask nothing.
        SupervisionAct::NameDeputy(_)
        | SupervisionAct::ListReaders(_)
        | SupervisionAct::LogHours(_)
        | SupervisionAct::ReadProcess(_)
        | SupervisionAct::KeepProcess(..) => return String::new(),
    };
    message.text(lang)
}

fn supervision_done(done: SupervisionDone, lang: Lang) -> String {
    let id = match done {
        SupervisionDone::DeputyNamed(n) => return msg("say-deputy-named").with("n", n).text(lang),
        SupervisionDone::Assigned => "say-assigned",
        SupervisionDone::Unassigned => "say-unassigned",
        SupervisionDone::DeputyEnded => "say-deputy-ended",
        SupervisionDone::HoursKept => "say-hours-kept",
        SupervisionDone::HoursForgotten => "say-hours-forgotten",
        SupervisionDone::ProcessKept => "say-process-kept",
        SupervisionDone::Released => "say-lines-released",
        SupervisionDone::TakenBack => "process-extract-taken-back",
    };
    lang.say(id).to_owned()
}

/// What is said in passing. The second text, when there is one, says what to do.
pub fn say(say: &Say, lang: Lang) -> (String, Option<String>) {
    let text = match say {
        Say::LockedWhileRecording => lang.say("say-locked-session-still-being"),
        Say::PracticeGone => lang.say("say-practice-gone"),
        Say::Pulls => lang.say("say-pulls"),
        Say::ModelsHere => lang.say("say-models-here"),
        Say::Measures => lang.say("say-measures"),
        Say::ClientAdded => lang.say("say-client-added-begin-consents"),
        Say::SamePerson(codes) => {
            let codes = codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return (msg("say-same-person").with("codes", codes).text(lang), None);
        }
        Say::Merged { kept, closed, filled, differing } => {
            let done = msg("say-merged").shown("kept", kept).shown("closed", closed);
            return (done.with("filled", *filled).with("differing", *differing).text(lang), None);
        }
        Say::Separated(kept, closed) => {
            return (msg("say-separated").shown("kept", kept).shown("closed", closed).text(lang), None);
        }
        Say::CardKept => lang.say("say-card-kept"),
        Say::ConsentGiven(scope) => {
            let what = scope.label(lang);
            return (msg("say-consent-given").with("what", what).text(lang), None);
        }
        Say::ConsentWithdrawn(scope) => {
            let what = scope.label(lang);
            return (msg("say-consent-withdrawn").with("what", what).text(lang), None);
        }
        Say::ConsentErased(scope) => {
            let what = scope.label(lang);
            return (msg("say-consent-erased").with("what", what).text(lang), None);
        }
        Say::NeedConsent => lang.say("say-session-needs-consent-service"),
        Say::FoundInTalk(scores) => return (msg("say-found-in-talk").with("scores", scores).text(lang), None),
        Say::SessionRuns => lang.say("say-session-running-already"),
        Say::Recovering => lang.say("say-recovering"),
        Say::RecoveredFromSound(n) => return (msg("say-recovered-from-sound").with("n", n).text(lang), None),
        Say::SessionSaved => lang.say("say-session-ended-saved"),
        Say::SessionNotSaved => lang.say("say-session-ended-but-last"),
        Say::Marked => lang.say("say-moment-marked"),
        Say::OffRecordOn => lang.say("say-off-record-nothing-heard"),
        Say::OffRecordOff => lang.say("say-record-again"),
        Say::PauseOn => lang.say("say-paused"),
        Say::PauseOff => lang.say("say-goes-on"),
        Say::VaultBeingMade => lang.say("say-vault-being-made"),
        Say::MicrophoneBack => lang.say("say-microphone-back"),
        Say::MicrophoneGone => {
            return (lang.say("say-microphone-gone").to_owned(), Some(lang.say("say-microphone-gone.hint").to_owned()));
        }
        Say::Flipped => lang.say("say-speaker-changed"),
        Say::Taken => lang.say("say-taken-into-note"),
        Say::AlreadyTaken => lang.say("say-note-already"),
        Say::PutAway => lang.say("say-put-away"),
        Say::NothingChosen => lang.say("say-nothing-chosen-here-tab"),
        Say::FingerprintCompared => lang.say("say-fingerprint-compared"),
        Say::PassphrasesDiffer => lang.say("say-two-passphrases-differ"),
        Say::FieldMissing => lang.say("say-please-fill-field"),
        Say::BirthDate => lang.say("say-birth-date-written-like"),
        Say::BirthDateToCome => lang.say("say-birth-date-to-come"),
        Say::CodeForm => lang.say("say-code-capitals-digits-hyphens"),
        Say::NoSession => lang.say("say-choose-session-first"),
        Say::NothingToSave => lang.say("say-there-nothing-save"),
        Say::NoteSaved => lang.say("say-draft-saved"),
        Say::PhrasesFirst => lang.say("say-write-three-phrases-down"),
        Say::ModelStopped => lang.say("say-model-stopped-what-found"),
        Say::NotForWords => lang.say("say-model-not-for-words"),
        Say::ModelUsed(None) => lang.say("say-model-used-best"),
        Say::ModelUsed(Some(id)) => return (msg("say-model-used").shown("id", id).text(lang), None),
        Say::FolderKept => lang.say("say-folder-kept"),
        Say::EntryReviewed => lang.say("say-entry-reviewed"),
        Say::NothingToReview => lang.say("say-nothing-to-review"),
        Say::LockKept(minutes) => return (msg("say-lock-kept").with("n", *minutes).text(lang), None),
        Say::PacketDone => lang.say("say-packet-done"),
        Say::PacketForm => lang.say("say-packet-form"),
        Say::OneReceipt => lang.say("say-one-receipt"),
        Say::PacketSealed(number) => {
            return (msg("say-packet-sealed").with("number", number).text(lang), None);
        }
        Say::PacketAlone(number) => {
            return (msg("say-packet-alone").with("number", number).text(lang), None);
        }
        Say::NothingSelected => lang.say("say-nothing-selected"),
        Say::FoundNowhere => lang.say("say-found-nowhere"),
        Say::NothingToUndo => lang.say("say-there-nothing-undo"),
        Say::NoteIsSigned => lang.say("say-note-is-signed"),
        Say::NotSignedYet => lang.say("say-not-signed-yet"),
        Say::Amending => lang.say("say-amending"),
        Say::NoteStands(state) => {
            let state = crate::domain::note::states::message(*state).text(lang);
            return (msg("say-note-stands").with("state", state).text(lang), None);
        }
        Say::LinesWait(n) => return (msg("say-lines-wait").with("n", n).text(lang), None),
        Say::Drafting => lang.say("say-drafting"),
        Say::Drafted => lang.say("say-drafted"),
        Say::TooFewLetters => lang.say("say-too-few-letters"),
        Say::SectionDrafted => lang.say("say-section-drafted"),
        Say::DraftNeedsBlank => lang.say("say-draft-needs-blank"),
        Say::LineKept => lang.say("say-line-kept"),
        Say::LineDropped => lang.say("say-line-dropped"),
        Say::NoWordsBehind => lang.say("say-no-words-behind"),
        Say::SaveFirst => lang.say("say-save-first"),
        Say::NoteExported(file) => return (msg("say-note-exported").with("file", file).text(lang), None),
        Say::Unanswered(n) => {
            return (msg("say-unanswered").with("n", n).text(lang), None);
        }
        Say::CameBack(n) => {
            return (msg("say-notes-came-back").with("n", n).text(lang), None);
        }
        Say::AtSupervisor { away, came_back: 0 } => {
            return (msg("say-notes-at-supervisor").with("away", away).text(lang), None);
        }
        Say::AtSupervisor { away, came_back } => {
            let said = msg("say-notes-at-supervisor-and-back").with("away", away).with("n", came_back);
            return (said.text(lang), None);
        }
        Say::UnsentBack => lang.say("say-unsent-back"),
        Say::CommentKept => lang.say("say-comment-kept"),
        Say::NoReview => lang.say("say-no-review-here"),
        Say::NoComment => lang.say("say-no-comment-here"),
        Say::NoteReturned => lang.say("say-note-returned"),
        Say::NoteCosigned => lang.say("say-note-cosigned"),
        Say::HandedIn => lang.say("say-handed-in"),
        Say::ResultSaved => lang.say("say-result-saved"),
        Say::HandBack => lang.say("say-thank-you-please-hand"),
        Say::ScreenerOpen => lang.say("say-answer-must-not-wait"),
        Say::ScheduleSaved => lang.say("say-schedule-saved"),
        Say::TypingBack => lang.say("say-typing-back"),
        Say::TypingWaits(n) => {
            return (msg("say-typing-waits").with("n", n).text(lang), None);
        }
        Say::BackupMade => lang.say("say-backup-made"),
        Say::AppointmentSaved => lang.say("say-appointment-saved"),
        Say::AppointmentOff => lang.say("say-appointment-off"),
        Say::AppointmentDay => lang.say("say-appointment-day"),
        Say::AppointmentTime => lang.say("say-appointment-time"),
        Say::ScheduleForm => lang.say("say-write-2w-session-dates"),
        Say::SexForm => lang.say("say-write-female-male-leave"),
        Say::NoWording => lang.say("say-instrument-no-items-show"),
        Say::NoInstrument => lang.say("say-screener-not-hand-choose-list"),
        Say::TakenIntoPlan => lang.say("say-taken-into-plan"),
        Say::AlreadyInPlan => lang.say("say-already-in-plan"),
        Say::PlanSaved => lang.say("say-plan-saved"),
        Say::SavePlanFirst => lang.say("say-save-plan-first"),
        Say::Exchanged(0, 0, refused) if refused.is_empty() => lang.say("review-folder-empty"),
        Say::Exchanged(sent, taken, refused) => {
            let said = msg("review-folder-done").with("sent", sent).with("taken", taken).with("refused", refused.len());
            // One answer after the other is put right: the first reason is enough for a line.
            return (said.text(lang), refused.first().map(|why| why.text(lang)));
        }
        Say::ReportFilled(n) => return (msg("say-report-filled").with("n", n).text(lang), None),
        Say::StretchTaken => lang.say("say-stretch-taken"),
        Say::TemplateKept(true) => lang.say("say-template-kept"),
        Say::TemplateKept(false) => lang.say("say-template-removed"),
        Say::TemplateBuiltIn => lang.say("say-template-built-in"),
        Say::Supervision(done) => return (supervision_done(*done, lang), None),
        Say::ReportSaved => lang.say("say-report-saved"),
        Say::SaveReportFirst => lang.say("say-save-report-first"),
        Say::PaperWritten(file) => return (msg("say-paper-written").with("file", file).text(lang), None),
        Say::ReasonKept => lang.say("say-reason-kept"),
        Say::ErrorReport(fault) => {
            let (what, hint) = fault.said(lang);
            return (what, Some(hint));
        }
    };
    (text.to_owned(), None)
}

/// A scope in the header of a session, where room is scarce.
pub fn scope_short(scope: Scope, lang: Lang) -> &'static str {
    match scope {
        Scope::Recording => lang.say("say-scope-recording"),
        Scope::Supervision => lang.say("say-scope-supervision"),
        _ => scope.label(lang),
    }
}

/// How a worker is doing.
pub fn engine(state: EngineState, lang: Lang) -> &'static str {
    match state {
        EngineState::Loading => lang.say("say-loading"),
        EngineState::Ready => lang.say("say-ready"),
        EngineState::Restarting => lang.say("say-restarting"),
        EngineState::Degraded => lang.say("say-stopped"),
        EngineState::Absent => lang.say("say-none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_and_the_korean_is_korean() {
        for t in T::ALL {
            let (ko, en) = (t.text(Lang::Ko), t.text(Lang::En));
            assert!(!ko.trim().is_empty() && !en.trim().is_empty(), "{t:?}");
            let hangul = ko.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(hangul || *t == T::Mic, "{t:?}");
            assert!(!en.chars().any(|c| ('가'..='힣').contains(&c)), "{t:?}");
        }
    }

    #[test]
    fn no_text_uses_the_words_of_diagnosis_treatment_or_prescription_except_to_deny_them() {
        // L21.
        for t in T::ALL.iter().filter(|t| **t != T::ScoreNoDiagnosis) {
            let (ko, en) = (t.text(Lang::Ko), t.text(Lang::En).to_lowercase());
            for bad in ["진단", "처방", "치료"] {
                assert!(!ko.contains(bad), "{t:?}");
            }
            for bad in ["diagnos", "prescri", "treatment", "cure"] {
                assert!(!en.split_whitespace().any(|w| w.starts_with(bad)), "{t:?}");
            }
        }
    }
}
