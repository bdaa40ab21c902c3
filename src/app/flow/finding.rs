//! Finding words in a transcript, or in the lines of a page, while one types them.

use crate::app::command::{Command, steps};
use crate::app::field::Field;
use crate::app::script::Script;
use crate::domain::practice::find::{matches, next_row};

/// A command while words are being typed: to the next line that holds them, to the one before, or done. False where nothing is
/// looked for, and the command is the screen's.
pub fn given(find: &mut Option<Field>, script: &mut Script, command: Command) -> bool {
    let Some(words) = find else { return false };
    match command {
        Command::Up => drop(script.find(words.text(), -1)),
        Command::Down => drop(script.find(words.text(), 1)),
        Command::Open => *find = None,
        _ => {}
    }
    true
}

/// Puts the mark of a page on the next of its lines that holds what is typed: from `at` on while it is being typed (0), after or
/// before it with a step. The mark stays where no line does.
pub fn in_lines<'a>(find: &Field, at: &mut usize, lines: impl Iterator<Item = &'a str>, by: isize) {
    let lines: Vec<&str> = lines.collect();
    let fits = |n: &usize| matches(find.text(), lines[*n]);
    if !find.text().trim().is_empty() && !lines.is_empty() {
        *at = next_row((*at).min(lines.len() - 1), lines.len(), by, fits).unwrap_or(*at);
    }
}

/// A command of a page while words are looked for in its lines: a step to another line, or done. False where nothing is looked
/// for, and the command is the page's.
pub fn in_page(find: &mut Option<Field>, command: Command, look: impl FnOnce(&Field, isize)) -> bool {
    let Some(words) = find else { return false };
    match (command, steps(command)) {
        (Command::Open, _) => *find = None,
        (_, Some(by)) => look(words, by.signum()),
        _ => {}
    }
    true
}
