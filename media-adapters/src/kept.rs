//! Images and audio that were only ever in an answer, as files of the run.

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use social_core::http::ByteStream;
use social_core::make::MediaFile;
use social_core::media::{MediaInfo, MediaKind, MediaType};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use crate::inline_base64::Pieces;

/// What the journal keeps of a file; its bytes are a file of the run.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    file: String,
    info: MediaInfo,
}

/// Keeps an image under a name with the ending of what it is. One that is broken leaves the call's
/// outcome unknown: it was paid for and cannot be had again.
pub(crate) async fn keep_image(run: &Run, number: usize, pieces: Pieces) -> Result<Kept> {
    let head: Vec<u8> = pieces.iter().flatten().take(4096).copied().collect();
    let ending = match MediaType::of(&head) {
        Some(media_type) if media_type.kind() == MediaKind::Image => media_type.extension(),
        _ => return Err(Error::protocol("the answer holds something that is no image", [])),
    };
    let file = format!("image-{number}.{ending}");
    let content = || async { Ok(stream::iter(pieces.into_iter().map(Ok)).boxed()) };
    let info = run.keep_file(&file, content).await?.info().await?;
    Ok(Kept { file, info })
}

/// Keeps audio, as [`keep_image`] keeps an image.
pub(crate) async fn keep_audio(run: &Run, audio: Bytes) -> Result<Kept> {
    let ending = match MediaType::of(&audio) {
        Some(media_type) if media_type.kind() == MediaKind::Audio => media_type.extension(),
        _ => return Err(Error::protocol("the answer holds something that is no audio", [])),
    };
    keep_audio_as(run, &format!("speech.{ending}"), stream::iter([Ok(audio)]).boxed()).await
}

/// Keeps audio under this name while it arrives. What does not begin as audio is not kept: it may
/// be words, and repeat what was sent. It leaves the call's outcome unknown, as above.
pub(crate) async fn keep_audio_as(run: &Run, file: &str, mut content: ByteStream) -> Result<Kept> {
    let (mut first, mut head) = (Vec::new(), Vec::new());
    while head.len() < 4096
        && let Some(piece) = content.next().await
    {
        let piece = piece?;
        head.extend(piece.iter().take(4096 - head.len()));
        first.push(Ok(piece));
    }
    if MediaType::of(&head).is_none_or(|media_type| media_type.kind() != MediaKind::Audio) {
        return Err(Error::protocol("the answer holds something that is no audio", []));
    }
    let content = stream::iter(first).chain(content).boxed();
    let info = run.keep_file(file, || async { Ok(content) }).await?.info().await?;
    Ok(Kept { file: file.to_owned(), info })
}

/// The images again, from the run's files.
pub(crate) async fn reopen(run: &Run, kept: Vec<Kept>) -> Result<Vec<MediaFile>> {
    let mut images = Vec::new();
    for kept in kept {
        images.push(reopen_one(run, kept).await?);
    }
    Ok(images)
}

/// A file again.
pub(crate) async fn reopen_one(run: &Run, Kept { file, info }: Kept) -> Result<MediaFile> {
    Ok(MediaFile::new(run.keep_file(&file, || lost(&file)).await?, info))
}

/// The file was only ever in the answer.
async fn lost(file: &str) -> Result<ByteStream> {
    Err(Error::new(ErrorKind::Storage, format!("the file `{file}` of the run is gone and cannot be fetched again")))
}
