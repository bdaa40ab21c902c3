//! Steps that lead from one screen to another, or that several screens have in common. Pages call them; they name no page.

pub mod asking;
pub mod case_report;
pub mod cases;
pub mod client;
pub mod consents;
pub mod finding;
pub mod handed;
pub mod language;
pub mod leaving;
pub mod listing;
pub mod lock;
pub mod note;
pub mod practice;
pub mod review;
pub mod safety_plan;
pub mod screening;
pub mod selection;
pub mod session;
pub mod sheet;
pub mod signing;
pub mod supervision;
pub mod tour;
