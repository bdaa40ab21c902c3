//! A file that leaves the vault: made new and never through a link, readable by its owner alone, synced. What could not be
//! written whole is taken away again.

use crate::domain::explain::ErrorReport;
use crate::texts::msg;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes a file that must not be there yet.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), ErrorReport> {
    let fault = |e: &std::io::Error| {
        let what = msg("export-file-could-not-be-written").with("path", path.display()).with("why", e.kind());
        ErrorReport::failed(what, msg("export-file-could-not-be-written.hint"))
    };
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| fault(&e))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| {
        // Half a sheet is none; where even removing it fails, the message says that it was not written.
        let _ = std::fs::remove_file(path);
        fault(&e)
    })
}
