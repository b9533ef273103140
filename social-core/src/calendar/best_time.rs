//! The best time to post, from an account's own history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dates::Weekday;
use super::zone::Zone;
use crate::clock::Timestamp;

/// How many average observations each hour starts with: few good posts at three in the morning do
/// not make it the best hour.
const PRIOR: f64 = 5.0;

/// One post of the past.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When it went out.
    pub at: Timestamp,
    /// How well it did, in any unit that is the same for all of them: an engagement rate, a reach.
    pub value: f64,
}

/// An hour of the week, and how well posts did in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BestTime {
    /// The day, in the zone asked for.
    pub weekday: Weekday,
    /// 0 to 23, in the zone asked for.
    pub hour: i8,
    /// What is to be expected: the mean of this hour, drawn towards the mean of all posts the more
    /// the fewer observations it stands on.
    pub expected: f64,
    /// The mean of this hour alone.
    pub mean: f64,
    /// How many posts of the history went out in this hour.
    pub observations: usize,
}

/// The hours of the week in which posts went out, the best first.
///
/// An estimate from what happened, no promise: an hour in which nothing was posted is not in the
/// list, and [`BestTime::observations`] says what each stands on. Values that are not finite are
/// left out.
#[must_use]
pub fn best_times(history: &[Observation], zone: &Zone) -> Vec<BestTime> {
    let mut hours: BTreeMap<(Weekday, i8), (f64, usize)> = BTreeMap::new();
    let (mut total, mut count) = (0.0, 0_usize);
    for Observation { at, value } in history.iter().filter(|observation| observation.value.is_finite()) {
        let local = zone.local(*at);
        let (sum, posts) = hours.entry((local.weekday().into(), local.hour())).or_default();
        (*sum, *posts) = (*sum + value, *posts + 1);
        (total, count) = (total + value, count + 1);
    }
    if count == 0 {
        return Vec::new();
    }
    let average = total / count as f64;
    let mut best: Vec<BestTime> = hours
        .into_iter()
        .map(|((weekday, hour), (sum, observations))| {
            let posts = observations as f64;
            let expected = (sum + PRIOR * average) / (posts + PRIOR);
            BestTime { weekday, hour, expected, mean: sum / posts, observations }
        })
        .collect();
    best.sort_by(|a, b| b.expected.total_cmp(&a.expected));
    best
}
