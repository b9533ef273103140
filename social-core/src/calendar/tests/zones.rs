//! Local times at clock changes: the transitions are those of the IANA database.

use super::*;
use crate::ErrorKind;

fn instant(zone_name: &str, text: &str, gap: Gap, fold: Fold) -> String {
    zone(zone_name).instant(local(text), ClockChange { gap, fold }).map_or_else(|e| e.to_string(), |at| at.to_string())
}

#[test]
fn a_time_that_is_skipped_follows_the_named_rule() {
    let skipped = |gap| instant("Europe/Berlin", "2026-03-29T02:30", gap, Fold::First);
    assert_eq!(skipped(Gap::FirstAfter), "2026-03-29T01:00:00Z", "03:00 summer time");
    assert_eq!(skipped(Gap::Later), "2026-03-29T01:30:00Z", "03:30 summer time");
    assert_eq!(skipped(Gap::Earlier), "2026-03-29T00:30:00Z", "01:30 winter time");
    assert!(skipped(Gap::Refuse).contains("2026-03-29T02:30:00 does not exist in Europe/Berlin"));
    // The edges of the gap.
    let edge = |text| instant("Europe/Berlin", text, Gap::FirstAfter, Fold::First);
    assert_eq!(edge("2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
    assert_eq!(edge("2026-03-29T02:00"), "2026-03-29T01:00:00Z");
    assert_eq!(edge("2026-03-29T02:59:59"), "2026-03-29T01:00:00Z");
    assert_eq!(edge("2026-03-29T03:00"), "2026-03-29T01:00:00Z");
}

#[test]
fn a_time_that_exists_twice_follows_the_named_rule() {
    let twice = |fold| instant("America/New_York", "2026-11-01T01:30", Gap::FirstAfter, fold);
    assert_eq!(twice(Fold::First), "2026-11-01T05:30:00Z");
    assert_eq!(twice(Fold::Second), "2026-11-01T06:30:00Z");
    assert!(twice(Fold::Refuse).contains("exists twice in America/New_York"));
}

#[test]
fn zones_of_the_south_with_half_hours_and_without_changes_are_right() {
    let usual = |zone, text| instant(zone, text, Gap::FirstAfter, Fold::First);
    // Lord Howe moves by half an hour, in October.
    assert_eq!(usual("Australia/Lord_Howe", "2026-10-04T02:15"), "2026-10-03T15:30:00Z");
    assert_eq!(usual("Asia/Kolkata", "2026-03-29T02:30"), "2026-03-28T21:00:00Z");
    assert_eq!(usual("Asia/Kathmandu", "2026-01-01T00:00"), "2025-12-31T18:15:00Z");
    // Samoa left out a whole day.
    assert_eq!(usual("Pacific/Apia", "2011-12-30T09:00"), "2011-12-30T10:00:00Z");
    // Türkiye has kept summer time since 2016; before, winter time ended in March.
    assert_eq!(usual("Europe/Istanbul", "2015-12-01T12:00"), "2015-12-01T10:00:00Z");
    assert_eq!(usual("Europe/Istanbul", "2026-12-01T12:00"), "2026-12-01T09:00:00Z");
    // Mexico has had no summer time since October 2022.
    assert_eq!(usual("America/Mexico_City", "2022-07-01T12:00"), "2022-07-01T17:00:00Z");
    assert_eq!(usual("America/Mexico_City", "2026-07-01T12:00"), "2026-07-01T18:00:00Z");
}

#[test]
fn a_local_time_without_a_zone_is_refused_unless_a_default_is_set() {
    let error = PlannedTime::parse("2026-12-04T09:00", None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("the time zone is missing"), "{error}");
    let lisbon = zone("Europe/Lisbon");
    let parsed = |text: &str| PlannedTime::parse(text, Some(&lisbon)).unwrap();
    assert_eq!(parsed("2026-12-04T09:00").at(), at("2026-12-04T09:00Z"));
    assert_eq!(parsed("2026-12-04 09:00").at(), at("2026-12-04T09:00Z"));
    assert_eq!(parsed("2026-12-04T09:00[Asia/Tokyo]").at(), at("2026-12-04T00:00Z"), "its own zone wins");
    assert_eq!(parsed("2026-07-04T09:00+02:00").to_string(), "2026-07-04T08:00:00 Europe/Lisbon");
    assert_eq!(PlannedTime::parse("2026-12-04T09:00Z", None).unwrap().zone().name(), "UTC");
    for wrong in
        ["", "tomorrow", "2026-13-01T00:00", "2026-12-04T09:00[Mars/Olympus]", "2026-12-04T09:00+05:00[Europe/Berlin]"]
    {
        assert_eq!(PlannedTime::parse(wrong, Some(&lisbon)).unwrap_err().kind(), ErrorKind::InvalidRequest, "{wrong}");
    }
}

#[test]
fn abbreviations_and_foreign_text_are_no_zones() {
    assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
    for wrong in ["", "Mars/Olympus", "+02:00", "Europe/\u{1b}[31mBerlin", &"x".repeat(5_000)] {
        let error = wrong.parse::<Zone>().unwrap_err().to_string();
        assert!(error.contains("unknown time zone") && error.len() < 200 && !error.contains('\u{1b}'), "{error}");
    }
}

#[test]
fn a_planned_time_survives_json_and_new_laws() {
    let planned = PlannedTime::parse("2026-12-04T09:00[Europe/Berlin]", None).unwrap();
    let json = serde_json::to_string(&planned).unwrap();
    assert_eq!(
        json,
        r#"{"local":"2026-12-04T09:00:00","zone":"Europe/Berlin","rule":{"gap":"first_after","fold":"first"},"at":"2026-12-04T08:00:00Z"}"#
    );
    assert_eq!(serde_json::from_str::<PlannedTime>(&json).unwrap(), planned);
    // Planned when the law was another one: the instant is kept until somebody asks.
    let old: PlannedTime = serde_json::from_str(&json.replace("08:00:00Z", "07:00:00Z")).unwrap();
    assert_eq!(old.at(), at("2026-12-04T07:00Z"));
    assert_eq!(old.resolved_again().unwrap(), planned);
}

#[test]
fn an_instant_in_either_of_two_equal_hours_comes_back() {
    let new_york = zone("America/New_York");
    for text in ["2026-11-01T05:30Z", "2026-11-01T06:30Z"] {
        let planned = PlannedTime::of(at(text), new_york.clone());
        assert_eq!(planned.local(), local("2026-11-01T01:30"));
        assert_eq!(planned.resolved_again().unwrap().at(), at(text));
    }
}

#[test]
fn what_is_past_is_refused() {
    let planned = PlannedTime::parse("2026-12-04T09:00Z", None).unwrap();
    assert!(planned.clone().in_future(at("2026-12-04T08:59:59Z")).is_ok());
    let error = planned.in_future(at("2026-12-04T09:00Z")).unwrap_err();
    assert!(error.to_string().contains("2026-12-04T09:00:00 UTC is past"), "{error}");
}
