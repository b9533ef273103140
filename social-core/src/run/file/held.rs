//! The journal file of a run that is held.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind as IoError, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::disk::{read_if_there, sync, sync_directory};
use super::lines::{self, Lines};
use crate::disk::failed;
use crate::error::{Error, ErrorKind, Result};
use crate::run::entry::Entry;
use crate::run::id::RunId;

pub(super) const JOURNAL: &str = "journal";
/// How much of the journal was acknowledged: what tells a journal that lost lines from one that
/// never had them.
pub(super) const ACKNOWLEDGED: &str = "acknowledged";
/// What crashes left behind the last whole line, kept for people.
pub(super) const CUT: &str = "cut";
pub(super) const FILES: &str = "files";
/// Held while the run is open. It is empty until the journal has its first line.
pub(super) const LOCK: &str = "lock";

/// The right to a run. Unlocked by word and not only by closing: a child process that is just being
/// started holds the same open file for a moment.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// What came of taking a lock.
pub(super) enum Taken {
    Yes(Lock),
    /// Somebody else has it.
    Held,
    /// The run was removed meanwhile and took its lock along.
    Removed,
}

impl Lock {
    pub(super) fn take(path: &Path) -> Result<Taken> {
        let lock = match File::options().create(true).truncate(false).write(true).open(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Taken::Removed),
            lock => lock.map_err(|e| failed("open", path, e))?,
        };
        match lock.try_lock() {
            Ok(()) if is_at(&lock, path).map_err(|e| failed("read", path, e))? => Ok(Taken::Yes(Self(lock))),
            Ok(()) => Ok(Taken::Removed),
            Err(TryLockError::WouldBlock) => Ok(Taken::Held),
            Err(TryLockError::Error(e)) => Err(failed("lock", path, e)),
        }
    }

    /// Notes that the run has begun, so that a journal that is missing from now on is missed.
    fn begin(&mut self) -> std::io::Result<()> {
        if self.0.metadata()?.len() == 0 { self.0.write_all(b"begun\n") } else { Ok(()) }
    }

    /// Notes that the run is being removed.
    pub(super) fn end(&self) -> std::io::Result<()> {
        self.0.set_len(0)
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;

    let open = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (open.dev(), open.ino())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> std::io::Result<bool> {
    Ok(true)
}

/// What the files of a run say. It may be read without the lock.
pub(super) fn read(directory: &Path, name: &str) -> Result<Lines> {
    // Before the journal, which only grows.
    let begun = begun(directory)?;
    let acknowledged = match std::fs::read(directory.join(ACKNOWLEDGED)) {
        Err(e) if e.kind() == IoError::NotFound => None,
        count => Some(acknowledged(&count.map_err(|e| failed("read", &directory.join(ACKNOWLEDGED), e))?)),
    };
    let bytes = read_if_there(&directory.join(JOURNAL))?;
    let mut lines = lines::read(name, &bytes)?;
    let whole = usize::try_from(lines.whole).unwrap_or(usize::MAX);
    lines.tail = bytes.get(whole..).unwrap_or_default().to_vec();
    check(directory, name, &lines, begun, acknowledged)?;
    Ok(lines)
}

fn acknowledged(text: &[u8]) -> u64 {
    // A power cut may have left anything; the journal itself was on the disk first.
    std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// Whether the lock says that the run had a journal.
fn begun(directory: &Path) -> Result<bool> {
    let path = directory.join(LOCK);
    match std::fs::metadata(&path) {
        Ok(lock) => Ok(lock.len() > 0),
        Err(e) if e.kind() == IoError::NotFound => Ok(false),
        Err(e) => Err(failed("read", &path, e)),
    }
}

/// Refuses a journal that was longer once, and one whose end is damaged.
fn check(directory: &Path, name: &str, lines: &Lines, begun: bool, acknowledged: Option<u64>) -> Result<()> {
    let has_files = || std::fs::read_dir(directory.join(FILES)).is_ok_and(|mut files| files.next().is_some());
    let count = acknowledged.unwrap_or(0);
    let problem = if lines.whole < count {
        format!("has lost lines: {} of {count} bytes are left", lines.whole)
    } else if !lines::is_cut_line(&lines.sum, &lines.tail) {
        "ends in something that no journal ends in".to_owned()
    } else if lines.id.is_none() && has_files() {
        "is missing, although the run kept files".to_owned()
    } else if lines.id.is_none() && begun {
        "is missing, although the run had begun".to_owned()
    } else if begun && acknowledged.is_none() {
        format!("may have lost lines: the file `{ACKNOWLEDGED}`, which says how long it was, is missing")
    } else {
        return Ok(());
    };
    let path = directory.join(JOURNAL);
    let message = format!(
        "the journal of run `{name}` {problem}; what it did is not known any more: restore `{}` from a copy, or remove the \
         run and accept that its work is done again",
        path.display()
    );
    Err(Error::new(ErrorKind::Storage, message))
}

/// The open journal file. Whoever writes owns it until the line is on the disk, even when no task
/// waits any more.
#[derive(Debug)]
pub(super) struct Held {
    path: PathBuf,
    file: File,
    acknowledged: File,
    length: u64,
    sum: String,
    broken: bool,
    lock: Lock,
}

impl Held {
    pub(super) fn open(directory: &Path, run: &RunId, lock: Lock) -> Result<(Vec<Entry>, Self)> {
        let path = directory.join(JOURNAL);
        let lines = read(directory, &run.to_string())?;
        if let Some(id) = lines.id.as_ref().filter(|id| *id != run) {
            return Err(Error::new(ErrorKind::Storage, format!("`{}` belongs to run `{id}`", path.display())));
        }
        let open = |options: &mut std::fs::OpenOptions, path: &Path| {
            options.create(true).open(path).map_err(|e| failed("open", path, e))
        };
        let file = open(File::options().append(true), &path)?;
        let acknowledged = open(File::options().write(true).truncate(false), &directory.join(ACKNOWLEDGED))?;
        if !lines.tail.is_empty() {
            tracing::warn!(run = %run, "the last line of the journal was cut by a crash and is dropped");
            // A copy first, behind those of earlier crashes.
            let path_of_copy = directory.join(CUT);
            let mut copy = open(File::options().append(true), &path_of_copy)?;
            copy.write_all(&lines.tail).map_err(|e| failed("write", &path_of_copy, e))?;
            sync(&copy, &path_of_copy)?;
            sync_directory(directory)?;
            file.set_len(lines.whole).map_err(|e| failed("repair", &path, e))?;
            sync(&file, &path)?;
        }
        let Lines { id, entries, whole, sum, .. } = lines;
        let mut held = Self { path, file, acknowledged, length: whole, sum, broken: false, lock };
        if id.is_none() {
            let (line, sum) = lines::header(run)?;
            held.write(&line, sum)?;
            sync_directory(directory)?;
        }
        held.lock.begin().map_err(|e| failed("write", &directory.join(LOCK), e))?;
        Ok((entries, held))
    }

    pub(super) fn append(&mut self, entry: &Entry) -> Result<()> {
        let (line, sum) = lines::line(&self.sum, entry)?;
        self.write(&line, sum)
    }

    fn write(&mut self, line: &[u8], sum: String) -> Result<()> {
        if self.broken {
            let message = format!("`{}` could not be written before; open the run again", self.path.display());
            return Err(Error::new(ErrorKind::Storage, message));
        }
        let written = self.file.write_all(line).map_err(|e| failed("write", &self.path, e));
        if let Err(error) = written.and_then(|()| sync(&self.file, &self.path)) {
            // What a failed write or sync left behind is not known: nothing may be added behind it.
            self.broken = true;
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.length += line.len() as u64;
        self.sum = sum;
        // As wide each time, so that none is half written. It need not be on the disk: the journal
        // is.
        let count = format!("{:020}", self.length);
        let counted = self.acknowledged.rewind().and_then(|()| self.acknowledged.write_all(count.as_bytes()));
        if let Err(error) = counted {
            tracing::warn!(path = %self.path.display(), %error, "could not note how long the journal is");
        }
        Ok(())
    }
}
