//! sled's flush can wait for ever. A batch that runs over the end of a segment is written by sled's own threads; when that
//! write is refused they note the error and wake nobody (0.34.7, `Log::exit_reservation`). Whoever flushes later sees the
//! error at once and wakes the others: so a flush that takes long gets another one beside it.

use crate::adapters::sled_chunks::disk;
use crate::ports::store::StoreError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// A slow disk takes this long now and then, and a flush beside another costs it nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does `write`, which flushes `db`, on a thread of its own and `meanwhile` on this one; both are done when it returns.
/// A panic of sled's in `write` is an error of the disk.
pub(super) fn written<T>(
    db: &sled::Db,
    write: impl FnOnce() -> Result<(), StoreError> + Send,
    meanwhile: impl FnOnce() -> T,
) -> (Result<(), StoreError>, T) {
    std::thread::scope(|scope| {
        let (done, ended) = channel::<()>();
        let writing = scope.spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(write));
            drop(done);
            result
        });
        let meanwhile = meanwhile();
        // Twice as long each time: on a disk that stands still for an hour a dozen wait.
        let mut patience = PATIENCE;
        while ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            scope.spawn(|| catch_unwind(AssertUnwindSafe(|| db.flush())));
            patience *= 2;
        }
        let result = writing.join().unwrap_or_else(Err);
        (result.unwrap_or_else(|_| Err(disk("the database could not be written"))), meanwhile)
    })
}
