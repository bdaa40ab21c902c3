//! Every text of the screens in Korean and English. A key cannot exist without both: the table makes the enum.

use crate::app::notice::Say;
use crate::app::session_event::EngineState;
use crate::app::state::overlay::Question;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::lang::Lang;

macro_rules! texts {
    ($($key:ident: $ko:literal, $en:literal;)*) => {
        /// A text of the screens; the name says which.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum T { $($key,)* }

        impl T {
            /// Every text.
            pub const ALL: &'static [T] = &[$(T::$key,)*];

            /// The text of a language.
            pub const fn text(self, lang: Lang) -> &'static str {
                match self { $(T::$key => lang.pick($ko, $en),)* }
            }
        }
    };
}

texts! {
    Product: "곁", "Gyeot";
    ProductLine: "상담사의 곁에서 듣고, 적고, 지킵니다", "at the counsellor's side: listens, writes down, keeps safe";
    TooSmall: "화면이 너무 작습니다. 80칸 × 24줄 이상으로 키워 주세요.", "The screen is too small: please enlarge it to 80 × 24 or more.";
    Wait: "잠시만요…", "One moment…";

    UnlockTitle: "잠금 해제", "Unlock";
    Member: "사용자", "Member";
    Passphrase: "암호 문구", "Passphrase";
    PassphraseAgain: "암호 문구 다시", "Passphrase again";
    Opening: "여는 중… (열쇠를 푸는 데 몇 초 걸립니다)", "Opening… (the key takes a few seconds to derive)";
    SessionGoesOn: "● 회기는 잠금 뒤에서 계속 기록되고 있습니다", "● The session is still being recorded behind the lock";
    FirstRunTitle: "처음 시작합니다: 금고 만들기", "First run: make the vault";
    FirstRunWhy: "모든 기록은 이 컴퓨터의 금고에 봉인됩니다. 암호 문구와 복구 구절을 모두 잃으면 아무도 열 수 없습니다.", "Every record is sealed in a vault on this computer. Without the passphrase or the recovery phrases nobody can open it.";
    CentreName: "센터 이름", "Centre";
    YourName: "이름", "Your name";
    Making: "금고를 만드는 중…", "Making the vault…";

    RecoveryTitle: "복구 구절: 지금 한 번만 보여 드립니다", "Recovery phrases: shown once, now";
    RecoveryWhy: "암호 문구를 잊었을 때 아래 셋 중 둘이 있으면 금고를 열 수 있습니다. 각각 다른 종이에 적어 서로 다른 세 사람이 보관하세요. 사진으로 찍거나 이 컴퓨터에 저장하지 마세요.", "If the passphrase is lost, any two of these three open the vault. Write each on its own sheet and let three different people keep one. Do not photograph them or store them on this computer.";
    RecoveryDone: "다 적었으면 y 를 누르세요. 다시 볼 수 없습니다.", "Press y when all three are written down. They cannot be shown again.";

    Caseload: "내담자 목록", "Caseload";
    ColumnCode: "코드", "Code";
    ColumnName: "이름", "Name";
    ColumnBorn: "생년", "Born";
    ColumnSessions: "회기", "Sessions";
    ColumnLast: "최근", "Last";
    ColumnTodo: "할 일", "To do";
    NoClients: "아직 내담자가 없습니다. a 를 눌러 추가하세요.", "No clients yet. Press a to add one.";
    NotAllClients: "금고가 온전하지 않아, 내담자가 여기에 보이지 않을 수 있습니다.", "The vault is not whole: clients may be missing here.";
    NotAllSessions: "금고가 온전하지 않아, 회기가 여기에 보이지 않을 수 있습니다.", "The vault is not whole: sessions may be missing here.";
    NotAllMeasures: "금고가 온전하지 않아, 검사 결과가 여기에 보이지 않을 수 있습니다.", "The vault is not whole: results may be missing here.";
    NotWholeTitle: "금고가 온전하지 않습니다", "The vault is not whole";
    Alert: "▲ 확인 필요", "▲ look now";
    Unwritten: "노트 미작성", "notes to write";
    Interrupted: "중단된 회기", "interrupted";
    SupervisedMark: "수퍼비전", "supervised";

    Assigned: "배정된 내담자", "Assigned clients";
    NoneAssigned: "아직 배정된 내담자가 없습니다. 담당 상담사가 `gyeot client assign` 으로 배정합니다.", "No client is assigned to you yet. Their counsellor does it with `gyeot client assign`.";
    CentreTitle: "센터", "The centre";
    CentreMembers: "구성원", "Members";
    CentreFormer: "떠난 구성원", "former members";
    CentreKeyHere: "이 컴퓨터에 열쇠 있음", "key on this workstation";
    CentreBackup: "마지막 백업", "Last backup";
    CentreNoBackup: "접근 기록에 백업이 없습니다. `gyeot backup create` 로 만드세요.", "The access log knows of none. Make one with `gyeot backup create`.";
    CentreDuties: "할 일", "To do";
    CentreNoDuties: "밀린 점검과 사후 검토가 없습니다.", "No inspection is overdue and nothing waits for a review.";

    NewClientTitle: "내담자 추가", "Add a client";
    Name: "이름", "Name";
    BirthDate: "생년월일 (예: 1990-03-15)", "Birth date (such as 1990-03-15)";
    Contact: "연락처", "Contact";
    Code: "코드 (비우면 자동)", "Code (empty: next free)";
    OnlyName: "이름만 꼭 필요합니다. 이름은 봉인되고, 화면 밖에서는 코드만 쓰입니다.", "Only the name is needed. It is sealed; outside only the code is used.";

    Sessions: "회기", "Sessions";
    SessionNth: "회기", "session";
    NoSessions: "아직 회기가 없습니다. b 를 눌러 시작하세요.", "No sessions yet. Press b to begin.";
    Consents: "동의", "Consents";
    ConsentSince: "최근 변경", "changed";
    LimitsExplained: "비밀보장 한계 설명", "limits explained";
    Given: "동의함", "given";
    NotGiven: "없음", "not given";
    Measures: "검사", "Measures";
    NoMeasures: "아직 검사 결과가 없습니다. s 로 시작합니다.", "No results yet. Press s to give one.";
    StateOpen: "끝나지 않음", "not ended";
    StateEnded: "마침", "ended";
    StateDestroyed: "파기됨", "destroyed";
    HasNote: "노트 있음", "note written";
    NoNote: "노트 없음", "no note";

    InputTitle: "회기 시작: 소리를 어디에서 받을까요?", "Begin a session: where does the sound come from?";
    Microphone: "마이크", "Microphone";
    File: "녹음 파일", "A recording";
    FilePath: "파일 경로", "Path of the file";
    FileKinds: "WAV, FLAC, MP3, OGG, M4A. 말한 속도 그대로 재생하며 적습니다.", "WAV, FLAC, MP3, OGG or M4A, played at the pace it was spoken.";
    PressEnter: "Enter 를 누르면 기록이 시작됩니다.", "Enter begins the recording.";

    Recording: "● 녹음", "● rec";
    NotWriting: "▲ 받아쓰지 않음", "▲ nothing written";
    RecordingElsewhere: "● 녹음 중", "● recording";
    Paused: "‖ 멈춤", "‖ paused";
    OffRecord: "○ 비공개", "○ off record";
    Starting: "시작하는 중…", "starting…";
    Ending: "마무리하는 중…", "finishing…";
    Ended: "■ 마침", "■ ended";
    ConsentShort: "동의", "consent";
    NoAiConsent: "AI 동의 없음", "no AI consent";
    Mic: "mic", "mic";
    FromFile: "파일", "file";
    Lag: "지연", "lag";
    SilentInput: "▲ 소리가 들어오지 않습니다", "▲ no sound is coming in";
    Transcript: "축어록", "Transcript";
    Following: "따라가는 중", "following";
    Looking: "e: 지금으로", "e: back to now";
    Listening: "…(듣는 중)", "…(listening)";
    NothingSaid: "말을 시작하면 여기에 적힙니다.", "What is said appears here.";
    Suggestions: "제안 (AI 초안)", "Suggestions (AI draft)";
    SuggestionsShort: "제안", "Suggestions";
    NoSuggestions: "아직 제안이 없습니다.", "No suggestions yet.";
    NoSuggestionsWhy: "내담자의 말에서 근거를 찾으면 인용과 함께 나타납니다.", "They appear with a quote once the client's words give a reason.";
    NoSuggestionsAi: "AI 동의가 없어 제안하지 않습니다. 기록은 계속됩니다.", "No consent to AI, so nothing is suggested. Recording goes on.";
    NoSuggestionsModel: "언어 모델이 없어 제안하지 않습니다. 기록은 계속됩니다.", "No language model, so nothing is suggested. Recording goes on.";
    AllDecided: "모든 제안을 살펴보았습니다.", "All suggestions are decided.";
    Advising: "살펴보는 중", "looking";
    Cues: "위험 단서", "Risk cues";
    NoCues: "찾은 단서 없음 (규칙으로 찾으며, 없다고 안전하다는 뜻은 아닙니다)", "None found (by rule; none is not an all-clear)";
    Denied: "부인함", "denied";
    AboutAnother: "다른 사람 이야기", "about another person";
    OpensScreener: "s: 선별", "s: screener";
    Saved: "저장됨", "saved";
    NotSavedYet: "아직 저장 전", "not saved yet";
    Speech: "받아쓰기", "speech";
    Language: "제안 모델", "directions";
    Marked: "표시", "mark";
    GapOverrun: "놓친 소리", "sound was lost";
    GapWorker: "받아쓰지 못함", "not written down";
    GapOffRecord: "비공개", "off the record";
    GapDevice: "마이크 끊김", "microphone was gone";
    GapOther: "들리지 않음", "not heard";

    NoteTitle: "노트", "Note";
    NoteUnsaved: "저장 안 됨", "not saved";
    NoteSaving: "저장 중…", "saving…";
    NoteSaved: "초안 저장됨", "draft saved";
    NoteNew: "새 노트", "new note";
    NoteDraft: "초안", "draft";
    NoteForm: "양식", "form";
    LineEvidence: "이 줄의 근거", "What this line rests on";
    LineTyped: "직접 쓴 줄입니다.", "You typed this line.";
    LineTaken: "✦ AI 제안을 받은 줄", "✦ taken from an AI suggestion";
    LineEdited: "✎ AI 제안을 받아 고친 줄", "✎ taken from an AI suggestion and changed";
    TakeHere: "Tab 으로 옮겨 Enter 로 노트에 받습니다.", "Tab moves here, Enter takes one into the note.";
    InNote: "노트에 있음", "in the note";

    Instruments: "선별·검사 고르기", "Choose an instrument";
    WordsThere: "문항 있음", "items shown";
    WordsOther: "다른 언어 문항", "items in the other language";
    WordsPaper: "종이 검사 답 옮기기", "answers from paper";
    TotalOnly: "총점만 입력", "total only";
    Question: "문항", "Item";
    OnPaper: "종이 검사지의 이 문항에 적힌 답을 고르세요.", "Choose the answer given to this item on paper.";
    EnterTotal: "총점을 입력하세요", "Enter the total";
    Score: "결과", "Result";
    ScoreInvalid: "답하지 않은 문항이 있어 점수를 낼 수 없습니다", "Too many blanks for a score";
    Prorated: "빈 문항을 평균으로 채운 점수", "blanks replaced by the mean";
    Norms: "절단점", "Cut-offs";
    AtOrAbove: "이상", "at or above";
    Below: "미만", "below";
    Critical: "▲ 바로 확인할 답", "▲ Answers that must not wait";
    ScoreNoDiagnosis: "점수는 선별 결과이며 진단이 아닙니다.", "A score is a screening result, not a diagnosis.";
    Keeping: "보관하는 중…", "Keeping…";
    EnterKeeps: "Enter: 결과를 봉인해 보관", "Enter: seal and keep the result";

    KioskDone: "모든 문항을 마쳤습니다.", "That was the last item.";
    KioskDoneHow: "Enter 를 누르면 답이 저장되고 화면이 잠깁니다. ← 로 돌아가 고칠 수 있습니다.", "Press Enter to save your answers; the screen then locks. ← goes back to change one.";
    MaySkip: "답하고 싶지 않으면 → 로 건너뛸 수 있습니다.", "You may skip this one with →.";
    Partial: "다 끝나지 않은 설문입니다. Enter 로 이대로 보관, ← 로 이어서, Esc 로 버립니다.", "This questionnaire was not finished. Enter keeps it as it is, ← goes on with it, Esc discards it.";
    History: "변화", "Course";
    HistoryNone: "점수가 있는 검사지가 아직 없습니다.", "No sheet has a score yet.";
    HistoryItems: "문항별 답", "Answers by item";
    SexField: "성별 (여 / 남, 비워도 됨; 일부 검사의 기준에 씀)", "Sex (female / male, may be empty; some norms need it)";
    ScheduleTitle: "검사 일정", "Schedule";
    ScheduleEvery: "간격: 2w(2주마다), session(회기마다), 또는 날짜들. 비우면 그만둠", "Every: 2w, session, or dates. Empty: no longer";
    ScheduleFrom: "처음 날 (YYYY-MM-DD)", "First day (YYYY-MM-DD)";
    ScheduleUntil: "마지막 날 (비우면 끝 없음)", "Last day (empty: without end)";
    ScheduleUsual: "알려진 간격", "Usual interval";
    DueMark: "할 차례", "due";
    OverdueMark: "밀린 검사", "overdue";
    KioskTitle: "설문", "Questionnaire";
    KioskHow: "숫자 키나 ↑↓ 와 Enter 로 답해 주세요. ← 는 앞 문항입니다.", "Answer with a number, or with ↑↓ and Enter. ← goes back.";
    KioskEnd: "Esc 를 누르면 그만두고 화면이 잠깁니다. 상담사에게 돌려주세요.", "Esc stops here and locks the screen. Please hand it back.";

    Settings: "설정", "Settings";
    SettingLanguage: "화면 언어", "Language of the screens";
    SettingThis: "한국어", "English";
    SettingChange: "Enter 또는 F2 로 바꿉니다.", "Enter or F2 changes it.";
    SettingLock: "사람이 없을 때 잠그기까지", "Locks when unattended, after";
    Minutes: "분", " minutes";
    SettingLockHow: "settings.toml 에서 lock_after_minutes = 1~30 으로 바꿉니다. 회기 중에는 잠그지 않습니다.", "Change it in settings.toml: lock_after_minutes = 1 to 30. A running session does not lock.";
    DoctorTitle: "금고, 모델, 작업 프로그램", "Vault, models and workers";
    VaultIs: "금고", "vault";
    DoctorHow: "Enter 로 다시 살펴봅니다. 자세한 것은 gyeot doctor 에서 볼 수 있습니다.", "Enter looks again. `gyeot doctor` says more.";
    SpeechWorker: "받아쓰기 프로그램", "speech worker";
    LanguageWorker: "언어 모델 프로그램", "language worker";
    ModelsFolder: "모델 폴더", "models folder";
    SpeechModel: "받아쓰기 모델", "speech model";
    LanguageModel: "언어 모델", "language model";
    EmbeddingModel: "문장 비교 모델", "sentence model";
    SpeakerModel: "화자 구분 모델", "speaker model";
    Looks: "살펴보는 중…", "Looking…";

    HelpTitle: "도움말", "Help";
    HelpClose: "Esc: 닫기", "Esc: close";
    PaletteTitle: "명령 찾기", "Find a command";
    PaletteEmpty: "그런 명령이 여기에는 없습니다.", "No such command here.";
    ConfirmTitle: "확인", "Please confirm";
    LeaveKeys: "s: 저장하고 나가기    d: 버리기    Esc, Enter: 계속 쓰기", "s: keep and leave    d: discard    Esc, Enter: go on";
    FindTitle: "찾기", "Find";
    FindNames: "코드, 이름, 초성", "code or name";
    FindInstruments: "이름이나 재는 것", "name or what it measures";
    NothingFound: "그런 이름이 없습니다.", "Nothing of that name.";
    FindMember: "이름으로 찾기 (Tab: 암호 문구로)", "Find by name (Tab: to the passphrase)";
    ChooseMember: "↑↓ 또는 Tab 으로 사용자를 고릅니다.", "↑↓ or Tab chooses the member.";
    RoleField: "역할 (← → 로 고름)", "Role (← → chooses)";
    RoleCounsellorHow: "내담자를 만나고 기록합니다.", "sees clients and writes the record";
    RoleSupervisorHow: "배정된 내담자의 기록을 읽습니다. 내담자를 추가하지 못합니다.", "reads the record of assigned clients; takes on none";
    RoleAdminHow: "센터를 관리합니다. 내담자 내용은 볼 수 없습니다.", "keeps the centre; can open no client's content";
    Drafts: "쓰던 노트", "unfinished notes";
    ModelBehind: "✦ 제안 정리", "✦ directions";
    ModelBehindHow: "Ctrl-X: 멈춤", "Ctrl-X: stop";
    SpeechReady: "✓ 받아쓰기", "✓ speech";
    SpeechMissing: "! 받아쓰기 없음: 말한 것이 적히지 않습니다 (F4: 무엇이 없는지)", "! no speech model: nothing said is written down (F4: what is missing)";
    DirectionsReady: "✓ 제안 모델", "✓ directions";
    DirectionsMissing: "· 제안 모델 없음: 제안 없이 기록합니다 (F4)", "· no language model: recorded without suggestions (F4)";
    NoSuggestionsLoading: "언어 모델을 여는 중입니다. 기록은 이미 시작되었습니다.", "The language model is being loaded. Recording has begun.";
    CrisisFirst: "▲ 먼저 할 일: 내담자와 함께 있으면서 직접 묻고, 혼자 두지 마세요.", "▲ First: stay with the client, ask directly, do not leave them alone.";
    CrisisOpens: "보관하면 바로 열립니다", "opens as soon as this is kept";
    CrisisLines: "전화", "Lines";
    ConfirmKeys: "y: 예    n, Enter, Esc: 아니요", "y: yes    n, Enter, Esc: no";
}

