//! What can be asked of an account, and of a post that TikTok took.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::job::{self, Job, JobState, Pending};
use social_core::publish::{
    AccountLimits, Finding, FindingCode, Placement, PostRole, Readiness, Receipt, ReceiptState, RemotePost,
};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::options::PHOTO;
use super::publish::CREATOR;
use super::wire::{CreatorInfo, PostState, Status, Videos};
use super::{JSON, TikTok, error, rules};

impl TikTok {
    /// What the account allows at the moment. It changes nothing.
    pub(super) async fn creator_info(&self) -> Result<CreatorInfo> {
        let call = self.api.post("v2/post/publish/creator_info/query/")?.operation("read creator info");
        self.read(&call.repeat(Repeat::Safe).header(CONTENT_TYPE, JSON).send().await?)
    }

    /// What TikTok says of a `publish_id`.
    pub(super) async fn ask(&self, publish_id: &str) -> Result<Status> {
        let call = self.post("v2/post/publish/status/fetch/", &json!({ "publish_id": publish_id }))?;
        let reply = call.operation("read status").repeat(Repeat::Safe).send().await?;
        let status: Status = self.read(&reply)?;
        if status.status.is_empty() {
            return Err(reply.unreadable("the answer does not say how far the post is"));
        }
        Ok(status)
    }

    pub(super) async fn limits_of(&self, placement: &Placement) -> Result<AccountLimits> {
        let Some(mut rules) = rules::rules(placement) else {
            return Err(Error::unsupported("placement", format!("TikTok has no placement `{placement}`")));
        };
        let creator = self.creator_info().await?;
        if let (Some(video), Some(seconds)) = (&mut rules.video, creator.max_video_post_duration_sec) {
            video.duration.maximum = Some(Duration::from_secs(seconds));
        }
        Ok(AccountLimits::new(self.account.clone(), self.api.clock().now()).with_rules(rules))
    }

    /// Whether the account may post now: its token, its scope, its daily number, the app's.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.account.clone(), at);
        let finding = match self.creator_info().await {
            Ok(creator) if creator.privacy_level_options.is_empty() => {
                let message = "the account offers no level of privacy, so that nothing can be posted directly";
                Finding::error(FindingCode::MISSING, "privacy", message)
            }
            Ok(_) if self.unaudited => {
                let message =
                    "TikTok has not audited the app: posts work for private accounts, for the author's eyes only";
                Finding::warning(FindingCode::UNSUPPORTED, "app", message)
            }
            Ok(_) => return Ok(readiness),
            Err(error) => match error.kind() {
                ErrorKind::Auth | ErrorKind::Permission => {
                    Finding::error(FindingCode::INVALID, "token", error.message().to_owned())
                }
                ErrorKind::QuotaExhausted => Finding::error(FindingCode::TOO_MANY, "quota", error.message().to_owned()),
                _ => return Err(error),
            },
        };
        Ok(readiness.with_finding(finding))
    }

    /// Waits for what TikTok makes of a post. Nothing of it can fail the post.
    pub(super) async fn with_outcome(&self, run: &Run, receipt: Receipt) -> Receipt {
        let Some(id) = receipt.post(&PostRole::CONTAINER).map(|post| post.id.clone()) else { return receipt };
        let ask = || async {
            let job = Job::new(&id, receipt.at);
            job::wait(run, &self.poll, &job, || async {
                let status = self.ask(&id).await?;
                Ok(match status.state() {
                    PostState::Complete | PostState::Inbox | PostState::Failed(_) => JobState::Done(status),
                    _ => Pending::working(status.status).into(),
                })
            })
            .await
        };
        let outcome: Result<Status> = run.step("outcome", ask).await;
        let Ok(status) = outcome else { return receipt };
        let creator = run.result::<CreatorInfo>(CREATOR).await.ok().flatten();
        told(receipt, &status, creator.and_then(|creator| creator.creator_username))
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let main = receipt.post(&PostRole::MAIN);
        if let Some(main) = main {
            match self.is_shown(&main.id).await {
                Ok(Some(url)) => {
                    let mut shown = receipt.clone().with_state(ReceiptState::Published);
                    for post in shown.posts.iter_mut().filter(|post| post.role == PostRole::MAIN) {
                        post.url = url.clone().or(post.url.take());
                    }
                    return Ok(shown);
                }
                Ok(None) => {
                    let warning = "TikTok does not show the video any more: it was deleted, or made private";
                    return Ok(receipt.clone().with_state(ReceiptState::Deleted).with_warning(warning));
                }
                // Without the scope only the publishing itself can be asked about.
                Err(error) if error.kind() == ErrorKind::Permission => {}
                Err(error) => return Err(error),
            }
        }
        let Some(container) = receipt.post(&PostRole::CONTAINER) else {
            let message = "the receipt names no publish_id, and without the scope `video.list` a video cannot be read";
            return Err(Error::invalid("receipt", message));
        };
        let status = self.ask(&container.id).await?;
        let username = match (main, status.publicaly_available_post_id.is_empty()) {
            (None, false) => self.creator_info().await.ok().and_then(|creator| creator.creator_username),
            _ => None,
        };
        Ok(told(receipt.clone(), &status, username))
    }

    /// The page of a video of the account; `None` where TikTok does not show it.
    async fn is_shown(&self, id: &str) -> Result<Option<Option<Url>>> {
        let call =
            self.post("v2/video/query/", &json!({"filters": {"video_ids": [id]}}))?.query("fields", "id,share_url");
        let found: Videos = self.read(&call.operation("read video").repeat(Repeat::Safe).send().await?)?;
        Ok(found.videos.into_iter().find(|video| video.id == id).map(|video| video.share_url))
    }

    /// Stops a post that TikTok still uploads, fetches or processes. A draft that was delivered and
    /// a post that is out stay.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for a receipt of another account, or one that
    /// names no `publish_id`; TikTok's refusal where it is too late.
    pub async fn cancel(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        let Some(container) = receipt.post(&PostRole::CONTAINER) else {
            return Err(Error::invalid("receipt", "the receipt names no publish_id"));
        };
        let call = self.post("v2/post/publish/cancel/", &json!({ "publish_id": container.id }))?;
        let reply = call.operation("cancel").repeat(Repeat::Safe).send().await?;
        self.read::<Option<Value>>(&reply)?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}

/// A receipt with what TikTok says of its post.
fn told(mut receipt: Receipt, status: &Status, username: Option<String>) -> Receipt {
    let state = status.state();
    receipt.state = match &state {
        PostState::Complete => ReceiptState::Published,
        PostState::Inbox => ReceiptState::Draft,
        PostState::Failed(_) => ReceiptState::Rejected,
        PostState::Uploading | PostState::Downloading | PostState::Other => ReceiptState::Processing,
    };
    if let PostState::Failed(reason) = &state {
        let warning = error::failed(reason);
        if !receipt.warnings.contains(&warning) {
            receipt.warnings.push(warning);
        }
    }
    let kind = if receipt.placement == PHOTO { "photo" } else { "video" };
    for (place, id) in status.publicaly_available_post_id.iter().enumerate() {
        if receipt.posts.iter().all(|post| post.id != *id) {
            let url = username
                .as_ref()
                .and_then(|name| Url::parse(&format!("https://www.tiktok.com/@{name}/{kind}/{id}")).ok());
            receipt.posts.insert(place, RemotePost::main(id).with_url(url));
        }
    }
    receipt
}
