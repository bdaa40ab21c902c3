//! The stage for tests of flows and screens: a model with made-up people, and scripts of messages played on it.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use gyeot::adapters::shipped;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::field::Edit;
use gyeot::app::flow::sheet;
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::session_event::{Engine, EngineState, SessionEvent};
use gyeot::app::state::overlay::{Overlay, Question};
use gyeot::app::update;
use gyeot::app::views::{
    CaseRow, CentreView, ClientFile, Measure, PlanRevision, PracticeData, RaiseView, SafetyPlanFile, SessionFile,
    SignedIn, VaultState,
};
use gyeot::domain::advice::evidence::Evidence;
use gyeot::domain::advice::suggestion::{About, Dropped, PromptRef, RiskCue, SCHEMA, Suggestion, Suggestions};
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::instrument::Library;
use gyeot::domain::assessment::proposal::outcome::Proposals;
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::assessment::trajectory::Colour;
use gyeot::domain::crisis::crisis_line;
use gyeot::domain::crisis::plan_words::{Heard, propose};
use gyeot::domain::crisis::safety_plan::SafetyPlan;
use gyeot::domain::mirror::reading::SessionMirror;
use gyeot::domain::note::format::{self, NoteFormat};
use gyeot::domain::practice::client::{ClientCard, ClientRow};
use gyeot::domain::practice::consent::{ConsentState, Scope};
use gyeot::domain::practice::ids::{ClientCode, ClientId, InstrumentId, MemberId, SessionId, UtteranceId};
use gyeot::domain::practice::ids::{RecordId, StatementId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::schedule::{self, Due, DueState, Every, Schedule};
use gyeot::domain::practice::session::{SessionRow, SessionState};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{CommentAt, NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::review::comment::{Answer as CommentAnswer, Thread};
use gyeot::domain::review::file::{EarlierNote, ExtractLine, ReviewFile, Version};
use gyeot::domain::review::mark::Course;
use gyeot::domain::review::queue::{self, Queue, QueueRow, Risk};
use gyeot::domain::review::report::{CaseReport, ReportLine, ReportSource};
use gyeot::domain::review::report_form::ReportForm;
use gyeot::domain::review::talk::Talk;
use gyeot::domain::transcript::{ModelRef, Speaker, Transcript, Utterance};
use gyeot::live::items;
use gyeot::texts::msg;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// 2026-11-21T09:30:00Z.
pub const NOW: Timestamp = Timestamp(1_795_253_400_000);
pub const CLIENT: ClientId = ClientId([7; 16]);
pub const SESSION: SessionId = SessionId([9; 16]);

/// The shipped instruments, parsed once for all screens of the process.
pub fn library() -> Arc<Library> {
    static PARSED: OnceLock<Arc<Library>> = OnceLock::new();
    PARSED
        .get_or_init(|| {
            let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("assessments");
            let mut files: Vec<(String, String)> = std::fs::read_dir(dir)
                .unwrap()
                .map(|e| e.unwrap().path())
                .filter(|p| p.extension().is_some_and(|e| e == "toml"))
                .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&p).unwrap()))
                .collect();
            files.sort();
            Arc::new(Library::parse(files).unwrap())
        })
        .clone()
}

pub fn formats() -> Arc<Vec<NoteFormat>> {
    let read = |id: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("prompts/notes/{id}.toml"));
        format::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    Arc::new(["session-journal", "soap", "dap", "birp", "girp"].map(read).to_vec())
}

pub fn row() -> ClientRow {
    ClientRow {
        id: CLIENT,
        code: ClientCode::from("C-0417"),
        name: ClientText::new("김서연"),
        counsellor: MemberId([1; 16]),
        own: true,
        since: Timestamp(NOW.0 - 30 * 86_400_000),
        goes_on_as: None,
        earlier_records: Vec::new(),
    }
}

