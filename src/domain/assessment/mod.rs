//! Instruments as data, exact scores, norms, change over time.

pub mod administration;
pub mod blanks;
pub mod change;
pub mod chart;
pub mod course;
pub mod instrument;
pub mod prevalence;
pub mod proposal;
pub mod score;
pub mod trajectory;
