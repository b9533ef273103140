//! What a post costs of a project's day.

use social_core::publish::{MediaRole, Post};

use super::options::YouTubeOptions;

/// The uploads that a project has in a day, which ends at midnight in California. A channel has a
/// limit of its own, which YouTube does not publish.
///
/// Source: developers.google.com/youtube/v3/determine_quota_cost (since 2026-06-01).
pub const UPLOADS_PER_DAY: u64 = 100;
/// The units that a project has in a day for everything else.
///
/// Source: as [`UPLOADS_PER_DAY`].
pub const UNITS_PER_DAY: u64 = 10_000;

const THUMBNAIL: u64 = 50;
/// Unconfirmed: from a table of before 2026-06.
const CAPTIONS: u64 = 400;
/// To look whether it is there, and to add it.
const PLAYLIST: u64 = 1 + 50;
/// Questions until a video is processed, as a rule.
const QUESTIONS: u64 = 10;

/// What a post costs of a project's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaCost {
    /// Of [`UPLOADS_PER_DAY`].
    pub uploads: u64,
    /// Of [`UNITS_PER_DAY`].
    pub units: u64,
}

/// What publishing a post costs of a project's day: one upload, and units for its thumbnail,
/// captions and playlist and for the questions until it is processed.
///
/// ```
/// use platform_publishers::youtube::{UNITS_PER_DAY, UPLOADS_PER_DAY, quota_cost};
/// use social_core::publish::Post;
///
/// let cost = quota_cost(&Post::new("Bread"));
/// assert_eq!((cost.uploads, cost.units), (1, 10));
/// assert!(UPLOADS_PER_DAY * cost.units < UNITS_PER_DAY);
/// ```
#[must_use]
pub fn quota_cost(post: &Post) -> QuotaCost {
    let files = |role| post.attachments.iter().filter(|file| file.role == role).count() as u64;
    let options = post.options.get::<YouTubeOptions>().ok().flatten().unwrap_or_default();
    let playlist = if options.playlist.is_some() { PLAYLIST } else { 0 };
    let units = QUESTIONS + files(MediaRole::Cover) * THUMBNAIL + files(MediaRole::Captions) * CAPTIONS + playlist;
    QuotaCost { uploads: 1, units }
}
