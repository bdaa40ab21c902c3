//! What was found about models and workers at the last look.

use crate::app::msg::Finding;

/// What was found at the last look.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// In the order of looking.
    pub list: Vec<Finding>,
    /// Which is marked.
    pub at: usize,
}
