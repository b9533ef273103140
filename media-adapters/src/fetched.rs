//! What a job made, at addresses of the vendor's, as files of the run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::http::{ByteStream, Endpoint, Redirects};
use social_core::job::{self, Job, JobState, PollPolicy};
use social_core::make::MediaFile;
use social_core::media::{MediaKind, MediaType, RemoteMedia, download};
use social_core::money::Usage;
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

/// The largest video that is fetched, in bytes.
pub(crate) const MAX_VIDEO: u64 = 2 << 30;

/// The largest image that is fetched, in bytes.
pub(crate) const MAX_IMAGE: u64 = 128 << 20;

/// How many redirects a download with a key follows.
const HOPS: u8 = 5;

/// A finished job, as the journal keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Finished {
    /// Where the files are, in the vendor's order.
    pub(crate) files: Vec<RemoteMedia>,
    pub(crate) usage: Usage,
}

/// A finished job of which a filter of the vendor's withheld a part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Filtered {
    pub(crate) finished: Finished,
    /// Files that were withheld.
    pub(crate) refused: u32,
}

impl Filtered {
    /// The job of a single file, of which nothing can be withheld.
    pub(crate) fn single(state: JobState<Self>) -> JobState<Finished> {
        match state {
            JobState::Done(filtered) => JobState::Done(filtered.finished),
            JobState::Pending(pending) => JobState::Pending(pending),
        }
    }
}

impl AsRef<Finished> for Finished {
    fn as_ref(&self) -> &Finished {
        self
    }
}

impl AsRef<Finished> for Filtered {
    fn as_ref(&self) -> &Finished {
        &self.finished
    }
}

/// Waits for a job and keeps the video that it made.
pub(crate) async fn keep_video<F>(
    run: &Run,
    endpoint: &Endpoint,
    policy: &PollPolicy,
    job: &Job,
    check: impl FnMut() -> F + Send,
) -> Result<(MediaFile, Usage)>
where
    F: Future<Output = Result<JobState<Finished>>> + Send,
{
    let read = |finished: Finished| finished.open(run, endpoint, 0, MAX_VIDEO);
    let (Finished { mut usage, .. }, media) = job::keep_file(run, "video.mp4", policy, job, check, read).await?;
    let video = MediaFile::read(media, MediaKind::Video).await?;
    // What the vendor does not count is counted here, so that it does not seem to cost nothing.
    usage.seconds = usage.seconds.or(video.info.duration.map(|length| length.as_secs_f64()));
    Ok((video, usage))
}

/// Waits for a job and keeps all images that it made, in the vendor's order.
pub(crate) async fn keep_images<F>(
    run: &Run,
    endpoint: &Endpoint,
    policy: &PollPolicy,
    job: &Job,
    check: impl FnMut() -> F + Send,
) -> Result<(Vec<MediaFile>, Usage)>
where
    F: Future<Output = Result<JobState<Finished>>> + Send,
{
    let (images, Finished { mut usage, .. }) = keep_batch(run, endpoint, policy, job, check).await?;
    usage.images.get_or_insert(images.len() as u64);
    Ok((images, usage))
}

/// As [`keep_images`], with all that the check said.
pub(crate) async fn keep_batch<T, F>(
    run: &Run,
    endpoint: &Endpoint,
    policy: &PollPolicy,
    job: &Job,
    mut check: impl FnMut() -> F + Send,
) -> Result<(Vec<MediaFile>, T)>
where
    T: AsRef<Finished> + Clone + Serialize + DeserializeOwned + Send,
    F: Future<Output = Result<JobState<T>>> + Send,
{
    let mut latest: T = job::collect(run, policy, job, &mut check).await?;
    let mut images = Vec::new();
    for index in 0..latest.as_ref().files.len() {
        let name = latest.as_ref().name(index);
        let read = |latest: T| latest.as_ref().clone().open(run, endpoint, index, MAX_IMAGE);
        let (fresh, media) = job::keep_file(run, &name, policy, job, &mut check, read).await?;
        latest = fresh;
        images.push(MediaFile::read(media, MediaKind::Image).await?);
    }
    if images.is_empty() {
        return Err(no_file());
    }
    Ok((images, latest))
}

