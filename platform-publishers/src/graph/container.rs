//! Containers: what a post is before anybody can see it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::host::{self, MediaHost};
use social_core::http::Repeat;
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::media::Media;
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result, Retry};
use url::Url;

#[cfg(feature = "instagram")]
use super::wire::UploadStatus;
use super::wire::{ContainerState, ContainerStatus, Created};
use super::{Graph, error};
use crate::attempt;

/// Meta keeps a container for 24 hours.
const LIFE: Duration = Duration::from_secs(23 * 3600);

pub(crate) type Fields = Vec<(&'static str, String)>;

/// What the same things are called on a platform.
#[derive(Debug)]
pub(crate) struct Names {
    /// The platform, for people.
    pub(crate) platform: &'static str,
    /// The edge that makes containers.
    pub(crate) create: &'static str,
    /// The edge that publishes them.
    pub(crate) publish: &'static str,
    /// The edge that lists posts.
    pub(crate) list: &'static str,
    /// The field of a post's text.
    pub(crate) text: &'static str,
    /// The fields of a container's state.
    pub(crate) state: &'static str,
    /// The edge of the quota.
    pub(crate) quota: &'static str,
    /// The fields of the quota.
    pub(crate) quota_fields: &'static str,
}

/// An account whose posts are made of containers.
#[derive(Clone, Debug)]
pub(crate) struct Containers {
    pub(crate) graph: Graph,
    pub(crate) names: &'static Names,
    pub(crate) poll: PollPolicy,
}

/// A container as the run remembers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) uri: Option<Url>,
    pub(super) created_at: Timestamp,
}

impl Containers {
    pub(crate) fn new(graph: Graph, names: &'static Names) -> Self {
        let poll = PollPolicy {
            first: Duration::from_secs(2),
            growth: 1.6,
            longest: Duration::from_secs(60),
            jitter: 0.2,
            deadline: Duration::from_secs(20 * 60),
        };
        Self { graph, names, poll }
    }

    /// Nobody sees a container, and one that nobody publishes ends by itself, so this may be
    /// repeated.
    pub(crate) async fn request(&self, run: &Run, name: &str, fields: Fields) -> Result<Container> {
        run.step_until(name, || async {
            let call = self.graph.post(&self.graph.edge(self.names.create)).await?;
            let reply = call.operation("create container").repeat(Repeat::Safe).form(fields).send().await?;
            let created: Created = self.graph.read(&reply)?;
            let created_at = run.clock().now();
            Ok((Container { id: created.id, uri: created.uri, created_at }, created_at.checked_add(LIFE).ok()))
        })
        .await
    }

    pub(crate) async fn wait(&self, run: &Run, container: &Container) -> Result<()> {
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
        attempt::end(run).await?;
        let verdict = verdict.with_retry(Retry::Never).with_effect(Effect::None);
        Err(verdict.with_vendor(self.graph.api.vendor()).with_operation("process media"))
    }

    /// How many of so many bytes of an upload are there.
    #[cfg(feature = "instagram")]
    pub(crate) async fn arrived(&self, container: &str, length: u64) -> Result<u64> {
        if matches!(self.state(container).await?, ContainerState::Finished | ContainerState::Published) {
            return Ok(length);
        }
        let call = self.graph.get(&self.graph.object(container)?).await?.operation("read upload");
        let reply = call.query("fields", "video_status").send().await;
        match reply.and_then(|reply| self.graph.read::<UploadStatus>(&reply)) {
            Ok(status) => Ok(status.arrived().min(length)),
            // Only the interface of Facebook Login documents the field; all is sent again then.
            Err(error) if error.kind() == ErrorKind::InvalidRequest => Ok(0),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn state(&self, container: &str) -> Result<ContainerState> {
        let call = self.graph.get(&self.graph.object(container)?).await?.operation("read container");
        let reply = call.query("fields", self.names.state).send().await?;
        Ok(self.graph.read::<ContainerStatus>(&reply)?.state())
    }
}

/// Where Meta fetches a file.
pub(crate) async fn public_address(
    run: &Run,
    host: Option<&Arc<MediaHost>>,
    field: &str,
    media: &Media,
    until: Option<Timestamp>,
) -> Result<String> {
    let url = match (media, host) {
        (Media::Remote(remote), None) => remote.url.clone(),
        (media, Some(host)) => host::public(run, host.as_ref(), media, until).await?.url,
        (_, None) => return Err(Error::config("the platform fetches files itself and needs a media host")),
    };
    if url.scheme() != "https" {
        return Err(
            Error::new(ErrorKind::MediaInvalid, "Meta fetches files over HTTPS only").with_field(field.to_owned())
        );
    }
    Ok(url.into())
}
