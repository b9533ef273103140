//! Posts as they go to one placement.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::attachment::{Attachment, MediaRole};
use super::options::{PlatformOptions, PostOptions};
use super::placement::Placement;
use super::receipt::RemotePost;
use crate::clock::Timestamp;
use crate::error::Result;

/// One post as it goes to one placement. Not yet approved.
///
/// What a placement does not offer, a poll, a thread, a publish time, is refused by the
/// [check](super::check) and never left out in silence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Post {
    /// Where it stands.
    #[serde(default)]
    pub placement: Placement,
    /// The text, hashtags and links included.
    #[serde(default)]
    pub text: String,
    /// The title, where the platform has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A link that is shown as a card or button rather than in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// Images, videos, covers and captions, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The text's languages as BCP 47 tags, for instance `de-AT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// A model made its images, video or text; platforms that ask are told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ai_generated: bool,
    /// The further parts of a thread, in order. The post itself is its first part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thread: Vec<ThreadPart>,
    /// A comment of the same account that follows the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<String>,
    /// When the platform shall publish it by its own scheduling; at once when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<Timestamp>,
    /// A question with answers to choose from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// The post of the same platform that it shows inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<PostRef>,
    /// The post of the same platform that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<PostRef>,
    /// What one platform alone understands.
    #[serde(default, skip_serializing_if = "PostOptions::is_empty")]
    pub options: PostOptions,
}

/// A further part of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ThreadPart {
    /// Its text.
    #[serde(default)]
    pub text: String,
    /// Its files, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl ThreadPart {
    /// A part of this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), attachments: Vec::new() }
    }

    /// Attaches a file.
    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }
}

/// A question, which is the post's text, with answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Poll {
    /// The answers, in order.
    pub choices: Vec<String>,
    /// For how long it can be answered; as long as is usual on the platform when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_for: Option<Duration>,
    /// Several answers may be chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
}

impl Poll {
    /// A poll of which one answer is chosen.
    #[must_use]
    pub fn new(choices: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { choices: choices.into_iter().map(Into::into).collect(), open_for: None, multiple: false }
    }

    /// Says for how long it can be answered.
    #[must_use]
    pub const fn open_for(mut self, time: Duration) -> Self {
        self.open_for = Some(time);
        self
    }

    /// Lets several answers be chosen.
    #[must_use]
    pub const fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }
}

/// A post that is on the platform already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostRef {
    /// The platform's id of it, as [`RemotePost::id`] has it.
    pub id: String,
    /// Its public page, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
}

impl PostRef {
    /// A post by its id.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), url: None }
    }
}

impl From<&RemotePost> for PostRef {
    fn from(post: &RemotePost) -> Self {
        Self { id: post.id.clone(), url: post.url.clone() }
    }
}

impl Post {
    /// A post of this text in the feed.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Puts it elsewhere.
    #[must_use]
    pub fn with_placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// Gives it a title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Shows a link as a card.
    #[must_use]
    pub fn with_link(mut self, link: Url) -> Self {
        self.link = Some(link);
        self
    }

    /// Names a language of the text.
    #[must_use]
    pub fn with_language(mut self, language: impl Into<String>) -> Self {
        self.languages.push(language.into());
        self
    }

    /// Adds a part to the thread that it begins.
    #[must_use]
    pub fn with_thread_part(mut self, part: ThreadPart) -> Self {
        self.thread.push(part);
        self
    }

    /// Adds a comment of the same account that follows it.
    #[must_use]
    pub fn with_first_comment(mut self, text: impl Into<String>) -> Self {
        self.first_comment = Some(text.into());
        self
    }

    /// Lets the platform publish it at this time.
    #[must_use]
    pub const fn with_publish_at(mut self, time: Timestamp) -> Self {
        self.publish_at = Some(time);
        self
    }

    /// Asks a question with answers to choose from.
    #[must_use]
    pub fn with_poll(mut self, poll: Poll) -> Self {
        self.poll = Some(poll);
        self
    }

    /// Shows another post inside.
    #[must_use]
    pub fn with_quote(mut self, post: PostRef) -> Self {
        self.quote = Some(post);
        self
    }

    /// Answers another post.
    #[must_use]
    pub fn with_reply_to(mut self, post: PostRef) -> Self {
        self.reply_to = Some(post);
        self
    }

    /// Sets the options of one platform.
    ///
    /// # Errors
    /// As [`PostOptions::set`].
    pub fn with_options<T: PlatformOptions>(mut self, options: &T) -> Result<Self> {
        self.options.set(options)?;
        Ok(self)
    }

    /// The attachments that are shown, with their place in the list.
    pub fn content(&self) -> impl Iterator<Item = (usize, &Attachment)> {
        self.attachments.iter().enumerate().filter(|(_, a)| a.role == MediaRole::Content)
    }

    /// What is published as posts of the platform: the text and files of the post itself, then of
    /// each part of its thread.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&str, &[Attachment])> {
        let further = self.thread.iter().map(|part| (part.text.as_str(), part.attachments.as_slice()));
        std::iter::once((self.text.as_str(), self.attachments.as_slice())).chain(further)
    }

    /// Every file: the attachments in order, then those of each part of the thread. Facts are in
    /// this order, too.
    pub fn files(&self) -> impl Iterator<Item = &Attachment> {
        self.parts().flat_map(|(_, files)| files)
    }

    /// The cover of its video.
    #[must_use]
    pub fn cover(&self) -> Option<&Attachment> {
        self.attachments.iter().find(|a| a.role == MediaRole::Cover)
    }
}
