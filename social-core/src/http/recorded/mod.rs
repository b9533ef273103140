//! Exchanges written down and played again: offline tests for everybody who uses this family.

mod exchange;
mod record;
mod replay;
mod scrub;
#[cfg(test)]
mod tests;

pub use self::exchange::{Exchange, RecordedBody, RecordedRequest, RecordedResponse};
pub use self::record::RecordingTransport;
pub use self::replay::{Check, Cut, ReplayTransport};
