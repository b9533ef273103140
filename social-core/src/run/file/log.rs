//! What is written into a run on the disk: entries and files.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use super::disk::{file_name, rename, sync, sync_directory};
use super::held::Held;
use crate::disk::{blocking, failed};
use crate::error::Result;
use crate::http::ByteStream;
use crate::media::Media;
use crate::run::entry::{Entry, StoredFile};
use crate::run::hex;
use crate::run::journal::JournalLog;

const PIECE: usize = 256 << 10;
const PART: &str = "part";

#[derive(Debug)]
pub(super) struct FileLog {
    pub(super) files: PathBuf,
    pub(super) held: Arc<tokio::sync::Mutex<Held>>,
}

impl FileLog {
    fn path(&self, name: &str) -> PathBuf {
        let ending = Path::new(name)
            .extension()
            .and_then(|e| e.to_str())
            .filter(|e| e.len() <= 5 && e.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        self.files.join(file_name(name, ending.unwrap_or_default()))
    }
}

#[async_trait]
impl JournalLog for FileLog {
    async fn append(&self, entry: Entry) -> Result<()> {
        let mut held = self.held.clone().lock_owned().await;
        blocking(move || held.append(&entry)).await
    }

    async fn put_file(&self, name: &str, mut content: ByteStream) -> Result<(StoredFile, Media)> {
        let path = self.path(name);
        let mut draft = {
            let path = path.clone();
            blocking(move || Draft::create(path)).await?
        };
        let mut pieces = Vec::new();
        let mut waiting = 0;
        while let Some(piece) = content.next().await {
            let piece = piece?;
            waiting += piece.len();
            pieces.push(piece);
            if waiting >= PIECE {
                let pieces = std::mem::take(&mut pieces);
                waiting = 0;
                draft = blocking(move || draft.write(&pieces)).await?;
            }
        }
        let name = name.to_owned();
        let file = blocking(move || draft.write(&pieces)?.finish(name)).await?;
        Ok((file, Media::File(path)))
    }

    async fn file(&self, file: &StoredFile) -> Result<Option<Media>> {
        let path = self.path(&file.name);
        let (file, kept) = (file.clone(), path.clone());
        let whole = blocking(move || is_whole(&kept, &file)).await?;
        Ok(whole.then_some(Media::File(path)))
    }
}

/// A file that is not yet whole. Dropped before it is finished, it is removed.
struct Draft {
    file: File,
    target: PathBuf,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
    finished: bool,
}

impl Draft {
    fn create(target: PathBuf) -> Result<Self> {
        static DRAFTS: AtomicU64 = AtomicU64::new(0);
        let path = target.with_added_extension(format!("{}.{PART}", DRAFTS.fetch_add(1, Ordering::Relaxed)));
        let file = File::create(&path).map_err(|e| failed("create", &path, e))?;
        Ok(Self { file, target, path, hash: Sha256::new(), bytes: 0, finished: false })
    }

    fn write(mut self, pieces: &[Bytes]) -> Result<Self> {
        for piece in pieces {
            self.file.write_all(piece).map_err(|e| failed("write", &self.path, e))?;
            self.hash.update(piece);
            self.bytes += piece.len() as u64;
        }
        Ok(self)
    }

    fn finish(mut self, name: String) -> Result<StoredFile> {
        sync(&self.file, &self.path)?;
        rename(&self.path, &self.target)?;
        self.finished = true;
        if let Some(directory) = self.target.parent() {
            sync_directory(directory)?;
        }
        let hash = std::mem::take(&mut self.hash);
        Ok(StoredFile::new(name, self.bytes, hex(&hash.finalize())))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Removes what a crash left half written.
pub(super) fn remove_drafts(files: &Path) {
    let entries = std::fs::read_dir(files).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == PART)) {
        let _ = std::fs::remove_file(path);
    }
}

fn is_whole(path: &Path, file: &StoredFile) -> Result<bool> {
    let mut content = match File::open(path) {
        Ok(content) => content,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(failed("open", path, e)),
    };
    if content.metadata().map_err(|e| failed("read", path, e))?.len() != file.bytes {
        return Ok(false);
    }
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        let read = content.read(&mut piece).map_err(|e| failed("read", path, e))?;
        match piece.get(..read) {
            Some(read) if !read.is_empty() => hash.update(read),
            _ => return Ok(hex(&hash.finalize()) == file.sha256),
        }
    }
}
