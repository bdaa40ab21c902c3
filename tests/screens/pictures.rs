//! Every screen with something on it, as each role that has it sees it. A new screen adds one line to `PICTURES`.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::msg::{Answer, Finding, Looked, Msg, ReportAnswer};
use gyeot::app::pages::page;
use gyeot::app::pages::paper_out::{self, OutKind};
use gyeot::app::screen::Screen;
use gyeot::app::state::report::{ReportHead, ReportPage, SaidLines};
use gyeot::app::state::setup::{ModelOffer, PullState, Pulling, SetupAnswer};
use gyeot::app::state::supervision::{ProcessFile, ReleasedView};
use gyeot::app::views::{
    BackupMade, BackupView, CentreView, CourseView, ListOf, Listing, ListingRow, MonthView, SignedIn, SoundCheck,
    VaultState,
};
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::governance::access::Capability;
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::governance::concern::Concern;
use gyeot::domain::practice::card_entries::CardEntries;
use gyeot::domain::practice::ids::{MemberId, RecordId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::review::queue::{self, EndedSupervision, Queue};
use gyeot::domain::review::replace::propose;
use gyeot::texts::{Message, msg, verbatim};

/// The name of a picture, the screen on it, and how one comes there as a role.
pub type Picture = (&'static str, Screen, fn(Lang, Role) -> Model);

/// Every picture.
pub const PICTURES: &[Picture] = &[
    ("unlock", Screen::Unlock, |lang, _| vault(lang, false)),
    ("first-run", Screen::FirstRun, |lang, _| vault(lang, true)),
    ("recovery", Screen::Recovery, recovery),
    ("caseload", Screen::Caseload, signed_as),
    ("assigned", Screen::Assigned, signed_as),
    ("assigned-queue", Screen::Assigned, |lang, _| with_queue(lang)),
    ("assigned-ended", Screen::Assigned, |lang, role| {
        let mut m = signed_as(lang, role);
        let ended = vec![EndedSupervision { code: "C-0417".into(), at: NOW, withdrawn: true }];
        let queue = Queue { ended, ..Queue::default() };
        play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(queue)))]);
        m
    }),
    ("review", Screen::Review, at_review),
    ("review-extract", Screen::Review, |lang, role| with(at_review(lang, role), &[Command::NextPane])),
    ("review-more", Screen::Review, |lang, role| with(at_review(lang, role), &[Command::PrevPane])),
    ("review-cosign", Screen::Review, |lang, role| {
        let asked = if role == Role::Supervisor { Command::Cosign } else { Command::First };
        with(at_review(lang, role), &[asked])
    }),
    ("comment", Screen::Comment, |lang, role| {
        let what = if role == Role::Supervisor { Command::Comment } else { Command::Reply };
        let mut m = with(at_review(lang, role), &[what]);
        type_text(&mut m, lang.pick("근거가 된 말을 적어 주세요.", "Please name the words it rests on."));
        m
    }),
    ("readers", Screen::Readers, |lang, _| {
        let mut m = with(at_client(lang, &CONSENTED), &[Command::Go(Screen::Readers)]);
        play(&mut m, [Msg::Answer(Answer::Listing(Box::new(readers())))]);
        with(m, &[Command::Down])
    }),
    ("readers-assign", Screen::Readers, |lang, _| {
        let mut m = with(at_client(lang, &CONSENTED), &[Command::Go(Screen::Readers)]);
        play(&mut m, [Msg::Answer(Answer::Listing(Box::new(readers())))]);
        with(m, &[Command::Last, Command::NewEntry])
    }),
    ("words", Screen::Words, |lang, _| crate::words::with_words_found(lang)),
    ("supervisees", Screen::Supervisees, |lang, role| listed(lang, role, Screen::Supervisees, supervisees())),
    ("deputies", Screen::Deputies, |lang, role| listed(lang, role, Screen::Deputies, deputies())),
    ("deputies-end", Screen::Deputies, |lang, role| {
        with(listed(lang, role, Screen::Deputies, deputies()), &[Command::RemoveEntry])
    }),
    ("deputy", Screen::Deputy, |lang, role| {
        let mut m = with(listed(lang, role, Screen::Deputies, deputies()), &[Command::NewEntry]);
        type_text(&mut m, "정수퍼");
        m
    }),
    ("hours", Screen::Hours, |lang, role| listed(lang, role, Screen::Hours, hours())),
    ("hours-entry", Screen::HoursEntry, |lang, role| {
        let mut m =
            with(listed(lang, role, Screen::Hours, hours()), &[Command::NewEntry, Command::Down, Command::Down]);
        type_text(&mut m, " ");
        m
    }),
    ("hours-out", Screen::PaperOut, |lang, role| with(hours_as(lang, role), &[Command::Paper])),
    ("process-note", Screen::ProcessNote, |lang, _| {
        with(processed(lang), &[Command::Down, Command::Checked, Command::Checked])
    }),
    ("process-note-released", Screen::ProcessNote, |lang, _| with(processed(lang), &[Command::NextPane])),
    ("process-note-release", Screen::ProcessNote, |lang, _| {
        with(processed(lang), &[Command::Checked, Command::Release])
    }),
    ("process-note-new", Screen::ProcessNote, |lang, _| {
        let mut m = at_client(lang, &CONSENTED);
        let file = ProcessFile { lines: Vec::new(), released: Vec::new(), ..process_file(lang) };
        play(&mut m, [Msg::Answer(Answer::Process(Box::new(file)))]);
        m
    }),
    ("process-text", Screen::ProcessText, |lang, _| {
        let mut m = with(processed(lang), &[Command::NewEntry]);
        type_text(&mut m, lang.pick("다음 회기에 물어보기. ", "Ask next time. "));
        m
    }),
    ("report-stretch", Screen::ReportStretch, |lang, _| with(reported(lang, Role::Counsellor), &[Command::Stretch])),
    ("report-stretch-lines", Screen::ReportStretch, |lang, _| {
        with(stretching(lang), &[Command::Down, Command::Checked, Command::Down, Command::Down])
    }),
    ("caseload-reviews", Screen::Caseload, |lang, role| {
        let mut m = signed_as(lang, role);
        let mut queue = queue();
        queue.returned[0].client.id = m.caseload[0].client.id;
        queue.waiting[0].client.id = m.caseload[1].client.id;
        m.caseload[1].client.own = true;
        play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(queue)))]);
        m
    }),
    ("centre", Screen::Centre, centre_looked_at),
    ("not-whole", Screen::Caseload, not_whole),
    ("not-whole-caseload", Screen::Caseload, |lang, role| with(not_whole(lang, role), &[Command::Back])),
    ("not-whole-centre", Screen::Centre, |lang, role| with(not_whole(lang, role), &[Command::Back])),
    ("duties", Screen::Caseload, duties),
    ("duties-centre", Screen::Centre, duties),
    ("new-client", Screen::NewClient, |lang, _| with(signed_in(lang), &[Command::AddClient])),
    ("client", Screen::Client, |lang, role| at_client_as(lang, role, &CONSENTED)),
    ("client-new", Screen::Client, |lang, role| at_client_as(lang, role, &[])),
    ("input", Screen::Input, |lang, _| with(at_client(lang, &CONSENTED), &[Command::BeginSession, Command::Down])),
    ("live-begins", Screen::Live, |lang, _| live(lang)),
    ("live", Screen::Live, |lang, _| talking(lang)),
    ("live-suggestions", Screen::Live, |lang, _| with(talking(lang), &[Command::NextPane])),
    ("live-cues", Screen::Live, |lang, _| with(talking(lang), &[Command::PrevPane])),
    ("live-end", Screen::Live, |lang, _| with(talking(lang), &[Command::Stop])),
    ("past", Screen::Past, |lang, role| {
        let mut m = at_client_as(lang, role, &CONSENTED);
        play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(lang))))]);
        m
    }),
    ("mirror", Screen::Mirror, |lang, role| {
        let mut m = at_client_as(lang, role, &CONSENTED);
        play(&mut m, [Msg::Do(Command::Mirror), Msg::Answer(Answer::Mirrors(CLIENT, mirrors(lang)))]);
        let down = [Command::Down; 12];
        with(m, &down)
    }),
    ("mirror-words", Screen::Mirror, |lang, role| {
        let mut m = at_client_as(lang, role, &CONSENTED);
        play(&mut m, [Msg::Do(Command::Mirror), Msg::Answer(Answer::Mirrors(CLIENT, mirrors(lang)))]);
        let to = [[Command::Down; 10].as_slice(), &[Command::Open, Command::Down, Command::Down]].concat();
        with(m, &to)
    }),
    ("mirror-of-past", Screen::Mirror, |lang, role| {
        let mut m = at_client_as(lang, role, &CONSENTED);
        play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(lang))))]);
        with(m, &[Command::Mirror])
    }),
    ("mirror-none", Screen::Mirror, |lang, role| {
        let mut m = at_client_as(lang, role, &CONSENTED);
        play(&mut m, [Msg::Answer(Answer::Mirrors(CLIENT, Vec::new()))]);
        m
    }),
    ("note", Screen::Note, |lang, _| noted(lang)),
    ("instruments", Screen::Instruments, |lang, _| with(at_client(lang, &CONSENTED), &[Command::Assess])),
    ("assessment", Screen::Assessment, |lang, _| with(phq9(lang), &[Command::Open, Command::Answer(2)])),
    ("score", Screen::Score, |lang, _| scored(lang)),
    ("screener", Screen::Assessment, |lang, _| screener(lang, &[1])),
    ("screened-high", Screen::Score, |lang, _| screener(lang, &[1, 1, 1, 1, 0, 0])),
    ("screened-none", Screen::Score, |lang, _| screener(lang, &[0, 0, 0])),
    ("screening-left", Screen::ScreeningLeft, |lang, _| {
        with(screener(lang, &[1]), &[Command::Back, Command::Down, Command::Down])
    }),
    ("safety-plan", Screen::SafetyPlan, |lang, _| planned(lang, Role::Counsellor)),
    ("safety-plan-words", Screen::SafetyPlan, |lang, _| {
        with(planned(lang, Role::Counsellor), &[Command::PageDown, Command::NextPane, Command::Open])
    }),
    ("safety-plan-lines", Screen::SafetyPlan, |lang, _| {
        let steps = [Command::PageDown; 4];
        with(with(planned(lang, Role::Counsellor), &steps), &[Command::NextPane, Command::Down])
    }),
    ("plan-history", Screen::PlanHistory, |lang, role| match role {
        Role::Counsellor => with(planned(lang, role), &[Command::Revisions]),
        Role::Supervisor | Role::Admin => planned(lang, role),
    }),
    ("plan-paper", Screen::PlanPaper, |lang, _| with(planned(lang, Role::Counsellor), &[Command::Paper])),
    ("case-report", Screen::CaseReport, reported),
    ("report-replace", Screen::ReportReplace, |lang, role| {
        let mut m = reported(lang, role);
        let form = m.report_form.clone();
        let report = m.pages.get::<ReportPage>().unwrap().report(&form);
        let card = case_card(lang);
        let rows = propose(&report, &form, &card, lang);
        play(&mut m, [Msg::Answer(Answer::Report(Box::new(ReportAnswer::Replacements(rows))))]);
        with(m, &[Command::Checked])
    }),
    ("report-paper", Screen::ReportPaper, |lang, role| with(reported(lang, role), &[Command::Paper])),
    ("crisis-lines", Screen::CrisisLines, |lang, role| {
        let mut m = with(signed_as(lang, role), &[Command::Go(Screen::CrisisLines), Command::Down]);
        let mut lines = m.crisis.to_vec();
        (lines[0].checked_on, lines[1].checked_on) = (Some("2026-11-20".into()), Some("2026-01-05".into()));
        play(&mut m, [Msg::Answer(Answer::CrisisLines(lines))]);
        m
    }),
    ("history", Screen::History, |lang, role| {
        with(at_client_as(lang, role, &CONSENTED), &[Command::PrevPane, Command::Open])
    }),
    ("schedule", Screen::Schedule, |lang, _| {
        with(at_client(lang, &CONSENTED), &[Command::PrevPane, Command::Schedule])
    }),
    ("card", Screen::Card, |lang, _| {
        let mut m = with(at_client(lang, &CONSENTED), &[Command::Go(Screen::Card)]);
        let client = m.client.as_ref().unwrap().file.client.id;
        let text = |t: &str| Some(ClientText::new(t));
        let texts = [
            text("010-0000-0000"),
            text("언니 010-0000-0001"),
            None,
            text("에스시탈로프람 10 mg, 마음의원"),
            text("학생상담센터"),
            text("민아, 세브란스"),
        ];
        let name = ClientText::new("김하늘");
        let entries = CardEntries { name, birth_date: Some("1998-03-02".into()), sex: None, texts };
        play(&mut m, [Msg::Answer(Answer::Card(client, Box::new(entries)))]);
        m
    }),
    ("merge", Screen::Merge, |lang, _| crate::merge::merging(lang)),
    ("merge-compared", Screen::Merge, |lang, _| crate::merge::compared(lang)),
    ("client-read-only", Screen::Client, |lang, role| {
        let mut m = at_client_as(lang, role, &CONSENTED);
        m.signed_in.as_mut().unwrap().concerns = vec![Concern::ReadOnly(msg("system-read-only"))];
        m
    }),
    ("guardian", Screen::Guardian, |lang, _| {
        let mut m = at_client(lang, &[]);
        m.client.as_mut().unwrap().file.age = Some(11);
        with(m, &[Command::ToggleConsent])
    }),
    ("input-microphone", Screen::Input, |lang, _| {
        let mut m = with(at_client(lang, &CONSENTED), &[Command::BeginSession]);
        let levels = vec![-70.0, -50.0, -40.0, -22.0, -30.0, -35.0];
        play(&mut m, [Msg::Answer(Answer::Listened(SoundCheck { levels, over: true, fault: None }))]);
        m
    }),
    ("backup", Screen::Backup, |lang, role| {
        let mut m = signed_as(lang, role);
        m.go(Screen::Backup);
        let form = gyeot::app::pages::backup::BackupForm {
            fields: [gyeot::app::field::Field::with("/home/lee/gyeot-backup-2026-11-21.age"), Default::default()],
            ..Default::default()
        };
        m.pages.put(form);
        let last = Some(Timestamp(NOW.0 - 3 * 86_400_000));
        let made = BackupMade { file: "/media/usb/a.age".into(), records: 812, files: 9, bytes: 4_200_000 };
        let view = BackupView { last, folder: "/home/lee".into() };
        play(&mut m, [Msg::Answer(Answer::BackedUp(made)), Msg::Answer(Answer::Backup(view))]);
        m
    }),
    ("first-run-made", Screen::FirstRun, |lang, _| {
        let mut m = vault(lang, true);
        play(&mut m, [Msg::Answer(Answer::Phrase("fulig-muvot-hasab-zopih-sidih-novup".to_owned().into()))]);
        m
    }),
    ("day", Screen::Caseload, |lang, _| crate::daily::day(lang)),
    ("setup", Screen::Setup, setup),
    ("setup-pulls", Screen::Setup, |lang, role| pulling(setup(lang, role), PullState::Runs)),
    ("setup-offline", Screen::Setup, |lang, role| {
        let fault = ErrorReport::failed(
            msg("model-sources-failed").with("id", "whisper-base").with("why", "curl: (6)"),
            msg("models-pull-check-connection-run-again-resumes"),
        );
        pulling(setup(lang, role), PullState::Failed(fault))
    }),
    ("practice-client", Screen::Client, |lang, role| match role {
        Role::Counsellor => crate::first_run::at_practice(lang),
        Role::Supervisor | Role::Admin => at_client_as(lang, role, &CONSENTED),
    }),
    ("practice-input", Screen::Input, |lang, _| with(crate::first_run::at_practice(lang), &[Command::BeginSession])),
    ("tour", Screen::Client, |lang, role| match role {
        Role::Counsellor => crate::first_run::on_tour(lang),
        Role::Supervisor | Role::Admin => at_client_as(lang, role, &CONSENTED),
    }),
    ("past-screened", Screen::Past, |lang, role| crate::first_run::past_screened(lang, role)),
    ("appointment", Screen::Appointment, |lang, _| with(crate::daily::day(lang), &[Command::Appointment])),
    ("kiosk", Screen::Kiosk, |lang, _| with(phq9(lang), &[Command::GiveKiosk])),
    ("kiosk-end", Screen::Kiosk, |lang, _| {
        let mut m = with(phq9(lang), &[Command::GiveKiosk]);
        while !m.sheet.as_ref().unwrap().ending {
            m = with(m, &[Command::Answer(1)]);
        }
        m
    }),
    ("assessment-talk", Screen::Assessment, |lang, _| found_in_talk(lang)),
    ("settings", Screen::Settings, |lang, role| with(signed_as(lang, role), &[Command::Go(Screen::Settings)])),
    ("templates", Screen::Templates, |lang, role| listed(lang, role, Screen::Templates, templates(lang))),
    ("templates-remove", Screen::Templates, |lang, role| {
        with(listed(lang, role, Screen::Templates, templates(lang)), &[Command::Last, Command::RemoveEntry])
    }),
    ("template-new", Screen::TemplateNew, |lang, role| {
        let mut m = with(listed(lang, role, Screen::Templates, templates(lang)), &[Command::NewEntry]);
        type_text(&mut m, lang.pick("우리 센터 일지", "Our journal"));
        does(&mut m, &[Command::NextPane]);
        type_text(&mut m, lang.pick("## 주호소", "## Complaint"));
        does(&mut m, &[Command::Open]);
        type_text(&mut m, lang.pick("잠을 못 잔다고 함.", "Sleeps badly."));
        m
    }),
    ("template-found", Screen::TemplateNew, |lang, role| {
        let mut m = with(listed(lang, role, Screen::Templates, templates(lang)), &[Command::NewEntry]);
        let title = lang.pick("우리 센터 일지", "Our journal").to_owned();
        let headings = [("주호소", "Complaint"), ("회기 내용", "Session"), ("다음 계획", "Next")]
            .map(|(ko, en)| lang.pick(ko, en).to_owned());
        let found = Answer::TemplateFound { title, headings: headings.to_vec(), named: 1 };
        play(&mut m, [Msg::Answer(found)]);
        m
    }),
    ("doctor", Screen::Doctor, |lang, role| looked(with(signed_as(lang, role), &[Command::Go(Screen::Doctor)]))),
    ("members", Screen::Members, |lang, role| listed(lang, role, Screen::Members, members())),
    ("enrol", Screen::Enrol, crate::forms::enrolling),
    ("enrol-done", Screen::Enrol, crate::forms::enrolled),
    ("access-log", Screen::AccessLog, |lang, role| listed(lang, role, Screen::AccessLog, access_log())),
    ("models", Screen::Models, |lang, role| listed(lang, role, Screen::Models, models())),
    ("vault-check", Screen::VaultCheck, |lang, role| listed(lang, role, Screen::VaultCheck, vault_check())),
    ("raise", Screen::Raise, |lang, role| raising(lang, role, &[])),
    ("raise-tier-3", Screen::Raise, |lang, role| {
        let mut keys = vec![Command::Down; 3];
        keys.extend([Command::Answer(3), Command::Down, Command::Answer(1)]);
        raising(lang, role, &keys)
    }),
    ("packets", Screen::Packets, |lang, role| listed(lang, role, Screen::Packets, packets(lang))),
    ("packets-outcome", Screen::Packets, |lang, role| {
        with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::Close])
    }),
    ("packets-after-review", Screen::Packets, |lang, role| {
        with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::AfterReview])
    }),
    ("packet-receipt", Screen::PacketReceipt, |lang, role| {
        with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::Receipt])
    }),
    ("course", Screen::Course, |lang, role| {
        let mut m = with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::Open]);
        play(&mut m, [Msg::Answer(Answer::Course(Box::new(course_view())))]);
        m
    }),
    ("statistics-out", Screen::PaperOut, |lang, role| {
        with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::Statistics])
    }),
    ("inspection", Screen::Inspection, inspected),
    ("inspection-out", Screen::PaperOut, |lang, role| {
        // By the page and not by its key, which the policy gives to some roles only.
        let mut m = inspected(lang, role);
        paper_out::begin(&mut m, OutKind::Inspection("2026-10".parse().unwrap()));
        m
    }),
    ("centre-office", Screen::Centre, office_duties),
    ("packet-export", Screen::PacketExport, |lang, role| {
        with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::Export])
    }),
    ("help", Screen::Live, |lang, _| with(talking(lang), &[Command::Help])),
    ("help-client", Screen::Client, |lang, role| with(at_client_as(lang, role, &CONSENTED), &[Command::Help])),
    ("palette", Screen::Live, |lang, _| with(talking(lang), &[Command::Palette])),
];

