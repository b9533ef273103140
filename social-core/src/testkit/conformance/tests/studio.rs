//! An invented image vendor with jobs, careful but for one planted fault.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::*;
use crate::ModelAddress;
use crate::error::Effect;
use crate::http::{ByteStream, Failure, Repeat};
use crate::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageRequest};
use crate::job::{self, Job, JobState, Pending, PollPolicy};
use crate::make::{self, Made, MakeRequest as _, Maker, MediaFile};
use crate::media::{Media, MediaInfo, MediaKind, MediaType, RemoteMedia};
use crate::run::{Found, Run};
use crate::testkit::conformance::subject::IMAGE;

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    Nothing,
    StepForOnce,
    NoStepAtAll,
    EverythingInOneOnce,
    RepeatsAsSafe,
    RepeatsAsKeyed,
    SendsAgainOn(u16),
    SendsAgainOnTimeout,
    SubmitLoop,
    CallsServerErrorsHarmless,
    CallsAllHarmless,
    FindsAbsentAtOnce,
    FindsAbsentAlways,
    SettlesTooSoon,
    TakesNewest,
    TakesOldest,
    TakesSamePrompt,
    FindErrorsAreAbsent,
    NoBind,
    NoCheck,
    ChecksLate,
    RefusesWithoutName,
    RefusesWhatItOffers,
    DropsSeed,
    DropsRatio,
    DropsSize,
    DropsQuality,
    DropsCount,
    DropsReferences,
    DropsNegative,
    DropsDesign,
    DropsExtra,
    DropsPrompt,
    PolishesPrompt,
    ShortensPrompt,
    EmptyBatch,
    EmptyJobId,
    OneMore,
    KnowsAllFields,
    ErrorInAnswerIsSuccess,
    KeyInSubmitError,
    KeyInPollError,
    KeyInDownloadError,
    KeyInFindError,
    KeyInDebug,
    KeyInQuery,
    KeyInPollQuery,
    KeyInDownloadQuery,
    KeyInJournal,
    KeyInResult,
    LeavesRemote,
    KeepsInMemory,
    KeepsAnything,
    FailedIsPending,
    FailedIsDone,
    FailedIsAnotherKind,
    FailedIsSubmittedAgain,
    DeadLinkIsFinal,
    LinkByStep,
    DeadLinkIsSubmittedAgain,
    PollsFail,
    CancelledGoesOn,
    GoesOnBehind,
    OtherAddress,
    SaysNotGenerated,
    AuthIsUnavailable,
    UnavailableIsAuth,
    RateIsInvalid,
    NamesNoVendor,
}

pub(super) struct Studio {
    api: Endpoint,
    address: ModelAddress,
    plant: Plant,
}

impl std::fmt::Debug for Studio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is(Plant::KeyInDebug) { SECRET } else { "Studio" })
    }
}

const POLICY: PollPolicy = PollPolicy {
    first: Duration::from_secs(1),
    growth: 1.0,
    longest: Duration::from_secs(1),
    jitter: 0.0,
    deadline: Duration::from_secs(60),
};

