//! Finding a post whose answer was lost: by its id where it has one, else in the blog's lists.

use std::time::Duration;

use social_core::publish::{Delivery, ListedPost, Listing, Receipt, ReceiptState, RemotePost, SoughtPost, find_recent};
use social_core::run::{Found, Lost};
use social_core::{ErrorKind, Result};
use url::Url;

use super::wire::{BlogPost, Posts};
use super::{Tumblr, read};

/// So many posts of a list are read: Tumblr's maximum.
const RECENT: usize = 20;
/// How long Tumblr may need to list a post, or to show what a draft became.
const SETTLE: Duration = Duration::from_secs(60);

impl Tumblr {
    /// What became of a draft.
    pub(super) async fn find_published(&self, delivery: &Delivery, id: &str) -> Result<Found<Receipt>> {
        let post = match self.read_post(id).await {
            Ok(post) => post,
            // A person has deleted the draft, or it is not listed: which one is not known.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Unknown),
            Err(error) => return Err(error),
        };
        Ok(match post.state.as_str() {
            "draft" => Found::NotListed { settle: SETTLE },
            state => Found::Present(receipt(delivery, post.id(), state_of(state))),
        })
    }

    /// A post of this text in the list of the state that it was made with.
    pub(super) async fn find_listed(
        &self,
        delivery: &Delivery,
        text: &str,
        state: &str,
        lost: Lost,
    ) -> Result<Found<Receipt>> {
        let list = match state {
            "draft" => "posts/draft",
            "queue" => "posts/queue",
            _ => "posts",
        };
        let call = self.api.get(&self.path(list))?.operation("list posts").query("npf", "true");
        let posts: Posts = read(&call.query("limit", RECENT.to_string()).send().await?)?;
        let is_whole = posts.posts.len() < RECENT;
        let account = &self.account.key.id;
        let listed = posts.posts.into_iter().map(|post| ListedPost {
            account: account.clone(),
            text: post.words(),
            at: post.at(),
            value: post,
        });
        let listing = if is_whole { Listing::complete(listed) } else { Listing::page(listed) };
        let found = find_recent(&SoughtPost { account, text, lost, settle: SETTLE }, listing);
        Ok(found.map(|post| receipt(delivery, post.id(), state_of(&post.state))))
    }

    pub(super) async fn read_post(&self, id: &str) -> Result<BlogPost> {
        let call = self.api.get(&self.post_path(id)?)?.operation("read post");
        let reply = call.send().await?;
        let post: BlogPost = read(&reply)?;
        if post.id().is_empty() || post.state.is_empty() {
            return Err(reply.unreadable("the answer does not say how the post is"));
        }
        Ok(post)
    }
}

/// A receipt of a post by its id. What people cannot see has no page.
pub(super) fn receipt(delivery: &Delivery, id: &str, state: ReceiptState) -> Receipt {
    let page = || Url::parse(&format!("https://{}.tumblr.com/post/{id}", delivery.account.key.id)).ok();
    let url = (state == ReceiptState::Published).then(page).flatten();
    delivery.receipt(state).with_post(RemotePost::main(id).with_url(url))
}

/// What Tumblr's word for a post's state is to us. One that is not known is being worked on.
pub(super) fn state_of(state: &str) -> ReceiptState {
    match state {
        "published" | "private" => ReceiptState::Published,
        "queue" | "queued" => ReceiptState::Scheduled,
        "draft" => ReceiptState::Draft,
        _ => ReceiptState::Processing,
    }
}