pub fn session_row(id: SessionId, number: u32, days_ago: i64, state: SessionState) -> SessionRow {
    let started = Timestamp(NOW.0 - days_ago * 86_400_000);
    SessionRow {
        id,
        client: CLIENT,
        code: ClientCode::from("C-0417"),
        number,
        started,
        ended: (state == SessionState::Ended).then_some(Timestamp(started.0 + 50 * 60_000)),
        state,
        records: 120,
        language: None,
    }
}

pub fn file(scopes: &[Scope]) -> ClientFile {
    ClientFile {
        client: row(),
        consent: ConsentState {
            scopes: scopes.iter().copied().collect(),
            version: "2026-1".into(),
            since: (!scopes.is_empty()).then_some(NOW),
            guardian: None,
            limits_explained: (!scopes.is_empty()).then_some(NOW),
            ..ConsentState::default()
        },
        sessions: vec![
            session_row(SessionId([2; 16]), 2, 7, SessionState::Ended),
            session_row(SessionId([1; 16]), 1, 14, SessionState::Ended),
        ],
        noted: [(SessionId([1; 16]), true), (SessionId([2; 16]), false)].into(),
        measures: vec![Measure {
            instrument: InstrumentId::from("phq-9"),
            at: NOW,
            score: Some(12),
            band: Some("moderate".into()),
            critical: true,
        }],
        sheets: sheets(),
        left: Vec::new(),
        due: vec![
            Due {
                instrument: "phq-9".into(),
                every: Every::Weeks { weeks: 2 },
                standing: DueState::Overdue { days: 3 },
            },
            Due { instrument: "gad-7".into(), every: Every::Session, standing: DueState::NextSession },
        ],
        sex: None,
        age: None,
        next: None,
        schedules: vec![Schedule {
            schema: schedule::SCHEMA.into(),
            instrument: "phq-9".into(),
            every: Some(Every::Weeks { weeks: 2 }),
            from: "2026-10-05".parse().unwrap(),
            until: None,
            set_at: NOW,
        }],
    }
}

/// Three sheets of the PHQ-9, two weeks apart, the last with a critical answer.
fn sheets() -> Vec<Administration> {
    let library = library();
    let phq9 = library.get(&"phq-9".into()).unwrap();
    let given = ["2,2,2,2,2,2,2,2,0", "2,2,2,2,1,1,1,2,0", "2,2,1,1,1,1,1,2,1"];
    let sheet = |(n, answers): (usize, &&str)| {
        let occasion = Occasion {
            given_at: Timestamp(NOW.0 - (2 - n as i64) * 14 * 86_400_000),
            by: MemberId([7; 16]),
            mode: Mode::Kiosk,
            session: None,
        };
        let filled = Sheet::Answers(Answers::read(answers).unwrap());
        Administration::new(phq9, filled, &Context::default(), occasion).unwrap()
    };
    given.iter().enumerate().map(sheet).collect()
}

pub const CONSENTED: [Scope; 4] = [Scope::Service, Scope::Recording, Scope::Ai, Scope::Supervision];

/// A model just started.
pub fn started(lang: Lang) -> Model {
    let mut m = Model::new(lang, NOW, library(), formats());
    let label = ["깨어나지 않거나 사라지고 싶다는 말".to_owned(), "Wish not to wake up".to_owned()];
    m.cue_labels = Arc::new([("passive-ideation".into(), label)].into());
    let lines =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/crisis-lines.toml")).unwrap();
    let lines = crisis_line::parse(&lines).unwrap();
    (m.crisis_days, m.crisis) = (lines.check_every_days, Arc::new(lines.lines));
    m.triage = Arc::new(gyeot::adapters::shipped::triage_rules().unwrap());
    m.plan_form = Arc::new(gyeot::adapters::shipped::plan_form().unwrap());
    m.report_form = Arc::new(gyeot::adapters::shipped::report_form().unwrap());
    m.mirror_rules = Some(Arc::new(gyeot::adapters::shipped::mirror_rules().unwrap()));
    let rules = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts/escalation.toml")).unwrap();
    m.escalation = Arc::new(gyeot::domain::crisis::escalation_rules::Rules::parse(&rules).unwrap());
    play(&mut m, [Msg::Resize(80, 24)]);
    m
}

