//! Days and times of the person at this machine.

use jiff::tz::TimeZone;
use social_core::Result;
use social_core::campaign::{Brief, Campaign, CampaignName};
use social_core::clock::{Date, Timestamp};
use social_core::run::Journal;
use social_core::text::visible_line;

use crate::args::Args;

/// A time as people read it, in the local zone.
pub(crate) fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// The day in the local zone.
fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::system()).date()
}

/// Gives the brief its day, where the command line names one, and finds the campaign it belongs to.
pub(crate) async fn campaign_of(args: &Args, brief: &mut Brief, journal: &dyn Journal) -> Result<String> {
    if let Some(date) = args.date {
        brief.date = Some(date.to_string());
    }
    match &args.name {
        Some(name) => return Ok(name.clone()),
        None if brief.date.is_some() => return Ok(Campaign::new(brief.clone()).name().to_owned()),
        None => {}
    }
    let now = Timestamp::now();
    let found = CampaignName::find(journal, brief, today(now), now).await?;
    if let Some(day) = found.begun_on {
        let name = visible_line(&found.name);
        eprintln!("note: goes on with campaign {name} of {}; --date {} begins another one", day, today(now));
    }
    Ok(found.name)
}
