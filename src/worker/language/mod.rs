//! Arithmetic of the language worker that needs no engine: rows of tokens that share a beginning, texts that are written at one time,
//! and the choice of the next token.

pub mod next_token;
pub mod token_tree;
pub mod turns;
