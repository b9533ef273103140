//! Recurrences over clock changes, year ends, leap days and exclusions.

use std::num::NonZeroU32;

use super::*;

fn daily(zone_name: &str, at: &str) -> Recurrence {
    Recurrence::new(Every::Day, zone(zone_name)).at_times([time(at)])
}

#[test]
fn a_daily_time_stays_at_its_local_hour_over_clock_changes() {
    let nine = daily("Europe/Berlin", "09:00");
    let found = nine.between(at("2026-03-27T12:00Z"), at("2026-03-31T00:00Z"), 10).unwrap();
    let instants: Vec<_> = found.iter().map(|time| time.at().to_string()).collect();
    assert_eq!(instants, ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]);
}

#[test]
fn a_skipped_time_happens_once_and_a_repeated_one_too() {
    let half_past_two = daily("Europe/Berlin", "02:30");
    let spring = half_past_two.between(at("2026-03-28T12:00Z"), at("2026-03-30T12:00Z"), 10).unwrap();
    let instants: Vec<_> = spring.iter().map(|time| time.at().to_string()).collect();
    assert_eq!(instants, ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    let autumn = half_past_two.between(at("2026-10-24T12:00Z"), at("2026-10-26T12:00Z"), 10).unwrap();
    let instants: Vec<_> = autumn.iter().map(|time| time.at().to_string()).collect();
    assert_eq!(instants, ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
}

#[test]
fn several_times_that_fall_together_happen_once() {
    let times = [time("02:10"), time("02:50"), time("03:00")];
    let recurrence = Recurrence::new(Every::Day, zone("Europe/Berlin")).at_times(times);
    let found = recurrence.between(at("2026-03-29T00:00Z"), at("2026-03-29T12:00Z"), 10).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    // Later by the gap: 02:50 becomes 03:50, behind 03:00.
    let later = recurrence.with_rule(ClockChange { gap: Gap::Later, fold: Fold::First });
    let found = later.between(at("2026-03-29T00:00Z"), at("2026-03-29T12:00Z"), 10).unwrap();
    let instants: Vec<_> = found.iter().map(|time| time.at().to_string()).collect();
    assert_eq!(instants, ["2026-03-29T01:00:00Z", "2026-03-29T01:10:00Z", "2026-03-29T01:50:00Z"]);
}

#[test]
fn a_date_that_a_zone_left_out_loses_nothing() {
    let rule = ClockChange { gap: Gap::Later, fold: Fold::First };
    let recurrence = daily("Pacific/Apia", "10:00").at_times([time("09:00"), time("10:00")]).with_rule(rule);
    let found = recurrence.between(at("2011-12-29T21:00Z"), at("2011-12-31T00:00Z"), 10).unwrap();
    // Thursday's two (UTC-10), then Saturday's two (UTC+14); Friday's are the same instants.
    let instants: Vec<_> = found.iter().map(|time| time.at().to_string()).collect();
    assert_eq!(instants, ["2011-12-30T19:00:00Z", "2011-12-30T20:00:00Z"]);
}

#[test]
fn the_newsletter_goes_out_on_the_1st_and_the_15th() {
    let newsletter = Recurrence::new(Every::month([15, 1]), zone("Europe/Paris")).at_times([time("08:00")]);
    assert_eq!(
        times(&newsletter, "2026-11-29T00:00Z", 4),
        ["2026-12-01T08:00:00", "2026-12-15T08:00:00", "2027-01-01T08:00:00", "2027-01-15T08:00:00"]
    );
}

#[test]
fn the_31st_is_the_last_day_or_left_out() {
    let on = |short| Recurrence::new(Every::Month { on: vec![31], short }, zone("UTC"));
    assert_eq!(
        times(&on(ShortMonth::LastDay), "2027-12-31T12:00Z", 3),
        ["2028-01-31T00:00:00", "2028-02-29T00:00:00", "2028-03-31T00:00:00"]
    );
    assert_eq!(
        times(&on(ShortMonth::Skip), "2027-12-31T12:00Z", 3),
        ["2028-01-31T00:00:00", "2028-03-31T00:00:00", "2028-05-31T00:00:00"]
    );
    let last_two = Recurrence::new(Every::month([-1, -2]), zone("UTC"));
    assert_eq!(times(&last_two, "2027-02-01T00:00Z", 2), ["2027-02-27T00:00:00", "2027-02-28T00:00:00"]);
    // The 30th and the 31st fall together at the end of November.
    let both = Recurrence::new(Every::month([30, 31]), zone("UTC"));
    assert_eq!(times(&both, "2026-11-01T00:00Z", 2), ["2026-11-30T00:00:00", "2026-12-30T00:00:00"]);
}

#[test]
fn birthdays_and_leap_days_recur_each_year() {
    let birthday = Recurrence::new(Every::year(12, 31), zone("Pacific/Kiritimati")).at_times([time("23:59")]);
    assert_eq!(times(&birthday, "2026-11-29T00:00Z", 2), ["2026-12-31T23:59:00", "2027-12-31T23:59:00"]);
    let on = |leap| Recurrence::new(Every::Year { on: vec![YearDay { month: 2, day: 29 }], leap }, zone("UTC"));
    assert_eq!(times(&on(LeapDay::DayBefore), "2026-11-29T00:00Z", 2), ["2027-02-28T00:00:00", "2028-02-29T00:00:00"]);
    assert_eq!(times(&on(LeapDay::DayAfter), "2026-11-29T00:00Z", 2), ["2027-03-01T00:00:00", "2028-02-29T00:00:00"]);
    // 2100 is no leap year.
    assert_eq!(
        on(LeapDay::Skip).next_after(at("2096-03-01T00:00Z")).unwrap().unwrap().local(),
        local("2104-02-29T00:00")
    );
}

#[test]
fn weekdays_intervals_and_exclusions_hold() {
    let working_days = Recurrence::new(Every::weekday(), zone("UTC")).except([date("2026-12-25")]);
    assert_eq!(
        times(&working_days, "2026-12-23T12:00Z", 3),
        ["2026-12-24T00:00:00", "2026-12-28T00:00:00", "2026-12-29T00:00:00"]
    );
    // Every second week, on Monday and Friday, anchored in the middle of a week.
    let two = NonZeroU32::new(2).unwrap();
    let every = Every::week([Weekday::Friday, Weekday::Monday]);
    let fortnight = Recurrence::new(every, zone("UTC")).with_interval(two, date("2026-12-02"));
    assert_eq!(
        times(&fortnight, "2026-11-01T00:00Z", 4),
        ["2026-12-04T00:00:00", "2026-12-14T00:00:00", "2026-12-18T00:00:00", "2026-12-28T00:00:00"]
    );
    let quarterly = Recurrence::new(Every::month([1]), zone("UTC"))
        .with_interval(NonZeroU32::new(3).unwrap(), date("2026-11-01"))
        .within(Some(date("2026-11-01")), Some(date("2027-06-01")));
    assert_eq!(
        times(&quarterly, "2026-01-01T00:00Z", 9),
        ["2026-11-01T00:00:00", "2027-02-01T00:00:00", "2027-05-01T00:00:00"]
    );
}

#[test]
fn minutes_are_counted_from_their_first_and_never_burst() {
    let minutes = NonZeroU32::new(90).unwrap();
    let every = Recurrence::new(Every::Minutes { minutes, from: at("2020-01-01T00:00Z") }, zone("Europe/Berlin"));
    // An anchor years ago: the next one is the next one.
    assert_eq!(every.next_after(at("2026-11-29T10:31Z")).unwrap().unwrap().at(), at("2026-11-29T12:00Z"));
    assert_eq!(every.next_after(at("2026-11-29T12:00Z")).unwrap().unwrap().at(), at("2026-11-29T13:30Z"));
    assert_eq!(every.next_after(at("2019-01-01T00:00Z")).unwrap().unwrap().at(), at("2020-01-01T00:00Z"));
    // An hour that exists twice has all its minutes.
    let half = Every::Minutes { minutes: NonZeroU32::new(30).unwrap(), from: at("2026-01-01T00:00Z") };
    let autumn = Recurrence::new(half, zone("Europe/Berlin"));
    let found = autumn.between(at("2026-10-24T23:59Z"), at("2026-10-25T02:00Z"), 10).unwrap();
    assert_eq!(found.len(), 5);
    // A date that is left out costs one step, not one for each of its minutes.
    let each = Every::Minutes { minutes: NonZeroU32::MIN, from: at("2026-01-01T00:00Z") };
    let holiday = Recurrence::new(each, zone("UTC")).except([date("2026-12-25")]);
    assert_eq!(holiday.next_after(at("2026-12-24T23:59Z")).unwrap().unwrap().at(), at("2026-12-26T00:00Z"));
}

#[cfg(feature = "cron")]
#[test]
fn cron_expressions_follow_local_time() {
    let cron = |expression: &str, zone_name| Recurrence::cron(expression, zone(zone_name));
    assert_eq!(
        times(&cron("0 9 * * MON#1", "Europe/Berlin"), "2026-11-29T00:00Z", 2),
        ["2026-12-07T09:00:00", "2027-01-04T09:00:00"]
    );
    let night = cron("30 2 * * *", "Europe/Berlin");
    let spring = night.between(at("2026-03-28T12:00Z"), at("2026-03-30T12:00Z"), 10).unwrap();
    let instants: Vec<_> = spring.iter().map(|time| time.at().to_string()).collect();
    assert_eq!(instants, ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    let autumn = night.between(at("2026-10-24T12:00Z"), at("2026-10-26T12:00Z"), 10).unwrap();
    assert_eq!(autumn.len(), 2);
    assert_eq!(
        times(&cron("0 0 29 2 *", "UTC").except([date("2028-02-29")]), "2026-01-01T00:00Z", 1),
        ["2032-02-29T00:00:00"]
    );
    let error = cron("61 * * * *", "UTC").next_after(at("2026-01-01T00:00Z")).unwrap_err();
    assert!(error.to_string().contains("`61 * * * *` is no cron expression"), "{error}");
    assert_eq!(cron("0 0 31 2 *", "UTC").next_after(at("2026-01-01T00:00Z")).unwrap(), None, "it never comes");
}

#[test]
fn fields_without_sense_are_refused_by_name() {
    let refused =
        |every| Recurrence::new(every, zone("UTC")).next_after(at("2026-01-01T00:00Z")).unwrap_err().to_string();
    assert!(refused(Every::month([0])).contains("0 is no day of a month"));
    assert!(refused(Every::month([32])).contains("32 is no day of a month"));
    assert!(refused(Every::week([])).contains("the days of the week are missing"));
    assert!(refused(Every::year(4, 31)).contains("month 4 has no day 31"));
    let mut second = Recurrence::new(Every::Day, zone("UTC"));
    second.interval = NonZeroU32::new(2).unwrap();
    assert!(second.next_after(at("2026-01-01T00:00Z")).unwrap_err().to_string().contains("needs the first date"));
}

#[test]
fn a_recurrence_is_written_as_people_read_it() {
    let json = r#"{"every":{"week":{"on":["monday","friday"]}},"times":["09:00:00"],"zone":"Europe/Berlin","except":["2026-12-25"]}"#;
    let read: Recurrence = serde_json::from_str(json).unwrap();
    let every = Every::week([Weekday::Monday, Weekday::Friday]);
    let written = Recurrence::new(every, zone("Europe/Berlin")).at_times([time("09:00")]).except([date("2026-12-25")]);
    assert_eq!(read, written);
    assert_eq!(serde_json::from_str::<Recurrence>(&serde_json::to_string(&written).unwrap()).unwrap(), written);
}
