//! Signed uploads: of a file, of an address, and of a large file in parts.

use std::time::Duration;

use http::HeaderName;
use http::header::CONTENT_RANGE;
use social_core::http::{Call, Multipart, Repeat, Reply};
use social_core::media::{CleanMedia, Media, MediaKind, MediaType};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, Result};

use super::Cloudinary;
use super::wire::{Asset, Part};

/// The same for all parts of a file.
const UPLOAD_ID: HeaderName = HeaderName::from_static("x-unique-upload-id");

/// How long an answer may take: a video is looked at before it comes.
const PATIENCE: Duration = Duration::from_secs(600);

/// The steps of an upload in a run.
const UPLOAD: &str = "upload";
const SESSION: &str = "upload-session";

/// A file on its way out.
struct File {
    media: CleanMedia,
    media_type: MediaType,
    fields: Vec<(&'static str, String)>,
}

impl File {
    fn part(&self, start: u64, end: u64) -> Multipart {
        let name = format!("file.{}", self.media_type.extension());
        let whole = end - start == self.media.length();
        let body = if whole { self.media.body() } else { self.media.body_range(start, end) };
        Multipart::new().file("file", &name, self.media_type.as_mime(), body)
    }
}

impl Cloudinary {
    /// Uploads a file, or has Cloudinary fetch one at an address: the step `upload` of the run.
    ///
    /// The name follows from the bytes, so a second upload changes nothing. `remote` is
    /// Cloudinary's word for the kind of a file that only Cloudinary sees.
    pub(super) async fn upload(&self, run: &Run, media: &Media, remote: &'static str) -> Result<Asset> {
        run.step(UPLOAD, || self.send(run, media, remote)).await
    }

    /// What the run has uploaded, if it has.
    pub(super) async fn uploaded(&self, run: &Run) -> Result<Option<Asset>> {
        run.result(UPLOAD).await
    }

    async fn send(&self, run: &Run, media: &Media, family_of_remote: &'static str) -> Result<Asset> {
        let digest = media.sha256().await?;
        if let Media::Remote(remote) = media {
            let form = Multipart::new().text("file", remote.url.as_str());
            let call = self.post(family_of_remote, "upload")?.multipart(self.signed(form, &self.about(&digest, None)));
            return asset(&uploading(call).send().await?);
        }
        let media_type = media.info().await.map_err(unsent)?.media_type;
        // The file is public with all that is in it, so the notes go here.
        let clean = media.without_notes().await.map_err(unsent)?;
        let file = File { media: clean, media_type, fields: self.about(&digest, Some(media_type)) };
        if file.media.length() > self.part {
            return self.send_parts(run, &file).await;
        }
        let form = self.signed(file.part(0, file.media.length()), &file.fields);
        let call = self.post(family(media_type), "upload")?.multipart(form);
        asset(&uploading(call).send().await?)
    }

    /// The fields of an upload. A raw file's name has its ending, others get theirs in addresses.
    fn about(&self, digest: &str, media_type: Option<MediaType>) -> Vec<(&'static str, String)> {
        let ending = media_type.filter(|media_type| family(*media_type) == "raw");
        let ending = ending.map(|media_type| format!(".{}", media_type.extension())).unwrap_or_default();
        let folder = self.folder.as_deref().map(|folder| format!("{folder}/")).unwrap_or_default();
        let mut fields = vec![("public_id", format!("{folder}{digest}{ending}"))];
        fields.extend(self.moderation.clone().map(|moderation| ("moderation", moderation)));
        fields
    }

    /// Sends a file part by part. A process that goes on begins with the part that was cut.
    async fn send_parts(&self, run: &Run, file: &File) -> Result<Asset> {
        let sent = self.send_session(run, file).await;
        let Err(error) = &sent else { return sent };
        let begun = run.result::<Option<Asset>>(&step(0)).await?.is_some();
        // Cloudinary forgets unfinished uploads, and then knows no first part.
        if begun && matches!(error.kind(), ErrorKind::InvalidRequest | ErrorKind::NotFound) {
            run.forget(SESSION, error.message()).await?;
            for (start, _) in self.parts(file) {
                run.forget(&step(start), error.message()).await?;
            }
            return self.send_session(run, file).await;
        }
        sent
    }

    async fn send_session(&self, run: &Run, file: &File) -> Result<Asset> {
        let session = run.step(SESSION, || async { Ok(self.random_id()) }).await?;
        let mut last = None;
        for (start, end) in self.parts(file) {
            last = run.step(&step(start), || self.send_part(file, &session, start, end)).await?;
        }
        last.ok_or_else(|| self.endpoint.error(ErrorKind::Protocol, "the upload has no end"))
    }

    fn parts(&self, file: &File) -> impl Iterator<Item = (u64, u64)> + use<> {
        let (length, part) = (file.media.length(), self.part);
        (0..length.div_ceil(part)).map(move |number| (number * part, ((number + 1) * part).min(length)))
    }

    /// Sends a part. The answer to the last one is about the whole file.
    async fn send_part(&self, file: &File, session: &str, start: u64, end: u64) -> Result<Option<Asset>> {
        let length = file.media.length();
        let form = self.signed(file.part(start, end), &file.fields);
        let call = self.post(family(file.media_type), "upload")?.multipart(form).header(UPLOAD_ID, session);
        let call = call.header(CONTENT_RANGE, &format!("bytes {start}-{}/{length}", end.saturating_sub(1)));
        let reply = uploading(call).send().await?;
        let part: Part = reply.json()?;
        match part {
            Part { error: Some(_), .. } => Err(reply.describe(self.endpoint.classify(&reply.failure()))),
            Part { done: Some(false), .. } if end == length => {
                Err(reply.describe(Error::new(ErrorKind::NotFound, "Cloudinary misses parts of the file")))
            }
            _ if end == length => asset(&reply).map(Some),
            _ => Ok(None),
        }
    }

    fn random_id(&self) -> String {
        let mut bytes = [0; 16];
        self.endpoint.random().fill(&mut bytes);
        format!("{:032x}", u128::from_be_bytes(bytes))
    }
}

fn uploading(call: Call<'_>) -> Call<'_> {
    call.operation("upload").repeat(Repeat::Keyed).response_timeout(PATIENCE)
}

/// What an answer says about a file.
pub(super) fn asset(reply: &Reply) -> Result<Asset> {
    let asset: Asset = reply.json()?;
    if asset.public_id.is_empty() || asset.secure_url.is_none() {
        return Err(reply.unreadable("the answer names no file"));
    }
    Ok(asset)
}

/// Cloudinary's word for a kind of file; audio goes with videos.
pub(super) fn family(media_type: MediaType) -> &'static str {
    match media_type.kind() {
        MediaKind::Image => "image",
        MediaKind::Video | MediaKind::Audio => "video",
        _ => "raw",
    }
}

fn step(start: u64) -> String {
    format!("part-{start}")
}

/// A file of ours that cannot be read leaves no doubt.
fn unsent(error: Error) -> Error {
    error.with_effect(Effect::None)
}
