//! What a job made, at addresses of the vendor's, as files of the run.

use http::Method;
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
    let (finished, media) = job::keep_file(run, "video.mp4", policy, job, check, read).await?;
    let (video, mut usage) = (MediaFile::read(media, MediaKind::Video).await?, finished.usage);
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
    mut check: impl FnMut() -> F + Send,
) -> Result<(Vec<MediaFile>, Usage)>
where
    F: Future<Output = Result<JobState<Finished>>> + Send,
{
    let mut finished: Finished = job::collect(run, policy, job, &mut check).await?;
    let mut images = Vec::new();
    for index in 0..finished.files.len() {
        let name = finished.name(index);
        let read = |finished: Finished| finished.open(run, endpoint, index, MAX_IMAGE);
        let (latest, media) = job::keep_file(run, &name, policy, job, &mut check, read).await?;
        finished = latest;
        images.push(MediaFile::read(media, MediaKind::Image).await?);
    }
    if images.is_empty() {
        return Err(no_file());
    }
    let mut usage = finished.usage;
    usage.images.get_or_insert(images.len() as u64);
    Ok((images, usage))
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

impl Finished {
    /// Opens a file without credentials.
    async fn open(self, run: &Run, endpoint: &Endpoint, index: usize, limit: u64) -> Result<ByteStream> {
        match self.files.get(index) {
            Some(file) => file.open(endpoint, limit, run.clock().now()).await,
            None => Err(no_file()),
        }
    }

    fn name(&self, index: usize) -> String {
        image_name(index, self.files.get(index))
    }
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
    let path = file.map_or("", |file| file.url.path());
    let ending = MediaType::from_name(path).filter(|kind| kind.kind() == MediaKind::Image);
    format!("image-{}.{}", index + 1, ending.unwrap_or(MediaType::Png).extension())
}

fn no_file() -> Error {
    Error::new(ErrorKind::JobFailed, "the job has ended and names no file")
}
