//! A video of this machine: up in chunks, of which the last one makes the post.

use std::ops::Range;
use std::time::Duration;

use http::Method;
use http::header::{CONTENT_RANGE, CONTENT_TYPE};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use social_core::clock::Timestamp;
use social_core::media::{CleanMedia, Media, MediaInfo};
use social_core::publish::{Delivery, Post, PostRole, Receipt, ReceiptState, RemotePost};
use social_core::run::{Found, Run};
use social_core::{Effect, Error, ErrorKind, Result, Retry};
use url::Url;

use super::chunks::Plan;
use super::wire::{Begun, PostState};
use super::{TikTok, TikTokOptions};
use crate::attempt;

/// An upload address is of use for an hour.
const LIFE: Duration = Duration::from_secs(55 * 60);
/// A last chunk that TikTok does not have so long after it was lost will not arrive.
const SETTLE: Duration = Duration::from_secs(30);
/// How long one chunk may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// The step that says that the upload host refused the last chunk.
const REFUSED: &str = "refused";

/// An upload as the run remembers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Upload {
    publish_id: String,
    url: Url,
    ends_at: Timestamp,
}

/// The file of an upload.
struct File<'a> {
    media: CleanMedia,
    plan: Plan,
    mime: &'a str,
}

impl TikTok {
    pub(super) async fn publish_file(
        &self,
        delivery: &Delivery,
        post: &Post,
        options: &TikTokOptions,
        media: &Media,
        info: &MediaInfo,
    ) -> Result<Receipt> {
        let attempt = attempt::open(&delivery.run).await?;
        let media = media.without_notes().await?;
        let plan = self.chunks.plan(media.length());
        let file = File { media, plan, mime: info.media_type.as_mime() };
        let upload = self.begin(&attempt, post, options, plan).await?;
        self.transfer(&attempt, &upload, &file).await?;
        let receipt = || {
            let container = RemotePost::new(upload.publish_id.clone(), PostRole::CONTAINER);
            delivery.receipt(ReceiptState::Processing).with_post(container)
        };
        let send = || async {
            if attempt::is_over(&attempt).await? || attempt.clock().now() >= upload.ends_at {
                attempt::end(&attempt).await?;
                let error = self.api.error(ErrorKind::Unavailable, "the upload address has ended; call again");
                return Err(error.with_effect(Effect::None).with_retry(Retry::Backoff));
            }
            let sent = self.put(&upload, &file, plan.last()).await;
            if sent.as_ref().is_err_and(is_refusal) {
                attempt.step(REFUSED, || async { Ok(true) }).await?;
            }
            sent.map(|()| receipt())
        };
        let find = |_| async { Ok(self.find_upload(&attempt, &upload, plan).await?.map(|()| receipt())) };
        delivery.once(send, find).await
    }

    /// An incomplete upload is not visible, so this may be repeated.
    async fn begin(&self, attempt: &Run, post: &Post, options: &TikTokOptions, plan: Plan) -> Result<Upload> {
        let begin = || async {
            let source = json!({"source": "FILE_UPLOAD", "video_size": plan.length, "chunk_size": plan.size,
                "total_chunk_count": plan.count});
            let began = attempt.clock().now();
            let begun: Begun = self.init(post, options, source, "begin upload").await?;
            let url =
                begun.upload_url.filter(|url| url.scheme() == "https" || url.origin() == self.api.base_url().origin());
            let url = url.ok_or_else(|| self.api.error(ErrorKind::Protocol, "the answer names no upload address"))?;
            let ends_at = began.saturating_add(LIFE).unwrap_or(began);
            Ok((Upload { publish_id: begun.publish_id, url, ends_at }, Some(ends_at)))
        };
        attempt.step_until("begin", begin).await
    }

