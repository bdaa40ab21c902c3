//! What is set up at the first run, and may be at any time: models, the microphone, the practice client, the tour.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::tour;
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{EVERYBODY, Page};
use crate::app::screen::Screen;
use crate::app::state::setup::{PullState, Pulling, Setup, SetupAnswer, SetupAsk};
use crate::app::views::SoundCheck;
use crate::domain::governance::access::Capability;

const WAY: Row = row!(Command::Go(Screen::Setup), [Key::alt('s')], "key-setup");

const COMMANDS: &[Row] = &[
    row!(Command::PullModels, [Key::char('d')], "key-pull-models", "key-pull-models.short"),
    row!(Command::StopPull, [Key::char('x')], "key-stop-pull", "key-stop-pull.short"),
    row!(Command::TryMicrophone, [Key::char('m')], "key-try-microphone", "key-try-microphone.short")
        .needing(Capability::RunSession),
    row!(Command::Practice, [Key::char('p')], "key-practice", "key-practice.short").needing(Capability::AddClient),
    row!(Command::Tour, [Key::char('t'), Key::alt('t')], "key-tour", "key-tour.short"),
];

/// The first run's second half.
pub const PAGE: Page = Page {
    audience: EVERYBODY,
    commands: &[COMMANDS, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| {
        model.pages.take::<SoundCheck>();
        vec![Effect::Setup(SetupAsk::Look)]
    },
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let setup: Setup = model.pages.read();
    match command {
        Command::PullModels if setup.pulls() => model.say(Say::Pulls),
        Command::PullModels => {
            let missing = setup.missing();
            if missing.is_empty() {
                model.say(if setup.offers.is_some() { Say::ModelsHere } else { Say::Measures });
            } else {
                return vec![Effect::Setup(SetupAsk::Pull(missing))];
            }
        }
        Command::StopPull if setup.pulls() => return vec![Effect::Setup(SetupAsk::StopPull)],
        Command::TryMicrophone => {
            model.pages.put(SoundCheck::default());
            return vec![Effect::ListenFirst];
        }
        Command::Practice => return vec![Effect::Setup(SetupAsk::Practice(model.lang))],
        Command::Back => {
            model.back();
            return vec![Effect::StopListening];
        }
        _ => {}
    }
    Vec::new()
}

/// What was asked is answered.
pub fn answered(model: &mut Model, answer: SetupAnswer) -> Vec<Effect> {
    match answer {
        SetupAnswer::Offers(offers) => model.pages.with(|setup: &mut Setup| setup.offers = Some(offers)),
        SetupAnswer::Pulling(pulling) => return pulled(model, pulling),
        SetupAnswer::Practice(client) => {
            if tour::wants(model) {
                return tour::begin(model);
            }
            // From the caseload, so that Back leads there.
            model.restart();
            return vec![Effect::LoadCaseload, Effect::OpenClient(client)];
        }
        SetupAnswer::PracticeGone => {
            model.client = None;
            model.past = None;
            model.restart();
            model.say(Say::PracticeGone);
            return vec![Effect::LoadCaseload];
        }
    }
    Vec::new()
}

/// How far the fetching is. On another screen its end is said; where nobody has unlocked nothing is kept of it.
fn pulled(model: &mut Model, pulling: Pulling) -> Vec<Effect> {
    if model.signed_in.is_none() {
        return Vec::new();
    }
    let (over, done) = (pulling.state != PullState::Runs, pulling.state == PullState::Done);
    model.pages.with(|setup: &mut Setup| setup.pulling = Some(pulling));
    if model.screen == Screen::Setup {
        return if over { vec![Effect::Setup(SetupAsk::Look)] } else { Vec::new() };
    }
    if done {
        model.say(Say::ModelsHere);
    }
    Vec::new()
}