impl Studio {
    pub(super) fn new(scene: &Scene, plant: Plant) -> Result<Self> {
        let classify = match plant {
            Plant::CallsServerErrorsHarmless => |failure: &Failure<'_>| match failure.status.is_server_error() {
                true => failure.by_status().with_effect(Effect::None),
                false => failure.by_status(),
            },
            Plant::CallsAllHarmless => |failure: &Failure<'_>| failure.by_status().with_effect(Effect::None),
            Plant::AuthIsUnavailable => |failure: &Failure<'_>| told_as(failure, 401, ErrorKind::Unavailable),
            Plant::UnavailableIsAuth => |failure: &Failure<'_>| told_as(failure, 503, ErrorKind::Auth),
            Plant::RateIsInvalid => |failure: &Failure<'_>| told_as(failure, 429, ErrorKind::InvalidRequest),
            _ => |failure: &Failure<'_>| failure.by_status(),
        };
        Ok(Self { api: endpoint_of(scene, classify)?, address: ModelAddress::new("example", "dawn"), plant })
    }

    fn is(&self, plant: Plant) -> bool {
        self.plant == plant
    }

    fn leak(&self, plant: Plant, error: Error) -> Error {
        match self.is(plant) {
            true => Error::new(error.kind(), format!("with key {SECRET}")).with_effect(error.effect()),
            false => error,
        }
    }

    fn body(&self, request: &ImageRequest, reference: &str) -> Value {
        let words = match self.is(Plant::DropsDesign) {
            true => request.prompt.clone(),
            false => request.full_prompt(),
        };
        let prompt = match self.plant {
            Plant::DropsPrompt => "an image".to_owned(),
            Plant::PolishesPrompt => words.replace("red", "deep red"),
            Plant::ShortensPrompt => words.chars().take(5).collect(),
            _ => words,
        };
        let keeps = |plant| !self.is(plant);
        let mut body = json!({
            "prompt": prompt,
            "seed": request.seed.filter(|_| keeps(Plant::DropsSeed)),
            "ratio": request.aspect_ratio.filter(|_| keeps(Plant::DropsRatio)).map(|ratio| ratio.to_string()),
            "size": request.size.as_ref().filter(|_| keeps(Plant::DropsSize)),
            "quality": request.quality.as_ref().filter(|_| keeps(Plant::DropsQuality)),
            "count": if keeps(Plant::DropsCount) { request.count.max(1) } else { 1 },
            "negative": request.negative_prompt.as_ref().filter(|_| keeps(Plant::DropsNegative)),
            "references": if keeps(Plant::DropsReferences) { request.references.len() } else { 0 },
            "reference": reference,
        });
        if keeps(Plant::DropsExtra) {
            for (name, value) in &request.extra {
                body[name] = value.clone();
            }
        }
        body
    }

    async fn submit_once(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        let mut call = self.api.post("jobs")?.json(&self.body(request, &run.key("submit")));
        if self.is(Plant::RepeatsAsSafe) {
            call = call.repeat(Repeat::Safe);
        }
        if self.is(Plant::RepeatsAsKeyed) {
            call = call.repeat(Repeat::Keyed);
        }
        if self.is(Plant::KeyInQuery) {
            call = call.query("key", SECRET);
        }
        let reply = call.send().await?;
        let value: Value = reply.json()?;
        let job = match value["job"].as_str() {
            Some(_) if self.is(Plant::EmptyJobId) => "",
            Some(job) => job,
            None if self.is(Plant::ErrorInAnswerIsSuccess) || self.is(Plant::EmptyBatch) => "none",
            None => return Err(reply.unreadable("the answer has no job")),
        };
        Ok(Job::new(job, run.clock().now()))
    }

    async fn submit(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        let again = |error: &Error| match self.plant {
            Plant::SendsAgainOn(status) => error.status() == Some(status),
            Plant::SendsAgainOnTimeout => error.kind() == ErrorKind::Timeout,
            Plant::SubmitLoop => true,
            _ => false,
        };
        let mut sent = self.submit_once(run, request).await;
        for _ in 0..2 {
            match &sent {
                Err(error) if again(error) => sent = self.submit_once(run, request).await,
                _ => break,
            }
        }
        sent.map_err(|error| self.leak(Plant::KeyInSubmitError, error))
    }

    async fn find(&self, run: &Run, request: &ImageRequest) -> Result<Found<Job>> {
        if self.is(Plant::FindsAbsentAlways) {
            return Ok(Found::Absent);
        }
        let listed = async {
            let reply = self.api.get("jobs")?.send().await?;
            let value: Value = reply.json()?;
            value["jobs"].as_array().cloned().ok_or_else(|| reply.unreadable("the answer has no jobs"))
        };
        let listed = match listed.await {
            Err(_) if self.is(Plant::FindErrorsAreAbsent) => return Ok(Found::Absent),
            listed => listed.map_err(|error| self.leak(Plant::KeyInFindError, error))?,
        };
        let reference = run.key("submit");
        let found = match self.plant {
            Plant::TakesNewest => listed.first(),
            Plant::TakesOldest => listed.last(),
            Plant::TakesSamePrompt => listed.iter().find(|job| job["prompt"] == request.prompt.as_str()),
            _ => listed.iter().find(|job| job["reference"] == reference.as_str()),
        };
        let settle = Duration::from_secs(if self.is(Plant::SettlesTooSoon) { 1 } else { 10 });
        Ok(match found.and_then(|job| job["id"].as_str()) {
            Some(id) => Found::Present(Job::new(id, run.clock().now())),
            None if self.is(Plant::FindsAbsentAtOnce) => Found::Absent,
            None => Found::NotListed { settle },
        })
    }

    async fn check(&self, job: &Job) -> Result<JobState<String>> {
        let path = format!("jobs/{}", job.id);
        let mut call = self.api.get(&path)?;
        if self.is(Plant::KeyInPollQuery) {
            call = call.query("key", SECRET);
        }
        let state = async {
            let reply = call.send().await?;
            let state: Value = reply.json()?;
            Ok::<_, Error>((reply, state))
        };
        let (reply, state) = state.await.map_err(|error| match self.plant {
            Plant::PollsFail => Error::new(ErrorKind::JobFailed, "a question failed"),
            _ => self.leak(Plant::KeyInPollError, error),
        })?;
        if self.is(Plant::KnowsAllFields) && state.get("field_of_tomorrow").is_some() {
            return Err(reply.unreadable("a field of tomorrow"));
        }
        match (state["state"].as_str(), self.plant) {
            (Some("done"), _) => {
                let url = state["url"].as_str().ok_or_else(|| reply.unreadable("no address"))?;
                Ok(JobState::Done(url.to_owned()))
            }
            (Some("failed"), Plant::FailedIsPending) => Ok(Pending::working("failed").into()),
            (Some("failed"), Plant::FailedIsDone) => Ok(JobState::Done(String::new())),
            (Some("failed"), Plant::FailedIsAnotherKind) => Err(Error::new(ErrorKind::Auth, "it failed")),
            (Some("failed"), _) => Err(Error::new(ErrorKind::JobFailed, "out of paint")),
            (Some(word), _) => Ok(Pending::working(word).into()),
            (None, _) => Err(reply.unreadable("the answer has no state")),
        }
    }

    async fn open(&self, url: &str) -> Result<ByteStream> {
        if url.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, "no address"));
        }
        let url = url.parse().map_err(|_| Error::new(ErrorKind::Protocol, "no address"))?;
        if self.is(Plant::KeepsAnything) {
            let read = self.api.anonymous(Method::GET, url).repeat(Repeat::Safe).stream().await?;
            return Ok(read.body);
        }
        let mut call = self.api.anonymous(Method::GET, url);
        if self.is(Plant::KeyInDownloadQuery) {
            call = call.query("key", SECRET);
        }
        crate::media::download(call, 1 << 20).await.map_err(|error| self.leak(Plant::KeyInDownloadError, error))
    }

    async fn collect(&self, run: &Run, job: &Job) -> Result<Media> {
        let check = || self.check(job);
        let read = |url: String| async move { self.open(&url).await };
        match self.plant {
            Plant::LeavesRemote => {
                let url = job::collect(run, &POLICY, job, check).await?;
                let url = url.parse().map_err(|_| Error::new(ErrorKind::Protocol, "no address"))?;
                Ok(Media::Remote(RemoteMedia { url, expires_at: None }))
            }
            Plant::LinkByStep | Plant::DeadLinkIsFinal | Plant::DeadLinkIsSubmittedAgain => {
                let url = run.step("finished", || job::wait(run, &POLICY, job, check)).await?;
                let opened = run.keep_file("image.png", || self.open(&url)).await;
                opened.map_err(|error| match self.is(Plant::DeadLinkIsFinal) {
                    true => Error::new(ErrorKind::JobFailed, "the address has ended"),
                    false => error,
                })
            }
            Plant::KeepsAnything => {
                let url = job::collect(run, &POLICY, job, check).await?;
                let bytes = run.step("image", || async { whole(self.open(&url).await?).await }).await?;
                Ok(Media::bytes(bytes))
            }
            Plant::KeepsInMemory => {
                let url = job::collect(run, &POLICY, job, check).await?;
                Ok(Media::bytes(whole(self.open(&url).await?).await?))
            }
            _ => Ok(Box::pin(job::keep_file(run, "image.png", &POLICY, job, check, read)).await?.1),
        }
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Media> {
        if self.is(Plant::KeyInJournal) {
            run.step("headers", || async { Ok(format!("Bearer {SECRET}")) }).await?;
        }
        if self.is(Plant::GoesOnBehind) {
            let api = self.api.clone();
            tokio::spawn(async move { api.get("jobs")?.send().await });
        }
        let submit = || self.submit(run, request);
        let find = |_| self.find(run, request);
        if self.is(Plant::EverythingInOneOnce) {
            let whole = || async {
                let job = self.submit(run, request).await?;
                let media = Box::pin(self.collect(&Run::ephemeral_with(options(run)), &job)).await?;
                whole_of(&media).await
            };
            let all = Box::pin(run.once("all", whole, |_| async { Ok(Found::Absent) }));
            return Ok(Media::bytes(all.await?));
        }
        let job = match self.plant {
            Plant::StepForOnce => run.step("submit", submit).await?,
            Plant::NoStepAtAll => submit().await?,
            _ => Box::pin(job::submit(run, submit, find)).await?,
        };
        match Box::pin(self.collect(run, &job)).await {
            Err(error) if self.is(Plant::FailedIsSubmittedAgain) && error.kind() == ErrorKind::JobFailed => {
                let again = run.child("again");
                let job =
                    job::submit(&again, || self.submit(&again, request), |_| async { Ok(Found::Unknown) }).await?;
                Box::pin(self.collect(&again, &job)).await
            }
            Err(error)
                if self.is(Plant::DeadLinkIsSubmittedAgain)
                    && matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Permission) =>
            {
                let again = run.child("again");
                let job =
                    job::submit(&again, || self.submit(&again, request), |_| async { Ok(Found::Unknown) }).await?;
                Box::pin(self.collect(&again, &job)).await
            }
            media => media,
        }
    }
}

