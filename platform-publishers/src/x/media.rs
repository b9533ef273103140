//! Files: uploaded, described, and waited for until X has processed them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::http::{Call, Multipart, Repeat, Reply};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{CleanMedia, MediaInfo, MediaKind};
use social_core::publish::{Attachment, MediaRole, Post};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result, Retry};

use super::wire::{
    AltText, Answer, Initialize, Metadata, NewCaptions, NewMetadata, Processing, Subtitles, UploadState, Warnings,
};
use super::{SensitiveMedia, X, XOptions, options};
use crate::upload::{Chunk, chunk_size, chunks, file_name};

/// X keeps a file that no post shows for a day.
const LIFE: Duration = Duration::from_secs(20 * 60 * 60);
/// How long one request of an upload may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// A client was refused with 5 MiB, and not with this.
pub(super) const SMALLEST_CHUNK: u64 = 2 << 20;
/// Chunks are counted from 0 to 999.
pub(super) const MOST_CHUNKS: u64 = 1000;

const IMAGE: &str = "tweet_image";
const SUBTITLES: &str = "subtitles";

/// The files of one part of the post.
#[derive(Default)]
pub(super) struct Media {
    pub(super) ids: Vec<String>,
    /// By which its post is found again.
    pub(super) keys: Vec<String>,
    pub(super) cover: Option<String>,
}

/// A file that X has, or is getting.
#[derive(Serialize, Deserialize)]
struct Uploaded {
    id: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    processing: Option<Processing>,
    at: Timestamp,
}

/// A file on its way.
struct File<'a> {
    /// The step that says which id it has.
    name: String,
    attachment: &'a Attachment,
    info: &'a MediaInfo,
}

impl File<'_> {
    fn category(&self) -> &'static str {
        match (self.attachment.role, self.info.media_type.kind()) {
            (MediaRole::Captions, _) => SUBTITLES,
            (_, MediaKind::Video) => "tweet_video",
            _ if self.info.animated => "tweet_gif",
            _ => IMAGE,
        }
    }
}

impl X {
    /// Uploads the files of a part of the post, and waits until a post can show them. `before`
    /// files of the post stand before them.
    pub(super) async fn files(
        &self,
        run: &Run,
        post: &Post,
        (files, facts, before): (&[Attachment], &[MediaInfo], usize),
        options: &XOptions,
    ) -> Result<Media> {
        let mut media = Media::default();
        let mut captions = Vec::new();
        let mut video = None;
        for (index, (attachment, info)) in (before..).zip(files.iter().zip(facts)) {
            let file = File { name: format!("media-{index}"), attachment, info };
            let uploaded = self.file(run, &file, options).await.map_err(|error| error.with_item(index))?;
            match attachment.role {
                MediaRole::Content => {
                    if file.category() == "tweet_video" {
                        video = Some(uploaded.id.clone());
                    }
                    media.keys.extend(uploaded.key);
                    media.ids.push(uploaded.id);
                }
                MediaRole::Cover => media.cover = Some(uploaded.id),
                _ => captions.push((uploaded.id, options::language(post, attachment.language.as_deref()))),
            }
        }
        if let Some(video) = &video {
            for (captions, language) in &captions {
                self.caption(run, video, captions, language.as_deref().unwrap_or_default()).await?;
            }
        }
        Ok(media)
    }

    async fn file(&self, run: &Run, file: &File<'_>, options: &XOptions) -> Result<Uploaded> {
        let media = file.attachment.media.without_notes().await?;
        let result = async {
            let uploaded = match file.category() {
                IMAGE => run.step_until(&file.name, || self.send_whole(run, file, &media)).await?,
                category => self.send_in_chunks(run, file, &media, category).await?,
            };
            self.wait(run, &uploaded).await?;
            self.describe(run, file, &uploaded.id, options).await?;
            Ok(uploaded)
        };
        match result.await {
            // X does not take it, or does not know it any more: the run's next call begins another
            // upload.
            Err(error) if of_no_use(&error) => {
                run.forget(&file.name, error.message()).await?;
                Err(error)
            }
            result => result,
        }
    }

