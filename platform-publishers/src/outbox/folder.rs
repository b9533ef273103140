//! The folder: files, records and the page, each whole or not at all.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use social_core::http::ByteStream;
use social_core::media::Media;
use social_core::publish::{Attachment, Finding, FindingCode, MediaRole, Post};
use social_core::{Error, ErrorKind, Result};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Mutex, MutexGuard};

use super::card::{Card, Heading, Page, RECORD, RECORDS};
use super::html::{file_name, slug};
use super::live::{LiveHtml, LivePage, LiveState};
use super::page::Html;

/// No record has this name: theirs start with a letter or digit.
const HEADING: &str = "_campaign.json";
const INDEX: &str = "index.html";

/// One writer at a time in this process: what is written is on this machine and quickly done, and
/// several publishers of one folder need not know of each other.
static WRITER: Mutex<()> = Mutex::const_new(());

/// A folder that nothing else in this process writes to.
///
/// Files first, then the record that names them, then the page: wherever a crash cuts, the page
/// that is there is whole.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

impl Folder {
    /// Waits for the folder and makes it if need be.
    pub(super) async fn lock(dir: &Path) -> Result<Self> {
        let alone = WRITER.lock().await;
        let records = dir.join(RECORDS);
        fs::create_dir_all(&records).await.map_err(|e| failed("made", &records, e))?;
        Ok(Self { dir: dir.to_owned(), _alone: alone })
    }

    /// Lays a card of a preview into the folder. Files that cannot be read become findings.
    pub(super) async fn put_preview(&self, mut card: Card) -> Result<()> {
        for index in 0..card.post.files().count() {
            if let Err(error) = self.take_in(&mut card, index).await {
                let Some((field, attachment)) = file_mut(&mut card.post, index) else { continue };
                // No bytes stand for what cannot be shown.
                attachment.media = Media::bytes("");
                // The check may have said so already.
                if card.findings.iter().all(|finding| finding.field != field) {
                    card.findings.push(Finding::error(FindingCode::UNREADABLE, field, error.message()));
                }
            }
        }
        self.put_record(card).await?;
        Ok(())
    }

    /// Lays a finished post into the folder and returns the card as it is kept.
    pub(super) async fn put_published(&self, mut card: Card) -> Result<Card> {
        let (cards, _) = self.cards().await?;
        let place = |card: &Card| (card.platform.clone(), card.post.placement.clone());
        let digest = |card: &Card| card.approval.as_ref().map(|approval| approval.digest.clone());
        let same = |kept: &&Card| place(kept) == place(&card) && kept.run == card.run && digest(kept) == digest(&card);
        let key = |card: &Card| card.account.as_ref().map(|account| account.key.clone());
        let ours = |kept: &Card| match &kept.account {
            Some(_) => place(kept) == place(&card) && key(kept) == key(&card),
            None => kept.target == card.target,
        };
        let preview = |kept: &&Card| kept.run.is_none() && ours(kept);
        if let Some(kept) = cards.iter().find(same).or_else(|| cards.iter().find(preview)) {
            card.target.clone_from(&kept.target);
            // The preview knows more than a publisher is told, as long as it is about the same
            // text.
            if kept.post.text == card.post.text {
                card.degraded = kept.degraded;
                card.changes.clone_from(&kept.changes);
                let known = card.findings.clone();
                card.findings.extend(kept.findings.iter().filter(|finding| !known.contains(finding)).cloned());
            }
        } else {
            // Another post on the same target gets a card of its own.
            let is_free = |name: &String| cards.iter().all(|kept| kept.target != *name);
            let numbered = (2..).map(|number| format!("{}-{number}", card.target));
            if let Some(free) = std::iter::once(card.target.clone()).chain(numbered).find(is_free) {
                card.target = free;
            }
        }
        for index in 0..card.post.files().count() {
            self.take_in(&mut card, index).await?;
        }
        self.put_record(card).await
    }

    /// Removes the records of other targets with their files.
    pub(super) async fn keep_only(&self, targets: &[String]) -> Result<()> {
        for card in self.cards().await?.0.iter().filter(|card| !targets.contains(&card.slug())) {
            self.remove(Path::new(&card.record_path())).await?;
            for file in own_files(card) {
                self.remove(Path::new(file)).await?;
            }
        }
        Ok(())
    }

    /// Keeps what the page says above all cards.
    pub(super) async fn put_heading(&self, mut heading: Heading) -> Result<()> {
        if let Some(brand) = &mut heading.brand
            && let Some(logo) = brand.logo.take()
        {
            // A page without its logo is better than no page.
            brand.logo = self.copy(&logo, "logo").await.ok();
        }
        self.write_json(&Path::new(RECORDS).join(HEADING), &heading).await
    }

