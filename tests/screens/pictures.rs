//! Every screen with something on it, as each role that has it sees it. A new screen adds one line to `PICTURES`.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::msg::{Answer, Finding, Looked, Msg};
use gyeot::app::pages::page;
use gyeot::app::screen::Screen;
use gyeot::app::views::{ListOf, Listing, ListingRow, SignedIn, VaultState};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::governance::concern::Concern;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
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
    ("note", Screen::Note, |lang, _| noted(lang)),
    ("instruments", Screen::Instruments, |lang, _| with(at_client(lang, &CONSENTED), &[Command::Assess])),
    ("assessment", Screen::Assessment, |lang, _| with(phq9(lang), &[Command::Open, Command::Answer(2)])),
    ("score", Screen::Score, |lang, _| scored(lang)),
    ("history", Screen::History, |lang, role| {
        with(at_client_as(lang, role, &CONSENTED), &[Command::PrevPane, Command::Open])
    }),
    ("schedule", Screen::Schedule, |lang, _| {
        with(at_client(lang, &CONSENTED), &[Command::PrevPane, Command::Schedule])
    }),
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
    ("doctor", Screen::Doctor, |lang, role| looked(with(signed_as(lang, role), &[Command::Go(Screen::Doctor)]))),
    ("members", Screen::Members, |lang, role| listed(lang, role, Screen::Members, members())),
    ("access-log", Screen::AccessLog, |lang, role| listed(lang, role, Screen::AccessLog, access_log())),
    ("models", Screen::Models, |lang, role| listed(lang, role, Screen::Models, models())),
    ("vault-check", Screen::VaultCheck, |lang, role| listed(lang, role, Screen::VaultCheck, vault_check())),
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

fn listed(lang: Lang, role: Role, screen: Screen, listing: Listing) -> Model {
    // By the page and not by its key, which the policy gives to some roles only.
    let mut m = signed_as(lang, role);
    m.go(screen);
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(listing)))]);
    m
}

fn line(cells: &[Message], detail: &[Message], grave: bool) -> ListingRow {
    ListingRow { cells: cells.to_vec(), detail: detail.to_vec(), grave }
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

fn models() -> Listing {
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
            model("qwen2.5-coder-0.5b *", "model-task-llm", "491 MB", msg("list-model-pull")),
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

fn phq9(lang: Lang) -> Model {
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

fn scored(lang: Lang) -> Model {
    let mut m = with(phq9(lang), &[Command::Open]);
    while m.screen == Screen::Assessment {
        play(&mut m, [Msg::Do(Command::Answer(1))]);
    }
    m
}

fn noted(lang: Lang) -> Model {
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
        Finding { what: Looked::SpeechModel, state: Ok("whisper-base".into()) },
        Finding {
            what: Looked::LanguageWorker,
            state: Err(ErrorReport::failed(msg("llm-no-model-loaded"), msg("asr-no-speech-model-loaded.hint"))),
        },
    ];
    play(&mut m, [Msg::Answer(Answer::Examined(findings))]);
    m
}
