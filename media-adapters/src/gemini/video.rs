//! Veo: a job is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use companies::google::GoogleApi;
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use social_core::http::{ByteStream, Endpoint, Failure, Repeat, StreamReply};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{Media, MediaKind, MediaType, RemoteMedia, download};
use social_core::money::Usage;
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::video_error::{failed, filtered_out};
use super::video_model as model;
use super::video_wire::{Frame, Instance, Operation, Outcome, Parameters, Question, Request};
use crate::body::WithExtra;
use crate::fetched::{MAX_VIDEO, open_with_key};
use crate::inline_base64::{Keys, decode_first, lift};
use crate::input::{ImageRule, Input};

/// Google's advice is 10 seconds.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(10),
    growth: 1.2,
    longest: Duration::from_secs(20),
    jitter: 0.2,
    deadline: Duration::from_secs(900),
};

/// What Veo takes as an image (ai.google.dev, video generation).
const IMAGE: ImageRule = ImageRule {
    vendor: "Veo",
    formats: &[MediaType::Jpeg, MediaType::Png],
    max_bytes: 20 << 20,
    min_side: 1,
    max_ratio: 100.0,
};

/// AI Studio deletes videos after two days.
const KEPT: Duration = Duration::from_secs(2 * 24 * 3600);

/// The longest answer with a video in it, in bytes: base64 is a third longer.
const MAX_ANSWER: usize = 3 << 30;

/// A Veo model, in AI Studio or on Vertex AI.
///
/// Videos of `veo-3.1` models are 16:9 or 9:16, of 4, 6 or 8 seconds, 720p to 4k; 1080p and 4k are
/// made of 8 seconds only. They start from an image and end on one (JPEG or PNG, at most 20 MiB; on
/// Vertex AI also at `gs://`). AI Studio takes no seed, and its videos always have audio: one that
/// is to be without comes with a [warning](Made::warnings).
/// [`extra`](VideoRequest::extra) is merged into the request, for instance
/// `{"parameters": {"personGeneration": "allow_adult"}}`.
///
/// In AI Studio the video is fetched with the key, which is sent to AI Studio's host only. On
/// Vertex AI it comes in the answer, or lies in the bucket that `parameters.storageUri` of `extra`
/// names, from which it is fetched with the same token.
///
/// A submission has no idempotency key and cannot be looked up: when its answer is lost, the result
/// is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown). A video that was filtered is
/// [`Rejected`](ErrorKind::Rejected) and is not billed; a job that failed is
/// [`JobFailed`](ErrorKind::JobFailed) with Google's code.
#[derive(Clone, Debug)]
pub struct VeoVideo {
    endpoint: Endpoint,
    /// The buckets of Google Cloud.
    storage: Option<Endpoint>,
    api: GoogleApi,
    address: ModelAddress,
    patience: PollPolicy,
}

/// Where a finished video is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// At an address of AI Studio's.
    Address(RemoteMedia),
    /// In a bucket, `gs://`.
    Bucket(String),
    /// In the answer, which is asked for again: it is not held in memory.
    Answer,
}

