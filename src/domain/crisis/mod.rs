//! What a crisis needs: screening and its triage, the safety plan, the lines to call and how far each is verified; escalation
//! packets, to whom they go, and what became of them.

pub mod code;
pub mod course;
pub mod crisis_line;
pub mod escalation;
pub mod escalation_rules;
pub mod packet_error;
pub mod plan_form;
pub mod plan_words;
pub mod receiver;
pub mod safety_plan;
pub mod screener;
pub mod screening_left;
pub mod statistics;
pub mod triage;
pub mod triage_data;
