//! Directories and names on the disk.

use std::fs::File;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::super::hex;
use crate::disk::failed;
use crate::error::Result;

/// A name that every file system takes: readable in front, and different for different names,
/// whatever their case.
pub(super) fn file_name(name: &str, ending: &str) -> String {
    let readable = name.strip_suffix(ending).unwrap_or(name).chars().take(40).map(|c| match c {
        c if c.is_ascii_alphanumeric() || c == '-' => c.to_ascii_lowercase(),
        _ => '_',
    });
    let mut file_name: String = readable.collect();
    file_name.push('-');
    file_name.extend(hex(&Sha256::digest(name)).chars().take(32));
    if !ending.is_empty() {
        file_name.push('.');
        file_name.push_str(ending);
    }
    file_name
}

pub(super) fn create_directory(path: &Path) -> Result<()> {
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

/// Makes the names in a directory survive a power cut. Only Unix can and needs to.
pub(super) fn sync_directory(path: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(path).and_then(|d| d.sync_all()).map_err(|e| failed("write", path, e))?;
    }
    #[cfg(test)]
    super::power::synced_directory(path);
    Ok(())
}

/// Makes the content of a file survive a power cut.
pub(super) fn sync(file: &File, path: &Path) -> Result<()> {
    file.sync_data().map_err(|e| failed("write", path, e))?;
    #[cfg(test)]
    super::power::synced(path);
    Ok(())
}

/// Gives a file another name, in place of what has it.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|e| failed("rename", from, e))?;
    #[cfg(test)]
    super::power::renamed(from, to);
    Ok(())
}

/// The content of a file; nothing when it does not exist.
pub(super) fn read_if_there(path: &Path) -> Result<Vec<u8>> {
    match std::fs::read(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|e| failed("read", path, e)),
    }
}

/// Removes a file or a directory with all that is in it, if it exists.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed("remove", path, e)),
        _ => Ok(()),
    }
}
