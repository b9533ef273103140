//! Files that are whole or not there at all.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::pkce::fingerprint;
use crate::clock::{Random, SystemRandom};
use crate::disk::failed;
use crate::error::Result;

/// A name that every file system takes: readable in front, and different for different names,
/// whatever their case.
pub(super) fn file_name(name: &str) -> String {
    let readable = name.chars().take(60).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    let digits: String = fingerprint(name).chars().take(32).collect();
    format!("{}-{digits}", readable.collect::<String>())
}

/// Only the owner may look into it.
pub(super) fn create_directory(path: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| failed("create", path, e))
}

/// Replaces a file: after it, the old or the new content is there, also after a power cut.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let mut word = [0; 8];
    SystemRandom.fill(&mut word);
    let draft = path.with_extension(format!("{:016x}.draft", u64::from_le_bytes(word)));
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| std::fs::rename(&draft, path));
    if renamed.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    renamed.map_err(|e| failed("write", path, e))?;
    sync_parent(path)
}

/// Makes a new or removed name survive a power cut. Only Unix can and needs to.
fn sync_parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) => {
            File::open(parent).and_then(|directory| directory.sync_all()).map_err(|e| failed("write", parent, e))
        }
        _ => Ok(()),
    }
}

/// The content of a file; `None` when it does not exist.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|e| failed("read", path, e)),
    }
}

/// Removes a file; whether it was there.
pub(super) fn remove(path: &Path) -> Result<bool> {
    match std::fs::remove_file(path) {
        Ok(()) => sync_parent(path).map(|()| true),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(failed("remove", path, e)),
    }
}

/// The files of a directory that end in this.
pub(super) fn list(path: &Path, ending: &str) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(path).map_err(|e| failed("read", path, e))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|e| failed("read", path, e))?.path();
        if file.extension().is_some_and(|extension| extension == ending) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}
