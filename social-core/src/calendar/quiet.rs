//! Hours in which nothing is published.

use async_trait::async_trait;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::zone::{ClockChange, Zone};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::run::{Admission, Closed, Gate, GateRequest};

/// From one local time to another nothing is published: a [`Gate`] for runs. What is generated,
/// not published, passes.
///
/// The end does not belong to the quiet hours, and they may pass midnight: `22:00` to `07:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// The first quiet moment.
    pub from: Time,
    /// The first moment after them. The same as `from`: all day.
    pub to: Time,
    /// Where the two are meant.
    pub zone: Zone,
}

impl QuietHours {
    /// Quiet from one local time to another.
    #[must_use]
    pub fn new(from: Time, to: Time, zone: Zone) -> Self {
        Self { from, to, zone }
    }

    /// When the quiet hours end in which an instant lies; `None`: it lies in none.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the end lies beyond the year 9999.
    pub fn end_after(&self, at: Timestamp) -> Result<Option<Timestamp>> {
        let local = self.zone.local(at);
        let time = local.time();
        let (today, quiet) = if self.from < self.to {
            (true, self.from <= time && time < self.to)
        } else {
            (time < self.to, time < self.to || self.from <= time)
        };
        if !quiet {
            return Ok(None);
        }
        let date = if today { Ok(local.date()) } else { local.date().tomorrow() };
        let date = date.map_err(|e| crate::Error::invalid("to", e.to_string()))?;
        self.zone.instant(date.to_datetime(self.to), ClockChange::default()).map(Some)
    }
}

#[async_trait]
impl Gate for QuietHours {
    async fn admit(&self, request: &GateRequest) -> Result<Admission> {
        if request.account.is_none() {
            return Ok(Admission::Open);
        }
        let end = self.end_after(request.at)?;
        let reason = || format!("quiet hours from {} to {} {}", self.from, self.to, self.zone);
        Ok(end.map_or(Admission::Open, |end| Admission::Closed(Closed::new(reason()).until(end))))
    }
}