/// What an escalation is raised from; no address is known.
pub fn raise_view(m: &Model) -> RaiseView {
    let rules = m.escalation.clone();
    let receivers = gyeot::domain::crisis::receiver::with_public(Vec::new(), &rules, m.lang);
    let person = gyeot::domain::crisis::escalation::Reachable {
        name: ClientText::new("김서연"),
        birth_date: Some("1990-05-17".into()),
        address: None,
        contact: Some(ClientText::new("010-1234-5678")),
    };
    let (client, code, consent) = (CLIENT, ClientCode::from("C-0417"), file(&CONSENTED).consent);
    RaiseView { client, code, person, consent, receivers, rules }
}

/// Who is at the screen in the role that is wanted.
pub fn member(role: Role) -> SignedIn {
    let name = match role {
        Role::Counsellor => "이상담",
        Role::Supervisor => "박수퍼",
        Role::Admin => "최관리",
    };
    SignedIn {
        member: name.into(),
        role,
        centre: "마음결 상담소".into(),
        standing: msg("integrity-complete"),
        concerns: Vec::new(),
    }
}

/// The state of the centre as an admin is told.
pub fn centre() -> CentreView {
    let names =
        [("이상담", Role::Counsellor, true), ("박수퍼", Role::Supervisor, false), ("최관리", Role::Admin, true)];
    CentreView {
        members: names.map(|(name, role, here)| (name.to_owned(), role, here)).to_vec(),
        former: 1,
        backup: Some(Timestamp(NOW.0 - 3 * 86_400_000)),
        concerns: Vec::new(),
    }
}

/// At the start page of a role.
pub fn signed_as(lang: Lang, role: Role) -> Model {
    let mut m = started(lang);
    let locked = VaultState::Locked { members: vec![member(role).member] };
    play(&mut m, [Msg::Answer(Answer::Vault(locked)), Msg::Answer(Answer::Unlocked(member(role)))]);
    let other = ClientRow { id: ClientId([8; 16]), code: "C-0418".into(), name: ClientText::new("박지훈"), ..row() };
    let own = role == Role::Counsellor;
    let case = |client: ClientRow, sessions, unwritten, alert| CaseRow {
        client: ClientRow { own, ..client },
        sessions,
        last: (sessions > 0).then_some(NOW),
        unwritten,
        interrupted: u32::from(!own && alert),
        alert,
        born: Some(1990),
        drafts: 0,
        due: u32::from(alert) * 2,
        overdue: u32::from(alert),
        unsaved: 0,
        next: None,
    };
    let answer = match role {
        Role::Admin => Answer::Centre(Box::new(centre())),
        Role::Counsellor | Role::Supervisor => {
            Answer::Caseload(vec![case(row(), 2, u32::from(own), true), case(other, 0, 0, false)])
        }
    };
    play(&mut m, [Msg::Answer(answer)]);
    m
}

/// At the caseload.
pub fn signed_in(lang: Lang) -> Model {
    signed_as(lang, Role::Counsellor)
}

/// At a client, as a role that may read.
pub fn at_client_as(lang: Lang, role: Role, scopes: &[Scope]) -> Model {
    let mut m = signed_as(lang, role);
    play(&mut m, [Msg::Do(Command::Open), Msg::Answer(Answer::Client(Box::new(file(scopes))))]);
    m
}

/// At a client who agreed to what is needed.
pub fn at_client(lang: Lang, scopes: &[Scope]) -> Model {
    at_client_as(lang, Role::Counsellor, scopes)
}

