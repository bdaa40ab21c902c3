//! The code map of Gyeot and the invariants it keeps. No code lives here.
//!
//! ```text
//!  terminal ─ Event ► runtime ─ Msg ► app::update(&mut Model, Msg) -> Vec<Effect>        pure
//!                       ▲ │                  └ domain: the rules of the practice          pure
//!                       │ └ performs each Effect by calling service, answers with a Msg
//!  command line ─ cli ──┴──► service: the use cases ── vault (sealed records) ── ports::store ◄ adapters: sled, memory
//!                               │                        └ crypto (the only place naming age, ed25519)
//!                               └ live: capture ► recognise ► core ► suggestions
//!                                           │ protocol: typed, framed, versioned
//!          gyeot-recorder (public key only)   gyeot-asr (whisper-rs)   gyeot-llm (llama-cpp-2)
//! ```
//!
//! | module | owns | may name from this package, besides itself |
//! |---|---|---|
//! | [`texts`] | every sentence the program says, in both languages; pure | nothing |
//! | [`domain`] | the rules of the practice: practice, transcript, assessment, advice, note, crisis, governance; pure | nothing |
//! | [`speech`] | signal work: voice activity, segments, voices, speakers, filters, error rates; pure | domain |
//! | [`crypto`] | keys, seals, signatures, chains, key slots; bytes in, bytes out | domain |
//! | [`protocol`] | messages and framing of the workers | domain speech |
//! | [`worker`] | the loop a worker runs, its sandbox, the scripted engine | protocol domain speech |
//! | [`recorder`] | kept sound: the form of its pieces, the folder they lie in, the loop of the recorder | protocol domain speech crypto |
//! | [`ports`] | traits the outside fulfils: store, engine, audio, clock, keeper | domain crypto protocol speech |
//! | [`formats`] | exporters and importers; model file conversions | domain ports |
//! | [`adapters`] | one outside thing per file: sled, files, child processes, microphone, model catalogue | domain crypto ports protocol worker formats speech |
//! | [`vault`] | the engine of sealed records: folder, opening, integrity, mirror, caches | domain crypto ports |
//! | [`live`] | a running session: capture, recognise, core, suggestions | domain speech ports protocol |
//! | [`service`] | the use cases, one file each: what a member may do with an unlocked vault | domain crypto vault ports live formats speech recorder |
//! | [`app`] | the program as one pure step; `pages/` has one file per screen | domain |
//! | [`ui`] | Model to cells, key to Msg; no IO | app domain |
//! | [`cli`] | one file per command: parse, call, print | everything but ui and vault |
//! | [`runtime`] | the loop, the effects, the terminal guard | everything but cli |
//!
//! `tests/tidy/main.rs` holds this table and has the short list of exceptions that are still to be turned round.
//!
//! Invariants, each with a guard in a type or a test:
//!
//! 1. `domain`, `speech`, `crypto`, `app` and `ui` do no IO and read no clock.
//! 2. Each engine crate is named in one program of `src/bin` only: whisper-rs and llama-cpp-2 bundle
//!    different ggml versions and corrupt each other in one process.
//! 3. The store takes only sealed bytes, and only [`crypto::seal`] makes them. Storage keys are random ids.
//! 4. What is sealed carries its own header (id, kind, revision, previous hash, author), signed inside.
//! 5. Client words are [`domain::practice::text::ClientText`]: `Debug` withholds them; they are in no log, error, panic,
//!    file name or argument.
//! 6. Model text enters a record only through a person's accept: [`domain::record::Origin`].
//! 7. A signed note never changes; a correction is a new revision that names the one before ([`service::notes`]).
//! 8. Whatever touches a client takes a grant that only the policy can make.
//! 9. Every channel is bounded, with what happens when it is full written beside its capacity.
//! 10. With every worker dead a counsellor can still write, score, sign and export.
//! 11. "Saved" appears only after the bytes are synced to disk.
//! 12. A risk cue found by rule cannot be lowered or hidden by a model.
//! 13. Each writer (a member on a device) has a sequence of its own: writer and number name a record for ever, each writer signs
//!     its own checkpoint, and copies that were written to at the same time are joined without changing a byte of either.
//! 14. No circles: a layer names only the layers of its row.
//!
//! Deliberately absent: any network listener, telemetry, a diagnosis, a risk level set by a model.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod domain;
pub mod formats;
pub mod live;
pub mod ports;
pub mod protocol;
pub mod recorder;
pub mod runtime;
pub mod service;
pub mod speech;
pub mod texts;
pub mod ui;
pub mod vault;
pub mod wiring;
pub mod worker;
