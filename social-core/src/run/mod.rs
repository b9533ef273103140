//! Durable runs: straight lines of named steps that survive the death of the process.
//!
//! An adapter writes work of several requests as steps on a [`Run`]. What a step returned is in the [`Journal`] before
//! the line goes on; called again with the same run, the saved result comes back and nothing is sent. Calling the same
//! function with the same run *is* the resume.

mod digest;
mod file;
mod flight;
mod journal;
mod lines;
mod memory;
mod once;
mod options;
#[allow(clippy::module_inception)]
mod run;
mod state;
#[cfg(test)]
mod tests;

pub use file::FileJournal;
pub use journal::{Entry, Journal, JournalLog, OpenJournal, StoredFile};
pub use memory::MemoryJournal;
pub use once::{Found, Lost, Settlement};
pub use options::{Observer, OpenOptions, Progress};
pub use run::Run;
pub use state::{StepState, StepStatus};

use digest::hex;
