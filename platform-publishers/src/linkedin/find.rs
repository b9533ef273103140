//! What became of a post whose answer was lost.

use std::time::Duration;

use social_core::clock::Timestamp;
use social_core::publish::{self, Delivery, Listing, SoughtPost, find_recent};
use social_core::run::{Found, Lost, Run};
use social_core::{Error, ErrorKind, Result};

use super::error::original;
use super::request::Restli;
use super::wire::{Elements, ListedPost};
use super::{LinkedIn, little};

/// So many posts of an organization are read.
const RECENT: usize = 50;
/// A request that left no post so long after it was lost will not.
const SETTLE: Duration = Duration::from_secs(60);
/// For so long the text is taken for one that LinkedIn knows again. How long it really does is not
/// documented.
const KNOWN_AGAIN: Duration = Duration::from_secs(3600);
/// Clocks may differ by as much.
const MARGIN: Duration = Duration::from_secs(300);
/// The step that says since when an answer was lost.
const LOST: &str = "lost since";

impl LinkedIn {
    /// An organization's posts are listed. Otherwise the same request is the question: what is out
    /// is refused as a duplicate that names its post.
    pub(super) async fn find(&self, delivery: &Delivery, text: &str, lost: Lost) -> Result<Found<String>> {
        delivery.run.step(LOST, || async { Ok(lost.begun_at) }).await?;
        if self.author.is_organization() {
            match self.recent().await {
                Ok(listing) => {
                    let author = self.author.urn();
                    let sought = SoughtPost { account: &author, text, lost, settle: SETTLE };
                    return Ok(find_recent(&sought, listing));
                }
                Err(error) if error.kind() == ErrorKind::Permission => {}
                Err(error) => return Err(error),
            }
        }
        let since = delivery.run.clock().now().duration_since(lost.lost_at);
        let known = Duration::try_from(since).is_ok_and(|since| since < KNOWN_AGAIN);
        Ok(if known && !text.trim().is_empty() { Found::NotListed { settle: SETTLE } } else { Found::Unknown })
    }

    /// The organization's newest posts.
    async fn recent(&self) -> Result<Listing<String>> {
        let call = self.rest(Restli::Finder, "posts")?.operation("list posts");
        let call = call.query("q", "author").query("author", self.author.urn());
        let call = call.query("count", RECENT.to_string()).query("sortBy", "CREATED");
        let posts = call.send().await?.json::<Elements<ListedPost>>()?.elements;
        let whole = posts.len() < RECENT;
        let listed = posts.into_iter().map(|post| publish::ListedPost {
            at: post.at(),
            text: little::plain(&post.commentary),
            account: post.author,
            value: post.id,
        });
        Ok(if whole { Listing::complete(listed) } else { Listing::page(listed) })
    }
}

/// The post that a refusal as a duplicate names, where it is the one whose answer this run lost.
/// One that is older is not: then nothing of this run is out.
pub(super) async fn ours(run: &Run, error: &Error) -> Result<Option<String>> {
    let (Some(urn), Some(since)) = (original(error), run.result::<Timestamp>(LOST).await?) else { return Ok(None) };
    let since = since.saturating_sub(MARGIN).unwrap_or(Timestamp::MIN);
    Ok(made_at(urn).is_none_or(|at| at >= since).then(|| urn.to_owned()))
}

/// When a post was made. The number of a post begins with its milliseconds, as those know who read
/// them; LinkedIn does not say so.
fn made_at(urn: &str) -> Option<Timestamp> {
    let number: u64 = urn.rsplit(':').next()?.parse().ok()?;
    let millis = i64::try_from(number >> 22).ok()?;
    // Anything else is no time since LinkedIn began.
    (1_052_000_000_000..4_102_444_800_000).contains(&millis).then(|| Timestamp::from_millisecond(millis).ok())?
}

#[cfg(test)]
mod tests {
    //! Ids of the cassettes, whose posts are of those months.

    use super::*;

    #[test]
    fn the_number_of_a_post_tells_its_time() {
        let at = |urn| made_at(urn).map(|at| at.to_string()[..7].to_owned());
        assert_eq!(at("urn:li:share:6844785523593134080").as_deref(), Some("2021-09"));
        assert_eq!(at("urn:li:ugcPost:7000000000000000000").as_deref(), Some("2022-11"));
        assert_eq!((at("urn:li:share:1"), at("urn:li:share:x")), (None, None));
    }
}
