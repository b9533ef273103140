//! What is sent for a post: the message and the files beside it.

use std::time::Duration;

use serde_json::{Map, Value, json};
use social_core::Result;
use social_core::http::{Call, Multipart};
use social_core::media::MediaInfo;
use social_core::publish::{Attachment, MediaRole, Post};

use super::options::{DiscordOptions, Ping};
use super::wire::{Embed, EmbedImage};

/// Flags of a message.
const SUPPRESS_EMBEDS: u32 = 1 << 2;
const SUPPRESS_NOTIFICATIONS: u32 = 1 << 12;
/// How long a poll is open that does not say it, in hours.
const USUAL_POLL: u64 = 24;

/// One message with its files.
pub(super) struct Outgoing<'a> {
    message: Map<String, Value>,
    files: Vec<(String, &'a Attachment, &'a MediaInfo)>,
}

impl<'a> Outgoing<'a> {
    /// The message of a post that keeps to the rules. Names of files hold `mark`, by which they are
    /// found again.
    pub(super) fn of(post: &'a Post, facts: &'a [MediaInfo], options: &DiscordOptions, mark: &str) -> Result<Self> {
        let mut message = Map::new();
        let mut files = Vec::new();
        let mut described = Vec::new();
        let mut cover = None;
        for (index, (file, info)) in post.attachments.iter().zip(facts).enumerate() {
            let name = format!("{mark}-{index}.{}", info.media_type.extension());
            described.push(json!({"id": index, "filename": name, "description": file.alt_text}));
            if file.role == MediaRole::Cover {
                cover = Some(EmbedImage { url: format!("attachment://{name}") });
            }
            files.push((name, file, info));
        }
        if !described.is_empty() {
            message.insert("attachments".to_owned(), described.into());
        }
        match &post.poll {
            Some(poll) => {
                let answers: Vec<_> = poll.choices.iter().map(|text| json!({"poll_media": {"text": text}})).collect();
                let hours = poll.open_for.map_or(USUAL_POLL, |time| time.as_secs().div_ceil(3600));
                let poll = json!({"question": {"text": post.text}, "answers": answers, "duration": hours,
                    "allow_multiselect": poll.multiple});
                message.insert("poll".to_owned(), poll);
            }
            None if !post.text.is_empty() => drop(message.insert("content".to_owned(), post.text.as_str().into())),
            None => {}
        }
        if let Some(link) = &post.link {
            let title = post.title.as_deref().or(link.host_str()).unwrap_or_default();
            message.insert("embeds".to_owned(), json!([Embed { url: link, title, image: cover }]));
        }
        let mut pinged = json!({"parse": []});
        for ping in &options.pings {
            let (kind, id) = match ping {
                Ping::User(id) => ("users", id),
                Ping::Role(id) => ("roles", id),
            };
            match pinged.get_mut(kind).and_then(Value::as_array_mut) {
                Some(ids) => ids.push(id.as_str().into()),
                None => drop(pinged.as_object_mut().map(|all| all.insert(kind.to_owned(), json!([id])))),
            }
        }
        message.insert("allowed_mentions".to_owned(), pinged);
        let flags = if options.silent { SUPPRESS_NOTIFICATIONS } else { 0 }
            | if options.no_link_cards { SUPPRESS_EMBEDS } else { 0 };
        if flags != 0 {
            message.insert("flags".to_owned(), flags.into());
        }
        let avatar = options.avatar_url.as_ref().map(url::Url::as_str);
        for (name, text) in [
            ("username", options.username.as_deref()),
            ("avatar_url", avatar),
            ("thread_name", options.thread_name.as_deref()),
        ] {
            if let Some(text) = text {
                message.insert(name.to_owned(), text.into());
            }
        }
        if !options.tags.is_empty() {
            message.insert("applied_tags".to_owned(), json!(options.tags));
        }
        Ok(Self { message, files })
    }

    /// Adds what makes a second request of a bot answer with the first message.
    pub(super) fn with_nonce(mut self, nonce: &str) -> Self {
        self.message.insert("nonce".to_owned(), nonce.into());
        self.message.insert("enforce_nonce".to_owned(), true.into());
        self
    }

    /// Answers a message of the same channel.
    pub(super) fn answering(mut self, message: &str) -> Self {
        self.message.insert("message_reference".to_owned(), json!({ "message_id": message }));
        self
    }

    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Adds the message to a call: as JSON, or as a form where there are files.
    pub(super) async fn onto<'c>(&self, call: Call<'c>) -> Result<Call<'c>> {
        if self.files.is_empty() {
            return Ok(call.json(&self.message));
        }
        let mut form = Multipart::new().text("payload_json", Value::Object(self.message.clone()).to_string());
        for (index, (name, file, info)) in self.files.iter().enumerate() {
            let body = file.media.without_notes().await?.body();
            form = form.file(&format!("files[{index}]"), name, info.media_type.as_mime(), body);
        }
        Ok(call.response_timeout(Duration::from_secs(600)).multipart(form))
    }
}
