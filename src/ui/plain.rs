//! The workstation as lines, for a screen reader or a terminal that cannot be drawn on: the same views, read pane by pane,
//! and numbered choices in place of keys.

use crate::app::command::{Command, Row};
use crate::app::field::Edit;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::msg::Msg;
use crate::app::pages::{of_key, rows, typing};
use crate::app::wrap::width;
use crate::domain::practice::lang::Lang;
use crate::ui::bars;
use crate::ui::i18n::T;
use crate::ui::view::View;
use crate::ui::{draw, keymap};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use std::borrow::Cow;

/// What is drawn to be read: wide enough for every view, high enough that lists show what they have.
pub const COLS: u16 = 100;
/// Rows of the same.
pub const ROWS: u16 = 120;
/// What begins a choice where letters are text.
const CHOICE: char = '.';
/// After it, what is to stand in the place of the text that is there.
const REPLACE: char = '=';
/// Moves by a number of rows at most: a slip of the finger is no endless loop.
const MOST_MOVES: usize = 200;

/// A pane: its corners on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pane {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Pane {
    const fn has(self, x: usize, y: usize) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }
}

/// The symbols of a picture; the second cell of a wide glyph is empty.
fn grid(buffer: &Buffer) -> Vec<Vec<String>> {
    let (cols, height) = (buffer.area.width, buffer.area.height);
    let line = |y: u16| {
        let mut cells = Vec::with_capacity(usize::from(cols));
        while cells.len() < usize::from(cols) {
            let symbol = buffer[(cells.len() as u16, y)].symbol();
            cells.push(symbol.to_owned());
            for _ in 1..width(symbol).max(1) {
                cells.push(String::new());
            }
        }
        cells.truncate(usize::from(cols));
        cells
    };
    (0..height).map(line).collect()
}

fn is(cell: &str, of: &str) -> bool {
    !cell.is_empty() && of.contains(cell)
}

/// The panes that are whole, in the order in which their upper left corners are read.
fn panes(grid: &[Vec<String>]) -> Vec<Pane> {
    let mut found = Vec::new();
    for (top, line) in grid.iter().enumerate() {
        for (left, cell) in line.iter().enumerate() {
            if !is(cell, "┌┏") {
                continue;
            }
            let right = (left + 1..line.len()).find(|x| is(&line[*x], "┐┓"));
            let bottom =
                (top + 1..grid.len()).find(|y| !is(&grid[*y][left], "│┃")).filter(|y| is(&grid[*y][left], "└┗"));
            let (Some(right), Some(bottom)) = (right, bottom) else { continue };
            let sides = (top + 1..bottom).all(|y| is(&grid[y][right], "│┃"));
            if sides && is(&grid[bottom][right], "┘┛") {
                found.push(Pane { left, top, right, bottom });
            }
        }
    }
    found
}