/// Every picture as each role that has its screen sees it, under its name with the role's.
pub fn all(lang: Lang) -> Vec<(String, Model)> {
    let drawn = |(name, screen, make): &Picture| -> Vec<(String, Model)> {
        let roles = page(*screen).audience.roles();
        let named = |role: Option<Role>| match role {
            Some(role) => (format!("{name}-{role}"), make(lang, role)),
            None => ((*name).to_owned(), make(lang, Role::Counsellor)),
        };
        roles.into_iter().map(named).collect()
    };
    PICTURES.iter().flat_map(drawn).collect()
}

/// The first run's second half, after the machine was measured.
pub fn setup(lang: Lang, role: Role) -> Model {
    let mut m = with(signed_as(lang, role), &[Command::Go(Screen::Setup)]);
    let offer = |id: &str, task: &'static str, bytes, here, keeps_up| ModelOffer {
        id: id.into(),
        task: msg(task),
        bytes: Some(bytes),
        here,
        keeps_up,
        licence: "MIT".into(),
    };
    let offers = vec![
        offer("whisper-base", "model-task-asr", 60_000_000, true, true),
        offer("multilingual-e5-small", "model-task-embedding", 74_000_000, false, true),
        offer("qwen2.5-coder-0.5b", "model-task-llm", 391_000_000, false, false),
    ];
    play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::Offers(offers)))]);
    m
}