/// What is asked.
pub fn question(question: &Question, lang: Lang) -> String {
    match question {
        Question::EndSession => lang
            .pick(
                "회기를 마칠까요? 마지막 말까지 적고 봉인한 뒤 끝납니다.",
                "End the session? The last words are written down and sealed first.",
            )
            .to_owned(),
        Question::QuitWhileRecording => lang
            .pick(
                "회기가 기록되고 있습니다. 회기를 마치고 프로그램을 끝낼까요?",
                "A session is being recorded. End it and leave the program?",
            )
            .to_owned(),
        Question::QuitWithAnswers => lang
            .pick(
                "저장하지 않은 검사 답이 있습니다. 버리고 끝낼까요?",
                "There are answers that are not saved. Throw them away and leave?",
            )
            .to_owned(),
        Question::QuitUnsaved => lang
            .pick(
                "노트가 저장되지 않았습니다. 프로그램을 끝내기 전에 어떻게 할까요?",
                "The note is not saved. What becomes of it before the program ends?",
            )
            .to_owned(),
        Question::BeginDeaf => lang
            .pick(
                "받아쓰기 모델이 없어 말한 것이 적히지 않습니다. F4 에서 무엇이 없는지 볼 수 있습니다. 그래도 시작할까요?",
                "There is no speech model: nothing that is said will be written down. F4 shows what is missing. Begin all the same?",
            )
            .to_owned(),
        Question::LeaveNote => lang
            .pick("노트가 저장되지 않았습니다.", "The note is not saved.")
            .to_owned(),
        Question::GiveConsent(Scope::Service) => lang
            .pick(
                "비밀보장의 한계를 설명했고, 만 14세 이상임을 확인했고, 내담자가 상담에 동의했습니까?",
                "Were the limits of confidentiality explained, is the client 14 or older, and did they agree to the service?",
            )
            .to_owned(),
        Question::GiveConsent(scope) => {
            let what = scope.label(lang);
            match lang {
                Lang::Ko => format!("내담자가 다음에 동의했습니까? ‘{what}’"),
                Lang::En => format!("Did the client agree to this: {what}?"),
            }
        }
        Question::WithdrawConsent(Scope::Supervision) => lang
            .pick(
                "내담자가 ‘수퍼비전’ 동의를 철회했습니까? 수퍼바이저의 열쇠를 파기합니다. 이미 읽은 것은 되돌릴 수 없습니다.",
                "Does the client withdraw supervision? The supervisors' keys are destroyed; what they have read cannot be undone.",
            )
            .to_owned(),
        Question::WithdrawConsent(scope) => {
            let what = scope.label(lang);
            match lang {
                Lang::Ko => {
                    format!("내담자가 ‘{what}’ 동의를 철회했습니까? 지금부터 적용되고, 진행 중인 녹음은 끝납니다.")
                }
                Lang::En => {
                    format!("Does the client withdraw this: {what}? It holds from now on; a running recording ends.")
                }
            }
        }
        Question::EraseOpenSession(scope) => {
            let what = scope.label(lang);
            match lang {
                Lang::Ko => format!(
                    "‘{what}’ 철회: 끝나지 않은 회기에서 지금까지 녹음한 것도 모두 파기할까요? 되돌릴 수 없습니다. ‘아니요’는 지금부터만 철회합니다."
                ),
                Lang::En => format!(
                    "Withdrawal of {what}: also destroy all that was recorded in the session that has not ended? This cannot be undone. “No” withdraws from now on only."
                ),
            }
        }
        Question::LeaveSheet => {
            lang.pick("답한 내용을 보관하지 않고 나갈까요?", "Leave without keeping the answers?").to_owned()
        }
    }
}

