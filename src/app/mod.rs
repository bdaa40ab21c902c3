//! The program as one pure step: a model, messages, effects. No IO, no clock.

mod answers;
pub mod command;
pub mod editor;
pub mod effect;
pub mod field;
pub mod flow;
pub mod key;
pub mod model;
pub mod msg;
pub mod notice;
pub mod page;
pub mod pages;
pub mod screen;
pub mod script;
pub mod state;
pub mod step;
pub mod views;
pub mod wrap;

pub use crate::app::effect::Effect;
pub use crate::app::model::Model;
pub use crate::app::msg::Msg;
pub use crate::app::step::update;
pub use crate::domain::practice::session_event;