    /// Writes the page from the records that are there and returns its path.
    pub(super) async fn rebuild(&self) -> Result<PathBuf> {
        let (heading, cards, unreadable) = self.read().await?;
        let page = Html { heading: &heading, cards: &cards, unreadable: &unreadable, live: None }.to_string();
        let bytes = futures_util::stream::iter([Ok(Bytes::from(page))]);
        self.write(Path::new(INDEX), Box::pin(bytes)).await?;
        Ok(self.dir.join(INDEX))
    }

    /// What the page says: its heading, the cards in their order, and the names of the records that
    /// cannot be read.
    pub(super) async fn read(&self) -> Result<(Heading, Vec<Card>, Vec<String>)> {
        let (mut cards, mut unreadable) = self.cards().await?;
        let heading = match read_json(&self.dir.join(RECORDS).join(HEADING)).await {
            Ok(Some(heading)) => heading,
            other => {
                unreadable.extend(other.err().map(|_| HEADING.to_owned()));
                let name = self.dir.file_name().map(|name| name.to_string_lossy().into_owned());
                Heading { title: name.unwrap_or_else(|| "Posts".to_owned()), ..Heading::default() }
            }
        };
        let place = |card: &Card| heading.order.iter().position(|name| *name == card.slug());
        cards.sort_by_cached_key(|card| (place(card).unwrap_or(usize::MAX), card.target.clone()));
        Ok((heading, cards, unreadable))
    }

    /// The cards that can be read, and the names of the records that cannot.
    async fn cards(&self) -> Result<(Vec<Card>, Vec<String>)> {
        let records = self.dir.join(RECORDS);
        let unlisted = |e| failed("listed", &records, e);
        let (mut cards, mut unreadable) = (Vec::new(), Vec::new());
        let mut entries = fs::read_dir(&records).await.map_err(unlisted)?;
        while let Some(entry) = entries.next_entry().await.map_err(unlisted)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == HEADING || name.starts_with('.') || !name.ends_with(".json") {
                continue;
            }
            match read_json(&entry.path()).await {
                Ok(Some(card)) => cards.push(card),
                Ok(None) => {}
                Err(_) => unreadable.push(name),
            }
        }
        unreadable.sort();
        Ok((cards, unreadable))
    }

    /// Copies a file of the post beside the page and lets the post name the copy. Remote files stay
    /// where they are.
    async fn take_in(&self, card: &mut Card, index: usize) -> Result<()> {
        let slug = card.slug();
        let Some((_, attachment)) = file_mut(&mut card.post, index) else { return Ok(()) };
        if matches!(attachment.media, Media::Remote(_)) {
            return Ok(());
        }
        let role = match attachment.role {
            MediaRole::Cover => "-cover",
            MediaRole::Captions => "-captions",
            _ => "",
        };
        let shape = attachment.media.info().await?.aspect_ratio();
        attachment.media = self.copy(&attachment.media, &format!("{:02}-{slug}{role}", index + 1)).await?;
        card.shapes.extend(shape.map(|shape| (index, shape)));
        Ok(())
    }

    /// Copies a file in pieces under a name with the ending that its bytes call for.
    async fn copy(&self, media: &Media, stem: &str) -> Result<Media> {
        let info = media.info().await?;
        let name = PathBuf::from(format!("{stem}.{}", info.media_type.extension()));
        // The folder may be mailed: it names no place, either.
        self.write(&name, media.without_notes().await?.stream()).await?;
        Ok(Media::File(name))
    }

    /// Writes a record, then removes files that only its predecessor named.
    async fn put_record(&self, mut card: Card) -> Result<Card> {
        let path = card.record_path();
        // The folder may be mailed: it names no path of this machine.
        if card.lies_here()
            && let Some(receipt) = &mut card.receipt
        {
            for record in receipt.posts.iter_mut().filter(|post| post.role == RECORD) {
                (record.id, record.url) = (path.clone(), None);
            }
        }
        let before = read_json::<Card>(&self.dir.join(&path)).await.ok().flatten();
        self.write_json(Path::new(&path), &card).await?;
        let kept: Vec<_> = own_files(&card).collect();
        for file in before.iter().flat_map(own_files).filter(|file| !kept.contains(file)) {
            self.remove(Path::new(file)).await?;
        }
        Ok(card)
    }

    async fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<()> {
        let unwritable = |e| Error::invalid("post", "the post cannot be written as JSON").with_source(e);
        let json = serde_json::to_vec_pretty(value).map_err(unwritable)?;
        self.write(path, Box::pin(futures_util::stream::iter([Ok(Bytes::from(json))]))).await
    }

    /// Writes a file whole or not at all.
    async fn write(&self, path: &Path, mut content: ByteStream) -> Result<()> {
        let whole = self.dir.join(path);
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(whole.file_name().unwrap_or_default());
        let part = whole.with_file_name(hidden);
        let unwritten = |e| failed("written", &whole, e);
        let fill = async {
            let mut file = fs::File::create(&part).await.map_err(unwritten)?;
            while let Some(piece) = content.try_next().await? {
                file.write_all(&piece).await.map_err(unwritten)?;
            }
            file.sync_all().await.map_err(unwritten)?;
            fs::rename(&part, &whole).await.map_err(unwritten)
        };
        let result = fill.await;
        if result.is_err() {
            // What failed first is what the caller wants to know.
            let _ = fs::remove_file(&part).await;
        }
        result
    }

    async fn remove(&self, path: &Path) -> Result<()> {
        let path = self.dir.join(path);
        match fs::remove_file(&path).await {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed("removed", &path, e)),
            _ => Ok(()),
        }
    }
}

