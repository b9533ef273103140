//! What became of a post whose answer was lost.

use std::time::Duration;

use social_core::Result;
use social_core::publish::{ListedPost, Listing, SoughtPost, find_recent};
use social_core::run::{Found, Lost};

use super::GoogleBusiness;
use super::wire::{LocalPost, LocalPosts};

/// Posts of one answer, which is the maximum.
const PAGE: &str = "100";
/// How long Google may need to list a post that it took.
const SETTLE: Duration = Duration::from_secs(60);

impl GoogleBusiness {
    /// Posts are known by their words.
    pub(super) async fn find(&self, words: &str, lost: Lost) -> Result<Found<LocalPost>> {
        let call = self.api.get(&self.location.path("localPosts"))?.operation("list posts");
        let reply = call.query("pageSize", PAGE).send().await?;
        let page: LocalPosts = reply.json()?;
        // Google leaves out an empty list, which an error in its place must not look like.
        if page.error.is_some() {
            return Err(reply.unreadable("the answer is an error, not a list"));
        }
        let location = self.location.name();
        let listed = page.local_posts.into_iter().map(|post| ListedPost {
            account: location.clone(),
            text: post.words(),
            at: post.at(),
            value: post,
        });
        let listing = match page.next_page_token {
            None => Listing::complete(listed),
            Some(_) => Listing::page(listed),
        };
        Ok(find_recent(&SoughtPost { account: &location, text: words, lost, settle: SETTLE }, listing))
    }
}
