//! How far the getting of a model is told.

/// Somebody who is told how far it is.
pub trait Report {
    /// A step begins; `total` in bytes where it is known.
    fn begin(&mut self, what: &str, total: Option<u64>);
    /// So many bytes of the step are done.
    fn at(&mut self, bytes: u64);
    /// The step is done.
    fn end(&mut self);
    /// Something a person should read.
    fn say(&mut self, line: &str);
    /// Somebody asked to stop: nothing more is fetched, and what is there is used by the next run.
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Report for Quiet {
    fn begin(&mut self, _: &str, _: Option<u64>) {}
    fn at(&mut self, _: u64) {}
    fn end(&mut self) {}
    fn say(&mut self, _: &str) {}
}
