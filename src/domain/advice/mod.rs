//! What is proposed to the counsellor, and what every proposal rests on; risk cues, which no model can lower.

pub mod decision;
pub mod direction;
pub mod evidence;
pub mod heads;
pub mod lines;
pub mod plain_prompt;
pub mod question;
pub mod risk_context;
pub mod risk_cue;
pub mod risk_figures;
pub mod risk_pattern;
pub mod risk_patterns;
pub mod risk_rules;
pub mod risk_slots;
pub mod risk_text;
pub mod risk_weights;
pub mod suggestion;
pub mod task_prompt;
pub mod technique;
pub mod vectors;
