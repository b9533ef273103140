//! The client: tasks are submitted, asked after and given files.

use http::Method;
use http::header::{CONTENT_TYPE, HeaderName};
use serde::Serialize;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat, Reply};
use social_core::job::{Job, JobState, Pending};
use social_core::media::Media;
use social_core::money::Usage;
use social_core::run::Run;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{ErrorKind, Result};

use super::wire::{Envelope, NewUpload, Prediction, Ticket};
use super::{BASE_URL, error};
use crate::fetched::{Filtered, Finished};
use crate::hosted;
use crate::input::{ImageRule, Input};

pub(super) const API_KEY: Setting =
    Setting::new("WAVESPEED_API_KEY", "the API key", "https://wavespeed.ai/accesskey", "wavespeed-0000").secret();
pub(super) const URL: Setting = Setting::base_url("WAVESPEED_BASE_URL", BASE_URL);

/// A client of WaveSpeed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wavespeed {
    pub(super) endpoint: Endpoint,
}

impl Wavespeed {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. Keys are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("wavespeed", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Wavespeed::endpoint`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `WAVESPEED_API_KEY`, at the address in `WAVESPEED_BASE_URL` if
    /// there is one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("wavespeed", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        Self::new(endpoint.auth(Auth::Bearer(read.secret(&API_KEY)?)))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// The paid request.
    pub(super) async fn submit(&self, run: &Run, model: &str, body: &impl Serialize) -> Result<Job> {
        let reply = self.endpoint.post(model)?.operation("submit_task").model(model).json(body).send().await?;
        // A synchronous call that takes too long is such an answer, too (code 5004 in its data).
        let task: Prediction = self.open(&reply)?;
        if task.id.is_empty() {
            return Err(reply.unreadable("the answer names no task"));
        }
        Ok(Job::new(task.id, run.clock().now()).with_model(model))
    }

    pub(super) async fn check(&self, job: &Job) -> Result<JobState<Filtered>> {
        let call = self.endpoint.get(&format!("predictions/{}/result", job.id))?.operation("check_task");
        let task: Prediction = self.open(&call.send().await?)?;
        match task.status.as_str() {
            "completed" => self.finished(task).map(JobState::Done),
            "failed" | "timeout" => Err(hosted::failed(&self.endpoint, task.error.as_deref())),
            "cancelled" | "deleted" => {
                Err(self.endpoint.error(ErrorKind::JobFailed, format!("the task is {}", task.status)))
            }
            "created" | "pending" => Ok(Pending::queued(task.status).into()),
            _ => Ok(Pending::working(task.status).into()),
        }
    }

    fn finished(&self, task: Prediction) -> Result<Filtered> {
        let flags = task.has_nsfw_contents.into_iter().chain(std::iter::repeat(false));
        let (withheld, kept): (Vec<_>, Vec<_>) = task.outputs.iter().zip(flags).partition(|(_, flagged)| *flagged);
        if kept.is_empty() && !withheld.is_empty() {
            return Err(hosted::withheld(&self.endpoint, "the result was flagged (has_nsfw_contents)"));
        }
        let files = kept.iter().filter_map(|(output, _)| hosted::file(output)).collect();
        let refused = u32::try_from(withheld.len()).unwrap_or(u32::MAX);
        Ok(Filtered { finished: Finished { files, usage: Usage::default() }, refused })
    }

    /// An image at an address: one of this machine is uploaded in the step of this name.
    pub(super) async fn hosted(&self, run: &Run, step: &str, image: &Media, field: &'static str) -> Result<Media> {
        if matches!(image, Media::Remote(_)) {
            return Ok(image.clone());
        }
        let upload = || async {
            match IMAGE.open(image, field, run.clock().now()).await? {
                Input::Address(url) => Ok(url),
                Input::Bytes(media_type, bytes) => {
                    let filename = format!("image.{}", media_type.extension());
                    let ticket =
                        NewUpload { filename: &filename, size: bytes.len(), content_type: media_type.as_mime() };
                    let call = self.endpoint.post("media/uploads")?.operation("begin_upload").repeat(Repeat::Safe);
                    let reply = call.json(&ticket).send().await?;
                    let Ticket { upload, download_url } = self.open(&reply)?;
                    if !upload.method.eq_ignore_ascii_case("PUT") {
                        return Err(reply.unreadable("the upload is to be made in an unknown way"));
                    }
                    let call = self.endpoint.anonymous(Method::PUT, upload.url).operation("upload").public_only();
                    let mut call = call.repeat(Repeat::Safe).body(bytes);
                    for (name, value) in &upload.headers {
                        if let Ok(name) = HeaderName::try_from(name.as_str()) {
                            call = call.header(name, value);
                        }
                    }
                    if !upload.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
                        call = call.header(CONTENT_TYPE, media_type.as_mime());
                    }
                    call.send().await?;
                    Ok(download_url)
                }
            }
        };
        run.step(step, upload).await.map(Media::remote)
    }

    /// What is in an answer, which may be an error with status 200.
    fn open<T: serde::de::DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        match reply.json()? {
            Envelope { code: 0 | 200, data: Some(data), .. } => Ok(data),
            Envelope { code: 200, .. } => Err(reply.unreadable("the answer holds nothing")),
            _ => Err(reply.describe(self.endpoint.classify(&reply.failure()))),
        }
    }
}

/// What is uploaded. The store takes files of 200 MB; how large an image each model takes is
/// UNCONFIRMED.
pub(super) const IMAGE: ImageRule =
    ImageRule { vendor: "WaveSpeed", formats: hosted::FORMATS, max_bytes: 50 << 20, min_side: 1, max_ratio: 100.0 };
