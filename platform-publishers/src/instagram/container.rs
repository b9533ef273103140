//! Containers: what a post is before anybody can see it.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::host;
use social_core::http::{Endpoint, Repeat, Reply};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{Attachment, MediaRole, Placement, Post};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result, Retry};
use url::Url;

use super::options::InstagramOptions;
use super::wire::{ContainerState, ContainerStatus, Created, UploadStatus};
use super::{Instagram, error};
use crate::graph::upload;

/// Instagram keeps a container for 24 hours.
const LIFE: Duration = Duration::from_secs(23 * 3600);
const QUOTA_LIFE: Duration = Duration::from_secs(3600);
/// The step that says that an attempt's container is of no more use.
pub(super) const OVER: &str = "over";

type Fields = Vec<(&'static str, String)>;

/// A container as the run remembers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Container {
    id: String,
    uri: Option<Url>,
    created_at: Timestamp,
}

/// A file that becomes part of the post.
#[derive(Clone, Copy)]
struct File<'a> {
    index: usize,
    attachment: &'a Attachment,
    is_video: bool,
}

/// Reads an answer; a refusal that came with a success status is one all the same.
pub(super) fn read<T: DeserializeOwned>(endpoint: &Endpoint, reply: &Reply) -> Result<T> {
    if error::is_refusal(&reply.body) {
        return Err(reply.describe(endpoint.classify(&reply.failure())));
    }
    reply.json()
}

impl Instagram {
    /// Makes the containers of a post, waits until they are ready, and returns the id of the one to
    /// publish.
    pub(super) async fn prepare(&self, run: &Run, post: &Post, facts: &[MediaInfo]) -> Result<String> {
        self.check_quota(run).await?;
        let mut files = post.content().filter_map(|(index, attachment)| {
            let is_video = facts.get(index)?.media_type.kind() == MediaKind::Video;
            Some(File { index, attachment, is_video })
        });
        let options = post.options.get::<InstagramOptions>()?.unwrap_or_default();
        let caption = ("caption", post.text.clone());
        let mut whole = options.fields()?;
        whole.extend(post.ai_generated.then(|| ("is_ai_generated", "true".to_owned())));
        let container = if post.placement == Placement::CAROUSEL {
            let mut children = Vec::new();
            for file in files {
                let mut fields = vec![("is_carousel_item", "true".to_owned())];
                fields.extend(file.is_video.then(|| ("media_type", "VIDEO".to_owned())));
                fields.extend(options.tags_of(file.index)?);
                children.push(self.container_of(run, &format!("container-{}", file.index), fields, file).await?);
            }
            for child in &children {
                self.wait(run, child).await?;
            }
            let ids: Vec<_> = children.iter().map(|child| child.id.as_str()).collect();
            let kind = ("media_type", "CAROUSEL".to_owned());
            let fields = [kind, ("children", ids.join(",")), caption].into_iter().chain(whole).collect();
            self.request(run, "container", fields).await?
        } else {
            let Some(file) = files.next() else {
                return Err(Error::invalid("attachments", "an Instagram post needs an image or a video"));
            };
            let mut fields = if post.placement == Placement::STORY {
                vec![("media_type", "STORIES".to_owned())]
            } else if post.placement == Placement::REEL {
                vec![("media_type", "REELS".to_owned()), caption]
            } else {
                vec![caption]
            };
            fields.extend(whole);
            fields.extend(options.tags_of(file.index)?);
            for (index, attachment) in post.attachments.iter().enumerate() {
                if attachment.role == MediaRole::Cover {
                    fields.push(("cover_url", self.address(run, index, &attachment.media).await?));
                }
            }
            self.container_of(run, "container", fields, file).await?
        };
        self.wait(run, &container).await?;
        Ok(container.id)
    }

    /// Refuses to begin when the day's posts are used up. A question that fails is not a reason to
    /// stop: only writes matter.
    async fn check_quota(&self, run: &Run) -> Result<()> {
        let ask = || async {
            match self.quota().await? {
                Some(quota) if quota.left() == 0 => Err(self.api.error(
                    ErrorKind::QuotaExhausted,
                    format!(
                        "the account has used {} of its {} posts in 24 hours; wait until they are over",
                        quota.used, quota.maximum
                    ),
                )),
                _ => Ok(((), run.clock().now().checked_add(QUOTA_LIFE).ok())),
            }
        };
        match run.step_until("quota", ask).await {
            Err(e) if matches!(e.kind(), ErrorKind::QuotaExhausted | ErrorKind::Auth | ErrorKind::Cancelled) => Err(e),
            _ => Ok(()),
        }
    }