/// In a session that began.
pub fn live(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    play(
        &mut m,
        [
            Msg::Do(Command::BeginSession),
            Msg::Do(Command::Open),
            Msg::Session(SESSION, SessionEvent::Started { session: SESSION, started: NOW }),
            Msg::Session(SESSION, SessionEvent::Engine { engine: Engine::Speech, state: EngineState::Ready }),
            Msg::Session(SESSION, SessionEvent::Engine { engine: Engine::Language, state: EngineState::Ready }),
        ],
    );
    m
}

pub fn said(id: u32, start_ms: u64, speaker: Speaker, text: &str) -> Utterance {
    Utterance {
        id: UtteranceId(id),
        start_ms,
        end_ms: start_ms + 3_000,
        speaker,
        text: ClientText::new(text),
        confidence: Some(0.9),
    }
}

pub fn words(lang: Lang) -> Vec<Utterance> {
    let at = 1_382_000;
    let t = |ko, en| lang.pick(ko, en);
    vec![
        said(
            1,
            at - 14_000,
            Speaker::Client,
            t(
                "아무것도 하기 싫어요. 씻는 것도 귀찮아요.",
                "I don't feel like doing anything. Even washing is too much.",
            ),
        ),
        said(2, at, Speaker::Counsellor, t("요즘 잠은 어떠세요?", "How have you been sleeping?")),
        said(
            3,
            at + 5_000,
            Speaker::Client,
            t(
                "거의 못 자요. 새벽에 깨면 그냥 누워 있어요.",
                "Hardly at all. When I wake before dawn I just lie there.",
            ),
        ),
        said(
            4,
            at + 13_000,
            Speaker::Client,
            t("차라리 없어졌으면 좋겠다는 생각도 들고요.", "Sometimes I think it would be better if I were gone."),
        ),
    ]
}

pub fn suggestion(technique: &str, title: &str, rationale: &str, utterance: u32, quote: &str) -> Suggestion {
    Suggestion {
        rationale_from: gyeot::domain::advice::suggestion::RationaleFrom::Card,
        technique: technique.into(),
        title: title.into(),
        rationale: rationale.into(),
        ai: true,
        evidence: vec![Evidence { utterance: UtteranceId(utterance), quote: ClientText::new(quote) }],
        confidence: 0.7,
    }
}

pub fn directions(lang: Lang) -> Vec<Suggestion> {
    let t = |ko, en| lang.pick(ko, en);
    vec![
        suggestion(
            "behavioural-activation",
            t("행동활성화: 하루 한 가지 활동 계획", "Behavioural activation: one planned activity a day"),
            t("의욕이 줄어 활동이 끊긴 것으로 보입니다.", "Activity seems to have stopped as drive went."),
            1,
            t("아무것도 하기 싫어요", "I don't feel like doing anything"),
        ),
        suggestion(
            "stimulus-control",
            t("수면 제한·자극 조절 (CBT-I)", "Sleep restriction and stimulus control (CBT-I)"),
            t("깬 채로 누워 있는 시간이 있습니다.", "There is time awake in bed."),
            3,
            t("새벽에 깨면 그냥 누워 있어요", "When I wake before dawn I just lie there"),
        ),
    ]
}

pub fn advice(suggestions: Vec<Suggestion>) -> SessionEvent {
    SessionEvent::Advice(Box::new(Suggestions {
        schema: SCHEMA.into(),
        model: ModelRef { id: "m".into(), sha256: "0".into() },
        prompt: PromptRef { id: "directions".into(), version: "1".into() },
        suggestions,
        dropped: Dropped::default(),
        risk_cues: Vec::new(),
        made_from: None,
    }))
}

pub fn cue(lang: Lang) -> RiskCue {
    RiskCue {
        utterance: UtteranceId(4),
        quote: ClientText::new(lang.pick("없어졌으면", "better if I were gone")),
        rule: "passive-ideation".into(),
        opens: "cssrs-screener".into(),
        denied: false,
        about: About::Unknown,
    }
}

