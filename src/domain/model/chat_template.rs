//! The markers of a model's chats: what stands around the system text, around what a user says, around the answer.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The markers of a chat, written by hand so that a prompt grows only at its end and the cached prefix stays valid.
/// Markers are tokenised as special tokens; what is between them is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatTemplate {
    /// Before the system text.
    pub system_start: String,
    /// After the system text.
    pub system_end: String,
    /// Before what the user says.
    pub user_start: String,
    /// After what the user says.
    pub user_end: String,
    /// Before the answer; may hold an empty thought so that a reasoning model answers at once.
    pub assistant_start: String,
    /// After a finished answer; also where writing stops.
    pub assistant_end: String,
}

impl ChatTemplate {
    /// System text and the opening of the user's turn: the stable beginning of every prompt.
    pub fn open(&self, system: &str) -> String {
        format!("{}{system}{}{}", self.system_start, self.system_end, self.user_start)
    }

    /// The end of the user's turn and the opening of the answer.
    pub fn close(&self) -> String {
        format!("{}{}", self.user_end, self.assistant_start)
    }

    /// The control tokens of every part, each once, in order of their letters.
    pub fn markers(&self) -> BTreeSet<&str> {
        let parts = [&self.system_start, &self.system_end, &self.user_start, &self.user_end, &self.assistant_start];
        parts.into_iter().flat_map(|part| markers_in(part)).chain(self.end_markers()).collect()
    }

    /// The control tokens that end an answer.
    pub fn end_markers(&self) -> impl Iterator<Item = &str> {
        markers_in(&self.assistant_end)
    }
}

/// The control tokens in a piece of a template, in their order: `<|im_end|>`, `[|user|]`, `<end_of_turn>`.
fn markers_in(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = rest.find(['<', '['])?;
        let closing = if rest[from..].starts_with('<') { '>' } else { ']' };
        let to = from + rest[from..].find(closing)? + 1;
        let marker = &rest[from..to];
        rest = &rest[to..];
        Some(marker)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markers_of_a_template_are_its_control_tokens_and_no_words() {
        let chat = ChatTemplate {
            system_start: "<|start_header_id|>system<|end_header_id|>\n\n".into(),
            system_end: "[|endofturn|]".into(),
            user_start: "<start_of_turn>user\n".into(),
            user_end: "\n".into(),
            assistant_start: "assistant\n<think>\n\n</think>".into(),
            assistant_end: "<|im_end|><|endofturn|>".into(),
        };
        assert_eq!(chat.end_markers().collect::<Vec<_>>(), ["<|im_end|>", "<|endofturn|>"]);
        let all = ["</think>", "<start_of_turn>", "<think>", "<|end_header_id|>", "<|endofturn|>", "<|im_end|>"];
        let all: Vec<_> = all.into_iter().chain(["<|start_header_id|>", "[|endofturn|]"]).collect();
        assert_eq!(chat.markers().into_iter().collect::<Vec<_>>(), all);
    }
}
