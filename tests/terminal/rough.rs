//! What a terminal does to a program: no colour, no UTF-8, stopping and going on, hanging up, two programs on one vault.

use crate::stage::{PASS, client, made, pass, skipped};
use crate::tmux::{Terminal, there};
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::UnlockedVault;

fn practice() -> Terminal {
    let terminal = Terminal::new(100, 30);
    let vault = made(&terminal.vault());
    let session = vault.begin_session(&client(&vault, "김하늘"), Timestamp(vault.now().0 - 3_600_000)).unwrap();
    vault.end_session(session, vault.now(), "ended").unwrap();
    vault.lock().unwrap();
    terminal
}

fn opened(terminal: &Terminal, before: &str) {
    terminal.run("en", before);
    terminal.until("Passphrase");
    terminal.text(PASS);
    terminal.key("Enter");
    terminal.until("C-0001");
}

#[test]
fn without_colour_and_without_a_locale_everything_is_there_and_the_terminal_is_left_clean() {
    if !there() {
        return;
    }
    for before in ["NO_COLOR=1", "LANG=C LC_ALL=C", "TERM=linux", "TERM=vt100", "TERM=dumb"] {
        let terminal = practice();
        opened(&terminal, before);
        terminal.key("Enter");
        terminal.until("Consents");
        terminal.key("C-q");
        terminal.left_clean();
    }
}

#[test]
fn a_stopped_program_gives_the_terminal_back_and_goes_on_where_it_was() {
    if !there() {
        return;
    }
    let terminal = practice();
    opened(&terminal, "");
    terminal.key("C-z");
    terminal.left_clean();
    terminal.text("fg");
    terminal.key("Enter");
    terminal.until("C-0001");
    terminal.key("C-q");
    terminal.left_clean();
}

/// A sound server that is not there says so on stderr, from within its library: over the screen, until this.
#[test]
fn what_a_library_writes_to_stderr_does_not_get_onto_the_screen() {
    if !there() {
        return;
    }
    let terminal = practice();
    opened(&terminal, "");
    let stderr = format!("/proc/{}/fd/2", terminal.process());
    if std::fs::read_link(&stderr).is_err() {
        return skipped("no /proc that tells what a process has open");
    }
    std::fs::write(&stderr, "Cannot connect to server socket\n").unwrap();
    terminal.key("Enter");
    terminal.until("Consents");
    assert!(!terminal.screen().contains("server socket"), "{}", terminal.screen());
    terminal.key("C-q");
    terminal.left_clean();
}

#[test]
fn a_terminal_that_hangs_up_loses_nothing_that_was_typed() {
    if !there() {
        return;
    }
    let terminal = practice();
    opened(&terminal, "");
    terminal.key("Enter");
    terminal.until("Consents");
    terminal.key("n");
    terminal.until("ournal");
    terminal.text("typed and gone");
    terminal.until("typed and gone");
    terminal.signal(rustix::process::Signal::HUP);
    terminal.left_clean();
    let vault = UnlockedVault::unlock(&terminal.vault(), None, &pass()).unwrap();
    let session = vault.sessions(None).unwrap()[0].id;
    let copy = vault.working_copy(session).unwrap().unwrap();
    let words: String = copy.draft.sections.iter().flat_map(|(_, l)| l).map(|l| l.text.reveal()).collect();
    assert_eq!(words, "typed and gone");
}

#[test]
fn a_second_workstation_on_the_same_vault_is_told_who_has_it_and_harms_nothing() {
    if !there() {
        return;
    }
    let terminal = practice();
    opened(&terminal, "");
    let other = UnlockedVault::unlock(&terminal.vault(), None, &pass());
    assert!(other.is_err(), "the vault is held");
    terminal.key("Enter");
    terminal.until("Consents");
    terminal.key("C-q");
    terminal.left_clean();
    UnlockedVault::unlock(&terminal.vault(), None, &pass()).unwrap().lock().unwrap();
}