fn pulling(mut m: Model, state: PullState) -> Model {
    let id = "multilingual-e5-small".into();
    let now = Pulling { id, done: 20_000_000, total: Some(74_000_000), nth: (1, 2), state };
    play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::Pulling(now)))]);
    m
}

fn listed(lang: Lang, role: Role, screen: Screen, listing: Listing) -> Model {
    // By the page and not by its key, which the policy gives to some roles only.
    let mut m = signed_as(lang, role);
    m.go(screen);
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(listing)))]);
    m
}

/// At one's own hours of supervision; of an admin, who has none, the office's statistics.
fn hours_as(lang: Lang, role: Role) -> Model {
    if role == Role::Admin {
        return with(listed(lang, role, Screen::Packets, packets(lang)), &[Command::Statistics]);
    }
    listed(lang, role, Screen::Hours, hours())
}

fn supervisees() -> Listing {
    let row = |name: &str, counts: [u8; 5], grave| {
        let counts = counts.map(|n| verbatim(n.to_string()));
        let cells: Vec<Message> = std::iter::once(verbatim(name)).chain(counts).collect();
        line(&cells, &[], grave)
    };
    let figures = msg("cli-review-turnaround").with("n", 14).with("median", queue::took(7_200_000));
    Listing {
        of: ListOf::Supervisees,
        told: vec![
            (figures.with("longest", queue::took(400_000_000)), false),
            (msg("review-waits-longest").with("time", queue::took(180_000_000)), false),
        ],
        head: ["list-name", "list-clients", "list-waits", "list-risk", "list-returned", "list-cosigned"]
            .map(msg)
            .to_vec(),
        rows: vec![row("이상담", [7, 2, 1, 1, 23], true), row("한상담", [3, 0, 0, 0, 9], false)],
    }
}

