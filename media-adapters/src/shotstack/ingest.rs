//! Files of this machine on their way to Shotstack's store.

use std::time::Duration;

use http::Method;
use social_core::http::Repeat;
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::media::{Media, MediaKind, RemoteMedia};
use social_core::render::{Content, RenderRequest, TrackKind};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result};
use url::Url;

use super::render::ShotstackRenderer;
use super::wire::{Document, Resource};
use crate::composition;

/// A source is ready seconds after its upload.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(2),
    growth: 1.3,
    longest: Duration::from_secs(10),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// The largest file is not documented; an upload has to end within an hour (OpenAPI 1.18.3).
const UPLOAD: Duration = Duration::from_secs(3600);

impl ShotstackRenderer {
    /// The request with each of its files at an address. Nothing is paid for.
    pub(super) async fn ingest(&self, run: &Run, request: &RenderRequest) -> Result<RenderRequest> {
        let mut request = request.clone();
        let unpaid = |error: Error| error.with_effect(Effect::None);
        for (index, track) in request.timeline.iter_mut().flat_map(|timeline| &mut timeline.tracks).enumerate() {
            for (number, clip) in track.clips.iter_mut().enumerate() {
                let expected = match track.kind {
                    TrackKind::Voice | TrackKind::Music => Some(MediaKind::Audio),
                    _ => clip.media_kind(),
                };
                if let Content::File(media) = &mut clip.content {
                    let field = || composition::field(index, number, "content");
                    let stored = self.stored(run, media, expected).await;
                    *media = Media::Remote(stored.map_err(|error| unpaid(error.with_field(field())))?);
                }
            }
        }
        for (field, media) in request.template.iter_mut().flat_map(|template| &mut template.files) {
            let stored = self.stored(run, media, None).await;
            *media = Media::Remote(stored.map_err(|error| unpaid(error.with_field(format!("template.{field}"))))?);
        }
        Ok(request)
    }

    /// The file's own address, or that of its copy at Shotstack.
    async fn stored(&self, run: &Run, media: &Media, expected: Option<MediaKind>) -> Result<RemoteMedia> {
        if let Media::Remote(remote) = media {
            return Ok(remote.clone());
        }
        let kind = media.info().await?.media_type.kind();
        if let Some(expected) = expected.filter(|expected| *expected != kind) {
            let message = format!("the file is {}, expected {}", kind.as_str(), expected.as_str());
            return Err(Error::new(ErrorKind::MediaInvalid, message));
        }
        let run = run.child(&format!("source-{}", media.sha256().await?));
        let job: Job = run.step("upload", || self.upload(&run, media)).await?;
        let url = run.step("source", || job::wait(&run, &PATIENCE, &job, || self.source(&job))).await?;
        Ok(RemoteMedia { url, expires_at: None })
    }

    async fn upload(&self, run: &Run, media: &Media) -> Result<Job> {
        let call = self.endpoint.post(&self.path("ingest", "upload"))?.repeat(Repeat::Safe);
        let reply = call.operation("start_upload").send().await?;
        let Document { data: Resource { id, attributes } } = reply.json()?;
        let (Some(id), Some(url)) = (id.or(attributes.id), attributes.url) else {
            return Err(reply.unreadable("the answer names no upload"));
        };
        // The address is signed for a request without a content type.
        let put = self.endpoint.anonymous(Method::PUT, url).public_only().repeat(Repeat::Keyed);
        let put = put.operation("upload").deadline(UPLOAD).response_timeout(UPLOAD);
        put.body(media.body().await?).send().await?;
        Ok(Job::new(id, run.clock().now()))
    }

    /// Asks after a source.
    async fn source(&self, job: &Job) -> Result<JobState<Url>> {
        let call = self.endpoint.get(&self.path("ingest", &format!("sources/{}", job.id)))?;
        let reply = call.operation("check_source").send().await?;
        let Document { data: Resource { attributes, .. } } = reply.json()?;
        match attributes.status.as_str() {
            "ready" => match attributes.source {
                Some(url) => Ok(JobState::Done(url)),
                None => Err(reply.unreadable("the source is ready and has no address")),
            },
            "failed" => Err(Error::new(ErrorKind::MediaInvalid, "Shotstack could not take the file in")),
            "deleted" | "overwritten" => {
                Err(Error::new(ErrorKind::NotFound, format!("the source is {}", attributes.status)))
            }
            "queued" => Ok(Pending::queued(attributes.status).into()),
            _ => Ok(Pending::working(attributes.status).into()),
        }
    }
}
