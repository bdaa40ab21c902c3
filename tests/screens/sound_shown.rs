//! What is not painted: a level or a position that changes nothing on the screen.
#![allow(clippy::unwrap_used)]

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::msg::Msg;
use gyeot::app::screen::Screen;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session_event::SessionEvent;
use gyeot::ui::{View, draw};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

fn painted(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.cols, model.rows)).unwrap();
    terminal.draw(|frame| draw(frame, model, &mut View::new(true))).unwrap();
    terminal.backend().buffer().clone()
}

fn event() -> impl Strategy<Value = SessionEvent> {
    prop_oneof![
        (-90f32..0.0, any::<bool>()).prop_map(|(rms_db, speaking)| SessionEvent::Level { rms_db, speaking }),
        // A quiet room, and a dead input.
        Just(SessionEvent::Level { rms_db: -62.0, speaking: false }),
        Just(SessionEvent::Level { rms_db: -90.0, speaking: false }),
        (0u64..20_000, any::<bool>())
            .prop_map(|(at_ms, file)| SessionEvent::Position { at_ms, total_ms: file.then_some(240_000) }),
        (0u64..20).prop_map(|tenth| SessionEvent::Position { at_ms: 8_000 + tenth * 100, total_ms: None }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn where_the_sound_shown_stays_the_same_so_does_every_cell_of_the_screen(
        events in proptest::collection::vec(event(), 1..40), elsewhere in any::<bool>(), wide in any::<bool>(),
    ) {
        let mut m = talking(Lang::Ko);
        let (cols, rows) = if wide { (120, 40) } else { (80, 24) };
        play(&mut m, [Msg::Resize(cols, rows)]);
        if elsewhere {
            m.screen = Screen::Client;
        }
        for event in events {
            let (shown, before) = (m.sound_shown(), painted(&m));
            play(&mut m, [Msg::Session(SESSION, event)]);
            if shown == m.sound_shown() {
                prop_assert_eq!(before, painted(&m));
            }
        }
    }
}

#[test]
fn in_a_quiet_room_the_screen_changes_once_a_second() {
    let mut m = talking(Lang::En);
    let mut changes = 0;
    for tenth in 0..100u64 {
        let before = m.sound_shown();
        let level = SessionEvent::Level { rms_db: -61.0 + (tenth % 4) as f32, speaking: false };
        let position = SessionEvent::Position { at_ms: 200_000 + tenth * 100, total_ms: None };
        play(&mut m, [Msg::Session(SESSION, level), Msg::Session(SESSION, position)]);
        // The meter still holds what was there before.
        changes += usize::from(tenth >= 10 && before != m.sound_shown());
    }
    assert_eq!(changes, 9);
}
