//! The text of a note for a person's own editor: in a private folder in memory, wiped afterwards, or not at all.

use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::lang::Lang;
use crate::domain::record::NoteRevision;
use crate::texts::{Message, msg};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A note longer than this is another file.
const LARGEST: u64 = 4 << 20;
/// Where Linux keeps a file system in memory that every user may write to.
const MEMORY: &str = "/dev/shm";
/// `f_type` of tmpfs, as `statfs(2)` gives it.
const TMPFS: i64 = 0x0102_1994;

/// The note as text: `## Title` before each section, a line of its own for each sentence.
pub fn as_text(note: &NoteRevision, format: &NoteFormat, lang: Lang) -> String {
    let mut out = String::new();
    for section in &format.sections {
        out.push_str(&format!("## {}\n", section.text(lang).title));
        for line in note.sections.iter().filter(|s| s.key == section.id).flat_map(|s| &s.lines) {
            out.push_str(line.text.reveal());
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

/// Text from a file, or from standard input where none is named or it is `-`.
pub fn read_text(path: Option<&Path>) -> Result<String, ErrorReport> {
    let mut text = String::new();
    let done = match path.filter(|p| p.as_os_str() != "-") {
        Some(path) => std::fs::File::open(path).and_then(|f| f.take(LARGEST).read_to_string(&mut text)),
        None => std::io::stdin().take(LARGEST).read_to_string(&mut text),
    };
    done.map_err(|e| {
        ErrorReport::usage(
            msg("cli-note-editing-text-could-not-read").with("why", e.kind()),
            msg("cli-note-editing-text-could-not-read.hint"),
        )
    })?;
    Ok(text)
}

/// Opens `$VISUAL` or `$EDITOR` on the text and gives what was saved. The file lies in memory, in a folder that only
/// its owner enters; its bytes are overwritten before it is removed.
pub fn in_editor(text: &str) -> Result<String, ErrorReport> {
    let refused = |what: Message, hint: Message| ErrorReport::with(Exit::Refused, what, hint);
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok()).filter(|e| !e.trim().is_empty());
    let editor = editor
        .ok_or_else(|| refused(msg("cli-note-editing-no-editor-set"), msg("cli-note-editing-no-editor-set.hint")))?;
    if !in_memory(Path::new(MEMORY)) {
        return Err(refused(
            msg("cli-note-editing-system-no-private-folder-memory"),
            msg("cli-note-editing-system-no-private-folder-memory.hint"),
        ));
    }
    let folder = Private::new()?;
    let file = folder.write(text)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi").to_owned();
    let ran = Command::new(program).args(words).arg(&file).status();
    let saved = std::fs::read_to_string(&file);
    drop(folder);
    match ran {
        Ok(status) if status.success() => saved.map_err(|e| {
            ErrorReport::failed(
                msg("cli-note-editing-text-could-not-read").with("why", e.kind()),
                msg("cli-note-editing-nothing-changed-try-again"),
            )
        }),
        _ => Err(ErrorReport::failed(
            msg("cli-note-editing-editor-did-not-end-well"),
            msg("cli-note-editing-editor-did-not-end-well.hint"),
        )),
    }
}

fn in_memory(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|s| s.f_type == TMPFS)
}

/// A folder in memory that only its owner enters; gone with what is in it when dropped.
struct Private(PathBuf);

impl Private {
    fn new() -> Result<Self, ErrorReport> {
        let name = hex::encode(crate::crypto::keys::random_id());
        let path = Path::new(MEMORY).join(format!("gyeot-{name}"));
        std::fs::DirBuilder::new().mode(0o700).create(&path).map_err(|e| {
            ErrorReport::failed(
                msg("cli-note-editing-private-folder-memory-could-not").with("why", e.kind()),
                msg("cli-note-editing-private-folder-memory-could-not.hint"),
            )
        })?;
        Ok(Private(path))
    }

    fn write(&self, text: &str) -> Result<PathBuf, ErrorReport> {
        let path = self.0.join("note.md");
        std::fs::File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut f| f.write_all(text.as_bytes()))
            .map_err(|e| {
                ErrorReport::failed(
                    msg("cli-note-editing-private-folder-memory-could-not").with("why", e.kind()),
                    msg("cli-note-editing-private-folder-memory-could-not.hint"),
                )
            })?;
        Ok(path)
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // Editors leave copies of their own beside the file: all of them are overwritten.
        for entry in std::fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if let (Ok(meta), Ok(mut file)) =
                (entry.metadata(), std::fs::File::options().write(true).open(entry.path()))
            {
                let zeros = vec![0u8; usize::try_from(meta.len()).unwrap_or(0)];
                let _ = file.write_all(&zeros);
            }
        }
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
