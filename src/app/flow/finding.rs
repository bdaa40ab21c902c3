//! Finding words in a transcript while one types them.

use crate::app::command::Command;
use crate::app::field::Field;
use crate::app::script::Script;

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