/// A session in which enough was said.
pub fn talking(lang: Lang) -> Model {
    let mut m = live(lang);
    for u in words(lang) {
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Heard(u))]);
    }
    play(
        &mut m,
        [
            Msg::Session(SESSION, SessionEvent::Risk(cue(lang))),
            Msg::Session(SESSION, advice(directions(lang))),
            Msg::Session(SESSION, SessionEvent::Position { at_ms: 1_400_000, total_ms: None }),
            Msg::Session(SESSION, SessionEvent::Saved { through_ms: 1_398_000, records: 40 }),
            Msg::Session(SESSION, SessionEvent::Lag { ms: 800 }),
            Msg::Session(
                SESSION,
                SessionEvent::Partial { text: ClientText::new(lang.pick("그래도 아이가", "But my child")) },
            ),
        ],
    );
    for rms_db in [-50.0, -32.0, -20.0, -33.0, -48.0] {
        play(&mut m, [Msg::Session(SESSION, SessionEvent::Level { rms_db, speaking: true })]);
    }
    m
}

pub fn past(lang: Lang) -> SessionFile {
    let mut transcript = Transcript::empty(lang);
    transcript.utterances = words(lang);
    SessionFile {
        row: session_row(SessionId([2; 16]), 2, 7, SessionState::Ended),
        client: row(),
        transcript,
        suggestions: directions(lang),
        cues: vec![cue(lang)],
        marks: vec![1_390_000],
        note: None,
        unsaved: None,
    }
}

/// Three sessions of one client with their mirrors, each with more reflections than the one before.
pub fn mirrors(lang: Lang) -> Vec<SessionMirror> {
    let rules = gyeot::adapters::shipped::mirror_rules().unwrap();
    let t = |ko, en| lang.pick(ko, en);
    let asks = [
        t("요즘 잠은 어떠세요?", "How have you been sleeping?"),
        t("약은 드시고 계세요?", "Do you take your medicine?"),
        t("그때 어떤 생각이 드셨어요?", "What went through your mind then?"),
        t("누구에게 이야기해 보셨나요?", "Have you told anyone?"),
        t("하루를 어떻게 시작하세요?", "How do you begin the day?"),
    ];
    let reflects = [
        t("아무것도 하기 싫으시군요.", "You do not feel like doing anything."),
        t("많이 외로우셨겠어요.", "It sounds like you feel lonely."),
        t("새벽에 혼자 깨어 계시는군요.", "You lie awake before dawn."),
        t("지치셨지만 아이를 위해 버티고 계신 것 같아요.", "You are worn out, and you hold on for your child."),
        t("아무도 몰라 줘서 답답하신 것 같아요.", "It sounds like nobody sees how hard it is."),
    ];
    let told = t(
        "아무것도 하기 싫고 새벽에 깨면 그냥 누워 있어요.",
        "I do not feel like doing anything, and when I wake I just lie there.",
    );
    let session = |number: u8| {
        let mut transcript = Transcript::empty(lang);
        let answers = asks.iter().chain(reflects.iter().take(usize::from(number) * 2 - 1));
        for (n, answer) in (0u64..).zip(answers) {
            let at = n * 16_000;
            let mut add = |from, to, who, text: &str| {
                let span = gyeot::domain::practice::time::Span { start_ms: at + from, end_ms: at + to };
                transcript.add(span, who, ClientText::new(text), None);
            };
            add(0, 8_000, Speaker::Client, told);
            add(9_000, 12_000 + u64::from(number) * 300, Speaker::Counsellor, answer);
        }
        let mirror = gyeot::domain::mirror::reading::read(&transcript, &rules);
        let row = session_row(SessionId([number; 16]), number.into(), 21 - i64::from(number) * 7, SessionState::Ended);
        SessionMirror { row, transcript, mirror }
    };
    (1..=3).map(session).collect()
}

