//! Kept sound: the form of its pieces, the folder they lie in, and the loop of the recorder that writes them. The recorder
//! is a process of its own that can open nothing of what it has written.

pub mod folder;
pub mod segment;
pub mod serve;
