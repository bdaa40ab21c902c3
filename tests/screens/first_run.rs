//! The first run's second half: models, microphone, the practice client, the tour. And what the screen says of a cue that was
//! screened.

use crate::pictures::{setup, with};
use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::flow::tour;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::pages::{context, offers, rows_of};
use gyeot::app::screen::{Context, Screen, start};
use gyeot::app::state::overlay::Question;
use gyeot::app::state::setup::{PullState, Pulling, SetupAnswer, SetupAsk};
use gyeot::app::views::{CaseRow, ClientFile, SoundInput};
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::score::{Answers, Context as Scoring};
use gyeot::domain::crisis::screening_left::{OpenedBy, ScreeningLeft};
use gyeot::domain::practice::client::ClientRow;
use gyeot::domain::practice::ids::{ClientId, MemberId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::ui::keymap;

const PRACTICE: ClientId = ClientId([3; 16]);

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn practice_row() -> ClientRow {
    ClientRow { id: PRACTICE, code: "DEMO-1".into(), name: ClientText::new("연습내담"), ..row() }
}

fn practice_file() -> ClientFile {
    ClientFile { client: practice_row(), measures: Vec::new(), sheets: Vec::new(), ..file(&CONSENTED) }
}

/// The caseload with the practice client in it.
fn with_practice(m: &mut Model) -> Msg {
    let mut rows: Vec<CaseRow> = m.caseload.clone();
    let first = rows[0].clone();
    rows.push(CaseRow { client: practice_row(), alert: false, unwritten: 0, due: 0, overdue: 0, ..first });
    Msg::Answer(Answer::Caseload(rows))
}

/// At the practice client.
pub fn at_practice(lang: Lang) -> Model {
    let mut m = signed_in(lang);
    let rows = with_practice(&mut m);
    play(&mut m, [rows, Msg::Do(Command::Last), Msg::Do(Command::Open)]);
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(practice_file())))]);
    m
}

/// In the tour, at its second step.
pub fn on_tour(lang: Lang) -> Model {
    let mut m = signed_in(lang);
    press(&mut m, Key::alt('t'));
    let rows = with_practice(&mut m);
    play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::Practice(PRACTICE))), rows]);
    press(&mut m, Key::plain(KeyName::Enter));
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(practice_file())))]);
    m
}

/// A past session in which the screener was given after its cue.
pub fn past_screened(lang: Lang, role: Role) -> Model {
    let mut m = at_client_as(lang, role, &CONSENTED);
    let session = past(lang);
    let cue = session.cues[0].clone();
    let instrument = m.library.get(&cue.opens.as_str().into()).unwrap().clone();
    let occasion = Occasion {
        given_at: Timestamp(session.row.started.0 + 40 * 60_000),
        by: MemberId([1; 16]),
        mode: Mode::Counsellor,
        session: Some((session.row.id, session.row.number)),
    };
    let yes = Sheet::Answers(Answers(vec![Some(1); instrument.items.len()]));
    let given = Administration::new(&instrument, yes, &Scoring::default(), occasion).unwrap();
    m.client.as_mut().unwrap().file.sheets.push(given);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(session)))]);
    m
}

#[test]
fn after_the_recovery_phrases_the_first_run_goes_on_with_models_microphone_practice_and_tour() {
    for role in Role::ALL {
        let mut m = started(Lang::Ko);
        let phrases = ["a", "b", "c"].map(|p| p.to_owned().into());
        play(&mut m, [Msg::Answer(Answer::Made(member(role), phrases))]);
        let effects = press(&mut m, Key::char('y'));
        assert!(effects.iter().any(|e| matches!(e, Effect::PhrasesTaken)), "{effects:?}");
        assert!(effects.iter().any(|e| matches!(e, Effect::Setup(SetupAsk::Look))), "{effects:?}");
        assert_eq!(m.screen, Screen::Setup);
        // A microphone and a practice client are for whoever has sessions.
        let counsellor = role == Role::Counsellor;
        assert_eq!(offers(&m, Command::TryMicrophone), counsellor);
        assert_eq!(offers(&m, Command::Practice), counsellor);
        assert!(offers(&m, Command::PullModels) && offers(&m, Command::Tour));
        press(&mut m, Key::plain(KeyName::Esc));
        assert_eq!(m.screen, start(role));
    }
}

