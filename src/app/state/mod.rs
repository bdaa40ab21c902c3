//! What several screens share of the program's state: the open client, the running session, the open past session, the
//! note, the answer sheet, and what lies over a screen. What one screen alone remembers is in its page (`store`).

pub mod client;
pub mod findings;
pub mod live;
pub mod merge;
pub mod note;
pub mod overlay;
pub mod packet_forms;
pub mod past;
pub mod plan;
pub mod report;
pub mod review;
pub mod setup;
pub mod sheet;
pub mod sound_input;
pub mod store;
pub mod supervision;
