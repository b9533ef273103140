//! Files of a run.

use std::future::Future;

use super::entry::Entry;
use super::run::Run;
use crate::error::{Effect, Result};
use crate::http::ByteStream;
use crate::media::Media;

impl Run {
    /// Keeps an image, video or audio with the run, once: next time the kept file is returned and
    /// nothing is read. Its bytes are looked at before it counts as kept, so that an error page is
    /// not kept for a video. A kept file that is missing or damaged is read again, so reading it
    /// must not cost anything.
    ///
    /// The name is any text. Only its ending is looked at, so that the file has the same one.
    ///
    /// # Errors
    /// What the content fails with; [`MediaInvalid`](crate::ErrorKind::MediaInvalid) as
    /// [`Media::info`]; their effect is unknown, because a file that cannot be kept may have been
    /// paid for; [`Storage`](crate::ErrorKind::Storage);
    /// [`Cancelled`](crate::ErrorKind::Cancelled).
    pub async fn keep_file<F>(&self, name: &str, content: impl FnOnce() -> F + Send) -> Result<Media>
    where
        F: Future<Output = Result<ByteStream>> + Send,
    {
        let name = self.path(name);
        let flight = self.enter(&format!("\0{name}")).await?;
        // What failed is the reading. What is read may have been paid for.
        let result = self.keep_file_alone(&name, content).await.map_err(|e| e.with_effect(Effect::Unknown));
        flight.land(result)
    }

    /// The files that this run (or child) keeps, where they are now: found by the journal, and each
    /// with the size and hash that it was kept with. `None` when one of them is missing or damaged.
    ///
    /// Paths in saved results are those of the process that saved them: the directory may have been
    /// moved since, and the working directory may be another.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) for a file that is there and cannot be read.
    pub async fn kept_files(&self) -> Result<Option<Vec<Media>>> {
        let kept: Vec<_> = {
            let (state, below) = (self.state(), self.below(""));
            state.files.values().filter(|file| file.name.starts_with(&below)).cloned().collect()
        };
        let mut files = Vec::with_capacity(kept.len());
        for file in kept {
            match self.log().file(&file).await? {
                Some(media) => files.push(media),
                None => return Ok(None),
            }
        }
        Ok(Some(files))
    }

    async fn keep_file_alone<F>(&self, name: &str, content: impl FnOnce() -> F + Send) -> Result<Media>
    where
        F: Future<Output = Result<ByteStream>> + Send,
    {
        let kept = self.state().files.get(name).cloned();
        if let Some(kept) = kept {
            if let Some(media) = self.log().file(&kept).await? {
                return Ok(media);
            }
            tracing::warn!(run = %self.id(), name, "a kept file is missing or damaged and is read again");
        }
        self.refuse_if_cancelled(&format!("before `{name}` was read"))?;
        let keep = async {
            let (file, media) = self.log().put_file(name, content().await?).await?;
            media.info().await?;
            self.record(Entry::File { file, at: self.clock().now() }).await?;
            Ok(media)
        };
        self.guarded(keep).await.unwrap_or_else(|left| Err(left.error(&format!("while `{name}` was read"))))
    }
}