fn told_as(failure: &Failure<'_>, status: u16, kind: ErrorKind) -> Error {
    match failure.status.as_u16() == status {
        true => Error::new(kind, "as told").with_status(status),
        false => failure.by_status(),
    }
}

fn options(run: &Run) -> crate::run::OpenOptions {
    crate::run::OpenOptions::new().with_clock(run.clock().clone()).with_random(run.random().clone())
}

async fn whole(mut body: ByteStream) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(piece) = body.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}

async fn whole_of(media: &Media) -> Result<Vec<u8>> {
    Ok(media.read(1 << 20).await?.to_vec())
}

#[async_trait]
impl Maker<ImageRequest> for Studio {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::new()
            .with_seed(true)
            .with_negative_prompt(true)
            .with_extra(true)
            .with_aspect_ratios([AspectRatio::SQUARE, AspectRatio::WIDE])
            .with_sizes(["1K", "2K"])
            .with_qualities(["low", "high"])
            .with_max_count(2)
            .with_max_references(2)
            .with_generative(!self.is(Plant::SaysNotGenerated))
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        if self.is(Plant::RefusesWhatItOffers) && request.seed.is_some() {
            return Err(Error::unsupported("seed", "no seed today"));
        }
        let own = match self.plant {
            Plant::CancelledGoesOn if run.cancellation().is_cancelled() => Some(Run::ephemeral_with(options(run))),
            _ => None,
        };
        let run = own.as_ref().unwrap_or(run);
        match self.plant {
            Plant::NoBind => request.check(&self.capabilities())?,
            Plant::NoCheck | Plant::ChecksLate => {}
            Plant::RefusesWithoutName => {
                if request.check(&self.capabilities()).is_err() {
                    return Err(Error::new(ErrorKind::Unsupported, "something is not offered"));
                }
                make::begin(self, run, request).await?;
            }
            _ => make::begin(self, run, request).await?,
        }
        let media = Box::pin(self.work(run, request)).await.map_err(|error| match self.is(Plant::NamesNoVendor) {
            true => Error::new(error.kind(), error.message().to_owned()).with_effect(error.effect()),
            false => error,
        })?;
        if self.is(Plant::ChecksLate) {
            request.check(&self.capabilities())?;
        }
        let image = match &media {
            Media::Remote(_) => MediaFile::new(media, MediaInfo::new(MediaType::Png, 7)),
            _ => MediaFile::read(media, MediaKind::Image).await?,
        };
        let images = match self.plant {
            Plant::EmptyBatch => Vec::new(),
            Plant::OneMore => vec![image.clone(), image.clone(), image],
            _ => vec![image],
        };
        let address = match self.is(Plant::OtherAddress) {
            true => ModelAddress::new("example", "dusk"),
            false => self.address.clone(),
        };
        let made = Made::new(address, ImageBatch::new(images));
        Ok(if self.is(Plant::KeyInResult) { made.with_warning(format!("with {SECRET}")) } else { made })
    }
}

