//! Takes notes such as the place and the camera out of files that go out.

mod boxes;
mod clean;
mod edit;
mod images;
mod matroska;
mod sound;
#[cfg(test)]
mod tests;
mod tracks;

use bytes::Bytes;

pub use clean::CleanMedia;
use edit::{Edit, Editor};

use super::facts::{Reader, sniff};
use super::info::MediaType;
use crate::error::{Error, Result};

/// Takes the place, the time, the camera and every other note out of an image or video in memory,
/// without encoding it again. [`Media::without_notes`](super::Media::without_notes) does the same
/// with files of any size and says what goes and what stays.
///
/// # Errors
/// As [`Media::without_notes`](super::Media::without_notes).
pub fn strip_location(file: &Bytes) -> Result<Bytes> {
    let edits = find(&mut Reader::of_bytes(file.clone()))?;
    if edits.is_empty() {
        return Ok(file.clone());
    }
    let mut editor = Editor::new(edits.into(), 0);
    let mut stripped = Vec::with_capacity(file.len());
    editor.piece(file, &mut stripped);
    editor.rest(&mut stripped);
    Ok(stripped.into())
}

/// What has to be changed in a file so that it holds no notes: in order, none over another.
fn find(reader: &mut Reader) -> Result<Vec<Edit>> {
    let media_type = sniff::media_type(reader)?;
    reader.set_format(sniff::name(media_type));
    let edits = match media_type {
        MediaType::Jpeg => images::jpeg(reader)?,
        MediaType::Png => images::png(reader)?,
        MediaType::Gif => images::gif(reader)?,
        MediaType::Webp => images::webp(reader)?,
        MediaType::Heic | MediaType::Avif | MediaType::Mp4 | MediaType::Mov | MediaType::M4a => boxes::find(reader)?,
        MediaType::Webm | MediaType::Mkv => matroska::find(reader)?,
        MediaType::Mp3 => sound::mp3(reader)?,
        MediaType::Wav => sound::wav(reader)?,
        // Captions and documents are what they say.
        MediaType::Vtt | MediaType::Srt | MediaType::Pdf => Vec::new(),
        MediaType::Ogg => {
            let message = format!("notes cannot be taken out of {}: convert the file", sniff::name(media_type));
            return Err(Error::unsupported("media", message));
        }
    };
    edit::in_order(edits)
}
