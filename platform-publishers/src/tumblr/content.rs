//! A post as blocks, and the files that they name.

use serde_json::{Map, Value, json};
use social_core::Result;
use social_core::http::{Call, Multipart};
use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Attachment, Post};
use social_core::text::links;

use super::TumblrOptions;
use crate::upload::file_name;

/// How long a request with files may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1800);

/// A post with its files, which are named in its blocks.
pub(super) struct Content<'a> {
    pub(super) blocks: Vec<Value>,
    files: Vec<(String, &'a Attachment, &'a MediaInfo)>,
}

impl<'a> Content<'a> {
    pub(super) fn of(post: &'a Post, facts: &'a [MediaInfo]) -> Self {
        let (mut blocks, mut files) = (Vec::new(), Vec::new());
        if let Some(title) = &post.title {
            blocks.push(json!({"type": "text", "subtype": "heading1", "text": title}));
        }
        for (index, attachment) in post.content() {
            let Some(info) = facts.get(index) else { continue };
            let name = format!("file{index}");
            let mut media = json!({"type": info.media_type.as_mime(), "identifier": name});
            for (name, pixels) in [("width", info.width), ("height", info.height)] {
                if let (Some(media), Some(pixels)) = (media.as_object_mut(), pixels) {
                    media.insert(name.to_owned(), pixels.into());
                }
            }
            blocks.push(match info.media_type.kind() {
                MediaKind::Video => json!({"type": "video", "media": media}),
                _ => match &attachment.alt_text {
                    Some(text) => json!({"type": "image", "media": [media], "alt_text": text}),
                    None => json!({"type": "image", "media": [media]}),
                },
            });
            files.push((name, attachment, info));
        }
        if !post.text.is_empty() {
            blocks.push(text_block(&post.text));
        }
        if let Some(link) = &post.link {
            blocks.push(json!({"type": "link", "url": link}));
        }
        Self { blocks, files }
    }

    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Whether it has a video, which Tumblr works on after it took it.
    pub(super) fn has_video(&self) -> bool {
        self.files.iter().any(|(.., info)| info.media_type.kind() == MediaKind::Video)
    }

    /// Adds the post to a call: as JSON, or as a form where there are files.
    pub(super) async fn onto<'c>(&self, call: Call<'c>, mut body: Map<String, Value>) -> Result<Call<'c>> {
        body.insert("content".to_owned(), self.blocks.clone().into());
        if self.files.is_empty() {
            return Ok(call.json(&body));
        }
        let mut form = Multipart::new().text("json", Value::from(body).to_string());
        for (name, attachment, info) in &self.files {
            let clean = attachment.media.without_notes().await?;
            form = form.file(name, &file_name(info), info.media_type.as_mime(), clean.body());
        }
        Ok(call.response_timeout(PATIENCE).multipart(form))
    }

    /// The texts of its blocks, as those of a listed post are read.
    pub(super) fn words(&self) -> String {
        let texts = self.blocks.iter().filter(|block| block["type"] == "text");
        texts.filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// A text, whose links are marked: Tumblr marks none by itself. Places are code points.
fn text_block(text: &str) -> Value {
    let place = |byte: usize| text.get(..byte).unwrap_or_default().chars().count();
    let marks: Vec<_> = links(text)
        .into_iter()
        .map(|link| {
            let (start, end) = (place(link.range.start), place(link.range.end));
            json!({"start": start, "end": end, "type": "link", "url": link.value})
        })
        .collect();
    match marks.is_empty() {
        true => json!({"type": "text", "text": text}),
        false => json!({"type": "text", "text": text, "formatting": marks}),
    }
}

/// What stands beside the blocks: where the post ends up, its tags and marks.
pub(super) fn beside(post: &Post, options: &TumblrOptions, state: &str) -> Map<String, Value> {
    let mut body = Map::from_iter([("state".to_owned(), state.into())]);
    let mut say = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    // A publish time counts in the queue only; elsewhere the post would be out at once.
    if let Some(time) = post.publish_at.filter(|_| state == "queue") {
        say("publish_on", time.to_string().into());
    }
    if !options.tags.is_empty() {
        say("tags", options.tags.join(",").into());
    }
    if let Some(slug) = &options.slug {
        say("slug", slug.as_str().into());
    }
    if let Some(url) = &options.source_url {
        say("source_url", url.as_str().into());
    }
    if options.no_reblogs {
        say("interactability_reblog", "noone".into());
    }
    body
}