/// A safety plan of two revisions, with the client's words for its steps.
/// The card that the case report's words are replaced by.
pub fn case_card(lang: Lang) -> ClientCard {
    ClientCard {
        made_up: false,
        id: CLIENT,
        code: ClientCode::from("C-0417"),
        name: ClientText::new(lang.pick("김서연", "Jane Doe")),
        birth_date: None,
        sex: None,
        contact: None,
        address: None,
        emergency: None,
        medicine: None,
        referred: None,
        words: None,
        counsellor: MemberId([1; 16]),
        supervisors: Vec::new(),
        awaiting: Vec::new(),
        earlier_records: Vec::new(),
        goes_on_as: None,
        deputies: Vec::new(),
        since: Timestamp(NOW.0 - 30 * 86_400_000),
        left: false,
    }
}

/// A case report with lines from the record and one that was typed.
pub fn case_report(lang: Lang, form: &ReportForm) -> CaseReport {
    let mut report = CaseReport::empty(form);
    let line = |ko: &str, en: &str, source| ReportLine {
        text: ClientText::new(lang.pick(ko, en)),
        source,
        ..ReportLine::default()
    };
    let note = ReportSource::Note { session: SessionId([1; 16]), number: 1, revision: 2, statement: StatementId(1) };
    report.lines_mut("basics").push(line("내담자 김○○", "Client J. D.", ReportSource::Card));
    report.lines_mut("basics").push(line("20대", "In the 20s", ReportSource::Card));
    report.lines_mut("presenting").push(line(
        "강남고등학교에서 일하며 잠을 못 잔다고 호소함",
        "Cannot sleep since starting at Lincoln School",
        note.clone(),
    ));
    report.lines_mut("family").push(line("박영희 씨와 둘이 삽니다", "Lives with Mrs. Smith", ReportSource::Typed));
    report.lines_mut("sessions").push(line(
        "[1회기 2026-11-07] 수면 일지를 쓰기로 함",
        "[Session 1, 2026-11-07] To keep a sleep diary",
        note,
    ));
    report
}

pub fn safety_plan(lang: Lang) -> SafetyPlanFile {
    let form = gyeot::adapters::shipped::plan_form().unwrap();
    let t = |ko: &'static str, en: &'static str| lang.pick(ko, en);
    let mut transcript = Transcript::empty(lang);
    let at = 600_000;
    transcript.utterances = vec![
        said(
            1,
            at,
            Speaker::Client,
            t("밤이 되면 혼자 있을 때 생각이 많아져요.", "At night when I am alone it all comes back."),
        ),
        said(2, at + 20_000, Speaker::Counsellor, t("그럴 때 뭘 하면 나아지세요?", "What helps when it is like that?")),
        said(3, at + 25_000, Speaker::Client, t("강아지랑 산책하고 나면 좀 나아요.", "I go for a walk with my dog.")),
        said(
            4,
            at + 60_000,
            Speaker::Client,
            t("언니한테는 말할 수 있을 것 같아요.", "I could call my sister, I think."),
        ),
        said(
            5,
            at + 90_000,
            Speaker::Client,
            t("서랍에 수면제를 모아 둔 게 있어요.", "There are pills saved up in the drawer."),
        ),
    ];
    let heard = Heard { session: SessionId([2; 16]), number: 2, started: NOW, transcript };
    let words = propose(&form, &[heard]);
    let mut first = SafetyPlan::empty(&form);
    first.add(&form, 1, t("밤에 잠이 오지 않음", "No sleep at night")).unwrap();
    first.add(&form, 2, t("음악 듣기", "Listening to music")).unwrap();
    let mut second = first.clone();
    second.replace(&form, 2, t("샤워하기\n음악 듣기", "A shower\nListening to music")).unwrap();
    second.remove(&form, 1, 1).unwrap();
    second.add(&form, 1, t("연락을 끊고 싶어짐", "Not answering anybody")).unwrap();
    let revision = |revision, days: i64, plan| PlanRevision {
        revision,
        at: Timestamp(NOW.0 - days * 86_400_000),
        author: "이상담".into(),
        plan,
    };
    let revisions = vec![revision(1, 30, first), revision(2, 7, second)];
    SafetyPlanFile { client: row(), revisions, words, unread: 0 }
}

