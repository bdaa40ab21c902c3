//! Envelopes made ahead for whoever records are being sealed to, on a thread of their own: while the disk syncs one
//! record, the header of the next is made. Holds no content; whoever finds none ready makes one on the spot.

use crate::crypto::seal::Envelope;
use crate::crypto::{CryptoError, Recipient};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Two groups of eight. An envelope is 2 KiB and a file key.
const READY: usize = 16;

#[derive(Default)]
struct Stock {
    /// Whom envelopes are made for: who was asked for twice in a row.
    to: Option<Recipient>,
    /// Who was asked for last, if that is somebody else.
    last: Option<Recipient>,
    ready: Vec<Envelope>,
    closing: bool,
}

#[derive(Default)]
struct Shared {
    stock: Mutex<Stock>,
    wanted: Condvar,
}

impl Shared {
    fn stock(&self) -> MutexGuard<'_, Stock> {
        // Nothing panics while it is held, and a half-filled stock is still a stock.
        self.stock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fills the stock until it is closed.
    fn fill(&self) {
        let mut stock = self.stock();
        while !stock.closing {
            match stock.to.clone().filter(|_| stock.ready.len() < READY) {
                None => stock = self.wanted.wait(stock).unwrap_or_else(PoisonError::into_inner),
                Some(to) => {
                    drop(stock);
                    let made = Envelope::new(&to);
                    stock = self.stock();
                    match made {
                        Ok(made) if stock.to.as_ref() == Some(&to) => stock.ready.push(made),
                        Ok(_) => {}
                        // Whoever needs one meets the fault and tells it.
                        Err(_) => stock.to = None,
                    }
                }
            }
        }
    }
}

/// The stock of envelopes of an open vault.
#[derive(Default)]
pub(crate) struct Envelopes {
    shared: Arc<Shared>,
    maker: Option<JoinHandle<()>>,
}

impl Envelopes {
    /// One envelope to this recipient, from the stock where there is one.
    pub(crate) fn take(&mut self, to: &Recipient) -> Result<Envelope, CryptoError> {
        let mut stock = self.shared.stock();
        if stock.to.as_ref() == Some(to) {
            stock.last = None;
            let ready = stock.ready.pop();
            if stock.ready.len() <= READY / 2 {
                self.shared.wanted.notify_one();
            }
            if let Some(ready) = ready {
                return Ok(ready);
            }
        } else if stock.last.as_ref() == Some(to) {
            stock.ready.clear();
            stock.to = stock.last.take();
            self.shared.wanted.notify_one();
            drop(stock);
            self.start();
            return Envelope::new(to);
        } else {
            stock.last = Some(to.clone());
        }
        drop(stock);
        Envelope::new(to)
    }

    fn start(&mut self) {
        if self.maker.is_none() {
            let shared = Arc::clone(&self.shared);
            // Without the thread every envelope is made when it is needed.
            self.maker = std::thread::Builder::new().name("envelopes".into()).spawn(move || shared.fill()).ok();
        }
    }
}

impl Drop for Envelopes {
    fn drop(&mut self) {
        self.shared.stock().closing = true;
        self.shared.wanted.notify_one();
        if let Some(maker) = self.maker.take() {
            let _ = maker.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SealKey;

    #[test]
    fn an_envelope_is_to_whoever_it_was_asked_for_however_the_asking_goes() {
        let people: Vec<Recipient> = (0..3).map(|_| SealKey::generate().recipient()).collect();
        let mut envelopes = Envelopes::default();
        for round in 0..200usize {
            let to = &people[[0, 0, 0, 1, 0, 2, 2, 2, 1, 1, 0, 0][round % 12]];
            assert_eq!(envelopes.take(to).map(|e| e.to().clone()).ok().as_ref(), Some(to), "round {round}");
        }
    }

    #[test]
    fn the_stock_fills_for_who_is_asked_for_again_and_never_beyond_its_bound() {
        let to = SealKey::generate().recipient();
        let mut envelopes = Envelopes::default();
        assert!(envelopes.take(&to).is_ok() && envelopes.take(&to).is_ok());
        let ready = |e: &Envelopes| e.shared.stock().ready.len();
        while ready(&envelopes) < READY {
            std::thread::yield_now();
        }
        assert!(envelopes.take(&to).is_ok());
        assert!(ready(&envelopes) <= READY);
    }
}
