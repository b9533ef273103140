//! Files: uploaded, not visible yet, then shared with one request.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http::header::CONTENT_TYPE;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use social_core::http::{Repeat, TokenSource};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::media::MediaInfo;
use social_core::publish::{Attachment, Delivery, Post, PostRole, Receipt, ReceiptState, RemotePost};
use social_core::run::{Found, Run};
use social_core::{ErrorKind, Result};

use super::Slack;
use super::publish::ts;
use super::rules::escape;
use super::wire::{FileInfo, UploadTarget, Verdict, remote};
use crate::by_hand::settle_by_hand;
use crate::upload::file_name;

/// The step that uploads a file.
fn step(index: usize) -> String {
    format!("file-{index}")
}

/// An answer of which only the verdict matters.
#[derive(Deserialize)]
pub(super) struct Nothing {}

impl Slack {
    pub(super) async fn share_files(
        &self,
        delivery: &Delivery,
        post: &Post,
        channel: &str,
        tokens: &Arc<dyn TokenSource>,
    ) -> Result<Receipt> {
        let run = &delivery.run;
        let mut ids = Vec::new();
        for (index, (file, info)) in post.attachments.iter().zip(&delivery.facts).enumerate() {
            let upload = || self.upload(file, info, tokens);
            let id: String = run.step(&step(index), upload).await.map_err(|e| e.with_item(index))?;
            ids.push(id);
        }
        let files: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
        let mut share = json!({"files": files, "channel_id": channel});
        if let Some(share) = share.as_object_mut() {
            if !post.text.is_empty() {
                share.insert("initial_comment".to_owned(), escape(&post.text).into());
            }
            if let Some(answered) = &post.reply_to {
                share.insert("thread_ts".to_owned(), ts(&answered.id).into());
            }
        }
        let receipt = &|state| {
            let files = ids.iter().map(|id| RemotePost::new(id, PostRole::CONTAINER));
            files.fold(delivery.receipt(state), Receipt::with_post)
        };
        let send = || async {
            let call = self.endpoint.post("files.completeUploadExternal")?.operation("publish").json(&share);
            self.ask::<Nothing>(call).await?;
            Ok(receipt(ReceiptState::Processing))
        };
        let first = ids.first().map_or("", String::as_str);
        let find = |_| async move {
            match self.wait_for_share(run, first, channel).await? {
                Some(_) => Ok(Found::Present(receipt(ReceiptState::Processing))),
                // Files were seen not to be shared although Slack said so, and the other way round.
                None => Err(settle_by_hand("Slack does not show the files as shared", &self.account.label)),
            }
        };
        let shared = delivery.once(send, find).await;
        if let Err(error) = &shared
            && error.kind() == ErrorKind::NotFound
        {
            // Slack does not have the bytes: the run's next call uploads them again.
            for index in 0..ids.len() {
                run.forget(&step(index), error.message()).await?;
            }
        }
        shared
    }

    /// A file that is not shared is not visible, so this may be repeated.
    async fn upload(&self, file: &Attachment, info: &MediaInfo, tokens: &Arc<dyn TokenSource>) -> Result<String> {
        let clean = file.media.without_notes().await?;
        let (name, length) = (file_name(info), clean.length().to_string());
        let mut fields = vec![("filename", name.as_str()), ("length", length.as_str())];
        fields.extend(file.alt_text.as_deref().map(|text| ("alt_txt", text)));
        let call = self.endpoint.post("files.getUploadURLExternal")?.operation("prepare upload");
        let target: UploadTarget = self.ask(call.repeat(Repeat::Safe).form(fields)).await?;
        // The token stays here: the address alone lets files in, and is a secret for that.
        let (address, token) = (SecretString::from(target.upload_url.as_str()), tokens.token().await?);
        let call = self.endpoint.anonymous(Method::POST, target.upload_url).secret(&address).secret(&token);
        let call = call.operation("upload").repeat(Repeat::Safe).public_only();
        let call = call.response_timeout(Duration::from_secs(1800)).header(CONTENT_TYPE, info.media_type.as_mime());
        let reply = call.body(clean.body()).send().await?;
        match reply.json::<Verdict>() {
            Ok(Verdict { ok: false }) => Err(reply.describe(self.endpoint.classify(&reply.failure()))),
            // It says `OK` and the length, and no word of that is documented.
            _ => Ok(target.file_id),
        }
    }

    /// The message by which a file is shared in a channel, once it is.
    pub(super) async fn share_of(&self, file: &str, channel: &str) -> Result<Option<String>> {
        let call = self.endpoint.get("files.info")?.operation("read file").query("file", file);
        Ok(self.ask::<FileInfo>(call).await?.file.shared_in(channel).map(str::to_owned))
    }

    /// Waits a little for the message by which a file is shared; `None` when it does not come.
    async fn wait_for_share(&self, run: &Run, file: &str, channel: &str) -> Result<Option<String>> {
        let policy = PollPolicy {
            first: Duration::from_secs(1),
            growth: 1.6,
            longest: Duration::from_secs(10),
            jitter: 0.2,
            deadline: Duration::from_secs(60),
        };
        let ask = || async {
            Ok(match self.share_of(file, channel).await? {
                Some(ts) => JobState::Done(ts),
                None => Pending::working("not shared yet").into(),
            })
        };
        match job::wait(run, &policy, &Job::new(file, run.clock().now()), ask).await {
            Ok(ts) => Ok(Some(ts)),
            Err(error) if error.kind() == ErrorKind::Timeout => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds the message that Slack makes of shared files. That it does not come is no failure.
    pub(super) async fn with_share(&self, run: &Run, receipt: Receipt) -> Receipt {
        let (Some(channel), Some(file)) = (self.channel(), receipt.post(&PostRole::CONTAINER)) else { return receipt };
        let wait = || async { Ok(self.wait_for_share(run, &file.id, channel).await.ok().flatten()) };
        match run.step::<Option<String>, _>("share", wait).await {
            Ok(Some(ts)) => shared(receipt, channel, &ts),
            _ => receipt,
        }
    }
}

/// The receipt of files that are shared by this message.
pub(super) fn shared(mut receipt: Receipt, channel: &str, ts: &str) -> Receipt {
    receipt.posts.insert(0, remote(channel, ts));
    receipt.with_state(ReceiptState::Published)
}
