//! The recorder as a child process: an empty environment, its pipes, and the folder of the recording as its one descriptor.
//! It is never killed: with the end of its input it writes what it has and goes.

#[cfg(unix)]
use crate::adapters::descriptors::inherit_nothing_else;
use crate::adapters::worker_trust::{a_workers_word, least_sandbox};
use crate::adapters::workers::beside;
use crate::ports::engine::WorkerFound;
use crate::ports::recorder::{RecorderError, RecorderLink, Recorders};
use crate::protocol::Hello;
use crate::protocol::frame;
use crate::protocol::recording::{Tells, VERSION};
use crate::texts::{msg, system, verbatim};
use crate::worker::sandbox::Level;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The name of its program.
const NAME: &str = "gyeot-recorder";
/// The descriptor under which it finds its folder.
const FOLDER_FD: i32 = 3;

/// The recorder beside this program, or in `GYEOT_WORKERS`.
#[derive(Debug, Clone, Default)]
pub struct RecorderProgram {
    /// A chosen program, for tests.
    pub program: Option<PathBuf>,
}

fn absent(e: &std::io::Error) -> RecorderError {
    RecorderError::Absent(system::reason(e.kind()))
}

impl RecorderProgram {
    fn path(&self) -> Result<PathBuf, RecorderError> {
        let found = self.program.clone().or_else(|| beside(NAME));
        found.ok_or_else(|| RecorderError::Absent(msg("workers-not-beside-program").shown("name", NAME)))
    }

    fn launch(&self, folder: Option<File>) -> Result<(RecorderLink, Hello, Child), RecorderError> {
        use command_fds::{CommandFdExt, FdMapping};
        let mut command = Command::new(self.path()?);
        command.env_clear().current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        inherit_nothing_else(&mut command);
        if let Some(folder) = folder {
            command
                .fd_mappings(vec![FdMapping { parent_fd: folder.into(), child_fd: FOLDER_FD }])
                .map_err(|e| RecorderError::Absent(verbatim(e.to_string())))?;
        }
        let mut child = command.spawn().map_err(|e| absent(&e))?;
        let no_pipes = || RecorderError::Absent(msg("workers-no-pipes"));
        let (to, mut from) = child.stdin.take().zip(child.stdout.take()).ok_or_else(no_pipes)?;
        let Ok(Some((Tells::Hello { protocol, build, sandbox, verifying }, _))) = frame::read(&mut from) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(RecorderError::Absent(msg("workers-not-running")));
        };
        if protocol != VERSION || Level::named(&sandbox) < least_sandbox() {
            let _ = child.kill();
            let _ = child.wait();
            return Err(RecorderError::Refused);
        }
        let sandbox = Level::named(&sandbox).name().to_owned();
        let hello = Hello { protocol, worker: "recorder".into(), build: a_workers_word(&build), sandbox };
        let link = RecorderLink { verifying, to: Box::new(to), from: Box::new(from), over: Box::new(|| {}) };
        Ok((link, hello, child))
    }
}

impl Recorders for RecorderProgram {
    fn start(&self, folder: &Path) -> Result<RecorderLink, RecorderError> {
        let (link, _, mut child) = self.launch(Some(File::open(folder).map_err(|e| absent(&e))?))?;
        // Its exit code says nothing that its last words did not.
        Ok(RecorderLink { over: Box::new(move || drop(child.wait())), ..link })
    }

    fn look(&self) -> Result<WorkerFound, RecorderError> {
        let (link, hello, mut child) = self.launch(None)?;
        drop(link);
        let _ = child.wait();
        Ok(WorkerFound { path: self.path()?, hello: Some(hello) })
    }
}
