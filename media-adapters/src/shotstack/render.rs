//! Renders of Shotstack: submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::http::{Endpoint, Repeat};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Condition, Made, Maker, MediaFile, Test};
use social_core::media::{MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::render::{Fit, Position, RenderCapabilities, RenderRequest, TrackKind};
use social_core::run::{Found, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::wire::{Document, Envelope, Render, Resource};
use super::{edit, error};
use crate::body::WithExtra;
use crate::composition;
use crate::fetched::{self, Finished};

/// A minute of video takes about a minute.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(4),
    growth: 1.1,
    longest: Duration::from_secs(10),
    jitter: 0.2,
    deadline: Duration::from_secs(1800),
};

/// The temporary address of a render is deleted after 24 hours; the hosted copy stays.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// A stage of Shotstack, `shotstack/v1` or `shotstack/stage`, as a renderer of timelines and
/// templates.
///
/// - Shapes 16:9, 9:16, 1:1, 4:5 and 4:3; resolutions `preview`, `mobile`, `sd`, `hd` (or `720p`),
///   `1080` (or `1080p`; where none is given) and `4k`; MP4, or JPEG and PNG of the first frame.
/// - Clips that overlap on a track are put on tracks above each other.
/// - Files of this machine are uploaded to Shotstack's own store first, which costs nothing; see
///   [`by_address_only`](Self::by_address_only). Captions are taken by public address only.
/// - A template takes its fields as merge fields, and nothing else: its output is its own, and no
///   webhook is told about it.
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported) naming track and clip for what an edit cannot show,
/// before anything is uploaded; [`MediaInvalid`](ErrorKind::MediaInvalid) for a file that is not
/// what its clip says; [`JobFailed`](ErrorKind::JobFailed) with Shotstack's reason. Shotstack keeps
/// no list of renders and takes no key of ours, so a submission whose answer was lost is
/// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct ShotstackRenderer {
    pub(super) endpoint: Endpoint,
    address: ModelAddress,
    callback: Option<Url>,
    uploads: bool,
    patience: PollPolicy,
}

impl ShotstackRenderer {
    pub(super) fn new(endpoint: Endpoint, stage: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), stage);
        Self { endpoint, address, callback: None, uploads: true, patience: PATIENCE }
    }

    /// Has Shotstack tell this address when a render of a timeline ends. Nothing depends on it; see
    /// [`webhook_job`](super::webhook_job).
    #[must_use]
    pub fn with_callback(mut self, url: Url) -> Self {
        self.callback = Some(url);
        self
    }

    /// Uploads nothing: files are taken by public address only.
    #[must_use]
    pub fn by_address_only(mut self) -> Self {
        self.uploads = false;
        self
    }

    /// Sets how long and how often Shotstack is asked; by default every 4 to 10 seconds for 30
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// A path of one of the APIs at this stage.
    pub(super) fn path(&self, api: &str, path: &str) -> String {
        format!("{api}/{}/{path}", self.address.model)
    }

    async fn submit(&self, run: &Run, request: &RenderRequest) -> Result<Job> {
        let now = run.clock().now();
        let call = match &request.timeline {
            Some(timeline) => {
                let edit = edit::edit(request, timeline, self.callback.as_ref(), now)?;
                self.endpoint
                    .post(&self.path("edit", "render"))?
                    .json(&WithExtra { body: &edit, extra: &request.extra })
            }
            None => {
                let template = edit::template(request, now)?;
                self.endpoint
                    .post(&self.path("edit", "templates/render"))?
                    .json(&WithExtra { body: &template, extra: &request.extra })
            }
        };
        let reply = call.operation("submit_render").send().await?;
        let envelope: Envelope<Render> = reply.json()?;
        match envelope.response {
            Some(render) if !render.id.is_empty() => Ok(Job::new(render.id, now)),
            _ => Err(reply.unreadable("the answer names no render")),
        }
    }

    async fn check_render(&self, run: &Run, request: &RenderRequest, job: &Job) -> Result<JobState<Finished>> {
        let call = self.endpoint.get(&self.path("edit", &format!("render/{}", job.id)))?;
        let reply = call.query("data", "false").query("merged", "true").operation("check_render").send().await?;
        let envelope: Envelope<Render> = reply.json()?;
        let Some(render) = envelope.response else { return Err(reply.unreadable("the answer holds no render")) };
        match render.status.as_str() {
            "done" => self.finished(run, request, job, render).await,
            "failed" => Err(error::failed(render.error.as_deref())),
            "queued" => Ok(Pending::queued(render.status).into()),
            _ => Ok(Pending::working(render.status).into()),
        }
    }

    /// The temporary address while it works, the hosted copy afterwards.
    async fn finished(
        &self,
        run: &Run,
        request: &RenderRequest,
        job: &Job,
        render: Render,
    ) -> Result<JobState<Finished>> {
        let now = run.clock().now();
        let ends = render.updated.unwrap_or(now).checked_add(KEPT).ok();
        let usage = match render.duration {
            Some(seconds) if !composition::is_still(request) => Usage::default().with_seconds(seconds),
            _ => Usage::default().with_images(1),
        };
        let file = match render.url {
            Some(url) if ends.is_none_or(|end| now < end) => RemoteMedia { url, expires_at: ends },
            _ => match self.hosted_copy(job).await? {
                JobState::Done(url) => RemoteMedia { url, expires_at: None },
                JobState::Pending(pending) => return Ok(pending.into()),
            },
        };
        Ok(JobState::Done(Finished { files: vec![file], usage }))
    }

    /// Where Shotstack hosts the result of a render.
    async fn hosted_copy(&self, job: &Job) -> Result<JobState<Url>> {
        let assets = self.assets(&job.id).await?;
        // The poster and the thumbnail have names of their own.
        let named = assets.into_iter().map(|asset| asset.attributes).find(|asset| {
            let name = asset.url.as_ref().and_then(|url| url.path_segments()?.next_back());
            name.and_then(|name| name.rsplit_once('.')).is_some_and(|(name, _)| name == job.id)
        });
        match named {
            Some(asset) if asset.status == "ready" => match asset.url {
                Some(url) => Ok(JobState::Done(url)),
                None => Err(Error::new(ErrorKind::Protocol, "the hosted copy has no address")),
            },
            Some(asset) if asset.status == "importing" => Ok(Pending::working(asset.status).into()),
            Some(asset) => Err(Error::new(ErrorKind::NotFound, format!("the hosted copy is {}", asset.status))),
            None => Err(Error::new(ErrorKind::NotFound, "the render's file was deleted, and no copy is hosted")),
        }
    }

    async fn assets(&self, render: &str) -> Result<Vec<Resource>> {
        let call = self.endpoint.get(&self.path("serve", &format!("assets/render/{render}")))?;
        let reply = call.operation("list_assets").send().await?;
        let document: Document<Vec<Resource>> = reply.json()?;
        Ok(document.data)
    }
}