    /// Sends what stands before the last chunk. What TikTok has is not sent again.
    async fn transfer(&self, attempt: &Run, upload: &Upload, file: &File<'_>) -> Result<()> {
        if file.plan.count < 2 {
            return Ok(());
        }
        let begun = format!("begun-{}", upload.publish_id);
        let resumed = attempt.result::<bool>(&begun).await?.is_some();
        attempt.step(&begun, || async { Ok(true) }).await?;
        let send = || async {
            let mut arrived = if resumed { self.arrived(attempt, upload).await? } else { 0 };
            for chunk in file.plan.before_last() {
                if chunk.end <= arrived {
                    continue;
                }
                let Err(error) = self.put(upload, file, chunk.clone()).await else { continue };
                arrived = match self.arrived(attempt, upload).await {
                    Ok(arrived) => arrived,
                    Err(asking) if asking.kind() == ErrorKind::JobFailed => return Err(asking),
                    Err(_) => return Err(error),
                };
                if chunk.end > arrived {
                    if is_refusal(&error) {
                        attempt::end(attempt).await?;
                    }
                    return Err(error.with_effect(Effect::None).with_retry(Retry::Backoff));
                }
            }
            Ok(())
        };
        attempt.step(&format!("transfer-{}", upload.publish_id), send).await
    }

    async fn put(&self, upload: &Upload, file: &File<'_>, chunk: Range<u64>) -> Result<()> {
        let Range { start, end } = chunk;
        // Only TikTok tells what it has: whatever the answer, it is asked before a chunk is sent
        // again. The token in the address is all that the upload host wants; ours stays here, and
        // is masked all the same.
        let call = self.api.anonymous(Method::PUT, upload.url.clone()).operation("upload video");
        let mut call = call.secret(&self.tokens.token().await?);
        for (_, value) in upload.url.query_pairs() {
            call = call.secret(&SecretString::from(value.into_owned()));
        }
        let reply = call
            .refusals_prove_nothing()
            .response_timeout(PATIENCE)
            .header(CONTENT_TYPE, file.mime)
            .header(CONTENT_RANGE, &format!("bytes {start}-{}/{}", end.saturating_sub(1), file.plan.length))
            .body(file.media.body_range(start, end))
            .send()
            .await?;
        match (reply.status.as_u16(), end == file.plan.length) {
            (201, _) | (206, false) => Ok(()),
            _ => Err(reply.unreadable("the answer does not say that the chunk has arrived")),
        }
    }

    /// How many bytes TikTok has.
    async fn arrived(&self, attempt: &Run, upload: &Upload) -> Result<u64> {
        let status = self.ask(&upload.publish_id).await?;
        match status.state() {
            PostState::Failed(reason) => {
                attempt::end(attempt).await?;
                let message = format!("TikTok ended the upload: {reason}");
                let error = self.api.error(ErrorKind::JobFailed, message).with_effect(Effect::None);
                Err(error.with_retry(Retry::Backoff).with_operation("upload video"))
            }
            _ => Ok(status.uploaded_bytes),
        }
    }

    /// Whether the last chunk has arrived, so that the post is on its way.
    async fn find_upload(&self, attempt: &Run, upload: &Upload, plan: Plan) -> Result<Found<()>> {
        let status = self.ask(&upload.publish_id).await?;
        let is_over = match status.state() {
            PostState::Uploading if status.uploaded_bytes >= plan.length => return Ok(Found::Present(())),
            PostState::Uploading => {
                let refused = attempt.result::<bool>(REFUSED).await?.is_some();
                refused || attempt.clock().now() >= upload.ends_at
            }
            PostState::Failed(_) => true,
            PostState::Downloading | PostState::Inbox | PostState::Complete => return Ok(Found::Present(())),
            PostState::Other => return Ok(Found::Unknown),
        };
        if !is_over {
            return Ok(Found::NotListed { settle: SETTLE });
        }
        // It can become a post no more; the run's next call begins with a new one.
        attempt::end(attempt).await?;
        Ok(Found::Absent)
    }
}

/// The upload host does not want the chunk: its address has ended, or it waits for another one.
fn is_refusal(error: &Error) -> bool {
    matches!(error.status(), Some(400 | 403 | 404 | 410 | 416))
}
