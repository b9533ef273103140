//! Best times, mixes and quiet hours.

use super::*;
use crate::identity::AccountKey;
use crate::run::{Admission, Gate as _, GateRequest, RunId};

#[test]
fn the_best_hour_says_how_many_posts_it_stands_on() {
    let observation = |text: &str, value| Observation { at: at(text), value };
    let mut history: Vec<_> = (1..=20).map(|day| observation(&format!("2026-10-{day:02}T17:00Z"), 0.04)).collect();
    // One lucky post at three in the morning, and ten good ones on Fridays at noon in Berlin.
    history.push(observation("2026-10-07T01:00Z", 0.20));
    history.extend((0..10).map(|_| observation("2026-10-09T10:00Z", 0.10)));
    history.push(observation("2026-10-09T10:00Z", f64::NAN));
    let best = best_times(&history, &zone("Europe/Berlin"));
    let first = &best[0];
    assert_eq!((first.weekday, first.hour, first.observations), (Weekday::Friday, 12, 10));
    assert!((first.mean - 0.10).abs() < 1e-9 && first.expected < first.mean);
    let lucky = best.iter().find(|hour| hour.observations == 1).unwrap();
    assert!((lucky.mean - 0.20).abs() < 1e-9 && lucky.expected < first.expected);
    assert!(best_times(&[], &zone("UTC")).is_empty());
}

#[test]
fn a_mix_becomes_slots_that_are_spread_and_repeatable() {
    let mix = ContentMix::new([("feed", 0.4), ("reel", 0.35), ("story", 0.25)]);
    let slots = mix.slots(20, 7).unwrap();
    let count = |kind| slots.iter().filter(|slot| **slot == kind).count();
    assert_eq!((count("feed"), count("reel"), count("story")), (8, 7, 5));
    assert_eq!(slots, mix.slots(20, 7).unwrap(), "the same seed, the same plan");
    assert!(slots.windows(3).all(|three| three[0] != three[1] || three[1] != three[2]), "{slots:?}");
    // Shares that do not come out even still fill every slot.
    assert_eq!(ContentMix::new([("a", 1.0), ("b", 1.0), ("c", 1.0)]).slots(10, 1).unwrap().len(), 10);
    let even = ContentMix::new([("a", 1.0), ("b", 1.0)]);
    let plans: std::collections::BTreeSet<_> = (0..16).map(|seed| even.slots(3, seed).unwrap()).collect();
    assert!(plans.len() > 1, "the seed decides between equals");
    assert!(even.slots(0, 1).unwrap().is_empty());
}

#[test]
fn a_mix_without_sense_is_refused() {
    let refused = |name: &str, weight| ContentMix::new([(name, weight)]).slots(5, 1).unwrap_err().to_string();
    assert!(refused("feed", -0.1).contains("-0.1 is no weight"));
    assert!(refused("feed", f64::NAN).contains("is no weight"));
    assert!(refused("feed", 0.0).contains("a weight above zero"));
}

#[tokio::test]
async fn quiet_hours_close_the_gate_over_midnight() {
    let quiet = QuietHours::new(time("22:00"), time("07:00"), zone("Europe/Berlin"));
    let asked = async |text: &str, account: Option<AccountKey>| {
        let request = GateRequest { run: RunId::new("r"), step: "post".into(), account, at: at(text) };
        match quiet.admit(&request).await.unwrap() {
            Admission::Open => None,
            Admission::Closed(closed) => closed.opens_at.map(|at| at.to_string()),
        }
    };
    let account = || Some(AccountKey::new("bluesky", "did:plc:a"));
    assert_eq!(asked("2026-12-01T20:59:59Z", account()).await, None);
    assert_eq!(asked("2026-12-01T21:00:00Z", account()).await.as_deref(), Some("2026-12-02T06:00:00Z"));
    assert_eq!(asked("2026-12-02T05:59:59Z", account()).await.as_deref(), Some("2026-12-02T06:00:00Z"));
    assert_eq!(asked("2026-12-02T06:00:00Z", account()).await, None);
    assert_eq!(asked("2026-12-01T23:00:00Z", None).await, None, "what is generated goes on");
    // The night in which the clocks change is an hour shorter.
    assert_eq!(asked("2026-03-28T22:00:00Z", account()).await.as_deref(), Some("2026-03-29T05:00:00Z"));
    let noon = QuietHours::new(time("12:00"), time("13:00"), zone("UTC"));
    assert_eq!(noon.end_after(at("2026-12-01T12:30Z")).unwrap(), Some(at("2026-12-01T13:00Z")));
    assert_eq!(noon.end_after(at("2026-12-01T13:00Z")).unwrap(), None);
}