/// The supervisors of a centre, and which of them reads.
pub fn readers() -> Listing {
    let row = |name: &str, state: Message| line(&[verbatim(name), state], &[], false);
    Listing {
        of: ListOf::Readers,
        told: vec![(msg("readers-how").with("code", "C-0417"), false)],
        head: ["list-name", "list-state"].map(msg).to_vec(),
        rows: vec![
            row("박수퍼", msg("readers-reads")),
            row("정수퍼", msg("readers-deputy").with("to", "2026-11-29")),
            row("최수퍼", msg("readers-not")),
        ],
    }
}

/// Two deputies, one of them of later.
pub fn deputies() -> Listing {
    let row = |code: &str, name: &str, from: &str, to: &str, state| {
        line(
            &[verbatim(code), verbatim(name), verbatim("박수퍼"), verbatim(from), verbatim(to), msg(state)],
            &[],
            false,
        )
    };
    Listing {
        of: ListOf::Deputies,
        told: vec![(msg("deputies-how"), false), (msg("deputies-could").with("names", "정수퍼, 최수퍼"), false)],
        head: ["list-whose", "list-deputy", "list-instead-of", "list-since", "list-until", "list-state"]
            .map(msg)
            .to_vec(),
        rows: vec![
            row("C-0417", "정수퍼", "2026-11-16", "2026-11-29", "deputy-holds"),
            row("C-0502", "최수퍼", "2026-12-01", "2026-12-14", "deputy-waits"),
        ],
    }
}

