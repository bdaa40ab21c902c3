//! How long a frame of the running session takes when 50 utterances stand in it and when 10,000 do, both in turn:
//! `cargo bench --no-default-features --bench screen`. A frame is what one message costs: the step of the workstation and the drawing
//! of a screen of 120 × 40 (to memory: what a terminal takes to show it is not in it). Exits with 1 where a figure is above its
//! target.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../screens/stage.rs"]
mod stage;

use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::msg::Msg;
use gyeot::app::session_event::SessionEvent;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::Speaker;
use gyeot::ui::draw;
use gyeot::ui::view::View;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use stage::{SESSION, live, play, said, type_text};
use std::time::Instant;

const SIZES: [u32; 2] = [50, 10_000];
const ROUNDS: usize = 400;
/// The 95th of a hundred frames of 10,000 utterances, in milliseconds, and against that of 50.
const TARGET_MS: f64 = 2.0;
const TARGET_RATIO: f64 = 1.2;
/// Differences below so many milliseconds are the clock's and the machine's.
const TOO_SHORT_TO_COMPARE_MS: f64 = 0.1;

/// A session with so many utterances, its screen and what stands on it.
struct Stage {
    model: Model,
    view: View,
    terminal: Terminal<TestBackend>,
    next: u32,
}

impl Stage {
    fn with(utterances: u32) -> Self {
        let mut model = live(Lang::Ko);
        play(&mut model, [Msg::Resize(120, 40)]);
        let terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
        let mut stage = Stage { model, view: View::new(true), terminal, next: 0 };
        for _ in 0..utterances {
            stage.hear();
        }
        stage.draw();
        stage
    }

    fn hear(&mut self) {
        self.next += 1;
        let who = if self.next.is_multiple_of(3) { Speaker::Counsellor } else { Speaker::Client };
        let text = "요즘은 자리에 누워도 새벽 세 시까지 잠이 안 와요. 낮에는 계속 멍하고, 일도 손에 안 잡혀요.";
        self.event(SessionEvent::Heard(said(self.next, u64::from(self.next) * 4_000, who, text)));
    }

    fn event(&mut self, event: SessionEvent) {
        play(&mut self.model, [Msg::Session(SESSION, event)]);
    }

    fn command(&mut self, command: Command) {
        stage::does(&mut self.model, &[command]);
    }

    fn draw(&mut self) {
        let (model, view) = (&self.model, &mut self.view);
        self.terminal.draw(|frame| draw(frame, model, view)).unwrap();
    }

    /// Milliseconds until what was done is drawn.
    fn frame(&mut self, act: impl FnOnce(&mut Stage)) -> f64 {
        let from = Instant::now();
        act(self);
        self.draw();
        from.elapsed().as_secs_f64() * 1000.0
    }
}

type Act = fn(&mut Stage, usize);

const ACTS: [(&str, Act); 6] = [
    ("an utterance is heard", |s, _| s.hear()),
    ("the words so far of one", |s, n| {
        let text = "그래서 어제는 ".repeat(1 + n % 6);
        s.event(SessionEvent::Partial { text: ClientText::new(&text) });
    }),
    ("the level moves", |s, n| {
        s.event(SessionEvent::Level { rms_db: -30.0 - (n % 20) as f32, speaking: n.is_multiple_of(2) });
    }),
    ("one row up, one down", |s, n| s.command(if n.is_multiple_of(2) { Command::Up } else { Command::Down })),
    ("a page up, a page down", |s, n| s.command(if n.is_multiple_of(2) { Command::PageUp } else { Command::PageDown })),
    ("other widths of the terminal", |s, n| {
        play(&mut s.model, [Msg::Resize(if n.is_multiple_of(2) { 118 } else { 120 }, 40)]);
    }),
];

fn percentile(times: &mut [f64], of_hundred: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * of_hundred / 100).min(times.len() - 1)]
}

fn main() {
    let mut held = true;
    let mut stages = SIZES.map(Stage::with);
    println!("{:<32} {:>10} {:>10} {:>7}   95th of 100 frames, ms", "what is drawn anew", SIZES[0], SIZES[1], "ratio");
    for (name, act) in ACTS {
        let mut times = [Vec::new(), Vec::new()];
        for n in 0..ROUNDS {
            for (stage, times) in stages.iter_mut().zip(&mut times) {
                // Fifty stay fifty: what was heard is in the other session a drop, here it would double the list.
                if name.starts_with("an utterance") && stage.next > 2 * SIZES[0] && stage.next < SIZES[1] {
                    *stage = Stage::with(SIZES[0]);
                }
                times.push(stage.frame(|s| act(s, n)));
            }
        }
        held &= row(name, &mut times);
    }
    // What is searched for goes through every line, key by key.
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS / 10 {
        for (stage, times) in stages.iter_mut().zip(&mut times) {
            stage.command(Command::Find);
            for key in ["멍", "하", "고"] {
                times.push(stage.frame(|s| type_text(&mut s.model, key)));
            }
            stage.command(Command::Back);
            stage.draw();
        }
    }
    row("a letter of a search (no target)", &mut times);
    if !held {
        std::process::exit(1);
    }
}

/// Prints a row and says whether it holds its targets.
fn row(name: &str, times: &mut [Vec<f64>; 2]) -> bool {
    let [few, many] = times.each_mut().map(|t| percentile(t, 95));
    println!("{name:<32} {few:>10.3} {many:>10.3} {:>7.2}", many / few);
    many <= TARGET_MS && (many / few <= TARGET_RATIO || many - few < TOO_SHORT_TO_COMPARE_MS)
}