#[test]
fn missing_models_are_fetched_by_a_key_with_progress_and_stopped_by_another() {
    let mut m = setup(Lang::En, Role::Counsellor);
    let asked = press(&mut m, Key::char('d'));
    let Some(Effect::Setup(SetupAsk::Pull(ids))) = asked.first() else { panic!("{asked:?}") };
    assert_eq!(ids.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["multilingual-e5-small", "qwen2.5-coder-0.5b"]);
    assert!(press(&mut m, Key::char('x')).is_empty(), "nothing is fetched yet");
    let state = |state| Pulling { id: ids[0].clone(), done: 37_000_000, total: Some(74_000_000), nth: (1, 2), state };
    play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::Pulling(state(PullState::Runs))))]);
    assert!(picture(&m, 80, 24).text.contains("37 MB of 74 MB, 50 %"), "{}", picture(&m, 80, 24).text);
    assert!(press(&mut m, Key::char('d')).is_empty(), "it is being fetched");
    assert!(matches!(&press(&mut m, Key::char('x'))[..], [Effect::Setup(SetupAsk::StopPull)]));
    let over = play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::Pulling(state(PullState::Stopped))))]);
    assert!(matches!(&over[..], [Effect::Setup(SetupAsk::Look)]), "what is here is looked at again");
    assert!(picture(&m, 80, 24).text.contains("go on where it stopped"));
}

#[test]
fn a_download_that_ends_behind_a_lock_leaves_nothing_on_the_model() {
    let mut m = setup(Lang::Ko, Role::Counsellor);
    press(&mut m, Key::ctrl('l'));
    let done = Pulling { id: "a".into(), done: 1, total: None, nth: (1, 1), state: PullState::Done };
    assert!(play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::Pulling(done)))]).is_empty());
    assert!(m.pages.get::<gyeot::app::state::setup::Setup>().is_none() && m.notice.is_none());
}

#[test]
fn the_practice_client_says_what_it_is_and_goes_by_one_key_and_a_yes() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = at_practice(lang);
        let text = picture(&m, 80, 24).text;
        assert!(text.contains("DEMO-1") && text.contains(lang.pick("연습", "practice")), "{text}");
        assert!(press(&mut m, Key::char('x')).is_empty());
        assert_eq!(confirmed(&m), Some(&Question::RemovePractice(PRACTICE)));
        let mut stays = m.clone();
        assert!(press(&mut stays, Key::char('n')).is_empty());
        let asked = press(&mut m, Key::char('y'));
        assert!(matches!(&asked[..], [Effect::Setup(SetupAsk::RemovePractice(PRACTICE))]), "{asked:?}");
        play(&mut m, [Msg::Answer(Answer::Setup(SetupAnswer::PracticeGone))]);
        assert_eq!((m.screen, m.client.is_none()), (Screen::Caseload, true));
    }
    // A real client has no such key.
    let mut real = at_client(Lang::Ko, &CONSENTED);
    press(&mut real, Key::char('x'));
    assert!(confirmed(&real).is_none() && !offers(&real, Command::RemovePractice));
}

#[test]
fn a_session_with_the_practice_client_hears_the_demo_and_nothing_else() {
    let mut m = at_practice(Lang::En);
    press(&mut m, Key::char('b'));
    let asked = press(&mut m, Key::plain(KeyName::Enter));
    let heard = asked.iter().find_map(|e| match e {
        Effect::BeginSession { input, .. } => Some(input.clone()),
        _ => None,
    });
    assert_eq!(heard, Some(SoundInput::Practice(Lang::En)));
}

#[test]
fn every_step_of_every_tour_names_a_key_that_its_screen_offers_to_the_role() {
    for role in Role::ALL {
        let m = signed_as(Lang::Ko, role);
        for step in tour::steps(role) {
            let row = rows_of(&m, Context::At(step.screen)).find(|row| row.command == step.shows);
            assert!(row.is_some(), "{role:?} {:?} {:?}", step.screen, step.shows);
            for lang in [Lang::Ko, Lang::En] {
                assert!(gyeot::texts::find(step.text, lang).is_some(), "{}", step.text);
            }
        }
        assert_eq!(tour::steps(role).first().map(|s| s.screen), Some(start(role)));
    }
}

/// What the vault answers to what a step of the tour asked.
fn answers(m: &Model, asked: &[Effect]) -> Vec<Msg> {
    let answer = |effect: &Effect| match effect {
        Effect::Setup(SetupAsk::Practice(_)) => vec![Msg::Answer(Answer::Setup(SetupAnswer::Practice(PRACTICE)))],
        Effect::LoadCaseload
            if m.role() == Some(Role::Counsellor) && m.caseload.iter().all(|r| r.client.id != PRACTICE) =>
        {
            vec![with_practice(&mut m.clone())]
        }
        Effect::OpenClient(_) => vec![Msg::Answer(Answer::Client(Box::new(practice_file())))],
        Effect::OpenSession { .. } => {
            let session = past(Lang::Ko);
            let of = gyeot::app::views::SessionFile { client: practice_row(), note: None, ..session };
            vec![Msg::Answer(Answer::Opened(Box::new(of)))]
        }
        _ => Vec::new(),
    };
    asked.iter().flat_map(answer).collect()
}