/// Three meetings, the newest first.
pub fn hours() -> Listing {
    let row = |day: &str, minutes: &str, setting, with: &str, record: &str| {
        line(&[verbatim(day), verbatim(minutes), msg(setting), verbatim(with), verbatim(record)], &[], false)
    };
    Listing {
        of: ListOf::Hours,
        told: vec![(msg("hours-sums").with("individual", 100).with("group", 90), false)],
        head: ["list-when", "list-minutes", "list-setting", "list-with"].map(msg).to_vec(),
        rows: vec![
            row("2026-11-19", "50", "hours-individual", "박수퍼", "0a1b2c3d"),
            row("2026-11-12", "90", "hours-group", "", "99887766"),
            row("2026-11-05", "50", "hours-individual", "박수퍼", "1f2e3d4c"),
        ],
    }
}

/// Forms that are built in, and the centre's own.
pub fn templates(lang: Lang) -> Listing {
    let row = |id: &str, title: &str, kind, sections: &[(&str, &str)]| {
        let detail: Vec<Message> = sections
            .iter()
            .map(|(section, from)| match from.is_empty() {
                true => msg("list-template-by-hand").shown("section", section),
                false => msg("list-template-from").shown("section", section).shown("from", from),
            })
            .collect();
        line(&[verbatim(title), msg(kind), verbatim(sections.len().to_string()), verbatim(id)], &detail, false)
    };
    let (said, plan) = (lang.pick("S 주관적 정보", "S Subjective"), lang.pick("P 계획", "P Plan"));
    let (complaint, plans) = (lang.pick("호소", "complaints"), lang.pick("계획", "plans"));
    Listing {
        of: ListOf::Templates,
        told: vec![(msg("list-templates-how"), false)],
        head: ["list-template-name", "list-template-kind", "list-template-sections"].map(msg).to_vec(),
        rows: vec![
            row("soap", "SOAP", "note-template-built-in", &[(said, complaint), (plan, plans)]),
            row(
                "own-1",
                lang.pick("우리 센터 일지", "Our journal"),
                "note-template-own",
                &[(lang.pick("주호소", "Complaint"), complaint), (lang.pick("상담자 소견", "Impression"), "")],
            ),
        ],
    }
}