/// The words of cells: no lines of a frame, no fill of an empty field, no spaces around.
fn words(cells: &[String]) -> String {
    let text: String = cells.concat();
    let text: String = text.chars().filter(|c| !"─━│┃┌┏┐┓└┗┘┛╌".contains(*c)).collect();
    let text = text.replace('▸', "> ");
    let filled = text.trim_end_matches(['_', ' ']);
    filled.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A picture as lines: what stands outside panes first, then each pane under its title. Where something lies over the
/// screen it alone is read.
fn read(buffer: &Buffer, overlaid: bool) -> Vec<String> {
    let grid = grid(buffer);
    let all = panes(&grid);
    let middle = (grid.first().map_or(0, Vec::len) / 2, grid.len() / 2);
    let over = |pane: &&Pane| overlaid && pane.has(middle.0, middle.1);
    let chosen: Vec<Pane> = match all.iter().filter(over).min_by_key(|p| (p.right - p.left) * (p.bottom - p.top)) {
        Some(over) => vec![*over],
        None => all.clone(),
    };
    let mut lines = Vec::new();
    if !overlaid {
        // The last row names keys; the choices say what they do.
        for (y, line) in grid.iter().enumerate().take(grid.len().saturating_sub(1)) {
            let outside: Vec<String> = line
                .iter()
                .enumerate()
                .map(|(x, cell)| if all.iter().any(|p| p.has(x, y)) { " ".to_owned() } else { cell.clone() })
                .collect();
            lines.push(words(&outside));
        }
    }
    for pane in chosen {
        let title = words(&grid[pane.top][pane.left + 1..pane.right]);
        lines.push(format!("== {title}"));
        for line in &grid[pane.top + 1..pane.bottom] {
            lines.push(words(&line[pane.left + 1..pane.right]));
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The screen as lines. The model is told the size that is drawn.
pub fn lines(model: &Model, view: &mut View) -> Vec<String> {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(COLS, ROWS));
    let overlaid = model.overlay.is_some();
    // What is said in passing lies over the lower rows: it is read first, and what it would cover after it.
    let said = model.notice.as_ref().map(|notice| bars::told(&notice.say, model));
    let beneath = match &said {
        Some(_) => Cow::Owned(Model { notice: None, ..model.clone() }),
        None => Cow::Borrowed(model),
    };
    let mut lines = match terminal.draw(|frame| draw(frame, &beneath, view)) {
        Ok(done) => read(done.buffer, overlaid),
        Err(never) => match never {},
    };
    if let (Some((text, hint)), false) = (said, overlaid) {
        let hint = hint.map(|hint| format!("→ {hint}"));
        let glyph = model.notice.as_ref().map_or("", |notice| bars::glyph(notice.say.weight()));
        let told = [Some(format!("{glyph}{text}")), hint].into_iter().flatten();
        let told = told.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.splice(lines.len().min(1)..lines.len().min(1), told);
    }
    lines
}

/// What can be chosen by number: everything the keys do here but moving by rows and answering by digits.
fn choices(model: &Model) -> Vec<&'static Row> {
    let shown = |row: &&Row| {
        !matches!(
            row.command,
            Command::Up
                | Command::Down
                | Command::PageUp
                | Command::PageDown
                | Command::First
                | Command::Last
                | Command::Palette
                | Command::Answer(_)
        )
    };
    rows(model).filter(shown).collect()
}

/// The choices as lines, and how one answers here.
pub fn offered(model: &Model) -> Vec<String> {
    let lang = model.lang;
    let typing = typing(model);
    let dot = if typing { "." } else { "" };
    let mut lines: Vec<String> =
        choices(model).iter().enumerate().map(|(n, row)| offer(dot, n + 1, row, lang)).collect();
    lines.push(if typing { T::PlainTyping } else { T::PlainChoosing }.text(lang).to_owned());
    lines
}

/// A choice with its number, its name and its key: texts of the screens name keys, and a key that is entered does the same.
fn offer(dot: &str, number: usize, row: &Row, lang: Lang) -> String {
    let key = row.keys.first().map(|key| format!(" [{key}]")).unwrap_or_default();
    format!("{dot}{number}) {}{key}", row.name(lang))
}

/// What a line that was entered asks for. None where it only asks to read the screen again.
pub fn entered(model: &Model, line: &str) -> Option<Vec<Msg>> {
    let line = line.trim_end_matches(['\n', '\r']);
    let enter = || of_key(model, Key::plain(KeyName::Enter)).map(Msg::Do);
    if typing(model) {
        return match line.strip_prefix(CHOICE) {
            Some("") => None,
            // What stands there is replaced.
            Some(rest) if rest.starts_with(REPLACE) => {
                let new = &rest[REPLACE.len_utf8()..];
                let clear = Msg::Type(Edit::Clear);
                Some(if new.is_empty() { vec![clear] } else { [vec![clear], typed(new, enter())].concat() })
            }
            // Text that begins with the sign itself.
            Some(rest) if rest.starts_with(CHOICE) => Some(typed(rest, enter())),
            Some(rest) => Some(chosen(model, rest.trim())),
            None if line.is_empty() => Some(enter().into_iter().collect()),
            None => Some(typed(line, enter())),
        };
    }
    match line.trim() {
        "" => enter().map(|msg| vec![msg]),
        "." => None,
        said => Some(chosen(model, said)),
    }
}

fn typed(text: &str, enter: Option<Msg>) -> Vec<Msg> {
    std::iter::once(Msg::Type(Edit::Insert(text.to_owned()))).chain(enter).collect()
}

/// A number chooses; `+3` and `-2` move by rows; anything else is the key of that letter.
fn chosen(model: &Model, said: &str) -> Vec<Msg> {
    let moves = |command: Command, by: &str| -> Vec<Msg> {
        let by = by.parse::<usize>().unwrap_or(1).min(MOST_MOVES);
        std::iter::repeat_n(Msg::Do(command), by).collect()
    };
    if let Some(by) = said.strip_prefix('+') {
        return moves(Command::Down, by);
    }
    if let Some(by) = said.strip_prefix('-') {
        return moves(Command::Up, by);
    }
    // Where digits answer a question they are the answer, and a choice begins with the sign.
    let of_digit = |c: char| of_key(model, Key::char(c)).map(Msg::Do);
    let mut letters = said.chars();
    if let (Some(c), None) = (letters.next(), letters.next())
        && let Some(answer @ Msg::Do(Command::Answer(_))) = of_digit(c)
    {
        return vec![answer];
    }
    let number = said.trim_start_matches(CHOICE).parse::<usize>().ok();
    if let Some(row) = number.and_then(|n| choices(model).get(n.wrapping_sub(1)).copied()) {
        return vec![Msg::Do(row.command)];
    }
    // A key by the name that texts and choices give it: b, F11, Ctrl-G, Esc.
    let key = rows(model).flat_map(|row| row.keys).find(|key| key.to_string() == said);
    let key = key.or_else(|| rows(model).flat_map(|row| row.keys).find(|k| k.to_string().eq_ignore_ascii_case(said)));
    if let Some(command) = key.and_then(|key| of_key(model, *key)) {
        return vec![Msg::Do(command)];
    }
    // The same key with Hangul on.
    let mut letters = said.chars();
    match (letters.next(), letters.next()) {
        (Some(c), None) => keymap::of_pressed(model, Key::char(c)).into_iter().collect(),
        _ => Vec::new(),
    }
}
