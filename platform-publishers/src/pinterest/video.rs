//! Videos: registered with Pinterest, sent to its store by a form, and waited for.

use std::time::Duration;

use http::{Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::json;
use social_core::http::{Multipart, Repeat, TokenSource as _};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{CleanMedia, MediaInfo};
use social_core::publish::Attachment;
use social_core::run::Run;
use social_core::{Effect, ErrorKind, Result, Retry};

use super::Pinterest;
use super::check::is_id;
use super::wire::{MediaState, Parameter, Registered};
use crate::upload::file_name;

/// How long the upload may take.
const PATIENCE: Duration = Duration::from_secs(3600);
/// The step that registers a video.
const REGISTERED: &str = "video";

/// The step that says that it was sent.
fn arrived(id: &str) -> String {
    format!("arrived-{id}")
}

impl Pinterest {
    /// The id of the video, ready to be shown. The form of the upload is signed and not kept: a
    /// video that did not arrive before its process died is registered again.
    pub(super) async fn upload_video(&self, run: &Run, file: &Attachment, info: &MediaInfo) -> Result<String> {
        let id = match self.known_upload(run).await? {
            Some(id) => id,
            None => {
                let registered = self.register().await?;
                let id = run.step(REGISTERED, || async { Ok(registered.media_id.clone()) }).await?;
                self.send(&registered, &file.media.without_notes().await?, info).await?;
                run.step(&arrived(&id), || async { Ok(()) }).await?;
                id
            }
        };
        self.wait(run, &id).await?;
        Ok(id)
    }

    /// What an attempt before this one has sent, where it arrived.
    async fn known_upload(&self, run: &Run) -> Result<Option<String>> {
        let Some(id) = run.result::<String>(REGISTERED).await? else { return Ok(None) };
        if run.result::<()>(&arrived(&id)).await?.is_none() && !self.has_arrived(&id).await? {
            run.forget(REGISTERED, "the video had not arrived").await?;
            return Ok(None);
        }
        Ok(Some(id))
    }

    async fn register(&self) -> Result<Registered> {
        let call = self.api.post("v5/media")?.operation("begin upload").repeat(Repeat::Safe);
        let reply = call.json(&json!({ "media_type": "video" })).send().await?;
        let registered: Registered = reply.json()?;
        if is_id(&registered.media_id) { Ok(registered) } else { Err(reply.unreadable("the answer names no video")) }
    }

    /// One request, of which Pinterest is asked whether it arrived when the store does not say so.
    async fn send(&self, form: &Registered, media: &CleanMedia, info: &MediaInfo) -> Result<()> {
        let mut call = self.api.anonymous(Method::POST, form.upload_url.clone()).secret(&self.tokens.token().await?);
        if form.upload_url.origin() != self.api.base_url().origin() {
            call = call.public_only();
        }
        let mut fields = Multipart::new();
        for (name, value) in &form.upload_parameters {
            if let Parameter::Text(value) = value {
                fields = fields.text(name, value.expose_secret());
                call = call.secret(value);
            }
        }
        // The store ignores what stands behind the file.
        let fields = fields.file("file", &file_name(info), info.media_type.as_mime(), media.body());
        let sent = call.operation("upload video").response_timeout(PATIENCE).multipart(fields).send().await;
        let refused = match sent {
            Ok(reply) if matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::CREATED) => return Ok(()),
            Ok(reply) => reply.unreadable("the store does not say that it took the video"),
            Err(error) => error,
        };
        match self.has_arrived(&form.media_id).await {
            Ok(true) => Ok(()),
            _ => Err(refused.with_effect(Effect::None)),
        }
    }

    async fn has_arrived(&self, id: &str) -> Result<bool> {
        Ok(self.state(id).await? != "registered")
    }

    async fn state(&self, id: &str) -> Result<String> {
        let call = self.api.get(&format!("v5/media/{id}"))?.operation("process video");
        Ok(call.send().await?.json::<MediaState>()?.status)
    }

    async fn wait(&self, run: &Run, id: &str) -> Result<()> {
        let asked = || async {
            Ok(match self.state(id).await?.as_str() {
                "succeeded" => JobState::Done(true),
                "failed" => JobState::Done(false),
                word => Pending::working(word).into(),
            })
        };
        if job::wait(run, &self.poll, &Job::new(id, run.clock().now()), asked).await? {
            return Ok(());
        }
        // The video is of no use any more: the run's next call uploads it again.
        run.forget(REGISTERED, "it could not be processed").await?;
        let error =
            self.api.error(ErrorKind::MediaInvalid, "Pinterest could not process the video; it does not say why");
        Err(error.with_retry(Retry::Never).with_effect(Effect::None).with_operation("process video"))
    }
}
