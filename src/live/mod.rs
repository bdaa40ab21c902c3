//! A running session: capture, recognition, the core that holds the transcript, and what is proposed.

pub mod ask;
pub mod evaluate;
pub mod interviewer;
pub mod items;
pub mod line_splitter;
pub mod note_draft;
pub mod note_wording;
pub mod recognise;
pub mod recorder_feed;
pub mod seen_lines;
pub mod session;
pub mod suggest;
