//! Durable runs: straight lines of named steps that survive the death of the process.
//!
//! An adapter writes work of several requests as steps on a [`Run`]. What a step returned is in the
//! [`Journal`] before the line goes on; called again with the same run, the saved result comes back
//! and nothing is sent. Calling the same function with the same run *is* the resume.
//!
//! # Steps
//! - [`Run::step`] is for work that may be repeated: an upload, a lookup. Its result is saved.
//! - [`Run::once`] is for work that must not happen twice: the request that makes a post visible,
//!   the paid generation. Its intent is saved before it, and when its answer is lost, the vendor is
//!   asked what became of it.
//! - [`Run::keep_file`] keeps an image, video or audio with the run.
//! - [`Run::child`] is part of a run, with step names of its own; [`Run::bind`] ties a run to its
//!   input.
//! - [`job`](crate::job) has what is submitted, waited for and collected.
//!
//! # When an answer is lost
//! The outcome is [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) until it is known, and
//! nothing is sent meanwhile. `find`, the last argument of [`once`](Run::once), tells what became
//! of it:
//!
//! | the vendor | `find` answers | and the run |
//! |---|---|---|
//! | shows the effect | [`Found::Present`] | goes on with its result |
//! | refuses a second request of the same key, or an object's state excludes the effect | [`Found::Absent`] | may send again at once |
//! | does not show it in a list | [`Found::NotListed`] with a settle time | waits and asks again, or says when asking will tell |
//! | cannot be asked | [`Found::Unknown`] | leaves it to a person: [`Run::settle`] |
//!
//! [`find_recent`](crate::publish::find_recent) looks through a platform's list without taking
//! somebody else's post.
//!
//! # What others see and decide
//! - Events: [`OpenOptions::with_observer`] is told of each step as a [`RunEvent`], which
//!   serialises.
//! - Gates: [`OpenOptions::with_gate`] asks a [`Gate`] before anything that cannot be taken back.
//!   [`KillSwitch`] is one.
//! - Money: [`Run::charge`] records what paid work may cost and did cost, [`Run::spending`] adds it
//!   up for every later process.
//! - Pages and handlers read a run with [`Run::peek`], list runs with [`Journal::list`] and remove
//!   them with [`Journal::remove`]; none of these holds a run but the last.
//!
//! # Where runs are kept, and how to add a store
//! [`FileJournal`] keeps runs on this machine's disk, [`MemoryJournal`] as long as the process
//! lives. Another store, a database for instance, implements [`Journal`] and [`JournalLog`]: it
//! keeps entries as their JSON, in order, and files; it looks into neither. A table of entries
//! whose key is (tenant, run, number) and a table of runs with holder, lease and fencing token are
//! enough. The trait's documentation is the contract, and `testkit::conformance::journal` tries it.
//!
//! An application that works for several customers names its runs by [`RunId`]s with a
//! [`Tenant`](crate::identity::Tenant).
//!
//! Entries have a version. Journals of the version before (1) are refused with a sentence that says
//! so, because inputs were digested by other rules then. Fields that later versions add to entries
//! are left alone.

mod admit;
mod budget;
mod charge;
mod digest;
mod entry;
mod event;
mod file;
mod flight;
mod gate;
mod guard;
mod id;
mod journal;
mod keep;
mod lease;
mod memory;
mod once;
mod options;
mod query;
#[allow(clippy::module_inception)]
mod run;
mod saved;
mod settle;
mod settlement;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod view;

pub use budget::{BudgetStore, ChargeKey, Spending};
pub use charge::Charge;
pub use entry::{Entry, Mark, StoredFile};
pub use event::{Observer, RunEvent, StepEvent};
pub use file::FileJournal;
pub use gate::{Admission, Closed, Gate, GateRequest, KillSwitch};
pub use id::RunId;
pub use journal::{Journal, JournalLog, OpenJournal};
pub use memory::MemoryJournal;
pub use once::{Found, Lost};
pub use options::OpenOptions;
pub use query::{RunPage, RunQuery, RunState, RunSummary};
pub use run::Run;
pub use settlement::{Settled, Settlement, Verdict};
pub use state::{RunningJob, StepState, StepStatus};
pub use view::RunView;

use digest::hex;
