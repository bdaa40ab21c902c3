//! Which model files may word sentences of a note: one small file of certificates in the models' folder.

use crate::adapters::models::Store;
use crate::domain::explain::ErrorReport;
use crate::domain::note::wording::Certificate;
use crate::texts::msg;
use std::io::Write;

/// The file.
const FILE: &str = "note-certificates.json";

impl Store {
    /// The certificates that were kept; none where the file is not there or can not be read, so that nothing may write.
    pub fn certificates(&self) -> Vec<Certificate> {
        let text = std::fs::read_to_string(self.dir().join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Keeps what came out for a model, over what was kept for the same file before.
    pub fn keep_certificate(&self, certificate: &Certificate) -> Result<(), ErrorReport> {
        let mut all = self.certificates();
        all.retain(|c| c.model != certificate.model);
        all.push(certificate.clone());
        let kept = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(self.dir())?;
            serde_json::to_writer_pretty(&mut file, &all)?;
            file.write_all(b"\n")?;
            file.as_file().sync_all()?;
            file.persist(self.dir().join(FILE)).map_err(|e| e.error)?;
            Ok(())
        };
        kept().map_err(|e| {
            ErrorReport::failed(msg("certify-not-kept").with("why", e.kind()), msg("certify-not-kept.hint"))
        })
    }
}