    /// The container of one file, with its bytes or its address.
    async fn container_of(&self, run: &Run, name: &str, mut fields: Fields, file: File<'_>) -> Result<Container> {
        let media = &file.attachment.media;
        let upload = file.is_video && !matches!(media, Media::Remote(_));
        if upload {
            fields.push(("upload_type", "resumable".to_owned()));
        } else {
            let field = if file.is_video { "video_url" } else { "image_url" };
            fields.push((field, self.address(run, file.index, media).await?));
        }
        if !file.is_video && fields.iter().all(|(name, _)| *name != "media_type") {
            fields.extend(file.attachment.alt_text.clone().map(|text| ("alt_text", text)));
        }
        let result = async {
            let container = self.request(run, name, fields).await?;
            if upload {
                self.upload(run, &container, media).await?;
            }
            Ok(container)
        };
        result.await.map_err(|e: Error| e.with_item(file.index))
    }

    /// Nobody sees a container, and one that nobody publishes ends by itself, so this may be
    /// repeated.
    async fn request(&self, run: &Run, name: &str, fields: Fields) -> Result<Container> {
        run.step_until(name, || async {
            let call = self.api.post(&self.edge("media"))?.operation("create container").repeat(Repeat::Safe);
            let created: Created = read(&self.api, &call.form(fields).send().await?)?;
            let created_at = run.clock().now();
            Ok((Container { id: created.id, uri: created.uri, created_at }, created_at.checked_add(LIFE).ok()))
        })
        .await
    }

    /// Where Instagram fetches a file.
    async fn address(&self, run: &Run, index: usize, media: &Media) -> Result<String> {
        let url = match (media, &self.host) {
            (Media::Remote(remote), _) => remote.url.clone(),
            (media, Some(host)) => host::public(run, host, media, None).await.map_err(|e| e.with_item(index))?.url,
            (_, None) => return Err(Error::config("Instagram fetches images itself and needs a media host")),
        };
        if url.scheme() != "https" {
            return Err(Error::new(ErrorKind::MediaInvalid, "Instagram fetches files over HTTPS only")
                .with_field(format!("attachments[{index}]"))
                .with_item(index));
        }
        Ok(url.into())
    }

    /// Sends a video, and after a cut what is still missing of it.
    async fn upload(&self, run: &Run, container: &Container, media: &Media) -> Result<()> {
        // Instagram keeps what a camera wrote into a file, place included.
        let media = media.without_notes().await?;
        let length = media.length();
        // The name holds the id, so that a new container gets an upload of its own.
        let name = format!("upload-{}", container.id);
        let arrived = || self.arrived(&container.id, length);
        upload(run, &self.uploads, &name, container.uri.as_ref(), &media, arrived).await
    }

    /// How many of so many bytes of an upload are there.
    async fn arrived(&self, container: &str, length: u64) -> Result<u64> {
        if matches!(self.state(container).await?, ContainerState::Finished | ContainerState::Published) {
            return Ok(length);
        }
        let call = self.api.get(&self.object(container))?.operation("read upload");
        let reply = call.query("fields", "video_status").send().await;
        match reply.and_then(|reply| read::<UploadStatus>(&self.api, &reply)) {
            Ok(status) => Ok(status.arrived().min(length)),
            // Only the interface of Facebook Login documents the field; all is sent again then.
            Err(error) if error.kind() == ErrorKind::InvalidRequest => Ok(0),
            Err(error) => Err(error),
        }
    }

    async fn wait(&self, run: &Run, container: &Container) -> Result<()> {
        let job = Job::new(&container.id, container.created_at);
        let ended = job::wait(run, &self.poll, &job, || async {
            Ok(match self.state(&container.id).await? {
                ContainerState::Finished | ContainerState::Published => JobState::Done(None),
                ContainerState::InProgress => Pending::working("IN_PROGRESS").into(),
                ContainerState::Other(word) => Pending::working(word).into(),
                ContainerState::Failed(status) => JobState::Done(Some(error::verdict(&status))),
                ContainerState::Expired => {
                    JobState::Done(Some(Error::new(ErrorKind::JobFailed, "the container has expired")))
                }
            })
        });
        let Some(verdict) = ended.await? else { return Ok(()) };
        // Asking this container again changes nothing; the run's next call begins with a new one.
        run.step(OVER, || async { Ok(true) }).await?;
        let verdict = verdict.with_retry(Retry::Never).with_effect(Effect::None);
        Err(verdict.with_vendor(self.api.vendor()).with_operation("process media"))
    }

    pub(super) async fn state(&self, container: &str) -> Result<ContainerState> {
        let call = self.api.get(&self.object(container))?.operation("read container");
        let reply = call.query("fields", "status_code,status").send().await?;
        Ok(read::<ContainerStatus>(&self.api, &reply)?.state())
    }
}
