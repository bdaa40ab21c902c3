//! What a crisis needs: the lines to call and how far each is verified.

pub mod crisis_line;
pub mod escalation;
