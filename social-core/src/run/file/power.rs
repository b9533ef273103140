//! A file system that loses, when the power goes, all that was not synced: content of files, and
//! names in directories. Invented, after what POSIX lets a file system do. For tests: the disk's
//! functions tell it what they did.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What would be on the disk.
#[derive(Default)]
struct Disk {
    /// The content of each file that was synced, by the name that it has now.
    contents: BTreeMap<PathBuf, Vec<u8>>,
    /// The names that survive, with what stood under them when their directory was synced.
    names: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

static DISK: Mutex<Disk> = Mutex::new(Disk { contents: BTreeMap::new(), names: BTreeMap::new() });

fn disk() -> MutexGuard<'static, Disk> {
    DISK.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn synced(path: &Path) {
    let content = std::fs::read(path).unwrap_or_default();
    let mut disk = disk();
    if let Some(survives) = disk.names.get_mut(path) {
        *survives = Some(content.clone());
    }
    disk.contents.insert(path.to_owned(), content);
}

pub(super) fn renamed(from: &Path, to: &Path) {
    let mut disk = disk();
    if let Some(content) = disk.contents.remove(from) {
        disk.contents.insert(to.to_owned(), content);
    }
}

pub(super) fn synced_directory(path: &Path) {
    let names = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let names: Vec<_> = names.filter(|name| name.is_file()).collect();
    let mut disk = disk();
    disk.names.retain(|name, _| name.parent() != Some(path));
    for name in names {
        let content = disk.contents.get(&name).cloned();
        disk.names.insert(name, content);
    }
}

/// The run's directory after the power was gone. What was not synced is lost; a file whose name is
/// there and whose content is not is empty.
pub(super) fn after_a_power_cut(home: &Path, other: &Path) {
    for (name, content) in disk().names.iter().filter(|(name, _)| name.starts_with(home)) {
        let path = other.join(name.strip_prefix(home).unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content.as_deref().unwrap_or_default()).unwrap();
    }
}
