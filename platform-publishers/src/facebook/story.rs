//! Stories.

use social_core::publish::{Attachment, Delivery, Receipt, ReceiptState, RemotePost};
use social_core::run::Found;
use social_core::{Effect, Result};

use super::Facebook;
use super::feed::{RECENT, SETTLE};
use super::wire::{Finished, Story};
use crate::graph::Page;

impl Facebook {
    pub(super) async fn publish_photo_story(
        &self,
        delivery: &Delivery,
        index: usize,
        attachment: &Attachment,
    ) -> Result<Receipt> {
        let photo = self.photo(&delivery.run, index, attachment, delivery.facts.get(index), false).await?;
        let send = || async {
            let call = self.graph.post(&self.graph.edge("photo_stories")).await?.operation("publish");
            let reply = call.form([("photo_id", &photo)]).send().await?;
            match self.graph.read::<Finished>(&reply)? {
                Finished { success: true, post_id: Some(id) } => Ok(story(delivery, id)),
                _ => Err(reply.unreadable("the answer names no story").with_effect(Effect::Unknown)),
            }
        };
        let find = |_| async { Ok(self.find_story(&photo).await?.map(|id| story(delivery, id))) };
        delivery.once(send, find).await
    }

    /// The story that shows a photo or video, by the page's list.
    pub(super) async fn find_story(&self, media: &str) -> Result<Found<String>> {
        let stories = self.stories().await?;
        let ours = stories.iter().find(|story| story.media_id.as_deref() == Some(media));
        Ok(match ours {
            // It is listed, so it is out, and its id is not known yet.
            Some(story) => story.post_id.clone().map_or(Found::Unknown, Found::Present),
            None if stories.len() >= RECENT => Found::Unknown,
            None => Found::NotListed { settle: SETTLE },
        })
    }

    pub(super) async fn stories(&self) -> Result<Vec<Story>> {
        let call = self.graph.get(&self.graph.edge("stories")).await?.operation("list stories");
        let call = call.query("fields", "post_id,media_id,status,url").query("limit", RECENT.to_string());
        Ok(self.graph.read::<Page<Story>>(&call.send().await?)?.data)
    }
}

pub(super) fn story(delivery: &Delivery, id: String) -> Receipt {
    delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(id))
}
