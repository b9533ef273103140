//! What is done after a time in which nothing ran.

use std::num::NonZeroU32;
use std::time::Duration;

use super::*;

const GRACE: Duration = Duration::from_secs(60);

fn nine() -> Recurrence {
    Recurrence::new(Every::Day, zone("UTC")).at_times([time("09:00")])
}

fn asked(recurrence: &Recurrence, done: &str, now: &str, catch_up: CatchUp) -> (Vec<String>, usize) {
    let due = due(recurrence, at(done), at(now), GRACE, catch_up).unwrap();
    assert!(due.next.is_none_or(|next| next.at() > at(now)));
    (due.now.iter().map(|time| time.at().to_string()).collect(), due.missed.count)
}

#[test]
fn what_is_on_time_is_done_by_every_rule() {
    let all = CatchUp::All { within: Duration::from_secs(3_600), at_most: 3 };
    for rule in [CatchUp::Skip, CatchUp::Once, all] {
        for now in ["2026-12-01T09:00:00Z", "2026-12-01T09:01:00Z"] {
            let (done, missed) = asked(&nine(), "2026-11-30T09:00:00Z", now, rule);
            assert_eq!((done, missed), (vec!["2026-12-01T09:00:00Z".to_owned()], 0), "{rule:?} at {now}");
        }
        let (done, missed) = asked(&nine(), "2026-12-01T09:00:00Z", "2026-12-01T09:00:30Z", rule);
        assert_eq!((done.len(), missed), (0, 0), "nothing is done twice");
    }
}

#[test]
fn what_was_missed_follows_the_rule() {
    let (done, now) = ("2026-11-20T09:00:00Z", "2026-11-29T12:00:00Z");
    assert_eq!(asked(&nine(), done, now, CatchUp::Skip), (vec![], 9));
    assert_eq!(asked(&nine(), done, now, CatchUp::Once), (vec!["2026-11-29T09:00:00Z".to_owned()], 8));
    let two_days = Duration::from_secs(48 * 3_600);
    let all = |at_most| asked(&nine(), done, now, CatchUp::All { within: two_days, at_most });
    assert_eq!(all(5), (vec!["2026-11-28T09:00:00Z".to_owned(), "2026-11-29T09:00:00Z".to_owned()], 7));
    assert_eq!(all(1), (vec!["2026-11-29T09:00:00Z".to_owned()], 8));
    assert_eq!(all(0), (vec![], 9));
    // One second past the grace is missed.
    assert_eq!(asked(&nine(), "2026-11-28T09:00:00Z", "2026-11-29T09:01:01Z", CatchUp::Skip), (vec![], 1));
}

#[test]
fn a_current_time_stands_for_the_missed_ones() {
    let (done, missed) = asked(&nine(), "2026-11-20T09:00:00Z", "2026-11-29T09:00:30Z", CatchUp::Once);
    assert_eq!((done, missed), (vec!["2026-11-29T09:00:00Z".to_owned()], 8));
}

#[test]
fn years_of_missed_minutes_are_one() {
    let every = Every::Minutes { minutes: NonZeroU32::MIN, from: at("2020-01-01T00:00:30Z") };
    let each = Recurrence::new(every, zone("UTC"));
    let found =
        due(&each, at("2020-01-01T00:00:30Z"), at("2026-11-29T12:00:00Z"), Duration::from_secs(5), CatchUp::Once);
    let found = found.unwrap();
    assert_eq!(found.now.iter().map(PlannedTime::at).collect::<Vec<_>>(), [at("2026-11-29T11:59:30Z")]);
    assert!(found.missed.more && found.missed.count == 10_000);
    assert_eq!(found.next.unwrap().at(), at("2026-11-29T12:00:30Z"));
}
