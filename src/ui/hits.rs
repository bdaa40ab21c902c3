//! Where a click does what: filled while a screen is drawn, asked when the mouse is pressed. What a click means are messages
//! that keys send too, so that it can do nothing else.

use crate::app::command::Command;
use crate::app::msg::Msg;
use ratatui::layout::{Position, Rect};

/// The places of one frame that can be clicked.
#[derive(Debug, Default)]
pub struct Hits(Vec<(Rect, Vec<Msg>)>);

impl Hits {
    /// Forgets what was drawn before.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// A place that gives a command.
    pub fn command(&mut self, area: Rect, command: Command) {
        self.0.push((area, vec![Msg::Do(command)]));
    }

    /// A row of a list: row `n` where `at` is marked, in a pane that has the keys after `panes` times the key of the next
    /// pane. A click on the marked row opens it.
    pub fn row(&mut self, area: Rect, panes: usize, at: usize, n: usize) {
        let mut messages = vec![Msg::Do(Command::NextPane); panes];
        let by = i32::try_from(n).unwrap_or(0) - i32::try_from(at).unwrap_or(0);
        if by != 0 {
            messages.push(Msg::Choose(by));
        } else if panes == 0 {
            messages.push(Msg::Do(Command::Open));
        }
        self.0.push((area, messages));
    }

    /// What a click there means; what was drawn last lies on top.
    pub fn at(&self, x: u16, y: u16) -> Vec<Msg> {
        let found = self.0.iter().rev().find(|(area, _)| area.contains(Position { x, y }));
        found.map(|(_, messages)| messages.clone()).unwrap_or_default()
    }
}

/// One row of an area.
pub const fn row_of(area: Rect, y: u16) -> Rect {
    Rect { x: area.x, y, width: area.width, height: 1 }
}
