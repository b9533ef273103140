//! What is sent for a post: the method, its fields, and the files beside them.

use std::time::Duration;

use serde_json::{Map, Value, json};
use social_core::http::{Call, Multipart};
use social_core::media::{Media, MediaInfo};
use social_core::publish::{Attachment, MediaRole, Post};
use social_core::{Error, Result};

use super::TelegramOptions;
use super::sort::Sort;
use crate::upload::file_name;

/// The name of a part of the form, and the file in it.
type Part<'a> = (String, &'a Attachment, &'a MediaInfo);

/// One call that sends a message or an album.
pub(super) struct Outgoing<'a> {
    pub(super) method: &'static str,
    fields: Map<String, Value>,
    parts: Vec<Part<'a>>,
}

impl<'a> Outgoing<'a> {
    /// The call for a post that keeps to the rules. `reply_to` is the number of the message that it
    /// answers.
    pub(super) fn of(post: &'a Post, facts: &'a [MediaInfo], options: &TelegramOptions, reply_to: Option<i64>) -> Self {
        let mut fields = Map::new();
        let mut parts = Vec::new();
        let files: Vec<_> = post.attachments.iter().zip(facts).filter(|(a, _)| a.role == MediaRole::Content).collect();
        let method = match files.as_slice() {
            [] if post.poll.is_some() => poll(post, &mut fields),
            [] => text(post, options, &mut fields),
            [(file, info)] => {
                let sort = Sort::of(info);
                let name = sort.field();
                match &file.media {
                    Media::Remote(remote) => drop(fields.insert(name.to_owned(), remote.url.as_str().into())),
                    _ => parts.push((name.to_owned(), *file, *info)),
                }
                described(sort, info, options, &mut fields);
                caption(post, options, &mut fields);
                let cover = post.attachments.iter().zip(facts).find(|(a, _)| a.role == MediaRole::Cover);
                if let Some((cover, info)) = cover.filter(|_| sort == Sort::Video) {
                    let address = attached("cover", cover, info, &mut parts);
                    fields.insert("cover".to_owned(), address);
                }
                sort.method()
            }
            files => {
                let items = files.iter().enumerate().map(|(index, (file, info))| {
                    let sort = Sort::of(info);
                    let mut item = Map::new();
                    item.insert("type".to_owned(), sort.field().into());
                    item.insert("media".to_owned(), attached(&format!("file{index}"), file, info, &mut parts));
                    described(sort, info, options, &mut item);
                    if index == 0 {
                        caption(post, options, &mut item);
                    }
                    Value::Object(item)
                });
                let items: Vec<_> = items.collect();
                fields.insert("media".to_owned(), items.into());
                "sendMediaGroup"
            }
        };
        if !options.buttons.is_empty() {
            fields.insert("reply_markup".to_owned(), json!({ "inline_keyboard": options.buttons }));
        }
        for (name, set) in [("disable_notification", options.silent), ("protect_content", options.protected)] {
            flag(name, set, &mut fields);
        }
        if let Some(topic) = options.topic {
            fields.insert("message_thread_id".to_owned(), topic.into());
        }
        if let Some(message) = reply_to {
            fields.insert("reply_parameters".to_owned(), json!({ "message_id": message }));
        }
        Self { method, fields, parts }
    }

    /// Adds the fields and files to a call: as JSON, or as a form where there are files.
    pub(super) async fn onto<'c>(&self, call: Call<'c>, chat: &str) -> Result<Call<'c>> {
        let mut fields = self.fields.clone();
        fields.insert("chat_id".to_owned(), chat.into());
        if self.parts.is_empty() {
            return Ok(call.json(&fields));
        }
        let mut form = Multipart::new();
        for (name, value) in fields {
            let text = match value {
                Value::String(text) => text,
                value => value.to_string(),
            };
            form = form.text(&name, text);
        }
        for (name, file, info) in &self.parts {
            let body = file.media.without_notes().await?.body();
            form = form.file(name, &file_name(info), info.media_type.as_mime(), body);
        }
        Ok(call.response_timeout(Duration::from_secs(1800)).multipart(form))
    }
}

fn poll(post: &Post, fields: &mut Map<String, Value>) -> &'static str {
    if let Some(poll) = &post.poll {
        let choices: Vec<_> = poll.choices.iter().map(|choice| json!({ "text": choice })).collect();
        fields.insert("question".to_owned(), post.text.as_str().into());
        fields.insert("options".to_owned(), choices.into());
        flag("allows_multiple_answers", poll.multiple, fields);
        if let Some(time) = poll.open_for {
            fields.insert("open_period".to_owned(), time.as_secs().into());
        }
    }
    "sendPoll"
}

fn text(post: &Post, options: &TelegramOptions, fields: &mut Map<String, Value>) -> &'static str {
    fields.insert("text".to_owned(), post.text.as_str().into());
    let entities = options.entities(&post.text);
    if !entities.is_empty() {
        fields.insert("entities".to_owned(), json!(entities));
    }
    if let Some(link) = &post.link {
        fields.insert("link_preview_options".to_owned(), json!({ "url": link }));
    } else if options.no_link_preview {
        fields.insert("link_preview_options".to_owned(), json!({ "is_disabled": true }));
    }
    "sendMessage"
}

fn caption(post: &Post, options: &TelegramOptions, fields: &mut Map<String, Value>) {
    if post.text.is_empty() {
        return;
    }
    fields.insert("caption".to_owned(), post.text.as_str().into());
    let entities = options.entities(&post.text);
    if !entities.is_empty() {
        fields.insert("caption_entities".to_owned(), json!(entities));
    }
}

/// What a file says of itself.
fn described(sort: Sort, info: &MediaInfo, options: &TelegramOptions, fields: &mut Map<String, Value>) {
    if sort != Sort::Document {
        flag("has_spoiler", options.spoiler, fields);
        flag("show_caption_above_media", options.caption_above, fields);
    }
    if sort == Sort::Video {
        flag("supports_streaming", info.fast_start == Some(true), fields);
        let seconds = info.duration.map(|duration| duration.as_secs());
        for (name, number) in
            [("width", info.width.map(u64::from)), ("height", info.height.map(u64::from)), ("duration", seconds)]
        {
            if let Some(number) = number {
                fields.insert(name.to_owned(), number.into());
            }
        }
    }
}

fn flag(name: &str, set: bool, fields: &mut Map<String, Value>) {
    if set {
        fields.insert(name.to_owned(), true.into());
    }
}

/// An address that Telegram fetches, or the name of a part.
fn attached<'a>(name: &str, file: &'a Attachment, info: &'a MediaInfo, parts: &mut Vec<Part<'a>>) -> Value {
    match &file.media {
        Media::Remote(remote) => remote.url.as_str().into(),
        _ => {
            parts.push((name.to_owned(), file, info));
            format!("attach://{name}").into()
        }
    }
}

/// The number of a message in `CHAT/MESSAGE`, or alone.
pub(super) fn number(id: &str) -> Result<i64> {
    let number = id.rsplit('/').next().and_then(|number| number.parse().ok());
    number.ok_or_else(|| Error::invalid("reply_to", format!("`{id}` does not name a message of Telegram")))
}
