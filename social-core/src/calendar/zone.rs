//! Time zones, and the hours that a clock change skips or repeats.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// A time zone of the IANA database, by its name: `Europe/Berlin`, `UTC`.
///
/// An abbreviation such as `CEST` or a bare offset is refused: neither knows when the clocks
/// change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The name, as the database spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local time at an instant.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// The instant of a local time.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the rule refuses a time that a clock
    /// change skips or repeats, or the instant is outside of the years -9999 to 9999.
    pub fn instant(&self, local: DateTime, rule: ClockChange) -> Result<Timestamp> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let refused = |what: &str| {
            Error::invalid("local", format!("{local} {what} in {}: the clocks change; choose another time", self.name))
        };
        let found = match (ambiguous.offset(), rule.gap, rule.fold) {
            (AmbiguousOffset::Gap { .. }, Gap::Refuse, _) => return Err(refused("does not exist")),
            (AmbiguousOffset::Fold { .. }, _, Fold::Refuse) => return Err(refused("exists twice")),
            (AmbiguousOffset::Gap { .. }, Gap::FirstAfter, _) => {
                ambiguous.later().map(|later| self.change_before(later))
            }
            (AmbiguousOffset::Gap { .. }, Gap::Earlier, _) | (AmbiguousOffset::Fold { .. }, _, Fold::First) => {
                ambiguous.earlier()
            }
            _ => ambiguous.later(),
        };
        found.map_err(|e| Error::invalid("local", format!("{local} in {}: {e}", self.name)))
    }

    /// The clock change at or before an instant; the instant itself where there is none.
    fn change_before(&self, at: Timestamp) -> Timestamp {
        let next = at.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(at);
        self.zone.preceding(next).next().map_or(at, |change| change.timestamp())
    }

    #[cfg(feature = "cron")]
    pub(super) fn zoned(&self, at: Timestamp) -> jiff::Zoned {
        at.to_zoned(self.zone.clone())
    }
}

impl FromStr for Zone {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let refused = || {
            let shown = super::shown(name);
            Error::invalid("zone", format!("unknown time zone `{shown}`; use a name such as Europe/Berlin"))
        };
        let zone = TimeZone::get(name).map_err(|_| refused())?;
        let name = zone.iana_name().ok_or_else(refused)?.to_owned();
        Ok(Self { name, zone })
    }
}

impl TryFrom<String> for Zone {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name).finish()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Which instant a local time means that a clock change skips or repeats.
///
/// By default the first moment after a gap, and the first of two: 02:30 on the morning when Berlin
/// skips from 02:00 to 03:00 is 03:00, and what is due at 02:30 in autumn is done once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ClockChange {
    /// For times that do not exist.
    pub gap: Gap,
    /// For times that exist twice.
    pub fold: Fold,
}

/// What a local time means that a clock change skips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// The first moment after the gap: 02:30 becomes 03:00.
    #[default]
    FirstAfter,
    /// Later by the length of the gap, as in RFC 5545: 02:30 becomes 03:30.
    Later,
    /// Earlier by the length of the gap: 02:30 becomes 01:30.
    Earlier,
    /// It is refused.
    Refuse,
}

/// What a local time means that a clock change repeats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// The first of the two instants.
    #[default]
    First,
    /// The second of the two instants.
    Second,
    /// It is refused.
    Refuse,
}
