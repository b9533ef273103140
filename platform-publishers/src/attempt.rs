//! Attempts at what can end before it is published, an upload or a container: each has steps of its
//! own.

use social_core::Result;
use social_core::run::Run;

/// The step that says that what an attempt made is of no more use.
const OVER: &str = "over";

/// The first attempt that is not over.
pub(crate) async fn open(run: &Run) -> Result<Run> {
    let mut number = 1;
    loop {
        let attempt = run.child(&format!("attempt-{number}"));
        if !is_over(&attempt).await? {
            return Ok(attempt);
        }
        number += 1;
    }
}

/// Notes that what an attempt made is of no more use; the run's next call begins another one.
pub(crate) async fn end(attempt: &Run) -> Result<()> {
    attempt.step(OVER, || async { Ok(true) }).await.map(|_| ())
}

pub(crate) async fn is_over(attempt: &Run) -> Result<bool> {
    Ok(attempt.result::<bool>(OVER).await?.is_some())
}
