//! Versions of the API, which live for about a year.

use std::time::Duration;

use social_core::clock::Timestamp;
use social_core::publish::{Finding, FindingCode};

/// The version of the API that this module was written for: year and month.
pub const VERSION: &str = "202609";

/// So long before a version ends it is time to change.
const NOTICE: Duration = Duration::from_secs(60 * 24 * 3600);

/// When a version is switched off: on the 15th or 16th of its month a year later, as those of the
/// migrations page were (202510 to 202604, read in November 2026).
pub(super) fn end_of(version: &str) -> Option<Timestamp> {
    let (year, month) = version.split_at_checked(4)?;
    let year: u16 = year.parse().ok()?;
    format!("{}-{month}-15T00:00:00Z", year + 1).parse().ok()
}

/// What there is to say about a version at a time.
pub(super) fn finding(version: &str, at: Timestamp) -> Option<Finding> {
    let Some(end) = end_of(version) else {
        let message = "this is not a version of the API; set year and month";
        return Some(Finding::error(FindingCode::INVALID, "version", message).with_value(version).with_limit(VERSION));
    };
    let soon = at.saturating_add(NOTICE).is_ok_and(|soon| soon >= end);
    let finding = if at >= end {
        Finding::error(FindingCode::INVALID, "version", "the version is switched off by then; set a newer one")
    } else if soon {
        Finding::warning(FindingCode::INVALID, "version", "the version is switched off soon; set a newer one")
    } else {
        return None;
    };
    Some(finding.with_value(version).with_limit(format!("until about {end}")))
}

#[cfg(test)]
mod tests {
    //! Ends of the migrations page, read in November 2026.

    use social_core::publish::Severity;

    use super::*;

    #[test]
    fn versions_end_after_a_year() {
        for (version, end) in
            [("202510", "2026-10-15"), ("202511", "2026-11-16"), ("202603", "2027-03-16"), ("202604", "2027-04-15")]
        {
            let end: Timestamp = format!("{end}T00:00:00Z").parse().unwrap();
            let apart = end.duration_since(end_of(version).unwrap());
            assert!((0..=24 * 3600).contains(&apart.as_secs()), "{version}");
        }
        let severity = |version, at: &str| finding(version, at.parse().unwrap()).map(|finding| finding.severity);
        assert_eq!(severity("202609", "2026-11-28T00:00:00Z"), None);
        assert_eq!(severity("202601", "2026-11-28T00:00:00Z"), Some(Severity::Warning));
        assert_eq!(severity("202511", "2026-11-28T00:00:00Z"), Some(Severity::Error));
        assert_eq!(severity("v3", "2026-11-28T00:00:00Z"), Some(Severity::Error));
    }

    // Museum C15: this fails when it is time for a newer one.
    #[test]
    fn the_version_is_not_about_to_end() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = Timestamp::from_second(now.as_secs() as i64).unwrap();
        assert_eq!(finding(VERSION, now), None, "set a newer VERSION and look at what changed");
    }
}
