//! Files: uploaded, and waited for until the instance has processed them.

use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::http::{Multipart, Repeat};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::MediaInfo;
use social_core::publish::{Attachment, MediaRole};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result};

use super::wire::MediaAttachment;
use super::{Mastodon, MastodonOptions};
use crate::upload::file_name;

/// Instances clear away a file that no post shows after a day.
const LIFE: Duration = Duration::from_secs(20 * 60 * 60);

/// A file that is on the instance.
#[derive(Serialize, Deserialize)]
struct Uploaded {
    id: String,
    /// It was processed at once.
    ready: bool,
    at: Timestamp,
}

impl Mastodon {
    /// The ids of the files that one part of the post shows, ready to be shown. `before` files of
    /// the post stand before them.
    pub(super) async fn files(
        &self,
        run: &Run,
        (files, facts, before): (&[Attachment], &[MediaInfo], usize),
        options: &MastodonOptions,
    ) -> Result<Vec<String>> {
        let cover = files.iter().zip(facts).find(|(file, _)| file.role == MediaRole::Cover);
        let mut uploaded = Vec::new();
        for (index, (file, info)) in files.iter().zip(facts).enumerate() {
            if file.role != MediaRole::Content {
                continue;
            }
            let focus = Some(index).filter(|_| before == 0).and_then(|index| options.focus(index));
            let cover = cover.filter(|_| info.duration.is_some());
            let index = before + index;
            let name = format!("media-{index}");
            let upload = || self.upload(run, file, info, focus, cover);
            let media: Uploaded = run.step_until(&name, upload).await.map_err(|error| error.with_item(index))?;
            uploaded.push((index, name, media));
        }
        let mut ids = Vec::new();
        for (index, name, media) in uploaded {
            self.wait(run, &name, &media).await.map_err(|error| error.with_item(index))?;
            ids.push(media.id);
        }
        Ok(ids)
    }

    /// A file is invisible until a post shows it, so this may be repeated.
    async fn upload(
        &self,
        run: &Run,
        file: &Attachment,
        info: &MediaInfo,
        focus: Option<String>,
        cover: Option<(&Attachment, &MediaInfo)>,
    ) -> Result<(Uploaded, Option<Timestamp>)> {
        let body = file.media.without_notes().await?.body();
        let mut form = Multipart::new().file("file", &file_name(info), info.media_type.as_mime(), body);
        if let Some(text) = &file.alt_text {
            form = form.text("description", text.clone());
        }
        if let Some(focus) = focus {
            form = form.text("focus", focus);
        }
        if let Some((cover, info)) = cover {
            let body = cover.media.without_notes().await?.body();
            form = form.file("thumbnail", &file_name(info), info.media_type.as_mime(), body);
        }
        let call = self.endpoint.post("api/v2/media")?.operation("upload").repeat(Repeat::Safe);
        let reply = call.response_timeout(Duration::from_secs(1800)).multipart(form).send().await?;
        let media: MediaAttachment = reply.json()?;
        let (ready, at) = (reply.status == StatusCode::OK && media.url.is_some(), run.clock().now());
        Ok((Uploaded { id: media.id, ready, at }, at.checked_add(LIFE).ok()))
    }

    async fn wait(&self, run: &Run, name: &str, media: &Uploaded) -> Result<()> {
        if media.ready {
            return Ok(());
        }
        let path = format!("api/v1/media/{}", media.id);
        let ask = || async {
            let reply = self.endpoint.get(&path)?.operation("process media").send().await?;
            // 206 until it is done; then its address is known.
            Ok(match reply.json::<MediaAttachment>()?.url {
                Some(_) if reply.status == StatusCode::OK => JobState::Done(()),
                _ => Pending::working("processing").into(),
            })
        };
        let result = job::wait(run, &self.poll, &Job::new(&media.id, media.at), ask).await;
        match result {
            Err(error) if matches!(error.kind(), ErrorKind::InvalidRequest | ErrorKind::NotFound) => {
                // The file is of no use any more: the run's next call uploads it again.
                run.forget(name, error.message()).await?;
                Err(unprocessable(error))
            }
            result => result,
        }
    }
}

fn unprocessable(error: Error) -> Error {
    let message = format!("the instance could not process the file: {}", error.message());
    let mut refused = Error::new(ErrorKind::MediaInvalid, message).with_effect(Effect::None);
    if let Some(status) = error.status() {
        refused = refused.with_status(status);
    }
    refused.with_vendor("mastodon").with_operation("process media").with_source(error)
}
