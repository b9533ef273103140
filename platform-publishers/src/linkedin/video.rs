//! Videos: sent in the parts that LinkedIn asks for. What names a part that arrived is its ETag.

use http::header::ETAG;
use serde_json::json;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::Attachment;
use social_core::run::Run;
use social_core::{ErrorKind, Result};

use super::LinkedIn;
use super::media::{PATIENCE, Uploaded};
use super::request::{Restli, done, object};
use super::wire::{FileState, Part, Value, VideoUpload};

impl LinkedIn {
    /// Each part is a step, so that what arrived is not sent again.
    pub(super) async fn upload_video(&self, run: &Run, index: usize, file: &Attachment) -> Result<Uploaded> {
        let media = file.media.without_notes().await?;
        let length = media.length();
        let begun = run.step_until(&format!("video-{index}"), || self.begin_video(length)).await?;
        let id = begun.video.rsplit(':').next().unwrap_or_default();
        let mut parts = Vec::new();
        for Part { upload_url, first_byte, last_byte } in &begun.upload_instructions {
            let send = || async {
                let call = self.put(upload_url, false).await?.operation("upload video").response_timeout(PATIENCE);
                let reply = call.body(media.body_range(*first_byte, last_byte + 1)).send().await?;
                let tag = reply.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
                tag.ok_or_else(|| reply.unreadable("the answer to a part of the video has no ETag"))
            };
            parts.push(run.step(&format!("part-{id}-{first_byte}"), send).await?);
        }
        let finish = || async {
            self.finish_video(&begun, &parts).await?;
            Ok(run.clock().now())
        };
        let at: Timestamp = run.step(&format!("finished-{id}"), finish).await?;
        Ok(Uploaded { urn: begun.video, at })
    }

    async fn begin_video(&self, length: u64) -> Result<(VideoUpload, Option<Timestamp>)> {
        let call = self.rest(Restli::Action, "videos")?.operation("begin upload").repeat(Repeat::Safe);
        let request = json!({ "initializeUploadRequest": { "owner": self.author.urn(), "fileSizeBytes": length,
            "uploadCaptions": false, "uploadThumbnail": false } });
        let reply = call.query("action", "initializeUpload").json(&request).send().await?;
        let upload = reply.json::<Value<VideoUpload>>()?.value;
        if !covers(&upload.upload_instructions, length) || object("videos", &upload.video).is_err() {
            return Err(reply.unreadable(format!("the parts of the upload are not those of {length} bytes")));
        }
        let end = upload.upload_urls_expire_at.and_then(|time| Timestamp::from_millisecond(time).ok());
        Ok((upload, end))
    }

    /// Finished a second time after a lost answer, a video is refused: its state then tells.
    async fn finish_video(&self, upload: &VideoUpload, parts: &[String]) -> Result<()> {
        let call = self.rest(Restli::Action, "videos")?.operation("finish upload").repeat(Repeat::Safe);
        let request = json!({ "finalizeUploadRequest": { "video": upload.video, "uploadToken": upload.upload_token,
            "uploadedPartIds": parts } });
        let sent = call.query("action", "finalizeUpload").json(&request).send().await;
        let Err(refused) = sent.and_then(|reply| done(&reply)) else { return Ok(()) };
        if !matches!(refused.kind(), ErrorKind::InvalidRequest | ErrorKind::Unavailable) {
            return Err(refused);
        }
        let call = self.rest(Restli::Get, &object("videos", &upload.video)?)?.operation("process file");
        match call.send().await.and_then(|reply| reply.json::<FileState>()) {
            Ok(state) if !matches!(state.status.as_str(), "" | "WAITING_UPLOAD") => Ok(()),
            _ => Err(refused),
        }
    }
}

/// Whether the parts are the file's bytes, each once and in order.
pub(super) fn covers(parts: &[Part], length: u64) -> bool {
    let end = parts.iter().try_fold(0, |end, part| {
        (part.first_byte == end && part.last_byte >= part.first_byte).then(|| part.last_byte.checked_add(1))?
    });
    end == Some(length) && length > 0
}
