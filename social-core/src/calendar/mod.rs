//! When: local times in zones, recurrence, catching up, the best time to post, a mix of content.
//!
//! Pure: nothing here asks a clock or sleeps. The time now is handed in, and the same input gives
//! the same answer on every machine that has the same time-zone data.
//!
//! # A local time is kept with its zone and its rule
//! "Friday at nine in Berlin" is not an instant: the offset of a zone changes, and laws change. A
//! [`PlannedTime`] keeps the local time, the zone and the rule for hours that a clock change skips
//! or repeats ([`ClockChange`]), and beside them the instant that they make. After new time-zone
//! data [`PlannedTime::resolved_again`] says what the instant is now.
//!
//! ```
//! use social_core::calendar::{ClockChange, PlannedTime, Zone};
//!
//! let berlin: Zone = "Europe/Berlin".parse()?;
//! let planned = PlannedTime::parse("2026-12-04T09:00", Some(&berlin))?;
//! assert_eq!(planned.at().to_string(), "2026-12-04T08:00:00Z");
//!
//! // Without a zone a local time is refused.
//! assert!(PlannedTime::parse("2026-12-04T09:00", None).is_err());
//! # Ok::<_, social_core::Error>(())
//! ```
//!
//! # What happens again and again
//! ```
//! use social_core::calendar::{Every, Recurrence, Zone};
//!
//! // The newsletter: on the 1st and the 15th at eight.
//! let zone: Zone = "America/New_York".parse()?;
//! let newsletter = Recurrence::new(Every::month([1, 15]), zone).at_times(["08:00".parse().unwrap()]);
//! let next = newsletter.next_after("2026-11-29T12:00:00Z".parse().unwrap())?.unwrap();
//! assert_eq!(next.to_string(), "2026-12-01T08:00:00 America/New_York");
//! # Ok::<_, social_core::Error>(())
//! ```
//!
//! What was missed while nothing ran is settled by a named rule: [`CatchUp`].
//!
//! # Time-zone data
//! The system's (`/usr/share/zoneinfo`) is used where it is there, else what was built in. Both are
//! read by [jiff](https://docs.rs/jiff).

mod best_time;
mod catch_up;
#[cfg(feature = "cron")]
mod cron;
mod dates;
mod mix;
mod planned;
mod quiet;
mod recurrence;
mod zone;

#[cfg(test)]
mod tests;

pub use jiff::civil::{Date, DateTime, Time};

pub use best_time::{BestTime, Observation, best_times};
pub use catch_up::{CatchUp, Due, Missed, due};
pub use dates::{Every, LeapDay, ShortMonth, Weekday, YearDay};
pub use mix::ContentMix;
pub use planned::PlannedTime;
pub use quiet::QuietHours;
pub use recurrence::Recurrence;
pub use zone::{ClockChange, Fold, Gap, Zone};

/// Foreign text in a message: safe to show, and not longer than a line.
fn shown(text: &str) -> String {
    crate::text::visible_line(text).chars().take(60).collect()
}
