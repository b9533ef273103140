//! Containers: what Instagram is asked to make of a post.

use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{Attachment, MediaRole, Placement, Post};
use social_core::run::Run;
use social_core::{Error, Result};

use super::Instagram;
use super::options::InstagramOptions;
use crate::graph::{Container, Fields, public_address, upload};

/// A file that becomes part of the post.
#[derive(Clone, Copy)]
struct File<'a> {
    index: usize,
    attachment: &'a Attachment,
    is_video: bool,
}

impl Instagram {
    /// Makes the containers of a post, waits until they are ready, and returns the id of the one to
    /// publish.
    pub(super) async fn prepare(&self, run: &Run, post: &Post, facts: &[MediaInfo]) -> Result<String> {
        self.containers.check_quota(run, 1, 0).await?;
        let mut files = post.content().filter_map(|(index, attachment)| {
            let is_video = facts.get(index)?.media_type.kind() == MediaKind::Video;
            Some(File { index, attachment, is_video })
        });
        let options = post.options.get::<InstagramOptions>()?.unwrap_or_default();
        let caption = ("caption", post.text.clone());
        let mut whole = options.fields()?;
        whole.extend(post.ai_generated.then(|| ("is_ai_generated", "true".to_owned())));
        let container = if post.placement == Placement::CAROUSEL {
            let mut children = Vec::new();
            for file in files {
                let mut fields = vec![("is_carousel_item", "true".to_owned())];
                fields.extend(file.is_video.then(|| ("media_type", "VIDEO".to_owned())));
                fields.extend(options.tags_of(file.index)?);
                children.push(self.container_of(run, &format!("container-{}", file.index), fields, file).await?);
            }
            for child in &children {
                self.containers.wait(run, child).await?;
            }
            let ids: Vec<_> = children.iter().map(|child| child.id.as_str()).collect();
            let kind = ("media_type", "CAROUSEL".to_owned());
            let fields = [kind, ("children", ids.join(",")), caption].into_iter().chain(whole).collect();
            self.containers.request(run, "container", fields).await?
        } else {
            let Some(file) = files.next() else {
                return Err(Error::invalid("attachments", "an Instagram post needs an image or a video"));
            };
            let mut fields = if post.placement == Placement::STORY {
                vec![("media_type", "STORIES".to_owned())]
            } else if post.placement == Placement::REEL {
                vec![("media_type", "REELS".to_owned()), caption]
            } else {
                vec![caption]
            };
            fields.extend(whole);
            fields.extend(options.tags_of(file.index)?);
            for (index, attachment) in post.attachments.iter().enumerate() {
                if attachment.role == MediaRole::Cover {
                    fields.push(("cover_url", self.address(run, index, &attachment.media).await?));
                }
            }
            self.container_of(run, "container", fields, file).await?
        };
        self.containers.wait(run, &container).await?;
        Ok(container.id)
    }

    /// The container of one file, with its bytes or its address.
    async fn container_of(&self, run: &Run, name: &str, mut fields: Fields, file: File<'_>) -> Result<Container> {
        let media = &file.attachment.media;
        let is_sent = file.is_video && !matches!(media, Media::Remote(_));
        if is_sent {
            fields.push(("upload_type", "resumable".to_owned()));
        } else {
            let field = if file.is_video { "video_url" } else { "image_url" };
            fields.push((field, self.address(run, file.index, media).await?));
        }
        if !file.is_video && fields.iter().all(|(name, _)| *name != "media_type") {
            fields.extend(file.attachment.alt_text.clone().map(|text| ("alt_text", text)));
        }
        let result = async {
            let container = self.containers.request(run, name, fields).await?;
            if is_sent {
                self.upload(run, &container, media).await?;
            }
            Ok(container)
        };
        result.await.map_err(|e: Error| e.with_item(file.index))
    }

    /// Where Instagram fetches a file.
    async fn address(&self, run: &Run, index: usize, media: &Media) -> Result<String> {
        let field = format!("attachments[{index}]");
        let address = public_address(run, self.host.as_ref(), &field, media, None).await;
        address.map_err(|e| e.with_item(index))
    }

    async fn upload(&self, run: &Run, container: &Container, media: &Media) -> Result<()> {
        // Instagram keeps what a camera wrote into a file, place included.
        let media = media.without_notes().await?;
        let length = media.length();
        // The name holds the id, so that a new container gets an upload of its own.
        let name = format!("upload-{}", container.id);
        let arrived = || self.containers.arrived(&container.id, length);
        upload(run, &self.uploads, &name, container.uri.as_ref(), &media, arrived).await
    }
}