/// A vendor that works on jobs: each is done, or has failed, at the second question.
pub(super) fn vendor(ends: &'static str) -> ScriptedVendor {
    let jobs = Arc::new(Mutex::new(Vec::<Value>::new()));
    let (listed, asked) = (jobs.clone(), jobs.clone());
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/jobs", move |request| {
            let mut jobs = jobs.lock().unwrap();
            let (id, body) = (format!("j{}", jobs.len() + 1), request.json());
            jobs.insert(0, json!({"id": id, "reference": body["reference"], "prompt": body["prompt"], "asked": 0}));
            Answer::json(json!({"job": id})).with_status(StatusCode::CREATED)
        })
        .respond(Method::GET, "/v1/jobs", move |_| Answer::json(json!({"jobs": *listed.lock().unwrap()})))
        .respond(Method::GET, "/v1/jobs/*", move |request| {
            let mut jobs = asked.lock().unwrap();
            let id = request.url.path().rsplit('/').next().unwrap();
            let Some(job) = jobs.iter_mut().find(|job| job["id"] == id) else {
                return Answer::json(json!({"message": "no such job"})).with_status(StatusCode::NOT_FOUND);
            };
            job["asked"] = (job["asked"].as_u64().unwrap() + 1).into();
            match job["asked"].as_u64() {
                Some(1) => Answer::json(json!({"state": "working"})),
                _ => Answer::json(json!({"state": ends, "url": format!("https://cdn.example.com/{id}.png")})),
            }
        })
        .on(Method::GET, "https://cdn.example.com/*", Answer::bytes("image/png", IMAGE))
}