/// What is said in passing. The second text, when there is one, says what to do.
pub fn say(say: &Say, lang: Lang) -> (String, Option<String>) {
    let text = match say {
        Say::LockedWhileRecording => {
            lang.pick("화면을 잠갔습니다. 회기는 계속 기록됩니다.", "Locked. The session is still being recorded.")
        }
        Say::ClientAdded => {
            lang.pick("내담자를 추가했습니다. 동의부터 확인하세요.", "Client added. Begin with the consents.")
        }
        Say::ConsentGiven(scope) => {
            let what = scope.label(lang);
            return match lang {
                Lang::Ko => (format!("동의를 기록했습니다: {what}"), None),
                Lang::En => (format!("Consent recorded: {what}"), None),
            };
        }
        Say::ConsentWithdrawn(scope) => {
            let what = scope.label(lang);
            return match lang {
                Lang::Ko => (format!("철회를 기록했습니다: {what}"), None),
                Lang::En => (format!("Withdrawal recorded: {what}"), None),
            };
        }
        Say::ConsentErased(scope) => {
            let what = scope.label(lang);
            return match lang {
                Lang::Ko => (format!("철회를 기록하고 끝나지 않은 회기의 열쇠를 파기했습니다: {what}"), None),
                Lang::En => (format!("Withdrawal recorded, the key of the open session is destroyed: {what}"), None),
            };
        }
        Say::NeedConsent => lang.pick(
            "상담과 녹음에 동의해야 회기를 시작할 수 있습니다. 스페이스로 기록하세요.",
            "A session needs consent to service and recording. Space records it.",
        ),
        Say::SessionRuns => lang.pick("이미 회기가 진행 중입니다.", "A session is running already."),
        Say::SessionSaved => lang.pick("회기를 마쳤고 모두 저장했습니다.", "The session has ended and is saved."),
        Say::SessionNotSaved => lang.pick(
            "회기는 끝났지만 마지막 기록을 저장하지 못했습니다. `gyeot session recover` 를 실행하세요.",
            "The session has ended but its last records could not be saved: run `gyeot session recover`.",
        ),
        Say::Marked => lang.pick("이 순간을 표시했습니다.", "Moment marked."),
        Say::OffRecordOn => {
            lang.pick("비공개: 지금부터 듣지도 남기지도 않습니다.", "Off the record: nothing is heard or kept now.")
        }
        Say::OffRecordOff => lang.pick("다시 기록합니다.", "On the record again."),
        Say::Flipped => lang.pick("화자를 바꿨습니다.", "Speaker changed."),
        Say::Taken => lang.pick("제안을 노트에 받았습니다.", "Taken into the note."),
        Say::AlreadyTaken => lang.pick("이미 노트에 있습니다.", "It is in the note already."),
        Say::PutAway => lang.pick("제안을 치웠습니다.", "Put away."),
        Say::NothingChosen => {
            lang.pick("고른 것이 없습니다. Tab 으로 칸을 옮기세요.", "Nothing is chosen here. Tab moves between panes.")
        }
        Say::PassphrasesDiffer => lang.pick("두 암호 문구가 다릅니다.", "The two passphrases differ."),
        Say::FieldMissing => lang.pick("빈 칸을 채워 주세요.", "Please fill in this field."),
        Say::BirthDate => lang.pick("생년월일은 1990-03-15 처럼 적습니다.", "A birth date is written like 1990-03-15."),
        Say::CodeForm => lang.pick(
            "코드는 대문자·숫자·붙임표로 적고 숫자가 하나 이상 있어야 합니다.",
            "A code has capitals, digits and hyphens, with at least one digit.",
        ),
        Say::NoSession => lang.pick("먼저 회기를 고르세요.", "Choose a session first."),
        Say::NothingToSave => lang.pick("저장할 것이 없습니다.", "There is nothing to save."),
        Say::NoteSaved => lang.pick("노트 초안을 저장했습니다.", "The draft is saved."),
        Say::PhrasesFirst => lang.pick(
            "먼저 세 구절을 적고 y 를 누르세요. 다시 볼 수 없습니다.",
            "Write the three phrases down first, then press y: they are not shown again.",
        ),
        Say::ModelStopped => lang.pick(
            "모델을 멈췄습니다. 그때까지의 제안은 남습니다.",
            "The model is stopped; what it found so far is kept.",
        ),
        Say::NothingToUndo => lang.pick("되돌릴 것이 없습니다.", "There is nothing to undo."),
        Say::Unanswered(n) => {
            return match lang {
                Lang::Ko => (format!("아직 {n}문항이 남았습니다."), None),
                Lang::En => (format!("{n} items are still to be answered."), None),
            };
        }
        Say::ResultSaved => lang.pick("결과를 저장했습니다.", "The result is saved."),
        Say::HandBack => lang.pick(
            "고맙습니다. 화면을 상담사에게 돌려주세요.",
            "Thank you. Please hand the screen back to your counsellor.",
        ),
        Say::ScreenerOpen => lang.pick(
            "바로 확인해야 할 답이 있습니다. 선별 검사를 열었습니다.",
            "An answer must not wait: the screener is open.",
        ),
        Say::ScheduleSaved => lang.pick("검사 일정을 저장했습니다.", "The schedule is saved."),
        Say::ScheduleForm => lang
            .pick("간격은 2w, session 또는 날짜(YYYY-MM-DD)로 적습니다.", "Write 2w, session or dates (YYYY-MM-DD)."),
        Say::SexForm => {
            lang.pick("성별은 여 또는 남으로 적거나 비워 둡니다.", "Write female or male, or leave it empty.")
        }
        Say::NoWording => lang.pick(
            "이 검사는 화면에 보일 문항이 없습니다. 종이로 하고 답을 옮기세요.",
            "This instrument has no items to show. Give it on paper and enter the answers.",
        ),
        Say::NoInstrument => lang.pick(
            "맞는 선별 도구가 없습니다. 목록에서 고르세요.",
            "That screener is not at hand. Choose from the list.",
        ),
        Say::ErrorReport(fault) => {
            let (what, hint) = fault.said(lang);
            return (what, Some(hint));
        }
    };
    (text.to_owned(), None)
}

/// A scope in the header of a session, where room is scarce.
pub const fn scope_short(scope: Scope, lang: Lang) -> &'static str {
    match (scope, lang) {
        (Scope::Recording, Lang::En) => "rec",
        (Scope::Supervision, Lang::En) => "superv.",
        _ => scope.label(lang),
    }
}

/// How a worker is doing.
pub const fn engine(state: EngineState, lang: Lang) -> &'static str {
    match state {
        EngineState::Loading => lang.pick("여는 중", "loading"),
        EngineState::Ready => lang.pick("준비됨", "ready"),
        EngineState::Restarting => lang.pick("다시 여는 중", "restarting"),
        EngineState::Degraded => lang.pick("멈춤", "stopped"),
        EngineState::Absent => lang.pick("없음", "none"),
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