#[async_trait]
impl Maker<RenderRequest> for ShotstackRenderer {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> RenderCapabilities {
        let can = RenderCapabilities::new()
            .with_tracks([TrackKind::Video, TrackKind::Text, TrackKind::Captions, TrackKind::Voice, TrackKind::Music])
            .with_transitions(edit::transitions())
            .with_motions(edit::motions())
            .with_fits([Fit::Cover, Fit::Contain])
            .with_positions([Position::Top, Position::Center, Position::Bottom])
            .with_aspect_ratios(edit::ASPECT_RATIOS)
            .with_resolutions(edit::resolutions())
            .with_formats([MediaType::Mp4, MediaType::Jpeg, MediaType::Png])
            .with_frame_rates(edit::FRAME_RATES)
            // The number of tracks is not limited.
            .with_max_tracks(u64::from(u32::MAX))
            .with_template(true)
            .with_trim_start(true)
            .with_style(true)
            .with_extra(true)
            .with_generative(false)
            .with_condition(Condition::that("timeline.captions", Test::Remote));
        let can = ["resolution", "format", "frame_rate"].into_iter().fold(can, |can, option| {
            can.with_condition(
                Condition::that(option, Test::Unset)
                    .when("template", Test::Set)
                    .because("a template of Shotstack has an output of its own"),
            )
        });
        if self.uploads {
            return can;
        }
        can.with_condition(Condition::that("timeline.files", Test::Remote))
            .with_condition(Condition::that("template.files", Test::Remote))
    }

    fn accept(&self, request: &RenderRequest) -> Result<()> {
        request.timeline.as_ref().map_or(Ok(()), |timeline| edit::accept(request, timeline))
    }

    async fn make(&self, run: &Run, request: &RenderRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let vendor = |error: Error| error.with_vendor(self.endpoint.vendor());
        let request = Box::pin(self.ingest(run, request)).await.map_err(vendor)?;
        let submit = || self.submit(run, &request);
        let job = job::submit(run, submit, |_| async { Ok(Found::Unknown) }).await?;
        // For those who remove the hosted copy.
        let _: String = run.step("render", || async { Ok(job.id.clone()) }).await?;
        let check = || Box::pin(self.check_render(run, &request, &job));
        let kept =
            fetched::keep_render(run, &self.endpoint, &self.patience, &job, check, composition::is_still(&request));
        let (file, usage) = Box::pin(kept).await.map_err(vendor)?;
        Ok(Made::new(self.address.clone(), file).without_model().with_usage(usage))
    }

    /// Removes the hosted copies. The temporary file goes by itself after 24 hours.
    async fn remove(&self, run: &Run, _made: &MediaFile) -> Result<()> {
        let unknown = || async { Err(Error::invalid("run", "nothing was rendered in this run")) };
        let render: String = run.step("render", unknown).await?;
        let assets = match self.assets(&render).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            assets => assets?,
        };
        for id in assets.into_iter().filter_map(|asset| asset.attributes.id.or(asset.id)) {
            let route = self.endpoint.route(Method::DELETE, &self.path("serve", &format!("assets/{id}")))?;
            let call = self.endpoint.call(&route).operation("remove_asset").repeat(Repeat::Keyed);
            match call.send().await {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