#[test]
fn a_tour_leads_over_the_real_screens_by_enter_or_by_the_keys_it_names_and_ends_where_it_began() {
    for role in Role::ALL {
        for by_its_keys in [false, true] {
            let mut m = signed_as(Lang::Ko, role);
            let mut asked = press(&mut m, Key::alt('t'));
            for (n, step) in tour::steps(role).iter().enumerate() {
                for _ in 0..3 {
                    let told = answers(&m, &asked);
                    asked = play(&mut m, told);
                }
                let at = tour::now(&m).map(|(_, n, _)| n);
                assert_eq!((at, m.screen), (Some(n), step.screen), "{role:?} step {n}");
                assert_eq!(context(&m), Context::Tour);
                for (cols, height) in [(60, 20), (80, 24), (200, 60)] {
                    let text = picture(&m, cols, height).text;
                    assert!(text.contains(&format!("{}/{}", n + 1, tour::steps(role).len())), "{text}");
                }
                let key = rows_of(&m, Context::At(step.screen)).find(|row| row.command == step.shows).unwrap().keys[0];
                asked = press(&mut m, if by_its_keys { key } else { Key::plain(KeyName::Enter) });
            }
            assert!(tour::now(&m).is_none());
            assert_eq!(m.screen, start(role));
        }
    }
}

#[test]
fn escape_ends_a_tour_at_any_step_on_the_screen_where_it_is_and_the_palette_calls_it_again() {
    let mut m = on_tour(Lang::Ko);
    assert_eq!(m.screen, Screen::Client);
    // What a screen would do with a letter it does not do during the tour.
    press(&mut m, Key::char('a'));
    assert_eq!(m.screen, Screen::Client);
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!((m.screen, tour::now(&m).is_none()), (Screen::Client, true));
    press(&mut m, Key::ctrl('p'));
    type_text(&mut m, "둘러보기");
    let asked = press(&mut m, Key::plain(KeyName::Enter));
    assert!(matches!(&asked[..], [Effect::Setup(SetupAsk::Practice(Lang::Ko))]), "{asked:?}");
}

#[test]
fn a_cue_of_a_past_session_says_what_became_of_it_and_its_key_opens_its_screener() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = at_client(lang, &CONSENTED);
        play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(lang))))]);
        let text = picture(&m, 120, 40).text;
        assert!(text.contains(lang.pick("s: 선별", "s: screener")), "{text}");
        press(&mut m, Key::char('s'));
        let sheet = m.sheet.as_ref().unwrap();
        assert_eq!((m.screen, sheet.session), (Screen::Assessment, Some(past(lang).row.id)));
        assert_eq!(sheet.instrument.as_str(), past(lang).cues[0].opens);

        let text = picture(&past_screened(lang, Role::Counsellor), 200, 60).text;
        assert!(text.contains(lang.pick("✓ 선별함:", "✓ screened:")), "{text}");
        assert!(!text.contains(lang.pick("s: 선별", "s: screener")), "{text}");
        let narrow = picture(&past_screened(lang, Role::Counsellor), 80, 24).text;
        assert!(narrow.contains(lang.pick("✓ 선별함", "✓ screened")), "{narrow}");
    }
}

#[test]
fn a_screener_that_was_left_or_given_before_the_words_does_not_count_as_given() {
    let mut m = past_screened(Lang::En, Role::Counsellor);
    let session = past(Lang::En);
    let page = m.client.as_mut().unwrap();
    page.file.sheets.last_mut().unwrap().given_at = Timestamp(session.row.started.0 - 1);
    assert!(picture(&m, 200, 60).text.contains("s: screener"));
    let cue = &session.cues[0];
    let left = ScreeningLeft {
        instrument: cue.opens.as_str().into(),
        opened: OpenedBy::Cue { rule: cue.rule.clone(), utterance: cue.utterance },
        session: Some(session.row.id),
        reason: m.triage.left[0].id.clone(),
        words: None,
        answers: Answers(Vec::new()),
    };
    m.client.as_mut().unwrap().file.left.push((Timestamp(session.row.started.0 + 50 * 60_000), left));
    let text = picture(&m, 200, 60).text;
    assert!(text.contains("✓ screener left:"), "{text}");
}

#[test]
fn what_lies_over_a_setup_is_left_by_escape_to_where_one_came_from() {
    let mut m = with(at_client(Lang::Ko, &CONSENTED), &[Command::Go(Screen::Setup)]);
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!(m.screen, Screen::Client);
}
