//! Files that a campaign paid for: found by the journal, and looked at before they are used.
//! `reliability.md`, fault 3.

use std::path::{Path, PathBuf};

use super::*;
use crate::run::FileJournal;

/// A stage whose runs lie in a folder.
struct Folder {
    stage: Stage,
    home: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self { stage: Stage::new(Writer::new(true)), home: tempfile::tempdir().unwrap() }
    }

    fn campaign_in(&self, folder: &str) -> Campaign {
        let journal = FileJournal::open(self.home.path().join(folder)).unwrap();
        self.stage.campaign(brief()).image_with(self.stage.paid_image_model()).journal(journal)
    }

    fn campaign(&self) -> Campaign {
        self.campaign_in("runs")
    }

    /// The images that the campaign keeps.
    fn images(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, all: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.extension() {
                    _ if path.is_dir() => below(&path, all),
                    Some(ending) if ending == "png" => all.push(path),
                    _ => {}
                }
            }
        }
        let mut images = Vec::new();
        below(self.home.path(), &mut images);
        images
    }

    async fn posted(&self) -> Vec<u8> {
        self.stage.post(0).attachments[0].media.read(1 << 20).await.unwrap().to_vec()
    }
}

fn swap(image: &Path) {
    std::fs::write(image, png(1080, 1351)).unwrap();
}

fn spoil(image: &Path) {
    let mut bytes = std::fs::read(image).unwrap();
    bytes.truncate(bytes.len() - 1);
    std::fs::write(image, bytes).unwrap();
}

fn delete(image: &Path) {
    std::fs::remove_file(image).unwrap();
}

const DAMAGES: [fn(&Path); 3] = [swap, spoil, delete];

#[tokio::test]
async fn a_file_that_changed_between_two_processes_is_had_again_and_not_published() {
    for damage in DAMAGES {
        let folder = Folder::new();
        let _ = folder.campaign().prepare().await.unwrap();
        let [image] = &*folder.images() else { panic!("one image") };
        damage(image);
        let report = folder.campaign().run().await.unwrap();
        assert!(report.is_complete(), "{report}");
        assert_eq!(folder.posted().await, png(1080, 1350), "what was made, not what lay there");
        assert_eq!(folder.stage.counts(), (2, 1, 1), "and nothing was paid for again");
    }
}

#[tokio::test]
async fn a_file_that_changes_after_the_post_was_shown_is_not_published() {
    for damage in DAMAGES {
        let folder = Folder::new();
        let prepared = folder.campaign().prepare().await.unwrap();
        folder.images().iter().for_each(|image| damage(image));
        let report = prepared.publish().await.unwrap();
        assert!(!report.is_complete() && folder.stage.posts.lock().unwrap().is_empty(), "{report}");
        assert!(folder.campaign().run().await.unwrap().is_complete(), "the next process has it again");
        assert_eq!((folder.posted().await, folder.stage.counts()), (png(1080, 1350), (2, 1, 1)));
    }
}

#[tokio::test]
async fn a_folder_that_was_moved_holds_what_was_paid_for() {
    let folder = Folder::new();
    let _ = folder.campaign().prepare().await.unwrap();
    std::fs::rename(folder.home.path().join("runs"), folder.home.path().join("moved")).unwrap();
    let report = folder.campaign_in("moved").run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!((folder.posted().await, folder.stage.counts()), (png(1080, 1350), (2, 1, 1)));
    assert!(!folder.home.path().join("runs").exists());
}

#[tokio::test]
async fn what_is_out_needs_no_files() {
    for damage in DAMAGES {
        let folder = Folder::new();
        assert!(folder.campaign().run().await.unwrap().is_complete());
        folder.images().iter().for_each(|image| damage(image));
        // First the maker has nothing to give any more.
        for gone in [true, false] {
            let campaign = folder.campaign().image_with(Machine { gone, ..folder.stage.paid_image_model() });
            let report = campaign.run().await.unwrap();
            assert!(report.is_complete(), "{report}");
        }
        assert_eq!(folder.stage.posts.lock().unwrap().len(), 1, "and it is out once");
    }
}
