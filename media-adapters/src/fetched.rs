//! What a job made, at addresses of the vendor's, as files of the run.

use serde::{Deserialize, Serialize};
use social_core::http::{ByteStream, Endpoint};
use social_core::job::{self, Job, JobState, PollPolicy};
use social_core::make::MediaFile;
use social_core::media::{MediaKind, MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

/// The largest video that is fetched, in bytes.
pub(crate) const MAX_VIDEO: u64 = 2 << 30;

/// The largest image that is fetched, in bytes.
pub(crate) const MAX_IMAGE: u64 = 128 << 20;

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
    Ok((MediaFile::read(media, MediaKind::Video).await?, finished.usage))
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
    Ok((images, finished.usage))
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
            Some(file) => file.open(endpoint, limit, run.clock().now()).await,
            None => Err(no_file()),
        }
    }

    /// The name of an image among the run's files, with the ending that its address has.
    fn name(&self, index: usize) -> String {
        let path = self.files.get(index).map_or("", |file| file.url.path());
        let ending = MediaType::from_name(path).filter(|kind| kind.kind() == MediaKind::Image);
        format!("image-{}.{}", index + 1, ending.unwrap_or(MediaType::Png).extension())
    }
}

fn no_file() -> Error {
    Error::new(ErrorKind::JobFailed, "the job has ended and names no file")
}
