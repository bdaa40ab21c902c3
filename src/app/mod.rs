//! The program as one pure step: a model, messages, effects. No IO, no clock.

pub mod command;
pub mod desk;
pub mod effect;
pub mod field;
pub mod flows;
pub mod key;
pub mod model;
pub mod msg;
pub mod notice;
pub mod page;
pub mod script;
pub mod session_event;
pub mod wrap;

pub use effect::Effect;
pub use flows::update;
pub use model::Model;
pub use msg::Msg;
