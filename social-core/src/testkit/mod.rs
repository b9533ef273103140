//! For tests of this family and of crates written elsewhere: scripted vendors, faults, a fixed
//! clock, conformance suites.
//!
//! A test hands a [`ScriptedVendor`] as the transport of an endpoint, and a [`FixedClock`] as its
//! clock: nothing leaves the machine and nothing waits. [`fault_matrix`] breaks every exchange of a
//! piece of work in every way, kills and resumes it, and leaves the counting on the vendor's side
//! to the test.

mod absent;
mod answer;
mod clock;
pub mod conformance;
mod fault;
mod matrix;
mod scene;
#[cfg(test)]
mod tests;
mod vendor;

pub use absent::did_not_run;
pub use answer::Answer;
pub use clock::{FixedClock, FixedRandom};
pub use fault::{Fault, FaultTransport};
pub use matrix::{Case, FakeVendor, fault_matrix};
pub use scene::Scene;
pub use vendor::{Received, ScriptedVendor};
