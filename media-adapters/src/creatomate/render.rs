//! Renders of Creatomate: submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use social_core::http::Endpoint;
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Condition, Made, Maker, MediaFile, Test};
use social_core::media::{MediaKind, MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::render::{Fit, Motion, Position, RenderCapabilities, RenderRequest, TrackKind};
use social_core::run::{Found, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::wire::{Render, RenderState, Submitted};
use super::{Version, captions, composition as body, error};
use crate::body::WithExtra;
use crate::composition;
use crate::fetched::{self, Finished, MAX_IMAGE};

/// Creatomate's own client asks every 2 seconds for at most an hour.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(2),
    growth: 1.2,
    longest: Duration::from_secs(10),
    jitter: 0.2,
    deadline: Duration::from_secs(3600),
};

/// Renders and their files go after 30 days.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Creatomate as a renderer of timelines and templates.
///
/// - Any shape; `720p`, `1080p` (where none is given) and `4k`, counted on the short side; MP4, or
///   JPEG and PNG of what is seen at the beginning.
/// - Files are taken by public address only: the conditions say so, and [`make::fit`] hosts them.
///   Captions are read here, wherever they are, and each cue is sent as words.
/// - A template's modifications are fields such as `Title.text`; plain `Image` sets the main
///   property. In version 2 of the API what Creatomate could not apply is in the warnings of the
///   result; version 1 ignores it silently.
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported) naming track and clip for what a composition cannot show,
/// before anything is sent; [`JobFailed`](ErrorKind::JobFailed) with Creatomate's reason. Creatomate
/// keeps no list of renders and takes no key of ours, so a submission whose answer was lost is
/// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct CreatomateRenderer {
    endpoint: Endpoint,
    address: ModelAddress,
    version: Version,
    webhook: Option<Url>,
    patience: PollPolicy,
}

impl CreatomateRenderer {
    pub(super) fn new(endpoint: Endpoint, version: Version) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), version.as_str());
        Self { endpoint, address, version, webhook: None, patience: PATIENCE }
    }

    /// Has Creatomate tell this address when a render ends. Nothing depends on it; see
    /// [`webhook_job`](super::webhook_job).
    #[must_use]
    pub fn with_webhook(mut self, url: Url) -> Self {
        self.webhook = Some(url);
        self
    }

    /// Sets how long and how often Creatomate is asked; by default every 2 to 10 seconds for an
    /// hour.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// The still that Creatomate took of the video that was rendered in this run, kept with the
    /// run.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for a run in which nothing was rendered;
    /// [`NotFound`](ErrorKind::NotFound) where there is none; the kinds of the HTTP path.
    pub async fn snapshot(&self, run: &Run) -> Result<MediaFile> {
        let unknown = || async { Err(Error::invalid("run", "nothing was rendered in this run")) };
        let id: String = run.step("render", unknown).await?;
        let url = self.state(&id).await?.snapshot_url;
        let url = url.ok_or_else(|| self.endpoint.error(ErrorKind::NotFound, "the render has no snapshot"))?;
        let snapshot = RemoteMedia { url, expires_at: None };
        let file = snapshot.fetch(run, "snapshot.jpg", &self.endpoint, MAX_IMAGE).await?;
        MediaFile::read(file, MediaKind::Image).await
    }

    async fn submit(&self, run: &Run, request: &RenderRequest, id: &str) -> Result<Job> {
        let now = run.clock().now();
        let composed = match &request.timeline {
            Some(timeline) => {
                let timeline = captions::as_words(&self.endpoint, run, timeline).await?;
                Some(body::composition(request, &timeline, now)?)
            }
            None => None,
        };
        let (source, composition) = match self.version {
            Version::V1 => (composed, None),
            Version::V2 => (None, composed),
        };
        let template = body::template(request, now)?;
        let render = Render { source, composition, template, webhook_url: self.webhook.as_ref(), metadata: id };
        let call = self.endpoint.post(&format!("{}/renders", self.version.as_str()))?;
        let call = call.json(&WithExtra { body: &render, extra: &request.extra });
        let reply = call.operation("submit_render").send().await?;
        let mut renders = match reply.json()? {
            Submitted::Several(renders) => renders,
            Submitted::One(render) => vec![*render],
        }
        .into_iter();
        let Some(render) = renders.next().filter(|render| !render.id.is_empty()) else {
            return Err(reply.unreadable("the answer names no render"));
        };
        let mut warnings: Vec<String> = render.errors.iter().chain(&render.warnings).map(said).collect();
        warnings.extend(renders.map(|other| format!("Creatomate also made the render {}", other.id)));
        Ok(Job::new(render.id, now).with_extra("warnings", warnings))
    }

    async fn state(&self, id: &str) -> Result<RenderState> {
        let call = self.endpoint.get(&format!("{}/renders/{id}", self.version.as_str()))?;
        call.operation("check_render").send().await?.json()
    }

    async fn check_render(&self, run: &Run, request: &RenderRequest, job: &Job) -> Result<JobState<Finished>> {
        let render = self.state(&job.id).await?;
        match render.status.as_str() {
            "succeeded" => finished(run, request, render).map(JobState::Done),
            "failed" => Err(error::failed(render.error_message.as_deref())),
            "planned" | "waiting" => Ok(Pending::queued(render.status).into()),
            _ => Ok(Pending::working(render.status).into()),
        }
    }
}

