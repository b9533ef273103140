//! What became of a post whose answer was lost.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::{ListedPost, Listing, PostRole, RemotePost, SoughtPost, find_recent};
use social_core::run::{Found, Lost};
use social_core::{ErrorKind, Result};
use url::Url;

use super::X;
use super::same::{Same, same};
use super::wire::{Answer, Listed};

/// A request that is not listed so long after it was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);
/// Clocks may differ by as much.
const DOUBT: Duration = Duration::from_secs(10 * 60);
/// No request takes longer.
const LONGEST_CALL: Duration = Duration::from_secs(60 * 60);
/// More posts than an account may make in the time that is looked at.
const PAGE: &str = "100";

/// The parameter for the fields of a post, and the fields: as the documents have them, and as the
/// specification has them.
const FIELDS: [(&str, &str); 2] = [
    ("tweet.fields", "attachments,conversation_id,created_at,entities,note_tweet"),
    ("post.fields", "attachments,conversation_id,created_at,entities,note_post"),
];

/// A post that X took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) id: String,
    /// What X said beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) warning: Option<String>,
}

impl Made {
    pub(super) fn remote(&self, role: PostRole) -> RemotePost {
        // X leads from here to the page under the account's name of the day.
        let url = Url::parse(&format!("https://x.com/i/web/status/{}", self.id)).ok();
        RemotePost::new(&self.id, role).with_url(url)
    }
}

/// What is looked for.
pub(super) struct Sought<'a> {
    pub(super) account: &'a str,
    pub(super) text: &'a str,
    /// The media keys of its files.
    pub(super) keys: &'a [String],
    pub(super) is_answer: bool,
}

impl X {
    pub(super) async fn find(&self, sought: &Sought<'_>, lost: Lost) -> Result<Found<Made>> {
        let Sought { account, text, keys, is_answer } = *sought;
        let (posts, complete) = self.recent(account, lost).await?;
        if !keys.is_empty() {
            // A file that this run uploaded stands in one post only.
            let ours = |post: &Listed| post.media_keys().iter().any(|key| keys.contains(key));
            return Ok(match posts.into_iter().find(ours) {
                Some(post) => Found::Present(Made { id: post.id, warning: None }),
                None if complete => Found::NotListed { settle: SETTLE },
                None => Found::Unknown,
            });
        }
        let listed: Vec<_> = posts
            .into_iter()
            .map(|post| {
                let answers = post.conversation_id.as_ref().is_some_and(|first| *first != post.id);
                let same = if answers == is_answer { same(text, &post, is_answer) } else { Same::No };
                let at = post.at().filter(|_| same != Same::Perhaps);
                let account = if same == Same::No { String::new() } else { account.to_owned() };
                ListedPost { account, text: text.to_owned(), at, value: Made { id: post.id, warning: None } }
            })
            .collect();
        let listing = if complete { Listing::complete(listed) } else { Listing::page(listed) };
        Ok(find_recent(&SoughtPost { account, text, lost, settle: SETTLE }, listing))
    }

    /// The account's posts of the time in which a post was lost, and whether these are all.
    async fn recent(&self, account: &str, lost: Lost) -> Result<(Vec<Listed>, bool)> {
        let [documented, specified] = FIELDS;
        match self.list(account, lost, documented).await {
            Err(error) if error.kind() == ErrorKind::InvalidRequest => self.list(account, lost, specified).await,
            listed => listed,
        }
    }

    async fn list(&self, account: &str, lost: Lost, fields: (&str, &str)) -> Result<(Vec<Listed>, bool)> {
        let since = lost.begun_at.saturating_sub(DOUBT).unwrap_or(Timestamp::MIN);
        let call = self.endpoint.get(&format!("2/users/{account}/tweets"))?.operation("list posts");
        let mut call = call.query("max_results", PAGE).query("exclude", "retweets").query(fields.0, fields.1);
        call = call.query("start_time", format!("{since:.0}"));
        let last = lost.begun_at.saturating_add(LONGEST_CALL).unwrap_or(Timestamp::MAX).min(lost.lost_at);
        let until = last.saturating_add(DOUBT).unwrap_or(Timestamp::MAX);
        // X refuses a time that is not over.
        if until < self.endpoint.clock().now() {
            call = call.query("end_time", format!("{until:.0}"));
        }
        let reply = call.send().await?;
        let answer: Answer<Vec<Listed>> = reply.json()?;
        if answer.meta.result_count.is_none() {
            return Err(reply.unreadable("the answer does not say how many posts it lists"));
        }
        Ok((answer.data.unwrap_or_default(), answer.meta.next_token.is_none()))
    }
}