impl Card {
    /// Lays the card into the folder of a [page](Page::write), in place of the one of its target,
    /// and writes the page anew.
    ///
    /// # Errors
    /// [`Storage`](social_core::ErrorKind::Storage) when the folder cannot be written.
    pub async fn write(self, dir: impl AsRef<Path> + Send) -> Result<()> {
        let folder = Folder::lock(dir.as_ref()).await?;
        folder.put_preview(self).await?;
        folder.rebuild().await.map(drop)
    }
}

impl LivePage {
    /// The page of a folder with forms.
    ///
    /// # Errors
    /// [`Storage`](social_core::ErrorKind::Storage) when the folder cannot be read.
    pub async fn html(&self, dir: impl AsRef<Path> + Send) -> Result<LiveHtml> {
        let (heading, mut cards, unreadable) = Folder::lock(dir.as_ref()).await?.read().await?;
        for card in &mut cards {
            if let Some(LiveState::Approved(approval)) = self.state(card) {
                card.approval = Some(approval.clone());
            }
        }
        let html = Html { heading: &heading, cards: &cards, unreadable: &unreadable, live: Some(self) };
        let html = html.to_string();
        let shown = cards.iter().flat_map(|card| card.post.files()).map(|file| &file.media);
        let logo = heading.brand.as_ref().and_then(|brand| brand.logo.as_ref());
        let files = shown.chain(logo).filter_map(file_name).map(str::to_owned);
        let records = cards.iter().map(Card::record_path);
        Ok(LiveHtml { html, files: files.chain(records).collect() })
    }
}

impl Page {
    /// Writes `index.html`, the files and the records into a folder, which is made if need be, and
    /// returns the page's path.
    ///
    /// The folder then shows these cards and no others: records that an earlier page left are
    /// removed with their files. A file that cannot be read does not fail the page; its card has an
    /// error about it.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for two cards of one target;
    /// [`Storage`](social_core::ErrorKind::Storage) when the folder cannot be written.
    pub async fn write(&self, dir: impl AsRef<Path> + Send) -> Result<PathBuf> {
        let order: Vec<_> = self.cards.iter().map(|card| slug(&card.target)).collect();
        if let Some((_, twice)) =
            order.iter().enumerate().find(|(index, name)| order.iter().take(*index).any(|n| n == *name))
        {
            return Err(Error::invalid("cards", format!("`{twice}` has two cards; give each a target of its own")));
        }
        let folder = Folder::lock(dir.as_ref()).await?;
        for card in &self.cards {
            folder.put_preview(card.clone()).await?;
        }
        folder.keep_only(&order).await?;
        let (title, name, brand) = (self.campaign.clone(), self.name.clone(), self.brand.clone());
        folder.put_heading(Heading { title, name, brand, order, missing: self.missing.clone() }).await?;
        folder.rebuild().await
    }

    /// The name of the campaign whose page is in a folder; its heading where it has no name, and
    /// `None` where there is no page. Another campaign's page takes the posts of this one away.
    ///
    /// # Errors
    /// [`Storage`](social_core::ErrorKind::Storage) when what is there cannot be read.
    pub async fn name_in(dir: impl AsRef<Path> + Send) -> Result<Option<String>> {
        let heading: Option<Heading> = read_json(&dir.as_ref().join(RECORDS).join(HEADING)).await?;
        Ok(heading.map(|heading| heading.name.unwrap_or(heading.title)))
    }
}

/// A file of the post by its place in the post and its thread, and the field that it stands in.
fn file_mut(post: &mut Post, index: usize) -> Option<(String, &mut Attachment)> {
    let own = post.attachments.iter_mut().enumerate().map(|(file, of)| (format!("attachments[{file}]"), of));
    let further = post.thread.iter_mut().enumerate().flat_map(|(part, of)| {
        let files = of.attachments.iter_mut().enumerate();
        files.map(move |(file, of)| (format!("thread[{part}].attachments[{file}]"), of))
    });
    own.chain(further).nth(index)
}

/// The files beside the page that were written for this card. A record that somebody changed cannot
/// name others.
fn own_files(card: &Card) -> impl Iterator<Item = &str> {
    let middle = format!("-{}", card.slug());
    let files = card.post.files().filter_map(|attachment| file_name(&attachment.media));
    files.filter(move |name| name.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(&middle))
}

async fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match fs::read(path).await {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| failed("read", path, e.into())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(failed("read", path, e)),
    }
}

fn failed(verb: &str, path: &Path, source: io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("{} cannot be {verb}: {source}", path.display())).with_source(source)
}
