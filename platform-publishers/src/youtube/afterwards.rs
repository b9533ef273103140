//! What can be asked of a video that is up.

use http::Method;
use social_core::http::Repeat;
use social_core::publish::{PostRole, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::wire::{List, Video, VideoState};
use super::{YouTube, is_of_id};

impl YouTube {
    /// A video of the token's channel; `None` when it is not there.
    pub(super) async fn video(&self, id: &str) -> Result<Option<Video>> {
        let call = self.api.get("youtube/v3/videos")?.operation("read video");
        let reply = call.query("part", "status,processingDetails").query("id", id).send().await?;
        Ok(reply.json::<List<Video>>()?.items.into_iter().find(|video| video.id == id))
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let video = main(receipt)?;
        let state = self.video(&video.id).await?.map_or(VideoState::Deleted, |video| video.state());
        let found = receipt.clone().with_state(receipt_state(&state));
        Ok(match why(&state).filter(|why| !receipt.warnings.contains(why)) {
            Some(why) => found.with_warning(why),
            None => found,
        })
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_video(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let video = main(receipt)?;
        let route = self.api.route(Method::DELETE, "youtube/v3/videos")?;
        let delete = || async {
            let call = self.api.call(&route).operation("delete").repeat(Repeat::Safe).query("id", &video.id);
            match call.send().await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        };
        run.step(&format!("delete {}", video.id), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}

fn main(receipt: &Receipt) -> Result<&RemotePost> {
    let video = receipt.post(&PostRole::MAIN).filter(|post| !post.id.is_empty() && post.id.bytes().all(is_of_id));
    video.ok_or_else(|| Error::invalid("receipt", "the receipt names no video"))
}

pub(super) fn receipt_state(state: &VideoState) -> ReceiptState {
    match state {
        VideoState::Processing(_) => ReceiptState::Processing,
        VideoState::Public | VideoState::Unlisted => ReceiptState::Published,
        // Only the channel sees it.
        VideoState::Private => ReceiptState::Draft,
        VideoState::Scheduled => ReceiptState::Scheduled,
        VideoState::Rejected(_) => ReceiptState::Rejected,
        VideoState::Deleted => ReceiptState::Deleted,
    }
}

pub(super) fn why(state: &VideoState) -> Option<String> {
    match state {
        VideoState::Rejected(why) => Some(format!("YouTube took the video and refused it afterwards: {why}")),
        _ => None,
    }
}
