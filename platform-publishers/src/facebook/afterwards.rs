//! What can be asked of a post that is out.

use social_core::publish::{Placement, PostRole, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::Facebook;
use super::feed::RECENT;
use super::video::state_of;
use super::wire::PagePost;
use crate::graph::parse_time;

impl Facebook {
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let post = main(receipt)?;
        let mut found = receipt.clone();
        let hidden = match self.look_at(receipt, post).await {
            Ok((state, url)) => {
                found.state = state;
                if let Some(post) = found.posts.first_mut() {
                    post.url = url.or(post.url.take());
                }
                return Ok(found);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => error,
            Err(error) => return Err(error),
        };
        // What cannot be read may only be out of sight for the moment.
        match self.is_listed(receipt, post).await? {
            Some(true) => Ok(found.with_state(ReceiptState::Published)),
            Some(false) => Ok(found.with_state(ReceiptState::Deleted)),
            None => Err(hidden),
        }
    }

    async fn look_at(&self, receipt: &Receipt, post: &RemotePost) -> Result<(ReceiptState, Option<url::Url>)> {
        if receipt.placement == Placement::STORY {
            let stories = self.stories().await?;
            return match stories.into_iter().find(|story| story.post_id.as_deref() == Some(&post.id)) {
                Some(story) => Ok((ReceiptState::Published, story.url)),
                None => Err(Error::new(ErrorKind::NotFound, "the page's stories do not have it")),
            };
        }
        if receipt.placement != Placement::FEED {
            let (state, url) = self.video(&post.id).await?;
            return Ok((state_of(&state), url));
        }
        let call = self.graph.get(&self.graph.object(&post.id)?).await?.operation("read post");
        let fields = "id,permalink_url,is_published,scheduled_publish_time";
        let found: PagePost = self.graph.read(&call.query("fields", fields).send().await?)?;
        let state = match found.is_published {
            Some(false) => ReceiptState::Scheduled,
            _ => ReceiptState::Published,
        };
        Ok((state, found.permalink_url))
    }

    /// Whether the page's lists have a post; `None` where they do not reach back to it.
    async fn is_listed(&self, receipt: &Receipt, post: &RemotePost) -> Result<Option<bool>> {
        let edges: &[&str] = match receipt.placement.as_str() {
            "feed" => &["published_posts", "scheduled_posts"],
            "reel" => &["video_reels"],
            "video" => &["videos"],
            _ => return Ok(Some(false)),
        };
        for edge in edges {
            let posts = self.list(edge, "id,created_time").await?;
            if posts.iter().any(|listed| listed.id == post.id) {
                return Ok(Some(true));
            }
            let oldest = posts.iter().filter_map(|listed| listed.created_time.as_deref().and_then(parse_time)).min();
            if posts.len() >= RECENT && oldest.is_none_or(|oldest| oldest >= receipt.at) {
                return Ok(None);
            }
        }
        Ok(Some(false))
    }

    /// Takes a post down; a scheduled one is cancelled.
    pub(super) async fn delete_post(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let post = main(receipt)?;
        let is_gone =
            async { matches!(self.status_of(receipt).await, Ok(Receipt { state: ReceiptState::Deleted, .. })) };
        run.step(&format!("delete {}", post.id), || self.graph.take_down(&post.id, is_gone)).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}

fn main(receipt: &Receipt) -> Result<&RemotePost> {
    receipt.post(&PostRole::MAIN).ok_or_else(|| Error::invalid("receipt", "the receipt names no post"))
}
