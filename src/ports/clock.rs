//! The time of day, passed in from outside so that everything inside is a function of it.

use crate::domain::practice::time::Timestamp;

/// The time of day of one workstation.
pub trait Clock: Send + Sync {
    /// Now, by this workstation. May go back: nothing here is ordered by it.
    fn now(&self) -> Timestamp;
}
