//! What a child process may inherit: nothing that it was not given. A descriptor that the program itself inherited without
//! close-on-exec, such as the passphrase behind `--passphrase-fd`, would otherwise be readable in every worker.
#![allow(unsafe_code)] // `pre_exec`, and two system calls between fork and exec; each use says why it is sound

use std::os::unix::process::CommandExt;
use std::process::Command;

/// The first descriptor after stdin, stdout and stderr.
const FIRST: libc::c_uint = 3;
/// `CLOSE_RANGE_CLOEXEC` of `close_range(2)`: mark instead of close, because the pipe that reports a failed exec must live on.
#[cfg(target_os = "linux")]
const MARK: libc::c_uint = 4;
/// Without `close_range` (Linux before 5.11, other systems) descriptors up to here are marked one by one.
const MOST: libc::c_uint = 1 << 16;

/// Lets the child inherit stdin, stdout, stderr and what is mapped after this call, and nothing else. Call it before
/// `fd_mappings`: what is done before exec is done in this order.
pub fn inherit_nothing_else(command: &mut Command) {
    // SAFETY: between fork and exec the closure makes system calls only; it allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(|| {
            mark_all();
            Ok(())
        });
    }
}

fn mark_all() {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: close_range takes three integers and touches no memory of this process.
        let done = unsafe { libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, MARK) };
        if done == 0 {
            return;
        }
    }
    for fd in FIRST..MOST {
        // SAFETY: fcntl with F_SETFD takes integers only; a descriptor that is not open answers EBADF.
        unsafe { libc::fcntl(fd as libc::c_int, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}
