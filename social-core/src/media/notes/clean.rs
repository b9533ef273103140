//! [`CleanMedia`]: a file on its way out, without notes.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};

use super::edit::{Edit, Editor};
use crate::disk::blocking;
use crate::error::Result;
use crate::http::{Body, BodySource, ByteStream};
use crate::media::Media;
use crate::media::source::{Local, hex};

/// A file without the place, the time, the camera and every other note: what
/// [`Media::without_notes`] makes. Cheap to clone. The bytes are read, and the notes left out, when
/// they are needed; a file of any size is never held whole.
#[derive(Clone, Debug)]
pub struct CleanMedia {
    source: Local,
    edits: Arc<[Edit]>,
    /// The length of the source, which is refused when it has another one by then.
    of_source: u64,
    length: u64,
}

impl Media {
    /// The file as it may go out: without the place, the time, the camera and every other note,
    /// and without encoding it again. Whoever uploads a file of a post sends this.
    ///
    /// - JPEG, PNG, WebP, GIF: EXIF with its GPS position, XMP, IPTC, comments, text and time
    ///   chunks, embedded previews, chunks that no decoder needs, and whatever stands behind the
    ///   image's end go; pixels, colour profile and orientation stay.
    /// - HEIC, AVIF: EXIF and XMP items are overwritten.
    /// - MP4, MOV, M4A: user data (`udta`), metadata (`meta`, Apple's keys), `uuid` boxes, the
    ///   times of recording, tracks that are neither video nor audio with their samples (GoPro's
    ///   and Apple's positions), and what stands behind the last box go. Boxes keep their lengths,
    ///   so that tables stay right.
    /// - WebM, Matroska: tags, attachments, title, date and names of tracks go.
    /// - MP3: tags go. WAV: every chunk but the audio's goes.
    /// - Captions and PDF stay as they are.
    ///
    /// What an image or sound itself shows or says stays, of course.
    ///
    /// # Errors
    /// [`MediaInvalid`](crate::ErrorKind::MediaInvalid) for a broken file;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a format or form out of which notes
    /// cannot be taken (Ogg, notes in fragments, a progressive JPEG without its end mark), and for
    /// a remote file, which is fetched first; [`Storage`](crate::ErrorKind::Storage) when it cannot
    /// be read.
    pub async fn without_notes(&self) -> Result<CleanMedia> {
        let source = self.local()?;
        blocking(move || {
            let mut reader = source.clone().reader()?;
            let edits = super::find(&mut reader)?;
            let of_source = reader.length();
            let (more, less) = edits.iter().map(Edit::grows).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
            Ok(CleanMedia { source, edits: edits.into(), of_source, length: of_source + more - less })
        })
        .await
    }
}

impl CleanMedia {
    /// The length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether the file held notes.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.edits.is_empty()
    }

    /// The bytes, in pieces of about 256 KiB. A file whose length has changed by then ends the
    /// stream with [`Storage`](crate::ErrorKind::Storage).
    #[must_use]
    pub fn stream(&self) -> ByteStream {
        self.stream_from(0)
    }

    /// The bytes from `start` up to `end` (exclusive), or fewer at the end, in pieces.
    ///
    /// Of a video what stands before is not read again, unless notes in front of it were taken out:
    /// they are blanked where that is possible.
    #[must_use]
    pub fn range(&self, start: u64, end: u64) -> ByteStream {
        let mut before = self.edits.iter().take_while(|edit| edit.start < start);
        let from = if before.all(Edit::is_blank) { start } else { 0 };
        let state = (self.stream_from(from), start.saturating_sub(from), end.saturating_sub(start));
        stream::try_unfold(state, |(mut source, mut skip, left)| async move {
            while left > 0
                && let Some(piece) = source.next().await
            {
                let mut piece = piece?;
                let over = usize::try_from(skip).map_or(piece.len(), |skip| skip.min(piece.len()));
                drop(piece.split_to(over));
                skip -= over as u64;
                piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                if !piece.is_empty() {
                    let left = left - piece.len() as u64;
                    return Ok(Some((piece, (source, skip, left))));
                }
            }
            Ok(None)
        })
        .boxed()
    }

    /// The bytes from `start` up to `end` (exclusive), or fewer at the end, as the body of a
    /// request, which can be sent several times: a piece of an upload.
    #[must_use]
    pub fn body_range(&self, start: u64, end: u64) -> Body {
        let end = end.min(self.length);
        Body::Stream(Arc::new(Piece { media: self.clone(), start: start.min(end), end }))
    }

    /// The clean bytes from a place of the source on, before which no edit moved anything.
    fn stream_from(&self, start: u64) -> ByteStream {
        let source = self.source.stream(start, self.of_source);
        let state = Some((source, Editor::new(Arc::clone(&self.edits), start)));
        stream::try_unfold(state, |state| async move {
            let Some((mut source, mut editor)) = state else { return Ok(None) };
            while let Some(piece) = source.next().await {
                let piece = piece?;
                if editor.keeps(piece.len()) {
                    editor.pass(piece.len());
                    return Ok(Some((piece, Some((source, editor)))));
                }
                let mut clean = Vec::with_capacity(piece.len());
                editor.piece(&piece, &mut clean);
                if !clean.is_empty() {
                    return Ok(Some((Bytes::from(clean), Some((source, editor)))));
                }
            }
            let mut rest = Vec::new();
            editor.rest(&mut rest);
            Ok((!rest.is_empty()).then(|| (Bytes::from(rest), None)))
        })
        .boxed()
    }

    /// The file as the body of a request, which can be sent several times.
    #[must_use]
    pub fn body(&self) -> Body {
        match &self.source {
            Local::Bytes(bytes) if self.edits.is_empty() => Body::Bytes(bytes.clone()),
            _ => Body::Stream(Arc::new(self.clone())),
        }
    }

    /// The SHA-256 of what goes out, in lower-case hex.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be read.
    pub async fn sha256(&self) -> Result<String> {
        let (mut hash, mut pieces) = (Sha256::new(), self.stream());
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            hash = blocking(move || Ok(hash.chain_update(&piece))).await?;
        }
        Ok(hex(&hash.finalize()))
    }
}

/// A part of a file as a body.
#[derive(Debug)]
struct Piece {
    media: CleanMedia,
    start: u64,
    end: u64,
}

impl BodySource for Piece {
    fn open(&self) -> ByteStream {
        self.media.range(self.start, self.end)
    }

    fn length(&self) -> Option<u64> {
        Some(self.end - self.start)
    }
}

impl BodySource for CleanMedia {
    fn open(&self) -> ByteStream {
        self.stream()
    }

    fn length(&self) -> Option<u64> {
        Some(self.length)
    }
}
