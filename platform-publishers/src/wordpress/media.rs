//! Files: each once, found by its name when the answer is lost.

use std::time::Duration;

use http::Method;
use serde_json::json;
use social_core::http::{Multipart, Repeat};
use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Attachment, Delivery, MediaRole, Post};
use social_core::run::Found;
use social_core::{Error, Result};

use super::WordPress;
use super::error::id_in;
use super::wire::File;
use crate::article::{escaped, image};

/// How long one upload may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// A file that is not listed so long after it was lost was not stored.
const SETTLE: Duration = Duration::from_secs(20);

/// The files of an article: those in its text as HTML, and the one that stands for it.
#[derive(Default)]
pub(super) struct Files {
    pub(super) html: String,
    pub(super) featured: Option<u64>,
}

impl WordPress {
    pub(super) async fn files(&self, delivery: &Delivery, post: &Post) -> Result<Files> {
        let mut files = Files::default();
        for (index, (file, info)) in post.attachments.iter().zip(&delivery.facts).enumerate() {
            if file.role == MediaRole::Captions {
                continue;
            }
            let stored = self.store(delivery, index, file, info).await.map_err(|error| error.with_item(index))?;
            let address = stored.source_url.as_str();
            match (file.role, info.media_type.kind()) {
                (MediaRole::Cover, _) => files.featured = Some(stored.id),
                (_, MediaKind::Video) => {
                    files
                        .html
                        .push_str(&format!("<figure><video controls src=\"{}\"></video></figure>\n", escaped(address)));
                }
                _ => files.html.push_str(&image(address, file.alt_text.as_deref())),
            }
        }
        Ok(files)
    }

    async fn store(&self, delivery: &Delivery, index: usize, file: &Attachment, info: &MediaInfo) -> Result<File> {
        let step = format!("file-{index}");
        let name = delivery.run.key(&step);
        let send = || async {
            let body = file.media.without_notes().await?.body();
            let file_name = format!("{name}.{}", info.media_type.extension());
            let mut form = Multipart::new().file("file", &file_name, info.media_type.as_mime(), body);
            if let Some(alt_text) = &file.alt_text {
                form = form.text("alt_text", alt_text);
            }
            let call = self.call(Method::POST, "media")?.operation("upload").deadline(PATIENCE);
            let sent = call.response_timeout(PATIENCE).multipart(form).send().await;
            match sent.and_then(|reply| reply.json()) {
                Err(error) => match id_in(&error, "stored") {
                    Some(id) => self.finish(id).await,
                    None => Err(error),
                },
                stored => stored,
            }
        };
        let find = |_| async {
            let call = self.call(Method::GET, "media")?.operation("find upload").query("search", &name);
            let listed: Vec<File> = call.query("context", "edit").send().await?.json()?;
            let ours = listed.into_iter().find(|file| file.source_url.path().contains(&name));
            Ok(ours.map_or(Found::NotListed { settle: SETTLE }, Found::Present))
        };
        delivery.run.once(&step, send, find).await
    }

    /// Takes over a file that is stored. Its smaller sizes are asked for, and it does without them.
    async fn finish(&self, id: u64) -> Result<File> {
        let call = self.call(Method::POST, &format!("media/{id}/post-process"))?.operation("finish upload");
        let finished = call.repeat(Repeat::Safe).json(&json!({"action": "create-image-subsizes"})).send().await;
        match finished.and_then(|reply| reply.json()) {
            Ok(file) => Ok(file),
            Err(_) => {
                let call = self.call(Method::GET, &format!("media/{id}"))?.operation("read upload");
                let file: Result<File, Error> = call.query("context", "edit").send().await?.json();
                file
            }
        }
    }
}
