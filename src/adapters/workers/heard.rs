//! What a worker says, read from its pipe and handed on until one of the two ends is gone.

use crate::protocol::Say;
use crate::protocol::frame;
use std::io::Read;
use std::sync::mpsc::{SyncSender, TrySendError};

/// Hands on every answer; a partial is dropped when nobody has taken the one before. An unreadable frame is left out.
pub(super) fn forward(from: &mut impl Read, tx: &SyncSender<Say>) {
    loop {
        match frame::read::<Say>(from) {
            Ok(Some((say @ Say::Partial { .. }, _))) => {
                if let Err(TrySendError::Disconnected(_)) = tx.try_send(say) {
                    return;
                }
            }
            Ok(Some((say, _))) => {
                if tx.send(say).is_err() {
                    return;
                }
            }
            Err(frame::FrameError::Unreadable) => {}
            Ok(None) | Err(_) => return,
        }
    }
}