/// The address is there from the first answer on; only now there is a file.
fn finished(run: &Run, request: &RenderRequest, render: RenderState) -> Result<Finished> {
    let Some(url) = render.url else {
        return Err(Error::new(ErrorKind::JobFailed, "Creatomate says that the render succeeded and names no file"));
    };
    let usage = match render.duration {
        Some(seconds) if !composition::is_still(request) => Usage::default().with_seconds(seconds),
        _ => Usage::default().with_images(1),
    };
    Ok(Finished { files: vec![RemoteMedia { url, expires_at: run.clock().now().checked_add(KEPT).ok() }], usage })
}

/// What a warning says, whose shape is not documented.
fn said(warning: &Value) -> String {
    let text = warning.as_str().or_else(|| warning.get("message")?.as_str());
    text.map_or_else(|| warning.to_string(), str::to_owned)
}

#[async_trait]
impl Maker<RenderRequest> for CreatomateRenderer {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> RenderCapabilities {
        RenderCapabilities::new()
            .with_tracks([TrackKind::Video, TrackKind::Text, TrackKind::Captions, TrackKind::Voice, TrackKind::Music])
            .with_transitions(body::transitions())
            .with_motions([Motion::ZOOM_IN, Motion::ZOOM_OUT])
            .with_fits([Fit::Cover, Fit::Contain])
            .with_positions([Position::Top, Position::Center, Position::Bottom])
            .with_any_aspect_ratio()
            .with_resolutions(body::resolutions())
            .with_formats([MediaType::Mp4, MediaType::Jpeg, MediaType::Png])
            .with_any_frame_rate()
            // The number of tracks is not limited.
            .with_max_tracks(u64::from(u32::MAX))
            .with_template(true)
            .with_trim_start(true)
            .with_style(true)
            .with_extra(true)
            .with_generative(false)
            .with_condition(Condition::that("timeline.files", Test::Remote))
            .with_condition(Condition::that("template.files", Test::Remote))
            .with_condition(
                Condition::that("resolution", Test::Unset)
                    .when("template", Test::Set)
                    .because("a template of Creatomate has a size of its own"),
            )
    }

    fn accept(&self, request: &RenderRequest) -> Result<()> {
        captions::accept(request)
    }

    async fn make(&self, run: &Run, request: &RenderRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let id = run.key("submit");
        let submit = || self.submit(run, request, &id);
        let job = job::submit(run, submit, |_| async { Ok(Found::Unknown) }).await?;
        // For those who want the snapshot.
        let _: String = run.step("render", || async { Ok(job.id.clone()) }).await?;
        let check = || Box::pin(self.check_render(run, request, &job));
        let kept =
            fetched::keep_render(run, &self.endpoint, &self.patience, &job, check, composition::is_still(request));
        let (file, usage) = Box::pin(kept).await.map_err(|error| error.with_vendor(self.endpoint.vendor()))?;
        let mut made = Made::new(self.address.clone(), file).without_model().with_usage(usage);
        for warning in job.extra.get("warnings").and_then(Value::as_array).into_iter().flatten() {
            made = made.with_warning(said(warning));
        }
        Ok(made)
    }
}
