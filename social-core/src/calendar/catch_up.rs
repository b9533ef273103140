//! What is done about times that passed while nothing ran.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::planned::PlannedTime;
use super::recurrence::Recurrence;
use crate::clock::Timestamp;
use crate::error::Result;

/// So many missed times are counted; beyond, [`Missed::more`] is true.
const MOST_COUNTED: usize = 10_000;

/// What is done about times that were missed: the process was down, the machine asleep.
///
/// A time counts as missed when it passed more than `grace` ago; a time within it is on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CatchUp {
    /// Missed times are left out.
    Skip,
    /// However many were missed, the last of them is done, once.
    Once,
    /// The missed times are done that passed at most `within` ago, the latest `at_most` of them.
    All {
        /// How old a missed time may be.
        within: Duration,
        /// How many are done.
        at_most: usize,
    },
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// To be done, the earliest first.
    pub now: Vec<PlannedTime>,
    /// What was missed and is left out.
    pub missed: Missed,
    /// When to ask again; `None`: never.
    pub next: Option<PlannedTime>,
}

/// Times that were missed and are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missed {
    /// How many.
    pub count: usize,
    /// There were more than were counted.
    pub more: bool,
    /// The first of them.
    pub first: Option<PlannedTime>,
    /// The last that was counted.
    pub last: Option<PlannedTime>,
}

/// What of a recurrence is to be done at `now`, when everything up to `done_until` was seen to.
///
/// # Errors
/// As [`Recurrence::next_after`].
pub fn due(
    recurrence: &Recurrence,
    done_until: Timestamp,
    now: Timestamp,
    grace: Duration,
    catch_up: CatchUp,
) -> Result<Due> {
    // What is older than this is missed, whatever the rule.
    let before = |age: Duration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
    let on_time = before(grace);
    let oldest = match catch_up {
        CatchUp::Skip | CatchUp::Once => on_time,
        CatchUp::All { within, .. } => before(within).min(on_time),
    };
    let missed = recurrence.between(done_until, just_before(oldest).max(done_until), MOST_COUNTED + 1)?;
    let more = missed.len() > MOST_COUNTED;
    let mut missed: Vec<_> = missed.into_iter().take(MOST_COUNTED).collect();
    let mut late = recurrence.between(just_before(oldest).max(done_until), just_before(on_time), MOST_COUNTED)?;
    let current = recurrence.between(just_before(on_time).max(done_until), now, MOST_COUNTED)?;
    match catch_up {
        CatchUp::Once if current.is_empty() && !more => late.extend(missed.pop()),
        // Of more than are counted the last is looked for from the other end.
        CatchUp::Once if current.is_empty() => late.extend(last_before(recurrence, on_time)?),
        CatchUp::All { at_most, .. } => {
            let over = (late.len() + current.len()).saturating_sub(at_most).min(late.len());
            missed.extend(late.drain(..over));
        }
        CatchUp::Skip | CatchUp::Once => {}
    }
    late.extend(current);
    let (first, last) = (missed.first().cloned(), missed.last().cloned());
    let missed = Missed { count: missed.len(), more, first, last };
    Ok(Due { now: late, missed, next: recurrence.next_after(now)? })
}

fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(at)
}

/// The last time of a recurrence that is dense before an instant.
fn last_before(recurrence: &Recurrence, before: Timestamp) -> Result<Option<PlannedTime>> {
    for hours in [1, 24, 24 * 7, 24 * 31, 24 * 366] {
        let from = before.checked_sub(jiff::SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
        if let Some(last) = recurrence.between(from, just_before(before), MOST_COUNTED)?.pop() {
            return Ok(Some(last));
        }
    }
    Ok(None)
}
