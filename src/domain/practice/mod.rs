//! People, sessions, consents, identifiers, time and text: the words that every other part of the domain uses.

pub mod appointment;
pub mod card_entries;
pub mod client;
pub mod consent;
pub mod data_file;
pub mod find;
pub mod ids;
pub mod lang;
pub mod member;
pub mod notice;
pub mod recording;
pub mod schedule;
pub mod session;
pub mod session_event;
pub mod text;
pub mod time;
pub mod typed_path;
pub mod written_day;
