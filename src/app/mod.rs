//! The program as one pure step: a model, messages, effects. No IO, no clock.

pub mod session_event;
