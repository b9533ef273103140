//! The client: predictions are created, found again, asked after and cancelled; files are uploaded.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};
use social_core::clock::Timestamp;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Multipart, Repeat};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::Media;
use social_core::money::Usage;
use social_core::run::{Found, Lost, Run};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, ErrorKind, Result};

use super::wire::{File, Page, Prediction};
use super::{BASE_URL, error};
use crate::body::WithExtra;
use crate::fetched::Finished;
use crate::hosted::{self, Fields};
use crate::input::{ImageRule, Input};

pub(super) const API_TOKEN: Setting = Setting::new(
    "REPLICATE_API_TOKEN",
    "the API token",
    "https://replicate.com/account/api-tokens",
    "r8_0000000000000000000000000000000000000",
)
.secret();
pub(super) const URL: Setting = Setting::base_url("REPLICATE_BASE_URL", BASE_URL);

/// Replicate deletes results after about an hour.
const KEPT: Duration = Duration::from_secs(3600);

/// Up to here Replicate wants a file inside the request.
const INLINE: usize = 256 << 10;

/// How far the clocks may be apart when a lost prediction is looked for.
const APART: Duration = Duration::from_secs(60);

/// What is taken as an image. Replicate takes files of 100 MiB; how large an image each model takes
/// is UNCONFIRMED.
pub(super) const IMAGE: ImageRule =
    ImageRule { vendor: "Replicate", formats: hosted::FORMATS, max_bytes: 50 << 20, min_side: 1, max_ratio: 100.0 };

/// A client of Replicate. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Replicate {
    pub(super) endpoint: Endpoint,
}

impl Replicate {
    /// The endpoint without a token; [`BASE_URL`] unless replaced. Tokens are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("replicate", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Replicate::endpoint`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the token in `REPLICATE_API_TOKEN`, at the address in `REPLICATE_BASE_URL` if
    /// there is one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("replicate", settings, &[API_TOKEN])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        Self::new(endpoint.auth(Auth::Bearer(read.secret(&API_TOKEN)?)))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// The paid request, once. `body` writes what is sent, without the version.
    pub(super) async fn submit<F>(&self, run: &Run, model: &str, body: impl Fn() -> F + Send + Sync) -> Result<Job>
    where
        F: Future<Output = Result<Value>> + Send,
    {
        let body = &body;
        let create = || async {
            let mut body = body().await?;
            // Official models have a path of their own; all others are named by their version.
            let path = match model.rsplit_once(':').map(|(_, version)| version) {
                None if model.contains('/') => format!("models/{model}/predictions"),
                version => {
                    if let Some(fields) = body.as_object_mut() {
                        fields.insert("version".to_owned(), version.unwrap_or(model).into());
                    }
                    "predictions".to_owned()
                }
            };
            let call = self.endpoint.post(&path)?.operation("create_prediction").model(model).json(&body);
            let reply = call.send().await?;
            let prediction: Prediction = reply.json()?;
            if prediction.id.is_empty() {
                return Err(reply.unreadable("the answer names no prediction"));
            }
            // An output that is there already is not looked at: the prediction may still fail.
            Ok(Job::new(prediction.id, run.clock().now()).with_model(model))
        };
        let find = |lost| async move { self.find(lost, &body().await?).await };
        job::submit(run, create, find).await
    }

    /// Looks through the latest predictions for the one that has these inputs and this time. None,
    /// or several, prove nothing.
    async fn find(&self, lost: Lost, body: &Value) -> Result<Found<Job>> {
        let page: Page = self.endpoint.get("predictions")?.operation("find_prediction").send().await?.json()?;
        let inputs: Vec<_> = body
            .get("input")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(_, value)| is_plain(value))
            .collect();
        let in_time = |created: Timestamp| created >= lost.begun_at - APART && created <= lost.lost_at + APART;
        let same = |prediction: &&Prediction| {
            prediction.created_at.is_some_and(in_time)
                && inputs.iter().all(|(name, value)| prediction.input.get(*name) == Some(value))
        };
        let mut found = page.results.iter().filter(same);
        Ok(match (found.next(), found.next()) {
            (Some(prediction), None) => {
                Found::Present(Job::new(&prediction.id, prediction.created_at.unwrap_or(lost.begun_at)))
            }
            _ => Found::Unknown,
        })
    }

    pub(super) async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Finished>> {
        let call = self.endpoint.get(&format!("predictions/{}", job.id))?.operation("check_prediction");
        let prediction: Prediction = call.send().await?.json()?;
        match prediction.status.as_str() {
            "succeeded" if prediction.data_removed && prediction.output.is_null() => {
                Err(self.endpoint.error(ErrorKind::JobFailed, "Replicate has deleted what the prediction made"))
            }
            "succeeded" => {
                let expires_at = run.clock().now().checked_add(KEPT).ok();
                let mut files = prediction.files();
                files.iter_mut().for_each(|file| file.expires_at = expires_at);
                Ok(JobState::Done(Finished { files, usage: Usage::default() }))
            }
            "failed" | "aborted" => Err(hosted::failed(&self.endpoint, prediction.reason())),
            "canceled" => Err(self.endpoint.error(ErrorKind::JobFailed, "the prediction was cancelled")),
            "starting" => Ok(Pending::queued(prediction.status).into()),
            // Also when there is an output already.
            _ => Ok(Pending::working(prediction.status).into()),
        }
    }

    /// Cancels the run's predictions. One that has ended is left to be collected.
    pub(super) async fn cancel(&self, run: &Run) -> Result<()> {
        for running in run.jobs() {
            let call = self.endpoint.post(&format!("predictions/{}/cancel", running.job.id))?;
            let reply = call.operation("cancel_prediction").repeat(Repeat::Safe).send().await;
            match reply {
                Err(error) if error.kind() == ErrorKind::NotFound => job::end(run, "it was cancelled").await?,
                Err(error) => return Err(error),
                Ok(reply) => {
                    let prediction: Prediction = reply.json()?;
                    if !matches!(prediction.status.as_str(), "succeeded" | "failed") {
                        job::end(run, "it was cancelled").await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// An image as a prediction takes it: a large one of this machine is uploaded in the step of
    /// this name.
    pub(super) async fn hosted(&self, run: &Run, step: &str, image: &Media, field: &'static str) -> Result<Media> {
        if matches!(image, Media::Remote(_)) || image.length().await? <= INLINE as u64 {
            return Ok(image.clone());
        }
        let upload = || async {
            let Input::Bytes(media_type, bytes) = IMAGE.open(image, field, run.clock().now()).await? else {
                return Err(self.endpoint.error(ErrorKind::MediaInvalid, "the image is at an address"));
            };
            let name = format!("image.{}", media_type.extension());
            let form = Multipart::new().file("content", &name, media_type.as_mime(), bytes);
            let call = self.endpoint.post("files")?.operation("upload").repeat(Repeat::Safe).multipart(form);
            let file: File = call.send().await?.json()?;
            Ok((file.urls.get, file.expires_at))
        };
        run.step_until(step, upload).await.map(Media::remote)
    }
}

/// The body of a prediction, with the caller's own fields. What is in it is small: large files are
/// at addresses.
pub(super) fn written(input: &Fields, extra: &Map<String, Value>) -> Result<Value> {
    #[derive(Serialize)]
    struct Body<'a> {
        input: &'a Fields,
    }
    let body = WithExtra { body: &Body { input }, extra };
    serde_json::to_value(body)
        .map_err(|e| Error::invalid("body", "the request cannot be written as JSON").with_source(e))
}

/// Whether a value is given back as it was sent: files are not.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.starts_with("data:"),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}
