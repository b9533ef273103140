//! What is sent for a post: the path and the body.

use serde_json::{Map, Value};
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{Delivery, Placement, Post};
use social_core::run::Run;
use social_core::{Error, Result};

use super::wire::Uploaded;
use super::{Chat, Whapi, WhapiOptions};

/// An uploaded file is used before it can expire.
const FILE_LIFE: std::time::Duration = std::time::Duration::from_secs(12 * 3600);
/// The step that keeps the id of an uploaded file.
pub(super) const FILE: &str = "file";

/// One request that sends.
pub(super) struct Outgoing {
    pub(super) path: &'static str,
    pub(super) body: Map<String, Value>,
}

impl Whapi {
    /// Makes the request of a post that keeps to the rules; its file goes up first.
    pub(super) async fn outgoing(&self, delivery: &Delivery, post: &Post) -> Result<Outgoing> {
        let options = post.options.get::<WhapiOptions>()?.unwrap_or_default();
        let mut body = Map::new();
        let mut say = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
        if let Chat::Chat(chat) = &self.chat {
            say("to", chat.as_str().into());
        }
        let is_story = post.placement == Placement::STORY;
        let file = post.content().next();
        let kind = file.and_then(|(index, _)| Some(delivery.facts.get(index)?.media_type.kind()));
        let path = match (kind, &post.poll) {
            (_, Some(poll)) => {
                say("title", post.text.as_str().into());
                say("options", poll.choices.clone().into());
                // 0 stands for any number.
                say("count", u8::from(!poll.multiple).into());
                "messages/poll"
            }
            (None, None) if is_story => {
                say("caption", post.text.as_str().into());
                if let Some(color) = options.background_color {
                    say("background_color", color.into());
                }
                "stories/send/text"
            }
            (None, None) => {
                say("body", post.text.as_str().into());
                "messages/text"
            }
            (Some(_), None) if is_story => "stories/send/media",
            (Some(MediaKind::Image), None) => "messages/image",
            (Some(MediaKind::Video), None) => "messages/video",
            (Some(_), None) => "messages/document",
        };
        if let Some((index, attachment)) = file {
            let info =
                delivery.facts.get(index).ok_or_else(|| Error::invalid("attachments", "the file is not known"))?;
            let media = self.file(&delivery.run, &attachment.media, info).await.map_err(|e| e.with_item(index))?;
            say("media", media.into());
            say("mime_type", info.media_type.as_mime().into());
            if !post.text.is_empty() {
                say("caption", post.text.as_str().into());
            }
            if let Some(name) = options.file_name {
                say("filename", name.into());
            }
        }
        for (name, set) in [
            ("no_link_preview", options.no_link_preview),
            ("wide_link_preview", options.wide_link_preview),
            ("view_once", options.view_once),
        ] {
            if set {
                say(name, true.into());
            }
        }
        if !options.mentions.is_empty() {
            say("mentions", options.mentions.into());
        }
        if let Some(answered) = &post.reply_to {
            say("quoted", answered.id.as_str().into());
        }
        Ok(Outgoing { path, body })
    }

    /// The address of a file, or the id of the uploaded one. It is not visible, so this may be
    /// repeated.
    async fn file(&self, run: &Run, media: &Media, info: &MediaInfo) -> Result<String> {
        if let Media::Remote(remote) = media {
            return Ok(remote.url.to_string());
        }
        let upload = || async {
            let body = media.without_notes().await?.body();
            let call = self.api.post("media")?.operation("upload file").repeat(social_core::http::Repeat::Safe);
            let call = call.response_timeout(std::time::Duration::from_secs(1800));
            let reply = call.header(http::header::CONTENT_TYPE, info.media_type.as_mime()).body(body).send().await?;
            let uploaded: Uploaded = reply.json()?;
            let file = uploaded.media.into_iter().next();
            let file = file.ok_or_else(|| reply.unreadable("the answer names no file"))?;
            Ok((file.id, run.clock().now().checked_add(FILE_LIFE).ok()))
        };
        run.step_until(FILE, upload).await
    }
}
