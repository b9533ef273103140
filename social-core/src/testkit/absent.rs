//! Tests that need what is not in the repository say loudly, and once, that they did not run.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// Says that tests did not run, and what they need: recordings beside the repository, a server, a
/// key. It is said once in a process, also where a test's output is not shown: a run that looks
/// green must not have skipped anything in silence.
pub fn did_not_run(needs: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(needs.to_owned()) {
        let _ = writeln!(std::io::stderr(), "\nDID NOT RUN: tests that need {needs}\n");
    }
}
