//! Durable runs: straight lines of named steps that survive the death of the process.
//!
//! An adapter writes work of several requests as steps on a [`Run`]. What a step returned is in the [`Journal`] before
//! the line goes on; called again with the same run, the saved result comes back and nothing is sent. Calling the same
//! function with the same run *is* the resume.

mod journal;
mod memory;
mod run;

pub use journal::{Entry, Journal, JournalLog, StoredFile};
pub use memory::MemoryJournal;
pub use run::{Found, OpenOptions, Run, Settlement};
