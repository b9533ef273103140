//! On which dates something recurs.

use std::num::NonZeroU32;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// How often something recurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Every {
    /// So many minutes after one another, counted from an instant; clock changes do not matter.
    Minutes {
        /// From one to the next.
        minutes: NonZeroU32,
        /// The first.
        from: Timestamp,
    },
    /// Each day.
    Day,
    /// On these days of the week.
    Week {
        /// In any order.
        on: Vec<Weekday>,
    },
    /// On these days of the month, 1 to 31; -1 is the last day, -2 the day before it.
    Month {
        /// In any order.
        on: Vec<i8>,
        /// For the 29th, 30th and 31st.
        #[serde(default)]
        short: ShortMonth,
    },
    /// On these days of the year: birthdays, holidays.
    Year {
        /// In any order.
        on: Vec<YearDay>,
        /// For 29 February.
        #[serde(default)]
        leap: LeapDay,
    },
    /// By a cron expression of five fields (six with seconds), in local time: `0 9 * * MON#1` is
    /// nine o'clock on the first Monday of each month. Times that a clock change skips are moved to
    /// the first moment after it, those that it repeats are done once. Needs the feature `cron`.
    Cron {
        /// The expression.
        expression: String,
    },
}

impl Every {
    /// On these days of the week.
    #[must_use]
    pub fn week(on: impl IntoIterator<Item = Weekday>) -> Self {
        Self::Week { on: on.into_iter().collect() }
    }

    /// From Monday to Friday.
    #[must_use]
    pub fn weekday() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        Self::week([Monday, Tuesday, Wednesday, Thursday, Friday])
    }

    /// On these days of the month; in a shorter month on its last day.
    #[must_use]
    pub fn month(on: impl IntoIterator<Item = i8>) -> Self {
        Self::Month { on: on.into_iter().collect(), short: ShortMonth::default() }
    }

    /// On this day of each year; 29 February is 28 February in other years.
    #[must_use]
    pub fn year(month: i8, day: i8) -> Self {
        Self::Year { on: vec![YearDay { month, day }], leap: LeapDay::default() }
    }

    /// Whether the fields make sense.
    pub(super) fn checked(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::invalid("on", what));
        match self {
            Self::Week { on } if on.is_empty() => wrong("the days of the week are missing".to_owned()),
            Self::Month { on, .. } if on.is_empty() => wrong("the days of the month are missing".to_owned()),
            Self::Month { on, .. } => match on.iter().find(|day| !matches!(day, 1..=31 | -31..=-1)) {
                Some(day) => wrong(format!("{day} is no day of a month; use 1 to 31, or -1 for the last")),
                None => Ok(()),
            },
            Self::Year { on, .. } if on.is_empty() => wrong("the days of the year are missing".to_owned()),
            // A leap year has every day that there is.
            Self::Year { on, .. } => match on.iter().find(|day| Date::new(2024, day.month, day.day).is_err()) {
                Some(YearDay { month, day }) => wrong(format!("month {month} has no day {day}")),
                None => Ok(()),
            },
            Self::Minutes { .. } | Self::Day | Self::Week { .. } | Self::Cron { .. } => Ok(()),
        }
    }

    /// Whether something recurs on this date, `interval` units after one another since `from`.
    pub(super) fn holds(&self, date: Date, interval: i64, from: Date) -> bool {
        let (held, units) = match self {
            Self::Day => (true, days_between(from, date)),
            Self::Week { on } => {
                let monday = |date: Date| i64::from(date.weekday().to_monday_zero_offset());
                let weeks = (days_between(from, date) + monday(from) - monday(date)) / 7;
                (on.iter().any(|day| jiff::civil::Weekday::from(*day) == date.weekday()), weeks)
            }
            Self::Month { on, short } => {
                let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
                (on.iter().any(|day| short.is_on(*day, date)), months(date) - months(from))
            }
            Self::Year { on, leap } => {
                (on.iter().any(|day| leap.is_on(*day, date)), i64::from(date.year()) - i64::from(from.year()))
            }
            Self::Minutes { .. } | Self::Cron { .. } => return false,
        };
        held && units.rem_euclid(interval) == 0
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<Weekday> for jiff::civil::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        use jiff::civil::Weekday as Day;
        match day {
            Day::Monday => Self::Monday,
            Day::Tuesday => Self::Tuesday,
            Day::Wednesday => Self::Wednesday,
            Day::Thursday => Self::Thursday,
            Day::Friday => Self::Friday,
            Day::Saturday => Self::Saturday,
            Day::Sunday => Self::Sunday,
        }
    }
}

/// A day of each year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct YearDay {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
}

/// What the 31st means in a month of 30 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortMonth {
    /// The month's last day.
    #[default]
    LastDay,
    /// The month is left out.
    Skip,
}

impl ShortMonth {
    fn is_on(self, day: i8, date: Date) -> bool {
        let last = date.days_in_month();
        match day {
            ..0 => date.day() == last + 1 + day,
            day if day <= last => date.day() == day,
            _ => self == Self::LastDay && date.day() == last,
        }
    }
}

/// What 29 February means in a year of 365 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeapDay {
    /// 28 February.
    #[default]
    DayBefore,
    /// 1 March.
    DayAfter,
    /// The year is left out.
    Skip,
}

impl LeapDay {
    fn is_on(self, day: YearDay, date: Date) -> bool {
        let today = YearDay { month: date.month(), day: date.day() };
        let leap_day = YearDay { month: 2, day: 29 };
        if day != leap_day || date.in_leap_year() {
            return today == day;
        }
        match self {
            Self::DayBefore => today == YearDay { month: 2, day: 28 },
            Self::DayAfter => today == YearDay { month: 3, day: 1 },
            Self::Skip => false,
        }
    }
}
