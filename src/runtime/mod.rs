//! The loop that joins everything: events in, effects out.

pub mod administrations;
pub mod advise;
pub mod ask;
pub mod desk;
pub mod engines;
pub mod recognise;
pub mod session;

use crate::cli::Globals;
use crate::domain::fault::Fault;

/// Opens the workstation.
pub fn workstation(_globals: &Globals) -> Result<(), Fault> {
    Err(Fault::failed("the workstation is not built yet", "take a newer build"))
}
