//! How long a model is there.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How long a model is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Lifetime {
    /// No end is known.
    Open,
    /// It ends.
    Ends {
        /// On this day.
        on: Date,
        /// In so many days.
        days: u32,
        /// What the vendor names in its place.
        replacement: Option<String>,
    },
    /// It is gone.
    Over {
        /// Since this day.
        since: Date,
        /// What the vendor names in its place.
        replacement: Option<String>,
    },
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let replacement = match self {
            Self::Open => return f.write_str("no end is known"),
            Self::Ends { on, days, replacement } => {
                write!(f, "ends on {on}, in {days} days")?;
                replacement
            }
            Self::Over { since, replacement } => {
                write!(f, "was to end on {since}")?;
                replacement
            }
        };
        replacement.as_ref().map_or(Ok(()), |replacement| write!(f, "; its vendor names {replacement} instead"))
    }
}
