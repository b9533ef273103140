//! What became of a post whose answer was lost.

use std::time::Duration;

use social_core::Result;
use social_core::clock::Timestamp;
use social_core::publish::{ListedPost, Listing, SoughtPost, find_recent};
use social_core::run::{Found, Lost};

use super::Mastodon;
use super::wire::{Status, StatusSource};

/// A request that is not listed so long after it was lost will not be. Sent again it has the same
/// key, so that even then the instance answers with the first post for an hour.
const SETTLE: Duration = Duration::from_secs(30);
/// An instance needs as long to publish what was scheduled.
const DUE: Duration = Duration::from_secs(10 * 60);
/// Clocks may differ by as much.
const DOUBT: Duration = Duration::from_secs(10 * 60);
/// So many pages of 40 posts are read.
const PAGES: usize = 5;

/// What is looked for.
pub(super) struct Sought<'a> {
    /// The instance's own id of the account.
    pub(super) account: &'a str,
    pub(super) text: &'a str,
    pub(super) media: &'a [String],
    pub(super) reply_to: Option<&'a str>,
    /// For when it was scheduled, and what was scheduled before.
    pub(super) scheduled: Option<(Timestamp, &'a [String])>,
}

impl Mastodon {
    pub(super) async fn find(&self, sought: &Sought<'_>, lost: Lost) -> Result<Found<Status>> {
        let Some((time, before)) = sought.scheduled else { return self.find_published(sought, lost).await };
        let same = |post: &Status| {
            let text = post.params.text.as_deref().unwrap_or_default();
            !before.contains(&post.id) && seconds(post.due()) == seconds(Some(time)) && text == sought.text
        };
        let mut waiting: Vec<_> = self.scheduled().await?.into_iter().filter(same).collect();
        Ok(match (waiting.pop(), waiting.is_empty()) {
            (Some(found), true) => Found::Present(found),
            (Some(_), false) => Found::Unknown,
            // What does not wait any more may be out.
            (None, _) if self.endpoint.clock().now() >= time => {
                let lost = Lost::new(time, time.saturating_add(DUE).unwrap_or(Timestamp::MAX));
                match self.find_published(sought, lost).await? {
                    Found::NotListed { .. } => Found::Unknown,
                    found => found,
                }
            }
            (None, _) => Found::NotListed { settle: SETTLE },
        })
    }

    /// The posts of the account that wait for their time, the first 40.
    pub(super) async fn scheduled(&self) -> Result<Vec<Status>> {
        let call = self.endpoint.get("api/v1/scheduled_statuses")?.operation("list scheduled posts");
        call.query("limit", "40").send().await?.json()
    }

    async fn find_published(&self, sought: &Sought<'_>, lost: Lost) -> Result<Found<Status>> {
        let Sought { account, text, media, reply_to, .. } = *sought;
        let since = lost.begun_at.saturating_sub(DOUBT).unwrap_or(Timestamp::MIN);
        let (posts, complete) = self.recent(account, since).await?;
        if !media.is_empty() {
            // A file stands in one post only.
            let ours = |post: &Status| post.media_attachments.iter().any(|file| media.contains(&file.id));
            let known = complete || posts.last().and_then(Status::at).is_some_and(|oldest| oldest < since);
            return Ok(match posts.into_iter().find(ours) {
                Some(post) => Found::Present(post),
                None if known => Found::NotListed { settle: SETTLE },
                None => Found::Unknown,
            });
        }
        let mut listed = Vec::new();
        for post in posts {
            let at = post.at();
            let may_be = at.is_none_or(|at| at >= since)
                && post.media_attachments.is_empty()
                && post.in_reply_to_id.as_deref() == reply_to;
            let (account, text) = if may_be { (account, self.source(&post.id).await?) } else { ("", String::new()) };
            listed.push(ListedPost { account: account.to_owned(), text, at, value: post });
        }
        let listing = if complete { Listing::complete(listed) } else { Listing::page(listed) };
        Ok(find_recent(&SoughtPost { account, text, lost, settle: SETTLE }, listing))
    }

    /// The account's posts, newest first, back to a time, and whether there are no older ones.
    async fn recent(&self, account: &str, since: Timestamp) -> Result<(Vec<Status>, bool)> {
        let mut posts: Vec<Status> = Vec::new();
        for _ in 0..PAGES {
            let call = self.endpoint.get(&format!("api/v1/accounts/{account}/statuses"))?.operation("list posts");
            let mut call = call.query("limit", "40").query("exclude_reblogs", "true");
            if let Some(oldest) = posts.last() {
                call = call.query("max_id", &oldest.id);
            }
            let page: Vec<Status> = call.send().await?.json()?;
            if page.is_empty() {
                return Ok((posts, true));
            }
            posts.extend(page);
            if posts.last().and_then(Status::at).is_some_and(|oldest| oldest < since) {
                break;
            }
        }
        Ok((posts, false))
    }

    /// The list has a post as HTML with shortened links; its source is what was sent.
    async fn source(&self, id: &str) -> Result<String> {
        let call = self.endpoint.get(&format!("api/v1/statuses/{id}/source"))?.operation("read source");
        Ok(call.send().await?.json::<StatusSource>()?.text)
    }
}

fn seconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_second)
}
