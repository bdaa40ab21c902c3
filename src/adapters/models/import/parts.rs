//! A model in several files (`model-00001-of-00003.gguf`, as llama.cpp splits them), found by the names that lie beside each other
//! and written as one.

use crate::adapters::models::error::ModelError;
use crate::adapters::models::fetch::Hashing;
use crate::adapters::models::report::Report;
use crate::formats::convert::gguf_layout::{Layout, join};
use crate::texts::{Message, msg, verbatim};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// More parts than this has no published model.
const MOST_PARTS: u32 = 1000;

/// The parts of one model, in their order.
#[derive(Debug)]
pub(super) struct Parts {
    paths: Vec<PathBuf>,
    /// What the file would be called if it had never been split.
    pub(super) whole: PathBuf,
}

/// The number of a part, the number of all, and the name before both.
fn numbered(path: &Path) -> Option<(u32, u32, String)> {
    let stem = path.file_name()?.to_str()?.strip_suffix(".gguf")?;
    let (rest, of) = stem.rsplit_once("-of-")?;
    let (name, no) = rest.rsplit_once('-')?;
    let number = |s: &str| s.parse::<u32>().ok().filter(|n| s.len() == 5 && *n > 0);
    Some((number(no)?, number(of)?, name.to_owned()))
}

/// The parts of the model that this file is a part of; none where its name says that it is whole. An error names the first part
/// that is not beside it.
pub(super) fn of(from: &Path) -> Result<Option<Parts>, ModelError> {
    let Some((_, of, name)) = numbered(from).filter(|(_, of, _)| (2..=MOST_PARTS).contains(of)) else {
        return Ok(None);
    };
    let folder = from.parent().unwrap_or(Path::new(""));
    let paths: Vec<PathBuf> = (1..=of).map(|n| folder.join(format!("{name}-{n:05}-of-{of:05}.gguf"))).collect();
    if let Some(missing) = paths.iter().find(|p| !p.is_file()) {
        let part = missing.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Err(unreadable(from, msg("models-import-part-missing").shown("part", part).with("of", of)));
    }
    Ok(Some(Parts { paths, whole: folder.join(format!("{name}.gguf")) }))
}

impl Parts {
    /// Opens every part and checks that together they are one model; the bytes of all.
    pub(super) fn open(&self) -> Result<(Vec<(File, Layout)>, u64), ModelError> {
        let mut all = Vec::new();
        let mut length = 0;
        for (n, path) in self.paths.iter().enumerate() {
            let io = |e| ModelError::io(msg("models-import-could-not-read").with("what", path.display()), e);
            let file = File::open(path).map_err(io)?;
            length += file.metadata().map_err(io)?.len();
            let layout = Layout::read(&file).map_err(|e| ModelError::unreadable(path, &e))?;
            if layout.split != Some((n as u64, self.paths.len() as u64)) {
                return Err(unreadable(path, msg("models-import-part-of-another")));
            }
            all.push((file, layout));
        }
        Ok((all, length))
    }

    /// Writes them as one file; its SHA-256 and size.
    pub(super) fn join(
        &self,
        files: Vec<(File, Layout)>,
        length: u64,
        target: &Path,
        report: &mut dyn Report,
    ) -> Result<(String, u64), ModelError> {
        let io = |e| ModelError::io(msg("models-import-could-not-made").with("what", target.display()), e);
        let mut out = Telling { to: Hashing::new(BufWriter::new(File::create(target).map_err(io)?)), done: 0, report };
        out.report.begin("joining", Some(length));
        let joined = join(files, &mut out);
        out.report.end();
        joined.map_err(|e| ModelError::unreadable(&self.whole, &e))?;
        out.to.flush().map_err(io)?;
        let (file, sha256, bytes) = out.to.finish();
        let file = file.into_inner().map_err(|e| io(e.into_error()))?;
        file.sync_all().map_err(io)?;
        Ok((sha256, bytes))
    }
}

/// Says how far the writing is.
struct Telling<'a> {
    to: Hashing<BufWriter<File>>,
    done: u64,
    report: &'a mut dyn Report,
}

impl Write for Telling<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.to.write(bytes)?;
        self.done += n as u64;
        self.report.at(self.done);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

fn unreadable(path: &Path, why: Message) -> ModelError {
    ModelError::Unreadable { what: verbatim(path.display().to_string()), why }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_its_name_and_nothing_else_is_taken_for_one() {
        let part = |name: &str| numbered(Path::new(name));
        assert_eq!(part("a/m-q4-00002-of-00003.gguf"), Some((2, 3, "m-q4".into())));
        for whole in ["m.gguf", "m-2-of-3.gguf", "m-00000-of-00002.gguf", "m-00001-of-0000x.gguf", "of-00002.gguf", "m"]
        {
            assert_eq!(part(whole), None, "{whole}");
        }
    }
}