    /// A file is invisible until a post shows it, so this may be repeated.
    async fn send_whole(
        &self,
        run: &Run,
        file: &File<'_>,
        media: &CleanMedia,
    ) -> Result<(Uploaded, Option<Timestamp>)> {
        let form = Multipart::new().text("media_category", IMAGE).file(
            "media",
            &file_name(file.info),
            file.info.media_type.as_mime(),
            media.body(),
        );
        let call = self.write("2/media/upload", "upload")?.response_timeout(PATIENCE).multipart(form);
        let state = state(&call.send().await?)?;
        let (at, expires_at) = life(run, state.expires_after_secs);
        Ok((Uploaded { id: state.id, key: state.media_key, processing: state.processing_info, at }, expires_at))
    }

    async fn send_in_chunks(
        &self,
        run: &Run,
        file: &File<'_>,
        media: &CleanMedia,
        media_category: &'static str,
    ) -> Result<Uploaded> {
        let length = media.length();
        let begin = || async {
            let media_type = file.info.media_type.as_mime();
            let begin = Initialize { media_type, total_bytes: length, media_category };
            let call = self.write("2/media/upload/initialize", "begin upload")?.json(&begin);
            let state = state(&call.send().await?)?;
            let (at, expires_at) = life(run, state.expires_after_secs);
            Ok((Uploaded { id: state.id, key: state.media_key, processing: None, at }, expires_at))
        };
        let begun: Uploaded = run.step_until(&file.name, begin).await?;
        let name = format!("{}-{}", file.name, begun.id);
        for chunk in chunks(length, chunk_size(length, SMALLEST_CHUNK, MOST_CHUNKS)) {
            run.step(&format!("{name}-{}", chunk.index), || self.append(&begun.id, media, chunk)).await?;
        }
        let finalized: Uploaded = run.step(&format!("{name}-finalize"), || self.finalize(run, &begun.id)).await?;
        Ok(Uploaded { key: finalized.key.or(begun.key), ..finalized })
    }

    /// The same chunk again takes its own place, so this may be repeated.
    async fn append(&self, id: &str, media: &CleanMedia, chunk: Chunk) -> Result<()> {
        let form = Multipart::new().text("segment_index", chunk.index.to_string()).file(
            "media",
            "chunk",
            "application/octet-stream",
            media.body_range(chunk.start, chunk.end),
        );
        let call = self.write(&format!("2/media/upload/{id}/append"), "upload chunk")?;
        done(&call.response_timeout(PATIENCE).multipart(form).send().await?)
    }

    async fn finalize(&self, run: &Run, id: &str) -> Result<Uploaded> {
        let call = self.write(&format!("2/media/upload/{id}/finalize"), "finish upload")?;
        let state = match call.send().await {
            Ok(reply) => state(&reply)?,
            // An upload that is finished cannot be finished again: the answer was lost then.
            Err(error) if error.kind() == ErrorKind::InvalidRequest => {
                self.upload_state(id).await.map_err(|_| error)?
            }
            Err(error) => return Err(error),
        };
        let at = run.clock().now();
        Ok(Uploaded { id: state.id, key: state.media_key, processing: state.processing_info, at })
    }

    async fn upload_state(&self, id: &str) -> Result<UploadState> {
        let call = self.endpoint.get("2/media/upload")?.operation("process media");
        state(&call.query("command", "STATUS").query("media_id", id).send().await?)
    }

    async fn wait(&self, run: &Run, uploaded: &Uploaded) -> Result<()> {
        let mut told = uploaded.processing.clone();
        if told.is_none() {
            return Ok(());
        }
        let ask = || {
            let told = told.take();
            async {
                let processing = match told {
                    Some(told) => Some(told),
                    None => self.upload_state(&uploaded.id).await?.processing_info,
                };
                // What X says nothing about is ready.
                Ok(match processing {
                    Some(processing) => verdict(processing)?,
                    None => JobState::Done(()),
                })
            }
        };
        job::wait(run, &self.poll, &Job::new(&uploaded.id, uploaded.at), ask).await
    }

