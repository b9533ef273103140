//! Handing over: files to the host, one request.

use async_trait::async_trait;
use http::Method;
use secrecy::ExposeSecret as _;
use social_core::host;
use social_core::http::Repeat;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, Approved, Attachment, Delivery, Finding, FindingCode, Placement, Post, PostRole, Publisher,
    PublisherCapabilities, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, Error, Platform, Result};

use super::wire::{Complaint, File, Handover, Part};
use super::{Make, rules};

/// So much of a scenario's answer is kept.
const ANSWER_CHARS: usize = 200;

#[async_trait]
impl Publisher for Make {
    fn platform(&self) -> Platform {
        rules::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS).with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        let message = "Make takes files by their address: give it a media host (`Make::with_host`)";
        let files = post.files().enumerate();
        files
            .filter(|(_, file)| self.host.is_none() && !matches!(file.media, Media::Remote(_)))
            .map(|(index, _)| Finding::error(FindingCode::NEEDS_HOST, format!("attachments[{index}]"), message))
            .collect()
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            let key = run.key("publish");
            let body = self.body(run, post, &key).await?;
            // The webhook cannot be asked. A scenario that knows its keys may be sent the same
            // again, and the call that finds a lost answer does so; the call that lost it says that
            // it did.
            let lost_before = run.unsettled().iter().any(|step| step == "publish");
            let may_repeat = self.deduplicates && lost_before;
            let find = |_| async move { Ok(if may_repeat { Found::Absent } else { Found::Unknown }) };
            delivery.once(|| async { Ok(receipt(&delivery, &key, &self.send(body).await?)) }, find).await
        })
        .await
    }
}

fn receipt(delivery: &Delivery, key: &str, answer: &str) -> Receipt {
    let handed_over = RemotePost::new(key, PostRole::HANDOVER);
    let receipt = delivery.receipt(ReceiptState::HandedOver).with_post(handed_over);
    match answer {
        "" | "Accepted" => receipt,
        answer => receipt.with_warning(format!("the scenario answered: {answer}")),
    }
}

impl Make {
    async fn body(&self, run: &Run, post: &Post, key: &str) -> Result<Vec<u8>> {
        let media = self.files(run, &post.attachments, 0).await?;
        let mut thread = Vec::new();
        let mut before = post.attachments.len();
        for part in &post.thread {
            thread.push(Part { text: &part.text, media: self.files(run, &part.attachments, before).await? });
            before += part.attachments.len();
        }
        let begun_at = run.step("begun", || async { Ok(run.clock().now()) }).await?;
        let handover = Handover {
            idempotency_key: key,
            timestamp: begun_at.to_string(),
            placement: &post.placement,
            text: &post.text,
            title: post.title.as_deref(),
            link: post.link.as_ref(),
            languages: &post.languages,
            ai_generated: post.ai_generated,
            media,
            thread,
            first_comment: post.first_comment.as_deref(),
            publish_at: post.publish_at,
            poll: post.poll.as_ref(),
            quote: post.quote.as_ref(),
            reply_to: post.reply_to.as_ref(),
            options: &post.options,
        };
        let body = serde_json::to_vec(&handover)
            .map_err(|e| Error::invalid("post", "the post cannot be written as JSON").with_source(e))?;
        if body.len() > rules::MAX_BODY_BYTES {
            let message =
                format!("it has {} bytes as JSON, a webhook takes at most {}", body.len(), rules::MAX_BODY_BYTES);
            return Err(Error::invalid("post", message));
        }
        Ok(body)
    }

    /// Files by their addresses. `before` files of the post stand before them.
    async fn files<'a>(&self, run: &Run, attachments: &'a [Attachment], before: usize) -> Result<Vec<File<'a>>> {
        let mut files = Vec::with_capacity(attachments.len());
        for (index, attachment) in attachments.iter().enumerate() {
            let url = match (&attachment.media, &self.host) {
                (Media::Remote(remote), _) => remote.url.clone(),
                (file, Some(host)) => {
                    host::public(run, host, file, None).await.map_err(|e| e.with_item(before + index))?.url
                }
                (_, None) => return Err(Error::config("Make takes files by their address and needs a media host")),
            };
            files.push(File {
                url,
                alt_text: attachment.alt_text.as_deref(),
                role: attachment.role,
                language: attachment.language.as_deref(),
            });
        }
        Ok(files)
    }

    /// Hands the post over and returns what the scenario answered.
    async fn send(&self, body: Vec<u8>) -> Result<String> {
        let route = self.endpoint.route(Method::POST, self.path.expose_secret())?;
        let repeat = if self.deduplicates { Repeat::Keyed } else { Repeat::Never };
        let call = self.endpoint.call(&route).operation("hand over").repeat(repeat);
        let reply = call.json_text(body).send().await?;
        // A scenario answers what it likes; one that says "error" may have done half of its work.
        if serde_json::from_slice::<Complaint>(&reply.body).is_ok_and(|complaint| !complaint.error.is_null()) {
            return Err(reply.unreadable("the scenario answered with an error"));
        }
        Ok(reply.text().trim().chars().take(ANSWER_CHARS).collect())
    }
}
