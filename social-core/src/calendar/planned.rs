//! A local time in a zone, kept with the instant that it makes.

use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::zone::{ClockChange, Fold, Zone};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// A local time, its zone, the rule for clock changes, and the instant that the three make.
///
/// In JSON all four are there, so that a reader compares instants and shows local times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedTime {
    local: DateTime,
    zone: Zone,
    #[serde(default)]
    rule: ClockChange,
    at: Timestamp,
}

impl PlannedTime {
    /// A local time in a zone.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), as [`Zone::instant`].
    pub fn new(local: DateTime, zone: Zone, rule: ClockChange) -> Result<Self> {
        let at = zone.instant(local, rule)?;
        Ok(Self { local, zone, rule, at })
    }

    /// An instant, shown in a zone.
    #[must_use]
    pub fn of(at: Timestamp, zone: Zone) -> Self {
        let local = zone.local(at);
        let rule = ClockChange::default();
        // In the second of two equal hours only this rule leads back to the instant.
        let is_first = zone.instant(local, rule).is_ok_and(|first| first == at);
        let rule = if is_first { rule } else { ClockChange { fold: Fold::Second, ..rule } };
        Self { local, zone, rule, at }
    }

    /// Reads `2026-12-04T09:00`, with a zone behind it (`2026-12-04T09:00[Europe/Berlin]`), or an
    /// instant (`2026-12-04T09:00+01:00`, `2026-12-04T08:00Z`).
    ///
    /// A local time without a zone is meant in `default`, and an instant is shown there, else in
    /// UTC. Clock changes follow the [usual rule](ClockChange).
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): it is no such time; the zone is
    /// missing or unknown; or an offset beside a zone contradicts it.
    pub fn parse(text: &str, default: Option<&Zone>) -> Result<Self> {
        let shown = || super::shown(text);
        let unreadable = |e: &dyn fmt::Display| {
            Error::invalid("at", format!("`{}` is no time such as 2026-12-04T09:00: {e}", shown()))
        };
        if text.contains('[') {
            let zoned: jiff::Zoned = text.parse().map_err(|e| unreadable(&e))?;
            let name = zoned.time_zone().iana_name().ok_or_else(|| unreadable(&"the zone has no name"))?;
            return Ok(Self::of(zoned.timestamp(), name.parse()?));
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Self::of(at, default.cloned().unwrap_or_else(Zone::utc)));
        }
        let local: DateTime = text.parse().map_err(|e| unreadable(&e))?;
        let Some(zone) = default else {
            let why = "the time zone is missing; write for instance";
            return Err(Error::invalid("at", format!("`{}`: {why} {local}[Europe/Berlin]", shown())));
        };
        Self::new(local, zone.clone(), ClockChange::default())
    }

    /// The same, where it is still to come.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the time is not after `now`. What is
    /// to happen at once is planned for the time now.
    pub fn in_future(self, now: Timestamp) -> Result<Self> {
        if self.at > now {
            return Ok(self);
        }
        Err(Error::invalid("at", format!("{self} is past; choose a time after {}", self.zone.local(now))))
    }

    /// The instant.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The local time, as it was planned.
    #[must_use]
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// What was to be done about clock changes.
    #[must_use]
    pub fn rule(&self) -> ClockChange {
        self.rule
    }

    /// The same local time by today's time-zone data: its instant differs where a law was changed
    /// after the time was planned.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), as [`Zone::instant`].
    pub fn resolved_again(&self) -> Result<Self> {
        Self::new(self.local, self.zone.clone(), self.rule)
    }
}

/// The local time and the zone: `2026-12-04T09:00:00 Europe/Berlin`.
impl fmt::Display for PlannedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.local, self.zone)
    }
}
