use async_trait::async_trait;
use http::Method;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::host;
use social_core::http::Repeat;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    Approved, Finding, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Error, Platform, Result};

use super::wire::{Complaint, File, Handover};
use super::{Make, rules};

/// So much of a scenario's answer is kept.
const ANSWER_CHARS: usize = 200;

#[derive(Serialize, Deserialize)]
struct HandedOver {
    answer: String,
    at: Timestamp,
}

#[async_trait]
impl Publisher for Make {
    fn platform(&self) -> Platform {
        rules::PLATFORM
    }

    fn account(&self) -> Option<String> {
        None
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS).needs_host(self.host.is_none())
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        let message = "Make takes files by their address: give it a media host (`Make::with_host`)";
        let files = post.attachments.iter().enumerate();
        files
            .filter(|(_, file)| self.host.is_none() && !matches!(file.media, Media::Remote(_)))
            .map(|(index, _)| Finding::error(format!("attachments[{index}]"), message))
            .collect()
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        run.bind(&post.approval().digest).await?;
        let key = run.key("publish");
        let handed_over = match run.result("publish").await? {
            Some(handed_over) => handed_over,
            None => {
                social_core::publish::preflight(self, post).await?;
                let body = self.body(run, post, &key).await?;
                // The webhook cannot be asked. A scenario that knows its keys may be sent the same again, and the call
                // that finds a lost answer does so; the call that lost it says that it did.
                let lost_before = run.unsettled().iter().any(|step| step == "publish");
                let may_repeat = self.deduplicates && lost_before;
                let find = |_| async move { Ok(if may_repeat { Found::Absent } else { Found::Unknown }) };
                run.once("publish", || self.send(run, body), find).await?
            }
        };
        Ok(receipt(key, handed_over))
    }
}

fn receipt(key: String, handed_over: HandedOver) -> Receipt {
    let receipt = Receipt::new(rules::PLATFORM, key, ReceiptState::HandedOver, handed_over.at);
    match handed_over.answer.as_str() {
        "" | "Accepted" => receipt,
        answer => receipt.with_warning(format!("the scenario answered: {answer}")),
    }
}

impl Make {
    async fn body(&self, run: &Run, post: &Post, key: &str) -> Result<Vec<u8>> {
        let mut media = Vec::new();
        for (index, attachment) in post.attachments.iter().enumerate() {
            let url = match (&attachment.media, &self.host) {
                (Media::Remote(remote), _) => remote.url.clone(),
                (file, Some(host)) => host::public(run, host, file, None).await.map_err(|e| e.with_item(index))?.url,
                (_, None) => return Err(Error::config("Make takes files by their address and needs a media host")),
            };
            media.push(File { url, alt_text: attachment.alt_text.as_deref(), role: attachment.role });
        }
        let begun_at = run.step("begun", || async { Ok(run.clock().now()) }).await?;
        let handover = Handover {
            idempotency_key: key,
            timestamp: begun_at.to_string(),
            placement: post.placement,
            text: &post.text,
            title: post.title.as_deref(),
            link: post.link.as_ref(),
            languages: &post.languages,
            ai_generated: post.ai_generated,
            media,
        };
        let body = serde_json::to_vec(&handover)
            .map_err(|e| Error::invalid("post", "the post cannot be written as JSON").with_source(e))?;
        if body.len() > rules::MAX_BODY_BYTES {
            let message = format!("it has {} bytes as JSON, a webhook takes {}", body.len(), rules::MAX_BODY_BYTES);
            return Err(Error::invalid("post", message));
        }
        Ok(body)
    }

    async fn send(&self, run: &Run, body: Vec<u8>) -> Result<HandedOver> {
        let route = self.endpoint.route(Method::POST, self.path.expose_secret())?;
        let repeat = if self.deduplicates { Repeat::Keyed } else { Repeat::Never };
        let call = self.endpoint.call(&route).operation("hand over").repeat(repeat);
        let reply = call.json_text(body).send().await?;
        // A scenario answers what it likes; one that says "error" may have done half of its work.
        if serde_json::from_slice::<Complaint>(&reply.body).is_ok_and(|complaint| !complaint.error.is_null()) {
            return Err(reply.unreadable("the scenario answered with an error"));
        }
        let answer = String::from_utf8_lossy(&reply.body).trim().chars().take(ANSWER_CHARS).collect();
        Ok(HandedOver { answer, at: run.clock().now() })
    }
}
