//! Easel, an invented vendor that paints images in the background: submitted, waited for, fetched.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use serde::{Deserialize, Serialize};
use social_core::catalogue::VendorEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{MediaKind, RemoteMedia};
use social_core::run::{Found, Run};
use social_core::settings::{Reader, Setting};
use social_core::{ErrorKind, ModelAddress, Result};
use url::Url;

/// Easel answers within seconds, and lists a job a little later.
const SETTLE: Duration = Duration::from_secs(20);
/// The largest image that is fetched, in bytes.
const MAX_IMAGE: u64 = 32 << 20;
/// How long Easel keeps an image.
const KEPT: Duration = Duration::from_secs(600);

const KEY: Setting = Setting::new("EASEL_API_KEY", "the API key", "https://easel.example/keys", "ea-0000").secret();

/// One of Easel's models.
#[derive(Clone, Debug)]
pub struct Easel {
    endpoint: Endpoint,
    address: ModelAddress,
}

/// `easel/MODEL` as an entry of a catalogue: registered, `media_adapters::connect_image` finds it.
pub fn entry() -> VendorEntry {
    VendorEntry::new("easel", "Easel", [KEY]).with_image(|settings, model| {
        let read = Reader::new("easel", settings, &[KEY])?;
        Easel::new(read.endpoint(Easel::endpoint().auth(Auth::Bearer(read.secret(&KEY)?)), None), model)
    })
}

#[derive(Serialize)]
struct NewJob<'a> {
    model: &'a str,
    prompt: &'a str,
    ratio: Option<String>,
    seed: Option<i64>,
    reference: &'a str,
}

#[derive(Deserialize)]
struct Task {
    id: String,
    status: String,
    url: Option<Url>,
    reason: Option<String>,
}

impl Easel {
    /// Easel's server, without a key.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("easel", "https://api.easel.example/v1")
    }

    /// A model behind this endpoint.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder, model: &str) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, address: ModelAddress::new("easel", model) })
    }

    async fn check(&self, run: &Run, job: &Job) -> Result<JobState<RemoteMedia>> {
        let call = self.endpoint.get(&format!("jobs/{}", job.id))?.operation("check_image");
        let task: Task = call.send().await?.json()?;
        let reason = task.reason.unwrap_or_default();
        match (task.status.as_str(), task.url) {
            ("done", Some(url)) => {
                Ok(JobState::Done(RemoteMedia { url, expires_at: run.clock().now().checked_add(KEPT).ok() }))
            }
            ("failed" | "done", _) => Err(self.endpoint.error(ErrorKind::JobFailed, reason)),
            ("refused", _) => Err(self.endpoint.error(ErrorKind::Rejected, reason)),
            ("waiting", _) => Ok(Pending::queued(task.status).into()),
            _ => Ok(Pending::working(task.status).into()),
        }
    }
}

#[async_trait]
impl Maker<ImageRequest> for Easel {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::new().with_aspect_ratios([AspectRatio::SQUARE, AspectRatio::WIDE]).with_seed(true)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let (prompt, reference) = (request.full_prompt(), run.key("submit"));
        let job_of = |task: Task| Job::new(task.id, run.clock().now()).with_model(&self.address.model);
        let submit = || async {
            let ratio = request.aspect_ratio.map(|ratio| ratio.to_string());
            let model = &self.address.model;
            let job = NewJob { model, prompt: &prompt, ratio, seed: request.seed, reference: &reference };
            self.endpoint.post("jobs")?.operation("submit_image").json(&job).send().await?.json().map(job_of)
        };
        let find = |_| async {
            let call = self.endpoint.get("jobs")?.operation("find_image").query("reference", &reference);
            let task = call.send().await?.json::<Vec<Task>>()?.into_iter().next();
            Ok(task.map_or(Found::NotListed { settle: SETTLE }, |task| Found::Present(job_of(task))))
        };
        let job = job::submit(run, submit, find).await?;
        let check = || self.check(run, &job);
        let read = async |image: RemoteMedia| image.open(&self.endpoint, MAX_IMAGE, run.clock().now()).await;
        let (_, file) = job::keep_file(run, "image.png", &PollPolicy::default(), &job, check, read).await?;
        let image = MediaFile::read(file, MediaKind::Image).await?;
        Ok(Made::new(self.address.clone(), ImageBatch::new(vec![image])))
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        for running in run.jobs() {
            let route = self.endpoint.route(Method::DELETE, &format!("jobs/{}", running.job.id))?;
            match self.endpoint.call(&route).operation("cancel_image").send().await {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => job::end(run, "it was cancelled").await?,
            }
        }
        Ok(())
    }
}