    async fn describe(&self, run: &Run, file: &File<'_>, id: &str, options: &XOptions) -> Result<()> {
        if file.attachment.role != MediaRole::Content {
            return Ok(());
        }
        let is_video = file.info.media_type.kind() == MediaKind::Video;
        let text = file.attachment.alt_text.as_deref().filter(|text| !is_video && !text.trim().is_empty());
        let warns = |why| options.sensitive_media.contains(&why);
        let warnings = Warnings {
            adult_content: warns(SensitiveMedia::AdultContent),
            graphic_violence: warns(SensitiveMedia::GraphicViolence),
            other: warns(SensitiveMedia::Other),
        };
        let sensitive_media_warning = (!options.sensitive_media.is_empty()).then_some(warnings);
        if text.is_none() && sensitive_media_warning.is_none() {
            return Ok(());
        }
        let metadata = Metadata { alt_text: text.map(|text| AltText { text }), sensitive_media_warning };
        let describe = || async {
            let call = self.write("2/media/metadata", "describe media")?.json(&NewMetadata { id, metadata });
            done(&call.send().await?)
        };
        run.step(&format!("{}-{id}-metadata", file.name), describe).await
    }

    async fn caption(&self, run: &Run, video: &str, captions: &str, language: &str) -> Result<()> {
        let subtitles = Subtitles { id: captions, language_code: language, display_name: language };
        let caption = || async {
            let body = NewCaptions { id: video, media_category: "TweetVideo", subtitles };
            done(&self.write("2/media/subtitles", "add captions")?.json(&body).send().await?)
        };
        run.step(&format!("captions-{video}-{captions}"), caption).await
    }

    /// A write that is not visible and may be repeated.
    fn write(&self, path: &str, operation: &'static str) -> Result<Call<'_>> {
        Ok(self.endpoint.post(path)?.operation(operation).repeat(Repeat::Safe))
    }
}

/// The time now, and until when the file can be shown.
fn life(run: &Run, seconds: Option<u64>) -> (Timestamp, Option<Timestamp>) {
    let (now, life) = (run.clock().now(), seconds.map_or(LIFE, |seconds| Duration::from_secs(seconds).min(LIFE)));
    (now, now.checked_add(life).ok())
}

fn state(reply: &Reply) -> Result<UploadState> {
    let answer: Answer<UploadState> = reply.json()?;
    answer.data.ok_or_else(|| reply.unreadable("the answer names no file"))
}

/// An answer that says that it was done: data, or nothing at all.
fn done(reply: &Reply) -> Result<()> {
    if reply.body.is_empty() {
        return Ok(());
    }
    let answer: Answer<serde_json::Value> = reply.json()?;
    answer.data.map(drop).ok_or_else(|| reply.unreadable("the answer does not say that it was done"))
}

fn verdict(processing: Processing) -> Result<JobState<()>> {
    match processing.state.as_str() {
        "succeeded" => Ok(JobState::Done(())),
        "failed" => {
            let why = processing.error.and_then(|error| error.message.or(error.name));
            let why = why.unwrap_or_else(|| "X does not say why".to_owned());
            let error = Error::new(ErrorKind::MediaInvalid, format!("X could not process the file: {why}"));
            let error = error.with_vendor("x").with_operation("process media");
            Err(error.with_effect(Effect::None).with_retry(Retry::Never))
        }
        state => {
            let mut pending = Pending::working(state);
            if let Some(percent) = processing.progress_percent {
                pending = pending.with_fraction(percent as f32 / 100.0);
            }
            Ok(match processing.check_after_secs {
                Some(seconds) => pending.with_wait(Duration::from_secs(seconds)).into(),
                None => pending.into(),
            })
        }
    }
}

fn of_no_use(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::MediaInvalid | ErrorKind::InvalidRequest | ErrorKind::NotFound)
}
