//! What was read from a file, remembered for as long as the file is unchanged.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;

use super::info::MediaInfo;
use super::source::Media;
use crate::disk::blocking;
use crate::error::Result;

/// Remembers the facts and the digest of one media. Clones share what they remember.
///
/// What was read from a file is used again only while the file shows by its size, times and inode
/// that it was not written to since. A file that was written to just before it was read is read
/// again: its time could not tell a further write.
#[derive(Clone, Default)]
pub(crate) struct Memo(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    of: Option<Stamp>,
    info: Option<MediaInfo>,
    sha256: Option<String>,
    readings: Readings,
}

/// How often a file was read: once for each, as long as it is unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readings {
    /// For its facts.
    pub facts: u32,
    /// For its digest.
    pub digests: u32,
}

/// By what a media is known to be unchanged.
#[derive(Clone)]
enum Stamp {
    Bytes(bytes::Bytes),
    File(FileStamp),
}

#[derive(Clone, PartialEq, Eq)]
struct FileStamp {
    path: std::path::PathBuf,
    bytes: u64,
    /// The last change that the file system knows of.
    changed: SystemTime,
    inode: (u64, u64),
}

impl Stamp {
    /// `None` for a media that is not on this machine, and for a file that cannot be looked at.
    async fn of(media: &Media) -> Option<Self> {
        match media {
            Media::Bytes(bytes) => Some(Self::Bytes(bytes.clone())),
            Media::File(path) => {
                let path = path.clone();
                blocking(move || Ok(FileStamp::of(&path))).await.ok().flatten().map(Self::File)
            }
            Media::Remote(_) => None,
        }
    }

    /// Bytes in memory never change; whoever holds these sees the same ones.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bytes(a), Self::Bytes(b)) => a.as_ptr() == b.as_ptr() && a.len() == b.len(),
            (Self::File(a), Self::File(b)) => a == b,
            _ => false,
        }
    }

    /// Whether a write from now on would show.
    fn is_settled(&self) -> bool {
        match self {
            Self::Bytes(_) => true,
            Self::File(file) => file.is_settled(),
        }
    }
}

impl FileStamp {
    fn of(path: &Path) -> Option<Self> {
        let meta = std::fs::metadata(path).ok()?;
        let (inode, changed) = identity(&meta);
        let changed = [meta.modified().ok(), changed].into_iter().flatten().max()?;
        Some(Self { path: path.to_owned(), bytes: meta.len(), changed, inode })
    }

    /// File systems keep times to some milliseconds, old ones to two seconds, which then are whole
    /// seconds.
    fn is_settled(&self) -> bool {
        let since_epoch = self.changed.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let coarse = since_epoch.subsec_nanos() == 0;
        let grain = if coarse { Duration::from_secs(2) } else { Duration::from_millis(50) };
        self.changed.elapsed().is_ok_and(|age| age > grain)
    }
}

#[cfg(unix)]
fn identity(meta: &std::fs::Metadata) -> ((u64, u64), Option<SystemTime>) {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(meta.ctime()).ok().map(Duration::from_secs);
    let nanos = u64::try_from(meta.ctime_nsec()).ok().map(Duration::from_nanos);
    let changed = seconds.zip(nanos).map(|(seconds, nanos)| SystemTime::UNIX_EPOCH + seconds + nanos);
    ((meta.dev(), meta.ino()), changed)
}

#[cfg(not(unix))]
fn identity(_meta: &std::fs::Metadata) -> ((u64, u64), Option<SystemTime>) {
    ((0, 0), None)
}

impl Memo {
    /// The facts, as [`Media::info`] reads them.
    pub(crate) async fn info(&self, media: &Media) -> Result<MediaInfo> {
        let mut known = self.0.lock().await;
        let stamp = known.of_media(media).await;
        if let Some(info) = &known.info {
            return Ok(info.clone());
        }
        known.readings.facts += 1;
        let info = media.info().await?;
        known.keep(stamp, |known| known.info = Some(info.clone()));
        Ok(info)
    }

    /// The digest, as [`Media::sha256`] makes it.
    pub(crate) async fn sha256(&self, media: &Media) -> Result<String> {
        let mut known = self.0.lock().await;
        let stamp = known.of_media(media).await;
        if let Some(sha256) = &known.sha256 {
            return Ok(sha256.clone());
        }
        known.readings.digests += 1;
        let sha256 = media.sha256().await?;
        known.keep(stamp, |known| known.sha256 = Some(sha256.clone()));
        Ok(sha256)
    }

    /// How often the media was read.
    pub(crate) async fn readings(&self) -> Readings {
        self.0.lock().await.readings
    }
}

impl Known {
    /// Forgets what is not about this media as it is now.
    async fn of_media(&mut self, media: &Media) -> Option<Stamp> {
        let now = Stamp::of(media).await;
        let same = matches!((&self.of, &now), (Some(known), Some(now)) if known.is(now));
        if !same {
            (self.of, self.info, self.sha256) = (None, None, None);
        }
        now
    }

    fn keep(&mut self, stamp: Option<Stamp>, remember: impl FnOnce(&mut Self)) {
        if let Some(stamp) = stamp.filter(Stamp::is_settled) {
            self.of = Some(stamp);
            remember(self);
        }
    }
}

impl PartialEq for Memo {
    /// What is remembered is no part of a value.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Memo {}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}