/// The process note of the demo session, one line of it released.
pub fn process_file(lang: Lang) -> ProcessFile {
    let lines = [
        lang.pick(
            "이 이야기를 들을 때 내가 서둘러 위로하려 했다. 왜였는지 수퍼비전에서 보고 싶다.",
            "When I heard this I hurried to console. I want to look at why in supervision.",
        ),
        lang.pick("침묵이 길어질 때 불안했다.", "I felt uneasy when the silence grew long."),
        lang.pick("어머니 이야기에서 목소리가 달라졌다.", "The voice changed when the mother was spoken of."),
    ];
    let lines = lines.map(ClientText::new).to_vec();
    let released = vec![ReleasedView { record: RecordId([5; 16]), at: NOW, lines: vec![lines[0].clone()] }];
    let mut client = row();
    client.own = true;
    ProcessFile { client, session: SESSION, number: 3, lines, released }
}

/// At the process note of the demo session.
pub fn processed(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    play(&mut m, [Msg::Do(Command::Process), Msg::Answer(Answer::Process(Box::new(process_file(lang))))]);
    m
}

/// A stretch of the demo session is being chosen for a case report.
pub fn stretching(lang: Lang) -> Model {
    let mut m = with(reported(lang, Role::Counsellor), &[Command::Stretch, Command::Open]);
    let said = SaidLines { session: SESSION, number: 3, lines: words(lang) };
    play(&mut m, [Msg::Answer(Answer::Report(Box::new(ReportAnswer::Said(said))))]);
    m
}

fn raising(lang: Lang, role: Role, keys: &[Command]) -> Model {
    let mut m = at_client_as(lang, role, &CONSENTED);
    let view = raise_view(&m);
    play(&mut m, [Msg::Answer(Answer::RaiseReady(Box::new(view)))]);
    with(m, keys)
}

/// At the list of packets.
pub fn packets_listed(lang: Lang, role: Role) -> Model {
    listed(lang, role, Screen::Packets, packets(lang))
}

fn packets(lang: Lang) -> Listing {
    let one = |id: &str, state: &'static str, reason: (&str, &str), to: (&str, &str), grave: bool| {
        let cells = [
            verbatim(id),
            verbatim("C-0417"),
            verbatim("2026-11-20"),
            msg(state),
            verbatim(lang.pick(reason.0, reason.1)),
            verbatim(lang.pick(to.0, to.1)),
        ];
        let line =
            |at: &str, what: Message| msg("escalation-line").with("at", at).with("who", "이상담").with("what", what);
        let detail = [
            line("2026-11-20 02:10", msg("escalation-did-raise")),
            line(
                "2026-11-20 02:12",
                msg("escalation-did-export-alone").with("forms", "pdf").with("hash", "0a1b2c3d4e5f"),
            ),
            msg("escalation-follow-up-due")
                .with("hours", 24)
                .with("at", "2026-11-21 02:12")
                .with("told", msg("escalation-told-supervisor")),
            msg("escalation-review-line"),
        ];
        line_of(&cells, &detail, grave)
    };
    let (suicide, abuse) =
        (("자살 위험", "Risk of suicide"), ("아동학대 또는 그 의심", "Child abuse or a suspicion of it"));
    Listing {
        of: ListOf::Packets,
        told: Vec::new(),
        head: ["list-packet", "list-whose", "list-when", "list-state", "list-reason", "list-receiver"]
            .map(msg)
            .to_vec(),
        rows: vec![
            one("1f3a9c02", "escalation-state-exported", suicide, ("119 구급·구조", "119 ambulance and rescue"), true),
            one("77d0e1ab", "escalation-state-raised", abuse, ("112 경찰", "112 police"), true),
            one(
                "c4b8f210",
                "escalation-state-closed",
                suicide,
                ("마포구정신건강복지센터", "Mapo welfare centre"),
                false,
            ),
        ],
    }
}

/// October as its inspector sees it.
pub fn month_view(lang: Lang) -> MonthView {
    let row = |cells: [&str; 5], grave| {
        let place = msg("inspection-place").with("place", "상담실-1").with("records", 3);
        line(&cells.map(verbatim), &[place], grave)
    };
    let say = |id: &'static str| lang.say(id);
    let reads = msg("inspection-read-line").with("times", 42).with("records", 310).with("clients", 7).text(lang);
    let refused = msg("inspection-not-allowed").with("what", Capability::ReadContent.phrase()).text(lang);
    let export = lang.pick("내담자의 열람 요구", "the client asked for it");
    let listing = Listing {
        of: ListOf::Inspection,
        told: vec![
            (msg("inspection-told").with("month", "2026-10").with("n", 512), false),
            (msg("inspection-months-overdue").with("months", "2026-10"), true),
            (msg("inspection-overdue"), true),
            (msg("inspection-unreviewed").with("n", 1), true),
            (msg("inspection-night").with("n", 4), false),
        ],
        head: ["inspection-what", "list-when", "list-who", "list-whose", "list-reason"].map(msg).to_vec(),
        rows: vec![
            row([say("inspection-reads"), "", "이상담", "", &reads], false),
            row([say("inspection-exports"), "2026-10-12 09:30", "이상담", "C-0417", export], false),
            row([say("inspection-refused"), "2026-10-14 22:10", "최관리", "C-0417", &refused], false),
            row([say("inspection-alone"), "2026-10-15 02:12", "이상담", "C-0417", "suicide-risk · rescue-119"], true),
        ],
    };
    MonthView { month: "2026-10".parse().unwrap(), running: false, listing }
}

/// The page of a month; by the page and not by its key, which the policy gives to some roles only.
pub fn inspected(lang: Lang, role: Role) -> Model {
    let mut m = signed_as(lang, role);
    m.go(Screen::Inspection);
    play(&mut m, [Msg::Answer(Answer::Month(Box::new(month_view(lang))))]);
    m
}

