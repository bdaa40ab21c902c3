//! The forms of an escalation packet: writing it out, and that the receiver has it.

use crate::app::field::Field;

/// Writing a packet out.
#[derive(Debug, Clone)]
pub struct ExportForm {
    /// Which packet, by its number.
    pub number: String,
    /// Form, folder, reason, and why alone.
    pub fields: [Field; 4],
    /// Which has the caret.
    pub focus: usize,
}

/// The receiver has a packet.
#[derive(Debug, Clone)]
pub struct ReceiptForm {
    /// Which packet, by its number.
    pub number: String,
    /// Who said it, and the file of a signed receipt; one of them.
    pub fields: [Field; 2],
    /// Which has the caret.
    pub focus: usize,
}
