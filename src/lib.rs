//! The code map of Gyeot and the invariants it keeps. No code lives here.
//!
//! ```text
//! terminal ─ Event ► runtime ─ Msg ► app::update(&mut Model, Msg) -> Vec<Effect>      pure
//!                      ▲ │                  └ domain: the rules of the practice        pure
//!                      │ └ performs each Effect through a port, answers with a Msg
//!            ports (traits) ◄ adapters: sled, files, child processes
//!                                            │ protocol: typed, framed, versioned
//!                 gyeot-asr (whisper-rs)          gyeot-llm (llama-cpp-2)
//! ```
//!
//! | module | owns | may name from this package |
//! |---|---|---|
//! | [`domain`] | the rules of the practice; pure | domain |
//! | [`vault`] | keys, seals, signatures; bytes in, bytes out | domain |
//! | [`ports`] | traits the outside must fulfil | domain, vault, protocol |
//! | [`protocol`] | messages and framing of the workers | domain |
//! | [`worker`] | the loop a worker runs, its sandbox, the scripted engine | protocol, domain |
//! | [`adapters`] | one outside thing per file | domain, vault, ports, protocol, worker |
//! | [`app`] | the program as one pure step | domain |
//! | [`ui`] | Model to cells, key to Msg; no IO | domain, app |
//! | [`cli`] | one file per command | everything but ui |
//! | [`runtime`] | the loop, the effects, the terminal guard | everything |
//!
//! Invariants, each with a guard in `tests/` or in a type:
//!
//! 1. `domain`, `vault`, `app` and `ui` do no IO and read no clock.
//! 2. Each engine crate is named in one file of `src/bin` only: whisper-rs and llama-cpp-2 bundle
//!    different ggml versions and corrupt each other in one process.
//! 3. The store takes only sealed bytes, and only [`vault`] makes them.
//! 4. Sealed content carries its own header, signed inside.
//! 5. Client words are [`domain::text::ClientText`]: `Debug` withholds them.
//! 6. Model text enters a record only through a person's accept.
//! 7. A signed note never changes.
//! 8. Whatever touches a client takes a grant that only the policy can make.
//! 9. Every channel is bounded, with what happens when it is full written beside its capacity.
//! 10. With both engines dead a counsellor can still write, score, sign and export.
//! 11. "Saved" appears only after the bytes are synced to disk.
//! 12. A risk cue found by rule cannot be lowered or hidden by a model.
//!
//! Deliberately absent: any network listener, telemetry, a diagnosis, a risk level set by a model.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod crypto;
pub mod domain;
pub mod formats;
pub mod live;
pub mod ports;
pub mod protocol;
pub mod runtime;
pub mod service;
pub mod speech;
pub mod ui;
pub mod vault;
pub mod wiring;
pub mod worker;
