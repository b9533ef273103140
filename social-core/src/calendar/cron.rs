//! Cron expressions, read by a library.

use croner::Cron;
use croner::parser::{CronParser, Seconds};

use super::planned::PlannedTime;
use super::zone::Zone;
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// The first time of an expression after an instant.
pub(super) fn next_after(expression: &str, zone: &Zone, after: Timestamp) -> Result<Option<PlannedTime>> {
    let wrong = |e: &dyn std::fmt::Display| {
        let shown = super::shown(expression);
        Error::invalid("expression", format!("`{shown}` is no cron expression: {e}"))
    };
    let parser = CronParser::builder().seconds(Seconds::Optional).build();
    let cron: Cron = parser.parse(expression).map_err(|e| wrong(&e))?;
    let found = cron.find_next_occurrence(&zone.zoned(after), false);
    match found {
        Ok(next) => Ok(Some(PlannedTime::of(next.timestamp(), zone.clone()))),
        Err(croner::errors::CronError::TimeSearchLimitExceeded) => Ok(None),
        Err(e) => Err(wrong(&e)),
    }
}
