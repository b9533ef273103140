use std::fs::{File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use super::journal::{Entry, Journal, JournalLog, OpenJournal, StoredFile};
use super::lines;
use crate::error::{Error, ErrorKind, Result};
use crate::http::ByteStream;
use crate::media::Media;

/// Keeps each run in a directory of its own, on this machine's disk.
///
/// The directory holds `journal` (one checksummed line of JSON per entry, on the disk before [`JournalLog::append`]
/// returns), `lock` (held while the run is open, let go by the system when the process dies) and `files`. It must lie on
/// a file system that honours `fsync` and file locks; network shares often do not.
#[derive(Clone, Debug)]
pub struct FileJournal {
    directory: PathBuf,
    patience: Duration,
}

const PAUSE: Duration = Duration::from_millis(25);
const PIECE: usize = 256 << 10;
const PART: &str = "part";

impl FileJournal {
    /// A journal in this directory, which is created when it is missing.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when it cannot be created.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
        let directory = directory.as_ref().to_owned();
        create_directory(&directory)?;
        Ok(Self { directory, patience: Duration::ZERO })
    }

    /// Waits up to this long for a run that somebody else holds, instead of refusing at once.
    #[must_use]
    pub const fn waiting(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where a run is kept.
    #[must_use]
    pub fn directory_of(&self, run: &str) -> PathBuf {
        self.directory.join(file_name(run, ""))
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn open(&self, run: &str) -> Result<OpenJournal> {
        let directory = self.directory_of(run);
        let lock = {
            let directory = directory.clone();
            blocking(move || {
                create_directory(&directory.join("files"))?;
                let path = directory.join("lock");
                File::options()
                    .create(true)
                    .truncate(false)
                    .write(true)
                    .open(&path)
                    .map_err(|e| failed("open", &path, e))
            })
            .await?
        };
        let mut waited = Duration::ZERO;
        let lock = loop {
            match lock.try_lock() {
                Ok(()) => break Lock(lock),
                Err(TryLockError::WouldBlock) if waited < self.patience => {
                    tokio::time::sleep(PAUSE).await;
                    waited += PAUSE;
                }
                Err(TryLockError::WouldBlock) => {
                    let message = format!("run `{run}` is open already, in this or another process");
                    return Err(Error::new(ErrorKind::Storage, message));
                }
                Err(TryLockError::Error(e)) => return Err(failed("lock", &directory.join("lock"), e)),
            }
        };
        let (run, home) = (run.to_owned(), directory.clone());
        let files = directory.join("files");
        let drafts = files.clone();
        let (entries, held) = blocking(move || {
            remove_drafts(&drafts);
            Held::open(&home, &run, lock)
        })
        .await?;
        let log = FileLog { files, held: Arc::new(tokio::sync::Mutex::new(held)) };
        Ok(OpenJournal { entries, log: Box::new(log) })
    }
}

/// The open journal file. Whoever writes owns it until the line is on the disk, even when nobody waits any more.
#[derive(Debug)]
struct Held {
    path: PathBuf,
    file: File,
    length: u64,
    broken: bool,
    _lock: Lock,
}

/// The right to a run. Unlocked by word and not only by closing: a child process that is just being started holds the
/// same open file for a moment.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Held {
    #[expect(clippy::verbose_file_reads, reason = "what is read is then appended to")]
    fn open(directory: &Path, run: &str, lock: Lock) -> Result<(Vec<Entry>, Self)> {
        let path = directory.join("journal");
        let mut file =
            File::options().create(true).read(true).append(true).open(&path).map_err(|e| failed("open", &path, e))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|e| failed("read", &path, e))?;
        let lines = lines::read(run, &bytes)?;
        if lines.whole < bytes.len() as u64 {
            tracing::warn!(run, "the last line of the journal was cut by a crash and is dropped");
            file.set_len(lines.whole).and_then(|()| file.sync_all()).map_err(|e| failed("repair", &path, e))?;
        }
        let mut held = Self { path, file, length: lines.whole, broken: false, _lock: lock };
        if held.length == 0 {
            held.append(&lines::header(run)?)?;
            sync_directory(directory)?;
        }
        Ok((lines.entries, held))
    }

    fn append(&mut self, line: &[u8]) -> Result<()> {
        if self.broken {
            let message = format!("`{}` could not be written before; open the run again", self.path.display());
            return Err(Error::new(ErrorKind::Storage, message));
        }
        let written = self.file.write_all(line).and_then(|()| self.file.sync_data());
        if let Err(e) = written {
            // What a failed write or sync left behind is not known: nothing may be added behind it.
            self.broken = true;
            let _ = self.file.set_len(self.length);
            return Err(failed("write", &self.path, e));
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

#[derive(Debug)]
struct FileLog {
    files: PathBuf,
    held: Arc<tokio::sync::Mutex<Held>>,
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
        let line = lines::line(&entry)?;
        let mut held = self.held.clone().lock_owned().await;
        blocking(move || held.append(&line)).await
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
        self.file.sync_all().map_err(|e| failed("write", &self.path, e))?;
        std::fs::rename(&self.path, &self.target).map_err(|e| failed("rename", &self.path, e))?;
        self.finished = true;
        if let Some(directory) = self.target.parent() {
            sync_directory(directory)?;
        }
        let hash = std::mem::take(&mut self.hash);
        Ok(StoredFile { name, bytes: self.bytes, sha256: super::hex(&hash.finalize()) })
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
fn remove_drafts(files: &Path) {
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
            _ => return Ok(super::hex(&hash.finalize()) == file.sha256),
        }
    }
}

/// A name that every file system takes: readable in front, and different for different names, whatever their case.
fn file_name(name: &str, ending: &str) -> String {
    let readable = name.strip_suffix(ending).unwrap_or(name).chars().take(40).map(|c| match c {
        c if c.is_ascii_alphanumeric() || c == '-' => c.to_ascii_lowercase(),
        _ => '_',
    });
    let mut file_name: String = readable.collect();
    file_name.push('-');
    file_name.extend(super::hex(&Sha256::digest(name)).chars().take(32));
    if !ending.is_empty() {
        file_name.push('.');
        file_name.push_str(ending);
    }
    file_name
}

fn create_directory(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        create_directory(parent)?;
    }
    match std::fs::create_dir(path) {
        Ok(()) => sync_directory(parent.unwrap_or(Path::new("."))),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(failed("create", path, e)),
    }
}

/// Makes a new name in a directory survive a power cut. Only Unix can and needs to.
fn sync_directory(path: &Path) -> Result<()> {
    if cfg!(unix) {
        return File::open(path).and_then(|d| d.sync_all()).map_err(|e| failed("write", path, e));
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::new(ErrorKind::Storage, "the file work was stopped with the program").with_source(e))?
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("cannot {what} `{}`: {error}", path.display())).with_source(error)
}