impl VeoVideo {
    pub(super) fn new(endpoint: Endpoint, storage: Option<Endpoint>, api: GoogleApi, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, storage, api, address, patience: PATIENCE }
    }

    /// Sets how long and how often Google is asked; by default every 10 to 20 seconds for 15
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// The field of an answer that holds a whole video.
    const fn inline_key(&self) -> &'static str {
        match self.api {
            GoogleApi::AiStudio => "encodedVideo",
            GoogleApi::Vertex => "bytesBase64Encoded",
        }
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let model = &self.address.model;
        let prompt = request.full_prompt();
        let vertex = self.api == GoogleApi::Vertex;
        let instance = Instance {
            prompt: &prompt,
            image: self.frame(run, request.first_frame.as_ref(), "first_frame").await?,
            last_frame: self.frame(run, request.last_frame.as_ref(), "last_frame").await?,
        };
        let parameters = Parameters {
            sample_count: 1,
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            resolution: request.resolution.as_deref(),
            duration_seconds: request.duration.map(|duration| duration.as_secs()),
            negative_prompt: request.negative_prompt.as_deref(),
            seed: request.seed,
            generate_audio: request.audio.filter(|_| vertex),
        };
        let body = Request { instances: [instance], parameters };
        let route = self.api.route(&self.endpoint, model, "predictLongRunning")?;
        let call = self.endpoint.call(&route).operation("submit_video").model(model);
        let reply = call.json(&WithExtra { body: &body, extra: &request.extra }).send().await?;
        let operation: Operation = reply.json()?;
        if operation.name.is_empty() {
            return Err(reply.unreadable("the answer names no job"));
        }
        Ok(Job::new(operation.name, run.clock().now()).with_model(model))
    }

    async fn frame(&self, run: &Run, image: Option<&Media>, field: &'static str) -> Result<Option<Frame>> {
        let Some(image) = image else { return Ok(None) };
        match IMAGE.open(image, field, run.clock().now()).await? {
            Input::Bytes(media_type, bytes) => {
                Ok(Some(Frame::Inline { bytes_base64_encoded: bytes, mime_type: media_type.as_mime() }))
            }
            Input::Address(url) if self.api == GoogleApi::Vertex && url.scheme() == "gs" => {
                let media_type = MediaType::from_name(url.path()).unwrap_or(MediaType::Png);
                Ok(Some(Frame::Bucket { gcs_uri: url, mime_type: media_type.as_mime() }))
            }
            Input::Address(_) => {
                Err(Error::unsupported(field, "Veo takes no image at a public address; fetch it first"))
            }
        }
    }

    /// Asks after a job. The answer may hold the whole video.
    async fn ask(&self, job: &Job) -> Result<StreamReply> {
        match self.api {
            GoogleApi::AiStudio => self.endpoint.get(&job.id)?.operation("check_video").stream().await,
            GoogleApi::Vertex => {
                let route = self.api.route(&self.endpoint, &self.address.model, "fetchPredictOperation")?;
                let question = Question { operation_name: &job.id };
                let call = self.endpoint.call(&route).operation("check_video").repeat(Repeat::Safe);
                call.json(&question).stream().await
            }
        }
    }

    async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Place>> {
        let mut reply = self.ask(job).await?;
        let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
        let json = lift(body, Keys { lifted: "", dropped: self.inline_key() }, MAX_ANSWER).await;
        let json = json.map_err(|e| reply.describe(e))?.json;
        let unreadable =
            |e| reply.describe(Error::protocol("the answer is not what was expected", &json).with_source(e));
        match serde_json::from_slice(&json).map_err(unreadable)? {
            Operation { done: true, error: Some(status), .. } => Err(reply.describe(failed(status))),
            Operation { done: true, response, .. } => {
                let end = run.clock().now().checked_add(KEPT).ok();
                let place = place(response.unwrap_or_default(), |url| RemoteMedia { url, expires_at: end });
                place.map(JobState::Done).map_err(|e| reply.describe(e))
            }
            // An error without a verdict is about the question, not about the job.
            Operation { error: Some(_), .. } => {
                let failure = Failure { status: reply.status, headers: &reply.headers, body: &json };
                Err(reply.describe(self.endpoint.classify(&failure)))
            }
            _ => Ok(Pending::working("running").into()),
        }
    }

    async fn open(&self, run: &Run, job: &Job, place: Place) -> Result<ByteStream> {
        match place {
            Place::Address(file) => open_with_key(&self.endpoint, &file, MAX_VIDEO, run.clock().now()).await,
            Place::Bucket(uri) => self.open_bucket(&uri).await,
            Place::Answer => {
                let mut reply = self.ask(job).await?;
                let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
                Ok(decode_first(body, Keys { lifted: self.inline_key(), dropped: "" }))
            }
        }
    }

    async fn open_bucket(&self, uri: &str) -> Result<ByteStream> {
        let advice = |error: Option<Error>| {
            let message = format!(
                "the video is at {uri} and cannot be read there: give the account of VERTEX_ACCESS_TOKEN the role Storage \
                 Object Viewer on the bucket, or leave `parameters.storageUri` out of `extra`"
            );
            let kind = error.as_ref().map_or(ErrorKind::Permission, Error::kind);
            let advised = self.endpoint.error(kind, message);
            match error {
                Some(error) => advised.with_source(error),
                None => advised,
            }
        };
        let place = uri.strip_prefix("gs://").and_then(|place| place.split_once('/'));
        let (Some(storage), Some((bucket, object))) = (&self.storage, place) else { return Err(advice(None)) };
        let object: String = url::form_urlencoded::byte_serialize(object.as_bytes()).collect();
        let path = format!("storage/v1/b/{bucket}/o/{}", object.replace('+', "%20"));
        let call = storage.get(&path)?.query("alt", "media").operation("download");
        download(call, MAX_VIDEO).await.map_err(|error| match error.kind() {
            ErrorKind::Auth | ErrorKind::Permission | ErrorKind::NotFound => advice(Some(error)),
            _ => error,
        })
    }
}

#[async_trait]
impl Maker<VideoRequest> for VeoVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::capabilities(self.api, &self.address.model)
    }

    fn accept(&self, _: &VideoRequest) -> Result<()> {
        model::refuse_ended(self.api, &self.address.model)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let (check, read) = (|| self.check(run, &job), |place| self.open(run, &job, place));
        let kept = job::keep_file(run, "video.mp4", &self.patience, &job, check, read).await;
        let (_, media) = kept.map_err(|e| e.with_vendor(self.endpoint.vendor()))?;
        let video = MediaFile::read(media, MediaKind::Video).await?;
        // Google counts nothing, and its prices are per second.
        let mut usage = Usage::default();
        usage.seconds = video.info.duration.map(|length| length.as_secs_f64());
        let made = Made::new(self.address.clone(), video).with_usage(usage);
        Ok(match (self.api, request.audio) {
            (GoogleApi::AiStudio, Some(false)) => {
                made.with_warning("the video has audio: in AI Studio, Veo makes none without")
            }
            _ => made,
        })
    }
}

/// The first video of a job that is done, which may have none.
fn place(mut outcome: Outcome, address: impl Fn(Url) -> RemoteMedia) -> Result<Place> {
    if let Some(inner) = outcome.generate_video_response.take() {
        outcome = *inner;
    }
    let videos = outcome.generated_samples.into_iter().map(|sample| sample.video).chain(outcome.videos);
    let mut places = videos.filter_map(|video| match (video.uri, video.gcs_uri, video.bytes_base64_encoded) {
        (Some(uri), _, _) => Some(Place::Address(address(uri))),
        (_, Some(uri), _) => Some(Place::Bucket(uri)),
        (_, _, Some(_)) => Some(Place::Answer),
        _ => None,
    });
    let filtered = outcome.rai_media_filtered_count > 0 || !outcome.rai_media_filtered_reasons.is_empty();
    match places.next() {
        Some(place) => Ok(place),
        None if filtered => Err(filtered_out(&outcome.rai_media_filtered_reasons)),
        None => Err(Error::new(ErrorKind::JobFailed, "Veo says that the job is done and names no video")),
    }
}
