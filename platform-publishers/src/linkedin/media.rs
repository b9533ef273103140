//! Images and documents: sent whole, and waited for where LinkedIn can be asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Attachment, Delivery, MediaRole, Post};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result, Retry};

use super::LinkedIn;
use super::request::{Restli, done, object};
use super::wire::{FileState, FileUpload, Value};

/// How long one request of an upload may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(1800);

/// A file that is on LinkedIn.
#[derive(Serialize, Deserialize)]
pub(super) struct Uploaded {
    pub(super) urn: String,
    pub(super) at: Timestamp,
}

impl LinkedIn {
    /// The URNs of the post's files, in their order, ready to be shown.
    pub(super) async fn files(&self, delivery: &Delivery, post: &Post) -> Result<Vec<String>> {
        let run = &delivery.run;
        let mut uploaded = Vec::new();
        for (index, (file, info)) in post.attachments.iter().zip(&delivery.facts).enumerate() {
            if file.role == MediaRole::Captions {
                continue;
            }
            let made = async {
                if info.media_type.kind() == MediaKind::Video {
                    return Ok((format!("video-{index}"), "videos", self.upload_video(run, index, file).await?));
                }
                let name = format!("file-{index}");
                let kind = kind_of(info);
                let file = run.step(&name, || self.upload_file(run, kind, file)).await?;
                Ok((name, kind, file))
            };
            uploaded.push(made.await.map_err(|error: Error| error.with_item(index))?);
        }
        let mut urns = Vec::new();
        for (index, (name, kind, file)) in uploaded.into_iter().enumerate() {
            self.wait(run, &name, kind, &file).await.map_err(|error| error.with_item(index))?;
            urns.push(file.urn);
        }
        Ok(urns)
    }

    /// A file is invisible until a post shows it, so this may be repeated.
    async fn upload_file(&self, run: &Run, kind: &'static str, file: &Attachment) -> Result<Uploaded> {
        let body = file.media.without_notes().await?.body();
        let call = self.rest(Restli::Action, kind)?.operation("begin upload").repeat(Repeat::Safe);
        let request = json!({ "initializeUploadRequest": { "owner": self.author.urn() } });
        let reply = call.query("action", "initializeUpload").json(&request).send().await?;
        let FileUpload { upload_url, urn } = reply.json::<Value<FileUpload>>()?.value;
        // It is used in paths.
        object(kind, &urn).map_err(|_| reply.unreadable("the answer names no file"))?;
        let call = self.put(&upload_url, true).await?.operation("upload").response_timeout(PATIENCE);
        done(&call.body(body).send().await?)?;
        Ok(Uploaded { urn, at: run.clock().now() })
    }

    /// Waits until a file can be shown. A member's token may ask about videos only: other files get
    /// the first pause.
    async fn wait(&self, run: &Run, name: &str, kind: &'static str, file: &Uploaded) -> Result<()> {
        let can_ask = kind == "videos" || self.author.is_organization();
        let path = object(kind, &file.urn)?;
        let ask = || async {
            if !can_ask {
                return Ok(JobState::Done(None));
            }
            let state = match self.rest(Restli::Get, &path)?.operation("process file").send().await {
                Ok(reply) => reply.json::<FileState>()?,
                Err(error) if error.kind() == ErrorKind::Permission => return Ok(JobState::Done(None)),
                Err(error) => return Err(error),
            };
            Ok(match state.status.as_str() {
                "AVAILABLE" => JobState::Done(None),
                "PROCESSING_FAILED" => JobState::Done(Some(state.processing_failure_reason.unwrap_or_default())),
                word => Pending::working(word).into(),
            })
        };
        let Some(why) = job::wait(run, &self.poll, &Job::new(&file.urn, file.at), ask).await? else { return Ok(()) };
        // The file is of no use any more: the run's next call uploads it again.
        run.forget(name, &why).await?;
        let message = format!("LinkedIn could not process the file: {why}");
        let error = self.api.error(ErrorKind::MediaInvalid, message).with_operation("process file");
        Err(error.with_retry(Retry::Never).with_effect(Effect::None))
    }
}

fn kind_of(info: &MediaInfo) -> &'static str {
    match info.media_type.kind() {
        MediaKind::Document => "documents",
        _ => "images",
    }
}
