//! What can be approved.

use std::any::Any;
use std::fmt::{Debug, Write as _};

use async_trait::async_trait;

use crate::canonical::{Canonical, Digest};
use crate::error::Result;
use crate::media::Media;
use crate::publish::post::Post;
use crate::text::visible;

/// Content that leaves the house only after somebody approved it: a post, a reply, a message, a
/// campaign of mails.
///
/// ```
/// use async_trait::async_trait;
/// use serde::{Deserialize, Serialize};
/// use social_core::Result;
/// use social_core::canonical::{self, Digest};
/// use social_core::publish::Approvable;
///
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// struct Reply {
///     to: String,
///     text: String,
/// }
///
/// #[async_trait]
/// impl Approvable for Reply {
///     fn kind(&self) -> &'static str {
///         "reply"
///     }
///
///     async fn digest(&self) -> Result<Digest> {
///         canonical::digest(self).await
///     }
///
///     fn preview(&self) -> String {
///         format!("to {}: {}", self.to, self.text)
///     }
/// }
/// ```
#[async_trait]
pub trait Approvable: Any + Debug + Send + Sync {
    /// What it is, in one word: approvals of different kinds are not taken for each other.
    fn kind(&self) -> &'static str;

    /// The digest of every field and of the bytes of every file.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) for a file that cannot be read.
    async fn digest(&self) -> Result<Digest>;

    /// What a person reads to decide about it, as plain text. Files are named and described, not
    /// shown.
    fn preview(&self) -> String;
}

#[async_trait]
impl Approvable for Post {
    fn kind(&self) -> &'static str {
        "post"
    }

    async fn digest(&self) -> Result<Digest> {
        let form = Canonical::of(self)?;
        let mut digests = Vec::with_capacity(form.media().len());
        for (media, file) in form.media().iter().zip(self.files()) {
            debug_assert_eq!(*media, file.media, "files are in the order in which they are written");
            digests.push(file.sha256().await?);
        }
        Ok(form.digest(&digests))
    }

    fn preview(&self) -> String {
        let mut preview = String::new();
        // Writing into a string cannot fail.
        let _ = self.write_preview(&mut preview);
        // Nothing in it may show another text than goes out.
        visible(&preview).into_owned()
    }
}

impl Post {
    fn write_preview(&self, to: &mut String) -> std::fmt::Result {
        if let Some(title) = &self.title {
            writeln!(to, "{title}\n")?;
        }
        writeln!(to, "{}", self.text)?;
        if let Some(link) = &self.link {
            writeln!(to, "[link] {link}")?;
        }
        for (index, (text, files)) in self.parts().enumerate() {
            if index > 0 {
                writeln!(to, "[part {}] {text}", index + 1)?;
            }
            for (number, file) in files.iter().enumerate() {
                let described = file.alt_text.as_deref().unwrap_or("no alt text");
                writeln!(to, "[file {}: {}] {described}", number + 1, name_of(&file.media))?;
            }
        }
        for choice in self.poll.iter().flat_map(|poll| &poll.choices) {
            writeln!(to, "( ) {choice}")?;
        }
        if let Some(comment) = &self.first_comment {
            writeln!(to, "[first comment] {comment}")?;
        }
        for (what, post) in [("quotes", &self.quote), ("answers", &self.reply_to)] {
            if let Some(post) = post {
                writeln!(to, "[{what}] {}", post.id)?;
            }
        }
        if let Some(time) = self.publish_at {
            writeln!(to, "[publish at] {time}")?;
        }
        for (platform, name, value) in self.options.iter() {
            writeln!(to, "[{platform}] {name}: {value}")?;
        }
        Ok(())
    }
}

fn name_of(media: &Media) -> String {
    match media {
        Media::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Media::File(path) => path.display().to_string(),
        Media::Remote(remote) => remote.url.to_string(),
    }
}
