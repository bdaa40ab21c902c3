//! A file that leaves the program: made exclusively, for its owner only, never through a link, synced.

use crate::domain::explain::ErrorReport;
use crate::texts::msg;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes a new file. Refused where something stands there already; what could not be written whole is removed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), ErrorReport> {
    let failed = |e: &std::io::Error| {
        ErrorReport::failed(msg("new-file-not-written").shown("why", e.kind()), msg("new-file-not-written.hint"))
    };
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = made.map_err(|e| failed(&e))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| {
        // Half a file is none.
        let _ = std::fs::remove_file(path);
        failed(&e)
    })
}