/// A packet that went alone and is not reviewed.
pub fn course_view() -> CourseView {
    let step = |at: &str, what: Message| msg("escalation-line").with("at", at).with("who", "이상담").with("what", what);
    let follow = msg("escalation-did-follow-up").with("hours", 24).with("done", "본인과 연락됨");
    CourseView {
        number: "1f3a9c02".into(),
        facts: vec![
            (msg("course-client"), verbatim("C-0417")),
            (msg("course-state"), msg("escalation-state-exported")),
            (msg("packet-paper-reason"), verbatim("자살 위험")),
            (msg("course-tier"), verbatim("1")),
            (msg("paper-to"), verbatim("119 구급·구조")),
        ],
        lines: vec![
            (step("2026-11-20 02:10", msg("escalation-did-raise")), None, false),
            (step("2026-11-21 09:00", follow), Some(ClientText::new("오후에 방문하기로 함")), false),
            (msg("escalation-review-line"), None, true),
        ],
    }
}

/// An admin with everything that can wait for one.
fn office_duties(lang: Lang, role: Role) -> Model {
    let mut m = looked(signed_as(lang, role));
    let concerns = vec![
        Concern::Overdue(vec!["2026-10".parse().unwrap()]),
        Concern::FollowUps(1),
        Concern::PacketReviews(1),
        Concern::Packets { waiting: 1, to_send: 2 },
        Concern::NotShared(vec![("새관리".into(), 3)]),
        Concern::BackupDue { since: Some(9), days: 7 },
    ];
    let backup = Some(Timestamp(NOW.0 - 9 * 86_400_000));
    let members = vec![("최관리".to_owned(), Role::Admin, true), ("이상담".to_owned(), Role::Counsellor, true)];
    let view = CentreView { members, former: 1, backup, concerns };
    play(&mut m, [Msg::Answer(Answer::Centre(Box::new(view)))]);
    m
}

fn line_of(cells: &[Message], detail: &[Message], grave: bool) -> ListingRow {
    line(cells, detail, grave)
}

pub fn line(cells: &[Message], detail: &[Message], grave: bool) -> ListingRow {
    ListingRow { cells: cells.to_vec(), detail: detail.to_vec(), grave, waits: None }
}

fn members() -> Listing {
    let words = "고래 나무 구름 바다 소금 연필 창문 하늘";
    let one = |name: &str, role: Role, compared: bool| {
        let known = if compared { msg("list-compared") } else { msg("list-not-compared") };
        let cells = [verbatim(name), role.message(), verbatim("2026-03-02"), verbatim(""), known];
        let detail = [msg("list-member-fingerprint").with("words", words), msg("list-member-compare")];
        line(&cells, &detail[..if compared { 1 } else { 2 }], !compared)
    };
    Listing {
        of: ListOf::Members,
        told: vec![(msg("list-members-how"), false)],
        head: ["list-name", "list-role", "list-since", "list-until", "list-fingerprint"].map(msg).to_vec(),
        rows: vec![
            one("이상담", Role::Counsellor, false),
            one("박수퍼", Role::Supervisor, true),
            one("최관리", Role::Admin, true),
        ],
    }
}

fn access_log() -> Listing {
    let entry = |n: u64, task: Task, whose: &str, reason: &str, alone: bool| {
        let cells = [verbatim("2026-11-21 18:30"), verbatim("이상담"), task.label(), verbatim(whose), verbatim(reason)];
        let mut detail = Vec::new();
        if alone {
            detail.push(msg("list-log-alone"));
        }
        detail.push(msg("list-log-place").with("n", n).with("place", "상담실-1").with("records", 12));
        line(&cells, &detail, alone)
    };
    Listing {
        of: ListOf::AccessLog,
        told: vec![(msg("list-log-break").with("at", "17").with("why", msg("chain-signature-wrong")), true)],
        head: ["list-when", "list-who", "list-what", "list-whose", "list-reason"].map(msg).to_vec(),
        rows: vec![
            entry(42, Task::Destroy, "C-0417", "보존 기간이 끝남", true),
            entry(41, Task::Export, "C-0417", "내담자의 열람 요구", false),
            entry(40, Task::Read, "C-0418", "", false),
            entry(39, Task::Unlock, "", "", false),
        ],
    }
}

pub fn models() -> Listing {
    let model = |id: &str, task, size: &str, state: Message| {
        let cells = [verbatim(id), msg(task), verbatim(size), state, verbatim("MIT")];
        line(&cells, &[verbatim("Whisper base"), msg("list-model-verify").with("id", id.trim_end_matches(" *"))], false)
    };
    Listing {
        of: ListOf::Models,
        told: vec![(msg("list-models-how"), false)],
        head: ["list-model", "list-model-task", "list-size", "list-state", "list-licence"].map(msg).to_vec(),
        rows: vec![
            model("whisper-base *", "model-task-asr", "60 MB", msg("list-model-here")),
            model("qwen2.5-coder-0.5b *", "model-task-llm", "391 MB", msg("list-model-pull")),
            model("exaone-3.5-2.4b", "model-task-llm", "", msg("list-model-add")),
        ],
    }
}

fn vault_check() -> Listing {
    let counts = msg("list-check-counts").with("records", 1_204).with("opened", 1_180).with("others", 20);
    Listing {
        of: ListOf::VaultCheck,
        told: vec![
            (msg("integrity-complete"), false),
            (counts.with("destroyed", 4).with("entries", 812), false),
            (msg("list-check-not-sound"), true),
        ],
        head: ["list-what", "list-why"].map(msg).to_vec(),
        rows: vec![
            line(&[msg("list-check-record").with("n", 17).with("writer", "3f2a"), verbatim("hash")], &[], true),
            line(&[verbatim("roster"), msg("cli-vault-damaged-put-right")], &[], false),
        ],
    }
}

