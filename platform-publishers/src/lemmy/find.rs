//! What became of a post whose answer was lost.

use std::time::Duration;

use social_core::Result;
use social_core::clock::Timestamp;
use social_core::publish::{ListedPost, Listing, RemotePost, SoughtPost, find_recent};
use social_core::run::{Found, Lost};

use super::Lemmy;
use super::wire::{NewPost, PostList, Posted};

/// A post that is not listed so long after its request was lost will not be: it is stored first,
/// before anything is fetched.
const SETTLE: Duration = Duration::from_secs(30);
/// Clocks may differ by as much.
const DOUBT: Duration = Duration::from_secs(10 * 60);
const PAGE: usize = 50;
/// So many pages of the community's posts are read.
const PAGES: usize = 5;

impl Lemmy {
    /// `person` is the instance's number of the account.
    pub(super) async fn find(&self, person: u64, post: &NewPost<'_>, lost: Lost) -> Result<Found<RemotePost>> {
        let since = lost.begun_at.saturating_sub(DOUBT).unwrap_or(Timestamp::MIN);
        let (posts, complete) = self.recent(post.community_id, since).await?;
        let account = person.to_string();
        let listed = posts.into_iter().map(|listed| ListedPost {
            account: listed.creator_id.to_string(),
            text: listed.name.clone(),
            // What has the same title and says something else may be ours all the same.
            at: listed.at().filter(|_| listed.name.trim() != post.name.trim() || says_the_same(&listed, post)),
            value: listed.remote(),
        });
        let listing = if complete { Listing::complete(listed) } else { Listing::page(listed) };
        Ok(find_recent(&SoughtPost { account: &account, text: post.name, lost, settle: SETTLE }, listing))
    }

    /// The community's posts, newest first, back to a time, and whether there are no older ones.
    async fn recent(&self, community: u64, since: Timestamp) -> Result<(Vec<Posted>, bool)> {
        let mut posts: Vec<Posted> = Vec::new();
        for page in 1..=PAGES {
            let call = self.endpoint.get("api/v3/post/list")?.operation("list posts");
            let call = call.query("community_id", community.to_string()).query("type_", "All").query("sort", "New");
            // An account's own posts count as read.
            let call = call.query("show_read", "true").query("show_hidden", "true").query("show_nsfw", "true");
            let call = call.query("limit", PAGE.to_string()).query("page", page.to_string());
            let list: PostList = call.send().await?.json()?;
            let count = list.posts.len();
            posts.extend(list.posts.into_iter().map(|view| view.post));
            if count < PAGE {
                return Ok((posts, true));
            }
            if posts.last().and_then(Posted::at).is_some_and(|oldest| oldest < since) {
                break;
            }
        }
        Ok((posts, false))
    }
}

/// Whether link and text are those that were sent, the parameters of links aside: Lemmy takes some
/// of them out.
fn says_the_same(listed: &Posted, post: &NewPost<'_>) -> bool {
    let [theirs, ours] = [(listed.url.as_deref(), listed.body.as_deref()), (post.url, post.body)].map(|(url, body)| {
        let words = url.into_iter().chain(body.unwrap_or_default().split_whitespace());
        words
            .map(|word| word.split_once('?').filter(|(link, _)| link.contains("://")).map_or(word, |(link, _)| link))
            .map(|word| word.trim_end_matches('/').to_owned())
            .collect::<Vec<_>>()
    });
    theirs == ours
}