/// Waits for a render and keeps its first file, a still or a video.
pub(crate) async fn keep_render<F>(
    run: &Run,
    endpoint: &Endpoint,
    policy: &PollPolicy,
    job: &Job,
    check: impl FnMut() -> F + Send,
    still: bool,
) -> Result<(MediaFile, Usage)>
where
    F: Future<Output = Result<JobState<Finished>>> + Send,
{
    if !still {
        return Box::pin(keep_video(run, endpoint, policy, job, check)).await;
    }
    let (images, usage) = Box::pin(keep_images(run, endpoint, policy, job, check)).await?;
    let image = images.into_iter().next().ok_or_else(no_file)?;
    Ok((image, usage))
}

impl Finished {
    /// Opens a file without credentials.
    async fn open(self, run: &Run, endpoint: &Endpoint, index: usize, limit: u64) -> Result<ByteStream> {
        match self.files.get(index) {
            Some(file) if file.url.scheme() == "data" => {
                let bytes = decoded(base64_in(file.url.path()))?;
                Ok(stream::iter([Ok(Bytes::from(bytes))]).boxed())
            }
            Some(file) => file.open(endpoint, limit, run.clock().now()).await,
            None => Err(no_file()),
        }
    }

    fn name(&self, index: usize) -> String {
        image_name(index, self.files.get(index))
    }
}

/// Keeps the images of an answer that names their addresses, for which no job can be asked again.
pub(crate) async fn keep_listed(run: &Run, endpoint: &Endpoint, files: &[RemoteMedia]) -> Result<Vec<MediaFile>> {
    let mut images = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let media = file.fetch(run, &image_name(index, Some(file)), endpoint, MAX_IMAGE).await?;
        images.push(MediaFile::read(media, MediaKind::Image).await?);
    }
    Ok(images)
}

/// Opens a file that the vendor documents to need its key. The key goes to the endpoint's own
/// origin only, and across no redirect.
pub(crate) async fn open_with_key(
    endpoint: &Endpoint,
    file: &RemoteMedia,
    limit: u64,
    now: Timestamp,
) -> Result<ByteStream> {
    if file.url.origin() != endpoint.base_url().origin() {
        return file.open(endpoint, limit, now).await;
    }
    // The origin is the caller's choice, and may be a proxy on this machine.
    let call = endpoint.follow(Method::GET, file.url.clone()).operation("download");
    download(call.redirects(Redirects::Follow(HOPS)), limit).await
}

/// The name of an image among the run's files, with the ending that its address has.
fn image_name(index: usize, file: Option<&RemoteMedia>) -> String {
    let media_type = file.and_then(|RemoteMedia { url, .. }| match url.scheme() {
        "data" => {
            let base64 = base64_in(url.path());
            MediaType::of(&decoded(base64.get(..1024).unwrap_or(base64)).ok()?)
        }
        _ => MediaType::from_name(url.path()),
    });
    let ending = media_type.filter(|kind| kind.kind() == MediaKind::Image);
    format!("image-{}.{}", index + 1, ending.unwrap_or(MediaType::Png).extension())
}

/// What is in a `data:` URL, which some vendors give in place of an address.
fn base64_in(path: &str) -> &str {
    path.split_once(";base64,").map_or("", |(_, base64)| base64)
}

fn decoded(base64: &str) -> Result<Vec<u8>> {
    STANDARD.decode(base64).map_err(|e| Error::protocol("the base64 of the file cannot be decoded", []).with_source(e))
}

fn no_file() -> Error {
    Error::new(ErrorKind::JobFailed, "the job has ended and names no file")
}