pub fn with(mut model: Model, commands: &[Command]) -> Model {
    play(&mut model, commands.iter().map(|c| Msg::Do(*c)));
    model
}

pub fn phq9(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    at_instrument(&mut m, "phq-9");
    m
}

/// The demo session was looked through for the PHQ-9; the third item is asked.
pub fn found_in_talk(lang: Lang) -> Model {
    let mut m = with(phq9(lang), &[Command::Open]);
    play(&mut m, [Msg::Answer(Answer::ItemsFound { session: SESSION, found: Box::new(demo_proposals(lang)) })]);
    with(m, &[Command::Answer(2), Command::Answer(2)])
}

/// The screener that a cue opened, with these answers so far.
fn screener(lang: Lang, answers: &[u8]) -> Model {
    let mut m = talking(lang);
    let library = m.library.clone();
    let instrument = library.get(&"cssrs-screener".into()).unwrap();
    let given_at = Timestamp(NOW.0 - 21 * 86_400_000);
    let occasion = Occasion { given_at, by: MemberId([7; 16]), mode: Mode::Counsellor, session: None };
    let given = Sheet::Answers(Answers::read("1,1,0,0,0,0").unwrap());
    let before = Administration::new(instrument, given, &Context::default(), occasion).unwrap();
    m.client.as_mut().unwrap().file.sheets.push(before);
    let m = with(m, &[Command::PrevPane, Command::Accept]);
    with(m, &answers.iter().map(|a| Command::Answer(*a)).collect::<Vec<_>>())
}

/// A case report as it stands after it was filled and sealed; what is the counsellor's own is still asked for.
pub fn reported(lang: Lang, role: Role) -> Model {
    let mut m = at_client_as(lang, role, &CONSENTED);
    let mut client = row();
    client.own = role == Role::Counsellor;
    let report = case_report(lang, &m.report_form);
    let head = ReportHead { revision: 1, at: NOW, author: lang.pick("이상담", "Lee").into() };
    let newest = Some((head, report));
    let answer = Answer::Report(Box::new(ReportAnswer::Opened { client, newest }));
    play(&mut m, [Msg::Do(Command::CaseReport), Msg::Answer(answer)]);
    m
}

fn planned(lang: Lang, role: Role) -> Model {
    let mut m = at_client_as(lang, role, &CONSENTED);
    let mut file = safety_plan(lang);
    file.client.own = role == Role::Counsellor;
    play(&mut m, [Msg::Do(Command::SafetyPlan), Msg::Answer(Answer::SafetyPlan(Box::new(file)))]);
    m
}

fn scored(lang: Lang) -> Model {
    let mut m = with(phq9(lang), &[Command::Open]);
    while m.screen == Screen::Assessment {
        play(&mut m, [Msg::Do(Command::Answer(1))]);
    }
    m
}

pub fn noted(lang: Lang) -> Model {
    let mut m = with(talking(lang), &[Command::NextPane, Command::Accept, Command::Note]);
    play(&mut m, [Msg::Do(Command::Up), Msg::Do(Command::Up)]);
    type_text(&mut m, lang.pick("새벽에 깨면 누워 있다고 함.", "Lies awake before dawn."));
    with(m, &[Command::Down])
}

pub fn vault(lang: Lang, missing: bool) -> Model {
    let mut m = started(lang);
    let state = if missing {
        VaultState::Missing
    } else {
        VaultState::Locked { members: vec!["이상담".into(), "박수퍼".into()] }
    };
    play(&mut m, [Msg::Answer(Answer::Vault(state))]);
    type_text(&mut m, "마음결");
    m
}

/// The store of an old backup was put in the vault's place; nothing of the caseload opens.
pub fn not_whole(lang: Lang, role: Role) -> Model {
    let mut m = started(lang);
    let both = msg("integrity-behind").with("part", msg("part-store")).with("missing", 80);
    let who = SignedIn { standing: both.clone(), concerns: vec![Concern::NotWhole(both)], ..member(role) };
    play(&mut m, [Msg::Answer(Answer::Unlocked(who)), Msg::Answer(Answer::Caseload(Vec::new()))]);
    m
}

fn recovery(lang: Lang, role: Role) -> Model {
    let mut m = vault(lang, true);
    let phrases = ["amber river nine quiet stone", "copper field two early glass", "violet harbour six plain cloud"];
    play(&mut m, [Msg::Answer(Answer::Made(member(role), phrases.map(Into::into)))]);
    m
}

fn duties(lang: Lang, role: Role) -> Model {
    let mut m = signed_as(lang, role);
    m.signed_in.as_mut().unwrap().concerns = vec![
        Concern::Mended(vec!["roster".into(), "slots/1f.age".into()]),
        Concern::Overdue(vec!["2026-09".parse().unwrap(), "2026-10".parse().unwrap()]),
        Concern::Waiting { to_review: 0, by_others: 2 },
    ];
    m
}

fn centre_looked_at(lang: Lang, role: Role) -> Model {
    looked(signed_as(lang, role))
}

/// After the doctor has looked.
fn looked(mut m: Model) -> Model {
    let findings = vec![
        Finding::right(Looked::SpeechModel, "whisper-base"),
        Finding::wrong(
            Looked::LanguageWorker,
            ErrorReport::failed(msg("llm-no-model-loaded"), msg("asr-no-speech-model-loaded.hint")),
        ),
    ];
    play(&mut m, [Msg::Answer(Answer::Examined(findings))]);
    m
}
