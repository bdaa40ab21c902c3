//! The data that is built into the program: prompts, instruments, model manifests. A folder of the centre's own
//! can add to it; nothing can take from it.

use include_dir::{Dir, include_dir};

/// `prompts/`: task prompts, technique cards, risk rules, note formats.
pub static PROMPTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/prompts");
/// `assessments/`: one TOML per instrument.
pub static ASSESSMENTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assessments");
/// `models/`: one manifest per model.
pub static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");
