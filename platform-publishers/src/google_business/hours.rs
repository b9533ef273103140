//! Opening hours, and days on which they are others.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use social_core::http::Repeat;
use social_core::run::Run;
use social_core::{Error, Result};

use super::GoogleBusiness;
use super::when::{Date, TimeOfDay};
use super::wire::{Period, Place, RegularHours, SpecialHours, SpecialPeriod};

/// A time of the week in which a location is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpeningHours {
    /// The day on which it opens: `MONDAY`.
    pub open_day: String,
    /// When it opens: `09:00`.
    pub opens: String,
    /// The day on which it closes, which may be the next one.
    pub close_day: String,
    /// When it closes: `18:00`; a day ends at `24:00`.
    pub closes: String,
}

impl OpeningHours {
    /// Open on a day (`MONDAY`) from a time to a time (`09:00`).
    #[must_use]
    pub fn new(day: impl Into<String>, opens: impl Into<String>, closes: impl Into<String>) -> Self {
        let day = day.into();
        Self { open_day: day.clone(), opens: opens.into(), close_day: day, closes: closes.into() }
    }
}

/// A day on which the hours are others than usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpecialDay {
    /// The day: `2026-12-24`.
    pub day: String,
    /// From when to when it is open, `09:00` to `13:00`; closed where there is nothing.
    pub hours: Option<(String, String)>,
}

impl SpecialDay {
    /// Closed all day.
    #[must_use]
    pub fn closed(day: impl Into<String>) -> Self {
        Self { day: day.into(), hours: None }
    }

    /// Open from a time to a time.
    #[must_use]
    pub fn open(day: impl Into<String>, opens: impl Into<String>, closes: impl Into<String>) -> Self {
        Self { day: day.into(), hours: Some((opens.into(), closes.into())) }
    }

    fn period(&self) -> Result<SpecialPeriod> {
        let start_date = Date::parse(&self.day).ok_or_else(|| wrong("day", &self.day, "2026-12-24"))?;
        let hours = self.hours.as_ref().map(|(opens, closes)| Ok::<_, Error>((time(opens)?, time(closes)?)));
        let hours = hours.transpose()?;
        Ok(SpecialPeriod {
            start_date,
            end_date: None,
            open_time: hours.map(|(opens, _)| opens),
            close_time: hours.map(|(_, closes)| closes),
            closed: hours.is_none(),
        })
    }
}

impl From<&SpecialPeriod> for SpecialDay {
    fn from(period: &SpecialPeriod) -> Self {
        let hours = match (period.closed, period.close_time) {
            (false, Some(closes)) => Some((period.open_time.unwrap_or_default().to_string(), closes.to_string())),
            _ => None,
        };
        Self { day: period.start_date.to_string(), hours }
    }
}

fn time(text: &str) -> Result<TimeOfDay> {
    TimeOfDay::parse(text).ok_or_else(|| wrong("time", text, "09:00"))
}

fn wrong(field: &'static str, value: &str, example: &str) -> Error {
    Error::invalid(field, format!("`{value}` is not a {field} such as {example}"))
}

impl GoogleBusiness {
    /// The usual opening hours.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn opening_hours(&self) -> Result<Vec<OpeningHours>> {
        let hours = self.place("regularHours").await?.regular_hours.unwrap_or_default();
        let read = |period: Period| OpeningHours {
            open_day: period.open_day,
            opens: period.open_time.to_string(),
            close_day: period.close_day,
            closes: period.close_time.to_string(),
        };
        Ok(hours.periods.into_iter().map(read).collect())
    }

    /// Replaces the usual opening hours, all of them. Said again, they are the same, so that a lost
    /// answer does no harm.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a day or time that does not exist,
    /// and for a run that was begun with other hours; the kinds of the HTTP path.
    pub async fn set_opening_hours(&self, run: &Run, hours: &[OpeningHours]) -> Result<()> {
        const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
        let mut periods = Vec::new();
        for OpeningHours { open_day, opens, close_day, closes } in hours {
            if let Some(day) = [open_day, close_day].into_iter().find(|day| !DAYS.contains(&day.as_str())) {
                return Err(wrong("day", day, "MONDAY"));
            }
            let (open_time, close_time) = (time(opens)?, time(closes)?);
            periods.push(Period { open_day: open_day.clone(), open_time, close_day: close_day.clone(), close_time });
        }
        run.bind(&json!({ "opening hours": hours })).await?;
        let body = json!({ "regularHours": RegularHours { periods } });
        run.step("opening hours", || self.patch("regularHours", &body)).await
    }

    /// The days on which the hours are others than usual.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn special_days(&self) -> Result<Vec<SpecialDay>> {
        Ok(self.special_periods().await?.iter().map(SpecialDay::from).collect())
    }

    /// Sets the hours of these days; those of other days stay as they are. Said again, they are the
    /// same, so that a lost answer does no harm.
    ///
    /// # Errors
    /// As [`set_opening_hours`](Self::set_opening_hours).
    pub async fn set_special_days(&self, run: &Run, days: &[SpecialDay]) -> Result<()> {
        let mut periods = days.iter().map(SpecialDay::period).collect::<Result<Vec<_>>>()?;
        run.bind(&json!({ "special days": days })).await?;
        let set = || async {
            // The list is replaced whole: what is there is sent again.
            for kept in self.special_periods().await? {
                if periods.iter().all(|period| period.start_date != kept.start_date) {
                    periods.push(kept);
                }
            }
            periods.sort_by_key(|period| (period.start_date, period.open_time));
            let body = json!({ "specialHours": SpecialHours { special_hour_periods: periods } });
            self.patch("specialHours", &body).await
        };
        run.step("special days", set).await
    }

    async fn special_periods(&self) -> Result<Vec<SpecialPeriod>> {
        Ok(self.place("specialHours").await?.special_hours.unwrap_or_default().special_hour_periods)
    }

    async fn patch(&self, field: &str, body: &serde_json::Value) -> Result<()> {
        let route = self.information.route(Method::PATCH, &self.location.information())?;
        let call = self.information.call(&route).operation("change hours").repeat(Repeat::Safe);
        let reply = call.query("updateMask", field).json(body).send().await?;
        // The answer is the location.
        let place: Place = reply.json()?;
        if place.name.is_empty() { Err(reply.unreadable("the answer is not the location")) } else { Ok(()) }
    }
}
