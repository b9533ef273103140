//! The client: requests are queued, asked after and cancelled.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, TokenSource};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{MediaKind, RemoteMedia};
use social_core::money::Usage;
use social_core::run::Run;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::wire::{Made, Queued, Status};
use super::{BASE_URL, error};
use crate::fetched::{Filtered, Finished};
use crate::hosted;
use crate::input::ImageRule;

pub(super) const API_KEY: Setting =
    Setting::new("FAL_KEY", "the API key", "https://fal.ai/dashboard/keys", "00000000-0000:0000").secret();
pub(super) const URL: Setting = Setting::base_url("FAL_BASE_URL", BASE_URL);

/// How long the address of a result is taken for good; UNCONFIRMED.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);

/// What is sent as a `data:` URL. How large an image each model takes is UNCONFIRMED.
pub(super) const IMAGE: ImageRule =
    ImageRule { vendor: "fal", formats: hosted::FORMATS, max_bytes: 10 << 20, min_side: 1, max_ratio: 100.0 };

/// A client of fal. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fal {
    pub(super) endpoint: Endpoint,
}

impl Fal {
    /// The endpoint of the queue without a key; [`BASE_URL`] unless replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("fal", BASE_URL).classify(error::classify)
    }

    /// How a key is sent: `Authorization: Key ...`.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        Auth::worded("Key", Key(key))
    }

    /// A client of this endpoint; start from [`Fal::endpoint`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `FAL_KEY`, at the address in `FAL_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("fal", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        Self::new(endpoint.auth(Self::auth(read.secret(&API_KEY)?)))
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
        let reply = self.endpoint.post(model)?.operation("submit_request").model(model).json(body).send().await?;
        let queued: Queued = reply.json()?;
        if queued.request_id.is_empty() {
            return Err(reply.unreadable("the answer names no request"));
        }
        let mut job = Job::new(queued.request_id, run.clock().now()).with_model(model);
        job.poll_url = queued.status_url;
        for (name, url) in [(RESPONSE, queued.response_url), (CANCEL, queued.cancel_url)] {
            if let Some(url) = url {
                job = job.with_extra(name, url.as_str());
            }
        }
        Ok(job)
    }

    pub(super) async fn check(&self, run: &Run, job: &Job, kind: MediaKind) -> Result<JobState<Filtered>> {
        let call = self.ask(Method::GET, job, job.poll_url.clone(), "/status")?.operation("check_request");
        let status: Status = call.send().await?.json()?;
        match status.status.as_str() {
            // Also when it failed: the result says so.
            "COMPLETED" => self.result(run, job, kind).await,
            "IN_QUEUE" => Ok(Pending::queued(status.status).into()),
            _ => Ok(Pending::working(status.status).into()),
        }
    }

    async fn result(&self, run: &Run, job: &Job, kind: MediaKind) -> Result<JobState<Filtered>> {
        let call = self.ask(Method::GET, job, named(job, RESPONSE), "")?.operation("fetch_result");
        let reply = match call.send().await {
            Ok(reply) => reply,
            Err(error) if error.status() == Some(400) && error.message().contains("in progress") => {
                return Ok(Pending::working("COMPLETED").into());
            }
            Err(error) => return Err(self.verdict(error)),
        };
        let made: Made = reply.json()?;
        let flags = made.has_nsfw_concepts.iter().copied().chain(std::iter::repeat(false));
        let Some(files) = made.files(kind) else { return Err(reply.unreadable("the result names no file")) };
        let files: Vec<_> = files.into_iter().zip(flags).collect();
        let withheld = files.iter().filter(|(_, flagged)| *flagged).count();
        if withheld > 0 && withheld == files.len() {
            return Err(hosted::withheld(&self.endpoint, "the result was flagged (has_nsfw_concepts)"));
        }
        let expires_at = run.clock().now().checked_add(KEPT).ok();
        let kept = files.into_iter().filter(|(_, flagged)| !flagged);
        let files = kept.map(|(file, _)| RemoteMedia { expires_at, ..file }).collect();
        let refused = u32::try_from(withheld).unwrap_or(u32::MAX);
        Ok(JobState::Done(Filtered { finished: Finished { files, usage: Usage::default() }, refused }))
    }

    /// A request that ended in an error: its result is that error. What the network or a proxy says
    /// is none of it, and has no type.
    fn verdict(&self, error: Error) -> Error {
        let of_the_model = match error.kind() {
            ErrorKind::InvalidRequest | ErrorKind::MediaInvalid => true,
            ErrorKind::Unavailable | ErrorKind::Timeout => error.code().is_some(),
            _ => false,
        };
        if !of_the_model {
            return error;
        }
        let mut verdict = self.endpoint.error(ErrorKind::JobFailed, error.message().to_owned());
        if let Some(code) = error.code() {
            verdict = verdict.with_code(code.to_owned());
        }
        if let Some(field) = error.field() {
            verdict = verdict.with_field(field.to_owned());
        }
        verdict
    }

    /// Cancels the run's requests. One that has ended is left to be collected.
    pub(super) async fn cancel(&self, run: &Run) -> Result<()> {
        for running in run.jobs() {
            let job = &running.job;
            let call = self.ask(Method::PUT, job, named(job, CANCEL), "/cancel")?.operation("cancel_request");
            match call.send().await {
                Err(error) if error.status() == Some(400) => {}
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => job::end(run, "it was cancelled").await?,
            }
        }
        Ok(())
    }

    /// A call of one of a request's addresses: of the one that fal named, if it is at our base URL,
    /// otherwise of the documented one, which has the model's owner and name and no further path.
    fn ask(&self, method: Method, job: &Job, named: Option<Url>, suffix: &str) -> Result<Call<'_>> {
        let base = self.endpoint.base_url();
        let url = match named.filter(|url| url.origin() == base.origin()) {
            Some(url) => url,
            None => {
                let model = job.model.as_deref().unwrap_or_default();
                let app: Vec<&str> = model.split('/').take(2).collect();
                let path = format!("{}/requests/{}{suffix}", app.join("/"), job.id);
                base.join(&path).map_err(|e| Error::invalid("model", "the path is not one of fal's").with_source(e))?
            }
        };
        Ok(self.endpoint.follow(method, url).repeat(Repeat::Safe))
    }
}

/// A key in the form of a token, because fal wants the word `Key` before it.
#[derive(Debug)]
struct Key(SecretString);

#[async_trait]
impl TokenSource for Key {
    async fn token(&self) -> Result<SecretString> {
        Ok(self.0.clone())
    }

    async fn renew(&self, _: &SecretString) -> Result<SecretString> {
        Err(Error::new(ErrorKind::Auth, "the API key is refused; make a new one"))
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.0.clone()]
    }
}

/// Under these names a job keeps the addresses that fal named.
const RESPONSE: &str = "response_url";
const CANCEL: &str = "cancel_url";

fn named(job: &Job, name: &str) -> Option<Url> {
    job.extra.get(name).and_then(Value::as_str)?.parse().ok()
}
