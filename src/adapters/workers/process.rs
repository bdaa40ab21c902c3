//! A worker as a child process: started with an empty environment, its pipes, and the files that it may read.

#[cfg(unix)]
use crate::adapters::descriptors::inherit_nothing_else;
use crate::adapters::worker_trust::least_sandbox;
use crate::adapters::workers::launch::{Launch, Link, program};
use crate::ports::engine::EngineError;
use crate::ports::engines::Kind;
use crate::texts::{Message, msg, system, verbatim};
use crate::worker::sandbox::Level;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The descriptor under which a worker finds its model, and the one of the adapter that goes with it.
const MODEL_FD: i32 = 3;
const ADAPTER_FD: i32 = 4;

/// How an engine's threads wait for each other: between two products they look so often whether the others are ready, a few
/// microseconds, and sleep then. A token has hundreds of products, and to be woken for each costs more than the product (two cores,
/// whisper-base: a window 2.4 for 3.8 s, processor 4.5 for 5.5 s; a language model of half a billion 48 for 30 tokens a second). Where
/// other programs have all cores, waiting longer is dear: with 300 looks a window costs 6 % more than with none, with 1,000 it costs 35 %.
/// Measured by `GOMP_SPINCOUNT=N gyeot-asr --plain MODEL ko 2 tests/data/speech/ko-read-1.flac` and `tests/bench/language.py`, AVX-512.
const WAITS: [(&str, &str); 2] = [("OMP_WAIT_POLICY", "passive"), ("GOMP_SPINCOUNT", "300")];

/// A child process that gets one model file as descriptor 3, and its adapter, where it has one, as descriptor 4.
pub struct Process {
    kind: Kind,
    program: PathBuf,
    model: Option<File>,
    adapter: Option<File>,
    least: Level,
}

impl Process {
    /// A worker of this kind for a model file that was opened, and hashed, by the caller.
    pub fn new(kind: Kind, model: Option<File>) -> Result<Self, EngineError> {
        Ok(Process { kind, program: program(kind)?, model, adapter: None, least: least_sandbox() })
    }

    /// The same with a chosen program, such as one that misbehaves on purpose.
    pub fn with_program(kind: Kind, program: PathBuf, model: Option<File>) -> Self {
        Process { kind, program, model, adapter: None, least: Level::None }
    }

    /// With an adapter of the model, opened and hashed as well.
    #[must_use]
    pub fn with_adapter(self, adapter: Option<File>) -> Self {
        Process { adapter, ..self }
    }

    /// The path by which the worker opens the adapter it was given.
    pub fn adapter_path() -> String {
        format!("/dev/fd/{ADAPTER_FD}")
    }

    /// The path by which the worker opens the model it was given.
    pub fn model_path() -> String {
        format!("/dev/fd/{MODEL_FD}")
    }
}

impl Launch for Process {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn least_sandbox(&self) -> Level {
        self.least
    }

    fn launch(&mut self) -> Result<Link, EngineError> {
        use command_fds::{CommandFdExt, FdMapping};
        let absent = |why: Message| EngineError::Absent { worker: self.kind.name().into(), why };
        let mut command = Command::new(&self.program);
        command.env_clear().envs(WAITS).env("GGML_NO_BACKTRACE", "1").current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // What ggml prints may quote file names of a model, never client words; still, nobody reads it here.
        command.stderr(if std::env::var_os("GYEOT_WORKER_STDERR").is_some() {
            Stdio::inherit()
        } else {
            Stdio::null()
        });
        // Before the mapping below: the model and its adapter are all that a worker gets besides its pipes.
        #[cfg(unix)]
        inherit_nothing_else(&mut command);
        let mut given = Vec::new();
        for (file, child_fd) in [(&self.model, MODEL_FD), (&self.adapter, ADAPTER_FD)] {
            if let Some(file) = file {
                let fd = file.try_clone().map_err(|e| absent(system::reason(e.kind())))?;
                given.push(FdMapping { parent_fd: fd.into(), child_fd });
            }
        }
        if !given.is_empty() {
            command.fd_mappings(given).map_err(|e| absent(verbatim(e.to_string())))?;
        }
        let mut child = command.spawn().map_err(|e| absent(system::reason(e.kind())))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => Ok(Link { to: Box::new(to), from: Box::new(from), child: Some(child) }),
            _ => Err(absent(msg("workers-no-pipes"))),
        }
    }
}
