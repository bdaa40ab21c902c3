//! The draft of the note with the real embedding model on the sessions of `tests/data/notes`: what a reader wants in it is there, what
//! was taken back is marked, and the check finds nothing that its lines do not carry.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::engines::{missing, models};
use gyeot::adapters::engines::{self, Ready};
use gyeot::adapters::models::Store;
use gyeot::adapters::shipped;
use gyeot::domain::evaluation::Key;
use gyeot::domain::note::figures::{NoteFigures, NoteKey};
use gyeot::domain::transcript::Transcript;
use gyeot::live::note_draft::{Comparing, Drafter};
use std::path::Path;

/// Share of the facts of a hand-made key that have to stand in the draft of a demo session.
const COVERED: f64 = 0.8;

fn embedding() -> Option<Ready> {
    let store = Store::open(models()).inspect_err(|e| missing(e)).ok()?;
    engines::embedding(&store, engines::threads()).inspect_err(|e| missing(e)).ok()
}

#[test]
fn the_facts_of_both_demo_sessions_are_in_their_drafts_and_what_was_taken_back_is_marked() {
    let Some(mut ready) = embedding() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/notes");
    let check = shipped::note_check().unwrap();
    for name in ["demo-en", "demo-ko", "taken-back-ko-1", "taken-back-ko-2", "taken-back-ko-3"] {
        let read = |ending: &str| std::fs::read_to_string(folder.join(format!("{name}{ending}"))).unwrap();
        let t = Transcript::parse(&read(".json")).unwrap();
        let key = Key::parse(&read(".key.json")).unwrap();
        let drafter = Drafter::new(shipped::note_kinds().unwrap(), shipped::retraction_rules().unwrap(), t.language);
        let comparing = Comparing { engine: Some(&mut ready.worker), model: &ready.model };
        let soap = shipped::note_format("soap").unwrap();
        let statements = drafter.draft(&t, &soap, &[], Some(comparing)).unwrap();
        let mut found = NoteFigures::default();
        found.count(&statements, &t, &check, t.language, NoteKey { facts: &key.facts, taken_back: &key.taken_back });
        println!("{name}: {}/{} facts, {} statements", found.facts_found, found.facts, found.statements);
        assert!(found.statements > 0 && found.unsupported == 0, "{name}: {:?}", found.faults);
        assert_eq!((found.foreign_script, found.loops), (0, 0), "{name}");
        assert_eq!(found.taken_back_marked, found.taken_back, "{name}");
        assert!(!name.starts_with("demo") || found.facts > 10, "{name}: the key has facts");
        assert!(found.facts_found as f64 >= COVERED * found.facts as f64, "{name}");
    }
}
