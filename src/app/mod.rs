//! The program as one pure step: a model, messages, effects. No IO, no clock.

pub mod command;
pub mod effect;
pub mod field;
pub mod key;
pub mod model;
pub mod msg;
pub mod notice;
pub mod page;
pub mod pages;
pub mod script;
pub mod views;
pub mod wrap;

pub use crate::app::effect::Effect;
pub use crate::app::model::Model;
pub use crate::app::msg::Msg;
pub use crate::app::pages::update;
pub use crate::domain::practice::session_event;