pub fn play(model: &mut Model, script: impl IntoIterator<Item = Msg>) -> Vec<Effect> {
    script.into_iter().flat_map(|m| update(model, m)).collect()
}

pub fn type_text(model: &mut Model, text: &str) {
    play(model, [Msg::Type(Edit::Insert(text.into()))]);
}

/// Gives commands one after the other.
pub fn does(m: &mut Model, commands: &[Command]) -> Vec<Effect> {
    play(m, commands.iter().map(|c| Msg::Do(*c)))
}

/// The question that is open.
pub fn confirmed(m: &Model) -> Option<&Question> {
    match &m.overlay {
        Some(Overlay::Confirm(q)) => Some(q),
        _ => None,
    }
}

/// What is read once from data files, for a performer.
pub fn practice_data() -> PracticeData {
    PracticeData { library: library(), formats: formats(), ..PracticeData::default() }
}

/// Marks an instrument in the list of those to choose from.
pub fn at_instrument(m: &mut Model, id: &str) {
    does(m, &[Command::Assess]);
    m.instrument_at = sheet::choices(m).iter().position(|i| i.as_str() == id).unwrap();
}

/// The counsellor of this name unlocks after a lock.
pub fn unlocked_again(m: &mut Model, name: &str) -> Vec<Effect> {
    let who = SignedIn { member: name.into(), ..member(Role::Counsellor) };
    let asked = play(m, [Msg::Answer(Answer::Unlocked(who))]);
    if asked.iter().any(|e| matches!(e, Effect::OpenClient(_))) {
        play(m, [Msg::Answer(Answer::Client(Box::new(file(&CONSENTED))))]);
    }
    asked
}

/// A note of two statements, the first with the line that it rests on.
pub fn reviewed_note(lang: Lang, state: NoteState) -> NoteRevision {
    let t = |ko, en| ClientText::new(lang.pick(ko, en));
    let line =
        |id, text, evidence| NoteLine { id: StatementId(id), text, origin: Origin::Typed, evidence, check: None };
    let quote = t("아무것도 하기 싫어요", "I don't feel like doing anything");
    let said = vec![Evidence { utterance: UtteranceId(1), quote }];
    let sections = vec![
        NoteSection {
            key: "subjective".into(),
            lines: vec![line(1, t("의욕이 줄었다고 말한다.", "Says that there is no drive left."), said)],
        },
        NoteSection {
            key: "plan".into(),
            lines: vec![line(2, t("하루 한 가지 활동을 정한다.", "One planned activity a day."), Vec::new())],
        },
    ];
    NoteRevision { format: "soap".into(), sections, state, reason: None }
}

