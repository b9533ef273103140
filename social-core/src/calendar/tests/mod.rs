//! Calendar tests: real transitions of the time-zone database, and invented schedules.

mod catching_up;
mod plans;
mod recurring;
mod zones;

use super::*;
use crate::clock::Timestamp;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn local(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// The local times of a recurrence after an instant.
fn times(recurrence: &Recurrence, after: &str, count: usize) -> Vec<String> {
    let far = at("2100-01-01T00:00Z");
    recurrence.between(at(after), far, count).unwrap().iter().map(|time| time.local().to_string()).collect()
}
