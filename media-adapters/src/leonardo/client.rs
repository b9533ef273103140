//! The client: images are uploaded, generations submitted, asked after and deleted.

use http::Method;
use serde::Serialize;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Multipart, Repeat};
use social_core::job::{Job, JobState, Pending};
use social_core::media::{Media, MediaKind};
use social_core::money::{MicroDollars, Usage};
use social_core::run::Run;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, ErrorKind, Result};

use super::wire::{Created, Generation, Generations, NewImage, Place};
use super::{BASE_URL, error};
use crate::fetched::{Filtered, Finished, MAX_IMAGE};
use crate::hosted;
use crate::input::{ImageRule, Input};

pub(super) const API_KEY: Setting =
    Setting::new("LEONARDO_API_KEY", "the API key", "https://app.leonardo.ai/api-access", "leonardo-0000").secret();
pub(super) const URL: Setting = Setting::base_url("LEONARDO_BASE_URL", BASE_URL);

/// What is uploaded; how large an image may be is UNCONFIRMED.
const IMAGE: ImageRule =
    ImageRule { vendor: "Leonardo", formats: hosted::FORMATS, max_bytes: 20 << 20, min_side: 1, max_ratio: 100.0 };

/// Under these names a job keeps what it cost.
const DOLLARS: &str = "dollars";
const CREDITS: &str = "credits";

/// A client of Leonardo. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Leonardo {
    pub(super) endpoint: Endpoint,
}

impl Leonardo {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. Keys are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("leonardo", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Leonardo::endpoint`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `LEONARDO_API_KEY`, at the address in `LEONARDO_BASE_URL` if there
    /// is one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("leonardo", settings, &[API_KEY])?;
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
    pub(super) async fn submit(&self, run: &Run, path: &str, model: &str, body: &impl Serialize) -> Result<Job> {
        let reply = self.endpoint.post(path)?.operation("submit_generation").model(model).json(body).send().await?;
        let created: Created = reply.json()?;
        let Some(created) = created.job() else { return Err(reply.unreadable("the answer names no generation")) };
        let mut job = Job::new(created.generation_id, run.clock().now()).with_model(model);
        if let Some(cost) = created.cost.filter(|cost| cost.unit == "DOLLARS") {
            job = job.with_extra(DOLLARS, cost.amount);
        }
        if let Some(credits) = created.api_credit_cost {
            job = job.with_extra(CREDITS, credits);
        }
        Ok(job)
    }

    pub(super) async fn check(&self, job: &Job, kind: MediaKind) -> Result<JobState<Filtered>> {
        let call = self.endpoint.get(&format!("v1/generations/{}", job.id))?.operation("check_generation");
        let generation: Generations = call.send().await?.json()?;
        let Some(generation) = generation.generations_by_pk else {
            // That this is an unknown id is UNCONFIRMED; what was paid for is not given up for it.
            return Ok(Pending::queued("null").into());
        };
        match generation.status.as_str() {
            "COMPLETE" => self.finished(generation, job, kind).map(JobState::Done),
            "FAILED" => Err(hosted::failed(&self.endpoint, None).with_usage(usage(job))),
            "PENDING" => Ok(Pending::queued(generation.status).into()),
            _ => Ok(Pending::working(generation.status).into()),
        }
    }

    fn finished(&self, generation: Generation, job: &Job, kind: MediaKind) -> Result<Filtered> {
        let (flagged, kept): (Vec<_>, Vec<_>) = generation.generated_images.into_iter().partition(|image| image.nsfw);
        if kept.is_empty() && !flagged.is_empty() {
            return Err(hosted::withheld(&self.endpoint, "what was made is flagged (nsfw)").with_usage(usage(job)));
        }
        let address = |image: super::wire::Image| match kind {
            MediaKind::Video => image.motion_mp4_url,
            _ => image.url,
        };
        let files = kept.into_iter().filter_map(|image| hosted::file(&address(image)?)).collect();
        let refused = u32::try_from(flagged.len()).unwrap_or(u32::MAX);
        Ok(Filtered { finished: Finished { files, usage: usage(job) }, refused })
    }

    /// Deletes the generation of this run; one that is not there any more counts as deleted.
    pub(super) async fn remove(&self, run: &Run) -> Result<()> {
        let Some(job) = run.result::<Job>("submit").await? else { return Ok(()) };
        let route = self.endpoint.route(Method::DELETE, &format!("v1/generations/{}", job.id))?;
        let call = self.endpoint.call(&route).operation("remove_generation").repeat(Repeat::Safe);
        match call.send().await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The id under which Leonardo knows an image: it is uploaded in the step of this name. One at
    /// an address is fetched for that, since Leonardo fetches none.
    pub(super) async fn uploaded(&self, run: &Run, step: &str, image: &Media, field: &'static str) -> Result<String> {
        if let Some(id) = run.result(step).await? {
            return Ok(id);
        }
        let here = match image {
            Media::Remote(remote) => remote.fetch(run, &format!("{step}-source"), &self.endpoint, MAX_IMAGE).await?,
            image => image.clone(),
        };
        let upload = || async {
            let Input::Bytes(media_type, bytes) = IMAGE.open(&here, field, run.clock().now()).await? else {
                return Err(Error::invalid(field, "the image is at an address"));
            };
            let extension = media_type.extension();
            let call = self.endpoint.post("v1/init-image")?.operation("begin_upload").repeat(Repeat::Safe);
            let reply = call.json(&NewImage { extension }).send().await?;
            let place: Place = reply.json()?;
            let Some(ticket) = place.upload_init_image else { return Err(reply.unreadable("the answer is no ticket")) };
            let Some(fields) = ticket.fields() else { return Err(reply.unreadable("the ticket's fields are no JSON")) };
            let form = fields.into_iter().fold(Multipart::new(), |form, (name, value)| form.text(&name, value));
            // The store takes the file last, and without our key.
            let form = form.file("file", &format!("image.{extension}"), media_type.as_mime(), bytes);
            let call = self.endpoint.anonymous(Method::POST, ticket.url).operation("upload").public_only();
            call.repeat(Repeat::Safe).multipart(form).send().await?;
            Ok(ticket.id)
        };
        run.step(step, upload).await
    }
}

fn usage(job: &Job) -> Usage {
    let number = |name: &str| {
        let value = job.extra.get(name)?;
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    };
    let mut usage = Usage::default();
    usage.reported_cost = number(DOLLARS).map(MicroDollars::from_dollars);
    usage.units = number(CREDITS);
    usage
}