/// A review with an open comment and a resolved one.
pub fn review_file(lang: Lang) -> ReviewFile {
    let (counsellor, supervisor) = (MemberId([1; 16]), MemberId([2; 16]));
    let t = |ko, en| ClientText::new(lang.pick(ko, en));
    let version = |revision: u32, by, state| Version {
        record: RecordId([revision as u8; 16]),
        revision,
        by,
        at: Timestamp(NOW.0 - 3_600_000),
        note: reviewed_note(lang, state),
    };
    let thread = |n: u8, anchor, text, resolved, answers| Thread {
        record: RecordId([n; 16]),
        by: supervisor,
        at: NOW,
        on: RecordId([2; 16]),
        anchor,
        text,
        answers,
        resolved,
        loose: false,
    };
    let answer = CommentAnswer {
        record: RecordId([31; 16]),
        by: counsellor,
        at: NOW,
        text: Some(t("네 번째 줄을 보았습니다.", "I had the fourth line in mind.")),
        resolved: None,
    };
    let words = words(lang);
    ReviewFile {
        session: SessionId([2; 16]),
        number: 2,
        started: NOW,
        code: "C-0417".into(),
        client: Some(ClientText::new("김서연")),
        counsellor: "이상담".into(),
        versions: vec![version(2, counsellor, NoteState::Ready), version(3, supervisor, NoteState::InReview)],
        refused: 0,
        extract: words
            .iter()
            .map(|line| ExtractLine {
                line: line.clone(),
                cited: [UtteranceId(1), cue(lang).utterance].contains(&line.id),
                cue: line.id == cue(lang).utterance,
                after_gap: false,
            })
            .collect(),
        words: true,
        talk: Talk::of(&words),
        threads: vec![
            thread(
                21,
                Some(CommentAt::Statement(StatementId(1))),
                t("무엇을 보고 그렇게 썼나요?", "What did you see that in?"),
                false,
                vec![answer],
            ),
            thread(22, Some(CommentAt::Section("plan".into())), t("좋습니다.", "Good."), true, Vec::new()),
        ],
        by_file: Vec::new(),
        names: [(counsellor, "이상담".to_owned()), (supervisor, "박수퍼".to_owned())].into(),
        given: sheets(),
        earlier: vec![EarlierNote { number: 1, started: NOW, version: version(4, counsellor, NoteState::CoSigned) }],
        extracts: Vec::new(),
    }
}

/// A queue with a note of every kind of reason.
pub fn queue() -> Queue {
    let row = |n: u8, state, risk, colour, hours: i64, returns| QueueRow {
        client: ClientRow { id: ClientId([n; 16]), own: false, ..row() },
        counsellor: "이상담".into(),
        session: SessionId([n; 16]),
        number: u32::from(n),
        started: NOW,
        course: Course {
            state,
            revision: 3,
            since: NOW,
            asked: Some(Timestamp(NOW.0 - hours * 3_600_000)),
            by: MemberId([1; 16]),
            returns,
            returned: None,
            cosigned: false,
            handed_in: true,
            cues: Vec::new(),
            turnaround: vec![7_200_000],
        },
        risk: Risk { open_cue: risk, positive_screener: false },
        colour,
    };
    let waiting = vec![
        row(2, NoteState::Ready, true, Colour::Red, 2, 0),
        row(3, NoteState::InReview, false, Colour::Amber, 50, 1),
        row(4, NoteState::Amended, false, Colour::Grey, 1, 0),
    ];
    let returned = vec![row(5, NoteState::NeedsRevision, false, Colour::Green, 70, 1)];
    let courses: Vec<_> = waiting.iter().chain(&returned).map(|r| r.course.clone()).collect();
    Queue {
        turnaround: queue::turnaround(&courses, NOW),
        waiting,
        returned,
        clients: 2,
        ended: Vec::new(),
        ..Queue::default()
    }
}

/// A supervisor whose clients wait for reviews.
pub fn with_queue(lang: Lang) -> Model {
    let mut m = signed_as(lang, Role::Supervisor);
    play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(queue())))]);
    m
}

/// At the review of a note, as supervisor from the queue, as counsellor from the caseload.
pub fn at_review(lang: Lang, role: Role) -> Model {
    let mut m = if role == Role::Supervisor { with_queue(lang) } else { signed_as(lang, role) };
    play(&mut m, [Msg::Answer(Answer::Review(Box::new(review_file(lang))))]);
    m
}

/// What the rules find in the demo session for the PHQ-9.
pub fn demo_proposals(lang: Lang) -> Proposals {
    let transcript = Transcript::parse(shipped::demo_session(lang).reference).unwrap();
    let library = library();
    let data = shipped::item_data(&"phq-9".into()).unwrap().unwrap();
    items::by_rule(&transcript, library.get(&"phq-9".into()).unwrap(), &data)
}
